/*
 * heap_access.c
 *		Tables by direct access: scans, tuples and index entries without an executor.
 */
#include "postgres.h"

#include "access/skey.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_collation.h"
#include "executor/executor.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "compat.h"
#include "spi/arrays.h"
#include "spi/heap_access.h"
#include "spi/objects.h"

void
OpenKeyedTable(KeyedTable *keyed, const char *table, const char *index,
			   LOCKMODE lockmode, Snapshot snapshot)
{
	keyed->table = table_open(ExtensionTable(table), lockmode);
	keyed->index = index_open(ExtensionTable(index), lockmode);
	keyed->slot = table_slot_create(keyed->table, NULL);
	keyed->scan = index_beginscan(keyed->table, keyed->index, snapshot, NULL, 1, 0);
}

void
CloseKeyedTable(KeyedTable *keyed)
{
	index_endscan(keyed->scan);
	ExecDropSingleTupleTableSlot(keyed->slot);
	index_close(keyed->index, NoLock);
	table_close(keyed->table, NoLock);
}

bool
FindByKey(KeyedTable *keyed, int64 key)
{
	ScanKeyData skey;

	ExecClearTuple(keyed->slot);	/* of the row before */
	ScanKeyInit(&skey, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(key));
	index_rescan(keyed->scan, &skey, 1, NULL, 0);
	return index_getnext_slot(keyed->scan, ForwardScanDirection, keyed->slot);
}

void
BeginRowScan(RowScan *scan, const char *table, const char *index,
			 Snapshot snapshot, ScanKey keys, int nkeys)
{
	memset(scan, 0, sizeof(RowScan));
	scan->table = table_open(ExtensionTable(table), AccessShareLock);
	scan->slot = table_slot_create(scan->table, NULL);
	if (index == NULL)
	{
		scan->all = table_beginscan(scan->table, snapshot, nkeys, keys);
		return;
	}
	scan->index = index_open(ExtensionTable(index), AccessShareLock);
	scan->by_index = index_beginscan(scan->table, scan->index, snapshot, NULL, nkeys, 0);
	index_rescan(scan->by_index, keys, nkeys, NULL, 0);
}

bool
NextRow(RowScan *scan, ScanDirection direction)
{
	if (scan->by_index != NULL)
		return index_getnext_slot(scan->by_index, direction, scan->slot);
	return table_scan_getnextslot(scan->all, direction, scan->slot);
}

void
EndRowScan(RowScan *scan)
{
	ExecDropSingleTupleTableSlot(scan->slot);
	if (scan->by_index != NULL)
	{
		index_endscan(scan->by_index);
		index_close(scan->index, NoLock);
	}
	else
		table_endscan(scan->all);
	table_close(scan->table, NoLock);
}

void
TextKey(ScanKey key, AttrNumber column, const char *value)
{
	ScanKeyEntryInitialize(key, 0, column, BTEqualStrategyNumber, InvalidOid,
						   DEFAULT_COLLATION_OID, F_TEXTEQ, CStringGetTextDatum(value));
}

void
Int4Key(ScanKey key, AttrNumber column, int32 value)
{
	ScanKeyInit(key, column, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(value));
}

void
Int8Key(ScanKey key, AttrNumber column, int64 value)
{
	ScanKeyInit(key, column, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(value));
}

AttrNumber
ColumnOf(Relation table, const char *name)
{
	TupleDesc	desc = RelationGetDescr(table);

	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped &&
			namestrcmp(&TupleDescAttr(desc, i)->attname, name) == 0)
			return i + 1;
	}
	elog(ERROR, "column \"%s\" of \"%s\" does not exist", name,
		 RelationGetRelationName(table));
}

bool
IsNullColumn(TupleTableSlot *slot, AttrNumber column)
{
	return slot_attisnull(slot, column);
}

Datum
ColumnValue(TupleTableSlot *slot, AttrNumber column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);

	if (isnull)
		elog(ERROR, "unexpected null in column %d", column);
	return value;
}

bool
ColumnIs(TupleTableSlot *slot, AttrNumber column, const char *text)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(ColumnValue(slot, column));
	size_t		length = strlen(text);

	return VARSIZE_ANY_EXHDR(value) == length &&
		memcmp(VARDATA_ANY(value), text, length) == 0;
}

char *
SlotText(TupleTableSlot *slot, AttrNumber column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

List *
SlotTextList(TupleTableSlot *slot, AttrNumber column)
{
	List	   *list = NIL;
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);
	int			count;
	char	  **elements;

	if (isnull)
		return NIL;
	elements = TextArrayElements(value, &count);
	for (int i = 0; i < count; i++)
		list = lappend(list, elements[i]);
	return list;
}

void
OpenIndexWriter(IndexWriter *writer, Relation table)
{
	writer->estate = CreateExecutorState();
	writer->result = makeNode(ResultRelInfo);
	InitResultRelInfo(writer->result, table, 1, NULL, 0);
	ExecOpenIndices(writer->result, false);
	writer->slot = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsHeapTuple);
}

void
CloseIndexWriter(IndexWriter *writer)
{
	ExecCloseIndices(writer->result);
	ExecDropSingleTupleTableSlot(writer->slot);
	FreeExecutorState(writer->estate);
}

/* place: what is stored may be a toasted copy of the tuple, which has no t_self. */
void
WriteIndexes(IndexWriter *writer, HeapTuple tuple, const ItemPointerData *place)
{
	ExecStoreHeapTuple(tuple, writer->slot, false);
	writer->slot->tts_tid = *place;
	ExecInsertIndexTuples(writer->result, writer->slot, writer->estate, false,
						  false, NULL, NIL, false);
	ResetPerTupleExprContext(writer->estate);
}
