-- What-if: an administrator writes rules, asks how the cases would have fared
-- before and after, and rolls back.
SET licence_home.clock = '2026-02-24 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
SET jit = off;
\pset format unaligned
\pset tuples_only on
-- Cases of one day, which stay.
SELECT story.new_case_in('committee_review', 'pottery', 'en') AS potter \gset
SELECT story.new_case('electronic_marketing', 'en', true, 18) AS marketer \gset
CALL story.step('portal', :'marketer', 'submit');
SELECT story.new_case_in('fee_due', 'home_baking', 'en') AS baker \gset
SELECT story.new_case_in('issued', 'knitting', 'en') AS knitter \gset
CREATE TEMP TABLE named AS SELECT * FROM (VALUES ('potter', :'potter'::licence_home.application_no), ('marketer', :'marketer'),
    ('baker', :'baker'), ('knitter', :'knitter')) AS v (name, application_no);
GRANT SELECT ON named TO regress_admin;
CREATE TEMP VIEW rules AS
    SELECT md5(string_agg(r.t, '|' ORDER BY r.t COLLATE "C")) AS sum FROM (
        SELECT to_jsonb(e)::text AS t FROM licence_home.edition AS e UNION ALL SELECT to_jsonb(f)::text FROM licence_home.fee_rule AS f
        UNION ALL SELECT to_jsonb(c)::text FROM licence_home.criterion AS c UNION ALL SELECT to_jsonb(d)::text FROM licence_home.document_rule AS d
        UNION ALL SELECT to_jsonb(p)::text FROM licence_home.profession AS p UNION ALL SELECT to_jsonb(z)::text FROM licence_home.zone AS z) AS r;
SELECT sum AS rules FROM rules \gset
-- What the administrator reads.
CREATE FUNCTION pg_temp.changes(rules_on date DEFAULT NULL) RETURNS SETOF text
    LANGUAGE sql STABLE AS $$
    SELECT format('%s: %s, now %s; %s, now %s; %s%s', n.name, c.verdict_before, c.verdict_after, coalesce(trim_scale(c.fee_before)::text, 'no fee'),
        coalesce(trim_scale(c.fee_after)::text, 'no fee'), array_to_string(c.changed, ' '),
        regexp_replace(E'\n' || c.why_en, E'\n', E'\n    ', 'g'))
    FROM licence_home.caseload_changes('2026-02-24', '2026-02-24', changes.rules_on) AS c JOIN named AS n USING (application_no)
    ORDER BY n.name
$$;
CREATE FUNCTION pg_temp.short(rules_on date DEFAULT NULL) RETURNS SETOF text
    LANGUAGE sql STABLE AS $$ SELECT split_part(c, E'\n', 1) FROM pg_temp.changes(rules_on) AS c $$;
-- A correction of an edition for the same dates.
CREATE PROCEDURE pg_temp.correct_edition(share numeric, m2 numeric DEFAULT 25)
    LANGUAGE sql AS $$
    UPDATE licence_home.edition SET withdrawn_at = licence_home.now() WHERE edition = '2020' AND withdrawn_at IS NULL;
    INSERT INTO licence_home.edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
        owners_share, edge_tolerance_m, decider, licence_months, article, valid, source, certainty)
    SELECT edition, name_ar, name_en, share, m2, max_employees, max_people, max_children,
        owners_share, edge_tolerance_m, decider, licence_months, article, valid, 'a correction', 'likely'
    FROM licence_home.edition WHERE edition = '2020' ORDER BY edition_id LIMIT 1
$$;
CREATE PROCEDURE pg_temp.raise_fees(category text, more numeric)
    LANGUAGE sql AS $$
    WITH old AS (
        UPDATE licence_home.fee_rule SET withdrawn_at = licence_home.now()
        WHERE schedule = '2019' AND fee_rule.category = raise_fees.category AND withdrawn_at IS NULL
        RETURNING area_m2, amount, item_ar, item_en, valid)
    INSERT INTO licence_home.fee_rule (schedule, category, area_m2, amount, item_ar, item_en, valid, source, certainty)
    SELECT '2019', raise_fees.category, area_m2, amount + more, item_ar, item_en, valid, 'a new decision', 'likely' FROM old
