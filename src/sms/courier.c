/*
 * courier.c
 *		Many HTTP requests at once, waiting as a backend should.
 *
 * libcurl's multi interface says which sockets it waits for, and the backend
 * waits for them together with its latch.  Three things need care here.
 *
 * Nothing may longjmp through libcurl: its callbacks only write into the
 * structs, and signals are blocked while it works, which also keeps them from
 * a thread that it may start to look up a name.
 *
 * When a kept connection dies before the first byte of an answer, libcurl
 * sends the request again by itself and tells nobody.  The callback that it
 * makes before each request refuses the second one.  The same count tells
 * what certainly was not sent: a request that was never begun.
 *
 * Credentials are part of a request: no URL, header or body is ever printed.
 */
#include "postgres.h"

#include <signal.h>
#include <time.h>

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "sms/courier.h"

#define ANSWER_MAX (64 * 1024)	/* a longer answer is cut off */

int64
SteadyMillis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Block every signal while libcurl works. */
static void
block_signals(sigset_t *before)
{
	sigset_t	all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, before);
}

/* Take signals again. */
static void
restore_signals(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

/* libcurl is about to send a request: once, and not past its time. */
static int
before_request(void *arg, char *remote_ip pg_attribute_unused(),
			   char *local_ip pg_attribute_unused(),
			   int remote_port pg_attribute_unused(),
			   int local_port pg_attribute_unused())
{
	Flight	   *flight = arg;

	if (flight->requests > 0)
		return CURL_PREREQFUNC_ABORT;
	if (ClockMoment() >= flight->letter.expires_at)
	{
		flight->late = true;
		return CURL_PREREQFUNC_ABORT;
	}
	flight->requests++;
	return CURL_PREREQFUNC_OK;
}

/* A piece of the answer came: keep how it begins. */
static size_t
on_answer(char *data, size_t size, size_t nmemb, void *arg)
{
	Flight	   *flight = arg;
	size_t		len = size * nmemb;
	size_t		kept = Min(flight->answer_size, ANSWER_KEPT);

	memcpy(flight->answer + kept, data, Min(len, ANSWER_KEPT - kept));
	flight->answer_size += len;
	flight->answer[Min(flight->answer_size, ANSWER_KEPT)] = '\0';
	return flight->answer_size > ANSWER_MAX ? 0 : len;
}

/* libcurl says what to watch a socket for. */
static int
on_socket(CURL *easy pg_attribute_unused(), curl_socket_t fd, int what,
		  void *arg, void *unused pg_attribute_unused())
{
	Courier    *courier = arg;
	int			i = 0;

	courier->events_stale = true;
	while (i < courier->nwatched && courier->watched[i].fd != fd)
		i++;
	if (what == CURL_POLL_REMOVE)
	{
		if (i < courier->nwatched)
			courier->watched[i] = courier->watched[--courier->nwatched];
		return 0;
	}
	if (i == courier->maxwatched)
	{
		courier->lost_track = true;
		return -1;
	}
	if (i == courier->nwatched)
		courier->nwatched++;
	courier->watched[i].fd = fd;
	courier->watched[i].what = what;
	return 0;
}

/* libcurl says when it wants to be called. */
static int
on_timer(CURLM *multi pg_attribute_unused(), long timeout_ms, void *arg)
{
	Courier    *courier = arg;

	courier->timer = timeout_ms < 0 ? -1 : SteadyMillis() + timeout_ms;
	return 0;
}

/* Initialise libcurl, once a backend and never in the postmaster. */
static void
initialize_curl(void)
{
	static bool initialized = false;

	if (initialized)
		return;
	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("could not initialize libcurl")));
	initialized = true;
}

Courier *
OpenCourier(int nflights)
{
	Courier    *courier = palloc0(sizeof(Courier));

	initialize_curl();
	courier->nflights = nflights;
	courier->flights = palloc0(nflights * sizeof(Flight));
	/* a connection more than flights, and a name looked up for each */
	courier->maxwatched = 4 * nflights + 4;
	courier->watched = palloc0(courier->maxwatched * sizeof(Watched));
	courier->timer = -1;
	courier->events_stale = true;
	courier->multi = curl_multi_init();
	if (courier->multi == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory in libcurl")));
	curl_multi_setopt(courier->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(courier->multi, CURLMOPT_SOCKETDATA, courier);
	curl_multi_setopt(courier->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(courier->multi, CURLMOPT_TIMERDATA, courier);
	curl_multi_setopt(courier->multi, CURLMOPT_MAXCONNECTS, (long) nflights);
	curl_multi_setopt(courier->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	return courier;
}

void
CloseCourier(Courier *courier)
{
	sigset_t	signals;

	block_signals(&signals);
	for (int i = 0; i < courier->nflights; i++)
	{
		Flight	   *flight = &courier->flights[i];

		if (flight->easy != NULL)
		{
			curl_multi_remove_handle(courier->multi, flight->easy);
			curl_easy_cleanup(flight->easy);
		}
		curl_slist_free_all(flight->headers);
	}
	curl_multi_cleanup(courier->multi);
	restore_signals(&signals);
	if (courier->events != NULL)
		FreeWaitEventSet(courier->events);
}

/* Set what every request has in common. */
static void
set_common(Flight *flight, const SmsGateway *gateway)
{
	CURL	   *easy = flight->easy;

	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, flight);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");	/* whatever the environment says */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "licence_home");
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, flight->error);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, flight);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
					 (long) gateway->connect_timeout_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
					 (long) gateway->connect_timeout_ms +
					 gateway->answer_timeout_ms);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN,
					 (long) gateway->connection_idle_s);
}

