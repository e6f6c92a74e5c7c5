/*
 * module.c
 *		The library's entry point.
 *
 * Nothing here touches the network or a table: a library may be loaded by
 * the postmaster, by a parallel worker or by pg_restore.
 */
#include "postgres.h"

#include "fmgr.h"

#include "settings.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

/* Called once a process, when the library is loaded. */
void
_PG_init(void)
{
	DefineSettings();
}
