/*
 * resend_cancel.c
 *		What an official does about a message by hand.
 *
 * resend_sms(), cancel_sms() and serve() work as the owner, after the caller's row
 * security has shown the message; each writes down who did it and why.  A
 * message that is on its way is its sender's alone.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "municipality.h"
#include "spi/plan.h"
#include "sms/queue/claim.h"

/* A message, locked, and how it stands. */
typedef struct Subject
{
	int64		message_id;
	int64		application_no;
	char	   *status;
	bool		open;
	char	   *unwanted;		/* why it is not wanted any more, or NULL */
	bool		erased;
	bool		useless;		/* what it announces is over */
	bool		names_deadline;
	bool		outdated;		/* its deadline was set anew, or runs no more */
	bool		unreachable;	/* no telephone is the person's */
} Subject;

/* Whether the caller sees it; every name is qualified, as the caller's path is. */
static SavedPlan seen_query = SAVED_PLAN("SELECT 1 FROM licence_home.sms_message_text AS l WHERE l.message_id OPERATOR(pg_catalog.=) $1");

/* Against others who intervene, and against being archived; not against reports. */
static SavedPlan lock_letter = SAVED_PLAN("SELECT a.erased_at IS NOT NULL, coalesce(l.useless_from <= $2, false),"
										  " coalesce(l.unwanted_why, (SELECT 'the agent''s power ended' FROM licence_home.agency AS g"
										  "  WHERE g.agency_id = l.agency_id AND NOT licence_home_internal.agency_in_force(g))),"
										  " l.deadline_no IS NOT NULL, l.deadline_no IS NOT NULL AND NOT EXISTS ("
										  "  SELECT FROM licence_home.current_deadline AS d"
										  "  WHERE d.application_no = l.application_no AND d.deadline_no = l.deadline_no)"
										  ", l.application_no, NOT l.phone_stays AND a.applicant_id IS NOT NULL AND (a.phone IS NULL OR a.not_theirs_at IS NOT NULL)"
										  " FROM licence_home.sms_message_text AS l"
										  " LEFT JOIN licence_home.applicant AS a ON a.applicant_id = l.applicant_id"
										  " WHERE l.message_id = $1 FOR NO KEY UPDATE OF l");

static SavedPlan lock_queue = SAVED_PLAN("SELECT q.status, q.open FROM licence_home.sms_queue AS q"
										 " WHERE q.message_id = $1 FOR UPDATE");

static SavedPlan status_query = SAVED_PLAN("SELECT s.status FROM licence_home.sms_status AS s WHERE s.message_id = $1");

