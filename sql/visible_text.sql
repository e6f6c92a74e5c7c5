-- A blank is no evidence, no name and no reason; a number is the same number
-- from every keyboard.
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
\pset null (null)

\echo == columns of text that may be anything
-- codes and choices have CHECKs and keys of their own; these are kept by the rules, or by a trigger that says more
SELECT c.relname || ': ' || string_agg(a.attname, ', ' ORDER BY a.attnum)
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'text'::regtype AND c.relname !~ '^(sms|sender|kannel|restored|job)'
    AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum])
    -- (every rule row says who wrote it)
    AND NOT (a.attname IN ('recorded_by', 'session_role') AND EXISTS (SELECT FROM pg_attribute AS r WHERE r.attrelid = c.oid AND r.attname = 'certainty'))
GROUP BY c.relname ORDER BY c.relname COLLATE "C";

\echo == each that counts, with texts that cannot be seen
CREATE TEMP TABLE tried AS
SELECT c.oid::regclass AS of, a.attname, a.attnotnull AS needed, b.blank, NULL::text AS code
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN unnest(ARRAY['', ' ', U&'\00A0', U&'\200B', U&'\200E\200F', E'\t\n', U&'\FEFF', U&'\2800', U&'\0640', U&'\064B']) AS b (blank)
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'visible_text'::regtype
    -- (written by the queue alone, from texts that were checked)
    AND c.relname <> 'sms_message_text';
DO $$
DECLARE
    t record;
    code text;
    of_table text;
    of_column text;
BEGIN
    FOR t IN SELECT *, i.ctid AS at FROM tried AS i LOOP
        of_column := NULL;
        BEGIN
            EXECUTE format('INSERT INTO %s (%I) VALUES (%L)', t.of, t.attname, t.blank);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, of_table = TABLE_NAME, of_column = COLUMN_NAME;
            UPDATE tried SET code = concat_ws(' ', SQLSTATE, 'its column') WHERE ctid = t.at AND of_table = t.of::text AND of_column = t.attname;
        END;
    END LOOP;
END $$;
-- where one is needed it is refused by its table and column; else it is null, and nothing is wrong with it
SELECT needed, code, count(DISTINCT (of, attname)) > 10 AS many, count(*) = 10 * count(DISTINCT (of, attname)) AS each_blank FROM tried GROUP BY 1, 2 ORDER BY 1, 2;
SELECT DISTINCT t.of, t.attname FROM tried AS t
WHERE NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.of AND g.tgname = 'a_bounds'
    AND position(convert_to(t.attname || ' visible ', 'UTF8') IN g.tgargs) > 0);
-- what a form sends where nobody wrote anything
SELECT story.new_case(documents => false) AS no \gset
INSERT INTO document (application_no, document_type, reference_no, attachment_locator) VALUES (:'no', 'title_deed', '', U&'\00A0')
RETURNING reference_no, attachment_locator;
SELECT lacking FROM required_documents(:'no') WHERE document_type = 'title_deed';
SELECT code, said FROM story.attempt('portal', :'no', $x$UPDATE licence_home.applicant SET name_ar = U&'\200B', name_en = ''$x$);
SELECT count(*) AS nulls_refused FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE a.atttypid = 'visible_text'::regtype AND 'x'::visible_text IS NULL;
SELECT NULL::visible_text, 'ء'::visible_text, ' x '::visible_text;

\echo == a note
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT left(story.outcome('clerk', :'no', 'recall', U&'\200B'), 5), left(story.outcome('clerk', :'no', 'recall', U&' \00A0 '), 5);
SELECT code FROM story.attempt('clerk', :'no', $$UPDATE licence_home.application SET state = 'submitted', step_note = U&'\200F ' WHERE application_no = $1$$);
SELECT story.outcome('clerk', :'no', 'recall', 'خطأ');
-- where none is needed, a blank one is none
SELECT t FROM story.take('portal', :'no', 'withdraw', ' ') AS t WHERE t !~ '^ *message';

