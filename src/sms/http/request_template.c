/*
 * request_template.c
 *		Writing requests: what a gateway's row says, filled in for a message.
 *
 * A string of the row is taken apart once, when the row is loaded.  What is
 * the same for every message, credentials too, is encoded then.  What remains
 * to be done for a message is to append.
 *
 * A value cannot leave its place.  In a URL and a form every byte but letters,
 * digits and "-._~" is percent-encoded; in JSON a value is a whole string; in
 * XML whatever could end an element or an attribute is an entity; in a header
 * a control character, and so CR and LF, becomes a space.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/base64.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "errors.h"
#include "sms/http/request_template.h"

#define ID_MAX 40				/* two numbers with a point between */

/* The variables of a message, by their names. */
static const struct
{
	const char *name;
	RequestVariable variable;
}			variables[] = {
	{"to", VARIABLE_TO},
	{"to_digits", VARIABLE_TO_DIGITS},
	{"text", VARIABLE_TEXT},
	{"id", VARIABLE_ID},
	{"coding", VARIABLE_CODING},
};

/* The end of a name that starts here, or NULL. */
static const char *
name_end(const char *s)
{
	if (!islower((unsigned char) *s))
		return NULL;
	while (islower((unsigned char) *s) || isdigit((unsigned char) *s) || *s == '_')
		s++;
	return s;
}

bool
ScanPlaceholder(const char *s, GatewayPlaceholder *placeholder)
{
	const char *start = s + 1;
	const char *end = *s == '{' ? name_end(start) : NULL;

	placeholder->nargs = 0;
	if (end == NULL)
		return false;
	placeholder->name = pnstrdup(start, end - start);
	while (*end == ':' && placeholder->nargs < PLACEHOLDER_MAX_ARGS)
	{
		start = end + 1;
		if ((end = name_end(start)) == NULL)
			return false;
		placeholder->args[placeholder->nargs++] = pnstrdup(start, end - start);
	}
	placeholder->end = end + 1;
	return *end == '}';
}

RequestVariable
FindVariable(const char *name)
{
	for (int i = 0; i < (int) lengthof(variables); i++)
	{
		if (strcmp(variables[i].name, name) == 0)
			return variables[i].variable;
	}
	return VARIABLE_LITERAL;
}

char *
Base64(const char *bytes, int len)
{
	int			size = pg_b64_enc_len(len) + 1;
	char	   *result = palloc0(size);

	if (pg_b64_encode((const void *) bytes, len, result, size - 1) < 0)
		elog(ERROR, "base64 does not fit");
	return result;
}

/* Percent-encode for a URL or a form. */
static void
append_percent(StringInfo out, const char *utf8)
{
	static const char hex[] = "0123456789ABCDEF";
	char	   *to;

	enlargeStringInfo(out, 3 * strlen(utf8));
	to = out->data + out->len;
	for (const unsigned char *s = (const unsigned char *) utf8; *s != '\0'; s++)
	{
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			(*s >= '0' && *s <= '9') ||
			*s == '-' || *s == '.' || *s == '_' || *s == '~')
			*to++ = *s;
		else
		{
			*to++ = '%';
			*to++ = hex[*s >> 4];
			*to++ = hex[*s & 15];
		}
	}
	*to = '\0';
	out->len = to - out->data;
}

/* Escape for an element's text or an attribute. */
static void
append_xml(StringInfo out, const char *utf8)
{
	for (const char *s = utf8; *s != '\0'; s++)
	{
		if (strchr("&<>\"'\t\n\r", *s) != NULL)
			appendStringInfo(out, "&#%d;", *s);
		else if ((unsigned char) *s < ' ')
			appendStringInfoChar(out, ' '); /* XML has no form feed */
		else
			appendStringInfoChar(out, *s);
	}
}

/* Keep a header's value on its line. */
static void
append_header(StringInfo out, const char *utf8)
{
	for (const char *s = utf8; *s != '\0'; s++)
		appendStringInfoChar(out, (unsigned char) *s < ' ' || *s == 0x7F ? ' ' : *s);
}

/* Write a value, given in the server's encoding, as its place needs. */
static void
append_value(StringInfo out, const char *value, Encoding encoding)
{
	const char *utf8 = pg_server_to_any(value, strlen(value), PG_UTF8);

	switch (encoding)
	{
		case ENCODE_PERCENT:
			append_percent(out, utf8);
			break;
		case ENCODE_JSON:
			escape_json(out, utf8);
			break;
		case ENCODE_XML:
			append_xml(out, utf8);
			break;
		case ENCODE_HEADER:
			append_header(out, utf8);
			break;
	}
}

