/*
 * steady_clock.h
 *		A clock that nobody sets, for how long something takes.
 */
#ifndef LICENCE_HOME_STEADY_CLOCK_H
#define LICENCE_HOME_STEADY_CLOCK_H

/* Milliseconds since some moment before the backend began. */
extern int64 SteadyMillis(void);

#endif							/* LICENCE_HOME_STEADY_CLOCK_H */
