/*
 * transition.h
 *		A transition of a workflow.
 */
#ifndef LICENCE_HOME_TRANSITION_H
#define LICENCE_HOME_TRANSITION_H

#include "nodes/pg_list.h"

/*
 * What the code must know of a transition beyond the names of its
 * preconditions and effects.  Their records give these traits.
 */
#define TRAIT_LOCKS_APPLICANT	(1 << 0)	/* cases of one person come one
											 * after the other */
#define TRAIT_DERIVES_PLACE		(1 << 1)	/* district and zone class anew */
#define TRAIT_FREEZES_RULES		(1 << 2)	/* this day judges the case */
#define TRAIT_TAKES_REASON		(1 << 3)	/* a reason code for closures */
#define TRAIT_FOLLOWS_PAYMENT	(1 << 4)	/* the cashier's, once the bill is
											 * paid */
#define TRAIT_FOLLOWS_LAPSE		(1 << 5)	/* the daily job's, once the
											 * deadline is over */
#define TRAIT_FOLLOWS_MOVE		(1 << 6)	/* the daily job's, once the
											 * calendar moved it */
#define TRAIT_EXTENDS_DEADLINE	(1 << 7)
#define TRAIT_BILLS				(1 << 8)
#define TRAIT_CANCELS_BILL		(1 << 9)
#define TRAIT_ISSUES			(1 << 10)	/* the licence */
#define TRAIT_ENDS_CASE			(1 << 11)
#define TRAIT_TAKES_BACK		(1 << 12)	/* messages of the step before */
#define TRAIT_ASKS_CORRECTION	(1 << 13)	/* of what was found wrong in the
											 * application */
#define TRAIT_ASKS_PAPERS		(1 << 14)	/* in place of those found wrong */
#define TRAIT_JUDGES_VISIT		(1 << 15)	/* the outcome of an inspection */
#define TRAIT_ACCEPTS_DOCUMENTS (1 << 16)
#define TRAIT_ACCEPTS_APPROVALS (1 << 17)
#define TRAIT_APPROVED			(1 << 18)	/* by the decider */
#define TRAIT_BOUNDS_EXTENSION	(1 << 19)	/* the day that a deadline is put
											 * off to */
#define TRAIT_FOLLOWS_REVERSAL	(1 << 20)	/* the cashier's, once a payment
											 * was taken back */
#define TRAIT_REPLACES_BILL		(1 << 21)	/* what was paid counts for the
											 * new one */
#define TRAIT_REOPENS			(1 << 22)	/* a case that ended by mistake,
											 * in the state that it left */
#define TRAIT_LOCKS_LICENCE		(1 << 23)	/* cases of one licence come one
											 * after the other */
#define TRAIT_RENEWS			(1 << 24)	/* a licence gets its next term */
#define TRAIT_CHANGES_LICENCE	(1 << 25)	/* a licence gets other facts */

/* A row of workflow_transition. */
typedef struct Transition
{
	char	   *action;
	char	   *name_ar;		/* NULL: it is called by its action */
	char	   *name_en;
	char	   *from_state;
	char	   *to_state;
	char	   *role;			/* of a case: portal, clerk, ..., never
								 * decider */
	List	   *preconditions;	/* of char * */
	List	   *effects;
	List	   *messages;
	uint32		traits;			/* TRAIT_... of those */
} Transition;

/* Is the name in the list? */
static inline bool
HasName(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

#define HasTrait(transition, trait) (((transition)->traits & (trait)) != 0)

#endif							/* LICENCE_HOME_TRANSITION_H */
