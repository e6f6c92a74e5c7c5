/*
 * owner_approval.c
 *		An owner withdraws the approval of a tenant's home profession.
 *
 * The owner does so from an account of their own, and sees nothing of the case.  So
 * a case that is not there, one of no tenant and one without an approval are the
 * same to them.  The tenant is heard: told, and given an answer or the days of the
 * hearing.  Then a clerk decides.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "actor.h"
#include "compat.h"
#include "errors.h"
#include "official.h"
#include "sms/queue/enqueue.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "workflow/case.h"

#define TOLD_TEMPLATE "owner_withdrew"

/* A text argument in which something can be seen; an error for none. */
static char *
read_text(FunctionCallInfo fcinfo, int n, const char *column, const char *en, const char *ar)
{
	char	   *given = PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));

	if (given == NULL || !IsVisible(given, strlen(given)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, en, ar),
				 errhint_said("Say it in a sentence.", "اذكروه في جملة."),
				 err_column("owner_withdrawal", column)));
	return given;
}

/* The applicant for whom the portal acts; no agent. */
static int64
acting_principal(void)
{
	if (ActingApplicant() == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(0, "this transaction acts for nobody", "لا تعمل هذه المعاملة عن أحد"),
				 errhint_said("Call licence_home.act_for() first.", "استدعوا licence_home.act_for() أولًا."),
				 err_column("applicant", "applicant_id")));
	if (ActingAgency() != 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_POWER),
				 errmsg_said(0, "an owner withdraws an approval from an account of their own", "يسحب المالك موافقته من حسابه الخاص"),
				 errhint_said("The owner signs in.", "يسجل المالك دخوله بنفسه."),
				 err_table("agency")));
	return ActingApplicant();
}

/* No case that the owner may speak of; what it lacks is not said. */
pg_noreturn static void
refuse_case(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_CASE),
			 errmsg_said(application_no, "no tenant's case of that number rests on an owner's approval", "لا طلب لمستأجر بهذا الرقم يقوم على موافقة مالك"),
			 errhint_said("Compare the number with the paper that the tenant gave.", "قارنوا الرقم بما أعطاه المستأجر."),
			 err_column("application", "application_no")));
}

pg_noreturn static void
refuse_now(int64 application_no, const char *en, const char *ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_NOW),
			 errmsg_said(application_no, en, ar),
			 errhint_said("licence_home.owner_withdrawals_open has what is not decided.", "ما لم يُبت فيه في licence_home.owner_withdrawals_open."),
			 err_table("owner_withdrawal")));
}

/* Tell the tenant by a message that hangs on the last event of the case; its number, 0: none. */
static int64
tell_tenant(OwnerScope *scope, int64 application_no, const char *template)
{
	static SavedPlan last = SAVED_PLAN("SELECT max(e.event_no) FROM licence_home.application_event AS e WHERE e.application_no = $1");
	static SavedPlan find = SAVED_PLAN("SELECT l.message_id FROM licence_home.sms_message_text AS l "
									   "WHERE l.application_no = $1 AND l.event_no = $2 AND l.template = $3 AND l.agency_id = 0");
	int64		event_no = RowInt8(ExecPlan(scope, &last, CaseArg(application_no)), 0, 1);
	Rows		rows;

	if (ExecPlan(scope, &find, CaseArg(application_no), Int8Arg(event_no), TextArg(template)).count > 0)
		return 0;
	OweMessage(scope, application_no, event_no, template, false);
	rows = ExecPlan(scope, &find, CaseArg(application_no), Int8Arg(event_no), TextArg(template));
	return RowInt8(rows, 0, 1);
}

