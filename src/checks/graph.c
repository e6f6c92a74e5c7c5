/*
 * graph.c
 *		A workflow read into a graph, and what can be reached in it.
 *
 * Everything is linear in states and edges but the search of a state by its
 * name, which is binary.  Memory is that of the caller's SPI scope.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "spi/plan.h"
#include "checks/evidence_facts.h"
#include "checks/graph.h"
#include "workflow/effects.h"
#include "workflow/transitions.h"

GraphRole
RoleOf(const char *name)
{
	static const struct
	{
		const char *name;
		GraphRole	role;
	}			roles[] = {
		{"portal", ROLE_PORTAL},
		{"clerk", ROLE_CLERK},
		{"inspector", ROLE_INSPECTOR},
		{"decider", ROLE_DECIDER},
		{"committee", ROLE_DECIDER},
		{"director", ROLE_DECIDER},
		{"cashier", ROLE_CASHIER},
		{"sender", ROLE_SENDER},
	};

	for (int i = 0; i < (int) lengthof(roles); i++)
	{
		if (strcmp(roles[i].name, name) == 0)
			return roles[i].role;
	}
	return ROLE_ADMIN;
}

static StateKind
kind_of(const char *name)
{
	if (strcmp(name, "start") == 0)
		return STATE_START;
	return strcmp(name, "end") == 0 ? STATE_END : STATE_OPEN;
}

static void
read_states(OwnerScope *scope, Graph *graph, const PlanArg key[2])
{
	/* In byte order, for state_index(). */
	static SavedPlan find = SAVED_PLAN("SELECT s.state, s.kind, s.waits_for, s.target_days IS NOT NULL, s.deadline_template "
									   "FROM licence_home.workflow_state AS s WHERE s.workflow = $1 AND s.version = $2 "
									   "ORDER BY s.state COLLATE \"C\"");
	Rows		rows = ExecSavedPlan(scope, &find, 0, key, 2);

	graph->state_count = rows.count;
	graph->states = palloc0(sizeof(GraphState) * (graph->state_count + 1));
	for (int i = 0; i < graph->state_count; i++)
	{
		GraphState *state = &graph->states[i];

		state->name = RowText(rows, i, 1);
		state->kind = kind_of(RowText(rows, i, 2));
		state->waits_for = RowText(rows, i, 3);
		state->has_target = RowBool(rows, i, 4);
		state->deadline_template = RowText(rows, i, 5);
	}
}

