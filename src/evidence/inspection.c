/*
 * inspection.c
 *		The triggers of inspections and of what was found at them.
 *
 * A clerk makes an inspection, the inspector closes it.  It is "passed" with
 * the measured areas and every criterion of the checklist found met, "failed"
 * with at least one that is not.
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
#include "spi/plan.h"
#include "spi/trigger.h"
#include "evidence/appointment.h"
#include "evidence/evidence_trigger.h"
#include "workflow/case_dates.h"
#include "workflow/transitions.h"

/* The appointment that the row is. */
static Appointment
appointment_of(EvidenceTrigger *trigger)
{
	Appointment appointment = {.application_no = trigger->locked.application_no};
	bool		isnull;

	appointment.inspection_id = DatumGetInt64(ColumnDatum(trigger->new, trigger->desc, "inspection_id", &isnull));
	appointment.inspector = ColumnText(trigger->new, trigger->desc, "inspector");
	appointment.from = DatumGetTimestampTz(ColumnDatum(trigger->new, trigger->desc, "scheduled_for", &isnull));
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg_case(trigger->locked.application_no, "an inspection has an appointment"),
				 errhint("Set scheduled_for."),
				 err_column("inspection", "scheduled_for")));
	appointment.until = DatumGetTimestampTz(ColumnDatum(trigger->new, trigger->desc, "scheduled_until", &isnull));
	if (isnull)
		appointment.until = appointment.from;
	return appointment;
}

/* What a clerk inserts is an inspection still to come. */
static void
insert_inspection(EvidenceTrigger *trigger)
{
	static SavedPlan pending = SAVED_PLAN("SELECT 1 FROM licence_home.inspection "
										  "WHERE application_no = $1 AND outcome = 'pending'");
	static SavedPlan place = SAVED_PLAN("SELECT a.district FROM licence_home.application AS a WHERE a.application_no = $1");
	char	   *outcome = ColumnText(trigger->new, trigger->desc, "outcome");
	Appointment appointment;
	Rows		rows;
	Datum		district;
	bool		isnull;

	if (!trigger->own)
		CheckEvidenceRight(&trigger->scope, &trigger->locked, "inspection",
						   "insert", trigger->caller);
	if (outcome == NULL || strcmp(outcome, "pending") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(trigger->locked.application_no,
							 "an inspection begins as pending, not as \"%s\"",
							 outcome ? outcome : "(null)"),
				 errhint("Insert it, schedule it, and let the inspector close it."),
				 err_column("inspection", "outcome")));
	if (ExecPlanLimit(&trigger->scope, &pending, 1, CaseArg(trigger->locked.application_no)).count == 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg_case(trigger->locked.application_no, "the case has a pending inspection already"),
				 errhint("Close it as no_access or cancelled before another is made."),
				 err_column("inspection", "outcome")));
	appointment = appointment_of(trigger);
	CheckAppointment(&trigger->scope, &appointment);
	SetColumn(trigger, "scheduled_until", TimestampTzGetDatum(appointment.until));
	rows = ExecPlan(&trigger->scope, &place, CaseArg(trigger->locked.application_no));
	district = RowDatum(rows, 0, 1, &isnull);
	ReplaceColumn(&trigger->change, trigger->desc, "district", district, isnull);
	StampInsert(trigger, true);
}

/* When the home was inspected: now, where a result is given without a moment. */
static void
check_inspected_at(EvidenceTrigger *trigger, bool is_result)
{
	bool		isnull;
	TimestampTz at = DatumGetTimestampTz(ColumnDatum(trigger->new, trigger->desc,
													 "inspected_at", &isnull));

	if (isnull && !is_result)
		return;
	if (isnull)
		at = ClockNow();
	CheckCaseMoment(&trigger->scope, trigger->locked.application_no,
					"inspection", "inspected_at", at);
	SetColumn(trigger, "inspected_at", TimestampTzGetDatum(at));
}

/*
 * The room for work is in the home: it is no larger than what was measured of
 * the home, or else declared.
 */
