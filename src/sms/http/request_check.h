/*
 * request_check.h
 *		Checking the columns that a request is made from.
 */
#ifndef LICENCE_HOME_REQUEST_CHECK_H
#define LICENCE_HOME_REQUEST_CHECK_H

#include "access/htup.h"
#include "utils/rel.h"

#include "compat.h"

/* The row and the column at hand. */
typedef struct Checked
{
	Relation	rel;
	HeapTuple	tuple;
	const char *column;
} Checked;

/* Refuse the column at hand: why, and what to write instead. */
pg_noreturn extern void RefuseColumn(const Checked *row, const char *why,
									 const char *hint);

/* A column's text, which becomes the column at hand; NULL for null or none. */
extern char *CheckedColumn(Checked *row, const char *column);

/* Refuse a url, a path, headers, a body that make no request, or another. */
extern void CheckUrl(Checked *row, const char *column);
extern void CheckPath(Checked *row, const char *column);
extern void CheckHeaders(Checked *row);
extern void CheckBody(Checked *row);

#endif							/* LICENCE_HOME_REQUEST_CHECK_H */
