/*
 * permanent_rows.c
 *		Two rules for rows.  No row is deleted, but for those that the
 *		extension itself moves to an archive.  Rows of steps are written by
 *		steps alone.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/rel.h"

#include "errors.h"
#include "spi/owner.h"
#include "spi/trigger.h"
#include "workflow/row.h"

/* The case that the trigger's row is about; 0 where it has none. */
static int64
case_of_row(TriggerData *trigdata)
{
	if (!TRIGGER_FIRED_FOR_ROW(trigdata->tg_event))
		return 0;
	return CaseOfRow(trigdata->tg_trigtuple, RelationGetDescr(trigdata->tg_relation));
}

PG_FUNCTION_INFO_V1(licence_home_never_deleted);
/*
 * BEFORE DELETE, for each row, and BEFORE TRUNCATE: refused to everybody.
 * With the argument 'archived', the code that moves rows to the archive may
 * delete them.
 */
Datum
licence_home_never_deleted(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "never_deleted", ANY_TRIGGER);

	if (trigdata->tg_trigger->tgnargs > 0 &&
		TRIGGER_FIRED_FOR_ROW(trigdata->tg_event) && InOwnerScope())
		return PointerGetDatum(trigdata->tg_trigtuple);
	ereport(ERROR,
			(errcode(ERRCODE_LH_PERMANENT),
			 errmsg_case(case_of_row(trigdata), "rows of %s are never deleted",
						 RelationGetRelationName(trigdata->tg_relation)),
			 errdetail("They are the record of what happened."),
			 errhint("A case ends by the step withdraw or close; a rule ends by closing its dates."),
			 errtable(trigdata->tg_relation)));
}

/* Is it an UPDATE that leaves the row as it is? */
static bool
changes_nothing(TriggerData *trigdata)
{
	return TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event) &&
		ChangedColumns(trigdata->tg_trigtuple, trigdata->tg_newtuple,
					   RelationGetDescr(trigdata->tg_relation)) == NIL;
}

PG_FUNCTION_INFO_V1(licence_home_written_by_steps);
/* BEFORE INSERT OR UPDATE, for each row: the extension's own code alone. */
Datum
licence_home_written_by_steps(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "written_by_steps", ROW_TRIGGER);

	if (!InOwnerScope() && !changes_nothing(trigdata))
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(case_of_row(trigdata), "rows of %s are written by the steps of a case alone",
							 RelationGetRelationName(trigdata->tg_relation)),
				 errhint("licence_home.next_actions(application_no) says what may be done."),
				 errtable(trigdata->tg_relation)));
	if (TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event))
		return PointerGetDatum(trigdata->tg_newtuple);
	return PointerGetDatum(trigdata->tg_trigtuple);
}
