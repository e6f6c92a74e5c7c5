-- ---------------------------------------------------------------------
-- What steps write into the register (src/workflow/effects.c), and what is
-- refused there (src/workflow/register.c).
-- ---------------------------------------------------------------------
CREATE FUNCTION licence_home_internal.register_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_register_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.register_trigger() IS
'Numbers the next row of a licence''s terms, versions or standings, says when it came to be known, and gives a term its days. Refuses what cannot follow (LH040).';
CALL licence_home_internal.make_function('licence_home_internal.register_trigger()');

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['licence', 'licence_term', 'licence_version', 'licence_standing', 'licence_import', 'import_rejected'] LOOP
        EXECUTE format('CREATE TRIGGER b_written_by_steps BEFORE INSERT OR UPDATE ON licence_home.%I '
            'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps()', name);
        IF name IN ('licence_term', 'licence_version', 'licence_standing') THEN
            EXECUTE format('CREATE TRIGGER register_trigger BEFORE INSERT ON licence_home.%I '
                'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.register_trigger()', name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION licence_home_internal.case_facts(application_no licence_home.application_no)
    RETURNS TABLE (applicant_id bigint, profession text, home geometry, address text, village text, basin text,
        neighbourhood text, parcel text, building_no text, floor text, unit text, district integer, zone_class text,
        home_area_m2 numeric, work_area_m2 numeric, built_on date, employees integer, people integer, children integer,
        tenant boolean, judged_on date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT f.applicant_id, f.profession, f.home, f.address, f.village, f.basin, f.neighbourhood, f.parcel,
        f.building_no, f.floor, f.unit, f.district, f.zone_class,
        coalesce(i.measured_home_area_m2, f.home_area_m2), coalesce(i.measured_work_area_m2, f.work_area_m2),
        f.built_on, f.employees, f.people, f.children, f.tenant, a.judged_on
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (
        SELECT a.applicant_id, a.profession, a.home, a.address, a.village, a.basin, a.neighbourhood, a.parcel,
            a.building_no, a.floor, a.unit, a.district, a.zone_class, a.home_area_m2, a.work_area_m2, a.built_on,
            a.employees, a.people, a.children, a.tenant
        WHERE a.licence_no IS NULL
        UNION ALL
        -- what another case has changed meanwhile stays
        SELECT m.applicant_id, m.profession, m.home, m.address, m.village, m.basin, m.neighbourhood, m.parcel,
            m.building_no, m.floor, m.unit, m.district, m.zone_class, m.home_area_m2, m.work_area_m2, m.built_on,
            m.employees, m.people, m.children, m.tenant
        FROM licence_home_internal.merged_facts(a.application_no) AS m
        WHERE a.licence_no IS NOT NULL
    ) AS f
    LEFT JOIN licence_home.latest_inspection AS i ON i.application_no = a.application_no AND i.outcome = 'passed'
    WHERE a.application_no = case_facts.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.case_facts(licence_home.application_no) IS
'Internal: the facts of a case as a version of a licence has them. The areas are those that were measured, else the declared ones.';
CALL licence_home_internal.make_function('licence_home_internal.case_facts(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.facts_differ(application_no licence_home.application_no,
        licence_no licence_home.licence_no, day date)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (
        SELECT
        FROM licence_home_internal.case_facts(facts_differ.application_no) AS f
        JOIN licence_home_internal.licence_facts_on(facts_differ.licence_no, facts_differ.day, NULL) AS v ON true
        WHERE (f.applicant_id, f.profession, f.address, f.village, f.basin, f.neighbourhood, f.parcel, f.building_no,
                f.floor, f.unit, f.district, f.zone_class, f.home_area_m2, f.work_area_m2, f.built_on, f.employees,
                f.people, f.children, f.tenant)
            IS DISTINCT FROM (v.applicant_id, v.profession, v.address, v.village, v.basin, v.neighbourhood, v.parcel,
                v.building_no, v.floor, v.unit, v.district, v.zone_class, v.home_area_m2, v.work_area_m2, v.built_on,
                v.employees, v.people, v.children, v.tenant)
            OR NOT coalesce(ST_Equals(f.home, v.home), num_nonnulls(f.home, v.home) = 0));
COMMENT ON FUNCTION licence_home_internal.facts_differ(licence_home.application_no, licence_home.licence_no, date) IS
'Internal: whether the facts of a case are other than those of a licence on a day.';
CALL licence_home_internal.make_function(
    'licence_home_internal.facts_differ(licence_home.application_no, licence_home.licence_no, date)');

-- (PL/pgSQL, which is planned once a session: at a home of its own a case has none)
CREATE FUNCTION licence_home_internal.licence_to_succeed(application_no licence_home.application_no)
    RETURNS licence_home.licence_no
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN (
        SELECT v.licence_no
        FROM licence_home.application AS a
        JOIN licence_home.licence_version AS v ON v.applicant_id = a.applicant_id
        CROSS JOIN LATERAL licence_home_internal.licence_state(v.licence_no, licence_home.today(), NULL) AS s
        WHERE a.application_no = licence_to_succeed.application_no AND v.profession = a.profession
            AND v.version_no = s.version_no
            AND (s.expired OR s.standing NOT IN ('in_force', 'suspended'))
            AND licence_home_internal.same_home(a.home, a.village, a.basin, a.neighbourhood, a.parcel, a.building_no,
                a.floor, a.unit, v.home, v.village, v.basin, v.neighbourhood, v.parcel, v.building_no, v.floor, v.unit)
            AND NOT EXISTS (SELECT FROM licence_home.licence AS l WHERE l.succeeds = v.licence_no)
        ORDER BY upper(s.valid) DESC, v.licence_no DESC
        LIMIT 1);
END $$;
COMMENT ON FUNCTION licence_home_internal.licence_to_succeed(licence_home.application_no) IS
'Internal: the licence that has ended, of the applicant, the profession and the home of a case, and that no other succeeds; null: none.';
CALL licence_home_internal.make_function('licence_home_internal.licence_to_succeed(licence_home.application_no)');

CREATE PROCEDURE licence_home_internal.restore_standing(licence_no licence_home.licence_no, before integer,
        application_no licence_home.application_no, case_event integer)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    last record;
BEGIN
    PERFORM FROM licence_home.licence AS l WHERE l.licence_no = restore_standing.licence_no FOR NO KEY UPDATE;
    SELECT s.standing_no, s.known_at INTO STRICT last
    FROM licence_home.licence_standing AS s
    WHERE s.licence_no = restore_standing.licence_no
    ORDER BY s.standing_no DESC
    LIMIT 1;
    INSERT INTO licence_home.licence_standing (licence_no, standing_no, from_day, to_day, standing, reason,
        application_no, case_event, known_at)
    SELECT restore_standing.licence_no, last.standing_no + row_number() OVER o, s.from_day, s.to_day, s.standing,
        s.reason, restore_standing.application_no, restore_standing.case_event,
        greatest(coalesce(event.known_at, licence_home_internal.moment()), last.known_at + interval '1 microsecond')
            + (row_number() OVER o - 1) * interval '1 microsecond'
    FROM licence_home.licence_standing AS s
    -- (the step under way, and one that follows it by itself)
    LEFT JOIN LATERAL (
        SELECT a.known_at - (a.events - restore_standing.case_event) * interval '1 microsecond' AS known_at
        FROM licence_home.application AS a
        WHERE a.application_no = restore_standing.application_no AND a.events - restore_standing.case_event IN (0, 1)
    ) AS event ON true
    WHERE s.licence_no = restore_standing.licence_no AND s.standing_no < restore_standing.before
    WINDOW o AS (ORDER BY s.standing_no);
END $$;
COMMENT ON PROCEDURE licence_home_internal.restore_standing(licence_home.licence_no, integer, licence_home.application_no, integer) IS
'Internal: writes the standings of a licence before the one of a number once more, in their order. So everything is as it was before that one. For a step''s effect.';
CALL licence_home_internal.make_function('licence_home_internal.restore_standing(licence_home.licence_no, integer, licence_home.application_no, integer)');
