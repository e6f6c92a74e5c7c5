-- An independent oracle: the rules of the service written once more, plainly,
-- from the service's description, and 100,000 generated cases through both.
-- It reads no rule table but the map, which has no other description.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
SET jit = off;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
CREATE SCHEMA oracle;

--
-- The service, in tables of its own
--
CREATE TABLE oracle.edition (edition text, from_day date, to_day date, employees integer);
INSERT INTO oracle.edition VALUES
    ('2012', '2012-01-01', '2016-12-31', 0),
    ('2017', '2017-01-01', '2019-08-07', 0),
    ('2019', '2019-08-08', '2020-01-31', 1),        -- one from August 2019
    ('2020', '2020-02-01', '9999-12-31', 1);

CREATE TABLE oracle.profession (code text, category text, from_day date, to_day date);
INSERT INTO oracle.profession
SELECT unnest(string_to_array(v.codes, ' ')), v.category, v.from_day, v.to_day
FROM (VALUES
    ('maritime_consulting management_consulting insurance_consulting social_research scientific_research '
     'environmental_consulting agricultural_consulting electronic_marketing specialised_design financial_services '
     'typing_secretarial', 'intellectual', date '2012-01-01', date '9999-12-31'),
    ('marketing_consulting nutrition_consulting graphic_design translation accounts_auditing interior_design',
     'intellectual', '2012-01-01', '2020-01-31'),   -- earlier lists
    ('knitting embroidery pottery soap_making candle_making leather_work', 'handicraft', '2012-01-01', '9999-12-31'),
    ('jams home_baking pickles jameed vegetable_preparation herbs_legumes', 'food', '2012-01-01', '9999-12-31'),
    ('electrical_repair home_maintenance cleaning home_nursing', 'home_service', '2017-01-01', '9999-12-31'),
    ('guest_house', 'guest_house', '2020-02-01', '9999-12-31'),
    ('home_nursery', 'child_care', '2020-02-01', '9999-12-31')
) AS v (codes, category, from_day, to_day);

-- up to 10 m², up to 20 m², above
CREATE TABLE oracle.fee (category text, from_day date, to_day date, upto_10 numeric, upto_20 numeric, above numeric);
INSERT INTO oracle.fee VALUES
    ('intellectual', '2012-01-01', '2019-08-07', 100, 150, 200),
    ('handicraft', '2012-01-01', '2019-08-07', 30, 50, 80),
    ('food', '2012-01-01', '2019-08-07', 50, 80, 120),
    ('home_service', '2017-01-01', '2019-08-07', 60, 100, 150),
    ('intellectual', '2019-08-08', '9999-12-31', 30, 40, 50),
    ('handicraft', '2019-08-08', '9999-12-31', 20, 25, 30),
    ('food', '2019-08-08', '9999-12-31', 25, 30, 40),
    ('home_service', '2019-08-08', '9999-12-31', 25, 35, 45),
    ('guest_house', '2020-02-01', '9999-12-31', 40, 45, 50),
    ('child_care', '2020-02-01', '9999-12-31', 30, 35, 40);

--
-- Places: in every zone, at edges, elsewhere, and what is no place
--
CREATE TABLE oracle.place (place serial, home geometry, usable boolean NOT NULL DEFAULT true, map text, in_city boolean);
-- a point in each zone, and around it a footprint of some ten metres
INSERT INTO oracle.place (home)
SELECT h.home
FROM (SELECT zone_id, ST_PointOnSurface(geom) AS point FROM zone) AS z
CROSS JOIN LATERAL (VALUES (z.point), (ST_Expand(z.point, 0.00005))) AS h (home)
ORDER BY z.zone_id, ST_Dimension(h.home);
-- some metres from corners, and footprints across them
INSERT INTO oracle.place (home)
SELECT CASE s.metres WHEN 0 THEN ST_Expand(c.corner, 0.0002)
    ELSE ST_Project(c.corner::geography, s.metres, radians(s.azimuth))::geometry END
