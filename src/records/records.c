/*
 * records.c
 *		Records that a rollback does not take away.
 *
 * Who reads about a person leaves a row.  In the ordinary case it is written
 * in the reader's own transaction, at the cost of an INSERT.  A reader could
 * roll back, though, and keep what they read.  So each transaction remembers
 * its records until its end, and what was undone is written by a background
 * worker:
 *
 *		COMMIT					the rows are there; those of a savepoint that
 *								was rolled back go to a worker
 *		ROLLBACK, an error,		all go to a worker, in one batch
 *		the end of a session
 *		PREPARE TRANSACTION		all go to a worker: nobody here will learn
 *								whether it is committed
 *		READ ONLY				all are undone, whatever the end
 *
 * Some kinds are patient, since a worker costs more than the record is worth.
 * An undone record of such a kind waits in this process, and is written
 * together with the next record of the session.  The end of the session hands
 * it to a worker, and so does a number of records.
 *
 * The batch is a segment of dynamic shared memory.  Workers are few.  A
 * backend has one at most, since its next look-up waits for it.  The cluster
 * has as many as slots.c says, so that no client in a loop takes every worker
 * process there is.  Who finds none writes the records to the server's log,
 * and so does a worker that is ended before it has written them:
 *
 *		backend		a slot, the batch, the worker registered
 *		worker		owns the batch from its first line on (Batch.owned)
 *		backend		before its next look-up, and before it exits: is the batch
 *					owned?  If the worker never came, the log
 *
 * Only a crash of the server loses records.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "pgstat.h"
#include "port/atomics.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "records/records.h"
#include "records/slots.h"
#include "spi/plan.h"

/* The query of each kind: $1 is the record. */
static SavedPlan inserts[] = {
	[RECORD_READ] = SAVED_PLAN("INSERT INTO licence_home.read_record (at, actor, login, role, function, applicant_ids, "
							   "application_no, columns, why, sought) "
							   "SELECT r.at, r.actor, r.login, r.role, r.function, r.applicant_ids, r.application_no, "
							   "r.columns, r.why, r.sought FROM jsonb_to_record($1::jsonb) "
							   "AS r (at timestamptz, actor text, login text, role text, function text, "
							   "applicant_ids bigint[], application_no licence_home.application_no, columns text[], "
							   "why text, sought bytea)"),
	[RECORD_ACTING] = SAVED_PLAN("INSERT INTO licence_home.acting_record (at, login, role, applicant_id, token_key, agency_id, identity_seen) "
								 "SELECT r.at, r.login, r.role, r.applicant_id, r.token_key, r.agency_id, r.identity_seen FROM jsonb_to_record($1::jsonb) "
								 "AS r (at timestamptz, login text, role text, applicant_id bigint, token_key text, "
								 "agency_id bigint, identity_seen text)"),
	[RECORD_REFUSED] = SAVED_PLAN("INSERT INTO licence_home.submit_refused (application_no, at, workflow, profession, category, district, edition, criteria) "
								  "SELECT r.application_no, r.at, r.workflow, r.profession, r.category, r.district, r.edition, r.criteria "
								  "FROM jsonb_to_record($1::jsonb) AS r (application_no licence_home.application_no, at timestamptz, "
								  "workflow text, profession text, category text, district integer, edition text, criteria text[])"),
};

/* A record of the transaction under way. */
typedef struct KeptRecord
{
	RecordKind	kind;
	SubTransactionId subid;		/* in which its row, if any, was written */
	bool		undone;
	char	   *json;
} KeptRecord;

/* In TopTransactionContext; NIL between transactions. */
static List *kept_records = NIL;

/* Of patient kinds, undone in former transactions; in TopMemoryContext. */
static List *waiting_records = NIL;

#define MOST_WAITING 100

/* How long a look-up waits for the worker of the one before. */
#define PATIENCE_MS 5000

/* What a worker is handed: count times a kind and a text with its null. */
typedef struct Batch
{
	Oid			database;
	pg_atomic_uint32 owned;		/* 1: by the worker, who sees it to its end */
	uint32		count;
	char		data[FLEXIBLE_ARRAY_MEMBER];
} Batch;

/* The batch that this backend handed over last; NULL: none is on its way. */
static dsm_segment *handed_over = NULL;
static BackgroundWorkerHandle * its_worker = NULL;

