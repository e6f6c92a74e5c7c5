/*
 * effects.c
 *		What a step does besides moving the case.
 *
 * An effect is one record below: a row of workflow_transition names it, and
 * whatever the code must know of it is here.  Most are a query that writes
 * rows, of ($1 application_no, $2 case_event, $3 actor, $4 the moment at which
 * the event is known).
 *
 * A function with BEGIN ATOMIC, as preconditions have, would be planned anew at
 * each step.  The planner takes a function that reads into the query that asks
 * it, never one that writes.  So what an effect reads is such a function
 * (case_fee(), authorities_ruled()), and what it writes stands here.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

#include "errors.h"
#include "municipality.h"
#include "sms/queue/enqueue.h"
#include "sms/text/placeholders.h"
#include "spi/heap_access.h"
#include "spi/row_writer.h"
#include "workflow/effects.h"
#include "workflow/events.h"

/* A bill has lines. */
static void
refuse_no_fee(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_RULES),
			 errmsg_case(application_no, "no fee is scheduled for its profession and area"),
			 errhint("An administrator inserts the fee into licence_home.fee_rule; licence_home.fee(profession, work_area_m2, on_date) shows what is there."),
			 err_table("fee_rule")));
}

/* A licence has a length. */
static void
refuse_no_edition(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_RULES),
			 errmsg_case(application_no, "the edition of the instructions that judges the case is not to be found"),
			 errdetail("No row of licence_home.edition that is not withdrawn contains the day that judges the case."),
			 errhint("An administrator inserts the edition that was withdrawn once more, corrected, for the same days."),
			 err_table("edition")));
}

/* A term is of a licence. */
static void
refuse_no_term(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_RULES),
			 errmsg_case(application_no, "there is no licence to renew, or no edition that says for how long"),
			 errdetail("The case names no licence, or no row of licence_home.edition that is not withdrawn contains the day that judges it."),
			 errhint("A case of a licence is begun with application.licence_no; an administrator inserts the edition that was withdrawn once more."),
			 err_table("edition")));
}

/* What a step writes into the register is of a licence. */
static void
refuse_no_licence(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_OF_LICENCE),
			 errmsg_case(application_no, "the case is about no licence"),
			 errdetail("application.licence_no is null."),
			 errhint("licence_home.open_case(workflow, licence_no) begins a case about a licence."),
			 err_column("application", "licence_no")));
}

/* The edition that says how long a licence of the case runs. */
#define LICENCE_MONTHS \
	"FROM licence_home.application AS a JOIN licence_home.edition AS e " \
	"ON licence_home.in_force(e.valid, e.withdrawn_at, a.judged_on) WHERE a.application_no = $1"

/* The bill of the case. */
#define OPEN_BILL \
	"(SELECT i.invoice_no FROM licence_home.invoice AS i WHERE i.application_no = $1 AND i.cancelled_at IS NULL)"

/* What case_facts() gives, and a version of a licence has. */
#define LICENCE_FACTS \
	"applicant_id, profession, home, address, village, basin, neighbourhood, parcel, building_no, floor, unit, " \
	"district, zone_class, home_area_m2, work_area_m2, built_on, employees, people, children, tenant, judged_on"

/*
 * A new bill in place of the one that was taken back last: it shares with it
 * what was paid, so no payment is lost.
 */
#define REPLACING_BILL_OF(condition) \
	", lines AS MATERIALIZED (" \
	"SELECT f.item, f.rule, f.amount, f.area_m2, f.priced_on, row_number() OVER () AS line_no " \
	"FROM licence_home_internal.case_fee($1) AS f WHERE " condition "), " \
	"bill AS (INSERT INTO licence_home.invoice (application_no, amount, priced_on, due_on, area_m2, account) " \
	"SELECT $1, sum(l.amount), min(l.priced_on), " \
	"(SELECT (a.due_at AT TIME ZONE " CITY_TIME_ZONE ")::date FROM licence_home.application AS a " \
	"WHERE a.application_no = $1), min(l.area_m2), " \
	"(SELECT coalesce(o.account, o.invoice_no) FROM licence_home.invoice AS o WHERE o.application_no = $1 " \
	"ORDER BY o.cancelled_at DESC NULLS LAST, o.created_at DESC, o.invoice_no DESC LIMIT 1) " \
	"FROM lines AS l HAVING count(*) > 0 RETURNING invoice_no) " \
	"INSERT INTO licence_home.invoice_line (invoice_no, line_no, item, rule, amount) " \
	"SELECT b.invoice_no, l.line_no, l.item, l.rule, l.amount FROM bill AS b, lines AS l"
