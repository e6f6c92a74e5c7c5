/*
 * rule_key.c
 *		The key by which the rules of an era are found.
 *
 * In C, because a function in SQL would be inlined, and the planner must see
 * its cost (src/sql/reports/caseload.sql).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(licence_home_rule_key);
/* rule_key(era integer, profession text) returns text. */
Datum
licence_home_rule_key(PG_FUNCTION_ARGS)
{
	int32		era = PG_GETARG_INT32(0);
	text	   *profession = PG_GETARG_TEXT_PP(1);

	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d %.*s", era,
											  (int) VARSIZE_ANY_EXHDR(profession),
											  VARDATA_ANY(profession))));
}
