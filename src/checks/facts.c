/*
 * facts.c
 *		What is known of a case on its way through a workflow.
 *
 * Of each fact, such as "the bill is paid", we ask two things.  Can a case
 * come to a state with it?  Can it come there without it?  One walk answers
 * both, over two nodes for each state: one with the fact, one without.
 *
 *		draft  --submit-->  desk  --approve [decided]-->  to_pay
 *		                      \--favour---------------->  to_pay
 *
 *		draft-  ->  desk-  ->  to_pay+      (approve proves it)
 *		                  ->  to_pay-       (favour does not)
 *
 * So a licence that is issued from to_pay may lack its decision, and the path
 * to to_pay- says how.  A state ends a fact where somebody may change there
 * what the fact rests on.  An amendment of the application, for example,
 * undoes that it was eligible, until a transition proves it again.
 *
 * A walk is linear in states and edges, and there are two dozen facts.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "checks/facts.h"
#include "errors.h"
#include "workflow/effects.h"

/* What may become untrue while such evidence may be written. */
static const struct
{
	Facts		evidence;
	Facts		ends;
}			undoings[] = {
	{EV_AMEND, FACT_ELIGIBLE | FACT_DECIDED | FACT_INSPECTED | FACT_BILL_FITS},
	{EV_INSPECTION | EV_INSPECTION_CLOSE | EV_MEASUREMENT, FACT_INSPECTED | FACT_BILL_FITS},
	{EV_DECISION, FACT_DECIDED},
};

/* The part of a need that these facts do not meet; 0: none. */
static Facts
unmet(const Precondition *need, Facts known, Facts here)
{
	if (need->here != 0 && (need->here & here) == 0)
		return need->here;
	for (int i = 0; i < (int) lengthof(need->before); i++)
	{
		if (need->before[i] != 0 && (need->before[i] & known) == 0)
			return need->before[i];
	}
	return 0;
}

const Precondition *
UnmetNeed(const GraphEdge *edge, Facts known, Facts here, Facts *missing)
{
	for (int i = 0; i < edge->precondition_count; i++)
	{
		const Precondition *need = edge->preconditions[i];

		if (need == NULL)
			continue;
		*missing = unmet(need, known, here);
		if (*missing != 0)
			return need;
	}
	return NULL;
}

Facts
NeedsOfEdge(const GraphEdge *edge)
{
	Facts		all = 0;

	for (int i = 0; i < edge->precondition_count; i++)
	{
		const Precondition *need = edge->preconditions[i];

		if (need == NULL)
			continue;
		all |= need->here;
		for (int j = 0; j < (int) lengthof(need->before); j++)
			all |= need->before[j];
	}
	return all;
}

/* What an edge makes and ends, by its preconditions and effects. */
static void
learn_edge(GraphEdge *edge)
{
	ListCell   *cell;

	for (int i = 0; i < edge->precondition_count; i++)
	{
		if (edge->preconditions[i] == NULL)
			continue;
		edge->makes |= edge->preconditions[i]->proves;
		edge->ends |= edge->preconditions[i]->disproves;
	}
	foreach(cell, edge->transition.effects)
	{
		const Effect *effect = FindEffect(lfirst(cell));

		if (effect == NULL)
			continue;

		/* what an effect ends, the preconditions have not proved for later */
		edge->makes = (edge->makes & ~effect->ends) | effect->makes;
		edge->ends = (edge->ends & ~effect->makes) | effect->ends;
	}
}

/* What a state makes and ends while a case is there. */
static void
learn_state(GraphState *state)
{
	state->makes = state->writable;
	if (state->writable & EV_INSPECTION)
		state->makes |= FACT_PENDING;
	for (int i = 0; i < (int) lengthof(undoings); i++)
	{
		if (state->writable & undoings[i].evidence)
			state->ends |= undoings[i].ends;
	}
}

/*
 * Which edges can be taken: those whose preconditions have what they need, on
 * some path.  What may be there only grows, so each state is looked at again
 * no more often than there are facts.
 */
