/*
 * redact.h
 *		Redacting a gateway's words: what must not be kept is written over.
 */
#ifndef LICENCE_HOME_REDACT_H
#define LICENCE_HOME_REDACT_H

#include "sms/http/gateway.h"

/* Something not to be shown, in whatever way it is written. */
typedef struct RedactedText
{
	int			nchars;
	unsigned int *chars;		/* Unicode code points */
} RedactedText;

/* Work out what to hide of a gateway's credentials, in the current context. */
extern void PrepareRedaction(SmsGateway *gateway);

/*
 * Make a gateway's words fit to keep: valid in encoding, short, on one line,
 * without credentials.  They are about a message, whose number and text are
 * redacted too, or about none (to and body NULL).
 */
extern char *RedactAnswer(const SmsGateway *gateway, const char *to,
						  const char *body, const char *answer);

/* Redact the gateway's credentials in a text in UTF-8. */
extern void RedactSecrets(const SmsGateway *gateway, char *text);

/* Make a gateway's words fit to keep: valid in encoding, no credentials. */
extern char *CleanAnswer(const SmsGateway *gateway, const char *answer);

/* A gateway's words as text that the server can handle. */
extern char *ReadableAnswer(const char *answer);

#endif							/* LICENCE_HOME_REDACT_H */
