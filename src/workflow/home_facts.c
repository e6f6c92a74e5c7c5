/*
 * home_facts.c
 *		What an application says of the home, and what no home can be.
 *
 * A draft may be wrong, and eligibility() explains that.  What cannot be the
 * fact that was meant is refused when it is written.
 */
#include "postgres.h"

#include "access/htup_details.h"

#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/case_dates.h"
#include "workflow/home_facts.h"

/*
 * Is the home no larger than a home can be, and its footprint in proportion?
 * Without a rule of the day there is no such bound.
 */
static void
check_size(OwnerScope *scope, int64 application_no, PlanArg home, PlanArg area)
{
	/* what in_wgs84() will refuse, or eligibility() explain, has no size */
	static SavedPlan find = SAVED_PLAN("SELECT $2 > r.max_home_m2, r.max_home_m2, $2, round(f.m2::numeric), "
									   "trunc(r.footprint_times * coalesce($2, r.max_home_m2)), "
									   "f.m2 > r.footprint_times * coalesce($2, r.max_home_m2) "
									   "FROM licence_home.home_rule AS r "
									   "CROSS JOIN licence_home_internal.footprint_m2($1) AS f "
									   "WHERE licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today())");
	Rows		rows = ExecPlan(scope, &find, home, area);

	if (rows.count != 1)
		return;
	if (RowBool(rows, 0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_case(application_no, "home_area_m2 cannot be %s", RowText(rows, 0, 3)),
				 errdetail("No home has more than %s m².", RowText(rows, 0, 2)),
				 errhint("A decimal point may be missing. The largest area is in licence_home.home_rule."),
				 err_column("application", "home_area_m2")));
	if (RowBool(rows, 0, 6))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_case(application_no, "home cannot be a footprint of %s m²", RowText(rows, 0, 4)),
				 errdetail("For the area of the home it has at most %s m².", RowText(rows, 0, 5)),
				 errhint("Give the outline of the building, and home_area_m2 in square metres. The proportion is in licence_home.home_rule."),
				 err_column("application", "home")));
}

void
CheckHomeFacts(OwnerScope *scope, HeapTuple row, TupleDesc desc)
{
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(row, desc, "application_no", &isnull));
	bool		no_home;
	DateADT		built_on;
	Datum		home;
	Datum		area;

	if (isnull)
		application_no = 0;
	built_on = DatumGetDateADT(ColumnDatum(row, desc, "built_on", &isnull));
	if (!isnull)
		CheckCaseDay(scope, application_no, "application", "built_on", built_on);
	home = ColumnDatum(row, desc, "home", &no_home);
	area = ColumnDatum(row, desc, "home_area_m2", &isnull);
	if (!no_home || !isnull)
		check_size(scope, application_no, DatumArg(ARG_GEOMETRY, home, no_home),
				   DatumArg(ARG_NUMERIC, area, isnull));
}

void
TransformHome(OwnerScope *scope, RowChange *change, TupleDesc desc,
			  HeapTuple new)
{
	static SavedPlan transform = SAVED_PLAN("SELECT w.geom FROM licence_home_internal.home_in_wgs84($1) AS w");
	bool		isnull;
	Datum		home = ColumnDatum(new, desc, "home", &isnull);
	Datum		result;
	Rows		rows;

	if (isnull)
		return;
	rows = ExecPlan(scope, &transform, DatumArg(ARG_GEOMETRY, home, false));
	result = RowDatum(rows, 0, 1, &isnull);
	ReplaceColumn(change, desc, "home", result, isnull);
}
