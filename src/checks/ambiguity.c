/*
 * ambiguity.c
 *		Steps of a workflow that one role cannot tell apart.
 *
 * A client names a step by its action (perform), so for one role and one state
 * an action must not lead to two states, unless a pair of guards of which
 * exactly one holds tells which.  Two actions may lead to one state: perform()
 * names them, and an UPDATE, which names the state alone, is refused (LH018).
 * Two steps that nobody names, which follow a payment or a deadline, must not
 * leave one state.
 *
 * "decider" is the committee or the director, as the edition of a case names,
 * and so counts as both.
 */
#include "postgres.h"

#include "checks/soundness.h"

/* A step as one role sees it. */
typedef struct Sight
{
	const char *role;
	const GraphStep *step;
} Sight;

static int
compare_int(int a, int b)
{
	return (a > b) - (a < b);
}

/* By role, from, action, to. */
static int
by_action(const void *left, const void *right)
{
	const Sight *a = left;
	const Sight *b = right;
	int			order = compare_int(a->step->from, b->step->from);

	if (order == 0)
		order = strcmp(a->role, b->role);
	if (order == 0)
		order = strcmp(a->step->action, b->step->action);
	if (order == 0)
		order = compare_int(a->step->to, b->step->to);
	return order;
}

/*
 * Pairs of guards of which exactly one holds: one action of one role may lead
 * from a state to two others if the pair tells which.
 */
static const char *const complements[][2] = {
	{"approvals_needed", "approvals_not_needed"},
};

/* Does exactly one of the two steps' guards hold? */
static bool
exclude_each_other(const GraphStep *a, const GraphStep *b)
{
	for (int i = 0; i < (int) lengthof(complements); i++)
	{
		if ((StepHasGuard(a, complements[i][0]) && StepHasGuard(b, complements[i][1])) ||
			(StepHasGuard(a, complements[i][1]) && StepHasGuard(b, complements[i][0])))
			return true;
	}
	return false;
}

/* Two steps that are both the decider's, seen a second time as the director's. */
static bool
told_already(const Sight *a, const Sight *b)
{
	return strcmp(a->role, "director") == 0 &&
		strcmp(a->step->role, "decider") == 0 &&
		strcmp(b->step->role, "decider") == 0;
}

/* Of the steps that nobody names, a state has one of a kind. */
static List *
find_unnamed(const Graph *graph, const char *role, const char *guard,
			 const char *follows, List *defects)
{
	for (int i = 0; i < graph->state_count; i++)
	{
		const GraphStep *first = NULL;

		for (int j = graph->out.first[i]; j < graph->out.first[i + 1]; j++)
		{
			const GraphStep *step = &graph->steps[graph->out.steps[j]];

			if (strcmp(step->role, role) != 0 || !StepHasGuard(step, guard))
				continue;
			if (first != NULL)
				defects = AddDefect(defects, "ambiguous", graph->states[i].name,
									step->action,
									"Two steps follow %s: \"%s\" and \"%s\".",
									follows, first->action, step->action);
			first = step;
		}
	}
	return defects;
}

List *
FindAmbiguity(const Graph *graph, List *defects)
{
	Sight	   *sights = palloc(sizeof(Sight) * (2 * graph->step_count + 1));
	int			count = 0;

	for (int i = 0; i < graph->step_count; i++)
	{
		const GraphStep *step = &graph->steps[i];
		bool		decider = strcmp(step->role, "decider") == 0;

		sights[count].role = decider ? "committee" : step->role;
		sights[count++].step = step;
		if (decider)
		{
			sights[count].role = "director";
			sights[count++].step = step;
		}
	}

	/*
	 * Neighbours, and neighbours but one: of three targets two share the
	 * guard of a pair, so no longer distance is needed.
	 */
	qsort(sights, count, sizeof(Sight), by_action);
	for (int i = 1; i < count; i++)
	{
		for (int j = i - 1; j >= Max(i - 2, 0); j--)
		{
			const Sight *a = &sights[j];
			const Sight *b = &sights[i];

			if (a->step->from != b->step->from || strcmp(a->role, b->role) != 0 ||
				strcmp(a->step->action, b->step->action) != 0 || told_already(a, b))
				continue;
			if (a->step->to == b->step->to)
				defects = AddDefect(defects, "ambiguous",
									graph->states[a->step->from].name, b->step->action,
									"The action is there twice for one official: for the role %s and for the role %s.",
									a->step->role, b->step->role);
			else if (!exclude_each_other(a->step, b->step))
				defects = AddDefect(defects, "ambiguous",
									graph->states[a->step->from].name, b->step->action,
									"The action of the role %s leads to \"%s\" and to \"%s\", and no pair of guards of which exactly one holds tells which.",
									b->step->role, graph->states[a->step->to].name,
									graph->states[b->step->to].name);
		}
	}
	defects = find_unnamed(graph, "cashier", "invoice_paid", "a payment", defects);
	defects = find_unnamed(graph, "sender", "deadline_passed", "a deadline that passes", defects);
	return find_unnamed(graph, "sender", "deadline_moved", "a deadline that moves", defects);
}
