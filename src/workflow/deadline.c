/*
 * deadline.c
 *		The deadline that a step sets.
 *
 * A step writes a row of case_deadline: where a period began and how many
 * working days it has.  The date is computed from the newest row whenever
 * somebody asks (deadline_of() in src/sql/case/deadlines.sql), so a holiday
 * that comes, goes or moves touches no case.
 *
 *		step				cause		began_on	working_days
 *		comes into a state	state		today		the state's target
 *		extend				extended	today		as many as there are until the day
 *		tell_again			moved		as before	as before
 */
#include "postgres.h"

#include "utils/snapmgr.h"

#include "clock.h"
#include "rules/calendar.h"
#include "spi/heap_access.h"
#include "spi/row_writer.h"
#include "workflow/deadline.h"

/* The calendar as it is now, for what is written now. */
static const Calendar *
calendar_now(void)
{
	Snapshot	latest = RegisterSnapshot(GetLatestSnapshot());
	const Calendar *calendar = CalendarFor(latest);

	UnregisterSnapshot(latest);
	return calendar;
}

/* May the role close inspections in the state? */
static bool
closes_inspections(Snapshot snapshot, const char *workflow, int32 version, const char *state, const char *role)
{
	ScanKeyData keys[6];
	RowScan		scan;
	bool		found;

	TextKey(&keys[0], 1, workflow);
	Int4Key(&keys[1], 2, version);
	TextKey(&keys[2], 3, state);
	TextKey(&keys[3], 4, "inspection");
	TextKey(&keys[4], 5, "close");
	TextKey(&keys[5], 6, role);
	BeginRowScan(&scan, "workflow_evidence", "workflow_evidence_pkey", snapshot, keys, lengthof(keys));
	found = NextRow(&scan, ForwardScanDirection);
	EndRowScan(&scan);
	return found;
}

/* What the row of a state says; the days of its deadline, -1: it has none. */
static int32
read_state(const RowScan *scan, StateEntry *entry)
{
	bool		isnull;
	Datum		target = slot_getattr(scan->slot, ColumnOf(scan->table, "target_days"), &isnull);

	if (!ColumnIs(scan->slot, ColumnOf(scan->table, "kind"), "end"))
		entry->waits_for = SlotText(scan->slot, ColumnOf(scan->table, "waits_for"));
	entry->deadline.to_be_told = !isnull &&
		!IsNullColumn(scan->slot, ColumnOf(scan->table, "deadline_template"));
	return isnull ? -1 : DatumGetInt32(target);
}

StateEntry
EnterState(OwnerScope *scope, const char *workflow, int32 version, const char *state)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	StateEntry	entry = {.deadline = {.began_on = ClockDay(ClockNow())}};
	int32		target = -1;
	ScanKeyData keys[3];
	RowScan		scan;

	TextKey(&keys[0], 1, workflow);
	Int4Key(&keys[1], 2, version);
	TextKey(&keys[2], 3, state);
	BeginRowScan(&scan, "workflow_state", "workflow_state_pkey", snapshot, keys, lengthof(keys));
	if (NextRow(&scan, ForwardScanDirection))
		target = read_state(&scan, &entry);
	EndRowScan(&scan);
	/* (a state that has ended may still have a role, which closes nothing) */
	entry.visits = entry.waits_for != NULL &&
		closes_inspections(snapshot, workflow, version, state, entry.waits_for);
	UnregisterSnapshot(snapshot);
	if (target < 0)
		return entry;
	entry.deadline.working_days = target;
	if (AddWorkingDays(calendar_now(), entry.deadline.began_on, target, &entry.deadline.date_named))
		entry.deadline.cause = "state";
	return entry;
}

Deadline
ExtendedDeadline(OwnerScope *scope, int64 application_no, const char *state,
				 bool has_until, DateADT until)
{
	static SavedPlan find = SAVED_PLAN("SELECT s.deadline_template IS NOT NULL FROM licence_home.workflow_state AS s "
									   "JOIN licence_home.application AS a ON a.workflow = s.workflow "
									   "AND a.workflow_version = s.version "
									   "WHERE a.application_no = $1 AND s.state = $2");
	Deadline	deadline = {
		.began_on = ClockDay(ClockNow()),
		.date_named = until,
		.keeps_stay = true
	};
	Rows		rows;

	/*
	 * What is out of reach, the precondition later_date refuses with its
	 * reason.
	 */
	if (!has_until || DATE_NOT_FINITE(until) || until <= deadline.began_on ||
		until > deadline.began_on + 366 * 20)
		return deadline;
	rows = ExecPlan(scope, &find, CaseArg(application_no), TextArg(state));
	deadline.working_days = WorkingDaysBetween(calendar_now(), deadline.began_on, until);
	deadline.to_be_told = rows.count == 1 && RowBool(rows, 0, 1);
	if (deadline.working_days > 0)
		deadline.cause = "extended";
	return deadline;
}

