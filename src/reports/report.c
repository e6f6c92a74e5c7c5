/*
 * report.c
 *		Reports for callers who may know figures, but not the rows behind them.
 *
 * A report licence_home.report_x(…) is the body licence_home_internal.report_x_rows(…),
 * run as the owner with the same arguments.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/syscache.h"

#include "actor.h"
#include "official.h"
#include "settings.h"
#include "spi/plan.h"

/* 1 January 0002 and 31 December 9998 */
#define FIRST_DAY (-729754)
#define LAST_DAY 2921574

/* A day of the years that dates can say, as a report adds to it and takes from it. */
static Datum
sensible_day(DateADT day)
{
	if (!DATE_NOT_FINITE(day))
		day = Min(Max(day, FIRST_DAY), LAST_DAY);
	return DateADTGetDatum(day);
}

/* The arguments of a report, by their types in the catalogue. */
static int
read_arguments(FunctionCallInfo fcinfo, Form_pg_proc proc, PlanArg *args)
{
	for (int i = 0; i < PG_NARGS(); i++)
	{
		ArgType		type;

		switch (proc->proargtypes.values[i])
		{
			case DATEOID:
				type = ARG_DATE;
				break;
			case INT4OID:
				type = ARG_INT4;
				break;
			default:
				type = ARG_TEXT;
				break;
		}
		args[i] = FunctionArg(fcinfo, i, type);
		if (type == ARG_DATE && !args[i].isnull)
			args[i].value = sensible_day(DatumGetDateADT(args[i].value));
	}
	return PG_NARGS();
}

/* The query that runs the body of a report. */
static char *
body_of(const char *name, int nargs)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "SELECT * FROM licence_home_internal.%s_rows(", name);
	for (int i = 1; i <= nargs; i++)
		appendStringInfo(&text, "%s$%d", i > 1 ? ", " : "", i);
	appendStringInfoChar(&text, ')');
	return text.data;
}

PG_FUNCTION_INFO_V1(licence_home_report);
/* report_x(…): the rows of its body. */
Datum
licence_home_report(PG_FUNCTION_ARGS)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	PlanArg		args[PLAN_MAX_ARGS];
	SavedPlan  *plan;
	OwnerScope	scope;
	Form_pg_proc proc;
	int			nargs;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	proc = (Form_pg_proc) GETSTRUCT(tuple);
	nargs = read_arguments(fcinfo, proc, args);
	plan = SavedPlanFor(body_of(NameStr(proc->proname), nargs));

	/*
	 * its days are looked up as it runs, so that no plan is better for some
	 * values
	 */
	plan->report = true;
	plan->once = true;
	ReleaseSysCache(tuple);

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, plan, args, nargs);
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* An int4[] of an official's districts. */
static Datum
districts_of(const Official *official)
{
	Datum	   *districts = palloc(official->ndistricts * sizeof(Datum));

	for (int i = 0; i < official->ndistricts; i++)
		districts[i] = Int32GetDatum(official->districts[i]);
	return PointerGetDatum(construct_array(districts, official->ndistricts, INT4OID,
										   sizeof(int32), true, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(licence_home_report_scope);
/*
 * report_scope(): districts, few.  A director sees each number of their districts;
 * everybody else the city, without small numbers.
 */
Datum
licence_home_report_scope(PG_FUNCTION_ARGS)
{
	const Official *official = MayWorkAs(RoleAtWork(), "director") ? WorkingOfficial() : NULL;
	TupleDesc	desc;
	Datum		values[2] = {0, Int32GetDatum(0)};
	bool		nulls[2] = {true, false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "report_scope() gives a row");
	if (official == NULL)
		values[1] = Int32GetDatum(small_cells_setting);
	else if (official->ndistricts > 0)
	{
		values[0] = districts_of(official);
		nulls[0] = false;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

PG_FUNCTION_INFO_V1(licence_home_verify_reports);
/* verify_reports(): where what is kept differs from the record. */
Datum
licence_home_verify_reports(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_REPORT("SELECT * FROM licence_home_internal.report_defects() AS d "
										  "ORDER BY d.day, d.of_table, d.defect");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &query, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_facts_not_kept);
/* facts_not_kept(): the facts of the days that are not kept yet. */
Datum
licence_home_facts_not_kept(PG_FUNCTION_ARGS)
{
	static SavedPlan query = SAVED_PLAN("SELECT * FROM licence_home_internal.facts_between("
										"licence_home_internal.kept_until(), 'infinity')");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &query, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}
