-- The whole caseload at once says of every case what eligibility() and the
-- bill say of one.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
SET jit = off;
\pset format unaligned
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;

-- Cases as facts, without the steps that would make them: any mixture, also
-- such as no step would bring together.  Every answer to every question comes
-- up often, drawn by md5, which is the same everywhere.
SET LOCAL session_replication_role = replica;
-- (an area that no home has, too)
ALTER TABLE inspection DROP CONSTRAINT inspection_work_area_is_in_the_home;
CREATE FUNCTION pg_temp.no(n integer) RETURNS application_no
    LANGUAGE sql IMMUTABLE RETURN licence_home.application_no_make(2091, n);
CREATE FUNCTION pg_temp.draw(n integer, question text, choices text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN choices[1 + ('x' || substr(md5(question || n), 1, 7))::bit(28)::integer % cardinality(choices)];
-- The same, but every other case answers as most people do: with the first.
CREATE FUNCTION pg_temp.ask(n integer, question text, choices text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN n % 2 = 0 THEN choices[1] ELSE pg_temp.draw(n, question, choices) END;
INSERT INTO applicant (applicant_id, kind, identity_no, name_ar, phone, representative_name,
    representative_identity_no, representative_capacity)
OVERRIDING SYSTEM VALUE
SELECT 91000 + n, k.kind, CASE k.kind WHEN 'business' THEN 900100000 + n ELSE 9001000000 + n END, 'س', '0790000001',
    CASE k.kind WHEN 'business' THEN 'س' END, CASE k.kind WHEN 'business' THEN '9000000001' END, CASE k.kind WHEN 'business' THEN 'x' END
FROM generate_series(0, 99) AS n
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, 'kind', '{citizen,citizen,resident,business}') AS kind) AS k;
CREATE TEMP TABLE place AS
SELECT row_number() OVER (ORDER BY z.zone_id, v.n) AS place, v.home
FROM (SELECT zone_id, geom FROM zone ORDER BY zone_id LIMIT 20) AS z
CROSS JOIN LATERAL (VALUES (1, ST_PointOnSurface(z.geom)),
    (2, ST_Expand(ST_PointOnSurface(z.geom), 0.00004)),
    -- (which corner is the first, versions of GEOS differ about)
    (3, (SELECT ST_Project(p.geom::geography, 4, 1)::geometry FROM ST_DumpPoints(z.geom) AS p ORDER BY round(ST_Y(p.geom)::numeric, 6), ST_X(p.geom) LIMIT 1))) AS v (n, home)
UNION ALL VALUES (61, 'SRID=4326;POINT(35.0 29.53)'), (62, 'SRID=4326;POINT(31.95 35.91)'), (63, NULL),
    (64, 'SRID=4326;POINT EMPTY'), (65, 'SRID=4326;LINESTRING(35.91 31.95, 35.92 31.96)'), (66, ST_SetSRID(ST_MakePoint('NaN', 31.95), 4326)),
    (67, 'SRID=4326;POLYGON((35.91 31.95, 35.92 31.96, 35.92 31.95, 35.91 31.96, 35.91 31.95))'),
    (68, 'SRID=4326;POINT Z (35.91 31.95 800)'), (69, 'SRID=4326;POINT(200 95)'), (70, 'SRID=4326;MULTIPOINT(35.91 31.95)'),
    (71, 'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(35.91 31.95, 35.91005 31.95005, 35.9101 31.95, 35.91005 31.94995, 35.91 31.95))');
INSERT INTO application (application_no, applicant_id, profession, home, village, basin, neighbourhood, parcel, building_no, floor, unit,
    home_area_m2, work_area_m2, built_on, employees, people, children, tenant, state, workflow, workflow_version, judged_on,
    submitted_at, edition, events)
