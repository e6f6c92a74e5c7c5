/*
 * session.c
 *		Sessions of the committee: called, given an agenda, held, closed.
 *
 * A decision is a deed of the decider.  So decide_case() writes it as its
 * caller, and the trigger of decision asks what it always asks.  What is
 * written here as the owner is the session's own: who was there, who took
 * part in a case, and what came of it.
 *
 *	call_session ──> planned ──fill_agenda, add_to_agenda, note_presence, decide_case──┐
 *	                    ^──────────────────────────────────────────────────────────────┘
 *	                    └──close_session──> held | no_quorum | cancelled
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "official.h"
#include "rules/bounds.h"
#include "spi/arrays.h"
#include "spi/plan.h"
#include "visible_case.h"
#include "workflow/case.h"

/* A row of committee_session, locked. */
typedef struct Session
{
	int64		id;
	DateADT		held_on;
	int32		quorum;
	char	   *state;
} Session;

/* An error about a session. */
pg_noreturn static void
refuse(int64 application_no, char *message, char *message_ar, char *detail, char *detail_ar,
	   const char *hint, const char *hint_ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_SESSION),
			 errmsg_said(application_no, message, message_ar),
			 errdetail_said(detail, detail_ar),
			 errhint_said(hint, hint_ar),
			 err_table("committee_session")));
}

/* The work of the secretary, a member or the director. */
static void
check_convener(const char *function)
{
	static const char *const conveners[] = {"secretary", "committee", "director"};

	CheckSomebodyWorks();
	for (int i = 0; i < (int) lengthof(conveners); i++)
	{
		if (MayWorkAs(GetUserId(), conveners[i]))
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied for function %s", function),
			 errdetail("The row of official has no role that this is for.")));
}

/* Lock a session that is planned. */
static Session
lock_session(OwnerScope *scope, FunctionCallInfo fcinfo)
{
	static SavedPlan find = SAVED_PLAN("SELECT s.committee_session_id, s.held_on, s.quorum, s.state "
									   "FROM licence_home.committee_session AS s WHERE s.committee_session_id = $1 FOR NO KEY UPDATE");
	Rows		rows = ExecPlan(scope, &find, FunctionArg(fcinfo, 0, ARG_INT8));
	Session		session;
	bool		isnull;

	if (rows.count != 1)
		refuse(0, "there is no such session", "لا جلسة بهذا الرقم",
			   "The number is none of committee_session.", "الرقم ليس في committee_session.",
			   "licence_home.call_session() gives the number.", "رقم الجلسة تعطيه call_session().");
	session.id = RowInt8(rows, 0, 1);
	session.held_on = DatumGetDateADT(RowDatum(rows, 0, 2, &isnull));
	session.quorum = RowInt4(rows, 0, 3);
	session.state = RowText(rows, 0, 4);
	if (strcmp(session.state, "planned") != 0)
		refuse(0, psprintf("session " INT64_FORMAT " is closed", session.id),
			   psprintf("الجلسة " INT64_FORMAT " مغلقة", session.id),
			   psprintf("It is closed as \"%s\".", session.state), psprintf("أُغلقت: %s.", session.state),
			   "Another session is called by licence_home.call_session().", "تُدعى جلسة أخرى.");
	return session;
}

