/*
 * move.c
 *		Appointments are moved: by the applicant, or by the office.
 *
 * A row of inspection is never rewritten.  So a move cancels it, adds another,
 * and takes the step of the workflow that tells the applicant, all in one
 * statement.  The step decides whose right it is: it is taken as the caller,
 * and where it is refused nothing of the move stays.
 *
 *	reschedule()		a slot that is free	   step with appointment_chosen
 *	move_inspection()	another moment		   step with former_inspection_closed
 *						another inspector	   ... and appointment_kept
 *
 * The step leads from the state of the case to itself.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "errors.h"
#include "evidence/appointment.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "visible_case.h"
#include "visits/slots.h"
#include "workflow/case.h"
#include "workflow/case_dates.h"
#include "workflow/request.h"

/* A move that is asked for, and what it starts from. */
typedef struct Move
{
	bool		by_applicant;
	LockedCase	locked;
	int64		former_id;		/* the pending inspection; 0: none */
	TimestampTz former_at;
	char	   *former_inspector;	/* of the latest inspection, NULL: none */
	TimestampTz at;				/* where it goes */
	const char *inspector;		/* NULL: nobody yet */
} Move;

/* The caller's text; NULL where there is nothing to be seen. */
static char *
text_argument(FunctionCallInfo fcinfo, int n)
{
	text	   *value;

	if (PG_ARGISNULL(n))
		return NULL;
	value = PG_GETARG_TEXT_PP(n);
	return IsVisible(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)) ? text_to_cstring(value) : NULL;
}

/* Read what is moved. */
static void
read_former(OwnerScope *scope, Move *move)
{
	static SavedPlan find = SAVED_PLAN("SELECT CASE WHEN i.outcome = 'pending' THEN i.inspection_id END, "
									   "i.scheduled_for, i.inspector FROM licence_home.inspection AS i "
									   "WHERE i.application_no = $1 ORDER BY i.outcome = 'pending' DESC, i.inspection_id DESC");
	Rows		rows = ExecPlanLimit(scope, &find, 1, CaseArg(move->locked.application_no));
	bool		isnull;
	Datum		id;

	if (rows.count == 0)
		return;
	id = RowDatum(rows, 0, 1, &isnull);
	move->former_id = isnull ? 0 : DatumGetInt64(id);
	move->former_at = DatumGetTimestampTz(RowDatum(rows, 0, 2, &isnull));
	move->former_inspector = RowText(rows, 0, 3);
}

/* The action of the step that the move is. */
static char *
action_of(OwnerScope *scope, const Move *move)
{
	static SavedPlan find = SAVED_PLAN("SELECT t.action FROM licence_home.workflow_transition AS t "
									   "WHERE t.workflow = $1 AND t.version = $2 AND t.from_state = $3 AND t.to_state = $3 "
									   "AND CASE WHEN $4 THEN t.role = 'portal' AND 'appointment_chosen' = ANY (t.preconditions) "
									   "ELSE t.role <> 'portal' AND 'former_inspection_closed' = ANY (t.preconditions) "
									   "AND ('appointment_kept' = ANY (t.preconditions)) = $5 END ORDER BY t.action");
	Rows		rows = ExecPlan(scope, &find, TextArg(move->locked.workflow), Int4Arg(move->locked.version),
								TextArg(move->locked.state), BoolArg(move->by_applicant),
								BoolArg(move->former_id != 0 && move->at == move->former_at));

	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg_said(move->locked.application_no,
							 psprintf("no appointment is moved while the case is in state \"%s\"", move->locked.state),
							 psprintf("لا يُنقل موعد والطلب في الحالة \"%s\"", move->locked.state)),
				 errdetail_said(psprintf("Workflow \"%s\" has no such step there.", move->locked.workflow),
								psprintf("ليس في سير العمل \"%s\" خطوة كهذه.", move->locked.workflow)),
				 errhint_said("licence_home.next_actions(application_no) says how the case can go on.",
							  "الخطوات الممكنة في licence_home.next_actions(application_no)."),
				 err_table("workflow_transition")));
	return RowText(rows, 0, 1);
}

/* Cancel the former appointment, as a step does. */
static void
cancel_former(OwnerScope *scope, const Move *move)
{
	static SavedPlan cancel = SAVED_PLAN("UPDATE licence_home.inspection SET outcome = 'cancelled', "
										 "closed_at = licence_home.now(), closed_by = $2, closed_at_event = $3 "
										 "WHERE inspection_id = $1");

	if (move->former_id != 0)
		(void) ExecPlan(scope, &cancel, Int8Arg(move->former_id), TextArg(ActorName()),
						Int4Arg(move->locked.events));
}

/* The slot is not to be had: somebody was faster, or it never was free. */
pg_noreturn static void
refuse_slot(const Move *move)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_SLOT),
			 errmsg_said(move->locked.application_no,
						 psprintf("%s is not free", PlainMoment(move->at)),
						 psprintf("الموعد %s غير متاح", PlainMoment(move->at))),
			 errdetail_said("No inspector can come then, or the slot was taken meanwhile.",
							"لا كاشف متاح حينئذ، أو حُجز الموعد قبل قليل."),
			 errhint_said("Choose another of licence_home.inspection_slots(application_no).",
						  "اختاروا موعدًا آخر من licence_home.inspection_slots(application_no)."),
			 err_column("inspection", "scheduled_for")));
}

