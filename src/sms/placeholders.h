/*
 * placeholders.h
 *		What the placeholders of a template stand for.
 */
#ifndef LICENCE_HOME_PLACEHOLDERS_H
#define LICENCE_HOME_PLACEHOLDERS_H

#include "query.h"

typedef enum PlaceholderKind
{
	PLACEHOLDER_VALUE,			/* one row: the text */
	PLACEHOLDER_APPOINTMENT,	/* likewise, of the pending inspection */
	PLACEHOLDER_LIST			/* a row each item: its group's label or null,
								 * the text */
} PlaceholderKind;

/*
 * A placeholder and its query of ($1 application_no, $2 language, $3 the day
 * whose names count).
 */
typedef struct Placeholder
{
	const char *name;
	PlaceholderKind kind;
	KeptQuery	query;
} Placeholder;

/* The placeholder of a name of this length, or NULL. */
extern Placeholder *FindPlaceholder(const char *name, int len);

#endif							/* LICENCE_HOME_PLACEHOLDERS_H */
