/*
 * licence_no.c
 *		The type licence_no: the number of a licence.
 */
#include "postgres.h"

#include "case_no.h"

const CaseNoKind licence_no_kind = {
	.type_name = "licence_no",
	.example = "L2026-00012345-9",
	.letter = 'L',
	.start = 7,
};

PG_FUNCTION_INFO_V1(licence_no_in);
/* Text to licence_no. */
Datum
licence_no_in(PG_FUNCTION_ARGS)
{
	return CaseNoIn(&licence_no_kind, fcinfo);
}

PG_FUNCTION_INFO_V1(licence_no_out);
/* licence_no to text. */
Datum
licence_no_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(CaseNoText(&licence_no_kind, PG_GETARG_INT64(0)));
}

PG_FUNCTION_INFO_V1(licence_no_recv);
/* Binary to licence_no. */
Datum
licence_no_recv(PG_FUNCTION_ARGS)
{
	return CaseNoReceive(&licence_no_kind, fcinfo);
}

PG_FUNCTION_INFO_V1(licence_no_make);
/* licence_home.licence_no_make(year, serial): a number with its check digit. */
Datum
licence_no_make(PG_FUNCTION_ARGS)
{
	return CaseNoMake(&licence_no_kind, fcinfo);
}
