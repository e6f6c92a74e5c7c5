/*
 * placeholders.h
 *		What the placeholders of a template stand for.
 */
#ifndef LICENCE_HOME_PLACEHOLDERS_H
#define LICENCE_HOME_PLACEHOLDERS_H

#include "spi/plan.h"

typedef enum PlaceholderKind
{
	PLACEHOLDER_VALUE,			/* one row: the text */
	PLACEHOLDER_APPOINTMENT,	/* likewise, of the pending inspection */
	PLACEHOLDER_DEADLINE,		/* likewise, the day of the running deadline */
	PLACEHOLDER_LIST			/* a row each item: its group's label or null,
								 * the text */
} PlaceholderKind;

/* What makes sure that a case has what a placeholder stands for. */
typedef enum PlaceholderSource
{
	SOURCE_CASE,				/* every case that owes a message has it */
	SOURCE_STEP,				/* a precondition of the step that owes the
								 * message */
	SOURCE_PATH,				/* a precondition or an effect of that step,
								 * or of one on every path to it */
	SOURCE_STATE				/* the state reached has target_days */
} PlaceholderSource;

/* What steps provide; the records of preconditions and effects say which do. */
#define PROVIDES_APPOINTMENT			(1 << 0)
#define PROVIDES_FAILED_CRITERIA		(1 << 1)
#define PROVIDES_DEFICIENCY				(1 << 2)
#define PROVIDES_APPROVAL_DEFICIENCY	(1 << 3)
#define PROVIDES_REFUSAL_REASON			(1 << 4)
#define PROVIDES_CLOSURE_REASON			(1 << 5)
#define PROVIDES_MESSAGE_TAKEN_BACK		(1 << 6)
#define PROVIDES_AUTHORITIES			(1 << 7)
#define PROVIDES_REFUSING_AUTHORITY		(1 << 8)
#define PROVIDES_BILL					(1 << 9)
#define PROVIDES_LICENCE				(1 << 10)
#define PROVIDES_REVERSAL				(1 << 11)
#define PROVIDES_COPY					(1 << 13)
#define PROVIDES_MONEY					(1 << 12)	/* no step: what came or
													 * went for a bill */
#define PROVIDES_REMINDER				(1 << 13)	/* no step: the job that
													 * reminds */

/* What a placeholder stands for in a case, without a query; NULL: ask the query. */
typedef char *(*PlaceholderFastPath) (OwnerScope *scope, int64 application_no, const char *language);

/*
 * A placeholder.  value gives its text in a case, of ($1 application_no, $2
 * language, $3 the day whose names count).  known gives everything that it can
 * come to stand for in a language ($1), or the longest of it: label of a group
 * or null, text.  of_licence gives its text where a message is about a licence
 * ($1 licence_no) and no case; without a text it cannot stand there.
 */
typedef struct Placeholder
{
	const char *name;
	PlaceholderKind kind;
	const char *what;			/* ends the sentence "The case has no ..." */
	PlaceholderSource source;
	uint32		provided;		/* what it needs, of PROVIDES_... */
	PlaceholderFastPath write;	/* NULL: it has none */
	SavedPlan	value;
	SavedPlan	known;
	SavedPlan	of_licence;
} Placeholder;

/*
 * The day of the running deadline of a case, as it was named, and its number.
 * False: it has none, or one that was told or may have been.
 */
extern bool UntoldDeadline(OwnerScope *scope, int64 application_no, DateADT *day, int64 *deadline_no);

/* When the pending inspection of a case begins; false: it has none. */
extern bool PendingAppointment(OwnerScope *scope, int64 application_no, TimestampTz *begins);

/* The placeholder of a name of this length, or NULL. */
extern Placeholder *FindPlaceholder(const char *name, int len);

/* All names, for a person: "{no}, {due}, ...". */
extern char *PlaceholderNames(void);

#endif							/* LICENCE_HOME_PLACEHOLDERS_H */
