/*
 * objections.c
 *		What stands against a step, as an error says it.
 *
 * The message has the first objection, so that a log line alone tells what is
 * lacking; the detail has all, each on its own line.  A session that names its
 * language (licence_home.language) gets that one; else all lines in English
 * come before all in Arabic.  For programs, licence_home.error_detail = json
 * makes the detail an array of objects:
 *
 *	[{"precondition": "documents_given", "sqlstate": "LH003",
 *	  "subject": "title_deed", "text_ar": "...", "text_en": "...",
 *	  "hint": "..."}]
 *
 * There is no function that gives the last error's objections: behind a pool
 * of connections the next one to ask is another person.
 */
#include "postgres.h"

#include "utils/json.h"

#include "errors.h"
#include "settings.h"
#include "workflow/objections.h"
#include "workflow/transition_title.h"

const char *
ObjectionText(const Objection *objection)
{
	return language_setting == LANGUAGE_AR ? objection->text_ar
		: objection->text_en;
}

/* Add a line a objection, in one language. */
static void
append_lines(StringInfo detail, List *objections, bool arabic)
{
	ListCell   *cell;

	foreach(cell, objections)
	{
		Objection  *objection = lfirst(cell);

		if (detail->len > 0)
			appendStringInfoChar(detail, '\n');
		appendStringInfoString(detail, arabic ? objection->text_ar
							   : objection->text_en);
	}
}

/* Add a member of a JSON object; NULL is null. */
static void
append_member(StringInfo json, const char *name, const char *value)
{
	if (json->data[json->len - 1] != '{')
		appendStringInfoString(json, ", ");
	escape_json(json, name);
	appendStringInfoString(json, ": ");
	if (value == NULL)
		appendStringInfoString(json, "null");
	else
		escape_json(json, value);
}

/* Add all objections as a JSON array. */
static void
append_json(StringInfo detail, List *objections)
{
	ListCell   *cell;

	appendStringInfoChar(detail, '[');
	foreach(cell, objections)
	{
		Objection  *objection = lfirst(cell);

		if (detail->len > 1)
			appendStringInfoString(detail, ",\n ");
		appendStringInfoChar(detail, '{');
		append_member(detail, "precondition", objection->precondition);
		append_member(detail, "sqlstate", unpack_sql_state(objection->sqlstate));
		append_member(detail, "subject", objection->subject);
		append_member(detail, "text_ar", objection->text_ar);
		append_member(detail, "text_en", objection->text_en);
		append_member(detail, "hint", objection->hint);
		appendStringInfoChar(detail, '}');
	}
	appendStringInfoChar(detail, ']');
}

/* All objections, as the session wants them. */
static char *
detail_of(List *objections)
{
	StringInfoData detail;

	initStringInfo(&detail);
	if (error_detail_setting == DETAIL_JSON)
		append_json(&detail, objections);
	else
	{
		if (language_setting != LANGUAGE_AR)
			append_lines(&detail, objections, false);
		if (language_setting != LANGUAGE_EN)
			append_lines(&detail, objections, true);
	}
	return detail.data;
}

/* The first objection, without its full stop, and how many follow. */
static char *
summary_of(List *objections)
{
	const char *text = ObjectionText(linitial(objections));
	int			length = strlen(text);
	int			others = list_length(objections) - 1;

	if (length > 0 && text[length - 1] == '.')
		length--;
	if (others == 0)
		return psprintf("%.*s", length, text);
	return psprintf(language_setting == LANGUAGE_AR ? "%.*s، وغيرها (%d)" : "%.*s; and %d more",
					length, text, others);
}

void
RaiseObjections(int64 application_no, const Transition *transition,
				List *objections)
{
	Objection  *first = linitial(objections);
	char	   *summary = summary_of(objections);

	ereport(ERROR,
			(errcode(first->sqlstate),
			 language_setting == LANGUAGE_AR
			 ? errmsg_case_ar(application_no, "رُفضت الخطوة %s: %s",
							  TransitionTitle(transition, true), summary)
			 : errmsg_case(application_no, "step %s is refused: %s",
						   TransitionTitle(transition, false), summary),
			 errdetail_internal("%s", detail_of(objections)),
			 errhint("%s", first->hint),
			 err_constraint("application", first->precondition)));
}
