/*
 * register.c
 *		The register of licences: what comes next in each of its lists.
 *
 * A writer leaves out the number of a row, when it came to be known and, of a
 * term, its days.  The trigger locks the licence, so that two cases of one
 * licence come one after the other, and fills them in.  What it refuses in
 * words, the constraints of the tables would refuse, too.  Only what a
 * standing permits is the trigger's own.
 *
 * Below are the functions that ask the register for callers who may not read
 * its tables.
 *
 * A row that comes with its number is the first of a licence that was made
 * just now, or one of a timeline that is written back (restore_standing()).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/rel.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/row.h"

/* The row under way. */
typedef struct NewRow
{
	OwnerScope	scope;
	HeapTuple	tuple;
	TupleDesc	desc;
	RowChange	change;
	int64		licence_no;
	int64		application_no; /* 0: an import's */
} NewRow;

/* A licence as an error names it. */
static char *
licence_text(const NewRow *row)
{
	return ColumnOutput(row->tuple, row->desc, "licence_no");
}

/* The next row's number, given the last one's. */
static void
number_row(NewRow *row, const char *column, int32 last)
{
	ReplaceColumn(&row->change, row->desc, column, Int32GetDatum(last + 1), false);
}

/* Known with its event, and later than the row before, which came to be known at that moment. */
static void
known_after(NewRow *row, TimestampTz before)
{
	bool		isnull;
	Datum		given = ColumnDatum(row->tuple, row->desc, "known_at", &isnull);

	ReplaceColumn(&row->change, row->desc, "known_at",
				  TimestampTzGetDatum(Max(isnull ? ClockMoment() : DatumGetTimestampTz(given), before + 1)), false);
}

/* Lock the licence; a number that is none is the foreign key's to refuse. */
static void
lock_licence(NewRow *row)
{
	static SavedPlan lock = SAVED_PLAN("SELECT 1 FROM licence_home.licence AS l WHERE l.licence_no = $1 FOR NO KEY UPDATE");

	ExecPlan(&row->scope, &lock, LicenceArg(row->licence_no));
}

/* A licence that has ended takes no term and no other standing. */
static void
refuse_ended(const NewRow *row, const char *standing)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_REGISTER),
			 errmsg_said(row->application_no,
						 psprintf("licence %s is %s", licence_text(row), standing),
						 psprintf("حال الرخصة %s: %s", licence_text(row), standing)),
			 errdetail_said("A licence that was revoked, surrendered or set aside has no further term and no other standing.",
							"الرخصة الملغاة أو المتنازل عنها أو المبطلة لا تجدد ولا تتغير حالها."),
			 errhint_said("An objection that is upheld restores it; else a first issue gives a new licence.",
						  "يعيدها قبول الاعتراض، وإلا فطلب إصدار جديد."),
			 err_table("licence_standing")));
}

/* The case comes too late: another gave the term that it asks for. */
static void
refuse_other_term(const NewRow *row, int32 asked, int32 last)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_REGISTER),
			 errmsg_said(row->application_no,
						 psprintf("licence %s has no term %d to give: its last is %d", licence_text(row), asked, last),
						 psprintf("لا تعطى المدة %d للرخصة %s، فآخر مددها %d", asked, licence_text(row), last)),
			 errdetail_said("A term is given once, and follows the one before it.",
							"تعطى المدة مرة واحدة، وتلي ما قبلها."),
			 errhint_said("licence_home.licence_term has the terms of the licence.",
						  "مدد الرخصة في licence_home.licence_term."),
			 err_constraint("licence_term", "licence_term_pkey")));
}

