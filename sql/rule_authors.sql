-- From the first case on a rule needs two persons.
\set VERBOSITY default
\pset format unaligned
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_rania, regress_sami, regress_rania2;
RESET client_min_messages;
CREATE ROLE regress_rania LOGIN IN ROLE licence_home_admin;
CREATE ROLE regress_sami LOGIN IN ROLE licence_home_admin;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty) VALUES
    ('R-1', 'رانيا', 'Rania', 'regress_rania', '{admin}', '[2026-01-01,)', 'test', 'unknown'),
    ('R-2', 'سامي', 'Sami', 'regress_sami', '{admin}', '[2026-01-01,)', 'test', 'unknown');
SELECT count(*) > 0 AS in_service FROM licence_home.application WHERE judged_on IS NOT NULL;
SELECT coalesce(max(entry_no), 0) AS before FROM licence_home.rule_journal \gset
CREATE FUNCTION pg_temp.a_reason(code text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.reason (reason, purpose, name_ar, name_en, valid, source, certainty) '
        'SELECT %L, purpose, ''سبب'', ''a reason'', ''[2026-01-01,)'', ''test'', ''unknown'' FROM licence_home.reason LIMIT 1', code) $$;
CREATE VIEW pg_temp.entries AS SELECT rule_table, act, standing, actor, why, place IS NOT NULL AND hash IS NOT NULL AS chained
    FROM licence_home.rule_journal WHERE entry_no > :before ORDER BY place, entry_no;
GRANT SELECT ON pg_temp.entries TO PUBLIC;

\echo == one person alone: refused when the transaction commits, and nothing is lost of a trial
SET SESSION AUTHORIZATION regress_rania;
SELECT pg_temp.a_reason('alone') AS written \gset
:written;
SELECT count(*) AS there FROM licence_home.reason WHERE reason = 'alone';
BEGIN;
:written;
SELECT count(*) AS tried FROM licence_home.reason WHERE reason = 'alone';
-- also with every constraint checked, as a trial does
SET CONSTRAINTS ALL IMMEDIATE;
SELECT count(*) AS still_there FROM licence_home.reason WHERE reason = 'alone';
SELECT standing, place FROM licence_home.rule_journal WHERE entry_no > :before;
ROLLBACK;
BEGIN;
:written;
SET CONSTRAINTS ALL IMMEDIATE;
COMMIT;
SELECT count(*) AS there FROM licence_home.reason WHERE reason = 'alone';
-- what a savepoint takes back is no rule
BEGIN;
SAVEPOINT s;
:written;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO s;
COMMIT;
-- closing and withdrawing, too
SELECT reason_id AS id, reason AS code FROM licence_home.reason WHERE withdrawn_at IS NULL AND upper_inf(valid) ORDER BY reason_id LIMIT 1 \gset
\set VERBOSITY sqlstate
UPDATE licence_home.reason SET withdrawn_at = licence_home.now() WHERE reason_id = :id;
UPDATE licence_home.reason SET valid = daterange(lower(valid), '2030-01-01') WHERE reason_id = :id;
UPDATE licence_home.reason SET reason_id = reason_id WHERE reason_id = :id;
SELECT licence_home.withdraw_map('2040-01-01');
SET licence_home.four_eyes = off;
SET licence_home.emergency = 'because';
INSERT INTO licence_home.rule_journal (rule_table, act, rows, open_cases, actor, role, session_role, known_at) VALUES ('reason', 'publish', '[]', 0, 'x', 'x', 'x', now());
UPDATE licence_home.rule_journal SET standing = 'two';
INSERT INTO licence_home.rule_proposal (changes, why, decision, decided_at, decided_by) VALUES ('[{}]', 'x', 'approved', now(), 'R-2');
UPDATE licence_home.rule_proposal SET decision = 'approved';
\set VERBOSITY default

\echo == two persons
SELECT licence_home.propose_rules(jsonb_build_array(
    jsonb_build_object('table', 'reason', 'insert', jsonb_build_object('reason', 'by_two', 'purpose', 'closure',
        'name_ar', 'سبب', 'name_en', 'a reason', 'valid', '[2026-01-01,)', 'source', 'test', 'certainty', 'unknown'))), 'asked for by the committee') AS proposal \gset
SELECT count(*) AS not_yet FROM licence_home.reason WHERE reason = 'by_two';
\set VERBOSITY terse
DO $$ BEGIN PERFORM licence_home.approve_rules((SELECT max(rule_proposal_id) FROM licence_home.rule_proposal)); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLSTATE, regexp_replace(SQLERRM, '\d+', 'N'); END $$;
SET SESSION AUTHORIZATION regress_sami;
-- what the approver adds is not approved by it
BEGIN;
SELECT licence_home.approve_rules(:proposal) AS made;
:written;
COMMIT;
SELECT decision FROM licence_home.rule_proposal WHERE rule_proposal_id = :proposal;
SELECT licence_home.approve_rules(:proposal) AS made;
SELECT decision, decided_by, recorded_by, why FROM licence_home.rule_proposal WHERE rule_proposal_id = :proposal;
SELECT count(*) AS there FROM licence_home.reason WHERE reason = 'by_two';
DO $$ BEGIN PERFORM licence_home.approve_rules((SELECT max(rule_proposal_id) FROM licence_home.rule_proposal)); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLSTATE, regexp_replace(SQLERRM, '\d+', 'N'); END $$;
SELECT licence_home.approve_rules(NULL);
-- an update by its key, a function, several in one
SELECT licence_home.propose_rules(jsonb_build_array(
    jsonb_build_object('table', 'reason', 'key', jsonb_build_object('reason', 'by_two'), 'set', jsonb_build_object('withdrawn_at', licence_home.now(), 'withdrawal', 'void')),
    jsonb_build_object('call', 'end_official', 'arguments', jsonb_build_object('official', 'R-1'))), 'it was a mistake') AS proposal \gset
