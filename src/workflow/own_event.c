/*
 * own_event.c
 *		An event of a case that is no step of its workflow: agent_ended.
 *
 * The power of an applicant's agent ends.  The case stays where it is; where the
 * applicant has a deadline, it begins anew, since the applicant may not have known
 * of it.  That is an event with a deadline and messages of its own, as a step has
 * them.  Elsewhere the message hangs on the last event, so that a decision that is
 * under way still counts.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "sms/queue/enqueue.h"
#include "spi/plan.h"
#include "workflow/deadline.h"
#include "workflow/events.h"
#include "workflow/own_event.h"

static bool under_way = false;

bool
OwnEventUnderWay(void)
{
	return under_way;
}

/* Owe a message, if its text is in force and the case can fill it. */
static void
owe(OwnerScope *scope, int64 application_no, int64 event_no, const char *template)
{
	if (CanOweMessage(scope, application_no, template))
		OweMessage(scope, application_no, event_no, template, false);
}

/* The row of the case has an event more, and a later deadline. */
static void
count_event(OwnerScope *scope, const Step *step)
{
	static SavedPlan count = SAVED_PLAN("UPDATE licence_home.application SET events = $2, known_at = $3, due_at = $4 "
										"WHERE application_no = $1");

	under_way = true;
	PG_TRY();
	{
		ExecPlan(scope, &count, CaseArg(step->application_no), Int4Arg(step->events + 1), MomentArg(step->known_at),
				 MomentArg(ClockEndOfDay(step->deadline.date_named)));
	}
	PG_FINALLY();
	{
		under_way = false;
	}
	PG_END_TRY();
}

void
TellAgentEnded(OwnerScope *scope, const LockedCase *locked)
{
	static SavedPlan find = SAVED_PLAN("SELECT a.known_at, (SELECT max(e.event_no) FROM licence_home.application_event AS e "
									   "WHERE e.application_no = a.application_no) "
									   "FROM licence_home.application AS a WHERE a.application_no = $1");
	Rows		rows = ExecPlan(scope, &find, CaseArg(locked->application_no));
	bool		isnull;
	Datum		known_at = RowDatum(rows, 0, 1, &isnull);
	int64		event_no = RowInt8(rows, 0, 2);
	StateEntry	entry = EnterState(scope, locked->workflow, locked->version, locked->state);
	Step		step = {.memory = CurrentMemoryContext};

	if (entry.deadline.cause == NULL || !entry.deadline.to_be_told)
	{
		owe(scope, locked->application_no, event_no, "agent_ended");
		return;
	}
	step.application_no = locked->application_no;
	step.deadline = entry.deadline;
	step.deadline.keeps_stay = true;
	step.caller = RoleAtWork();
	step.actor = ActorName();
	step.events = locked->events;
	step.known_at = NextKnownAt(DatumGetTimestampTz(known_at), isnull);
	count_event(scope, &step);
	event_no = AppendEvent(scope, &step, "agent_ended", locked->state, locked->state, step.events + 1, NULL, NULL);
	RecordDeadline(scope, &step.deadline, step.application_no, locked->state, step.events + 1,
				   EventKnownAt(&step, step.events + 1));
	owe(scope, step.application_no, event_no, "agent_ended");
	owe(scope, step.application_no, event_no, "deadline_extended");
}
