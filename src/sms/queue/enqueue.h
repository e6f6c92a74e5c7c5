/*
 * enqueue.h
 *		Messages that steps owe.
 */
#ifndef LICENCE_HOME_ENQUEUE_H
#define LICENCE_HOME_ENQUEUE_H

#include "spi/owner.h"

/*
 * Write the message that an event of a case owes to its applicant, inside an
 * OWNER_WRITES scope.  By then the case is locked and in its new state, and
 * the evidence can be seen.  at_once: it answers what the person did, and does
 * not wait for its hours of the day.
 */
extern void OweMessage(OwnerScope *scope, int64 application_no,
					   int64 event_no, const char *template, bool at_once);

/*
 * Tell one telephone something about an applicant and no case, whose row is
 * locked.  False where no text that can be filled is in force.
 */
extern bool TellPhone(OwnerScope *scope, int64 applicant_id, int64 phone,
					  const char *language, const char *template);

/*
 * Tell the holder something about a licence and no case; the message.  The
 * holder's row is locked.
 */
extern int64 TellHolder(OwnerScope *scope, int64 licence_no, int64 applicant_id,
						const char *template);

/* Could it be written now?  A text may name what the case has no more. */
extern bool CanOweMessage(OwnerScope *scope, int64 application_no,
						  const char *template);

/*
 * Cancel messages of a case that were not sent: those of an event and of the
 * later ones (0: of all events).  All of them, or only those that name a
 * deadline.  Each keeps the reason.  Returns how many may have left.
 */
extern int64 CancelMessages(OwnerScope *scope, int64 application_no,
							int64 from_event_no, bool deadlines_only,
							const char *why);

#endif							/* LICENCE_HOME_ENQUEUE_H */
