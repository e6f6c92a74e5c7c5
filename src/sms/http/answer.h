/*
 * answer.h
 *		What a gateway's answers mean.
 */
#ifndef LICENCE_HOME_ANSWER_H
#define LICENCE_HOME_ANSWER_H

#include "sms/http/gateway.h"

/* Room to remember the last answer, in the memory of the gateway. */
extern struct Verdict *MakeVerdict(void);

/* An error if a pattern of the row is none. */
extern void CheckPattern(text *pattern);

/*
 * What a whole answer, as it came, means; the gateway's id of the message,
 * or NULL.
 */
extern Outcome ReadAnswer(const SmsGateway *gateway, int http_status,
						  const char *answer, char **gateway_message_id);

extern const char *OutcomeName(Outcome outcome);

#endif							/* LICENCE_HOME_ANSWER_H */
