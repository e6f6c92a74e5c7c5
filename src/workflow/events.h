/*
 * events.h
 *		The chain of events of a case.
 */
#ifndef LICENCE_HOME_EVENTS_H
#define LICENCE_HOME_EVENTS_H

#include "spi/owner.h"
#include "workflow/step.h"

/* When the next event of a case is known: now, and later than the last one. */
extern TimestampTz NextKnownAt(TimestampTz last, bool is_first);

/* When an event of a step is known: they follow each other by a microsecond. */
extern TimestampTz EventKnownAt(const Step *step, int32 case_event);

/* Sixteen random bytes, as bytea: the salt of what may have to be concealed. */
extern Datum MakeSalt(void);

/* Write the next event of a case; its number. */
extern int64 AppendEvent(OwnerScope *scope, const Step *step,
						 const char *action, const char *from_state,
						 const char *to_state, int32 case_event,
						 const char *note, const char *changes);

#endif							/* LICENCE_HOME_EVENTS_H */
