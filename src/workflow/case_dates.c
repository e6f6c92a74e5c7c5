/*
 * case_dates.c
 *		The days that clients give about a case, and what bounds them.
 *
 * No decision is taken before the case was submitted.  No money is paid before
 * there was a bill.  No inspection is before its appointment.  None of it
 * happens tomorrow.  One table has all these rules.  Bounds that hold for
 * every case, such as no year of the Hijri calendar, are in rules/bounds.c.
 * evidence/appointment.c has the bounds of an appointment, and the
 * precondition later_date those of a later deadline.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "rules/bounds.h"
#include "spi/plan.h"
#include "workflow/case_dates.h"

/* A day of the case, or of the clock. */
typedef enum Anchor
{
	ANY_DAY,
	THIS_DAY,
	SUBMISSION_DAY,				/* the day of the first submission */
	BILL_DAY,					/* the day of the case's first bill */
	APPOINTMENT_DAY				/* the day of the pending appointment */
} Anchor;

typedef struct CaseDateRule
{
	const char *table;
	const char *column;
	Anchor		first;
	int			first_days;		/* so many days after that */
	Anchor		last;
	int			last_days;
	const char *why;			/* completes "It is … at the earliest: " */
	const char *why_ar;
} CaseDateRule;

static const CaseDateRule rules[] = {
	{"application", "built_on", ANY_DAY, 0, THIS_DAY, 3653,
		"a home that is not there for ten years is not licensed",
	"لا يُرخَّص منزل لن يقوم قبل عشر سنوات"},
	{"document", "issued_on", ANY_DAY, 0, THIS_DAY, 366,
		"what is issued in a year cannot be shown",
	"لا يُقدَّم اليوم ما يصدر بعد عام"},
	{"document", "expires_on", ANY_DAY, 0, THIS_DAY, 36525,
		"no document is in force for a century",
	"لا تسري وثيقة قرنًا من الزمان"},
	{"external_approval", "issued_on", ANY_DAY, 0, THIS_DAY, 366,
		"what is issued in a year cannot be shown",
	"لا يُقدَّم اليوم ما يصدر بعد عام"},
	{"external_approval", "expires_on", ANY_DAY, 0, THIS_DAY, 36525,
		"no approval is in force for a century",
	"لا تسري موافقة قرنًا من الزمان"},
	{"inspection", "inspected_at", APPOINTMENT_DAY, 0, THIS_DAY, 0,
		"a home is inspected on the day of the appointment or after it, and the result is written down after that",
	"يُكشف على المنزل يوم الموعد أو بعده، وتُدوَّن النتيجة بعد ذلك"},
	{"attachment", "taken_at", SUBMISSION_DAY, 0, THIS_DAY, 0,
		"a photo is taken after the application was submitted, and shown after that",
	"تُلتقط الصورة بعد تقديم الطلب، وتُعرض بعد ذلك"},
	{"decision", "decided_on", SUBMISSION_DAY, 0, THIS_DAY, 0,
		"a case is decided after it was submitted, and the decision is written down after it was taken",
	"يُتخذ القرار بعد تقديم الطلب، ويُدوَّن بعد اتخاذه"},
	/* clocks of payment networks may be ahead */
	{"payment_reversal", "reversed_at", BILL_DAY, 0, THIS_DAY, 1,
		"a payment is taken back after it was made, and that is notified afterwards",
	"يُسترد الدفع بعد وقوعه، ويُبلَّغ ذلك بعده"},
	{"payment_refund", "refunded_at", BILL_DAY, 0, THIS_DAY, 0,
		"money is paid back after it was received, and that is written down afterwards",
	"يُرد المال بعد قبضه، ويُدوَّن ذلك بعده"},
	{"payment", "paid_at", BILL_DAY, 0, THIS_DAY, 1,
		"a bill is paid when there is one, and the payment is notified afterwards",
	"تُدفع الفاتورة بعد صدورها، ويُبلَّغ الدفع بعد وقوعه"},
};

static const CaseDateRule *
rule_of(const char *table, const char *column)
{
	for (int i = 0; i < (int) lengthof(rules); i++)
	{
		if (strcmp(rules[i].table, table) == 0 && strcmp(rules[i].column, column) == 0)
			return &rules[i];
	}
	elog(ERROR, "no rule bounds %s.%s", table, column);
	return NULL;
}

