/*
 * procedure.h
 *		Procedures that commit as they go.
 */
#ifndef LICENCE_HOME_PROCEDURE_H
#define LICENCE_HOME_PROCEDURE_H

#include "fmgr.h"

#include "spi/owner.h"

/*
 * Connect to SPI in a procedure that was called alone, and end the snapshot of
 * CALL itself.  Raises an error where transactions cannot be committed; why
 * completes its sentence "It commits ...".
 */
extern void BeginProcedure(FunctionCallInfo fcinfo, const char *name,
						   const char *why);

/* Milliseconds of an argument that says for how long to run; null: a minute. */
extern int64 RunForMillis(FunctionCallInfo fcinfo, int argument);

/* From here on that is the limit: no statement_timeout ends the call. */
extern void LiftStatementTimeout(void);

/* A transaction of the procedure: fresh, as the owner. */
extern void BeginTxn(OwnerScope *scope);

/* End it: after this no snapshot and no row's lock is held. */
extern void CommitTxn(OwnerScope *scope);

#endif							/* LICENCE_HOME_PROCEDURE_H */
