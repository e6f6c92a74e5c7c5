/*
 * bounds.c
 *		No value is without a bound.
 *
 * A text of a gigabyte, an amount of 1e120000 and a year 1415 are no facts,
 * whoever writes them.  They break what reads them later: a sum, a report, a
 * message. bounds() is the first row trigger of each table that somebody may
 * write.  Its arguments, made in src/sql/base/make_table.sql, are one for each
 * column:
 *
 *		note text 4000					at most so many characters
 *		source visible 2000				the same; what cannot be seen is null
 *		headers texts 20000				an array, at most so many bytes
 *		amount number 0 999999 3		lowest, highest, decimals
 *		issued_on day					from FIRST_DAY_KEPT to LAST_DAY_KEPT
 *		paid_at moment					the same
 *		valid days						the same, for a daterange
 *
 * It is a trigger, and neither a CHECK nor a domain.  The executor reads the
 * CHECKs of a table anew for every statement, and the error of a domain cannot
 * name its column.  What the numbers of a case say of each other, and what
 * follows from the clock, is decided elsewhere (workflow/case_dates.c).
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "rules/bounds.h"
#include "rules/rule_table.h"
#include "settings.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "text/fold.h"

/* The longest part of a value that an error shows. */
#define VALUE_SHOWN 40

/* A column of the row under examination. */
typedef struct BoundColumn
{
	Relation	rel;
	HeapTuple	row;
	int			attnum;
	const char *name;
	const char *bound;			/* what follows the kind, or "" */
} BoundColumn;

char *
PlainDay(DateADT day)
{
	char		text[MAXDATELEN + 1];
	struct pg_tm tm = {0};

	if (DATE_NOT_FINITE(day))
		return pstrdup(DATE_IS_NOBEGIN(day) ? "-infinity" : "infinity");
	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	return pstrdup(text);
}

char *
YearHint(DateADT day)
{
	bool		arabic = language_setting == LANGUAGE_AR;
	int			year;
	int			month;
	int			mday;

	if (DATE_NOT_FINITE(day))
		return NULL;
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	if (year >= 1 && year < 100)
		return psprintf(arabic ? "اكتب السنة بأربعة أرقام، مثل 19%02d أو 20%02d."
						: "Write the year with four digits, such as 19%02d or 20%02d.", year, year);
	/* twelve moons are 354.37 days; the era begins in July 622 */
	if (year >= 1200 && year < 1600)
		return psprintf(arabic ? "التواريخ ميلادية؛ والسنة الهجرية %d بدأت في سنة %d الميلادية."
						: "Days are of the Gregorian calendar. The year %d of the Hijri calendar began in the Gregorian year %d.",
						year, (int) (622.54 + (year - 1) * 0.970224));
	return NULL;
}

/* The beginning of a value. */
static char *
shown(char *value)
{
	if (strlen(value) <= VALUE_SHOWN)
		return value;
	return psprintf("%.*s" ELLIPSIS, pg_mbcliplen(value, strlen(value), VALUE_SHOWN), value);
}

static int64
case_of(const BoundColumn *column)
{
	return CaseOfRow(column->row, RelationGetDescr(column->rel));
}

char *
InColumnAr(const char *table, const char *column)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.column_label($1, $2)");
	MemoryContext caller = CurrentMemoryContext;
	OwnerScope	scope;
	Rows		rows;
	char	   *label;

	EnterOwner(&scope, OWNER_READS);
	rows = ExecPlan(&scope, &find, TextArg(table), TextArg(column));
	label = RowText(rows, 0, 1);
	label = MemoryContextStrdup(caller, label ? psprintf(" في «%s»", label) : "");
	LeaveOwner(&scope);
	return label;
}

static char *
label_of(const BoundColumn *column)
{
	return InColumnAr(RelationGetRelationName(column->rel), column->name);
}

static void
refuse(const BoundColumn *column, char *value, char *en, char *ar, char *hint)
{
	char	   *label = label_of(column);

	value = shown(value);
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg_said(case_of(column),
						 psprintf("column \"%s\" of %s cannot be %s", column->name,
								  RelationGetRelationName(column->rel), value),
						 psprintf("القيمة %s غير مقبولة%s", value, label)),
			 errdetail_said(en, language_setting == LANGUAGE_AR ? ar
							: psprintf("القيمة %s غير مقبولة%s: %s", value, label, ar)),
			 hint ? errhint("%s", hint) : 0,
			 errtablecol(column->rel, column->attnum)));
}

