/*
 * http_client.c
 *		Many HTTP requests at once, waiting as a backend should.
 *
 * libcurl's multi interface says which sockets it waits for, and the backend
 * waits for them together with its latch (sockets.c).  Three things need care.
 *
 * Nothing may longjmp through libcurl.  So its callbacks only write into the
 * structs, and signals are blocked while it works.  A thread that it starts to
 * look up a name inherits the blocked signals.
 *
 * When a kept connection dies before the first byte of an answer, libcurl
 * sends the request again by itself and tells nobody.  The callback that it
 * makes before each request refuses the second one.  The same count tells
 * what certainly was not sent: a request that was never begun.
 *
 * Credentials are part of a request: no URL, header or body is ever printed.
 *
 * A place for a request keeps its handle, and what all requests to a gateway
 * have in common is told to it once.  For each message we give it the request
 * target, the body, and headers if they vary.  (A long URL libcurl would
 * parse, and copy byte by byte.)
 */
#include "postgres.h"

#include <signal.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "steady_clock.h"
#include "sms/http/request_template.h"
#include "sms/http/redact.h"
#include "sms/http/http_client.h"
#include "sms/text/parts.h"
#include "sms/http/sockets.h"

#define ANSWER_MAX (64 * 1024)	/* a longer answer is cut off, or its headers */
#define RETRY_AFTER_MAX_S 3600
#define READY_MAX 64			/* sockets served at a time */

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
	HttpRequest *request = arg;

	if (request->begun > 0)
		return CURL_PREREQFUNC_ABORT;
	if (ClockMoment() >= request->message.expires_at)
	{
		request->late = true;
		return CURL_PREREQFUNC_ABORT;
	}
	request->begun++;
	request->refusal.text[0] = '\0';	/* of another address of the same name */
	return CURL_PREREQFUNC_OK;
}

/* Refuse what is too long; 0 makes libcurl give up. */
static size_t
up_to_limit(HttpRequest *request, size_t *size, size_t len)
{
	*size += len;
	if (*size <= ANSWER_MAX)
		return len;
	snprintf(request->refusal.text, sizeof(request->refusal.text),
			 "the gateway's answer is longer than %d bytes", ANSWER_MAX);
	return 0;
}

/* A piece of the answer came: keep how it begins. */
static size_t
on_answer(char *data, size_t size, size_t nmemb, void *arg)
{
	HttpRequest *request = arg;
	size_t		len = size * nmemb;
	size_t		kept = Min(request->answer_size, ANSWER_KEPT);

	memcpy(request->answer + kept, data, Min(len, ANSWER_KEPT - kept));
	request->answer[Min(request->answer_size + len, ANSWER_KEPT)] = '\0';
	return up_to_limit(request, &request->answer_size, len);
}

/* A header of the answer came. */
static size_t
on_header(char *data pg_attribute_unused(), size_t size, size_t nmemb,
		  void *arg)
{
	HttpRequest *request = arg;

	return up_to_limit(request, &request->headers_size, size * nmemb);
}

/* libcurl found no memory. */
pg_noreturn static void
refuse_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory in libcurl")));
}

/* libcurl does not do as it is told: with less than that nothing is sent. */
pg_noreturn static void
refuse_option(CURLcode rc)
{
	ereport(ERROR,
			(errcode(rc == CURLE_OUT_OF_MEMORY ?
					 ERRCODE_OUT_OF_MEMORY : ERRCODE_LH_SENDER),
			 errmsg("libcurl cannot be told how to send SMS: %s",
					curl_easy_strerror(rc)),
			 errhint("The extension needs libcurl 7.87 or later with OpenSSL.")));
}

/* Set an option of a handle. */
#define TELL(easy, option, value) \
	do { \
		CURLcode	rc_ = curl_easy_setopt((easy), (option), (value)); \
\
		if (rc_ != CURLE_OK) \
			refuse_option(rc_); \
	} while (0)

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

