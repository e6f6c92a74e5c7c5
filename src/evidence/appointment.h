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
 * past, too far ahead, where its inspector is elsewhere or does not serve, or
 * where the day is full.
 */
extern void CheckAppointment(OwnerScope *scope, Appointment *appointment);

/* An error where the inspector cannot come then: elsewhere, not serving, full. */
extern void CheckInspector(OwnerScope *scope, const Appointment *appointment);

/*
 * Until the end of the transaction nobody else makes an appointment on that
 * day in the district of the case, where there are limits, or always.
 */
extern void LockDistrictDay(OwnerScope *scope, int64 application_no, TimestampTz at, bool always);

#endif							/* LICENCE_HOME_APPOINTMENT_H */
