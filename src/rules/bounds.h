/*
 * bounds.h
 *		How a bound and a value beyond it are written in an error.
 */
#ifndef LICENCE_HOME_BOUNDS_H
#define LICENCE_HOME_BOUNDS_H

#include "utils/date.h"
#include "utils/relcache.h"

/* The days that a column of days may have, whatever it is about. */
#define FIRST_DAY_KEPT	"1800-01-01"
#define LAST_DAY_KEPT	"2199-12-31"

/* 2026-03-01, whatever DateStyle is; with BC, and infinity by its name. */
extern char *PlainDay(DateADT day);

/*
 * The year that may be meant where no day of ours has the year given.  Two
 * slips are known: a year of the Hijri calendar, and two digits for four.
 * NULL: nothing to be said.
 */
extern char *YearHint(DateADT day);

/* " في «…»": a column by its name in Arabic, after a preposition; "" where it has none. */
extern char *InColumnAr(const char *table, const char *column);

#endif							/* LICENCE_HOME_BOUNDS_H */
