/*
 * persons.c
 *		What officials see of persons, and what persons see of that.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "reading/lookup.h"
#include "reading/reading.h"
#include "reading/restricted.h"
#include "reading/sought.h"
#include "settings.h"
#include "spi/objects.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "text/fold.h"
#include "visible_case.h"

/* How much person_of() shows: licence_home_internal.columns_seen() says what. */
#define SEES_MONEY 0
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
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
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

/* How much of a person the caller of a function sees; an error for who sees nobody. */
static int
how_much(const char *function)
{
	Oid			role = GetUserId();

	CheckSomebodyWorks();
	if (MayWorkAs(role, "clerk") || MayWorkAs(role, "auditor"))
		return SEES_ALL;
	if (MayWorkAs(role, "inspector"))
		return SEES_VISIT;
	if (!MayWorkAs(role, "committee") && !MayWorkAs(role, "director"))
		refuse_reader(function);
	return SEES_NAMES;
}

/* The same of a case, of which a cashier sees the money, and no person. */
static int
how_much_of_case(const char *function)
{
	static const char *const seers[] = {"clerk", "auditor", "inspector", "committee", "director"};
	Oid			role = GetUserId();

	for (int i = 0; i < (int) lengthof(seers); i++)
	{
		if (MayWorkAs(role, seers[i]))
			return how_much(function);
	}
	CheckSomebodyWorks();
	if (!MayWorkAs(role, "cashier"))
		refuse_reader(function);
	return SEES_MONEY;
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
					CaseArg(PG_GETARG_INT64(0)), Int4Arg(how_much("person_of"))) == 0)
		RaiseNoSuchCase(PG_GETARG_INT64(0));
	return (Datum) 0;
}

/* Does the caller see bills, and the answers of authorities (but a cashier)? */
static bool
sees_office(void)
{
	static const char *const groups[] = {"clerk", "committee", "director", "auditor"};

	for (int i = 0; i < (int) lengthof(groups); i++)
	{
		if (MayWorkAs(GetUserId(), groups[i]))
			return true;
	}
	return false;
}

/* Read the card of a case for the caller of a function, in a scope. */
static Datum
read_card(OwnerScope *scope, const char *function, int64 application_no,
		  const char *why, int much, bool office)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.shown_card($1, $2, $3)");
	bool		isnull;
	Rows		rows = ReadPersons(scope, function, why, NULL, &show,
								   CaseArg(application_no), Int4Arg(much), BoolArg(office));

	if (rows.count == 0)
		RaiseNoSuchCase(application_no);
	return RowDatum(rows, 0, 4, &isnull);
}

PG_FUNCTION_INFO_V1(licence_home_case_card);
/* case_card(application_no, why): everything of a case, as jsonb. */
Datum
licence_home_case_card(PG_FUNCTION_ARGS)
{
	MemoryContext outer = CurrentMemoryContext;
	const char *why = text_argument(fcinfo, 1);
	bool		office = sees_office();
	OwnerScope	scope;
	int			much;
	Datum		card;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	much = how_much_of_case("case_card");
	CheckCaseVisible(PG_GETARG_INT64(0), false);
	CheckReader(why);
	EnterOwner(&scope, OWNER_WRITES);
	card = read_card(&scope, "case_card", PG_GETARG_INT64(0), why, much, office);
	MemoryContextSwitchTo(outer);
	card = PointerGetDatum(PG_DETOAST_DATUM_COPY(card));
	LeaveOwner(&scope);
	return card;
}

