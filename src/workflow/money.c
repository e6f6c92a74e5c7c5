/*
 * money.c
 *		Money of a case that is to be paid back.
 *
 * What is refundable follows from bills, payments, reversals and refunds
 * (account_money() in src/sql/work/money_tables.sql).  Whenever it has grown, a
 * row of refund_task says whose task it is and until when, and the person is
 * told.  This happens after a payment, and after each step that takes a bill
 * back.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

#include "actor.h"
#include "clock.h"
#include "sms/queue/enqueue.h"
#include "spi/heap_access.h"
#include "workflow/money.h"

/* Is there a row of the case in an index that begins with its number? */
static bool
has_row(Snapshot snapshot, int64 application_no, const char *table, const char *index)
{
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, table, index, snapshot, &key, 1);
	found = NextRow(&scan, ForwardScanDirection);
	EndRowScan(&scan);
	return found;
}

/* The amount of the case's only bill, if that is this one, is open, and has its own account. */
static bool
only_bill(Snapshot snapshot, int64 application_no, int64 invoice_no, Datum *amount)
{
	ScanKeyData key;
	RowScan		scan;
	int			count = 0;
	bool		plain = true;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "invoice", "invoice_of_application", snapshot, &key, 1);
	while (plain && NextRow(&scan, ForwardScanDirection))
	{
		plain = count++ == 0 &&
			DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "invoice_no"))) == invoice_no &&
			IsNullColumn(scan.slot, ColumnOf(scan.table, "cancelled_at")) &&
			IsNullColumn(scan.slot, ColumnOf(scan.table, "account"));
		if (plain)
			*amount = datumCopy(ColumnValue(scan.slot, ColumnOf(scan.table, "amount")), false, -1);
	}
	EndRowScan(&scan);
	return plain && count == 1;
}

/* What was paid for a bill. */
static Datum
paid_for(Snapshot snapshot, int64 invoice_no)
{
	Datum		paid = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	ScanKeyData key;
	RowScan		scan;

	Int8Key(&key, 1, invoice_no);
	BeginRowScan(&scan, "payment", "payment_of_invoice", snapshot, &key, 1);
	while (NextRow(&scan, ForwardScanDirection))
		paid = DirectFunctionCall2(numeric_add, paid, ColumnValue(scan.slot, ColumnOf(scan.table, "amount")));
	EndRowScan(&scan);
	return paid;
}

/*
 * The money of a case that has one open bill, and of whose payments none was
 * taken back, paid back or waived: account_money() without a query.  False: it
 * is not so, and the function is to be asked.
 */
static bool
read_plain_money(OwnerScope *scope, int64 application_no, int64 invoice_no, BillMoney *money)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	Datum		zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	Datum		billed;
	Datum		paid;
	Datum		surplus;
	bool		plain = only_bill(snapshot, application_no, invoice_no, &billed) &&
	!has_row(snapshot, application_no, "payment_reversal", "payment_reversal_of_application") &&
	!has_row(snapshot, application_no, "payment_refund", "payment_refund_of_application") &&
	!has_row(snapshot, application_no, "unpaid_decision", "unpaid_decision_of_application");

	if (plain)
	{
		paid = paid_for(snapshot, invoice_no);
		surplus = DirectFunctionCall2(numeric_larger, zero, DirectFunctionCall2(numeric_sub, paid, billed));
		money->account = money->open_bill = invoice_no;
		money->surplus = TextDatumGetCString(DirectFunctionCall2Coll(numeric_to_char, DEFAULT_COLLATION_OID, surplus,
																	 CStringGetTextDatum("FM999999990.000")));
		money->paid = DatumGetBool(DirectFunctionCall2(numeric_ge, paid, billed));
		money->part = !money->paid && DatumGetBool(DirectFunctionCall2(numeric_gt, paid, zero));
		money->over = DatumGetBool(DirectFunctionCall2(numeric_gt, surplus, zero));
	}
	UnregisterSnapshot(snapshot);
	return plain;
}

