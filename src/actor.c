/*
 * actor.c
 *		Who acts: the person behind a statement.
 *
 * A portal says for which applicant it acts, a back office with one login for
 * many says which official works.  Both are settings of the transaction that C
 * alone can write (PGC_SUSET, set with GUC_ACTION_LOCAL).  They follow
 * savepoints and reach parallel workers.  They end with the transaction, also
 * behind a pooler, and no SET forges them.
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
#include "compat.h"
#include "crypto/portal_token.h"
#include "errors.h"
#include "official.h"
#include "records/records.h"
#include "settings.h"
#include "spi/objects.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "text/fold.h"

/* A text without dots up to this size is meant for a number. */
#define MAX_NUMBER_SIZE 40

/* The case of a power for one that is not begun yet; no number of a case. */
#define STILL_TO_BEGIN (-1)

/* How long it may be said how an identity was seen, in bytes. */
#define MAX_SEEN_SIZE 400

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

int64
ActingAgency(void)
{
	return is_set(acting_agency_setting) ? strtoll(acting_agency_setting, NULL, 10) : 0;
}

const char *
CounterProof(void)
{
	return is_set(acting_counter_setting) ? acting_counter_setting : NULL;
}

Oid
RoleAtWork(void)
{
	return InOwnerScope() ? GetOuterUserId() : GetUserId();
}

/*
 * The actor of what a portal does is an applicant or the agent of one.  An
 * official who serves an applicant at the counter acts as the official.
 */
char *
ActorName(void)
{
	const Official *official = WorkingOfficial();

	if (official != NULL)
		return pstrdup(official->number);
	if (is_set(acting_applicant_setting) && HasGroupRole(RoleAtWork(), "portal"))
		return ActingAgency() == 0 ? psprintf("applicant %s", acting_applicant_setting)
			: psprintf("agent %s of applicant %s", acting_agency_setting, acting_applicant_setting);
	return GetUserNameFromId(GetSessionUserId(), false);
}

void
ActFor(int64 applicant_id)
{
	set_for_transaction("licence_home.acting_applicant",
						applicant_id == 0 ? "" : psprintf(INT64_FORMAT, applicant_id));
	/* no power over the one before goes on */
	set_for_transaction("licence_home.acting_agency", "");
	set_for_transaction("licence_home.acting_case", "");
}

void
ActInCase(int64 application_no)
{
	set_for_transaction("licence_home.acting_case", psprintf(INT64_FORMAT, application_no));
}

bool
HasGroupRole(Oid role, const char *group)
{
	return has_privs_of_role(role, GroupRole(group));
}

bool
MayWorkAs(Oid role, const char *group)
{
	const Official *official;

	if (!HasGroupRole(role, group))
		return false;
	/* an applicant's own steps are no official's work */
	if (strcmp(group, "portal") == 0)
		return true;
	official = WorkingOfficial();
	if (official == NULL)
		return WhoWorks() == WORKING_MACHINE;
	for (int i = 0; i < official->nroles; i++)
	{
		if (strcmp(official->roles[i], group) == 0)
			return true;
	}
	return false;
}

bool
MayTakeAs(Oid role, const char *group)
{
	if (CounterProof() == NULL)
		return MayWorkAs(role, group);
	return strcmp(group, "portal") == 0 && MayWorkAs(role, "clerk");
}

void
CheckWorker(void)
{
	if (!HasGroupRole(RoleAtWork(), "portal"))
		CheckSomebodyWorks();
}

void
CheckAdministrator(const char *refusal)
{
	if (MayWorkAs(RoleAtWork(), "admin"))
		return;
	CheckSomebodyWorks();
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg("%s", refusal),
			 errdetail("That is for members of licence_home_admin; you are %s.", WorkerName(RoleAtWork())),
			 errhint("The roles of an official are in licence_home.official."),
			 err_column("official", "roles")));
}

/*
 * The hint of an error that says that there is no such case, or none of the
 * caller's.  Only a portal acts for applicants, so nobody else is told to.
 */
