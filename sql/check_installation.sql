-- check_installation(): each topic, made so.  What the installation of the tests
-- says by itself is left out: only what a change adds is shown.
LOAD 'licence_home';
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE before AS SELECT * FROM licence_home.check_installation();
CREATE VIEW pg_temp.added AS
    SELECT c.severity, c.topic, regexp_replace(c.what_en, '[0-9]{4}-[0-9]{2}-[0-9]{2}', 'DAY') AS what
    FROM licence_home.check_installation() AS c
    WHERE NOT EXISTS (SELECT FROM before AS b WHERE (b.topic, b.what_en) = (c.topic, c.what_en));

\echo == all rows are in both languages, and say what to do
SELECT count(*) > 3 AS some, count(*) FILTER (WHERE c.what_ar !~ '[ء-ي]' OR btrim(c.do_en) = '' OR btrim(c.do_ar) = ''
    OR c.severity NOT IN ('critical', 'warning', 'notice')) AS otherwise FROM before AS c;
\echo == administrators and monitoring ask
SET ROLE regress_admin; SELECT count(*) > 3 FROM licence_home.check_installation(); RESET ROLE;
SET ROLE licence_home_monitor; SELECT count(*) > 3 FROM licence_home.check_installation(); RESET ROLE;
SET ROLE regress_clerk; SELECT count(*) FROM licence_home.check_installation(); RESET ROLE;

\echo == not armed
BEGIN; DELETE FROM licence_home.sender_identity; SELECT * FROM pg_temp.added WHERE topic = 'not armed'; ROLLBACK;
\echo == jobs that are not scheduled, fail, or did not end
BEGIN; UPDATE licence_home.sender_identity SET jobs_since = NULL; SELECT count(*) FROM licence_home.check_installation() WHERE topic = 'jobs' AND what_en ~ 'scheduled'; ROLLBACK;
BEGIN; UPDATE licence_home.sender_identity SET jobs_since = now(); SELECT count(*) FROM licence_home.check_installation() WHERE topic = 'jobs' AND what_en ~ 'scheduled'; ROLLBACK;
BEGIN; INSERT INTO licence_home.job_run (job, started_at, ended_at, run_by, failed) VALUES ('a job', now(), now(), 'x', 2),
    ('another', now() - interval '4 hours', NULL, 'x', 0), ('a third', now(), NULL, 'x', 0);
SELECT * FROM pg_temp.added; ROLLBACK;
\echo == a job, or the sender, that silently stopped
BEGIN; UPDATE licence_home.sender_identity SET jobs_since = now() - interval '2 days';
DELETE FROM licence_home.job_run WHERE job IN ('lapse overdue cases', 'archive SMS');
INSERT INTO licence_home.job_run (job, started_at, ended_at, run_by, failed) VALUES ('lapse overdue cases', now() - interval '2 hours', now() - interval '1 hour', 'x', 0),
    ('archive SMS', now() - interval '30 hours', now() - interval '29 hours', 'x', 0);
