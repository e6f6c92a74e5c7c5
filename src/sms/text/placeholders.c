/*
 * placeholders.c
 *		What the placeholders of a template stand for.
 *
 * A placeholder is one record below.  What it stands for is a function in
 * src/sql/sms/placeholders.sql, "placeholder_" and its name, of the case, the
 * language and the day whose names count:
 *
 *	SELECT * FROM licence_home_internal.placeholder_due(
 *		'A2026-00000001-6', 'ar', '2026-03-01');
 *
 * A thing that has no name on that day gives null, which template.c refuses.
 * Those of every case's way have a fast path, which writes the same without a
 * query; sql/fast_paths.sql holds it equal to the function.
 * What a placeholder can come to stand for is another function there,
 * "known_" and what it lists.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

#include "clock.h"
#include "rules/day_name.h"
#include "spi/heap_access.h"
#include "types/case_no.h"
#include "sms/text/placeholders.h"

/* A placeholder that is one text, and one that is a list. */
#define ONE_TEXT(name_, kind_) \
	.name = name_, .kind = kind_, \
	.value = SAVED_PLAN("SELECT p.value FROM licence_home_internal.placeholder_" name_ "($1, $2, $3) AS p")
#define LIST(name_) \
	.name = name_, .kind = PLACEHOLDER_LIST, \
	.value = SAVED_PLAN("SELECT p.label, p.value FROM licence_home_internal.placeholder_" name_ "($1, $2, $3) AS p")

/* What it is in a message about a licence and no case: src/sql/licence/reminders.sql. */
#define OF_LICENCE(name_) \
	SAVED_PLAN("SELECT p.value FROM licence_home_internal.reminder_" name_ "($1, $2, $3) AS p")

/* The function of all that a placeholder can stand for. */
#define KNOWN(name_) \
	SAVED_PLAN("SELECT k.label, k.value FROM licence_home_internal.known_" name_ "($1) AS k")

bool
PendingAppointment(OwnerScope *scope, int64 application_no, TimestampTz *begins)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "inspection", "inspection_one_pending_each_case", snapshot, &key, 1);
	found = NextRow(&scan, ForwardScanDirection);
	if (found)
		*begins = DatumGetTimestampTz(ColumnValue(scan.slot, ColumnOf(scan.table, "scheduled_for")));
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return found;
}

/* The state of a case that has a deadline; NULL: it has none. */
static char *
state_with_deadline(Snapshot snapshot, int64 application_no)
{
	ScanKeyData key;
	RowScan		scan;
	char	   *state = NULL;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "application", "application_pkey", snapshot, &key, 1);
	if (NextRow(&scan, ForwardScanDirection) && !IsNullColumn(scan.slot, ColumnOf(scan.table, "due_at")))
		state = SlotText(scan.slot, ColumnOf(scan.table, "state"));
	EndRowScan(&scan);
	return state;
}

/* The newest deadline of a case, if it is of that state. */
static bool
newest_deadline(Snapshot snapshot, int64 application_no, const char *state, DateADT *day, int64 *deadline_no)
{
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "case_deadline", "case_deadline_application_no_case_event_key", snapshot, &key, 1);
	found = NextRow(&scan, BackwardScanDirection) &&
		ColumnIs(scan.slot, ColumnOf(scan.table, "state"), state);
	if (found)
	{
		*day = DatumGetDateADT(ColumnValue(scan.slot, ColumnOf(scan.table, "date_named")));
		*deadline_no = DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "deadline_no")));
	}
	EndRowScan(&scan);
	return found;
}

/* Is there anything about how a deadline was told? */
static bool
may_be_told(Snapshot snapshot, int64 deadline_no)
{
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, deadline_no);
	BeginRowScan(&scan, "deadline_told", "deadline_told_pkey", snapshot, &key, 1);
	found = NextRow(&scan, ForwardScanDirection);
	EndRowScan(&scan);
	return found;
}

