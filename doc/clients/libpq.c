/*
 * libpq.c
 *		The journey with libpq: numbers as parameters of type text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#define TEXT_OID	25
#define MAX_VALUES	8

/* Connect as a login. */
static PGconn *
log_in(const char *name)
{
	const char *const keys[] = {"user", NULL};
	const char *const values[] = {name, NULL};
	PGconn	   *conn = PQconnectdbParams(keys, values, 0);

	if (PQstatus(conn) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(conn));
		exit(1);
	}
	return conn;
}

/* Run a statement, whose parameters are text if so wanted. */
static PGresult *
run(PGconn *conn, const char *statement, int count, const char *const *values, int is_text)
{
	Oid			types[MAX_VALUES];

	for (int i = 0; i < count; i++)
		types[i] = is_text ? TEXT_OID : 0;
	return PQexecParams(conn, statement, count, types, values, NULL, NULL, 0);
}

/* The same, which must succeed. */
static PGresult *
done(PGconn *conn, const char *statement, int count, const char *const *values, int is_text)
{
	PGresult   *result = run(conn, statement, count, values, is_text);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
	{
		fprintf(stderr, "%s: %s", statement, PQresultErrorMessage(result));
		exit(1);
	}
	return result;
}

static void
refused(PGconn *portal, const char *applicant_id, const char *statement, const char *value, int is_text)
{
	PGresult   *result;
	const char *column;

	done(portal, "BEGIN", 0, NULL, 0);
	done(portal, "SELECT licence_home.act_for($1)", 1, &applicant_id, 0);
	result = run(portal, statement, 1, &value, is_text);
	column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
	printf("refused %s %s\n", PQresultErrorField(result, PG_DIAG_SQLSTATE), column ? column : "");
	done(portal, "ROLLBACK", 0, NULL, 0);
}

int
main(int argc, char **argv)
{
	static const char *const documents[][2] = {
		{"title_deed", "2012/1"}, {"occupancy_permit", "1995/2"}, {"construction_licence", "1994/3"}
	};
	PGconn	   *portal = log_in("portal_login");
	PGconn	   *clerk = log_in("clerk_login");
	const char *identity_no = argc > 1 ? argv[1] : "";
	char		phone[32];
	char		list[64];
	const char *applicant_id;
	const char *application_no;
	const char *values[MAX_VALUES];
	PGresult   *result;

	done(portal, "BEGIN", 0, NULL, 0);
	snprintf(phone, sizeof(phone), "079%s", identity_no + 3);
	values[0] = identity_no;
	values[1] = phone;
	values[2] = NULL;
	result = done(portal, "INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language) "
				  "VALUES ('citizen', $1, 'سلمى', 'Salma', $2, $3) RETURNING applicant_id", 3, values, 1);
	applicant_id = PQgetvalue(result, 0, 0);
	puts("registered");

	values[0] = applicant_id;
	values[1] = identity_no;
	result = done(portal, "INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, "
				  "home_area_m2, work_area_m2, built_on, employees, people, tenant) "
				  "VALUES ($1, 'electronic_marketing', 'SRID=4326;POINT(35.84 31.98)', '142 اليادودة', '5 الحنو', $2, "
				  "120, 15, '1995-06-01', 0, 1, false) RETURNING application_no, state", 2, values, 0);
	application_no = PQgetvalue(result, 0, 0);
	puts(PQgetvalue(result, 0, 1));

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
	{
		values[0] = application_no;
		values[1] = documents[i][0];
		values[2] = documents[i][1];
		done(portal, "INSERT INTO licence_home.document (application_no, document_type, reference_no) "
			 "VALUES ($1, $2, $3)", 3, values, 1);
	}
	result = done(portal, "UPDATE licence_home.application SET state = 'submitted' WHERE application_no = $1 RETURNING state",
				  1, &application_no, 1);
	puts(PQgetvalue(result, 0, 0));
	snprintf(list, sizeof(list), "{%s}", application_no);
	values[0] = list;
	result = done(portal, "SELECT count(*) FROM licence_home.application WHERE application_no = ANY ($1::text[])", 1, values, 0);
	printf("found %s\n", PQgetvalue(result, 0, 0));
	done(portal, "COMMIT", 0, NULL, 0);

	refused(portal, applicant_id, "SELECT 1 FROM licence_home.application WHERE application_no = $1", "no number", 1);
	refused(portal, applicant_id, "INSERT INTO licence_home.application (applicant_id, profession, district) "
			"VALUES ($1, 'jams', 3)", applicant_id, 0);

	result = done(clerk, "UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1", 1, &application_no, 1);
	printf("reviewed %s\n", PQcmdTuples(result));
	values[0] = application_no;
	values[1] = identity_no;
	done(clerk, "INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) "
		 "VALUES ($1, '2026-03-05 09:30+03', $2)", 2, values, 1);
	done(clerk, "UPDATE licence_home.application SET state = 'inspection_scheduled' WHERE application_no = $1",
		 1, &application_no, 1);

	done(portal, "BEGIN", 0, NULL, 0);
	done(portal, "SELECT licence_home.act_for($1)", 1, &applicant_id, 0);
	result = done(portal, "SELECT a.state, p.name_en, a.work_area_m2 FROM licence_home.application AS a "
				  "JOIN licence_home.applicant AS p USING (applicant_id) WHERE a.application_no = $1", 1, &application_no, 1);
	printf("read %s %s %s\n", PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), PQgetvalue(result, 0, 2));
	done(portal, "COMMIT", 0, NULL, 0);
	PQfinish(portal);
	PQfinish(clerk);
	return 0;
}
