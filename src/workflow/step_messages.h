/*
 * step_messages.h
 *		The messages that a step owes, and those that it makes pointless.
 */
#ifndef LICENCE_HOME_STEP_MESSAGES_H
#define LICENCE_HOME_STEP_MESSAGES_H

#include "spi/owner.h"
#include "workflow/step.h"

extern void OweMessages(OwnerScope *scope, const Step *step,
						const Transition *transition, int64 event_no);

#endif							/* LICENCE_HOME_STEP_MESSAGES_H */