#define REPLACING_BILL(condition) "WITH one AS (SELECT)" REPLACING_BILL_OF(condition)

/* What the lines of a fee come to. */
static Datum
sum_of(List *fee)
{
	Datum		sum = ((FeeLine *) linitial(fee))->amount;

	for (int i = 1; i < list_length(fee); i++)
		sum = DirectFunctionCall2(numeric_add, sum, ((FeeLine *) list_nth(fee, i))->amount);
	return sum;
}

/* No bill is open, so none is to be cancelled. */
static bool
has_no_open_bill(OwnerScope *scope, const Step *step)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, step->application_no);
	BeginRowScan(&scan, "invoice", "invoice_one_open_each_case", snapshot, &key, 1);
	found = NextRow(&scan, ForwardScanDirection);
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return !found;
}

/* The bill of a fee that is known, and its lines. */
static bool
write_known_bill(OwnerScope *scope, const Step *step)
{
	static const char *const bill_columns[] = {"application_no", "amount", "priced_on", "due_on", "area_m2"};
	static RowWriter bills = ROW_WRITER_NUMBER("invoice", bill_columns, "invoice_no");
	static const char *const line_columns[] = {"invoice_no", "line_no", "item", "rule", "amount"};
	static RowWriter lines = ROW_WRITER("invoice_line", line_columns);
	FeeLine    *first;
	int64		invoice_no;
	int			line_no = 0;
	ListCell   *cell;

	if (step->fee == NIL || step->deadline.keeps_stay)
		return false;
	first = linitial(step->fee);
	invoice_no = InsertRow(scope, &bills, CaseArg(step->application_no),
						   DatumArg(ARG_NUMERIC, sum_of(step->fee), false),
						   DateArg(first->priced_on),
						   DatumArg(ARG_DATE, DateADTGetDatum(step->deadline.date_named),
									step->deadline.cause == NULL),
						   DatumArg(ARG_NUMERIC, first->area_m2, !first->has_area));
	foreach(cell, step->fee)
	{
		FeeLine    *line = lfirst(cell);

		InsertRow(scope, &lines, Int8Arg(invoice_no), Int4Arg(++line_no), TextArg(line->item),
				  TextArg(line->rule), DatumArg(ARG_NUMERIC, line->amount, false));
	}
	return true;
}

