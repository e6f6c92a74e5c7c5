-- A rule is taken back before its day, and what it was to follow goes on.
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
\pset format unaligned
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

-- the rows of a table that count from a day on, without their ids and moments
CREATE FUNCTION pg_temp.coming(rule_table regclass, day date) RETURNS SETOF text
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT (to_jsonb(r) - %L - ''valid'' - ''withdrawn_at'' - ''recorded_at'' - ''closed_at'')::text FROM %s AS r '
        'WHERE r.withdrawn_at IS NULL AND r.valid @> $1 ORDER BY 1', split_part(rule_table::text, '.', -1) || '_id', rule_table) USING day;
END $$;
-- Close the rows of a table on a day, let copies of them that differ begin there,
-- take these back; then every row is as it was, from that day on and before.
CREATE FUNCTION pg_temp.there_and_back(rule_table regclass, how text, only_rows text DEFAULT 'true',
        OUT closed bigint, OUT resumed bigint, OUT as_before boolean, OUT as_now boolean)
    LANGUAGE plpgsql AS $$
DECLARE
    id text := rule_table::text || '_id';
    columns text;
    before text[] := ARRAY(SELECT pg_temp.coming(rule_table, '2027-02-03'));
    today text[] := ARRAY(SELECT pg_temp.coming(rule_table, '2026-03-01'));
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', ') INTO columns FROM pg_attribute AS a
    WHERE a.attrelid = rule_table AND a.attnum > 1 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname NOT IN ('valid', 'recorded_at', 'recorded_by', 'session_role', 'closed_at', 'withdrawn_at', 'withdrawal');
    EXECUTE format('CREATE TEMP TABLE old ON COMMIT DROP AS SELECT * FROM %s WHERE withdrawn_at IS NULL AND valid @> ''2027-02-03''::date AND %s',
        rule_table, only_rows);
    EXECUTE format('UPDATE %s AS r SET valid = daterange(lower(r.valid), ''2027-02-03'') FROM old WHERE r.%I = old.%2$I', rule_table, id);
    GET DIAGNOSTICS closed = ROW_COUNT;
    EXECUTE format('UPDATE old SET %s', how);
    EXECUTE format('INSERT INTO %s (valid, %s) SELECT daterange(''2027-02-03'', upper(valid)), %2$s FROM old', rule_table, columns);
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    EXECUTE format('SELECT count(*) FROM (SELECT %I AS id FROM %s WHERE withdrawn_at IS NULL AND lower(valid) = ''2027-02-03'' ORDER BY 1) AS n '
        'CROSS JOIN LATERAL licence_home.withdraw_rule(%L, n.id)', id, rule_table, rule_table) INTO resumed;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    as_before := before = ARRAY(SELECT pg_temp.coming(rule_table, '2027-02-03'));
    as_now := today = ARRAY(SELECT pg_temp.coming(rule_table, '2026-03-01'));
    DROP TABLE old;
END $$;
\echo == a table of each kind of key
SELECT * FROM pg_temp.there_and_back('edition', 'max_area_m2 = 30');
SELECT * FROM pg_temp.there_and_back('criterion', $$article = 'another'$$);
SELECT * FROM pg_temp.there_and_back('document_rule', $$why_en = 'another'$$);
SELECT * FROM pg_temp.there_and_back('zone_ruling', $$article = 'another'$$);
SELECT * FROM pg_temp.there_and_back('profession', $$name_en = name_en || ' (new)'$$);
SELECT * FROM pg_temp.there_and_back('fee_rule', 'amount = amount + 1');
SELECT * FROM pg_temp.there_and_back('holiday', $$source = 'another'$$, 'weekday IS NOT NULL');
SELECT * FROM pg_temp.there_and_back('sms_template', 'max_parts = 3', $$template = 'licence_issued'$$);

\echo == bands: two that are taken back followed one, and one followed two
CREATE TEMP VIEW band AS SELECT area_m2, amount, valid FROM fee_rule
WHERE category = 'food' AND withdrawn_at IS NULL AND upper_inf(valid) ORDER BY area_m2;
SAVEPOINT bands;
SELECT area_m2, amount FROM band;
UPDATE fee_rule SET valid = daterange(lower(valid), '2027-06-01') WHERE category = 'food' AND withdrawn_at IS NULL AND upper_inf(valid);
INSERT INTO fee_rule (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)
SELECT '2019', 'food', b.area, b.amount, 'رسم', 'fee', '[2027-06-01,)', 'a change', 'likely'
FROM (VALUES ('[0,5]'::numrange, 20), ('(5,)', 45)) AS b (area, amount);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT area_m2, amount FROM band;
SELECT count(w) AS resumed FROM (SELECT fee_rule_id FROM fee_rule WHERE source = 'a change' ORDER BY 1) AS r CROSS JOIN LATERAL withdraw_rule('fee_rule', r.fee_rule_id) AS w;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT area_m2, amount, valid FROM band;
ROLLBACK TO bands;

