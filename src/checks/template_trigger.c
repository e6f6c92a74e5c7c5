/*
 * template_trigger.c
 *		Texts of messages are checked when they are written.
 *
 * A gateway accepts an empty text and cuts a long one in silence.  A step
 * whose message cannot be written is refused in front of the person who takes
 * it.  So a bad template is refused when it is written:
 *
 *	at once		unknown placeholders, braces, characters without a shape,
 *				links, disorder, too many parts with the shortest values;
 *	at commit	a day without a text in the other language or for a workflow
 *				that owes it, a placeholder for which a case may have nothing,
 *				too many parts with the longest values.
 *
 * Names and gateways may come after a template.  One that makes a template too
 * long is refused.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "errors.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "sms/text/parsed_template.h"
#include "sms/text/parts.h"
#include "sms/text/template_fit.h"
#include "checks/facts.h"
#include "checks/soundness.h"

/* A column of a template's row. */
static char *
column_of(Relation rel, HeapTuple tuple, const char *name)
{
	return ColumnOutput(tuple, RelationGetDescr(rel), name);
}

/* The number of letters of the Latin alphabet here, at most two. */
static int
letters_at(const char *s, int step, int room)
{
	int			n = 0;

	while (n < 2 && n < room &&
		   pg_tolower(s[n * step]) >= 'a' && pg_tolower(s[n * step]) <= 'z')
		n++;
	return n;
}

/* Does a text have a link: a scheme, "www.", or a name with a dot in it? */
static bool
has_link(const char *body)
{
	if (strstr(body, "://") != NULL || strcasestr(body, "www.") != NULL)
		return true;
	for (const char *dot = body; (dot = strchr(dot, '.')) != NULL; dot++)
	{
		if (letters_at(dot - 1, -1, dot - body) == 2 &&
			letters_at(dot + 1, 1, strlen(dot + 1)) == 2)
			return true;
	}
	return false;
}

/* People learn that the municipality's messages have no links. */
static void
refuse_link(const ParsedTemplate *parsed)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_BAD_MESSAGE),
			 errmsg("SMS template \"%s\" (%s) has a link", parsed->template, parsed->language),
			 errdetail("Whoever never gets a link from the municipality does not follow a forged one."),
			 errhint("Leave the address out; put a space after a full stop."),
			 err_column("sms_template", "body")));
}

/* An English text that leaves GSM-7 costs twice as much. */
static void
warn_of_ucs2(const ParsedTemplate *parsed)
{
	pg_wchar	c = BeyondGsm7(parsed->body);
	unsigned char utf8[5] = {0};

	if (c == 0 || strcmp(parsed->language, "en") != 0)
		return;
	unicode_to_utf8(c, utf8);
	ereport(WARNING,
			(errmsg("SMS template \"%s\" (%s) has the character \"%s\", which the GSM 7-bit alphabet lacks",
					parsed->template, parsed->language,
					pg_any_to_server((char *) utf8, strlen((char *) utf8), PG_UTF8)),
			 errdetail("A part of the message holds 67 characters instead of 153.")));
}

PG_FUNCTION_INFO_V1(licence_home_sms_template_trigger);
/* BEFORE INSERT for each row of sms_template. */
Datum
licence_home_sms_template_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "sms_template_trigger", BEFORE_ROW_TRIGGER);
	Relation	rel = data->tg_relation;
	HeapTuple	tuple = data->tg_trigtuple;
	char	   *template = column_of(rel, tuple, "template");
	char	   *language = column_of(rel, tuple, "language");
	char	   *body = column_of(rel, tuple, "body");
	char	   *max_parts = column_of(rel, tuple, "max_parts");
	ParsedTemplate parsed;
	OwnerScope	scope;

	/* NOT NULL constraints say so better. */
	if (template == NULL || language == NULL || body == NULL || max_parts == NULL)
		return PointerGetDatum(tuple);
	ParseTemplate(&parsed, 0, template, language, body);
	CheckCharacters(&parsed, body);
	if (has_link(body))
		refuse_link(&parsed);
	warn_of_ucs2(&parsed);
	EnterOwner(&scope, OWNER_WRITES);
	CheckShortest(&scope, &parsed, pg_strtoint32(max_parts));
	LeaveOwner(&scope);
	return PointerGetDatum(tuple);
}

/*
 * One session asks at a time whether texts fit names, and sees what the
 * others wrote: rule_trigger has taken this lock for whoever writes templates.
 */
