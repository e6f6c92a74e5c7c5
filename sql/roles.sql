-- Who sees and writes what, and for whom.
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('fee_due', language => 'en') AS mine \gset
SELECT story.new_case_in('documents_deficient') AS theirs \gset
SELECT applicant_id AS me, identity_no AS my_number FROM licence_home.application JOIN licence_home.applicant USING (applicant_id) WHERE application_no = :'mine' \gset
SELECT applicant_id AS them FROM licence_home.application WHERE application_no = :'theirs' \gset

\echo == a portal acts for one applicant, for the transaction
SET SESSION AUTHORIZATION regress_portal;
SELECT count(*) FROM licence_home.application;
BEGIN;
SELECT licence_home.act_for(:me);
SELECT licence_home.acting_applicant() = :me AS for_me;
SELECT count(*) FILTER (WHERE application_no = :'mine') AS mine, count(*) AS seen FROM licence_home.application;
-- savepoints are followed
SAVEPOINT s;
SELECT licence_home.act_for(:them);
SELECT count(*) FILTER (WHERE application_no = :'theirs') AS theirs, count(*) AS seen FROM licence_home.application;
ROLLBACK TO s;
SELECT count(*) FILTER (WHERE application_no = :'mine') AS mine, count(*) AS seen FROM licence_home.application;
SAVEPOINT s;
SELECT licence_home.act_for(:them);
RELEASE s;
SELECT count(*) FILTER (WHERE application_no = :'theirs') AS theirs, count(*) AS seen FROM licence_home.application;
COMMIT;
SELECT licence_home.acting_applicant(), count(*) FROM licence_home.application;
BEGIN;
SELECT licence_home.act_for(:me);
ROLLBACK;
SELECT licence_home.acting_applicant(), count(*) FROM licence_home.application;
-- outside a transaction it is of no use, and says so
SELECT licence_home.act_for(:me);
SELECT licence_home.acting_applicant();
BEGIN;
SELECT licence_home.act_for(-1);
ROLLBACK;
-- nobody is nobody, not the one before
BEGIN;
SELECT licence_home.act_for(:me);
SELECT licence_home.act_for(licence_home.find_applicant('citizen', '0000000000'));
ROLLBACK;

\echo == nobody forges it
SET licence_home.acting_applicant = '1';
BEGIN;
SET LOCAL licence_home.acting_applicant = '1';
ROLLBACK;
SELECT set_config('licence_home.acting_applicant', '1', false);
RESET licence_home.acting_applicant;
SET licence_home.acting_official = 'the mayor';
SET licence_home.clock = '2020-01-01 00:00+02';
ALTER ROLE regress_portal SET licence_home.acting_applicant = '1';
CREATE FUNCTION pg_temp.forged() RETURNS bigint LANGUAGE sql SET licence_home.acting_applicant = '1' AS 'SELECT 1::bigint';
SHOW licence_home.acting_applicant;
-- nor before the library is loaded
\c -
SET SESSION AUTHORIZATION regress_portal;
SET licence_home.acting_applicant = '1';
SET licence_home.acting_official = 'the mayor';
SET licence_home.clock = '2020-01-01 00:00+02';
SELECT licence_home.acting_applicant(), licence_home.actor(), licence_home.now() = now() AS clock_is_right;
SELECT count(*) FROM licence_home.applicant;
\c -
SET SESSION AUTHORIZATION regress_portal;
SET licence_home.acting_applicant = '1';
-- row security alone loads it
SELECT count(*) FROM licence_home.applicant;
\c -
SET SESSION AUTHORIZATION regress_portal;
CREATE FUNCTION pg_temp.forged() RETURNS bigint LANGUAGE plpgsql SET licence_home.acting_applicant = '1' AS
    'BEGIN RETURN (SELECT count(*) FROM licence_home.applicant); END';
