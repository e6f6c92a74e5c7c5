/*
 * perform.c
 *		Steps by the name of their action, and what may be done next.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "errors.h"
#include "settings.h"
#include "spi/arrays.h"
#include "spi/heap_access.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "visible_case.h"
#include "workflow/objections.h"
#include "workflow/preconditions.h"
#include "workflow/principal.h"
#include "workflow/request.h"
#include "workflow/separation.h"
#include "workflow/transitions.h"

/* A case as perform() and next_actions() read it, without a lock. */
typedef struct CaseState
{
	char	   *state;
	char	   *workflow;
	int32		version;
	List	   *transitions;
	Step		step;			/* for asking preconditions */
} CaseState;

/* Read a case and the steps from its state. */
static void
read_case(OwnerScope *scope, int64 application_no, CaseState *result)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	char	   *workflow = NULL;
	Datum		fixed = (Datum) 0;
	bool		isnull = true;
	ScanKeyData key;
	RowScan		scan;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "application", "application_pkey", snapshot, &key, 1);
	if (NextRow(&scan, ForwardScanDirection))
	{
		result->state = SlotText(scan.slot, ColumnOf(scan.table, "state"));
		workflow = SlotText(scan.slot, ColumnOf(scan.table, "workflow"));
		fixed = slot_getattr(scan.slot, ColumnOf(scan.table, "workflow_version"), &isnull);
	}
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	if (workflow == NULL)
		RaiseNoSuchCase(application_no);
	result->workflow = workflow;
	result->step.application_no = application_no;
	result->version = isnull ? WorkflowInForce(scope, application_no, workflow) : DatumGetInt32(fixed);
	result->transitions = TransitionsFrom(scope, application_no, workflow,
										  result->version, result->state);
}

/* Is it the state that the case left for its end? */
static bool
is_left_state(OwnerScope *scope, int64 application_no, const char *state)
{
	char	   *left = StateLeft(scope, application_no);

	return left != NULL && strcmp(left, state) == 0;
}

/*
 * The one of some transitions that is meant for certain: its preconditions
 * hold, and those before it each lack one that these exclude.  NULL: the
 * functions of the preconditions are to be asked.
 */
static Transition *
certain_transition(OwnerScope *scope, CaseState *found, List *candidates)
{
	ListCell   *cell;
	ListCell   *before;

	foreach(cell, candidates)
	{
		Transition *transition = lfirst(cell);

		if (!HoldForCertain(scope, &found->step, transition))
			continue;
		foreach(before, candidates)
		{
			if (before == cell)
				return transition;
			if (!ExcludeEachOther(lfirst(before), transition))
				return NULL;
		}
	}
	return NULL;
}

/*
 * The state that an action leads to.  Where it leads to more than one, the
 * preconditions tell which: approve goes on to the authorities or to the fee.  The
 * one with the fewest objections is meant; they will say what is lacking.
 */
static char *
state_after(OwnerScope *scope, CaseState *found, const StepRequest *request)
{
	List	   *candidates = NIL;
	Transition *best = NULL;
	int			fewest = PG_INT32_MAX;
	ListCell   *cell;

	foreach(cell, found->transitions)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->action, request->action) != 0)
			continue;
		/* a case goes back to where it was, which no precondition tells */
		if (HasTrait(transition, TRAIT_REOPENS) &&
			!is_left_state(scope, request->application_no, transition->to_state))
			continue;
		candidates = lappend(candidates, transition);
	}
	if (candidates == NIL)
		RaiseNoSuchTransition(found->transitions, request->application_no,
							  found->state, NULL, request->action);
	if (list_length(candidates) == 1)
		return ((Transition *) linitial(candidates))->to_state;
	best = certain_transition(scope, found, candidates);
	if (best != NULL)
		return best->to_state;
	best = linitial(candidates);
	foreach(cell, candidates)
	{
		Transition *transition = lfirst(cell);
		int			objections = list_length(AskPreconditions(scope, &found->step, transition));

		if (objections < fewest)
		{
			best = transition;
			fewest = objections;
		}
	}
	return best->to_state;
}

/* Does a step of this action from here ask for a closure reason? */
static bool
asks_reason(List *transitions, const char *action)
{
	ListCell   *cell;

	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->action, action) == 0 &&
			HasTrait(transition, TRAIT_TAKES_REASON))
			return true;
	}
	return false;
}

/* A text argument; NULL where there is nothing to be seen. */
static char *
visible_argument(FunctionCallInfo fcinfo, int argument)
{
	text	   *value;

	if (PG_ARGISNULL(argument))
		return NULL;
	value = PG_GETARG_TEXT_PP(argument);
	return IsVisible(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)) ? text_to_cstring(value) : NULL;
}

