/*
 * rule_table.c
 *		What the triggers of the rule tables share.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/datum.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "errors.h"
#include "rules/rule_table.h"

Period
PeriodOf(Datum daterange)
{
	TypeCacheEntry *type = lookup_type_cache(DATERANGEOID, TYPECACHE_RANGE_INFO);
	RangeBound	lower;
	RangeBound	upper;
	Period		period;

	range_deserialize(type, DatumGetRangeTypeP(daterange), &lower, &upper,
					  &period.empty);
	period.has_from = !period.empty && !lower.infinite;
	period.has_to = !period.empty && !upper.infinite;
	period.from = period.has_from ? DatumGetDateADT(lower.val) : 0;
	period.to = period.has_to ? DatumGetDateADT(upper.val) : 0;
	return period;
}

char *
RuleName(Relation rel, HeapTuple tuple)
{
	TupleDesc	desc = RelationGetDescr(rel);
	int			version = SPI_fnumber(desc, "version");

	if (version > 0)
		return psprintf("%s %s version %s", SPI_fname(desc, 1),
						SPI_getvalue(tuple, desc, 1),
						SPI_getvalue(tuple, desc, version));
	return psprintf("%s %s", SPI_fname(desc, 1), SPI_getvalue(tuple, desc, 1));
}

bool
RuleColumnDiffers(TupleDesc desc, HeapTuple old, HeapTuple new, int column)
{
	Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
	bool		old_null;
	bool		new_null;
	Datum		old_value = heap_getattr(old, column, desc, &old_null);
	Datum		new_value = heap_getattr(new, column, desc, &new_null);

	if (old_null || new_null)
		return old_null != new_null;
	return !datum_image_eq(old_value, new_value,
						   attribute->attbyval, attribute->attlen);
}

void
RefuseRuleRemoval(Relation rel, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_PERMANENT),
			 errmsg("rules of \"%s\" cannot be %s",
					RelationGetRelationName(rel), what),
			 errdetail("Cases were or may be judged by them."),
			 errhint("Set withdrawn_at in a row that turned out wrong, or close its valid."),
			 errtable(rel)));
}
