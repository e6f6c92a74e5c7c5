/*
 * calendar.c
 *		Working days, counted in C from a calendar that the backend keeps.
 *
 * Every step counts a deadline, and planning and running a query for it was
 * more than a quarter of what a step costs.  So the rows of holiday are read
 * once: days of the week with their periods, and single days, sorted.
 *
 *		holiday			Fri [2012,)   Sat [2012,)   2026-05-25   2026-12-25
 *		Calendar		weekly: 5 [2012,), 6 [2012,)
 *						days:   2026-05-25, 2026-12-25
 *
 * A query must get the calendar that its snapshot sees, not the newest one.
 * Two calendars are kept:
 *
 *	- "current" was read by the latest snapshot.  A trigger on holiday
 *	invalidates the table in the relation cache, as ALTER TABLE does.  In
 *	every session our callback then forgets the calendar.  It holds for each
 *	snapshot to which all writers of its rows are visible. - "seen" was read
 * by one snapshot and holds for that one alone.  That is an old one, one of a
 * transaction that has written to holiday itself, or any in parallel mode,
 * where nobody may take a new one.
 *
 * Rows of holiday are never deleted, so that the writers of the rows that are
 * there are all that can make two snapshots differ.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "storage/sinval.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "compat.h"
#include "rules/calendar.h"
#include "spi/objects.h"

/* So far are days counted: ten years, and a year more than one day a week. */
#define MAX_DAYS 3660
#define MAX_REACH(days) (7 * (days) + 366)

/* These days are counted once, for a report that asks for many spans: 1990 to 2099. */
#define COUNTED_FROM (-3653)
#define COUNTED_UNTIL 36525
#define ASKED_OFTEN 100

/* Days of a week that are off, in a period. */
typedef struct WeeklyRest
{
	int			weekday;		/* 0 is Sunday */
	DateADT		from;
	DateADT		until;			/* the first day that is not of the period */
} WeeklyRest;

struct Calendar
{
	bool		valid;
	MemoryContext memory;		/* holds the arrays */
	WeeklyRest *weekly;
	int			nweekly;
	DateADT    *days;			/* sorted */
	int			ndays;
	int32	   *counted;		/* NULL, or working days from COUNTED_FROM on,
								 * up to and with each day */
	int			asked;			/* how often days between two were asked for */

	/* whom it holds for */
	TransactionId *writers;		/* of "current": who wrote its rows */
	int			nwriters;
	TransactionId newest;		/* the last of them */
	TransactionId xmin;			/* of "seen": the snapshot that read it */
	TransactionId xmax;
	uint32		xcnt;
	CommandId	curcid;
	LocalTransactionId lxid;
};

static Calendar current_calendar;
static Calendar seen_calendar;
static Oid	calendar_relid = InvalidOid;
static uint64 times_forgotten = 0;

/* The transaction of this backend that has written to holiday. */
static LocalTransactionId writing_lxid = InvalidLocalTransactionId;

/* Relation cache callback: the table changed, or anything may have. */
static void
forget_calendars(Datum arg pg_attribute_unused(), Oid relid)
{
	if (OidIsValid(relid) && relid != calendar_relid)
		return;
	times_forgotten++;
	current_calendar.valid = false;
	seen_calendar.valid = false;
}

/* Empty a calendar that is to be read. */
static void
reset_calendar(Calendar *calendar)
{
	MemoryContext memory = calendar->memory;

	if (memory == NULL)
		memory = AllocSetContextCreate(CacheMemoryContext,
									   "licence_home calendar",
									   ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(memory);
	memset(calendar, 0, sizeof(Calendar));
	calendar->memory = memory;
}

/* The first day of a period, and the first after it. */
static void
read_period(Datum range, TypeCacheEntry *typcache, DateADT *from, DateADT *until)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(typcache, DatumGetRangeTypeP(range), &lower, &upper, &empty);
	*from = lower.infinite ? DATEVAL_NOBEGIN : DatumGetDateADT(lower.val);
	*until = upper.infinite ? DATEVAL_NOEND : DatumGetDateADT(upper.val);
	if (empty)
		*until = *from;
}

/* Where the columns are that count. */
typedef struct HolidayColumns
{
	AttrNumber	weekday;
	AttrNumber	day;
	AttrNumber	valid;
	AttrNumber	withdrawn_at;
	TypeCacheEntry *range;
} HolidayColumns;

/* An array's room for one more element. */
#define ROOM_FOR_ONE(array, n, type) \
	((n) == 0 ? palloc(16 * sizeof(type)) : \
	 ((n) >= 16 && ((n) & ((n) - 1)) == 0) ? repalloc((array), 2 * (n) * sizeof(type)) : (array))

