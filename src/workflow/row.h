/*
 * row.h
 *		Reading and changing the row of a trigger.
 */
#ifndef LICENCE_HOME_ROW_H
#define LICENCE_HOME_ROW_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "nodes/pg_list.h"

/* Equal by the type's own operator, so that 18 is 18.00. */
extern bool EqualValues(Datum a, Datum b, Form_pg_attribute attr);

/* Names of the columns whose values differ. */
extern List *ChangedColumns(HeapTuple old, HeapTuple new, TupleDesc desc);
extern HeapTuple KeepEqualValues(HeapTuple old, HeapTuple new, TupleDesc desc);
extern char *ChangesAsJson(List *changed, HeapTuple old, HeapTuple new,
						   TupleDesc desc);

/* Columns to replace in the new row; the values are copied. */
typedef struct RowChange
{
	MemoryContext memory;		/* outlives the scope of the owner */
	int			count;
	int			columns[32];
	Datum		values[32];
	bool		nulls[32];
} RowChange;

extern void ReplaceColumn(RowChange *change, TupleDesc desc,
						  const char *column, Datum value, bool isnull);
extern HeapTuple WithChanges(HeapTuple tuple, TupleDesc desc,
							 RowChange *change);

#endif							/* LICENCE_HOME_ROW_H */
