/*
 * query.h
 *		Kept queries, run as the owner of the extension's objects.
 *
 * Triggers and functions read and write the tables of the extension in a
 * scope of the owner: the role is licence_home_owner, row security does not
 * bind it (as in ri_triggers.c), search_path is pinned, and in a writing
 * scope every query sees what is committed at this moment, whatever the
 * isolation level of the transaction, because the row of the case is locked
 * first and a guard must not judge by the past.
 */
#ifndef LICENCE_HOME_QUERY_H
#define LICENCE_HOME_QUERY_H

#include "executor/spi.h"
#include "fmgr.h"
#include "utils/snapshot.h"

#define KEPT_QUERY_MAX_ARGS 24

/*
 * A query whose plan is kept for the session.  args has a letter for each
 * parameter: n application_no, l licence_no, p phone_number, t text, i int4,
 * b int8, d date, z timestamptz, v interval, m numeric, o boolean, y bytea,
 * j jsonb, g geometry, T text[], B int8[], Z timestamptz[].
 */
typedef struct KeptQuery
{
	const char *args;
	const char *text;
	bool		report;			/* over many cases, see KEPT_REPORT */
	SPIPlanPtr	plan;			/* private to query.c */
	struct KeptQuery *next;		/* private to query.c */
} KeptQuery;

/* About one case, or a few: planned once in a session, whatever the values. */
#define KEPT_QUERY(args_, text_) {args_, text_, false, NULL, NULL}

/* Over many cases: planned for its values, in parallel where that pays. */
#define KEPT_REPORT(args_, text_) {args_, text_, true, NULL, NULL}

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
 * Is this the extension's own code at work?  No client gets here: even a
 * SECURITY DEFINER function of the owner lacks the exemption from row
 * security that EnterOwner takes.
 */
extern bool InOwnerScope(void);

/*
 * Run a kept query inside a scope; the rows are in SPI_tuptable.  nulls may be
 * NULL.  limit 0 means all rows.  Returns the number of rows processed.
 */
extern uint64 RunKept(OwnerScope *scope, KeptQuery *query,
					  Datum *values, const char *nulls, long limit);

/*
 * Run a kept query as the caller, under the caller's rights and row security.
 * Every name and operator of its text must be qualified, or of pg_catalog.
 */
extern uint64 RunAsCaller(KeptQuery *query, Datum *values, const char *nulls);

/* The same, only reading, by the snapshot of the calling query. */
extern uint64 LookAsCaller(KeptQuery *query, Datum *values, const char *nulls);

/*
 * Run a kept query by the active snapshot, in a scope or as the caller (scope
 * NULL), and make its rows the result of a set-returning function.  They go
 * straight into the tuplestore, which spills to disk.
 */
extern void ReturnKept(FunctionCallInfo fcinfo, OwnerScope *scope,
					   KeptQuery *query, Datum *values, const char *nulls);

/*
 * Until PopActiveSnapshot(), read as before this transaction's first command:
 * the active snapshot with its command counter set back.  To it no row exists
 * that this transaction wrote, and every row that it changed is as it was,
 * just as a cursor does not see what its transaction does after it was
 * opened.  Subtransactions are no different, and one that was rolled back is
 * seen by nobody.  What other transactions committed is seen as before, so
 * that what differs is this transaction's own doing.
 */
extern void PushSnapshotBefore(void);

/* Values of the last query's row; text and numbers are in SPI's memory. */
extern Datum RowDatum(uint64 row, int column, bool *isnull);
extern char *RowText(uint64 row, int column);	/* NULL for null */
extern int64 RowInt8(uint64 row, int column);	/* error on null */
extern int32 RowInt4(uint64 row, int column);	/* error on null */
extern double RowFloat8(uint64 row, int column);	/* error on null */
extern bool RowBool(uint64 row, int column);	/* false for null */

/* Object identifiers of the extension, looked up once for an installation. */
extern Oid	HomeNamespace(void);
extern Oid	HomeType(const char *name);
extern Oid	GroupRole(const char *name);	/* "clerk" -> licence_home_clerk */
extern Oid	PostgisNamespace(void);

#endif							/* LICENCE_HOME_QUERY_H */
