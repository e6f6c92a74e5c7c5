/*
 * template_fit.c
 *		Whether a template fits into its parts, whatever fills it.
 *
 * A text that does not fit refuses the step that owes it.  So a template is
 * tried with everything that its placeholders can stand for: the longest
 * numbers and days, and every name of the rule tables.  Of a list one item and
 * the number of the others must fit, since a list is shortened to that.  A
 * character without a shape would refuse the step likewise.
 *
 * One name beyond the GSM 7-bit alphabet makes the whole text UCS-2.  So the
 * longest value of each placeholder is not enough: every value is tried with
 * the longest of the others.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "errors.h"
#include "spi/plan.h"
#include "sms/text/bidi_check.h"
#include "sms/text/parts.h"
#include "sms/text/template_fit.h"

/* What a placeholder can come to stand for. */
typedef struct Known
{
	int			count;
	int			names;			/* without their groups */
	char	  **labels;
	char	  **items;
	int			shortest;
	int			longest;
} Known;

/* A part must fit through the narrowest of the gateways to come. */
static SavedPlan narrowest_part = SAVED_PLAN("SELECT coalesce(min(g.ucs2_part), 67) FROM licence_home.sms_gateway g"
											 " WHERE g.withdrawn_at IS NULL"
											 " AND coalesce(upper(g.valid) > licence_home.today(), true)");

/* Read what a placeholder of a template can stand for. */
static void
read_known(OwnerScope *scope, const ParsedTemplate *parsed, Placeholder *placeholder,
		   Known *known)
{
	Rows		rows = ExecPlan(scope, &placeholder->known, TextArg(parsed->language));
	int			longest = 0;
	int			shortest = INT_MAX;

	memset(known, 0, sizeof(Known));
	known->count = (int) rows.count;
	known->labels = palloc0((known->count + 1) * sizeof(char *));
	known->items = palloc0((known->count + 1) * sizeof(char *));
	for (int i = 0; i < known->count; i++)
	{
		const char *label;
		int			units;

		known->labels[i] = RowText(rows, i, 1);
		known->items[i] = RowText(rows, i, 2);
		CheckCharacters(parsed, known->items[i]);
		label = known->labels[i] ? known->labels[i] : "";
		units = MeasureSms(psprintf("%s%s", label, known->items[i]),
						   SMS_UCS2_PART).units;
		if (units > longest)
		{
			longest = units;
			known->longest = i;
		}
		if (units < shortest)
		{
			shortest = units;
			known->shortest = i;
		}
		/* A list has each thing in one group. */
		known->names += known->labels[i] == NULL ||
			strcmp(known->labels[i], known->labels[0]) == 0;
	}
	if (known->count == 0)		/* nothing has a name yet */
		known->items[0] = "";
}

/* Let a field stand for one of its values, or for a list that begins with it. */
static void
fill_field(TemplateField *field, Known *known, int i, bool shortened)
{
	field->labels = &known->labels[i];
	field->items = &known->items[i];
	field->nitems = 1;
	if (shortened && field->placeholder->kind == PLACEHOLDER_LIST)
		field->nitems = Max(known->names, 1);
}

/* Refuse a text that takes more parts than its template allows. */
static void
check_size(const ParsedTemplate *parsed, int max_parts, int ucs2_part)
{
	char	   *text = RenderTemplate(parsed, 1);
	SmsSize		size = MeasureSms(text, ucs2_part);

	if (size.parts > max_parts)
		ereport(ERROR,
				(errcode(ERRCODE_LH_BAD_MESSAGE),
				 errmsg("SMS template \"%s\" (%s) can need %d parts; its max_parts is %d",
						parsed->template, parsed->language, size.parts, max_parts),
				 errdetail("These %d characters in %s, of which %d go into a part of a long message: \"%s\"",
						   size.units, size.ucs2 ? "UCS-2" : "GSM-7",
						   size.ucs2 ? ucs2_part : 153, text),
				 errhint("Shorten the template or the names that it uses, or publish it with more max_parts."),
				 err_column("sms_template", "max_parts")));
	CheckBidi(parsed, text);
}

/* How many characters go into a part of a long UCS-2 message. */
static int
read_part(OwnerScope *scope)
{
	return RowInt4(ExecPlanNoArgs(scope, &narrowest_part), 0, 1);
}

/* Read what every field of a template can stand for. */
static Known *
read_all(OwnerScope *scope, const ParsedTemplate *parsed)
{
	Known	   *known = palloc(sizeof(Known) * FORM_MAX_FIELDS);

	for (int i = 0; i < parsed->nfields; i++)
		read_known(scope, parsed, parsed->fields[i].placeholder, &known[i]);
	return known;
}

void
CheckShortest(OwnerScope *scope, ParsedTemplate *parsed, int max_parts)
{
	Known	   *known = read_all(scope, parsed);

	for (int i = 0; i < parsed->nfields; i++)
		fill_field(&parsed->fields[i], &known[i], known[i].shortest, false);
	check_size(parsed, max_parts, read_part(scope));
}

void
CheckLongest(OwnerScope *scope, ParsedTemplate *parsed, int max_parts)
{
	Known	   *known = read_all(scope, parsed);
	int			ucs2_part = read_part(scope);

	for (int i = 0; i < parsed->nfields; i++)
		fill_field(&parsed->fields[i], &known[i], known[i].longest, true);
	check_size(parsed, max_parts, ucs2_part);
	for (int i = 0; i < parsed->nfields; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < known[i].count; j++)
		{
			fill_field(&parsed->fields[i], &known[i], j, true);
			check_size(parsed, max_parts, ucs2_part);
		}
		fill_field(&parsed->fields[i], &known[i], known[i].longest, true);
	}
}
