/*
 * visible_case.h
 *		May the caller see a case?
 */
#ifndef LICENCE_HOME_VISIBLE_CASE_H
#define LICENCE_HOME_VISIBLE_CASE_H

#include "compat.h"

/*
 * Error unless the caller, under row security, sees the case; read_only: by
 * the snapshot of the calling query.
 */
extern void CheckCaseVisible(int64 application_no, bool read_only);

/* The same error for a case that is not there at all. */
pg_noreturn extern void RaiseNoSuchCase(int64 application_no);

#endif							/* LICENCE_HOME_VISIBLE_CASE_H */
