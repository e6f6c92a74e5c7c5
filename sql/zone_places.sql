-- Small cases without end: every kind of place against every kind of geometry.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
-- A map of its own, south of the city.  P permits, X forbids; a row of three
-- squares of a hundredth of a degree (some 950 by 1,100 m): P with a hole of X
-- with an island of P; X; and P again beyond a lane of five metres of X.
CREATE FUNCTION pg_temp.box(x1 float8, y1 float8, x2 float8, y2 float8) RETURNS geometry
    LANGUAGE sql RETURN ST_MakeEnvelope(x1, y1, x2, y2, 4326);
CREATE FUNCTION pg_temp.at(x float8, y float8) RETURNS geometry
    LANGUAGE sql RETURN ST_SetSRID(ST_MakePoint(x, y), 4326);
CREATE FUNCTION pg_temp.moved(home geometry, east float8, north float8) RETURNS geometry
    LANGUAGE sql RETURN ST_Translate(home, east / (111320 * cos(radians(31.5))), north / 110900);
SET LOCAL session_replication_role = replica;     -- no guard keeps the map whole
INSERT INTO zone (geom, class, valid, source, certainty)
SELECT ST_Multi(v.geom), v.class, v.valid::daterange, 'test', 'unknown'
  FROM (VALUES
    (ST_Difference(pg_temp.box(35.90, 31.50, 35.91, 31.51), pg_temp.box(35.903, 31.503, 35.907, 31.507)), 'residential_a', '[2020-02-01,)'),
    (ST_Difference(pg_temp.box(35.903, 31.503, 35.907, 31.507), pg_temp.box(35.904, 31.504, 35.906, 31.506)), 'industry_heavy', '[2020-02-01,)'),
    (pg_temp.box(35.904, 31.504, 35.906, 31.506), 'residential_b', '[2020-02-01,)'),
    (pg_temp.box(35.91, 31.50, 35.92, 31.51), 'industry_light', '[2020-02-01,)'),
    (pg_temp.box(35.92, 31.50, 35.93, 31.51), 'residential_c', '[2020-02-01,2025-03-01)'),
    (pg_temp.box(35.92, 31.50, 35.93, 31.51), 'offices', '[2025-03-01,)'),
    -- a sliver of half a metre that forbids, and beyond it residential of another class
    (pg_temp.box(35.930, 31.50, 35.940, 31.51), 'residential_c', '[2020-02-01,)'),
    (pg_temp.box(35.940, 31.50, 35.940005, 31.51), 'industry_light', '[2020-02-01,)'),
    (pg_temp.box(35.940005, 31.50, 35.950, 31.51), 'residential_d', '[2020-02-01,)'),
    -- one zone of two parts
    (ST_Collect(pg_temp.box(35.950, 31.50, 35.955, 31.51), pg_temp.box(35.956, 31.50, 35.960, 31.51)), 'residential_b', '[2020-02-01,)')
  ) AS v (geom, class, valid);

-- each place as a point, with a height, as a house of ten metres, as a house of
-- two buildings, and round
CREATE TEMP TABLE place AS
SELECT * FROM (VALUES
    (1, 'well inside', 35.9015, 31.5015), (2, 'on an outer corner', 35.90, 31.50), (3, 'on an outer edge', 35.905, 31.50),
    (4, 'on a shared corner', 35.91, 31.51), (5, 'on a shared edge', 35.91, 31.505), (6, 'on the rim of the hole', 35.903, 31.505),
    (7, 'on a corner of the hole', 35.903, 31.503), (8, 'in the hole', 35.9035, 31.505), (9, 'on the shore of the island', 35.904, 31.505),
    (10, 'on the island', 35.905, 31.505), (11, 'in what forbids', 35.915, 31.505), (12, 'in what is left to others', 35.925, 31.505),
    (13, 'in the sliver', 35.9400025, 31.505), (14, 'beside the sliver', 35.94003, 31.505), (15, 'on the first part', 35.952, 31.505),
    (16, 'between the parts', 35.9555, 31.505), (17, 'outside', 35.97, 31.505), (18, 'swapped', 31.5015, 35.9015)
  ) AS v (n, place, x, y);
SELECT p.place,
       zone_ruling('knitting', pg_temp.at(p.x, p.y), '2026-03-01') AS point,
       zone_ruling('knitting', ST_Force3DZ(pg_temp.at(p.x, p.y), 900), '2026-03-01') AS high,
       zone_ruling('knitting', ST_Transform(pg_temp.at(p.x, p.y), 32636), '2026-03-01') AS utm,
       zone_ruling('knitting', f.house, '2026-03-01') AS house,
       zone_ruling('knitting', ST_Multi(ST_Force4D(f.house)), '2026-03-01') AS multi,
       zone_ruling('knitting', ST_Collect(f.house, pg_temp.moved(f.house, 20, 0)), '2026-03-01') AS two,
       zone_ruling('knitting', ST_LineToCurve(ST_Buffer(pg_temp.at(p.x, p.y), 0.00005)), '2026-03-01') AS round
  FROM place AS p
 CROSS JOIN LATERAL (SELECT pg_temp.box(p.x - 0.00005, p.y - 0.00005, p.x + 0.00005, p.y + 0.00005) AS house) AS f
 ORDER BY p.n;
-- in words
SELECT p.place, f.why_en, f.why_ar FROM place AS p
 CROSS JOIN LATERAL zone_ruling_explained('knitting', pg_temp.at(p.x, p.y), '2026-03-01', 6) AS f
 WHERE f.why_en IS NOT NULL AND p.n IN (2, 5, 13, 14, 16, 17, 18) ORDER BY p.n;

