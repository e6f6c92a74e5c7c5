/*
 * key_lock.h
 *		Locks on keys, in a class that SQL cannot take.
 *
 * pg_advisory_lock() is anybody's: a login could hold up a payment by it.  Its
 * locks have 1 or 2 in the fourth field of their tag (objsubid in pg_locks),
 * ours a number from 3 on.
 */
#ifndef LICENCE_HOME_SPI_KEY_LOCK_H
#define LICENCE_HOME_SPI_KEY_LOCK_H

#include "storage/lock.h"

/* What is locked; the numbers are seen in pg_locks (doc/operations.md). */
typedef enum KeyLockKind
{
	KEY_LOCK_SENDER_RUN = 3,	/* a run of the sender, for the session */
	KEY_LOCK_PAYMENT = 4,		/* a payment's reference */
	KEY_LOCK_LOAD_RULES = 5,	/* load_rules() */
	KEY_LOCK_EVENTS = 6,		/* the last event before a transaction's own */
	KEY_LOCK_VISITS = 7,		/* a day's visits, of a district or an
								 * inspector */
	KEY_LOCK_REVERSAL = 8,		/* a payment that is taken back */
	KEY_LOCK_REFUND = 9,		/* a refund's reference */
	KEY_LOCK_BILL = 10			/* the money of a case */
} KeyLockKind;

/* The tag of a key's lock. */
extern void KeyLockTag(LOCKTAG *tag, KeyLockKind kind, uint64 key);

/* Lock a key until the end of the transaction. */
extern void LockKey(KeyLockKind kind, uint64 key);

#endif							/* LICENCE_HOME_SPI_KEY_LOCK_H */
