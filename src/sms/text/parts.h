/*
 * parts.h
 *		How many SMS a text needs, and where it is cut.
 */
#ifndef LICENCE_HOME_PARTS_H
#define LICENCE_HOME_PARTS_H

#include "mb/pg_wchar.h"

#define SMS_UCS2_PART 67		/* UTF-16 units in a part of a joined message */

/* What a text takes up. */
typedef struct SmsSize
{
	bool		ucs2;			/* beyond the GSM 7-bit alphabet */
	int			units;			/* septets, or UTF-16 code units */
	int			parts;			/* 0 for an empty text */
} SmsSize;

/* A text, read character by character. */
typedef struct SmsReader
{
	const unsigned char *at;	/* the next character, in UTF-8 */
	const unsigned char *end;
} SmsReader;

/* Begin to read a text in the server's encoding. */
extern SmsReader ReadSms(const char *text);

/* The next character; 0 at the end. */
extern pg_wchar NextCharacter(SmsReader *reader);

/* A character that the GSM 7-bit alphabet lacks, or 0. */
extern pg_wchar BeyondGsm7(const char *text);

/* Measure a text in the server's encoding. */
extern SmsSize MeasureSms(const char *text, int ucs2_part);

#endif							/* LICENCE_HOME_PARTS_H */
