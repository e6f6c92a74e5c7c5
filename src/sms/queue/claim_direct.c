/*
 * claim_direct.c
 *		A claim by direct table access, as far as the messages are ordinary.
 *
 * The lanes are merged by their indexes, one scan each.  A candidate that may
 * go is moved to "sending" by a HOT update.  One that somebody else has in
 * hand is passed by.  This ends at the first message that may not go, and the
 * query of claim.c goes on from there.  Such a message stands behind another
 * of its person, is late or may have to sleep.  Or its case ended, its person
 * was erased, or it is to be sent once more.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "sms/queue/claim.h"
#include "spi/heap_access.h"
#include "spi/objects.h"

/* A lane: the candidate at its head, unless it is at its end. */
typedef struct Lane
{
	IndexScanDesc scan;
	TupleTableSlot *slot;
	bool		at_end;
	TimestampTz turn;
	int64		message_id;
} Lane;

/* Columns of sms_queue that a claim reads or writes. */
typedef struct QueueColumns
{
	AttrNumber	message_id;
	AttrNumber	applicant_id;
	AttrNumber	turn;
	AttrNumber	claimed_at;
	AttrNumber	run_id;
	AttrNumber	expires_at;
	AttrNumber	send_from;
	AttrNumber	send_until;
	AttrNumber	phone;
	AttrNumber	attempts;
	AttrNumber	failures;
	AttrNumber	series;
	AttrNumber	resent;
	AttrNumber	status;
	AttrNumber	gateway;
} QueueColumns;

/* A claim under way. */
typedef struct DirectClaim
{
	QueueRun   *run;
	const SmsGateway *gateway;
	TimestampTz now;
	int			minute;			/* of the day in the city */
	Snapshot	snapshot;
	CommandId	command;
	KeyedTable	queue;			/* by person: who is the head? */
	KeyedTable	messages;
	KeyedTable	applicants;
	Relation	turns;			/* the index of the lanes */
	QueueColumns column;
	AttrNumber	body;			/* of a message */
	AttrNumber	message_phone;
	AttrNumber	phone_stays;
	AttrNumber	unwanted_at;
	AttrNumber	applicant_phone;
	AttrNumber	erased_at;
	AttrNumber	not_theirs_at;
	FmgrInfo	write_phone;
	Lane		lanes[SMS_LANES];
	bool		writing;		/* the index writer is open */
	IndexWriter writer;
} DirectClaim;

/* Find the columns. */
static void
find_columns(DirectClaim *claim)
{
	Relation	queue = claim->queue.table;
	QueueColumns *column = &claim->column;
	Oid			output;
	bool		is_varlena;

	column->message_id = ColumnOf(queue, "message_id");
	column->applicant_id = ColumnOf(queue, "applicant_id");
	column->turn = ColumnOf(queue, "turn");
	column->claimed_at = ColumnOf(queue, "claimed_at");
	column->run_id = ColumnOf(queue, "run_id");
	column->expires_at = ColumnOf(queue, "expires_at");
	column->send_from = ColumnOf(queue, "send_from");
	column->send_until = ColumnOf(queue, "send_until");
	column->phone = ColumnOf(queue, "phone");
	column->attempts = ColumnOf(queue, "attempts");
	column->failures = ColumnOf(queue, "failures");
	column->series = ColumnOf(queue, "series");
	column->resent = ColumnOf(queue, "resent");
	column->status = ColumnOf(queue, "status");
	column->gateway = ColumnOf(queue, "gateway");
	claim->body = ColumnOf(claim->messages.table, "body");
	claim->message_phone = ColumnOf(claim->messages.table, "phone");
	claim->phone_stays = ColumnOf(claim->messages.table, "phone_stays");
	claim->unwanted_at = ColumnOf(claim->messages.table, "unwanted_at");
	claim->applicant_phone = ColumnOf(claim->applicants.table, "phone");
	claim->erased_at = ColumnOf(claim->applicants.table, "erased_at");
	claim->not_theirs_at = ColumnOf(claim->applicants.table, "not_theirs_at");
	getTypeOutputInfo(ExtensionType("phone_number"), &output, &is_varlena);
	fmgr_info(output, &claim->write_phone);
}

/* Move a lane to its next candidate behind what was served. */
static void
next_of_lane(const DirectClaim *claim, Lane *lane, const LaneFront *front)
{
	const QueueColumns *column = &claim->column;

	while (index_getnext_slot(lane->scan, ForwardScanDirection, lane->slot))
	{
		lane->turn = DatumGetTimestampTz(ColumnValue(lane->slot, column->turn));
		lane->message_id = DatumGetInt64(ColumnValue(lane->slot, column->message_id));
		if ((lane->turn > front->turn || lane->message_id > front->message_id) &&
			ColumnIs(lane->slot, column->status, "waiting"))
			return;
	}
	lane->at_end = true;
}

