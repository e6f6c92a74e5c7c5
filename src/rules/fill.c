/*
 * fill.c
 *		Sentences with placeholders.
 *
 * Sentences and messages are rows with placeholders in braces.  One pass puts
 * the values in, so that a value with braces in it is never filled again.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"

/* What stands for a value that is not known. */
#define NO_VALUE "\342\200\224" /* an em dash */

/* The names and values of one call, as they lie in the array. */
typedef struct Pairs
{
	Datum	   *items;
	bool	   *nulls;
	int			count;			/* of items: twice the number of pairs */
} Pairs;

/* Take the array apart; an error where it is no list of pairs. */
static Pairs
read_pairs(ArrayType *array)
{
	Pairs		pairs;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
					  &pairs.items, &pairs.nulls, &pairs.count);
	if (pairs.count % 2 != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the name \"%s\" has no value",
						pairs.nulls[pairs.count - 1] ? "null" :
						TextDatumGetCString(pairs.items[pairs.count - 1])),
				 errhint("Give names and values in turn: fill('{x} m', 'x', '5').")));
	for (int i = 0; i < pairs.count; i += 2)
		if (pairs.nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the name of a placeholder is null")));
	return pairs;
}

/* Append the value of a name; false when no pair has it. */
static bool
append_value(StringInfo result, const Pairs *pairs, const char *name, int len)
{
	for (int i = 0; i < pairs->count; i += 2)
	{
		text	   *candidate = DatumGetTextPP(pairs->items[i]);
		text	   *value;

		if ((int) VARSIZE_ANY_EXHDR(candidate) != len ||
			memcmp(VARDATA_ANY(candidate), name, len) != 0)
			continue;
		if (pairs->nulls[i + 1])
		{
			appendStringInfoString(result, NO_VALUE);
			return true;
		}
		value = DatumGetTextPP(pairs->items[i + 1]);
		appendBinaryStringInfo(result, VARDATA_ANY(value),
							   VARSIZE_ANY_EXHDR(value));
		return true;
	}
	return false;
}

PG_FUNCTION_INFO_V1(licence_home_fill);
/*
 * licence_home.fill(template text, VARIADIC pairs text[]) returns text
 *
 * A name that no pair has stays as it stands, braces and all, so that a test
 * can find it.
 */
Datum
licence_home_fill(PG_FUNCTION_ARGS)
{
	text	   *template = PG_GETARG_TEXT_PP(0);
	const char *at = VARDATA_ANY(template);
	const char *end = at + VARSIZE_ANY_EXHDR(template);
	Pairs		pairs = read_pairs(PG_GETARG_ARRAYTYPE_P(1));
	StringInfoData result;

	initStringInfo(&result);
	while (at < end)
	{
		const char *open = memchr(at, '{', end - at);
		const char *close = open ? memchr(open, '}', end - open) : NULL;

		if (close == NULL)
		{
			appendBinaryStringInfo(&result, at, end - at);
			break;
		}
		appendBinaryStringInfo(&result, at, open - at);
		if (append_value(&result, &pairs, open + 1, close - open - 1))
			at = close + 1;
		else
		{
			appendStringInfoChar(&result, '{');
			at = open + 1;
		}
	}
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}
