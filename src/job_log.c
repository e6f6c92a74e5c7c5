/*
 * job_log.c
 *		What the jobs of pg_cron did, in rows that stay when a job fails.
 *
 * A job is a procedure that commits each piece of its work:
 *
 *		BeginJob	a row of job_run, committed
 *		DoJobWork	a transaction, with a subtransaction for the work: an error
 *					undoes the work and leaves a row of job_failure
 *		EndJob		the sums
 *
 * So one bad case does not hold up the others, and no lock lasts for the whole
 * night.  A run that died shows as one that never ended.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "job_log.h"
#include "spi/plan.h"
#include "spi/procedure.h"

/* For a row that somebody has in hand; the job comes again tomorrow. */
#define PATIENCE "2s"
#define RUNS_KEPT "400 days"

void
BeginJob(JobRun *run, const char *job)
{
	static SavedPlan begin = SAVED_PLAN("INSERT INTO licence_home.job_run (job, started_at, run_by) "
										"VALUES ($1, $2, $3) RETURNING run_no");
	OwnerScope	scope;
	Rows		rows;

	memset(run, 0, sizeof(JobRun));
	run->job = job;
	run->memory = AllocSetContextCreate(CurrentMemoryContext, "licence_home job",
										ALLOCSET_DEFAULT_SIZES);
	BeginTxn(&scope);
	rows = ExecPlan(&scope, &begin, TextArg(job), MomentArg(GetCurrentTimestamp()),
					TextArg(GetUserNameFromId(GetSessionUserId(), false)));
	run->run_no = RowInt8(rows, 0, 1);
	CommitTxn(&scope);
}

void
EndJob(JobRun *run)
{
	static SavedPlan end = SAVED_PLAN("UPDATE licence_home.job_run SET ended_at = $2, done = $3, "
									  "skipped = $4, failed = $5 WHERE run_no = $1");
	static SavedPlan forget = SAVED_PLAN("WITH old AS (DELETE FROM licence_home.job_run AS r "
										 "WHERE r.started_at < $1 - interval '" RUNS_KEPT "' RETURNING r.run_no) "
										 "DELETE FROM licence_home.job_failure AS f USING old AS o "
										 "WHERE f.run_no = o.run_no");
	TimestampTz now = GetCurrentTimestamp();
	OwnerScope	scope;

	BeginTxn(&scope);
	ExecPlan(&scope, &end, Int8Arg(run->run_no), MomentArg(now), Int8Arg(run->done),
			 Int8Arg(run->skipped), Int8Arg(run->failed));
	ExecPlan(&scope, &forget, MomentArg(now));
	CommitTxn(&scope);
	if (run->failed > 0)
		ereport(WARNING,
				(errmsg("job \"%s\" failed in " INT64_FORMAT " of its cases or pieces",
						run->job, run->failed),
				 errhint("SELECT * FROM licence_home.job_failure WHERE run_no = " INT64_FORMAT ";",
						 run->run_no)));
}

/* Write an error down. */
static void
note_failure(OwnerScope *scope, JobRun *run, const ErrorData *error,
			 int64 application_no, const char *about)
{
	static SavedPlan note = SAVED_PLAN("INSERT INTO licence_home.job_failure "
									   "(run_no, application_no, about, at, sqlstate, message, detail, hint) "
									   "VALUES ($1, $2, $3, $4, $5, left($6, 2000), left($7, 2000), left($8, 2000))");

	ExecPlan(scope, &note, Int8Arg(run->run_no),
			 DatumArg(ARG_APPLICATION_NO, Int64GetDatum(application_no), application_no == 0),
			 TextArg(about), MomentArg(GetCurrentTimestamp()),
			 TextArg(unpack_sql_state(error->sqlerrcode)), TextArg(error->message),
			 TextArg(error->detail), TextArg(error->hint));
}

/* Did somebody else have it in hand? */
static bool
is_contention(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

/* Try the work in a subtransaction; its error, or NULL. */
static ErrorData *
try_work(OwnerScope *scope, JobWork work, int64 subject, void *argument,
		 JobOutcome *outcome)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		*outcome = work(scope, subject, argument);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	if (error != NULL && (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
						  error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN))
		ReThrowError(error);
	return error;
}

bool
DoJobWork(JobRun *run, JobWork work, int64 subject, void *argument,
		  int64 application_no, const char *about)
{
	MemoryContext outer = MemoryContextSwitchTo(run->memory);
	JobOutcome	outcome = JOB_NOTHING;
	ErrorData  *error;
	bool		sound;
	OwnerScope	scope;

	CHECK_FOR_INTERRUPTS();
	BeginTxn(&scope);
	MemoryContextSwitchTo(run->memory);
	(void) set_config_option("lock_timeout", PATIENCE, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	error = try_work(&scope, work, subject, argument, &outcome);
	sound = error == NULL || is_contention(error);
	if (error == NULL)
	{
		run->done += outcome == JOB_DONE;
		run->skipped += outcome == JOB_SKIPPED;
	}
	else if (sound)
		run->skipped++;
	else
	{
		run->failed++;
		note_failure(&scope, run, error, application_no, about);
	}
	CommitTxn(&scope);
	MemoryContextSwitchTo(outer);
	MemoryContextReset(run->memory);
	return sound;
}
