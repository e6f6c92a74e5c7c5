/*
 * parts.c
 *		How many SMS a text needs, and where it is cut.
 *
 * 3GPP TS 23.038: a text within the GSM 7-bit default alphabet has 160 septets
 * alone, and 153 a part when joined.  A character of the extension table takes
 * two.  Any other text is UCS-2, with 70 units alone and 67 joined.  A
 * character of two units goes to the next part whole, so the parts are counted
 * by filling them, not by dividing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "sms/text/parts.h"

#define GSM7_ALONE 160
#define GSM7_PART 153
#define UCS2_ALONE 70
#define UCS2_PART_MIN 20

/* How a text is laid into parts. */
typedef struct Layout
{
	SmsReader	reader;
	bool		ucs2;
	int			part;			/* units in a part */
} Layout;

SmsReader
ReadSms(const char *text)
{
	int			len = strlen(text);
	const char *utf8 = pg_server_to_any(text, len, PG_UTF8);
	SmsReader	reader;

	reader.at = (const unsigned char *) utf8;
	reader.end = reader.at + (utf8 == text ? (size_t) len : strlen(utf8));
	return reader;
}

pg_wchar
NextCharacter(SmsReader *reader)
{
	const unsigned char *at = reader->at;

	if (at == reader->end)
		return 0;
	reader->at += pg_utf_mblen(at);
	return utf8_to_unicode(at);
}

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

/* Units of a character: septets, or UTF-16 code units. */
static int
units_of(pg_wchar c, bool ucs2)
{
	if (ucs2)
		return c > 0xFFFF ? 2 : 1;
	return gsm7_septets(c);
}

pg_wchar
BeyondGsm7(const char *text)
{
	SmsReader	reader = ReadSms(text);
	pg_wchar	c;

	while ((c = NextCharacter(&reader)) != 0 && gsm7_septets(c) > 0)
		continue;
	return c;
}

/* Choose a text's alphabet, and whether it goes alone. */
static Layout
lay_out(const char *text, int ucs2_part)
{
	Layout		layout = {ReadSms(text), BeyondGsm7(text) != 0, 0};
	int			alone = layout.ucs2 ? UCS2_ALONE : GSM7_ALONE;
	SmsReader	reader = layout.reader;
	int			units = 0;
	pg_wchar	c;

	while (units <= alone && (c = NextCharacter(&reader)) != 0)
		units += units_of(c, layout.ucs2);
	if (units <= alone)
		layout.part = alone;
	else
		layout.part = layout.ucs2 ? ucs2_part : GSM7_PART;
	return layout;
}

/* Read on to the end of a part; its units, 0 at the end of the text. */
static int
next_part(Layout *layout)
{
	int			units = 0;

	for (;;)
	{
		SmsReader	before = layout->reader;
		pg_wchar	c = NextCharacter(&layout->reader);
		int			more = c == 0 ? 0 : units_of(c, layout->ucs2);

		if (c == 0 || units + more > layout->part)
		{
			layout->reader = before;
			return units;
		}
		units += more;
	}
}

SmsSize
MeasureSms(const char *text, int ucs2_part)
{
	Layout		layout = lay_out(text, ucs2_part);
	SmsSize		size = {layout.ucs2, 0, 0};
	int			units;

	while ((units = next_part(&layout)) > 0)
	{
		size.units += units;
		size.parts++;
	}
	return size;
}

/* The argument ucs2_part of a function. */
static int
ucs2_part_argument(Datum argument)
{
	int			ucs2_part = DatumGetInt32(argument);

	if (ucs2_part < UCS2_PART_MIN || ucs2_part > SMS_UCS2_PART)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a part of an SMS cannot have %d characters", ucs2_part),
				 errhint("Give a number from %d to %d.",
						 UCS2_PART_MIN, SMS_UCS2_PART)));
	return ucs2_part;
}

PG_FUNCTION_INFO_V1(licence_home_sms_parts);
/* sms_parts(text, ucs2_part): how many SMS the text needs. */
Datum
licence_home_sms_parts(PG_FUNCTION_ARGS)
{
	char	   *body = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_INT32(MeasureSms(body, ucs2_part_argument(PG_GETARG_DATUM(1))).parts);
}

PG_FUNCTION_INFO_V1(licence_home_sms_split);
/* sms_split(text, ucs2_part): one row an SMS. */
Datum
licence_home_sms_split(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *body = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Layout		layout = lay_out(body, ucs2_part_argument(PG_GETARG_DATUM(1)));
	const char *from = (const char *) layout.reader.at;
	int			units;

	InitMaterializedSRF(fcinfo, 0);
	for (int part = 1; (units = next_part(&layout)) > 0; part++)
	{
		const char *to = (const char *) layout.reader.at;
		char	   *text = pg_any_to_server(pnstrdup(from, to - from),
											to - from, PG_UTF8);
		Datum		values[] = {
			Int32GetDatum(part),
			CStringGetTextDatum(layout.ucs2 ? "UCS-2" : "GSM-7"),
			Int32GetDatum(units),
			CStringGetTextDatum(text)
		};
		bool		nulls[lengthof(values)] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		from = to;
	}
	return (Datum) 0;
}
