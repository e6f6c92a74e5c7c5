/*
 * effects.c
 *		What a step does besides moving the case.
 *
 * Each effect is one query, or two, over ($1 application_no, $2 case_event,
 * $3 actor); a row of workflow_transition names those of its step.  The
 * effects that change the row of the case itself (fix_rules and the new
 * deadline of extend_deadline) are done in step.c, what take_back_messages
 * does in step_messages.c.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "sms/queue/enqueue.h"
#include "workflow/workflow.h"

typedef struct Effect
{
	const char *name;
	SavedPlan	query;
} Effect;

static Effect effects[] = {
	{"settle_findings", SAVED_PLAN("UPDATE licence_home.application_finding SET settled_at_event = $2 "
								   "WHERE application_no = $1 AND settled_at_event IS NULL")},
	{"cancel_inspection", SAVED_PLAN("UPDATE licence_home.inspection SET outcome = 'cancelled', "
									 "closed_at = licence_home.now(), closed_by = $3, closed_at_event = $2 "
									 "WHERE application_no = $1 AND outcome = 'pending'")},
	{"require_approvals", SAVED_PLAN("WITH needed AS MATERIALIZED (SELECT n.authority "
									 "FROM licence_home.application AS a "
									 "JOIN LATERAL licence_home_internal.profession_on(a.profession, a.judged_on) AS p ON true "
									 "CROSS JOIN LATERAL licence_home_internal.authorities_ruled(p.code, p.category, a.judged_on) AS n "
									 "WHERE a.application_no = $1), "
									 "ended AS (UPDATE licence_home.approval_requirement AS r SET ended_at_event = $2 "
									 "WHERE r.application_no = $1 AND r.basis = 'profession' AND r.ended_at_event IS NULL "
									 "AND NOT EXISTS (SELECT FROM needed AS n WHERE n.authority = r.authority)) "
									 "INSERT INTO licence_home.approval_requirement "
									 "(application_no, authority, basis, recorded_by) "
									 "SELECT $1, n.authority, 'profession', $3 FROM needed AS n "
									 "WHERE NOT EXISTS (SELECT FROM licence_home.approval_requirement AS r "
									 "WHERE r.application_no = $1 AND r.authority = n.authority AND r.ended_at_event IS NULL)")},
	{"cancel_invoice", SAVED_PLAN("UPDATE licence_home.invoice SET cancelled_at = licence_home.now() "
								  "WHERE application_no = $1 AND cancelled_at IS NULL "
								  "AND $2 IS NOT NULL AND $3 IS NOT NULL")},
	{"make_invoice", SAVED_PLAN("WITH lines AS MATERIALIZED ("
								"SELECT f.item, f.rule, f.amount, f.area_m2, f.priced_on, row_number() OVER () AS line_no "
								"FROM licence_home_internal.case_fee($1) AS f WHERE $2 IS NOT NULL AND $3 IS NOT NULL), "
								"bill AS (INSERT INTO licence_home.invoice (application_no, amount, priced_on, due_on, area_m2) "
								"SELECT $1, sum(l.amount), min(l.priced_on), "
								"(SELECT (a.due_at AT TIME ZONE '" CITY_TIME_ZONE "')::date FROM licence_home.application AS a "
								"WHERE a.application_no = $1), min(l.area_m2) "
								"FROM lines AS l HAVING count(*) > 0 RETURNING invoice_no) "
								"INSERT INTO licence_home.invoice_line (invoice_no, line_no, item, rule, amount) "
								"SELECT b.invoice_no, l.line_no, l.item, l.rule, l.amount FROM bill AS b, lines AS l")},
	{"issue_licence", SAVED_PLAN("INSERT INTO licence_home.licence (application_no, valid) "
								 "SELECT $1, daterange(licence_home.today(), "
								 "(licence_home.today() + make_interval(months => e.licence_months))::date) "
								 "FROM licence_home.application AS a JOIN licence_home.edition AS e "
								 "ON licence_home.in_force(e.valid, e.withdrawn_at, a.judged_on) "
								 "WHERE a.application_no = $1 AND $2 IS NOT NULL AND $3 IS NOT NULL")},
	{"extend_deadline", SAVED_PLAN("UPDATE licence_home.invoice AS i "
								   "SET due_on = (a.due_at AT TIME ZONE '" CITY_TIME_ZONE "')::date "
								   "FROM licence_home.application AS a WHERE a.application_no = $1 "
								   "AND i.application_no = $1 AND i.cancelled_at IS NULL "
								   "AND $2 IS NOT NULL AND $3 IS NOT NULL")},
	{"reopen_reviews", SAVED_PLAN("WITH undone AS (SELECT max(e.case_event) - 1 AS reviewed_at_event "
								  "FROM licence_home.application_event AS e "
								  "WHERE e.application_no = $1 AND e.from_state <> e.to_state AND e.case_event < $2), "
								  "documents AS (UPDATE licence_home.document AS d SET reviewed_at_event = $2 FROM undone AS u "
								  "WHERE d.application_no = $1 AND d.reviewed_at_event >= u.reviewed_at_event) "
								  "UPDATE licence_home.external_approval AS x SET reviewed_at_event = $2 FROM undone AS u "
								  "WHERE x.application_no = $1 AND x.reviewed_at_event >= u.reviewed_at_event "
								  "AND $3 IS NOT NULL")},
	{"end_case", SAVED_PLAN("WITH inspections AS (UPDATE licence_home.inspection SET outcome = 'cancelled', "
							"closed_at = licence_home.now(), closed_by = $3, closed_at_event = $2 "
							"WHERE application_no = $1 AND outcome = 'pending') "
							"UPDATE licence_home.invoice SET cancelled_at = licence_home.now() "
							"WHERE application_no = $1 AND cancelled_at IS NULL")},
};

/* Done by step.c and step_messages.c; named here so that every known name is found. */
static const char *const row_effects[] = {"fix_rules", "take_back_messages"};

