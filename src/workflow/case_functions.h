/*
 * case_functions.h
 *		Functions about a case, for whoever may see it.
 */
#ifndef LICENCE_HOME_CASE_FUNCTIONS_H
#define LICENCE_HOME_CASE_FUNCTIONS_H

#include "compat.h"

/*
 * Error unless the caller, under row security, sees the case; read_only: by
 * the snapshot of the calling query.
 */
extern void CheckCaseVisible(int64 application_no, bool read_only);
pg_noreturn extern void RaiseNoSuchCase(int64 application_no);

#endif							/* LICENCE_HOME_CASE_FUNCTIONS_H */
