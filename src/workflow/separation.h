/*
 * separation.h
 *		Deeds of one case that are not one person's.
 */
#ifndef LICENCE_HOME_WORKFLOW_SEPARATION_H
#define LICENCE_HOME_WORKFLOW_SEPARATION_H

#include "spi/owner.h"

/* Refuse the work of a role in a case to a person who may not do it there. */
extern void CheckSeparation(OwnerScope *scope, int64 application_no, const char *workflow,
							int32 version, const char *role);

/* The same of any official, by the employee number. */
extern void CheckSeparationOf(OwnerScope *scope, int64 application_no, const char *workflow,
							  int32 version, const char *role, const char *person);

/* The same question, answered without an error. */
extern bool IsSeparated(OwnerScope *scope, int64 application_no, const char *workflow,
						int32 version, const char *role);

#endif							/* LICENCE_HOME_WORKFLOW_SEPARATION_H */
