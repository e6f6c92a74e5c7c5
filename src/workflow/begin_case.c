/*
 * begin_case.c
 *		A case begins: the INSERT on application.
 *
 * A case begins at the start of its workflow, and nothing is derived yet.
 * given_columns.c has refused a client's values for columns that the rules
 * write.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "clock.h"
#include "errors.h"
#include "settings.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/begin_case.h"
#include "workflow/columns.h"
#include "workflow/home_facts.h"
#include "workflow/life.h"
#include "workflow/principal.h"
#include "workflow/row.h"
#include "workflow/transitions.h"

/* A case gets its number last, when nothing else refuses it. */
static int64
number_case(OwnerScope *scope, RowChange *change, TupleDesc desc)
{
	static SavedPlan next = SAVED_PLAN("SELECT licence_home.application_no_make("
									   "extract(year FROM licence_home.today())::integer, "
									   "licence_home_internal.take_number('application'))");
	bool		isnull;
	Rows		rows = ExecPlanNoArgs(scope, &next);

	ReplaceColumn(change, desc, "application_no", RowDatum(rows, 0, 1, &isnull), false);
	return DatumGetInt64(RowDatum(rows, 0, 1, &isnull));
}

/* A case is begun for its applicant, by the portal or at the counter. */
static void
check_principal(OwnerScope *scope, int64 application_no, HeapTuple new, TupleDesc desc)
{
	bool		isnull;
	Datum		applicant_id = ColumnDatum(new, desc, "applicant_id", &isnull);
	char	   *workflow = ColumnText(new, desc, "workflow");

	if (!isnull)
		CheckPrincipalBegins(scope, application_no, DatumGetInt64(applicant_id), workflow,
							 WorkflowInForce(scope, application_no, workflow));
}

/* The workflow's cases are about a licence, or about none. */
static void
refuse_licence(const char *workflow, bool needed)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_OF_LICENCE),
			 needed
			 ? errmsg_said(0, psprintf("a case of workflow \"%s\" is about a licence, and names none", workflow),
						   psprintf("طلب من نوع \"%s\" يخص رخصة ولم تُذكر", workflow))
			 : errmsg_said(0, psprintf("a case of workflow \"%s\" is about no licence", workflow),
						   psprintf("طلب من نوع \"%s\" لا يخص رخصة قائمة", workflow)),
			 errdetail_said("licence_home.workflow_change says what the cases of a workflow change of a licence.",
							"يبيّن licence_home.workflow_change ما تغيره الطلبات من الرخصة."),
			 errhint_said(needed ? "Give its number in application.licence_no." : "Leave application.licence_no out.",
						  needed ? "اذكروا رقمها في application.licence_no." : "اتركوا application.licence_no فارغًا."),
			 err_column("application", "licence_no")));
}

/*
 * A case names the licence that it is about, where its workflow changes one:
 * the applicant's own, unless the workflow brings another holder.  Another's
 * licence is answered like a number that nobody has.
 */
static void
check_licence(OwnerScope *scope, HeapTuple new, TupleDesc desc, const char *workflow)
{
	static SavedPlan changes = SAVED_PLAN("SELECT count(*) > 0 AND NOT coalesce(bool_or(c.fact = 'licence'), false), "
										  "coalesce(bool_or(c.fact = 'holder'), false) "
										  "FROM licence_home.workflow_change AS c "
										  "JOIN licence_home.workflow AS w ON w.workflow = c.workflow AND w.version = c.version "
										  "WHERE c.workflow = $1 AND w.published_at IS NOT NULL AND w.withdrawn_at IS NULL "
										  "AND w.valid @> licence_home.today()");
	static SavedPlan held = SAVED_PLAN("SELECT 1 FROM licence_home_internal.licence_state($1, licence_home.today(), NULL) AS s "
									   "JOIN licence_home.licence_version AS v ON v.licence_no = s.licence_no AND v.version_no = s.version_no "
									   "WHERE v.applicant_id = $2 OR $3");
	bool		none;
	Datum		licence_no = ColumnDatum(new, desc, "licence_no", &none);
	Rows		rows = ExecPlan(scope, &changes, TextArg(workflow));
	bool		isnull;
	Datum		applicant_id;

	if (RowBool(rows, 0, 1) == none)
		refuse_licence(workflow, none);
	applicant_id = ColumnDatum(new, desc, "applicant_id", &isnull);
	if (none || isnull)
		return;
	if (ExecPlan(scope, &held, DatumArg(ARG_LICENCE_NO, licence_no, false),
				 DatumArg(ARG_INT8, applicant_id, false), BoolArg(RowBool(rows, 0, 2))).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_OF_LICENCE),
				 errmsg_said(0, psprintf("%s is no licence of this applicant", ColumnOutput(new, desc, "licence_no")),
							 psprintf("%s ليست رخصة لمقدم الطلب", ColumnOutput(new, desc, "licence_no"))),
				 errdetail_said("A case of this kind is begun for who holds the licence today.",
								"يقدَّم هذا الطلب لصاحب الرخصة اليوم."),
				 errhint_said("licence_home.my_licences() lists the applicant's own.",
							  "رخص مقدم الطلب في licence_home.my_licences()."),
				 err_column("application", "licence_no")));
}

