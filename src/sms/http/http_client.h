/*
 * http_client.h
 *		Many HTTP requests at once, waiting as a backend should.
 */
#ifndef LICENCE_HOME_HTTP_CLIENT_H
#define LICENCE_HOME_HTTP_CLIENT_H

#include <curl/curl.h>

#include "lib/stringinfo.h"

#include "sms/http/gateway.h"
#include "sms/http/sockets.h"

#define ANSWER_KEPT 4096		/* bytes of an answer that are read */
#define NUMBER_KEPT 20			/* +9627…, and its end */

/* One request under way, or a place for one. */
typedef struct HttpRequest
{
	CURL	   *easy;
	uint64		serial;			/* of the gateway for which easy is set up */
	bool		busy;			/* carries a message */
	bool		done;			/* and its fate is known */
	SmsMessage	message;		/* its strings are those below */
	char		to[NUMBER_KEPT];
	StringInfoData text;
	StringInfoData body;		/* of the request, read by libcurl */
	MemoryContext headers;		/* for those that vary, or NULL */
	int			begun;			/* how often libcurl began to send it */
	bool		late;			/* it had expired, and was not sent */
	CURLcode	result;
	long		http_status;
	int64		retry_after_s;	/* what a 429 or 503 asks for; 0: nothing */
	size_t		answer_size;	/* of all that came */
	size_t		headers_size;	/* of the answer's */
	char		answer[ANSWER_KEPT + 1];
	char		error[CURL_ERROR_SIZE];
	Refusal		refusal;		/* ours, and not libcurl's */
} HttpRequest;

/* A backend's set of requests. */
typedef struct HttpClient
{
	MemoryContext context;		/* lives as long as the client */
	CURLM	   *multi;
	int			nrequests;
	HttpRequest *requests;
	StringInfoData target;		/* of the request at hand */
	SocketSet	sockets;
} HttpClient;

extern HttpClient *OpenHttpClient(int nrequests);
extern void CloseHttpClient(HttpClient *client);

/* Find out whether libcurl can trust a gateway's own authorities. */
extern void CheckAuthorities(char *pem);

/* Send a message off in a free place. */
extern void StartHttpRequest(HttpClient *client, HttpRequest *request,
							 const SmsGateway *gateway, const SmsMessage *message);

/* Make a place free again. */
extern void ReleaseHttpRequest(HttpRequest *request);

/* How the answer began, fit to keep; NULL when none came. */
extern char *HttpRequestAnswer(const HttpRequest *request, const SmsGateway *gateway);

/*
 * Wait for the network, a latch or the timeout, and move the requests on.
 * Interrupts are served.  No snapshot may be held.
 */
extern void DriveHttpClient(HttpClient *client, int64 timeout_ms);

#endif							/* LICENCE_HOME_HTTP_CLIENT_H */
