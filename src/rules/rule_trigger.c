/*
 * rule_trigger.c
 *		A published rule stays as it was written.
 *
 * Cases are judged by the rules of the day of their first submission, for
 * their whole life.  So a row of a rule table is never edited and never
 * deleted.  It can be closed or withdrawn, and another row takes its place.
 * Closed, its valid ends earlier, but not before a day by which a case was
 * judged already.
 *
 * A withdrawal says what it is (withdrawal):
 *
 *	corrected	the successor counts in the row's place, for old cases too
 *	void		the row never counted
 *	from_today	the row counted until today, and open cases keep it
 *
 * Of the first two withdrawn_at is set, and the row counts for no day.  The
 * third ends valid today and leaves withdrawn_at null: who asks which rule was
 * in force on a day needs no other question.
 *
 * rule_trigger is a BEFORE row trigger, and a BEFORE statement trigger for
 * TRUNCATE. Its arguments are pairs: a column, and the "table.column" where
 * its code must be found.  One dated row names another by its code, and before
 * PostgreSQL 18 no foreign key can follow dates.
 *
 * It also lets one session at a time write to a rule table.  So rule_coverage
 * sees every other row at the end of the transaction.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "clock.h"
#include "errors.h"
#include "rules/rule_table.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "spi/trigger.h"

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

pg_noreturn static void
refuse_change(Relation rel, HeapTuple old, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_PUBLISHED),
			 errmsg("column \"%s\" of a published rule of \"%s\" cannot be changed",
					column, RelationGetRelationName(rel)),
			 errdetail("The rule is %s.", RuleName(rel, old)),
			 errhint(HOW_TO_REPLACE),
			 errtablecol(rel, ColumnNumber(RelationGetDescr(rel), column))));
}

pg_noreturn static void
refuse_birth(Relation rel, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_PUBLISHED),
			 errmsg("a new row of \"%s\" cannot have \"%s\"",
					RelationGetRelationName(rel), column),
			 errhint("Insert the row with null there, then update it."),
			 errtablecol(rel, ColumnNumber(RelationGetDescr(rel), column))));
}

/* What has to be published, and is not yet, is written freely. */
static bool
is_unpublished(TupleDesc desc, HeapTuple tuple)
{
	int			column = SPI_fnumber(desc, "published_at");

	return column > 0 && heap_attisnull(tuple, column, desc);
}

static Period
period_of(TupleDesc desc, HeapTuple tuple)
{
	bool		isnull;
	Datum		value = ColumnDatum(tuple, desc, "valid", &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("a rule needs its days of validity"),
				 errhint("Set valid, for example to daterange('2027-01-01', NULL).")));
	return PeriodOf(value);
}

/* Was a case judged by the days that the rule would lose?  NULL, or such a day. */
static char *
day_relied_on(OwnerScope *scope, Period old, DateADT to)
{
	static SavedPlan find = SAVED_PLAN("SELECT a.judged_on FROM licence_home.application AS a "
									   "WHERE a.judged_on >= $1 AND ($2 IS NULL OR a.judged_on < $2) LIMIT 1");
	Rows		rows;

	/* A submission of today may not be committed yet: wait for it. */
	if (to <= ClockDay(ClockMoment()))
		LockRelationOid(ExtensionTable("application"),
						ShareRowExclusiveLock);
	rows = ExecPlan(scope, &find, DateArg(to),
					DatumArg(ARG_DATE, DateADTGetDatum(old.to), !old.has_to));
	return rows.count > 0 ? RowText(rows, 0, 1) : NULL;
}

