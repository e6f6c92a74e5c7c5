/*
 * slots.h
 *		When a home can be inspected, and by whom.
 */
#ifndef LICENCE_HOME_SLOTS_H
#define LICENCE_HOME_SLOTS_H

#include "spi/plan.h"

/*
 * When a visit could begin between the days, and how long it takes, as
 * arguments for free_at(); in the scope's memory.  False: never.
 */
extern bool FindStarts(OwnerScope *scope, PlanArg first_day, PlanArg last_day,
					   PlanArg *starts, PlanArg *visit);

#endif							/* LICENCE_HOME_SLOTS_H */
