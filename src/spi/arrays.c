/*
 * arrays.c
 *		Arrays of SQL, made and taken apart.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "spi/arrays.h"

/* An array of one dimension that begins at 1. */
static Datum
make_array(const Datum *elements, const bool *nulls, int count, Oid type,
		   int16 length, bool by_value, char alignment)
{
	int			lower = 1;

	return PointerGetDatum(construct_md_array(unconstify(Datum *, elements),
											  unconstify(bool *, nulls),
											  1, &count, &lower,
											  type, length, by_value, alignment));
}

Datum
TextArray(const Datum *elements, const bool *nulls, int count)
{
	return make_array(elements, nulls, count, TEXTOID, -1, false, TYPALIGN_INT);
}

Datum
Int8DatumArray(const Datum *elements, const bool *nulls, int count)
{
	return make_array(elements, nulls, count, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

/* An array of a type whose values are int64. */
static Datum
make_int64_array(const int64 *elements, const bool *nulls, int count, Oid type)
{
	Datum	   *datums = palloc(sizeof(Datum) * (count + 1));

	for (int i = 0; i < count; i++)
		datums[i] = Int64GetDatum(elements[i]);
	return make_array(datums, nulls, count, type, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

Datum
Int8Array(const int64 *elements, const bool *nulls, int count)
{
	return make_int64_array(elements, nulls, count, INT8OID);
}

Datum
TimestampTzArray(const int64 *elements, int count)
{
	return make_int64_array(elements, NULL, count, TIMESTAMPTZOID);
}

char **
TextArrayElements(Datum array, int *count)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **texts;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, count);
	texts = palloc(sizeof(char *) * (*count + 1));
	for (int i = 0; i < *count; i++)
		texts[i] = nulls[i] ? NULL : TextDatumGetCString(elements[i]);
	return texts;
}
