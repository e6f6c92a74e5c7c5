/*
 * persons.c
 *		What a person may ask for: an export of the data, a restriction of
 *		who sees them, and their erasure.
 *
 * The rows of a person are found by the columns of the tables (person_tables()
 * in src/sql/trust/personal_data.sql), so that no new table is forgotten.  The
 * columns whose values are concealed are listed there.
 *
 *	restrict_person ──another person──> erase_person
 *	     │  a licence, a case or money is open: refused, saying until when
 *	     v
 *	values and salts are overwritten, rows and hashes stay
 *
 * While values are concealed the session is a replica, as in a restore
 * (restore.c): the rows are the record, and their triggers would refuse.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "job_log.h"
#include "settings.h"
#include "spi/plan.h"
#include "spi/procedure.h"
#include "text/fold.h"
#include "workflow/applicant_events.h"

/* An applicant under lock. */
typedef struct Person
{
	int64		applicant_id;
	bool		erased;
	bool		restricted;
} Person;

static Person
lock_person(OwnerScope *scope, int64 applicant_id)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.erased_at IS NOT NULL, p.restricted_at IS NOT NULL "
									   "FROM licence_home.applicant AS p WHERE p.applicant_id = $1 FOR UPDATE");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(applicant_id));
	Person		person = {.applicant_id = applicant_id};

	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg("there is no applicant " INT64_FORMAT, applicant_id),
				 errhint("Find one with licence_home.find_applicant(kind, identity_no)."),
				 err_column("applicant", "applicant_id")));
	person.erased = RowBool(rows, 0, 1);
	person.restricted = RowBool(rows, 0, 2);
	return person;
}

/* The applicant and the reason of a call; without a reason an error. */
static const char *
reason_of(FunctionCallInfo fcinfo, int64 *applicant_id)
{
	const char *why = PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1));

	CheckAdministrator("the data of a person are not yours to restrict or erase");
	*applicant_id = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	if (!IsVisible(why, strlen(why)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("whoever restricts or erases a person's data has a reason"),
				 errhint("Say in a sentence who asked for it, without a name: the applicant's events keep it.")));
	return why;
}

static void
refuse_erased(const Person *person)
{
	if (person->erased)
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg("applicant " INT64_FORMAT " was erased", person->applicant_id),
				 errhint("That is for good; a person who comes again is registered anew."),
				 err_column("applicant", "erased_at")));
}

PG_FUNCTION_INFO_V1(licence_home_export_person);
/* export_person(applicant_id): what is kept about a person, recorded. */
Datum
licence_home_export_person(PG_FUNCTION_ARGS)
{
	static SavedPlan export = SAVED_PLAN("SELECT licence_home_internal.person_export($1, $2)");
	static SavedPlan record = SAVED_PLAN("SELECT licence_home_internal.record_read('export_person', ARRAY[$1], NULL, "
										 "ARRAY(SELECT format('%s.%s', k.table_name, k.column_name) FROM licence_home_internal.person_columns() AS k "
										 " WHERE k.column_name NOT IN ('erased_at', 'salt', 'parked', 'open', 'turn', 'wake_at', 'status')), NULL)");
	int64		applicant_id = PG_GETARG_INT64(0);
	MemoryContext caller = CurrentMemoryContext;
	bool		own = !MayWorkAs(RoleAtWork(), "admin");
	OwnerScope	scope;
	Datum		found;
	bool		isnull;

	if (own && ActingApplicant() != applicant_id)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg("this transaction does not act for applicant " INT64_FORMAT, applicant_id),
				 errhint("Call licence_home.act_for() first."),
				 err_column("applicant", "applicant_id")));
	EnterOwner(&scope, OWNER_WRITES);
	(void) lock_person(&scope, applicant_id);
	AppendApplicantEvent(&scope, applicant_id, "export", NULL, NULL, NULL);
	if (!own)
		ExecPlan(&scope, &record, Int8Arg(applicant_id));
	found = RowDatum(ExecPlan(&scope, &export, Int8Arg(applicant_id), BoolArg(own)), 0, 1, &isnull);
	MemoryContextSwitchTo(caller);
	found = PointerGetDatum(PG_DETOAST_DATUM_COPY(found));
	LeaveOwner(&scope);
	PG_RETURN_DATUM(found);
}

