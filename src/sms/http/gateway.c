/*
 * gateway.c
 *		How an SMS gateway is spoken to, and what its answers mean.
 *
 * Everything that can be wrong with a gateway's row is found when it is
 * loaded, before a message is claimed: an error after a request has left
 * would leave the message in doubt.  (What can be seen without credentials is
 * refused when the row is written, by gateway_check.c.)
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "regex/regex.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "spi/query.h"
#include "sms/queue/claim.h"
#include "sms/http/request_template.h"
#include "sms/http/redact.h"
#include "sms/http/http_client.h"
#include "sms/http/gateway.h"
#include "sms/text/parts.h"

#define MESSAGE_ID_MAX 255		/* bytes; what is longer is no id, nor indexed */

/* Does a gateway rest at $2?  Not if the clock was set back to before. */
#define RESTS "(p.gateway IS NOT NULL AND p.probe_at > $2 AND NOT " \
	CLOCK_WAS_SET_BACK("p.paused_at", "$2") ")"

/* Of those that may send, the first; else the first, said to be paused. */
static KeptQuery gateway_query = KEPT_QUERY("dz",
	"SELECT g.gateway, " RESTS ","
	" p.gateway IS NOT NULL, g.sender_id, g.url, g.headers, g.body,"
	" g.body_encoding, g.gsm7_code, g.ucs2_code, g.accepted, g.retry,"
	" g.credentials, g.permanent, g.message_id_pattern, g.ca, g.connections,"
	" coalesce(g.rate, 0)::double precision, g.burst, g.connect_timeout_ms,"
	" g.answer_timeout_ms, g.connection_idle_s,"
	" (EXTRACT(epoch FROM g.doubt_wait) * 1000000)::bigint"
	" FROM licence_home.sms_gateway g"
	" LEFT JOIN licence_home.sms_gateway_pause p ON p.gateway = g.gateway"
	" WHERE g.valid @> $1 AND g.withdrawn_at IS NULL"
	" ORDER BY " RESTS ", g.priority DESC, g.gateway LIMIT 1");

/* What LoadGateway reads, as one text that changes when it does. */
static KeptQuery version_query = KEPT_QUERY("dz",
	"SELECT concat_ws(' ',"
	" (SELECT string_agg(concat(g.sms_gateway_id, ':', g.xmin, ':', p.xmin, ':', " RESTS "), ' '"
	"   ORDER BY g.sms_gateway_id)"
	"  FROM licence_home.sms_gateway g"
	"  LEFT JOIN licence_home.sms_gateway_pause p ON p.gateway = g.gateway"
	"  WHERE g.valid @> $1 AND g.withdrawn_at IS NULL),"
	" (SELECT string_agg(concat(c.gateway, ':', c.name, ':', c.xmin), ' ' ORDER BY c.gateway, c.name)"
	"  FROM licence_home.sms_gateway_credential c))");

static KeptQuery secret_query = KEPT_QUERY("t",
	"SELECT c.name, c.secret FROM licence_home.sms_gateway_credential c"
	" WHERE c.gateway = $1 ORDER BY c.name");

/* An answer without an id, and what it meant: most answers are the same. */
typedef struct Verdict
{
	int			http_status;
	char		answer[64];		/* a longer one is judged each time */
	Outcome		outcome;
} Verdict;

/* A value that is the same for every letter, or NULL. */
static const char *
find_value(const void *arg, const char *name)
{
	const SmsGateway *gateway = arg;

	if (strcmp(name, "from") == 0)
		return gateway->sender_id;
	for (int i = 0; i < gateway->nsecrets; i++)
	{
		if (strcmp(gateway->secrets[i].name, name) == 0)
			return gateway->secrets[i].secret;
	}
	return NULL;
}

/* Take a string of the row apart; an error for a placeholder unknown. */
static Stencil *
compile(SmsGateway *gateway, const char *source, Encoding encoding)
{
	char	   *unknown;
	Stencil    *stencil = CompileStencil(source, encoding, find_value,
										 gateway, &unknown);

	if (stencil == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("SMS gateway \"%s\" has the unknown placeholder \"{%s}\"",
						gateway->name, unknown),
				 errhint("Add that name to licence_home.sms_gateway_credential, or replace the gateway's row.")));
	gateway->needs_coding |= StencilHas(stencil, WORD_CODING);
	return stencil;
}

