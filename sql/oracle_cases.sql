-- The oracle once more, for what only a case can show: its documents and
-- approvals on a day, its inspections, its neighbours in the home, its bill.
-- Cases as facts, generated; the rules of the service written plainly, from
-- tables of the test's own; and both compared with what the extension says.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-06-15 10:00+03';
SET datestyle = ISO;
SET jit = off;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
CREATE SCHEMA oracle;

-- rules beside those of the city: a profession for Jordanians, and
-- adjustments for some applicants
UPDATE profession SET withdrawn_at = now() WHERE code = 'soap_making';
INSERT INTO profession (code, category, name_ar, name_en, jordanians_only, valid, source, certainty)
SELECT code, category, name_ar, name_en, true, valid, 'test', 'unknown' FROM profession WHERE code = 'soap_making';
INSERT INTO fee_adjustment (adjustment, kind, share, profession, category, applicant_kind, first_licence, item_ar, item_en, valid, source, certainty)
VALUES ('resident_fee', 'surcharge', 0.33333, NULL, NULL, 'resident', NULL, 'س', 'x', '[2026-01-01,)', 'test', 'unknown'),
    ('newcomer', 'discount', 0.5, NULL, NULL, NULL, true, 'س', 'x', '[2026-01-01,)', 'test', 'unknown'),
    ('newcomer', 'discount', 0.25, NULL, NULL, 'resident', true, 'س', 'x', '[2026-01-01,)', 'test', 'unknown'),
    ('craft', 'discount', 0.6, NULL, 'handicraft', NULL, NULL, 'س', 'x', '[2026-01-01,)', 'test', 'unknown'),
    ('free_jams', 'waiver', 1, 'jams', NULL, NULL, true, 'س', 'x', '[2026-01-01,)', 'test', 'unknown');
SET CONSTRAINTS ALL IMMEDIATE;

