/*
 * settings.c
 *		Definition of the extension's configuration parameters.
 */
#include "postgres.h"

#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "clock.h"
#include "compat.h"
#include "settings.h"
#include "sms/http/addresses.h"

char	   *clock_setting = NULL;
char	   *acting_applicant_setting = NULL;
char	   *acting_official_setting = NULL;
char	   *acting_counter_setting = NULL;
char	   *acting_agency_setting = NULL;
char	   *acting_case_setting = NULL;
char	   *emergency_setting = NULL;
bool		four_eyes_setting = true;
char	   *sms_gateway_addresses_setting = NULL;
char	   *portal_key_setting = NULL;
char	   *portal_audience_setting = NULL;
char	   *record_key_file_setting = NULL;
int			portal_token_age_setting = 60;
bool		read_flush_setting = false;
bool		read_reason_setting = false;
int			lookups_an_hour_setting = 0;
int			drafts_an_hour_setting = 0;
int			small_cells_setting = 5;
bool		notify_setting = false;
int			language_setting = LANGUAGE_BOTH;
int			error_detail_setting = DETAIL_TEXT;

/* '' comes first, so that SHOW gives it; hidden, it is in no list of values. */
static const struct config_enum_entry languages[] = {
	{"", LANGUAGE_BOTH, true},
	{"both", LANGUAGE_BOTH, false},
	{"ar", LANGUAGE_AR, false},
	{"en", LANGUAGE_EN, false},
	{NULL, 0, false}
};

static const struct config_enum_entry error_details[] = {
	{"text", DETAIL_TEXT, false},
	{"json", DETAIL_JSON, false},
	{NULL, 0, false}
};

#if PG_VERSION_NUM < 160000
static struct config_generic *
FindSettingByWalk(const char *name)
{
	struct config_generic **settings = get_guc_variables();

	for (int i = 0; i < GetNumConfigOptions(); i++)
	{
		if (pg_strcasecmp(settings[i]->name, name) == 0)
			return settings[i];
	}
	return NULL;
}
#endif

/*
 * Refuse a connection that brought a value for a setting which makes the rules
 * stricter ("options" of libpq, before the library is loaded).  PostgreSQL
 * would throw that value away, and with it the superuser's, which it replaced:
 * the setting would be empty.
 */
static void
refuse_from_client(const char *name)
{
	struct config_generic *setting = FindSetting(name);

	if (setting != NULL && (setting->flags & GUC_CUSTOM_PLACEHOLDER) != 0 &&
		setting->reset_source == PGC_S_CLIENT && setting->reset_scontext == PGC_BACKEND)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to set parameter \"%s\"", name),
				 errhint("Connect without it: a superuser sets it for the database.")));
}

