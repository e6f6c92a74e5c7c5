/*
 * separation.c
 *		Nobody decides alone.
 *
 * A workflow says which deeds of one case are not one person's
 * (workflow_separation): Amman's, that who reviews or inspects does not decide.
 * Nor does anybody act in a case of their own, or in one that they gave up.
 *
 * What a person did in a case is read from its evidence and events, which costs
 * as much as a precondition.  Most officials have one duty, and no deed of
 * another one to find; so the question is asked only where a person has, or
 * had, two, has given up some case, or is known by identity number.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "spi/plan.h"
#include "workflow/separation.h"

/* The deed that a role's work is. */
static const struct
{
	const char *role;
	const char *deed;
	const char *done;			/* completes "you have ..." */
	const char *done_ar;		/* completes "سبق أن ..." */
}			deeds[] =

{
	{"clerk", "review", "reviewed it", "دققتم هذا الطلب"},
	{"inspector", "inspect", "inspected it", "كشفتم على هذا الطلب"},
	{"committee", "decide", "decided it", "قررتم في هذا الطلب"},
	{"director", "decide", "decided it", "قررتم في هذا الطلب"},
	{"cashier", "receive", "taken money for it", "قبضتم مالًا عن هذا الطلب"},
};

static const char *
deed_of(const char *role)
{
	for (int i = 0; i < (int) lengthof(deeds); i++)
	{
		if (strcmp(deeds[i].role, role) == 0)
			return deeds[i].deed;
	}
	return NULL;
}

/* Can a person have done a deed of another duty, by these roles? */
static bool
has_two_duties(char **roles, int nroles)
{
	const char *first = NULL;

	for (int i = 0; i < nroles; i++)
	{
		const char *deed = deed_of(roles[i]);

		if (deed == NULL)
			continue;
		if (first != NULL && strcmp(first, deed) != 0)
			return true;
		first = deed;
	}
	return false;
}

/* The same of a login that is nobody's: what its group roles let it do. */
static bool
login_has_two_duties(void)
{
	char	   *roles[lengthof(deeds)];
	int			nroles = 0;

	for (int i = 0; i < (int) lengthof(deeds); i++)
	{
		if (HasGroupRole(GetSessionUserId(), deeds[i].role))
			roles[nroles++] = (char *) deeds[i].role;
	}
	return has_two_duties(roles, nroles);
}

/* Is there anything to ask about who works? */
static bool
may_object(void)
{
	const Official *official = WorkingOfficial();

	if (official != NULL)
		return official->watched || has_two_duties(official->roles_ever, official->nroles_ever);

	/*
	 * a superuser is held by no rule of the office; the record shows the
	 * login
	 */
	return !superuser_arg(GetSessionUserId()) && login_has_two_duties();
}

/* Ask; no row where nothing objects. */
static Rows
find_objection(OwnerScope *scope, int64 application_no, const char *workflow,
			   int32 version, const char *deed)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.kind, o.other, to_char(o.at AT TIME ZONE licence_home_internal.city_time_zone(), 'YYYY-MM-DD HH24:MI') "
									   "FROM licence_home_internal.separation_objection($1, $2, $3, $4, $5) AS o");

	return ExecPlan(scope, &find, CaseArg(application_no), TextArg(workflow), Int4Arg(version),
					TextArg(ActorName()), TextArg(deed));
}

/* A role whose work may be refused, and somebody to whom. */
static bool
is_asked(const char *role)
{
	const char *deed = deed_of(role);

	/* money that has moved is recorded, whoever brings it */
	return deed != NULL && strcmp(deed, "receive") != 0 && may_object();
}

bool
IsSeparated(OwnerScope *scope, int64 application_no, const char *workflow,
			int32 version, const char *role)
{
	return is_asked(role) &&
		find_objection(scope, application_no, workflow, version, deed_of(role)).count > 0;
}

void
CheckSeparation(OwnerScope *scope, int64 application_no, const char *workflow,
				int32 version, const char *role)
{
	Rows		rows;
	char	   *kind;
	char	   *other;

	if (!is_asked(role))
		return;
	rows = find_objection(scope, application_no, workflow, version, deed_of(role));
	if (rows.count == 0)
		return;
	kind = RowText(rows, 0, 1);
	other = RowText(rows, 0, 2);
	if (strcmp(kind, "recused") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_THIS_PERSON),
				 errmsg_case(application_no, "%s has given up this case", ActorName()),
				 errdetail("It was given up on %s, for good.", RowText(rows, 0, 3)),
				 errhint("Another official goes on with it."),
				 err_table("case_recusal")));
	if (strcmp(kind, "own") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_THIS_PERSON),
				 errmsg_case(application_no, "%s is the applicant of this case, or the representative", ActorName()),
				 errdetail("Nobody acts as an official in a case of their own."),
				 errhint("Another official takes it."),
				 err_column("official", "identity_no")));
	for (int i = 0; i < (int) lengthof(deeds); i++)
	{
		if (strcmp(deeds[i].deed, other) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_LH_NOT_THIS_PERSON),
					 errmsg_case(application_no, "%s has %s, and so may not do this as well",
								 ActorName(), deeds[i].done),
					 errdetail("That was on %s. Workflow \"%s\" keeps \"%s\" and \"%s\" apart.",
							   RowText(rows, 0, 3), workflow, other, deed_of(role)),
					 errhint("Another official takes this step; licence_home.workflow_separation has what is kept apart."),
					 err_table("workflow_separation")));
	}
}

PG_FUNCTION_INFO_V1(licence_home_cases_without_anybody);
/* cases_without_anybody(): open cases in which no official may act. */
Datum
licence_home_cases_without_anybody(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT a.application_no, a.state, a.role, a.district "
										 "FROM licence_home_internal.all_without_anybody() AS a");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &find, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}