OVERRIDING SYSTEM VALUE
SELECT pg_temp.no(n), 91000 + CASE WHEN n % 4 = 0 THEN h.home ELSE n END * 7 % 100,
    pg_temp.draw(CASE WHEN n % 5 = 0 THEN n ELSE h.home END, 'profession', '{jams,knitting,knitting,home_nursery,guest_house,home_baking,electronic_marketing,electronic_marketing,translation,astrology,cleaning,cleaning}'),
    p.home, pg_temp.draw(h.home, 'village', '{v,v,v,w,NULL}'), pg_temp.draw(n, 'basin', '{b,b,b,b,b,b,b,NULL}'),
    pg_temp.draw(n, 'neighbourhood', '{x,y,NULL,NULL,NULL,NULL}'), 'p' || h.home / 2, pg_temp.draw(n, 'building', '{1,NULL,NULL,NULL,2}'),
    pg_temp.draw(n, 'floor', '{1,NULL,NULL,NULL}'), CASE WHEN n % 4 = 2 THEN n::text ELSE pg_temp.draw(n, 'unit', '{1,NULL,NULL,NULL,2}') END,
    pg_temp.ask(n, 'home_area', '{120,120,120,200,200,133.33,166.67,80,12,NULL}')::numeric,
    pg_temp.ask(n, 'work_area', '{10,5,7.5,9,9,10,10,10.001,18,18.001,20,20.001,25,25.001,130,NULL}')::numeric,
    pg_temp.ask(n, 'built_on', '{1960-01-01,1968-12-31,1969-01-01,1979-12-31,1979-12-31,1980-01-01,1980-01-01,2012-01-01,2012-01-02,2030-01-01,NULL}')::date,
    pg_temp.ask(n, 'employees', '{0,0,0,0,0,0,1,1,2,2147483647,NULL}')::integer,
    pg_temp.ask(n, 'people', '{2,1,2,2,2,3,3,3,4,0,2147483647,NULL}')::integer,
    pg_temp.ask(n, 'children', '{6,5,0,3,NULL}')::integer, pg_temp.ask(n, 'tenant', '{false,true,false,false,false,NULL}')::boolean,
    s.state, pg_temp.draw(n, 'workflow', '{first_issue,first_issue,first_issue,first_issue,elsewhere}'), 1,
    s.day, (s.day + time '10:00') AT TIME ZONE 'Asia/Amman', 'x', 3 + n % 3
FROM generate_series(1, 320) AS n
CROSS JOIN LATERAL (SELECT n % 140 AS home) AS h
JOIN place AS p ON p.place = 1 + h.home * 3 % 71
CROSS JOIN LATERAL (SELECT
    pg_temp.draw(n, 'state', '{issued,issued,submitted,committee_review,fee_due,rejected,withdrawn,nowhere}') AS state,
    pg_temp.draw(n, 'day', '{2012-01-01,2016-12-31,2017-01-01,2019-08-07,2019-08-08,2020-01-31,2020-02-01,2022-02-02,2026-02-28}')::date AS day) AS s;
INSERT INTO inspection (inspection_id, application_no, scheduled_for, outcome, measured_home_area_m2, measured_work_area_m2, recorded_by, at_event, closed_at_event)
OVERRIDING SYSTEM VALUE
SELECT 91000000 + 4 * n + k, pg_temp.no(n), '2026-02-20 10:00+03', o.outcome,
    CASE WHEN o.outcome IN ('passed', 'failed') THEN pg_temp.ask(n, 'measured_home', '{120,118.5,100,12}')::numeric END,
    CASE WHEN o.outcome IN ('passed', 'failed') THEN pg_temp.ask(n, 'measured_work', '{9.5,5,10,17.7,18,18.01,20,30}')::numeric END, 'x', 1,
    CASE WHEN o.outcome <> 'pending' THEN 2 + (n + k) % 3 END
FROM generate_series(1, 320) AS n CROSS JOIN generate_series(0, 2) AS k
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, 'outcome' || k, '{passed,passed,failed,not_correctable,no_access,cancelled,none,none}') AS outcome) AS o
WHERE o.outcome <> 'none' AND (k < 2 OR n % 11 = 0);
UPDATE inspection SET outcome = 'pending', closed_at_event = NULL WHERE inspection_id > 91000000 AND inspection_id % 4 = 2;
INSERT INTO inspection_finding (inspection_id, criterion, ruling, recorded_by)
SELECT i.inspection_id, c.criterion, pg_temp.draw((i.inspection_id % 1000000)::integer, c.criterion || t.again, CASE WHEN i.inspection_id % 3 = 0 THEN '{met,met,met,met,met,met,not_met}'::text[] ELSE '{met}' END), 'x'
FROM inspection AS i
CROSS JOIN (SELECT DISTINCT criterion FROM criterion WHERE stage = 'I') AS c
CROSS JOIN generate_series(1, 2) AS t (again)
WHERE i.inspection_id > 91000000 AND i.outcome IN ('passed', 'failed', 'not_correctable')
    AND pg_temp.draw((i.inspection_id % 1000000)::integer, 'looked' || c.criterion || t.again, CASE t.again WHEN 1 THEN '{y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,y,n}'::text[] ELSE '{y,n,n,n,n,n,n}' END) = 'y'