static void
refuse_size(const BoundColumn *column, const char *unit, const char *unit_ar, long size, int most,
			const char *hint, const char *hint_ar)
{
	char	   *ar = psprintf("النص%s أطول من الحد: %ld %s، والمسموح %d", label_of(column), size, unit_ar, most);

	ereport(ERROR,
			(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
			 errmsg_said(case_of(column),
						 psprintf("column \"%s\" of %s has %ld %s, at most %d are kept", column->name,
								  RelationGetRelationName(column->rel), size, unit, most), ar),
			 language_setting == LANGUAGE_BOTH ? errdetail_internal("%s.", ar) : 0,
			 errhint_said(hint, hint_ar),
			 errtablecol(column->rel, column->attnum)));
}

static void
check_text(const BoundColumn *column, Datum value)
{
	int			most = atoi(column->bound);
	text	   *content;
	int			length;

	/* no character is shorter than a byte */
	if (toast_raw_datum_size(value) - VARHDRSZ <= (Size) most)
		return;
	content = DatumGetTextPP(value);
	length = pg_mbstrlen_with_len(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content));
	if (length > most)
		refuse_size(column, "characters", "حرفًا", length, most,
					"Shorten the text; what is longer is a document of its own.",
					"اختصر النص؛ وما زاد على ذلك يُقدَّم وثيقةً مستقلة.");
}

/* Is it a text in which nothing can be seen?  Then it is none: see the top. */
static bool
is_blank(const BoundColumn *column, Datum value)
{
	text	   *content = DatumGetTextPP(value);
	char	   *ar;

	if (IsVisible(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content)))
		return false;
	if (!TupleDescAttr(RelationGetDescr(column->rel), column->attnum - 1)->attnotnull)
		return true;
	ar = psprintf("لا نص%s", label_of(column));
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg_said(case_of(column),
						 psprintf("column \"%s\" of %s has no text that can be seen", column->name,
								  RelationGetRelationName(column->rel)), ar),
			 errdetail_said("Blanks, and marks that cannot be seen, are no text.",
							psprintf("%s%sالفراغات والعلامات التي لا تُرى لا تُعد نصًا.",
									 language_setting == LANGUAGE_AR ? "" : ar,
									 language_setting == LANGUAGE_AR ? "" : ": ")),
			 errtablecol(column->rel, column->attnum),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, "visible_text_can_be_seen")));
	return true;
}

static void
check_texts(const BoundColumn *column, Datum value)
{
	int			most = atoi(column->bound);
	Size		size = toast_raw_datum_size(value);

	if (size > (Size) most)
		refuse_size(column, "bytes", "بايت", size, most,
					"Shorten its texts, or write fewer of them.", "اختصر النصوص أو قلّل عددها.");
}

/* A bound of a number as the column's own type compares it. */
static Datum
number(const char *text)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* An integer between bounds that are integers. */
static bool
is_plain_integer(const BoundColumn *column, Oid type, Datum value)
{
	char	   *end;
	long		low = strtol(column->bound, &end, 10);
	long		high;
	int64		number;

	if (type == INT4OID)
		number = DatumGetInt32(value);
	else if (type == INT2OID)
		number = DatumGetInt16(value);
	else if (type == INT8OID)
		number = DatumGetInt64(value);
	else
		return false;
	if (*end != ' ')
		return false;
	high = strtol(end, &end, 10);
	return *end == ' ' && low <= number && number <= high;
}

static void
check_number(const BoundColumn *column, Datum value)
{
	Oid			type = TupleDescAttr(RelationGetDescr(column->rel), column->attnum - 1)->atttypid;
	char		low[32];
	char		high[32];
	int			decimals;

	if (is_plain_integer(column, type, value))
		return;
	if (sscanf(column->bound, "%31s %31s %d", low, high, &decimals) != 3)
		elog(ERROR, "bounds() cannot read \"%s\"", column->bound);
	if (type == INT4OID)
		value = DirectFunctionCall1(int4_numeric, value);
	else if (type == INT2OID)
		value = DirectFunctionCall1(int2_numeric, value);
	else if (type == INT8OID)
		value = DirectFunctionCall1(int8_numeric, value);
	if (DatumGetBool(DirectFunctionCall2(numeric_ge, value, number(low))) &&
		DatumGetBool(DirectFunctionCall2(numeric_le, value, number(high))) &&
		DatumGetBool(DirectFunctionCall2(numeric_eq, value,
										 DirectFunctionCall2(numeric_round, value,
															 Int32GetDatum(decimals)))))
		return;
	refuse(column, DatumGetCString(DirectFunctionCall1(numeric_out, value)),
		   decimals == 0 ? psprintf("It is from %s to %s.", low, high)
		   : psprintf("It is from %s to %s, with at most %d decimals.", low, high, decimals),
		   decimals == 0 ? psprintf("المسموح من %s إلى %s.", low, high)
		   : psprintf("المسموح من %s إلى %s، وعدد المنازل العشرية لا يزيد على %d.", low, high, decimals),
		   NULL);
}

