/*
 * application_no.c
 *		The type application_no: the number of an application.
 */
#include "postgres.h"

#include "case_no.h"

const CaseNoKind application_no_kind = {
	.type_name = "application_no",
	.example = "A2026-00012345-7",
	.letter = 'A',
	.start = 4,
};

PG_FUNCTION_INFO_V1(application_no_in);
/* Text to application_no. */
Datum
application_no_in(PG_FUNCTION_ARGS)
{
	return CaseNoIn(&application_no_kind, fcinfo);
}

PG_FUNCTION_INFO_V1(application_no_out);
/* application_no to text. */
Datum
application_no_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(CaseNoText(&application_no_kind, PG_GETARG_INT64(0)));
}

PG_FUNCTION_INFO_V1(application_no_recv);
/* Binary to application_no. */
Datum
application_no_recv(PG_FUNCTION_ARGS)
{
	return CaseNoReceive(&application_no_kind, fcinfo);
}

PG_FUNCTION_INFO_V1(application_no_make);
/* licence_home.application_no_make(year, serial): a number with its check digit. */
Datum
application_no_make(PG_FUNCTION_ARGS)
{
	return CaseNoMake(&application_no_kind, fcinfo);
}

PG_FUNCTION_INFO_V1(application_no_next);
/* The default of application.application_no: its trigger gives the number. */
Datum
application_no_next(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_NULL();
}
