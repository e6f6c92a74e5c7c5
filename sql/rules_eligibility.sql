-- What a home must be, before there is a case.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
-- a residential place well inside its zone
SELECT ST_AsEWKT('SRID=4326;POINT(35.91 31.95)'::geometry) AS home \gset

-- sentences: every one of an assessment, in both languages, nothing left to fill
SELECT criterion, stage, ruling, required, observed, message_en, remedy_en
  FROM assess('home_baking', :'home', 120, 20, '1985-06-01', 2, 3, true, '2026-03-01');
SELECT criterion, message_ar, remedy_ar
  FROM assess('home_baking', :'home', 120, 20, '1985-06-01', 2, 3, true, '2026-03-01');
SELECT count(*) AS unfilled
  FROM profession AS p, (VALUES (18::numeric), (26), (NULL)) AS w (area),
       (VALUES (true), (false), (NULL)) AS t (tenant),
       (VALUES (:'home'::geometry), ('SRID=4326;POINT(31.95 35.91)'), (NULL)) AS h (home),
       LATERAL assess(p.code, h.home, 180, w.area, '2030-01-01', 9, 9, t.tenant, '2026-03-01', 9) AS a
 WHERE p.valid @> date '2026-03-01' AND p.code IN ('home_nursery', 'jams', 'guest_house')
   AND (concat(a.message_ar, a.message_en, a.remedy_ar, a.remedy_en) ~ '[{}]'
        OR a.message_ar IS NULL OR a.message_en IS NULL);

-- the work area: the smaller of 15 % of the home and 25 m²
SELECT v.home_area, v.work_area, a.ruling, a.required AS limit, a.remedy_en
  FROM (VALUES
    (1, 120::numeric, 18::numeric), (2, 120, 18.0001), (3, 200, 25), (4, 200, 25.001), (5, 166.66, 24.999),
    (6, 166.67, 25), (7, 120, 20), (8, 120, 0), (9, 120, -1), (10, 0, 10), (11, -120, 10), (12, 120, 'NaN'), (13, 'NaN', 18),
    (14, 'NaN', 'NaN'), (15, 'Infinity', 18), (16, 'Infinity', 'Infinity'), (17, 120, 'Infinity'), (18, NULL, 18), (19, 120, NULL),
    (20, 10, 11), (21, 1e12, 1), (22, 1e-12, 1e-13)
  ) AS v (n, home_area, work_area)
 CROSS JOIN LATERAL assess('knitting', :'home', v.home_area, v.work_area, '1985-06-01', 0, 1, false, '2026-03-01') AS a
 WHERE a.criterion = 'work_area'
 ORDER BY v.n;

-- an area beyond all reckoning is no error
SELECT v.n, a.ruling
  FROM (VALUES (1, 120::numeric, '9e131071'::numeric), (2, 120, '-9e131071'), (3, '9e131071', 18), (4, '9e131071', '9e131071')) AS v (n, home_area, work_area)
 CROSS JOIN LATERAL assess('knitting', :'home', v.home_area, v.work_area, '1985-06-01', 0, 1, false, '2026-03-01') AS a
 WHERE a.criterion = 'work_area'
 ORDER BY v.n;

-- people, in each edition
SELECT v.employees, v.people, string_agg(e.edition || ' ' || e.rulings, '; ' ORDER BY e.edition) AS employees_people
  FROM (VALUES (1, 0, 1), (2, 1, 2), (3, 2, 3), (4, 0, 3), (5, 0, 4), (6, 1, 1), (7, 0, 0), (8, -1, 1),
               (9, NULL, 1), (10, 1, NULL), (11, 2147483647, 2147483647)) AS v (n, employees, people)
 CROSS JOIN LATERAL (
    SELECT e.edition, string_agg(a.ruling, '/' ORDER BY a.criterion) AS rulings
      FROM edition AS e
     CROSS JOIN LATERAL assess('knitting', :'home', 120, 18, '1985-06-01', v.employees, v.people, false, lower(e.valid)) AS a
     WHERE a.criterion IN ('employees', 'people')
     GROUP BY e.edition) AS e
 GROUP BY v.n, v.employees, v.people ORDER BY v.n;

