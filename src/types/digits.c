/*
 * digits.c
 *		Numbers as people type them, brought to plain ASCII.
 *
 * A number reaches the database from an Arabic keyboard, from a message in
 * which it stood among Arabic words, or from a spreadsheet.  So it may have
 * Arabic-Indic or Persian digits, invisible marks of direction, blanks that do
 * not break, and hyphens of several kinds.  All of them are folded here, so
 * that the types themselves read plain ASCII.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "digits.h"

/* The replacement character, which stands in no number. */
#define UNREADABLE ((pg_wchar) 0xFFFD)

/*
 * Read the code point at *text and move past it.
 *
 * In an encoding other than UTF-8 only ASCII is read: the server's Arabic ones,
 * WIN1256 and ISO_8859_6, have no digits but the ASCII ones.
 */
static pg_wchar
next_code_point(const char **text)
{
	const unsigned char *s = (const unsigned char *) *text;
	int			len;

	if (!IS_HIGHBIT_SET(*s))
	{
		*text += 1;
		return *s;
	}

	len = pg_utf_mblen(s);
	if (GetDatabaseEncoding() != PG_UTF8 ||
		(int) strnlen(*text, len) < len || !pg_utf8_islegal(s, len))
	{
		*text += 1;
		return UNREADABLE;
	}
	*text += len;
	return utf8_to_unicode(s);
}

/* Is it a mark that only directs the text around it? */
static bool
is_invisible(pg_wchar c)
{
	return c == 0x061C ||		/* Arabic letter mark */
		c == 0x200E || c == 0x200F ||	/* left-to-right and right-to-left */
		(c >= 0x202A && c <= 0x202E) || /* embeddings and overrides */
		(c >= 0x2066 && c <= 0x2069) || /* isolates */
		c == 0xFEFF;			/* byte order mark */
}

/* The ASCII character that a code point stands for, or '\0' for none. */
static char
fold(pg_wchar c)
{
	if (c >= 0x0660 && c <= 0x0669) /* Arabic-Indic digits */
		return '0' + (c - 0x0660);
	if (c >= 0x06F0 && c <= 0x06F9) /* Persian and Urdu digits */
		return '0' + (c - 0x06F0);
	if ((c >= '\t' && c <= '\r') || /* tab and line ends */
		c == 0x00A0 || c == 0x2007 || c == 0x202F)	/* no-break spaces */
		return ' ';
	if (c >= 0x2010 && c <= 0x2013) /* hyphens, figure dash and en dash */
		return '-';
	if (c >= ' ' && c <= '~')
		return (char) c;
	return '\0';
}

/*
 * Fold a number: digits to ASCII ones, every blank to a space, hyphens to
 * one kind.  Invisible marks, and blanks at either end, are left out.
 */
bool
FoldNumber(const char *text, char *folded)
{
	int			used = 0;		/* bytes written */
	int			end = 0;		/* as many of them as end in no blank */

	while (*text != '\0')
	{
		pg_wchar	c = next_code_point(&text);
		char		ascii;

		if (is_invisible(c))
			continue;
		ascii = fold(c);
		if (ascii == '\0')
			return false;
		if (ascii == ' ' && (used == 0 || used == FOLDED_SIZE - 1))
			continue;
		if (used == FOLDED_SIZE - 1)
			return false;
		folded[used++] = ascii;
		if (ascii != ' ')
			end = used;
	}
	folded[end] = '\0';
	return true;
}

bool
ReadDigits(const char **text, int width, int64 *number)
{
	const char *s = *text;

	for (int i = 0; i < width; i++, s++)
	{
		if (*s < '0' || *s > '9')
			return false;
		*number = *number * 10 + (*s - '0');
	}
	*text = s;
	return true;
}
