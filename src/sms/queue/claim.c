/*
 * claim.c
 *		Which messages go next.
 *
 * A claim is the journal, too.  A run claims at most as many messages as it
 * has free connections, and they leave as soon as the claim is durable.  So a
 * message that a dead run had claimed may have left.  It becomes in doubt,
 * never ready, and there are at most as many of these as connections.  To
 * claim further ahead would need a third state.  A batch of dull messages
 * would then hold up an urgent one.
 *
 * The order.  A message has a turn, the moment when it was written, in a lane,
 * its priority.  A lane higher is worth LANE_AGEING_US: it is subtracted from
 * the turn once for each lane, and the message with the earlier result goes
 * first.  So an urgent message goes ahead of younger and of somewhat older
 * ones, and no dull one waits for ever.
 *
 * The low-water mark.  While a session holds an old snapshot, VACUUM leaves
 * the index full of messages that went long ago.  A search from its beginning
 * would wade through all of them.  So a run remembers up to where it has
 * served each lane, and begins there.  A message that is committed late has a
 * turn before that.  Two things find it.  One is a look back from the beginning
 * now and then, which takes a fortieth of the time at most.  The other is a
 * margin while there is little to do.
 *
 * Ordinary messages are claimed by direct table access (claim_direct.c); the
 * query here goes on at the first that may not go.
 *
 * Candidates that cannot go are put where no search meets them again.  One
 * behind an earlier message to the same person is parked.  One outside its
 * hours of the day sleeps until they begin.  One that is too late ends, as
 * does one whose case ended or whose person was erased.  One to a person who has
 * no telephone, or another's, is printed.  One that was to be
 * sent once more, while a report of it came, is left to the queries of
 * wake.c.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "municipality.h"
#include "steady_clock.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "sms/queue/claim.h"

#define LANE_AGEING "interval '1 hour'" /* LANE_AGEING_US */
#define FRONT_MARGIN (2 * USECS_PER_SEC)
#define LOOK_BACK_MS 1000		/* at the earliest, after the last time */
#define LOOK_BACK_SHARE 40		/* and so many times as long as it took */
#define CLAIM_ROUNDS 20			/* until half of the places are filled */

/* May a message leave at this hour, as far as its own hours say? */
#define MAY_GO(q, hour) \
	"(" q ".send_from IS NULL OR " hour " >= " q ".send_from AND " hour " < " q ".send_until)"

/*
 * $1 how many, $2 run_id, $3 gateway, $4 now, $5 and $6 the fronts.
 *
 * The head of a person's queue is the least message_id of those open.  The
 * query asks for min(), so that the planner has no other way than the index
 * for each candidate.  It does not sleep while a later one to that person may
 * go.
 *
 * What is locked is being written by somebody else, and is passed by.  The rows
 * are first the results of candidates that were not locked, then all
 * candidates.  So the search goes on behind those that were.
 */
