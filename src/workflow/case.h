/*
 * case.h
 *		A case under lock, and the roles that may write evidence about it.
 */
#ifndef LICENCE_HOME_CASE_H
#define LICENCE_HOME_CASE_H

#include "spi/plan.h"

typedef struct LockedCase
{
	int64		application_no;
	char	   *state;
	char	   *workflow;
	int32		version;
	int32		events;
} LockedCase;

/*
 * Lock the row of a case, the first lock of everything that happens to it,
 * and read it as it is now.  False when there is no such case.
 */
extern bool LockCase(OwnerScope *scope, int64 application_no,
					 LockedCase *locked);

/*
 * May this role do this to this evidence now?  Else an error names the roles
 * that may.  Gives the group in which it may, such as "clerk".
 */
extern char *CheckEvidenceRight(OwnerScope *scope, const LockedCase *locked,
								const char *evidence, const char *operation,
								Oid caller);

/* The same question, answered without an error. */
extern bool HasEvidenceRight(OwnerScope *scope, const LockedCase *locked,
							 const char *evidence, const char *operation,
							 Oid caller);

/*
 * A code of a dated rule table that is in force on the day of the case, as
 * written into a column of a table.
 */
typedef struct CodeColumn
{
	const char *table;
	const char *column;
	const char *what;			/* "document type" */
	const char *codes;			/* the table of the codes */
} CodeColumn;

extern void CheckCode(OwnerScope *scope, SavedPlan *query,
					  const LockedCase *locked, const CodeColumn *column,
					  const char *code);

#endif							/* LICENCE_HOME_CASE_H */
