/*
 * reading.h
 *		Who saw whose data: rows of read_record, which a rollback does not
 *		take away.
 *
 * A function that shows persons is one line, over a body in SQL. The first
 * three columns of the body say whose row it is, of which case, and which
 * columns it shows:
 *
 *	return ShowPersons(fcinfo, "case_card", why, &plan, CaseArg(no));
 */
#ifndef LICENCE_HOME_READING_H
#define LICENCE_HOME_READING_H

#include "fmgr.h"

#include "spi/plan.h"

/* What a call shows of persons, or says of an identity number. */
typedef struct Reading
{
	const char *function;		/* as its callers name it */
	const int64 *applicants;	/* whose */
	int			napplicants;	/* 0: nobody was found */
	int64		application_no; /* 0: not of one case */
	char	  **columns;		/* "applicant.phone" */
	int			ncolumns;
	const char *why;			/* the caller's reason, or NULL */
	const char *sought;			/* of SoughtHmac(), or NULL */
} Reading;

/*
 * Record it, before it is shown.  in_row: see records.h.  LH026 beyond
 * licence_home.lookups_an_hour; 22001 for a reason that is too long.
 */
extern void RecordRead(const Reading *reading, bool in_row);

/*
 * The person who works, before other persons are shown to them.  LH016 where
 * the login has not said it, 22023 where a reason is asked for and none is
 * given.
 */
extern void CheckReader(const char *why);

/*
 * Run a plan in a scope, and record whose data it gave.  Its first three columns
 * are: applicant_id (null: nobody's data are in the row), application_no, and the
 * columns that are shown (text[], of the first row).  sought: as in Reading; with
 * it a call that found nobody is recorded too.
 */
extern Rows ReadSavedPlan(OwnerScope *scope, const char *function, const char *why,
						  const char *sought, SavedPlan *plan, const PlanArg *args, int nargs);

/* The same; the columns from the fourth on are the function's rows, whose number it gives. */
extern uint64 ShowSavedPlan(FunctionCallInfo fcinfo, const char *function,
							const char *why, const char *sought,
							SavedPlan *plan, const PlanArg *args, int nargs);

#define ReadPersons(scope, function, why, sought, plan, ...) \
	ReadSavedPlan(scope, function, why, sought, plan, PLAN_ARGS(__VA_ARGS__))
#define ShowPersons(fcinfo, function, why, sought, plan, ...) \
	ShowSavedPlan(fcinfo, function, why, sought, plan, PLAN_ARGS(__VA_ARGS__))

#endif							/* LICENCE_HOME_READING_H */
