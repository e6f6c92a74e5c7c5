/*
 * preconditions.c
 *		The conditions that must hold before a step is taken.
 *
 * A precondition is one record below: a row of workflow_transition names it,
 * and whatever the code must know of it is here.  What it asks is a function in
 * src/sql/case/preconditions.sql, whose rows are the objections to the step.
 * "precondition_" and its name is the function's name:
 *
 *	SELECT * FROM licence_home_internal.precondition_inspection_ahead(
 *		'A2026-00000001-6', NULL, NULL, NULL, 'submitted');
 *
 * The arguments are the case, the step's note, its reason code for a closure,
 * the later deadline, and the state before the step.  Where a step is hot, a
 * fast path (fast_paths.c) may say that nothing objects, and spare the query;
 * sql/fast_paths.sql holds it equal to the function.
 *
 * A name without a record may be the municipality's: own_preconditions.c.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "errors.h"
#include "sms/text/placeholders.h"
#include "workflow/objections.h"
#include "workflow/own_preconditions.h"
#include "workflow/preconditions.h"

#define PRECONDITION(name_) \
	.name = name_, \
	.plan = SAVED_PLAN("SELECT o.text_en, o.text_ar, o.subject, o.hint " \
					   "FROM licence_home_internal.precondition_" name_ "($1, $2, $3, $4, $5) AS o")

static Precondition preconditions[] = {
	{
		PRECONDITION("eligible"),
		.sqlstate = ERRCODE_LH_NOT_ELIGIBLE,
		.hint = "licence_home.eligibility(application_no) gives every criterion, what was required, what was observed, and a remedy.",
		.traits = TRAIT_LOCKS_APPLICANT | TRAIT_DERIVES_PLACE,
		.proves = FACT_ELIGIBLE
	},
	{
		PRECONDITION("documents_given"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a row into licence_home.document for each; licence_home.required_documents(application_no) lists them.",
		.holds = DocumentsAreGiven,
		.before = {EV_DOCUMENT}
	},
	{
		PRECONDITION("deficiency_found"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Review the document, or insert a row into licence_home.application_finding.",
		.provides = PROVIDES_DEFICIENCY,
		.before = {EV_DOCUMENT_REVIEW | EV_FINDING}
	},
	{
		PRECONDITION("deficiency_supplied"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a new row into licence_home.document, or change the columns that were found wrong.",
		.traits = TRAIT_ASKS_CORRECTION | TRAIT_ASKS_PAPERS,
		.here = EV_DOCUMENT | EV_AMEND
	},
	{
		PRECONDITION("correction_made"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Change the columns that were found wrong; they are in licence_home.application_finding.",
		.traits = TRAIT_ASKS_CORRECTION
	},
	{
		PRECONDITION("documents_accepted"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Review each required document as accepted, or return the application for what is lacking.",
		.holds = DocumentsAreAccepted,
		.traits = TRAIT_ACCEPTS_DOCUMENTS,
		.before = {EV_DOCUMENT, EV_DOCUMENT_REVIEW}
	},
	{
		PRECONDITION("inspection_ahead"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a row into licence_home.inspection with scheduled_for in the future.",
		.holds = InspectionIsAhead,
		.provides = PROVIDES_APPOINTMENT,
		.before = {EV_INSPECTION},
		.proves = FACT_PENDING
	},
	{
		PRECONDITION("former_inspection_closed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Close the former inspection as no_access or cancelled, then insert the new one.",
		.here = EV_INSPECTION_CLOSE | EV_INSPECTION_CANCEL,
		.before = {EV_INSPECTION}
	},
	{
		PRECONDITION("appointment_chosen"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.reschedule(application_no, starts_at), with one of licence_home.inspection_slots(application_no).",
		.before = {EV_INSPECTION}
	},
	{
		PRECONDITION("appointment_kept"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "An appointment at another time is told: reschedule_inspection.",
		.here = EV_INSPECTION,
		.before = {EV_INSPECTION}
	},
	{
		PRECONDITION("inspection_failed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert the findings, then close the inspection: UPDATE licence_home.inspection SET outcome = 'failed'.",
		.traits = TRAIT_JUDGES_VISIT,
		.provides = PROVIDES_FAILED_CRITERIA,
		.before = {EV_INSPECTION, EV_INSPECTION_CLOSE, EV_INSPECTION_FINDING},
		.disproves = FACT_PENDING
	},
	{
		PRECONDITION("inspection_done"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Close the inspection as passed with its measured areas, or as not_correctable; an area larger than declared is a criterion not met. licence_home.next_actions(application_no) lists the other steps.",
		.holds = InspectionIsDone,
		.traits = TRAIT_JUDGES_VISIT,
		.before = {EV_INSPECTION, EV_INSPECTION_CLOSE},
		.disproves = FACT_PENDING
	},
	{
		PRECONDITION("inspection_passed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Only an inspection that passed can be followed by an approval; licence_home.next_actions(application_no) lists the other steps.",
		.holds = InspectionIsPassed,
		.traits = TRAIT_JUDGES_VISIT,
		.before = {EV_INSPECTION, EV_INSPECTION_CLOSE},
		.proves = FACT_INSPECTED,
		.disproves = FACT_PENDING
	},
	{
		PRECONDITION("inspection_passed_after_change"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Another inspection has to pass first.",
		.holds = InspectionIsPassedAfterChange,
		.traits = TRAIT_JUDGES_VISIT,
		.before = {EV_INSPECTION, EV_INSPECTION_CLOSE},
		.proves = FACT_INSPECTED,
		.disproves = FACT_PENDING
	},
	{
		PRECONDITION("note_given"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Give it as the third argument of licence_home.perform(), or write step_note in the UPDATE.",
		.holds = NoteIsGiven
	},
	{
		PRECONDITION("later_date"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.perform(application_no, action, note, until => date).",
		.traits = TRAIT_BOUNDS_EXTENSION
	},
	{
		PRECONDITION("closure_reason"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "The codes are in licence_home.reason where purpose = 'closure'; give one as the note of licence_home.perform(), or write closure_reason in the UPDATE.",
		.traits = TRAIT_TAKES_REASON,
		.provides = PROVIDES_CLOSURE_REASON
	},
	{
		PRECONDITION("decision_approved"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a row into licence_home.decision with outcome approved; the latest counts.",
		.holds = DecisionIsApproved,
		.traits = TRAIT_APPROVED,
		.here = EV_DECISION,
		.proves = FACT_DECIDED
	},
	{
		PRECONDITION("decision_refused"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a row into licence_home.decision with outcome refused and a reason; the latest counts.",
		.provides = PROVIDES_REFUSAL_REASON,
		.here = EV_DECISION,
		.disproves = FACT_DECIDED
	},
	{
		PRECONDITION("approvals_needed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.perform(application_no, action) finds the right state by itself.",
		.holds = ApprovalsAreNeeded,
		.provides = PROVIDES_AUTHORITIES,
		.excludes = "approvals_not_needed"
	},
	{
		PRECONDITION("approvals_not_needed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.perform(application_no, action) finds the right state by itself.",
		.holds = ApprovalsAreNotNeeded,
		.excludes = "approvals_needed"
	},
	{
		PRECONDITION("approvals_answered"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a row into licence_home.external_approval for each.",
		.before = {AN_AUTHORITY, EV_APPROVAL}
	},
	{
		PRECONDITION("approval_deficient"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Review the rows of licence_home.external_approval.",
		.provides = PROVIDES_APPROVAL_DEFICIENCY,
		.before = {AN_AUTHORITY, EV_APPROVAL, EV_APPROVAL_REVIEW}
	},
	{
		PRECONDITION("approvals_supplied"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Insert a new row into licence_home.external_approval for each.",
		.here = EV_APPROVAL,
		.before = {AN_AUTHORITY}
	},
	{
		PRECONDITION("approval_refused"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Review the answer: UPDATE licence_home.external_approval SET review = 'accepted'.",
		.provides = PROVIDES_REFUSING_AUTHORITY,
		.before = {AN_AUTHORITY, EV_APPROVAL, EV_APPROVAL_REVIEW}
	},
	{
		PRECONDITION("approvals_accepted"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Review each answer as accepted, or return the approvals for what is lacking.",
		.traits = TRAIT_ACCEPTS_APPROVALS,
		.before = {AN_AUTHORITY, EV_APPROVAL, EV_APPROVAL_REVIEW}
	},
	{
		PRECONDITION("invoice_paid"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "The licence is issued by the payment itself: licence_home.record_payment().",
		.holds = InvoiceIsPaid,
		.traits = TRAIT_FOLLOWS_PAYMENT,
		.before = {FACT_BILL},
		.proves = FACT_PAID,
		.disproves = FACT_UNPAID
	},
	{
		PRECONDITION("claim_held"),
		.sqlstate = ERRCODE_LH_IN_OTHER_HANDS,
		.hint = "Take the case in hand: licence_home.claim_case(application_no)."
	},
	{
		PRECONDITION("payment_reversed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "The step follows a payment that was taken back by itself: licence_home.reverse_payment().",
		.traits = TRAIT_FOLLOWS_REVERSAL,
		.provides = PROVIDES_REVERSAL,
		.before = {FACT_BILL},
		.proves = FACT_UNPAID,
		.disproves = FACT_PAID
	},
	{
		PRECONDITION("nothing_paid"),
		.sqlstate = ERRCODE_LH_TOO_LATE,
		.hint = "The money is paid back or taken back first; licence_home.incomplete_payments lists the case."
	},
	{
		PRECONDITION("bill_differs"),
		.sqlstate = ERRCODE_LH_TOO_LATE,
		.hint = "An administrator corrects the fee first; licence_home.fee(profession, work_area_m2, on_date) shows it.",
		.before = {FACT_BILL}
	},
	{
		PRECONDITION("licence_allows"),
		.sqlstate = ERRCODE_LH_LICENCE_FORBIDS,
		.hint = "licence_home.to_prove(application_no) says what the case changes; licence_home.licence_rule when a term is renewed.",
		.traits = TRAIT_LOCKS_LICENCE
	},
	{
		PRECONDITION("licence_in_force"),
		.sqlstate = ERRCODE_LH_LICENCE_FORBIDS,
		.hint = "licence_home.licence_on(licence_no) says what it is.",
		.proves = FACT_ELIGIBLE
	},
	{
		PRECONDITION("no_contradiction"),
		.sqlstate = ERRCODE_LH_CONTRADICTION,
		.hint = "Wait for the end of the other case, or withdraw it.",
		.traits = TRAIT_LOCKS_LICENCE
	},
	{
		PRECONDITION("nothing_to_prove"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.to_prove(application_no) lists it; licence_home.perform(application_no, action) finds the right state by itself.",
		.excludes = "something_to_prove",
		.proves = FACT_INSPECTED | FACT_DECIDED,
		.disproves = FACT_PENDING
	},
	{
		PRECONDITION("something_to_prove"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.perform(application_no, action) finds the right state by itself.",
		.excludes = "nothing_to_prove"
	},
	{
		PRECONDITION("inspection_to_prove"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.next_actions(application_no) lists the other steps."
	},
	{
		PRECONDITION("inspection_proven"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "An inspection has to pass first; licence_home.next_actions(application_no) lists the steps.",
		.holds = InspectionIsPassedAfterChange,
		.traits = TRAIT_JUDGES_VISIT,
		.proves = FACT_INSPECTED,
		.disproves = FACT_PENDING
	},
	{
		PRECONDITION("decision_to_prove"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "licence_home.next_actions(application_no) lists the other steps.",
		.excludes = "decision_not_to_prove"
	},
	{
		PRECONDITION("decision_not_to_prove"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Refer the case to the decider.",
		.excludes = "decision_to_prove",
		.proves = FACT_DECIDED
	},
	{
		PRECONDITION("no_duplicate"),
		.sqlstate = ERRCODE_LH_NOT_ELIGIBLE,
		.hint = "licence_home.eligibility(application_no) names the other case or licence.",
		.traits = TRAIT_LOCKS_APPLICANT
	},
	{
		PRECONDITION("deadline_passed"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "A lapse is the daily job's: licence_home.lapse_overdue().",
		.traits = TRAIT_FOLLOWS_LAPSE
	},
	{
		PRECONDITION("deadline_moved"),
		.sqlstate = ERRCODE_LH_EVIDENCE_LACKING,
		.hint = "Telling a deadline again is the daily job's, when the calendar has moved it.",
		.traits = TRAIT_FOLLOWS_MOVE | TRAIT_BOUNDS_EXTENSION
	},
};

Precondition *
FindPrecondition(const char *name)
{
	for (int i = 0; i < (int) lengthof(preconditions); i++)
	{
		if (strcmp(preconditions[i].name, name) == 0)
			return &preconditions[i];
	}
	return NULL;
}

uint32
TraitsOfPreconditions(List *names)
{
	uint32		traits = 0;
	ListCell   *cell;

	foreach(cell, names)
	{
		const Precondition *precondition = FindPrecondition(lfirst(cell));

		if (precondition != NULL)
			traits |= precondition->traits;
	}
	return traits;
}

List *
PreconditionsWithTrait(uint32 trait)
{
	List	   *names = NIL;

	for (int i = 0; i < (int) lengthof(preconditions); i++)
	{
		if (preconditions[i].traits & trait)
			names = lappend(names, unconstify(char *, preconditions[i].name));
	}
	return names;
}

const char *
PreconditionThatProves(Facts facts)
{
	for (int i = 0; i < (int) lengthof(preconditions); i++)
	{
		if (preconditions[i].proves & facts)
			return preconditions[i].name;
	}
	return NULL;
}

/* The objection of a row of a precondition's function. */
static Objection *
make_objection(const Precondition *precondition, Rows rows, uint64 row)
{
	Objection  *objection = palloc(sizeof(Objection));
	char	   *hint = RowText(rows, row, 4);

	objection->precondition = precondition->name;
	objection->sqlstate = precondition->sqlstate;
	objection->text_en = RowText(rows, row, 1);
	objection->text_ar = RowText(rows, row, 2);
	objection->subject = RowText(rows, row, 3);
	objection->hint = hint ? hint : precondition->hint;
	if (objection->text_en == NULL)
		objection->text_en = "not proven";
	if (objection->text_ar == NULL)
		objection->text_ar = "غير مثبت";
	return objection;
}

