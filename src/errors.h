/*
 * errors.h
 *		SQLSTATEs of class LH, one a kind of refusal, and what such an error
 *		says beside its SQLSTATE.
 *
 * doc/reference.md lists them for clients; t/040_documentation.pl checks that
 * the two lists agree.
 *
 * An error about a case names the case in its message, since one statement may
 * change many.  The fields that PostgreSQL has for it name the table, column
 * or rule:
 *
 *	ereport(ERROR,
 *			(errcode(ERRCODE_LH_FROZEN),
 *			 errmsg_case(application_no, "the review of this document stands"),
 *			 errhint("Insert a new row; the latest of its kind counts."),
 *			 err_column("document", "review")));
 *
 * t/041_errors.pl reads the sources for errors that do not.
 */
#ifndef LICENCE_HOME_ERRORS_H
#define LICENCE_HOME_ERRORS_H

#include "access/htup.h"
#include "access/tupdesc.h"

#define ERRCODE_LH_NO_SUCH_STEP			MAKE_SQLSTATE('L', 'H', '0', '0', '1')
#define ERRCODE_LH_NOT_YOUR_STEP		MAKE_SQLSTATE('L', 'H', '0', '0', '2')
#define ERRCODE_LH_EVIDENCE_LACKING		MAKE_SQLSTATE('L', 'H', '0', '0', '3')
#define ERRCODE_LH_NOT_ELIGIBLE			MAKE_SQLSTATE('L', 'H', '0', '0', '4')
#define ERRCODE_LH_FROZEN				MAKE_SQLSTATE('L', 'H', '0', '0', '5')
#define ERRCODE_LH_UNKNOWN_BILL			MAKE_SQLSTATE('L', 'H', '0', '0', '6')
#define ERRCODE_LH_PAYMENT_CONFLICT		MAKE_SQLSTATE('L', 'H', '0', '0', '7')
#define ERRCODE_LH_NO_SUCH_CASE			MAKE_SQLSTATE('L', 'H', '0', '0', '8')
#define ERRCODE_LH_NOT_NOW				MAKE_SQLSTATE('L', 'H', '0', '0', '9')
#define ERRCODE_LH_PERMANENT			MAKE_SQLSTATE('L', 'H', '0', '1', '0')
#define ERRCODE_LH_PUBLISHED			MAKE_SQLSTATE('L', 'H', '0', '1', '1')
#define ERRCODE_LH_RULE_OVERLAP			MAKE_SQLSTATE('L', 'H', '0', '1', '2')
#define ERRCODE_LH_RULE_GAP				MAKE_SQLSTATE('L', 'H', '0', '1', '3')
#define ERRCODE_LH_UNSOUND_WORKFLOW		MAKE_SQLSTATE('L', 'H', '0', '1', '4')
#define ERRCODE_LH_BAD_MESSAGE			MAKE_SQLSTATE('L', 'H', '0', '1', '5')
#define ERRCODE_LH_NOBODY_ACTING		MAKE_SQLSTATE('L', 'H', '0', '1', '6')
#define ERRCODE_LH_SENDER				MAKE_SQLSTATE('L', 'H', '0', '1', '7')
#define ERRCODE_LH_AMBIGUOUS_STEP		MAKE_SQLSTATE('L', 'H', '0', '1', '8')
#define ERRCODE_LH_UNKNOWN_CODE			MAKE_SQLSTATE('L', 'H', '0', '1', '9')
#define ERRCODE_LH_NO_RULES				MAKE_SQLSTATE('L', 'H', '0', '2', '0')
#define ERRCODE_LH_BAD_MAP				MAKE_SQLSTATE('L', 'H', '0', '2', '1')
#define ERRCODE_LH_BAD_TOKEN			MAKE_SQLSTATE('L', 'H', '0', '2', '2')
#define ERRCODE_LH_NOT_THIS_PERSON		MAKE_SQLSTATE('L', 'H', '0', '2', '3')
#define ERRCODE_LH_SECOND_PERSON		MAKE_SQLSTATE('L', 'H', '0', '2', '4')
#define ERRCODE_LH_RECORD				MAKE_SQLSTATE('L', 'H', '0', '2', '5')
#define ERRCODE_LH_TOO_MANY				MAKE_SQLSTATE('L', 'H', '0', '2', '6')
#define ERRCODE_LH_IN_OTHER_HANDS		MAKE_SQLSTATE('L', 'H', '0', '2', '7')
#define ERRCODE_LH_NO_POWER				MAKE_SQLSTATE('L', 'H', '0', '2', '8')
#define ERRCODE_LH_SAYS_TOO_LITTLE		MAKE_SQLSTATE('L', 'H', '0', '2', '9')
#define ERRCODE_LH_NO_SUCH_SLOT			MAKE_SQLSTATE('L', 'H', '0', '3', '0')
#define ERRCODE_LH_SESSION				MAKE_SQLSTATE('L', 'H', '0', '3', '1')
#define ERRCODE_LH_NO_SUCH_MONEY		MAKE_SQLSTATE('L', 'H', '0', '3', '2')
#define ERRCODE_LH_TILL					MAKE_SQLSTATE('L', 'H', '0', '3', '3')
#define ERRCODE_LH_TOO_LATE				MAKE_SQLSTATE('L', 'H', '0', '3', '4')
#define ERRCODE_LH_LATE_RULE			MAKE_SQLSTATE('L', 'H', '0', '3', '6')
#define ERRCODE_LH_NO_TELEPHONE			MAKE_SQLSTATE('L', 'H', '0', '3', '7')
#define ERRCODE_LH_REGISTER				MAKE_SQLSTATE('L', 'H', '0', '4', '0')
#define ERRCODE_LH_NOT_OF_LICENCE		MAKE_SQLSTATE('L', 'H', '0', '4', '1')
#define ERRCODE_LH_IMPORT				MAKE_SQLSTATE('L', 'H', '0', '4', '2')
#define ERRCODE_LH_LICENCE_FORBIDS		MAKE_SQLSTATE('L', 'H', '0', '4', '3')
#define ERRCODE_LH_CONTRADICTION		MAKE_SQLSTATE('L', 'H', '0', '4', '4')

/* errmsg() about a case: "case A2026-0000012-9: ..."; 0: no case is known. */
extern int	errmsg_case(int64 application_no, const char *format,...) pg_attribute_printf(2, 3);

/* The same in Arabic. */
extern int	errmsg_case_ar(int64 application_no, const char *format,...) pg_attribute_printf(2, 3);

/*
 * Both at once, for an error that speaks the session's language
 * (licence_home.language; English where it names none).  Message and hint are
 * in that language.  The detail is in it too, or in English and then in
 * Arabic.
 */
extern int	errmsg_said(int64 application_no, const char *en, const char *ar);
extern int	errdetail_said(const char *en, const char *ar);
extern int	errhint_said(const char *en, const char *ar);

/* The case that a row of any table is about; 0 where no column says it. */
extern int64 CaseOfRow(HeapTuple tuple, TupleDesc desc);

/* What an error is about.  Only one of them in an error. */
extern int	err_table(const char *table);
extern int	err_column(const char *table, const char *column);
extern int	err_constraint(const char *table, const char *constraint);

/* … (as an escape: pg_bsd_indent loses the byte 0x80 in code) */
#define ELLIPSIS "\342\200\246"

#endif							/* LICENCE_HOME_ERRORS_H */
