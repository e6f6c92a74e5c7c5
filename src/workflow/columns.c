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
#include "utils/typcache.h"

#include "actor.h"
#include "errors.h"
#include "spi/query.h"
#include "workflow/case.h"
#include "workflow/workflow.h"

/* Columns that the rules derive and nobody writes. */
static const char *const kept_columns[] = {
	"application_no", "applicant_id", "workflow", "workflow_version",
	"district", "zone_class", "edition", "judged_on", "submitted_at",
	"state_since", "due_at", "events", "created_at"
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
CheckKeptColumns(List *changed)
{
	ListCell   *cell;

	foreach(cell, changed)
	{
		const char *name = lfirst(cell);

		if (!is_one_of(name, kept_columns, lengthof(kept_columns)))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg("column \"%s\" of an application is kept by the rules", name),
				 strcmp(name, "due_at") == 0
				 ? errhint("A later deadline is given by licence_home.perform(application_no, action, note, until => date).")
				 : errhint("Leave it out of the UPDATE, or write the value that it has.")));
	}
}

/*
 * May these columns change in this state, by this role?  A draft may change
 * as its applicant likes; later, where the workflow lets the role amend, those
 * columns that a finding opened; else none: a past step relied on them.
 */
void
CheckAmendment(OwnerScope *scope, const LockedCase *locked, bool draft,
			   List *changed, Oid caller)
{
	static KeptQuery open_columns = KEPT_QUERY("n",
											   "SELECT column_name FROM licence_home.case_open_columns($1)");
	Datum		no = Int64GetDatum(locked->application_no);
	List	   *open = NIL;
	uint64		count;
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
		count = RunKept(scope, &open_columns, &no, NULL, 0);
		for (uint64 row = 0; row < count; row++)
			open = lappend(open, RowText(row, 1));
	}

	foreach(cell, changed)
	{
		const char *name = lfirst(cell);

		if (HasName(open, name))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg("column \"%s\" of an application in state \"%s\" cannot change",
						name, locked->state),
				 amendable
				 ? errdetail("Only what an official found wrong may change now, and nothing was found wrong here.")
				 : errdetail("Steps already taken rely on it."),
				 errhint("The columns found wrong are in licence_home.application_finding.")));
	}
}
