/*
 * journal.c
 *		Rules have authors: the journal of rules, and two persons.
 *
 * Each statement that writes a rule table adds entries to rule_journal, through
 * statement triggers that see all its rows.  At the end of the transaction a
 * deferred trigger says of each entry why it may stand, and gives it its place
 * in the chain:
 *
 *	BEGIN
 *	  INSERT INTO edition ...        entry 7, no place yet
 *	  ... tried on real cases ...
 *	COMMIT or ROLLBACK               entry 7: two persons? else LH024; place, hash
 *
 * So a rule is tried in a transaction that is rolled back without a second
 * person.  Transactions wait for each other's place in the chain only while
 * they commit.  SET CONSTRAINTS ALL IMMEDIATE, by which a trial has its rules
 * checked, fires the deferred trigger too.  Then an entry without approval is
 * only marked.  The refusal comes when the transaction really commits.
 *
 * An approval is bound to what it approves: the entries that approve_rules()
 * makes while it makes the changes of the proposal carry its number.  What else
 * the same transaction writes does not.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/rel.h"

#include "actor.h"
#include "clock.h"
#include "compat.h"
#include "errors.h"
#include "settings.h"
#include "spi/plan.h"
#include "spi/trigger.h"
#include "text/fold.h"

/* The proposal whose changes are being made; 0: none. */
static int64 approving = 0;

/* What names a row of a rule table, as jsonb, of the row variable. */
static char *
row_key(Relation rel, const char *row)
{
	const char *name = RelationGetRelationName(rel);
	TupleDesc	desc = RelationGetDescr(rel);
	char	   *id = psprintf("%s_id", name);

	if (SPI_fnumber(desc, id) > 0)
		return psprintf("jsonb_build_object('%s', %s.%s)", id, row, quote_identifier(id));
	return psprintf("jsonb_build_object('workflow', %s.workflow, 'version', %s.version)", row, row);
}

/* A whole row as jsonb; of a geometry its digest. */
static char *
whole_row(Relation rel, const char *row)
{
	if (SPI_fnumber(RelationGetDescr(rel), "geom") > 0)
		return psprintf("to_jsonb(%s) - 'geom' || jsonb_build_object('geom_sha256', "
						"encode(sha256(convert_to(%s.geom::text, 'UTF8')), 'hex'))", row, row);
	return psprintf("to_jsonb(%s)", row);
}

/* The days of rows; rows of a workflow are dated by their version. */
static const char *
days_of(Relation rel)
{
	return SPI_fnumber(RelationGetDescr(rel), "valid") > 0
		? "range_agg(w.valid)" : "NULL::datemultirange";
}

#define ENTRY \
	"INSERT INTO licence_home.rule_journal " \
	"(rule_table, act, rows, open_cases, actor, role, session_role, known_at, rule_proposal_id, why) "
#define WRITTEN_BY \
	"$2, $3, $4, $5, nullif($6, 0), $7 "

/* The entries of an INSERT. */
static char *
insert_query(Relation rel)
{
	bool		draft = SPI_fnumber(RelationGetDescr(rel), "valid") < 0 ||
	SPI_fnumber(RelationGetDescr(rel), "published_at") > 0;

	return psprintf(ENTRY
					"SELECT $1, '%s', jsonb_agg(%s), licence_home_internal.cases_judged(%s), " WRITTEN_BY
					"FROM written AS w HAVING count(*) > 0",
					draft ? "draft" : "publish", whole_row(rel, "w"), days_of(rel));
}

