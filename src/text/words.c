/*
 * words.c
 *		Keys by which a text is found by any of its words.
 *
 * Whoever asks for somebody says a part of the name, in a spelling of their
 * own.  So the words of a folded text are what is indexed (GIN, text[]), and a
 * text has all words of another exactly where its keys contain the other's:
 *
 *	"أحمد الحدّاد"  words      احمد, حداد
 *				  name_keys  ^احم, ^احمد, احمد, ^حدا, ^حداد, حداد, احمد&حداد
 *
 * ^ marks the beginning of a word, of three letters or more.  A caller who has
 * said "حدا" is looked for by ^حدا, and one who has said a whole word by that
 * word alone.  So حدا does not find everybody named حداد where there is
 * somebody of just that name.
 *
 * & stands between two words of a name, whatever their order.  One man in ten is
 * a Muhammad, and a thousand people are of one family: what both lists have in
 * common costs a walk along the longer one, their pair a look-up.
 *
 * place_keys() does the same for where a home is, and has the pairs of a word and
 * a number of the address (the street and the building).  The words that name a part
 * of an address (street, parcel) are left out, since all have them. =12 is the
 * number of a parcel, which is often all that is said of it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "text/fold.h"

/* More words than anybody types in a search. */
#define MOST_WORDS 64

/* Beginnings of words that are indexed, in letters. */
#define SHORTEST_BEGINNING 3
#define LONGEST_BEGINNING 12

/* Words of a name that have pairs with each other: more are found by their beginnings. */
#define PAIRED_WORDS 12

/* A bag of keys. */
typedef struct Keys
{
	Datum	   *elements;
	int			count;
	int			room;
} Keys;

/* Folded words that name a part of an address, in the order of strcmp(). */
static const char *const part_names[] = {
	"apartment", "apt", "area", "basin", "bldg", "block", "building", "flat",
	"floor", "home", "house", "no", "number", "parcel", "plot", "road", "st",
	"street", "unit", "village", "ارض", "بلوك", "بنا", "بنايه", "بيت", "حوض",
	"حي", "رقم", "شارع", "شقه", "طابق", "عماره", "قريه", "قطعه", "مبني",
	"منزل", "منطقه", "وحده"
};

