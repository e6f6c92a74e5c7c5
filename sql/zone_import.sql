-- Importing a zoning map: spellings, repairs, refusals, a dry run, dates.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
\set SHOW_CONTEXT never
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SET LOCAL client_min_messages = notice;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';

-- one class, many spellings
SELECT class_key(s) AS key, count(*) AS spellings FROM unnest(ARRAY[
    'سكن أ', 'سكن (أ)', 'السكن أ', 'ســكن  ا', 'سكن «أ»', 'السكن (الأ)', U&'\0633\0643\0646 \0627\0654', U&'\200Fسكن-أ\200E',
    'سكن ج', 'السكن (ج)', 'Residential A', 'residential_a', 'RESIDENTIAL-A', 'السكن الشعبي', 'سكن شعبى',
    'صناعة ثقيلة', 'الصناعه الثقيله']) AS s
 GROUP BY class_key(s) ORDER BY class_key(s) COLLATE "C";
-- a key has one meaning on a day
SAVEPOINT two;
INSERT INTO zone_class_spelling (spelling, class, valid, source, certainty)
VALUES ('السكن (شعبي)', 'residential_a', '[2012-01-01,)', 'test', 'unknown'), ('شعبي', 'residential_b', '[2012-01-01,)', 'test', 'unknown');
\set VERBOSITY terse
SET CONSTRAINTS ALL IMMEDIATE;
\set VERBOSITY default
\echo SQLSTATE :LAST_ERROR_SQLSTATE
ROLLBACK TO two;

CREATE FUNCTION pg_temp.box(x1 float8, y1 float8, x2 float8, y2 float8) RETURNS geometry
    LANGUAGE sql RETURN ST_MakeEnvelope(35.9 + x1 / 1000, 31.9 + y1 / 1000, 35.9 + x2 / 1000, 31.9 + y2 / 1000, 4326);
CREATE TEMP TABLE staging (fid integer PRIMARY KEY, kind text, geom geometry);
INSERT INTO staging VALUES
    (1, 'سكن (أ)', pg_temp.box(0, 0, 10, 10)),
    (2, 'السكن ب بأحكام خاصة', pg_temp.box(10, 0, 20, 10)),
    (3, 'RES-C', ST_Transform(pg_temp.box(20, 0, 30, 10), 28191)),
    (4, 'industry_light', ST_Force3D(pg_temp.box(0, 10, 10, 20))),
    -- a ring that touches itself around a hole, and parts that share a side: mended, no border moves
    (5, 'مكاتب', 'SRID=4326;POLYGON((35.91 31.91, 35.92 31.91, 35.92 31.92, 35.91 31.92, 35.91 31.915, 35.914 31.917, 35.914 31.913, 35.91 31.915, 35.91 31.91))'),
    (6, 'سكن د', ST_Collect(pg_temp.box(20, 10, 25, 20), pg_temp.box(25, 10, 30, 20))),
    (7, 'residential_green', 'SRID=4326;POLYGON((35.91 31.915, 35.914 31.917, 35.914 31.913, 35.91 31.915))');

