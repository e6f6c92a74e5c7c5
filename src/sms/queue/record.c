/*
 * record.c
 *		What came of attempts.
 *
 * What the gateway accepted leaves the queue (record_direct.c).  Anything else
 * stays there: to be tried again after a while, dead, or in doubt.
 */
#include "postgres.h"

#include <math.h>

#include "common/pg_prng.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "sms/http/answer.h"
#include "sms/queue/claim.h"

#define RETRY_FIRST_S 5
#define RETRY_MAX_S 3600

/*
 * $1 run_id, $2 to $9 the results, $10 how long a doubt waits for a report,
 * $11 now, $12 turns for what may go again at once.  A wait ends at the latest
 * when the message expires.  The wait of a doubt that a report has settled
 * already ends at once.
 */
static SavedPlan record_query = SAVED_PLAN("WITH r AS MATERIALIZED (SELECT * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9)"
										   "  AS r (message_id, attempt, outcome, http_status, answer, error,"
										   "   gateway_message_id, wait_us)),"
										   " moved AS (UPDATE licence_home.sms_queue AS q"
										   "  SET status = CASE r.outcome WHEN 'permanent' THEN " ENDS_AS("'dead'")
										   "    WHEN 'in_doubt' THEN 'in_doubt' ELSE 'waiting' END,"
										   "   open = r.outcome <> 'permanent',"
										   "   turn = CASE r.outcome WHEN 'credentials' THEN ($12)[q.lane + 1] END,"
										   "   wake_at = CASE r.outcome"
										   "    WHEN 'retry' THEN least($11 + r.wait_us * interval '1 microsecond', q.expires_at)"
										   "    WHEN 'in_doubt' THEN $11 + CASE WHEN EXISTS ("
										   "      SELECT FROM licence_home.sms_delivery_report AS d"
										   "      WHERE d.message_id = q.message_id AND d.series = q.series)"
										   "     THEN interval '0' ELSE $10 * interval '1 microsecond' END END,"
										   "   failures = q.failures + (r.outcome = 'retry' AND r.wait_us > 0)::integer,"
										   "   reason = coalesce(r.error, concat_ws(' ', r.http_status, r.answer))"
										   "  FROM r WHERE q.message_id = r.message_id AND q.run_id = $1 AND q.status = 'sending'"
										   "  RETURNING r.*, q.applicant_id, q.series, q.resent, q.phone, q.claimed_at,"
										   "   q.gateway, NOT q.open AS closed),"
										   " kept AS (INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent,"
										   "   outcome, http_status, run_id, phone, claimed_at, recorded_at, gateway,"
										   "   gateway_message_id, answer, error)"
										   "  SELECT m.message_id, m.attempt, m.series, m.resent, m.outcome, m.http_status, $1,"
										   "   m.phone, m.claimed_at, $11, m.gateway, m.gateway_message_id, m.answer, m.error"
										   "  FROM moved AS m)"
										   " SELECT m.applicant_id FROM moved AS m WHERE m.closed");

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
	NCOLUMNS
};

/*
 * How long to wait before the next try, in microseconds.  It has full jitter:
 * anything up to 5 s doubled for each failure, at most an hour, and not less
 * than the gateway asked for.  A probe that failed says nothing of its
 * message.
 */
static int64
retry_wait(const AttemptResult *result)
{
	double		limit = Min(RETRY_MAX_S,
							RETRY_FIRST_S * pow(2, Min(result->failures, 20)));
	double		wait = limit * pg_prng_double(&pg_global_prng_state);

	if (result->probe)
		return 0;
	return (int64) ((wait + result->retry_after_s) * USECS_PER_SEC) + 1;
}

/* An array of bigint or text. */
static PlanArg
column_array(Datum *elements, bool *nulls, int n, bool is_text)
{
	return is_text ?
		DatumArg(ARG_TEXT_ARRAY, TextArray(elements, nulls, n), false) :
		DatumArg(ARG_INT8_ARRAY, Int8DatumArray(elements, nulls, n), false);
}

/* Set an element to a text or null. */
static void
set_text(Datum *elements, bool *nulls, int i, const char *value)
{
	nulls[i] = value == NULL;
	if (value != NULL)
		elements[i] = CStringGetTextDatum(value);
}

