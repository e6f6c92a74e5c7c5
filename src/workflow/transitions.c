/*
 * transitions.c
 *		The transitions that a workflow offers from a state, and which is meant.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/snapmgr.h"

#include "actor.h"
#include "errors.h"
#include "settings.h"
#include "official.h"
#include "rules/rule_row.h"
#include "spi/plan.h"
#include "workflow/effects.h"
#include "workflow/preconditions.h"
#include "workflow/transition_title.h"
#include "workflow/transitions.h"

/* A text[] column of a row as a list of C strings. */
static List *
names_of(Rows rows, uint64 row, int column)
{
	int			count;
	char	  **elements = RowTextArray(rows, row, column, &count);
	List	   *names = NIL;

	for (int i = 0; i < count; i++)
		names = lappend(names, elements[i]);
	return names;
}

/* The published version of a workflow in force today. */
int32
WorkflowInForce(OwnerScope *scope, int64 application_no, const char *workflow)
{
	static SavedPlan find = SAVED_PLAN("SELECT version FROM licence_home.workflow "
									   "WHERE workflow = $1 AND published_at IS NOT NULL "
									   "AND withdrawn_at IS NULL AND valid @> licence_home.today()");
	Rows		rows = ExecPlanLimit(scope, &find, 2, TextArg(workflow));

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg_case(application_no, "no workflow \"%s\" is in force today", workflow),
				 errhint("An administrator publishes workflows in licence_home.workflow."),
				 err_table("workflow")));
	return RowInt4(rows, 0, 1);
}

void
ReadTransition(Transition *transition, Rows rows, uint64 row)
{
	transition->action = RowText(rows, row, 1);
	transition->from_state = RowText(rows, row, 2);
	transition->to_state = RowText(rows, row, 3);
	transition->role = RowText(rows, row, 4);
	transition->preconditions = names_of(rows, row, 5);
	transition->effects = names_of(rows, row, 6);
	transition->messages = names_of(rows, row, 7);
	transition->name_ar = RowText(rows, row, 8);
	transition->name_en = RowText(rows, row, 9);
	transition->traits = TraitsOfPreconditions(transition->preconditions) |
		TraitsOfEffects(transition->effects);
}

/* The day that judges a case; false: none does yet. */
static bool
judged_on(Snapshot snapshot, int64 application_no, DateADT *day)
{
	ScanKeyData key;
	RowScan		scan;
	bool		isnull = true;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "application", "application_pkey", snapshot, &key, 1);
	if (NextRow(&scan, ForwardScanDirection))
		*day = DatumGetDateADT(slot_getattr(scan.slot, ColumnOf(scan.table, "judged_on"), &isnull));
	EndRowScan(&scan);
	return !isnull;
}