--
-- The cases, in tables of the test's own, drawn by md5, which is the same
-- everywhere
--
CREATE FUNCTION oracle.draw(n integer, question text, choices text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN choices[1 + ('x' || substr(md5(question || n), 1, 7))::bit(28)::integer % cardinality(choices)];
CREATE TABLE oracle.case AS
SELECT n, h.home, 1 + (h.home * 2 + n % 2) % 1000 AS person,
    oracle.draw(n, 'point', '{t,t,t,t,t,t,t,f}')::boolean AS point_given,
    oracle.draw(n, 'parcel', '{t,t,f}')::boolean AS parcel_given,
    oracle.draw(n, 'floor', '{1,1,2,NULL,NULL}') AS floor,
    oracle.draw(n, 'profession', '{jams,knitting,knitting,soap_making,home_nursery,guest_house,electronic_marketing,electronic_marketing,translation,cleaning,astrology}') AS profession,
    CASE WHEN s.state <> 'draft' THEN oracle.draw(n, 'day', '{2012-01-01,2016-12-31,2017-01-01,2019-08-07,2019-08-08,2020-01-31,2020-02-01,2020-12-31,2021-01-01,2023-12-31,2024-01-01,2025-12-31,2026-01-01,2026-02-02,2026-06-15}')::date END AS judged_on,
    s.state, oracle.draw(n, 'home_m2', '{120,120,200,133.33,166.67,12,NULL}')::numeric AS home_m2,
    oracle.draw(n, 'work_m2', '{5,5,9,10,10.001,18,18.001,20,20.001,25,25.001,NULL}')::numeric AS work_m2,
    oracle.draw(n, 'built_on', '{1968-12-31,1969-01-01,1979-12-31,1979-12-31,1980-01-01,1980-01-01,2012-01-02,NULL}')::date AS built_on,
    oracle.draw(n, 'employees', '{0,0,0,1,1,2,NULL}')::integer AS employees,
    oracle.draw(n, 'people', '{1,2,2,3,3,4,NULL}')::integer AS people,
    oracle.draw(n, 'children', '{0,5,6,NULL}')::integer AS children,
    oracle.draw(n, 'tenant', '{false,false,true,NULL}')::boolean AS tenant,
    3 + n % 3 AS events,
    CASE WHEN s.state = 'issued' THEN oracle.draw(n, 'licence', '{"[2025-06-15,2026-06-15)","[2025-06-16,2026-06-16)","[2026-06-15,2027-06-15)"}')::daterange END AS licence,
    CASE WHEN s.state = 'issued' THEN oracle.draw(n, 'charged', '{0,10,20,25.125,200}')::numeric END AS charged
FROM generate_series(1, 4000) AS n
CROSS JOIN LATERAL (SELECT n * 7 % 900 AS home) AS h
CROSS JOIN LATERAL (SELECT oracle.draw(n, 'state', '{draft,submitted,committee_review,issued,issued,withdrawn}') AS state) AS s;
CREATE TABLE oracle.person AS
SELECT person, oracle.draw(person, 'kind', '{citizen,citizen,resident,business}') AS kind FROM generate_series(1, 1000) AS person;
-- each kind of document none, once or twice
CREATE TABLE oracle.document AS
SELECT 10000 + row_number() OVER (ORDER BY c.n, k, t) AS id, c.n, t AS type,
    oracle.draw(c.n, 'reference' || t || k, '{t,t,t,f}')::boolean AS reference, oracle.draw(c.n, 'attachment' || t || k, '{t,t,t,f}')::boolean AS attachment,
    oracle.draw(c.n, 'issued' || t || k, '{NULL,2012-01-01,2026-06-14,2026-06-14}')::date + CASE WHEN (c.n + k) % 9 = 0 THEN 2 ELSE 0 END AS issued_on,
    oracle.draw(c.n, 'expires' || t || k, '{NULL,NULL,NULL,2026-06-14,2026-06-15,2026-06-16}')::date + CASE WHEN (c.n + k) % 9 = 0 THEN 10 ELSE 0 END AS expires_on,
    oracle.draw(c.n, 'review' || t || k, '{accepted,accepted,accepted,accepted,accepted,accepted,pending,missing,incorrect}') AS review
FROM oracle.case AS c
CROSS JOIN unnest('{assessment_certificate,title_deed,occupancy_permit,construction_licence,construction_licensing_certificate,owner_approval,authorisation}'::text[]) AS t
CROSS JOIN generate_series(1, 2) AS k
WHERE oracle.draw(c.n, 'given' || t || k, CASE k WHEN 1 THEN '{t,t,t,t,t,t,t,f}'::text[] ELSE '{t,f,f,f}' END) = 't';
CREATE TABLE oracle.asked AS
SELECT n, 'social_development' AS authority FROM oracle.case WHERE n % 11 = 0;
CREATE TABLE oracle.approval AS
SELECT 10000 + row_number() OVER (ORDER BY c.n, k, t) AS id, c.n, t AS authority,
    oracle.draw(c.n, 'approval reference' || t || k, '{t,t,t,t,t,f}')::boolean AS reference, oracle.draw(c.n, 'answer' || t || k, '{granted,granted,granted,refused,NULL}') AS answer,
    oracle.draw(c.n, 'approval expires' || t || k, '{NULL,2026-06-14,2026-06-15}')::date AS expires_on,
    oracle.draw(c.n, 'approval review' || t || k, '{accepted,accepted,accepted,accepted,pending,missing,incorrect}') AS review
FROM oracle.case AS c CROSS JOIN unnest('{jfda,social_development,tourism_antiquities}'::text[]) AS t CROSS JOIN generate_series(1, 2) AS k
WHERE oracle.draw(c.n, 'answered' || t || k, CASE k WHEN 1 THEN '{t,t,t,f}'::text[] ELSE '{t,f,f,f,f}' END) = 't';
CREATE TABLE oracle.inspection AS
SELECT 10000 + row_number() OVER (ORDER BY c.n, k) AS id, c.n, o.outcome,
    oracle.draw(c.n, 'measured home' || k, '{120,120,100,200}')::numeric AS home_m2, oracle.draw(c.n, 'measured work' || k, '{5,9.5,10,15,18,18.01,20}')::numeric AS work_m2,
    3 + (c.n + k) % 4 AS closed_at_event
FROM oracle.case AS c CROSS JOIN generate_series(1, 2) AS k
CROSS JOIN LATERAL (SELECT oracle.draw(c.n, 'outcome' || k, '{passed,passed,failed,not_correctable,no_access,cancelled,none,none}') AS outcome) AS o
WHERE o.outcome <> 'none' AND c.state <> 'draft';
CREATE TABLE oracle.on_site AS
SELECT c AS criterion, date '2012-01-01' AS from_day, CASE c WHEN 'sign' THEN date '2020-01-31' ELSE '9999-12-31' END AS to_day
FROM unnest('{enclosed_rooms,building_unchanged,sign,sale_and_display,nuisance,hazardous_materials,utilities,health_environment}'::text[]) AS c;
CREATE TABLE oracle.finding AS
SELECT 10000 + row_number() OVER (ORDER BY i.id, k, s.criterion) AS id, i.id AS inspection, s.criterion,
    oracle.draw(i.id::integer, s.criterion || k, '{met,met,met,met,met,met,met,met,met,met,met,not_met}') AS ruling
FROM oracle.inspection AS i CROSS JOIN oracle.on_site AS s CROSS JOIN generate_series(1, 2) AS k
WHERE oracle.draw(i.id::integer, 'found' || s.criterion || k, CASE k WHEN 1 THEN '{t,t,t,t,t,t,t,t,t,t,t,t,t,t,t,f}'::text[] ELSE '{t,f,f,f,f,f}' END) = 't';

--
-- The same cases as the extension has them
--
SET LOCAL session_replication_role = replica;
CREATE FUNCTION oracle.no(n integer) RETURNS application_no
    LANGUAGE sql IMMUTABLE RETURN licence_home.application_no_make(2092, n);
INSERT INTO applicant (applicant_id, kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
OVERRIDING SYSTEM VALUE
SELECT 92000 + person, kind, CASE kind WHEN 'business' THEN 900200000 + person ELSE 9002000000 + person END, 'س', '0790000001',
    b, b || '90000', b
FROM oracle.person CROSS JOIN LATERAL (SELECT CASE kind WHEN 'business' THEN 'x' END AS b) AS b;
-- homes ten metres apart, in one zone that permits; of one home no point a
-- metre from another
INSERT INTO application (application_no, applicant_id, profession, home, village, basin, parcel, floor, home_area_m2, work_area_m2, built_on,
    employees, people, children, tenant, state, workflow_version, judged_on, submitted_at, edition, events)
SELECT oracle.no(n), 92000 + person, profession,
    CASE WHEN point_given THEN ST_SetSRID(ST_MakePoint(35.905 + home % 60 * 0.00012, 31.945 + home / 60 * 0.00012 + n % 2 * 0.000004), 4326) END,
    CASE WHEN parcel_given THEN 'v' END, CASE WHEN parcel_given THEN 'b' END, CASE WHEN parcel_given THEN 'p' || home END, floor,
    home_m2, work_m2, built_on, employees, people, children, tenant, state, CASE WHEN state <> 'draft' THEN 1 END,
    judged_on, (judged_on + time '10:00') AT TIME ZONE 'Asia/Amman', CASE WHEN state <> 'draft' THEN 'x' END, events
FROM oracle.case;
INSERT INTO document (document_id, application_no, document_type, reference_no, attachment_locator, issued_on, expires_on, review, recorded_by, at_event)
OVERRIDING SYSTEM VALUE
SELECT 92000000 + id, oracle.no(n), type, CASE WHEN reference THEN 'r' END, CASE WHEN attachment THEN 'a' END, issued_on, expires_on, review, 'x', 0
FROM oracle.document;
INSERT INTO approval_requirement (application_no, authority, recorded_by) SELECT oracle.no(n), authority, 'x' FROM oracle.asked;
INSERT INTO external_approval (external_approval_id, application_no, authority, reference_no, answer, expires_on, review, recorded_by, at_event)
OVERRIDING SYSTEM VALUE
SELECT 92000000 + id, oracle.no(n), authority, CASE WHEN reference THEN 'r' END, answer, expires_on, review, 'x', 0 FROM oracle.approval;
INSERT INTO inspection (inspection_id, application_no, scheduled_for, outcome, measured_home_area_m2, measured_work_area_m2, recorded_by, at_event, closed_at_event)
OVERRIDING SYSTEM VALUE
SELECT 92000000 + id, oracle.no(n), '2026-06-10 10:00+03', outcome, home_m2, work_m2, 'x', 1, closed_at_event FROM oracle.inspection;
INSERT INTO inspection_finding (inspection_finding_id, inspection_id, criterion, ruling, recorded_by)
OVERRIDING SYSTEM VALUE
SELECT 92000000 + id, 92000000 + inspection, criterion, ruling, 'x' FROM oracle.finding;
WITH g (licence_no, application_no, days) AS MATERIALIZED (
    SELECT licence_no_make(2092, n), oracle.no(n), licence FROM oracle.case WHERE licence IS NOT NULL
), l AS (
    INSERT INTO licence (licence_no, application_no) SELECT licence_no, application_no FROM g
), t AS (
    INSERT INTO licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
    SELECT licence_no, 1, lower(days), upper(days), lower(days), m, m, application_no, 1
    FROM g, extract(year FROM age(upper(days), lower(days))) AS y, extract(month FROM age(upper(days), lower(days))) AS n,
        LATERAL (SELECT (12 * y + n)::integer AS m) AS k
), v AS (
    INSERT INTO licence_version (licence_no, version_no, applicant_id, profession, district, judged_on, application_no, case_event)
    SELECT g.licence_no, 1, a.applicant_id, a.profession, a.district, coalesce(a.judged_on, lower(g.days)), application_no, 1
    FROM g JOIN application AS a USING (application_no)
)
INSERT INTO licence_standing (licence_no, standing_no, standing, application_no, case_event)
SELECT licence_no, 1, 'in_force', application_no, 1 FROM g;
INSERT INTO invoice (application_no, amount, priced_on, area_m2) SELECT oracle.no(n), charged, '2026-01-01', 9 FROM oracle.case WHERE charged IS NOT NULL;
SET LOCAL session_replication_role = origin;
ANALYZE application, document, external_approval, inspection, inspection_finding, licence, invoice;
SELECT bool_and(zone_ruling('knitting', home, '2026-06-15') = 'permitted') AS all_permitted, bool_and(district_at.district IS NOT NULL) AS all_in_the_city
FROM application CROSS JOIN LATERAL district_at(home, '2026-06-15') WHERE application_no BETWEEN oracle.no(1) AND oracle.no(4000) AND home IS NOT NULL;

CREATE INDEX ON oracle.case (person);
CREATE INDEX ON oracle.document (n, type);
CREATE INDEX ON oracle.approval (n, authority);
CREATE INDEX ON oracle.inspection (n);
CREATE INDEX ON oracle.finding (inspection, criterion);
ANALYZE oracle.case, oracle.person, oracle.document, oracle.approval, oracle.inspection, oracle.finding;

--
-- The oracle
--
CREATE TABLE oracle.profession (code text, category text, from_day date, to_day date);
INSERT INTO oracle.profession VALUES
    ('jams', 'food', '2012-01-01', '9999-12-31'), ('knitting', 'handicraft', '2012-01-01', '9999-12-31'),
    ('soap_making', 'handicraft', '2012-01-01', '9999-12-31'), ('home_nursery', 'child_care', '2020-02-01', '9999-12-31'),
    ('guest_house', 'guest_house', '2020-02-01', '9999-12-31'), ('electronic_marketing', 'intellectual', '2012-01-01', '9999-12-31'),
    ('translation', 'intellectual', '2012-01-01', '2020-01-31'), ('cleaning', 'home_service', '2017-01-01', '9999-12-31');
CREATE TABLE oracle.fee (category text, from_day date, to_day date, upto_10 numeric, upto_20 numeric, above numeric);
INSERT INTO oracle.fee VALUES
    ('intellectual', '2012-01-01', '2019-08-07', 100, 150, 200), ('handicraft', '2012-01-01', '2019-08-07', 30, 50, 80),
    ('food', '2012-01-01', '2019-08-07', 50, 80, 120), ('home_service', '2017-01-01', '2019-08-07', 60, 100, 150),
    ('intellectual', '2019-08-08', '9999-12-31', 30, 40, 50), ('handicraft', '2019-08-08', '9999-12-31', 20, 25, 30),
    ('food', '2019-08-08', '9999-12-31', 25, 30, 40), ('home_service', '2019-08-08', '9999-12-31', 25, 35, 45),
    ('guest_house', '2020-02-01', '9999-12-31', 40, 45, 50), ('child_care', '2020-02-01', '9999-12-31', 30, 35, 40);
-- the case as its day, its inspections and its papers make it
CREATE TABLE oracle.known AS
SELECT c.*, q.kind, d.day, p.category, seen.id AS seen, seen.outcome AS seen_as, seen.closed_at_event,
    CASE WHEN seen.outcome = 'passed' THEN seen.home_m2 ELSE c.home_m2 END AS home_now,
    CASE WHEN seen.outcome = 'passed' THEN seen.work_m2 ELSE c.work_m2 END AS work_now,
    CASE WHEN last.outcome = 'passed' THEN last.work_m2 ELSE c.work_m2 END AS billed_m2,
    last.outcome IS NOT DISTINCT FROM 'passed' AS measured,
    -- open, or licensed today, the last day included
    c.state IN ('submitted', 'committee_review') OR coalesce(c.licence @> date '2026-06-15', false) AS counts,
    least(0.15 * CASE WHEN seen.outcome = 'passed' THEN seen.home_m2 ELSE c.home_m2 END, CASE WHEN coalesce(CASE WHEN seen.outcome = 'passed' THEN seen.home_m2 END, c.home_m2) > 0 THEN 25 END) AS area_limit
FROM oracle.case AS c
JOIN oracle.person AS q USING (person)
CROSS JOIN LATERAL (SELECT coalesce(c.judged_on, date '2026-06-15') AS day) AS d
LEFT JOIN oracle.profession AS p ON p.code = c.profession AND d.day BETWEEN p.from_day AND p.to_day
LEFT JOIN LATERAL (SELECT * FROM oracle.inspection AS i WHERE i.n = c.n AND i.outcome IN ('passed', 'failed', 'not_correctable') ORDER BY i.id DESC LIMIT 1) AS seen ON true
LEFT JOIN LATERAL (SELECT * FROM oracle.inspection AS i WHERE i.n = c.n AND i.outcome <> 'cancelled' ORDER BY i.id DESC LIMIT 1) AS last ON true;
CREATE INDEX ON oracle.known (home);
CREATE INDEX ON oracle.known (n);
CREATE TABLE oracle.paper AS
SELECT k.n, w.type, CASE
        WHEN d.id IS NULL THEN 'not given'
        WHEN d.review IN ('missing', 'incorrect') THEN d.review
        WHEN NOT CASE WHEN w.type IN ('assessment_certificate', 'owner_approval', 'authorisation') THEN d.attachment ELSE d.reference END THEN 'not given'
        WHEN d.expires_on <= '2026-06-14' THEN 'expired'
        WHEN d.issued_on >= '2026-06-16' THEN 'incorrect'
        WHEN d.review = 'pending' THEN 'pending'
        ELSE 'good' END AS stands
FROM oracle.known AS k
CROSS JOIN LATERAL unnest(ARRAY['title_deed', 'construction_licence',
    CASE WHEN k.built_on < '1969-01-01' OR k.built_on IS NULL THEN 'assessment_certificate' END,
    CASE WHEN k.built_on >= '1980-01-01' OR k.built_on IS NULL THEN 'occupancy_permit' END,
    CASE WHEN k.category IS NULL OR k.category IN ('guest_house', 'child_care') THEN 'construction_licensing_certificate' END,
    CASE WHEN k.tenant OR k.tenant IS NULL THEN 'owner_approval' END,
    CASE WHEN k.kind = 'business' THEN 'authorisation' END]) AS w (type)
LEFT JOIN LATERAL (SELECT * FROM oracle.document AS d WHERE d.n = k.n AND d.type = w.type ORDER BY d.id DESC LIMIT 1) AS d ON true
WHERE w.type IS NOT NULL;
CREATE TABLE oracle.consent AS
SELECT k.n, w.authority, CASE
        WHEN a.id IS NULL THEN 'not given'
        WHEN a.review IN ('missing', 'incorrect') THEN a.review
        WHEN a.answer IS NULL OR NOT a.reference THEN 'not given'
        WHEN a.review = 'pending' THEN 'pending'
        WHEN a.answer = 'refused' THEN 'refused'
        WHEN a.expires_on <= '2026-06-14' THEN 'expired'
        ELSE 'good' END AS stands
FROM oracle.known AS k
CROSS JOIN LATERAL (
    SELECT CASE k.category WHEN 'food' THEN 'jfda' WHEN 'guest_house' THEN 'tourism_antiquities' WHEN 'child_care' THEN 'social_development' END
    UNION SELECT authority FROM oracle.asked AS a WHERE a.n = k.n) AS w (authority)
LEFT JOIN LATERAL (SELECT * FROM oracle.approval AS a WHERE a.n = k.n AND a.authority = w.authority ORDER BY a.id DESC LIMIT 1) AS a ON true
WHERE w.authority IS NOT NULL;
-- who shares the home: by the parcel where both give it, else by the place;
-- floors that both give do not differ
CREATE TABLE oracle.shared AS
SELECT k.n, o.n AS other, o.person = k.person AS same_person, o.profession = k.profession AS same_profession, o.work_now, o.licence, o.charged
FROM oracle.known AS k
JOIN oracle.known AS o ON o.home = k.home AND o.n <> k.n AND o.counts
    AND (k.parcel_given AND o.parcel_given OR k.point_given AND o.point_given)
    AND (k.floor = o.floor OR k.floor IS NULL OR o.floor IS NULL);
-- a licence that ended less than a year ago, which its holder renews
CREATE TABLE oracle.renewable AS
SELECT DISTINCT k.n
FROM oracle.known AS k
JOIN oracle.known AS o ON o.home = k.home AND o.n <> k.n AND o.person = k.person AND o.profession = k.profession
    AND upper(o.licence) BETWEEN '2025-06-16' AND '2026-06-15'
    AND (k.parcel_given AND o.parcel_given OR k.point_given AND o.point_given)
    AND (k.floor = o.floor OR k.floor IS NULL OR o.floor IS NULL);
CREATE TABLE oracle.site AS
SELECT k.n, s.criterion, CASE WHEN f.ruling IS NOT NULL THEN f.ruling WHEN k.seen_as = 'passed' THEN 'not_proven' ELSE 'condition' END AS ruling
FROM oracle.known AS k
JOIN oracle.on_site AS s ON k.day BETWEEN s.from_day AND s.to_day
LEFT JOIN LATERAL (
    SELECT f.ruling FROM oracle.finding AS f
    WHERE f.inspection = k.seen AND f.criterion = s.criterion
        -- what failed counts until the case has moved on
        AND (k.seen_as IN ('passed', 'not_correctable') OR k.closed_at_event >= k.events)
    ORDER BY f.id DESC LIMIT 1) AS f ON true;
CREATE INDEX ON oracle.paper (n);
CREATE INDEX ON oracle.consent (n);
CREATE INDEX ON oracle.shared (n);
ANALYZE oracle.known, oracle.paper, oracle.consent, oracle.shared, oracle.site;
CREATE TABLE oracle.ruling AS
SELECT k.n, v.criterion, v.ruling
FROM oracle.known AS k
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE stands <> 'good') AS lacking, coalesce(bool_or(type = 'owner_approval' AND stands = 'good'), false) AS owner
    FROM oracle.paper AS p WHERE p.n = k.n) AS p