PG_FUNCTION_INFO_V1(licence_home_call_session);
/* call_session(day, members, quorum, place): its number. */
Datum
licence_home_call_session(PG_FUNCTION_ARGS)
{
	static SavedPlan stranger = SAVED_PLAN("SELECT m.m FROM unnest($1::text[]) AS m (m) WHERE NOT EXISTS ("
										   "SELECT FROM licence_home.official AS o WHERE o.key = licence_home.fold_reference(m.m) "
										   "AND licence_home.in_force(o.valid, o.withdrawn_at, $2) AND 'committee' = ANY (o.roles)) LIMIT 1");
	static SavedPlan add = SAVED_PLAN("WITH s AS (INSERT INTO licence_home.committee_session (held_on, quorum, place) "
									  "VALUES ($1, $2, $3) RETURNING committee_session_id), "
									  "m AS (INSERT INTO licence_home.committee_member (committee_session_id, official) "
									  "SELECT DISTINCT s.committee_session_id, o.official FROM s, unnest($4::text[]) AS m (m) "
									  "JOIN licence_home.official AS o ON o.key = licence_home.fold_reference(m.m) "
									  "AND licence_home.in_force(o.valid, o.withdrawn_at, $1)) "
									  "SELECT s.committee_session_id FROM s");
	DateADT		day;
	int			count;
	OwnerScope	scope;
	Rows		rows;
	int64		id;

	check_convener("call_session");
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a session has a day, members and a quorum"),
				 errhint("licence_home.call_session(day, members, quorum)."),
				 err_table("committee_session")));
	day = PG_GETARG_DATEADT(0);
	(void) TextArrayElements(PG_GETARG_DATUM(1), &count);
	if (day < ClockDay(ClockNow()))
		refuse(0, "a session is called for a day to come", "تُدعى الجلسة ليوم قادم",
			   psprintf("%s is over.", PlainDay(day)), psprintf("انقضى %s.", PlainDay(day)),
			   "Choose another day.", "اختاروا يومًا آخر.");
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &stranger, FunctionArg(fcinfo, 1, ARG_TEXT_ARRAY), DateArg(day));
	if (rows.count == 1)
	{
		const char *who = RowText(rows, 0, 1) ? RowText(rows, 0, 1) : "null";

		refuse(0, psprintf("%s is no member of the committee on %s", who, PlainDay(day)),
			   psprintf("%s ليس عضو لجنة في %s", who, PlainDay(day)),
			   "Members are officials who serve with the role committee on that day.",
			   "الأعضاء موظفون لهم دور committee في ذلك اليوم.",
			   "SELECT official, roles, valid FROM licence_home.official lists them.", "راجعوا licence_home.official.");
	}
	if (PG_GETARG_INT32(2) < 1 || PG_GETARG_INT32(2) > count)
		refuse(0, psprintf("a quorum of %d is not one of %d members", PG_GETARG_INT32(2), count),
			   psprintf("النصاب %d لا يناسب %d أعضاء", PG_GETARG_INT32(2), count),
			   "At least one, at most all of them.", "عضو واحد على الأقل، وجميعهم على الأكثر.",
			   "Name more members, or a smaller quorum.", "زيدوا الأعضاء أو أنقصوا النصاب.");
	rows = ExecPlan(&scope, &add, DateArg(day), FunctionArg(fcinfo, 2, ARG_INT4), FunctionArg(fcinfo, 3, ARG_TEXT),
					FunctionArg(fcinfo, 1, ARG_TEXT_ARRAY));
	id = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	PG_RETURN_INT64(id);
}

PG_FUNCTION_INFO_V1(licence_home_fill_agenda);
/* fill_agenda(session, at_most): how many cases came onto it. */
Datum
licence_home_fill_agenda(PG_FUNCTION_ARGS)
{
	static SavedPlan fill = SAVED_PLAN("INSERT INTO licence_home.committee_agenda (committee_session_id, application_no, origin) "
									   "SELECT $1, c.application_no, CASE WHEN c.deferred THEN 'deferred' ELSE 'inbox' END "
									   "FROM licence_home_internal.cases_to_decide() AS c "
									   "WHERE NOT EXISTS (SELECT FROM licence_home.committee_agenda AS g "
									   "WHERE g.committee_session_id = $1 AND g.application_no = c.application_no) "
									   "ORDER BY c.deferred DESC, c.submitted_at, c.application_no LIMIT $2");
	OwnerScope	scope;
	Session		session;
	uint64		count;

	check_convener("fill_agenda");
	EnterOwner(&scope, OWNER_WRITES);
	CompileNothing();
	session = lock_session(&scope, fcinfo);
	count = ExecPlan(&scope, &fill, Int8Arg(session.id), PG_ARGISNULL(1) ? NullArg(ARG_INT8) : Int8Arg(PG_GETARG_INT32(1))).count;
	LeaveOwner(&scope);
	PG_RETURN_INT32((int32) count);
}