static SavedPlan note_query = SAVED_PLAN("INSERT INTO licence_home.sms_intervention (message_id, action, was, reason, actor, role, at, served_on)"
										 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

/* A new series: the attempts and reports of the former count no more. */
static SavedPlan resend_query = SAVED_PLAN("INSERT INTO licence_home.sms_queue AS q (message_id, applicant_id, lane, turn, expires_at,"
										   "  send_from, send_until, series, attempts, deadline_no)"
										   " SELECT l.message_id, l.applicant_id, l.priority, $2, least($2 + l.lasts, l.useless_from),"
										   "  l.send_from, l.send_until, 1 + greatest(t.series, o.series, 1), coalesce(t.attempt, 0), CASE WHEN l.agency_id = 0 THEN l.deadline_no END"
										   " FROM licence_home.sms_message_text AS l"
										   " LEFT JOIN licence_home.sms_queue AS o ON o.message_id = l.message_id"
										   " LEFT JOIN LATERAL (SELECT t.series, t.attempt FROM licence_home.sms_attempt AS t"
										   "  WHERE t.message_id = l.message_id ORDER BY t.attempt DESC LIMIT 1) AS t ON true"
										   " WHERE l.message_id = $1"
										   " ON CONFLICT (message_id) DO UPDATE SET status = 'waiting', open = true, parked = false,"
										   "  turn = excluded.turn, wake_at = NULL, expires_at = excluded.expires_at,"
										   "  send_from = excluded.send_from, send_until = excluded.send_until,"
										   "  series = excluded.series, failures = 0, resent = false, reason = NULL");

static SavedPlan cancel_query = SAVED_PLAN("UPDATE licence_home.sms_queue AS q"
										   " SET status = CASE WHEN q.status = 'in_doubt' THEN q.status ELSE " ENDS_AS("'cancelled'") " END,"
										   "  turn = NULL, wake_at = NULL, parked = false, open = false,"
										   "  reason = CASE WHEN q.status = 'in_doubt' THEN q.reason ELSE 'an official cancelled it' END"
										   " WHERE q.message_id = $1");

/*
 * $1 message, $2 the day.  A series of its own, so that no report is taken for one
 * of it; what it was told by counts from that day, though not before it was
 * written.
 */
static SavedPlan serve_query = SAVED_PLAN("INSERT INTO licence_home.sms_queue AS q (message_id, applicant_id, lane, turn, expires_at,"
										  "  series, attempts, deadline_no, status, open)"
										  " SELECT l.message_id, l.applicant_id, l.priority, NULL, coalesce(o.expires_at, l.created_at + l.lasts),"
										  "  1 + greatest(t.series, o.series, 1), coalesce(o.attempts, t.attempt, 0), l.deadline_no, 'served', false"
										  " FROM licence_home.sms_message_text AS l"
										  " LEFT JOIN licence_home.sms_queue AS o ON o.message_id = l.message_id"
										  " LEFT JOIN LATERAL (SELECT t.series, t.attempt FROM licence_home.sms_attempt AS t"
										  "  WHERE t.message_id = l.message_id ORDER BY t.attempt DESC LIMIT 1) AS t ON true"
										  " WHERE l.message_id = $1"
										  " ON CONFLICT (message_id) DO UPDATE SET status = 'served', open = false, parked = false,"
										  "  turn = NULL, wake_at = NULL, series = excluded.series, reason = NULL");

static SavedPlan told_query = SAVED_PLAN("INSERT INTO licence_home.deadline_told (deadline_no, application_no, message_id, series, outcome, at)"
										 " SELECT l.deadline_no, l.application_no, l.message_id, q.series, 'served',"
										 "  CASE WHEN $2 = $4 THEN $3 ELSE greatest(l.created_at, $2::timestamp AT TIME ZONE " CITY_TIME_ZONE ") END"
										 " FROM licence_home.sms_message_text AS l"
										 " JOIN licence_home.sms_queue AS q ON q.message_id = l.message_id"
										 " WHERE l.message_id = $1 AND l.deadline_no IS NOT NULL AND l.agency_id = 0");

/* Refuse what the caller does not see, or what was archived meanwhile. */
static void
check_found(bool found, int64 message_id)
{
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_CASE),
				 errmsg("there is no message " INT64_FORMAT ", or it is not yours to see",
						message_id),
				 errhint("A message that was archived stays as it is: see licence_home.sms_status."),
				 err_column("sms_status", "message_id")));
}

/* Lock a message and see how it stands. */
static Subject
lock_message(OwnerScope *scope, int64 message_id)
{
	Subject		subject = {.message_id = message_id};
	Rows		rows = ExecPlan(scope, &lock_letter, Int8Arg(message_id), MomentArg(ClockNow()));
	bool		of_no_case;
	Datum		application_no;

	check_found(rows.count == 1, message_id);
	subject.erased = RowBool(rows, 0, 1);
	subject.useless = RowBool(rows, 0, 2);
	subject.unwanted = RowText(rows, 0, 3);
	subject.names_deadline = RowBool(rows, 0, 4);
	subject.outdated = RowBool(rows, 0, 5);
	application_no = RowDatum(rows, 0, 6, &of_no_case);
	subject.application_no = of_no_case ? 0 : DatumGetInt64(application_no);
	subject.unreachable = RowBool(rows, 0, 7);
	rows = ExecPlan(scope, &lock_queue, Int8Arg(message_id));
	if (rows.count > 0)
		subject.open = RowBool(rows, 0, 2);
	else
		rows = ExecPlan(scope, &status_query, Int8Arg(message_id));
	if (rows.count > 0)
		subject.status = RowText(rows, 0, 1);
	if (subject.status == NULL)
		subject.status = "lost";
	return subject;
}