static Effect effects[] = {
	{
		.name = "freeze_rules",
		/* plan_transition.c writes them into the row of the case */
		.traits = TRAIT_FREEZES_RULES,
		.makes = FACT_RULES
	},
	{
		.name = "settle_findings",
		.plan = SAVED_PLAN("UPDATE licence_home.application_finding SET settled_at_event = $2 "
						   "WHERE application_no = $1 AND settled_at_event IS NULL")
	},
	{
		.name = "cancel_inspection",
		.plan = SAVED_PLAN("UPDATE licence_home.inspection SET outcome = 'cancelled', "
						   "closed_at = licence_home.now(), closed_by = $3, closed_at_event = $2 "
						   "WHERE application_no = $1 AND outcome = 'pending'"),
		.ends = FACT_PENDING
	},
	{
		.name = "require_approvals",
		.plan = SAVED_PLAN("WITH needed AS MATERIALIZED (SELECT n.authority "
						   "FROM licence_home.application AS a "
						   "JOIN LATERAL licence_home_internal.profession_on(a.profession, a.judged_on) AS p ON true "
						   "CROSS JOIN LATERAL licence_home_internal.authorities_ruled(p.code, p.category, a.judged_on) AS n "
						   "WHERE a.application_no = $1 "
						   "AND NOT EXISTS (SELECT FROM licence_home.carried_evidence AS c "
						   "WHERE c.application_no = $1 AND c.kind = 'approval' AND c.code = n.authority AND c.counts)), "
						   "ended AS (UPDATE licence_home.approval_requirement AS r SET ended_at_event = $2 "
						   "WHERE r.application_no = $1 AND r.basis = 'profession' AND r.ended_at_event IS NULL "
						   "AND NOT EXISTS (SELECT FROM needed AS n WHERE n.authority = r.authority)) "
						   "INSERT INTO licence_home.approval_requirement "
						   "(application_no, authority, basis, recorded_by) "
						   "SELECT $1, n.authority, 'profession', $3 FROM needed AS n "
						   "WHERE NOT EXISTS (SELECT FROM licence_home.approval_requirement AS r "
						   "WHERE r.application_no = $1 AND r.authority = n.authority AND r.ended_at_event IS NULL)"),
		.makes = FACT_ASKED
	},
	{
		.name = "cancel_invoice",
		.plan = SAVED_PLAN("UPDATE licence_home.invoice SET cancelled_at = licence_home.now() "
						   "WHERE application_no = $1 AND cancelled_at IS NULL "),
		.write = has_no_open_bill,
		.traits = TRAIT_CANCELS_BILL,
		.ends = FACT_BILL | FACT_BILL_FITS | FACT_UNPAID | FACT_PAID
	},
	{
		.name = "make_invoice",
		.plan = SAVED_PLAN("WITH lines AS MATERIALIZED ("
						   "SELECT f.item, f.rule, f.amount, f.area_m2, f.priced_on, row_number() OVER () AS line_no "
						   "FROM licence_home_internal.case_fee($1) AS f), "
						   "bill AS (INSERT INTO licence_home.invoice (application_no, amount, priced_on, due_on, area_m2) "
						   "SELECT $1, sum(l.amount), min(l.priced_on), "
						   "(SELECT (a.due_at AT TIME ZONE " CITY_TIME_ZONE ")::date FROM licence_home.application AS a "
						   "WHERE a.application_no = $1), min(l.area_m2) "
						   "FROM lines AS l HAVING count(*) > 0 RETURNING invoice_no) "
						   "INSERT INTO licence_home.invoice_line (invoice_no, line_no, item, rule, amount) "
						   "SELECT b.invoice_no, l.line_no, l.item, l.rule, l.amount FROM bill AS b, lines AS l"),
		.write = write_known_bill,
		.traits = TRAIT_BILLS,
		.provides = PROVIDES_BILL,
		.makes = FACT_BILL | FACT_BILL_FITS | FACT_UNPAID,
		.ends = FACT_PAID,
		.first = "cancel_invoice",
		.refuse_empty = refuse_no_fee
	},
	{
		.name = "replace_invoice",
		.plan = SAVED_PLAN(REPLACING_BILL("true")),
		.traits = TRAIT_BILLS | TRAIT_CANCELS_BILL | TRAIT_REPLACES_BILL,
		.provides = PROVIDES_BILL,
		.makes = FACT_BILL | FACT_BILL_FITS | FACT_UNPAID,
		.ends = FACT_PAID,
		.first = "cancel_invoice",
		.refuse_empty = refuse_no_fee
	},
	{
		/* what the end took back, as far as it can be given again */
		.name = "reopen_case",
		.plan = SAVED_PLAN("WITH ended AS MATERIALIZED (SELECT e.case_event, e.at FROM licence_home.application_event AS e "
						   "WHERE e.application_no = $1 AND e.from_state <> e.to_state AND e.case_event < $2 "
						   "ORDER BY e.case_event DESC LIMIT 1), "
						   "inspections AS (UPDATE licence_home.inspection AS i SET closed_at_event = $2 FROM ended AS d "
						   "WHERE i.application_no = $1 AND i.outcome = 'cancelled' AND i.closed_at_event = d.case_event) "
						   REPLACING_BILL_OF("EXISTS (SELECT FROM ended AS d, licence_home.invoice AS o "
											 "WHERE o.application_no = $1 AND o.cancelled_at = d.at)")),
		.traits = TRAIT_REOPENS,
		.makes = FACT_BILL | FACT_BILL_FITS | FACT_UNPAID
	},
	{
		.name = "issue_licence",
		/* (as long as the edition says; row 1 of each of its lists) */
		.plan = SAVED_PLAN("WITH l AS (INSERT INTO licence_home.licence (application_no, succeeds) "
						   "SELECT $1, licence_home_internal.licence_to_succeed($1) WHERE EXISTS (SELECT " LICENCE_MONTHS ") RETURNING licence_no), "
						   "t AS (INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, months, run_months, "
						   "application_no, case_event, invoice_no, known_at) "
						   "SELECT l.licence_no, 1, d.day, (d.day + make_interval(months => e.licence_months))::date, d.day, e.licence_months, "
						   "e.licence_months, $1, $2, " OPEN_BILL ", $4 "
						   "FROM l, (SELECT licence_home.today() AS day) AS d, (SELECT e.licence_months " LICENCE_MONTHS ") AS e), "
						   "v AS (INSERT INTO licence_home.licence_version (licence_no, version_no, " LICENCE_FACTS ", application_no, case_event, known_at) "
						   "SELECT l.licence_no, 1, " LICENCE_FACTS ", $1, $2, $4 FROM l, licence_home_internal.case_facts($1) AS f) "
						   "INSERT INTO licence_home.licence_standing (licence_no, standing_no, standing, application_no, case_event, known_at) "
						   "SELECT l.licence_no, 1, 'in_force', $1, $2, $4 FROM l"),
		.traits = TRAIT_ISSUES | TRAIT_DERIVES_PLACE,
		.provides = PROVIDES_LICENCE,
		.makes = FACT_LICENSED,
		.refuse_empty = refuse_no_edition
	},
	{
		/* (the term after those that were known when the case was submitted) */
		.name = "renew_licence",
		.plan = SAVED_PLAN("INSERT INTO licence_home.licence_term (licence_no, term_no, months, application_no, case_event, invoice_no, known_at) "
						   "SELECT a.licence_no, (SELECT max(t.term_no) + 1 FROM licence_home.licence_term AS t "
						   "WHERE t.licence_no = a.licence_no AND t.known_at <= a.submitted_at), e.licence_months, $1, $2, " OPEN_BILL ", $4 "
						   "FROM licence_home.application AS a, (SELECT e.licence_months " LICENCE_MONTHS ") AS e "
						   "WHERE a.application_no = $1 AND a.licence_no IS NOT NULL"),
		.traits = TRAIT_RENEWS | TRAIT_DERIVES_PLACE,
		.provides = PROVIDES_LICENCE,
		.refuse_empty = refuse_no_term
	},
	{
		/*
		 * (from the term that the case gave, else from today; none where
		 * nothing differs)
		 */
		.name = "change_licence",
		.plan = SAVED_PLAN("WITH n AS MATERIALIZED (SELECT a.licence_no, coalesce(t.starts, licence_home.today()) AS day "
						   "FROM licence_home.application AS a "
						   "LEFT JOIN licence_home.licence_term AS t ON t.application_no = a.application_no "
						   "WHERE a.application_no = $1 AND a.licence_no IS NOT NULL) "
						   "INSERT INTO licence_home.licence_version (licence_no, from_day, " LICENCE_FACTS ", application_no, case_event, known_at) "
						   "SELECT n.licence_no, n.day, " LICENCE_FACTS ", $1, $2, $4 "
						   "FROM n, licence_home_internal.case_facts($1) AS f "
						   "WHERE licence_home_internal.facts_differ($1, n.licence_no, n.day) OR licence_home_internal.name_differs($1)"),
		.traits = TRAIT_CHANGES_LICENCE | TRAIT_DERIVES_PLACE,
		.provides = PROVIDES_LICENCE
	},
	{
		/* (its last day is today) */
		.name = "surrender_licence",
		.plan = SAVED_PLAN("INSERT INTO licence_home.licence_standing (licence_no, from_day, standing, application_no, case_event, known_at) "
						   "SELECT a.licence_no, licence_home.today() + 1, 'surrendered', $1, $2, $4 "
						   "FROM licence_home.application AS a WHERE a.application_no = $1 AND a.licence_no IS NOT NULL"),
		.provides = PROVIDES_LICENCE,
		.refuse_empty = refuse_no_licence
	},
	{
		.name = "issue_copy",
		.plan = SAVED_PLAN("INSERT INTO licence_home.licence_copy (licence_no, copy_no, version_no, term_no, application_no, case_event) "
						   "SELECT a.licence_no, coalesce((SELECT max(c.copy_no) FROM licence_home.licence_copy AS c "
						   "WHERE c.licence_no = a.licence_no), 1) + 1, s.version_no, s.term_no, $1, $2 "
						   "FROM licence_home.application AS a "
						   "CROSS JOIN LATERAL licence_home_internal.licence_state(a.licence_no, licence_home.today(), NULL) AS s "
						   "WHERE a.application_no = $1"),
		.provides = PROVIDES_LICENCE | PROVIDES_COPY,
		.refuse_empty = refuse_no_licence
	},
	{
		.name = "extend_deadline",
		.plan = SAVED_PLAN("UPDATE licence_home.invoice AS i "
						   "SET due_on = (a.due_at AT TIME ZONE " CITY_TIME_ZONE ")::date "
						   "FROM licence_home.application AS a WHERE a.application_no = $1 "
						   "AND i.application_no = $1 AND i.cancelled_at IS NULL "),
		.traits = TRAIT_EXTENDS_DEADLINE
	},
	{
		.name = "reopen_bill",
		.plan = SAVED_PLAN("UPDATE licence_home.invoice AS i "
						   "SET due_on = (a.due_at AT TIME ZONE " CITY_TIME_ZONE ")::date "
						   "FROM licence_home.application AS a WHERE a.application_no = $1 "
						   "AND i.application_no = $1 AND i.cancelled_at IS NULL")
	},
	{
		.name = "reopen_reviews",
		.plan = SAVED_PLAN("WITH undone AS (SELECT max(e.case_event) - 1 AS reviewed_at_event "
						   "FROM licence_home.application_event AS e "
						   "WHERE e.application_no = $1 AND e.from_state <> e.to_state AND e.case_event < $2), "
						   "documents AS (UPDATE licence_home.document AS d SET reviewed_at_event = $2 FROM undone AS u "
						   "WHERE d.application_no = $1 AND d.reviewed_at_event >= u.reviewed_at_event) "
						   "UPDATE licence_home.external_approval AS x SET reviewed_at_event = $2 FROM undone AS u "
						   "WHERE x.application_no = $1 AND x.reviewed_at_event >= u.reviewed_at_event ")
	},
	{
		.name = "end_case",
		.plan = SAVED_PLAN("WITH inspections AS (UPDATE licence_home.inspection SET outcome = 'cancelled', "
						   "closed_at = licence_home.now(), closed_by = $3, closed_at_event = $2 "
						   "WHERE application_no = $1 AND outcome = 'pending') "
						   "UPDATE licence_home.invoice SET cancelled_at = licence_home.now() "
						   "WHERE application_no = $1 AND cancelled_at IS NULL"),
		.traits = TRAIT_ENDS_CASE,
		.withdraws = PROVIDES_BILL,
		.ends = FACT_BILL | FACT_UNPAID | FACT_PENDING,
		.cancels_why = "the case ended"
	},
	{
		.name = "take_back_messages",
		/* step_messages.c cancels them */
		.traits = TRAIT_TAKES_BACK,
		.provides = PROVIDES_MESSAGE_TAKEN_BACK
	},
};

