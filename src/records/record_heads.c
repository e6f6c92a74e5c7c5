/*
 * record_heads.c
 *		Signed heads of the record, a day each (src/sql/record).
 *
 *		{"before":"9f2c…","database":"home","day":"2026-03-01","format":1,
 *		 "key":"51f0…","ledgers":{"events":{"rows":214,"sha256":"07ab…"},…},
 *		 "signed_at":"2026-03-01T22:20:04Z"}
 *
 * Whoever is superuser can alter any row with triggers off, compute all hashes
 * anew and sign with the server's key.  What they cannot alter is a head that
 * was printed or sent away before.
 *
 * A day is signed when it is over and no transaction is left that may have
 * written on it.  A row has the moment at which it was written, and its writer
 * has held a lock on its table since.  So we wait for all transactions that
 * hold such a lock when we begin.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/jsonb.h"

#include "clock.h"
#include "errors.h"
#include "job_log.h"
#include "crypto/signing_key.h"
#include "records/record_heads.h"
#include "spi/plan.h"
#include "spi/procedure.h"

void
WaitForWriters(OwnerScope *scope)
{
	static SavedPlan find = SAVED_PLAN("SELECT t.relation::oid::bigint FROM licence_home_internal.ledgers() AS t");
	Rows		rows = ExecPlanNoArgs(scope, &find);

	for (uint64 i = 0; i < rows.count; i++)
	{
		LOCKTAG		tag;

		SET_LOCKTAG_RELATION(tag, MyDatabaseId, (Oid) RowInt8(rows, i, 1));
		WaitForLockers(tag, ShareLock, false);
	}
}

/* Sign a day that has no head. */
static void
sign_day(OwnerScope *scope, DateADT day)
{
	static SavedPlan compose = SAVED_PLAN("SELECT licence_home_internal.head_of($1, $2, $3)");
	static SavedPlan add_key = SAVED_PLAN("INSERT INTO licence_home.record_key (key_id, public_key, recorded_at) "
										  "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
	static SavedPlan add = SAVED_PLAN("INSERT INTO licence_home.record_head (day, head, signature, key_id) "
									  "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING");
	SigningKeyInfo key = DescribeSigningKey();
	bytea	   *signature = palloc(VARHDRSZ + SIGNATURE_SIZE);
	char	   *head;
	Rows		rows;

	WaitForWriters(scope);
	rows = ExecPlan(scope, &compose, DateArg(day), TextArg(key.fingerprint), MomentArg(ClockMoment()));
	head = RowText(rows, 0, 1);
	SET_VARSIZE(signature, VARHDRSZ + SIGNATURE_SIZE);
	SignWithKey(&key, head, (uint8 *) VARDATA(signature));
	ExecPlan(scope, &add_key, TextArg(key.fingerprint), TextArg(key.public_key), MomentArg(ClockMoment()));
	ExecPlan(scope, &add, DateArg(day), TextArg(head),
			 DatumArg(ARG_BYTEA, PointerGetDatum(signature), false), TextArg(key.fingerprint));
}

/* The first day that is not signed: after the last one, or where the record begins. */
static DateADT
next_day(OwnerScope *scope)
{
	static SavedPlan last = SAVED_PLAN("SELECT max(h.day) + 1 FROM licence_home.record_head AS h");
	static SavedPlan first = SAVED_PLAN("SELECT (min(l.first_at) AT TIME ZONE licence_home_internal.city_time_zone())::date "
										"FROM licence_home_internal.ledgers() AS l");
	bool		isnull;
	Datum		day = RowDatum(ExecPlanNoArgs(scope, &last), 0, 1, &isnull);

	if (isnull)
		day = RowDatum(ExecPlanNoArgs(scope, &first), 0, 1, &isnull);
	return isnull ? ClockDay(ClockMoment()) : DatumGetDateADT(day);
}

/* A stored head with its signature; false: there is none. */
static bool
find_head(OwnerScope *scope, DateADT day, Datum *head)
{
	static SavedPlan find = SAVED_PLAN("SELECT h.head::jsonb || jsonb_build_object('signature', "
									   "translate(encode(h.signature, 'base64'), E'\\n', '')) "
									   "FROM licence_home.record_head AS h WHERE h.day = $1");
	Rows		rows = ExecPlan(scope, &find, DateArg(day));
	bool		isnull;

	if (rows.count == 1)
		*head = RowDatum(rows, 0, 1, &isnull);
	return rows.count == 1;
}

/* A day as it is written everywhere. */
static char *
iso_day(DateADT day)
{
	int			year;
	int			month;
	int			day_of_month;

	if (DATE_NOT_FINITE(day))
		return "that day";
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	return psprintf("%04d-%02d-%02d", year, month, day_of_month);
}

/* Refuse a day. */
static void
refuse_day(DateADT day, const char *en, const char *ar, const char *hint_en, const char *hint_ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_RECORD),
			 errmsg_said(0, psprintf("there is no head of %s", iso_day(day)),
						 psprintf("لا خاتمة لسجل %s", DATE_NOT_FINITE(day) ? "ذلك اليوم" : iso_day(day))),
			 errdetail_said(en, ar),
			 errhint_said(hint_en, hint_ar),
			 err_column("record_head", "day")));
}

