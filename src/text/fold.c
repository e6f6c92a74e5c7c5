/*
 * fold.c
 *		Texts without what makes no difference, for comparing them.
 *
 * People write one thing in many ways.  They use the digits of their keyboard,
 * write hamza and vowel signs or not, and type two blanks.  Telephones add
 * marks of direction.  Folded, these are one text.  Four steps, over the one
 * table of characters.c:
 *
 *	decompose	U+FEFB lam-alef		-> lam, alef
 *				U+0623 alef, hamza	-> alef, mark			(NFKD)
 *	read		marks and the invisible go, digits become ASCII, letters
 *				the letter that they are a variant of
 *	words		blanks divide words; the article goes
 *	join		with a blank, or without, as the strength says
 *
 * So "السكن  (أ) ٩" as a name is "سكن ا 9", and "Unit 7 - ب" as a place is
 * "unit7-ب".  Two texts have one folding exactly where NFKC and the table make
 * no difference between them; NFKD does the same with less work.  A folding is
 * for comparing, not for showing.
 *
 * What says nothing has no folding: NULL, which is equal to nothing.
 *
 * Nothing here raises an error for the text that it is given, so the functions
 * are LEAKPROOF and serve indexes under row security.
 */
#include "postgres.h"

#include "common/unicode_norm.h"

#include "compat.h"
#include "text/fold.h"

#define ALEF 0x0627
#define LAM 0x0644
#define AYN 0x0639
#define BEH 0x0628
#define DAL 0x062F

/* Stands in a text for what cannot be decoded. */
#define UNREADABLE ((pg_wchar) 0xFFFD)

/* What a strength does with a text. */
typedef struct FoldRules
{
	bool		letters;		/* variants of letters, capitals */
	bool		article;		/* drop the article of a word */
	bool		brackets;		/* brackets, quotes, commas divide words */
	bool		punctuation;	/* all punctuation divides words */
	bool		apart;			/* a blank between words... */
	bool		digits_apart;	/* ...or between digits alone */
} FoldRules;

static const FoldRules rules_of[] = {
	[FOLD_PLAIN] = {0},
	[FOLD_REFERENCE] = {.letters = true},
	[FOLD_PLACE] = {.letters = true, .article = true, .brackets = true, .digits_apart = true},
	[FOLD_NAME] = {.letters = true, .article = true, .brackets = true, .punctuation = true, .apart = true},
};

/*
 * No text is folded further than this, so that none is too long to be folded.
 * 64 million characters are a quarter of the largest allocation.
 */
#define MOST_CHARACTERS ((size_t) 1 << 26)

/* A text of code points that grows; a short one needs no memory of its own. */
typedef struct Characters
{
	pg_wchar   *data;
	size_t		used;
	size_t		room;
	pg_wchar	few[128];
} Characters;

static void
begin_characters(Characters *to)
{
	to->data = to->few;
	to->used = 0;
	to->room = lengthof(to->few);
}

static void
make_room(Characters *to)
{
	pg_wchar   *data = palloc(2 * to->room * sizeof(pg_wchar));

	memcpy(data, to->data, to->used * sizeof(pg_wchar));
	if (to->data != to->few)
		pfree(to->data);
	to->data = data;
	to->room *= 2;
}

static inline void
append_character(Characters *to, pg_wchar c)
{
	if (to->used == to->room)
	{
		if (to->used == MOST_CHARACTERS)
			return;
		make_room(to);
	}
	to->data[to->used++] = c;
}

/*
 * Read the code point at *next and move past it.
 *
 * In an encoding other than UTF-8 only ASCII is read: the server's Arabic ones,
 * WIN1256 and ISO_8859_6, have no digits but the ASCII ones.
 */
static pg_wchar
next_code_point(const char **next, const char *end)
{
	const unsigned char *s = (const unsigned char *) *next;
	int			len;

	if (!IS_HIGHBIT_SET(*s))
	{
		*next += 1;
		return *s;
	}

	len = pg_utf_mblen(s);
	if (GetDatabaseEncoding() != PG_UTF8 ||
		end - *next < len || !pg_utf8_islegal(s, len))
	{
		*next += 1;
		return UNREADABLE;
	}
	*next += len;
	return utf8_to_unicode(s);
}

void
BeginDecomposition(Decomposition *from, const char *start, size_t bytes)
{
	from->next = start;
	from->end = start + bytes;
	from->decomposed = NULL;
}

/*
 * A few characters at a time, so that no text is too long.  The cut makes no
 * difference, since each character is decomposed for itself and we do not use
 * the order of marks.
 */
const pg_wchar *
NextCharacters(Decomposition *from)
{
	int			count = 0;
	bool		plain = true;

	if (from->decomposed != NULL)
		pfree(from->decomposed);
	from->decomposed = NULL;
	if (from->next == from->end)
		return NULL;
	while (from->next < from->end && count < (int) lengthof(from->read) - 1)
	{
		pg_wchar	c = next_code_point(&from->next, from->end);

		/* (most Arabic letters are made of nothing else) */
		if (c > 0x7F && !(c >= 0x0627 && c <= 0x0669))
			plain = false;
		from->read[count++] = c;
	}
	from->read[count] = 0;
	if (plain)
		return from->read;
	from->decomposed = unicode_normalize(UNICODE_NFKD, from->read);
	return from->decomposed;
}

