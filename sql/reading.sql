-- Reading is recorded: who saw whose data, which columns, when and why.
\pset format unaligned
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_auditor, regress_desk, regress_reader;
RESET client_min_messages;
CREATE ROLE regress_auditor LOGIN IN ROLE licence_home_auditor;
CREATE ROLE regress_desk LOGIN IN ROLE licence_home_clerk, licence_home_inspector, licence_home_cashier;
SELECT story.new_case_in('fee_due') AS no \gset
SELECT a.applicant_id AS whose, p.identity_no FROM licence_home.application AS a JOIN licence_home.applicant AS p USING (applicant_id) WHERE application_no = :'no' \gset
SELECT max(message_id) AS message FROM licence_home.sms_message_text WHERE application_no = :'no' \gset
-- what was recorded since the last time
CREATE TEMP TABLE known AS SELECT coalesce(max(read_no), 0) AS read_no FROM licence_home.read_record;
CREATE FUNCTION pg_temp.recorded(OUT actor text, OUT login text, OUT role text, OUT function text, OUT theirs text, OUT of_case boolean,
    OUT columns text, OUT why text, OUT sought integer) RETURNS SETOF record LANGUAGE sql AS $$
    WITH new AS (SELECT r.* FROM licence_home.read_record AS r WHERE r.read_no > (SELECT k.read_no FROM known AS k)),
    noted AS (UPDATE known SET read_no = (SELECT max(n.read_no) FROM new AS n) WHERE EXISTS (SELECT FROM new) RETURNING 1)
    SELECT n.actor, n.login, n.role, n.function, (SELECT string_agg(p.name_ar, ', ') FROM licence_home.applicant AS p WHERE p.applicant_id = ANY (n.applicant_ids)),
        n.application_no IS NOT NULL, array_to_string(n.columns, ' '), n.why, octet_length(n.sought)
    FROM new AS n ORDER BY n.read_no $$;

\echo == the person of a case, to each role what it may see
SELECT who, (a).code, (a).rows, (a).said
FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,sender,portal,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', 'SELECT * FROM licence_home.person_of($1)') AS a;
SET SESSION AUTHORIZATION regress_clerk;
SELECT applicant_id = :whose AS theirs, kind, name_ar, identity_no = :'identity_no' AS identity, phone IS NOT NULL AS phone, language, address IS NULL AS no_address
FROM licence_home.person_of(:'no', 'the person is at the counter');
SET SESSION AUTHORIZATION regress_inspector;
SELECT name_ar, identity_no, phone IS NOT NULL AS phone, language FROM licence_home.person_of(:'no', '  ');
SET SESSION AUTHORIZATION regress_committee;
SELECT name_ar, identity_no, phone IS NOT NULL AS phone, language FROM licence_home.person_of(:'no');
SET SESSION AUTHORIZATION regress_auditor;
SELECT name_ar, identity_no = :'identity_no' AS identity FROM licence_home.person_of(:'no', 'complaint 12');
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.recorded();
-- no case is LH008, and null gives no row: nothing was shown, nothing is recorded
SET SESSION AUTHORIZATION regress_clerk;
SELECT count(*) FROM licence_home.person_of(licence_home.application_no_make(2026, 99999999));
SELECT count(*) FROM licence_home.person_of(NULL);
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.recorded();

\echo == somebody by an identity number, a message, what events say
SET SESSION AUTHORIZATION regress_clerk;
SELECT applicant_id = :whose AS theirs, name_ar, phone IS NOT NULL AS phone FROM licence_home.find_person('citizen', :'identity_no', 'they called');
SELECT count(*) AS nobody FROM licence_home.find_person('citizen', '1111111111');
SELECT licence_home.find_applicant('citizen', :'identity_no') = :whose AS found;
SELECT application_no = :'no' AS of_case, phone IS NOT NULL AS phone, body IS NOT NULL AS has_a_body FROM licence_home.message_text(:message, 'it did not arrive');
SELECT count(*) AS no_such_message FROM licence_home.message_text(0);
SET SESSION AUTHORIZATION regress_auditor;
SELECT count(*) > 3 AS events FROM licence_home.event_notes(:'no', 'complaint 12');
SELECT function, found = :whose AS found FROM licence_home.who_sought('citizen', :'identity_no') WHERE at = licence_home.now() ORDER BY 1;
SELECT count(*) FROM licence_home.who_sought('citizen', '1111111111');
SELECT count(*) FROM licence_home.who_sought('citizen', '2222222222');
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.recorded();
-- the number itself is nowhere, and its HMAC is the same however it was written
SET SESSION AUTHORIZATION regress_clerk;
SELECT licence_home.find_applicant('citizen', translate(:'identity_no', '0123456789', '٠١٢٣٤٥٦٧٨٩')) = :whose AS found;
RESET SESSION AUTHORIZATION;
SELECT count(*), count(DISTINCT sought) FROM licence_home.read_record WHERE applicant_ids = ARRAY[:whose::bigint] AND sought IS NOT NULL;
SELECT count(*) FROM licence_home.read_record AS r WHERE r::text LIKE '%' || :'identity_no' || '%';
SELECT count(*) > 0 AS there_is_a_key FROM licence_home.read_key;
SELECT count(*) AS recorded FROM pg_temp.recorded();

