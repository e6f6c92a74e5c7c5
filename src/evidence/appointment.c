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
 * code here tells the clerk what stands in the way.  Rows of
 * inspection_capacity say how many visits a district and an inspector have in a
 * day.  No constraint can count, so who makes an appointment locks both days.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "evidence/appointment.h"
#include "municipality.h"
#include "rules/bounds.h"
#include "settings.h"
#include "spi/key_lock.h"
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
			 errdetail_said(detail, detail_ar),
			 hint ? errhint_said(hint, hint_ar) : 0,
			 err_column("inspection", "scheduled_for")));
}

/* The hours that begin on $1, in words. */
#define HOURS_OF_DAY(until, comma) \
	"string_agg(to_char(h.opens_at AT TIME ZONE " CITY_TIME_ZONE ", 'HH24:MI') || " until \
	" || to_char(h.closes_at AT TIME ZONE " CITY_TIME_ZONE ", 'HH24:MI'), " comma " ORDER BY h.opens_at) " \
	"FILTER (WHERE d.day = $1)"

/* Does the office work the whole time?  Else say when it does. */
static void
check_working_hours(OwnerScope *scope, const Appointment *appointment)
{
	/* hours may run past midnight, so those of the day before count too */
	static SavedPlan find = SAVED_PLAN("SELECT coalesce(bool_or(h.opens_at <= $2 AND $3 <= h.closes_at), false), "
									   HOURS_OF_DAY("' to '", "', '") ", licence_home.is_working_day($1), "
									   HOURS_OF_DAY("' إلى '", "'، '") " "
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
			   psprintf("تنتهي الزيارة في %s، وساعات الدوام في ذلك اليوم من %s.", PlainMoment(appointment->until), RowText(rows, 0, 4)),
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

/* Is the inspector in another home then? */
static void
check_elsewhere(OwnerScope *scope, const Appointment *appointment)
{
	static SavedPlan find = SAVED_PLAN("SELECT v.application_no, v.scheduled_for, v.scheduled_until "
									   "FROM licence_home_internal.visits_of_inspector($1, $2, $3, $4) AS v LIMIT 1");
	Rows		rows;
	bool		isnull;
	char	   *from;
	char	   *until;

	rows = ExecPlan(scope, &find, TextArg(appointment->inspector), MomentArg(appointment->from),
					MomentArg(appointment->until), Int8Arg(appointment->inspection_id));
	if (rows.count == 0)
		return;
	from = PlainMoment(DatumGetTimestampTz(RowDatum(rows, 0, 2, &isnull)));
	until = PlainMoment(DatumGetTimestampTz(RowDatum(rows, 0, 3, &isnull)));
	ereport(ERROR,
			(errcode(ERRCODE_EXCLUSION_VIOLATION),
			 errmsg_said(appointment->application_no,
						 psprintf("inspector \"%s\" is not free at %s",
								  appointment->inspector, PlainMoment(appointment->from)),
						 psprintf("الكاشف \"%s\" غير متفرغ في %s",
								  appointment->inspector, PlainMoment(appointment->from))),
			 errdetail_said(psprintf("The appointment of case %s is from %s to %s.", RowText(rows, 0, 1), from, until),
							psprintf("موعد الطلب %s من %s إلى %s.", RowText(rows, 0, 1), from, until)),
			 errhint_said("Choose another time, or another inspector.", "اختر موعدًا آخر أو كاشفًا آخر."),
			 err_column("inspection", "inspector"),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, "inspector_in_one_place")));
}

/* Lock a day of something. */
static void
lock_day(const char *what, DateADT day)
{
	LockKey(KEY_LOCK_VISITS, hash_bytes_extended((const unsigned char *) what, strlen(what), (uint64) (int64) day));
}

/* Does a row limit what there is in a day? */
static bool
has_limits(OwnerScope *scope)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.inspection_capacity AS k WHERE k.withdrawn_at IS NULL");

	return ExecPlanLimit(scope, &find, 1, MomentArg(0)).count > 0;
}

/* The day of a visit, the district of its case, and the inspector's name as it is compared. */
static DateADT
visit_day(OwnerScope *scope, int64 application_no, TimestampTz at, const char *inspector,
		  char **district, char **key)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.visit_day($2), a.district::text, licence_home.fold_name($3) "
									   "FROM licence_home.application AS a WHERE a.application_no = $1");
	Rows		rows = ExecPlan(scope, &find, CaseArg(application_no), MomentArg(at), TextArg(inspector));
	bool		isnull;

	*district = RowText(rows, 0, 2);
	*key = RowText(rows, 0, 3);
	return DatumGetDateADT(RowDatum(rows, 0, 1, &isnull));
}

void
LockDistrictDay(OwnerScope *scope, int64 application_no, TimestampTz at, bool always)
{
	char	   *district;
	char	   *key;
	DateADT		day;

	if (!always && !has_limits(scope))
		return;
	day = visit_day(scope, application_no, at, NULL, &district, &key);
	lock_day(psprintf("district %s", district ? district : "none"), day);
}

void
CheckInspector(OwnerScope *scope, const Appointment *appointment)
{
	static SavedPlan ask = SAVED_PLAN("SELECT o.kind, o.text_en, o.text_ar "
									  "FROM licence_home_internal.appointment_objection($1, $2, $3, $4) AS o");
	Rows		rows;
	const char *kind;
	bool		person;

	CompileNothing();
	if (appointment->inspector != NULL)
		check_elsewhere(scope, appointment);
	/* the district first, then the inspector */
	LockDistrictDay(scope, appointment->application_no, appointment->from, false);
	if (appointment->inspector != NULL && has_limits(scope))
	{
		char	   *district;
		char	   *key;
		DateADT		day = visit_day(scope, appointment->application_no, appointment->from,
									appointment->inspector, &district, &key);

		if (key != NULL)
			lock_day(psprintf("inspector %s", key), day);
	}
	rows = ExecPlan(scope, &ask, CaseArg(appointment->application_no), TextArg(appointment->inspector),
					MomentArg(appointment->from), Int8Arg(appointment->inspection_id));
	if (rows.count == 0)
		return;
	kind = RowText(rows, 0, 1);
	person = strcmp(kind, "inspector") == 0;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_SUCH_SLOT),
			 errmsg_said(appointment->application_no,
						 person ? psprintf("inspector \"%s\" cannot be sent at %s", appointment->inspector, PlainMoment(appointment->from))
						 : psprintf("no visit is left on the day of %s", PlainMoment(appointment->from)),
						 person ? psprintf("لا يمكن إيفاد الكاشف \"%s\" في %s", appointment->inspector, PlainMoment(appointment->from))
						 : psprintf("لا زيارة متبقية في يوم %s", PlainMoment(appointment->from))),
			 errdetail_said(RowText(rows, 0, 2), RowText(rows, 0, 3)),
			 errhint_said("licence_home.inspection_slots(application_no) lists what is free.",
						  "المواعيد المتاحة في licence_home.inspection_slots(application_no)."),
			 person ? err_column("inspection", "inspector") : err_column("inspection", "scheduled_for")));
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
	CheckInspector(scope, appointment);
}
