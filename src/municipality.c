/*
 * municipality.c
 *		Whose office this is: the row of municipality.
 *
 * Every day, hour and month of the extension is counted in the time zone of the
 * city.  It is asked for at each query, so a backend keeps it until the table
 * changes.  Then a trigger invalidates the table in the relation cache, as it
 * would be after ALTER TABLE. Our callback forgets the zone in every session.
 *
 * Of several rows (a city may get another name) the earliest that is not
 * withdrawn has the zone.  So a day that was counted stays that day.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "compat.h"
#include "municipality.h"
#include "spi/heap_access.h"
#include "spi/objects.h"

/* Before rules are loaded. */
#define NO_CITY "UTC"

/* What the backend keeps. */
static struct
{
	bool		valid;
	Oid			relid;			/* of the table; another installation has
								 * another */
	LocalTransactionId lxid;	/* where it is good for this transaction alone */
	pg_tz	   *zone;
	uint64		changes;		/* times that it was forgotten */
}			city;

/* Relation cache callback: the table changed, or anything may have. */
static void
forget_city(Datum arg pg_attribute_unused(), Oid relid)
{
	if (OidIsValid(relid) && relid != city.relid)
		return;
	city.valid = false;
	city.changes++;
}

/* The zone of a name. */
static pg_tz *
find_zone(const char *name)
{
	pg_tz	   *zone = pg_tzset(name);

	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("time zone \"%s\" is not known to this server", name),
				 errhint("Install the system's time zone data (package tzdata).")));
	return zone;
}

/* The zone of the earliest row that is not withdrawn, as a snapshot sees it. */
static char *
read_zone(Snapshot snapshot)
{
	TypeCacheEntry *ranges = lookup_type_cache(DATERANGEOID, TYPECACHE_RANGE_INFO);
	char	   *found = pstrdup(NO_CITY);
	RangeBound	earliest;
	bool		is_first = true;
	RowScan		scan;
	AttrNumber	withdrawn_at;
	AttrNumber	valid;
	AttrNumber	time_zone;

	BeginRowScan(&scan, "municipality", NULL, snapshot, NULL, 0);
	withdrawn_at = ColumnOf(scan.table, "withdrawn_at");
	valid = ColumnOf(scan.table, "valid");
	time_zone = ColumnOf(scan.table, "time_zone");
	while (NextRow(&scan, ForwardScanDirection))
	{
		RangeBound	lower;
		RangeBound	upper;
		bool		empty;

		if (!IsNullColumn(scan.slot, withdrawn_at))
			continue;
		range_deserialize(ranges, DatumGetRangeTypeP(ColumnValue(scan.slot, valid)),
						  &lower, &upper, &empty);
		if (empty || (!is_first && range_cmp_bounds(ranges, &lower, &earliest) >= 0))
			continue;
		is_first = false;
		earliest = lower;
		found = TextDatumGetCString(ColumnValue(scan.slot, time_zone));
	}
	EndRowScan(&scan);
	return found;
}

pg_tz *
CityTimeZone(void)
{
	static bool registered = false;
	Oid			relid;
	uint64		changes;
	Snapshot	snapshot;

	if (city.valid && (city.lxid == InvalidLocalTransactionId || city.lxid == MY_LXID))
		return city.zone;
	if (!registered)
	{
		CacheRegisterRelcacheCallback(forget_city, (Datum) 0);
		registered = true;
	}
	relid = get_relname_relid("municipality", ExtensionNamespace());
	/* the script that makes the table asks for the default of a column */
	if (!OidIsValid(relid) || get_attnum(relid, "withdrawn_at") == InvalidAttrNumber)
		return find_zone(NO_CITY);
	city.relid = relid;
	changes = city.changes;

	/*
	 * nobody may take a new snapshot in parallel mode: what an old one says
	 * is not kept
	 */
	snapshot = RegisterSnapshot(IsInParallelMode() ? GetActiveSnapshot() : GetLatestSnapshot());
	city.zone = find_zone(read_zone(snapshot));
	UnregisterSnapshot(snapshot);
	city.lxid = IsInParallelMode() ? MY_LXID : InvalidLocalTransactionId;
	city.valid = changes == city.changes;
	return city.zone;
}

PG_FUNCTION_INFO_V1(licence_home_city_time_zone);
/* city_time_zone(): the zone in which days, hours and months are counted. */
Datum
licence_home_city_time_zone(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(pg_get_timezone_name(CityTimeZone())));
}

PG_FUNCTION_INFO_V1(licence_home_municipality_changed);
/*
 * AFTER INSERT, UPDATE or DELETE on municipality, for each row, and TRUNCATE:
 * every session asks for the zone anew.
 */
Datum
licence_home_municipality_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigdata->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("municipality_changed() is an AFTER trigger")));
	CacheInvalidateRelcache(trigdata->tg_relation);
	return PointerGetDatum(NULL);
}