\echo == what followed nothing is only withdrawn
INSERT INTO profession (code, category, name_ar, name_en, valid, source, certainty) VALUES ('paper_flowers', 'handicraft', 'أزهار ورقية', 'paper flowers', '[2027-02-03,)', 'x', 'likely')
RETURNING profession_id AS flowers \gset
SELECT count(*) AS resumed FROM withdraw_rule('profession', :flowers);
SELECT withdrawn_at IS NOT NULL AS withdrawn FROM profession WHERE code = 'paper_flowers';

\echo == what is refused
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN regexp_replace(concat_ws(' ', SQLSTATE, SQLERRM, '->', hint), '_id \d+', '_id N', 'g');
END $$;
SELECT pg_temp.try(format($$SELECT withdraw_rule('profession', %s)$$, :flowers));
SELECT pg_temp.try($$SELECT withdraw_rule('edition', edition_id) FROM edition WHERE valid @> today()$$);
SELECT pg_temp.try($$SELECT withdraw_rule('edition', 0)$$);
SELECT pg_temp.try($$SELECT withdraw_rule('edition', NULL)$$);
SELECT pg_temp.try($$SELECT withdraw_rule('zone', 1)$$);
SELECT pg_temp.try($$SELECT withdraw_rule('workflow', 1)$$);
SELECT pg_temp.try($$SELECT withdraw_rule('application', 1)$$);
SELECT pg_temp.try($$SELECT withdraw_rule('pg_class', 1)$$);
SELECT pg_temp.try($$SELECT withdraw_map(NULL)$$);
SELECT pg_temp.try($$SELECT withdraw_map('infinity')$$);

\echo == own rules of the municipality are official, and name the instrument
SELECT pg_temp.try($$INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty) VALUES ('own', 'refusal', 'س', 'x', '[2026-01-01,)', 'council', 'official')$$);
SELECT pg_temp.try($$INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty, instrument) VALUES ('own', 'refusal', 'س', 'x', '[2026-01-01,)', 'council', 'official', U&'\200B')$$);
INSERT INTO reason (reason, purpose, name_ar, name_en, valid, source, certainty, instrument) VALUES ('own', 'refusal', 'س', 'x', '[2026-01-01,)', 'council', 'official', '14/2026')
RETURNING certainty, instrument, illustrative;
SELECT count(*) > 25 AS many, count(*) FILTER (WHERE pg_get_constraintdef(k.oid) !~ 'official') AS without_official
FROM pg_constraint AS k JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attname = 'certainty' AND k.conkey = ARRAY[a.attnum]
WHERE k.connamespace = 'licence_home'::regnamespace AND k.contype = 'c';

\echo == a document asked of a profession, or of a category
INSERT INTO document_type (document_type, name_ar, name_en, needs_reference, needs_attachment, valid, source, certainty)
VALUES ('health_card', 'بطاقة صحية', 'health card', true, false, '[2012-01-01,)', 'x', 'likely'), ('kiln_test', 'فحص الفرن', 'kiln test', true, false, '[2012-01-01,)', 'x', 'likely');
INSERT INTO document_rule (document_type, position, category, profession, why_ar, why_en, valid, source, certainty)
VALUES ('health_card', 50, 'food', NULL, 'إعداد الأغذية', 'food is prepared', '[2012-01-01,)', 'x', 'likely'),
    ('kiln_test', 51, NULL, 'pottery', 'الفرن', 'there is a kiln', '[2012-01-01,)', 'x', 'likely');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT p.code, array_agg(d.document_type ORDER BY d.position) FILTER (WHERE d.position >= 50) AS own
FROM unnest(ARRAY['jams', 'pottery', 'knitting', 'no_such', NULL]) WITH ORDINALITY AS p (code, n)
CROSS JOIN LATERAL documents_for(p.code, '1985-01-01', false, 'citizen', '2026-03-01') AS d GROUP BY p.n, p.code ORDER BY p.n;
SELECT e.required FROM assess('pottery', NULL, 120, 15, '1985-01-01', 0, 1, false, '2026-03-01') AS e WHERE criterion = 'documents';
SELECT pg_temp.try($$INSERT INTO document_rule (document_type, position, category, profession, why_ar, why_en, valid, source, certainty)
    VALUES ('kiln_test', 52, 'handicraft', 'pottery', 'س', 'x', '[2012-01-01,)', 'x', 'likely')$$);
SELECT pg_temp.try($$INSERT INTO document_rule (document_type, position, profession, why_ar, why_en, valid, source, certainty)
    VALUES ('kiln_test', 52, 'potery', 'س', 'x', '[2012-01-01,)', 'x', 'likely')$$);
