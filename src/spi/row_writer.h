/*
 * row_writer.h
 *		Rows inserted without starting an executor for each.
 *
 *	static const char *const columns[] = {"application_no", "note"};
 *	static RowWriter notes = ROW_WRITER("case_note", columns);
 *
 *	InsertRow(&scope, &notes, CaseArg(application_no), TextArg(note));
 *
 * It is INSERT INTO licence_home.case_note (application_no, note) OVERRIDING
 * SYSTEM VALUE VALUES ($1, $2), in all that INSERT does: defaults of the other
 * columns, domains, NOT NULL, CHECKs, indexes, foreign keys, triggers of rows
 * and of statements, whoever made them.
 */
#ifndef LICENCE_HOME_SPI_ROW_WRITER_H
#define LICENCE_HOME_SPI_ROW_WRITER_H

#include "spi/plan.h"

/* A table, and the columns that are given. */
typedef struct RowWriter
{
	const char *table;
	const char *const *columns;
	int			ncolumns;
	const char *number;			/* a bigint of the row that is wanted, or NULL */
	struct RowMaker *maker;		/* private to row_writer.c */
} RowWriter;

#define ROW_WRITER(table_, columns_) \
	{table_, columns_, lengthof(columns_), NULL, NULL}
#define ROW_WRITER_NUMBER(table_, columns_, number_) \
	{table_, columns_, lengthof(columns_), number_, NULL}

/*
 * Insert a row, inside a scope OWNER_WRITES: as many arguments as columns.
 * Gives the number that the writer names; 0: none.
 */
extern int64 InsertRowOf(OwnerScope *scope, RowWriter *writer, const PlanArg *args, int nargs);

#define InsertRow(scope, writer, ...) \
	InsertRowOf(scope, writer, PLAN_ARGS(__VA_ARGS__))

/* The next number of a sequence of the extension. */
extern int64 NextNumber(const char *sequence);

#endif							/* LICENCE_HOME_SPI_ROW_WRITER_H */
