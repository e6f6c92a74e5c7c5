/*
 * official.c
 *		Who of the office works: rows of the table official.
 *
 * An official has a login of their own, or works through an application whose
 * login the row lists and which says act_as() in each transaction.  A login
 * that no row names is a machine's, or a superuser's.  One whose person has
 * ended stays that person's, and does an official's work no more.
 *
 * Each role check and each event asks which official works, so the answer is
 * kept.  It is for a login, a day and the number that act_as() named, and
 * lasts until a row of official changes.
 */
#include "postgres.h"

#include "commands/extension.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "clock.h"
#include "errors.h"
#include "official.h"
#include "settings.h"
#include "spi/objects.h"
#include "spi/owner.h"
#include "spi/plan.h"
#include "spi/trigger.h"

/* The answer that is kept. */
static struct
{
	bool		valid;
	uint64		changes;		/* of the table, as far as this session knows */
	Oid			relid;			/* of the table official */
	Oid			login;
	DateADT		day;
	char	   *claimed;		/* what act_as() named; or "" */
	WorkingAs	as;
	Official	official;
	MemoryContext memory;
}			working;

static void
forget_official(Datum arg pg_attribute_unused(), Oid relid)
{
	if (relid == InvalidOid || relid == working.relid)
	{
		working.valid = false;
		working.changes++;
	}
}

const char *
ClaimOfficial(const char *number)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.official FROM licence_home.official AS o "
									   "WHERE o.key = licence_home.fold_reference($1) "
									   "AND licence_home.in_force(o.valid, o.withdrawn_at, $2) "
									   "AND ($3 = o.login OR $3 = ANY (o.claimed_by))");
	MemoryContext caller = CurrentMemoryContext;
	OwnerScope	scope;
	Rows		rows;
	char	   *found = NULL;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlan(&scope, &find, TextArg(number), DateArg(ClockDay(ClockMoment())),
					TextArg(GetUserNameFromId(GetSessionUserId(), false)));
	if (rows.count == 1)
		found = MemoryContextStrdup(caller, RowText(rows, 0, 1));
	LeaveOwner(&scope);
	return found;
}

/* An array of names, copied from SPI's memory. */
static char **
copied_names(Rows rows, int column, int *count)
{
	char	  **names = RowTextArray(rows, 0, column, count);

	for (int i = 0; i < *count; i++)
		names[i] = pstrdup(names[i]);
	return names;
}

/* Keep a row: number, roles, roles ever, whether to ask for more, districts. */
static void
keep_official(Rows rows)
{
	MemoryContext outer = MemoryContextSwitchTo(working.memory);
	char	  **names;

	working.official.number = pstrdup(RowText(rows, 0, 2));
	working.official.roles = copied_names(rows, 3, &working.official.nroles);
	working.official.roles_ever = copied_names(rows, 4, &working.official.nroles_ever);
	working.official.watched = RowBool(rows, 0, 5);
	working.official.served = RowBool(rows, 0, 7);
	names = copied_names(rows, 6, &working.official.ndistricts);
	working.official.districts = palloc(Max(working.official.ndistricts, 1) * sizeof(int32));
	for (int i = 0; i < working.official.ndistricts; i++)
		working.official.districts[i] = pg_strtoint32(names[i]);
	MemoryContextSwitchTo(outer);
}

/* What rows of official say of a login, and of the official behind it. */
static WorkingAs
read_official(OwnerScope *scope, const char *claimed, Oid login, DateADT day)
{
	static SavedPlan find = SAVED_PLAN("SELECT o.working_as, o.official, o.roles, o.ever, o.watched, o.districts, o.served "
									   "FROM licence_home_internal.official_of_login($1, $2, $3) AS o");
	Rows		rows = ExecPlan(scope, &find, DateArg(day), TextArg(claimed),
								TextArg(GetUserNameFromId(login, false)));
	const char *as = rows.count > 0 ? RowText(rows, 0, 1) : NULL;

	if (as == NULL)
		return WORKING_MACHINE;
	if (strcmp(as, "official") == 0)
	{
		keep_official(rows);
		return WORKING_OFFICIAL;
	}
	if (superuser_arg(login))
		return WORKING_MACHINE;
	return strcmp(as, "ended") == 0 ? WORKING_ENDED : WORKING_UNNAMED;
}

