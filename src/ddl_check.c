/*
 * ddl_check.c
 *		An event trigger that refuses DDL after which a dump could not be restored.
 *
 * A dump has the rows of the extension's tables, and CREATE EXTENSION makes
 * the tables anew.  Say somebody added, dropped or renamed a column.  Then the
 * COPY of the dump names a column that the new table lacks, and the restore
 * loses all rows of that table.  A renamed table, function or schema is looked
 * for in vain at once, by code in C and by bodies that name it.
 *
 * ALTER EXTENSION UPDATE and CREATE EXTENSION pass.  What a restore merely does
 * not bring back (an index, a trigger, a constraint of one's own) passes as
 * well.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Does an object belong to the extension? */
static bool
is_member(Oid class_id, Oid object_id)
{
	return OidIsValid(object_id) &&
		getExtensionOfObject(class_id, object_id) == get_extension_oid("licence_home", true);
}

/* Would COPY of a dumped row fail on a table without this change? */
static bool
changes_rows(AlterTableType subtype)
{
	switch (subtype)
	{
		case AT_AddColumn:
		case AT_DropColumn:
		case AT_AlterColumnType:
		case AT_DropExpression:
		case AT_DropNotNull:
		case AT_DropIdentity:
			return true;
		default:
			return false;
	}
}

/* Refuse a change of what the rows of a table are. */
static void
check_alter_table(const AlterTableStmt *stmt)
{
	Oid			relation = RangeVarGetRelid(stmt->relation, NoLock, true);
	ListCell   *lc;

	if (!is_member(RelationRelationId, relation))
		return;
	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (changes_rows(cmd->subtype))
			ereport(ERROR,
					(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					 errmsg("the columns of \"%s\" stay as extension licence_home made them",
							get_rel_name(relation)),
					 errdetail("A restore makes the table without your change, and then cannot take in its rows."),
					 errhint("Put columns of your own into a table of your own with a foreign key to this one: a dump has it, whole."),
					 err_generic_string(PG_DIAG_SCHEMA_NAME, get_namespace_name(get_rel_namespace(relation))),
					 err_generic_string(PG_DIAG_TABLE_NAME, get_rel_name(relation))));
	}
}

/* Refuse another name or schema for a member. */
static void
refuse_move(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("%s keeps its name and schema: it belongs to extension licence_home", what),
			 errdetail("Functions in C, stored bodies and dumps find it by that name."),
			 errhint("For a name of your own, make a view or a function that calls it.")));
}

/* The object that a statement renames or moves, if it is one that we have. */
static ObjectAddress
renamed_object(ObjectType type, const RangeVar *relation, Node *object)
{
	ObjectAddress address = InvalidObjectAddress;
	Relation	opened = NULL;

	switch (type)
	{
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_SEQUENCE:
		case OBJECT_COLUMN:
		case OBJECT_ATTRIBUTE:
			ObjectAddressSet(address, RelationRelationId,
							 RangeVarGetRelid(relation, NoLock, true));
			return address;
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			/* The grammar gives the name, not the type. */
			object = (Node *) makeTypeNameFromNameList(castNode(List, object));
			break;
		case OBJECT_FUNCTION:
		case OBJECT_PROCEDURE:
		case OBJECT_ROUTINE:
		case OBJECT_AGGREGATE:
		case OBJECT_OPERATOR:
		case OBJECT_OPCLASS:
		case OBJECT_OPFAMILY:
			break;
		default:
			return address;
	}
	address = get_object_address(type, object, &opened, AccessShareLock, true);
	Assert(opened == NULL);
	return address;
}

/* Refuse to rename or move an object. */
static void
check_object(ObjectType type, const RangeVar *relation, Node *object)
{
	ObjectAddress address = renamed_object(type, relation, object);

	if (is_member(address.classId, address.objectId))
		refuse_move(getObjectDescription(&address, false));
}

/* Refuse to rename an object or the schema. */
static void
check_rename(const RenameStmt *stmt)
{
	if (stmt->renameType != OBJECT_SCHEMA)
		check_object(stmt->renameType, stmt->relation, stmt->object);
	else if (is_member(NamespaceRelationId, get_namespace_oid(stmt->subname, true)))
		refuse_move(psprintf("schema %s", quote_identifier(stmt->subname)));
}

PG_FUNCTION_INFO_V1(licence_home_check_ddl);
/* check_ddl(): ddl_command_start. */
Datum
licence_home_check_ddl(PG_FUNCTION_ARGS)
{
	Node	   *statement;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("check_ddl() is an event trigger")));
	if (IsBinaryUpgrade ||
		(creating_extension &&
		 CurrentExtensionObject == get_extension_oid("licence_home", true)))
		PG_RETURN_NULL();

	statement = ((EventTriggerData *) fcinfo->context)->parsetree;
	if (IsA(statement, AlterTableStmt))
		check_alter_table((AlterTableStmt *) statement);
	else if (IsA(statement, RenameStmt))
		check_rename((RenameStmt *) statement);
	else if (IsA(statement, AlterObjectSchemaStmt))
	{
		AlterObjectSchemaStmt *stmt = (AlterObjectSchemaStmt *) statement;

		check_object(stmt->objectType, stmt->relation, stmt->object);
	}
	PG_RETURN_NULL();
}
