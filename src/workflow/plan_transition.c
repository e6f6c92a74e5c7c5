/*
 * plan_transition.c
 *		The BEFORE trigger of application: what an UPDATE asks for.
 *
 * BEFORE UPDATE settles what the row alone can tell: that nobody was faster,
 * which transition the new state asks for, which role may take it, and what
 * the rules derive.  AFTER UPDATE (apply_transition.c) sees the row as it now
 * is, as every query of a precondition must.  It asks the preconditions, then
 * writes effects, events and messages.  An error in either undoes the
 * statement.
 *
 * BEFORE hands to AFTER what it found, in a table that lives as long as the
 * transaction (pending.c).  The AFTER triggers of a statement fire when all
 * its rows are done.  So a function in its RETURNING list or its expressions
 * runs in between.  Such a function may not change the same case, or the step
 * would escape its preconditions.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/begin_case.h"
#include "workflow/columns.h"
#include "workflow/effects.h"
#include "workflow/events.h"
#include "workflow/home_facts.h"
#include "workflow/life.h"
#include "workflow/pending.h"
#include "workflow/principal.h"
#include "workflow/request.h"
#include "workflow/row.h"
#include "workflow/separation.h"
#include "workflow/transitions.h"
#include "workflow/waits_for.h"

/*
 * Was somebody faster?  Under READ COMMITTED an UPDATE that waited for
 * another goes on with the row as that other left it.  The statement's
 * snapshot does not know that row's writer: then two sessions took one step,
 * and the second must hear of it.
 */
static void
refuse_stale(HeapTuple tuple, int64 application_no)
{
	TransactionId writer = HeapTupleHeaderGetXmin(tuple->t_data);
	Snapshot	snapshot = GetActiveSnapshot();

	if (HeapTupleHeaderXminFrozen(tuple->t_data) ||
		TransactionIdIsCurrentTransactionId(writer) ||
		!IsMVCCSnapshot(snapshot) ||
		!XidInMVCCSnapshot(writer, snapshot))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg_case(application_no, "the case has changed since this statement began"),
			 errdetail("Another session moved it first."),
			 errhint("Look at the case again, then decide whether the step is still wanted."),
			 err_table("application")));
}

/*
 * Optimistic locking: a client that writes row_version says which version it
 * has read (a form), or which comes after that one.  The latter is an object
 * mapper, which asks for the former in WHERE. Anything else is a change of a
 * row that the client has not seen.  Gives the version that the row has had so
 * far.
 */
static int32
check_row_version(HeapTuple old, HeapTuple *new, TupleDesc desc, int64 application_no)
{
	RowChange	change = {.memory = CurrentMemoryContext};
	bool		isnull;
	int32		version = DatumGetInt32(ColumnDatum(old, desc, "row_version", &isnull));
	int32		given = DatumGetInt32(ColumnDatum(*new, desc, "row_version", &isnull));

	if (!isnull && given != version && given != version + 1)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg_case(application_no, "the case is at row_version %d, not at %d", version, given),
				 errdetail("Somebody changed it after it was read."),
				 errhint("Look at the case again, then decide whether the change is still wanted."),
				 err_column("application", "row_version")));
	if (isnull || given != version)
	{
		ReplaceColumn(&change, desc, "row_version", Int32GetDatum(version), false);
		*new = WithChanges(*new, desc, &change);
	}
	return version;
}

/*
 * A case is judged for its life by the rules in force on the day of its first
 * submission.  So note the day, the edition, the workflow and the place.
 */
static void
freeze_rules(OwnerScope *scope, RowChange *change, TupleDesc desc,
			 int64 application_no, HeapTuple new, int32 version)
{
	static SavedPlan derive = SAVED_PLAN("SELECT edition, district, zone_class "
										 "FROM licence_home.place_and_edition($1, $2)");
	static const char *const derived[] = {"edition", "district", "zone_class"};
	DateADT		today = ClockDay(ClockNow());
	bool		isnull;
	Datum		home;
	Rows		rows;

	if (!ColumnIsNull(new, desc, "submitted_at"))
		return;					/* a later submission keeps the first's rules */
	home = ColumnDatum(new, desc, "home", &isnull);
	rows = ExecPlanLimit(scope, &derive, 2, DatumArg(ARG_GEOMETRY, home, isnull), DateArg(today));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg_case(application_no, "no edition of the instructions is in force today"),
				 errhint("An administrator puts the instructions in force into licence_home.edition; licence_home.load_rules() puts in a municipality's rules."),
				 err_table("edition")));

	for (int i = 0; i < (int) lengthof(derived); i++)
	{
		Datum		value = RowDatum(rows, 0, i + 1, &isnull);

		ReplaceColumn(change, desc, derived[i], value, isnull);
	}
	ReplaceColumn(change, desc, "judged_on", DateADTGetDatum(today), false);
	ReplaceColumn(change, desc, "submitted_at", TimestampTzGetDatum(ClockNow()), false);
	ReplaceColumn(change, desc, "workflow_version", Int32GetDatum(version), false);
}

