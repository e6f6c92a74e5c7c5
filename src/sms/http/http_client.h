/*
 * http_client.h
 *		Many HTTP requests at once, waiting as a backend should.
 */
#ifndef LICENCE_HOME_COURIER_H
#define LICENCE_HOME_COURIER_H

#include <curl/curl.h>

#include "lib/stringinfo.h"
#include "storage/latch.h"
#if PG_VERSION_NUM >= 180000
#include "storage/waiteventset.h"
#endif

#include "sms/http/gateway.h"

#define ANSWER_KEPT 4096		/* bytes of an answer that are read */
#define NUMBER_KEPT 20			/* +9627…, and its end */

/* One request under way, or a place for one. */
typedef struct Flight
{
	struct Courier *courier;
	CURL	   *easy;
	uint64		serial;			/* of the gateway for which easy is set up */
	bool		busy;			/* carries a letter */
	bool		landed;			/* and its fate is known */
	SmsLetter	letter;			/* its strings are those below */
	char		to[NUMBER_KEPT];
	StringInfoData text;
	StringInfoData body;		/* of the request, read by libcurl */
	MemoryContext headers;		/* for those that vary, or NULL */
	int			requests;		/* how often libcurl began to send it */
	bool		late;			/* it had expired, and was not sent */
	CURLcode	result;
	long		http_status;
	int64		retry_after_s;	/* what a 429 or 503 asks for; 0: nothing */
	size_t		answer_size;	/* of all that came */
	size_t		headers_size;	/* of the answer's */
	char		answer[ANSWER_KEPT + 1];
	char		error[CURL_ERROR_SIZE];
	char		refusal[CURL_ERROR_SIZE];	/* ours, and not libcurl's */
} Flight;

/* What is known of a socket. */
typedef struct Watched
{
	bool		kept;			/* a connection's: its closing is told */
	uint8		wanted;			/* CURL_POLL_… */
	uint8		registered;		/* what the kernel was asked for */
} Watched;

/* A backend's set of requests. */
typedef struct Courier
{
	MemoryContext context;		/* lives as long as the courier */
	CURLM	   *multi;
	int			nflights;
	Flight	   *flights;
	StringInfoData target;		/* of the request at hand */
	int			sockets;		/* the kernel's set of them */
	WaitEventSet *events;		/* of the latch and that set */
	int			nwatched;
	Watched    *watched;		/* by the socket's number */
	int64		timer;			/* when libcurl wants to be called; -1 never */
	bool		lost_track;		/* a socket could not be watched */
} Courier;

extern Courier *OpenCourier(int nflights);
extern void CloseCourier(Courier *courier);

/* Find out whether libcurl can trust a gateway's own authorities. */
extern void CheckAuthorities(char *pem);

/* Send a letter off in a free place. */
extern void StartFlight(Courier *courier, Flight *flight,
						const SmsGateway *gateway, const SmsLetter *letter);

/* Make a place free again. */
extern void EndFlight(Flight *flight);

/* How the answer began, fit to keep; NULL when none came. */
extern char *FlightAnswer(const Flight *flight, const SmsGateway *gateway);

/*
 * Wait for the network, a latch or the timeout, and move the requests on.
 * Interrupts are served.  No snapshot may be held.
 */
extern void DriveCourier(Courier *courier, int64 timeout_ms);

/* Milliseconds of a clock that nobody sets. */
extern int64 SteadyMillis(void);

#endif							/* LICENCE_HOME_COURIER_H */