ORDER BY i.inspection_id, t.again, c.criterion;
INSERT INTO approval_requirement (application_no, authority, recorded_by)
SELECT pg_temp.no(n), 'social_development', 'x' FROM generate_series(1, 320, 9) AS n;
INSERT INTO external_approval (application_no, authority, reference_no, answer, issued_on, expires_on, review, recorded_by, at_event)
SELECT pg_temp.no(n), a.authority, pg_temp.draw(n + k, 'reference', '{7,7,7,7,7,NULL}'), pg_temp.draw(n + k, 'answer', '{granted,granted,refused,NULL}'),
    '2012-01-01', pg_temp.draw(n + k, 'expires', '{2026-02-28,2026-03-01,NULL}')::date, pg_temp.draw(n + k, 'review', '{accepted,accepted,accepted,pending,missing,incorrect}'), 'x', 1
FROM generate_series(1, 320) AS n CROSS JOIN generate_series(1, 2) AS k
CROSS JOIN unnest('{jfda,social_development,tourism_antiquities}'::text[]) AS a (authority)
WHERE pg_temp.draw(n, 'asked' || a.authority || k, '{y,n,n}') = 'y';
WITH g (licence_no, application_no, days) AS MATERIALIZED (
    SELECT licence_no_make(2091, n), pg_temp.no(n), pg_temp.draw(n, 'valid', '{"[2025-03-02,2026-03-02)","[2025-03-01,2026-03-01)","[2026-03-01,2027-03-01)"}')::daterange
    FROM generate_series(1, 320) AS n JOIN application AS a ON a.application_no = pg_temp.no(n) WHERE a.state = 'issued'
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
INSERT INTO invoice (application_no, amount, priced_on, area_m2, cancelled_at)
SELECT a.application_no, 20.125, a.judged_on, 9, CASE WHEN a.state = 'rejected' THEN now() END
FROM application AS a WHERE a.application_no BETWEEN pg_temp.no(1) AND pg_temp.no(320) AND a.state IN ('issued', 'fee_due', 'rejected');
-- a draft is no case yet
UPDATE application SET state = 'draft', submitted_at = NULL, judged_on = NULL, edition = NULL, workflow_version = NULL WHERE application_no = pg_temp.no(320);
SET LOCAL session_replication_role = origin;
ANALYZE application, district;

-- What one case at a time says.
CREATE FUNCTION pg_temp.one_by_one(rules_on date) RETURNS TABLE (application_no application_no, verdict text, not_met text[], not_proven text[],
    refer text[], to_inspect text[], eligible boolean, fee numeric, fee_rules text[])
LANGUAGE sql STABLE AS $$
    SELECT a.application_no, CASE WHEN e.not_met <> '{}' THEN 'not_eligible' WHEN e.not_proven <> '{}' THEN 'not_proven'
            WHEN e.refer <> '{}' THEN 'refer' ELSE 'eligible' END,
        e.not_met, e.not_proven, e.refer, e.to_inspect, e.eligible,
        CASE WHEN b.lines > 0 THEN b.total ELSE f.total END, CASE WHEN b.lines > 0 THEN b.rules ELSE f.rules END
    FROM application AS a
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(x.criterion ORDER BY x.criterion) FILTER (WHERE x.ruling = 'not_met'), '{}') AS not_met,
            coalesce(array_agg(x.criterion ORDER BY x.criterion) FILTER (WHERE x.ruling = 'not_proven'), '{}') AS not_proven,
            coalesce(array_agg(x.criterion ORDER BY x.criterion) FILTER (WHERE x.ruling = 'refer'), '{}') AS refer,
            coalesce(array_agg(x.criterion ORDER BY x.criterion) FILTER (WHERE x.ruling = 'condition' AND x.stage = 'I'), '{}') AS to_inspect,
            count(*) > 0 AND count(*) FILTER (WHERE x.ruling IN ('not_met', 'not_proven')) = 0 AS eligible
        FROM eligibility(a.application_no, one_by_one.rules_on) AS x
    ) AS e
    -- the bill, else a bill for the declared area
    CROSS JOIN LATERAL (
        SELECT count(*) AS lines, sum(f.amount) AS total, array_agg(f.rule) AS rules FROM case_fee(a.application_no) AS f
        WHERE one_by_one.rules_on IS NULL
    ) AS b
    CROSS JOIN LATERAL (
        SELECT sum(f.amount) AS total, coalesce(array_agg(f.rule ORDER BY f.line), '{}') AS rules
        FROM case_fee(a.application_no, coalesce((SELECT i.measured_work_area_m2 FROM latest_inspection AS i
            WHERE i.application_no = a.application_no AND i.outcome = 'passed'), a.work_area_m2), one_by_one.rules_on) AS f
    ) AS f
    WHERE a.application_no BETWEEN pg_temp.no(1) AND pg_temp.no(319)