bool
IsVisible(const char *start, size_t bytes)
{
	Decomposition from;
	const pg_wchar *c;

	BeginDecomposition(&from, start, bytes);
	while ((c = NextCharacters(&from)) != NULL)
	{
		for (; *c != 0; c++)
		{
			CharacterKind kind = LookUpCharacter(*c).kind;

			if (kind == CHARACTER_LETTER || kind == CHARACTER_DIGIT || kind == CHARACTER_PUNCTUATION)
				return true;
		}
	}
	return false;
}

/* Does a sign of punctuation divide words? */
static bool
divides(const FoldRules *rules, pg_wchar sign)
{
	if (rules->punctuation)
		return true;
	return rules->brackets && sign <= 0x7F && strchr("()[]{}<>\"'`,;", (int) sign) != NULL;
}

/* Read a character: what it comes to is appended, a blank where words divide. */
static void
read_character(const FoldRules *rules, pg_wchar c, Characters *to)
{
	Character	character = LookUpCharacter(c);

	switch (character.kind)
	{
		case CHARACTER_LETTER:
			if (!rules->letters)
				append_character(to, c);
			else if (character.plain != 0)
				append_character(to, character.plain);
			else if (!rules->article)
				append_character(to, c);
			break;
		case CHARACTER_DIGIT:
			append_character(to, character.plain);
			break;
		case CHARACTER_PUNCTUATION:
			append_character(to, divides(rules, character.plain) ? ' ' : character.plain);
			break;
		case CHARACTER_BLANK:
			append_character(to, ' ');
			break;
		case CHARACTER_TATWEEL:
			append_character(to, c);	/* its neighbours decide */
			break;
		case CHARACTER_MARK:
		case CHARACTER_INVISIBLE:
			break;
	}
}

static bool
is_digit(pg_wchar c)
{
	return c >= '0' && c <= '9';
}

static bool
is_arabic_letter(pg_wchar c)
{
	return c >= 0x0622 && c <= 0x064A;
}

/*
 * Between two digits a tatweel is somebody's dash; else it only draws letters
 * apart.
 */
static void
settle_tatweel(const FoldRules *rules, Characters *of)
{
	size_t		kept = 0;

	for (size_t i = 0; i < of->used; i++)
	{
		if (of->data[i] != 0x0640)
			of->data[kept++] = of->data[i];
		else if (kept > 0 && is_digit(of->data[kept - 1]) &&
				 i + 1 < of->used && is_digit(of->data[i + 1]))
			of->data[kept++] = rules->punctuation ? ' ' : '-';
	}
	of->used = kept;
}

/* Do the letters at start begin with the article, before another letter? */
static bool
has_article(const pg_wchar *start, const pg_wchar *end)
{
	return end - start > 2 && start[0] == ALEF && start[1] == LAM && is_arabic_letter(start[2]);
}

/* Append a word, with what divides it from the one before. */
static void
append_word(const FoldRules *rules, const pg_wchar *start, const pg_wchar *end, Characters *to)
{
	if (rules->article && has_article(start, end))
		start += 2;
	if (to->used > 0 &&
		(rules->apart ||
		 (rules->digits_apart && is_digit(to->data[to->used - 1]) && is_digit(*start))))
		append_character(to, ' ');
	for (; start < end; start++)
		append_character(to, *start);
}

/*
 * Divide into words.  "Abd" before a name with the article is a word, whether
 * or not it was written as one: Abd Allah, Abdallah.
 */
static void
append_words(const FoldRules *rules, const Characters *from, Characters *to)
{
	const pg_wchar *end = from->data + from->used;

	for (const pg_wchar *start = from->data; start < end;)
	{
		const pg_wchar *stop = start;

		while (stop < end && *stop != ' ')
			stop++;
		if (rules->article && stop - start > 3 &&
			start[0] == AYN && start[1] == BEH && start[2] == DAL &&
			has_article(start + 3, stop))
		{
			append_word(rules, start, start + 3, to);
			start += 3;
		}
		if (stop > start)
			append_word(rules, start, stop, to);
		start = stop + 1;
	}
}

/* Code points to a text. */
static text *
to_text(const Characters *from)
{
	text	   *result = palloc(VARHDRSZ + 4 * from->used);
	unsigned char *end = (unsigned char *) VARDATA(result);

	for (size_t i = 0; i < from->used; i++)
	{
		unicode_to_utf8(from->data[i], end);
		end += pg_utf_mblen(end);
	}
	SET_VARSIZE(result, (char *) end - (char *) result);
	return result;
}

/* Is there anything that says something? */
static bool
says_something(const FoldRules *rules, const Characters *folded)
{
	if (!rules->brackets)
		return folded->used > 0;
	for (size_t i = 0; i < folded->used; i++)
	{
		CharacterKind kind = LookUpCharacter(folded->data[i]).kind;

		if (kind == CHARACTER_LETTER || kind == CHARACTER_DIGIT)
			return true;
	}
	return false;
}

text *
FoldText(text *value, FoldStrength strength)
{
	const FoldRules *rules = &rules_of[strength];
	Characters	read;
	Characters	folded;
	Decomposition from;
	const pg_wchar *c;

	begin_characters(&read);
	begin_characters(&folded);
	BeginDecomposition(&from, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	while ((c = NextCharacters(&from)) != NULL)
	{
		for (; *c != 0; c++)
			read_character(rules, *c, &read);
	}
	settle_tatweel(rules, &read);
	append_words(rules, &read, &folded);
	return says_something(rules, &folded) ? to_text(&folded) : NULL;
}
