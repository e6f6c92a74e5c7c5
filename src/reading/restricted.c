/*
 * restricted.c
 *		Persons whose data are restricted: seen only by who must act.
 *
 * Policies ask hidden_persons() once in a statement, functions that run as the
 * owner HiddenPersons().  Where nobody is restricted, as on most days, that is
 * a look at an index without a row.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "actor.h"
#include "official.h"
#include "reading/restricted.h"
#include "spi/arrays.h"
#include "spi/heap_access.h"
#include "spi/owner.h"
#include "spi/plan.h"

/* The roles for which a case can wait. */
static const char *const desk_roles[] = {"clerk", "inspector", "committee", "director", "cashier"};

Datum
DeskRoles(Oid role)
{
	Datum		roles[lengthof(desk_roles)];
	int			count = 0;

	for (int i = 0; i < (int) lengthof(desk_roles); i++)
	{
		if (MayWorkAs(role, desk_roles[i]))
			roles[count++] = CStringGetTextDatum(desk_roles[i]);
	}
	return TextArray(roles, NULL, count);
}

/* Is anybody restricted?  Asked by each statement of an official's: no query. */
static bool
any_restricted(void)
{
	Snapshot	snapshot = RegisterSnapshot(GetActiveSnapshot());
	RowScan		scan;
	bool		found;

	BeginRowScan(&scan, "applicant", "applicant_restricted", snapshot, NULL, 0);
	found = NextRow(&scan, ForwardScanDirection);
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return found;
}

/* The districts of an official as bigint[]; null: all. */
static PlanArg
districts_of(const Official *official)
{
	int64	   *districts;

	if (official == NULL || official->ndistricts == 0)
		return NullArg(ARG_INT8_ARRAY);
	districts = palloc(official->ndistricts * sizeof(int64));
	for (int i = 0; i < official->ndistricts; i++)
		districts[i] = official->districts[i];
	return DatumArg(ARG_INT8_ARRAY, Int8Array(districts, NULL, official->ndistricts), false);
}

/* Those of whom no case asks anything of a role, or of who works. */
static Datum
hidden_from(OwnerScope *scope, Oid role)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.restricted_persons($1, $2, $3, $4)");
	const Official *official;
	Rows		rows;
	bool		isnull;

	if (!any_restricted() || HasGroupRole(role, "auditor"))
		return Int8Array(NULL, NULL, 0);
	official = WorkingOfficial();
	rows = ExecPlan(scope, &find, DatumArg(ARG_TEXT_ARRAY, DeskRoles(role), false),
					districts_of(official), TextArg(official ? official->number : NULL),
					Int8Arg(ActingApplicant()));
	return RowDatum(rows, 0, 1, &isnull);
}

Datum
HiddenPersons(OwnerScope *scope)
{
	return hidden_from(scope, RoleAtWork());
}

/* The persons hidden from a role, in the caller's memory. */
static Datum
hidden_outside(Oid role)
{
	MemoryContext outer = CurrentMemoryContext;
	OwnerScope	scope;
	Datum		hidden;

	if (!any_restricted())
		return Int8Array(NULL, NULL, 0);
	EnterOwner(&scope, OWNER_READS);
	hidden = hidden_from(&scope, role);
	MemoryContextSwitchTo(outer);
	hidden = PointerGetDatum(DatumGetArrayTypePCopy(hidden));
	LeaveOwner(&scope);
	return hidden;
}

Datum
HiddenFromCaller(void)
{
	return hidden_outside(RoleAtWork());
}

PG_FUNCTION_INFO_V1(licence_home_hidden_persons);
/* hidden_persons(): the persons whom the caller does not see. */
Datum
licence_home_hidden_persons(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(hidden_outside(GetUserId()));
}
