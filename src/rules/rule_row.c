/*
 * rule_row.c
 *		Rows of rule tables, read without a query.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "rules/rule_row.h"

bool
ContainsDay(Datum range, DateADT day)
{
	return range_contains_elem_internal(lookup_type_cache(DATERANGEOID, TYPECACHE_RANGE_INFO),
										DatumGetRangeTypeP(range), DateADTGetDatum(day));
}

RuleColumns
RuleColumnsOf(const RowScan *scan)
{
	RuleColumns columns = {ColumnOf(scan->table, "valid"), ColumnOf(scan->table, "withdrawn_at")};

	return columns;
}

bool
IsInForce(const RowScan *scan, RuleColumns columns, DateADT day)
{
	return !DATE_NOT_FINITE(day) && IsNullColumn(scan->slot, columns.withdrawn_at) &&
		ContainsDay(ColumnValue(scan->slot, columns.valid), day);
}