Effect *
FindEffect(const char *name)
{
	for (int i = 0; i < (int) lengthof(effects); i++)
	{
		if (strcmp(effects[i].name, name) == 0)
			return &effects[i];
	}
	return NULL;
}

uint32
TraitsOfEffects(List *names)
{
	uint32		traits = 0;
	ListCell   *cell;

	foreach(cell, names)
	{
		const Effect *effect = FindEffect(lfirst(cell));

		if (effect != NULL)
			traits |= effect->traits;
	}
	return traits;
}

List *
EffectsWithTrait(uint32 trait)
{
	List	   *names = NIL;

	for (int i = 0; i < (int) lengthof(effects); i++)
	{
		if (effects[i].traits & trait)
			names = lappend(names, unconstify(char *, effects[i].name));
	}
	return names;
}

const char *
EffectThatMakes(Facts facts)
{
	for (int i = 0; i < (int) lengthof(effects); i++)
	{
		if (effects[i].makes & facts)
			return effects[i].name;
	}
	return NULL;
}

/* An effect that the code itself names. */
static Effect *
own_effect(const char *name)
{
	Effect	   *effect = FindEffect(name);

	if (effect == NULL)
		elog(ERROR, "there is no effect \"%s\"", name);
	return effect;
}

/* Run an effect, and the one that comes before it. */
static void
run_effect(OwnerScope *scope, Effect *effect, const Step *step, int32 case_event)
{
	uint64		written;

	if (effect->first != NULL)
		run_effect(scope, own_effect(effect->first), step, case_event);
	if (effect->plan.text != NULL && (effect->write == NULL || !effect->write(scope, step)))
	{
		written = ExecPlan(scope, &effect->plan, CaseArg(step->application_no),
						   Int4Arg(case_event), TextArg(step->actor),
						   MomentArg(EventKnownAt(step, case_event))).count;
		if (written == 0 && effect->refuse_empty != NULL)
			effect->refuse_empty(step->application_no);
	}
	if (effect->cancels_why != NULL)
		CancelMessages(scope, step->application_no, 0, false, effect->cancels_why);
}

