/*
 * case_dates.h
 *		The days that clients give about a case.
 */
#ifndef LICENCE_HOME_CASE_DATES_H
#define LICENCE_HOME_CASE_DATES_H

#include "utils/date.h"
#include "utils/timestamp.h"

#include "spi/owner.h"

/*
 * An error where a day or a moment lies outside what the case and the clock
 * allow.  table and column name a rule of case_dates.c.
 */
extern void CheckCaseDay(OwnerScope *scope, int64 application_no,
						 const char *table, const char *column, DateADT day);
extern void CheckCaseMoment(OwnerScope *scope, int64 application_no,
							const char *table, const char *column, TimestampTz at);

/* 2026-03-01 10:00, in the city's time; for errors. */
extern char *PlainMoment(TimestampTz at);

#endif							/* LICENCE_HOME_CASE_DATES_H */
