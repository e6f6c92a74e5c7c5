-- What a portal could learn of other applicants' cases, and a restore's door.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
SELECT story.new_case_in('submitted') AS other, story.new_case() AS draft, story.new_case() AS mine \gset

-- Evidence about a case of another applicant: the same answer whatever the
-- case is, or whether it is.
SELECT code, said FROM (VALUES (:'other'), (:'draft'), (licence_home.application_no_make(2026, 99999999)::text)) AS v (no),
    story.attempt('portal', :'mine', format(
        'INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (%L, ''title_deed'', ''x'')', no));
SELECT code, said FROM story.attempt('portal', :'mine', format(
    'INSERT INTO licence_home.external_approval (application_no, authority, reference_no) VALUES (%L, ''jfda'', ''x'')', :'other'));

-- An operator of the caller's own shows no other case.
CREATE SCHEMA mine;
GRANT ALL ON SCHEMA mine TO regress_portal;
SET ROLE regress_portal;
CREATE FUNCTION mine.always(licence_home.application_no, licence_home.application_no) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR mine.= (FUNCTION = mine.always, LEFTARG = licence_home.application_no, RIGHTARG = licence_home.application_no);
RESET ROLE;
SELECT code, said FROM unnest(ARRAY['is_eligible(%L)', 'perform(%L, ''withdraw'')']) AS f,
    story.attempt('portal', :'mine', format('SELECT set_config(''search_path'', ''mine, pg_catalog'', true), licence_home.' || f, :'other'));
SELECT code, rows FROM story.attempt('portal', :'mine',
    'SELECT set_config(''search_path'', ''mine, pg_catalog'', true), licence_home.perform($1, ''withdraw'')');
SET client_min_messages = warning;
DROP SCHEMA mine CASCADE;
RESET client_min_messages;

-- Two INSERTs of one statement in a restore: row triggers are heard again
-- after it.
BEGIN;
SET LOCAL row_security = off;
WITH one AS (INSERT INTO licence_home.read_record (actor, login, role, function) VALUES ('one', 'x', 'x', 'x') RETURNING 1)
INSERT INTO licence_home.licence (application_no) SELECT :'mine';
SHOW session_replication_role;
INSERT INTO licence_home.read_record (actor, login, role, function) VALUES ('two', 'x', 'x', 'x');
SHOW session_replication_role;
\set VERBOSITY sqlstate
UPDATE licence_home.licence SET former_no = '7';
\set VERBOSITY terse
ROLLBACK;

-- An event names the one who acted when the row was changed, not whom a
-- function in RETURNING acts for afterwards.
SELECT applicant_id AS another FROM licence_home.application WHERE application_no = :'other' \gset
BEGIN;
SELECT story.become('portal', :'mine');
UPDATE licence_home.application SET state = 'withdrawn' WHERE application_no = :'mine' RETURNING licence_home.act_for(:another) IS NOT NULL;
RESET ROLE;
SELECT e.actor = 'applicant ' || a.applicant_id FROM licence_home.application_event AS e JOIN licence_home.application AS a USING (application_no)
WHERE application_no = :'mine';
ROLLBACK;
