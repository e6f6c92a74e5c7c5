/*
 * separation.c
 *		Nobody decides alone.
 *
 * A workflow says which deeds of one case two persons must do
 * (workflow_separation).  In Amman's, the person who reviews or inspects does
 * not decide.  Nobody acts in a case of their own, or in one that they gave
 * up.
 *
 * What a person did in a case is read from its evidence and events, which
 * costs as much as a precondition.  Most officials have one duty, so there is
 * no deed of another duty to find.  The question is asked only of a person who
 * has or had two duties, gave up a case, or is known by identity number.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "actor.h"
#include "compat.h"
#include "errors.h"
#include "official.h"
#include "spi/plan.h"
#include "workflow/separation.h"

/* The deed that a role's work is. */
static const struct
{
	const char *role;
	const char *deed;
	const char *done;			/* completes "E-17 has ..." */
	const char *done_ar;		/* completes "سبق أن ..." */
}			deeds[] =

{
	{"clerk", "review", "reviewed this case", "دقق هذا الطلب"},
	{"inspector", "inspect", "inspected this home", "كشف على هذا المنزل"},
	{"committee", "decide", "decided this case", "قرر في هذا الطلب"},
	{"director", "decide", "decided this case", "قرر في هذا الطلب"},
	{"cashier", "receive", "taken money for this case", "قبض مالًا عن هذا الطلب"},
	/* an official who does the applicant's work at the counter */
	{"portal", "counter", "served the applicant of this case at the counter", "خدم مقدم هذا الطلب عند النافذة"},
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
		if (strcmp(deeds[i].role, "portal") != 0 && HasGroupRole(GetSessionUserId(), deeds[i].role))
			roles[nroles++] = (char *) deeds[i].role;
	}
	return has_two_duties(roles, nroles);
}

/* Has who works, or had, two duties? */
static bool
works_in_two_duties(void)
{
	const Official *official = WorkingOfficial();

	if (official == NULL)
		return login_has_two_duties();
	return official->served || CounterProof() != NULL ||
		has_two_duties(official->roles_ever, official->nroles_ever);
}

/* Is there anything to ask about who works? */
static bool
may_object(void)
{
	const Official *official = WorkingOfficial();

	if (official != NULL)
		return official->watched || works_in_two_duties();

	/*
	 * a superuser is held by no rule of the office; the record shows the
	 * login
	 */
	return !superuser_arg(GetSessionUserId()) && works_in_two_duties();
}

/*
 * Ask of a person; no row where nothing objects.  Where the person has no two
 * duties, there is no other deed to find.
 */
static Rows
find_objection(OwnerScope *scope, int64 application_no, const char *workflow,
			   int32 version, const char *deed, const char *person, bool two_duties)
{
#define OBJECTION(function) \
	"SELECT o.kind, o.other, to_char(o.at AT TIME ZONE licence_home_internal.city_time_zone(), 'YYYY-MM-DD HH24:MI') " \
	"FROM licence_home_internal." function " AS o"
	static SavedPlan of_person = SAVED_PLAN(OBJECTION("person_objection($1, $4)"));
	static SavedPlan of_deeds = SAVED_PLAN(OBJECTION("separation_objection($1, $2, $3, $4, $5)"));

	return ExecPlan(scope, two_duties ? &of_deeds : &of_person, CaseArg(application_no),
					TextArg(workflow), Int4Arg(version), TextArg(person), TextArg(deed));
}

/* Can work of this role be refused, and is there somebody to refuse? */
static bool
is_asked(const char *role)
{
	const char *deed = deed_of(role);

	/* an applicant's own work is nobody's duty */
	if (deed == NULL || (strcmp(role, "portal") == 0 && CounterProof() == NULL))
		return false;
	/* money that has moved is recorded, whoever brings it */
	return strcmp(deed, "receive") != 0 && may_object();
}

