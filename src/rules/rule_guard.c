/*
 * rule_guard.c
 *		A published rule stays as it was written.
 *
 * Cases are judged by the rules of the day of their first submission, for
 * their whole life.  So a row of a rule table is never edited and never
 * deleted.  It can be closed (valid ends earlier, but not on a day by which a
 * case was judged already) or withdrawn, and another row takes its place.
 *
 * rule_guard is a BEFORE row trigger, and a BEFORE statement trigger for
 * TRUNCATE.  Its arguments are pairs, a column and the "table.column" where
 * the code in it must be found: one dated row names another by its code, and
 * no foreign key can follow dates before PostgreSQL 18.
 *
 * It also lets one session at a time write to a rule table, so that
 * rule_coverage, at the end of the transaction, sees every other row.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "clock.h"
#include "errors.h"
#include "spi/query.h"
#include "rules/rule_table.h"
#include "checks/soundness.h"

#define HOW_TO_REPLACE \
	"Rules are replaced, not edited: set withdrawn_at and insert the corrected row for the same dates, " \
	"or end valid on a coming day and insert a row that begins on it, both in one transaction."

/*
 * One writer at a time.  A lock on the table itself would deadlock, since
 * both writers hold ROW EXCLUSIVE already; an advisory lock is anybody's to
 * take.  A lock on the table as an "object" is used by nothing else.
 */
static void
lock_rules(Relation rel)
{
	LockDatabaseObject(RelationRelationId, RelationGetRelid(rel), 0, ExclusiveLock);
}

static void
refuse_removal(Relation rel, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_PERMANENT),
			 errmsg("rules of \"%s\" cannot be %s",
					RelationGetRelationName(rel), what),
			 errdetail("Cases were or may be judged by them."),
			 errhint("Set withdrawn_at in a row that turned out wrong, or close its valid."),
			 errtable(rel)));
}

static void
refuse_change(Relation rel, HeapTuple old, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_PUBLISHED),
			 errmsg("column \"%s\" of a published rule of \"%s\" cannot be changed",
					column, RelationGetRelationName(rel)),
			 errdetail("The rule is %s.", RuleName(rel, old)),
			 errhint(HOW_TO_REPLACE),
			 errtablecol(rel, RuleColumn(RelationGetDescr(rel), column))));
}

static void
refuse_birth(Relation rel, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_PUBLISHED),
			 errmsg("a new row of \"%s\" cannot have \"%s\"",
					RelationGetRelationName(rel), column),
			 errhint("Insert the row with null there, then update it."),
			 errtablecol(rel, RuleColumn(RelationGetDescr(rel), column))));
}

static bool
is_null(TupleDesc desc, HeapTuple tuple, const char *column)
{
	return heap_attisnull(tuple, RuleColumn(desc, column), desc);
}

/* A workflow that is not published yet is written freely. */
static bool
is_unpublished(TupleDesc desc, HeapTuple tuple)
{
	int			column = SPI_fnumber(desc, "published_at");

	return column > 0 && heap_attisnull(tuple, column, desc);
}

/* Did the column change? */
static bool
differs(TupleDesc desc, HeapTuple old, HeapTuple new, int column)
{
	Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
	bool		old_null;
	bool		new_null;
	Datum		old_value = heap_getattr(old, column, desc, &old_null);
	Datum		new_value = heap_getattr(new, column, desc, &new_null);

	if (old_null || new_null)
		return old_null != new_null;
	return !datum_image_eq(old_value, new_value,
						   attribute->attbyval, attribute->attlen);
}

/* Does any column? */
static bool
row_changed(Relation rel, HeapTuple old, HeapTuple new)
{
	for (int column = 1; column <= RelationGetDescr(rel)->natts; column++)
	{
		if (differs(RelationGetDescr(rel), old, new, column))
			return true;
	}
	return false;
}

static Period
period_of(TupleDesc desc, HeapTuple tuple)
{
	bool		isnull;
	Datum		value = heap_getattr(tuple, RuleColumn(desc, "valid"), desc, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("a rule needs its days of validity"),
				 errhint("Set valid, for example to daterange('2027-01-01', NULL).")));
	return PeriodOf(value);
}

/* Was a case judged by the days that the rule would lose? */
static bool
was_relied_on(OwnerScope *scope, Period old, DateADT to)
{
	static KeptQuery find = KEPT_QUERY("dd",
									   "SELECT a.judged_on FROM licence_home.application AS a "
									   "WHERE a.judged_on >= $1 AND ($2 IS NULL OR a.judged_on < $2) LIMIT 1");
	Datum		values[2];

	/* A submission of today may not be committed yet: wait for it. */
	if (to <= ClockDay(ClockMoment()))
		LockRelationOid(ExtensionTable("application"),
						ShareRowExclusiveLock);
	values[0] = DateADTGetDatum(to);
	values[1] = DateADTGetDatum(old.to);
	return RunKept(scope, &find, values, old.has_to ? "  " : " n", 1) > 0;
}

