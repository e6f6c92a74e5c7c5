/*
 * evidence.c
 *		The triggers of the tables of evidence.
 *
 * Evidence is never overwritten.  A row is inserted by the role and in the
 * state that workflow_evidence names; a review is an UPDATE of the row
 * reviewed, until a step has relied on it: the row notes how many events its
 * case had when it was reviewed, and any event since makes it stand -- but
 * for a recall, whose effect reopen_reviews counts the review anew, and for a
 * change of the application, of which the review did not know.
 *
 * What the triggers have in common is in writing.c; inspections are in
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
#include "evidence/writing.h"
#include "workflow/case_dates.h"

/* Note the review: who, when, and how far the case was. */
static void
stamp_review(Writing *writing)
{
	SetColumn(writing, "reviewed_at", TimestampTzGetDatum(ClockNow()));
	SetColumn(writing, "reviewed_by", CStringGetTextDatum(ActorName()));
	SetColumn(writing, "reviewed_at_event", Int32GetDatum(writing->locked.events));
}

/* Its days, as far as they are given. */
static void
check_days(Writing *writing)
{
	static const char *const days[] = {"issued_on", "expires_on"};

	for (int i = 0; i < (int) lengthof(days); i++)
	{
		bool		isnull;
		DateADT		day = DatumGetDateADT(ColumnDatum(writing->new, writing->desc, days[i], &isnull));

		if (!isnull)
			CheckCaseDay(&writing->scope, writing->locked.application_no,
						 writing->evidence, days[i], day);
	}
}

/* A document or an approval comes in. */
static void
insert_reviewable(Writing *writing)
{
	char	   *review = ColumnText(writing->new, writing->desc, "review");

	CheckEvidenceRight(&writing->scope, &writing->locked, writing->evidence,
					   "insert", writing->caller);
	check_days(writing);
	StampInsert(writing, true);
	if (review == NULL || strcmp(review, "pending") == 0)
		return;
	/* an official may add a row for what is missing, and judge it at once */
	CheckEvidenceRight(&writing->scope, &writing->locked, writing->evidence,
					   "review", writing->caller);
	stamp_review(writing);
}

/* Has the application itself changed since its case had so many events? */
static bool
changed_since(Writing *writing, int32 events)
{
	static SavedPlan changed = SAVED_PLAN("SELECT 1 FROM licence_home.application_event "
										  "WHERE application_no = $1 AND case_event > $2 AND changes IS NOT NULL");

	return ExecPlanLimit(&writing->scope, &changed, 1,
						 CaseArg(writing->locked.application_no), Int4Arg(events)).count > 0;
}

/*
 * Pass by a row whose place a newer one of its kind has taken: whoever reviews
 * the documents of a case means those that count.
 */
static bool
is_superseded(Writing *writing, SavedPlan *newer, const char *kind_column)
{
	bool		isnull;
	Datum		kind = ColumnDatum(writing->old, writing->desc, kind_column, &isnull);
	Datum		id = ColumnDatum(writing->old, writing->desc,
								 psprintf("%s_id", writing->evidence), &isnull);

	if (ExecPlanLimit(&writing->scope, newer, 1, CaseArg(writing->locked.application_no),
					  DatumArg(ARG_TEXT, kind, false),
					  DatumArg(ARG_INT8, id, false)).count == 0)
		return false;
	ereport(NOTICE,
			(errmsg_case(writing->locked.application_no,
						 "a newer row has taken the place of a row of %s, which stays as it is",
						 writing->evidence),
			 errdetail("It is \"%s\", reviewed as %s.",
					   ColumnText(writing->old, writing->desc, kind_column),
					   ColumnText(writing->old, writing->desc, "review")),
			 err_column(writing->evidence, "review")));
	return true;
}