bool
IsSeparated(OwnerScope *scope, int64 application_no, const char *workflow,
			int32 version, const char *role)
{
	return is_asked(role) &&
		find_objection(scope, application_no, workflow, version, deed_of(role),
					   ActorName(), works_in_two_duties()).count > 0;
}

/* Refuse a person who has given the case up. */
pg_noreturn static void
refuse_recused(int64 application_no, const char *person, const char *when)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_THIS_PERSON),
			 errmsg_said(application_no,
						 psprintf("%s has given up this case", person),
						 psprintf("تنحى %s عن هذا الطلب", person)),
			 errdetail_said(psprintf("It was given up on %s, for good.", when),
							psprintf("كان ذلك في %s، ولا رجعة فيه.", when)),
			 errhint_said("Another official goes on with it.", "يكمله موظف آخر."),
			 err_table("case_recusal")));
}

/* Refuse a person whose own case it is. */
pg_noreturn static void
refuse_own_case(int64 application_no, const char *person)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_THIS_PERSON),
			 errmsg_said(application_no,
						 psprintf("%s is the applicant of this case, or the representative", person),
						 psprintf("%s هو مقدم هذا الطلب أو ممثل مقدمه", person)),
			 errdetail_said("Nobody acts as an official in a case of their own.",
							"لا يعمل أحد موظفًا في طلب له."),
			 errhint_said("Another official takes it.", "يتولاه موظف آخر."),
			 err_column("official", "identity_no")));
}

/* Refuse a person who did a deed that is kept apart from this one. */
pg_noreturn static void
refuse_separated(int64 application_no, const char *workflow, const char *person,
				 const char *deed, const char *other, const char *when)
{
	const char *done = other;
	const char *done_ar = other;

	for (int i = 0; i < (int) lengthof(deeds); i++)
	{
		if (strcmp(deeds[i].deed, other) == 0)
		{
			done = deeds[i].done;
			done_ar = deeds[i].done_ar;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_THIS_PERSON),
			 errmsg_said(application_no,
						 psprintf("%s has %s, and so may not do this as well", person, done),
						 psprintf("سبق أن %s %s، فلا يتولى هذا العمل أيضًا", done_ar, person)),
			 errdetail_said(psprintf("That was on %s. Workflow \"%s\" keeps \"%s\" and \"%s\" apart.",
									 when, workflow, other, deed),
							psprintf("كان ذلك في %s، وسير العمل \"%s\" لا يجمع العملين لشخص واحد.",
									 when, workflow)),
			 errhint_said("Another official takes this step; licence_home.workflow_separation has what is kept apart.",
						  "يتولى هذه الخطوة موظف آخر."),
			 err_table("workflow_separation")));
}

/* Refuse a person for what was found to object. */
static void
refuse(Rows rows, int64 application_no, const char *workflow, const char *person, const char *role)
{
	const char *kind;

	if (rows.count == 0)
		return;
	kind = RowText(rows, 0, 1);
	if (strcmp(kind, "recused") == 0)
		refuse_recused(application_no, person, RowText(rows, 0, 3));
	if (strcmp(kind, "own") == 0)
		refuse_own_case(application_no, person);
	refuse_separated(application_no, workflow, person, deed_of(role), RowText(rows, 0, 2), RowText(rows, 0, 3));
}

void
CheckSeparation(OwnerScope *scope, int64 application_no, const char *workflow,
				int32 version, const char *role)
{
	char	   *person;

	if (!is_asked(role))
		return;
	person = ActorName();
	refuse(find_objection(scope, application_no, workflow, version, deed_of(role),
						  person, works_in_two_duties()),
		   application_no, workflow, person, role);
}

void
CheckSeparationOf(OwnerScope *scope, int64 application_no, const char *workflow,
				  int32 version, const char *role, const char *person)
{
	refuse(find_objection(scope, application_no, workflow, version, deed_of(role), person, true),
		   application_no, workflow, person, role);
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
