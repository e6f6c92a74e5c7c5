/*
 * installation.c
 *		What a DBA should look at: check_installation().
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "errors.h"
#include "settings.h"
#include "spi/plan.h"

PG_FUNCTION_INFO_V1(licence_home_library_version);
/* library_version(): the version that this library was built as. */
Datum
licence_home_library_version(PG_FUNCTION_ARGS pg_attribute_unused())
{
	PG_RETURN_TEXT_P(cstring_to_text(LICENCE_HOME_VERSION));
}

PG_FUNCTION_INFO_V1(licence_home_signs_record);
/* signs_record(): is there a key for the record of a day? */
Datum
licence_home_signs_record(PG_FUNCTION_ARGS pg_attribute_unused())
{
	PG_RETURN_BOOL(record_key_file_setting != NULL && record_key_file_setting[0] != '\0');
}

PG_FUNCTION_INFO_V1(licence_home_check_installation);
/* check_installation(): the worst first. */
Datum
licence_home_check_installation(PG_FUNCTION_ARGS)
{
	static SavedPlan find = SAVED_REPORT("SELECT f.severity, f.topic, f.what_en, f.what_ar, f.do_en, f.do_ar "
										 "FROM licence_home_internal.installation_findings() AS f "
										 "ORDER BY array_position(ARRAY['critical', 'warning', 'notice'], f.severity), "
										 "f.topic COLLATE \"C\", f.what_en COLLATE \"C\"");
	OwnerScope	scope;

	EnterOwner(&scope, OWNER_READS);
	ReturnSavedPlan(fcinfo, &scope, &find, NULL, 0);
	LeaveOwner(&scope);
	return (Datum) 0;
}

PG_FUNCTION_INFO_V1(licence_home_accept_restore);
/* accept_restore(): what was restored is whole, and counts as any other. */
Datum
licence_home_accept_restore(PG_FUNCTION_ARGS pg_attribute_unused())
{
	static SavedPlan find = SAVED_REPORT("SELECT format('%s: %s %s', d.table_name, d.defect, d.row_key) "
										 "FROM licence_home_internal.restore_defects() AS d LIMIT 1");
	static SavedPlan forget = SAVED_PLAN("DELETE FROM licence_home.restored_rows");
	OwnerScope	scope;
	Rows		rows;

	EnterOwner(&scope, OWNER_WRITES);
	rows = ExecPlanNoArgs(&scope, &find);
	if (rows.count > 0)
		ereport(ERROR,
				(errcode(ERRCODE_LH_NOT_NOW),
				 errmsg("the restored database is not whole"),
				 errdetail("%s", RowText(rows, 0, 1)),
				 errhint("SELECT * FROM licence_home.verify_restore() lists what is wrong."),
				 err_table("restored_rows")));
	rows = ExecPlanNoArgs(&scope, &forget);
	LeaveOwner(&scope);
	PG_RETURN_INT64((int64) rows.count);
}
