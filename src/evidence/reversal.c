/*
 * reversal.c
 *		Payments that are taken back, and money that is paid back.
 *
 * The network takes a payment back by its own rules, and says so afterwards: it
 * is recorded, whatever the case is at.  Before the issue the bill is open
 * again, by the step that the workflow has for it.  After the issue nothing ends
 * by itself: the person is told, the licence is listed in unpaid_licences, and a
 * named official decides.
 *
 * What is paid back is the office's own doing, and never more than is
 * refundable.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "official.h"
#include "evidence/payment.h"
#include "spi/trigger.h"
#include "workflow/case_dates.h"
#include "workflow/money.h"
#include "workflow/preconditions.h"
#include "workflow/request.h"
#include "workflow/separation.h"
#include "workflow/transitions.h"

/* The payment that a reversal is about. */
typedef struct TakenBack
{
	int64		application_no;
	int64		invoice_no;
	Datum		amount;
	bool		at_counter;
	char	   *receiver;
	bool		is_taken_back;	/* already */
	bool		is_this;		/* by the same reversal */
} TakenBack;

/* Who wrote the row, and when. */
static void
stamp(RowChange *change, TupleDesc desc)
{
	ReplaceColumn(change, desc, "recorded_at", TimestampTzGetDatum(ClockNow()), false);
	ReplaceColumn(change, desc, "recorded_by", CStringGetTextDatum(ActorName()), false);
}

/* Look the payment up; an error where nobody knows it. */
static TakenBack
find_payment(OwnerScope *scope, Datum payment_id, bool isnull, const char *reference)
{
	static SavedPlan find = SAVED_PLAN("SELECT i.application_no, p.invoice_no, p.amount, p.channel = 'counter', p.receiver, "
									   "r.payment_id IS NOT NULL, r.payment_id IS NOT NULL AND "
									   "licence_home.fold_reference(r.reversal_reference) IS NOT DISTINCT FROM licence_home.fold_reference($2) "
									   "FROM licence_home.payment AS p JOIN licence_home.invoice AS i ON i.invoice_no = p.invoice_no "
									   "LEFT JOIN licence_home.payment_reversal AS r ON r.payment_id = p.payment_id "
									   "WHERE p.payment_id = $1");
	Rows		rows = ExecPlan(scope, &find, DatumArg(ARG_INT8, payment_id, isnull), TextArg(reference));
	TakenBack	found = {0};
	bool		no_amount;

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_MONEY),
				 errmsg_said(0, "the payment that is to be taken back is not known",
							 "الدفعة المراد استردادها غير معروفة"),
				 errdetail_said("No payment with this reference or number is recorded.",
								"لا دفعة مسجلة بهذا المرجع أو الرقم."),
				 errhint_said("Nothing was recorded. licence_home.payment has the payments; record the payment first if it came.",
							  "لم يُسجَّل شيء. الدفعات في licence_home.payment."),
				 err_column("payment_reversal", "payment_id")));
	found.application_no = RowInt8(rows, 0, 1);
	found.invoice_no = RowInt8(rows, 0, 2);
	found.amount = RowDatum(rows, 0, 3, &no_amount);
	found.at_counter = RowBool(rows, 0, 4);
	found.receiver = RowText(rows, 0, 5);
	found.is_taken_back = RowBool(rows, 0, 6);
	found.is_this = RowBool(rows, 0, 7);
	return found;
}

/* A mistake at the counter is put right by somebody else. */
static void
refuse_own_receipt(const TakenBack *payment)
{
	if (!payment->at_counter || payment->receiver == NULL ||
		strcmp(payment->receiver, ActorName()) != 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_THIS_PERSON),
			 errmsg_said(payment->application_no,
						 psprintf("%s received this payment at the counter, and so may not take it back", ActorName()),
						 psprintf("قبض %s هذه الدفعة على الصندوق، فلا يستردها بنفسه", ActorName())),
			 errdetail_said("A mistake at the counter is put right by a second person.",
							"يصحح الخطأَ على الصندوق شخص آخر."),
			 errhint_said("Another cashier takes it back.", "يستردها أمين صندوق آخر."),
			 err_column("payment", "receiver")));
}

static void
refuse_taken_back(const TakenBack *payment)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_MONEY),
			 errmsg_said(payment->application_no, "this payment was taken back already, as another reversal",
						 "استُردت هذه الدفعة من قبل بمرجع آخر"),
			 errdetail_said("A payment is taken back once, and whole.", "تُسترد الدفعة مرة واحدة كاملة."),
			 errhint_said("Nothing was changed. Ask the payment service which is right.",
						  "لم يُغيَّر شيء. اسأل خدمة الدفع أيهما الصحيح."),
			 err_column("payment_reversal", "reversal_reference")));
}

