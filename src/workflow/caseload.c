/*
 * caseload.c
 *		Reports over all cases, for callers who may not read the rows behind
 *		them.  Some use the rules as they were before this transaction.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/snapmgr.h"

#include "municipality.h"
#include "spi/plan.h"

#define REPORT_ARGS 3

/* The arguments of a report, which are days; null where it has fewer. */
static void
read_days(FunctionCallInfo fcinfo, PlanArg *args)
{
	for (int i = 0; i < PG_NARGS(); i++)
		args[i] = DatumArg(ARG_DATE, PG_GETARG_DATUM(i), PG_ARGISNULL(i));
}

/* Run a report as the owner: it reads where homes are, for callers who do not. */
static Datum
report(FunctionCallInfo fcinfo, SavedPlan *plan, bool before)
{
	PlanArg		args[REPORT_ARGS];
	OwnerScope	scope;

	read_days(fcinfo, args);
	EnterOwner(&scope, OWNER_READS);
	if (before)
		PushSnapshotBefore();
	ReturnSavedPlan(fcinfo, &scope, plan, args, PG_NARGS());
	if (before)
		PopActiveSnapshot();
	LeaveOwner(&scope);
	return (Datum) 0;
}

static SavedPlan assess_caseload = SAVED_REPORT("SELECT * FROM licence_home_internal.assessed_caseload($1, $2, $3)");

PG_FUNCTION_INFO_V1(licence_home_caseload_before);
/*
 * caseload_before(from_day, to_day, rules_on): caseload_assessment() as before
 * this transaction.
 */
Datum
licence_home_caseload_before(PG_FUNCTION_ARGS)
{
	return report(fcinfo, &assess_caseload, true);
}

PG_FUNCTION_INFO_V1(licence_home_caseload_report);
/* caseload_assessment(from_day, to_day, rules_on), and caseload_report() of analysts. */
Datum
licence_home_caseload_report(PG_FUNCTION_ARGS)
{
	return report(fcinfo, &assess_caseload, false);
}

PG_FUNCTION_INFO_V1(licence_home_caseload_changes);
/* caseload_changes(from_day, to_day, rules_on): what new rules change. */
Datum
licence_home_caseload_changes(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT * FROM licence_home_internal.caseload_compared($1, $2, $3)");

	return report(fcinfo, &query, false);
}

PG_FUNCTION_INFO_V1(licence_home_caseload_change_counts);
/* caseload_change_counts(from_day, to_day, rules_on): how many that are. */
Datum
licence_home_caseload_change_counts(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT * FROM licence_home_internal.caseload_counted($1, $2, $3)");

	return report(fcinfo, &query, false);
}

PG_FUNCTION_INFO_V1(licence_home_ruling_changes);
/* ruling_changes(from_date, to_date): cases whose zone ruling differs. */
Datum
licence_home_ruling_changes(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT * FROM licence_home_internal.rulings_changed($1, $2)");

	return report(fcinfo, &query, false);
}

PG_FUNCTION_INFO_V1(licence_home_unproven_licences);
/*
 * unproven_licences(from_day, to_day): what cannot be proven of licences.
 *
 * The days by which their cases were judged are looked up first: as constants
 * they keep the report from assessing every case there is.
 */
Datum
licence_home_unproven_licences(PG_FUNCTION_ARGS)
{
	static SavedPlan days = SAVED_PLAN("SELECT min(a.judged_on), max(a.judged_on) "
									   "FROM licence_home.licence AS l JOIN licence_home.application AS a USING (application_no) "
									   "WHERE (l.issued_at AT TIME ZONE " CITY_TIME_ZONE ")::date BETWEEN coalesce($1, '-infinity') AND coalesce($2, 'infinity')");
	static SavedPlan prove = SAVED_REPORT("SELECT * FROM licence_home_internal.licence_defects($1, $2, $3, $4) "
										  "UNION ALL SELECT * FROM licence_home_internal.register_defects($1, $2) "
										  "ORDER BY licence_no, defect, about");
	PlanArg		args[4];
	OwnerScope	scope;
	Rows		rows;

	read_days(fcinfo, args);
	EnterOwner(&scope, OWNER_READS);
	rows = ExecSavedPlan(&scope, &days, 0, args, 2);
	for (int i = 0; i < 2; i++)
	{
		bool		isnull;
		Datum		day = RowDatum(rows, 0, i + 1, &isnull);

		args[2 + i] = DatumArg(ARG_DATE, day, isnull);
	}
	ReturnSavedPlan(fcinfo, &scope, &prove, args, lengthof(args));
	LeaveOwner(&scope);
	return (Datum) 0;
}
