/*
 * number.c
 *		How the four types compare, hash and travel: as the bigint that they
 *		are inside.
 *
 * CREATE FUNCTION … LANGUAGE internal would do without this file.  But each
 * time a plan starts, the server looks such a function up by its name among
 * all of its own.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"

#define AS_BIGINT(name, builtin) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		return builtin(fcinfo); \
	}

AS_BIGINT(number_send, int8send)
AS_BIGINT(number_lt, int8lt)
AS_BIGINT(number_le, int8le)
AS_BIGINT(number_eq, int8eq)
AS_BIGINT(number_ne, int8ne)
AS_BIGINT(number_ge, int8ge)
AS_BIGINT(number_gt, int8gt)
AS_BIGINT(number_cmp, btint8cmp)
AS_BIGINT(number_sortsupport, btint8sortsupport)
AS_BIGINT(number_hash, hashint8)
AS_BIGINT(number_hash_extended, hashint8extended)
AS_BIGINT(number_smaller, int8smaller)
AS_BIGINT(number_larger, int8larger)
