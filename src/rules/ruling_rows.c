/*
 * ruling_rows.c
 *		The rulings of judge() as rows, with what was required and observed and
 *		the values for the sentence of each.
 *
 * In C, because these are a hundred expressions, which the executor would make
 * ready anew for each case.  Nothing is decided here, and no rule is read.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "rules/day_name.h"

/* The columns of the type licence_home_internal.judgement. */
typedef enum JudgementColumn
{
	J_DAY,
	J_EDITION,
	J_DECIDER,
	J_MAX_AREA_SHARE,
	J_MAX_AREA_M2,
	J_MAX_EMPLOYEES,
	J_MAX_PEOPLE,
	J_MAX_CHILDREN,
	J_OWNERS_SHARE,
	J_EDGE_TOLERANCE_M,
	J_AREA_LIMIT_M2,
	J_CATEGORY,
	J_PROFESSION_AR,
	J_PROFESSION_EN,
	J_JORDANIANS_ONLY,
	J_CERTIFICATE_PROFESSION,
	J_GEOM,
	J_FAULT,
	J_UNZONED,
	J_ONLY_CLASS,
	J_PLACE_RULING,
	J_INNER_RULING,
	J_UNRULED,
	J_DISTRICT,
	J_DISTRICT_AR,
	J_DISTRICT_EN,
	J_EDITION_RULING,
	J_PROFESSION_RULING,
	J_LOCATION_RULING,
	J_ZONE_RULING,
	J_WORK_AREA_RULING,
	J_EMPLOYEES_RULING,
	J_PEOPLE_RULING,
	J_CHILDREN_RULING,
	J_BUILDING_DATE_RULING,
	J_COLUMNS
} JudgementColumn;

typedef struct Judgement
{
	Datum		values[J_COLUMNS];
	bool		nulls[J_COLUMNS];
} Judgement;

/* The columns of a row. */
typedef enum RulingRowColumn
{
	F_CRITERION,
	F_RULING,
	F_REQUIRED,
	F_OBSERVED,
	F_PAIRS,
	F_PAIRS_AR,
	F_PAIRS_EN,
	F_COLUMNS
} RulingRowColumn;

/* Names and values in turn, as fill() takes them; NULL is a value not known. */
typedef struct Pairs
{
	const char *const *items;
	int			count;
} Pairs;

#define PAIRS(...) \
	((Pairs) {(const char *const []) {__VA_ARGS__}, \
			lengthof(((const char *const []) {__VA_ARGS__}))})
#define NO_PAIRS ((Pairs) {NULL, 0})

static void
read_judgement(Judgement *judged, HeapTupleHeader row)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
											  HeapTupleHeaderGetTypMod(row));
	HeapTupleData tuple = {
		.t_len = HeapTupleHeaderGetDatumLength(row),
		.t_data = row
	};

	if (desc->natts != J_COLUMNS)
		elog(ERROR, "a judgement has %d columns, not %d", J_COLUMNS, desc->natts);
	heap_deform_tuple(&tuple, desc, judged->values, judged->nulls);
	ReleaseTupleDesc(desc);
}

static char *
judged_text(const Judgement *judged, JudgementColumn column)
{
	return judged->nulls[column] ? NULL : TextDatumGetCString(judged->values[column]);
}

static char *
integer_text(Datum value, bool isnull)
{
	return isnull ? NULL : psprintf("%d", DatumGetInt32(value));
}

static char *
judged_integer(const Judgement *judged, JudgementColumn column)
{
	return integer_text(judged->values[column], judged->nulls[column]);
}

/* A number as a sentence writes it, without trailing zeros: plain() in SQL. */
static char *
plain(Datum number, bool isnull)
{
	if (isnull)
		return NULL;
	return DatumGetCString(DirectFunctionCall1(numeric_out,
											   DirectFunctionCall1(numeric_trim_scale, number)));
}

static char *
judged_number(const Judgement *judged, JudgementColumn column)
{
	return plain(judged->values[column], judged->nulls[column]);
}

/* A share as a number of hundredths. */
static char *
judged_percent(const Judgement *judged, JudgementColumn column)
{
	if (judged->nulls[column])
		return NULL;
	return plain(DirectFunctionCall2(numeric_mul,
									 NumericGetDatum(int64_to_numeric(100)),
									 judged->values[column]), false);
}

