/*
 * addresses.h
 *		Which addresses the sender may connect to.
 */
#ifndef LICENCE_HOME_ADDRESSES_H
#define LICENCE_HOME_ADDRESSES_H

#include <sys/socket.h>

#include "utils/guc.h"

#define ADDRESS_TEXT_MAX 64

/* Hooks of the setting licence_home.sms_gateway_addresses. */
extern bool check_addresses(char **newval, void **extra, GucSource source);
extern void assign_addresses(const char *newval, void *extra);

/*
 * May the sender connect to an address?  Neither allocates nor raises errors:
 * libcurl's callback asks.
 */
extern bool AddressAllowed(const struct sockaddr *address);

/* An address as text, an IPv4 one within IPv6 as IPv4. */
extern void AddressText(const struct sockaddr *address,
						char text[ADDRESS_TEXT_MAX]);

#endif							/* LICENCE_HOME_ADDRESSES_H */