SELECT pg_temp.forged();
ALTER ROLE regress_portal SET licence_home.acting_applicant = '1';
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == what belongs to another applicant
CREATE TEMP TABLE other AS SELECT * FROM (VALUES
    ('see', 'SELECT FROM licence_home.application WHERE application_no = %L'),
    ('its documents', 'SELECT FROM licence_home.document WHERE application_no = %L'),
    ('its events', 'SELECT FROM (SELECT case_event FROM licence_home.application_event WHERE application_no = %L) AS e'),
    ('its messages', 'SELECT FROM (SELECT body FROM licence_home.sms_message WHERE application_no = %L) AS m'),
    ('its latest documents', 'SELECT FROM licence_home.latest_document WHERE application_no = %L'),
    ('change', 'UPDATE licence_home.application SET state = ''withdrawn'' WHERE application_no = %L'),
    ('perform', 'SELECT licence_home.perform(%L, ''withdraw'')'),
    ('next_actions', 'SELECT licence_home.next_actions(%L)'),
    ('eligibility', 'SELECT licence_home.eligibility(%L)'),
    ('is_eligible', 'SELECT licence_home.is_eligible(%L)'),
    ('required_documents', 'SELECT licence_home.required_documents(%L)'),
    ('inspection_checklist', 'SELECT licence_home.inspection_checklist(%L)'),
    ('preview_sms', 'SELECT licence_home.preview_sms(%L, ''application_accepted'')'),
    ('verify_events', 'SELECT licence_home.verify_events(%L)'),
    ('add a document', 'INSERT INTO licence_home.document (application_no, document_type) VALUES (%L, ''title_deed'')')
) AS v (what, statement);
SELECT o.what, (a).code, (a).rows, (a).said
FROM other AS o CROSS JOIN LATERAL story.attempt('portal', :'mine', format(o.statement, :'theirs')) AS a;
-- a number that nobody has looks the same
SELECT o.what FROM other AS o
CROSS JOIN LATERAL story.attempt('portal', :'mine', format(o.statement, :'theirs')) AS a
CROSS JOIN LATERAL story.attempt('portal', :'mine', format(o.statement, licence_home.application_no_make(2026, 99999999))) AS b
WHERE a IS DISTINCT FROM b;
-- nor does evidence tell, in any state of the case of another
CREATE TEMP TABLE deed AS SELECT * FROM unnest(ARRAY[
    'INSERT INTO licence_home.document (application_no, document_type) VALUES ($1, ''title_deed'')',
    'INSERT INTO licence_home.external_approval (application_no, authority, answer) VALUES ($1, ''jfda'', ''granted'')']) AS d (statement);
SELECT (a).code, (a).said, count(*) FROM licence_home.workflow_state AS s CROSS JOIN LATERAL story.new_case_in(s.state) AS n (no) CROSS JOIN deed
CROSS JOIN LATERAL story.attempt('portal', :'mine', replace(statement, '$1', quote_literal(n.no))) AS a WHERE s.workflow = 'first_issue' GROUP BY 1, 2;
SELECT DISTINCT (a).code, (a).said FROM deed CROSS JOIN LATERAL story.attempt('portal', :'mine',
    replace(statement, '$1', quote_literal(licence_home.application_no_make(2026, 99999999)))) AS a;
-- an inspection of another's home, a bill, a licence
SELECT story.new_case_in('issued') AS issued \gset
SELECT t, (a).* FROM unnest('{inspection,inspection_finding,decision,approval_requirement,external_approval,invoice,invoice_line,payment,licence,application_finding,applicant}'::text[]) AS t
CROSS JOIN LATERAL story.attempt('portal', :'theirs', format('SELECT 1 FROM licence_home.%I', t)) AS a WHERE (a).rows <> 0 OR (a).code <> '00000';
SELECT t, (a).rows FROM unnest('{inspection,inspection_finding,decision,invoice,invoice_line,payment,licence,applicant}'::text[]) AS t
CROSS JOIN LATERAL story.attempt('portal', :'issued', format('SELECT 1 FROM licence_home.%I', t)) AS a;

\echo == registering and finding an applicant
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '٩٩٠١٠٢٠٣٠٤', 'ليلى', '0791112223') RETURNING identity_no, phone;
SELECT count(*) FROM licence_home.applicant WHERE applicant_id = licence_home.acting_applicant();
INSERT INTO licence_home.application (applicant_id, profession) VALUES (licence_home.acting_applicant(), 'jams') RETURNING state;
COMMIT;
SELECT count(*) FROM licence_home.applicant;
-- twice is refused, and found
\set VERBOSITY terse
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9901020304', 'ليلى', '0791112223');
\set VERBOSITY default
SELECT licence_home.find_applicant('citizen', ' ٩٩٠١٠٢٠٣٠٤ ') AS found \gset
SELECT licence_home.find_applicant('resident', '9901020304');
SELECT :found > 0 AS found;
RESET SESSION AUTHORIZATION;
SELECT actor, function, applicant_ids = ARRAY[:found::bigint] AS found, applicant_ids = '{}' AS nobody, octet_length(sought) AS sought FROM licence_home.read_record ORDER BY read_no DESC LIMIT 2;
-- a portal and a clerk look for people, nobody else
SELECT who, (a).code FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'mine', 'SELECT licence_home.find_applicant(''citizen'', ''9901020304'')') AS a;
-- the number of an applicant or a case is not the portal's to choose
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT licence_home.act_for(:found);
INSERT INTO licence_home.applicant (applicant_id, kind, identity_no, name_ar, phone) OVERRIDING SYSTEM VALUE
    VALUES (:me, 'citizen', '9901020305', 'ليلى', '0791112223');
ROLLBACK;
BEGIN;
SELECT licence_home.act_for(:found);
INSERT INTO licence_home.application (application_no, applicant_id, profession) VALUES (:'mine', :found, 'jams');
ROLLBACK;
BEGIN;
SELECT licence_home.act_for(:found);
INSERT INTO licence_home.application (applicant_id, profession) VALUES (:me, 'jams');
ROLLBACK;
BEGIN;
SELECT licence_home.act_for(:found);
\set VERBOSITY sqlstate
UPDATE licence_home.application SET applicant_id = :me;
\set VERBOSITY default
ROLLBACK;
RESET SESSION AUTHORIZATION;

