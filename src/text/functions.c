/*
 * functions.c
 *		The foldings and visible text, for SQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"

#include "compat.h"
#include "text/characters.h"
#include "text/fold.h"

/* Fold the first argument; null where nothing is left. */
static Datum
fold_argument(FunctionCallInfo fcinfo, FoldStrength strength)
{
	text	   *folded = FoldText(PG_GETARG_TEXT_PP(0), strength);

	if (folded == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(folded);
}

PG_FUNCTION_INFO_V1(licence_home_fold_plain);
/* fold_plain(text): a number as it is stored. */
Datum
licence_home_fold_plain(PG_FUNCTION_ARGS)
{
	return fold_argument(fcinfo, FOLD_PLAIN);
}

PG_FUNCTION_INFO_V1(licence_home_fold_reference);
/* fold_reference(text): what is compared of a reference. */
Datum
licence_home_fold_reference(PG_FUNCTION_ARGS)
{
	return fold_argument(fcinfo, FOLD_REFERENCE);
}

PG_FUNCTION_INFO_V1(licence_home_fold_place);
/* fold_place(text): what is compared of a part of an address. */
Datum
licence_home_fold_place(PG_FUNCTION_ARGS)
{
	return fold_argument(fcinfo, FOLD_PLACE);
}

PG_FUNCTION_INFO_V1(licence_home_fold_name);
/* fold_name(text): what is compared of a name. */
Datum
licence_home_fold_name(PG_FUNCTION_ARGS)
{
	return fold_argument(fcinfo, FOLD_NAME);
}

PG_FUNCTION_INFO_V1(licence_home_parcel_key);
/* parcel_key(village, basin, parcel): null unless each says something. */
Datum
licence_home_parcel_key(PG_FUNCTION_ARGS)
{
	text	   *parts[3];
	Size		size = VARHDRSZ;
	text	   *key;
	char	   *end;

	for (int i = 0; i < 3; i++)
	{
		parts[i] = FoldText(PG_GETARG_TEXT_PP(i), FOLD_PLACE);
		if (parts[i] == NULL)
			PG_RETURN_NULL();
		size += VARSIZE_ANY_EXHDR(parts[i]) + 1;
	}
	key = palloc(size);
	end = VARDATA(key);
	for (int i = 0; i < 3; i++)
	{
		memcpy(end, VARDATA_ANY(parts[i]), VARSIZE_ANY_EXHDR(parts[i]));
		end += VARSIZE_ANY_EXHDR(parts[i]);
		if (i < 2)
			*end++ = '|';		/* (no number has one) */
	}
	SET_VARSIZE(key, end - (char *) key);
	PG_RETURN_TEXT_P(key);
}

PG_FUNCTION_INFO_V1(licence_home_is_visible);
/* is_visible(text): has it a character that can be seen? */
Datum
licence_home_is_visible(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);

	PG_RETURN_BOOL(IsVisible(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)));
}

PG_FUNCTION_INFO_V1(licence_home_is_one_word);
/* is_one_word(text): is it read as one word? */
Datum
licence_home_is_one_word(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	const char *end = VARDATA_ANY(value) + VARSIZE_ANY_EXHDR(value);

	if (!IsVisible(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		PG_RETURN_BOOL(false);
	for (const char *at = VARDATA_ANY(value); at < end; at += pg_mblen(at))
	{
		pg_wchar	c[2];
		CharacterKind kind;

		(void) pg_mb2wchar_with_len(at, c, pg_mblen(at));
		kind = LookUpCharacter(c[0]).kind;
		if (kind == CHARACTER_BLANK || kind == CHARACTER_INVISIBLE || c[0] < ' ')
			PG_RETURN_BOOL(false);
	}
	PG_RETURN_BOOL(true);
}
