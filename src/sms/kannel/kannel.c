/*
 * kannel.c
 *		receive_kannel_reports(): delivery reports from Kannel, as a box of its.
 *
 * Kannel keeps a report in its spool until the box for which it is meant says
 * that it has it.  So this backend connects to bearerbox as smsbox does.  It
 * acknowledges a report when the transaction that took it in has committed, so
 * a restart of PostgreSQL or of Kannel loses none.  A report without
 * acknowledgement comes again, and changes nothing the second time.  No web
 * server and no other process stands between. doc/decisions.md says why
 * bearerbox's own storage in PostgreSQL and smsbox's requests will not do.
 *
 * The backend waits with no transaction, and begins a short one when there is
 * something to take in.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "steady_clock.h"
#include "spi/plan.h"
#include "sms/queue/identity.h"
#include "sms/kannel/box.h"
#include "sms/kannel/wire.h"
#include "spi/procedure.h"

#define TICK_MS 5000			/* is this still the database that sends? */

/* One call of the procedure. */
typedef struct KannelRun
{
	int			count;
	KannelBox  *boxes;
	int64		deadline;		/* on the steady clock, as the next */
	int64		next_tick;
	MemoryContext report_context;	/* for what one round takes in */
} KannelRun;

static SavedPlan boxes_query = SAVED_PLAN("SELECT b.box, host(b.host), b.port::text FROM licence_home.kannel_box AS b ORDER BY b.box");

static SavedPlan state_note = SAVED_PLAN("UPDATE licence_home.kannel_box AS b SET connected_at = $2, trouble = $3"
										 " WHERE b.box = $1 AND (b.connected_at, b.trouble) IS DISTINCT FROM ($2, $3)");

static SavedPlan report_note = SAVED_PLAN("UPDATE licence_home.kannel_box AS b SET reported_at = $2 WHERE b.box = $1");

static SavedPlan report_query = SAVED_PLAN("SELECT licence_home.sms_report($1, $2, $3)");

/*
 * The message that a report is about: what stands behind the last slash of
 * the dlr-url with which it was sent.  NULL for a message that is not ours.
 */
static const char *
message_of(const KannelFrame *frame)
{
	const char *slash = frame->url ? strrchr(frame->url, '/') : NULL;

	return slash != NULL && slash[1] != '\0' ? slash + 1 : NULL;
}

/* Is the status one that sms_report() knows?  (32 says: still on its way.) */
static bool
is_known(int32 status)
{
	return status == 1 || status == 2 || status == 4 || status == 8 || status == 16;
}

/* Take in one report. */
static void
take_in(OwnerScope *scope, const KannelFrame *frame)
{
	const char *message = message_of(frame);
	int64		age = Max(GetCurrentTimestamp() - time_t_to_timestamptz(frame->time), 0);

	if (message == NULL || !is_known(frame->status))
		return;
	ExecPlan(scope, &report_query, TextArg(message),
			 TextArg(psprintf("%d", frame->status)), MomentArg(ClockMoment() - age));
}

/* By message, so that two who take in reports at once do not deadlock. */
static int
compare_frames(const void *a, const void *b)
{
	const char *left = message_of(*(KannelFrame *const *) a);
	const char *right = message_of(*(KannelFrame *const *) b);

	return strcmp(left ? left : "", right ? right : "");
}

/* Take in reports in one transaction, then acknowledge them. */
static void
take_in_all(KannelBox *box, KannelFrame **reports, int n)
{
	OwnerScope	scope;

	qsort(reports, n, sizeof(KannelFrame *), compare_frames);
	BeginTxn(&scope);
	for (int i = 0; i < n; i++)
		take_in(&scope, reports[i]);
	ExecPlan(&scope, &report_note, TextArg(box->box), MomentArg(GetCurrentTimestamp()));
	ForceSyncCommit();			/* Kannel will have forgotten them */
	CommitTxn(&scope);
	for (int i = 0; i < n; i++)
		WriteAcknowledgement(&box->out, reports[i]);
}

