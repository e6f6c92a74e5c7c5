/*
 * row_writer.c
 *		Rows inserted without starting an executor for each.
 *
 * A step writes an event, a deadline, a message and its place in the queue.
 * An INSERT of one row spends most of its time on getting ready: the executor
 * reads the text of each CHECK of the table, makes it executable, looks up
 * the triggers and the indexes, and throws all of it away.  Here that is kept
 * for the session, as long as nothing of it changes:
 *
 *		RowMaker		RelationCache callback	the table, its triggers, CHECKs,
 *												defaults and indexes
 *						syscache callback		a function that they call
 *
 * What is kept is the executor's own state (an EState and a ResultRelInfo),
 * and the row goes through ExecSimpleRelationInsert(), as a row of logical
 * replication does.  So triggers, CHECKs and indexes are treated by
 * PostgreSQL, and there is nothing to keep equal.
 *
 * The relations are opened and locked anew for each row.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "spi/objects.h"
#include "spi/row_writer.h"

/* A column of the table. */
typedef struct MadeColumn
{
	int			arg;			/* its argument; -1: its default */
	ExprState  *value;			/* of the default; NULL: null */
	Oid			domain;			/* whose rules a value must keep, or 0 */
	void	   *domain_rules;
} MadeColumn;

/* What it takes to write a row into a table. */
typedef struct RowMaker
{
	struct RowMaker *next;
	MemoryContext memory;
	Oid			relid;
	bool		valid;
	bool		busy;			/* a trigger of its row may write another one */
	bool		by_query;		/* rows go by a query: see needs_query() */
	EState	   *estate;
	ResultRelInfo *result;
	TupleTableSlot *slot;
	MadeColumn *columns;
	Oid		   *indexes;
	AttrNumber	number_column;	/* 0: no number is wanted */
	int64		number;			/* of the last row */
} RowMaker;

static RowMaker *makers = NULL;

/* Relation cache callback: something about a table changed, or about all. */
static void
forget_table(Datum arg pg_attribute_unused(), Oid relid)
{
	for (RowMaker *maker = makers; maker != NULL; maker = maker->next)
	{
		if (!OidIsValid(relid) || maker->relid == relid)
			maker->valid = false;
	}
}

/* Syscache callback: a function changed, which a CHECK may have been made of. */
static void
forget_all(Datum arg pg_attribute_unused(), int cacheid pg_attribute_unused(),
		   uint32 hashvalue pg_attribute_unused())
{
	forget_table((Datum) 0, InvalidOid);
}

static void
follow_changes(void)
{
	static bool registered = false;

	if (registered)
		return;
	CacheRegisterRelcacheCallback(forget_table, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, forget_all, (Datum) 0);
	registered = true;
}

/* Does the executor do with its rows what nobody else does? */
static bool
needs_query(Relation table)
{
	TupleDesc	desc = RelationGetDescr(table);

	for (int i = 0; i < desc->natts; i++)
	{
		/* a value would have to be made to fit */
		if (!TupleDescAttr(desc, i)->attisdropped && TupleDescAttr(desc, i)->atttypmod >= 0)
			return true;
	}
	return table->rd_rel->relkind != RELKIND_RELATION || table->rd_rules != NULL ||
		(table->trigdesc != NULL && table->trigdesc->trig_insert_new_table);
}

/* What a column takes: an argument, or its default. */
static void
make_column(RowMaker *maker, const RowWriter *writer, const PlanArg *args, Relation table, int i)
{
	Form_pg_attribute attr = TupleDescAttr(RelationGetDescr(table), i);
	MadeColumn *column = &maker->columns[i];
	Node	   *value;

	column->arg = -1;
	if (attr->attisdropped)
		return;
	if (get_typtype(attr->atttypid) == TYPTYPE_DOMAIN)
		column->domain = attr->atttypid;
	for (int n = 0; n < writer->ncolumns; n++)
	{
		if (namestrcmp(&attr->attname, writer->columns[n]) != 0)
			continue;
		if (getBaseType(attr->atttypid) != TypeOfArg(args[n].type))
			elog(ERROR, "column \"%s\" of \"%s\" is of another type", writer->columns[n], writer->table);
		column->arg = n;
		return;
	}
	if (attr->attgenerated)
		return;					/* the executor computes it */
	value = build_column_default(table, i + 1);
	if (value != NULL)
		column->value = ExecPrepareExpr((Expr *) value, maker->estate);
}

/* Look the triggers' functions up, in memory that stays. */
static void
make_triggers(ResultRelInfo *result, MemoryContext memory)
{
	if (result->ri_TrigDesc == NULL)
		return;
	for (int i = 0; i < result->ri_TrigDesc->numtriggers; i++)
		fmgr_info_cxt(result->ri_TrigDesc->triggers[i].tgfoid, &result->ri_TrigFunctions[i], memory);
}