/* A term: the next one, where the last ends, by the run of terms. */
static void
next_term(NewRow *row)
{
	static SavedPlan last = SAVED_PLAN("SELECT t.term_no, t.known_at, t.ends, "
									   "CASE WHEN t.run_months IS NULL THEN t.ends ELSE t.since END AS since, "
									   "coalesce(t.run_months, 0) + $2, "
									   "((CASE WHEN t.run_months IS NULL THEN t.ends ELSE t.since END) "
									   "+ make_interval(months => coalesce(t.run_months, 0) + $2))::date, s.standing "
									   "FROM licence_home.licence_term AS t "
									   "LEFT JOIN LATERAL licence_home_internal.licence_state(t.licence_no, licence_home.today(), NULL) AS s ON true "
									   "WHERE t.licence_no = $1 ORDER BY t.term_no DESC LIMIT 1");
	bool		isnull;
	Datum		months = ColumnDatum(row->tuple, row->desc, "months", &isnull);
	Datum		asked;
	Rows		rows;

	rows = ExecPlan(&row->scope, &last, LicenceArg(row->licence_no), DatumArg(ARG_INT4, months, isnull));
	if (rows.count == 0)
		return;					/* the keys refuse it */
	asked = ColumnDatum(row->tuple, row->desc, "term_no", &isnull);
	if (!isnull && DatumGetInt32(asked) != RowInt4(rows, 0, 1) + 1)
		refuse_other_term(row, DatumGetInt32(asked), RowInt4(rows, 0, 1));
	if (RowText(rows, 0, 7) != NULL && strcmp(RowText(rows, 0, 7), "in_force") != 0 &&
		strcmp(RowText(rows, 0, 7), "suspended") != 0)
		refuse_ended(row, RowText(rows, 0, 7));
	number_row(row, "term_no", RowInt4(rows, 0, 1));
	known_after(row, DatumGetTimestampTz(RowDatum(rows, 0, 2, &isnull)));
	ReplaceColumn(&row->change, row->desc, "starts", RowDatum(rows, 0, 3, &isnull), isnull);
	ReplaceColumn(&row->change, row->desc, "since", RowDatum(rows, 0, 4, &isnull), isnull);
	ReplaceColumn(&row->change, row->desc, "run_months", RowDatum(rows, 0, 5, &isnull), isnull);
	ReplaceColumn(&row->change, row->desc, "ends", RowDatum(rows, 0, 6, &isnull), isnull);
}

/* A version: the next one. */
static void
next_version(NewRow *row)
{
	static SavedPlan last = SAVED_PLAN("SELECT v.version_no, v.known_at FROM licence_home.licence_version AS v "
									   "WHERE v.licence_no = $1 ORDER BY v.version_no DESC LIMIT 1");
	bool		isnull;
	Rows		rows = ExecPlan(&row->scope, &last, LicenceArg(row->licence_no));

	if (rows.count == 0)
		return;
	number_row(row, "version_no", RowInt4(rows, 0, 1));
	known_after(row, DatumGetTimestampTz(RowDatum(rows, 0, 2, &isnull)));
}

/* A standing: the next one, where the last has not ended the licence. */
static void
next_standing(NewRow *row)
{
	static SavedPlan last = SAVED_PLAN("SELECT s.standing_no, s.known_at, s.standing FROM licence_home.licence_standing AS s "
									   "WHERE s.licence_no = $1 ORDER BY s.standing_no DESC LIMIT 1");
	bool		isnull;
	char	   *standing = ColumnText(row->tuple, row->desc, "standing");
	Rows		rows = ExecPlan(&row->scope, &last, LicenceArg(row->licence_no));

	if (rows.count == 0)
		return;
	if (standing != NULL && strcmp(standing, "set_aside") != 0 &&
		strcmp(RowText(rows, 0, 3), "in_force") != 0 && strcmp(RowText(rows, 0, 3), "suspended") != 0)
		refuse_ended(row, RowText(rows, 0, 3));
	number_row(row, "standing_no", RowInt4(rows, 0, 1));
	known_after(row, DatumGetTimestampTz(RowDatum(rows, 0, 2, &isnull)));
}

/* The lists, and the column that numbers each. */
static const struct
{
	const char *table;
	const char *number;
	void		(*next) (NewRow *row);
}			lists[] = {
	{"licence_term", "starts", next_term},
	{"licence_version", "version_no", next_version},
	{"licence_standing", "standing_no", next_standing},
};

PG_FUNCTION_INFO_V1(licence_home_register_trigger);
/*
 * BEFORE INSERT on licence_term, licence_version and licence_standing, for
 * each row, in the name of the owner: the next of its licence.
 */
