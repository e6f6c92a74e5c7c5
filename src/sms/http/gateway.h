/*
 * gateway.h
 *		An SMS gateway, and a message on its way to it.
 */
#ifndef LICENCE_HOME_GATEWAY_H
#define LICENCE_HOME_GATEWAY_H

#include "nodes/pg_list.h"
#include "datatype/timestamp.h"

struct RequestTemplate;
struct RedactedText;
struct Verdict;
struct curl_slist;

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
	uint64		serial;			/* of each loading another */
	bool		probing;		/* paused, but one message may try */
	char	   *origin;			/* of the URL: protocol, host and port */
	struct RequestTemplate *target; /* the rest of it */
	int			nheaders;
	struct RequestTemplate **headers;
	struct curl_slist *fixed_headers;	/* NULL: they vary with the message */
	struct RequestTemplate *body;	/* NULL: a GET */
	char	   *sender_id;		/* or NULL */
	char	   *gsm7_code;
	char	   *ucs2_code;
	bool		needs_coding;	/* {coding} stands somewhere */
	text	   *patterns[OUTCOME_IN_DOUBT];
	text	   *message_id_pattern; /* NULL: reports bring back our own */
	struct Verdict *verdict;	/* the last answer, and what it meant */
	char	   *ca;				/* PEM; NULL: the system's authorities */
	int			connections;
	double		rate;			/* messages a second; 0: no limit */
	int			burst;			/* messages that may go at once */
	int			connect_timeout_ms;
	int			answer_timeout_ms;
	int			connection_idle_s;
	int64		doubt_wait;		/* microseconds */
	int			nsecrets;
	Secret	   *secrets;
	List	   *elsewhere;		/* names of those that belong to other hosts */
	int			nredacted;
	struct RedactedText *redacted;	/* the secrets, as answers may show them */
} SmsGateway;

/* What a request says. */
typedef struct SmsMessage
{
	int64		message_id;
	int			series;			/* 1, and 1 more for each time it was resent */
	char	   *to;				/* +9627… */
	char	   *body;
	int			attempt;
	int			failures;		/* before this attempt */
	TimestampTz claimed_at;
	TimestampTz expires_at;
} SmsMessage;

/*
 * Has the clock been set back to before a pause began?  By more than what two
 * senders, which read it one after the other, may differ.
 */
#define CLOCK_WAS_SET_BACK(paused_at, now) \
	"(" paused_at " > " now " + interval '1 second')"

#endif							/* LICENCE_HOME_GATEWAY_H */
