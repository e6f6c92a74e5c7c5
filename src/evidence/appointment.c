/*
 * appointment.c
 *		When an inspector may be asked to be at a home.
 *
 * The clerk writes when an inspection begins.  Rows of appointment_rule say
 * how long a visit takes and how far ahead it may be made.  Rows of
 * working_hours say when the office works.  The message with the appointment
 * leaves with the step, so an impossible one is refused when it is written.
 *
 * An inspector is in one home at a time.  The exclusion constraint
 * inspector_in_one_place sees to it, also where two clerks write at once.  The
 * code here tells the clerk what stands in the way.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "evidence/appointment.h"
#include "municipality.h"
#include "rules/bounds.h"
#include "settings.h"
#include "spi/plan.h"
#include "workflow/case_dates.h"

/* A row of appointment_rule. */
typedef struct AppointmentRule
{
	int32		visit_minutes;
	int32		days_ahead;
} AppointmentRule;

static AppointmentRule
rule_in_force(OwnerScope *scope)
{
	static SavedPlan find = SAVED_PLAN("SELECT r.visit_minutes, r.days_ahead FROM licence_home.appointment_rule AS r "
									   "WHERE licence_home.in_force(r.valid, r.withdrawn_at, $1)");
	Rows		rows = ExecPlan(scope, &find, DateArg(ClockDay(ClockNow())));
	AppointmentRule rule;

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_RULES),
				 errmsg("no rule in force says how long a visit takes and how far ahead it may be"),
				 errhint("A municipality's rules are put in by licence_home.load_rules(); see licence_home.appointment_rule."),
				 err_table("appointment_rule")));
	rule.visit_minutes = RowInt4(rows, 0, 1);
	rule.days_ahead = RowInt4(rows, 0, 2);
	return rule;
}

/* An error about the appointment. */
pg_noreturn static void
refuse(const Appointment *appointment, char *detail, char *detail_ar, const char *hint, const char *hint_ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg_said(appointment->application_no,
						 psprintf("scheduled_for cannot be %s", PlainMoment(appointment->from)),
						 psprintf("القيمة %s غير مقبولة%s", PlainMoment(appointment->from),
								  InColumnAr("inspection", "scheduled_for"))),
			 errdetail("%s", language_setting == LANGUAGE_AR ? detail_ar : detail),
			 hint ? errhint_said(hint, hint_ar) : 0,
			 err_column("inspection", "scheduled_for")));
}

/* Does the office work the whole time?  Else say when it does. */
static void
check_working_hours(OwnerScope *scope, const Appointment *appointment)
{
	/* hours may run past midnight, so those of the day before count too */
	static SavedPlan find = SAVED_PLAN("SELECT coalesce(bool_or(h.opens_at <= $2 AND $3 <= h.closes_at), false), "
									   "string_agg(to_char(h.opens_at AT TIME ZONE " CITY_TIME_ZONE ", 'HH24:MI') || ' to ' "
									   "|| to_char(h.closes_at AT TIME ZONE " CITY_TIME_ZONE ", 'HH24:MI'), ', ' ORDER BY h.opens_at) "
									   "FILTER (WHERE d.day = $1), licence_home.is_working_day($1) "
									   "FROM (VALUES ($1 - 1), ($1)) AS d (day) "
									   "CROSS JOIN LATERAL licence_home.working_hours_on(d.day) AS h");
	static SavedPlan next = SAVED_PLAN("SELECT licence_home.add_working_days($1, 1)");
	DateADT		day = ClockDay(appointment->from);
	Rows		rows = ExecPlan(scope, &find, DateArg(day),
								MomentArg(appointment->from), MomentArg(appointment->until));
	char	   *hours;
	bool		works;
	bool		isnull;
	DateADT		later;

	if (RowBool(rows, 0, 1))
		return;
	hours = RowText(rows, 0, 2);
	works = RowBool(rows, 0, 3);
	if (hours != NULL)
		refuse(appointment,
			   psprintf("The visit is until %s, and the hours of that day are %s.", PlainMoment(appointment->until), hours),
			   psprintf("تنتهي الزيارة في %s، وساعات الدوام في ذلك اليوم: %s.", PlainMoment(appointment->until), hours),
			   "The hours are in licence_home.working_hours.", "ساعات الدوام في licence_home.working_hours.");
	rows = ExecPlan(scope, &next, DateArg(day));
	later = DatumGetDateADT(RowDatum(rows, 0, 1, &isnull));
	refuse(appointment,
		   works ? psprintf("The office has no working hours on %s.", PlainDay(day))
		   : psprintf("%s is no working day.", PlainDay(day)),
		   works ? psprintf("لا دوام في %s.", PlainDay(day))
		   : psprintf("%s ليس يوم عمل.", PlainDay(day)),
		   works || isnull ? "The hours are in licence_home.working_hours."
		   : psprintf("The next working day is %s.", PlainDay(later)),
		   works || isnull ? "ساعات الدوام في licence_home.working_hours."
		   : psprintf("يوم العمل التالي هو %s.", PlainDay(later)));
}

