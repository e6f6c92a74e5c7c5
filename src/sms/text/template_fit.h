/*
 * template_fit.h
 *		Whether a template fits into its parts, whatever fills it.
 */
#ifndef LICENCE_HOME_TEMPLATE_FIT_H
#define LICENCE_HOME_TEMPLATE_FIT_H

#include "sms/text/parsed_template.h"

/*
 * Fill a template with the shortest values that are known; LH015 when even that
 * takes more parts than allowed, or is shown in disorder.
 */
extern void CheckShortest(OwnerScope *scope, ParsedTemplate *parsed, int max_parts);

/* Likewise with each value that is known, and the longest of the others. */
extern void CheckLongest(OwnerScope *scope, ParsedTemplate *parsed, int max_parts);

#endif							/* LICENCE_HOME_TEMPLATE_FIT_H */
