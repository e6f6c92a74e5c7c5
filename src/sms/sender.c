/*
 * sender.c
 *		send_pending_sms(): the loop that sends messages.
 *
 * One short transaction records what came back and claims what goes next.
 * Then the messages leave, and the backend waits for the network.  The
 * transaction in which it waits has no snapshot, no lock on a row and no xid,
 * so VACUUM goes on.  The protocol is told in claim.c, the waiting in
 * http_client.c.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "errors.h"
#include "steady_clock.h"
#include "sms/queue/claim.h"
#include "sms/http/http_client.h"
#include "sms/http/answer.h"
#include "sms/http/load_gateway.h"
#include "sms/http/redact.h"
#include "sms/queue/identity.h"
#include "spi/procedure.h"

#define POLL_MS 200				/* for new messages, when none waits */
#define LINGER_MS 8				/* for more answers to record at once, */
#define LULL_MS 1				/* while they come */
#define TICK_MS 1000			/* for recovery, doubts and waits that are
								 * over */
#define SIGN_MS 5000			/* for a sign of life */
#define SWEEP_MS 60000			/* of the whole queue, for what nothing else
								 * meets */
#define RELOAD_MS 5000			/* for the gateway's row */
#define MAX_REQUESTS 128		/* the most that sms_gateway.connections says */
#define BREAKER_WINDOW 20		/* of so many answers, */
#define BREAKER_FAILURES 10		/* so many failures make a gateway rest */

/* The last answers of the gateway. */
typedef struct Breaker
{
	int			n;				/* answers, at most BREAKER_WINDOW */
	int			next;			/* where the next is noted */
	int			failures;
	bool		failed[BREAKER_WINDOW];
} Breaker;

/* One call of the procedure. */
typedef struct SenderRun
{
	QueueRun	queue;
	bool		claiming;		/* the run's lock is held */
	bool		until_idle;
	int64		deadline;		/* on the steady clock, as all of these */
	int64		next_step;
	int64		next_tick;
	int64		next_sign;
	int64		next_sweep;
	int64		next_reload;
	int64		done_since;		/* the first answer that is not recorded; 0:
								 * none */
	int64		done_last;		/* the last one that was seen */
	int			done;			/* how many there are */
	bool		disarmed;
	bool		warned;			/* that there is no gateway to send through */
	bool		short_of_tokens;	/* the rate alone kept something back */
	bool		unfinished;		/* the last cycle left something to do */
	int			in_flight_count;
	int			claimed;		/* at the last look */
	Breaker		breaker;
	HttpClient *client;
	SmsGateway *gateway;		/* NULL: none to send through now */
	char	   *gateway_version;
	MemoryContext gateway_context;
	MemoryContext cycle_context;	/* for one transaction and its messages */
} SenderRun;

/* Say that this database is not the one that sends. */
static void
warn_not_armed(void)
{
	ereport(WARNING,
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("this database is not armed to send SMS, and sends none"),
			 errdetail("It was restored, copied or promoted, or never sent before."),
			 errhint("When no other copy of it sends: SELECT licence_home.arm_sender();")));
}

/* What came of a request. */
static AttemptResult
read_request(const HttpRequest *request, const SmsGateway *gateway)
{
	AttemptResult result = {
		.message_id = request->message.message_id,
		.attempt = request->message.attempt,
		.failures = request->message.failures,
		.outcome = OUTCOME_IN_DOUBT,
		.probe = gateway->probing,
		.late = request->late,
		.retry_after_s = request->retry_after_s,
		.http_status = (int) request->http_status
	};

	result.answer = HttpRequestAnswer(request, gateway);
	if (request->late)
		result.error = pstrdup("it expired on its way");
	else if (request->result != CURLE_OK)
		result.error = CleanAnswer(gateway, request->error);

	if (request->begun == 0)
		result.outcome = OUTCOME_RETRY; /* not a byte of it was sent */
	else if (request->result == CURLE_OK)
		result.outcome = ReadAnswer(gateway, result.http_status, request->answer,
									&result.gateway_message_id);
	return result;
}