static void
check_areas(EvidenceTrigger *trigger)
{
	static SavedPlan find = SAVED_PLAN("SELECT coalesce($2, a.home_area_m2) FROM licence_home.application AS a "
									   "WHERE a.application_no = $1 AND $3 > coalesce($2, a.home_area_m2)");
	bool		no_home_area;
	bool		no_work_area;
	Datum		home_area = ColumnDatum(trigger->new, trigger->desc,
										"measured_home_area_m2", &no_home_area);
	Datum		work_area = ColumnDatum(trigger->new, trigger->desc,
										"measured_work_area_m2", &no_work_area);
	Rows		rows = ExecPlan(&trigger->scope, &find,
								CaseArg(trigger->locked.application_no),
								DatumArg(ARG_NUMERIC, home_area, no_home_area),
								DatumArg(ARG_NUMERIC, work_area, no_work_area));

	if (rows.count == 1)
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_case(trigger->locked.application_no, "measured_work_area_m2 cannot be %s",
							 ColumnOutput(trigger->new, trigger->desc, "measured_work_area_m2")),
				 errdetail_said(psprintf("The home has %s m²: no room for work is larger than the home.", RowText(rows, 0, 1)),
								psprintf("مساحة المنزل %s م²، ولا تزيد مساحة العمل عليها.", RowText(rows, 0, 1))),
				 errhint_said("A decimal point may be missing.", "قد تكون الفاصلة العشرية ناقصة."),
				 err_column("inspection", "measured_work_area_m2")));
}

/* passed needs every criterion met and the areas; failed one not met. */
static void
check_outcome(EvidenceTrigger *trigger, const char *outcome)
{
	static SavedPlan unmet = SAVED_PLAN("SELECT string_agg(c.criterion, ', ' ORDER BY c.criterion) "
										"FROM (SELECT k.criterion FROM licence_home_internal.case_checklist($1) AS k "
										"UNION SELECT f.criterion FROM licence_home.latest_inspection_finding AS f "
										"WHERE f.inspection_id = $2 AND f.ruling = 'not_met') AS c "
										"WHERE (SELECT f.ruling FROM licence_home.latest_inspection_finding AS f "
										"WHERE f.inspection_id = $2 AND f.criterion = c.criterion) = 'met' IS NOT TRUE");
	static SavedPlan not_met = SAVED_PLAN("SELECT 1 FROM licence_home.latest_inspection_finding AS f "
										  "WHERE f.inspection_id = $1 AND f.ruling = 'not_met'");
	bool		isnull;
	Datum		id = ColumnDatum(trigger->old, trigger->desc, "inspection_id", &isnull);

	if (strcmp(outcome, "passed") == 0)
	{
		bool		no_home_area = ColumnIsNull(trigger->new, trigger->desc, "measured_home_area_m2");
		bool		no_work_area = ColumnIsNull(trigger->new, trigger->desc, "measured_work_area_m2");
		char	   *lacking;
		Rows		rows;

		if (no_home_area || no_work_area)
			ereport(ERROR,
					(errcode(ERRCODE_LH_EVIDENCE_LACKING),
					 errmsg_case(trigger->locked.application_no,
								 "the inspection cannot be closed as passed: %s is not given",
								 no_home_area ? "measured_home_area_m2" : "measured_work_area_m2"),
					 errhint("Set measured_home_area_m2 and measured_work_area_m2 in the same UPDATE."),
					 err_column("inspection", no_home_area ? "measured_home_area_m2"
								: "measured_work_area_m2")));
		rows = ExecPlan(&trigger->scope, &unmet, CaseArg(trigger->locked.application_no),
						DatumArg(ARG_INT8, id, isnull));
		lacking = RowText(rows, 0, 1);
		if (lacking != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_LH_EVIDENCE_LACKING),
					 errmsg_case(trigger->locked.application_no,
								 "the inspection cannot be closed as passed; not found met: %s", lacking),
					 errhint("Insert a row into licence_home.inspection_finding for each; licence_home.inspection_checklist(application_no) lists them."),
					 err_column("inspection", "outcome")));
	}
	else if (strcmp(outcome, "failed") == 0 &&
			 ExecPlanLimit(&trigger->scope, &not_met, 1, DatumArg(ARG_INT8, id, isnull)).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_EVIDENCE_LACKING),
				 errmsg_case(trigger->locked.application_no,
							 "the inspection cannot be closed as failed: no criterion is found not met"),
				 errhint("Insert a row into licence_home.inspection_finding with ruling not_met first."),
				 err_column("inspection", "outcome")));
}

