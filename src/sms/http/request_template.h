/*
 * request_template.h
 *		Writing requests: what a gateway's row says, filled in for a letter.
 */
#ifndef LICENCE_HOME_REQUEST_TEMPLATE_H
#define LICENCE_HOME_REQUEST_TEMPLATE_H

#include "lib/stringinfo.h"

#include "sms/http/gateway.h"

#define PLACEHOLDER_MAX_ARGS 2

/* How a value is written, by the place where it stands. */
typedef enum Encoding
{
	ENCODE_PERCENT,				/* a URL or a form */
	ENCODE_JSON,				/* a whole string, with its quotes */
	ENCODE_XML,
	ENCODE_HEADER				/* as it is, but for control characters */
} Encoding;

/* What varies from letter to letter. */
typedef enum RequestVariable
{
	WORD_LITERAL,				/* nothing does */
	WORD_TO,
	WORD_TO_DIGITS,
	WORD_TEXT,
	WORD_ID,
	WORD_CODING
} RequestVariable;

/* A placeholder, "{name}" or "{name:argument:argument}", as written. */
typedef struct GatewayPlaceholder
{
	const char *end;			/* behind its closing brace */
	char	   *name;
	int			nargs;
	char	   *args[PLACEHOLDER_MAX_ARGS];
} GatewayPlaceholder;

typedef struct StencilPart
{
	RequestVariable word;
	char	   *literal;		/* in UTF-8, encoded */
	int			len;
} StencilPart;

/* A string of a gateway's row, taken apart, its constant values filled in. */
typedef struct RequestTemplate
{
	Encoding	encoding;
	bool		fixed;			/* the same for every letter */
	int			nparts;
	StencilPart *parts;
} RequestTemplate;

/* Where a template finds the values that are a gateway's own; NULL: unknown. */
typedef const char *(*FindValue) (const void *gateway, const char *name);

/* Is this the start of a placeholder?  Its parts are allocated. */
extern bool ScanPlaceholder(const char *s, GatewayPlaceholder *placeholder);

/* The word of a placeholder's name, or WORD_LITERAL. */
extern RequestVariable FindWord(const char *name);

/*
 * Take a string apart.  Of a placeholder that nobody knows the name is
 * written to unknown, and NULL is the result.
 */
extern RequestTemplate *ParseRequestTemplate(const char *source, Encoding encoding,
											 FindValue find, const void *gateway,
											 char **unknown);

/* Write it for a letter behind what is there; coding is what {coding} says. */
extern void WriteRequestTemplate(StringInfo out, const RequestTemplate *template,
								 const SmsLetter *letter, const char *coding);

/* Does a template have a word? */
extern bool RequestTemplateHas(const RequestTemplate *template, RequestVariable word);

/* Base64 of bytes. */
extern char *Base64(const char *bytes, int len);

#endif							/* LICENCE_HOME_REQUEST_TEMPLATE_H */
