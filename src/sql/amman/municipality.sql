-- ---------------------------------------------------------------------
-- Amman: whose office this is.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_municipality() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.municipality (code, name_ar, name_en, time_zone, valid, source, certainty)
    VALUES ('amman', 'أمانة عمان الكبرى', 'Greater Amman Municipality', 'Asia/Amman', daterange('2012-01-01', NULL),
        'service card', 'card');
END;
COMMENT ON FUNCTION licence_home.amman_municipality() IS
'Part of load_rules(''amman''): the names and the time zone of the municipality.';
CALL licence_home_internal.make_function('licence_home.amman_municipality()', 'admin');