/* Look up who works. */
static void
find_working(const char *claimed, Oid login, DateADT day)
{
	static bool registered = false;
	OwnerScope	scope;
	uint64		changes;

	working.valid = false;
	if (!registered)
	{
		working.memory = AllocSetContextCreate(CacheMemoryContext, "official who works",
											   ALLOCSET_SMALL_SIZES);
		CacheRegisterRelcacheCallback(forget_official, (Datum) 0);
		registered = true;
	}
	MemoryContextReset(working.memory);
	working.relid = get_relname_relid("official", ExtensionNamespace());
	/* a script that makes tables asks for the default of a column */
	if (creating_extension || !OidIsValid(working.relid))
	{
		working.as = WORKING_MACHINE;
		return;
	}
	working.login = login;
	working.day = day;
	working.claimed = MemoryContextStrdup(working.memory, claimed);
	changes = working.changes;
	EnterOwner(&scope, OWNER_WRITES);
	working.as = read_official(&scope, claimed, login, day);
	LeaveOwner(&scope);
	/* the query itself may have taken in that a row has changed */
	working.valid = working.changes == changes;
}

WorkingAs
WhoWorks(void)
{
	const char *claimed = acting_official_setting ? acting_official_setting : "";
	Oid			login = GetSessionUserId();
	DateADT		day = ClockDay(ClockMoment());

	if (!working.valid || working.login != login || working.day != day ||
		strcmp(working.claimed, claimed) != 0)
		find_working(claimed, login, day);
	return working.as;
}

const Official *
WorkingOfficial(void)
{
	return WhoWorks() == WORKING_OFFICIAL ? &working.official : NULL;
}

char *
WorkerName(Oid role)
{
	const Official *official = WorkingOfficial();

	return official ? psprintf("official %s", official->number)
		: GetUserNameFromId(role, false);
}

void
CheckSomebodyWorks(void)
{
	const char *login = GetUserNameFromId(GetSessionUserId(), false);

	switch (WhoWorks())
	{
		case WORKING_OFFICIAL:
		case WORKING_MACHINE:
			return;
		case WORKING_ENDED:
			ereport(ERROR,
					(errcode(ERRCODE_LH_NOBODY_ACTING),
					 errmsg_said(0, psprintf("the login \"%s\" is of an official who does not serve today", login),
								 psprintf("اسم الدخول \"%s\" لموظف ليس على رأس عمله اليوم", login)),
					 errdetail_said("The rows of official that name it have ended, are withdrawn, or are still to begin.",
									"انتهت خدمته أو سُحبت أو لم تبدأ بعد."),
					 errhint_said("An administrator enters who serves, and from when, in licence_home.official.",
								  "يسجل مسؤول القواعد من يخدم ومن أي يوم."),
					 err_column("official", "login")));
		case WORKING_UNNAMED:
			ereport(ERROR,
					(errcode(ERRCODE_LH_NOBODY_ACTING),
					 errmsg_said(0, psprintf("the login \"%s\" works for several officials, and has not said for whom", login),
								 psprintf("اسم الدخول \"%s\" لعدة موظفين، ولم يُذكر من يعمل به الآن", login)),
					 errhint_said("Call licence_home.act_as(employee) in the transaction that does the work.",
								  "استدعوا licence_home.act_as(employee) في المعاملة نفسها."),
					 err_column("official", "claimed_by")));
	}
}

const Official *
CheckNamedOfficial(int64 application_no)
{
	const char *login = GetUserNameFromId(GetSessionUserId(), false);
	const Official *official;

	CheckSomebodyWorks();
	official = WorkingOfficial();
	if (official == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOBODY_ACTING),
				 errmsg_said(application_no, psprintf("the login \"%s\" is of no official", login),
							 psprintf("اسم الدخول \"%s\" ليس لموظف", login)),
				 errdetail_said("This is done by a person, whose name is recorded.",
								"يقوم بهذا شخص يُسجَّل اسمه."),
				 errhint_said("An administrator enters who serves in licence_home.official; a login of several says who works by licence_home.act_as(employee).",
							  "يسجل مسؤول القواعد الموظفين في licence_home.official، واسم دخول العدة يبين من يعمل بالدالة licence_home.act_as(employee)."),
				 err_column("official", "login")));
	return official;
}

void
OfficialChanged(void)
{
	CacheInvalidateRelcacheByRelid(ExtensionTable("official"));
}

PG_FUNCTION_INFO_V1(licence_home_official_changed);
/*
 * AFTER INSERT OR UPDATE on official and on case_recusal, for each row: every
 * session asks anew who works.
 */
Datum
licence_home_official_changed(PG_FUNCTION_ARGS)
{
	(void) CheckedTrigger(fcinfo, "official_changed", AFTER_ROW_TRIGGER);
	OfficialChanged();
	return PointerGetDatum(NULL);
}