/* The entries of an UPDATE: one for each kind of change. */
static char *
update_query(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);
	bool		dated = SPI_fnumber(desc, "valid") > 0;
	const char *act = !dated ? "'draft'" : psprintf(
													"CASE WHEN w.withdrawn_at IS NOT NULL AND b.withdrawn_at IS NULL THEN 'withdraw' %s"
													" WHEN w.valid <> b.valid THEN 'close' ELSE 'draft' END",
													SPI_fnumber(desc, "published_at") > 0
													? "WHEN w.published_at IS NOT NULL AND b.published_at IS NULL THEN 'publish'" : "");
	const char *change = !dated ? "'{}'::jsonb"
	: "jsonb_build_object('valid', w.valid, 'withdrawal', w.withdrawal)";

	return psprintf(ENTRY
					"SELECT $1, w.act, jsonb_agg(w.key || w.change), licence_home_internal.cases_judged(%s), " WRITTEN_BY
					"FROM (SELECT %s AS act, %s AS key, %s AS change %s"
					" FROM written AS w JOIN before AS b ON %s = %s WHERE to_jsonb(w) <> to_jsonb(b)) AS w GROUP BY w.act",
					dated ? "range_agg(w.valid)" : "NULL::datemultirange",
					act, row_key(rel, "w"), change, dated ? ", b.valid" : "",
					row_key(rel, "w"), row_key(rel, "b"));
}

PG_FUNCTION_INFO_V1(licence_home_rule_journal);
/* AFTER INSERT, or UPDATE, for each statement, with its rows in "written" and "before". */
Datum
licence_home_rule_journal(PG_FUNCTION_ARGS)
{
	TriggerData *data = CheckedTrigger(fcinfo, "rule_journal", STATEMENT_TRIGGER);
	Relation	rel = data->tg_relation;
	OwnerScope	scope;
	char	   *query;

	CheckAdministrator("rules are not yours to write");
	EnterOwner(&scope, OWNER_WRITES);
	if (SPI_register_trigger_data(data) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");

	/*
	 * a text of its own for each table, since a plan knows the columns of
	 * "written"
	 */
	query = psprintf("/* %s */ %s", RelationGetRelationName(rel),
					 TRIGGER_FIRED_BY_INSERT(data->tg_event) ? insert_query(rel) : update_query(rel));
	ExecPlan(&scope, SavedPlanFor(query), TextArg(RelationGetRelationName(rel)),
			 TextArg(ActorName()), TextArg(GetUserNameFromId(RoleAtWork(), false)),
			 TextArg(GetUserNameFromId(GetSessionUserId(), false)), MomentArg(ClockMoment()),
			 Int8Arg(approving),
			 TextArg(emergency_setting && emergency_setting[0] ? emergency_setting : NULL));
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

/* Has a case ever been judged by the rules? */
static bool
is_in_service(OwnerScope *scope)
{
	static SavedPlan find = SAVED_PLAN("SELECT FROM licence_home.application WHERE judged_on IS NOT NULL LIMIT 1");

	return ExecPlanNoArgs(scope, &find).count > 0;
}

/* Did this transaction mark an entry that nobody approved?  Perhaps undone since. */
static LocalTransactionId marking_lxid = InvalidLocalTransactionId;

/* The marked entry of this transaction, if it is still there: LH024. */
static void
refuse_unapproved(void)
{
	static SavedPlan find = SAVED_PLAN("SELECT j.rule_table, j.actor FROM licence_home.rule_journal AS j "
									   "WHERE j.standing = 'unapproved' ORDER BY j.entry_no LIMIT 1");
	OwnerScope	scope;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlanNoArgs(&scope, &find);
	if (rows.count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_SECOND_PERSON),
				 errmsg_said(0, psprintf("a rule of \"%s\" needs a second person", RowText(rows, 0, 1)),
							 psprintf("قاعدة في \"%s\" تحتاج شخصًا ثانيًا", RowText(rows, 0, 1))),
				 errdetail_said(psprintf("%s wrote it alone, and cases are judged by the rules. Nothing was changed.",
										 RowText(rows, 0, 2)),
								psprintf("كتبها %s وحده، وبالقواعد يُحكم في الطلبات. لم يتغير شيء.", RowText(rows, 0, 2))),
				 errhint_said("Propose it with licence_home.propose_rules(changes, why), and let another administrator call approve_rules(). "
							  "To try a rule, end the transaction with ROLLBACK. In an emergency, call publish_in_emergency(why) in the transaction.",
							  "اقترحوها بالدالة licence_home.propose_rules(changes, why) وليعتمدها مسؤول آخر بالدالة approve_rules(). "
							  "للتجربة أنهوا المعاملة بالأمر ROLLBACK. وفي الطوارئ استدعوا publish_in_emergency(why) في المعاملة."),
				 err_table(RowText(rows, 0, 1))));
	LeaveOwner(&scope);
}

