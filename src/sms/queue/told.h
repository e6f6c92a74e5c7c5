/*
 * told.h
 *		That a message told its recipient a deadline.
 */
#ifndef LICENCE_HOME_TOLD_H
#define LICENCE_HOME_TOLD_H

#include "utils/timestamp.h"

#include "spi/owner.h"

/* Messages that name deadlines, in arrays of one length. */
typedef struct NamedDeadlines
{
	int64	   *deadline_no;
	int64	   *message_id;
	int64	   *series;
	int			count;
} NamedDeadlines;

/* Note that the gateway accepted them. */
extern void NoteAccepted(OwnerScope *scope, const NamedDeadlines *named, TimestampTz at);

/* Note what a delivery report says of a message, if that names a deadline. */
extern void NoteReported(OwnerScope *scope, int64 message_id, int32 series,
						 const char *status, TimestampTz at);

/* Note of what lately told a deadline at a telephone that is another's that it did not. */
extern void UntellAnothers(OwnerScope *scope);

#endif							/* LICENCE_HOME_TOLD_H */
