/*
 * till.c
 *		The ledger, the tills, and who pays back.
 *
 * A trigger enters each row about money in the ledger, in its own
 * transaction. reconcile() compares what the rows say with what the ledger
 * says.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "evidence/payment.h"
#include "spi/trigger.h"
#include "workflow/money.h"

PG_FUNCTION_INFO_V1(licence_home_money_entry);
/* AFTER INSERT OR UPDATE, for each row: its entry in the ledger. */
Datum
licence_home_money_entry(PG_FUNCTION_ARGS)
{
	static SavedPlan enter = SAVED_PLAN("INSERT INTO licence_home.money_entry (kind, application_no, account, source_no, amount, at) "
										"SELECT $1, i.application_no, coalesce(i.account, i.invoice_no), $3, $4, $5 "
										"FROM licence_home.invoice AS i WHERE i.invoice_no = $2");
	TriggerData *trigdata = CheckedTrigger(fcinfo, "money_entry", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	tuple = TriggerNewTuple(trigdata);
	Datum		invoice_no;
	Datum		source_no;
	Datum		amount;
	OwnerScope	scope;
	bool		isnull;

	invoice_no = ColumnDatum(tuple, desc, "invoice_no", &isnull);
	source_no = ColumnDatum(tuple, desc, trigdata->tg_trigger->tgargs[1], &isnull);
	amount = ColumnDatum(tuple, desc, "amount", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	ExecPlan(&scope, &enter, TextArg(trigdata->tg_trigger->tgargs[0]),
			 DatumArg(ARG_INT8, invoice_no, false), DatumArg(ARG_INT8, source_no, false),
			 DatumArg(ARG_NUMERIC, amount, isnull), MomentArg(ClockNow()));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_reconcile);
/* reconcile(day): the totals of a day, each from both ends. */
Datum
licence_home_reconcile(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT r.total, r.from_bills, r.from_ledger, r.from_bills - r.from_ledger, "
										 "r.from_bills = r.from_ledger "
										 "FROM licence_home_internal.reconciliation(coalesce($1, licence_home.today())) AS r "
										 "ORDER BY r.turn");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnPlan(fcinfo, &scope, &find, FunctionArg(fcinfo, 0, ARG_DATE));
	LeaveOwner(&scope);
	return (Datum) 0;
}

/* A day that is not over yet may be closed; one to come may not. */
static void
check_till_day(DateADT day)
{
	if (day <= ClockDay(ClockNow()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_TILL),
			 errmsg_said(0, "the till of a day still to come cannot be closed", "لا يُغلق صندوق يوم لم يأت بعد"),
			 errdetail_said("A till is closed when its day's money is counted.", "يُغلق الصندوق بعد عد نقود يومه."),
			 errhint_said("Close the till of today, or of a day before.", "أغلق صندوق اليوم أو يوم قبله."),
			 err_column("till_closing", "day")));
}

