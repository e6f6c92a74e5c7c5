/*
 * preconditions.c
 *		What must be true before a step is taken.
 *
 * A guard is a query whose rows are its objections, in English and in
 * Arabic, then the code of what is lacking and a hint of its own, where it has
 * them: no row, no objection.  A query that finds nothing to judge must
 * object: not proven blocks.  A row of workflow_transition names the guards
 * of its step, so that a workflow is data; what a guard asks is code.
 *
 * Every query takes ($1 application_no, $2 note, $3 closure reason, $4 day of
 * a later deadline, $5 state before the step).
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "errors.h"
#include "spi/plan.h"
#include "workflow/workflow.h"

/*
 * An inspection speaks of the home as the application then described it.  It
 * is the latest again when the one that should follow a change is cancelled.
 */
#define CHANGED_AFTER_INSPECTION \
	"UNION ALL " \
	"SELECT 'the application changed after its inspection', 'تغيّر الطلب بعد الكشف', NULL, NULL " \
	"WHERE EXISTS (SELECT FROM licence_home.application_event AS e " \
	"JOIN licence_home.latest_inspection AS i USING (application_no) " \
	"WHERE e.application_no = $1 AND e.changes IS NOT NULL " \
	"AND e.case_event > coalesce(i.closed_at_event, 0))"

typedef struct Guard
{
	const char *name;
	int			sqlstate;
	SavedPlan	query;
	const char *hint;
} Guard;

