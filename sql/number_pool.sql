-- Numbers of cases, licences and bills: none is given twice, none is lost by an
-- INSERT that is refused or undone, and nobody draws them but the steps.
SET licence_home.clock = '2026-03-01 10:00+03';
CREATE FUNCTION pg_temp.serial(no licence_home.application_no) RETURNS bigint LANGUAGE sql AS
    'SELECT substr($1::text, 7, 8)::bigint';
CREATE FUNCTION pg_temp.drawn() RETURNS bigint LANGUAGE sql AS 'SELECT last_value FROM licence_home.application_serial';
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_temp TO PUBLIC;

-- A number comes back when its case is undone, by a rollback or an error.
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234501', 'سلمى', '0791234501')
RETURNING applicant_id AS me \gset
COMMIT;
BEGIN;
SET LOCAL ROLE regress_portal;
SELECT licence_home.act_for(:me);
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no AS first \gset
SELECT :'first'::licence_home.application_no IS NOT NULL AS numbered;
ROLLBACK;
BEGIN;
SET LOCAL ROLE regress_portal;
SELECT licence_home.act_for(:me);
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no = :'first' AS same;
SAVEPOINT s;
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no AS second \gset
ROLLBACK TO s;
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no = :'second' AS same;
SELECT pg_temp.serial(:'second') - pg_temp.serial(:'first') AS apart;
ROLLBACK;

-- Refused INSERTs use up none, whatever refuses them.
SELECT pg_temp.drawn() AS before \gset
DO $$
DECLARE
    refused integer := 0;
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        'INSERT INTO licence_home.application (applicant_id, profession) VALUES (%s, NULL)',
        'INSERT INTO licence_home.application (applicant_id, profession) VALUES (-1, ''jams'')',
        'INSERT INTO licence_home.application (applicant_id, profession, state) VALUES (%s, ''jams'', ''issued'')',
        'INSERT INTO licence_home.application (applicant_id, profession, employees) VALUES (%s, ''jams'', -1)',
        'INSERT INTO licence_home.application (applicant_id, profession, workflow) VALUES (%s, ''jams'', ''none'')',
        'INSERT INTO licence_home.application (applicant_id, profession) VALUES (%s, ''jams'') RETURNING 1/0'] LOOP
        FOR i IN 1 .. 100 LOOP
            BEGIN
                EXECUTE format(statement, (SELECT max(applicant_id) FROM licence_home.applicant));
            EXCEPTION WHEN OTHERS THEN
                refused := refused + 1;
            END;
        END LOOP;
    END LOOP;
    RAISE NOTICE '% refused', refused;
END $$;
SELECT pg_temp.drawn() - :before AS drawn;

-- Nor does a great number at once that is undone: they are free again.
BEGIN;
INSERT INTO licence_home.application (applicant_id, profession) SELECT :me, 'jams' FROM generate_series(1, 1000);
SELECT count(DISTINCT application_no), max(pg_temp.serial(application_no)) - min(pg_temp.serial(application_no)) AS from_first_to_last
FROM licence_home.application WHERE applicant_id = :me;
ROLLBACK;
SELECT pg_temp.drawn() AS before, count(*) >= 1000 AS free FROM licence_home.number_pool WHERE kind = 'application' \gset
SELECT :'free' AS free;
BEGIN;
INSERT INTO licence_home.application (applicant_id, profession) SELECT :me, 'jams' FROM generate_series(1, 1000);
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no > :'first' AS another;
ROLLBACK;
SELECT pg_temp.drawn() - :before <= 32 AS few;

-- A serial is never given twice, also where the year is another.
BEGIN;
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no AS first \gset
SET LOCAL licence_home.clock = '2027-03-01 10:00+03';
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams')
RETURNING substr(application_no::text, 1, 5), pg_temp.serial(application_no) - pg_temp.serial(:'first') AS apart;
ROLLBACK;
SELECT count(*) AS free_and_used FROM licence_home.number_pool AS p JOIN licence_home.application AS a ON pg_temp.serial(a.application_no) = p.serial
WHERE p.kind = 'application' AND substr(a.application_no::text, 1, 5) = 'A2026';

