/*
 * attachment.c
 *		The trigger of photos and papers of an inspection.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "errors.h"
#include "evidence/evidence_trigger.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/case_dates.h"

/* What must be there, though erase_person() takes it away one day. */
static void
check_given(EvidenceTrigger *trigger)
{
	static const char *const given[] = {"attachment_sha256", "attachment_locator"};

	for (int i = 0; i < (int) lengthof(given); i++)
	{
		if (ColumnIsNull(trigger->new, trigger->desc, given[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NOT_NULL_VIOLATION),
					 errmsg_case(trigger->locked.application_no, "an attachment has its %s", given[i]),
					 errhint("Store the file first; its SHA-256 and where it is are what stands here."),
					 err_column("attachment", given[i])));
	}
}

/* The inspection is of this case, and the finding of that inspection. */
static void
check_belongs(EvidenceTrigger *trigger)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.inspection AS i WHERE i.inspection_id = $1 "
									   "AND i.application_no = $2 AND ($3 IS NULL OR EXISTS (SELECT FROM licence_home.inspection_finding AS f "
									   "WHERE f.inspection_finding_id = $3 AND f.inspection_id = i.inspection_id))");
	bool		no_inspection;
	bool		no_finding;
	Datum		inspection = ColumnDatum(trigger->new, trigger->desc, "inspection_id", &no_inspection);
	Datum		finding = ColumnDatum(trigger->new, trigger->desc, "inspection_finding_id", &no_finding);

	if (ExecPlan(&trigger->scope, &find, DatumArg(ARG_INT8, inspection, no_inspection),
				 CaseArg(trigger->locked.application_no), DatumArg(ARG_INT8, finding, no_finding)).count == 1)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_CASE),
			 errmsg_case(trigger->locked.application_no,
						 no_finding ? "the attachment names no inspection of this case"
						 : "the attachment names no finding of an inspection of this case"),
			 errhint("Give inspection_id, and with inspection_finding_id a finding of that inspection."),
			 err_column("attachment", no_finding ? "inspection_id" : "inspection_finding_id")));
}

PG_FUNCTION_INFO_V1(licence_home_attachment_trigger);
/* BEFORE INSERT OR UPDATE on attachment, for each row. */
Datum
licence_home_attachment_trigger(PG_FUNCTION_ARGS)
{
	EvidenceTrigger trigger;
	bool		isnull;
	TimestampTz at;

	ReadTrigger(&trigger, fcinfo, "attachment");
	if (IsOwnUpdate(&trigger))
		return PointerGetDatum(trigger.new);
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (!trigger.insert)
		CheckOnlyChanged(&trigger, NULL, 0, "Insert another attachment.");
	else
	{
		CheckEvidenceRight(&trigger.scope, &trigger.locked, "attachment",
						   "insert", trigger.caller);
		check_given(&trigger);
		check_belongs(&trigger);
		at = DatumGetTimestampTz(ColumnDatum(trigger.new, trigger.desc, "taken_at", &isnull));
		if (!isnull)
			CheckCaseMoment(&trigger.scope, trigger.locked.application_no, "attachment", "taken_at", at);
		StampInsert(&trigger, true);
	}
	return EndEvidence(&trigger);
}
