/*
 * rule_table.c
 *		What the triggers of the rule tables share.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "spi/query.h"
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

int
RuleColumn(TupleDesc desc, const char *name)
{
	int			column = SPI_fnumber(desc, name);

	if (column <= 0)
		elog(ERROR, "a trigger names the column \"%s\", which is not there", name);
	return column;
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

KeptQuery *
KeptQueryFor(const char *args, const char *text)
{
	typedef struct Made
	{
		KeptQuery	query;
		struct Made *next;
	} Made;
	static Made *made = NULL;	/* a few for each rule table */
	Made	   *entry;

	for (entry = made; entry != NULL; entry = entry->next)
	{
		if (strcmp(entry->query.text, text) == 0)
			return &entry->query;
	}
	entry = MemoryContextAllocZero(TopMemoryContext, sizeof(Made));
	entry->query.args = MemoryContextStrdup(TopMemoryContext, args);
	entry->query.text = MemoryContextStrdup(TopMemoryContext, text);
	entry->next = made;
	made = entry;
	return &entry->query;
}

TriggerData *
RuleTriggerData(FunctionCallInfo fcinfo, const char *name)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("%s() is a trigger", name)));
	return (TriggerData *) fcinfo->context;
}