SELECT regexp_replace(what, '[0-9:]{5}', 'TIME') FROM pg_temp.added WHERE topic = 'jobs' AND what ~ 'archive|lapse|sender' ORDER BY 1; ROLLBACK;
BEGIN; UPDATE licence_home.sender_identity SET jobs_since = now();
SELECT what FROM pg_temp.added WHERE topic = 'jobs'; ROLLBACK;
\echo == a breach whose hours run
BEGIN; SET LOCAL session_replication_role = replica;
INSERT INTO licence_home.breach (login, since, until, recorded_at) VALUES ('x', '2026-01-01', '2026-01-02', licence_home.now() - interval '70 hours');
SELECT severity, topic, regexp_replace(what, 'breach [0-9]+', 'breach') FROM pg_temp.added;
UPDATE licence_home.breach SET recorded_at = licence_home.now() - interval '73 hours' WHERE login = 'x';
SELECT severity, topic, regexp_replace(what, 'breach [0-9]+', 'breach') FROM pg_temp.added; ROLLBACK;
\echo == a login with two duties that are kept apart; one that no official is named for
BEGIN;
CREATE ROLE regress_two LOGIN IN ROLE licence_home_clerk, licence_home_committee;
SELECT * FROM pg_temp.added;
-- an official narrows it
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('C-2', 'م', 'M', 'regress_two', '{clerk}', daterange(licence_home.today(), NULL), 'test', 'likely');
ALTER ROLE regress_two SET idle_in_transaction_session_timeout = '1min';
SELECT * FROM pg_temp.added WHERE what ~ 'regress_two';
ROLLBACK;
-- the login of an application is claimed by many
BEGIN;
CREATE ROLE regress_two LOGIN IN ROLE licence_home_clerk, licence_home_committee;
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty)
VALUES ('C-2', 'م', 'M', '{regress_two}', '{clerk}', daterange(licence_home.today(), NULL), 'test', 'likely');
SELECT * FROM pg_temp.added WHERE what ~ 'regress_two';
ROLLBACK;
\echo == rules of a superuser, emergencies, examples in force
BEGIN;
UPDATE licence_home.rule_journal SET known_at = '2000-01-01';
SELECT count(*) FROM licence_home.check_installation() WHERE topic = 'superuser''s rules';
INSERT INTO licence_home.rule_journal (rule_table, act, rows, open_cases, actor, role, session_role, known_at, standing)
VALUES ('reason', 'publish', '[]', 0, 'x', 'x', 'x', licence_home.now(), 'superuser');
SELECT * FROM pg_temp.added WHERE topic = 'superuser''s rules';
INSERT INTO licence_home.rule_journal (rule_table, act, rows, open_cases, actor, role, session_role, known_at, standing, why)
VALUES ('reason', 'publish', '[]', 0, 'x', 'x', 'x', licence_home.now(), 'emergency', 'a flood');
SELECT topic, what_en ~ 'wait for a second person' FROM licence_home.check_installation() WHERE topic = 'emergencies';
ROLLBACK;
SELECT what_en ~ '^1 rows of retention_rule' FROM licence_home.check_installation() WHERE topic = 'examples in force' AND what_en ~ 'retention_rule';
BEGIN;
UPDATE licence_home.retention_rule SET withdrawn_at = licence_home.now();
INSERT INTO licence_home.retention_rule (keep, valid, source, certainty, instrument) VALUES ('99 years', '[2012-01-01,)', 'a test', 'official', 'a test');
SELECT count(*) FROM licence_home.check_installation() WHERE topic = 'examples in force' AND what_en ~ 'retention_rule';
ROLLBACK;
\echo == settings
BEGIN; SET LOCAL licence_home.four_eyes = off; SELECT * FROM pg_temp.added; ROLLBACK;
BEGIN; SET LOCAL licence_home.clock = '+1 day'; SELECT * FROM pg_temp.added WHERE what ~ 'clock'; ROLLBACK;
SELECT count(*) FROM licence_home.check_installation() WHERE what_en ~ 'portal_key';
BEGIN; SET LOCAL licence_home.portal_key = 'x'; SELECT count(*) FROM licence_home.check_installation() WHERE what_en ~ 'portal_key'; ROLLBACK;
SELECT count(*) FROM licence_home.check_installation() WHERE what_en ~ 'record_key_file';
BEGIN; SET LOCAL licence_home.record_key_file = '/nowhere'; SELECT count(*) FROM licence_home.check_installation() WHERE what_en ~ 'record_key_file'; ROLLBACK;
BEGIN; CREATE ROLE regress_idle LOGIN IN ROLE licence_home_portal; SELECT * FROM pg_temp.added;
ALTER ROLE regress_idle IN DATABASE contrib_regression SET idle_in_transaction_session_timeout = '1min'; SELECT * FROM pg_temp.added; ROLLBACK;
\echo == a restore that nobody has accepted
BEGIN;
INSERT INTO licence_home.restored_rows VALUES ('licence', 0, '2026-01-01');
SELECT * FROM pg_temp.added;
SET LOCAL ROLE regress_admin;
SELECT licence_home.accept_restore();
RESET ROLE;
SELECT * FROM pg_temp.added;
INSERT INTO licence_home.restored_rows VALUES ('licence', 1000000, '2026-01-01');
\set VERBOSITY sqlstate
SELECT licence_home.accept_restore();
\set VERBOSITY default
ROLLBACK;
\echo == persons whose time is over
BEGIN;
UPDATE licence_home.retention_rule SET withdrawn_at = licence_home.now();
INSERT INTO licence_home.retention_rule (keep, valid, source, certainty, instrument) VALUES ('1 year', '[2012-01-01,)', 'a test', 'official', 'a test');
SET LOCAL licence_home.clock = '2060-01-01 10:00+03';
SELECT severity, topic, regexp_replace(what_en, '\d+', 'N') FROM licence_home.check_installation() WHERE topic = 'retention';
ROLLBACK;
\echo == versions
BEGIN; UPDATE pg_extension SET extversion = '0.0.9' WHERE extname = 'licence_home'; SELECT topic, what_en ~ '^the extension is 0.0.9, the library \d' FROM licence_home.check_installation() WHERE topic = 'versions'; ROLLBACK;
BEGIN; UPDATE pg_extension SET extversion = '2.0.0' WHERE extname = 'postgis'; SELECT topic, what_en ~ '^PostGIS is 2.0.0, its library \d' FROM licence_home.check_installation() WHERE topic = 'versions'; ROLLBACK;
\echo == secrets in dumps
BEGIN; DELETE FROM licence_home.sms_gateway_credential; SELECT count(*) FROM licence_home.check_installation() WHERE topic = 'secrets in dumps';
INSERT INTO licence_home.sms_gateway_credential (gateway, name, secret) VALUES ('nobodys', 'password', 'x');
SELECT topic, what_en FROM licence_home.check_installation() WHERE topic = 'secrets in dumps'; ROLLBACK;
\echo == who may connect, and a database that shares the group roles
BEGIN; REVOKE CONNECT ON DATABASE contrib_regression FROM PUBLIC; SELECT count(*) FROM licence_home.check_installation() WHERE what_en ~ 'contrib_regression'; ROLLBACK;
SELECT count(*) FROM licence_home.check_installation() WHERE what_en ~ 'may connect to the database contrib_regression';
BEGIN;
INSERT INTO pg_shdepend SELECT d.oid, 'pg_class'::regclass, 1, 0, 'pg_authid'::regclass, 'licence_home_owner'::regrole, 'o' FROM pg_database AS d WHERE d.datname = 'template1';
SELECT * FROM pg_temp.added;
ROLLBACK;
