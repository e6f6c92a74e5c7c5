/*
 * gateway.c
 *		How an SMS gateway is spoken to, and what its answers mean.
 *
 * Everything that can be wrong with a gateway's row is found when it is
 * loaded, before a message is claimed: an error after a request has left
 * would leave the message in doubt.
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
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/xml.h"

#include "clock.h"
#include "errors.h"
#include "sms/gateway.h"
#include "sms/parts.h"

/* Of those that may send, the first; else the first, said to be paused. */
static KeptQuery gateway_query = KEPT_QUERY("dz",
	"SELECT g.gateway, p.gateway IS NOT NULL AND p.probe_at > $2,"
	" p.gateway IS NOT NULL, g.url, g.headers, g.body, g.body_encoding,"
	" g.gsm7_code, g.ucs2_code, g.accepted, g.retry, g.credentials,"
	" g.permanent, g.message_id_pattern, g.connections, g.connect_timeout_ms,"
	" g.answer_timeout_ms, g.connection_idle_s,"
	" (EXTRACT(epoch FROM g.doubt_wait) * 1000000)::bigint,"
	" coalesce(g.rate, 0)::float8, g.burst"
	" FROM licence_home.sms_gateway g"
	" LEFT JOIN licence_home.sms_gateway_pause p ON p.gateway = g.gateway"
	" WHERE g.valid @> $1 AND g.withdrawn_at IS NULL"
	" ORDER BY p.gateway IS NOT NULL AND p.probe_at > $2, g.priority DESC, g.gateway"
	" LIMIT 1");

static KeptQuery secret_query = KEPT_QUERY("t",
	"SELECT c.name, c.secret FROM licence_home.sms_gateway_credential c"
	" WHERE c.gateway = $1 ORDER BY c.name");

/* What a placeholder stands for, as a letter is written. */
typedef struct Writer
{
	const SmsGateway *gateway;
	const SmsLetter *letter;	/* NULL: only check that all are known */
	BodyEncoding encoding;		/* BODY_NONE: as it is */
} Writer;

/* The end of a placeholder that starts here, or NULL. */
static const char *
placeholder_end(const char *s)
{
	if (*s++ != '{' || !islower((unsigned char) *s))
		return NULL;
	while (islower((unsigned char) *s) || isdigit((unsigned char) *s) || *s == '_')
		s++;
	return *s == '}' ? s + 1 : NULL;
}

/* A credential by name, or NULL. */
static const char *
find_secret(const SmsGateway *gateway, const char *name)
{
	for (int i = 0; i < gateway->nsecrets; i++)
	{
		if (strcmp(gateway->secrets[i].name, name) == 0)
			return gateway->secrets[i].secret;
	}
	return NULL;
}

/* The value of a placeholder; an error when nobody knows it. */
static const char *
placeholder_value(const Writer *writer, const char *name)
{
	static const char *const own[] = {"to", "to_digits", "text", "id", "coding"};
	const SmsLetter *letter = writer->letter;
	const char *secret;

	for (int i = 0; letter == NULL && i < (int) lengthof(own); i++)
	{
		if (strcmp(name, own[i]) == 0)
			return "";
	}
	if (letter != NULL)
	{
		if (strcmp(name, "to") == 0)
			return letter->to;
		if (strcmp(name, "to_digits") == 0)
			return letter->to + (letter->to[0] == '+');
		if (strcmp(name, "text") == 0)
			return letter->body;
		if (strcmp(name, "id") == 0)
			return letter->series > 1 ?
				psprintf(INT64_FORMAT ".%d", letter->message_id, letter->series) :
				psprintf(INT64_FORMAT, letter->message_id);
		if (strcmp(name, "coding") == 0)
			return MeasureSms(letter->body, SMS_UCS2_PART).ucs2 ?
				writer->gateway->ucs2_code : writer->gateway->gsm7_code;
	}
	secret = find_secret(writer->gateway, name);
	if (secret == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("SMS gateway \"%s\" has the unknown placeholder \"{%s}\"",
						writer->gateway->name, name),
				 errhint("Add that name to licence_home.sms_gateway_credential, or replace the gateway's row.")));
	return secret;
}

/* Percent-encode for a URL or a form. */
static void
append_percent(StringInfo out, const char *utf8)
{
	for (; *utf8 != '\0'; utf8++)
	{
		unsigned char c = *utf8;

		if (c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL))
			appendStringInfoChar(out, c);
		else
			appendStringInfo(out, "%%%02X", c);
	}
}

