/*
 * portal_token.c
 *		Tokens by which a portal proves for which applicant it acts.  They are
 *		JWTs in the compact form of RFC 7515, signed with EdDSA (Ed25519) or RS256.
 *
 *	eyJhbGciOiJFZERTQSJ9 . eyJzdWIiOiIzIiwiZXhwIjoxNzcyMzUyMDAwfQ . d9Qx…
 *	{"alg": "EdDSA"}       {"sub": "3", "exp": 1772352000}          64 bytes
 *
 * The order of the checks is that of trust: the size, the form, the header,
 * the signature, and only then what the token claims.  One text is one token:
 * base64url is canonical, no name comes twice, nothing follows.  An error never
 * shows the token, nor what it claims before its signature is verified.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "settings.h"
#include "crypto/base64url.h"
#include "crypto/json_tree.h"
#include "crypto/portal_token.h"
#include "crypto/public_keys.h"

#define MAX_TOKEN_SIZE 8192
#define MAX_APPLICANT_DIGITS 18

/* Clocks of two machines may differ so much: for "iat" and "nbf" alone. */
#define LEEWAY_SECONDS 5

/* The last second of the year 9999, since 1970. */
#define MAX_SECONDS 253402300799.0

/* A token in its three parts. */
typedef struct TokenParts
{
	const char *header;
	int			header_len;
	const char *claims;
	int			claims_len;
	const char *signature;
	int			signature_len;
} TokenParts;

/* Refuse a token. */
pg_noreturn static void
refuse_token(const char *en, const char *ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_TOKEN),
			 errmsg_said(0, "this token does not say for whom the portal acts", "رمز الدخول هذا لا يبين عمن تعمل البوابة"),
			 errdetail_said(en, ar),
			 errhint_said("Have the applicant sign in again, and hand over the token that the identity service gives.",
						  "ليسجل مقدم الطلب دخوله من جديد، وسلّموا الرمز الذي تعطيه خدمة الهوية."),
			 err_column("applicant", "applicant_id")));
}

bool
TokensAreRequired(void)
{
	return portal_key_setting != NULL && portal_key_setting[0] != '\0';
}

/* The keys of the setting, read when it has changed. */
static const PublicKeys *
portal_keys(void)
{
	static PublicKeys keys;
	static char *read_from = NULL;
	const char *fault;

	if (!TokensAreRequired())
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_TOKEN),
				 errmsg_said(0, "tokens are not in use here", "لا تُستعمل رموز الدخول هنا"),
				 errdetail_said("No key is known that could have signed one.", "لا مفتاح معروف يكون قد وقّع رمزًا."),
				 errhint_said("Set licence_home.portal_key, or act for the applicant's number.",
							  "اضبطوا licence_home.portal_key، أو اعملوا عن رقم مقدم الطلب."),
				 err_column("applicant", "applicant_id")));
	if (read_from != NULL && strcmp(read_from, portal_key_setting) == 0)
		return &keys;
	if (read_from != NULL)
		free(read_from);
	read_from = NULL;
	fault = ReadPublicKeys(portal_key_setting, &keys);
	if (fault != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("licence_home.portal_key cannot be used, so nobody can be acted for"),
				 errdetail("%s", fault),
				 errhint("It holds public keys: PEM, a JWK, or a JWK set.")));
	read_from = strdup(portal_key_setting);
	return &keys;
}

/* Take a token apart at its two dots. */
static TokenParts
split_token(const char *token, int len)
{
	TokenParts	parts;
	const char *end = token + len;
	const char *first = memchr(token, '.', len);
	const char *second = first == NULL ? NULL : memchr(first + 1, '.', end - first - 1);

	if (second == NULL || memchr(second + 1, '.', end - second - 1) != NULL)
		refuse_token("It is no JWT: three parts with dots between them.",
					 "ليس JWT: ثلاثة أجزاء بينها نقاط.");
	parts.header = token;
	parts.header_len = first - token;
	parts.claims = first + 1;
	parts.claims_len = second - first - 1;
	parts.signature = second + 1;
	parts.signature_len = end - second - 1;
	return parts;
}

