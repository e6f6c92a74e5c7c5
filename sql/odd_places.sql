-- Whatever geometry a role gives to a function that it may call, PostGIS's own
-- errors (XX000) are not what it hears.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE odd (name text, geom geometry);
INSERT INTO odd VALUES
    ('null', NULL),
    ('no system', 'POINT(35.84 31.98)'),
    ('empty point', 'SRID=4326;POINT EMPTY'),
    ('empty footprint', 'SRID=4326;POLYGON EMPTY'),
    ('empty point elsewhere', 'SRID=3066;POINT EMPTY'),
    ('empty collection', 'SRID=4326;GEOMETRYCOLLECTION EMPTY'),
    ('collection', 'SRID=4326;GEOMETRYCOLLECTION(POINT(35.84 31.98), LINESTRING(35.84 31.98, 35.85 31.98))'),
    ('line', 'SRID=4326;LINESTRING(35.84 31.98, 35.85 31.98)'),
    ('points', 'SRID=4326;MULTIPOINT(35.84 31.98, 35.85 31.98)'),
    ('surface', 'SRID=4326;TIN(((35.84 31.98, 35.85 31.98, 35.85 31.99, 35.84 31.98)))'),
    ('curve', 'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(35.84 31.98, 35.8401 31.9801, 35.8402 31.98, 35.8401 31.9799, 35.84 31.98))'),
    ('Palestine grid', 'SRID=28191;POINT(238000 154000)'),
    ('Palestine grid, far', 'SRID=28191;POINT(1e30 1e30)'),
    ('not a number', ST_SetSRID(ST_MakePoint('NaN', 31.98), 4326)),
    ('not a number elsewhere', ST_SetSRID(ST_MakePoint('NaN', 'NaN'), 28191)),
    ('infinite', ST_SetSRID(ST_MakePoint('Infinity', 31.98), 4326)),
    ('infinite elsewhere', ST_SetSRID(ST_MakePoint('-Infinity', 'Infinity'), 3066)),
    ('a footprint with a corner that is not a number', ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(35.84, 31.98), ST_MakePoint('NaN', 31.98),
        ST_MakePoint(35.85, 31.99), ST_MakePoint(35.84, 31.98)])), 4326)),
    ('a footprint with an infinite corner', ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(35.84, 31.98), ST_MakePoint('Infinity', 31.98),
        ST_MakePoint(35.85, 31.99), ST_MakePoint(35.84, 31.98)])), 4326)),
    ('beyond the globe', 'SRID=4326;POINT(1e300 -1e300)'),
    ('a pole', 'SRID=4326;POINT(0 90)'),
    ('swapped', 'SRID=4326;POINT(31.98 35.84)'),
    ('a reserved system', ST_SetSRID('POINT(35.84 31.98)'::geometry, 999001)),
    ('an unknown system', ST_SetSRID('POINT(35.84 31.98)'::geometry, 4327 + 90000)),
    ('a system of the earth''s centre', ST_SetSRID('POINT Z(4400000 3100000 3300000)'::geometry, 4978)),
    ('a system that measures heights', ST_SetSRID('POINT(1 2)'::geometry, 5773)),
    ('the other hemisphere', 'SRID=2193;POINT(1500000 5400000)'),
    ('crossing itself', 'SRID=4326;POLYGON((35.84 31.98, 35.85 31.99, 35.85 31.98, 35.84 31.99, 35.84 31.98))'),
    ('of no area', 'SRID=4326;POLYGON((35.84 31.98, 35.85 31.98, 35.84 31.98, 35.84 31.98))'),
    ('a thousand corners', ST_Buffer('SRID=4326;POINT(35.84 31.98)'::geometry, 0.0001, 249)),
    ('wide', ST_MakeEnvelope(35.7, 31.8, 36.2, 32.1, 4326)),
    ('high', 'SRID=4326;POINT ZM(35.84 31.98 NaN NaN)');

-- Every function with a geometry that some role may call, with each of them and
-- with odd numbers for the rest.
CREATE FUNCTION pg_temp.argument(type regtype, geom geometry, variant integer) RETURNS text LANGUAGE sql AS $$
    SELECT CASE type
        WHEN 'geometry'::regtype THEN format('%L::geometry', geom)
        WHEN 'geography'::regtype THEN 'NULL::geography'
        WHEN 'numeric'::regtype THEN (ARRAY['6', '-1', '''NaN''', '''Infinity''', '1e100'])[variant] || '::numeric'
        WHEN 'double precision'::regtype THEN (ARRAY['0.5', '-1', '''NaN''', '''Infinity''', '1e100'])[variant] || '::float8'
        WHEN 'date'::regtype THEN (ARRAY['''2026-03-01''', '''0044-03-15 BC''', '''infinity''', '''-infinity''', '''1415-01-01'''])[variant] || '::date'
        WHEN 'text'::regtype THEN '''home_baking'''
        WHEN 'integer'::regtype THEN (ARRAY['1', '-1', '2147483647', '0', 'NULL'])[variant] || '::integer'
        WHEN 'boolean'::regtype THEN 'false'
        ELSE format('NULL::%s', type) END $$;
