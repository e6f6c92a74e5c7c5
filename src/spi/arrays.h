/*
 * arrays.h
 *		Arrays of SQL, made and taken apart.
 */
#ifndef LICENCE_HOME_SPI_ARRAYS_H
#define LICENCE_HOME_SPI_ARRAYS_H

/* Arrays from elements; nulls may be NULL: none is null. */
extern Datum TextArray(const Datum *elements, const bool *nulls, int count);
extern Datum Int8DatumArray(const Datum *elements, const bool *nulls, int count);
extern Datum Int8Array(const int64 *elements, const bool *nulls, int count);
extern Datum TimestampTzArray(const int64 *elements, int count);

/* The elements of a text[]; NULL for a null element. */
extern char **TextArrayElements(Datum array, int *count);

#endif							/* LICENCE_HOME_SPI_ARRAYS_H */