/* Of a worker: its slot, and its batch until that is written. */
static WriterSlot my_slot;
static dsm_segment *unwritten = NULL;

PGDLLEXPORT void licence_home_record_main(Datum main_arg);

/* Is a kind patient? */
static bool
is_patient(RecordKind kind)
{
	return kind != RECORD_READ;
}

/* Write one record, in a scope of the owner. */
static void
write_record(OwnerScope *scope, RecordKind kind, const char *json)
{
	(void) ExecPlan(scope, &inserts[kind], TextArg(json));
}

/* The batch of the records that were undone; its size when batch is NULL. */
static Size
pack(List *records, Batch *batch)
{
	Size		size = offsetof(Batch, data);
	ListCell   *cell;

	if (batch != NULL)
	{
		batch->database = MyDatabaseId;
		pg_atomic_init_u32(&batch->owned, 0);
		batch->count = 0;
	}
	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);
		Size		len = strlen(record->json) + 1;

		if (!record->undone)
			continue;
		if (batch != NULL)
		{
			char	   *at = (char *) batch + size;

			*at = (char) record->kind;
			memcpy(at + 1, record->json, len);
			batch->count++;
		}
		size += 1 + len;
	}
	return size;
}

/* What no row could be made of. */
static void
log_record(const char *json, const char *why)
{
	ereport(LOG,
			(errmsg("a record of a transaction that was rolled back could not be written"),
			 errdetail_log("%s", json),
			 errhint("%s", why)));
}

static void
log_batch(const Batch *batch, const char *why)
{
	const char *at = batch->data;

	for (uint32 i = 0; i < batch->count; i++)
	{
		log_record(at + 1, why);
		at += strlen(at + 1) + 2;
	}
}

/* Start a worker for a batch; NULL where none can be had. */
static BackgroundWorkerHandle *
start_worker(dsm_segment *segment, WriterSlot slot)
{
	MemoryContext context = MemoryContextSwitchTo(TopMemoryContext);
	BackgroundWorker worker = {0};
	BackgroundWorkerHandle *handle = NULL;

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	strlcpy(worker.bgw_library_name, "licence_home", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "licence_home_record_main", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "licence_home record writer", BGW_MAXLEN);
	strlcpy(worker.bgw_type, "licence_home record writer", BGW_MAXLEN);
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
	memcpy(worker.bgw_extra, &slot, sizeof(slot));
	if (!RegisterDynamicBackgroundWorker(&worker, &handle))
		handle = NULL;
	MemoryContextSwitchTo(context);
	return handle;
}

/* Hand the records that were undone to a worker, in a slot; false where none can be had. */
static bool
hand_over_in(List *records, WriterSlot slot)
{
	dsm_segment *segment = dsm_create(pack(records, NULL), DSM_CREATE_NULL_IF_MAXSEGMENTS);
	BackgroundWorkerHandle *worker;

	if (segment == NULL)
		return false;
	(void) pack(records, dsm_segment_address(segment));
	dsm_pin_segment(segment);
	worker = start_worker(segment, slot);
	if (worker == NULL)
	{
		dsm_unpin_segment(dsm_segment_handle(segment));
		dsm_detach(segment);
		return false;
	}
	handed_over = segment;
	its_worker = worker;
	return true;
}

/* The batch that was handed over is the worker's, or the log's: forget it. */
static void
forget_handed_over(void)
{
	dsm_segment *segment = handed_over;
	Batch	   *batch = dsm_segment_address(segment);
	uint32		nobody = 0;

	/* only one of us may say that it is theirs */
	if (pg_atomic_compare_exchange_u32(&batch->owned, &nobody, 1))
	{
		log_batch(batch, "The background worker did not start.");
		dsm_unpin_segment(dsm_segment_handle(segment));
	}
	handed_over = NULL;
	dsm_detach(segment);
	pfree(its_worker);
	its_worker = NULL;
}

