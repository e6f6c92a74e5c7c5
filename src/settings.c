/*
 * settings.c
 *		Definition of the extension's configuration parameters.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "clock.h"
#include "settings.h"
#include "sms/http/addresses.h"

char *clock_setting = NULL;
char *acting_applicant_setting = NULL;
char *acting_official_setting = NULL;
char *sms_gateway_addresses_setting = NULL;

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
							   "Empty means every address.",
							   &sms_gateway_addresses_setting,
							   "",
							   PGC_SUSET,
							   GUC_LIST_INPUT,
							   check_addresses, assign_addresses, NULL);

	MarkGUCPrefixReserved("licence_home");
}
