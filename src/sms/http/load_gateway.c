/*
 * load_gateway.c
 *		The gateway that messages go through now, read from its row.
 *
 * Loading finds everything that can be wrong with a gateway's row, before a
 * message is claimed.  An error after a request has left would leave the
 * message in doubt.  (What can be seen without credentials is refused when the
 * row is written, by gateway_check.c.)
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "sms/http/request_template.h"
#include "sms/http/redact.h"
#include "sms/http/http_client.h"
#include "sms/http/answer.h"
#include "sms/http/gateway.h"
#include "sms/http/load_gateway.h"

/* Does a gateway rest at $2?  Not if the clock was set back to before. */
#define RESTS "(p.gateway IS NOT NULL AND p.probe_at > $2 AND NOT " \
	CLOCK_WAS_SET_BACK("p.paused_at", "$2") ")"

/* Of those that may send, the first; else the first, said to be paused. */
static SavedPlan gateway_query = SAVED_PLAN(
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
static SavedPlan version_query = SAVED_PLAN(
											"SELECT concat_ws(' ',"
											" (SELECT string_agg(concat(g.sms_gateway_id, ':', g.xmin, ':', p.xmin, ':', " RESTS "), ' '"
											"   ORDER BY g.sms_gateway_id)"
											"  FROM licence_home.sms_gateway g"
											"  LEFT JOIN licence_home.sms_gateway_pause p ON p.gateway = g.gateway"
											"  WHERE g.valid @> $1 AND g.withdrawn_at IS NULL),"
											" (SELECT string_agg(concat(c.gateway, ':', c.name, ':', c.xmin), ' ' ORDER BY c.gateway, c.name)"
											"  FROM licence_home.sms_gateway_credential c))");

static SavedPlan secret_query = SAVED_PLAN(
										   "SELECT c.name, c.secret FROM licence_home.sms_gateway_credential c"
										   " WHERE c.gateway = $1 AND c.host = licence_home_internal.sms_host($2) ORDER BY c.name");

/* Those that were entered when the gateway's url led elsewhere, or nowhere. */
static SavedPlan elsewhere_query = SAVED_PLAN(
											  "SELECT c.name FROM licence_home.sms_gateway_credential c"
											  " WHERE c.gateway = $1 AND c.host IS DISTINCT FROM licence_home_internal.sms_host($2)");

/* A value that is the same for every message, or NULL. */
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

/* Is it a credential that was entered for another host? */
static bool
belongs_elsewhere(const SmsGateway *gateway, const char *name)
{
	ListCell   *cell;

	foreach(cell, gateway->elsewhere)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* Take a string of the row apart; an error for a placeholder unknown. */
static RequestTemplate *
compile(SmsGateway *gateway, const char *source, Encoding encoding)
{
	char	   *unknown;
	RequestTemplate *template = ParseRequestTemplate(source, encoding, find_value,
													 gateway, &unknown);

	if (template == NULL && belongs_elsewhere(gateway, unknown))
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("the credential \"%s\" of SMS gateway \"%s\" was not entered for its host",
						unknown, gateway->name),
				 errhint("If it is to go to that host, remove it by licence_home.remove_credential() and insert it again."),
				 err_table("sms_gateway_credential")));
	if (template == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("SMS gateway \"%s\" has the unknown placeholder \"{%s}\"",
						gateway->name, unknown),
				 errhint("Add that name to licence_home.sms_gateway_credential, or replace the gateway's row."),
				 err_table("sms_gateway")));
	gateway->needs_coding |= RequestTemplateHas(template, VARIABLE_CODING);
	return template;
}

/* A pattern of the row at hand, tried once; NULL for null. */
static text *
load_pattern(Rows rows, int column)
{
	char	   *pattern = RowText(rows, 0, column);
	text	   *result;

	if (pattern == NULL)
		return NULL;
	result = cstring_to_text(pattern);
	CheckPattern(result);
	return result;
}

/* The gateway's credentials, as far as they belong to its host. */
static void
load_secrets(OwnerScope *scope, SmsGateway *gateway, const char *url,
			 MemoryContext context)
{
	Rows		others = ExecPlan(scope, &elsewhere_query, TextArg(gateway->name), TextArg(url));
	Rows		rows = ExecPlan(scope, &secret_query, TextArg(gateway->name), TextArg(url));

	gateway->nsecrets = (int) rows.count;
	MemoryContextSwitchTo(context); /* SPI has left for its own */
	gateway->secrets = palloc0(gateway->nsecrets * sizeof(Secret));
	for (int i = 0; i < gateway->nsecrets; i++)
	{
		gateway->secrets[i].name = RowText(rows, i, 1);
		gateway->secrets[i].secret = RowText(rows, i, 2);
	}
	for (uint64 i = 0; i < others.count; i++)
		gateway->elsewhere = lappend(gateway->elsewhere, RowText(others, i, 1));
}

