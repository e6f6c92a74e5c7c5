/*
 * columns.c
 *		Which columns of a case may change, and what changed.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "errors.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "workflow/columns.h"
#include "workflow/transitions.h"

/* Columns that the rules derive and nobody writes. */
static const char *const kept_columns[] = {
	"application_no", "applicant_id", "licence_no", "workflow", "workflow_version",
	"district", "zone_class", "edition", "judged_on", "submitted_at",
	"state_since", "due_at", "events", "known_at", "created_at", "waits_for"
};

/* Is the column one of these? */
static bool
is_one_of(const char *column, const char *const *columns, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(columns[i], column) == 0)
			return true;
	}
	return false;
}

/* Columns that the rules keep are changed by nobody, in any state. */
void
CheckKeptColumns(int64 application_no, List *changed)
{
	ListCell   *cell;

	foreach(cell, changed)
	{
		const char *name = lfirst(cell);

		if (!is_one_of(name, kept_columns, lengthof(kept_columns)))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(application_no, "column \"%s\" of an application is kept by the rules", name),
				 strcmp(name, "due_at") == 0
				 ? errhint("A later deadline is given by licence_home.perform(application_no, action, note, until => date).")
				 : errhint("Leave it out of the UPDATE, or write the value that it has."),
				 err_column("application", name)));
	}
}

/*
 * An application may say which one it follows: one of the same applicant,
 * begun before it, that has come to its end.  Another person's number is
 * answered like one that nobody has.  application_no is 0 for one that has no
 * number yet.
 */
void
CheckPreviousApplication(OwnerScope *scope, int64 application_no,
						 Relation relation, HeapTuple new, TimestampTz begun)
{
	static SavedPlan find = SAVED_PLAN("SELECT $4 IS NULL OR (p.created_at, p.application_no) < ($3, $4), p.state, EXISTS ("
									   "SELECT FROM licence_home.workflow_state AS s WHERE s.workflow = p.workflow "
									   "AND s.version = coalesce(p.workflow_version, s.version) "
									   "AND s.state = p.state AND s.kind = 'end') "
									   "FROM licence_home.application AS p "
									   "WHERE p.application_no = $1 AND p.applicant_id = $2");
	TupleDesc	desc = RelationGetDescr(relation);
	int			attno = SPI_fnumber(desc, "previous_application");
	char	   *previous = SPI_getvalue(new, desc, attno);
	bool		isnull;
	PlanArg		args[4];
	Datum		value;
	Rows		rows;

	if (previous == NULL)
		return;
	value = ColumnDatum(new, desc, "previous_application", &isnull);
	args[0] = DatumArg(ARG_APPLICATION_NO, value, isnull);
	value = ColumnDatum(new, desc, "applicant_id", &isnull);
	if (isnull)
		return;					/* NOT NULL says it */
	args[1] = DatumArg(ARG_INT8, value, isnull);
	args[2] = MomentArg(begun);
	/* a case that has no number yet is later than all */
	value = ColumnDatum(new, desc, "application_no", &isnull);
	args[3] = DatumArg(ARG_APPLICATION_NO, value, isnull);
	rows = ExecSavedPlan(scope, &find, 1, args, lengthof(args));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_CASE),
				 errmsg_case(application_no, "%s is no earlier application of this applicant", previous),
				 errdetail("previous_application names one of the same applicant's own."),
				 errhint("Leave previous_application out where there was none."),
				 errtablecol(relation, attno)));
	if (!RowBool(rows, 0, 1))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_case(application_no, "%s is not earlier than the application that names it", previous),
				 errhint("previous_application names one that was begun, and has ended, before."),
				 errtablecol(relation, attno)));
	if (!RowBool(rows, 0, 3))
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg_case(application_no, "%s has not ended", previous),
				 errdetail("It is in state \"%s\".", RowText(rows, 0, 2)),
				 errhint("An application that is open goes on by its own steps; licence_home.next_actions(application_no) lists them."),
				 errtablecol(relation, attno)));
}

/*
 * May these columns change in this state, by this role?  A draft may change as
 * its applicant likes.  Later, where the workflow lets the role amend, those
 * columns may change that a finding opened.  No other may, since a past step
 * relied on it.
 */
void
CheckAmendment(OwnerScope *scope, const LockedCase *locked, bool draft,
			   List *changed, Oid caller)
{
	static SavedPlan open_columns = SAVED_PLAN("SELECT column_name FROM licence_home_internal.case_open_columns($1)");
	List	   *open = NIL;
	ListCell   *cell;
	bool		amendable = HasEvidenceRight(scope, locked, "application",
											 "amend", caller);

	if (draft)
	{
		if (!amendable)
			CheckEvidenceRight(scope, locked, "application", "amend", caller);
		return;
	}
	if (amendable)
	{
		Rows		rows = ExecPlan(scope, &open_columns, CaseArg(locked->application_no));

		for (uint64 row = 0; row < rows.count; row++)
			open = lappend(open, RowText(rows, row, 1));
	}

	foreach(cell, changed)
	{
		const char *name = lfirst(cell);

		if (HasName(open, name))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg_case(locked->application_no,
							 "column \"%s\" of an application in state \"%s\" cannot change",
							 name, locked->state),
				 amendable
				 ? errdetail("Only what an official found wrong may change now, and nothing was found wrong here.")
				 : errdetail("Steps already taken rely on it."),
				 amendable
				 ? errhint("The columns found wrong are in licence_home.application_finding.")
				 : errhint("If it is wrong, ask the clerk to return the application for it: what is found wrong can be changed."),
				 err_column("application", name)));
	}
}
