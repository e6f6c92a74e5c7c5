/*
 * rule_coverage.c
 *		Rules of one key share no day, and leave no gap where none may be.
 *
 * rule_coverage is a deferred constraint trigger: a rule is closed and its
 * successor inserted in one transaction, in either order.  Its arguments:
 *
 *	gapless				days between two rules of the key are a gap, and so are
 *						those of a rule that is withdrawn, unless others take
 *						them
 *	unbroken			days between two rules of the key are a gap
 *	sparse				no day is
 *	some				rules share days, and of those of a rule that is withdrawn
 *						each has some rule
 *	ended				days that a rule is closed before are a gap, unless others
 *						take them: of a key, or without one of the table
 *	band=COLUMN			optional: rules of the key may share days if their
 *						bands of this numrange column differ; the bands of a
 *						day leave no gap above zero
 *	id=COLUMN			optional: what names a row; else its first column
 *	COLUMN ...			the key, in which nulls are equal
 *
 * Only rows not withdrawn count, and of workflows only published ones.
 * rule_trigger lets one session write at a time, so the latest snapshot shows
 * every row.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/rel.h"

#include "errors.h"
#include "rules/rule_table.h"
#include "spi/plan.h"
#include "spi/trigger.h"

/* The rules of one key, and what their trigger says of them. */
typedef struct Coverage
{
	Relation	rel;
	bool		gapless;
	bool		some;
	bool		ended;
	bool		unbroken;		/* or gapless */
	const char *band;			/* NULL: none */
	const char *id;
	StringInfoData rows;		/* a CTE, "WITH k AS (…) " */
	StringInfoData key;			/* for people: "criterion sign, category food" */
	PlanArg    *args;
	int			nargs;
} Coverage;

/* The value after "name=", or NULL. */
static const char *
option(const char *argument, const char *name)
{
	size_t		length = strlen(name);

	return strncmp(argument, name, length) == 0 ? argument + length : NULL;
}

static void
add_key(Coverage *coverage, HeapTuple tuple, const char *column, StringInfo where)
{
	TupleDesc	desc = RelationGetDescr(coverage->rel);
	char	   *value = ColumnOutput(tuple, desc, column);

	coverage->args[coverage->nargs++] = TextArg(value);
	appendStringInfo(where, " AND r.%s IS NOT DISTINCT FROM $%d::%s",
					 quote_identifier(column), coverage->nargs,
					 format_type_be_qualified(SPI_gettypeid(desc, ColumnNumber(desc, column))));
	if (value != NULL)
		appendStringInfo(&coverage->key, "%s%s %s",
						 coverage->key.len > 0 ? ", " : "", column, value);
}

/* Read the trigger's arguments for a row's key. */
static void
read_arguments(Coverage *coverage, Relation rel, HeapTuple tuple, Trigger *trigger)
{
	StringInfoData where;

	coverage->rel = rel;
	coverage->gapless = strcmp(trigger->tgargs[0], "gapless") == 0;
	coverage->some = strcmp(trigger->tgargs[0], "some") == 0;
	coverage->ended = strcmp(trigger->tgargs[0], "ended") == 0;
	coverage->unbroken = coverage->gapless ||
		strcmp(trigger->tgargs[0], "unbroken") == 0;
	coverage->band = NULL;
	coverage->id = SPI_fname(RelationGetDescr(rel), 1);
	coverage->args = palloc0(sizeof(PlanArg) * (trigger->tgnargs + 1));
	coverage->nargs = 0;
	initStringInfo(&coverage->rows);
	initStringInfo(&coverage->key);
	initStringInfo(&where);
	for (int i = 1; i < trigger->tgnargs; i++)
	{
		const char *argument = trigger->tgargs[i];

		if (option(argument, "band=") != NULL)
			coverage->band = option(argument, "band=");
		else if (option(argument, "id=") != NULL)
			coverage->id = option(argument, "id=");
		else
			add_key(coverage, tuple, argument, &where);
	}
	appendStringInfo(&coverage->rows,
					 "WITH k AS (SELECT r.%s AS id, r.valid, %s AS band "
					 "FROM licence_home.%s AS r WHERE r.withdrawn_at IS NULL%s%s) ",
					 quote_identifier(coverage->id),
					 coverage->band == NULL ? "'(,)'::pg_catalog.numrange"
					 : psprintf("r.%s", quote_identifier(coverage->band)),
					 quote_identifier(RelationGetRelationName(rel)),
					 SPI_fnumber(RelationGetDescr(rel), "published_at") > 0
					 ? " AND r.published_at IS NOT NULL" : "",
					 where.data);
}