PG_FUNCTION_INFO_V1(licence_home_withdraw_owner_approval);
/* withdraw_owner_approval(application_no, reference_no, reason): its number. */
Datum
licence_home_withdraw_owner_approval(PG_FUNCTION_ARGS)
{
	/*
	 * the latest approval is there, and is what the case or its licence rests
	 * on
	 */
	static SavedPlan rests = SAVED_PLAN("SELECT EXISTS (SELECT FROM licence_home.owner_withdrawal AS w WHERE w.application_no = $1 AND w.outcome IS NULL) "
										"FROM licence_home.application AS a "
										"CROSS JOIN LATERAL (SELECT num_nonnulls(d.reference_no, d.attachment_locator, d.attachment_sha256) AS given FROM licence_home.document AS d WHERE d.application_no = a.application_no "
										" AND d.document_type = 'owner_approval' ORDER BY d.document_id DESC LIMIT 1) AS d "
										"WHERE a.application_no = $1 AND a.applicant_id <> $2 AND a.tenant AND d.given > 0 "
										"AND (a.waits_for IS NOT NULL OR EXISTS (SELECT FROM licence_home.licence AS l "
										" JOIN licence_home.licence_term AS t ON t.licence_no = l.licence_no "
										" WHERE l.application_no = a.application_no AND t.valid @> licence_home.today()))");
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.owner_withdrawal (application_no, owner_id, reference_no, reason, message_id) "
										 "VALUES ($1, $2, $3, $4, $5) RETURNING owner_withdrawal_id");
	int64		application_no = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	int64		owner = acting_principal();
	char	   *paper = read_text(fcinfo, 1, "reference_no", "no paper is named that shows the property", "لم تُذكر الوثيقة التي تثبت الملكية");
	char	   *reason = read_text(fcinfo, 2, "reason", "nothing says why the approval is withdrawn", "لم يُذكر سبب سحب الموافقة");
	OwnerScope	scope;
	LockedCase	locked;
	Rows		rows;
	int64		message_id;
	int64		number;

	EnterOwner(&scope, OWNER_WRITES);
	if (!LockCase(&scope, application_no, &locked))
		refuse_case(application_no);
	rows = ExecPlan(&scope, &rests, CaseArg(application_no), Int8Arg(owner));
	if (rows.count != 1)
		refuse_case(application_no);
	if (RowBool(rows, 0, 1))
		refuse_now(application_no, "a withdrawal is not decided yet", "لم يُبت في سحب سابق بعد");
	message_id = tell_tenant(&scope, application_no, TOLD_TEMPLATE);
	if (message_id == 0)
		refuse_now(application_no, "nothing has happened since a withdrawal was decided", "لم يحدث شيء منذ البت في سحب سابق");
	number = RowInt8(ExecPlan(&scope, &insert, CaseArg(application_no), Int8Arg(owner), TextArg(paper),
							  TextArg(reason), Int8Arg(message_id)), 0, 1);
	LeaveOwner(&scope);
	PG_RETURN_INT64(number);
}

pg_noreturn static void
refuse_unknown(int64 number)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNKNOWN_CODE),
			 errmsg_said(0, psprintf("withdrawal " INT64_FORMAT " is not there to be answered or decided", number),
						 psprintf("لا سحب موافقة برقم " INT64_FORMAT " ينتظر ردًا أو بتًا", number)),
			 errdetail_said("There is none, it is another's, or it was decided.", "لا يوجد، أو هو لغيركم، أو بُتّ فيه."),
			 errhint_said("licence_home.owner_withdrawal has them.", "هي في licence_home.owner_withdrawal."),
			 err_column("owner_withdrawal", "owner_withdrawal_id")));
}

PG_FUNCTION_INFO_V1(licence_home_answer_owner);
/* answer_owner(owner_withdrawal_id, answer): the tenant is heard. */
Datum
licence_home_answer_owner(PG_FUNCTION_ARGS)
{
	static SavedPlan answer = SAVED_PLAN("UPDATE licence_home.owner_withdrawal AS w SET answer = $2, answered_at = licence_home.now() "
										 "FROM licence_home.application AS a WHERE w.owner_withdrawal_id = $1 AND w.outcome IS NULL "
										 "AND a.application_no = w.application_no AND a.applicant_id = $3");
	int64		number = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	char	   *text = read_text(fcinfo, 1, "answer", "there is no answer", "لا رد");
	int64		tenant = acting_principal();
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &answer, Int8Arg(number), TextArg(text), Int8Arg(tenant)).count != 1)
		refuse_unknown(number);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

