/*
 * apply_transition.c
 *		The AFTER trigger of application: a transition takes place.
 *
 * The row of the case is as it will be, and plan_transition.c has left what it
 * found in pending.c.  For the transition that was asked for, and for the
 * automatic one that may follow, this asks the preconditions and writes
 * effects, event and messages.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "records/records.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/effects.h"
#include "workflow/events.h"
#include "workflow/life.h"
#include "workflow/money.h"
#include "workflow/objections.h"
#include "workflow/own_event.h"
#include "workflow/pending.h"
#include "workflow/preconditions.h"
#include "workflow/request.h"
#include "workflow/row.h"
#include "workflow/step_messages.h"
#include "workflow/transitions.h"
#include "workflow/waits_for.h"

/*
 * Two cases of one person, submitted at once, would each find the other still
 * a draft.  So the applicant is locked, and the submissions come one after the
 * other.
 */
static void
lock_applicant(OwnerScope *scope, int64 application_no)
{
	static SavedPlan lock = SAVED_PLAN("SELECT 1 FROM licence_home.applicant AS p "
									   "JOIN licence_home.application AS a USING (applicant_id) "
									   "WHERE a.application_no = $1 FOR NO KEY UPDATE OF p");

	ExecPlan(scope, &lock, CaseArg(application_no));
}

/* What an objection is counted as: a criterion where it is about one. */
static const char *
counted_as(const Objection *objection)
{
	if (strcmp(objection->precondition, "eligible") == 0 && objection->subject != NULL)
		return objection->subject;
	return strcmp(objection->precondition, "documents_given") == 0 ? "documents" : objection->precondition;
}

/*
 * Record that a case was not submitted, and why.  The error that follows undoes this
 * transaction, so that the record is one that somebody else writes.
 */
static void
record_refusal(OwnerScope *scope, int64 application_no, List *objections)
{
	static SavedPlan compose = SAVED_PLAN("SELECT jsonb_build_object('application_no', a.application_no::text, 'at', licence_home.now(), "
										  "'workflow', a.workflow, 'profession', a.profession, 'district', a.district, 'edition', a.edition, "
										  "'category', (SELECT p.category FROM licence_home_internal.profession_on(a.profession, a.judged_on) AS p), "
										  "'criteria', (SELECT jsonb_agg(DISTINCT c) FROM unnest($2) AS c))::text "
										  "FROM licence_home.application AS a WHERE a.application_no = $1");
	Datum	   *criteria = palloc(sizeof(Datum) * list_length(objections));
	int			count = 0;
	ListCell   *cell;
	Rows		rows;

	foreach(cell, objections)
		criteria[count++] = CStringGetTextDatum(counted_as(lfirst(cell)));
	rows = ExecPlan(scope, &compose, CaseArg(application_no),
					DatumArg(ARG_TEXT_ARRAY, TextArray(criteria, NULL, count), false));
	if (rows.count == 1)
		KeepRecordForWorker(RECORD_REFUSED, RowText(rows, 0, 1));
}

/* One transition. */
static void
apply_transition(OwnerScope *scope, const Step *step, const Transition *transition,
				 int32 case_event)
{
	List	   *objections;
	int64		event_no;

	if (step->profession_changed && transition == step->transition)
		FollowProfession(scope, step, case_event);
	if (HasTrait(transition, TRAIT_LOCKS_LICENCE))
		LockLicence(scope, step->application_no);
	if (HasTrait(transition, TRAIT_LOCKS_APPLICANT))
		lock_applicant(scope, step->application_no);
	objections = AskPreconditions(scope, step, transition);
	if (objections != NIL)
	{
		if (HasTrait(transition, TRAIT_FREEZES_RULES))
			record_refusal(scope, step->application_no, objections);
		RaiseObjections(step->application_no, transition, objections);
	}
	RunEffects(scope, step, transition, case_event);
	event_no = AppendEvent(scope, step, transition->action,
						   transition->from_state, transition->to_state,
						   case_event, step->note,
						   transition == step->transition ? step->changes : NULL);
	if (transition == (step->automatic ? step->automatic : step->transition))
		RecordDeadline(scope, &step->deadline, step->application_no,
					   transition->to_state, case_event, EventKnownAt(step, case_event));
	OweMessages(scope, step, transition, event_no);
	if (HasTrait(transition, TRAIT_ENDS_CASE | TRAIT_CANCELS_BILL | TRAIT_BILLS))
		NoteRefunds(scope, step->application_no, event_no);
	if (HasTrait(transition, TRAIT_REPLACES_BILL | TRAIT_REOPENS) && step->automatic == NULL)
		TellRest(scope, step->application_no, event_no);
}

/* A case that moved without a prepared step was moved past its preconditions. */
static void
refuse_unprepared(TriggerData *trigdata)
{
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	List	   *changed;

	if (OwnEventUnderWay())
		return;
	changed = ChangedColumns(trigdata->tg_trigtuple,
							 trigdata->tg_newtuple, desc);

	if (HasName(changed, "events") ||
		strcmp(ColumnText(trigdata->tg_trigtuple, desc, "state"),
			   ColumnText(trigdata->tg_newtuple, desc, "state")) != 0)
		elog(ERROR, "a case was moved without its step");
}

PG_FUNCTION_INFO_V1(licence_home_application_step);
/* AFTER UPDATE on application, for each row. */
Datum
licence_home_application_step(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "application_step", AFTER_ROW_TRIGGER);
	bool		isnull;
	Step	   *step;
	OwnerScope	scope;

	step = TakePendingStep(DatumGetInt64(ColumnDatum(trigdata->tg_newtuple,
													 RelationGetDescr(trigdata->tg_relation),
													 "application_no", &isnull)));
	if (step == NULL)
	{
		refuse_unprepared(trigdata);
		return PointerGetDatum(NULL);
	}

	EnterOwner(&scope, OWNER_WRITES);
	if (step->transition == NULL)
	{
		StepRequest *request = CurrentRequest(step->application_no);
		char	   *state = ColumnText(trigdata->tg_newtuple,
									   RelationGetDescr(trigdata->tg_relation),
									   "state");
		int64		event_no;

		if (step->profession_changed)
			FollowProfession(&scope, step, step->events + 1);
		event_no = AppendEvent(&scope, step, step->event, state, state, step->events + 1,
							   step->note, step->changes);
		if (request != NULL)
			request->event_no = event_no;
	}
	else
	{
		apply_transition(&scope, step, step->transition, step->events + 1);
		if (step->automatic != NULL)
			apply_transition(&scope, step, step->automatic, step->events + 2);
		if (step->visits)
			FollowVisitsOfStep(&scope, step->application_no,
							   step->events + (step->automatic ? 2 : 1));
		if (step->ends)
			EndClaim(&scope, step->application_no, step->actor);
	}
	LeaveOwner(&scope);
	MemoryContextDelete(step->memory);
	return PointerGetDatum(NULL);
}
