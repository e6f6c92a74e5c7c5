/*
 * acts.c
 *		The role that a case waits for has something to do.
 *
 * A state names the role that it waits for.  On every path to the state, that
 * role must have a transition out of it that can be taken.  Evidence does as
 * well, where somebody's transition out of the state depends on it and the
 * role may write it.  Example: "submitted" waits for the clerk.  The clerk's
 * transition "schedule_inspection" needs a review and an appointment, and the
 * clerk may write both there.
 */
#include "postgres.h"

#include "checks/evidence_facts.h"
#include "checks/facts.h"
#include "checks/soundness.h"

/* Does this role answer for the one that a state waits for? */
static bool
answers_for(const char *waits_for, GraphRole role)
{
	switch (role)
	{
		case ROLE_PORTAL:
			return strcmp(waits_for, "applicant") == 0;
		case ROLE_CASHIER:		/* the applicant pays, the cashier hears of it */
			return strcmp(waits_for, "applicant") == 0 || strcmp(waits_for, "cashier") == 0;
		case ROLE_CLERK:
			return strcmp(waits_for, "clerk") == 0;
		case ROLE_INSPECTOR:
			return strcmp(waits_for, "inspector") == 0;
		case ROLE_DECIDER:
			return strcmp(waits_for, "decider") == 0;
		case ROLE_SENDER:
		case ROLE_ADMIN:
		case ROLE_COUNT:
			break;
	}
	return false;
}

/* The evidence that the role which the state waits for may write there. */
static Facts
own_evidence(const GraphState *state)
{
	Facts		own = 0;

	for (int role = 0; role < ROLE_COUNT; role++)
	{
		if (answers_for(state->waits_for, role))
			own |= state->writable_by[role];
	}
	return own;
}

/* Of each fact, whether every path to the state brings it. */
static Facts *
certain_facts(const Graph *graph)
{
	Facts	   *certain = palloc0(sizeof(Facts) * (graph->state_count + 1));
	Facts		needed = 0;

	for (int i = 0; i < graph->edge_count; i++)
		needed |= NeedsOfEdge(&graph->edges[i]);
	for (int bit = 0; bit < FACT_COUNT; bit++)
	{
		Facts		fact = (Facts) 1 << bit;
		Walk		walk;

		if ((needed & fact) == 0)
			continue;
		walk = WalkFact(graph, fact);
		for (int i = 0; i < graph->state_count; i++)
		{
			if (!walk.without[i])
				certain[i] |= fact;
		}
		pfree(walk.with);
		pfree(walk.without);
		pfree(walk.came_by);
	}
	return certain;
}

/* What was found wrong must be open where the step asks that it was put right. */
static const char *
closed_correction(const GraphState *state, const GraphEdge *edge)
{
	bool		papers = HasTrait(&edge->transition, TRAIT_ASKS_PAPERS);

	if (!papers && !HasTrait(&edge->transition, TRAIT_ASKS_CORRECTION))
		return NULL;
	if ((state->may & EV_FINDING) && (state->writable & EV_AMEND) == 0)
		return "what was found wrong in the application cannot be amended here";
	if (papers && (state->may & EV_DOCUMENT_REVIEW) && (state->writable & EV_DOCUMENT) == 0)
		return "a document that was found wrong cannot be given here";
	return NULL;
}

/* Why a step cannot be taken, on some path; NULL: it can. */
static char *
obstacle(const GraphState *state, const GraphEdge *edge, Facts certain)
{
	Facts		missing;
	const Precondition *need = UnmetNeed(edge, (certain & ~state->ends) | state->makes,
										 state->writable, &missing);
	const char *closed;

	if (need != NULL)
		return psprintf("its precondition \"%s\" asks for %s, which may not be there", need->name,
						FactName(missing));
	closed = closed_correction(state, edge);
	return closed ? pstrdup(closed) : NULL;
}

/* Giving up is nothing for which a case waits. */
static bool
gives_up(const GraphEdge *edge)
{
	return RoleOf(edge->transition.role) == ROLE_PORTAL && HasTrait(&edge->transition, TRAIT_ENDS_CASE) &&
		edge->precondition_count == 0;
}

/* Why nobody who is awaited can act; NULL where somebody can. */
static char *
why_idle(const Graph *graph, int index, Facts certain)
{
	const GraphState *state = &graph->states[index];
	Facts		own = own_evidence(state);
	char	   *why = NULL;

	for (int i = graph->out.first[index]; i < graph->out.first[index + 1]; i++)
	{
		const GraphEdge *edge = &graph->edges[graph->out.edges[i]];
		char	   *obstructed;

		if (edge->to == index || gives_up(edge) ||
			!(answers_for(state->waits_for, RoleOf(edge->transition.role)) || (NeedsOfEdge(edge) & own)))
			continue;
		obstructed = obstacle(state, edge, certain);
		if (obstructed == NULL)
			return NULL;
		if (why == NULL)
			why = psprintf("who can do nothing: step \"%s\", but %s", edge->transition.action, obstructed);
	}
	return why ? why : pstrdup("who has no step out of it, and no evidence to give that such a step needs");
}