$$;
CREATE FUNCTION pg_temp.sorted(list text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS
    'SELECT coalesce(array_agg(l ORDER BY l), ''{}'') FROM unnest(list) AS l';
-- Where the two differ; nothing.
CREATE FUNCTION pg_temp.compared(rules_on date) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format('%s eligible, %s referred, %s not eligible, %s not proven, %s fees; not alike: %s',
        count(*) FILTER (WHERE c.verdict = 'eligible'), count(*) FILTER (WHERE c.verdict = 'refer'),
        count(*) FILTER (WHERE c.verdict = 'not_eligible'), count(*) FILTER (WHERE c.verdict = 'not_proven'), count(DISTINCT c.fee),
        count(*) FILTER (WHERE (c.verdict, pg_temp.sorted(c.not_met), pg_temp.sorted(c.not_proven), pg_temp.sorted(c.refer), c.to_inspect, c.fee, c.fee_rules,
            c.verdict IN ('eligible', 'refer'))
            IS DISTINCT FROM (o.verdict, o.not_met, o.not_proven, o.refer, o.to_inspect, o.fee, o.fee_rules, o.eligible)))
    FROM pg_temp.one_by_one(compared.rules_on) AS o
    LEFT JOIN caseload_assessment(NULL, NULL, compared.rules_on) AS c USING (application_no)
$$;

\echo == each case under its own rules, and all under those of another day
SELECT coalesce(day::text, 'its own') AS rules_of, pg_temp.compared(day)
FROM unnest('{NULL,2012-01-01,2016-12-31,2018-06-01,2019-08-08,2020-02-01,2022-06-01,2026-03-01,2011-12-31,9999-12-31,infinity,-infinity}'::date[]) AS day;
-- is_eligible() too
SELECT count(*) AS cases, count(*) FILTER (WHERE is_eligible(c.application_no) <> (c.verdict IN ('eligible', 'refer'))) AS not_alike
FROM caseload_assessment(NULL, NULL) AS c WHERE c.application_no BETWEEN pg_temp.no(1) AND pg_temp.no(319);
-- which criterion came up with which ruling
SELECT e.ruling, string_agg(DISTINCT u.criterion, ' ' ORDER BY u.criterion) AS criteria
FROM (SELECT * FROM pg_temp.one_by_one(NULL) UNION ALL SELECT * FROM pg_temp.one_by_one('2026-03-01')) AS o
CROSS JOIN LATERAL (VALUES ('not_met', o.not_met), ('not_proven', o.not_proven), ('refer', o.refer), ('condition', o.to_inspect)) AS e (ruling, list)
CROSS JOIN LATERAL unnest(e.list) AS u (criterion)
GROUP BY e.ruling ORDER BY e.ruling;

\echo == rules that are not whole, as a transaction may leave them until it commits: nothing is an error, and nothing is proven by them
SAVEPOINT whole;
SET LOCAL session_replication_role = replica;
UPDATE criterion SET withdrawn_at = now() WHERE criterion IN ('people', 'children', 'external_approval', 'nuisance', 'documents');
SELECT pg_temp.compared(NULL);
ROLLBACK TO whole;
SET LOCAL session_replication_role = replica;
INSERT INTO criterion (criterion, stage, position, article, met_ar, met_en, not_met_ar, not_met_en,
    not_proven_ar, not_proven_en, remedy_ar, remedy_en, label_ar, label_en, valid, source, certainty)
SELECT v.criterion, v.stage, 99, '-', '-', '-', '-', '-', 'س', 'x', '-', '-', 'x', 'x', '[2020-02-01,)', 'test', 'unknown'
FROM (VALUES ('moonlight', 'A'), ('starlight', 'E'), ('daylight', 'I')) AS v (criterion, stage);
SELECT pg_temp.compared(NULL);
ROLLBACK TO whole;
SET LOCAL session_replication_role = replica;
UPDATE edition SET withdrawn_at = now() WHERE edition = '2017';
SELECT pg_temp.compared(NULL);
SELECT DISTINCT c.verdict, c.edition, 'edition' = ANY (c.not_met) AS no_edition FROM caseload_assessment('2017-01-01', '2019-08-07') AS c WHERE c.verdict <> 'not_eligible' OR 'edition' = ANY (c.not_met) ORDER BY 1;
ROLLBACK TO whole;
-- two rows where one is due: still one row a case
INSERT INTO edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, licence_months, article, valid, source, certainty)
SELECT 'draft', name_ar, name_en, 1, 1000, 9, 9, 9, owners_share, 0, decider, 1, article, '[2026-01-01,)', 'test', 'unknown' FROM edition WHERE edition = '2020';
INSERT INTO fee_schedule (schedule, name_ar, name_en, valid, source, certainty) VALUES ('draft', 'س', 'x', '[2026-01-01,)', 'test', 'unknown');
SELECT count(*) AS rows, count(DISTINCT c.application_no) AS cases, bool_or(c.verdict IN ('eligible', 'refer')) AS any_eligible, count(c.fee) AS priced
FROM caseload_assessment('2026-01-01', NULL) AS c WHERE c.application_no BETWEEN pg_temp.no(1) AND pg_temp.no(319);
SELECT ruling, count(*) FROM caseload_assessment('2026-01-01', NULL) AS c CROSS JOIN LATERAL eligibility(c.application_no) AS e
WHERE e.criterion = 'edition' AND c.application_no BETWEEN pg_temp.no(1) AND pg_temp.no(319) GROUP BY ruling;
ROLLBACK TO whole;
SET LOCAL session_replication_role = replica;
UPDATE district SET withdrawn_at = now();
UPDATE zone_ruling SET withdrawn_at = now() WHERE class = 'residential_b';
UPDATE fee_rule SET withdrawn_at = now() WHERE category = 'food';
INSERT INTO fee_rule (schedule, profession, area_m2, amount, item_ar, item_en, valid, source, certainty)
VALUES ('2019', 'knitting', '[0,10]', 7.125, 'س', 'x', '[2019-08-08,)', 'test', 'unknown');
INSERT INTO fee_adjustment (adjustment, kind, share, applicant_kind, first_licence, item_ar, item_en, valid, source, certainty)
VALUES ('resident_fee', 'surcharge', 0.33333, 'resident', NULL, 'س', 'x', '[2026-01-01,)', 'test', 'unknown'),
       ('newcomer', 'discount', 0.5, NULL, true, 'س', 'x', '[2012-01-01,2021-01-01)', 'test', 'unknown');
