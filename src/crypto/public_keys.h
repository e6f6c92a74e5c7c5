/*
 * public_keys.h
 *		The public keys that a setting holds, and what they have signed.
 */
#ifndef LICENCE_HOME_CRYPTO_PUBLIC_KEYS_H
#define LICENCE_HOME_CRYPTO_PUBLIC_KEYS_H

#include <openssl/evp.h>

#define MAX_PUBLIC_KEYS 16

/* A key: Ed25519 for "EdDSA", RSA of at least 2,048 bits for "RS256". */
typedef struct PublicKey
{
	EVP_PKEY   *key;
	const char *algorithm;
	char	   *kid;			/* as a JWK names it; NULL: it has no name */
	char		fingerprint[17];	/* how its SHA-256 begins */
} PublicKey;

/* Keys, in memory that lasts. */
typedef struct PublicKeys
{
	PublicKey	keys[MAX_PUBLIC_KEYS];
	int			count;
} PublicKeys;

/*
 * Read keys from PEM blocks, a JWK or a JWK set.  Why there is none, or NULL.
 * What is in the struct is freed first.
 */
extern const char *ReadPublicKeys(const char *text, PublicKeys *keys);

/* Did this key sign these bytes? */
extern bool IsSignedBy(const PublicKey *key, const uint8 *bytes, Size len,
					   const uint8 *signature, Size signature_len);

/* How the SHA-256 of a public key (SubjectPublicKeyInfo) begins; false: none. */
extern bool KeyFingerprint(EVP_PKEY *key, char fingerprint[17]);

#endif							/* LICENCE_HOME_CRYPTO_PUBLIC_KEYS_H */
