/*
 * redact.c
 *		Redacting a gateway's words: what must not be kept is written over.
 *
 * Gateways repeat requests in their answers: whole URLs with passwords, the
 * number, the text.  What is kept of an answer may be read by people who may
 * read none of these.  They are found however they are written: as they are,
 * percent-encoded (also twice), with JSON's escapes, with XML's entities, and
 * in base64 at any offset.
 */
#include "postgres.h"

#include <ctype.h>

#include "mb/pg_wchar.h"

#include "sms/http/request_template.h"
#include "sms/http/redact.h"

#define ANSWER_SHOWN 512		/* bytes of an answer that are kept */
#define SECRET_MIN 3			/* a shorter one would be everywhere */
#define BASE64_MIN 6			/* characters that are no accident */
#define TEXT_MIN 8				/* a shorter text is no one's secret */
#define ESCAPE_MAX 20			/* bytes of a character, however it is escaped */
#define SUBSCRIBER_DIGITS 9		/* of a number, without country or zero */

/* The value of a hexadecimal digit, or -1. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = pg_ascii_tolower((unsigned char) c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Read hexadecimal digits; false when there are not as many. */
static bool
read_hex(const char *s, int ndigits, unsigned int *value)
{
	*value = 0;
	for (int i = 0; i < ndigits; i++)
	{
		int			digit = hex_digit(s[i]);

		if (digit < 0)
			return false;
		*value = *value << 4 | digit;
	}
	return true;
}

/* Behind a byte written with percent signs, at most one within the other. */
static const char *
percent_byte(const char *s, unsigned char byte)
{
	unsigned int value;

	if (*s != '%')
		return NULL;
	if (strncmp(s, "%25", 3) == 0 && read_hex(s + 3, 2, &value) && value == byte)
		return s + 5;
	return read_hex(s + 1, 2, &value) && value == byte ? s + 3 : NULL;
}

/* Behind a character's UTF-8 bytes, with or without percent signs. */
static const char *
utf8_char(const char *s, unsigned int c, bool escaped)
{
	unsigned char bytes[4];
	int			len;

	unicode_to_utf8(c, bytes);
	len = pg_utf_mblen(bytes);
	for (int i = 0; i < len && s != NULL; i++)
	{
		if (escaped)
			s = percent_byte(s, bytes[i]);
		else
			s = (unsigned char) *s == bytes[i] ? s + 1 : NULL;
	}
	return s;
}

/* Behind a character with JSON's escapes. */
static const char *
json_char(const char *s, unsigned int c)
{
	unsigned int unit;
	unsigned int low;

	if (*s != '\\')
		return NULL;
	if (c < 0x80 && ispunct(c) && s[1] == (char) c)
		return s + 2;
	if (s[1] != 'u' || !read_hex(s + 2, 4, &unit))
		return NULL;
	if (unit == c)
		return s + 6;
	if (c > 0xFFFF && s[6] == '\\' && s[7] == 'u' && read_hex(s + 8, 4, &low) &&
		is_utf16_surrogate_first(unit) && is_utf16_surrogate_second(low) &&
		surrogate_pair_to_codepoint(unit, low) == c)
		return s + 12;
	return NULL;
}

