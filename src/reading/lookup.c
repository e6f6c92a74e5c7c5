/*
 * lookup.c
 *		Is somebody registered, and the record of who asked.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "actor.h"
#include "reading/lookup.h"
#include "reading/reading.h"
#include "reading/sought.h"
#include "spi/owner.h"
#include "spi/plan.h"

int64
FindApplicant(const char *kind, const char *identity_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT applicant_id FROM licence_home.applicant "
									   "WHERE kind = $1 AND identity_no = (SELECT licence_home.fold_plain($2))");
	OwnerScope	scope;
	Rows		rows;
	int64		result = 0;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, TextArg(kind), TextArg(identity_no));
	if (rows.count == 1)
		result = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	return result;
}

void
RecordLookup(const char *function, const char *kind, const char *identity_no,
			 int64 applicant_id, bool in_row)
{
	Reading		reading = {.function = function};

	reading.applicants = &applicant_id;
	reading.napplicants = applicant_id == 0 ? 0 : 1;
	reading.sought = SoughtHmac(kind, identity_no);
	RecordRead(&reading, in_row);
}

PG_FUNCTION_INFO_V1(licence_home_find_applicant);
/* find_applicant(kind, identity_no): who came before; each call is recorded. */
Datum
licence_home_find_applicant(PG_FUNCTION_ARGS)
{
	char	   *kind = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *identity_no = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int64		applicant_id;

	CheckWorker();
	applicant_id = FindApplicant(kind, identity_no);
	RecordLookup("find_applicant", kind, identity_no, applicant_id, true);
	if (applicant_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(applicant_id);
}
