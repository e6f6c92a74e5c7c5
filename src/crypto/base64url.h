/*
 * base64url.h
 *		Bytes as text, in the alphabet of URLs and without padding (RFC 7515).
 */
#ifndef LICENCE_HOME_CRYPTO_BASE64URL_H
#define LICENCE_HOME_CRYPTO_BASE64URL_H

/* Room for what a text of a length decodes to. */
#define BASE64URL_DECODED_SIZE(len) ((len) / 4 * 3 + 3)

/*
 * Decode a text; how many bytes, or -1 where it is not the one text that
 * encodes them: another alphabet, padding, blanks, bits left over.
 */
extern int	DecodeBase64Url(const char *text, int len, uint8 *bytes);

#endif							/* LICENCE_HOME_CRYPTO_BASE64URL_H */
