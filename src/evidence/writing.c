/*
 * writing.c
 *		What the triggers of all tables of evidence have in common.
 *
 * A trigger reads its row, enters the owner's scope, locks the row of the
 * case -- the first lock of everything, so that evidence and steps of one
 * case come one after the other --, checks and stamps the row, and leaves.
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
#include "evidence/writing.h"
#include "spi/trigger.h"
#include "visible_case.h"

/*
 * Enter the owner's scope and lock the case.  Row security checks a row only
 * after this trigger.  So ask first whether the caller sees the case: this
 * trigger's errors must not tell a portal of other applicants' cases.
 */
void
BeginWriting(Writing *writing, int64 application_no)
{
	writing->change.memory = CurrentMemoryContext;
	writing->change.count = 0;
	writing->caller = GetUserId();
	CheckCaseVisible(application_no, false);
	EnterOwner(&writing->scope, OWNER_WRITES);
	if (!LockCase(&writing->scope, application_no, &writing->locked))
		RaiseNoSuchCase(application_no);
}

/* The trigger's row and table; an error when it is not our kind of trigger. */
void
ReadTrigger(Writing *writing, FunctionCallInfo fcinfo, const char *evidence)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, evidence, BEFORE_ROW_TRIGGER);

	writing->evidence = evidence;
	writing->insert = TRIGGER_FIRED_BY_INSERT(trigdata->tg_event);
	writing->old = writing->insert ? NULL : trigdata->tg_trigtuple;
	writing->new = writing->insert ? trigdata->tg_trigtuple : trigdata->tg_newtuple;
	writing->desc = RelationGetDescr(trigdata->tg_relation);
}

/* The case that a row of evidence is about. */
int64
CaseOf(Writing *writing)
{
	bool		isnull;
	Datum		no = ColumnDatum(writing->old ? writing->old : writing->new,
								 writing->desc, "application_no", &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("a row of %s names its application", writing->evidence),
				 errhint("Give application_no."),
				 err_column(writing->evidence, "application_no")));
	return DatumGetInt64(no);
}

/* Replace a column of the new row. */
void
SetColumn(Writing *writing, const char *column, Datum value)
{
	ReplaceColumn(&writing->change, writing->desc, column, value, false);
}

/* Who wrote the row, when, and how far the case was. */
void
StampInsert(Writing *writing, bool with_event)
{
	SetColumn(writing, "recorded_at", TimestampTzGetDatum(ClockNow()));
	SetColumn(writing, "recorded_by", CStringGetTextDatum(ActorName()));
	if (with_event)
		SetColumn(writing, "at_event", Int32GetDatum(writing->locked.events));
}

/* Only these columns may differ; a row of evidence is not rewritten. */
List *
CheckOnlyChanged(Writing *writing, const char *const *allowed, int count,
				 const char *hint)
{
	List	   *changed = ChangedColumns(writing->old, writing->new,
										 writing->desc);
	ListCell   *cell;

	foreach(cell, changed)
	{
		bool		found = false;

		for (int i = 0; i < count; i++)
			found |= strcmp(allowed[i], lfirst(cell)) == 0;
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(writing->locked.application_no,
								 "column \"%s\" of %s cannot change",
								 (char *) lfirst(cell), writing->evidence),
					 errdetail("Evidence is never overwritten: the latest row of its kind counts."),
					 errhint("%s", hint),
					 err_column(writing->evidence, lfirst(cell))));
	}
	return changed;
}

/* Leave the scope; the row as it is to be stored. */
Datum
EndWriting(Writing *writing)
{
	LeaveOwner(&writing->scope);
	return PointerGetDatum(WithChanges(writing->new, writing->desc,
									   &writing->change));
}

/* Leave the scope; the row is not changed. */
Datum
PassByRow(Writing *writing)
{
	LeaveOwner(&writing->scope);
	return PointerGetDatum(NULL);
}

/* Is this UPDATE our own code at work, such as a step's effect? */
bool
IsOwnUpdate(Writing *writing)
{
	return !writing->insert && InOwnerScope();
}