bool
UntoldDeadline(OwnerScope *scope, int64 application_no, DateADT *day, int64 *deadline_no)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	char	   *state = state_with_deadline(snapshot, application_no);
	bool		untold = state != NULL &&
	newest_deadline(snapshot, application_no, state, day, deadline_no) &&
	!may_be_told(snapshot, *deadline_no);

	UnregisterSnapshot(snapshot);
	return untold;
}

/* placeholder_due() */
static char *
write_due(OwnerScope *scope, int64 application_no, const char *language)
{
	DateADT		day;
	int64		deadline_no;

	if (!UntoldDeadline(scope, application_no, &day, &deadline_no))
		return NULL;
	return DayName(day, language);
}

/* The open bill of a case: its number, and its amount as text; false: there is none. */
static bool
open_bill(OwnerScope *scope, int64 application_no, int64 *number, char **amount)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	ScanKeyData key;
	RowScan		scan;
	bool		found;

	Int8Key(&key, 1, application_no);
	BeginRowScan(&scan, "invoice", "invoice_one_open_each_case", snapshot, &key, 1);
	found = NextRow(&scan, ForwardScanDirection);
	if (found)
	{
		*number = DatumGetInt64(ColumnValue(scan.slot, ColumnOf(scan.table, "invoice_no")));
		*amount = TextDatumGetCString(DirectFunctionCall2Coll(numeric_to_char, DEFAULT_COLLATION_OID,
															  ColumnValue(scan.slot, ColumnOf(scan.table, "amount")),
															  CStringGetTextDatum("FM999,999,999,990.000")));
	}
	EndRowScan(&scan);
	UnregisterSnapshot(snapshot);
	return found;
}

/* placeholder_amount() */
static char *
write_amount(OwnerScope *scope, int64 application_no, const char *language pg_attribute_unused())
{
	int64		number;
	char	   *amount;

	return open_bill(scope, application_no, &number, &amount) ? amount : NULL;
}

/* placeholder_bill() */
static char *
write_bill(OwnerScope *scope, int64 application_no, const char *language pg_attribute_unused())
{
	int64		number;
	char	   *amount;

	return open_bill(scope, application_no, &number, &amount) ? psprintf(INT64_FORMAT, number) : NULL;
}

/* placeholder_no() */
static char *
write_no(OwnerScope *scope pg_attribute_unused(), int64 application_no,
		 const char *language pg_attribute_unused())
{
	return application_no == 0 ? NULL : CaseNoText(&application_no_kind, application_no);
}

/* placeholder_weekday() */
static char *
write_weekday(OwnerScope *scope, int64 application_no, const char *language)
{
	static const char *const names[][2] = {
		{"الأحد", "Sunday"}, {"الاثنين", "Monday"}, {"الثلاثاء", "Tuesday"}, {"الأربعاء", "Wednesday"},
		{"الخميس", "Thursday"}, {"الجمعة", "Friday"}, {"السبت", "Saturday"}
	};
	TimestampTz begins;
	const char *name;

	if (!PendingAppointment(scope, application_no, &begins))
		return NULL;
	name = names[j2day(ClockDay(begins) + POSTGRES_EPOCH_JDATE)][strcmp(language, "ar") != 0];
	return pg_any_to_server(name, strlen(name), PG_UTF8);
}

/* placeholder_date() */
static char *
write_date(OwnerScope *scope, int64 application_no, const char *language)
{
	TimestampTz begins;

	if (!PendingAppointment(scope, application_no, &begins))
		return NULL;
	return DayName(ClockDay(begins), language);
}

/* placeholder_time() */
static char *
write_time(OwnerScope *scope, int64 application_no, const char *language pg_attribute_unused())
{
	TimestampTz begins;
	int			minute;

	if (!PendingAppointment(scope, application_no, &begins))
		return NULL;
	minute = ClockMinute(begins);
	return psprintf("%02d:%02d", minute / MINS_PER_HOUR, minute % MINS_PER_HOUR);
}

