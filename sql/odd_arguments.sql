-- Whatever number, day, moment or text a caller gives to a function that some
-- role may call, no error comes from inside it (XX000, 22003, a crash), and none
-- takes long.  The calls are generated from the catalogue, so that a new function
-- is tried by itself.
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
SET jit = off;
\pset format unaligned
\pset tuples_only on
SELECT story.new_case_in('issued') AS no \gset
SELECT licence_no AS licence FROM licence_home.licence WHERE application_no = :'no' \gset

-- What is odd of a type, and what is not.
CREATE TEMP TABLE odd (type regtype, value text, PRIMARY KEY (type, value));
INSERT INTO odd
    SELECT 'numeric'::regtype, v FROM unnest('{0,-1,NaN,Infinity,-Infinity,1e131071,-1e131071,1e-16383,0.1}'::text[]) AS v
    UNION ALL SELECT 'double precision', v FROM unnest('{0,-1,NaN,Infinity,-Infinity,1e308,-1e308,1e-307}'::text[]) AS v
    UNION ALL SELECT 'integer', v FROM unnest('{0,-1,2147483647,-2147483648}'::text[]) AS v
    UNION ALL SELECT 'bigint', v FROM unnest('{0,-1,9223372036854775807,-9223372036854775808}'::text[]) AS v
    UNION ALL SELECT 'smallint', v FROM unnest('{0,-1,32767,-32768}'::text[]) AS v
    UNION ALL SELECT 'date', v FROM unnest('{infinity,-infinity,4714-11-24 BC,0044-03-15 BC,5874897-12-31,1415-01-01}'::text[]) AS v
    UNION ALL SELECT 'timestamptz', v FROM unnest('{infinity,-infinity,4714-11-24 00:00:00+00 BC,294276-12-31 23:59:59+00}'::text[]) AS v
    UNION ALL SELECT 'interval', v FROM unnest('{178000000 years,-178000000 years,0,-1 s}'::text[]) AS v
    UNION ALL SELECT 'daterange', v FROM unnest('{empty,"(,)","[infinity,)","[5874897-12-30,)","[4714-11-24 BC,0044-03-15 BC)"}'::text[]) AS v
    UNION ALL SELECT 'text', v FROM unnest(ARRAY['', ' ', E'\u200b', E'\u202e', '%s %1$s {x} {{', 'x'';--', E'\n', 'long']) AS v
    UNION ALL SELECT 'name', v FROM unnest(ARRAY['', 'x";--']) AS v
    UNION ALL SELECT 'jsonb', v FROM unnest(ARRAY['null', '[]', '{}', '{"a": null}', '1e131071']) AS v
    UNION ALL SELECT 'text[]', v FROM unnest(ARRAY['{}', '{NULL}', '{"",""}', '{{a,b},{c,d}}', '[5:5]={a}']) AS v
    UNION ALL SELECT 'regclass', v FROM unnest(ARRAY['pg_class', 'licence_home.zone', '0', '4294967295']) AS v;