SELECT count(*) AS untouched FROM licence_home.reason WHERE reason = 'by_two' AND withdrawn_at IS NULL;
SELECT licence_home.reject_rules(:proposal, 'she is still needed');
SELECT decision, note FROM licence_home.rule_proposal WHERE rule_proposal_id = :proposal;

\echo == what cannot be made is not proposed, nor what would run the code of whoever proposed
RESET SESSION AUTHORIZATION;
CREATE VIEW story.hidden_writer AS SELECT z.class, z.geom FROM licence_home.zone AS z;
GRANT SELECT ON story.hidden_writer TO PUBLIC;
SET SESSION AUTHORIZATION regress_sami;
CREATE FUNCTION pg_temp.proposed(changes text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM licence_home.propose_rules(changes::jsonb, 'why');
    RETURN 'proposed';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || regexp_replace(SQLERRM, '_id \d+', '_id N');
END $$;
SELECT c, e.said FROM unnest(ARRAY['[]', '{}', '[{}]', '[{"table": "applicant", "insert": {"kind": "citizen"}}]', '[{"table": "reason", "insert": {"colour": 1}}]',
    '[{"table": "reason", "insert": {"reason": "x"}}]', '[{"table": "reason", "set": {"withdrawn_at": "2026-03-01"}}]',
    '[{"table": "reason", "key": {"reason_id": -1}, "set": {"withdrawn_at": "2026-03-01"}}]', '[{"call": "pg_sleep", "arguments": {"s": 1}}]',
    '[{"call": "withdraw_map", "arguments": {"valid_from": "2040-01-01"}}]',
    '[{"call": "import_zones", "arguments": {"staging": "licence_home.zones_view", "class_column": "class", "valid_from": "2040-01-01", "source": "x"}}]',
    '[{"call": "import_zones", "arguments": {"staging": "pg_catalog.pg_class", "class_column": "relname", "valid_from": "2040-01-01", "source": "x"}}]',
    '[{"call": "import_zones", "arguments": {"staging": "story.hidden_writer", "class_column": "class", "valid_from": "2040-01-01", "source": "x"}}]', '[{"table": "edition", "key": {"edition": "2020"}, "set": {"max_area_m2": 99}}]']) WITH ORDINALITY AS u (c, i)
CROSS JOIN LATERAL pg_temp.proposed(c) AS e (said) ORDER BY i;
RESET SESSION AUTHORIZATION;

\echo == an emergency
SET SESSION AUTHORIZATION regress_rania;
SELECT licence_home.publish_in_emergency(U&'\200B');
BEGIN;
SELECT licence_home.publish_in_emergency('the committee sits tonight, Sami is abroad');
SELECT pg_temp.a_reason('urgent') AS urgent \gset
:urgent;
COMMIT;
-- for that transaction alone
:written;
SELECT rule_table, act, actor, why FROM licence_home.emergency_rules;
SELECT entry_no AS entry FROM licence_home.emergency_rules \gset
DO $$ BEGIN PERFORM licence_home.confirm_emergency(entry_no) FROM licence_home.emergency_rules; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% %', SQLSTATE, regexp_replace(SQLERRM, '\d+', 'N'); END $$;
SET SESSION AUTHORIZATION regress_sami;
SELECT licence_home.confirm_emergency(:entry);
SELECT count(*) AS unconfirmed FROM licence_home.emergency_rules;
SELECT licence_home.confirm_emergency(0);
-- nobody waits for the end of an official's power
SELECT licence_home.end_official('R-1') IS NOT NULL AS ended;
SET SESSION AUTHORIZATION regress_rania;
SELECT licence_home.propose_rules('[{"call": "end_official", "arguments": {"official": "R-2"}}]', 'revenge') IS NOT NULL AS proposed;
SELECT licence_home.end_official('R-2');
SELECT licence_home.approve_rules(:proposal);
-- an official who is no administrator, whatever the login may
RESET SESSION AUTHORIZATION;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty) VALUES
    ('R-3', 'رانيا', 'Rania', 'regress_rania2', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
CREATE ROLE regress_rania2 LOGIN IN ROLE licence_home_admin;
SET SESSION AUTHORIZATION regress_rania2;
\set VERBOSITY default
:written;
\set VERBOSITY terse
RESET SESSION AUTHORIZATION;

\echo == four_eyes off, by a superuser alone
SET licence_home.four_eyes = off;
SET SESSION AUTHORIZATION regress_sami;
SELECT pg_temp.a_reason('one_eye') AS one \gset
:one;
RESET SESSION AUTHORIZATION;
RESET licence_home.four_eyes;

\echo == the journal
SELECT * FROM pg_temp.entries;
SELECT rows FROM licence_home.rule_journal WHERE entry_no > :before AND act = 'withdraw' AND rule_table = 'official' \gset
SELECT jsonb_array_length(:'rows') AS rows, :'rows'::jsonb -> 0 ? 'official_id' AS named;
SELECT count(*) AS breaks FROM licence_home.verify_rules();
-- altered by a superuser
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.rule_journal SET actor = 'R-2' WHERE entry_no = :entry;
SELECT break, count(*) FROM licence_home.verify_rules() GROUP BY break;
ROLLBACK;
UPDATE licence_home.reason SET withdrawn_at = licence_home.now() WHERE reason IN ('by_two', 'urgent', 'one_eye');
SELECT licence_home.end_official('R-2') + licence_home.end_official('R-3') IS NOT NULL AS ended;
DROP OWNED BY regress_rania, regress_sami, regress_rania2;
DROP ROLE regress_rania, regress_sami, regress_rania2;
DROP VIEW story.hidden_writer;
