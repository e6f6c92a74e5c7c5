-- Working days: weekends and holidays are rows.
SET client_min_messages = warning;
SET search_path = licence_home, licence_home_internal, public;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SELECT to_char(d, 'Dy') AS weekday, d::date AS day, is_working_day(d::date) AS works,
       add_working_days(d::date, 0) AS plus_0, add_working_days(d::date, 1) AS plus_1, add_working_days(d::date, 3) AS plus_3
  FROM generate_series('2026-04-26'::date, '2026-05-03', '1 day') AS d;
-- every result is a working day, and so many lie between
SELECT count(*) AS wrong
  FROM generate_series('2026-04-15'::date, '2026-06-05', '1 day') AS d, generate_series(1, 15) AS n
 WHERE (SELECT count(*) FROM generate_series(d + interval '1 day', add_working_days(d::date, n), '1 day') AS b
         WHERE is_working_day(b::date)) <> n
    OR NOT is_working_day(add_working_days(d::date, n));
-- a holiday added later moves the day later, never earlier
SELECT add_working_days('2026-06-14', 3) AS before;
INSERT INTO holiday (day, name_ar, name_en, valid, source, certainty)
VALUES ('2026-06-16', 'عطلة', 'a holiday', '[2026-06-16,2026-06-17)', 'test', 'unknown');
SELECT add_working_days('2026-06-14', 3) AS after;
SELECT add_working_days(NULL, 3), add_working_days('2026-06-14', NULL), add_working_days('infinity', 3),
       add_working_days('2026-06-14', -1), add_working_days('2026-06-14', 3661), is_working_day(NULL), is_working_day('-infinity');
-- there and back
SELECT working_days_between('2026-06-14', '2026-06-18') AS days, working_days_between('2026-06-18', '2026-06-14') AS back,
       working_days_between('2026-06-18', '2026-06-20') AS weekend, working_days_between('2026-06-14', '2026-06-14') AS none,
       working_days_between('2026-06-14', NULL) AS null, working_days_between('-infinity', '2026-06-14') AS infinity;
-- a year without a working day ends nowhere
INSERT INTO holiday (weekday, name_ar, name_en, valid, source, certainty)
SELECT d, 'عطلة', 'a strike', '[2090-01-01,2093-01-01)', 'test', 'unknown' FROM generate_series(0, 4) AS d;
SELECT add_working_days('2090-01-01', 1);
ROLLBACK;

-- An oracle: the same counted by a query over the rows themselves.  Days and
-- weekdays overlap, begin and end, and some are withdrawn.
CREATE FUNCTION pg_temp.works(d date) RETURNS boolean LANGUAGE sql AS $$
    SELECT NOT EXISTS (SELECT FROM licence_home.holiday AS h WHERE h.withdrawn_at IS NULL AND h.valid @> d
        AND (h.day = d OR h.weekday = extract(dow FROM d))) $$;
CREATE FUNCTION pg_temp.differences() RETURNS TABLE (days bigint, sums bigint, spans bigint) LANGUAGE sql AS $$
    WITH d AS (SELECT g::date AS d, pg_temp.works(g::date) AS works FROM generate_series('2025-11-20'::date, '2026-08-10', '1 day') AS g),
    n AS (SELECT d, works, count(*) FILTER (WHERE works) OVER (ORDER BY d) AS nth FROM d)
    SELECT (SELECT count(*) FROM n WHERE works IS DISTINCT FROM licence_home.is_working_day(d)),
        (SELECT count(*) FROM n AS a CROSS JOIN generate_series(1, 25) AS k
         WHERE a.d < '2026-06-01' AND licence_home.add_working_days(a.d, k) IS DISTINCT FROM
            (SELECT b.d FROM n AS b WHERE b.works AND b.nth = a.nth + k)),
        (SELECT count(*) FROM n AS a JOIN n AS b ON b.d BETWEEN a.d - 60 AND a.d + 60
         WHERE licence_home.working_days_between(a.d, b.d) IS DISTINCT FROM
            (b.nth - a.nth)::integer) $$;
BEGIN;
SELECT load_rules('amman') IS NOT NULL AS rules;
SELECT * FROM pg_temp.differences();
SAVEPOINT tried;
INSERT INTO holiday (weekday, day, name_ar, name_en, valid, source, certainty) VALUES
    (0, NULL, 'ع', 'Sundays of one month', '[2026-03-01,2026-04-01)', 'test', 'unknown'),
    (NULL, '2026-03-09', 'ع', 'one day', '[2026-03-09,2026-03-10)', 'test', 'unknown'),
    (NULL, '2026-03-13', 'ع', 'a Friday', '[2026-03-01,2026-04-01)', 'test', 'unknown');
SELECT add_working_days('2026-03-01', 14) AS with_them;
SELECT * FROM pg_temp.differences();
UPDATE holiday SET withdrawn_at = now() WHERE name_en IN ('one day', 'Friday');
SELECT add_working_days('2026-03-01', 14) AS withdrawn;
SELECT * FROM pg_temp.differences();
-- what was tried and undone counts no more, at once
ROLLBACK TO tried;
SELECT add_working_days('2026-03-01', 14) AS as_before;
SELECT * FROM pg_temp.differences();
-- a query sees the days as its snapshot does: a cursor, those of its opening
DECLARE before CURSOR FOR SELECT add_working_days('2026-03-01', 14) FROM generate_series(1, 3);
FETCH 1 FROM before;
INSERT INTO holiday (day, name_ar, name_en, valid, source, certainty)
VALUES ('2026-03-09', 'ع', 'one day', '[2026-03-09,2026-03-10)', 'test', 'unknown');
SELECT add_working_days('2026-03-01', 14) AS now;
FETCH 1 FROM before;
SELECT add_working_days('2026-03-01', 14) AS now;
FETCH 1 FROM before;
-- parallel workers count with what their leader has written
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE TABLE days (d date) WITH (parallel_workers = 2);
INSERT INTO days SELECT d FROM generate_series('2026-03-01'::date, '2026-03-31', '1 day') AS d, generate_series(1, 300);
ANALYZE days;
CREATE FUNCTION pg_temp.workers() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE line text; found integer := 0;
BEGIN
    FOR line IN EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT sum(working_days_between(d, '2026-04-01')) FROM days LOOP
        found := found + coalesce(substring(line FROM 'Workers Planned: ([0-9]+)')::integer, 0);
    END LOOP;
    RETURN found;
END $$;
SELECT pg_temp.workers() > 0 AS in_workers;
SELECT sum(working_days_between(d, '2026-04-01')) = (SELECT 300 * sum(working_days_between(d::date, '2026-04-01'))
    FROM generate_series('2026-03-01'::date, '2026-03-31', '1 day') AS d) AS the_same FROM days;
ROLLBACK;
\set VERBOSITY terse
-- a day that its own row does not contain would count on no day
INSERT INTO holiday (day, name_ar, name_en, valid, source, certainty)
VALUES ('2026-06-16', 'عطلة', 'a holiday', '[2026-07-16,2026-07-17)', 'test', 'unknown');
