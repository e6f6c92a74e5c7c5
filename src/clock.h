/*
 * clock.h
 *		The one clock of the extension.
 */
#ifndef LICENCE_HOME_CLOCK_H
#define LICENCE_HOME_CLOCK_H

#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/guc.h"

/* The transaction's time, as moved by licence_home.clock. */
extern TimestampTz ClockNow(void);

/* The time at this very moment, as moved by licence_home.clock. */
extern TimestampTz ClockMoment(void);

/* The day in the city at a moment. */
extern DateADT ClockDay(TimestampTz at);

/* The minutes since midnight there. */
extern int	ClockMinute(TimestampTz at);

/* The last second of a day in the city. */
extern TimestampTz ClockEndOfDay(DateADT day);

/* Hooks of the setting licence_home.clock. */
extern bool check_clock(char **newval, void **extra, GucSource source);
extern void assign_clock(const char *newval, void *extra);

#endif							/* LICENCE_HOME_CLOCK_H */