/* The latest document of each type, and so on: views of case/facts.sql. */
static Guard guards[] = {
	{"eligible", ERRCODE_LH_NOT_ELIGIBLE,
		SAVED_PLAN("SELECT format('%s: %s', criterion, message_en), message_ar, criterion "
				   "FROM licence_home_internal.case_eligibility($1) "
				   "WHERE ruling IN ('not_met', 'not_proven')"),
	"licence_home.eligibility(application_no) gives every criterion, what was required, what was observed, and a remedy."},

	{"documents_given", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT format('%s is not given', name_en), format('%s: لم تُقدَّم', name_ar), document_type "
				   "FROM licence_home_internal.case_documents($1) WHERE given IS NOT TRUE"),
	"Insert a row into licence_home.document for each; licence_home.required_documents(application_no) lists them."},

	{"deficiency_found", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no document is reviewed missing or incorrect, and nothing is found wrong in the application', "
				   "'لا وثيقة ناقصة أو غير صحيحة، ولا ملاحظة على الطلب' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.latest_document "
				   "WHERE application_no = $1 AND review IN ('missing', 'incorrect')) "
				   "AND NOT EXISTS (SELECT FROM licence_home.application_finding "
				   "WHERE application_no = $1 AND settled_at_event IS NULL)"),
	"Review the document, or insert a row into licence_home.application_finding."},

	{"deficiency_supplied", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar FROM licence_home_internal.case_unsupplied_documents($1) "
				   "UNION ALL SELECT text_en, text_ar FROM licence_home_internal.case_unchanged_findings($1)"),
	"Insert a new row into licence_home.document, or change the columns that were found wrong."},

	{"correction_made", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar FROM licence_home_internal.case_unchanged_findings($1)"),
	"Change the columns that were found wrong; they are in licence_home.application_finding."},

	{"documents_accepted", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT licence_home_internal.case_lacking_text(name_en, lacking, 'en'), "
				   "licence_home_internal.case_lacking_text(name_ar, lacking, 'ar'), document_type "
				   "FROM licence_home_internal.case_documents($1) WHERE lacking IS NOT NULL "
				   "UNION ALL "
				   "SELECT format('%s was found wrong', licence_home_internal.case_field_name($1, field, 'en')), "
				   "format('%s: غير صحيح', licence_home_internal.case_field_name($1, field, 'ar')), field "
				   "FROM licence_home.application_finding "
				   "WHERE application_no = $1 AND settled_at_event IS NULL"),
	"Review each required document as accepted, or return the application for what is lacking."},

	{"inspection_ahead", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no inspection is pending at a time still to come', 'لا كشف محدد في موعد قادم' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.inspection "
				   "WHERE application_no = $1 AND outcome = 'pending' AND scheduled_for > licence_home.now())"),
	"Insert a row into licence_home.inspection with scheduled_for in the future."},

	{"former_inspection_closed", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'the former inspection is not closed as no_access or cancelled', "
				   "'الكشف السابق لم يُغلق لتعذر الدخول أو للإلغاء' "
				   "WHERE (SELECT i.outcome FROM licence_home.inspection AS i "
				   "WHERE i.application_no = $1 AND i.closed_at_event = (SELECT max(e.case_event) "
				   "FROM licence_home.application_event AS e WHERE e.application_no = $1) "
				   "ORDER BY i.inspection_id DESC LIMIT 1) IN ('no_access', 'cancelled') IS NOT TRUE"),
	"Close the former inspection as no_access or cancelled, then insert the new one."},

	{"inspection_failed", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'the latest inspection is not closed as failed with a criterion not met', "
				   "'لم يُغلق آخر كشف بعدم المطابقة مع بيان المخالفة' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.latest_inspection AS i "
				   "WHERE i.application_no = $1 AND i.outcome = 'failed' AND EXISTS ("
				   "SELECT FROM licence_home.latest_inspection_finding AS f "
				   "WHERE f.inspection_id = i.inspection_id AND f.ruling = 'not_met'))"),
	"Insert the findings, then close the inspection: UPDATE licence_home.inspection SET outcome = 'failed'."},

	{"inspection_done", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar, NULL, hint FROM licence_home_internal.case_inspection_objections($1, true) "
				   CHANGED_AFTER_INSPECTION),
	"Close the inspection as passed with its measured areas, or as not_correctable; an area larger than declared is a criterion not met. licence_home.next_actions(application_no) lists the other steps."},

	{"inspection_passed", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar, NULL, hint FROM licence_home_internal.case_inspection_objections($1, false)"),
	"Only an inspection that passed can be followed by an approval; licence_home.next_actions(application_no) lists the other steps."},

	{"inspection_passed_after_change", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar, NULL, hint FROM licence_home_internal.case_inspection_objections($1, false) "
				   CHANGED_AFTER_INSPECTION),
	"Another inspection has to pass first."},

	{"note_given", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'the step needs a note that says why', 'الخطوة تحتاج إلى ملاحظة تبيّن السبب' "
				   "WHERE licence_home.is_visible($2) IS NOT TRUE"),
	"Give it as the third argument of licence_home.perform(), or write step_note in the UPDATE."},

	{"later_date", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar FROM licence_home_internal.case_extension_objections($1, $5, $4)"),
	"licence_home.perform(application_no, action, note, until => date)."},

	{"closure_reason", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT CASE WHEN $3 IS NULL THEN 'the step needs a reason code for closures' "
				   "ELSE format('\"%s\" is no reason code for closures that is in force', $3) END, "
				   "CASE WHEN $3 IS NULL THEN 'الخطوة تحتاج إلى رمز سبب للإغلاق' "
				   "ELSE format('\"%s\" ليس رمز سبب ساريًا للإغلاق', $3) END "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.reason AS r WHERE r.reason = $3 "
				   "AND r.purpose = 'closure' AND r.withdrawn_at IS NULL AND r.valid @> licence_home.today())"),
	"The codes are in licence_home.reason where purpose = 'closure'; give one as the note of licence_home.perform(), or write closure_reason in the UPDATE."},

	{"decision_approved", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no decision to approve was recorded since the case came to be decided', "
				   "'لا قرار بالموافقة منذ إحالة الطلب' "
				   "WHERE (SELECT d.outcome FROM licence_home.current_decision AS d "
				   "WHERE d.application_no = $1) = 'approved' IS NOT TRUE"),
	"Insert a row into licence_home.decision with outcome approved; the latest counts."},

	{"decision_refused", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no decision to refuse, with a reason, was recorded since the case came to be decided', "
				   "'لا قرار مسبب بعدم الموافقة منذ إحالة الطلب' "
				   "WHERE (SELECT d.outcome = 'refused' AND d.reason IS NOT NULL "
				   "FROM licence_home.current_decision AS d WHERE d.application_no = $1) IS NOT TRUE"),
	"Insert a row into licence_home.decision with outcome refused and a reason; the latest counts."},

	{"approvals_needed", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no authority''s approval is required: the fee is due next', "
				   "'لا موافقة خارجية مطلوبة: الخطوة التالية هي الرسوم' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home_internal.case_authorities($1))"),
	"licence_home.perform(application_no, action) finds the right state by itself."},

	{"approvals_not_needed", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT format('the approval of %s is required before the fee', n.name_en), "
				   "format('موافقة %s مطلوبة قبل الرسوم', n.name_ar), n.authority FROM licence_home_internal.case_authorities($1) AS n"),
	"licence_home.perform(application_no, action) finds the right state by itself."},

	{"approvals_answered", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT format('no answer with a reference from %s', n.name_en), format('لا رد برقم مرجعي من %s', n.name_ar), n.authority "
				   "FROM licence_home_internal.case_authorities($1) AS n "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.latest_approval AS x "
				   "WHERE x.application_no = $1 AND x.authority = n.authority "
				   "AND x.answer IS NOT NULL AND x.reference_no IS NOT NULL) "
				   "UNION ALL SELECT 'no authority''s approval is required', 'لا موافقة خارجية مطلوبة', NULL "
				   "WHERE NOT EXISTS (SELECT FROM licence_home_internal.case_authorities($1))"),
	"Insert a row into licence_home.external_approval for each."},

	{"approval_deficient", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no approval is reviewed missing or incorrect', 'لا موافقة ناقصة أو غير صحيحة' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.latest_approval "
				   "WHERE application_no = $1 AND review IN ('missing', 'incorrect'))"),
	"Review the rows of licence_home.external_approval."},

	{"approvals_supplied", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar FROM licence_home_internal.case_unsupplied_approvals($1)"),
	"Insert a new row into licence_home.external_approval for each."},

	{"approval_refused", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT 'no authority''s refusal is accepted as genuine', 'لا رفض من جهة خارجية ثبتت صحته' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.latest_approval "
				   "WHERE application_no = $1 AND answer = 'refused' AND review = 'accepted')"),
	"Review the answer: UPDATE licence_home.external_approval SET review = 'accepted'."},

	{"approvals_accepted", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT licence_home_internal.case_lacking_text('the approval of ' || n.name_en, coalesce(l.lacking, 'pending'), 'en'), "
				   "licence_home_internal.case_lacking_text('موافقة ' || n.name_ar, coalesce(l.lacking, 'pending'), 'ar'), n.authority "
				   "FROM licence_home_internal.case_authorities($1) AS n "
				   "LEFT JOIN licence_home.latest_approval AS a ON a.application_no = $1 AND a.authority = n.authority "
				   "CROSS JOIN LATERAL (SELECT licence_home_internal.approval_lacking(a.external_approval_id, a.answer, a.reference_no, "
				   "a.review, a.issued_on, a.expires_on, licence_home.today()) AS lacking) AS l "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.latest_approval AS x "
				   "WHERE x.application_no = $1 AND x.authority = n.authority "
				   "AND x.answer = 'granted' AND x.review = 'accepted' "
				   "AND (x.issued_on IS NULL OR x.issued_on <= licence_home.today()) "
				   "AND (x.expires_on IS NULL OR x.expires_on >= licence_home.today())) "
				   "UNION ALL SELECT 'no authority''s approval is required', 'لا موافقة خارجية مطلوبة', NULL "
				   "WHERE NOT EXISTS (SELECT FROM licence_home_internal.case_authorities($1))"),
	"Review each answer as accepted, or return the approvals for what is lacking."},

	{"invoice_paid", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT format('bill %s is not paid in full: JOD %s of %s', i.invoice_no, p.paid, i.amount), "
				   "format('الفاتورة %s غير مسددة بالكامل: %s من %s د.أ', i.invoice_no, p.paid, i.amount) "
				   "FROM licence_home.invoice AS i CROSS JOIN LATERAL "
				   "(SELECT coalesce(sum(q.amount), 0) AS paid FROM licence_home.payment AS q "
				   "WHERE q.invoice_no = i.invoice_no) AS p "
				   "WHERE i.application_no = $1 AND i.cancelled_at IS NULL AND p.paid < i.amount "
				   "UNION ALL SELECT 'no bill was made for the case', 'لا فاتورة لهذا الطلب' "
				   "WHERE NOT EXISTS (SELECT FROM licence_home.invoice "
				   "WHERE application_no = $1 AND cancelled_at IS NULL)"),
	"The licence is issued by the payment itself: licence_home.record_payment()."},

	{"deadline_passed", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar FROM licence_home_internal.case_lapse_objections($1, $5)"),
	"A lapse is the daily job's: licence_home.lapse_overdue()."},

	{"deadline_moved", ERRCODE_LH_EVIDENCE_LACKING,
		SAVED_PLAN("SELECT text_en, text_ar FROM licence_home_internal.case_retelling_objections($1, $5)"),
	"Telling a deadline again is the daily job's, when the calendar has moved it."},
};

