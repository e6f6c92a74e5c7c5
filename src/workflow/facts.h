/*
 * facts.h
 *		What can be known of a case on its way through a workflow.
 *
 * Each fact is a bit.  The first are evidence that somebody can have written
 * by then; the others are what preconditions have proved and effects have
 * made.  The records of preconditions and effects say which; checks/facts.c
 * follows them through a workflow.
 */
#ifndef LICENCE_HOME_WORKFLOW_FACTS_H
#define LICENCE_HOME_WORKFLOW_FACTS_H

typedef uint32 Facts;

/* Evidence: the rows of workflow_evidence. */
#define EV_AMEND				((Facts) 1 << 0)	/* the application itself */
#define EV_DOCUMENT				((Facts) 1 << 1)
#define EV_DOCUMENT_REVIEW		((Facts) 1 << 2)
#define EV_FINDING				((Facts) 1 << 3)	/* in the application */
#define EV_INSPECTION			((Facts) 1 << 4)	/* an appointment */
#define EV_INSPECTION_CLOSE		((Facts) 1 << 5)
#define EV_INSPECTION_CANCEL	((Facts) 1 << 6)
#define EV_INSPECTION_FINDING	((Facts) 1 << 7)
#define EV_DECISION				((Facts) 1 << 8)
#define EV_REQUIREMENT			((Facts) 1 << 9)	/* of an authority's
													 * approval */
#define EV_APPROVAL				((Facts) 1 << 10)
#define EV_APPROVAL_REVIEW		((Facts) 1 << 11)

/* What steps prove and make. */
#define FACT_RULES				((Facts) 1 << 12)	/* the day that judges the
													 * case */
#define FACT_ELIGIBLE			((Facts) 1 << 13)	/* as the application is
													 * now */
#define FACT_DECIDED			((Facts) 1 << 14)	/* to approve, nothing
													 * changed since */
#define FACT_INSPECTED			((Facts) 1 << 15)	/* passed, nothing changed
													 * since */
#define FACT_BILL				((Facts) 1 << 16)
#define FACT_BILL_FITS			((Facts) 1 << 17)	/* nothing it follows from
													 * changed since */
#define FACT_UNPAID				((Facts) 1 << 18)	/* a bill is open and not
													 * known to be paid */
#define FACT_PAID				((Facts) 1 << 19)	/* the bill that is open */
#define FACT_ASKED				((Facts) 1 << 20)	/* an authority can be
													 * required */
#define FACT_PENDING			((Facts) 1 << 21)	/* an inspection is to
													 * come */
#define FACT_LICENSED			((Facts) 1 << 22)
#define EV_MEASUREMENT			((Facts) 1 << 23)	/* a measured area
													 * corrected */
#define EV_CORRECTION			((Facts) 1 << 24)	/* what proves nothing and
													 * undoes nothing */
#define EV_ATTACHMENT			((Facts) 1 << 25)	/* evidence too, on which
													 * no step depends */
#define FACT_COUNT				26

#define AN_AUTHORITY (FACT_ASKED | EV_REQUIREMENT)

#endif							/* LICENCE_HOME_WORKFLOW_FACTS_H */
