/*
 * actor.h
 *		Who acts: the person behind a statement.
 */
#ifndef LICENCE_HOME_ACTOR_H
#define LICENCE_HOME_ACTOR_H

/* The person as events record it: official.h's, an applicant, or a login. */
extern char *ActorName(void);

/* The role at work: current_user, also while our own code has the owner's. */
extern Oid	RoleAtWork(void);

/* The applicant for whom this transaction acts; 0 when for none. */
extern int64 ActingApplicant(void);

/* Act for an applicant until the end of the transaction; 0: for nobody. */
extern void ActFor(int64 applicant_id);

/* The power (agency_id) by which an agent acts for that applicant; 0: none. */
extern int64 ActingAgency(void);

/* The power is for one case, which has begun now. */
extern void ActInCase(int64 application_no);

/*
 * How the identity was seen of the person whom an official serves at the
 * counter; NULL: nobody is served there.
 */
extern const char *CounterProof(void);

/* Has the role the rights of a group role, such as "clerk"? */
extern bool HasGroupRole(Oid role, const char *group);

/*
 * May the role do the work of a group?  An official may do what both allow:
 * the role, and the row of official.
 */
extern bool MayWorkAs(Oid role, const char *group);

/*
 * The same of a step or of evidence: an official who serves somebody at the
 * counter does the applicant's work there, and no other.
 */
extern bool MayTakeAs(Oid role, const char *group);

/*
 * Refuse an official's work to a login that has to name a person first, or
 * whose person has ended.  A portal's work is no official's.
 */
extern void CheckWorker(void);

/* Refuse an administrator's work to other roles, with this message. */
extern void CheckAdministrator(const char *refusal);

/* errhint() where a case is not there, or not the caller's to see. */
extern int	errhint_case_unseen(Oid caller);

#endif							/* LICENCE_HOME_ACTOR_H */
