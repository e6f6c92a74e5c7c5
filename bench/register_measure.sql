-- One line a measure; the ratio is of medians of three rounds, in turns, in one
-- session, without JIT, by parallel workers where the planner wants them.
\set ON_ERROR_STOP on
\if :{?licences}
\else
    \set licences 1000000
\endif
SET client_min_messages = warning;
SET jit = off;
SET licence_home.clock = '2026-03-01 10:00+03';
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SET LOCAL session_replication_role = replica;
INSERT INTO applicant (applicant_id, kind, identity_no, name_ar, phone) OVERRIDING SYSTEM VALUE
VALUES (900000000, 'citizen', '9000000000', 'سعاد', '0790000000') ON CONFLICT DO NOTHING;
INSERT INTO licence_import (import_no, rows_given, rows_taken, recorded_role, session_role) OVERRIDING SYSTEM VALUE
VALUES (900000000, 0, 0, 'bench', 'bench');
INSERT INTO licence (licence_no, import_no, former_no, issued_at)
SELECT licence_no_make(2090, n), 900000000, 'bench ' || n, '2024-01-01' FROM generate_series(1, :licences) AS n;
INSERT INTO licence_term (licence_no, term_no, starts, ends, since, months, run_months, import_no, known_at)
SELECT licence_no_make(2090, n), k, d.first + 366 * (k - 1), d.first + 366 * k, d.first + 366 * (k - 1), NULL, NULL, 900000000, '2024-01-01'
FROM generate_series(1, :licences) AS n CROSS JOIN generate_series(1, 2) AS k
CROSS JOIN LATERAL (SELECT date '2024-06-01' + n % 365 AS first) AS d;
INSERT INTO licence_version (licence_no, version_no, applicant_id, profession, district, home_area_m2, work_area_m2, judged_on, import_no, known_at)
SELECT licence_no_make(2090, n), 1, 900000000, 'knitting', 1 + n % 22, 120, 10 + n % 15, '2024-06-01', 900000000, '2024-01-01'
FROM generate_series(1, :licences) AS n;
INSERT INTO licence_standing (licence_no, standing_no, standing, from_day, to_day, import_no, known_at)
SELECT licence_no_make(2090, n), 1, 'in_force', NULL::date, NULL::date, 900000000, timestamptz '2024-01-01' FROM generate_series(1, :licences) AS n
UNION ALL
SELECT licence_no_make(2090, n), 2, 'suspended', date '2026-02-01', date '2026-04-01', 900000000, '2026-01-01' FROM generate_series(10, :licences, 10) AS n;
COMMIT;
VACUUM ANALYZE licence, licence_term, licence_version, licence_standing;

CREATE TEMP TABLE measured (what text, round integer, ms numeric);
CREATE PROCEDURE pg_temp.measure(what text, round integer, statement text) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    EXECUTE statement;
    INSERT INTO measured VALUES (what, round, extract(epoch FROM clock_timestamp() - began) * 1000);
END $$;
-- by hand: what holds of each licence today, for somebody who knows that a licence has a row of each, or the newest
CREATE VIEW pg_temp.by_hand AS
    SELECT l.licence_no, s.standing, t.valid, v.profession, v.district, v.work_area_m2
    FROM licence AS l
    JOIN (SELECT DISTINCT ON (licence_no) * FROM licence_term WHERE starts <= date '2026-03-01' ORDER BY licence_no, term_no DESC) AS t USING (licence_no)
    JOIN (SELECT DISTINCT ON (licence_no) * FROM licence_version WHERE (from_day IS NULL OR from_day <= date '2026-03-01') AND (to_day IS NULL OR to_day > date '2026-03-01')
          ORDER BY licence_no, version_no DESC) AS v USING (licence_no)
    JOIN (SELECT DISTINCT ON (licence_no) * FROM licence_standing WHERE (from_day IS NULL OR from_day <= date '2026-03-01') AND (to_day IS NULL OR to_day > date '2026-03-01')
          ORDER BY licence_no, standing_no DESC) AS s USING (licence_no);
DO $$
BEGIN
    IF EXISTS (SELECT h.licence_no, h.standing, h.valid, h.profession, h.district, h.work_area_m2 FROM pg_temp.by_hand AS h
        EXCEPT SELECT o.licence_no, o.standing, o.valid, o.profession, o.district, o.work_area_m2 FROM licences_on() AS o) THEN
        RAISE EXCEPTION 'the register and the join by hand differ';
    END IF;
END $$;
SELECT format('CALL pg_temp.measure(%L, %s, %L)', m.what, r, m.statement)
FROM generate_series(1, 3) AS r
CROSS JOIN (VALUES
    (1, 'hand', 'SELECT count(*), count(DISTINCT standing), sum(work_area_m2), max(upper(valid)) FROM pg_temp.by_hand'),
    (2, 'set', 'SELECT count(*), count(DISTINCT standing), sum(work_area_m2), max(upper(valid)) FROM licences_on()'),
    (3, 'each', 'SELECT count(*), count(DISTINCT o.standing), sum(o.work_area_m2), max(upper(o.valid)) FROM licence AS l CROSS JOIN LATERAL licence_facts_on(l.licence_no, date ''2026-03-01'', NULL) AS o')
) AS m (n, what, statement)
ORDER BY r, m.n
\gexec
SELECT format('%s licences: by hand %s ms, licences_on() %s ms (%s times), licence_on() of each %s ms (%s times)', :licences, round(h), round(s), round(s / h, 2), round(e), round(e / h, 2))
FROM (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'hand') AS h,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'set') AS s,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'each') AS e FROM measured) AS m;

-- one at a time, as a client asks
CREATE PROCEDURE pg_temp.ask(most integer, times integer) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    took numeric[] := '{}';
    no licence_no;
BEGIN
    FOR i IN 1..times LOOP
        no := licence_no_make(2090, 1 + floor(random() * most)::integer);
        began := clock_timestamp();
        PERFORM * FROM licence_on(no);
        took := took || extract(epoch FROM clock_timestamp() - began) * 1000;
    END LOOP;
    RAISE WARNING 'one: half in % ms, 95 in 100 in % ms', (SELECT round(percentile_disc(0.5) WITHIN GROUP (ORDER BY t), 3) FROM unnest(took) AS t),
        (SELECT round(percentile_disc(0.95) WITHIN GROUP (ORDER BY t), 3) FROM unnest(took) AS t);
END $$;
CALL pg_temp.ask(:licences, 2000);
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM licence_standing WHERE import_no = 900000000;
DELETE FROM licence_version WHERE import_no = 900000000;
DELETE FROM licence_term WHERE import_no = 900000000;
DELETE FROM licence WHERE import_no = 900000000;
DELETE FROM licence_import WHERE import_no = 900000000;
COMMIT;
