/*
 * own_preconditions.h
 *		Preconditions that a municipality wrote for itself.
 */
#ifndef LICENCE_HOME_OWN_PRECONDITIONS_H
#define LICENCE_HOME_OWN_PRECONDITIONS_H

#include "nodes/pg_list.h"

#include "spi/owner.h"
#include "workflow/step.h"

/*
 * Why a precondition of a name cannot be asked; NULL: it can.  unknown: there
 * is no row of the name.
 */
extern char *OwnPreconditionDefect(OwnerScope *scope, const char *name, bool *unknown);

/* Ask one that can be; a list of Objection. */
extern List *AskOwnPrecondition(OwnerScope *scope, const Step *step,
								const Transition *transition, const char *name);

#endif							/* LICENCE_HOME_OWN_PRECONDITIONS_H */
