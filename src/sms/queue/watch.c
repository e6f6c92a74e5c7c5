/*
 * watch.c
 *		Is there somebody who sends?
 *
 * pg_cron may be stopped, broken or forgotten in a new configuration, and then
 * every step goes on as before while its messages pile up.  So the step that
 * owes a message looks for a sign of life.  This costs nothing while there is
 * one, since the last sign is remembered for a while.
 *
 * The moments are the machine's, like those of sms_run.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "errors.h"
#include "spi/heap_access.h"
#include "spi/plan.h"
#include "sms/queue/identity.h"
#include "sms/queue/watch.h"

#define SILENCE_S 180			/* so long without a sign is too long */
#define REPEAT_S 60				/* a session says it once in so many seconds */

/* Of the newest runs one is the last that was seen. */
static SavedPlan sign_query = SAVED_PLAN("SELECT greatest(i.jobs_since, (SELECT max(r.seen_at) FROM"
										 " (SELECT r.seen_at FROM licence_home.sms_run AS r ORDER BY r.run_id DESC LIMIT 10) AS r))"
										 " FROM licence_home.sender_identity AS i WHERE i.jobs_since IS NOT NULL");

/* What this session has seen and said. */
static TimestampTz seen_at = 0;
static TimestampTz said_at = 0;

/* Is a moment less than so many seconds ago? */
static bool
is_recent(TimestampTz moment, int seconds)
{
	return moment != 0 &&
		!TimestampDifferenceExceeds(moment, GetCurrentTimestamp(), seconds * 1000);
}

/* Administrators are told at once, others' clients not; the log has it always. */
static int
warning_level(Oid caller)
{
	return HasGroupRole(caller, "admin") ? WARNING : LOG_SERVER_ONLY;
}

/* Is a job scheduled here? */
static bool
is_scheduled(OwnerScope *scope)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	RowScan		scan;
	bool		scheduled = false;

	BeginRowScan(&scan, "sender_identity", NULL, snapshot, NULL, 0);
	while (!scheduled && NextRow(&scan, ForwardScanDirection))
		scheduled = !IsNullColumn(scan.slot, ColumnOf(scan.table, "jobs_since"));
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return scheduled;
}

void
WarnIfNobodySends(OwnerScope *scope)
{
	Rows		rows;

	if (is_recent(seen_at, SILENCE_S) || is_recent(said_at, REPEAT_S) || !is_scheduled(scope))
		return;
	rows = ExecPlanNoArgs(scope, &sign_query);
	if (rows.count != 1)
		return;					/* no job is scheduled */
	seen_at = RowInt8(rows, 0, 1);
	if (is_recent(seen_at, SILENCE_S) || !IsArmed(scope))
		return;
	said_at = GetCurrentTimestamp();
	ereport(warning_level(scope->caller),
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("pg_cron does not run the sender of SMS: messages wait"),
			 errdetail("The sender was last seen at %s.", timestamptz_to_str(seen_at)),
			 errhint("See cron.job_run_details, and SELECT * FROM licence_home.sms_health.")));
}

PG_FUNCTION_INFO_V1(licence_home_sender_armed);
/* sender_armed(): is this the database that was armed to send? */
Datum
licence_home_sender_armed(PG_FUNCTION_ARGS)
{
	OwnerScope	scope;
	bool		armed;

	if (RecoveryInProgress())
		PG_RETURN_BOOL(false);
	EnterOwner(&scope, OWNER_READS);
	armed = IsArmed(&scope);
	LeaveOwner(&scope);
	PG_RETURN_BOOL(armed);
}
