/*
 * money.h
 *		Money of a case: what came for a bill, and what is to be paid back.
 */
#ifndef LICENCE_HOME_WORKFLOW_MONEY_H
#define LICENCE_HOME_WORKFLOW_MONEY_H

#include "spi/plan.h"

/* The money of an account: the first of the bills that share what was paid. */
typedef struct BillMoney
{
	int64		account;
	int64		open_bill;		/* 0: none is open */
	char	   *surplus;		/* in JOD, as text */
	bool		paid;			/* the open bill lacks nothing */
	bool		part;			/* something came, and something is lacking */
	bool		over;			/* more came than is owed */
} BillMoney;

/* Read it for the account of a bill of a case that is locked. */
extern BillMoney ReadBillMoney(OwnerScope *scope, int64 application_no, int64 invoice_no);

/*
 * Note whatever has come to be refundable since it was noted last.  The note
 * says whose task it is and until when.  Its message belongs to an event.
 */
extern void NoteRefunds(OwnerScope *scope, int64 application_no, int64 event_no);

/* Tell what is lacking of an open bill that shares what was paid for another. */
extern void TellRest(OwnerScope *scope, int64 application_no, int64 event_no);

/* Owe a message about money; false where it cannot be filled. */
extern bool TellOfMoney(OwnerScope *scope, int64 application_no, int64 event_no,
						const char *template);

#endif							/* LICENCE_HOME_WORKFLOW_MONEY_H */
