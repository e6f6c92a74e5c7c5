/*
 * owner.c
 *		Scopes in which code works as the owner of the extension's objects.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

#include "spi/objects.h"
#include "spi/owner.h"

/*
 * PostGIS's schema is not on the path: it is often "public", where others may
 * create.  What needs PostGIS is a SQL function with its names bound.
 */
#define PINNED_PATH "pg_catalog, " EXTENSION_SCHEMA ", pg_temp"

void
EnterOwner(OwnerScope *scope, OwnerMode mode)
{
	scope->mode = mode;
	GetUserIdAndSecContext(&scope->caller, &scope->caller_context);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	SetUserIdAndSecContext(GroupRole("owner"),
						   scope->caller_context |
						   SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);
	scope->guc_level = NewGUCNestLevel();
	(void) set_config_option("search_path", PINNED_PATH,
							 PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

Snapshot
RegisterScopeSnapshot(const OwnerScope *scope)
{
	if (scope->mode == OWNER_READS)
		return RegisterSnapshot(GetActiveSnapshot());
	CommandCounterIncrement();
	return RegisterSnapshot(GetLatestSnapshot());
}

void
CompileNothing(void)
{
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

void
LeaveOwner(OwnerScope *scope)
{
	AtEOXact_GUC(true, scope->guc_level);
	SetUserIdAndSecContext(scope->caller, scope->caller_context);
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
}

bool
InOwnerScope(void)
{
	Oid			user;
	int			context;

	GetUserIdAndSecContext(&user, &context);
	return (context & SECURITY_NOFORCE_RLS) != 0 &&
		user == GroupRole("owner");
}

void
PushSnapshotBefore(void)
{
	PushCopiedSnapshot(GetActiveSnapshot());
	GetActiveSnapshot()->curcid = FirstCommandId;
}
