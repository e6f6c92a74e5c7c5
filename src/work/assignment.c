/*
 * assignment.c
 *		The official who has a case in hand.
 *
 * The row of the case is locked first, as by steps and evidence.  What the
 * caller saw of it is then held against the locked row:
 *
 *		two claim one case			the second hears who has it (LH027)
 *		two directors assign one	the second hears that it changed hands (40001)
 *		a step and a claim			whoever comes second hears of the other: the
 *									claim that the case moved (40001), the step,
 *									where the workflow names claim_held, who has it
 *
 * A holder who has ended, or lacks the role that the case now waits for, holds up
 * nobody. case_holder() does not find such a holder, and a new claim passes the
 * case on.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "visible_case.h"
#include "workflow/case.h"
#include "workflow/separation.h"

/* A case under lock, and who has it in hand. */
typedef struct Desk
{
	OwnerScope	scope;
	LockedCase	locked;
	char	   *waits_for;		/* NULL: nobody */
	bool		open;			/* submitted, not ended */
	int64		assignment;		/* that is not ended; 0: none */
	char	   *holder;			/* who can do something for it; NULL: nobody */
	char	   *since;
} Desk;

/* How far the case is, and which assignment is not ended. */
static void
look(OwnerScope *scope, int64 application_no, int32 *events, int64 *assignment)
{
	static SavedPlan find = SAVED_PLAN("SELECT a.events, coalesce(s.case_assignment_id, 0) "
									   "FROM licence_home.application AS a "
									   "LEFT JOIN licence_home.case_assignment AS s "
									   "ON s.application_no = a.application_no AND s.ended_at IS NULL "
									   "WHERE a.application_no = $1");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no));

	if (rows.count != 1)
		RaiseNoSuchCase(application_no);
	*events = RowInt4(rows, 0, 1);
	*assignment = RowInt8(rows, 0, 2);
}

/* Somebody was faster. */
pg_noreturn static void
refuse_stale(int64 application_no, bool moved)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg_said(application_no,
						 moved ? "the case has moved since this statement began" : "the case has changed hands since this statement began",
						 moved ? "تحرك الطلب منذ بدء هذا الأمر" : "انتقل الطلب إلى موظف آخر منذ بدء هذا الأمر"),
			 errhint_said("Look at the case again, then decide whether this is still wanted.",
						  "انظروا في الطلب من جديد ثم قرروا."),
			 err_table(moved ? "application" : "case_assignment")));
}

/* Lock a case that the caller sees.  follows: what the caller did not see of it is refused. */
static void
begin(Desk *desk, int64 application_no, bool follows)
{
	static SavedPlan find = SAVED_PLAN("SELECT a.waits_for, h.official, "
									   "to_char(h.since AT TIME ZONE licence_home_internal.city_time_zone(), 'YYYY-MM-DD HH24:MI'), "
									   "EXISTS (SELECT FROM licence_home.workflow_state AS s WHERE s.workflow = a.workflow "
									   "AND s.version = a.workflow_version AND s.state = a.state AND s.kind <> 'end') "
									   "FROM licence_home.application AS a "
									   "LEFT JOIN licence_home_internal.case_holder(a.application_no, a.waits_for) AS h ON true "
									   "WHERE a.application_no = $1");
	OwnerScope	before;
	int32		events;
	int64		assignment;
	Rows		rows;

	CheckCaseVisible(application_no, false);
	EnterOwner(&before, OWNER_READS);
	look(&before, application_no, &events, &assignment);
	LeaveOwner(&before);

	EnterOwner(&desk->scope, OWNER_WRITES);
	if (!LockCase(&desk->scope, application_no, &desk->locked))
		RaiseNoSuchCase(application_no);
	if (desk->locked.events != events)
		refuse_stale(application_no, true);
	look(&desk->scope, application_no, &events, &desk->assignment);
	if (follows && desk->assignment != assignment)
		refuse_stale(application_no, false);
	rows = ExecPlan(&desk->scope, &find, CaseArg(application_no));
	desk->waits_for = RowText(rows, 0, 1);
	desk->holder = RowText(rows, 0, 2);
	desk->since = RowText(rows, 0, 3);
	desk->open = RowBool(rows, 0, 4);
}

/* Refuse a case that nobody works on. */
static void
check_open(const Desk *desk)
{
	if (desk->open)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_NOW),
			 errmsg_said(desk->locked.application_no,
						 psprintf("nobody works on it in state \"%s\"", desk->locked.state),
						 psprintf("لا يعمل أحد على الطلب في الحالة \"%s\"", desk->locked.state)),
			 errdetail_said("It was not submitted, or has ended.", "لم يقدَّم الطلب أو انتهى."),
			 errhint_said("licence_home.inbox lists the cases that wait.", "تعرض licence_home.inbox ما ينتظر."),
			 err_column("application", "state")));
}

