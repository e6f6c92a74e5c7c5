/*
 * events.c
 *		The chain of events of a case.
 *
 * Each event carries the SHA-256 of itself and of the event before it in its
 * case, so that a change of the past shows. doc/design.md has the fields that
 * are hashed, so that anybody can check a chain with other tools.  Each field
 * is its text in UTF-8 after its length in bytes and a colon; a null is "-".
 *
 * A note and the values of amended columns may tell of a person, and may have
 * to be taken away one day.  So the chain covers a salted digest of them.  The
 * salt goes with them, and the digest that is left tells nothing.  An event
 * without such values has neither salt nor digest.
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/plan.h"
#include "workflow/events.h"
#include "workflow/listeners.h"

#define SALT_SIZE 16

/* Append a field in the form that is hashed. */
static void
append_field(StringInfo buffer, const char *text)
{
	char	   *utf8;

	if (text == NULL)
	{
		appendStringInfoChar(buffer, '-');
		return;
	}
	utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);
	appendStringInfo(buffer, "%zu:%s", strlen(utf8), utf8);
}

/* A text argument, NULL for null. */
static char *
text_argument(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/* SHA-256 of a buffer as a bytea. */
static bytea *
sha256_of(StringInfo buffer)
{
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
	bytea	   *result = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);

	if (context == NULL ||
		pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (uint8 *) buffer->data, buffer->len) < 0 ||
		pg_cryptohash_final(context, (uint8 *) VARDATA(result),
							PG_SHA256_DIGEST_LENGTH) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not compute a SHA-256: %s",
						context ? pg_cryptohash_error(context) : "out of memory")));
	pg_cryptohash_free(context);
	SET_VARSIZE(result, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	return result;
}

/* A bytea argument as hexadecimal text, NULL for null. */
static char *
bytea_argument(FunctionCallInfo fcinfo, int n)
{
	bytea	   *value;
	char	   *text;

	if (PG_ARGISNULL(n))
		return NULL;
	value = PG_GETARG_BYTEA_PP(n);
	text = palloc(VARSIZE_ANY_EXHDR(value) * 2 + 1);
	text[hex_encode(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), text)] = '\0';
	return text;
}

/* A number of the extension's clocks: microseconds since 2000-01-01 00:00 UTC. */
static char *
moment_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : psprintf(INT64_FORMAT, PG_GETARG_INT64(n));
}

PG_FUNCTION_INFO_V1(licence_home_event_digest);
/*
 * event_digest(salt bytea, note text, changes jsonb): the digest of what may
 * have to be concealed.  Whoever has only the digest cannot find the values by
 * trying, since the salt goes with them.
 */
Datum
licence_home_event_digest(PG_FUNCTION_ARGS)
{
	StringInfoData buffer;
	char	   *changes = NULL;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	initStringInfo(&buffer);
	append_field(&buffer, bytea_argument(fcinfo, 0));
	append_field(&buffer, text_argument(fcinfo, 1));
	if (!PG_ARGISNULL(2))
	{
		Jsonb	   *jsonb = PG_GETARG_JSONB_P(2);

		changes = JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb));
	}
	append_field(&buffer, changes);
	PG_RETURN_BYTEA_P(sha256_of(&buffer));
}

PG_FUNCTION_INFO_V1(licence_home_event_hash);
/*
 * event_hash(before bytea, format smallint, event_no bigint, application_no
 * text, case_event integer, action, from_state, to_state, actor, role,
 * session_role text, at, known_at timestamptz, digest bytea): the hash of an
 * event.  Moments are hashed as microseconds, the digest as hexadecimal text.
 */
Datum
licence_home_event_hash(PG_FUNCTION_ARGS)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	if (!PG_ARGISNULL(0))
	{
		bytea	   *before = PG_GETARG_BYTEA_PP(0);

		appendBinaryStringInfo(&buffer, VARDATA_ANY(before), VARSIZE_ANY_EXHDR(before));
	}
	append_field(&buffer, PG_ARGISNULL(1) ? NULL : psprintf("%d", PG_GETARG_INT16(1)));
	append_field(&buffer, PG_ARGISNULL(2) ? NULL : psprintf(INT64_FORMAT, PG_GETARG_INT64(2)));
	append_field(&buffer, text_argument(fcinfo, 3));
	append_field(&buffer, PG_ARGISNULL(4) ? NULL : psprintf("%d", PG_GETARG_INT32(4)));
	for (int n = 5; n <= 10; n++)
		append_field(&buffer, text_argument(fcinfo, n));
	append_field(&buffer, moment_argument(fcinfo, 11));
	append_field(&buffer, moment_argument(fcinfo, 12));
	append_field(&buffer, bytea_argument(fcinfo, 13));
	PG_RETURN_BYTEA_P(sha256_of(&buffer));
}

/* Sixteen random bytes. */
Datum
MakeSalt(void)
{
	bytea	   *salt = palloc(VARHDRSZ + SALT_SIZE);

	SET_VARSIZE(salt, VARHDRSZ + SALT_SIZE);
	if (!pg_strong_random(VARDATA(salt), SALT_SIZE))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not draw random bytes for the salt of an event")));
	return PointerGetDatum(salt);
}

TimestampTz
NextKnownAt(TimestampTz last, bool is_first)
{
	TimestampTz now = ClockMoment();

	return is_first ? now : Max(now, last + 1);
}

/* Write the next event of a case; its number. */
int64
AppendEvent(OwnerScope *scope, const Step *step, const char *action,
			const char *from_state, const char *to_state, int32 case_event,
			const char *note, const char *changes)
{
	static SavedPlan append = SAVED_PLAN("INSERT INTO licence_home.application_event "
										 "(event_no, format, application_no, case_event, action, from_state, to_state, "
										 "actor, role, session_role, at, known_at, note, changes, salt, digest, hash) "
										 "OVERRIDING SYSTEM VALUE "
										 "SELECT e.event_no, 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13, e.digest, "
										 "licence_home_internal.event_hash((SELECT b.hash FROM licence_home.application_event AS b "
										 "WHERE b.application_no = $1 AND b.case_event = $2 - 1), "
										 "1::smallint, e.event_no, $1::text, $2, $3, $4, $5, $6, $7, $8, $9, $10, e.digest) "
										 "FROM (SELECT nextval('licence_home.application_event_event_no_seq') AS event_no, "
										 "licence_home_internal.event_digest($13, $11, $12::jsonb) AS digest OFFSET 0) AS e "
										 "RETURNING event_no");
	bool		concealable = note != NULL || changes != NULL;
	TimestampTz known_at = step->known_at + (case_event - step->events - 1);
	int64		event_no;
	Rows		rows;

	HoldEventHorizon();
	rows = ExecPlan(scope, &append,
					CaseArg(step->application_no),
					Int4Arg(case_event),
					TextArg(action),
					TextArg(from_state),
					TextArg(to_state),
					TextArg(step->actor),
					TextArg(GetUserNameFromId(step->caller, false)),
					TextArg(GetUserNameFromId(GetSessionUserId(), false)),
					MomentArg(ClockNow()),
					MomentArg(known_at),
					TextArg(note),
					TextArg(changes),
					concealable ? DatumArg(ARG_BYTEA, MakeSalt(), false) : NullArg(ARG_BYTEA));

	event_no = RowInt8(rows, 0, 1);
	NotifyOfEvent(event_no);
	return event_no;
}
