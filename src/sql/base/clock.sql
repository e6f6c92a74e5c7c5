-- ---------------------------------------------------------------------
-- The one clock.  Rules ask these two and no other; the setting
-- licence_home.clock (superuser only) moves them.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.now() RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'licence_home_now'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.now() IS
'The time at which the transaction began, as moved by the setting licence_home.clock.';
CALL licence_home_internal.make_function('licence_home.now()', 'everyone, monitor');

CREATE FUNCTION licence_home.today() RETURNS date
    AS 'MODULE_PATHNAME', 'licence_home_today'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home.today() IS
'The day in the city on which the transaction began, as moved by the setting licence_home.clock.';
CALL licence_home_internal.make_function('licence_home.today()', 'everyone, monitor');

CREATE FUNCTION licence_home_internal.city_time_zone() RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_city_time_zone'
    LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.city_time_zone() IS
'The time zone of the city, of the row of municipality; UTC before there is one.';
CALL licence_home_internal.make_function('licence_home_internal.city_time_zone()', 'everyone');

CREATE FUNCTION licence_home_internal.moment() RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'licence_home_moment'
    LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.moment() IS
'Internal: the time at this very moment, as moved by the setting licence_home.clock.';
CALL licence_home_internal.make_function('licence_home_internal.moment()');
