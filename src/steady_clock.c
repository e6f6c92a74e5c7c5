/*
 * steady_clock.c
 *		A clock that nobody sets, for how long something takes.
 */
#include "postgres.h"

#include <time.h>

#include "steady_clock.h"

int64
SteadyMillis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
