/*
 * fold.h
 *		Texts without what makes no difference, for comparing them.
 */
#ifndef LICENCE_HOME_FOLD_H
#define LICENCE_HOME_FOLD_H

#include "text/characters.h"

/* How much of a text makes no difference; doc/design.md says what fits what. */
typedef enum FoldStrength
{
	FOLD_PLAIN,					/* digits, dashes; no blanks, no marks: as a
								 * number is stored */
	FOLD_REFERENCE,				/* and letters: references, media types */
	FOLD_PLACE,					/* and the article, brackets; blanks between
								 * two digits count: parcels, units */
	FOLD_NAME					/* and all punctuation; words stay apart:
								 * names of persons and things */
} FoldStrength;

/*
 * Fold a text into a new one.  NULL where nothing is left, or, of a place, no
 * letter and no digit: such a text equals no other.
 */
extern text *FoldText(text *value, FoldStrength strength);

/* Has it a character that can be seen? */
extern bool IsVisible(const char *start, size_t bytes);

/* A text's characters, compatibility forms and carried marks taken apart. */
typedef struct Decomposition
{
	const char *next;
	const char *end;
	pg_wchar	read[64];		/* of the text, with a zero after them */
	pg_wchar   *decomposed;		/* read, decomposed; ends with a zero */
} Decomposition;

extern void BeginDecomposition(Decomposition *from, const char *start, size_t bytes);

/* The next characters, ending with a zero; NULL after the last. */
extern const pg_wchar *NextCharacters(Decomposition *from);

#endif							/* LICENCE_HOME_FOLD_H */
