/*
 * graph.h
 *		A workflow as a directed graph: states are nodes, steps are edges.
 */
#ifndef LICENCE_HOME_WORKFLOW_GRAPH_H
#define LICENCE_HOME_WORKFLOW_GRAPH_H

#include "spi/owner.h"

/* What may be known of a case: a bit each, see facts.h. */
typedef uint32 Facts;

typedef enum StateKind
{
	STATE_START,
	STATE_OPEN,
	STATE_END
} StateKind;

/* Roles, as rows of a workflow name them. */
typedef enum GraphRole
{
	ROLE_PORTAL,
	ROLE_CLERK,
	ROLE_INSPECTOR,
	ROLE_DECIDER,				/* committee or director, or whom the edition
								 * names */
	ROLE_CASHIER,
	ROLE_SENDER,
	ROLE_ADMIN,
	ROLE_COUNT
} GraphRole;

typedef struct GraphState
{
	char	   *name;
	StateKind	kind;
	char	   *waits_for;		/* NULL: nobody */
	bool		has_target;		/* a number of days */
	char	   *deadline_template;	/* NULL: none */
	Facts		writable;		/* evidence that somebody may write here */
	Facts		writable_by[ROLE_COUNT];	/* and who */
	/* what facts.c learns */
	Facts		makes;			/* while a case is here */
	Facts		ends;
	Facts		may;			/* what can be there on entering, on some path */
	bool		entered;		/* by steps that can be taken */
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
	bool		may_update;		/* the role has the right to move a case */
	/* what facts.c learns */
	const struct Need **needs;	/* of each guard; NULL: nothing */
	Facts		makes;
	Facts		ends;
	bool		possible;		/* it can be taken, on some path */
} GraphStep;

/* A row of workflow_evidence that gives nobody anything. */
typedef struct IdleEvidence
{
	int			state;
	char	   *evidence;
	char	   *operation;
	char	   *role;
} IdleEvidence;

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
	IdleEvidence *idle;
	int			idle_count;
	bool		inspects;		/* evidence of inspections is written
								 * somewhere */
} Graph;

extern Graph *ReadGraph(OwnerScope *scope, const char *workflow, int32 version);
extern GraphRole RoleOf(const char *name);
extern bool StepHasGuard(const GraphStep *step, const char *guard);
extern bool StepHasEffect(const GraphStep *step, const char *effect);
extern bool StepHasMessage(const GraphStep *step, const char *message);

/*
 * The states that can be reached from those of a kind; over steps that have
 * not the guard or effect "without", unless that is NULL; against the steps'
 * direction when backwards; over steps that can be taken alone when possible.
 * One bool a state.
 */
extern bool *Reach(const Graph *graph, StateKind from, bool backwards,
				   const char *without, bool possible);

#endif							/* LICENCE_HOME_WORKFLOW_GRAPH_H */