/* valid may end earlier, on a day by which no case was judged. */
static void
check_closing(OwnerScope *scope, Relation rel, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	Period		before = period_of(desc, old);
	Period		after = period_of(desc, new);
	char	   *relied_on;

	if (after.empty ||
		before.has_from != after.has_from || before.from != after.from ||
		!after.has_to || (before.has_to && after.to >= before.to))
		refuse_change(rel, old, "valid");
	relied_on = day_relied_on(scope, before, after.to);
	if (relied_on != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s cannot end so early: cases were judged by it later",
						RuleName(rel, old)),
				 errdetail("Cases submitted on %s were judged by the rules of that day.",
						   relied_on),
				 errhint("Close the rule on a later day; if it was wrong, set withdrawn_at and insert the corrected row for the same dates."),
				 errtablecol(rel, ColumnNumber(desc, "valid"))));
}

/* The code in a column must be in force at some time in the rule's days. */
static void
check_reference(OwnerScope *scope, Relation rel, HeapTuple new,
				const char *column, const char *target)
{
	TupleDesc	desc = RelationGetDescr(rel);
	char	   *code = ColumnOutput(new, desc, column);
	char	   *valid = ColumnOutput(new, desc, "valid");
	const char *dot = strchr(target, '.');
	char	   *table = pnstrdup(target, dot - target);
	SavedPlan  *find;

	if (code == NULL)
		return;
	find = SavedPlanFor(psprintf("SELECT FROM licence_home.%s AS r WHERE r.%s = $1 "
								 "AND r.withdrawn_at IS NULL AND r.valid && $2::pg_catalog.daterange LIMIT 1",
								 quote_identifier(table), quote_identifier(dot + 1)));
	if (ExecPlan(scope, find, TextArg(code), TextArg(valid)).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("%s \"%s\" is not in \"%s\" in the days of the rule",
						column, code, table),
				 errdetail("The rule is to be valid in %s.", valid),
				 errhint("Insert it into licence_home.%s first, with dates that the rule shares.",
						 table),
				 errtablecol(rel, ColumnNumber(desc, column))));
}

static void
check_insert(OwnerScope *scope, Relation rel, HeapTuple new, Trigger *trigger)
{
	TupleDesc	desc = RelationGetDescr(rel);

	if (!ColumnIsNull(new, desc, "withdrawn_at"))
		refuse_birth(rel, "withdrawn_at");
	if (!ColumnIsNull(new, desc, "withdrawal"))
		refuse_birth(rel, "withdrawal");
	if (SPI_fnumber(desc, "published_at") > 0 && !is_unpublished(desc, new))
		refuse_birth(rel, "published_at");
	(void) period_of(desc, new);
	for (int i = 0; i + 1 < trigger->tgnargs; i += 2)
		check_reference(scope, rel, new, trigger->tgargs[i], trigger->tgargs[i + 1]);
}

/* What the rules write in every row, whether it is published or not. */
static bool
is_kept(const char *column)
{
	return strcmp(column, "recorded_at") == 0 || strcmp(column, "recorded_by") == 0 ||
		strcmp(column, "session_role") == 0 || strcmp(column, "closed_at") == 0;
}

static HeapTuple
set_column(HeapTuple tuple, TupleDesc desc, const char *column, Datum value, bool isnull)
{
	int			number = ColumnNumber(desc, column);

	return heap_modify_tuple_by_cols(tuple, desc, 1, &number, &value, &isnull);
}

