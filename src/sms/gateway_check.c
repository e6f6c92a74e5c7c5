/*
 * gateway_check.c
 *		A gateway's row is refused when it is written, not when it is used.
 *
 * sms_gateway_check is a BEFORE row trigger of sms_gateway and of
 * sms_gateway_profile.  It finds what no request can be made from, what would
 * make another request than is meant, and what would take a refusal for an
 * acceptance.  Whether credentials exist is not its matter: they may come
 * later, and LoadGateway() asks.
 *
 * sms_credential_check is one of sms_gateway_credential.  The constraints
 * there say the same, but their errors show the row.
 *
 * A row may have a secret where it should not: no error shows more of it than
 * where in a column the mistake is, and names of placeholders and headers.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonfuncs.h"
#include "utils/rel.h"
#include "utils/xml.h"

#include "compat.h"
#include "errors.h"
#include "rules/rule_table.h"
#include "sms/compose.h"

#define PLACEHOLDER_HINT \
	"A placeholder is a name in braces, of small letters, digits and underscores: {text}, {to}, {id}, {coding}, {from}, a name of sms_gateway_credential, or {basic:user:password} with two of them."
#define SECRET_HINT \
	"Secrets are rows of sms_gateway_credential; a placeholder stands for each, such as {password}, or {basic:username:password} in a header Authorization."

/* The row and the column at hand. */
typedef struct Checked
{
	Relation	rel;
	HeapTuple	tuple;
	const char *column;
} Checked;

/* Refuse the column at hand. */
static void
refuse(const Checked *row, const char *why, const char *hint)
{
	TupleDesc	desc = RelationGetDescr(row->rel);
	int			column = RuleColumn(desc, row->column);

	ereport(ERROR,
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("\"%s\" of \"%s\" cannot have this \"%s\"",
					SPI_getvalue(row->tuple, desc, 2),
					RelationGetRelationName(row->rel), row->column),
			 errdetail_internal("%s", why),
			 errhint("%s", hint),
			 errtablecol(row->rel, column)));
}

/* A column's text, which becomes the column at hand; NULL for null or none. */
static char *
column_text(Checked *row, const char *column)
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

