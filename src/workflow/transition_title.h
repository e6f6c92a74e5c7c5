/*
 * transition_title.h
 *		What a sentence calls a step.
 */
#ifndef LICENCE_HOME_TRANSITION_TITLE_H
#define LICENCE_HOME_TRANSITION_TITLE_H

#include "workflow/transition.h"

/* Its action, and its name beside it. */
extern char *TransitionTitle(const Transition *transition, bool arabic);

#endif							/* LICENCE_HOME_TRANSITION_TITLE_H */
