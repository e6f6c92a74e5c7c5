/*
 * clock.c
 *		The one clock of the extension.
 *
 * Every rule asks the time here and nowhere else, so that a test, a simulation
 * or a replay can move it.  The setting licence_home.clock has three forms.
 * Empty is the real time.  A moment is where the clock stands still.  An
 * offset, which starts with a sign, is how far the clock runs ahead or behind.
 * It is kept in one canonical form: the moment in UTC, the offset in hours.  A
 * client cannot forge it, since only the C variable is read, never
 * current_setting().  An unprivileged role may set a value before the library
 * is loaded.  That one is thrown away when the parameter is defined.
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/int.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "municipality.h"

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

/* Years that dates, numbers and messages can say. */
#define MIN_YEAR 1
#define MAX_YEAR 9999

/* Far enough for any replay; with it now() stays within the years above. */
#define MAX_OFFSET_DAYS 700000
#define MAX_OFFSET (MAX_OFFSET_DAYS * USECS_PER_DAY)

/* The longest canonical form is "2026-03-01 07:00:00.123456+00". */
#define CANONICAL_SIZE 64

/* Write the fraction of a second, where there is one. */
static int
print_fraction(char *at, Size size, int64 micros)
{
	return micros == 0 ? 0 : snprintf(at, size, ".%06d", (int) micros);
}

/*
 * Write a value in its canonical form: '', a moment in UTC, or an offset in
 * hours, minutes and seconds.
 */
static void
print_clock(const ClockValue *value, char text[CANONICAL_SIZE])
{
	int64		rest;
	int64		micros;
	int			len;
	struct pg_tm tm;
	fsec_t		fsec;

	text[0] = '\0';
	switch (value->mode)
	{
		case CLOCK_REAL:
			break;
		case CLOCK_FIXED:
			if (timestamp2tm(value->fixed, NULL, &tm, &fsec, NULL, NULL) != 0)
				break;			/* not a moment that parse_moment() lets pass */
			len = snprintf(text, CANONICAL_SIZE, "%04d-%02d-%02d %02d:%02d:%02d",
						   tm.tm_year, tm.tm_mon, tm.tm_mday,
						   tm.tm_hour, tm.tm_min, tm.tm_sec);
			len += print_fraction(text + len, CANONICAL_SIZE - len, fsec);
			strlcpy(text + len, "+00", CANONICAL_SIZE - len);
			break;
		case CLOCK_OFFSET:
			rest = value->offset < 0 ? -value->offset : value->offset;
			micros = rest % USECS_PER_SEC;
			rest /= USECS_PER_SEC;
			len = snprintf(text, CANONICAL_SIZE, "%c%02d:%02d:%02d",
						   value->offset < 0 ? '-' : '+',
						   (int) (rest / SECS_PER_HOUR),
						   (int) (rest % SECS_PER_HOUR / SECS_PER_MINUTE),
						   (int) (rest % SECS_PER_MINUTE));
			print_fraction(text + len, CANONICAL_SIZE - len, micros);
			break;
	}
}

/* Read ".123456" or nothing, as print_fraction() writes it. */
static int64
scan_fraction(const char *text)
{
	int			micros = 0;

	(void) sscanf(text, ".%6d", &micros);
	return micros;
}

/*
 * Read the canonical form, and nothing else.
 *
 * A parallel worker restores settings one by one.  While it does, no other
 * setting can be relied on: timezone_abbreviations is freed, TimeZone,
 * DateStyle and IntervalStyle are not the leader's.  So this looks at no
 * table and at no setting.
 */
