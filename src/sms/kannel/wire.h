/*
 * wire.h
 *		What bearerbox and its boxes say to each other.
 */
#ifndef LICENCE_HOME_KANNEL_WIRE_H
#define LICENCE_HOME_KANNEL_WIRE_H

#include "lib/stringinfo.h"

/* What a frame from bearerbox is, as far as we care. */
typedef enum KannelKind
{
	KANNEL_NOTHING,				/* the frame is not whole yet */
	KANNEL_REPORT,				/* a delivery report */
	KANNEL_MESSAGE,				/* a message that a telephone sent */
	KANNEL_GOODBYE,				/* bearerbox wants to end */
	KANNEL_OTHER,				/* a heartbeat and the like */
	KANNEL_GARBAGE				/* it does not speak this protocol */
} KannelKind;

/* A frame; the texts are palloc'd. */
typedef struct KannelFrame
{
	KannelKind	kind;
	char	   *uuid;			/* of a report or message, to acknowledge it */
	int32		time;			/* when it came to bearerbox, in Unix time */
	int32		status;			/* of a report: 1, 2, 4, 8, 16 or 32 */
	char	   *url;			/* its dlr-url, or NULL */
} KannelFrame;

/* Take the frame that begins at *offset, and move *offset behind it. */
extern KannelFrame ReadKannelFrame(const StringInfo buffer, int *offset);

/* Say who we are. */
extern void WriteIdentity(StringInfo buffer, const char *box);

/* Say that a report or message need not be kept any more. */
extern void WriteAcknowledgement(StringInfo buffer, const KannelFrame *frame);

#endif							/* LICENCE_HOME_KANNEL_WIRE_H */
