-- Object mappers name every column, in an INSERT and in an UPDATE: null is
-- the default, what the rules write is refused by name, numbers are nobody's
-- to choose.  Where a query should print nothing, (0 rows) is the rule.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
-- one row that each role may insert, by the columns that it gives
CREATE TEMP TABLE deed (relname text, who text, state text, gives jsonb);
INSERT INTO deed VALUES
    ('applicant', 'portal', 'draft', '{"kind": "citizen", "identity_no": "9998887776", "name_ar": "ليلى", "phone": "0791112223"}'),
    ('application', 'portal', 'draft', '{"applicant_id": "{applicant}", "profession": "jams"}'),
    ('document', 'portal', 'draft', '{"application_no": "{no}", "document_type": "title_deed"}'),
    ('document', 'clerk', 'submitted', '{"application_no": "{no}", "document_type": "title_deed"}'),
    ('external_approval', 'portal', 'external_approval_pending', '{"application_no": "{no}", "authority": "jfda", "answer": "granted"}'),
    ('application_finding', 'clerk', 'submitted', '{"application_no": "{no}", "field": "parcel"}'),
    ('application_finding', 'inspector', 'inspection_scheduled', '{"application_no": "{no}", "field": "parcel"}'),
    ('inspection', 'clerk', 'submitted', '{"application_no": "{no}", "scheduled_for": "2026-03-05 09:30+03"}'),
    ('inspection_finding', 'inspector', 'inspection_scheduled', '{"inspection_id": "{inspection}", "criterion": "nuisance", "ruling": "met"}'),
    ('attachment', 'inspector', 'inspection_scheduled', '{"application_no": "{no}", "inspection_id": "{inspection}", "attachment_type": "image/jpeg", "attachment_sha256": "\\x5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592", "attachment_locator": "x"}'),
    ('visit_report', 'inspector', 'inspection_scheduled', '{"application_no": "{no}", "client_ref": "given 1", "outcome": "noted", "result_sha256": "\\x5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592"}'),
    ('decision', 'committee', 'committee_review', '{"application_no": "{no}", "outcome": "approved"}'),
    ('approval_requirement', 'committee', 'committee_review', '{"application_no": "{no}", "authority": "jfda"}'),
    ('rule_proposal', 'admin', 'submitted', '{"changes": "[{}]", "why": "a reason"}'),
    ('case_note', 'clerk', 'submitted', '{"application_no": "{no}", "note": "called"}'),
    ('agency', 'portal', 'draft', '{"applicant_id": "{applicant}", "kind": "authorisation", "scope": "general", "agent_name": "وكيل", "agent_identity_no": "9220000009", "reference_no": "1", "from_day": "2026-01-01"}'),
    ('case_recusal', 'clerk', 'submitted', '{"application_no": "{no}", "why": "my cousin"}'),
    ('payment', 'cashier', 'fee_due', '{"payment_reference": "given 1", "invoice_no": "{bill}", "amount": "1"}'),
    ('payment_reversal', 'cashier', 'issued', '{"payment_id": "{payment}", "reason": "the bank"}'),
    ('payment_refund', 'cashier', 'issued', '{"refund_reference": "given 2", "invoice_no": "{bill}", "amount": "1"}'),
    ('till_closing', 'cashier', 'draft', '{"day": "2026-02-28", "counted": "1"}'),
    ('kannel_box', 'admin', 'draft', '{"box": "box_1", "port": "13001"}'),
    ('sms_gateway_credential', 'admin', 'draft', '{"gateway": "none", "name": "password", "secret": "x"}'),
    ('holiday', 'admin', 'draft', '{"day": "2026-05-25", "name_ar": "عيد", "name_en": "Feast", "valid": "[2026-01-01,)", "source": "x", "certainty": "unknown"}');
