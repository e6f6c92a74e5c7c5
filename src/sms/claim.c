/*
 * claim.c
 *		The sender's dealings with the table of messages.
 *
 * A claim is the journal too: at most as many messages are claimed as there
 * are free connections, and they leave as soon as the claim is durable.  So a
 * message that a dead run had claimed may have left, and becomes in doubt,
 * never ready; there are at most as many as connections.  Claiming further
 * ahead would need a third state and would let a batch of dull messages
 * hold up an urgent one.
 *
 * Whether a run is alive is a session lock on its token, not a clock.  The
 * token is also written in each message, and a result counts only while the
 * message still carries it.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "sms/claim.h"

/* Kept apart from pg_advisory_lock(), whose locks have 1 or 2 here. */
#define CLAIM_LOCK_KIND 3

#define RETRY_FIRST_S 5
#define RETRY_MAX_S 3600
#define PROBE_INTERVAL_S 30

static KeptQuery token_query = KEPT_QUERY("",
	"SELECT nextval('licence_home.sms_claim_no')");

/*
 * The head of a person's queue is the least message_id of those in it, asked
 * as min() so that the planner can but look at the index for each candidate.
 * Candidates come from the index in the order of sending: the literal limit
 * says that a few are wanted, and the test of expires_at is one that no other
 * index can serve.  Without a limit it finds what a person with very many
 * messages hides.
 */
#define CLAIM_QUERY(candidates) KEPT_QUERY("ibtoz", \
	"WITH head AS (" \
	" SELECT m.message_id FROM (" \
	"   SELECT c.message_id, c.applicant_id, c.priority, c.next_attempt_at" \
	"   FROM licence_home.sms_message c" \
	"   WHERE c.status = 'waiting' AND c.next_attempt_at <= $5" \
	"    AND (c.not_before <= $5) IS NOT FALSE AND (c.expires_at > $5) IS TRUE" \
	"   ORDER BY c.priority DESC, c.next_attempt_at, c.message_id " candidates ") w" \
	"  JOIN licence_home.sms_message m ON m.message_id = w.message_id" \
	"  WHERE m.status = 'waiting'" \
	"   AND w.message_id = (SELECT min(e.message_id) FROM licence_home.sms_message e" \
	"    WHERE e.applicant_id = w.applicant_id AND e.next_attempt_at IS NOT NULL)" \
	"  ORDER BY w.priority DESC, w.next_attempt_at, w.message_id" \
	"  LIMIT $1 FOR UPDATE OF m SKIP LOCKED)" \
	" UPDATE licence_home.sms_message m" \
	" SET status = 'sending', claim = $2, gateway = $3, claimed_at = $5," \
	"  attempts = m.attempts + 1," \
	"  phone = coalesce((SELECT a.phone FROM licence_home.applicant a" \
	"   WHERE a.applicant_id = m.applicant_id), m.phone)," \
	"  gateway_message_id = CASE WHEN $4 THEN m.message_id::text END" \
	" FROM head WHERE m.message_id = head.message_id" \
	" RETURNING m.message_id, m.phone::text, m.body, m.attempts, m.expires_at")

static KeptQuery claim_query = CLAIM_QUERY("LIMIT 1000");
static KeptQuery claim_all_query = CLAIM_QUERY("");