HttpClient *
OpenHttpClient(int nrequests)
{
	HttpClient *client = palloc0(sizeof(HttpClient));

	initialize_curl();
	client->context = CurrentMemoryContext;
	client->nrequests = nrequests;
	client->requests = palloc0(nrequests * sizeof(HttpRequest));
	client->sockets.timer = -1;
	client->sockets.epoll = -1;
	PG_TRY();
	{
		OpenSockets(&client->sockets);
		client->multi = curl_multi_init();
		if (client->multi == NULL)
			refuse_memory();
	}
	PG_CATCH();
	{
		CloseSockets(&client->sockets);
		PG_RE_THROW();
	}
	PG_END_TRY();
	WatchMulti(&client->sockets, client->multi);
	curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long) nrequests);
	curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
#if LIBCURL_VERSION_NUM >= 0x081400
	/* since 8.20 the threads that look up names belong to the multi handle */
	curl_multi_setopt(client->multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
	initStringInfo(&client->target);
	return client;
}

void
CloseHttpClient(HttpClient *client)
{
	sigset_t	signals;

	block_signals(&signals);
	for (int i = 0; i < client->nrequests; i++)
	{
		HttpRequest *request = &client->requests[i];

		if (request->easy != NULL)
		{
			curl_multi_remove_handle(client->multi, request->easy);
			curl_easy_cleanup(request->easy);
		}
	}
	curl_multi_cleanup(client->multi);
	restore_signals(&signals);
	CloseSockets(&client->sockets);
}

/* Trust these authorities instead of the system's, not besides. */
static void
set_authorities(CURL *easy, char *pem)
{
	struct curl_blob ca = {pem, strlen(pem), CURL_BLOB_NOCOPY};

	TELL(easy, CURLOPT_CAINFO_BLOB, &ca);
	TELL(easy, CURLOPT_CAPATH, NULL);
}

void
CheckAuthorities(char *pem)
{
	CURL	   *easy = curl_easy_init();

	if (easy == NULL)
		refuse_memory();
	PG_TRY();
	{
		set_authorities(easy, pem);
	}
	PG_FINALLY();
	{
		curl_easy_cleanup(easy);
	}
	PG_END_TRY();
}

/* What {coding} says for a message. */
static const char *
message_coding(const SmsGateway *gateway, const SmsMessage *message)
{
	if (!gateway->needs_coding)
		return "";
	return MeasureSms(message->body, SMS_UCS2_PART).ucs2 ?
		gateway->ucs2_code : gateway->gsm7_code;
}

