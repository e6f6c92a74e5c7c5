-- ---------------------------------------------------------------------
-- The register asked: by everybody about one licence, by an applicant about
-- their own, by a report about all.
-- ---------------------------------------------------------------------
CREATE FUNCTION licence_home_internal.licences_held(applicant_id bigint)
    RETURNS TABLE (licence_no licence_home.licence_no, standing text, ends date)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT h.licence_no, s.standing, (SELECT max(t.ends) FROM licence_home.licence_term AS t WHERE t.licence_no = h.licence_no)
    FROM (
        SELECT DISTINCT v.licence_no
        FROM licence_home.licence_version AS v
        WHERE v.applicant_id = licences_held.applicant_id
    ) AS h
    CROSS JOIN LATERAL licence_home_internal.licence_state(h.licence_no, licence_home.today(), NULL) AS s
    JOIN licence_home.licence_version AS c ON c.licence_no = h.licence_no AND c.version_no = s.version_no
    WHERE c.applicant_id = licences_held.applicant_id;
END;
COMMENT ON FUNCTION licence_home_internal.licences_held(bigint) IS
'Internal: the licences that an applicant holds today, whatever their standing. ends: the day after their last term.';
CALL licence_home_internal.make_function('licence_home_internal.licences_held(bigint)');

CREATE FUNCTION licence_home_internal.licence_no_or_null(number text) RETURNS licence_home.licence_no
    AS 'MODULE_PATHNAME', 'licence_home_licence_no_or_null' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.licence_no_or_null(text) IS
'Internal: the licence number that a text is; null for any other text.';
CALL licence_home_internal.make_function('licence_home_internal.licence_no_or_null(text)');

CREATE FUNCTION licence_home_internal.phone_number_or_null(number text) RETURNS licence_home.phone_number
    AS 'MODULE_PATHNAME', 'licence_home_phone_number_or_null' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.phone_number_or_null(text) IS
'Internal: the telephone number that a text is; null for any other text.';
CALL licence_home_internal.make_function('licence_home_internal.phone_number_or_null(text)');

CREATE FUNCTION licence_home_internal.licence_numbered(number text)
    RETURNS TABLE (licence_no licence_home.licence_no)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT n.licence_no
    FROM (
        SELECT l.licence_no, 1 AS turn
        FROM licence_home.licence AS l
        WHERE l.licence_no = licence_home_internal.licence_no_or_null(licence_numbered.number)
        UNION ALL
        SELECT l.licence_no, 2
        FROM licence_home.licence AS l
        WHERE licence_home.fold_reference(l.former_no) = licence_home.fold_reference(licence_numbered.number)
    ) AS n
    ORDER BY n.turn
    LIMIT 1;
END;
COMMENT ON FUNCTION licence_home_internal.licence_numbered(text) IS
'Internal: the licence of a number or a former number, one row at most.';
CALL licence_home_internal.make_function('licence_home_internal.licence_numbered(text)');

CREATE FUNCTION licence_home_internal.licence_cases(licence_no licence_home.licence_no)
    RETURNS TABLE (applicant_id bigint, application_no licence_home.application_no)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT a.applicant_id, a.application_no
    FROM licence_home.licence AS l
    JOIN licence_home.application AS a ON a.application_no = l.application_no
    WHERE l.licence_no = licence_cases.licence_no
    UNION ALL
    SELECT a.applicant_id, a.application_no
    FROM licence_home.application AS a
    WHERE a.licence_no = licence_cases.licence_no
    UNION ALL
    SELECT v.applicant_id, NULL
    FROM licence_home_internal.licence_state(licence_cases.licence_no, licence_home.today(), NULL) AS s
    JOIN licence_home.licence_version AS v ON v.licence_no = s.licence_no AND v.version_no = s.version_no
    WHERE s.version_case IS NULL
        AND NOT EXISTS (SELECT FROM licence_home.application AS a WHERE a.licence_no = licence_cases.licence_no);
END;
COMMENT ON FUNCTION licence_home_internal.licence_cases(licence_home.licence_no) IS
'Internal: the cases of a licence: the one that issued it, and those about it, each with its applicant. Of an imported licence without a case, its holder.';
CALL licence_home_internal.make_function('licence_home_internal.licence_cases(licence_home.licence_no)');

