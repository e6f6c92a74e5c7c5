/*
 * facts.c
 *		What is known of a case on its way through a workflow.
 *
 * Two questions are asked of each fact, such as "the bill is paid": can a case
 * come to a state with it, and can it come there without it.  Both are
 * answered by one walk over twice as many nodes as there are states: a state
 * with the fact, and the same state without.
 *
 *		draft  --submit-->  desk  --approve [decided]-->  to_pay
 *		                      \--favour---------------->  to_pay
 *
 *		draft-  ->  desk-  ->  to_pay+      (approve proves it)
 *		                  ->  to_pay-       (favour does not)
 *
 * So a licence that is issued from to_pay may lack its decision, and the path
 * to to_pay- says how.  A state ends a fact where what it rests on may change
 * while the case is there: whoever may amend the application undoes that it
 * was eligible, until a step proves it again.
 *
 * A walk is linear in states and steps, and there are two dozen facts.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "checks/facts.h"
#include "errors.h"

static const struct
{
	const char *evidence;
	const char *operation;
	Facts		fact;
	const char *name;
}			evidence_facts[] = {
	{"application", "amend", EV_AMEND, "an amendment of the application"},
	{"document", "insert", EV_DOCUMENT, "a document"},
	{"document", "review", EV_DOCUMENT_REVIEW, "a review of documents"},
	{"application_finding", "insert", EV_FINDING, "a finding in the application"},
	{"inspection", "insert", EV_INSPECTION, "an inspection"},
	{"inspection", "close", EV_INSPECTION_CLOSE, "the outcome of an inspection"},
	{"inspection", "cancel", EV_INSPECTION_CANCEL, "the cancellation of an inspection"},
	{"inspection_finding", "insert", EV_INSPECTION_FINDING, "a finding at an inspection"},
	{"decision", "insert", EV_DECISION, "a decision"},
	{"approval_requirement", "insert", EV_REQUIREMENT, "a requirement of an authority's approval"},
	{"external_approval", "insert", EV_APPROVAL, "an authority's answer"},
	{"external_approval", "review", EV_APPROVAL_REVIEW, "a review of an authority's answer"},
};

#define AN_AUTHORITY (FACT_ASKED | EV_REQUIREMENT)

static const Need needs[] = {
	{"eligible", 0, {0}, FACT_ELIGIBLE, 0},
	{"documents_given", 0, {EV_DOCUMENT}, 0, 0},
	{"deficiency_found", 0, {EV_DOCUMENT_REVIEW | EV_FINDING}, 0, 0},
	{"deficiency_supplied", EV_DOCUMENT | EV_AMEND, {0}, 0, 0},
	{"documents_accepted", 0, {EV_DOCUMENT, EV_DOCUMENT_REVIEW}, 0, 0},
	{"inspection_ahead", 0, {EV_INSPECTION}, FACT_PENDING, 0},
	{"former_inspection_closed", EV_INSPECTION_CLOSE | EV_INSPECTION_CANCEL, {EV_INSPECTION}, 0, 0},
	{"inspection_failed", 0, {EV_INSPECTION, EV_INSPECTION_CLOSE, EV_INSPECTION_FINDING}, 0, FACT_PENDING},
	{"inspection_done", 0, {EV_INSPECTION, EV_INSPECTION_CLOSE}, 0, FACT_PENDING},
	{"inspection_passed", 0, {EV_INSPECTION, EV_INSPECTION_CLOSE}, FACT_INSPECTED, FACT_PENDING},
	{"inspection_passed_after_change", 0, {EV_INSPECTION, EV_INSPECTION_CLOSE}, FACT_INSPECTED, FACT_PENDING},
	{"decision_approved", EV_DECISION, {0}, FACT_DECIDED, 0},
	{"decision_refused", EV_DECISION, {0}, 0, FACT_DECIDED},
	{"approvals_answered", 0, {AN_AUTHORITY, EV_APPROVAL}, 0, 0},
	{"approval_deficient", 0, {AN_AUTHORITY, EV_APPROVAL, EV_APPROVAL_REVIEW}, 0, 0},
	{"approvals_supplied", EV_APPROVAL, {AN_AUTHORITY}, 0, 0},
	{"approval_refused", 0, {AN_AUTHORITY, EV_APPROVAL, EV_APPROVAL_REVIEW}, 0, 0},
	{"approvals_accepted", 0, {AN_AUTHORITY, EV_APPROVAL, EV_APPROVAL_REVIEW}, 0, 0},
	{"invoice_paid", 0, {FACT_BILL}, FACT_PAID, FACT_UNPAID},
};

static const Outcome outcomes[] = {
	{"fix_rules", FACT_RULES, 0},
	{"require_approvals", FACT_ASKED, 0},
	{"make_invoice", FACT_BILL | FACT_BILL_FITS | FACT_UNPAID, FACT_PAID},
	{"cancel_invoice", 0, FACT_BILL | FACT_BILL_FITS | FACT_UNPAID | FACT_PAID},
	{"cancel_inspection", 0, FACT_PENDING},
	{"issue_licence", FACT_LICENSED, 0},
	{"end_case", 0, FACT_BILL | FACT_UNPAID | FACT_PENDING},
};

/* What may become untrue while such evidence may be written. */
static const struct
{
	Facts		evidence;
	Facts		ends;
}			undoings[] = {
	{EV_AMEND, FACT_ELIGIBLE | FACT_DECIDED | FACT_INSPECTED | FACT_BILL_FITS},
	{EV_INSPECTION | EV_INSPECTION_CLOSE, FACT_INSPECTED | FACT_BILL_FITS},
	{EV_DECISION, FACT_DECIDED},
};

