/*
 * template.c
 *		Templates of messages, filled for a case.
 *
 * template_trigger.c has looked at a template when it was written.  A text
 * that cannot be filled or does not fit is refused here, in the transaction of
 * the step that owes the message.  A gateway would accept it.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "rules/rule_row.h"
#include "spi/plan.h"
#include "sms/text/parsed_template.h"
#include "sms/text/parts.h"
#include "sms/text/template.h"

/* A part's characters in UCS-2, where no gateway says fewer. */
#define UCS2_PART 67

/* A template's text that is in force today. */
typedef struct TemplateText
{
	int			count;			/* of such texts: there is to be one */
	char	   *body;
	int			max_parts;
	int			priority;
	char	   *doubt;
	int64		lasts;			/* microseconds */
	char	   *send_from;
	char	   *send_until;
} TemplateText;

/* What waits to be told is told as it was named. */
static SavedPlan deadline_query = SAVED_PLAN("SELECT licence_home.end_of_day(CASE WHEN d.told_at IS NULL THEN d.date_named ELSE d.due_on END),"
											 " d.deadline_no FROM licence_home.current_deadline d WHERE d.application_no = $1");

/* Refuse a placeholder that stands for nothing, or for a thing without a name. */
static void
refuse_unfilled(const ParsedTemplate *parsed, const TemplateField *field, DateADT day)
{
	const Placeholder *placeholder = field->placeholder;

	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg_case(parsed->application_no, "SMS \"%s\" (%s) cannot be filled in: there is nothing for {%s}",
						 parsed->template, parsed->language, placeholder->name),
			 field->nitems == 0 ?
			 errdetail("The case has no %s.", placeholder->what) :
			 errdetail("The case has one, but its name is not in force on %s, the day by whose rules the case is judged.",
					   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)))),
			 field->nitems == 0 ?
			 errhint("Complete the evidence of the case first.") :
			 errhint("Insert the name for that day into its rule table."),
			 err_table("sms_template")));
}

/* Refuse a text that does not fit. */
static void
refuse_length(const ParsedTemplate *parsed, const SmsSize *size, int max_parts)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg_case(parsed->application_no, "SMS \"%s\" (%s) is too long", parsed->template, parsed->language),
			 errdetail("It takes %d parts (%d characters in %s); its template allows %d.",
					   size->parts, size->units,
					   size->ucs2 ? "UCS-2" : "GSM-7", max_parts),
			 errhint("Shorten the template or the names that it uses, or publish a version with more max_parts."),
			 err_table("sms_template")));
}

/* A field that its fast path fills. */
static bool
fill_fast(OwnerScope *scope, const ParsedTemplate *parsed, TemplateField *field, int64 application_no)
{
	PlaceholderFastPath write = field->placeholder->write;
	char	   *text = write ? write(scope, application_no, parsed->language) : NULL;

	if (text == NULL)
		return false;
	field->nitems = 1;
	field->labels = palloc0(sizeof(char *));
	field->items = palloc(sizeof(char *));
	field->items[0] = text;
	return true;
}

/* Look up what a field stands for; false when there is nothing. */
static bool
try_look_up(OwnerScope *scope, const ParsedTemplate *parsed, TemplateField *field,
			int64 application_no, const SmsRecipient *recipient)
{
	bool		of_licence = recipient->licence_no != 0;
	SavedPlan  *plan = of_licence ? &field->placeholder->of_licence : &field->placeholder->value;
	bool		list = field->placeholder->kind == PLACEHOLDER_LIST;
	Rows		rows = {0};

	if (!of_licence && fill_fast(scope, parsed, field, application_no))
		return true;
	if (plan->text != NULL)
		rows = ExecPlan(scope, plan,
						of_licence ? LicenceArg(recipient->licence_no) : CaseArg(application_no),
						TextArg(parsed->language), DateArg(recipient->day));
	field->nitems = (int) rows.count;
	if (field->nitems == 0)
		return false;
	field->labels = palloc0(field->nitems * sizeof(char *));
	field->items = palloc0(field->nitems * sizeof(char *));
	for (int i = 0; i < field->nitems; i++)
	{
		if (list)
			field->labels[i] = RowText(rows, i, 1);
		field->items[i] = RowText(rows, i, list ? 2 : 1);
		if (field->items[i] == NULL)
			return false;
	}
	return true;
}

/* Does the template name a thing of a kind? */
static bool
names_kind(const ParsedTemplate *parsed, PlaceholderKind kind)
{
	for (int i = 0; i < parsed->nfields; i++)
	{
		if (parsed->fields[i].placeholder->kind == kind)
			return true;
	}
	return false;
}

/* Set from when on the text says nothing any more, and the deadline it names. */
static void
set_end(OwnerScope *scope, const ParsedTemplate *parsed, int64 application_no, SmsText *text)
{
	text->useless_from = DT_NOEND;
	if (names_kind(parsed, PLACEHOLDER_APPOINTMENT))
		(void) PendingAppointment(scope, application_no, &text->useless_from);
	if (names_kind(parsed, PLACEHOLDER_DEADLINE))
	{
		DateADT		day;
		Rows		rows;

		if (UntoldDeadline(scope, application_no, &day, &text->deadline_no))
		{
			text->useless_from = Min(text->useless_from, ClockEndOfDay(day));
			return;
		}
		rows = ExecPlan(scope, &deadline_query, CaseArg(application_no));
		if (rows.count > 0)
		{
			text->useless_from = Min(text->useless_from, RowInt8(rows, 0, 1));
			text->deadline_no = RowInt8(rows, 0, 2);
		}
	}
}