/* Note an answer; true when half of the last ones were failures. */
static bool
note_answer(Breaker *breaker, bool failed)
{
	if (breaker->n == BREAKER_WINDOW)
		breaker->failures -= breaker->failed[breaker->next];
	else
		breaker->n++;
	breaker->failed[breaker->next] = failed;
	breaker->failures += failed;
	breaker->next = (breaker->next + 1) % BREAKER_WINDOW;
	return breaker->failures >= BREAKER_FAILURES;
}

/* What a gateway said, for the record of its pause. */
static const char *
words_of(const AttemptResult *result)
{
	return result->error ? result->error :
		psprintf("%d %s", result->http_status,
				 result->answer ? result->answer : "");
}

/* See from results whether the gateway should rest, or works again. */
static void
judge_gateway(SenderRun *run, OwnerScope *scope,
			  const AttemptResult *results, int n)
{
	const AttemptResult *why = NULL;
	int64		wait_s = 0;
	bool		asked = false;

	for (int i = 0; i < n; i++)
	{
		const AttemptResult *result = &results[i];
		bool		failed = result->outcome == OUTCOME_RETRY ||
		result->outcome == OUTCOME_IN_DOUBT;

		if (result->late)
			continue;			/* which says nothing of the gateway */
		asked = true;
		if (note_answer(&run->breaker, failed) ||
			result->outcome == OUTCOME_CREDENTIALS ||
			(failed && (result->probe || result->retry_after_s > 0)))
			why = result;
		wait_s = Max(wait_s, result->retry_after_s);
	}
	if (why != NULL)
	{
		PauseGateway(scope, run->gateway->name, words_of(why), wait_s);
		memset(&run->breaker, 0, sizeof(Breaker));
	}
	else if (run->gateway->probing && asked)
		ResumeGateway(scope, run->gateway);
	else if (run->gateway->probing)
		ReturnProbe(scope, run->gateway);
	if (why != NULL || run->gateway->probing)
		run->next_reload = 0;
}

/* Record every request that has done, and free its place. */
static void
record_done(SenderRun *run, OwnerScope *scope)
{
	HttpClient *client = run->client;
	AttemptResult *results = palloc(client->nrequests * sizeof(AttemptResult));
	int			n = 0;

	for (int i = 0; i < client->nrequests; i++)
	{
		if (client->requests[i].done)
			results[n++] = read_request(&client->requests[i], run->gateway);
	}
	if (n == 0)
		return;
	RecordAttempts(scope, &run->queue, run->gateway, results, n);
	judge_gateway(run, scope, results, n);
}

/* Free the places of requests whose results are committed. */
static void
release_done(SenderRun *run)
{
	for (int i = 0; i < run->client->nrequests; i++)
	{
		HttpRequest *request = &run->client->requests[i];

		if (request->done)
		{
			ReleaseHttpRequest(request);
			run->in_flight_count--;
		}
	}
	run->done = 0;
	run->done_since = 0;
}

/* How many requests have done. */
static int
count_done(const HttpClient *client)
{
	int			n = 0;

	for (int i = 0; i < client->nrequests; i++)
		n += client->requests[i].done;
	return n;
}

/* Is it time to look at the gateway's row again? */
static bool
reload_due(const SenderRun *run)
{
	return SteadyMillis() >= run->next_reload;
}

/* Say, once, why there is no gateway to send through. */
static void
warn_no_gateway(SenderRun *run, const GatewayFound *found)
{
	if (run->warned)
		return;
	if (found->unusable != NULL)
		ereport(WARNING,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("SMS gateway \"%s\" cannot be used: %s", found->name, found->unusable),
				 errdetail("It rests, and messages wait or go through another."),
				 errhint("Mend its credentials or replace its row; licence_home.sms_health tells how it goes on.")));
	else
		ereport(WARNING,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("no SMS gateway is in force today"),
				 errhint("Publish one in licence_home.sms_gateway.")));
	run->warned = true;
}

/*
 * Read the gateway's row, if it is another.  Nothing new leaves until then, and
 * the old one is needed for what is under way.  One that cannot be used rests
 * as one that fails does, so that another may take its place.
 */
