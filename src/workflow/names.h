/*
 * names.h
 *		The names that a workflow's rows may use.
 *
 * A row of workflow_transition names guards and effects; the code behind each
 * name is in guards.c and effects.c.  The lists are X-macros, so that the
 * tables of functions there and the soundness check in check_workflow.c cannot
 * drift apart: a name here without its function does not compile.
 */
#ifndef LICENCE_HOME_WORKFLOW_NAMES_H
#define LICENCE_HOME_WORKFLOW_NAMES_H

/* What must hold before a step is taken. */
#define WORKFLOW_GUARDS(X) \
	X(eligible)							/* no criterion not met or not proven */ \
	X(documents_given)					/* every required document given */ \
	X(deficiency_found)					/* a bad document, or a finding */ \
	X(deficiency_supplied)				/* each of those supplied or changed */ \
	X(documents_accepted)				/* all required accepted, in force */ \
	X(inspection_ahead)					/* a pending inspection in the future */ \
	X(former_inspection_closed)			/* the one before: no access, cancelled */ \
	X(inspection_failed)				/* the latest failed, with findings */ \
	X(correction_made)					/* what was flagged is changed */ \
	X(inspection_done)					/* the latest passed or not correctable */ \
	X(inspection_passed_after_change)	/* it passed after the last change */ \
	X(inspection_passed)				/* the latest passed */ \
	X(note_given)						/* the step has a note */ \
	X(decision_approved)				/* the latest decision approves */ \
	X(decision_refused)					/* it refuses, with a reason */ \
	X(approvals_needed)					/* the case needs outside approval */ \
	X(approvals_not_needed)				/* it needs none */ \
	X(approvals_answered)				/* an answer from each authority */ \
	X(approval_deficient)				/* one reviewed missing or incorrect */ \
	X(approvals_supplied)				/* each of those supplied anew */ \
	X(approval_refused)					/* a refusal, accepted as genuine */ \
	X(approvals_accepted)				/* all granted, accepted, in force */ \
	X(invoice_paid)						/* in full, to the fils */ \
	X(later_date)						/* the new deadline is later */ \
	X(closure_reason)					/* a reason code for closing */ \
	X(deadline_passed)					/* and the applicant was told of it */

/* What a step does besides moving the case. */
#define WORKFLOW_EFFECTS(X) \
	X(fix_rules)						/* edition, workflow, district, zone */ \
	X(settle_findings)					/* findings are answered */ \
	X(cancel_inspection)				/* the pending one */ \
	X(reopen_reviews)					/* those the undone step relied on */ \
	X(require_approvals)				/* authorities, from the profession */ \
	X(make_invoice)						/* the bill and its lines */ \
	X(issue_licence)					/* the licence */ \
	X(extend_deadline)					/* a later due_at */ \
	X(end_case)							/* cancel what is still pending */

/*
 * Pairs of guards of which exactly one holds: one action of one role may lead
 * from a state to two others if the pair tells which.
 */
#define WORKFLOW_COMPLEMENTS(X) \
	X(approvals_needed, approvals_not_needed)

#endif							/* LICENCE_HOME_WORKFLOW_NAMES_H */
