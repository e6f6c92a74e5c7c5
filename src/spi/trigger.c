/*
 * trigger.c
 *		What every trigger function does first: check how it was called.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "spi/trigger.h"

/* Does the event fit the timing? */
static bool
fits(TriggerEvent event, TriggerTiming timing)
{
	switch (timing)
	{
		case ANY_TRIGGER:
			return true;
		case BEFORE_ROW_TRIGGER:
			return TRIGGER_FIRED_FOR_ROW(event) && TRIGGER_FIRED_BEFORE(event);
		case AFTER_ROW_TRIGGER:
			return TRIGGER_FIRED_FOR_ROW(event) && TRIGGER_FIRED_AFTER(event);
		case ROW_TRIGGER:
			return TRIGGER_FIRED_FOR_ROW(event);
		case STATEMENT_TRIGGER:
			return TRIGGER_FIRED_FOR_STATEMENT(event);
	}
	return false;
}

/* How an error names a timing. */
static const char *
timing_name(TriggerTiming timing)
{
	switch (timing)
	{
		case ANY_TRIGGER:
			break;
		case BEFORE_ROW_TRIGGER:
			return "a BEFORE row trigger";
		case AFTER_ROW_TRIGGER:
			return "an AFTER row trigger";
		case ROW_TRIGGER:
			return "a row trigger";
		case STATEMENT_TRIGGER:
			return "a statement trigger";
	}
	return "a trigger";
}

TriggerData *
CheckedTrigger(FunctionCallInfo fcinfo, const char *name, TriggerTiming timing)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !fits(data->tg_event, timing))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("%s() is %s", name, timing_name(timing))));
	return data;
}

HeapTuple
TriggerNewTuple(TriggerData *data)
{
	return TRIGGER_FIRED_BY_UPDATE(data->tg_event) ?
		data->tg_newtuple : data->tg_trigtuple;
}

int
ColumnNumber(TupleDesc desc, const char *column)
{
	int			number = SPI_fnumber(desc, column);

	if (number <= 0)
		elog(ERROR, "a trigger names the column \"%s\", which is not there", column);
	return number;
}

Datum
ColumnDatum(HeapTuple tuple, TupleDesc desc, const char *column, bool *isnull)
{
	return heap_getattr(tuple, ColumnNumber(desc, column), desc, isnull);
}

char *
ColumnText(HeapTuple tuple, TupleDesc desc, const char *column)
{
	bool		isnull;
	Datum		value = ColumnDatum(tuple, desc, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

char *
ColumnOutput(HeapTuple tuple, TupleDesc desc, const char *column)
{
	return SPI_getvalue(tuple, desc, ColumnNumber(desc, column));
}

bool
ColumnIsNull(HeapTuple tuple, TupleDesc desc, const char *column)
{
	return heap_attisnull(tuple, ColumnNumber(desc, column), desc);
}
