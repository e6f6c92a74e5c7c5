-- Every verdict explains itself, in both languages; for a no also the smallest
-- change that would make it a yes.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
SET search_path = public, licence_home, licence_home_internal;
SET jit = off;
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT ST_AsEWKT('SRID=4326;POINT(35.91 31.95)'::geometry) AS home \gset
SELECT ST_AsEWKT(ST_PointOnSurface(geom)) AS shop FROM zone WHERE class = 'commercial_ordinary' ORDER BY zone_id LIMIT 1 \gset
SELECT ST_AsEWKT(ST_PointOnSurface(geom)) AS mill FROM zone WHERE class = 'industry_heavy' ORDER BY zone_id LIMIT 1 \gset

\echo == each ruling of each criterion that is decided before there is a case
CREATE TEMP TABLE said AS
SELECT DISTINCT ON (a.criterion, a.ruling) a.*
FROM (VALUES
    (1, 'home_nursery', :'home'::geometry, 120::numeric, 18::numeric, date '1985-06-01', 0, 1, true, date '2026-03-01', 3),
    (2, 'home_nursery', :'home', 120, 20, '2026-03-02', 2, 4, NULL, '2026-03-01', 6),
    (3, 'home_nursery', NULL, NULL, 20, NULL, NULL, NULL, false, '2026-03-01', NULL),
    (4, 'jams', :'shop', 200, 26, '1985-06-01', 0, 1, false, '2026-03-01', NULL),
    (5, 'jams', :'mill', 200, 25, '1985-06-01', 0, 1, false, '2026-03-01', NULL),
    (6, 'translation', 'SRID=4326;POINT(35.0 29.53)', 120, 18, '1985-06-01', 0, 1, false, '2026-03-01', NULL),
    (7, NULL, :'home', 120, 18, '1985-06-01', 0, 1, false, '2026-03-01', NULL),
    (8, 'jams', :'home', 120, 18, '1985-06-01', 0, 1, false, '2011-12-31', NULL),
    (9, 'jams', :'home', 120, 18, '1985-06-01', 0, 1, false, NULL, NULL)
) AS q (n, profession, home, home_area_m2, work_area_m2, built_on, employees, people, tenant, on_date, children)
CROSS JOIN LATERAL assess(q.profession, q.home, q.home_area_m2, q.work_area_m2, q.built_on, q.employees,
    q.people, q.tenant, q.on_date, q.children) AS a
ORDER BY a.criterion, a.ruling, q.n;
\pset format unaligned
\pset tuples_only on
\pset null (none)
SELECT format(E'%s: %s (stage %s)\n    required %s, observed %s, article %s\n    %s\n    %s%s', criterion, ruling, stage,
    coalesce(required, '(none)'), coalesce(observed, '(none)'), article, message_en, message_ar,
    coalesce(E'\n    -> ' || remedy_en || E'\n    -> ' || remedy_ar, ''))
FROM said ORDER BY criterion COLLATE "C", ruling COLLATE "C";

\echo == the same of a case
SELECT story.new_case('jams', 'en', false, 10) AS no \gset
SELECT story.new_case('pottery', 'en', false, 10) AS other \gset
-- facts as no steps would bring them together
CREATE PROCEDURE pg_temp.fact(no licence_home.application_no, fact text)
    LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    EXECUTE fact USING no;
    SET LOCAL session_replication_role = origin;
END $$;
CREATE FUNCTION pg_temp.say(no licence_home.application_no, VARIADIC criteria text[]) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format(E'%s: %s (stage %s)\n    required %s, observed %s, article %s\n    %s\n    %s%s', criterion, ruling, stage,
        coalesce(required, '(none)'), coalesce(regexp_replace(observed, '[AL]\d{4}-\d+-\d', '{number}'), '(none)'), article,
        regexp_replace(message_en, '[AL]\d{4}-\d+-\d', '{number}'), regexp_replace(message_ar, '[AL]\d{4}-\d+-\d', '{number}'),
        coalesce(E'\n    -> ' || regexp_replace(remedy_en, '[AL]\d{4}-\d+-\d', '{number}')
            || E'\n    -> ' || regexp_replace(remedy_ar, '[AL]\d{4}-\d+-\d', '{number}'), ''))
    FROM licence_home.eligibility(no)
    WHERE criterion = ANY (criteria) ORDER BY criterion COLLATE "C"
