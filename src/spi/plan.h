/*
 * plan.h
 *		Saved plans with typed arguments, and the rows that they give.
 *
 *	static SavedPlan find = SAVED_PLAN("SELECT r.text_en FROM licence_home.reason AS r "
 *									   "WHERE r.reason = $1 AND r.valid @> $2");
 *	Rows		rows = ExecPlan(&scope, &find, TextArg(code), DateArg(day));
 *
 *	if (rows.count == 1)
 *		text = RowText(rows, 0, 1);
 *
 * An argument carries its value, whether it is null, and its type.  The types
 * of a plan are those of its first call.
 */
#ifndef LICENCE_HOME_SPI_PLAN_H
#define LICENCE_HOME_SPI_PLAN_H

#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "spi/owner.h"

#define PLAN_MAX_ARGS 32

/* The types that arguments have. */
typedef enum ArgType
{
	ARG_APPLICATION_NO,
	ARG_LICENCE_NO,
	ARG_PHONE_NUMBER,
	ARG_GEOMETRY,
	ARG_TEXT,
	ARG_INT2,
	ARG_INT4,
	ARG_INT8,
	ARG_BOOL,
	ARG_NUMERIC,
	ARG_DATE,
	ARG_TIME,
	ARG_TIMESTAMPTZ,
	ARG_INTERVAL,
	ARG_BYTEA,
	ARG_JSONB,
	ARG_TEXT_ARRAY,
	ARG_INT8_ARRAY,
	ARG_TIMESTAMPTZ_ARRAY
} ArgType;

/* The type in the catalogue. */
extern Oid	TypeOfArg(ArgType type);

/* An argument of a plan. */
typedef struct PlanArg
{
	ArgType		type;
	bool		isnull;
	Datum		value;
} PlanArg;

/* A query whose plan is kept for the session. */
typedef struct SavedPlan
{
	const char *text;
	bool		report;			/* see SAVED_REPORT */
	bool		once;			/* a report that is planned once, whatever the
								 * values */
	SPIPlanPtr	plan;			/* private to plan.c */
	struct SavedPlan *next;		/* private to plan.c */
} SavedPlan;

/* About one case, or a few: planned once in a session, whatever the values. */
#define SAVED_PLAN(text_) {text_, false, false, NULL, NULL}

/* Over many cases: planned for its values, in parallel where that pays. */
#define SAVED_REPORT(text_) {text_, true, false, NULL, NULL}

/* A saved plan whose text is made at run time; the same text, the same plan. */
extern SavedPlan *SavedPlanFor(const char *text);

/* What a plan gave: in SPI's memory, until the scope is left. */
typedef struct Rows
{
	SPITupleTable *table;		/* NULL: the query gives no rows */
	uint64		count;			/* rows given, or written */
} Rows;

/*
 * Run a plan inside a scope.  limit: at most so many rows; 0: all.  nargs
 * arguments are in args.
 */
extern Rows ExecSavedPlan(OwnerScope *scope, SavedPlan *plan, long limit,
						  const PlanArg *args, int nargs);

/*
 * Run a plan as the caller, under the caller's rights and row security; the
 * number of rows.  Every name and operator of its text must be qualified, or
 * of pg_catalog.  QueryAsInvoker only reads, by the snapshot of the calling
 * query.
 */
extern uint64 ExecSavedPlanAsInvoker(SavedPlan *plan, const PlanArg *args, int nargs);
extern uint64 QuerySavedPlanAsInvoker(SavedPlan *plan, const PlanArg *args, int nargs);

/*
 * Run a plan by the active snapshot, and make its rows the result of a
 * set-returning function.  A scope of NULL runs it as the caller.  They go
 * straight into the tuplestore, which spills to disk.
 */
extern void ReturnSavedPlan(FunctionCallInfo fcinfo, OwnerScope *scope,
							SavedPlan *plan, const PlanArg *args, int nargs);

/* The same, with the arguments written out. */
#define PLAN_ARGS(...) \
	(const PlanArg[]) {__VA_ARGS__}, \
	(int) (sizeof((const PlanArg[]) {__VA_ARGS__}) / sizeof(PlanArg))
