/*
 * waits_for.h
 *		The role that must act next, which application.waits_for keeps.
 */
#ifndef LICENCE_HOME_WORKFLOW_WAITS_FOR_H
#define LICENCE_HOME_WORKFLOW_WAITS_FOR_H

#include "spi/owner.h"

/* Who decides a case: committee or director. */
extern char *DeciderOf(OwnerScope *scope, int64 application_no, const char *workflow,
					   int32 version);

/* Nobody has a case in hand that has ended. */
extern void EndClaim(OwnerScope *scope, int64 application_no, const char *actor);

/* Let the case wait for the role that follows from its inspections. */
extern void FollowVisits(OwnerScope *scope, int64 application_no);

/*
 * The same after a step into a state of inspections, which has written whom the
 * state waits for.  events: how many the case has now.
 */
extern void FollowVisitsOfStep(OwnerScope *scope, int64 application_no, int32 events);

#endif							/* LICENCE_HOME_WORKFLOW_WAITS_FOR_H */
