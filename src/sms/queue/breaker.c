/*
 * breaker.c
 *		Gateways that rest, and gateways that have a rate.
 *
 * A gateway that fails is paused.  When its pause is over, one message of the
 * first run of the sender that comes by tries it again.  A pause ends also
 * when the clock was set back to before it began.
 *
 * The bucket of a gateway with a rate is filled by the machine's clock, not by
 * licence_home.clock.  The rate bounds how much reaches the gateway in a
 * second.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "sms/queue/claim.h"

#define PROBE_INTERVAL_S 30

/* The row of a pause, unless somebody has it in hand: an administrator may end it. */
#define FREE_PAUSE \
	"WITH free AS MATERIALIZED (SELECT f.gateway FROM licence_home.sms_gateway_pause AS f" \
	" WHERE f.gateway = $1 FOR UPDATE SKIP LOCKED) "

/* What somebody has in hand stays as they leave it; the next failure comes soon. */
static SavedPlan pause_query = SAVED_PLAN(
										  FREE_PAUSE
										  ", moved AS (UPDATE licence_home.sms_gateway_pause AS p SET why = $3,"
										  "  paused_at = least(p.paused_at, $2), probe_at = $2 + $4 * interval '1 second'"
										  "  FROM free AS f WHERE p.gateway = f.gateway)"
										  " INSERT INTO licence_home.sms_gateway_pause (gateway, paused_at, probe_at, why)"
										  " SELECT $1, $2, $2 + $4 * interval '1 second', $3"
										  " WHERE NOT EXISTS (SELECT FROM licence_home.sms_gateway_pause AS p WHERE p.gateway = $1)"
										  " ON CONFLICT (gateway) DO NOTHING");

static SavedPlan resume_query = SAVED_PLAN(
										   FREE_PAUSE
										   "DELETE FROM licence_home.sms_gateway_pause AS p USING free AS f WHERE p.gateway = f.gateway");

static SavedPlan take_probe_query = SAVED_PLAN(
											   FREE_PAUSE
											   "UPDATE licence_home.sms_gateway_pause AS p"
											   " SET probe_at = $2 + $3 * interval '1 second', paused_at = least(p.paused_at, $2)"
											   " FROM free AS f WHERE p.gateway = f.gateway"
											   " AND (p.probe_at <= $2 OR " CLOCK_WAS_SET_BACK("p.paused_at", "$2") ")");

static SavedPlan return_probe_query = SAVED_PLAN(
												 FREE_PAUSE
												 "UPDATE licence_home.sms_gateway_pause AS p SET probe_at = $2"
												 " FROM free AS f WHERE p.gateway = f.gateway");

static SavedPlan bucket_query = SAVED_PLAN(
										   "INSERT INTO licence_home.sms_gateway_bucket AS b (gateway, tokens, filled_at)"
										   " VALUES ($1, $3, $4)"
										   " ON CONFLICT (gateway) DO UPDATE SET filled_at = excluded.filled_at,"
										   "  tokens = least($3::float8, b.tokens + $2::float8"
										   "   * greatest(extract(epoch FROM excluded.filled_at - b.filled_at), 0)::float8)"
										   " RETURNING floor(b.tokens)::integer");

static SavedPlan turn_query = SAVED_PLAN(
										 "SELECT CASE WHEN count(*) = 0 THEN 'a gateway that is in force'"
										 " WHEN count(p.gateway) = count(*) THEN 'a gateway that works'"
										 " ELSE 'its turn' END"
										 " FROM licence_home.sms_gateway AS g"
										 " LEFT JOIN licence_home.sms_gateway_pause AS p ON p.gateway = g.gateway"
										 " WHERE licence_home.in_force(g.valid, g.withdrawn_at, licence_home.today())");

static SavedPlan take_query = SAVED_PLAN(
										 "UPDATE licence_home.sms_gateway_bucket SET tokens = tokens - $2 WHERE gateway = $1");

void
PauseGateway(OwnerScope *scope, const char *gateway, const char *why, int64 wait_s)
{
	ExecPlan(scope, &pause_query, TextArg(gateway), MomentArg(ClockMoment()),
			 TextArg(why), Int8Arg(Max(wait_s, PROBE_INTERVAL_S)));
}

void
ResumeGateway(OwnerScope *scope, const SmsGateway *gateway)
{
	ExecPlan(scope, &resume_query, TextArg(gateway->name));
}

/* May this run send the probe?  Then nobody else does for an interval. */
bool
TakeProbe(OwnerScope *scope, const SmsGateway *gateway)
{
	return ExecPlan(scope, &take_probe_query, TextArg(gateway->name),
					MomentArg(ClockMoment()), Int8Arg(PROBE_INTERVAL_S)).count == 1;
}

/* There was no message to probe with. */
void
ReturnProbe(OwnerScope *scope, const SmsGateway *gateway)
{
	ExecPlan(scope, &return_probe_query, TextArg(gateway->name), MomentArg(ClockMoment()));
}

/* How many messages may leave now; the row is locked until they have. */
int
TokensLeft(OwnerScope *scope, const SmsGateway *gateway)
{
	Datum		rate = DirectFunctionCall1(float8_numeric, Float8GetDatum(gateway->rate));
	Rows		rows = ExecPlan(scope, &bucket_query, TextArg(gateway->name),
								DatumArg(ARG_NUMERIC, rate, false), Int4Arg(gateway->burst),
								MomentArg(GetCurrentTimestamp()));

	return RowInt4(rows, 0, 1);
}

void
TakeTokens(OwnerScope *scope, const SmsGateway *gateway, int n)
{
	ExecPlan(scope, &take_query, TextArg(gateway->name), Int4Arg(n));
}

PG_FUNCTION_INFO_V1(licence_home_sms_credential_changed);
/* AFTER INSERT or UPDATE of sms_gateway_credential, for each row: try again at once. */
Datum
licence_home_sms_credential_changed(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "sms_credential_changed", AFTER_ROW_TRIGGER);
	char	   *gateway = ColumnText(TriggerNewTuple(data), RelationGetDescr(data->tg_relation), "gateway");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	ExecPlan(&scope, &return_probe_query, TextArg(gateway), MomentArg(ClockMoment()));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_sms_turn);
/* sms_turn(): what a message waits for that nothing of its own keeps. */
Datum
licence_home_sms_turn(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	OwnerScope	scope;
	char	   *result;

	EnterOwner(&scope, OWNER_READS);
	result = MemoryContextStrdup(context, RowText(ExecPlanNoArgs(&scope, &turn_query), 0, 1));
	LeaveOwner(&scope);
	PG_RETURN_TEXT_P(cstring_to_text(result));
}
