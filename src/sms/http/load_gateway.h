/*
 * load_gateway.h
 *		The gateway that messages go through now, read from its row.
 */
#ifndef LICENCE_HOME_LOAD_GATEWAY_H
#define LICENCE_HOME_LOAD_GATEWAY_H

#include "sms/http/gateway.h"
#include "spi/owner.h"

/*
 * The gateway to send through now, allocated in a context, or NULL; paused
 * says that there is one, but that it rests.
 */
extern SmsGateway *LoadGateway(OwnerScope *scope, MemoryContext context,
							   bool *paused);

/* A text that changes when LoadGateway would find something else. */
extern char *GatewayVersion(OwnerScope *scope);

#endif							/* LICENCE_HOME_LOAD_GATEWAY_H */
