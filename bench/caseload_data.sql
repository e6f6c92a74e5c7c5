-- Cases of fourteen years, the same on every machine, in the city of
-- zones_map.sql. Its 20,000 zones are the map from February 2020 on, the
-- illustrative ones before. Numbers go by age, as those of real cases do, and
-- there are more cases every year.
--
-- One case in five is at the home of an earlier one. That one is of the same
-- person, with another profession or the same, or of somebody else. Three in
-- four have been inspected, some twice, with a finding on each criterion of
-- their checklist. Rows are written as facts, without the steps that would make
-- them.
--
--   cases   how many
--   odd     how many of them are odd (an area too large, too many people,
--           something not said): 1 many, 0.05 few
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET session_replication_role = replica;
SET search_path = licence_home, licence_home_internal, public;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';

SELECT import_zones('bench.map', 'class', '2020-02-01', 'bench', feature_column => 'feature', max_lost_m2 => NULL) \g /dev/null

-- A number from 0 to 1 for a case and a question.
CREATE FUNCTION bench.chance(n integer, question integer) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((hashint8(n::bigint * 64 + question) & 1048575) + 0.5) / 1048576;

-- Who applies from where, and when.
CREATE UNLOGGED TABLE bench.plan AS
SELECT n, CASE WHEN bench.chance(n, 1) < 0.2 THEN 1 + floor(bench.chance(n, 2) * n)::integer ELSE n END AS home, n AS person,
       date '2012-01-01' + floor(5300 * sqrt((n - 0.5) / :cases))::integer AS day
  FROM generate_series(1, :cases) AS n;
-- the home of an earlier case that was itself at another's, twice over
UPDATE bench.plan AS p SET home = o.home FROM bench.plan AS o WHERE o.n = p.home AND o.home <> o.n;
UPDATE bench.plan AS p SET home = o.home FROM bench.plan AS o WHERE o.n = p.home AND o.home <> o.n;
UPDATE bench.plan SET person = home WHERE home <> n AND bench.chance(n, 3) < 0.6;

