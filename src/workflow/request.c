/*
 * request.c
 *		What a step is asked for beyond the new state.
 *
 * A step is an UPDATE of the state.  A client writes it, or perform(), a
 * payment or a daily job sends it.  These say more than a state can: the
 * action, a note, whose role counts.  The triggers of application find that
 * here, for as long as the UPDATE runs.
 */
#include "postgres.h"

#include "actor.h"
#include "errors.h"
#include "spi/plan.h"
#include "workflow/request.h"

/* The request behind the UPDATE under way; NULL: a client wrote it. */
static StepRequest *current_request = NULL;

StepRequest *
CurrentRequest(int64 application_no)
{
	if (current_request != NULL &&
		current_request->application_no == application_no)
		return current_request;
	return NULL;
}

int64
AddCaseEvent(OwnerScope *scope, int64 application_no, Oid caller, const char *event,
			 const char *note, const char *changes)
{
	static SavedPlan touch = SAVED_PLAN("UPDATE licence_home.application SET events = events "
										"WHERE application_no = $1 AND $2 IS NOT NULL");

	return AddMovingEvent(scope, application_no, caller, event, note, changes, &touch, Int8Arg(0));
}

int64
AddMovingEvent(OwnerScope *scope, int64 application_no, Oid caller, const char *event,
			   const char *note, const char *changes, SavedPlan *update, PlanArg value)
{
	StepRequest *outer = current_request;
	StepRequest request = {
		.application_no = application_no,
		.caller = caller,
		.event = event,
		.note = note,
		.changes = changes
	};

	current_request = &request;
	PG_TRY();
	{
		ExecPlan(scope, update, CaseArg(application_no), value);
	}
	PG_FINALLY();
	{
		current_request = outer;
	}
	PG_END_TRY();
	if (request.event_no == 0)
		elog(ERROR, "event \"%s\" was not written", event);
	return request.event_no;
}

void
TakeStep(StepRequest *request, const char *to_state, OwnerScope *scope)
{
	static SavedPlan as_owner = SAVED_PLAN("UPDATE licence_home.application SET state = $2 "
										   "WHERE application_no = $1");
	static SavedPlan as_caller = SAVED_PLAN("UPDATE licence_home.application SET state = $2 "
											"WHERE application_no OPERATOR(pg_catalog.=) $1");
	StepRequest *outer = current_request;
	PlanArg		no = CaseArg(request->application_no);
	PlanArg		state = TextArg(to_state);
	uint64		moved;

	request->memory = CurrentMemoryContext;
	current_request = request;
	PG_TRY();
	{
		if (scope != NULL)
			moved = ExecPlan(scope, &as_owner, no, state).count;
		else
			moved = ExecAsInvoker(&as_caller, no, state);
	}
	PG_FINALLY();
	{
		current_request = outer;
	}
	PG_END_TRY();

	if (moved != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_CASE),
				 errmsg_case(request->application_no, "the case is not one that you may move"),
				 errhint_case_unseen(request->caller),
				 err_table("application")));

	/* A superuser's session_replication_role = replica. */
	if (request->reached == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg_case(request->application_no, "no step is taken where triggers are off"),
				 errdetail("The triggers of application are what a step consists of."),
				 errhint("SET session_replication_role = origin; the other values are for restores and replication."),
				 err_table("application")));
}