/* Refuse what another has in hand. */
static void
check_free(const Desk *desk, const char *official)
{
	if (desk->holder == NULL || strcmp(desk->holder, official) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_IN_OTHER_HANDS),
			 errmsg_said(desk->locked.application_no,
						 psprintf("official %s has the case in hand", desk->holder),
						 psprintf("الطلب لدى الموظف %s", desk->holder)),
			 errdetail_said(psprintf("Since %s.", desk->since), psprintf("منذ %s.", desk->since)),
			 errhint_said("That official can release it, and a director can assign it to another.",
						  "يستطيع ذلك الموظف تركه، ويستطيع المدير إسناده إلى غيره."),
			 err_table("case_assignment")));
}

/* The official of a number, who can do something for the case, and in which role. */
static char *
find_official(Desk *desk, const char *number, char **role)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.official, o.in_district, o.has_role, o.role, o.roles_wanted, o.roles "
									   "FROM licence_home_internal.official_for_case($1, $2) AS o");
	int64		no = desk->locked.application_no;
	Rows		rows = ExecPlan(&desk->scope, &find, CaseArg(no), TextArg(number));

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg_said(no, psprintf("\"%s\" is no official who serves", number ? number : "(null)"),
							 psprintf("\"%s\" ليس موظفًا على رأس عمله", number ? number : "(null)")),
				 errhint("SELECT official, roles, districts, valid FROM licence_home.official WHERE withdrawn_at IS NULL lists them."),
				 err_column("official", "official")));
	if (!RowBool(rows, 0, 2))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(no, psprintf("the case is of a district in which official %s does not work", RowText(rows, 0, 1)),
							 psprintf("الطلب من منطقة لا يعمل فيها الموظف %s", RowText(rows, 0, 1))),
				 errhint_said("The districts of an official are in licence_home.official.",
							  "مناطق الموظف في licence_home.official."),
				 err_column("official", "districts")));
	if (!RowBool(rows, 0, 3))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(no, psprintf("official %s has no role that does anything in state \"%s\"", RowText(rows, 0, 1), desk->locked.state),
							 psprintf("ليس للموظف %s عمل في الحالة \"%s\"", RowText(rows, 0, 1), desk->locked.state)),
				 errdetail_said(psprintf("Here work: %s; the official's roles: %s.", RowText(rows, 0, 5), RowText(rows, 0, 6)),
								psprintf("يعمل هنا: %s؛ وأدوار الموظف: %s.", RowText(rows, 0, 5), RowText(rows, 0, 6))),
				 errhint_said("licence_home.inbox says for whom a case waits.", "تبيّن licence_home.inbox من ينتظره الطلب."),
				 err_column("official", "roles")));
	*role = RowText(rows, 0, 4);
	return RowText(rows, 0, 1);
}

/* End the assignment that is not ended. */
static void
end_assignment(Desk *desk, const char *why)
{
	static SavedPlan end = SAVED_PLAN("UPDATE licence_home.case_assignment SET ended_at = licence_home.now(), "
									  "ended_by = $2, ended_why = $3 WHERE case_assignment_id = $1");

	if (desk->assignment != 0)
		ExecPlan(&desk->scope, &end, Int8Arg(desk->assignment), TextArg(ActorName()), TextArg(why));
}

/* The case is somebody's from now on; the number of the row. */
static int64
begin_assignment(Desk *desk, const char *official, const char *kind)
{
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.case_assignment (application_no, official, kind, at_event, recorded_by) "
										 "VALUES ($1, $2, $3, $4, $5) RETURNING case_assignment_id");

	return RowInt8(ExecPlan(&desk->scope, &insert, CaseArg(desk->locked.application_no), TextArg(official),
							TextArg(kind), Int4Arg(desk->locked.events), TextArg(ActorName())), 0, 1);
}

/* The argument that is a case. */
static int64
case_argument(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		RaiseNoSuchCase(0);
	return PG_GETARG_INT64(0);
}

PG_FUNCTION_INFO_V1(licence_home_claim_case);
/* claim_case(application_no): the official who works takes it in hand. */
Datum
licence_home_claim_case(PG_FUNCTION_ARGS)
{
	int64		no = case_argument(fcinfo);
	const char *number = pstrdup(CheckNamedOfficial(no)->number);
	Desk		desk;
	char	   *official;
	char	   *role;
	int64		result;

	begin(&desk, no, false);
	check_open(&desk);
	official = find_official(&desk, number, &role);
	CheckSeparationOf(&desk.scope, no, desk.locked.workflow, desk.locked.version, role, official);
	check_free(&desk, official);
	if (desk.holder != NULL)
		result = desk.assignment;
	else
	{
		end_assignment(&desk, "passed on");
		result = begin_assignment(&desk, official, "claimed");
	}
	LeaveOwner(&desk.scope);
	PG_RETURN_INT64(result);
}