FROM (SELECT row_number() OVER (ORDER BY zone_id) AS n, (ST_DumpPoints(ST_Envelope(geom))).geom AS corner FROM zone) AS c
CROSS JOIN (VALUES (0, 0), (1, 80), (5, 80), (7, 80), (12, 80), (5, 5), (7, 5), (5, 190), (7, 265)) AS s (metres, azimuth)
WHERE c.n % 8 = 1;
-- in other systems, elsewhere, and no place at all
INSERT INTO oracle.place (home, usable, map, in_city) VALUES
    (ST_Transform('SRID=4326;POINT(35.91 31.95)'::geometry, 3066), true, NULL, NULL),
    (ST_Transform('SRID=4326;POINT(35.91 31.95)'::geometry, 32636), true, NULL, NULL),
    ('SRID=4326;POINT Z (35.91 31.95 900)', true, NULL, NULL),
    ('SRID=4326;POINT(35.0 29.53)', true, NULL, NULL),
    ('SRID=4326;POINT(31.95 35.91)', true, NULL, NULL),
    ('SRID=4326;POINT(0 0)', true, NULL, NULL),
    (ST_SetSRID(ST_MakePoint(35.9, 31.5), 28191), true, 'unknown', false),     -- degrees said to be metres
    (NULL, false, NULL, NULL),
    ('SRID=4326;POINT EMPTY', false, NULL, NULL),
    ('SRID=4326;LINESTRING(35.91 31.95, 35.92 31.96)', false, NULL, NULL),
    (ST_SetSRID(ST_MakePoint('NaN', 31.95), 4326), false, NULL, NULL),
    ('SRID=4326;POINT(35.91 95)', false, NULL, NULL),
    ('SRID=4326;POLYGON((35.91 31.95, 35.92 31.96, 35.92 31.95, 35.91 31.96, 35.91 31.95))', false, NULL, NULL);
-- What the map says of each: residential land permits, industry forbids, all
-- other land refers; within six metres of land that says another thing, and
-- where part of a footprint is in no zone, it is referred.
WITH usable AS (
    SELECT place, CASE ST_SRID(home) WHEN 4326 THEN ST_Force2D(home) ELSE ST_Transform(home, 4326) END AS home
    FROM oracle.place WHERE usable AND map IS NULL
), land AS (
    SELECT geom, CASE split_part(class, '_', 1)
        WHEN 'residential' THEN 'permitted' WHEN 'industry' THEN 'prohibited' ELSE 'refer' END AS says
    FROM licence_home.zone
), near AS (
    SELECT u.place, array_agg(DISTINCT l.says) AS says,
        count(*) FILTER (WHERE ST_Distance(l.geom::geography, u.home::geography) < 0.001) AS inside,
        ST_Area(ST_Difference(u.home, ST_Union(l.geom))) / nullif(ST_Area(u.home), 0) AS outside
    FROM usable AS u
    JOIN land AS l ON ST_Distance(l.geom, u.home) < 0.001
        AND ST_Distance(l.geom::geography, u.home::geography) <= 6
    GROUP BY u.place, u.home
)
UPDATE oracle.place AS p
SET map = CASE WHEN coalesce(n.inside, 0) = 0 THEN 'unknown'
        WHEN cardinality(n.says) = 1 AND coalesce(n.outside, 0) <= 0.001 THEN n.says[1]
        ELSE 'refer' END,
    in_city = EXISTS (SELECT FROM licence_home.district AS d
        WHERE ST_Intersects(d.geom, CASE ST_Dimension(u.home) WHEN 0 THEN u.home ELSE ST_PointOnSurface(u.home) END))
FROM usable AS u
LEFT JOIN near AS n USING (place)
WHERE u.place = p.place;
SELECT count(*) > 400 AS places, count(DISTINCT map) AS answers, bool_or(in_city) AND NOT bool_and(in_city) AS in_and_out,
    count(*) FILTER (WHERE NOT usable) AS unusable
FROM oracle.place;

