-- ---------------------------------------------------------------------
-- Messages: counting, previewing, sending, delivery reports, jobs.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.sms_parts(body text, ucs2_part integer DEFAULT 67) RETURNS integer
    AS 'MODULE_PATHNAME', 'licence_home_sms_parts'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.sms_parts(text, integer) IS
'How many SMS a text needs. GSM-7 (160 characters, 153 a part when joined) where its alphabet suffices, else UCS-2 (70; ucs2_part a part when joined). Some gateways set ucs2_part below 67. A surrogate pair or an escaped character is never split. 0 for an empty text.';
CALL licence_home_internal.make_function('licence_home.sms_parts(text, integer)', 'everyone');

CREATE FUNCTION licence_home.sms_split(body text, ucs2_part integer DEFAULT 67)
    RETURNS TABLE (part integer, alphabet text, units integer, text text)
    AS 'MODULE_PATHNAME', 'licence_home_sms_split'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION licence_home.sms_split(text, integer) IS
'The SMS that sms_parts() counts: alphabet (GSM-7, UCS-2), units (septets, or UTF-16 code units) and text of each.';
CALL licence_home_internal.make_function('licence_home.sms_split(text, integer)', 'everyone');

CREATE FUNCTION licence_home.preview_sms(application_no licence_home.application_no, template text, language text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_preview_sms'
    LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home.preview_sms(licence_home.application_no, text, text) IS
'The text that a template would give for a case now, exactly as a step would write it. In the language named (ar, en), else in the applicant''s. LH008 when the caller sees no such case, LH015 when it cannot be filled, saying what the case lacks. SELECT * FROM licence_home.sms_split(licence_home.preview_sms(…)) shows its parts.';
CALL licence_home_internal.make_function('licence_home.preview_sms(licence_home.application_no, text, text)',
    'readers');

CREATE PROCEDURE licence_home.send_pending_sms(run_for interval DEFAULT '61 seconds', until_idle boolean DEFAULT false)
    AS 'MODULE_PATHNAME', 'licence_home_send_pending_sms'
    LANGUAGE C;
COMMENT ON PROCEDURE licence_home.send_pending_sms(interval, boolean) IS
'Sends the messages that are due, and those that become due while it runs. Ends after run_for, or with until_idle as soon as none is left that could go now. Call it alone, outside a transaction block: it commits as it goes. While it waits for the network, it holds no snapshot and no lock on a row. Any number may run at once. LH017 when called in a transaction or when the gateway''s row cannot be used; a warning when the database is not armed.';
CALL licence_home_internal.make_function('licence_home.send_pending_sms(interval, boolean)', 'sender');

CREATE PROCEDURE licence_home.archive_sms()
    AS 'MODULE_PATHNAME', 'licence_home_archive_sms'
    LANGUAGE C;
COMMENT ON PROCEDURE licence_home.archive_sms() IS
'Moves messages that were settled as long ago as sms_retention says to sms_history, a table for each month. Drops the months that need not be kept. Call it alone, outside a transaction block: it commits each batch. A month that somebody reads for longer than 5 seconds is left to the next call. After an error the other pieces go on (job_run, job_failure). LH017 when called in a transaction.';
CALL licence_home_internal.make_function('licence_home.archive_sms()', 'sender');

CREATE FUNCTION licence_home.resend_sms(message_id bigint, reason licence_home.visible_text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_resend_sms'
    LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION licence_home.resend_sms(bigint, licence_home.visible_text) IS
'Puts a message that has ended (accepted, delivered, failed, in_doubt, dead, expired, cancelled) into the queue once more. It has its text as it was, the telephone of today and as much time as its template gave it. The reason goes into sms_intervention and is never sent. LH008: no such message. LH009: it has not left yet, its step was taken back, the person was erased, or the case has ended. LH009 also where what it announces is over, or the deadline that it names is over or no longer the case''s. 22023: no reason.';
CALL licence_home_internal.make_function('licence_home.resend_sms(bigint, licence_home.visible_text)', 'clerk');

CREATE FUNCTION licence_home.cancel_sms(message_id bigint, reason licence_home.visible_text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_cancel_sms'
    LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION licence_home.cancel_sms(bigint, licence_home.visible_text) IS
'Keeps a waiting message from being sent, or one in doubt from being sent once more. The reason goes into sms_intervention. LH008: no such message; LH009: it is on its way, or does not wait; 22023: no reason.';
CALL licence_home_internal.make_function('licence_home.cancel_sms(bigint, licence_home.visible_text)', 'clerk');

CREATE FUNCTION licence_home.sms_report(gateway_message_id text, status text, at timestamptz) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_sms_report'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.sms_report(text, text, timestamptz) IS
'Takes in a delivery report, in any order, any number of times. True when the message''s status moved. status: delivered, failed, buffered, accepted, rejected, or Kannel''s 1, 2, 4, 8, 16. Status delivered is final. at null: now; one before the message was written or after now becomes that moment. A report for an unknown message changes nothing.';
CALL licence_home_internal.make_function('licence_home.sms_report(text, text, timestamptz)', 'sender');

CREATE FUNCTION licence_home.arm_sender() RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_arm_sender'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.arm_sender() IS
'Declares that this database is now the one that sends SMS. What a copied database had waiting is then sent: make sure that the original no longer does.';
CALL licence_home_internal.make_function('licence_home.arm_sender()', 'admin');

CREATE FUNCTION licence_home.arm_if_never_armed() RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_arm_if_never_armed'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.arm_if_never_armed() IS
'Arms a database that never was, as load_rules and schedule_jobs do; true when it did.';
CALL licence_home_internal.make_function('licence_home.arm_if_never_armed()', 'admin');

CREATE FUNCTION licence_home.schedule_jobs(run_as name) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_schedule_jobs'
    LANGUAGE C VOLATILE STRICT SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION licence_home.schedule_jobs(name) IS
'Registers the pg_cron jobs of this database, whoever owned them before, to run as a LOGIN member of licence_home_sender. For superusers. Where pg_cron lives in another database, the error''s HINT is what to run there.';
CALL licence_home_internal.make_function('licence_home.schedule_jobs(name)');

CREATE FUNCTION licence_home_internal.jobs() RETURNS TABLE (command text, run text, patience integer)
    AS 'MODULE_PATHNAME', 'licence_home_jobs' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.jobs() IS
'Internal: the jobs that schedule_jobs() schedules: the call, the name of its runs in job_run (null: it keeps none), and after how many hours one that ended well is missed.';
CALL licence_home_internal.make_function('licence_home_internal.jobs()');

CREATE FUNCTION licence_home.unschedule_jobs() RETURNS integer
    AS 'MODULE_PATHNAME', 'licence_home_unschedule_jobs'
    LANGUAGE C VOLATILE SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION licence_home.unschedule_jobs() IS
'Removes the pg_cron jobs of this database, whoever owns them; how many there were.';
CALL licence_home_internal.make_function('licence_home.unschedule_jobs()');
