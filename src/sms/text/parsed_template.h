/*
 * parsed_template.h
 *		A template's body, taken apart at its placeholders.
 */
#ifndef LICENCE_HOME_FORM_H
#define LICENCE_HOME_FORM_H

#include "sms/text/placeholders.h"

#define FORM_MAX_FIELDS 16

/* A placeholder of the body, and what it stands for. */
typedef struct FormField
{
	Placeholder *placeholder;
	const char *start;			/* its opening brace */
	const char *end;			/* behind its closing brace */
	int			nitems;
	char	  **labels;			/* group of each item, or NULL */
	char	  **items;
} FormField;

typedef struct Form
{
	const char *template;
	const char *language;
	const char *body;
	int			nfields;
	FormField	fields[FORM_MAX_FIELDS];
} Form;

/* Take a body apart; LH015 when its braces or placeholders are wrong. */
extern void ParseForm(Form *form, const char *template, const char *language,
					  const char *body);

/* Put it together with the first items of each list, at most so many. */
extern char *PutTogether(const Form *form, int max_items);

/* The length of the longest list. */
extern int	LongestList(const Form *form);

/* LH015 for a text that is blank, or has a character that no message has. */
extern void CheckCharacters(const Form *form, const char *text);

#endif							/* LICENCE_HOME_FORM_H */
