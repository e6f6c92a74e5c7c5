/*
 * soundness.h
 *		Defects of a workflow.
 */
#ifndef LICENCE_HOME_WORKFLOW_SOUNDNESS_H
#define LICENCE_HOME_WORKFLOW_SOUNDNESS_H

#include "nodes/pg_list.h"

#include "spi/owner.h"
#include "checks/graph.h"

typedef struct Defect
{
	const char *defect;
	const char *state;			/* NULL: the workflow as a whole */
	const char *action;			/* NULL: the state as such */
	char	   *explanation;
} Defect;

/* A list of Defect; NIL for a sound workflow. */
extern List *FindDefects(OwnerScope *scope, const char *workflow, int32 version);

/* ambiguity.c: steps that nobody can tell apart. */
extern List *FindAmbiguity(const Graph *graph, List *defects);

/* acts.c: who a case waits for can act, and each step can be taken. */
extern List *FindIdleDefects(const Graph *graph, List *defects);

/* paths.c: what must have happened on every path. */
extern List *FindPathDefects(const Graph *graph, List *defects);

/*
 * messages.c: of the messages that a workflow owes, or of the one named,
 * those that lack a text or may not be fillable.
 */
extern List *FindMessageDefects(OwnerScope *scope, const Graph *graph,
								const char *workflow, int32 version,
								const char *template, List *defects);

/* Add one to the list. */
extern List *AddDefect(List *defects, const char *defect, const char *state,
					   const char *action, const char *format,...) pg_attribute_printf(5, 6);

#endif							/* LICENCE_HOME_WORKFLOW_SOUNDNESS_H */