#define ExecPlan(scope, plan, ...) \
	ExecSavedPlan(scope, plan, 0, PLAN_ARGS(__VA_ARGS__))
#define ExecPlanLimit(scope, plan, limit, ...) \
	ExecSavedPlan(scope, plan, limit, PLAN_ARGS(__VA_ARGS__))
#define ExecPlanNoArgs(scope, plan) \
	ExecSavedPlan(scope, plan, 0, NULL, 0)
#define ExecAsInvoker(plan, ...) \
	ExecSavedPlanAsInvoker(plan, PLAN_ARGS(__VA_ARGS__))
#define QueryAsInvoker(plan, ...) \
	QuerySavedPlanAsInvoker(plan, PLAN_ARGS(__VA_ARGS__))
#define ReturnPlan(fcinfo, scope, plan, ...) \
	ReturnSavedPlan(fcinfo, scope, plan, PLAN_ARGS(__VA_ARGS__))

/* Values of a row; text and numbers are in SPI's memory. */
extern Datum RowDatum(Rows rows, uint64 row, int column, bool *isnull);
extern char *RowText(Rows rows, uint64 row, int column);	/* NULL for null */
extern int64 RowInt8(Rows rows, uint64 row, int column);	/* error on null */
extern int32 RowInt4(Rows rows, uint64 row, int column);	/* error on null */
extern double RowFloat8(Rows rows, uint64 row, int column); /* error on null */
extern bool RowBool(Rows rows, uint64 row, int column); /* false for null */
extern char **RowTextArray(Rows rows, uint64 row, int column, int *count);	/* none for null */

/* Arguments.  A null pointer, for text, is null. */
static inline PlanArg
DatumArg(ArgType type, Datum value, bool isnull)
{
	PlanArg		arg = {type, isnull, isnull ? (Datum) 0 : value};

	return arg;
}

static inline PlanArg
NullArg(ArgType type)
{
	return DatumArg(type, (Datum) 0, true);
}

/* The argument n of the function that is called. */
static inline PlanArg
FunctionArg(FunctionCallInfo fcinfo, int n, ArgType type)
{
	return DatumArg(type, fcinfo->args[n].value, fcinfo->args[n].isnull);
}

/* How an error shows a text argument. */
static inline const char *
ShownArg(FunctionCallInfo fcinfo, int n)
{
	return fcinfo->args[n].isnull ? "null" : TextDatumGetCString(fcinfo->args[n].value);
}

static inline PlanArg
CaseArg(int64 application_no)
{
	return DatumArg(ARG_APPLICATION_NO, Int64GetDatum(application_no), false);
}

static inline PlanArg
LicenceArg(int64 licence_no)
{
	return DatumArg(ARG_LICENCE_NO, Int64GetDatum(licence_no), false);
}

static inline PlanArg
TextArg(const char *value)
{
	return DatumArg(ARG_TEXT, value ? CStringGetTextDatum(value) : (Datum) 0, value == NULL);
}

static inline PlanArg
Int2Arg(int16 value)
{
	return DatumArg(ARG_INT2, Int16GetDatum(value), false);
}

static inline PlanArg
Int4Arg(int32 value)
{
	return DatumArg(ARG_INT4, Int32GetDatum(value), false);
}

static inline PlanArg
Int8Arg(int64 value)
{
	return DatumArg(ARG_INT8, Int64GetDatum(value), false);
}

static inline PlanArg
BoolArg(bool value)
{
	return DatumArg(ARG_BOOL, BoolGetDatum(value), false);
}

static inline PlanArg
DateArg(DateADT value)
{
	return DatumArg(ARG_DATE, DateADTGetDatum(value), false);
}

static inline PlanArg
MomentArg(TimestampTz value)
{
	return DatumArg(ARG_TIMESTAMPTZ, TimestampTzGetDatum(value), false);
}

#endif							/* LICENCE_HOME_SPI_PLAN_H */
