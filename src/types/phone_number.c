/*
 * phone_number.c
 *		The type phone_number: a Jordanian mobile number.
 *
 * Messages go to mobiles of the kingdom only: +962 7[789]x xxx xxx
 * (service.md, section 6).  However a person writes it, it is one number, kept
 * as the digits of its E.164 form.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "libpq/pqformat.h"

#include "compat.h"
#include "digits.h"

#define COUNTRY_CODE 962
#define COUNTRY_CODE_TEXT CppAsString2(COUNTRY_CODE)
#define COUNTRY_SCALE INT64CONST(1000000000)	/* 962 x xxxx xxxx */
#define NATIONAL_DIGITS 9

/* Is it the E.164 number of a mobile: 962, then 77, 78 or 79? */
static bool
is_mobile(int64 number)
{
	return number / COUNTRY_SCALE == COUNTRY_CODE &&
		number % COUNTRY_SCALE >= INT64CONST(770000000) &&
		number % COUNTRY_SCALE <= INT64CONST(799999999);
}

/*
 * Take the digits out of a folded number, and whether a plus sign leads them.
 *
 * Between digits people put spaces, hyphens, dots and one level of
 * parentheses.  A hyphen or dot at either end, or a plus sign after a digit,
 * is part of a phone number.
 */
static bool
strip(const char *folded, char *digits, bool *plus)
{
	bool		inside = false; /* of parentheses */
	char		last = '-';		/* the last character that is no blank */
	char	   *d = digits;

	*plus = false;
	for (const char *s = folded; *s != '\0'; s++)
	{
		switch (*s)
		{
			case ' ':
				continue;
			case '-':
			case '.':
				if (d == digits || last == '(')
					return false;
				break;
			case '+':
				if (d != digits || *plus)
					return false;
				*plus = true;
				break;
			case '(':
				if (inside)
					return false;
				inside = true;
				break;
			case ')':
				if (!inside || last == '(')
					return false;
				inside = false;
				break;
			default:
				if (*s < '0' || *s > '9')
					return false;
				*d++ = *s;
				break;
		}
		last = *s;
	}
	*d = '\0';
	return !inside && last != '-' && last != '.';
}

/* Move *s past a prefix, if it is there. */
static bool
skip(const char **s, const char *prefix)
{
	size_t		len = strlen(prefix);

	if (strncmp(*s, prefix, len) != 0)
		return false;
	*s += len;
	return true;
}

/* Read a mobile number in any spelling; false when the text is none. */
static bool
parse(const char *text, int64 *number)
{
	char		folded[FOLDED_SIZE];
	char		digits[FOLDED_SIZE];
	const char *s = digits;
	bool		plus;

	if (!FoldNumber(text, folded) || !strip(folded, digits, &plus))
		return false;

	if (plus)
	{
		if (!skip(&s, COUNTRY_CODE_TEXT))
			return false;
	}
	else if (!skip(&s, "00" COUNTRY_CODE_TEXT))
	{
		/* No mobile starts with it inside the country: there is no doubt. */
		(void) skip(&s, COUNTRY_CODE_TEXT);
	}
	(void) skip(&s, "0");		/* trunk prefix, also in +962 (0) 79 ... */

	*number = COUNTRY_CODE;
	return ReadDigits(&s, NATIONAL_DIGITS, number) &&
		*s == '\0' &&
		is_mobile(*number);
}

PG_FUNCTION_INFO_V1(phone_number_in);
/* Text to phone_number. */
Datum
phone_number_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	int64		number;

	if (!parse(text, &number))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"",
						"phone_number", text),
				 errhint("Give a Jordanian mobile number, such as 0791234567 or +962791234567.")));
	PG_RETURN_INT64(number);
}

PG_FUNCTION_INFO_V1(phone_number_out);
/* phone_number to text, in E.164. */
Datum
phone_number_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(psprintf("+%lld", (long long) PG_GETARG_INT64(0)));
}

PG_FUNCTION_INFO_V1(phone_number_recv);
/* Binary to phone_number. */
Datum
phone_number_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int64		number = pq_getmsgint64(buf);

	if (!is_mobile(number))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value \"%lld\" is out of range for type %s",
						(long long) number, "phone_number")));
	PG_RETURN_INT64(number);
}

PG_FUNCTION_INFO_V1(licence_home_phone_number_or_null);
/* phone_number_or_null(text): the number that a text is; null for any other. */
Datum
licence_home_phone_number_or_null(PG_FUNCTION_ARGS)
{
	int64		number;

	if (!parse(text_to_cstring(PG_GETARG_TEXT_PP(0)), &number))
		PG_RETURN_NULL();
	PG_RETURN_INT64(number);
}