CREATE TEMP TABLE subject AS
SELECT d.*, story.new_case_in(d.state, CASE WHEN d.state IN ('external_approval_pending', 'committee_review') THEN 'home_baking' END) AS no FROM deed AS d;
SELECT story.pay(no, 3, 'too much') FROM subject WHERE relname = 'payment_refund';
UPDATE subject AS s SET gives = replace(replace(replace(replace(replace(gives::text, '{no}', no::text),
    '{payment}', coalesce((SELECT max(p.payment_id)::text FROM licence_home.payment AS p JOIN licence_home.invoice AS i USING (invoice_no) WHERE i.application_no = no), '')),
    '{applicant}', (SELECT applicant_id::text FROM licence_home.application AS a WHERE a.application_no = no)),
    '{inspection}', coalesce((SELECT max(inspection_id)::text FROM licence_home.inspection AS i WHERE i.application_no = no), '')),
    '{bill}', coalesce((SELECT max(invoice_no)::text FROM licence_home.invoice AS i WHERE i.application_no = no), ''))::jsonb;

-- what a statement comes to, and the column that it is about; nothing stays
CREATE FUNCTION pg_temp.attempt(who text, no licence_home.application_no, statement text, OUT code text, OUT rows bigint,
        OUT said text, OUT about text)
    LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        EXECUTE statement;
        GET DIAGNOSTICS rows = ROW_COUNT;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, about = COLUMN_NAME;
    END;
    about := nullif(about, '');
    IF code = 'ZZ000' THEN
        code := '00000';
        said := NULL;
    ELSE
        rows := NULL;
    END IF;
END $$;
-- a value that nobody has, and another row's number
CREATE FUNCTION pg_temp.other(type regtype) RETURNS text LANGUAGE sql AS $$
    SELECT quote_nullable(CASE type
        WHEN 'bigint'::regtype THEN '1' WHEN 'integer'::regtype THEN '7' WHEN 'numeric'::regtype THEN '17.5'
        WHEN 'date'::regtype THEN '2026-02-02' WHEN 'timestamptz'::regtype THEN '2026-02-02 10:00+03'
        WHEN 'boolean'::regtype THEN 'true' WHEN 'bytea'::regtype THEN '\x' || repeat('ab', 32)
        WHEN 'text[]'::regtype THEN '{x}' WHEN 'interval'::regtype THEN '3 days' WHEN 'jsonb'::regtype THEN '{}' WHEN 'inet'::regtype THEN '127.0.0.2'
        WHEN 'geometry'::regtype THEN 'SRID=4326;POINT(35.9 31.9)' WHEN 'daterange'::regtype THEN '[2026-02-02,2026-02-03)'
        WHEN 'licence_home.phone_number'::regtype THEN '0799999999'
        WHEN 'licence_home.application_no'::regtype THEN licence_home.application_no_make(2026, 99999999)::text
        WHEN 'licence_home.licence_no'::regtype THEN licence_home.licence_no_make(2026, 99999999)::text
        ELSE 'x' END) $$;
CREATE TEMP VIEW col AS
SELECT c.relname::text, t.attname::text AS name, t.attnum, t.atttypid::regtype AS type, t.attidentity <> '' AS is_identity,
    t.attgenerated <> '' AS is_generated, coalesce(encode(g.tgargs, 'escape') ~ ('(^|\\000)' || t.attname || '\\000'), false) AS kept
FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
LEFT JOIN pg_trigger AS g ON g.tgrelid = c.oid AND g.tgname = 'a_given_columns'
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r';
-- an INSERT that names every column, with values for some
CREATE FUNCTION pg_temp.insert(s subject, extra text DEFAULT NULL, value text DEFAULT NULL, elsewhere text DEFAULT 'NULL') RETURNS text
    LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.%I (%s) VALUES (%s)', s.relname, string_agg(quote_ident(c.name), ', ' ORDER BY attnum),
        string_agg(CASE WHEN c.name = extra THEN value ELSE coalesce(quote_literal(s.gives ->> c.name), elsewhere) END, ', ' ORDER BY attnum))
    FROM col AS c WHERE c.relname = s.relname AND NOT c.is_generated $$;

