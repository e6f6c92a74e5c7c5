/*
 * listeners.h
 *		What programs that listen for events of cases can rely on.
 */
#ifndef LICENCE_HOME_WORKFLOW_LISTENERS_H
#define LICENCE_HOME_WORKFLOW_LISTENERS_H

#include "postgres.h"

/* Before the transaction draws the number of an event: hold the horizon back. */
extern void HoldEventHorizon(void);

/* After an event was written: tell those who listen, if the setting says so. */
extern void NotifyOfEvent(int64 event_no);

#endif							/* LICENCE_HOME_WORKFLOW_LISTENERS_H */