static void
at_commit(XactEvent event, void *arg pg_attribute_unused())
{
	if ((event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE) &&
		marking_lxid == MY_LXID)
	{
		marking_lxid = InvalidLocalTransactionId;
		refuse_unapproved();
	}
}

/* Mark the transaction: its end asks whether the entry is still there. */
static void
refuse_at_commit(void)
{
	static bool registered = false;

	if (!registered)
	{
		RegisterXactCallback(at_commit, NULL);
		registered = true;
	}
	marking_lxid = MY_LXID;
}

/* Why an entry may stand. */
static const char *
standing_of(OwnerScope *scope, TupleDesc desc, HeapTuple entry)
{
	char	   *act = ColumnText(entry, desc, "act");
	char	   *table = ColumnText(entry, desc, "rule_table");

	if (strcmp(act, "draft") == 0)
		return "draft";
	if (!ColumnIsNull(entry, desc, "rule_proposal_id"))
		return "two";
	if (superuser_arg(GetSessionUserId()))
		return "superuser";
	if (!ColumnIsNull(entry, desc, "why"))
		return "emergency";
	/* nobody waits for the end of an official's power */
	if (strcmp(table, "official") == 0 && strcmp(act, "withdraw") == 0)
		return "ending";
	if (!four_eyes_setting || !is_in_service(scope))
		return "alone";
	return "unapproved";
}

/*
 * Refuse a rule that would judge cases which were submitted before: what was
 * promised to them are the rules of their day.  What takes the place of a row
 * that this transaction withdraws, as wrong or void, is no new rule.
 */
static void
refuse_late(OwnerScope *scope, TupleDesc desc, HeapTuple entry, PlanArg entry_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT e.cases FROM licence_home_internal.cases_under_entry($1) AS e");
	Rows		rows = ExecPlan(scope, &find, entry_no);
	char	   *table = ColumnText(entry, desc, "rule_table");
	char	   *cases;

	if (rows.count == 0 || RowInt8(rows, 0, 1) == 0)
		return;
	cases = RowText(rows, 0, 1);
	ereport(ERROR,
			(errcode(ERRCODE_LH_LATE_RULE),
			 errmsg_said(0, psprintf("a rule of \"%s\" would judge %s cases that were submitted before it", table, cases),
						 psprintf("قاعدة في \"%s\" تحكم في %s طلبات قُدّمت قبلها", table, cases)),
			 errdetail_said("A case is judged by the rules of the day of its first submission, as they were approved then.",
							"يُحكم في الطلب بقواعد يوم تقديمه الأول كما اعتُمدت حينها."),
			 errhint_said("Let valid begin tomorrow, or later. A rule that was wrong is withdrawn as corrected in the same transaction.",
						  "لتبدأ مدتها غدًا أو بعده. والقاعدة الخاطئة تُسحب (corrected) في المعاملة نفسها."),
			 err_column(table, "valid")));
}