const char *
LetterCoding(const SmsGateway *gateway, const SmsLetter *letter)
{
	if (!gateway->needs_coding)
		return "";
	return MeasureSms(letter->body, SMS_UCS2_PART).ucs2 ?
		gateway->ucs2_code : gateway->gsm7_code;
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

/* Which pattern an answer fits; the first that does. */
static Outcome
judge(const SmsGateway *gateway, int http_status, const char *answer)
{
	Verdict    *last = gateway->verdict;
	Outcome		outcome = OUTCOME_ACCEPTED;
	char	   *subject;

	if (last->http_status == http_status && strcmp(last->answer, answer) == 0)
		return last->outcome;

	subject = psprintf("%d %s", http_status, answer);
	while (outcome < OUTCOME_IN_DOUBT &&
		   !matches(gateway->patterns[outcome], subject, NULL))
		outcome++;
	if (strlcpy(last->answer, answer, sizeof(last->answer)) < sizeof(last->answer))
	{
		last->http_status = http_status;
		last->outcome = outcome;
	}
	else
		last->http_status = 0;
	return outcome;
}

/* The gateway's id of a message that it accepted, or NULL. */
static char *
message_id(const SmsGateway *gateway, const char *answer)
{
	char	   *id;

	if (gateway->message_id_pattern == NULL ||
		!matches(gateway->message_id_pattern, answer, &id))
		return NULL;
	if (id[0] == '\0' || strlen(id) > MESSAGE_ID_MAX)
		return NULL;
	ConcealSecrets(gateway, id);
	return id;
}

Outcome
ReadAnswer(const SmsGateway *gateway, int http_status, const char *answer,
		   char **gateway_message_id)
{
	char	   *text = ReadableAnswer(answer);
	Outcome		outcome = judge(gateway, http_status, text);

	*gateway_message_id = outcome == OUTCOME_ACCEPTED ?
		message_id(gateway, text) : NULL;
	return outcome;
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

/* An array of text of the row at hand. */
static int
load_texts(int column, char ***texts)
{
	bool		isnull;
	Datum	   *elements;
	int			n;

	deconstruct_array(DatumGetArrayTypeP(RowDatum(0, column, &isnull)),
					  TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &n);
	*texts = palloc0(n * sizeof(char *));
	for (int i = 0; i < n; i++)
		(*texts)[i] = TextDatumGetCString(elements[i]);
	return n;
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

/* What a stencil writes, which is the same for every letter. */
static char *
fixed_text(const Stencil *stencil)
{
	StringInfoData text;

	initStringInfo(&text);
	WriteStencil(&text, stencil, NULL, NULL);
	return text.data;
}

/* Take the headers apart, and put them together again if none varies. */
static void
compile_headers(SmsGateway *gateway, char **sources)
{
	bool		fixed = true;

	gateway->headers = palloc0(gateway->nheaders * sizeof(Stencil *));
	for (int i = 0; i < gateway->nheaders; i++)
	{
		gateway->headers[i] = compile(gateway, sources[i], ENCODE_HEADER);
		fixed &= gateway->headers[i]->fixed;
	}

	/* libcurl reads the list, and keeps neither it nor its strings. */
	for (int i = gateway->nheaders - 1; fixed && i >= 0; i--)
	{
		struct curl_slist *header = palloc(sizeof(struct curl_slist));

		header->data = fixed_text(gateway->headers[i]);
		header->next = gateway->fixed_headers;
		gateway->fixed_headers = header;
	}
}

/* How the body of a gateway's row is encoded, and the header that says so. */
static Encoding
body_encoding(const char *name, const char **content_type)
{
	if (strcmp(name, "json") == 0)
	{
		*content_type = "Content-Type: application/json";
		return ENCODE_JSON;
	}
	if (strcmp(name, "xml") == 0)
	{
		*content_type = "Content-Type: text/xml; charset=utf-8";
		return ENCODE_XML;
	}
	*content_type = "Content-Type: application/x-www-form-urlencoded";
	return ENCODE_PERCENT;
}

/* Is there a header of this name? */
static bool
has_header(char **headers, int nheaders, const char *name)
{
	for (int i = 0; i < nheaders; i++)
	{
		if (pg_strncasecmp(headers[i], name, strlen(name)) == 0 &&
			headers[i][strlen(name)] == ':')
			return true;
	}
	return false;
}

/* Take the URL apart: its values stand behind its host. */
static void
compile_url(SmsGateway *gateway, const char *url)
{
	const char *host = strstr(url, "://");
	const char *target = host ? host + 3 + strcspn(host + 3, "/") : NULL;

	for (const char *s = url; target != NULL && *s != '\0'; s++)
	{
		if (*s <= ' ' || *s >= 0x7F)
			target = NULL;
	}
	if (target == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("SMS gateway \"%s\" has a url that is none", gateway->name),
				 errhint("Withdraw its row and insert another.")));
	gateway->origin = pnstrdup(url, target - url);
	gateway->target = compile(gateway, *target ? target : "/", ENCODE_PERCENT);
}

/* Take apart what a request consists of. */
static void
compile_request(SmsGateway *gateway, const char *url, char **headers,
				int nheaders, const char *body, const char *encoding)
{
	char	  **all = palloc((nheaders + 2) * sizeof(char *));
	const char *content_type;

	memcpy(all, headers, nheaders * sizeof(char *));
	gateway->nheaders = nheaders;
	compile_url(gateway, url);
	if (body != NULL)
	{
		gateway->body = compile(gateway, body,
								body_encoding(encoding, &content_type));
		if (!has_header(headers, nheaders, "Content-Type"))
			all[gateway->nheaders++] = pstrdup(content_type);
		all[gateway->nheaders++] = "Expect:";	/* no 100-continue */
	}
	compile_headers(gateway, all);
}

char *
GatewayVersion(OwnerScope *scope)
{
	TimestampTz now = ClockMoment();
	Datum		values[] = {
		DateADTGetDatum(ClockDay(now)),
		TimestampTzGetDatum(now)
	};

	RunKept(scope, &version_query, values, NULL, 1);
	return RowText(0, 1);
}

SmsGateway *
LoadGateway(OwnerScope *scope, MemoryContext context, bool *paused)
{
	static uint64 serial = 0;
	TimestampTz now = ClockMoment();
	Datum		values[] = {
		DateADTGetDatum(ClockDay(now)),
		TimestampTzGetDatum(now)
	};
	bool		found = RunKept(scope, &gateway_query, values, NULL, 1) == 1;
	MemoryContext old;
	SmsGateway *gateway;
	char	   *url;
	char	  **headers;
	int			nheaders;
	char	   *body;
	char	   *encoding;
	int			column = 4;

	*paused = found && RowBool(0, 2);
	if (!found || *paused)
		return NULL;

	old = MemoryContextSwitchTo(context);
	gateway = palloc0(sizeof(SmsGateway));
	gateway->serial = ++serial;
	gateway->verdict = palloc0(sizeof(Verdict));
	gateway->name = RowText(0, 1);
	gateway->probing = RowBool(0, 3);
	gateway->sender_id = RowText(0, column++);
	url = RowText(0, column++);
	nheaders = load_texts(column++, &headers);
	body = RowText(0, column++);
	encoding = RowText(0, column++);
	gateway->gsm7_code = RowText(0, column++);
	gateway->ucs2_code = RowText(0, column++);
	for (Outcome i = OUTCOME_ACCEPTED; i < OUTCOME_IN_DOUBT; i++)
		gateway->patterns[i] = load_pattern(column++);
	gateway->message_id_pattern = load_pattern(column++);
	gateway->ca = RowText(0, column++);
	gateway->connections = RowInt4(0, column++);
	gateway->rate = RowFloat8(0, column++);
	gateway->burst = RowInt4(0, column++);
	gateway->connect_timeout_ms = RowInt4(0, column++);
	gateway->answer_timeout_ms = RowInt4(0, column++);
	gateway->connection_idle_s = RowInt4(0, column++);
	gateway->doubt_wait = RowInt8(0, column++);
	if (gateway->ca != NULL)
		CheckAuthorities(gateway->ca);
	load_secrets(scope, gateway, context);
	PrepareToConceal(gateway);
	compile_request(gateway, url, headers, nheaders, body, encoding);
	MemoryContextSwitchTo(old);
	return gateway;
}
