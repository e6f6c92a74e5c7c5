/*
 * template.c
 *		Templates of messages, filled for a case.
 *
 * A gateway accepts an empty text and cuts a long one in silence, so what
 * cannot be filled, is blank or does not fit is refused here, in the
 * transaction of the step that owes the message.  A list alone may be
 * shortened, to its first items and the number of the others.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "errors.h"
#include "sms/parts.h"
#include "sms/placeholders.h"
#include "sms/template.h"

#define MAX_PLACEHOLDERS 16

/* A placeholder of the template at hand, with what it stands for. */
typedef struct Filling
{
	const char *start;			/* its opening brace */
	const char *end;			/* behind its closing brace */
	PlaceholderKind kind;
	int			nitems;
	char	  **labels;			/* group of each item, or NULL */
	char	  **items;
} Filling;

/* A template's body, taken apart. */
typedef struct Form
{
	const char *template;
	const char *body;
	bool		arabic;
	int			nfillings;
	Filling		fillings[MAX_PLACEHOLDERS];
} Form;

static KeptQuery template_query = KEPT_QUERY("ttd",
	"SELECT t.body, t.max_parts, t.priority, t.doubt,"
	" (EXTRACT(epoch FROM t.expires_after) * 1000000)::bigint,"
	" coalesce((SELECT min(g.ucs2_part) FROM licence_home.sms_gateway g"
	"   WHERE g.valid @> $3 AND g.withdrawn_at IS NULL), 67),"
	" t.send_from::text, t.send_until::text"
	" FROM licence_home.sms_template t"
	" WHERE t.template = $1 AND t.language = $2 AND t.valid @> $3 AND t.withdrawn_at IS NULL");

static KeptQuery appointment_query = KEPT_QUERY("n",
	"SELECT i.scheduled_for FROM licence_home.inspection i"
	" WHERE i.application_no = $1 AND i.outcome = 'pending'");

/* Refuse a placeholder that the template should not have. */
static void
refuse_placeholder(const Form *form, const char *start, int len)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg("SMS template \"%s\" has the unknown placeholder \"%.*s\"",
					form->template, len, start),
			 errhint("Publish a version of the template with the placeholders listed in doc/reference.md.")));
}

/* Refuse a placeholder that stands for nothing. */
static void
refuse_unfilled(const Form *form, const Filling *filling)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg("SMS \"%s\" cannot be filled in", form->template),
			 errdetail("The case has nothing for the placeholder \"%.*s\", or something without a name in force.",
					   (int) (filling->end - filling->start), filling->start),
			 errhint("Complete the evidence of the case, or the names in the rule tables.")));
}

/* Refuse a text that has no letter, or too many. */
static void
refuse_size(const Form *form, const SmsSize *size, int max_parts)
{
	if (size->parts == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_MESSAGE),
				 errmsg("SMS \"%s\" is blank", form->template),
				 errhint("Publish a version of the template with a text.")));
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg("SMS \"%s\" is too long", form->template),
			 errdetail("It takes %d parts (%d characters in %s); its template allows %d.",
					   size->parts, size->units,
					   size->ucs2 ? "UCS-2" : "GSM-7", max_parts),
			 errhint("Shorten the template or the names that it uses, or publish a version with more max_parts.")));
}

/* Run the query of a placeholder and keep its rows. */
static void
look_up(OwnerScope *scope, const Form *form, Filling *filling,
		Placeholder *placeholder, int64 application_no,
		const SmsRecipient *recipient)
{
	Datum		values[] = {
		Int64GetDatum(application_no),
		CStringGetTextDatum(recipient->language),
		DateADTGetDatum(recipient->day)
	};
	bool		list = placeholder->kind == PLACEHOLDER_LIST;

	filling->kind = placeholder->kind;
	filling->nitems = (int) RunKept(scope, &placeholder->query, values, NULL, 0);
	if (filling->nitems == 0)
		refuse_unfilled(form, filling);
	filling->labels = palloc0(filling->nitems * sizeof(char *));
	filling->items = palloc0(filling->nitems * sizeof(char *));
	for (int i = 0; i < filling->nitems; i++)
	{
		if (list)
			filling->labels[i] = RowText(i, 1);
		filling->items[i] = RowText(i, list ? 2 : 1);
		if (filling->items[i] == NULL || filling->items[i][0] == '\0')
			refuse_unfilled(form, filling);
	}
}

