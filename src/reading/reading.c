/*
 * reading.c
 *		Who saw whose data: rows of read_record.
 *
 * A record is written before anything is shown, by src/records: in the
 * reader's own transaction, or where that is undone by a background worker.
 *
 *	official ──person_of()──> CheckReader   who works, and why
 *								the rows    as the owner
 *								RecordRead  the limit, the WAL (read_flush), the row
 *	         <──the rows────────┘
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "replication/message.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "actor.h"
#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "official.h"
#include "reading/reading.h"
#include "reading/restricted.h"
#include "records/records.h"
#include "settings.h"
#include "spi/arrays.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "types/case_no.h"

/* A reason is no longer than the column lets it be. */
#define LONGEST_REASON 200

/* What pg_waldump shows before a record. */
#define WAL_PREFIX "licence_home read"

/* The reason, or NULL where it says nothing. */
static const char *
said_reason(const char *why)
{
	return why != NULL && IsVisible(why, strlen(why)) ? why : NULL;
}

void
CheckReader(const char *why)
{
	CheckSomebodyWorks();
	if (!read_reason_setting || said_reason(why) != NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("nothing says why this person's data are read"),
			 errdetail("licence_home.read_reason is on."),
			 errhint("Give the reason as the last argument, such as the call that you answer."),
			 err_column("read_record", "why")));
}

/* An attribute of the record's JSON; nothing where the value is NULL. */
static void
put_text(StringInfo json, const char *name, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfo(json, ", \"%s\": ", name);
	escape_json(json, value);
}

/* The record as JSON, as records.c takes it. */
static char *
reading_json(const Reading *reading)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"at\": \"%s\"", timestamptz_to_str(ClockMoment()));
	put_text(&json, "actor", ActorName());
	put_text(&json, "login", GetUserNameFromId(GetSessionUserId(), false));
	put_text(&json, "role", GetUserNameFromId(RoleAtWork(), false));
	put_text(&json, "function", reading->function);
	appendStringInfoString(&json, ", \"applicant_ids\": [");
	for (int i = 0; i < reading->napplicants; i++)
		appendStringInfo(&json, "%s" INT64_FORMAT, i > 0 ? ", " : "", reading->applicants[i]);
	appendStringInfoString(&json, "], \"columns\": [");
	for (int i = 0; i < reading->ncolumns; i++)
	{
		if (i > 0)
			appendStringInfoString(&json, ", ");
		escape_json(&json, reading->columns[i]);
	}
	appendStringInfoChar(&json, ']');
	if (reading->application_no != 0)
		put_text(&json, "application_no", CaseNoText(&application_no_kind, reading->application_no));
	put_text(&json, "why", said_reason(reading->why));
	put_text(&json, "sought", reading->sought);
	appendStringInfoChar(&json, '}');
	return json.data;
}

/* How often the official, or a login that is nobody's, has read since a moment. */
static int64
count_reads(TimestampTz since, int limit)
{
	static SavedPlan by_actor = SAVED_PLAN("SELECT count(*) FROM (SELECT FROM licence_home.read_record AS r "
										   "WHERE r.actor = $1 AND r.recorded_at > $2 LIMIT $3) AS c");
	static SavedPlan by_login = SAVED_PLAN("SELECT count(*) FROM (SELECT FROM licence_home.read_record AS r "
										   "WHERE r.login = $1 AND r.recorded_at > $2 LIMIT $3) AS c");
	const Official *official = WorkingOfficial();
	OwnerScope	scope;
	int64		count = CountUndone(RECORD_READ);
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, official ? &by_actor : &by_login,
					TextArg(official ? official->number : GetUserNameFromId(GetSessionUserId(), false)),
					MomentArg(since), Int8Arg(limit));
	count += RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	return count;
}

/* Refuse who has read too much in the last hour. */
static void
check_limit(void)
{
	if (lookups_an_hour_setting == 0 ||
		count_reads(ClockMoment() - USECS_PER_HOUR, lookups_an_hour_setting) < lookups_an_hour_setting)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_TOO_MANY),
			 errmsg_said(0, psprintf("%s has looked at persons %d times within an hour",
									 WorkerName(RoleAtWork()), lookups_an_hour_setting),
						 psprintf("اطّلع %s على بيانات أشخاص %d مرة خلال ساعة",
								  WorkerName(RoleAtWork()), lookups_an_hour_setting)),
			 errdetail_said(psprintf("licence_home.lookups_an_hour is %d; each call is counted, whatever became of its transaction.",
									 lookups_an_hour_setting),
							psprintf("الحد licence_home.lookups_an_hour هو %d، ويُعد كل استدعاء مهما كان مصير معاملته.",
									 lookups_an_hour_setting)),
			 errhint_said(psprintf("Go on later. A superuser sets how many one may make: ALTER ROLE %s SET licence_home.lookups_an_hour = ...",
								   quote_identifier(GetUserNameFromId(GetSessionUserId(), false))),
						  psprintf("أكملوا لاحقًا. المستخدم الخارق يحدد العدد: ALTER ROLE %s SET licence_home.lookups_an_hour = ...",
								   quote_identifier(GetUserNameFromId(GetSessionUserId(), false)))),
			 err_table("read_record")));
}

/* A reason that no row would take must not be found out by the worker. */
static void
check_reason(const char *why)
{
	if (why == NULL || pg_mbstrlen(why) <= LONGEST_REASON)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
			 errmsg("the reason is longer than %d characters", LONGEST_REASON),
			 errhint("Name the case, the message or the call."),
			 err_column("read_record", "why")));
}

