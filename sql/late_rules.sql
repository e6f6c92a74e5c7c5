-- A rule judges no case that was submitted before it was approved: by nobody's
-- approval, in no emergency.
\set VERBOSITY default
\pset format unaligned
\pset tuples_only on
SELECT set_config('licence_home.clock', '2033-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_late_1, regress_late_2;
RESET client_min_messages;
CREATE ROLE regress_late_1 LOGIN IN ROLE licence_home_admin;
CREATE ROLE regress_late_2 LOGIN IN ROLE licence_home_admin;
SELECT story.new_case_in('submitted') IS NOT NULL AS a_case;
SELECT class AS class FROM licence_home.zone_class WHERE withdrawn_at IS NULL ORDER BY class LIMIT 1 \gset
CREATE FUNCTION pg_temp.spelling(word text, days text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.zone_class_spelling (spelling, class, valid, source, certainty) '
        'SELECT %L, class, %L, ''test'', ''unknown'' FROM licence_home.zone_class WHERE withdrawn_at IS NULL ORDER BY class LIMIT 1', word, days) $$;
SELECT pg_temp.spelling('late today', '[2033-03-01,)') AS today, pg_temp.spelling('late before', '[2012-01-01,)') AS before,
    pg_temp.spelling('in time', '[2033-03-02,)') AS tomorrow \gset

\echo == an emergency does not reach back, neither to today nor before
SET SESSION AUTHORIZATION regress_late_1;
BEGIN;
SELECT licence_home.publish_in_emergency('a test');
:today;
COMMIT;
\set VERBOSITY sqlstate
BEGIN;
SELECT licence_home.publish_in_emergency('a test');
:before;
COMMIT;
\set VERBOSITY default
\echo == from tomorrow on it counts; and to try one is free
BEGIN;
SELECT licence_home.publish_in_emergency('a test');
:tomorrow;
COMMIT;
BEGIN;
:before;
ROLLBACK;
SELECT spelling FROM licence_home.zone_class_spelling WHERE spelling ~ '^(late|in time)' ORDER BY spelling;
\echo == nor do two persons: it is refused when it is proposed
SELECT licence_home.propose_rules(jsonb_build_array(jsonb_build_object('table', 'zone_class_spelling', 'insert',
    jsonb_build_object('spelling', 'late by two', 'class', :'class', 'valid', '[2033-03-01,)', 'source', 'test', 'certainty', 'unknown'))), 'a test');
\echo == and when its day has come, and a case with it, before it was approved
SELECT licence_home.propose_rules(jsonb_build_array(jsonb_build_object('table', 'zone_class_spelling', 'insert',
    jsonb_build_object('spelling', 'late by waiting', 'class', :'class', 'valid', '[2033-03-03,)', 'source', 'test', 'certainty', 'unknown'))), 'a test') AS waits \gset
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2033-03-03 10:00+03';
SELECT story.new_case_in('submitted') IS NOT NULL AS a_case;
SET SESSION AUTHORIZATION regress_late_2;
SELECT licence_home.approve_rules(:waits);
SELECT spelling FROM licence_home.zone_class_spelling WHERE spelling ~ '^(late|in time)' ORDER BY spelling;
\echo == what takes the place of a row that was wrong is no new rule
RESET SESSION AUTHORIZATION;
SELECT zone_class_spelling_id AS wrong FROM licence_home.zone_class_spelling WHERE spelling = 'in time' \gset
SET SESSION AUTHORIZATION regress_late_1;
BEGIN;
SELECT licence_home.publish_in_emergency('a test');
UPDATE licence_home.zone_class_spelling SET withdrawn_at = licence_home.now(), withdrawal = 'corrected' WHERE zone_class_spelling_id = :wrong;
INSERT INTO licence_home.zone_class_spelling (spelling, class, valid, source, certainty) SELECT 'in time', max(class), '[2033-03-02,)', 'test', 'unknown' FROM licence_home.zone_class WHERE withdrawn_at IS NULL;
COMMIT;
SELECT count(*) FROM licence_home.zone_class_spelling WHERE spelling = 'in time' AND withdrawn_at IS NULL;
RESET SESSION AUTHORIZATION;
\echo == a superuser is held by this as little as by any rule of the office; undone for the tests that follow
UPDATE licence_home.zone_class_spelling SET withdrawn_at = licence_home.now(), withdrawal = 'void' WHERE spelling ~ '^(late|in time)' AND withdrawn_at IS NULL;
DROP ROLE regress_late_1, regress_late_2;
