/*
 * paths.c
 *		What must have happened on every path to a bill, a licence, an end.
 */
#include "postgres.h"

#include "checks/evidence_facts.h"
#include "checks/facts.h"
#include "checks/soundness.h"
#include "workflow/effects.h"

/* When a workflow makes a demand. */
typedef enum DemandWhen
{
	ALWAYS,
	WITH_INSPECTIONS,			/* somebody may write evidence of inspections */
	WITHOUT_INSPECTIONS
} DemandWhen;

/* What gives a licence, a term or other facts is proved. */
#define TRAIT_GIVES (TRAIT_ISSUES | TRAIT_RENEWS | TRAIT_CHANGES_LICENCE)

/* What is known whenever an effect runs. */
static const struct
{
	uint32		trait;			/* of an effect */
	const char *happens;
	DemandWhen	when;
	Facts		fact;
	const char *defect;
	const char *where;
	const char *after;
}			demands[] = {

	{TRAIT_BILLS, "a bill is made", ALWAYS, FACT_RULES, "bills_without_rules",
	"the rules that price it are not fixed", ""},
	{TRAIT_BILLS, "a bill is made", WITH_INSPECTIONS, FACT_INSPECTED, "bills_before_area_is_known",
	"the area is not measured: no inspection is proved to have passed", " since the home or the application could last change"},
	{TRAIT_BILLS, "a bill is made", WITHOUT_INSPECTIONS, FACT_ELIGIBLE, "bills_before_area_is_known",
	"the declared area is not proved", " since the application could last change"},
	{TRAIT_GIVES, "a licence is issued", ALWAYS, FACT_RULES, "issues_without_rules",
	"the rules that judge the case are not fixed", ""},
	{TRAIT_GIVES, "a licence is issued", ALWAYS, FACT_ELIGIBLE, "issues_without_eligibility",
	"the application is not proved eligible", " since it could last change"},
	{TRAIT_GIVES, "a licence is issued", WITH_INSPECTIONS, FACT_INSPECTED, "issues_without_inspection",
	"no inspection is proved to have passed", " since the home or the application could last change"},
	{TRAIT_GIVES, "a licence is issued", ALWAYS, FACT_DECIDED, "issues_without_decision",
	"an approving decision is not proved", " since it or the application could last change"},
	{TRAIT_GIVES, "a licence is issued", ALWAYS, FACT_PAID, "issues_without_payment",
	"the payment is not proved", ""},
	{TRAIT_GIVES, "a licence is issued", ALWAYS, FACT_BILL_FITS, "bill_outdated",
	"no bill was made", " since what a bill follows from could last change"},
};

/* Can the step be taken without the fact?  With it, when asked so. */
static bool
can_lack(const Graph *graph, const GraphEdge *edge, Facts fact, const Walk *walk)
{
	const GraphState *from = &graph->states[edge->from];

	if (!edge->possible || (edge->makes & fact) || (from->makes & fact))
		return false;
	return walk->without[edge->from] ||
		(walk->with[edge->from] && (from->ends & fact));
}

/* Can the fact hold when the step is done? */
static bool
can_keep(const Graph *graph, const GraphEdge *edge, Facts fact, const Walk *walk)
{
	const GraphState *from = &graph->states[edge->from];

	if (!edge->possible)
		return false;
	if (edge->makes & fact)
		return true;
	return (edge->ends & fact) == 0 &&
		((from->makes & fact) ||
		 (walk->with[edge->from] && (from->ends & fact) == 0));
}

/* The path to the edge, with the step itself. */
static char *
told_path(const Graph *graph, const GraphEdge *edge, const Walk *walk)
{
	char	   *before = WalkedPath(graph, walk, edge->from, !walk->without[edge->from]);

	return before[0] ? psprintf("%s, %s", before, edge->transition.action) : pstrdup(edge->transition.action);
}

/* What would bring the fact: a precondition that proves it, or an effect. */
static const char *
told_source(Facts fact)
{
	const char *name = PreconditionThatProves(fact);

	if (name != NULL)
		return psprintf(" (precondition \"%s\")", name);
	/* a bill is made already, but by then it may be outdated */
	return fact == FACT_BILL_FITS ? "" : psprintf(" (effect \"%s\")", EffectThatMakes(fact));
}