PG_FUNCTION_INFO_V1(licence_home_journal_check);
/* AFTER INSERT on rule_journal, for each row, deferred to the end of the transaction. */
Datum
licence_home_journal_check(PG_FUNCTION_ARGS)
{
	static SavedPlan stand = SAVED_PLAN("WITH last AS (SELECT j.place, j.hash FROM licence_home.rule_journal AS j "
										" WHERE j.place IS NOT NULL ORDER BY j.place DESC LIMIT 1) "
										"UPDATE licence_home.rule_journal AS j SET standing = $2, place = coalesce((SELECT l.place FROM last AS l), 0) + 1, "
										" why = coalesce(j.why, (SELECT p.why FROM licence_home.rule_proposal AS p WHERE p.rule_proposal_id = j.rule_proposal_id)) "
										"WHERE j.entry_no = $1");
	static SavedPlan mark = SAVED_PLAN("UPDATE licence_home.rule_journal SET standing = 'unapproved' WHERE entry_no = $1");
	static SavedPlan chain = SAVED_PLAN("UPDATE licence_home.rule_journal AS j SET hash = licence_home_internal.journal_hash("
										" (SELECT p.hash FROM licence_home.rule_journal AS p WHERE p.place = j.place - 1), j) "
										"WHERE j.entry_no = $1");
	TriggerData *data = CheckedTrigger(fcinfo, "journal_check", AFTER_ROW_TRIGGER);
	TupleDesc	desc = RelationGetDescr(data->tg_relation);
	HeapTuple	entry = TriggerNewTuple(data);
	bool		isnull;
	PlanArg		entry_no = DatumArg(ARG_INT8, ColumnDatum(entry, desc, "entry_no", &isnull), false);
	const char *standing;
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_WRITES);
	standing = standing_of(&scope, desc, entry);
	if (strcmp(standing, "unapproved") == 0)
	{
		ExecPlan(&scope, &mark, entry_no);
		LeaveOwner(&scope);
		refuse_at_commit();
		return PointerGetDatum(NULL);
	}

	if (strcmp(standing, "superuser") != 0)
		refuse_late(&scope, desc, entry, entry_no);

	/*
	 * one transaction after the other; nobody else locks a table as an
	 * "object"
	 */
	LockDatabaseObject(RelationRelationId, RelationGetRelid(data->tg_relation), 0, ExclusiveLock);
	ExecPlan(&scope, &stand, entry_no, TextArg(standing));
	ExecPlan(&scope, &chain, entry_no);
	LeaveOwner(&scope);
	return PointerGetDatum(NULL);
}

/* Lock an open proposal; who proposed it. */
static char *
lock_proposal(OwnerScope *scope, int64 proposal)
{
	static SavedPlan find = SAVED_PLAN("SELECT p.recorded_by, p.decision FROM licence_home.rule_proposal AS p "
									   "WHERE p.rule_proposal_id = $1 FOR UPDATE");
	Rows		rows = ExecPlan(scope, &find, Int8Arg(proposal));

	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("there is no proposal " INT64_FORMAT, proposal),
				 errhint("SELECT * FROM licence_home.rule_proposal WHERE decision IS NULL lists those that wait."),
				 err_column("rule_proposal", "rule_proposal_id")));
	if (RowText(rows, 0, 2) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_PUBLISHED),
				 errmsg("proposal " INT64_FORMAT " was %s already", proposal, RowText(rows, 0, 2)),
				 errhint("SELECT * FROM licence_home.rule_proposal WHERE decision IS NULL lists those that wait."),
				 err_column("rule_proposal", "decision")));
	return RowText(rows, 0, 1);
}

/* Write down what became of a proposal. */
static void
decide_proposal(OwnerScope *scope, int64 proposal, const char *decision, const char *note)
{
	static SavedPlan decide = SAVED_PLAN("UPDATE licence_home.rule_proposal SET decision = $2, decided_at = $3, decided_by = $4, note = $5 "
										 "WHERE rule_proposal_id = $1");

	ExecPlan(scope, &decide, Int8Arg(proposal), TextArg(decision), MomentArg(ClockMoment()),
			 TextArg(ActorName()), TextArg(note));
}

pg_noreturn static void
refuse_own(const char *what, int64 number)
{
	ereport(ERROR,
			(errcode(ERRCODE_LH_SECOND_PERSON),
			 errmsg_said(0, psprintf("%s " INT64_FORMAT " is your own", what, number),
						 psprintf("هذا لكم أنتم (%s " INT64_FORMAT ")", what, number)),
			 errdetail_said(psprintf("%s made it, and another person has to look at it.", ActorName()),
							psprintf("وضعه %s، ولا بد أن ينظر فيه شخص آخر.", ActorName())),
			 errhint_said("Let another administrator call this.", "ليستدعها مسؤول آخر."),
			 err_table("rule_proposal")));
}

