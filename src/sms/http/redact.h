/*
 * redact.h
 *		Blotting out of a gateway's words what must not be kept.
 */
#ifndef LICENCE_HOME_CONCEAL_H
#define LICENCE_HOME_CONCEAL_H

#include "sms/http/gateway.h"

/* Something not to be shown, in whatever way it is written. */
typedef struct Hidden
{
	int			nchars;
	unsigned int *chars;		/* Unicode code points */
} Hidden;

/* Work out what to hide of a gateway's credentials, in the current context. */
extern void PrepareToConceal(SmsGateway *gateway);

/*
 * Make a gateway's words, about a letter or (to and body NULL) none, fit to
 * keep: valid in encoding, on one line, without credentials, without the
 * letter's number and text, and not long.
 */
extern char *ConcealLetter(const SmsGateway *gateway, const char *to,
						   const char *body, const char *answer);

/* Blot the gateway's credentials out of a text in UTF-8. */
extern void ConcealSecrets(const SmsGateway *gateway, char *text);

/* A gateway's words as text that the server can handle. */
extern char *ReadableAnswer(const char *answer);

#endif							/* LICENCE_HOME_CONCEAL_H */
