/*
 * box.c
 *		A connection to Kannel's bearerbox.
 *
 * Nothing here waits and nothing raises an error.  A connection that is of no
 * use is closed, with the reason, and tried again a moment later.
 */
#include "postgres.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "steady_clock.h"
#include "sms/http/addresses.h"
#include "sms/kannel/box.h"
#include "sms/kannel/wire.h"

#define REST_MS 1000			/* before a lost connection is tried again */
#define READ_SIZE 8192
#define READ_MAX (256 * 1024)	/* taken in by one transaction */

void
HangUp(KannelBox *box, const char *why)
{
	if (box->socket != PGINVALID_SOCKET)
		closesocket(box->socket);
	box->socket = PGINVALID_SOCKET;
	box->state = BOX_RESTS;
	box->rest_until = SteadyMillis() + REST_MS;
	box->changed = true;
	box->trouble = why;
	resetStringInfo(&box->in);
	resetStringInfo(&box->out);
}

void
DialBox(KannelBox *box)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM
	};
	struct addrinfo *address;

	if (getaddrinfo(box->host, box->port, &hints, &address) != 0)
	{
		HangUp(box, "no address");
		return;
	}
	if (!AddressAllowed(address->ai_addr))
	{
		HangUp(box, "its address is not one of licence_home.sms_gateway_addresses");
		freeaddrinfo(address);
		return;
	}
	box->socket = socket(address->ai_family, address->ai_socktype, 0);
	if (box->socket != PGINVALID_SOCKET && pg_set_noblock(box->socket) &&
		(connect(box->socket, address->ai_addr, address->ai_addrlen) == 0 ||
		 errno == EINPROGRESS))
	{
		box->state = BOX_CONNECTS;
		box->ended = false;
	}
	else
		HangUp(box, psprintf("cannot connect: %m"));
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
		HangUp(box, psprintf("cannot connect: %m"));
		return;
	}
	WriteIdentity(&box->out, box->box);
	box->state = BOX_LISTENS;
	box->changed = true;
	box->trouble = NULL;
}

void
SpeakToBox(KannelBox *box)
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
			HangUp(box, psprintf("cannot write: %m"));
			return;
		}
		memmove(box->out.data, box->out.data + n, box->out.len - n + 1);
		box->out.len -= n;
	}
}

void
HearBox(KannelBox *box)
{
	if (box->state == BOX_CONNECTS)
		answer_dial(box);
	SpeakToBox(box);
	while (box->state == BOX_LISTENS && box->in.len < READ_MAX)
	{
		ssize_t		n;

		enlargeStringInfo(&box->in, READ_SIZE);
		n = recv(box->socket, box->in.data + box->in.len, READ_SIZE, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0)
		{
			box->ended = true;
			return;
		}
		box->in.len += n;
		box->in.data[box->in.len] = '\0';
	}
}
