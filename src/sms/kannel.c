/*
 * kannel.c
 *		receive_kannel_reports(): delivery reports from Kannel, as a box of its.
 *
 * Kannel keeps a report in its spool until the box for which it is meant says
 * that it has it.  So this backend connects to bearerbox as smsbox does, and
 * acknowledges a report when the transaction that took it in has committed:
 * neither a restart of PostgreSQL nor one of Kannel loses it, and one that was
 * taken in but not acknowledged comes again, which changes nothing.  No web
 * server and no other process stands between.  doc/design.md says why
 * bearerbox's own storage in PostgreSQL and smsbox's requests will not do.
 *
 * The backend waits with no transaction, and begins a short one when there is
 * something to take in.
 */
#include "postgres.h"

#include <netdb.h>
#include <sys/socket.h>

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
#include "sms/courier.h"
#include "sms/identity.h"
#include "sms/kannel_wire.h"
#include "sms/procedure.h"

#define REST_MS 1000			/* before a lost connection is tried again */
#define TICK_MS 5000			/* is this still the database that sends? */
#define READ_SIZE 8192
#define READ_MAX (256 * 1024)	/* taken in by one transaction */
#define LATCH_EVENT 0

typedef enum BoxState
{
	BOX_RESTS,					/* until rest_until */
	BOX_CONNECTS,
	BOX_LISTENS
} BoxState;

/* A bearerbox, and our connection to it. */
typedef struct KannelBox
{
	char	   *box;			/* who we are to it */
	char	   *host;
	char	   *port;
	BoxState	state;
	pgsocket	socket;
	int64		rest_until;		/* on the steady clock */
	bool		ready;			/* to be read or written without waiting */
	StringInfoData in;
	StringInfoData out;
} KannelBox;

/* One call of the procedure. */
typedef struct KannelRun
{
	int			count;
	KannelBox  *boxes;
	int64		deadline;		/* on the steady clock, as the next */
	int64		next_tick;
	bool		disarmed;
	MemoryContext step_context; /* for what one round takes in */
} KannelRun;

static KeptQuery boxes_query = KEPT_QUERY("",
	"SELECT b.box, host(b.host), b.port::text FROM licence_home.kannel_box AS b ORDER BY b.box");

static KeptQuery state_note = KEPT_QUERY("tzt",
	"UPDATE licence_home.kannel_box AS b SET connected_at = $2, trouble = $3"
	" WHERE b.box = $1 AND (b.connected_at, b.trouble) IS DISTINCT FROM ($2, $3)");

static KeptQuery report_note = KEPT_QUERY("tz",
	"UPDATE licence_home.kannel_box AS b SET reported_at = $2 WHERE b.box = $1");

static KeptQuery report_query = KEPT_QUERY("ttz",
	"SELECT licence_home.sms_report($1, $2, $3)");

/* Note in its row how we stand with a bearerbox. */
static void
note_state(const KannelBox *box, const char *trouble)
{
	bool		connected = box->state == BOX_LISTENS;
	Datum		values[] = {
		CStringGetTextDatum(box->box),
		TimestampTzGetDatum(GetCurrentTimestamp()),
		trouble ? CStringGetTextDatum(trouble) : (Datum) 0
	};
	char		nulls[] = {' ', connected ? ' ' : 'n', trouble ? ' ' : 'n', '\0'};
	OwnerScope	scope;

	BeginStep(&scope);
	RunKept(&scope, &state_note, values, nulls, 0);
	EndStep(&scope);
}

/* Close a connection; what was not acknowledged will come again. */
static void
hang_up(KannelBox *box)
{
	if (box->socket != PGINVALID_SOCKET)
		closesocket(box->socket);
	box->socket = PGINVALID_SOCKET;
	box->state = BOX_RESTS;
	box->rest_until = SteadyMillis() + REST_MS;
	resetStringInfo(&box->in);
	resetStringInfo(&box->out);
}

/* Close a connection that is of no use, and say why. */
static void
give_up(KannelBox *box, const char *why)
{
	hang_up(box);
	note_state(box, why);
}