/*
 * District and zone class follow from the home, under the map of the day that
 * judges the case.  They are derived anew when the home is corrected, and
 * where a step proves the place or enters it into the register.
 */
static void
derive_place(OwnerScope *scope, RowChange *change, TupleDesc desc,
			 HeapTuple new)
{
	static SavedPlan derive = SAVED_PLAN("SELECT district, zone_class FROM licence_home_internal.place_on($1, $2)");
	static const char *const derived[] = {"district", "zone_class"};
	bool		no_home;
	bool		isnull;
	Datum		home = ColumnDatum(new, desc, "home", &no_home);
	Datum		judged_on = ColumnDatum(new, desc, "judged_on", &isnull);
	Rows		rows;

	if (isnull)
		return;					/* no rules judge the case yet */
	rows = ExecPlan(scope, &derive, DatumArg(ARG_GEOMETRY, home, no_home),
					DatumArg(ARG_DATE, judged_on, false));
	for (int i = 0; i < (int) lengthof(derived); i++)
	{
		Datum		value = RowDatum(rows, 0, i + 1, &isnull);

		ReplaceColumn(change, desc, derived[i], value, isnull);
	}
}

/* Set the deadline of a step; due_at is no more than a lower bound of it. */
static void
set_deadline(Step *step, RowChange *change, TupleDesc desc, Deadline deadline)
{
	step->deadline = deadline;
	if (deadline.cause != NULL)
		ReplaceColumn(change, desc, "due_at",
					  TimestampTzGetDatum(ClockEndOfDay(deadline.date_named)), false);
	else if (!deadline.keeps_stay)
		ReplaceColumn(change, desc, "due_at", (Datum) 0, true);
}

/* The deadline of a state that the case comes into, and the next role there. */
static void
enter_state(OwnerScope *scope, Step *step, RowChange *change, TupleDesc desc,
			const char *workflow, int32 version, const char *state)
{
	StateEntry	entry = EnterState(scope, workflow, version, state);
	const char *waits_for = entry.waits_for;

	if (waits_for != NULL && strcmp(waits_for, "decider") == 0)
		waits_for = DeciderOf(scope, step->application_no, workflow, version);
	step->visits = entry.visits;
	step->ends = waits_for == NULL;
	set_deadline(step, change, desc, entry.deadline);
	ReplaceColumn(change, desc, "waits_for",
				  waits_for ? CStringGetTextDatum(waits_for) : (Datum) 0, waits_for == NULL);
}

/* A deadline is not set anew to a day before the one that runs. */
static void
keep_later_deadline(OwnerScope *scope, Step *step, RowChange *change, TupleDesc desc,
					const char *from)
{
	Deadline	before = MovedDeadline(scope, step->application_no, from);

	if (before.cause != NULL && before.date_named > step->deadline.date_named)
		set_deadline(step, change, desc, before);
}

/* The message that tells the applicant the deadline of a state; NULL: none. */
static char *
deadline_template(OwnerScope *scope, const char *workflow, int32 version,
				  const char *state)
{
	static SavedPlan find = SAVED_PLAN("SELECT s.deadline_template FROM licence_home.workflow_state AS s "
									   "WHERE s.workflow = $1 AND s.version = $2 AND s.state = $3");
	Rows		rows = ExecPlan(scope, &find, TextArg(workflow), Int4Arg(version), TextArg(state));

	return rows.count == 1 ? RowText(rows, 0, 1) : NULL;
}

/*
 * The transition that a payment takes out of the state where a fee is due.  A
 * waived fee takes it at once, unless the transition asks for more than the
 * payment.
 */
