/*
 * payment.c
 *		Money that moved.
 *
 * A bill-payment service notifies each payment, sometimes twice and at the
 * same moment.  Money for a known bill is never refused.  Too little leaves
 * the rest due.  Too much, or money that is too late, is recorded, and the
 * view refundable lists it.  The payment that completes an open bill issues
 * the licence in its own transaction.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "spi/key_lock.h"
#include "spi/heap_access.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "text/fold.h"
#include "workflow/case.h"
#include "evidence/payment.h"
#include "workflow/case_dates.h"
#include "workflow/money.h"
#include "workflow/preconditions.h"
#include "workflow/request.h"
#include "workflow/row.h"
#include "workflow/transitions.h"

int64
CaseOfBill(OwnerScope *scope, Datum invoice_no, bool isnull, const char *table)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	int64		application_no = 0;
	ScanKeyData key;
	RowScan		scan;

	if (!isnull)
	{
		Int8Key(&key, 1, DatumGetInt64(invoice_no));
		BeginRowScan(&scan, "invoice", "invoice_pkey", snapshot, &key, 1);
		if (NextRow(&scan, ForwardScanDirection))
			application_no = DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "application_no")));
		EndRowScan(&scan);
	}
	UnregisterSnapshot(snapshot);
	if (application_no == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_BILL),
				 isnull ? errmsg("a row of %s names its bill", table)
				 : errmsg("there is no bill " INT64_FORMAT, DatumGetInt64(invoice_no)),
				 errhint("Nothing was recorded. The bill number is in the message fees_due and in licence_home.invoice."),
				 err_column(table, "invoice_no")));
	return application_no;
}

/*
 * What moves the money of a case comes one after the other, by a key that is
 * locked before the row.  Each writes an event, so at REPEATABLE READ the second
 * could not lock a row that the first has changed; and money that moved is never
 * refused.
 */
void
LockBill(OwnerScope *scope, int64 application_no, LockedCase *locked)
{
	LockKey(KEY_LOCK_BILL, (uint64) application_no);
	if (!LockCase(scope, application_no, locked))
		elog(ERROR, "bill without a case");
}

Datum
LockReference(KeyLockKind kind, Datum reference)
{
	/*
	 * as people and networks write it: blanks, case, digits make no other
	 * payment
	 */
	Datum		folded = PointerGetDatum(FoldText(DatumGetTextPP(reference), FOLD_REFERENCE));

	LockKey(kind, hash_bytes_extended((unsigned char *) VARDATA_ANY(folded),
									  VARSIZE_ANY_EXHDR(folded), 0));
	return folded;
}

/*
 * Has this payment been recorded?  The reference is locked, so that two
 * notifications of it come one after the other, whatever their bills.  It is
 * locked before the case: at REPEATABLE READ the second notification could not
 * lock a case that the first has moved.  A repeat must be no error at any
 * isolation level.
 */
static bool
is_repeated(OwnerScope *scope, Datum reference, Datum invoice_no, Datum amount,
			bool amount_is_null)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.invoice_no = $2 AND p.amount = $3, p.invoice_no, p.amount, "
									   "i.application_no FROM licence_home.payment AS p "
									   "JOIN licence_home.invoice AS i USING (invoice_no) "
									   "WHERE licence_home.fold_reference(p.payment_reference) = $1");
	Datum		folded = LockReference(KEY_LOCK_PAYMENT, reference);
	Rows		rows;

	rows = ExecPlanLimit(scope, &find, 1, DatumArg(ARG_TEXT, folded, false),
						 DatumArg(ARG_INT8, invoice_no, false),
						 DatumArg(ARG_NUMERIC, amount, amount_is_null));
	if (rows.count == 0)
		return false;
	if (RowBool(rows, 0, 1))
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_LH_PAYMENT_CONFLICT),
			 errmsg_case(RowInt8(rows, 0, 4), "payment \"%s\" is recorded already, and not as this one",
						 TextDatumGetCString(reference)),
			 errdetail("It is recorded for bill %s, JOD %s.",
					   RowText(rows, 0, 2), RowText(rows, 0, 3)),
			 errhint("Nothing was changed. Ask the payment service which is right."),
			 err_column("payment", "payment_reference")));
}

