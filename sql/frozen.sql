-- What a step has relied on stays as it was, by whatever path it is written.
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
\pset null '(null)'

-- Another value for a column, by its type.
CREATE FUNCTION pg_temp.other_value(table_name regclass, column_name name) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT CASE (SELECT format_type(coalesce(nullif(y.typbasetype, 0), y.oid), NULL) FROM pg_type AS y WHERE y.oid = t.atttypid)
        -- (what says something of a person is not read by who writes it)
        WHEN 'text' THEN CASE WHEN EXISTS (SELECT FROM licence_home_internal.person_columns() AS k
                WHERE 'licence_home.' || k.table_name = other_value.table_name::text AND k.column_name = other_value.column_name)
            THEN '''another''' ELSE format('coalesce(%I, '''') || ''x''', t.attname) END
        WHEN 'boolean' THEN format('NOT coalesce(%I, false)', t.attname)
        WHEN 'numeric' THEN format('coalesce(%I, 1) + 1', t.attname)
        WHEN 'integer' THEN format('coalesce(%I, 1) + 1', t.attname)
        WHEN 'smallint' THEN format('(coalesce(%I, 1) + 1)::smallint', t.attname)
        WHEN 'bigint' THEN format('coalesce(%I, 1) + 1', t.attname)
        WHEN 'date' THEN format('coalesce(%I, ''2026-03-01'') + 1', t.attname)
        WHEN 'timestamp with time zone' THEN format('coalesce(%I, ''2026-03-01'') + interval ''1 day''', t.attname)
        WHEN 'daterange' THEN '''[2026-03-01,2036-03-01)'''
        WHEN 'bytea' THEN 'sha256(''another'')'
        WHEN 'jsonb' THEN '''{}'''
        WHEN 'geometry' THEN '''SRID=4326;POINT(35.91 31.96)''::geometry'
        WHEN 'licence_home.application_no' THEN '(SELECT application_no_make FROM licence_home.application_no_make(2026, 99999999))'
        WHEN 'licence_home.licence_no' THEN '(SELECT licence_no_make FROM licence_home.licence_no_make(2026, 99999999))'
        WHEN 'licence_home.phone_number' THEN '''0780000009'''
    END
    FROM pg_attribute AS t WHERE t.attrelid = table_name AND t.attname = column_name
$$;

\echo == every column of an application, in every state, by everybody
CREATE TEMP TABLE subject AS
    SELECT s.state, story.new_case_in(s.state) AS no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue';
CREATE TEMP TABLE change AS
SELECT s.state, c.attname::text AS column_name, p.who, t.code, t.rows, t.said
FROM subject AS s
CROSS JOIN pg_attribute AS c
CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody,NULL}'::text[]) AS p (who)
CROSS JOIN LATERAL story.attempt(p.who, s.no, format('UPDATE licence_home.application SET %I = %s WHERE application_no = $1',
    c.attname, pg_temp.other_value('licence_home.application', c.attname))) AS t
WHERE c.attrelid = 'licence_home.application'::regclass AND c.attnum > 0 AND NOT c.attisdropped
    -- (row_version may be written in any state, and counts: sql/row_version.sql)
    AND c.attname NOT IN ('state', 'row_version');
SELECT count(DISTINCT column_name) AS columns, count(DISTINCT state) AS states, count(*) AS attempts FROM change;
-- after draft, none (nothing was found wrong in these cases)
SELECT state, column_name, who, code, said FROM change
WHERE state <> 'draft' AND code NOT IN ('LH001', 'LH005', '42501') ORDER BY state, column_name, who;
-- in draft, what is not derived, by the portal (and the superuser, who is in every role)
SELECT who, array_agg(column_name ORDER BY column_name COLLATE "C") AS may_change FROM change
WHERE state = 'draft' AND code = '00000' AND rows = 1 GROUP BY who ORDER BY who;
SELECT code, array_agg(DISTINCT column_name COLLATE "C" ORDER BY column_name COLLATE "C") FROM change
WHERE state = 'draft' AND who = 'portal' AND code <> '00000' GROUP BY code ORDER BY code;

\echo == what was found wrong is open to the applicant, and nothing beside it
CREATE TEMP TABLE flagged AS
SELECT f.field, story.new_case_in('submitted') AS no FROM licence_home.application_field AS f;
DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT * FROM flagged LOOP
        CALL story.act('clerk', f.no, format('INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, %L)', f.field));
        CALL story.step('clerk', f.no, 'return_documents');
    END LOOP;
END $$;
SELECT f.field = c.field AS flagged, t.who, code, count(*)
FROM flagged AS f
CROSS JOIN licence_home.application_field AS c
CROSS JOIN unnest('{portal,clerk,inspector,committee}'::text[]) AS t (who)
CROSS JOIN LATERAL story.attempt(t.who, f.no, format('UPDATE licence_home.application SET %I = %s WHERE application_no = $1',
    c.field, pg_temp.other_value('licence_home.application', c.field)))
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

\echo == the rows of evidence, and what the steps wrote
-- a case with everything: found wrong, failed, approved abroad, paid, issued
SELECT story.new_case_in('submitted', 'home_baking') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'floor')$$);
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET floor = ''2'' WHERE application_no = $1');
CALL story.step('portal', :'no', 'resubmit');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
CALL story.decide(:'no');
CALL story.step('committee', :'no', 'approve');
CALL story.answer(:'no');
CALL story.step('portal', :'no', 'submit_approvals');
CALL story.review_approval(:'no');
CALL story.step('clerk', :'no', 'accept_approvals');
SELECT story.pay(:'no');
CREATE TEMP TABLE case_row (table_name text, which text);
INSERT INTO case_row VALUES
    ('document', 'application_no = $1'), ('application_finding', 'application_no = $1'),
    ('inspection', 'application_no = $1'), ('decision', 'application_no = $1'),
    ('inspection_finding', 'inspection_id IN (SELECT inspection_id FROM licence_home.inspection WHERE application_no = $1)'),
    ('approval_requirement', 'application_no = $1'), ('external_approval', 'application_no = $1'),
    ('invoice', 'application_no = $1'), ('licence', 'application_no = $1'), ('application_event', 'application_no = $1'),
    ('invoice_line', 'invoice_no IN (SELECT invoice_no FROM licence_home.invoice WHERE application_no = $1)'),
    ('payment', 'invoice_no IN (SELECT invoice_no FROM licence_home.invoice WHERE application_no = $1)');
CREATE TEMP TABLE row_change AS
SELECT r.table_name, c.attname::text AS column_name, p.who, t.code, t.rows, t.said
FROM case_row AS r
JOIN pg_attribute AS c ON c.attrelid = ('licence_home.' || r.table_name)::regclass AND c.attnum > 0 AND NOT c.attisdropped
CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody,NULL}'::text[]) AS p (who)
CROSS JOIN LATERAL story.attempt(p.who, :'no', format('UPDATE licence_home.%I SET %I = %s WHERE %s', r.table_name, c.attname,
    pg_temp.other_value(('licence_home.' || r.table_name)::regclass, c.attname), r.which)) AS t;
SELECT table_name, count(DISTINCT column_name) AS columns, count(*) AS attempts, count(*) FILTER (WHERE code = '00000') AS changed
FROM row_change GROUP BY table_name ORDER BY table_name COLLATE "C";
-- (428C9: an identity column; LH008: another inspection, which is not there)
SELECT table_name, column_name, who, code, rows, said FROM row_change
WHERE code NOT IN ('LH002', 'LH005', 'LH008', 'LH009', '42501', '428C9') ORDER BY table_name, column_name, who;
SELECT count(DISTINCT table_name) FROM row_change WHERE who IS NULL AND code LIKE 'LH%';
-- a review, while reviews are made: not one that a step relied on
SELECT story.new_case_in('committee_review') AS back \gset
CALL story.step('committee', :'back', 'return_to_audit', 'again');
SELECT verdict, code, said FROM unnest('{incorrect,missing,pending}'::text[]) AS verdict
CROSS JOIN LATERAL story.attempt('clerk', :'back', format($$UPDATE licence_home.document SET review = %L WHERE application_no = $1$$, verdict));
-- the amount of a bill, while it is due
SELECT story.new_case_in('fee_due') AS due \gset
SELECT code, said FROM story.attempt('cashier', :'due', 'UPDATE licence_home.invoice SET amount = 1 WHERE application_no = $1');
SELECT code, said FROM story.attempt(NULL, :'due', 'UPDATE licence_home.invoice SET amount = 1 WHERE application_no = $1');
SELECT code, said FROM story.attempt(NULL, :'due', 'INSERT INTO licence_home.invoice (application_no, amount, priced_on, area_m2) VALUES ($1, 1, ''2026-03-01'', 1)');
SELECT code, said FROM story.attempt(NULL, :'due', 'INSERT INTO licence_home.licence (application_no) VALUES ($1)');
SELECT code, said FROM story.attempt(NULL, :'due', 'INSERT INTO licence_home.application_event (application_no, case_event, action, to_state, actor, role, session_role, at, hash)'
    ' VALUES ($1, 99, ''issue'', ''issued'', ''a'', ''b'', ''c'', now(), sha256(''x''))');
-- whose identity an applicant has
SELECT c, code, said FROM unnest('{applicant_id,kind,identity_no,registered_at}'::text[]) AS c
CROSS JOIN LATERAL story.attempt(NULL, :'due', format('UPDATE licence_home.applicant SET %I = %s WHERE applicant_id = (SELECT applicant_id'
    ' FROM licence_home.application WHERE application_no = $1)', c,
    CASE c WHEN 'kind' THEN '''resident''' WHEN 'identity_no' THEN '''9870000000''' ELSE pg_temp.other_value('licence_home.applicant', c) END));

\echo == nothing is deleted, not even by the superuser
SET client_min_messages = warning;
SELECT licence_home.find_applicant('citizen', '9879999999');
INSERT INTO licence_home.sms_attempt (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway)
    SELECT message_id, 1, 1, false, 'retry', 0, phone, now(), now(), 'none' FROM licence_home.sms_message_text
    WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
INSERT INTO licence_home.sms_delivery_report (message_id, series, gateway_message_id, status, at)
    SELECT max(message_id), 1, 'none', 'buffered', now() FROM licence_home.sms_message_text WHERE application_no = :'no';
INSERT INTO licence_home.sms_intervention (message_id, action, was, reason, actor, role, at)
    SELECT max(message_id), 'cancel', 'waiting', 'a test', 'x', 'y', now() FROM licence_home.sms_message_text WHERE application_no = :'no';
INSERT INTO licence_home.sms_history SELECT message_id, application_no, event_no, applicant_id, template, language, phone, body, parts,
        priority, doubt, 'delivered', 1, created_at, false, NULL, NULL, NULL, created_at, NULL, NULL, NULL, NULL, '[]'
    FROM licence_home.sms_message_text WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
INSERT INTO licence_home.case_recusal (application_no, why) VALUES (:'no', 'a test');
INSERT INTO licence_home.rule_proposal (changes, why) VALUES ('[{}]', 'a test');
-- (a trial's own rows: without the trigger that says what is written by steps)
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO licence_home.acting_record (at, recorded_at, login, role, applicant_id) VALUES (now(), now(), 'x', 'x', 1);
INSERT INTO licence_home.record_key (key_id, public_key, recorded_at) VALUES ('frozen', 'none', now());
INSERT INTO licence_home.record_head (day, head, signature, key_id) VALUES ('2001-01-01', '{}', decode(repeat('00', 64), 'hex'), 'frozen');
INSERT INTO licence_home.payment_reversal (payment_id, reason, application_no, invoice_no, amount, after_issue)
    SELECT p.payment_id, 'frozen', :'no', p.invoice_no, 1, true FROM licence_home.payment AS p ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.payment_refund (refund_reference, invoice_no, amount, application_no)
    SELECT 'frozen', p.invoice_no, 1, :'no' FROM licence_home.payment AS p ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.unpaid_decision (invoice_no, decision, note, application_no, amount)
    SELECT p.invoice_no, 'waive', 'frozen', :'no', 1 FROM licence_home.payment AS p ORDER BY 1 LIMIT 1;
INSERT INTO licence_home.till_closing (day, counted, receiver, expected, note) VALUES ('2001-01-01', 0, 'frozen', 0, 'frozen');
COMMIT;
CREATE TEMP TABLE case_table AS
SELECT c.relname::text AS table_name FROM pg_class AS c
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
  AND c.relname NOT IN ('sms_gateway_credential', 'sms_gateway_pause', 'sms_gateway_bucket', 'sms_queue', 'sms_run', 'job_run', 'job_failure', 'sender_identity', 'kannel_box', 'number_pool', 'restored_rows', 'workflow_precondition', 'expected_days');
SELECT array_agg(table_name ORDER BY table_name COLLATE "C") FROM case_table;
SELECT table_name, t.code, t.rows FROM case_table
CROSS JOIN LATERAL story.attempt(NULL, :'no', format('DELETE FROM licence_home.%I', table_name)) AS t
WHERE t.code <> 'LH010'
    -- a table without a row here has the trigger that says it of each row
    AND NOT (t.rows = 0 AND EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = ('licence_home.' || table_name)::regclass
        AND g.tgfoid = 'licence_home_internal.never_deleted()'::regprocedure AND g.tgtype & 11 = 11 AND g.tgenabled = 'O'))
ORDER BY table_name COLLATE "C";
SELECT table_name, t.code FROM case_table
CROSS JOIN LATERAL story.attempt(NULL, :'no', format('TRUNCATE licence_home.%I CASCADE', table_name)) AS t
WHERE t.code <> 'LH010' ORDER BY table_name COLLATE "C";
SELECT p.who, t.code, count(*) FROM case_table
CROSS JOIN unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS p (who)
CROSS JOIN LATERAL story.attempt(p.who, :'no', format('DELETE FROM licence_home.%I', table_name)) AS t
WHERE t.code <> '42501' GROUP BY p.who, t.code ORDER BY p.who, t.code;

RESET client_min_messages;

\echo == a case begins as a draft, by whatever path
SELECT applicant_id FROM licence_home.application WHERE application_no = :'due' \gset
\set VERBOSITY default
INSERT INTO licence_home.application (applicant_id, profession, state) VALUES (:applicant_id, 'jams', 'issued');
\set VERBOSITY sqlstate
SELECT s.state, t.code FROM licence_home.workflow_state AS s
CROSS JOIN LATERAL story.attempt('portal', :'due', format('INSERT INTO licence_home.application (applicant_id, profession, state)'
    ' SELECT applicant_id, profession, %L FROM licence_home.application WHERE application_no = $1', s.state)) AS t
WHERE s.workflow = 'first_issue' AND t.code <> 'LH001' ORDER BY s.state COLLATE "C";
INSERT INTO licence_home.application (applicant_id, profession, submitted_at) VALUES (:applicant_id, 'jams', now());
INSERT INTO licence_home.application (applicant_id, profession, edition, judged_on) VALUES (:applicant_id, 'jams', '2012', '2012-06-01');
INSERT INTO licence_home.application (applicant_id, profession, workflow) VALUES (:applicant_id, 'jams', 'mine');
INSERT INTO licence_home.application (applicant_id, profession, state) VALUES (:applicant_id, 'jams', NULL);
COPY licence_home.application (applicant_id, profession, state) FROM stdin (DELIMITER ',');
1,jams,issued
\.
SET ROLE regress_portal;
-- PostgreSQL itself refuses COPY into a table with row security
\copy licence_home.application (applicant_id, profession, state) FROM '/dev/null' (DELIMITER ',')
RESET ROLE;

\echo == a case moves by its steps, by whatever path
MERGE INTO licence_home.application AS a USING (VALUES (:'due'::licence_home.application_no)) AS v (no) ON a.application_no = v.no
    WHEN MATCHED THEN UPDATE SET state = 'issued';
MERGE INTO licence_home.application AS a USING (VALUES (:applicant_id)) AS v (applicant_id) ON false
    WHEN NOT MATCHED THEN INSERT (applicant_id, profession, state) VALUES (v.applicant_id, 'jams', 'committee_review');
INSERT INTO licence_home.application (application_no, applicant_id, profession) VALUES (:'due', :applicant_id, 'jams')
    ON CONFLICT (application_no) DO UPDATE SET state = 'issued';
INSERT INTO licence_home.application (application_no, applicant_id, profession) VALUES (:'due', :applicant_id, 'jams')
    ON CONFLICT (application_no) DO UPDATE SET profession = 'pickles';
CREATE VIEW story.window AS SELECT * FROM licence_home.application;
GRANT ALL ON story.window TO PUBLIC;
UPDATE story.window SET state = 'issued' WHERE application_no = :'due';
INSERT INTO story.window (application_no, applicant_id, profession, state)
    VALUES (licence_home.application_no_make(2026, 99999999), :applicant_id, 'jams', 'fee_due');
CREATE FUNCTION story.as_owner(no licence_home.application_no) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
    UPDATE licence_home.application SET state = 'issued' WHERE application_no = no $$;
SET ROLE regress_nobody;
UPDATE story.window SET state = 'issued';
SELECT story.as_owner(:'due');
RESET ROLE;
-- two things at once: the step and what it must not change
SELECT story.new_case_in('submitted') AS sub \gset
CALL story.review_documents(:'sub');
CALL story.make_inspection(:'sub');
SELECT code, said FROM story.attempt('clerk', :'sub', 'UPDATE licence_home.application SET state = ''inspection_scheduled'', work_area_m2 = 1 WHERE application_no = $1');
SELECT code, rows FROM story.attempt('clerk', :'sub', 'UPDATE licence_home.application SET state = ''inspection_scheduled'', work_area_m2 = 15.00 WHERE application_no = $1');
-- a draft in another workflow, at the moment of its submission
SELECT story.new_case() AS draft \gset
SELECT code, said FROM story.attempt('portal', :'draft', 'UPDATE licence_home.application SET workflow = ''mine'', state = ''submitted'' WHERE application_no = $1');
DROP VIEW story.window;
DROP FUNCTION story.as_owner;

\echo == nothing of all that stayed
SELECT s.state, a.state FROM subject AS s JOIN licence_home.application AS a ON a.application_no = s.no WHERE a.state <> s.state;
SELECT DISTINCT e.break FROM subject AS s CROSS JOIN LATERAL licence_home.verify_events(s.no) AS e;
SELECT story.look(:'due'), story.look(:'no');
-- what stood for signed days is no record
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM licence_home.record_head WHERE key_id = 'frozen';
DELETE FROM licence_home.record_key WHERE key_id = 'frozen';
DELETE FROM licence_home.acting_record WHERE login = 'x';
DELETE FROM licence_home.payment_reversal WHERE reason = 'frozen';
DELETE FROM licence_home.payment_refund WHERE refund_reference = 'frozen';
DELETE FROM licence_home.unpaid_decision WHERE note = 'frozen';
DELETE FROM licence_home.till_closing WHERE note = 'frozen';
COMMIT;
