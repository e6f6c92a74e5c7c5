/*
 * persons.c
 *		What officials see of persons, and what persons see of that.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "reading/lookup.h"
#include "reading/reading.h"
#include "reading/sought.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "visible_case.h"

/* How much person_of() shows: licence_home_internal.columns_seen() says what. */
#define SEES_NAMES 1
#define SEES_VISIT 2
#define SEES_ALL 3

/* A text argument; NULL for null. */
static char *
text_argument(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/* No row, for an argument that is null. */
static Datum
no_rows(FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	return (Datum) 0;
}

/* Refuse an official whose login may call the function, and whose row may not. */
pg_noreturn static void
refuse_reader(const char *function)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied for function %s", function),
			 errdetail("The row of official has no role that this is for.")));
}

/* Is a clerk or an auditor at work?  An error if not. */
static void
check_sees_all(const char *function)
{
	Oid			role = GetUserId();

	CheckSomebodyWorks();
	if (!MayWorkAs(role, "clerk") && !MayWorkAs(role, "auditor"))
		refuse_reader(function);
}

static int
how_much(void)
{
	Oid			role = GetUserId();

	CheckSomebodyWorks();
	if (MayWorkAs(role, "clerk") || MayWorkAs(role, "auditor"))
		return SEES_ALL;
	if (MayWorkAs(role, "inspector"))
		return SEES_VISIT;
	if (!MayWorkAs(role, "committee") && !MayWorkAs(role, "director"))
		refuse_reader("person_of");
	return SEES_NAMES;
}

PG_FUNCTION_INFO_V1(licence_home_person_of);
/* person_of(application_no, why): the person of a case. */
Datum
licence_home_person_of(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.case_person($1, $2)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	if (ShowPersons(fcinfo, "person_of", text_argument(fcinfo, 1), NULL, &show,
					CaseArg(PG_GETARG_INT64(0)), Int4Arg(how_much())) == 0)
		RaiseNoSuchCase(PG_GETARG_INT64(0));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_find_person);
/* find_person(kind, identity_no, why): who has an identity number. */
Datum
licence_home_find_person(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.known_person($1, $2)");
	char	   *kind = text_argument(fcinfo, 0);
	char	   *identity_no = text_argument(fcinfo, 1);

	if (kind == NULL || identity_no == NULL)
		return no_rows(fcinfo);
	check_sees_all("find_person");
	(void) ShowPersons(fcinfo, "find_person", text_argument(fcinfo, 2),
					   SoughtHmac(kind, identity_no), &show,
					   TextArg(kind), TextArg(identity_no));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_message_text);
/* message_text(message_id, why): what a message says, and where it goes. */
Datum
licence_home_message_text(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.shown_message($1)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	check_sees_all("message_text");
	(void) ShowPersons(fcinfo, "message_text", text_argument(fcinfo, 1), NULL, &show,
					   Int8Arg(PG_GETARG_INT64(0)));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_event_notes);
/* event_notes(application_no, why): the events of a case, with what they say. */
Datum
licence_home_event_notes(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.shown_events($1)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	check_sees_all("event_notes");
	if (ShowPersons(fcinfo, "event_notes", text_argument(fcinfo, 1), NULL, &show,
					CaseArg(PG_GETARG_INT64(0))) == 0)
		RaiseNoSuchCase(PG_GETARG_INT64(0));
	return (Datum) 0;
}

/* Whose records of reading the caller may see: of the person, or of the transaction's. */
static int64
own_records(FunctionCallInfo fcinfo)
{
	int64		acting = ActingApplicant();
	int64		applicant_id = PG_ARGISNULL(0) ? acting : PG_GETARG_INT64(0);
	Oid			role = GetUserId();

	if (applicant_id != 0 && (applicant_id == acting || MayWorkAs(role, "auditor") || MayWorkAs(role, "admin")))
		return applicant_id;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOBODY_ACTING),
			 errmsg("this transaction does not act for the person whose record that is"),
			 errhint("A portal acts for one applicant in a transaction: SELECT licence_home.act_for(applicant_id)."),
			 err_column("read_record", "applicant_ids")));
}

PG_FUNCTION_INFO_V1(licence_home_who_read_me);
/* who_read_me(applicant_id): who read the data of a person. */
Datum
licence_home_who_read_me(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT * FROM licence_home_internal.who_read($1)");
	int64		applicant_id = own_records(fcinfo);
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &find, Int8Arg(applicant_id));
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_who_sought);
/* who_sought(kind, identity_no): who asked for an identity number. */
Datum
licence_home_who_sought(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT * FROM licence_home_internal.seekers_of($1::bytea)");
	char	   *kind = text_argument(fcinfo, 0);
	char	   *identity_no = text_argument(fcinfo, 1);
	OwnerScope	scope;

	if (kind == NULL || identity_no == NULL)
		return no_rows(fcinfo);
	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &find, TextArg(SoughtHmac(kind, identity_no)));
	LeaveOwner(&scope);
	RecordLookup("who_sought", kind, identity_no, FindApplicant(kind, identity_no), true);
	return (Datum) 0;
}