PG_FUNCTION_INFO_V1(licence_home_record_head);
/* record_head(day): the signed head of a day, signed now if it was not. */
Datum
licence_home_record_head(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);
	MemoryContext memory = CurrentMemoryContext;
	OwnerScope	scope;
	Datum		head;

	EnterOwner(&scope, OWNER_WRITES);
	if (!find_head(&scope, day, &head))
	{
		DateADT		next = next_day(&scope);

		if (DATE_NOT_FINITE(day) || day >= ClockDay(ClockMoment()))
			refuse_day(day, "A day is signed when it is over.", "يُوقع سجل اليوم بعد انقضائه.",
					   "Ask again tomorrow.", "اطلبوه غدًا.");
		if (day < next)
			refuse_day(day, "The record begins later.", "يبدأ السجل بعد ذلك اليوم.",
					   "SELECT min(day) FROM licence_home.record_head;", "SELECT min(day) FROM licence_home.record_head;");
		for (; next <= day; next++)
			sign_day(&scope, next);
		if (!find_head(&scope, day, &head))
			elog(ERROR, "the head that was signed is not there");
	}
	MemoryContextSwitchTo(memory);
	head = PointerGetDatum(PG_DETOAST_DATUM_COPY(head));
	LeaveOwner(&scope);
	PG_RETURN_DATUM(head);
}

/* Job: sign a day. */
static JobOutcome
sign_one(OwnerScope *scope, int64 subject, void *argument pg_attribute_unused())
{
	sign_day(scope, (DateADT) subject);
	return JOB_DONE;
}

PG_FUNCTION_INFO_V1(licence_home_sign_record_heads);
/* sign_record_heads(): the job that signs the days that are over. */
Datum
licence_home_sign_record_heads(PG_FUNCTION_ARGS)
{
	JobRun		run;
	OwnerScope	scope;
	DateADT		day;
	DateADT		today;

	BeginProcedure(fcinfo, "sign_record_heads", "each day, since the next one stands on it");
	BeginJob(&run, "sign record heads");
	BeginTxn(&scope);
	day = next_day(&scope);
	today = ClockDay(ClockMoment());
	CommitTxn(&scope);
	for (; day < today; day++)
	{
		int64		done = run.done;

		(void) DoJobWork(&run, sign_one, day, NULL, 0,
						 psprintf("the head of %s", iso_day(day)));
		/* failed, or somebody is still writing: the next one stands on it */
		if (run.done == done)
			break;
	}
	EndJob(&run);
	SPI_finish();
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_record_of);
/* record_of(day): the lines of a day, in their order. */
Datum
licence_home_record_of(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT l.ledger, l.line FROM licence_home_internal.record_lines(least(greatest($1, date '0001-01-01'), date '9999-12-31')) AS l "
										  "WHERE l.line IS NOT NULL ORDER BY l.ledger COLLATE \"C\", l.row_no, l.line COLLATE \"C\"");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &query, DateArg(PG_GETARG_DATEADT(0)));
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_verify_record);
/* verify_record(heads): what is not as it was signed. */
Datum
licence_home_verify_record(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT d.day, d.ledger, d.defect FROM licence_home_internal.record_defects($1) AS d "
										  "ORDER BY d.day NULLS FIRST, d.ledger COLLATE \"C\" NULLS FIRST, d.defect COLLATE \"C\"");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &query,
			   DatumArg(ARG_JSONB, PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0), PG_ARGISNULL(0)));
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_is_signed);
/* is_signed(head, signature, public_key): did that key sign that text? */
Datum
licence_home_is_signed(PG_FUNCTION_ARGS)
{
	bytea	   *signature;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_BOOL(false);
	signature = PG_GETARG_BYTEA_PP(1);
	PG_RETURN_BOOL(IsSignedByPem(text_to_cstring(PG_GETARG_TEXT_PP(0)),
								 (const uint8 *) VARDATA_ANY(signature), VARSIZE_ANY_EXHDR(signature),
								 text_to_cstring(PG_GETARG_TEXT_PP(2))));
}
