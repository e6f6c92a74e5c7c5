/*
 * damm.h
 *		The check digit of case numbers.
 */
#ifndef LICENCE_HOME_DAMM_H
#define LICENCE_HOME_DAMM_H

/* The check digit over a number of fixed width, leading zeros included. */
extern int	DammCheckDigit(int64 number, int width, int start);

#endif							/* LICENCE_HOME_DAMM_H */
