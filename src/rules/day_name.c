/*
 * day_name.c
 *		How a sentence writes a day.
 *
 * In C, because to_char() depends on settings and every sentence of an
 * assessment has a day in it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "rules/day_name.h"

static const char *const month_names[] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"
};

char *
DayName(DateADT day, const char *language)
{
	int			year;
	int			month;
	int			mday;

	if (DATE_NOT_FINITE(day))
		return NULL;
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	if (year <= 0)
		year--;					/* there was no year 0 */
	if (strcmp(language, "ar") == 0)
		return psprintf("%d/%d/%d", mday, month, year);
	if (strcmp(language, "en") == 0)
		return psprintf("%d %s %d", mday, month_names[month - 1], year);
	return psprintf("%d-%02d-%02d", year, month, mday);
}

PG_FUNCTION_INFO_V1(licence_home_day_name);
/* day_name(day date, language text) returns text; null for infinity. */
Datum
licence_home_day_name(PG_FUNCTION_ARGS)
{
	char	   *name;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = DayName(PG_GETARG_DATEADT(0), PG_ARGISNULL(1) ? "" :
				   text_to_cstring(PG_GETARG_TEXT_PP(1)));
	if (name == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(name));
}