-- a dry run says what would be, and changes nothing (which point of a shared
-- side is named, and the smallest gaps, are GEOS's choice)
SELECT feature, defect, refused, regexp_replace(detail, '\[35\.925 31\.9[12]\]', '[35.925 …]') AS detail, area_m2
  FROM import_zones('staging', 'kind', '2026-06-01', 'a map for the test', dry_run => true, max_lost_m2 => NULL);
SELECT count(*) FILTER (WHERE source = 'a map for the test') AS new, count(*) FILTER (WHERE upper_inf(valid)) AS open FROM zone;
-- the import itself
SELECT feature, defect, refused, regexp_replace(detail, '\[35\.925 31\.9[12]\]', '[35.925 …]') AS detail, area_m2
  FROM import_zones('staging', 'kind', '2026-06-01', 'a map for the test', certainty => 'likely', max_lost_m2 => NULL);
SELECT class, provisions, valid, certainty, ST_NumGeometries(geom) AS parts, round(ST_Area(geom::geography)) AS m2
  FROM zone WHERE source = 'a map for the test' ORDER BY zone_id;
SELECT valid, count(*) FROM zone WHERE source <> 'a map for the test' GROUP BY valid;
-- the old map for the days before
SELECT day, zone_ruling('knitting', 'SRID=4326;POINT(35.905 31.915)', day)
  FROM unnest('{2026-05-31,2026-06-01}'::date[]) AS day;
-- two maps may not begin on one day, nor one before the other
SAVEPOINT again;
SELECT * FROM import_zones('staging', 'kind', '2026-05-01', 'another', dry_run => true, max_lost_m2 => NULL);
\echo SQLSTATE :LAST_ERROR_SQLSTATE
ROLLBACK TO again;

-- ground that would be in no zone any more is asked for: a map replaces the whole one before it
CREATE TABLE part AS SELECT fid, kind, geom FROM staging WHERE fid < 3;
-- (whether what is lost on both sides of a border that was reprojected is one
-- piece or two is GEOS's choice, and so are a few square metres)
DO $$
DECLARE
    message text;
    hint text;
BEGIN
    PERFORM import_zones('part', 'kind', '2026-07-01', 'two zones');
EXCEPTION WHEN SQLSTATE 'LH021' THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    RAISE NOTICE '%', regexp_replace(message, '[12] defects', '… defects') USING HINT = hint;
END $$;
WITH lost AS (
    SELECT * FROM import_zones('part', 'kind', '2026-07-01', 'two zones', dry_run => true)
)
SELECT defect, refused, bool_and(detail ~ '^no zone any more at POINT\([0-9. ]+\), where [a-z_, ]+ was$') AS says_where,
    (SELECT string_agg(DISTINCT c, ', ' ORDER BY c) FROM lost, regexp_split_to_table(substring(detail FROM 'where (.*) was$'), ', ') AS c) AS classes,
    round(sum(area_m2), -2) AS area_m2
  FROM lost GROUP BY defect, refused;
SELECT count(*) FILTER (WHERE upper_inf(valid)) AS open FROM zone WHERE withdrawn_at IS NULL;
-- a piece as large as is let pass; what the new map adds is no loss
UPDATE part SET geom = ST_Union(geom, pg_temp.box(-5, 0, 0, 10)) WHERE fid = 1;
SELECT defect, area_m2 FROM import_zones('part', 'kind', '2026-07-01', 'two zones', dry_run => true, max_lost_m2 => 6e6);
SELECT defect, area_m2 FROM import_zones('part', 'kind', '2026-07-01', 'two zones', max_lost_m2 => NULL);
-- and it can be taken back before its day, not later
SELECT withdraw_map('2026-07-01') AS zones_go_on;
SELECT valid, source, withdrawn_at IS NOT NULL AS withdrawn, count(*), round((sum(ST_Area(geom::geography)) / 1e6)::numeric, 3) AS km2 FROM zone WHERE source <> 'a map of illustration' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SAVEPOINT twice;
SET LOCAL licence_home.clock = '2026-06-01 00:00+03';
SELECT withdraw_map('2026-06-01');
ROLLBACK TO twice;

-- what no repair can do: the whole map is refused, with its features
INSERT INTO staging VALUES
    (11, 'سكن هـ', pg_temp.box(0, 20, 10, 30)),
    (12, NULL, pg_temp.box(10, 20, 20, 30)),
    (13, 'سكن أ', 'SRID=4326;POLYGON((35.92 31.92, 35.93 31.93, 35.93 31.92, 35.92 31.93, 35.92 31.92))'),
    (14, 'سكن أ', pg_temp.box(28, 5, 35, 10)),
    (15, 'سكن أ', ST_FlipCoordinates(pg_temp.box(40, 0, 45, 10))),
    (16, 'سكن أ', 'SRID=4326;POLYGON((5 50, 6 50, 6 51, 5 50))'),
    (17, 'سكن أ', ST_SetSRID(pg_temp.box(50, 0, 55, 10), 0)),
    (18, 'سكن أ', 'SRID=4326;LINESTRING(35.9 31.9, 35.91 31.9)'),
    (19, 'سكن أ', NULL),
    (20, 'سكن أ', 'SRID=4326;POLYGON((35.96 31.9, 35.97 31.9, 35.96 31.9, 35.96 31.9))'),
    (21, 'سكن ب', ST_Difference(pg_temp.box(0, 30, 10, 40), pg_temp.box(4, 34, 6, 36))),
    (22, 'سكن ج', ST_Difference(pg_temp.box(10, 30, 20, 40), pg_temp.box(14, 34, 14.01, 34.01))),
    (23, 'سكن ج', pg_temp.box(19.99, 30, 30, 30.01));
SELECT feature, defect, refused, regexp_replace(detail, '\[35\.925 31\.9[12]\]', '[35.925 …]') AS detail, area_m2
  FROM import_zones('staging', 'kind', '2026-07-01', 'a bad map', dry_run => true);
SAVEPOINT bad;
SELECT * FROM import_zones('staging', 'kind', '2026-07-01', 'a bad map');
\echo SQLSTATE :LAST_ERROR_SQLSTATE
ROLLBACK TO bad;
-- what is let pass is for the one who imports to say
SELECT defect, CASE defect WHEN 'gap' THEN (count(*) >= 2)::text ELSE count(*)::text END AS count
  FROM import_zones('staging', 'kind', '2026-07-01', 'a bad map', dry_run => true,
    max_overlap_m2 => NULL, max_gap_m2 => 0.1) GROUP BY defect ORDER BY defect;

-- columns
SAVEPOINT columns;
SELECT * FROM import_zones('staging', 'classes', '2026-07-01', 'x');
ROLLBACK TO columns;
SELECT * FROM import_zones('staging', 'kind', NULL, 'x');
ROLLBACK TO columns;
CREATE TEMP TABLE two (kind text, a geometry, b geometry);
SELECT * FROM import_zones('two', 'kind', '2026-07-01', 'x');
ROLLBACK TO columns;
DELETE FROM staging;
SELECT * FROM import_zones('staging', 'kind', '2026-07-01', 'x', dry_run => true);

-- the administrator of rules imports; nobody else does
CREATE ROLE regress_map_planner IN ROLE licence_home_admin;
CREATE ROLE regress_map_reader IN ROLE licence_home_clerk;
INSERT INTO staging VALUES (1, 'سكن (أ)', pg_temp.box(0, 0, 10, 10));
GRANT SELECT ON staging TO regress_map_planner, regress_map_reader;
SET LOCAL ROLE regress_map_planner;
SELECT * FROM import_zones('staging', 'kind', '2026-08-01', 'a planner''s', max_lost_m2 => NULL);
SAVEPOINT clerk;
SET LOCAL ROLE regress_map_reader;
SELECT * FROM import_zones('staging', 'kind', '2026-09-01', 'a clerk''s');
ROLLBACK TO clerk;
RESET ROLE;

-- zones that overlap and disagree are a defect of the map
SELECT defect, explanation, area_m2 FROM check_zones('2026-03-01');
INSERT INTO zone (geom, class, valid, source, certainty)
VALUES (ST_Multi(pg_temp.box(8, 0, 12, 10)), 'industry_heavy', '[2026-08-01,)', 'overlapping', 'unknown'),
       (ST_Multi(pg_temp.box(2, 0, 4, 10)), 'residential_b', '[2026-08-01,)', 'overlapping, but in agreement', 'unknown');
INSERT INTO zone_class (class, land_use, name_ar, name_en, valid, source, certainty)
VALUES ('sea', 'residential', 'بحر', 'sea', '[2026-01-01,)', 'test', 'unknown');
INSERT INTO zone (geom, class, valid, source, certainty)
VALUES (ST_Multi(pg_temp.box(50, 0, 60, 10)), 'sea', '[2026-08-01,)', 'test', 'unknown');
SELECT defect, explanation, area_m2 FROM check_zones('2026-08-01');
SELECT ruling, why_en FROM zone_ruling_explained('knitting', 'SRID=4326;POINT(35.909 31.905)', '2026-08-01', 6);
ROLLBACK;