--
-- Cases: every value of every question at or beside an edge, shuffled (by
-- md5, which is the same everywhere)
--
CREATE UNLOGGED TABLE oracle.question AS
SELECT c.n, c.professions[1 + c.profession % cardinality(c.professions)] AS profession, p.place,
    c.home_area_m2, c.built_on, c.employees, c.people, c.children, c.tenant, c.kind, c.on_date,
    CASE WHEN c.share IS NULL THEN c.work_area_m2 ELSE c.share * c.home_area_m2 + c.extra END AS work_area_m2
FROM (
    SELECT d.n,
        d.die[1] AS place,
        (SELECT array_agg(code ORDER BY code COLLATE "C") FROM oracle.profession)
            || ARRAY['astrology', NULL, 'home_nursery', 'home_nursery', 'home_nursery'] AS professions, d.die[2] AS profession,
        ('{120,120,120,120,200,200,200,133.33,134,166.66,166.666666,166.67,167,66.666,10,0.01,1000,1000000,0,-120,NaN,Infinity,-Infinity,NULL}'
            ::numeric[])[1 + d.die[3] % 24] AS home_area_m2,
        ('{0.001,9.999,10,10.001,15,18,18.001,19.999,20,20.001,20.1,24.999,25,25.001,26,1000,0,-1,NaN,Infinity,-Infinity,NULL}'
            ::numeric[])[1 + d.die[4] % 22] AS work_area_m2,
        -- every fourth of them in relation to the home
        (CASE WHEN d.die[5] % 4 = 0 THEN '{0.15,0.15,0.15,1,1}'::numeric[] END)[1 + d.die[4] % 5] AS share,
        ('{0,0.000001,-0.000001,0,0.001}'::numeric[])[1 + d.die[4] % 5] AS extra,
        ('{1900-01-01,1968-12-31,1969-01-01,1974-06-30,1979-12-31,1980-01-01,1995-06-01,2012-01-01,2019-08-08,2026-02-28,2026-03-01,2026-03-02,-infinity,infinity,NULL}'
            ::date[])[1 + d.die[6] % 15] AS built_on,
        ('{0,0,1,1,2,3,-1,2147483647,-2147483648,NULL}'::integer[])[1 + d.die[7] % 10] AS employees,
        ('{1,2,3,1,2,3,4,5,0,-1,2147483647,NULL}'::integer[])[1 + d.die[8] % 12] AS people,
        ('{0,1,4,5,6,7,-1,NULL}'::integer[])[1 + d.die[9] % 8] AS children,
        ('{true,false,false,NULL}'::boolean[])[1 + d.die[10] % 4] AS tenant,
        ('{citizen,resident,business,NULL}'::text[])[1 + d.die[11] % 4] AS kind,
        ('{2012-01-01,2016-12-31,2017-01-01,2019-08-07,2019-08-08,2020-01-31,2020-02-01,2020-12-31,2021-01-01,2023-12-31,2024-01-01,'
            '2026-03-01,2026-03-01,2026-03-01,2031-12-31,9999-12-31,2011-12-31,1900-01-01,infinity,-infinity,NULL}'
            ::date[])[1 + d.die[12] % 21] AS on_date
    FROM (
        SELECT n, ARRAY(SELECT ('x' || substr(md5(n::text) || md5('b' || n), 1 + 4 * k, 4))::bit(16)::integer
            FROM generate_series(0, 11) AS k ORDER BY k) AS die
        FROM generate_series(1, 100000) AS n OFFSET 0
    ) AS d
) AS c
CROSS JOIN (SELECT count(*) AS places FROM oracle.place) AS all_places
JOIN oracle.place AS p ON p.place = 1 + c.place % all_places.places;
ANALYZE oracle.question;
SELECT count(*) FROM oracle.question;