int
errhint_case_unseen(Oid caller)
{
	if (!is_member_of_role_nosuper(caller, GroupRole("portal")))
		return errhint("Compare the number with the message or the paper that it is on.");
	if (ActingApplicant() == 0)
		return errhint("A portal acts for one applicant in a transaction: SELECT licence_home.act_for(applicant_id).");
	return errhint("This transaction acts for applicant " INT64_FORMAT ", whose case it is not.",
				   ActingApplicant());
}

/*
 * Record who acts for whom, and the key of the token, where there was one.  A
 * transaction that only reads has to go on: a worker writes its record.
 */
static void
record_acting(int64 applicant_id, int64 agency_id, const char *token_key)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"at\": \"%s\", \"applicant_id\": " INT64_FORMAT ", \"login\": ",
					 timestamptz_to_str(ClockMoment()), applicant_id);
	escape_json(&json, GetUserNameFromId(GetSessionUserId(), false));
	appendStringInfoString(&json, ", \"role\": ");
	escape_json(&json, GetUserNameFromId(GetUserId(), false));
	if (token_key != NULL)
	{
		appendStringInfoString(&json, ", \"token_key\": ");
		escape_json(&json, token_key);
	}
	if (agency_id != 0)
		appendStringInfo(&json, ", \"agency_id\": " INT64_FORMAT, agency_id);
	if (CounterProof() != NULL)
	{
		appendStringInfoString(&json, ", \"identity_seen\": ");
		escape_json(&json, CounterProof());
	}
	appendStringInfoChar(&json, '}');
	if (XactReadOnly)
		KeepRecordForWorker(RECORD_ACTING, json.data);
	else
		KeepRecord(RECORD_ACTING, json.data, true);
}

/* Refuse an agent who has no power now. */
static void
check_agency(OwnerScope *scope, int64 applicant_id, int64 agency_id, int64 *only_case)
{
	static SavedPlan find = SAVED_PLAN("SELECT a.scope = 'special', a.only_case "
									   "FROM licence_home.agency AS a WHERE a.agency_id = $1 AND a.applicant_id = $2 "
									   "AND licence_home_internal.agency_in_force(a)");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(agency_id), Int8Arg(applicant_id));
	Datum		found;
	bool		isnull;

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_POWER),
				 errmsg_said(0, psprintf("there is no power " INT64_FORMAT " of applicant " INT64_FORMAT " by which somebody may act today", agency_id, applicant_id),
							 psprintf("لا وكالة سارية برقم " INT64_FORMAT " عن مقدم الطلب " INT64_FORMAT, agency_id, applicant_id)),
				 errdetail_said("It is another's, is not accepted, has ended, or is still to begin.",
								"هي لغيره أو لم تُقبل أو انتهت أو لم تبدأ بعد."),
				 errhint_said("The powers of an applicant are in licence_home.agency.",
							  "الوكالات في licence_home.agency."),
				 err_table("agency")));
	found = RowDatum(rows, 0, 2, &isnull);
	if (RowBool(rows, 0, 1))
		*only_case = isnull ? STILL_TO_BEGIN : DatumGetInt64(found);
}

/*
 * Act for an applicant whom a client named, by a number or by a token; agency_id:
 * through an agent, 0: the applicant acts.
 */
static void
act_for(int64 applicant_id, int64 agency_id, const char *token_key)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.applicant WHERE applicant_id = $1 AND erased_at IS NULL");
	int64		only_case = 0;
	OwnerScope	scope;
	bool		found;

	EnterOwner(&scope, OWNER_WRITES);
	found = ExecPlan(&scope, &find, Int8Arg(applicant_id)).count == 1;
	if (found && agency_id != 0)
		check_agency(&scope, applicant_id, agency_id, &only_case);
	LeaveOwner(&scope);
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(0, psprintf("there is no applicant " INT64_FORMAT, applicant_id),
							 psprintf("لا يوجد مقدم طلب برقم " INT64_FORMAT, applicant_id)),
				 errhint_said("Register the applicant, or find one with licence_home.find_applicant(kind, identity_no).",
							  "سجّلوا مقدم الطلب، أو ابحثوا عنه بالدالة licence_home.find_applicant(kind, identity_no)."),
				 err_column("applicant", "applicant_id")));
	warn_outside_transaction(CounterProof() ? "act_at_counter" : "act_for");
	if (ActingApplicant() == applicant_id && ActingAgency() == agency_id && CounterProof() == NULL)
		return;
	record_acting(applicant_id, agency_id, token_key);
	ActFor(applicant_id);
	set_for_transaction("licence_home.acting_agency", agency_id == 0 ? "" : psprintf(INT64_FORMAT, agency_id));
	if (only_case != 0)
		ActInCase(only_case);
}