CREATE FUNCTION pg_temp.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text; said text;
BEGIN
    EXECUTE statement;
    RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
    RETURN code || ' ' || said;
END $$;
CREATE TEMP TABLE tried AS
SELECT p.oid::regprocedure AS function, o.name, v.variant, pg_temp.outcome(format('SELECT count(*) FROM %s(%s) AS f', p.oid::regproc,
    (SELECT string_agg(pg_temp.argument(a.type::regtype, o.geom, v.variant), ', ' ORDER BY a.n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n)))) AS outcome
FROM pg_proc AS p CROSS JOIN odd AS o CROSS JOIN generate_series(1, 3) AS v (variant)
WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND 'geometry'::regtype = ANY (p.proargtypes::oid[]) AND p.prokind = 'f'
    AND EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname LIKE 'regress\_%' AND has_function_privilege(r.oid, p.oid, 'EXECUTE'));
SELECT count(DISTINCT function) > 10 AS some, count(*) > 1000 AS many FROM tried;
-- (what is left are parts of the public ones, which give them a usable home, or one that is stored)
SELECT function, left(outcome, 60) AS outcome, string_agg(DISTINCT name, ', ') FROM tried
WHERE outcome ~ '^(XX|P0)' AND function::text !~ '(zone_reach|zone_words|zone_words_planned|zones_near|same_spot)\(' GROUP BY 1, 2 ORDER BY 1, 2;

\echo == what a client may write as a home
SELECT story.new_case() AS no \gset
SELECT o.name, a.code, a.said FROM odd AS o CROSS JOIN LATERAL story.attempt('portal', :'no', format('UPDATE licence_home.application SET home = %L WHERE application_no = $1', o.geom)) AS a
ORDER BY o.name COLLATE "C";
\echo == a footprint in proportion, a home that can be
SELECT v.m2, v.home, a.code, story.masked(:'no', a.said) FROM (VALUES (6000, 120), (5990, 120), (6010, 120), (280000, 120), (280000, 5600), (1000, NULL), (249000, NULL), (251000, NULL)) AS v (m2, home)
CROSS JOIN LATERAL (SELECT ST_MakeEnvelope(35.84, 31.98, 35.84 + sqrt(v.m2) / 94426.0, 31.98 + sqrt(v.m2) / 110890.0, 4326) AS home) AS g
CROSS JOIN LATERAL story.attempt('portal', :'no', format('UPDATE licence_home.application SET home = %L, home_area_m2 = %L WHERE application_no = $1', g.home, v.home)) AS a;
SELECT v.m2, a.code, story.masked(:'no', a.said) FROM (VALUES (5000), (5000.001), (0.001)) AS v (m2)
CROSS JOIN LATERAL story.attempt('portal', :'no', format('UPDATE licence_home.application SET home_area_m2 = %L WHERE application_no = $1', v.m2)) AS a;
\echo == assess() proves nothing by an impossible number or place, and is no error
SELECT v.day, a.ruling FROM (VALUES (date '1800-01-01'), ('1799-12-31'), ('1415-01-01'), ('0095-01-01'), ('0044-03-15 BC'), ('infinity')) AS v (day)
CROSS JOIN LATERAL licence_home.assess('home_baking', 'SRID=4326;POINT(35.84 31.98)', 120, 15, v.day, 0, 1, false, '2026-03-01') AS a WHERE a.criterion = 'building_date';
SELECT o.name, a.ruling FROM odd AS o
CROSS JOIN LATERAL licence_home.assess('home_baking', o.geom, 120, 15, '1995-01-01', 0, 1, false, '2026-03-01') AS a
WHERE a.criterion = 'location' AND ST_SRID(o.geom) IS DISTINCT FROM 0 ORDER BY o.name COLLATE "C";
SELECT a.message_en, a.message_ar FROM licence_home.assess('home_baking', ST_Buffer('SRID=4326;POINT(35.84 31.98)'::geometry, 0.0001, 25000), 120, 15, '1995-01-01', 0, 1, false, '2026-03-01') AS a
WHERE a.criterion = 'zone';
