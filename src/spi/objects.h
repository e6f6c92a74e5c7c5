/*
 * objects.h
 *		Object identifiers of the extension, looked up by name.
 *
 * None is kept: an installation may be dropped and made again in one session.
 */
#ifndef LICENCE_HOME_SPI_OBJECTS_H
#define LICENCE_HOME_SPI_OBJECTS_H

#define EXTENSION_SCHEMA "licence_home"

extern Oid	ExtensionNamespace(void);
extern Oid	ExtensionType(const char *name);
extern Oid	ExtensionTable(const char *name);	/* or an index */
extern Oid	GroupRole(const char *name);	/* "clerk" -> licence_home_clerk */
extern Oid	GeometryType(void);

#endif							/* LICENCE_HOME_SPI_OBJECTS_H */
