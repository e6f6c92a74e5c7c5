/*
 * heap_access.h
 *		Tables by direct access: scans, tuples and index entries without an executor.
 *
 * An executor costs more to start than most of what the sender or a
 * precondition asks.  Nearly every message may go, nearly every attempt is
 * accepted, and nearly every precondition holds.  These cases are done here
 * with scans and tuples, the others by queries.  Everything works as the owner.
 * Writes are in an OWNER_WRITES scope, and no row trigger fires for them.
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

/*
 * Rows of a table in the order of an index whose first columns are so, or, with
 * index NULL, all rows of it.  The snapshot is to be registered.
 */
typedef struct RowScan
{
	Relation	table;
	Relation	index;
	IndexScanDesc by_index;
	TableScanDesc all;
	TupleTableSlot *slot;
} RowScan;

extern void BeginRowScan(RowScan *scan, const char *table, const char *index,
						 Snapshot snapshot, ScanKey keys, int nkeys);
extern bool NextRow(RowScan *scan, ScanDirection direction);
extern void EndRowScan(RowScan *scan);

/* Keys of an index: its column, by number, is this. */
extern void TextKey(ScanKey key, AttrNumber column, const char *value);
extern void Int4Key(ScanKey key, AttrNumber column, int32 value);
extern void Int8Key(ScanKey key, AttrNumber column, int64 value);

/* A column's number; an error where the table has none of that name. */
extern AttrNumber ColumnOf(Relation table, const char *name);

/* Is a column of the row null?  Its value; and whether a text is this. */
extern bool IsNullColumn(TupleTableSlot *slot, AttrNumber column);
extern Datum ColumnValue(TupleTableSlot *slot, AttrNumber column);
extern bool ColumnIs(TupleTableSlot *slot, AttrNumber column, const char *text);

/* A text, NULL for null; a list of C strings, NIL for null. */
extern char *SlotText(TupleTableSlot *slot, AttrNumber column);
extern List *SlotTextList(TupleTableSlot *slot, AttrNumber column);

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