static List *
find_unproved(const Graph *graph, List *defects)
{
	for (int i = 0; i < (int) lengthof(demands); i++)
	{
		Walk		walk = {0};

		if ((demands[i].when == WITH_INSPECTIONS && !graph->inspects) ||
			(demands[i].when == WITHOUT_INSPECTIONS && graph->inspects))
			continue;
		for (int j = 0; j < graph->edge_count; j++)
		{
			const GraphEdge *edge = &graph->edges[j];

			if (!HasTrait(&edge->transition, demands[i].trait))
				continue;
			if (walk.with == NULL)
				walk = WalkFact(graph, demands[i].fact);
			if (can_lack(graph, edge, demands[i].fact, &walk))
				defects = AddDefect(defects, demands[i].defect,
									graph->states[edge->from].name, edge->transition.action,
									"On the path \"%s\" %s where %s%s%s.",
									told_path(graph, edge, &walk),
									demands[i].happens, demands[i].where,
									told_source(demands[i].fact), demands[i].after);
		}
	}
	return defects;
}

/* One fee has one bill: what was paid for would be asked for again. */
static List *
find_second_bills(const Graph *graph, List *defects)
{
	Walk		walk = WalkFact(graph, FACT_PAID);

	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];

		if (edge->possible && HasTrait(&edge->transition, TRAIT_BILLS) &&
			!HasTrait(&edge->transition, TRAIT_CANCELS_BILL) &&
			(walk.with[edge->from] || HasTrait(&edge->transition, TRAIT_FOLLOWS_PAYMENT)))
			defects = AddDefect(defects, "bills_twice",
								graph->states[edge->from].name, edge->transition.action,
								"On the path \"%s, %s\" the fee is billed again after it was paid.",
								WalkedPath(graph, &walk, edge->from, walk.with[edge->from]),
								edge->transition.action);
	}
	return defects;
}

/*
 * A licence is the end of its case: whatever follows would leave it valid,
 * since no effect ends a licence.
 */
static List *
find_afterlife(const Graph *graph, List *defects)
{
	Walk		walk = WalkFact(graph, FACT_LICENSED);

	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];

		if (edge->possible && walk.with[edge->from])
			defects = AddDefect(defects, "step_after_issue",
								graph->states[edge->from].name, edge->transition.action,
								"The licence is issued before this step, which leaves it valid whatever becomes of the case: the issue must lead to an end.");
	}
	return defects;
}

/* The name of the first effect with a trait. */
static const char *
first_effect(uint32 trait)
{
	return linitial(EffectsWithTrait(trait));
}

/* Does a payment move a case on from the state? */
static bool
has_payment_step(const Graph *graph, int state)
{
	for (int i = graph->out.first[state]; i < graph->out.first[state + 1]; i++)
	{
		const GraphEdge *edge = &graph->edges[graph->out.edges[i]];

		if (RoleOf(edge->transition.role) == ROLE_CASHIER && HasTrait(&edge->transition, TRAIT_FOLLOWS_PAYMENT))
			return true;
	}
	return false;
}

/* An open bill can be paid at any time, and its payment moves the case. */
static List *
find_lost_payments(const Graph *graph, List *defects)
{
	Walk		walk = WalkFact(graph, FACT_UNPAID);

	for (int i = 0; i < graph->state_count; i++)
	{
		if (walk.with[i] && graph->states[i].kind != STATE_END &&
			!has_payment_step(graph, i))
			defects = AddDefect(defects, "payment_leads_nowhere",
								graph->states[i].name, NULL,
								"A bill may be open here, and no step of the role cashier with the precondition \"%s\" follows when it is paid. The effect \"%s\" takes a bill back.",
								PreconditionThatProves(FACT_PAID), first_effect(TRAIT_CANCELS_BILL));
	}
	return defects;
}

/* What a case leaves open at its end, nobody closes. */
static List *
find_loose_ends(const Graph *graph, List *defects)
{
	Walk		unpaid = WalkFact(graph, FACT_UNPAID);
	Walk		pending = WalkFact(graph, FACT_PENDING);

	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];
		bool		bill = can_keep(graph, edge, FACT_UNPAID, &unpaid);
		bool		visit = can_keep(graph, edge, FACT_PENDING, &pending);

		if (graph->states[edge->to].kind == STATE_END && (bill || visit))
			defects = AddDefect(defects, "end_leaves_open",
								graph->states[edge->from].name, edge->transition.action,
								"The case ends, and %s may stay open; the effect \"%s\" closes both.",
								bill ? "its bill" : "an inspection of the home",
								first_effect(TRAIT_ENDS_CASE));
	}
	for (int i = 0; i < graph->state_count; i++)
	{
		const GraphState *state = &graph->states[i];

		if (state->kind == STATE_END && state->writable != 0)
			defects = AddDefect(defects, "evidence_after_the_end", state->name, NULL,
								"The state is an end, and %s may still be written there: what the steps relied on would change behind them.",
								FactName(state->writable));
	}
	return defects;
}

List *
FindPathDefects(const Graph *graph, List *defects)
{
	defects = find_unproved(graph, defects);
	defects = find_second_bills(graph, defects);
	defects = find_afterlife(graph, defects);
	defects = find_lost_payments(graph, defects);
	return find_loose_ends(graph, defects);
}