PG_FUNCTION_INFO_V1(licence_home_add_to_agenda);
/* add_to_agenda(session, application_no): the number of its row. */
Datum
licence_home_add_to_agenda(PG_FUNCTION_ARGS)
{
	static SavedPlan add = SAVED_PLAN("INSERT INTO licence_home.committee_agenda (committee_session_id, application_no, origin) "
									  "SELECT $1, c.application_no, 'hand' FROM licence_home_internal.cases_to_decide() AS c "
									  "WHERE c.application_no = $2 AND NOT EXISTS (SELECT FROM licence_home.committee_agenda AS g "
									  "WHERE g.committee_session_id = $1 AND g.application_no = c.application_no) "
									  "RETURNING committee_agenda_id");
	OwnerScope	scope;
	Session		session;
	Rows		rows;
	int64		id;

	check_convener("add_to_agenda");
	if (PG_ARGISNULL(1))
		RaiseNoSuchCase(0);
	CheckCaseVisible(PG_GETARG_INT64(1), false);
	EnterOwner(&scope, OWNER_WRITES);
	session = lock_session(&scope, fcinfo);
	rows = ExecPlan(&scope, &add, Int8Arg(session.id), CaseArg(PG_GETARG_INT64(1)));
	if (rows.count != 1)
		refuse(PG_GETARG_INT64(1), "the case cannot come onto the agenda", "لا يوضع الطلب على جدول الأعمال",
			   "It does not wait for the committee's decision, or is on the agenda of a session already.",
			   "لا ينتظر قرار اللجنة، أو هو على جدول جلسة.",
			   "licence_home.case_session says in which session it is.", "راجعوا licence_home.case_session.");
	id = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	PG_RETURN_INT64(id);
}

PG_FUNCTION_INFO_V1(licence_home_note_presence);
/* note_presence(session, present): how many are there. */
Datum
licence_home_note_presence(PG_FUNCTION_ARGS)
{
	static SavedPlan stranger = SAVED_PLAN("SELECT p.p FROM unnest($2::text[]) AS p (p) WHERE NOT EXISTS ("
										   "SELECT FROM licence_home.committee_member AS m WHERE m.committee_session_id = $1 "
										   "AND licence_home.fold_reference(m.official) = licence_home.fold_reference(p.p)) LIMIT 1");
	static SavedPlan note = SAVED_PLAN("WITH n AS (UPDATE licence_home.committee_member AS m SET present = EXISTS ("
									   "SELECT FROM unnest($2::text[]) AS p (p) "
									   "WHERE licence_home.fold_reference(p.p) = licence_home.fold_reference(m.official)) "
									   "WHERE m.committee_session_id = $1 RETURNING m.official, m.present) "
									   "SELECT count(*)::integer FROM n WHERE n.present AND EXISTS (SELECT FROM licence_home.official AS o "
									   "WHERE o.official = n.official AND 'committee' = ANY (o.roles) "
									   "AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today()))");
	OwnerScope	scope;
	Session		session;
	Rows		rows;
	int32		count;

	check_convener("note_presence");
	EnterOwner(&scope, OWNER_WRITES);
	session = lock_session(&scope, fcinfo);
	if (session.held_on > ClockDay(ClockNow()))
		refuse(0, psprintf("session " INT64_FORMAT " is on %s", session.id, PlainDay(session.held_on)),
			   psprintf("الجلسة " INT64_FORMAT " في %s", session.id, PlainDay(session.held_on)),
			   "Who is there is noted on its day.", "يُسجل الحضور في يومها.",
			   "Wait for its day, or call another.", "انتظروا يومها أو ادعوا جلسة أخرى.");
	rows = ExecPlan(&scope, &stranger, Int8Arg(session.id), FunctionArg(fcinfo, 1, ARG_TEXT_ARRAY));
	if (rows.count == 1)
	{
		const char *who = RowText(rows, 0, 1) ? RowText(rows, 0, 1) : "null";

		refuse(0, psprintf("%s is no member of session " INT64_FORMAT, who, session.id),
			   psprintf("%s ليس عضوًا في الجلسة " INT64_FORMAT, who, session.id),
			   "Members are named when the session is called.", "يُسمى الأعضاء عند الدعوة إلى الجلسة.",
			   "licence_home.committee_member lists them.", "راجعوا licence_home.committee_member.");
	}
	rows = ExecPlan(&scope, &note, Int8Arg(session.id), FunctionArg(fcinfo, 1, ARG_TEXT_ARRAY));
	count = RowInt4(rows, 0, 1);
	LeaveOwner(&scope);
	PG_RETURN_INT32(count);
}

