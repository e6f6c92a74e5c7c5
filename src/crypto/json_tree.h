/*
 * json_tree.h
 *		A small JSON text as a tree that keeps what jsonb loses: a name that
 *		comes twice.
 */
#ifndef LICENCE_HOME_CRYPTO_JSON_TREE_H
#define LICENCE_HOME_CRYPTO_JSON_TREE_H

#include "nodes/pg_list.h"

typedef enum JsonKind
{
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_STRING,
	JSON_NUMBER,
	JSON_OTHER					/* true, false, null */
} JsonKind;

typedef struct JsonNode
{
	JsonKind	kind;
	char	   *text;			/* of a scalar: a string without its escapes */
	List	   *nodes;			/* of an object or array: JsonNode */
	List	   *names;			/* of an object: char *, one a node */
	char	   *next_name;		/* private to json_tree.c */
} JsonNode;

/*
 * The tree of a text in UTF-8; NULL, with the fault, where it is no JSON or
 * an object in it has a name twice.
 */
extern JsonNode *ParseJsonTree(const char *text, int len, const char **fault);

/* A member of an object; NULL: it has none of that name. */
extern JsonNode *JsonMember(const JsonNode *object, const char *name);

/* The text of a member that is a string; NULL: there is none. */
extern const char *JsonString(const JsonNode *object, const char *name);

#endif							/* LICENCE_HOME_CRYPTO_JSON_TREE_H */
