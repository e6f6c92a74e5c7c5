/*
 * fast_paths.c
 *		Preconditions that hold, found out without a query.
 *
 * What a precondition asks is a function in src/sql/case/preconditions.sql,
 * and that is the truth.  Nearly every step that is taken has preconditions
 * that hold, and then starting an executor for a function of a dozen joins is
 * most of what asking it costs.  So those of the steps that every case takes
 * have a fast path: a few index scans and, of rule tables of some ten rows, a
 * scan of all.
 *
 *		documents_accepted		document_rule	which kinds does the case need?
 *								document_type	reference or attachment?
 *								document		is the latest of each accepted?
 *
 * A fast path says "it holds" or "ask", never what is lacking.  It keeps nothing
 * between two calls and reads by the snapshot by which the function would, so it
 * cannot be late. sql/fast_paths.sql holds each equal to its function, on random
 * cases under random rules.  A change of the one is a change of the other.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/numeric.h"
#include "utils/snapmgr.h"

#include "clock.h"
#include "rules/rule_row.h"
#include "text/fold.h"
#include "workflow/fast_paths.h"

/* A case, and how it is read. */
typedef struct FastCase
{
	Snapshot	snapshot;
	int64		application_no;
	bool		found;
	int64		applicant_id;
	DateADT		day;			/* that judges it; today in a draft */
	DateADT		judged_on;
	bool		is_judged;
	char	   *profession;
	DateADT		built_on;
	bool		has_built_on;
	bool		tenant;
	bool		has_tenant;
	Datum		work_area;
	bool		has_work_area;
} FastCase;

/* A profession as the list of a day has it. */
typedef struct ListedProfession
{
	bool		found;
	char	   *category;
	bool		certificate;	/* needs_construction_certificate */
} ListedProfession;

/* ------------------------------------------------------------------------
 * Rows and columns
 * ------------------------------------------------------------------------
 */

/* Begin to read the rows of a case, by an index that begins with its number. */
static void
begin_rows_of(RowScan *scan, const FastCase *fast, const char *table, const char *index)
{
	ScanKeyData key;

	Int8Key(&key, 1, fast->application_no);
	BeginRowScan(scan, table, index, fast->snapshot, &key, 1);
}

/* Is there a row of the case in such an index? */
static bool
has_row(const FastCase *fast, const char *table, const char *index)
{
	RowScan		scan;
	bool		found;

	begin_rows_of(&scan, fast, table, index);
	found = NextRow(&scan, ForwardScanDirection);
	EndRowScan(&scan);
	return found;
}

/* A date; whether there is one. */
static bool
date_of(const RowScan *scan, AttrNumber column, DateADT *date)
{
	bool		isnull;
	Datum		value = slot_getattr(scan->slot, column, &isnull);

	*date = isnull ? 0 : DatumGetDateADT(value);
	return !isnull;
}

/* A truth value; whether there is one. */
static bool
bool_of(const RowScan *scan, AttrNumber column, bool *truth)
{
	bool		isnull;
	Datum		value = slot_getattr(scan->slot, column, &isnull);

	*truth = !isnull && DatumGetBool(value);
	return !isnull;
}

/* (column = value) IS NOT FALSE; value NULL is null. */
static bool
may_be(const RowScan *scan, AttrNumber column, const char *value)
{
	return value == NULL || IsNullColumn(scan->slot, column) ||
		ColumnIs(scan->slot, column, value);
}

/* column = value, and neither is null. */
static bool
is_equal(const RowScan *scan, AttrNumber column, const char *value)
{
	return value != NULL && !IsNullColumn(scan->slot, column) &&
		ColumnIs(scan->slot, column, value);
}

/* ------------------------------------------------------------------------
 * A case
 * ------------------------------------------------------------------------
 */

