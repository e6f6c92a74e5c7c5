-- When messages leave, how long they may wait, and in which language they are.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned

SET intervalstyle = postgres;
\echo == messages of jobs and officials leave by day, as rows say
SELECT t.send_from, t.send_until, t.expires_after,
    CASE WHEN t.send_from IS NULL THEN string_agg(DISTINCT t.template, ', ' ORDER BY t.template) END AS any_hour
FROM licence_home.sms_template AS t GROUP BY 1, 2, 3 ORDER BY 1;
-- they outlast the longest holiday of the calendar, and ten days on end
WITH day AS (SELECT d::date AS day, licence_home.is_working_day(d::date) AS works FROM generate_series(date '2026-01-01', '2026-12-31', '1 day') AS d),
off AS (SELECT count(*) AS days FROM (SELECT day, day - (row_number() OVER (ORDER BY day))::integer AS island FROM day WHERE NOT works) AS o GROUP BY island)
SELECT bool_and(t.expires_after > make_interval(days => greatest((SELECT max(days)::integer FROM off), 10))) AS outlast FROM licence_home.sms_template AS t;

\echo == what a person does is answered at once, also at night; what an official does waits for the morning
CREATE VIEW pg_temp.hours AS
SELECT l.application_no AS no, l.template, l.send_from, l.send_until, l.message_id FROM licence_home.sms_message_text AS l;
SET licence_home.clock = '2026-03-01 23:00+03';
SELECT story.new_case_in('submitted') AS no \gset
SELECT template, send_from FROM pg_temp.hours WHERE no = :'no' ORDER BY message_id;
SET licence_home.clock = '2026-03-02 22:30+03';
CALL story.review_documents(:'no', 'missing', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
SELECT template, send_from, send_until FROM pg_temp.hours WHERE no = :'no' ORDER BY message_id DESC LIMIT 1;
CALL story.step('portal', :'no', 'withdraw');
SELECT template, send_from FROM pg_temp.hours WHERE no = :'no' ORDER BY message_id DESC LIMIT 1;
-- the job of the night
SELECT story.new_case_in('lapsed') AS no \gset
SELECT template, send_from FROM pg_temp.hours WHERE no = :'no' ORDER BY message_id DESC LIMIT 1;
-- an agent's act is not the applicant's own
SELECT story.new_case_in('submitted') AS no \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
CALL story.act('clerk', :'no', 'INSERT INTO licence_home.agency (applicant_id, kind, scope, agent_name, agent_identity_no, reference_no, from_day)
    SELECT applicant_id, ''attorney'', ''general'', ''وكيل'', ''9220000001'', ''1'', ''2026-01-01'' FROM licence_home.application WHERE application_no = $1');
SELECT max(agency_id) AS power FROM licence_home.agency WHERE applicant_id = :person \gset
BEGIN;
SET LOCAL ROLE regress_portal;
SELECT licence_home.act_for(:'person', :power);
SELECT licence_home.perform(:'no', 'withdraw');
COMMIT;
SELECT template, send_from FROM pg_temp.hours WHERE no = :'no' ORDER BY message_id DESC LIMIT 1;

\echo == withdraw, close and lapse owe a message, too
SELECT t.action, t.messages, CASE WHEN t.messages = '{}' THEN string_agg(t.from_state, ', ' ORDER BY t.from_state) END AS but_from
FROM licence_home.workflow_transition AS t
WHERE t.workflow = 'first_issue' AND t.version = 1 AND t.action IN ('withdraw', 'close', 'lapse') GROUP BY 1, 2 ORDER BY 1, 2;

\echo == a message that is written keeps its language, later ones follow the new
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('submitted') AS no \gset
CALL story.act('portal', :'no', 'UPDATE licence_home.applicant SET language = ''en'' WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)');
CALL story.review_documents(:'no', 'missing', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
CALL story.message_is('dead', :'no', 'application_accepted');
CALL story.act('clerk', :'no', 'SELECT licence_home.resend_sms(message_id, ''again'') FROM licence_home.sms_status WHERE application_no = $1 AND template = ''application_accepted''');
SELECT template, language, status, story.masked(:'no', body) AS body FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;
