/*
 * placeholders.h
 *		What the placeholders of a template stand for.
 */
#ifndef LICENCE_HOME_PLACEHOLDERS_H
#define LICENCE_HOME_PLACEHOLDERS_H

#include "spi/plan.h"

typedef enum PlaceholderKind
{
	PLACEHOLDER_VALUE,			/* one row: the text */
	PLACEHOLDER_APPOINTMENT,	/* likewise, of the pending inspection */
	PLACEHOLDER_DEADLINE,		/* likewise, the day of the running deadline */
	PLACEHOLDER_LIST			/* a row each item: its group's label or null,
								 * the text */
} PlaceholderKind;

/* What makes sure that a case has what a placeholder stands for. */
typedef enum PlaceholderSource
{
	SOURCE_CASE,				/* every case that owes a message has it */
	SOURCE_STEP,				/* a guard of the step that owes the message */
	SOURCE_PATH,				/* a guard or an effect of that step, or of
								 * one on every path to it */
	SOURCE_STATE				/* the state reached has target_days */
} PlaceholderSource;

/*
 * A placeholder.  Its queries are of ($1 application_no, $2 language, $3 the
 * day whose names count).  value is what it stands for in a case; known, which
 * asks for the language alone, everything that it can come to stand for or
 * the longest of it: label of a group or null, text.
 */
typedef struct Placeholder
{
	const char *name;
	PlaceholderKind kind;
	const char *what;			/* ends the sentence "The case has no ..." */
	PlaceholderSource source;
	const char *provider;		/* the guard or effect; NULL: see source */
	const char *ended_by;		/* an effect that takes it away, or NULL */
	SavedPlan	value;
	SavedPlan	known;
} Placeholder;

/* The placeholder of a name of this length, or NULL. */
extern Placeholder *FindPlaceholder(const char *name, int len);

/* All names, for a person: "{no}, {due}, ...". */
extern char *PlaceholderNames(void);

#endif							/* LICENCE_HOME_PLACEHOLDERS_H */
