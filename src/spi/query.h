/*
 * query.h
 *		Kept queries, run as the owner of the extension's objects: the former
 *		plumbing, which plan.h replaces file by file.
 */
#ifndef LICENCE_HOME_QUERY_H
#define LICENCE_HOME_QUERY_H

#include "executor/spi.h"
#include "fmgr.h"
#include "utils/snapshot.h"

#include "spi/objects.h"
#include "spi/owner.h"

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

/* The same names as plan.h's, for the rows of SPI_tuptable. */
#define RowDatum KeptRowDatum
#define RowText KeptRowText
#define RowInt8 KeptRowInt8
#define RowInt4 KeptRowInt4
#define RowFloat8 KeptRowFloat8
#define RowBool KeptRowBool

/* Values of the last query's row; text and numbers are in SPI's memory. */
extern Datum RowDatum(uint64 row, int column, bool *isnull);
extern char *RowText(uint64 row, int column);	/* NULL for null */
extern int64 RowInt8(uint64 row, int column);	/* error on null */
extern int32 RowInt4(uint64 row, int column);	/* error on null */
extern double RowFloat8(uint64 row, int column);	/* error on null */
extern bool RowBool(uint64 row, int column);	/* false for null */

#endif							/* LICENCE_HOME_QUERY_H */