/* Refuse a case that is not on the agenda, or has been decided. */
static void
check_agenda(OwnerScope *scope, const Session *session, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.committee_agenda AS g "
									   "WHERE g.committee_session_id = $1 AND g.application_no = $2 AND g.outcome IS NULL");

	if (ExecPlan(scope, &find, Int8Arg(session->id), CaseArg(application_no)).count == 1)
		return;
	refuse(application_no, psprintf("the case is not open on the agenda of session " INT64_FORMAT, session->id),
		   psprintf("الطلب ليس على جدول الجلسة " INT64_FORMAT " مفتوحًا", session->id),
		   "It was never put there, or this session has dealt with it.", "لم يوضع عليه، أو بتت فيه هذه الجلسة.",
		   "licence_home.add_to_agenda(session, application_no).", "يوضع عليه بواسطة add_to_agenda().");
}

/* Who takes part in the case; an error where they are too few. */
static void
find_voters(OwnerScope *scope, const Session *session, int64 application_no, PlanArg voters[2])
{
	static SavedPlan find = SAVED_PLAN("SELECT v.took_part, v.excused, cardinality(v.took_part), array_to_string(v.excused, ', ') "
									   "FROM licence_home_internal.session_voters($1, $2) AS v");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(session->id), CaseArg(application_no));
	bool		isnull;
	int32		count;
	char	   *excused;

	if (rows.count != 1)
		RaiseNoSuchCase(application_no);
	voters[0] = DatumArg(ARG_TEXT_ARRAY, RowDatum(rows, 0, 1, &isnull), false);
	voters[1] = DatumArg(ARG_TEXT_ARRAY, RowDatum(rows, 0, 2, &isnull), false);
	count = RowInt4(rows, 0, 3);
	excused = RowText(rows, 0, 4);
	if (count < session->quorum)
		refuse(application_no, psprintf("%d members may decide this case, and the quorum is %d", count, session->quorum),
			   psprintf("%d أعضاء لهم أن يقرروا في هذا الطلب، والنصاب %d", count, session->quorum),
			   *excused ? psprintf("There, and not counted here: %s.", excused) : "No more of them are there.",
			   *excused ? psprintf("حاضرون ولا يُحتسبون: %s.", excused) : "لا حاضر غيرهم.",
			   "licence_home.note_presence() says who is there; what is not decided passes to the next session.",
			   "يُسجل الحضور بواسطة note_presence()، وما لم يُبت فيه يُرحل إلى الجلسة التالية.");
}

/* An official decides who is there. */
static void
check_present(OwnerScope *scope, const Session *session, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.committee_member AS m "
									   "WHERE m.committee_session_id = $1 AND m.official = $2 AND m.present");
	const Official *official = WorkingOfficial();

	if (official == NULL ||
		ExecPlan(scope, &find, Int8Arg(session->id), TextArg(official->number)).count == 1)
		return;
	refuse(application_no, psprintf("%s is not there in session " INT64_FORMAT, official->number, session->id),
		   psprintf("%s ليس حاضرًا في الجلسة " INT64_FORMAT, official->number, session->id),
		   "A decision is written by a member who is there.", "يكتب القرار عضو حاضر.",
		   "licence_home.note_presence() says who is there.", "يُسجل الحضور بواسطة note_presence().");
}