/*
 * Go through what has come.  A message that a telephone sent is acknowledged
 * too, or bearerbox would offer it for ever: nobody here reads it.
 */
static void
read_frames(KannelBox *box)
{
	int			offset = 0;
	int			n = 0;
	int			room = 16;
	KannelFrame **reports = palloc(room * sizeof(KannelFrame *));
	KannelKind	kind;

	do
	{
		KannelFrame *frame = palloc(sizeof(KannelFrame));

		*frame = ReadKannelFrame(&box->in, &offset);
		kind = frame->kind;
		if (kind == KANNEL_MESSAGE)
			frame->url = NULL;
		if (kind == KANNEL_REPORT || kind == KANNEL_MESSAGE)
		{
			if (n == room)
				reports = repalloc(reports, (room *= 2) * sizeof(KannelFrame *));
			reports[n++] = frame;
		}
	} while (kind != KANNEL_NOTHING && kind != KANNEL_GARBAGE && kind != KANNEL_GOODBYE);

	memmove(box->in.data, box->in.data + offset, box->in.len - offset + 1);
	box->in.len -= offset;
	if (n > 0)
	{
		take_in_all(box, reports, n);
		SpeakToBox(box);
	}
	if (box->state != BOX_LISTENS)
		return;
	if (kind == KANNEL_GOODBYE)
		HangUp(box, "bearerbox ended");
	else if (kind == KANNEL_GARBAGE)
		HangUp(box, "what it sends is not the protocol of Kannel 1.4.5");
	else if (box->ended)
		HangUp(box, "bearerbox closed the connection");
}

/* Note in its row how we stand with a bearerbox, if that is news. */
static void
note_state(KannelBox *box)
{
	bool		connected = box->state == BOX_LISTENS;
	OwnerScope	scope;

	if (!box->changed)
		return;
	BeginTxn(&scope);
	ExecPlan(&scope, &state_note, TextArg(box->box),
			 DatumArg(ARG_TIMESTAMPTZ, TimestampTzGetDatum(GetCurrentTimestamp()), !connected),
			 TextArg(box->trouble));
	CommitTxn(&scope);
	box->changed = false;
}