/* The moment of a case that an anchor stands for; false where there is none. */
static bool
moment_of(OwnerScope *scope, Anchor anchor, int64 application_no, TimestampTz *at)
{
	static SavedPlan submitted = SAVED_PLAN("SELECT a.submitted_at FROM licence_home.application AS a "
											"WHERE a.application_no = $1");
	static SavedPlan billed = SAVED_PLAN("SELECT min(i.created_at) FROM licence_home.invoice AS i "
										 "WHERE i.application_no = $1");
	static SavedPlan appointed = SAVED_PLAN("SELECT max(i.scheduled_for) FROM licence_home.inspection AS i "
											"WHERE i.application_no = $1 AND i.outcome = 'pending'");
	SavedPlan  *find = anchor == SUBMISSION_DAY ? &submitted : anchor == BILL_DAY ? &billed : &appointed;
	Rows		rows = ExecPlan(scope, find, CaseArg(application_no));
	bool		isnull = true;

	if (rows.count == 1)
		*at = DatumGetTimestampTz(RowDatum(rows, 0, 1, &isnull));
	return !isnull;
}

/* The day that an anchor stands for; false: it bounds nothing. */
static bool
day_of(OwnerScope *scope, Anchor anchor, int64 application_no, DateADT *day)
{
	TimestampTz at;

	if (anchor == ANY_DAY)
		return false;
	if (anchor == THIS_DAY)
		at = ClockMoment();
	else if (!moment_of(scope, anchor, application_no, &at))
		return false;
	*day = ClockDay(at);
	return true;
}

pg_noreturn static void
refuse(int64 application_no, const CaseDateRule *rule,
	   const char *value, DateADT day, bool too_early, const char *bound)
{
	char	   *hint = YearHint(day);

	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg_said(application_no, psprintf("%s cannot be %s", rule->column, value),
						 psprintf("القيمة %s غير مقبولة%s", value, InColumnAr(rule->table, rule->column))),
			 errdetail_said(psprintf("It is %s at the %s: %s.", bound, too_early ? "earliest" : "latest", rule->why),
							psprintf("%s %s: %s.", too_early ? "لا تسبق" : "لا تتجاوز", bound, rule->why_ar)),
			 hint ? errhint("%s", hint) : 0,
			 err_column(rule->table, rule->column)));
}

/* Is the day within the rule?  value: how an error writes it. */
static void
check_day(OwnerScope *scope, int64 application_no, const CaseDateRule *rule,
		  DateADT day, const char *value)
{
	DateADT		first;
	DateADT		last;
	bool		has_first = day_of(scope, rule->first, application_no, &first);
	bool		has_last = day_of(scope, rule->last, application_no, &last);

	if (has_first)
		first += rule->first_days;
	if (has_last)
		last += rule->last_days;
	if (has_first && day < first)
		refuse(application_no, rule, value, day, true, PlainDay(first));
	if (has_last && day > last)
		refuse(application_no, rule, value, day, false, PlainDay(last));
}

void
CheckCaseDay(OwnerScope *scope, int64 application_no, const char *table,
			 const char *column, DateADT day)
{
	check_day(scope, application_no, rule_of(table, column), day, PlainDay(day));
}

void
CheckCaseMoment(OwnerScope *scope, int64 application_no, const char *table,
				const char *column, TimestampTz at)
{
	const CaseDateRule *rule = rule_of(table, column);

	check_day(scope, application_no, rule, ClockDay(at), PlainMoment(at));
	/* later today is the future too */
	if (rule->last == THIS_DAY && rule->last_days == 0 && at > ClockMoment())
		refuse(application_no, rule, PlainMoment(at), ClockDay(at),
			   false, PlainMoment(ClockMoment()));
}

char *
PlainMoment(TimestampTz at)
{
	int			minutes = ClockMinute(at);

	return psprintf("%s %02d:%02d", PlainDay(ClockDay(at)),
					minutes / MINS_PER_HOUR, minutes % MINS_PER_HOUR);
}