/* Where a case goes that is put off; a null argument: back to the inbox. */
static PlanArg
find_next_session(OwnerScope *scope, FunctionCallInfo fcinfo, const Session *session)
{
	static SavedPlan next = SAVED_PLAN("SELECT licence_home_internal.next_session($1)");
	static SavedPlan planned = SAVED_PLAN("SELECT 1 FROM licence_home.committee_session AS s WHERE s.committee_session_id = $1 "
										  "AND s.state = 'planned' AND s.committee_session_id <> $2");
	Rows		rows;
	bool		isnull;
	Datum		id;

	if (PG_ARGISNULL(6))
	{
		rows = ExecPlan(scope, &next, Int8Arg(session->id));
		id = RowDatum(rows, 0, 1, &isnull);
		return DatumArg(ARG_INT8, id, isnull);
	}
	if (ExecPlan(scope, &planned, FunctionArg(fcinfo, 6, ARG_INT8), Int8Arg(session->id)).count != 1)
		refuse(PG_GETARG_INT64(1), psprintf("session " INT64_FORMAT " is not one to come", PG_GETARG_INT64(6)),
			   psprintf("الجلسة " INT64_FORMAT " ليست قادمة", PG_GETARG_INT64(6)),
			   "A case is put off to another session that is planned.", "يُؤجل الطلب إلى جلسة أخرى قادمة.",
			   "Leave next_session out for the next that is planned.", "اتركوا next_session للجلسة التالية.");
	return FunctionArg(fcinfo, 6, ARG_INT8);
}

/* Write down what came of a case; the number of its decision. */
static int64
note_decision(OwnerScope *scope, const Session *session, int64 application_no, PlanArg outcome, PlanArg next,
			  const PlanArg voters[2])
{
	static SavedPlan note = SAVED_PLAN("WITH g AS (UPDATE licence_home.committee_agenda AS g SET outcome = $3, decision_id = d.id, "
									   "next_session = CASE WHEN $3 = 'deferred' THEN $4 END, took_part = $5, excused = $6, decided_at = licence_home.now() "
									   "FROM (SELECT max(d.decision_id) AS id FROM licence_home.decision AS d WHERE d.application_no = $2) AS d "
									   "WHERE g.committee_session_id = $1 AND g.application_no = $2 RETURNING g.decision_id, g.next_session), "
									   "later AS (INSERT INTO licence_home.committee_agenda (committee_session_id, application_no, origin) "
									   "SELECT g.next_session, $2, 'deferred' FROM g WHERE g.next_session IS NOT NULL ON CONFLICT DO NOTHING) "
									   "SELECT g.decision_id FROM g");
	Rows		rows = ExecPlan(scope, &note, Int8Arg(session->id), CaseArg(application_no), outcome, next, voters[0], voters[1]);

	return RowInt8(rows, 0, 1);
}

/* The step that follows a decision, as the caller; none follows a deferral. */
static void
take_step(FunctionCallInfo fcinfo)
{
	static SavedPlan perform = SAVED_PLAN("SELECT licence_home.perform($1, $2)");
	static SavedPlan find = SAVED_PLAN("SELECT t.action FROM licence_home.application AS a "
									   "JOIN licence_home.workflow_transition AS t ON t.workflow = a.workflow "
									   "AND t.version = a.workflow_version AND t.from_state = a.state "
									   "AND 'decision_' || $2 = ANY (t.preconditions) WHERE a.application_no = $1 ORDER BY t.action LIMIT 1");
	MemoryContext outer = CurrentMemoryContext;
	OwnerScope	scope;
	Rows		rows;
	char	   *action = NULL;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, CaseArg(PG_GETARG_INT64(1)), FunctionArg(fcinfo, 2, ARG_TEXT));
	if (rows.count == 1)
		action = MemoryContextStrdup(outer, RowText(rows, 0, 1));
	LeaveOwner(&scope);
	if (action != NULL)
		(void) ExecAsInvoker(&perform, CaseArg(PG_GETARG_INT64(1)), TextArg(action));
}

