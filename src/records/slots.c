/*
 * slots.c
 *		How many record writers a cluster has at once.
 *
 * A few slots in shared memory.  A backend takes one before it registers a
 * worker; the worker gives it back when it ends, however it ends.  A worker
 * that never comes to life, since the postmaster could not fork, gives nothing
 * back: its slot is free again after a minute.
 *
 * The slots are a few words, which shared memory has to spare: so the library
 * need not be in shared_preload_libraries, as with pg_prewarm.
 */
#include "postgres.h"

#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "utils/timestamp.h"

#include "records/slots.h"

#define PATIENCE_MS 60000

typedef struct Slot
{
	uint64		ticket;			/* 0: the slot is free */
	bool		occupied;
	TimestampTz taken_at;
} Slot;

typedef struct Slots
{
	slock_t		mutex;
	uint64		tickets;		/* how many were given out */
	Slot		slot[RECORD_WRITERS];
} Slots;

static Slots *slots = NULL;

void
AttachWriterSlots(void)
{
	bool		found;

	if (slots != NULL)
		return;
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	slots = ShmemInitStruct("licence_home record writers", sizeof(Slots), &found);
	if (!found)
	{
		memset(slots, 0, sizeof(Slots));
		SpinLockInit(&slots->mutex);
	}
	LWLockRelease(AddinShmemInitLock);
}

static bool
is_free(const Slot *slot, TimestampTz now)
{
	return slot->ticket == 0 ||
		(!slot->occupied && TimestampDifferenceExceeds(slot->taken_at, now, PATIENCE_MS));
}

bool
TakeWriterSlot(WriterSlot *slot)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		taken = false;

	SpinLockAcquire(&slots->mutex);
	for (int i = 0; i < RECORD_WRITERS && !taken; i++)
	{
		if (!is_free(&slots->slot[i], now))
			continue;
		slots->slot[i].ticket = ++slots->tickets;
		slots->slot[i].occupied = false;
		slots->slot[i].taken_at = now;
		slot->number = i;
		slot->ticket = slots->tickets;
		taken = true;
	}
	SpinLockRelease(&slots->mutex);
	return taken;
}

/* Where the slot is still the ticket's: mark it occupied, or free it. */
static void
change(WriterSlot slot, bool occupied)
{
	Slot	   *mine = &slots->slot[slot.number];

	SpinLockAcquire(&slots->mutex);
	if (mine->ticket == slot.ticket)
	{
		mine->occupied = occupied;
		if (!occupied)
			mine->ticket = 0;
	}
	SpinLockRelease(&slots->mutex);
}

void
OccupyWriterSlot(WriterSlot slot)
{
	change(slot, true);
}

void
ReleaseWriterSlot(WriterSlot slot)
{
	change(slot, false);
}