/* Set or take away a restriction, and write it down. */
static void
set_restriction(int64 applicant_id, bool restricted, const char *why)
{
	static SavedPlan set = SAVED_PLAN("UPDATE licence_home.applicant SET restricted_at = $2 WHERE applicant_id = $1");
	OwnerScope	scope;
	Person		person;

	EnterOwner(&scope, OWNER_WRITES);
	person = lock_person(&scope, applicant_id);
	refuse_erased(&person);
	if (person.restricted != restricted)
	{
		ExecPlan(&scope, &set, Int8Arg(applicant_id),
				 DatumArg(ARG_TIMESTAMPTZ, TimestampTzGetDatum(ClockNow()), !restricted));
		AppendApplicantEvent(&scope, applicant_id, restricted ? "restrict" : "unrestrict", NULL, why, NULL);
	}
	LeaveOwner(&scope);
}

PG_FUNCTION_INFO_V1(licence_home_restrict_person);
/* restrict_person(applicant_id, why): seen only by who must act. */
Datum
licence_home_restrict_person(PG_FUNCTION_ARGS)
{
	int64		applicant_id;
	const char *why = reason_of(fcinfo, &applicant_id);

	set_restriction(applicant_id, true, why);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_unrestrict_person);
/* unrestrict_person(applicant_id, why): seen as anybody else. */
Datum
licence_home_unrestrict_person(PG_FUNCTION_ARGS)
{
	int64		applicant_id;
	const char *why = reason_of(fcinfo, &applicant_id);

	set_restriction(applicant_id, false, why);
	PG_RETURN_VOID();
}

/*
 * Refuse to erase while a licence, a case or money is open; the detail says
 * which, and until when.
 */
static void
refuse_obstacles(OwnerScope *scope, int64 applicant_id)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.what, o.what_ar, to_char(o.until, 'YYYY-MM-DD'), "
									   "to_char(CASE WHEN bool_and(o.until IS NOT NULL) OVER () THEN max(o.until) OVER () END, 'YYYY-MM-DD') "
									   "FROM licence_home_internal.person_obstacles($1) AS o ORDER BY o.until NULLS LAST, o.what");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(applicant_id));
	StringInfoData en;
	StringInfoData ar;
	char	   *end;

	if (rows.count == 0)
		return;
	initStringInfo(&en);
	initStringInfo(&ar);
	for (uint64 row = 0; row < rows.count; row++)
	{
		char	   *until = RowText(rows, row, 3);

		appendStringInfo(&en, "%s%s%s%s", row > 0 ? "\n" : "", RowText(rows, row, 1), until ? ", until " : "", until ? until : "");
		appendStringInfo(&ar, "%s%s%s%s", row > 0 ? "\n" : "", RowText(rows, row, 2), until ? " حتى " : "", until ? until : "");
	}
	end = RowText(rows, 0, 4);
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_NOW),
			 end ? errmsg("applicant " INT64_FORMAT " cannot be erased before %s", applicant_id, end)
			 : errmsg("applicant " INT64_FORMAT " cannot be erased yet", applicant_id),
			 errdetail_said(en.data, ar.data),
			 errhint_said("Until then licence_home.restrict_person(applicant_id, why) leaves the data to those who must act.",
						  "حتى ذلك الحين تُبقي licence_home.restrict_person(applicant_id, why) البيانات لمن عليه أن يعمل وحده."),
			 err_column("applicant", "erased_at")));
}

/* Refuse to erase alone: another person has restricted the data before. */
static void
require_second_person(OwnerScope *scope, const Person *person)
{
	static SavedPlan find = SAVED_PLAN("SELECT e.actor FROM licence_home.applicant_event AS e "
									   "WHERE e.applicant_id = $1 AND e.action = 'restrict' "
									   "ORDER BY e.applicant_event_no DESC LIMIT 1");
	Rows		rows;

	if (!four_eyes_setting || superuser_arg(GetSessionUserId()))
		return;
	rows = ExecPlan(scope, &find, Int8Arg(person->applicant_id));
	if (person->restricted && rows.count == 1 && strcmp(RowText(rows, 0, 1), ActorName()) != 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_SECOND_PERSON),
			 errmsg_said(0, "an erasure needs a second person", "الحجب يحتاج شخصًا ثانيًا"),
			 person->restricted ?
			 errdetail_said(psprintf("%s restricted the data of applicant " INT64_FORMAT ", and another person erases them.",
									 ActorName(), person->applicant_id),
							psprintf("قيّد %s بيانات مقدم الطلب " INT64_FORMAT "، ويحجبها شخص آخر.", ActorName(), person->applicant_id)) :
			 errdetail_said(psprintf("The data of applicant " INT64_FORMAT " are not restricted.", person->applicant_id),
							psprintf("بيانات مقدم الطلب " INT64_FORMAT " غير مقيّدة.", person->applicant_id)),
			 errhint_said("One administrator calls restrict_person(applicant_id, why), another erase_person(applicant_id, why).",
						  "يستدعي مسؤول restrict_person(applicant_id, why) وآخر erase_person(applicant_id, why)."),
			 err_column("applicant", "restricted_at")));
}