/* Decode a part. */
static uint8 *
decode_part(const char *text, int len, const char *name, int *size)
{
	uint8	   *bytes = palloc(BASE64URL_DECODED_SIZE(len));

	*size = DecodeBase64Url(text, len, bytes);
	if (*size <= 0)
		refuse_token(psprintf("Its %s is not in base64url.", name),
					 psprintf("الجزء \"%s\" ليس بترميز base64url.", name));
	return bytes;
}

/* A part that is a JSON object. */
static JsonNode *
decode_object(const char *text, int len, const char *name)
{
	int			size;
	uint8	   *bytes = decode_part(text, len, name, &size);
	const char *fault;
	JsonNode   *object = ParseJsonTree((char *) bytes, size, &fault);

	if (object == NULL)
		refuse_token(psprintf("The JSON of its %s %s.", name, fault),
					 psprintf("في JSON الجزء \"%s\" خلل: %s.", name, fault));
	if (object->kind != JSON_OBJECT)
		refuse_token(psprintf("Its %s is no JSON object.", name),
					 psprintf("الجزء \"%s\" ليس كائن JSON.", name));
	return object;
}

/* The key that signed it. */
static const PublicKey *
find_signer(const char *token, const TokenParts *parts)
{
	const PublicKeys *keys = portal_keys();
	JsonNode   *header = decode_object(parts->header, parts->header_len, "header");
	const char *algorithm = JsonString(header, "alg");
	const JsonNode *kid = JsonMember(header, "kid");
	int			signature_len;
	const uint8 *signature = decode_part(parts->signature, parts->signature_len, "signature",
										 &signature_len);
	bool		tried = false;

	if (algorithm == NULL || (strcmp(algorithm, "EdDSA") != 0 && strcmp(algorithm, "RS256") != 0))
		refuse_token("It is not signed with EdDSA or RS256.",
					 "لم يُوقع بخوارزمية EdDSA أو RS256.");
	if (JsonMember(header, "crit") != NULL)
		refuse_token("It asks for an extension (\"crit\") that is not known here.",
					 "يطلب امتدادًا (\"crit\") غير معروف هنا.");
	if (kid != NULL && kid->kind != JSON_STRING)
		refuse_token("Its \"kid\" is no string.",
					 "قيمة \"kid\" ليست نصًا.");
	for (int i = 0; i < keys->count; i++)
	{
		const PublicKey *key = &keys->keys[i];

		if (strcmp(key->algorithm, algorithm) != 0 ||
			(kid != NULL && key->kid != NULL && strcmp(kid->text, key->kid) != 0))
			continue;
		tried = true;
		/* the header and the claims are one stretch of the token */
		if (IsSignedBy(key, (const uint8 *) token, parts->claims + parts->claims_len - token,
					   signature, signature_len))
			return key;
	}
	refuse_token(tried ? "It was not signed by a key of this portal's identity service, or it was altered." :
				 "No key of licence_home.portal_key is of its algorithm and its \"kid\".",
				 tried ? "لم يوقعه مفتاح من خدمة هوية هذه البوابة، أو جرى تعديله." :
				 "لا مفتاح في licence_home.portal_key بخوارزميته ومعرّفه \"kid\".");
}

/* A moment that the token claims, in seconds since 1970; false: it does not. */
static bool
claimed_moment(const JsonNode *claims, const char *name, double *seconds)
{
	const JsonNode *claim = JsonMember(claims, name);
	char	   *end;

	if (claim == NULL)
		return false;
	if (claim->kind == JSON_NUMBER)
	{
		*seconds = strtod(claim->text, &end);
		if (*end == '\0' && isfinite(*seconds) && *seconds >= 0 && *seconds <= MAX_SECONDS)
			return true;
	}
	refuse_token(psprintf("Its \"%s\" is no moment in seconds since 1970.", name),
				 psprintf("قيمة \"%s\" ليست لحظة بالثواني منذ 1970.", name));
}

/*
 * Refuse a token that is not of this moment.  When it was issued, at the earliest:
 * of one that does not say it, as long before it expires as the setting allows.
 */