/* The query behind an effect; NULL where step.c does it, or nobody. */
static Effect *
find_effect(const char *name)
{
	for (int i = 0; i < (int) lengthof(effects); i++)
	{
		if (strcmp(effects[i].name, name) == 0)
			return &effects[i];
	}
	return NULL;
}

bool
IsEffect(const char *name)
{
	for (int i = 0; i < (int) lengthof(row_effects); i++)
	{
		if (strcmp(row_effects[i], name) == 0)
			return true;
	}
	return find_effect(name) != NULL;
}

/* An effect that must have written something. */
static void
require_rows(const Effect *effect, int64 application_no, uint64 rows)
{
	if (rows > 0)
		return;
	if (strcmp(effect->name, "make_invoice") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg_case(application_no, "no fee is scheduled for its profession and area"),
				 errhint("An administrator inserts the fee into licence_home.fee_rule; licence_home.fee(profession, work_area_m2, on_date) shows what is there."),
				 err_table("fee_rule")));
	if (strcmp(effect->name, "issue_licence") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg_case(application_no, "the edition of the instructions that judges the case is not to be found"),
				 errdetail("No row of licence_home.edition that is not withdrawn contains the day that judges the case."),
				 errhint("An administrator inserts the edition that was withdrawn once more, corrected, for the same days."),
				 err_table("edition")));
}

/* Run the query of an effect; how many rows it wrote. */
static uint64
run_effect(OwnerScope *scope, Effect *effect, const Step *step, int32 case_event)
{
	return ExecPlan(scope, &effect->query, CaseArg(step->application_no),
					Int4Arg(case_event), TextArg(step->actor)).count;
}

/* Run the effects that the transition names, in its order. */
void
RunEffects(OwnerScope *scope, const Step *step,
		   const Transition *transition, int32 case_event)
{
	ListCell   *cell;

	foreach(cell, transition->effects)
	{
		const char *name = lfirst(cell);
		Effect	   *effect = find_effect(name);

		/* a bill made anew takes the place of the one before */
		if (strcmp(name, "make_invoice") == 0)
			run_effect(scope, find_effect("cancel_invoice"), step, case_event);
		if (effect != NULL)
			require_rows(effect, step->application_no,
						 run_effect(scope, effect, step, case_event));
		else if (!IsEffect(name))
			ereport(ERROR,
					(errcode(ERRCODE_LH_UNSOUND_WORKFLOW),
					 errmsg_case(step->application_no, "step \"%s\" names an unknown effect \"%s\"",
								 transition->action, name),
					 errhint("licence_home.check_workflow() finds such defects before a workflow is published."),
					 err_column("workflow_transition", "effects")));
		if (strcmp(name, "end_case") == 0)
			CancelMessages(scope, step->application_no, 0, false, "the case ended");
	}
}

/*
 * The profession was corrected after its authorities were asked for: what is
 * asked follows.
 */
void
FollowProfession(OwnerScope *scope, const Step *step, int32 case_event)
{
	static SavedPlan asked = SAVED_PLAN("SELECT 1 FROM licence_home.approval_requirement "
										"WHERE application_no = $1 AND basis = 'profession'");

	if (ExecPlanLimit(scope, &asked, 1, CaseArg(step->application_no)).count > 0)
		run_effect(scope, find_effect("require_approvals"), step, case_event);
}

/* Is there nothing to pay for this case? */
bool
FeeIsWaived(OwnerScope *scope, int64 application_no)
{
	static SavedPlan total = SAVED_PLAN("SELECT coalesce(sum(f.amount) = 0, false) FROM licence_home_internal.case_fee($1) AS f");
	Rows		rows = ExecPlan(scope, &total, CaseArg(application_no));

	return rows.count == 1 && RowBool(rows, 0, 1);
}
