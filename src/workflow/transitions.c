/*
 * transitions.c
 *		The steps that a workflow offers from a state, and which is meant.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "spi/plan.h"
#include "workflow/workflow.h"

/* A text[] column of a row as a list of C strings. */
static List *
names_of(Rows rows, uint64 row, int column)
{
	int			count;
	char	  **elements = RowTextArray(rows, row, column, &count);
	List	   *names = NIL;

	for (int i = 0; i < count; i++)
		names = lappend(names, elements[i]);
	return names;
}

/* Is the name in the list? */
bool
HasName(List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* The published version of a workflow in force today. */
int32
WorkflowInForce(OwnerScope *scope, int64 application_no, const char *workflow)
{
	static SavedPlan find = SAVED_PLAN("SELECT version FROM licence_home.workflow "
									   "WHERE workflow = $1 AND published_at IS NOT NULL "
									   "AND withdrawn_at IS NULL AND valid @> licence_home.today()");
	Rows		rows = ExecPlanLimit(scope, &find, 2, TextArg(workflow));

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg_case(application_no, "no workflow \"%s\" is in force today", workflow),
				 errhint("An administrator publishes workflows in licence_home.workflow."),
				 err_table("workflow")));
	return RowInt4(rows, 0, 1);
}

/*
 * The steps from a state, ordered by action.  The role "decider" is resolved
 * to the one that the edition of the day that judges the case names (the card
 * names the committee; the press named the director for 2019).
 */
List *
TransitionsFrom(OwnerScope *scope, int64 application_no,
				const char *workflow, int32 version, const char *state)
{
	static SavedPlan find = SAVED_PLAN("SELECT t.action, t.to_state, "
									   "CASE t.role WHEN 'decider' THEN coalesce((SELECT e.decider "
									   "FROM licence_home.application AS a JOIN licence_home.edition AS e "
									   "ON licence_home.in_force(e.valid, e.withdrawn_at, a.judged_on) "
									   "WHERE a.application_no = $4), 'committee') "
									   "ELSE t.role END, t.guards, t.effects, t.messages "
									   "FROM licence_home.workflow_transition AS t "
									   "WHERE t.workflow = $1 AND t.version = $2 AND t.from_state = $3 "
									   "ORDER BY t.action, t.to_state, t.role");
	Rows		rows = ExecPlan(scope, &find, TextArg(workflow), Int4Arg(version),
								TextArg(state), CaseArg(application_no));
	List	   *result = NIL;

	for (uint64 row = 0; row < rows.count; row++)
	{
		Transition *transition = palloc(sizeof(Transition));

		transition->action = RowText(rows, row, 1);
		transition->from_state = pstrdup(state);
		transition->to_state = RowText(rows, row, 2);
		transition->role = RowText(rows, row, 3);
		transition->guards = names_of(rows, row, 4);
		transition->effects = names_of(rows, row, 5);
		transition->messages = names_of(rows, row, 6);
		result = lappend(result, transition);
	}
	return result;
}

/* The step that a payment takes: the cashier's, once the bill is paid. */
Transition *
PaymentStep(List *transitions)
{
	ListCell   *cell;

	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->role, "cashier") == 0 &&
			HasName(transition->guards, "invoice_paid"))
			return transition;
	}
	return NULL;
}

/* A copy of a transition that outlives the trigger. */
Transition *
CopyTransition(const Transition *from)
{
	Transition *to = palloc(sizeof(Transition));
	ListCell   *cell;

	to->action = pstrdup(from->action);
	to->from_state = pstrdup(from->from_state);
	to->to_state = pstrdup(from->to_state);
	to->role = pstrdup(from->role);
	to->guards = to->effects = to->messages = NIL;
	foreach(cell, from->guards)
		to->guards = lappend(to->guards, pstrdup(lfirst(cell)));
	foreach(cell, from->effects)
		to->effects = lappend(to->effects, pstrdup(lfirst(cell)));
	foreach(cell, from->messages)
		to->messages = lappend(to->messages, pstrdup(lfirst(cell)));
	return to;
}

/* "submit (to submitted), withdraw (to withdrawn)" */
static char *
list_steps(List *transitions)
{
	StringInfoData text;
	ListCell   *cell;
	const char *last = "";

	initStringInfo(&text);
	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);
		char	   *item = psprintf("%s (to %s)", transition->action,
									transition->to_state);

		if (strcmp(item, last) == 0)
			continue;
		appendStringInfo(&text, "%s%s", text.len ? ", " : "", item);
		last = item;
	}
	return text.data;
}

/* No step leads from this state to that one, or by that action (to NULL). */
void
RaiseNoSuchStep(List *transitions, int64 application_no, const char *from,
				const char *to, const char *action)
{
	char	   *steps = list_steps(transitions);

	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_STEP),
			 action
			 ? errmsg_case(application_no, "there is no step \"%s\" from state \"%s\"", action, from)
			 : errmsg_case(application_no, "there is no step from state \"%s\" to state \"%s\"", from, to),
			 steps[0]
			 ? errdetail("The steps from \"%s\" are: %s.", from, steps)
			 : errdetail("State \"%s\" is an end: no step leads out of it.", from),
			 errhint("licence_home.next_actions(application_no) says what may be done, by whom, and what is lacking."),
			 err_column("application", "state")));
}

/* The step that the new state, the request and the role ask for. */
Transition *
FindStep(List *transitions, int64 application_no, const char *from,
		 const char *to, const StepRequest *request, Oid caller)
{
	const char *action = request ? request->action : NULL;
	Transition *found = NULL;
	Transition *forbidden = NULL;
	ListCell   *cell;

	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->to_state, to) != 0)
			continue;
		if (action != NULL && strcmp(transition->action, action) != 0)
			continue;
		if (!MayWorkAs(caller, transition->role))
		{
			forbidden = transition;
			continue;
		}
		if (found != NULL && strcmp(found->action, transition->action) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_AMBIGUOUS_STEP),
					 errmsg_case(application_no, "two steps lead from state \"%s\" to state \"%s\"", from, to),
					 errdetail("Your role may take both: %s and %s.",
							   found->action, transition->action),
					 errhint("Name the step: licence_home.perform(application_no, action, note)."),
					 err_column("application", "state")));
		found = transition;
	}
	if (found != NULL)
		return found;
	if (forbidden != NULL && HasGroupRole(caller, forbidden->role))
		CheckSomebodyWorks();
	if (forbidden != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_case(application_no, "step \"%s\" from state \"%s\" is not yours to take",
							 forbidden->action, from),
				 errdetail("It is taken by members of licence_home_%s; you are %s.",
						   forbidden->role, WorkerName(caller)),
				 errhint("licence_home.next_actions(application_no) says which steps are yours, and whose the others are."),
				 err_column("application", "state")));
	RaiseNoSuchStep(transitions, application_no, from, to, action);
}