/* Every column is found, or an INSERT would say so. */
static void
check_columns(const RowWriter *writer, Relation table)
{
	for (int n = 0; n < writer->ncolumns; n++)
	{
		if (get_attnum(RelationGetRelid(table), writer->columns[n]) == InvalidAttrNumber)
			elog(ERROR, "column \"%s\" of \"%s\" does not exist", writer->columns[n], writer->table);
	}
}

static RowMaker *
make_maker(const RowWriter *writer, const PlanArg *args, Relation table)
{
	MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "licence_home row writer",
												 ALLOCSET_SMALL_SIZES);
	MemoryContext outer = MemoryContextSwitchTo(memory);
	RowMaker   *maker = palloc0(sizeof(RowMaker));
	TupleDesc	desc = CreateTupleDescCopyConstr(RelationGetDescr(table));

	maker->memory = memory;
	maker->relid = RelationGetRelid(table);
	maker->by_query = needs_query(table);
	if (!maker->by_query)
	{
		check_columns(writer, table);
		if (writer->number != NULL)
			maker->number_column = get_attnum(RelationGetRelid(table), writer->number);
		maker->estate = CreateExecutorState();
		MemoryContextSwitchTo(maker->estate->es_query_cxt);
		maker->result = makeNode(ResultRelInfo);
		/* no range table: a failing row is shown by the rights of the owner */
		InitResultRelInfo(maker->result, table, 0, NULL, 0);
		maker->estate->es_opened_result_relations = list_make1(maker->result);
		make_triggers(maker->result, maker->estate->es_query_cxt);
		ExecOpenIndices(maker->result, false);
		maker->indexes = palloc(sizeof(Oid) * Max(maker->result->ri_NumIndices, 1));
		for (int i = 0; i < maker->result->ri_NumIndices; i++)
			maker->indexes[i] = RelationGetRelid(maker->result->ri_IndexRelationDescs[i]);
		ExecCloseIndices(maker->result);
		maker->slot = MakeTupleTableSlot(desc, &TTSOpsHeapTuple);
		maker->columns = palloc0(sizeof(MadeColumn) * desc->natts);
		for (int i = 0; i < desc->natts; i++)
			make_column(maker, writer, args, table, i);
	}
	MemoryContextSwitchTo(outer);
	MemoryContextSetParent(memory, CacheMemoryContext); /* no error any more */
	return maker;
}

/* Free a maker, wherever it is in the list. */
static void
free_maker(RowMaker *maker)
{
	for (RowMaker **link = &makers; *link != NULL; link = &(*link)->next)
	{
		if (*link == maker)
		{
			*link = maker->next;
			break;
		}
	}
	if (maker->estate != NULL)
		FreeExecutorState(maker->estate);
	MemoryContextDelete(maker->memory);
}

/* The maker of a table that is open and locked. */
static RowMaker *
maker_of(RowWriter *writer, const PlanArg *args, Relation table)
{
	RowMaker   *maker = writer->maker;

	follow_changes();
	if (maker != NULL && maker->valid && maker->relid == RelationGetRelid(table))
		return maker;
	if (maker != NULL && maker->busy)
		return NULL;
	if (maker != NULL)
	{
		writer->maker = NULL;
		free_maker(maker);
	}
	maker = make_maker(writer, args, table);
	maker->next = makers;
	maker->valid = true;
	makers = writer->maker = maker;
	return maker;
}

/* Open the relations of a maker. */
static void
open_relations(RowMaker *maker, Relation table)
{
	ResultRelInfo *result = maker->result;

	result->ri_RelationDesc = table;
	for (int i = 0; i < result->ri_NumIndices; i++)
	{
		IndexInfo  *info = result->ri_IndexRelationInfo[i];

		result->ri_IndexRelationDescs[i] = index_open(maker->indexes[i], RowExclusiveLock);
		/* what an access method keeps from row to row is of one statement */
		info->ii_AmCache = NULL;
		info->ii_Context = GetPerTupleMemoryContext(maker->estate);
	}
}

static void
close_relations(RowMaker *maker)
{
	ResultRelInfo *result = maker->result;

	for (int i = 0; i < result->ri_NumIndices; i++)
	{
		CleanUpIndexInsert(result->ri_IndexRelationDescs[i], result->ri_IndexRelationInfo[i]);
		index_close(result->ri_IndexRelationDescs[i], RowExclusiveLock);
	}
}

