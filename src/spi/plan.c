/*
 * plan.c
 *		Saved plans with typed arguments, and the rows that they give.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "spi/arrays.h"
#include "spi/objects.h"
#include "spi/plan.h"

/* Plans kept so far; they belong to one installation of the extension. */
static SavedPlan *saved_plans = NULL;
static Oid	saved_for = InvalidOid;

/* Free the plans of an installation that was dropped. */
static void
forget_former_plans(void)
{
	Oid			current = ExtensionNamespace();

	if (current == saved_for)
		return;
	while (saved_plans != NULL)
	{
		SavedPlan  *plan = saved_plans;

		saved_plans = plan->next;
		SPI_freeplan(plan->plan);
		plan->plan = NULL;
		plan->next = NULL;
	}
	saved_for = current;
}

Oid
TypeOfArg(ArgType type)
{
	switch (type)
	{
		case ARG_APPLICATION_NO:
			return ExtensionType("application_no");
		case ARG_LICENCE_NO:
			return ExtensionType("licence_no");
		case ARG_PHONE_NUMBER:
			return ExtensionType("phone_number");
		case ARG_GEOMETRY:
			return GeometryType();
		case ARG_TEXT:
			return TEXTOID;
		case ARG_INT2:
			return INT2OID;
		case ARG_INT4:
			return INT4OID;
		case ARG_INT8:
			return INT8OID;
		case ARG_BOOL:
			return BOOLOID;
		case ARG_NUMERIC:
			return NUMERICOID;
		case ARG_DATE:
			return DATEOID;
		case ARG_TIME:
			return TIMEOID;
		case ARG_TIMESTAMPTZ:
			return TIMESTAMPTZOID;
		case ARG_INTERVAL:
			return INTERVALOID;
		case ARG_BYTEA:
			return BYTEAOID;
		case ARG_JSONB:
			return JSONBOID;
		case ARG_TEXT_ARRAY:
			return TEXTARRAYOID;
		case ARG_INT8_ARRAY:
			return INT8ARRAYOID;
		case ARG_TIMESTAMPTZ_ARRAY:
			return TIMESTAMPTZARRAYOID;
	}
	elog(ERROR, "unknown type of argument %d", (int) type);
}

/*
 * Prepare a plan the first time it is run in this installation.
 *
 * One plan serves all values, since a case is found by its number whatever the
 * number.  The plan cache would plan the first five calls of a session with
 * their values.  That takes many times as long as running the query.
 */
static void
save_plan(SavedPlan *saved, const PlanArg *args, int nargs)
{
	Oid			types[PLAN_MAX_ARGS];
	SPIPlanPtr	plan;

	Assert(nargs <= PLAN_MAX_ARGS);
	for (int i = 0; i < nargs; i++)
		types[i] = TypeOfArg(args[i].type);
	plan = SPI_prepare_cursor(saved->text, nargs, types,
							  (saved->report && !saved->once ? CURSOR_OPT_CUSTOM_PLAN : CURSOR_OPT_GENERIC_PLAN) |
							  (saved->report ? CURSOR_OPT_PARALLEL_OK : 0));
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed for \"%s\": %s", saved->text,
			 SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	saved->plan = plan;
	saved->next = saved_plans;
	saved_plans = saved;
}

/* Make sure that a plan is there, and of this installation. */
static void
ready_plan(SavedPlan *plan, const PlanArg *args, int nargs)
{
	forget_former_plans();
	if (plan->plan == NULL)
		save_plan(plan, args, nargs);
}

SavedPlan *
SavedPlanFor(const char *text)
{
	typedef struct MadePlan
	{
		SavedPlan	plan;
		struct MadePlan *next;
	} MadePlan;
	static MadePlan *made = NULL;	/* a few for each rule table */
	MadePlan   *entry;

	for (entry = made; entry != NULL; entry = entry->next)
	{
		if (strcmp(entry->plan.text, text) == 0)
			return &entry->plan;
	}
	entry = MemoryContextAllocZero(TopMemoryContext, sizeof(MadePlan));
	entry->plan.text = MemoryContextStrdup(TopMemoryContext, text);
	entry->next = made;
	made = entry;
	return &entry->plan;
}

/* Arguments as SPI takes them. */
typedef struct SpiArgs
{
	Datum		values[PLAN_MAX_ARGS];
	char		nulls[PLAN_MAX_ARGS];
} SpiArgs;

static void
set_spi_args(SpiArgs *spi, const PlanArg *args, int nargs)
{
	for (int i = 0; i < nargs; i++)
	{
		spi->values[i] = args[i].value;
		spi->nulls[i] = args[i].isnull ? 'n' : ' ';
	}
}