CREATE FUNCTION licence_home_internal.licence_facts(number text, on_day date)
    RETURNS TABLE (licence_no licence_home.licence_no, valid boolean, standing text, profession text, profession_ar text,
        profession_en text, district integer, district_ar text, district_en text, valid_from date, valid_until date,
        on_day date, known_at timestamptz, succeeded_by licence_home.licence_no)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT l.licence_no, coalesce(l.in_force, false),
        CASE WHEN l.standing NOT IN ('in_force', 'suspended') THEN l.standing
            WHEN l.expired THEN 'expired'
            WHEN l.licence_no IS NOT NULL AND l.expired IS NULL THEN 'not_begun'
            ELSE l.standing END,
        l.profession, p.name_ar, p.name_en, l.district, d.name_ar, d.name_en,
        (SELECT t.starts FROM licence_home.licence_term AS t WHERE t.licence_no = l.licence_no AND t.term_no = 1),
        l.valid_until, o.day, licence_home.now(),
        (SELECT s.licence_no FROM licence_home.licence AS s WHERE s.succeeds = l.licence_no)
    FROM (SELECT coalesce(licence_facts.on_day, licence_home.today()) AS day) AS o
    LEFT JOIN licence_home_internal.licence_numbered(licence_facts.number) AS n ON true
    LEFT JOIN LATERAL licence_home_internal.licence_facts_on(n.licence_no, o.day, NULL) AS l ON true
    LEFT JOIN licence_home.profession AS p ON p.code = l.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, l.judged_on)
    LEFT JOIN licence_home.district AS d ON d.district = l.district
        AND licence_home.in_force(d.valid, d.withdrawn_at, l.judged_on);
END;
COMMENT ON FUNCTION licence_home_internal.licence_facts(text, date) IS
'Internal: what the public may know of a licence on a day, always one row.';
CALL licence_home_internal.make_function('licence_home_internal.licence_facts(text, date)');

CREATE FUNCTION licence_home.verify_licence(licence_no text, on_day date DEFAULT licence_home.today())
    RETURNS TABLE (licence_no licence_home.licence_no, valid boolean, standing text, profession text, profession_ar text,
        profession_en text, district integer, district_ar text, district_en text, valid_from date, valid_until date,
        on_day date, known_at timestamptz, succeeded_by licence_home.licence_no)
    AS 'MODULE_PATHNAME', 'licence_home_verify_licence' LANGUAGE C STABLE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_licence(text, date) IS
'What the public may know of a licence on a day (today), by its number or its former number. valid: it may be used. standing: in_force, suspended, revoked, surrendered, set_aside (void from its beginning), or expired, not_begun by its terms; null: no licence has the number. profession, district: on that day. valid_from, valid_until: the first day, and the last that is granted. known_at: as of when the answer is known. succeeded_by: the licence that took its place. One row, also for a number that is no licence (not valid).';
CALL licence_home_internal.make_function('licence_home.verify_licence(text, date)', 'everyone');

CREATE FUNCTION licence_home_internal.licences_of(applicant_id bigint)
    RETURNS TABLE (licence_no licence_home.licence_no, former_no text, standing text, in_force boolean, expired boolean,
        profession text, profession_ar text, profession_en text, address text, parcel text, district integer,
        district_ar text, district_en text, work_area_m2 numeric, term_no integer, valid_from date, valid_until date)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT h.licence_no, n.former_no, l.standing, l.in_force, l.expired, l.profession, p.name_ar, p.name_en, l.address,
        l.parcel, l.district, d.name_ar, d.name_en, l.work_area_m2, l.term_no, lower(l.valid), l.valid_until
    FROM licence_home_internal.licences_held(licences_of.applicant_id) AS h
    JOIN licence_home.licence AS n ON n.licence_no = h.licence_no
    CROSS JOIN LATERAL licence_home_internal.licence_facts_on(h.licence_no, licence_home.today(), NULL) AS l
    LEFT JOIN licence_home.profession AS p ON p.code = l.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, l.judged_on)
    LEFT JOIN licence_home.district AS d ON d.district = l.district
        AND licence_home.in_force(d.valid, d.withdrawn_at, l.judged_on)
    WHERE licence_home_internal.acting_case() IS NULL
        OR h.licence_no = licence_home_internal.licence_of_case(licence_home_internal.acting_case())
    ORDER BY h.licence_no;
