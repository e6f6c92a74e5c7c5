/*
 * ambiguity.c
 *		Transitions of a workflow that one role cannot tell apart.
 *
 * A client names a transition by its action (perform).  So for one role and
 * one state an action must not lead to two states.  It may where two
 * preconditions tell which, of which exactly one holds.  Two actions may lead
 * to one state: perform() names them, and an UPDATE, which names the state
 * alone, is refused (LH018).  A payment or a deadline names no action, so a
 * state has at most one transition that follows either.
 *
 * "decider" is the committee or the director, as the edition of a case names,
 * and so counts as both.
 */
#include "postgres.h"

#include "checks/soundness.h"
#include "workflow/transitions.h"

/* An edge as one role sees it. */
typedef struct RoleEdge
{
	const char *role;
	const GraphEdge *edge;
} RoleEdge;

static int
compare_int(int a, int b)
{
	return (a > b) - (a < b);
}

/* By role, from, action, to. */
static int
by_action(const void *left, const void *right)
{
	const RoleEdge *a = left;
	const RoleEdge *b = right;
	int			order = compare_int(a->edge->from, b->edge->from);

	if (order == 0)
		order = strcmp(a->role, b->role);
	if (order == 0)
		order = strcmp(a->edge->transition.action, b->edge->transition.action);
	if (order == 0)
		order = compare_int(a->edge->to, b->edge->to);
	return order;
}

/* Has the edge the precondition that this one's record names as its opposite? */
static bool
has_opposite(const GraphEdge *edge, const Precondition *precondition)
{
	return precondition != NULL && precondition->excludes != NULL &&
		HasName(edge->transition.preconditions, precondition->excludes);
}

/*
 * Does exactly one of the two edges' preconditions hold?  One action of one
 * role may lead from a state to two others if a pair of preconditions, of which
 * exactly one holds, tells which.
 */
static bool
exclude_each_other(const GraphEdge *a, const GraphEdge *b)
{
	for (int i = 0; i < a->precondition_count; i++)
	{
		if (has_opposite(b, a->preconditions[i]))
			return true;
	}
	return false;
}

/*
 * Two transitions that are both the decider's, seen a second time as the
 * director's.
 */
static bool
already_reported(const RoleEdge *a, const RoleEdge *b)
{
	return strcmp(a->role, "director") == 0 &&
		strcmp(a->edge->transition.role, "decider") == 0 &&
		strcmp(b->edge->transition.role, "decider") == 0;
}

/* Of the transitions that no client names, a state has one of a kind. */
static List *
find_unnamed(const Graph *graph, const char *role, uint32 trait,
			 const char *follows, List *defects)
{
	for (int i = 0; i < graph->state_count; i++)
	{
		const GraphEdge *first = NULL;

		for (int j = graph->out.first[i]; j < graph->out.first[i + 1]; j++)
		{
			const GraphEdge *edge = &graph->edges[graph->out.edges[j]];

			if (strcmp(edge->transition.role, role) != 0 || !HasTrait(&edge->transition, trait))
				continue;
			if (first != NULL)
				defects = AddDefect(defects, "ambiguous", graph->states[i].name,
									edge->transition.action,
									"Two steps follow %s: \"%s\" and \"%s\".",
									follows, first->transition.action, edge->transition.action);
			first = edge;
		}
	}
	return defects;
}

List *
FindAmbiguity(const Graph *graph, List *defects)
{
	RoleEdge   *seen = palloc(sizeof(RoleEdge) * (2 * graph->edge_count + 1));
	int			count = 0;

	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];
		bool		decider = strcmp(edge->transition.role, "decider") == 0;

		seen[count].role = decider ? "committee" : edge->transition.role;
		seen[count++].edge = edge;
		if (decider)
		{
			seen[count].role = "director";
			seen[count++].edge = edge;
		}
	}

	/*
	 * Neighbours, and neighbours but one: of three targets two share the
	 * precondition of a pair, so no longer distance is needed.
	 */
	qsort(seen, count, sizeof(RoleEdge), by_action);
	for (int i = 1; i < count; i++)
	{
		for (int j = i - 1; j >= Max(i - 2, 0); j--)
		{
			const RoleEdge *a = &seen[j];
			const RoleEdge *b = &seen[i];

			if (a->edge->from != b->edge->from || strcmp(a->role, b->role) != 0 ||
				strcmp(a->edge->transition.action, b->edge->transition.action) != 0 || already_reported(a, b))
				continue;
			if (a->edge->to == b->edge->to)
				defects = AddDefect(defects, "ambiguous",
									graph->states[a->edge->from].name, b->edge->transition.action,
									"The action is there twice for one official: for the role %s and for the role %s.",
									a->edge->transition.role, b->edge->transition.role);
			else if (!exclude_each_other(a->edge, b->edge))
				defects = AddDefect(defects, "ambiguous",
									graph->states[a->edge->from].name, b->edge->transition.action,
									"The action of the role %s leads to \"%s\" and to \"%s\", and no pair of preconditions of which exactly one holds tells which.",
									b->edge->transition.role, graph->states[a->edge->to].name,
									graph->states[b->edge->to].name);
		}
	}
	defects = find_unnamed(graph, "cashier", TRAIT_FOLLOWS_PAYMENT, "a payment", defects);
	defects = find_unnamed(graph, "sender", TRAIT_FOLLOWS_LAPSE, "a deadline that passes", defects);
	return find_unnamed(graph, "sender", TRAIT_FOLLOWS_MOVE, "a deadline that moves", defects);
}