/* What a template writes, which is the same for every message. */
static char *
fixed_text(const RequestTemplate *template)
{
	StringInfoData text;

	initStringInfo(&text);
	WriteRequestTemplate(&text, template, NULL, NULL);
	return text.data;
}

/* Take the headers apart, and put them together again if none varies. */
static void
compile_headers(SmsGateway *gateway, char **sources)
{
	bool		fixed = true;

	gateway->headers = palloc0(gateway->nheaders * sizeof(RequestTemplate *));
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
				 errhint("Withdraw its row and insert another."),
				 err_column("sms_gateway", "url")));
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

	return RowText(ExecPlan(scope, &version_query, DateArg(ClockDay(now)), MomentArg(now)),
				   0, 1);
}

/* The gateway of a row, in the current context; an error if it cannot be used. */
static SmsGateway *
build_gateway(OwnerScope *scope, Rows rows, MemoryContext context)
{
	static uint64 serial = 0;
	SmsGateway *gateway = palloc0(sizeof(SmsGateway));
	char	   *url;
	char	  **headers;
	int			nheaders;
	char	   *body;
	char	   *encoding;
	int			column = 4;

	gateway->serial = ++serial;
	gateway->verdict = MakeVerdict();
	gateway->name = RowText(rows, 0, 1);
	gateway->probing = RowBool(rows, 0, 3);
	gateway->sender_id = RowText(rows, 0, column++);
	url = RowText(rows, 0, column++);
	headers = RowTextArray(rows, 0, column++, &nheaders);
	body = RowText(rows, 0, column++);
	encoding = RowText(rows, 0, column++);
	gateway->gsm7_code = RowText(rows, 0, column++);
	gateway->ucs2_code = RowText(rows, 0, column++);
	for (Outcome i = OUTCOME_ACCEPTED; i < OUTCOME_IN_DOUBT; i++)
		gateway->patterns[i] = load_pattern(rows, column++);
	gateway->message_id_pattern = load_pattern(rows, column++);
	gateway->ca = RowText(rows, 0, column++);
	gateway->connections = RowInt4(rows, 0, column++);
	gateway->rate = RowFloat8(rows, 0, column++);
	gateway->burst = RowInt4(rows, 0, column++);
	gateway->connect_timeout_ms = RowInt4(rows, 0, column++);
	gateway->answer_timeout_ms = RowInt4(rows, 0, column++);
	gateway->connection_idle_s = RowInt4(rows, 0, column++);
	gateway->doubt_wait = RowInt8(rows, 0, column++);
	if (gateway->ca != NULL)
		CheckAuthorities(gateway->ca);
	load_secrets(scope, gateway, url, context);
	PrepareRedaction(gateway);
	compile_request(gateway, url, headers, nheaders, body, encoding);
	return gateway;
}

/* What an error says of a row; anything that is not about the row goes on. */
static char *
error_of_row(MemoryContext context)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	switch (error->sqlerrcode)
	{
		case ERRCODE_QUERY_CANCELED:
		case ERRCODE_ADMIN_SHUTDOWN:
		case ERRCODE_OUT_OF_MEMORY:
			ReThrowError(error);
	}
	FlushErrorState();
	return error->hint == NULL ? error->message :
		psprintf("%s. %s", error->message, error->hint);
}

/* Build a gateway in a subtransaction, so that a row that cannot be used is no end. */
static SmsGateway *
try_to_build(OwnerScope *scope, Rows rows, MemoryContext context, char **unusable)
{
	MemoryContext old = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	SmsGateway *volatile gateway = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		gateway = build_gateway(scope, rows, context);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		*unusable = error_of_row(context);
		RollbackAndReleaseCurrentSubTransaction();
		gateway = NULL;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	CurrentResourceOwner = owner;
	return gateway;
}

SmsGateway *
LoadGateway(OwnerScope *scope, MemoryContext context, GatewayFound *found)
{
	TimestampTz now = ClockMoment();
	Rows		rows = ExecPlan(scope, &gateway_query, DateArg(ClockDay(now)), MomentArg(now));

	memset(found, 0, sizeof(GatewayFound));
	if (rows.count == 0)
		return NULL;
	found->name = MemoryContextStrdup(context, RowText(rows, 0, 1));
	found->paused = RowBool(rows, 0, 2);
	return found->paused ? NULL : try_to_build(scope, rows, context, &found->unusable);
}
