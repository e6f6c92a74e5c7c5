/*
 * agency.c
 *		The agents who may act for an applicant: recorded, accepted, ended.
 *
 * A power that a clerk records has been seen.  One that the portal brings waits
 * for a clerk.  An authorisation does not: it is the applicant's own word.  What an
 * agent did stands when the power ends.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "actor.h"
#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "evidence/evidence_trigger.h"
#include "job_log.h"
#include "official.h"
#include "reading/reading.h"
#include "spi/plan.h"
#include "spi/procedure.h"
#include "spi/trigger.h"
#include "text/fold.h"
#include "workflow/case.h"
#include "workflow/own_event.h"

/* Refuse a power that is not there, or not as it has to be. */
pg_noreturn static void
refuse_power(int64 agency_id, const char *en, const char *ar)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_POWER),
			 errmsg_said(0, psprintf("power " INT64_FORMAT ": %s", agency_id, en),
						 psprintf("الوكالة " INT64_FORMAT ": %s", agency_id, ar)),
			 errhint_said("The powers of an applicant are in licence_home.agency.", "الوكالات في licence_home.agency."),
			 err_table("agency")));
}

PG_FUNCTION_INFO_V1(licence_home_agency_trigger);
/* BEFORE INSERT OR UPDATE on agency, for each row. */
Datum
licence_home_agency_trigger(PG_FUNCTION_ARGS)
{
	EvidenceTrigger trigger;
	char	   *kind;

	ReadTrigger(&trigger, fcinfo, "agency");
	if (InOwnerScope())
		return PointerGetDatum(trigger.new);
	if (!trigger.insert)
		refuse_power(0, "it is not rewritten; end it, and record another", "لا تُعدّل، بل تُنهى وتسجَّل غيرها");
	if (ActingAgency() != 0)
		refuse_power(ActingAgency(), "an agent gives nobody else power", "لا يوكّل الوكيل غيره");
	kind = ColumnText(trigger.new, trigger.desc, "kind");
	trigger.change.memory = CurrentMemoryContext;
	trigger.change.count = 0;
	SetColumn(&trigger, "recorded_at", TimestampTzGetDatum(ClockNow()));
	SetColumn(&trigger, "recorded_by", CStringGetTextDatum(ActorName()));
	if (MayWorkAs(GetUserId(), "clerk") || (kind != NULL && strcmp(kind, "authorisation") == 0))
	{
		SetColumn(&trigger, "accepted_at", TimestampTzGetDatum(ClockNow()));
		SetColumn(&trigger, "accepted_by", CStringGetTextDatum(ActorName()));
	}
	else if (!HasGroupRole(GetUserId(), "portal"))
		CheckSomebodyWorks();
	return PointerGetDatum(WithChanges(trigger.new, trigger.desc, &trigger.change));
}

PG_FUNCTION_INFO_V1(licence_home_accept_agency);
/* accept_agency(agency_id): a clerk has seen the paper. */
Datum
licence_home_accept_agency(PG_FUNCTION_ARGS)
{
	static SavedPlan accept = SAVED_PLAN("UPDATE licence_home.agency SET accepted_at = licence_home.now(), accepted_by = licence_home.actor() "
										 "WHERE agency_id = $1 AND accepted_at IS NULL AND ended_at IS NULL");
	int64		agency_id = PG_GETARG_INT64(0);
	OwnerScope	scope;
	bool		found;

	CheckSomebodyWorks();
	if (!MayWorkAs(GetUserId(), "clerk"))
		refuse_power(agency_id, "a clerk accepts it", "يقبلها المدقق");
	EnterOwner(&scope, OWNER_WRITES);
	found = ExecPlan(&scope, &accept, Int8Arg(agency_id)).count == 1;
	LeaveOwner(&scope);
	if (!found)
		refuse_power(agency_id, "there is none that waits to be accepted", "لا وكالة تنتظر القبول");
	PG_RETURN_INT64(agency_id);
}

/* Tell the applicant in a case that the agent's power ended. */
static void
tell_end(OwnerScope *scope, int64 application_no)
{
	LockedCase	locked;

	if (LockCase(scope, application_no, &locked))
		TellAgentEnded(scope, &locked);
}

/* The open cases that a power reaches; first, in their order, as every lock. */
#define CASES_OF_POWER "SELECT c.application_no FROM licence_home.agency AS a " \
	"JOIN licence_home.application AS c ON c.applicant_id = a.applicant_id " \
	"JOIN licence_home.applicant AS p ON p.applicant_id = a.applicant_id " \
	"WHERE a.agency_id = $1 AND a.ended_at IS NULL AND c.waits_for IS NOT NULL " \
	"AND (a.scope = 'general' OR c.application_no = a.only_case) ORDER BY c.application_no"

/* The agent is told no more, and the applicant hears of the end in each case. */
static void
end_in_cases(OwnerScope *scope, int64 agency_id, Rows cases)
{
	static SavedPlan silence = SAVED_PLAN("UPDATE licence_home.sms_message_text AS l SET unwanted_at = licence_home.now(), "
										  "unwanted_why = 'the agent''s power ended' "
										  "FROM licence_home.sms_queue AS q JOIN licence_home.agency AS g ON g.applicant_id = q.applicant_id "
										  "WHERE g.agency_id = $1 AND q.open AND l.message_id = q.message_id AND l.agency_id = $1 "
										  "AND l.unwanted_at IS NULL");

	ExecPlan(scope, &silence, Int8Arg(agency_id));
	for (uint64 i = 0; i < cases.count; i++)
		tell_end(scope, RowInt8(cases, i, 1));
}

