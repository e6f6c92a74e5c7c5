/*
 * run.c
 *		Runs of the sender: which live, which died, and what these had under way.
 *
 * Whether a run is alive is a session lock on its token, not a clock.  The
 * token is also written in each message that it claims, and a result counts
 * only while the message still carries it.  The row of the run tells others
 * that there is, or was, one.  Its moments are the machine's, since they say
 * whether a job runs, not when something was due.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/key_lock.h"
#include "spi/plan.h"
#include "sms/queue/claim.h"

static SavedPlan begin_query = SAVED_PLAN("INSERT INTO licence_home.sms_run (run_id, started_at, seen_at, run_by)"
										  " VALUES (nextval('licence_home.sms_run_id_seq'), $1, $1, $2) RETURNING run_id");

static SavedPlan note_query = SAVED_PLAN("UPDATE licence_home.sms_run SET seen_at = $2, accepted = $4, other = $5,"
										 " ended_at = CASE WHEN $3 THEN $2 END WHERE run_id = $1");

static SavedPlan living_query = SAVED_PLAN("SELECT r.run_id FROM licence_home.sms_run AS r"
										   " WHERE r.ended_at IS NULL AND r.run_id <> $1 ORDER BY r.run_id");

/* A report that came in the meantime settles the doubt at once. */
static SavedPlan recover_query = SAVED_PLAN("WITH lost AS ("
											" UPDATE licence_home.sms_queue AS q"
											"  SET status = 'in_doubt', turn = NULL, reason = 'the sender ended before an answer came',"
											"   wake_at = $2 + coalesce((SELECT max(g.doubt_wait) FROM licence_home.sms_gateway AS g"
											"    WHERE g.gateway = q.gateway AND g.withdrawn_at IS NULL), interval '1 minute')"
											"  WHERE q.status = 'sending' AND q.run_id = $1"
											"  RETURNING q.message_id, q.attempts, q.series, q.resent, q.phone, q.gateway, q.reason, q.claimed_at)"
											" INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id,"
											"  phone, claimed_at, recorded_at, gateway, error)"
											" SELECT l.message_id, l.attempts, l.series, l.resent, 'in_doubt', $1,"
											"  l.phone, l.claimed_at, $2, l.gateway, l.reason FROM lost AS l");

static SavedPlan close_run_query = SAVED_PLAN("UPDATE licence_home.sms_run SET ended_at = seen_at, broke_off = true WHERE run_id = $1");

/* The lock that says that the run of a token is alive. */
static void
run_lock(LOCKTAG *tag, int64 run_id)
{
	KeyLockTag(tag, KEY_LOCK_SENDER_RUN, (uint64) run_id);
}

void
BeginRun(OwnerScope *scope, QueueRun *run)
{
	LOCKTAG		tag;
	Rows		rows = ExecPlan(scope, &begin_query, MomentArg(GetCurrentTimestamp()),
								TextArg(GetUserNameFromId(GetSessionUserId(), false)));

	run->run_id = RowInt8(rows, 0, 1);
	run_lock(&tag, run->run_id);
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
}

void
NoteRun(OwnerScope *scope, const QueueRun *run, bool ended)
{
	ExecPlan(scope, &note_query, Int8Arg(run->run_id), MomentArg(GetCurrentTimestamp()),
			 BoolArg(ended), Int8Arg(run->accepted), Int8Arg(run->other));
}

void
ReleaseRun(const QueueRun *run)
{
	LOCKTAG		tag;

	run_lock(&tag, run->run_id);
	(void) LockRelease(&tag, ExclusiveLock, true);
}

void
RecoverDeadRuns(OwnerScope *scope, const QueueRun *run)
{
	Rows		living = ExecPlan(scope, &living_query, Int8Arg(run->run_id));
	int			n = (int) living.count;
	int64	   *claims = palloc(Max(n, 1) * sizeof(int64));

	for (int i = 0; i < n; i++)
		claims[i] = RowInt8(living, i, 1);
	for (int i = 0; i < n; i++)
	{
		LOCKTAG		tag;

		/* The lock is kept to the end: one recovers, the others pass by. */
		run_lock(&tag, claims[i]);
		if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
			continue;
		ExecPlan(scope, &recover_query, Int8Arg(claims[i]), MomentArg(ClockMoment()));
		ExecPlan(scope, &close_run_query, Int8Arg(claims[i]));
	}
}
