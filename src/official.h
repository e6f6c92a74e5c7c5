/*
 * official.h
 *		The people of the office: rows of official.
 */
#ifndef LICENCE_HOME_OFFICIAL_H
#define LICENCE_HOME_OFFICIAL_H

/* An official who serves today. */
typedef struct Official
{
	char	   *number;			/* the employee number, as the row has it */
	char	  **roles;			/* group roles, such as "clerk" */
	int			nroles;
	char	  **roles_ever;		/* of all rows of the person, whatever their
								 * days */
	int			nroles_ever;
	int32	   *districts;
	int			ndistricts;		/* 0: all */
	bool		served;			/* somebody at the counter */
	bool		watched;		/* is concerned in some case, or may be */
} Official;

/* Who works in this transaction. */
typedef enum WorkingAs
{
	WORKING_OFFICIAL,			/* of act_as(), or whose own login it is */
	WORKING_MACHINE,			/* a login that is nobody's: a machine, a
								 * superuser */
	WORKING_ENDED,				/* of somebody who does not serve today */
	WORKING_UNNAMED				/* of an application that has not said
								 * act_as() */
} WorkingAs;

extern WorkingAs WhoWorks(void);

/* The official who works; NULL: none.  Kept for the session. */
extern const Official *WorkingOfficial(void);

/* Every session asks anew who works. */
extern void OfficialChanged(void);

/* Refuse the work of an official to a login that must name one first. */
extern void CheckSomebodyWorks(void);

/*
 * The official who works, for what only a person does; an error where the login
 * is nobody's.  application_no: the case that the error names, 0: none.
 */
extern const Official *CheckNamedOfficial(int64 application_no);

/* Who works, for people: "official E-17", or the role. */
extern char *WorkerName(Oid role);

/* Find an official whom the session's login may act as; NULL: none. */
extern const char *ClaimOfficial(const char *number);

#endif							/* LICENCE_HOME_OFFICIAL_H */
