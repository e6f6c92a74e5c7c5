/*
 * keep.c
 *		The job that keeps the facts of the days that are over.
 *
 * A day is closed when it is over and nobody is left who may have written on it, as
 * for a signed head of the record.  So what is kept of it never changes.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/date.h"

#include "clock.h"
#include "job_log.h"
#include "records/record_heads.h"
#include "spi/plan.h"
#include "spi/procedure.h"

/* Keep the days from one on, up to the end of its month; argument: the last day that is over. */
static JobOutcome
keep_days(OwnerScope *scope, int64 subject, void *argument)
{
	static SavedPlan keep = SAVED_PLAN("SELECT licence_home_internal.keep_days($1, $2)");
	DateADT    *last = argument;
	bool		isnull;

	WaitForWriters(scope);
	*last = DatumGetDateADT(RowDatum(ExecPlan(scope, &keep, DateArg((DateADT) subject), DateArg(*last)), 0, 1, &isnull));
	return JOB_DONE;
}

/* The first day that is not kept; false where there is no case. */
static bool
next_day(DateADT *day)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.next_report_day()");
	OwnerScope	scope;
	bool		isnull;

	BeginTxn(&scope);
	*day = DatumGetDateADT(RowDatum(ExecPlanNoArgs(&scope, &find), 0, 1, &isnull));
	CommitTxn(&scope);
	return !isnull;
}

PG_FUNCTION_INFO_V1(licence_home_keep_reports);
/* keep_reports(): the job. */
Datum
licence_home_keep_reports(PG_FUNCTION_ARGS)
{
	JobRun		run;
	DateADT		day;

	BeginProcedure(fcinfo, "keep_reports", "each day, or month, since the next one adds to it");
	BeginJob(&run, "keep reports");
	if (next_day(&day))
	{
		/* the day in which we are is not over */
		DateADT		yesterday = ClockDay(ClockMoment()) - 1;

		while (day <= yesterday)
		{
			DateADT		kept = yesterday;
			int64		done = run.done;

			(void) DoJobWork(&run, keep_days, day, &kept, 0, "the facts of a day");
			if (run.done == done)
				break;
			day = kept + 1;
		}
	}
	EndJob(&run);
	SPI_finish();
	PG_RETURN_VOID();
}
