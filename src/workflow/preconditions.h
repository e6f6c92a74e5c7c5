/*
 * preconditions.h
 *		What must be so before a step is taken.
 */
#ifndef LICENCE_HOME_PRECONDITIONS_H
#define LICENCE_HOME_PRECONDITIONS_H

#include "spi/plan.h"
#include "workflow/facts.h"
#include "workflow/fast_paths.h"
#include "workflow/step.h"

/* A precondition: everything that the code knows of it. */
typedef struct Precondition
{
	const char *name;
	int			sqlstate;		/* of its objections */
	const char *hint;			/* where an objection has none of its own */
	SavedPlan	plan;			/* its function, the truth */
	PreconditionFastPath holds; /* spares its function, or NULL */
	uint32		traits;			/* of a transition that has it */
	uint32		provides;		/* PROVIDES_... of sms/text/placeholders.h */
	const char *excludes;		/* one that holds where this does not, and
								 * only there */
	/* what it needs of the workflow, to hold ever */
	Facts		here;			/* one of these can be written in the state
								 * itself */
	Facts		before[3];		/* of each that is not 0, one is there by then */
	Facts		proves;			/* what is known once it has held */
	Facts		disproves;
} Precondition;

/* The record of a name; NULL: none of ours (but maybe the municipality's). */
extern Precondition *FindPrecondition(const char *name);

/* What the preconditions of a list are together. */
extern uint32 TraitsOfPreconditions(List *names);

/* The names of the preconditions with a trait, in order. */
extern List *PreconditionsWithTrait(uint32 trait);

/* The first precondition that proves one of the facts. */
extern const char *PreconditionThatProves(Facts facts);

/* Do all preconditions of a transition hold for certain, found out without a query? */
extern bool HoldForCertain(OwnerScope *scope, const Step *step, const Transition *transition);

/* Has one a precondition that cannot hold where one of the other does? */
extern bool ExcludeEachOther(const Transition *one, const Transition *other);

/* Ask every precondition of a transition; a list of Objection, in order. */
extern List *AskPreconditions(OwnerScope *scope, const Step *step,
							  const Transition *transition);

#endif							/* LICENCE_HOME_PRECONDITIONS_H */
