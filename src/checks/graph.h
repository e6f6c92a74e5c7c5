/*
 * graph.h
 *		A workflow as a directed graph: states are nodes, transitions are edges.
 */
#ifndef LICENCE_HOME_WORKFLOW_GRAPH_H
#define LICENCE_HOME_WORKFLOW_GRAPH_H

#include "spi/owner.h"
#include "workflow/facts.h"
#include "workflow/preconditions.h"
#include "workflow/transition.h"

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

typedef struct GraphEdge
{
	Transition	transition;		/* its role may be "decider" */
	const Precondition **preconditions; /* the records; NULL: none of ours */
	int			precondition_count;
	int			from;
	int			to;
	bool		may_update;		/* the role has the right to move a case */
	uint32		provides;		/* PROVIDES_... */
	uint32		withdraws;
	/* what facts.c learns */
	Facts		makes;
	Facts		ends;
	bool		possible;		/* it can be taken, on some path */
} GraphEdge;

/* A row of workflow_evidence that gives nobody anything. */
typedef struct IdleEvidence
{
	int			state;
	char	   *evidence;
	char	   *operation;
	char	   *role;
} IdleEvidence;

/* Edges grouped by one of their ends. */
typedef struct Adjacency
{
	int		   *first;			/* where a state's edges begin in "edges" */
	int		   *edges;
} Adjacency;

typedef struct Graph
{
	GraphState *states;			/* by name, in byte order */
	int			state_count;
	GraphEdge  *edges;
	int			edge_count;
	Adjacency	out;
	Adjacency	in;
	IdleEvidence *idle;
	int			idle_count;
	bool		inspects;		/* evidence of inspections is written
								 * somewhere */
} Graph;

extern Graph *ReadGraph(OwnerScope *scope, const char *workflow, int32 version);
extern GraphRole RoleOf(const char *name);

/*
 * The states that can be reached from those of a kind.  Edges that provide
 * "without" are left out, unless it is 0. backwards: against the direction of
 * the edges; possible: only over edges that can be taken.  One bool a state.
 */
extern bool *Reach(const Graph *graph, StateKind from, bool backwards,
				   uint32 without, bool possible);

#endif							/* LICENCE_HOME_WORKFLOW_GRAPH_H */