/* Behind a character as one of XML's entities. */
static const char *
xml_char(const char *s, unsigned int c)
{
	static const struct
	{
		char		c;
		const char *entity;
	}			entities[] = {
		{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"},
		{'\'', "&apos;"}
	};
	char	   *end;
	bool		hex;

	if (*s != '&')
		return NULL;
	for (int i = 0; i < (int) lengthof(entities); i++)
	{
		size_t		len = strlen(entities[i].entity);

		if ((unsigned int) entities[i].c == c &&
			strncmp(s, entities[i].entity, len) == 0)
			return s + len;
	}
	if (s[1] != '#')
		return NULL;
	hex = s[2] == 'x' || s[2] == 'X';
	if (strtoul(s + 2 + hex, &end, hex ? 16 : 10) != c || *end != ';')
		return NULL;
	return end + 1;
}

/* Behind a character, in whatever way it is written here, or NULL. */
static const char *
match_char(const char *s, unsigned int c)
{
	const char *end;

	if ((end = utf8_char(s, c, true)) != NULL ||
		(end = json_char(s, c)) != NULL ||
		(end = xml_char(s, c)) != NULL ||
		(end = utf8_char(s, c, false)) != NULL)
		return end;
	return c == ' ' && *s == '+' ? s + 1 : NULL;
}

/*
 * Behind what is redacted, if it stands here, or NULL.  It may look escaped as
 * it is ("%25"), so it is tried so first.  The text may end within it: a long
 * one that an answer repeats goes on behind what was read of that.
 */
static const char *
match_hidden(const char *s, const RedactedText *redacted)
{
	const char *plain = s;

	for (int i = 0; i < redacted->nchars && plain != NULL; i++)
		plain = utf8_char(plain, redacted->chars[i], false);
	if (plain != NULL)
		return plain;
	for (int i = 0; i < redacted->nchars; i++)
	{
		const char *end = match_char(s, redacted->chars[i]);

		if (end == NULL && i >= TEXT_MIN && strnlen(s, ESCAPE_MAX) < ESCAPE_MAX)
			return s + strlen(s);
		if (end == NULL)
			return NULL;
		s = end;
	}
	return s;
}

/* Could a character that is redacted begin with this byte? */
static bool
may_begin(char c, unsigned char first)
{
	return (unsigned char) c == first ||
		c == '%' || c == '\\' || c == '&' || c == '+';
}

/* Redact something wherever it stands. */
static void
redact(char *text, const RedactedText *redacted)
{
	unsigned char first[4];

	unicode_to_utf8(redacted->chars[0], first);
	while (*text != '\0')
	{
		const char *end = may_begin(*text, first[0]) ?
		match_hidden(text, redacted) : NULL;

		if (end == NULL)
			text++;
		else
		{
			memset(text, '*', end - text);
			text += end - text;
		}
	}
}

/* Take a text in UTF-8 apart into characters. */
static RedactedText
hide(const char *utf8, int len)
{
	const unsigned char *s = (const unsigned char *) utf8;
	const unsigned char *end = s + len;
	RedactedText redacted = {0, palloc((len + 1) * sizeof(unsigned int))};

	for (; s < end; s += pg_utf_mblen(s))
		redacted.chars[redacted.nchars++] = utf8_to_unicode(s);
	return redacted;
}

/* Hide one more thing of a gateway's. */
static void
add_hidden(SmsGateway *gateway, const char *utf8, int len)
{
	gateway->redacted[gateway->nredacted++] = hide(utf8, len);
}

/*
 * Redact a secret within base64.  It can begin at each of three bytes of a
 * group; for each, the characters that do not depend on its neighbours are
 * redacted.
 */
static void
add_base64(SmsGateway *gateway, const char *utf8, int len)
{
	char	   *bytes = palloc0(len + 2);

	for (int before = 0; before < 3; before++)
	{
		int			from = (8 * before + 5) / 6;
		int			to = 8 * (before + len) / 6;

		memcpy(bytes + before, utf8, len);
		if (to - from >= BASE64_MIN)
			add_hidden(gateway, Base64(bytes, before + len) + from, to - from);
		memset(bytes, 0, before + 1);
	}
}

void
PrepareRedaction(SmsGateway *gateway)
{
	gateway->nredacted = 0;
	gateway->redacted = palloc(4 * gateway->nsecrets * sizeof(RedactedText));
	for (int i = 0; i < gateway->nsecrets; i++)
	{
		const char *secret = gateway->secrets[i].secret;
		const char *utf8 = pg_server_to_any(secret, strlen(secret), PG_UTF8);
		int			len = strlen(utf8);

		if (len < SECRET_MIN)
			continue;
		add_hidden(gateway, utf8, len);
		add_base64(gateway, utf8, len);
	}
}

void
RedactSecrets(const SmsGateway *gateway, char *text)
{
	for (int i = 0; i < gateway->nredacted; i++)
		redact(text, &gateway->redacted[i]);
}

/* Redact a message's number and text. */
static void
redact_message(char *text, const char *to, const char *body)
{
	int			len = strlen(text);
	int			to_len = strlen(to);
	const char *utf8 = pg_server_to_any(body, strlen(body), PG_UTF8);
	int			body_len = strlen(utf8);
	RedactedText redacted;

	if (to_len >= SUBSCRIBER_DIGITS && len >= SUBSCRIBER_DIGITS)
	{
		redacted = hide(to + to_len - SUBSCRIBER_DIGITS, SUBSCRIBER_DIGITS);
		redact(text, &redacted);
	}
	if (body_len >= TEXT_MIN && len >= TEXT_MIN)
	{
		redacted = hide(utf8, body_len);
		redact(text, &redacted);
	}
}

char *
ReadableAnswer(const char *answer)
{
	int			len = strlen(answer);
	char	   *text = pnstrdup(answer, len);
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;

	/* What was read may end within a character. */
	if (utf8 && len > 0)
	{
		int			valid = pg_encoding_verifymbstr(PG_UTF8, text, len);

		if (len - valid < pg_encoding_max_length(PG_UTF8))
			text[valid] = '\0';
		else
			utf8 = false;
	}
	for (char *s = text; *s != '\0'; s++)
	{
		unsigned char c = *s;

		if (c < ' ')
			*s = ' ';
		else if (c >= 0x80 && !utf8)
			*s = '?';
	}
	return text;
}

char *
RedactAnswer(const SmsGateway *gateway, const char *to, const char *body,
			 const char *answer)
{
	char	   *text = pstrdup(answer);
	char	   *clean;

	RedactSecrets(gateway, text);
	if (to != NULL && body != NULL)
		redact_message(text, to, body);
	clean = ReadableAnswer(text);
	if (strlen(clean) > ANSWER_SHOWN)
		clean[pg_mbcliplen(clean, strlen(clean), ANSWER_SHOWN)] = '\0';
	return clean;
}

char *
CleanAnswer(const SmsGateway *gateway, const char *answer)
{
	return RedactAnswer(gateway, NULL, NULL, answer);
}
