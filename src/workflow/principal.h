/*
 * principal.h
 *		The applicant's work, where an agent or an official at the counter does it.
 */
#ifndef LICENCE_HOME_WORKFLOW_PRINCIPAL_H
#define LICENCE_HOME_WORKFLOW_PRINCIPAL_H

#include "spi/owner.h"

/*
 * The role "portal" does something in a case.  "what" names it, such as
 * "submit" or "document".  Refuse a person who may not do it for its
 * applicant; at the counter, record it.
 */
extern void CheckPrincipal(OwnerScope *scope, int64 application_no, const char *workflow,
						   int32 version, const char *what);

/* The same of a case that begins; it is the one of a power for one case. */
extern void CheckPrincipalBegins(OwnerScope *scope, int64 application_no, int64 applicant_id,
								 const char *workflow, int32 version);

/* The same of a row of applicant that is written; registers: it is new. */
extern void CheckPrincipalRow(OwnerScope *scope, int64 applicant_id, bool registers);

/* Has the representative of a business, if that is another now, proved the authorisation? */
extern bool RepresentativeIsProven(OwnerScope *scope, int64 application_no);

/* Refuse the applicant's step where not. */
extern void CheckRepresentative(OwnerScope *scope, int64 application_no);

#endif							/* LICENCE_HOME_WORKFLOW_PRINCIPAL_H */
