/*
 * slots.c
 *		When a home can be inspected, and by whom.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "visible_case.h"
#include "visits/slots.h"

bool
FindStarts(OwnerScope *scope, PlanArg first_day, PlanArg last_day, PlanArg *starts, PlanArg *visit)
{
	static SavedPlan find = SAVED_PLAN("SELECT s.starts, s.visit FROM licence_home_internal.slot_starts($1, $2) AS s "
									   "WHERE s.starts IS NOT NULL");
	Rows		rows = ExecPlan(scope, &find, first_day, last_day);
	bool		isnull;

	if (rows.count != 1)
		return false;
	*starts = DatumArg(ARG_TIMESTAMPTZ_ARRAY, RowDatum(rows, 0, 1, &isnull), false);
	*visit = DatumArg(ARG_INTERVAL, RowDatum(rows, 0, 2, &isnull), false);
	return true;
}

PG_FUNCTION_INFO_V1(licence_home_inspection_slots);
/* inspection_slots(application_no, first_day, last_day): what is free. */
Datum
licence_home_inspection_slots(PG_FUNCTION_ARGS)
{
	/*
	 * who could come is the office's to know; where it is already, nobody
	 * moves it
	 */
	static SavedPlan find = SAVED_PLAN("SELECT s.day, s.starts_at, s.ends_at, s.inspectors_free, s.district_left, "
									   "CASE WHEN $4 THEN s.inspectors END "
									   "FROM licence_home_internal.free_at($1, $2, $3) AS s "
									   "WHERE NOT EXISTS (SELECT FROM licence_home.inspection AS i "
									   "WHERE i.application_no = $1 AND i.outcome = 'pending' AND i.scheduled_for = s.starts_at)");
	Oid			caller = GetUserId();
	bool		office;
	OwnerScope	scope;
	PlanArg		starts;
	PlanArg		visit;

	if (PG_ARGISNULL(0))
		RaiseNoSuchCase(0);
	CheckCaseVisible(PG_GETARG_INT64(0), true);
	office = MayWorkAs(caller, "clerk") || MayWorkAs(caller, "inspector") ||
		MayWorkAs(caller, "committee") || MayWorkAs(caller, "director");
	EnterOwner(&scope, OWNER_READS);
	CompileNothing();
	if (FindStarts(&scope, FunctionArg(fcinfo, 1, ARG_DATE), FunctionArg(fcinfo, 2, ARG_DATE), &starts, &visit))
		ReturnPlan(fcinfo, &scope, &find, CaseArg(PG_GETARG_INT64(0)), starts, visit, BoolArg(office));
	else
		InitMaterializedSRF(fcinfo, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* A moment within ten years. */
static bool
is_of_this_age(TimestampTz at)
{
	return !TIMESTAMP_NOT_FINITE(at) &&
		at > ClockNow() - 3660 * USECS_PER_DAY && at < ClockNow() + 3660 * USECS_PER_DAY;
}

PG_FUNCTION_INFO_V1(licence_home_free_inspectors);
/* free_inspectors(application_no, starts_at): who could come then. */
Datum
licence_home_free_inspectors(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.inspector, p.place::integer FROM licence_home.appointment_rule AS r "
									   "CROSS JOIN LATERAL licence_home_internal.free_at($1, ARRAY[$2], make_interval(mins => r.visit_minutes)) AS f "
									   "CROSS JOIN LATERAL unnest(f.inspectors) WITH ORDINALITY AS p (inspector, place) "
									   "WHERE licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today()) ORDER BY p.place");
	OwnerScope	scope;

	if (PG_ARGISNULL(0))
		RaiseNoSuchCase(0);
	CheckCaseVisible(PG_GETARG_INT64(0), true);
	EnterOwner(&scope, OWNER_READS);
	CompileNothing();
	/* nobody visits in another age */
	if (!PG_ARGISNULL(1) && is_of_this_age(PG_GETARG_TIMESTAMPTZ(1)))
		ReturnPlan(fcinfo, &scope, &find, CaseArg(PG_GETARG_INT64(0)), FunctionArg(fcinfo, 1, ARG_TIMESTAMPTZ));
	else
		InitMaterializedSRF(fcinfo, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}
