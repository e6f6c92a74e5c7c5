/*
 * owner.h
 *		Scopes in which code works as the owner of the extension's objects.
 *
 * Triggers and functions read and write the tables of the extension in a scope
 * of the owner.  There the role is licence_home_owner, row security does not
 * bind it (as in ri_triggers.c), and search_path is pinned.  In a writing
 * scope every query sees what is committed at this moment, whatever the
 * isolation level.  The row of the case is locked first, and a precondition
 * must not judge by the past.
 */
#ifndef LICENCE_HOME_SPI_OWNER_H
#define LICENCE_HOME_SPI_OWNER_H

/* How a scope reads. */
typedef enum OwnerMode
{
	OWNER_READS,				/* by the snapshot of the calling query */
	OWNER_WRITES				/* by the latest snapshot; may write */
} OwnerMode;

/* A stretch of code that works as the owner.  Scopes nest. */
typedef struct OwnerScope
{
	OwnerMode	mode;
	Oid			caller;			/* current_user before the scope */
	int			caller_context;
	int			guc_level;
} OwnerScope;

extern void EnterOwner(OwnerScope *scope, OwnerMode mode);
extern void LeaveOwner(OwnerScope *scope);

/*
 * The snapshot that a query in the scope would have, registered: to be
 * unregistered by the caller.
 */
extern struct SnapshotData *RegisterScopeSnapshot(const OwnerScope *scope);

/*
 * Compile no plan until the scope is left: for a long query that is soon done.
 */
extern void CompileNothing(void);

/*
 * Is this the extension's own code at work?  No client gets here: even a
 * SECURITY DEFINER function of the owner lacks the exemption from row
 * security that EnterOwner takes.
 */
extern bool InOwnerScope(void);

/*
 * Until PopActiveSnapshot(), read as before this transaction's first command:
 * the active snapshot with its command counter set back.  It sees no row that
 * this transaction wrote, and each changed row as it was.  A cursor, too, does
 * not see what its transaction does after it was opened.  Subtransactions are
 * no different, and one that was rolled back is seen by nobody.  What other
 * transactions committed is seen as before, so that what differs is this
 * transaction's own doing.
 */
extern void PushSnapshotBefore(void);

#endif							/* LICENCE_HOME_SPI_OWNER_H */
