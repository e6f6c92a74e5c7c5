-- Each row of evidence says who wrote it: the person, the role and the login; and
-- who did what with it later.
LOAD 'licence_home';
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_counter, regress_hala;
RESET client_min_messages;
-- an application that several officials work through, and one of them with a login of her own
CREATE ROLE regress_counter LOGIN IN ROLE regress_clerk, regress_inspector, regress_committee;
CREATE ROLE regress_hala LOGIN IN ROLE regress_clerk;
BEGIN;
INSERT INTO licence_home.official (official, name_ar, name_en, login, claimed_by, roles, valid, source, certainty) VALUES
    ('A-1', 'هالة', 'Hala', 'regress_hala', '{}', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('A-2', 'رامي', 'Rami', NULL, '{regress_counter}', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('A-3', 'سناء', 'Sanaa', NULL, '{regress_counter}', '{inspector}', '[2026-01-01,)', 'test', 'unknown');
COMMIT;

\echo == no table of evidence is without person, role, login and moment; nor a deed without role and login
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
  AND EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgname = 'a_given_columns')
  AND c.relname NOT IN ('applicant', 'application')         -- each change of them is an event
  AND (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND NOT a.attisdropped
       AND a.attname IN ('recorded_at', 'session_role') AND a.attnotnull) < 2
ORDER BY c.relname COLLATE "C";
SELECT c.relname, a.attname FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname ~ '_by$' AND a.attname <> 'recorded_by' AND a.atttypid = 'text'::regtype AND NOT a.attisdropped
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
  AND EXISTS (SELECT FROM pg_attribute AS m WHERE m.attrelid = c.oid AND m.attname = replace(a.attname, '_by', '_at'))
  AND NOT EXISTS (SELECT FROM pg_attribute AS m WHERE m.attrelid = c.oid AND m.attname = replace(a.attname, '_by', '_session_role'))
ORDER BY c.relname COLLATE "C", a.attname COLLATE "C";

-- what a statement comes to, its case masked
CREATE FUNCTION pg_temp.tried(statement text, no licence_home.application_no) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement USING no;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || replace(SQLERRM, no::text, '{no}');
END $$;

\echo == who wrote: the applicant, then an official with a login of their own
SELECT story.new_case() AS no \gset
SELECT d.recorded_by ~ '^applicant [0-9]+$' AS the_applicant, d.recorded_role, d.session_role = session_user AS the_login, count(*)
FROM licence_home.document AS d WHERE d.application_no = :'no' GROUP BY 1, 2, 3;
CALL story.step('portal', :'no', 'submit');
SET SESSION AUTHORIZATION regress_hala;
UPDATE licence_home.document SET review = 'accepted' WHERE application_no = :'no';
INSERT INTO licence_home.document (application_no, document_type, review) VALUES (:'no', 'owner_approval', 'missing');
SELECT document_type, review, recorded_role, nullif(session_role, :'USER'), reviewed_by, reviewed_role, reviewed_session_role
FROM licence_home.document WHERE application_no = :'no' ORDER BY document_id;
\echo == one of many behind the login of an application
SET SESSION AUTHORIZATION regress_counter;
BEGIN;
SELECT licence_home.act_as('A-2');
UPDATE licence_home.document SET review = 'incorrect' WHERE application_no = :'no' AND document_type = 'title_deed';
UPDATE licence_home.document SET review = 'accepted' WHERE application_no = :'no' AND document_type = 'title_deed';
INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES (:'no', '2026-03-05 09:30+03');
COMMIT;
SELECT document_type, review, reviewed_by, reviewed_role, reviewed_session_role
FROM licence_home.document WHERE application_no = :'no' AND document_type IN ('title_deed', 'occupancy_permit') ORDER BY document_id;
SELECT recorded_by, recorded_role, session_role, closed_by, closed_role, closed_session_role FROM licence_home.inspection WHERE application_no = :'no';
\echo == whoever took a narrower role on is recorded in it
BEGIN;
SELECT licence_home.act_as('A-2');
SET LOCAL ROLE regress_clerk;
INSERT INTO licence_home.application_finding (application_no, field, note) VALUES (:'no', 'address', 'no street');
SELECT recorded_by, recorded_role, session_role FROM licence_home.application_finding WHERE application_no = :'no';
ROLLBACK;
\echo == a closing
BEGIN;
SELECT licence_home.act_as('A-2');
UPDATE licence_home.inspection SET outcome = 'cancelled' WHERE application_no = :'no';
COMMIT;
SELECT recorded_by, outcome, closed_by, closed_role, closed_session_role FROM licence_home.inspection WHERE application_no = :'no';

\echo == no client gives or changes it, neither by INSERT nor by UPDATE
SET SESSION AUTHORIZATION regress_hala;
SELECT c.name, pg_temp.tried(format('INSERT INTO licence_home.document (application_no, document_type, %I) VALUES ($1, ''title_deed'', ''regress_admin'')', c.name), :'no') AS inserted,
    pg_temp.tried(format('UPDATE licence_home.document SET %I = ''regress_admin'' WHERE application_no = $1', c.name), :'no') AS updated
FROM unnest(ARRAY['recorded_by', 'recorded_role', 'session_role', 'reviewed_by', 'reviewed_role', 'reviewed_session_role']) AS c (name);
SELECT c.name, pg_temp.tried(format('INSERT INTO licence_home.case_recusal (application_no, why, %I) VALUES ($1, ''a cousin'', ''regress_admin'')', c.name), :'no') AS inserted
FROM unnest(ARRAY['official', 'recorded_role', 'session_role']) AS c (name);
RESET SESSION AUTHORIZATION;

\echo == what the rules write for somebody is written in the role of that somebody
CALL story.step('clerk', :'no', 'close', 'duplicate');
SELECT story.new_case_in('external_approval_pending') AS no \gset
SELECT r.basis, r.recorded_by = session_user AS by_login, r.recorded_role, r.session_role = session_user AS login
FROM licence_home.approval_requirement AS r WHERE r.application_no = :'no';
SELECT story.new_case_in('issued') AS no \gset
SELECT 'payment', p.recorded_role FROM licence_home.payment AS p JOIN licence_home.invoice AS i USING (invoice_no) WHERE i.application_no = :'no'
UNION ALL SELECT 'decision', d.recorded_role FROM licence_home.decision AS d WHERE d.application_no = :'no'
UNION ALL SELECT 'inspection', i.recorded_role || ', ' || i.closed_role FROM licence_home.inspection AS i WHERE i.application_no = :'no'
UNION ALL SELECT DISTINCT 'finding', f.recorded_role FROM licence_home.inspection_finding AS f JOIN licence_home.inspection AS i USING (inspection_id) WHERE i.application_no = :'no'
ORDER BY 1;

\echo == a table that comes later gets it without code of its own
BEGIN;
CREATE TABLE licence_home.spot_check (
    spot_check_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    what         text NOT NULL,
    ended_at     timestamptz,
    ended_by     text
);
-- (make_case_table() does so in an install or update script alone)
DO $$
DECLARE
    kept text[] := '{ended_at, ended_by}';
BEGIN
    CALL licence_home_internal.attribute_rows('licence_home.spot_check', kept);
    CALL licence_home_internal.let_clients_write('licence_home.spot_check', 'clerk', 'clerk', kept);
END $$;
GRANT SELECT ON licence_home.spot_check TO licence_home_clerk;
SET LOCAL SESSION AUTHORIZATION regress_hala;
INSERT INTO licence_home.spot_check (application_no, what) VALUES (:'no', 'one');
SELECT pg_temp.tried(format('UPDATE licence_home.spot_check SET %I = ''regress_admin'' WHERE application_no = $1', c.name), :'no') FROM unnest(ARRAY['recorded_by', 'recorded_role', 'session_role']) AS c (name);
UPDATE licence_home.spot_check SET ended_role = 'regress_admin' WHERE application_no = :'no';
SELECT recorded_by, recorded_role, session_role, ended_by, ended_at, ended_role, ended_session_role FROM licence_home.spot_check;
UPDATE licence_home.spot_check SET ended_by = 'A-2', ended_at = '2020-01-01' WHERE application_no = :'no';
SELECT recorded_by, recorded_role, session_role, ended_by, ended_at = licence_home.now() AS now, ended_role, ended_session_role FROM licence_home.spot_check;
RESET SESSION AUTHORIZATION;
ROLLBACK;

\echo == who wrote a row cannot be changed by a superuser unseen: the record of its day has it
CREATE TEMP TABLE before AS SELECT l.row_no, l.line FROM licence_home_internal.record_lines('2026-03-01') AS l WHERE l.ledger = 'evidence';
SELECT count(*) > 10 AS enough FROM before;
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.decision SET session_role = 'somebody' WHERE application_no = :'no';
UPDATE licence_home.payment SET amount = amount + 1 WHERE invoice_no IN (SELECT i.invoice_no FROM licence_home.invoice AS i WHERE i.application_no = :'no');
SELECT count(*) FROM licence_home_internal.record_lines('2026-03-01') AS l WHERE l.ledger = 'evidence' AND l.line NOT IN (SELECT b.line FROM before AS b);
ROLLBACK;
BEGIN;  -- a review, an erasure and a closing change nothing there
SET LOCAL session_replication_role = replica;
UPDATE licence_home.document SET review = 'incorrect', reviewed_by = 'x', reference_no = NULL, attachment_locator = NULL;
UPDATE licence_home.inspection SET outcome = 'passed', findings = NULL, closed_by = 'x';
SELECT count(*) FROM licence_home_internal.record_lines('2026-03-01') AS l WHERE l.ledger = 'evidence' AND l.line NOT IN (SELECT b.line FROM before AS b);
ROLLBACK;

UPDATE licence_home.official SET withdrawn_at = licence_home.now(), withdrawal = 'void' WHERE official IN ('A-1', 'A-2', 'A-3');
