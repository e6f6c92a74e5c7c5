/*
 * evidence.c
 *		The triggers of the tables of evidence.
 *
 * Evidence is never overwritten.  A row is inserted by the role and in the
 * state that workflow_evidence names.  A review is an UPDATE of the row
 * reviewed, and can be changed until a step has relied on it.  The row notes
 * how many events its case had when it was reviewed; any event since then
 * freezes the review.  Two kinds of events do not freeze it.  A recall has the
 * effect reopen_reviews, which notes the number anew.  After a change of the
 * application a review may change, since it did not know of that.
 *
 * What the triggers have in common is in evidence_trigger.c; inspections are in
 * inspection.c.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "evidence/evidence_trigger.h"
#include "workflow/case_dates.h"

/* Note the review: who, when, and how far the case was. */
static void
stamp_review(EvidenceTrigger *trigger)
{
	SetColumn(trigger, "reviewed_at", TimestampTzGetDatum(ClockNow()));
	SetColumn(trigger, "reviewed_by", CStringGetTextDatum(ActorName()));
	SetColumn(trigger, "reviewed_at_event", Int32GetDatum(trigger->locked.events));
}

/* Its days, as far as they are given. */
static void
check_days(EvidenceTrigger *trigger)
{
	static const char *const days[] = {"issued_on", "expires_on"};

	for (int i = 0; i < (int) lengthof(days); i++)
	{
		bool		isnull;
		DateADT		day = DatumGetDateADT(ColumnDatum(trigger->new, trigger->desc, days[i], &isnull));

		if (!isnull)
			CheckCaseDay(&trigger->scope, trigger->locked.application_no,
						 trigger->evidence, days[i], day);
	}
}

/* A document or an approval comes in. */
static void
insert_reviewable(EvidenceTrigger *trigger)
{
	char	   *review = ColumnText(trigger->new, trigger->desc, "review");

	/* (our own code has asked: an owner's approval that ended) */
	if (!trigger->own)
		CheckEvidenceRight(&trigger->scope, &trigger->locked, trigger->evidence,
						   "insert", trigger->caller);
	check_days(trigger);
	StampInsert(trigger, true);
	if (review == NULL || strcmp(review, "pending") == 0)
		return;
	/* an official may add a row for what is missing, and judge it at once */
	CheckEvidenceRight(&trigger->scope, &trigger->locked, trigger->evidence,
					   "review", trigger->caller);
	stamp_review(trigger);
}

/* Has the application itself changed since its case had so many events? */
static bool
changed_since(EvidenceTrigger *trigger, int32 events)
{
	static SavedPlan changed = SAVED_PLAN("SELECT 1 FROM licence_home.application_event "
										  "WHERE application_no = $1 AND case_event > $2 AND changes IS NOT NULL");

	return ExecPlanLimit(&trigger->scope, &changed, 1,
						 CaseArg(trigger->locked.application_no), Int4Arg(events)).count > 0;
}

/*
 * Pass by a row whose place a newer one of its kind has taken.  A clerk who
 * reviews the documents of a case means those that count.
 */
static bool
is_superseded(EvidenceTrigger *trigger, SavedPlan *newer, const char *kind_column)
{
	bool		isnull;
	Datum		kind = ColumnDatum(trigger->old, trigger->desc, kind_column, &isnull);
	Datum		id = ColumnDatum(trigger->old, trigger->desc,
								 psprintf("%s_id", trigger->evidence), &isnull);

	if (ExecPlanLimit(&trigger->scope, newer, 1, CaseArg(trigger->locked.application_no),
					  DatumArg(ARG_TEXT, kind, false),
					  DatumArg(ARG_INT8, id, false)).count == 0)
		return false;
	ereport(NOTICE,
			(errmsg_case(trigger->locked.application_no,
						 "a newer row has taken the place of a row of %s, which stays as it is",
						 trigger->evidence),
			 errdetail("It is \"%s\", reviewed as %s.",
					   ColumnText(trigger->old, trigger->desc, kind_column),
					   ColumnText(trigger->old, trigger->desc, "review")),
			 err_column(trigger->evidence, "review")));
	return true;
}

