/*
 * request_check.c
 *		Checking the columns that a request is made from.
 *
 * A row may have a secret where it should not.  So an error shows only the
 * place of the mistake in its column, and names of placeholders and headers.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonfuncs.h"
#include "utils/xml.h"

#include "errors.h"
#include "spi/trigger.h"
#include "sms/http/request_template.h"
#include "sms/http/request_check.h"

#define PLACEHOLDER_HINT \
	"A placeholder is a name in braces, of small letters, digits and underscores: {text}, {to}, {id}, {coding}, {from}, a name of sms_gateway_credential, or {basic:user:password} with two of them."
#define SECRET_HINT \
	"Secrets are rows of sms_gateway_credential; a placeholder stands for each, such as {password}, or {basic:username:password} in a header Authorization."

void
RefuseColumn(const Checked *row, const char *why, const char *hint)
{
	TupleDesc	desc = RelationGetDescr(row->rel);
	int			column = ColumnNumber(desc, row->column);

	ereport(ERROR,
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("\"%s\" of \"%s\" cannot have this \"%s\"",
					SPI_getvalue(row->tuple, desc, 2),
					RelationGetRelationName(row->rel), row->column),
			 errdetail_internal("%s", why),
			 errhint("%s", hint),
			 errtablecol(row->rel, column)));
}

char *
CheckedColumn(Checked *row, const char *column)
{
	int			number = SPI_fnumber(RelationGetDescr(row->rel), column);

	if (number <= 0)
		return NULL;
	row->column = column;
	return SPI_getvalue(row->tuple, RelationGetDescr(row->rel), number);
}

/* Is it a character of ASCII that one can see? */
static bool
is_graphic(char c)
{
	return c > ' ' && c < 0x7F;
}

/* A value for a placeholder whose own is not known yet. */
static const char *
any_value(const void *arg pg_attribute_unused(),
		  const char *name pg_attribute_unused())
{
	return "a\"'<&\n{";
}

/* Refuse what a URL or a form cannot have, and a brace of no placeholder. */
static void
check_characters(const Checked *row, const char *text, const char *from)
{
	for (const char *s = from; *s != '\0';)
	{
		GatewayPlaceholder placeholder;
		int			position = (int) (s - text) + 1;

		if (*s == '{' && ScanPlaceholder(s, &placeholder))
		{
			s = placeholder.end;
			continue;
		}
		if (*s == '{' || *s == '}')
			RefuseColumn(row, psprintf("At character %d is a brace that belongs to no placeholder.", position),
						 PLACEHOLDER_HINT);
		if (!is_graphic(*s) || strchr("\"<>\\^`|#", *s) != NULL)
			RefuseColumn(row, psprintf("Character %d must be percent-encoded.", position),
						 "Write a space as %20, and other characters beyond ASCII as their UTF-8 bytes.");
		if (*s == '%' && !(isxdigit((unsigned char) s[1]) &&
						   isxdigit((unsigned char) s[2])))
			RefuseColumn(row, psprintf("The percent sign at character %d is followed by no two hexadecimal digits.", position),
						 "Write the sign itself as %25.");
		s++;
	}
}

/* Refuse a placeholder that has arguments where none are, or too few. */
static void
check_placeholders(const Checked *row, const char *text)
{
	GatewayPlaceholder placeholder;

	for (const char *s = text; (s = strchr(s, '{')) != NULL; s++)
	{
		if (!ScanPlaceholder(s, &placeholder))
			continue;
		if (placeholder.nargs !=
			(strcmp(placeholder.name, "basic") == 0 ? PLACEHOLDER_MAX_ARGS : 0))
			RefuseColumn(row, psprintf("The placeholder \"%.*s\" does not exist.",
									   (int) (placeholder.end - s), s),
						 PLACEHOLDER_HINT);
		if (strcmp(placeholder.name, "from") == 0 &&
			SPI_fnumber(RelationGetDescr(row->rel), "sender_id") > 0 &&
			heap_attisnull(row->tuple,
						   ColumnNumber(RelationGetDescr(row->rel), "sender_id"),
						   RelationGetDescr(row->rel)))
			RefuseColumn(row, "It has the placeholder \"{from}\", and sender_id is null.",
						 "Set sender_id to the name or number that messages come from.");
	}
}

/* Where the host and port of a URL end that begin here, or NULL. */
static const char *
authority_end(const char *s)
{
	const char *host = s;

	if (*s == '[')
	{
		s += 1 + strspn(s + 1, "0123456789abcdefABCDEF:.");
		if (*s++ != ']')
			return NULL;
	}
	else
		s += strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");
	if (s == host)
		return NULL;
	if (*s == ':')
	{
		char	   *end;
		long		port = isdigit((unsigned char) s[1]) ? strtol(s + 1, &end, 10) : 0;

		if (port < 1 || port > 65535)
			return NULL;
		s = end;
	}
	return *s == '/' || *s == '\0' ? s : NULL;
}

void
CheckUrl(Checked *row, const char *column)
{
	char	   *url = CheckedColumn(row, column);
	const char *authority = NULL;
	const char *path;

	if (url == NULL)
		return;
	if (strncmp(url, "http://", 7) == 0)
		authority = url + 7;
	else if (strncmp(url, "https://", 8) == 0)
		authority = url + 8;
	else
		RefuseColumn(row, "It does not begin with \"http://\" or \"https://\".",
					 "No other protocol is spoken.");
	if (memchr(authority, '@', strcspn(authority, "/?#")) != NULL)
		RefuseColumn(row, "It has a user name before its host.", SECRET_HINT);
	if (memchr(authority, '{', strcspn(authority, "/?#")) != NULL)
		RefuseColumn(row, "It has a placeholder in its host.",
					 "Host and port are written out, so that no value leads elsewhere.");
	path = authority_end(authority);
	if (path == NULL)
		RefuseColumn(row, "It has no host that is one, or no port from 1 to 65535.",
					 "Write it like https://sms.example.jo:8443/send, an IPv6 address in brackets.");
	check_characters(row, url, path);
	check_placeholders(row, url);
}

