/*
 * slots.h
 *		How many record writers a cluster has at once.
 */
#ifndef LICENCE_HOME_RECORDS_SLOTS_H
#define LICENCE_HOME_RECORDS_SLOTS_H

/* max_worker_processes is 8 by default, and others live on it too. */
#define RECORD_WRITERS 2

/* A slot, and who has it: a later ticket is another one's. */
typedef struct WriterSlot
{
	int			number;
	uint64		ticket;
} WriterSlot;

/* Make the slots known to this process; in a transaction, or as it starts. */
extern void AttachWriterSlots(void);

/* Take a slot; false where none is free.  Raises nothing. */
extern bool TakeWriterSlot(WriterSlot *slot);

/* Its worker runs, and gives it back when it ends. */
extern void OccupyWriterSlot(WriterSlot slot);

/* Give it back; nothing where another has it. */
extern void ReleaseWriterSlot(WriterSlot slot);

#endif							/* LICENCE_HOME_RECORDS_SLOTS_H */