/* Ask the function of a precondition. */
static Rows
ask(OwnerScope *scope, Precondition *precondition, const Step *step,
	const Transition *transition)
{
	return ExecPlan(scope, &precondition->plan,
					CaseArg(step->application_no),
					TextArg(step->note),
					TextArg(step->reason),
					DatumArg(ARG_DATE, DateADTGetDatum(step->until), !step->has_until),
					TextArg(transition->from_state));
}

List *
AskPreconditions(OwnerScope *scope, const Step *step, const Transition *transition)
{
	List	   *objections = NIL;
	ListCell   *cell;

	foreach(cell, transition->preconditions)
	{
		Precondition *precondition = FindPrecondition(lfirst(cell));
		Rows		rows;

		if (precondition == NULL)
		{
			objections = list_concat(objections,
									 AskOwnPrecondition(scope, step, transition, lfirst(cell)));
			continue;
		}
		if (precondition->holds != NULL && precondition->holds(scope, step))
			continue;
		rows = ask(scope, precondition, step, transition);
		for (uint64 row = 0; row < rows.count; row++)
			objections = lappend(objections, make_objection(precondition, rows, row));
	}
	return objections;
}

bool
HoldForCertain(OwnerScope *scope, const Step *step, const Transition *transition)
{
	ListCell   *cell;

	foreach(cell, transition->preconditions)
	{
		const Precondition *precondition = FindPrecondition(lfirst(cell));

		if (precondition == NULL || precondition->holds == NULL || !precondition->holds(scope, step))
			return false;
	}
	return true;
}

bool
ExcludeEachOther(const Transition *one, const Transition *other)
{
	ListCell   *cell;

	foreach(cell, one->preconditions)
	{
		const Precondition *precondition = FindPrecondition(lfirst(cell));

		if (precondition != NULL && precondition->excludes != NULL &&
			HasName(other->preconditions, precondition->excludes))
			return true;
	}
	return false;
}

PG_FUNCTION_INFO_V1(licence_home_precondition_holds);
/*
 * precondition_holds(name, application_no, note): what the fast path of a
 * precondition says; null where it has none.  For tests.
 */
Datum
licence_home_precondition_holds(PG_FUNCTION_ARGS)
{
	Precondition *precondition;
	Step		step = {0};
	OwnerScope	scope;
	bool		holds;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	precondition = FindPrecondition(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (precondition == NULL || precondition->holds == NULL)
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
		step.application_no = PG_GETARG_INT64(1);
	if (!PG_ARGISNULL(2))
		step.note = text_to_cstring(PG_GETARG_TEXT_PP(2));
	EnterOwner(&scope, OWNER_READS);
	holds = precondition->holds(&scope, &step);
	LeaveOwner(&scope);
	PG_RETURN_BOOL(holds);
}
