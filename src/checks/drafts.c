/*
 * drafts.c
 *		What was written of a workflow's version is thrown away before it is
 *		published.
 *
 * Functions do that, and no role may DELETE. A role that may, may also LOCK
 * TABLE, and then no case moves.  Each locks the row of the version first, as
 * the triggers of publication.c do.
 */
#include "postgres.h"

#include "compat.h"
#include "actor.h"
#include "errors.h"
#include "spi/plan.h"

/* How errors name the version that the first two arguments name. */
static const char *
version_name(FunctionCallInfo fcinfo)
{
	return psprintf("workflow \"%s\" version %s", ShownArg(fcinfo, 0),
					PG_ARGISNULL(1) ? "null" : psprintf("%d", PG_GETARG_INT32(1)));
}

/* Lock the version, which must not be published. */
static void
lock_draft(OwnerScope *scope, FunctionCallInfo fcinfo)
{
	static SavedPlan lock = SAVED_PLAN("SELECT w.published_at IS NOT NULL FROM licence_home.workflow AS w "
									   "WHERE w.workflow = $1 AND w.version = $2 FOR UPDATE");
	Rows		rows = ExecPlan(scope, &lock, FunctionArg(fcinfo, 0, ARG_TEXT), FunctionArg(fcinfo, 1, ARG_INT4));

	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("there is no %s", version_name(fcinfo)),
				 errhint("SELECT workflow, version FROM licence_home.workflow WHERE published_at IS NULL lists the drafts."),
				 err_table("workflow")));
	if (RowBool(rows, 0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s is published: it stays as it is", version_name(fcinfo)),
				 errhint("Write another version, publish it, and close the valid of this one on its first day."),
				 err_table("workflow")));
}

pg_noreturn static void
refuse_unknown(FunctionCallInfo fcinfo, const char *table, const char *row)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNKNOWN_CODE),
			 errmsg("%s has no %s", version_name(fcinfo), row),
			 errhint("licence_home.%s has the rows of the version.", table),
			 err_table(table)));
}

PG_FUNCTION_INFO_V1(licence_home_discard_workflow);
/* discard_workflow(workflow, version): a draft with all its rows. */
Datum
licence_home_discard_workflow(PG_FUNCTION_ARGS)
{
	static SavedPlan removals[] = {
		SAVED_PLAN("DELETE FROM licence_home.workflow_evidence AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow_separation AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow_counter AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow_change AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow_conflict AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow_transition AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow_state AS r WHERE r.workflow = $1 AND r.version = $2"),
		SAVED_PLAN("DELETE FROM licence_home.workflow AS r WHERE r.workflow = $1 AND r.version = $2")
	};
	OwnerScope	scope;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	lock_draft(&scope, fcinfo);
	for (int i = 0; i < (int) lengthof(removals); i++)
		ExecPlan(&scope, &removals[i], FunctionArg(fcinfo, 0, ARG_TEXT), FunctionArg(fcinfo, 1, ARG_INT4));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_discard_workflow_state);
/* discard_workflow_state(workflow, version, state): with its transitions and evidence. */
Datum
licence_home_discard_workflow_state(PG_FUNCTION_ARGS)
{
	static SavedPlan evidence = SAVED_PLAN("DELETE FROM licence_home.workflow_evidence AS r "
										   "WHERE r.workflow = $1 AND r.version = $2 AND r.state = $3");
	static SavedPlan transitions = SAVED_PLAN("DELETE FROM licence_home.workflow_transition AS r "
											  "WHERE r.workflow = $1 AND r.version = $2 AND $3 IN (r.from_state, r.to_state)");
	static SavedPlan state = SAVED_PLAN("DELETE FROM licence_home.workflow_state AS r "
										"WHERE r.workflow = $1 AND r.version = $2 AND r.state = $3");
	SavedPlan  *removals[] = {&evidence, &transitions, &state};
	OwnerScope	scope;
	uint64		removed = 0;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	lock_draft(&scope, fcinfo);
	for (int i = 0; i < (int) lengthof(removals); i++)
		removed = ExecPlan(&scope, removals[i], FunctionArg(fcinfo, 0, ARG_TEXT),
						   FunctionArg(fcinfo, 1, ARG_INT4), FunctionArg(fcinfo, 2, ARG_TEXT)).count;
	if (removed == 0)
		refuse_unknown(fcinfo, "workflow_state", psprintf("state \"%s\"", ShownArg(fcinfo, 2)));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_discard_workflow_transition);
/* discard_workflow_transition(workflow, version, action, from_state, to_state, role) */
Datum
licence_home_discard_workflow_transition(PG_FUNCTION_ARGS)
{
	static SavedPlan removal = SAVED_PLAN("DELETE FROM licence_home.workflow_transition AS r WHERE r.workflow = $1 "
										  "AND r.version = $2 AND r.action = $3 AND r.from_state = $4 AND r.to_state = $5 AND r.role = $6");
	OwnerScope	scope;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	lock_draft(&scope, fcinfo);
	if (ExecPlan(&scope, &removal, FunctionArg(fcinfo, 0, ARG_TEXT), FunctionArg(fcinfo, 1, ARG_INT4),
				 FunctionArg(fcinfo, 2, ARG_TEXT), FunctionArg(fcinfo, 3, ARG_TEXT),
				 FunctionArg(fcinfo, 4, ARG_TEXT), FunctionArg(fcinfo, 5, ARG_TEXT)).count == 0)
		refuse_unknown(fcinfo, "workflow_transition",
					   psprintf("action \"%s\" of %s from \"%s\" to \"%s\"", ShownArg(fcinfo, 2),
								ShownArg(fcinfo, 5), ShownArg(fcinfo, 3), ShownArg(fcinfo, 4)));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_discard_workflow_evidence);
/* discard_workflow_evidence(workflow, version, state, evidence, operation, role) */
Datum
licence_home_discard_workflow_evidence(PG_FUNCTION_ARGS)
{
	static SavedPlan removal = SAVED_PLAN("DELETE FROM licence_home.workflow_evidence AS r WHERE r.workflow = $1 "
										  "AND r.version = $2 AND r.state = $3 AND r.evidence = $4 AND r.operation = $5 AND r.role = $6");
	OwnerScope	scope;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	lock_draft(&scope, fcinfo);
	if (ExecPlan(&scope, &removal, FunctionArg(fcinfo, 0, ARG_TEXT), FunctionArg(fcinfo, 1, ARG_INT4),
				 FunctionArg(fcinfo, 2, ARG_TEXT), FunctionArg(fcinfo, 3, ARG_TEXT),
				 FunctionArg(fcinfo, 4, ARG_TEXT), FunctionArg(fcinfo, 5, ARG_TEXT)).count == 0)
		refuse_unknown(fcinfo, "workflow_evidence",
					   psprintf("%s of \"%s\" by %s in state \"%s\"", ShownArg(fcinfo, 4),
								ShownArg(fcinfo, 3), ShownArg(fcinfo, 5), ShownArg(fcinfo, 2)));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}
