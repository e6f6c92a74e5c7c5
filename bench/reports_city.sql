-- Make a large city of a small one: each case of a practice city (tools/practice.sql)
-- many times, earlier by whole weeks, so that five years are full.
--
--   copies   how many of each case
--
-- A copy of a case that is open stands where the case stands, in the present.
-- Rows are written as facts, with the triggers off.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';
CREATE SCHEMA bench;

-- a copy: its case, its number, and by how many days it is earlier
CREATE UNLOGGED TABLE bench.copy AS
SELECT a.application_no, k AS copy,
    licence_home.application_no_make(extract(year FROM a.created_at - g.days * interval '1 day')::integer,
        (1000000 + row_number() OVER ())::integer) AS new_no,
    licence_home.licence_no_make(extract(year FROM a.created_at - g.days * interval '1 day')::integer,
        (1000000 + row_number() OVER ())::integer) AS new_licence, g.days
FROM licence_home.application AS a
CROSS JOIN generate_series(1, :copies - 1) AS k
CROSS JOIN LATERAL (SELECT CASE WHEN a.waits_for IS NOT NULL OR a.state = 'draft' THEN 0 ELSE 7 * (k % 156) END AS days) AS g;
CREATE INDEX ON bench.copy (application_no);
-- the open ones would be too many: a few of each
DELETE FROM bench.copy AS c USING licence_home.application AS a
WHERE a.application_no = c.application_no AND (a.waits_for IS NOT NULL OR a.state = 'draft') AND c.copy % 40 <> 0;
ANALYZE bench.copy;

CREATE PROCEDURE bench.multiply(of_table regclass, ordered text)
    LANGUAGE plpgsql AS $$
DECLARE
    columns text;
    vals text;
    -- what numbers a row of this table, or another that is copied
    numbers constant text[] := '{event_no,deadline_no,document_id,inspection_id,inspection_finding_id,decision_id,external_approval_id,invoice_no,payment_id,entry_no,account,source_no,message_id,submit_refused_id,finding_id}';
    joined text;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
        string_agg(CASE
            WHEN a.attname = 'application_no' THEN 'c.new_no'
            WHEN a.attname = 'previous_application' THEN 'NULL'
            WHEN a.attname = 'licence_no' THEN 'CASE WHEN t.licence_no IS NOT NULL THEN c.new_licence END'
            WHEN a.attname = 'ends' THEN '(t.since - c.days + make_interval(months => t.run_months))::date'
            WHEN a.attname = ANY (numbers) THEN format('t.%I + c.copy * 10000000::bigint', a.attname)
            WHEN a.attname IN ('payment_reference', 'receipt') THEN format('t.%I || ''/'' || c.copy', a.attname)
            -- nobody is in two places
            WHEN a.attname = 'inspector' THEN 't.inspector || '' '' || c.copy'
            WHEN a.attname = 'gateway_message_id' THEN 't.gateway_message_id || ''/'' || c.copy'
            WHEN a.atttypid = 'timestamptz'::regtype THEN format('t.%I - c.days * interval ''1 day''', a.attname)
            WHEN a.atttypid = 'date'::regtype AND a.attname NOT IN ('built_on', 'issued_on', 'expires_on') THEN format('t.%I - c.days', a.attname)
            WHEN a.atttypid = 'daterange'::regtype THEN format('daterange(lower(t.%1$I) - c.days, upper(t.%1$I) - c.days)', a.attname)
            ELSE format('t.%I', a.attname) END, ', ' ORDER BY a.attnum)
    INTO columns, vals
    FROM pg_attribute AS a
    WHERE a.attrelid = of_table AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    joined := CASE
        WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = of_table AND a.attname = 'application_no') THEN ''
        WHEN of_table = 'licence_home.inspection_finding'::regclass THEN 'JOIN licence_home.inspection AS o ON o.inspection_id = t.inspection_id'
        WHEN of_table IN ('licence_home.invoice_line'::regclass, 'licence_home.payment'::regclass) THEN 'JOIN licence_home.invoice AS o ON o.invoice_no = t.invoice_no'
        ELSE 'JOIN licence_home.sms_message_text AS o ON o.message_id = t.message_id' END;
    EXECUTE format('CREATE TEMP TABLE small AS SELECT t.*%s FROM %s AS t %s', CASE WHEN joined = '' THEN '' ELSE ', o.application_no AS of_case' END, of_table, joined);
    ANALYZE small;
    EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM small AS t JOIN bench.copy AS c ON c.application_no = t.%I%s',
        of_table, columns, vals, CASE WHEN joined = '' THEN 'application_no' ELSE 'of_case' END,
        CASE WHEN ordered IS NULL THEN '' ELSE format(' ORDER BY t.%I - c.days * interval ''1 day''', ordered) END);
    DROP TABLE small;
END $$;

-- (what has a key by number comes before what refers to it)
CALL bench.multiply('licence_home.inspection_finding', 'recorded_at');
CALL bench.multiply('licence_home.invoice_line', NULL);
CALL bench.multiply('licence_home.payment', 'recorded_at');
CALL bench.multiply('licence_home.sms_attempt', 'recorded_at');
CALL bench.multiply('licence_home.sms_delivery_report', 'received_at');
CALL bench.multiply('licence_home.sms_queue', 'expires_at');
CALL bench.multiply('licence_home.application', 'created_at');
CALL bench.multiply('licence_home.application_event', 'known_at');
CALL bench.multiply('licence_home.case_deadline', 'known_at');
CALL bench.multiply('licence_home.deadline_told', 'at');
CALL bench.multiply('licence_home.document', 'recorded_at');
CALL bench.multiply('licence_home.external_approval', 'recorded_at');
CALL bench.multiply('licence_home.inspection', 'recorded_at');
CALL bench.multiply('licence_home.decision', 'recorded_at');
CALL bench.multiply('licence_home.invoice', 'created_at');
CALL bench.multiply('licence_home.licence', 'issued_at');
CALL bench.multiply('licence_home.licence_term', 'known_at');
CALL bench.multiply('licence_home.licence_version', 'known_at');
CALL bench.multiply('licence_home.licence_standing', 'known_at');
CALL bench.multiply('licence_home.money_entry', 'at');
CALL bench.multiply('licence_home.sms_message_text', 'created_at');
CALL bench.multiply('licence_home.submit_refused', 'recorded_at');
RESET session_replication_role;
VACUUM ANALYZE;
SELECT count(*) AS cases FROM licence_home.application;