/* Bring the record to the disk, in the WAL, before anything is shown. */
static void
flush_record(const char *json)
{
	if (read_flush_setting && !RecoveryInProgress())
		XLogFlush(LogMessageNow(WAL_PREFIX, json, strlen(json)));
}

void
RecordRead(const Reading *reading, bool in_row)
{
	char	   *json;

	check_reason(reading->why);
	check_limit();
	json = reading_json(reading);
	flush_record(json);
	if (XactReadOnly)
		KeepRecordForWorker(RECORD_READ, json);
	else
		KeepRecord(RECORD_READ, json, in_row);
}

/* Whose rows these are, each once, and of which case where all are of one. */
static void
note_whose(Rows rows, Reading *reading)
{
	int64	   *applicants = palloc(Max(rows.count, 1) * sizeof(int64));
	int			count = 0;

	for (uint64 i = 0; i < rows.count; i++)
	{
		bool		isnull;
		Datum		applicant;
		int64		application_no = DatumGetInt64(RowDatum(rows, i, 2, &isnull));
		int			known = 0;

		if (isnull || (i > 0 && application_no != reading->application_no))
			application_no = 0;
		reading->application_no = application_no;
		applicant = RowDatum(rows, i, 1, &isnull);
		if (isnull)
			continue;
		while (known < count && applicants[known] != DatumGetInt64(applicant))
			known++;
		if (known == count)
			applicants[count++] = DatumGetInt64(applicant);
	}
	reading->applicants = applicants;
	reading->napplicants = count;
	if (rows.count > 0)
		reading->columns = RowTextArray(rows, 0, 3, &reading->ncolumns);
}

/* Leave out restricted persons, unless the caller has to act. */
static Rows
leave_out_hidden(OwnerScope *scope, Rows rows)
{
	ArrayType  *hidden;
	int64	   *persons;
	int			nhidden;
	uint64		count = 0;

	if (rows.count == 0)
		return rows;
	hidden = DatumGetArrayTypeP(HiddenPersons(scope));
	persons = (int64 *) ARR_DATA_PTR(hidden);
	nhidden = ArrayGetNItems(ARR_NDIM(hidden), ARR_DIMS(hidden));
	for (uint64 i = 0; i < rows.count; i++)
	{
		bool		isnull;
		Datum		applicant = RowDatum(rows, i, 1, &isnull);
		bool		shown = true;

		for (int j = 0; shown && !isnull && j < nhidden; j++)
			shown = persons[j] != DatumGetInt64(applicant);
		if (shown)
			rows.table->vals[count++] = rows.table->vals[i];
	}
	rows.count = count;
	return rows;
}

Rows
ReadSavedPlan(OwnerScope *scope, const char *function, const char *why,
			  const char *sought, SavedPlan *plan, const PlanArg *args, int nargs)
{
	Reading		reading = {.function = function, .why = why, .sought = sought};
	Rows		rows = leave_out_hidden(scope, ExecSavedPlan(scope, plan, 0, args, nargs));

	note_whose(rows, &reading);
	if (rows.count > 0 || sought != NULL)
		RecordRead(&reading, true);
	return rows;
}

/* The rows, without what was recorded of them, as the function's result. */
static void
put_rows(FunctionCallInfo fcinfo, Rows rows)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			natts = rows.table ? rows.table->tupdesc->natts : 0;
	Datum	   *values = palloc(Max(natts, 1) * sizeof(Datum));
	bool	   *nulls = palloc(Max(natts, 1) * sizeof(bool));

	for (uint64 i = 0; i < rows.count; i++)
	{
		heap_deform_tuple(rows.table->vals[i], rows.table->tupdesc, values, nulls);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values + 3, nulls + 3);
	}
}

uint64
ShowSavedPlan(FunctionCallInfo fcinfo, const char *function, const char *why,
			  const char *sought, SavedPlan *plan, const PlanArg *args, int nargs)
{
	OwnerScope	scope;
	Rows		rows;

	CheckReader(why);
	InitMaterializedSRF(fcinfo, 0);
	EnterOwner(&scope, OWNER_WRITES);
	rows = ReadSavedPlan(&scope, function, why, sought, plan, args, nargs);
	put_rows(fcinfo, rows);
	LeaveOwner(&scope);
	return rows.count;
}

PG_FUNCTION_INFO_V1(licence_home_record_read);
/*
 * record_read(function, applicant_ids, application_no, columns, why): for
 * bodies in SQL, which run as the owner.
 */
Datum
licence_home_record_read(PG_FUNCTION_ARGS)
{
	Reading		reading = {0};
	Datum	   *applicants;
	int64	   *whose;
	int			count = 0;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a record of reading says which function, whose data and which columns")));
	reading.function = text_to_cstring(PG_GETARG_TEXT_PP(0));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &applicants, NULL, &count);
	whose = palloc(Max(count, 1) * sizeof(int64));
	for (int i = 0; i < count; i++)
		whose[i] = DatumGetInt64(applicants[i]);
	reading.applicants = whose;
	reading.napplicants = count;
	reading.application_no = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2);
	reading.columns = TextArrayElements(PG_GETARG_DATUM(3), &reading.ncolumns);
	reading.why = PG_ARGISNULL(4) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(4));
	CheckReader(reading.why);
	RecordRead(&reading, true);
	PG_RETURN_VOID();
}