$$;
-- (ids differ from run to run)
CREATE FUNCTION pg_temp.masked(line text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT regexp_replace(line, '(fee_rule|fee_adjustment) \d+', '\1 N', 'g') $$;

SET SESSION AUTHORIZATION regress_admin;
\echo == nothing was written, nothing changes
BEGIN;
SELECT pg_temp.changes();
SELECT count(*), count(*) FILTER (WHERE to_jsonb(b) IS DISTINCT FROM to_jsonb(a)) AS not_alike
FROM licence_home.caseload_before('2026-02-24', '2026-02-24') AS b
FULL JOIN licence_home.caseload_assessment('2026-02-24', '2026-02-24') AS a USING (application_no);

\echo == a correction for the same dates: withdrawn and written anew
CALL pg_temp.correct_edition(0.12);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT pg_temp.changes();
-- how many, without a word of explanation: as many as are listed
SELECT * FROM licence_home.caseload_change_counts('2026-02-24', '2026-02-24');
SELECT (SELECT sum(k.cases) FROM licence_home.caseload_change_counts('2026-02-24', '2026-02-24') AS k)
    = (SELECT count(*) FROM licence_home.caseload_changes('2026-02-24', '2026-02-24')) AS as_many;
-- the same in Arabic
SELECT c.why_ar FROM licence_home.caseload_changes('2026-02-24', '2026-02-24') AS c JOIN named AS n USING (application_no) WHERE n.name = 'marketer';

\echo == a savepoint: another rule on top, and off again
SAVEPOINT on_top;
CALL pg_temp.raise_fees('food', 4.125);
SET CONSTRAINTS ALL IMMEDIATE;
SELECT pg_temp.masked(c) FROM pg_temp.changes() AS c WHERE c ~ '^baker';
SELECT verdict_before, verdict_after, fee_changes, cases, fees_after - fees_before AS more FROM licence_home.caseload_change_counts('2026-02-24', '2026-02-24');
ROLLBACK TO on_top;
SELECT pg_temp.short();
SET CONSTRAINTS ALL DEFERRED;
-- the edition once more, in a block that fails and in one that does not: before stays before
DO $$
BEGIN
    CALL pg_temp.correct_edition(0.5);
    RAISE EXCEPTION 'undone';
EXCEPTION WHEN raise_exception THEN NULL;
END $$;
SELECT pg_temp.short();
DO $$
BEGIN
    CALL pg_temp.correct_edition(0.14);
EXCEPTION WHEN raise_exception THEN NULL;
END $$;
SELECT pg_temp.short();
-- what was meant turns out the same as what was: nothing changes any more
CALL pg_temp.correct_edition(0.15);
SELECT pg_temp.short();
SELECT count(*) FROM licence_home.caseload_change_counts('2026-02-24', '2026-02-24');
ROLLBACK;

\echo == a new edition from a coming day: all cases as if judged by it
BEGIN;
UPDATE licence_home.edition SET valid = daterange(lower(valid), '2027-01-01') WHERE edition = '2020';
INSERT INTO licence_home.edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, licence_months, article, valid, source, certainty)
VALUES ('2027', 'تعليمات', 'instructions of 2027', 0.2, 10, 0, 1, 5, 0.51, 6, 'director', 12, '4', '[2027-01-01,)', 'a draft', 'unknown');
-- each case by its own day: nothing
SELECT pg_temp.short();
SELECT pg_temp.short('2027-01-01');
SELECT pg_temp.short('2026-12-31');
-- what eligibility() says of one case by then, as by then
SELECT criterion, ruling, required FROM licence_home.eligibility(:'marketer', '2027-01-01') WHERE criterion IN ('edition', 'work_area');
SELECT criterion, ruling, required FROM licence_home.eligibility_before(:'marketer', '2027-01-01') WHERE criterion IN ('edition', 'work_area');
ROLLBACK;

\echo == a gap shows before anybody asks
BEGIN;
UPDATE licence_home.edition SET withdrawn_at = licence_home.now() WHERE edition = '2019';
\set VERBOSITY terse
SET CONSTRAINTS ALL IMMEDIATE;
\set VERBOSITY default
ROLLBACK;

