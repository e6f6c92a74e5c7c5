/*
 * gateway_check.c
 *		A gateway's row is refused when it is written, not when it is used.
 *
 * sms_gateway_check is a BEFORE row trigger of sms_gateway and of
 * sms_gateway_profile.  It finds what no request can be made from or another
 * than is meant (request_check.c), and what would take a refusal for an
 * acceptance.  Whether credentials exist is not its matter: they may come
 * later, and LoadGateway() asks.
 *
 * sms_credential_check is one of sms_gateway_credential.  The constraints
 * there say the same, but their errors show the row.  It also binds a secret
 * to the host of the gateway's row at that time.  A role may write rows of
 * sms_gateway and not read secrets.  Such a role can send them to no other
 * host.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/pg_collation.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "regex/regex.h"

#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "sms/http/request_template.h"
#include "sms/http/request_check.h"

/* Is it a character that breaks or hides a line? */
static bool
is_control(char c)
{
	return ((unsigned char) c) < ' ' || c == 0x7F;
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
	char	   *pattern = CheckedColumn(row, column);
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
		RefuseColumn(row, psprintf("It is no regular expression: %s.", why),
					 "It is matched with the answer's status, a space and its body, such as '^200 OK'.");
	}
	for (; *never != NULL; never++)
	{
		if (finds(&regex, *never))
		{
			pg_regfree(&regex);
			RefuseColumn(row, psprintf("It matches an answer of status %sthat says nothing.", *never),
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
		char	   *value = CheckedColumn(row, columns[i]);

		for (char *s = value; s != NULL && *s != '\0'; s++)
		{
			if (is_control(*s))
				RefuseColumn(row, "It has a line break or another control character.",
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
	char	   *url = CheckedColumn(row, "url");
	const char *ca = CheckedColumn(row, "ca");

	if (ca == NULL)
		return;
	if (strstr(ca, "PRIVATE KEY-----") != NULL)
		RefuseColumn(row, "It has a private key.",
					 "Give the authority's certificate alone, and make a new key: this one has been seen.");
	if (url != NULL && strncmp(url, "https://", 8) != 0)
		RefuseColumn(row, "The url is not https, and no certificate is asked for.",
					 "Use https, or leave ca null.");
	for (const char *s = ca + strspn(ca, " \t\r\n"); *s != '\0';
		 s += strspn(s, " \t\r\n"))
	{
		s = certificate_end(s);
		if (s == NULL)
			RefuseColumn(row, "It is not a list of certificates in PEM.",
						 "Each begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----.");
	}
}

PG_FUNCTION_INFO_V1(licence_home_sms_gateway_check);
/* BEFORE INSERT for each row. */
Datum
licence_home_sms_gateway_check(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "sms_gateway_check", BEFORE_ROW_TRIGGER);
	Checked		row = {data->tg_relation, data->tg_trigtuple, NULL};

	CheckUrl(&row, "base_url");
	CheckPath(&row, "path");
	CheckUrl(&row, "url");
	CheckHeaders(&row);
	CheckBody(&row);
	check_patterns(&row);
	check_values(&row);
	check_ca(&row);
	return PointerGetDatum(data->tg_trigtuple);
}

/* Refuse a credential without showing anything of it. */
pg_noreturn static void
refuse_credential(const char *column, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("a row of \"sms_gateway_credential\" cannot have this \"%s\"",
					column),
			 errhint("%s", hint),
			 err_column("sms_gateway_credential", column)));
}

/* Is it the name of a gateway or a credential? */
static bool
is_name(const char *text)
{
	size_t		len = text ? strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;

	return len > 0 && text[len] == '\0' && islower((unsigned char) text[0]);
}

/* Does an UPDATE set the column, to whatever value? */
static bool
sets_column(const TriggerData *data, const char *column)
{
	int			attnum = ColumnNumber(RelationGetDescr(data->tg_relation), column);

	return bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, data->tg_updatedcols);
}

/* The host of a gateway's row in force, else of the next; NULL without one. */
static char *
host_of(const char *gateway)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.sms_host(g.url) FROM licence_home.sms_gateway AS g "
									   "WHERE g.gateway = $1 AND g.withdrawn_at IS NULL "
									   "AND (upper_inf(g.valid) OR upper(g.valid) > $2) ORDER BY g.valid");
	MemoryContext context = CurrentMemoryContext;
	OwnerScope	scope;
	Rows		rows;
	char	   *host = NULL;

	EnterOwner(&scope, OWNER_READS);
	rows = ExecPlan(&scope, &find, TextArg(gateway), DateArg(ClockDay(ClockMoment())));
	if (rows.count > 0)
		host = MemoryContextStrdup(context, RowText(rows, 0, 1));
	LeaveOwner(&scope);
	return host;
}

/* Who enters a secret enters it for a host; another gateway's name takes it nowhere. */
static HeapTuple
bind_host(TriggerData *data, HeapTuple tuple, const char *gateway)
{
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	int			column = ColumnNumber(desc, "host");
	char	   *host = NULL;
	Datum		value = (Datum) 0;
	bool		isnull;

	if (TRIGGER_FIRED_BY_INSERT(data->tg_event) || sets_column(data, "secret"))
		host = host_of(gateway);
	else
		host = ColumnText(data->tg_trigtuple, desc, "host");
	isnull = host == NULL;
	if (!isnull)
		value = CStringGetTextDatum(host);
	return heap_modify_tuple_by_cols(tuple, desc, 1, &column, &value, &isnull);
}

PG_FUNCTION_INFO_V1(licence_home_sms_credential_check);
/* BEFORE INSERT or UPDATE for each row. */
Datum
licence_home_sms_credential_check(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "sms_credential_check", BEFORE_ROW_TRIGGER);
	HeapTuple	tuple = TriggerNewTuple(data);
	Checked		row = {data->tg_relation, tuple, NULL};
	const char *name = CheckedColumn(&row, "name");
	const char *secret = CheckedColumn(&row, "secret");
	const char *gateway = CheckedColumn(&row, "gateway");

	if (!is_name(gateway))
		refuse_credential("gateway", "It is the name of a gateway: small letters, digits and underscores.");
	if (!is_name(name) || FindVariable(name) != VARIABLE_LITERAL ||
		strcmp(name, "from") == 0 || strcmp(name, "basic") == 0)
		refuse_credential("name", "It is the name of a placeholder: small letters, digits and underscores, and none that the sender fills in itself.");
	if (secret == NULL || secret[0] == '\0')
		refuse_credential("secret", "It is not empty.");
	for (const char *s = secret; *s != '\0'; s++)
	{
		if (is_control(*s))
			refuse_credential("secret", "It is one line, without control characters, so that it cannot end a header.");
	}
	return PointerGetDatum(bind_host(data, tuple, gateway));
}
