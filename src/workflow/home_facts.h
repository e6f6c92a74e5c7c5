/*
 * home_facts.h
 *		What an application says of the home.
 */
#ifndef LICENCE_HOME_HOME_FACTS_H
#define LICENCE_HOME_HOME_FACTS_H

#include "access/htup.h"
#include "access/tupdesc.h"

#include "spi/owner.h"
#include "workflow/row.h"

/* An error where a row of application says what no home can be. */
extern void CheckHomeFacts(OwnerScope *scope, HeapTuple row, TupleDesc desc);

/* Store the home in WGS 84 whatever system it came in. */
extern void TransformHome(OwnerScope *scope, RowChange *change, TupleDesc desc,
						  HeapTuple new);

#endif							/* LICENCE_HOME_HOME_FACTS_H */
