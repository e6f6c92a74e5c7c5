/*
 * settings.h
 *		The extension's configuration parameters.
 *
 * All are reserved under the prefix licence_home.  A session sets how errors
 * speak to it.  The others can be set by a superuser only.  Nobody can set the
 * acting ones: C alone writes them, for the length of a transaction (see
 * actor.c).
 */
#ifndef LICENCE_HOME_SETTINGS_H
#define LICENCE_HOME_SETTINGS_H

extern char *clock_setting;		/* licence_home.clock */
extern char *acting_applicant_setting;	/* licence_home.acting_applicant */
extern char *acting_official_setting;	/* licence_home.acting_official */
extern char *acting_counter_setting;	/* licence_home.acting_counter */
extern char *acting_agency_setting; /* licence_home.acting_agency */
extern char *acting_case_setting;	/* licence_home.acting_case */
extern char *emergency_setting; /* licence_home.emergency */
extern bool four_eyes_setting;	/* licence_home.four_eyes */
extern char *sms_gateway_addresses_setting; /* licence_home.sms_gateway_addresses */
extern char *portal_key_setting;	/* licence_home.portal_key */
extern char *record_key_file_setting;	/* licence_home.record_key_file */
extern char *portal_audience_setting;	/* licence_home.portal_audience */
extern int	portal_token_age_setting;	/* licence_home.portal_token_age:
										 * minutes; 0: no limit */

extern bool read_flush_setting; /* licence_home.read_flush */
extern bool read_reason_setting;	/* licence_home.read_reason */
extern int	lookups_an_hour_setting;	/* licence_home.lookups_an_hour; 0: no
										 * limit */
extern int	small_cells_setting;	/* licence_home.small_cells: the first
									 * number that a report shows */
extern bool notify_setting;		/* licence_home.notify */
extern int	drafts_an_hour_setting; /* licence_home.drafts_an_hour; 0: no
									 * limit */

/* licence_home.language: in which language errors list what is lacking */
typedef enum Language
{
	LANGUAGE_BOTH,
	LANGUAGE_AR,
	LANGUAGE_EN
} Language;

/* licence_home.error_detail: for a person, or for a program */
typedef enum ErrorDetail
{
	DETAIL_TEXT,
	DETAIL_JSON
} ErrorDetail;

extern int	language_setting;	/* a Language */
extern int	error_detail_setting;	/* an ErrorDetail */

extern void DefineSettings(void);

#endif							/* LICENCE_HOME_SETTINGS_H */
