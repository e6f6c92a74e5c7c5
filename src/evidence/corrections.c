/*
 * corrections.c
 *		Mistakes of officials that no step undoes.
 *
 *	correct_measurement()	what an inspection measured, until a step relied on it
 *	take_back_finding()		what was found wrong in an application, likewise
 *	move_application()		an application that stands under the wrong person
 *
 * Each is an event of the case with its reason.  What was there before is in the
 * event, or stays in its row; who may do it is in workflow_evidence.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "errors.h"
#include "sms/queue/enqueue.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "types/case_no.h"
#include "visible_case.h"
#include "workflow/applicant_events.h"
#include "workflow/case.h"
#include "workflow/money.h"
#include "workflow/objections.h"
#include "workflow/preconditions.h"
#include "workflow/request.h"

/* A reason that shows something. */
static char *
visible_reason(FunctionCallInfo fcinfo, int argument, int64 application_no)
{
	text	   *reason = PG_ARGISNULL(argument) ? NULL : PG_GETARG_TEXT_PP(argument);

	if (reason == NULL || !IsVisible(VARDATA_ANY(reason), VARSIZE_ANY_EXHDR(reason)))
		ereport(ERROR,
				(errcode(ERRCODE_LH_EVIDENCE_LACKING),
				 errmsg_said(application_no, "a correction needs a reason", "التصحيح يحتاج إلى سبب"),
				 errdetail_said("What was there stays in the record, and so does why it was changed.",
								"يبقى ما كان في السجل، ويبقى معه سبب تغييره."),
				 errhint_said("Say why in the last argument.", "اذكر السبب في آخر معطى."),
				 err_column("application_event", "note")));
	return text_to_cstring(reason);
}

/* Something relies on what is to be corrected. */
pg_noreturn static void
refuse_late(int64 application_no, const char *en, const char *ar, const char *hint, const char *hint_ar,
			const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_TOO_LATE),
			 errmsg_said(application_no, en, ar),
			 errdetail_said("A correction is made until a step has relied on what is corrected.",
							"يُصحَّح الشيء ما لم تُبنَ عليه خطوة."),
			 errhint_said(hint, hint_ar),
			 err_table(table)));
}

/* Lock a case that the caller sees, and ask whether the correction is theirs. */
static void
begin_correction(OwnerScope *scope, LockedCase *locked, int64 application_no,
				 const char *evidence, const char *operation, Oid caller)
{
	if (!LockCase(scope, application_no, locked))
		RaiseNoSuchCase(application_no);
	CheckEvidenceRight(scope, locked, evidence, operation, caller);
}

/* The case behind a row of evidence that the caller sees; an error where there is none. */
static int64
case_of_row(SavedPlan *find, FunctionCallInfo fcinfo, const char *table, const char *column)
{
	OwnerScope	scope;
	int64		application_no = 0;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, find, FunctionArg(fcinfo, 0, ARG_INT8));
	if (rows.count == 1)
		application_no = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	if (application_no == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_CASE),
				 errmsg("there is no row %s of %s", PG_ARGISNULL(0) ? "null" : psprintf(INT64_FORMAT, PG_GETARG_INT64(0)), table),
				 errhint("Compare the number with licence_home.%s.", table),
				 err_column(table, column)));
	CheckCaseVisible(application_no, false);
	return application_no;
}