/* Is the caller a director of the case's district? */
static bool
directs(Desk *desk)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.official AS o CROSS JOIN licence_home.application AS a "
									   "WHERE o.official = $2 AND a.application_no = $1 "
									   "AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today()) "
									   "AND coalesce(a.district = ANY (o.districts), o.districts IS NULL)");

	return MayWorkAs(RoleAtWork(), "director") &&
		(WorkingOfficial() == NULL ||
		 ExecPlan(&desk->scope, &find, CaseArg(desk->locked.application_no), TextArg(WorkingOfficial()->number)).count == 1);
}

/* Refuse who is no director of the case's district. */
static void
check_directs(Desk *desk)
{
	if (directs(desk))
		return;
	CheckSomebodyWorks();
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg_said(desk->locked.application_no, "a case is assigned by a director of its district",
						 "يسند الطلب مدير منطقته"),
			 errdetail_said(psprintf("You are %s.", WorkerName(RoleAtWork())),
							psprintf("أنت %s.", WorkerName(RoleAtWork()))),
			 errhint_said("licence_home.claim_case(application_no) takes one in hand oneself.",
						  "تتسلمه بنفسك licence_home.claim_case(application_no)."),
			 err_column("official", "districts")));
}

PG_FUNCTION_INFO_V1(licence_home_assign_case);
/* assign_case(application_no, official): a director gives it to somebody. */
Datum
licence_home_assign_case(PG_FUNCTION_ARGS)
{
	int64		no = case_argument(fcinfo);
	char	   *number = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	Desk		desk;
	char	   *official;
	char	   *role;
	int64		result;

	begin(&desk, no, true);
	check_directs(&desk);
	check_open(&desk);
	official = find_official(&desk, number, &role);
	CheckSeparationOf(&desk.scope, no, desk.locked.workflow, desk.locked.version, role, official);
	if (desk.holder != NULL && strcmp(desk.holder, official) == 0)
		result = desk.assignment;
	else
	{
		end_assignment(&desk, desk.holder ? "reassigned" : "passed on");
		result = begin_assignment(&desk, official, "assigned");
	}
	LeaveOwner(&desk.scope);
	PG_RETURN_INT64(result);
}

PG_FUNCTION_INFO_V1(licence_home_release_case);
/* release_case(application_no): it is nobody's any more. */
Datum
licence_home_release_case(PG_FUNCTION_ARGS)
{
	int64		no = case_argument(fcinfo);
	Desk		desk;

	CheckSomebodyWorks();
	begin(&desk, no, false);
	if (desk.assignment == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg_said(no, "nobody has the case in hand", "لم يتسلم أحد هذا الطلب"),
				 errhint_said("licence_home.claim_case(application_no) takes it in hand.",
							  "تتسلمه licence_home.claim_case(application_no)."),
				 err_table("case_assignment")));
	if (!directs(&desk))
		check_free(&desk, ActorName());
	end_assignment(&desk, "released");
	LeaveOwner(&desk.scope);
	PG_RETURN_INT64(desk.assignment);
}

PG_FUNCTION_INFO_V1(licence_home_official_claims);
/* AFTER UPDATE on official, for each row, at the end of the transaction. */
Datum
licence_home_official_claims(PG_FUNCTION_ARGS)
{
	static SavedPlan release = SAVED_PLAN("UPDATE licence_home.case_assignment AS s SET ended_at = licence_home.now(), "
										  "ended_by = $2, ended_why = 'official ended' WHERE s.case_assignment_id IN ("
										  "SELECT f.case_assignment_id FROM licence_home.case_assignment AS f "
										  "WHERE f.official = $1 AND f.ended_at IS NULL FOR UPDATE SKIP LOCKED) "
										  "AND NOT EXISTS (SELECT FROM licence_home.official AS o WHERE o.official = $1 "
										  "AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today()))");
	TriggerData *trigdata = CheckedTrigger(fcinfo, "official_claims", AFTER_ROW_TRIGGER);
	char	   *official = ColumnText(TriggerNewTuple(trigdata), RelationGetDescr(trigdata->tg_relation), "official");
	char	   *actor = ActorName();
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	ExecPlan(&scope, &release, TextArg(official), TextArg(actor));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