-- a footprint larger than its zone, one that holds a hole, what is no place at all
SELECT v.what, f.ruling, f.why_en
  FROM (VALUES
    (1, 'larger than its zone', pg_temp.box(35.9035, 31.5035, 35.9065, 31.5065)),
    (2, 'larger than the map', pg_temp.box(35.89, 31.49, 35.97, 31.52)),
    (3, 'around the island, in the hole', ST_Difference(pg_temp.box(35.9035, 31.5035, 35.9065, 31.5065), pg_temp.box(35.9039, 31.5039, 35.9061, 31.5061))),
    (4, 'two parts in two rulings', ST_Collect(pg_temp.box(35.901, 31.501, 35.9011, 31.5011), pg_temp.box(35.915, 31.501, 35.9151, 31.5011))),
    (5, 'an empty collection', 'SRID=4326;GEOMETRYCOLLECTION EMPTY'),
    (6, 'an empty footprint', 'SRID=4326;MULTIPOLYGON EMPTY'),
    (7, 'a collection', ST_ForceCollection(ST_Collect(pg_temp.at(35.9015, 31.5015), pg_temp.at(35.9016, 31.5015)))),
    (8, 'two points', 'SRID=4326;MULTIPOINT((35.9015 31.5015), (35.9016 31.5015))'),
    (9, 'across the antimeridian', 'SRID=4326;POLYGON((179.9999 31, -179.9999 31, -179.9999 31.0001, 179.9999 31.0001, 179.9999 31))'),
    (10, 'beyond the antimeridian', 'SRID=4326;POINT(180.001 31)'),
    (11, 'a footprint swapped', ST_FlipCoordinates(pg_temp.box(35.901, 31.501, 35.9011, 31.5011)))
  ) AS v (n, what, home)
 CROSS JOIN LATERAL zone_ruling_explained('knitting', v.home, '2026-03-01', 6) AS f
 ORDER BY v.n;

-- time: the zone changed last year, and a case of before keeps what it had
SELECT day, zone_ruling('knitting', pg_temp.at(35.925, 31.505), day), zone_ruling('knitting', pg_temp.at(35.9299, 31.505), day) AS near_residential
  FROM unnest('{2025-02-28,2025-03-01,2026-03-01}'::date[]) AS day;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT a.judged_on, c.ruling FROM (VALUES ('2025-02-28'::date), ('2025-03-02')) AS a (judged_on)
 CROSS JOIN LATERAL assess('knitting', pg_temp.at(35.925, 31.505), 100, 15, NULL, 0, 2, false, a.judged_on) AS c
 WHERE c.criterion = (SELECT criterion FROM criterion WHERE criterion ~ 'zon' LIMIT 1);

-- whoever moves by less than the tolerance does not come from what is permitted
-- to what is prohibited: a home anywhere, moved anywhere
SELECT setseed(0.4);
CREATE TEMP TABLE walk AS
SELECT h.home, pg_temp.moved(h.home, 5.9 * sqrt(random()) * cos(w.angle), 5.9 * sin(w.angle) * sqrt(random())) AS moved
  FROM (SELECT pg_temp.at(35.8995 + 0.0615 * random(), 31.4995 + 0.011 * random()) AS home FROM generate_series(1, 6000)
        UNION ALL      -- and many where it matters
        SELECT pg_temp.moved(pg_temp.at(e.x, 31.5 + 0.01 * random()), 24 * (random() - 0.5), 0)
          FROM unnest('{35.9,35.903,35.904,35.906,35.907,35.91,35.92,35.94,35.940005}'::float8[]) AS e (x), generate_series(1, 500)
        UNION ALL
        SELECT pg_temp.moved(pg_temp.at(35.902 + 0.006 * random(), e.y), 0, 24 * (random() - 0.5))
          FROM unnest('{31.503,31.504,31.506,31.507}'::float8[]) AS e (y), generate_series(1, 500)) AS h
 CROSS JOIN LATERAL (SELECT 2 * pi() * random() AS angle WHERE h.home IS NOT NULL) AS w;
SELECT count(*) AS homes,
       count(*) FILTER (WHERE b.ruling <> a.ruling) > 300 AS many_change,
       count(*) FILTER (WHERE b.ruling = 'permitted' AND a.ruling = 'prohibited' OR b.ruling = 'prohibited' AND a.ruling = 'permitted') AS leaps
  FROM walk AS w
 CROSS JOIN LATERAL ruling_at('knitting', w.home, '2026-03-01') AS b
 CROSS JOIN LATERAL ruling_at('knitting', w.moved, '2026-03-01') AS a;
-- and the same for footprints
SELECT count(*) FILTER (WHERE b.ruling = 'permitted' AND a.ruling = 'prohibited' OR b.ruling = 'prohibited' AND a.ruling = 'permitted') AS leaps
  FROM (SELECT * FROM walk LIMIT 4000) AS w
 CROSS JOIN LATERAL ruling_at('knitting', ST_Expand(w.home, 0.00004), '2026-03-01') AS b
 CROSS JOIN LATERAL ruling_at('knitting', ST_Expand(w.moved, 0.00004), '2026-03-01') AS a;

-- the box, the degrees and the metres agree with the globe alone
SELECT count(*) AS homes, count(*) FILTER (WHERE (n.classes IS DISTINCT FROM g.classes)) AS otherwise
  FROM walk AS w
 CROSS JOIN LATERAL (SELECT array_agg(z.class ORDER BY z.class) AS classes FROM zones_near(w.home, '2026-03-01', 6) AS z) AS n
 CROSS JOIN LATERAL (SELECT array_agg(z.class ORDER BY z.class) AS classes FROM zone AS z
                      WHERE z.source = 'test' AND z.valid @> '2026-03-01'::date
                        AND ST_Distance(z.geom::geography, w.home::geography) <= 6) AS g;
ROLLBACK;