/* Run a query over the rows of the key; its first row. */
static Rows
find_first(OwnerScope *scope, const Coverage *coverage, const char *query)
{
	SavedPlan  *plan = SavedPlanFor(psprintf("%s%s", coverage->rows.data, query));

	return ExecSavedPlan(scope, plan, 1, coverage->args, coverage->nargs);
}

/* " for criterion sign", or nothing for a table without a key. */
static const char *
for_key(const Coverage *coverage)
{
	return coverage->key.len == 0 ? "" : psprintf(" for %s", coverage->key.data);
}

static void
refuse_overlap(OwnerScope *scope, const Coverage *coverage)
{
	Rows		rows = find_first(scope, coverage,
								  "SELECT a.id, a.valid, b.id, b.valid, a.valid * b.valid, a.band * b.band "
								  "FROM k AS a JOIN k AS b ON a.id < b.id AND a.valid && b.valid AND a.band && b.band "
								  "ORDER BY a.id, b.id");

	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_RULE_OVERLAP),
			 errmsg("two rules of \"%s\" overlap%s",
					RelationGetRelationName(coverage->rel), for_key(coverage)),
			 coverage->band == NULL ?
			 errdetail("%s %s is valid in %s, %s %s in %s; both in %s.",
					   coverage->id, RowText(rows, 0, 1), RowText(rows, 0, 2),
					   coverage->id, RowText(rows, 0, 3), RowText(rows, 0, 4), RowText(rows, 0, 5)) :
			 errdetail("%s %s is valid in %s, %s %s in %s; both in %s for %s in %s.",
					   coverage->id, RowText(rows, 0, 1), RowText(rows, 0, 2),
					   coverage->id, RowText(rows, 0, 3), RowText(rows, 0, 4), RowText(rows, 0, 5),
					   coverage->band, RowText(rows, 0, 6)),
			 errhint("In the same transaction, end the valid of the one where the other begins, or set its withdrawn_at."),
			 errtable(coverage->rel)));
}

static void
refuse_gap_in_time(OwnerScope *scope, const Coverage *coverage)
{
	Rows		rows = find_first(scope, coverage,
								  "SELECT g.gap, a.id, b.id FROM (SELECT unnest(datemultirange(range_merge(range_agg(k.valid))) "
								  "- range_agg(k.valid)) AS gap FROM k) AS g "
								  "JOIN k AS a ON upper(a.valid) = lower(g.gap) "
								  "JOIN k AS b ON lower(b.valid) = upper(g.gap) ORDER BY g.gap");

	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_RULE_GAP),
			 errmsg("no rule of \"%s\"%s is in force in %s",
					RelationGetRelationName(coverage->rel), for_key(coverage),
					RowText(rows, 0, 1)),
			 errdetail("The days lie between %s %s and %s %s.",
					   coverage->id, RowText(rows, 0, 2), coverage->id, RowText(rows, 0, 3)),
			 errhint("In the same transaction, insert a rule for these days."),
			 errtable(coverage->rel)));
}

/* Did a row count before?  Of workflows only the published ones do. */
static bool
was_in_force(HeapTuple old, TupleDesc desc)
{
	return SPI_fnumber(desc, "published_at") <= 0 ||
		!ColumnIsNull(old, desc, "published_at");
}

