/*
 * enqueue.c
 *		Messages that steps owe, and those about an applicant.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "spi/heap_access.h"
#include "spi/objects.h"
#include "spi/row_writer.h"
#include "visible_case.h"
#include "sms/queue/claim.h"
#include "sms/queue/enqueue.h"
#include "sms/text/template.h"
#include "sms/queue/watch.h"

/*
 * The applicant's row is locked before a message takes its number.  So for one
 * person the order of numbers is the order of commits, and the sender keeps
 * it.
 */
#define RECIPIENT \
	"SELECT a.applicant_id, a.phone, a.language, coalesce(c.judged_on, $2), a.erased_at IS NOT NULL," \
	" a.phone IS NULL OR a.not_theirs_at IS NOT NULL" \
	" FROM licence_home.applicant AS a, licence_home.application AS c" \
	" WHERE c.application_no = $1 AND a.applicant_id = c.applicant_id"

static SavedPlan recipient_lock = SAVED_PLAN(RECIPIENT " FOR NO KEY UPDATE OF a");
static SavedPlan recipient_look = SAVED_PLAN(RECIPIENT);

/*
 * Of the events from $3 on; with $5 only what names a deadline.  A doubt keeps
 * its status, but is not sent again.  A message that the sender has in hand is
 * left out.  It cannot be stopped any more, and its row must not be locked
 * until this transaction ends.  Should it come back, or was it only moved, its
 * message says that it is not wanted any more.  How many may have left.
 */
static SavedPlan message_cancel = SAVED_PLAN(
											 "WITH message AS ("
											 " UPDATE licence_home.sms_message_text AS l SET unwanted_at = $2, unwanted_why = $4"
											 "  WHERE l.application_no = $1 AND l.event_no >= $3 AND l.unwanted_at IS NULL"
											 "   AND (NOT $5 OR l.deadline_no IS NOT NULL) RETURNING l.message_id),"
											 " free AS MATERIALIZED ("
											 " SELECT q.message_id, q.status FROM message AS l"
											 "  JOIN licence_home.sms_queue AS q ON q.message_id = l.message_id"
											 "  WHERE q.status IN ('waiting', 'in_doubt') AND q.open OR q.status = 'to_print' FOR UPDATE OF q SKIP LOCKED),"
											 " stopped AS (UPDATE licence_home.sms_queue AS q"
											 "  SET status = CASE WHEN q.status = 'in_doubt' THEN q.status ELSE " ENDS_AS("'cancelled'") " END,"
											 "   turn = NULL, wake_at = NULL, parked = false, open = false,"
											 "   reason = CASE WHEN q.status = 'in_doubt' THEN q.reason ELSE $4 END"
											 "  FROM free AS f WHERE q.message_id = f.message_id RETURNING q.message_id, f.status)"
											 " SELECT count(*) FROM message AS l"
											 " WHERE NOT EXISTS (SELECT FROM stopped AS s WHERE s.message_id = l.message_id AND s.status <> 'in_doubt')"
											 "  AND NOT EXISTS (SELECT FROM licence_home.sms_queue AS q WHERE q.message_id = l.message_id"
											 "   AND q.status IN ('dead', 'expired', 'cancelled'))");

/* The person that a case's messages go to. */
static SmsRecipient
recipient_of(OwnerScope *scope, SavedPlan *plan, int64 application_no)
{
	Rows		rows = ExecPlan(scope, plan, CaseArg(application_no),
								DateArg(ClockDay(ClockNow())));
	SmsRecipient recipient = {0};

	if (rows.count != 1)
		elog(ERROR, "case " INT64_FORMAT " has no applicant", application_no);
	recipient.applicant_id = RowInt8(rows, 0, 1);
	recipient.language = RowText(rows, 0, 3);
	recipient.day = DatumGetDateADT(RowInt4(rows, 0, 4));
	recipient.erased = RowBool(rows, 0, 5);
	recipient.to_print = !recipient.erased && RowBool(rows, 0, 6);
	recipient.phone = recipient.erased || recipient.to_print ? 0 : RowInt8(rows, 0, 2);
	return recipient;
}