static char *
argument_text(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

static char *
argument_integer(FunctionCallInfo fcinfo, int n)
{
	return integer_text(PG_GETARG_DATUM(n), PG_ARGISNULL(n));
}

static char *
argument_number(FunctionCallInfo fcinfo, int n)
{
	return plain(PG_GETARG_DATUM(n), PG_ARGISNULL(n));
}

static char *
argument_day(FunctionCallInfo fcinfo, int n, const char *language)
{
	return PG_ARGISNULL(n) ? NULL : DayName(PG_GETARG_DATEADT(n), language);
}

/* Words with a value in them, if there is one. */
static char *
with_value(const char *format, const char *value)
{
	return value == NULL ? NULL : psprintf(format, value);
}

static Datum
pairs_array(Pairs pairs)
{
	Datum	   *items;
	bool	   *nulls;
	int			lower = 1;

	if (pairs.count == 0)
		return PointerGetDatum(construct_empty_array(TEXTOID));
	items = palloc0(pairs.count * sizeof(Datum));
	nulls = palloc0(pairs.count * sizeof(bool));
	for (int i = 0; i < pairs.count; i++)
	{
		nulls[i] = pairs.items[i] == NULL;
		if (!nulls[i])
			items[i] = CStringGetTextDatum(pairs.items[i]);
	}
	return PointerGetDatum(construct_md_array(items, nulls, 1, &pairs.count, &lower,
											  TEXTOID, -1, false, TYPALIGN_INT));
}

static void
set_text(Datum *values, bool *nulls, RulingRowColumn column, const char *text)
{
	nulls[column] = text == NULL;
	if (text != NULL)
		values[column] = CStringGetTextDatum(text);
}

/* Add a row, unless the criterion is not asked (no ruling). */
static void
add_row(FunctionCallInfo fcinfo, const char *criterion, const char *ruling,
		const char *required, const char *observed,
		Pairs pairs, Pairs pairs_ar, Pairs pairs_en)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum		values[F_COLUMNS];
	bool		nulls[F_COLUMNS] = {0};

	if (ruling == NULL)
		return;
	set_text(values, nulls, F_CRITERION, criterion);
	set_text(values, nulls, F_RULING, ruling);
	set_text(values, nulls, F_REQUIRED, required);
	set_text(values, nulls, F_OBSERVED, observed);
	values[F_PAIRS] = pairs_array(pairs);
	values[F_PAIRS_AR] = pairs_array(pairs_ar);
	values[F_PAIRS_EN] = pairs_array(pairs_en);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * The smallest home (m²) in which a work area is within the share, where a
 * larger home helps: below the absolute limit.  NULL: none would.
 */
static char *
home_needed(const Judgement *judged, Datum work_area, bool isnull)
{
	Datum		nothing = NumericGetDatum(int64_to_numeric(0));

	if (isnull || judged->nulls[J_MAX_AREA_M2] || judged->nulls[J_MAX_AREA_SHARE] ||
		!DatumGetBool(DirectFunctionCall2(numeric_gt, work_area, nothing)) ||
		!DatumGetBool(DirectFunctionCall2(numeric_le, work_area,
										  judged->values[J_MAX_AREA_M2])))
		return NULL;
	return plain(DirectFunctionCall1(numeric_ceil,
									 DirectFunctionCall2(numeric_div, work_area,
														 judged->values[J_MAX_AREA_SHARE])),
				 false);
}

static void
add_work_area(FunctionCallInfo fcinfo, const Judgement *judged, int work_area)
{
	char	   *observed = argument_number(fcinfo, work_area);
	char	   *limit = judged_number(judged, J_AREA_LIMIT_M2);
	char	   *home = home_needed(judged, PG_GETARG_DATUM(work_area),
								   PG_ARGISNULL(work_area));

	add_row(fcinfo, "work_area", judged_text(judged, J_WORK_AREA_RULING), limit, observed,
			PAIRS("obs", observed, "limit", limit,
				  "share", judged_percent(judged, J_MAX_AREA_SHARE),
				  "cap", judged_number(judged, J_MAX_AREA_M2)),
			PAIRS("or_home", home == NULL ? "" :
				  psprintf("، أو اختاروا منزلًا لا تقل مساحته عن %s م²", home)),
			PAIRS("or_home", home == NULL ? "" :
				  psprintf(", or a home of at least %s m²", home)));
}

/* A criterion with a number and its limit. */
static void
add_count(FunctionCallInfo fcinfo, const Judgement *judged, const char *criterion,
		  JudgementColumn ruling, JudgementColumn most, int number)
{
	char	   *observed = argument_integer(fcinfo, number);
	char	   *limit = judged_integer(judged, most);

	add_row(fcinfo, criterion, judged_text(judged, ruling), limit, observed,
			PAIRS("obs", observed, "limit", limit), NO_PAIRS, NO_PAIRS);
}

PG_FUNCTION_INFO_V1(licence_home_judged_ruling_rows);
/*
 * judged_ruling_rows(judged judgement, on_date date, profession text,
 *		name_ar text, name_en text, zones_ar text, zones_en text,
 *		why_ar text, why_en text, decider_ar text, decider_en text,
 *		work_area_m2 numeric, employees integer, people integer,
 *		children integer, built_on date)
 *
 * The criteria that can be asked before there is a case.
 */
Datum
licence_home_judged_ruling_rows(PG_FUNCTION_ARGS)
{
	enum
	{
		JUDGED, ON_DATE, PROFESSION, NAME_AR, NAME_EN, ZONES_AR, ZONES_EN,
		WHY_AR, WHY_EN, DECIDER_AR, DECIDER_EN, WORK_AREA, EMPLOYEES, PEOPLE,
		CHILDREN, BUILT_ON
	};
	Judgement	judged;
	char	   *day = argument_day(fcinfo, ON_DATE, "");
	char	   *day_ar = argument_day(fcinfo, ON_DATE, "ar");
	char	   *day_en = argument_day(fcinfo, ON_DATE, "en");
	char	   *edition;
	char	   *district;
	char	   *district_en;
	char	   *place_ruling;
	char	   *zones_en = argument_text(fcinfo, ZONES_EN);
	char	   *why_en = argument_text(fcinfo, WHY_EN);
	char	   *place = why_en != NULL ? why_en : zones_en;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(JUDGED))
		return (Datum) 0;
	read_judgement(&judged, PG_GETARG_HEAPTUPLEHEADER(JUDGED));

	edition = judged_text(&judged, J_EDITION);
	add_row(fcinfo, "edition", judged_text(&judged, J_EDITION_RULING),
			with_value("instructions in force on %s", day), edition,
			PAIRS("edition", edition), PAIRS("date", day_ar), PAIRS("date", day_en));

	add_row(fcinfo, "profession", judged_text(&judged, J_PROFESSION_RULING),
			with_value("on the list on %s", day), argument_text(fcinfo, PROFESSION),
			NO_PAIRS,
			PAIRS("date", day_ar, "p", argument_text(fcinfo, NAME_AR)),
			PAIRS("date", day_en, "p", argument_text(fcinfo, NAME_EN)));

	district = judged_integer(&judged, J_DISTRICT);
	district_en = judged_text(&judged, J_DISTRICT_EN);
	add_row(fcinfo, "location", judged_text(&judged, J_LOCATION_RULING),
			"in a district of the city",
			district != NULL && district_en != NULL ?
			psprintf("%s %s", district, district_en) : why_en,
			NO_PAIRS,
			PAIRS("district", judged_text(&judged, J_DISTRICT_AR)),
			PAIRS("district", district_en));

	place_ruling = judged_text(&judged, J_PLACE_RULING);
	add_row(fcinfo, "zone", judged_text(&judged, J_ZONE_RULING), "permitted",
			place_ruling == NULL ? place :
			place == NULL ? place_ruling : psprintf("%s: %s", place_ruling, place),
			NO_PAIRS,
			PAIRS("zone", argument_text(fcinfo, ZONES_AR),
				  "why", argument_text(fcinfo, WHY_AR),
				  "decider", argument_text(fcinfo, DECIDER_AR)),
			PAIRS("zone", zones_en, "why", why_en,
				  "decider", argument_text(fcinfo, DECIDER_EN)));

	add_work_area(fcinfo, &judged, WORK_AREA);
	add_count(fcinfo, &judged, "employees", J_EMPLOYEES_RULING, J_MAX_EMPLOYEES, EMPLOYEES);
	add_count(fcinfo, &judged, "people", J_PEOPLE_RULING, J_MAX_PEOPLE, PEOPLE);
	add_count(fcinfo, &judged, "children", J_CHILDREN_RULING, J_MAX_CHILDREN, CHILDREN);

	add_row(fcinfo, "building_date", judged_text(&judged, J_BUILDING_DATE_RULING),
			with_value("not after %s", day), argument_day(fcinfo, BUILT_ON, ""),
			NO_PAIRS,
			PAIRS("obs", argument_day(fcinfo, BUILT_ON, "ar")),
			PAIRS("obs", argument_day(fcinfo, BUILT_ON, "en")));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_case_ruling_rows);
