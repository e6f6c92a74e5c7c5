/*
 * json_tree.c
 *		A small JSON text as a tree, built by PostgreSQL's own parser.
 */
#include "postgres.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"

#include "compat.h"
#include "crypto/json_tree.h"

/* The tree that is being built. */
typedef struct TreeState
{
	JsonNode   *root;
	List	   *open;			/* objects and arrays around what comes next */
	bool		name_twice;
} TreeState;

/* Put a new node where it belongs. */
static JsonNode *
add_node(TreeState *state, JsonKind kind, char *text)
{
	JsonNode   *node = palloc0(sizeof(JsonNode));
	JsonNode   *around = state->open == NIL ? NULL : llast(state->open);

	node->kind = kind;
	node->text = text;
	if (around == NULL)
		state->root = node;
	else
	{
		around->nodes = lappend(around->nodes, node);
		if (around->kind == JSON_OBJECT)
			around->names = lappend(around->names, around->next_name);
	}
	return node;
}

static JsonActionResult
object_start(void *state)
{
	TreeState  *tree = state;

	tree->open = lappend(tree->open, add_node(tree, JSON_OBJECT, NULL));
	return JSON_ACTION_DONE;
}

static JsonActionResult
array_start(void *state)
{
	TreeState  *tree = state;

	tree->open = lappend(tree->open, add_node(tree, JSON_ARRAY, NULL));
	return JSON_ACTION_DONE;
}

static JsonActionResult
node_end(void *state)
{
	TreeState  *tree = state;

	tree->open = list_delete_last(tree->open);
	return JSON_ACTION_DONE;
}

static JsonActionResult
field_start(void *state, char *name, bool isnull pg_attribute_unused())
{
	TreeState  *tree = state;
	JsonNode   *object = llast(tree->open);

	if (JsonMember(object, name) != NULL)
		tree->name_twice = true;
	object->next_name = name;
	return JSON_ACTION_DONE;
}

static JsonActionResult
scalar(void *state, char *token, JsonTokenType type)
{
	(void) add_node(state,
					type == JSON_TOKEN_STRING ? JSON_STRING :
					type == JSON_TOKEN_NUMBER ? JSON_NUMBER : JSON_OTHER, token);
	return JSON_ACTION_DONE;
}

JsonNode *
ParseJsonTree(const char *text, int len, const char **fault)
{
	TreeState	state = {0};
	JsonSemAction actions = {
		.semstate = &state,
		.object_start = object_start, .object_end = node_end,
		.array_start = array_start, .array_end = node_end,
		.object_field_start = field_start,
		.scalar = scalar
	};
	char	   *copy = pnstrdup(text, len);

	*fault = NULL;
	if (!pg_verify_mbstr(PG_UTF8, text, len, true) ||
		pg_parse_json(MakeJsonLexContextLen(copy, len, PG_UTF8), &actions) != JSON_SUCCESS)
		*fault = "is no JSON";
	else if (state.name_twice)
		*fault = "has a name twice";
	return *fault == NULL ? state.root : NULL;
}

JsonNode *
JsonMember(const JsonNode *object, const char *name)
{
	ListCell   *name_cell;
	ListCell   *node_cell;

	if (object->kind != JSON_OBJECT)
		return NULL;
	forboth(name_cell, object->names, node_cell, object->nodes)
	{
		if (strcmp(lfirst(name_cell), name) == 0)
			return lfirst(node_cell);
	}
	return NULL;
}

const char *
JsonString(const JsonNode *object, const char *name)
{
	const JsonNode *member = JsonMember(object, name);

	return member != NULL && member->kind == JSON_STRING ? member->text : NULL;
}
