/*
 * sockets.c
 *		The sockets that libcurl waits for.
 *
 * libcurl says of each request anew that it waits for an answer, and when the
 * answer is there that it waits no longer.  A WaitEventSet can only grow.  So
 * the sockets are in an epoll set of our own, which is one event of the
 * WaitEventSet, beside the latch.  (libpq's OAuth does likewise.)
 *
 * A kept connection stays registered between its requests, which saves two
 * calls of the kernel a message.  If something comes meanwhile, such as the
 * gateway closing it, it is left out until libcurl asks for it again.  The
 * kernel forgets a socket that is closed, so we must forget it, too.
 * Therefore libcurl opens and closes connections through the callbacks here.
 * What else it watches, a name being looked up, is registered and left out as
 * it says.
 *
 * Callbacks may neither raise errors nor allocate from the server's memory.
 */
#include "postgres.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "compat.h"
#include "steady_clock.h"
#include "sms/http/addresses.h"
#include "sms/http/sockets.h"

/* What is known of a socket; NULL when there is no memory. */
static WatchedSocket *
watched_socket(SocketSet *set, curl_socket_t fd)
{
	if (fd >= set->nwatched)
	{
		int			n = Max(2 * set->nwatched, fd + 64);
		WatchedSocket *watched = realloc(set->watched, n * sizeof(WatchedSocket));

		if (watched == NULL)
			return NULL;
		memset(watched + set->nwatched, 0,
			   (n - set->nwatched) * sizeof(WatchedSocket));
		set->watched = watched;
		set->nwatched = n;
	}
	return &set->watched[fd];
}

/* Ask the kernel for what is wanted of a socket. */
static bool
register_socket(SocketSet *set, curl_socket_t fd, WatchedSocket *watched)
{
	struct epoll_event event = {0};
	int			operation = EPOLL_CTL_MOD;

	if (watched->wanted == watched->registered)
		return true;
	if (watched->wanted & CURL_POLL_IN)
		event.events |= EPOLLIN;
	if (watched->wanted & CURL_POLL_OUT)
		event.events |= EPOLLOUT;
	event.data.fd = fd;
	if (watched->wanted == 0)
		operation = EPOLL_CTL_DEL;
	else if (watched->registered == 0)
		operation = EPOLL_CTL_ADD;
	watched->registered = watched->wanted;
	return epoll_ctl(set->epoll, operation, fd, &event) == 0;
}

/* libcurl says what to watch a socket for. */
static int
on_socket(CURL *easy pg_attribute_unused(), curl_socket_t fd, int what,
		  void *arg, void *unused pg_attribute_unused())
{
	SocketSet  *set = arg;
	WatchedSocket *watched = watched_socket(set, fd);

	if (watched == NULL)
	{
		set->lost_track = true;
		return -1;
	}
	/* nothing of it, when it says CURL_POLL_REMOVE */
	watched->wanted = what & (CURL_POLL_IN | CURL_POLL_OUT);
	if (watched->wanted == 0 && watched->kept)
		return 0;
	if (!register_socket(set, fd, watched) && watched->wanted != 0)
	{
		set->lost_track = true;
		return -1;
	}
	return 0;
}

/* libcurl is about to connect: to an address that is allowed. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose pg_attribute_unused(),
			struct curl_sockaddr *address)
{
	Refusal    *refusal = arg;
	WatchedSocket *watched;
	curl_socket_t fd;

	if (!AddressAllowed(&address->addr))
	{
		char		text[ADDRESS_TEXT_MAX];

		AddressText(&address->addr, text);
		snprintf(refusal->text, sizeof(refusal->text),
				 "the gateway's address %s is not one of licence_home.sms_gateway_addresses",
				 text);
		return CURL_SOCKET_BAD;
	}
	if (!AcquireExternalFD())
	{
		strlcpy(refusal->text, "too many files are open for another connection",
				sizeof(refusal->text));
		return CURL_SOCKET_BAD;
	}
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
				address->protocol);
	watched = fd < 0 ? NULL : watched_socket(refusal->set, fd);
	if (watched == NULL)
	{
		if (fd >= 0)
			close(fd);
		ReleaseExternalFD();
		return CURL_SOCKET_BAD;
	}
	memset(watched, 0, sizeof(*watched));
	watched->kept = true;
	return fd;
}

/* libcurl is done with a connection. */
static int
close_socket(void *arg, curl_socket_t fd)
{
	SocketSet  *set = arg;

	if (fd < set->nwatched)
		memset(&set->watched[fd], 0, sizeof(WatchedSocket));
	ReleaseExternalFD();
	return close(fd);
}

/* libcurl says when it wants to be called. */
static int
on_timer(CURLM *multi pg_attribute_unused(), long timeout_ms, void *arg)
{
	SocketSet  *set = arg;

	set->timer = timeout_ms < 0 ? -1 : SteadyMillis() + timeout_ms;
	return 0;
}

void
WatchMulti(SocketSet *set, CURLM *multi)
{
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, set);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, set);
}

void
WatchEasy(SocketSet *set, CURL *easy, Refusal *refusal)
{
	refusal->set = set;
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, refusal);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, set);
}

void
OpenSockets(SocketSet *set)
{
	if (!AcquireExternalFD())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("too many files are open to send SMS")));
	set->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (set->epoll < 0)
	{
		int			error = errno;

		ReleaseExternalFD();
		errno = error;
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not make a set of sockets: %m")));
	}
	set->events = CreateLastingWaitEventSet(3);
	AddWaitEventToSet(set->events, WL_LATCH_SET, PGINVALID_SOCKET,
					  MyLatch, NULL);
	AddWaitEventToSet(set->events, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET,
					  NULL, NULL);
	AddWaitEventToSet(set->events, WL_SOCKET_READABLE, set->epoll,
					  NULL, NULL);
}

void
CloseSockets(SocketSet *set)
{
	if (set->events != NULL)
		FreeWaitEventSet(set->events);
	if (set->epoll >= 0)
	{
		close(set->epoll);
		ReleaseExternalFD();
	}
	free(set->watched);
}

/* Sockets that are ready now; those that nobody waits for are left out. */
static int
ready_sockets(SocketSet *set, ReadySocket *ready, int nready)
{
	struct epoll_event occurred[64];
	int			n = epoll_wait(set->epoll, occurred,
							   Min(nready, (int) lengthof(occurred)), 0);
	int			found = 0;

	for (int i = 0; i < n; i++)
	{
		curl_socket_t fd = occurred[i].data.fd;
		uint32		events = occurred[i].events;
		WatchedSocket *watched = &set->watched[fd];

		if (watched->wanted == 0)
		{
			(void) register_socket(set, fd, watched);
			continue;
		}
		ready[found].fd = fd;
		ready[found].mask =
			((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ? CURL_CSELECT_IN : 0) |
			((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) ? CURL_CSELECT_OUT : 0);
		found++;
	}
	return found;
}

int
WaitForSockets(SocketSet *set, long timeout_ms,
			   ReadySocket *ready, int nready)
{
	WaitEvent	occurred;
	int			n = ready_sockets(set, ready, nready);

	/*
	 * Under load something is always ready, and nothing needs to be waited
	 * for.
	 */
	if (n > 0)
		return n;
	InvalidateCatalogSnapshotConditionally();
	if (WaitEventSetWait(set->events, timeout_ms, &occurred, 1,
						 PG_WAIT_EXTENSION) == 0)
		return 0;
	if (occurred.events & WL_LATCH_SET)
		ResetLatch(MyLatch);
	return ready_sockets(set, ready, nready);
}
