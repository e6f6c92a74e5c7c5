/*
 * columns.h
 *		Which columns of a case may change.
 */
#ifndef LICENCE_HOME_COLUMNS_H
#define LICENCE_HOME_COLUMNS_H

#include "nodes/pg_list.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "workflow/case.h"

extern void CheckAmendment(OwnerScope *scope, const LockedCase *locked,
						   bool draft, List *changed, Oid caller);
extern void CheckKeptColumns(int64 application_no, List *changed);
extern void CheckPreviousApplication(OwnerScope *scope, int64 application_no,
									 Relation relation, HeapTuple new,
									 TimestampTz begun);

#endif							/* LICENCE_HOME_COLUMNS_H */
