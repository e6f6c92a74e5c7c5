/*
 * report.c
 *		Delivery reports.
 *
 * They come late, out of order, more than once, or never.  Each is kept once,
 * and the message moves only forward: delivered is final, a failure gives way
 * to a delivery (a long message has reports of each part), and any sign from
 * the network settles a doubt.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "query.h"

/* Statuses of reports, by our word and Kannel's number. */
static const struct
{
	const char *word;
	const char *number;
}			report_statuses[] = {
	{"delivered", "1"},
	{"failed", "2"},
	{"buffered", "4"},
	{"accepted", "8"},
	{"rejected", "16"},
};

/* A message that never left has no report. */
static KeptQuery message_lock = KEPT_QUERY("t",
	"SELECT message_id FROM licence_home.sms_message"
	" WHERE gateway_message_id = $1 AND attempts > 0"
	" ORDER BY message_id DESC LIMIT 1 FOR NO KEY UPDATE");

static KeptQuery report_insert = KEPT_QUERY("bttzz",
	"INSERT INTO licence_home.sms_delivery_report"
	" (message_id, gateway_message_id, status, at, received_at)"
	" VALUES ($1, $2, $3, $4, $5) ON CONFLICT (message_id, status) DO NOTHING");

static KeptQuery message_move = KEPT_QUERY("btz",
	"UPDATE licence_home.sms_message m"
	" SET status = n.status, next_attempt_at = NULL,"
	" accepted_at = coalesce(m.accepted_at, $3),"
	" delivered_at = CASE n.status WHEN 'delivered' THEN $3 END"
	" FROM (VALUES (CASE WHEN $2 = 'delivered' THEN 'delivered'"
	"               WHEN $2 IN ('failed', 'rejected') THEN 'failed'"
	"               ELSE 'accepted' END)) n(status)"
	" WHERE m.message_id = $1 AND CASE n.status"
	"  WHEN 'delivered' THEN m.status <> 'delivered'"
	"  WHEN 'failed' THEN m.status NOT IN ('delivered', 'failed')"
	"  ELSE m.status NOT IN ('delivered', 'failed', 'accepted') END");

/* Our word for a report's status. */
static const char *
report_status(const char *status)
{
	for (int i = 0; i < (int) lengthof(report_statuses); i++)
	{
		if (pg_strcasecmp(status, report_statuses[i].word) == 0 ||
			strcmp(status, report_statuses[i].number) == 0)
			return report_statuses[i].word;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is no status of a delivery report", status),
			 errhint("Give delivered, failed, buffered, accepted, rejected, or Kannel's 1, 2, 4, 8, 16.")));
}

/* Keep a report and move its message; true when the message moved. */
static bool
take_in(OwnerScope *scope, Datum gateway_message_id, const char *status,
		TimestampTz at)
{
	Datum		word = CStringGetTextDatum(status);
	Datum		values[5] = {gateway_message_id};

	if (RunKept(scope, &message_lock, values, NULL, 1) != 1)
		return false;
	values[0] = Int64GetDatum(RowInt8(0, 1));
	values[1] = gateway_message_id;
	values[2] = word;
	values[3] = TimestampTzGetDatum(at);
	values[4] = TimestampTzGetDatum(ClockNow());
	if (RunKept(scope, &report_insert, values, NULL, 0) != 1)
		return false;
	values[1] = word;
	values[2] = TimestampTzGetDatum(at);
	return RunKept(scope, &message_move, values, NULL, 0) == 1;
}

PG_FUNCTION_INFO_V1(licence_home_sms_report);
/* sms_report(gateway_message_id, status, at): true when the message moved. */
Datum
licence_home_sms_report(PG_FUNCTION_ARGS)
{
	OwnerScope	scope;
	const char *status;
	TimestampTz at;
	bool		moved;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	status = report_status(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	at = PG_ARGISNULL(2) ? ClockNow() : PG_GETARG_TIMESTAMPTZ(2);
	EnterOwner(&scope, OWNER_WRITES);
	moved = take_in(&scope, PG_GETARG_DATUM(0), status, at);
	LeaveOwner(&scope);
	PG_RETURN_BOOL(moved);
}
