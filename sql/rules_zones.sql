-- Zones: right at the edges, whatever the geometry.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
\set SHOW_CONTEXT never
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;

-- A map of its own, south of the city: a square that permits (with a hole
-- that forbids and an island in the hole that permits), to its east one that
-- forbids, to its north one of a class without a ruling; farther east a zone
-- that changed in 2025, and zones that overlap.
CREATE FUNCTION pg_temp.box(x1 float8, y1 float8, x2 float8, y2 float8) RETURNS geometry
    LANGUAGE sql RETURN ST_MakeEnvelope(x1, y1, x2, y2, 4326);
SET LOCAL session_replication_role = replica;     -- no guard keeps the map whole
INSERT INTO zone (geom, class, valid, source, certainty)
SELECT ST_Multi(v.geom), v.class, v.valid::daterange, 'test', 'unknown'
  FROM (VALUES
    (ST_Difference(pg_temp.box(35.90, 31.50, 35.91, 31.51), pg_temp.box(35.903, 31.503, 35.907, 31.507)),
        'residential_a', '[2020-02-01,)'),
    (ST_Difference(pg_temp.box(35.903, 31.503, 35.907, 31.507), pg_temp.box(35.904, 31.504, 35.906, 31.506)),
        'industry_heavy', '[2020-02-01,)'),
    (pg_temp.box(35.904, 31.504, 35.906, 31.506), 'residential_b', '[2020-02-01,)'),
    (pg_temp.box(35.91, 31.50, 35.92, 31.51), 'industry_light', '[2020-02-01,)'),
    (pg_temp.box(35.90, 31.51, 35.91, 31.52), 'nobody_knows', '[2020-02-01,)'),
    (pg_temp.box(35.92, 31.50, 35.93, 31.51), 'residential_c', '[2020-02-01,2025-01-01)'),
    (pg_temp.box(35.92, 31.50, 35.93, 31.51), 'offices', '[2025-01-01,)'),
    (pg_temp.box(35.93, 31.50, 35.94, 31.51), 'residential_c', '[2020-02-01,)'),
    (pg_temp.box(35.935, 31.50, 35.945, 31.51), 'residential_d', '[2020-02-01,)'),
    (pg_temp.box(35.942, 31.50, 35.95, 31.51), 'industry_light', '[2020-02-01,)')
  ) AS v (geom, class, valid);

CREATE FUNCTION pg_temp.at(x float8, y float8) RETURNS geometry
    LANGUAGE sql RETURN ST_SetSRID(ST_MakePoint(x, y), 4326);
CREATE FUNCTION pg_temp.metres_east(x float8, y float8, m float8) RETURNS geometry
    LANGUAGE sql RETURN ST_Project(pg_temp.at(x, y)::geography, m, pi() / 2)::geometry;

-- points; the tolerance of the 2020 instructions is 6 metres
SELECT v.what, f.ruling, f.zone_class, f.why_en
  FROM (VALUES
    (1, 'well inside', pg_temp.at(35.9015, 31.5015)),
    (2, '7 m before an edge', pg_temp.metres_east(35.91, 31.5015, -7)),
    (3, '5 m before an edge', pg_temp.metres_east(35.91, 31.5015, -5)),
    (4, 'on the edge', pg_temp.at(35.91, 31.5015)),
    (5, '5 m behind the edge', pg_temp.metres_east(35.91, 31.5015, 5)),
    (6, '7 m behind the edge', pg_temp.metres_east(35.91, 31.5015, 7)),
    (7, 'on a corner', pg_temp.at(35.91, 31.51)),
    (8, 'in the hole', pg_temp.at(35.9035, 31.505)),
    (9, 'on the island in the hole', pg_temp.at(35.905, 31.505)),
    (10, 'at the shore of the island', pg_temp.metres_east(35.904, 31.505, 1)),
    (11, 'outside every zone, 1 m', pg_temp.metres_east(35.90, 31.5015, -1)),
    (12, 'outside every zone, far', pg_temp.at(35.5, 31.5)),
    (13, 'in a zone without a ruling', pg_temp.at(35.905, 31.515)),
    (14, 'zones that overlap and agree', pg_temp.at(35.938, 31.505)),
    (15, 'zones that overlap and disagree', pg_temp.at(35.9435, 31.505)),
    (16, 'a zone left to the committee', pg_temp.at(35.925, 31.505)),
    (17, 'swapped', pg_temp.at(31.5015, 35.9015)),
    (18, 'with a height', 'SRID=4326;POINT Z (35.9015 31.5015 900)'),
    (19, 'in UTM 36N', ST_Transform(pg_temp.at(35.9015, 31.5015), 32636)),
    (20, 'in JTM', ST_Transform(pg_temp.at(35.9015, 31.5015), 3066))
  ) AS v (n, what, home)
 CROSS JOIN LATERAL zone_ruling_explained('knitting', v.home, '2026-03-01', 6) AS f
 ORDER BY v.n;