/*
 * Refuse one applicant more drafts within an hour than a setting says.  Rows
 * are counted, so a draft that was rolled back does not count.
 */
static void
check_drafts(OwnerScope *scope, HeapTuple new, TupleDesc desc)
{
	static SavedPlan find = SAVED_PLAN("SELECT count(*) FROM (SELECT FROM licence_home.application AS a "
									   "WHERE a.applicant_id = $1 AND a.created_at > $2 LIMIT $3) AS c");
	bool		isnull;
	Datum		applicant_id = ColumnDatum(new, desc, "applicant_id", &isnull);

	if (drafts_an_hour_setting == 0 || isnull ||
		RowInt8(ExecPlan(scope, &find, DatumArg(ARG_INT8, applicant_id, false),
						 MomentArg(ClockNow() - USECS_PER_HOUR), Int8Arg(drafts_an_hour_setting)),
				0, 1) < drafts_an_hour_setting)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_TOO_MANY),
			 errmsg_said(0, psprintf("applicant " INT64_FORMAT " has begun %d cases within an hour",
									 DatumGetInt64(applicant_id), drafts_an_hour_setting),
						 psprintf("بدأ مقدم الطلب " INT64_FORMAT " %d طلبات خلال ساعة",
								  DatumGetInt64(applicant_id), drafts_an_hour_setting)),
			 errdetail_said(psprintf("licence_home.drafts_an_hour is %d.", drafts_an_hour_setting),
							psprintf("الحد licence_home.drafts_an_hour هو %d.", drafts_an_hour_setting)),
			 errhint_said("Go on with one of them, or wait until an hour has passed.",
						  "أكملوا أحدها، أو انتظروا مضي ساعة."),
			 err_column("application", "applicant_id")));
}

/*
 * Refuse a case of a person who was erased.  Erasing waits for this lock, and
 * this lock for an erasure under way.  The foreign key refuses an applicant
 * who is not there.
 */
static void
check_applicant(OwnerScope *scope, HeapTuple new, TupleDesc desc)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.erased_at IS NOT NULL FROM licence_home.applicant AS p "
									   "WHERE p.applicant_id = $1 FOR KEY SHARE");
	bool		isnull;
	Datum		applicant_id = ColumnDatum(new, desc, "applicant_id", &isnull);
	Rows		rows;

	if (isnull)
		return;
	rows = ExecPlan(scope, &find, DatumArg(ARG_INT8, applicant_id, false));
	if (rows.count == 1 && RowBool(rows, 0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg("a person who was erased has no new case"),
				 errhint("Whoever comes again is registered anew."),
				 err_column("application", "applicant_id")));
}

HeapTuple
BeginCase(TriggerData *trigdata)
{
	/* The column's default, 'draft', may be no state of this workflow. */
	static SavedPlan start = SAVED_PLAN("SELECT s.state, coalesce($2 = 'draft', false) AND NOT EXISTS ("
										"SELECT FROM licence_home.workflow_state AS d WHERE d.workflow = s.workflow "
										"AND d.version = s.version AND d.state = $2) FROM licence_home.workflow_state AS s "
										"JOIN licence_home.workflow AS w USING (workflow, version) "
										"WHERE s.workflow = $1 AND s.kind = 'start' AND w.published_at IS NOT NULL "
										"AND w.withdrawn_at IS NULL AND w.valid @> licence_home.today()");
	HeapTuple	new = trigdata->tg_trigtuple;
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	char	   *state = ColumnText(new, desc, "state");
	char	   *workflow = ColumnText(new, desc, "workflow");
	RowChange	change = {.memory = CurrentMemoryContext};
	OwnerScope	scope;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlanLimit(&scope, &start, 2, TextArg(workflow), TextArg(state));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg("no workflow \"%s\" is in force today",
						workflow ? workflow : "(null)"),
				 errhint("licence_home.workflow lists those in force; an administrator publishes others."),
				 err_column("application", "workflow")));
	if (RowBool(rows, 0, 2))
		ReplaceColumn(&change, desc, "state",
					  CStringGetTextDatum(RowText(rows, 0, 1)), false);
	else if (state == NULL || strcmp(state, RowText(rows, 0, 1)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_STEP),
				 errmsg("a case begins in state \"%s\", not in \"%s\"",
						RowText(rows, 0, 1), state ? state : "(null)"),
				 errhint("Insert the application without a state, then take its steps one by one."),
				 err_column("application", "state")));
	check_drafts(&scope, new, desc);
	new = NameHolder(&change, desc, new);
	check_licence(&scope, new, desc, workflow);
	new = BeginLicenceCase(&scope, &change, desc, new, workflow);
	check_applicant(&scope, new, desc);
	CheckHomeFacts(&scope, new, desc);
	TransformHome(&scope, &change, desc, new);
	CheckPreviousApplication(&scope, 0, trigdata->tg_relation, new, ClockNow());
	check_principal(&scope, number_case(&scope, &change, desc), new, desc);
	LeaveOwner(&scope);
	ReplaceColumn(&change, desc, "row_version", Int32GetDatum(1), false);
	ReplaceColumn(&change, desc, "state_since", TimestampTzGetDatum(ClockNow()), false);
	ReplaceColumn(&change, desc, "created_at", TimestampTzGetDatum(ClockNow()), false);
	return WithChanges(new, desc, &change);
}
