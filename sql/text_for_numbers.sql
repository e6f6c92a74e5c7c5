-- Clients send numbers as text or varchar: they compare, insert and call
-- functions as if they had said the type, and an index still serves.
\set VERBOSITY terse
CREATE TEMP TABLE example AS
SELECT licence_home.application_no_make(2026, n) AS application_no, licence_home.licence_no_make(2026, n) AS licence_no,
    ('07' || 90000000 + n)::licence_home.phone_number AS phone, (9850000000 + n)::text::licence_home.national_no AS national_no
FROM generate_series(1, 5000) AS n;
CREATE UNIQUE INDEX ON example (application_no);
CREATE INDEX ON example (licence_no);
CREATE INDEX ON example (phone);
CREATE INDEX ON example (national_no);
ANALYZE example;

\echo == a parameter of type text or varchar, or an array of them, finds the row by the index
CREATE FUNCTION pg_temp.plan(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ 'Scan' THEN
            plan := plan || regexp_replace(btrim(line, ' ->'), ' using \S+', '') || ' ';
        END IF;
    END LOOP;
    RETURN plan;
END $$;
SET enable_bitmapscan = off;
SELECT c.name, t.type, pg_temp.plan(format('SELECT FROM example WHERE %I = %L::%s', c.name, c.example, t.type)) AS equal,
    pg_temp.plan(format('SELECT FROM example WHERE %I = ANY (ARRAY[%L]::%s[])', c.name, c.example, t.type)) AS any_of
FROM (SELECT key AS name, value AS example FROM jsonb_each_text((SELECT to_jsonb(e) FROM example AS e LIMIT 1))) AS c
CROSS JOIN (VALUES ('text'), ('varchar')) AS t (type)
ORDER BY 1, 2;
RESET enable_bitmapscan;
-- also in a generic plan, as a driver's prepared statements come to have
SET plan_cache_mode = force_generic_plan;
PREPARE by_string (varchar) AS SELECT count(*) FROM example WHERE application_no = $1;
SELECT pg_temp.plan('EXECUTE by_string (''A2026-00000012-1'')');
RESET plan_cache_mode;
SELECT e.application_no AS known FROM example AS e WHERE licence_no = (SELECT licence_no::text FROM example ORDER BY 1 LIMIT 1) \gset
EXECUTE by_string (:'known');
-- in any spelling that the type reads
EXECUTE by_string (translate(lower(:'known'), '-0123456789', '/٠١٢٣٤٥٦٧٨٩'));
SELECT count(*) FROM example WHERE application_no IN (:'known'::text, :'known'::varchar);
SELECT count(*) FROM example AS e JOIN (VALUES (:'known'::text)) AS other (no) ON e.application_no = other.no;
SELECT count(*) FROM example WHERE phone BETWEEN '0790000001'::text AND '0790000010'::varchar;
-- a function takes it, and so does a column
SELECT valid FROM licence_home.verify_licence((SELECT licence_no::text FROM example LIMIT 1));
INSERT INTO example (phone) SELECT '0799999999'::varchar;

\echo == bad text is an error of the type when the statement runs, not before
PREPARE bad (text) AS SELECT count(*) FROM example WHERE application_no = $1;
EXECUTE bad ('nonsense');
\echo :LAST_ERROR_SQLSTATE
EXECUTE bad ('A2026-00000001-0');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM example WHERE national_no = '12'::varchar;
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM example WHERE phone = ANY (ARRAY['0790000001', 'nobody']);
\echo :LAST_ERROR_SQLSTATE

\echo == what is not meant stays an error
SELECT count(*) FROM example WHERE application_no = licence_no;
SELECT count(*) FROM example WHERE phone = national_no;
SELECT count(*) FROM example WHERE application_no IN (SELECT licence_no FROM example);
SELECT coalesce(application_no, 'none'::text) FROM example;
SELECT CASE WHEN true THEN application_no ELSE 'none'::text END FROM example;
SELECT application_no FROM example UNION SELECT 'none'::text;
SELECT count(*) FROM example WHERE application_no LIKE 'A2026%';
SELECT count(*) FROM example WHERE application_no = 1;
SELECT lower(application_no) FROM example;
-- the query says that it wants text
SELECT count(*) FROM example WHERE application_no::text LIKE 'A2026-0000000%';
SELECT coalesce(min(application_no)::text, 'none') FROM example WHERE false;

\echo == text and varchar mean to PostgreSQL what they meant before
SELECT min(v), max(v), min(v) || max(v), length(min(v)), min(v) = max(t), min(v) < 'b', max(t) IN ('b', 'c'), lower(max(v))
FROM (VALUES ('a'::varchar, 'a'::text), ('b', 'b')) AS e (v, t);
SELECT pg_typeof(coalesce('a'::varchar, 'b'::text)), pg_typeof('a'::varchar || 'b'::varchar), 'a'::varchar = 'a'::char(3), 'a'::name = 'a'::varchar;

\echo == no function of ours is overloaded on one of the types: text would be ambiguous
WITH its AS (
    SELECT p.oid::regprocedure AS signature, p.proname, p.pronargs - p.pronargdefaults AS fewest, p.pronargs AS most,
        t.position, t.type, t.type IN ('licence_home.application_no'::regtype, 'licence_home.licence_no'::regtype,
            'licence_home.phone_number'::regtype, 'licence_home.national_no'::regtype) AS ours
    FROM pg_proc AS p LEFT JOIN unnest(p.proargtypes) WITH ORDINALITY AS t (type, position) ON true
    WHERE p.pronamespace = ANY (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname LIKE 'licence\_home%')
)
SELECT a.signature, b.signature FROM its AS a JOIN its AS b USING (proname, position)
WHERE a.ours AND a.signature <> b.signature AND a.type <> b.type AND a.fewest <= b.most AND b.fewest <= a.most
ORDER BY 1, 2;
-- of those in pg_catalog the ones for text win
SELECT p.proname, min('a'::varchar) FROM pg_proc AS p JOIN pg_depend AS d ON d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'licence_home') AND p.pronamespace = 'pg_catalog'::regnamespace
GROUP BY 1 ORDER BY 1;
DROP TABLE example;