/* Begin a lane. */
static void
begin_lane(DirectClaim *claim, int number, const LaneFront *front)
{
	Lane	   *lane = &claim->lanes[number];
	ScanKeyData keys[2];

	lane->slot = table_slot_create(claim->queue.table, NULL);
	lane->scan = index_beginscan(claim->queue.table, claim->turns, claim->snapshot,
								 NULL, lengthof(keys), 0);
	ScanKeyInit(&keys[0], 1, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(number));
	ScanKeyInit(&keys[1], 2, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE,
				TimestampTzGetDatum(front->turn));
	index_rescan(lane->scan, keys, lengthof(keys), NULL, 0);
	lane->at_end = false;
	next_of_lane(claim, lane, front);
}

/* Open what a claim needs. */
static void
begin_claim(DirectClaim *claim, QueueRun *run, const SmsGateway *gateway,
			const LaneFront *beginnings)
{
	claim->run = run;
	claim->gateway = gateway;
	claim->now = ClockMoment();
	claim->minute = ClockMinute(claim->now);
	CommandCounterIncrement();	/* what queries have written, we see */
	claim->snapshot = RegisterSnapshot(GetLatestSnapshot());
	claim->command = GetCurrentCommandId(true);
	OpenKeyedTable(&claim->queue, "sms_queue", "sms_queue_person",
				   RowExclusiveLock, claim->snapshot);
	OpenKeyedTable(&claim->messages, "sms_message_text", "sms_message_text_pkey",
				   AccessShareLock, claim->snapshot);
	OpenKeyedTable(&claim->applicants, "applicant", "applicant_pkey",
				   AccessShareLock, claim->snapshot);
	claim->turns = index_open(ExtensionTable("sms_queue_turn"),
							  RowExclusiveLock);
	find_columns(claim);
	claim->writing = false;
	for (int lane = 0; lane < SMS_LANES; lane++)
		begin_lane(claim, lane, &beginnings[lane]);
}

/* Close it. */
static void
end_claim(DirectClaim *claim)
{
	if (claim->writing)
		CloseIndexWriter(&claim->writer);
	for (int lane = 0; lane < SMS_LANES; lane++)
	{
		index_endscan(claim->lanes[lane].scan);
		ExecDropSingleTupleTableSlot(claim->lanes[lane].slot);
	}
	index_close(claim->turns, NoLock);
	CloseKeyedTable(&claim->applicants);
	CloseKeyedTable(&claim->messages);
	CloseKeyedTable(&claim->queue);
	UnregisterSnapshot(claim->snapshot);
	CommandCounterIncrement();
}

/* The lane whose candidate goes next, or NULL when all are at their end. */
static Lane *
best_lane(DirectClaim *claim)
{
	Lane	   *best = NULL;
	TimestampTz best_rank = 0;

	for (int number = 0; number < SMS_LANES; number++)
	{
		Lane	   *lane = &claim->lanes[number];
		TimestampTz rank;

		if (lane->at_end)
			continue;
		rank = TIMESTAMP_NOT_FINITE(lane->turn) ? lane->turn :
			lane->turn - number * LANE_AGEING_US;
		if (best == NULL || rank < best_rank ||
			(rank == best_rank && lane->message_id < best->message_id))
		{
			best = lane;
			best_rank = rank;
		}
	}
	return best;
}

/*
 * May a candidate leave at this hour?  To the minute; of the others the query
 * decides.
 */
static bool
is_in_its_hours(const DirectClaim *claim, const Lane *lane)
{
	const QueueColumns *column = &claim->column;
	TimeADT		minute = claim->minute * USECS_PER_MINUTE;

	return IsNullColumn(lane->slot, column->send_from) ||
		(DatumGetTimeADT(ColumnValue(lane->slot, column->send_from)) <= minute &&
		 minute + USECS_PER_MINUTE <= DatumGetTimeADT(ColumnValue(lane->slot, column->send_until)));
}

/* Can a message, which has been found, reach its person by telephone? */
static bool
is_reachable(DirectClaim *claim, int64 person)
{
	if (!FindByKey(&claim->applicants, person))
		return true;
	if (!IsNullColumn(claim->applicants.slot, claim->erased_at))
		return false;
	return DatumGetBool(ColumnValue(claim->messages.slot, claim->phone_stays)) ||
		(!IsNullColumn(claim->applicants.slot, claim->applicant_phone) &&
		 IsNullColumn(claim->applicants.slot, claim->not_theirs_at));
}

