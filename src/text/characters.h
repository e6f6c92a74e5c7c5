/*
 * characters.h
 *		What a character is, and what it is written for.
 */
#ifndef LICENCE_HOME_CHARACTERS_H
#define LICENCE_HOME_CHARACTERS_H

#include "mb/pg_wchar.h"

typedef enum CharacterKind
{
	CHARACTER_LETTER,			/* also whatever the table does not name */
	CHARACTER_DIGIT,
	CHARACTER_PUNCTUATION,		/* and symbols */
	CHARACTER_BLANK,
	CHARACTER_TATWEEL,			/* draws letters apart, and says nothing */
	CHARACTER_MARK,				/* sits on a letter: vowels, hamza, accents */
	CHARACTER_INVISIBLE			/* directs, joins or controls the text around
								 * it */
} CharacterKind;

typedef struct Character
{
	CharacterKind kind;

	/*
	 * The character that it is written for: the digit in ASCII, the small
	 * letter, the Arabic letter for a variant, one dash for all. 0: none; for
	 * a letter, none in a name.
	 */
	pg_wchar	plain;
} Character;

/*
 * Look a character up.  Compatibility forms (wide digits, ligatures,
 * letters with their marks) are not in the table: decompose them first.
 */
extern Character LookUpCharacter(pg_wchar c);

#endif							/* LICENCE_HOME_CHARACTERS_H */
