/*
 * transition_title.c
 *		What a sentence calls a step.
 */
#include "postgres.h"

#include "workflow/transition_title.h"

/* Does a name say no more than the action, with blanks for its underscores? */
static bool
says_no_more(const char *name, const char *action)
{
	for (; *name != '\0' && *action != '\0'; name++, action++)
	{
		if (*name != (*action == '_' ? ' ' : *action))
			return false;
	}
	return *name == *action;
}

char *
TransitionTitle(const Transition *transition, bool arabic)
{
	if (arabic && transition->name_ar != NULL)
		return psprintf("«%s» (%s)", transition->name_ar, transition->action);
	if (!arabic && transition->name_en != NULL &&
		!says_no_more(transition->name_en, transition->action))
		return psprintf("\"%s\" (%s)", transition->action, transition->name_en);
	return psprintf("\"%s\"", transition->action);
}