--
-- The oracle: a line of verdicts, the documents, the fee and the zone's ruling
--
CREATE VIEW oracle.answer AS
SELECT q.n,
    concat_ws(', ',
        'building_date ' || CASE WHEN NOT d.known OR isfinite(q.built_on) IS NOT TRUE THEN 'not_proven'
            WHEN q.built_on > q.on_date THEN 'not_met'
            WHEN e.edition IS NULL THEN 'not_proven' ELSE 'met' END,
        CASE WHEN e.edition IS NOT NULL THEN 'building_unchanged condition' END,
        'children ' || CASE WHEN p.category IS DISTINCT FROM 'child_care' THEN NULL
            WHEN q.children BETWEEN 0 AND 5 THEN 'met' WHEN q.children > 5 THEN 'not_met' ELSE 'not_proven' END,
        'documents ' || CASE WHEN e.edition IS NULL THEN 'not_proven' ELSE 'condition' END,
        'edition ' || CASE WHEN NOT d.known THEN 'not_proven' WHEN e.edition IS NULL THEN 'not_met' ELSE 'met' END,
        'employees ' || CASE WHEN e.edition IS NULL OR q.employees IS NULL OR q.employees < 0 THEN 'not_proven'
            WHEN q.employees > e.employees THEN 'not_met' ELSE 'met' END,
        CASE WHEN e.edition IS NOT NULL THEN 'enclosed_rooms condition' END,
        CASE WHEN p.category IN ('food', 'guest_house', 'child_care') THEN 'external_approval condition' END,
        CASE WHEN e.edition IS NOT NULL THEN 'hazardous_materials condition, health_environment condition' END,
        'location ' || CASE WHEN e.edition IS NULL OR NOT h.usable THEN 'not_proven'
            WHEN h.in_city THEN 'met' ELSE 'not_met' END,
        CASE WHEN e.edition IS NOT NULL THEN 'nuisance condition' END,
        'owner_approval ' || CASE WHEN q.tenant AND e.edition IS NOT NULL THEN 'condition'
            WHEN q.tenant IS NOT FALSE THEN 'not_proven' END,
        -- the applicant works there, and whoever is employed
        'people ' || CASE WHEN e.edition IS NULL OR q.people IS NULL
                OR q.people < 1 + greatest(coalesce(q.employees, 0), 0)::bigint THEN 'not_proven'
            WHEN q.people > 3 THEN 'not_met' ELSE 'met' END,
        'profession ' || CASE WHEN NOT d.known OR q.profession IS NULL THEN 'not_proven'
            WHEN p.code IS NULL THEN 'not_met' ELSE 'met' END,
        CASE WHEN e.edition IS NOT NULL THEN 'sale_and_display condition' END,
        CASE WHEN e.edition IN ('2012', '2017', '2019') THEN 'sign condition' END,
        CASE WHEN e.edition IS NOT NULL THEN 'utilities condition' END,
        'work_area ' || CASE WHEN e.edition IS NULL OR NOT a.possible THEN 'not_proven'
            WHEN q.work_area_m2 > a.area_limit THEN 'not_met' ELSE 'met' END,
        'zone ' || CASE z.ruling WHEN 'permitted' THEN 'met' WHEN 'prohibited' THEN 'not_met'
            WHEN 'refer' THEN 'refer' ELSE 'not_proven' END
    ) AS verdicts,
    CASE WHEN e.edition IS NOT NULL AND a.home_possible THEN a.area_limit END AS area_limit,
    z.ruling AS zone,
    CASE WHEN e.edition IS NOT NULL THEN concat_ws(', ',
        CASE WHEN b.built_on < '1969-01-01' OR b.built_on IS NULL THEN 'assessment_certificate' END,
        'construction_licence',
        CASE WHEN p.category IN ('guest_house', 'child_care') OR p.code IS NULL THEN 'construction_licensing_certificate' END,
        CASE WHEN b.built_on >= '1980-01-01' OR b.built_on IS NULL THEN 'occupancy_permit' END,
        CASE WHEN q.tenant IS NOT FALSE THEN 'owner_approval' END,
        'title_deed',
        CASE WHEN q.kind = 'business' THEN 'authorisation' END)
    END AS documents,
    CASE WHEN f.category IS NOT NULL AND q.work_area_m2 > 0 AND q.work_area_m2 < 'Infinity' THEN
        CASE WHEN q.on_date BETWEEN '2021-01-01' AND '2023-12-31' THEN 0       -- waived
            WHEN q.work_area_m2 <= 10 THEN f.upto_10
            WHEN q.work_area_m2 <= 20 THEN f.upto_20
            ELSE f.above END
    END AS fee