/* The guard of a name; NULL for an unknown one. */
static Guard *
find_guard(const char *name)
{
	for (int i = 0; i < (int) lengthof(guards); i++)
	{
		if (strcmp(guards[i].name, name) == 0)
			return &guards[i];
	}
	return NULL;
}

bool
IsGuard(const char *name)
{
	return find_guard(name) != NULL;
}

/* The objection of a row of the guard's query. */
static Objection *
make_objection(const Guard *guard, Rows rows, uint64 row)
{
	char	   *text_en = RowText(rows, row, 1);
	char	   *text_ar = RowText(rows, row, 2);
	Objection  *objection = palloc(sizeof(Objection));

	objection->guard = guard->name;
	objection->sqlstate = guard->sqlstate;
	objection->hint = guard->hint;
	if (rows.table->tupdesc->natts > 3 && RowText(rows, row, 4) != NULL)
		objection->hint = RowText(rows, row, 4);
	objection->subject = rows.table->tupdesc->natts > 2 ? RowText(rows, row, 3) : NULL;
	objection->text_en = text_en ? text_en : "not proven";
	objection->text_ar = text_ar ? text_ar : "غير مثبت";
	return objection;
}

/* Ask every guard of a transition; the objections, in order. */
List *
AskGuards(OwnerScope *scope, const Step *step, const Transition *transition)
{
	PlanArg		args[] = {
		CaseArg(step->application_no),
		TextArg(step->note),
		TextArg(step->reason),
		DatumArg(ARG_DATE, DateADTGetDatum(step->until), !step->has_until),
		TextArg(transition->from_state)
	};
	List	   *objections = NIL;
	ListCell   *cell;

	foreach(cell, transition->guards)
	{
		Guard	   *guard = find_guard(lfirst(cell));
		Rows		rows;

		if (guard == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_LH_UNSOUND_WORKFLOW),
					 errmsg_case(step->application_no, "step \"%s\" names an unknown guard \"%s\"",
								 transition->action, (char *) lfirst(cell)),
					 errhint("licence_home.check_workflow() finds such defects before a workflow is published."),
					 err_column("workflow_transition", "guards")));
		rows = ExecSavedPlan(scope, &guard->query, 0, args, lengthof(args));
		for (uint64 row = 0; row < rows.count; row++)
			objections = lappend(objections, make_objection(guard, rows, row));
	}
	return objections;
}