/* valid may end earlier, on a day by which no case was judged. */
static void
check_closing(OwnerScope *scope, Relation rel, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Period		before = period_of(desc, old);
	Period		after = period_of(desc, new);

	if (after.empty ||
		before.has_from != after.has_from || before.from != after.from ||
		!after.has_to || (before.has_to && after.to >= before.to))
		refuse_change(rel, old, "valid");
	if (was_relied_on(scope, before, after.to))
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s cannot end so early: cases were judged by it later",
						RuleName(rel, old)),
				 errdetail("Cases submitted on %s were judged by the rules of that day.",
						   RowText(0, 1)),
				 errhint("Close the rule on a later day; if it was wrong, set withdrawn_at and insert the corrected row for the same dates."),
				 errtablecol(rel, RuleColumn(desc, "valid"))));
}

/* Publishing needs a sound workflow. */
static void
check_publishing(OwnerScope *scope, Relation rel, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	char	   *workflow = SPI_getvalue(new, desc, RuleColumn(desc, "workflow"));
	char	   *version = SPI_getvalue(new, desc, RuleColumn(desc, "version"));
	List	   *defects = FindDefects(scope, workflow, pg_strtoint32(version));
	StringInfoData text;
	ListCell   *cell;

	if (defects == NIL)
		return;
	initStringInfo(&text);
	foreach(cell, defects)
	{
		const Defect *defect = lfirst(cell);

		if (text.len > 0)
			appendStringInfoChar(&text, '\n');
		appendStringInfo(&text, "%s", defect->defect);
		if (defect->state != NULL)
			appendStringInfo(&text, ", state \"%s\"", defect->state);
		if (defect->action != NULL)
			appendStringInfo(&text, ", action \"%s\"", defect->action);
		appendStringInfo(&text, ": %s", defect->explanation);
	}
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNSOUND_WORKFLOW),
			 errmsg("workflow \"%s\" version %s has defects and cannot be published",
					workflow, version),
			 errdetail_internal("%s", text.data),
			 errhint("SELECT * FROM licence_home.check_workflow('%s', %s) lists them.",
					 workflow, version),
			 err_column("workflow", "published_at")));
}

/* The code in a column must be in force at some time in the rule's days. */
static void
check_reference(OwnerScope *scope, Relation rel, HeapTuple new,
				const char *column, const char *target)
{
	TupleDesc	desc = RelationGetDescr(rel);
	int			attnum = RuleColumn(desc, column);
	char	   *code = SPI_getvalue(new, desc, attnum);
	const char *dot = strchr(target, '.');
	char	   *table = pnstrdup(target, dot - target);
	KeptQuery  *find;
	Datum		values[2];

	if (code == NULL)
		return;
	find = KeptQueryFor("tt",
						psprintf("SELECT FROM licence_home.%s AS r WHERE r.%s = $1 "
								 "AND r.withdrawn_at IS NULL AND r.valid && $2::pg_catalog.daterange LIMIT 1",
								 quote_identifier(table), quote_identifier(dot + 1)));
	values[0] = CStringGetTextDatum(code);
	values[1] = CStringGetTextDatum(SPI_getvalue(new, desc, RuleColumn(desc, "valid")));
	if (RunKept(scope, find, values, NULL, 1) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("%s \"%s\" is not in \"%s\" in the days of the rule",
						column, code, table),
				 errdetail("The rule is to be valid in %s.",
						   TextDatumGetCString(values[1])),
				 errhint("Insert it into licence_home.%s first, with dates that the rule shares.",
						 table),
				 errtablecol(rel, attnum)));
}

static void
check_insert(OwnerScope *scope, Relation rel, HeapTuple new, Trigger *trigger)
{
	TupleDesc	desc = RelationGetDescr(rel);

	if (!is_null(desc, new, "withdrawn_at"))
		refuse_birth(rel, "withdrawn_at");
	if (SPI_fnumber(desc, "published_at") > 0 && !is_unpublished(desc, new))
		refuse_birth(rel, "published_at");
	(void) period_of(desc, new);
	for (int i = 0; i + 1 < trigger->tgnargs; i += 2)
		check_reference(scope, rel, new, trigger->tgargs[i], trigger->tgargs[i + 1]);
}

/*
 * Check an update; the row as it is to be written.  Moments are those of the
 * clock, whatever the client wrote.
 */