void
RunEffects(OwnerScope *scope, const Step *step,
		   const Transition *transition, int32 case_event)
{
	ListCell   *cell;

	foreach(cell, transition->effects)
	{
		const char *name = lfirst(cell);
		Effect	   *effect = FindEffect(name);

		if (effect == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_LH_UNSOUND_WORKFLOW),
					 errmsg_case(step->application_no, "step \"%s\" names an unknown effect \"%s\"",
								 transition->action, name),
					 errhint("licence_home.check_workflow() finds such defects before a workflow is published."),
					 err_column("workflow_transition", "effects")));
		run_effect(scope, effect, step, case_event);
	}
}

void
FollowProfession(OwnerScope *scope, const Step *step, int32 case_event)
{
	static SavedPlan asked = SAVED_PLAN("SELECT 1 FROM licence_home.approval_requirement "
										"WHERE application_no = $1 AND basis = 'profession'");

	if (ExecPlanLimit(scope, &asked, 1, CaseArg(step->application_no)).count > 0)
		run_effect(scope, own_effect(EffectThatMakes(FACT_ASKED)), step, case_event);
}

bool
MoneyCoversFee(OwnerScope *scope, int64 application_no)
{
	static SavedPlan covers = SAVED_PLAN("SELECT coalesce(sum(f.amount) <= (SELECT m.net FROM licence_home_internal.open_bill_money($1) AS m), false) "
										 "FROM licence_home_internal.case_fee($1) AS f");
	Rows		rows = ExecPlan(scope, &covers, CaseArg(application_no));

	return rows.count == 1 && RowBool(rows, 0, 1);
}

