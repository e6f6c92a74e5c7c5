/*
 * national_no.c
 *		The type national_no: a Jordanian national number.
 *
 * Ten digits, of which any may be zero.  No check digit is known, so none is
 * enforced (service.md, section 6).
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"

#include "compat.h"
#include "digits.h"

#define NATIONAL_NO_DIGITS 10
#define MAX_NATIONAL_NO INT64CONST(9999999999)

/* Read ten digits; false when the text is anything else. */
static bool
parse(const char *text, int64 *no)
{
	char		folded[FOLDED_SIZE];
	const char *s = folded;

	*no = 0;
	return FoldNumber(text, folded) &&
		ReadDigits(&s, NATIONAL_NO_DIGITS, no) &&
		*s == '\0';
}

PG_FUNCTION_INFO_V1(national_no_in);
/* Text to national_no. */
Datum
national_no_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	int64		no;

	if (!parse(text, &no))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"",
						"national_no", text),
				 errhint("A national number has exactly %d digits, such as 9871234567.",
						 NATIONAL_NO_DIGITS)));
	PG_RETURN_INT64(no);
}

PG_FUNCTION_INFO_V1(national_no_out);
/* national_no to text, leading zeros included. */
Datum
national_no_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(psprintf("%0*lld", NATIONAL_NO_DIGITS,
							   (long long) PG_GETARG_INT64(0)));
}

PG_FUNCTION_INFO_V1(national_no_recv);
/* Binary to national_no. */
Datum
national_no_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int64		no = pq_getmsgint64(buf);

	if (no < 0 || no > MAX_NATIONAL_NO)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value \"%lld\" is out of range for type %s",
						(long long) no, "national_no")));
	PG_RETURN_INT64(no);
}
