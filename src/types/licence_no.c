/*
 * licence_no.c
 *		The type licence_no: the number of a licence.
 */
#include "postgres.h"

#include "utils/builtins.h"

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

PG_FUNCTION_INFO_V1(licence_home_licence_no_or_null);
/* licence_no_or_null(text): the number that a text is; null for any other. */
Datum
licence_home_licence_no_or_null(PG_FUNCTION_ARGS)
{
	CaseNo		no;

	if (!CaseNoIs(&licence_no_kind, text_to_cstring(PG_GETARG_TEXT_PP(0)), &no))
		PG_RETURN_NULL();
	PG_RETURN_INT64(no);
}