INSERT INTO applicant (applicant_id, kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
OVERRIDING SYSTEM VALUE
SELECT n, k.kind, CASE k.kind WHEN 'business' THEN 900000000 - n ELSE 9000000000 - n END::text, 'س',
       (962790000000 + n % 10000000)::text::phone_number,
       CASE k.kind WHEN 'business' THEN 'س' END, CASE k.kind WHEN 'business' THEN '9000000001' END, CASE k.kind WHEN 'business' THEN 'owner' END
  FROM generate_series(1, :cases) AS n
 CROSS JOIN LATERAL (SELECT CASE WHEN bench.chance(n, 4) < 0.85 THEN 'citizen' WHEN bench.chance(n, 4) < 0.95 THEN 'resident' ELSE 'business' END AS kind) AS k;

CREATE UNLOGGED TABLE bench.centre AS
SELECT row_number() OVER (ORDER BY district) AS i, ST_X(centre) AS x, ST_Y(centre) AS y FROM amman_district_centres();
-- professions by the day: what is no longer listed is asked for by odd people only
CREATE UNLOGGED TABLE bench.listed AS
SELECT e.valid, p.code, row_number() OVER w - 1 AS i, count(*) OVER (PARTITION BY e.valid) AS many
  FROM edition AS e JOIN profession AS p ON p.valid @> e.valid
WINDOW w AS (PARTITION BY e.valid ORDER BY p.code);

CREATE UNLOGGED TABLE bench.cases AS
SELECT p.n, application_no_make(extract(year FROM p.day)::integer, p.n) AS application_no, p.person, p.home AS home_of, p.day, e.edition,
       CASE WHEN bench.chance(p.n, 9) < 0.05 * :odd THEN 'translation' ELSE l.code END AS profession,
       round((60 + 240 * bench.chance(p.home, 18))::numeric, 1) AS home_area,
       o.share, bench.chance(p.home, 13) < 0.8 AS by_parcel,
       ST_SetSRID(ST_MakePoint(c.x + 0.03 * (bench.chance(p.home, 14) + bench.chance(p.home, 15) - 1),
           c.y + 0.03 * (bench.chance(p.home, 16) + bench.chance(p.home, 17) - 1)), 4326) AS home,
       CASE WHEN p.n > 0.9 * :cases AND bench.chance(p.n, 30) < 0.6
           THEN (ARRAY['submitted', 'inspection_scheduled', 'committee_review', 'external_approval_pending', 'fee_due'])[1 + floor(5 * bench.chance(p.n, 31))::integer]
           WHEN bench.chance(p.n, 32) < 0.8 THEN 'issued'
           ELSE (ARRAY['rejected', 'withdrawn', 'lapsed', 'closed'])[1 + floor(4 * bench.chance(p.n, 33))::integer] END AS state
  FROM bench.plan AS p
  JOIN edition AS e ON e.valid @> p.day
  JOIN bench.listed AS l ON l.valid = e.valid AND l.i = floor(bench.chance(p.n, 10) * l.many)
  JOIN bench.centre AS c ON c.i = 1 + floor(bench.chance(p.home, 11) * 22)
 CROSS JOIN LATERAL (
    -- of the area that the rules allow; one in eight wants more
    SELECT CASE WHEN bench.chance(p.n, 19) < 0.12 * :odd THEN 1 + bench.chance(p.n, 20) ELSE 0.3 + 0.69 * bench.chance(p.n, 20) END AS share
  ) AS o;
CREATE UNIQUE INDEX ON bench.cases (n);

INSERT INTO application (application_no, applicant_id, profession, home, village, basin, parcel, floor,
    home_area_m2, work_area_m2, built_on, employees, people, children, tenant, state, workflow_version,
    judged_on, submitted_at, edition, state_since, events, created_at)
OVERRIDING SYSTEM VALUE
SELECT b.application_no, b.person, b.profession, b.home,
       CASE WHEN b.by_parcel THEN 'village ' || b.home_of % 60 END, CASE WHEN b.by_parcel THEN 'basin ' || b.home_of % 17 END,
       CASE WHEN b.by_parcel THEN (b.home_of / 4)::text END,
       CASE WHEN bench.chance(b.home_of, 12) < 0.5 THEN (b.home_of % 4)::text END,
       b.home_area, round(b.share::numeric * least(0.15 * b.home_area, 25), 1),
       CASE WHEN bench.chance(b.n, 21) >= 0.01 * :odd THEN date '1950-01-01' + floor(bench.chance(b.home_of, 22) * 22000)::integer END,
       CASE WHEN bench.chance(b.n, 23) < 0.2 * :odd THEN 1 ELSE 0 END,
       CASE WHEN bench.chance(b.n, 24) < 0.05 * :odd THEN 4 ELSE 2 + floor(1.9 * bench.chance(b.n, 25))::integer END,
       CASE WHEN b.profession = 'home_nursery' THEN floor((5 + 2 * :odd) * bench.chance(b.n, 26))::integer END,
       CASE WHEN bench.chance(b.n, 27) >= 0.01 * :odd THEN bench.chance(b.home_of, 28) < 0.3 END,
       b.state, 1, b.day, (b.day + time '10:00') AT TIME ZONE 'Asia/Amman', b.edition,
       (b.day + time '10:00') AT TIME ZONE 'Asia/Amman', 5, (b.day + time '09:00') AT TIME ZONE 'Asia/Amman'
  FROM bench.cases AS b ORDER BY b.n;

-- inspections: a failed one before one in seven of those that passed
CREATE UNLOGGED TABLE bench.inspected AS
SELECT row_number() OVER (ORDER BY b.n, k.nth) AS id, b.n, b.application_no, b.day, b.profession, b.edition, b.home_area, k.outcome,
       round(b.share::numeric * least(0.15 * b.home_area, 25) * (0.9 + 0.1 * bench.chance(b.n, 42))::numeric, 1) AS work_area
  FROM bench.cases AS b
 CROSS JOIN LATERAL (
    SELECT 1 AS nth, 'failed' AS outcome WHERE bench.chance(b.n, 40) < 0.14
    UNION ALL
    SELECT 2, CASE WHEN bench.chance(b.n, 41) < 0.03 * :odd THEN 'not_correctable' ELSE 'passed' END
     WHERE b.state NOT IN ('submitted', 'inspection_scheduled', 'withdrawn')
    UNION ALL
    SELECT 3, 'pending' WHERE b.state = 'inspection_scheduled'
  ) AS k;
INSERT INTO inspection (inspection_id, application_no, scheduled_for, inspector, outcome, inspected_at, measured_home_area_m2, measured_work_area_m2,
    recorded_by, at_event, closed_at, closed_at_event)
OVERRIDING SYSTEM VALUE
SELECT b.id, b.application_no, t.at, 'omar', b.outcome, CASE WHEN b.outcome <> 'pending' THEN t.at END,
       CASE WHEN b.outcome = 'passed' THEN b.home_area END, CASE WHEN b.outcome = 'passed' THEN b.work_area END,
       'huda', 1, CASE WHEN b.outcome <> 'pending' THEN t.at END, CASE WHEN b.outcome <> 'pending' THEN 2 END
  FROM bench.inspected AS b
 CROSS JOIN LATERAL (SELECT (b.day + 7 + time '10:00') AT TIME ZONE 'Asia/Amman' AS at) AS t
 ORDER BY b.id;
INSERT INTO inspection_finding (inspection_id, criterion, ruling, recorded_by)
SELECT b.id, k.criterion, CASE WHEN b.outcome <> 'passed' AND bench.chance(b.n, 43 + k.n) < 0.3 THEN 'not_met' ELSE 'met' END, 'omar'
  FROM bench.inspected AS b
  JOIN (SELECT e.edition, p.code, c.criterion, row_number() OVER (PARTITION BY e.edition, p.code ORDER BY c.criterion)::integer AS n
          FROM edition AS e
         CROSS JOIN (SELECT DISTINCT code FROM profession) AS p
         CROSS JOIN LATERAL criteria_for((SELECT f.category FROM profession_on(p.code, lower(e.valid)) AS f), lower(e.valid)) AS c
         WHERE c.stage = 'I'
       ) AS k ON k.edition = b.edition AND k.code = b.profession
 WHERE b.outcome <> 'pending' AND NOT (k.n = 1 AND bench.chance(b.n, 60) < 0.002 * :odd)
 ORDER BY b.id, k.n;

-- answers of other authorities
INSERT INTO external_approval (application_no, authority, reference_no, answer, issued_on, expires_on, review, recorded_by, at_event)
SELECT b.application_no, f.authority, 'F/' || b.n, CASE WHEN bench.chance(b.n, 50) < 0.05 * :odd THEN 'refused' ELSE 'granted' END,
       b.day, CASE WHEN bench.chance(b.n, 51) < 0.3 THEN b.day + 1000 END, 'accepted', 'portal', 4
  FROM bench.cases AS b
 CROSS JOIN LATERAL profession_on(b.profession, b.day) AS p
 CROSS JOIN LATERAL authorities_ruled(p.code, p.category, b.day) AS f
 WHERE b.state IN ('issued', 'fee_due') ORDER BY b.n;

-- licences, and what was billed for them
WITH g (licence_no, application_no, days) AS MATERIALIZED (
    SELECT licence_no_make(extract(year FROM b.day + 20)::integer, b.n), b.application_no,
           daterange(b.day + 20, (b.day + 20 + interval '1 year')::date)
      FROM bench.cases AS b WHERE b.state = 'issued' ORDER BY b.n
), l AS (
    INSERT INTO licence (licence_no, application_no, issued_at) SELECT licence_no, application_no, (lower(days) + time '10:00') AT TIME ZONE 'Asia/Amman' FROM g
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
INSERT INTO invoice (invoice_no, application_no, amount, priced_on, due_on, area_m2, created_at)
OVERRIDING SYSTEM VALUE
SELECT 10000000 + b.n, b.application_no, 40, b.day, b.day + 30, a.work_area_m2, (b.day + 15 + time '10:00') AT TIME ZONE 'Asia/Amman'
  FROM bench.cases AS b JOIN application AS a USING (application_no) WHERE b.state IN ('issued', 'fee_due') ORDER BY b.n;

RESET session_replication_role;
VACUUM ANALYZE;
