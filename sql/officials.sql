-- Who works: an official by a login of their own, by an application that says
-- so, or nobody of the office.
\set VERBOSITY default
\pset format unaligned
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_huda, regress_office, regress_office2;
RESET client_min_messages;
CREATE ROLE regress_huda LOGIN IN ROLE licence_home_clerk, licence_home_inspector;
CREATE ROLE regress_office LOGIN IN ROLE licence_home_clerk, licence_home_inspector, licence_home_committee;
CREATE ROLE regress_office2 LOGIN IN ROLE licence_home_clerk;

\echo == a row of official
CREATE FUNCTION pg_temp.official(number text, own text DEFAULT NULL, of_application name[] DEFAULT '{regress_office}',
    duties text[] DEFAULT '{clerk}', days daterange DEFAULT '[2026-01-01,)') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text; said text; con text; col text;
BEGIN
    INSERT INTO licence_home.official (official, name_ar, name_en, login, claimed_by, roles, valid, source, certainty)
    VALUES (number, 'هدى', 'Huda', own, of_application, duties, days, 'test', 'unknown');
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    RETURN 'entered';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, con = CONSTRAINT_NAME;
    RETURN concat_ws(' ', code, con);
END $$;
BEGIN;
-- read as one word, and never as an applicant
SELECT to_json(name) AS name, pg_temp.official(name)
FROM unnest(ARRAY['E-17', 'هدى', '١٧', 'huda@amman', 'applicants', '', ' ', E'\u200b', E'\u00a0', 'applicant 3', 'applicant3', 'APPLICANT ٣', 'applicant',
    E'E-18\n', E'E-17\nE-18', E'E\t17', 'E 17', E'E\u00a017', E'E-\u200e17', E'\u202eE-17', E'E\u0001', E'E\u007f', NULL]) WITH ORDINALITY AS n (name, i)
ORDER BY i;
SELECT pg_temp.official('e-١٧') AS the_same_number, pg_temp.official('E-17', days => '[2025-01-01,2026-01-01)') AS for_other_days;
SELECT pg_temp.official('E-20', own => 'regress_huda') AS own_login, pg_temp.official('E-21', own => 'regress_huda') AS the_same_login;
SELECT pg_temp.official('E-22', of_application => '{}') AS nobody_can_be, pg_temp.official('E-23', duties => '{}') AS no_duty,
    pg_temp.official('E-24', duties => '{clerk,owner}') AS no_such_duty;
ROLLBACK;

SELECT pg_temp.official('E-17', duties => '{clerk}') AS by_application,
    pg_temp.official('E-18', duties => '{inspector}') AS another,
    pg_temp.official('E-20', own => 'regress_huda', of_application => '{}', duties => '{clerk}') AS own_login,
    pg_temp.official('E-30', days => '[2026-04-01,)') AS not_yet, pg_temp.official('E-31', days => '[2025-01-01,2026-02-01)') AS no_more;