\echo == an official, by the application of many
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty) VALUES
    ('E-80', 'هدى', 'Huda', '{regress_desk}', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-81', 'سامي', 'Sami', '{regress_desk}', '{inspector}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-82', 'رنا', 'Rana', '{regress_desk}', '{cashier}', '[2026-01-01,)', 'test', 'unknown');
SET SESSION AUTHORIZATION regress_desk;
\set VERBOSITY sqlstate
SELECT name_ar FROM licence_home.person_of(:'no');
\set VERBOSITY default
BEGIN;
SELECT licence_home.act_as('E-80');
SELECT identity_no IS NOT NULL AS identity FROM licence_home.person_of(:'no');
COMMIT;
BEGIN;
SELECT licence_home.act_as('E-81');
SELECT identity_no IS NOT NULL AS identity, phone IS NOT NULL AS phone FROM licence_home.person_of(:'no');
SAVEPOINT s;
SELECT name_ar FROM licence_home.find_person('citizen', :'identity_no');
ROLLBACK TO s;
SELECT licence_home.act_as('E-82');
SELECT name_ar FROM licence_home.person_of(:'no');
ROLLBACK;
RESET SESSION AUTHORIZATION;
-- (what was rolled back, a worker writes)
DO $$ BEGIN
    FOR i IN 1 .. 600 LOOP
        EXIT WHEN EXISTS (SELECT FROM licence_home.read_record AS r WHERE r.actor = 'E-81');
        PERFORM pg_sleep(0.05);
        PERFORM pg_stat_clear_snapshot();
    END LOOP;
END $$;
SELECT actor, login, function, theirs, columns ~ 'identity' AS identity FROM pg_temp.recorded();

\echo == a reason, where it is asked for
SET licence_home.read_reason = on;
SET SESSION AUTHORIZATION regress_clerk;
SELECT name_ar FROM licence_home.person_of(:'no', ' ');
SELECT name_ar FROM licence_home.person_of(:'no', 'call of 1 March');
SELECT name_ar FROM licence_home.person_of(:'no', repeat('x', 201));
RESET SESSION AUTHORIZATION;
RESET licence_home.read_reason;
SELECT function, why FROM pg_temp.recorded();

\echo == a person whose data are restricted, to those who must act
SELECT licence_home.restrict_person(:whose, 'asked for it');
SELECT who, (a).code, (a).rows FROM unnest('{clerk,inspector,committee,director}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', 'SELECT * FROM licence_home.person_of($1)') AS a;
SET SESSION AUTHORIZATION regress_inspector;
\set VERBOSITY sqlstate
SELECT name_ar FROM licence_home.person_of(:'no');
\set VERBOSITY default
SET SESSION AUTHORIZATION regress_auditor;
SELECT name_ar FROM licence_home.person_of(:'no', 'why restricted');
RESET SESSION AUTHORIZATION;
SELECT licence_home.unrestrict_person(:whose, 'asked for it');
SELECT login, function, why FROM pg_temp.recorded() WHERE login <> 'postgres';

\echo == who read me
BEGIN;
SET LOCAL ROLE regress_portal;
SELECT licence_home.act_for(:whose);
SELECT actor, role, function, application_no IS NOT NULL AS of_case, array_length(columns, 1) AS columns, why
FROM licence_home.who_read_me() WHERE at = licence_home.now() ORDER BY 1, 2, 3, 4, 5, 6;
SELECT count(*) > 5 AS mine FROM licence_home.who_read_me(:whose);
SELECT count(*) FROM licence_home.who_read_me((:whose - 1)::bigint);
ROLLBACK;
BEGIN;
SET LOCAL ROLE regress_portal;
SELECT count(*) FROM licence_home.who_read_me();
ROLLBACK;
SELECT who, (a).code FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, NULL, format('SELECT * FROM licence_home.who_read_me(%s)', :whose)) AS a;
SET SESSION AUTHORIZATION regress_auditor;
SELECT count(*) > 5 AS theirs FROM licence_home.who_read_me(:whose);
SELECT count(*) FROM licence_home.who_read_me();
RESET SESSION AUTHORIZATION;

\echo == a breach: whose data a login or a person saw, and which columns
SET SESSION AUTHORIZATION regress_auditor;
SELECT applicant_id = :whose AS theirs, cases = ARRAY[:'no'::licence_home.application_no] AS the_case, array_to_string(columns, ' ') AS columns, times
FROM licence_home.seen_by('E-81', '2026-03-01 00:00+03', '2026-03-02 00:00+03');
SELECT count(*) FROM licence_home.seen_by('E-81', '2026-03-02 00:00+03');
SELECT count(*) FROM licence_home.seen_by('E-81', '2026-02-01 00:00+03', '2026-03-01 00:00+03');
-- the login of an application is all of its people
SELECT count(*) AS persons, bool_or('applicant.identity_no' = ANY (columns)) AS identity FROM licence_home.seen_by('regress_desk', '2026-03-01 00:00+03');
-- a portal could see all of those for whom it acted
RESET SESSION AUTHORIZATION;
BEGIN;
SET SESSION AUTHORIZATION regress_portal;
SELECT licence_home.act_for(:whose);
COMMIT;
SET SESSION AUTHORIZATION regress_auditor;
SELECT '*' = ANY (columns) AS everything FROM licence_home.seen_by('regress_portal', '2026-03-01 00:00+03') WHERE applicant_id = :whose;
RESET SESSION AUTHORIZATION;