/* Days that a rule had before it was withdrawn, and that no rule has now. */
static void
refuse_lost_days(OwnerScope *scope, Coverage *coverage, HeapTuple old)
{
	Rows		rows;

	coverage->args[coverage->nargs++] =
		TextArg(ColumnOutput(old, RelationGetDescr(coverage->rel), "valid"));
	rows = find_first(scope, coverage,
					  psprintf("SELECT g.gap FROM (SELECT datemultirange($%d::daterange) "
							   "- coalesce(range_agg(k.valid), '{}') AS gap FROM k) AS g "
							   "WHERE NOT isempty(g.gap)", coverage->nargs));
	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_RULE_GAP),
			 errmsg("no rule of \"%s\"%s is in force in %s",
					RelationGetRelationName(coverage->rel), for_key(coverage),
					RowText(rows, 0, 1)),
			 errdetail("%s was, and no other takes these days.",
					   RuleName(coverage->rel, old)),
			 coverage->ended ?
			 errhint("In the same transaction, insert what follows it. If the service is to end: SELECT licence_home.%s.",
					 SPI_fnumber(RelationGetDescr(coverage->rel), "published_at") > 0 ?
					 "end_workflow(workflow, version, day)" :
					 psprintf("end_rule('licence_home.%s', %s, day)", RelationGetRelationName(coverage->rel), coverage->id)) :
			 SPI_fnumber(RelationGetDescr(coverage->rel), "published_at") > 0 ?
			 errhint("In the same transaction, publish another version for these days; or let this one end on a coming day: SELECT licence_home.end_workflow(workflow, version, day).") :
			 errhint("In the same transaction, insert a rule for these days."),
			 errtable(coverage->rel)));
}

static void
refuse_gap_in_bands(OwnerScope *scope, const Coverage *coverage)
{
	/* The bands change only on a day on which some rule begins or ends. */
	Rows		rows = find_first(scope, coverage,
								  "SELECT d.day, (SELECT g FROM unnest(nummultirange('(0,)'::numrange) - range_agg(k.band)) AS g LIMIT 1) "
								  "FROM (SELECT lower(k.valid) AS day FROM k UNION SELECT upper(k.valid) FROM k "
								  "WHERE NOT upper_inf(k.valid)) AS d "
								  "JOIN k ON k.valid @> d.day OR (d.day IS NULL AND lower_inf(k.valid)) "
								  "GROUP BY d.day HAVING NOT range_agg(k.band) @> '(0,)'::numrange "
								  "ORDER BY d.day NULLS FIRST");

	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_RULE_GAP),
			 errmsg("no rule of \"%s\"%s covers %s in %s",
					RelationGetRelationName(coverage->rel), for_key(coverage),
					coverage->band, RowText(rows, 0, 2)),
			 RowText(rows, 0, 1) == NULL ?
			 errdetail("There is none on the earliest days.") :
			 errdetail("There is none on %s.", RowText(rows, 0, 1)),
			 errhint("Bands reach from zero to infinity without a gap; an edge belongs to one of its two bands. In the same transaction, insert a rule for what is missing."),
			 errtable(coverage->rel)));
}

PG_FUNCTION_INFO_V1(licence_home_rule_coverage);
/* AFTER INSERT or UPDATE for each row, deferred. */
Datum
licence_home_rule_coverage(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "rule_coverage", AFTER_ROW_TRIGGER);
	HeapTuple	tuple = TriggerNewTuple(data);
	OwnerScope	scope;
	Coverage	coverage;

	EnterOwner(&scope, OWNER_WRITES);
	read_arguments(&coverage, data->tg_relation, tuple, data->tg_trigger);
	if (!coverage.some && !coverage.ended)
		refuse_overlap(&scope, &coverage);
	if (coverage.unbroken)
		refuse_gap_in_time(&scope, &coverage);
	if (coverage.band != NULL)
		refuse_gap_in_bands(&scope, &coverage);
	if ((coverage.gapless || coverage.some || coverage.ended) && TRIGGER_FIRED_BY_UPDATE(data->tg_event) &&
		was_in_force(data->tg_trigtuple, RelationGetDescr(data->tg_relation)) &&
		(coverage.ended || !ColumnIsNull(tuple, RelationGetDescr(data->tg_relation), "withdrawal")))
		refuse_lost_days(&scope, &coverage, data->tg_trigtuple);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
