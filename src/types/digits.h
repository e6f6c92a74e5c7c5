/*
 * digits.h
 *		Numbers as people type them, brought to plain ASCII.
 */
#ifndef LICENCE_HOME_DIGITS_H
#define LICENCE_HOME_DIGITS_H

/* Room for the folded text of any number, with its separators. */
#define FOLDED_SIZE 64

/*
 * Fold a number into folded[FOLDED_SIZE]; false when the text is too long or
 * holds a character that no number has.
 */
extern bool FoldNumber(const char *text, char *folded);

/*
 * Read exactly width digits at *text, append them to *number and move *text
 * past them; false when there are fewer.
 */
extern bool ReadDigits(const char **text, int width, int64 *number);

#endif							/* LICENCE_HOME_DIGITS_H */