/* The applicant of a case, and the day whose names count; false: there is no such case. */
static bool
read_applicant(Snapshot snapshot, int64 application_no, SmsRecipient *recipient)
{
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "application", "application_pkey", snapshot, &key, 1);
	found = NextRow(&scan, ForwardScanDirection);
	if (found)
	{
		bool		isnull;
		Datum		day = slot_getattr(scan.slot, ColumnOf(scan.table, "judged_on"), &isnull);

		recipient->day = isnull ? ClockDay(ClockNow()) : DatumGetDateADT(day);
		recipient->applicant_id = DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "applicant_id")));
	}
	EndRowScan(&scan);
	return found;
}

/*
 * Lock the applicant's row, as recipient_lock does, and read it.  False: it is
 * not as it was a moment ago, and the query says what that means.
 */
static bool
lock_applicant(Snapshot snapshot, SmsRecipient *recipient)
{
	Relation	table = table_open(ExtensionTable("applicant"), RowShareLock);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	bool		locked = false;
	TM_FailureData failure;
	ScanKeyData key;
	RowScan		scan;

	Int8Key(&key, 1, recipient->applicant_id);
	BeginRowScan(&scan, "applicant", "applicant_pkey", snapshot, &key, 1);
	if (NextRow(&scan, ForwardScanDirection))
		locked = table_tuple_lock(table, &scan.slot->tts_tid, snapshot, slot, GetCurrentCommandId(false),
								  LockTupleNoKeyExclusive, LockWaitBlock, TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS,
								  &failure) == TM_Ok;
	EndRowScan(&scan);
	if (locked)
	{
		recipient->language = SlotText(slot, ColumnOf(table, "language"));
		recipient->erased = !IsNullColumn(slot, ColumnOf(table, "erased_at"));
		recipient->to_print = !recipient->erased &&
			(IsNullColumn(slot, ColumnOf(table, "phone")) || !IsNullColumn(slot, ColumnOf(table, "not_theirs_at")));
		recipient->phone = recipient->erased || recipient->to_print ? 0 :
			DatumGetInt64(ColumnValue(slot, ColumnOf(table, "phone")));
	}
	ExecDropSingleTupleTableSlot(slot);
	table_close(table, NoLock);
	return locked;
}

/* The person that a case's messages go to, under lock. */
static SmsRecipient
locked_recipient(OwnerScope *scope, int64 application_no)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	SmsRecipient recipient = {0};
	bool		locked = read_applicant(snapshot, application_no, &recipient) &&
	lock_applicant(snapshot, &recipient);

	UnregisterSnapshot(snapshot);
	return locked ? recipient : recipient_of(scope, &recipient_lock, application_no);
}

/* An hour of the day, or null. */
static PlanArg
hour_arg(const char *hour)
{
	if (hour == NULL)
		return NullArg(ARG_TIME);
	return DatumArg(ARG_TIME, DirectFunctionCall3(time_in, CStringGetDatum(hour),
												  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)), false);
}

/* So many microseconds. */
static PlanArg
lasts_arg(int64 microseconds)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = microseconds;
	return DatumArg(ARG_INTERVAL, IntervalPGetDatum(interval), false);
}

/*
 * Write a message and its place in the queue.  application_no 0: it is about
 * the person, and goes to this telephone whatever becomes of theirs, or about a
 * licence.  agency_id: it is an agent's, 0: the applicant's.  Returns its number.
 *
 * Its turn is by the clock, not by the transaction.  So a message written
 * later goes later.  Nothing is sent to a person who was erased, nor to one whom
 * no telephone reaches; the row says so.
 */