/* Conceal the values of a person under lock. */
static void
conceal(OwnerScope *scope, int64 applicant_id, const char *why)
{
	static SavedPlan write = SAVED_PLAN("CALL licence_home_internal.conceal_person($1)");
	int			guc_level = NewGUCNestLevel();

	(void) set_config_option("session_replication_role", "replica", PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	ExecPlan(scope, &write, Int8Arg(applicant_id));
	AtEOXact_GUC(true, guc_level);
	/* (a message that the sender took meanwhile would bring the number back) */
	refuse_obstacles(scope, applicant_id);
	AppendApplicantEvent(scope, applicant_id, "erase", NULL, why, NULL);
}

PG_FUNCTION_INFO_V1(licence_home_erase_person);
/* erase_person(applicant_id, why): conceals, and says what remains elsewhere. */
Datum
licence_home_erase_person(PG_FUNCTION_ARGS)
{
	static SavedPlan remains = SAVED_PLAN("SELECT r.place, r.item, r.what_en, r.what_ar FROM licence_home_internal.person_remains($1) AS r");
	int64		applicant_id;
	const char *why = reason_of(fcinfo, &applicant_id);
	OwnerScope	scope;
	Person		person;

	EnterOwner(&scope, OWNER_WRITES);
	person = lock_person(&scope, applicant_id);
	refuse_erased(&person);
	refuse_obstacles(&scope, applicant_id);
	require_second_person(&scope, &person);
	ReturnPlan(fcinfo, &scope, &remains, Int8Arg(applicant_id));
	conceal(&scope, applicant_id, why);
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_due_for_erasure);
/* due_for_erasure(on_date): the persons whom erase_due() would erase. */
Datum
licence_home_due_for_erasure(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT d.applicant_id, d.last_day, d.retention_rule_id, d.illustrative "
										 "FROM licence_home_internal.due_persons($1) AS d ORDER BY d.last_day, d.applicant_id");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &find,
			   DateArg(PG_ARGISNULL(0) ? ClockDay(ClockNow()) : PG_GETARG_DATEADT(0)));
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* Job: erase one person, if that is still due. */
static JobOutcome
erase_one(OwnerScope *scope, int64 applicant_id, void *argument pg_attribute_unused())
{
	static SavedPlan find = SAVED_PLAN("SELECT d.retention_rule_id FROM licence_home_internal.due_persons($2) AS d "
									   "WHERE d.applicant_id = $1 AND NOT d.illustrative");
	Rows		rows;

	(void) lock_person(scope, applicant_id);
	rows = ExecPlan(scope, &find, Int8Arg(applicant_id), DateArg(ClockDay(ClockNow())));
	if (rows.count == 0)
		return JOB_NOTHING;
	conceal(scope, applicant_id, psprintf("retention_rule " INT64_FORMAT, RowInt8(rows, 0, 1)));
	return JOB_DONE;
}

PG_FUNCTION_INFO_V1(licence_home_erase_due);
/*
 * erase_due(): the job that erases the persons whose data nobody needs any
 * more.
 */
Datum
licence_home_erase_due(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT d.applicant_id FROM licence_home_internal.due_persons($1) AS d "
										 "WHERE NOT d.illustrative ORDER BY d.applicant_id");
	MemoryContext memory = CurrentMemoryContext;
	OwnerScope	scope;
	JobRun		run;
	Rows		rows;
	int64	   *due;
	uint64		count;

	BeginProcedure(fcinfo, "erase_due", "each person, since what is erased is erased");
	BeginJob(&run, "erase due");
	BeginTxn(&scope);
	rows = ExecPlan(&scope, &find, DateArg(ClockDay(ClockMoment())));
	count = rows.count;
	due = MemoryContextAllocHuge(memory, Max(count, 1) * sizeof(int64));
	for (uint64 row = 0; row < count; row++)
		due[row] = RowInt8(rows, row, 1);
	CommitTxn(&scope);
	for (uint64 i = 0; i < count; i++)
		(void) DoJobWork(&run, erase_one, due[i], NULL, 0, psprintf("applicant " INT64_FORMAT, due[i]));
	EndJob(&run);
	SPI_finish();
	PG_RETURN_VOID();
}
