/*
 * digits.c
 *		Numbers as people type them, brought to plain ASCII.
 *
 * A number reaches the database from an Arabic keyboard, from a message in
 * which it stood among Arabic words, or from a spreadsheet.  So it may have
 * Arabic-Indic or Persian digits, invisible marks of direction, blanks that do
 * not break, and hyphens of several kinds.  All of them are folded here, by the
 * table of text/characters.c, so that the types themselves read plain ASCII.
 */
#include "postgres.h"

#include "digits.h"
#include "text/fold.h"

/*
 * Fold a number: digits to ASCII ones, every blank to a space, hyphens to
 * one kind.  Invisible marks, and blanks at either end, are left out.
 */
bool
FoldNumber(const char *text, char *folded)
{
	int			used = 0;		/* bytes written */
	int			end = 0;		/* as many of them as end in no blank */
	Decomposition from;
	const pg_wchar *c;

	BeginDecomposition(&from, text, strlen(text));
	while ((c = NextCharacters(&from)) != NULL)
	{
		for (; *c != 0; c++)
		{
			Character	character = LookUpCharacter(*c);
			pg_wchar	ascii = character.plain;

			if (character.kind == CHARACTER_MARK || character.kind == CHARACTER_INVISIBLE)
				continue;
			if (character.kind == CHARACTER_LETTER)
				ascii = *c;		/* no letter stands for another here */
			if (ascii < ' ' || ascii > '~')
				return false;
			if (ascii == ' ' && (used == 0 || used == FOLDED_SIZE - 1))
				continue;
			if (used == FOLDED_SIZE - 1)
				return false;
			folded[used++] = (char) ascii;
			if (ascii != ' ')
				end = used;
		}
	}
	folded[end] = '\0';
	return true;
}

bool
ReadDigits(const char **text, int width, int64 *number)
{
	const char *s = *text;

	for (int i = 0; i < width; i++, s++)
	{
		if (*s < '0' || *s > '9')
			return false;
		*number = *number * 10 + (*s - '0');
	}
	*text = s;
	return true;
}
