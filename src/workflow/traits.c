/*
 * traits.c
 *		The preconditions and effects with a trait, for SQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "spi/arrays.h"
#include "workflow/effects.h"
#include "workflow/preconditions.h"

/* The traits that SQL asks for. */
static const struct
{
	const char *name;
	uint32		trait;
}			traits[] = {
	{"accepts_documents", TRAIT_ACCEPTS_DOCUMENTS},
	{"accepts_approvals", TRAIT_ACCEPTS_APPROVALS},
	{"approved", TRAIT_APPROVED},
	{"bills", TRAIT_BILLS},
	{"ends_case", TRAIT_ENDS_CASE},
	{"extends_deadline", TRAIT_EXTENDS_DEADLINE},
	{"freezes_rules", TRAIT_FREEZES_RULES},
	{"issues", TRAIT_ISSUES},
	{"judges_visit", TRAIT_JUDGES_VISIT},
	{"reopens", TRAIT_REOPENS},
};

PG_FUNCTION_INFO_V1(licence_home_names_with_trait);
/* names_with_trait(trait): the preconditions and effects that have it. */
Datum
licence_home_names_with_trait(PG_FUNCTION_ARGS)
{
	char	   *wanted = text_to_cstring(PG_GETARG_TEXT_PP(0));
	List	   *names = NIL;
	Datum	   *elements;
	int			count = 0;
	ListCell   *cell;

	for (int i = 0; i < (int) lengthof(traits); i++)
	{
		if (strcmp(traits[i].name, wanted) == 0)
			names = list_concat(PreconditionsWithTrait(traits[i].trait),
								EffectsWithTrait(traits[i].trait));
	}
	if (names == NIL)
		elog(ERROR, "no precondition and no effect has the trait \"%s\"", wanted);
	elements = palloc(sizeof(Datum) * list_length(names));
	foreach(cell, names)
		elements[count++] = CStringGetTextDatum(lfirst(cell));
	PG_RETURN_DATUM(TextArray(elements, NULL, count));
}

PG_FUNCTION_INFO_V1(licence_home_is_precondition);
/* is_precondition(name): has the extension a precondition of that name? */
Datum
licence_home_is_precondition(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(FindPrecondition(text_to_cstring(PG_GETARG_TEXT_PP(0))) != NULL);
}
