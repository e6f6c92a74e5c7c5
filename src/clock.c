/*
 * clock.c
 *		The one clock of the extension.
 *
 * Every rule asks the time here and nowhere else, so that a test, a
 * simulation or a replay can move it.  The setting licence_home.clock is
 * empty (the real time), a moment (the clock stands still there), or an
 * offset that starts with a sign (the clock runs, ahead or behind).  A client
 * cannot forge it: only the C variable is read, never current_setting(), and
 * a value that an unprivileged role set before the library was loaded is
 * thrown away when the parameter is defined.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/int.h"
#include "fmgr.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"

/* What the setting says, parsed when it is assigned. */
typedef enum ClockMode
{
	CLOCK_REAL,
	CLOCK_FIXED,
	CLOCK_OFFSET
} ClockMode;

typedef struct ClockValue
{
	ClockMode	mode;
	TimestampTz fixed;			/* CLOCK_FIXED */
	int64		offset;			/* CLOCK_OFFSET: microseconds */
} ClockValue;

static ClockValue clock_value = {CLOCK_REAL, 0, 0};

/* The city's time zone: the kingdom has one. */
#define CITY_TIME_ZONE "Asia/Amman"

/* Parse a moment; false when the text is none. */
static bool
parse_moment(const char *text, TimestampTz *result)
{
	char		workbuf[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			nf;
	int			dtype;
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
#if PG_VERSION_NUM >= 160000
	DateTimeErrorExtra extra;
#endif

	if (ParseDateTime(text, workbuf, sizeof(workbuf),
					  field, ftype, MAXDATEFIELDS, &nf) != 0)
		return false;
#if PG_VERSION_NUM >= 160000
	if (DecodeDateTime(field, ftype, nf, &dtype, &tm, &fsec, &tz, &extra) != 0)
#else
	if (DecodeDateTime(field, ftype, nf, &dtype, &tm, &fsec, &tz) != 0)
#endif
		return false;
	if (dtype != DTK_DATE)		/* 'now', 'infinity' and the like */
		return false;
	return tm2timestamp(&tm, fsec, &tz, result) == 0;
}

/* Parse an offset such as '+1 day 02:00'; false when the text is none. */
static bool
parse_offset(const char *text, int64 *result)
{
	char		workbuf[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			nf;
	int			dtype;
	struct pg_itm_in itm;

	if (ParseDateTime(text, workbuf, sizeof(workbuf),
					  field, ftype, MAXDATEFIELDS, &nf) != 0)
		return false;
	if (DecodeInterval(field, ftype, nf, INTERVAL_FULL_RANGE,
					   &dtype, &itm) != 0)
		return false;
	if (dtype != DTK_DELTA || itm.tm_mon != 0 || itm.tm_year != 0)
		return false;			/* months have no fixed length */
	if (pg_mul_s64_overflow(itm.tm_mday, USECS_PER_DAY, result) ||
		pg_add_s64_overflow(*result, itm.tm_usec, result))
		return false;
	/* so that adding it to a real moment cannot overflow */
	return *result > PG_INT64_MIN / 2 && *result < PG_INT64_MAX / 2;
}

/* GUC check hook: '', a moment, or a signed offset of days and time. */
bool
check_clock(char **newval, void **extra,
			GucSource source pg_attribute_unused())
{
	ClockValue	value = {CLOCK_REAL, 0, 0};
	const char *text = *newval ? *newval : "";

	if (text[0] == '+' || text[0] == '-')
	{
		value.mode = CLOCK_OFFSET;
		if (!parse_offset(text, &value.offset))
		{
			GUC_check_errdetail("An offset is a sign with days and time, such as '+1 day' or '-02:30'.");
			return false;
		}
	}
	else if (text[0] != '\0')
	{
		value.mode = CLOCK_FIXED;
		if (!parse_moment(text, &value.fixed))
		{
			GUC_check_errdetail("A moment is a timestamp with time zone, such as '2026-03-01 10:00+03'.");
			return false;
		}
	}
	*extra = guc_malloc(LOG, sizeof(ClockValue));
	if (*extra == NULL)
		return false;
	memcpy(*extra, &value, sizeof(ClockValue));
	return true;
}

/* GUC assign hook. */
void
assign_clock(const char *newval pg_attribute_unused(), void *extra)
{
	clock_value = *(ClockValue *) extra;
}

/* Move a real moment as the setting says. */
static TimestampTz
moved(TimestampTz real)
{
	switch (clock_value.mode)
	{
		case CLOCK_FIXED:
			return clock_value.fixed;
		case CLOCK_OFFSET:
			return real + clock_value.offset;
		case CLOCK_REAL:
			break;
	}
	return real;
}

TimestampTz
ClockNow(void)
{
	return moved(GetCurrentTransactionStartTimestamp());
}

TimestampTz
ClockMoment(void)
{
	return moved(GetCurrentTimestamp());
}

DateADT
ClockDay(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
	pg_tz	   *zone = pg_tzset(CITY_TIME_ZONE);

	if (zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("time zone \"%s\" is not known to this server",
						CITY_TIME_ZONE),
				 errhint("Install the system's time zone data (package tzdata).")));
	if (timestamp2tm(at, &tz, &tm, &fsec, NULL, zone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

PG_FUNCTION_INFO_V1(licence_home_now);
/* licence_home.now(): the transaction's time on the extension's clock. */
Datum
licence_home_now(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(ClockNow());
}

PG_FUNCTION_INFO_V1(licence_home_today);
/* licence_home.today(): the day in Amman on the extension's clock. */
Datum
licence_home_today(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(ClockDay(ClockNow()));
}
