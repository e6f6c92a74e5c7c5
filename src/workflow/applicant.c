/*
 * applicant.c
 *		The triggers of applicant.  The identity of an applicant never
 *		changes.  The portal that registers one may act for that applicant.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "executor/spi.h"
#include "utils/rel.h"

#include "actor.h"
#include "errors.h"
#include "reading/lookup.h"
#include "spi/owner.h"
#include "spi/trigger.h"
#include "workflow/principal.h"
#include "workflow/row.h"

/* The INSERT on applicant under way; then the transaction acts for it. */
static struct
{
	bool		begun;
	int64		last;			/* the last row written, or who it was before */
}			registration = {false, 0};

/*
 * An INSERT tells whether an identity number is registered, as
 * find_applicant() does.  So it is recorded in the same way.  A number that is
 * registered gives a look-up; for another the new row is the record, unless it
 * is undone.
 */
static void
begin_registration(HeapTuple new, TupleDesc desc)
{
	char	   *kind = ColumnText(new, desc, "kind");
	char	   *identity_no = ColumnText(new, desc, "identity_no");
	OwnerScope	scope;
	bool		isnull;

	if (InOwnerScope())
		return;					/* an import, which is recorded as one */
	if (kind != NULL && identity_no != NULL)
	{
		int64		known = FindApplicant(kind, identity_no);

		RecordLookup("INSERT", kind, identity_no, known, known != 0);
	}
	if (!HasGroupRole(GetUserId(), "portal") && CounterProof() == NULL)
	{
		CheckPrincipalRow(NULL, 0, true);
		return;
	}
	if (!registration.begun)
	{
		registration.begun = true;
		registration.last = ActingApplicant();
	}
	/* row security and RETURNING ask for it before the row is written */
	ActFor(DatumGetInt64(ColumnDatum(new, desc, "applicant_id", &isnull)));
	if (CounterProof() == NULL)
		return;
	EnterOwner(&scope, OWNER_WRITES);
	CheckPrincipalRow(&scope, ActingApplicant(), true);
	LeaveOwner(&scope);
}

/* A client changes the facts of an applicant. */
static void
check_change(HeapTuple row, TupleDesc desc)
{
	bool		isnull;
	OwnerScope	scope;

	if (InOwnerScope())
		return;
	EnterOwner(&scope, OWNER_WRITES);
	CheckPrincipalRow(&scope, DatumGetInt64(ColumnDatum(row, desc, "applicant_id", &isnull)), false);
	LeaveOwner(&scope);
}

/* A new telephone is the applicant's, until somebody says that it is not. */
static HeapTuple
with_new_phone(HeapTuple new, TupleDesc desc, List *changed)
{
	int			column = SPI_fnumber(desc, "not_theirs_at");
	Datum		value = (Datum) 0;
	bool		isnull = true;
	ListCell   *cell;

	foreach(cell, changed)
	{
		if (strcmp(lfirst(cell), "phone") == 0)
			return heap_modify_tuple_by_cols(new, desc, 1, &column, &value, &isnull);
	}
	return new;
}

PG_FUNCTION_INFO_V1(licence_home_applicant_trigger);
/*
 * BEFORE INSERT OR UPDATE on applicant, for each row.  Registering an
 * applicant gives the right to act for that one in the same transaction.
 */
Datum
licence_home_applicant_trigger(PG_FUNCTION_ARGS)
{
	static const char *const fixed[] = {"applicant_id", "kind", "identity_no", "registered_at"};
	static const char *const ours[] = {"erased_at", "restricted_at", "not_theirs_at"};
	TriggerData *trigdata = CheckedTrigger(fcinfo, "applicant_trigger", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new;
	bool		isnull;

	if (TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event))
	{
		List	   *changed = ChangedColumns(trigdata->tg_trigtuple,
											 trigdata->tg_newtuple, desc);
		ListCell   *cell;

		foreach(cell, changed)
		{
			for (int i = 0; i < (int) lengthof(fixed); i++)
			{
				if (strcmp(fixed[i], lfirst(cell)) == 0)
					ereport(ERROR,
							(errcode(ERRCODE_LH_FROZEN),
							 errmsg("column \"%s\" of an applicant never changes", fixed[i]),
							 errhint("Another person is another applicant."),
							 err_column("applicant", fixed[i])));
			}
			for (int i = 0; i < (int) lengthof(ours); i++)
			{
				if (strcmp(ours[i], lfirst(cell)) == 0 && !InOwnerScope())
					ereport(ERROR,
							(errcode(ERRCODE_LH_NOT_YOUR_STEP),
							 errmsg("column \"%s\" of an applicant is not yours to write", ours[i]),
							 errdetail("restrict_person(), erase_person(), mark_not_theirs() and mark_theirs() write it."),
							 errhint("Leave it out of the UPDATE, or write the value that it has."),
							 errtablecol(trigdata->tg_relation, SPI_fnumber(desc, ours[i]))));
			}
		}
		if (changed != NIL)
			check_change(trigdata->tg_trigtuple, desc);
		(void) ColumnDatum(trigdata->tg_trigtuple, desc, "erased_at", &isnull);
		if (changed != NIL && !isnull)
			ereport(ERROR,
					(errcode(ERRCODE_LH_FROZEN),
					 errmsg("a person who was erased stays so"),
					 errhint("Whoever comes again is registered anew."),
					 err_column("applicant", "erased_at")));
		return PointerGetDatum(with_new_phone(trigdata->tg_newtuple, desc, changed));
	}

	new = trigdata->tg_trigtuple;
	begin_registration(new, desc);
	return PointerGetDatum(new);
}

PG_FUNCTION_INFO_V1(licence_home_applicant_registered);
/*
 * INSERT on applicant: before the statement, after each row and after the
 * statement.  The right to act is for the row that was written, not for one
 * that ON CONFLICT DO NOTHING left out.
 */
Datum
licence_home_applicant_registered(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "applicant_registered", ANY_TRIGGER);
	bool		isnull;

	if (TRIGGER_FIRED_FOR_ROW(trigdata->tg_event))
	{
		registration.last = DatumGetInt64(ColumnDatum(trigdata->tg_trigtuple,
													  RelationGetDescr(trigdata->tg_relation),
													  "applicant_id", &isnull));
		return PointerGetDatum(NULL);
	}
	if (TRIGGER_FIRED_AFTER(trigdata->tg_event) && registration.begun)
		ActFor(registration.last);
	registration.begun = false;
	return PointerGetDatum(NULL);
}