/* Who decides the case by its edition, for a transition of "decider": as ROLE_IN_CASE. */
static char *
deciding_role(Snapshot snapshot, int64 application_no)
{
	char	   *decider = NULL;
	DateADT		day;
	RuleColumns columns;
	RowScan		scan;

	if (!judged_on(snapshot, application_no, &day))
		return pstrdup("committee");
	BeginRowScan(&scan, "edition", NULL, snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	while (decider == NULL && NextRow(&scan, ForwardScanDirection))
	{
		if (IsInForce(&scan, columns, day))
			decider = SlotText(scan.slot, ColumnOf(scan.table, "decider"));
	}
	EndRowScan(&scan);
	return decider ? decider : pstrdup("committee");
}

/* Where the columns are. */
typedef struct TransitionColumns
{
	AttrNumber	action;
	AttrNumber	from_state;
	AttrNumber	to_state;
	AttrNumber	role;
	AttrNumber	preconditions;
	AttrNumber	effects;
	AttrNumber	messages;
	AttrNumber	name_ar;
	AttrNumber	name_en;
} TransitionColumns;

static TransitionColumns
transition_columns(Relation table)
{
	TransitionColumns columns = {
		.action = ColumnOf(table, "action"),
		.from_state = ColumnOf(table, "from_state"),
		.to_state = ColumnOf(table, "to_state"),
		.role = ColumnOf(table, "role"),
		.preconditions = ColumnOf(table, "preconditions"),
		.effects = ColumnOf(table, "effects"),
		.messages = ColumnOf(table, "messages"),
		.name_ar = ColumnOf(table, "name_ar"),
		.name_en = ColumnOf(table, "name_en")
	};

	return columns;
}

/* A transition of the row that was read. */
static Transition *
transition_of(TupleTableSlot *slot, const TransitionColumns *columns)
{
	Transition *transition = palloc0(sizeof(Transition));

	transition->action = SlotText(slot, columns->action);
	transition->from_state = SlotText(slot, columns->from_state);
	transition->to_state = SlotText(slot, columns->to_state);
	transition->role = SlotText(slot, columns->role);
	transition->preconditions = SlotTextList(slot, columns->preconditions);
	transition->effects = SlotTextList(slot, columns->effects);
	transition->messages = SlotTextList(slot, columns->messages);
	transition->name_ar = SlotText(slot, columns->name_ar);
	transition->name_en = SlotText(slot, columns->name_en);
	transition->traits = TraitsOfPreconditions(transition->preconditions) |
		TraitsOfEffects(transition->effects);
	return transition;
}

/*
 * The transitions from a state, ordered by action, state and role: the order
 * of the primary key, whose fourth column is the state.
 */
List *
TransitionsFrom(OwnerScope *scope, int64 application_no,
				const char *workflow, int32 version, const char *state)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	List	   *result = NIL;
	char	   *decider = NULL;
	TransitionColumns columns;
	ScanKeyData keys[3];
	RowScan		scan;
	ListCell   *cell;

	TextKey(&keys[0], 1, workflow);
	Int4Key(&keys[1], 2, version);
	TextKey(&keys[2], 4, state);
	BeginRowScan(&scan, "workflow_transition", "workflow_transition_pkey", snapshot, keys, 3);
	columns = transition_columns(scan.table);
	while (NextRow(&scan, ForwardScanDirection))
		result = lappend(result, transition_of(scan.slot, &columns));
	EndRowScan(&scan);

	foreach(cell, result)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->role, "decider") != 0)
			continue;
		if (decider == NULL)
			decider = deciding_role(snapshot, application_no);
		transition->role = decider;
	}
	UnregisterSnapshot(snapshot);
	return result;
}

/* The cashier's transition with a trait; NULL: none. */
static Transition *
cashier_transition(List *transitions, uint32 trait)
{
	ListCell   *cell;

	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->role, "cashier") == 0 &&
			HasTrait(transition, trait))
			return transition;
	}
	return NULL;
}

Transition *
PaymentTransition(List *transitions)
{
	return cashier_transition(transitions, TRAIT_FOLLOWS_PAYMENT);
}

Transition *
ReversalTransition(List *transitions)
{
	return cashier_transition(transitions, TRAIT_FOLLOWS_REVERSAL);
}

/* A copy of a list of names. */
static List *
copy_names(List *names)
{
	List	   *copy = NIL;
	ListCell   *cell;

	foreach(cell, names)
		copy = lappend(copy, pstrdup(lfirst(cell)));
	return copy;
}

Transition *
CopyTransition(const Transition *from)
{
	Transition *to = palloc(sizeof(Transition));

	to->action = pstrdup(from->action);
	to->from_state = pstrdup(from->from_state);
	to->to_state = pstrdup(from->to_state);
	to->role = pstrdup(from->role);
	to->name_ar = from->name_ar ? pstrdup(from->name_ar) : NULL;
	to->name_en = from->name_en ? pstrdup(from->name_en) : NULL;
	to->preconditions = copy_names(from->preconditions);
	to->effects = copy_names(from->effects);
	to->messages = copy_names(from->messages);
	to->traits = from->traits;
	return to;
}

/* "submit (to submitted), withdraw (to withdrawn)"; in Arabic by their titles */
static char *
list_transitions(List *transitions, bool arabic)
{
	StringInfoData text;
	ListCell   *cell;
	const char *last = "";

	initStringInfo(&text);
	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);
		char	   *item = arabic ? TransitionTitle(transition, true)
		: psprintf("%s (to %s)", transition->action, transition->to_state);

		if (strcmp(item, last) == 0)
			continue;
		appendStringInfo(&text, "%s%s", text.len == 0 ? "" : arabic ? "، " : ", ", item);
		last = item;
	}
	return text.data;
}

/* The hint of each error here. */
static int
hint_next_actions(const char *en)
{
	return errhint_said(en, "تبيّن licence_home.next_actions(application_no) ما يمكن عمله، ولمن هو، وما ينقصه.");
}