static Placeholder placeholders[] = {
	{
		ONE_TEXT("no", PLACEHOLDER_VALUE),
		.write = write_no,
		.what = "number",
		.source = SOURCE_CASE,
		.known = KNOWN("application_nos")
	},
	{
		ONE_TEXT("due", PLACEHOLDER_DEADLINE),
		.write = write_due,
		.what = "deadline",
		.source = SOURCE_STATE,
		.known = KNOWN("days")
	},
	{
		ONE_TEXT("weekday", PLACEHOLDER_APPOINTMENT),
		.write = write_weekday,
		.what = "pending inspection",
		.source = SOURCE_STEP,
		.provided = PROVIDES_APPOINTMENT,
		.known = KNOWN("weekdays")
	},
	{
		ONE_TEXT("date", PLACEHOLDER_APPOINTMENT),
		.write = write_date,
		.what = "pending inspection",
		.source = SOURCE_STEP,
		.provided = PROVIDES_APPOINTMENT,
		.known = KNOWN("days")
	},
	{
		ONE_TEXT("time", PLACEHOLDER_APPOINTMENT),
		.write = write_time,
		.what = "pending inspection",
		.source = SOURCE_STEP,
		.provided = PROVIDES_APPOINTMENT,
		.known = KNOWN("times")
	},
	{
		LIST("criteria"),
		.what = "failed inspection with a criterion not met",
		.source = SOURCE_PATH,
		.provided = PROVIDES_FAILED_CRITERIA,
		.known = KNOWN("criteria")
	},
	{
		LIST("deficiencies"),
		.what = "document and no column found missing or incorrect",
		.source = SOURCE_STEP,
		.provided = PROVIDES_DEFICIENCY,
		.known = KNOWN("deficiencies")
	},
	{
		LIST("approval_deficiencies"),
		.what = "approval found missing or incorrect",
		.source = SOURCE_STEP,
		.provided = PROVIDES_APPROVAL_DEFICIENCY,
		.known = KNOWN("approval_deficiencies")
	},
	{
		ONE_TEXT("decider", PLACEHOLDER_VALUE),
		.what = "decider, whom its edition or its workflow names",
		.source = SOURCE_CASE,
		.known = KNOWN("deciders")
	},
	{
		ONE_TEXT("reason", PLACEHOLDER_VALUE),
		.what = "decision with a reason",
		.source = SOURCE_STEP,
		.provided = PROVIDES_REFUSAL_REASON,
		.known = KNOWN("refusal_reasons")
	},
	{
		ONE_TEXT("closure_reason", PLACEHOLDER_VALUE),
		.what = "reason of its closure",
		.source = SOURCE_STEP,
		.provided = PROVIDES_CLOSURE_REASON,
		.known = KNOWN("closure_reasons")
	},
	{
		ONE_TEXT("sent_on", PLACEHOLDER_VALUE),
		.what = "message that was taken back",
		.source = SOURCE_PATH,
		.provided = PROVIDES_MESSAGE_TAKEN_BACK,
		.known = KNOWN("days")
	},
	{
		LIST("authorities"),
		.what = "authority whose approval is required",
		.source = SOURCE_PATH,
		.provided = PROVIDES_AUTHORITIES,
		.known = KNOWN("authorities")
	},
	{
		ONE_TEXT("authority", PLACEHOLDER_VALUE),
		.what = "refusal by an authority, accepted as genuine",
		.source = SOURCE_STEP,
		.provided = PROVIDES_REFUSING_AUTHORITY,
		.known = KNOWN("authorities")
	},
	{
		ONE_TEXT("amount", PLACEHOLDER_VALUE),
		.write = write_amount,
		.what = "open bill",
		.source = SOURCE_PATH,
		.provided = PROVIDES_BILL,
		.known = KNOWN("amounts")
	},
	{
		ONE_TEXT("bill", PLACEHOLDER_VALUE),
		.write = write_bill,
		.what = "open bill",
		.source = SOURCE_PATH,
		.provided = PROVIDES_BILL,
		.known = KNOWN("bills")
	},
	{
		ONE_TEXT("municipality", PLACEHOLDER_VALUE),
		.what = "municipality",
		.source = SOURCE_CASE,
		.known = KNOWN("municipalities")
	},
	{
		ONE_TEXT("received", PLACEHOLDER_VALUE),
		.what = "payment of its bill",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("amounts")
	},
	{
		ONE_TEXT("rest", PLACEHOLDER_VALUE),
		.what = "open bill that is not paid",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("amounts")
	},
	{
		ONE_TEXT("reversed", PLACEHOLDER_VALUE),
		.what = "payment that was taken back",
		.source = SOURCE_STEP,
		.provided = PROVIDES_REVERSAL,
		.known = KNOWN("amounts")
	},
	{
		ONE_TEXT("repay_until", PLACEHOLDER_VALUE),
		.what = "day until which to pay again",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("days")
	},
	{
		ONE_TEXT("refund", PLACEHOLDER_VALUE),
		.what = "money that is to be paid back",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("amounts")
	},
	{
		ONE_TEXT("refund_bill", PLACEHOLDER_VALUE),
		.what = "money that is to be paid back",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("bills")
	},
	{
		ONE_TEXT("refunded", PLACEHOLDER_VALUE),
		.what = "refund",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("amounts")
	},
	{
		ONE_TEXT("refunded_bill", PLACEHOLDER_VALUE),
		.what = "refund",
		.source = SOURCE_STEP,
		.provided = PROVIDES_MONEY,
		.known = KNOWN("bills")
	},
	{
		ONE_TEXT("licence", PLACEHOLDER_VALUE),
		.what = "licence",
		.source = SOURCE_PATH,
		.provided = PROVIDES_LICENCE,
		.known = KNOWN("licence_nos"),
		.of_licence = OF_LICENCE("licence")
	},
	{
		ONE_TEXT("until", PLACEHOLDER_VALUE),
		.what = "licence",
		.source = SOURCE_PATH,
		.provided = PROVIDES_LICENCE,
		.known = KNOWN("days"),
		.of_licence = OF_LICENCE("until")
	},
	{
		.name = "closes",
		.kind = PLACEHOLDER_VALUE,
		.what = "licence that ends",
		.source = SOURCE_STEP,
		.provided = PROVIDES_REMINDER,
		.known = KNOWN("days"),
		.of_licence = OF_LICENCE("closes")
	},
	{
		.name = "renewal_bar",
		.kind = PLACEHOLDER_VALUE,
		.what = "licence that cannot be renewed",
		.source = SOURCE_STEP,
		.provided = PROVIDES_REMINDER,
		.known = KNOWN("refusal_reasons"),
		.of_licence = OF_LICENCE("bar")
	},
	{
		ONE_TEXT("from", PLACEHOLDER_VALUE),
		.what = "licence",
		.source = SOURCE_PATH,
		.provided = PROVIDES_LICENCE,
		.known = KNOWN("days")
	},
	{
		ONE_TEXT("copy", PLACEHOLDER_VALUE),
		.what = "copy of its licence",
		.source = SOURCE_PATH,
		.provided = PROVIDES_COPY,
		.known = KNOWN("copies")
	},
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

PG_FUNCTION_INFO_V1(licence_home_fast_placeholder);
/* fast_placeholder(name, application_no, language): for tests. */
Datum
licence_home_fast_placeholder(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Placeholder *placeholder = FindPlaceholder(name, strlen(name));
	MemoryContext caller = CurrentMemoryContext;
	OwnerScope	scope;
	char	   *written;

	if (placeholder == NULL || placeholder->write == NULL)
		PG_RETURN_NULL();
	EnterOwner(&scope, OWNER_READS);
	written = placeholder->write(&scope, PG_GETARG_INT64(1), text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (written != NULL)
		written = MemoryContextStrdup(caller, written);
	LeaveOwner(&scope);
	if (written == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(written));
}
