/*
 * sender.c
 *		send_pending_sms(): the loop that sends messages.
 *
 * One short transaction records what came back and claims what goes next;
 * then the letters leave, and the backend waits for the network in a
 * transaction that has no snapshot, no lock on a row and no xid, so VACUUM
 * goes on.  The protocol is told in claim.c, the waiting in courier.c.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "sms/claim.h"
#include "sms/courier.h"
#include "sms/gateway.h"
#include "sms/identity.h"

#define DEFAULT_RUN_MS (61 * 1000)	/* a bit over pg_cron's minute */
#define POLL_MS 200				/* for new messages, when none waits */
#define TICK_MS 1000			/* for recovery, doubts and expiry */
#define RELOAD_MS 5000			/* for the gateway's row */
#define MAX_FLIGHTS 128			/* the most that sms_gateway.connections says */
#define FAILURES_TO_PAUSE 20	/* one after the other */

/* One call of the procedure. */
typedef struct SenderRun
{
	int64		claim;
	bool		claiming;		/* the claim's lock is held */
	bool		until_idle;
	int64		deadline;		/* on the steady clock, as all of these */
	int64		next_step;
	int64		next_tick;
	int64		next_reload;
	bool		disarmed;
	bool		warned;			/* that no gateway is in force */
	int			failures;		/* since an answer was good */
	int			flying;
	int			claimed;		/* at the last look */
	Courier    *courier;
	SmsGateway *gateway;		/* NULL: none to send through now */
	MemoryContext gateway_context;
	MemoryContext step_context; /* for one transaction and its letters */
} SenderRun;

/* Refuse to run where transactions cannot be committed. */
static void
check_nonatomic(FunctionCallInfo fcinfo)
{
	CallContext *context = (CallContext *) fcinfo->context;

	if (context == NULL || !IsA(context, CallContext) || context->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("send_pending_sms cannot run inside a transaction block"),
				 errdetail("It commits each message as it goes, so that none is lost or sent twice."),
				 errhint("CALL it as a statement of its own, outside BEGIN and any function.")));
}

/* Milliseconds of the argument run_for. */
static int64
run_for_millis(FunctionCallInfo fcinfo)
{
	Interval   *span;

	if (PG_ARGISNULL(0))
		return DEFAULT_RUN_MS;
	span = PG_GETARG_INTERVAL_P(0);
	if (span->month != 0 || span->day < 0 || span->day > 365 || span->time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("run_for must be days and time, not negative and at most a year")));
	return (span->day * USECS_PER_DAY + span->time) / 1000;
}

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

/* Begin a transaction's work: fresh, as the owner. */
static void
begin_step(OwnerScope *scope)
{
	/* Rows are locked as they are now, whatever the session's default. */
	if (!FirstSnapshotSet)
		XactIsoLevel = XACT_READ_COMMITTED;
	PushActiveSnapshot(GetTransactionSnapshot());
	EnterOwner(scope, OWNER_WRITES);
}

/* End it: after this no snapshot and no row's lock is held. */
static void
end_step(OwnerScope *scope)
{
	LeaveOwner(scope);
	PopActiveSnapshot();
	SPI_commit();
}

/* What came of a flight. */
static AttemptResult
read_flight(const Flight *flight, const SmsGateway *gateway)
{
	AttemptResult result = {
		.message_id = flight->letter.message_id,
		.attempt = flight->letter.attempt,
		.claimed_at = flight->letter.claimed_at,
		.outcome = OUTCOME_IN_DOUBT,
		.http_status = (int) flight->http_status
	};

	result.answer = FlightAnswer(flight, gateway);
	if (flight->late)
		result.error = pstrdup("it expired on its way");
	else if (flight->result != CURLE_OK)
		result.error = CleanAnswer(gateway, flight->error);

	if (flight->requests == 0)
		result.outcome = OUTCOME_RETRY; /* not a byte of it was sent */
	else if (flight->result == CURLE_OK)
		result.outcome = ReadAnswer(gateway, result.http_status, flight->answer,
									&result.gateway_message_id);
	return result;
}

/* See from results whether the gateway should rest, or works again. */
static void
judge_gateway(SenderRun *run, OwnerScope *scope,
			  const AttemptResult *results, int n)
{
	const AttemptResult *why = NULL;

	for (int i = 0; i < n; i++)
	{
		switch (results[i].outcome)
		{
			case OUTCOME_ACCEPTED:
			case OUTCOME_PERMANENT:
				run->failures = 0;
				break;
			case OUTCOME_CREDENTIALS:
				why = &results[i];
				break;
			case OUTCOME_RETRY:
			case OUTCOME_IN_DOUBT:
				if (++run->failures >= FAILURES_TO_PAUSE ||
					run->gateway->probing)
					why = &results[i];
				break;
		}
	}
	if (why != NULL)
	{
		PauseGateway(scope, run->gateway,
					 why->error ? why->error :
					 psprintf("%d %s", why->http_status,
							  why->answer ? why->answer : ""));
		run->failures = 0;
	}
	else if (run->gateway->probing)
		ResumeGateway(scope, run->gateway);
	if (why != NULL || run->gateway->probing)
		run->next_reload = 0;
}

/* Record every flight that has landed, and free its place. */
static void
record_landed(SenderRun *run, OwnerScope *scope)
{
	Courier    *courier = run->courier;
	AttemptResult *results = palloc(courier->nflights * sizeof(AttemptResult));
	int			n = 0;

	for (int i = 0; i < courier->nflights; i++)
	{
		if (courier->flights[i].landed)
			results[n++] = read_flight(&courier->flights[i], run->gateway);
	}
	if (n == 0)
		return;
	RecordAttempts(scope, run->claim, run->gateway, results, n);
	judge_gateway(run, scope, results, n);
}