/* The case of a withdrawal that is not decided, under lock; heard: the tenant was. */
static int64
lock_undecided(OwnerScope *scope, int64 number, bool *heard, bool *open)
{
	static SavedPlan find = SAVED_PLAN("SELECT w.application_no FROM licence_home.owner_withdrawal AS w WHERE w.owner_withdrawal_id = $1");
	static SavedPlan ask = SAVED_PLAN("SELECT w.answered_at IS NOT NULL OR coalesce(licence_home_internal.heard_until(w.message_id) < licence_home.today(), false), "
									  "a.waits_for IS NOT NULL FROM licence_home.owner_withdrawal AS w "
									  "JOIN licence_home.application AS a ON a.application_no = w.application_no "
									  "WHERE w.owner_withdrawal_id = $1 AND w.outcome IS NULL FOR UPDATE OF w");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(number));
	LockedCase	locked;
	int64		application_no;

	if (rows.count != 1)
		refuse_unknown(number);
	application_no = RowInt8(rows, 0, 1);
	(void) LockCase(scope, application_no, &locked);
	rows = ExecPlan(scope, &ask, Int8Arg(number));
	if (rows.count != 1)
		refuse_unknown(number);
	*heard = RowBool(rows, 0, 1);
	*open = RowBool(rows, 0, 2);
	return application_no;
}

PG_FUNCTION_INFO_V1(licence_home_decide_owner_withdrawal);
/* decide_owner_withdrawal(owner_withdrawal_id, outcome, note). */
Datum
licence_home_decide_owner_withdrawal(PG_FUNCTION_ARGS)
{
	static SavedPlan decide = SAVED_PLAN("UPDATE licence_home.owner_withdrawal AS w SET outcome = $2, note = $3, decided_at = licence_home.now(), "
										 "decided_by = licence_home.actor() WHERE w.owner_withdrawal_id = $1");

	/* the latest row of its kind counts: an approval that is not given */
	static SavedPlan end = SAVED_PLAN("INSERT INTO licence_home.document (application_no, document_type) VALUES ($1, 'owner_approval')");
	int64		number = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	char	   *outcome = PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		withdrawn = strcmp(outcome, "withdrawn") == 0;
	char	   *note;
	OwnerScope	scope;
	int64		application_no;
	bool		heard;
	bool		open;

	CheckSomebodyWorks();
	if (!MayWorkAs(GetUserId(), "clerk"))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(0, "a clerk decides it", "يبت فيه المدقق"),
				 errdetail_said(psprintf("You are %s.", WorkerName(GetUserId())), psprintf("أنت %s.", WorkerName(GetUserId()))),
				 errhint_said("The roles of an official are in licence_home.official.", "أدوار الموظف في licence_home.official."),
				 err_table("owner_withdrawal")));
	if (!withdrawn && strcmp(outcome, "stands") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "the outcome is withdrawn or stands", "النتيجة withdrawn أو stands"),
				 errhint_said("withdrawn: the approval counts no more; stands: it goes on.", "withdrawn: لم تعد الموافقة سارية؛ stands: تبقى."),
				 err_column("owner_withdrawal", "outcome")));
	note = read_text(fcinfo, 2, "note", "nothing says why", "لم يُذكر السبب");
	EnterOwner(&scope, OWNER_WRITES);
	application_no = lock_undecided(&scope, number, &heard, &open);
	if (!heard)
		refuse_now(application_no, "the tenant is to be heard first", "يُسمع المستأجر أولًا");
	ExecPlan(&scope, &decide, Int8Arg(number), TextArg(outcome), TextArg(note));
	if (withdrawn && open)
		ExecPlan(&scope, &end, CaseArg(application_no));
	(void) tell_tenant(&scope, application_no, withdrawn ? "owner_approval_ended" : "owner_approval_stands");
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}
