/*
 * breach.c
 *		A breach of persons' data: whom it concerns, and that they are told.
 *
 * open_breach() asks the record of reading (seen_by()) once and keeps the answer
 * as rows.  The list must not grow or shrink while letters go out.  Who has a
 * telephone is told by the ordinary queue; the others by a letter, which a clerk
 * prints and reports as sent.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "sms/queue/enqueue.h"
#include "spi/plan.h"
#include "text/fold.h"

#define BREACH_TEMPLATE "breach_notice"

/* What a breach is about. */
typedef struct BreachAsked
{
	const char *login;
	TimestampTz since;
	TimestampTz until;
	bool		until_now;
	const char *why;
} BreachAsked;

/* A text argument; NULL for null and for one in which nothing can be seen. */
static const char *
visible_argument(FunctionCallInfo fcinfo, int n)
{
	const char *given = PG_ARGISNULL(n) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(n));

	return IsVisible(given, strlen(given)) ? given : NULL;
}

static BreachAsked
read_breach(FunctionCallInfo fcinfo)
{
	BreachAsked asked = {
		.login = visible_argument(fcinfo, 0),
		.until = PG_ARGISNULL(2) ? ClockNow() : PG_GETARG_TIMESTAMPTZ(2),
		.why = visible_argument(fcinfo, 3)
	};

	asked.until_now = PG_ARGISNULL(2);
	asked.since = PG_ARGISNULL(1) ? asked.until : PG_GETARG_TIMESTAMPTZ(1);
	if (asked.login == NULL || asked.since >= asked.until || TIMESTAMP_NOT_FINITE(asked.since) ||
		TIMESTAMP_NOT_FINITE(asked.until))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "a breach is of a login or a person, and of a time that ends after it begins",
							 "الخرق لاسم دخول أو لشخص، ولمدة تنتهي بعد بدايتها"),
				 errhint_said("SELECT licence_home.open_breach(login, since, until).",
							  "SELECT licence_home.open_breach(login, since, until).")));
	return asked;
}

/* Write down the breach; its number. */
static int64
insert_breach(OwnerScope *scope, const BreachAsked *asked)
{
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.breach (login, since, until, why, recorded_at, recorded_by) "
										 "VALUES ($1, $2, $3, $4, $5, $6) RETURNING breach_id");

	return RowInt8(ExecPlan(scope, &insert, TextArg(asked->login), MomentArg(asked->since), MomentArg(asked->until),
							TextArg(asked->why), MomentArg(ClockNow()), TextArg(ActorName())), 0, 1);
}

/* Whom it concerns, under lock; in the order in which erasures lock them. */
static Rows
find_concerned(OwnerScope *scope, const BreachAsked *asked, int64 breach_id)
{
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.breach_person "
										 "(breach_id, applicant_id, cases, columns, times, first_at, last_at, notice, recorded_at, recorded_by) "
										 "SELECT $1, s.applicant_id, s.cases, coalesce(array_remove(s.columns, NULL), '{}'), s.times, s.first_at, s.last_at, 'letter', $5, $6 "
										 "FROM licence_home.seen_by($2, $3, $4) AS s "
										 "WHERE EXISTS (SELECT FROM licence_home.applicant AS p WHERE p.applicant_id = s.applicant_id)");
	static SavedPlan lock = SAVED_PLAN("SELECT p.applicant_id, CASE WHEN p.not_theirs_at IS NULL THEN p.phone END, p.language, p.erased_at IS NOT NULL "
									   "FROM licence_home.applicant AS p JOIN licence_home.breach_person AS i ON i.applicant_id = p.applicant_id "
									   "WHERE i.breach_id = $1 ORDER BY p.applicant_id FOR NO KEY UPDATE OF p");

	ExecPlan(scope, &insert, Int8Arg(breach_id), TextArg(asked->login), MomentArg(asked->since),
			 DatumArg(ARG_TIMESTAMPTZ, TimestampTzGetDatum(asked->until), asked->until_now),
			 MomentArg(ClockNow()), TextArg(ActorName()));
	return ExecPlan(scope, &lock, Int8Arg(breach_id));
}

