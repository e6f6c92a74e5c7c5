/*
 * load_gateway.h
 *		The gateway that messages go through now, read from its row.
 */
#ifndef LICENCE_HOME_LOAD_GATEWAY_H
#define LICENCE_HOME_LOAD_GATEWAY_H

#include "sms/http/gateway.h"
#include "spi/owner.h"

/* Why there is no gateway to send through; all NULL: none is in force. */
typedef struct GatewayFound
{
	char	   *name;			/* of the first one in force */
	bool		paused;			/* it rests */
	char	   *unusable;		/* what is wrong with its row or its
								 * credentials */
} GatewayFound;

/* The gateway to send through now, allocated in a context, or NULL. */
extern SmsGateway *LoadGateway(OwnerScope *scope, MemoryContext context,
							   GatewayFound *found);

/* A text that changes when LoadGateway would find something else. */
extern char *GatewayVersion(OwnerScope *scope);

#endif							/* LICENCE_HOME_LOAD_GATEWAY_H */
