/*
 * wake.c
 *		Messages that may go now, since others are gone or time has passed.
 *
 * Nothing here waits for a row that somebody else holds: a client that rests
 * in a transaction must not hold up everybody's messages.  What is passed by
 * is met again at the next tick.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "sms/queue/claim.h"

/*
 * The turn of a message that goes first again: at the front of its lane, by
 * $n.  A run that has not claimed yet knows no front, so it goes after older
 * messages.
 */
#define AT_THE_FRONT(turns) "greatest((" turns ")[q.lane + 1]," \
	" (SELECT l.created_at FROM licence_home.sms_message_text AS l WHERE l.message_id = q.message_id))"

/*
 * The next of each person, if it is parked and now the head.  That it is parked
 * is asked in other words, and whether any is by a scalar subquery.  Else the
 * planner would begin with all that are parked, which it takes for few.
 */
#define UNPARK(persons) \
	"WITH next AS MATERIALIZED (" \
	" SELECT q.message_id FROM (" persons ") AS p" \
	" CROSS JOIN LATERAL (SELECT min(e.message_id) AS message_id" \
	"  FROM licence_home.sms_queue AS e WHERE e.applicant_id = p.applicant_id AND e.open) AS h" \
	" JOIN licence_home.sms_queue AS q ON q.message_id = h.message_id" \
	" WHERE q.status = 'waiting' AND num_nonnulls(q.turn, q.wake_at) = 0 FOR UPDATE OF q SKIP LOCKED)" \
	" UPDATE licence_home.sms_queue AS q SET parked = false, turn = " AT_THE_FRONT("$1") \
	" FROM next AS n WHERE q.message_id = n.message_id"

static SavedPlan advance_query = SAVED_PLAN(UNPARK("SELECT DISTINCT u.id AS applicant_id FROM unnest($2) AS u (id)"
												   " WHERE (SELECT true FROM licence_home.sms_queue AS e"
												   "  WHERE e.applicant_id = u.id AND e.parked LIMIT 1)"));

/* A loose scan over the persons who have a parked message. */
static SavedPlan sweep_query = SAVED_PLAN(UNPARK("WITH RECURSIVE person AS ("
												 " (SELECT e.applicant_id FROM licence_home.sms_queue AS e WHERE e.parked"
												 "  ORDER BY e.applicant_id LIMIT 1)"
												 " UNION ALL"
												 " SELECT (SELECT e.applicant_id FROM licence_home.sms_queue AS e"
												 "  WHERE e.parked AND e.applicant_id > p.applicant_id ORDER BY e.applicant_id LIMIT 1)"
												 " FROM person AS p WHERE p.applicant_id IS NOT NULL)"
												 " SELECT p.applicant_id FROM person AS p WHERE p.applicant_id IS NOT NULL"));

static SavedPlan parked_query = SAVED_PLAN("SELECT 1 FROM licence_home.sms_queue AS e WHERE e.parked LIMIT 1");

/*
 * A message that may wait until morning stands before one that may not: both
 * go now, since none overtakes another to the same person.
 */
static SavedPlan wake_recipients_query = SAVED_PLAN("WITH head AS MATERIALIZED ("
													" SELECT q.message_id FROM (SELECT DISTINCT u.id FROM unnest($2) AS u (id)) AS p"
													" CROSS JOIN LATERAL (SELECT min(e.message_id) AS message_id"
													"  FROM licence_home.sms_queue AS e WHERE e.applicant_id = p.id AND e.open) AS h"
													" JOIN licence_home.sms_queue AS q ON q.message_id = h.message_id"
													" WHERE q.status = 'waiting' AND q.wake_at IS NOT NULL AND q.reason = 'its hours of the day'"
													" FOR UPDATE OF q SKIP LOCKED)"
													" UPDATE licence_home.sms_queue AS q SET wake_at = NULL, turn = " AT_THE_FRONT("$1") ","
													"  send_from = NULL, send_until = NULL, reason = NULL"
													" FROM head AS h WHERE q.message_id = h.message_id");

/*
 * $1 turns, $2 now.  Messages whose time has come.  One that waited may go.  A
 * doubt is sent once more where the template or the gateway says so, else it
 * is held for a person.  A message had left if a report about it has come in
 * the meantime.
 */
