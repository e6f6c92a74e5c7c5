-- Cases of fourteen years, the same on every machine, in the city of
-- zones_map.sql: its 20,000 zones are the map from February 2020 on, the
-- illustrative ones before.  Numbers go by age, as those of real cases do, and
-- there are more cases every year.
--
-- One case in five is at the home of an earlier one: of the same person, with
-- another profession or the same, or of somebody else.  Three in four have been
-- inspected, some twice, with a finding on each criterion of their checklist.
-- Rows are written as facts, without the steps that would make them.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET session_replication_role = replica;
SET search_path = licence_home, public;
SET work_mem = '256MB';

SELECT import_zones('bench.map', 'class', '2020-02-01', 'bench', feature_column => 'feature') \g /dev/null

-- A number from 0 to 1 for a case and a question.
CREATE FUNCTION bench.chance(n integer, question integer) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((hashint8(n::bigint * 64 + question) & 1048575) + 0.5) / 1048576;

-- Who lives where: a home for each number, of which cases use the first :cases.
CREATE UNLOGGED TABLE bench.plan AS
SELECT n, h.home_of, c.chance_of_person,
       CASE WHEN h.home_of = n OR c.chance_of_person > 0.6 THEN n ELSE h.home_of END AS person,
       date '2012-01-01' + floor(5300 * sqrt((n - 0.5) / :cases))::integer AS day
  FROM generate_series(1, :cases) AS n
 CROSS JOIN LATERAL (SELECT CASE WHEN bench.chance(n, 1) < 0.2 THEN 1 + floor(bench.chance(n, 2) * n)::integer ELSE n END AS home_of) AS h
 CROSS JOIN LATERAL (SELECT bench.chance(n, 3) AS chance_of_person) AS c;
-- whoever lives in the home of an earlier case that itself was in another's
UPDATE bench.plan AS p SET home_of = o.home_of FROM bench.plan AS o WHERE o.n = p.home_of AND o.home_of <> o.n;
UPDATE bench.plan AS p SET home_of = o.home_of FROM bench.plan AS o WHERE o.n = p.home_of AND o.home_of <> o.n;

