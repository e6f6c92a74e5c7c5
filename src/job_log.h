/*
 * job_log.h
 *		What the jobs of pg_cron did, in rows that stay when a job fails.
 */
#ifndef LICENCE_HOME_JOB_LOG_H
#define LICENCE_HOME_JOB_LOG_H

#include "spi/owner.h"

/* A run of a job. */
typedef struct JobRun
{
	const char *job;
	int64		run_no;			/* of job_run */
	int64		done;
	int64		skipped;		/* somebody had them in hand */
	int64		failed;
	MemoryContext memory;		/* of one piece of work, reset after it */
} JobRun;

/* What came of a piece of work. */
typedef enum JobOutcome
{
	JOB_NOTHING,				/* nothing was to be done any more */
	JOB_DONE,
	JOB_SKIPPED
} JobOutcome;

/* A piece of work, inside a scope; argument is whatever the job needs. */
typedef JobOutcome (*JobWork) (OwnerScope *scope, int64 subject, void *argument);

/*
 * In a procedure (BeginProcedure), with no transaction under way: begin a run,
 * and end it.  Each commits.
 */
extern void BeginJob(JobRun *run, const char *job);
extern void EndJob(JobRun *run);

/*
 * Do a piece of work in a transaction of its own.  An error undoes this piece
 * alone and is written down.  With it goes the case that it is about (0:
 * none), or another name for the piece (NULL: none).  What somebody has locked
 * for longer than 2 seconds is skipped.  False after an error.
 */
extern bool DoJobWork(JobRun *run, JobWork work, int64 subject, void *argument,
					  int64 application_no, const char *about);

#endif							/* LICENCE_HOME_JOB_LOG_H */
