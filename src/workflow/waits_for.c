/*
 * waits_for.c
 *		The role that must act next, kept in the row of the case.
 *
 * case_waits_for() (src/sql/case/waits_for.sql) is the truth.  The column
 * application.waits_for has its answer for each open case that was submitted,
 * so an inbox is a walk along an index.  It follows
 *
 *		a step			that comes into a state, with what the state says;
 *		an inspection	that is made or closed, in a state of inspections;
 *		an edition		that names another decider.
 *
 * Only the first happens every day.  It costs no query of its own, but where
 * the state is one of inspections and the latest one could not be carried out.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "spi/heap_access.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/pending.h"
#include "workflow/waits_for.h"

char *
DeciderOf(OwnerScope *scope, int64 application_no, const char *workflow, int32 version)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.decider_of($1, $2, $3)");

	return RowText(ExecPlan(scope, &find, CaseArg(application_no), TextArg(workflow), Int4Arg(version)),
				   0, 1);
}

void
FollowVisits(OwnerScope *scope, int64 application_no)
{
	static SavedPlan follow = SAVED_PLAN("UPDATE licence_home.application AS a SET waits_for = w.who "
										 "FROM (SELECT (SELECT r.who FROM licence_home_internal.case_waits_for_row($1) AS r) AS who OFFSET 0) AS w "
										 "WHERE a.application_no = $1 AND a.submitted_at IS NOT NULL "
										 "AND a.waits_for IS DISTINCT FROM w.who");

	ExecPlan(scope, &follow, CaseArg(application_no));
}

/*
 * Does the case certainly wait for whom its state says?  Its latest inspection
 * can be carried out or is done, and is no new appointment that is to be told.
 * That is case_waits_for_row(), where nothing stands in the place of the state's
 * role.
 */
static bool
visit_stands(OwnerScope *scope, int64 application_no, int32 events)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	ScanKeyData key;
	RowScan		scan;
	bool		stands = false;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "inspection", "inspection_of_application", snapshot, &key, 1);
	if (NextRow(&scan, BackwardScanDirection))
	{
		AttrNumber	outcome = ColumnOf(scan.table, "outcome");

		if (ColumnIs(scan.slot, outcome, "pending"))
			stands = DatumGetInt32(ColumnValue(scan.slot, ColumnOf(scan.table, "at_event"))) != events;
		else
			stands = !ColumnIs(scan.slot, outcome, "no_access") && !ColumnIs(scan.slot, outcome, "cancelled");
	}
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return stands;
}

void
FollowVisitsOfStep(OwnerScope *scope, int64 application_no, int32 events)
{
	if (!visit_stands(scope, application_no, events))
		FollowVisits(scope, application_no);
}

void
EndClaim(OwnerScope *scope, int64 application_no, const char *actor)
{
	static SavedPlan end = SAVED_PLAN("UPDATE licence_home.case_assignment SET ended_at = licence_home.now(), "
									  "ended_by = $2, ended_why = 'case ended' "
									  "WHERE application_no = $1 AND ended_at IS NULL");

	ExecPlan(scope, &end, CaseArg(application_no), TextArg(actor));
}

PG_FUNCTION_INFO_V1(licence_home_inspection_waits);
/* AFTER INSERT OR UPDATE on inspection, for each row: the case is locked. */
Datum
licence_home_inspection_waits(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "inspection_waits", AFTER_ROW_TRIGGER);
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(TriggerNewTuple(trigdata),
														   RelationGetDescr(trigdata->tg_relation),
														   "application_no", &isnull));
	OwnerScope	scope;

	/* a step of the same statement looks at its end */
	if (PendingStepOf(application_no) != NULL)
		return PointerGetDatum(NULL);
	EnterOwner(&scope, OWNER_WRITES);
	FollowVisits(&scope, application_no);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_edition_waits);
/* AFTER INSERT OR UPDATE on edition, for each statement. */
Datum
licence_home_edition_waits(PG_FUNCTION_ARGS)
{
	static SavedPlan follow = SAVED_PLAN("UPDATE licence_home.application AS a SET waits_for = d.who "
										 "FROM (SELECT o.application_no, licence_home_internal.decider_of(o.application_no, o.workflow, o.workflow_version) AS who "
										 "FROM licence_home.application AS o WHERE o.waits_for IN ('committee', 'director') OFFSET 0) AS d "
										 "WHERE a.application_no = d.application_no AND a.waits_for <> d.who "
										 "AND EXISTS (SELECT FROM licence_home.workflow_state AS s WHERE s.workflow = a.workflow "
										 "AND s.version = a.workflow_version AND s.state = a.state AND s.waits_for = 'decider')");
	OwnerScope	scope;

	(void) CheckedTrigger(fcinfo, "edition_waits", STATEMENT_TRIGGER);
	EnterOwner(&scope, OWNER_WRITES);
	ExecPlanNoArgs(&scope, &follow);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
