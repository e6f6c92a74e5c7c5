/*
 * delivery_report.c
 *		Delivery reports.
 *
 * They come late, out of order, more than once, or never.  Each is kept once,
 * and the message moves only forward.  Delivered is final.  A failure gives
 * way to a delivery, since a long message has reports of each part.  Any sign
 * from the network settles a doubt.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/plan.h"
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
static SavedPlan message_find = SAVED_PLAN("SELECT t.message_id, t.series::integer FROM licence_home.sms_attempt AS t"
										   " WHERE t.gateway_message_id = $1"
										   " UNION ALL"
										   " SELECT l.message_id, i.series FROM (SELECT"
										   "  CASE WHEN $1 ~ '^[0-9]{1,18}([.][0-9]{1,4})?$' THEN split_part($1, '.', 1)::bigint END,"
										   "  CASE WHEN $1 ~ '^[0-9]{1,18}[.][0-9]{1,4}$' THEN split_part($1, '.', 2)::integer ELSE 1 END"
										   " ) AS i (message_id, series)"
										   " JOIN licence_home.sms_message_text AS l ON l.message_id = i.message_id"
										   " WHERE EXISTS (SELECT FROM licence_home.sms_attempt AS t"
										   "   WHERE t.message_id = l.message_id AND t.series = i.series)"
										   "  OR EXISTS (SELECT FROM licence_home.sms_queue AS q"
										   "   WHERE q.message_id = l.message_id AND q.series = i.series AND q.status = 'sending')"
										   " LIMIT 1");

/* So that it is not archived while its report is taken in. */
static SavedPlan letter_lock = SAVED_PLAN("SELECT 1 FROM licence_home.sms_message_text AS l WHERE l.message_id = $1 FOR KEY SHARE");

/*
 * Its row is locked, so that one transaction at a time moves it.  It is not
 * locked while it is being sent, since its sender must not have to wait.  Nor
 * does a report wait for whoever has the row in hand: the sender settles later
 * what it finds a report of.
 */
static SavedPlan message_lock = SAVED_PLAN("SELECT q.status FROM licence_home.sms_queue AS q"
										   " WHERE q.message_id = $1 AND q.series = $2 AND q.status NOT IN ('sending', 'to_print', 'served') FOR UPDATE SKIP LOCKED");

/*
 * Nothing is delivered before it was written, or tomorrow.  Clocks of networks
 * are wrong, and a report that is refused comes again for ever.  So the moment
 * is moved to the nearest one that can be; received_at is our own.
 */
static SavedPlan report_insert = SAVED_PLAN("INSERT INTO licence_home.sms_delivery_report"
											" (message_id, series, status, gateway_message_id, at, received_at)"
											" SELECT $1, $2, $3, $4, least(greatest($5, l.created_at), $6), $6"
											" FROM licence_home.sms_message_text AS l WHERE l.message_id = $1"
											" ON CONFLICT (message_id, series, status) DO NOTHING");

/*
 * Whatever the network says of a message, the gateway had it: it waits for
 * nothing any more.  One under way is left to its sender, which finds the
 * report.  One that is printed stays so: it went to another's telephone before.
 */
static SavedPlan message_settle = SAVED_PLAN("DELETE FROM licence_home.sms_queue AS q"
											 " WHERE q.message_id = $1 AND q.series = $2 AND q.status NOT IN ('sending', 'to_print', 'served')");

/* So many failures in a row mark the telephone as another's (src/work/telephone.c). */
static SavedPlan count_failures = SAVED_PLAN("SELECT licence_home_internal.count_failures($1)");

/* The status of a message as its reports make it. */
static SavedPlan message_status = SAVED_PLAN("SELECT s.status FROM licence_home.sms_status AS s WHERE s.message_id = $1");

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
status_of(OwnerScope *scope, int64 message_id)
{
	Rows		rows = ExecPlan(scope, &message_status, Int8Arg(message_id));
	char	   *status = rows.count > 0 ? RowText(rows, 0, 1) : NULL;

	return status ? status : "";
}

/* Keep a report and move its message; true when the message moved. */
static bool
take_in(OwnerScope *scope, Datum gateway_message_id, const char *status,
		TimestampTz at)
{
	PlanArg		gateway_id = DatumArg(ARG_TEXT, gateway_message_id, false);
	Rows		found = ExecPlan(scope, &message_find, gateway_id);
	int64		message_id;
	int32		series;
	bool		locked;
	char	   *before;

	if (found.count == 0)
		return false;
	message_id = RowInt8(found, 0, 1);
	series = RowInt4(found, 0, 2);
	if (ExecPlan(scope, &letter_lock, Int8Arg(message_id)).count == 0)
		return false;
	locked = ExecPlan(scope, &message_lock, Int8Arg(message_id), Int4Arg(series)).count == 1;
	before = status_of(scope, message_id);
	if (ExecPlan(scope, &report_insert, Int8Arg(message_id), Int4Arg(series),
				 TextArg(status), gateway_id, MomentArg(at),
				 MomentArg(ClockNow())).count == 0)
		return false;
	NoteReported(scope, message_id, series, status, ClockNow());
	if (locked)
		ExecPlan(scope, &message_settle, Int8Arg(message_id), Int4Arg(series));
	/* (once it is settled: its failure counts) */
	if (strcmp(status, "failed") == 0 || strcmp(status, "rejected") == 0)
		ExecPlan(scope, &count_failures, Int8Arg(message_id));
	return strcmp(before, status_of(scope, message_id)) != 0;
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