#define CLAIM_QUERY(per_lane) SAVED_PLAN( \
	"WITH n AS MATERIALIZED (SELECT m.local::date AS today, m.local::time AS hour" \
	"  FROM (SELECT $4 AT TIME ZONE " CITY_TIME_ZONE " AS local) AS m)," \
	" c AS MATERIALIZED (SELECT q.*, n.hour, n.today, " MAY_GO("q", "n.hour") " AS may_go_now" \
	"  FROM unnest($5, $6) WITH ORDINALITY AS f (turn, message_id, n)" \
	"  CROSS JOIN LATERAL (" \
	"   SELECT q.ctid AS place, q.message_id, q.applicant_id, q.lane, q.turn," \
	"    q.expires_at, q.send_from, q.send_until" \
	"   FROM licence_home.sms_queue AS q" \
	"   WHERE q.lane = f.n - 1 AND q.turn >= f.turn" \
	"    AND (q.turn, q.message_id) > (f.turn, f.message_id) AND q.status = 'waiting'" \
	"   ORDER BY q.turn, q.message_id LIMIT " per_lane ") AS q" \
	"  CROSS JOIN n" \
	"  ORDER BY q.turn - q.lane * " LANE_AGEING ", q.message_id LIMIT $1)," \
	" locked AS MATERIALIZED (" \
	" SELECT q.ctid AS place, c.lane, c.turn, c.send_from, c.hour, c.today, c.may_go_now," \
	"  CASE WHEN l.phone_stays THEN l.phone ELSE coalesce(a.phone, l.phone) END AS phone, l.body, w.why," \
	"  CASE WHEN w.why IS NOT NULL THEN CASE WHEN c.expires_at <= $4 THEN 'expired' ELSE 'cancelled' END" \
	"   WHEN c.message_id > (SELECT min(e.message_id) FROM licence_home.sms_queue AS e" \
	"    WHERE e.applicant_id = c.applicant_id AND e.open) THEN 'parked'" \
	"   WHEN q.resent AND EXISTS (SELECT FROM licence_home.sms_delivery_report AS d" \
	"    WHERE d.message_id = q.message_id AND d.series = q.series) THEN 'arrived'" \
	"   WHEN NOT l.phone_stays AND (a.phone IS NULL OR a.not_theirs_at IS NOT NULL)" \
	"    AND a.applicant_id IS NOT NULL THEN 'to_print'" \
	"   WHEN c.may_go_now OR EXISTS (SELECT FROM licence_home.sms_queue AS e" \
	"    WHERE e.applicant_id = c.applicant_id AND e.open AND e.message_id > c.message_id" \
	"     AND e.status = 'waiting' AND " MAY_GO("e", "c.hour") ") THEN 'sending'" \
	"   ELSE 'asleep' END AS fate" \
	" FROM c" \
	" JOIN licence_home.sms_queue AS q ON q.ctid = c.place" \
	" LEFT JOIN licence_home.applicant AS a ON a.applicant_id = c.applicant_id" \
	" LEFT JOIN licence_home.sms_message_text AS l ON l.message_id = c.message_id" \
	" CROSS JOIN LATERAL (SELECT CASE" \
	"  WHEN c.expires_at <= $4 THEN 'it could not leave in time'" \
	"  WHEN l.message_id IS NULL THEN 'its text is missing'" \
	"  WHEN l.unwanted_at IS NOT NULL THEN l.unwanted_why" \
	"  WHEN a.erased_at IS NOT NULL THEN 'the person was erased' END AS why) AS w" \
	" WHERE q.status = 'waiting' AND q.turn IS NOT NULL AND q.message_id = c.message_id" \
	" FOR UPDATE OF q SKIP LOCKED)," \
	" moved AS (UPDATE licence_home.sms_queue AS q" \
	" SET status = CASE WHEN k.fate IN ('parked', 'asleep', 'arrived') THEN 'waiting'" \
	"   WHEN k.why IS NOT NULL THEN " ENDS_AS("k.fate") " ELSE k.fate END," \
	"  turn = CASE k.fate WHEN 'sending' THEN q.turn END," \
	"  parked = k.fate = 'parked'," \
	"  open = k.why IS NULL AND k.fate <> 'to_print'," \
	"  wake_at = CASE k.fate WHEN 'arrived' THEN $4 WHEN 'asleep' THEN" \
	"   (k.today + (k.hour >= k.send_from)::integer + k.send_from) AT TIME ZONE " CITY_TIME_ZONE " END," \
	"  reason = CASE k.fate WHEN 'asleep' THEN 'its hours of the day'" \
	"   WHEN 'expired' THEN concat_ws('; ', k.why, q.reason) WHEN 'cancelled' THEN k.why" \
	"   WHEN 'to_print' THEN '" TO_PRINT_WHY "'" \
	"   ELSE q.reason END," \
	"  run_id = CASE k.fate WHEN 'sending' THEN $2 ELSE q.run_id END," \
	"  claimed_at = CASE k.fate WHEN 'sending' THEN $4 ELSE q.claimed_at END," \
	"  gateway = CASE k.fate WHEN 'sending' THEN $3 ELSE q.gateway END," \
	"  phone = CASE k.fate WHEN 'sending' THEN k.phone ELSE q.phone END," \
	"  attempts = q.attempts + (k.fate = 'sending')::integer" \
	" FROM locked AS k WHERE q.ctid = k.place" \
	" RETURNING k.fate, q.message_id, k.lane::integer, k.turn, q.applicant_id, q.phone::text," \
	"  k.body, q.attempts, q.expires_at, q.series::integer, q.failures, k.may_go_now)" \
	" SELECT m.* FROM moved AS m" \
	" UNION ALL SELECT NULL, c.message_id, c.lane::integer, c.turn," \
	"  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM c")

