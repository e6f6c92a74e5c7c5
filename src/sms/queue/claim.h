/*
 * claim.h
 *		The sender's dealings with the queue of messages.
 *
 * Each function works inside an OWNER_WRITES scope, in a transaction of its
 * own or of the cycle of the sender that calls it.
 */
#ifndef LICENCE_HOME_CLAIM_H
#define LICENCE_HOME_CLAIM_H

#include "spi/plan.h"
#include "sms/http/gateway.h"
#include "sms/queue/told.h"

#define SMS_LANES 10			/* sms_queue.lane is 0 to 9 */
#define LANE_AGEING_US USECS_PER_HOUR	/* what a step up is worth, see
										 * claim.c */

/*
 * Up to where a run has served each lane.  What stands before is gone, or
 * was committed late; a look back finds that.
 */
typedef struct LaneFront
{
	TimestampTz turn;
	int64		message_id;
} LaneFront;

/*
 * How a message of the queue (q) ends that will not be sent (again).  Of one
 * that was sent once more after a doubt, nobody knows whether it had left
 * before.  So the doubt remains, and is held for a person.
 */
#define ENDS_AS(status) "CASE WHEN q.resent THEN 'in_doubt' ELSE " status " END"

/* Why a message is not sent, but printed. */
#define TO_PRINT_WHY "no telephone reaches the person"

/* A run of the sender, as the queue knows it. */
typedef struct QueueRun
{
	int64		run_id;			/* fencing token */
	LaneFront	fronts[SMS_LANES];
	bool		drained;		/* the last claim took all that could go */
	bool		some_parked;	/* somebody may wait behind another message */
	int64		look_back_at;	/* on the steady clock */
	int64		accepted;		/* messages since the run began */
	int64		other;			/* attempts that ended otherwise */
} QueueRun;

/* What an attempt gave, to be recorded. */
typedef struct AttemptResult
{
	int64		message_id;
	int			attempt;
	int			failures;		/* of the message before it */
	Outcome		outcome;
	bool		probe;			/* of a paused gateway: no failure of its own */
	bool		late;			/* it expired before the gateway was asked */
	int64		retry_after_s;	/* what the gateway asked for; 0: nothing */
	int			http_status;	/* 0: no answer */
	char	   *answer;			/* or NULL */
	char	   *error;			/* or NULL */
	char	   *gateway_message_id; /* or NULL */
} AttemptResult;

/* run.c: begin and end a run; what runs that died had under way. */
extern void BeginRun(OwnerScope *scope, QueueRun *run);
extern void NoteRun(OwnerScope *scope, const QueueRun *run, bool ended);
extern void ReleaseRun(const QueueRun *run);
extern void RecoverDeadRuns(OwnerScope *scope, const QueueRun *run);

/* claim.c: claim up to so many messages that may go now; how many. */
extern int	ClaimMessages(OwnerScope *scope, QueueRun *run,
						  const SmsGateway *gateway, int limit,
						  MemoryContext context, SmsMessage *messages);

extern void AdvanceFront(LaneFront *front, TimestampTz turn, int64 message_id);

/*
 * claim_direct.c: the same from the beginnings of the lanes, up to the first
 * message that may not go.  The beginnings move there; run->drained says that
 * there is no such message.
 */
extern int	ClaimOrdinary(QueueRun *run, const SmsGateway *gateway, int limit,
						  LaneFront *beginnings, MemoryContext context,
						  SmsMessage *messages);

/* record.c: record what attempts gave. */
extern void RecordAttempts(OwnerScope *scope, QueueRun *run,
						   const SmsGateway *gateway,
						   const AttemptResult *results, int nresults);

/* Turns, one for each lane, for what is to go before all that waits there. */
extern PlanArg NextTurns(const QueueRun *run);

/*
 * record_direct.c: record attempts that were accepted, and return how many
 * messages left the queue.  Their persons go into closed and the deadlines
 * that they name into named, which have room for all.
 */
extern int	RecordAccepted(QueueRun *run, const AttemptResult *results,
						   int nresults, int64 *closed, NamedDeadlines *named);

/*
 * wake.c: free messages that may go, since others are gone or time has passed.
 */
extern int	AdvanceRecipients(OwnerScope *scope, const QueueRun *run,
							  const int64 *applicants, int n);
extern int	WakeRecipients(OwnerScope *scope, const QueueRun *run,
						   const int64 *applicants, int n);
extern void WakeMessages(OwnerScope *scope, QueueRun *run);
extern void SweepQueue(OwnerScope *scope);

/* breaker.c: gateways that rest, and those with a rate. */
extern void PauseGateway(OwnerScope *scope, const char *gateway,
						 const char *why, int64 wait_s);
extern void ResumeGateway(OwnerScope *scope, const SmsGateway *gateway);
extern bool TakeProbe(OwnerScope *scope, const SmsGateway *gateway);
extern void ReturnProbe(OwnerScope *scope, const SmsGateway *gateway);
extern int	TokensLeft(OwnerScope *scope, const SmsGateway *gateway);
extern void TakeTokens(OwnerScope *scope, const SmsGateway *gateway, int n);

#endif							/* LICENCE_HOME_CLAIM_H */