static HeapTuple
check_update(OwnerScope *scope, Relation rel, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	bool		unpublished = is_unpublished(desc, old);
	Datum		now = TimestampTzGetDatum(ClockNow());
	bool		not_null = false;

	for (int column = 1; column <= desc->natts; column++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
		const char *name = NameStr(attribute->attname);

		if (attribute->attisdropped || attribute->attgenerated != '\0' ||
			!differs(desc, old, new, column))
			continue;
		if (strcmp(name, "published_at") == 0 && unpublished)
		{
			check_publishing(scope, rel, new);
			new = heap_modify_tuple_by_cols(new, desc, 1, &column, &now, &not_null);
		}
		else if (unpublished && strcmp(name, "withdrawn_at") != 0)
			continue;
		else if (!is_null(desc, old, "withdrawn_at"))
			refuse_change(rel, old, name);
		else if (strcmp(name, "withdrawn_at") == 0)
			new = heap_modify_tuple_by_cols(new, desc, 1, &column, &now, &not_null);
		else if (strcmp(name, "valid") == 0)
			check_closing(scope, rel, old, new);
		else
			refuse_change(rel, old, name);
	}
	return new;
}

PG_FUNCTION_INFO_V1(licence_home_rule_guard);
/* BEFORE INSERT, UPDATE, DELETE for each row; BEFORE TRUNCATE. */
Datum
licence_home_rule_guard(PG_FUNCTION_ARGS)
{
	TriggerData *data = RuleTriggerData(fcinfo, "rule_guard");
	Relation	rel = data->tg_relation;
	HeapTuple	result = data->tg_trigtuple;
	OwnerScope	scope;

	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		refuse_removal(rel, "truncated");
	lock_rules(rel);
	if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
	{
		if (!is_unpublished(RelationGetDescr(rel), data->tg_trigtuple))
			refuse_removal(rel, "deleted");
		return PointerGetDatum(result);
	}

	EnterOwner(&scope, OWNER_WRITES);
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		check_insert(&scope, rel, data->tg_trigtuple, data->tg_trigger);
	else
	{
		result = check_update(&scope, rel, data->tg_trigtuple, data->tg_newtuple);
		if (result != data->tg_newtuple)
			result = SPI_copytuple(result);
	}
	LeaveOwner(&scope);
	return PointerGetDatum(result);
}

PG_FUNCTION_INFO_V1(licence_home_workflow_rows_guard);
/*
 * BEFORE INSERT, UPDATE, DELETE for each row of workflow_state,
 * workflow_transition and workflow_evidence, and BEFORE TRUNCATE: rows of a
 * published version stay.
 */
Datum
licence_home_workflow_rows_guard(PG_FUNCTION_ARGS)
{
	/*
	 * FOR SHARE: whoever publishes waits for rows being written, and sees
	 * them; whoever writes waits for a publication, and sees it.
	 */
	static KeptQuery find = KEPT_QUERY("ti",
									   "SELECT w.published_at IS NOT NULL FROM licence_home.workflow AS w "
									   "WHERE w.workflow = $1 AND w.version = $2 FOR SHARE");
	TriggerData *data = RuleTriggerData(fcinfo, "workflow_rows_guard");
	Relation	rel = data->tg_relation;
	TupleDesc	desc = RelationGetDescr(rel);
	HeapTuple	rows[2] = {data->tg_trigtuple, NULL};
	OwnerScope	scope;

	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		refuse_removal(rel, "truncated");
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		rows[1] = data->tg_newtuple;
		if (!row_changed(rel, rows[0], rows[1]))
			return PointerGetDatum(rows[1]);
	}
	EnterOwner(&scope, OWNER_WRITES);
	for (int i = 0; i < (int) lengthof(rows) && rows[i] != NULL; i++)
	{
		Datum		key[2];
		bool		nulls[2];

		key[0] = heap_getattr(rows[i], RuleColumn(desc, "workflow"), desc, &nulls[0]);
		key[1] = heap_getattr(rows[i], RuleColumn(desc, "version"), desc, &nulls[1]);
		if (nulls[0] || nulls[1])
			continue;			/* NOT NULL constraints say so better */
		if (RunKept(&scope, &find, key, NULL, 1) == 1 && RowBool(0, 1))
			ereport(ERROR,
					(errcode(ERRCODE_LH_PUBLISHED),
					 errmsg("%s is published: its rows in \"%s\" stay as they are",
							RuleName(rel, rows[i]), RelationGetRelationName(rel)),
					 errhint("Write another version, publish it, and close the valid of this one on its first day."),
					 errtable(rel)));
	}
	LeaveOwner(&scope);
	return PointerGetDatum(rows[1] != NULL ? rows[1] : rows[0]);
}
