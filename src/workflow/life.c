/*
 * life.c
 *		Cases about a licence: how they begin, and what carries over to them.
 *
 *	INSERT (workflow, licence_no)	the facts of the licence, where none are given
 *	AFTER the INSERT, an UPDATE		what carries over follows the facts
 *	submit							once more, then it is settled
 *
 * doc/life.md has the tables, src/sql/licence/life.sql what is asked.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/rel.h"

#include "actor.h"
#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "visible_case.h"
#include "workflow/life.h"
#include "workflow/transitions.h"

/* The facts of a licence that its next case begins with. */
static const char *const licence_facts[] = {
	"profession", "home", "address", "village", "basin", "neighbourhood", "parcel", "building_no", "floor", "unit",
	"home_area_m2", "work_area_m2", "built_on", "employees", "people", "children", "tenant"
};

/* Refuse a case that the licence does not allow today. */
static void
check_allowed(OwnerScope *scope, PlanArg licence_no, const char *workflow, int32 version)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.text_en, o.text_ar, o.hint_en, o.hint_ar "
									   "FROM licence_home_internal.licence_objections($1, $2, $3, licence_home.today()) AS o");
	Rows		rows = ExecPlanLimit(scope, &find, 1, licence_no, TextArg(workflow), Int4Arg(version));

	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_LICENCE_FORBIDS),
			 errmsg_said(0, RowText(rows, 0, 1), RowText(rows, 0, 2)),
			 errdetail_said(psprintf("A case of workflow \"%s\" cannot begin today.", workflow),
							psprintf("لا يبدأ اليوم طلب من سير العمل \"%s\".", workflow)),
			 errhint_said(RowText(rows, 0, 3), RowText(rows, 0, 4)),
			 err_column("application", "licence_no")));
}

/* Refuse a case beside an open one that contradicts it. */
static void
check_contradiction(OwnerScope *scope, PlanArg licence_no, const char *workflow, int32 version)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.application_no::text, o.name_en, o.name_ar "
									   "FROM licence_home_internal.contradictory_cases($1, $2, $3, NULL) AS o");
	Rows		rows = ExecPlanLimit(scope, &find, 1, licence_no, TextArg(workflow), Int4Arg(version));

	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_CONTRADICTION),
			 errmsg_said(0, psprintf("case %s about the licence is open", RowText(rows, 0, 1)),
						 psprintf("الطلب %s على الرخصة ما زال مفتوحًا", RowText(rows, 0, 1))),
			 errdetail_said(psprintf("It is: %s. Both would change the licence.", RowText(rows, 0, 2)),
							psprintf("وهو: %s. وكلاهما يغيّر الرخصة.", RowText(rows, 0, 3))),
			 errhint_said("Wait for its end, or withdraw it.", "انتظروا انتهاءه أو اسحبوه."),
			 err_column("application", "licence_no")));
}

/* A new holder shows the papers at the counter. */
static void
check_new_holder(OwnerScope *scope, const char *workflow, int32 version)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.workflow_change AS c "
									   "WHERE c.workflow = $1 AND c.version = $2 AND c.fact = 'holder'");

	if (CounterProof() != NULL || ExecPlan(scope, &find, TextArg(workflow), Int4Arg(version)).count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_OF_LICENCE),
			 errmsg_said(0, "the licence of another person is transferred at the counter", "تنقل رخصة شخص آخر عند النافذة"),
			 errdetail_said("The new holder shows there why it is theirs.", "يُبرز الحامل الجديد هناك ما يثبت حقه."),
			 errhint_said("A clerk calls licence_home.act_at_counter(applicant_id, identity_seen) in the transaction.",
						  "يستدعي الموظف licence_home.act_at_counter(applicant_id, identity_seen) في المعاملة."),
			 err_column("application", "licence_no")));
}

HeapTuple
NameHolder(RowChange *change, TupleDesc desc, HeapTuple new)
{
	int64		applicant = ActingApplicant();

	if (ColumnIsNull(new, desc, "licence_no") || !ColumnIsNull(new, desc, "applicant_id"))
		return new;
	if (applicant == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(0, "the transaction acts for nobody, so the case has no applicant", "لا تعمل المعاملة عن أحد، فلا مقدم للطلب"),
				 errhint_said("Call licence_home.act_for(applicant_id) in the transaction first.",
							  "استدعوا licence_home.act_for(applicant_id) في المعاملة أولًا."),
				 err_column("application", "applicant_id")));
	ReplaceColumn(change, desc, "applicant_id", Int64GetDatum(applicant), false);
	return WithChanges(new, desc, change);
}