/* A foreign key promises that the state is there. */
static int
state_index(const Graph *graph, const char *name)
{
	int			low = 0;
	int			high = graph->state_count - 1;

	while (low <= high)
	{
		int			middle = low + (high - low) / 2;
		int			order = strcmp(name, graph->states[middle].name);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	elog(ERROR, "a step names the state \"%s\", which is not there", name);
}

/* What the code knows of an edge by the records of its preconditions and effects. */
static void
resolve_names(GraphEdge *edge)
{
	const Transition *transition = &edge->transition;
	ListCell   *cell;

	edge->preconditions = palloc(sizeof(Precondition *) * (list_length(transition->preconditions) + 1));
	foreach(cell, transition->preconditions)
	{
		const Precondition *precondition = FindPrecondition(lfirst(cell));

		edge->preconditions[edge->precondition_count++] = precondition;
		if (precondition != NULL)
			edge->provides |= precondition->provides;
	}
	foreach(cell, transition->effects)
	{
		const Effect *effect = FindEffect(lfirst(cell));

		if (effect == NULL)
			continue;
		edge->provides |= effect->provides;
		edge->withdraws |= effect->withdraws;
	}
}

/*
 * A case that ended by mistake goes back to the state that it left, by an edge
 * of ways_back().  It is there as it was before, less what the end took back.
 * So such an edge brings nothing that the walk to that state did not, and it is
 * left out.
 */
static void
read_edges(OwnerScope *scope, Graph *graph, const PlanArg key[2])
{
	static SavedPlan find = SAVED_PLAN("SELECT " TRANSITION_COLUMNS("t.role") ", m.moves "
									   "FROM licence_home.workflow_transition AS t "
									   "JOIN licence_home_internal.roles_that_move($1, $2) AS m ON m.role = t.role "
									   "WHERE t.workflow = $1 AND t.version = $2 AND (t.action, t.from_state, t.to_state, t.role) NOT IN "
									   "(SELECT b.action, b.from_state, b.to_state, b.role FROM licence_home_internal.ways_back($1, $2) AS b) "
									   "ORDER BY t.from_state COLLATE \"C\", t.action COLLATE \"C\", "
									   "t.to_state COLLATE \"C\", t.role COLLATE \"C\"");
	Rows		rows = ExecSavedPlan(scope, &find, 0, key, 2);

	graph->edge_count = rows.count;
	graph->edges = palloc0(sizeof(GraphEdge) * (graph->edge_count + 1));
	for (int i = 0; i < graph->edge_count; i++)
	{
		GraphEdge  *edge = &graph->edges[i];

		ReadTransition(&edge->transition, rows, i);
		edge->from = state_index(graph, edge->transition.from_state);
		edge->to = state_index(graph, edge->transition.to_state);
		edge->may_update = RowBool(rows, i, 10);
		resolve_names(edge);
	}
}

/* What each role may write in a state: no more than the tables' rights. */
static void
read_evidence(OwnerScope *scope, Graph *graph, const PlanArg key[2])
{
	static SavedPlan find = SAVED_PLAN("SELECT e.state, e.evidence, e.operation, e.role, e.may "
									   "FROM licence_home_internal.evidence_rights($1, $2) AS e "
									   "ORDER BY e.state COLLATE \"C\", e.evidence, e.operation, e.role");
	Rows		rows = ExecSavedPlan(scope, &find, 0, key, 2);

	graph->idle = palloc(sizeof(IdleEvidence) * (rows.count + 1));
	for (uint64 i = 0; i < rows.count; i++)
	{
		int			index = state_index(graph, RowText(rows, i, 1));
		GraphState *state = &graph->states[index];
		char	   *role = RowText(rows, i, 4);
		Facts		fact = EvidenceFact(RowText(rows, i, 2), RowText(rows, i, 3));

		if (fact == 0 || !RowBool(rows, i, 5))
		{
			IdleEvidence *idle = &graph->idle[graph->idle_count++];

			idle->state = index;
			idle->evidence = RowText(rows, i, 2);
			idle->operation = RowText(rows, i, 3);
			idle->role = role;
			continue;
		}
		state->writable |= fact;
		state->writable_by[RoleOf(role)] |= fact;
		if (fact & (EV_INSPECTION | EV_INSPECTION_CLOSE))
			graph->inspects = true;
	}
}

/* Group the edges by the state that they leave, or enter (counting sort). */
static void
group_edges(const Graph *graph, Adjacency *adjacency, bool backwards)
{
	int		   *next = palloc0(sizeof(int) * (graph->state_count + 1));

	adjacency->first = palloc0(sizeof(int) * (graph->state_count + 2));
	adjacency->edges = palloc(sizeof(int) * (graph->edge_count + 1));
	for (int i = 0; i < graph->edge_count; i++)
		adjacency->first[(backwards ? graph->edges[i].to : graph->edges[i].from) + 1]++;
	for (int i = 0; i < graph->state_count; i++)
	{
		adjacency->first[i + 1] += adjacency->first[i];
		next[i] = adjacency->first[i];
	}
	for (int i = 0; i < graph->edge_count; i++)
		adjacency->edges[next[backwards ? graph->edges[i].to : graph->edges[i].from]++] = i;
	pfree(next);
}

Graph *
ReadGraph(OwnerScope *scope, const char *workflow, int32 version)
{
	Graph	   *graph = palloc0(sizeof(Graph));
	const PlanArg key[2] = {TextArg(workflow), Int4Arg(version)};

	read_states(scope, graph, key);
	read_edges(scope, graph, key);
	read_evidence(scope, graph, key);
	group_edges(graph, &graph->out, false);
	group_edges(graph, &graph->in, true);
	return graph;
}

bool *
Reach(const Graph *graph, StateKind from, bool backwards, uint32 without,
	  bool possible)
{
	const Adjacency *adjacency = backwards ? &graph->in : &graph->out;
	bool	   *seen = palloc0(sizeof(bool) * (graph->state_count + 1));
	int		   *queue = palloc(sizeof(int) * (graph->state_count + 1));
	int			head = 0;
	int			tail = 0;

	for (int i = 0; i < graph->state_count; i++)
	{
		if (graph->states[i].kind == from)
		{
			seen[i] = true;
			queue[tail++] = i;
		}
	}
	while (head < tail)
	{
		int			state = queue[head++];

		CHECK_FOR_INTERRUPTS();
		for (int i = adjacency->first[state]; i < adjacency->first[state + 1]; i++)
		{
			const GraphEdge *edge = &graph->edges[adjacency->edges[i]];
			int			other = backwards ? edge->from : edge->to;

			if (seen[other] || (possible && !edge->possible) ||
				(edge->provides & without) != 0)
				continue;
			seen[other] = true;
			queue[tail++] = other;
		}
	}
	pfree(queue);
	return seen;
}