static void
reload_gateway(SenderRun *run, OwnerScope *scope)
{
	char	   *version = GatewayVersion(scope);
	GatewayFound found;

	if (run->gateway != NULL && strcmp(version, run->gateway_version) == 0)
	{
		run->next_reload = SteadyMillis() + RELOAD_MS;
		return;
	}
	if (run->in_flight_count > 0)
		return;
	run->gateway = NULL;
	MemoryContextReset(run->gateway_context);
	run->gateway_version = MemoryContextStrdup(run->gateway_context, version);
	run->gateway = LoadGateway(scope, run->gateway_context, &found);
	run->next_reload = SteadyMillis() + (run->gateway ? RELOAD_MS : TICK_MS);
	if (run->gateway != NULL || found.paused)
		return;
	warn_no_gateway(run, &found);
	if (found.unusable != NULL)
	{
		PauseGateway(scope, found.name, found.unusable, 0);
		run->next_reload = 0;	/* for the next one in force */
		run->unfinished = true;
	}
}

/* Now and then: is this still the database that sends, who died, what is due? */
static void
tick(SenderRun *run, OwnerScope *scope)
{
	int64		now = SteadyMillis();

	run->next_tick = now + TICK_MS;
	run->disarmed = !IsArmed(scope);
	if (run->disarmed)
		return;
	RecoverDeadRuns(scope, &run->queue);
	WakeMessages(scope, &run->queue);
	if (now >= run->next_sweep)
	{
		run->next_sweep = now + SWEEP_MS;
		SweepQueue(scope);
	}
	if (now >= run->next_sign)
	{
		run->next_sign = now + SIGN_MS;
		NoteRun(scope, &run->queue, false);
	}
}

/* How many messages could leave now. */
static int
free_places(const SenderRun *run, int in_flight)
{
	if (run->gateway == NULL || run->disarmed || reload_due(run))
		return 0;
	if (run->gateway->probing)
		return in_flight == 0 ? 1 : 0;
	return Max(run->gateway->connections - in_flight, 0);
}

/* Claim what may leave now, within the gateway's rate. */
static void
claim(SenderRun *run, OwnerScope *scope, int places, SmsMessage *messages)
{
	const SmsGateway *gateway = run->gateway;
	int			limit = places;

	if (gateway->probing && !TakeProbe(scope, gateway))
	{
		run->next_reload = 0;
		return;
	}
	if (gateway->rate > 0 && !gateway->probing)
		limit = Min(places, TokensLeft(scope, gateway));
	if (limit > 0)
		run->claimed = ClaimMessages(scope, &run->queue, gateway, limit,
									 run->cycle_context, messages);
	if (gateway->rate > 0 && run->claimed > 0)
		TakeTokens(scope, gateway, run->claimed);
	if (gateway->probing && run->claimed == 0)
		ReturnProbe(scope, gateway);
	run->short_of_tokens = limit < places && run->claimed == limit;
	run->unfinished = limit > 0 && run->claimed == 0 && !run->queue.drained;
}

/* Send claimed messages off in free places. */
static void
start_requests(SenderRun *run, const SmsMessage *messages, int n)
{
	HttpRequest *request = run->client->requests;

	for (int i = 0; i < n; i++)
	{
		while (request->busy)
			request++;
		StartHttpRequest(run->client, request, run->gateway, &messages[i]);
		run->in_flight_count++;
	}
}

/* One transaction: record what done, claim what goes next; send it off. */
static void
sender_cycle(SenderRun *run, bool stopping)
{
	MemoryContext old = MemoryContextSwitchTo(run->cycle_context);
	OwnerScope	scope;
	SmsMessage *messages;
	int			done = count_done(run->client);
	int			in_flight = run->in_flight_count - done;
	int			places;

	run->claimed = 0;
	run->short_of_tokens = false;
	run->unfinished = false;
	BeginTxn(&scope);
	record_done(run, &scope);
	if (!stopping && SteadyMillis() >= run->next_tick)
		tick(run, &scope);
	if (!stopping && reload_due(run))
		reload_gateway(run, &scope);
	places = stopping ? 0 : free_places(run, in_flight);
	messages = MemoryContextAlloc(run->cycle_context, Max(places, 1) * sizeof(SmsMessage));
	if (places > 0)
		claim(run, &scope, places, messages);
	CommitTxn(&scope);

	MemoryContextSwitchTo(run->cycle_context);
	release_done(run);
	start_requests(run, messages, run->claimed);
	/* The transaction that recorded did not read the new row of the gateway. */
	run->unfinished |= done > 0 && run->in_flight_count == 0 && reload_due(run);
	run->next_step = SteadyMillis() + (run->unfinished ? 0 : POLL_MS);
	MemoryContextSwitchTo(old);
	MemoryContextReset(run->cycle_context);
}

