/*
 * record_direct.c
 *		Attempts that were accepted, recorded by direct table access.
 *
 * The message leaves the queue, if it still carries the token of this run, and
 * the attempts are added all at once.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "spi/objects.h"
#include "sms/http/answer.h"
#include "sms/queue/claim.h"
#include "spi/heap_access.h"

/* Columns of sms_attempt, in the order in which values are put together. */
static const char *const attempt_columns[] = {
	"message_id", "attempt", "outcome", "run_id", "recorded_at",
	"series", "resent", "phone", "claimed_at", "gateway",
	"http_status", "gateway_message_id", "answer"
};

/* From here on they are those of sms_queue, and may be null after that. */
#define FIRST_OF_QUEUE 5
#define FIRST_OF_ANSWER 10

/* Put a text, or null. */
static void
put_text(Datum *values, bool *nulls, AttrNumber column, const char *text)
{
	nulls[column - 1] = text == NULL;
	if (text != NULL)
		values[column - 1] = CStringGetTextDatum(text);
}

/* The attempt of a message whose row of the queue is in the slot. */
static HeapTuple
form_attempt(const QueueRun *run, const AttemptResult *result, TimestampTz now,
			 Relation attempts, const AttrNumber *columns,
			 Relation queue, TupleTableSlot *message)
{
	TupleDesc	desc = RelationGetDescr(attempts);
	Datum	   *values = palloc0(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc(desc->natts * sizeof(bool));

	memset(nulls, true, desc->natts * sizeof(bool));
	for (int i = 0; i < FIRST_OF_ANSWER; i++)
		nulls[columns[i] - 1] = false;
	values[columns[0] - 1] = Int64GetDatum(result->message_id);
	values[columns[1] - 1] = Int32GetDatum(result->attempt);
	values[columns[2] - 1] = CStringGetTextDatum(OutcomeName(result->outcome));
	values[columns[3] - 1] = Int64GetDatum(run->run_id);
	values[columns[4] - 1] = TimestampTzGetDatum(now);
	for (int i = FIRST_OF_QUEUE; i < FIRST_OF_ANSWER; i++)
		values[columns[i] - 1] = ColumnValue(message, ColumnOf(queue, attempt_columns[i]));
	nulls[columns[10] - 1] = result->http_status == 0;
	values[columns[10] - 1] = Int32GetDatum(result->http_status);
	put_text(values, nulls, columns[11], result->gateway_message_id);
	put_text(values, nulls, columns[12], result->answer);
	return heap_form_tuple(desc, values, nulls);
}

/*
 * Does the row in the slot still carry our token?  Then delete it.  Nobody else
 * writes a row that is being sent, but somebody may have locked it: wait.
 */
static bool
remove_from_queue(const QueueRun *run, Relation queue, TupleTableSlot *slot,
				  CommandId command)
{
	AttrNumber	run_id = ColumnOf(queue, "run_id");
	TM_FailureData failure;

	return !IsNullColumn(slot, run_id) &&
		DatumGetInt64(ColumnValue(slot, run_id)) == run->run_id &&
		ColumnIs(slot, ColumnOf(queue, "status"), "sending") &&
		heap_delete(queue, &slot->tts_tid, command, InvalidSnapshot, true,
					&failure, false) == TM_Ok;
}

/* Note which deadline the message names whose row of the queue is in the slot. */
static void
note_named(NamedDeadlines *named, int64 message_id, Relation queue, TupleTableSlot *message)
{
	AttrNumber	deadline_no = ColumnOf(queue, "deadline_no");

	if (IsNullColumn(message, deadline_no))
		return;
	named->deadline_no[named->count] = DatumGetInt64(ColumnValue(message, deadline_no));
	named->message_id[named->count] = message_id;
	named->series[named->count++] =
		DatumGetInt16(ColumnValue(message, ColumnOf(queue, "series")));
}

int
RecordAccepted(QueueRun *run, const AttemptResult *results, int nresults,
			   int64 *closed, NamedDeadlines *named)
{
	Snapshot	snapshot;
	CommandId	command;
	Relation	attempts = table_open(ExtensionTable("sms_attempt"),
									  RowExclusiveLock);
	TimestampTz now = ClockMoment();
	AttrNumber	columns[lengthof(attempt_columns)];
	TupleTableSlot **slots = palloc(nresults * sizeof(TupleTableSlot *));
	KeyedTable	queue;
	IndexWriter writer;
	int			n = 0;

	CommandCounterIncrement();	/* what queries have written, we see */
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	command = GetCurrentCommandId(true);
	OpenKeyedTable(&queue, "sms_queue", "sms_queue_pkey", RowExclusiveLock, snapshot);
	for (int i = 0; i < (int) lengthof(columns); i++)
		columns[i] = ColumnOf(attempts, attempt_columns[i]);
	for (int i = 0; i < nresults; i++)
	{
		HeapTuple	tuple;

		if (!FindByKey(&queue, results[i].message_id) ||
			!remove_from_queue(run, queue.table, queue.slot, command))
			continue;
		tuple = form_attempt(run, &results[i], now, attempts, columns,
							 queue.table, queue.slot);
		note_named(named, results[i].message_id, queue.table, queue.slot);
		closed[n] = DatumGetInt64(ColumnValue(queue.slot, ColumnOf(queue.table, "applicant_id")));
		slots[n] = MakeSingleTupleTableSlot(RelationGetDescr(attempts), &TTSOpsHeapTuple);
		ExecStoreHeapTuple(tuple, slots[n++], false);
	}

	OpenIndexWriter(&writer, attempts);
	if (n > 0)
		heap_multi_insert(attempts, slots, n, command, 0, NULL);
	for (int i = 0; i < n; i++)
	{
		bool		should_free;

		WriteIndexes(&writer, ExecFetchSlotHeapTuple(slots[i], false, &should_free),
					 &slots[i]->tts_tid);
		ExecDropSingleTupleTableSlot(slots[i]);
	}
	CloseIndexWriter(&writer);
	CloseKeyedTable(&queue);
	table_close(attempts, NoLock);
	UnregisterSnapshot(snapshot);
	CommandCounterIncrement();
	return n;
}
