-- A map that changes: whom it concerns, and what it leaves alone.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
\set SHOW_CONTEXT never
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';

-- cases and a licence as they stand, without the steps that made them
SET LOCAL session_replication_role = replica;
INSERT INTO application (application_no, applicant_id, profession, home, state, workflow, workflow_version, judged_on, address)
OVERRIDING SYSTEM VALUE
SELECT application_no_make(2026, 900000 + v.n), 1, v.profession, v.home, v.state, 'first_issue', 1, '2026-02-01', v.what
  FROM (VALUES
    (1, 'open, in what is to be industry', 'knitting', 'SRID=4326;POINT(35.905 31.915)'::geometry, 'committee_review'),
    (2, 'open, in what stays residential', 'knitting', 'SRID=4326;POINT(35.905 31.905)', 'submitted'),
    (3, 'ended', 'knitting', 'SRID=4326;POINT(35.905 31.915)', 'rejected'),
    (4, 'a draft', 'knitting', 'SRID=4326;POINT(35.905 31.915)', 'draft'),
    (5, 'licensed, and to be in no zone', 'jams', 'SRID=4326;POINT(35.955 31.955)', 'issued'),
    (6, 'licensed, but no more in force', 'jams', 'SRID=4326;POINT(35.955 31.955)', 'issued')
  ) AS v (n, what, profession, home, state);
WITH g (licence_no, application_no, days) AS MATERIALIZED (
    VALUES (licence_no_make(2026, 900005), application_no_make(2026, 900005), '[2026-02-15,2027-02-15)'::daterange),
       (licence_no_make(2025, 900006), application_no_make(2026, 900006), '[2025-02-15,2026-02-15)')
), l AS (
    INSERT INTO licence (licence_no, application_no) SELECT licence_no, application_no FROM g
), t AS (
    INSERT INTO licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
    SELECT licence_no, 1, lower(days), upper(days), lower(days), m, m, application_no, 1
    FROM g, extract(year FROM age(upper(days), lower(days))) AS y, extract(month FROM age(upper(days), lower(days))) AS n,
        LATERAL (SELECT (12 * y + n)::integer AS m) AS k
), v AS (
    INSERT INTO licence_version (licence_no, version_no, applicant_id, profession, district, judged_on, application_no, case_event)
    SELECT g.licence_no, 1, a.applicant_id, a.profession, a.district, coalesce(a.judged_on, lower(g.days)), application_no, 1
    FROM g JOIN application AS a USING (application_no)
)
INSERT INTO licence_standing (licence_no, standing_no, standing, application_no, case_event)
SELECT licence_no, 1, 'in_force', application_no, 1 FROM g;
RESET session_replication_role;
CREATE TEMP VIEW changes AS
SELECT a.address, c.state, c.licence_no IS NOT NULL AS licensed, c.profession, c.from_ruling, c.to_ruling
  FROM ruling_changes(NULL, '2026-06-01') AS c JOIN application AS a USING (application_no)
 WHERE a.applicant_id = 1 AND a.address ~ '^(open|ended|a draft|licensed)';

SELECT * FROM changes;
CREATE TEMP TABLE staging AS
SELECT * FROM (VALUES
    ('سكن أ', ST_MakeEnvelope(35.90, 31.90, 35.91, 31.91, 4326)),
    ('industry_light', ST_MakeEnvelope(35.90, 31.91, 35.91, 31.92, 4326))) AS v (kind, geom);

-- a day by which cases were judged keeps its map
SAVEPOINT judged;
\set VERBOSITY sqlstate
SELECT * FROM import_zones('staging', 'kind', '2026-01-15', 'too early', dry_run => true, max_lost_m2 => NULL);
\set VERBOSITY default
\echo SQLSTATE :LAST_ERROR_SQLSTATE
ROLLBACK TO judged;

-- whom the new map concerns, in the transaction that imports it
SELECT * FROM import_zones('staging', 'kind', '2026-06-01', 'new', max_lost_m2 => NULL);
SELECT * FROM changes ORDER BY address;
-- between two dates; nobody's on the same side of the change
SELECT count(*) FROM ruling_changes('2026-03-01', '2026-05-31');
SELECT count(*) FROM ruling_changes('2026-06-01', '2026-07-01') AS c JOIN application AS a USING (application_no) WHERE a.applicant_id = 1;
-- the case keeps the ruling of its day
SELECT a.address, zone_ruling(a.profession, a.home, a.judged_on) AS of_its_day, zone_ruling(a.profession, a.home, '2026-06-01') AS of_a_new_case
  FROM application AS a WHERE a.address = 'open, in what is to be industry';

-- a ruling that changes does the same
UPDATE zone_ruling SET valid = daterange(lower(valid), '2026-08-01') WHERE class = 'residential_a';
INSERT INTO zone_ruling (class, category, ruling, valid, source, certainty)
VALUES ('residential_a', NULL, 'refer', '[2026-08-01,)', 'test', 'unknown');
SELECT a.address, c.from_ruling, c.to_ruling FROM ruling_changes('2026-07-31', '2026-08-01') AS c JOIN application AS a USING (application_no)
 WHERE a.address ~ '^(open|ended|a draft|licensed)' ORDER BY a.address;

-- officials and the administrator of rules ask; a portal does not
CREATE ROLE regress_planner IN ROLE licence_home_admin;
SET LOCAL ROLE regress_planner;
SELECT count(*) > 0 AS concerned FROM ruling_changes(NULL, '2026-06-01');
RESET ROLE;
SET LOCAL ROLE licence_home_portal;
SELECT * FROM ruling_changes(NULL, '2026-06-01');
ROLLBACK;
