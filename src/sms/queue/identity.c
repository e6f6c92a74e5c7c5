/*
 * identity.c
 *		Which database sends.
 *
 * A dump, a base backup, a snapshot of the disk and a template database all
 * carry messages that wait.  Two databases that send would send them twice.
 * So the database that sends is written down with values that a copy does not
 * share. pg_dump and pg_upgrade change the system identifier, CREATE DATABASE
 * the oid of the database, recovery and promotion the timeline.  A copy of the
 * files changes the file number of the data directory.  A snapshot of the disk
 * keeps all of these, but not the name of the host.
 */
#include "postgres.h"

#include <sys/stat.h>
#include <unistd.h>

#include "access/xlog.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "actor.h"
#include "spi/plan.h"
#include "sms/queue/identity.h"

#define IDENTITY_COLUMNS 5
#define HOST_NAME_SIZE 256

static SavedPlan identity_look = SAVED_PLAN("SELECT 1 FROM licence_home.sender_identity"
											" WHERE system_identifier = $1 AND timeline = $2 AND directory = $3"
											" AND database = $4::oid AND host = $5");

static SavedPlan identity_write = SAVED_PLAN("INSERT INTO licence_home.sender_identity AS s (system_identifier,"
											 " timeline, directory, database, host, armed_at, armed_by)"
											 " VALUES ($1, $2, $3, $4::oid, $5, $6, $7)"
											 " ON CONFLICT (only_row) DO UPDATE SET"
											 " system_identifier = excluded.system_identifier,"
											 " timeline = excluded.timeline, directory = excluded.directory,"
											 " database = excluded.database, host = excluded.host,"
											 " armed_at = excluded.armed_at, armed_by = excluded.armed_by WHERE $8");

/* Refuse to think about sending on a standby. */
static void
check_primary(void)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("a standby sends no SMS"),
				 errhint("Call this on the primary server.")));
}

/* What tells this database from its copies. */
static void
identity(PlanArg *args)
{
	struct stat directory;
	char		host[HOST_NAME_SIZE] = {0};

	check_primary();
	if (stat(DataDir, &directory) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat directory \"%s\": %m", DataDir)));
	args[0] = Int8Arg((int64) GetSystemIdentifier());
	args[1] = Int4Arg((int32) GetWALInsertionTimeLine());
	args[2] = Int8Arg((int64) directory.st_ino);
	args[3] = Int8Arg((int64) MyDatabaseId);
	if (gethostname(host, sizeof(host) - 1) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read the name of the host: %m")));
	args[4] = TextArg(host);
}

/* Write this database down as the one that sends; false when one is kept. */
static bool
arm(OwnerScope *scope, bool replace)
{
	PlanArg		args[IDENTITY_COLUMNS + 3];

	identity(args);
	args[IDENTITY_COLUMNS] = MomentArg(ClockNow());
	args[IDENTITY_COLUMNS + 1] = TextArg(GetUserNameFromId(GetSessionUserId(), false));
	args[IDENTITY_COLUMNS + 2] = BoolArg(replace);
	return ExecSavedPlan(scope, &identity_write, 0, args, lengthof(args)).count == 1;
}

bool
IsArmed(OwnerScope *scope)
{
	PlanArg		args[IDENTITY_COLUMNS];

	identity(args);
	return ExecSavedPlan(scope, &identity_look, 1, args, lengthof(args)).count == 1;
}

bool
ArmIfNeverArmed(OwnerScope *scope)
{
	return arm(scope, false);
}

PG_FUNCTION_INFO_V1(licence_home_arm_sender);
/* arm_sender(): this database is now the one that sends. */
Datum
licence_home_arm_sender(PG_FUNCTION_ARGS)
{
	OwnerScope	scope;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	arm(&scope, true);
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_arm_if_never_armed);
/* arm_if_never_armed(): true when it did. */
Datum
licence_home_arm_if_never_armed(PG_FUNCTION_ARGS)
{
	OwnerScope	scope;
	bool		armed;

	EnterOwner(&scope, OWNER_WRITES);
	armed = ArmIfNeverArmed(&scope);
	LeaveOwner(&scope);
	PG_RETURN_BOOL(armed);
}
