/*
 * row.c
 *		Reading and changing the row of a trigger.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "workflow/row.h"

/* Columns that a step reads and moves on; no change of a fact. */
static const char *const step_columns[] = {
	"state", "step_note", "closure_reason"
};

/* Is it one of those? */
static bool
is_step_column(const char *column)
{
	for (int i = 0; i < (int) lengthof(step_columns); i++)
	{
		if (strcmp(step_columns[i], column) == 0)
			return true;
	}
	return false;
}

/* Equal by the type's own operator, so that 18 is 18.00. */
bool
EqualValues(Datum a, Datum b, Form_pg_attribute attr)
{
	TypeCacheEntry *type;

	if (datum_image_eq(a, b, attr->attbyval, attr->attlen))
		return true;
	type = lookup_type_cache(attr->atttypid, TYPECACHE_EQ_OPR_FINFO);
	if (!OidIsValid(type->eq_opr_finfo.fn_oid))
		return false;
	return DatumGetBool(FunctionCall2Coll(&type->eq_opr_finfo,
										  attr->attcollation, a, b));
}

/* A row taken apart. */
typedef struct RowValues
{
	Datum	   *values;
	bool	   *nulls;
} RowValues;

static RowValues
take_apart(HeapTuple tuple, TupleDesc desc)
{
	RowValues	row = {palloc(sizeof(Datum) * desc->natts), palloc(sizeof(bool) * desc->natts)};

	heap_deform_tuple(tuple, desc, row.values, row.nulls);
	return row;
}

/* Names of the columns whose values differ, step columns left out. */
List *
ChangedColumns(HeapTuple old, HeapTuple new, TupleDesc desc)
{
	RowValues	before = take_apart(old, desc);
	RowValues	after = take_apart(new, desc);
	List	   *changed = NIL;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(desc, i);
		char	   *name = NameStr(attr->attname);

		if (attr->attisdropped || (before.nulls[i] && after.nulls[i]))
			continue;
		if ((before.nulls[i] != after.nulls[i] ||
			 !EqualValues(before.values[i], after.values[i], attr)) &&
			!is_step_column(name))
			changed = lappend(changed, name);
	}
	return changed;
}

/*
 * The new row, with the old value of each column that is equal but written in
 * another way, as 18.00 for 18.  A finding tells by the stored text whether
 * its column was put right, so an equal value must not change it.
 */
HeapTuple
KeepEqualValues(HeapTuple old, HeapTuple new, TupleDesc desc)
{
	RowValues	before = take_apart(old, desc);
	RowValues	after = take_apart(new, desc);
	bool	   *replace = palloc0(sizeof(bool) * desc->natts);
	bool		any = false;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(desc, i);

		if (attr->attisdropped || before.nulls[i] || after.nulls[i] ||
			datum_image_eq(before.values[i], after.values[i], attr->attbyval, attr->attlen) ||
			!EqualValues(before.values[i], after.values[i], attr))
			continue;
		replace[i] = any = true;
	}
	return any ? heap_modify_tuple(new, desc, before.values, before.nulls, replace) : new;
}

/* {"column": {"old": "…", "new": "…"}, …}, or NULL for no column. */
char *
ChangesAsJson(List *changed, HeapTuple old, HeapTuple new, TupleDesc desc)
{
	StringInfoData json;
	ListCell   *cell;
	int			guc_level;

	if (changed == NIL)
		return NULL;
	/* an event reads the same whatever DateStyle its writer has */
	guc_level = NewGUCNestLevel();
	(void) set_config_option("datestyle", "ISO, YMD", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	initStringInfo(&json);
	foreach(cell, changed)
	{
		const char *name = lfirst(cell);
		int			attno = SPI_fnumber(desc, name);
		char	   *before = SPI_getvalue(old, desc, attno);
		char	   *after = SPI_getvalue(new, desc, attno);

		appendStringInfoString(&json, json.len == 0 ? "{" : ", ");
		escape_json(&json, name);
		appendStringInfoString(&json, ": {\"old\": ");
		if (before)
			escape_json(&json, before);
		else
			appendStringInfoString(&json, "null");
		appendStringInfoString(&json, ", \"new\": ");
		if (after)
			escape_json(&json, after);
		else
			appendStringInfoString(&json, "null");
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, '}');
	AtEOXact_GUC(true, guc_level);
	return json.data;
}

/* Note one column to replace. */
void
ReplaceColumn(RowChange *change, TupleDesc desc, const char *column,
			  Datum value, bool isnull)
{
	int			attno = SPI_fnumber(desc, column);
	Form_pg_attribute attr = TupleDescAttr(desc, attno - 1);
	MemoryContext outer = MemoryContextSwitchTo(change->memory);

	Assert(change->count < (int) lengthof(change->columns));
	change->columns[change->count] = attno;
	change->values[change->count] = isnull ? (Datum) 0 :
		datumCopy(value, attr->attbyval, attr->attlen);
	change->nulls[change->count] = isnull;
	change->count++;
	MemoryContextSwitchTo(outer);
}

/* The row with its columns replaced, in memory that outlives the scope. */
HeapTuple
WithChanges(HeapTuple tuple, TupleDesc desc, RowChange *change)
{
	MemoryContext outer = MemoryContextSwitchTo(change->memory);

	if (change->count > 0)
		tuple = heap_modify_tuple_by_cols(tuple, desc, change->count,
										  change->columns, change->values,
										  change->nulls);
	change->count = 0;
	MemoryContextSwitchTo(outer);
	return tuple;
}
