/*
 * delivery_report.c
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
#include "spi/query.h"
#include "sms/queue/told.h"

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

/*
 * The message by the id that the gateway gave it, else by ours: its number,
 * with the series where it was resent.  One that never left has no report.
 */
static KeptQuery message_find = KEPT_QUERY("t",
	"SELECT t.message_id, t.series::integer FROM licence_home.sms_attempt AS t"
	" WHERE t.gateway_message_id = $1"
	" UNION ALL"
	" SELECT l.message_id, i.series FROM (SELECT"
	"  CASE WHEN $1 ~ '^[0-9]{1,18}([.][0-9]{1,4})?$' THEN split_part($1, '.', 1)::bigint END,"
	"  CASE WHEN $1 ~ '^[0-9]{1,18}[.][0-9]{1,4}$' THEN split_part($1, '.', 2)::integer ELSE 1 END"
	" ) AS i (message_id, series)"
	" JOIN licence_home.sms_letter AS l ON l.message_id = i.message_id"
	" WHERE EXISTS (SELECT FROM licence_home.sms_attempt AS t"
	"   WHERE t.message_id = l.message_id AND t.series = i.series)"
	"  OR EXISTS (SELECT FROM licence_home.sms_queue AS q"
	"   WHERE q.message_id = l.message_id AND q.series = i.series AND q.status = 'sending')"
	" LIMIT 1");

/* So that it is not archived while its report is taken in. */
static KeptQuery letter_lock = KEPT_QUERY("b",
	"SELECT 1 FROM licence_home.sms_letter AS l WHERE l.message_id = $1 FOR KEY SHARE");

/*
 * Its row is locked, so that one at a time moves it; but not while it is being
 * sent, when its sender must not have to wait.  Nor does a report wait for
 * whoever has the row in hand: the sender settles later what it finds a report
 * of.
 */
static KeptQuery message_lock = KEPT_QUERY("bi",
	"SELECT q.status FROM licence_home.sms_queue AS q"
	" WHERE q.message_id = $1 AND q.series = $2 AND q.status <> 'sending' FOR UPDATE SKIP LOCKED");

static KeptQuery report_insert = KEPT_QUERY("bittzz",
	"INSERT INTO licence_home.sms_delivery_report"
	" (message_id, series, status, gateway_message_id, at, received_at)"
	" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id, series, status) DO NOTHING");

/*
 * Whatever the network says of a message, the gateway had it: it waits for
 * nothing any more.  One under way is left to its sender, which finds the
 * report.
 */
static KeptQuery message_settle = KEPT_QUERY("bi",
	"DELETE FROM licence_home.sms_queue AS q"
	" WHERE q.message_id = $1 AND q.series = $2 AND q.status <> 'sending'");

/* The status of a message as its reports make it. */
static KeptQuery message_status = KEPT_QUERY("b",
	"SELECT s.status FROM licence_home.sms_status AS s WHERE s.message_id = $1");

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

/* How a message stands, or "". */
static char *
status_of(OwnerScope *scope, Datum message_id)
{
	char	   *status = NULL;

	if (RunKept(scope, &message_status, &message_id, NULL, 1) == 1)
		status = RowText(0, 1);
	return status ? status : "";
}

/* Keep a report and move its message; true when the message moved. */
static bool
take_in(OwnerScope *scope, Datum gateway_message_id, const char *status,
		TimestampTz at)
{
	Datum		message[2];
	Datum		values[6];
	bool		locked;
	char	   *before;

	if (RunKept(scope, &message_find, &gateway_message_id, NULL, 1) != 1)
		return false;
	message[0] = Int64GetDatum(RowInt8(0, 1));
	message[1] = Int32GetDatum(RowInt4(0, 2));
	if (RunKept(scope, &letter_lock, message, NULL, 1) != 1)
		return false;
	locked = RunKept(scope, &message_lock, message, NULL, 1) == 1;
	before = status_of(scope, message[0]);
	values[0] = message[0];
	values[1] = message[1];
	values[2] = CStringGetTextDatum(status);
	values[3] = gateway_message_id;
	values[4] = TimestampTzGetDatum(at);
	values[5] = TimestampTzGetDatum(ClockNow());
	if (RunKept(scope, &report_insert, values, NULL, 0) != 1)
		return false;
	NoteReported(scope, DatumGetInt64(message[0]), DatumGetInt32(message[1]), status,
				 ClockNow());
	if (locked)
		RunKept(scope, &message_settle, message, NULL, 0);
	return strcmp(before, status_of(scope, message[0])) != 0;
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