static int64
queue_message(OwnerScope *scope, int64 application_no, int64 event_no, const char *template,
			  const SmsRecipient *recipient, const SmsText *text, int64 agency_id)
{
	static const char *const text_columns[] = {
		"message_id", "application_no", "event_no", "applicant_id", "template", "language", "phone", "body",
		"parts", "priority", "doubt", "send_from", "send_until", "lasts", "useless_from", "created_at",
		"deadline_no", "phone_stays", "agency_id"
	};
	static RowWriter texts = ROW_WRITER("sms_message_text", text_columns);
	static const char *const queue_columns[] = {
		"message_id", "applicant_id", "lane", "turn", "expires_at", "send_from", "send_until", "status",
		"open", "reason", "deadline_no"
	};
	static RowWriter queue = ROW_WRITER("sms_queue", queue_columns);
	bool		of_no_case = application_no == 0;
	bool		stays = recipient->erased || recipient->to_print;
	int64		number = NextNumber("sms_message_text_message_id_seq");
	PlanArg		message_id = Int8Arg(number);

	InsertRow(scope, &texts, message_id,
			  DatumArg(ARG_APPLICATION_NO, Int64GetDatum(application_no), of_no_case),
			  DatumArg(ARG_INT8, Int64GetDatum(event_no), of_no_case),
			  Int8Arg(recipient->applicant_id),
			  TextArg(template),
			  TextArg(recipient->language),
			  DatumArg(ARG_PHONE_NUMBER, Int64GetDatum(recipient->phone), stays),
			  TextArg(text->body),
			  Int4Arg(text->parts),
			  Int4Arg(text->priority),
			  TextArg(text->doubt),
			  hour_arg(text->send_from),
			  hour_arg(text->send_until),
			  lasts_arg(text->lasts),
			  DatumArg(ARG_TIMESTAMPTZ, TimestampTzGetDatum(text->useless_from),
					   TIMESTAMP_NOT_FINITE(text->useless_from)),
			  MomentArg(ClockNow()),
			  DatumArg(ARG_INT8, Int64GetDatum(text->deadline_no), text->deadline_no == 0),
			  BoolArg((of_no_case && recipient->licence_no == 0) || agency_id != 0),
			  Int8Arg(agency_id));
	InsertRow(scope, &queue, message_id,
			  Int8Arg(recipient->applicant_id),
			  Int2Arg((int16) text->priority),
			  DatumArg(ARG_TIMESTAMPTZ, TimestampTzGetDatum(ClockMoment()), stays),
			  MomentArg(Min(ClockNow() + text->lasts, text->useless_from)),
			  hour_arg(text->send_from),
			  hour_arg(text->send_until),
			  TextArg(recipient->erased ? "cancelled" : recipient->to_print ? "to_print" : "waiting"),
			  BoolArg(!stays),
			  TextArg(recipient->erased ? "the person was erased" : recipient->to_print ? TO_PRINT_WHY : NULL),
			  DatumArg(ARG_INT8, Int64GetDatum(text->deadline_no), text->deadline_no == 0 || agency_id != 0));
	return number;
}

/* An agent whose power reaches the case gets what names a deadline, too. */
static void
tell_agents(OwnerScope *scope, int64 application_no, int64 event_no, const char *template,
			const SmsRecipient *recipient, const SmsText *text)
{
	static SavedPlan find = SAVED_PLAN("SELECT g.agency_id, g.agent_phone FROM licence_home.agency AS g "
									   "WHERE g.applicant_id = $1 AND g.agent_phone IS NOT NULL "
									   "AND licence_home_internal.agency_in_force(g) "
									   "AND (g.scope = 'general' OR g.only_case = $2) ORDER BY g.agency_id");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(recipient->applicant_id), CaseArg(application_no));

	for (uint64 row = 0; row < rows.count; row++)
	{
		SmsRecipient agent = *recipient;

		agent.phone = RowInt8(rows, row, 2);
		agent.to_print = false;
		(void) queue_message(scope, application_no, event_no, template, &agent, text,
							 RowInt8(rows, row, 1));
	}
}

