/*
 * portal_token.h
 *		Tokens by which a portal proves for which applicant it acts.
 */
#ifndef LICENCE_HOME_CRYPTO_PORTAL_TOKEN_H
#define LICENCE_HOME_CRYPTO_PORTAL_TOKEN_H

#include "datatype/timestamp.h"

/* Does act_for() ask for a token? */
extern bool TokensAreRequired(void);

/*
 * The applicant of a token that is signed and valid at this moment, and the
 * name of the key that signed it.  Every other text raises an error.  issued_at:
 * not before this moment; DT_NOEND: the token does not tell.
 */
extern int64 ApplicantOfToken(const char *token, int len, const char **key_id, TimestampTz *issued_at);

#endif							/* LICENCE_HOME_CRYPTO_PORTAL_TOKEN_H */
