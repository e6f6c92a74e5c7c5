/*
 * publication.c
 *		A workflow is published when it is sound, and then stays as it is.
 *
 * rule_trigger keeps the row of the workflow itself, as that of any rule.  Here
 * are the check when published_at is set, and the triggers of the tables
 * whose rows make up a version.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "checks/soundness.h"
#include "errors.h"
#include "rules/rule_table.h"
#include "spi/plan.h"
#include "spi/trigger.h"

/* Publishing needs a sound workflow. */
static void
check_sound(OwnerScope *scope, HeapTuple new, TupleDesc desc)
{
	char	   *workflow = ColumnOutput(new, desc, "workflow");
	char	   *version = ColumnOutput(new, desc, "version");
	List	   *defects = FindDefects(scope, workflow, pg_strtoint32(version));
	StringInfoData text;
	ListCell   *cell;

	if (defects == NIL)
		return;
	initStringInfo(&text);
	foreach(cell, defects)
	{
		const Defect *defect = lfirst(cell);

		if (text.len > 0)
			appendStringInfoChar(&text, '\n');
		appendStringInfo(&text, "%s", defect->defect);
		if (defect->state != NULL)
			appendStringInfo(&text, ", state \"%s\"", defect->state);
		if (defect->action != NULL)
			appendStringInfo(&text, ", action \"%s\"", defect->action);
		appendStringInfo(&text, ": %s", defect->explanation);
	}
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNSOUND_WORKFLOW),
			 errmsg("workflow \"%s\" version %s has defects and cannot be published",
					workflow, version),
			 errdetail_internal("%s", text.data),
			 errhint("SELECT * FROM licence_home.check_workflow('%s', %s) lists them.",
					 workflow, version),
			 err_column("workflow", "published_at")));
}

PG_FUNCTION_INFO_V1(licence_home_workflow_publication);
/* BEFORE UPDATE for each row of workflow, after rule_trigger. */
Datum
licence_home_workflow_publication(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "workflow_publication", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	HeapTuple	new = TriggerNewTuple(data);
	OwnerScope	scope;

	if (ColumnIsNull(data->tg_trigtuple, desc, "published_at") &&
		!ColumnIsNull(new, desc, "published_at"))
	{
		EnterOwner(&scope, OWNER_WRITES);
		check_sound(&scope, new, desc);
		LeaveOwner(&scope);
	}
	return PointerGetDatum(new);
}

/* Does any column differ? */
static bool
row_changed(TupleDesc desc, HeapTuple old, HeapTuple new)
{
	for (int column = 1; column <= desc->natts; column++)
	{
		if (RuleColumnDiffers(desc, old, new, column))
			return true;
	}
	return false;
}

/* Refuse to touch a row whose version is published. */
static void
check_unpublished(OwnerScope *scope, Relation rel, HeapTuple row)
{
	/*
	 * FOR SHARE: a session that publishes waits for rows being written, and
	 * sees them.  A session that writes waits for a publication, and sees it.
	 */
	static SavedPlan find = SAVED_PLAN("SELECT w.published_at IS NOT NULL FROM licence_home.workflow AS w "
									   "WHERE w.workflow = $1 AND w.version = $2 FOR SHARE");
	TupleDesc	desc = RelationGetDescr(rel);
	bool		no_workflow;
	bool		no_version;
	Datum		workflow = ColumnDatum(row, desc, "workflow", &no_workflow);
	Datum		version = ColumnDatum(row, desc, "version", &no_version);
	Rows		rows;

	if (no_workflow || no_version)
		return;					/* NOT NULL constraints say so better */
	rows = ExecPlan(scope, &find, DatumArg(ARG_TEXT, workflow, false),
					DatumArg(ARG_INT4, version, false));
	if (rows.count == 1 && RowBool(rows, 0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("%s is published: its rows in \"%s\" stay as they are",
						RuleName(rel, row), RelationGetRelationName(rel)),
				 errhint("Write another version, publish it, and close the valid of this one on its first day."),
				 errtable(rel)));
}

PG_FUNCTION_INFO_V1(licence_home_workflow_rows_trigger);
/*
 * BEFORE INSERT, UPDATE, DELETE for each row of workflow_state,
 * workflow_transition and workflow_evidence, and BEFORE TRUNCATE: rows of a
 * published version stay.
 */
Datum
licence_home_workflow_rows_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "workflow_rows_trigger", ANY_TRIGGER);
	Relation	rel = data->tg_relation;
	HeapTuple	row = data->tg_trigtuple;
	HeapTuple	new = TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : NULL;
	OwnerScope	scope;

	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		RefuseRuleRemoval(rel, "truncated");
	if (new != NULL && !row_changed(RelationGetDescr(rel), row, new))
		return PointerGetDatum(new);
	EnterOwner(&scope, OWNER_WRITES);
	check_unpublished(&scope, rel, row);
	if (new != NULL)
		check_unpublished(&scope, rel, new);
	LeaveOwner(&scope);
	return PointerGetDatum(new != NULL ? new : row);
}