/* The inspector closes an inspection; a clerk may cancel one. */
static void
close_inspection(EvidenceTrigger *trigger)
{
	static const char *const allowed[] = {
		"outcome", "inspected_at", "measured_home_area_m2",
		"measured_work_area_m2", "findings", "inspector"
	};
	List	   *changed = CheckOnlyChanged(trigger, allowed, lengthof(allowed),
										   "A new date is a new inspection.");
	char	   *before = ColumnText(trigger->old, trigger->desc, "outcome");
	char	   *outcome = ColumnText(trigger->new, trigger->desc, "outcome");
	const char *operation = "close";
	bool		pending;
	Appointment appointment;

	if (changed == NIL)
		return;
	if (strcmp(before, "pending") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(trigger->locked.application_no, "this inspection is closed as \"%s\"", before),
				 errhint("A new inspection is a new row."),
				 err_column("inspection", linitial(changed))));
	if (outcome != NULL && strcmp(outcome, "cancelled") == 0 &&
		HasEvidenceRight(&trigger->scope, &trigger->locked, "inspection",
						 "cancel", trigger->caller))
		operation = "cancel";
	CheckEvidenceRight(&trigger->scope, &trigger->locked, "inspection",
					   operation, trigger->caller);
	check_areas(trigger);
	pending = outcome == NULL || strcmp(outcome, "pending") == 0;
	check_inspected_at(trigger, !pending && strcmp(outcome, "cancelled") != 0);
	if (pending)
	{
		appointment = appointment_of(trigger);
		if (HasName(changed, "inspector"))
			CheckInspector(&trigger->scope, &appointment);
		return;					/* notes on the way */
	}
	check_outcome(trigger, outcome);
	SetColumn(trigger, "closed_at", TimestampTzGetDatum(ClockNow()));
	SetColumn(trigger, "closed_by", CStringGetTextDatum(ActorName()));
	SetColumn(trigger, "closed_at_event", Int32GetDatum(trigger->locked.events));
}

PG_FUNCTION_INFO_V1(licence_home_inspection_trigger);
/* BEFORE INSERT OR UPDATE on inspection, for each row. */
Datum
licence_home_inspection_trigger(PG_FUNCTION_ARGS)
{
	EvidenceTrigger trigger;

	ReadTrigger(&trigger, fcinfo, "inspection");
	if (IsOwnUpdate(&trigger))
		return PointerGetDatum(trigger.new);
	BeginEvidence(&trigger, CaseOf(&trigger));
	if (trigger.insert)
		insert_inspection(&trigger);
	else
		close_inspection(&trigger);
	return EndEvidence(&trigger);
}

PG_FUNCTION_INFO_V1(licence_home_inspection_finding_trigger);
/* BEFORE INSERT OR UPDATE on inspection_finding, for each row. */
Datum
licence_home_inspection_finding_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT application_no, outcome FROM licence_home.inspection "
									   "WHERE inspection_id = $1");
	static SavedPlan known = SAVED_PLAN("SELECT 1 FROM licence_home.criterion WHERE criterion = $1 "
										"AND withdrawn_at IS NULL");
	static const CodeColumn column = {
		"inspection_finding", "criterion", "criterion", "criterion"
	};
	EvidenceTrigger trigger;
	Datum		id;
	bool		isnull;
	int64		application_no;
	OwnerScope	scope;
	Rows		rows;

	ReadTrigger(&trigger, fcinfo, "inspection_finding");
	id = ColumnDatum(trigger.new, trigger.desc, "inspection_id", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, DatumArg(ARG_INT8, id, isnull));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_CASE),
				 isnull ? errmsg("a finding names its inspection, not null")
				 : errmsg("there is no inspection " INT64_FORMAT, DatumGetInt64(id)),
				 errhint("The pending inspections are in licence_home.inspection."),
				 err_column("inspection_finding", "inspection_id")));
	application_no = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);

	BeginEvidence(&trigger, application_no);
	if (!trigger.insert)
		CheckOnlyChanged(&trigger, NULL, 0, "Insert another finding; the latest of a criterion counts.");
	else
	{
		CheckEvidenceRight(&trigger.scope, &trigger.locked, "inspection_finding",
						   "insert", trigger.caller);
		/* read again: the lock on the case may have been waited for */
		rows = ExecPlan(&trigger.scope, &find, DatumArg(ARG_INT8, id, false));
		if (rows.count == 1 && strcmp(RowText(rows, 0, 2), "pending") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(application_no, "this inspection is closed as \"%s\"", RowText(rows, 0, 2)),
					 errhint("Findings are written before the inspection is closed."),
					 err_column("inspection_finding", "inspection_id")));
		CheckCode(&trigger.scope, &known, &trigger.locked, &column,
				  ColumnText(trigger.new, trigger.desc, "criterion"));
		StampInsert(&trigger, false);
	}
	return EndEvidence(&trigger);
}
