/*
 * archive.c
 *		archive_sms(): what was settled long ago moves to tables of a month.
 *
 * The tables inherit from sms_history, so that its readers find every month
 * there.  They are made here when they are needed, not by CREATE EXTENSION. A
 * table of the extension is dumped under the extension's own rules.  A month
 * must be dumped, and dropped, like any other table.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "clock.h"
#include "job_log.h"
#include "municipality.h"
#include "spi/arrays.h"
#include "spi/objects.h"
#include "spi/plan.h"
#include "spi/procedure.h"

#define BATCH "10000"
#define LOCK_PATIENCE "5s"		/* for a month that somebody reads */
#define RUNS_KEPT "7 days"

/* How long messages stay, by the rule of the day; no row: for ever. */
static SavedPlan retention_query = SAVED_PLAN("SELECT $2 - r.archive_after, $2 - r.keep FROM licence_home.sms_retention AS r"
											  " WHERE licence_home.in_force(r.valid, r.withdrawn_at, $1)");

/*
 * Of a message l and what is still to be done about it, q: nothing.  A doubt that
 * nobody waits for any more is settled as one.  A message without a queue row
 * that never left is lost: verify_restore() lists it, so it stays.
 */
#define IS_SETTLED \
	"CASE WHEN q.message_id IS NULL" \
	" THEN EXISTS (SELECT FROM licence_home.sms_attempt AS t WHERE t.message_id = l.message_id)" \
	" ELSE q.status IN ('dead', 'expired', 'cancelled', 'served')" \
	"  OR q.status = 'in_doubt' AND NOT q.open AND q.wake_at IS NULL END"

/* A moment as CHECK constraints take it, whatever DateStyle and TimeZone are. */
#define AS_MOMENT(local) \
	"to_char(" local " AT TIME ZONE " CITY_TIME_ZONE " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"+00\"')"

/*
 * Settled messages of the oldest month that has some, with its table.  Their
 * messages are locked, against officials who intervene and against reports;
 * those that somebody has in hand are left for another day.
 */
static SavedPlan settled_query = SAVED_PLAN("WITH settled AS MATERIALIZED ("
											" SELECT l.message_id, date_trunc('month', l.created_at AT TIME ZONE " CITY_TIME_ZONE ") AS month"
											" FROM licence_home.sms_message_text AS l"
											" LEFT JOIN licence_home.sms_queue AS q ON q.message_id = l.message_id"
											" WHERE l.created_at < $1 AND " IS_SETTLED
											" ORDER BY l.message_id LIMIT " BATCH " FOR UPDATE OF l SKIP LOCKED)"
											" SELECT s.message_id, to_char(s.month, '\"sms_history_\"YYYY_MM'),"
											"  " AS_MOMENT("s.month") ", " AS_MOMENT("(s.month + interval '1 month')")
											" FROM settled AS s WHERE s.month = (SELECT min(o.month) FROM settled AS o)"
											" ORDER BY s.message_id");

/*
 * %s is the table of a month.  All parts see the messages as they were, once
 * they were locked: some may not be settled any more.
 */
