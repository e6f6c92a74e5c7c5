-- Preconditions: next_actions() against their functions, and a municipality's own.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == every precondition that a workflow names has its function
SELECT DISTINCT p.name FROM licence_home.workflow_transition AS t CROSS JOIN unnest(t.preconditions) AS p (name)
WHERE to_regprocedure(format('licence_home_internal.precondition_%s(licence_home.application_no,text,text,date,text)', p.name)) IS NULL;
-- and every function its record
SELECT p.proname FROM pg_proc AS p
WHERE p.pronamespace = 'licence_home_internal'::regnamespace AND p.proname ~ '^precondition_' AND p.proname <> 'precondition_holds'
  AND NOT licence_home_internal.is_precondition(substr(p.proname, 14));

\echo == next_actions() says what the functions say, of a case in each state
CREATE TEMP TABLE reached AS
    SELECT s.state AS wanted, story.new_case_in(s.state) AS application_no
    FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' AND s.kind <> 'end';
CREATE FUNCTION pg_temp.asked(no licence_home.application_no, preconditions text[], state text) RETURNS text[]
    LANGUAGE plpgsql AS $$
DECLARE
    name text;
    texts text[] := '{}';
    more text[];
BEGIN
    FOREACH name IN ARRAY preconditions LOOP
        EXECUTE format('SELECT coalesce(array_agg(o.text_en), ''{}'') FROM licence_home_internal.precondition_%s($1, NULL, NULL, NULL, $2) AS o', name)
            INTO more USING no, state;
        texts := texts || more;
    END LOOP;
    RETURN texts;
END $$;
SELECT count(*) > 25 AS asked, count(*) FILTER (WHERE NOT n.blocked_by @> a.texts OR NOT a.texts @> n.blocked_by) AS different
FROM reached AS r
CROSS JOIN LATERAL licence_home.next_actions(r.application_no) AS n
CROSS JOIN LATERAL (SELECT DISTINCT ON (t.action, t.to_state) pg_temp.asked(r.application_no, t.preconditions, r.wanted) AS texts
    FROM licence_home.workflow_transition AS t
    WHERE t.workflow = 'first_issue' AND t.from_state = r.wanted AND t.action = n.action AND t.to_state = n.to_state) AS a;

