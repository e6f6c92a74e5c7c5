/*
 * heap_access.h
 *		Tables by direct access: scans, tuples and index entries without an executor.
 *
 * An executor costs more to start than most of what the sender asks.  What is
 * ordinary by far (a message that may go, an attempt that was accepted) is
 * done here with scans and tuples; whatever is not is left to the queries of
 * claim.c and record.c.  Everything works as the owner, in an OWNER_WRITES
 * scope; the tables have no row triggers for what is done to them.
 */
#ifndef LICENCE_HOME_HEAP_ACCESS_H
#define LICENCE_HOME_HEAP_ACCESS_H

#include "access/genam.h"
#include "access/relscan.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "utils/relcache.h"

/* A table, an index of it whose first column is a bigint, and a row. */
typedef struct KeyedTable
{
	Relation	table;
	Relation	index;
	IndexScanDesc scan;
	TupleTableSlot *slot;
} KeyedTable;

extern void OpenKeyedTable(KeyedTable *keyed, const char *table,
						   const char *index, LOCKMODE lockmode,
						   Snapshot snapshot);
extern void CloseKeyedTable(KeyedTable *keyed);

/*
 * The first row of the index with the key is put in the slot; false: none, and
 * the slot is empty.
 */
extern bool FindByKey(KeyedTable *keyed, int64 key);

/* A column's number; every name is one of src/sql/sms/message_tables.sql. */
extern AttrNumber ColumnOf(Relation table, const char *name);

/* Is a column of the row null?  Its value; and whether a text is this. */
extern bool IsNullColumn(TupleTableSlot *slot, AttrNumber column);
extern Datum ColumnValue(TupleTableSlot *slot, AttrNumber column);
extern bool ColumnIs(TupleTableSlot *slot, AttrNumber column, const char *text);

/* What puts rows that were written into the indexes of their table. */
typedef struct IndexWriter
{
	EState	   *estate;
	ResultRelInfo *result;
	TupleTableSlot *slot;
} IndexWriter;

extern void OpenIndexWriter(IndexWriter *writer, Relation table);
extern void CloseIndexWriter(IndexWriter *writer);
extern void WriteIndexes(IndexWriter *writer, HeapTuple tuple,
						 const ItemPointerData *place);

#endif							/* LICENCE_HOME_HEAP_ACCESS_H */
