/*
 * attribution.c
 *		Who wrote a row, and who changed it later: the person, the role and
 *		the login.
 *
 * A row of evidence says who recorded it.  Where something is done with it
 * later, it has columns for that deed too:
 *
 *		recorded_at    recorded_by    recorded_role    session_role
 *		reviewed_at    reviewed_by    reviewed_role    reviewed_session_role
 *		closed_at      closed_by      ...
 *
 * A table's own trigger knows what a deed is, and writes moment and person.
 * This trigger is the last before the row is stored.  It writes role and login
 * wherever the person or the moment changed.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "spi/owner.h"
#include "spi/trigger.h"
#include "workflow/row.h"

/* A deed, by the names of its columns. */
typedef struct Deed
{
	char	   *at;
	char	   *person;
	char	   *role;
	char	   *login;
	bool		recording;		/* that of the row itself */
} Deed;

/* The columns of a deed, which the trigger's argument names. */
static Deed
deed_columns(const char *name)
{
	Deed		deed;

	deed.recording = strcmp(name, "recorded") == 0;
	deed.at = psprintf("%s_at", name);
	deed.person = psprintf("%s_by", name);
	deed.role = psprintf("%s_role", name);
	deed.login = deed.recording ? pstrdup("session_role") : psprintf("%s_session_role", name);
	return deed;
}

/* Does the column differ?  One that there is not does not. */
static bool
is_changed(HeapTuple old, HeapTuple new, TupleDesc desc, const char *column)
{
	int			attno = SPI_fnumber(desc, column);
	bool		old_null;
	bool		new_null;
	Datum		before;
	Datum		after;

	if (attno <= 0)
		return false;
	before = heap_getattr(old, attno, desc, &old_null);
	after = heap_getattr(new, attno, desc, &new_null);
	return old_null != new_null ||
		(!old_null && !EqualValues(before, after, TupleDescAttr(desc, attno - 1)));
}

/* Is there something in the column? */
static bool
is_filled(HeapTuple tuple, TupleDesc desc, const char *column)
{
	bool		isnull;

	(void) heap_getattr(tuple, ColumnNumber(desc, column), desc, &isnull);
	return !isnull;
}

/* Let a column have a text, unless it has it already. */
static void
set_text(RowChange *change, HeapTuple tuple, TupleDesc desc, const char *column, const char *value)
{
	bool		isnull;
	Datum		has = ColumnDatum(tuple, desc, column, &isnull);
	text	   *present;

	if (!isnull)
	{
		present = DatumGetTextPP(has);
		if (VARSIZE_ANY_EXHDR(present) == strlen(value) &&
			memcmp(VARDATA_ANY(present), value, strlen(value)) == 0)
			return;
	}
	ReplaceColumn(change, desc, column, CStringGetTextDatum(value), false);
}

/*
 * Write who does the deed now; a client says neither who nor when.  (Of the
 * row itself given_columns refuses what a client says.)
 */
static void
attribute(RowChange *change, HeapTuple tuple, TupleDesc desc, const Deed *deed, bool by_client)
{
	if (by_client && !deed->recording)
	{
		ReplaceColumn(change, desc, deed->person, CStringGetTextDatum(ActorName()), false);
		ReplaceColumn(change, desc, deed->at, TimestampTzGetDatum(ClockNow()), false);
	}
	set_text(change, tuple, desc, deed->role, GetUserNameFromId(RoleAtWork(), false));
	set_text(change, tuple, desc, deed->login, GetUserNameFromId(GetSessionUserId(), false));
}

/* The deed's role and login as they were; null in a new row. */
static void
keep(RowChange *change, HeapTuple tuple, TupleDesc desc, const Deed *deed, HeapTuple old)
{
	const char *const columns[] = {deed->role, deed->login};

	for (int i = 0; i < (int) lengthof(columns); i++)
	{
		bool		isnull = true;
		Datum		value = (Datum) 0;

		if (old == NULL ? !is_filled(tuple, desc, columns[i]) : !is_changed(old, tuple, desc, columns[i]))
			continue;
		if (old != NULL)
			value = ColumnDatum(old, desc, columns[i], &isnull);
		ReplaceColumn(change, desc, columns[i], value, isnull);
	}
}

/* Who recorded a row, and when, does not change. */
static void
check_recording(TriggerData *trigdata, TupleDesc desc, const Deed *deed)
{
	const char *const columns[] = {deed->at, deed->person, deed->role, deed->login};

	for (int i = 0; i < (int) lengthof(columns); i++)
	{
		if (is_changed(trigdata->tg_trigtuple, trigdata->tg_newtuple, desc, columns[i]))
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg_case(CaseOfRow(trigdata->tg_trigtuple, desc), "column \"%s\" of %s is written by the rules",
								 columns[i], RelationGetRelationName(trigdata->tg_relation)),
					 errhint("Leave it out of the UPDATE, or write the value that it has."),
					 err_column(RelationGetRelationName(trigdata->tg_relation), columns[i])));
	}
}

PG_FUNCTION_INFO_V1(licence_home_attribution);
/* BEFORE INSERT OR UPDATE, for each row; its arguments are deeds: recorded, reviewed, ... */
Datum
licence_home_attribution(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "attribution", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = TriggerNewTuple(trigdata);
	HeapTuple	old = TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event) ? trigdata->tg_trigtuple : NULL;
	RowChange	change = {.memory = CurrentMemoryContext};
	bool		by_client = !InOwnerScope();

	for (int i = 0; i < trigdata->tg_trigger->tgnargs; i++)
	{
		Deed		deed = deed_columns(trigdata->tg_trigger->tgargs[i]);

		if (deed.recording && old != NULL && by_client)
			check_recording(trigdata, desc, &deed);
		if (deed.recording ? old != NULL :
			old != NULL && !is_changed(old, new, desc, deed.person) && !is_changed(old, new, desc, deed.at))
			keep(&change, new, desc, &deed, old);
		else if (deed.recording || is_filled(new, desc, deed.person))
			attribute(&change, new, desc, &deed, by_client);
		else
			keep(&change, new, desc, &deed, NULL);
	}
	return PointerGetDatum(WithChanges(new, desc, &change));
}
