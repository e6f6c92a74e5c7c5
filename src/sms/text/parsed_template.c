/*
 * parsed_template.c
 *		A template's body, taken apart at its placeholders.
 *
 * Braces mean placeholders and nothing else.  Only a list may be shortened, to
 * its first items and the number of the others.  In Arabic that has a form
 * that is right for every number, whatever the agreement of its noun would be.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "errors.h"
#include "sms/text/parsed_template.h"
#include "sms/text/parts.h"
#include "text/fold.h"

static bool
is_arabic(const ParsedTemplate *parsed)
{
	return strcmp(parsed->language, "ar") == 0;
}

/* Refuse a brace that stands alone. */
static void
refuse_brace(const ParsedTemplate *parsed, const char *at)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 *at == '{' ?
			 errmsg_case(parsed->application_no, "SMS template \"%s\" (%s) has a brace that is not closed",
						 parsed->template, parsed->language) :
			 errmsg_case(parsed->application_no, "SMS template \"%s\" (%s) has a brace that is not opened",
						 parsed->template, parsed->language),
			 errdetail("It stands before \"%.*s\".",
					   pg_mbcliplen(at + 1, strlen(at + 1), 20), at + 1),
			 errhint("Braces enclose the name of a placeholder, and stand for nothing else."),
			 err_column("sms_template", "body")));
}

/* Refuse a name that is no placeholder's. */
static void
refuse_name(const ParsedTemplate *parsed, const char *name, int len)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg_case(parsed->application_no, "SMS template \"%s\" (%s) has the unknown placeholder \"{%.*s}\"",
						 parsed->template, parsed->language, len, name),
			 errhint("The placeholders are %s.", PlaceholderNames()),
			 err_column("sms_template", "body")));
}

void
ParseTemplate(ParsedTemplate *parsed, int64 application_no, const char *template,
			  const char *language, const char *body)
{
	const char *s = body;

	parsed->template = template;
	parsed->application_no = application_no;
	parsed->language = language;
	parsed->body = body;
	parsed->nfields = 0;
	while (*(s += strcspn(s, "{}")) != '\0')
	{
		TemplateField *field = &parsed->fields[parsed->nfields];
		int			len = strcspn(s + 1, "{}");

		if (*s == '}' || s[1 + len] != '}')
			refuse_brace(parsed, s);
		if (parsed->nfields == FORM_MAX_FIELDS)
			ereport(ERROR,
					(errcode(ERRCODE_LH_BAD_MESSAGE),
					 errmsg_case(application_no, "SMS template \"%s\" (%s) has more than %d placeholders",
								 template, language, FORM_MAX_FIELDS),
					 errhint("Write a shorter text: no message needs so many."),
					 err_column("sms_template", "body")));
		memset(field, 0, sizeof(TemplateField));
		field->placeholder = FindPlaceholder(s + 1, len);
		if (field->placeholder == NULL)
			refuse_name(parsed, s + 1, len);
		field->start = s;
		field->end = s + len + 2;
		parsed->nfields++;
		s = field->end;
	}
}

/* Write the first items of a list by groups, then how many are left out. */
static void
write_items(StringInfo text, const TemplateField *field, int shown, bool arabic)
{
	const char *group = NULL;

	for (int i = 0; i < shown; i++)
	{
		const char *label = field->labels[i];

		if (label != NULL && (group == NULL || strcmp(group, label) != 0))
		{
			if (i > 0)
				appendStringInfoString(text, arabic ? "؛ " : "; ");
			appendStringInfoString(text, label);
			group = label;
		}
		else if (i > 0)
			appendStringInfoString(text, arabic ? "، " : ", ");
		appendStringInfoString(text, field->items[i]);
	}
	if (shown < field->nitems)
		appendStringInfo(text, arabic ? " وغيرها (%d)" : " and %d more",
						 field->nitems - shown);
}

char *
RenderTemplate(const ParsedTemplate *parsed, int max_items)
{
	StringInfoData text;
	const char *s = parsed->body;

	initStringInfo(&text);
	for (int i = 0; i < parsed->nfields; i++)
	{
		const TemplateField *field = &parsed->fields[i];

		appendBinaryStringInfo(&text, s, field->start - s);
		write_items(&text, field, Min(field->nitems, max_items),
					is_arabic(parsed));
		s = field->end;
	}
	appendStringInfoString(&text, s);
	return text.data;
}

int
LongestList(const ParsedTemplate *parsed)
{
	int			longest = 1;

	for (int i = 0; i < parsed->nfields; i++)
		longest = Max(longest, parsed->fields[i].nitems);
	return longest;
}

/*
 * What no message has: control characters but line breaks, and characters
 * without a shape, of which some telephones show a box.
 */
static bool
is_shapeless(pg_wchar c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0) ||
		c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
		(c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
		c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFC);
}

void
CheckCharacters(const ParsedTemplate *parsed, const char *text)
{
	SmsReader	reader = ReadSms(text);
	pg_wchar	c;

	while ((c = NextCharacter(&reader)) != 0)
	{
		if (is_shapeless(c))
			ereport(ERROR,
					(errcode(ERRCODE_LH_BAD_MESSAGE),
					 errmsg_case(parsed->application_no, "SMS \"%s\" (%s) has the character U+%04X, which has no shape",
								 parsed->template, parsed->language, c),
					 errhint("Leave control characters, marks of direction and joiners out: they cost room, and some telephones show a box."),
					 err_column("sms_template", "body")));
	}
	if (!IsVisible(text, strlen(text)))
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_MESSAGE),
				 errmsg_case(parsed->application_no, "SMS \"%s\" (%s) is blank", parsed->template, parsed->language),
				 errdetail("A gateway would send it all the same."),
				 errhint("Write what it has to say."),
				 err_column("sms_template", "body")));
}