-- Ten million characters: a literal of its own in each call.
CREATE FUNCTION pg_temp.shown(type regtype, value text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN value IS NULL THEN format('NULL::%s', type)
        WHEN value = 'long' THEN format('repeat(''ab '', 3333333)::%s', type)
        ELSE format('%L::%s', value, type) END $$;

-- An argument that is not tried: what a caller would give.
CREATE FUNCTION pg_temp.plain(name text, type regtype, no text, licence text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN type = 'licence_home.application_no'::regtype THEN format('%L::%s', no, type)
        WHEN type = 'licence_home.licence_no'::regtype THEN format('%L::%s', licence, type)
        WHEN name = 'profession' THEN '''home_baking'''
        WHEN name IN ('action') THEN '''withdraw'''
        WHEN name = 'municipality' THEN '''amman'''
        WHEN name = 'workflow' THEN '''first_issue'''
        WHEN name = 'language' THEN '''en'''
        WHEN name IN ('kind', 'applicant_kind') THEN '''citizen'''
        WHEN name = 'template' THEN '''licence_issued'''
        WHEN name IN ('on_date', 'day', 'rules_on', 'until', 'ends', 'valid_from') THEN '''2026-03-02''::date'
        WHEN name ~ '^(from|to)_(day|date)$' THEN '''2026-03-02''::date'
        WHEN type = 'date'::regtype THEN '''1985-01-01''::date'
        WHEN type = 'timestamptz'::regtype THEN '''2026-03-02 10:00+03''::timestamptz'
        WHEN type = 'interval'::regtype THEN '''0''::interval'
        WHEN type = 'daterange'::regtype THEN '''[2026-03-01,)''::daterange'
        WHEN type IN ('numeric'::regtype, 'double precision'::regtype) THEN '12::' || type
        WHEN type IN ('integer'::regtype, 'bigint'::regtype, 'smallint'::regtype) THEN '1::' || type
        WHEN type = 'boolean'::regtype THEN 'false'
        WHEN type = 'geometry'::regtype THEN '''SRID=4326;POINT(35.84 31.98)''::geometry'
        WHEN type IN ('text'::regtype, 'licence_home.visible_text'::regtype) THEN format('''x''::%s', type)
        ELSE format('NULL::%s', type) END $$;

-- Each argument of each function that some role may call by its name, odd in turn, and null.
CREATE TEMP TABLE call AS
WITH called AS (
    SELECT p.oid, a.n, p.provariadic <> 0 AND a.n = p.pronargs AS variadic, (p.proargnames)[a.n] AS name, a.type::regtype AS type,
        CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE a.type END::regtype AS base
    FROM pg_proc AS p CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n) JOIN pg_type AS t ON t.oid = a.type
    WHERE p.pronamespace = 'licence_home'::regnamespace AND p.prokind = 'f' AND p.prorettype <> 'internal'::regtype
        AND 'internal'::regtype <> ALL (p.proargtypes::oid[]) AND 'cstring'::regtype <> ALL (p.proargtypes::oid[])
        AND EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname LIKE 'regress\_%' AND r.rolname <> 'regress_nobody' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')))
SELECT c.oid::regprocedure AS function, c.n, c.name, coalesce(o.value, 'null') AS odd,
    format('SELECT count(f) FROM %s(%s) AS f', c.oid::regproc, (SELECT string_agg(
        CASE WHEN d.variadic THEN 'VARIADIC ' ELSE '' END || CASE d.n WHEN c.n THEN pg_temp.shown(c.type, o.value) ELSE pg_temp.plain(d.name, d.type, :'no', :'licence') END, ', ' ORDER BY d.n)
        FROM called AS d WHERE d.oid = c.oid)) AS statement
FROM called AS c
JOIN (SELECT type, value FROM odd UNION ALL SELECT NULL, NULL) AS o ON o.type = c.base OR o.type IS NULL
ORDER BY c.oid::regprocedure::text COLLATE "C", c.n, 4;
SELECT count(DISTINCT function) > 60 AS functions, count(*) > 700 AS calls FROM call;

CREATE FUNCTION pg_temp.outcome(statement text, OUT code text, OUT said text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';          -- so that nothing of it stays
EXCEPTION WHEN OTHERS OR query_canceled THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
END $$;
SET client_min_messages = error;
SET statement_timeout = '600 s';
CREATE TEMP TABLE tried AS
SELECT c.*, o.code, o.said FROM call AS c CROSS JOIN LATERAL pg_temp.outcome(c.statement) AS o;
\echo == errors from inside
SELECT function, name, string_agg(left(odd, 30), ', '), code, left(said, 90) FROM tried
WHERE code ~ '^(XX|P0|22003|22008|42883|42P|42601|21|57|53|54)'
    AND said !~ 'is out of range for type (application|licence)_no$'         -- a number that is none
GROUP BY function, name, code, said ORDER BY function::text COLLATE "C", name, code, said;
