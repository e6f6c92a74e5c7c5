/*
 * settings.c
 *		Definition of the extension's configuration parameters.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "clock.h"
#include "settings.h"
#include "sms/http/addresses.h"

char	   *clock_setting = NULL;
char	   *acting_applicant_setting = NULL;
char	   *acting_official_setting = NULL;
char	   *sms_gateway_addresses_setting = NULL;
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

/* Define every parameter, then reserve the prefix. */
void
DefineSettings(void)
{
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

	DefineCustomStringVariable("licence_home.acting_official",
							   "The official who works in this transaction.",
							   "Written by licence_home.act_as() alone.",
							   &acting_official_setting,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							   NULL, NULL, NULL);

	DefineCustomStringVariable("licence_home.sms_gateway_addresses",
							   "The addresses and networks that the sender of SMS may connect to.",
							   "Empty means this machine's own. Link-local addresses are never allowed.",
							   &sms_gateway_addresses_setting,
							   "",
							   PGC_SUSET,
							   GUC_LIST_INPUT,
							   check_addresses, assign_addresses, NULL);

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
