/*
 * effects.h
 *		What a step does besides moving the case.
 */
#ifndef LICENCE_HOME_EFFECTS_H
#define LICENCE_HOME_EFFECTS_H

#include "spi/plan.h"
#include "workflow/facts.h"
#include "workflow/step.h"

/* An effect: everything that the code knows of it. */
typedef struct Effect
{
	const char *name;
	SavedPlan	plan;			/* of ($1 application_no, $2 case_event, $3
								 * actor) */
	uint32		traits;			/* of a transition that has it */
	uint32		provides;		/* PROVIDES_... of sms/text/placeholders.h */
	uint32		withdraws;
	Facts		makes;
	Facts		ends;
	bool		(*write) (OwnerScope *scope, const Step *step); /* the same without a
																 * query; false: run the
																 * plan */
	const char *first;			/* an effect that runs before it, or NULL */
	const char *cancels_why;	/* why no message of the case leaves now, or
								 * NULL */
	void		(*refuse_empty) (int64 application_no); /* where it must write a
														 * row */
} Effect;

/* The record of a name; NULL: there is none. */
extern Effect *FindEffect(const char *name);

/* What the effects of a list are together. */
extern uint32 TraitsOfEffects(List *names);

/* The names of the effects with a trait, in order. */
extern List *EffectsWithTrait(uint32 trait);

/* The effect that makes one of the facts. */
extern const char *EffectThatMakes(Facts facts);

/* Run the effects that the transition names, in its order. */
extern void RunEffects(OwnerScope *scope, const Step *step,
					   const Transition *transition, int32 case_event);

/* The profession was corrected: the authorities that were asked for follow. */
extern void FollowProfession(OwnerScope *scope, const Step *step,
							 int32 case_event);

/* The lines of a case's fee, of FeeLine; NIL: nothing can be priced. */
extern List *ReadFee(OwnerScope *scope, int64 application_no);

/* Is there nothing to pay? */
extern bool FeeIsWaived(List *fee);

/* A copy in the current memory. */
extern List *CopyFee(List *fee);

/* Does a transition bill the fee as it is before its step? */
extern bool BillsKnownFee(const Transition *transition);

/* Is what was paid for the open bill enough for the fee as it is now? */
extern bool MoneyCoversFee(OwnerScope *scope, int64 application_no);

#endif							/* LICENCE_HOME_EFFECTS_H */
