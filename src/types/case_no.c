/*
 * case_no.c
 *		What application_no and licence_no have in common.
 *
 * The text form is a letter, the year, the serial and the check digit, as in
 * A2026-00012345-7.  It starts with a Latin letter because a line of Arabic
 * would show bare digits with hyphens in reverse.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "nodes/nodes.h"

#include "case_no.h"
#include "compat.h"
#include "damm.h"
#include "digits.h"

#define YEAR_DIGITS 4
#define SERIAL_DIGITS 8
#define CHECK_DIGITS 1
#define BODY_DIGITS (YEAR_DIGITS + SERIAL_DIGITS)	/* what is checked */

#define SERIAL_SCALE INT64CONST(100000000)
#define CHECK_SCALE 10

#define MIN_YEAR 2000
#define MAX_YEAR 9999
#define MIN_SERIAL 1
#define MAX_SERIAL (SERIAL_SCALE - 1)

/* Are year and serial in range? */
static bool
in_range(CaseNo no)
{
	int64		body = no / CHECK_SCALE;
	int64		year = body / SERIAL_SCALE;
	int64		serial = body % SERIAL_SCALE;

	return no > 0 &&
		year >= MIN_YEAR && year <= MAX_YEAR && serial >= MIN_SERIAL;
}

/* Does the check digit fit the rest? */
static bool
is_checked(const CaseNoKind *kind, CaseNo no)
{
	return no % CHECK_SCALE ==
		DammCheckDigit(no / CHECK_SCALE, BODY_DIGITS, kind->start);
}

/* Read one part of the text form, and the separator that may precede it. */
static bool
read_part(const char **text, int width, CaseNo *no)
{
	if (**text != '\0' && strchr("-/. ", **text) != NULL)
		(*text)++;
	return ReadDigits(text, width, no);
}

/* Read the text form; false when the text has another. */
static bool
parse(const CaseNoKind *kind, const char *text, CaseNo *no)
{
	char		folded[FOLDED_SIZE];
	const char *s = folded;

	if (!FoldNumber(text, folded))
		return false;
	if ((char) pg_ascii_toupper((unsigned char) *s++) != kind->letter)
		return false;
	*no = 0;
	return read_part(&s, YEAR_DIGITS, no) &&
		read_part(&s, SERIAL_DIGITS, no) &&
		read_part(&s, CHECK_DIGITS, no) &&
		*s == '\0';
}

/* Report a text that has not the form of a case number. */
static Datum
report_syntax(const CaseNoKind *kind, const char *text, Node *escontext)
{
	ereturn(escontext, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"",
					kind->type_name, text),
			 errhint("The form is the letter %c, a year of four digits, a serial of eight and a check digit, such as %s.",
					 kind->letter, kind->example)));
}

/* Report a number that was copied with a mistake. */
static Datum
report_check_digit(const CaseNoKind *kind, const char *text, Node *escontext)
{
	ereturn(escontext, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid check digit for type %s: \"%s\"",
					kind->type_name, text),
			 errdetail("A digit is wrong, two digits are swapped, or this is a number of another kind."),
			 errhint("Copy the number again, in the form %s.",
					 kind->example)));
}

/* Report a number that is well formed but cannot exist. */
static Datum
report_range(const CaseNoKind *kind, const char *text, Node *escontext)
{
	ereturn(escontext, (Datum) 0,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value \"%s\" is out of range for type %s",
					text, kind->type_name),
			 errhint("Years are %d to %d and serials %d to %d, as in %s.",
					 MIN_YEAR, MAX_YEAR, MIN_SERIAL, (int) MAX_SERIAL,
					 kind->example)));
}

char *
CaseNoText(const CaseNoKind *kind, CaseNo no)
{
	int64		body = no / CHECK_SCALE;

	return psprintf("%c%0*d-%0*d-%d",
					kind->letter,
					YEAR_DIGITS, (int) (body / SERIAL_SCALE),
					SERIAL_DIGITS, (int) (body % SERIAL_SCALE),
					(int) (no % CHECK_SCALE));
}

/* The number that a text is; false when it is none. */
bool
CaseNoIs(const CaseNoKind *kind, const char *text, CaseNo *no)
{
	return parse(kind, text, no) && is_checked(kind, *no) && in_range(*no);
}

/*
 * Read the text form.  The check digit is judged before the range: a year of
 * 1026 is a slip of the finger, not an old number.
 */
Datum
CaseNoIn(const CaseNoKind *kind, FunctionCallInfo fcinfo)
{
	char	   *text = PG_GETARG_CSTRING(0);
	CaseNo		no;

	if (!parse(kind, text, &no))
		return report_syntax(kind, text, fcinfo->context);
	if (!is_checked(kind, no))
		return report_check_digit(kind, text, fcinfo->context);
	if (!in_range(no))
		return report_range(kind, text, fcinfo->context);
	return Int64GetDatum(no);
}

/* Read the binary form: the thirteen digits as an eight-byte integer. */
Datum
CaseNoReceive(const CaseNoKind *kind, FunctionCallInfo fcinfo)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	CaseNo		no = pq_getmsgint64(buf);

	if (!in_range(no))
		return report_range(kind, psprintf("%lld", (long long) no), NULL);
	if (!is_checked(kind, no))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid check digit in external \"%s\" value",
						kind->type_name)));
	return Int64GetDatum(no);
}

/* Make a number from its year and serial. */
Datum
CaseNoMake(const CaseNoKind *kind, FunctionCallInfo fcinfo)
{
	int32		year = PG_GETARG_INT32(0);
	int64		serial = PG_GETARG_INT64(1);
	CaseNo		body;

	if (year < MIN_YEAR || year > MAX_YEAR ||
		serial < MIN_SERIAL || serial > MAX_SERIAL)
		return report_range(kind,
							psprintf("%d, %lld", year, (long long) serial),
							NULL);
	body = year * SERIAL_SCALE + serial;
	return Int64GetDatum(body * CHECK_SCALE +
						 DammCheckDigit(body, BODY_DIGITS, kind->start));
}