\echo == act_as
CREATE FUNCTION pg_temp.acts_as(employee text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM licence_home.act_as(employee);
    RETURN licence_home.actor();
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
-- what becomes of a statement about a case
CREATE FUNCTION pg_temp.tried(no licence_home.application_no, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text; hint text;
BEGIN
    EXECUTE statement USING no;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN SQLSTATE || ' ' || replace(concat_ws(E'\n', SQLERRM, nullif(detail, ''), nullif(hint, '')), no::text, '{no}');
END $$;
SET SESSION AUTHORIZATION regress_office;
BEGIN;
SELECT n, pg_temp.acts_as(n) FROM unnest(ARRAY['E-17', 'e-١٧', 'E-18', 'E-20', 'E-30', 'E-31', 'E-99', 'applicant 3', 'postgres', '', NULL]) WITH ORDINALITY AS u (n, i) ORDER BY i;
COMMIT;
SELECT licence_home.act_as('E-99');
SELECT licence_home.actor();
SET SESSION AUTHORIZATION regress_office2;
BEGIN;
SELECT pg_temp.acts_as('E-17') AS another_application;
ROLLBACK;
-- nor by SET
SET licence_home.acting_official = 'E-17';
-- a login of their own says who it is, and act_as does not change that
SET SESSION AUTHORIZATION regress_huda;
SELECT licence_home.actor();
BEGIN;
SELECT pg_temp.acts_as('E-17') AS somebody_else, pg_temp.acts_as('E-20') AS herself;
ROLLBACK;
RESET SESSION AUTHORIZATION;

\echo == an official does what both allow, the role and the row
SELECT story.new_case_in('submitted') AS no \gset
SET SESSION AUTHORIZATION regress_huda;
SELECT action, role, may_act FROM licence_home.next_actions(:'no') WHERE role = 'clerk' AND action IN ('schedule_inspection', 'close') ORDER BY action;
RESET SESSION AUTHORIZATION;
SELECT story.new_case_in('inspection_scheduled') AS visited \gset
SET SESSION AUTHORIZATION regress_huda;
-- her login has the role of inspectors, her row has not
SELECT action, role, may_act FROM licence_home.next_actions(:'visited') ORDER BY action, role;
SELECT pg_temp.tried(:'visited', 'UPDATE licence_home.inspection SET outcome = ''no_access'' WHERE application_no = $1');
SET SESSION AUTHORIZATION regress_office;
BEGIN;
SELECT licence_home.act_as('E-17');
SELECT pg_temp.tried(:'visited', 'UPDATE licence_home.inspection SET outcome = ''no_access'' WHERE application_no = $1');
ROLLBACK;
BEGIN;
SELECT licence_home.act_as('E-18');
SELECT pg_temp.tried(:'visited', 'UPDATE licence_home.application SET state = ''submitted'', step_note = ''sent in error'' WHERE application_no = $1');
ROLLBACK;
-- an application says for whom it works
SELECT pg_temp.tried(:'visited', 'UPDATE licence_home.inspection SET outcome = ''no_access'' WHERE application_no = $1');
SELECT pg_temp.tried(:'visited', 'SELECT licence_home.perform($1, ''recall'', ''sent in error'')');
RESET SESSION AUTHORIZATION;

\echo == who an event names
SET SESSION AUTHORIZATION regress_office;
BEGIN;
SELECT licence_home.act_as('E-17');
UPDATE licence_home.document SET review = 'missing' WHERE application_no = :'no';
SELECT licence_home.perform(:'no', 'return_documents');
COMMIT;
RESET SESSION AUTHORIZATION;
-- a portal's step is the applicant's; what an official does with an applicant in mind is the official's
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
GRANT licence_home_portal TO regress_huda;
SET SESSION AUTHORIZATION regress_huda;
BEGIN;
SELECT licence_home.act_for(:person);
SELECT licence_home.perform(:'no', 'recall', 'it came');
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT action, CASE WHEN actor ~ '^applicant' THEN 'applicant' ELSE actor END AS actor, session_role
FROM licence_home.application_event WHERE application_no = :'no' AND action IN ('submit', 'return_documents', 'recall') ORDER BY event_no;
SELECT DISTINCT reviewed_by FROM licence_home.document WHERE application_no = :'no';

\echo == an end comes at once, also within an open session
SET SESSION AUTHORIZATION regress_huda;
SELECT licence_home.actor();
RESET SESSION AUTHORIZATION;
BEGIN;
SELECT licence_home.end_official('e-20') IS NOT NULL AS ended;
SET LOCAL SESSION AUTHORIZATION regress_huda;
SELECT licence_home.actor() AS within;
SELECT pg_temp.tried(:'visited', 'SELECT licence_home.perform($1, ''recall'', ''sent in error'')');
ROLLBACK;
SET SESSION AUTHORIZATION regress_huda;
SELECT licence_home.actor() AS taken_back;
RESET SESSION AUTHORIZATION;
SELECT licence_home.end_official('e-20') IS NOT NULL AS ended, licence_home.end_official('E-17') IS NOT NULL AS another;
SELECT licence_home.end_official('E-20');
SELECT licence_home.end_official(NULL);
SET SESSION AUTHORIZATION regress_office;
BEGIN;
SELECT pg_temp.acts_as('E-17') AS ended;
ROLLBACK;
RESET SESSION AUTHORIZATION;

\echo == nor does the login of a person who has ended do any other work here
CREATE FUNCTION pg_temp.code_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
GRANT licence_home_admin TO regress_huda;
REVOKE licence_home_portal FROM regress_huda;
SET SESSION AUTHORIZATION regress_huda;
SELECT s AS statement, pg_temp.code_of(s) AS code FROM unnest(ARRAY[
    'SELECT licence_home.find_applicant(''citizen'', ''9870000001'')', 'SELECT licence_home.cancel_sms(1, ''x'')',
    'SELECT licence_home.resend_sms(1, ''x'')', 'SELECT licence_home.remove_credential(''x'', ''y'')', 'SELECT licence_home.resume_gateway(''x'')',
    'SELECT licence_home.remove_kannel_box(''x'')', 'SELECT licence_home.arm_sender()', 'SELECT licence_home.discard_workflow(''x'', 1)',
    'SELECT licence_home.discard_workflow_state(''x'', 1, ''y'')', 'SELECT licence_home.end_official(''E-18'')',
    'SELECT licence_home.publish_in_emergency(''x'')', 'SELECT licence_home.restrict_person(1, ''x'')',
    'INSERT INTO licence_home.kannel_box (box, port) VALUES (''x'', 13001)', 'INSERT INTO licence_home.workflow (workflow) VALUES (''x'')',
    'INSERT INTO licence_home.rule_proposal (changes, why) VALUES (''[{}]'', ''x'')']) WITH ORDINALITY AS u (s, i) ORDER BY i;
RESET SESSION AUTHORIZATION;

\echo == who writes and who reads official
SELECT who, (SELECT a.code FROM story.attempt(who, NULL, 'INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
        VALUES (''E-50'', ''م'', ''M'', ''regress_nobody'', ''{clerk}'', ''[2026-01-01,)'', ''test'', ''unknown'')') AS a) AS enters,
    (SELECT a.code FROM story.attempt(who, NULL, 'SELECT name_ar FROM licence_home.official') AS a) AS reads_names,
    (SELECT a.code FROM story.attempt(who, NULL, 'SELECT identity_no FROM licence_home.official') AS a) AS reads_identity,
    (SELECT a.code FROM story.attempt(who, NULL, 'SELECT licence_home.end_official(''E-18'')') AS a) AS ends
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who;
DROP ROLE regress_huda, regress_office, regress_office2;