static KeptQuery record_query = KEPT_QUERY("bBBTBTTTBBbtz",
	"WITH r AS MATERIALIZED (SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)"
	"  AS r (message_id, attempt, outcome, http_status, answer, error,"
	"        gateway_message_id, wait_us, claimed_at_us)),"
	" kept AS (INSERT INTO licence_home.sms_attempt (message_id, attempt, claim,"
	"   gateway, outcome, http_status, answer, error, claimed_at, recorded_at)"
	"  SELECT r.message_id, r.attempt, $1, $12, r.outcome, r.http_status, r.answer,"
	"   r.error, timestamptz '2000-01-01 00:00+00' + r.claimed_at_us * interval '1 microsecond', $13"
	"  FROM r)"
	" UPDATE licence_home.sms_message m"
	" SET status = CASE r.outcome WHEN 'accepted' THEN 'accepted'"
	"   WHEN 'permanent' THEN 'dead' WHEN 'in_doubt' THEN 'in_doubt' ELSE 'waiting' END,"
	"  next_attempt_at = CASE r.outcome"
	"   WHEN 'retry' THEN $13 + r.wait_us * interval '1 microsecond'"
	"   WHEN 'credentials' THEN timestamptz '-infinity'"
	"   WHEN 'in_doubt' THEN $13 + $11 * interval '1 microsecond' END,"
	"  attempts = m.attempts - (r.outcome = 'credentials')::integer,"
	"  accepted_at = CASE r.outcome WHEN 'accepted' THEN $13 END,"
	"  gateway_message_id = coalesce(r.gateway_message_id, m.gateway_message_id),"
	"  last_error = CASE WHEN r.outcome <> 'accepted'"
	"   THEN coalesce(r.error, concat_ws(' ', r.http_status, r.answer)) END"
	" FROM r WHERE m.message_id = r.message_id AND m.claim = $1 AND m.status = 'sending'");

static KeptQuery pause_query = KEPT_QUERY("tztv",
	"INSERT INTO licence_home.sms_gateway_pause AS p (gateway, paused_at, probe_at, why)"
	" VALUES ($1, $2, $2 + $4, $3)"
	" ON CONFLICT (gateway) DO UPDATE SET probe_at = excluded.probe_at, why = excluded.why");

static KeptQuery resume_query = KEPT_QUERY("t",
	"DELETE FROM licence_home.sms_gateway_pause WHERE gateway = $1");

static KeptQuery claims_query = KEPT_QUERY("b",
	"SELECT DISTINCT m.claim FROM licence_home.sms_message m"
	" WHERE m.status = 'sending' AND m.claim <> $1 ORDER BY 1");

static KeptQuery recover_query = KEPT_QUERY("bz",
	"WITH lost AS ("
	" UPDATE licence_home.sms_message m"
	"  SET status = 'in_doubt', last_error = 'the sender ended before an answer came',"
	"   next_attempt_at = $2 + coalesce((SELECT max(g.doubt_wait) FROM licence_home.sms_gateway g"
	"    WHERE g.gateway = m.gateway AND g.withdrawn_at IS NULL), interval '1 minute')"
	"  WHERE m.status = 'sending' AND m.claim = $1"
	"  RETURNING m.message_id, m.attempts, m.gateway, m.last_error, m.claimed_at)"
	" INSERT INTO licence_home.sms_attempt (message_id, attempt, claim, gateway,"
	"  outcome, error, claimed_at, recorded_at)"
	" SELECT l.message_id, l.attempts, $1, l.gateway, 'in_doubt', l.last_error,"
	"  l.claimed_at, $2 FROM lost l");

static KeptQuery expire_query = KEPT_QUERY("z",
	"UPDATE licence_home.sms_message m SET status = 'expired', next_attempt_at = NULL"
	" WHERE m.message_id IN (SELECT e.message_id FROM licence_home.sms_message e"
	"  WHERE e.status = 'waiting' AND e.expires_at <= $1"
	"  ORDER BY e.expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED)");

static KeptQuery settle_query = KEPT_QUERY("z",
	"UPDATE licence_home.sms_message m"
	" SET status = CASE WHEN d.again THEN 'waiting' ELSE 'in_doubt' END,"
	"  next_attempt_at = CASE WHEN d.again THEN timestamptz '-infinity' END,"
	"  resent = m.resent OR d.again"
	" FROM (SELECT e.message_id,"
	"   e.doubt = 'resend' AND NOT e.resent AND e.expires_at > $1 AS again"
	"  FROM licence_home.sms_message e"
	"  WHERE e.status = 'in_doubt' AND e.next_attempt_at <= $1"
	"  ORDER BY e.next_attempt_at LIMIT 1000 FOR UPDATE SKIP LOCKED) d"
	" WHERE m.message_id = d.message_id");