/* Has the case a licence? */
static bool
has_licence(OwnerScope *scope, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.licence_term WHERE application_no = $1");

	return ExecPlanLimit(scope, &find, 1, CaseArg(application_no)).count == 1;
}

PG_FUNCTION_INFO_V1(licence_home_payment_reversal_trigger);
/* BEFORE INSERT OR UPDATE on payment_reversal, for each row. */
Datum
licence_home_payment_reversal_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "payment_reversal_trigger", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	RowChange	change = {.memory = CurrentMemoryContext};
	TakenBack	payment;
	LockedCase	locked;
	OwnerScope	scope;
	Datum		payment_id;
	TimestampTz reversed_at;
	bool		isnull;
	bool		no_moment;

	if (!TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
		return PointerGetDatum(RefuseMoneyChange(new, trigdata->tg_newtuple, desc, "payment_reversal"));
	payment_id = ColumnDatum(new, desc, "payment_id", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	/* the key before the case: a repeat is no error at any isolation level */
	if (!isnull)
		LockKey(KEY_LOCK_REVERSAL, (uint64) DatumGetInt64(payment_id));
	payment = find_payment(&scope, payment_id, isnull, ColumnText(new, desc, "reversal_reference"));
	if (payment.is_this)
	{
		LeaveOwner(&scope);
		return PointerGetDatum(NULL);	/* INSERT 0 0 */
	}
	if (payment.is_taken_back)
		refuse_taken_back(&payment);
	refuse_own_receipt(&payment);
	LockBill(&scope, payment.application_no, &locked);
	reversed_at = DatumGetTimestampTz(ColumnDatum(new, desc, "reversed_at", &no_moment));
	if (!no_moment)
		CheckCaseMoment(&scope, payment.application_no, "payment_reversal", "reversed_at", reversed_at);
	ReplaceColumn(&change, desc, "application_no", Int64GetDatum(payment.application_no), false);
	ReplaceColumn(&change, desc, "invoice_no", Int64GetDatum(payment.invoice_no), false);
	ReplaceColumn(&change, desc, "amount", payment.amount, false);
	ReplaceColumn(&change, desc, "after_issue",
				  BoolGetDatum(has_licence(&scope, payment.application_no)), false);
	ReplaceColumn(&change, desc, "at_event", Int32GetDatum(locked.events), false);
	stamp(&change, desc);
	LeaveOwner(&scope);
	return PointerGetDatum(WithChanges(new, desc, &change));
}

/* The step that follows a payment taken back, if there is one that can be taken. */
static Transition *
reversal_step(OwnerScope *scope, const LockedCase *locked)
{
	Transition *transition = ReversalTransition(TransitionsFrom(scope, locked->application_no,
																locked->workflow, locked->version,
																locked->state));
	Step		step = {.application_no = locked->application_no, .events = locked->events};

	if (transition == NULL || AskPreconditions(scope, &step, transition) != NIL)
		return NULL;
	return transition;
}

PG_FUNCTION_INFO_V1(licence_home_payment_reversed);
/* AFTER INSERT on payment_reversal, for each row. */
Datum
licence_home_payment_reversed(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "payment_reversed", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	StepRequest request = {.caller = GetUserId()};
	LockedCase	locked;
	OwnerScope	scope;
	BillMoney	money;
	Transition *transition;
	bool		isnull;
	bool		after_issue = DatumGetBool(ColumnDatum(new, desc, "after_issue", &isnull));
	int64		invoice_no = DatumGetInt64(ColumnDatum(new, desc, "invoice_no", &isnull));
	char	   *reason = ColumnText(new, desc, "reason");

	EnterOwner(&scope, OWNER_WRITES);
	LockBill(&scope, DatumGetInt64(ColumnDatum(new, desc, "application_no", &isnull)), &locked);
	money = ReadBillMoney(&scope, locked.application_no, invoice_no);
	request.application_no = locked.application_no;
	request.note = reason;
	if (money.open_bill != 0 && !money.paid &&
		(transition = reversal_step(&scope, &locked)) != NULL)
	{
		request.action = transition->action;
		TakeStep(&request, transition->to_state, &scope);
	}
	else
	{
		int64		event_no = AddCaseEvent(&scope, locked.application_no, request.caller,
											"reverse_payment", reason, NULL);

		if (after_issue && money.open_bill != 0 && !money.paid)
			TellOfMoney(&scope, locked.application_no, event_no, "payment_reversed_later");
	}
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

/* Has this refund been recorded?  The reference is locked, as a payment's is. */
static bool
refund_is_repeated(OwnerScope *scope, Datum reference, Datum invoice_no, Datum amount, bool no_amount)
{
	static SavedPlan find = SAVED_PLAN("SELECT r.invoice_no = $2 AND r.amount = $3, r.invoice_no::text, r.amount::text, r.application_no "
									   "FROM licence_home.payment_refund AS r "
									   "WHERE licence_home.fold_reference(r.refund_reference) = $1");
	Datum		folded = LockReference(KEY_LOCK_REFUND, reference);
	Rows		rows = ExecPlanLimit(scope, &find, 1, DatumArg(ARG_TEXT, folded, false),
									 DatumArg(ARG_INT8, invoice_no, false),
									 DatumArg(ARG_NUMERIC, amount, no_amount));

	if (rows.count == 0)
		return false;
	if (RowBool(rows, 0, 1))
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_LH_PAYMENT_CONFLICT),
			 errmsg_case(RowInt8(rows, 0, 4), "refund \"%s\" is recorded already, and not as this one",
						 TextDatumGetCString(reference)),
			 errdetail("It is recorded for bill %s, JOD %s.", RowText(rows, 0, 2), RowText(rows, 0, 3)),
			 errhint("Nothing was changed. Give each refund a reference of its own."),
			 err_column("payment_refund", "refund_reference")));
}

