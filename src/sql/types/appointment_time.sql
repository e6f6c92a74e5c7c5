-- ---------------------------------------------------------------------
-- The time that an inspector has an appointment, as one range.
--
-- An exclusion constraint on "inspector WITH =, period WITH &&" would need the
-- extension btree_gist. Ranges of (inspector, moment) need nothing. Rows
-- compare by the inspector first. So two ranges of one inspector overlap when
-- their times do, and those of two inspectors never.
-- ---------------------------------------------------------------------

CREATE TYPE licence_home_internal.appointment_bound AS (inspector text COLLATE "C", at timestamptz);
COMMENT ON TYPE licence_home_internal.appointment_bound IS
'Internal: an inspector at a moment.';
CREATE TYPE licence_home_internal.appointment_time AS RANGE (
    subtype = licence_home_internal.appointment_bound,
    multirange_type_name = licence_home_internal.appointment_times);
COMMENT ON TYPE licence_home_internal.appointment_time IS
'Internal: the time of an inspector from one moment to another.';
COMMENT ON TYPE licence_home_internal.appointment_times IS
'Internal: several of them.';

-- Their constructors, out of the way of tools that read the catalogue.
COMMENT ON FUNCTION licence_home_internal.appointment_time(licence_home_internal.appointment_bound, licence_home_internal.appointment_bound) IS
E'@name time_of_appointment\n@omit\nInternal: from the first bound, and before the second.';
CALL licence_home_internal.make_function('licence_home_internal.appointment_time(licence_home_internal.appointment_bound, licence_home_internal.appointment_bound)',
    'everyone');
COMMENT ON FUNCTION licence_home_internal.appointment_time(licence_home_internal.appointment_bound, licence_home_internal.appointment_bound, text) IS
E'@name time_of_appointment_by_bounds\n@omit\nInternal: with or without each bound, as the text says.';
CALL licence_home_internal.make_function('licence_home_internal.appointment_time(licence_home_internal.appointment_bound, licence_home_internal.appointment_bound, text)',
    'everyone');
COMMENT ON FUNCTION licence_home_internal.appointment_times() IS
E'@name no_time_of_appointment\n@omit\nInternal: none.';
CALL licence_home_internal.make_function('licence_home_internal.appointment_times()', 'everyone');
COMMENT ON FUNCTION licence_home_internal.appointment_times(licence_home_internal.appointment_time) IS
E'@name one_time_of_appointment\n@omit\nInternal: one.';
CALL licence_home_internal.make_function('licence_home_internal.appointment_times(licence_home_internal.appointment_time)',
    'everyone');
COMMENT ON FUNCTION licence_home_internal.appointment_times(licence_home_internal.appointment_time[]) IS
E'@name several_time_of_appointment\n@omit\nInternal: several.';
CALL licence_home_internal.make_function('licence_home_internal.appointment_times(licence_home_internal.appointment_time[])',
    'everyone');
