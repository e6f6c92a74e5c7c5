/*
 * portal_token.h
 *		Tokens by which a portal proves for which applicant it acts.
 */
#ifndef LICENCE_HOME_CRYPTO_PORTAL_TOKEN_H
#define LICENCE_HOME_CRYPTO_PORTAL_TOKEN_H

/* Does act_for() ask for a token? */
extern bool TokensAreRequired(void);

/*
 * The applicant of a token that is signed and valid at this moment, and the
 * name of the key that signed it.  Every other text raises an error.
 */
extern int64 ApplicantOfToken(const char *token, int len, const char **key_id);

#endif							/* LICENCE_HOME_CRYPTO_PORTAL_TOKEN_H */