PG_FUNCTION_INFO_V1(licence_home_correct_measurement);
/* correct_measurement(inspection_id, home_area_m2, work_area_m2, reason) */
Datum
licence_home_correct_measurement(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT application_no FROM licence_home.inspection WHERE inspection_id = $1");
	static SavedPlan look = SAVED_PLAN("SELECT a.is_latest_passed, a.is_past, a.changes "
									   "FROM licence_home_internal.areas_to_correct($1, $2, $3) AS a");
	static SavedPlan correct = SAVED_PLAN("UPDATE licence_home.inspection AS i SET measured_home_area_m2 = coalesce($2, i.measured_home_area_m2), "
										  "measured_work_area_m2 = coalesce($3, i.measured_work_area_m2), closed_at_event = $4 "
										  "WHERE i.inspection_id = $1");
	Oid			caller = GetUserId();
	int64		application_no = case_of_row(&find, fcinfo, "inspection", "inspection_id");
	char	   *reason = visible_reason(fcinfo, 3, application_no);
	LockedCase	locked;
	OwnerScope	scope;
	int64		event_no;
	char	   *changes;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	begin_correction(&scope, &locked, application_no, "inspection", "correct", caller);
	rows = ExecPlan(&scope, &look, FunctionArg(fcinfo, 0, ARG_INT8), FunctionArg(fcinfo, 1, ARG_NUMERIC),
					FunctionArg(fcinfo, 2, ARG_NUMERIC));
	if (!RowBool(rows, 0, 1))
		refuse_late(application_no, "only the latest inspection that passed has a measurement to correct",
					"يُصحَّح قياس آخر كشف انتهى بالمطابقة وحده",
					"The inspector closes an inspection that is pending; another follows one that failed.",
					"يغلق الكاشف الكشف القائم، ويتبع الكشفَ غيرَ المطابق كشفٌ آخر.", "inspection");
	if (RowBool(rows, 0, 2))
		refuse_late(application_no, "a step has relied on this measurement", "اعتمدت خطوة على هذا القياس",
					"A clerk takes the case back, and another inspection follows.",
					"يسترجع المدقق الطلب، ثم يُجرى كشف آخر.", "inspection");
	changes = RowText(rows, 0, 3);
	if (strcmp(changes, "{}") == 0)
	{
		LeaveOwner(&scope);
		PG_RETURN_NULL();		/* no change is no error */
	}
	event_no = AddCaseEvent(&scope, application_no, caller, "correct_measurement", reason, changes);
	/* (a number out of bounds or an area above the home's is refused as ever) */
	ExecPlan(&scope, &correct, FunctionArg(fcinfo, 0, ARG_INT8), FunctionArg(fcinfo, 1, ARG_NUMERIC),
			 FunctionArg(fcinfo, 2, ARG_NUMERIC), Int4Arg(locked.events + 1));
	LeaveOwner(&scope);
	PG_RETURN_INT64(event_no);
}

PG_FUNCTION_INFO_V1(licence_home_take_back_finding);
/* take_back_finding(finding_id, reason) */
Datum
licence_home_take_back_finding(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT application_no FROM licence_home.application_finding WHERE finding_id = $1");
	static SavedPlan look = SAVED_PLAN("SELECT f.settled_at_event IS NULL, EXISTS (SELECT FROM licence_home.application_event AS e "
									   "WHERE e.application_no = f.application_no AND e.case_event > f.at_event "
									   "AND e.action <> ALL (licence_home_internal.side_events())), f.field "
									   "FROM licence_home.application_finding AS f WHERE f.finding_id = $1");
	static SavedPlan settle = SAVED_PLAN("UPDATE licence_home.application_finding SET settled_at_event = $2 WHERE finding_id = $1");
	Oid			caller = GetUserId();
	int64		application_no = case_of_row(&find, fcinfo, "application_finding", "finding_id");
	char	   *reason = visible_reason(fcinfo, 1, application_no);
	LockedCase	locked;
	OwnerScope	scope;
	int64		event_no;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	begin_correction(&scope, &locked, application_no, "application_finding", "take_back", caller);
	rows = ExecPlan(&scope, &look, FunctionArg(fcinfo, 0, ARG_INT8));
	if (!RowBool(rows, 0, 1))
	{
		LeaveOwner(&scope);
		PG_RETURN_NULL();		/* it is settled: no change is no error */
	}
	if (RowBool(rows, 0, 2))
		refuse_late(application_no, "a step has relied on this finding", "اعتمدت خطوة على هذه الملاحظة",
					"The clerk takes the case back by the step recall, which settles it.",
					"يسترجع المدقق الطلب بخطوة الاسترجاع، فتنتهي الملاحظة.", "application_finding");
	event_no = AddCaseEvent(&scope, application_no, caller, "take_back_finding",
							psprintf("%s: %s", RowText(rows, 0, 3), reason), NULL);
	ExecPlan(&scope, &settle, FunctionArg(fcinfo, 0, ARG_INT8), Int4Arg(locked.events + 1));
	LeaveOwner(&scope);
	PG_RETURN_INT64(event_no);
}

