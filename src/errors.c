/*
 * errors.c
 *		What an error says beside its SQLSTATE.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "postgres_ext.h"

#include "errors.h"
#include "settings.h"
#include "types/case_no.h"

/* Format a message, as errmsg() does. */
#define FORMAT_MESSAGE(message, format) \
	do { \
		initStringInfo(&(message)); \
		for (;;) \
		{ \
			va_list		args; \
			int			needed; \
			va_start(args, format); \
			needed = appendStringInfoVA(&(message), format, args); \
			va_end(args); \
			if (needed == 0) \
				break; \
			enlargeStringInfo(&(message), needed); \
		} \
	} while (0)

/* The message, after the word for a case and its number if one is known. */
static int
say_of_case(const char *word, int64 application_no, const char *message)
{
	if (application_no == 0)
		return errmsg_internal("%s", message);
	return errmsg_internal("%s %s: %s", word,
						   CaseNoText(&application_no_kind, application_no),
						   message);
}

int
errmsg_case(int64 application_no, const char *format,...)
{
	StringInfoData message;

	FORMAT_MESSAGE(message, format);
	return say_of_case("case", application_no, message.data);
}

int
errmsg_case_ar(int64 application_no, const char *format,...)
{
	StringInfoData message;

	FORMAT_MESSAGE(message, format);
	return say_of_case("الطلب", application_no, message.data);
}

int
errmsg_said(int64 application_no, const char *en, const char *ar)
{
	return language_setting == LANGUAGE_AR
		? say_of_case("الطلب", application_no, ar)
		: say_of_case("case", application_no, en);
}

int
errdetail_said(const char *en, const char *ar)
{
	if (language_setting == LANGUAGE_BOTH)
		return errdetail_internal("%s\n%s", en, ar);
	return errdetail_internal("%s", language_setting == LANGUAGE_AR ? ar : en);
}

int
errhint_said(const char *en, const char *ar)
{
	return errhint("%s", language_setting == LANGUAGE_AR ? ar : en);
}

int64
CaseOfRow(HeapTuple tuple, TupleDesc desc)
{
	int			attno = SPI_fnumber(desc, "application_no");
	bool		isnull;
	Datum		no;

	if (attno <= 0)
		return 0;
	no = heap_getattr(tuple, attno, desc, &isnull);
	return isnull ? 0 : DatumGetInt64(no);
}

int
err_table(const char *table)
{
	err_generic_string(PG_DIAG_SCHEMA_NAME, "licence_home");
	return err_generic_string(PG_DIAG_TABLE_NAME, table);
}

int
err_column(const char *table, const char *column)
{
	err_table(table);
	return err_generic_string(PG_DIAG_COLUMN_NAME, column);
}

int
err_constraint(const char *table, const char *constraint)
{
	err_table(table);
	return err_generic_string(PG_DIAG_CONSTRAINT_NAME, constraint);
}