#define MOVE_QUERY \
	"WITH one AS MATERIALIZED (SELECT l.message_id FROM unnest($1) AS o (message_id)" \
	"  JOIN licence_home.sms_message_text AS l ON l.message_id = o.message_id" \
	"  LEFT JOIN licence_home.sms_queue AS q ON q.message_id = l.message_id WHERE " IS_SETTLED ")," \
	" messages AS (DELETE FROM licence_home.sms_message_text AS x USING one WHERE x.message_id = one.message_id)," \
	" queue AS (DELETE FROM licence_home.sms_queue AS x USING one WHERE x.message_id = one.message_id)," \
	" attempts AS (DELETE FROM licence_home.sms_attempt AS x USING one WHERE x.message_id = one.message_id)," \
	" reports AS (DELETE FROM licence_home.sms_delivery_report AS x USING one WHERE x.message_id = one.message_id)," \
	" acts AS (DELETE FROM licence_home.sms_intervention AS x USING one WHERE x.message_id = one.message_id)" \
	" INSERT INTO licence_home.%s (message_id, application_no, event_no, applicant_id, template," \
	"  language, phone, body, parts, priority, doubt, status, attempts, expires_at, resent, run_id," \
	"  gateway, gateway_message_id, created_at, claimed_at, accepted_at, delivered_at, last_error, deadline_no, agency_id, trail)" \
	" SELECT m.message_id, m.application_no, m.event_no, m.applicant_id, m.template," \
	"  m.language, m.phone, m.body, m.parts, m.priority, m.doubt, m.status, m.attempts, m.expires_at, m.resent, m.run_id," \
	"  m.gateway, m.gateway_message_id, m.created_at, m.claimed_at, m.accepted_at, m.delivered_at, m.last_error, m.deadline_no, m.agency_id," \
	"  coalesce((SELECT jsonb_agg(to_jsonb(t) - 'message_id' - 'application_no' - 'template' ORDER BY t.at, t.kind)" \
	"   FROM licence_home.sms_trail AS t WHERE t.message_id = m.message_id), '[]')" \
	" FROM one JOIN licence_home.sms_message AS m ON m.message_id = one.message_id"

/* Months that need not be kept any longer: their tables. */
static SavedPlan old_months_query = SAVED_PLAN("SELECT c.relname::text FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid"
											   " WHERE i.inhparent = 'licence_home.sms_history'::regclass"
											   "  AND c.relname ~ '^sms_history_[0-9]{4}_[0-9]{2}$'"
											   "  AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE " CITY_TIME_ZONE " <= $1"
											   " ORDER BY c.relname");

static SavedPlan forget_runs_query = SAVED_PLAN("DELETE FROM licence_home.sms_run AS r"
												" WHERE r.ended_at < $1 - interval '" RUNS_KEPT "'"
												" AND NOT EXISTS (SELECT FROM licence_home.sms_queue AS q WHERE q.run_id = r.run_id AND q.status = 'sending')");

/* Run a command that is put together here. */
static void
run_command(const char *command)
{
	if (SPI_execute(command, false, 0) < 0)
		elog(ERROR, "command \"%s\" failed", command);
}

/* Is the table of the month there? */
static bool
month_exists(const char *table)
{
	return OidIsValid(get_relname_relid(table, ExtensionNamespace()));
}

/* Make the table of a month. */
static void
make_month(const char *table, const char *begins, const char *ends)
{
	run_command(psprintf("CREATE TABLE licence_home.%s (CONSTRAINT %s_is_of_its_month "
						 "CHECK (created_at >= %s AND created_at < %s)) "
						 "INHERITS (licence_home.sms_history)",
						 table, table, quote_literal_cstr(begins), quote_literal_cstr(ends)));
	run_command(psprintf("CREATE INDEX ON licence_home.%s (application_no)", table));
	run_command(psprintf("CREATE INDEX ON licence_home.%s (message_id)", table));
	run_command(psprintf("COMMENT ON TABLE licence_home.%s IS "
						 "'Messages of a month, see licence_home.sms_history.'", table));
}

/* Until when what was written is settled history, and until when forgotten. */
static bool
find_limits(OwnerScope *scope, TimestampTz *archive, TimestampTz *drop)
{
	TimestampTz now = ClockMoment();
	Rows		rows = ExecPlan(scope, &retention_query, DateArg(ClockDay(now)), MomentArg(now));

	if (rows.count != 1)
		return false;
	*archive = RowInt8(rows, 0, 1);
	*drop = RowInt8(rows, 0, 2);
	return true;
}