/* Turn results into arrays, an argument each. */
static void
results_as_arrays(const AttemptResult *results, int n, PlanArg *args)
{
	Datum	   *elements[NCOLUMNS];
	bool	   *nulls[NCOLUMNS];

	for (int column = 0; column < NCOLUMNS; column++)
	{
		elements[column] = palloc0(n * sizeof(Datum));
		nulls[column] = palloc0(n * sizeof(bool));
	}
	for (int i = 0; i < n; i++)
	{
		const AttemptResult *result = &results[i];

		elements[COLUMN_MESSAGE_ID][i] = Int64GetDatum(result->message_id);
		elements[COLUMN_ATTEMPT][i] = Int64GetDatum(result->attempt);
		set_text(elements[COLUMN_OUTCOME], nulls[COLUMN_OUTCOME], i,
				 OutcomeName(result->outcome));
		elements[COLUMN_HTTP_STATUS][i] = Int64GetDatum(result->http_status);
		nulls[COLUMN_HTTP_STATUS][i] = result->http_status == 0;
		set_text(elements[COLUMN_ANSWER], nulls[COLUMN_ANSWER], i, result->answer);
		set_text(elements[COLUMN_ERROR], nulls[COLUMN_ERROR], i, result->error);
		set_text(elements[COLUMN_GATEWAY_MESSAGE_ID],
				 nulls[COLUMN_GATEWAY_MESSAGE_ID], i, result->gateway_message_id);
		elements[COLUMN_WAIT][i] = Int64GetDatum(retry_wait(result));
	}
	for (int column = 0; column < NCOLUMNS; column++)
		args[column] =
			column_array(elements[column], nulls[column], n,
						 column == COLUMN_OUTCOME || column == COLUMN_ANSWER ||
						 column == COLUMN_ERROR || column == COLUMN_GATEWAY_MESSAGE_ID);
}

/* Record what was not accepted; the persons whose message has ended. */
static int
record_others(OwnerScope *scope, QueueRun *run, const SmsGateway *gateway,
			  const AttemptResult *results, int nresults, int64 *closed)
{
	PlanArg		args[NCOLUMNS + 4];
	Rows		rows;

	args[0] = Int8Arg(run->run_id);
	results_as_arrays(results, nresults, &args[1]);
	args[NCOLUMNS + 1] = Int8Arg(gateway->doubt_wait);
	args[NCOLUMNS + 2] = MomentArg(ClockMoment());
	args[NCOLUMNS + 3] = NextTurns(run);
	rows = ExecSavedPlan(scope, &record_query, 0, args, lengthof(args));
	for (uint64 row = 0; row < rows.count; row++)
		closed[row] = RowInt8(rows, row, 1);
	return (int) rows.count;
}

void
RecordAttempts(OwnerScope *scope, QueueRun *run, const SmsGateway *gateway,
			   const AttemptResult *results, int nresults)
{
	AttemptResult *accepted = palloc(nresults * sizeof(AttemptResult));
	AttemptResult *others = palloc(nresults * sizeof(AttemptResult));
	int64	   *closed = palloc(nresults * sizeof(int64));
	int			naccepted = 0;
	int			nothers = 0;
	int			nclosed = 0;
	NamedDeadlines named = {
		palloc(nresults * sizeof(int64)),
		palloc(nresults * sizeof(int64)),
		palloc(nresults * sizeof(int64)), 0
	};

	for (int i = 0; i < nresults; i++)
	{
		if (results[i].outcome == OUTCOME_ACCEPTED)
			accepted[naccepted++] = results[i];
		else
			others[nothers++] = results[i];
	}
	if (naccepted > 0)
	{
		nclosed = RecordAccepted(run, accepted, naccepted, closed, &named);
		NoteAccepted(scope, &named, ClockMoment());
	}
	if (nothers > 0)
		nclosed += record_others(scope, run, gateway, others, nothers, closed + nclosed);
	run->accepted += naccepted;
	run->other += nothers;
	AdvanceRecipients(scope, run, closed, nclosed);
}
