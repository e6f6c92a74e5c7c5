/*
 * check_workflow.c
 *		The soundness of a workflow.
 *
 * A municipality writes its workflow in rows, and a mistake there strands
 * cases or issues licences that nobody decided.  So publishing a workflow
 * with a defect is refused, and check_workflow() names the defects before.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "errors.h"
#include "spi/plan.h"
#include "checks/facts.h"
#include "checks/soundness.h"
#include "workflow/effects.h"
#include "workflow/own_preconditions.h"

List *
AddDefect(List *defects, const char *defect, const char *state,
		  const char *action, const char *format,...)
{
	Defect	   *result = palloc(sizeof(Defect));
	StringInfoData text;
	int			needed;

	initStringInfo(&text);
	do
	{
		va_list		args;

		va_start(args, format);
		needed = appendStringInfoVA(&text, format, args);
		va_end(args);
		if (needed > 0)
			enlargeStringInfo(&text, needed);
	} while (needed > 0);
	result->defect = defect;
	result->state = state;
	result->action = action;
	result->explanation = text.data;
	return lappend(defects, result);
}

/* A case begins in one place. */
static List *
find_starts(const Graph *graph, List *defects)
{
	const GraphState *start = NULL;

	for (int i = 0; i < graph->state_count; i++)
	{
		const GraphState *state = &graph->states[i];

		if (state->kind != STATE_START)
			continue;
		if (start != NULL)
			defects = AddDefect(defects, "two_starts", state->name, NULL,
								"\"%s\" is a start already.", start->name);
		else
			start = state;
	}
	if (start == NULL)
		defects = AddDefect(defects, "no_start", NULL, NULL,
							"No state has the kind start.");
	return defects;
}

/* Every state can be reached and left, until the end. */
static List *
find_stranded(const Graph *graph, List *defects)
{
	bool	   *reached = Reach(graph, STATE_START, false, 0, false);
	bool	   *ends = Reach(graph, STATE_END, true, 0, false);
	bool	   *really = Reach(graph, STATE_END, true, 0, true);

	for (int i = 0; i < graph->state_count; i++)
	{
		const char *name = graph->states[i].name;

		if (!reached[i])
			defects = AddDefect(defects, "unreachable", name, NULL,
								"No path of steps leads here from the start.");
		if (!ends[i])
			defects = AddDefect(defects, "no_way_to_an_end", name, NULL,
								"No path of steps leads from here to an end.");
		else if (graph->states[i].entered && !really[i])
			defects = AddDefect(defects, "no_way_to_an_end", name, NULL,
								"No path of steps that can be taken leads from here to an end.");
	}
	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];

		if (graph->states[edge->from].kind == STATE_END)
			defects = AddDefect(defects, "end_with_a_way_out",
								graph->states[edge->from].name, edge->transition.action,
								"The state is an end, and the step leaves it for \"%s\".",
								graph->states[edge->to].name);
	}
	return defects;
}

/* Each precondition has a record, or is the municipality's and can be asked. */
static List *
check_preconditions(OwnerScope *scope, const GraphEdge *edge, List *defects)
{
	ListCell   *cell;

	foreach(cell, edge->transition.preconditions)
	{
		const char *name = lfirst(cell);
		const char *from = edge->transition.from_state;
		bool		unknown;
		char	   *defect;

		if (FindPrecondition(name) != NULL)
			continue;
		defect = OwnPreconditionDefect(scope, name, &unknown);
		if (unknown)
			defects = AddDefect(defects, "unknown_precondition", from, edge->transition.action,
								"There is no precondition \"%s\".", name);
		else if (defect != NULL)
			defects = AddDefect(defects, "precondition_cannot_be_asked", from, edge->transition.action,
								"The precondition \"%s\" cannot be asked: %s", name, defect);
	}
	return defects;
}

