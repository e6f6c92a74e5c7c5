/*
 * number_pool.c
 *		Numbers that a rollback gives back.
 *
 * A sequence alone has two faults here.  A role that may insert a case may
 * draw numbers without one, and a refused or undone INSERT loses its number.
 * So the free numbers lie in a table, number_pool.  An INSERT deletes a row
 * there; if it is undone, the row is there again.
 *
 *		sequence  --fill-->  number_pool  --DELETE-->  application, licence, invoice
 *		                          ^                        |
 *		                          +--------- ROLLBACK -----+
 *
 * No transaction waits for another: it passes by a row that another one is
 * deleting.  When no row is left, the next numbers of the sequence are put in
 * the pool.  Like the sequence's own row they belong to no transaction.  Their
 * tuples are written frozen, so that every transaction sees them at once, and
 * they stay when this transaction is undone.
 *
 * A dump reads the sequence first and the pool later.  So in a copy the
 * sequence may stand before numbers that the pool has or had.  On a subscriber
 * of logical replication the sequence stands at its beginning.  Therefore a
 * fill leaves out what is free or used already.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "commands/sequence.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "spi/arrays.h"
#include "spi/heap_access.h"
#include "spi/objects.h"
#include "spi/plan.h"

/* Numbers put in the pool when it is found empty. */
#define FILL_SIZE 32

/* ... when all that the sequence gave are used already. */
#define MAX_FILL_SIZE 8192

#define POOL_COLUMNS 2

/*
 * Where this transaction looks first.  The rows that it has deleted lie before
 * the last number that it took, and stay in the index until it ends.  Without
 * this, each case of a large import would pass by all of them.
 */
static TransactionId looking_for = InvalidTransactionId;
static char looking_kind[NAMEDATALEN];
static int64 look_from = 0;

/* Those of the serials $2 that no row of a table has in any year; of each year the newest is found by the index. */
#define UNUSED_SERIALS(type, table) \
	"WITH RECURSIVE newest (no) AS (" \
	"SELECT max(t." type ") FROM licence_home." table " AS t UNION ALL " \
	"SELECT (SELECT max(t." type ") FROM licence_home." table " AS t WHERE t." type " < " \
	"licence_home." type "_make(substr(n.no::text, 2, 4)::integer, 1)) " \
	"FROM newest AS n WHERE n.no IS NOT NULL) " \
	"SELECT s.serial FROM unnest($2) AS s (serial) WHERE NOT EXISTS (" \
	"SELECT FROM newest AS n JOIN licence_home." table " AS t " \
	"ON t." type " = licence_home." type "_make(substr(n.no::text, 2, 4)::integer, s.serial)) " NOT_FREE

#define NOT_FREE \
	"AND NOT EXISTS (SELECT FROM licence_home.number_pool AS p WHERE p.kind = $1 AND p.serial = s.serial) " \
	"ORDER BY s.serial"

/* The plan that finds which of the serials $2 of kind $1 can be given. */
static SavedPlan *
plan_for(const char *kind)
{
	static SavedPlan applications = SAVED_PLAN(UNUSED_SERIALS("application_no", "application"));
	static SavedPlan licences = SAVED_PLAN(UNUSED_SERIALS("licence_no", "licence"));
	static SavedPlan invoices = SAVED_PLAN("SELECT s.serial FROM unnest($2) AS s (serial) WHERE NOT EXISTS ("
										   "SELECT FROM licence_home.invoice AS i WHERE i.invoice_no = s.serial) " NOT_FREE);

	if (strcmp(kind, "application") == 0)
		return &applications;
	return strcmp(kind, "licence") == 0 ? &licences : &invoices;
}

/* The next serials of a sequence. */
static Datum
draw(Oid sequence, int n)
{
	int64	   *serials = palloc(n * sizeof(int64));

	for (int i = 0; i < n; i++)
		serials[i] = nextval_internal(sequence, false);
	return Int8Array(serials, NULL, n);
}