/* Define every parameter, then reserve the prefix. */
void
DefineSettings(void)
{
	refuse_from_client("licence_home.portal_key");
	refuse_from_client("licence_home.portal_audience");
	refuse_from_client("licence_home.portal_token_age");
	refuse_from_client("licence_home.drafts_an_hour");
	refuse_from_client("licence_home.lookups_an_hour");
	refuse_from_client("licence_home.read_reason");
	refuse_from_client("licence_home.small_cells");
	refuse_from_client("licence_home.read_flush");

	DefineCustomStringVariable("licence_home.clock",
							   "Moves the extension's clock: a timestamp with time zone, "
							   "or an offset from the real time such as '+1 day'.",
							   "Empty means the real time. For tests, simulation and replay.",
							   &clock_setting,
							   "",
							   PGC_SUSET,
							   0,
							   check_clock, assign_clock, NULL);

	DefineCustomStringVariable("licence_home.acting_applicant",
							   "The applicant for whom the portal acts in this transaction.",
							   "Written by licence_home.act_for() alone.",
							   &acting_applicant_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.acting_counter",
							   "How the identity was seen of whom an official serves at the counter in this transaction.",
							   "Written by licence_home.act_at_counter() alone.",
							   &acting_counter_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.acting_agency",
							   "The power by which an agent acts for the applicant in this transaction.",
							   "Written by licence_home.act_for() alone.",
							   &acting_agency_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.acting_case",
							   "The one case that the power of the agent is for.",
							   "Written by licence_home.act_for() alone.",
							   &acting_case_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.acting_official",
							   "The official who works in this transaction.",
							   "Written by licence_home.act_as() alone.",
							   &acting_official_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.emergency",
							   "Why the rules of this transaction need no second person.",
							   "Written by licence_home.publish_in_emergency() alone.",
							   &emergency_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomBoolVariable("licence_home.four_eyes",
							 "From the first case on, a rule needs two persons.",
							 "Off: an administrator publishes alone, and the journal says so.",
							 &four_eyes_setting,
							 true,
							 PGC_SUSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.sms_gateway_addresses",
							   "The addresses and networks that the sender of SMS may connect to.",
							   "Empty means this machine's own. Link-local addresses are never allowed.",
							   &sms_gateway_addresses_setting,
							   "",
							   PGC_SUSET,
							   GUC_LIST_INPUT,
							   check_addresses, assign_addresses, NULL);

	DefineCustomStringVariable("licence_home.portal_key",
							   "Public keys of the identity service whose tokens act_for() asks for.",
							   "PEM, a JWK or a JWK set. Empty: act_for() takes the applicant's number.",
							   &portal_key_setting,
							   "",
							   PGC_SUSET,
							   0,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.portal_audience",
							   "The service that a token must be for: its \"aud\".",
							   "Empty: a token says nothing of a service.",
							   &portal_audience_setting,
							   "",
							   PGC_SUSET,
							   0,
							   NULL, NULL, NULL);

	DefineCustomIntVariable("licence_home.portal_token_age",
							"How old a token may be, in minutes, whatever it says of its end.",
							"0: no limit but its own.",
							&portal_token_age_setting,
							60,
							0, 525600,
							PGC_SUSET,
							GUC_UNIT_MIN,
							NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.record_key_file",
							   "The file with the private key that signs the heads of the record.",
							   "An Ed25519 key in PEM that the server alone can read, outside the data directory.",
							   &record_key_file_setting,
							   "",
							   PGC_SUSET,
							   GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);

	DefineCustomBoolVariable("licence_home.read_flush",
							 "A record of reading is on the disk before anything is shown.",
							 "On: each read waits for the WAL, and a crash of the server loses none.",
							 &read_flush_setting,
							 false,
							 PGC_SUSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomBoolVariable("licence_home.read_reason",
							 "Whoever reads a person's data has to say why.",
							 "On: a function that shows a person refuses a call without a reason.",
							 &read_reason_setting,
							 false,
							 PGC_SUSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomIntVariable("licence_home.lookups_an_hour",
							"How often one may look at persons within an hour.",
							"Of each official, or of a login that is nobody's. 0: no limit.",
							&lookups_an_hour_setting,
							0,
							0, 1000000,
							PGC_SUSET,
							0,
							NULL, NULL, NULL);

	DefineCustomIntVariable("licence_home.drafts_an_hour",
							"How many cases one applicant may begin within an hour.",
							"0: no limit.",
							&drafts_an_hour_setting,
							0,
							0, 1000000,
							PGC_SUSET,
							0,
							NULL, NULL, NULL);

	DefineCustomIntVariable("licence_home.small_cells",
							"The first number of cases that a report shows.",
							"Smaller ones are null, but for the director of the district. 0 or 1: all are shown.",
							&small_cells_setting,
							5,
							0, 1000,
							PGC_SUSET,
							0,
							NULL, NULL, NULL);

	DefineCustomBoolVariable("licence_home.notify",
							 "Tell those who LISTEN licence_home_event of each event of a case, by its number.",
							 "Transactions that notify commit one after the other. licence_home.events_after() is the way to follow events.",
							 &notify_setting,
							 false,
							 PGC_SUSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomEnumVariable("licence_home.language",
							 "The language in which errors and next_actions() say what is lacking.",
							 "Empty: errors say it in both, next_actions() in English.",
							 &language_setting,
							 LANGUAGE_BOTH,
							 languages,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);

	DefineCustomEnumVariable("licence_home.error_detail",
							 "How the detail of an error lists what is lacking: as text or as JSON.",
							 "A line each for a person, an array of objects for a program.",
							 &error_detail_setting,
							 DETAIL_TEXT,
							 error_details,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);

	MarkGUCPrefixReserved("licence_home");
}