static bool
scan_canonical(const char *text, ClockValue *value)
{
	char		again[CANONICAL_SIZE];
	struct pg_tm tm = {0};
	int			utc = 0;
	int			n = 0;

	if (text[0] == '+' || text[0] == '-')
	{
		if (sscanf(text + 1, "%8d:%2d:%2d%n",
				   &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 3)
			return false;
		value->mode = CLOCK_OFFSET;
		value->offset = (((int64) tm.tm_hour * MINS_PER_HOUR + tm.tm_min) *
						 SECS_PER_MINUTE + tm.tm_sec) * USECS_PER_SEC +
			scan_fraction(text + 1 + n);
		if (value->offset > MAX_OFFSET)
			return false;
		if (text[0] == '-')
			value->offset = -value->offset;
	}
	else
	{
		if (sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d%n",
				   &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
				   &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6 ||
			tm.tm_year < MIN_YEAR)
			return false;
		value->mode = CLOCK_FIXED;
		if (tm2timestamp(&tm, scan_fraction(text + n), &utc, &value->fixed) != 0)
			return false;
	}
	print_clock(value, again);
	return strcmp(text, again) == 0;
}

/* Has a text that ParseDateTime() took apart a word for a day that moves? */
static bool
has_moving_word(char **field, int *ftype, int nf)
{
	static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};

	for (int i = 0; i < nf; i++)
	{
		for (int w = 0; w < (int) lengthof(words); w++)
		{
			if (ftype[i] == DTK_STRING && pg_strcasecmp(field[i], words[w]) == 0)
				return true;
		}
	}
	return false;
}

/* Parse a timestamp by the session's settings; false when the text is none. */
static bool
decode_moment(const char *text, TimestampTz *result)
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
	if (has_moving_word(field, ftype, nf))
		return false;
#if PG_VERSION_NUM >= 160000
	if (DecodeDateTime(field, ftype, nf, &dtype, &tm, &fsec, &tz, &extra) != 0)
#else
	if (DecodeDateTime(field, ftype, nf, &dtype, &tm, &fsec, &tz) != 0)
#endif
		return false;
	if (dtype != DTK_DATE)		/* 'infinity' and the like */
		return false;
	return tm2timestamp(&tm, fsec, &tz, result) == 0;
}

/* The same, as if the session had another time zone and order of dates. */
static bool
decode_moment_as_if(const char *text, int west, int order, TimestampTz *result)
{
	pg_tz	   *zone = session_timezone;
	int			date_order = DateOrder;
	bool		found;

	session_timezone = pg_tzset_offset(west);
	DateOrder = order;
	found = decode_moment(text, result);
	session_timezone = zone;
	DateOrder = date_order;
	return found;
}

/*
 * Parse a moment; false, with the reason, when the text is none or means
 * another moment in another session.
 */
static bool
parse_moment(const char *text, TimestampTz *result)
{
	TimestampTz elsewhere;
	TimestampTz other_order;
	struct pg_tm tm;
	fsec_t		fsec;

	if (!decode_moment_as_if(text, 0, DATEORDER_MDY, result) ||
		!decode_moment_as_if(text, SECS_PER_HOUR, DATEORDER_MDY, &elsewhere))
	{
		GUC_check_errdetail("This is no moment.");
		return false;
	}
	if (*result != elsewhere)
	{
		GUC_check_errdetail("This moment has no time zone, so it is another one in another session.");
		return false;
	}
	if (!decode_moment_as_if(text, 0, DATEORDER_DMY, &other_order) ||
		*result != other_order)
	{
		GUC_check_errdetail("Day and month can be read in two orders.");
		return false;
	}
	if (timestamp2tm(*result, NULL, &tm, &fsec, NULL, NULL) != 0 ||
		tm.tm_year < MIN_YEAR || tm.tm_year > MAX_YEAR)
	{
		GUC_check_errdetail("The clock can stand in the years %d to %d, no other.",
							MIN_YEAR, MAX_YEAR);
		return false;
	}
	return true;
}

/* Parse an interval of days and time; false when the text is none. */
static bool
decode_offset(const char *text, int64 *result)
{
	char		workbuf[MAXDATELEN + MAXDATEFIELDS];
	char	   *field[MAXDATEFIELDS];
	int			ftype[MAXDATEFIELDS];
	int			nf;
	int			dtype;
	int			style = IntervalStyle;
	int			error;
	struct pg_itm_in itm;

	if (ParseDateTime(text, workbuf, sizeof(workbuf),
					  field, ftype, MAXDATEFIELDS, &nf) != 0)
		return false;
	/* in SQL's style a sign counts for all that follows it */
	IntervalStyle = INTSTYLE_POSTGRES;
	error = DecodeInterval(field, ftype, nf, INTERVAL_FULL_RANGE, &dtype, &itm);
	IntervalStyle = style;
	if (error != 0)
		return false;
	if (dtype != DTK_DELTA || itm.tm_mon != 0 || itm.tm_year != 0)
		return false;			/* months have no fixed length */
	return !pg_mul_s64_overflow(itm.tm_mday, USECS_PER_DAY, result) &&
		!pg_add_s64_overflow(*result, itm.tm_usec, result);
}