SELECT pg_temp.try($$INSERT INTO document_rule (document_type, position, profession, why_ar, why_en, valid, source, certainty)
    VALUES ('kiln_test', 52, 'pottery', 'س', 'x', '[2012-01-01,)', 'x', 'likely')$$);
ROLLBACK;

-- Nobody is left without a rule: what a table cannot be without is withdrawn
-- only with what takes its days.
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE FUNCTION pg_temp.of_all(rule_table regclass, set text, OUT code text, OUT said text, OUT hint text)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE %s SET %s AND withdrawn_at IS NULL', rule_table, set);
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION 'nothing' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    -- (which of several rows is asked first, is not said)
    said := regexp_replace(said, 'for workflow \w+', 'for workflow X');
END $$;
\echo == all rows of a table withdrawn at once
SELECT c.relname, w.* FROM pg_class AS c CROSS JOIN LATERAL pg_temp.of_all(c.oid, 'withdrawn_at = licence_home.now() WHERE true') AS w
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
  AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'withdrawn_at' AND NOT a.attisdropped)
ORDER BY c.relname COLLATE "C";
\echo == all rows of a table closed at once, on a coming day
SELECT c.relname, w.* FROM pg_class AS c
CROSS JOIN LATERAL pg_temp.of_all(c.oid, $$valid = daterange(lower(valid), '2027-02-03') WHERE valid @> '2027-02-03'::date$$) AS w
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
  AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'withdrawn_at' AND NOT a.attisdropped)
ORDER BY c.relname COLLATE "C";
\echo == what must not go is ended by name, and goes on again
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    hint text;
BEGIN
    EXECUTE statement;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    RETURN regexp_replace(concat_ws(' ', SQLSTATE, SQLERRM, '->', hint), '_id \d+', '_id N', 'g');
END $$;
SAVEPOINT ended;
SELECT edition_id AS edition FROM edition WHERE valid @> '2027-02-03'::date \gset
SELECT end_rule('edition', :edition, '2027-02-03');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT valid FROM edition WHERE edition_id = :edition;
SELECT verdict FROM (SELECT string_agg(ruling, ', ') AS verdict FROM assess('knitting', NULL, 120, 15, '2005-01-01', 0, 1, false, '2027-02-03') WHERE criterion = 'edition') AS e;
SET CONSTRAINTS ALL DEFERRED;
SELECT resume_rule('edition', :edition) > :edition AS resumed;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT valid FROM edition WHERE withdrawn_at IS NULL AND upper(valid) IS NULL OR edition_id = :edition ORDER BY 1;
SELECT pg_temp.refused(format('SELECT %s', c)) FROM unnest(ARRAY[
    format($$resume_rule('edition', %s)$$, :edition), format($$end_rule('edition', %s, '2027-02-04')$$, :edition),
    format($$end_rule('edition', %s, NULL)$$, :edition), format($$end_rule('edition', %s, 'infinity')$$, :edition),
    format($$end_rule('edition', %s, '2019-01-01')$$, :edition),
    $$end_rule('edition', NULL, '2027-02-04')$$, $$end_rule('workflow', 1, '2027-02-04')$$, $$end_rule('zone', 1, '2027-02-04')$$,
    $$end_rule('application', 1, '2027-02-04')$$, $$end_rule('pg_class', 1, '2027-02-04')$$, $$end_rule(NULL, 1, '2027-02-04')$$,
    $$resume_rule('zone', 1)$$, $$resume_rule(NULL, NULL)$$,
    $$end_workflow('first_issue', 2, '2027-02-04')$$, $$end_workflow(NULL, NULL, '2027-02-04')$$, $$end_workflow('first_issue', 1, NULL)$$,
    $$copy_workflow('first_issue', 7, '[2027-01-01,)')$$, $$copy_workflow(NULL, NULL, NULL)$$, $$end_map(NULL)$$, $$end_map('-infinity')$$]) WITH ORDINALITY AS t (c, n) ORDER BY n;
ROLLBACK TO ended;
SELECT end_workflow('first_issue', 1, '2027-02-03');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT copy_workflow('first_issue', 1, '[2027-02-03,)');
UPDATE workflow SET published_at = now() WHERE version = 2;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT version, valid, published_at IS NOT NULL AS published FROM workflow WHERE workflow = 'first_issue' ORDER BY version;
SELECT count(*) AS unlike FROM (SELECT to_jsonb(t) - '{version,recorded_at,recorded_by,session_role}'::text[] AS row, version FROM workflow_transition AS t WHERE workflow = 'first_issue' UNION ALL SELECT to_jsonb(t) - '{version,recorded_at,recorded_by,session_role}'::text[], version FROM workflow_state AS t WHERE workflow = 'first_issue'
    UNION ALL SELECT to_jsonb(t) - '{version,recorded_at,recorded_by,session_role}'::text[], version FROM workflow_evidence AS t WHERE workflow = 'first_issue') AS a GROUP BY row HAVING count(*) <> 2;
