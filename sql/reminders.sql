-- Who holds a licence is told in good time that it ends: once each, owed by the
-- term. (The register has other tests' licences, too; each story looks at its own.)
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_samia;
RESET client_min_messages;
CREATE ROLE regress_samia LOGIN IN ROLE licence_home_director;
SET licence_home.clock = '2026-03-01 10:00+03';
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('E-77', 'سامية', 'Samia', 'regress_samia', '{director}', '[2026-01-01,)', 'test', 'unknown');
SELECT story.new_case_in('issued') AS first \gset
SELECT story.new_case_in('issued', language => 'en') AS second \gset
SELECT story.new_case_in('issued') AS renewed \gset
SELECT story.new_case_in('issued') AS waits \gset
CREATE TABLE pg_temp.stories AS
    SELECT l.licence_no, s.licence
    FROM (VALUES (:'first'::licence_home.application_no, 'first'), (:'second', 'second'), (:'renewed', 'renewed'), (:'waits', 'waits')) AS s (application_no, licence)
    JOIN licence_home.licence AS l USING (application_no);
CREATE VIEW pg_temp.reminded AS
    SELECT t.licence, m.term_no AS term, m.days_before, m.outcome, m.template, s.status, replace(s.body, m.licence_no::text, '{licence}') AS body
    FROM licence_home.reminder AS m
    JOIN pg_temp.stories AS t USING (licence_no)
    LEFT JOIN licence_home.sms_message AS s USING (message_id);
CREATE FUNCTION pg_temp.last_run() RETURNS TABLE (owed integer, beyond boolean, stopped boolean, released boolean)
    LANGUAGE sql AS $$SELECT r.owed, r.beyond > r.allowed, r.stopped, r.released_at IS NOT NULL
    FROM licence_home.reminder_run AS r ORDER BY r.run_no DESC LIMIT 1$$;

\echo == a rule that would remind the whole register at once stops the run, which says so
SET licence_home.clock = '2026-12-01 09:00+03';
SET ROLE regress_sender;
CALL licence_home.remind_licences();
RESET ROLE;
SELECT * FROM pg_temp.reminded ORDER BY 1, 2;
BEGIN;
INSERT INTO licence_home.sms_template (template, language, body, max_parts, valid, source, certainty)
SELECT 'renewal_early', t.language, t.body, 1, daterange('2026-12-01', NULL), 'test', 'unknown'
FROM (VALUES ('ar', 'الرخصة {licence} تنتهي يوم {until}.'), ('en', 'Licence {licence} ends on {until}.')) AS t (language, body);
INSERT INTO licence_home.reminder_rule (days_before, template, valid, source, certainty)
VALUES (300, 'renewal_early', daterange('2026-12-01', '2027-01-01'), 'test', 'unknown');
COMMIT;
\set VERBOSITY terse
SET client_min_messages = error;            -- (how many there are depends on other tests)
CALL licence_home.remind_licences();
SELECT * FROM pg_temp.last_run();
CALL licence_home.remind_licences();
RESET client_min_messages;
SELECT * FROM pg_temp.last_run();
SELECT * FROM pg_temp.reminded ORDER BY 1, 2;
\set VERBOSITY default

\echo == a named official lets it go on, with a reason
SELECT run_no AS run FROM licence_home.reminder_run ORDER BY run_no DESC LIMIT 1 \gset
SET ROLE regress_clerk;
SELECT licence_home.release_reminders(:run, 'asked for');
RESET ROLE;
SET SESSION AUTHORIZATION regress_samia;
SELECT licence_home.release_reminders(:run, NULL);
SELECT licence_home.release_reminders(:run - :run, 'asked for');
SELECT licence_home.release_reminders(:run, 'the new rule is meant so');
RESET SESSION AUTHORIZATION;
SELECT released_by, release_reason FROM licence_home.reminder_run WHERE run_no = :run;
CALL licence_home.remind_licences();
SELECT * FROM pg_temp.last_run();
SELECT * FROM pg_temp.reminded ORDER BY 1, 2;
-- what was let go was let go once
SET SESSION AUTHORIZATION regress_samia;
\set VERBOSITY sqlstate
SELECT licence_home.release_reminders(:run, 'once more') IS NULL AS released;
\set VERBOSITY default
RESET SESSION AUTHORIZATION;

\echo == not a day too early, then once, however often the job runs, also by a clock that was put back
SET licence_home.clock = '2027-01-18 09:00+03';
CALL licence_home.remind_licences();
SELECT * FROM pg_temp.reminded WHERE days_before = 40 ORDER BY 1;
SET licence_home.clock = '2027-01-19 09:00+03';
CALL licence_home.remind_licences();
CALL licence_home.remind_licences();
SET licence_home.clock = '2027-01-18 09:00+03';
CALL licence_home.remind_licences();
SELECT * FROM pg_temp.reminded WHERE days_before = 40 ORDER BY 1;
SELECT t.send_from, t.send_until, t.application_no IS NULL AS of_no_case
FROM licence_home.sms_message_text AS t WHERE t.message_id IN (SELECT message_id FROM licence_home.reminder
    JOIN pg_temp.stories USING (licence_no) WHERE days_before = 40 AND licence = 'first');

\echo == renewed once and never reminded again; while a renewal waits for its payment, nobody is reminded
SET licence_home.clock = '2027-02-10 09:00+03';
SELECT story.renewed(:'renewed');
SELECT story.outcome('portal', story.open('renewal', :'waits'), 'submit');
SELECT t.licence, t.unwanted_why FROM (SELECT s.licence, m.unwanted_why FROM licence_home.reminder AS r
    JOIN pg_temp.stories AS s USING (licence_no) JOIN licence_home.sms_message_text AS m USING (message_id)
    WHERE r.days_before = 40) AS t ORDER BY 1;
SET licence_home.clock = '2027-02-13 09:00+03';
CALL licence_home.remind_licences();
SELECT licence, term, days_before, outcome FROM pg_temp.reminded WHERE licence IN ('renewed', 'waits') AND days_before < 300 ORDER BY 1, 2, 3 DESC;
-- the second term owes its own
SET licence_home.clock = '2028-01-20 09:00+03';
SELECT o.term_no, o.days_before, o.owed_on FROM licence_home.owed_reminder AS o JOIN pg_temp.stories USING (licence_no) WHERE licence = 'renewed';

\echo == what was owed while no job ran goes as one message, the latest
SET licence_home.clock = '2027-02-28 09:00+03';
CALL licence_home.remind_licences();
SELECT * FROM pg_temp.reminded WHERE days_before < 40 ORDER BY 1, 2 DESC;
-- what waits for the payment is owed for as long as that takes, and is no flood
SET licence_home.clock = '2027-03-01 09:00+03';
CALL licence_home.remind_licences();
SET licence_home.clock = '2027-03-02 09:00+03';
CALL licence_home.remind_licences();
SELECT (SELECT count(*) FROM licence_home.owed_reminder AS o JOIN pg_temp.stories USING (licence_no) WHERE licence = 'waits') AS owed,
    r.beyond < (SELECT count(*) FROM licence_home.owed_reminder AS o WHERE o.owed_on <= r.since) AS left_out
FROM licence_home.reminder_run AS r ORDER BY r.run_no DESC LIMIT 1;

\echo == each person sees their own; nobody deletes or changes one
SET ROLE regress_portal;
SELECT count(*) FROM licence_home.reminder;
RESET ROLE;
BEGIN;
SELECT licence_home.act_for(applicant_id) IS NULL AS acts FROM licence_home.application WHERE application_no = :'first';
SET LOCAL ROLE regress_portal;
SELECT count(*), count(DISTINCT licence_no) FROM licence_home.reminder;
ROLLBACK;
\set VERBOSITY terse
DELETE FROM licence_home.reminder;
UPDATE licence_home.reminder SET outcome = 'reminded';
BEGIN;
CALL licence_home.remind_licences();
ROLLBACK;

\echo == neither what names no licence nor what a step owes can name the words of a reminder
INSERT INTO licence_home.reminder_rule (days_before, template, valid, source, certainty)
VALUES (3, 'no_such_text', daterange('2028-01-01', NULL), 'test', 'unknown');
SELECT code, said FROM story.attempt(NULL, :'first', 'SELECT licence_home.preview_sms($1, ''renewal_last_day'')');
DROP ROLE regress_samia;