/* Names without code behind them, and deadlines without a day. */
static List *
find_misnomers(OwnerScope *scope, const Graph *graph, List *defects)
{
	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];
		const GraphState *from = &graph->states[edge->from];
		ListCell   *cell;

		defects = check_preconditions(scope, edge, defects);
		foreach(cell, edge->transition.effects)
		{
			if (FindEffect(lfirst(cell)) == NULL)
				defects = AddDefect(defects, "unknown_effect", from->name, edge->transition.action,
									"There is no effect \"%s\".", (char *) lfirst(cell));
		}
		if (HasTrait(&edge->transition, TRAIT_FOLLOWS_LAPSE) &&
			(!from->has_target || from->deadline_template == NULL))
			defects = AddDefect(defects, "deadline_missing", from->name, edge->transition.action,
								"The step waits for a deadline, but the state has no %s.",
								from->has_target ? "deadline_template" : "target_days");
		if (HasTrait(&edge->transition, TRAIT_EXTENDS_DEADLINE) && !from->has_target)
			defects = AddDefect(defects, "deadline_missing", from->name, edge->transition.action,
								"The step puts a deadline off, but the state has no target_days.");
		if (HasTrait(&edge->transition, TRAIT_EXTENDS_DEADLINE) &&
			!HasTrait(&edge->transition, TRAIT_BOUNDS_EXTENSION))
			defects = AddDefect(defects, "extends_without_bounds", from->name, edge->transition.action,
								"The step puts the deadline off to whatever day it is given: it needs the precondition \"%s\".",
								(char *) linitial(PreconditionsWithTrait(TRAIT_BOUNDS_EXTENSION)));
	}
	return defects;
}

List *
FindDefects(OwnerScope *scope, const char *workflow, int32 version)
{
	Graph	   *graph = ReadGraph(scope, workflow, version);
	List	   *defects = NIL;

	LearnFacts(graph);
	defects = find_starts(graph, defects);
	defects = find_stranded(graph, defects);
	defects = FindAmbiguity(graph, defects);
	defects = FindIdleDefects(graph, defects);
	defects = FindPathDefects(graph, defects);
	defects = find_misnomers(scope, graph, defects);
	return FindMessageDefects(scope, graph, workflow, version, NULL, defects);
}

/* The version asked for, or the latest. */
static int32
find_version(OwnerScope *scope, const char *workflow, bool asked, int32 version)
{
	static SavedPlan find = SAVED_PLAN("SELECT w.version FROM licence_home.workflow AS w WHERE w.workflow = $1 "
									   "AND w.version = coalesce($2, w.version) ORDER BY w.version DESC LIMIT 1");
	Rows		rows = ExecPlan(scope, &find, TextArg(workflow),
								DatumArg(ARG_INT4, Int32GetDatum(version), !asked));

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 asked ?
				 errmsg("there is no version %d of a workflow \"%s\"", version, workflow) :
				 errmsg("there is no workflow \"%s\"", workflow),
				 errhint("See licence_home.workflow.")));
	return RowInt4(rows, 0, 1);
}

PG_FUNCTION_INFO_V1(licence_home_check_workflow);
/* check_workflow(workflow, version): one row a defect. */
Datum
licence_home_check_workflow(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *workflow;
	OwnerScope	scope;
	List	   *defects;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("no workflow is named"),
				 errhint("See licence_home.workflow.")));
	workflow = text_to_cstring(PG_GETARG_TEXT_PP(0));
	EnterOwner(&scope, OWNER_READS);
	defects = FindDefects(&scope, workflow,
						  find_version(&scope, workflow, !PG_ARGISNULL(1),
									   PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1)));
	foreach(cell, defects)
	{
		const Defect *defect = lfirst(cell);
		Datum		values[4] = {0};
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(defect->defect);
		nulls[1] = defect->state == NULL;
		if (!nulls[1])
			values[1] = CStringGetTextDatum(defect->state);
		nulls[2] = defect->action == NULL;
		if (!nulls[2])
			values[2] = CStringGetTextDatum(defect->action);
		values[3] = CStringGetTextDatum(defect->explanation);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	LeaveOwner(&scope);
	return (Datum) 0;
}
