/*
 * pending.h
 *		What the BEFORE trigger of a step hands to the AFTER trigger.
 */
#ifndef LICENCE_HOME_PENDING_H
#define LICENCE_HOME_PENDING_H

#include "workflow/step.h"

/* A new pending step of a case, in memory that a failure takes along. */
extern Step *AddPendingStep(int64 application_no);

/* The pending step of a case; NULL when it has none. */
extern Step *PendingStepOf(int64 application_no);

/* The same, taken off the table. */
extern Step *TakePendingStep(int64 application_no);

/* An error while the statement that moves the case has not come to its preconditions. */
extern void RefuseWhilePending(int64 application_no);

#endif							/* LICENCE_HOME_PENDING_H */