static DateADT
day(const char *text)
{
	int			year = atoi(text);

	return date2j(year, atoi(text + 5), atoi(text + 8)) - POSTGRES_EPOCH_JDATE;
}

static void
check_day(const BoundColumn *column, DateADT value)
{
	/* infinity lies beyond both */
	if (value >= day(FIRST_DAY_KEPT) && value <= day(LAST_DAY_KEPT))
		return;
	refuse(column, PlainDay(value),
		   "It is from " FIRST_DAY_KEPT " to " LAST_DAY_KEPT ".",
		   "المسموح من " FIRST_DAY_KEPT " إلى " LAST_DAY_KEPT ".", YearHint(value));
}

static void
check_moment(const BoundColumn *column, TimestampTz value)
{
	if (TIMESTAMP_NOT_FINITE(value))
		check_day(column, TIMESTAMP_IS_NOBEGIN(value) ? DATEVAL_NOBEGIN : DATEVAL_NOEND);
	else
		check_day(column, ClockDay(value));
}

static void
check_days(const BoundColumn *column, Datum value)
{
	Period		period = PeriodOf(value);

	if (period.has_from)
		check_day(column, period.from);
	if (period.has_to)
		check_day(column, period.to);
}

/* The next word of an argument; where what follows it begins. */
static const char *
read_word(const char *from, char *word, int size)
{
	int			length = strcspn(from, " ");

	if (length == 0 || length >= size)
		elog(ERROR, "bounds() cannot read \"%s\"", from);
	memcpy(word, from, length);
	word[length] = '\0';
	return from + length + strspn(from + length, " ");
}

/*
 * The number of a column: most often the one after the last, as the arguments
 * have the order of the columns.
 */
static int
number_from(TupleDesc desc, const char *name, int last)
{
	for (int i = last; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped &&
			namestrcmp(&TupleDescAttr(desc, i)->attname, name) == 0)
			return i + 1;
	}
	return ColumnNumber(desc, name);
}

/* Hold a value against an argument of the trigger; true: it is to be null. */
static bool
check_column(const BoundColumn *column, const char *kind, Datum value)
{
	if (strcmp(kind, "visible") == 0 && is_blank(column, value))
		return true;
	if (strcmp(kind, "text") == 0 || strcmp(kind, "visible") == 0)
		check_text(column, value);
	else if (strcmp(kind, "texts") == 0)
		check_texts(column, value);
	else if (strcmp(kind, "number") == 0)
		check_number(column, value);
	else if (strcmp(kind, "day") == 0)
		check_day(column, DatumGetDateADT(value));
	else if (strcmp(kind, "moment") == 0)
		check_moment(column, DatumGetTimestampTz(value));
	else if (strcmp(kind, "days") == 0)
		check_days(column, value);
	else
		elog(ERROR, "bounds() knows no \"%s\"", kind);
	return false;
}

PG_FUNCTION_INFO_V1(licence_home_bounds);
/* BEFORE INSERT OR UPDATE, for each row. */
Datum
licence_home_bounds(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "bounds", ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	HeapTuple	row = TriggerNewTuple(data);
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	char		name[NAMEDATALEN];
	char		kind[16];
	BoundColumn column = {.rel = data->tg_relation, .row = row, .name = name};

	heap_deform_tuple(row, desc, values, nulls);
	for (int i = 0; i < data->tg_trigger->tgnargs; i++)
	{
		int			n;

		column.bound = read_word(read_word(data->tg_trigger->tgargs[i], name, sizeof(name)),
								 kind, sizeof(kind));
		column.attnum = number_from(desc, name, column.attnum);
		n = column.attnum - 1;
		if (nulls[n] || !check_column(&column, kind, values[n]))
			continue;
		nulls[n] = true;
		column.row = row = heap_modify_tuple_by_cols(row, desc, 1, &column.attnum, &values[n], &nulls[n]);
	}
	return PointerGetDatum(row);
}