/* Every state but an end waits for somebody, who can act. */
static List *
find_idle(const Graph *graph, List *defects)
{
	Facts	   *certain = certain_facts(graph);

	for (int i = 0; i < graph->state_count; i++)
	{
		const GraphState *state = &graph->states[i];
		char	   *why;

		if (state->kind == STATE_END)
			continue;
		if (state->waits_for == NULL)
			defects = AddDefect(defects, "waits_for_nobody", state->name, NULL,
								"waits_for names nobody: who has to act here is not said.");
		else if ((why = why_idle(graph, i, certain[i])) != NULL)
			defects = AddDefect(defects, "waits_for_nobody", state->name, NULL,
								"The state waits for the %s, %s.", state->waits_for, why);
	}
	return defects;
}

/* Does an official lead the case on without the outcome of an inspection? */
static bool
leads_on_unseen(const Graph *graph, int state)
{
	for (int i = graph->out.first[state]; i < graph->out.first[state + 1]; i++)
	{
		const GraphEdge *edge = &graph->edges[graph->out.edges[i]];
		GraphRole	role = RoleOf(edge->transition.role);

		if (edge->possible && edge->to != state && !HasTrait(&edge->transition, TRAIT_ENDS_CASE) &&
			(role == ROLE_CLERK || role == ROLE_INSPECTOR || role == ROLE_DECIDER) &&
			(NeedsOfEdge(edge) & EV_INSPECTION_CLOSE) == 0)
			return true;
	}
	return false;
}

/* Where nobody was at home, another appointment is made, or the case goes on. */
static List *
find_missed_visits(const Graph *graph, List *defects)
{
	for (int i = 0; i < graph->state_count; i++)
	{
		const GraphState *state = &graph->states[i];

		if (state->entered && state->kind != STATE_END &&
			(state->writable & EV_INSPECTION_CLOSE) &&
			(state->writable & EV_INSPECTION) == 0 && !leads_on_unseen(graph, i))
			defects = AddDefect(defects, "no_way_after_no_access", state->name, NULL,
								"An inspection may be closed here as no_access, and then nobody can make another or lead the case on.");
	}
	return defects;
}

/* A step that nobody can ever take. */
static List *
find_impossible(const Graph *graph, List *defects)
{
	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];
		const GraphState *from = &graph->states[edge->from];
		GraphRole	role = RoleOf(edge->transition.role);
		Facts		missing;
		const Precondition *need;

		if (from->entered && !edge->possible &&
			(need = UnmetNeed(edge, from->may | from->makes, from->writable, &missing)) != NULL)
			defects = AddDefect(defects, "never_possible", from->name, edge->transition.action,
								missing == need->here ?
								"The precondition \"%s\" asks for %s, which nobody may write in this state." :
								"The precondition \"%s\" asks for %s, which cannot be there by then.",
								need->name, FactName(missing));
		/* jobs lapse cases and tell deadlines again, and a payment moves them */
		if (!edge->may_update &&
			!(role == ROLE_SENDER && HasTrait(&edge->transition, TRAIT_FOLLOWS_LAPSE | TRAIT_FOLLOWS_MOVE)))
			defects = AddDefect(defects, "role_cannot_act", from->name, edge->transition.action,
								role == ROLE_SENDER ?
								"The role %s takes steps by the daily jobs alone, and these look for the preconditions \"%s\" and \"%s\"." :
								"The role %s has no right to move a case.",
								edge->transition.role,
								(char *) linitial(PreconditionsWithTrait(TRAIT_FOLLOWS_LAPSE)),
								(char *) linitial(PreconditionsWithTrait(TRAIT_FOLLOWS_MOVE)));
	}
	for (int i = 0; i < graph->idle_count; i++)
		defects = AddDefect(defects, "evidence_out_of_reach",
							graph->states[graph->idle[i].state].name, NULL,
							"%s: %s is nothing that the role %s can do, whatever a workflow says.",
							graph->idle[i].evidence, graph->idle[i].operation,
							graph->idle[i].role);
	return defects;
}

List *
FindIdleDefects(const Graph *graph, List *defects)
{
	defects = find_impossible(graph, defects);
	defects = find_idle(graph, defects);
	return find_missed_visits(graph, defects);
}