PG_FUNCTION_INFO_V1(licence_home_perform);
/* perform(application_no, action, note, until, reason): the state reached. */
Datum
licence_home_perform(PG_FUNCTION_ARGS)
{
	StepRequest request = {0};
	CaseState	found = {0};
	OwnerScope	scope;
	MemoryContext outer = CurrentMemoryContext;
	MemoryContext inner;
	char	   *to_state;
	ListCell   *cell;

	if (PG_ARGISNULL(0))
		RaiseNoSuchCase(0);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_STEP),
				 errmsg_case(PG_GETARG_INT64(0), "a step is named by its action, not by null"),
				 errhint("licence_home.next_actions(application_no) lists the actions.")));
	request.application_no = PG_GETARG_INT64(0);
	request.action = text_to_cstring(PG_GETARG_TEXT_PP(1));
	request.note = visible_argument(fcinfo, 2);
	request.reason = visible_argument(fcinfo, 4);
	request.has_until = !PG_ARGISNULL(3);
	if (request.has_until)
		request.until = PG_GETARG_DATEADT(3);
	request.caller = GetUserId();
	CheckCaseVisible(request.application_no, false);

	EnterOwner(&scope, OWNER_WRITES);
	read_case(&scope, request.application_no, &found);
	/* the note of a closure may be its code, as clients write it */
	if (request.reason == NULL && asks_reason(found.transitions, request.action))
		request.reason = request.note;
	to_state = state_after(&scope, &found, &request);
	/* (a query leaves SPI's memory current, so switch after the last one) */
	inner = MemoryContextSwitchTo(outer);
	to_state = pstrdup(to_state);
	request.from_state = pstrdup(found.state);
	request.version = found.version;
	foreach(cell, found.transitions)
		request.transitions = lappend(request.transitions, CopyTransition(lfirst(cell)));
	MemoryContextSwitchTo(inner);
	LeaveOwner(&scope);

	TakeStep(&request, to_state, NULL);
	PG_RETURN_TEXT_P(cstring_to_text(request.reached));
}

/* A text[] of the objections, in Arabic or in the session's language. */
static Datum
texts_of(List *objections, bool arabic)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(list_length(objections), 1));
	int			count = 0;
	ListCell   *cell;

	foreach(cell, objections)
	{
		Objection  *objection = lfirst(cell);

		elements[count++] = CStringGetTextDatum(arabic ? objection->text_ar
												: ObjectionText(objection));
	}
	return TextArray(elements, NULL, count);
}

/* Of a case that has ended: what may be begun on its licence, by open_case(). */
static void
put_openings(OwnerScope *scope, ReturnSetInfo *rsinfo, int64 application_no, Oid caller, List *transitions)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.workflow, o.state, o.role, o.blocked_by, o.blocked_by_ar "
									   "FROM licence_home_internal.licence_openings($1) AS o");
	Rows		rows;

	if (transitions != NIL)
		return;
	rows = ExecPlan(scope, &find, CaseArg(application_no));
	for (uint64 row = 0; row < rows.count; row++)
	{
		char	   *role = RowText(rows, row, 3);
		Datum		values[6];
		bool		nulls[6] = {false};

		values[0] = CStringGetTextDatum(RowText(rows, row, 1));
		values[1] = CStringGetTextDatum(RowText(rows, row, 2));
		values[2] = CStringGetTextDatum(psprintf("licence_home_%s", role));
		values[3] = BoolGetDatum(MayTakeAs(caller, role));
		values[4] = RowDatum(rows, row, language_setting == LANGUAGE_AR ? 5 : 4, &nulls[4]);
		values[5] = RowDatum(rows, row, 5, &nulls[5]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

PG_FUNCTION_INFO_V1(licence_home_next_actions);
/* next_actions(application_no): each step from here, and what it lacks. */
Datum
licence_home_next_actions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		application_no = PG_GETARG_INT64(0);
	Oid			caller = RoleAtWork();
	CaseState	found = {0};
	OwnerScope	scope;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	if (!InOwnerScope())		/* else a body of ours has looked */
		CheckCaseVisible(application_no, false);
	EnterOwner(&scope, OWNER_READS);
	read_case(&scope, application_no, &found);
	foreach(cell, found.transitions)
	{
		Transition *transition = lfirst(cell);
		List	   *objections;
		Datum		values[6];
		bool		nulls[6] = {false};

		if (HasTrait(transition, TRAIT_REOPENS) &&
			!is_left_state(&scope, application_no, transition->to_state))
			continue;
		objections = AskPreconditions(&scope, &found.step, transition);

		values[0] = CStringGetTextDatum(transition->action);
		values[1] = CStringGetTextDatum(transition->to_state);
		values[2] = CStringGetTextDatum(psprintf("licence_home_%s", transition->role));
		values[3] = BoolGetDatum(MayTakeAs(caller, transition->role) &&
								 !IsSeparated(&scope, application_no, found.workflow, found.version, transition->role) &&
								 (strcmp(transition->role, "portal") != 0 || RepresentativeIsProven(&scope, application_no)));
		values[4] = texts_of(objections, false);
		values[5] = texts_of(objections, true);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	put_openings(&scope, rsinfo, application_no, caller, found.transitions);
	LeaveOwner(&scope);
	return (Datum) 0;
}
