/*
 * procedure.c
 *		Procedures that commit as they go.
 *
 * A C procedure that has committed has no snapshot.  So while it waits between
 * its transactions, it keeps no row from VACUUM. After PL/pgSQL's COMMIT there
 * would be a snapshot.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "access/xact.h"
#include "nodes/parsenodes.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "errors.h"
#include "spi/procedure.h"

#define DEFAULT_RUN_MS (61 * 1000)	/* a bit over pg_cron's minute */

void
BeginProcedure(FunctionCallInfo fcinfo, const char *name, const char *why)
{
	CallContext *context = (CallContext *) fcinfo->context;

	if (context == NULL || !IsA(context, CallContext) || context->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("%s cannot run inside a transaction block", name),
				 errdetail("It commits %s.", why),
				 errhint("CALL it as a statement of its own, outside BEGIN and any function.")));
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect_ext failed");
	SPI_commit();
}

int64
RunForMillis(FunctionCallInfo fcinfo, int argument)
{
	Interval   *span;

	if (PG_ARGISNULL(argument))
		return DEFAULT_RUN_MS;
	span = PG_GETARG_INTERVAL_P(argument);
	if (span->month != 0 || span->day < 0 || span->day > 365 ||
		span->time < 0 || span->time > 365 * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("run_for must be days and time, not negative and at most a year")));
	return (span->day * USECS_PER_DAY + span->time) / 1000;
}

/*
 * A setting that is meant for statements that went astray would end every call
 * in the middle, with what it has under way.  It still can be cancelled.
 */
void
LiftStatementTimeout(void)
{
	if (get_timeout_active(STATEMENT_TIMEOUT))
		disable_timeout(STATEMENT_TIMEOUT, false);
}

/*
 * Plan for a long queue, whatever the statistics say of it: it may have been
 * empty a moment ago.  And wait for a lock, whatever patience is meant for
 * other statements: an error would lose what came of the requests under way.
 */
static void
set_up_txn(void)
{
	static const char *const settings[][2] = {
		{"enable_seqscan", "off"}, {"enable_hashjoin", "off"},
		{"enable_mergejoin", "off"}, {"jit", "off"}, {"lock_timeout", "0"}
	};

	for (int i = 0; i < (int) lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1],
								 PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
}

void
BeginTxn(OwnerScope *scope)
{
	/* Rows are locked as they are now, whatever the session's default. */
	if (!FirstSnapshotSet)
		XactIsoLevel = XACT_READ_COMMITTED;
	PushActiveSnapshot(GetTransactionSnapshot());
	EnterOwner(scope, OWNER_WRITES);
	set_up_txn();
}

void
CommitTxn(OwnerScope *scope)
{
	LeaveOwner(scope);
	PopActiveSnapshot();
	SPI_commit();
	/* The next step may be a long wait away. */
	if (TransactionTimeout > 0)
		disable_timeout(TRANSACTION_TIMEOUT, false);
}
