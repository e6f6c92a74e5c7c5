-- A city of 20,000 zones and 1,000,000 homes, the same on every machine. A
-- grid of 200 by 100 cells of some 210 by 330 metres, corners moved, each
-- side of nine steps with a wiggle that the neighbours share. Classes go by
-- blocks, so that many edges are between zones of one class and some are not.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA bench;

CREATE FUNCTION bench.noise(a integer, b integer, c integer) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hashint8((a::bigint * 1000003 + b) * 1009 + c) & 65535) / 65536.0 - 0.5;

CREATE TABLE bench.corner AS
SELECT i, j,
       35.70 + 0.00225 * (i + CASE WHEN i IN (0, 200) THEN 0 ELSE 0.5 * bench.noise(i, j, 1) END) AS x,
       31.80 + 0.00300 * (j + CASE WHEN j IN (0, 100) THEN 0 ELSE 0.5 * bench.noise(i, j, 2) END) AS y
  FROM generate_series(0, 200) AS i, generate_series(0, 100) AS j;

-- side 0 goes east from its corner, side 1 north; step 9 is the next corner
CREATE TABLE bench.vertex AS
SELECT d AS side, a.i, a.j, k AS step,
       ST_MakePoint(
           a.x + (b.x - a.x) * k / 9
               + CASE WHEN d = 0 OR k IN (0, 9) OR a.i IN (0, 200) THEN 0 ELSE 0.0001 * bench.noise(a.i, a.j, 10 + k) END,
           a.y + (b.y - a.y) * k / 9
               + CASE WHEN d = 1 OR k IN (0, 9) OR a.j IN (0, 100) THEN 0 ELSE 0.0001 * bench.noise(a.i, a.j, 20 + k) END) AS at
  FROM generate_series(0, 1) AS d
 CROSS JOIN bench.corner AS a
  JOIN bench.corner AS b ON b.i = a.i + 1 - d AND b.j = a.j + d
 CROSS JOIN generate_series(0, 9) AS k;
CREATE INDEX ON bench.vertex (side, i, j);
ANALYZE bench.vertex;

CREATE TABLE bench.map AS
SELECT c.i * 100 + c.j + 1 AS feature,
       (ARRAY['residential_a', 'residential_b', 'residential_c', 'residential_d', 'residential_b',
              'residential_c', 'commercial_local', 'industry_light', 'residential_green', 'offices'])
           [1 + (c.i / 3 * 7 + c.j / 2 * 3 + c.i / 9 * c.j / 5) % 10] AS class,
       ST_SetSRID(ST_MakePolygon(ST_MakeLine(v.at ORDER BY r.part, CASE WHEN r.back THEN -v.step ELSE v.step END)), 4326)
           AS geom
  FROM bench.corner AS c
 CROSS JOIN LATERAL (VALUES
       (1, 0, c.i, c.j, false), (2, 1, c.i + 1, c.j, false), (3, 0, c.i, c.j + 1, true), (4, 1, c.i, c.j, true)
     ) AS r (part, side, i, j, back)
  JOIN bench.vertex AS v ON v.side = r.side AND v.i = r.i AND v.j = r.j
       AND (v.step <> CASE WHEN r.back THEN 9 ELSE 0 END OR r.part = 1)
 WHERE c.i < 200 AND c.j < 100
 GROUP BY c.i, c.j;

CREATE TABLE bench.home AS
SELECT h AS home_id,
       ST_SetSRID(ST_MakePoint(
           35.70 + 0.45 * (bench.noise(h, 1, 7) + bench.noise(h, 2, 7) / 65536 + 0.5),
           31.80 + 0.30 * (bench.noise(h, 3, 7) + bench.noise(h, 4, 7) / 65536 + 0.5)), 4326) AS geom
  FROM generate_series(1, :homes) AS h;
ANALYZE bench.map;
ANALYZE bench.home;
