/*
 * case_functions.c
 *		Functions about a case, for whoever may see it.
 *
 * A verdict must not depend on what row security shows to the one who asks:
 * a portal that acts for one applicant sees no other case at the same home.
 * So these functions ask first, as the caller, whether the case can be seen,
 * and then answer as the owner.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "errors.h"
#include "query.h"
#include "workflow/case_functions.h"

void
RaiseNoSuchCase(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_CASE),
			 errmsg("there is no such case, or it is not one that you may see"),
			 errhint("A portal acts for one applicant in a transaction: SELECT licence_home.act_for(applicant_id).")));
}

void
CheckCaseVisible(int64 application_no)
{
	static KeptQuery find = KEPT_QUERY("n",
									   "SELECT 1 FROM licence_home.application "
									   "WHERE application_no OPERATOR(pg_catalog.=) $1");
	Datum		no = Int64GetDatum(application_no);

	if (RunAsCaller(&find, &no, NULL) != 1)
		RaiseNoSuchCase();
}

/* Rows of a kept query as the function's result. */
static Datum
put_rows(FunctionCallInfo fcinfo, KeptQuery *query, Datum *values)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	OwnerScope	scope;
	uint64		count;

	InitMaterializedSRF(fcinfo, 0);
	EnterOwner(&scope, OWNER_READS);
	count = RunKept(&scope, query, values, NULL, 0);
	for (uint64 row = 0; row < count; row++)
		tuplestore_puttuple(rsinfo->setResult, SPI_tuptable->vals[row]);
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* The same over ($1 application_no), for who may see the case. */
static Datum
rows_as_owner(FunctionCallInfo fcinfo, KeptQuery *query)
{
	Datum		no = PG_GETARG_DATUM(0);

	CheckCaseVisible(DatumGetInt64(no));
	return put_rows(fcinfo, query, &no);
}

PG_FUNCTION_INFO_V1(licence_home_eligibility);
/* eligibility(application_no): a row a criterion, under the case's own rules. */
Datum
licence_home_eligibility(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("n",
										"SELECT criterion, stage, ruling, required, observed, article, "
										"message_ar, message_en, remedy_ar, remedy_en "
										"FROM licence_home.case_eligibility($1)");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_is_eligible);
/* is_eligible(application_no): no criterion is not met or not proven. */
Datum
licence_home_is_eligible(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("n",
										"SELECT count(*) > 0 AND count(*) FILTER (WHERE ruling IN ('not_met', 'not_proven')) = 0 "
										"FROM licence_home.case_eligibility($1)");
	Datum		no = PG_GETARG_DATUM(0);
	OwnerScope	scope;
	bool		eligible;

	CheckCaseVisible(DatumGetInt64(no));
	EnterOwner(&scope, OWNER_READS);
	RunKept(&scope, &query, &no, NULL, 1);
	eligible = RowBool(0, 1);
	LeaveOwner(&scope);
	PG_RETURN_BOOL(eligible);
}

PG_FUNCTION_INFO_V1(licence_home_required_documents);
/* required_documents(application_no): what is required, why, what lacks. */
Datum
licence_home_required_documents(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("n",
										"SELECT document_type, why_en, why_ar, lacking "
										"FROM licence_home.case_documents($1) ORDER BY position, document_type");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_inspection_checklist);
/* inspection_checklist(application_no): the criteria proved at the home. */
Datum
licence_home_inspection_checklist(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("n",
										"SELECT criterion, article, look_at_ar, look_at_en "
										"FROM licence_home.case_checklist($1)");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_verify_events);
/* verify_events(application_no): each break in the chain of a case. */
Datum
licence_home_verify_events(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("n",
										"SELECT application_no, case_event, event_no, break "
										"FROM licence_home.case_broken_events($1)");

	return rows_as_owner(fcinfo, &query);
}

PG_FUNCTION_INFO_V1(licence_home_verify_all_events);
/* verify_events(): each break in the chains of all cases. */
Datum
licence_home_verify_all_events(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("",
										"SELECT application_no, case_event, event_no, break "
										"FROM licence_home.case_broken_events(NULL)");

	return put_rows(fcinfo, &query, NULL);
}

PG_FUNCTION_INFO_V1(licence_home_verify_licence);
/* verify_licence(licence_no): what the public may know, whoever asks. */
Datum
licence_home_verify_licence(PG_FUNCTION_ARGS)
{
	static KeptQuery query = KEPT_QUERY("l",
										"SELECT valid, profession, profession_ar, profession_en, "
										"district, district_ar, district_en, valid_until "
										"FROM licence_home.licence_facts($1)");
	Datum		no = PG_GETARG_DATUM(0);

	return put_rows(fcinfo, &query, &no);
}
