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
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/heap_access.h"
#include "spi/row_writer.h"
#include "types/case_no.h"
#include "workflow/events.h"
#include "workflow/listeners.h"

#define SALT_SIZE 16
#define EVENT_HASH_ARGS 14

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

TimestampTz
EventKnownAt(const Step *step, int32 case_event)
{
	return step->known_at + (case_event - step->events - 1);
}

/* The hash of the event of a case before this one; null: there is none. */
static NullableDatum
hash_before(OwnerScope *scope, int64 application_no, int32 case_event)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	NullableDatum hash = {.isnull = true};
	ScanKeyData keys[2];
	RowScan		scan;

	Int8Key(&keys[0], 1, application_no);
	Int4Key(&keys[1], 2, case_event - 1);
	BeginRowScan(&scan, "application_event", "application_event_application_no_case_event_key",
				 snapshot, keys, 2);
	if (NextRow(&scan, ForwardScanDirection))
	{
		hash.isnull = false;
		hash.value = datumCopy(ColumnValue(scan.slot, ColumnOf(scan.table, "hash")), false, -1);
	}
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return hash;
}

/* event_digest() or event_hash() of these arguments. */
static PlanArg
digest_of(PGFunction function, const PlanArg *args, int nargs)
{
	LOCAL_FCINFO(call, EVENT_HASH_ARGS);
	Datum		result;

	InitFunctionCallInfoData(*call, NULL, nargs, InvalidOid, NULL, NULL);
	for (int i = 0; i < nargs; i++)
	{
		call->args[i].value = args[i].value;
		call->args[i].isnull = args[i].isnull;
	}
	result = function(call);
	return DatumArg(ARG_BYTEA, result, call->isnull);
}

/* Write the next event of a case; its number. */
int64
AppendEvent(OwnerScope *scope, const Step *step, const char *action,
			const char *from_state, const char *to_state, int32 case_event,
			const char *note, const char *changes)
{
	static const char *const columns[] = {
		"event_no", "format", "application_no", "case_event", "action", "from_state", "to_state",
		"actor", "role", "session_role", "at", "known_at", "note", "changes", "salt", "digest", "hash"
	};
	static RowWriter events = ROW_WRITER("application_event", columns);
	bool		concealable = note != NULL || changes != NULL;
	NullableDatum before = hash_before(scope, step->application_no, case_event);
	int64		event_no;
	PlanArg		row[lengthof(columns)];
	PlanArg		digested[3];
	PlanArg		hashed[EVENT_HASH_ARGS];

	HoldEventHorizon();
	event_no = NextNumber("application_event_event_no_seq");

	row[0] = Int8Arg(event_no);
	row[1] = Int2Arg(1);
	row[2] = CaseArg(step->application_no);
	row[3] = Int4Arg(case_event);
	row[4] = TextArg(action);
	row[5] = TextArg(from_state);
	row[6] = TextArg(to_state);
	row[7] = TextArg(step->actor);
	row[8] = TextArg(GetUserNameFromId(step->caller, false));
	row[9] = TextArg(GetUserNameFromId(GetSessionUserId(), false));
	row[10] = MomentArg(ClockNow());
	row[11] = MomentArg(EventKnownAt(step, case_event));
	row[12] = TextArg(note);
	row[13] = changes ? DatumArg(ARG_JSONB, DirectFunctionCall1(jsonb_in, CStringGetDatum(changes)), false)
		: NullArg(ARG_JSONB);
	row[14] = concealable ? DatumArg(ARG_BYTEA, MakeSalt(), false) : NullArg(ARG_BYTEA);
	digested[0] = row[14];
	digested[1] = row[12];
	digested[2] = row[13];
	row[15] = digest_of(licence_home_event_digest, digested, lengthof(digested));

	/* the numbers of event_hash()'s arguments: the case is a text there */
	hashed[0] = DatumArg(ARG_BYTEA, before.value, before.isnull);
	hashed[1] = row[1];
	hashed[2] = row[0];
	hashed[3] = TextArg(CaseNoText(&application_no_kind, step->application_no));
	memcpy(&hashed[4], &row[3], 9 * sizeof(PlanArg));	/* case_event ...
														 * known_at */
	hashed[13] = row[15];
	row[16] = digest_of(licence_home_event_hash, hashed, EVENT_HASH_ARGS);

	InsertRowOf(scope, &events, row, lengthof(columns));
	NotifyOfEvent(event_no);
	return event_no;
}