FROM oracle.question AS q
JOIN oracle.place AS h USING (place)
CROSS JOIN LATERAL (SELECT coalesce(isfinite(q.on_date), false) AS known) AS d
LEFT JOIN oracle.edition AS e ON q.on_date BETWEEN e.from_day AND e.to_day
LEFT JOIN oracle.profession AS p ON p.code = q.profession AND q.on_date BETWEEN p.from_day AND p.to_day
LEFT JOIN oracle.fee AS f ON f.category = p.category AND q.on_date BETWEEN f.from_day AND f.to_day
CROSS JOIN LATERAL (SELECT CASE WHEN isfinite(q.built_on) THEN q.built_on END AS built_on) AS b
CROSS JOIN LATERAL (
    SELECT coalesce(q.home_area_m2 > 0 AND q.home_area_m2 < 'Infinity', false) AS home_possible,
        coalesce(q.work_area_m2 > 0 AND q.work_area_m2 <= q.home_area_m2 AND q.home_area_m2 < 'Infinity', false) AS possible,
        CASE WHEN q.home_area_m2 * 0.15 < 25 THEN q.home_area_m2 * 0.15 ELSE 25 END AS area_limit
) AS a
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.edition IS NULL OR p.code IS NULL OR NOT h.usable THEN 'unknown' ELSE h.map END AS ruling
) AS z;

--
-- The extension
--
CREATE VIEW oracle.given AS
SELECT q.n, a.verdicts, a.area_limit,
    zone_ruling(q.profession, h.home, q.on_date) AS zone,
    (SELECT string_agg(d.document_type, ', ' ORDER BY d.document_type = 'authorisation', d.document_type COLLATE "C")
     FROM documents_for(q.profession, q.built_on, q.tenant, q.kind, q.on_date) AS d) AS documents,
    (SELECT sum(f.amount) FROM fee(q.profession, q.work_area_m2, q.on_date) AS f) AS fee
FROM oracle.question AS q
JOIN oracle.place AS h USING (place)
CROSS JOIN LATERAL (
    SELECT string_agg(a.criterion || ' ' || a.ruling, ', ' ORDER BY a.criterion COLLATE "C") AS verdicts,
        (max(a.required) FILTER (WHERE a.criterion = 'work_area'))::numeric AS area_limit
    FROM assess(q.profession, h.home, q.home_area_m2, q.work_area_m2, q.built_on, q.employees,
        q.people, q.tenant, q.on_date, q.children) AS a
) AS a;

--
-- The two side by side
--
CREATE VIEW oracle.comparison AS
SELECT a.n, g.verdicts, g.area_limit, g.zone, g.documents, g.fee,
    a.verdicts AS verdicts_due, a.area_limit AS area_limit_due, a.zone AS zone_due,
    a.documents AS documents_due, a.fee AS fee_due
FROM oracle.answer AS a JOIN oracle.given AS g USING (n);

CREATE UNLOGGED TABLE oracle.compared AS SELECT * FROM oracle.comparison;
SELECT count(*) AS cases,
    count(*) FILTER (WHERE verdicts IS DISTINCT FROM verdicts_due) AS other_verdicts,
    count(*) FILTER (WHERE area_limit IS DISTINCT FROM area_limit_due) AS other_limits,
    count(*) FILTER (WHERE zone IS DISTINCT FROM zone_due) AS other_zones,
    count(*) FILTER (WHERE documents IS DISTINCT FROM documents_due) AS other_documents,
    count(*) FILTER (WHERE fee IS DISTINCT FROM fee_due) AS other_fees