/* An interval in microseconds: a month and a year as EXTRACT(epoch) has them. */
static int64
microseconds_of(Datum value)
{
	Datum		epoch;

	epoch = DirectFunctionCall2(extract_interval, PointerGetDatum(cstring_to_text("epoch")), value);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8,
											 DirectFunctionCall2(numeric_mul, epoch,
																 NumericGetDatum(int64_to_numeric(USECS_PER_SEC)))));
}

/* An hour as text; NULL for null. */
static char *
hour_of(TupleTableSlot *slot, AttrNumber column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);

	return isnull ? NULL : DatumGetCString(DirectFunctionCall1(time_out, value));
}

/* The text of a template that is in force today.  Some hundred rows: all are read. */
static TemplateText
find_template(Snapshot snapshot, const char *template, const char *language)
{
	TemplateText text = {0};
	DateADT		today = ClockDay(ClockNow());
	RowScan		scan;
	RuleColumns columns;
	AttrNumber	name;
	AttrNumber	tongue;

	BeginRowScan(&scan, "sms_template", NULL, snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	name = ColumnOf(scan.table, "template");
	tongue = ColumnOf(scan.table, "language");
	while (NextRow(&scan, ForwardScanDirection))
	{
		if (!ColumnIs(scan.slot, name, template) || !ColumnIs(scan.slot, tongue, language) ||
			!IsInForce(&scan, columns, today))
			continue;
		text.count++;
		text.body = SlotText(scan.slot, ColumnOf(scan.table, "body"));
		text.max_parts = DatumGetInt32(ColumnValue(scan.slot, ColumnOf(scan.table, "max_parts")));
		text.priority = DatumGetInt32(ColumnValue(scan.slot, ColumnOf(scan.table, "priority")));
		text.doubt = SlotText(scan.slot, ColumnOf(scan.table, "doubt"));
		text.lasts = microseconds_of(ColumnValue(scan.slot, ColumnOf(scan.table, "expires_after")));
		text.send_from = hour_of(scan.slot, ColumnOf(scan.table, "send_from"));
		text.send_until = hour_of(scan.slot, ColumnOf(scan.table, "send_until"));
	}
	EndRowScan(&scan);
	return text;
}

/* The smallest part, in characters of UCS-2, of the gateways in force. */
static int
smallest_part(Snapshot snapshot)
{
	DateADT		today = ClockDay(ClockNow());
	int			smallest = 0;
	RowScan		scan;
	RuleColumns columns;
	AttrNumber	part;

	BeginRowScan(&scan, "sms_gateway", NULL, snapshot, NULL, 0);
	columns = RuleColumnsOf(&scan);
	part = ColumnOf(scan.table, "ucs2_part");
	while (NextRow(&scan, ForwardScanDirection))
	{
		int			size;

		if (!IsInForce(&scan, columns, today))
			continue;
		size = DatumGetInt32(ColumnValue(scan.slot, part));
		smallest = smallest == 0 ? size : Min(smallest, size);
	}
	EndRowScan(&scan);
	return smallest == 0 ? UCS2_PART : smallest;
}

bool
CanFillTemplate(OwnerScope *scope, int64 application_no, const char *template,
				const SmsRecipient *recipient)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	TemplateText found = find_template(snapshot, template, recipient->language);
	ParsedTemplate parsed;

	UnregisterSnapshot(snapshot);
	if (found.count != 1)
		return false;
	ParseTemplate(&parsed, application_no, template, recipient->language, found.body);
	for (int i = 0; i < parsed.nfields; i++)
	{
		if (!try_look_up(scope, &parsed, &parsed.fields[i], application_no, recipient))
			return false;
	}
	return true;
}

SmsText
FillTemplate(OwnerScope *scope, int64 application_no, const char *template,
			 const SmsRecipient *recipient)
{
	Snapshot	snapshot = RegisterScopeSnapshot(scope);
	TemplateText found = find_template(snapshot, template, recipient->language);
	int			ucs2_part = smallest_part(snapshot);
	ParsedTemplate parsed;
	SmsText		text = {0};
	SmsSize		size;
	int			items;

	UnregisterSnapshot(snapshot);
	if (found.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_MESSAGE),
				 errmsg_case(application_no, "no SMS template \"%s\" in the language \"%s\" is in force today",
							 template, recipient->language),
				 errhint("Publish it in licence_home.sms_template, in both languages."),
				 err_table("sms_template")));
	text.priority = found.priority;
	text.doubt = found.doubt;
	text.lasts = found.lasts;
	text.send_from = found.send_from;
	text.send_until = found.send_until;

	ParseTemplate(&parsed, application_no, template, recipient->language, found.body);
	for (int i = 0; i < parsed.nfields; i++)
	{
		if (!try_look_up(scope, &parsed, &parsed.fields[i], application_no, recipient))
			refuse_unfilled(&parsed, &parsed.fields[i], recipient->day);
	}
	items = LongestList(&parsed);
	do
	{
		text.body = RenderTemplate(&parsed, items);
		size = MeasureSms(text.body, ucs2_part);
	} while (size.parts > found.max_parts && --items > 0);
	CheckCharacters(&parsed, text.body);
	if (size.parts > found.max_parts)
		refuse_length(&parsed, &size, found.max_parts);
	text.parts = size.parts;
	set_end(scope, &parsed, application_no, &text);
	return text;
}