List *
ReadFee(OwnerScope *scope, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT f.item, f.rule, f.amount, f.area_m2, f.priced_on "
									   "FROM licence_home_internal.case_fee($1) AS f");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no));
	List	   *fee = NIL;

	for (uint64 row = 0; row < rows.count; row++)
	{
		FeeLine    *line = palloc0(sizeof(FeeLine));
		bool		isnull;

		line->item = RowText(rows, row, 1);
		line->rule = RowText(rows, row, 2);
		line->amount = RowDatum(rows, row, 3, &isnull);

		/*
		 * (a line without an amount or a day is no bill, and the plan says
		 * so)
		 */
		if (isnull)
			return NIL;
		line->area_m2 = RowDatum(rows, row, 4, &isnull);
		line->has_area = !isnull;
		line->priced_on = DatumGetDateADT(RowDatum(rows, row, 5, &isnull));
		if (isnull)
			return NIL;
		fee = lappend(fee, line);
	}
	return fee;
}

bool
FeeIsWaived(List *fee)
{
	Datum		zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));

	return fee != NIL && DatumGetBool(DirectFunctionCall2(numeric_eq, sum_of(fee), zero));
}

List *
CopyFee(List *fee)
{
	List	   *copy = NIL;
	ListCell   *cell;

	foreach(cell, fee)
	{
		const FeeLine *from = lfirst(cell);
		FeeLine    *line = palloc(sizeof(FeeLine));

		*line = *from;
		line->item = from->item ? pstrdup(from->item) : NULL;
		line->rule = from->rule ? pstrdup(from->rule) : NULL;
		line->amount = datumCopy(from->amount, false, -1);
		if (from->has_area)
			line->area_m2 = datumCopy(from->area_m2, false, -1);
		copy = lappend(copy, line);
	}
	return copy;
}

bool
BillsKnownFee(const Transition *transition)
{
	ListCell   *cell;

	/* what another effect does, or the place derived anew, may change the fee */
	foreach(cell, transition->effects)
	{
		if (strcmp(lfirst(cell), "make_invoice") != 0 && strcmp(lfirst(cell), "require_approvals") != 0)
			return false;
	}
	return HasTrait(transition, TRAIT_BILLS) && !HasTrait(transition, TRAIT_FREEZES_RULES | TRAIT_DERIVES_PLACE);
}
