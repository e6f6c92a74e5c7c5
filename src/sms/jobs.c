/*
 * jobs.c
 *		The pg_cron jobs of this database.
 *
 * pg_cron is no dependency, lives in one database of a cluster, and names jobs
 * by user.  So jobs are found here by name and database, whatever their owner,
 * and removed by their number.  Both functions are for superusers and work as
 * the caller, with search_path pinned by their declaration.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "errors.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "sms/queue/identity.h"

/*
 * The jobs, all that there are.  pg_cron 1.4 knows minutes, in GMT: the night is the
 * city's, and what sends messages to people does so in their morning.
 */
static const struct
{
	const char *name;
	const char *schedule;
	const char *command;
	const char *run;			/* its name in job_run; NULL: the sender's
								 * jobs keep sms_run and kannel_box */
	int			patience;		/* hours after which a run that ended well is
								 * missed */
}			jobs[] = {

	{"licence_home: send SMS", "* * * * *",
	"CALL licence_home.send_pending_sms()", NULL, 0},
	{"licence_home: take in SMS reports", "* * * * *",
	"CALL licence_home.receive_kannel_reports()", NULL, 0},
	{"licence_home: lapse overdue cases", "10 6 * * *",
	"CALL licence_home.lapse_overdue()", "lapse overdue cases", 26},
	{"licence_home: tell moved deadlines", "0 6 * * *",
	"CALL licence_home.tell_moved_deadlines()", "tell moved deadlines", 26},
	{"licence_home: end due agencies", "50 5 * * *",
	"CALL licence_home.end_due_agencies()", "end due agencies", 26},
	{"licence_home: remind licences", "20 6 * * *",
	"CALL licence_home.remind_licences()", "remind licences", 26},
	{"licence_home: count expected days", "50 22 * * *",
	"CALL licence_home.count_expected_days()", "count expected days", 26},
	{"licence_home: archive SMS", "40 22 * * *",
	"CALL licence_home.archive_sms()", "archive SMS", 26},
	{"licence_home: sign record heads", "20 * * * *",
	"CALL licence_home.sign_record_heads()", "sign record heads", 3},
	{"licence_home: keep reports", "25 * * * *",
	"CALL licence_home.keep_reports()", "keep reports", 3},
	{"licence_home: erase due persons", "50 22 * * *",
	"CALL licence_home.erase_due()", "erase due", 26},
};

/* What to run in pg_cron's database to schedule every job. */
static char *
scheduling_commands(const char *run_as)
{
	StringInfoData commands;

	initStringInfo(&commands);
	for (int i = 0; i < (int) lengthof(jobs); i++)
		appendStringInfo(&commands,
						 "%sSELECT cron.schedule_in_database(%s, %s, %s, %s, %s);",
						 i > 0 ? " " : "",
						 quote_literal_cstr(jobs[i].name),
						 quote_literal_cstr(jobs[i].schedule),
						 quote_literal_cstr(jobs[i].command),
						 quote_literal_cstr(get_database_name(MyDatabaseId)),
						 quote_literal_cstr(run_as));
	return commands.data;
}

/* A condition on cron.job for every job of this database. */
static char *
our_jobs(void)
{
	StringInfoData condition;

	initStringInfo(&condition);
	appendStringInfoString(&condition, "jobname IN (");
	for (int i = 0; i < (int) lengthof(jobs); i++)
		appendStringInfo(&condition, "%s%s", i > 0 ? ", " : "",
						 quote_literal_cstr(jobs[i].name));
	appendStringInfo(&condition, ") AND database = %s",
					 quote_literal_cstr(get_database_name(MyDatabaseId)));
	return condition.data;
}

/* What to run in pg_cron's database to remove every job. */
static char *
unscheduling_command(void)
{
	return psprintf("SELECT cron.unschedule(jobid) FROM cron.job WHERE %s;",
					our_jobs());
}

/* Refuse to schedule for others without the right to. */
static void
check_superuser(void)
{
	if (!superuser())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be superuser to schedule the jobs of licence_home"),
				 errdetail("pg_cron lets nobody else schedule a job for another role.")));
}

