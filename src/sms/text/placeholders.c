/*
 * placeholders.c
 *		What the placeholders of a template stand for.
 *
 * A message carries numbers, dates, amounts and names of coded things that
 * exist in both languages, and no text that a person typed.  Names are those
 * in force on $3, the day whose rules judge the case; a thing that has none
 * gives null, which template.c refuses.
 *
 * Numbers have the digits 0 to 9 in both languages, as applications, licences
 * and bills are numbered wherever the municipality writes them.  Amounts are
 * dinars with the three decimals of the fils, a point before them and commas
 * between thousands.  Days are written as day_name() writes them.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "municipality.h"
#include "sms/text/placeholders.h"

/* One of two columns or literals, by language. */
#define BY_LANGUAGE(arabic, english) \
	"CASE $2 WHEN 'ar' THEN " arabic " ELSE " english " END"

/* A moment as its day in the city. */
#define AMMAN_DAY(moment) \
	"licence_home.day_name((" moment " AT TIME ZONE " CITY_TIME_ZONE ")::date, $2)"

/* An amount, as the longest that a template must have room for is written. */
#define AMOUNT(amount) "to_char(" amount ", 'FM999,999,999,990.000')"

#define WEEKDAYS \
	"(" BY_LANGUAGE("'{الأحد,الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت}'::text[]", \
					"'{Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday}'::text[]") ")"

/*
 * The name of a coded thing, in force on the day of the case; else, since it
 * came later, the latest.  A scalar subquery.
 */
#define NAME_OF(table, column, code) \
	"(SELECT " BY_LANGUAGE("v.name_ar", "v.name_en") \
	" FROM licence_home." table " v WHERE v." column " = " code \
	" AND v.withdrawn_at IS NULL" \
	" ORDER BY coalesce(v.valid @> $3, false) DESC, lower(v.valid) DESC LIMIT 1)"

#define PENDING_INSPECTION(expression) \
	"SELECT " expression " FROM licence_home.inspection i" \
	" WHERE i.application_no = $1 AND i.outcome = 'pending'"

#define OPEN_BILL(expression) \
	"SELECT " expression " FROM licence_home.invoice v" \
	" WHERE v.application_no = $1 AND v.cancelled_at IS NULL"

#define GROUP_OF(review) \
	BY_LANGUAGE("CASE " review " WHEN 'missing' THEN 'ناقصة: ' ELSE 'غير صحيحة: ' END", \
				"CASE " review " WHEN 'missing' THEN 'missing: ' ELSE 'incorrect: ' END")

/* Every name that a table has for its things, on whatever day. */
#define NAMES_IN(table) \
	BY_LANGUAGE("v.name_ar", "v.name_en") \
	" FROM licence_home." table " v WHERE v.withdrawn_at IS NULL"

/* A value, and the longest that a template must have room for. */
#define LONGEST(expression) SAVED_PLAN("SELECT NULL::text, " expression)
#define KNOWN(query) SAVED_PLAN(query)
#define KNOWN_DAYS KNOWN("SELECT NULL::text, licence_home.day_name(d, $2)" \
						 " FROM unnest('{2026-09-30,2026-12-30}'::date[]) d")
#define VALUE(query) SAVED_PLAN(query)