/* May a candidate go, as far as its row and its person's queue say? */
static bool
may_go(DirectClaim *claim, const Lane *lane)
{
	const QueueColumns *column = &claim->column;
	int64		person = DatumGetInt64(ColumnValue(lane->slot, column->applicant_id));

	return DatumGetTimestampTz(ColumnValue(lane->slot, column->expires_at)) > claim->now &&
		is_in_its_hours(claim, lane) &&
		!DatumGetBool(ColumnValue(lane->slot, column->resent)) &&
		FindByKey(&claim->queue, person) &&
		DatumGetInt64(ColumnValue(claim->queue.slot, column->message_id)) == lane->message_id &&
		FindByKey(&claim->messages, lane->message_id) &&
		IsNullColumn(claim->messages.slot, claim->unwanted_at) &&
		is_reachable(claim, person);
}

/*
 * The telephone: the person's of now, unless the message says that its own
 * stays; after may_go().
 */
static Datum
phone_of(DirectClaim *claim)
{
	if (!TTS_EMPTY(claim->applicants.slot) &&
		!DatumGetBool(ColumnValue(claim->messages.slot, claim->phone_stays)))
		return ColumnValue(claim->applicants.slot, claim->applicant_phone);
	return ColumnValue(claim->messages.slot, claim->message_phone);
}

/* Move a candidate to "sending"; false when somebody else has it in hand. */
static bool
take(DirectClaim *claim, const Lane *lane, Datum phone)
{
	const QueueColumns *column = &claim->column;
	int			columns[] = {
		column->status, column->run_id, column->claimed_at, column->gateway,
		column->phone, column->attempts
	};
	Datum		values[] = {
		CStringGetTextDatum("sending"),
		Int64GetDatum(claim->run->run_id),
		TimestampTzGetDatum(claim->now),
		CStringGetTextDatum(claim->gateway->name),
		phone,
		Int32GetDatum(DatumGetInt32(ColumnValue(lane->slot, column->attempts)) + 1)
	};
	bool		nulls[lengthof(columns)] = {false};
	bool		should_free;
	HeapTuple	old = ExecFetchSlotHeapTuple(lane->slot, false, &should_free);
	HeapTuple	new = heap_modify_tuple_by_cols(old, RelationGetDescr(claim->queue.table),
												lengthof(columns), columns, values, nulls);
	TM_Result	result;
	TM_FailureData failure;
	LockTupleMode lockmode;
	TU_UpdateIndexes indexes pg_attribute_unused();

	result = heap_update(claim->queue.table, &lane->slot->tts_tid, new, claim->command,
						 InvalidSnapshot, false, &failure, &lockmode, &indexes);

	/*
	 * A lock of our own, left by the query that freed it, is nothing to wait
	 * for.
	 */
	if (result == TM_BeingModified && TransactionIdIsCurrentTransactionId(failure.xmax))
		result = heap_update(claim->queue.table, &lane->slot->tts_tid, new, claim->command,
							 InvalidSnapshot, true, &failure, &lockmode, &indexes);
	if (result != TM_Ok)
		return false;
	if (!HeapTupleIsHeapOnly(new))
	{
		if (!claim->writing)
			OpenIndexWriter(&claim->writer, claim->queue.table);
		claim->writing = true;
		WriteIndexes(&claim->writer, new, &new->t_self);
	}
	return true;
}

/* Write the message, its strings in the context. */
static void
write_message(DirectClaim *claim, const Lane *lane, Datum phone,
			  MemoryContext context, SmsMessage *message)
{
	const QueueColumns *column = &claim->column;
	MemoryContext old = MemoryContextSwitchTo(context);

	message->message_id = lane->message_id;
	message->series = DatumGetInt16(ColumnValue(lane->slot, column->series));
	message->to = OutputFunctionCall(&claim->write_phone, phone);
	message->body = TextDatumGetCString(ColumnValue(claim->messages.slot, claim->body));
	message->attempt = DatumGetInt32(ColumnValue(lane->slot, column->attempts)) + 1;
	message->failures = DatumGetInt32(ColumnValue(lane->slot, column->failures));
	message->claimed_at = claim->now;
	message->expires_at = DatumGetTimestampTz(ColumnValue(lane->slot, column->expires_at));
	MemoryContextSwitchTo(old);
}

int
ClaimOrdinary(QueueRun *run, const SmsGateway *gateway, int limit,
			  LaneFront *beginnings, MemoryContext context, SmsMessage *messages)
{
	DirectClaim claim;
	Lane	   *lane = NULL;
	int			n = 0;

	begin_claim(&claim, run, gateway, beginnings);
	while (n < limit && (lane = best_lane(&claim)) != NULL && may_go(&claim, lane))
	{
		int			number = (int) (lane - claim.lanes);
		Datum		phone = phone_of(&claim);

		if (take(&claim, lane, phone))
			write_message(&claim, lane, phone, context, &messages[n++]);
		AdvanceFront(&run->fronts[number], lane->turn, lane->message_id);
		AdvanceFront(&beginnings[number], lane->turn, lane->message_id);
		next_of_lane(&claim, lane, &beginnings[number]);
	}
	run->drained = lane == NULL && n < limit;
	end_claim(&claim);
	return n;
}