END;
COMMENT ON FUNCTION licence_home_internal.licences_of(bigint) IS
'Internal: what my_licences() gives, of an applicant.';
CALL licence_home_internal.make_function('licence_home_internal.licences_of(bigint)');

CREATE FUNCTION licence_home.my_licences()
    RETURNS TABLE (licence_no licence_home.licence_no, former_no text, standing text, in_force boolean, expired boolean,
        profession text, profession_ar text, profession_en text, address text, parcel text, district integer,
        district_ar text, district_en text, work_area_m2 numeric, term_no integer, valid_from date, valid_until date)
    AS 'MODULE_PATHNAME', 'licence_home_my_licences' LANGUAGE C STABLE PARALLEL UNSAFE ROWS 2;
COMMENT ON FUNCTION licence_home.my_licences() IS
'For the portal: the licences that the acting applicant holds today, with standing, term and facts. valid_from: of the term; valid_until: the last day that is granted. An agent with power for one case sees that one''s.';
CALL licence_home_internal.make_function('licence_home.my_licences()', 'portal');

-- One pass over each list. The newest row of a licence is found by the order of its key.
CREATE FUNCTION licence_home.licences_on(day date DEFAULT licence_home.today(), known_at timestamptz DEFAULT NULL)
    RETURNS TABLE (licence_no licence_home.licence_no, day date, standing text, reason text, in_force boolean,
        expired boolean, term_no integer, valid daterange, version_no integer, profession text, district integer,
        zone_class text, home_area_m2 numeric, work_area_m2 numeric, employees integer, people integer, children integer,
        judged_on date, term_case licence_home.application_no, version_case licence_home.application_no,
        standing_case licence_home.application_no)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000
BEGIN ATOMIC
    SELECT l.licence_no, licences_on.day, s.standing, s.reason,
        coalesce(s.standing = 'in_force' AND t.ends > licences_on.day, false), t.ends <= licences_on.day, t.term_no, t.valid,
        v.version_no, v.profession, v.district, v.zone_class, v.home_area_m2, v.work_area_m2, v.employees, v.people,
        v.children, v.judged_on, t.application_no, v.application_no, s.application_no
    FROM licence_home.licence AS l
    LEFT JOIN (
        SELECT DISTINCT ON (t.licence_no) t.licence_no, t.term_no, t.ends, t.valid, t.application_no
        FROM licence_home.licence_term AS t
        WHERE t.starts <= licences_on.day AND t.known_at <= coalesce(licences_on.known_at, 'infinity')
        ORDER BY t.licence_no DESC, t.term_no DESC
    ) AS t ON t.licence_no = l.licence_no
    LEFT JOIN (
        SELECT DISTINCT ON (v.licence_no) v.licence_no, v.version_no, v.profession, v.district, v.zone_class,
            v.home_area_m2, v.work_area_m2, v.employees, v.people, v.children, v.judged_on, v.application_no
        FROM licence_home.licence_version AS v
        WHERE coalesce(v.from_day <= licences_on.day, true) AND coalesce(v.to_day > licences_on.day, true)
            AND v.known_at <= coalesce(licences_on.known_at, 'infinity')
        ORDER BY v.licence_no DESC, v.version_no DESC
    ) AS v ON v.licence_no = l.licence_no
    LEFT JOIN (
        SELECT DISTINCT ON (s.licence_no) s.licence_no, s.standing_no, s.standing, s.reason, s.application_no
        FROM licence_home.licence_standing AS s
        WHERE coalesce(s.from_day <= licences_on.day, true) AND coalesce(s.to_day > licences_on.day, true)
            AND s.known_at <= coalesce(licences_on.known_at, 'infinity')
        ORDER BY s.licence_no DESC, s.standing_no DESC
    ) AS s ON s.licence_no = l.licence_no
    WHERE l.issued_at <= coalesce(licences_on.known_at, 'infinity');
END;
COMMENT ON FUNCTION licence_home.licences_on(date, timestamptz) IS
'Every licence on a day (today), as it was known at a moment (null: now), in one pass: what licence_on() says, without person and place. For reports.';
CALL licence_home_internal.make_function('licence_home.licences_on(date, timestamptz)', 'staff, analyst');
