/*
 * parts.h
 *		How many SMS a text needs.
 */
#ifndef LICENCE_HOME_PARTS_H
#define LICENCE_HOME_PARTS_H

#define SMS_UCS2_PART 67		/* UTF-16 units in a part of a joined message */

/* What a text takes up. */
typedef struct SmsSize
{
	bool		ucs2;			/* beyond the GSM 7-bit alphabet */
	int			units;			/* septets, or UTF-16 code units */
	int			parts;			/* 0 for an empty text */
} SmsSize;

/* Measure a text in the server's encoding. */
extern SmsSize MeasureSms(const char *text, int ucs2_part);

#endif							/* LICENCE_HOME_PARTS_H */
