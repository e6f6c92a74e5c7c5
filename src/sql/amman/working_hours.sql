-- ---------------------------------------------------------------------
-- Amman: working hours, and how appointments are made.  Nobody here knows
-- them: illustrative.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_working_hours() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.working_hours (opens, closes, valid, source, certainty)
    VALUES ('08:00', '15:30', daterange('2012-01-01', NULL), 'illustrative: the hours of the office are not known', 'unknown');
    INSERT INTO licence_home.appointment_rule (visit_minutes, days_ahead, moves, move_hours, valid, source, certainty)
    VALUES (60, 60, 2, 24, daterange('2012-01-01', NULL), 'illustrative: how the office makes appointments is not known', 'unknown');
    INSERT INTO licence_home.home_rule (max_home_m2, footprint_times, valid, source, certainty)
    VALUES (5000, 50, daterange('2012-01-01', NULL), 'illustrative: beyond any home that this project knows of', 'unknown');
    INSERT INTO licence_home.payment_rule (refund_owner, refund_days, repay_days, lowest_part, valid, source, certainty)
    VALUES ('cashier', 14, 14, 1, daterange('2012-01-01', NULL), 'illustrative: how the office pays back and which part may be paid is not known', 'unknown');
END;
COMMENT ON FUNCTION licence_home.amman_working_hours() IS
'Part of load_rules(''amman''): working hours, how long a visit takes and how far ahead it may be. Also how large a home can be, and how money goes back. All illustrative.';
CALL licence_home_internal.make_function('licence_home.amman_working_hours()', 'admin');
