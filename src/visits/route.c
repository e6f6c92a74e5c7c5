/*
 * route.c
 *		A short way through some homes.
 *
 * The way begins at the first and ends anywhere.  It starts as the nearest
 * neighbour would have it, and is then improved until nothing helps:
 *
 *	2-opt	a stretch is driven the other way	a [b c d] e  ->  a [d c b] e
 *	or-opt	up to three stops are driven later or earlier, either way
 *
 * A day has a dozen stops, so each improvement is looked for among all.
 * Distances are of a plane: a city is small enough.  t/046_visits.pl holds the
 * length against the shortest way of random days.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"

#define KM_A_DEGREE 111.195

/* Better by less is no better: it would never end. */
#define EPSILON 1e-9

/* The places, and the order in which they are visited. */
typedef struct Route
{
	int			count;
	double	   *x;				/* kilometres */
	double	   *y;
	int		   *order;
} Route;

static double
between(const Route *route, int a, int b)
{
	return hypot(route->x[a] - route->x[b], route->y[a] - route->y[b]);
}

/* From the stop at one position to that at another; nothing beyond the end. */
static double
leg(const Route *route, int from, int to)
{
	return to >= route->count ? 0 : between(route, route->order[from], route->order[to]);
}

/* Always to the nearest that was not visited. */
static void
nearest_neighbour(Route *route)
{
	for (int i = 1; i < route->count; i++)
	{
		int			best = i;

		for (int j = i + 1; j < route->count; j++)
		{
			if (leg(route, i - 1, j) < leg(route, i - 1, best))
				best = j;
		}
		if (best != i)
		{
			int			stop = route->order[i];

			route->order[i] = route->order[best];
			route->order[best] = stop;
		}
	}
}

/* Drive the stops at first to last the other way. */
static void
turn(Route *route, int first, int last)
{
	for (; first < last; first++, last--)
	{
		int			stop = route->order[first];

		route->order[first] = route->order[last];
		route->order[last] = stop;
	}
}

/* Turn the first stretch that is shorter the other way. */
static bool
improve_by_turning(Route *route)
{
	for (int i = 1; i < route->count; i++)
	{
		for (int j = i + 1; j < route->count; j++)
		{
			double		now = leg(route, i - 1, i) + leg(route, j, j + 1);
			double		turned = leg(route, i - 1, j) +
			(j + 1 < route->count ? between(route, route->order[i], route->order[j + 1]) : 0);

			if (turned < now - EPSILON)
			{
				turn(route, i, j);
				return true;
			}
		}
	}
	return false;
}

static double
length_of(const Route *route)
{
	double		length = 0;

	for (int i = 1; i < route->count; i++)
		length += leg(route, i - 1, i);
	return length;
}

/* Put the stops at first to last behind the stop at position to, as they are or turned. */
static void
put_behind(Route *route, int first, int last, int to, bool turned)
{
	int			size = last - first + 1;
	int			moved[3];

	for (int i = 0; i < size; i++)
		moved[i] = route->order[turned ? last - i : first + i];
	if (to > last)
	{
		memmove(&route->order[first], &route->order[last + 1], sizeof(int) * (to - last));
		memcpy(&route->order[to - size + 1], moved, sizeof(int) * size);
	}
	else
	{
		memmove(&route->order[to + 1 + size], &route->order[to + 1], sizeof(int) * (first - to - 1));
		memcpy(&route->order[to + 1], moved, sizeof(int) * size);
	}
}

/* Move up to three stops to where the way is shorter. */
static bool
improve_by_moving(Route *route)
{
	double		length = length_of(route);
	int		   *kept = palloc(sizeof(int) * route->count);

	memcpy(kept, route->order, sizeof(int) * route->count);
	for (int size = 1; size <= 3; size++)
	{
		for (int first = 1; first + size <= route->count; first++)
		{
			int			last = first + size - 1;

			for (int to = 0; to < route->count; to++)
			{
				if (to >= first - 1 && to <= last)
					continue;
				for (int turned = 0; turned < 2; turned++)
				{
					put_behind(route, first, last, to, turned);
					if (length_of(route) < length - EPSILON)
					{
						pfree(kept);
						return true;
					}
					memcpy(route->order, kept, sizeof(int) * route->count);
				}
			}
		}
	}
	pfree(kept);
	return false;
}

/* A float8[] without nulls. */
static Datum *
numbers(ArrayType *array, int *count)
{
	Datum	   *elements;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &elements, NULL, count);
	return elements;
}

PG_FUNCTION_INFO_V1(licence_home_short_route);
/* short_route(longitudes, latitudes): in which order to visit, from the first on. */
Datum
licence_home_short_route(PG_FUNCTION_ARGS)
{
	Route		route;
	int			count;
	Datum	   *longitude = numbers(PG_GETARG_ARRAYTYPE_P(0), &route.count);
	Datum	   *latitude = numbers(PG_GETARG_ARRAYTYPE_P(1), &count);
	double		scale = 1;
	Datum	   *order;

	if (count != route.count)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d longitudes and %d latitudes", route.count, count)));
	route.x = palloc(sizeof(double) * (count + 1));
	route.y = palloc(sizeof(double) * (count + 1));
	route.order = palloc(sizeof(int) * (count + 1));
	order = palloc(sizeof(Datum) * (count + 1));
	if (count > 0)
		scale = cos(DatumGetFloat8(latitude[0]) * M_PI / 180);
	for (int i = 0; i < count; i++)
	{
		route.x[i] = DatumGetFloat8(longitude[i]) * scale * KM_A_DEGREE;
		route.y[i] = DatumGetFloat8(latitude[i]) * KM_A_DEGREE;
		route.order[i] = i;
	}
	nearest_neighbour(&route);
	while (improve_by_turning(&route) || improve_by_moving(&route))
		CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < count; i++)
		order[i] = Int32GetDatum(route.order[i] + 1);
	PG_RETURN_ARRAYTYPE_P(construct_array(order, count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}
