/*
 * evidence_trigger.h
 *		What the triggers of all tables of evidence have in common.
 */
#ifndef LICENCE_HOME_EVIDENCE_TRIGGER_H
#define LICENCE_HOME_EVIDENCE_TRIGGER_H

#include "commands/trigger.h"

#include "workflow/case.h"
#include "workflow/row.h"

/* What every trigger here starts from. */
typedef struct EvidenceTrigger
{
	const char *evidence;		/* the table's name */
	bool		insert;
	HeapTuple	old;			/* NULL for an INSERT */
	HeapTuple	new;
	TupleDesc	desc;
	Oid			caller;
	bool		own;			/* our own code writes it, within a function
								 * that has asked */
	LockedCase	locked;
	OwnerScope	scope;
	RowChange	change;
} EvidenceTrigger;

extern void ReadTrigger(EvidenceTrigger *trigger, FunctionCallInfo fcinfo,
						const char *evidence);
extern int64 CaseOf(EvidenceTrigger *trigger);
extern bool IsOwnUpdate(EvidenceTrigger *trigger);
extern void BeginEvidence(EvidenceTrigger *trigger, int64 application_no);
extern void SetColumn(EvidenceTrigger *trigger, const char *column, Datum value);
extern void StampInsert(EvidenceTrigger *trigger, bool with_event);
extern List *CheckOnlyChanged(EvidenceTrigger *trigger, const char *const *allowed,
							  int count, const char *hint);
extern Datum EndEvidence(EvidenceTrigger *trigger);
extern Datum PassByRow(EvidenceTrigger *trigger);

#endif							/* LICENCE_HOME_EVIDENCE_TRIGGER_H */
