/*
 * reminders.c
 *		The daily job that reminds holders of the end of their licences.
 *
 * What is owed follows from terms and rules (reminders_owed()), and what is
 * settled is a row.  So a run may die, two may run at once, and a clock may
 * be put back: the primary key of reminder is what says "once".  A run locks
 * the licence as a renewal does, and asks again under the lock.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "errors.h"
#include "job_log.h"
#include "official.h"
#include "sms/queue/enqueue.h"
#include "spi/plan.h"
#include "spi/procedure.h"
#include "spi/trigger.h"
#include "types/case_no.h"

#define NOT_POSSIBLE_TEMPLATE "renewal_not_possible"

/* A run, as reminder_run has it. */
typedef struct ReminderRun
{
	int64		run_no;
	DateADT		today;
	bool		stopped;		/* what was owed before it is not sent */
	DateADT		since;			/* the last day that a former run covered */
	bool		has_since;
} ReminderRun;

/* A term that owes reminders: the latest is sent, the others are overtaken. */
typedef struct OwedTerm
{
	int64		licence_no;
	int32		term_no;
} OwedTerm;

/* What a piece of work needs. */
typedef struct ReminderWork
{
	const ReminderRun *run;
	OwedTerm   *terms;
} ReminderWork;

/* Write down what the run covers and may send; false: no rule is in force. */
static bool
begin_run(ReminderRun *run)
{
	static SavedPlan begin = SAVED_PLAN("SELECT r.run_no, r.stopped, r.since, r.beyond, r.allowed "
										"FROM licence_home_internal.begin_reminders($1) AS r WHERE r.run_no IS NOT NULL");
	OwnerScope	scope;
	Rows		rows;
	bool		isnull;

	BeginTxn(&scope);
	run->today = ClockDay(ClockNow());
	rows = ExecPlan(&scope, &begin, DateArg(run->today));
	if (rows.count == 1)
	{
		run->run_no = RowInt8(rows, 0, 1);
		run->stopped = RowBool(rows, 0, 2);
		run->since = DatumGetDateADT(RowDatum(rows, 0, 3, &isnull));
		run->has_since = !isnull;
		if (run->stopped)
			ereport(WARNING,
					(errmsg("%d reminders are held back", RowInt4(rows, 0, 4)),
					 errdetail("They fell due before the days that run " INT64_FORMAT " covers, and it may send %d of that kind.",
							   run->run_no, RowInt4(rows, 0, 5)),
					 errhint("Look at licence_home.reminder_run and licence_home.reminder_rule. Then a director or an administrator calls licence_home.release_reminders(" INT64_FORMAT ", reason).",
							 run->run_no)));
	}
	CommitTxn(&scope);
	return rows.count == 1;
}

/* The terms that the run reminds of, in memory that outlives the transaction. */
static OwedTerm *
find_terms(const ReminderRun *run, uint64 *count)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.licence_no, o.term_no FROM licence_home_internal.reminders_owed() AS o "
									   "WHERE NOT $1 OR o.owed_on > $2 GROUP BY o.licence_no, o.term_no "
									   "ORDER BY min(o.days_before), o.licence_no");
	MemoryContext memory = CurrentMemoryContext;
	OwnerScope	scope;
	OwedTerm   *terms;
	Rows		rows;

	BeginTxn(&scope);
	rows = ExecPlan(&scope, &find, BoolArg(run->stopped && run->has_since),
					DatumArg(ARG_DATE, DateADTGetDatum(run->since), !run->has_since));
	*count = rows.count;
	terms = MemoryContextAllocHuge(memory, Max(*count, 1) * sizeof(OwedTerm));
	for (uint64 row = 0; row < *count; row++)
	{
		terms[row].licence_no = RowInt8(rows, row, 1);
		terms[row].term_no = RowInt4(rows, row, 2);
	}
	CommitTxn(&scope);
	return terms;
}

/* Tell the holder; the message. */
static int64
tell_holder(OwnerScope *scope, const ReminderRun *run, int64 licence_no, int64 applicant_id,
			char **template, bool *possible)
{
	static SavedPlan bar = SAVED_PLAN("SELECT b.reason FROM licence_home_internal.renewal_bar($1, $2) AS b");

	*possible = ExecPlan(scope, &bar, LicenceArg(licence_no), DateArg(run->today)).count == 0;
	if (!*possible)
		*template = NOT_POSSIBLE_TEMPLATE;
	return TellHolder(scope, licence_no, applicant_id, *template);
}

