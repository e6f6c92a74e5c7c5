/*
 * writing.h
 *		What the triggers of all tables of evidence have in common.
 */
#ifndef LICENCE_HOME_WRITING_H
#define LICENCE_HOME_WRITING_H

#include "commands/trigger.h"

#include "workflow/case.h"
#include "workflow/row.h"

/* What every trigger here starts from. */
typedef struct Writing
{
	const char *evidence;		/* the table's name */
	bool		insert;
	HeapTuple	old;			/* NULL for an INSERT */
	HeapTuple	new;
	TupleDesc	desc;
	Oid			caller;
	LockedCase	locked;
	OwnerScope	scope;
	RowChange	change;
} Writing;

extern void ReadTrigger(Writing *writing, FunctionCallInfo fcinfo,
						const char *evidence);
extern int64 CaseOf(Writing *writing);
extern bool IsOwnUpdate(Writing *writing);
extern void BeginWriting(Writing *writing, int64 application_no);
extern void SetColumn(Writing *writing, const char *column, Datum value);
extern void StampInsert(Writing *writing, bool with_event);
extern List *CheckOnlyChanged(Writing *writing, const char *const *allowed,
							  int count, const char *hint);
extern Datum EndWriting(Writing *writing);
extern Datum PassByRow(Writing *writing);

#endif							/* LICENCE_HOME_WRITING_H */
