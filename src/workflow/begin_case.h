/*
 * begin_case.h
 *		A case begins: the INSERT on application.
 */
#ifndef LICENCE_HOME_BEGIN_CASE_H
#define LICENCE_HOME_BEGIN_CASE_H

#include "commands/trigger.h"

/* The row of a new case, as the BEFORE trigger lets it be written. */
extern HeapTuple BeginCase(TriggerData *trigdata);

#endif							/* LICENCE_HOME_BEGIN_CASE_H */
