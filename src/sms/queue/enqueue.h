/*
 * enqueue.h
 *		Messages that steps owe.
 */
#ifndef LICENCE_HOME_ENQUEUE_H
#define LICENCE_HOME_ENQUEUE_H

#include "spi/owner.h"

/*
 * Write the message that an event of a case owes to its applicant, inside an
 * OWNER_WRITES scope, when the case is locked and already in its new state
 * and the evidence can be seen.
 */
extern void OweMessage(OwnerScope *scope, int64 application_no,
					   int64 event_no, const char *template);

/* Cancel what a case has not sent. */
extern void CancelMessages(OwnerScope *scope, int64 application_no);

#endif							/* LICENCE_HOME_ENQUEUE_H */
