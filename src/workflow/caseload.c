/*
 * caseload.c
 *		Reports over all cases, for who may not read what they are made of, or
 *		as the rules were before this transaction touched them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/snapmgr.h"

#include "spi/query.h"

/* The arguments of a function, and which of them are null. */
static void
read_arguments(FunctionCallInfo fcinfo, Datum *values, char *nulls)
{
	for (int i = 0; i < PG_NARGS(); i++)
	{
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
	}
}

/* Run a report as the caller. */
static Datum
report_to_caller(FunctionCallInfo fcinfo, KeptQuery *query)
{
	Datum		values[3];
	char		nulls[3];

	read_arguments(fcinfo, values, nulls);
	ReturnKept(fcinfo, NULL, query, values, nulls);
	return (Datum) 0;
}

static KeptQuery assess_caseload = KEPT_REPORT("ddd",
											   "SELECT * FROM licence_home.caseload_assessment($1, $2, $3)");

PG_FUNCTION_INFO_V1(licence_home_caseload_before);
/*
 * caseload_before(from_day, to_day, rules_on): caseload_assessment() as before
 * this transaction, under the caller's rights and row security.
 */
Datum
licence_home_caseload_before(PG_FUNCTION_ARGS)
{
	PushSnapshotBefore();
	report_to_caller(fcinfo, &assess_caseload);
	PopActiveSnapshot();
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_caseload_report);
/*
 * caseload_report(from_day, to_day, rules_on): caseload_assessment() for who
 * may know what comes of it, but not see the places and persons behind it.
 */
Datum
licence_home_caseload_report(PG_FUNCTION_ARGS)
{
	Datum		values[3];
	char		nulls[3];
	OwnerScope	scope;

	read_arguments(fcinfo, values, nulls);
	EnterOwner(&scope, OWNER_READS);
	ReturnKept(fcinfo, &scope, &assess_caseload, values, nulls);
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_caseload_changes);
/* caseload_changes(from_day, to_day, rules_on): what new rules change. */
Datum
licence_home_caseload_changes(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_REPORT("ddd",
										 "SELECT * FROM licence_home.caseload_compared($1, $2, $3)");

	return report_to_caller(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_caseload_change_counts);
/* caseload_change_counts(from_day, to_day, rules_on): how many that are. */
Datum
licence_home_caseload_change_counts(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_REPORT("ddd",
										 "SELECT * FROM licence_home.caseload_counted($1, $2, $3)");

	return report_to_caller(fcinfo, &query);
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
	static KeptQuery days = KEPT_QUERY("dd",
									   "SELECT min(a.judged_on), max(a.judged_on) "
									   "FROM licence_home.licence AS l JOIN licence_home.application AS a USING (application_no) "
									   "WHERE (l.issued_at AT TIME ZONE 'Asia/Amman')::date BETWEEN coalesce($1, '-infinity') AND coalesce($2, 'infinity')");
	static KeptQuery prove = KEPT_REPORT("dddd",
										 "SELECT * FROM licence_home_internal.licence_defects($1, $2, $3, $4) "
										 "ORDER BY licence_no, defect, about");
	Datum		values[4];
	char		nulls[4];
	OwnerScope	scope;

	read_arguments(fcinfo, values, nulls);
	EnterOwner(&scope, OWNER_READS);
	RunKept(&scope, &days, values, nulls, 0);
	for (int i = 0; i < 2; i++)
	{
		bool		isnull;

		values[2 + i] = RowDatum(0, i + 1, &isnull);
		nulls[2 + i] = isnull ? 'n' : ' ';
	}
	ReturnKept(fcinfo, &scope, &prove, values, nulls);
	LeaveOwner(&scope);
	return (Datum) 0;
}
