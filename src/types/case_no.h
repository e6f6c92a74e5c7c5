/*
 * case_no.h
 *		What application_no and licence_no have in common.
 */
#ifndef LICENCE_HOME_CASE_NO_H
#define LICENCE_HOME_CASE_NO_H

#include "fmgr.h"

/*
 * Inside, a case number is its thirteen digits as printed: year (4),
 * serial (8), check digit (1).  So plain integer order is by year, then by
 * serial.
 */
typedef int64 CaseNo;

/* One kind of case number. */
typedef struct CaseNoKind
{
	const char *type_name;		/* of the SQL type */
	const char *example;		/* a valid number, for hints */
	char		letter;			/* with which the text form starts */
	int			start;			/* Damm's first interim digit: see damm.c */
} CaseNoKind;

extern const CaseNoKind application_no_kind;
extern const CaseNoKind licence_no_kind;

/* The text form, palloc'd. */
extern char *CaseNoText(const CaseNoKind *kind, CaseNo no);

/* The number that a text is; false when it is none. */
extern bool CaseNoIs(const CaseNoKind *kind, const char *text, CaseNo *no);

/* Bodies of the SQL-callable functions of each type. */
extern Datum CaseNoIn(const CaseNoKind *kind, FunctionCallInfo fcinfo);
extern Datum CaseNoReceive(const CaseNoKind *kind, FunctionCallInfo fcinfo);
extern Datum CaseNoMake(const CaseNoKind *kind, FunctionCallInfo fcinfo);

#endif							/* LICENCE_HOME_CASE_NO_H */
