/*
 * payment.h
 *		What the triggers about money have in common.
 */
#ifndef LICENCE_HOME_PAYMENT_H
#define LICENCE_HOME_PAYMENT_H

#include "spi/key_lock.h"
#include "spi/plan.h"
#include "workflow/case.h"
#include "workflow/row.h"

/* The case of a bill; an error when nobody knows the bill. */
extern int64 CaseOfBill(OwnerScope *scope, Datum invoice_no, bool isnull,
						const char *table);

/* Lock the case of a bill. */
extern void LockBill(OwnerScope *scope, int64 application_no, LockedCase *locked);

/* A reference as it is compared, which is locked until the transaction ends. */
extern Datum LockReference(KeyLockKind kind, Datum reference);

/*
 * A recorded row about money stays as it is; an UPDATE that changes nothing is
 * none.
 */
extern HeapTuple RefuseMoneyChange(HeapTuple old, HeapTuple new, TupleDesc desc,
								   const char *table);

#endif							/* LICENCE_HOME_PAYMENT_H */