/* Is it a character that breaks or hides a line? */
static bool
is_control(char c)
{
	return ((unsigned char) c) < ' ' || c == 0x7F;
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
			refuse(row, psprintf("At character %d is a brace that belongs to no placeholder.", position),
				   PLACEHOLDER_HINT);
		if (!is_graphic(*s) || strchr("\"<>\\^`|#", *s) != NULL)
			refuse(row, psprintf("Character %d must be percent-encoded.", position),
				   "Write a space as %20, and other characters beyond ASCII as their UTF-8 bytes.");
		if (*s == '%' && !(isxdigit((unsigned char) s[1]) &&
						   isxdigit((unsigned char) s[2])))
			refuse(row, psprintf("The percent sign at character %d is followed by no two hexadecimal digits.", position),
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
			refuse(row, psprintf("The placeholder \"%.*s\" does not exist.",
								 (int) (placeholder.end - s), s),
				   PLACEHOLDER_HINT);
		if (strcmp(placeholder.name, "from") == 0 &&
			SPI_fnumber(RelationGetDescr(row->rel), "sender_id") > 0 &&
			heap_attisnull(row->tuple,
						   RuleColumn(RelationGetDescr(row->rel), "sender_id"),
						   RelationGetDescr(row->rel)))
			refuse(row, "It has the placeholder \"{from}\", and sender_id is null.",
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

/* Check where requests go: http or https, and a host that is written out. */
static void
check_url(Checked *row, const char *url)
{
	const char *authority = NULL;
	const char *path;

	if (strncmp(url, "http://", 7) == 0)
		authority = url + 7;
	else if (strncmp(url, "https://", 8) == 0)
		authority = url + 8;
	else
		refuse(row, "It does not begin with \"http://\" or \"https://\".",
			   "No other protocol is spoken.");
	if (memchr(authority, '@', strcspn(authority, "/?#")) != NULL)
		refuse(row, "It has a user name before its host.", SECRET_HINT);
	if (memchr(authority, '{', strcspn(authority, "/?#")) != NULL)
		refuse(row, "It has a placeholder in its host.",
			   "Host and port are written out, so that no value leads elsewhere.");
	path = authority_end(authority);
	if (path == NULL)
		refuse(row, "It has no host that is one, or no port from 1 to 65535.",
			   "Write it like https://sms.example.jo:8443/send, an IPv6 address in brackets.");
	check_characters(row, url, path);
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
		refuse(row, "A header is not a name, a colon and a value.",
			   "Write it like 'X-Api-Key: {key}'.");
	if (is_reserved_header(header, len))
		refuse(row, psprintf("The header \"%.*s\" is not a row's to set.", len, header),
			   "It follows from the url and the body, or would change how an answer is read.");
	if (value[strspn(value, " ")] == '\0')
		refuse(row, psprintf("The header \"%.*s\" has no value.", len, header),
			   "Leave it out, or give it one.");
	for (const char *s = value; *s != '\0'; s++)
	{
		GatewayPlaceholder placeholder;

		if (*s != ' ' && !is_graphic(*s))
			refuse(row, psprintf("The header \"%.*s\" has a line break, a control character or a character beyond ASCII.", len, header),
				   "A header is one line of ASCII.");
		if ((*s == '{' && !ScanPlaceholder(s, &placeholder)) || *s == '}')
			refuse(row, psprintf("The header \"%.*s\" has a brace that belongs to no placeholder.", len, header),
				   PLACEHOLDER_HINT);
		if (*s != '{')
			continue;
		if (FindWord(placeholder.name) == WORD_TEXT)
			refuse(row, psprintf("The header \"%.*s\" has the message's text.", len, header),
				   "A text may have line breaks and letters beyond ASCII: it belongs into the url or the body.");
		s = placeholder.end - 1;
	}
}

/* Check every header, and that none comes twice. */
static void
check_headers(Checked *row)
{
	TupleDesc	desc = RelationGetDescr(row->rel);
	bool		isnull;
	Datum		value;
	Datum	   *elements;
	bool	   *nulls;
	char	  **headers;
	int			n;

	row->column = "headers";
	value = SPI_getbinval(row->tuple, desc, RuleColumn(desc, "headers"), &isnull);
	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &n);
	headers = palloc(n * sizeof(char *));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			refuse(row, "One of the headers is null.", "Leave it out.");
		headers[i] = TextDatumGetCString(elements[i]);
		check_header(row, headers[i]);
		check_placeholders(row, headers[i]);
		for (int j = 0; j < i; j++)
		{
			int			len = strcspn(headers[i], ":") + 1;

			if (pg_strncasecmp(headers[i], headers[j], len) == 0)
				refuse(row, psprintf("The header \"%.*s\" comes twice.", len - 1, headers[i]),
					   "Leave one out.");
		}
	}
}

/* A body with every placeholder filled in. */
static char *
sample_body(const char *body, Encoding encoding)
{
	SmsLetter	letter = {.to = "+962791234567", .body = "a\"'<&\n{"};
	StringInfoData sample;
	char	   *unknown;

	initStringInfo(&sample);
	WriteForm(&sample, CompileForm(body, encoding, any_value, NULL, &unknown),
			  &letter, any_value(NULL, NULL));
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

/* Check that a body is what its encoding says, once it is filled in. */
static void
check_body(Checked *row)
{
	char	   *encoding = column_text(row, "body_encoding");
	char	   *body = column_text(row, "body");

	if (body == NULL || encoding == NULL)
		return;
	check_placeholders(row, body);
	if (strcmp(encoding, "form") == 0)
		check_characters(row, body, body);
	else if (strcmp(encoding, "json") == 0 && !is_json(sample_body(body, ENCODE_JSON)))
		refuse(row, "It is not valid JSON once its placeholders are filled in.",
			   "A placeholder stands for a whole string with its quotes: {\"text\": {text}}.");
	else if (strcmp(encoding, "xml") == 0 && !is_xml(sample_body(body, ENCODE_XML)))
		refuse(row, "It is not a well-formed XML document once its placeholders are filled in.",
			   "A placeholder stands for the text of an element or an attribute: <text>{text}</text>.");
}

/* Does a regular expression that was compiled match a text? */
static bool
finds(regex_t *regex, const char *text)
{
	int			len = strlen(text);
	pg_wchar   *wide = palloc((len + 1) * sizeof(pg_wchar));

	len = pg_mb2wchar_with_len(text, wide, len);
	return pg_regexec(regex, wide, len, 0, NULL, 0, NULL, 0) == REG_OKAY;
}

/*
 * Check a pattern; where it must not match an answer with one of these
 * statuses and nothing else, that too.
 */
static void
check_pattern(Checked *row, const char *column, const char *const *never,
			  const char *hint)
{
	char	   *pattern = column_text(row, column);
	pg_wchar   *wide;
	regex_t		regex;
	char		why[100];
	int			error;

	if (pattern == NULL)
		return;
	wide = palloc((strlen(pattern) + 1) * sizeof(pg_wchar));
	error = pg_regcomp(&regex, wide,
					   pg_mb2wchar_with_len(pattern, wide, strlen(pattern)),
					   REG_ADVANCED, C_COLLATION_OID);
	if (error != REG_OKAY)
	{
		pg_regerror(error, &regex, why, sizeof(why));
		refuse(row, psprintf("It is no regular expression: %s.", why),
			   "It is matched with the answer's status, a space and its body, such as '^200 OK'.");
	}
	for (; *never != NULL; never++)
	{
		if (finds(&regex, *never))
		{
			pg_regfree(&regex);
			refuse(row, psprintf("It matches an answer of status %sthat says nothing.", *never),
				   hint);
		}
	}
	pg_regfree(&regex);
}

/* Check what answers mean. */
static void
check_patterns(Checked *row)
{
	static const char *const anything[] = {NULL};
	static const char *const refusals[] = {
		"301 ", "400 ", "401 ", "403 ", "404 ", "429 ", "500 ", "502 ", "503 ", NULL
	};
	static const char *const successes[] = {"200 ", "201 ", "202 ", NULL};

	check_pattern(row, "accepted", refusals,
				  "A message would be lost in silence: name the status, such as '^200 '.");
	check_pattern(row, "retry", successes,
				  "A message that the gateway took would be sent again.");
	check_pattern(row, "credentials", successes,
				  "A message that the gateway took would be sent again.");
	check_pattern(row, "permanent", anything, "");
	check_pattern(row, "message_id_pattern", anything, "");
}

/* Check the values that a row has for placeholders. */
static void
check_values(Checked *row)
{
	static const char *const columns[] = {"sender_id", "gsm7_code", "ucs2_code"};

	for (int i = 0; i < (int) lengthof(columns); i++)
	{
		char	   *value = column_text(row, columns[i]);

		for (char *s = value; s != NULL && *s != '\0'; s++)
		{
			if (is_control(*s))
				refuse(row, "It has a line break or another control character.",
					   "It is one line.");
		}
	}
}

/* Behind one certificate in PEM, or NULL. */
static const char *
certificate_end(const char *s)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	static const char end[] = "-----END CERTIFICATE-----";
	int			digits = 0;

	if (strncmp(s, begin, strlen(begin)) != 0)
		return NULL;
	s += strlen(begin);
	s += strspn(s, " \t\r\n");
	if (strncmp(s, "MI", 2) != 0)	/* DER: a sequence of many bytes */
		return NULL;
	for (; isalnum((unsigned char) *s) || strchr("+/=\r\n \t", *s); s++)
	{
		if (*s == '\0')
			return NULL;
		digits += !isspace((unsigned char) *s);
	}
	if (digits % 4 != 0 || strncmp(s, end, strlen(end)) != 0)
		return NULL;
	return s + strlen(end);
}

/* Check that the authorities are certificates, and nothing else. */
static void
check_ca(Checked *row)
{
	char	   *url = column_text(row, "url");
	const char *ca = column_text(row, "ca");

	if (ca == NULL)
		return;
	if (strstr(ca, "PRIVATE KEY-----") != NULL)
		refuse(row, "It has a private key.",
			   "Give the authority's certificate alone, and make a new key: this one has been seen.");
	if (url != NULL && strncmp(url, "https://", 8) != 0)
		refuse(row, "The url is not https, and no certificate is asked for.",
			   "Use https, or leave ca null.");
	for (const char *s = ca + strspn(ca, " \t\r\n"); *s != '\0';
		 s += strspn(s, " \t\r\n"))
	{
		s = certificate_end(s);
		if (s == NULL)
			refuse(row, "It is not a list of certificates in PEM.",
				   "Each begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----.");
	}
}

PG_FUNCTION_INFO_V1(licence_home_sms_gateway_check);
/* BEFORE INSERT for each row. */
Datum
licence_home_sms_gateway_check(PG_FUNCTION_ARGS)
{
	TriggerData *data = RuleTriggerData(fcinfo, "sms_gateway_check");
	Checked		row = {data->tg_relation, data->tg_trigtuple, NULL};
	char	   *text;

	if ((text = column_text(&row, "base_url")) != NULL)
		check_url(&row, text);
	if ((text = column_text(&row, "path")) != NULL)
		check_characters(&row, text, text);
	if (text != NULL)
		check_placeholders(&row, text);
	if ((text = column_text(&row, "url")) != NULL)
		check_url(&row, text);
	if (text != NULL)
		check_placeholders(&row, text);
	check_headers(&row);
	check_body(&row);
	check_patterns(&row);
	check_values(&row);
	check_ca(&row);
	return PointerGetDatum(data->tg_trigtuple);
}

/* Refuse a credential without showing anything of it. */
static void
refuse_credential(const char *column, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("a row of \"sms_gateway_credential\" cannot have this \"%s\"",
					column),
			 errhint("%s", hint)));
}