Deadline
MovedDeadline(OwnerScope *scope, int64 application_no, const char *state)
{
	static SavedPlan find = SAVED_PLAN("SELECT d.began_on, d.working_days, d.due_on, d.to_be_told "
									   "FROM licence_home.deadline_of($1) AS d "
									   "WHERE d.state = $2 AND d.due_on IS NOT NULL");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no), TextArg(state));
	Deadline	deadline = {.keeps_stay = true};
	bool		isnull;

	if (rows.count != 1)
		return deadline;
	deadline.cause = "moved";
	deadline.began_on = DatumGetDateADT(RowDatum(rows, 0, 1, &isnull));
	deadline.working_days = RowInt4(rows, 0, 2);
	deadline.date_named = DatumGetDateADT(RowDatum(rows, 0, 3, &isnull));
	deadline.to_be_told = RowBool(rows, 0, 4);
	return deadline;
}

bool
DateWasTold(OwnerScope *scope, int64 application_no, const char *state)
{
	static SavedPlan find = SAVED_PLAN("SELECT d.date_told IS NOT NULL FROM licence_home.deadline_of($1) AS d "
									   "WHERE d.state = $2");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no), TextArg(state));

	return rows.count == 1 && RowBool(rows, 0, 1);
}

int64
EnteringEvent(OwnerScope *scope, int64 application_no, const char *state, int64 event_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT max(e.event_no) FROM licence_home.application_event AS e "
									   "WHERE e.application_no = $1 AND e.to_state = $2 "
									   "AND e.from_state <> e.to_state AND e.event_no < $3");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no), TextArg(state),
								Int8Arg(event_no));
	bool		isnull;
	Datum		result = RowDatum(rows, 0, 1, &isnull);

	return isnull ? 0 : DatumGetInt64(result);
}

char *
DeadlineTemplate(OwnerScope *scope, int64 application_no, const char *state)
{
	static SavedPlan find = SAVED_PLAN("SELECT s.deadline_template FROM licence_home.workflow_state AS s "
									   "JOIN licence_home.application AS a ON a.workflow = s.workflow "
									   "AND a.workflow_version = s.version "
									   "WHERE a.application_no = $1 AND s.state = $2");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no), TextArg(state));

	return rows.count == 1 ? RowText(rows, 0, 1) : NULL;
}

/*
 * The event by which the case came into the state: that of the newest deadline,
 * if it is of this state, else this event.
 */
static int32
entered_event(OwnerScope *scope, int64 application_no, const char *state, int32 case_event)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	ScanKeyData key;
	RowScan		scan;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "case_deadline", "case_deadline_application_no_case_event_key", snapshot, &key, 1);
	if (NextRow(&scan, BackwardScanDirection) &&
		ColumnIs(scan.slot, ColumnOf(scan.table, "state"), state))
		case_event = DatumGetInt32(ColumnValue(scan.slot, ColumnOf(scan.table, "entered_event")));
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return case_event;
}

void
RecordDeadline(OwnerScope *scope, const Deadline *deadline, int64 application_no,
			   const char *state, int32 case_event, TimestampTz known_at)
{
	static const char *const columns[] = {
		"application_no", "case_event", "entered_event", "state", "cause", "began_on",
		"working_days", "date_named", "to_be_told", "known_at"
	};
	static RowWriter deadlines = ROW_WRITER("case_deadline", columns);

	if (deadline->cause == NULL)
		return;
	InsertRow(scope, &deadlines, CaseArg(application_no), Int4Arg(case_event),
			  Int4Arg(deadline->keeps_stay ? entered_event(scope, application_no, state, case_event)
					  : case_event),
			  TextArg(state), TextArg(deadline->cause), DateArg(deadline->began_on),
			  Int4Arg(deadline->working_days), DateArg(deadline->date_named),
			  BoolArg(deadline->to_be_told), MomentArg(known_at));
}