/* Take a row in. */
static void
take_row(Calendar *calendar, TupleTableSlot *slot, const HolidayColumns *columns)
{
	DateADT		from;
	DateADT		until;
	Datum		value;
	bool		isnull;

	(void) slot_getattr(slot, columns->withdrawn_at, &isnull);
	if (!isnull)
		return;
	value = slot_getattr(slot, columns->valid, &isnull);
	if (isnull)
		return;
	read_period(value, columns->range, &from, &until);
	value = slot_getattr(slot, columns->weekday, &isnull);
	if (!isnull)
	{
		calendar->weekly = ROOM_FOR_ONE(calendar->weekly, calendar->nweekly, WeeklyRest);
		calendar->weekly[calendar->nweekly].weekday = DatumGetInt32(value);
		calendar->weekly[calendar->nweekly].from = from;
		calendar->weekly[calendar->nweekly++].until = until;
	}
	value = slot_getattr(slot, columns->day, &isnull);
	if (!isnull && from <= DatumGetDateADT(value) && DatumGetDateADT(value) < until)
	{
		calendar->days = ROOM_FOR_ONE(calendar->days, calendar->ndays, DateADT);
		calendar->days[calendar->ndays++] = DatumGetDateADT(value);
	}
}

/* Note who wrote a row, once for the rows of a transaction. */
static void
note_writer(Calendar *calendar, TupleTableSlot *slot)
{
	bool		should_free;
	HeapTuple	tuple = ExecFetchSlotHeapTuple(slot, false, &should_free);
	TransactionId writer = HeapTupleHeaderGetXmin(tuple->t_data);

	if (should_free)
		heap_freetuple(tuple);
	if (!TransactionIdIsNormal(writer))
		return;
	for (int i = calendar->nwriters - 1; i >= 0; i--)
	{
		if (calendar->writers[i] == writer)
			return;
	}
	calendar->writers = ROOM_FOR_ONE(calendar->writers, calendar->nwriters, TransactionId);
	calendar->writers[calendar->nwriters++] = writer;
	if (!TransactionIdIsValid(calendar->newest) ||
		TransactionIdFollows(writer, calendar->newest))
		calendar->newest = writer;
}

/* Order days. */
static int
compare_days(const void *a, const void *b)
{
	DateADT		left = *(const DateADT *) a;
	DateADT		right = *(const DateADT *) b;

	return (left > right) - (left < right);
}

/* Read the table as a snapshot sees it. */
static void
read_calendar(Calendar *calendar, Snapshot snapshot)
{
	Relation	table = table_open(calendar_relid, AccessShareLock);
	HolidayColumns columns = {
		get_attnum(calendar_relid, "weekday"),
		get_attnum(calendar_relid, "day"),
		get_attnum(calendar_relid, "valid"),
		get_attnum(calendar_relid, "withdrawn_at"),
		lookup_type_cache(DATERANGEOID, TYPECACHE_RANGE_INFO)
	};
	TupleTableSlot *slot = table_slot_create(table, NULL);
	TableScanDesc scan;
	MemoryContext outer;

	reset_calendar(calendar);
	scan = table_beginscan(table, snapshot, 0, NULL);
	outer = MemoryContextSwitchTo(calendar->memory);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		take_row(calendar, slot, &columns);
		note_writer(calendar, slot);
	}
	MemoryContextSwitchTo(outer);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(table, AccessShareLock);
	if (calendar->ndays > 0)
		qsort(calendar->days, calendar->ndays, sizeof(DateADT), compare_days);
}

/* Read "current" anew, by the latest snapshot; it counts if nothing changed meanwhile. */
static void
read_current(void)
{
	uint64		before = times_forgotten;
	Snapshot	latest = RegisterSnapshot(GetLatestSnapshot());

	read_calendar(&current_calendar, latest);
	UnregisterSnapshot(latest);
	current_calendar.valid = before == times_forgotten;
}

/* Does a snapshot see every row of "current"? */
static bool
sees_current(Snapshot snapshot)
{
	if (!TransactionIdIsValid(current_calendar.newest) ||
		TransactionIdPrecedes(current_calendar.newest, snapshot->xmin))
		return true;
	for (int i = 0; i < current_calendar.nwriters; i++)
	{
		if (XidInMVCCSnapshot(current_calendar.writers[i], snapshot))
			return false;
	}
	return true;
}

/* Was "seen" read by this very snapshot? */
static bool
is_of(const Calendar *calendar, Snapshot snapshot)
{
	return calendar->valid && calendar->lxid == MY_LXID &&
		calendar->xmin == snapshot->xmin && calendar->xmax == snapshot->xmax &&
		calendar->xcnt == snapshot->xcnt && calendar->curcid == snapshot->curcid;
}

/* Read "seen" by a snapshot. */
static void
read_seen(Snapshot snapshot)
{
	read_calendar(&seen_calendar, snapshot);
	seen_calendar.xmin = snapshot->xmin;
	seen_calendar.xmax = snapshot->xmax;
	seen_calendar.xcnt = snapshot->xcnt;
	seen_calendar.curcid = snapshot->curcid;
	seen_calendar.lxid = MY_LXID;
	seen_calendar.valid = true;
}

/* Follow the table: another installation of the extension has another one. */
static void
follow_table(void)
{
	static bool registered = false;
	Oid			relid = get_relname_relid("holiday", ExtensionNamespace());

	if (!registered)
	{
		CacheRegisterRelcacheCallback(forget_calendars, (Datum) 0);
		registered = true;
	}
	if (relid == calendar_relid)
		return;
	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"licence_home.holiday\" does not exist")));
	calendar_relid = relid;
	current_calendar.valid = false;
	seen_calendar.valid = false;
}

