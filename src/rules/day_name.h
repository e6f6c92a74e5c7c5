/*
 * day_name.h
 *		How a sentence writes a day.
 */
#ifndef LICENCE_HOME_DAY_NAME_H
#define LICENCE_HOME_DAY_NAME_H

#include "utils/date.h"

/*
 * A day in a language: 1/3/2026 in "ar", 1 March 2026 in "en", 2026-03-01 in
 * any other; NULL for infinity.
 */
extern char *DayName(DateADT day, const char *language);

#endif							/* LICENCE_HOME_DAY_NAME_H */
