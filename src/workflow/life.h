/*
 * life.h
 *		Cases about a licence: how they begin, and what carries over to them.
 */
#ifndef LICENCE_HOME_LIFE_H
#define LICENCE_HOME_LIFE_H

#include "spi/plan.h"
#include "workflow/row.h"

/*
 * The new row of a case about a licence, with the applicant for whom the
 * transaction acts where none is given.
 */
extern HeapTuple NameHolder(RowChange *change, TupleDesc desc, HeapTuple new);

/*
 * The new row of a case, with the facts of its licence where none are given.
 * Refuses a licence that does not allow such a case today (LH043), and a case
 * beside one that contradicts it (LH044).
 */
extern HeapTuple BeginLicenceCase(OwnerScope *scope, RowChange *change, TupleDesc desc, HeapTuple new, const char *workflow);

/*
 * The new row of a draft that is submitted, with the facts of its licence as
 * they are now, where the case does not change them.
 */
extern HeapTuple FollowLicence(OwnerScope *scope, RowChange *change, TupleDesc desc, HeapTuple new);

/*
 * Cases about one licence that are submitted at once come one after the other,
 * so that the second sees the first.
 */
extern void LockLicence(OwnerScope *scope, int64 application_no);

#endif							/* LICENCE_HOME_LIFE_H */
