/*
 * applicant_proof.c
 *		The type applicant_proof: an applicant's number, or a token that proves
 *		it.
 *
 * act_for() takes it, so that one function serves two kinds of clients.  One
 * kind has a number, of whatever type its driver sends it; the other has a
 * token.  A value is a text; act_for() says what it is worth.
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(applicant_proof_in);
Datum
applicant_proof_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(PG_GETARG_CSTRING(0)));
}

PG_FUNCTION_INFO_V1(applicant_proof_out);
Datum
applicant_proof_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

PG_FUNCTION_INFO_V1(applicant_proof_recv);
/*
 * A text; or eight bytes that begin with a zero, as no text does: a client that
 * does not name its types sends a bigint so.
 */
Datum
applicant_proof_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			len = buffer->len - buffer->cursor;
	char	   *text;

	if (len == sizeof(int64) && buffer->data[buffer->cursor] == '\0')
		PG_RETURN_TEXT_P(cstring_to_text(psprintf(INT64_FORMAT, pq_getmsgint64(buffer))));
	text = pq_getmsgtext(buffer, len, &len);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(text, len));
}

PG_FUNCTION_INFO_V1(applicant_proof_send);
Datum
applicant_proof_send(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendtext(&buffer, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}
