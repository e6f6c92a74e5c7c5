/*
 * home_facts.c
 *		What an application says of the home, and what no home can be.
 *
 * A draft may be wrong, and eligibility() explains that.  What cannot be the
 * fact that was meant is refused when it is written.
 */
#include "postgres.h"

#include "access/htup_details.h"

#include "spi/trigger.h"
#include "workflow/case_dates.h"
#include "workflow/home_facts.h"

void
CheckHomeFacts(OwnerScope *scope, HeapTuple row, TupleDesc desc)
{
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(row, desc, "application_no", &isnull));
	DateADT		built_on;

	if (isnull)
		application_no = 0;
	built_on = DatumGetDateADT(ColumnDatum(row, desc, "built_on", &isnull));
	if (!isnull)
		CheckCaseDay(scope, application_no, "application", "built_on", built_on);
}