static void
lock_templates(void)
{
	LockDatabaseObject(RelationRelationId,
					   ExtensionTable("sms_template"),
					   0, ExclusiveLock);
}

/* A day with a text in one language has one in the other. */
static void
refuse_missing_language(OwnerScope *scope, Relation rel, const char *template)
{
	static SavedPlan find = SAVED_PLAN("SELECT g.language, g.other, g.days FROM licence_home_internal.languages_lacking($1) AS g");
	Rows		rows = ExecPlan(scope, &find, TextArg(template));

	if (rows.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_RULE_GAP),
			 errmsg("SMS template \"%s\" has no text in the language \"%s\" in %s",
					template, RowText(rows, 0, 1), RowText(rows, 0, 3)),
			 errdetail("In the language \"%s\" it has one on these days.", RowText(rows, 0, 2)),
			 errhint("In the same transaction, insert the text in both languages for the same days."),
			 errtable(rel)));
}

/* What published workflows owe can be written. */
static void
refuse_workflow_defects(OwnerScope *scope, Relation rel, const char *template)
{
	static SavedPlan find = SAVED_PLAN("SELECT w.workflow, w.version FROM licence_home_internal.workflows_with_message($1) AS w");
	Rows		workflows = ExecPlan(scope, &find, TextArg(template));

	for (uint64 i = 0; i < workflows.count; i++)
	{
		char	   *workflow = RowText(workflows, i, 1);
		int32		version = RowInt4(workflows, i, 2);
		Graph	   *graph = ReadGraph(scope, workflow, version);
		List	   *defects;
		Defect	   *first;

		LearnFacts(graph);
		defects = FindMessageDefects(scope, graph, workflow, version, template, NIL);
		first = defects ? linitial(defects) : NULL;
		if (first != NULL)
			ereport(ERROR,
					(errcode(strcmp(first->defect, "template_missing") == 0 ?
							 ERRCODE_LH_RULE_GAP : ERRCODE_LH_BAD_MESSAGE),
					 errmsg("workflow \"%s\" version %d could not write the SMS \"%s\"",
							workflow, version, template),
					 first->action == NULL ?
					 errdetail("State \"%s\": %s", first->state, first->explanation) :
					 errdetail("Step \"%s\" from state \"%s\": %s",
							   first->action, first->state, first->explanation),
					 errhint("The workflow is published. In the same transaction, insert a text that it can write for every day from today on."),
					 errtable(rel)));
	}
}

/* Texts to come, of one template or of all, fit whatever fills them. */
static void
check_texts(OwnerScope *scope, const char *template)
{
	static SavedPlan find = SAVED_PLAN("SELECT t.template, t.language, t.body, t.max_parts FROM licence_home.sms_template t"
									   " WHERE t.withdrawn_at IS NULL AND ($1 IS NULL OR t.template = $1)"
									   " AND coalesce(upper(t.valid) > licence_home.today(), true)"
									   " ORDER BY t.sms_template_id");
	Rows		texts = ExecPlan(scope, &find, TextArg(template));

	for (uint64 i = 0; i < texts.count; i++)
	{
		ParsedTemplate parsed;

		ParseTemplate(&parsed, 0, RowText(texts, i, 1), RowText(texts, i, 2),
					  RowText(texts, i, 3));
		CheckLongest(scope, &parsed, RowInt4(texts, i, 4));
	}
}

PG_FUNCTION_INFO_V1(licence_home_sms_template_coverage);
/* AFTER INSERT or UPDATE for each row of sms_template, deferred. */
Datum
licence_home_sms_template_coverage(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "sms_template_coverage", AFTER_ROW_TRIGGER);
	Relation	rel = data->tg_relation;
	HeapTuple	tuple = TriggerNewTuple(data);
	char	   *template = column_of(rel, tuple, "template");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	refuse_missing_language(&scope, rel, template);
	refuse_workflow_defects(&scope, rel, template);
	check_texts(&scope, template);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_sms_names_fit);
/*
 * AFTER INSERT for each statement on the tables whose names stand in messages,
 * and on sms_gateway.
 */
Datum
licence_home_sms_names_fit(PG_FUNCTION_ARGS)
{
	OwnerScope	scope;

	(void) CheckedTrigger(fcinfo, "sms_names_fit", ANY_TRIGGER);
	EnterOwner(&scope, OWNER_WRITES);
	lock_templates();
	check_texts(&scope, NULL);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