PG_FUNCTION_INFO_V1(licence_home_case_card_text);
/* case_card_text(application_no, why): the same as lines, in the session's language. */
Datum
licence_home_case_card_text(PG_FUNCTION_ARGS)
{
	static SavedPlan lines = SAVED_PLAN("SELECT t.line FROM licence_home_internal.card_lines($1, $2) "
										"WITH ORDINALITY AS t (line, n) ORDER BY t.n");
	const char *why = text_argument(fcinfo, 1);
	bool		office = sees_office();
	OwnerScope	scope;
	int			much;
	Datum		card;

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	much = how_much_of_case("case_card_text");
	CheckCaseVisible(PG_GETARG_INT64(0), false);
	CheckReader(why);
	EnterOwner(&scope, OWNER_WRITES);
	card = read_card(&scope, "case_card_text", PG_GETARG_INT64(0), why, much, office);
	ReturnPlan(fcinfo, &scope, &lines, DatumArg(ARG_JSONB, card, false),
			   TextArg(language_setting == LANGUAGE_AR ? "ar" : "en"));
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* A number as a caller says it; NULL for a text with other characters. */
static char *
said_number(text *sought)
{
	text	   *plain = FoldText(sought, FOLD_PLAIN);
	char	   *digits;
	int			count = 0;

	if (plain == NULL)
		return NULL;
	digits = text_to_cstring(plain);
	for (char *s = digits; *s != '\0'; s++)
	{
		if (isdigit((unsigned char) *s))
			digits[count++] = *s;
		else if (strchr("+()-/.", *s) == NULL)
			return NULL;
	}
	digits[count] = '\0';
	return digits;
}

/* The longest text to look for, in bytes: some hundred Arabic words. */
#define MAX_SOUGHT 1000

/* Refuse a text by which half of the city would be found, and one that nobody says. */
static void
check_says_enough(text *sought)
{
	text	   *said;
	text	   *name;

	if (VARSIZE_ANY_EXHDR(sought) > MAX_SOUGHT)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg_said(0, "the text to look for is too long", "النص أطول من أن يُبحث عنه"),
				 errdetail_said(psprintf("It has more than %d bytes.", MAX_SOUGHT),
								psprintf("فيه أكثر من %d بايت.", MAX_SOUGHT)),
				 errhint_said("Give a part of the name, a telephone, a parcel or a number.",
							  "اكتبوا جزءًا من الاسم أو هاتفًا أو رقم قطعة أو رقم طلب أو فاتورة أو رخصة.")));
	said = FoldText(sought, FOLD_REFERENCE);
	name = FoldText(sought, FOLD_NAME);
	/* (with the article: of some names little is left without) */
	if (name != NULL && pg_mbstrlen_with_len(VARDATA_ANY(said), VARSIZE_ANY_EXHDR(said)) >= 2)
		return;
	if (name != NULL && isdigit((unsigned char) *VARDATA_ANY(name)))
		return;					/* a serial */
	ereport(ERROR,
			(errcode(ERRCODE_LH_SAYS_TOO_LITTLE),
			 errmsg_said(0, "the text says too little to look for somebody by it", "النص لا يكفي للبحث"),
			 errdetail_said("It has fewer than two letters.", "فيه أقل من حرفين."),
			 errhint_said("Give a part of the name, a telephone, a parcel or a number.",
						  "اكتبوا جزءًا من الاسم أو هاتفًا أو رقم قطعة أو رقم طلب أو فاتورة أو رخصة.")));
}