/* No step leads from this state to that one, or by that action (to NULL). */
void
RaiseNoSuchTransition(List *transitions, int64 application_no, const char *from,
					  const char *to, const char *action)
{
	bool		arabic = language_setting == LANGUAGE_AR;
	char	   *steps = list_transitions(transitions, arabic);
	char	   *detail;

	if (steps[0] == '\0')
		detail = arabic ? pstrdup("هذه حالة نهائية لا خطوة بعدها.")
			: psprintf("State \"%s\" is an end: no step leads out of it.", from);
	else
		detail = arabic ? psprintf("الخطوات من هذه الحالة: %s.", steps)
			: psprintf("The steps from \"%s\" are: %s.", from, steps);
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_STEP),
			 action
			 ? errmsg_said(application_no,
						   psprintf("there is no step \"%s\" from state \"%s\"", action, from),
						   psprintf("لا خطوة \"%s\" من الحالة \"%s\"", action, from))
			 : errmsg_said(application_no,
						   psprintf("there is no step from state \"%s\" to state \"%s\"", from, to),
						   psprintf("لا خطوة من الحالة \"%s\" إلى الحالة \"%s\"", from, to)),
			 errdetail_internal("%s", detail),
			 hint_next_actions("licence_home.next_actions(application_no) says what may be done, by whom, and what is lacking."),
			 err_column("application", "state")));
}

/* The role has no right to the step. */
static void
refuse_step(int64 application_no, const Transition *transition, Oid caller)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg_said(application_no,
						 psprintf("step %s from state \"%s\" is not yours to take",
								  TransitionTitle(transition, false), transition->from_state),
						 psprintf("الخطوة %s ليست من صلاحيتك", TransitionTitle(transition, true))),
			 language_setting == LANGUAGE_AR
			 ? errdetail("هي لأعضاء licence_home_%s، وأنت %s.", transition->role, WorkerName(caller))
			 : errdetail("It is taken by members of licence_home_%s; you are %s.",
						 transition->role, WorkerName(caller)),
			 hint_next_actions("licence_home.next_actions(application_no) says which steps are yours, and whose the others are."),
			 err_column("application", "state")));
}

Transition *
FindTransition(List *transitions, int64 application_no, const char *from,
			   const char *to, const char *action, Oid caller)
{
	Transition *found = NULL;
	Transition *forbidden = NULL;
	ListCell   *cell;

	foreach(cell, transitions)
	{
		Transition *transition = lfirst(cell);

		if (strcmp(transition->to_state, to) != 0)
			continue;
		if (action != NULL && strcmp(transition->action, action) != 0)
			continue;
		if (!MayTakeAs(caller, transition->role))
		{
			forbidden = transition;
			continue;
		}
		if (found != NULL && strcmp(found->action, transition->action) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_AMBIGUOUS_STEP),
					 errmsg_said(application_no,
								 psprintf("two steps lead from state \"%s\" to state \"%s\"", from, to),
								 psprintf("خطوتان تقودان من الحالة \"%s\" إلى الحالة \"%s\"", from, to)),
					 language_setting == LANGUAGE_AR
					 ? errdetail("يجوز لك كلتاهما: %s و%s.", TransitionTitle(found, true), TransitionTitle(transition, true))
					 : errdetail("Your role may take both: %s and %s.", found->action, transition->action),
					 errhint_said("Name the step: licence_home.perform(application_no, action, note).",
								  "سمِّ الخطوة: licence_home.perform(application_no, action, note)."),
					 err_column("application", "state")));
		found = transition;
	}
	if (found != NULL)
		return found;
	if (forbidden != NULL && HasGroupRole(caller, forbidden->role))
		CheckSomebodyWorks();
	if (forbidden != NULL)
		refuse_step(application_no, forbidden, caller);
	RaiseNoSuchTransition(transitions, application_no, from, to, action);
}

char *
StateLeft(OwnerScope *scope, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT e.from_state FROM licence_home.application_event AS e "
									   "WHERE e.application_no = $1 AND e.from_state <> e.to_state "
									   "ORDER BY e.case_event DESC LIMIT 1");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no));

	return rows.count == 1 ? RowText(rows, 0, 1) : NULL;
}

void
CheckReopens(OwnerScope *scope, int64 application_no, List *transitions,
			 const char *from, const char *to)
{
	char	   *left = StateLeft(scope, application_no);

	if (left == NULL || strcmp(left, to) != 0)
		RaiseNoSuchTransition(transitions, application_no, from, to, NULL);
}