FROM oracle.compared;
-- which, if any
\x on
SELECT q.*, c.*
FROM oracle.compared AS c JOIN oracle.question AS q USING (n)
WHERE (c.verdicts, c.area_limit, c.zone, c.documents, c.fee)
    IS DISTINCT FROM (c.verdicts_due, c.area_limit_due, c.zone_due, c.documents_due, c.fee_due)
ORDER BY c.n LIMIT 3;
\x off

-- The cases ask every question often: each ruling of each criterion, each
-- set of documents, each fee.
SELECT split_part(v, ' ', 1) AS criterion, string_agg(DISTINCT split_part(v, ' ', 2), ', ') AS rulings_in_500_cases
FROM (SELECT v FROM oracle.compared CROSS JOIN regexp_split_to_table(verdicts, ', ') AS v GROUP BY v HAVING count(*) >= 500) AS often
GROUP BY 1 ORDER BY split_part(v, ' ', 1) COLLATE "C";
SELECT string_agg(zone, ', ' ORDER BY zone) AS zones_in_500_cases
FROM (SELECT zone FROM oracle.compared GROUP BY zone HAVING count(*) >= 500) AS often;
SELECT count(*) AS sets_of_documents_in_100_cases
FROM (SELECT documents FROM oracle.compared GROUP BY documents HAVING count(*) >= 100) AS often;
SELECT string_agg(coalesce(fee::numeric(9,0)::text, 'none'), ', ' ORDER BY fee) AS fees_in_100_cases
FROM (SELECT fee FROM oracle.compared GROUP BY fee HAVING count(*) >= 100) AS often;

-- And the comparison notices: what one changed rule makes of 1,500 of them.
CREATE VIEW oracle.noticed AS
SELECT count(*) FILTER (WHERE verdicts IS DISTINCT FROM verdicts_due) > 0 AS verdicts,
    count(*) FILTER (WHERE area_limit IS DISTINCT FROM area_limit_due) > 0 AS limits,
    count(*) FILTER (WHERE zone IS DISTINCT FROM zone_due) > 0 AS zones,
    count(*) FILTER (WHERE documents IS DISTINCT FROM documents_due) > 0 AS documents,
    count(*) FILTER (WHERE fee IS DISTINCT FROM fee_due) > 0 AS fees
FROM oracle.comparison WHERE n <= 1500;
SAVEPOINT as_it_was;
UPDATE edition SET withdrawn_at = now() WHERE edition = '2019';
INSERT INTO edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, licence_months, article, valid, source, certainty)
SELECT edition, name_ar, name_en, max_area_share, max_area_m2 + 0.0001, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, licence_months, article, valid, 'test', 'unknown'
FROM edition WHERE edition = '2019';
SELECT * FROM oracle.noticed;
ROLLBACK TO as_it_was;
UPDATE zone_ruling SET withdrawn_at = now() WHERE class = 'residential_c';
INSERT INTO zone_ruling (class, ruling, valid, source, certainty) VALUES ('residential_c', 'refer', '[2012-01-01,)', 'test', 'unknown');
SELECT * FROM oracle.noticed;
ROLLBACK TO as_it_was;
UPDATE document_rule SET withdrawn_at = now() WHERE document_type = 'occupancy_permit';
INSERT INTO document_rule (document_type, position, built, why_ar, why_en, valid, source, certainty)
VALUES ('occupancy_permit', 3, '[1980-01-02,)', 'س', 'x', '[2012-01-01,)', 'test', 'unknown');
SELECT * FROM oracle.noticed;
ROLLBACK TO as_it_was;
UPDATE fee_rule SET withdrawn_at = now() WHERE schedule = '2019' AND category = 'food';
INSERT INTO fee_rule (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)
SELECT '2019', 'food', v.band, v.amount, 'س', 'x', '[2019-08-08,)', 'test', 'unknown'
FROM (VALUES ('[0,10)'::numrange, 25), ('[10,20]', 30), ('(20,)', 40)) AS v (band, amount);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT * FROM oracle.noticed;
ROLLBACK;