/* Take a template's body apart and look up what its placeholders stand for. */
static void
take_apart(OwnerScope *scope, Form *form, int64 application_no,
		   const SmsRecipient *recipient)
{
	const char *s = form->body;

	while ((s = strchr(s, '{')) != NULL)
	{
		const char *close = strchr(s, '}');
		int			len = close ? (int) (close - s) + 1 : (int) strlen(s);
		Placeholder *placeholder = NULL;
		Filling    *filling;

		if (close != NULL && form->nfillings < MAX_PLACEHOLDERS)
			placeholder = FindPlaceholder(s + 1, len - 2);
		if (placeholder == NULL)
			refuse_placeholder(form, s, len);
		filling = &form->fillings[form->nfillings++];
		filling->start = s;
		filling->end = s + len;
		look_up(scope, form, filling, placeholder, application_no, recipient);
		s += len;
	}
}

/* Write the first items of a list by groups, then how many are left out. */
static void
write_items(StringInfo text, const Filling *filling, int shown, bool arabic)
{
	const char *group = NULL;

	for (int i = 0; i < shown; i++)
	{
		const char *label = filling->labels[i];

		if (label != NULL && (group == NULL || strcmp(group, label) != 0))
		{
			if (i > 0)
				appendStringInfoString(text, arabic ? "؛ " : "; ");
			appendStringInfoString(text, label);
			group = label;
		}
		else if (i > 0)
			appendStringInfoString(text, arabic ? "، " : ", ");
		appendStringInfoString(text, filling->items[i]);
	}
	if (shown < filling->nitems)
		appendStringInfo(text, arabic ? " و%d غيرها" : " and %d more",
						 filling->nitems - shown);
}

/* Put the form together with at most so many items of each list. */
static char *
put_together(const Form *form, int max_items)
{
	StringInfoData text;
	const char *s = form->body;

	initStringInfo(&text);
	for (int i = 0; i < form->nfillings; i++)
	{
		const Filling *filling = &form->fillings[i];

		appendBinaryStringInfo(&text, s, filling->start - s);
		write_items(&text, filling, Min(filling->nitems, max_items),
					form->arabic);
		s = filling->end;
	}
	appendStringInfoString(&text, s);
	return text.data;
}

/* The longest list of a form. */
static int
longest_list(const Form *form)
{
	int			longest = 1;

	for (int i = 0; i < form->nfillings; i++)
		longest = Max(longest, form->fillings[i].nitems);
	return longest;
}

/* Does it consist of blanks alone? */
static bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* When the inspection that the form names begins; infinity for none. */
static TimestampTz
appointment(OwnerScope *scope, const Form *form, int64 application_no)
{
	Datum		values[] = {Int64GetDatum(application_no)};

	for (int i = 0; i < form->nfillings; i++)
	{
		if (form->fillings[i].kind == PLACEHOLDER_APPOINTMENT &&
			RunKept(scope, &appointment_query, values, NULL, 1) == 1)
		{
			bool		isnull;

			return DatumGetTimestampTz(RowDatum(0, 1, &isnull));
		}
	}
	return DT_NOEND;
}

SmsText
FillTemplate(OwnerScope *scope, int64 application_no, const char *template,
			 const SmsRecipient *recipient)
{
	DateADT		today = ClockDay(ClockNow());
	Datum		values[] = {
		CStringGetTextDatum(template),
		CStringGetTextDatum(recipient->language),
		DateADTGetDatum(today)
	};
	Form		form = {.template = template};
	SmsText		text = {0};
	SmsSize		size;
	int			max_parts;
	int			ucs2_part;
	int			items;

	if (RunKept(scope, &template_query, values, NULL, 2) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_MESSAGE),
				 errmsg("no one SMS template \"%s\" in language \"%s\" is in force",
						template, recipient->language),
				 errhint("Publish it in licence_home.sms_template for today, in both languages.")));
	form.body = RowText(0, 1);
	form.arabic = strcmp(recipient->language, "ar") == 0;
	max_parts = RowInt4(0, 2);
	text.priority = RowInt4(0, 3);
	text.doubt = RowText(0, 4);
	text.lasts = RowInt8(0, 5);
	ucs2_part = RowInt4(0, 6);
	text.send_from = RowText(0, 7);
	text.send_until = RowText(0, 8);

	take_apart(scope, &form, application_no, recipient);

	items = longest_list(&form);
	do
	{
		text.body = put_together(&form, items);
		size = MeasureSms(text.body, ucs2_part);
	} while (size.parts > max_parts && --items > 0);
	if (is_blank(text.body))
		size.parts = 0;
	if (size.parts == 0 || size.parts > max_parts)
		refuse_size(&form, &size, max_parts);
	text.parts = size.parts;
	text.useless_from = appointment(scope, &form, application_no);
	return text;
}
