/*
 * template.h
 *		Templates of messages, filled for a case.
 */
#ifndef LICENCE_HOME_TEMPLATE_H
#define LICENCE_HOME_TEMPLATE_H

#include "datatype/timestamp.h"
#include "utils/date.h"

#include "spi/owner.h"

/* The recipient of a message, and the day whose names it has. */
typedef struct SmsRecipient
{
	int64		applicant_id;
	int64		phone;			/* a phone_number */
	char	   *language;
	DateADT		day;
	int64		licence_no;		/* it is about a licence and no case; or 0 */
	bool		erased;			/* nothing is sent any more */
	bool		to_print;		/* no telephone is the person's */
} SmsRecipient;

/* A message, filled and measured. */
typedef struct SmsText
{
	char	   *body;
	int			parts;
	int			priority;
	char	   *doubt;
	char	   *send_from;		/* hours of the day in the city, or NULL: any */
	char	   *send_until;
	int64		lasts;			/* how long it may leave, in microseconds */
	TimestampTz useless_from;	/* the appointment that it announces, or the
								 * end of the deadline's day; or infinity */
	int64		deadline_no;	/* of case_deadline: what it names; or 0 */
} SmsText;

/*
 * Fill the template in force in the recipient's language, inside a scope.
 * What comes back is in the current memory context.
 */
extern SmsText FillTemplate(OwnerScope *scope, int64 application_no,
							const char *template,
							const SmsRecipient *recipient);

/* Has the case something for every placeholder of that template? */
extern bool CanFillTemplate(OwnerScope *scope, int64 application_no,
							const char *template,
							const SmsRecipient *recipient);

#endif							/* LICENCE_HOME_TEMPLATE_H */
