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
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "records/records.h"
#include "settings.h"
#include "spi/objects.h"
#include "spi/owner.h"
#include "spi/plan.h"
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
						applicant_id == 0 ? "" : psprintf(INT64_FORMAT, applicant_id));
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
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.applicant WHERE applicant_id = $1");
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
	found = ExecPlan(&scope, &find, DatumArg(ARG_INT8, applicant_id, false)).count == 1;
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

/* Why a text names no official; NULL: it may. */
static const char *
official_fault(const char *employee)
{
	static const char applicant[] = "applicant";
	text	   *folded = FoldText(cstring_to_text(employee), FOLD_REFERENCE);
	const char *text_of = folded ? text_to_cstring(folded) : "";

	if (!IsVisible(employee, strlen(employee)))
		return "It has no character that can be seen.";
	/* events call an applicant "applicant 3" */
	if (strncmp(text_of, applicant, strlen(applicant)) == 0 &&
		strspn(text_of + strlen(applicant), "0123456789") == strlen(text_of + strlen(applicant)))
		return "Applicants are recorded under such names.";
	for (const char *at = employee; *at != '\0'; at += pg_mblen(at))
	{
		pg_wchar	c[2];

		(void) pg_mb2wchar_with_len(at, c, pg_mblen(at));
		switch (LookUpCharacter(c[0]).kind)
		{
			case CHARACTER_BLANK:
			case CHARACTER_INVISIBLE:
				return "It has a blank, a line end, or a character that cannot be seen.";
			default:
				if (c[0] < ' ')
					return "It has a control character.";
		}
	}
	return NULL;
}

/*
 * Refuse what names no official.  The name is written into events and
 * evidence, where it must be one person's and be read as one word.
 */
static void
check_official(const char *employee)
{
	const char *fault = official_fault(employee);

	if (fault != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no employee number", employee),
				 errdetail("%s", fault),
				 errhint("Give the official's employee number, one word such as E-17.")));
}

PG_FUNCTION_INFO_V1(licence_home_act_as);
/* act_as(employee): the back office says which official works. */
Datum
licence_home_act_as(PG_FUNCTION_ARGS)
{
	char	   *employee = PG_ARGISNULL(0) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(0));

	check_official(employee);
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

int64
FindApplicant(const char *kind, const char *identity_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT applicant_id FROM licence_home.applicant "
									   "WHERE kind = $1 AND identity_no = licence_home.fold_plain($2)");
	OwnerScope	scope;
	Rows		rows;
	int64		result = 0;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, TextArg(kind), TextArg(identity_no));
	if (rows.count == 1)
		result = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	return result;
}

void
RecordLookup(int64 applicant_id, bool in_row)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"at\": \"%s\", \"actor\": ",
					 timestamptz_to_str(ClockMoment()));
	escape_json(&json, ActorName());
	if (applicant_id != 0)
		appendStringInfo(&json, ", \"applicant_id\": " INT64_FORMAT, applicant_id);
	appendStringInfoChar(&json, '}');
	KeepRecord(RECORD_LOOKUP, json.data, in_row);
}

PG_FUNCTION_INFO_V1(licence_home_find_applicant);
/* find_applicant(kind, identity_no): who came before; each call is recorded. */
Datum
licence_home_find_applicant(PG_FUNCTION_ARGS)
{
	int64		applicant_id = FindApplicant(text_to_cstring(PG_GETARG_TEXT_PP(0)),
											 text_to_cstring(PG_GETARG_TEXT_PP(1)));

	RecordLookup(applicant_id, true);
	if (applicant_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(applicant_id);
}
