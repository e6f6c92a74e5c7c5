/*
 * case_functions.c
 *		Functions about a case, for a caller who may see it.
 *
 * A verdict must not depend on what row security shows to the caller.  A
 * portal that acts for one applicant, for example, sees no other case at the
 * same home.  So these functions look for the case as the caller first, and
 * then answer as the owner.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "spi/plan.h"
#include "visible_case.h"

/* The rows of a plan, run as the owner, as the function's result. */
static Datum
put_rows(FunctionCallInfo fcinfo, SavedPlan *plan, const PlanArg *args, int nargs)
{
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, plan, args, nargs);
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* The same over ($1 application_no), for a caller who may see the case. */
static Datum
rows_as_owner(FunctionCallInfo fcinfo, SavedPlan *plan)
{
	PlanArg		no = CaseArg(PG_GETARG_INT64(0));

	CheckCaseVisible(PG_GETARG_INT64(0), true);
	return put_rows(fcinfo, plan, &no, 1);
}

/* A row a criterion, under the rules of the day $2 or, if null, the case's. */
static Datum
explain_case(FunctionCallInfo fcinfo, bool before)
{
	static SavedPlan query = SAVED_PLAN("SELECT criterion, stage, ruling, required, observed, article, "
										"message_ar, message_en, remedy_ar, remedy_en "
										"FROM licence_home_internal.case_eligibility($1, $2)");
	OwnerScope	scope;

	if (PG_ARGISNULL(0))
	{
		InitMaterializedSRF(fcinfo, 0);
		return (Datum) 0;
	}
	CheckCaseVisible(PG_GETARG_INT64(0), true);
	EnterOwner(&scope, OWNER_READS);
	if (before)
		PushSnapshotBefore();
	ReturnPlan(fcinfo, &scope, &query, CaseArg(PG_GETARG_INT64(0)),
			   DatumArg(ARG_DATE, PG_GETARG_DATUM(1), PG_ARGISNULL(1)));
	if (before)
		PopActiveSnapshot();
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_eligibility);
/* eligibility(application_no, rules_on): each criterion of a case. */
Datum
licence_home_eligibility(PG_FUNCTION_ARGS)
{
	return explain_case(fcinfo, false);
}

PG_FUNCTION_INFO_V1(licence_home_eligibility_before);
/* eligibility_before(application_no, rules_on): as before this transaction. */
Datum
licence_home_eligibility_before(PG_FUNCTION_ARGS)
{
	return explain_case(fcinfo, true);
}

PG_FUNCTION_INFO_V1(licence_home_is_eligible);
/* is_eligible(application_no): no criterion is not met or not proven. */
Datum
licence_home_is_eligible(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT count(*) > 0 AND count(*) FILTER (WHERE ruling IN ('not_met', 'not_proven')) = 0 "
										"FROM licence_home_internal.case_eligibility($1)");
	int64		application_no = PG_GETARG_INT64(0);
	OwnerScope	scope;
	bool		eligible;

	CheckCaseVisible(application_no, true);
	EnterOwner(&scope, OWNER_READS);
	eligible = RowBool(ExecPlan(&scope, &query, CaseArg(application_no)), 0, 1);
	LeaveOwner(&scope);
	PG_RETURN_BOOL(eligible);
}

PG_FUNCTION_INFO_V1(licence_home_required_documents);
/* required_documents(application_no): what is required, why, what lacks. */
Datum
licence_home_required_documents(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT document_type, why_en, why_ar, lacking "
										"FROM licence_home_internal.case_documents($1) ORDER BY position, document_type");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_inspection_checklist);
/* inspection_checklist(application_no): the criteria proved at the home. */
Datum
licence_home_inspection_checklist(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT criterion, article, look_at_ar, look_at_en "
										"FROM licence_home_internal.case_checklist($1)");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_verify_events);
/* verify_events(application_no): each break in the chain of a case. */
Datum
licence_home_verify_events(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT application_no, case_event, event_no, break "
										"FROM licence_home_internal.case_broken_events($1)");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_verify_all_events);
/* verify_events(): each break in the chains of all cases. */
Datum
licence_home_verify_all_events(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT application_no, case_event, event_no, break "
										  "FROM licence_home_internal.all_broken_events()");

	return put_rows(fcinfo, &query, NULL, 0);
}

PG_FUNCTION_INFO_V1(licence_home_verify_restore);
/* verify_restore(): what is wrong with a restored database. */
Datum
licence_home_verify_restore(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT table_name, defect, row_key "
										  "FROM licence_home_internal.restore_defects()");

	return put_rows(fcinfo, &query, NULL, 0);
}
