/*
 * own_event.h
 *		An event of a case that is no step of its workflow.
 */
#ifndef LICENCE_HOME_WORKFLOW_OWN_EVENT_H
#define LICENCE_HOME_WORKFLOW_OWN_EVENT_H

#include "workflow/case.h"

/*
 * Tell the applicant of a case that is locked that the agent's power ended.
 * Where a deadline of the applicant's runs, it begins anew, and is told.
 */
extern void TellAgentEnded(OwnerScope *scope, const LockedCase *locked);

/* Does an event of this kind add itself to the case now? */
extern bool OwnEventUnderWay(void);

#endif							/* LICENCE_HOME_WORKFLOW_OWN_EVENT_H */
