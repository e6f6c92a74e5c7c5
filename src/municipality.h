/*
 * municipality.h
 *		Whose office this is: the row of municipality.
 */
#ifndef LICENCE_HOME_MUNICIPALITY_H
#define LICENCE_HOME_MUNICIPALITY_H

#include "pgtime.h"

/* The name of the city's time zone, as queries in C take it. */
#define CITY_TIME_ZONE "licence_home_internal.city_time_zone()"

/* The zone in which days, hours and months are counted; UTC before there is a row. */
extern pg_tz *CityTimeZone(void);

#endif							/* LICENCE_HOME_MUNICIPALITY_H */
