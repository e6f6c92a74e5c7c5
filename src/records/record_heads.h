/*
 * record_heads.h
 *		Closing a day of the record.
 */
#ifndef LICENCE_HOME_RECORD_HEADS_H
#define LICENCE_HOME_RECORD_HEADS_H

#include "spi/owner.h"

/*
 * Wait until nobody who is writing into a ledger now is still at it.  Whoever writes
 * later does so on this day, and not on one that is over.
 */
extern void WaitForWriters(OwnerScope *scope);

#endif							/* LICENCE_HOME_RECORD_HEADS_H */
