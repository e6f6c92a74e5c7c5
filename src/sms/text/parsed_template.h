/*
 * parsed_template.h
 *		A template's body, taken apart at its placeholders.
 */
#ifndef LICENCE_HOME_PARSED_TEMPLATE_H
#define LICENCE_HOME_PARSED_TEMPLATE_H

#include "sms/text/placeholders.h"

#define FORM_MAX_FIELDS 16

/* A placeholder of the body, and what it stands for. */
typedef struct TemplateField
{
	Placeholder *placeholder;
	const char *start;			/* its opening brace */
	const char *end;			/* behind its closing brace */
	int			nitems;
	char	  **labels;			/* group of each item, or NULL */
	char	  **items;
} TemplateField;

typedef struct ParsedTemplate
{
	int64		application_no; /* for errors; 0: it is not filled for a case */
	const char *template;
	const char *language;
	const char *body;
	int			nfields;
	TemplateField fields[FORM_MAX_FIELDS];
} ParsedTemplate;

/*
 * Take a body apart, to fill it for a case or (0) to look at it; LH015 when
 * its braces or placeholders are wrong.
 */
extern void ParseTemplate(ParsedTemplate *parsed, int64 application_no, const char *template,
						  const char *language, const char *body);

/* Put it together with the first items of each list, at most so many. */
extern char *RenderTemplate(const ParsedTemplate *parsed, int max_items);

/* The length of the longest list. */
extern int	LongestList(const ParsedTemplate *parsed);

/* LH015 for a text that is blank, or has a character that no message has. */
extern void CheckCharacters(const ParsedTemplate *parsed, const char *text);

#endif							/* LICENCE_HOME_PARSED_TEMPLATE_H */
