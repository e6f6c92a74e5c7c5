/*
 * box.h
 *		A connection to Kannel's bearerbox.
 */
#ifndef LICENCE_HOME_KANNEL_BOX_H
#define LICENCE_HOME_KANNEL_BOX_H

#include "lib/stringinfo.h"

typedef enum BoxState
{
	BOX_RESTS,					/* until rest_until */
	BOX_CONNECTS,
	BOX_LISTENS
} BoxState;

/* A bearerbox, and our connection to it. */
typedef struct KannelBox
{
	char	   *box;			/* who we are to it */
	char	   *host;
	char	   *port;
	BoxState	state;
	pgsocket	socket;
	int64		rest_until;		/* on the steady clock */
	bool		ready;			/* to be read or written without waiting */
	bool		ended;			/* the other side says no more */
	bool		changed;		/* its state, since somebody looked */
	const char *trouble;		/* why it is not connected, or NULL */
	StringInfoData in;
	StringInfoData out;
} KannelBox;

/* Begin to connect. */
extern void DialBox(KannelBox *box);

/* Go on with a connection that is ready: write, and read what has come. */
extern void HearBox(KannelBox *box);

/* Write what there is to say, as far as it goes without waiting. */
extern void SpeakToBox(KannelBox *box);

/* Close the connection; why is NULL where all is well. */
extern void HangUp(KannelBox *box, const char *why);

#endif							/* LICENCE_HOME_KANNEL_BOX_H */