void
CheckInspectorIsFree(OwnerScope *scope, const Appointment *appointment)
{
	static SavedPlan find = SAVED_PLAN("SELECT i.application_no::text, i.scheduled_for, i.scheduled_until "
									   "FROM licence_home.inspection AS i WHERE i.outcome = 'pending' "
									   "AND i.inspector IS NOT NULL AND i.scheduled_until IS NOT NULL AND i.inspection_id <> $4 "
									   "AND licence_home_internal.appointment_time(ROW(licence_home.fold_name(i.inspector), i.scheduled_for)::licence_home_internal.appointment_bound, "
									   "ROW(licence_home.fold_name(i.inspector), i.scheduled_until)::licence_home_internal.appointment_bound) "
									   "&& licence_home_internal.appointment_time(ROW(licence_home.fold_name($1), $2)::licence_home_internal.appointment_bound, "
									   "ROW(licence_home.fold_name($1), $3)::licence_home_internal.appointment_bound) "
									   "ORDER BY i.scheduled_for LIMIT 1");
	Rows		rows;
	bool		isnull;

	if (appointment->inspector == NULL)
		return;
	rows = ExecPlan(scope, &find, TextArg(appointment->inspector), MomentArg(appointment->from),
					MomentArg(appointment->until), Int8Arg(appointment->inspection_id));
	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 errmsg_said(appointment->application_no,
						 psprintf("inspector \"%s\" is not free at %s",
								  appointment->inspector, PlainMoment(appointment->from)),
						 psprintf("الكاشف \"%s\" غير متفرغ في %s",
								  appointment->inspector, PlainMoment(appointment->from))),
			 errdetail(language_setting == LANGUAGE_AR ? "موعد الطلب %s من %s إلى %s."
					   : "The appointment of case %s is from %s to %s.", RowText(rows, 0, 1),
					   PlainMoment(DatumGetTimestampTz(RowDatum(rows, 0, 2, &isnull))),
					   PlainMoment(DatumGetTimestampTz(RowDatum(rows, 0, 3, &isnull)))),
			 errhint_said("Choose another time, or another inspector.", "اختر موعدًا آخر أو كاشفًا آخر."),
			 err_column("inspection", "inspector"),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, "inspector_in_one_place")));
}

void
CheckAppointment(OwnerScope *scope, Appointment *appointment)
{
	AppointmentRule rule = rule_in_force(scope);
	TimestampTz now = ClockMoment();
	DateADT		last = ClockDay(now) + rule.days_ahead;

	if (appointment->from <= now)
		refuse(appointment,
			   psprintf("It is after the present, %s.", PlainMoment(now)),
			   psprintf("الموعد بعد الوقت الحاضر %s.", PlainMoment(now)), NULL, NULL);
	if (ClockDay(appointment->from) > last)
		refuse(appointment,
			   psprintf("It is on %s at the latest: an appointment is made at most %d days ahead.",
						PlainDay(last), rule.days_ahead),
			   psprintf("لا يتجاوز الموعد %s: فهو لا يُحدَّد قبل أكثر من %d يومًا.", PlainDay(last), rule.days_ahead),
			   "The number of days is in licence_home.appointment_rule.",
			   "عدد الأيام في licence_home.appointment_rule.");
	appointment->until = appointment->from + rule.visit_minutes * USECS_PER_MINUTE;
	check_working_hours(scope, appointment);
	CheckInspectorIsFree(scope, appointment);
}