/* Put a number in the pool, for everybody. */
static void
put_number(Relation pool, IndexWriter *writer, Datum kind, int64 serial)
{
	Datum		values[POOL_COLUMNS] = {kind, Int64GetDatum(serial)};
	bool		nulls[POOL_COLUMNS] = {false, false};
	HeapTuple	tuple = heap_form_tuple(RelationGetDescr(pool), values, nulls);

	heap_insert(pool, tuple, GetCurrentCommandId(true), HEAP_INSERT_FROZEN, NULL);
	WriteIndexes(writer, tuple, &tuple->t_self);
	heap_freetuple(tuple);
}

/* Put the next numbers of a sequence in the pool. */
static void
fill_pool(Relation pool, Datum kind, const char *kind_name, Oid sequence)
{
	IndexWriter writer;
	OwnerScope	scope;
	Rows		unused;
	int			n = FILL_SIZE;

	EnterOwner(&scope, OWNER_WRITES);
	do
	{
		unused = ExecPlan(&scope, plan_for(kind_name), TextArg(kind_name),
						  DatumArg(ARG_INT8_ARRAY, draw(sequence, n), false));
		n = Min(n * 2, MAX_FILL_SIZE);
	} while (unused.count == 0);
	OpenIndexWriter(&writer, pool);
	for (uint64 i = 0; i < unused.count; i++)
		put_number(pool, &writer, kind, RowInt8(unused, i, 1));
	CloseIndexWriter(&writer);
	LeaveOwner(&scope);
}

/* Delete the first row of a kind that nobody is deleting; 0 when there is none. */
static int64
take_free(Relation pool, Relation index, Datum kind, int64 from)
{
	ScanKeyData keys[POOL_COLUMNS];
	IndexScanDesc scan;
	TupleTableSlot *slot = table_slot_create(pool, NULL);
	int64		taken = 0;

	ScanKeyEntryInitialize(&keys[0], 0, 1, BTEqualStrategyNumber, InvalidOid,
						   C_COLLATION_OID, F_TEXTEQ, kind);
	ScanKeyInit(&keys[1], 2, BTGreaterEqualStrategyNumber, F_INT8GE,
				Int64GetDatum(from));
	/* what is there now, whatever this transaction's snapshot */
	scan = index_beginscan(pool, index, SnapshotSelf, NULL, POOL_COLUMNS, 0);
	index_rescan(scan, keys, POOL_COLUMNS, NULL, 0);
	while (taken == 0 &&
		   index_getnext_slot(scan, ForwardScanDirection, slot))
	{
		ItemPointerData place = slot->tts_tid;
		TM_FailureData failure;

		CHECK_FOR_INTERRUPTS();
		if (heap_delete(pool, &place, GetCurrentCommandId(true), InvalidSnapshot,
						false, &failure, false) == TM_Ok)
			taken = DatumGetInt64(ColumnValue(slot, 2));
	}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	return taken;
}

/* Take the first number of a kind that is free. */
static int64
take_number(Relation pool, Relation index, Datum kind, const char *kind_name,
			Oid sequence)
{
	int64		taken;
	int64		from = 0;

	if (looking_for == GetTopTransactionId() &&
		strcmp(looking_kind, kind_name) == 0)
		from = look_from;
	while ((taken = take_free(pool, index, kind, from)) == 0)
	{
		/* numbers before may be free again: a savepoint, another's rollback */
		if (from > 0)
			from = 0;
		else
			fill_pool(pool, kind, kind_name, sequence);
	}
	looking_for = GetTopTransactionId();
	strlcpy(looking_kind, kind_name, sizeof(looking_kind));
	look_from = taken;
	return taken;
}

PG_FUNCTION_INFO_V1(licence_home_take_number);
/* take_number(kind): a serial of the sequence kind_serial, for this transaction. */
Datum
licence_home_take_number(PG_FUNCTION_ARGS)
{
	char	   *kind = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Relation	pool = table_open(ExtensionTable("number_pool"), RowExclusiveLock);
	Relation	index = index_open(ExtensionTable("number_pool_pkey"), RowExclusiveLock);
	Oid			sequence = get_relname_relid(psprintf("%s_serial", kind), ExtensionNamespace());
	int64		taken;

	if (!OidIsValid(sequence))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are no numbers of kind \"%s\"", kind)));
	taken = take_number(pool, index, PG_GETARG_DATUM(0), kind, sequence);
	index_close(index, NoLock);
	table_close(pool, NoLock);
	PG_RETURN_INT64(taken);
}
