/*
 * principal.c
 *		The applicant's work, where an agent or an official at the counter does it.
 *
 * A portal acts for the applicant, who is signed in there: nothing is asked.
 * Two others may do the same work, and each is asked about at every use:
 *
 *		an agent	act_for(applicant, agency)		the power is in force today, and
 *													for this case
 *		an official	act_at_counter(applicant, ...)	the workflow lets officials do it
 *													(workflow_counter); recorded in
 *													counter_act
 *
 * Where a business has another representative, its steps in an open case wait until
 * that one has proved the authorisation there (representative_proof).
 *
 * The official is the actor, as everywhere; the applicant is the principal, whom
 * counter_act names.  Who served an applicant does not review that case where
 * the workflow keeps the two apart (workflow_separation, deed counter).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "actor.h"
#include "errors.h"
#include "official.h"
#include "spi/plan.h"
#include "workflow/principal.h"

/* Does somebody else do the applicant's work? */
static bool
acts_for_another(void)
{
	return CounterProof() != NULL || ActingAgency() != 0;
}

/* Refuse the case of somebody else. */
static void
check_whose(int64 application_no, int64 applicant_id)
{
	if (applicant_id == ActingApplicant())
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg_said(application_no, "it is not of the applicant for whom this transaction acts",
						 "ليس لمقدم الطلب الذي تعمل عنه هذه المعاملة"),
			 errdetail_said(psprintf("It acts for applicant " INT64_FORMAT ".", ActingApplicant()),
							psprintf("تعمل عن مقدم الطلب " INT64_FORMAT ".", ActingApplicant())),
			 errhint_said("One person is served in a transaction.", "يُخدم شخص واحد في المعاملة."),
			 err_column("application", "applicant_id")));
}

/* Refuse an agent whose power has ended, or is for another case than this one, or the one that begins. */
static void
check_agency(OwnerScope *scope, int64 application_no, bool begins)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.agency AS a WHERE a.agency_id = $1 "
									   "AND licence_home_internal.agency_in_force(a) "
									   "AND (a.scope = 'general' OR a.only_case = $2)");

	if (ActingAgency() == 0 ||
		ExecPlan(scope, &find, Int8Arg(ActingAgency()), CaseArg(application_no)).count == 1)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_POWER),
			 errmsg_said(begins ? 0 : application_no, psprintf("the power " INT64_FORMAT " does not reach this case", ActingAgency()),
						 psprintf("لا تشمل الوكالة رقم " INT64_FORMAT " هذا الطلب", ActingAgency())),
			 errdetail_said("It has ended, or is for another case.", "انتهت أو هي لطلب آخر."),
			 errhint_said("The powers of an applicant are in licence_home.agency.", "الوكالات في licence_home.agency."),
			 err_table("agency")));
}

/* Refuse the counter where the workflow does not let officials serve there. */
static void
check_counter(OwnerScope *scope, int64 application_no, const char *workflow, int32 version)
{
	static SavedPlan find = SAVED_PLAN("SELECT 1 FROM licence_home.workflow_counter AS w "
									   "WHERE w.workflow = $1 AND w.version = $2 AND w.role = 'clerk'");

	if (ExecPlan(scope, &find, TextArg(workflow), Int4Arg(version)).count == 1)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NOT_YOUR_STEP),
			 errmsg_said(application_no, psprintf("workflow \"%s\" does not let officials do the applicant's work", workflow),
						 psprintf("لا يسمح سير العمل \"%s\" للموظف بعمل مقدم الطلب", workflow)),
			 errhint_said("licence_home.workflow_counter says where they may.", "يبيّن ذلك licence_home.workflow_counter."),
			 err_table("workflow_counter")));
}

/* Record what an official did at the counter.  application_no 0: no case. */
static void
record_counter(OwnerScope *scope, int64 application_no, const char *what)
{
	static SavedPlan insert = SAVED_PLAN("INSERT INTO licence_home.counter_act (application_no, applicant_id, agency_id, what, identity_seen, at_event) "
										 "VALUES ($1, $2, $3, $4, $5, coalesce((SELECT a.events FROM licence_home.application AS a "
										 "WHERE a.application_no = $1), 0)) "
										 "RETURNING NOT EXISTS (SELECT FROM licence_home.counter_act AS c WHERE c.recorded_by = licence_home.actor())");
	Rows		rows = ExecPlan(scope, &insert,
								DatumArg(ARG_APPLICATION_NO, Int64GetDatum(application_no), application_no == 0),
								Int8Arg(ActingApplicant()),
								DatumArg(ARG_INT8, Int64GetDatum(ActingAgency()), ActingAgency() == 0),
								TextArg(what), TextArg(CounterProof()));

	/* from now on separation has something to find */
	if (RowBool(rows, 0, 1))
		OfficialChanged();
}

