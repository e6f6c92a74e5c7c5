/*
 * pending.c
 *		What the BEFORE trigger of a step hands to the AFTER trigger.
 *
 * A table by case that lives as long as the transaction.  An entry goes when
 * AFTER takes it, or with the subtransaction that failed in between.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "errors.h"
#include "workflow/pending.h"

/* What BEFORE hands to AFTER, by case. */
typedef struct PendingStep
{
	int64		application_no;
	SubTransactionId made_in;
	Step	   *step;
} PendingStep;

static HTAB *pending_steps = NULL;
static MemoryContextCallback pending_callback;
static bool follows_subtransactions = false;

/* The transaction's memory goes, and the pending steps with it. */
static void
forget_pending(void *arg pg_attribute_unused())
{
	pending_steps = NULL;
}

/* A subtransaction failed, and the steps that it prepared go with its memory. */
static void
forget_failed(SubXactEvent event, SubTransactionId mine,
			  SubTransactionId parent pg_attribute_unused(),
			  void *arg pg_attribute_unused())
{
	HASH_SEQ_STATUS all;
	PendingStep *entry;

	if (event != SUBXACT_EVENT_ABORT_SUB || pending_steps == NULL)
		return;
	hash_seq_init(&all, pending_steps);
	while ((entry = hash_seq_search(&all)) != NULL)
	{
		if (entry->made_in < mine)
			continue;			/* an outer statement's, still under way */
		hash_search(pending_steps, &entry->application_no, HASH_REMOVE, NULL);
	}
}

/* The table of pending steps, which lives until the transaction ends. */
static HTAB *
pending_table(void)
{
	if (!follows_subtransactions)
	{
		RegisterSubXactCallback(forget_failed, NULL);
		follows_subtransactions = true;
	}
	if (pending_steps == NULL)
	{
		MemoryContext memory = AllocSetContextCreate(TopTransactionContext,
													 "licence_home steps",
													 ALLOCSET_SMALL_SIZES);
		HASHCTL		control = {0};

		control.keysize = sizeof(int64);
		control.entrysize = sizeof(PendingStep);
		control.hcxt = memory;
		pending_steps = hash_create("licence_home steps", 16, &control,
									HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		pending_callback.func = forget_pending;
		pending_callback.arg = NULL;
		MemoryContextRegisterResetCallback(memory, &pending_callback);
	}
	return pending_steps;
}

/* A new pending step of a case, in memory that a failure takes along. */
Step *
AddPendingStep(int64 application_no)
{
	HTAB	   *table = pending_table();
	MemoryContext memory = AllocSetContextCreate(CurTransactionContext,
												 "licence_home step",
												 ALLOCSET_SMALL_SIZES);
	Step	   *step = MemoryContextAllocZero(memory, sizeof(Step));
	PendingStep *entry = hash_search(table, &application_no, HASH_ENTER, NULL);

	step->memory = memory;
	step->application_no = application_no;
	entry->made_in = GetCurrentSubTransactionId();
	entry->step = step;
	return step;
}

/* The pending step of a case; NULL when it has none. */
Step *
PendingStepOf(int64 application_no)
{
	PendingStep *entry;

	if (pending_steps == NULL)
		return NULL;
	entry = hash_search(pending_steps, &application_no, HASH_FIND, NULL);
	return entry ? entry->step : NULL;
}

/* Take the pending step of a case off the table; NULL when it has none. */
Step *
TakePendingStep(int64 application_no)
{
	Step	   *step = PendingStepOf(application_no);

	if (step != NULL)
		hash_search(pending_steps, &application_no, HASH_REMOVE, NULL);
	return step;
}

/* The statement that moves a case has not come to its preconditions yet. */
void
RefuseWhilePending(int64 application_no)
{
	if (pending_steps == NULL ||
		hash_search(pending_steps, &application_no, HASH_FIND, NULL) == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
			 errmsg_case(application_no, "the case is being changed by the statement that called this one"),
			 errhint("Let that statement end, then take the next step in a statement of its own."),
			 err_table("application")));
}