PG_FUNCTION_INFO_V1(licence_home_find_cases);
/* find_cases(sought, why): the persons and cases that a caller may mean. */
Datum
licence_home_find_cases(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.found_cases($1, $2, $3)");
	text	   *sought;
	text	   *name;
	char	   *number;
	char	   *hmac;
	int			much;

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	sought = PG_GETARG_TEXT_PP(0);
	much = how_much_of_case("find_cases");
	check_says_enough(sought);
	number = said_number(sought);
	name = FoldText(sought, FOLD_NAME);
	hmac = number ? SoughtHmac(ANY_KIND, number) : SoughtHmac("text", text_to_cstring(name));

	(void) ShowPersons(fcinfo, "find_cases", text_argument(fcinfo, 1), hmac, &show,
					   DatumArg(ARG_TEXT, PointerGetDatum(sought), false), Int4Arg(much),
					   DatumArg(ARG_INT8_ARRAY, HiddenFromCaller(), false));
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

PG_FUNCTION_INFO_V1(licence_home_breach_letters);
/* breach_letters(breach_id, why): letters about a breach, with recipients. */
Datum
licence_home_breach_letters(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.letters_of_breach($1)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	check_sees_all("breach_letters");
	(void) ShowPersons(fcinfo, "breach_letters", text_argument(fcinfo, 1), NULL, &show,
					   Int8Arg(PG_GETARG_INT64(0)));
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
	(void) how_much("event_notes");
	if (ShowPersons(fcinfo, "event_notes", text_argument(fcinfo, 1), NULL, &show,
					CaseArg(PG_GETARG_INT64(0))) == 0)
		RaiseNoSuchCase(PG_GETARG_INT64(0));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_case_place);
/* case_place(application_no, why): where the home of a case is. */
Datum
licence_home_case_place(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.place_of_case($1)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	(void) how_much("case_place");
	if (ShowPersons(fcinfo, "case_place", text_argument(fcinfo, 1), NULL, &show,
					CaseArg(PG_GETARG_INT64(0))) == 0)
		RaiseNoSuchCase(PG_GETARG_INT64(0));
	return (Datum) 0;
}

/* The roles as which the caller works, among those that see cases. */
static Datum
roles_of_reader(void)
{
	static const char *const groups[] = {"clerk", "inspector", "committee", "director", "cashier", "auditor"};
	Datum		roles[lengthof(groups)];
	int			count = 0;

	for (int i = 0; i < (int) lengthof(groups); i++)
	{
		if (MayWorkAs(GetUserId(), groups[i]))
			roles[count++] = CStringGetTextDatum(groups[i]);
	}
	return PointerGetDatum(construct_array(roles, count, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(licence_home_case_texts);
/* case_texts(application_no, why): what was written in a case. */
Datum
licence_home_case_texts(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.texts_of_case($1, $2)");
	Datum		roles;

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	CheckSomebodyWorks();
	roles = roles_of_reader();
	if (ARR_DIMS(DatumGetArrayTypeP(roles))[0] == 0)
		refuse_reader("case_texts");
	if (ShowPersons(fcinfo, "case_texts", text_argument(fcinfo, 1), NULL, &show,
					CaseArg(PG_GETARG_INT64(0)), DatumArg(ARG_TEXT_ARRAY, roles, false)) == 0)
		CheckCaseVisible(PG_GETARG_INT64(0), true);
	return (Datum) 0;
}

/* The most homes that one call shows. */
#define MAX_HOMES 10000

/* Refuse what is no area of the map. */
static void
check_area(PlanArg area)
{
	static SavedPlan look = SAVED_PLAN("SELECT licence_home_internal.is_on_map($1)");
	OwnerScope	scope;
	bool		good;

	EnterOwner(&scope, OWNER_READS);
	good = RowBool(ExecPlan(&scope, &look, area), 0, 1);
	LeaveOwner(&scope);
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "this is no area of the map", "هذه ليست مساحة على الخريطة"),
				 errhint_said("Give a polygon in longitude and latitude: ST_MakeEnvelope(35.8, 31.9, 35.9, 32.0, 4326).",
							  "أعطوا مضلعًا بخط الطول والعرض: ST_MakeEnvelope(35.8, 31.9, 35.9, 32.0, 4326).")));
}

PG_FUNCTION_INFO_V1(licence_home_homes_within);
/* homes_within(area, many, why): the homes in an area of the map. */
Datum
licence_home_homes_within(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.homes_in($1, $2, $3)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	(void) how_much("homes_within");
	check_area(FunctionArg(fcinfo, 0, ARG_GEOMETRY));
	(void) ShowPersons(fcinfo, "homes_within", text_argument(fcinfo, 2), NULL, &show,
					   FunctionArg(fcinfo, 0, ARG_GEOMETRY),
					   Int4Arg(PG_ARGISNULL(1) ? 1000 : Max(0, Min(PG_GETARG_INT32(1), MAX_HOMES))),
					   DatumArg(ARG_INT8_ARRAY, HiddenFromCaller(), false));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_message_trail);
/* message_trail(message_id, why): what happened to a message. */
Datum
licence_home_message_trail(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.trail_of_message($1)");

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	check_sees_all("message_trail");
	(void) ShowPersons(fcinfo, "message_trail", text_argument(fcinfo, 1), NULL, &show,
					   Int8Arg(PG_GETARG_INT64(0)));
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_session_minutes);
/* session_minutes(session, language): the minutes of a session, as text. */
Datum
licence_home_session_minutes(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.minutes_of_session($1, $2, $3)");
	MemoryContext outer = CurrentMemoryContext;
	Datum		hidden;
	Datum		minutes = (Datum) 0;
	OwnerScope	scope;
	Rows		rows;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	CheckReader(NULL);
	hidden = HiddenFromCaller();
	EnterOwner(&scope, OWNER_WRITES);
	rows = ReadPersons(&scope, "session_minutes", NULL, NULL, &show, Int8Arg(PG_GETARG_INT64(0)),
					   TextArg(text_argument(fcinfo, 1)), DatumArg(ARG_INT8_ARRAY, hidden, false));
	if (rows.count > 0)
	{
		bool		isnull;

		minutes = RowDatum(rows, 0, 4, &isnull);
		MemoryContextSwitchTo(outer);
		minutes = PointerGetDatum(PG_DETOAST_DATUM_COPY(minutes));
	}
	LeaveOwner(&scope);
	if (minutes == (Datum) 0)
		PG_RETURN_NULL();
	return minutes;
}

PG_FUNCTION_INFO_V1(licence_home_licence_on);
/*
 * licence_on(licence_no, day, known_at): a licence on a day.  To an official it
 * is recorded; a portal sees those that row security shows it.
 */
Datum
licence_home_licence_on(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.shown_licence($1, $2, $3)");
	static SavedPlan facts = SAVED_PLAN("SELECT * FROM licence_home_internal.licence_facts_on($1, $2, $3)");
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.licence AS l "
									   "WHERE l.licence_no OPERATOR(pg_catalog.=) $1");
	const PlanArg args[] = {FunctionArg(fcinfo, 0, ARG_LICENCE_NO), FunctionArg(fcinfo, 1, ARG_DATE),
	FunctionArg(fcinfo, 2, ARG_TIMESTAMPTZ)};
	OwnerScope	scope;

	if (PG_ARGISNULL(0))
		return no_rows(fcinfo);
	if (!is_member_of_role_nosuper(GetUserId(), GroupRole("portal")))
	{
		(void) how_much("licence_on");
		(void) ShowSavedPlan(fcinfo, "licence_on", NULL, NULL, &show, args, lengthof(args));
		return (Datum) 0;
	}
	if (QueryAsInvoker(&find, args[0]) == 0)
		return no_rows(fcinfo);
	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &facts, args, lengthof(args));
	LeaveOwner(&scope);
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
			 errmsg_said(0, "this transaction does not act for the person whose record that is",
						 "هذه المعاملة لا تعمل عن صاحب هذا السجل"),
			 errhint_said("A portal acts for one applicant in a transaction: SELECT licence_home.act_for(applicant_id).",
						  "تعمل البوابة عن مقدم طلب واحد في المعاملة: SELECT licence_home.act_for(applicant_id)."),
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
	static SavedPlan find = SAVED_PLAN("SELECT * FROM licence_home_internal.seekers_of($1::bytea, $2::bytea)");
	char	   *kind = text_argument(fcinfo, 0);
	char	   *identity_no = text_argument(fcinfo, 1);
	OwnerScope	scope;

	if (kind == NULL || identity_no == NULL)
		return no_rows(fcinfo);
	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &find, TextArg(SoughtHmac(kind, identity_no)),
			   TextArg(SoughtHmac(ANY_KIND, identity_no)));
	LeaveOwner(&scope);
	RecordLookup("who_sought", kind, identity_no, FindApplicant(kind, identity_no), true);
	return (Datum) 0;
}