/* Few places are the rule; the literal limits tell the planner. */
#define FEW 16
#define SOME 64
static SavedPlan claim_few = CLAIM_QUERY("16");
static SavedPlan claim_some = CLAIM_QUERY("64");
static SavedPlan claim_many = CLAIM_QUERY("128");

/* Columns that a claim returns; of a mere candidate the fate is null. */
enum
{
	CLAIM_FATE = 1,
	CLAIM_MESSAGE_ID,
	CLAIM_LANE,
	CLAIM_TURN,
	CLAIM_APPLICANT_ID,
	CLAIM_PHONE,
	CLAIM_BODY,
	CLAIM_ATTEMPTS,
	CLAIM_EXPIRES_AT,
	CLAIM_SERIES,
	CLAIM_FAILURES,
	CLAIM_MAY_GO_NOW
};

/* Recipients whose queues change after a claim. */
typedef struct Recipients
{
	int			n;
	int			max;
	int64	   *ids;
} Recipients;

/* Add one. */
static void
add_recipient(Recipients *recipients, int64 applicant_id)
{
	if (recipients->n == recipients->max)
	{
		recipients->max = Max(2 * recipients->max, 32);
		recipients->ids = recipients->ids == NULL ?
			palloc(recipients->max * sizeof(int64)) :
			repalloc(recipients->ids, recipients->max * sizeof(int64));
	}
	recipients->ids[recipients->n++] = applicant_id;
}

PlanArg
NextTurns(const QueueRun *run)
{
	TimestampTz turns[SMS_LANES];

	for (int lane = 0; lane < SMS_LANES; lane++)
		turns[lane] = run->fronts[lane].turn +
			!TIMESTAMP_NOT_FINITE(run->fronts[lane].turn);
	return DatumArg(ARG_TIMESTAMPTZ_ARRAY, TimestampTzArray(turns, SMS_LANES), false);
}

/*
 * Where the next claim begins: behind the message that was served last.  While
 * there is little to do, it begins a margin before that, for messages that are
 * committed a little late.
 */
static void
find_beginnings(const QueueRun *run, LaneFront *beginnings)
{
	for (int lane = 0; lane < SMS_LANES; lane++)
	{
		beginnings[lane] = run->fronts[lane];
		if (run->drained && !TIMESTAMP_NOT_FINITE(beginnings[lane].turn))
		{
			beginnings[lane].turn -= FRONT_MARGIN;
			beginnings[lane].message_id = 0;
		}
	}
}

/* The same as two arrays. */
static void
beginnings_as_arrays(const LaneFront *beginnings, PlanArg *turns, PlanArg *message_ids)
{
	TimestampTz turn[SMS_LANES];
	int64		message_id[SMS_LANES];

	for (int lane = 0; lane < SMS_LANES; lane++)
	{
		turn[lane] = beginnings[lane].turn;
		message_id[lane] = beginnings[lane].message_id;
	}
	*turns = DatumArg(ARG_TIMESTAMPTZ_ARRAY, TimestampTzArray(turn, SMS_LANES), false);
	*message_ids = DatumArg(ARG_INT8_ARRAY, Int8Array(message_id, NULL, SMS_LANES), false);
}

/* Begin every lane from its beginning. */
static void
forget_fronts(QueueRun *run)
{
	for (int lane = 0; lane < SMS_LANES; lane++)
	{
		run->fronts[lane].turn = DT_NOBEGIN;
		run->fronts[lane].message_id = 0;
	}
}

void
AdvanceFront(LaneFront *front, TimestampTz turn, int64 message_id)
{
	if (turn > front->turn ||
		(turn == front->turn && message_id > front->message_id))
	{
		front->turn = turn;
		front->message_id = message_id;
	}
}