/* Begin to read a case, by the snapshot that a query in this scope has. */
static void
begin_case(FastCase *fast, const OwnerScope *scope, const Step *step)
{
	memset(fast, 0, sizeof(FastCase));
	fast->application_no = step->application_no;
	fast->snapshot = RegisterScopeSnapshot(scope);
}

static void
end_case(FastCase *fast)
{
	UnregisterSnapshot(fast->snapshot);
}

/* Read the row of the case. */
static void
read_case(FastCase *fast)
{
	RowScan		scan;
	bool		isnull;
	Datum		area;

	begin_rows_of(&scan, fast, "application", "application_pkey");
	fast->found = NextRow(&scan, ForwardScanDirection);
	if (fast->found)
	{
		fast->applicant_id = DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "applicant_id")));
		fast->profession = SlotText(scan.slot, ColumnOf(scan.table, "profession"));
		fast->has_built_on = date_of(&scan, ColumnOf(scan.table, "built_on"), &fast->built_on);
		fast->has_tenant = bool_of(&scan, ColumnOf(scan.table, "tenant"), &fast->tenant);
		fast->is_judged = date_of(&scan, ColumnOf(scan.table, "judged_on"), &fast->judged_on);
		fast->day = fast->is_judged ? fast->judged_on : ClockDay(ClockNow());
		area = slot_getattr(scan.slot, ColumnOf(scan.table, "work_area_m2"), &isnull);
		fast->has_work_area = !isnull;
		if (!isnull)
			fast->work_area = datumCopy(area, false, -1);
	}
	EndRowScan(&scan);
}

/* The profession of the case, on the day that judges it: profession_on(). */
static ListedProfession
read_profession(const FastCase *fast)
{
	ListedProfession listed = {false, NULL, false};
	RowScan		scan;
	RuleColumns columns;
	ScanKeyData key;

	TextKey(&key, 1, fast->profession);
	BeginRowScan(&scan, "profession", "profession_by_code", fast->snapshot, &key, 1);
	columns = RuleColumnsOf(&scan);
	while (!listed.found && NextRow(&scan, ForwardScanDirection))
	{
		if (!IsInForce(&scan, columns, fast->day))
			continue;
		listed.found = true;
		listed.category = SlotText(scan.slot, ColumnOf(scan.table, "category"));
		(void) bool_of(&scan, ColumnOf(scan.table, "needs_construction_certificate"),
					   &listed.certificate);
	}
	EndRowScan(&scan);
	return listed;
}

/* The kind of the case's applicant. */
static char *
read_applicant_kind(const FastCase *fast)
{
	RowScan		scan;
	ScanKeyData key;
	char	   *kind = NULL;

	Int8Key(&key, 1, fast->applicant_id);
	BeginRowScan(&scan, "applicant", "applicant_pkey", fast->snapshot, &key, 1);
	if (NextRow(&scan, ForwardScanDirection))
		kind = SlotText(scan.slot, ColumnOf(scan.table, "kind"));
	EndRowScan(&scan);
	return kind;
}

/* How many events the case has, by its last; 0: none. */
static int32
last_event(const FastCase *fast)
{
	RowScan		scan;
	int32		last = 0;

	begin_rows_of(&scan, fast, "application_event", "application_event_application_no_case_event_key");
	if (NextRow(&scan, BackwardScanDirection))
		last = DatumGetInt32(ColumnValue(scan.slot, ColumnOf(scan.table, "case_event")));
	EndRowScan(&scan);
	return last;
}

/* Was the application changed by an event after this one? */
static bool
changed_after(const FastCase *fast, int32 event)
{
	RowScan		scan;
	ScanKeyData keys[2];
	AttrNumber	changes;
	bool		changed = false;

	Int8Key(&keys[0], 1, fast->application_no);
	ScanKeyInit(&keys[1], 2, BTGreaterStrategyNumber, F_INT4GT, Int32GetDatum(event));
	BeginRowScan(&scan, "application_event", "application_event_application_no_case_event_key",
				 fast->snapshot, keys, 2);
	changes = ColumnOf(scan.table, "changes");
	while (!changed && NextRow(&scan, ForwardScanDirection))
		changed = !IsNullColumn(scan.slot, changes);
	EndRowScan(&scan);
	return changed;
}