/* A document or an approval is reviewed; false: its row is passed by. */
static bool
review_row(Writing *writing, SavedPlan *newer, const char *kind_column)
{
	static const char *const allowed[] = {"review", "review_note"};
	List	   *changed = CheckOnlyChanged(writing, allowed, lengthof(allowed),
										   "Insert a new row instead; a review changes review and review_note alone.");
	bool		isnull;
	int32		reviewed_at_event;

	if (changed == NIL)
		return true;
	CheckEvidenceRight(&writing->scope, &writing->locked, writing->evidence,
					   "review", writing->caller);
	if (is_superseded(writing, newer, kind_column))
		return false;
	reviewed_at_event = DatumGetInt32(ColumnDatum(writing->old, writing->desc,
												  "reviewed_at_event", &isnull));
	if (!isnull && reviewed_at_event < writing->locked.events &&
		!changed_since(writing, reviewed_at_event))
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(writing->locked.application_no,
							 "the review of this row of %s stands", writing->evidence),
				 errdetail("A step taken since has relied on it."),
				 errhint("Insert a new row; the latest of its kind counts."),
				 err_column(writing->evidence, "review")));
	stamp_review(writing);
	return true;
}

PG_FUNCTION_INFO_V1(licence_home_document_guard);
/* BEFORE INSERT OR UPDATE on document, for each row. */
Datum
licence_home_document_guard(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.document_type WHERE document_type = $1 "
										"AND withdrawn_at IS NULL");
	static SavedPlan newer = SAVED_PLAN("SELECT 1 FROM licence_home.document WHERE application_no = $1 "
										"AND document_type = $2 AND document_id > $3");
	static const CodeColumn column = {
		"document", "document_type", "document type", "document_type"
	};
	Writing		writing;

	ReadTrigger(&writing, fcinfo, "document");
	if (IsOwnUpdate(&writing))
		return PointerGetDatum(writing.new);
	BeginWriting(&writing, CaseOf(&writing));
	if (writing.insert)
	{
		CheckCode(&writing.scope, &known, &writing.locked, &column,
				  ColumnText(writing.new, writing.desc, "document_type"));
		insert_reviewable(&writing);
	}
	else if (!review_row(&writing, &newer, "document_type"))
		return PassByRow(&writing);
	return EndWriting(&writing);
}

PG_FUNCTION_INFO_V1(licence_home_external_approval_guard);
/* BEFORE INSERT OR UPDATE on external_approval, for each row. */
Datum
licence_home_external_approval_guard(PG_FUNCTION_ARGS)
{
	static SavedPlan required = SAVED_PLAN("SELECT 1 FROM licence_home.approval_requirement "
										   "WHERE application_no = $1 AND authority = $2 "
										   "AND ended_at_event IS NULL");
	static SavedPlan newer = SAVED_PLAN("SELECT 1 FROM licence_home.external_approval WHERE application_no = $1 "
										"AND authority = $2 AND external_approval_id > $3");
	Writing		writing;
	char	   *authority;

	ReadTrigger(&writing, fcinfo, "external_approval");
	if (IsOwnUpdate(&writing))
		return PointerGetDatum(writing.new);
	BeginWriting(&writing, CaseOf(&writing));
	if (writing.insert)
	{
		insert_reviewable(&writing);
		authority = ColumnText(writing.new, writing.desc, "authority");
		if (authority != NULL &&
			ExecPlanLimit(&writing.scope, &required, 1, CaseArg(writing.locked.application_no),
						  TextArg(authority)).count != 1)
			ereport(ERROR,
					(errcode(ERRCODE_LH_UNKNOWN_CODE),
					 errmsg_case(writing.locked.application_no,
								 "the approval of \"%s\" is not required",
								 authority),
					 errhint("The authorities asked are in licence_home.approval_requirement."),
					 err_column("external_approval", "authority")));
	}
	else if (!review_row(&writing, &newer, "authority"))
		return PassByRow(&writing);
	return EndWriting(&writing);
}