void
CheckPath(Checked *row, const char *column)
{
	char	   *path = CheckedColumn(row, column);

	if (path == NULL)
		return;
	check_characters(row, path, path);
	check_placeholders(row, path);
}

/* Is it a header that the sender or libcurl writes? */
static bool
is_reserved_header(const char *name, int len)
{
	static const char *const reserved[] = {
		"Host", "Content-Length", "Transfer-Encoding", "Connection",
		"Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE",
		"Trailer", "Upgrade", "Expect", "Accept-Encoding"
	};

	for (int i = 0; i < (int) lengthof(reserved); i++)
	{
		if ((int) strlen(reserved[i]) == len &&
			pg_strncasecmp(reserved[i], name, len) == 0)
			return true;
	}
	return false;
}

/* Check one header: "Name: value" on a line of its own. */
static void
check_header(const Checked *row, const char *header)
{
	int			len = strspn(header, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~");
	const char *value = header + len;

	if (len == 0 || *value++ != ':')
		RefuseColumn(row, "A header is not a name, a colon and a value.",
					 "Write it like 'X-Api-Key: {key}'.");
	if (is_reserved_header(header, len))
		RefuseColumn(row, psprintf("The header \"%.*s\" is not a row's to set.", len, header),
					 "It follows from the url and the body, or would change how an answer is read.");
	if (value[strspn(value, " ")] == '\0')
		RefuseColumn(row, psprintf("The header \"%.*s\" has no value.", len, header),
					 "Leave it out, or give it one.");
	for (const char *s = value; *s != '\0'; s++)
	{
		GatewayPlaceholder placeholder;

		if (*s != ' ' && !is_graphic(*s))
			RefuseColumn(row, psprintf("The header \"%.*s\" has a line break, a control character or a character beyond ASCII.", len, header),
						 "A header is one line of ASCII.");
		if ((*s == '{' && !ScanPlaceholder(s, &placeholder)) || *s == '}')
			RefuseColumn(row, psprintf("The header \"%.*s\" has a brace that belongs to no placeholder.", len, header),
						 PLACEHOLDER_HINT);
		if (*s != '{')
			continue;
		if (FindVariable(placeholder.name) == VARIABLE_TEXT)
			RefuseColumn(row, psprintf("The header \"%.*s\" has the message's text.", len, header),
						 "A text may have line breaks and letters beyond ASCII: it belongs into the url or the body.");
		s = placeholder.end - 1;
	}
}

void
CheckHeaders(Checked *row)
{
	TupleDesc	desc = RelationGetDescr(row->rel);
	bool		isnull;
	Datum		value;
	Datum	   *elements;
	bool	   *nulls;
	char	  **headers;
	int			n;

	row->column = "headers";
	value = SPI_getbinval(row->tuple, desc, ColumnNumber(desc, "headers"), &isnull);
	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &n);
	headers = palloc(n * sizeof(char *));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			RefuseColumn(row, "One of the headers is null.", "Leave it out.");
		headers[i] = TextDatumGetCString(elements[i]);
		check_header(row, headers[i]);
		check_placeholders(row, headers[i]);
		for (int j = 0; j < i; j++)
		{
			int			len = strcspn(headers[i], ":") + 1;

			if (pg_strncasecmp(headers[i], headers[j], len) == 0)
				RefuseColumn(row, psprintf("The header \"%.*s\" comes twice.", len - 1, headers[i]),
							 "Leave one out.");
		}
	}
}

/* A body with every placeholder filled in. */
static char *
sample_body(const char *body, Encoding encoding)
{
	SmsMessage	message = {.to = "+962791234567", .body = "a\"'<&\n{"};
	StringInfoData sample;
	char	   *unknown;

	initStringInfo(&sample);
	WriteRequestTemplate(&sample, ParseRequestTemplate(body, encoding, any_value, NULL, &unknown),
						 &message, any_value(NULL, NULL));
	return sample.data;
}

/* Is it JSON?  The parser's own error would show it. */
static bool
is_json(const char *json)
{
	return pg_parse_json(MakeJsonLexContext(cstring_to_text(json)),
						 &nullSemAction) == JSON_SUCCESS;
}

/* Is it an XML document, as far as this server can tell? */
static bool
is_xml(const char *xml)
{
#ifdef USE_LIBXML
	return DatumGetBool(DirectFunctionCall1(xml_is_well_formed_document,
											CStringGetTextDatum(xml)));
#else
	return xml[0] == '<';
#endif
}

void
CheckBody(Checked *row)
{
	char	   *encoding = CheckedColumn(row, "body_encoding");
	char	   *body = CheckedColumn(row, "body");

	if (body == NULL || encoding == NULL)
		return;
	check_placeholders(row, body);
	if (strcmp(encoding, "form") == 0)
		check_characters(row, body, body);
	else if (strcmp(encoding, "json") == 0 && !is_json(sample_body(body, ENCODE_JSON)))
		RefuseColumn(row, "It is not valid JSON once its placeholders are filled in.",
					 "A placeholder stands for a whole string with its quotes: {\"text\": {text}}.");
	else if (strcmp(encoding, "xml") == 0 && !is_xml(sample_body(body, ENCODE_XML)))
		RefuseColumn(row, "It is not a well-formed XML document once its placeholders are filled in.",
					 "A placeholder stands for the text of an element or an attribute: <text>{text}</text>.");
}