/* A document or an approval is reviewed; false: its row is passed by. */
static bool
review_row(EvidenceTrigger *trigger, SavedPlan *newer, const char *kind_column)
{
	static const char *const allowed[] = {"review", "review_note"};
	List	   *changed = CheckOnlyChanged(trigger, allowed, lengthof(allowed),
										   "Insert a new row instead; a review changes review and review_note alone.");
	bool		isnull;
	int32		reviewed_at_event;

	if (changed == NIL)
		return true;
	CheckEvidenceRight(&trigger->scope, &trigger->locked, trigger->evidence,
					   "review", trigger->caller);
	if (is_superseded(trigger, newer, kind_column))
		return false;
	reviewed_at_event = DatumGetInt32(ColumnDatum(trigger->old, trigger->desc,
												  "reviewed_at_event", &isnull));
	if (!isnull && reviewed_at_event < trigger->locked.events &&
		!changed_since(trigger, reviewed_at_event))
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(trigger->locked.application_no,
							 "the review of this row of %s stands", trigger->evidence),
				 errdetail("A step taken since has relied on it."),
				 errhint("Insert a new row; the latest of its kind counts."),
				 err_column(trigger->evidence, "review")));
	stamp_review(trigger);
	return true;
}

PG_FUNCTION_INFO_V1(licence_home_document_trigger);
/* BEFORE INSERT OR UPDATE on document, for each row. */
Datum
licence_home_document_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.document_type WHERE document_type = $1 "
										"AND withdrawn_at IS NULL");
	static SavedPlan newer = SAVED_PLAN("SELECT 1 FROM licence_home.document WHERE application_no = $1 "
										"AND document_type = $2 AND document_id > $3");
	static const CodeColumn column = {
		"document", "document_type", "document type", "document_type"
	};
	EvidenceTrigger trigger;

	ReadTrigger(&trigger, fcinfo, "document");
	if (IsOwnUpdate(&trigger))
		return PointerGetDatum(trigger.new);
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (trigger.insert)
	{
		CheckCode(&trigger.scope, &known, &trigger.locked, &column,
				  ColumnText(trigger.new, trigger.desc, "document_type"));
		insert_reviewable(&trigger);
	}
	else if (!review_row(&trigger, &newer, "document_type"))
		return PassByRow(&trigger);
	return EndEvidence(&trigger);
}

PG_FUNCTION_INFO_V1(licence_home_external_approval_trigger);
/* BEFORE INSERT OR UPDATE on external_approval, for each row. */
Datum
licence_home_external_approval_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan required = SAVED_PLAN("SELECT 1 FROM licence_home.approval_requirement "
										   "WHERE application_no = $1 AND authority = $2 "
										   "AND ended_at_event IS NULL");
	static SavedPlan newer = SAVED_PLAN("SELECT 1 FROM licence_home.external_approval WHERE application_no = $1 "
										"AND authority = $2 AND external_approval_id > $3");
	EvidenceTrigger trigger;
	char	   *authority;

	ReadTrigger(&trigger, fcinfo, "external_approval");
	if (IsOwnUpdate(&trigger))
		return PointerGetDatum(trigger.new);
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (trigger.insert)
	{
		insert_reviewable(&trigger);
		authority = ColumnText(trigger.new, trigger.desc, "authority");
		if (authority != NULL &&
			ExecPlanLimit(&trigger.scope, &required, 1, CaseArg(trigger.locked.application_no),
						  TextArg(authority)).count != 1)
			ereport(ERROR,
					(errcode(ERRCODE_LH_UNKNOWN_CODE),
					 errmsg_case(trigger.locked.application_no,
								 "the approval of \"%s\" is not required",
								 authority),
					 errhint("The authorities asked are in licence_home.approval_requirement."),
					 err_column("external_approval", "authority")));
	}
	else if (!review_row(&trigger, &newer, "authority"))
		return PassByRow(&trigger);
	return EndEvidence(&trigger);
}