\echo == every table into which a client inserts is tried here
SELECT DISTINCT c.relname FROM pg_class AS c CROSS JOIN pg_roles AS r
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND r.rolname LIKE 'regress\_%'
  AND has_any_column_privilege(r.oid, c.oid, 'INSERT') AND c.relname NOT IN (SELECT relname FROM deed)
  AND c.relname <> 'unpaid_decision'        -- a named official's: sql/money.sql
  -- rules have no column of this kind but their numbers: one stands for all
  AND NOT EXISTS (SELECT FROM col AS t WHERE t.relname = c.relname AND t.name = 'certainty');
-- and each of them has the trigger, the row's first but for the bounds of what is given
SELECT DISTINCT c.relname FROM pg_class AS c JOIN pg_roles AS r ON has_any_column_privilege(r.oid, c.oid, 'INSERT')
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND r.rolname LIKE 'regress\_%'
  AND (SELECT min(tgname) FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgtype & 7 = 7 AND g.tgname <> 'a_bounds') IS DISTINCT FROM 'a_given_columns';
-- whoever inserts may name every column
SELECT c.relname, r.rolname FROM pg_class AS c JOIN pg_roles AS r ON has_any_column_privilege(r.oid, c.oid, 'INSERT')
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND r.rolname LIKE 'regress\_%' AND NOT has_table_privilege(r.oid, c.oid, 'INSERT');
-- what clients give, of the tables that are no rules: what is new here was decided
SELECT relname, string_agg(name, ' ' ORDER BY attnum) FROM col
WHERE NOT kept AND NOT is_identity AND NOT is_generated AND relname IN (SELECT relname FROM deed WHERE relname <> 'holiday')
GROUP BY 1 ORDER BY 1;

\echo == null stands for the default, in every column at once
SELECT relname, who, (a).code, (a).rows, (a).said FROM subject AS s CROSS JOIN LATERAL pg_temp.attempt(who, no, pg_temp.insert(s)) AS a ORDER BY 1, 2;
SELECT relname, who, (a).code, (a).said FROM subject AS s CROSS JOIN LATERAL pg_temp.attempt(who, no, pg_temp.insert(s, elsewhere => 'DEFAULT')) AS a
WHERE (a).code <> '00000';
-- an empty text is no value either
SELECT relname, who, (a).code, (a).said FROM subject AS s JOIN col AS c USING (relname)
CROSS JOIN LATERAL pg_temp.attempt(who, no, pg_temp.insert(s, c.name, '''''')) AS a
WHERE c.type = 'text'::regtype AND s.gives ->> c.name IS NULL
  AND (c.kept OR EXISTS (SELECT FROM pg_attrdef AS d WHERE d.adrelid = ('licence_home.' || relname)::regclass AND d.adnum = c.attnum)) AND (a).code <> '00000';
-- where null is allowed it stays null
BEGIN;
SELECT story.become('portal', no), no AS draft FROM subject WHERE relname = 'document' AND who = 'portal' \gset
INSERT INTO licence_home.document (document_id, application_no, document_type, review, recorded_at, recorded_by, at_event, reviewed_by)
VALUES (NULL, :'draft', 'title_deed', NULL, NULL, NULL, NULL, NULL)
RETURNING document_id = currval(pg_get_serial_sequence('licence_home.document', 'document_id')) AS last_insert_id, review,
    recorded_at = licence_home.now() AS now, recorded_by ~ '^applicant \d+$' AS by_whom, at_event, reviewed_by, reference_no;
INSERT INTO licence_home.application (application_no, applicant_id, profession, state, events)
SELECT NULL, applicant_id, 'jams', NULL, NULL FROM licence_home.application WHERE application_no = :'draft' RETURNING application_no IS NOT NULL AS numbered, state, events, workflow;
ROLLBACK;