/* Who comes to the slot that the applicant chose: the same as before where possible. */
static void
choose_inspector(OwnerScope *scope, Move *move)
{
	static SavedPlan find_day = SAVED_PLAN("SELECT licence_home_internal.visit_day($1)");
	static SavedPlan find = SAVED_PLAN("SELECT CASE WHEN $5 = ANY (s.inspectors) THEN $5 ELSE s.inspectors[1] END "
									   "FROM licence_home_internal.free_at($1, $2, $3) AS s "
									   "WHERE s.starts_at = $4");
	Appointment appointment = {.application_no = move->locked.application_no, .from = move->at};
	Rows		rows;
	bool		isnull;
	DateADT		day;
	PlanArg		starts;
	PlanArg		visit;

	/* of two who choose one slot the second waits here, and sees it taken */
	LockDistrictDay(scope, move->locked.application_no, move->at, true);
	rows = ExecPlan(scope, &find_day, MomentArg(move->at));
	day = DatumGetDateADT(RowDatum(rows, 0, 1, &isnull));
	rows.count = 0;
	if (FindStarts(scope, DateArg(day), DateArg(day), &starts, &visit))
		rows = ExecPlan(scope, &find, CaseArg(move->locked.application_no), starts, visit,
						MomentArg(move->at), TextArg(move->former_inspector));
	if (rows.count == 0)
	{
		CheckAppointment(scope, &appointment);	/* past, at night: say so */
		refuse_slot(move);
	}
	move->inspector = RowText(rows, 0, 1);
}

/* Add the new appointment; the number of its row. */
static int64
add_appointment(OwnerScope *scope, const Move *move)
{
	static SavedPlan add = SAVED_PLAN("INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) "
									  "VALUES ($1, $2, $3) RETURNING inspection_id");
	Rows		rows = {0};
	MemoryContext memory = CurrentMemoryContext;

	PG_TRY();
	{
		rows = ExecPlan(scope, &add, CaseArg(move->locked.application_no), MomentArg(move->at),
						TextArg(move->inspector));
	}
	PG_CATCH();
	{
		int			sqlstate;

		/* what stands in the way would tell an applicant who was to come */
		MemoryContextSwitchTo(memory);
		sqlstate = geterrcode();
		if (!move->by_applicant ||
			(sqlstate != ERRCODE_EXCLUSION_VIOLATION && sqlstate != ERRCODE_LH_NO_SUCH_SLOT))
			PG_RE_THROW();
		FlushErrorState();
		refuse_slot(move);
	}
	PG_END_TRY();
	return RowInt8(rows, 0, 1);
}

/* An office's call that changes nothing, or says nothing of when. */
static void
complete_move(FunctionCallInfo fcinfo, Move *move)
{
	if (move->former_inspector != NULL && move->inspector == NULL)
		move->inspector = move->former_inspector;
	if (PG_ARGISNULL(1) && move->former_id == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg_said(move->locked.application_no, "the case has no pending inspection that keeps its time",
							 "لا كشف قائم للطلب ليبقى موعده"),
				 errhint_said("Say when: move_inspection(application_no, starts_at).", "حددوا الموعد الجديد."),
				 err_column("inspection", "scheduled_for")));
	move->at = PG_ARGISNULL(1) ? move->former_at : PG_GETARG_TIMESTAMPTZ(1);
	if (move->former_id != 0 && move->at == move->former_at && move->inspector != NULL &&
		move->former_inspector != NULL && strcmp(move->inspector, move->former_inspector) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg_said(move->locked.application_no, "the appointment is there already", "الموعد هو نفسه"),
				 errhint_said("Give another time, or another inspector.", "حددوا موعدًا آخر أو كاشفًا آخر."),
				 err_column("inspection", "scheduled_for")));
}

/* Move the appointment of a case; the number of the new row. */
static int64
move_appointment(FunctionCallInfo fcinfo, bool by_applicant)
{
	Move		move = {.by_applicant = by_applicant};
	StepRequest request = {0};
	MemoryContext outer = CurrentMemoryContext;
	OwnerScope	scope;
	char	   *state;
	int64		id;

	if (PG_ARGISNULL(0))
		RaiseNoSuchCase(0);
	if (by_applicant && PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg_said(PG_GETARG_INT64(0), "an appointment has its moment, which is null here", "الموعد غير محدد"),
				 errhint_said("Choose one of licence_home.inspection_slots(application_no).", "اختاروا موعدًا متاحًا."),
				 err_column("inspection", "scheduled_for")));
	request.application_no = PG_GETARG_INT64(0);
	request.caller = GetUserId();
	request.note = text_argument(fcinfo, by_applicant ? 2 : 3);
	move.inspector = by_applicant ? NULL : text_argument(fcinfo, 2);
	CheckCaseVisible(request.application_no, false);

	EnterOwner(&scope, OWNER_WRITES);
	CompileNothing();
	if (!LockCase(&scope, request.application_no, &move.locked))
		RaiseNoSuchCase(request.application_no);
	read_former(&scope, &move);
	if (by_applicant)
		move.at = PG_GETARG_TIMESTAMPTZ(1);
	else
		complete_move(fcinfo, &move);
	request.action = MemoryContextStrdup(outer, action_of(&scope, &move));
	state = MemoryContextStrdup(outer, move.locked.state);
	cancel_former(&scope, &move);
	if (by_applicant)
		choose_inspector(&scope, &move);
	id = add_appointment(&scope, &move);
	LeaveOwner(&scope);

	TakeStep(&request, state, NULL);
	return id;
}

PG_FUNCTION_INFO_V1(licence_home_reschedule);
/* reschedule(application_no, starts_at, note): the applicant chooses a slot. */
Datum
licence_home_reschedule(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(move_appointment(fcinfo, true));
}

PG_FUNCTION_INFO_V1(licence_home_move_inspection);
/* move_inspection(application_no, starts_at, inspector, note): the office moves it. */
Datum
licence_home_move_inspection(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(move_appointment(fcinfo, false));
}
