/*
 * identity.h
 *		Which database sends.
 */
#ifndef LICENCE_HOME_IDENTITY_H
#define LICENCE_HOME_IDENTITY_H

#include "spi/owner.h"

/* Is this the database that was armed to send? */
extern bool IsArmed(OwnerScope *scope);

/* Arm this database, inside an OWNER_WRITES scope, if none ever was. */
extern bool ArmIfNeverArmed(OwnerScope *scope);

#endif							/* LICENCE_HOME_IDENTITY_H */
