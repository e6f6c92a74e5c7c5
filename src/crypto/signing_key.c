/*
 * signing_key.c
 *		The private key that signs heads of the record: Ed25519, PEM, in a file
 *		that the server alone can read.
 *
 * It is read for each signature and forgotten at once, so that it is in no
 * setting, table, dump, log or cached memory.  The file is outside the data
 * directory, since copies of that go to backups and replicas.  Its name is in
 * no error: errors of jobs are rows that clerks read.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "miscadmin.h"
#include "storage/fd.h"

#include "compat.h"
#include "errors.h"
#include "settings.h"
#include "crypto/public_keys.h"
#include "crypto/signing_key.h"

#define MAX_KEY_FILE_SIZE 4096

/* Refuse to sign. */
pg_noreturn static void
refuse_key(const char *en, const char *ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_RECORD),
			 errmsg_said(0, "there is no key to sign the record with", "لا مفتاح لتوقيع السجل"),
			 errdetail_said(en, ar),
			 errhint_said("As the server's user: openssl genpkey -algorithm ED25519 -out FILE; chmod 400 FILE. "
						  "Then name it in postgresql.conf, licence_home.record_key_file, and reload.",
						  "باسم مستخدم الخادم: openssl genpkey -algorithm ED25519 -out FILE; chmod 400 FILE. "
						  "ثم سمّوه في postgresql.conf بالإعداد licence_home.record_key_file وأعيدوا التحميل."),
			 err_table("record_head")));
}

/* Does a file lie in a folder, wherever links lead? */
static bool
is_inside(const char *path, const char *folder)
{
	char	   *real_path = realpath(path, NULL);
	char	   *real_folder = realpath(folder, NULL);
	Size		len = real_folder == NULL ? 0 : strlen(real_folder);
	bool		result;

	/* what cannot be told is taken for inside */
	result = real_path == NULL || real_folder == NULL ||
		(strncmp(real_path, real_folder, len) == 0 && real_path[len] == '/');
	free(real_path);
	free(real_folder);
	return result;
}

/* Refuse a file that others can read, or that goes along with the data. */
static void
check_file(const char *path)
{
	struct stat file;

	if (!is_absolute_path(path))
		refuse_key("licence_home.record_key_file is no absolute path.",
				   "مسار licence_home.record_key_file ليس مطلقًا.");
	if (stat(path, &file) != 0)
		refuse_key("The server cannot find the file of licence_home.record_key_file.",
				   "لا يجد الخادم ملف licence_home.record_key_file.");
	if (!S_ISREG(file.st_mode))
		refuse_key("licence_home.record_key_file is no file.",
				   "ما يسميه licence_home.record_key_file ليس ملفًا.");
	if (file.st_uid != geteuid() && file.st_uid != 0)
		refuse_key("The file of licence_home.record_key_file belongs to neither the server's user nor root.",
				   "ملف licence_home.record_key_file ليس لمستخدم الخادم ولا للمستخدم root.");
	if ((file.st_mode & (file.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO)) != 0)
		refuse_key("Others can read the file of licence_home.record_key_file.",
				   "يستطيع غير الخادم قراءة ملف licence_home.record_key_file.");
	if (is_inside(path, DataDir))
		refuse_key("The file of licence_home.record_key_file is in the data directory, so it would be in every backup.",
				   "ملف licence_home.record_key_file داخل مجلد البيانات، فيدخل كل نسخة احتياطية.");
}

/* No passphrase: nobody is there to type one. */
static int
no_passphrase(char *buffer pg_attribute_unused(), int size pg_attribute_unused(),
			  int rwflag pg_attribute_unused(), void *data pg_attribute_unused())
{
	return -1;
}

/* The key, to be freed by the caller before anything can fail; NULL: none. */
static EVP_PKEY *
read_key(const char *path)
{
	char		text[MAX_KEY_FILE_SIZE];
	int			fd = OpenTransientFile(path, O_RDONLY | PG_BINARY);
	ssize_t		len;
	BIO		   *bio;
	EVP_PKEY   *key = NULL;

	if (fd < 0)
		return NULL;
	len = read(fd, text, sizeof(text));
	CloseTransientFile(fd);
	bio = len > 0 ? BIO_new_mem_buf(text, (int) len) : NULL;
	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	OPENSSL_cleanse(text, sizeof(text));
	ERR_clear_error();
	if (key != NULL && EVP_PKEY_base_id(key) != EVP_PKEY_ED25519)
	{
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

/* The same, or an error. */
static EVP_PKEY *
open_key(void)
{
	EVP_PKEY   *key;

	if (record_key_file_setting == NULL || record_key_file_setting[0] == '\0')
		refuse_key("licence_home.record_key_file is not set.",
				   "الإعداد licence_home.record_key_file غير مضبوط.");
	check_file(record_key_file_setting);
	key = read_key(record_key_file_setting);
	if (key == NULL)
		refuse_key("The file of licence_home.record_key_file has no Ed25519 key in PEM without a passphrase, "
				   "or the server cannot read it.",
				   "ليس في ملف licence_home.record_key_file مفتاح Ed25519 بصيغة PEM دون كلمة مرور، أو لا يستطيع الخادم قراءته.");
	return key;
}

SigningKeyInfo
DescribeSigningKey(void)
{
	SigningKeyInfo info = {.public_key = NULL};
	EVP_PKEY   *key = open_key();
	BIO		   *bio = BIO_new(BIO_s_mem());
	char		text[MAX_KEY_FILE_SIZE];
	int			len = 0;

	if (bio != NULL && KeyFingerprint(key, info.fingerprint) && PEM_write_bio_PUBKEY(bio, key) == 1)
		len = BIO_read(bio, text, sizeof(text) - 1);
	BIO_free(bio);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (len <= 0)
		refuse_key("OpenSSL cannot write down the public key.",
				   "تعذر على OpenSSL كتابة المفتاح العام.");
	info.public_key = pnstrdup(text, len);
	return info;
}

void
SignWithKey(const SigningKeyInfo *info, const char *text, uint8 signature[SIGNATURE_SIZE])
{
	EVP_PKEY   *key = open_key();
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t		len = SIGNATURE_SIZE;
	char		fingerprint[17];
	bool		is_done;

	is_done = context != NULL && KeyFingerprint(key, fingerprint) &&
		strcmp(fingerprint, info->fingerprint) == 0 &&
		EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		EVP_DigestSign(context, signature, &len, (const unsigned char *) text, strlen(text)) == 1 &&
		len == SIGNATURE_SIZE;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	ERR_clear_error();
	if (!is_done)
		refuse_key("OpenSSL cannot sign with the key, or it was changed at this moment.",
				   "تعذر على OpenSSL التوقيع بالمفتاح، أو تبدل المفتاح في هذه اللحظة.");
}

bool
IsSignedByPem(const char *text, const uint8 *signature, Size signature_len, const char *public_key)
{
	static PublicKeys keys;

	return ReadPublicKeys(public_key, &keys) == NULL && keys.count == 1 &&
		IsSignedBy(&keys.keys[0], (const uint8 *) text, strlen(text), signature, signature_len);
}