-- Null is the default, as object mappers write it.
BEGIN;
INSERT INTO licence_home.application (application_no, applicant_id, profession) VALUES (NULL, :me, 'jams') RETURNING application_no = :'first' AS same;
INSERT INTO licence_home.application (application_no, applicant_id, profession) VALUES (DEFAULT, :me, 'jams') RETURNING application_no > :'first' AS another;
ROLLBACK;

-- A bill and a licence of a step that is undone come back, too.
BEGIN;
SELECT story.new_case_in('fee_due') AS due \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'due' \gset
ROLLBACK;
SELECT story.new_case_in('fee_due') AS due \gset
BEGIN;
SELECT story.pay(:'due');
SELECT invoice_no = :'bill' AS same FROM licence_home.invoice WHERE application_no = :'due';
SELECT licence_no AS licence FROM licence_home.licence WHERE application_no = :'due' \gset
ROLLBACK;
SELECT story.pay(:'due');
SELECT licence_no = :'licence' AS same FROM licence_home.licence WHERE application_no = :'due';

-- Nobody draws numbers: no sequence of the extension, no free number, not the function.
SELECT r.rolname, c.relname
FROM pg_class AS c CROSS JOIN pg_roles AS r
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'S' AND r.rolname LIKE 'regress\_%'
  AND (has_sequence_privilege(r.oid, c.oid, 'USAGE') OR has_sequence_privilege(r.oid, c.oid, 'UPDATE'));
SELECT r.rolname FROM pg_roles AS r
WHERE r.rolname LIKE 'regress\_%' AND (has_table_privilege(r.oid, 'licence_home.number_pool', 'SELECT, INSERT, UPDATE, DELETE')
    OR has_any_column_privilege(r.oid, 'licence_home.number_pool', 'SELECT, INSERT, UPDATE')
    OR has_function_privilege(r.oid, 'licence_home_internal.take_number(text)', 'EXECUTE'));
SET ROLE regress_portal;
SELECT nextval('licence_home.application_serial');
SELECT licence_home_internal.take_number('application');
DELETE FROM licence_home.number_pool;
RESET ROLE;
SELECT licence_home_internal.take_number('sms');

-- A sequence that stands too early, as on a subscriber of logical replication, gives nothing twice.
BEGIN;
INSERT INTO licence_home.application (applicant_id, profession) SELECT :me, 'jams' FROM generate_series(1, 40);
SELECT max(pg_temp.serial(application_no)) AS last FROM licence_home.application \gset
DELETE FROM licence_home.number_pool WHERE kind = 'application' AND serial > :last;
SELECT setval('licence_home.application_serial', 1, false) AS too_early;
SET LOCAL licence_home.clock = '2019-03-01 10:00+02';
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams') RETURNING application_no AS old \gset
INSERT INTO licence_home.application (applicant_id, profession) SELECT :me, 'jams' FROM generate_series(1, 40);
SELECT pg_temp.serial(:'old') - :last AS after_last, count(*), count(DISTINCT pg_temp.serial(application_no))
FROM licence_home.application WHERE applicant_id = :me;
ROLLBACK;

-- At the end of the serials it says so, and the last one is given.
BEGIN;
DELETE FROM licence_home.number_pool WHERE kind = 'application';
SELECT setval('licence_home.application_serial', 99999967) AS nearly \gset
INSERT INTO licence_home.application (applicant_id, profession) SELECT :me, 'jams' FROM generate_series(1, 32);
SELECT max(application_no) FROM licence_home.application WHERE applicant_id = :me;
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams');
ROLLBACK;
SELECT setval('licence_home.application_serial', 50000) > 0 AS back;
DELETE FROM licence_home.number_pool WHERE kind = 'application';