CROSS JOIN LATERAL (
    SELECT count(*) AS asked, count(*) FILTER (WHERE stands IN ('refused', 'expired')) AS no, count(*) FILTER (WHERE stands <> 'good') AS lacking
    FROM oracle.consent AS c WHERE c.n = k.n) AS c
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(same_person AND same_profession), false) OR EXISTS (SELECT FROM oracle.renewable AS r WHERE r.n = k.n) AS duplicate,
        CASE WHEN coalesce(bool_or(s.work_now IS NULL), false) THEN NULL ELSE coalesce(sum(s.work_now), 0) END + k.work_now AS total
    FROM oracle.shared AS s WHERE s.n = k.n) AS s
CROSS JOIN LATERAL (VALUES
    ('edition', 'met'),
    ('profession', CASE WHEN k.category IS NULL THEN 'not_met' ELSE 'met' END),
    ('nationality', CASE WHEN k.category IS NULL THEN 'not_proven' WHEN k.profession <> 'soap_making' THEN 'met'
        WHEN k.kind = 'citizen' THEN 'met' WHEN k.kind = 'resident' THEN 'not_met' ELSE 'not_proven' END),
    ('location', CASE WHEN k.point_given THEN 'met' ELSE 'not_proven' END),
    ('zone', CASE WHEN k.point_given AND k.category IS NOT NULL THEN 'met' ELSE 'not_proven' END),
    ('work_area', CASE WHEN k.work_now IS NULL OR k.home_now IS NULL OR k.work_now > k.home_now THEN 'not_proven'
        WHEN k.work_now > k.area_limit THEN 'not_met' ELSE 'met' END),
    ('employees', CASE WHEN k.employees IS NULL THEN 'not_proven'
        WHEN k.employees > CASE WHEN k.day < '2019-08-08' THEN 0 ELSE 1 END THEN 'not_met' ELSE 'met' END),
    ('people', CASE WHEN k.people IS NULL OR k.people < 1 + coalesce(k.employees, 0) THEN 'not_proven'
        WHEN k.people > 3 THEN 'not_met' ELSE 'met' END),
    ('children', CASE WHEN k.category IS DISTINCT FROM 'child_care' THEN NULL WHEN k.children IS NULL THEN 'not_proven'
        WHEN k.children > 5 THEN 'not_met' ELSE 'met' END),
    ('building_date', CASE WHEN k.built_on IS NULL THEN 'not_proven' WHEN k.built_on > k.day THEN 'not_met' ELSE 'met' END),
    ('documents', CASE WHEN p.lacking = 0 THEN 'met' ELSE 'condition' END),
    ('owner_approval', CASE WHEN k.tenant IS NULL THEN 'not_proven' WHEN NOT k.tenant THEN NULL WHEN p.owner THEN 'met' ELSE 'condition' END),
    ('external_approval', CASE WHEN c.asked = 0 THEN NULL WHEN c.no > 0 THEN 'not_met' WHEN c.lacking = 0 THEN 'met' ELSE 'condition' END),
    ('duplicate', CASE WHEN NOT k.point_given AND NOT k.parcel_given THEN 'not_proven' WHEN s.duplicate THEN 'not_met' ELSE 'met' END),
    ('home_total', CASE WHEN s.total IS NULL OR k.area_limit IS NULL THEN 'not_proven' WHEN s.total > k.area_limit THEN 'refer' ELSE 'met' END)
) AS v (criterion, ruling)
WHERE v.ruling IS NOT NULL
UNION ALL SELECT n, criterion, ruling FROM oracle.site;
CREATE INDEX ON oracle.ruling (n);
ANALYZE oracle.ruling;
CREATE TABLE oracle.answer AS
SELECT k.n, r.rulings, r.verdict, d.documents, k.measured,
    f.fee - CASE WHEN s.charged > 0 AND f.fee > 0 THEN least(f.fee, s.charged) ELSE 0 END AS fee