\echo == what the rules write is refused, by its name
SELECT relname, who, count(*) AS columns, count(*) FILTER (WHERE (a).code = 'LH005' AND (a).about = c.name) AS refused
FROM subject AS s JOIN col AS c USING (relname)
CROSS JOIN LATERAL pg_temp.attempt(who, no, pg_temp.insert(s, c.name, pg_temp.other(c.type))) AS a
WHERE (c.kept OR c.is_identity) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT DISTINCT (a).said FROM subject AS s JOIN col AS c USING (relname)
CROSS JOIN LATERAL pg_temp.attempt(who, no, pg_temp.insert(s, c.name, pg_temp.other(c.type))) AS a
WHERE relname = 'applicant' AND (c.kept OR c.is_identity) ORDER BY 1;

\echo == nobody chooses a number, in no way
SELECT relname, who, v.how, (a).code, (a).about FROM subject AS s JOIN col AS c USING (relname)
CROSS JOIN (VALUES ('another row''s', '1'), ('a free one', '4711'), ('the next', 'last_value + 1'), ('zero', '0'), ('below zero', '-1')) AS v (how, value)
CROSS JOIN LATERAL pg_temp.attempt(who, no, replace(pg_temp.insert(s, c.name, CASE v.value WHEN 'last_value + 1'
    THEN format('(SELECT last_value + 1 FROM %s)', pg_get_serial_sequence('licence_home.' || relname, c.name)) ELSE v.value END), 'VALUES', 'OVERRIDING SYSTEM VALUE VALUES')) AS a
WHERE c.is_identity AND ((a).code, (a).about) IS DISTINCT FROM ('LH005', c.name);
-- many rows in one statement have each the number that it drew
SELECT (a).code, (a).rows, (a).said FROM subject AS s CROSS JOIN LATERAL pg_temp.attempt(who, no, format(
    'INSERT INTO licence_home.document (application_no, document_type, document_id) VALUES (%1$L, ''title_deed'', DEFAULT), (%1$L, ''title_deed'', DEFAULT)', no)) AS a
WHERE relname = 'document' AND who = 'portal';
SELECT (a).code, (a).rows, (a).said FROM subject AS s CROSS JOIN LATERAL pg_temp.attempt(who, no, format(
    'INSERT INTO licence_home.document (application_no, document_type) SELECT %L, document_type FROM licence_home.document_type ORDER BY document_type DESC LIMIT 3', no)) AS a
WHERE relname = 'document' AND who = 'portal';
-- the sequences are looked at, not drawn from
SELECT c.relname, r.rolname FROM pg_class AS c CROSS JOIN pg_roles AS r
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'S' AND r.rolname LIKE 'regress\_%' AND has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE');
SELECT c.relname, t.rolname FROM col AS k JOIN pg_class AS c ON c.oid = pg_get_serial_sequence('licence_home.' || k.relname, k.name)::regclass
JOIN pg_roles AS t ON t.rolname LIKE 'regress\_%' AND has_table_privilege(t.oid, 'licence_home.' || k.relname, 'INSERT')
WHERE k.is_identity AND NOT has_sequence_privilege(t.oid, c.oid, 'SELECT');
-- an UPDATE may name them: none that a client writes is GENERATED ALWAYS
SELECT c.relname, t.attname FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid AND t.attidentity = 'a'
WHERE c.relnamespace = 'licence_home'::regnamespace AND EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname LIKE 'regress\_%' AND has_any_column_privilege(r.oid, c.oid, 'INSERT'));