INSERT INTO applicant (applicant_id, kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
OVERRIDING SYSTEM VALUE
SELECT n, k.kind, CASE k.kind WHEN 'business' THEN 900000000 - n ELSE 9000000000 - n END::text, 'س',
       (962790000000 + n % 10000000)::text::phone_number,
       CASE k.kind WHEN 'business' THEN 'س' END, CASE k.kind WHEN 'business' THEN '9000000001' END, CASE k.kind WHEN 'business' THEN 'owner' END
  FROM generate_series(1, :cases) AS n
 CROSS JOIN LATERAL (SELECT CASE WHEN bench.chance(n, 4) < 0.85 THEN 'citizen' WHEN bench.chance(n, 4) < 0.95 THEN 'resident' ELSE 'business' END AS kind) AS k;

CREATE UNLOGGED TABLE bench.centre AS
SELECT row_number() OVER (ORDER BY district) AS i, ST_X(centre) AS x, ST_Y(centre) AS y FROM amman_district_centres();
CREATE UNLOGGED TABLE bench.listed AS
SELECT row_number() OVER (ORDER BY code) - 1 AS i, count(*) OVER () AS many, code FROM (SELECT DISTINCT code FROM profession) AS p;

INSERT INTO application (application_no, applicant_id, profession, home, village, basin, parcel, floor, unit,
    home_area_m2, work_area_m2, built_on, employees, people, children, tenant, state, workflow_version,
    judged_on, submitted_at, edition, district, zone_class, state_since, events, created_at)
OVERRIDING SYSTEM VALUE
SELECT application_no_make(extract(year FROM p.day)::integer, p.n), p.person, l.code, h.home,
       CASE WHEN h.by_parcel THEN 'village ' || p.home_of % 60 END, CASE WHEN h.by_parcel THEN 'basin ' || p.home_of % 17 END,
       CASE WHEN h.by_parcel THEN (p.home_of / 4)::text END,
       CASE WHEN bench.chance(p.home_of, 12) < 0.5 THEN (p.home_of % 4)::text END, NULL,
       a.home_area, a.work_area,
       CASE WHEN bench.chance(p.n, 20) > 0.01 THEN date '1950-01-01' + floor(bench.chance(p.home_of, 21) * 22000)::integer END,
       CASE WHEN bench.chance(p.n, 22) < 0.8 THEN 0 WHEN bench.chance(p.n, 22) < 0.97 THEN 1 ELSE 2 END,
       1 + floor(3.1 * bench.chance(p.n, 23))::integer,
       CASE WHEN l.code = 'home_nursery' THEN floor(7 * bench.chance(p.n, 24))::integer END,
       CASE WHEN bench.chance(p.n, 25) > 0.01 THEN bench.chance(p.home_of, 26) < 0.3 END,
       s.state, 1, p.day, (p.day + time '10:00') AT TIME ZONE 'Asia/Amman', e.edition, NULL, NULL,
       (p.day + time '10:00') AT TIME ZONE 'Asia/Amman', s.events, (p.day + time '09:00') AT TIME ZONE 'Asia/Amman'
  FROM bench.plan AS p
  JOIN bench.listed AS l ON l.i = floor(bench.chance(p.n, 10) * l.many)
  JOIN bench.centre AS c ON c.i = 1 + floor(bench.chance(p.home_of, 11) * 22)
 CROSS JOIN LATERAL (
    SELECT bench.chance(p.home_of, 13) < 0.8 AS by_parcel,
           ST_SetSRID(ST_MakePoint(
               c.x + 0.03 * (bench.chance(p.home_of, 14) + bench.chance(p.home_of, 15) - 1),
               c.y + 0.03 * (bench.chance(p.home_of, 16) + bench.chance(p.home_of, 17) - 1)), 4326) AS home
  ) AS h
 CROSS JOIN LATERAL (
    SELECT round((60 + 240 * bench.chance(p.home_of, 18))::numeric, 1) AS home_area,
           round((6 + 16 * bench.chance(p.n, 19))::numeric, 1) AS work_area
  ) AS a
 CROSS JOIN LATERAL (
    SELECT CASE WHEN p.n > 0.9 * :cases AND bench.chance(p.n, 30) < 0.6
           THEN (ARRAY['submitted', 'inspection_scheduled', 'committee_review', 'external_approval_pending', 'fee_due'])[1 + floor(5 * bench.chance(p.n, 31))::integer]
           WHEN bench.chance(p.n, 32) < 0.8 THEN 'issued'
           ELSE (ARRAY['rejected', 'withdrawn', 'lapsed', 'closed'])[1 + floor(4 * bench.chance(p.n, 33))::integer] END AS state,
           5 AS events
  ) AS s
  JOIN edition AS e ON e.valid @> p.day
 ORDER BY p.n;

-- the places as a submission would have derived them are not needed here

-- inspections: a failed one before one in seven of those that passed
CREATE UNLOGGED TABLE bench.inspected AS
SELECT row_number() OVER (ORDER BY a.application_no, k.nth) AS id, a.application_no, a.judged_on, a.profession, a.home_area_m2, a.work_area_m2, k.outcome, k.n
  FROM application AS a
 CROSS JOIN LATERAL (SELECT application_no_cmp(a.application_no, a.application_no) + (substr(a.application_no::text, 7, 8))::integer AS n) AS i
 CROSS JOIN LATERAL (
    SELECT i.n, 1 AS nth, 'failed' AS outcome WHERE bench.chance(i.n, 40) < 0.14
    UNION ALL
    SELECT i.n, 2, CASE WHEN bench.chance(i.n, 41) < 0.97 THEN 'passed' ELSE 'not_correctable' END
     WHERE a.state NOT IN ('submitted', 'inspection_scheduled', 'withdrawn')
    UNION ALL
    SELECT i.n, 3, 'pending' WHERE a.state = 'inspection_scheduled'
  ) AS k;
INSERT INTO inspection (inspection_id, application_no, scheduled_for, inspector, outcome, inspected_at, measured_home_area_m2, measured_work_area_m2,
    recorded_by, at_event, closed_at, closed_at_event)
OVERRIDING SYSTEM VALUE
SELECT b.id, b.application_no, t.at, 'omar', b.outcome, CASE WHEN b.outcome <> 'pending' THEN t.at END,
       CASE WHEN b.outcome = 'passed' THEN b.home_area_m2 END,
       CASE WHEN b.outcome = 'passed' THEN round(b.work_area_m2 * (0.9 + 0.1 * bench.chance(b.n, 42))::numeric, 1) END,
       'huda', 1, CASE WHEN b.outcome <> 'pending' THEN t.at END, CASE WHEN b.outcome <> 'pending' THEN 2 END
  FROM bench.inspected AS b
 CROSS JOIN LATERAL (SELECT (b.judged_on + 7 + time '10:00') AT TIME ZONE 'Asia/Amman' AS at) AS t
 ORDER BY b.id;
INSERT INTO inspection_finding (inspection_id, criterion, ruling, recorded_by)
SELECT b.id, k.criterion, CASE WHEN b.outcome <> 'passed' AND bench.chance(b.n, 43 + k.position) < 0.3 THEN 'not_met' ELSE 'met' END, 'omar'
  FROM bench.inspected AS b
  JOIN (SELECT e.valid, p.code, c.criterion, c.position
          FROM edition AS e
          JOIN profession AS p ON p.valid && e.valid
         CROSS JOIN LATERAL criteria_for(p.category, lower(e.valid)) AS c
         WHERE c.stage = 'I'
         UNION ALL
        -- whoever's profession is not on the list has a checklist too
        SELECT e.valid, l.code, c.criterion, c.position
          FROM edition AS e CROSS JOIN bench.listed AS l
         CROSS JOIN LATERAL criteria_for(NULL, lower(e.valid)) AS c
         WHERE c.stage = 'I' AND NOT EXISTS (SELECT FROM profession AS p WHERE p.code = l.code AND p.valid && e.valid)
       ) AS k ON k.code = b.profession AND k.valid @> b.judged_on
 WHERE b.outcome <> 'pending' AND bench.chance(b.n, 44) > 0.002
 ORDER BY b.id, k.position;

-- answers of other authorities
INSERT INTO external_approval (application_no, authority, reference_no, answer, issued_on, expires_on, review, recorded_by, at_event)
SELECT a.application_no, f.authority, 'F/' || i.n, CASE WHEN bench.chance(i.n, 50) < 0.95 THEN 'granted' ELSE 'refused' END,
       a.judged_on, CASE WHEN bench.chance(i.n, 51) < 0.3 THEN a.judged_on + 1000 END, 'accepted', 'portal', 3
  FROM application AS a
  JOIN profession AS p ON p.code = a.profession AND p.valid @> a.judged_on
 CROSS JOIN LATERAL authorities_for(p.code, p.category, a.judged_on) AS f
 CROSS JOIN LATERAL (SELECT (substr(a.application_no::text, 7, 8))::integer AS n) AS i
 WHERE a.state IN ('issued', 'fee_due') ORDER BY a.application_no;

-- licences, and what was billed for them
INSERT INTO licence (licence_no, application_no, valid, issued_at)
SELECT licence_no_make(extract(year FROM a.judged_on)::integer, (substr(a.application_no::text, 7, 8))::integer), a.application_no,
       daterange(a.judged_on + 20, (a.judged_on + 20 + interval '1 year')::date), a.submitted_at + interval '20 days'
  FROM application AS a WHERE a.state = 'issued' ORDER BY a.application_no;
INSERT INTO invoice (application_no, amount, priced_on, due_on, area_m2, created_at, cancelled_at)
SELECT a.application_no, 40, a.judged_on, a.judged_on + 30, a.work_area_m2, a.submitted_at + interval '15 days', NULL
  FROM application AS a WHERE a.state IN ('issued', 'fee_due') ORDER BY a.application_no;

RESET session_replication_role;
VACUUM ANALYZE;
