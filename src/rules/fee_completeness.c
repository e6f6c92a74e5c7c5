/*
 * fee_completeness.c
 *		Every profession of the catalogue has its fee in every schedule.
 *
 * fee_completeness is a deferred constraint trigger of profession,
 * fee_schedule and fee_rule.  Its argument is the column that narrows the
 * question to the row at hand: "code" or "schedule".  That the bands of a day
 * have no gap is rule_coverage's matter.
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

static SavedPlan find_gap = SAVED_PLAN("SELECT g.profession, g.schedule, g.days FROM licence_home_internal.fee_gaps($1, $2) AS g");

PG_FUNCTION_INFO_V1(licence_home_fee_completeness);
/* AFTER INSERT or UPDATE for each row, deferred. */
Datum
licence_home_fee_completeness(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "fee_completeness", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	const char *column = data->tg_trigger->tgargs[0];
	HeapTuple	tuple = TriggerNewTuple(data);
	bool		by_profession = strcmp(column, "code") == 0;
	OwnerScope	scope;
	char	   *value = ColumnOutput(tuple, desc, column);
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	/* The three tables are one question: one session asks it at a time. */
	LockDatabaseObject(RelationRelationId,
					   ExtensionTable("fee_schedule"),
					   0, ExclusiveLock);
	rows = ExecPlanLimit(&scope, &find_gap, 1, TextArg(by_profession ? value : NULL),
						 TextArg(by_profession ? NULL : value));
	if (rows.count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_RULE_GAP),
				 errmsg("profession \"%s\" has no fee in schedule \"%s\"",
						RowText(rows, 0, 1), RowText(rows, 0, 2)),
				 errdetail("No rule of \"fee_rule\" is in force for it or its category in %s.",
						   RowText(rows, 0, 3)),
				 errhint("In the same transaction, insert its rules into licence_home.fee_rule; an amount of 0 is a rule."),
				 errtable(data->tg_relation)));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
