/*
 * listeners.c
 *		What programs that listen for events of cases can rely on.
 *
 * A program that follows the events remembers the last number that it has
 * read.  Numbers are drawn before their transactions commit:
 *
 *		event 7 drawn by A
 *		event 8 drawn by B, B commits
 *		the program reads 8
 *		A commits: event 7 is older than what was read, and never read
 *
 * So there is a horizon: the number up to which nothing can commit any more.
 * Before a transaction draws its first event, it takes a shared lock whose key
 * is the last number drawn so far (KEY_LOCK_EVENTS).  All its events are above
 * that number.  The horizon is the lowest such key, or the last number drawn
 * where nobody holds one.  It is read in this order: the last number, then the
 * locks.  A transaction that took its lock after we looked draws its numbers
 * after that too, so they are above the number that we read first.
 *
 * The locks are shared and nobody waits for them.  A prepared transaction
 * keeps its lock.  SQL cannot take locks of this class (spi/key_lock.h).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/async.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "settings.h"
#include "spi/key_lock.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "workflow/listeners.h"

/* The channel of licence_home.notify. */
#define CHANNEL "licence_home_event"

/* The last number that an event has drawn; 0: none has. */
static int64
last_event_drawn(void)
{
	LOCAL_FCINFO(call, 1);
	FmgrInfo	flinfo = {0};
	Oid			sequence = get_relname_relid("application_event_event_no_seq", ExtensionNamespace());
	Datum		last;

	fmgr_info(F_PG_SEQUENCE_LAST_VALUE, &flinfo);
	InitFunctionCallInfoData(*call, &flinfo, 1, InvalidOid, NULL, NULL);
	call->args[0].value = ObjectIdGetDatum(sequence);
	call->args[0].isnull = false;
	last = FunctionCallInvoke(call);
	return call->isnull ? 0 : DatumGetInt64(last);
}

/*
 * One lock a transaction is enough, and 200,000 cases moved by one statement
 * may not need more.  It belongs to the top transaction: a savepoint that is
 * rolled back would give up its own lock while later events need it.
 */
void
HoldEventHorizon(void)
{
	static LocalTransactionId held_in = InvalidLocalTransactionId;
	ResourceOwner former = CurrentResourceOwner;
	LOCKTAG		tag;

	if (held_in == MY_LXID)
		return;
	KeyLockTag(&tag, KEY_LOCK_EVENTS, (uint64) last_event_drawn());
	CurrentResourceOwner = TopTransactionResourceOwner;
	(void) LockAcquire(&tag, ShareLock, false, false);
	CurrentResourceOwner = former;
	held_in = MY_LXID;
}

void
NotifyOfEvent(int64 event_no)
{
	if (notify_setting)
		Async_Notify(CHANNEL, psprintf(INT64_FORMAT, event_no));
}

/* The number up to which no event can commit any more. */
static int64
event_horizon(void)
{
	static SavedPlan lowest_held = SAVED_PLAN("SELECT min((l.classid::bigint << 32) | l.objid::bigint) "
											  "FROM pg_catalog.pg_locks AS l, pg_catalog.pg_database AS d "
											  "WHERE l.locktype = 'advisory' AND l.objsubid = $1 "
											  "AND l.database = d.oid AND d.datname = pg_catalog.current_database()");
	OwnerScope	scope;
	int64		horizon;
	Rows		rows;
	bool		isnull;
	Datum		lowest;

	EnterOwner(&scope, OWNER_READS);
	horizon = last_event_drawn();
	rows = ExecPlan(&scope, &lowest_held, Int4Arg(KEY_LOCK_EVENTS));
	lowest = RowDatum(rows, 0, 1, &isnull);
	if (!isnull)
		horizon = Min(horizon, DatumGetInt64(lowest));
	LeaveOwner(&scope);
	return horizon;
}

PG_FUNCTION_INFO_V1(licence_home_event_horizon);
/*
 * event_horizon(): for a statement of its own.  A transaction that keeps one
 * snapshot took it before the horizon was read, so it could miss an event
 * below it.
 */
Datum
licence_home_event_horizon(PG_FUNCTION_ARGS)
{
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("the horizon of events is of no use to a transaction that keeps one snapshot"),
				 errdetail("An event below it may have come after the snapshot."),
				 errhint("Ask at isolation level READ COMMITTED, or call licence_home.events_after().")));
	PG_RETURN_INT64(event_horizon());
}

PG_FUNCTION_INFO_V1(licence_home_events_after);
/*
 * events_after(event_no bigint, at_most integer): the next events, in their
 * order, up to the horizon.  They are read by a snapshot that is younger than
 * the horizon, as the caller.
 */
Datum
licence_home_events_after(PG_FUNCTION_ARGS)
{
	static SavedPlan next = SAVED_PLAN("SELECT e.event_no, e.application_no, e.case_event, e.action, e.from_state, "
									   "e.to_state, e.at FROM licence_home.event_report AS e "
									   "WHERE e.event_no > $1 AND e.event_no <= $2 "
									   "ORDER BY e.event_no LIMIT $3");
	int64		horizon = event_horizon();

	PushActiveSnapshot(GetLatestSnapshot());
	ReturnPlan(fcinfo, NULL, &next, FunctionArg(fcinfo, 0, ARG_INT8), Int8Arg(horizon),
			   FunctionArg(fcinfo, 1, ARG_INT4));
	PopActiveSnapshot();
	PG_RETURN_NULL();
}