FROM oracle.known AS k
CROSS JOIN LATERAL (
    SELECT string_agg(criterion || ' ' || ruling, ', ' ORDER BY criterion COLLATE "C") AS rulings,
        CASE WHEN bool_or(ruling = 'not_met') THEN 'not_eligible' WHEN bool_or(ruling = 'not_proven') THEN 'not_proven'
            WHEN bool_or(ruling = 'refer') THEN 'refer' ELSE 'eligible' END AS verdict
    FROM oracle.ruling AS r WHERE r.n = k.n) AS r
CROSS JOIN LATERAL (
    SELECT string_agg(type || ' ' || stands, ', ' ORDER BY type COLLATE "C") AS documents FROM oracle.paper AS p WHERE p.n = k.n) AS d
-- nobody's first, who has another licence, valid or not
CROSS JOIN LATERAL (
    SELECT NOT EXISTS (SELECT FROM oracle.case AS o WHERE o.person = k.person AND o.n <> k.n AND o.licence IS NOT NULL) AS first, k.day >= '2026-01-01' AS adjusted) AS a
LEFT JOIN oracle.fee AS x ON x.category = k.category AND k.day BETWEEN x.from_day AND x.to_day
CROSS JOIN LATERAL (
    SELECT CASE WHEN k.billed_m2 <= 10 THEN x.upto_10 WHEN k.billed_m2 <= 20 THEN x.upto_20 WHEN k.billed_m2 > 20 THEN x.above END AS scheduled,
        CASE WHEN a.adjusted AND a.first THEN CASE k.kind WHEN 'resident' THEN 0.25 ELSE 0.5 END ELSE 0 END
            + CASE WHEN a.adjusted AND k.category = 'handicraft' THEN 0.6 ELSE 0 END AS off) AS b
