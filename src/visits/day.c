/*
 * day.c
 *		An inspector's day, and all the days to come as a calendar.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "official.h"
#include "reading/reading.h"
#include "spi/plan.h"

/* A line of a calendar has at most so many octets (RFC 5545, 3.1). */
#define LINE_OCTETS 75

/* The inspector that is asked for: by name, or who works. */
static const char *
inspector_argument(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? ActorName() : text_to_cstring(PG_GETARG_TEXT_PP(0));
}

/* Does the caller see telephones?  An error for one who sees no visits. */
static bool
sees_telephones(const char *function)
{
	Oid			role = GetUserId();

	CheckSomebodyWorks();
	if (MayWorkAs(role, "clerk") || MayWorkAs(role, "inspector"))
		return true;
	if (!MayWorkAs(role, "director"))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for function %s", function),
				 errdetail("The row of official has no role that this is for.")));
	return false;
}

PG_FUNCTION_INFO_V1(licence_home_my_day);
/* my_day(inspector, day, why): the visits of a day, in the order of a short way. */
Datum
licence_home_my_day(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.day_visits($1, $2, $3)");

	DateADT		today = ClockDay(ClockNow());
	DateADT		day = PG_ARGISNULL(1) ? today : PG_GETARG_DATEADT(1);

	/* of another age there are no visits */
	if (DATE_NOT_FINITE(day) || day < today - 36525 || day > today + 36525)
		day = today - 36525;
	(void) ShowPersons(fcinfo, "my_day", PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2)), NULL, &show,
					   TextArg(inspector_argument(fcinfo)),
					   DateArg(day),
					   Int4Arg(sees_telephones("my_day") ? 2 : 1));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_calendar_events);
/* calendar_events(inspector, why): each visit to come, as lines of a calendar. */
Datum
licence_home_calendar_events(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.visits_to_come($1)");

	(void) sees_telephones("calendar_ics");
	(void) ShowPersons(fcinfo, "calendar_ics", PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)), NULL, &show,
					   TextArg(inspector_argument(fcinfo)));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_ics_line);
/* ics_line(text): a content line, folded and with its end. */
Datum
licence_home_ics_line(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	const char *next = VARDATA_ANY(value);
	const char *end = next + VARSIZE_ANY_EXHDR(value);
	StringInfoData line;
	int			octets = 0;

	initStringInfo(&line);
	while (next < end)
	{
		int			size = pg_mblen(next);

		if (octets + size > LINE_OCTETS)
		{
			appendStringInfoString(&line, "\r\n ");
			octets = 1;			/* the blank that says: goes on */
		}
		appendBinaryStringInfo(&line, next, size);
		octets += size;
		next += size;
	}
	appendStringInfoString(&line, "\r\n");
	PG_RETURN_TEXT_P(cstring_to_text_with_len(line.data, line.len));
}