/* Put the values of a row into the slot. */
static void
fill_slot(RowMaker *maker, const PlanArg *args)
{
	TupleTableSlot *slot = maker->slot;
	ExprContext *context = GetPerTupleExprContext(maker->estate);

	ExecClearTuple(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
	{
		MadeColumn *column = &maker->columns[i];

		slot->tts_isnull[i] = true;
		slot->tts_values[i] = (Datum) 0;
		if (column->arg >= 0)
		{
			slot->tts_isnull[i] = args[column->arg].isnull;
			slot->tts_values[i] = args[column->arg].value;
		}
		else if (column->value != NULL)
			slot->tts_values[i] = ExecEvalExpr(column->value, context, &slot->tts_isnull[i]);
		if (OidIsValid(column->domain))
			domain_check(slot->tts_values[i], slot->tts_isnull[i], column->domain,
						 &column->domain_rules, maker->memory);
	}
	ExecStoreVirtualTuple(slot);
}

/* The slots that AFTER triggers were given are of the relation as it was open. */
static void
forget_trigger_slots(RowMaker *maker)
{
	if (maker->estate->es_tupleTable == NIL)
		return;
	ExecResetTupleTable(maker->estate->es_tupleTable, true);
	maker->estate->es_tupleTable = NIL;
	maker->result->ri_TrigOldSlot = NULL;
	maker->result->ri_TrigNewSlot = NULL;
}

/* The row, as the executor would write it. */
static void
write_row(RowMaker *maker, Relation table, const PlanArg *args)
{
	bool		isnull;
	EState	   *estate = maker->estate;
	MemoryContext outer = MemoryContextSwitchTo(GetPerTupleMemoryContext(estate));

	open_relations(maker, table);
	AfterTriggerBeginQuery();
	ExecBSInsertTriggers(estate, maker->result);
	fill_slot(maker, args);
	ExecSimpleRelationInsert(maker->result, estate, maker->slot);
	ExecASInsertTriggers(estate, maker->result, NULL);
	AfterTriggerEndQuery(estate);
	Assert(estate->es_trig_target_relations == NIL);
	if (maker->number_column != 0)
		maker->number = DatumGetInt64(slot_getattr(maker->slot, maker->number_column, &isnull));
	close_relations(maker);
	ExecClearTuple(maker->slot);
	forget_trigger_slots(maker);
	MemoryContextSwitchTo(outer);
	ResetPerTupleExprContext(estate);
	maker->busy = false;
}

/* An error came in between; the transaction lets go of what was held. */
static void
give_up(RowMaker *maker)
{
	maker->busy = false;
	maker->valid = false;
}

static void
insert_by_maker(RowMaker *maker, Relation table, const PlanArg *args)
{
	maker->busy = true;
	PG_TRY();
	{
		write_row(maker, table, args);
	}
	PG_CATCH();
	{
		give_up(maker);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

/* The same by a query. */
static int64
insert_by_query(OwnerScope *scope, const RowWriter *writer, const PlanArg *args, int nargs)
{
	StringInfoData text;
	Rows		rows;

	initStringInfo(&text);
	appendStringInfo(&text, "INSERT INTO licence_home.%s (", writer->table);
	for (int i = 0; i < nargs; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", writer->columns[i]);
	appendStringInfoString(&text, ") OVERRIDING SYSTEM VALUE VALUES (");
	for (int i = 0; i < nargs; i++)
		appendStringInfo(&text, "%s$%d", i > 0 ? ", " : "", i + 1);
	appendStringInfoChar(&text, ')');
	if (writer->number != NULL)
		appendStringInfo(&text, " RETURNING %s", writer->number);
	rows = ExecSavedPlan(scope, SavedPlanFor(text.data), 0, args, nargs);
	return writer->number != NULL && rows.count == 1 ? RowInt8(rows, 0, 1) : 0;
}

int64
InsertRowOf(OwnerScope *scope, RowWriter *writer, const PlanArg *args, int nargs)
{
	Relation	table;
	RowMaker   *maker;

	Assert(scope->mode == OWNER_WRITES);
	Assert(nargs == writer->ncolumns);
	PreventCommandIfReadOnly("INSERT");
	table = table_open(ExtensionTable(writer->table), RowExclusiveLock);
	maker = maker_of(writer, args, table);
	if (maker == NULL || maker->by_query || maker->busy)
	{
		table_close(table, NoLock);
		return insert_by_query(scope, writer, args, nargs);
	}

	insert_by_maker(maker, table, args);
	table_close(table, NoLock);
	/* the next query sees the row */
	CommandCounterIncrement();
	return maker->number;
}

int64
NextNumber(const char *sequence)
{
	return nextval_internal(ExtensionTable(sequence), false);
}
