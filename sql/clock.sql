-- What the setting licence_home.clock takes, what it keeps, and what it refuses.
LOAD 'licence_home';
SET datestyle = 'ISO, DMY';
SET timezone = 'UTC';

-- A moment is kept in UTC, an offset in hours, whatever way it was written.
CREATE FUNCTION pg_temp.kept(setting text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM set_config('licence_home.clock', setting, true);
    RETURN current_setting('licence_home.clock');
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
SELECT written, pg_temp.kept(written)
FROM unnest(ARRAY[
    '', '2026-03-01 10:00+03', '2026-03-01T07:00:00Z', '2026-03-01 10:00 AM EET', '1 March 2026 10:00 Asia/Amman',
    'Sun Mar 01 10:00:00.5 2026 +03', '2026-03-01 07:00:00+00', '0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00',
    '+1 day', '-02:30', '-70 days', '-1 day 02:00', '+0.000001 s', '+26:00:00', '+16800000:00:00', '-16800000:00:00'])
    WITH ORDINALITY AS w (written, n)
ORDER BY n;

-- What would be another moment in another session or on another day.
SELECT written, pg_temp.kept(written)
FROM unnest(ARRAY[
    '2026-03-01 10:00', '2026-03-01', '01/02/2026 10:00+03', '13/02/2026 10:00+03', 'now', 'today 10:00+03', 'tomorrow 10:00+03',
    'yesterday 10:00 UTC', '+1 month', '-2 years'])
    WITH ORDINALITY AS w (written, n)
ORDER BY n;

-- What now() cannot be.
SELECT written, pg_temp.kept(written)
FROM unnest(ARRAY[
    'infinity', '-infinity', '+infinity', '0044-03-15 10:00+00 BC', '10000-01-01 00:00+00', '9999-12-31 23:59:59.9999999+00',
    '0000-01-01 00:00:00+00', '294277-01-01 00:00+00', '2026-02-30 10:00:00+00', '2026-03-01 25:00:00+00', '+700001 days',
    '-16800000:00:01', '+99999999:00:00', '+9223372036854775807 s', 'noon', '+', '-', ' ', '2026-03-01 07:00:00+00 '])
    WITH ORDINALITY AS w (written, n)
ORDER BY n;

-- It means the same whatever the session's settings are.
SET intervalstyle = 'sql_standard';
SELECT pg_temp.kept('-1 day 02:00') AS signed;
RESET intervalstyle;
SET timezone = 'Asia/Amman';
SET datestyle = 'ISO, MDY';
SELECT pg_temp.kept('2026-03-01 10:00') AS no_zone, pg_temp.kept('1 March 2026 10:00 EET') AS zone;

-- The clock stands at a moment, and runs with an offset.
BEGIN;
SET LOCAL licence_home.clock = '2026-12-31 23:30:00 UTC';
SELECT licence_home.now(), licence_home.today(), current_setting('licence_home.clock');
SET LOCAL licence_home.clock = '-02:30';
SELECT licence_home.now() - pg_catalog.now() AS behind;
SET LOCAL licence_home.clock = '+700000 days';
SELECT extract(days FROM licence_home.now() - pg_catalog.now()) AS ahead;
ROLLBACK;

-- The error says which value, why, and what to write instead.
SET licence_home.clock = '2026-03-01 10:00';
SET licence_home.clock = '+1 month';
CREATE ROLE regress_no_clock;
SET ROLE regress_no_clock;
SET licence_home.clock = '';
RESET ROLE;
DROP ROLE regress_no_clock;

