/*
 * records.h
 *		Records that a rollback does not take away.
 *
 *	KeepRecord(RECORD_READ, json, true);
 *
 * writes a row in the transaction that asks.  If that row is undone, by an
 * error, a ROLLBACK, a savepoint or the end of the session, a background
 * worker writes it.  See records.c.
 */
#ifndef LICENCE_HOME_RECORDS_H
#define LICENCE_HOME_RECORDS_H

/* What is recorded; a kind's query is in records.c. */
typedef enum RecordKind
{
	RECORD_READ,				/* read_record: who saw whose data */
	RECORD_ACTING,				/* acting_record: login and applicant */
	RECORD_REFUSED				/* submit_refused: what was not submitted */
} RecordKind;

/*
 * Record something about a read; json is an object with the columns of the
 * kind's table.  With in_row the row is written now.  Else what the
 * transaction itself writes is the record, and a row is needed only if that is
 * undone.
 */
extern void KeepRecord(RecordKind kind, const char *json, bool in_row);

/* The same from a transaction that may not write: somebody else does, after it. */
extern void KeepRecordForWorker(RecordKind kind, const char *json);

/*
 * How many records of a kind this transaction has made that are in no table
 * yet.  Waits for the worker that writes those of the transaction before.
 */
extern int	CountUndone(RecordKind kind);

#endif							/* LICENCE_HOME_RECORDS_H */