\echo == an UPDATE of the whole row passes where a role may update, and FOR UPDATE; LOCK TABLE does not
CREATE TEMP TABLE whole_row AS
SELECT c.relname::text, w.who, w.no, w.condition, string_agg(format('%I = %s', t.name,
        -- (what an official does not read a mapper does not write either: what was read is what is saved)
        CASE WHEN has_column_privilege('regress_' || w.who, c.oid, t.attnum, 'SELECT') THEN quote_ident(t.name) END), ', ' ORDER BY t.attnum)
        FILTER (WHERE NOT t.is_generated AND has_column_privilege('regress_' || w.who, c.oid, t.attnum, 'SELECT')) AS assignments,
    bool_and(has_column_privilege('regress_' || w.who, c.oid, t.attnum, 'UPDATE')) AS on_all
FROM (SELECT 'applicant', 'portal', no, 'applicant_id = licence_home.acting_applicant()' FROM subject WHERE relname = 'applicant'
      UNION ALL SELECT 'application', 'portal', no, format('application_no = %L', no) FROM subject WHERE relname = 'application'
      UNION ALL SELECT 'application', r, no, format('application_no = %L', no) FROM subject, unnest('{clerk,inspector,committee,director}'::text[]) AS r WHERE relname = 'application'
      UNION ALL SELECT 'document', 'clerk', no, format('application_no = %L AND document_type = ''title_deed''', no) FROM subject WHERE relname = 'document' AND who = 'clerk'
      UNION ALL SELECT 'inspection', r, no, format('application_no = %L', no) FROM subject, unnest('{clerk,inspector}'::text[]) AS r WHERE relname = 'inspection_finding'
      UNION ALL SELECT 'holiday', 'admin', no, 'holiday_id = (SELECT max(holiday_id) FROM licence_home.holiday WHERE withdrawn_at IS NULL)' FROM subject WHERE relname = 'holiday'
      UNION ALL SELECT 'edition', 'admin', no, 'edition_id = (SELECT max(edition_id) FROM licence_home.edition)' FROM subject WHERE relname = 'holiday'
    ) AS w (relname, who, no, condition)
JOIN pg_class AS c ON c.relname = w.relname AND c.relnamespace = 'licence_home'::regnamespace
JOIN col AS t ON t.relname = w.relname GROUP BY c.oid, 1, 2, 3, 4;
SELECT relname, w.who, w.on_all, (a).code, (a).rows > 0 AS rows, (a).said, (b).code, (b).rows = (a).rows AS locked
FROM whole_row AS w CROSS JOIN LATERAL pg_temp.attempt(w.who, no, format('UPDATE licence_home.%I SET %s WHERE %s', relname, assignments, condition)) AS a
CROSS JOIN LATERAL pg_temp.attempt(w.who, no, format('SELECT FROM licence_home.%I WHERE %s FOR UPDATE', relname, condition)) AS b ORDER BY 1, 2;
-- which columns each may change so; the others are refused by a rule, not by a privilege
SELECT w.relname, w.who, string_agg(c.name, ' ' ORDER BY c.attnum) FILTER (WHERE (a).code = '00000') AS may_change,
    string_agg(DISTINCT (a).code, ' ') FILTER (WHERE (a).code <> '00000') AS else_refused
FROM whole_row AS w JOIN col AS c USING (relname)
CROSS JOIN LATERAL pg_temp.attempt(w.who, no, format('UPDATE licence_home.%I SET %I = %s WHERE %s', w.relname, c.name, pg_temp.other(c.type), condition)) AS a
WHERE NOT c.is_generated GROUP BY 1, 2 ORDER BY 1, 2;
-- tables that somebody can lock: where rows can be deleted, PostgreSQL gives the lock with that
SELECT r.rolname, string_agg(c.relname, ' ' ORDER BY c.relname COLLATE "C") FROM pg_class AS c CROSS JOIN pg_roles AS r
CROSS JOIN LATERAL pg_temp.attempt(substr(r.rolname, 9), NULL, format('LOCK TABLE licence_home.%I IN ACCESS EXCLUSIVE MODE', c.relname)) AS a
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND r.rolname LIKE 'regress\_%' AND r.rolname NOT LIKE 'regress\_nobody' AND (a).code <> '42501'
GROUP BY 1 ORDER BY 1;
