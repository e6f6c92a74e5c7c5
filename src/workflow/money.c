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

#include "utils/snapmgr.h"

#include "actor.h"
#include "clock.h"
#include "sms/queue/enqueue.h"
#include "spi/heap_access.h"
#include "workflow/money.h"

BillMoney
ReadBillMoney(OwnerScope *scope, int64 application_no, int64 invoice_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT coalesce(i.account, i.invoice_no), coalesce(m.invoice_no, 0), to_char(m.surplus, 'FM999999990.000'),"
									   "  m.invoice_no IS NOT NULL AND m.lacking = 0, "
									   "m.invoice_no IS NOT NULL AND m.lacking > 0 AND m.net > 0, m.surplus > 0 "
									   "FROM licence_home.invoice AS i "
									   "CROSS JOIN LATERAL licence_home_internal.account_money(coalesce(i.account, i.invoice_no), $1) AS m "
									   "WHERE i.invoice_no = $2");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no), Int8Arg(invoice_no));
	BillMoney	money = {0};

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