\echo == identity numbers
CREATE FUNCTION pg_temp.register(kind text, identity text, representative text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    INSERT INTO applicant (kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
    VALUES (kind, identity, 'س', '0791234567', CASE WHEN representative IS NOT NULL THEN 'ص' END, representative,
        CASE WHEN representative IS NOT NULL THEN 'مدير' END)
    RETURNING identity_no || coalesce(' by ' || representative_identity_no, '') INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.register('citizen', '9871234001');
SELECT pg_temp.register('citizen', i) FROM unnest(ARRAY['٩٨٧١٢٣٤٠٠١', '۹۸۷۱۲۳۴۰۰۱', U&'\200E9871234001\200F', ' 987 123 4001', U&'9871234001\00A0', '９８７１２３４００１']) AS i;
SELECT pg_temp.register('citizen', U&'\200F٩٨٧ ١٢٣ ٤٠٠٢'), pg_temp.register('citizen', U&'\200B'), pg_temp.register('citizen', '98712340O1');
SELECT pg_temp.register('business', '٢٠٠١٢٣٤٠١', U&'\200E٩٨٧ ١٢٣ ٤٠٠٣'), pg_temp.register('business', '200123402', 'Ｐ١٢٣٤٥٦'),
    pg_temp.register('business', '200123403', U&'\200B');
SELECT identity, find_applicant('citizen', identity) = (SELECT applicant_id FROM applicant WHERE identity_no = '9871234001') AS found
FROM unnest(ARRAY['9871234001', '٩٨٧١٢٣٤٠٠١', '۹۸۷ ۱۲۳ ۴۰۰۱', U&'\200E9871234001', U&'9871234001\FEFF', '9871234009']) AS identity;
SELECT find_applicant('business', U&'200\2009123\2009401') IS NOT NULL;
-- an UPDATE too, and only what changes is a change
UPDATE applicant SET representative_identity_no = '٩٨٧١٢٣٤٠٠٤', identity_no = '٢٠٠١٢٣٤٠١' WHERE identity_no = '200123401' RETURNING identity_no, representative_identity_no;

\echo == payment references
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill FROM invoice WHERE application_no = :'no' \gset
SELECT outcome, reference FROM record_payment('EFA-77 a', :bill, 1, '2026-03-01 09:00+03');
SELECT outcome, reference FROM unnest(ARRAY['efa-77A', 'EFA–77 a', U&'\200EEFA-٧٧ a', 'ＥＦＡ-77a', 'EFA-77 a']) AS r
CROSS JOIN LATERAL record_payment(r, :bill, 1, '2026-03-01 09:00+03');
SELECT outcome, reference FROM record_payment('EFA-78 a', :bill, 1, '2026-03-01 09:00+03');
SELECT code, rows, said FROM story.attempt('cashier', :'no', format($$INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at)
    VALUES (' efa-77a', %s, 1, '2026-03-01 09:00+03')$$, :bill));
SELECT code, rows FROM story.attempt('cashier', :'no', format($$SELECT licence_home.record_payment('efa-77a', %s, 2)$$, :bill));
SELECT code, said FROM unnest(ARRAY['', U&'\200B']) AS r CROSS JOIN LATERAL story.attempt('cashier', :'no', format($$SELECT licence_home.record_payment(%L, %s, 2)$$, r, :bill));
SELECT count(*), sum(amount) FROM payment WHERE invoice_no = :bill;

\echo == media types
SELECT story.new_case(documents => false) AS no \gset
INSERT INTO document (application_no, document_type, attachment_type, attachment_sha256, attachment_locator)
SELECT :'no', 'title_deed', t, sha256('x'), 'store:1' FROM unnest(ARRAY['Application/PDF', U&'\FEFFimage/JPEG ', ' image / svg+xml']) AS t;
SELECT attachment_type FROM document WHERE application_no = :'no' ORDER BY document_id;
SELECT code, said FROM unnest(ARRAY['pdf', 'application/', 'application/p df;x', '']) AS t CROSS JOIN LATERAL story.attempt('portal', :'no', format(
    $$INSERT INTO licence_home.document (application_no, document_type, attachment_type) VALUES ($1, 'title_deed', %L)$$, t));

\echo == officials
SELECT code FROM unnest(ARRAY['', U&'\00A0', U&'\200B', NULL]) AS n CROSS JOIN LATERAL story.attempt('clerk', NULL, format('SELECT licence_home.act_as(%L)', n));
