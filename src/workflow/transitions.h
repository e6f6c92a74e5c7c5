/*
 * transitions.h
 *		The transitions that a workflow offers from a state.
 */
#ifndef LICENCE_HOME_TRANSITIONS_H
#define LICENCE_HOME_TRANSITIONS_H

#include "compat.h"
#include "spi/plan.h"
#include "workflow/transition.h"

/* The columns of workflow_transition AS t that ReadTransition() takes; the role as the query has it. */
#define TRANSITION_COLUMNS(role) \
	"t.action, t.from_state, t.to_state, " role ", t.preconditions, t.effects, t.messages, t.name_ar, t.name_en"

extern void ReadTransition(Transition *transition, Rows rows, uint64 row);

/*
 * The role of a row for the case $n.  "decider" is the role that the case's
 * edition names.  The card names the committee; the press named the director
 * for 2019.
 */
#define ROLE_IN_CASE(row, n) \
	"CASE " row ".role WHEN 'decider' THEN coalesce((SELECT e.decider " \
	"FROM licence_home.application AS a JOIN licence_home.edition AS e " \
	"ON licence_home.in_force(e.valid, e.withdrawn_at, a.judged_on) " \
	"WHERE a.application_no = " n "), 'committee') " \
	"ELSE " row ".role END"

extern List *TransitionsFrom(OwnerScope *scope, int64 application_no,
							 const char *workflow, int32 version,
							 const char *state);
extern int32 WorkflowInForce(OwnerScope *scope, int64 application_no,
							 const char *workflow);

/* The state that a case left for the one in which it ended; NULL: none. */
extern char *StateLeft(OwnerScope *scope, int64 application_no);

/* A case is reopened in the state that it left, and in no other. */
extern void CheckReopens(OwnerScope *scope, int64 application_no, List *transitions,
						 const char *from, const char *to);

/* The transition that a payment takes; NULL: none. */
extern Transition *PaymentTransition(List *transitions);

/* The transition that a payment taken back takes; NULL: none. */
extern Transition *ReversalTransition(List *transitions);

/* A copy in the current memory. */
extern Transition *CopyTransition(const Transition *from);

/* The one that the new state, the action (NULL: any) and the caller's role ask for. */
extern Transition *FindTransition(List *transitions, int64 application_no,
								  const char *from, const char *to,
								  const char *action, Oid caller);
pg_noreturn extern void RaiseNoSuchTransition(List *transitions, int64 application_no,
											  const char *from, const char *to,
											  const char *action);

#endif							/* LICENCE_HOME_TRANSITIONS_H */