/* Refuse when pg_cron is not here; the hint says what to run where it is. */
static void
check_cron(const char *commands)
{
	const char *home = GetConfigOption("cron.database_name", true, false);
	char	   *here = get_database_name(MyDatabaseId);

	if (home == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pg_cron is not loaded"),
				 errhint("Set shared_preload_libraries = 'pg_cron' and cron.database_name = '%s', restart the server, and call this again.",
						 here)));
	if (strcmp(home, here) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pg_cron lives in database \"%s\"", home),
				 errdetail("Jobs can be scheduled there only; they run here all the same."),
				 errhint("In database \"%s\", run: %s", home, commands)));
	if (!OidIsValid(get_extension_oid("pg_cron", true)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("extension \"pg_cron\" is not installed"),
				 errhint("CREATE EXTENSION pg_cron; and call this again.")));
}

/* Refuse a role that could not run the jobs. */
static void
check_run_as(const char *run_as)
{
	Oid			role = get_role_oid(run_as, false);
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	bool		can_login = HeapTupleIsValid(tuple) &&
	((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	if (!can_login)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("role \"%s\" cannot log in, so pg_cron cannot run a job as it",
						run_as),
				 errhint("Give a LOGIN role that is a member of licence_home_sender.")));
	if (!is_member_of_role_nosuper(role, GroupRole("sender")))
		ereport(ERROR,
				(errcode(ERRCODE_LH_SENDER),
				 errmsg("role \"%s\" may not send SMS", run_as),
				 errhint("GRANT licence_home_sender TO %s;",
						 quote_identifier(run_as))));
}

/* Refuse to take over a job of another database, as pg_cron would. */
static void
check_other_database(const char *run_as)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT database FROM cron.job WHERE username = %s AND database <> %s AND jobname IN (",
					 quote_literal_cstr(run_as),
					 quote_literal_cstr(get_database_name(MyDatabaseId)));
	for (int i = 0; i < (int) lengthof(jobs); i++)
		appendStringInfo(&query, "%s%s", i > 0 ? ", " : "",
						 quote_literal_cstr(jobs[i].name));
	appendStringInfoChar(&query, ')');
	if (SPI_execute(query.data, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read cron.job");
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("role \"%s\" already runs these jobs for database \"%s\"",
						run_as, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
				 errdetail("pg_cron names a job by its role, and would take that one over."),
				 errhint("Give another LOGIN role that is a member of licence_home_sender.")));
}

/* Remove the jobs of this database by their numbers; how many there were. */
static int
remove_jobs(void)
{
	char	   *command = psprintf("SELECT cron.unschedule(j.jobid) FROM"
								   " (SELECT jobid FROM cron.job WHERE %s ORDER BY jobid) j",
								   our_jobs());

	if (SPI_execute(command, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not remove the jobs");
	return (int) SPI_processed;
}

/* Arm a database that never sent; note since when the sender is to run. */
static void
note_jobs(bool scheduled)
{
	static SavedPlan note = SAVED_PLAN("UPDATE licence_home.sender_identity SET jobs_since = CASE WHEN $1 THEN $2 END");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	if (scheduled)
		ArmIfNeverArmed(&scope);
	ExecPlan(&scope, &note, BoolArg(scheduled), MomentArg(GetCurrentTimestamp()));
	LeaveOwner(&scope);
}

PG_FUNCTION_INFO_V1(licence_home_schedule_jobs);
/* schedule_jobs(run_as): register the jobs, once, to run as that role. */
Datum
licence_home_schedule_jobs(PG_FUNCTION_ARGS)
{
	char	   *run_as = NameStr(*PG_GETARG_NAME(0));

	check_superuser();
	check_run_as(run_as);
	check_cron(scheduling_commands(run_as));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	check_other_database(run_as);
	remove_jobs();
	if (SPI_execute(scheduling_commands(run_as), false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not schedule the jobs");
	SPI_finish();
	note_jobs(true);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_unschedule_jobs);
/* unschedule_jobs(): remove the jobs; how many there were. */
Datum
licence_home_unschedule_jobs(PG_FUNCTION_ARGS)
{
	int			removed;

	check_superuser();
	check_cron(unscheduling_command());
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	removed = remove_jobs();
	SPI_finish();
	note_jobs(false);
	PG_RETURN_INT32(removed);
}

PG_FUNCTION_INFO_V1(licence_home_jobs);
/* jobs(): each job, the name of its runs in job_run, and its patience. */
Datum
licence_home_jobs(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < (int) lengthof(jobs); i++)
	{
		Datum		values[3] = {CStringGetTextDatum(jobs[i].command), (Datum) 0, Int32GetDatum(jobs[i].patience)};
		bool		nulls[3] = {false, jobs[i].run == NULL, false};

		if (jobs[i].run != NULL)
			values[1] = CStringGetTextDatum(jobs[i].run);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
