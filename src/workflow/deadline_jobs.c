/*
 * deadline_jobs.c
 *		The daily jobs about deadlines: cases lapse, and dates that the calendar
 *		moved are told again.
 *
 * Each is a step of the workflow, known by a precondition, and each case is a
 * transaction of its own.  A job waits for nobody: it locks the case and the
 * applicant, whom a message locks, with SKIP LOCKED. A case that somebody else
 * has locked is left for tomorrow.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "job_log.h"
#include "spi/procedure.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "workflow/preconditions.h"
#include "workflow/request.h"
#include "workflow/transitions.h"

/* What a job looks for. */
typedef struct DeadlineJob
{
	const char *name;
	uint32		trait;			/* of the step that it takes */
	Oid			caller;			/* whose role counts */
} DeadlineJob;

/* Cases in states that can lapse, whose deadline is over and was told. */
static SavedPlan overdue_query = SAVED_PLAN("SELECT a.application_no FROM licence_home.application AS a"
											" WHERE a.due_at < licence_home.now() AND EXISTS ("
											"  SELECT FROM licence_home.workflow_transition AS t WHERE t.workflow = a.workflow"
											"  AND t.version = a.workflow_version AND t.from_state = a.state AND $1 && t.preconditions)"
											" AND NOT EXISTS (SELECT FROM licence_home_internal.case_lapse_objections(a.application_no, a.state))"
											" ORDER BY a.due_at, a.application_no");

/* Cases whose deadline is now later than the date that was told. */
static SavedPlan moved_query = SAVED_PLAN("SELECT a.application_no FROM licence_home.application AS a"
										  " WHERE a.due_at IS NOT NULL AND EXISTS ("
										  "  SELECT FROM licence_home.workflow_transition AS t WHERE t.workflow = a.workflow"
										  "  AND t.version = a.workflow_version AND t.from_state = a.state AND $1 && t.preconditions)"
										  " AND NOT EXISTS (SELECT FROM licence_home_internal.case_retelling_objections(a.application_no, a.state))"
										  " ORDER BY a.due_at, a.application_no");

/* Take the job's step of a case, if it is still due. */
static JobOutcome
take_due_step(OwnerScope *scope, int64 application_no, void *argument)
{
	static SavedPlan lock = SAVED_PLAN("SELECT a.state, a.workflow, a.workflow_version "
									   "FROM licence_home.application AS a "
									   "JOIN licence_home.applicant AS p ON p.applicant_id = a.applicant_id "
									   "WHERE a.application_no = $1 FOR NO KEY UPDATE OF a, p SKIP LOCKED");
	const DeadlineJob *job = argument;
	Rows		rows = ExecPlan(scope, &lock, CaseArg(application_no));
	Step		step = {.application_no = application_no};
	char	   *state;
	List	   *transitions;
	ListCell   *cell;

	if (rows.count != 1)
		return JOB_SKIPPED;
	state = RowText(rows, 0, 1);
	transitions = TransitionsFrom(scope, application_no, RowText(rows, 0, 2),
								  RowInt4(rows, 0, 3), state);
	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);
		StepRequest request = {
			.application_no = application_no,
			.action = transition->action,
			.caller = job->caller
		};

		if (!HasTrait(transition, job->trait) ||
			AskPreconditions(scope, &step, transition) != NIL)
			continue;
		TakeStep(&request, transition->to_state, scope);
		return JOB_DONE;
	}
	return JOB_NOTHING;
}

/* The preconditions by which the steps of a job are known. */
static Datum
names_with(uint32 trait)
{
	List	   *names = PreconditionsWithTrait(trait);
	Datum	   *elements = palloc(sizeof(Datum) * (list_length(names) + 1));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, names)
		elements[count++] = CStringGetTextDatum(lfirst(cell));
	return TextArray(elements, NULL, count);
}

/* The cases of a job, in memory that outlives the transaction. */
static int64 *
find_cases(SavedPlan *query, const DeadlineJob *job, uint64 *count)
{
	MemoryContext memory = CurrentMemoryContext;
	OwnerScope	scope;
	int64	   *cases;
	Rows		rows;

	BeginTxn(&scope);
	rows = ExecPlan(&scope, query, DatumArg(ARG_TEXT_ARRAY, names_with(job->trait), false));
	*count = rows.count;
	cases = MemoryContextAllocHuge(memory, Max(*count, 1) * sizeof(int64));
	for (uint64 row = 0; row < *count; row++)
		cases[row] = RowInt8(rows, row, 1);
	CommitTxn(&scope);
	return cases;
}

/* Run a job, case by case. */
static void
run_job(FunctionCallInfo fcinfo, const char *procedure, SavedPlan *query, DeadlineJob *job)
{
	JobRun		run;
	int64	   *cases;
	uint64		count;

	job->caller = GetUserId();
	BeginProcedure(fcinfo, procedure, "each case as it goes, so that nobody waits for the others");
	BeginJob(&run, job->name);
	cases = find_cases(query, job, &count);
	for (uint64 i = 0; i < count; i++)
		(void) DoJobWork(&run, take_due_step, cases[i], job, cases[i], NULL);
	EndJob(&run);
	SPI_finish();
}

PG_FUNCTION_INFO_V1(licence_home_lapse_overdue);
/* lapse_overdue(): the daily job that ends cases whose deadline is over. */
Datum
licence_home_lapse_overdue(PG_FUNCTION_ARGS)
{
	DeadlineJob job = {"lapse overdue cases", TRAIT_FOLLOWS_LAPSE, InvalidOid};

	run_job(fcinfo, "lapse_overdue", &overdue_query, &job);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_tell_moved_deadlines);
/* tell_moved_deadlines(): the daily job that tells later dates again. */
Datum
licence_home_tell_moved_deadlines(PG_FUNCTION_ARGS)
{
	DeadlineJob job = {"tell moved deadlines", TRAIT_FOLLOWS_MOVE, InvalidOid};

	run_job(fcinfo, "tell_moved_deadlines", &moved_query, &job);
	PG_RETURN_VOID();
}
