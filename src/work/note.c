/*
 * note.c
 *		The trigger of case_note: a remark on a case, without a step.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "actor.h"
#include "errors.h"
#include "evidence/evidence_trigger.h"
#include "official.h"

/* Refuse an official whose row has no role that works on cases. */
static void
check_works_on_cases(int64 application_no)
{
	static const char *const roles[] = {"clerk", "inspector", "committee", "director"};

	for (int i = 0; i < (int) lengthof(roles); i++)
	{
		if (MayWorkAs(GetUserId(), roles[i]))
			return;
	}
	CheckSomebodyWorks();
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg_said(application_no, "you may not write a note", "ليس لك أن تكتب ملاحظة"),
			 errdetail_said(psprintf("Clerks, inspectors, committee and directors write them; you are %s.", WorkerName(GetUserId())),
							psprintf("يكتبها المدققون والكاشفون واللجنة والمدير، وأنت %s.", WorkerName(GetUserId()))),
			 errhint_said("The roles of an official are in licence_home.official.", "أدوار الموظف في licence_home.official."),
			 err_table("case_note")));
}

PG_FUNCTION_INFO_V1(licence_home_case_note_trigger);
/* BEFORE INSERT OR UPDATE on case_note, for each row. */
Datum
licence_home_case_note_trigger(PG_FUNCTION_ARGS)
{
	EvidenceTrigger trigger;

	ReadTrigger(&trigger, fcinfo, "case_note");
	if (IsOwnUpdate(&trigger))
		return PointerGetDatum(trigger.new);
	check_works_on_cases(CaseOf(&trigger));
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (trigger.insert)
		StampInsert(&trigger, true);
	else
		CheckOnlyChanged(&trigger, NULL, 0, "Write another note.");
	return EndEvidence(&trigger);
}