-- footprints
SELECT v.what, f.ruling, f.zones_en, f.why_en, f.why_ar
  FROM (VALUES
    (1, 'in one zone', pg_temp.box(35.9010, 31.5010, 35.9012, 31.5012)),
    (2, 'across an edge', pg_temp.box(35.9097, 31.5010, 35.9101, 31.5012)),
    (3, 'touching an edge', pg_temp.box(35.9098, 31.5010, 35.9100, 31.5012)),
    (4, 'larger than its zone', pg_temp.box(35.8990, 31.4990, 35.9115, 31.5115)),
    (5, 'partly in no zone', pg_temp.box(35.8999, 31.5010, 35.9002, 31.5012)),
    (6, 'of two parts, one elsewhere', ST_Collect(
        pg_temp.box(35.9010, 31.5010, 35.9012, 31.5012), pg_temp.box(35.9310, 31.5010, 35.9312, 31.5012))),
    (7, 'round', ST_SetSRID('CURVEPOLYGON(CIRCULARSTRING(35.9010 31.5010, 35.9012 31.5010, 35.9010 31.5010))'::geometry, 4326)),
    (8, 'crossing itself', 'SRID=4326;POLYGON((35.901 31.501, 35.902 31.502, 35.902 31.501, 35.901 31.502, 35.901 31.501))'),
    (9, 'flat', 'SRID=4326;POLYGON((35.901 31.501, 35.902 31.501, 35.901 31.501, 35.901 31.501))'),
    (10, 'across the antimeridian', 'SRID=4326;POLYGON((179.9 31, -179.9 31, -179.9 31.1, 179.9 31.1, 179.9 31))')
  ) AS v (n, what, home)
 CROSS JOIN LATERAL zone_ruling_explained('knitting', v.home, '2026-03-01', 6) AS f
 ORDER BY v.n;

-- what is no home at all is unknown, and never an error ...
SELECT v.what, f.ruling, f.why_en
  FROM (VALUES
    (1, 'nothing', NULL::geometry),
    (2, 'an empty point', 'SRID=4326;POINT EMPTY'),
    (3, 'an empty collection', 'SRID=4326;GEOMETRYCOLLECTION EMPTY'),
    (4, 'a line', 'SRID=4326;LINESTRING(35.901 31.501, 35.902 31.502)'),
    (5, 'NaN', ST_SetSRID(ST_MakePoint('NaN', 31.5), 4326)),
    (6, 'infinity', ST_SetSRID(ST_MakePoint(35.9, '-Infinity'), 4326)),
    (7, 'off the globe', pg_temp.at(35.9, 95)),
    (8, 'off the projection', ST_SetSRID(ST_MakePoint(1e30, 1e30), 3066)),
    (9, 'degrees said to be metres', ST_SetSRID(ST_MakePoint(35.9, 31.5), 28191))
  ) AS v (n, what, home)
 CROSS JOIN LATERAL zone_ruling_explained('knitting', v.home, '2026-03-01', 6) AS f
 ORDER BY v.n;
-- ... but coordinates without a reference system are
SAVEPOINT srid;
SELECT zone_ruling('knitting', 'POINT(35.9015 31.5015)', '2026-03-01');
\echo SQLSTATE :LAST_ERROR_SQLSTATE
ROLLBACK TO srid;

-- dates and professions
SELECT zone_ruling('knitting', pg_temp.at(35.925, 31.505), '2024-12-31') AS old_map,
       zone_ruling('knitting', pg_temp.at(35.925, 31.505), '2025-01-01') AS new_map,
       zone_ruling('knitting', pg_temp.at(35.9015, 31.5015), '2019-01-01') AS before_the_map,
       zone_ruling('knitting', pg_temp.at(35.9015, 31.5015), '1990-01-01') AS before_any_rule,
       zone_ruling('knitting', pg_temp.at(35.9015, 31.5015), NULL) AS no_day,
       zone_ruling('knitting', pg_temp.at(35.9015, 31.5015), 'infinity') AS no_end,
       zone_ruling('astrology', pg_temp.at(35.9015, 31.5015), '2026-03-01') AS not_listed,
       zone_ruling(NULL, pg_temp.at(35.9015, 31.5015), '2026-03-01') AS no_profession;

-- a row of the profession beats one of the category, which beats one of neither
INSERT INTO zone_ruling (class, category, profession, ruling, valid, source, certainty)
VALUES ('residential_a', 'food', NULL, 'prohibited', '[2026-01-01,)', 'test', 'unknown'),
       ('residential_a', NULL, 'jams', 'refer', '[2026-01-01,)', 'test', 'unknown');
SELECT ruling, count(*), min(profession)
  FROM permitted_professions(pg_temp.at(35.9015, 31.5015), '2026-03-01')
 GROUP BY ruling ORDER BY ruling;
SELECT count(*) AS disagreements
  FROM permitted_professions(pg_temp.metres_east(35.91, 31.5015, -5), '2026-03-01') AS p
 WHERE p.ruling <> zone_ruling(p.profession, pg_temp.metres_east(35.91, 31.5015, -5), '2026-03-01');

-- nobody walks from permitted to prohibited in one step shorter than the tolerance
SELECT count(*) FILTER (WHERE ruling = 'refer') AS refer,
       count(*) FILTER (WHERE ruling = 'prohibited' AND before = 'permitted') AS leaps
  FROM (SELECT zone_ruling('knitting', home, '2026-03-01') AS ruling,
               lag(zone_ruling('knitting', home, '2026-03-01')) OVER (ORDER BY m) AS before
          FROM (SELECT m, pg_temp.metres_east(35.91, 31.5015, m) AS home
                  FROM generate_series(-100, 100, 5.0) AS m) AS steps) AS walk;

-- the planner sees through: one plan, with the map's index, no function call a home
CREATE TEMP TABLE homes AS
SELECT pg_temp.at(35.9 + i / 1e5, 31.505) AS home FROM generate_series(1, 1000) AS i;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SET LOCAL enable_seqscan = off;
SELECT count(*) FILTER (WHERE line ~ 'zone_by_place') > 0 AS by_index,
       count(*) FILTER (WHERE line ~ 'Function Scan' AND line !~ 'Function Scan on (unnest )?z(_[0-9]+)?$') AS calls
  FROM pg_temp.plan_of($$
    SELECT h.home FROM homes AS h
     CROSS JOIN LATERAL licence_home_internal.zone_ruling_explained('home_baking', h.home, '2026-03-01', 6) AS f
     WHERE f.ruling = 'permitted' $$) AS line;
ROLLBACK;