/* Is it the name of a gateway or a credential? */
static bool
is_name(const char *text)
{
	size_t		len = text ? strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;

	return len > 0 && text[len] == '\0' && islower((unsigned char) text[0]);
}

PG_FUNCTION_INFO_V1(licence_home_sms_credential_check);
/* BEFORE INSERT or UPDATE for each row. */
Datum
licence_home_sms_credential_check(PG_FUNCTION_ARGS)
{
	TriggerData *data = RuleTriggerData(fcinfo, "sms_credential_check");
	HeapTuple	tuple = TRIGGER_FIRED_BY_UPDATE(data->tg_event) ?
		data->tg_newtuple : data->tg_trigtuple;
	Checked		row = {data->tg_relation, tuple, NULL};
	const char *name = column_text(&row, "name");
	const char *secret = column_text(&row, "secret");

	if (!is_name(column_text(&row, "gateway")))
		refuse_credential("gateway", "It is the name of a gateway: small letters, digits and underscores.");
	if (!is_name(name) || FindWord(name) != WORD_LITERAL ||
		strcmp(name, "from") == 0 || strcmp(name, "basic") == 0)
		refuse_credential("name", "It is the name of a placeholder: small letters, digits and underscores, and none that the sender fills in itself.");
	if (secret == NULL || secret[0] == '\0')
		refuse_credential("secret", "It is not empty.");
	for (const char *s = secret; *s != '\0'; s++)
	{
		if (is_control(*s))
			refuse_credential("secret", "It is one line, without control characters, so that it cannot end a header.");
	}
	return PointerGetDatum(tuple);
}