/* No more is paid back than is refundable. */
static void
check_refundable(OwnerScope *scope, int64 application_no, int64 invoice_no, Datum amount, bool no_amount)
{
	static SavedPlan more = SAVED_PLAN("SELECT $1 > $2::numeric, $1::text");
	BillMoney	money = ReadBillMoney(scope, application_no, invoice_no);
	Rows		rows = ExecPlan(scope, &more, DatumArg(ARG_NUMERIC, amount, no_amount), TextArg(money.surplus));

	if (no_amount || !RowBool(rows, 0, 1))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_MONEY),
			 errmsg_said(application_no,
						 psprintf("JOD %s cannot be paid back for bill " INT64_FORMAT, RowText(rows, 0, 2), invoice_no),
						 psprintf("لا يُرد مبلغ %s د.أ عن الفاتورة " INT64_FORMAT, RowText(rows, 0, 2), invoice_no)),
			 errdetail_said(psprintf("Refundable is JOD %s.", money.surplus),
							psprintf("القابل للرد %s د.أ.", money.surplus)),
			 errhint_said("licence_home.refundable has what may be paid back.",
						  "في licence_home.refundable ما يجوز رده."),
			 err_column("payment_refund", "amount")));
}

PG_FUNCTION_INFO_V1(licence_home_payment_refund_trigger);
/* BEFORE INSERT OR UPDATE on payment_refund, for each row. */
Datum
licence_home_payment_refund_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "payment_refund_trigger", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	RowChange	change = {.memory = CurrentMemoryContext};
	LockedCase	locked;
	OwnerScope	scope;
	Datum		invoice_no;
	Datum		reference;
	Datum		amount;
	TimestampTz at;
	bool		no_invoice;
	bool		no_reference;
	bool		no_amount;
	bool		no_moment;
	int64		application_no;

	if (!TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
		return PointerGetDatum(RefuseMoneyChange(new, trigdata->tg_newtuple, desc, "payment_refund"));
	invoice_no = ColumnDatum(new, desc, "invoice_no", &no_invoice);
	reference = ColumnDatum(new, desc, "refund_reference", &no_reference);
	amount = ColumnDatum(new, desc, "amount", &no_amount);
	EnterOwner(&scope, OWNER_WRITES);
	application_no = CaseOfBill(&scope, invoice_no, no_invoice, "payment_refund");
	if (!no_reference && refund_is_repeated(&scope, reference, invoice_no, amount, no_amount))
	{
		LeaveOwner(&scope);
		return PointerGetDatum(NULL);	/* INSERT 0 0 */
	}
	LockBill(&scope, application_no, &locked);
	check_refundable(&scope, application_no, DatumGetInt64(invoice_no), amount, no_amount);
	at = DatumGetTimestampTz(ColumnDatum(new, desc, "refunded_at", &no_moment));
	if (!no_moment)
		CheckCaseMoment(&scope, application_no, "payment_refund", "refunded_at", at);
	ReplaceColumn(&change, desc, "application_no", Int64GetDatum(application_no), false);
	ReplaceColumn(&change, desc, "at_event", Int32GetDatum(locked.events), false);
	stamp(&change, desc);
	LeaveOwner(&scope);
	return PointerGetDatum(WithChanges(new, desc, &change));
}

