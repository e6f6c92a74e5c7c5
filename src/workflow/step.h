/*
 * step.h
 *		A step under way: a transition of one case.
 */
#ifndef LICENCE_HOME_STEP_H
#define LICENCE_HOME_STEP_H

#include "utils/date.h"
#include "utils/timestamp.h"

#include "workflow/deadline.h"
#include "workflow/transition.h"

/* A line of a fee: case_fee(). */
typedef struct FeeLine
{
	char	   *item;
	char	   *rule;
	Datum		amount;			/* numeric */
	Datum		area_m2;		/* numeric */
	bool		has_area;
	DateADT		priced_on;
} FeeLine;

/* The facts that preconditions, effects and events may use about a step. */
typedef struct Step
{
	MemoryContext memory;		/* holds all of it */
	int64		application_no;
	Transition *transition;		/* NULL: the application is amended, no more */
	Transition *automatic;		/* a waived fee's way on to the licence, or
								 * NULL */
	char	   *skipped_message;	/* of the state passed over, or NULL */
	char	   *note;
	char	   *reason;
	bool		has_until;
	DateADT		until;
	Deadline	deadline;		/* that it sets */
	bool		visits;			/* the state reached is one of inspections */
	bool		ends;			/* it waits for nobody there */
	Oid			caller;
	char	   *actor;			/* the person when the row was changed */
	int32		events;			/* events of the case before the step */
	TimestampTz known_at;		/* of the step's first event */
	const char *event;			/* what an event without a transition is
								 * called */
	char	   *changes;		/* JSON of amended columns, or NULL */
	bool		profession_changed; /* one of them */
	List	   *fee;			/* lines of the bill that it makes, FeeLine;
								 * NIL: still to be computed */
} Step;

#endif							/* LICENCE_HOME_STEP_H */