/* Wait until the last batch is owned, or written; false: that takes too long. */
static bool
wait_for_worker(bool written)
{
	Batch	   *batch;
	pid_t		pid;

	if (handed_over == NULL)
		return true;
	batch = dsm_segment_address(handed_over);
	for (int waited = 0; waited < PATIENCE_MS; waited++)
	{
		if (GetBackgroundWorkerPid(its_worker, &pid) == BGWH_STOPPED ||
			(!written && pg_atomic_read_u32(&batch->owned) == 1))
		{
			forget_handed_over();
			return true;
		}
		CHECK_FOR_INTERRUPTS();
		pg_usleep(1000);
	}
	return false;
}

static void save_waiting(void);

/* before_shmem_exit: the batch must have an owner, and what waits a batch. */
static void
at_exit(int code pg_attribute_unused(), Datum arg pg_attribute_unused())
{
	if (!wait_for_worker(false))
		forget_handed_over();
	save_waiting();
}

/* Hand the records that were undone to a worker; or why that is not possible. */
static const char *
hand_over(List *records)
{
	WriterSlot	slot;

	if (RecoveryInProgress())
		return "The server is a standby.";
	if (handed_over != NULL)
		return "The background worker of this session's last transaction has not ended.";
	if (!TakeWriterSlot(&slot))
		return "As many background workers as may be write records already.";
	if (!hand_over_in(records, slot))
	{
		ReleaseWriterSlot(slot);
		return "No background worker could be had: see max_worker_processes.";
	}
	return NULL;
}

/* Hand them over, or else write them to the server's log.  Raises nothing. */
static void
save_undone(List *records)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	const char *volatile why = "An error prevented it.";
	ListCell   *cell;

	PG_TRY();
	{
		/* a segment would belong to a transaction that is ending */
		CurrentResourceOwner = NULL;
		why = hand_over(records);
		/* a session that ends looks after its batch now or never */
		if (why == NULL && proc_exit_inprogress)
			at_exit(0, (Datum) 0);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	CurrentResourceOwner = owner;
	if (why == NULL)
		return;
	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);

		if (record->undone)
			log_record(record->json, why);
	}
}

/* Mark what the end of the transaction undid; is there anything? */
static bool
mark_undone(List *records, bool all)
{
	bool		any = false;
	ListCell   *cell;

	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);

		record->undone = record->undone || all;
		any = any || record->undone;
	}
	return any;
}

/* Hand over what waits, and forget it. */
static void
save_waiting(void)
{
	List	   *records = waiting_records;

	waiting_records = NIL;
	if (records != NIL)
		save_undone(records);
	list_free_deep(records);	/* each is one piece with its text */
}

/* Have what was undone of patient kinds wait. */
static void
let_wait(List *records)
{
	MemoryContext context = MemoryContextSwitchTo(TopMemoryContext);
	ListCell   *cell;

	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);
		Size		len = strlen(record->json) + 1;
		KeptRecord *copy;

		if (!record->undone || !is_patient(record->kind))
			continue;
		copy = palloc(sizeof(KeptRecord) + len);
		*copy = *record;
		copy->json = memcpy(copy + 1, record->json, len);
		waiting_records = lappend(waiting_records, copy);
		record->undone = false;
	}
	MemoryContextSwitchTo(context);
}

/* The transaction ends. */
static void
at_end(XactEvent event, void *arg pg_attribute_unused())
{
	List	   *records = kept_records;
	bool		all = event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE;

	if (kept_records == NIL || (event != XACT_EVENT_COMMIT && !all))
		return;
	kept_records = NIL;
	if (!mark_undone(records, all))
		return;
	if (!proc_exit_inprogress)
		let_wait(records);
	if (list_length(waiting_records) >= MOST_WAITING)
	{
		/* in one batch with those that do not wait: a session has one worker */
		List	   *waited = waiting_records;

		waiting_records = NIL;
		save_undone(list_concat(list_copy(waited), records));
		list_free_deep(waited);
	}
	else if (mark_undone(records, false))
		save_undone(records);
}

/* A savepoint ends: its records go to the transaction around it, or are undone. */
static void
at_subend(SubXactEvent event, SubTransactionId subid,
		  SubTransactionId parent, void *arg pg_attribute_unused())
{
	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	/* what was remembered since the savepoint began is its own, to the last */
	for (int i = list_length(kept_records) - 1; i >= 0; i--)
	{
		KeptRecord *record = list_nth(kept_records, i);

		if (record->subid != subid)
			break;
		record->subid = parent;
		if (event == SUBXACT_EVENT_ABORT_SUB)
			record->undone = true;
	}
}