static SavedPlan wake_query = SAVED_PLAN("WITH due AS MATERIALIZED ("
										 " SELECT q.message_id, EXISTS (SELECT FROM licence_home.sms_delivery_report AS d"
										 "   WHERE d.message_id = q.message_id AND d.series = q.series) AS arrived"
										 " FROM licence_home.sms_queue AS q WHERE q.wake_at <= $2"
										 " ORDER BY q.wake_at LIMIT 5000 FOR UPDATE OF q SKIP LOCKED),"
										 " gone AS (DELETE FROM licence_home.sms_queue AS q USING due AS d"
										 "  WHERE q.message_id = d.message_id AND d.arrived RETURNING q.applicant_id)"
										 " , moved AS (UPDATE licence_home.sms_queue AS q"
										 "  SET status = CASE WHEN a.again THEN 'waiting' ELSE 'in_doubt' END,"
										 "   turn = CASE WHEN a.again THEN " AT_THE_FRONT("$1") " END,"
										 "   wake_at = NULL, open = a.again,"
										 "   resent = q.resent OR q.status = 'in_doubt' AND a.again"
										 "  FROM due AS d"
										 "  JOIN licence_home.sms_queue AS b ON b.message_id = d.message_id"
										 "  LEFT JOIN licence_home.sms_message_text AS l ON l.message_id = d.message_id"
										 "  LEFT JOIN LATERAL (SELECT g.doubt FROM licence_home.sms_gateway AS g"
										 "   WHERE g.gateway = b.gateway AND g.withdrawn_at IS NULL ORDER BY upper(g.valid) DESC LIMIT 1) AS g ON true"
										 "  CROSS JOIN LATERAL (SELECT b.status = 'waiting'"
										 "   OR b.expires_at > $2 AND l.unwanted_at IS NULL AND CASE g.doubt"
										 "    WHEN 'resend' THEN true WHEN 'hold' THEN false"
										 "    ELSE coalesce(l.doubt = 'resend', false) AND NOT b.resent END AS again) AS a"
										 "  WHERE q.message_id = d.message_id AND NOT d.arrived"
										 "  RETURNING q.applicant_id, q.open)"
										 " SELECT g.applicant_id FROM gone AS g"
										 " UNION ALL SELECT m.applicant_id FROM moved AS m WHERE NOT m.open");

static SavedPlan expire_query = SAVED_PLAN("WITH late AS MATERIALIZED ("
										   " SELECT q.message_id FROM licence_home.sms_queue AS q"
										   " WHERE q.status = 'waiting' AND q.expires_at <= $1"
										   " LIMIT 10000 FOR UPDATE OF q SKIP LOCKED)"
										   " UPDATE licence_home.sms_queue AS q"
										   " SET status = " ENDS_AS("'expired'") ", open = false, parked = false, turn = NULL, wake_at = NULL,"
										   "  reason = concat_ws('; ', 'it could not leave in time', q.reason)"
										   " FROM late AS l WHERE q.message_id = l.message_id");

/*
 * Of a doubt that is held, a report came while its sender put it there and
 * could not see it yet.
 */
static SavedPlan settle_query = SAVED_PLAN("DELETE FROM licence_home.sms_queue AS q"
										   " WHERE q.ctid IN (SELECT e.ctid FROM licence_home.sms_queue AS e"
										   "  WHERE e.status = 'in_doubt' AND NOT e.open AND EXISTS ("
										   "   SELECT FROM licence_home.sms_delivery_report AS d"
										   "   WHERE d.message_id = e.message_id AND d.series = e.series)"
										   "  FOR UPDATE OF e SKIP LOCKED)");

/* Run a query about some recipients; how many messages may go now. */
static int
free_messages(OwnerScope *scope, SavedPlan *plan, const QueueRun *run,
			  const int64 *applicants, int n)
{
	if (n == 0 || !run->some_parked)
		return 0;
	return (int) ExecPlan(scope, plan, NextTurns(run),
						  DatumArg(ARG_INT8_ARRAY, Int8Array(applicants, NULL, n), false)).count;
}

int
AdvanceRecipients(OwnerScope *scope, const QueueRun *run,
				  const int64 *applicants, int n)
{
	return free_messages(scope, &advance_query, run, applicants, n);
}

int
WakeRecipients(OwnerScope *scope, const QueueRun *run,
			   const int64 *applicants, int n)
{
	return free_messages(scope, &wake_recipients_query, run, applicants, n);
}

void
WakeMessages(OwnerScope *scope, QueueRun *run)
{
	PlanArg		turns = NextTurns(run);

	ExecPlan(scope, &wake_query, turns, MomentArg(ClockMoment()));
	ExecPlan(scope, &sweep_query, turns);
	run->some_parked = ExecPlanNoArgs(scope, &parked_query).count == 1;
}

void
SweepQueue(OwnerScope *scope)
{
	ExecPlan(scope, &expire_query, MomentArg(ClockMoment()));
	ExecPlanNoArgs(scope, &settle_query);
	UntellAnothers(scope);
}
