-- ---------------------------------------------------------------------
-- Working days: weekends and holidays are rows.  They are counted in C, from
-- a calendar that each session keeps (src/rules/calendar.c).
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.is_working_day(day date) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_is_working_day' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.is_working_day(date) IS
'Whether the municipality works on a day, by the holidays and days of the week that count on it. Null for no day and for infinity.';
CALL licence_home_internal.make_function('licence_home.is_working_day(date)', 'everyone');

CREATE FUNCTION licence_home.add_working_days(from_day date, days integer) RETURNS date
    AS 'MODULE_PATHNAME', 'licence_home_add_working_days' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.add_working_days(date, integer) IS
'The day on which so many working days have passed, from_day itself not counted. One working day from a Thursday before a weekend of two days is Sunday. For 0 the first working day from from_day on. Null for a day or a number that is null, for infinity and outside 0 to 3660. Null also where the days would take more than seven times as long and a year.';
CALL licence_home_internal.make_function('licence_home.add_working_days(date, integer)', 'everyone');

CREATE FUNCTION licence_home.working_days_between(from_day date, to_day date) RETURNS integer
    AS 'MODULE_PATHNAME', 'licence_home_working_days_between' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.working_days_between(date, date) IS
'How many working days come after from_day, up to and with to_day; negative where to_day comes first. The opposite of add_working_days(). Null for null, infinity, and days further apart than that reaches (71 years).';
CALL licence_home_internal.make_function('licence_home.working_days_between(date, date)', 'everyone');

CREATE FUNCTION licence_home_internal.holiday_changed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_holiday_changed' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.holiday_changed() IS
'Lets every session read the calendar anew. It touches no case: the date of a deadline is computed.';
CALL licence_home_internal.make_function('licence_home_internal.holiday_changed()');
CREATE TRIGGER z_holiday_changed AFTER INSERT OR UPDATE OR DELETE ON licence_home.holiday
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.holiday_changed();
CREATE TRIGGER z_holiday_truncated AFTER TRUNCATE ON licence_home.holiday
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.holiday_changed();
-- also in a restore and for rows that a subscription brings
ALTER TABLE licence_home.holiday ENABLE ALWAYS TRIGGER z_holiday_changed;
ALTER TABLE licence_home.holiday ENABLE ALWAYS TRIGGER z_holiday_truncated;