CROSS JOIN LATERAL (
    SELECT CASE WHEN b.scheduled IS NULL THEN NULL
        WHEN k.day BETWEEN '2021-01-01' AND '2023-12-31' OR a.adjusted AND a.first AND k.profession = 'jams' THEN 0
        ELSE b.scheduled - round(b.scheduled * CASE WHEN b.off > 1 THEN 1 ELSE b.off END, 3)
            + CASE WHEN a.adjusted AND k.kind = 'resident' THEN round(b.scheduled * 0.33333, 3) ELSE 0 END END AS fee) AS f
-- what the same person was charged here for licences in force
CROSS JOIN LATERAL (
    SELECT coalesce(sum(s.charged) FILTER (WHERE s.same_person AND s.licence @> date '2026-06-15'), 0) AS charged
    FROM oracle.shared AS s WHERE s.n = k.n) AS s;

--
-- The extension, one case at a time and all at once
--
CREATE TABLE oracle.given AS
SELECT k.n, e.rulings, is_eligible(oracle.no(k.n)) AS eligible, d.documents, f.fee
FROM oracle.case AS k
CROSS JOIN LATERAL (SELECT string_agg(e.criterion || ' ' || e.ruling, ', ' ORDER BY e.criterion COLLATE "C") AS rulings
    FROM eligibility(oracle.no(k.n)) AS e) AS e