/* Refuse to touch a message now. */
static void
refuse(const Subject *subject, const char *action, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_NOW),
			 errmsg_case(subject->application_no, "message " INT64_FORMAT " cannot be %s: %s",
						 subject->message_id, action, why),
			 errdetail("Its status is \"%s\".", subject->status),
			 errhint("%s", hint),
			 err_column("sms_status", "status")));
}

/* Refuse to tell what is over, or is not wanted any more. */
static void
check_still_wanted(const Subject *subject, const char *action)
{
	if (subject->unwanted != NULL)
		refuse(subject, action, subject->unwanted,
			   "What it asks for is no longer wanted.");
	if (subject->names_deadline && subject->useless)
		refuse(subject, action, "the date that it names is over",
			   "Set the deadline anew, which tells it: licence_home.perform(application_no, 'extend', note, until => date).");
	if (subject->useless)
		refuse(subject, action, "what it announces is over",
			   "Take the step again that owes a new message, such as reschedule_inspection.");
	if (subject->outdated)
		refuse(subject, action, "the deadline that it names is no longer the case's",
			   "licence_home.current_deadline has the deadline that runs, and a later message tells it.");
}

/* May it be resent? */
static void
check_resend(const Subject *subject)
{
	if (strcmp(subject->status, "waiting") == 0 || strcmp(subject->status, "sending") == 0)
		refuse(subject, "resent", "it has not left yet",
			   "licence_home.sms_status.waits_for says what it waits for.");
	if (strcmp(subject->status, "served") == 0)
		refuse(subject, "resent", "it was handed over",
			   "licence_home.sms_trail has the day, and who did it.");
	if (subject->erased)
		refuse(subject, "resent", "the person was erased",
			   "Nothing is sent to a person who was erased.");
	check_still_wanted(subject, "resent");
	if (subject->unreachable)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_TELEPHONE),
				 errmsg_said(subject->application_no, psprintf("message " INT64_FORMAT " cannot be resent: no telephone reaches the person", subject->message_id),
							 psprintf("لا يمكن إعادة إرسال الرسالة " INT64_FORMAT ": لا هاتف لصاحبها", subject->message_id)),
				 errdetail_said("The applicant has none, or it is known to be another's.",
								"ليس لمقدم الطلب هاتف، أو الهاتف المسجل لغيره."),
				 errhint_said("Print it, and say that it was handed over: licence_home.serve(message_id, how, day).",
							  "اطبعوها وسلّموها: licence_home.serve(message_id, how, day)."),
				 err_column("applicant", "phone")));
}

/* May it be handed over? */
static void
check_serve(const Subject *subject, DateADT day, DateADT written)
{
	if (strcmp(subject->status, "sending") == 0)
		refuse(subject, "served", "it is on its way",
			   "In a moment its status says what came of it.");
	if (strcmp(subject->status, "served") == 0)
		refuse(subject, "served", "it was handed over before",
			   "licence_home.sms_trail has the day, and who did it.");
	if (subject->erased)
		refuse(subject, "served", "the person was erased",
			   "Nothing is kept that could be handed over.");
	check_still_wanted(subject, "served");
	if (day < written || day > ClockDay(ClockNow()))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_said(subject->application_no, psprintf("message " INT64_FORMAT " cannot have been handed over on that day", subject->message_id),
							 psprintf("لا يمكن أن تكون الرسالة " INT64_FORMAT " سُلّمت في ذلك اليوم", subject->message_id)),
				 errdetail_said("The day is before it was written, or still to come.", "اليوم قبل كتابتها، أو لم يأتِ بعد."),
				 errhint_said("Give the day on which the person had it in hand.", "اذكروا اليوم الذي تسلّمها فيه صاحبها."),
				 err_column("sms_intervention", "served_on")));
}

/* May it be cancelled? */
static void
check_cancel(const Subject *subject)
{
	if (strcmp(subject->status, "sending") == 0)
		refuse(subject, "cancelled", "it is on its way",
			   "In a moment its status says what came of it.");
	if (!subject->open && strcmp(subject->status, "to_print") != 0)
		refuse(subject, "cancelled", "it does not wait to be sent",
			   "Only a message that would still be sent can be cancelled.");
}

