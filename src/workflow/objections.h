/*
 * objections.h
 *		What stands against a step, as an error says it.
 */
#ifndef LICENCE_HOME_OBJECTIONS_H
#define LICENCE_HOME_OBJECTIONS_H

#include "compat.h"
#include "nodes/pg_list.h"
#include "workflow/transition.h"

typedef struct Objection
{
	const char *precondition;
	int			sqlstate;
	const char *hint;
	char	   *subject;		/* the code of what is lacking, or NULL */
	char	   *text_en;
	char	   *text_ar;
} Objection;

/* The text of an objection in the session's language, else in English. */
extern const char *ObjectionText(const Objection *objection);

/* Refuse a step, with every objection. */
pg_noreturn extern void RaiseObjections(int64 application_no,
										const Transition *transition,
										List *objections);

#endif							/* LICENCE_HOME_OBJECTIONS_H */