/* Move a batch; false when there was none. */
static bool
move_batch(OwnerScope *scope, TimestampTz before)
{
	Rows		rows = ExecPlan(scope, &settled_query, MomentArg(before));
	int			n = (int) rows.count;
	int64	   *ids = palloc(Max(n, 1) * sizeof(int64));
	char	   *table;

	if (n == 0)
		return false;
	for (int i = 0; i < n; i++)
		ids[i] = RowInt8(rows, i, 1);
	table = RowText(rows, 0, 2);
	if (!month_exists(table))
		make_month(table, RowText(rows, 0, 3), RowText(rows, 0, 4));
	ExecPlan(scope, SavedPlanFor(psprintf(MOVE_QUERY, table)),
			 DatumArg(ARG_INT8_ARRAY, Int8Array(ids, NULL, n), false));
	return true;
}

/* What the pieces of the job's work tell each other. */
typedef struct ArchiveJob
{
	bool		more;			/* a batch was moved: there may be another */
	const char *month;			/* the table to drop */
} ArchiveJob;

/* Job: move a batch. */
static JobOutcome
archive_batch(OwnerScope *scope, int64 subject pg_attribute_unused(), void *argument)
{
	ArchiveJob *job = argument;
	TimestampTz archive;
	TimestampTz drop;

	job->more = find_limits(scope, &archive, &drop) && move_batch(scope, archive);
	return job->more ? JOB_DONE : JOB_NOTHING;
}

/* Job: drop a month that need not be kept. */
static JobOutcome
drop_month(OwnerScope *scope pg_attribute_unused(), int64 subject pg_attribute_unused(),
		   void *argument)
{
	ArchiveJob *job = argument;

	if (!month_exists(job->month))
		return JOB_NOTHING;
	(void) set_config_option("lock_timeout", LOCK_PATIENCE,
							 PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	run_command(psprintf("DROP TABLE licence_home.%s", job->month));
	/* What a dump had of messages is no measure any more. */
	run_command("DELETE FROM licence_home.restored_rows WHERE table_name IN ('sms_message', 'sms_trail')");
	return JOB_DONE;
}

/* Job: forget old runs of the sender. */
static JobOutcome
forget_runs(OwnerScope *scope, int64 subject pg_attribute_unused(),
			void *argument pg_attribute_unused())
{
	ExecPlan(scope, &forget_runs_query, MomentArg(GetCurrentTimestamp()));
	return JOB_NOTHING;
}

/* The tables of months that need not be kept, in memory that outlives the transaction. */
static char **
find_old_months(int *count)
{
	MemoryContext memory = CurrentMemoryContext;
	OwnerScope	scope;
	TimestampTz archive;
	TimestampTz drop;
	char	  **months = NULL;

	*count = 0;
	BeginTxn(&scope);
	if (find_limits(&scope, &archive, &drop))
	{
		Rows		rows = ExecPlan(&scope, &old_months_query, MomentArg(drop));

		*count = (int) rows.count;
		months = MemoryContextAlloc(memory, Max(*count, 1) * sizeof(char *));
		for (int i = 0; i < *count; i++)
			months[i] = MemoryContextStrdup(memory, RowText(rows, i, 1));
	}
	CommitTxn(&scope);
	return months;
}

PG_FUNCTION_INFO_V1(licence_home_archive_sms);
/* archive_sms(): move settled messages, drop months, forget old runs. */
Datum
licence_home_archive_sms(PG_FUNCTION_ARGS)
{
	ArchiveJob	job = {0};
	JobRun		run;
	char	  **months;
	int			nmonths;

	BeginProcedure(fcinfo, "archive_sms", "each batch as it goes, so that nobody waits for it");
	BeginJob(&run, "archive SMS");
	do
		job.more = false;
	while (DoJobWork(&run, archive_batch, 0, &job, 0, "settled messages") && job.more);
	months = find_old_months(&nmonths);
	for (int i = 0; i < nmonths; i++)
	{
		job.month = months[i];
		(void) DoJobWork(&run, drop_month, 0, &job, 0, job.month);
	}
	(void) DoJobWork(&run, forget_runs, 0, NULL, 0, "old runs of the sender");
	EndJob(&run);
	SPI_finish();
	PG_RETURN_VOID();
}
