/*
 * sockets.h
 *		The sockets that libcurl waits for.
 */
#ifndef LICENCE_HOME_SOCKETS_H
#define LICENCE_HOME_SOCKETS_H

#include "sms/http/http_client.h"

/* Make a courier's set of sockets, and what waits for it and the latch. */
extern void OpenSockets(Courier *courier);
extern void CloseSockets(Courier *courier);

/* Tell libcurl to say what it waits for; of a multi and of an easy handle. */
extern void WatchMulti(Courier *courier);
extern void WatchEasy(Courier *courier, Flight *flight);

/*
 * Wait until a socket is ready, a latch is set or the time is over; at most
 * so many sockets that are ready, each with its CURL_CSELECT_….
 */
typedef struct ReadySocket
{
	curl_socket_t fd;
	int			mask;
} ReadySocket;

extern int	WaitForSockets(Courier *courier, long timeout_ms,
						   ReadySocket *ready, int nready);

#endif							/* LICENCE_HOME_SOCKETS_H */
