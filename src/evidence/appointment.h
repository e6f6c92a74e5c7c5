/*
 * appointment.h
 *		When an inspector may be asked to be at a home.
 */
#ifndef LICENCE_HOME_APPOINTMENT_H
#define LICENCE_HOME_APPOINTMENT_H

#include "utils/timestamp.h"

#include "spi/owner.h"

/* An appointment, as a row of inspection has it. */
typedef struct Appointment
{
	int64		application_no;
	int64		inspection_id;
	const char *inspector;		/* NULL: not yet known */
	TimestampTz from;
	TimestampTz until;
} Appointment;

/*
 * Set when a new appointment ends; an error where it is outside working hours,
 * past, too far ahead, or where its inspector is elsewhere.
 */
extern void CheckAppointment(OwnerScope *scope, Appointment *appointment);

/* An error where the inspector has another appointment at that time. */
extern void CheckInspectorIsFree(OwnerScope *scope, const Appointment *appointment);

#endif							/* LICENCE_HOME_APPOINTMENT_H */