/* Begin to connect. */
static void
dial(KannelBox *box)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM
	};
	struct addrinfo *address;

	if (getaddrinfo(box->host, box->port, &hints, &address) != 0)
	{
		give_up(box, "no address");
		return;
	}
	box->socket = socket(address->ai_family, address->ai_socktype, 0);
	if (box->socket != PGINVALID_SOCKET && pg_set_noblock(box->socket) &&
		(connect(box->socket, address->ai_addr, address->ai_addrlen) == 0 ||
		 errno == EINPROGRESS))
		box->state = BOX_CONNECTS;
	else
		give_up(box, psprintf("cannot connect: %m"));
	freeaddrinfo(address);
}

/* See whether the connection stands, and introduce ourselves. */
static void
answer_dial(KannelBox *box)
{
	int			error = 0;
	socklen_t	size = sizeof(error);

	if (getsockopt(box->socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	if (error != 0)
	{
		errno = error;
		give_up(box, psprintf("cannot connect: %m"));
		return;
	}
	WriteIdentity(&box->out, box->box);
	box->state = BOX_LISTENS;
	note_state(box, NULL);
}

/* Write what there is to say, as far as it goes. */
static void
speak(KannelBox *box)
{
	while (box->state == BOX_LISTENS && box->out.len > 0)
	{
		ssize_t		n = send(box->socket, box->out.data, box->out.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0)
		{
			give_up(box, psprintf("cannot write: %m"));
			return;
		}
		memmove(box->out.data, box->out.data + n, box->out.len - n + 1);
		box->out.len -= n;
	}
}

/* Read what has come; false at the end of the connection. */
static bool
listen_to(KannelBox *box)
{
	while (box->in.len < READ_MAX)
	{
		ssize_t		n;

		enlargeStringInfo(&box->in, READ_SIZE);
		n = recv(box->socket, box->in.data + box->in.len, READ_SIZE, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return true;
		if (n <= 0)
			return false;
		box->in.len += n;
		box->in.data[box->in.len] = '\0';
	}
	return true;
}

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

/* Is the status one that sms_report() knows?  (32: still on its way.) */
static bool
is_final_or_known(int32 status)
{
	return status == 1 || status == 2 || status == 4 || status == 8 || status == 16;
}

/* Take in one report. */
static void
take_in(OwnerScope *scope, const KannelFrame *frame)
{
	const char *message = message_of(frame);
	int64		age = Max(GetCurrentTimestamp() - time_t_to_timestamptz(frame->time), 0);
	Datum		values[3];

	if (message == NULL || !is_final_or_known(frame->status))
		return;
	values[0] = CStringGetTextDatum(message);
	values[1] = CStringGetTextDatum(psprintf("%d", frame->status));
	values[2] = TimestampTzGetDatum(ClockMoment() - age);
	RunKept(scope, &report_query, values, NULL, 0);
}

/* By message, so that two who take in reports at once do not deadlock. */
static int
compare_frames(const void *a, const void *b)
{
	const KannelFrame *const *left = a;
	const KannelFrame *const *right = b;
	const char *left_message = message_of(*left);
	const char *right_message = message_of(*right);

	return strcmp(left_message ? left_message : "",
				  right_message ? right_message : "");
}

/* Take in reports in one transaction, then acknowledge them. */
static void
take_in_all(KannelBox *box, KannelFrame **reports, int n)
{
	KannelFrame **sorted = palloc(n * sizeof(KannelFrame *));
	OwnerScope	scope;
	Datum		note[] = {
		CStringGetTextDatum(box->box),
		TimestampTzGetDatum(GetCurrentTimestamp())
	};

	memcpy(sorted, reports, n * sizeof(KannelFrame *));
	qsort(sorted, n, sizeof(KannelFrame *), compare_frames);
	BeginStep(&scope);
	for (int i = 0; i < n; i++)
		take_in(&scope, sorted[i]);
	RunKept(&scope, &report_note, note, NULL, 0);
	EndStep(&scope);
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
	int			nreports = 0;
	int			room = 16;
	KannelFrame **reports = palloc(room * sizeof(KannelFrame *));
	KannelKind	kind;

	do
	{
		KannelFrame *frame = palloc(sizeof(KannelFrame));

		*frame = ReadKannelFrame(&box->in, &offset);
		kind = frame->kind;
		if (kind == KANNEL_REPORT || kind == KANNEL_MESSAGE)
		{
			if (nreports == room)
				reports = repalloc(reports, (room *= 2) * sizeof(KannelFrame *));
			if (kind == KANNEL_MESSAGE)
				frame->url = NULL;
			reports[nreports++] = frame;
		}
	} while (kind != KANNEL_NOTHING && kind != KANNEL_GARBAGE && kind != KANNEL_GOODBYE);

	memmove(box->in.data, box->in.data + offset, box->in.len - offset + 1);
	box->in.len -= offset;
	if (nreports > 0)
	{
		take_in_all(box, reports, nreports);
		speak(box);
	}
	if (box->state != BOX_LISTENS)
		return;
	if (kind == KANNEL_GOODBYE)
		give_up(box, "bearerbox ended");
	else if (kind == KANNEL_GARBAGE)
		give_up(box, "what it sends is not the protocol of Kannel 1.4.5");
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

/* Go on with a connection that is ready. */
static void
attend(KannelBox *box)
{
	bool		ended;

	if (box->state == BOX_CONNECTS)
		answer_dial(box);
	speak(box);
	if (box->state != BOX_LISTENS)
		return;
	ended = !listen_to(box);
	read_frames(box);
	if (ended && box->state == BOX_LISTENS)
		give_up(box, "bearerbox closed the connection");
}

/* Is this still the database that sends?  A copy would steal its reports. */
static bool
is_armed(void)
{
	OwnerScope	scope;
	bool		armed;

	BeginStep(&scope);
	armed = IsArmed(&scope);
	EndStep(&scope);
	return armed;
}

/* Read which bearerboxes there are. */
static void
read_boxes(KannelRun *run, MemoryContext context)
{
	OwnerScope	scope;
	MemoryContext old;

	BeginStep(&scope);
	run->count = (int) RunKept(&scope, &boxes_query, NULL, NULL, 0);
	old = MemoryContextSwitchTo(context);
	run->boxes = palloc0((run->count + 1) * sizeof(KannelBox));
	for (int i = 0; i < run->count; i++)
	{
		KannelBox  *box = &run->boxes[i];

		box->box = pstrdup(RowText(i, 1));
		box->host = pstrdup(RowText(i, 2));
		box->port = pstrdup(RowText(i, 3));
		box->socket = PGINVALID_SOCKET;
		initStringInfo(&box->in);
		initStringInfo(&box->out);
	}
	MemoryContextSwitchTo(old);
	EndStep(&scope);
}

/* Serve until the time is up. */
static void
serve(KannelRun *run)
{
	for (;;)
	{
		int64		now = SteadyMillis();
		int64		until = Min(run->deadline, run->next_tick);

		if (now >= run->deadline)
			return;
		if (now >= run->next_tick)
		{
			if (!is_armed())
				return;
			run->next_tick = now + TICK_MS;
			continue;
		}
		for (int i = 0; i < run->count; i++)
		{
			KannelBox  *box = &run->boxes[i];

			if (box->state == BOX_RESTS && now >= box->rest_until)
				dial(box);
			if (box->state == BOX_RESTS)
				until = Min(until, box->rest_until);
		}
		wait_for_boxes(run, Max(until - now, 0));
		for (int i = 0; i < run->count; i++)
		{
			if (run->boxes[i].ready)
				attend(&run->boxes[i]);
		}
		MemoryContextReset(run->step_context);
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
	context = CurrentMemoryContext;
	run.step_context = AllocSetContextCreate(context, "Kannel's reports",
											 ALLOCSET_DEFAULT_SIZES);
	read_boxes(&run, context);
	if (run.count > 0 && !is_armed())
	{
		warn_not_armed();
		run.count = 0;
	}
	PG_TRY();
	{
		MemoryContextSwitchTo(run.step_context);
		if (run.count > 0)
			serve(&run);
		for (int i = 0; i < run.count; i++)
		{
			if (run.boxes[i].state == BOX_LISTENS)
				give_up(&run.boxes[i], NULL);
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