PG_FUNCTION_INFO_V1(licence_home_approve_rules);
/* approve_rules(rule_proposal_id): make the changes that another person proposed. */
Datum
licence_home_approve_rules(PG_FUNCTION_ARGS)
{
	static SavedPlan apply = SAVED_PLAN("SELECT FROM licence_home.rule_proposal AS p CROSS JOIN LATERAL "
										"licence_home.apply_rules(p.changes) AS made "
										"WHERE p.rule_proposal_id OPERATOR(pg_catalog.=) $1");
	static SavedPlan count = SAVED_PLAN("SELECT jsonb_array_length(p.changes)::bigint FROM licence_home.rule_proposal AS p "
										"WHERE p.rule_proposal_id = $1");
	int64		proposal = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	OwnerScope	scope;
	int64		made;

	CheckAdministrator("rules are not yours to write");
	EnterOwner(&scope, OWNER_WRITES);
	if (strcmp(lock_proposal(&scope, proposal), ActorName()) == 0)
		refuse_own("proposal", proposal);
	decide_proposal(&scope, proposal, "approved", NULL);
	made = RowInt8(ExecPlan(&scope, &count, Int8Arg(proposal)), 0, 1);
	LeaveOwner(&scope);

	approving = proposal;
	PG_TRY();
	{
		(void) ExecAsInvoker(&apply, Int8Arg(proposal));
	}
	PG_FINALLY();
	{
		approving = 0;
	}
	PG_END_TRY();
	PG_RETURN_INT64(made);
}

PG_FUNCTION_INFO_V1(licence_home_reject_rules);
/* reject_rules(rule_proposal_id, note): nothing comes of a proposal. */
Datum
licence_home_reject_rules(PG_FUNCTION_ARGS)
{
	int64		proposal = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	OwnerScope	scope;

	CheckAdministrator("rules are not yours to write");
	EnterOwner(&scope, OWNER_WRITES);
	(void) lock_proposal(&scope, proposal);
	decide_proposal(&scope, proposal, "rejected",
					PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_publish_in_emergency);
/* publish_in_emergency(why): this transaction needs no second person. */
Datum
licence_home_publish_in_emergency(PG_FUNCTION_ARGS)
{
	char	   *why = PG_ARGISNULL(0) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(0));

	CheckAdministrator("rules are not yours to write");
	if (!IsVisible(why, strlen(why)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an emergency has a reason"),
				 errhint("Say in a sentence why no second person can be waited for: the journal keeps it.")));
	(void) set_config_option("licence_home.emergency", why, PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_confirm_emergency);
/* confirm_emergency(entry_no): a second person has looked at it. */
Datum
licence_home_confirm_emergency(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_PLAN("SELECT j.actor FROM licence_home.rule_journal AS j "
									   "WHERE j.entry_no = $1 AND j.standing = 'emergency' AND j.confirmed_at IS NULL FOR UPDATE");
	static SavedPlan confirm = SAVED_PLAN("UPDATE licence_home.rule_journal SET confirmed_at = $2, confirmed_by = $3 WHERE entry_no = $1");
	int64		entry = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
	OwnerScope	scope;
	Rows		rows;

	CheckAdministrator("rules are not yours to write");
	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, Int8Arg(entry));
	if (rows.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_UNKNOWN_CODE),
				 errmsg("no emergency waits for confirmation under number " INT64_FORMAT, entry),
				 errhint("SELECT * FROM licence_home.emergency_rules lists them."),
				 err_column("rule_journal", "entry_no")));
	if (strcmp(RowText(rows, 0, 1), ActorName()) == 0)
		refuse_own("entry", entry);
	ExecPlan(&scope, &confirm, Int8Arg(entry), MomentArg(ClockMoment()), TextArg(ActorName()));
	LeaveOwner(&scope);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(licence_home_verify_rules);
/* verify_rules(): breaks in the chain of the journal. */
Datum
licence_home_verify_rules(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT b.entry_no, b.break FROM licence_home_internal.journal_breaks() AS b");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &find, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}