static Placeholder placeholders[] = {
	{"no", PLACEHOLDER_VALUE, "number", SOURCE_CASE, 0,
		VALUE("SELECT $1::text"),
	LONGEST("licence_home.application_no_make(9999, 99999999)::text")},

	/* What waits to be told is told as it was named. */
	{"due", PLACEHOLDER_DEADLINE, "deadline", SOURCE_STATE, 0,
		VALUE("SELECT licence_home.day_name(CASE WHEN d.told_at IS NULL"
			  " THEN d.date_named ELSE d.due_on END, $2)"
			  " FROM licence_home.current_deadline d WHERE d.application_no = $1"),
	KNOWN_DAYS},

	{"weekday", PLACEHOLDER_APPOINTMENT, "pending inspection",
		SOURCE_STEP, PROVIDES_APPOINTMENT,
		VALUE(PENDING_INSPECTION(WEEKDAYS
								 "[1 + extract(dow FROM i.scheduled_for AT TIME ZONE " CITY_TIME_ZONE ")::integer]")),
	KNOWN("SELECT NULL::text, w.name FROM unnest(" WEEKDAYS ") w (name)")},

	{"date", PLACEHOLDER_APPOINTMENT, "pending inspection",
		SOURCE_STEP, PROVIDES_APPOINTMENT,
		VALUE(PENDING_INSPECTION(AMMAN_DAY("i.scheduled_for"))),
	KNOWN_DAYS},

	{"time", PLACEHOLDER_APPOINTMENT, "pending inspection",
		SOURCE_STEP, PROVIDES_APPOINTMENT,
		VALUE(PENDING_INSPECTION("to_char(i.scheduled_for AT TIME ZONE " CITY_TIME_ZONE ", 'HH24:MI')")),
	LONGEST("'23:59'::text")},

	/* Of the latest failed inspection, by the latest finding of each. */
	{"criteria", PLACEHOLDER_LIST, "failed inspection with a criterion not met",
		SOURCE_PATH, PROVIDES_FAILED_CRITERIA,
		VALUE("SELECT NULL::text, k.label FROM"
			  " (SELECT DISTINCT ON (f.criterion) f.criterion, f.ruling"
			  "  FROM licence_home.inspection_finding f"
			  "  WHERE f.inspection_id = (SELECT max(i.inspection_id)"
			  "   FROM licence_home.inspection i"
			  "   WHERE i.application_no = $1 AND i.outcome = 'failed')"
			  "  ORDER BY f.criterion, f.inspection_finding_id DESC) f"
			  " LEFT JOIN LATERAL (SELECT v.position, "
			  BY_LANGUAGE("v.label_ar", "v.label_en") " AS label"
			  "  FROM licence_home.criterion v"
			  "  WHERE v.criterion = f.criterion AND v.valid @> $3 AND v.withdrawn_at IS NULL"
			  "   AND (v.category IS NULL OR v.category = (SELECT p.category"
			  "    FROM licence_home.application c JOIN licence_home.profession p ON p.code = c.profession"
			  "    WHERE c.application_no = $1 AND p.valid @> $3 AND p.withdrawn_at IS NULL))"
			  "  ORDER BY v.category NULLS LAST LIMIT 1) k ON true"
			  " WHERE f.ruling = 'not_met' ORDER BY k.position, f.criterion"),
		KNOWN("SELECT DISTINCT NULL::text, " BY_LANGUAGE("v.label_ar", "v.label_en")
			  " FROM licence_home.criterion v WHERE v.withdrawn_at IS NULL")},

	/* What is wrong in the application itself counts as incorrect. */
	{"deficiencies", PLACEHOLDER_LIST, "document and no column found missing or incorrect",
		SOURCE_STEP, PROVIDES_DEFICIENCY,
		VALUE("SELECT " GROUP_OF("w.review") ", w.name FROM ("
			  " SELECT d.review, " NAME_OF("document_type", "document_type", "d.document_type")
			  "   AS name, 1 AS kind, d.document_id AS id"
			  "  FROM (SELECT DISTINCT ON (document_type) document_type, document_id, review"
			  "   FROM licence_home.document WHERE application_no = $1"
			  "   ORDER BY document_type, document_id DESC) d"
			  "  WHERE d.review IN ('missing', 'incorrect')"
			  " UNION ALL"
			  " SELECT 'incorrect', " NAME_OF("application_field", "field", "f.field") ", 2, min(f.finding_id)"
			  "  FROM licence_home.application_finding f"
			  "  WHERE f.application_no = $1 AND f.settled_at_event IS NULL GROUP BY f.field"
			  ") w ORDER BY w.review DESC, w.kind, w.id"),
		KNOWN("SELECT " GROUP_OF("r.review") ", n.name"
			  " FROM (SELECT " NAMES_IN("document_type")
			  "  UNION SELECT " NAMES_IN("application_field") ") n (name)"
			  " CROSS JOIN (VALUES ('missing'), ('incorrect')) r (review)")},

	{"approval_deficiencies", PLACEHOLDER_LIST, "approval found missing or incorrect",
		SOURCE_STEP, PROVIDES_APPROVAL_DEFICIENCY,
		VALUE("SELECT " GROUP_OF("w.review") ", " NAME_OF("authority", "authority", "w.authority")
			  " FROM (SELECT DISTINCT ON (authority) authority, external_approval_id, review"
			  "  FROM licence_home.external_approval WHERE application_no = $1"
			  "  ORDER BY authority, external_approval_id DESC) w"
			  " WHERE w.review IN ('missing', 'incorrect')"
			  " ORDER BY w.review DESC, w.external_approval_id"),
		KNOWN("SELECT " GROUP_OF("r.review") ", n.name"
			  " FROM (SELECT DISTINCT " NAMES_IN("authority") ") n (name)"
			  " CROSS JOIN (VALUES ('missing'), ('incorrect')) r (review)")},

	{"decider", PLACEHOLDER_VALUE, "decider, whom its edition or its workflow names",
		SOURCE_CASE, 0,
		VALUE("SELECT licence_home.decider_name(d.decider, $2) FROM licence_home_internal.case_decider($1) d"
			  " WHERE d.decider IS NOT NULL"),
		KNOWN("SELECT NULL::text, licence_home.decider_name(d, $2)"
			  " FROM unnest('{committee,director}'::text[]) d")},

	{"reason", PLACEHOLDER_VALUE, "decision with a reason",
		SOURCE_STEP, PROVIDES_REFUSAL_REASON,
		VALUE("SELECT " NAME_OF("reason", "reason", "d.reason")
			  " FROM (SELECT d.reason FROM licence_home.decision d WHERE d.application_no = $1"
			  "  ORDER BY d.decision_id DESC LIMIT 1) d WHERE d.reason IS NOT NULL"),
	KNOWN("SELECT DISTINCT NULL::text, " NAMES_IN("reason") " AND v.purpose = 'refusal'")},

	{"closure_reason", PLACEHOLDER_VALUE, "reason of its closure",
		SOURCE_STEP, PROVIDES_CLOSURE_REASON,
		VALUE("SELECT " NAME_OF("reason", "reason", "c.closure_reason")
			  " FROM licence_home.application c"
			  " WHERE c.application_no = $1 AND c.closure_reason IS NOT NULL"),
	KNOWN("SELECT DISTINCT NULL::text, " NAMES_IN("reason") " AND v.purpose = 'closure'")},

	/* The last message of the step that was taken back. */
	{"sent_on", PLACEHOLDER_VALUE, "message that was taken back",
		SOURCE_PATH, PROVIDES_MESSAGE_TAKEN_BACK,
		VALUE("SELECT " AMMAN_DAY("l.created_at") " FROM licence_home.sms_message_text l"
			  " WHERE l.application_no = $1 AND l.unwanted_why = 'its step was taken back'"
			  " ORDER BY l.message_id DESC LIMIT 1"),
	KNOWN_DAYS},

	{"authorities", PLACEHOLDER_LIST, "authority whose approval is required",
		SOURCE_PATH, PROVIDES_AUTHORITIES,
		VALUE("SELECT NULL::text, " NAME_OF("authority", "authority", "r.authority")
			  " FROM licence_home.approval_requirement r WHERE r.application_no = $1"
			  " AND r.ended_at_event IS NULL"
			  " ORDER BY r.approval_requirement_id"),
	KNOWN("SELECT DISTINCT NULL::text, " NAMES_IN("authority"))},

	{"authority", PLACEHOLDER_VALUE, "refusal by an authority, accepted as genuine",
		SOURCE_STEP, PROVIDES_REFUSING_AUTHORITY,
		VALUE("SELECT " NAME_OF("authority", "authority", "x.authority")
			  " FROM licence_home.latest_approval x"
			  " WHERE x.application_no = $1 AND x.answer = 'refused' AND x.review = 'accepted'"
			  " ORDER BY x.external_approval_id DESC LIMIT 1"),
	KNOWN("SELECT DISTINCT NULL::text, " NAMES_IN("authority"))},

	{"amount", PLACEHOLDER_VALUE, "open bill",
		SOURCE_PATH, PROVIDES_BILL,
		VALUE(OPEN_BILL(AMOUNT("v.amount"))),
	LONGEST(AMOUNT("99999.999"))},

	{"bill", PLACEHOLDER_VALUE, "open bill",
		SOURCE_PATH, PROVIDES_BILL,
		VALUE(OPEN_BILL("v.invoice_no::text")),
	LONGEST("'9999999999'::text")},

	/* Also in a message of no case. */
	{"municipality", PLACEHOLDER_VALUE, "municipality", SOURCE_CASE, 0,
		VALUE("SELECT " BY_LANGUAGE("v.name_ar", "v.name_en")
			  " FROM licence_home.municipality v WHERE v.withdrawn_at IS NULL"
			  " ORDER BY coalesce(v.valid @> $3, false) DESC, lower(v.valid) DESC LIMIT 1"),
	KNOWN("SELECT NULL::text, " NAMES_IN("municipality"))},

	/* What came for the open bill, and what is lacking. */
	{"received", PLACEHOLDER_VALUE, "payment of its bill",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT " AMOUNT("m.net") " FROM licence_home_internal.open_bill_money($1) m WHERE m.net > 0"),
	LONGEST(AMOUNT("99999.999"))},

	{"rest", PLACEHOLDER_VALUE, "open bill that is not paid",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT " AMOUNT("m.lacking") " FROM licence_home_internal.open_bill_money($1) m WHERE m.lacking > 0"),
	LONGEST(AMOUNT("99999.999"))},

	{"reversed", PLACEHOLDER_VALUE, "payment that was taken back",
		SOURCE_STEP, PROVIDES_REVERSAL,
		VALUE("SELECT " AMOUNT("r.amount") " FROM licence_home.payment_reversal r"
			  " WHERE r.application_no = $1 ORDER BY r.payment_reversal_id DESC LIMIT 1"),
	LONGEST(AMOUNT("99999.999"))},

	/* As somebody decided, else as many working days ahead as the rule says. */
	{"repay_until", PLACEHOLDER_VALUE, "day until which to pay again",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT licence_home.day_name(coalesce("
			  "(SELECT d.until FROM licence_home.unpaid_decision d WHERE d.application_no = $1"
			  "  AND d.recorded_at >= r.recorded_at ORDER BY d.unpaid_decision_id DESC LIMIT 1),"
			  " (SELECT licence_home.add_working_days(licence_home.today(), p.repay_days)"
			  "  FROM licence_home.payment_rule p WHERE licence_home.in_force(p.valid, p.withdrawn_at, licence_home.today()))), $2)"
			  " FROM licence_home.payment_reversal r"
			  " WHERE r.application_no = $1 ORDER BY r.payment_reversal_id DESC LIMIT 1"),
	KNOWN_DAYS},

	{"refund", PLACEHOLDER_VALUE, "money that is to be paid back",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT " AMOUNT("t.amount") " FROM licence_home.refund_task t"
			  " WHERE t.application_no = $1 ORDER BY t.refund_task_id DESC LIMIT 1"),
	LONGEST(AMOUNT("99999.999"))},

	{"refund_bill", PLACEHOLDER_VALUE, "money that is to be paid back",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT t.invoice_no::text FROM licence_home.refund_task t"
			  " WHERE t.application_no = $1 ORDER BY t.refund_task_id DESC LIMIT 1"),
	LONGEST("'9999999999'::text")},

	{"refunded", PLACEHOLDER_VALUE, "refund",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT " AMOUNT("r.amount") " FROM licence_home.payment_refund r"
			  " WHERE r.application_no = $1 ORDER BY r.payment_refund_id DESC LIMIT 1"),
	LONGEST(AMOUNT("99999.999"))},

	{"refunded_bill", PLACEHOLDER_VALUE, "refund",
		SOURCE_STEP, PROVIDES_MONEY,
		VALUE("SELECT r.invoice_no::text FROM licence_home.payment_refund r"
			  " WHERE r.application_no = $1 ORDER BY r.payment_refund_id DESC LIMIT 1"),
	LONGEST("'9999999999'::text")},

	{"licence", PLACEHOLDER_VALUE, "licence",
		SOURCE_PATH, PROVIDES_LICENCE,
		VALUE("SELECT l.licence_no::text FROM licence_home.licence l"
			  " WHERE l.application_no = $1"),
	LONGEST("licence_home.licence_no_make(9999, 99999999)::text")},

	{"until", PLACEHOLDER_VALUE, "licence",
		SOURCE_PATH, PROVIDES_LICENCE,
		VALUE("SELECT licence_home.day_name(upper(l.valid) - 1, $2)"
			  " FROM licence_home.licence l WHERE l.application_no = $1"),
	KNOWN_DAYS},
};

Placeholder *
FindPlaceholder(const char *name, int len)
{
	for (int i = 0; i < (int) lengthof(placeholders); i++)
	{
		Placeholder *placeholder = &placeholders[i];

		if (strncmp(placeholder->name, name, len) == 0 &&
			placeholder->name[len] == '\0')
			return placeholder;
	}
	return NULL;
}

char *
PlaceholderNames(void)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < (int) lengthof(placeholders); i++)
		appendStringInfo(&names, "%s{%s}", i > 0 ? ", " : "",
						 placeholders[i].name);
	return names.data;
}