static Transition *
automatic_transition(OwnerScope *scope, int64 application_no, const char *workflow,
					 int32 version, const char *state)
{
	Transition *transition = PaymentTransition(TransitionsFrom(scope, application_no, workflow,
															   version, state));

	return transition && list_length(transition->preconditions) == 1 ? transition : NULL;
}

/*
 * The transitions that the workflow offers from the state. perform() has
 * looked them up already, to find the state that its action leads to.  They
 * hold unless the case has moved since.
 */
static List *
offered_transitions(OwnerScope *scope, const StepRequest *request, int64 application_no,
					const char *workflow, int32 version, const char *state)
{
	if (request != NULL && request->transitions != NIL && request->version == version &&
		strcmp(request->from_state, state) == 0)
		return request->transitions;
	return TransitionsFrom(scope, application_no, workflow, version, state);
}

/* A client's note: the request's, else the one written into the UPDATE. */
static char *
note_of(const StepRequest *request, HeapTuple new, TupleDesc desc)
{
	if (request != NULL && request->note != NULL)
		return pstrdup(request->note);
	return ColumnText(new, desc, "step_note");
}

/*
 * The reason of a closure: the request's, else the one written into the
 * UPDATE; null where neither gives one.  A step that no precondition asks
 * for a reason takes none, since nothing would check it.
 */
static char *
reason_of(const StepRequest *request, const Step *step, HeapTuple old,
		  HeapTuple new, TupleDesc desc)
{
	char	   *before = ColumnText(old, desc, "closure_reason");
	char	   *reason = ColumnText(new, desc, "closure_reason");

	if (request != NULL && request->reason != NULL)
		reason = pstrdup(request->reason);
	if (reason != NULL && !HasTrait(step->transition, TRAIT_TAKES_REASON))
	{
		if (before == NULL || strcmp(before, reason) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(step->application_no, "step \"%s\" takes no closure reason",
								 step->transition->action),
					 errhint("What is to be said about the step is its note."),
					 err_column("application", "closure_reason")));
		return NULL;
	}
	return reason;
}

/* How many events the case has, and when the next is known. */
static void
read_events(Step *step, HeapTuple old, TupleDesc desc)
{
	bool		isnull;
	Datum		last;

	step->events = DatumGetInt32(ColumnDatum(old, desc, "events", &isnull));
	last = ColumnDatum(old, desc, "known_at", &isnull);
	step->known_at = NextKnownAt(DatumGetTimestampTz(last), isnull);
}

/* The step adds so many events to the case. */
static void
count_events(RowChange *change, TupleDesc desc, const Step *step, int count)
{
	ReplaceColumn(change, desc, "events", Int32GetDatum(step->events + count), false);
	ReplaceColumn(change, desc, "known_at",
				  TimestampTzGetDatum(step->known_at + count - 1), false);
}