\echo == who an event names
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty)
VALUES ('E-17', 'هدى', 'Huda', '{regress_clerk}', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
SELECT story.new_case_in('submitted') AS no \gset
SET SESSION AUTHORIZATION regress_clerk;
SELECT licence_home.act_as('E-17');
BEGIN;
SELECT licence_home.act_as('E-17');
UPDATE licence_home.document SET review = 'missing' WHERE application_no = :'no';
UPDATE licence_home.application SET state = 'documents_deficient', step_note = 'nothing came' WHERE application_no = :'no';
COMMIT;
RESET SESSION AUTHORIZATION;
-- a login that no row of official names is recorded by its name
SELECT licence_home.end_official('E-17') IS NOT NULL AS ended;
SET SESSION AUTHORIZATION regress_clerk;
SELECT licence_home.perform(:'no', 'recall', 'it came');
BEGIN;
SELECT licence_home.act_as('  ');
ROLLBACK;
SELECT licence_home.act_as(NULL);
RESET SESSION AUTHORIZATION;
SELECT case_event, action, CASE actor WHEN session_user THEN '(session user)' WHEN 'applicant ' || applicant_id THEN '(applicant)' ELSE actor END AS actor,
    role, CASE session_role WHEN session_user THEN '(session user)' ELSE session_role END AS session_role, note
FROM licence_home.application_event JOIN licence_home.application USING (application_no) WHERE application_no = :'no' ORDER BY event_no;
SELECT DISTINCT reviewed_by FROM licence_home.document WHERE application_no = :'no';
SELECT who, (a).code FROM unnest('{portal,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'mine', 'SELECT licence_home.act_as(''E-17'')') AS a;
SELECT who, (a).code FROM unnest('{clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'mine', 'SELECT licence_home.act_for(1)') AS a;

\echo == columns
-- personal data: who may read which column of the applicant, and of the home
SELECT c.attname AS applicant, array_agg(r.who ORDER BY r.who COLLATE "C") AS read_by
FROM pg_attribute AS c CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS r (who)
WHERE c.attrelid = 'licence_home.applicant'::regclass AND c.attnum > 0
  AND has_column_privilege('regress_' || r.who, c.attrelid, c.attnum, 'SELECT')
GROUP BY c.attnum, c.attname ORDER BY c.attnum;
SELECT who, (a).code, (a).said FROM unnest('{inspector,committee,director,cashier,analyst,admin,sender}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'mine', 'SELECT identity_no FROM licence_home.applicant') AS a;
-- all that an analyst may read of cases
SELECT c.relname, array_agg(t.attname::text ORDER BY t.attnum) AS analyst_reads
FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v') AND (c.relrowsecurity OR c.relkind = 'v')
  AND has_column_privilege('regress_analyst', c.oid, t.attnum, 'SELECT')
GROUP BY c.relname ORDER BY c.relname COLLATE "C";
-- what each may write, of the case tables
SELECT c.relname, p.privilege, r.who, CASE WHEN count(*) FILTER (WHERE NOT has_column_privilege('regress_' || r.who, c.oid, t.attnum, p.privilege)) = 0 THEN '{all}'
    ELSE array_agg(t.attname::text ORDER BY t.attnum) FILTER (WHERE has_column_privilege('regress_' || r.who, c.oid, t.attnum, p.privilege)) END AS columns
FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
CROSS JOIN (VALUES ('INSERT'), ('UPDATE')) AS p (privilege)
CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS r (who)
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
GROUP BY c.oid, c.relname, p.privilege, r.who
HAVING count(*) FILTER (WHERE has_column_privilege('regress_' || r.who, c.oid, t.attnum, p.privilege)) > 0
ORDER BY c.relname COLLATE "C", p.privilege, r.who;
-- the owner, whom nobody logs in as, is bound too
SET ROLE licence_home_owner;
SELECT count(*) FROM licence_home.applicant;
UPDATE licence_home.application SET state = 'issued';
SELECT count(*) FROM licence_home.application_event;
RESET ROLE;
-- rules: everybody reads, the administrator writes
SELECT c.relname, p.privilege, array_agg(r.who ORDER BY r.who COLLATE "C")
FROM pg_class AS c CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (privilege)
CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS r (who)
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND NOT c.relrowsecurity
  AND has_table_privilege('regress_' || r.who, c.oid, p.privilege)
GROUP BY c.relname, p.privilege
HAVING array_agg(r.who ORDER BY r.who COLLATE "C") NOT IN ('{admin}', '{admin,analyst,cashier,clerk,committee,director,inspector,portal,sender}')
    OR (p.privilege = 'SELECT') = (array_length(array_agg(r.who), 1) = 1)
ORDER BY c.relname COLLATE "C", p.privilege;