Datum
licence_home_register_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "register_trigger", BEFORE_ROW_TRIGGER);
	NewRow		row = {
		.tuple = trigdata->tg_trigtuple,
		.desc = RelationGetDescr(trigdata->tg_relation),
		.change = {.memory = CurrentMemoryContext}
	};
	bool		isnull;
	Datum		value = ColumnDatum(row.tuple, row.desc, "licence_no", &isnull);

	if (isnull)
		return PointerGetDatum(row.tuple);
	row.licence_no = DatumGetInt64(value);
	value = ColumnDatum(row.tuple, row.desc, "application_no", &isnull);
	row.application_no = isnull ? 0 : DatumGetInt64(value);
	for (int i = 0; i < (int) lengthof(lists); i++)
	{
		if (strcmp(lists[i].table, RelationGetRelationName(trigdata->tg_relation)) != 0 ||
			!ColumnIsNull(row.tuple, row.desc, lists[i].number))
			continue;
		EnterOwner(&row.scope, OWNER_WRITES);
		lock_licence(&row);
		lists[i].next(&row);
		LeaveOwner(&row.scope);
		return PointerGetDatum(WithChanges(row.tuple, row.desc, &row.change));
	}
	return PointerGetDatum(row.tuple);
}

/* The rows of a plan, run as the owner, as the function's result. */
static Datum
put_rows(FunctionCallInfo fcinfo, SavedPlan *plan, const PlanArg *args, int nargs)
{
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, plan, args, nargs);
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_verify_licence);
/* verify_licence(licence_no, on_day): what the public may know. */
Datum
licence_home_verify_licence(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT licence_no, valid, standing, profession, profession_ar, profession_en, "
										"district, district_ar, district_en, valid_from, valid_until, on_day, known_at, succeeded_by "
										"FROM licence_home_internal.licence_facts($1, $2)");
	PlanArg		args[] = {
		DatumArg(ARG_TEXT, PG_GETARG_DATUM(0), false),
		DatumArg(ARG_DATE, PG_GETARG_DATUM(1), false)
	};

	return put_rows(fcinfo, &query, args, lengthof(args));
}

PG_FUNCTION_INFO_V1(licence_home_my_licences);
/* my_licences(): those that the acting applicant holds. */
Datum
licence_home_my_licences(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT * FROM licence_home_internal.licences_of($1)");
	PlanArg		applicant = Int8Arg(ActingApplicant());

	return put_rows(fcinfo, &query, &applicant, 1);
}

PG_FUNCTION_INFO_V1(licence_home_import_licence_rows);
/* import_licence_rows(rows, sound_rows): licences from elsewhere. */
Datum
licence_home_import_licence_rows(PG_FUNCTION_ARGS)
{
	static SavedPlan import = SAVED_PLAN("SELECT row_no, licence_no, column_name, sqlstate, reason_en, reason_ar "
										 "FROM licence_home_internal.import_set($1, $2)");
	PlanArg		args[] = {
		DatumArg(ARG_JSONB, PG_GETARG_DATUM(0), false),
		BoolArg(PG_GETARG_BOOL(1))
	};
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	ReturnSavedPlan(fcinfo, &scope, &import, args, lengthof(args));
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_forget_rejected);
/* forget_rejected(import_no): rows as they came, taken away. */
Datum
licence_home_forget_rejected(PG_FUNCTION_ARGS)
{
	static SavedPlan forget = SAVED_PLAN("UPDATE licence_home.import_rejected AS r SET given = NULL "
										 "WHERE r.import_no = $1 AND r.given IS NOT NULL");
	OwnerScope	scope;
	uint64		forgotten;

	EnterOwner(&scope, OWNER_WRITES);
	forgotten = ExecPlan(&scope, &forget, Int8Arg(PG_GETARG_INT64(0))).count;
	LeaveOwner(&scope);
	PG_RETURN_INT64((int64) forgotten);
}

/* A number of digits; -1 where there are others. */
static int
digits_of(const char *text, int count)
{
	int			value = 0;

	for (int i = 0; i < count; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

PG_FUNCTION_INFO_V1(licence_home_date_or_null);
/* date_or_null(text): the day that a text is, YYYY-MM-DD; null for any other. */
Datum
licence_home_date_or_null(PG_FUNCTION_ARGS)
{
	char	   *given = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int			year,
				month,
				day;

	if (strlen(given) != strlen("2026-03-01") || given[4] != '-' || given[7] != '-')
		PG_RETURN_NULL();
	year = digits_of(given, 4);
	month = digits_of(given + 5, 2);
	day = digits_of(given + 8, 2);
	/* (the bounds of every day: src/rules/bounds.c) */
	if (year < 1800 || year > 2199 || month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1])
		PG_RETURN_NULL();
	PG_RETURN_DATEADT((DateADT) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE));
}
