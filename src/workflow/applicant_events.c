/*
 * applicant_events.c
 *		The chain of events of an applicant; who holds a licence at its issue.
 *
 * An applicant's row has what is true now. applicant_event has what was true
 * before, since when, and who changed it.  Its rows are chained for each
 * applicant as those of events.c are for each case.  The hash is the same, but
 * three fields have another sense.  The number is the applicant's, there is no
 * state before, and the names of the changed columns stand for the state
 * after.
 *
 * A message to the old telephone tells of a new one.  It goes by the ordinary
 * queue and keeps the old number, so whoever took an account over cannot stop
 * it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "actor.h"
#include "clock.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "sms/queue/enqueue.h"
#include "workflow/applicant_events.h"
#include "workflow/events.h"
#include "workflow/row.h"

/* The facts of a person, in the order in which events name them. */
static const char *const facts[] = {
	"kind", "identity_no", "name_ar", "name_en", "phone", "language",
	"representative_name", "representative_identity_no", "representative_capacity"
};

void
AppendApplicantEvent(OwnerScope *scope, int64 applicant_id, const char *action,
					 const char *fields, const char *note, const char *changes)
{
	/*
	 * (no sequence: a client's lastval() after INSERT INTO applicant is the
	 * applicant's number)
	 */
	static SavedPlan append = SAVED_PLAN("INSERT INTO licence_home.applicant_event "
										 "(event_no, format, applicant_id, applicant_event_no, action, fields, "
										 "actor, role, session_role, at, known_at, note, changes, salt, digest, hash) "
										 "SELECT e.event_no, 1, $1, e.number, $2, $3, $4, $5, $6, $7, e.known_at, $9, $10::jsonb, $11, e.digest, "
										 "licence_home_internal.event_hash(e.before, 1::smallint, e.event_no, $1::text, e.number, "
										 "$2, NULL, $3, $4, $5, $6, $7, e.known_at, e.digest) "
										 "FROM (SELECT $1 * 1048576 + coalesce(b.applicant_event_no, 0) + 1 AS event_no, "
										 " coalesce(b.applicant_event_no, 0) + 1 AS number, b.hash AS before, "
										 " greatest($8, b.known_at + interval '1 microsecond') AS known_at, "
										 " licence_home_internal.event_digest($11, $9, $10::jsonb) AS digest "
										 " FROM (SELECT) AS o LEFT JOIN (SELECT b.applicant_event_no, b.hash, b.known_at "
										 "  FROM licence_home.applicant_event AS b WHERE b.applicant_id = $1 "
										 "  ORDER BY b.applicant_event_no DESC LIMIT 1) AS b ON true OFFSET 0) AS e");
	bool		concealable = note != NULL || changes != NULL;

	ExecPlan(scope, &append,
			 Int8Arg(applicant_id),
			 TextArg(action),
			 TextArg(fields),
			 TextArg(ActorName()),
			 TextArg(GetUserNameFromId(RoleAtWork(), false)),
			 TextArg(GetUserNameFromId(GetSessionUserId(), false)),
			 MomentArg(ClockNow()),
			 MomentArg(ClockMoment()),
			 TextArg(note),
			 TextArg(changes),
			 concealable ? DatumArg(ARG_BYTEA, MakeSalt(), false) : NullArg(ARG_BYTEA));
}

/* Those of the facts that differ. */
static List *
changed_facts(HeapTuple old, HeapTuple new, TupleDesc desc)
{
	List	   *changed = NIL;

	for (int i = 0; i < (int) lengthof(facts); i++)
	{
		char	   *before = ColumnOutput(old, desc, facts[i]);
		char	   *after = ColumnOutput(new, desc, facts[i]);

		if ((before == NULL) != (after == NULL) ||
			(before != NULL && strcmp(before, after) != 0))
			changed = lappend(changed, (void *) facts[i]);
	}
	return changed;
}

/* Is a fact among them? */
static bool
names_fact(List *names, const char *fact)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), fact) == 0)
			return true;
	}
	return false;
}

/* Names, as fields has them. */
static char *
joined(List *names)
{
	StringInfoData text;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, names)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", (char *) lfirst(cell));
	return text.data;
}

/* A row in which everything is null. */
static HeapTuple
empty_row(TupleDesc desc)
{
	Datum	   *values = palloc0(desc->natts * sizeof(Datum));
	bool	   *nulls = palloc(desc->natts * sizeof(bool));

	memset(nulls, true, desc->natts * sizeof(bool));
	return heap_form_tuple(desc, values, nulls);
}