/* Write a value as its place needs. */
static void
append_encoded(StringInfo out, const char *value, BodyEncoding encoding)
{
	switch (encoding)
	{
		case BODY_NONE:
			appendStringInfoString(out, value);
			break;
		case BODY_FORM:
			append_percent(out, value);
			break;
		case BODY_JSON:
			escape_json(out, value);
			break;
		case BODY_XML:
			appendStringInfoString(out, escape_xml(value));
			break;
	}
}

/* Fill in the placeholders of a string; the result is UTF-8. */
static char *
write_out(const Writer *writer, const char *form)
{
	StringInfoData out;

	initStringInfo(&out);
	for (const char *s = form; *s != '\0';)
	{
		const char *end = placeholder_end(s);

		if (end == NULL)
		{
			appendStringInfoChar(&out, *s++);
			continue;
		}
		else
		{
			char	   *name = pnstrdup(s + 1, end - s - 2);
			const char *value = placeholder_value(writer, name);

			append_encoded(&out,
						   pg_server_to_any(value, strlen(value), PG_UTF8),
						   writer->encoding);
			s = end;
		}
	}
	return out.data;
}

char *
ComposeUrl(const SmsGateway *gateway, const SmsLetter *letter)
{
	Writer		writer = {gateway, letter, BODY_FORM};

	return write_out(&writer, gateway->url);
}

char *
ComposeHeader(const SmsGateway *gateway, int header, const SmsLetter *letter)
{
	Writer		writer = {gateway, letter, BODY_NONE};

	return write_out(&writer, gateway->headers[header]);
}

char *
ComposeBody(const SmsGateway *gateway, const SmsLetter *letter)
{
	Writer		writer = {gateway, letter, gateway->body_encoding};

	return write_out(&writer, gateway->body);
}

/* Does a pattern match?  The first group, or the whole, is written to group. */
static bool
matches(text *pattern, const char *subject, char **group)
{
	regmatch_t	found[2];

	if (!RE_compile_and_execute(pattern, unconstify(char *, subject),
								strlen(subject), REG_ADVANCED,
								C_COLLATION_OID, lengthof(found), found))
		return false;
	if (group != NULL)
	{
		regmatch_t *match = found[1].rm_so >= 0 ? &found[1] : &found[0];
		text	   *part = DatumGetTextPP(DirectFunctionCall3(text_substr,
															  CStringGetTextDatum(subject),
															  Int32GetDatum(match->rm_so + 1),
															  Int32GetDatum(match->rm_eo - match->rm_so)));

		*group = text_to_cstring(part);
	}
	return true;
}

Outcome
ReadAnswer(const SmsGateway *gateway, int http_status, const char *answer,
		   char **gateway_message_id)
{
	char	   *subject = psprintf("%d %s", http_status, answer);
	Outcome		outcome = OUTCOME_ACCEPTED;

	*gateway_message_id = NULL;
	while (outcome < OUTCOME_IN_DOUBT &&
		   !matches(gateway->patterns[outcome], subject, NULL))
		outcome++;
	if (outcome == OUTCOME_ACCEPTED && gateway->message_id_pattern != NULL)
		(void) matches(gateway->message_id_pattern, answer, gateway_message_id);
	return outcome;
}

/* Blot every occurrence of a secret out of a text. */
static void
blot(char *text, const char *secret)
{
	size_t		len = strlen(secret);

	if (len < 3)
		return;					/* no secret, and it would blot everything */
	for (char *s = text; (s = strstr(s, secret)) != NULL; s += len)
		memset(s, '*', len);
}

char *
CleanAnswer(const SmsGateway *gateway, const char *answer)
{
	char	   *clean = pstrdup(answer);
	bool		valid = GetDatabaseEncoding() == PG_UTF8 &&
		pg_verify_mbstr(PG_UTF8, clean, strlen(clean), true);

	for (char *s = clean; *s != '\0'; s++)
	{
		unsigned char c = *s;

		if (c < ' ')
			*s = ' ';
		else if (c >= 0x80 && !valid)
			*s = '?';
	}
	for (int i = 0; i < gateway->nsecrets; i++)
	{
		StringInfoData encoded;

		blot(clean, gateway->secrets[i].secret);
		initStringInfo(&encoded);
		append_percent(&encoded, gateway->secrets[i].secret);
		blot(clean, encoded.data);
	}
	return clean;
}