HeapTuple
RefuseMoneyChange(HeapTuple old, HeapTuple new, TupleDesc desc, const char *table)
{
	List	   *changed = ChangedColumns(old, new, desc);
	OwnerScope	scope;
	Datum		invoice_no;
	bool		isnull;

	if (changed == NIL)
		return new;
	invoice_no = ColumnDatum(old, desc, "invoice_no", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	ereport(ERROR,
			(errcode(ERRCODE_LH_FROZEN),
			 errmsg_case(CaseOfBill(&scope, invoice_no, isnull, table),
						 "a recorded row of %s is never changed", table),
			 errhint("Money that should go back is listed in licence_home.refundable; reverse_payment() and refund_payment() record more rows."),
			 err_column(table, linitial(changed))));
}

PG_FUNCTION_INFO_V1(licence_home_payment_trigger);
/* BEFORE INSERT OR UPDATE on payment, for each row. */
Datum
licence_home_payment_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "payment_trigger", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	RowChange	change = {.memory = CurrentMemoryContext};
	LockedCase	locked;
	OwnerScope	scope;
	Datum		invoice_no;
	Datum		reference;
	Datum		amount;
	TimestampTz paid_at;
	bool		no_moment;
	bool		no_invoice;
	bool		no_reference;
	bool		no_amount;
	bool		repeated = false;
	char	   *channel;
	int64		application_no;

	if (!TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
		return PointerGetDatum(RefuseMoneyChange(new, trigdata->tg_newtuple, desc, "payment"));
	invoice_no = ColumnDatum(new, desc, "invoice_no", &no_invoice);
	reference = ColumnDatum(new, desc, "payment_reference", &no_reference);
	amount = ColumnDatum(new, desc, "amount", &no_amount);

	EnterOwner(&scope, OWNER_WRITES);
	application_no = CaseOfBill(&scope, invoice_no, no_invoice, "payment");
	if (!no_reference)
		repeated = is_repeated(&scope, reference, invoice_no, amount, no_amount);
	if (!repeated)
	{
		LockBill(&scope, application_no, &locked);
		paid_at = DatumGetTimestampTz(ColumnDatum(new, desc, "paid_at", &no_moment));
		if (!no_moment)
			CheckCaseMoment(&scope, application_no, "payment", "paid_at", paid_at);
	}
	ReplaceColumn(&change, desc, "recorded_at",
				  TimestampTzGetDatum(ClockNow()), false);
	ReplaceColumn(&change, desc, "recorded_by",
				  CStringGetTextDatum(ActorName()), false);
	channel = ColumnText(new, desc, "channel");
	ReplaceColumn(&change, desc, "receiver", CStringGetTextDatum(ActorName()),
				  channel == NULL || strcmp(channel, "counter") != 0);
	LeaveOwner(&scope);
	if (repeated)
		return PointerGetDatum(NULL);	/* INSERT 0 0 */
	return PointerGetDatum(WithChanges(new, desc, &change));
}

/*
 * The step that follows a payment from this state, if there is one whose
 * other preconditions hold: money that moved is never refused.
 */
static Transition *
payment_step(OwnerScope *scope, const LockedCase *locked)
{
	Transition *transition = PaymentTransition(TransitionsFrom(scope, locked->application_no,
															   locked->workflow, locked->version,
															   locked->state));
	Step		step = {.application_no = locked->application_no, .events = locked->events};

	if (transition == NULL || AskPreconditions(scope, &step, transition) != NIL)
		return NULL;
	return transition;
}

/* Of payments that one statement brings, the last tells what they come to. */
static bool
is_last_payment(OwnerScope *scope, HeapTuple tuple, TupleDesc desc)
{
	static SavedPlan find = SAVED_PLAN("SELECT NOT EXISTS (SELECT FROM licence_home.payment AS p "
									   "WHERE p.invoice_no = $1 AND p.payment_id > $2)");
	bool		isnull;
	Datum		invoice_no = ColumnDatum(tuple, desc, "invoice_no", &isnull);
	Datum		payment_id = ColumnDatum(tuple, desc, "payment_id", &isnull);
	Rows		rows = ExecPlan(scope, &find, DatumArg(ARG_INT8, invoice_no, false),
								DatumArg(ARG_INT8, payment_id, false));

	return RowBool(rows, 0, 1);
}

/* A part of what is due, or more than that: an event of the case, and told. */
static void
note_odd_sum(OwnerScope *scope, const BillMoney *money, int64 application_no, Oid caller)
{
	int64		event_no = AddCaseEvent(scope, application_no, caller,
										money->part ? "part_payment" : "overpayment", NULL, NULL);

	if (money->part)
		TellOfMoney(scope, application_no, event_no, "payment_incomplete");
	NoteRefunds(scope, application_no, event_no);
}

PG_FUNCTION_INFO_V1(licence_home_payment_issue);
/*
 * AFTER INSERT on payment, for each row: the complete bill moves its case, and
 * what is too little or too much is told.
 */
Datum
licence_home_payment_issue(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "payment_issue", AFTER_ROW_TRIGGER);
	StepRequest request = {0};
	LockedCase	locked;
	OwnerScope	scope;
	Transition *transition;
	Datum		invoice_no;
	bool		isnull;
	BillMoney	money;

	request.caller = GetUserId();
	invoice_no = ColumnDatum(trigdata->tg_trigtuple,
							 RelationGetDescr(trigdata->tg_relation),
							 "invoice_no", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	LockBill(&scope, CaseOfBill(&scope, invoice_no, isnull, "payment"), &locked);
	money = ReadBillMoney(&scope, locked.application_no, DatumGetInt64(invoice_no));
	if (money.paid && (transition = payment_step(&scope, &locked)) != NULL)
	{
		request.application_no = locked.application_no;
		request.action = transition->action;
		TakeStep(&request, transition->to_state, &scope);
	}
	if ((money.part || money.over) &&
		is_last_payment(&scope, trigdata->tg_trigtuple, RelationGetDescr(trigdata->tg_relation)))
		note_odd_sum(&scope, &money, locked.application_no, request.caller);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_record_payment);
/*
 * record_payment(payment_reference, invoice_no, amount, paid_at, channel,
 * receipt): the payment as recorded, and whether this call recorded it.
 */
Datum
licence_home_record_payment(PG_FUNCTION_ARGS)
{
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at, channel, receipt) "
										 "VALUES ($1, $2, $3, $4, $5, $6)");
	static SavedPlan find = SAVED_PLAN("SELECT payment_id, payment_reference, invoice_no, amount, paid_at "
									   "FROM licence_home.payment "
									   "WHERE licence_home.fold_reference(payment_reference) = licence_home.fold_reference($1)");
	PlanArg		args[] = {
		DatumArg(ARG_TEXT, PG_GETARG_DATUM(0), PG_ARGISNULL(0)),
		DatumArg(ARG_INT8, PG_GETARG_DATUM(1), PG_ARGISNULL(1)),
		DatumArg(ARG_NUMERIC, PG_GETARG_DATUM(2), PG_ARGISNULL(2)),
		MomentArg(PG_ARGISNULL(3) ? ClockNow() : PG_GETARG_TIMESTAMPTZ(3)),
		PG_ARGISNULL(4) ? TextArg("network") : DatumArg(ARG_TEXT, PG_GETARG_DATUM(4), false),
		DatumArg(ARG_TEXT, PG_GETARG_DATUM(5), PG_ARGISNULL(5))
	};
	Datum		row[6];
	bool		row_nulls[6] = {false};
	TupleDesc	desc;
	MemoryContext outer = CurrentMemoryContext;
	OwnerScope	scope;
	bool		recorded;
	Rows		rows;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "record_payment() returns a row");
	recorded = ExecSavedPlanAsInvoker(&insert, args, lengthof(args)) == 1;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecSavedPlan(&scope, &find, 1, args, 1);
	if (rows.count != 1)
		elog(ERROR, "payment was not recorded");
	for (int i = 0; i < 5; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(rows.table->tupdesc, i);
		Datum		value = RowDatum(rows, 0, i + 1, &row_nulls[i]);
		MemoryContext inner = MemoryContextSwitchTo(outer);

		row[i] = SPI_datumTransfer(value, attr->attbyval, attr->attlen);
		MemoryContextSwitchTo(inner);
	}
	LeaveOwner(&scope);
	row[5] = CStringGetTextDatum(recorded ? "recorded" : "repeated");
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), row, row_nulls)));
}
