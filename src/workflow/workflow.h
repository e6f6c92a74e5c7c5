/*
 * workflow.h
 *		Steps, guards, effects and the event chain.
 *
 * The protocol of a step is in doc/design.md.  In short: the BEFORE trigger
 * of application finds the step and decides who may take it and what the row
 * becomes; the AFTER trigger, which sees the row as it will be, asks the
 * guards, then writes effects, event and messages.
 */
#ifndef LICENCE_HOME_WORKFLOW_H
#define LICENCE_HOME_WORKFLOW_H

#include "compat.h"

#include "commands/trigger.h"
#include "nodes/pg_list.h"

#include "spi/owner.h"
#include "workflow/case.h"
#include "workflow/deadline.h"
#include "workflow/row.h"

/* A row of workflow_transition, with the deadline of the state it leads to. */
typedef struct Transition
{
	char	   *action;
	char	   *name_ar;		/* NULL: it is called by its action */
	char	   *name_en;
	char	   *from_state;
	char	   *to_state;
	char	   *role;			/* portal, clerk, …, never decider */
	List	   *guards;			/* of char * */
	List	   *effects;
	List	   *messages;
} Transition;

/*
 * What a step was asked for beyond the new state.  perform(), a payment and
 * the daily job set it for the one UPDATE that they send.
 */
typedef struct StepRequest
{
	int64		application_no;
	const char *from_state;		/* where the sender saw the case, */
	int32		version;		/* by which version of its workflow, */
	List	   *transitions;	/* and which it offers; NIL: not looked up */
	const char *action;			/* NULL: any that fits the states */
	const char *note;			/* NULL: none */
	const char *reason;			/* closure reason; NULL: none */
	bool		has_until;
	DateADT		until;			/* extend: the later deadline */
	Oid			caller;			/* whose role counts */
	MemoryContext memory;		/* of the answer: */
	char	   *reached;		/* the state in which the case is now */
} StepRequest;

/* The facts that guards, effects and events may use about a step. */
typedef struct Step
{
	MemoryContext memory;		/* holds all of it */
	int64		application_no;
	Transition *transition;
	Transition *onward;			/* a waived fee's way on to the licence */
	char	   *unsaid;			/* the message of the state passed over, or
								 * NULL */
	char	   *note;
	char	   *reason;
	bool		has_until;
	DateADT		until;
	Deadline	deadline;		/* that it sets */
	Oid			caller;
	char	   *actor;			/* the person when the row was changed */
	int32		events;			/* events of the case before the step */
	TimestampTz known_at;		/* of the step's first event */
	char	   *changes;		/* JSON of amended columns, or NULL */
	bool		profession_changed; /* one of them */
} Step;

/* transitions.c */
extern List *TransitionsFrom(OwnerScope *scope, int64 application_no,
							 const char *workflow, int32 version,
							 const char *state);
extern int32 WorkflowInForce(OwnerScope *scope, int64 application_no,
							 const char *workflow);
extern Transition *PaymentStep(List *transitions);
extern bool HasName(List *names, const char *name);
extern char *StepTitle(const Transition *transition, bool arabic);
extern Transition *CopyTransition(const Transition *from);
extern Transition *FindStep(List *transitions, int64 application_no,
							const char *from, const char *to,
							const StepRequest *request, Oid caller);
pg_noreturn extern void RaiseNoSuchStep(List *transitions, int64 application_no,
										const char *from, const char *to,
										const char *action);

/* preconditions.c; of the list, each is an Objection */
extern bool IsGuard(const char *name);
extern List *AskGuards(OwnerScope *scope, const Step *step,
					   const Transition *transition);

/* objections.c */
typedef struct Objection
{
	const char *guard;
	int			sqlstate;
	const char *hint;
	char	   *subject;		/* the code of what is lacking, or NULL */
	char	   *text_en;
	char	   *text_ar;
} Objection;

extern const char *ObjectionText(const Objection *objection);
pg_noreturn extern void RaiseObjections(int64 application_no,
										const Transition *transition,
										List *objections);

/* effects.c */
extern bool IsEffect(const char *name);
extern void RunEffects(OwnerScope *scope, const Step *step,
					   const Transition *transition, int32 case_event);
extern void FollowProfession(OwnerScope *scope, const Step *step,
							 int32 case_event);
extern bool FeeIsWaived(OwnerScope *scope, int64 application_no);

/* events.c */

/* When the next event of a case is known: now, and later than the last one. */
extern TimestampTz NextKnownAt(TimestampTz last, bool is_first);
extern int64 AppendEvent(OwnerScope *scope, const Step *step,
						 const char *action, const char *from_state,
						 const char *to_state, int32 case_event,
						 const char *note, const char *changes);

/* pending.c */
extern Step *AddPendingStep(int64 application_no);
extern Step *PendingStepOf(int64 application_no);
extern Step *TakePendingStep(int64 application_no);
extern void RefuseWhilePending(int64 application_no);

/* step.c */
extern void TakeStep(StepRequest *request, const char *to_state,
					 OwnerScope *scope);
extern StepRequest *CurrentRequest(int64 application_no);

/* step_messages.c */
extern void OweMessages(OwnerScope *scope, const Step *step,
						const Transition *transition, int64 event_no);

/* columns.c */
extern void CheckAmendment(OwnerScope *scope, const LockedCase *locked,
						   bool draft, List *changed, Oid caller);
extern void CheckKeptColumns(int64 application_no, List *changed);
extern void CheckPreviousApplication(OwnerScope *scope, int64 application_no,
									 Relation relation, HeapTuple new,
									 TimestampTz begun);

#endif							/* LICENCE_HOME_WORKFLOW_H */
