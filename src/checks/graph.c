/*
 * graph.c
 *		A workflow read into a graph, and what can be reached in it.
 *
 * Everything is linear in states and steps but the search of a state by its
 * name, which is binary.  Memory is that of the caller's SPI scope.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "spi/query.h"
#include "checks/facts.h"
#include "checks/graph.h"

/* A text[] column of the last query's row. */
static char **
names_of(uint64 row, int column, int *count)
{
	bool		isnull;
	Datum		value = RowDatum(row, column, &isnull);
	Datum	   *elements;
	char	  **names;

	*count = 0;
	if (isnull)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, NULL, count);
	names = palloc(sizeof(char *) * (*count + 1));
	for (int i = 0; i < *count; i++)
		names[i] = TextDatumGetCString(elements[i]);
	return names;
}

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
read_states(OwnerScope *scope, Graph *graph, Datum *key)
{
	/* In byte order, for state_index(). */
	static KeptQuery find = KEPT_QUERY("ti",
									   "SELECT s.state, s.kind, s.waits_for, s.target_days IS NOT NULL, s.deadline_template "
									   "FROM licence_home.workflow_state AS s WHERE s.workflow = $1 AND s.version = $2 "
									   "ORDER BY s.state COLLATE \"C\"");

	graph->state_count = RunKept(scope, &find, key, NULL, 0);
	graph->states = palloc0(sizeof(GraphState) * (graph->state_count + 1));
	for (int i = 0; i < graph->state_count; i++)
	{
		GraphState *state = &graph->states[i];

		state->name = RowText(i, 1);
		state->kind = kind_of(RowText(i, 2));
		state->waits_for = RowText(i, 3);
		state->has_target = RowBool(i, 4);
		state->deadline_template = RowText(i, 5);
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

static void
read_steps(OwnerScope *scope, Graph *graph, Datum *key)
{
	static KeptQuery find = KEPT_QUERY("ti",
									   "WITH may AS MATERIALIZED (SELECT u.role, EXISTS (SELECT FROM unnest(CASE u.role "
									   "WHEN 'decider' THEN '{committee,director}'::text[] ELSE ARRAY[u.role] END) AS r "
									   "WHERE has_any_column_privilege('licence_home_' || r, 'licence_home.application', 'UPDATE')) AS move "
									   "FROM (SELECT DISTINCT t.role FROM licence_home.workflow_transition AS t "
									   "WHERE t.workflow = $1 AND t.version = $2) AS u) "
									   "SELECT t.action, t.role, t.from_state, t.to_state, t.guards, t.effects, t.messages, m.move "
									   "FROM licence_home.workflow_transition AS t JOIN may AS m ON m.role = t.role "
									   "WHERE t.workflow = $1 AND t.version = $2 "
									   "ORDER BY t.from_state COLLATE \"C\", t.action COLLATE \"C\", "
									   "t.to_state COLLATE \"C\", t.role COLLATE \"C\"");

	graph->step_count = RunKept(scope, &find, key, NULL, 0);
	graph->steps = palloc0(sizeof(GraphStep) * (graph->step_count + 1));
	for (int i = 0; i < graph->step_count; i++)
	{
		GraphStep  *step = &graph->steps[i];

		step->action = RowText(i, 1);
		step->role = RowText(i, 2);
		step->from = state_index(graph, RowText(i, 3));
		step->to = state_index(graph, RowText(i, 4));
		step->guards = names_of(i, 5, &step->guard_count);
		step->effects = names_of(i, 6, &step->effect_count);
		step->messages = names_of(i, 7, &step->message_count);
		step->may_update = RowBool(i, 8);
	}
}

/* Who may write what in which state: no more than the tables' rights give. */
static void
read_evidence(OwnerScope *scope, Graph *graph, Datum *key)
{
	static KeptQuery find = KEPT_QUERY("ti",
									   "WITH may AS MATERIALIZED (SELECT u.evidence, u.operation, u.role, EXISTS (SELECT FROM unnest(CASE u.role "
									   "WHEN 'decider' THEN '{committee,director}'::text[] ELSE ARRAY[u.role] END) AS r "
									   "WHERE has_any_column_privilege('licence_home_' || r, 'licence_home.' || u.evidence, "
									   "CASE u.operation WHEN 'insert' THEN 'INSERT' ELSE 'UPDATE' END)) AS write "
									   "FROM (SELECT DISTINCT e.evidence, e.operation, e.role FROM licence_home.workflow_evidence AS e "
									   "WHERE e.workflow = $1 AND e.version = $2) AS u) "
									   "SELECT e.state, e.evidence, e.operation, e.role, m.write "
									   "FROM licence_home.workflow_evidence AS e JOIN may AS m USING (evidence, operation, role) "
									   "WHERE e.workflow = $1 AND e.version = $2 "
									   "ORDER BY e.state COLLATE \"C\", e.evidence, e.operation, e.role");
	int			count = RunKept(scope, &find, key, NULL, 0);

	graph->idle = palloc(sizeof(IdleEvidence) * (count + 1));
	for (int i = 0; i < count; i++)
	{
		int			index = state_index(graph, RowText(i, 1));
		GraphState *state = &graph->states[index];
		char	   *role = RowText(i, 4);
		Facts		fact = EvidenceFact(RowText(i, 2), RowText(i, 3));

		if (fact == 0 || !RowBool(i, 5))
		{
			IdleEvidence *idle = &graph->idle[graph->idle_count++];

			idle->state = index;
			idle->evidence = RowText(i, 2);
			idle->operation = RowText(i, 3);
			idle->role = role;
			continue;
		}
		state->writable |= fact;
		state->writable_by[RoleOf(role)] |= fact;
		if (fact & (EV_INSPECTION | EV_INSPECTION_CLOSE))
			graph->inspects = true;
	}
}

/* Group the steps by the state that they leave, or enter (counting sort). */
static void
group_steps(const Graph *graph, Adjacency *adjacency, bool backwards)
{
	int		   *next = palloc0(sizeof(int) * (graph->state_count + 1));

	adjacency->first = palloc0(sizeof(int) * (graph->state_count + 2));
	adjacency->steps = palloc(sizeof(int) * (graph->step_count + 1));
	for (int i = 0; i < graph->step_count; i++)
		adjacency->first[(backwards ? graph->steps[i].to : graph->steps[i].from) + 1]++;
	for (int i = 0; i < graph->state_count; i++)
	{
		adjacency->first[i + 1] += adjacency->first[i];
		next[i] = adjacency->first[i];
	}
	for (int i = 0; i < graph->step_count; i++)
		adjacency->steps[next[backwards ? graph->steps[i].to : graph->steps[i].from]++] = i;
	pfree(next);
}

Graph *
ReadGraph(OwnerScope *scope, const char *workflow, int32 version)
{
	Graph	   *graph = palloc0(sizeof(Graph));
	Datum		key[2];

	key[0] = CStringGetTextDatum(workflow);
	key[1] = Int32GetDatum(version);
	read_states(scope, graph, key);
	read_steps(scope, graph, key);
	read_evidence(scope, graph, key);
	group_steps(graph, &graph->out, false);
	group_steps(graph, &graph->in, true);
	LearnFacts(graph);
	return graph;
}

static bool
has_name(char **names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

bool
StepHasGuard(const GraphStep *step, const char *guard)
{
	return has_name(step->guards, step->guard_count, guard);
}

bool
StepHasEffect(const GraphStep *step, const char *effect)
{
	return has_name(step->effects, step->effect_count, effect);
}

bool
StepHasMessage(const GraphStep *step, const char *message)
{
	return has_name(step->messages, step->message_count, message);
}

bool *
Reach(const Graph *graph, StateKind from, bool backwards, const char *without,
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
			const GraphStep *step = &graph->steps[adjacency->steps[i]];
			int			other = backwards ? step->from : step->to;

			if (seen[other] || (possible && !step->possible) ||
				(without != NULL && (StepHasGuard(step, without) ||
									 StepHasEffect(step, without))))
				continue;
			seen[other] = true;
			queue[tail++] = other;
		}
	}
	pfree(queue);
	return seen;
}
