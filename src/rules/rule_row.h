/*
 * rule_row.h
 *		Rows of rule tables, read without a query.
 */
#ifndef LICENCE_HOME_RULE_ROW_H
#define LICENCE_HOME_RULE_ROW_H

#include "utils/date.h"

#include "spi/heap_access.h"

/* The columns of a rule that say whether it is in force. */
typedef struct RuleColumns
{
	AttrNumber	valid;
	AttrNumber	withdrawn_at;
} RuleColumns;

extern RuleColumns RuleColumnsOf(const RowScan *scan);

/* in_force() of src/sql/rules/sentences.sql, of the row that was read. */
extern bool IsInForce(const RowScan *scan, RuleColumns columns, DateADT day);

/* Does a range of dates contain a day? */
extern bool ContainsDay(Datum range, DateADT day);

#endif							/* LICENCE_HOME_RULE_ROW_H */