PG_FUNCTION_INFO_V1(licence_home_decide_case);
/* decide_case(session, application_no, outcome, reason, conditions, note, next_session, steps): the decision's number. */
Datum
licence_home_decide_case(PG_FUNCTION_ARGS)
{
	static SavedPlan decide = SAVED_PLAN("INSERT INTO licence_home.decision (application_no, outcome, reason, conditions, note, decided_by, decided_on) "
										 "VALUES ($1, $2, $3, $4, $5, $6, $7)");
	OwnerScope	scope;
	Session		session;
	LockedCase	locked;
	PlanArg		voters[2];
	PlanArg		next;
	int64		application_no;
	int64		id;
	char	   *decided_by;

	CheckSomebodyWorks();
	if (PG_ARGISNULL(1))
		RaiseNoSuchCase(0);
	application_no = PG_GETARG_INT64(1);
	CheckCaseVisible(application_no, false);
	EnterOwner(&scope, OWNER_WRITES);
	if (!LockCase(&scope, application_no, &locked))
		RaiseNoSuchCase(application_no);
	session = lock_session(&scope, fcinfo);
	check_agenda(&scope, &session, application_no);
	check_present(&scope, &session, application_no);
	find_voters(&scope, &session, application_no, voters);
	LeaveOwner(&scope);

	decided_by = psprintf("session " INT64_FORMAT, session.id);
	(void) ExecAsInvoker(&decide, CaseArg(application_no), FunctionArg(fcinfo, 2, ARG_TEXT), FunctionArg(fcinfo, 3, ARG_TEXT),
						 FunctionArg(fcinfo, 4, ARG_TEXT), FunctionArg(fcinfo, 5, ARG_TEXT), TextArg(decided_by), DateArg(session.held_on));

	EnterOwner(&scope, OWNER_WRITES);
	/* (what was read before went with its scope) */
	find_voters(&scope, &session, application_no, voters);
	next = find_next_session(&scope, fcinfo, &session);
	id = note_decision(&scope, &session, application_no, FunctionArg(fcinfo, 2, ARG_TEXT), next, voters);
	LeaveOwner(&scope);
	if (PG_ARGISNULL(7) || PG_GETARG_BOOL(7))
		take_step(fcinfo);
	PG_RETURN_INT64(id);
}

PG_FUNCTION_INFO_V1(licence_home_close_session);
/* close_session(session): how it ended. */
Datum
licence_home_close_session(PG_FUNCTION_ARGS)
{
	static SavedPlan close = SAVED_PLAN("UPDATE licence_home.committee_session AS s SET closed_at = licence_home.now(), closed_by = $2, "
										"state = CASE WHEN s.held_on > licence_home.today() THEN 'cancelled' "
										"WHEN (SELECT count(*) FROM licence_home.committee_member AS m "
										"WHERE m.committee_session_id = s.committee_session_id AND m.present) >= s.quorum "
										"OR EXISTS (SELECT FROM licence_home.committee_agenda AS g WHERE g.committee_session_id = s.committee_session_id "
										"AND g.decision_id IS NOT NULL) THEN 'held' ELSE 'no_quorum' END "
										"WHERE s.committee_session_id = $1 RETURNING s.state");
	static SavedPlan pass_on = SAVED_PLAN("WITH g AS (UPDATE licence_home.committee_agenda AS g SET next_session = n.id, "
										  "outcome = CASE WHEN n.id IS NULL THEN 'left' ELSE 'passed_on' END "
										  "FROM licence_home.application AS a "
										  "CROSS JOIN LATERAL (SELECT CASE WHEN a.waits_for = 'committee' THEN licence_home_internal.next_session($1) END AS id) AS n "
										  "WHERE a.application_no = g.application_no AND g.committee_session_id = $1 AND g.outcome IS NULL "
										  "RETURNING g.next_session, g.application_no, g.committee_agenda_id) "
										  "INSERT INTO licence_home.committee_agenda (committee_session_id, application_no, origin) "
										  "SELECT g.next_session, g.application_no, 'passed_on' FROM g "
										  "WHERE g.next_session IS NOT NULL ORDER BY g.committee_agenda_id ON CONFLICT DO NOTHING");
	OwnerScope	scope;
	MemoryContext outer = CurrentMemoryContext;
	Session		session;
	Rows		rows;
	char	   *state;

	check_convener("close_session");
	EnterOwner(&scope, OWNER_WRITES);
	session = lock_session(&scope, fcinfo);
	rows = ExecPlan(&scope, &close, Int8Arg(session.id), TextArg(ActorName()));
	state = MemoryContextStrdup(outer, RowText(rows, 0, 1));
	(void) ExecPlan(&scope, &pass_on, Int8Arg(session.id));
	LeaveOwner(&scope);
	PG_RETURN_TEXT_P(cstring_to_text(state));
}
