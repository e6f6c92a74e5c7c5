-- ---------------------------------------------------------------------
-- Working days: weekends and holidays are rows.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.is_working_day(day date) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT NOT EXISTS (
        SELECT FROM licence_home.holiday AS h
        WHERE licence_home.in_force(h.valid, h.withdrawn_at, is_working_day.day)
            AND (h.day = is_working_day.day OR h.weekday = extract(dow FROM is_working_day.day)))
    WHERE isfinite(is_working_day.day);
END;
COMMENT ON FUNCTION licence_home.is_working_day(date) IS
'Whether the municipality works on a day, by the holidays and days of the week that count on it. Null for no day and for infinity.';

CREATE FUNCTION licence_home.add_working_days(from_day date, days integer) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.day
    FROM (
        -- Days come one by one and in order, so that LIMIT ends the search; a
        -- year more than a working day a week is as far as it goes.
        SELECT add_working_days.from_day + generate_series(
            least(1, add_working_days.days), 7 * add_working_days.days + 366) AS day
    ) AS c
    WHERE isfinite(add_working_days.from_day) AND add_working_days.days BETWEEN 0 AND 3660
        AND NOT EXISTS (
            SELECT FROM licence_home.holiday AS h
            WHERE licence_home.in_force(h.valid, h.withdrawn_at, c.day)
                AND (h.day = c.day OR h.weekday = extract(dow FROM c.day)))
    OFFSET greatest(add_working_days.days, 1) - 1
    LIMIT 1;
END;
COMMENT ON FUNCTION licence_home.add_working_days(date, integer) IS
'The day on which so many working days have passed, from_day itself not counted: one working day from a Thursday before a weekend of two days is Sunday. For 0 the first working day from from_day on. Null for a day or a number that is null, for infinity, and outside 0 to 3660.';
