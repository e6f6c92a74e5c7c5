/*
 * gateway.h
 *		How an SMS gateway is spoken to, and what its answers mean.
 */
#ifndef LICENCE_HOME_GATEWAY_H
#define LICENCE_HOME_GATEWAY_H

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"

#include "query.h"

typedef enum BodyEncoding
{
	BODY_NONE,					/* a GET */
	BODY_FORM,
	BODY_JSON,
	BODY_XML
} BodyEncoding;

/* What came of an attempt. */
typedef enum Outcome
{
	OUTCOME_ACCEPTED,
	OUTCOME_RETRY,				/* certainly not sent */
	OUTCOME_CREDENTIALS,
	OUTCOME_PERMANENT,
	OUTCOME_IN_DOUBT
} Outcome;

/* What a placeholder stands for that nobody else may read. */
typedef struct Secret
{
	char	   *name;
	char	   *secret;
} Secret;

/* A row of sms_gateway with its credentials. */
typedef struct SmsGateway
{
	char	   *name;
	bool		probing;		/* paused, but one message may try */
	char	   *url;
	int			nheaders;
	char	  **headers;
	char	   *body;
	BodyEncoding body_encoding;
	char	   *gsm7_code;
	char	   *ucs2_code;
	text	   *patterns[OUTCOME_IN_DOUBT];
	text	   *message_id_pattern; /* NULL: reports bring back our own */
	int			connections;
	int			connect_timeout_ms;
	int			answer_timeout_ms;
	int			connection_idle_s;
	int64		doubt_wait;		/* microseconds */
	double		rate;			/* messages a second; 0: any number */
	int			burst;			/* of which so many at once */
	int			nsecrets;
	Secret	   *secrets;
} SmsGateway;

/* What a request says. */
typedef struct SmsLetter
{
	int64		message_id;
	int			series;			/* 1, and 1 more for each time it was resent */
	char	   *to;				/* +9627… */
	char	   *body;
	int			attempt;
	int			failures;		/* before this attempt */
	TimestampTz claimed_at;
	TimestampTz expires_at;
} SmsLetter;

/*
 * The gateway to send through now, allocated in a context, or NULL; paused
 * says that there is one, but that it rests.
 */
extern SmsGateway *LoadGateway(OwnerScope *scope, MemoryContext context,
							   bool *paused);

/* Fill a string of the gateway's row for a letter. */
extern char *ComposeUrl(const SmsGateway *gateway, const SmsLetter *letter);
extern char *ComposeHeader(const SmsGateway *gateway, int header,
						   const SmsLetter *letter);
extern char *ComposeBody(const SmsGateway *gateway, const SmsLetter *letter);

/* Make a gateway's words fit to keep: valid in encoding, no credentials. */
extern char *CleanAnswer(const SmsGateway *gateway, const char *answer);

/* What a whole answer means; the gateway's id of the message, or NULL. */
extern Outcome ReadAnswer(const SmsGateway *gateway, int http_status,
						  const char *answer, char **gateway_message_id);

extern const char *OutcomeName(Outcome outcome);

#endif							/* LICENCE_HOME_GATEWAY_H */
