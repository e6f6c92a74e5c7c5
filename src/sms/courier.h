/*
 * courier.h
 *		Many HTTP requests at once, waiting as a backend should.
 */
#ifndef LICENCE_HOME_COURIER_H
#define LICENCE_HOME_COURIER_H

#include <curl/curl.h>

#include "storage/latch.h"
#if PG_VERSION_NUM >= 180000
#include "storage/waiteventset.h"
#endif

#include "sms/gateway.h"

#define ANSWER_KEPT 512			/* bytes of an answer that are read */

/* One request under way, or a place for one. */
typedef struct Flight
{
	CURL	   *easy;
	struct curl_slist *headers;
	bool		busy;			/* carries a letter */
	bool		landed;			/* and its fate is known */
	SmsLetter	letter;			/* its strings are not kept */
	int			requests;		/* how often libcurl began to send it */
	bool		late;			/* it had expired, and was not sent */
	CURLcode	result;
	long		http_status;
	int64		retry_after_s;	/* what the gateway asked for; 0: nothing */
	size_t		answer_size;	/* of all that came */
	char		answer[ANSWER_KEPT + 1];
	char		error[CURL_ERROR_SIZE];
} Flight;

/* A socket that libcurl wants watched. */
typedef struct Watched
{
	curl_socket_t fd;
	int			what;			/* CURL_POLL_… */
} Watched;

/* A backend's set of requests. */
typedef struct Courier
{
	CURLM	   *multi;
	int			nflights;
	Flight	   *flights;
	int			nwatched;
	int			maxwatched;
	Watched    *watched;
	WaitEventSet *events;		/* of the latch and what is watched */
	bool		events_stale;
	int64		timer;			/* when libcurl wants to be called; -1 never */
	bool		lost_track;		/* more sockets than there is room for */
} Courier;

extern Courier *OpenCourier(int nflights);
extern void CloseCourier(Courier *courier);

/* Send a letter off in a free place. */
extern void StartFlight(Courier *courier, Flight *flight,
						const SmsGateway *gateway, const SmsLetter *letter);

/* Make a place free again. */
extern void EndFlight(Flight *flight);

/*
 * Wait for the network, a latch or the timeout, and move the requests on.
 * Interrupts are served.  No snapshot may be held.
 */
extern void DriveCourier(Courier *courier, int64 timeout_ms);

/* Milliseconds of a clock that nobody sets. */
extern int64 SteadyMillis(void);

#endif							/* LICENCE_HOME_COURIER_H */
