/*
 * deadline.h
 *		The deadline that a step sets.
 */
#ifndef LICENCE_HOME_DEADLINE_H
#define LICENCE_HOME_DEADLINE_H

#include "utils/date.h"
#include "utils/timestamp.h"

#include "spi/owner.h"

/* Of a deadline that a step sets: what becomes a row of case_deadline. */
typedef struct Deadline
{
	const char *cause;			/* NULL: the step sets none */
	DateADT		began_on;
	int32		working_days;
	DateADT		date_named;
	bool		to_be_told;
	bool		keeps_stay;		/* the case stays in its state */
} Deadline;

/* What a state says to a case that comes into it. */
typedef struct StateEntry
{
	Deadline	deadline;
	char	   *waits_for;		/* applicant, ..., decider; NULL: nobody */
	bool		visits;			/* that one closes inspections, so there must
								 * be one */
} StateEntry;

extern StateEntry EnterState(OwnerScope *scope, const char *workflow,
							 int32 version, const char *state);

/* That of a case in a state whose date an official puts off. */
extern Deadline ExtendedDeadline(OwnerScope *scope, int64 application_no,
								 const char *state, bool has_until, DateADT until);

/* That of a case in a state whose date the calendar has moved. */
extern Deadline MovedDeadline(OwnerScope *scope, int64 application_no,
							  const char *state);

/* Was the applicant ever told a date while the case was in this state? */
extern bool DateWasTold(OwnerScope *scope, int64 application_no, const char *state);

/* The message that tells the deadline of a state of a case; NULL: none. */
extern char *DeadlineTemplate(OwnerScope *scope, int64 application_no, const char *state);

/* The number of the event by which a case came into the state that an event leaves. */
extern int64 EnteringEvent(OwnerScope *scope, int64 application_no,
						   const char *state, int64 event_no);

/* Write the row, of an event of a case that is known at that moment. */
extern void RecordDeadline(OwnerScope *scope, const Deadline *deadline,
						   int64 application_no, const char *state, int32 case_event,
						   TimestampTz known_at);

#endif							/* LICENCE_HOME_DEADLINE_H */