/* Add a header to a request. */
static void
add_header(Flight *flight, const char *header)
{
	struct curl_slist *headers = curl_slist_append(flight->headers, header);

	if (headers == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory in libcurl")));
	flight->headers = headers;
}

void
StartFlight(Courier *courier, Flight *flight, const SmsGateway *gateway,
			const SmsLetter *letter)
{
	CURLMcode	rc;
	sigset_t	signals;

	if (flight->easy == NULL)
		flight->easy = curl_easy_init();
	if (flight->easy == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory in libcurl")));
	set_common(flight, gateway);
	curl_easy_setopt(flight->easy, CURLOPT_URL, ComposeUrl(gateway, letter));
	for (int i = 0; i < gateway->nheaders; i++)
		add_header(flight, ComposeHeader(gateway, i, letter));
	if (gateway->body != NULL)
	{
		curl_easy_setopt(flight->easy, CURLOPT_COPYPOSTFIELDS,
						 ComposeBody(gateway, letter));
		add_header(flight, "Expect:");	/* no 100-continue */
	}
	curl_easy_setopt(flight->easy, CURLOPT_HTTPHEADER, flight->headers);

	flight->letter = *letter;
	flight->letter.to = flight->letter.body = NULL;
	flight->busy = true;
	flight->landed = false;
	flight->late = false;
	flight->requests = 0;
	flight->http_status = 0;
	flight->answer_size = 0;
	flight->answer[0] = '\0';
	flight->error[0] = '\0';

	block_signals(&signals);
	rc = curl_multi_add_handle(courier->multi, flight->easy);
	restore_signals(&signals);
	if (rc != CURLM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("could not send an SMS: %s", curl_multi_strerror(rc))));
}

void
EndFlight(Flight *flight)
{
	flight->busy = false;
	flight->landed = false;
	curl_slist_free_all(flight->headers);
	flight->headers = NULL;
}

/* Rebuild what the backend waits for. */
static void
watch(Courier *courier)
{
	if (!courier->events_stale)
		return;
	if (courier->events != NULL)
		FreeWaitEventSet(courier->events);
	courier->events = NULL;
	courier->events = CreateLastingWaitEventSet(courier->nwatched + 2);
	AddWaitEventToSet(courier->events, WL_LATCH_SET, PGINVALID_SOCKET,
					  MyLatch, NULL);
	AddWaitEventToSet(courier->events, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET,
					  NULL, NULL);
	for (int i = 0; i < courier->nwatched; i++)
	{
		Watched    *watched = &courier->watched[i];
		uint32		mask = 0;

		if (watched->what & CURL_POLL_IN)
			mask |= WL_SOCKET_READABLE;
		if (watched->what & CURL_POLL_OUT)
			mask |= WL_SOCKET_WRITEABLE;
		if (mask != 0)
			AddWaitEventToSet(courier->events, mask, watched->fd, NULL, NULL);
	}
	courier->events_stale = false;
}

/* Let libcurl work on a socket, or on what its timer is for. */
static void
act(Courier *courier, curl_socket_t fd, int mask)
{
	int			running;
	CURLMcode	rc;
	sigset_t	signals;

	block_signals(&signals);
	rc = curl_multi_socket_action(courier->multi, fd, mask, &running);
	restore_signals(&signals);
	if (rc != CURLM_OK && rc != CURLM_BAD_SOCKET)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("could not send SMS: %s", curl_multi_strerror(rc))));
	if (courier->lost_track)
		elog(ERROR, "libcurl opened more sockets than expected");
}

/* Note which requests have ended, and how. */
static void
collect(Courier *courier)
{
	CURLMsg    *message;
	int			left;

	while ((message = curl_multi_info_read(courier->multi, &left)) != NULL)
	{
		CURL	   *easy = message->easy_handle;
		Flight	   *flight;
		sigset_t	signals;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **) &flight);
		flight->result = message->data.result;
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &flight->http_status);
		if (flight->result != CURLE_OK && flight->error[0] == '\0')
			strlcpy(flight->error, curl_easy_strerror(flight->result),
					sizeof(flight->error));
		flight->landed = true;
		block_signals(&signals);
		curl_multi_remove_handle(courier->multi, easy);
		restore_signals(&signals);
	}
}

/* How long to wait, seeing what libcurl's timer says. */
static long
patience(const Courier *courier, int64 timeout_ms)
{
	if (courier->timer >= 0)
		timeout_ms = Min(timeout_ms, courier->timer - SteadyMillis());
	return (long) Max(timeout_ms, 0);
}

void
DriveCourier(Courier *courier, int64 timeout_ms)
{
	WaitEvent	occurred[64];
	int			n;

	watch(courier);
	InvalidateCatalogSnapshotConditionally();
	n = WaitEventSetWait(courier->events, patience(courier, timeout_ms),
						 occurred, lengthof(occurred), PG_WAIT_EXTENSION);
	for (int i = 0; i < n; i++)
	{
		if (occurred[i].events & WL_LATCH_SET)
			ResetLatch(MyLatch);
		else
			act(courier, occurred[i].fd,
				((occurred[i].events & WL_SOCKET_READABLE) ? CURL_CSELECT_IN : 0) |
				((occurred[i].events & WL_SOCKET_WRITEABLE) ? CURL_CSELECT_OUT : 0));
	}
	CHECK_FOR_INTERRUPTS();
	if (courier->timer >= 0 && courier->timer <= SteadyMillis())
	{
		courier->timer = -1;
		act(courier, CURL_SOCKET_TIMEOUT, 0);
	}
	collect(courier);
}
