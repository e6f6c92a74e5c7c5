/*
 * module.c
 *		The library's entry point.
 *
 * Nothing here touches the network or a table: a library may be loaded by
 * the postmaster, by a parallel worker or by pg_restore.
 */
#include "postgres.h"

#include "fmgr.h"

#include "compat.h"
#include "settings.h"

/* Since PostgreSQL 18, pg_get_loaded_modules() shows name and version. */
PG_MODULE_MAGIC_EXT(.name = "licence_home", .version = LICENCE_HOME_VERSION);

PGDLLEXPORT void _PG_init(void);

/* Called once a process, when the library is loaded. */
void
_PG_init(void)
{
	DefineSettings();
}