/* SPI's result code, which is an error below zero. */
static void
check_result(const SavedPlan *plan, int code)
{
	if (code < 0)
		elog(ERROR, "query \"%s\" failed: %s", plan->text,
			 SPI_result_code_string(code));
}

Rows
ExecSavedPlan(OwnerScope *scope, SavedPlan *plan, long limit,
			  const PlanArg *args, int nargs)
{
	SpiArgs		spi;
	Rows		rows;

	ready_plan(plan, args, nargs);
	set_spi_args(&spi, args, nargs);
	check_result(plan,
				 scope->mode == OWNER_WRITES ?
				 SPI_execute_snapshot(plan->plan, spi.values, spi.nulls,
									  GetLatestSnapshot(), InvalidSnapshot,
									  false, true, limit) :
				 SPI_execute_plan(plan->plan, spi.values, spi.nulls, true, limit));
	rows.table = SPI_tuptable;
	rows.count = SPI_processed;
	return rows;
}

Datum
RowDatum(Rows rows, uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(rows.table->vals[row], rows.table->tupdesc,
						 column, isnull);
}

char *
RowText(Rows rows, uint64 row, int column)
{
	return SPI_getvalue(rows.table->vals[row], rows.table->tupdesc, column);
}

/* A value that the query promises. */
static Datum
required_datum(Rows rows, uint64 row, int column)
{
	bool		isnull;
	Datum		value = RowDatum(rows, row, column, &isnull);

	if (isnull)
		elog(ERROR, "unexpected null in column %d", column);
	return value;
}

int64
RowInt8(Rows rows, uint64 row, int column)
{
	return DatumGetInt64(required_datum(rows, row, column));
}

int32
RowInt4(Rows rows, uint64 row, int column)
{
	return DatumGetInt32(required_datum(rows, row, column));
}

double
RowFloat8(Rows rows, uint64 row, int column)
{
	return DatumGetFloat8(required_datum(rows, row, column));
}

bool
RowBool(Rows rows, uint64 row, int column)
{
	bool		isnull;
	Datum		value = RowDatum(rows, row, column, &isnull);

	return !isnull && DatumGetBool(value);
}

char **
RowTextArray(Rows rows, uint64 row, int column, int *count)
{
	bool		isnull;
	Datum		value = RowDatum(rows, row, column, &isnull);

	if (isnull)
	{
		*count = 0;
		return NULL;
	}
	return TextArrayElements(value, count);
}

/* Run a plan under the caller's rights. */
static uint64
exec_as_invoker(SavedPlan *plan, const PlanArg *args, int nargs, bool read_only)
{
	SpiArgs		spi;
	uint64		processed;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	ready_plan(plan, args, nargs);
	set_spi_args(&spi, args, nargs);
	check_result(plan, SPI_execute_plan(plan->plan, spi.values, spi.nulls,
										read_only, 0));
	processed = SPI_processed;
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	return processed;
}

uint64
ExecSavedPlanAsInvoker(SavedPlan *plan, const PlanArg *args, int nargs)
{
	return exec_as_invoker(plan, args, nargs, false);
}

uint64
QuerySavedPlanAsInvoker(SavedPlan *plan, const PlanArg *args, int nargs)
{
	return exec_as_invoker(plan, args, nargs, true);
}

/* The values of a plan's parameters, as the executor takes them. */
static ParamListInfo
param_list(const PlanArg *args, int nargs)
{
	ParamListInfo params = makeParamList(nargs);

	for (int i = 0; i < nargs; i++)
	{
		params->params[i].value = args[i].value;
		params->params[i].isnull = args[i].isnull;
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = TypeOfArg(args[i].type);
	}
	return params;
}

void
ReturnSavedPlan(FunctionCallInfo fcinfo, OwnerScope *scope,
				SavedPlan *plan, const PlanArg *args, int nargs)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SPIExecuteOptions options = {0};
	int			guc_level = NewGUCNestLevel();

	/* Compiling a plan as long as a report's takes longer than running it. */
	if (plan->report)
		(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	/* a set of values has no row type to look up */
	InitMaterializedSRF(fcinfo, get_call_result_type(fcinfo, NULL, NULL) == TYPEFUNC_SCALAR
						? MAT_SRF_USE_EXPECTED_DESC : 0);
	if (scope == NULL)
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
	}
	ready_plan(plan, args, nargs);
	options.params = param_list(args, nargs);
	options.read_only = true;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, rsinfo->setResult,
									rsinfo->econtext->ecxt_per_query_memory,
									false, NULL, NULL);
	check_result(plan, SPI_execute_plan_extended(plan->plan, &options));
	options.dest->rDestroy(options.dest);
	if (scope == NULL && SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	AtEOXact_GUC(true, guc_level);
}
