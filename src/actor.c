/*
 * actor.c
 *		Who acts: the person behind a statement.
 *
 * A portal says for which applicant it acts, a back office with one login for
 * many says which official works.  Both are settings of the transaction that
 * C alone can write (PGC_SUSET, set with GUC_ACTION_LOCAL): they follow
 * savepoints, end with the transaction also behind a pooler, reach parallel
 * workers, and no SET forges them.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "actor.h"
#include "errors.h"
#include "spi/query.h"
#include "settings.h"
#include "text/fold.h"

/* Does the setting hold a value? */
static bool
is_set(const char *setting)
{
	return setting != NULL && setting[0] != '\0';
}

/* Set one of the acting parameters until the end of the transaction. */
static void
set_for_transaction(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}

/* A setting of the transaction is lost at once outside a transaction block. */
static void
warn_outside_transaction(const char *function)
{
	if (!IsTransactionBlock())
		ereport(WARNING,
				(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
				 errmsg("%s() has no effect outside a transaction block", function),
				 errhint("Call it after BEGIN, in the transaction that does the work.")));
}

int64
ActingApplicant(void)
{
	if (!is_set(acting_applicant_setting))
		return 0;
	return strtoll(acting_applicant_setting, NULL, 10);
}

char *
ActorName(void)
{
	if (is_set(acting_official_setting))
		return pstrdup(acting_official_setting);
	if (is_set(acting_applicant_setting))
		return psprintf("applicant %s", acting_applicant_setting);
	return GetUserNameFromId(GetSessionUserId(), false);
}

void
ActFor(int64 applicant_id)
{
	set_for_transaction("licence_home.acting_applicant",
						psprintf(INT64_FORMAT, applicant_id));
}

bool
HasGroupRole(Oid role, const char *group)
{
	return has_privs_of_role(role, GroupRole(group));
}

PG_FUNCTION_INFO_V1(licence_home_act_for);
/* act_for(applicant_id): the portal acts for an applicant. */
Datum
licence_home_act_for(PG_FUNCTION_ARGS)
{
	static KeptQuery find = KEPT_QUERY("b",
									   "SELECT 1 FROM licence_home.applicant WHERE applicant_id = $1");
	Datum		applicant_id = PG_GETARG_DATUM(0);
	OwnerScope	scope;
	bool		found;

	/* null must not leave the transaction to the applicant before */
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg("a portal acts for an applicant, not for null"),
				 errhint("Register the applicant first: licence_home.find_applicant() gives null for one who never came."),
				 err_column("applicant", "applicant_id")));
	EnterOwner(&scope, OWNER_WRITES);
	found = RunKept(&scope, &find, &applicant_id, NULL, 1) == 1;
	LeaveOwner(&scope);
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg("there is no applicant " INT64_FORMAT,
						DatumGetInt64(applicant_id)),
				 errhint("Register the applicant, or find one with licence_home.find_applicant(kind, identity_no)."),
				 err_column("applicant", "applicant_id")));
	warn_outside_transaction("act_for");
	ActFor(DatumGetInt64(applicant_id));
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_act_as);
/* act_as(employee): the back office says which official works. */
Datum
licence_home_act_as(PG_FUNCTION_ARGS)
{
	char	   *employee = PG_ARGISNULL(0) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(0));

	if (!IsVisible(employee, strlen(employee)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an official is named by an employee number, not by nothing")));
	warn_outside_transaction("act_as");
	set_for_transaction("licence_home.acting_official", employee);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_acting_applicant);
/* acting_applicant(): for whom this transaction acts, or null. */
Datum
licence_home_acting_applicant(PG_FUNCTION_ARGS)
{
	int64		applicant_id = ActingApplicant();

	if (applicant_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(applicant_id);
}

PG_FUNCTION_INFO_V1(licence_home_actor);
/* actor(): the person as events record it. */
Datum
licence_home_actor(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(ActorName()));
}

PG_FUNCTION_INFO_V1(licence_home_find_applicant);
/* find_applicant(kind, identity_no): who came before; each call is recorded. */
Datum
licence_home_find_applicant(PG_FUNCTION_ARGS)
{
	static KeptQuery find = KEPT_QUERY("tt",
									   "SELECT applicant_id FROM licence_home.applicant "
									   "WHERE kind = $1 AND identity_no = licence_home.fold_plain($2)");
	static KeptQuery record = KEPT_QUERY("tb",
										 "INSERT INTO licence_home.applicant_lookup (actor, applicant_id) VALUES ($1, $2)");
	Datum		question[2] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
	Datum		answer[2];
	char		nulls[2] = {' ', ' '};
	OwnerScope	scope;
	bool		found;
	int64		applicant_id = 0;

	answer[0] = CStringGetTextDatum(ActorName());
	EnterOwner(&scope, OWNER_WRITES);
	found = RunKept(&scope, &find, question, NULL, 1) == 1;
	if (found)
		applicant_id = RowInt8(0, 1);
	answer[1] = Int64GetDatum(applicant_id);
	if (!found)
		nulls[1] = 'n';
	RunKept(&scope, &record, answer, nulls, 0);
	LeaveOwner(&scope);
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_INT64(applicant_id);
}