/* Wait until a connection is ready or the time is up; no lock, no snapshot. */
static void
wait_for_boxes(KannelRun *run, int64 timeout)
{
	WaitEventSet *events = CreateLastingWaitEventSet(run->count + 2);
	WaitEvent  *ready = palloc((run->count + 2) * sizeof(WaitEvent));
	int			n;

	AddWaitEventToSet(events, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
	AddWaitEventToSet(events, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
	for (int i = 0; i < run->count; i++)
	{
		KannelBox  *box = &run->boxes[i];
		int			wanted = WL_SOCKET_READABLE;

		box->ready = false;
		if (box->state == BOX_RESTS)
			continue;
		if (box->state == BOX_CONNECTS)
			wanted = WL_SOCKET_WRITEABLE;
		else if (box->out.len > 0)
			wanted |= WL_SOCKET_WRITEABLE;
		AddWaitEventToSet(events, wanted, box->socket, NULL, box);
	}
	n = WaitEventSetWait(events, timeout, ready, run->count + 2, PG_WAIT_EXTENSION);
	FreeWaitEventSet(events);
	for (int i = 0; i < n; i++)
	{
		if (ready[i].events & WL_LATCH_SET)
			ResetLatch(MyLatch);
		else if (ready[i].user_data != NULL)
			((KannelBox *) ready[i].user_data)->ready = true;
	}
	CHECK_FOR_INTERRUPTS();
}

/* Is this still the database that sends?  A copy would steal its reports. */
static bool
is_armed(void)
{
	OwnerScope	scope;
	bool		armed;

	BeginTxn(&scope);
	armed = IsArmed(&scope);
	CommitTxn(&scope);
	return armed;
}

/* Read which bearerboxes there are. */
static void
read_boxes(KannelRun *run, MemoryContext context)
{
	OwnerScope	scope;
	MemoryContext old;
	Rows		rows;

	BeginTxn(&scope);
	rows = ExecPlanNoArgs(&scope, &boxes_query);
	run->count = (int) rows.count;
	old = MemoryContextSwitchTo(context);
	run->boxes = palloc0((run->count + 1) * sizeof(KannelBox));
	for (int i = 0; i < run->count; i++)
	{
		KannelBox  *box = &run->boxes[i];

		box->box = pstrdup(RowText(rows, i, 1));
		box->host = pstrdup(RowText(rows, i, 2));
		box->port = pstrdup(RowText(rows, i, 3));
		box->socket = PGINVALID_SOCKET;
		initStringInfo(&box->in);
		initStringInfo(&box->out);
	}
	MemoryContextSwitchTo(old);
	CommitTxn(&scope);
}

/* Dial who has rested; until when to wait for the others at most. */
static int64
dial_rested(KannelRun *run, int64 now)
{
	int64		until = Min(run->deadline, run->next_tick);

	for (int i = 0; i < run->count; i++)
	{
		KannelBox  *box = &run->boxes[i];

		if (box->state == BOX_RESTS && now >= box->rest_until)
			DialBox(box);
		note_state(box);
		if (box->state == BOX_RESTS)
			until = Min(until, box->rest_until);
	}
	return until;
}

/* Serve until the time is up. */
static void
serve(KannelRun *run)
{
	int64		now;

	while ((now = SteadyMillis()) < run->deadline)
	{
		if (now >= run->next_tick)
		{
			if (!is_armed())
				return;
			run->next_tick = now + TICK_MS;
		}
		wait_for_boxes(run, Max(dial_rested(run, now) - now, 0));
		for (int i = 0; i < run->count; i++)
		{
			KannelBox  *box = &run->boxes[i];

			if (box->ready)
				HearBox(box);
			if (box->ready && box->state == BOX_LISTENS)
				read_frames(box);
			note_state(box);
		}
		MemoryContextReset(run->report_context);
	}
}

/* Say that this database is not the one that sends. */
static void
warn_not_armed(void)
{
	ereport(WARNING,
			(errcode(ERRCODE_LH_SENDER),
			 errmsg("this database is not armed to send SMS, and takes in no reports"),
			 errdetail("It was restored, copied or promoted, or never sent before; the reports are for the one that sent."),
			 errhint("When no other copy of it sends: SELECT licence_home.arm_sender();")));
}

PG_FUNCTION_INFO_V1(licence_home_receive_kannel_reports);
/* receive_kannel_reports(run_for): take in what Kannel reports, for a while. */
Datum
licence_home_receive_kannel_reports(PG_FUNCTION_ARGS)
{
	KannelRun	run = {0};
	MemoryContext context;

	run.deadline = SteadyMillis() + RunForMillis(fcinfo, 0);
	BeginProcedure(fcinfo, "receive_kannel_reports",
				   "reports before it tells Kannel that it has them");
	LiftStatementTimeout();
	context = CurrentMemoryContext;
	run.report_context = AllocSetContextCreate(context, "Kannel's reports",
											   ALLOCSET_DEFAULT_SIZES);
	read_boxes(&run, context);
	if (run.count > 0 && !is_armed())
	{
		warn_not_armed();
		run.count = 0;
	}
	PG_TRY();
	{
		MemoryContextSwitchTo(run.report_context);
		if (run.count > 0)
			serve(&run);
		for (int i = 0; i < run.count; i++)
		{
			if (run.boxes[i].state == BOX_RESTS)
				continue;		/* its row says why */
			HangUp(&run.boxes[i], NULL);
			note_state(&run.boxes[i]);
		}
	}
	PG_FINALLY();
	{
		for (int i = 0; i < run.count; i++)
		{
			if (run.boxes[i].socket != PGINVALID_SOCKET)
				closesocket(run.boxes[i].socket);
		}
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	SPI_finish();
	PG_RETURN_VOID();
}
