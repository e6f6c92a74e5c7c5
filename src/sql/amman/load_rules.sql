-- ---------------------------------------------------------------------
-- The rules that a municipality starts with.
--
-- CREATE EXTENSION leaves every table empty, because whatever is in them is
-- the municipality's own and is dumped whole. load_rules() puts in the first
-- rows, once. Each topic has a file of its own.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.lock_load_rules() RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_lock_load_rules' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home_internal.lock_load_rules() IS
'Called by load_rules() alone: of two sessions the second waits until the first has ended.';
CALL licence_home_internal.make_function('licence_home_internal.lock_load_rules()', 'admin');

-- May the rules of this municipality be put in?
CREATE FUNCTION licence_home_internal.is_without_rules(municipality text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF municipality IS DISTINCT FROM 'amman' THEN
        RAISE EXCEPTION 'no rules are known for the municipality "%"', coalesce(municipality, 'null')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The rules that come with the extension are those of ''amman''. '
                      'Another municipality writes its own rows.';
    END IF;
    IF EXISTS (SELECT FROM licence_home.municipality)
        OR EXISTS (SELECT FROM licence_home.district)
        OR EXISTS (SELECT FROM licence_home.zone_class)
        OR EXISTS (SELECT FROM licence_home.zone_class_spelling)
        OR EXISTS (SELECT FROM licence_home.zone)
        OR EXISTS (SELECT FROM licence_home.profession_category)
        OR EXISTS (SELECT FROM licence_home.profession)
        OR EXISTS (SELECT FROM licence_home.profession_word)
        OR EXISTS (SELECT FROM licence_home.zone_ruling)
        OR EXISTS (SELECT FROM licence_home.authority)
        OR EXISTS (SELECT FROM licence_home.profession_authority)
        OR EXISTS (SELECT FROM licence_home.edition)
        OR EXISTS (SELECT FROM licence_home.criterion)
        OR EXISTS (SELECT FROM licence_home.document_type)
        OR EXISTS (SELECT FROM licence_home.document_rule)
        OR EXISTS (SELECT FROM licence_home.fee_schedule)
        OR EXISTS (SELECT FROM licence_home.fee_rule)
        OR EXISTS (SELECT FROM licence_home.fee_adjustment)
        OR EXISTS (SELECT FROM licence_home.reason)
        OR EXISTS (SELECT FROM licence_home.application_field)
        OR EXISTS (SELECT FROM licence_home.sms_template)
        OR EXISTS (SELECT FROM licence_home.sms_gateway_profile)
        OR EXISTS (SELECT FROM licence_home.sms_retention)
        OR EXISTS (SELECT FROM licence_home.retention_rule)
        OR EXISTS (SELECT FROM licence_home.phone_rule)
        OR EXISTS (SELECT FROM licence_home.holiday)
        OR EXISTS (SELECT FROM licence_home.working_hours)
        OR EXISTS (SELECT FROM licence_home.appointment_rule)
        OR EXISTS (SELECT FROM licence_home.home_rule)
        OR EXISTS (SELECT FROM licence_home.payment_rule)
        OR EXISTS (SELECT FROM licence_home.licence_rule)
        OR EXISTS (SELECT FROM licence_home.late_surcharge)
        OR EXISTS (SELECT FROM licence_home.evidence_validity)
        OR EXISTS (SELECT FROM licence_home.service_fee)
        OR EXISTS (SELECT FROM licence_home.reminder_rule)
        OR EXISTS (SELECT FROM licence_home.workflow)
    THEN
        RAISE NOTICE 'There are rules already: nothing was changed.';
        RETURN false;
    END IF;
    RETURN true;
END;
$$;
COMMENT ON FUNCTION licence_home_internal.is_without_rules(text) IS
'Internal: true where load_rules() has everything to do; with a notice false where there are rules already. 22023 for an unknown municipality.';
CALL licence_home_internal.make_function('licence_home_internal.is_without_rules(text)', 'admin');

CREATE FUNCTION licence_home_internal.load_rules_of_amman() RETURNS text
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT licence_home.amman_municipality();
    SELECT licence_home.amman_labels();
    SELECT licence_home.amman_working_hours();
    SELECT licence_home.amman_messages();
    SELECT licence_home.amman_gateway_profiles();
    SELECT licence_home.amman_districts();
    SELECT licence_home.amman_zone_classes();
    SELECT licence_home.amman_zone_class_spellings();
    SELECT licence_home.amman_zones();
    SELECT licence_home.amman_professions();
    SELECT licence_home.amman_profession_words();
    SELECT licence_home.amman_editions();
    SELECT licence_home.amman_criteria();
    SELECT licence_home.amman_criteria_on_site();
    SELECT licence_home.amman_documents();
    SELECT licence_home.amman_fees();
    SELECT licence_home.amman_life_rules();
    SELECT licence_home.amman_reminders();
    SELECT licence_home.amman_workflow();
    SELECT licence_home.amman_evidence();
    SELECT licence_home.amman_life_workflows();

    UPDATE licence_home.workflow SET published_at = licence_home.now()
        WHERE version = 1;

    -- The database in which rules are first loaded is the one that sends.
    SELECT licence_home.arm_if_never_armed();

    SELECT 'The rules of Amman are loaded. Rows with illustrative = true are examples: replace them.';
END;
COMMENT ON FUNCTION licence_home_internal.load_rules_of_amman() IS
'Internal: puts in the rules of Amman, each topic by its function, and publishes the workflow.';
CALL licence_home_internal.make_function('licence_home_internal.load_rules_of_amman()', 'admin');

-- Of two sessions the second waits and then finds rules.  A lock on a key,
-- because LOCK TABLE asks for more than the right to insert.
CREATE FUNCTION licence_home.load_rules(municipality text) RETURNS text
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT licence_home_internal.lock_load_rules();
    SELECT CASE WHEN licence_home_internal.is_without_rules(load_rules.municipality)
        THEN licence_home_internal.load_rules_of_amman()
        ELSE 'There are rules already: nothing was changed.' END;
END;
COMMENT ON FUNCTION licence_home.load_rules(text) IS
'Puts in the first rules of a municipality (''amman''), once: where there are rules already it changes nothing and says so. Runs with the caller''s rights.';
CALL licence_home_internal.make_function('licence_home.load_rules(text)', 'admin');