/* Write a message that is owed, and an agent's beside it; the number of the first. */
static int64
write_message(OwnerScope *scope, int64 application_no, int64 event_no,
			  const char *template, const SmsRecipient *recipient, bool at_once)
{
	SmsText		text = FillTemplate(scope, application_no, template, recipient);
	SmsText		own = text;
	int64		number;

	if (at_once)
		own.send_from = own.send_until = NULL;
	number = queue_message(scope, application_no, event_no, template, recipient, &own, 0);
	if (application_no != 0 && text.deadline_no != 0 && !recipient->erased)
		tell_agents(scope, application_no, event_no, template, recipient, &text);
	WarnIfNobodySends(scope);
	return number;
}

void
OweMessage(OwnerScope *scope, int64 application_no, int64 event_no,
		   const char *template, bool at_once)
{
	SmsRecipient recipient = locked_recipient(scope, application_no);

	(void) write_message(scope, application_no, event_no, template, &recipient, at_once);
}

int64
TellHolder(OwnerScope *scope, int64 licence_no, int64 applicant_id, const char *template)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.phone, p.language, p.erased_at IS NOT NULL, "
									   "p.phone IS NULL OR p.not_theirs_at IS NOT NULL FROM licence_home.applicant AS p WHERE p.applicant_id = $1");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(applicant_id));
	SmsRecipient recipient = {
		.applicant_id = applicant_id,
		.day = ClockDay(ClockNow()),
		.licence_no = licence_no
	};

	if (rows.count != 1)
		elog(ERROR, "there is no applicant " INT64_FORMAT, applicant_id);
	recipient.language = RowText(rows, 0, 2);
	recipient.erased = RowBool(rows, 0, 3);
	recipient.to_print = !recipient.erased && RowBool(rows, 0, 4);
	recipient.phone = recipient.erased || recipient.to_print ? 0 : RowInt8(rows, 0, 1);
	return write_message(scope, 0, 0, template, &recipient, false);
}

bool
TellPhone(OwnerScope *scope, int64 applicant_id, int64 phone, const char *language,
		  const char *template)
{
	SmsRecipient recipient = {
		.applicant_id = applicant_id,
		.phone = phone,
		.language = pstrdup(language),
		.day = ClockDay(ClockNow())
	};

	if (!CanFillTemplate(scope, 0, template, &recipient))
		return false;
	(void) write_message(scope, 0, 0, template, &recipient, false);
	return true;
}

bool
CanOweMessage(OwnerScope *scope, int64 application_no, const char *template)
{
	SmsRecipient recipient = locked_recipient(scope, application_no);

	return CanFillTemplate(scope, application_no, template, &recipient);
}

int64
CancelMessages(OwnerScope *scope, int64 application_no, int64 from_event_no,
			   bool deadlines_only, const char *why)
{
	Rows		rows = ExecPlan(scope, &message_cancel, CaseArg(application_no),
								MomentArg(ClockNow()), Int8Arg(from_event_no),
								TextArg(why), BoolArg(deadlines_only));

	return RowInt8(rows, 0, 1);
}

PG_FUNCTION_INFO_V1(licence_home_preview_sms);
/*
 * preview_sms(application_no, template, language): the text that it would
 * give now, in the applicant's language where none is named.
 */
Datum
licence_home_preview_sms(PG_FUNCTION_ARGS)
{
	int64		application_no;
	char	   *template;
	MemoryContext caller = CurrentMemoryContext;
	OwnerScope	scope;
	SmsRecipient recipient = {0};
	SmsText		message;
	char	   *body;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	application_no = PG_GETARG_INT64(0);
	template = text_to_cstring(PG_GETARG_TEXT_PP(1));
	CheckCaseVisible(application_no, true);
	EnterOwner(&scope, OWNER_READS);
	recipient = recipient_of(&scope, &recipient_look, application_no);
	if (!PG_ARGISNULL(2))
		recipient.language = text_to_cstring(PG_GETARG_TEXT_PP(2));
	message = FillTemplate(&scope, application_no, template, &recipient);
	body = MemoryContextStrdup(caller, message.body);
	LeaveOwner(&scope);
	PG_RETURN_TEXT_P(cstring_to_text(body));
}
