/*
 * answer.c
 *		What a gateway's answers mean.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "regex/regex.h"
#include "utils/builtins.h"

#include "sms/http/answer.h"
#include "sms/http/redact.h"

#define MESSAGE_ID_MAX 255		/* bytes; what is longer is no id, nor indexed */

/* An answer without an id, and what it meant: most answers are the same. */
typedef struct Verdict
{
	int			http_status;
	char		answer[64];		/* a longer one is judged each time */
	Outcome		outcome;
} Verdict;

struct Verdict *
MakeVerdict(void)
{
	return palloc0(sizeof(Verdict));
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

void
CheckPattern(text *pattern)
{
	(void) matches(pattern, "", NULL);
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
	RedactSecrets(gateway, id);
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
