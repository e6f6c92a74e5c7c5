/*
 * home.c
 *		Where a home is.
 */
#include "postgres.h"

#include "fmgr.h"

PG_FUNCTION_INFO_V1(licence_home_refuse_srid_0);
/*
 * licence_home.refuse_srid_0(geometry) returns geometry
 *
 * Coordinates without a reference system could be anywhere: an error, not a
 * guess.  A function of its own, so that the SQL around it stays an
 * expression that the planner sees through.
 */
Datum
licence_home_refuse_srid_0(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the location of the home has no reference system (SRID 0)"),
			 errhint("Say which one the coordinates are in, for example "
					 "ST_SetSRID(home, 4326) for longitude and latitude, or "
					 "SRID 3066 for JTM. GeoJSON is in 4326: read it with "
					 "ST_GeomFromGeoJSON(), since a cast to geometry does not say so.")));
	PG_RETURN_NULL();
}
