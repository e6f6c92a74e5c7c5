-- Deadlines go to the applicant and to the agent; powers end by their day; a business
-- gets another representative.  Each by a login of a person's own.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
SET licence_home.language = 'en';
SET client_min_messages = warning;
DROP ROLE IF EXISTS agents_huda;
RESET client_min_messages;
CREATE ROLE agents_huda LOGIN IN ROLE licence_home_clerk;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('G-1', 'هدى', 'Huda', 'agents_huda', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
GRANT USAGE ON SCHEMA story TO PUBLIC;
CREATE FUNCTION pg_temp.said(no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement USING no;
    RETURN NEXT 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN QUERY SELECT regexp_replace(replace(l, coalesce(no::text, '{no}'), '{no}'), 'message \d+', 'message N')
    FROM unnest(ARRAY[SQLSTATE || ' ' || SQLERRM, '    ' || nullif(detail, '')]) AS l WHERE l IS NOT NULL;
END $$;
CREATE VIEW pg_temp.to_whom AS
SELECT m.application_no AS no, m.template, CASE WHEN m.agency_id IS NULL THEN 'applicant' ELSE 'agent' END AS whom, CASE WHEN m.agency_id IS NULL THEN left(m.phone::text, 5) ELSE right(m.phone::text, 4) END AS phone, m.status, l.deadline_no IS NOT NULL AS names_deadline, m.message_id, m.last_error, m.body
FROM licence_home.sms_message AS m JOIN licence_home.sms_message_text AS l USING (message_id);
CREATE FUNCTION pg_temp.power(person text, scope text, only_case text, until text, phone text DEFAULT '0792222222') RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.agency (applicant_id, kind, scope, only_case, agent_name, agent_identity_no, agent_phone, reference_no, from_day, until_day)'
        ' VALUES (%L, ''attorney'', %L, %L, ''وكيل'', ''9220000001'', %L, ''2026/11'', ''2026-01-01'', %L)', person, scope, only_case, phone, until) $$;

\echo == a deadline goes to the applicant, and to each agent whose power reaches the case
SELECT story.new_case_in('submitted') AS no \gset
SELECT story.new_case_in('submitted') AS neighbour \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
SET SESSION AUTHORIZATION agents_huda;
SELECT pg_temp.said(NULL, pg_temp.power(:'person', 'general', NULL, '2026-03-10')), pg_temp.said(NULL, pg_temp.power(:'person', 'special', :'no', NULL, '0793333333')),
    pg_temp.said(NULL, pg_temp.power(:'person', 'special', NULL, NULL, '0794444444')), pg_temp.said(NULL, pg_temp.power(:'person', 'general', NULL, NULL, NULL));
SELECT min(agency_id) AS general, min(agency_id) + 1 AS special FROM licence_home.agency WHERE applicant_id = :person \gset
RESET SESSION AUTHORIZATION;
CALL story.review_documents(:'no', 'missing', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
SELECT template, whom, phone, status, names_deadline, count(*) OVER (PARTITION BY body) AS same_text FROM pg_temp.to_whom WHERE no = :'no' ORDER BY message_id;
-- what the agent was told, the applicant was not
CALL story.message_is('accepted', :'no', 'application_accepted');
SELECT message_id AS agents FROM pg_temp.to_whom WHERE no = :'no' AND phone = '3333' \gset
SELECT message_id AS own FROM pg_temp.to_whom WHERE no = :'no' AND template = 'documents_deficient' AND whom = 'applicant' \gset
SELECT count(*) AS queue_names_it FROM licence_home.sms_queue WHERE message_id = :agents AND deadline_no IS NOT NULL;
INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway)
SELECT :agents, 1, 1, false, 'accepted', 0, '0793333333', licence_home.now(), licence_home.now(), 'none';
DELETE FROM licence_home.sms_queue WHERE message_id = :agents;
SELECT licence_home.sms_report(:'agents', 'delivered', NULL);
SELECT why, template FROM licence_home.untold_deadlines WHERE application_no = :'no';
SELECT licence_home.sms_report(:'agents', 'delivered', NULL), (SELECT status FROM pg_temp.to_whom WHERE message_id = :agents);
SET SESSION AUTHORIZATION agents_huda;
SELECT licence_home.serve(:agents, 'by hand, at the counter');
SELECT why, template FROM licence_home.untold_deadlines WHERE application_no = :'no';
RESET SESSION AUTHORIZATION;
CALL story.message_is('accepted', :'no', 'documents_deficient');
SELECT count(*) AS untold FROM licence_home.untold_deadlines WHERE application_no = :'no';

\echo == an applicant without a telephone: the agent gets a message, and the applicant is told on paper
SELECT story.new_case_in('submitted') AS silent \gset
SELECT applicant_id AS mute FROM licence_home.application WHERE application_no = :'silent' \gset
CALL story.act('portal', :'silent', 'UPDATE licence_home.applicant SET phone = NULL WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)');
SET SESSION AUTHORIZATION agents_huda;
SELECT pg_temp.said(NULL, pg_temp.power(:'mute', 'general', NULL, NULL));
RESET SESSION AUTHORIZATION;
CALL story.review_documents(:'silent', 'missing', 'title_deed');
CALL story.step('clerk', :'silent', 'return_documents');
SELECT template, whom, phone, status FROM pg_temp.to_whom WHERE no = :'silent' AND names_deadline ORDER BY message_id;

\echo == a power ends by its day: its acts stand, the applicant is told once, and the deadline begins anew
SELECT due_on FROM licence_home.current_deadline WHERE application_no = :'no';
SET licence_home.clock = '2026-03-10 23:00+03';
SET ROLE regress_sender; CALL licence_home.end_due_agencies(); RESET ROLE;
SELECT ended_at IS NULL AS still_in_force FROM licence_home.agency WHERE agency_id = :general;
-- (the job was down for days: no case lapses until it caught up)
SET licence_home.clock = '2026-05-05 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SELECT * FROM licence_home_internal.case_lapse_objections(:'no', 'documents_deficient');
SET ROLE regress_sender; CALL licence_home.end_due_agencies(); CALL licence_home.end_due_agencies(); RESET ROLE;
SELECT ended_at, ended_why, ended_by = session_user AS by_the_job FROM licence_home.agency WHERE agency_id = :general;
SELECT action, count(*) FROM licence_home.application_event WHERE application_no = :'no' AND action = 'agent_ended' GROUP BY 1;
SELECT template, whom, count(*) FROM pg_temp.to_whom WHERE no = :'no' AND template ~ 'ended|extended' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT began_on, due_on FROM licence_home.current_deadline WHERE application_no = :'no';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SELECT * FROM licence_home.verify_events(:'no');
SELECT job, done > 0 AS some, skipped, failed FROM licence_home.job_run WHERE job = 'end due agencies' ORDER BY run_no DESC LIMIT 3;
-- an agent who ended is told nothing any more
SET SESSION AUTHORIZATION agents_huda;
SELECT licence_home.end_agency(:special, 'paid enough');
SELECT pg_temp.said(:'no', format('SELECT licence_home.resend_sms(%s, ''again'')', message_id)) AS to_the_agent FROM licence_home.sms_status
WHERE application_no = :'no' AND agency_id = :special AND template = 'documents_deficient';
RESET SESSION AUTHORIZATION;
SELECT l.template, l.unwanted_why FROM licence_home.sms_message_text AS l WHERE l.agency_id = :special AND l.template = 'deadline_extended' ORDER BY l.message_id;
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == a new representative of a business proves the authorisation in each open case
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
VALUES ('business', '200099901', 'شركة', '0796666666', 'الأول', '9140000001', 'مفوض') RETURNING applicant_id AS firm \gset
INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)
SELECT licence_home.acting_applicant(), 'electronic_marketing', 'SRID=4326;POINT(35.84 31.98)', '142', '5', 'firm ' || n, 120, 15, '1995-06-01', 0, 1, false FROM generate_series(1, 2) AS n;
SELECT min(application_no) AS one FROM licence_home.application \gset
UPDATE licence_home.applicant SET representative_capacity = 'مدير' WHERE applicant_id = :firm;
SELECT count(*) AS asked FROM licence_home.representatives_to_prove;
UPDATE licence_home.applicant SET representative_name = 'الثاني', representative_identity_no = '9140000002' WHERE applicant_id = :firm;
SELECT count(*) AS asked, count(offered_at) AS named FROM licence_home.representatives_to_prove;
SELECT pg_temp.said(:'one', 'SELECT licence_home.perform($1, ''submit'')') AS step;
SELECT thing, text_en, text_ar FROM licence_home.my_next(:'one') LIMIT 1;
SELECT action, may_act FROM licence_home.next_actions(:'one') WHERE role = 'licence_home_portal';
SELECT pg_temp.said(:'one', 'SELECT licence_home.accept_representative($1, ''x'')') AS by_itself;
SELECT pg_temp.said(:'one', format('SELECT licence_home.prove_representative($1, %L)', r)) FROM unnest('{NULL,"  ","تفويض 12"}'::text[]) AS r;
SELECT pg_temp.said(:'neighbour', 'SELECT licence_home.prove_representative($1, ''12'')') AS of_another;
SELECT thing, whose, text_en FROM licence_home.my_next(:'one') LIMIT 1;
SELECT pg_temp.said(:'one', 'SELECT licence_home.perform($1, ''submit'')') AS step;
COMMIT;
SET SESSION AUTHORIZATION agents_huda;
SELECT application_no = :'one' AS one, offered_at IS NOT NULL AS named FROM licence_home.representatives_to_prove WHERE applicant_id = :firm ORDER BY 1 DESC;
SELECT licence_home.accept_representative(:'one');
SELECT pg_temp.said(:'one', 'SELECT licence_home.accept_representative($1)') AS once_more;
RESET SESSION AUTHORIZATION;
SELECT (story.attempt(who, :'one', 'SELECT licence_home.accept_representative($1, ''x'')')).code, who FROM unnest('{inspector,director,portal}'::text[]) AS who;
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT licence_home.act_for(:'firm');
SELECT pg_temp.said(:'one', 'SELECT licence_home.perform($1, ''submit'')') AS step;
SELECT pg_temp.said(application_no, 'SELECT licence_home.perform($1, ''submit'')') AS the_other_case FROM licence_home.representatives_to_prove;
ROLLBACK;
RESET SESSION AUTHORIZATION;
SELECT accepted_by, reference_no FROM licence_home.representative_proof WHERE accepted_at IS NOT NULL;
SELECT * FROM licence_home.verify_restore();
SELECT licence_home.end_official(official) IS NOT NULL AS ended FROM licence_home.official WHERE official = 'G-1' AND withdrawn_at IS NULL;
SET client_min_messages = warning;
DROP ROLE agents_huda;