/* Are there answers to record, or as many as are worth a transaction? */
static bool
worth_recording(SenderRun *run, int64 now)
{
	int			done = count_done(run->client);

	if (done == 0)
		return false;
	if (run->done_since == 0)
		run->done_since = now;
	if (done > run->done)
		run->done_last = now;
	run->done = done;
	return done >= Max(run->in_flight_count / 2, 1) ||
		now >= run->done_since + LINGER_MS ||
		now > run->done_last + LULL_MS;
}

/* Has everything been done that can be done now? */
static bool
is_idle(const SenderRun *run)
{
	return run->in_flight_count == 0 && run->claimed == 0 && !run->short_of_tokens &&
		!run->unfinished;
}

/* Serve until the time is up and what was sent has come back. */
static void
serve(SenderRun *run)
{
	for (;;)
	{
		int64		now = SteadyMillis();
		bool		stopping = now >= run->deadline || run->disarmed;
		int64		patience = Max(run->next_step - now, 0);

		if (worth_recording(run, now) || (!stopping && now >= run->next_step))
		{
			bool		looked_back = now >= run->queue.look_back_at;

			sender_cycle(run, stopping);
			if (run->until_idle && is_idle(run))
			{
				if (looked_back || run->gateway == NULL)
					break;
				run->queue.look_back_at = 0;
				run->next_step = 0;
			}
			continue;
		}
		if (run->in_flight_count == 0 && stopping)
			break;
		if (run->done_since != 0)
			patience = Min(patience, LULL_MS);
		DriveHttpClient(run->client, stopping ? POLL_MS : patience);
	}
}

/* Take a token, unless the database is not armed. */
static bool
begin_run(SenderRun *run)
{
	OwnerScope	scope;
	bool		armed;

	BeginTxn(&scope);
	armed = IsArmed(&scope);
	if (armed)
	{
		BeginRun(&scope, &run->queue);
		run->claiming = true;
	}
	CommitTxn(&scope);
	return armed;
}

/* Say that the run has ended, and what it did. */
static void
close_run(SenderRun *run)
{
	OwnerScope	scope;

	BeginTxn(&scope);
	NoteRun(&scope, &run->queue, true);
	CommitTxn(&scope);
}

/* Release what a rollback does not. */
static void
end_run(SenderRun *run)
{
	if (run->client != NULL)
		CloseHttpClient(run->client);
	if (run->claiming)
		ReleaseRun(&run->queue);
}

PG_FUNCTION_INFO_V1(licence_home_send_pending_sms);
/* send_pending_sms(run_for, until_idle): send what is due, for a while. */
Datum
licence_home_send_pending_sms(PG_FUNCTION_ARGS)
{
	SenderRun	run = {0};

	run.deadline = SteadyMillis() + RunForMillis(fcinfo, 0);
	run.until_idle = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	BeginProcedure(fcinfo, "send_pending_sms",
				   "each message as it goes, so that none is lost or sent twice");
	LiftStatementTimeout();
	run.gateway_context = AllocSetContextCreate(CurrentMemoryContext,
												"SMS gateway",
												ALLOCSET_SMALL_SIZES);
	run.cycle_context = AllocSetContextCreate(CurrentMemoryContext,
											  "SMS sender cycle",
											  ALLOCSET_DEFAULT_SIZES);

	PG_TRY();
	{
		if (begin_run(&run))
		{
			run.client = OpenHttpClient(MAX_REQUESTS);
			serve(&run);
			close_run(&run);
		}
		else
			warn_not_armed();
	}
	PG_FINALLY();
	{
		end_run(&run);
	}
	PG_END_TRY();
	SPI_finish();
	PG_RETURN_VOID();
}
