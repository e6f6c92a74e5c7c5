/*
 * key_lock.c
 *		Locks on keys, in a class that SQL cannot take.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "spi/key_lock.h"

void
KeyLockTag(LOCKTAG *tag, KeyLockKind kind, uint64 key)
{
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, (uint32) (key >> 32),
						 (uint32) key, kind);
}

void
LockKey(KeyLockKind kind, uint64 key)
{
	LOCKTAG		tag;

	KeyLockTag(&tag, kind, key);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

PG_FUNCTION_INFO_V1(licence_home_lock_load_rules);
/* lock_load_rules(): of two sessions that load rules the second waits. */
Datum
licence_home_lock_load_rules(PG_FUNCTION_ARGS)
{
	LockKey(KEY_LOCK_LOAD_RULES, 0);
	PG_RETURN_VOID();
}
