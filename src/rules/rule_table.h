/*
 * rule_table.h
 *		What the triggers of the rule tables share.
 */
#ifndef LICENCE_HOME_RULES_RULE_TABLE_H
#define LICENCE_HOME_RULES_RULE_TABLE_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "commands/trigger.h"
#include "utils/date.h"

#include "spi/owner.h"

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

/* A column by its name, which the trigger's definition promises. */
extern int	RuleColumn(TupleDesc desc, const char *name);

/* How messages name a row: "fee_rule_id 7", "workflow first_issue version 2". */
extern char *RuleName(Relation rel, HeapTuple tuple);

/* A kept query whose text is made at run time. */
struct KeptQuery;
extern struct KeptQuery *KeptQueryFor(const char *args, const char *text);

/* Refuse a call that is not what the trigger is made for. */
extern TriggerData *RuleTriggerData(FunctionCallInfo fcinfo, const char *name);

#endif							/* LICENCE_HOME_RULES_RULE_TABLE_H */