/* Remember a record until the transaction ends.  undone: no row of it is written. */
static void
remember(RecordKind kind, const char *json, bool undone)
{
	static bool registered = false;
	MemoryContext context;
	KeptRecord *record;

	AttachWriterSlots();
	/* one worker a session: a session that loops waits for it */
	(void) wait_for_worker(true);
	context = MemoryContextSwitchTo(TopTransactionContext);
	record = palloc(sizeof(KeptRecord));
	if (!registered)
	{
		before_shmem_exit(at_exit, (Datum) 0);
		RegisterXactCallback(at_end, NULL);
		RegisterSubXactCallback(at_subend, NULL);
		registered = true;
	}
	record->kind = kind;
	record->subid = GetCurrentSubTransactionId();
	record->undone = undone;
	record->json = pstrdup(json);
	kept_records = lappend(kept_records, record);
	MemoryContextSwitchTo(context);
}

/* Write what waits, as records of this transaction. */
static void
write_waiting(OwnerScope *scope)
{
	List	   *records = waiting_records;
	ListCell   *cell;

	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);

		remember(record->kind, record->json, false);
	}
	waiting_records = NIL;
	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);

		write_record(scope, record->kind, record->json);
	}
	list_free_deep(records);
}

void
KeepRecord(RecordKind kind, const char *json, bool in_row)
{
	OwnerScope	scope;

	/* first, so that an error of the INSERT is no way out */
	remember(kind, json, false);
	if (!in_row)
		return;
	EnterOwner(&scope, OWNER_WRITES);
	write_waiting(&scope);
	write_record(&scope, kind, json);
	LeaveOwner(&scope);
}

void
KeepRecordForWorker(RecordKind kind, const char *json)
{
	remember(kind, json, true);
}

int
CountUndone(RecordKind kind)
{
	int			count = 0;
	ListCell   *cell;

	AttachWriterSlots();
	(void) wait_for_worker(true);
	foreach(cell, kept_records)
	{
		KeptRecord *record = lfirst(cell);

		if (record->kind == kind && record->undone)
			count++;
	}
	return count;
}

/* before_shmem_exit of the worker, whatever ends it. */
static void
end_worker(int code pg_attribute_unused(), Datum arg pg_attribute_unused())
{
	if (unwritten != NULL)
	{
		log_batch(dsm_segment_address(unwritten), "The background worker ended before it had written it.");
		dsm_unpin_segment(dsm_segment_handle(unwritten));
		unwritten = NULL;
	}
	ReleaseWriterSlot(my_slot);
}

/* The batch that the worker is handed; false: it is not its own any more. */
static bool
own_batch(dsm_handle handle)
{
	dsm_segment *segment = dsm_attach(handle);
	uint32		nobody = 0;

	if (segment == NULL ||
		!pg_atomic_compare_exchange_u32(&((Batch *) dsm_segment_address(segment))->owned, &nobody, 1))
		return false;
	dsm_pin_mapping(segment);
	unwritten = segment;
	return true;
}

static void
write_batch(const Batch *batch)
{
	const char *at = batch->data;
	OwnerScope	scope;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	EnterOwner(&scope, OWNER_WRITES);
	for (uint32 i = 0; i < batch->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		write_record(&scope, (RecordKind) *at, at + 1);
		at += strlen(at + 1) + 2;
	}
	LeaveOwner(&scope);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* The background worker: write a batch in a transaction of its own. */
void
licence_home_record_main(Datum main_arg)
{
	memcpy(&my_slot, MyBgworkerEntry->bgw_extra, sizeof(my_slot));
	AttachWriterSlots();
	OccupyWriterSlot(my_slot);
	before_shmem_exit(end_worker, (Datum) 0);
	/* so that an end comes where end_worker can follow it */
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	if (!own_batch(DatumGetUInt32(main_arg)))
		return;
	BackgroundWorkerInitializeConnectionByOid(((Batch *) dsm_segment_address(unwritten))->database,
											  InvalidOid, 0);
	write_batch(dsm_segment_address(unwritten));
	dsm_unpin_segment(dsm_segment_handle(unwritten));
	unwritten = NULL;
}
