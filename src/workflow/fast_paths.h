/*
 * fast_paths.h
 *		Preconditions that hold, found out without a query.
 */
#ifndef LICENCE_HOME_FAST_PATHS_H
#define LICENCE_HOME_FAST_PATHS_H

#include "spi/owner.h"
#include "workflow/step.h"

/*
 * Does a precondition hold for certain?  False: ask its function, which knows
 * the objections.
 */
typedef bool (*PreconditionFastPath) (OwnerScope *scope, const Step *step);

extern bool DocumentsAreGiven(OwnerScope *scope, const Step *step);
extern bool DocumentsAreAccepted(OwnerScope *scope, const Step *step);
extern bool InspectionIsAhead(OwnerScope *scope, const Step *step);
extern bool InspectionIsDone(OwnerScope *scope, const Step *step);
extern bool InspectionIsPassed(OwnerScope *scope, const Step *step);
extern bool InspectionIsPassedAfterChange(OwnerScope *scope, const Step *step);
extern bool NoteIsGiven(OwnerScope *scope, const Step *step);
extern bool DecisionIsApproved(OwnerScope *scope, const Step *step);
extern bool ApprovalsAreNeeded(OwnerScope *scope, const Step *step);
extern bool ApprovalsAreNotNeeded(OwnerScope *scope, const Step *step);
extern bool InvoiceIsPaid(OwnerScope *scope, const Step *step);

#endif							/* LICENCE_HOME_FAST_PATHS_H */