/* Everything about a step that the row and the workflow tell. */
static void
prepare_step(OwnerScope *scope, RowChange *change, TupleDesc desc,
			 HeapTuple old, HeapTuple new, StepRequest *request,
			 Oid caller, char *changes, int32 version)
{
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(old, desc, "application_no", &isnull));
	char	   *workflow = ColumnText(old, desc, "workflow");
	char	   *from = ColumnText(old, desc, "state");
	char	   *to = ColumnText(new, desc, "state");
	List	   *transitions = offered_transitions(scope, request, application_no,
												  workflow, version, from);
	Transition *transition = FindTransition(transitions, application_no, from, to,
											request ? request->action : NULL, caller);
	Transition *automatic = NULL;
	const char *reached = to;
	char	   *skipped = NULL;
	List	   *fee = NIL;
	Step	   *step;
	MemoryContext outer;

	CheckSeparation(scope, application_no, workflow, version, transition->role);
	if (HasTrait(transition, TRAIT_REOPENS))
		CheckReopens(scope, application_no, transitions, from, to);
	if (strcmp(transition->role, "portal") == 0)
	{
		CheckPrincipal(scope, application_no, workflow, version, transition->action);
		CheckRepresentative(scope, application_no);
	}
	if (HasTrait(transition, TRAIT_BILLS))
		fee = ReadFee(scope, application_no);
	if (HasTrait(transition, TRAIT_BILLS) &&
		(FeeIsWaived(fee) ||
		 (HasTrait(transition, TRAIT_REPLACES_BILL) && MoneyCoversFee(scope, application_no))))
	{
		automatic = automatic_transition(scope, application_no, workflow, version, to);
		if (automatic != NULL)
		{
			reached = automatic->to_state;
			skipped = deadline_template(scope, workflow, version, to);
		}
	}

	step = AddPendingStep(application_no);
	outer = MemoryContextSwitchTo(step->memory);
	step->transition = CopyTransition(transition);
	step->automatic = automatic ? CopyTransition(automatic) : NULL;
	step->skipped_message = skipped ? pstrdup(skipped) : NULL;
	step->note = note_of(request, new, desc);
	step->reason = reason_of(request, step, old, new, desc);
	step->caller = caller;
	step->actor = ActorName();
	read_events(step, old, desc);
	step->changes = changes ? pstrdup(changes) : NULL;
	/* (a draft changes without a record of it) */
	if (BillsKnownFee(transition) && automatic == NULL && changes == NULL &&
		!ColumnIsNull(old, desc, "submitted_at"))
		step->fee = CopyFee(fee);
	if (request != NULL && request->has_until)
	{
		step->has_until = true;
		step->until = request->until;
	}
	MemoryContextSwitchTo(outer);

	if (HasTrait(transition, TRAIT_FREEZES_RULES))
		freeze_rules(scope, change, desc, application_no, new, version);
	else if (HasTrait(transition, TRAIT_DERIVES_PLACE))
		derive_place(scope, change, desc, new);
	if (request != NULL)
		request->reached = MemoryContextStrdup(request->memory, reached);
	if (automatic != NULL)
		ReplaceColumn(change, desc, "state",
					  PointerGetDatum(cstring_to_text(reached)), false);
	if (HasTrait(transition, TRAIT_FOLLOWS_MOVE))
		set_deadline(step, change, desc, MovedDeadline(scope, application_no, from));
	else if (HasTrait(transition, TRAIT_EXTENDS_DEADLINE))
		set_deadline(step, change, desc,
					 ExtendedDeadline(scope, application_no, from,
									  step->has_until, step->until));
	else
	{
		enter_state(scope, step, change, desc, workflow, version, reached);

		/*
		 * a bill that is open again is due anew, but never earlier than
		 * before
		 */
		if (HasTrait(transition, TRAIT_FOLLOWS_REVERSAL | TRAIT_REPLACES_BILL) && automatic == NULL)
			keep_later_deadline(scope, step, change, desc, from);
		ReplaceColumn(change, desc, "state_since",
					  TimestampTzGetDatum(ClockNow()), false);
	}
	count_events(change, desc, step, automatic ? 2 : 1);
	ReplaceColumn(change, desc, "step_note", (Datum) 0, true);
	if (step->reason != NULL)
		ReplaceColumn(change, desc, "closure_reason",
					  CStringGetTextDatum(step->reason), false);
}

/* An amendment without a step is an event too, as is what happens to its money. */
static void
prepare_event(RowChange *change, TupleDesc desc, HeapTuple old, Oid caller,
			  const char *event, const char *note, const char *changes)
{
	bool		isnull;
	Step	   *step = AddPendingStep(DatumGetInt64(ColumnDatum(old, desc, "application_no", &isnull)));

	step->caller = caller;
	step->actor = MemoryContextStrdup(step->memory, ActorName());
	read_events(step, old, desc);
	step->event = MemoryContextStrdup(step->memory, event);
	step->note = note ? MemoryContextStrdup(step->memory, note) : NULL;
	step->changes = changes ? MemoryContextStrdup(step->memory, changes) : NULL;
	count_events(change, desc, step, 1);
}

