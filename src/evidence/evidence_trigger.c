/*
 * evidence_trigger.c
 *		What the triggers of all tables of evidence have in common.
 *
 * A trigger reads its row, enters the owner's scope and locks the row of the
 * case.  Everything that writes of a case takes this lock first, so evidence
 * and steps of one case come one after the other.  Then the trigger checks and
 * stamps its row, and leaves the scope.
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
#include "evidence/evidence_trigger.h"
#include "spi/trigger.h"
#include "visible_case.h"

/*
 * Enter the owner's scope and lock the case.  Row security checks a row only
 * after this trigger.  So ask first whether the caller sees the case: this
 * trigger's errors must not tell a portal of other applicants' cases.
 */
void
BeginEvidence(EvidenceTrigger *trigger, int64 application_no)
{
	trigger->change.memory = CurrentMemoryContext;
	trigger->change.count = 0;
	trigger->caller = GetUserId();
	trigger->own = InOwnerScope();
	if (!trigger->own)
		CheckCaseVisible(application_no, false);
	EnterOwner(&trigger->scope, OWNER_WRITES);
	if (!LockCase(&trigger->scope, application_no, &trigger->locked))
		RaiseNoSuchCase(application_no);
}

/* The trigger's row and table; an error when it is not our kind of trigger. */
void
ReadTrigger(EvidenceTrigger *trigger, FunctionCallInfo fcinfo, const char *evidence)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, evidence, BEFORE_ROW_TRIGGER);

	trigger->evidence = evidence;
	trigger->insert = TRIGGER_FIRED_BY_INSERT(trigdata->tg_event);
	trigger->old = trigger->insert ? NULL : trigdata->tg_trigtuple;
	trigger->new = trigger->insert ? trigdata->tg_trigtuple : trigdata->tg_newtuple;
	trigger->desc = RelationGetDescr(trigdata->tg_relation);
}

/* The case that a row of evidence is about. */
int64
CaseOf(EvidenceTrigger *trigger)
{
	bool		isnull;
	Datum		no = ColumnDatum(trigger->old ? trigger->old : trigger->new,
								 trigger->desc, "application_no", &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("a row of %s names its application", trigger->evidence),
				 errhint("Give application_no."),
				 err_column(trigger->evidence, "application_no")));
	return DatumGetInt64(no);
}

/* Replace a column of the new row. */
void
SetColumn(EvidenceTrigger *trigger, const char *column, Datum value)
{
	ReplaceColumn(&trigger->change, trigger->desc, column, value, false);
}

/* Who wrote the row, when, and how far the case was. */
void
StampInsert(EvidenceTrigger *trigger, bool with_event)
{
	SetColumn(trigger, "recorded_at", TimestampTzGetDatum(ClockNow()));
	SetColumn(trigger, "recorded_by", CStringGetTextDatum(ActorName()));
	if (with_event)
		SetColumn(trigger, "at_event", Int32GetDatum(trigger->locked.events));
}

/* Only these columns may differ; a row of evidence is not rewritten. */
List *
CheckOnlyChanged(EvidenceTrigger *trigger, const char *const *allowed, int count,
				 const char *hint)
{
	List	   *changed = ChangedColumns(trigger->old, trigger->new,
										 trigger->desc);
	ListCell   *cell;

	foreach(cell, changed)
	{
		bool		found = false;

		for (int i = 0; i < count; i++)
			found |= strcmp(allowed[i], lfirst(cell)) == 0;
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(trigger->locked.application_no,
								 "column \"%s\" of %s cannot change",
								 (char *) lfirst(cell), trigger->evidence),
					 errdetail("Evidence is never overwritten: the latest row of its kind counts."),
					 errhint("%s", hint),
					 err_column(trigger->evidence, lfirst(cell))));
	}
	return changed;
}

/* Leave the scope; the row as it is to be stored. */
Datum
EndEvidence(EvidenceTrigger *trigger)
{
	LeaveOwner(&trigger->scope);
	return PointerGetDatum(WithChanges(trigger->new, trigger->desc,
									   &trigger->change));
}

/* Leave the scope; the row is not changed. */
Datum
PassByRow(EvidenceTrigger *trigger)
{
	LeaveOwner(&trigger->scope);
	return PointerGetDatum(NULL);
}

/* Is this UPDATE our own code at work, such as a step's effect? */
bool
IsOwnUpdate(EvidenceTrigger *trigger)
{
	return !trigger->insert && InOwnerScope();
}