PG_FUNCTION_INFO_V1(licence_home_end_agency);
/* end_agency(agency_id, why): at once; the number of cases in which that is told. */
Datum
licence_home_end_agency(PG_FUNCTION_ARGS)
{
	static SavedPlan cases = SAVED_PLAN(CASES_OF_POWER);
	static SavedPlan end = SAVED_PLAN("UPDATE licence_home.agency SET ended_at = licence_home.now(), ended_by = $3, ended_why = $2 "
									  "WHERE agency_id = $1 AND ended_at IS NULL AND ($4 = 0 OR applicant_id = $4)");
	int64		agency_id = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	char	   *why = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	bool		by_clerk = MayWorkAs(GetUserId(), "clerk");
	OwnerScope	scope;
	Rows		rows;

	if (why == NULL || !IsVisible(why, strlen(why)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_said(0, "nothing says why the power ends", "لم يُذكر سبب انتهاء الوكالة"),
				 errhint_said("Give it as the second argument.", "اذكروا السبب."),
				 err_column("agency", "ended_why")));
	if (!by_clerk && ActingApplicant() == 0)
		refuse_power(agency_id, "its applicant ends it, or a clerk", "ينهيها الموكل أو المدقق");
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &cases, Int8Arg(agency_id));
	if (ExecPlan(&scope, &end, Int8Arg(agency_id), TextArg(why), TextArg(ActorName()),
				 Int8Arg(by_clerk ? 0 : ActingApplicant())).count != 1)
		refuse_power(agency_id, "there is none that has not ended", "لا وكالة قائمة");
	end_in_cases(&scope, agency_id, rows);
	LeaveOwner(&scope);
	PG_RETURN_INT32((int32) rows.count);
}

/*
 * Job: end a power whose last day is over, once.  A job waits for nobody: what
 * somebody has in hand is left for its next run.
 */
static JobOutcome
end_by_day(OwnerScope *scope, int64 agency_id, void *argument pg_attribute_unused())
{
	static SavedPlan cases = SAVED_PLAN(CASES_OF_POWER);
	static SavedPlan locked = SAVED_PLAN(CASES_OF_POWER " FOR NO KEY UPDATE OF c, p SKIP LOCKED");
	static SavedPlan lock = SAVED_PLAN("SELECT 1 FROM licence_home.agency AS a WHERE a.agency_id = $1 AND a.ended_at IS NULL "
									   "AND a.accepted_at IS NOT NULL AND a.until_day < licence_home.today() "
									   "FOR NO KEY UPDATE SKIP LOCKED");
	static SavedPlan end = SAVED_PLAN("UPDATE licence_home.agency SET ended_at = licence_home.now(), ended_by = $2, "
									  "ended_why = 'its last day is over' WHERE agency_id = $1");
	Rows		rows = ExecPlan(scope, &locked, Int8Arg(agency_id));

	if (rows.count != ExecPlan(scope, &cases, Int8Arg(agency_id)).count)
		return JOB_SKIPPED;
	if (ExecPlan(scope, &lock, Int8Arg(agency_id)).count != 1)
		return JOB_NOTHING;
	ExecPlan(scope, &end, Int8Arg(agency_id), TextArg(ActorName()));
	end_in_cases(scope, agency_id, rows);
	return JOB_DONE;
}

PG_FUNCTION_INFO_V1(licence_home_end_due_agencies);
/* end_due_agencies(): the daily job that ends powers whose last day is over. */
Datum
licence_home_end_due_agencies(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT a.agency_id FROM licence_home.agency AS a WHERE a.ended_at IS NULL "
									   "AND a.accepted_at IS NOT NULL AND a.until_day < licence_home.today() "
									   "ORDER BY a.agency_id");
	MemoryContext memory = CurrentMemoryContext;
	OwnerScope	scope;
	JobRun		run;
	Rows		rows;
	int64	   *due;
	uint64		count;

	BeginProcedure(fcinfo, "end_due_agencies", "each power, so that nobody waits for the others");
	BeginJob(&run, "end due agencies");
	BeginTxn(&scope);
	rows = ExecPlanNoArgs(&scope, &find);
	count = rows.count;
	due = MemoryContextAllocHuge(memory, Max(count, 1) * sizeof(int64));
	for (uint64 row = 0; row < count; row++)
		due[row] = RowInt8(rows, row, 1);
	CommitTxn(&scope);
	for (uint64 i = 0; i < count; i++)
		(void) DoJobWork(&run, end_by_day, due[i], NULL, 0, psprintf("power " INT64_FORMAT, due[i]));
	EndJob(&run);
	SPI_finish();
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_agents_of);
/* agents_of(applicant_id, why): powers with the agents' names, recorded. */
Datum
licence_home_agents_of(PG_FUNCTION_ARGS)
{
	static SavedPlan show = SAVED_PLAN("SELECT * FROM licence_home_internal.shown_agents($1)");

	(void) ShowPersons(fcinfo, "agents_of",
					   PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)), NULL, &show,
					   FunctionArg(fcinfo, 0, ARG_INT8));
	return (Datum) 0;
}