const char *
OutcomeName(Outcome outcome)
{
	switch (outcome)
	{
		case OUTCOME_ACCEPTED:
			return "accepted";
		case OUTCOME_RETRY:
			return "retry";
		case OUTCOME_CREDENTIALS:
			return "credentials";
		case OUTCOME_PERMANENT:
			return "permanent";
		case OUTCOME_IN_DOUBT:
			return "in_doubt";
	}
	return NULL;				/* keep the compiler quiet */
}

/* The array of headers of the row at hand. */
static void
load_headers(SmsGateway *gateway, int column)
{
	bool		isnull;
	Datum	   *elements;

	deconstruct_array(DatumGetArrayTypeP(RowDatum(0, column, &isnull)),
					  TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, &gateway->nheaders);
	gateway->headers = palloc0(gateway->nheaders * sizeof(char *));
	for (int i = 0; i < gateway->nheaders; i++)
		gateway->headers[i] = TextDatumGetCString(elements[i]);
}

/* A pattern of the row at hand, tried once; NULL for null. */
static text *
load_pattern(int column)
{
	char	   *pattern = RowText(0, column);
	text	   *result;

	if (pattern == NULL)
		return NULL;
	result = cstring_to_text(pattern);
	(void) matches(result, "", NULL);
	return result;
}

/* How the body of the row at hand is encoded. */
static BodyEncoding
load_encoding(int column)
{
	const char *encoding = RowText(0, column);

	if (encoding == NULL)
		return BODY_NONE;
	if (strcmp(encoding, "json") == 0)
		return BODY_JSON;
	return strcmp(encoding, "xml") == 0 ? BODY_XML : BODY_FORM;
}

/* The gateway's credentials. */
static void
load_secrets(OwnerScope *scope, SmsGateway *gateway, MemoryContext context)
{
	Datum		values[] = {CStringGetTextDatum(gateway->name)};

	gateway->nsecrets = (int) RunKept(scope, &secret_query, values, NULL, 0);
	MemoryContextSwitchTo(context);	/* SPI has left for its own */
	gateway->secrets = palloc0(gateway->nsecrets * sizeof(Secret));
	for (int i = 0; i < gateway->nsecrets; i++)
	{
		gateway->secrets[i].name = RowText(i, 1);
		gateway->secrets[i].secret = RowText(i, 2);
	}
}

/* Find out now whether every placeholder is known. */
static void
check_placeholders(const SmsGateway *gateway)
{
	(void) ComposeUrl(gateway, NULL);
	for (int i = 0; i < gateway->nheaders; i++)
		(void) ComposeHeader(gateway, i, NULL);
	if (gateway->body != NULL)
		(void) ComposeBody(gateway, NULL);
}

SmsGateway *
LoadGateway(OwnerScope *scope, MemoryContext context, bool *paused)
{
	TimestampTz now = ClockMoment();
	Datum		values[] = {
		DateADTGetDatum(ClockDay(now)),
		TimestampTzGetDatum(now)
	};
	bool		found = RunKept(scope, &gateway_query, values, NULL, 1) == 1;
	MemoryContext old;
	SmsGateway *gateway;
	int			column = 4;

	*paused = found && RowBool(0, 2);
	if (!found || *paused)
		return NULL;

	old = MemoryContextSwitchTo(context);
	gateway = palloc0(sizeof(SmsGateway));
	gateway->name = RowText(0, 1);
	gateway->probing = RowBool(0, 3);
	gateway->url = RowText(0, column++);
	load_headers(gateway, column++);
	gateway->body = RowText(0, column++);
	gateway->body_encoding = load_encoding(column++);
	gateway->gsm7_code = RowText(0, column++);
	gateway->ucs2_code = RowText(0, column++);
	for (Outcome i = OUTCOME_ACCEPTED; i < OUTCOME_IN_DOUBT; i++)
		gateway->patterns[i] = load_pattern(column++);
	gateway->message_id_pattern = load_pattern(column++);
	gateway->connections = RowInt4(0, column++);
	gateway->connect_timeout_ms = RowInt4(0, column++);
	gateway->answer_timeout_ms = RowInt4(0, column++);
	gateway->connection_idle_s = RowInt4(0, column++);
	gateway->doubt_wait = RowInt8(0, column++);
	gateway->rate = RowFloat8(0, column++);
	gateway->burst = RowInt4(0, column++);
	load_secrets(scope, gateway, context);
	check_placeholders(gateway);
	MemoryContextSwitchTo(old);
	return gateway;
}
