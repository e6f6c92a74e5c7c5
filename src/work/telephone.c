/*
 * telephone.c
 *		Telephones that are not the applicant's.
 *
 * An applicant may have no telephone, or one that is another's by now.  A clerk
 * says so (mark_not_theirs), or so many messages in a row that failed there
 * (phone_rule).  From then on nothing is sent there:
 *
 *		what waits				is to be printed (messages_to_print)
 *		what failed there		is to be printed too, where its case is open
 *		a deadline told there	was not told (deadline_told, not_theirs), and its
 *								message is to be printed
 *
 * A new telephone ends the mark (applicant.c).  What is to be printed then waits
 * for a clerk, who resends it or hands it over: serve() in sms/queue.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "official.h"
#include "reading/reading.h"
#include "sms/queue/claim.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "workflow/applicant_events.h"

/* An applicant under lock. */
typedef struct Telephone
{
	int64		applicant_id;
	bool		has_phone;
	bool		not_theirs;
	bool		erased;
} Telephone;

#define REACH_QUERY "SELECT p.phone IS NOT NULL, p.not_theirs_at IS NOT NULL, p.erased_at IS NOT NULL " \
	"FROM licence_home.applicant AS p WHERE p.applicant_id = $1 FOR NO KEY UPDATE"

/* Lock an applicant; false where there is none, or the plan passed by. */
static bool
lock_reach(OwnerScope *scope, SavedPlan *lock, int64 applicant_id, Telephone *reach)
{
	Rows		rows = ExecPlan(scope, lock, Int8Arg(applicant_id));

	if (rows.count != 1)
		return false;
	reach->applicant_id = applicant_id;
	reach->has_phone = RowBool(rows, 0, 1);
	reach->not_theirs = RowBool(rows, 0, 2);
	reach->erased = RowBool(rows, 0, 3);
	return true;
}

/* What was told there was not told. */
static void
untell(OwnerScope *scope, int64 applicant_id)
{
	static SavedPlan untell = SAVED_PLAN("INSERT INTO licence_home.deadline_told (deadline_no, application_no, message_id, series, outcome, at) "
										 "SELECT w.deadline_no, w.application_no, w.message_id, w.series, 'not_theirs', $2 "
										 "FROM licence_home_internal.told_another($1) AS w ON CONFLICT DO NOTHING");

	ExecPlan(scope, &untell, Int8Arg(applicant_id), MomentArg(ClockNow()));
}

/*
 * What would be sent there is printed, as is what failed there and what told a
 * deadline that runs.  A message that speaks of no case is not printed: it was for
 * that telephone.  What somebody has in hand is passed by: the sender prints it
 * when it claims it.
 */
static void
print_messages(OwnerScope *scope, int64 applicant_id)
{
	static SavedPlan print = SAVED_PLAN("WITH message AS MATERIALIZED ("
										" SELECT l.message_id, l.applicant_id, l.priority, l.deadline_no, l.phone_stays,"
										"  least(l.created_at + l.lasts, l.useless_from) AS expires_at"
										" FROM licence_home_internal.messages_for_print($1, $2) AS m"
										" JOIN licence_home.sms_message_text AS l ON l.message_id = m.message_id"
										" FOR NO KEY UPDATE OF l SKIP LOCKED),"
										" queued AS MATERIALIZED ("
										" SELECT q.message_id FROM message AS m JOIN licence_home.sms_queue AS q ON q.message_id = m.message_id"
										" WHERE q.status <> 'sending' FOR UPDATE OF q SKIP LOCKED),"
										" moved AS (UPDATE licence_home.sms_queue AS q"
										"  SET status = CASE WHEN m.phone_stays THEN " ENDS_AS("'cancelled'") " ELSE 'to_print' END,"
										"   series = q.series + CASE WHEN q.status = 'waiting' AND q.attempts = 0 THEN 0 ELSE 1 END,"
										"   turn = NULL, wake_at = NULL, parked = false, open = false, reason = '" TO_PRINT_WHY "'"
										"  FROM queued AS f JOIN message AS m ON m.message_id = f.message_id"
										"  WHERE q.message_id = f.message_id)"
										" INSERT INTO licence_home.sms_queue (message_id, applicant_id, lane, turn, expires_at,"
										"  series, attempts, deadline_no, status, open, reason)"
										" SELECT m.message_id, m.applicant_id, m.priority, NULL, m.expires_at, 1 + t.series, t.attempt, m.deadline_no,"
										"  'to_print', false, '" TO_PRINT_WHY "'"
										" FROM message AS m"
										" CROSS JOIN LATERAL (SELECT t.series, t.attempt FROM licence_home.sms_attempt AS t"
										"  WHERE t.message_id = m.message_id ORDER BY t.attempt DESC LIMIT 1) AS t"
										" WHERE NOT m.phone_stays AND NOT EXISTS (SELECT FROM licence_home.sms_queue AS q WHERE q.message_id = m.message_id)"
										" ON CONFLICT (message_id) DO NOTHING");

	ExecPlan(scope, &print, Int8Arg(applicant_id), MomentArg(ClockNow()));
}

/* The telephone of an applicant under lock is another's from now on. */
static void
mark(OwnerScope *scope, const Telephone *reach, const char *why)
{
	static SavedPlan set = SAVED_PLAN("UPDATE licence_home.applicant SET not_theirs_at = $2 WHERE applicant_id = $1");

	ExecPlan(scope, &set, Int8Arg(reach->applicant_id), MomentArg(ClockNow()));
	AppendApplicantEvent(scope, reach->applicant_id, "not_theirs", NULL, why, NULL);
	print_messages(scope, reach->applicant_id);
	untell(scope, reach->applicant_id);
}

