/*
 * parts.c
 *		How many SMS a text needs.
 *
 * 3GPP TS 23.038: a text within the GSM 7-bit default alphabet has 160
 * septets alone and 153 a part when joined, a character of the extension
 * table taking two; any other text is UCS-2, 70 units alone and 67 joined.
 * A character of two units goes to the next part whole, so the parts are
 * counted by filling them, not by dividing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "sms/parts.h"

#define GSM7_ALONE 160
#define GSM7_PART 153
#define UCS2_ALONE 70
#define UCS2_PART_MIN 20

/* Septets of a character in the GSM 7-bit alphabet; 0 when it has none. */
static int
gsm7_septets(pg_wchar c)
{
	static const pg_wchar beyond_ascii[] = {
		0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xBF, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9,
		0xD1, 0xD6, 0xD8, 0xDC, 0xDF, 0xE0, 0xE4, 0xE5, 0xE6, 0xE8, 0xE9,
		0xEC, 0xF1, 0xF2, 0xF6, 0xF8, 0xF9, 0xFC,
		0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9
	};

	if (c < 0x80)
	{
		if (c == '\f' || (c != 0 && strchr("^{}\\[~]|", c) != NULL))
			return 2;			/* the extension table */
		return c == '\n' || c == '\r' || (c >= ' ' && c < 0x7F && c != '`');
	}
	if (c == 0x20AC)			/* the euro sign, of the extension table */
		return 2;
	for (int i = 0; i < (int) lengthof(beyond_ascii); i++)
	{
		if (beyond_ascii[i] == c)
			return 1;
	}
	return 0;
}

/* UTF-16 code units of a character. */
static int
utf16_units(pg_wchar c)
{
	return c > 0xFFFF ? 2 : 1;
}

/* Fill parts with the characters of a text. */
static SmsSize
fill(const unsigned char *utf8, const unsigned char *end, bool ucs2,
	 int alone, int part)
{
	SmsSize		size = {ucs2, 0, 0};
	int			left = 0;

	for (; utf8 < end; utf8 += pg_utf_mblen(utf8))
	{
		pg_wchar	c = utf8_to_unicode(utf8);
		int			units = ucs2 ? utf16_units(c) : gsm7_septets(c);

		size.units += units;
		if (units > left)
		{
			size.parts++;
			left = part;
		}
		left -= units;
	}
	if (size.parts > 1 && size.units <= alone)
		size.parts = 1;
	return size;
}

SmsSize
MeasureSms(const char *text, int ucs2_part)
{
	int			len = strlen(text);
	const char *utf8 = pg_server_to_any(text, len, PG_UTF8);
	const unsigned char *start = (const unsigned char *) utf8;
	const unsigned char *end = start + (utf8 == text ? (size_t) len : strlen(utf8));

	for (const unsigned char *s = start; s < end; s += pg_utf_mblen(s))
	{
		if (gsm7_septets(utf8_to_unicode(s)) == 0)
			return fill(start, end, true, UCS2_ALONE, ucs2_part);
	}
	return fill(start, end, false, GSM7_ALONE, GSM7_PART);
}

PG_FUNCTION_INFO_V1(licence_home_sms_parts);
/* sms_parts(text, ucs2_part): how many SMS the text needs. */
Datum
licence_home_sms_parts(PG_FUNCTION_ARGS)
{
	int			ucs2_part = PG_GETARG_INT32(1);

	if (ucs2_part < UCS2_PART_MIN || ucs2_part > SMS_UCS2_PART)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a part of an SMS cannot have %d characters", ucs2_part),
				 errhint("Give a number from %d to %d.",
						 UCS2_PART_MIN, SMS_UCS2_PART)));
	PG_RETURN_INT32(MeasureSms(text_to_cstring(PG_GETARG_TEXT_PP(0)),
							   ucs2_part).parts);
}
