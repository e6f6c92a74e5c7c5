/*
 * addresses.c
 *		Which addresses the sender may connect to.
 *
 * Whoever writes rows of sms_gateway says where credentials and messages go,
 * and the server may reach hosts that its users may not.  So a superuser can
 * list the addresses that are meant.  The list is asked for each address just
 * before a connection is made, whatever name led to it.
 * Without a list only this machine's own are meant.  Link-local addresses never
 * are: there the hosts of a cloud tell their secrets to anybody who asks.
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "compat.h"
#include "sms/http/addresses.h"

/* An address, or with fewer bits a network. */
typedef struct Network
{
	int			family;
	int			nbits;
	unsigned char bytes[16];
} Network;

/* The setting's value, parsed when it is assigned. */
typedef struct NetworkList
{
	int			n;				/* 0: loopback alone */
	Network		networks[FLEXIBLE_ARRAY_MEMBER];
} NetworkList;

static const NetworkList *allowed = NULL;

/* Bits of a whole address. */
static int
address_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

/* Treat an IPv4 address within IPv6 (::ffff:0:0/96) as what it is. */
static void
unmap(Network *network)
{
	static const unsigned char prefix[12] = {[10] = 0xFF,[11] = 0xFF};

	if (network->family != AF_INET6 || network->nbits < 96 ||
		memcmp(network->bytes, prefix, sizeof(prefix)) != 0)
		return;
	network->family = AF_INET;
	network->nbits -= 96;
	memmove(network->bytes, network->bytes + 12, 4);
}

/* Are two addresses the same in their first bits? */
static bool
same_bits(const unsigned char *a, const unsigned char *b, int nbits)
{
	int			bytes = nbits / 8;
	int			rest = nbits % 8;

	return memcmp(a, b, bytes) == 0 &&
		(rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0);
}

/* Is every bit behind the network's own zero? */
static bool
is_network(const Network *network)
{
	for (int bit = network->nbits; bit < address_bits(network->family); bit++)
	{
		if (network->bytes[bit / 8] & (0x80 >> bit % 8))
			return false;
	}
	return true;
}

/* Parse one address or network; false with the reason when it is none. */
static bool
parse_network(const char *text, int len, Network *network, const char **why)
{
	char		address[INET6_ADDRSTRLEN];
	const char *slash = memchr(text, '/', len);
	int			address_len = slash ? (int) (slash - text) : len;
	int			digits = slash ? len - address_len - 1 : 0;

	memset(network, 0, sizeof(Network));
	*why = "It is neither an IPv4 nor an IPv6 address.";
	if (address_len >= (int) sizeof(address))
		return false;
	strlcpy(address, text, address_len + 1);
	network->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(network->family, address, network->bytes) != 1)
		return false;

	network->nbits = address_bits(network->family);
	if (slash != NULL)
	{
		*why = "What follows the slash is no number of bits.";
		if (digits < 1 || digits > 3 ||
			(int) strspn(slash + 1, "0123456789") != digits ||
			atoi(slash + 1) > network->nbits)
			return false;
		network->nbits = atoi(slash + 1);
	}
	*why = "It has bits to the right of its network.";
	unmap(network);
	return is_network(network);
}

/* GUC check hook: addresses and networks, with commas or spaces between. */
bool
check_addresses(char **newval, void **extra,
				GucSource source pg_attribute_unused())
{
	static const char separators[] = ", \t\r\n";
	const char *text = *newval ? *newval : "";
	NetworkList *list;

	/* An address and a separator take three bytes at the very least. */
	list = guc_malloc(LOG, offsetof(NetworkList, networks) +
					  (strlen(text) / 3 + 1) * sizeof(Network));
	if (list == NULL)
		return false;
	list->n = 0;
	for (text += strspn(text, separators); *text != '\0';
		 text += strspn(text, separators))
	{
		int			len = strcspn(text, separators);
		const char *why;

		if (!parse_network(text, len, &list->networks[list->n], &why))
		{
			GUC_check_errdetail("\"%.*s\" is no address and no network. %s",
								len, text, why);
			GUC_check_errhint("List addresses and networks, such as '127.0.0.1, 10.20.0.0/16, 2001:db8::/32'; an empty list allows this machine's own (127.0.0.0/8, ::1) alone.");
			guc_free(list);
			return false;
		}
		list->n++;
		text += len;
	}
	*extra = list;
	return true;
}

/* GUC assign hook. */
void
assign_addresses(const char *newval pg_attribute_unused(), void *extra)
{
	allowed = extra;
}

/* A socket's address as bytes; false for a family that is not IP's. */
static bool
address_of(const struct sockaddr *from, Network *address)
{
	address->family = from->sa_family;
	address->nbits = address_bits(from->sa_family);
	if (from->sa_family == AF_INET)
		memcpy(address->bytes,
			   &((const struct sockaddr_in *) from)->sin_addr, 4);
	else if (from->sa_family == AF_INET6)
		memcpy(address->bytes,
			   &((const struct sockaddr_in6 *) from)->sin6_addr, 16);
	else
		return false;
	unmap(address);
	return true;
}

/* This machine's own addresses: allowed where no list is given. */
static const Network loopback[] = {
	{AF_INET, 8, {127}},
	{AF_INET6, 128, {[15] = 1}},
};

/* Never allowed, also where a list names them. */
static const Network forbidden[] = {
	{AF_INET, 16, {169, 254}},	/* link-local */
	{AF_INET6, 10, {0xFE, 0x80}},
	{AF_INET6, 128, {0xFD, 0x00, 0x0E, 0xC2,[14] = 0x02,[15] = 0x54}},	/* a cloud's metadata */
	{AF_INET6, 112, {0x00, 0x64, 0xFF, 0x9B,[12] = 169,[13] = 254}},	/* link-local by NAT64 */
	{AF_INET6, 32, {0x20, 0x02, 169, 254}}, /* and by 6to4 */
	{AF_INET6, 112, {[12] = 169,[13] = 254}},	/* and in the oldest form */
};

/* Is an address in one of the networks? */
static bool
is_in(const Network *address, const Network *networks, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (networks[i].family == address->family &&
			same_bits(networks[i].bytes, address->bytes, networks[i].nbits))
			return true;
	}
	return false;
}

bool
AddressAllowed(const struct sockaddr *from)
{
	Network		address;

	if (!address_of(from, &address) ||
		is_in(&address, forbidden, lengthof(forbidden)))
		return false;
	if (allowed == NULL || allowed->n == 0)
		return is_in(&address, loopback, lengthof(loopback));
	return is_in(&address, allowed->networks, allowed->n);
}

void
AddressText(const struct sockaddr *from, char text[ADDRESS_TEXT_MAX])
{
	Network		address;

	if (!address_of(from, &address) ||
		inet_ntop(address.family, address.bytes, text, ADDRESS_TEXT_MAX) == NULL)
		strlcpy(text, "?", ADDRESS_TEXT_MAX);
}