/* The reason of a call; an error without one. */
static char *
read_why(FunctionCallInfo fcinfo)
{
	char	   *why = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));

	if (!MayWorkAs(GetUserId(), "clerk"))
	{
		CheckSomebodyWorks();
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(0, "whose telephone it is, is not yours to say", "ليس لك أن تقرر لمن الهاتف"),
				 errdetail_said(psprintf("Clerks do; you are %s.", WorkerName(GetUserId())),
								psprintf("هو للمدققين، وأنت %s.", WorkerName(GetUserId()))),
				 errhint_said("The roles of an official are in licence_home.official.", "أدوار الموظف في licence_home.official."),
				 err_column("applicant", "not_theirs_at")));
	}
	if (why == NULL || !IsVisible(why, strlen(why)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "nothing says how it is known whose telephone it is", "لم يُذكر كيف عُرف لمن الهاتف"),
				 errhint_said("Give it as the second argument: who answered, or who said it.", "اذكروا من أجاب أو من قال ذلك."),
				 err_column("applicant", "not_theirs_at")));
	return why;
}

/* The applicant of a call, under lock; an error for one who is not there or was erased. */
static Telephone
read_reach(OwnerScope *scope, int64 applicant_id)
{
	static SavedPlan lock = SAVED_PLAN(REACH_QUERY);
	Telephone	reach;

	if (!lock_reach(scope, &lock, applicant_id, &reach))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(0, psprintf("there is no applicant " INT64_FORMAT, applicant_id),
							 psprintf("لا يوجد مقدم طلب برقم " INT64_FORMAT, applicant_id)),
				 errhint_said("Find one with licence_home.find_applicant(kind, identity_no).",
							  "ابحثوا بالدالة licence_home.find_applicant(kind, identity_no)."),
				 err_column("applicant", "applicant_id")));
	if (!reach.has_phone)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_TELEPHONE),
				 errmsg_said(0, psprintf("applicant " INT64_FORMAT " has no telephone", applicant_id),
							 psprintf("ليس لمقدم الطلب " INT64_FORMAT " هاتف", applicant_id)),
				 errdetail_said("So there is none that could be another's.", "فلا هاتف يمكن أن يكون لغيره."),
				 errhint_said("Enter one at the counter; licence_home.messages_to_print has what is printed until then.",
							  "سجّلوا هاتفًا عند النافذة؛ وما يُطبع حتى ذلك الحين في licence_home.messages_to_print."),
				 err_column("applicant", "phone")));
	return reach;
}

PG_FUNCTION_INFO_V1(licence_home_mark_not_theirs);
/* mark_not_theirs(applicant_id, why): a clerk knows that the telephone is another's. */
Datum
licence_home_mark_not_theirs(PG_FUNCTION_ARGS)
{
	char	   *why = read_why(fcinfo);
	OwnerScope	scope;
	Telephone	reach;

	EnterOwner(&scope, OWNER_WRITES);
	reach = read_reach(&scope, PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0));
	if (!reach.not_theirs)
		mark(&scope, &reach, why);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_mark_theirs);
/* mark_theirs(applicant_id, why): it is the applicant's after all. */
Datum
licence_home_mark_theirs(PG_FUNCTION_ARGS)
{
	static SavedPlan clear = SAVED_PLAN("UPDATE licence_home.applicant SET not_theirs_at = NULL WHERE applicant_id = $1");
	char	   *why = read_why(fcinfo);
	OwnerScope	scope;
	Telephone	reach;

	EnterOwner(&scope, OWNER_WRITES);
	reach = read_reach(&scope, PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0));
	if (reach.not_theirs)
	{
		ExecPlan(&scope, &clear, Int8Arg(reach.applicant_id));
		AppendApplicantEvent(&scope, reach.applicant_id, "theirs", NULL, why, NULL);
	}
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_count_failures);
/*
 * count_failures(message_id): a message failed at a telephone; so many in a row
 * mark it.  A report waits for nobody: an applicant whom somebody has in hand is
 * passed by, and the next failure counts again.
 */
Datum
licence_home_count_failures(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT l.applicant_id FROM licence_home.sms_message_text AS l WHERE l.message_id = $1 AND NOT l.phone_stays");
	static SavedPlan lock = SAVED_PLAN(REACH_QUERY " SKIP LOCKED");
	static SavedPlan count = SAVED_PLAN("SELECT licence_home_internal.failed_in_a_row($1)");
	OwnerScope	scope;
	Telephone	reach;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, Int8Arg(PG_GETARG_INT64(0)));
	if (rows.count == 1 && lock_reach(&scope, &lock, RowInt8(rows, 0, 1), &reach) &&
		reach.has_phone && !reach.not_theirs && !reach.erased &&
		RowBool(ExecPlan(&scope, &count, Int8Arg(reach.applicant_id)), 0, 1))
		mark(&scope, &reach, NULL);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_print_messages);
/* print_messages(why): what is to be printed, with names and addresses, recorded. */
Datum
licence_home_print_messages(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.letters_to_print()");

	(void) ShowSavedPlan(fcinfo, "print_messages",
						 PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0)), NULL, &show, NULL, 0);
	return (Datum) 0;
}