BillMoney
ReadBillMoney(OwnerScope *scope, int64 application_no, int64 invoice_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT coalesce(i.account, i.invoice_no), coalesce(m.invoice_no, 0), to_char(m.surplus, 'FM999999990.000'),"
									   "  m.invoice_no IS NOT NULL AND m.lacking = 0, "
									   "m.invoice_no IS NOT NULL AND m.lacking > 0 AND m.net > 0, m.surplus > 0 "
									   "FROM licence_home.invoice AS i "
									   "CROSS JOIN LATERAL licence_home_internal.account_money(coalesce(i.account, i.invoice_no), $1) AS m "
									   "WHERE i.invoice_no = $2");
	BillMoney	money = {0};
	Rows		rows;

	if (read_plain_money(scope, application_no, invoice_no, &money))
		return money;
	rows = ExecPlan(scope, &find, CaseArg(application_no), Int8Arg(invoice_no));
	if (rows.count != 1)
		elog(ERROR, "bill " INT64_FORMAT " has no account", invoice_no);
	money.account = RowInt8(rows, 0, 1);
	money.open_bill = RowInt8(rows, 0, 2);
	money.surplus = RowText(rows, 0, 3);
	money.paid = RowBool(rows, 0, 4);
	money.part = RowBool(rows, 0, 5);
	money.over = RowBool(rows, 0, 6);
	return money;
}

bool
TellOfMoney(OwnerScope *scope, int64 application_no, int64 event_no, const char *template)
{
	if (!CanOweMessage(scope, application_no, template))
		return false;
	OweMessage(scope, application_no, event_no, template, false);
	return true;
}

/* Has no bill of a case a payment?  Then there is nothing to pay back. */
static bool
nothing_came(OwnerScope *scope, int64 application_no)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	ScanKeyData key;
	RowScan		bills;
	bool		nothing = true;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&bills, "invoice", "invoice_of_application", snapshot, &key, 1);
	while (nothing && NextRow(&bills, ForwardScanDirection))
	{
		RowScan		payments;
		ScanKeyData bill;

		Int8Key(&bill, 1, DatumGetInt64(ColumnValue(bills.slot, ColumnOf(bills.table, "invoice_no"))));
		BeginRowScan(&payments, "payment", "payment_of_invoice", snapshot, &bill, 1);
		nothing = !NextRow(&payments, ForwardScanDirection);
		EndRowScan(&payments);
	}
	EndRowScan(&bills);
	UnregisterSnapshot(snapshot);
	return nothing;
}

void
NoteRefunds(OwnerScope *scope, int64 application_no, int64 event_no)
{
	static SavedPlan note = SAVED_PLAN("INSERT INTO licence_home.refund_task "
									   "(application_no, invoice_no, amount, refunded_before, owner, due_on, event_no, recorded_by) "
									   "SELECT $1, n.account, n.surplus, n.refunded, n.owner, n.due_on, $2, $3 "
									   "FROM licence_home_internal.refunds_to_note($1) AS n");

	if (nothing_came(scope, application_no))
		return;
	if (ExecPlan(scope, &note, CaseArg(application_no), Int8Arg(event_no),
				 TextArg(ActorName())).count > 0)
		TellOfMoney(scope, application_no, event_no, "refund_due");
}

void
TellRest(OwnerScope *scope, int64 application_no, int64 event_no)
{
	static SavedPlan part = SAVED_PLAN("SELECT 1 FROM licence_home_internal.open_bill_money($1) AS m "
									   "WHERE m.net > 0 AND m.lacking > 0");

	if (ExecPlan(scope, &part, CaseArg(application_no)).count > 0)
		TellOfMoney(scope, application_no, event_no, "payment_incomplete");
}

PG_FUNCTION_INFO_V1(licence_home_fast_bill_money);
/*
 * fast_bill_money(application_no, invoice_no): what ReadBillMoney() finds
 * without a query; null: it asks.  For tests.
 */
Datum
licence_home_fast_bill_money(PG_FUNCTION_ARGS)
{
	BillMoney	money = {0};
	OwnerScope	scope;
	bool		plain;
	MemoryContext caller = CurrentMemoryContext;
	char	   *said = NULL;

	EnterOwner(&scope, OWNER_READS);
	plain = read_plain_money(&scope, PG_GETARG_INT64(0), PG_GETARG_INT64(1), &money);
	if (plain)
		said = MemoryContextStrdup(caller, psprintf(INT64_FORMAT " " INT64_FORMAT " %s %s %s %s", money.account,
													money.open_bill, money.surplus, money.paid ? "t" : "f",
													money.part ? "t" : "f", money.over ? "t" : "f"));
	LeaveOwner(&scope);
	if (!plain)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(said));
}
