/*
 * step_messages.c
 *		The messages that a step owes, and those that it makes pointless.
 */
#include "postgres.h"

#include "sms/queue/enqueue.h"
#include "workflow/step_messages.h"

/*
 * Where a deadline is set anew that was never told, the text that first named
 * it goes out with the new date, if the case still has what it names: it says
 * more than the date.  Those with the former date are cancelled.
 */
static List *
messages_owed(OwnerScope *scope, const Step *step, const Transition *transition, int64 event_no)
{
	char	   *template;

	if (!step->deadline.keeps_stay || step->deadline.cause == NULL ||
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
 * The messages of a transition.  One that takes a step back stops what that
 * step has not sent; what it owes itself is for whom something was sent.
 */
void
OweMessages(OwnerScope *scope, const Step *step, const Transition *transition,
			int64 event_no)
{
	List	   *messages;
	ListCell   *cell;

	if (HasTrait(transition, TRAIT_TAKES_BACK) &&
		CancelMessages(scope, step->application_no,
					   EnteringEvent(scope, step->application_no,
									 transition->from_state, event_no),
					   false, "its step was taken back") == 0)
		return;
	messages = messages_owed(scope, step, transition, event_no);
	foreach(cell, messages)
	{
		const char *template = lfirst(cell);

		/* nothing is due: the licence's message follows in this statement */
		if (step->skipped_message != NULL && strcmp(template, step->skipped_message) == 0)
			continue;
		OweMessage(scope, step->application_no, event_no, template);
	}
}
