/*
 * removals.c
 *		What an administrator takes away of how messages are sent: a pause, a
 *		credential, a bearerbox.
 *
 * Functions do that, and no role may DELETE. A role that may, may also LOCK
 * TABLE, and then no message leaves.
 */
#include "postgres.h"

#include "actor.h"
#include "errors.h"
#include "spi/plan.h"

PG_FUNCTION_INFO_V1(licence_home_resume_gateway);
/* resume_gateway(gateway): true when it was paused. */
Datum
licence_home_resume_gateway(PG_FUNCTION_ARGS)
{
	static SavedPlan known = SAVED_PLAN("SELECT FROM licence_home.sms_gateway AS g WHERE g.gateway = $1 "
										"UNION ALL SELECT FROM licence_home.sms_gateway_pause AS p WHERE p.gateway = $1 LIMIT 1");
	static SavedPlan removal = SAVED_PLAN("DELETE FROM licence_home.sms_gateway_pause AS p WHERE p.gateway = $1");
	OwnerScope	scope;
	bool		paused;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &known, FunctionArg(fcinfo, 0, ARG_TEXT)).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("there is no gateway \"%s\"", ShownArg(fcinfo, 0)),
				 errhint("SELECT gateway FROM licence_home.sms_gateway_pause lists those that are paused."),
				 err_table("sms_gateway")));
	paused = ExecPlan(&scope, &removal, FunctionArg(fcinfo, 0, ARG_TEXT)).count > 0;
	LeaveOwner(&scope);
	PG_RETURN_BOOL(paused);
}

PG_FUNCTION_INFO_V1(licence_home_remove_credential);
/* remove_credential(gateway, name) */
Datum
licence_home_remove_credential(PG_FUNCTION_ARGS)
{
	static SavedPlan removal = SAVED_PLAN("DELETE FROM licence_home.sms_gateway_credential AS c "
										  "WHERE c.gateway = $1 AND c.name = $2");
	OwnerScope	scope;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &removal, FunctionArg(fcinfo, 0, ARG_TEXT), FunctionArg(fcinfo, 1, ARG_TEXT)).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("gateway \"%s\" has no credential \"%s\"", ShownArg(fcinfo, 0), ShownArg(fcinfo, 1)),
				 errhint("SELECT gateway, name FROM licence_home.sms_gateway_credential lists them."),
				 err_table("sms_gateway_credential")));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_remove_kannel_box);
/* remove_kannel_box(box) */
Datum
licence_home_remove_kannel_box(PG_FUNCTION_ARGS)
{
	static SavedPlan removal = SAVED_PLAN("DELETE FROM licence_home.kannel_box AS b WHERE b.box = $1");
	OwnerScope	scope;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &removal, FunctionArg(fcinfo, 0, ARG_TEXT)).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("there is no bearerbox \"%s\"", ShownArg(fcinfo, 0)),
				 errhint("SELECT box FROM licence_home.kannel_box lists them."),
				 err_table("kannel_box")));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}