const Calendar *
CalendarFor(Snapshot snapshot)
{
	follow_table();
	/* What others have committed: a lock that we hold already would not ask. */
	AcceptInvalidationMessages();
	if (is_of(&seen_calendar, snapshot))
		return &seen_calendar;
	if (writing_lxid != MY_LXID)
	{
		if (!current_calendar.valid && !IsInParallelMode())
			read_current();
		if (current_calendar.valid && sees_current(snapshot))
			return &current_calendar;
	}
	read_seen(snapshot);
	return &seen_calendar;
}

bool
IsWorkingDay(const Calendar *calendar, DateADT day)
{
	int			weekday = j2day(day + POSTGRES_EPOCH_JDATE);

	for (int i = 0; i < calendar->nweekly; i++)
	{
		const WeeklyRest *rest = &calendar->weekly[i];

		if (rest->weekday == weekday && rest->from <= day && day < rest->until)
			return false;
	}
	return calendar->ndays == 0 ||
		bsearch(&day, calendar->days, calendar->ndays, sizeof(DateADT), compare_days) == NULL;
}

bool
AddWorkingDays(const Calendar *calendar, DateADT from, int32 days, DateADT *result)
{
	int64		last;
	int32		left = Max(days, 1);

	if (DATE_NOT_FINITE(from) || days < 0 || days > MAX_DAYS)
		return false;
	last = Min((int64) from + MAX_REACH(days),
			   DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1);
	for (int64 day = (int64) from + Min(1, days); day <= last; day++)
	{
		if (IsWorkingDay(calendar, (DateADT) day) && --left == 0)
		{
			*result = (DateADT) day;
			return true;
		}
	}
	return false;
}

/* Count the working days of a century, so that any span is a difference. */
static void
count_days(Calendar *calendar)
{
	int32		count = 0;

	calendar->counted = MemoryContextAlloc(calendar->memory,
										   sizeof(int32) * (COUNTED_UNTIL - COUNTED_FROM));
	for (DateADT day = COUNTED_FROM; day < COUNTED_UNTIL; day++)
	{
		if (IsWorkingDay(calendar, day))
			count++;
		calendar->counted[day - COUNTED_FROM] = count;
	}
}

int32
WorkingDaysBetween(const Calendar *calendar, DateADT from, DateADT to)
{
	int32		count = 0;

	if (to < from)
		return -WorkingDaysBetween(calendar, to, from);
	if (from >= COUNTED_FROM && to < COUNTED_UNTIL)
	{
		/* what is kept with the calendar changes nothing of it */
		Calendar   *own = unconstify(Calendar *, calendar);

		if (own->counted == NULL && ++own->asked > ASKED_OFTEN)
			count_days(own);
		if (own->counted != NULL)
			return own->counted[to - COUNTED_FROM] - own->counted[from - COUNTED_FROM];
	}
	for (DateADT day = from; day < to; day++)
	{
		CHECK_FOR_INTERRUPTS();
		if (IsWorkingDay(calendar, day + 1))
			count++;
	}
	return count;
}

PG_FUNCTION_INFO_V1(licence_home_is_working_day);
/* is_working_day(date): null for null and infinity. */
Datum
licence_home_is_working_day(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);

	if (DATE_NOT_FINITE(day))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(IsWorkingDay(CalendarFor(GetActiveSnapshot()), day));
}

PG_FUNCTION_INFO_V1(licence_home_add_working_days);
/* add_working_days(date, integer): null where the days lead nowhere. */
Datum
licence_home_add_working_days(PG_FUNCTION_ARGS)
{
	DateADT		result;

	if (!AddWorkingDays(CalendarFor(GetActiveSnapshot()), PG_GETARG_DATEADT(0),
						PG_GETARG_INT32(1), &result))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(result);
}

PG_FUNCTION_INFO_V1(licence_home_working_days_between);
/* working_days_between(date, date): null for infinity, and what takes too long to count. */
Datum
licence_home_working_days_between(PG_FUNCTION_ARGS)
{
	DateADT		from = PG_GETARG_DATEADT(0);
	DateADT		to = PG_GETARG_DATEADT(1);

	if (DATE_NOT_FINITE(from) || DATE_NOT_FINITE(to) ||
		(int64) Max(from, to) - Min(from, to) > MAX_REACH(MAX_DAYS))
		PG_RETURN_NULL();
	PG_RETURN_INT32(WorkingDaysBetween(CalendarFor(GetActiveSnapshot()), from, to));
}

PG_FUNCTION_INFO_V1(licence_home_holiday_changed);
/*
 * AFTER INSERT, UPDATE or DELETE on holiday, for each row, and TRUNCATE: every
 * session reads the calendar anew.  No case is touched and nobody waits: the
 * date of a deadline is computed when somebody asks.
 */
Datum
licence_home_holiday_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigdata->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("holiday_changed() is an AFTER trigger")));
	writing_lxid = MY_LXID;
	CacheInvalidateRelcache(trigdata->tg_relation);
	return PointerGetDatum(NULL);
}
