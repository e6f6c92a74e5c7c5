/*
 * caseload.c
 *		Reports over all cases, for who may not read what they are made of, or
 *		as the rules were before this transaction touched them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/snapmgr.h"

#include "query.h"

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
	Datum		values[3];
	char		nulls[3];

	read_arguments(fcinfo, values, nulls);
	PushSnapshotBefore();
	ReturnKept(fcinfo, NULL, &assess_caseload, values, nulls);
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

PG_FUNCTION_INFO_V1(licence_home_unproven_licences);
/* unproven_licences(from_day, to_day): what cannot be proven of licences. */
Datum
licence_home_unproven_licences(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_REPORT("dd",
										 "SELECT * FROM licence_home.licence_defects($1, $2) "
										 "ORDER BY licence_no, defect, about");
	Datum		values[2];
	char		nulls[2];
	OwnerScope	scope;

	read_arguments(fcinfo, values, nulls);
	EnterOwner(&scope, OWNER_READS);
	ReturnKept(fcinfo, &scope, &query, values, nulls);
	LeaveOwner(&scope);
	return (Datum) 0;
}
