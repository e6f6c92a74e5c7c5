-- No value is without a bound: src/sql/base/make_table.sql.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
\echo == every column of texts, numbers and days of every table has a bound of the trigger's, a list of words, or is one of these
CREATE TEMP VIEW bounded AS
    SELECT t.tgrelid, split_part(a, ' ', 1) AS attname
    FROM pg_trigger AS t
    CROSS JOIN LATERAL unnest(string_to_array(encode(t.tgargs, 'escape'), '\000')) AS a
    WHERE t.tgfoid = 'licence_home_internal.bounds()'::regprocedure AND t.tgenabled = 'O' AND a <> '';
SELECT c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum)
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'p')
    AND CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END IN ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype,
        'numeric'::regtype, 'int2'::regtype, 'int4'::regtype, 'float8'::regtype, 'date'::regtype, 'timestamptz'::regtype, 'daterange'::regtype)
    AND NOT EXISTS (SELECT FROM bounded AS b WHERE b.tgrelid = c.oid AND b.attname = a.attname)
    AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
        AND pg_get_constraintdef(k.oid) ~ '= ANY \(ARRAY\[')
    -- stamps of the rules'
    AND a.attname !~ '_(at(_event)?|role)$'
GROUP BY c.relname ORDER BY c.relname COLLATE "C";
-- it comes before every other row trigger
SELECT t.tgrelid::regclass, t.tgname FROM pg_trigger AS t
WHERE t.tgrelid IN (SELECT tgrelid FROM bounded) AND NOT t.tgisinternal AND t.tgtype & 3 = 3 AND t.tgname < 'a_bounds';

-- What a statement would come to, nothing of it stays.
CREATE FUNCTION pg_temp.try(who text, no licence_home.application_no, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    code text; said text; detail text; hint text; col text; tab text;
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        EXECUTE statement USING no;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
            hint = PG_EXCEPTION_HINT, col = COLUMN_NAME, tab = TABLE_NAME;
    END;
    RETURN CASE WHEN code = 'ZZ000' THEN 'ok' ELSE concat_ws(' | ', code, coalesce(replace(said, no::text, '{no}'), said), CASE WHEN said !~ 'check constraint' THEN nullif(detail, '') END,
        nullif(hint, ''), nullif(tab, '') || '.' || nullif(col, '')) END;
END $$;

\echo == texts: at the bound and one character more, in letters of one byte and of two
SELECT story.new_case() AS no \gset
SELECT c.name, c.most, l.letter, n - c.most AS more,
    pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET %I = repeat(%L, %s) WHERE application_no = $1', c.name, l.letter, n))
FROM (VALUES ('address', 500), ('village', 100), ('basin', 100), ('neighbourhood', 100), ('parcel', 100),
    ('building_no', 50), ('floor', 50), ('unit', 50), ('profession', 63)) AS c (name, most)
CROSS JOIN (VALUES ('x'), ('ش')) AS l (letter)
CROSS JOIN LATERAL (VALUES (c.most), (c.most + 1)) AS v (n)
WHERE c.name IN ('address', 'unit') OR n > c.most AND letter = 'ش';
SELECT pg_temp.try('portal', :'no', format('INSERT INTO licence_home.document (application_no, document_type, %s) VALUES ($1, ''title_deed'', repeat(''م'', %s))', v.name, v.n))
FROM (VALUES ('reference_no', 200), ('reference_no', 201), ('reference_no', 10000000), ('attachment_locator', 2000), ('attachment_locator', 2001)) AS v (name, n);
SELECT pg_temp.try('portal', NULL, format($$INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone) VALUES ('citizen', '9876500000', repeat('س', %s), repeat('s', %s), '0791234567')$$, a, b))
FROM (VALUES (200, 200), (201, 1), (1, 201)) AS v (a, b);
-- a note, whichever way it comes
SELECT n, pg_temp.try('portal', :'no', format('SELECT licence_home.perform($1, ''submit'', repeat(''ن'', %s))', n)),
    pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET state = ''submitted'', step_note = repeat(''ن'', %s) WHERE application_no = $1', n))