Facts
EvidenceFact(const char *evidence, const char *operation)
{
	for (int i = 0; i < (int) lengthof(evidence_facts); i++)
	{
		if (strcmp(evidence_facts[i].evidence, evidence) == 0 &&
			strcmp(evidence_facts[i].operation, operation) == 0)
			return evidence_facts[i].fact;
	}
	return 0;
}

const char *
FactName(Facts fact)
{
	for (int i = 0; i < (int) lengthof(evidence_facts); i++)
	{
		if (fact & evidence_facts[i].fact)
			return evidence_facts[i].name;
	}
	return (fact & FACT_BILL) ? "a bill" : "an authority that is to be asked";
}

const Need *
NeedOf(const char *guard)
{
	for (int i = 0; i < (int) lengthof(needs); i++)
	{
		if (strcmp(needs[i].guard, guard) == 0)
			return &needs[i];
	}
	return NULL;
}

/* The part of a need that these facts do not meet; 0: none. */
static Facts
unmet(const Need *need, Facts known, Facts here)
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

const Need *
UnmetNeed(const GraphStep *step, Facts known, Facts here, Facts *missing)
{
	for (int i = 0; i < step->guard_count; i++)
	{
		const Need *need = step->needs[i];

		if (need == NULL)
			continue;
		*missing = unmet(need, known, here);
		if (*missing != 0)
			return need;
	}
	return NULL;
}

Facts
NeedsOfStep(const GraphStep *step)
{
	Facts		all = 0;

	for (int i = 0; i < step->guard_count; i++)
	{
		const Need *need = step->needs[i];

		if (need == NULL)
			continue;
		all |= need->here;
		for (int j = 0; j < (int) lengthof(need->before); j++)
			all |= need->before[j];
	}
	return all;
}

/* What a step makes and ends, by its preconditions and effects. */
static void
learn_step(GraphStep *step)
{
	step->needs = palloc(sizeof(Need *) * (step->guard_count + 1));
	for (int i = 0; i < step->guard_count; i++)
	{
		step->needs[i] = NeedOf(step->guards[i]);
		if (step->needs[i] == NULL)
			continue;
		step->makes |= step->needs[i]->proves;
		step->ends |= step->needs[i]->disproves;
	}
	for (int i = 0; i < step->effect_count; i++)
	{
		for (int j = 0; j < (int) lengthof(outcomes); j++)
		{
			if (strcmp(outcomes[j].effect, step->effects[i]) != 0)
				continue;

			/*
			 * what an effect ends, the step's preconditions have not proved
			 * for later
			 */
			step->makes = (step->makes & ~outcomes[j].ends) | outcomes[j].makes;
			step->ends = (step->ends & ~outcomes[j].makes) | outcomes[j].ends;
		}
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
 * Which steps can be taken: those whose preconditions have what they need, on
 * some path.  What may be there only grows, so each state is looked at again
 * no more often than there are facts.
 */
static void
find_possible_steps(Graph *graph)
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
			GraphStep  *step = &graph->steps[graph->out.steps[i]];
			GraphState *to = &graph->states[step->to];
			Facts		missing;

			if (UnmetNeed(step, known, from->writable, &missing) != NULL)
				continue;
			step->possible = true;
			if (to->entered && ((known | step->makes) & ~to->may) == 0)
				continue;
			to->entered = true;
			to->may |= known | step->makes;
			if (!queued[step->to])
			{
				queued[step->to] = true;
				queue[(head + waiting++) % graph->state_count] = step->to;
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
	for (int i = 0; i < graph->step_count; i++)
		learn_step(&graph->steps[i]);
	if (graph->state_count > 0)
		find_possible_steps(graph);
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
			int			index = graph->out.steps[i];
			const GraphStep *step = &graph->steps[index];
			bool		known = (stays && (step->ends & fact) == 0) ||
			(step->makes & fact) != 0;
			bool	   *seen = known ? walk.with : walk.without;
			int			next = 2 * step->to + (known ? 1 : 0);

			if (!step->possible || seen[step->to])
				continue;
			seen[step->to] = true;
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
		const GraphStep *step = &graph->steps[walk->came_by[node] / 2];

		actions[count++] = step->action;
		node = 2 * step->from + walk->came_by[node] % 2;
	}
	initStringInfo(&path);
	if (walk->came_by[node] >= 0)
		appendStringInfoString(&path, ELLIPSIS ", ");
	for (int i = count - 1; i >= 0; i--)
		appendStringInfo(&path, "%s%s", actions[i], i > 0 ? ", " : "");
	return path.data;
}