/* A claimed message of the row at hand, its strings in the context. */
static void
read_message(Rows rows, uint64 row, TimestampTz now, MemoryContext context, SmsMessage *message)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	message->message_id = RowInt8(rows, row, CLAIM_MESSAGE_ID);
	message->series = RowInt4(rows, row, CLAIM_SERIES);
	message->to = RowText(rows, row, CLAIM_PHONE);
	message->body = RowText(rows, row, CLAIM_BODY);
	message->attempt = RowInt4(rows, row, CLAIM_ATTEMPTS);
	message->failures = RowInt4(rows, row, CLAIM_FAILURES);
	message->claimed_at = now;
	message->expires_at = RowInt8(rows, row, CLAIM_EXPIRES_AT);
	MemoryContextSwitchTo(old);
}

/* One round of candidates; how many of them are claimed. */
static int
claim_round(OwnerScope *scope, QueueRun *run, const SmsGateway *gateway,
			int limit, LaneFront *beginnings, MemoryContext context,
			SmsMessage *messages, Recipients *closed, Recipients *pressing)
{
	TimestampTz now = ClockMoment();
	PlanArg		turns;
	PlanArg		message_ids;
	Rows		rows;
	int			candidates = 0;
	int			n = 0;

	beginnings_as_arrays(beginnings, &turns, &message_ids);
	rows = ExecPlan(scope, limit <= FEW ? &claim_few :
					limit <= SOME ? &claim_some : &claim_many,
					Int4Arg(limit), Int8Arg(run->run_id), TextArg(gateway->name),
					MomentArg(now), turns, message_ids);
	for (uint64 row = 0; row < rows.count; row++)
	{
		const char *fate = RowText(rows, row, CLAIM_FATE);

		if (fate == NULL)
		{
			int			lane = RowInt4(rows, row, CLAIM_LANE);
			TimestampTz turn = RowInt8(rows, row, CLAIM_TURN);
			int64		message_id = RowInt8(rows, row, CLAIM_MESSAGE_ID);

			AdvanceFront(&run->fronts[lane], turn, message_id);
			AdvanceFront(&beginnings[lane], turn, message_id);
			candidates++;
		}
		else if (strcmp(fate, "sending") == 0)
			read_message(rows, row, now, context, &messages[n++]);
		else if (strcmp(fate, "parked") == 0)
		{
			run->some_parked = true;
			if (RowBool(rows, row, CLAIM_MAY_GO_NOW))
				add_recipient(pressing, RowInt8(rows, row, CLAIM_APPLICANT_ID));
		}
		else if (strcmp(fate, "asleep") != 0 && strcmp(fate, "arrived") != 0)
			add_recipient(closed, RowInt8(rows, row, CLAIM_APPLICANT_ID));
	}
	run->drained = candidates < limit;
	return n;
}

/* Free the recipients of a round; how many messages may go now. */
static int
free_others(OwnerScope *scope, const QueueRun *run, Recipients *closed,
			Recipients *pressing)
{
	int			freed = AdvanceRecipients(scope, run, closed->ids, closed->n) +
	WakeRecipients(scope, run, pressing->ids, pressing->n);

	closed->n = pressing->n = 0;
	return freed;
}

int
ClaimMessages(OwnerScope *scope, QueueRun *run, const SmsGateway *gateway,
			  int limit, MemoryContext context, SmsMessage *messages)
{
	int64		begun = SteadyMillis();
	bool		looking_back = begun >= run->look_back_at;
	LaneFront	beginnings[SMS_LANES];
	Recipients	closed = {0};
	Recipients	pressing = {0};
	int			n = 0;

	if (looking_back)
		forget_fronts(run);
	find_beginnings(run, beginnings);
	n = ClaimOrdinary(run, gateway, limit, beginnings, context, messages);
	for (int round = 0; !run->drained && round < CLAIM_ROUNDS && n <= limit / 2; round++)
	{
		n += claim_round(scope, run, gateway, limit - n, beginnings, context,
						 messages + n, &closed, &pressing);
		if (free_others(scope, run, &closed, &pressing) > 0)
			run->drained = false;
	}
	if (looking_back)
		run->look_back_at = begun +
			Max(LOOK_BACK_MS, LOOK_BACK_SHARE * (SteadyMillis() - begun));

	/* Whoever set synchronous_commit off did not mean to send twice. */
	if (n > 0)
		ForceSyncCommit();
	return n;
}