PG_FUNCTION_INFO_V1(licence_home_till_closing_trigger);
/* BEFORE INSERT OR UPDATE on till_closing, for each row. */
Datum
licence_home_till_closing_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan expect = SAVED_PLAN("SELECT e.expected, coalesce((SELECT (c.counted, c.expected) = ($3, e.expected) "
										 "AND c.note IS NOT DISTINCT FROM $4 FROM licence_home.till_closing AS c "
										 "WHERE c.receiver = $1 AND c.day = $2 ORDER BY c.till_closing_id DESC LIMIT 1), false) "
										 "FROM (SELECT licence_home_internal.till_expected($1, $2) AS expected) AS e");
	TriggerData *trigdata = CheckedTrigger(fcinfo, "till_closing_trigger", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	RowChange	change = {.memory = CurrentMemoryContext};
	OwnerScope	scope;
	DateADT		day;
	Datum		counted;
	bool		no_day;
	bool		isnull;
	Rows		rows;

	if (!TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
	{
		if (ChangedColumns(new, trigdata->tg_newtuple, desc) == NIL)
			return PointerGetDatum(trigdata->tg_newtuple);
		ereport(ERROR,
				(errcode(ERRCODE_LH_FROZEN),
				 errmsg("a till that was closed stays as it was counted"),
				 errhint("Close it once more; the latest counts."),
				 err_table("till_closing")));
	}
	day = DatumGetDateADT(ColumnDatum(new, desc, "day", &no_day));
	if (no_day)
		return PointerGetDatum(new);	/* NOT NULL says it */
	check_till_day(day);
	counted = ColumnDatum(new, desc, "counted", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &expect, TextArg(ActorName()), DateArg(day),
					DatumArg(ARG_NUMERIC, counted, isnull), TextArg(ColumnText(new, desc, "note")));
	if (RowBool(rows, 0, 2))
	{
		LeaveOwner(&scope);
		return PointerGetDatum(NULL);	/* INSERT 0 0 */
	}
	ReplaceColumn(&change, desc, "receiver", CStringGetTextDatum(ActorName()), false);
	ReplaceColumn(&change, desc, "expected", RowDatum(rows, 0, 1, &isnull), false);
	ReplaceColumn(&change, desc, "recorded_at", TimestampTzGetDatum(ClockNow()), false);
	ReplaceColumn(&change, desc, "recorded_by", CStringGetTextDatum(ActorName()), false);
	LeaveOwner(&scope);
	return PointerGetDatum(WithChanges(new, desc, &change));
}

PG_FUNCTION_INFO_V1(licence_home_assign_refund);
/* assign_refund(invoice_no, official, due_on): the number of the refund_task. */
Datum
licence_home_assign_refund(PG_FUNCTION_ARGS)
{
	static SavedPlan serves = SAVED_PLAN("SELECT o.official FROM licence_home.official AS o WHERE o.key = licence_home.fold_reference($1) "
										 "AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today())");
	static SavedPlan assign = SAVED_PLAN("INSERT INTO licence_home.refund_task "
										 "(application_no, invoice_no, amount, refunded_before, owner, due_on, event_no, recorded_by) "
										 "SELECT $1, k.invoice_no, m.surplus, m.refunded, $3, coalesce($4, k.due_on), k.event_no, $5 "
										 "FROM licence_home.refund_task AS k "
										 "CROSS JOIN LATERAL licence_home_internal.account_money($2, $1) AS m "
										 "WHERE k.application_no = $1 AND k.invoice_no = $2 AND m.surplus > 0 "
										 "ORDER BY k.refund_task_id DESC LIMIT 1 RETURNING refund_task_id");
	OwnerScope	scope;
	LockedCase	locked;
	BillMoney	money;
	char	   *official;
	int64		application_no;
	int64		result;
	Rows		rows;

	CheckWorker();
	EnterOwner(&scope, OWNER_WRITES);
	application_no = CaseOfBill(&scope, fcinfo->args[0].value, PG_ARGISNULL(0), "refund_task");
	LockBill(&scope, application_no, &locked);
	rows = ExecPlan(&scope, &serves, FunctionArg(fcinfo, 1, ARG_TEXT));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg_case(application_no, "\"%s\" is no official who serves", ShownArg(fcinfo, 1)),
				 errhint("SELECT official, valid FROM licence_home.official WHERE withdrawn_at IS NULL lists them."),
				 err_column("official", "official")));
	official = RowText(rows, 0, 1);
	money = ReadBillMoney(&scope, application_no, PG_GETARG_INT64(0));
	rows = ExecPlan(&scope, &assign, CaseArg(application_no), Int8Arg(money.account), TextArg(official),
					FunctionArg(fcinfo, 2, ARG_DATE), TextArg(ActorName()));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_MONEY),
				 errmsg_said(application_no, "nothing is to be paid back for this bill", "لا شيء يُرد عن هذه الفاتورة"),
				 errdetail_said("Refundable is JOD 0.", "القابل للرد 0 د.أ."),
				 errhint_said("licence_home.refundable has what is to be paid back.", "في licence_home.refundable ما يُرد."),
				 err_table("refund_task")));
	result = RowInt8(rows, 0, 1);
	LeaveOwner(&scope);
	PG_RETURN_INT64(result);
}

PG_FUNCTION_INFO_V1(licence_home_message_fate);
/* message_fate(application_no, event_no, template): how that message stands; of any event the latest. */
Datum
licence_home_message_fate(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT coalesce(s.status, 'lost') FROM licence_home.sms_status AS s "
									   "WHERE s.application_no = $1 AND (s.event_no = $2 OR $2 IS NULL) AND s.template = $3 "
									   "ORDER BY s.message_id DESC LIMIT 1");
	MemoryContext outer = CurrentMemoryContext;
	OwnerScope	scope;
	char	   *fate = NULL;
	Rows		rows;

	EnterOwner(&scope, OWNER_READS);
	rows = ExecPlan(&scope, &find, FunctionArg(fcinfo, 0, ARG_APPLICATION_NO), FunctionArg(fcinfo, 1, ARG_INT8),
					FunctionArg(fcinfo, 2, ARG_TEXT));
	if (rows.count == 1)
		fate = MemoryContextStrdup(outer, RowText(rows, 0, 1));
	LeaveOwner(&scope);
	if (fate == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(fate));
}
