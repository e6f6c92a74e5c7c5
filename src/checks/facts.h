/*
 * facts.h
 *		What is known of a case on its way through a workflow.
 *
 * The facts are in workflow/facts.h; preconditions and effects say what they
 * need, prove and make.
 */
#ifndef LICENCE_HOME_CHECKS_FACTS_H
#define LICENCE_HOME_CHECKS_FACTS_H

#include "checks/graph.h"

/*
 * The first precondition of the edge of which these facts do not meet a need;
 * NULL: none.  *missing: the facts one of which it needs.
 */
extern const Precondition *UnmetNeed(const GraphEdge *edge,
									 Facts known, Facts here, Facts *missing);

/* Everything that the edge's preconditions may need. */
extern Facts NeedsOfEdge(const GraphEdge *edge);

/* Fill in what each edge and state makes and ends, and which edges can be taken. */
extern void LearnFacts(Graph *graph);

/* One fact's way through the workflow, from the start. */
typedef struct Walk
{
	bool	   *with;			/* by state: can it be entered with the fact, */
	bool	   *without;		/* or without */
	int		   *came_by;		/* by node, for WalkedPath() */
} Walk;

extern Walk WalkFact(const Graph *graph, Facts fact);

/* The actions of a path that enters the state with or without the fact: "a, b, c". */
extern char *WalkedPath(const Graph *graph, const Walk *walk, int state, bool with);

#endif							/* LICENCE_HOME_CHECKS_FACTS_H */
