/*
 * paths.c
 *		What must have happened on every path to a bill, a licence, an end.
 */
#include "postgres.h"

#include "checks/facts.h"
#include "checks/soundness.h"

/* When a workflow makes a demand. */
typedef enum DemandWhen
{
	ALWAYS,
	WITH_INSPECTIONS,			/* somebody may write evidence of inspections */
	WITHOUT_INSPECTIONS
} DemandWhen;

/* What is known whenever an effect runs. */
static const struct
{
	const char *effect;
	const char *happens;
	DemandWhen	when;
	Facts		fact;
	const char *defect;
	const char *where;
}			demands[] = {

	{"make_invoice", "a bill is made", ALWAYS, FACT_RULES, "bills_without_rules",
	"the rules that price it are not fixed (effect \"fix_rules\")"},
	{"make_invoice", "a bill is made", WITH_INSPECTIONS, FACT_INSPECTED, "bills_before_area_is_known",
	"the area is not measured: no inspection is proved to have passed (guard \"inspection_passed\") since the home or the application could last change"},
	{"make_invoice", "a bill is made", WITHOUT_INSPECTIONS, FACT_ELIGIBLE, "bills_before_area_is_known",
	"the declared area is not proved (guard \"eligible\") since the application could last change"},
	{"issue_licence", "a licence is issued", ALWAYS, FACT_RULES, "issues_without_rules",
	"the rules that judge the case are not fixed (effect \"fix_rules\")"},
	{"issue_licence", "a licence is issued", ALWAYS, FACT_ELIGIBLE, "issues_without_eligibility",
	"the application is not proved eligible (guard \"eligible\") since it could last change"},
	{"issue_licence", "a licence is issued", WITH_INSPECTIONS, FACT_INSPECTED, "issues_without_inspection",
	"no inspection is proved to have passed (guard \"inspection_passed\") since the home or the application could last change"},
	{"issue_licence", "a licence is issued", ALWAYS, FACT_DECIDED, "issues_without_decision",
	"an approving decision is not proved (guard \"decision_approved\") since it or the application could last change"},
	{"issue_licence", "a licence is issued", ALWAYS, FACT_PAID, "issues_without_payment",
	"the payment is not proved (guard \"invoice_paid\")"},
	{"issue_licence", "a licence is issued", ALWAYS, FACT_BILL_FITS, "bill_outdated",
	"no bill was made since what a bill follows from could last change"},
};

/* Can the step be taken without the fact?  With it, when asked so. */
static bool
can_lack(const Graph *graph, const GraphStep *step, Facts fact, const Walk *walk)
{
	const GraphState *from = &graph->states[step->from];

	if (!step->possible || (step->makes & fact) || (from->makes & fact))
		return false;
	return walk->without[step->from] ||
		(walk->with[step->from] && (from->ends & fact));
}

/* Can the fact hold when the step is done? */
static bool
can_keep(const Graph *graph, const GraphStep *step, Facts fact, const Walk *walk)
{
	const GraphState *from = &graph->states[step->from];

	if (!step->possible)
		return false;
	if (step->makes & fact)
		return true;
	return (step->ends & fact) == 0 &&
		((from->makes & fact) ||
		 (walk->with[step->from] && (from->ends & fact) == 0));
}

/* The path to the step, with the step itself. */
static char *
told_path(const Graph *graph, const GraphStep *step, const Walk *walk)
{
	char	   *before = WalkedPath(graph, walk, step->from, !walk->without[step->from]);

	return before[0] ? psprintf("%s, %s", before, step->action) : pstrdup(step->action);
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
		for (int j = 0; j < graph->step_count; j++)
		{
			const GraphStep *step = &graph->steps[j];

			if (!StepHasEffect(step, demands[i].effect))
				continue;
			if (walk.with == NULL)
				walk = WalkFact(graph, demands[i].fact);
			if (can_lack(graph, step, demands[i].fact, &walk))
				defects = AddDefect(defects, demands[i].defect,
									graph->states[step->from].name, step->action,
									"On the path \"%s\" %s where %s.",
									told_path(graph, step, &walk),
									demands[i].happens, demands[i].where);
		}
	}
	return defects;
}

/* One fee has one bill: what was paid for would be asked for again. */
static List *
find_second_bills(const Graph *graph, List *defects)
{
	Walk		walk = WalkFact(graph, FACT_PAID);

	for (int i = 0; i < graph->step_count; i++)
	{
		const GraphStep *step = &graph->steps[i];

		if (step->possible && StepHasEffect(step, "make_invoice") &&
			!StepHasEffect(step, "cancel_invoice") &&
			(walk.with[step->from] || StepHasGuard(step, "invoice_paid")))
			defects = AddDefect(defects, "bills_twice",
								graph->states[step->from].name, step->action,
								"On the path \"%s, %s\" the fee is billed again after it was paid.",
								WalkedPath(graph, &walk, step->from, walk.with[step->from]),
								step->action);
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

	for (int i = 0; i < graph->step_count; i++)
	{
		const GraphStep *step = &graph->steps[i];

		if (step->possible && walk.with[step->from])
			defects = AddDefect(defects, "step_after_issue",
								graph->states[step->from].name, step->action,
								"The licence is issued before this step, which leaves it valid whatever becomes of the case: the issue must lead to an end.");
	}
	return defects;
}

/* Does a payment move a case on from the state? */
static bool
has_payment_step(const Graph *graph, int state)
{
	for (int i = graph->out.first[state]; i < graph->out.first[state + 1]; i++)
	{
		const GraphStep *step = &graph->steps[graph->out.steps[i]];

		if (RoleOf(step->role) == ROLE_CASHIER && StepHasGuard(step, "invoice_paid"))
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
								"A bill may be open here, and no step of the role cashier with the guard \"invoice_paid\" follows when it is paid. The effect \"cancel_invoice\" takes a bill back.");
	}
	return defects;
}

/* What a case leaves open at its end, nobody closes. */
static List *
find_loose_ends(const Graph *graph, List *defects)
{
	Walk		unpaid = WalkFact(graph, FACT_UNPAID);
	Walk		pending = WalkFact(graph, FACT_PENDING);

	for (int i = 0; i < graph->step_count; i++)
	{
		const GraphStep *step = &graph->steps[i];
		bool		bill = can_keep(graph, step, FACT_UNPAID, &unpaid);
		bool		visit = can_keep(graph, step, FACT_PENDING, &pending);

		if (graph->states[step->to].kind == STATE_END && (bill || visit))
			defects = AddDefect(defects, "end_leaves_open",
								graph->states[step->from].name, step->action,
								"The case ends, and %s may stay open; the effect \"end_case\" closes both.",
								bill ? "its bill" : "an inspection of the home");
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
