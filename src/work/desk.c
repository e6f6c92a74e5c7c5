/*
 * desk.c
 *		Who works, and what that one may act on: for the views of an inbox.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "actor.h"
#include "official.h"
#include "reading/reading.h"
#include "reading/restricted.h"
#include "spi/arrays.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "workflow/separation.h"

/* An int4[] of the districts of who works. */
static Datum
own_districts(const Official *official)
{
	Datum	   *districts = palloc(official->ndistricts * sizeof(Datum));

	for (int i = 0; i < official->ndistricts; i++)
		districts[i] = Int32GetDatum(official->districts[i]);
	return PointerGetDatum(construct_array(districts, official->ndistricts, INT4OID,
										   sizeof(int32), true, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(licence_home_my_desk);
/*
 * my_desk(): official, roles, districts, first_district, last_district.  The
 * official is null for a login that is nobody's, districts where it is all;
 * a case without a district is in district 0.
 */
Datum
licence_home_my_desk(PG_FUNCTION_ARGS)
{
	const Official *official;
	TupleDesc	desc;
	Datum		values[5];
	bool		nulls[5] = {false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "my_desk() gives a row");
	CheckSomebodyWorks();
	official = WorkingOfficial();
	nulls[0] = official == NULL;
	if (official != NULL)
		values[0] = CStringGetTextDatum(official->number);
	values[1] = DeskRoles(RoleAtWork());
	nulls[2] = official == NULL || official->ndistricts == 0;
	values[3] = Int32GetDatum(0);
	values[4] = Int32GetDatum(PG_INT32_MAX);
	if (!nulls[2])
	{
		values[2] = own_districts(official);
		values[3] = Int32GetDatum(official->districts[0]);
		values[4] = values[3];
		for (int i = 1; i < official->ndistricts; i++)
		{
			values[3] = Int32GetDatum(Min(DatumGetInt32(values[3]), official->districts[i]));
			values[4] = Int32GetDatum(Max(DatumGetInt32(values[4]), official->districts[i]));
		}
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

PG_FUNCTION_INFO_V1(licence_home_may_take);
/* may_take(application_no, workflow, version, role): nothing of the person objects. */
Datum
licence_home_may_take(PG_FUNCTION_ARGS)
{
	OwnerScope	scope;
	bool		separated;

	EnterOwner(&scope, OWNER_READS);
	separated = IsSeparated(&scope, PG_GETARG_INT64(0), text_to_cstring(PG_GETARG_TEXT_PP(1)),
							PG_GETARG_INT32(2), text_to_cstring(PG_GETARG_TEXT_PP(3)));
	LeaveOwner(&scope);
	PG_RETURN_BOOL(!separated);
}

PG_FUNCTION_INFO_V1(licence_home_has_anybody);
/* has_anybody(application_no): does somebody who serves may act in it? */
Datum
licence_home_has_anybody(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.application AS a "
									   "WHERE a.application_no = $1 AND licence_home_internal.is_without_anybody("
									   "a.application_no, a.workflow, a.workflow_version, a.waits_for, a.district)");
	OwnerScope	scope;
	bool		without;

	EnterOwner(&scope, OWNER_READS);
	without = ExecPlan(&scope, &find, CaseArg(PG_GETARG_INT64(0))).count > 0;
	LeaveOwner(&scope);
	PG_RETURN_BOOL(!without);
}

PG_FUNCTION_INFO_V1(licence_home_my_inbox_named);
/* my_inbox_named(rows, why): my_inbox with the names of the persons. */
Datum
licence_home_my_inbox_named(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.named_inbox($1, $2)");

	(void) ShowPersons(fcinfo, "my_inbox_named",
					   PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)), NULL, &show,
					   Int4Arg(PG_ARGISNULL(0) ? 50 : PG_GETARG_INT32(0)),
					   DatumArg(ARG_INT8_ARRAY, HiddenFromCaller(), false));
	return (Datum) 0;
}