/* Write {basic:user:password}, what Basic authentication sends. */
static bool
append_basic(StringInfo out, const GatewayPlaceholder *placeholder,
			 Encoding encoding, FindValue find, const void *gateway,
			 char **unknown)
{
	const char *values[PLACEHOLDER_MAX_ARGS];
	char	   *pair;
	const char *utf8;

	for (int i = 0; i < PLACEHOLDER_MAX_ARGS; i++)
	{
		values[i] = find(gateway, placeholder->args[i]);
		if (values[i] == NULL)
		{
			*unknown = "basic:" ELLIPSIS;	/* no names: secrets */
			return false;
		}
	}
	pair = psprintf("%s:%s", values[0], values[1]);
	utf8 = pg_server_to_any(pair, strlen(pair), PG_UTF8);
	append_value(out, Base64(utf8, strlen(utf8)), encoding);
	return true;
}

/* Write what a placeholder says for every message; false for one unknown. */
static bool
append_constant(StringInfo out, const GatewayPlaceholder *placeholder,
				Encoding encoding, FindValue find, const void *gateway,
				char **unknown)
{
	const char *value;

	if (strcmp(placeholder->name, "basic") == 0 &&
		placeholder->nargs == PLACEHOLDER_MAX_ARGS)
		return append_basic(out, placeholder, encoding, find, gateway, unknown);

	value = placeholder->nargs == 0 ? find(gateway, placeholder->name) : NULL;
	if (value == NULL)
	{
		*unknown = placeholder->name;
		return false;
	}
	append_value(out, value, encoding);
	return true;
}

/* Add a part to a template. */
static void
add_part(RequestTemplate *template, RequestVariable variable, const char *literal, int len)
{
	RequestPart *part = &template->parts[template->nparts];

	if (variable == VARIABLE_LITERAL && len == 0)
		return;
	template->nparts++;
	part->variable = variable;
	part->len = len;
	part->literal = pnstrdup(literal, len);
	template->fixed &= variable == VARIABLE_LITERAL;
}

RequestTemplate *
ParseRequestTemplate(const char *source, Encoding encoding,
					 FindValue find, const void *gateway, char **unknown)
{
	const char *utf8 = pg_server_to_any(source, strlen(source), PG_UTF8);
	RequestTemplate *template = palloc0(sizeof(RequestTemplate));
	StringInfoData literal;
	int			nbraces = 0;

	for (const char *s = utf8; *s != '\0'; s++)
		nbraces += *s == '{';
	template->encoding = encoding;
	template->fixed = true;
	template->parts = palloc0((2 * nbraces + 1) * sizeof(RequestPart));
	initStringInfo(&literal);

	for (const char *s = utf8; *s != '\0';)
	{
		GatewayPlaceholder placeholder;
		RequestVariable variable;

		if (*s != '{' || !ScanPlaceholder(s, &placeholder))
		{
			appendStringInfoChar(&literal, *s++);
			continue;
		}
		variable = placeholder.nargs == 0 ? FindVariable(placeholder.name) : VARIABLE_LITERAL;
		if (variable != VARIABLE_LITERAL)
		{
			add_part(template, VARIABLE_LITERAL, literal.data, literal.len);
			add_part(template, variable, "", 0);
			resetStringInfo(&literal);
		}
		else if (!append_constant(&literal, &placeholder, encoding,
								  find, gateway, unknown))
			return NULL;
		s = placeholder.end;
	}
	add_part(template, VARIABLE_LITERAL, literal.data, literal.len);
	return template;
}

/* What a variable says for a message. */
static const char *
variable_value(RequestVariable variable, const SmsMessage *message, const char *coding, char *id)
{
	switch (variable)
	{
		case VARIABLE_TO:
			return message->to;
		case VARIABLE_TO_DIGITS:
			return message->to + (message->to[0] == '+');
		case VARIABLE_TEXT:
			return message->body;
		case VARIABLE_ID:
			pg_lltoa(message->message_id, id);
			if (message->series > 1)
				snprintf(id + strlen(id), ID_MAX - strlen(id), ".%d", message->series);
			return id;
		case VARIABLE_CODING:
			return coding;
		case VARIABLE_LITERAL:
			break;
	}
	return "";
}

void
WriteRequestTemplate(StringInfo out, const RequestTemplate *template, const SmsMessage *message,
					 const char *coding)
{
	for (int i = 0; i < template->nparts; i++)
	{
		const RequestPart *part = &template->parts[i];

		if (part->variable == VARIABLE_LITERAL)
			appendBinaryStringInfo(out, part->literal, part->len);
		else
		{
			char		id[ID_MAX];

			append_value(out, variable_value(part->variable, message, coding, id),
						 template->encoding);
		}
	}
}

bool
RequestTemplateHas(const RequestTemplate *template, RequestVariable variable)
{
	for (int i = 0; i < template->nparts; i++)
	{
		if (template->parts[i].variable == variable)
			return true;
	}
	return false;
}
