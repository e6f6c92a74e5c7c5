/*
 * request.h
 *		What a step is asked for beyond the new state.
 */
#ifndef LICENCE_HOME_REQUEST_H
#define LICENCE_HOME_REQUEST_H

#include "nodes/pg_list.h"
#include "utils/date.h"

#include "spi/owner.h"

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
	bool		has_until;
	DateADT		until;			/* extend: the later deadline */
	Oid			caller;			/* whose role counts */
	MemoryContext memory;		/* of the answer: */
	char	   *reached;		/* the state in which the case is now */
} StepRequest;

/*
 * Send the UPDATE behind a request: inside a scope of the owner (a payment,
 * the daily jobs) or, with scope NULL, as the caller (perform).
 */
extern void TakeStep(StepRequest *request, const char *to_state, OwnerScope *scope);

/* The request behind the UPDATE of a case that is under way; NULL: none. */
extern StepRequest *CurrentRequest(int64 application_no);

#endif							/* LICENCE_HOME_REQUEST_H */