/* The case under its new applicant is no second one, and lawful for that person. */
static void
check_new_applicant(OwnerScope *scope, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT string_agg(o.text_en, E'\\n'), string_agg(o.text_ar, E'\\n') "
									   "FROM licence_home_internal.precondition_no_duplicate($1, NULL, NULL, NULL, NULL) AS o");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no));
	char	   *en = RowText(rows, 0, 1);

	if (en == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_ELIGIBLE),
			 errmsg_said(application_no, "the application cannot be this person's", "لا يكون الطلب لهذا الشخص"),
			 errdetail_said(en, RowText(rows, 0, 2)),
			 errhint_said("Close the one of the two cases that is wrong.", "أغلق الخاطئ من الطلبين."),
			 err_column("application", "applicant_id")));
}

PG_FUNCTION_INFO_V1(licence_home_move_application);
/* move_application(application_no, applicant_id, reason) */
Datum
licence_home_move_application(PG_FUNCTION_ARGS)
{
	/*
	 * both persons, in one order, so that two such moves do not wait for each
	 * other
	 */
	static SavedPlan persons = SAVED_PLAN("SELECT p.applicant_id, a.applicant_id, (SELECT max(e.event_no) FROM licence_home.application_event AS e "
										  "WHERE e.application_no = $1), p.erased_at IS NOT NULL, a.previous_application::text "
										  "FROM licence_home.application AS a "
										  "JOIN licence_home.applicant AS p ON p.applicant_id IN (a.applicant_id, $2) "
										  "WHERE a.application_no = $1 ORDER BY p.applicant_id FOR NO KEY UPDATE OF p");
	static SavedPlan move = SAVED_PLAN("UPDATE licence_home.application SET applicant_id = $2, previous_application = NULL "
									   "WHERE application_no = $1");
	Oid			caller = GetUserId();
	int64		application_no;
	int64		former;
	int64		applicant = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1);
	int64		event_no;
	char	   *reason;
	char	   *changes;
	char	   *previous;		/* application of the former person's */
	char	   *said;
	LockedCase	locked;
	OwnerScope	scope;
	Rows		rows;

	if (PG_ARGISNULL(0))
		RaiseNoSuchCase(0);
	application_no = PG_GETARG_INT64(0);
	CheckCaseVisible(application_no, false);
	reason = visible_reason(fcinfo, 2, application_no);
	EnterOwner(&scope, OWNER_WRITES);
	begin_correction(&scope, &locked, application_no, "application", "reassign", caller);
	rows = ExecPlan(&scope, &persons, CaseArg(application_no), Int8Arg(applicant));
	former = RowInt8(rows, 0, 2);
	if (former == applicant)
	{
		LeaveOwner(&scope);
		PG_RETURN_NULL();		/* no change is no error */
	}
	if (rows.count != 2 || RowBool(rows, RowInt8(rows, 0, 1) == applicant ? 0 : 1, 4))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(application_no, "there is no such applicant to whom it could pass", "لا مقدم طلب بهذا الرقم"),
				 errhint_said("licence_home.find_applicant(kind, identity_no) gives the number.",
							  "يعطي licence_home.find_applicant(kind, identity_no) الرقم."),
				 err_column("application", "applicant_id")));
	/* what waits to be sent says too much to either of them */
	(void) CancelMessages(&scope, application_no, 0, false, "the application is another person's");
	TellOfMoney(&scope, application_no, RowInt8(rows, 0, 3), "application_moved");
	previous = RowText(rows, 0, 5);
	changes = psprintf("{\"applicant_id\": {\"old\": " INT64_FORMAT ", \"new\": " INT64_FORMAT "}%s}", former, applicant,
					   previous == NULL ? "" : psprintf(", \"previous_application\": {\"old\": \"%s\", \"new\": null}", previous));
	event_no = AddMovingEvent(&scope, application_no, caller, "move_application", reason, changes,
							  &move, Int8Arg(applicant));
	check_new_applicant(&scope, application_no);
	said = psprintf("%s: %s", CaseNoText(&application_no_kind, application_no), reason);
	AppendApplicantEvent(&scope, former, "case_moved_away", NULL, said, NULL);
	AppendApplicantEvent(&scope, applicant, "case_moved_here", NULL, said, NULL);
	TellOfMoney(&scope, application_no, event_no, "application_accepted");
	LeaveOwner(&scope);
	PG_RETURN_INT64(event_no);
}