/* Tell the former telephone of a new one, where there was one and it was the person's. */
static void
tell_former(OwnerScope *scope, int64 applicant_id, HeapTuple old, TupleDesc desc)
{
	bool		has_none;
	bool		is_theirs;
	Datum		phone = ColumnDatum(old, desc, "phone", &has_none);

	(void) ColumnDatum(old, desc, "not_theirs_at", &is_theirs);
	if (!has_none && is_theirs)
		(void) TellPhone(scope, applicant_id, DatumGetInt64(phone),
						 ColumnText(old, desc, "language"), "phone_changed");
}

/* The new representative of a business proves the authorisation in each case that is open. */
static void
ask_representative(OwnerScope *scope, int64 applicant_id)
{
	static SavedPlan ask = SAVED_PLAN("INSERT INTO licence_home.representative_proof (application_no, applicant_id) "
									  "SELECT a.application_no, a.applicant_id FROM licence_home.application AS a "
									  "WHERE a.applicant_id = $1 AND (a.waits_for IS NOT NULL OR a.submitted_at IS NULL) "
									  "ORDER BY a.application_no");

	ExecPlan(scope, &ask, Int8Arg(applicant_id));
}

PG_FUNCTION_INFO_V1(licence_home_applicant_event);
/* AFTER INSERT OR UPDATE on applicant, for each row. */
Datum
licence_home_applicant_event(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = CheckedTrigger(fcinfo, "applicant_event", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	bool		is_new = TRIGGER_FIRED_BY_INSERT(trigdata->tg_event);
	HeapTuple	old = is_new ? empty_row(desc) : trigdata->tg_trigtuple;
	HeapTuple	new = TriggerNewTuple(trigdata);
	List	   *changed = changed_facts(old, new, desc);
	bool		isnull;
	int64		applicant_id = DatumGetInt64(ColumnDatum(new, desc, "applicant_id", &isnull));
	OwnerScope	scope;

	if (changed == NIL)
		return PointerGetDatum(NULL);
	EnterOwner(&scope, OWNER_WRITES);
	AppendApplicantEvent(&scope, applicant_id, is_new ? "register" : "change",
						 joined(changed), NULL, ChangesAsJson(changed, old, new, desc));
	if (!is_new && names_fact(changed, "phone"))
		tell_former(&scope, applicant_id, old, desc);
	if (!is_new && names_fact(changed, "representative_identity_no"))
		ask_representative(&scope, applicant_id);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_licence_holder);
/* AFTER INSERT on licence_version, for each row: who holds it, as the applicant is now. */
Datum
licence_home_licence_holder(PG_FUNCTION_ARGS)
{
	static SavedPlan write = SAVED_PLAN("INSERT INTO licence_home.licence_holder (licence_no, version_no, applicant_id, kind, identity_no, name_ar, name_en, "
										"representative_name, representative_identity_no, representative_capacity) "
										"SELECT $1, $2, p.applicant_id, p.kind, p.identity_no, p.name_ar, p.name_en, "
										"p.representative_name, p.representative_identity_no, p.representative_capacity "
										"FROM licence_home.applicant AS p WHERE p.applicant_id = $3");
	TriggerData *trigdata = CheckedTrigger(fcinfo, "licence_holder", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(trigdata->tg_relation);
	HeapTuple	new = TriggerNewTuple(trigdata);
	bool		isnull;
	int64		licence_no = DatumGetInt64(ColumnDatum(new, desc, "licence_no", &isnull));
	int32		version_no = DatumGetInt32(ColumnDatum(new, desc, "version_no", &isnull));
	int64		applicant_id = DatumGetInt64(ColumnDatum(new, desc, "applicant_id", &isnull));
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	ExecPlan(&scope, &write, LicenceArg(licence_no), Int4Arg(version_no), Int8Arg(applicant_id));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(licence_home_verify_applicants);
/* verify_applicants(): breaks in the chains of applicants. */
Datum
licence_home_verify_applicants(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT b.applicant_id, b.applicant_event_no, b.event_no, b.break "
										 "FROM licence_home_internal.applicant_breaks() AS b "
										 "ORDER BY b.applicant_id, b.applicant_event_no, b.break");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &find, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}