void
CheckPrincipal(OwnerScope *scope, int64 application_no, const char *workflow,
			   int32 version, const char *what)
{
	static SavedPlan find = SAVED_PLAN("SELECT applicant_id FROM licence_home.application WHERE application_no = $1");

	if (!acts_for_another())
		return;
	check_whose(application_no, RowInt8(ExecPlan(scope, &find, CaseArg(application_no)), 0, 1));
	check_agency(scope, application_no, false);
	if (CounterProof() == NULL)
		return;
	check_counter(scope, application_no, workflow, version);
	record_counter(scope, application_no, what);
}

bool
RepresentativeIsProven(OwnerScope *scope, int64 application_no)
{
	static SavedPlan find = SAVED_PLAN("SELECT licence_home_internal.representative_is_proven($1)");

	return RowBool(ExecPlan(scope, &find, CaseArg(application_no)), 0, 1);
}

void
CheckRepresentative(OwnerScope *scope, int64 application_no)
{
	if (RepresentativeIsProven(scope, application_no))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_LH_NO_POWER),
			 errmsg_said(application_no, "the new representative has not proved the authorisation in this case",
						 "لم يثبت الممثل الجديد تفويضه في هذا الطلب"),
			 errdetail_said("The representative of the business changed while the case was open.",
							"تغيّر ممثل المنشأة والطلب مفتوح."),
			 errhint_said("Name the paper: licence_home.prove_representative(application_no, reference_no). A clerk then accepts it.",
						  "اذكروا الوثيقة: licence_home.prove_representative(application_no, reference_no)، ثم يقبلها المدقق."),
			 err_table("representative_proof")));
}

/* A power for one case that was not named yet is for this one. */
static void
bind_agency(OwnerScope *scope, int64 application_no)
{
	static SavedPlan bind = SAVED_PLAN("UPDATE licence_home.agency SET only_case = $2 "
									   "WHERE agency_id = $1 AND scope = 'special' AND only_case IS NULL");

	if (ActingAgency() != 0 && ExecPlan(scope, &bind, Int8Arg(ActingAgency()), CaseArg(application_no)).count == 1)
		ActInCase(application_no);
}

void
CheckPrincipalBegins(OwnerScope *scope, int64 application_no, int64 applicant_id,
					 const char *workflow, int32 version)
{
	if (!HasGroupRole(RoleAtWork(), "portal") && CounterProof() == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(0, "a case is begun by its applicant", "يبدأ الطلب مقدمه"),
				 errdetail_said(psprintf("You are %s.", WorkerName(RoleAtWork())), psprintf("أنت %s.", WorkerName(RoleAtWork()))),
				 errhint_said("For a person who stands there, call licence_home.act_at_counter(applicant_id, identity_seen) in the transaction.",
							  "لمن يحضر بنفسه استدعوا licence_home.act_at_counter(applicant_id, identity_seen) في المعاملة."),
				 err_table("application")));
	if (!acts_for_another())
		return;
	check_whose(0, applicant_id);
	bind_agency(scope, application_no);
	check_agency(scope, application_no, true);
	if (CounterProof() == NULL)
		return;
	check_counter(scope, application_no, workflow, version);
	record_counter(scope, application_no, "begin");
}

void
CheckPrincipalRow(OwnerScope *scope, int64 applicant_id, bool registers)
{
	if (!HasGroupRole(RoleAtWork(), "portal") && CounterProof() == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_YOUR_STEP),
				 errmsg_said(0, "an applicant's facts are the applicant's to write", "بيانات مقدم الطلب يكتبها هو"),
				 errdetail_said(psprintf("You are %s.", WorkerName(RoleAtWork())), psprintf("أنت %s.", WorkerName(RoleAtWork()))),
				 errhint_said("For a person who stands there, call licence_home.act_at_counter(applicant_id, identity_seen) in the transaction.",
							  "لمن يحضر بنفسه استدعوا licence_home.act_at_counter(applicant_id, identity_seen) في المعاملة."),
				 err_table("applicant")));
	if (!acts_for_another())
		return;
	if (ActingAgency() != 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NO_POWER),
				 errmsg_said(0, "an agent does not change who the applicant is", "لا يغيّر الوكيل بيانات موكله"),
				 errhint_said("The applicant does, or comes to the counter.", "يغيّرها مقدم الطلب بنفسه أو عند النافذة."),
				 err_table("agency")));
	if (!registers)
		check_whose(0, applicant_id);
	record_counter(scope, 0, registers ? "register" : "change");
}
