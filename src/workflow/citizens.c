/*
 * citizens.c
 *		What a citizen is to do next, and how long cases take.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"

#include "job_log.h"
#include "spi/plan.h"
#include "spi/procedure.h"
#include "visible_case.h"

PG_FUNCTION_INFO_V1(licence_home_my_next);
/* my_next(application_no): the next things to do in a case. */
Datum
licence_home_my_next(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT * FROM licence_home_internal.next_things($1)");
	PlanArg		no = CaseArg(PG_GETARG_INT64(0));
	OwnerScope	scope;

	CheckCaseVisible(PG_GETARG_INT64(0), true);
	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &find, no);
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* Count anew.  Rows are replaced one by one, so no reader waits. */
static JobOutcome
count_days(OwnerScope *scope, int64 subject, void *argument)
{
	static SavedPlan count = SAVED_PLAN("WITH counted AS MATERIALIZED ("
										"SELECT * FROM licence_home_internal.counted_days(licence_home.today())), "
										"gone AS (DELETE FROM licence_home.expected_days AS x WHERE NOT EXISTS ("
										"SELECT FROM counted AS c WHERE c.workflow = x.workflow AND c.state = x.state)) "
										"INSERT INTO licence_home.expected_days (workflow, state, cases, half_days, most_days) "
										"SELECT c.workflow, c.state, c.cases, c.half_days, c.most_days FROM counted AS c "
										"ON CONFLICT (workflow, state) DO UPDATE SET cases = excluded.cases, "
										"half_days = excluded.half_days, most_days = excluded.most_days, "
										"counted_at = excluded.counted_at");

	(void) subject;
	(void) argument;
	(void) ExecPlanNoArgs(scope, &count);
	return JOB_DONE;
}

PG_FUNCTION_INFO_V1(licence_home_count_expected_days);
/* count_expected_days(): the daily job that counts how long cases take. */
Datum
licence_home_count_expected_days(PG_FUNCTION_ARGS)
{
	JobRun		run;

	BeginProcedure(fcinfo, "count_expected_days", "what it has counted");
	BeginJob(&run, "count expected days");
	(void) DoJobWork(&run, count_days, 0, NULL, 0, "expected_days");
	EndJob(&run);
	SPI_finish();
	PG_RETURN_VOID();
}