FROM (VALUES (4000), (4001)) AS v (n);

\echo == money
SELECT story.new_case_in('fee_due') AS due \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'due' \gset
SELECT v.amount, pg_temp.try('cashier', :'due', format('SELECT licence_home.record_payment(''B-1'', %s, %L)', :bill, v.amount)),
    pg_temp.try('cashier', :'due', format('INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at) VALUES (''B-1'', %s, %L, licence_home.now())', :bill, v.amount)) = 'ok'
FROM (VALUES ('999999.999'), ('1000000'), ('0.001'), ('0.0001'), ('-1'), ('9e131071'), ('1e120000'), ('1e-16000'), ('NaN'), ('Infinity'), ('-Infinity')) AS v (amount);
SELECT pg_temp.try('cashier', :'due', format('SELECT licence_home.record_payment(repeat(''x'', %s), %s, 1)', n, :bill)) FROM (VALUES (200), (201)) AS v (n);
-- so that what is summed is a sum
SELECT count(*) >= 0 FROM licence_home.refundable;
SELECT count(*) >= 0 FROM licence_home.unproven_licences();
SELECT pg_temp.try('admin', NULL, format($$INSERT INTO licence_home.fee_rule (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)
    SELECT schedule, 'food', %L, %L, 'x', 'x', valid, 'x', 'unknown' FROM licence_home.fee_schedule LIMIT 1$$, area, amount))
FROM (VALUES ('[0,25)', '1e6'), ('[0,25)', '0.0005'), ('[0,1e6)', '20'), ('[9e131071,)', '20'), ('[-1,25)', '20'), ('[0,Infinity]', '20'), ('[0,NaN]', '20')) AS v (area, amount);
SELECT pg_temp.try('admin', NULL, format($$INSERT INTO licence_home.fee_adjustment (adjustment, kind, share, item_ar, item_en, valid, source, certainty)
    VALUES ('x', 'surcharge', %L, 'x', 'x', '[2090-01-01,2091-01-01)', 'x', 'unknown')$$, share))
FROM (VALUES ('1000'), ('1000.1'), ('0.000001'), ('0.0000001'), ('1e100000')) AS v (share);

\echo == areas and counts
SELECT v.area, pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET home_area_m2 = %L WHERE application_no = $1', v.area)),
    pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET work_area_m2 = %L WHERE application_no = $1', v.area)) = 'ok'
FROM (VALUES ('133.3333'), ('133.33333'), ('1000000'), ('1e1000'), ('1e-1000'), ('NaN')) AS v (area);
SELECT v.people, pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET people = %s, employees = %1$s, children = %1$s WHERE application_no = $1', v.people))
FROM (VALUES (0), (-1), (1000000), (1000001), (2147483647)) AS v (people);

\echo == days: the Gregorian calendar, from 1800 to 2199
SELECT v.day, pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET built_on = %L WHERE application_no = $1', v.day))
FROM (VALUES ('1800-01-01'), ('1799-12-31'), ('1415-03-01'), ('1389-01-01'), ('0095-06-01'), ('0044-03-15 BC'), ('4713-11-24 BC'), ('infinity'), ('-infinity'), ('2200-01-01')) AS v (day);
SELECT v.day, pg_temp.try('portal', :'no', format('INSERT INTO licence_home.document (application_no, document_type, reference_no, issued_on, expires_on) VALUES ($1, ''title_deed'', ''1'', NULL, %L)', v.day))
FROM (VALUES ('2126-03-02'), ('2126-03-03'), ('2200-01-01'), ('1447-01-01'), ('0001-01-01 BC'), ('infinity')) AS v (day);
SELECT v.valid, pg_temp.try('admin', NULL, format($$INSERT INTO licence_home.reason (reason, purpose, name_ar, name_en, valid, source, certainty)
    VALUES ('x', 'closure', 'x', 'x', %L, 'x', 'unknown')$$, v.valid))