static void
find_possible_edges(Graph *graph)
{
	int		   *queue = palloc(sizeof(int) * (graph->state_count + 1));
	bool	   *queued = palloc0(sizeof(bool) * (graph->state_count + 1));
	int			head = 0;
	int			waiting = 0;

	for (int i = 0; i < graph->state_count; i++)
	{
		if (graph->states[i].kind != STATE_START)
			continue;
		graph->states[i].entered = true;
		queued[i] = true;
		queue[waiting++] = i;
	}
	while (waiting > 0)
	{
		int			state = queue[head];
		const GraphState *from = &graph->states[state];
		Facts		known = from->may | from->makes;

		CHECK_FOR_INTERRUPTS();
		head = (head + 1) % graph->state_count;
		waiting--;
		queued[state] = false;
		for (int i = graph->out.first[state]; i < graph->out.first[state + 1]; i++)
		{
			GraphEdge  *edge = &graph->edges[graph->out.edges[i]];
			GraphState *to = &graph->states[edge->to];
			Facts		missing;

			if (UnmetNeed(edge, known, from->writable, &missing) != NULL)
				continue;
			edge->possible = true;
			if (to->entered && ((known | edge->makes) & ~to->may) == 0)
				continue;
			to->entered = true;
			to->may |= known | edge->makes;
			if (!queued[edge->to])
			{
				queued[edge->to] = true;
				queue[(head + waiting++) % graph->state_count] = edge->to;
			}
		}
	}
	pfree(queue);
	pfree(queued);
}

void
LearnFacts(Graph *graph)
{
	for (int i = 0; i < graph->state_count; i++)
		learn_state(&graph->states[i]);
	for (int i = 0; i < graph->edge_count; i++)
		learn_edge(&graph->edges[i]);
	if (graph->state_count > 0)
		find_possible_edges(graph);
}

Walk
WalkFact(const Graph *graph, Facts fact)
{
	int			nodes = 2 * graph->state_count;
	int		   *queue = palloc(sizeof(int) * (nodes + 1));
	int			head = 0;
	int			tail = 0;
	Walk		walk;

	/* node 2n is state n without the fact, node 2n + 1 with it */
	walk.with = palloc0(sizeof(bool) * (graph->state_count + 1));
	walk.without = palloc0(sizeof(bool) * (graph->state_count + 1));
	walk.came_by = palloc(sizeof(int) * (nodes + 1));
	for (int i = 0; i < graph->state_count; i++)
	{
		if (graph->states[i].kind != STATE_START)
			continue;
		walk.without[i] = true;
		walk.came_by[2 * i] = -1;
		queue[tail++] = 2 * i;
	}
	while (head < tail)
	{
		int			node = queue[head++];
		int			state = node / 2;
		const GraphState *from = &graph->states[state];
		bool		stays = (node % 2 != 0 && (from->ends & fact) == 0) ||
		(from->makes & fact) != 0;

		CHECK_FOR_INTERRUPTS();
		for (int i = graph->out.first[state]; i < graph->out.first[state + 1]; i++)
		{
			int			index = graph->out.edges[i];
			const GraphEdge *edge = &graph->edges[index];
			bool		known = (stays && (edge->ends & fact) == 0) ||
			(edge->makes & fact) != 0;
			bool	   *seen = known ? walk.with : walk.without;
			int			next = 2 * edge->to + (known ? 1 : 0);

			if (!edge->possible || seen[edge->to])
				continue;
			seen[edge->to] = true;
			walk.came_by[next] = 2 * index + node % 2;
			queue[tail++] = next;
		}
	}
	pfree(queue);
	return walk;
}

/* A long path is told by its last actions. */
#define PATH_TOLD 8

char *
WalkedPath(const Graph *graph, const Walk *walk, int state, bool with)
{
	const char *actions[PATH_TOLD];
	int			count = 0;
	int			node = 2 * state + (with ? 1 : 0);
	StringInfoData path;

	while (walk->came_by[node] >= 0 && count < PATH_TOLD)
	{
		const GraphEdge *edge = &graph->edges[walk->came_by[node] / 2];

		actions[count++] = edge->transition.action;
		node = 2 * edge->from + walk->came_by[node] % 2;
	}
	initStringInfo(&path);
	if (walk->came_by[node] >= 0)
		appendStringInfoString(&path, ELLIPSIS ", ");
	for (int i = count - 1; i >= 0; i--)
		appendStringInfo(&path, "%s%s", actions[i], i > 0 ? ", " : "");
	return path.data;
}
