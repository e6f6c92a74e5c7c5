/*
 * calendar.h
 *		Working days, counted in C.
 */
#ifndef LICENCE_HOME_CALENDAR_H
#define LICENCE_HOME_CALENDAR_H

#include "utils/date.h"
#include "utils/snapshot.h"

/* What working days are counted by; private to calendar.c. */
typedef struct Calendar Calendar;

/*
 * The calendar as a snapshot sees it.  It stays as it is until the next call:
 * do not keep it.
 */
extern const Calendar *CalendarFor(Snapshot snapshot);

/* Does the municipality work on a day, which must be finite? */
extern bool IsWorkingDay(const Calendar *calendar, DateADT day);

/*
 * The day on which so many working days have passed, "from" not counted; for 0
 * the first working day from "from" on.  False where there is none within reach.
 */
extern bool AddWorkingDays(const Calendar *calendar, DateADT from, int32 days,
						   DateADT *result);

/* The working days after one day, up to and with another; minus those back. */
extern int32 WorkingDaysBetween(const Calendar *calendar, DateADT from, DateADT to);

#endif							/* LICENCE_HOME_CALENDAR_H */
