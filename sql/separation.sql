-- Nobody decides alone: what one person may not do in one case.
\set VERBOSITY default
\pset format unaligned
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_office, regress_machine;
RESET client_min_messages;
CREATE ROLE regress_office LOGIN IN ROLE licence_home_clerk, licence_home_inspector, licence_home_committee, licence_home_director;
CREATE ROLE regress_machine LOGIN IN ROLE licence_home_clerk, licence_home_committee;
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty, identity_no) VALUES
    ('S-1', 'سعاد', 'Suad', '{regress_office}', '{clerk,inspector,committee}', '[2026-01-01,)', 'test', 'unknown', NULL),
    ('S-2', 'رامي', 'Rami', '{regress_office}', '{committee}', '[2026-01-01,)', 'test', 'unknown', NULL),
    ('S-3', 'لينا', 'Lina', '{regress_office}', '{clerk}', '[2026-01-01,)', 'test', 'unknown', NULL);
SELECT deed, other FROM licence_home.workflow_separation WHERE workflow = 'first_issue' ORDER BY deed, other;

-- a statement as an official: what comes of it
CREATE FUNCTION pg_temp.works(official text, no licence_home.application_no, statement text, login text DEFAULT 'regress_office') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    code text; said text; detail text; hint text; place text;
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
        IF official IS NOT NULL THEN
            PERFORM licence_home.act_as(official);
        END IF;
        EXECUTE statement USING no;
        RESET SESSION AUTHORIZATION;
        RETURN NEXT 'done';
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
            place = TABLE_NAME;
    END;
    RETURN NEXT code || ' ' || replace(said, no::text, '{no}') || ' [' || place || ']';
    RETURN NEXT '    ' || detail;
    RETURN NEXT '    -> ' || hint;
END $$;
CREATE FUNCTION pg_temp.may(official text, no licence_home.application_no) RETURNS TABLE (action text, role text) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL SESSION AUTHORIZATION regress_office;
    PERFORM licence_home.act_as(official);
    RETURN QUERY SELECT DISTINCT n.action, n.role FROM licence_home.next_actions(no) AS n WHERE n.may_act ORDER BY 1, 2;
    RESET SESSION AUTHORIZATION;
END $$;

\echo == who reviewed does not decide
SELECT story.new_case_in('submitted') AS no \gset
SELECT pg_temp.works('S-1', :'no', $$UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1$$);
CALL story.make_inspection(:'no');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
BEGIN;
SELECT * FROM pg_temp.may('S-1', :'no');
ROLLBACK;
BEGIN;
SELECT * FROM pg_temp.may('S-2', :'no');
ROLLBACK;
SELECT pg_temp.works('S-1', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT pg_temp.works('S-1', :'no', $$SELECT licence_home.perform($1, 'return_to_audit', 'once more')$$);
-- in the session's language
SET licence_home.language = 'ar';
SELECT pg_temp.works('S-1', :'no', $$SELECT licence_home.perform($1, 'return_to_audit', 'once more')$$);
RESET licence_home.language;
SELECT pg_temp.works('S-2', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT pg_temp.works('S-1', :'no', $$SELECT licence_home.perform($1, 'approve')$$);
SELECT pg_temp.works('S-2', :'no', $$SELECT licence_home.perform($1, 'approve')$$);

\echo == nor who decided inspect
SELECT story.new_case_in('committee_review') AS no \gset
SELECT pg_temp.works('S-1', :'no', $$SELECT licence_home.perform($1, 'return_to_audit', 'measure once more')$$);
SELECT pg_temp.works('S-1', :'no', $$INSERT INTO licence_home.inspection (application_no, inspector, scheduled_for) VALUES ($1, 'S-1', '2026-03-09 10:00+03')$$);
SELECT pg_temp.works('S-3', :'no', $$INSERT INTO licence_home.inspection (application_no, inspector, scheduled_for) VALUES ($1, 'S-1', '2026-03-09 10:00+03')$$);

\echo == a login that no row names is one person too, unless a superuser works
SELECT story.new_case_in('submitted') AS no \gset
SELECT pg_temp.works(NULL, :'no', $$UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1$$, 'regress_machine');
CALL story.make_inspection(:'no');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
SELECT pg_temp.works(NULL, :'no', $$SELECT licence_home.perform($1, 'return_to_audit', 'once more')$$, 'regress_machine');
SELECT licence_home.perform(:'no', 'return_to_audit', 'once more') AS by_a_superuser;

\echo == a case of their own
SELECT story.new_case_in('submitted') AS no \gset
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty, identity_no)
SELECT 'S-4', 'منى', 'Muna', '{regress_office}', '{clerk}', '[2026-01-01,)', 'test', 'unknown', translate(p.identity_no, '0123456789', '٠١٢٣٤٥٦٧٨٩')
FROM licence_home.application AS a JOIN licence_home.applicant AS p USING (applicant_id) WHERE a.application_no = :'no';
SELECT pg_temp.works('S-4', :'no', $$SELECT licence_home.perform($1, 'return_documents')$$);
BEGIN;
SELECT * FROM pg_temp.may('S-4', :'no');
ROLLBACK;
SELECT story.new_case_in('submitted') AS other \gset
SELECT pg_temp.works('S-4', :'other', $$UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1$$) AS of_somebody_else;

\echo == a case that was given up
SELECT regexp_replace(w, '\d+', 'N') FROM pg_temp.works('S-3', :'other', $$SELECT licence_home.recuse($1, 'my cousin')$$) AS w;
SELECT pg_temp.works('S-3', :'other', $$SELECT licence_home.perform($1, 'close', 'applicant_died')$$);
SELECT pg_temp.works('S-3', :'other', $$UPDATE licence_home.document SET review = 'missing' WHERE application_no = $1$$);
SELECT pg_temp.works('S-3', :'no', $$UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1$$) AS another_case;
SELECT pg_temp.works('S-3', :'other', $$SELECT licence_home.recuse($1, U&'\200B')$$);
-- nobody gives it up in another's name, and nobody takes it back
SELECT pg_temp.works('S-3', :'no', $$INSERT INTO licence_home.case_recusal (application_no, why, official) VALUES ($1, 'x', 'S-1')$$);
SELECT pg_temp.works('S-3', :'other', $$DELETE FROM licence_home.case_recusal$$);
SELECT official, why FROM licence_home.case_recusal WHERE application_no = :'other';

\echo == cases that nobody may act in
SELECT count(*) FROM licence_home.cases_without_anybody() WHERE application_no IN (:'no', :'other');
BEGIN;
SELECT count(licence_home.end_official(o.official)) > 0 AS all_ended FROM licence_home.official AS o
WHERE o.official <> 'S-3' AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today());
SELECT CASE application_no WHEN :'no' THEN 'another case' ELSE 'given up' END AS case, state, role FROM licence_home.cases_without_anybody()
WHERE application_no IN (:'no', :'other');
SELECT licence_home.end_official('S-3') IS NOT NULL AS ended;
SELECT CASE application_no WHEN :'no' THEN 'another case' ELSE 'given up' END AS case, state, role FROM licence_home.cases_without_anybody()
WHERE application_no IN (:'no', :'other') ORDER BY 1;
ROLLBACK;
SELECT count(licence_home.end_official(o)) AS ended FROM unnest('{S-1,S-2,S-3,S-4}'::text[]) AS o;
DROP ROLE regress_office, regress_machine;