PG_FUNCTION_INFO_V1(licence_home_application_finding_trigger);
/* BEFORE INSERT OR UPDATE on application_finding, for each row. */
Datum
licence_home_application_finding_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.application_field WHERE field = $1 "
										"AND withdrawn_at IS NULL");
	static SavedPlan value = SAVED_PLAN("SELECT licence_home_internal.case_value($1, $2)");
	static const CodeColumn column = {
		"application_finding", "field", "column that can be found wrong",
		"application_field"
	};
	EvidenceTrigger trigger;
	char	   *field;

	ReadTrigger(&trigger, fcinfo, "application_finding");
	if (IsOwnUpdate(&trigger))
		return PointerGetDatum(trigger.new);
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (!trigger.insert)
		CheckOnlyChanged(&trigger, NULL, 0, "Insert another finding.");
	else
	{
		CheckEvidenceRight(&trigger.scope, &trigger.locked, "application_finding",
						   "insert", trigger.caller);
		field = ColumnText(trigger.new, trigger.desc, "field");
		CheckCode(&trigger.scope, &known, &trigger.locked, &column, field);
		StampInsert(&trigger, true);
		if (field != NULL)
		{
			Rows		rows = ExecPlan(&trigger.scope, &value,
										CaseArg(trigger.locked.application_no), TextArg(field));
			bool		isnull;
			Datum		found = RowDatum(rows, 0, 1, &isnull);

			ReplaceColumn(&trigger.change, trigger.desc, "found_value",
						  found, isnull);
		}
	}
	return EndEvidence(&trigger);
}

PG_FUNCTION_INFO_V1(licence_home_decision_trigger);
/* BEFORE INSERT OR UPDATE on decision, for each row. */
Datum
licence_home_decision_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.reason WHERE reason = $1 AND purpose = 'refusal' "
										"AND withdrawn_at IS NULL AND valid @> licence_home.today()");
	static const CodeColumn column = {
		"decision", "reason", "reason for a refusal", "reason"
	};
	EvidenceTrigger trigger;
	bool		isnull;
	DateADT		decided_on;
	char	   *role;

	ReadTrigger(&trigger, fcinfo, "decision");
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (!trigger.insert)
		CheckOnlyChanged(&trigger, NULL, 0, "Insert another decision; the latest counts.");
	else
	{
		role = CheckEvidenceRight(&trigger.scope, &trigger.locked, "decision",
								  "insert", trigger.caller);
		CheckCode(&trigger.scope, &known, &trigger.locked, &column,
				  ColumnText(trigger.new, trigger.desc, "reason"));
		decided_on = DatumGetDateADT(ColumnDatum(trigger.new, trigger.desc,
												 "decided_on", &isnull));
		if (!isnull)
			CheckCaseDay(&trigger.scope, trigger.locked.application_no,
						 "decision", "decided_on", decided_on);
		StampInsert(&trigger, true);
		SetColumn(&trigger, "decided_as", CStringGetTextDatum(role));
		if (ColumnText(trigger.new, trigger.desc, "decided_by") == NULL)
			SetColumn(&trigger, "decided_by", CStringGetTextDatum(ActorName()));
	}
	return EndEvidence(&trigger);
}

PG_FUNCTION_INFO_V1(licence_home_approval_requirement_trigger);
/* BEFORE INSERT OR UPDATE on approval_requirement, for each row. */
Datum
licence_home_approval_requirement_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.authority WHERE authority = $1 "
										"AND withdrawn_at IS NULL AND valid @> licence_home.today()");
	static const CodeColumn column = {
		"approval_requirement", "authority", "authority", "authority"
	};
	EvidenceTrigger trigger;
	char	   *basis;

	ReadTrigger(&trigger, fcinfo, "approval_requirement");
	if (InOwnerScope())
		return PointerGetDatum(trigger.new);	/* the effect
												 * require_approvals */
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (!trigger.insert)
		CheckOnlyChanged(&trigger, NULL, 0, "Insert another requirement.");
	else
	{
		CheckEvidenceRight(&trigger.scope, &trigger.locked, "approval_requirement",
						   "insert", trigger.caller);
		CheckCode(&trigger.scope, &known, &trigger.locked, &column,
				  ColumnText(trigger.new, trigger.desc, "authority"));
		basis = ColumnText(trigger.new, trigger.desc, "basis");
		if (basis != NULL && strcmp(basis, "profession") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(trigger.locked.application_no,
								 "a requirement with the basis \"profession\" follows from the rules alone"),
					 errhint("Leave basis out: what the decider asks has the basis \"decision\". A profession's own authorities are in licence_home.profession_authority."),
					 err_column("approval_requirement", "basis")));
		StampInsert(&trigger, false);
	}
	return EndEvidence(&trigger);
}
