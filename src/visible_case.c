/*
 * visible_case.c
 *		May the caller see a case?
 *
 * Functions and triggers answer as the owner of the tables, whom row security
 * does not bind.  So they ask first, as the caller.  A case that the caller
 * may not see is answered like one that is not there.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "actor.h"
#include "errors.h"
#include "spi/plan.h"
#include "visible_case.h"

void
RaiseNoSuchCase(int64 application_no)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_CASE),
			 errmsg_case(application_no, "there is no such case, or it is not one that you may see"),
			 errhint_case_unseen(GetUserId()),
			 err_table("application")));
}

void
CheckCaseVisible(int64 application_no, bool read_only)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.application AS a "
									   "WHERE a.application_no OPERATOR(pg_catalog.=) $1");
	PlanArg		no = CaseArg(application_no);

	if ((read_only ? QueryAsInvoker(&find, no) : ExecAsInvoker(&find, no)) != 1)
		RaiseNoSuchCase(application_no);
}
