/*
 * restricted.h
 *		Persons whose data are restricted: seen only by who must act.
 */
#ifndef LICENCE_HOME_RESTRICTED_H
#define LICENCE_HOME_RESTRICTED_H

#include "spi/plan.h"

/* A text[] of the roles, among those that a case can wait for, in which a role may work. */
extern Datum DeskRoles(Oid role);

/* Whose data are restricted, and not for who works: an array of bigint. */
extern Datum HiddenPersons(OwnerScope *scope);

/* The same outside of a scope, in the caller's memory. */
extern Datum HiddenFromCaller(void);

#endif							/* LICENCE_HOME_RESTRICTED_H */