/* BEFORE UPDATE: a step, an amendment, or nothing. */
static HeapTuple
change_case(TriggerData *trigdata)
{
	HeapTuple	old = trigdata->tg_trigtuple;
	HeapTuple	new = trigdata->tg_newtuple;
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(old, desc, "application_no", &isnull));
	StepRequest *request = CurrentRequest(application_no);
	Oid			caller = request ? request->caller : GetUserId();
	char	   *from = ColumnText(old, desc, "state");
	char	   *to = ColumnText(new, desc, "state");
	char	   *workflow = ColumnText(old, desc, "workflow");
	int32		version;
	int32		row_version;
	bool		draft;
	RowChange	change = {.memory = CurrentMemoryContext};
	List	   *changed;
	char	   *changes = NULL;
	OwnerScope	scope;

	RefuseWhilePending(application_no);
	if (InOwnerScope() && (request == NULL || request->planned))
		return new;				/* our own upkeep, such as a later deadline */
	if (request != NULL)
		request->planned = true;
	if (request != NULL && request->event != NULL)
	{
		prepare_event(&change, desc, old, caller, request->event, request->note, request->changes);
		return WithChanges(new, desc, &change);
	}
	refuse_stale(old, application_no);
	if (to == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_STEP),
				 errmsg_case(application_no, "an application is always in a state, not in null"),
				 errhint("licence_home.next_actions(application_no) says to which states it can go."),
				 err_column("application", "state")));

	row_version = check_row_version(old, &new, desc, application_no);
	new = KeepEqualValues(old, new, desc);
	EnterOwner(&scope, OWNER_WRITES);
	ColumnDatum(old, desc, "submitted_at", &isnull);
	draft = isnull;
	version = DatumGetInt32(ColumnDatum(old, desc, "workflow_version", &isnull));
	if (isnull)
		version = WorkflowInForce(&scope, application_no, workflow);

	changed = ChangedColumns(old, new, desc);
	if (HasName(changed, "home") || HasName(changed, "home_area_m2") || HasName(changed, "built_on"))
		CheckHomeFacts(&scope, new, desc);
	if (HasName(changed, "home"))
	{
		TransformHome(&scope, &change, desc, new);
		new = WithChanges(new, desc, &change);
		changed = ChangedColumns(old, new, desc);
	}
	CheckKeptColumns(application_no, changed);
	if (changed != NIL)
	{
		LockedCase	locked = {application_no, from, workflow, version, 0};

		CheckAmendment(&scope, &locked, draft, changed, caller);
		CheckPrincipal(&scope, application_no, workflow, version, "amend");
		if (HasName(changed, "previous_application"))
			CheckPreviousApplication(&scope, application_no, trigdata->tg_relation, new,
									 DatumGetTimestampTz(ColumnDatum(old, desc, "created_at", &isnull)));
		if (!draft)
		{
			if (HasName(changed, "home"))
			{
				derive_place(&scope, &change, desc, new);
				new = WithChanges(new, desc, &change);
				changed = ChangedColumns(old, new, desc);
			}
			changes = ChangesAsJson(changed, old, new, desc);
		}
	}

	if (draft && changed == NIL && strcmp(from, to) != 0 && !ColumnIsNull(new, desc, "licence_no"))
		new = FollowLicence(&scope, &change, desc, new);
	if (strcmp(from, to) != 0 || request != NULL)
		prepare_step(&scope, &change, desc, old, new, request, caller,
					 changes, version);
	else
	{
		char	   *reason = ColumnText(new, desc, "closure_reason");
		char	   *old_reason = ColumnText(old, desc, "closure_reason");

		if (ColumnText(new, desc, "step_note") != NULL ||
			(reason != NULL && (old_reason == NULL || strcmp(reason, old_reason) != 0)))
			ereport(ERROR,
					(errcode(ERRCODE_LH_NO_SUCH_STEP),
					 errmsg_case(application_no, "a note or a closure reason goes with a step, and this UPDATE takes none"),
					 errhint("Set state in the same UPDATE, or use licence_home.perform(application_no, action, note)."),
					 err_column("application",
								ColumnText(new, desc, "step_note") != NULL ? "step_note" : "closure_reason")));
		if (changes != NULL)
			prepare_event(&change, desc, old, caller, "amend", NULL, changes);
	}
	if (changes != NULL && HasName(changed, "profession"))
		PendingStepOf(application_no)->profession_changed = true;
	if (changed != NIL || PendingStepOf(application_no) != NULL)
		ReplaceColumn(&change, desc, "row_version", Int32GetDatum(row_version + 1), false);
	LeaveOwner(&scope);
	return WithChanges(new, desc, &change);
}

PG_FUNCTION_INFO_V1(licence_home_application_trigger);
/* BEFORE INSERT OR UPDATE on application, for each row. */
Datum
licence_home_application_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "application_trigger", BEFORE_ROW_TRIGGER);

	if (TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
		return PointerGetDatum(BeginCase(trigdata));
	return PointerGetDatum(change_case(trigdata));
}
