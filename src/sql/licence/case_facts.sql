-- ---------------------------------------------------------------------
-- What a case changes of its licence, and the facts that come of it.
-- ---------------------------------------------------------------------

-- The facts of a case beside those that it began with.  What another case has changed since then
-- is no change of this one.
CREATE FUNCTION licence_home_internal.changed_facts(application_no licence_home.application_no)
    RETURNS TABLE (fact text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT f.fact
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (
        SELECT (a.created_at AT TIME ZONE licence_home_internal.city_time_zone())::date AS day
    ) AS d
    CROSS JOIN LATERAL (
        SELECT v.*
        FROM licence_home.licence_version AS v
        WHERE v.licence_no = a.licence_no AND v.application_no IS DISTINCT FROM a.application_no AND v.known_at <= a.created_at
            AND coalesce(v.from_day <= d.day, true) AND coalesce(v.to_day > d.day, true)
        ORDER BY v.version_no DESC
        LIMIT 1
    ) AS v
    CROSS JOIN LATERAL (VALUES
        ('holder', a.applicant_id IS DISTINCT FROM v.applicant_id),
        ('profession', a.profession IS DISTINCT FROM v.profession),
        ('home', NOT coalesce(licence_home_internal.same_home(a.home, a.village, a.basin, a.neighbourhood, a.parcel,
                a.building_no, a.floor, a.unit, v.home, v.village, v.basin, v.neighbourhood, v.parcel, v.building_no,
                v.floor, v.unit), false)
            OR (a.address, a.tenant, a.built_on) IS DISTINCT FROM (v.address, v.tenant, v.built_on)),
        ('area', (a.work_area_m2, a.home_area_m2) IS DISTINCT FROM (v.work_area_m2, v.home_area_m2)),
        ('area_larger', (a.work_area_m2 <= v.work_area_m2) IS NOT TRUE),
        ('staff', (a.employees, a.people, a.children) IS DISTINCT FROM (v.employees, v.people, v.children))
    ) AS f (fact, changed)
    WHERE a.application_no = changed_facts.application_no AND f.changed;
END;
COMMENT ON FUNCTION licence_home_internal.changed_facts(licence_home.application_no) IS
'Internal: the facts that a case changes: those in which it differs from its licence as that was known when the case was begun. They are holder, profession, home, area, area_larger, staff.';
CALL licence_home_internal.make_function('licence_home_internal.changed_facts(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.merged_facts(application_no licence_home.application_no)
    RETURNS TABLE (applicant_id bigint, profession text, home geometry, address text, village text, basin text,
        neighbourhood text, parcel text, building_no text, floor text, unit text, district integer, zone_class text,
        home_area_m2 numeric, work_area_m2 numeric, built_on date, employees integer, people integer, children integer,
        tenant boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT CASE WHEN c.holder THEN a.applicant_id ELSE v.applicant_id END,
        CASE WHEN c.profession THEN a.profession ELSE v.profession END,
        CASE WHEN c.home THEN a.home ELSE v.home END, CASE WHEN c.home THEN a.address ELSE v.address END,
        CASE WHEN c.home THEN a.village ELSE v.village END, CASE WHEN c.home THEN a.basin ELSE v.basin END,
        CASE WHEN c.home THEN a.neighbourhood ELSE v.neighbourhood END, CASE WHEN c.home THEN a.parcel ELSE v.parcel END,
        CASE WHEN c.home THEN a.building_no ELSE v.building_no END, CASE WHEN c.home THEN a.floor ELSE v.floor END,
        CASE WHEN c.home THEN a.unit ELSE v.unit END, CASE WHEN c.home THEN a.district ELSE v.district END,
        CASE WHEN c.home THEN a.zone_class ELSE v.zone_class END,
        CASE WHEN c.area THEN a.home_area_m2 ELSE v.home_area_m2 END, CASE WHEN c.area THEN a.work_area_m2 ELSE v.work_area_m2 END,
        CASE WHEN c.home THEN a.built_on ELSE v.built_on END,
        CASE WHEN c.staff THEN a.employees ELSE v.employees END, CASE WHEN c.staff THEN a.people ELSE v.people END,
        CASE WHEN c.staff THEN a.children ELSE v.children END, CASE WHEN c.home THEN a.tenant ELSE v.tenant END
    FROM licence_home.application AS a
    -- (once the case has changed the licence: as that was just before)
    LEFT JOIN LATERAL (
        SELECT w.from_day, w.known_at - interval '1 microsecond' AS known_at
        FROM licence_home.licence_version AS w
        WHERE w.application_no = a.application_no
        ORDER BY w.version_no DESC
        LIMIT 1
    ) AS w ON true
    JOIN licence_home_internal.licence_facts_on(a.licence_no, coalesce(w.from_day, licence_home.today()), w.known_at) AS v ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(f.fact = 'holder'), false) AS holder, coalesce(bool_or(f.fact = 'profession'), false) AS profession,
            coalesce(bool_or(f.fact = 'home'), false) AS home, coalesce(bool_or(f.fact IN ('area', 'home')), false) AS area,
            coalesce(bool_or(f.fact = 'staff'), false) AS staff
        FROM licence_home_internal.changed_facts(a.application_no) AS f
    ) AS c
    WHERE a.application_no = merged_facts.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.merged_facts(licence_home.application_no) IS
'Internal: the facts of a licence as they are now, but for those that a case about it changes. No row for a case about no licence.';
CALL licence_home_internal.make_function('licence_home_internal.merged_facts(licence_home.application_no)');