ROLLBACK TO ended;
\echo == ground stays in a zone
SET CONSTRAINTS ALL IMMEDIATE;
SELECT pg_temp.refused($$UPDATE zone SET withdrawn_at = now() WHERE zone_id = (SELECT min(zone_id) FROM zone)$$) ~ '^LH013 [0-9.]+ m² of zone_id N would be in no zone from 2012-01-01 on' AS withdrawn;
SELECT pg_temp.refused($$UPDATE zone SET valid = daterange(lower(valid), '2027-02-03') WHERE zone_id = (SELECT max(zone_id) FROM zone)$$) ~ '^LH013 [0-9.]+ m² of zone_id N would be in no zone from 2027-02-03 on' AS closed;
SET CONSTRAINTS ALL DEFERRED;
-- replaced by another of the same ground, for a part of its days and then for all of them
SAVEPOINT part;
WITH gone AS (UPDATE zone SET withdrawn_at = now() WHERE zone_id = (SELECT min(zone_id) FROM zone) RETURNING geom, class)
INSERT INTO zone (geom, class, valid, source, certainty) SELECT geom, class, '[2012-01-01,2028-01-01)', 'test', 'likely' FROM gone;
SELECT pg_temp.refused('SET CONSTRAINTS ALL IMMEDIATE') ~ 'from 2028-01-01 on' AS for_a_part;
ROLLBACK TO part;
WITH gone AS (UPDATE zone SET withdrawn_at = now() WHERE zone_id = (SELECT min(zone_id) FROM zone) RETURNING geom, class)
INSERT INTO zone (geom, class, valid, source, certainty) SELECT geom, class, d::daterange, 'test', 'likely'
FROM gone CROSS JOIN unnest('{"[2012-01-01,2028-01-01)","[2028-01-01,)"}'::text[]) AS d;
SET CONSTRAINTS ALL IMMEDIATE;
-- the map ends, and goes on
SELECT end_map('2027-02-03') > 100 AS ended;
SELECT is_zoned FROM (SELECT count(*) > 0 AS is_zoned FROM zone WHERE withdrawn_at IS NULL AND valid @> '2027-02-03'::date) AS z;
SELECT withdraw_map('2027-02-03') > 100 AS goes_on;
SELECT count(*) > 100 AS zones FROM zone WHERE withdrawn_at IS NULL AND valid @> '2027-02-03'::date;
ROLLBACK TO ended;
SET CONSTRAINTS ALL IMMEDIATE;
\echo == the workflow in force: with another version for its days, and another one yet
SAVEPOINT s;
\set VERBOSITY default
UPDATE workflow SET withdrawn_at = now() WHERE workflow = 'first_issue';
ROLLBACK TO s;
\set VERBOSITY terse
CREATE FUNCTION pg_temp.replace(from_version integer, to_version integer) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    SET CONSTRAINTS ALL DEFERRED;
    INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
        SELECT workflow, to_version, name_ar, name_en, valid, source, certainty FROM workflow
        WHERE workflow = 'first_issue' AND version = from_version;
    INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days, deadline_template, name_ar, name_en, source, certainty) SELECT workflow, to_version, state, kind, waits_for, target_days, grace_days, deadline_template,
        name_ar, name_en, source, certainty FROM workflow_state WHERE workflow = 'first_issue' AND version = from_version;
    INSERT INTO workflow_transition SELECT workflow, to_version, action, from_state, to_state, role, preconditions, effects, messages,
        source, certainty FROM workflow_transition WHERE workflow = 'first_issue' AND version = from_version;
    INSERT INTO workflow_evidence SELECT workflow, to_version, state, evidence, operation, role, source, certainty
        FROM workflow_evidence WHERE workflow = 'first_issue' AND version = from_version;
    UPDATE workflow SET withdrawn_at = now() WHERE workflow = 'first_issue' AND version = from_version;
    UPDATE workflow SET published_at = now() WHERE workflow = 'first_issue' AND version = to_version;
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN (SELECT string_agg(version || ' ' || valid, ', ') FROM workflow WHERE workflow = 'first_issue' AND withdrawn_at IS NULL);
END $$;
SELECT pg_temp.replace(1, 2), pg_temp.replace(2, 3);
-- a draft of a workflow never counted, and goes
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('first_issue', 9, 'مسودة', 'draft', '[2026-01-01,)', 'test', 'unknown');
UPDATE workflow SET withdrawn_at = now() WHERE version = 9;
SELECT version, withdrawn_at IS NOT NULL AS withdrawn FROM workflow WHERE workflow = 'first_issue' ORDER BY version;
ROLLBACK;
