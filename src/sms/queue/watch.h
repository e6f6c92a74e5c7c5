/*
 * watch.h
 *		Is there somebody who sends?
 */
#ifndef LICENCE_HOME_WATCH_H
#define LICENCE_HOME_WATCH_H

#include "spi/owner.h"

/* Warn when pg_cron is to run the sender and no sender has been seen lately. */
extern void WarnIfNobodySends(OwnerScope *scope);

#endif							/* LICENCE_HOME_WATCH_H */