HeapTuple
BeginLicenceCase(OwnerScope *scope, RowChange *change, TupleDesc desc, HeapTuple new, const char *workflow)
{
	static SavedPlan find = SAVED_PLAN("SELECT l.profession, l.home, l.address, l.village, l.basin, l.neighbourhood, "
									   "l.parcel, l.building_no, l.floor, l.unit, l.home_area_m2, l.work_area_m2, l.built_on, "
									   "l.employees, l.people, l.children, l.tenant "
									   "FROM licence_home_internal.licence_facts_on($1, licence_home.today(), NULL) AS l");
	int32		version;
	bool		isnull;
	PlanArg		licence_no;
	Rows		rows;

	if (ColumnIsNull(new, desc, "licence_no"))
		return new;
	version = WorkflowInForce(scope, 0, workflow);
	licence_no = LicenceArg(DatumGetInt64(ColumnDatum(new, desc, "licence_no", &isnull)));
	check_new_holder(scope, workflow, version);
	check_allowed(scope, licence_no, workflow, version);
	check_contradiction(scope, licence_no, workflow, version);
	rows = ExecPlan(scope, &find, licence_no);
	for (int i = 0; rows.count == 1 && i < (int) lengthof(licence_facts); i++)
	{
		Datum		value = RowDatum(rows, 0, i + 1, &isnull);

		if (!isnull && ColumnIsNull(new, desc, licence_facts[i]))
			ReplaceColumn(change, desc, licence_facts[i], value, false);
	}
	return WithChanges(new, desc, change);
}

HeapTuple
FollowLicence(OwnerScope *scope, RowChange *change, TupleDesc desc, HeapTuple new)
{
	static SavedPlan find = SAVED_PLAN("SELECT m.profession, m.home, m.address, m.village, m.basin, m.neighbourhood, m.parcel, "
									   "m.building_no, m.floor, m.unit, m.home_area_m2, m.work_area_m2, m.built_on, "
									   "m.employees, m.people, m.children, m.tenant "
									   "FROM licence_home_internal.merged_facts($1) AS m");
	bool		isnull;
	Rows		rows = ExecPlan(scope, &find, CaseArg(DatumGetInt64(ColumnDatum(new, desc, "application_no", &isnull))));

	if (rows.count != 1)
		return new;
	for (int i = 0; i < (int) lengthof(licence_facts); i++)
	{
		Datum		value = RowDatum(rows, 0, i + 1, &isnull);

		ReplaceColumn(change, desc, licence_facts[i], value, isnull);
	}
	return WithChanges(new, desc, change);
}

void
LockLicence(OwnerScope *scope, int64 application_no)
{
	static SavedPlan lock = SAVED_PLAN("SELECT 1 FROM licence_home.licence AS l "
									   "JOIN licence_home.application AS a USING (licence_no) "
									   "WHERE a.application_no = $1 FOR NO KEY UPDATE OF l");

	ExecPlan(scope, &lock, CaseArg(application_no));
}

/* Does anything of the case change that its evidence is about? */
static bool
facts_change(HeapTuple old, HeapTuple new, TupleDesc desc)
{
	ListCell   *cell;

	foreach(cell, ChangedColumns(old, new, desc))
	{
		for (int i = 0; i < (int) lengthof(licence_facts); i++)
		{
			if (strcmp(lfirst(cell), licence_facts[i]) == 0)
				return true;
		}
	}
	return false;
}

PG_FUNCTION_INFO_V1(licence_home_carried_trigger);
/* AFTER INSERT OR UPDATE on application, for each row about a licence. */
Datum
licence_home_carried_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan carry = SAVED_PLAN("SELECT licence_home_internal.carry_evidence($1, $2)");
	TriggerData *trigdata = CheckedTrigger(fcinfo, "carried_trigger", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	old = TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event) ? trigdata->tg_trigtuple : NULL;
	HeapTuple	new = TriggerNewTuple(trigdata);
	bool		submits = old != NULL && ColumnIsNull(old, desc, "submitted_at") && !ColumnIsNull(new, desc, "submitted_at");
	bool		isnull;
	OwnerScope	scope;

	if (old != NULL && !submits && !facts_change(old, new, desc))
		return PointerGetDatum(NULL);
	EnterOwner(&scope, OWNER_WRITES);
	ExecPlan(&scope, &carry, CaseArg(DatumGetInt64(ColumnDatum(new, desc, "application_no", &isnull))), BoolArg(submits));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_to_prove);
/* to_prove(application_no): what the case has to prove, and what carries over. */
Datum
licence_home_to_prove(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT kind, code, name_ar, name_en, needed, why_ar, why_en, carried_from, carries_until "
										"FROM licence_home_internal.case_to_prove($1)");
	PlanArg		no = CaseArg(PG_GETARG_INT64(0));
	OwnerScope	scope;

	CheckCaseVisible(PG_GETARG_INT64(0), true);
	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &query, &no, 1);
	LeaveOwner(&scope);
	return (Datum) 0;
}
