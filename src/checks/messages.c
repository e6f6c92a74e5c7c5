/*
 * messages.c
 *		The messages that a workflow owes can be written.
 *
 * Without this, a step would be refused when somebody takes it: its message
 * has no text, or the case has no value for a placeholder.  So each message
 * must have its texts, and a case must have a value for each placeholder of a
 * text.  A precondition of the transition that owes the message proves the
 * value, or every path to that transition does.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "spi/plan.h"
#include "sms/text/parsed_template.h"
#include "checks/soundness.h"
#include "workflow/transitions.h"

/* The texts of a message, or of all; those that are past are owed no more. */
static SavedPlan texts_query = SAVED_PLAN("SELECT p.template, p.language, p.body FROM licence_home.sms_template AS p "
										  "WHERE p.withdrawn_at IS NULL AND ($1 IS NULL OR p.template = $1) "
										  "AND coalesce(upper(p.valid) > licence_home.today(), true) "
										  "ORDER BY p.template, p.language, p.valid");

/*
 * Both languages have a text on every day on which a case may owe it: from
 * the workflow's first day, or today, on.
 */
static List *
find_missing_texts(OwnerScope *scope, const char *workflow, int32 version,
				   const char *template, List *defects)
{
	static SavedPlan find = SAVED_PLAN("SELECT m.template, m.language, m.state, m.action "
									   "FROM licence_home_internal.messages_without_text($1, $2, $3) AS m");
	Rows		rows = ExecPlan(scope, &find, TextArg(workflow), Int4Arg(version),
								TextArg(template));

	for (uint64 i = 0; i < rows.count; i++)
		defects = AddDefect(defects, "template_missing", RowText(rows, i, 3), RowText(rows, i, 4),
							"The message \"%s\" has no text in the language \"%s\" for every day from now on.",
							RowText(rows, i, 1), RowText(rows, i, 2));
	return defects;
}

/*
 * Is there certainly a value for a placeholder after a transition? *without:
 * the states that are reached without it, looked up at most once.
 */
static bool
is_provided(const Graph *graph, const GraphEdge *edge,
			const Placeholder *placeholder, bool **without)
{
	switch (placeholder->source)
	{
		case SOURCE_CASE:
			return true;
		case SOURCE_STATE:
			return graph->states[edge->to].has_target;
		case SOURCE_STEP:
			return (edge->provides & placeholder->provided) != 0;
		case SOURCE_PATH:
			break;
	}
	if (edge->withdraws & placeholder->provided)
		return false;
	if (edge->provides & placeholder->provided)
		return true;
	if (*without == NULL)
		*without = Reach(graph, STATE_START, false, placeholder->provided, true);
	return !(*without)[edge->from];
}

/* Try a text's placeholders with every transition that owes it. */
static List *
find_unfillable(const Graph *graph, const ParsedTemplate *parsed, List *defects)
{
	bool	  **without = palloc0(sizeof(bool *) * (parsed->nfields + 1));

	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];

		if (!HasName(edge->transition.messages, parsed->template))
			continue;
		for (int j = 0; j < parsed->nfields; j++)
		{
			const Placeholder *placeholder = parsed->fields[j].placeholder;

			if (!is_provided(graph, edge, placeholder, &without[j]))
				defects = AddDefect(defects, "message_not_fillable",
									graph->states[edge->from].name, edge->transition.action,
									"The message \"%s\" (%s) has {%s}, and the case may have no %s when this step owes it.",
									parsed->template, parsed->language,
									placeholder->name, placeholder->what);
		}
	}
	return defects;
}

/* Does each text of a message name the deadline?  Where there is none, that is another defect. */
static bool
names_deadline(OwnerScope *scope, const char *template)
{
	Rows		texts = ExecPlan(scope, &texts_query, TextArg(template));

	for (uint64 i = 0; i < texts.count; i++)
	{
		ParsedTemplate parsed;
		bool		named = false;

		ParseTemplate(&parsed, 0, RowText(texts, i, 1), RowText(texts, i, 2),
					  RowText(texts, i, 3));
		for (int j = 0; j < parsed.nfields; j++)
			named = named || parsed.fields[j].placeholder->kind == PLACEHOLDER_DEADLINE;
		if (!named)
			return false;
	}
	return true;
}

/* A date that an applicant is bound to is told: when it is set, and when it is put off. */
static List *
find_untold_deadlines(OwnerScope *scope, const Graph *graph, const char *template,
					  List *defects)
{
	for (int i = 0; i < graph->state_count; i++)
	{
		const char *tells = graph->states[i].deadline_template;

		if (tells != NULL && (template == NULL || strcmp(template, tells) == 0) &&
			!names_deadline(scope, tells))
			defects = AddDefect(defects, "deadline_untold", graph->states[i].name, NULL,
								"The message \"%s\" is to tell the deadline, and a text of it has no {due}.", tells);
	}
	for (int i = 0; i < graph->edge_count; i++)
	{
		const GraphEdge *edge = &graph->edges[i];
		bool		told = false;
		ListCell   *cell;

		if (!HasTrait(&edge->transition, TRAIT_EXTENDS_DEADLINE) ||
			graph->states[edge->from].deadline_template == NULL ||
			(template != NULL && !HasName(edge->transition.messages, template)))
			continue;
		foreach(cell, edge->transition.messages)
			told = told || names_deadline(scope, lfirst(cell));
		if (!told)
			defects = AddDefect(defects, "deadline_untold", graph->states[edge->from].name, edge->transition.action,
								"The step puts off a deadline that the applicant was told, and owes no message of which each text has {due}.");
	}
	return defects;
}

List *
FindMessageDefects(OwnerScope *scope, const Graph *graph,
				   const char *workflow, int32 version,
				   const char *template, List *defects)
{
	Rows		texts;

	defects = find_missing_texts(scope, workflow, version, template, defects);
	defects = find_untold_deadlines(scope, graph, template, defects);
	texts = ExecPlan(scope, &texts_query, TextArg(template));
	for (uint64 i = 0; i < texts.count; i++)
	{
		ParsedTemplate parsed;

		ParseTemplate(&parsed, 0, RowText(texts, i, 1), RowText(texts, i, 2),
					  RowText(texts, i, 3));
		defects = find_unfillable(graph, &parsed, defects);
	}
	return defects;
}
