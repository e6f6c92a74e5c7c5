/*
 * sockets.h
 *		The sockets that libcurl waits for.
 */
#ifndef LICENCE_HOME_SOCKETS_H
#define LICENCE_HOME_SOCKETS_H

#include <curl/curl.h>

#include "storage/latch.h"
#if PG_VERSION_NUM >= 180000
#include "storage/waiteventset.h"
#endif

/* What is known of a socket. */
typedef struct WatchedSocket
{
	bool		kept;			/* a connection's: its closing is told */
	uint8		wanted;			/* CURL_POLL_… */
	uint8		registered;		/* what the kernel was asked for */
} WatchedSocket;

/* A backend's sockets, and what waits for them and for its latch. */
typedef struct SocketSet
{
	int			epoll;			/* the kernel's set of them; -1: none */
	WaitEventSet *events;		/* of the latch and that set */
	int			nwatched;
	WatchedSocket *watched;		/* by the socket's number */
	int64		timer;			/* when libcurl wants to be called; -1 never */
	bool		lost_track;		/* a socket could not be watched */
} SocketSet;

/* Why a connection of a request was refused here; '' while none was. */
typedef struct Refusal
{
	SocketSet  *set;			/* of the client */
	char		text[CURL_ERROR_SIZE];
} Refusal;

extern void OpenSockets(SocketSet *set);
extern void CloseSockets(SocketSet *set);

/* Tell libcurl to say what it waits for; of a multi and of an easy handle. */
extern void WatchMulti(SocketSet *set, CURLM *multi);
extern void WatchEasy(SocketSet *set, CURL *easy, Refusal *refusal);

/*
 * Wait until a socket is ready, a latch is set or the time is over.  Gives the
 * sockets that are ready, up to a maximum, each with its CURL_CSELECT_….
 */
typedef struct ReadySocket
{
	curl_socket_t fd;
	int			mask;
} ReadySocket;

extern int	WaitForSockets(SocketSet *set, long timeout_ms,
						   ReadySocket *ready, int nready);

#endif							/* LICENCE_HOME_SOCKETS_H */