-- children, where a profession takes them
SELECT v.children, a.ruling, a.message_en
  FROM (VALUES (0), (5), (6), (-1), (NULL)) AS v (children)
 CROSS JOIN LATERAL assess('home_nursery', :'home', 120, 18, '1985-06-01', 0, 1, false, '2026-03-01', v.children) AS a
 WHERE a.criterion = 'children';
SELECT count(*) FROM assess('knitting', :'home', 120, 18, '1985-06-01', 0, 1, false, '2026-03-01', 9)
 WHERE criterion = 'children';

-- the building, the day, the profession, the place
SELECT v.what, a.criterion, a.ruling, a.message_en
  FROM (VALUES
    (1, 'built today', 'knitting', date '2026-03-01', date '2026-03-01', :'home'::geometry),
    (2, 'built tomorrow', 'knitting', '2026-03-02', '2026-03-01', :'home'),
    (3, 'built nobody knows when', 'knitting', NULL, '2026-03-01', :'home'),
    (4, 'built for ever', 'knitting', '-infinity', '2026-03-01', :'home'),
    (5, 'no day', 'knitting', '1985-06-01', NULL, :'home'),
    (6, 'the end of days', 'knitting', '1985-06-01', 'infinity', :'home'),
    (7, 'before any instructions', 'knitting', '1985-06-01', '1990-01-01', :'home'),
    (8, 'not on the list', 'astrology', '1985-06-01', '2026-03-01', :'home'),
    (9, 'no longer on the list', 'translation', '1985-06-01', '2026-03-01', :'home'),
    (10, 'no profession', NULL, '1985-06-01', '2026-03-01', :'home'),
    (11, 'no home', 'knitting', '1985-06-01', '2026-03-01', NULL),
    (12, 'in Aqaba', 'knitting', '1985-06-01', '2026-03-01', 'SRID=4326;POINT(35.0 29.53)'),
    (13, 'swapped', 'knitting', '1985-06-01', '2026-03-01', 'SRID=4326;POINT(31.95 35.91)'),
    (14, 'in a system that nobody knows', 'knitting', '1985-06-01', '2026-03-01', 'SRID=5000;POINT(35.91 31.95)')
  ) AS v (n, what, profession, built_on, on_date, home)
 CROSS JOIN LATERAL assess(v.profession, v.home, 120, 18, v.built_on, 0, 1, false, v.on_date) AS a
 WHERE a.ruling NOT IN ('met', 'condition')
 ORDER BY v.n, a.criterion;

-- no rules, no proof
SAVEPOINT empty;
SET LOCAL session_replication_role = replica;     -- no guard keeps the rules whole
UPDATE criterion SET withdrawn_at = licence_home.now() WHERE criterion = 'people';
SELECT criterion, ruling, message_en FROM assess('knitting', :'home', 120, 18, '1985-06-01', 0, 1, false, '2026-03-01')
 WHERE criterion = 'people';
INSERT INTO criterion (criterion, stage, position, article, met_ar, met_en, not_met_ar, not_met_en,
    not_proven_ar, not_proven_en, remedy_ar, remedy_en, label_ar, label_en, valid, source, certainty)
VALUES ('moonlight', 'A', 99, '-', '-', '-', '-', '-', 'لا يثبت.', 'Nobody can tell.', '-', '-', 'x', 'x', '[2026-01-01,)', 'test', 'unknown');
SELECT criterion, ruling, message_en FROM assess('knitting', :'home', 120, 18, '1985-06-01', 0, 1, false, '2026-03-01')
 WHERE criterion = 'moonlight';
ROLLBACK TO empty;

-- fill(): one pass, null as a dash, what has no value stays
SELECT fill('{a} and {b}, {c} {', 'a', '{b}', 'b', NULL), fill(NULL, 'a', 'b'), fill('', 'a', 'b');
SAVEPOINT odd;
SELECT fill('{a}', 'a');
ROLLBACK TO odd;
SELECT fill('{a}', NULL, 'a');
ROLLBACK TO odd;
ROLLBACK;