/* Null must not leave the transaction to the applicant before. */
pg_noreturn static void
refuse_null(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOBODY_ACTING),
			 errmsg_said(0, "a portal acts for an applicant, not for null", "تعمل البوابة عن مقدم طلب، لا عن لا أحد"),
			 errhint_said("Register the applicant first: licence_home.find_applicant() gives null for one who never came.",
						  "سجّلوا مقدم الطلب أولًا: تعطي licence_home.find_applicant() قيمة null لمن لم يأتِ قط."),
			 err_column("applicant", "applicant_id")));
}

/* Where tokens are required, a number is no proof. */
static void
refuse_number(void)
{
	if (TokensAreRequired())
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_TOKEN),
				 errmsg_said(0, "a number does not say for whom the portal acts", "الرقم وحده لا يبين عمن تعمل البوابة"),
				 errdetail_said("licence_home.portal_key is set: a token of the identity service has to name the applicant.",
								"الإعداد licence_home.portal_key مضبوط: لا بد من رمز من خدمة الهوية يسمي مقدم الطلب."),
				 errhint_said("Call licence_home.act_for(token) with the token of the applicant who is signed in.",
							  "استدعوا licence_home.act_for(token) برمز مقدم الطلب الذي سجّل دخوله."),
				 err_column("applicant", "applicant_id")));
}

/* A token of before a business changed its representative is the former one's. */
static void
refuse_former(int64 applicant_id, TimestampTz issued_at)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.applicant AS p "
									   "JOIN licence_home.applicant_event AS e ON e.applicant_id = p.applicant_id "
									   "WHERE p.applicant_id = $1 AND p.kind = 'business' AND e.action = 'change' AND e.known_at > $2 "
									   "AND 'representative_identity_no' = ANY (string_to_array(e.fields, ', '))");
	OwnerScope	scope;
	bool		found;

	if (TIMESTAMP_NOT_FINITE(issued_at))
		return;
	EnterOwner(&scope, OWNER_WRITES);
	found = ExecPlan(&scope, &find, Int8Arg(applicant_id), MomentArg(issued_at)).count > 0;
	LeaveOwner(&scope);
	if (found)
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_TOKEN),
				 errmsg_said(0, "this token is of before the business changed its representative", "صدر رمز الدخول هذا قبل تغيّر ممثل المنشأة"),
				 errhint_said("Have the new representative sign in.", "ليسجل الممثل الجديد دخوله."),
				 err_column("applicant", "representative_identity_no")));
}

PG_FUNCTION_INFO_V1(licence_home_act_for);
/*
 * act_for(applicant_id applicant_proof, agency_id): the portal acts for an
 * applicant, whom it names by number or by a token, itself or through an agent.
 * A number has no dots.
 */
Datum
licence_home_act_for(PG_FUNCTION_ARGS)
{
	text	   *proof;
	const char *bytes;
	int			len;
	int64		applicant_id;
	int64		agency_id = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1);
	const char *token_key = NULL;
	TimestampTz issued_at;

	if (PG_ARGISNULL(0))
		refuse_null();
	proof = PG_GETARG_TEXT_PP(0);
	bytes = VARDATA_ANY(proof);
	len = VARSIZE_ANY_EXHDR(proof);
	if (len <= MAX_NUMBER_SIZE && memchr(bytes, '.', len) == NULL)
	{
		refuse_number();
		applicant_id = DatumGetInt64(DirectFunctionCall1(int8in, CStringGetDatum(text_to_cstring(proof))));
	}
	else
	{
		applicant_id = ApplicantOfToken(bytes, len, &token_key, &issued_at);
		refuse_former(applicant_id, issued_at);
	}

	/*
	 * who is signed in is the portal's to know, who is served at the counter
	 * not
	 */
	set_for_transaction("licence_home.acting_counter", "");
	act_for(applicant_id, agency_id, token_key);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_act_at_counter);