/* The lock that says that the run of a token is alive. */
static void
claim_lock(LOCKTAG *tag, int64 claim)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, (uint32) (claim >> 32),
						 (uint32) claim, CLAIM_LOCK_KIND);
}

int64
BeginClaims(OwnerScope *scope)
{
	LOCKTAG		tag;
	int64		claim;

	RunKept(scope, &token_query, NULL, NULL, 1);
	claim = RowInt8(0, 1);
	claim_lock(&tag, claim);
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
	return claim;
}

void
EndClaims(int64 claim)
{
	LOCKTAG		tag;

	claim_lock(&tag, claim);
	(void) LockRelease(&tag, ExclusiveLock, true);
}

int
ClaimMessages(OwnerScope *scope, int64 claim, const SmsGateway *gateway,
			  int limit, MemoryContext context, SmsLetter **letters)
{
	TimestampTz now = ClockMoment();
	Datum		values[] = {
		Int32GetDatum(limit),
		Int64GetDatum(claim),
		CStringGetTextDatum(gateway->name),
		BoolGetDatum(gateway->message_id_pattern == NULL),
		TimestampTzGetDatum(now)
	};
	int			n = (int) RunKept(scope, &claim_query, values, NULL, 0);
	MemoryContext old;

	if (n == 0)
		n = (int) RunKept(scope, &claim_all_query, values, NULL, 0);
	old = MemoryContextSwitchTo(context);
	*letters = palloc0(Max(n, 1) * sizeof(SmsLetter));
	for (int i = 0; i < n; i++)
	{
		SmsLetter  *letter = &(*letters)[i];

		letter->message_id = RowInt8(i, 1);
		letter->to = RowText(i, 2);
		letter->body = RowText(i, 3);
		letter->attempt = RowInt4(i, 4);
		letter->claimed_at = now;
		letter->expires_at = RowInt8(i, 5);
	}
	MemoryContextSwitchTo(old);

	/* Whoever set synchronous_commit off did not mean to send twice. */
	if (n > 0)
		ForceSyncCommit();
	return n;
}

/* Full jitter: anything up to 5 s doubled for each attempt, at most 1 h. */
static int64
retry_wait(int attempt)
{
	double		limit = Min(RETRY_MAX_S,
							RETRY_FIRST_S * pow(2, Min(attempt, 20)));

	return (int64) (limit * pg_prng_double(&pg_global_prng_state) * USECS_PER_SEC);
}

/* An array of bigint. */
static Datum
int8_array(Datum *elements, bool *nulls, int n)
{
	int			lower = 1;

	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower,
											  INT8OID, 8, FLOAT8PASSBYVAL,
											  TYPALIGN_DOUBLE));
}

/* An array of text. */
static Datum
text_array(Datum *elements, bool *nulls, int n)
{
	int			lower = 1;

	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower,
											  TEXTOID, -1, false,
											  TYPALIGN_INT));
}

/* Columns of results, one array each. */
enum
{
	COLUMN_MESSAGE_ID,
	COLUMN_ATTEMPT,
	COLUMN_OUTCOME,
	COLUMN_HTTP_STATUS,
	COLUMN_ANSWER,
	COLUMN_ERROR,
	COLUMN_GATEWAY_MESSAGE_ID,
	COLUMN_WAIT,
	COLUMN_CLAIMED_AT,
	NCOLUMNS
};

