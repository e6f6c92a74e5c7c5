/*
 * ending.c
 *		Rules that end with nothing in their place.
 *
 * Where each day needs a rule, rule_coverage refuses to close the last one
 * without a successor: no case could be judged from that day on.  It also
 * refuses to close a zone whose ground would be in no zone.  If that is what
 * is meant, it is said by these functions.  They close rules as the owner, and
 * the triggers that would refuse leave alone what the owner does.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/rel.h"

#include "compat.h"
#include "errors.h"
#include "rules/bounds.h"
#include "rules/rule_table.h"
#include "spi/plan.h"
#include "spi/trigger.h"

PG_FUNCTION_INFO_V1(licence_home_in_owner_scope);
/* in_owner_scope(): is this the extension's own code at work? */
Datum
licence_home_in_owner_scope(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(InOwnerScope());
}

/* The day on which something ends, which must be one. */
static DateADT
last_day(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n) || DATE_NOT_FINITE(PG_GETARG_DATEADT(n)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the day on which it ends must be given"),
				 errhint("Give the first day without it, for example '2027-01-01'.")));
	return PG_GETARG_DATEADT(n);
}

pg_noreturn static void
refuse_unknown(const char *what, DateADT day, const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNKNOWN_CODE),
			 errmsg("%s cannot end on %s: none that is not withdrawn begins before that day and reaches it",
					what, PlainDay(day)),
			 errhint("licence_home.%s.valid has the days of each.", table),
			 err_table(table)));
}

/* The name of a rule table whose rows have a number, or an error. */
static char *
rule_table(OwnerScope *scope, FunctionCallInfo fcinfo)
{
	static SavedPlan find = SAVED_PLAN("SELECT c.relname FROM pg_catalog.pg_class AS c "
									   "JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid AND t.tgname = 'rule_coverage' "
									   "JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = c.relname || '_id' "
									   "WHERE c.oid = $1 AND c.relnamespace = 'licence_home'::pg_catalog.regnamespace");
	Rows		rows = ExecPlan(scope, &find, PG_ARGISNULL(0) ? NullArg(ARG_INT8) : Int8Arg(PG_GETARG_OID(0)));

	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("rules of this table are not ended one by one"),
				 errhint("A workflow ends by licence_home.end_workflow(), a map by licence_home.end_map(). The rule tables are listed in doc/reference.md.")));
	return RowText(rows, 0, 1);
}

PG_FUNCTION_INFO_V1(licence_home_end_rule);
/* end_rule(rule_table, rule_id, ends) */
Datum
licence_home_end_rule(PG_FUNCTION_ARGS)
{
	DateADT		day = last_day(fcinfo, 2);
	OwnerScope	scope;
	char	   *table;
	SavedPlan  *close;

	EnterOwner(&scope, OWNER_WRITES);
	table = rule_table(&scope, fcinfo);
	close = SavedPlanFor(psprintf("UPDATE licence_home.%1$s AS r SET valid = pg_catalog.daterange(lower(r.valid), $2) "
								  "WHERE r.%2$s = $1 AND r.withdrawn_at IS NULL "
								  "AND coalesce(lower(r.valid) < $2, true) AND coalesce(upper(r.valid) >= $2, true)",
								  quote_identifier(table), quote_identifier(psprintf("%s_id", table))));
	if (ExecPlan(&scope, close, FunctionArg(fcinfo, 1, ARG_INT8), DateArg(day)).count == 0)
		refuse_unknown(psprintf("%s_id %s", table, PG_ARGISNULL(1) ? "null" : psprintf(INT64_FORMAT, PG_GETARG_INT64(1))),
					   day, table);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_end_workflow);
/* end_workflow(workflow, version, ends) */
Datum
licence_home_end_workflow(PG_FUNCTION_ARGS)
{
	static SavedPlan close = SAVED_PLAN("UPDATE licence_home.workflow AS r SET valid = pg_catalog.daterange(lower(r.valid), $3) "
										"WHERE r.workflow = $1 AND r.version = $2 AND r.withdrawn_at IS NULL AND r.published_at IS NOT NULL "
										"AND coalesce(lower(r.valid) < $3, true) AND coalesce(upper(r.valid) >= $3, true)");
	DateADT		day = last_day(fcinfo, 2);
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &close, FunctionArg(fcinfo, 0, ARG_TEXT), FunctionArg(fcinfo, 1, ARG_INT4), DateArg(day)).count == 0)
		refuse_unknown(psprintf("workflow \"%s\" version %s", ShownArg(fcinfo, 0),
								PG_ARGISNULL(1) ? "null" : psprintf("%d", PG_GETARG_INT32(1))),
					   day, "workflow");
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_end_map);
/* end_map(ends): all zones in force on that day end there; how many. */
Datum
licence_home_end_map(PG_FUNCTION_ARGS)
{
	static SavedPlan close = SAVED_PLAN("UPDATE licence_home.zone AS z SET valid = pg_catalog.daterange(lower(z.valid), $1) "
										"WHERE z.withdrawn_at IS NULL AND z.valid @> $1 AND coalesce(lower(z.valid) < $1, true)");
	DateADT		day = last_day(fcinfo, 0);
	OwnerScope	scope;
	int64		closed;

	EnterOwner(&scope, OWNER_WRITES);
	closed = ExecPlan(&scope, &close, DateArg(day)).count;
	LeaveOwner(&scope);
	PG_RETURN_INT64(closed);
}

PG_FUNCTION_INFO_V1(licence_home_zone_ground);
/* AFTER UPDATE for each row of zone, deferred: its ground stays in some zone. */
Datum
licence_home_zone_ground(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT coalesce(l.day::text, 'the earliest days'), l.area_m2::text "
									   "FROM licence_home_internal.ground_lost($1, CASE WHEN $4 THEN $2::pg_catalog.daterange "
									   "ELSE pg_catalog.daterange(upper($3::pg_catalog.daterange), upper($2::pg_catalog.daterange)) END) AS l LIMIT 1");
	TriggerData *data = CheckedTrigger(fcinfo, "zone_ground", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	HeapTuple	old = data->tg_trigtuple;
	HeapTuple	new = TriggerNewTuple(data);
	OwnerScope	scope;
	bool		isnull;
	Datum		geom;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	geom = ColumnDatum(old, desc, "geom", &isnull);
	rows = ExecPlan(&scope, &find, DatumArg(ARG_GEOMETRY, geom, isnull),
					TextArg(ColumnOutput(old, desc, "valid")), TextArg(ColumnOutput(new, desc, "valid")),
					BoolArg(!ColumnIsNull(new, desc, "withdrawn_at")));
	if (rows.count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_RULE_GAP),
				 errmsg("%s m² of %s would be in no zone from %s on",
						RowText(rows, 0, 2), RuleName(data->tg_relation, old), RowText(rows, 0, 1)),
				 errdetail("Nobody is eligible at a home that is in no zone, nor in the cases that were judged by this map."),
				 errhint("In the same transaction, insert zones for this ground and these days. If it is to be in no zone: "
						 "import_zones(" ELLIPSIS ", max_lost_m2 => null) replaces the map, end_map(day) ends it."),
				 errtable(data->tg_relation)));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
