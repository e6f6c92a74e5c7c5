/*
 * objects.c
 *		Object identifiers of the extension, looked up by name.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "spi/objects.h"

#define GROUP_ROLE_PREFIX "licence_home_"

Oid
ExtensionNamespace(void)
{
	return get_namespace_oid(EXTENSION_SCHEMA, false);
}

/* A type by its name and schema; 0 if there is none. */
static Oid
type_in(Oid namespace, const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
						   CStringGetDatum(name), ObjectIdGetDatum(namespace));
}

Oid
ExtensionType(const char *name)
{
	Oid			result = type_in(ExtensionNamespace(), name);

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type \"%s.%s\" does not exist", EXTENSION_SCHEMA, name),
				 errhint("DROP EXTENSION licence_home and CREATE EXTENSION licence_home make it anew.")));
	return result;
}

Oid
ExtensionTable(const char *name)
{
	Oid			result = get_relname_relid(name, ExtensionNamespace());

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s.%s\" does not exist", EXTENSION_SCHEMA, name),
				 errhint("DROP EXTENSION licence_home and CREATE EXTENSION licence_home make it anew.")));
	return result;
}

Oid
GroupRole(const char *name)
{
	char		rolname[NAMEDATALEN];

	snprintf(rolname, sizeof(rolname), GROUP_ROLE_PREFIX "%s", name);
	return get_role_oid(rolname, false);
}

/* The schema of the extension PostGIS, which its installer chose. */
static Oid
postgis_namespace(void)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			result = InvalidOid;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber,
				F_NAMEEQ, CStringGetDatum("postgis"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		result = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(rel, AccessShareLock);

	if (!OidIsValid(result))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"postgis\" is not installed"),
				 errhint("CREATE EXTENSION postgis;")));
	return result;
}

Oid
GeometryType(void)
{
	return type_in(postgis_namespace(), "geometry");
}
