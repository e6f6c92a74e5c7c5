-- A table of homes is joined to the map by its index; nothing is called a row.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
-- homes on a grid over the city, some 300 metres apart
CREATE TEMP TABLE homes AS
SELECT row_number() OVER () AS home_id, ST_SetSRID(ST_MakePoint(x, y), 4326) AS geom
  FROM generate_series(35.80, 36.00, 0.004) AS x, generate_series(31.88, 32.04, 0.004) AS y;
ANALYZE homes;
ANALYZE zone;

-- which homes may have a bakery
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SELECT regexp_replace(ltrim(line, ' ->'), '(st_expand).*(\) AND \(valid @>.*)', '\1(…)\2') AS plan
  FROM pg_temp.plan_of($$
    SELECT h.home_id FROM homes AS h
      JOIN LATERAL licence_home.ruling_at('home_baking', h.geom, '2026-03-01') AS r ON r.ruling = 'permitted'
  $$) AS line
 WHERE line ~ 'on homes|on zone z|Index Cond: .*st_expand|SubPlan|Memoize'
    OR line ~ 'Function Scan' AND line !~ 'Function Scan on (unnest )?z(_[0-9]+)?$';      -- (unnest)
SELECT count(*) FILTER (WHERE line ~ 'Index Scan using zone_by_place') AS by_index,
       count(*) FILTER (WHERE line ~ 'Memoize') AS kept,
       count(*) FILTER (WHERE line ~ 'Function Scan' AND line !~ 'Function Scan on (unnest )?z(_[0-9]+)?$') AS calls
  FROM pg_temp.plan_of($$
    SELECT h.home_id, p.profession, p.ruling FROM homes AS h
     CROSS JOIN LATERAL licence_home.permitted_professions(h.geom, '2026-03-01') AS p $$) AS line;

-- the three ways agree
SELECT r.ruling, count(*), count(*) FILTER (WHERE r.ruling <> zone_ruling('home_baking', h.geom, '2026-03-01')) AS otherwise,
       count(*) FILTER (WHERE r.ruling <> (SELECT p.ruling FROM permitted_professions(h.geom, '2026-03-01') AS p
                                            WHERE p.profession = 'home_baking')) AS otherwise_in_the_list
  FROM homes AS h CROSS JOIN LATERAL ruling_at('home_baking', h.geom, '2026-03-01') AS r
 GROUP BY r.ruling ORDER BY r.ruling;

-- every home and every profession
SELECT p.ruling, count(*), count(DISTINCT p.profession) AS professions
  FROM homes AS h CROSS JOIN LATERAL permitted_professions(h.geom, '2026-03-01') AS p
 GROUP BY p.ruling ORDER BY p.ruling;

-- always one row, as zone_ruling has always one answer
SELECT count(*) AS answers, min(r.ruling) AS answer
  FROM (VALUES (NULL::geometry, 'home_baking', '2026-03-01'::date), ('SRID=4326;POINT EMPTY', 'home_baking', '2026-03-01'),
               ('SRID=4326;POINT(35.93 31.95)', 'astrology', '2026-03-01'), ('SRID=4326;POINT(35.93 31.95)', NULL, '2026-03-01'),
               ('SRID=4326;POINT(35.93 31.95)', 'home_baking', NULL), ('SRID=4326;POINT(35.93 31.95)', 'home_baking', 'infinity'),
               ('SRID=4326;POINT(35.93 31.95)', 'home_baking', '1990-01-01')) AS v (home, profession, day)
 CROSS JOIN LATERAL ruling_at(v.profession, v.home, v.day) AS r;
ROLLBACK;