UPDATE profession SET jordanians_only = true WHERE code IN ('jams', 'knitting');
SELECT pg_temp.compared(NULL);
ROLLBACK TO whole;

\echo == the days are those of the first submission, both included; a draft is no case
SELECT min(judged_on), max(judged_on), count(*) = (SELECT count(*) FROM application WHERE judged_on BETWEEN '2017-01-01' AND '2019-08-07') AS all_of_them
FROM caseload_assessment('2017-01-01', '2019-08-07');
SELECT count(*) FROM caseload_assessment('2026-03-01', '2012-01-01');
SELECT count(*) = (SELECT count(*) FROM application WHERE submitted_at IS NOT NULL) AS from_first_to_last FROM caseload_assessment(NULL, NULL);
SELECT count(*) FROM caseload_assessment(NULL, NULL) WHERE application_no = pg_temp.no(320);
SELECT DISTINCT fee_area_basis, fee_area_m2 IS NOT NULL AS known FROM caseload_assessment(NULL, NULL) WHERE application_no BETWEEN pg_temp.no(1) AND pg_temp.no(319) ORDER BY 1, 2;

\echo == the planner sees through it
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
-- (the body, which runs as the owner) its tables, and no function that is called a case
SELECT string_agg(DISTINCT substring(line FROM 'Scan.* on ([a-z_]+) '), ' ' ORDER BY substring(line FROM 'Scan.* on ([a-z_]+) ')) AS tables,
    count(*) FILTER (WHERE line ~ 'Function Scan' AND line !~ 'Function Scan on [a-z](_[0-9]+)?$') AS calls
