/*
 * base64url.c
 *		Bytes as text, in the alphabet of URLs and without padding.
 *
 * PostgreSQL's own decoder is more generous: it skips blanks, takes padding,
 * and ignores bits that are left over.  Then two texts would be one token.
 */
#include "postgres.h"

#include "crypto/base64url.h"

/* The six bits of a character; -1: it is none of the alphabet. */
static int
six_bits(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

int
DecodeBase64Url(const char *text, int len, uint8 *bytes)
{
	uint32		bits = 0;
	int			held = 0;		/* how many of them are not yet written */
	int			count = 0;

	if (len % 4 == 1)
		return -1;
	for (int i = 0; i < len; i++)
	{
		int			six = six_bits(text[i]);

		if (six < 0)
			return -1;
		bits = bits << 6 | (uint32) six;
		held += 6;
		if (held >= 8)
		{
			held -= 8;
			bytes[count++] = (uint8) (bits >> held);
			bits &= (1U << held) - 1;
		}
	}
	return bits == 0 ? count : -1;
}
