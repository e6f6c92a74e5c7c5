/*
 * query.c
 *		Kept queries, run as the owner of the extension's objects.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "spi/query.h"

/* Plans kept so far; they belong to one installation of the extension. */
static KeptQuery *kept_queries = NULL;
static Oid	kept_for = InvalidOid;

/* Forget what belonged to an installation that was dropped. */
static void
follow_installation(void)
{
	Oid			home = ExtensionNamespace();

	if (home == kept_for)
		return;
	while (kept_queries != NULL)
	{
		KeptQuery  *query = kept_queries;

		kept_queries = query->next;
		SPI_freeplan(query->plan);
		query->plan = NULL;
		query->next = NULL;
	}
	kept_for = home;
}

/* The type behind a letter of KeptQuery.args. */
static Oid
letter_type(char letter)
{
	switch (letter)
	{
		case 'n':
			return ExtensionType("application_no");
		case 'l':
			return ExtensionType("licence_no");
		case 'p':
			return ExtensionType("phone_number");
		case 't':
			return TEXTOID;
		case 'i':
			return INT4OID;
		case 'b':
			return INT8OID;
		case 'd':
			return DATEOID;
		case 'z':
			return TIMESTAMPTZOID;
		case 'v':
			return INTERVALOID;
		case 'm':
			return NUMERICOID;
		case 'o':
			return BOOLOID;
		case 'y':
			return BYTEAOID;
		case 'j':
			return JSONBOID;
		case 'T':
			return TEXTARRAYOID;
		case 'B':
			return INT8ARRAYOID;
		case 'Z':
			return TIMESTAMPTZARRAYOID;
		case 'g':
			return GeometryType();
	}
	elog(ERROR, "unknown argument letter \"%c\"", letter);
}

/*
 * Prepare a query the first time it is run in this installation.
 *
 * One plan serves all values: a case is found by its number whatever the
 * number, and planning with the values at hand, as the first five calls of a
 * session would, takes many times as long as running.
 */
static void
keep_query(KeptQuery *query)
{
	Oid			types[KEPT_QUERY_MAX_ARGS];
	int			nargs = strlen(query->args);
	SPIPlanPtr	plan;

	Assert(nargs <= KEPT_QUERY_MAX_ARGS);
	for (int i = 0; i < nargs; i++)
		types[i] = letter_type(query->args[i]);
	plan = SPI_prepare_cursor(query->text, nargs, types,
							  query->report ?
							  CURSOR_OPT_CUSTOM_PLAN | CURSOR_OPT_PARALLEL_OK :
							  CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed for \"%s\": %s", query->text,
			 SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	query->plan = plan;
	query->next = kept_queries;
	kept_queries = query;
}

uint64
RunKept(OwnerScope *scope, KeptQuery *query,
		Datum *values, const char *nulls, long limit)
{
	int			rc;

	follow_installation();
	if (query->plan == NULL)
		keep_query(query);
	if (scope->mode == OWNER_WRITES)
		rc = SPI_execute_snapshot(query->plan, values, nulls,
								  GetLatestSnapshot(), InvalidSnapshot,
								  false, true, limit);
	else
		rc = SPI_execute_plan(query->plan, values, nulls, true, limit);
	if (rc < 0)
		elog(ERROR, "query \"%s\" failed: %s", query->text,
			 SPI_result_code_string(rc));
	return SPI_processed;
}

Datum
RowDatum(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						 column, isnull);
}

char *
RowText(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc,
						column);
}

/* A value that the query promises. */
static Datum
promised(uint64 row, int column)
{
	bool		isnull;
	Datum		value = RowDatum(row, column, &isnull);

	if (isnull)
		elog(ERROR, "unexpected null in column %d", column);
	return value;
}

int64
RowInt8(uint64 row, int column)
{
	return DatumGetInt64(promised(row, column));
}

int32
RowInt4(uint64 row, int column)
{
	return DatumGetInt32(promised(row, column));
}

double
RowFloat8(uint64 row, int column)
{
	return DatumGetFloat8(promised(row, column));
}

bool
RowBool(uint64 row, int column)
{
	bool		isnull;
	Datum		value = RowDatum(row, column, &isnull);

	return !isnull && DatumGetBool(value);
}

/* Run a kept query under the caller's rights. */
static uint64
run_as_caller(KeptQuery *query, Datum *values, const char *nulls, bool read_only)
{
	uint64		processed;
	int			rc;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	follow_installation();
	if (query->plan == NULL)
		keep_query(query);
	rc = SPI_execute_plan(query->plan, values, nulls, read_only, 0);
	if (rc < 0)
		elog(ERROR, "query \"%s\" failed: %s", query->text,
			 SPI_result_code_string(rc));
	processed = SPI_processed;
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	return processed;
}

uint64
RunAsCaller(KeptQuery *query, Datum *values, const char *nulls)
{
	return run_as_caller(query, values, nulls, false);
}

uint64
LookAsCaller(KeptQuery *query, Datum *values, const char *nulls)
{
	return run_as_caller(query, values, nulls, true);
}

/* The values of a query's parameters, as the executor takes them. */
static ParamListInfo
param_list(KeptQuery *query, Datum *values, const char *nulls)
{
	int			nargs = strlen(query->args);
	ParamListInfo params = makeParamList(nargs);

	for (int i = 0; i < nargs; i++)
	{
		params->params[i].value = values[i];
		params->params[i].isnull = nulls != NULL && nulls[i] == 'n';
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = letter_type(query->args[i]);
	}
	return params;
}

void
ReturnKept(FunctionCallInfo fcinfo, OwnerScope *scope, KeptQuery *query,
		   Datum *values, const char *nulls)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SPIExecuteOptions options = {0};
	int			guc_level = NewGUCNestLevel();
	int			rc;

	/* Compiling a plan as long as a report's takes longer than running it. */
	if (query->report)
		(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	InitMaterializedSRF(fcinfo, 0);
	if (scope == NULL)
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		follow_installation();
	}
	if (query->plan == NULL)
		keep_query(query);
	options.params = param_list(query, values, nulls);
	options.read_only = true;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, rsinfo->setResult,
									rsinfo->econtext->ecxt_per_query_memory,
									false, NULL, NULL);
	rc = SPI_execute_plan_extended(query->plan, &options);
	if (rc < 0)
		elog(ERROR, "query \"%s\" failed: %s", query->text,
			 SPI_result_code_string(rc));
	options.dest->rDestroy(options.dest);
	if (scope == NULL && SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	AtEOXact_GUC(true, guc_level);
}
