/*
 * request_template.h
 *		Writing requests: what a gateway's row says, filled in for a message.
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

/* What varies from message to message. */
typedef enum RequestVariable
{
	VARIABLE_LITERAL,			/* nothing does */
	VARIABLE_TO,
	VARIABLE_TO_DIGITS,
	VARIABLE_TEXT,
	VARIABLE_ID,
	VARIABLE_CODING
} RequestVariable;

/* A placeholder, "{name}" or "{name:argument:argument}", as written. */
typedef struct GatewayPlaceholder
{
	const char *end;			/* behind its closing brace */
	char	   *name;
	int			nargs;
	char	   *args[PLACEHOLDER_MAX_ARGS];
} GatewayPlaceholder;

typedef struct RequestPart
{
	RequestVariable variable;
	char	   *literal;		/* in UTF-8, encoded */
	int			len;
} RequestPart;

/* A string of a gateway's row, taken apart, its constant values filled in. */
typedef struct RequestTemplate
{
	Encoding	encoding;
	bool		fixed;			/* the same for every message */
	int			nparts;
	RequestPart *parts;
} RequestTemplate;

/* Where a template finds the values that are a gateway's own; NULL: unknown. */
typedef const char *(*FindValue) (const void *gateway, const char *name);

/* Is this the start of a placeholder?  Its parts are allocated. */
extern bool ScanPlaceholder(const char *s, GatewayPlaceholder *placeholder);

/* The variable of a placeholder's name, or VARIABLE_LITERAL. */
extern RequestVariable FindVariable(const char *name);

/*
 * Take a string apart.  Of a placeholder that nobody knows the name is
 * written to unknown, and NULL is the result.
 */
extern RequestTemplate *ParseRequestTemplate(const char *source, Encoding encoding,
											 FindValue find, const void *gateway,
											 char **unknown);

/* Write it for a message behind what is there; coding is what {coding} says. */
extern void WriteRequestTemplate(StringInfo out, const RequestTemplate *template,
								 const SmsMessage *message, const char *coding);

/* Does a template have a variable? */
extern bool RequestTemplateHas(const RequestTemplate *template, RequestVariable variable);

/* Base64 of bytes. */
extern char *Base64(const char *bytes, int len);

#endif							/* LICENCE_HOME_REQUEST_TEMPLATE_H */
