/*
 * request.h
 *		What a step is asked for beyond the new state.
 */
#ifndef LICENCE_HOME_REQUEST_H
#define LICENCE_HOME_REQUEST_H

#include "nodes/pg_list.h"
#include "utils/date.h"

#include "spi/plan.h"

/* perform(), a payment and the daily jobs set it for the one UPDATE that they send. */
typedef struct StepRequest
{
	int64		application_no;
	const char *from_state;		/* where the sender saw the case, */
	int32		version;		/* by which version of its workflow, */
	List	   *transitions;	/* and which it offers; NIL: not looked up */
	const char *action;			/* NULL: any that fits the states */
	const char *note;			/* NULL: none */
	const char *reason;			/* closure reason; NULL: none */
	const char *changes;		/* of an event: JSON; NULL: none */
	bool		has_until;
	DateADT		until;			/* extend: the later deadline */
	Oid			caller;			/* whose role counts */
	const char *event;			/* an event that moves nothing, such as money
								 * paid back; NULL: a step */
	int64		event_no;		/* the answer to that */
	bool		planned;		/* what else is written of the case meanwhile
								 * is upkeep of the step's own */
	MemoryContext memory;		/* of the answer: */
	char	   *reached;		/* the state in which the case is now */
} StepRequest;

/*
 * Send the UPDATE behind a request: inside a scope of the owner (a payment,
 * the daily jobs) or, with scope NULL, as the caller (perform).
 */
extern void TakeStep(StepRequest *request, const char *to_state, OwnerScope *scope);

/*
 * Add an event that moves nothing to a case that is locked, inside a scope of
 * the owner.  Returns its number.  note and changes (JSON) may be NULL.
 */
extern int64 AddCaseEvent(OwnerScope *scope, int64 application_no, Oid caller,
						  const char *event, const char *note, const char *changes);

/* The same with an UPDATE of the row of the case, of ($1 application_no, $2 value). */
extern int64 AddMovingEvent(OwnerScope *scope, int64 application_no, Oid caller,
							const char *event, const char *note, const char *changes,
							SavedPlan *update, PlanArg value);

/* The request behind the UPDATE of a case that is under way; NULL: none. */
extern StepRequest *CurrentRequest(int64 application_no);

#endif							/* LICENCE_HOME_REQUEST_H */
