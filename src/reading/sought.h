/*
 * sought.h
 *		An identity number that was asked for, as it is recorded.
 */
#ifndef LICENCE_HOME_SOUGHT_H
#define LICENCE_HOME_SOUGHT_H

/* The kind of a number that was said without one. */
#define ANY_KIND "any"

/*
 * HMAC-SHA-256 of a kind and a number, as bytea is written ("\\x…"); NULL
 * where there is no key yet and the transaction cannot write one.
 */
extern char *SoughtHmac(const char *kind, const char *identity_no);

#endif							/* LICENCE_HOME_SOUGHT_H */