FROM (VALUES ('[1800-01-01,2199-12-31)'), ('[2026-01-01,)'), ('(,)'), ('[1799-12-31,)'), ('[1447-01-01,)'), ('[0044-03-15 BC,)'), ('[2026-01-01,2200-01-01)'), ('[2026-01-01,infinity)')) AS v (valid);
SELECT v.day, pg_temp.try('admin', NULL, format($$INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES (%L, 'x', 'x', '[2026-01-01,)', 'x', 'unknown')$$, v.day))
FROM (VALUES ('1447-10-01'), ('2200-01-01'), ('0001-01-01 BC')) AS v (day);

\echo == rules: texts of each length
SELECT pg_temp.try('admin', NULL, format($$INSERT INTO licence_home.reason (reason, purpose, name_ar, name_en, valid, source, certainty)
    VALUES ('x' || repeat('x', %s), 'deficiency', repeat('x', %s), 'x', '[2026-01-01,)', repeat('x', %s), 'unknown')$$, a, b, c))
FROM (VALUES (62, 200, 2000), (63, 1, 1), (1, 201, 1), (1, 1, 2001)) AS v (a, b, c);
SELECT pg_temp.try('admin', NULL, format($$INSERT INTO licence_home.sms_gateway_credential (gateway, name, secret) VALUES ('g', 'n', repeat('hidden', %s))$$, n)) FROM (VALUES (1), (334)) AS v (n);
\pset tuples_only off
\pset format aligned

\echo == in the language of the session, and in Arabic by the name that people know
SELECT story.new_case() AS no \gset
CREATE FUNCTION pg_temp.said(no licence_home.application_no, statement text, who text DEFAULT 'portal') RETURNS SETOF text
    LANGUAGE plpgsql AS $$
DECLARE
    said text;
    detail text;
    hint text;
BEGIN
    PERFORM story.become(who, no);
    EXECUTE statement USING no;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT story.masked(no, said);
    RETURN QUERY SELECT '    ' || d FROM regexp_split_to_table(nullif(detail, ''), E'\n') AS d;
    RETURN QUERY SELECT '    -> ' || hint WHERE hint <> '';
END $$;
CREATE TEMP TABLE wrong (position serial, statement text);
INSERT INTO wrong (statement) VALUES
    ('UPDATE licence_home.application SET home_area_m2 = -1 WHERE application_no = $1'),
    ('UPDATE licence_home.application SET built_on = ''1415-01-01'' WHERE application_no = $1'),
    ('UPDATE licence_home.application SET unit = repeat(''x'', 51) WHERE application_no = $1'),
    ('UPDATE licence_home.applicant SET name_ar = '' ''');
GRANT SELECT ON wrong TO PUBLIC;
SET licence_home.language = 'ar';
SELECT pg_temp.said(:'no', statement) FROM wrong ORDER BY position;
SET licence_home.language = 'en';
SELECT pg_temp.said(:'no', statement) FROM wrong ORDER BY position;
RESET licence_home.language;
SELECT pg_temp.said(:'no', statement) FROM wrong ORDER BY position;

\echo == what follows from the case or the calendar, too
SELECT story.new_case_in('submitted') AS no \gset
SET licence_home.language = 'ar';
SELECT said FROM (VALUES ('2026-03-06 10:00+03'), ('2026-03-02 03:00+03'), ('2026-02-02 10:00+03'), ('2062-03-02 10:00+03')) AS v (at)
CROSS JOIN LATERAL pg_temp.said(:'no', format('INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, %L)', v.at), 'clerk') AS said;
SELECT story.new_case() AS draft \gset
SELECT pg_temp.said(:'draft', 'UPDATE licence_home.application SET built_on = ''2060-01-01'' WHERE application_no = $1') FROM (SELECT 1) AS one;
RESET licence_home.language;
