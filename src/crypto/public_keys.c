/*
 * public_keys.c
 *		Public keys: from PEM or JWK into OpenSSL's form, and signatures
 *		verified with them.
 *
 *	-----BEGIN PUBLIC KEY-----				one block or several
 *	{"kty": "OKP", "crv": "Ed25519", "x": "…", "kid": "2026"}
 *	{"kty": "RSA", "n": "…", "e": "AQAB"}
 *	{"keys": [ … ]}
 *
 * The kind of a key decides its algorithm, never what a token says: so no
 * token has an RSA key taken for a shared secret.  As RFC 7517 says, a set may
 * have keys for other uses; they are passed over.
 *
 * Nothing here raises an error while it holds memory of OpenSSL's, but for
 * lack of memory.
 */
#include "postgres.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "utils/memutils.h"

#include "crypto/base64url.h"
#include "crypto/json_tree.h"
#include "crypto/public_keys.h"

#define ED25519_KEY_SIZE 32
#define MIN_RSA_BITS 2048
#define MAX_RSA_BITS 8192

/* The algorithm of a key; NULL: none that we take. */
static const char *
algorithm_of(EVP_PKEY *key)
{
	int			bits = EVP_PKEY_bits(key);

	switch (EVP_PKEY_base_id(key))
	{
		case EVP_PKEY_ED25519:
			return "EdDSA";
		case EVP_PKEY_RSA:
			return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS ? "RS256" : NULL;
		default:
			return NULL;
	}
}

bool
KeyFingerprint(EVP_PKEY *key, char fingerprint[17])
{
	unsigned char *der = NULL;
	uint8		hash[SHA256_DIGEST_LENGTH];
	int			len = i2d_PUBKEY(key, &der);

	if (len <= 0)
		return false;
	(void) SHA256(der, len, hash);
	OPENSSL_free(der);
	for (int i = 0; i < 8; i++)
		sprintf(fingerprint + 2 * i, "%02x", hash[i]);
	return true;
}

/* Keep a key, which is ours from here on. */
static void
add_key(PublicKeys *keys, EVP_PKEY *key, const char *kid)
{
	PublicKey  *slot = &keys->keys[keys->count];

	if (keys->count == MAX_PUBLIC_KEYS || key == NULL ||
		(slot->algorithm = algorithm_of(key)) == NULL ||
		!KeyFingerprint(key, slot->fingerprint))
	{
		EVP_PKEY_free(key);
		return;
	}
	slot->key = key;
	slot->kid = kid == NULL ? NULL : MemoryContextStrdup(TopMemoryContext, kid);
	keys->count++;
}

/* Free the keys. */
static void
forget_keys(PublicKeys *keys)
{
	for (int i = 0; i < keys->count; i++)
	{
		EVP_PKEY_free(keys->keys[i].key);
		if (keys->keys[i].kid != NULL)
			pfree(keys->keys[i].kid);
	}
	keys->count = 0;
}

/* Read PEM blocks, one after the other. */
static void
read_pem(const char *text, PublicKeys *keys)
{
	BIO		   *bio = BIO_new_mem_buf(text, -1);
	EVP_PKEY   *key;

	while (bio != NULL && (key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL)) != NULL)
		add_key(keys, key, NULL);
	BIO_free(bio);
}

/* A member that has bytes in base64url; how many, or -1. */
static int
member_bytes(const JsonNode *jwk, const char *name, uint8 **bytes)
{
	const char *text = JsonString(jwk, name);

	if (text == NULL)
		return -1;
	*bytes = palloc(BASE64URL_DECODED_SIZE(strlen(text)));
	return DecodeBase64Url(text, strlen(text), *bytes);
}

/* An Ed25519 key. */
static EVP_PKEY *
ed25519_key(const JsonNode *jwk)
{
	const char *curve = JsonString(jwk, "crv");
	uint8	   *bytes;

	if (curve == NULL || strcmp(curve, "Ed25519") != 0 ||
		member_bytes(jwk, "x", &bytes) != ED25519_KEY_SIZE)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, ED25519_KEY_SIZE);
}

/* An RSA key. */
static EVP_PKEY *
rsa_key(const JsonNode *jwk)
{
	uint8	   *modulus;
	uint8	   *exponent;
	int			modulus_len = member_bytes(jwk, "n", &modulus);
	int			exponent_len = member_bytes(jwk, "e", &exponent);
	BIGNUM	   *n;
	BIGNUM	   *e;
	OSSL_PARAM_BLD *builder;
	OSSL_PARAM *params = NULL;
	EVP_PKEY_CTX *context;
	EVP_PKEY   *key = NULL;

	if (modulus_len <= 0 || exponent_len <= 0)
		return NULL;
	n = BN_bin2bn(modulus, modulus_len, NULL);
	e = BN_bin2bn(exponent, exponent_len, NULL);
	builder = OSSL_PARAM_BLD_new();
	context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (n != NULL && e != NULL && builder != NULL && context != NULL &&
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
		(params = OSSL_PARAM_BLD_to_param(builder)) != NULL &&
		EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	BN_free(n);
	BN_free(e);
	return key;
}

/* Read one JWK: a public key for signatures, or it is passed over. */
static void
read_jwk(const JsonNode *jwk, PublicKeys *keys)
{
	const char *type = JsonString(jwk, "kty");
	const char *use = JsonString(jwk, "use");
	const char *algorithm = JsonString(jwk, "alg");
	bool		is_rsa = type != NULL && strcmp(type, "RSA") == 0;

	if (type == NULL || (use != NULL && strcmp(use, "sig") != 0) ||
		(algorithm != NULL && strcmp(algorithm, is_rsa ? "RS256" : "EdDSA") != 0))
		return;
	if (is_rsa)
		add_key(keys, rsa_key(jwk), JsonString(jwk, "kid"));
	else if (strcmp(type, "OKP") == 0)
		add_key(keys, ed25519_key(jwk), JsonString(jwk, "kid"));
}

/* Read a JWK or a set of them; why that is none, or NULL. */
static const char *
read_jwks(const char *text, PublicKeys *keys)
{
	const char *fault;
	const JsonNode *root = ParseJsonTree(text, strlen(text), &fault);
	const JsonNode *set = root == NULL ? NULL : JsonMember(root, "keys");
	ListCell   *cell;

	if (root == NULL)
		return psprintf("Its JSON %s.", fault);
	if (set == NULL)
		read_jwk(root, keys);
	else if (set->kind == JSON_ARRAY)
	{
		foreach(cell, set->nodes)
			read_jwk(lfirst(cell), keys);
	}
	return NULL;
}

const char *
ReadPublicKeys(const char *text, PublicKeys *keys)
{
	const char *fault = NULL;

	forget_keys(keys);
	text += strspn(text, " \t\r\n");
	if (text[0] == '{')
		fault = read_jwks(text, keys);
	else
		read_pem(text, keys);
	ERR_clear_error();
	if (fault == NULL && keys->count == 0)
		fault = "It has no Ed25519 key, and no RSA key of 2048 to 8192 bits.";
	return fault;
}

bool
IsSignedBy(const PublicKey *key, const uint8 *bytes, Size len,
		   const uint8 *signature, Size signature_len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const EVP_MD *hash = EVP_PKEY_base_id(key->key) == EVP_PKEY_RSA ? EVP_sha256() : NULL;
	bool		result;

	result = context != NULL &&
		EVP_DigestVerifyInit(context, NULL, hash, NULL, key->key) == 1 &&
		EVP_DigestVerify(context, signature, signature_len, bytes, len) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return result;
}