/* Set what every request to a gateway has in common. */
static void
set_common(HttpClient *client, HttpRequest *request, const SmsGateway *gateway)
{
	CURL	   *easy = request->easy;

	curl_easy_reset(easy);
	TELL(easy, CURLOPT_PRIVATE, request);
	TELL(easy, CURLOPT_NOSIGNAL, 1L);
	/* a name that is still being looked up is left to its thread */
	TELL(easy, CURLOPT_QUICK_EXIT, 1L);
	TELL(easy, CURLOPT_URL, gateway->origin);
	TELL(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	TELL(easy, CURLOPT_FOLLOWLOCATION, 0L);
	/* whatever the environment and the home directory say */
	TELL(easy, CURLOPT_PROXY, "");
	TELL(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
	TELL(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
	TELL(easy, CURLOPT_TCP_NODELAY, 1L);
	TELL(easy, CURLOPT_USERAGENT, "licence_home");
	TELL(easy, CURLOPT_ERRORBUFFER, request->error);
	TELL(easy, CURLOPT_PREREQFUNCTION, before_request);
	TELL(easy, CURLOPT_PREREQDATA, request);
	TELL(easy, CURLOPT_WRITEFUNCTION, on_answer);
	TELL(easy, CURLOPT_WRITEDATA, request);
	TELL(easy, CURLOPT_HEADERFUNCTION, on_header);
	TELL(easy, CURLOPT_HEADERDATA, request);
	TELL(easy, CURLOPT_CONNECTTIMEOUT_MS,
		 (long) gateway->connect_timeout_ms);
	TELL(easy, CURLOPT_TIMEOUT_MS,
		 (long) gateway->connect_timeout_ms + gateway->answer_timeout_ms);
	TELL(easy, CURLOPT_MAXAGE_CONN,
		 (long) gateway->connection_idle_s);
	TELL(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	TELL(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	TELL(easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
	if (gateway->ca != NULL)
		set_authorities(easy, gateway->ca);
	WatchEasy(&client->sockets, easy, &request->refusal);
	if (gateway->body != NULL)
		TELL(easy, CURLOPT_POST, 1L);
	if (gateway->fixed_headers != NULL)
		TELL(easy, CURLOPT_HTTPHEADER, gateway->fixed_headers);
	request->serial = gateway->serial;
}

/* Make a place ready for its first message, or for another gateway. */
static void
prepare_request(HttpClient *client, HttpRequest *request, const SmsGateway *gateway)
{
	if (request->easy == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(client->context);

		initStringInfo(&request->text);
		initStringInfo(&request->body);
		request->headers = AllocSetContextCreate(client->context,
												 "headers of an SMS",
												 ALLOCSET_START_SMALL_SIZES);
		MemoryContextSwitchTo(old);
		request->easy = curl_easy_init();
		if (request->easy == NULL)
			refuse_memory();
	}
	if (request->serial != gateway->serial)
		set_common(client, request, gateway);
}

/* Tell a handle the headers of a message, where they vary. */
static void
set_headers(HttpRequest *request, const SmsGateway *gateway,
			const SmsMessage *message, const char *coding)
{
	struct curl_slist *headers = NULL;
	MemoryContext old;

	if (gateway->fixed_headers != NULL || gateway->nheaders == 0)
		return;
	MemoryContextReset(request->headers);
	old = MemoryContextSwitchTo(request->headers);
	for (int i = gateway->nheaders - 1; i >= 0; i--)
	{
		struct curl_slist *header = palloc(sizeof(struct curl_slist));
		StringInfoData text;

		initStringInfo(&text);
		WriteRequestTemplate(&text, gateway->headers[i], message, coding);
		header->data = text.data;
		header->next = headers;
		headers = header;
	}
	MemoryContextSwitchTo(old);
	TELL(request->easy, CURLOPT_HTTPHEADER, headers);
}

/* Keep a message's words: an answer may repeat them. */
static void
keep_message(HttpRequest *request, const SmsMessage *message)
{
	request->message = *message;
	strlcpy(request->to, message->to, sizeof(request->to));
	resetStringInfo(&request->text);
	appendStringInfoString(&request->text, message->body);
	request->message.to = request->to;
	request->message.body = request->text.data;
}

void
StartHttpRequest(HttpClient *client, HttpRequest *request, const SmsGateway *gateway,
				 const SmsMessage *message)
{
	const char *coding = message_coding(gateway, message);
	CURLMcode	rc;

	prepare_request(client, request, gateway);
	keep_message(request, message);
	resetStringInfo(&client->target);
	WriteRequestTemplate(&client->target, gateway->target, message, coding);
	TELL(request->easy, CURLOPT_REQUEST_TARGET, client->target.data);
	set_headers(request, gateway, message, coding);
	if (gateway->body != NULL)
	{
		resetStringInfo(&request->body);
		WriteRequestTemplate(&request->body, gateway->body, message, coding);
		TELL(request->easy, CURLOPT_POSTFIELDSIZE, (long) request->body.len);
		TELL(request->easy, CURLOPT_POSTFIELDS, request->body.data);
	}

	request->busy = true;
	request->done = false;
	request->late = false;
	request->begun = 0;
	request->http_status = 0;
	request->retry_after_s = 0;
	request->answer_size = 0;
	request->headers_size = 0;
	request->answer[0] = '\0';
	request->error[0] = '\0';
	request->refusal.text[0] = '\0';

	rc = curl_multi_add_handle(client->multi, request->easy);
	if (rc != CURLM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("could not send an SMS: %s", curl_multi_strerror(rc))));
}

void
ReleaseHttpRequest(HttpRequest *request)
{
	request->busy = false;
	request->done = false;
}

char *
HttpRequestAnswer(const HttpRequest *request, const SmsGateway *gateway)
{
	if (request->answer_size == 0)
		return NULL;
	return RedactAnswer(gateway, request->message.to, request->message.body,
						request->answer);
}

/* Note what a request has come to. */
static void
note_result(HttpRequest *request, CURLcode result)
{
	curl_off_t	retry_after = 0;

	request->result = result;
	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &request->http_status);
	if (request->http_status == 429 || request->http_status == 503)
		curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &retry_after);
	request->retry_after_s = Min(Max(retry_after, 0), RETRY_AFTER_MAX_S);
	if (result != CURLE_OK && request->refusal.text[0] != '\0')
		strlcpy(request->error, request->refusal.text, sizeof(request->error));
	else if (result != CURLE_OK && request->error[0] == '\0')
		strlcpy(request->error, curl_easy_strerror(result), sizeof(request->error));
	request->done = true;
}

/* Collect the requests that have ended; how many. */
static int
collect(HttpClient *client)
{
	CURLMsg    *message;
	int			left;
	int			n = 0;

	while ((message = curl_multi_info_read(client->multi, &left)) != NULL)
	{
		CURL	   *easy = message->easy_handle;
		HttpRequest *request;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **) &request);
		note_result(request, message->data.result);
		curl_multi_remove_handle(client->multi, easy);
		n++;
	}
	return n;
}

/* Does libcurl want to be called by now? */
static bool
timer_due(const HttpClient *client)
{
	return client->sockets.timer >= 0 && client->sockets.timer <= SteadyMillis();
}

/* Let libcurl work on what is ready, and on what its timer is for. */
static CURLMcode
serve_libcurl(HttpClient *client, const ReadySocket *ready, int nready)
{
	CURLMcode	rc = CURLM_OK;
	int			running;

	for (int i = 0; i < nready && rc == CURLM_OK; i++)
	{
		rc = curl_multi_socket_action(client->multi, ready[i].fd,
									  ready[i].mask, &running);
		if (rc == CURLM_BAD_SOCKET)
			rc = CURLM_OK;
	}
	if (rc == CURLM_OK && timer_due(client))
	{
		client->sockets.timer = -1;
		rc = curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0,
									  &running);
	}
	return rc;
}

