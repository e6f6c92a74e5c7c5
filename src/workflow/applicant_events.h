/*
 * applicant_events.h
 *		The chain of events of an applicant.
 */
#ifndef LICENCE_HOME_APPLICANT_EVENTS_H
#define LICENCE_HOME_APPLICANT_EVENTS_H

#include "spi/owner.h"

/*
 * Write the next event of an applicant, whose row is locked.  fields: names of
 * columns, changes: their values as JSON; NULL: none.
 */
extern void AppendApplicantEvent(OwnerScope *scope, int64 applicant_id,
								 const char *action, const char *fields,
								 const char *note, const char *changes);

#endif							/* LICENCE_HOME_APPLICANT_EVENTS_H */