$$;
CALL pg_temp.fact(:'no', 'UPDATE licence_home.application SET tenant = true WHERE application_no = $1');
SELECT pg_temp.say(:'no', 'documents', 'owner_approval', 'external_approval', 'duplicate', 'home_total', 'nationality', 'nuisance');
-- another case at the same home; who owns it is not said; a profession for Jordanians
CALL pg_temp.fact(:'other', format('UPDATE licence_home.application AS a SET profession = o.profession, applicant_id = o.applicant_id, '
    'home = o.home, parcel = o.parcel, tenant = NULL FROM licence_home.application AS o WHERE a.application_no = $1 AND o.application_no = %L', :'no'));
CALL pg_temp.fact(:'no', $$UPDATE licence_home.application SET state = 'submitted', submitted_at = licence_home.now(), workflow_version = 1,
    judged_on = '2026-03-01', edition = '2020', events = 1 WHERE application_no = $1$$);
CALL pg_temp.fact(:'no', $$UPDATE licence_home.profession SET jordanians_only = true WHERE code = 'jams' AND $1 IS NOT NULL$$);
SELECT pg_temp.say(:'other', 'duplicate', 'home_total', 'owner_approval');
CALL pg_temp.fact(:'other', $$UPDATE licence_home.applicant SET kind = 'resident' WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)$$);
SELECT pg_temp.say(:'other', 'nationality');
CALL pg_temp.fact(:'other', $$UPDATE licence_home.applicant SET kind = 'business', identity_no = '900000123', representative_name = 'x',
    representative_identity_no = '9000000123', representative_capacity = 'x'
    WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)$$);
SELECT pg_temp.say(:'other', 'nationality', 'documents');
CALL pg_temp.fact(:'other', 'UPDATE licence_home.application SET home = NULL, village = NULL WHERE application_no = $1');
SELECT pg_temp.say(:'other', 'duplicate');
-- what an authority refused, what an inspector found
CALL pg_temp.fact(:'no', $$INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, review, recorded_by, at_event)
    VALUES ($1, 'jfda', 'F/1', 'refused', 'accepted', 'x', 1)$$);
CALL pg_temp.fact(:'no', $$WITH i AS (INSERT INTO licence_home.inspection (application_no, scheduled_for, outcome, recorded_by, at_event, closed_at_event)
    VALUES ($1, '2026-02-26 10:00+03', 'failed', 'x', 1, 1) RETURNING inspection_id)
    INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling, recorded_by) SELECT inspection_id, 'nuisance', 'not_met', 'x' FROM i$$);
SELECT pg_temp.say(:'no', 'external_approval', 'nuisance');

-- a limit is said as it is, not rounded: 20 m² is not above 20 m²
CALL pg_temp.fact(:'no', $$INSERT INTO licence_home.inspection (application_no, scheduled_for, outcome, measured_home_area_m2, measured_work_area_m2,
    recorded_by, at_event, closed_at_event) VALUES ($1, '2026-02-27 10:00+03', 'passed', 133.3333, 20, 'x', 1, 1)$$);
SELECT o.text_en, o.text_ar FROM licence_home_internal.case_inspection_objections(:'no', false) AS o WHERE o.text_en ~ 'limit';
SELECT pg_temp.say(:'no', 'work_area');

-- what has changed its name since is called once, as it was called on the day that judges the case
UPDATE authority SET valid = daterange(lower(valid), '2026-05-01') WHERE authority = 'jfda';
UPDATE document_type SET valid = daterange(lower(valid), '2026-05-01') WHERE document_type = 'title_deed';
UPDATE application_field SET valid = daterange(lower(valid), '2026-05-01') WHERE field = 'floor';
INSERT INTO authority (authority, name_ar, name_en, valid, source, certainty) VALUES ('jfda', 'اسم جديد', 'a new name', '[2026-05-01,)', 'test', 'likely'),
    ('bees', 'جهة النحل', 'the bee authority', '[2026-05-01,)', 'test', 'likely');
INSERT INTO document_type (document_type, name_ar, name_en, needs_reference, needs_attachment, valid, source, certainty)
    VALUES ('title_deed', 'اسم جديد', 'a new name', true, false, '[2026-05-01,)', 'test', 'likely');
