/*
 * own_preconditions.c
 *		Preconditions that a municipality wrote for itself.
 *
 * A row of workflow_precondition names a function, which a superuser wrote in
 * SQL or in any other language.  Its name is looked up when a workflow that
 * names it is published, and again at each step.  Where the function is gone,
 * the step is refused.  It has the arguments and the columns of the functions
 * in src/sql/case/preconditions.sql.
 *
 * Whoever may take a step makes the function run, so it runs as a role that
 * can do next to nothing, licence_home_precondition:
 *
 *		it reads the views that are granted to that role, and nothing else;
 *		the transaction is read-only, so that nothing is written, by whatever
 *		function it calls;
 *		the operation is restricted, so that no role and no session setting of
 *		the caller changes, and no temporary table is made.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/guc.h"

#include "errors.h"
#include "settings.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "workflow/objections.h"
#include "workflow/own_preconditions.h"

/* A row of workflow_precondition, and what is wrong with it. */
typedef struct OwnPrecondition
{
	const char *name;
	char	   *function;
	char	   *hint;			/* in the session's language */
	char	   *defect;			/* NULL: it can be asked */
} OwnPrecondition;

/* Look a row up; false: there is none. */
static bool
find_row(OwnerScope *scope, const char *name, OwnPrecondition *found)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.function, CASE WHEN $2 THEN p.hint_ar ELSE p.hint_en END, "
									   "licence_home_internal.own_precondition_defect(p.function) "
									   "FROM licence_home.workflow_precondition AS p WHERE p.name = $1");
	Rows		rows = ExecPlan(scope, &find, TextArg(name),
								BoolArg(language_setting == LANGUAGE_AR));

	if (rows.count != 1)
		return false;
	found->name = name;
	found->function = RowText(rows, 0, 1);
	found->hint = RowText(rows, 0, 2);
	found->defect = RowText(rows, 0, 3);
	return true;
}

char *
OwnPreconditionDefect(OwnerScope *scope, const char *name, bool *unknown)
{
	OwnPrecondition found;

	*unknown = !find_row(scope, name, &found);
	return *unknown ? NULL : found.defect;
}

/* Refuse a step that names what cannot be asked. */
static void
refuse_unasked(const Step *step, const Transition *transition, const char *name,
			   const char *defect)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNSOUND_WORKFLOW),
			 defect == NULL ?
			 errmsg_case(step->application_no, "step \"%s\" names an unknown precondition \"%s\"",
						 transition->action, name) :
			 errmsg_case(step->application_no, "step \"%s\" has the precondition \"%s\", which cannot be asked",
						 transition->action, name),
			 defect != NULL ? errdetail_internal("%s", defect) : 0,
			 errhint("licence_home.check_workflow() finds such defects before a workflow is published."),
			 err_column("workflow_transition", "preconditions")));
}

/* The objections of the function's rows. */
static List *
objections_of(const OwnPrecondition *asked, Rows rows)
{
	List	   *objections = NIL;

	for (uint64 row = 0; row < rows.count; row++)
	{
		Objection  *objection = palloc(sizeof(Objection));
		char	   *text_en = RowText(rows, row, 1);
		char	   *text_ar = RowText(rows, row, 2);
		char	   *hint = RowText(rows, row, 4);

		objection->precondition = asked->name;
		objection->sqlstate = ERRCODE_LH_EVIDENCE_LACKING;
		objection->text_en = text_en ? text_en : "not proven";
		objection->text_ar = text_ar ? text_ar : "غير مثبت";
		objection->subject = RowText(rows, row, 3);
		objection->hint = hint ? hint : asked->hint;
		objections = lappend(objections, objection);
	}
	return objections;
}

/* Run the function as the role that can do next to nothing. */
static Rows
run_restricted(OwnerScope *scope, const OwnPrecondition *asked, const Step *step,
			   const Transition *transition)
{
	SavedPlan  *plan = SavedPlanFor(psprintf("SELECT o.text_en, o.text_ar, o.subject, o.hint "
											 "FROM %s($1, $2, $3, $4, $5) AS o",
											 asked->function));
	PlanArg		args[] = {
		CaseArg(step->application_no),
		TextArg(step->note),
		TextArg(step->reason),
		DatumArg(ARG_DATE, DateADTGetDatum(step->until), !step->has_until),
		TextArg(transition->from_state)
	};
	Oid			user;
	int			context;
	int			guc_level = NewGUCNestLevel();
	bool		was_read_only = XactReadOnly;
	Rows		rows;

	/*
	 * An error undoes all of this with its transaction, or subtransaction.
	 * (Since 17 the setting behind XactReadOnly cannot be set for a
	 * function.)
	 */
	GetUserIdAndSecContext(&user, &context);
	XactReadOnly = true;
	SetUserIdAndSecContext(GroupRole("precondition"),
						   context | SECURITY_RESTRICTED_OPERATION);
	rows = ExecSavedPlan(scope, plan, 0, args, lengthof(args));
	SetUserIdAndSecContext(user, context);
	XactReadOnly = was_read_only;
	AtEOXact_GUC(true, guc_level);
	return rows;
}

List *
AskOwnPrecondition(OwnerScope *scope, const Step *step,
				   const Transition *transition, const char *name)
{
	OwnPrecondition asked;

	if (!find_row(scope, name, &asked))
		refuse_unasked(step, transition, name, NULL);
	if (asked.defect != NULL)
		refuse_unasked(step, transition, name, asked.defect);
	return objections_of(&asked, run_restricted(scope, &asked, step, transition));
}