/* Parse an offset; false, with the reason, when the text is none. */
static bool
parse_offset(const char *text, int64 *result)
{
	if (!decode_offset(text, result))
	{
		GUC_check_errdetail("This is no offset of days and time.");
		return false;
	}
	if (*result < -MAX_OFFSET || *result > MAX_OFFSET)
	{
		GUC_check_errdetail("The clock can be ahead or behind by %d days, no more.",
							MAX_OFFSET_DAYS);
		return false;
	}
	return true;
}

/* Parse what a human wrote; false, with the reason, when it is no clock. */
static bool
parse_clock(const char *text, ClockValue *value)
{
	bool		is_offset = text[0] == '+' || text[0] == '-';

	value->mode = is_offset ? CLOCK_OFFSET : CLOCK_FIXED;
	if (is_offset ? parse_offset(text, &value->offset)
		: parse_moment(text, &value->fixed))
		return true;
	if (is_offset)
		GUC_check_errhint("An offset is a sign with days and time, such as '+1 day' or '-02:30'.");
	else
		GUC_check_errhint("A moment is a timestamp with time zone, such as '2026-03-01 10:00+03'.");
	return false;
}

/* Put a copy of a text in the place of a setting's new value. */
static bool
replace_setting(char **newval, const char *text)
{
	size_t		size = strlen(text) + 1;
	char	   *copy = guc_malloc(LOG, size);

	if (copy == NULL)
		return false;
	memcpy(copy, text, size);
	guc_free(*newval);
	*newval = copy;
	return true;
}

/*
 * GUC check hook: '', a moment, or a signed offset of days and time.
 *
 * The value is kept in its canonical form.  So it means the same in a parallel
 * worker and in a session with other settings.
 */
bool
check_clock(char **newval, void **extra,
			GucSource source pg_attribute_unused())
{
	ClockValue	value = {CLOCK_REAL, 0, 0};
	char		canonical[CANONICAL_SIZE];
	const char *text = *newval ? *newval : "";

	if (text[0] != '\0' && !scan_canonical(text, &value))
	{
		if (!parse_clock(text, &value))
			return false;
		print_clock(&value, canonical);
		if (!replace_setting(newval, canonical))
			return false;
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

/* No such moment. */
pg_noreturn static void
refuse_moment(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("timestamp out of range")));
}

DateADT
ClockDay(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;

	if (timestamp2tm(at, &tz, &tm, &fsec, NULL, CityTimeZone()) != 0)
		refuse_moment();
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

int
ClockMinute(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;

	if (timestamp2tm(at, &tz, &tm, &fsec, NULL, CityTimeZone()) != 0)
		refuse_moment();
	return tm.tm_hour * MINS_PER_HOUR + tm.tm_min;
}

TimestampTz
ClockEndOfDay(DateADT day)
{
	struct pg_tm tm = {.tm_hour = 23, .tm_min = 59, .tm_sec = 59};
	TimestampTz result;
	int			tz;

	if (DATE_NOT_FINITE(day))
		refuse_moment();
	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	tz = DetermineTimeZoneOffset(&tm, CityTimeZone());
	if (tm2timestamp(&tm, 0, &tz, &result) != 0)
		refuse_moment();
	return result;
}

PG_FUNCTION_INFO_V1(licence_home_now);
/* licence_home.now(): the transaction's time on the extension's clock. */
Datum
licence_home_now(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(ClockNow());
}

PG_FUNCTION_INFO_V1(licence_home_today);
/* licence_home.today(): the day in the city on the extension's clock. */
Datum
licence_home_today(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(ClockDay(ClockNow()));
}

PG_FUNCTION_INFO_V1(licence_home_moment);
/* licence_home_internal.moment(): the time at this very moment. */
Datum
licence_home_moment(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(ClockMoment());
}