INSERT INTO application_field (field, name_ar, name_en, valid, source, certainty) VALUES ('floor', 'اسم جديد', 'a new name', '[2026-05-01,)', 'test', 'likely');
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL licence_home.clock = '2026-06-01 10:00+03';
CALL pg_temp.fact(:'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, review, recorded_by, at_event) VALUES ($1, 'title_deed', '1', 'incorrect', 'x', 0)$$);
CALL pg_temp.fact(:'no', $$INSERT INTO licence_home.application_finding (application_no, field, recorded_by, at_event) VALUES ($1, 'floor', 'x', 0)$$);
-- and one that the decider asked, which came later
CALL pg_temp.fact(:'no', $$INSERT INTO licence_home.approval_requirement (application_no, authority, recorded_by) VALUES ($1, 'bees', 'x')$$);
SELECT a.name_en, a.name_ar FROM licence_home_internal.case_authorities(:'no') AS a;
SELECT d.text_en, d.text_ar FROM licence_home_internal.case_unsupplied_documents(:'no') AS d;
SELECT f.text_en, f.text_ar FROM licence_home_internal.case_unchanged_findings(:'no') AS f;
CALL pg_temp.fact(:'no', $$DELETE FROM licence_home.external_approval WHERE application_no = $1$$);
SELECT e.message_en FROM licence_home.eligibility(:'no') AS e WHERE e.criterion IN ('documents', 'external_approval');
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';

\echo == the smallest change: what the remedy says is enough, and any less is not
\pset tuples_only off
CREATE TEMP TABLE advice AS
SELECT q.*, a.remedy_en, a.remedy_ar,
    substring(a.remedy_en FROM 'Use ([0-9.]+) m²')::numeric AS work_do,
    substring(a.remedy_en FROM 'at least ([0-9.]+) m²')::numeric AS home_do
FROM (SELECT h * 1.37 AS home_area_m2, w * 0.61 AS work_area_m2
      FROM generate_series(1, 200, 3) AS h, generate_series(1, 60) AS w WHERE w * 0.61 <= h * 1.37) AS q
CROSS JOIN LATERAL assess('knitting', :'home', q.home_area_m2, q.work_area_m2, '1985-06-01', 0, 1, false, '2026-03-01') AS a
WHERE a.criterion = 'work_area' AND a.ruling = 'not_met';
SELECT a.remedy_en, a.remedy_ar FROM (VALUES (120, 20), (200, 26), (133.33, 20.001)) AS v (home_area, work_area)
CROSS JOIN LATERAL assess('knitting', :'home', v.home_area, v.work_area, '1985-06-01', 0, 1, false, '2026-03-01') AS a
WHERE a.criterion = 'work_area';
CREATE FUNCTION pg_temp.area_ruling(home_area numeric, work_area numeric) RETURNS text
    LANGUAGE sql AS $$ SELECT work_area_ruling FROM licence_home_internal.judge('knitting', 'SRID=4326;POINT(35.91 31.95)', home_area, work_area,
        '1985-06-01', 0, 1, NULL, '2026-03-01') $$;
SELECT count(*) > 1000 AS many, count(*) FILTER (WHERE work_do IS NULL) AS without_an_area,
    count(*) FILTER (WHERE pg_temp.area_ruling(home_area_m2, work_do) <> 'met') AS not_enough,
    count(*) FILTER (WHERE pg_temp.area_ruling(home_area_m2, work_do + 0.000001) <> 'not_met') AS more_would_do,
    count(*) FILTER (WHERE (home_do IS NULL) <> (work_area_m2 > 25)) AS home_where_it_helps,
    count(*) FILTER (WHERE home_do IS NOT NULL AND pg_temp.area_ruling(home_do, work_area_m2) <> 'met') AS home_not_enough,
    count(*) FILTER (WHERE pg_temp.area_ruling(home_do - 1, work_area_m2) = 'met') AS smaller_home_would_do,
    count(*) FILTER (WHERE remedy_ar !~ ('(^|[^0-9.])' || trim_scale(work_do) || ' م²')) AS other_in_arabic
FROM advice;
SELECT v.what, a.remedy_en, string_agg(b.ruling, ' ' ORDER BY b.n) AS at_the_number_and_above
FROM (VALUES ('employees', 9, 9, 0), ('people', 0, 9, 0), ('children', 0, 1, 9)) AS v (what, employees, people, children)
CROSS JOIN LATERAL assess('home_nursery', :'home', 120, 18, '1985-06-01', v.employees, v.people, false, '2026-03-01', v.children) AS a
CROSS JOIN LATERAL (
    SELECT n, r.ruling
    FROM generate_series(0, 1) AS n,
        (SELECT substring(a.remedy_en FROM '(?:at most|down to) ([0-9]+)')::integer AS most) AS m,
        assess('home_nursery', :'home', 120, 18, '1985-06-01', CASE v.what WHEN 'employees' THEN m.most + n ELSE 0 END,
            CASE v.what WHEN 'people' THEN m.most + n ELSE 3 END, false, '2026-03-01',
            CASE v.what WHEN 'children' THEN m.most + n ELSE 0 END) AS r
    WHERE r.criterion = v.what
) AS b
WHERE a.criterion = v.what GROUP BY v.what, a.remedy_en ORDER BY v.what;

\echo == odd input: never an exception, never met
CREATE TEMP TABLE odd AS
SELECT a.*, q.*
FROM (
    SELECT p.*, m.*, d.*
    FROM unnest(ARRAY['home_nursery', 'astrology', '', NULL]) AS p (profession)
    CROSS JOIN (VALUES (:'home'::geometry, NULL::numeric, 18::numeric), (NULL, 'NaN', 18), ('SRID=4326;POINT EMPTY', 120, 'NaN'),
        ('SRID=4326;LINESTRING(35 31, 36 32)', 'Infinity', 'Infinity'), ('SRID=4326;POINT(999 999)', 0, 0), ('SRID=5000;POINT(35.91 31.95)', 0, 0), ('SRID=32636;POINT(1e30 1e30)', -1, -1),
        (:'home', 10, 11), (:'home', 1e-300, 1e300), ('SRID=4326;GEOMETRYCOLLECTION(POINT(35.91 31.95),POINT(35.92 31.95))', '-Infinity', 1)) AS m (home, home_area_m2, work_area_m2)
    CROSS JOIN (VALUES (NULL::date, NULL::integer, NULL::integer, NULL::boolean, NULL::date, NULL::integer),
        ('infinity', -1, 0, true, '2026-03-01', -1), ('-infinity', 2147483647, -2147483648, false, 'infinity', 2147483647),
        (NULL, -2147483648, 2147483647, true, '-infinity', -2147483648), ('infinity', 1, 1, NULL, '5874897-12-31', NULL),
        (NULL, NULL, 0, NULL, '4713-01-01 BC', -1)) AS d (built_on, employees, people, tenant, on_date, children)
) AS q
CROSS JOIN LATERAL (
    SELECT criterion, ruling, article, message_ar, message_en, remedy_ar, remedy_en, required
    FROM assess(q.profession, q.home, q.home_area_m2, q.work_area_m2, q.built_on, q.employees, q.people, q.tenant, q.on_date, q.children)
) AS a;
SELECT count(DISTINCT (profession, home::text, home_area_m2, work_area_m2, on_date)) AS questions,
    count(*) FILTER (WHERE article IS NULL OR coalesce(message_ar, '') = '' OR coalesce(message_en, '') = '') AS unexplained,
    count(*) FILTER (WHERE (ruling = 'not_met') <> (coalesce(remedy_ar, '') <> '' AND coalesce(remedy_en, '') <> '')) AS without_remedy,
    count(*) FILTER (WHERE concat(message_ar, message_en, remedy_ar, remedy_en) ~ '[{}]') AS unfilled,
    count(*) FILTER (WHERE message_ar !~ '[ء-ي]' OR message_en ~ '[ء-ي]') AS in_the_wrong_language
FROM odd;
SELECT criterion, string_agg(DISTINCT ruling, ', ' ORDER BY ruling) AS rulings FROM odd
WHERE criterion IN ('work_area', 'employees', 'people', 'children', 'building_date', 'owner_approval', 'profession', 'zone')
GROUP BY criterion ORDER BY criterion COLLATE "C";
SELECT count(*) AS met_by_odd_input FROM odd
WHERE ruling = 'met' AND (criterion IN ('work_area', 'building_date')
    OR criterion = 'employees' AND employees IS DISTINCT FROM 1 OR criterion IN ('people', 'children')
    OR criterion = 'profession' AND profession IS DISTINCT FROM 'home_nursery'
    OR criterion IN ('location', 'zone') AND home IS DISTINCT FROM :'home'::geometry);
ROLLBACK;
