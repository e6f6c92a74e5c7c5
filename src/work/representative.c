/*
 * representative.c
 *		The new representative of a business proves the authorisation in each open
 *		case.
 *
 * The trigger of applicant asks for it (applicant_events.c), a step of the
 * applicant's waits for it (principal.c).  Here the portal names the paper, and a
 * clerk has seen it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "visible_case.h"

/* The reference of a paper; NULL for none that can be seen. */
static char *
read_reference(FunctionCallInfo fcinfo)
{
	char	   *reference = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));

	return reference != NULL && IsVisible(reference, strlen(reference)) ? reference : NULL;
}

pg_noreturn static void
refuse_no_paper(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg_said(application_no, "no paper is named that shows the authorisation", "لم تُذكر الوثيقة التي تثبت التفويض"),
			 errhint_said("Give its number or its date.", "اذكروا رقمها أو تاريخها."),
			 err_column("representative_proof", "reference_no")));
}

pg_noreturn static void
refuse_nothing_asked(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_POWER),
			 errmsg_said(application_no, "no representative has to prove an authorisation there", "لا ممثل مطالب بإثبات تفويضه في هذا الطلب"),
			 errdetail_said("The representative has not changed, or it was accepted before.",
							"لم يتغير الممثل، أو قُبل تفويضه من قبل."),
			 errhint_said("licence_home.representatives_to_prove has the cases.", "الطلبات في licence_home.representatives_to_prove."),
			 err_table("representative_proof")));
}

PG_FUNCTION_INFO_V1(licence_home_prove_representative);
/* prove_representative(application_no, reference_no): the portal names the paper. */
Datum
licence_home_prove_representative(PG_FUNCTION_ARGS)
{
	static SavedPlan offer = SAVED_PLAN("UPDATE licence_home.representative_proof AS r SET reference_no = $2, offered_at = licence_home.now() "
										"WHERE r.accepted_at IS NULL AND r.representative_proof_id = (SELECT max(n.representative_proof_id) "
										"FROM licence_home.representative_proof AS n WHERE n.application_no = $1)");
	int64		application_no = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	char	   *reference = read_reference(fcinfo);
	OwnerScope	scope;

	CheckCaseVisible(application_no, false);
	if (ActingAgency() != 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_POWER),
				 errmsg_said(application_no, "an agent does not prove who represents the business", "لا يثبت الوكيل من يمثل المنشأة"),
				 errhint_said("The representative does, or comes to the counter.", "يثبته الممثل بنفسه أو عند النافذة."),
				 err_table("representative_proof")));
	if (reference == NULL)
		refuse_no_paper(application_no);
	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &offer, CaseArg(application_no), TextArg(reference)).count != 1)
		refuse_nothing_asked(application_no);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_accept_representative);
/* accept_representative(application_no, reference_no): a clerk has seen the paper. */
Datum
licence_home_accept_representative(PG_FUNCTION_ARGS)
{
	static SavedPlan accept = SAVED_PLAN("UPDATE licence_home.representative_proof AS r SET reference_no = coalesce($2, r.reference_no), "
										 "accepted_at = licence_home.now(), accepted_by = licence_home.actor() "
										 "WHERE r.accepted_at IS NULL AND r.representative_proof_id = (SELECT max(n.representative_proof_id) "
										 "FROM licence_home.representative_proof AS n WHERE n.application_no = $1) "
										 "RETURNING r.reference_no IS NOT NULL");
	int64		application_no = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	OwnerScope	scope;
	Rows		rows;

	CheckSomebodyWorks();
	if (!MayWorkAs(GetUserId(), "clerk"))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(application_no, "a clerk accepts it", "يقبله المدقق"),
				 errdetail_said(psprintf("You are %s.", WorkerName(GetUserId())), psprintf("أنت %s.", WorkerName(GetUserId()))),
				 errhint_said("The roles of an official are in licence_home.official.", "أدوار الموظف في licence_home.official."),
				 err_table("representative_proof")));
	CheckCaseVisible(application_no, false);
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &accept, CaseArg(application_no), TextArg(read_reference(fcinfo)));
	if (rows.count != 1)
		refuse_nothing_asked(application_no);
	if (!RowBool(rows, 0, 1))
		refuse_no_paper(application_no);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}
