/*
 * restore.c
 *		Statement triggers that let a dump be restored.
 *
 * An extension's triggers exist before pg_restore copies its rows.  A trigger
 * that takes only drafts would refuse every case of the dump.  A trigger that
 * writes events would write the history a second time.  So every table whose
 * rows are dumped has two statement triggers:
 *
 *	restore_begin	BEFORE INSERT; in a restore it turns the session to
 *					session_replication_role = replica, so that row triggers
 *					and foreign-key checks stay silent for that statement;
 *	restore_end		AFTER INSERT, ENABLE ALWAYS; turns it back.
 *
 * A restore is recognised by what every dump does and no application: a
 * superuser who inserts with row_security = off.  The question is put to the
 * outer user, since a SECURITY DEFINER function must not answer it.
 * verify_restore() checks afterwards what was not checked on the way.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/rls.h"
#include "utils/timestamp.h"

/* Is this statement part of a restore? */
static bool
is_restore(void)
{
	return !row_security && superuser_arg(GetOuterUserId());
}

/* What session_replication_role was before the statement. */
static const char *
role_name(int role)
{
	switch (role)
	{
		case SESSION_REPLICATION_ROLE_REPLICA:
			return "replica";
		case SESSION_REPLICATION_ROLE_LOCAL:
			return "local";
		default:
			return "origin";
	}
}

static int	role_before = SESSION_REPLICATION_ROLE_ORIGIN;
static TimestampTz noted_at = 0;	/* start of the transaction that noted it */

/* Set session_replication_role until the end of the transaction. */
static void
set_role(const char *value)
{
	(void) set_config_option("session_replication_role", value,
							 PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}

PG_FUNCTION_INFO_V1(licence_home_restore_begin);
/* BEFORE INSERT, for each statement. */
Datum
licence_home_restore_begin(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("restore_begin() is a trigger")));
	if (is_restore())
	{
		TimestampTz transaction = GetCurrentTransactionStartTimestamp();

		/*
		 * Of two INSERTs in one statement (WITH), both begin before either
		 * ends: the second finds what the first has set.
		 */
		if (SessionReplicationRole != SESSION_REPLICATION_ROLE_REPLICA ||
			noted_at != transaction)
		{
			role_before = SessionReplicationRole;
			noted_at = transaction;
		}
		set_role("replica");
	}
	PG_RETURN_POINTER(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_restore_end);
/* AFTER INSERT, for each statement, ENABLE ALWAYS. */
Datum
licence_home_restore_end(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("restore_end() is a trigger")));
	if (is_restore())
		set_role(role_name(role_before));
	PG_RETURN_POINTER(NULL);
}
