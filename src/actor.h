/*
 * actor.h
 *		Who acts: the person behind a statement.
 */
#ifndef LICENCE_HOME_ACTOR_H
#define LICENCE_HOME_ACTOR_H

/* The person as events record it: an official, an applicant, or a login. */
extern char *ActorName(void);

/* The applicant for whom this transaction acts; 0 when for none. */
extern int64 ActingApplicant(void);

/* Act for an applicant until the end of the transaction. */
extern void ActFor(int64 applicant_id);

/* Has the role the rights of a group role, such as "clerk"? */
extern bool HasGroupRole(Oid role, const char *group);

#endif							/* LICENCE_HOME_ACTOR_H */