CROSS JOIN LATERAL (SELECT string_agg(d.document_type || ' ' || coalesce(d.lacking, 'good'), ', ' ORDER BY d.document_type COLLATE "C") AS documents
    FROM required_documents(oracle.no(k.n)) AS d) AS d
CROSS JOIN LATERAL (SELECT sum(f.amount) AS fee FROM case_fee(oracle.no(k.n)) AS f) AS f;
CREATE TABLE oracle.given_all AS
SELECT * FROM caseload_assessment('2012-01-01', '2026-06-15') WHERE application_no BETWEEN oracle.no(1) AND oracle.no(4000);
SELECT count(*) AS cases,
    count(*) FILTER (WHERE g.rulings IS DISTINCT FROM a.rulings) AS other_rulings,
    count(*) FILTER (WHERE g.eligible <> (a.verdict IN ('eligible', 'refer'))) AS other_eligible,
    count(*) FILTER (WHERE g.documents IS DISTINCT FROM a.documents) AS other_documents,
    -- a bill is for what was measured; a draft has only what is declared
    count(*) FILTER (WHERE g.fee IS DISTINCT FROM CASE WHEN a.measured OR k.state = 'draft' THEN a.fee END) AS other_fees
FROM oracle.answer AS a JOIN oracle.given AS g USING (n) JOIN oracle.case AS k USING (n);
SELECT count(*) AS submitted, count(*) = (SELECT count(*) FROM oracle.case WHERE state <> 'draft') AS all_of_them,
    count(*) FILTER (WHERE g.verdict IS DISTINCT FROM a.verdict) AS other_verdicts,
    count(*) FILTER (WHERE g.fee IS DISTINCT FROM a.fee) AS other_fees
