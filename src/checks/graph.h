/*
 * graph.h
 *		A workflow as a directed graph: states are nodes, steps are edges.
 */
#ifndef LICENCE_HOME_WORKFLOW_GRAPH_H
#define LICENCE_HOME_WORKFLOW_GRAPH_H

#include "spi/owner.h"

typedef enum StateKind
{
	STATE_START,
	STATE_OPEN,
	STATE_END
} StateKind;

typedef struct GraphState
{
	char	   *name;
	StateKind	kind;
	char	   *waits_for;		/* NULL: nobody */
	bool		has_target;		/* a number of days */
	char	   *deadline_template;	/* NULL: none */
} GraphState;

typedef struct GraphStep
{
	char	   *action;
	char	   *role;
	int			from;
	int			to;
	char	  **guards;
	int			guard_count;
	char	  **effects;
	int			effect_count;
	char	  **messages;
	int			message_count;
} GraphStep;

/* Steps grouped by one of their ends. */
typedef struct Adjacency
{
	int		   *first;			/* where a state's steps begin in "steps" */
	int		   *steps;
} Adjacency;

typedef struct Graph
{
	GraphState *states;			/* by name, in byte order */
	int			state_count;
	GraphStep  *steps;
	int			step_count;
	Adjacency	out;
	Adjacency	in;
} Graph;

extern Graph *ReadGraph(OwnerScope *scope, const char *workflow, int32 version);
extern bool StepHasGuard(const GraphStep *step, const char *guard);
extern bool StepHasEffect(const GraphStep *step, const char *effect);
extern bool StepHasMessage(const GraphStep *step, const char *message);

/*
 * The states that can be reached from those of a kind; over steps that have
 * not the guard or effect "without", unless that is NULL; against the steps'
 * direction when backwards.  One bool a state.
 */
extern bool *Reach(const Graph *graph, StateKind from, bool backwards,
				   const char *without);

#endif							/* LICENCE_HOME_WORKFLOW_GRAPH_H */