/* Move the requests on; how many have done. */
static int
advance_requests(HttpClient *client, const ReadySocket *ready, int nready)
{
	CURLMcode	rc;
	sigset_t	signals;
	int			done;

	if (nready == 0 && !timer_due(client))
		return 0;
	block_signals(&signals);
	rc = serve_libcurl(client, ready, nready);
	done = collect(client);
	restore_signals(&signals);

	if (client->sockets.lost_track)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("could not watch a socket of an SMS gateway")));
	if (rc != CURLM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("could not send SMS: %s", curl_multi_strerror(rc))));
	return done;
}

/* How long to wait, seeing what libcurl's timer says. */
static long
wait_millis(const HttpClient *client, int64 timeout_ms)
{
	if (client->sockets.timer >= 0)
		timeout_ms = Min(timeout_ms, client->sockets.timer - SteadyMillis());
	return (long) Max(timeout_ms, 0);
}

void
DriveHttpClient(HttpClient *client, int64 timeout_ms)
{
	ReadySocket ready[READY_MAX];
	int			n;

	/* What has just been started leaves before anything is waited for. */
	if (advance_requests(client, NULL, 0) > 0)
		timeout_ms = 0;
	n = WaitForSockets(&client->sockets, wait_millis(client, timeout_ms),
					   ready, READY_MAX);
	CHECK_FOR_INTERRUPTS();
	advance_requests(client, ready, n);
}
