/*
 * told.c
 *		That a message told its recipient a deadline.
 *
 * A deadline counts from the day on which its message was accepted.  Whoever
 * learns of that adds a row to deadline_told and touches no case, so that it
 * waits for nobody who has the case in hand.  What an agent got tells nothing: the
 * row of the queue names no deadline.
 */
#include "postgres.h"

#include "clock.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "sms/queue/told.h"

void
NoteAccepted(OwnerScope *scope, const NamedDeadlines *named, TimestampTz at)
{
	static SavedPlan note = SAVED_PLAN("INSERT INTO licence_home.deadline_told "
									   "(deadline_no, application_no, message_id, series, outcome, at) "
									   "SELECT d.deadline_no, d.application_no, n.message_id, n.series, 'accepted', $4 "
									   "FROM unnest($1, $2, $3) AS n (deadline_no, message_id, series) "
									   "JOIN licence_home.case_deadline AS d ON d.deadline_no = n.deadline_no "
									   "ON CONFLICT DO NOTHING");

	if (named->count == 0)
		return;
	ExecPlan(scope, &note,
			 DatumArg(ARG_INT8_ARRAY, Int8Array(named->deadline_no, NULL, named->count), false),
			 DatumArg(ARG_INT8_ARRAY, Int8Array(named->message_id, NULL, named->count), false),
			 DatumArg(ARG_INT8_ARRAY, Int8Array(named->series, NULL, named->count), false),
			 MomentArg(at));
}

void
NoteReported(OwnerScope *scope, int64 message_id, int32 series, const char *status,
			 TimestampTz at)
{
	/* Whatever else the network says of a message, the gateway had it. */
	static SavedPlan note = SAVED_PLAN("INSERT INTO licence_home.deadline_told "
									   "(deadline_no, application_no, message_id, series, outcome, at) "
									   "SELECT l.deadline_no, l.application_no, l.message_id, $2, "
									   "CASE WHEN $3 = 'delivered' THEN $3 "
									   "WHEN $3 IN ('failed', 'rejected') THEN 'failed' ELSE 'accepted' END, $4 "
									   "FROM licence_home.sms_message_text AS l "
									   "WHERE l.message_id = $1 AND l.deadline_no IS NOT NULL AND l.agency_id = 0 "
									   "ON CONFLICT DO NOTHING");

	ExecPlan(scope, &note, Int8Arg(message_id), Int4Arg(series), TextArg(status),
			 MomentArg(at));
}

void
UntellAnothers(OwnerScope *scope)
{
	/* (what was on its way when the telephone was marked) */
	static SavedPlan untell = SAVED_PLAN("INSERT INTO licence_home.deadline_told "
										 "(deadline_no, application_no, message_id, series, outcome, at) "
										 "SELECT w.deadline_no, w.application_no, w.message_id, w.series, 'not_theirs', $1 "
										 "FROM licence_home.applicant AS p "
										 "CROSS JOIN LATERAL licence_home_internal.told_another(p.applicant_id) AS w "
										 "WHERE p.not_theirs_at > $1 - interval '1 day' ON CONFLICT DO NOTHING");

	ExecPlan(scope, &untell, MomentArg(ClockMoment()));
}