static TimestampTz
check_moments(const JsonNode *claims)
{
	double		now = (double) ClockMoment() / USECS_PER_SEC +
	(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (double) SECS_PER_DAY;
	double		limit = portal_token_age_setting * (double) SECS_PER_MINUTE;
	double		expires;
	double		moment;
	double		issued = 0;

	if (!claimed_moment(claims, "exp", &expires))
		refuse_token("It does not say when it expires (\"exp\").",
					 "لا يبين متى ينتهي (\"exp\").");
	if (now >= expires)
		refuse_token("It has expired.",
					 "انتهت مدته.");
	if (claimed_moment(claims, "nbf", &moment) && now < moment - LEEWAY_SECONDS)
		refuse_token("It is not valid yet.",
					 "لم تبدأ مدته بعد.");
	if (claimed_moment(claims, "iat", &moment))
	{
		issued = moment;
		if (now < moment - LEEWAY_SECONDS)
			refuse_token("It was issued in the future.",
						 "تاريخ إصداره في المستقبل.");
		if (limit > 0 && now - moment > limit)
			refuse_token(psprintf("It was issued more than %d minutes ago.", portal_token_age_setting),
						 psprintf("صدر قبل أكثر من %d دقيقة.", portal_token_age_setting));
	}
	else if (limit > 0)
	{
		issued = expires - limit;
		if (expires - now > limit)
			refuse_token(psprintf("It expires in more than %d minutes, and does not say when it was issued (\"iat\").",
								  portal_token_age_setting),
						 psprintf("ينتهي بعد أكثر من %d دقيقة، ولا يبين متى صدر (\"iat\").", portal_token_age_setting));
	}
	if (issued == 0)
		return DT_NOEND;
	return (TimestampTz) ((issued - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (double) SECS_PER_DAY) * USECS_PER_SEC);
}

/* Is a text among what "aud" names: a string, or an array of them? */
static bool
names_audience(const JsonNode *claim, const char *audience)
{
	ListCell   *cell;

	if (claim->kind == JSON_STRING)
		return strcmp(claim->text, audience) == 0;
	if (claim->kind == JSON_ARRAY)
	{
		foreach(cell, claim->nodes)
		{
			const JsonNode *one = lfirst(cell);

			if (one->kind == JSON_STRING && strcmp(one->text, audience) == 0)
				return true;
		}
	}
	return false;
}

/* Refuse a token that is meant for another service. */
static void
check_audience(const JsonNode *claims)
{
	const JsonNode *claim = JsonMember(claims, "aud");
	bool		is_asked = portal_audience_setting != NULL && portal_audience_setting[0] != '\0';

	if (claim == NULL && is_asked)
		refuse_token("It does not say for which service it is (\"aud\").",
					 "لا يبين لأي خدمة هو (\"aud\").");
	if (claim != NULL && !is_asked)
		refuse_token("It is for a service (\"aud\"), and licence_home.portal_audience does not say that this is the one.",
					 "هو لخدمة (\"aud\")، والإعداد licence_home.portal_audience لا يبين أنها هذه.");
	if (claim != NULL && !names_audience(claim, portal_audience_setting))
		refuse_token("It is for another service (\"aud\").",
					 "هو لخدمة أخرى (\"aud\").");
}

/* The applicant that "sub" names: digits, as this database writes them. */
static int64
claimed_applicant(const JsonNode *claims)
{
	const JsonNode *claim = JsonMember(claims, "sub");
	const char *text = claim != NULL && (claim->kind == JSON_STRING || claim->kind == JSON_NUMBER) ?
	claim->text : "";
	size_t		digits = strspn(text, "0123456789");

	if (digits == 0 || digits > MAX_APPLICANT_DIGITS || text[digits] != '\0' || text[0] == '0')
		refuse_token("Its \"sub\" is no number of an applicant.",
					 "قيمة \"sub\" ليست رقم مقدم طلب.");
	return strtoll(text, NULL, 10);
}

int64
ApplicantOfToken(const char *token, int len, const char **key_id, TimestampTz *issued_at)
{
	TokenParts	parts;
	const PublicKey *signer;
	JsonNode   *claims;

	if (len > MAX_TOKEN_SIZE)
		refuse_token(psprintf("It is longer than %d bytes.", MAX_TOKEN_SIZE),
					 psprintf("هو أطول من %d بايت.", MAX_TOKEN_SIZE));
	parts = split_token(token, len);
	signer = find_signer(token, &parts);
	claims = decode_object(parts.claims, parts.claims_len, "claims");
	*issued_at = check_moments(claims);
	check_audience(claims);
	*key_id = signer->kid != NULL ? signer->kid : signer->fingerprint;
	return claimed_applicant(claims);
}
