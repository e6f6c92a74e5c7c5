/*
 * bidi_check.c
 *		Whether an Arabic text is shown as it is read.
 *
 * A telephone orders a line by the Unicode bidirectional algorithm (UAX #9),
 * and marks that would steer it cost room.  Three mistakes put numbers into
 * disorder, and a text that has one of them is refused:
 *
 *	1.	Its first letter is not Arabic: the whole line runs left to right
 *		(P2, P3).
 *	2.	A number with a hyphen, such as 06-1234567, that does not begin with
 *		a Latin letter: its pieces are shown from right to left (W2, W6, N1).
 *	3.	A number that follows Latin letters, such as "A2026-00012345-7:
 *		25.000", with no Arabic letter between: the two become one run from
 *		left to right, and change places (W7, N1).
 */
#include "postgres.h"

#include "errors.h"
#include "sms/text/bidi_check.h"
#include "sms/text/parts.h"

/* What was met last that gives a direction. */
typedef enum Direction
{
	DIRECTION_NONE,
	DIRECTION_LEFT,				/* a Latin letter */
	DIRECTION_RIGHT				/* an Arabic letter */
} Direction;

static bool
is_digit(pg_wchar c)
{
	return c >= '0' && c <= '9';
}

/* Is it an Arabic letter, or a mark that ranks as one? */
static bool
is_arabic_letter(pg_wchar c)
{
	return (c >= 0x5BE && c <= 0x8FF && c != 0x60C && c != 0x66B && c != 0x66C &&
			!(c >= 0x660 && c <= 0x669) && !(c >= 0x6F0 && c <= 0x6F9)) ||
		(c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c < 0xFEFF);
}

/* Is it a letter of a script that runs from left to right? */
static bool
is_latin_letter(pg_wchar c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		(c >= 0xC0 && c < 0x590 && c != 0xD7 && c != 0xF7);
}

/* Is it a hyphen, a dash or a sign? */
static bool
is_hyphen(pg_wchar c)
{
	return c == '-' || c == '+' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* Refuse a text, saying what is wrong and before what it stands. */
static void
refuse_bidi(const ParsedTemplate *parsed, const char *text, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg("SMS template \"%s\" (%s) would be shown in disorder",
					parsed->template, parsed->language),
			 errdetail("%s: \"%s\"", why, text),
			 errhint("Begin with an Arabic word, put one between two numbers, and write no hyphen in a number."),
			 err_column("sms_template", "body")));
}

void
CheckBidi(const ParsedTemplate *parsed, const char *text)
{
	SmsReader	reader = ReadSms(text);
	Direction	direction = DIRECTION_NONE;
	bool		gap = false;	/* a space among the Latin letters, or since */
	bool		hyphen = false; /* is it the character before? */
	pg_wchar	c;

	if (strcmp(parsed->language, "ar") != 0)
		return;
	while ((c = NextCharacter(&reader)) != 0)
	{
		if (is_arabic_letter(c))
			direction = DIRECTION_RIGHT;
		else if (is_latin_letter(c))
		{
			if (direction == DIRECTION_NONE)
				refuse_bidi(parsed, text, "Its first letter is not Arabic");
			gap = gap && direction == DIRECTION_LEFT;
			direction = DIRECTION_LEFT;
		}
		else if (c == ' ' || c == '\n')
			gap = true;
		else if (is_digit(c) && direction == DIRECTION_LEFT && gap)
			refuse_bidi(parsed, text, "A number changes places with the Latin letters before it");
		else if (is_digit(c) && direction != DIRECTION_LEFT && hyphen)
			refuse_bidi(parsed, text, "A number with a hyphen is shown from right to left");
		hyphen = is_hyphen(c);
	}
	if (direction == DIRECTION_NONE)
		refuse_bidi(parsed, text, "It has no letter");
}
