-- Working days: weekends and holidays are rows.
SET client_min_messages = warning;
SET search_path = licence_home, public;
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
-- a year without a working day ends nowhere
INSERT INTO holiday (weekday, name_ar, name_en, valid, source, certainty)
SELECT d, 'عطلة', 'a strike', '[2090-01-01,2093-01-01)', 'test', 'unknown' FROM generate_series(0, 4) AS d;
SELECT add_working_days('2090-01-01', 1);
ROLLBACK;
