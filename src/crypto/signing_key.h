/*
 * signing_key.h
 *		The private key that signs heads of the record, in its file.
 */
#ifndef LICENCE_HOME_CRYPTO_SIGNING_KEY_H
#define LICENCE_HOME_CRYPTO_SIGNING_KEY_H

#define SIGNATURE_SIZE 64

/* What may be known of it: how its public key's SHA-256 begins, and that key in PEM. */
typedef struct SigningKeyInfo
{
	char		fingerprint[17];
	char	   *public_key;
} SigningKeyInfo;

/* Both read the file of licence_home.record_key_file; an error says what is wrong. */
extern SigningKeyInfo DescribeSigningKey(void);

/* Sign a text, with the very key that was described. */
extern void SignWithKey(const SigningKeyInfo *info, const char *text,
						uint8 signature[SIGNATURE_SIZE]);

/* Did the key, in PEM, sign the text? */
extern bool IsSignedByPem(const char *text, const uint8 *signature, Size signature_len,
						  const char *public_key);

#endif							/* LICENCE_HOME_CRYPTO_SIGNING_KEY_H */