/* Turn results into arrays, values[1] on. */
static void
results_as_arrays(const AttemptResult *results, int n, Datum *values)
{
	Datum	   *elements[NCOLUMNS];
	bool	   *nulls[NCOLUMNS];

	for (int column = 0; column < NCOLUMNS; column++)
	{
		elements[column] = palloc0(n * sizeof(Datum));
		nulls[column] = palloc0(n * sizeof(bool));
	}

#define SET_TEXT(column, value) \
	do { \
		if (((nulls[column][i]) = ((value) == NULL)) == false) \
			elements[column][i] = CStringGetTextDatum(value); \
	} while (0)

	for (int i = 0; i < n; i++)
	{
		const AttemptResult *result = &results[i];

		elements[COLUMN_MESSAGE_ID][i] = Int64GetDatum(result->message_id);
		elements[COLUMN_ATTEMPT][i] = Int64GetDatum(result->attempt);
		SET_TEXT(COLUMN_OUTCOME, OutcomeName(result->outcome));
		elements[COLUMN_HTTP_STATUS][i] = Int64GetDatum(result->http_status);
		nulls[COLUMN_HTTP_STATUS][i] = result->http_status == 0;
		SET_TEXT(COLUMN_ANSWER, result->answer);
		SET_TEXT(COLUMN_ERROR, result->error);
		SET_TEXT(COLUMN_GATEWAY_MESSAGE_ID, result->gateway_message_id);
		elements[COLUMN_WAIT][i] = Int64GetDatum(retry_wait(result->attempt));
		elements[COLUMN_CLAIMED_AT][i] = Int64GetDatum(result->claimed_at);
	}
#undef SET_TEXT

	for (int column = 0; column < NCOLUMNS; column++)
	{
		bool		is_text = column == COLUMN_OUTCOME ||
			column == COLUMN_ANSWER || column == COLUMN_ERROR ||
			column == COLUMN_GATEWAY_MESSAGE_ID;

		values[1 + column] = (is_text ? text_array : int8_array)
			(elements[column], nulls[column], n);
	}
}

void
RecordAttempts(OwnerScope *scope, int64 claim, const SmsGateway *gateway,
			   const AttemptResult *results, int nresults)
{
	Datum		values[NCOLUMNS + 4];

	values[0] = Int64GetDatum(claim);
	results_as_arrays(results, nresults, values);
	values[NCOLUMNS + 1] = Int64GetDatum(gateway->doubt_wait);
	values[NCOLUMNS + 2] = CStringGetTextDatum(gateway->name);
	values[NCOLUMNS + 3] = TimestampTzGetDatum(ClockMoment());
	RunKept(scope, &record_query, values, NULL, 0);
}

void
PauseGateway(OwnerScope *scope, const SmsGateway *gateway, const char *why)
{
	Interval	probe = {.time = PROBE_INTERVAL_S * USECS_PER_SEC};
	Datum		values[] = {
		CStringGetTextDatum(gateway->name),
		TimestampTzGetDatum(ClockMoment()),
		CStringGetTextDatum(why),
		IntervalPGetDatum(&probe)
	};

	RunKept(scope, &pause_query, values, NULL, 0);
}

void
ResumeGateway(OwnerScope *scope, const SmsGateway *gateway)
{
	Datum		values[] = {CStringGetTextDatum(gateway->name)};

	RunKept(scope, &resume_query, values, NULL, 0);
}

void
RecoverDeadClaims(OwnerScope *scope, int64 claim)
{
	Datum		own[] = {Int64GetDatum(claim)};
	int			n = (int) RunKept(scope, &claims_query, own, NULL, 0);
	int64	   *claims = palloc(Max(n, 1) * sizeof(int64));

	for (int i = 0; i < n; i++)
		claims[i] = RowInt8(i, 1);
	for (int i = 0; i < n; i++)
	{
		Datum		values[] = {
			Int64GetDatum(claims[i]),
			TimestampTzGetDatum(ClockMoment())
		};
		LOCKTAG		tag;

		/* The lock is kept to the end: one recovers, the others pass by. */
		claim_lock(&tag, claims[i]);
		if (LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL)
			RunKept(scope, &recover_query, values, NULL, 0);
	}
}

void
ExpireMessages(OwnerScope *scope)
{
	Datum		values[] = {TimestampTzGetDatum(ClockMoment())};

	RunKept(scope, &expire_query, values, NULL, 0);
}

void
SettleDoubts(OwnerScope *scope)
{
	Datum		values[] = {TimestampTzGetDatum(ClockMoment())};

	RunKept(scope, &settle_query, values, NULL, 0);
}
