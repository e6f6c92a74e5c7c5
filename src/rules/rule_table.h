/*
 * rule_table.h
 *		What the triggers of the rule tables share.
 */
#ifndef LICENCE_HOME_RULES_RULE_TABLE_H
#define LICENCE_HOME_RULES_RULE_TABLE_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "utils/date.h"
#include "utils/relcache.h"

#include "compat.h"

/* A daterange; PostgreSQL keeps it as [from, to). */
typedef struct Period
{
	bool		empty;
	bool		has_from;
	bool		has_to;
	DateADT		from;
	DateADT		to;
} Period;

extern Period PeriodOf(Datum daterange);

/* How messages name a row: "fee_rule_id 7", "workflow first_issue version 2". */
extern char *RuleName(Relation rel, HeapTuple tuple);

/* Does the column's value differ between two versions of a row? */
extern bool RuleColumnDiffers(TupleDesc desc, HeapTuple old, HeapTuple new, int column);

/* An error: rules of the table cannot be what ("deleted"). */
pg_noreturn extern void RefuseRuleRemoval(Relation rel, const char *what);

#endif							/* LICENCE_HOME_RULES_RULE_TABLE_H */
