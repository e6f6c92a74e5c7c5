/*
 * tidy.c
 *		Texts on their way into a table.
 *
 * Forms and object mappers write '' where a person wrote nothing, and people
 * type a blank to get past a form.  Both become null, so that a rule has one
 * way to ask whether a value is there.  What a CHECK reads, such as an
 * identity number, is stored folded, whatever the keyboard.
 *
 * tidy() is a BEFORE row trigger.  Its arguments say of each column what
 * becomes of it:
 *
 *		blank unit				null if nothing can be seen
 *		plain identity_no		folded as a number is stored
 *		reference media_type	folded as a reference
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/rel.h"

#include "text/fold.h"

/* A text as it is to be stored; NULL for null. */
static text *
tidied(text *value, const char *how)
{
	if (strncmp(how, "plain ", 6) == 0)
		return FoldText(value, FOLD_PLAIN);
	if (strncmp(how, "reference ", 10) == 0)
		return FoldText(value, FOLD_REFERENCE);
	return IsVisible(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)) ? value : NULL;
}

/* The row with one column as an argument of the trigger has it. */
static HeapTuple
tidy_column(HeapTuple row, TupleDesc desc, const char *argument)
{
	const char *name = strchr(argument, ' ');
	int			column = name ? SPI_fnumber(desc, name + 1) : 0;
	text	   *given;
	text	   *kept;
	Datum		value;
	bool		isnull;

	if (column <= 0)
		elog(ERROR, "tidy() cannot read \"%s\"", argument);
	value = heap_getattr(row, column, desc, &isnull);
	if (isnull)
		return row;
	given = (text *) PG_DETOAST_DATUM_PACKED(value);
	kept = tidied(given, argument);
	if (kept == given)
		return row;
	value = PointerGetDatum(kept);
	isnull = kept == NULL;
	return heap_modify_tuple_by_cols(row, desc, 1, &column, &value, &isnull);
}

PG_FUNCTION_INFO_V1(licence_home_tidy);
/* BEFORE INSERT OR UPDATE, for each row. */
Datum
licence_home_tidy(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;
	HeapTuple	row;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigdata->tg_event) || TRIGGER_FIRED_BY_DELETE(trigdata->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("tidy() is a BEFORE INSERT OR UPDATE row trigger")));
	row = TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event) ? trigdata->tg_newtuple : trigdata->tg_trigtuple;
	for (int i = 0; i < trigdata->tg_trigger->tgnargs; i++)
		row = tidy_column(row, RelationGetDescr(trigdata->tg_relation), trigdata->tg_trigger->tgargs[i]);
	return PointerGetDatum(row);
}