/* Free the places of flights whose results are committed. */
static void
free_landed(SenderRun *run)
{
	for (int i = 0; i < run->courier->nflights; i++)
	{
		Flight	   *flight = &run->courier->flights[i];

		if (flight->landed)
		{
			EndFlight(flight);
			run->flying--;
		}
	}
}

/* How many flights have landed. */
static int
count_landed(const Courier *courier)
{
	int			n = 0;

	for (int i = 0; i < courier->nflights; i++)
		n += courier->flights[i].landed;
	return n;
}

/* Is it time to read the gateway's row again?  Then nothing new leaves. */
static bool
reload_due(const SenderRun *run)
{
	return SteadyMillis() >= run->next_reload;
}

/* Read the gateway's row, when no flight is under way that needs the old. */
static void
reload_gateway(SenderRun *run, OwnerScope *scope)
{
	bool		paused;

	run->gateway = NULL;
	MemoryContextReset(run->gateway_context);
	run->gateway = LoadGateway(scope, run->gateway_context, &paused);
	run->next_reload = SteadyMillis() + (run->gateway ? RELOAD_MS : TICK_MS);
	if (run->gateway == NULL && !paused && !run->warned)
	{
		ereport(WARNING,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("no SMS gateway is in force today"),
				 errhint("Publish one in licence_home.sms_gateway.")));
		run->warned = true;
	}
}

/* Now and then: is this still the database that sends, who died, what is due? */
static void
tick(SenderRun *run, OwnerScope *scope)
{
	run->next_tick = SteadyMillis() + TICK_MS;
	run->disarmed = !IsArmed(scope);
	if (run->disarmed)
		return;
	RecoverDeadClaims(scope, run->claim);
	SettleDoubts(scope);
	ExpireMessages(scope);
}

/* How many messages could leave now. */
static int
free_places(const SenderRun *run, int airborne)
{
	if (run->gateway == NULL || run->disarmed || reload_due(run))
		return 0;
	if (run->gateway->probing)
		return airborne == 0 ? 1 : 0;
	return Max(run->gateway->connections - airborne, 0);
}

/* Send claimed letters off in free places. */
static void
start_flights(SenderRun *run, const SmsLetter *letters, int n)
{
	Flight	   *flight = run->courier->flights;

	for (int i = 0; i < n; i++)
	{
		while (flight->busy)
			flight++;
		StartFlight(run->courier, flight, run->gateway, &letters[i]);
		run->flying++;
	}
}

/* One transaction: record what landed, claim what goes next; send it off. */
static void
step(SenderRun *run, bool stopping)
{
	MemoryContext old = MemoryContextSwitchTo(run->step_context);
	OwnerScope	scope;
	SmsLetter  *letters = NULL;
	int			airborne = run->flying - count_landed(run->courier);
	int			places;

	run->claimed = 0;
	begin_step(&scope);
	record_landed(run, &scope);
	if (!stopping && SteadyMillis() >= run->next_tick)
		tick(run, &scope);
	if (!stopping && airborne == 0 && reload_due(run))
		reload_gateway(run, &scope);
	places = stopping ? 0 : free_places(run, airborne);
	if (places > 0)
		run->claimed = ClaimMessages(&scope, run->claim, run->gateway, places,
									 run->step_context, &letters);
	end_step(&scope);

	MemoryContextSwitchTo(run->step_context);
	free_landed(run);
	start_flights(run, letters, run->claimed);
	run->next_step = SteadyMillis() + POLL_MS;
	MemoryContextSwitchTo(old);
	MemoryContextReset(run->step_context);
}

/* Serve until the time is up and what was sent has come back. */
static void
serve(SenderRun *run)
{
	for (;;)
	{
		int64		now = SteadyMillis();
		bool		stopping = now >= run->deadline || run->disarmed;

		if (count_landed(run->courier) > 0 ||
			(!stopping && now >= run->next_step))
		{
			step(run, stopping);
			if (run->until_idle && run->flying == 0)
				break;
		}
		if (run->flying == 0 && stopping)
			break;
		DriveCourier(run->courier,
					 stopping ? POLL_MS : Max(run->next_step - now, 0));
	}
}

/* Take a token, unless the database is not armed. */
static bool
begin_run(SenderRun *run)
{
	OwnerScope	scope;
	bool		armed;

	begin_step(&scope);
	armed = IsArmed(&scope);
	if (armed)
	{
		run->claim = BeginClaims(&scope);
		run->claiming = true;
	}
	end_step(&scope);
	return armed;
}

/* Release what a rollback does not. */
static void
end_run(SenderRun *run)
{
	if (run->courier != NULL)
		CloseCourier(run->courier);
	if (run->claiming)
		EndClaims(run->claim);
}

PG_FUNCTION_INFO_V1(licence_home_send_pending_sms);
/* send_pending_sms(run_for, until_idle): send what is due, for a while. */
Datum
licence_home_send_pending_sms(PG_FUNCTION_ARGS)
{
	SenderRun	run = {0};

	check_nonatomic(fcinfo);
	run.deadline = SteadyMillis() + run_for_millis(fcinfo);
	run.until_idle = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect_ext failed");
	run.gateway_context = AllocSetContextCreate(CurrentMemoryContext,
												"SMS gateway",
												ALLOCSET_SMALL_SIZES);
	run.step_context = AllocSetContextCreate(CurrentMemoryContext,
											 "SMS step",
											 ALLOCSET_DEFAULT_SIZES);
	SPI_commit();				/* the snapshot of CALL itself */

	PG_TRY();
	{
		if (begin_run(&run))
		{
			run.courier = OpenCourier(MAX_FLIGHTS);
			serve(&run);
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
