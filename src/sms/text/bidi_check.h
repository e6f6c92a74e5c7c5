/*
 * bidi_check.h
 *		Whether an Arabic text is shown as it is read.
 */
#ifndef LICENCE_HOME_BIDI_CHECK_H
#define LICENCE_HOME_BIDI_CHECK_H

#include "sms/text/parsed_template.h"

/* LH015 for a filled Arabic text that a telephone would show in disorder. */
extern void CheckBidi(const ParsedTemplate *parsed, const char *text);

#endif							/* LICENCE_HOME_BIDI_CHECK_H */
