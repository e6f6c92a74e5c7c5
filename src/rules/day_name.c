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

PG_FUNCTION_INFO_V1(licence_home_day_name);
/* day_name(day date, language text) returns text; null for infinity. */
Datum
licence_home_day_name(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	text	   *language = PG_GETARG_TEXT_PP(1);
	bool		arabic = VARSIZE_ANY_EXHDR(language) == 2 &&
		memcmp(VARDATA_ANY(language), "ar", 2) == 0;
	int			year;
	int			month;
	int			mday;

	if (DATE_NOT_FINITE(day))
		PG_RETURN_NULL();
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	if (year <= 0)
		year--;					/* there was no year 0 */
	if (arabic)
		PG_RETURN_TEXT_P(cstring_to_text(psprintf("%02d/%02d/%d", mday, month, year)));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d-%02d-%02d", year, month, mday)));
}
