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
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "spi/plan.h"
#include "sms/text/parsed_template.h"
#include "sms/text/parts.h"
#include "sms/text/template.h"

static SavedPlan template_query = SAVED_PLAN("SELECT t.body, t.max_parts, t.priority, t.doubt,"
											 " (EXTRACT(epoch FROM t.expires_after) * 1000000)::bigint,"
											 " coalesce((SELECT min(g.ucs2_part) FROM licence_home.sms_gateway g"
											 "   WHERE g.valid @> $3 AND g.withdrawn_at IS NULL), 67),"
											 " t.send_from::text, t.send_until::text"
											 " FROM licence_home.sms_template t"
											 " WHERE t.template = $1 AND t.language = $2 AND t.valid @> $3 AND t.withdrawn_at IS NULL");

static SavedPlan appointment_query = SAVED_PLAN("SELECT i.scheduled_for FROM licence_home.inspection i"
												" WHERE i.application_no = $1 AND i.outcome = 'pending'");

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

/* Look up what a field stands for in a case; false when it has nothing. */
static bool
try_look_up(OwnerScope *scope, const ParsedTemplate *parsed, TemplateField *field,
			int64 application_no, DateADT day)
{
	Rows		rows = ExecPlan(scope, &field->placeholder->value, CaseArg(application_no),
								TextArg(parsed->language), DateArg(day));
	bool		list = field->placeholder->kind == PLACEHOLDER_LIST;

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
	Rows		rows;

	text->useless_from = DT_NOEND;
	if (names_kind(parsed, PLACEHOLDER_APPOINTMENT))
	{
		rows = ExecPlan(scope, &appointment_query, CaseArg(application_no));
		if (rows.count > 0)
			text->useless_from = RowInt8(rows, 0, 1);
	}
	if (names_kind(parsed, PLACEHOLDER_DEADLINE))
	{
		rows = ExecPlan(scope, &deadline_query, CaseArg(application_no));
		if (rows.count > 0)
		{
			text->useless_from = Min(text->useless_from, RowInt8(rows, 0, 1));
			text->deadline_no = RowInt8(rows, 0, 2);
		}
	}
}

/* The text of a template that is in force today: one row, if there is one. */
static Rows
template_rows(OwnerScope *scope, const char *template, const char *language)
{
	return ExecPlanLimit(scope, &template_query, 2, TextArg(template), TextArg(language),
						 DateArg(ClockDay(ClockNow())));
}

bool
CanFillTemplate(OwnerScope *scope, int64 application_no, const char *template,
				const SmsRecipient *recipient)
{
	Rows		rows = template_rows(scope, template, recipient->language);
	ParsedTemplate parsed;

	if (rows.count != 1)
		return false;
	ParseTemplate(&parsed, application_no, template, recipient->language, RowText(rows, 0, 1));
	for (int i = 0; i < parsed.nfields; i++)
	{
		if (!try_look_up(scope, &parsed, &parsed.fields[i], application_no, recipient->day))
			return false;
	}
	return true;
}

SmsText
FillTemplate(OwnerScope *scope, int64 application_no, const char *template,
			 const SmsRecipient *recipient)
{
	Rows		rows = template_rows(scope, template, recipient->language);
	ParsedTemplate parsed;
	SmsText		text = {0};
	char	   *body;
	SmsSize		size;
	int			max_parts;
	int			ucs2_part;
	int			items;

	if (rows.count != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_MESSAGE),
				 errmsg_case(application_no, "no SMS template \"%s\" in the language \"%s\" is in force today",
							 template, recipient->language),
				 errhint("Publish it in licence_home.sms_template, in both languages."),
				 err_table("sms_template")));
	body = RowText(rows, 0, 1);
	max_parts = RowInt4(rows, 0, 2);
	text.priority = RowInt4(rows, 0, 3);
	text.doubt = RowText(rows, 0, 4);
	text.lasts = RowInt8(rows, 0, 5);
	ucs2_part = RowInt4(rows, 0, 6);
	text.send_from = RowText(rows, 0, 7);
	text.send_until = RowText(rows, 0, 8);

	ParseTemplate(&parsed, application_no, template, recipient->language, body);
	for (int i = 0; i < parsed.nfields; i++)
	{
		if (!try_look_up(scope, &parsed, &parsed.fields[i], application_no, recipient->day))
			refuse_unfilled(&parsed, &parsed.fields[i], recipient->day);
	}
	items = LongestList(&parsed);
	do
	{
		text.body = RenderTemplate(&parsed, items);
		size = MeasureSms(text.body, ucs2_part);
	} while (size.parts > max_parts && --items > 0);
	CheckCharacters(&parsed, text.body);
	if (size.parts > max_parts)
		refuse_length(&parsed, &size, max_parts);
	text.parts = size.parts;
	set_end(scope, &parsed, application_no, &text);
	return text;
}
