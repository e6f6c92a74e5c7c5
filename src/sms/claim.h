/*
 * claim.h
 *		The sender's dealings with the table of messages.
 *
 * Each function works inside an OWNER_WRITES scope.
 */
#ifndef LICENCE_HOME_CLAIM_H
#define LICENCE_HOME_CLAIM_H

#include "query.h"
#include "sms/gateway.h"

/* What an attempt gave, to be recorded. */
typedef struct AttemptResult
{
	int64		message_id;
	int			attempt;
	TimestampTz claimed_at;
	Outcome		outcome;
	int			http_status;	/* 0: no answer */
	char	   *answer;			/* or NULL */
	char	   *error;			/* or NULL */
	char	   *gateway_message_id; /* or NULL */
} AttemptResult;

/* Begin and end a run: a fencing token, and the lock that says "alive". */
extern int64 BeginClaims(OwnerScope *scope);
extern void EndClaims(int64 claim);

/* Claim up to so many messages that may go now; allocated in the context. */
extern int	ClaimMessages(OwnerScope *scope, int64 claim,
						  const SmsGateway *gateway, int limit,
						  MemoryContext context, SmsLetter **letters);

/* Record what attempts gave. */
extern void RecordAttempts(OwnerScope *scope, int64 claim,
						   const SmsGateway *gateway,
						   const AttemptResult *results, int nresults);

/* Let a gateway rest until a probe, or send again. */
extern void PauseGateway(OwnerScope *scope, const SmsGateway *gateway,
						 const char *why);
extern void ResumeGateway(OwnerScope *scope, const SmsGateway *gateway);

/* Put in doubt what runs that died had under way. */
extern void RecoverDeadClaims(OwnerScope *scope, int64 claim);

/* End what has waited too long, and doubts that no report settled. */
extern void ExpireMessages(OwnerScope *scope);
extern void SettleDoubts(OwnerScope *scope);

#endif							/* LICENCE_HOME_CLAIM_H */
