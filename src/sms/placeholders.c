/*
 * placeholders.c
 *		What the placeholders of a template stand for.
 *
 * A message carries numbers, dates, amounts and names of coded things that
 * exist in both languages, and no text that a person typed.  Names are those
 * in force on $3, the day whose rules judge the case; a thing that has none
 * gives null, which template.c refuses.
 */
#include "postgres.h"

#include "sms/placeholders.h"

/* A moment or a day as its day in Amman, without hyphens (texts.md). */
#define AMMAN_DAY(moment) \
	"to_char(" moment " AT TIME ZONE 'Asia/Amman', 'FMDD/FMMM/YYYY')"
#define PLAIN_DAY(day) "to_char(" day ", 'FMDD/FMMM/YYYY')"

/* One of two columns or literals, by language. */
#define BY_LANGUAGE(arabic, english) \
	"CASE $2 WHEN 'ar' THEN " arabic " ELSE " english " END"

/* The name in force of a coded thing; a scalar subquery. */
#define NAME_OF(table, column, code) \
	"(SELECT " BY_LANGUAGE("v.name_ar", "v.name_en") \
	" FROM licence_home." table " v WHERE v." column " = " code \
	" AND v.valid @> $3 AND v.withdrawn_at IS NULL)"

#define PENDING_INSPECTION(expression) \
	"SELECT " expression " FROM licence_home.inspection i" \
	" WHERE i.application_no = $1 AND i.outcome = 'pending'"

#define GROUP_OF(review) \
	BY_LANGUAGE("CASE " review " WHEN 'missing' THEN 'ناقصة: ' ELSE 'غير صحيحة: ' END", \
				"CASE " review " WHEN 'missing' THEN 'missing: ' ELSE 'incorrect: ' END")

static Placeholder placeholders[] = {
	{"no", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT $1::text")},

	{"due", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT " AMMAN_DAY("c.due_at")
		" FROM licence_home.application c WHERE c.application_no = $1")},

	{"weekday", PLACEHOLDER_APPOINTMENT, KEPT_QUERY("ntd",
		PENDING_INSPECTION("(" BY_LANGUAGE(
			"'{الأحد,الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت}'::text[]",
			"'{Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday}'::text[]")
			")[1 + extract(dow FROM i.scheduled_for AT TIME ZONE 'Asia/Amman')::integer]"))},

	{"date", PLACEHOLDER_APPOINTMENT, KEPT_QUERY("ntd",
		PENDING_INSPECTION(AMMAN_DAY("i.scheduled_for")))},

	{"time", PLACEHOLDER_APPOINTMENT, KEPT_QUERY("ntd",
		PENDING_INSPECTION("to_char(i.scheduled_for AT TIME ZONE 'Asia/Amman', 'HH24:MI')"))},

	/* Of the latest failed inspection, by the latest finding of each. */
	{"criteria", PLACEHOLDER_LIST, KEPT_QUERY("ntd",
		"SELECT NULL::text, k.label FROM"
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
		" WHERE f.ruling = 'not_met' ORDER BY k.position, f.criterion")},

	/* What is wrong in the application itself counts as incorrect. */
	{"deficiencies", PLACEHOLDER_LIST, KEPT_QUERY("ntd",
		"SELECT " GROUP_OF("w.review") ", w.name FROM ("
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
		") w ORDER BY w.review DESC, w.kind, w.id")},

	{"approval_deficiencies", PLACEHOLDER_LIST, KEPT_QUERY("ntd",
		"SELECT " GROUP_OF("w.review") ", " NAME_OF("authority", "authority", "w.authority")
		" FROM (SELECT DISTINCT ON (authority) authority, external_approval_id, review"
		"  FROM licence_home.external_approval WHERE application_no = $1"
		"  ORDER BY authority, external_approval_id DESC) w"
		" WHERE w.review IN ('missing', 'incorrect')"
		" ORDER BY w.review DESC, w.external_approval_id")},

	{"decider", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT CASE licence_home.case_decider($1) WHEN 'committee' THEN "
		BY_LANGUAGE("'اللجنة'", "'the committee'")
		" WHEN 'director' THEN " BY_LANGUAGE("'مدير المنطقة'", "'the district director'") " END")},

	{"reason", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT " NAME_OF("reason", "reason", "d.reason")
		" FROM licence_home.decision d WHERE d.application_no = $1"
		" ORDER BY d.decision_id DESC LIMIT 1")},

	{"authorities", PLACEHOLDER_LIST, KEPT_QUERY("ntd",
		"SELECT NULL::text, " NAME_OF("authority", "authority", "r.authority")
		" FROM licence_home.approval_requirement r WHERE r.application_no = $1"
		" ORDER BY r.approval_requirement_id")},

	{"authority", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT " NAME_OF("authority", "authority", "x.authority")
		" FROM licence_home.latest_approval x"
		" WHERE x.application_no = $1 AND x.answer = 'refused' AND x.review = 'accepted'"
		" ORDER BY x.external_approval_id DESC LIMIT 1")},

	{"amount", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT round(v.amount, 3)::text FROM licence_home.invoice v"
		" WHERE v.application_no = $1 AND v.cancelled_at IS NULL")},

	{"bill", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT v.invoice_no::text FROM licence_home.invoice v"
		" WHERE v.application_no = $1 AND v.cancelled_at IS NULL")},

	{"licence", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT l.licence_no::text FROM licence_home.licence l"
		" WHERE l.application_no = $1")},

	{"until", PLACEHOLDER_VALUE, KEPT_QUERY("ntd",
		"SELECT " PLAIN_DAY("upper(l.valid) - 1")
		" FROM licence_home.licence l WHERE l.application_no = $1")},
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
