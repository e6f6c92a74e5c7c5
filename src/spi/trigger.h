/*
 * trigger.h
 *		What every trigger function does first: check how it was called.
 */
#ifndef LICENCE_HOME_SPI_TRIGGER_H
#define LICENCE_HOME_SPI_TRIGGER_H

#include "commands/trigger.h"
#include "fmgr.h"

/* When a trigger may fire. */
typedef enum TriggerTiming
{
	ANY_TRIGGER,
	BEFORE_ROW_TRIGGER,
	AFTER_ROW_TRIGGER,
	ROW_TRIGGER,
	STATEMENT_TRIGGER
} TriggerTiming;

/* The trigger's data; an error if name() was called in any other way. */
extern TriggerData *CheckedTrigger(FunctionCallInfo fcinfo, const char *name,
								   TriggerTiming timing);

/* The row that the trigger lets be written, unless it changes it. */
extern HeapTuple TriggerNewTuple(TriggerData *data);

/* A column's number, which the trigger's definition promises. */
extern int	ColumnNumber(TupleDesc desc, const char *column);

/* A column's value by name; the text form is NULL for null. */
extern Datum ColumnDatum(HeapTuple tuple, TupleDesc desc, const char *column,
						 bool *isnull);
extern char *ColumnText(HeapTuple tuple, TupleDesc desc, const char *column);
extern bool ColumnIsNull(HeapTuple tuple, TupleDesc desc, const char *column);

/* A column of any type as its output function writes it; NULL for null. */
extern char *ColumnOutput(HeapTuple tuple, TupleDesc desc, const char *column);

#endif							/* LICENCE_HOME_SPI_TRIGGER_H */