/* Settle what a term owes, if it still does. */
static JobOutcome
remind_of_term(OwnerScope *scope, int64 subject, void *argument)
{
	static SavedPlan lock = SAVED_PLAN("SELECT 1 FROM licence_home.licence AS l WHERE l.licence_no = $1 FOR NO KEY UPDATE SKIP LOCKED");
	static SavedPlan holder = SAVED_PLAN("SELECT h.applicant_id FROM licence_home_internal.holder_to_remind($1, $2, $3) AS h");
	static SavedPlan lock_holder = SAVED_PLAN("SELECT 1 FROM licence_home.applicant AS p WHERE p.applicant_id = $1 FOR NO KEY UPDATE SKIP LOCKED");
	static SavedPlan owed = SAVED_PLAN("SELECT o.days_before, o.template FROM licence_home_internal.reminders_owed() AS o "
									   "WHERE o.licence_no = $1 AND o.term_no = $2 ORDER BY o.days_before");
	static SavedPlan settle = SAVED_PLAN("INSERT INTO licence_home.reminder "
										 "(licence_no, term_no, days_before, outcome, template, message_id, run_no) "
										 "VALUES ($1, $2, $3, $4, $5, $6, $7)");
	const ReminderWork *work = argument;
	const OwedTerm *term = &work->terms[subject];
	PlanArg		licence = LicenceArg(term->licence_no);
	PlanArg		term_no = Int4Arg(term->term_no);
	PlanArg		today = DateArg(work->run->today);
	Rows		reminders;
	Rows		holders;
	bool		possible = true;
	char	   *template;
	int64		message_id;

	if (ExecPlan(scope, &lock, licence).count == 0)
		return JOB_SKIPPED;
	holders = ExecPlan(scope, &holder, licence, term_no, today);
	if (holders.count == 0)
		return JOB_NOTHING;
	reminders = ExecPlan(scope, &owed, licence, term_no);
	if (reminders.count == 0)
		return JOB_NOTHING;
	if (ExecPlan(scope, &lock_holder, Int8Arg(RowInt8(holders, 0, 1))).count == 0)
		return JOB_SKIPPED;
	template = RowText(reminders, 0, 2);
	message_id = tell_holder(scope, work->run, term->licence_no, RowInt8(holders, 0, 1), &template, &possible);
	for (uint64 row = 0; row < reminders.count; row++)
	{
		bool		sent = row == 0;

		ExecPlan(scope, &settle, licence, term_no,
				 Int4Arg(RowInt4(reminders, row, 1)),
				 TextArg(!sent ? "overtaken" : possible ? "reminded" : "not_possible"),
				 TextArg(sent ? template : RowText(reminders, row, 2)),
				 DatumArg(ARG_INT8, Int64GetDatum(message_id), !sent),
				 Int8Arg(work->run->run_no));
	}
	return JOB_DONE;
}

PG_FUNCTION_INFO_V1(licence_home_remind_licences);
/* remind_licences(): the daily job. */
Datum
licence_home_remind_licences(PG_FUNCTION_ARGS)
{
	JobRun		job;
	ReminderRun run = {0};
	ReminderWork work = {.run = &run};
	uint64		count;

	BeginProcedure(fcinfo, "remind_licences", "each licence as it goes, so that nobody waits for the others");
	BeginJob(&job, "remind licences");
	if (begin_run(&run))
	{
		work.terms = find_terms(&run, &count);
		for (uint64 i = 0; i < count; i++)
		{
			char	   *licence = CaseNoText(&licence_no_kind, work.terms[i].licence_no);

			(void) DoJobWork(&job, remind_of_term, (int64) i, &work, 0, licence);
			pfree(licence);
		}
	}
	EndJob(&job);
	SPI_finish();
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_release_reminders);
/* release_reminders(run_no, reason): the next run may send what this one stopped. */
Datum
licence_home_release_reminders(PG_FUNCTION_ARGS)
{
	static SavedPlan release = SAVED_PLAN("UPDATE licence_home.reminder_run AS r SET released_at = $2, released_by = $3, release_reason = $4 "
										  "WHERE r.run_no = $1 AND r.stopped AND r.released_at IS NULL "
										  "AND NOT EXISTS (SELECT FROM licence_home.reminder_run AS n WHERE n.run_no > r.run_no)");
	OwnerScope	scope;
	int64		run_no = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);

	(void) CheckNamedOfficial(0);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "whoever releases a stopped run says why",
							 "من يطلق دفعة تذكير متوقفة يبين السبب"),
				 errhint_said("Give a reason; it is kept.", "اذكروا السبب؛ يُحفظ مع الدفعة.")));
	EnterOwner(&scope, OWNER_WRITES);
	if (ExecPlan(&scope, &release, Int8Arg(run_no), MomentArg(ClockNow()), TextArg(ActorName()),
				 TextArg(text_to_cstring(PG_GETARG_TEXT_PP(1)))).count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_TOO_LATE),
				 errmsg_said(0, psprintf("run " INT64_FORMAT " of reminders is not the last, or nothing is stopped in it", run_no),
							 psprintf("دفعة التذكير " INT64_FORMAT " ليست الأخيرة، أو لا شيء متوقفًا فيها", run_no)),
				 errhint_said("SELECT * FROM licence_home.reminder_run ORDER BY run_no DESC.",
							  "SELECT * FROM licence_home.reminder_run ORDER BY run_no DESC."),
				 err_table("reminder_run")));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_reminders_unwanted);
/*
 * AFTER INSERT for a row of licence_term or licence_standing: what has not left
 * is not wanted any more.  The sender looks before it sends.
 */
Datum
licence_home_reminders_unwanted(PG_FUNCTION_ARGS)
{
	static SavedPlan unwanted = SAVED_PLAN("UPDATE licence_home.sms_message_text AS l SET unwanted_at = $2, unwanted_why = $3 "
										   "FROM licence_home.reminder AS m "
										   "WHERE m.licence_no = $1 AND l.message_id = m.message_id AND l.unwanted_at IS NULL");
	TriggerData *data = CheckedTrigger(fcinfo, "reminders_unwanted", AFTER_ROW_TRIGGER);
	OwnerScope	scope;
	bool		isnull;

	EnterOwner(&scope, OWNER_WRITES);
	ExecPlan(&scope, &unwanted,
			 LicenceArg(DatumGetInt64(ColumnDatum(data->tg_trigtuple, RelationGetDescr(data->tg_relation),
												  "licence_no", &isnull))),
			 MomentArg(ClockNow()), TextArg("its licence was renewed or has ended"));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}
