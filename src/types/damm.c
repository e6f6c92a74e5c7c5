/*
 * damm.c
 *		The check digit of case numbers.
 *
 * H. M. Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004.  An
 * interim digit walks through the table, one step a digit; where it ends is
 * the check digit.  Every row and every column of the table is a permutation,
 * so one wrong digit leads the walk astray for good.  The table is weakly
 * totally anti-symmetric, so two swapped neighbours lead it astray, too.  As
 * its diagonal is zero, the walk of a whole number, check digit included, ends
 * at zero, and both hold for the check digit too.  (Luhn's digit misses 09 for
 * 90; ISO 7064 needs an X.)
 *
 * Two walks over the same digits that start apart never meet, because columns
 * are permutations.  So types that start with different interim digits never
 * share a valid number.
 */
#include "postgres.h"

#include "damm.h"

static const uint8 damm_table[10][10] = {
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0}
};

int
DammCheckDigit(int64 number, int width, int start)
{
	int			interim = start;
	int64		scale = 1;

	for (int i = 1; i < width; i++)
		scale *= 10;
	for (; scale > 0; scale /= 10)
		interim = damm_table[interim][number / scale % 10];
	return interim;
}
