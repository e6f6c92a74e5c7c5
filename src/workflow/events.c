/*
 * events.c
 *		The chain of events of a case.
 *
 * Each event carries the SHA-256 of itself and of the event before it in its
 * case, so that a change of the past shows.  What is hashed is written down
 * in doc/design.md field by field, so that anybody can check a chain with
 * other tools: each field as its text in UTF-8, preceded by its length in
 * bytes and a colon, a null as "-", all concatenated.
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
#include "spi/query.h"
#include "workflow/workflow.h"

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

PG_FUNCTION_INFO_V1(licence_home_event_hash);
/*
 * event_hash(before bytea, event_no bigint, application_no text, case_event
 * integer, action, from_state, to_state, actor, role, session_role text, at
 * timestamptz, note text, changes jsonb): the hash of an event.  The moment
 * is hashed as microseconds since 2000-01-01 00:00 UTC.
 */
Datum
licence_home_event_hash(PG_FUNCTION_ARGS)
{
	StringInfoData buffer;
	char	   *changes = NULL;

	initStringInfo(&buffer);
	if (!PG_ARGISNULL(0))
	{
		bytea	   *before = PG_GETARG_BYTEA_PP(0);

		appendBinaryStringInfo(&buffer, VARDATA_ANY(before), VARSIZE_ANY_EXHDR(before));
	}
	append_field(&buffer, PG_ARGISNULL(1) ? NULL : psprintf(INT64_FORMAT, PG_GETARG_INT64(1)));
	append_field(&buffer, text_argument(fcinfo, 2));
	append_field(&buffer, PG_ARGISNULL(3) ? NULL : psprintf("%d", PG_GETARG_INT32(3)));
	for (int n = 4; n <= 9; n++)
		append_field(&buffer, text_argument(fcinfo, n));
	append_field(&buffer, PG_ARGISNULL(10) ? NULL : psprintf(INT64_FORMAT, PG_GETARG_INT64(10)));
	append_field(&buffer, text_argument(fcinfo, 11));
	if (!PG_ARGISNULL(12))
	{
		Jsonb	   *jsonb = PG_GETARG_JSONB_P(12);

		changes = JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb));
	}
	append_field(&buffer, changes);
	PG_RETURN_BYTEA_P(sha256_of(&buffer));
}

/* Write the next event of a case; its number. */
int64
AppendEvent(OwnerScope *scope, const Step *step, const char *action,
			const char *from_state, const char *to_state, int32 case_event,
			const char *note, const char *changes)
{
	static KeptQuery append = KEPT_QUERY("nittttttztt",
										 "INSERT INTO licence_home.application_event "
										 "(event_no, application_no, case_event, action, from_state, to_state, "
										 "actor, role, session_role, at, note, changes, hash) "
										 "OVERRIDING SYSTEM VALUE "
										 "SELECT e.event_no, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, "
										 "licence_home.event_hash((SELECT b.hash FROM licence_home.application_event AS b "
										 "WHERE b.application_no = $1 AND b.case_event = $2 - 1), "
										 "e.event_no, $1::text, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb) "
										 "FROM (SELECT nextval('licence_home.application_event_event_no_seq') AS event_no) AS e "
										 "RETURNING event_no");
	Datum		values[11];
	char		nulls[11] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

	values[0] = Int64GetDatum(step->application_no);
	values[1] = Int32GetDatum(case_event);
	values[2] = CStringGetTextDatum(action);
	values[3] = CStringGetTextDatum(from_state);
	values[4] = CStringGetTextDatum(to_state);
	values[5] = CStringGetTextDatum(step->actor);
	values[6] = CStringGetTextDatum(GetUserNameFromId(step->caller, false));
	values[7] = CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false));
	values[8] = TimestampTzGetDatum(ClockNow());
	values[9] = note ? CStringGetTextDatum(note) : (Datum) 0;
	values[10] = changes ? CStringGetTextDatum(changes) : (Datum) 0;
	if (note == NULL)
		nulls[9] = 'n';
	if (changes == NULL)
		nulls[10] = 'n';
	RunKept(scope, &append, values, nulls, 0);
	return RowInt8(0, 1);
}