static bool
names_part(const char *word)
{
	int			low = 0;
	int			high = lengthof(part_names) - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			difference = strcmp(word, part_names[middle]);

		if (difference == 0)
			return true;
		if (difference < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return false;
}

static void
add_key(Keys *keys, const char *key)
{
	if (keys->count == keys->room)
	{
		keys->room = Max(2 * keys->room, 32);
		keys->elements = keys->elements == NULL
			? palloc(keys->room * sizeof(Datum))
			: repalloc(keys->elements, keys->room * sizeof(Datum));
	}
	keys->elements[keys->count++] = CStringGetTextDatum(key);
}

/* The key of two words, in whatever order they are said. */
static void
add_pair(Keys *keys, const char *one, const char *other)
{
	int			difference = strcmp(one, other);

	if (difference != 0)
		add_key(keys, difference < 0 ? psprintf("%s&%s", one, other) : psprintf("%s&%s", other, one));
}

/* The next word of a folded name, ended by a zero; NULL after the last. */
static char *
next_word(char **rest)
{
	char	   *word = *rest;
	char	   *blank;

	if (*word == '\0')
		return NULL;
	blank = strchr(word, ' ');
	if (blank == NULL)
		*rest = word + strlen(word);
	else
	{
		*blank = '\0';
		*rest = blank + 1;
	}
	return word;
}

/* The folded words of a text, as C strings with blanks between them; NULL: none. */
static char *
fold_words(text *value)
{
	text	   *folded = FoldText(value, FOLD_NAME);

	return folded == NULL ? NULL : text_to_cstring(folded);
}

/* Add the beginnings of a word. */
static void
add_beginnings(Keys *keys, const char *word)
{
	const char *at = word;

	for (int letters = 1; *at != '\0' && letters <= LONGEST_BEGINNING; letters++)
	{
		at += pg_utf_mblen((const unsigned char *) at);
		if (letters >= SHORTEST_BEGINNING)
			add_key(keys, psprintf("^%.*s", (int) (at - word), word));
	}
}

/* Add the words of a text; of a place, but those that only name a part of it. */
static void
add_words(Keys *keys, text *value, bool of_place, bool beginnings)
{
	char	   *rest = fold_words(value);
	char	   *word;
	int			count = 0;

	while (rest != NULL && (word = next_word(&rest)) != NULL && count++ < MOST_WORDS)
	{
		if (of_place && names_part(word))
			continue;
		add_key(keys, word);
		if (beginnings)
			add_beginnings(keys, word);
	}
}

static Datum
keys_array(Keys *keys)
{
	if (keys->count == 0)
		return PointerGetDatum(construct_empty_array(TEXTOID));
	return PointerGetDatum(construct_array(keys->elements, keys->count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The first words of a text that differ from each other, at most PAIRED_WORDS; their number. */
static int
distinct_words(text *value, bool of_place, const char **words)
{
	char	   *rest = fold_words(value);
	char	   *word;
	int			count = 0;

	while (rest != NULL && count < PAIRED_WORDS && (word = next_word(&rest)) != NULL)
	{
		int			known = 0;

		while (known < count && strcmp(words[known], word) != 0)
			known++;
		if (known == count && !(of_place && names_part(word)))
			words[count++] = word;
	}
	return count;
}

static bool
is_number(const char *word)
{
	return *word >= '0' && *word <= '9';
}

/* Add the pairs of each word and each number among some. */
static void
add_places(Keys *keys, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		for (int j = i + 1; j < count; j++)
		{
			if (is_number(words[i]) != is_number(words[j]))
				add_pair(keys, words[i], words[j]);
		}
	}
}

PG_FUNCTION_INFO_V1(licence_home_words_of);
/* words_of(text): the folded words of a text. */
Datum
licence_home_words_of(PG_FUNCTION_ARGS)
{
	Keys		keys = {0};

	add_words(&keys, PG_GETARG_TEXT_PP(0), false, false);
	PG_RETURN_DATUM(keys_array(&keys));
}

PG_FUNCTION_INFO_V1(licence_home_beginnings_of);
/* beginnings_of(text): its words as keys of what begins so; too short ones as they are. */
Datum
licence_home_beginnings_of(PG_FUNCTION_ARGS)
{
	Keys		keys = {0};
	char	   *rest = fold_words(PG_GETARG_TEXT_PP(0));
	char	   *word;
	int			count = 0;

	while (rest != NULL && (word = next_word(&rest)) != NULL && count++ < MOST_WORDS)
	{
		int			letters = pg_mbstrlen(word);
		int			kept = pg_mbcharcliplen(word, strlen(word), LONGEST_BEGINNING);

		if (letters < SHORTEST_BEGINNING)
			add_key(&keys, word);
		else
			add_key(&keys, psprintf("^%.*s", kept, word));
	}
	PG_RETURN_DATUM(keys_array(&keys));
}

PG_FUNCTION_INFO_V1(licence_home_name_keys);
/* name_keys(text): what is indexed of a name. */
Datum
licence_home_name_keys(PG_FUNCTION_ARGS)
{
	Keys		keys = {0};

	const char *words[PAIRED_WORDS];
	int			count = distinct_words(PG_GETARG_TEXT_PP(0), false, words);

	add_words(&keys, PG_GETARG_TEXT_PP(0), false, true);
	for (int i = 0; i < count; i++)
	{
		for (int j = i + 1; j < count; j++)
			add_pair(&keys, words[i], words[j]);
	}
	PG_RETURN_DATUM(keys_array(&keys));
}

PG_FUNCTION_INFO_V1(licence_home_pairs_of);
/* pairs_of(text): the keys of a name that has all these words; the word, where it is one. */
Datum
licence_home_pairs_of(PG_FUNCTION_ARGS)
{
	Keys		keys = {0};
	const char *words[PAIRED_WORDS];
	int			count = distinct_words(PG_GETARG_TEXT_PP(0), false, words);

	if (count == 1)
		add_key(&keys, words[0]);
	for (int i = 1; i < count; i++)
		add_pair(&keys, words[i - 1], words[i]);
	PG_RETURN_DATUM(keys_array(&keys));
}

PG_FUNCTION_INFO_V1(licence_home_places_of);
/* places_of(text): the pairs of a word and a number in an address as it is said. */
Datum
licence_home_places_of(PG_FUNCTION_ARGS)
{
	Keys		keys = {0};
	const char *words[PAIRED_WORDS];

	add_places(&keys, words, distinct_words(PG_GETARG_TEXT_PP(0), true, words));
	PG_RETURN_DATUM(keys_array(&keys));
}

/* Add the pairs of street or neighbourhood and building. */
static void
add_addresses(Keys *keys, FunctionCallInfo fcinfo)
{
	static const int said[] = {0, 3, 5};	/* address, neighbourhood,
											 * building_no */
	const char *words[lengthof(said) * PAIRED_WORDS];
	int			count = 0;

	for (int i = 0; i < (int) lengthof(said); i++)
	{
		if (!PG_ARGISNULL(said[i]))
			count += distinct_words(PG_GETARG_TEXT_PP(said[i]), true, words + count);
	}
	add_places(keys, words, count);
}

PG_FUNCTION_INFO_V1(licence_home_place_keys);
/*
 * place_keys(address, village, basin, neighbourhood, parcel, building_no): what
 * is indexed of where a home is; null for an address of which nothing is said.
 */
Datum
licence_home_place_keys(PG_FUNCTION_ARGS)
{
	Keys		keys = {0};

	for (int i = 0; i < 6; i++)
	{
		if (!PG_ARGISNULL(i))
			add_words(&keys, PG_GETARG_TEXT_PP(i), true, false);
	}
	add_addresses(&keys, fcinfo);
	if (!PG_ARGISNULL(4))
	{
		text	   *parcel = FoldText(PG_GETARG_TEXT_PP(4), FOLD_PLACE);

		if (parcel != NULL)
			add_key(&keys, psprintf("=%s", text_to_cstring(parcel)));
	}
	if (keys.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(keys_array(&keys));
}
