/*
 * compat.h
 *		Differences between PostgreSQL 15, 17 and 18, in one place.
 *
 * Shims are named after the newest API, so that dropping an old server is
 * deleting lines.
 */
#ifndef LICENCE_HOME_COMPAT_H
#define LICENCE_HOME_COMPAT_H

/* Declared before a macro takes the name. */
#include "access/genam.h"
#include "access/heapam.h"
#include "executor/executor.h"

#if PG_VERSION_NUM < 180000
/* 18 has it in c.h, before the declaration; before, it was an attribute. */
#define pg_noreturn __attribute__((noreturn))
#endif

#if PG_VERSION_NUM < 160000
/* Soft errors came with 16; before, bad input is always an error. */
struct Node;
#define SOFT_ERROR_OCCURRED(escontext) (false)
#define errsave(escontext, ...) ereport(ERROR, __VA_ARGS__)
#define ereturn(escontext, dummy_value, ...) \
	do { (void) (escontext); ereport(ERROR, __VA_ARGS__); return dummy_value; } while (0)
#else
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif

#if PG_VERSION_NUM < 180000
/* 18 counts what a scan does for EXPLAIN. */
#define index_beginscan(heap, index, snapshot, instrument, nkeys, norderbys) \
	index_beginscan(heap, index, snapshot, nkeys, norderbys)
#endif

#if PG_VERSION_NUM < 160000
/* 16 can leave out indexes that summarize, and says which an update needs. */
#define ExecInsertIndexTuples(result, slot, estate, update, noDupErr, conflict, arbiters, summarizing) \
	ExecInsertIndexTuples(result, slot, estate, update, noDupErr, conflict, arbiters)
#define heap_update(relation, otid, tuple, cid, crosscheck, wait, tmfd, lockmode, indexes) \
	heap_update(relation, otid, tuple, cid, crosscheck, wait, tmfd, lockmode)
typedef int TU_UpdateIndexes;
#endif

/* What an access method keeps while a statement inserts; 17 can end it. */
#if PG_VERSION_NUM < 170000
#define CleanUpIndexInsert(index, info) ((void) 0)
#else
#define CleanUpIndexInsert(index, info) index_insert_cleanup((index), (info))
#endif

#if PG_VERSION_NUM < 170000
/* 17 can end transactions that take long. */
#define TransactionTimeout 0
#define TRANSACTION_TIMEOUT MAX_TIMEOUTS
#endif

/* Values of settings are the GUC machinery's to free since 16. */
#if PG_VERSION_NUM < 160000
#define guc_malloc(elevel, size) malloc(size)
#define guc_free(ptr) free(ptr)
#endif

/* A lexer for JSON, in memory that the context frees. */
#if PG_VERSION_NUM < 170000
#define MakeJsonLexContext(json) makeJsonLexContext((json), false)
#else
#define MakeJsonLexContext(json) makeJsonLexContext(NULL, (json), false)
#endif

/* The same for a text of a length, with the escapes of strings resolved. */
#if PG_VERSION_NUM < 170000
#define MakeJsonLexContextLen(json, len, encoding) \
	makeJsonLexContextCstringLen((json), (len), (encoding), true)
#else
#define MakeJsonLexContextLen(json, len, encoding) \
	makeJsonLexContextCstringLen(NULL, (json), (len), (encoding), true)
#endif

/* What the parser of JSON calls can say since 16 that it is to stop. */
#if PG_VERSION_NUM < 160000
#define JsonActionResult void
#define JSON_ACTION_DONE
#else
#define JsonActionResult JsonParseErrorType
#define JSON_ACTION_DONE JSON_SUCCESS
#endif

/* An event set that outlives transactions; the caller frees it. */
#if PG_VERSION_NUM < 170000
#define CreateLastingWaitEventSet(nevents) \
	CreateWaitEventSet(TopMemoryContext, (nevents))
#else
#define CreateLastingWaitEventSet(nevents) \
	CreateWaitEventSet(NULL, (nevents))
#endif

/* The record of a setting, NULL: there is none (16 has a function for it). */
#if PG_VERSION_NUM < 160000
#define FindSetting(name) FindSettingByWalk(name)
#else
#define FindSetting(name) find_option((name), false, true, ERROR)
#endif

/* A message in the WAL, outside the transaction; 17 can flush it too. */
#if PG_VERSION_NUM < 170000
#define LogMessageNow(prefix, message, size) LogLogicalMessage((prefix), (message), (size), false)
#else
#define LogMessageNow(prefix, message, size) LogLogicalMessage((prefix), (message), (size), false, false)
#endif

/* A library can say its name and version since 18. */
#if PG_VERSION_NUM < 180000
#define PG_MODULE_MAGIC_EXT(...) PG_MODULE_MAGIC
#endif

/* This backend's transaction.  (Needs storage/proc.h.) */
#if PG_VERSION_NUM >= 170000
#define MY_LXID (MyProc->vxid.lxid)
#else
#define MY_LXID (MyProc->lxid)
#endif

#endif							/* LICENCE_HOME_COMPAT_H */