PG_FUNCTION_INFO_V1(licence_home_application_finding_guard);
/* BEFORE INSERT OR UPDATE on application_finding, for each row. */
Datum
licence_home_application_finding_guard(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.application_field WHERE field = $1 "
										"AND withdrawn_at IS NULL");
	static SavedPlan value = SAVED_PLAN("SELECT licence_home_internal.case_value($1, $2)");
	static const CodeColumn column = {
		"application_finding", "field", "column that can be found wrong",
		"application_field"
	};
	Writing		writing;
	char	   *field;

	ReadTrigger(&writing, fcinfo, "application_finding");
	if (IsOwnUpdate(&writing))
		return PointerGetDatum(writing.new);
	BeginWriting(&writing, CaseOf(&writing));
	if (!writing.insert)
		CheckOnlyChanged(&writing, NULL, 0, "Insert another finding.");
	else
	{
		CheckEvidenceRight(&writing.scope, &writing.locked, "application_finding",
						   "insert", writing.caller);
		field = ColumnText(writing.new, writing.desc, "field");
		CheckCode(&writing.scope, &known, &writing.locked, &column, field);
		StampInsert(&writing, true);
		if (field != NULL)
		{
			Rows		rows = ExecPlan(&writing.scope, &value,
										CaseArg(writing.locked.application_no), TextArg(field));
			bool		isnull;
			Datum		found = RowDatum(rows, 0, 1, &isnull);

			ReplaceColumn(&writing.change, writing.desc, "found_value",
						  found, isnull);
		}
	}
	return EndWriting(&writing);
}

PG_FUNCTION_INFO_V1(licence_home_decision_guard);
/* BEFORE INSERT OR UPDATE on decision, for each row. */
Datum
licence_home_decision_guard(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.reason WHERE reason = $1 AND purpose = 'refusal' "
										"AND withdrawn_at IS NULL AND valid @> licence_home.today()");
	static const CodeColumn column = {
		"decision", "reason", "reason for a refusal", "reason"
	};
	Writing		writing;
	bool		isnull;
	DateADT		decided_on;
	char	   *role;

	ReadTrigger(&writing, fcinfo, "decision");
	BeginWriting(&writing, CaseOf(&writing));
	if (!writing.insert)
		CheckOnlyChanged(&writing, NULL, 0, "Insert another decision; the latest counts.");
	else
	{
		role = CheckEvidenceRight(&writing.scope, &writing.locked, "decision",
								  "insert", writing.caller);
		CheckCode(&writing.scope, &known, &writing.locked, &column,
				  ColumnText(writing.new, writing.desc, "reason"));
		decided_on = DatumGetDateADT(ColumnDatum(writing.new, writing.desc,
												 "decided_on", &isnull));
		if (!isnull)
			CheckCaseDay(&writing.scope, writing.locked.application_no,
						 "decision", "decided_on", decided_on);
		StampInsert(&writing, true);
		SetColumn(&writing, "decided_as", CStringGetTextDatum(role));
		if (ColumnText(writing.new, writing.desc, "decided_by") == NULL)
			SetColumn(&writing, "decided_by", CStringGetTextDatum(ActorName()));
	}
	return EndWriting(&writing);
}

PG_FUNCTION_INFO_V1(licence_home_approval_requirement_guard);
/* BEFORE INSERT OR UPDATE on approval_requirement, for each row. */
Datum
licence_home_approval_requirement_guard(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.authority WHERE authority = $1 "
										"AND withdrawn_at IS NULL AND valid @> licence_home.today()");
	static const CodeColumn column = {
		"approval_requirement", "authority", "authority", "authority"
	};
	Writing		writing;
	char	   *basis;

	ReadTrigger(&writing, fcinfo, "approval_requirement");
	if (InOwnerScope())
		return PointerGetDatum(writing.new);	/* the effect
												 * require_approvals */
	BeginWriting(&writing, CaseOf(&writing));
	if (!writing.insert)
		CheckOnlyChanged(&writing, NULL, 0, "Insert another requirement.");
	else
	{
		CheckEvidenceRight(&writing.scope, &writing.locked, "approval_requirement",
						   "insert", writing.caller);
		CheckCode(&writing.scope, &known, &writing.locked, &column,
				  ColumnText(writing.new, writing.desc, "authority"));
		basis = ColumnText(writing.new, writing.desc, "basis");
		if (basis != NULL && strcmp(basis, "profession") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(writing.locked.application_no,
								 "a requirement with the basis \"profession\" follows from the rules alone"),
					 errhint("Leave basis out: what the decider asks has the basis \"decision\". A profession's own authorities are in licence_home.profession_authority."),
					 err_column("approval_requirement", "basis")));
		StampInsert(&writing, false);
	}
	return EndWriting(&writing);
}
