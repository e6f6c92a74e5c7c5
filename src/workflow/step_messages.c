/*
 * step_messages.c
 *		The messages that a step owes, and those that it makes pointless.
 */
#include "postgres.h"

#include "actor.h"
#include "sms/queue/enqueue.h"
#include "workflow/step_messages.h"

/*
 * A deadline that was never told may be set anew.  Then the text that first
 * named it goes out with the new date, since it says more than the date.  It
 * needs the case to have still what it names.  Messages with the former date
 * are cancelled.
 */
static List *
messages_owed(OwnerScope *scope, const Step *step, const Transition *transition, int64 event_no)
{
	char	   *template;

	if (!HasTrait(transition, TRAIT_EXTENDS_DEADLINE) ||
		!step->deadline.keeps_stay || step->deadline.cause == NULL ||
		DateWasTold(scope, step->application_no, transition->to_state))
		return transition->messages;
	CancelMessages(scope, step->application_no,
				   EnteringEvent(scope, step->application_no, transition->to_state, event_no),
				   true, "a later message says it");
	template = DeadlineTemplate(scope, step->application_no, transition->to_state);
	if (template == NULL || !CanOweMessage(scope, step->application_no, template))
		return transition->messages;
	return list_make1(template);
}

/*
 * The messages of a transition.  A recall cancels what the recalled step has
 * not sent.  The message of the recall itself is owed only where something was
 * sent.
 */
void
OweMessages(OwnerScope *scope, const Step *step, const Transition *transition,
			int64 event_no)
{
	List	   *messages;
	ListCell   *cell;

	/* what the applicant did is answered at once, also in the night */
	bool		own_act = strcmp(transition->role, "portal") == 0 && ActingAgency() == 0;

	if (HasTrait(transition, TRAIT_TAKES_BACK) &&
		CancelMessages(scope, step->application_no,
					   EnteringEvent(scope, step->application_no,
									 transition->from_state, event_no),
					   false, "its step was taken back") == 0)
		return;
	/* nothing is due by the new bill: the licence's message says it all */
	if (step->automatic != NULL && HasTrait(transition, TRAIT_REPLACES_BILL))
		return;
	messages = messages_owed(scope, step, transition, event_no);
	foreach(cell, messages)
	{
		const char *template = lfirst(cell);

		/* nothing is due: the licence's message follows in this statement */
		if (step->skipped_message != NULL && strcmp(template, step->skipped_message) == 0)
			continue;
		OweMessage(scope, step->application_no, event_no, template, own_act);
	}
}
