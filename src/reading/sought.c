/*
 * sought.c
 *		An identity number that was asked for, as it is recorded.
 *
 * There are few identity numbers: whoever had their SHA-256 could try them
 * all.  So the record has an HMAC, whose key is in read_key, which no role
 * reads.  The first look-up makes the key.  Where two make one at once, or the
 * first is rolled back, the oldest that stands counts: nobody waits for it.
 */
#include "postgres.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "access/xact.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "reading/sought.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "text/fold.h"

#define KEY_SIZE 32

/* Make a key, and give it in hexadecimal digits. */
static char *
make_key(OwnerScope *scope)
{
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.read_key (key) VALUES (decode($1, 'hex'))");
	unsigned char bytes[KEY_SIZE];
	char	   *hex = palloc0(2 * KEY_SIZE + 1);

	if (!pg_strong_random(bytes, sizeof(bytes)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("no random bytes could be had")));
	(void) hex_encode((char *) bytes, sizeof(bytes), hex);
	(void) ExecPlan(scope, &insert, TextArg(hex));
	return hex;
}

/* The key in hexadecimal digits, in the memory of the caller; NULL: there is none. */
static char *
find_key(void)
{
	static SavedPlan find = SAVED_PLAN("SELECT encode(k.key, 'hex') FROM licence_home.read_key AS k "
									   "ORDER BY k.created_at, k.key LIMIT 1");
	MemoryContext context = CurrentMemoryContext;
	OwnerScope	scope;
	Rows		rows;
	char	   *key = NULL;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlanNoArgs(&scope, &find);
	if (rows.count == 1)
		key = RowText(rows, 0, 1);
	else if (!XactReadOnly)
		key = make_key(&scope);
	if (key != NULL)
		key = MemoryContextStrdup(context, key);
	LeaveOwner(&scope);
	return key;
}

char *
SoughtHmac(const char *kind, const char *identity_no)
{
	text	   *plain = FoldText(cstring_to_text(identity_no), FOLD_PLAIN);
	char	   *message = psprintf("%s:%s", kind, plain ? text_to_cstring(plain) : "");
	char	   *key = find_key();
	unsigned char hmac[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	StringInfoData hex;

	if (key == NULL)
		return NULL;
	if (HMAC(EVP_sha256(), key, (int) strlen(key), (const unsigned char *) message,
			 strlen(message), hmac, &size) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("OpenSSL could not compute an HMAC")));
	initStringInfo(&hex);
	appendStringInfoString(&hex, "\\x");
	for (unsigned int i = 0; i < size; i++)
		appendStringInfo(&hex, "%02x", hmac[i]);
	return hex.data;
}