\echo == fees, documents, what is looked at, the list of professions, in one transaction
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.short();
CALL pg_temp.raise_fees('handicraft', 1.5);
INSERT INTO licence_home.document_rule (document_type, position, why_ar, why_en, valid, source, certainty)
VALUES ('assessment_certificate', 9, 'لكل بناء', 'Every building.', '[2012-01-01,)', 'test', 'unknown');
INSERT INTO licence_home.criterion (criterion, stage, position, article, met_ar, met_en, not_met_ar, not_met_en, not_proven_ar, not_proven_en,
    condition_ar, condition_en, remedy_ar, remedy_en, label_ar, label_en, valid, source, certainty)
VALUES ('fire_extinguisher', 'I', 30, 'article 9', 'توجد طفاية.', 'There is an extinguisher.', 'لا طفاية.', 'There is none.', 'غير معلوم.', 'Nobody looked.',
    'يُنظر في الكشف.', 'To be looked at.', 'ضعوا طفاية.', 'Put one up.', 'الطفاية', 'fire extinguisher', '[2012-01-01,)', 'test', 'unknown');
UPDATE licence_home.profession SET valid = daterange(lower(valid), '2027-01-01') WHERE code = 'home_baking';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT pg_temp.masked(pg_temp.changes());
SELECT pg_temp.short('2027-06-01');
-- written in this transaction, then closed in it: to before it never was
UPDATE licence_home.criterion SET withdrawn_at = licence_home.now() WHERE criterion = 'fire_extinguisher';
SELECT pg_temp.short();
-- in parallel: the workers know what was written and what was closed
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT pg_temp.short();
SET LOCAL max_parallel_workers_per_gather = 0;
ROLLBACK;

\echo == a new map
CREATE TEMP TABLE staging AS SELECT 'industry_light' AS kind, ST_MakeEnvelope(35.70, 31.80, 36.15, 32.10, 4326) AS geom;
BEGIN;
SELECT * FROM licence_home.import_zones('staging', 'kind', '2027-01-01', 'a map of industry', max_lost_m2 => NULL);
SELECT pg_temp.short('2027-01-01');
SELECT count(*) FROM licence_home.ruling_changes(NULL, '2027-01-01') AS r JOIN named USING (application_no);
ROLLBACK;

\echo == nothing of it is left
RESET SESSION AUTHORIZATION;
SELECT sum = :'rules' AS as_it_was FROM rules;
SELECT pg_temp.changes();

\echo == a case that moves in the transaction is before where it was; one that begins in it is not before
BEGIN;
CALL story.step('clerk', :'marketer', 'close', 'duplicate');
SELECT story.new_case_in('submitted') AS new \gset
SELECT b.state, a.state FROM licence_home.caseload_before('2026-02-24', '2026-02-24') AS b
JOIN licence_home.caseload_assessment('2026-02-24', '2026-02-24') AS a USING (application_no) WHERE a.application_no = :'marketer';
SELECT (SELECT count(*) FROM licence_home.caseload_assessment('2026-02-24', '2026-02-24') WHERE application_no = :'new') AS after,
    (SELECT count(*) FROM licence_home.caseload_before('2026-02-24', '2026-02-24') WHERE application_no = :'new') AS before,
    (SELECT count(*) FROM licence_home.eligibility_before(:'new')) AS criteria_before;
ROLLBACK;

\echo == for who may ask
SELECT a.who, (x).code, (x).said FROM unnest('{admin,clerk,committee,director,analyst,inspector,cashier,portal,sender}'::text[]) WITH ORDINALITY AS a (who, n)
CROSS JOIN LATERAL story.attempt(a.who, :'marketer', 'SELECT * FROM licence_home.caseload_changes(NULL, NULL)') AS x ORDER BY a.n;
-- eligibility_before() of a case that one may see
SELECT a.who, (x).code, (x).rows FROM unnest('{admin,clerk,portal,analyst}'::text[]) WITH ORDINALITY AS a (who, n)
CROSS JOIN LATERAL story.attempt(a.who, :'marketer', format('SELECT * FROM licence_home.eligibility_before(%L)', :'marketer')) AS x ORDER BY a.n;
SELECT (x).code FROM story.attempt('portal', :'marketer', format('SELECT * FROM licence_home.eligibility_before(%L)', :'baker')) AS x;
RESET licence_home.clock;