/* ------------------------------------------------------------------------
 * Documents: documents_where(), documents_of(), document_lacking()
 * ------------------------------------------------------------------------
 */

/* A kind of document that the case needs. */
typedef struct NeededDocument
{
	char	   *type;
	bool		described;		/* by a row of document_type */
	bool		needs_reference;
	bool		needs_attachment;
	bool		judged;			/* its latest document was read */
} NeededDocument;

/* The kind in a list; NULL: it is not there. */
static NeededDocument *
needed_of_type(List *needed, const RowScan *scan, AttrNumber type)
{
	ListCell   *cell;

	foreach(cell, needed)
	{
		NeededDocument *document = lfirst(cell);

		if (ColumnIs(scan->slot, type, document->type))
			return document;
	}
	return NULL;
}

/* The kinds that the rules of the day ask for. */
static List *
needed_documents(const FastCase *fast)
{
	ListedProfession profession = read_profession(fast);
	char	   *kind = read_applicant_kind(fast);
	List	   *needed = NIL;
	RowScan		scan;
	RuleColumns columns;
	AttrNumber	type;
	AttrNumber	built;
	AttrNumber	certificate;
	AttrNumber	of_profession;
	AttrNumber	of_category;
	AttrNumber	tenant;
	AttrNumber	applicant_kind;

	BeginRowScan(&scan, "document_rule", NULL, fast->snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	type = ColumnOf(scan.table, "document_type");
	built = ColumnOf(scan.table, "built");
	certificate = ColumnOf(scan.table, "certificate_profession");
	of_profession = ColumnOf(scan.table, "profession");
	of_category = ColumnOf(scan.table, "category");
	tenant = ColumnOf(scan.table, "tenant");
	applicant_kind = ColumnOf(scan.table, "applicant_kind");
	while (NextRow(&scan, ForwardScanDirection))
	{
		bool		asked;
		NeededDocument *document;

		if (!IsInForce(&scan, columns, fast->day))
			continue;
		/* a condition that cannot be decided holds */
		if (fast->has_built_on && !DATE_NOT_FINITE(fast->built_on) &&
			!IsNullColumn(scan.slot, built) &&
			!ContainsDay(ColumnValue(scan.slot, built), fast->built_on))
			continue;
		(void) bool_of(&scan, certificate, &asked);
		if (asked && profession.found && !profession.certificate)
			continue;
		if (!may_be(&scan, of_profession, fast->profession) ||
			!may_be(&scan, of_category, profession.category))
			continue;
		if (fast->has_tenant && bool_of(&scan, tenant, &asked) && asked != fast->tenant)
			continue;
		/* what only one kind of applicant must give */
		if (!IsNullColumn(scan.slot, applicant_kind) && !is_equal(&scan, applicant_kind, kind))
			continue;
		if (needed_of_type(needed, &scan, type) != NULL)
			continue;
		document = palloc0(sizeof(NeededDocument));
		document->type = SlotText(scan.slot, type);
		document->needs_reference = true;
		document->needs_attachment = true;
		needed = lappend(needed, document);
	}
	EndRowScan(&scan);
	return needed;
}

/* What each kind must have. */
static void
describe_documents(const FastCase *fast, List *needed)
{
	RowScan		scan;
	RuleColumns columns;
	AttrNumber	type;
	AttrNumber	reference;
	AttrNumber	attachment;

	BeginRowScan(&scan, "document_type", NULL, fast->snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	type = ColumnOf(scan.table, "document_type");
	reference = ColumnOf(scan.table, "needs_reference");
	attachment = ColumnOf(scan.table, "needs_attachment");
	while (NextRow(&scan, ForwardScanDirection))
	{
		NeededDocument *document = needed_of_type(needed, &scan, type);

		if (document == NULL || document->described || !IsInForce(&scan, columns, fast->day))
			continue;
		document->described = true;
		(void) bool_of(&scan, reference, &document->needs_reference);
		(void) bool_of(&scan, attachment, &document->needs_attachment);
	}
	EndRowScan(&scan);
}

/* Is a document accepted, and in force today? */
static bool
is_accepted(const RowScan *scan)
{
	DateADT		today = ClockDay(ClockNow());
	DateADT		day;

	if (!ColumnIs(scan->slot, ColumnOf(scan->table, "review"), "accepted"))
		return false;
	if (date_of(scan, ColumnOf(scan->table, "expires_on"), &day) && day < today)
		return false;
	return !date_of(scan, ColumnOf(scan->table, "issued_on"), &day) || day <= today;
}

/* Has the document what its kind must have? */
static bool
is_given(const RowScan *scan, const NeededDocument *document)
{
	if (document->needs_reference &&
		IsNullColumn(scan->slot, ColumnOf(scan->table, "reference_no")))
		return false;
	return !document->needs_attachment ||
		!IsNullColumn(scan->slot, ColumnOf(scan->table, "attachment_locator")) ||
		!IsNullColumn(scan->slot, ColumnOf(scan->table, "attachment_sha256"));
}

/* Is each kind that the case needs given, and accepted? */
static bool
has_documents(const FastCase *fast, bool accepted)
{
	List	   *needed = needed_documents(fast);
	int			left = list_length(needed);
	RowScan		scan;
	AttrNumber	type;

	describe_documents(fast, needed);
	begin_rows_of(&scan, fast, "document", "document_of_application");
	type = ColumnOf(scan.table, "document_type");
	/* from the end of the index: of each kind the latest comes first */
	while (left > 0 && NextRow(&scan, BackwardScanDirection))
	{
		NeededDocument *document = needed_of_type(needed, &scan, type);

		if (document == NULL || document->judged)
			continue;
		document->judged = true;
		if (!is_given(&scan, document) || (accepted && !is_accepted(&scan)))
			break;
		left--;
	}
	EndRowScan(&scan);
	return left == 0;
}

bool
DocumentsAreGiven(OwnerScope *scope, const Step *step)
{
	FastCase	fast;
	bool		holds;

	begin_case(&fast, scope, step);
	read_case(&fast);
	holds = fast.found && has_documents(&fast, false);
	end_case(&fast);
	return holds;
}

bool
DocumentsAreAccepted(OwnerScope *scope, const Step *step)
{
	FastCase	fast;
	bool		holds;

	begin_case(&fast, scope, step);
	read_case(&fast);
	holds = fast.found && has_documents(&fast, true) &&
		!has_row(&fast, "application_finding", "finding_of_application");
	end_case(&fast);
	return holds;
}

/* ------------------------------------------------------------------------
 * Inspections: latest_inspection, case_inspection_objections()
 * ------------------------------------------------------------------------
 */

bool
InspectionIsAhead(OwnerScope *scope, const Step *step)
{
	FastCase	fast;
	RowScan		scan;
	bool		holds;

	begin_case(&fast, scope, step);
	begin_rows_of(&scan, &fast, "inspection", "inspection_one_pending_each_case");
	holds = NextRow(&scan, ForwardScanDirection) &&
		DatumGetTimestampTz(ColumnValue(scan.slot, ColumnOf(scan.table, "scheduled_for"))) > ClockNow();
	EndRowScan(&scan);
	end_case(&fast);
	return holds;
}

/* least(max_area_share * the measured area of the home, max_area_m2); false for null. */
static bool
area_limit(const FastCase *fast, Datum home_area, bool has_home_area, Datum *limit)
{
	RowScan		scan;
	RuleColumns columns;
	bool		found = false;

	BeginRowScan(&scan, "edition", NULL, fast->snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	while (fast->is_judged && !found && NextRow(&scan, ForwardScanDirection))
	{
		bool		no_share;
		bool		no_area;
		Datum		share;
		Datum		area;

		if (!IsInForce(&scan, columns, fast->judged_on))
			continue;
		share = slot_getattr(scan.slot, ColumnOf(scan.table, "max_area_share"), &no_share);
		area = slot_getattr(scan.slot, ColumnOf(scan.table, "max_area_m2"), &no_area);
		if (!no_share && has_home_area)
			share = DirectFunctionCall2(numeric_mul, share, home_area);
		else
			no_share = true;
		if (no_share && no_area)
			break;
		found = true;
		if (no_share || (!no_area && DatumGetBool(DirectFunctionCall2(numeric_lt, area, share))))
			share = area;
		*limit = datumCopy(share, false, -1);
	}
	EndRowScan(&scan);
	return found;
}

/* Are the measured areas of an inspection within the limit and what was declared? */
static bool
areas_fit(const FastCase *fast, const RowScan *scan)
{
	bool		isnull;
	bool		has_home_area;
	Datum		work_area = slot_getattr(scan->slot, ColumnOf(scan->table, "measured_work_area_m2"), &isnull);
	Datum		home_area;
	Datum		limit;

	if (isnull || !fast->has_work_area ||
		!DatumGetBool(DirectFunctionCall2(numeric_le, work_area, fast->work_area)))
		return false;
	home_area = slot_getattr(scan->slot, ColumnOf(scan->table, "measured_home_area_m2"), &isnull);
	has_home_area = !isnull;
	return area_limit(fast, home_area, has_home_area, &limit) &&
		DatumGetBool(DirectFunctionCall2(numeric_le, work_area, limit));
}

/*
 * Does the latest inspection carry what comes next?  or_not_correctable: one
 * that found what cannot be corrected goes to the decider.  unchanged: only if
 * the application is as it was then.
 */
static bool
inspection_carries(OwnerScope *scope, const Step *step, bool or_not_correctable, bool unchanged)
{
	FastCase	fast;
	RowScan		scan;
	AttrNumber	outcome;
	bool		holds = false;

	begin_case(&fast, scope, step);
	read_case(&fast);
	begin_rows_of(&scan, &fast, "inspection", "inspection_of_application");
	outcome = ColumnOf(scan.table, "outcome");
	while (fast.found && NextRow(&scan, BackwardScanDirection))
	{
		bool		isnull;
		Datum		closed;

		if (ColumnIs(scan.slot, outcome, "cancelled"))
			continue;
		if (ColumnIs(scan.slot, outcome, "passed"))
			holds = areas_fit(&fast, &scan);
		else
			holds = or_not_correctable && ColumnIs(scan.slot, outcome, "not_correctable");
		closed = slot_getattr(scan.slot, ColumnOf(scan.table, "closed_at_event"), &isnull);
		if (holds && unchanged)
			holds = !changed_after(&fast, isnull ? 0 : DatumGetInt32(closed));
		break;
	}
	EndRowScan(&scan);
	end_case(&fast);
	return holds;
}

bool
InspectionIsDone(OwnerScope *scope, const Step *step)
{
	return inspection_carries(scope, step, true, true);
}

bool
InspectionIsPassed(OwnerScope *scope, const Step *step)
{
	return inspection_carries(scope, step, false, false);
}

bool
InspectionIsPassedAfterChange(OwnerScope *scope, const Step *step)
{
	return inspection_carries(scope, step, false, true);
}

/* ------------------------------------------------------------------------
 * The others
 * ------------------------------------------------------------------------
 */

/* A note that shows something. */
bool
NoteIsGiven(OwnerScope *scope pg_attribute_unused(), const Step *step)
{
	return step->note != NULL && IsVisible(step->note, strlen(step->note));
}

/* The latest decision since the last event: current_decision. */
bool
DecisionIsApproved(OwnerScope *scope, const Step *step)
{
	FastCase	fast;
	RowScan		scan;
	int32		last;
	bool		holds = false;

	begin_case(&fast, scope, step);
	last = last_event(&fast);
	begin_rows_of(&scan, &fast, "decision", "decision_of_application");
	while (last > 0 && NextRow(&scan, BackwardScanDirection))
	{
		if (DatumGetInt32(ColumnValue(scan.slot, ColumnOf(scan.table, "at_event"))) != last)
			continue;
		holds = ColumnIs(scan.slot, ColumnOf(scan.table, "outcome"), "approved");
		break;
	}
	EndRowScan(&scan);
	end_case(&fast);
	return holds;
}

/* Do the rules ask for an authority's approval, because of the profession? */
static bool
profession_needs_approval(const FastCase *fast)
{
	ListedProfession profession = read_profession(fast);
	RowScan		scan;
	RuleColumns columns;
	AttrNumber	of_profession;
	AttrNumber	of_category;
	bool		needs = false;

	BeginRowScan(&scan, "profession_authority", NULL, fast->snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	of_profession = ColumnOf(scan.table, "profession");
	of_category = ColumnOf(scan.table, "category");
	while (profession.found && !needs && NextRow(&scan, ForwardScanDirection))
		needs = IsInForce(&scan, columns, fast->day) &&
			(is_equal(&scan, of_profession, fast->profession) ||
			 is_equal(&scan, of_category, profession.category));
	EndRowScan(&scan);
	return needs;
}

/* Has case_authorities() a row?  known: the case is there, so that it can be said. */
static bool
needs_approval(OwnerScope *scope, const Step *step, bool *known)
{
	FastCase	fast;
	bool		needs;

	begin_case(&fast, scope, step);
	read_case(&fast);
	*known = fast.found;
	needs = fast.found &&
		(has_row(&fast, "approval_requirement", "approval_requirement_once_a_case") ||
		 profession_needs_approval(&fast));
	end_case(&fast);
	return needs;
}

bool
ApprovalsAreNeeded(OwnerScope *scope, const Step *step)
{
	bool		known;

	return needs_approval(scope, step, &known);
}

bool
ApprovalsAreNotNeeded(OwnerScope *scope, const Step *step)
{
	bool		known;

	return !needs_approval(scope, step, &known) && known;
}

/* What was paid of a bill. */
static Datum
paid_of(const FastCase *fast, int64 invoice_no)
{
	Datum		paid = DirectFunctionCall1(int8_numeric, Int64GetDatum(0));
	RowScan		scan;
	ScanKeyData key;
	AttrNumber	amount;

	Int8Key(&key, 1, invoice_no);
	BeginRowScan(&scan, "payment", "payment_of_invoice", fast->snapshot, &key, 1);
	amount = ColumnOf(scan.table, "amount");
	while (NextRow(&scan, ForwardScanDirection))
		paid = DirectFunctionCall2(numeric_add, paid, ColumnValue(scan.slot, amount));
	EndRowScan(&scan);
	return paid;
}

bool
InvoiceIsPaid(OwnerScope *scope, const Step *step)
{
	FastCase	fast;
	RowScan		scan;
	bool		holds = false;

	begin_case(&fast, scope, step);
	begin_rows_of(&scan, &fast, "invoice", "invoice_one_open_each_case");
	if (NextRow(&scan, ForwardScanDirection))
	{
		int64		invoice_no = DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "invoice_no")));

		holds = DatumGetBool(DirectFunctionCall2(numeric_ge, paid_of(&fast, invoice_no),
												 ColumnValue(scan.slot, ColumnOf(scan.table, "amount"))));
	}
	EndRowScan(&scan);
	end_case(&fast);
	return holds;
}