/* Tell one of them, where a message can reach the person. */
static void
tell_concerned(OwnerScope *scope, int64 breach_id, Rows rows, uint64 row)
{
	static SavedPlan told = SAVED_PLAN("UPDATE licence_home.breach_person AS i SET notice = $3, "
									   "message_id = CASE $3 WHEN 'message' THEN (SELECT max(l.message_id) FROM licence_home.sms_message_text AS l "
									   "WHERE l.applicant_id = $2 AND l.template = '" BREACH_TEMPLATE "') END "
									   "WHERE i.breach_id = $1 AND i.applicant_id = $2");
	int64		applicant_id = RowInt8(rows, row, 1);
	bool		isnull;
	Datum		phone = RowDatum(rows, row, 2, &isnull);
	const char *notice = "letter";

	if (RowBool(rows, row, 4))
		notice = "nobody";
	else if (!isnull &&
			 TellPhone(scope, applicant_id, DatumGetInt64(phone), RowText(rows, row, 3), BREACH_TEMPLATE))
		notice = "message";
	ExecPlan(scope, &told, Int8Arg(breach_id), Int8Arg(applicant_id), TextArg(notice));
}

PG_FUNCTION_INFO_V1(licence_home_open_breach);
/* open_breach(login, since, until, why): its number. */
Datum
licence_home_open_breach(PG_FUNCTION_ARGS)
{
	BreachAsked asked;
	OwnerScope	scope;
	int64		breach_id;
	Rows		rows;

	CheckAdministrator("a breach is not yours to open");
	asked = read_breach(fcinfo);
	EnterOwner(&scope, OWNER_WRITES);
	breach_id = insert_breach(&scope, &asked);
	rows = find_concerned(&scope, &asked, breach_id);
	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg_said(0, psprintf("no record shows that \"%s\" saw anybody in that time", asked.login),
							 psprintf("لا يبين أي سجل أن \"%s\" اطّلع على أحد في تلك المدة", asked.login)),
				 errdetail_said("licence_home.read_record and acting_record have who saw whom.",
								"في licence_home.read_record و acting_record من اطّلع على من."),
				 errhint_said("Compare the login, or the employee number, and the time.",
							  "قارنوا اسم الدخول أو الرقم الوظيفي، والمدة."),
				 err_column("read_record", "login")));
	for (uint64 row = 0; row < rows.count; row++)
		tell_concerned(&scope, breach_id, rows, row);
	LeaveOwner(&scope);
	PG_RETURN_INT64(breach_id);
}

PG_FUNCTION_INFO_V1(licence_home_breach_report);
/* breach_report(): how each breach stands, and the hours that are left. */
Datum
licence_home_breach_report(PG_FUNCTION_ARGS)
{
	static SavedPlan report = SAVED_PLAN("SELECT * FROM licence_home_internal.breach_state() ORDER BY breach_id");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &report, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}

pg_noreturn static void
refuse_unknown(const char *message_en, const char *message_ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNKNOWN_CODE),
			 errmsg_said(0, message_en, message_ar),
			 errhint_said("SELECT * FROM licence_home.breach_report() lists the breaches, licence_home.breach_person whom they concern.",
						  "في licence_home.breach_report() الخروق، وفي licence_home.breach_person من تخصهم."),
			 err_column("breach", "breach_id")));
}

PG_FUNCTION_INFO_V1(licence_home_authority_told);
/* authority_told(breach_id, reference): the authority knows. */
Datum
licence_home_authority_told(PG_FUNCTION_ARGS)
{
	static SavedPlan tell = SAVED_PLAN("UPDATE licence_home.breach AS b SET authority_told_at = coalesce(b.authority_told_at, $2), "
									   "authority_told_by = coalesce(b.authority_told_by, $3), "
									   "authority_reference = coalesce(b.authority_reference, $4) WHERE b.breach_id = $1");
	const char *reference = visible_argument(fcinfo, 1);
	OwnerScope	scope;
	Rows		rows;

	CheckAdministrator("a breach is not yours to close");
	if (reference == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "whoever told the authority has a reference of the letter",
							 "من أخطر الجهة المختصة لديه رقم الكتاب"),
				 errhint_said("Give its number or date.", "اذكروا رقمه أو تاريخه.")));
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &tell, Int8Arg(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0)), MomentArg(ClockNow()),
					TextArg(ActorName()), TextArg(reference));
	if (rows.count == 0)
		refuse_unknown("there is no such breach", "لا يوجد خرق بهذا الرقم");
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_person_told);
/* person_told(breach_id, applicant_id): a letter went, or somebody said it. */
Datum
licence_home_person_told(PG_FUNCTION_ARGS)
{
	static SavedPlan tell = SAVED_PLAN("UPDATE licence_home.breach_person AS i SET told_at = coalesce(i.told_at, $3), "
									   "told_by = coalesce(i.told_by, $4) WHERE i.breach_id = $1 AND i.applicant_id = $2");
	OwnerScope	scope;
	Rows		rows;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &tell, Int8Arg(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0)),
					Int8Arg(PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1)), MomentArg(ClockNow()), TextArg(ActorName()));
	if (rows.count == 0)
		refuse_unknown("this breach does not concern that person", "هذا الخرق لا يخص ذلك الشخص");
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}
