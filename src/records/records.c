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
 *
 * The batch is a segment of dynamic shared memory, pinned until the worker has
 * committed.  Where no worker can be had, the records are lines of the
 * server's log.  Only a crash of the server loses them.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "records/records.h"
#include "spi/plan.h"

/* The query of each kind: $1 is the record. */
static SavedPlan inserts[] = {
	[RECORD_LOOKUP] = SAVED_PLAN("INSERT INTO licence_home.applicant_lookup (at, actor, applicant_id) "
								 "SELECT r.at, r.actor, r.applicant_id FROM jsonb_to_record($1::jsonb) "
								 "AS r (at timestamptz, actor text, applicant_id bigint)"),
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

/* What a worker is handed: count times a kind and a text with its null. */
typedef struct Batch
{
	Oid			database;
	uint32		count;
	char		data[FLEXIBLE_ARRAY_MEMBER];
} Batch;

PGDLLEXPORT void licence_home_record_main(Datum main_arg);

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

/* Start a worker for a batch; false where none can be had. */
static bool
start_worker(dsm_segment *segment)
{
	BackgroundWorker worker = {0};

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	strlcpy(worker.bgw_library_name, "licence_home", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "licence_home_record_main", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "licence_home record writer", BGW_MAXLEN);
	strlcpy(worker.bgw_type, "licence_home record writer", BGW_MAXLEN);
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
	return RegisterDynamicBackgroundWorker(&worker, NULL);
}

/* Hand the records that were undone to a worker; false where none can be had. */
static bool
hand_over(List *records)
{
	dsm_segment *segment = dsm_create(pack(records, NULL), DSM_CREATE_NULL_IF_MAXSEGMENTS);
	bool		started;

	if (segment == NULL)
		return false;
	(void) pack(records, dsm_segment_address(segment));
	dsm_pin_segment(segment);
	started = start_worker(segment);
	if (!started)
		dsm_unpin_segment(dsm_segment_handle(segment));
	dsm_detach(segment);
	return started;
}

/* Hand them over, or else write them to the server's log.  Raises nothing. */
static void
save_undone(List *records)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool handed = false;
	ListCell   *cell;

	PG_TRY();
	{
		/* a segment would belong to a transaction that is ending */
		CurrentResourceOwner = NULL;
		handed = hand_over(records);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	CurrentResourceOwner = owner;
	if (handed)
		return;
	foreach(cell, records)
	{
		KeptRecord *record = lfirst(cell);

		if (record->undone)
			ereport(LOG,
					(errmsg("a record of a transaction that was rolled back could not be written"),
					 errdetail_log("%s", record->json),
					 errhint("No background worker could be had: see max_worker_processes.")));
	}
}

/* Mark what the end of the transaction undid; is there anything? */
static bool
mark_undone(bool all)
{
	bool		any = false;
	ListCell   *cell;

	foreach(cell, kept_records)
	{
		KeptRecord *record = lfirst(cell);

		record->undone = record->undone || all;
		any = any || record->undone;
	}
	return any;
}

/* The transaction ends. */
static void
at_end(XactEvent event, void *arg pg_attribute_unused())
{
	List	   *records = kept_records;
	bool		all = event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE;

	if (kept_records == NIL || (event != XACT_EVENT_COMMIT && !all))
		return;
	if (mark_undone(all))
		save_undone(records);
	kept_records = NIL;
}

/* A savepoint ends: its records go to the transaction around it, or are undone. */
static void
at_subend(SubXactEvent event, SubTransactionId subid,
		  SubTransactionId parent, void *arg pg_attribute_unused())
{
	ListCell   *cell;

	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	foreach(cell, kept_records)
	{
		KeptRecord *record = lfirst(cell);

		if (record->subid != subid)
			continue;
		record->subid = parent;
		if (event == SUBXACT_EVENT_ABORT_SUB)
			record->undone = true;
	}
}

/* Remember a record until the transaction ends. */
static void
remember(RecordKind kind, const char *json)
{
	static bool registered = false;
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);
	KeptRecord *record = palloc(sizeof(KeptRecord));

	if (!registered)
	{
		RegisterXactCallback(at_end, NULL);
		RegisterSubXactCallback(at_subend, NULL);
		registered = true;
	}
	record->kind = kind;
	record->subid = GetCurrentSubTransactionId();
	record->undone = false;
	record->json = pstrdup(json);
	kept_records = lappend(kept_records, record);
	MemoryContextSwitchTo(context);
}

void
KeepRecord(RecordKind kind, const char *json, bool in_row)
{
	OwnerScope	scope;

	/* first, so that an error of the INSERT is no way out */
	remember(kind, json);
	if (!in_row)
		return;
	EnterOwner(&scope, OWNER_WRITES);
	write_record(&scope, kind, json);
	LeaveOwner(&scope);
}

/* The background worker: write a batch in a transaction of its own. */
void
licence_home_record_main(Datum main_arg)
{
	dsm_handle	handle = DatumGetUInt32(main_arg);
	dsm_segment *segment;
	Batch	   *batch;
	const char *at;
	OwnerScope	scope;

	BackgroundWorkerUnblockSignals();
	segment = dsm_attach(handle);
	if (segment == NULL)
		return;					/* the server has restarted in between */
	dsm_pin_mapping(segment);
	batch = dsm_segment_address(segment);
	BackgroundWorkerInitializeConnectionByOid(batch->database, InvalidOid, 0);
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	EnterOwner(&scope, OWNER_WRITES);
	at = batch->data;
	for (uint32 i = 0; i < batch->count; i++)
	{
		RecordKind	kind = (RecordKind) *at;

		write_record(&scope, kind, at + 1);
		at += strlen(at + 1) + 2;
	}
	LeaveOwner(&scope);
	PopActiveSnapshot();
	CommitTransactionCommand();
	dsm_unpin_segment(handle);
	dsm_detach(segment);
}
