/*
 * given_columns.c
 *		What a client may give when it inserts a row.
 *
 * Object mappers name every column of a table in their INSERT, with null, or
 * the column's default, where they have nothing to say.  So a client may
 * insert into whole tables, and this trigger decides about each column:
 *
 *	null			stands for the default, where the column has one and
 *					null is not allowed; so does an empty text, which Django
 *					sends there;
 *	an identity		is the number that this session has just drawn: nobody
 *					chooses a number, also not with OVERRIDING SYSTEM VALUE;
 *	what the rules write (the trigger's arguments)
 *					comes as null or as the default.
 *
 * In an UPDATE the trigger's arguments are columns that do not change.  What
 * the extension's own code writes is not a client's.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/primnodes.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "compat.h"
#include "actor.h"
#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/row.h"

/* What is known of a column for the length of a statement. */
typedef struct GivenColumn
{
	bool		kept;			/* the rules write it, not a client */
	Oid			sequence;		/* of an identity, else InvalidOid */
	ExprState  *value;			/* the default, NULL: not needed */
} GivenColumn;

typedef struct GivenColumns
{
	EState	   *estate;
	GivenColumn columns[FLEXIBLE_ARRAY_MEMBER];
} GivenColumns;

/* Is the column one of the trigger's arguments? */
static bool
is_kept(const Trigger *trigger, const char *column)
{
	for (int i = 0; i < trigger->tgnargs; i++)
	{
		if (strcmp(trigger->tgargs[i], column) == 0)
			return true;
	}
	return false;
}

/* Look the columns up, once for each statement. */
static GivenColumns *
given_columns(FunctionCallInfo fcinfo, Relation rel, const Trigger *trigger)
{
	TupleDesc	desc = RelationGetDescr(rel);
	GivenColumns *given = fcinfo->flinfo->fn_extra;
	MemoryContext outer;

	if (given != NULL)
		return given;
	CheckWorker();
	outer = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	given = palloc0(offsetof(GivenColumns, columns) + sizeof(GivenColumn) * desc->natts);
	given->estate = CreateExecutorState();
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(desc, i);
		GivenColumn *column = &given->columns[i];
		Node	   *value;

		if (attr->attisdropped || attr->attgenerated != '\0')
			continue;
		column->kept = is_kept(trigger, NameStr(attr->attname));
		value = attr->attnotnull || column->kept ? build_column_default(rel, i + 1) : NULL;
		if (value == NULL)
			continue;
		if (IsA(value, NextValueExpr))
			column->sequence = castNode(NextValueExpr, value)->seqid;
		column->value = ExecPrepareExpr((Expr *) value, given->estate);
	}
	MemoryContextSwitchTo(outer);
	fcinfo->flinfo->fn_extra = given;
	return given;
}

/* The default of a column; of an identity, the next number. */
static Datum
default_of(GivenColumns *given, int index, bool *isnull)
{
	return ExecEvalExprSwitchContext(given->columns[index].value,
									 GetPerTupleExprContext(given->estate), isnull);
}

/*
 * Is it the number that this session drew last?  Where it drew none yet,
 * currval raises an error.  It need not be undone, since our caller raises one
 * for the same reason.
 */
static bool
is_drawn(Oid sequence, int64 number)
{
	MemoryContext memory = CurrentMemoryContext;
	volatile bool drawn = false;

	PG_TRY();
	{
		drawn = DatumGetInt64(DirectFunctionCall1(currval_oid,
												  ObjectIdGetDatum(sequence))) == number;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE)
			PG_RE_THROW();
		FlushErrorState();
	}
	PG_END_TRY();
	return drawn;
}

/* Name the row's case, but not a case by a number that it will not get. */
static int64
case_of_insert(Relation rel, HeapTuple new)
{
	if (strcmp(RelationGetRelationName(rel), "application") == 0)
		return 0;
	return CaseOfRow(new, RelationGetDescr(rel));
}

pg_noreturn static void
refuse_given(Relation rel, HeapTuple new, int attno)
{
	const char *column = NameStr(TupleDescAttr(RelationGetDescr(rel), attno - 1)->attname);

	ereport(ERROR,
			(errcode(ERRCODE_LH_FROZEN),
			 errmsg_case(case_of_insert(rel, new), "column \"%s\" of %s is written by the rules",
						 column, RelationGetRelationName(rel)),
			 errhint("Leave it out of the INSERT, or give null there."),
			 errtablecol(rel, attno)));
}

/* Is it a text of no length? */
static bool
is_empty_text(Datum value, Form_pg_attribute attr)
{
	return attr->atttypid == TEXTOID &&
		VARSIZE_ANY_EXHDR(DatumGetTextPP(value)) == 0;
}

/* The new row, with defaults in the place of null. */
static HeapTuple
check_insert(GivenColumns *given, Relation rel, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	bool	   *replace = palloc0(sizeof(bool) * desc->natts);
	bool		any = false;

	ResetPerTupleExprContext(given->estate);
	heap_deform_tuple(new, desc, values, nulls);
	for (int i = 0; i < desc->natts; i++)
	{
		GivenColumn *column = &given->columns[i];
		bool		isnull;
		Datum		value;

		if (!nulls[i] && (column->kept || column->value != NULL) &&
			is_empty_text(values[i], TupleDescAttr(desc, i)))
			any |= replace[i] = nulls[i] = true;
		if (nulls[i])
		{
			if (column->value == NULL)
				continue;
			values[i] = default_of(given, i, &nulls[i]);
			any |= replace[i] = true;
		}
		else if (OidIsValid(column->sequence))
		{
			if (!is_drawn(column->sequence, DatumGetInt64(values[i])))
				refuse_given(rel, new, i + 1);
		}
		else if (column->kept)
		{
			if (column->value == NULL)
				refuse_given(rel, new, i + 1);
			value = default_of(given, i, &isnull);
			if (isnull || !EqualValues(value, values[i], TupleDescAttr(desc, i)))
				refuse_given(rel, new, i + 1);
		}
	}
	return any ? heap_modify_tuple(new, desc, values, nulls, replace) : new;
}

/* What is kept does not change. */
static void
check_update(GivenColumns *given, Relation rel, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	ListCell   *cell;

	foreach(cell, ChangedColumns(old, new, desc))
	{
		int			attno = SPI_fnumber(desc, lfirst(cell));

		if (given->columns[attno - 1].kept)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(CaseOfRow(old, desc), "column \"%s\" of %s is written by the rules",
								 (char *) lfirst(cell), RelationGetRelationName(rel)),
					 errhint("Leave it out of the UPDATE, or write the value that it has."),
					 errtablecol(rel, attno)));
	}
}

PG_FUNCTION_INFO_V1(licence_home_given_columns);
/* BEFORE INSERT, or INSERT OR UPDATE, for each row. */
Datum
licence_home_given_columns(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "given_columns", BEFORE_ROW_TRIGGER);
	Relation	rel = trigdata->tg_relation;
	GivenColumns *given;

	if (InOwnerScope())
		return PointerGetDatum(TriggerNewTuple(trigdata));
	given = given_columns(fcinfo, rel, trigdata->tg_trigger);
	if (TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
		return PointerGetDatum(check_insert(given, rel, trigdata->tg_trigtuple));
	check_update(given, rel, trigdata->tg_trigtuple, trigdata->tg_newtuple);
	return PointerGetDatum(trigdata->tg_newtuple);
}