FROM oracle.answer AS a JOIN oracle.given_all AS g ON g.application_no = oracle.no(a.n);
-- which, if any
\x on
SELECT k.*, a.rulings AS rulings_due, a.verdict, a.documents AS documents_due, a.fee AS fee_due, g.rulings, g.documents, g.fee, l.verdict, l.fee FROM oracle.known AS k JOIN oracle.answer AS a USING (n) JOIN oracle.given AS g USING (n)
LEFT JOIN oracle.given_all AS l ON l.application_no = oracle.no(k.n)
WHERE (g.rulings, g.documents, g.fee) IS DISTINCT FROM (a.rulings, a.documents, CASE WHEN a.measured OR k.state = 'draft' THEN a.fee END)
    OR l.application_no IS NOT NULL AND (l.verdict, l.fee) IS DISTINCT FROM (a.verdict, a.fee)
ORDER BY k.n LIMIT 2;
\x off

-- The cases ask every question often.
SELECT criterion, string_agg(ruling || CASE WHEN often < 40 THEN ' (seldom)' ELSE '' END, ', ' ORDER BY ruling) AS rulings
FROM (SELECT criterion, ruling, count(*) AS often FROM oracle.ruling GROUP BY 1, 2) AS r GROUP BY criterion ORDER BY criterion COLLATE "C";
SELECT type, string_agg(stands || CASE WHEN often < 40 THEN ' (seldom)' ELSE '' END, ', ' ORDER BY stands) AS states
FROM (SELECT type, stands, count(*) AS often FROM oracle.paper GROUP BY 1, 2) AS p GROUP BY type ORDER BY type COLLATE "C";
SELECT string_agg(stands || CASE WHEN often < 40 THEN ' (seldom)' ELSE '' END, ', ' ORDER BY stands) AS answers
FROM (SELECT stands, count(*) AS often FROM oracle.consent GROUP BY 1) AS c;
SELECT count(DISTINCT fee) > 40 AS many_fees, count(*) FILTER (WHERE fee = 0) > 100 AS often_nothing, count(*) FILTER (WHERE fee IS NULL) > 100 AS often_no_price,
    count(*) FILTER (WHERE fee <> trunc(fee, 2)) > 100 AS often_fils FROM oracle.answer;
SELECT count(*) > 200 AS often_reduced_by_what_was_paid FROM oracle.answer AS a
WHERE a.fee > 0 AND EXISTS (SELECT FROM oracle.shared AS s WHERE s.n = a.n AND s.same_person AND s.licence @> date '2026-06-15' AND s.charged > 0);
ROLLBACK;
RESET licence_home.clock;