/* From today on the rule counts no more; cases that were judged by it keep it. */
static HeapTuple
end_today(OwnerScope *scope, Relation rel, HeapTuple old, HeapTuple new)
{
	static SavedPlan shorten = SAVED_PLAN("SELECT $1::daterange * daterange(NULL, $2)");
	TupleDesc	desc = RelationGetDescr(rel);
	DateADT		today = ClockDay(ClockMoment());
	Period		days = period_of(desc, old);
	char	   *relied_on;
	Datum		valid;
	bool		isnull;

	if (days.has_from && days.from >= today)
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s has no day before today", RuleName(rel, old)),
				 errdetail("It is valid in %s.", ColumnOutput(old, desc, "valid")),
				 errhint("What never counted is withdrawn as void."),
				 errtablecol(rel, ColumnNumber(desc, "withdrawal"))));
	if (days.has_to && days.to <= today)
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s has ended already", RuleName(rel, old)),
				 errdetail("It is valid in %s.", ColumnOutput(old, desc, "valid")),
				 errhint("Withdraw it as corrected, and insert the row that is to count for its days."),
				 errtablecol(rel, ColumnNumber(desc, "withdrawal"))));
	relied_on = day_relied_on(scope, days, today);
	if (relied_on != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s cannot end today: cases were judged by it today",
						RuleName(rel, old)),
				 errdetail("Cases submitted on %s were judged by the rules of that day.",
						   relied_on),
				 errhint("End its valid tomorrow; or withdraw it as corrected, and insert the row that is to count for these cases too."),
				 errtablecol(rel, ColumnNumber(desc, "withdrawal"))));
	valid = RowDatum(ExecPlan(scope, &shorten, TextArg(ColumnOutput(old, desc, "valid")),
							  DateArg(today)), 0, 1, &isnull);
	new = set_column(new, desc, "valid", valid, false);
	return set_column(new, desc, "withdrawn_at", (Datum) 0, true);
}

/*
 * The row, withdrawn.  A client that sets withdrawn_at alone withdraws what has
 * begun as corrected, and what has not as void.
 */
static HeapTuple
withdraw(OwnerScope *scope, Relation rel, HeapTuple old, HeapTuple new)
{
	TupleDesc	desc = RelationGetDescr(rel);
	char	   *kind = ColumnText(new, desc, "withdrawal");
	Period		days = period_of(desc, old);

	if (!RuleColumnDiffers(desc, old, new, ColumnNumber(desc, "withdrawal")))
		kind = days.has_from && days.from > ClockDay(ClockMoment()) ? "void" : "corrected";
	if (kind == NULL)
		refuse_change(rel, old, "withdrawal");
	if (strcmp(kind, "from_today") == 0)
		return end_today(scope, rel, old, new);
	new = set_column(new, desc, "withdrawal", CStringGetTextDatum(kind), false);
	return set_column(new, desc, "withdrawn_at", TimestampTzGetDatum(ClockNow()), false);
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
	bool		withdrawn = false;
	HeapTuple	result = new;

	for (int column = 1; column <= desc->natts; column++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
		const char *name = NameStr(attribute->attname);

		if (attribute->attisdropped || attribute->attgenerated != '\0' ||
			!RuleColumnDiffers(desc, old, new, column))
			continue;
		if (is_kept(name))
			refuse_change(rel, old, name);
		else if (strcmp(name, "published_at") == 0 && unpublished)
			result = set_column(result, desc, name, now, false);
		else if (strcmp(name, "withdrawn_at") == 0 || strcmp(name, "withdrawal") == 0)
		{
			if (!ColumnIsNull(old, desc, "withdrawn_at"))
				refuse_change(rel, old, name);
			withdrawn = true;
		}
		else if (unpublished)
			continue;
		else if (!ColumnIsNull(old, desc, "withdrawn_at"))
			refuse_change(rel, old, name);
		else if (strcmp(name, "valid") == 0)
			check_closing(scope, rel, old, new);
		else
			refuse_change(rel, old, name);
	}
	if (withdrawn)
		result = withdraw(scope, rel, old, result);
	if (!unpublished && RuleColumnDiffers(desc, old, result, ColumnNumber(desc, "valid")))
		result = set_column(result, desc, "closed_at", now, false);
	return result;
}

PG_FUNCTION_INFO_V1(licence_home_rule_trigger);
/* BEFORE INSERT, UPDATE, DELETE for each row; BEFORE TRUNCATE. */
Datum
licence_home_rule_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "rule_trigger", ANY_TRIGGER);
	Relation	rel = data->tg_relation;
	HeapTuple	result = data->tg_trigtuple;
	OwnerScope	scope;

	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		RefuseRuleRemoval(rel, "truncated");
	lock_rules(rel);
	if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
	{
		if (!is_unpublished(RelationGetDescr(rel), data->tg_trigtuple))
			RefuseRuleRemoval(rel, "deleted");
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
