/*
 * step_title.h
 *		What a sentence calls a step.
 */
#ifndef LICENCE_HOME_STEP_TITLE_H
#define LICENCE_HOME_STEP_TITLE_H

#include "workflow/transition.h"

/* Its action, and its name beside it. */
extern char *StepTitle(const Transition *transition, bool arabic);

#endif							/* LICENCE_HOME_STEP_TITLE_H */