FROM pg_temp.plan_of('SELECT application_no, verdict, fee FROM licence_home_internal.assessed_caseload(''2026-01-01'', NULL)') AS line
WHERE line !~ 'Function Scan on unnest';
-- a number, some days
SET LOCAL enable_seqscan = off;
SELECT count(*) FILTER (WHERE line ~ 'Index Scan using application_pkey on application a') > 0 AS by_number
FROM pg_temp.plan_of(format('SELECT * FROM licence_home_internal.assessed_caseload(NULL, NULL) WHERE application_no = %L', pg_temp.no(7))) AS line;
SET LOCAL enable_indexscan = off;
SELECT count(*) FILTER (WHERE line ~ 'application_by_judged_on') > 0 AS by_day,
    count(*) FILTER (WHERE line ~ 'Index Cond: .*judged_on >= ''[^'']*''::date.*judged_on <= ''') > 0 AS both_ends
FROM pg_temp.plan_of('SELECT * FROM licence_home_internal.assessed_caseload(''2026-02-28'', ''2026-02-28'')') AS line;
RESET enable_indexscan;
RESET enable_seqscan;
-- in parallel: what workers share is the cases, the map at their homes, and the other cases there
CREATE FUNCTION pg_temp.shared(role_name text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role_name);
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RESET ROLE;
    RETURN (SELECT string_agg(DISTINCT s.relations, '; ')
        FROM jsonb_path_query(plan, 'strict $.** ? (@."Node Type" starts with "Gather")', silent => true) AS g
        CROSS JOIN LATERAL (
            SELECT string_agg(r #>> '{}', ' ' ORDER BY r #>> '{}') AS relations
            FROM jsonb_path_query(g -> 'Plans', 'strict $.**."Relation Name"', silent => true) AS r) AS s
        WHERE s.relations ~ 'zone$');
END $$;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL min_parallel_index_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT pg_temp.shared(current_user, 'SELECT verdict, count(*), sum(fee) FROM licence_home_internal.assessed_caseload(NULL, NULL) GROUP BY verdict');
CREATE TEMP TABLE in_parallel AS SELECT * FROM caseload_assessment(NULL, NULL);
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT count(*) > 300 AS cases, count(*) FILTER (WHERE p IS DISTINCT FROM c) AS not_alike
FROM in_parallel AS p FULL JOIN caseload_assessment(NULL, NULL) AS c USING (application_no);

\echo == who may ask, and what of
SAVEPOINT roles;
CREATE FUNCTION pg_temp.asked(role_name text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SET LOCAL ROLE licence_home_%s', role_name);
    EXECUTE format('SELECT count(*) FROM (%s) AS q', query) INTO n;
    RESET ROLE;
    RETURN CASE WHEN n > 300 THEN 'all' ELSE n::text END;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END $$;
SELECT r AS role, pg_temp.asked(r, 'SELECT * FROM licence_home.caseload_assessment(NULL, NULL)') AS assessment,
    pg_temp.asked(r, 'SELECT * FROM licence_home.caseload_report(NULL, NULL)') AS report,
    pg_temp.asked(r, 'SELECT * FROM licence_home.caseload_before(NULL, NULL)') AS before,
    pg_temp.asked(r, 'SELECT * FROM licence_home.caseload_changes(NULL, NULL)') AS changes
FROM unnest('{admin,clerk,committee,director,analyst,inspector,cashier,portal,sender}'::text[]) AS r;
-- nobody needs a name, a phone, a number of identity or an address for it
SELECT c.column_name FROM information_schema.columns AS c
WHERE c.table_schema = 'licence_home' AND c.column_name ~ 'name|phone|identity|address|representative|recorded_by|decided_by|inspector$|actor'
    AND (c.table_name IN ('applicant', 'application', 'inspection', 'inspection_finding', 'external_approval', 'invoice', 'licence', 'approval_requirement'))
    AND has_column_privilege('licence_home_admin', format('licence_home.%I', c.table_name), c.column_name, 'SELECT');
ROLLBACK;