PG_FUNCTION_INFO_V1(licence_home_payment_refunded);
/* AFTER INSERT on payment_refund, for each row. */
Datum
licence_home_payment_refunded(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "payment_refunded", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	Oid			caller = GetUserId();
	OwnerScope	scope;
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(trigdata->tg_trigtuple, desc, "application_no", &isnull));
	int64		event_no;

	EnterOwner(&scope, OWNER_WRITES);
	event_no = AddCaseEvent(&scope, application_no, caller, "refund_payment",
							ColumnText(trigdata->tg_trigtuple, desc, "note"), NULL);
	TellOfMoney(&scope, application_no, event_no, "refund_made");
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_unpaid_decision_trigger);
/* BEFORE INSERT OR UPDATE on unpaid_decision, for each row. */
Datum
licence_home_unpaid_decision_trigger(PG_FUNCTION_ARGS)
{
	static SavedPlan lacks = SAVED_PLAN("SELECT m.lacking FROM licence_home_internal.open_bill_money($1) AS m "
										"JOIN licence_home.licence_term AS l ON l.application_no = $1 "
										"WHERE m.lacking > 0 AND EXISTS (SELECT FROM licence_home.payment_reversal AS r "
										"WHERE r.application_no = $1 AND r.after_issue)");
	TriggerData *trigdata = CheckedTrigger(fcinfo, "unpaid_decision_trigger", BEFORE_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	RowChange	change = {.memory = CurrentMemoryContext};
	LockedCase	locked;
	OwnerScope	scope;
	Datum		invoice_no;
	DateADT		until;
	bool		isnull;
	bool		no_day;
	int64		application_no;
	Rows		rows;

	if (!TRIGGER_FIRED_BY_INSERT(trigdata->tg_event))
		return PointerGetDatum(RefuseMoneyChange(new, trigdata->tg_newtuple, desc, "unpaid_decision"));
	invoice_no = ColumnDatum(new, desc, "invoice_no", &isnull);
	EnterOwner(&scope, OWNER_WRITES);
	application_no = CaseOfBill(&scope, invoice_no, isnull, "unpaid_decision");
	CheckNamedOfficial(application_no);
	LockBill(&scope, application_no, &locked);
	CheckSeparation(&scope, application_no, locked.workflow, locked.version, "director");
	rows = ExecPlan(&scope, &lacks, CaseArg(application_no));
	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_SUCH_MONEY),
				 errmsg_said(application_no, "there is nothing to decide: no payment that its licence rests on was taken back",
							 "لا شيء للبت فيه: لم تُسترد دفعة تقوم عليها الرخصة"),
				 errdetail_said("Either no licence was issued, or its bill is paid.", "لم تصدر رخصة، أو أن فاتورتها مسددة."),
				 errhint_said("licence_home.unpaid_licences lists what is to be decided.",
							  "في licence_home.unpaid_licences ما يُبت فيه."),
				 err_column("unpaid_decision", "invoice_no")));
	until = DatumGetDateADT(ColumnDatum(new, desc, "until", &no_day));
	if (!no_day && until <= ClockDay(ClockNow()))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg_said(application_no, "the day until which to pay again is still to come",
							 "يوم السداد من جديد يوم قادم"),
				 errhint_said("Give a later day.", "حدد يومًا لاحقًا."),
				 err_column("unpaid_decision", "until")));
	ReplaceColumn(&change, desc, "application_no", Int64GetDatum(application_no), false);
	ReplaceColumn(&change, desc, "amount", RowDatum(rows, 0, 1, &isnull), false);
	stamp(&change, desc);
	LeaveOwner(&scope);
	return PointerGetDatum(WithChanges(new, desc, &change));
}

PG_FUNCTION_INFO_V1(licence_home_unpaid_decided);
/* AFTER INSERT on unpaid_decision, for each row. */
Datum
licence_home_unpaid_decided(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "unpaid_decided", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = trigdata->tg_trigtuple;
	Oid			caller = GetUserId();
	OwnerScope	scope;
	bool		isnull;
	int64		application_no = DatumGetInt64(ColumnDatum(new, desc, "application_no", &isnull));
	int64		event_no;
	char	   *decision = ColumnText(new, desc, "decision");

	EnterOwner(&scope, OWNER_WRITES);
	event_no = AddCaseEvent(&scope, application_no, caller, "decide_unpaid",
							psprintf("%s: %s", decision, ColumnText(new, desc, "note")), NULL);
	TellOfMoney(&scope, application_no, event_no,
				strcmp(decision, "pay_again") == 0 ? "payment_reversed_later" :
				strcmp(decision, "waive") == 0 ? "payment_waived" : "sanction_ahead");
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
