/*
 * rule_reference.c
 *		What a rule names is there on every day of the rule.
 *
 * rule_trigger refuses a code that its table never has in the rule's days.
 * rule_reference is a deferred constraint trigger, for what happens later or
 * on some days only.  Say a code is closed or withdrawn while a rule still
 * names it.  Then that rule would lack its name, its category or its
 * authority.  It is a trigger of both tables.  Its arguments are the table and
 * the column that name, then the table and the column that are named.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "errors.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "spi/trigger.h"

PG_FUNCTION_INFO_V1(licence_home_rule_reference);
/* AFTER INSERT or UPDATE for each row, deferred. */
Datum
licence_home_rule_reference(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "rule_reference", AFTER_ROW_TRIGGER);
	Relation	rel = data->tg_relation;
	TupleDesc	desc = RelationGetDescr(rel);
	HeapTuple	tuple = TriggerNewTuple(data);
	char	  **args = data->tg_trigger->tgargs;
	const char *naming = quote_identifier(args[0]);
	const char *column = quote_identifier(args[1]);
	const char *named = quote_identifier(args[2]);
	const char *code = quote_identifier(args[3]);
	bool		by_naming = strcmp(RelationGetRelationName(rel), args[0]) == 0;
	char	   *value = ColumnOutput(tuple, desc, args[by_naming ? 1 : 3]);
	OwnerScope	scope;
	SavedPlan  *find;
	Rows		rows;
	bool		isnull;
	Datum		id = SPI_getbinval(tuple, desc, 1, &isnull);

	if (value == NULL)
		return PointerGetDatum(NULL);
	EnterOwner(&scope, OWNER_WRITES);
	/* One session at a time withdraws the code or names it. */
	LockDatabaseObject(RelationRelationId, ExtensionTable(args[2]),
					   0, ExclusiveLock);
	find = SavedPlanFor(psprintf("SELECT r.%s_id, datemultirange(r.valid) - coalesce(c.days, '{}') "
								 "FROM licence_home.%s AS r CROSS JOIN LATERAL ("
								 "SELECT range_agg(t.valid) AS days FROM licence_home.%s AS t "
								 "WHERE t.%s = r.%s AND t.withdrawn_at IS NULL) AS c "
								 "WHERE r.%s = $1 AND r.withdrawn_at IS NULL AND ($2 IS NULL OR r.%s_id = $2) "
								 "AND NOT coalesce(c.days @> r.valid, false) ORDER BY r.%s_id",
								 args[0], naming, named, code, column, column, args[0], args[0]));
	rows = ExecPlanLimit(&scope, find, 1, TextArg(value),
						 DatumArg(ARG_INT8, id, !by_naming));
	if (rows.count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_RULE_GAP),
				 errmsg("%s \"%s\" is not in \"%s\" in %s, when a rule of \"%s\" names it",
						args[3], value, args[2], RowText(rows, 0, 2), args[0]),
				 errdetail("The rule is %s_id %s.", args[0], RowText(rows, 0, 1)),
				 errhint("In the same transaction, insert \"%s\" into licence_home.%s for these days, or close or withdraw what names it.",
						 value, args[2]),
				 errtable(rel)));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
