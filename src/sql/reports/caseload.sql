-- ---------------------------------------------------------------------
-- The whole caseload at once: every case's verdict and fee, by its own rules
-- or by those of another day.
--
-- No word is written here, and nothing is decided here either: judge() and the
-- functions named …_ruling rule, as they do for one case.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.approvals_refused(application_no licence_home.application_no, profession text,
        category text, on_date date, on_day date)
    RETURNS TABLE (refused boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT bool_or(
        licence_home_internal.approval_lacking(x.external_approval_id, x.answer, x.reference_no, x.review,
            x.issued_on, x.expires_on, approvals_refused.on_day) IN ('refused', 'expired')
        AND x.authority IN (
            SELECT n.authority
            FROM licence_home_internal.authorities_for(approvals_refused.profession, approvals_refused.category,
                approvals_refused.on_date, approvals_refused.application_no) AS n))
    FROM (
        -- (the order of an index, backwards)
        SELECT DISTINCT ON (x.authority) x.external_approval_id, x.authority, x.answer,
            x.reference_no, x.review, x.issued_on, x.expires_on
        FROM licence_home.external_approval AS x
        WHERE x.application_no = approvals_refused.application_no
        ORDER BY x.authority DESC, x.external_approval_id DESC
    ) AS x;
END;
COMMENT ON FUNCTION licence_home_internal.approvals_refused(licence_home.application_no, text, text, date, date) IS
'Internal: of the authorities whose approval a case needs under the rules of on_date, whether one refused, or its approval is over on on_day. One row.';
CALL licence_home_internal.make_function('licence_home_internal.approvals_refused(licence_home.application_no, text, text, date, date)');

CREATE FUNCTION licence_home_internal.rule_days()
    RETURNS TABLE (days date[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT coalesce(array_agg(DISTINCT c.day), '{}')
    FROM (
        SELECT r.valid FROM licence_home.edition AS r WHERE r.withdrawn_at IS NULL
        UNION ALL SELECT r.valid FROM licence_home.profession AS r WHERE r.withdrawn_at IS NULL
        UNION ALL SELECT r.valid FROM licence_home.criterion AS r WHERE r.withdrawn_at IS NULL
        UNION ALL SELECT r.valid FROM licence_home.zone_ruling AS r WHERE r.withdrawn_at IS NULL
        UNION ALL SELECT r.valid FROM licence_home.fee_schedule AS r WHERE r.withdrawn_at IS NULL
        UNION ALL SELECT r.valid FROM licence_home.fee_rule AS r WHERE r.withdrawn_at IS NULL
        UNION ALL SELECT r.valid FROM licence_home.fee_adjustment AS r WHERE r.withdrawn_at IS NULL
    ) AS r
    CROSS JOIN LATERAL (VALUES (lower(r.valid)), (upper(r.valid))) AS c (day)
    WHERE c.day IS NOT NULL;
END;
COMMENT ON FUNCTION licence_home_internal.rule_days() IS
'Internal: the days on which one of the rules begins or ends that era_rules() and listed_rules() hold, in order, one row. Between two of them these rules are the same on every day: an era, numbered by width_bucket(day, days).';
CALL licence_home_internal.make_function('licence_home_internal.rule_days()');

CREATE FUNCTION licence_home_internal.rule_eras()
    RETURNS TABLE (era integer, on_day date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT 0, coalesce(r.days[1] - 1, '2000-01-01')
    FROM licence_home_internal.rule_days() AS r
    UNION ALL
    SELECT d.n::integer, d.day
    FROM licence_home_internal.rule_days() AS r
    CROSS JOIN LATERAL unnest(r.days) WITH ORDINALITY AS d (day, n);
END;
COMMENT ON FUNCTION licence_home_internal.rule_eras() IS
'Internal: every era, with a day of it.';
CALL licence_home_internal.make_function('licence_home_internal.rule_eras()');

CREATE FUNCTION licence_home_internal.era_rules()
    RETURNS TABLE (era integer, editions bigint, edition text, max_area_share numeric,
        max_area_m2 numeric, max_employees integer, max_people integer, max_children integer,
        edge_tolerance_m numeric, unruled text[], on_site text[], undecided text[], adjusted boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 20
BEGIN ATOMIC
    SELECT t.era, e.found, e.edition, e.max_area_share, e.max_area_m2, e.max_employees,
        e.max_people, e.max_children, e.edge_tolerance_m, c.unruled, c.on_site, c.undecided,
        EXISTS (
            SELECT
            FROM licence_home.fee_adjustment AS j
            WHERE j.kind <> 'paid_before' AND licence_home.in_force(j.valid, j.withdrawn_at, t.on_day))
    FROM licence_home_internal.rule_eras() AS t
    LEFT JOIN LATERAL licence_home_internal.edition_on(t.on_day) AS e ON true
    CROSS JOIN LATERAL licence_home_internal.criteria_lists(NULL, t.on_day) AS c;
END;
COMMENT ON FUNCTION licence_home_internal.era_rules() IS
'Internal: what the rules say in each era whatever the profession. That is edition_on(), criteria_lists() for a profession that is not on the list, and whether any adjustment of fees is in force.';
CALL licence_home_internal.make_function('licence_home_internal.era_rules()');

CREATE FUNCTION licence_home_internal.rule_key(era integer, profession text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_rule_key' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION licence_home_internal.rule_key(integer, text) IS
'Internal: what listed_rules() are found by. Its cost keeps the planner from comparing every case with every rule. Next to what geometry costs, a loop looks as good as a hash join.';
CALL licence_home_internal.make_function('licence_home_internal.rule_key(integer, text)');

CREATE FUNCTION licence_home_internal.listed_rules()
    RETURNS TABLE (key text, category text, listings bigint, takes_children boolean,
        jordanians_only boolean, unruled text[], on_site text[], undecided text[],
        classes text[], rulings text[], bands numrange[], amounts numeric[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 500
BEGIN ATOMIC
    SELECT licence_home_internal.rule_key(t.era, p.code), p.category, p.found, p.takes_children, p.jordanians_only,
        c.unruled, c.on_site, c.undecided, z.classes, z.rulings, f.bands, f.amounts
    FROM licence_home_internal.rule_eras() AS t
    CROSS JOIN (SELECT DISTINCT r.code FROM licence_home.profession AS r WHERE r.withdrawn_at IS NULL) AS k
    CROSS JOIN LATERAL licence_home_internal.profession_on(k.code, t.on_day) AS p
    CROSS JOIN LATERAL licence_home_internal.criteria_lists(p.category, t.on_day) AS c
    CROSS JOIN LATERAL (
        SELECT array_agg(r.class) AS classes, array_agg(r.ruling) AS rulings
        FROM licence_home_internal.every_class_ruling(p.code, p.category, t.on_day) AS r
    ) AS z
    CROSS JOIN LATERAL (
        SELECT array_agg(r.area_m2 ORDER BY r.narrower DESC) AS bands,
            array_agg(r.amount ORDER BY r.narrower DESC) AS amounts
        FROM licence_home_internal.price_list(p.code, p.category, t.on_day) AS r
    ) AS f;
END;
COMMENT ON FUNCTION licence_home_internal.listed_rules() IS
'Internal: what the rules say in each era of each profession that is then on the list. That is profession_on(), criteria_lists(), every_class_ruling() and price_list(), the last two as lists. Made once for a query, so that a million cases find their rules by a hash join.';
CALL licence_home_internal.make_function('licence_home_internal.listed_rules()');

CREATE FUNCTION licence_home_internal.edge_tolerances()
    RETURNS TABLE (days date[], metres double precision[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT array_agg(d.day ORDER BY d.day),
        array_agg(CASE WHEN e.found > 0 THEN greatest(e.edge_tolerance_m, 0.001)::double precision END ORDER BY d.day)
    FROM (
        SELECT DISTINCT c.day
        FROM licence_home.edition AS r
        CROSS JOIN LATERAL (VALUES (coalesce(lower(r.valid), '4714-11-24 BC')), (upper(r.valid))) AS c (day)
        WHERE r.withdrawn_at IS NULL AND c.day IS NOT NULL
    ) AS d
    LEFT JOIN LATERAL licence_home_internal.edition_on(d.day) AS e ON true;
END;
COMMENT ON FUNCTION licence_home_internal.edge_tolerances() IS
'Internal: edge_tolerance_m of the edition of every day, one row: from days[n] it is metres[n] (null: no edition); n = width_bucket(day, days). Lists, which parallel workers are given, where they could not share a join.';
CALL licence_home_internal.make_function('licence_home_internal.edge_tolerances()');

CREATE FUNCTION licence_home_internal.assessed_caseload(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, edition text,
        verdict text, not_met text[], not_proven text[], refer text[], to_inspect text[],
        documents text[], fee numeric, fee_area_m2 numeric, fee_area_basis text, fee_rules text[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000
BEGIN ATOMIC
    SELECT a.application_no, a.profession, a.district, a.state, a.judged_on,
        coalesce(assessed_caseload.rules_on, a.judged_on), e.edition,
        CASE
            WHEN 'not_met' = ANY (v.rulings) OR o.is_not_met THEN 'not_eligible'
            WHEN 'not_proven' = ANY (v.rulings) OR o.is_not_proven OR c.undecided <> '{}' THEN 'not_proven'
            WHEN 'refer' = ANY (v.rulings) THEN 'refer'
            ELSE 'eligible'
        END,
        ARRAY(SELECT u.criterion FROM unnest(licence_home_internal.ruled_criteria(), v.rulings) AS u (criterion, ruling)
            WHERE u.ruling = 'not_met') || o.not_met,
        ARRAY(SELECT u.criterion FROM unnest(licence_home_internal.ruled_criteria(), v.rulings) AS u (criterion, ruling)
            WHERE u.ruling = 'not_proven')
            || ARRAY(SELECT u FROM unnest(c.on_site) AS u
                WHERE u <> ALL (o.looked_at) AND licence_home_internal.on_site_ruling(NULL, i.passed) = 'not_proven')
            || c.undecided,
        ARRAY(SELECT u.criterion FROM unnest(licence_home_internal.ruled_criteria(), v.rulings) AS u (criterion, ruling)
            WHERE u.ruling = 'refer'),
        ARRAY(SELECT u FROM unnest(c.on_site) AS u
            WHERE u <> ALL (o.looked_at) AND licence_home_internal.on_site_ruling(NULL, i.passed) = 'condition'),
        ARRAY(SELECT r.document_type
            FROM licence_home_internal.documents_for(a.profession, a.built_on, a.tenant, n.kind,
                coalesce(assessed_caseload.rules_on, a.judged_on)) AS r
            ORDER BY r."position", r.document_type),
        f.fee + coalesce(CASE WHEN h.charged > 0 THEN (
            SELECT b.amount
            FROM licence_home_internal.first_licence(a.application_no, a.applicant_id, q.day, NULL) AS l
            CROSS JOIN LATERAL licence_home_internal.fee_before(a.profession, p.category, q.day, n.kind,
                l.first_licence, f.fee, h.charged) AS b
        ) END, 0),
        m.area_m2,
        CASE WHEN m.measured THEN 'measured' ELSE 'declared' END,
        ARRAY(
            SELECT t.rule
            FROM licence_home_internal.first_licence(a.application_no, a.applicant_id, q.day, NULL) AS l
            CROSS JOIN LATERAL (
                SELECT k.line, k.rule
                FROM licence_home_internal.fee_lines(a.profession, m.area_m2, q.day, n.kind, l.first_licence) AS k
                UNION ALL
                SELECT NULL, b.rule
                FROM licence_home_internal.fee_before(a.profession, p.category, q.day, n.kind, l.first_licence,
                    f.fee, h.charged) AS b
            ) AS t
            WHERE f.fee IS NOT NULL
            ORDER BY t.line NULLS LAST)
    -- One query, which workers share: the case, the zones and the districts at
    -- its home, and the other cases about it.  What is left for the leader to
    -- look up has an index and needs no geometry.
    FROM (
        SELECT a.application_no, a.applicant_id, a.profession, a.district, a.state, a.home,
            a.village, a.basin, a.parcel, a.home_area_m2, a.work_area_m2, a.built_on, a.employees,
            a.people, a.children, a.tenant, a.events, a.judged_on,
            array_agg(z.class) FILTER (WHERE z.class IS NOT NULL) AS classes,
            array_agg(z.reach = 2) FILTER (WHERE z.class IS NOT NULL) AS inside,
            min(d.district) AS place,
            array_agg(o.application_no) FILTER (WHERE o.application_no IS NOT NULL) AS others,
            array_agg(v.licence_no) FILTER (WHERE v.licence_no IS NOT NULL) AS imported
        FROM licence_home.application AS a
        LEFT JOIN LATERAL (
            SELECT q.day, q.spot, q.metres, licence_home_internal.narrowing(q.spot) AS narrowing
            FROM (
                SELECT coalesce(assessed_caseload.rules_on, a.judged_on) AS day,
                    -- of a footprint home_place() is asked
                    CASE WHEN ST_GeometryType(a.home) = 'ST_Point' THEN a.home END AS spot,
                    (SELECT t.metres FROM licence_home_internal.edge_tolerances() AS t)[
                        width_bucket(coalesce(assessed_caseload.rules_on, a.judged_on),
                            (SELECT t.days FROM licence_home_internal.edge_tolerances() AS t))] AS metres
            ) AS q
        ) AS q ON true
        LEFT JOIN LATERAL licence_home_internal.zones_by(q.spot, q.day, q.metres, q.narrowing) AS z ON z.reach > 0
        LEFT JOIN licence_home.district AS d ON ST_Intersects(d.geom, q.spot)
            AND licence_home.in_force(d.valid, d.withdrawn_at, q.day)
        LEFT JOIN licence_home.application AS o ON licence_home_internal.same_home(a.home, a.village, a.basin,
                a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit,
                o.home, o.village, o.basin, o.neighbourhood, o.parcel, o.building_no, o.floor, o.unit)
            AND o.application_no <> a.application_no
        LEFT JOIN licence_home.licence_version AS v ON v.application_no IS NULL
            AND licence_home_internal.same_home(a.home, a.village, a.basin,
                a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit,
                v.home, v.village, v.basin, v.neighbourhood, v.parcel, v.building_no, v.floor, v.unit)
        WHERE a.submitted_at IS NOT NULL
            AND a.judged_on >= coalesce(assessed_caseload.from_day, '-infinity')
            AND a.judged_on <= coalesce(assessed_caseload.to_day, 'infinity')
        GROUP BY a.application_no
    ) AS a
    JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN isfinite(coalesce(assessed_caseload.rules_on, a.judged_on))
            THEN coalesce(assessed_caseload.rules_on, a.judged_on) END AS day
    ) AS q
    -- the rules
    LEFT JOIN licence_home_internal.era_rules() AS e
        ON e.era = width_bucket(q.day, (SELECT r.days FROM licence_home_internal.rule_days() AS r))
    LEFT JOIN licence_home_internal.listed_rules() AS p ON p.key = licence_home_internal.rule_key(e.era, a.profession)
    -- the facts
    LEFT JOIN LATERAL licence_home_internal.case_inspected(a.application_no, a.events) AS i ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(i.home_area_m2, a.home_area_m2) AS home_m2,
            coalesce(i.work_area_m2, a.work_area_m2) AS work_m2
    ) AS w
    CROSS JOIN LATERAL licence_home_internal.usable_home(a.home) AS k
    CROSS JOIN LATERAL (
        SELECT a.classes, a.inside, 0::double precision AS unzoned, a.place AS district
        WHERE ST_Dimension(k.geom) = 0 AND ST_GeometryType(a.home) = 'ST_Point'
        UNION ALL
        SELECT g.classes, g.inside, g.unzoned, d.district
        FROM licence_home_internal.home_place(a.home, q.day, e.edge_tolerance_m) AS g
        LEFT JOIN LATERAL licence_home_internal.district_at(k.geom, q.day) AS d ON true
        -- footprints, and a point inside a collection
        WHERE (ST_Dimension(k.geom) = 0 AND ST_GeometryType(a.home) = 'ST_Point') IS NOT TRUE
    ) AS g
    CROSS JOIN LATERAL licence_home_internal.home_shared(a.others, a.imported, a.application_no, a.applicant_id, a.profession,
        licence_home.today()) AS h
    CROSS JOIN LATERAL licence_home_internal.approvals_refused(a.application_no,
        CASE WHEN p.category IS NOT NULL THEN a.profession END, p.category, q.day, licence_home.today()) AS x
    -- the rulings
    CROSS JOIN LATERAL (
        SELECT coalesce(p.unruled, e.unruled) AS unruled, coalesce(p.on_site, e.on_site) AS on_site,
            coalesce(p.undecided, e.undecided) AS undecided
    ) AS c
    CROSS JOIN LATERAL (
        SELECT min(coalesce(c.ruling, 'unknown')) AS low,
            max(coalesce(c.ruling, 'unknown')) AS high,
            min(coalesce(c.ruling, 'unknown')) FILTER (WHERE z.inside) AS inner_low,
            bool_or(c.ruling IS NULL) FILTER (WHERE z.inside) AS unruled
        FROM unnest(g.classes, g.inside) AS z (class, inside)
        CROSS JOIN LATERAL (
            SELECT p.rulings[array_position(p.classes, z.class)] AS ruling
            OFFSET 0
        ) AS c
    ) AS z
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(f.criterion ORDER BY f.criterion) FILTER (
                WHERE licence_home_internal.on_site_ruling(f.ruling, i.passed) = 'not_met'), '{}') AS not_met,
            coalesce(array_agg(f.criterion), '{}') AS looked_at,
            coalesce(bool_or(licence_home_internal.on_site_ruling(f.ruling, i.passed) = 'not_met'), false) AS is_not_met,
            count(*) < cardinality(c.on_site) AND licence_home_internal.on_site_ruling(NULL, i.passed) = 'not_proven' AS is_not_proven
        FROM licence_home_internal.found_at_inspection(i.findings_of) AS f
        WHERE f.criterion = ANY (c.on_site)
    ) AS o
    CROSS JOIN LATERAL (
        -- in the order of ruled_criteria()
        SELECT ARRAY[
            r.edition_ruling,
            r.profession_ruling,
            licence_home_internal.nationality_ruling(n.kind, p.jordanians_only),
            r.location_ruling,
            r.zone_ruling,
            r.work_area_ruling,
            r.employees_ruling,
            r.people_ruling,
            r.children_ruling,
            r.building_date_ruling,
            'condition',        -- documents: the audit settles it
            licence_home_internal.owner_approval_ruling(a.tenant, false),
            -- whether an authority is asked matters where no criterion says what for
            licence_home_internal.external_approval_ruling(
                'external_approval' = ANY (c.unruled) AND EXISTS (
                    SELECT
                    FROM licence_home_internal.authorities_for(CASE WHEN p.category IS NOT NULL THEN a.profession END,
                        p.category, q.day, a.application_no)),
                x.refused, false),
            licence_home_internal.duplicate_ruling(a.home IS NOT NULL OR licence_home.parcel_key(a.village, a.basin, a.parcel) IS NOT NULL,
                h.duplicate),
            licence_home_internal.home_total_ruling(w.work_m2 + h.other_areas_m2, l.area_limit_m2)
        ] AS rulings
        FROM (
            SELECT licence_home_internal.area_limit(w.home_m2, e.max_area_share, e.max_area_m2) AS area_limit_m2
            OFFSET 0
        ) AS l
        CROSS JOIN LATERAL licence_home_internal.criteria_rulings(q.day, e.editions, e.edition,
            a.profession, p.listings, p.category, p.takes_children,
            k.geom, k.fault, g.district,
            licence_home_internal.place_verdict(z.low, z.high, z.inner_low, z.unruled, g.unzoned, p.category IS NOT NULL),
            w.home_m2, w.work_m2, l.area_limit_m2,
            a.employees, e.max_employees, a.people, e.max_people,
            a.children, e.max_children, a.built_on) AS r
        OFFSET 0
    ) AS r
    CROSS JOIN LATERAL (
        SELECT CASE
            -- children matter to a profession that takes some
            WHEN c.unruled = '{}' OR c.unruled = '{children}' AND p.takes_children IS NOT TRUE
                THEN r.rulings
            ELSE ARRAY(
                SELECT licence_home_internal.ruling_in_force(u.ruling, u.criterion <> ALL (c.unruled))
                FROM unnest(licence_home_internal.ruled_criteria(), r.rulings) WITH ORDINALITY AS u (criterion, ruling, n)
                ORDER BY u.n)
            END AS rulings
        OFFSET 0
    ) AS v
    -- what is billed is the area of an inspection that passed and stands; before it, the declared one
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.measured THEN i.work_area_m2 ELSE a.work_area_m2 END AS area_m2, s.measured
        FROM (
            SELECT i.passed AND i.work_area_m2 IS NOT NULL AND NOT EXISTS (
                SELECT
                FROM licence_home.inspection AS later
                WHERE later.application_no = a.application_no
                    AND later.inspection_id > i.inspection_id AND later.outcome <> 'cancelled') AS measured
            OFFSET 0
        ) AS s
        OFFSET 0
    ) AS m
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN e.adjusted THEN (
                    SELECT t.amount
                    FROM licence_home_internal.first_licence(a.application_no, a.applicant_id, q.day, NULL) AS l
                    CROSS JOIN LATERAL licence_home_internal.fee_sum(a.profession, m.area_m2, q.day, n.kind,
                        l.first_licence) AS t)
                -- the scheduled amount is all of it
                WHEN p.listings = 1 AND m.area_m2 > 0 AND m.area_m2 < 'Infinity' THEN (
                    SELECT u.amount
                    FROM unnest(p.bands, p.amounts) WITH ORDINALITY AS u (band, amount, n)
                    WHERE u.band @> m.area_m2
                    ORDER BY u.n
                    LIMIT 1)
            END AS fee
        OFFSET 0
    ) AS f;
END;
COMMENT ON FUNCTION licence_home_internal.assessed_caseload(date, date, date) IS
'Internal: what caseload_assessment() gives, for the owner. The planner sees through it, unless an argument has a subquery in it. Then what is not selected is not computed, a filter on its columns reaches the application, and it runs in parallel.';
CALL licence_home_internal.make_function('licence_home_internal.assessed_caseload(date, date, date)');

CREATE FUNCTION licence_home.caseload_assessment(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, edition text,
        verdict text, not_met text[], not_proven text[], refer text[], to_inspect text[],
        documents text[], fee numeric, fee_area_m2 numeric, fee_area_basis text, fee_rules text[])
    AS 'MODULE_PATHNAME', 'licence_home_caseload_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10000;
COMMENT ON FUNCTION licence_home.caseload_assessment(date, date, date) IS
'What the rules say of every case submitted (for the first time) from from_day to to_day, one row a case. Both days are included; null: from the first, to the last. rules_on null: each under the rules of the day that judges it, as eligibility() and the bill have it. rules_on a date: all under the rules of that day, such as the first of a new edition. verdict: eligible, refer (left to the decider), not_eligible (a criterion is not_met) or not_proven. not_met, not_proven, refer: the criteria with that ruling. to_inspect: those that an inspection has yet to prove. documents: those that are required. fee: JOD, null where nothing can be priced, for fee_area_m2, which is measured or, before an inspection passed, declared. fee_rules: the rules that it follows from. It reads the places of homes for its caller, who may not; the query behind it runs in parallel. A case without a place or with impossible numbers is not_proven, never an error.';
CALL licence_home_internal.make_function('licence_home.caseload_assessment(date, date, date)', 'caseload');

CREATE FUNCTION licence_home.caseload_before(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, edition text,
        verdict text, not_met text[], not_proven text[], refer text[], to_inspect text[],
        documents text[], fee numeric, fee_area_m2 numeric, fee_area_basis text, fee_rules text[])
    AS 'MODULE_PATHNAME', 'licence_home_caseload_before' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10000;
COMMENT ON FUNCTION licence_home.caseload_before(date, date, date) IS
'caseload_assessment() as it was before this transaction wrote anything. Rules that it inserted are not there, rules that it closed or withdrew are as they were, and so are the cases. Cases that it made are left out. What other transactions have committed is seen as everywhere in the calling query.';
CALL licence_home_internal.make_function('licence_home.caseload_before(date, date, date)', 'caseload');

CREATE FUNCTION licence_home.caseload_report(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, edition text,
        verdict text, not_met text[], not_proven text[], refer text[], to_inspect text[],
        documents text[], fee numeric, fee_area_m2 numeric, fee_area_basis text, fee_rules text[])
    AS 'MODULE_PATHNAME', 'licence_home_caseload_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10000;
COMMENT ON FUNCTION licence_home.caseload_report(date, date, date) IS
'caseload_assessment() for reports: for analysts and monitoring, too.';
CALL licence_home_internal.make_function('licence_home.caseload_report(date, date, date)',
    'caseload, analyst, monitor');

CREATE FUNCTION licence_home.ruling_name(ruling text, language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE ruling_name.language
        WHEN 'ar' THEN CASE coalesce(ruling_name.ruling, '')
            WHEN 'met' THEN 'متحقق' WHEN 'not_met' THEN 'غير متحقق' WHEN 'not_proven' THEN 'غير مثبت'
            WHEN 'refer' THEN 'متروك لصاحب القرار' WHEN 'condition' THEN 'يُثبت لاحقًا'
            WHEN '' THEN 'غير مطلوب' END
        ELSE CASE coalesce(ruling_name.ruling, '')
            WHEN 'met' THEN 'met' WHEN 'not_met' THEN 'not met' WHEN 'not_proven' THEN 'not proven'
            WHEN 'refer' THEN 'left to whoever decides' WHEN 'condition' THEN 'to be proved later'
            WHEN '' THEN 'not asked' END
    END;
COMMENT ON FUNCTION licence_home.ruling_name(text, text) IS
'What a sentence calls a ruling (null: the criterion is not asked) in a language (ar, else English).';
CALL licence_home_internal.make_function('licence_home.ruling_name(text, text)', 'everyone');

CREATE FUNCTION licence_home_internal.caseload_differing(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, verdict_before text, verdict_after text,
        fee_before numeric, fee_after numeric, fee_rules_before text[], fee_rules_after text[])
    LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 1000
BEGIN ATOMIC
    SELECT n.application_no, n.profession, n.district, n.state, n.judged_on, n.ruled_on,
        b.verdict, n.verdict, b.fee, n.fee, b.fee_rules, n.fee_rules
    FROM licence_home_internal.assessed_caseload(caseload_differing.from_day, caseload_differing.to_day,
        caseload_differing.rules_on) AS n
    JOIN licence_home.caseload_before(caseload_differing.from_day, caseload_differing.to_day) AS b
        ON b.application_no = n.application_no
    WHERE (b.verdict, b.fee, b.not_met, b.not_proven, b.refer, b.to_inspect, b.documents)
        IS DISTINCT FROM (n.verdict, n.fee, n.not_met, n.not_proven, n.refer, n.to_inspect, n.documents);
END;
COMMENT ON FUNCTION licence_home_internal.caseload_differing(date, date, date) IS
'Internal: the cases of caseload_changes(), with the rules of their fees and without an explanation.';
CALL licence_home_internal.make_function('licence_home_internal.caseload_differing(date, date, date)');

CREATE FUNCTION licence_home_internal.caseload_compared(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, verdict_before text, verdict_after text,
        fee_before numeric, fee_after numeric, changed text[], why_ar text, why_en text)
    LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 1000
BEGIN ATOMIC
    SELECT d.application_no, d.profession, d.district, d.state, d.judged_on, d.ruled_on,
        d.verdict_before, d.verdict_after, d.fee_before, d.fee_after, w.changed, w.why_ar, w.why_en
    FROM licence_home_internal.caseload_differing(caseload_compared.from_day, caseload_compared.to_day,
        caseload_compared.rules_on) AS d
    CROSS JOIN LATERAL (
        SELECT array_agg(x.what) AS changed, string_agg(x.ar, E'\n') AS why_ar, string_agg(x.en, E'\n') AS why_en
        FROM (
            SELECT coalesce(t.criterion, o.criterion) AS what,
                format('%s: %s، والآن %s. قبل: %s والآن: %s', l.label_ar,
                    licence_home.ruling_name(o.ruling, 'ar'), licence_home.ruling_name(t.ruling, 'ar'),
                    coalesce(o.message_ar || format(' (%s)', o.article), '—'),
                    coalesce(t.message_ar || format(' (%s)', t.article), '—')) AS ar,
                format('%s: %s, now %s. Before: %s Now: %s', l.label_en,
                    licence_home.ruling_name(o.ruling, 'en'), licence_home.ruling_name(t.ruling, 'en'),
                    coalesce(o.message_en || format(' (%s)', o.article), '—'),
                    coalesce(t.message_en || format(' (%s)', t.article), '—')) AS en
            FROM licence_home.eligibility_before(d.application_no) AS o
            FULL JOIN licence_home.eligibility(d.application_no, caseload_compared.rules_on) AS t
                ON t.criterion = o.criterion
            LEFT JOIN LATERAL (
                SELECT c.label_ar, c.label_en, c."position"
                FROM licence_home.criterion AS c
                WHERE c.criterion = coalesce(t.criterion, o.criterion)
                ORDER BY c.withdrawn_at DESC NULLS FIRST, lower(c.valid) DESC
                LIMIT 1
            ) AS l ON true
            WHERE o.ruling IS DISTINCT FROM t.ruling
                OR t.criterion = 'documents' AND t.required IS DISTINCT FROM o.required
            UNION ALL
            SELECT 'fee',
                format('الرسم: %s، والآن %s. القاعدة قبل: %s والآن: %s',
                    coalesce(licence_home_internal.plain(d.fee_before) || ' د.أ', 'بلا تسعير'),
                    coalesce(licence_home_internal.plain(d.fee_after) || ' د.أ', 'بلا تسعير'),
                    coalesce(nullif(array_to_string(d.fee_rules_before, '؛ '), ''), '—'),
                    coalesce(nullif(array_to_string(d.fee_rules_after, '؛ '), ''), '—')),
                format('fee: %s, now %s. By the rules, before: %s Now: %s',
                    coalesce('JOD ' || licence_home_internal.plain(d.fee_before), 'not priced'),
                    coalesce('JOD ' || licence_home_internal.plain(d.fee_after), 'not priced'),
                    coalesce(nullif(array_to_string(d.fee_rules_before, '; '), ''), '—'),
                    coalesce(nullif(array_to_string(d.fee_rules_after, '; '), ''), '—'))
            WHERE d.fee_before IS DISTINCT FROM d.fee_after
        ) AS x
    ) AS w
    ORDER BY d.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.caseload_compared(date, date, date) IS
'Internal: what caseload_changes() gives.';
CALL licence_home_internal.make_function('licence_home_internal.caseload_compared(date, date, date)');

CREATE FUNCTION licence_home.caseload_changes(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (
        application_no licence_home.application_no, profession text, district integer, state text,
        judged_on date, ruled_on date, verdict_before text, verdict_after text,
        fee_before numeric, fee_after numeric, changed text[], why_ar text, why_en text)
    AS 'MODULE_PATHNAME', 'licence_home_caseload_changes' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000;
COMMENT ON FUNCTION licence_home.caseload_changes(date, date, date) IS
'What this transaction''s changes to the rules do to the cases submitted from from_day to to_day (both included). One row a case whose verdict, fee, ruling on any criterion, or documents differ. Before: each case under the rules of its own day, as they were before this transaction. After: under the rules as they now are, of its own day or, with rules_on, of that day. changed: the criteria, and fee. why: a line for each in Arabic and in English. It has the rulings, the sentences and the articles before and after, or the rules of the fee. Nothing is decided by it. Write the rules, SET CONSTRAINTS ALL IMMEDIATE to have them checked, ask, then commit or roll back.';
CALL licence_home_internal.make_function('licence_home.caseload_changes(date, date, date)', 'caseload');

CREATE FUNCTION licence_home_internal.caseload_counted(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (verdict_before text, verdict_after text, fee_changes boolean, cases bigint,
        fees_before numeric, fees_after numeric)
    LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 20
BEGIN ATOMIC
    SELECT d.verdict_before, d.verdict_after, d.fee_before IS DISTINCT FROM d.fee_after, count(*),
        sum(d.fee_before), sum(d.fee_after)
    FROM licence_home_internal.caseload_differing(caseload_counted.from_day, caseload_counted.to_day,
        caseload_counted.rules_on) AS d
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3;
END;
COMMENT ON FUNCTION licence_home_internal.caseload_counted(date, date, date) IS
'Internal: what caseload_change_counts() gives.';
CALL licence_home_internal.make_function('licence_home_internal.caseload_counted(date, date, date)');

CREATE FUNCTION licence_home.caseload_change_counts(from_day date DEFAULT NULL, to_day date DEFAULT NULL, rules_on date DEFAULT NULL)
    RETURNS TABLE (verdict_before text, verdict_after text, fee_changes boolean, cases bigint,
        fees_before numeric, fees_after numeric)
    AS 'MODULE_PATHNAME', 'licence_home_caseload_change_counts' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 20;
COMMENT ON FUNCTION licence_home.caseload_change_counts(date, date, date) IS
'How many cases caseload_changes() would list, without explaining one, so in the time of two assessments. A row for each pair of verdicts, apart by whether the fee changes. With the sums of the fees in JOD (of the cases that are priced). No row where nothing changes.';
CALL licence_home_internal.make_function('licence_home.caseload_change_counts(date, date, date)', 'caseload');