/*
 * act_at_counter(applicant_id, identity_seen, agency_id): an official does the
 * applicant's work for a person who stands there; null: one who is to be
 * registered in this transaction.
 */
Datum
licence_home_act_at_counter(PG_FUNCTION_ARGS)
{
	text	   *seen = PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1);

	CheckNamedOfficial(0);
	if (!MayWorkAs(GetUserId(), "clerk"))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(0, "you do not serve at the counter", "ليس لك العمل عند النافذة"),
				 errdetail_said(psprintf("Clerks do; you are %s.", WorkerName(GetUserId())),
								psprintf("هو للمدققين، وأنت %s.", WorkerName(GetUserId()))),
				 errhint_said("The roles of an official are in licence_home.official.", "أدوار الموظف في licence_home.official."),
				 err_column("official", "roles")));
	if (seen == NULL || !IsVisible(VARDATA_ANY(seen), VARSIZE_ANY_EXHDR(seen)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "nothing says how the person's identity was seen", "لم يُذكر كيف جرى التحقق من الشخصية"),
				 errhint_said("Give it as the second argument, such as the paper that was shown.",
							  "اذكروا الوثيقة التي عُرضت."),
				 err_column("counter_act", "identity_seen")));
	if (VARSIZE_ANY_EXHDR(seen) > MAX_SEEN_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg_said(0, "how the identity was seen is said in too many words", "وصف التحقق من الشخصية طويل"),
				 errhint_said("Name the paper alone.", "اذكروا الوثيقة فقط."),
				 err_column("counter_act", "identity_seen")));
	set_for_transaction("licence_home.acting_counter", text_to_cstring(seen));
	if (!PG_ARGISNULL(0))
	{
		act_for(PG_GETARG_INT64(0), PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2), NULL);
		PG_RETURN_VOID();
	}
	warn_outside_transaction("act_at_counter");
	ActFor(0);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_acting_case);
/* acting_case(): the one case that the power of the agent is for, or null. */
Datum
licence_home_acting_case(PG_FUNCTION_ARGS)
{
	if (!is_set(acting_case_setting))
		PG_RETURN_NULL();
	PG_RETURN_INT64(strtoll(acting_case_setting, NULL, 10));
}

PG_FUNCTION_INFO_V1(licence_home_act_as);
/* act_as(employee): the back office says which official works. */
Datum
licence_home_act_as(PG_FUNCTION_ARGS)
{
	char	   *employee = PG_ARGISNULL(0) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(0));
	const char *official = ClaimOfficial(employee);

	if (official == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(0, psprintf("\"%s\" is no official whom the login \"%s\" may act as today", employee,
										 GetUserNameFromId(GetSessionUserId(), false)),
							 psprintf("\"%s\" ليس موظفًا يجوز لاسم الدخول \"%s\" أن يعمل باسمه اليوم", employee,
									  GetUserNameFromId(GetSessionUserId(), false))),
				 errdetail_said("A row of official has the employee number, the days, and the logins that may act as the person.",
								"في جدول official الرقم الوظيفي والأيام وأسماء الدخول التي يجوز لها ذلك."),
				 errhint_said("Compare the number. An administrator enters officials, and lists the login of an application in claimed_by.",
							  "قارنوا الرقم. يسجل المسؤول الموظفين، ويدرج اسم دخول التطبيق في claimed_by."),
				 err_column("official", "official")));
	warn_outside_transaction("act_as");
	set_for_transaction("licence_home.acting_official", official);
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
