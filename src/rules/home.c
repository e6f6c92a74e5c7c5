/*
 * home.c
 *		Where a home is.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "errors.h"

PG_FUNCTION_INFO_V1(licence_home_refuse_srid_0);
/*
 * licence_home_internal.refuse_srid_0(geometry) returns geometry
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

/* What usable_home() finds, in words. */
static const struct
{
	const char *fault;
	const char *message;
	const char *hint;
}			faults[] = {
	{"empty", "the location of the home is empty", "Give a point or a footprint, or null where it is not known."},
	{"kind", "the location of the home is neither a point nor a footprint", "Give one point, polygon or multipolygon."},
	{"system", "the reference system of the location is not known", "Its SRID is not in spatial_ref_sys; longitude and latitude are SRID 4326, JTM is 3066."},
	{"coordinates", "the coordinates of the home are not on the globe", "Longitude comes first, from -180 to 180, then latitude, from -90 to 90."},
	{"corners", "the outline of the home has too many corners", "A footprint has at most 1,000 corners: see ST_Simplify()."},
	{"extent", "the footprint is wider than any home", "Give the outline of the building."},
	{"far", "the location of the home is far from the city in its reference system", "Check its SRID: the coordinates may be of another system."}
};

PG_FUNCTION_INFO_V1(licence_home_refuse_home);
/* licence_home_internal.refuse_home(home geometry, fault text) returns geometry */
Datum
licence_home_refuse_home(PG_FUNCTION_ARGS)
{
	char	   *fault = text_to_cstring(PG_GETARG_TEXT_PP(1));

	for (int i = 0; i < (int) lengthof(faults); i++)
	{
		if (strcmp(faults[i].fault, fault) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s", faults[i].message),
					 errhint("%s", faults[i].hint),
					 err_column("application", "home")));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the location of the home cannot be used: %s", fault),
			 err_column("application", "home")));
	PG_RETURN_NULL();
}