/* Write down who did what, and why. */
static void
note_intervention(OwnerScope *scope, const Subject *subject, const char *action,
				  const char *reason, const DateADT *served_on)
{
	ExecPlan(scope, &note_query, Int8Arg(subject->message_id), TextArg(action),
			 TextArg(subject->status), TextArg(reason), TextArg(ActorName()),
			 TextArg(GetUserNameFromId(scope->caller, false)), MomentArg(ClockNow()),
			 served_on == NULL ? NullArg(ARG_DATE) : DateArg(*served_on));
}

PG_FUNCTION_INFO_V1(licence_home_resend_sms);
/* resend_sms(message_id, reason): send a message that ended once more. */
Datum
licence_home_resend_sms(PG_FUNCTION_ARGS)
{
	int64		message_id = PG_GETARG_INT64(0);
	char	   *reason = text_to_cstring(PG_GETARG_TEXT_PP(1));
	OwnerScope	scope;
	Subject		subject;

	CheckWorker();
	check_found(ExecAsInvoker(&seen_query, Int8Arg(message_id)) == 1, message_id);
	EnterOwner(&scope, OWNER_WRITES);
	subject = lock_message(&scope, message_id);
	check_resend(&subject);
	note_intervention(&scope, &subject, "resend", reason, NULL);
	ExecPlan(&scope, &resend_query, Int8Arg(message_id), MomentArg(ClockMoment()));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_cancel_sms);
/* cancel_sms(message_id, reason): do not send what waits. */
Datum
licence_home_cancel_sms(PG_FUNCTION_ARGS)
{
	int64		message_id = PG_GETARG_INT64(0);
	char	   *reason = text_to_cstring(PG_GETARG_TEXT_PP(1));
	OwnerScope	scope;
	Subject		subject;

	CheckWorker();
	check_found(ExecAsInvoker(&seen_query, Int8Arg(message_id)) == 1, message_id);
	EnterOwner(&scope, OWNER_WRITES);
	subject = lock_message(&scope, message_id);
	/* cancelled once more, it stays cancelled for its first reason */
	if (strcmp(subject.status, "cancelled") != 0)
	{
		check_cancel(&subject);
		note_intervention(&scope, &subject, "cancel", reason, NULL);
		ExecPlan(&scope, &cancel_query, Int8Arg(message_id));
	}
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

/* How a message was handed over; an error for nothing. */
static char *
read_how(FunctionCallInfo fcinfo)
{
	char	   *how = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));

	if (how == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "nothing says how the message was handed over", "لم يُذكر كيف سُلّمت الرسالة"),
				 errhint_said("Give it as the second argument: by hand, by post, and what shows it.",
							  "اذكروا طريقة التسليم وما يثبته."),
				 err_column("sms_intervention", "reason")));
	return how;
}

/* The day on which a message was written. */
static DateADT
day_written(OwnerScope *scope, int64 message_id)
{
	static SavedPlan find = SAVED_PLAN("SELECT (l.created_at AT TIME ZONE " CITY_TIME_ZONE ")::date "
									   "FROM licence_home.sms_message_text AS l WHERE l.message_id = $1");
	bool		isnull;

	return DatumGetDateADT(RowDatum(ExecPlan(scope, &find, Int8Arg(message_id)), 0, 1, &isnull));
}

PG_FUNCTION_INFO_V1(licence_home_serve);
/* serve(message_id, how, day): a message was handed over on paper; the person was told. */
Datum
licence_home_serve(PG_FUNCTION_ARGS)
{
	int64		message_id = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	char	   *how = read_how(fcinfo);
	DateADT		today = ClockDay(ClockNow());
	DateADT		day = PG_ARGISNULL(2) ? today : PG_GETARG_DATEADT(2);
	OwnerScope	scope;
	Subject		subject;

	CheckWorker();
	check_found(ExecAsInvoker(&seen_query, Int8Arg(message_id)) == 1, message_id);
	EnterOwner(&scope, OWNER_WRITES);
	subject = lock_message(&scope, message_id);
	check_serve(&subject, day, day_written(&scope, message_id));
	note_intervention(&scope, &subject, "serve", how, &day);
	ExecPlan(&scope, &serve_query, Int8Arg(message_id));
	ExecPlan(&scope, &told_query, Int8Arg(message_id), DateArg(day), MomentArg(ClockNow()), DateArg(today));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}