\echo == an auditor reads records, and neither persons nor anything to write
SELECT c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum) AS unrecorded
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v') AND has_column_privilege('regress_auditor', c.oid, a.attnum, 'SELECT')
    AND a.attname ~ '^(identity_no|phone|body|address|note|changes|representative_(name|identity_no|capacity))$' AND c.relname NOT IN ('rule_proposal')
    AND NOT EXISTS (SELECT FROM pg_attribute AS r WHERE r.attrelid = c.oid AND r.attname = 'certainty')
GROUP BY c.relname ORDER BY c.relname COLLATE "C";
SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v')
    AND has_any_column_privilege('regress_auditor', c.oid, 'INSERT, UPDATE');
SELECT DISTINCT g.name || ' reads the key' FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,auditor}'::text[]) AS g (name)
WHERE has_any_column_privilege('licence_home_' || g.name, 'licence_home.read_key', 'SELECT');
-- every column that a record names is one
SELECT DISTINCT c FROM licence_home.read_record AS r CROSS JOIN LATERAL unnest(r.columns) AS c
WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = to_regclass('licence_home.' || split_part(c, '.', 1)) AND a.attname = split_part(c, '.', 2));
-- and nobody writes a record, or takes one away
INSERT INTO licence_home.read_record (actor, login, role, function) VALUES ('x', 'x', 'x', 'x');
\set VERBOSITY sqlstate
UPDATE licence_home.read_record SET actor = 'y' WHERE read_no = (SELECT max(read_no) FROM licence_home.read_record);
DELETE FROM licence_home.read_record;
\set VERBOSITY default
TRUNCATE licence_home.read_record;

\echo == so many an hour
CREATE ROLE regress_reader LOGIN IN ROLE licence_home_clerk;
\set limit 3
SET licence_home.lookups_an_hour = :limit;
SET SESSION AUTHORIZATION regress_reader;
SELECT licence_home.find_applicant('citizen', '1111111112') AS one;
SELECT licence_home.find_applicant('citizen', '1111111112') AS two, count(*) FROM licence_home.person_of(:'no');
SELECT licence_home.find_applicant('citizen', '1111111112') AS four;
\set VERBOSITY sqlstate
SELECT count(*) FROM licence_home.person_of(:'no');
SET licence_home.lookups_an_hour = 0;
-- another person goes on, and an hour later so does this one
SET SESSION AUTHORIZATION regress_inspector;
SELECT count(*) FROM licence_home.person_of(:'no');
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-01 11:00:01+03';
SET SESSION AUTHORIZATION regress_reader;
SELECT count(*) FROM licence_home.person_of(:'no');
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-01 10:00+03';
-- a transaction that only reads is counted as it goes on
SET licence_home.lookups_an_hour = :limit;
SET licence_home.clock = '2026-03-01 12:00+03';
BEGIN READ ONLY;
SET LOCAL ROLE regress_committee;
SET LOCAL SESSION AUTHORIZATION regress_committee;
SELECT count(*) FROM generate_series(1, :limit) AS n CROSS JOIN LATERAL licence_home.person_of(CASE WHEN n > 0 THEN :'no'::licence_home.application_no END) AS p;
SELECT count(*) FROM licence_home.person_of(:'no');
ROLLBACK;
RESET licence_home.lookups_an_hour;
-- drafts: of an applicant
SET licence_home.drafts_an_hour = 2;
BEGIN;
SET LOCAL ROLE regress_portal;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234580', 'سلمى', '0791234580');
INSERT INTO licence_home.application (applicant_id, profession) VALUES (licence_home.acting_applicant(), 'jams');
INSERT INTO licence_home.application (applicant_id, profession) VALUES (licence_home.acting_applicant(), 'jams');
SAVEPOINT s;
INSERT INTO licence_home.application (applicant_id, profession) VALUES (licence_home.acting_applicant(), 'jams');
ROLLBACK TO s;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234581', 'ليلى', '0791234581');
INSERT INTO licence_home.application (applicant_id, profession) VALUES (licence_home.acting_applicant(), 'jams');
ROLLBACK;
RESET licence_home.drafts_an_hour;
-- no login moves its own limit
SET SESSION AUTHORIZATION regress_clerk;
SET licence_home.lookups_an_hour = 0;
SET licence_home.drafts_an_hour = 0;
SET licence_home.read_flush = off;
SET licence_home.read_reason = off;
RESET SESSION AUTHORIZATION;
DROP ROLE regress_desk, regress_auditor, regress_reader;