\echo == one that the municipality wrote: an inspection rests for a day before the committee has the case
CREATE SCHEMA city;
GRANT USAGE ON SCHEMA city TO licence_home_precondition;
CREATE FUNCTION city.inspection_rested(application_no licence_home.application_no, note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT 'the inspection was closed less than a day ago', 'أُغلق الكشف قبل أقل من يوم', NULL::text, NULL::text
        WHERE (SELECT max(i.closed_at) FROM licence_home.precondition_inspection AS i
               WHERE i.application_no = inspection_rested.application_no) <= licence_home.now() - interval '1 day' IS NOT TRUE;
    END;
INSERT INTO licence_home.workflow_precondition (name, function, hint_ar, hint_en, source)
VALUES ('inspection_rested', 'city.inspection_rested', 'انتظر يوماً واحداً.', 'Wait for a day.', 'test');
INSERT INTO licence_home.workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    SELECT 'rested', 1, name_ar, name_en, valid, 'test', 'likely' FROM licence_home.workflow WHERE workflow = 'first_issue' AND version = 1;
INSERT INTO licence_home.workflow_state SELECT (jsonb_populate_record(s, '{"workflow": "rested", "recorded_at": null, "withdrawn_at": null, "withdrawal": null}')).*
    FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' AND s.version = 1;
INSERT INTO licence_home.workflow_transition SELECT (jsonb_populate_record(t, jsonb_build_object('workflow', 'rested', 'recorded_at', NULL, 'preconditions',
        CASE WHEN t.action = 'refer_to_committee' AND t.from_state = 'inspection_scheduled' THEN t.preconditions || '{inspection_rested}'
        ELSE t.preconditions END))).*
    FROM licence_home.workflow_transition AS t WHERE t.workflow = 'first_issue' AND t.version = 1;
INSERT INTO licence_home.workflow_evidence SELECT (jsonb_populate_record(e, '{"workflow": "rested", "recorded_at": null, "withdrawn_at": null, "withdrawal": null}')).*
    FROM licence_home.workflow_evidence AS e WHERE e.workflow = 'first_issue' AND e.version = 1;
SELECT * FROM licence_home.check_workflow('rested');
-- what is wrong with a function is a defect
CREATE PROCEDURE pg_temp.defect(change text, undo text) LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE change;
    SELECT string_agg(defect || ': ' || explanation, '; ') INTO found FROM licence_home.check_workflow('rested');
    RAISE INFO '%', found;
    EXECUTE undo;
END $$;
CALL pg_temp.defect('ALTER FUNCTION city.inspection_rested VOLATILE', 'ALTER FUNCTION city.inspection_rested STABLE');
CALL pg_temp.defect('ALTER FUNCTION city.inspection_rested SECURITY DEFINER', 'ALTER FUNCTION city.inspection_rested SECURITY INVOKER');
CALL pg_temp.defect('REVOKE USAGE ON SCHEMA city FROM licence_home_precondition', 'GRANT USAGE ON SCHEMA city TO licence_home_precondition');
CALL pg_temp.defect('ALTER FUNCTION city.inspection_rested RENAME TO inspection_tired', 'ALTER FUNCTION city.inspection_tired RENAME TO inspection_rested');
CALL pg_temp.defect('UPDATE licence_home.workflow_precondition SET name = ''inspection_tired''', 'UPDATE licence_home.workflow_precondition SET name = ''inspection_rested''');
-- none takes a name of ours
INSERT INTO licence_home.workflow_precondition VALUES ('eligible', 'city.inspection_rested', 'أ', 'a', 'test');

\echo == a superuser alone writes the table
SELECT r.rolname FROM pg_roles AS r CROSS JOIN unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS p (privilege)
WHERE r.rolname ~ '^licence_home_' AND r.rolname <> 'licence_home_owner' AND has_table_privilege(r.oid, 'licence_home.workflow_precondition', p.privilege);

\echo == what cannot be asked is not published
BEGIN;
ALTER FUNCTION city.inspection_rested VOLATILE;
UPDATE licence_home.workflow SET published_at = licence_home.now() WHERE workflow = 'rested';
ROLLBACK;
UPDATE licence_home.workflow SET published_at = licence_home.now() WHERE workflow = 'rested';

\echo == at the step: the workflow of the other tests, with the precondition
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no');
CREATE PROCEDURE pg_temp.try(no licence_home.application_no, change text) LANGUAGE plpgsql AS $$
DECLARE
    got record;
BEGIN
    EXECUTE change;
    SET LOCAL session_replication_role = replica;
    UPDATE licence_home.workflow_transition SET preconditions = preconditions || '{inspection_rested}'
    WHERE workflow = 'first_issue' AND action = 'refer_to_committee' AND from_state = 'inspection_scheduled';
    SET LOCAL session_replication_role = origin;
    FOR got IN SELECT * FROM story.attempt('inspector', no, 'SELECT licence_home.perform($1, ''refer_to_committee'')') LOOP
        RAISE INFO '% %', got.code, story.masked(no, got.said);
    END LOOP;
    ROLLBACK;
END $$;
CALL pg_temp.try(:'no', 'SELECT');
CALL pg_temp.try(:'no', 'SET LOCAL licence_home.clock = ''2026-03-08 10:00+03''');
CALL pg_temp.try(:'no', 'SET LOCAL licence_home.language = ''ar''');
-- it is gone
CALL pg_temp.try(:'no', 'DROP FUNCTION city.inspection_rested');
CALL pg_temp.try(:'no', 'DELETE FROM licence_home.workflow_precondition');

\echo == it reads the views, and writes nothing
CREATE TABLE city.diary (entry text);
GRANT ALL ON city.diary TO PUBLIC;
CREATE SEQUENCE city.numbers;
GRANT ALL ON city.numbers TO PUBLIC;
CREATE FUNCTION city.write_diary(statement text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    EXECUTE statement;
    RETURN NULL;
END $$;
CREATE PROCEDURE pg_temp.through(no licence_home.application_no, statement text) LANGUAGE plpgsql AS $$
BEGIN
    CALL pg_temp.try(no, format('CREATE OR REPLACE FUNCTION city.inspection_rested(application_no licence_home.application_no, note text, reason text, until date, from_state text) '
        'RETURNS TABLE (text_en text, text_ar text, subject text, hint text) LANGUAGE sql STABLE '
        'AS %L', format('SELECT w, w, w, w FROM city.write_diary(%L) AS w WHERE w IS NOT NULL', statement)));
END $$;
CALL pg_temp.through(:'no', 'INSERT INTO city.diary VALUES (1)');
CALL pg_temp.through(:'no', 'SELECT nextval(''city.numbers'')');
CALL pg_temp.through(:'no', 'CREATE TEMP TABLE mine (a integer)');
CALL pg_temp.through(:'no', 'SET transaction_read_only = off');
CALL pg_temp.through(:'no', 'SET ROLE licence_home_owner');
CALL pg_temp.through(:'no', 'SELECT 1 FROM licence_home.applicant');
CALL pg_temp.through(:'no', 'SELECT 1 FROM licence_home.application');
CALL pg_temp.through(:'no', 'UPDATE licence_home.application SET step_note = ''x''');
CALL pg_temp.through(:'no', 'SELECT 1 FROM licence_home.precondition_application');
SELECT count(*) FROM city.diary;
-- the views show nobody anything else
SELECT r.rolname FROM pg_roles AS r WHERE r.rolname ~ '^licence_home_' AND r.rolname NOT IN ('licence_home_owner', 'licence_home_precondition')
    AND has_table_privilege(r.oid, 'licence_home.precondition_application', 'SELECT');
BEGIN;
SET LOCAL ROLE licence_home_precondition;
SELECT count(*) FROM licence_home.precondition_application;
ROLLBACK;

SET client_min_messages = warning;
DROP SCHEMA city CASCADE;
SET session_replication_role = replica;
DELETE FROM licence_home.workflow_evidence WHERE workflow = 'rested';
DELETE FROM licence_home.workflow_transition WHERE workflow = 'rested';
DELETE FROM licence_home.workflow_state WHERE workflow = 'rested';
DELETE FROM licence_home.workflow WHERE workflow = 'rested';
DELETE FROM licence_home.workflow_precondition;
