/*
 * case.c
 *		A case under lock, and who may write evidence about it.
 *
 * Which role may write which evidence in which state is data, the rows of
 * workflow_evidence.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "workflow/case.h"
#include "workflow/principal.h"
#include "workflow/separation.h"
#include "workflow/transitions.h"

bool
LockCase(OwnerScope *scope, int64 application_no, LockedCase *locked)
{
	static SavedPlan lock = SAVED_PLAN("SELECT state, workflow, workflow_version, events "
									   "FROM licence_home.application WHERE application_no = $1 "
									   "FOR NO KEY UPDATE");
	Rows		rows = ExecPlan(scope, &lock, CaseArg(application_no));
	Datum		version;
	bool		isnull;

	if (rows.count != 1)
		return false;
	locked->application_no = application_no;
	locked->state = RowText(rows, 0, 1);
	locked->workflow = RowText(rows, 0, 2);
	version = RowDatum(rows, 0, 3, &isnull);
	locked->version = isnull ? WorkflowInForce(scope, application_no, locked->workflow) :
		DatumGetInt32(version);
	locked->events = RowInt4(rows, 0, 4);
	return true;
}

/* The roles that may do it in this state, as group names. */
static List *
entitled_roles(OwnerScope *scope, const LockedCase *locked,
			   const char *evidence, const char *operation)
{
	static SavedPlan find = SAVED_PLAN("SELECT " ROLE_IN_CASE("w", "$6")
									   " FROM licence_home.workflow_evidence AS w "
									   "WHERE w.workflow = $1 AND w.version = $2 AND w.state = $3 "
									   "AND w.evidence = $4 AND w.operation = $5 ORDER BY 1");
	Rows		rows = ExecPlan(scope, &find, TextArg(locked->workflow),
								Int4Arg(locked->version), TextArg(locked->state),
								TextArg(evidence), TextArg(operation),
								CaseArg(locked->application_no));
	List	   *roles = NIL;

	for (uint64 row = 0; row < rows.count; row++)
		roles = lappend(roles, RowText(rows, row, 1));
	return roles;
}

/* The first of the roles that the caller has, or NULL. */
static char *
role_of(Oid caller, List *roles)
{
	ListCell   *cell;

	foreach(cell, roles)
	{
		if (MayTakeAs(caller, lfirst(cell)))
			return lfirst(cell);
	}
	return NULL;
}

bool
HasEvidenceRight(OwnerScope *scope, const LockedCase *locked,
				 const char *evidence, const char *operation, Oid caller)
{
	return role_of(caller, entitled_roles(scope, locked, evidence,
										  operation)) != NULL;
}

/* What may be done with evidence, in words: "close an inspection". */
static char *
deed(const char *evidence, const char *operation)
{
	static const char *const verbs[][2] = {
		{"insert", "write"}, {"amend", "change"}, {"take_back", "take back"}, {"reassign", "move to another person"}
	};
	static const char *const nouns[][2] = {
		{"application", "the application"},
		{"application_finding", "a finding about the application"},
		{"approval_requirement", "an approval that is required"},
		{"attachment", "an attachment of an inspection"},
		{"decision", "a decision"},
		{"document", "a document"},
		{"external_approval", "an approval of an authority"},
		{"inspection", "an inspection"},
		{"inspection_finding", "a finding of an inspection"}
	};
	const char *verb = operation;
	const char *noun = evidence;

	for (int i = 0; i < (int) lengthof(verbs); i++)
	{
		if (strcmp(verbs[i][0], operation) == 0)
			verb = verbs[i][1];
	}
	for (int i = 0; i < (int) lengthof(nouns); i++)
	{
		if (strcmp(nouns[i][0], evidence) == 0)
			noun = nouns[i][1];
	}
	return psprintf("%s %s", verb, noun);
}

/* The states in which a deed may be done, each with its roles; NULL: none. */
static char *
other_states(OwnerScope *scope, const LockedCase *locked, const char *evidence,
			 const char *operation)
{
	static SavedPlan find = SAVED_PLAN("SELECT string_agg(format('\"%s\" (%s)', w.state, w.role), ', ' ORDER BY w.state, w.role) "
									   "FROM licence_home.workflow_evidence AS w WHERE w.workflow = $1 "
									   "AND w.version = $2 AND w.evidence = $3 AND w.operation = $4");
	Rows		rows = ExecPlan(scope, &find, TextArg(locked->workflow),
								Int4Arg(locked->version), TextArg(evidence),
								TextArg(operation));

	return RowText(rows, 0, 1);
}

/* Nobody may do it in this state. */
pg_noreturn static void
refuse_now(OwnerScope *scope, const LockedCase *locked, const char *evidence,
		   const char *operation)
{
	char	   *states = other_states(scope, locked, evidence, operation);

	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_NOW),
			 errmsg_case(locked->application_no,
						 "nobody may %s while the case is in state \"%s\"",
						 deed(evidence, operation), locked->state),
			 states != NULL
			 ? errdetail("It is done in state %s.", states)
			 : errdetail("Workflow \"%s\" has no state in which it is done.", locked->workflow),
			 errhint("licence_home.next_actions(application_no) says how the case can go on."),
			 err_table(evidence)));
}

char *
CheckEvidenceRight(OwnerScope *scope, const LockedCase *locked,
				   const char *evidence, const char *operation, Oid caller)
{
	List	   *roles = entitled_roles(scope, locked, evidence, operation);
	char	   *role = role_of(caller, roles);
	StringInfoData names;
	ListCell   *cell;

	if (role != NULL)
	{
		CheckSeparation(scope, locked->application_no, locked->workflow, locked->version, role);
		if (strcmp(role, "portal") == 0)
			CheckPrincipal(scope, locked->application_no, locked->workflow, locked->version, evidence);
		return role;
	}
	if (roles == NIL)
		refuse_now(scope, locked, evidence, operation);
	initStringInfo(&names);
	foreach(cell, roles)
	{
		if (HasGroupRole(caller, lfirst(cell)))
			CheckSomebodyWorks();
		appendStringInfo(&names, "%slicence_home_%s", names.len ? ", " : "",
						 (char *) lfirst(cell));
	}
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg_case(locked->application_no,
						 "you may not %s while the case is in state \"%s\"",
						 deed(evidence, operation), locked->state),
			 errdetail("It is for members of %s; you are %s.",
					   names.data, WorkerName(caller)),
			 errhint("licence_home.workflow_evidence says who may write which evidence in which state."),
			 err_table(evidence)));
}

void
CheckCode(OwnerScope *scope, SavedPlan *query, const LockedCase *locked,
		  const CodeColumn *column, const char *code)
{
	if (code == NULL)
		return;					/* NOT NULL says it, where it must be there */
	if (ExecPlanLimit(scope, query, 1, TextArg(code)).count == 1)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_UNKNOWN_CODE),
			 errmsg_case(locked->application_no, "\"%s\" is no %s", code, column->what),
			 errhint("The codes are in licence_home.%s.", column->codes),
			 err_column(column->table, column->column)));
}