/*
 * case_ruling_rows(judged judgement, nationality_ruling text, kind text,
 *		owner_approval_ruling text, owner_approval text, duplicate_ruling text,
 *		duplicate text, home_total_ruling text, work_area_m2 numeric,
 *		decider_ar text, decider_en text)
 *
 * The criteria that only a case can show.  Of the other work at the home the
 * rows say only whether this work area fits beside it.  They have no number of
 * it: the other work may be another person's, and a difference would give its
 * area away.
 */
Datum
licence_home_case_ruling_rows(PG_FUNCTION_ARGS)
{
	enum
	{
		JUDGED, NATIONALITY_RULING, KIND, OWNER_APPROVAL_RULING, OWNER_APPROVAL,
		DUPLICATE_RULING, DUPLICATE, HOME_TOTAL_RULING, WORK_AREA, DECIDER_AR, DECIDER_EN
	};
	Judgement	judged;
	bool		jordanians_only;
	char	   *owners;
	char	   *duplicate = argument_text(fcinfo, DUPLICATE);
	char	   *area = argument_number(fcinfo, WORK_AREA);
	char	   *limit;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(JUDGED))
		return (Datum) 0;
	read_judgement(&judged, PG_GETARG_HEAPTUPLEHEADER(JUDGED));

	jordanians_only = !judged.nulls[J_JORDANIANS_ONLY] &&
		DatumGetBool(judged.values[J_JORDANIANS_ONLY]);
	add_row(fcinfo, "nationality", argument_text(fcinfo, NATIONALITY_RULING),
			jordanians_only ? "citizen" : "any", argument_text(fcinfo, KIND),
			NO_PAIRS, NO_PAIRS, NO_PAIRS);

	owners = judged_percent(&judged, J_OWNERS_SHARE);
	add_row(fcinfo, "owner_approval", argument_text(fcinfo, OWNER_APPROVAL_RULING),
			with_value("approval of owners holding %s %%", owners),
			argument_text(fcinfo, OWNER_APPROVAL),
			PAIRS("limit", owners), NO_PAIRS, NO_PAIRS);

	add_row(fcinfo, "duplicate", argument_text(fcinfo, DUPLICATE_RULING),
			"none", duplicate == NULL ? "none" : duplicate,
			PAIRS("number", duplicate), NO_PAIRS, NO_PAIRS);

	limit = judged_number(&judged, J_AREA_LIMIT_M2);
	add_row(fcinfo, "home_total", argument_text(fcinfo, HOME_TOTAL_RULING), limit, area,
			PAIRS("obs", area, "limit", limit),
			PAIRS("decider", argument_text(fcinfo, DECIDER_AR),
				  "why", area == NULL || limit == NULL ? NULL :
				  psprintf("مساحة العمل %s م² مع سائر الأعمال في المنزل تزيد على الحد %s م²", area, limit)),
			PAIRS("decider", argument_text(fcinfo, DECIDER_EN),
				  "why", area == NULL || limit == NULL ? NULL :
				  psprintf("the work area of %s m² and any other work in this home come to more than the limit of %s m²", area, limit)));
	return (Datum) 0;
}
