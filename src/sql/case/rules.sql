-- ---------------------------------------------------------------------
-- The rules applied to a case.
--
-- These functions read every case, whoever calls: only the owner may execute
-- them, and the public functions around them check first whose case it is.
-- ---------------------------------------------------------------------

-- (of all rows: what the planner knows of a partial index's expression, it does not use)
CREATE INDEX application_by_parcel ON licence_home.application (licence_home.parcel_key(village, basin, parcel));

CREATE FUNCTION licence_home_internal.case_inspected(application_no licence_home.application_no, events integer)
    RETURNS TABLE (inspection_id bigint, passed boolean, home_area_m2 numeric, work_area_m2 numeric,
        findings_of bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT DISTINCT ON (i.application_no) i.inspection_id, i.outcome = 'passed',
        CASE i.outcome WHEN 'passed' THEN i.measured_home_area_m2 END,
        CASE i.outcome WHEN 'passed' THEN i.measured_work_area_m2 END,
        -- The findings of a failed inspection count until the case has moved
        -- on.  Then the applicant puts them right, and the next inspection
        -- proves it.  Else nobody could ever report a correction.
        CASE WHEN i.outcome IN ('passed', 'not_correctable')
                OR i.closed_at_event >= case_inspected.events
            THEN i.inspection_id END
    FROM (
        SELECT i.application_no, i.inspection_id, i.outcome, i.measured_home_area_m2, i.measured_work_area_m2, i.closed_at_event
        FROM licence_home.inspection AS i
        WHERE i.application_no = case_inspected.application_no
            AND i.outcome IN ('passed', 'failed', 'not_correctable')
        UNION ALL
        -- (older than any of the case's own; its areas are those that the case began with)
        SELECT c.application_no, i.inspection_id, i.outcome, NULL, NULL, NULL
        FROM licence_home.carried_evidence AS c
        JOIN licence_home.inspection AS i ON i.inspection_id = c.evidence_id
        WHERE c.application_no = case_inspected.application_no AND c.kind = 'inspection' AND c.counts
    ) AS i
    ORDER BY i.application_no, i.inspection_id DESC;
END;
COMMENT ON FUNCTION licence_home_internal.case_inspected(licence_home.application_no, integer) IS
'Internal: the latest inspection of a case (with so many events) at which the home was seen; no row before one. One of a former case of its licence counts where it carries over. Measured areas count from a passed inspection only. After a failed one the applicant corrects the home and the declared area, and the next inspection measures again. findings_of: the inspection whose findings count, if any.';
CALL licence_home_internal.make_function('licence_home_internal.case_inspected(licence_home.application_no, integer)',
    'caseload');

CREATE FUNCTION licence_home_internal.found_at_inspection(inspection_id bigint)
    RETURNS TABLE (criterion text, ruling text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 8
BEGIN ATOMIC
    -- (the order of an index, backwards)
    SELECT DISTINCT ON (f.criterion) f.criterion, f.ruling
    FROM licence_home.inspection_finding AS f
    WHERE f.inspection_id = found_at_inspection.inspection_id
    ORDER BY f.criterion DESC, f.inspection_finding_id DESC;
END;
COMMENT ON FUNCTION licence_home_internal.found_at_inspection(bigint) IS
'Internal: the findings of an inspection, the latest on each criterion.';
CALL licence_home_internal.make_function('licence_home_internal.found_at_inspection(bigint)', 'caseload');

CREATE FUNCTION licence_home_internal.on_globe(home geometry) RETURNS geography
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ST_GeometryType(on_globe.home) IN ('ST_Point', 'ST_Polygon', 'ST_MultiPolygon',
            'ST_CurvePolygon', 'ST_MultiSurface')
            AND ST_SRID(on_globe.home) = 4326
        THEN ST_CurveToLine(on_globe.home)::geography END;
COMMENT ON FUNCTION licence_home_internal.on_globe(geometry) IS
'Internal: the home of a case for distances in metres; null for what is neither a point nor a footprint.';
CALL licence_home_internal.make_function('licence_home_internal.on_globe(geometry)', 'caseload');

CREATE FUNCTION licence_home_internal.same_home(home geometry, village text, basin text, neighbourhood text,
        parcel text, building_no text, floor text, unit text,
        other_home geometry, other_village text, other_basin text, other_neighbourhood text,
        other_parcel text, other_building_no text, other_floor text, other_unit text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (same_home.other_home && ST_Expand(same_home.home, 0.00003)      -- more than a metre anywhere in the city
            OR licence_home.parcel_key(same_home.other_village, same_home.other_basin, same_home.other_parcel)
                = licence_home.parcel_key(same_home.village, same_home.basin, same_home.parcel))
        -- of a building, floor or unit, one that is not given differs from none
        AND coalesce(licence_home.fold_place(same_home.other_building_no) = licence_home.fold_place(same_home.building_no), true)
        AND coalesce(licence_home.fold_place(same_home.other_floor) = licence_home.fold_place(same_home.floor), true)
        AND coalesce(licence_home.fold_place(same_home.other_unit) = licence_home.fold_place(same_home.unit), true)
        AND CASE licence_home.parcel_key(same_home.other_village, same_home.other_basin, same_home.other_parcel)
                = licence_home.parcel_key(same_home.village, same_home.basin, same_home.parcel)
            WHEN true THEN coalesce(licence_home.fold_place(same_home.other_neighbourhood)
                = licence_home.fold_place(same_home.neighbourhood), true)
            WHEN false THEN false
            -- where one of the two gives no parcel, the place says it
            ELSE coalesce(ST_DWithin(licence_home_internal.on_globe(same_home.other_home),
                licence_home_internal.on_globe(same_home.home), 1), false)
        END;
COMMENT ON FUNCTION licence_home_internal.same_home(geometry, text, text, text, text, text, text, text, geometry, text, text, text, text, text, text, text) IS
'Internal: whether two cases (named with the columns of their homes) are about one home. Where both give their parcel (village, basin, parcel; parcel_key) it is the same, else their places are within a metre. A building, floor or unit that both give must not differ (fold_place). What neither gives says nothing. A condition that two indexes answer.';
CALL licence_home_internal.make_function('licence_home_internal.same_home(geometry, text, text, text, text, text, text, text, geometry, text, text, text, text, text, text, text)',
    'caseload');

CREATE FUNCTION licence_home_internal.cases_at(application_no licence_home.application_no, home geometry,
        village text, basin text, neighbourhood text, parcel text, building_no text, floor text, unit text)
    RETURNS TABLE (numbers licence_home.application_no[], imported licence_home.licence_no[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT c.numbers, i.licences
    FROM (
        SELECT array_agg(o.application_no) AS numbers
        FROM licence_home.application AS o
        WHERE licence_home_internal.same_home(cases_at.home, cases_at.village, cases_at.basin, cases_at.neighbourhood,
                cases_at.parcel, cases_at.building_no, cases_at.floor, cases_at.unit,
                o.home, o.village, o.basin, o.neighbourhood, o.parcel, o.building_no, o.floor, o.unit)
            AND o.application_no <> cases_at.application_no
    ) AS c
    CROSS JOIN (
        SELECT array_agg(v.licence_no) AS licences
        FROM licence_home.licence_version AS v
        WHERE v.application_no IS NULL
            AND licence_home_internal.same_home(cases_at.home, cases_at.village, cases_at.basin, cases_at.neighbourhood,
                cases_at.parcel, cases_at.building_no, cases_at.floor, cases_at.unit,
                v.home, v.village, v.basin, v.neighbourhood, v.parcel, v.building_no, v.floor, v.unit)
    ) AS i;
END;
COMMENT ON FUNCTION licence_home_internal.cases_at(licence_home.application_no, geometry, text, text, text, text, text, text, text) IS
'Internal: the numbers of the other cases about the home of a case (see same_home), one row. All count, whoever''s they are and whatever has become of them. imported: the licences there that no case issued.';
CALL licence_home_internal.make_function('licence_home_internal.cases_at(licence_home.application_no, geometry, text, text, text, text, text, text, text)',
    'caseload');

-- A licence is where the case is that its facts on the day are from.
CREATE FUNCTION licence_home_internal.cases_open(numbers licence_home.application_no[],
        imported licence_home.licence_no[], application_no licence_home.application_no, on_day date)
    RETURNS TABLE (application_no licence_home.application_no, applicant_id bigint, profession text,
        licence_no licence_home.licence_no, work_area_m2 numeric, term_case licence_home.application_no)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT o.application_no, o.applicant_id, o.profession, l.licence_no,
        coalesce(i.work_area_m2, o.work_area_m2), l.term_case
    FROM licence_home.application AS o
    LEFT JOIN LATERAL (
        SELECT r.licence_no, r.term_case
        FROM licence_home.licence_version AS v
        CROSS JOIN LATERAL licence_home_internal.licence_state(v.licence_no, cases_open.on_day, NULL) AS r
        WHERE v.application_no = o.application_no AND r.version_no = v.version_no
            AND r.standing IN ('in_force', 'suspended') AND r.valid @> cases_open.on_day
        LIMIT 1
    ) AS l ON true
    LEFT JOIN licence_home.workflow_state AS s
        ON s.workflow = o.workflow AND s.version = o.workflow_version AND s.state = o.state
    LEFT JOIN LATERAL licence_home_internal.case_inspected(o.application_no, o.events) AS i ON true
    WHERE o.application_no = ANY (cases_open.numbers)
        -- a state that the workflow does not know is no end
        AND (o.submitted_at IS NOT NULL AND s.kind IS DISTINCT FROM 'end'
            OR l.licence_no IS NOT NULL)
        -- what is about one licence is no other's
        AND NOT EXISTS (
            SELECT
            FROM licence_home.application AS c
            LEFT JOIN licence_home.licence AS cl ON cl.application_no = c.application_no
            LEFT JOIN licence_home.licence AS ol ON ol.application_no = o.application_no
            WHERE c.application_no = cases_open.application_no
                AND coalesce(c.licence_no, cl.licence_no) = coalesce(l.licence_no, o.licence_no, ol.licence_no))
    UNION ALL
    SELECT NULL, v.applicant_id, v.profession, r.licence_no, v.work_area_m2, r.term_case
    FROM licence_home.licence_version AS v
    CROSS JOIN LATERAL licence_home_internal.licence_state(v.licence_no, cases_open.on_day, NULL) AS r
    WHERE v.licence_no = ANY (cases_open.imported) AND v.application_no IS NULL AND r.version_no = v.version_no
        AND r.standing IN ('in_force', 'suspended') AND r.valid @> cases_open.on_day
        AND NOT EXISTS (
            SELECT
            FROM licence_home.application AS c
            WHERE c.application_no = cases_open.application_no AND c.licence_no = v.licence_no);
END;
COMMENT ON FUNCTION licence_home_internal.cases_open(licence_home.application_no[], licence_home.licence_no[], licence_home.application_no, date) IS
'Internal: of some cases those that are open (submitted, not ended), or say the facts of a licence that a term and its standing cover on a day (suspended, too); and of imported licences (at the home, by cases_at) those. With the measured, else the declared work area (m²). term_case: the case that gave the term. application_no: the case that asks; what is about its own licence is left out.';
CALL licence_home_internal.make_function('licence_home_internal.cases_open(licence_home.application_no[], licence_home.licence_no[], licence_home.application_no, date)',
    'caseload');

CREATE FUNCTION licence_home_internal.issued_before(application_no licence_home.application_no, event_no bigint)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (
        SELECT
        FROM licence_home.application AS a
        JOIN licence_home.application_event AS e ON e.application_no = a.application_no
            AND e.event_no < issued_before.event_no
        JOIN licence_home.workflow_transition AS t ON t.workflow = a.workflow
            AND t.version = a.workflow_version AND t.action = e.action
            AND t.from_state = e.from_state AND t.to_state = e.to_state
            AND t.effects && licence_home_internal.names_with_trait('issues')
        WHERE a.application_no = issued_before.application_no);
END;
COMMENT ON FUNCTION licence_home_internal.issued_before(licence_home.application_no, bigint) IS
'Internal: whether the licence of a case was issued by an event before the one of that number.';
CALL licence_home_internal.make_function('licence_home_internal.issued_before(licence_home.application_no, bigint)',
    'caseload');

CREATE FUNCTION licence_home_internal.renewable_licence(numbers licence_home.application_no[],
        application_no licence_home.application_no, applicant_id bigint, profession text, on_day date)
    RETURNS TABLE (licence_no licence_home.licence_no)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT v.licence_no
    FROM licence_home.licence_version AS v
    CROSS JOIN LATERAL licence_home_internal.licence_state(v.licence_no, renewable_licence.on_day, NULL) AS s
    CROSS JOIN LATERAL licence_home_internal.renewal_window(upper(s.valid) - 1, renewable_licence.on_day) AS w
    WHERE v.applicant_id = renewable_licence.applicant_id AND v.profession = renewable_licence.profession
        AND v.application_no = ANY (renewable_licence.numbers)
        AND s.version_no = v.version_no AND s.expired AND s.standing IN ('in_force', 'suspended')
        AND renewable_licence.on_day <= w.closes
        -- a case about the licence itself is no second one
        AND NOT EXISTS (
            SELECT FROM licence_home.application AS c
            WHERE c.application_no = renewable_licence.application_no AND c.licence_no = v.licence_no)
        AND NOT EXISTS (SELECT FROM licence_home.licence AS l WHERE l.application_no = renewable_licence.application_no
            AND l.licence_no = v.licence_no)
    ORDER BY v.licence_no
    LIMIT 1;
END;
COMMENT ON FUNCTION licence_home_internal.renewable_licence(licence_home.application_no[], licence_home.application_no, bigint, text, date) IS
'Internal: a licence of an applicant for a profession at a home (the cases there, by cases_at) whose term has ended and that can still be renewed on a day; at most one row.';
CALL licence_home_internal.make_function('licence_home_internal.renewable_licence(licence_home.application_no[], licence_home.application_no, bigint, text, date)',
    'caseload');

CREATE FUNCTION licence_home_internal.home_shared(numbers licence_home.application_no[],
        imported licence_home.licence_no[], application_no licence_home.application_no, applicant_id bigint, profession text, on_day date,
        as_of_event bigint DEFAULT NULL)
    RETURNS TABLE (duplicate text, other_areas_m2 numeric, charged numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        coalesce(min(coalesce(n.licence_no::text, n.application_no::text))
            FILTER (WHERE n.applicant_id = home_shared.applicant_id
                AND n.profession = home_shared.profession),
            (SELECT r.licence_no::text
             FROM licence_home_internal.renewable_licence(home_shared.numbers, home_shared.application_no,
                home_shared.applicant_id, home_shared.profession, home_shared.on_day) AS r
             WHERE home_shared.numbers IS NOT NULL)),
        -- an area that is not known makes the total unknown
        CASE WHEN count(*) = count(n.work_area_m2) THEN coalesce(sum(n.work_area_m2), 0) END,
        sum(i.amount)
    FROM licence_home_internal.cases_open(home_shared.numbers, home_shared.imported, home_shared.application_no, home_shared.on_day) AS n
    LEFT JOIN licence_home.invoice AS i ON i.application_no = n.term_case
        AND i.cancelled_at IS NULL
        AND n.applicant_id = home_shared.applicant_id AND n.licence_no IS NOT NULL
        AND (home_shared.as_of_event IS NULL OR licence_home_internal.issued_before(n.application_no, home_shared.as_of_event));
END;
COMMENT ON FUNCTION licence_home_internal.home_shared(licence_home.application_no[], licence_home.licence_no[], licence_home.application_no, bigint, text, date, bigint) IS
'Internal: the sums of the other cases at the home of a case (their numbers, by cases_at) that are open or licensed on a day. One row. duplicate: the number of one of the same applicant and profession. other_areas_m2: their work areas together, null where one is not known. charged: what the same applicant was billed (JOD) for those with a licence in force.';
CALL licence_home_internal.make_function('licence_home_internal.home_shared(licence_home.application_no[], licence_home.licence_no[], licence_home.application_no, bigint, text, date, bigint)',
    'caseload');

-- PL/pgSQL like zone_words_planned, and for the same reason.  One plan serves all: it
-- is cheap for few numbers and for many.
CREATE FUNCTION licence_home_internal.home_shared_planned(numbers licence_home.application_no[],
        imported licence_home.licence_no[], application_no licence_home.application_no, applicant_id bigint, profession text, on_day date)
    RETURNS TABLE (duplicate text, other_areas_m2 numeric)
    LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
BEGIN
    RETURN QUERY SELECT h.duplicate, h.other_areas_m2
        FROM licence_home_internal.home_shared($1, $2, $3, $4, $5, $6) AS h;
END;
$$;
COMMENT ON FUNCTION licence_home_internal.home_shared_planned(licence_home.application_no[], licence_home.licence_no[], licence_home.application_no, bigint, text, date) IS
'Internal: home_shared(), for where it is needed now and then.';
CALL licence_home_internal.make_function(
    'licence_home_internal.home_shared_planned(licence_home.application_no[], licence_home.licence_no[], licence_home.application_no, bigint, text, date)');

CREATE FUNCTION licence_home_internal.workflow_decider(workflow text, version integer)
    RETURNS TABLE (decider text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT CASE WHEN min(s.role) = max(s.role) AND min(s.role) IN ('committee', 'director')
        THEN min(s.role) END
    FROM licence_home.workflow_evidence AS s
    WHERE s.workflow = workflow_decider.workflow
        AND s.version = coalesce(workflow_decider.version, (
            SELECT w.version
            FROM licence_home.workflow AS w
            WHERE w.workflow = workflow_decider.workflow AND w.published_at IS NOT NULL
                AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
            LIMIT 1))
        AND s.evidence = 'decision' AND s.operation = 'insert';
END;
COMMENT ON FUNCTION licence_home_internal.workflow_decider(text, integer) IS
'Internal: who decides by a version of a workflow (null: the one in force today), one row. Committee or director; null where that is left to the edition.';
CALL licence_home_internal.make_function('licence_home_internal.workflow_decider(text, integer)');

-- (a table, though it is one value: so the planner takes it into the query that asks)
CREATE FUNCTION licence_home_internal.case_decider(application_no licence_home.application_no)
    RETURNS TABLE (decider text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT coalesce(w.decider, e.decider)
    FROM licence_home.application AS a
    CROSS JOIN LATERAL licence_home_internal.workflow_decider(a.workflow, a.workflow_version) AS w
    LEFT JOIN LATERAL licence_home_internal.edition_on(coalesce(a.judged_on, licence_home.today())) AS e ON true
    WHERE a.application_no = case_decider.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.case_decider(licence_home.application_no) IS
'Internal: who decides a case: committee or director, as its workflow says. Where the workflow leaves it to the edition, the edition of the day that judges the case says so.';
CALL licence_home_internal.make_function('licence_home_internal.case_decider(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.case_eligibility(application_no licence_home.application_no,
        rules_on date DEFAULT NULL)
    RETURNS TABLE (criterion text, stage text, ruling text, required text, observed text,
        article text, message_ar text, message_en text, remedy_ar text, remedy_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 24
BEGIN ATOMIC
    WITH the_case AS MATERIALIZED (
        -- (whole rows: each column costs at every step that it is carried through)
        SELECT a AS facts, n.kind, d.day, i.findings_of, i.passed,
            coalesce(i.work_area_m2, a.work_area_m2) AS work_m2, j AS judged,
            coalesce(w.decider, j.decider) AS decider
        FROM licence_home.application AS a
        JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
        CROSS JOIN LATERAL (
            SELECT coalesce(case_eligibility.rules_on, a.judged_on, licence_home.today()) AS day
            OFFSET 0
        ) AS d
        CROSS JOIN LATERAL licence_home_internal.workflow_decider(a.workflow, a.workflow_version) AS w
        LEFT JOIN LATERAL licence_home_internal.case_inspected(a.application_no, a.events) AS i ON true
        CROSS JOIN LATERAL licence_home_internal.judge(a.profession, a.home,
            coalesce(i.home_area_m2, a.home_area_m2), coalesce(i.work_area_m2, a.work_area_m2),
            a.built_on, a.employees, a.people, a.children, d.day) AS j
        WHERE a.application_no = case_eligibility.application_no
    ), criteria AS MATERIALIZED (
        SELECT w.criterion, w.in_force, w.stage, w."position", w.article, w.look_at_en, w.words
        FROM the_case AS c
        CROSS JOIN LATERAL licence_home_internal.criterion_rows((c.judged).category, c.day) AS w
    ), documents AS MATERIALIZED (
        SELECT d.document_type, d.name_ar, d.name_en, d.lacking
        FROM the_case AS c
        CROSS JOIN LATERAL (SELECT (c.facts).*) AS a
        CROSS JOIN LATERAL licence_home_internal.documents_of(a.application_no,
            a.profession, (c.judged).category, (c.judged).certificate_profession, a.built_on, a.tenant, c.kind, c.day, licence_home.today()) AS d
        ORDER BY d."position", d.document_type
    ), found AS (
        -- (columns in the order in which they are used: the planner puts a step
        -- on top of each part that has them in another)
        SELECT r.criterion, r.required, r.observed, r.pairs, r.pairs_ar, r.pairs_en, r.ruling
        FROM the_case AS c
        CROSS JOIN LATERAL (SELECT (c.facts).*) AS a
        CROSS JOIN LATERAL licence_home_internal.judged_rulings(c.judged, c.decider, a.profession, c.work_m2,
            a.built_on, a.employees, a.people, a.children, c.day) AS r
        UNION ALL
        SELECT 'documents',
            string_agg(d.document_type, ', '), string_agg(d.document_type || ': ' || d.lacking, ', '),
            '{}',
            ARRAY['list', string_agg(d.name_ar, '، ') FILTER (WHERE d.lacking IS NOT NULL)],
            ARRAY['list', string_agg(d.name_en, ', ') FILTER (WHERE d.lacking IS NOT NULL)],
            CASE count(d.lacking) WHEN 0 THEN 'met' ELSE 'condition' END
        FROM documents AS d
        HAVING EXISTS (SELECT FROM the_case)
        UNION ALL
        SELECT 'external_approval',
            string_agg(x.authority, ', '), string_agg(x.authority || ': ' || x.lacking, ', '), '{}',
            ARRAY['authority', coalesce(string_agg(x.name_ar, '، ') FILTER (WHERE x.refused),
                string_agg(x.name_ar, '، ') FILTER (WHERE x.lacking IS NOT NULL))],
            ARRAY['authority', coalesce(string_agg(x.name_en, ', ') FILTER (WHERE x.refused),
                string_agg(x.name_en, ', ') FILTER (WHERE x.lacking IS NOT NULL))],
            licence_home_internal.external_approval_ruling(true, bool_or(x.refused), count(x.lacking) = 0)
        FROM (
            SELECT s.*, coalesce(s.lacking IN ('refused', 'expired'), false) AS refused
            FROM the_case AS c
            CROSS JOIN LATERAL (SELECT (c.facts).*) AS a
            CROSS JOIN LATERAL (SELECT (c.judged).*) AS j
            CROSS JOIN LATERAL licence_home_internal.approvals_of(a.application_no,
                CASE WHEN j.category IS NOT NULL THEN a.profession END, j.category, c.day,
                licence_home.today()) AS s
            ORDER BY s.authority
        ) AS x
        HAVING count(*) > 0
        UNION ALL
        SELECT k.criterion, k.required, k.observed, k.pairs, k.pairs_ar, k.pairs_en, k.ruling
        FROM the_case AS c
        CROSS JOIN LATERAL (SELECT (c.facts).*) AS a
        CROSS JOIN LATERAL (SELECT (c.judged).*) AS j
        LEFT JOIN documents AS d ON d.document_type = 'owner_approval'
        CROSS JOIN LATERAL licence_home_internal.cases_at(a.application_no, a.home, a.village, a.basin,
            a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit) AS t
        LEFT JOIN LATERAL (
            SELECT h.duplicate, h.other_areas_m2
            FROM licence_home_internal.home_shared_planned(t.numbers, t.imported, a.application_no, a.applicant_id, a.profession, licence_home.today()) AS h
            WHERE num_nonnulls(t.numbers, t.imported) > 0
            OFFSET 0        -- and not asked otherwise
        ) AS h ON true
        CROSS JOIN LATERAL licence_home_internal.case_ruling_rows(c.judged,
            licence_home_internal.nationality_ruling(c.kind, j.jordanians_only), c.kind,
            licence_home_internal.owner_approval_ruling(a.tenant, d.document_type IS NOT NULL AND d.lacking IS NULL),
            CASE WHEN d.document_type IS NULL THEN 'not given' ELSE coalesce(d.lacking, 'accepted') END,
            licence_home_internal.duplicate_ruling(a.home IS NOT NULL OR licence_home.parcel_key(a.village, a.basin, a.parcel) IS NOT NULL,
                h.duplicate), h.duplicate,
            licence_home_internal.home_total_ruling(c.work_m2 + CASE WHEN num_nonnulls(t.numbers, t.imported) = 0 THEN 0 ELSE h.other_areas_m2 END,
                j.area_limit_m2), c.work_m2,
            licence_home.decider_name(c.decider, 'ar'), licence_home.decider_name(c.decider, 'en')) AS k
        UNION ALL
        SELECT k.criterion, k.look_at_en, f.ruling, '{}', '{}', '{}',
            CASE WHEN k.stage = 'I' THEN licence_home_internal.on_site_ruling(f.ruling, c.passed)
                ELSE 'not_proven' END       -- nothing here can decide it
        FROM the_case AS c
        CROSS JOIN criteria AS k
        LEFT JOIN LATERAL (
            SELECT f.ruling
            FROM licence_home.inspection_finding AS f
            WHERE f.inspection_id = c.findings_of AND f.criterion = k.criterion AND k.stage = 'I'
            ORDER BY f.inspection_finding_id DESC
            LIMIT 1
        ) AS f ON true
        WHERE k.in_force AND (k.stage = 'I'
            OR k.stage IN ('A', 'E') AND k.criterion <> ALL (licence_home_internal.ruled_criteria()))
    )
    SELECT k.criterion, w.stage, x.ruling, k.required, k.observed, w.article,
        x.message_ar, x.message_en, x.remedy_ar, x.remedy_en
    FROM found AS k
    LEFT JOIN criteria AS w ON w.criterion = k.criterion
    CROSS JOIN LATERAL licence_home_internal.criterion_sentence(k.criterion, w.words, w.in_force, k.ruling, k.pairs,
        k.pairs_ar, k.pairs_en) AS x
    ORDER BY w."position", k.criterion;
END;
COMMENT ON FUNCTION licence_home_internal.case_eligibility(licence_home.application_no, date) IS
'Internal: the rows of assess() for a case, with what only a case can show. That is nationality, documents and approvals, another application or licence, whether the work areas in the home together fit, and the findings of the inspection. rules_on: under the rules of that day. Null: of the day that judges the case (today in a draft). No row for a number that is no case. documents never blocks here: the audit settles it. A passed inspection''s areas go before the declared ones; a failed inspection''s findings become conditions again once the case has moved on.';
CALL licence_home_internal.make_function('licence_home_internal.case_eligibility(licence_home.application_no, date)');

CREATE FUNCTION licence_home_internal.case_checklist(application_no licence_home.application_no)
    RETURNS TABLE (criterion text, article text, look_at_ar text, look_at_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 8
BEGIN ATOMIC
    SELECT k.criterion, k.article, k.look_at_ar, k.look_at_en
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS day) AS d
    LEFT JOIN licence_home.profession AS p ON p.code = a.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, d.day)
    CROSS JOIN LATERAL licence_home_internal.criteria_for(p.category, d.day) AS k
    WHERE a.application_no = case_checklist.application_no
        AND k.stage = 'I'
    ORDER BY k."position", k.criterion;
END;
COMMENT ON FUNCTION licence_home_internal.case_checklist(licence_home.application_no) IS
'Internal: the criteria that the inspection of a case must prove, in order, under the rules of the day that judges it. With what to look at, in both languages.';
CALL licence_home_internal.make_function('licence_home_internal.case_checklist(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.first_licence(application_no licence_home.application_no, applicant_id bigint,
        on_date date, as_of_event bigint)
    RETURNS TABLE (first_licence boolean)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        -- looked up only where an adjustment asks for it
        CASE WHEN EXISTS (
            SELECT
            FROM licence_home.fee_adjustment AS j
            WHERE j.first_licence IS NOT NULL
                AND licence_home.in_force(j.valid, j.withdrawn_at, first_licence.on_date)
        ) THEN NOT EXISTS (
            SELECT
            FROM licence_home.licence_version AS o
            WHERE o.applicant_id = first_licence.applicant_id
                AND o.application_no IS DISTINCT FROM first_licence.application_no
                AND (first_licence.as_of_event IS NULL OR o.application_no IS NULL
                    OR licence_home_internal.issued_before(o.application_no, first_licence.as_of_event))
        ) END
    OFFSET 0;
END;
COMMENT ON FUNCTION licence_home_internal.first_licence(licence_home.application_no, bigint, date, bigint) IS
'Internal: whether the applicant of a case has no other licence, valid or not, now or (as_of_event) before an event. Null where no adjustment of the day asks.';
CALL licence_home_internal.make_function('licence_home_internal.first_licence(licence_home.application_no, bigint, date, bigint)',
    'caseload');

CREATE FUNCTION licence_home_internal.fee_before(profession text, category text, on_date date, applicant_kind text,
        first_licence boolean, total numeric, charged numeric)
    RETURNS TABLE (item_ar text, item_en text, rule text, amount numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT DISTINCT ON (j.kind) j.item_ar, j.item_en,
        format('%s, fee_adjustment %s: %s', j.adjustment, j.fee_adjustment_id, j.source),
        - least(fee_before.total, licence_home_internal.share_of(fee_before.charged, j.share))
    FROM licence_home_internal.adjustments_for(fee_before.profession, fee_before.category, fee_before.on_date,
        fee_before.applicant_kind, fee_before.first_licence) AS j
    WHERE j.kind = 'paid_before' AND fee_before.total > 0 AND fee_before.charged > 0
    ORDER BY j.kind, j.fee_adjustment_id;
END;
COMMENT ON FUNCTION licence_home_internal.fee_before(text, text, date, text, boolean, numeric, numeric) IS
'Internal: the line that takes off a fee what was charged before for other licences at the same home (JOD). It is there where an adjustment paid_before counts, and never more than the fee.';
CALL licence_home_internal.make_function('licence_home_internal.fee_before(text, text, date, text, boolean, numeric, numeric)',
    'caseload');

CREATE FUNCTION licence_home_internal.case_fee(application_no licence_home.application_no, area_m2 numeric,
        rules_on date DEFAULT NULL, as_of date DEFAULT NULL, as_of_event bigint DEFAULT NULL)
    RETURNS TABLE (line bigint, item_ar text, item_en text, rule text, amount numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    WITH the_case AS MATERIALIZED (
        SELECT a.application_no, a.applicant_id, a.profession, a.home, a.village, a.basin,
            a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit, n.kind, p.category, d.day,
            f.first_licence, e.workflow, coalesce(e.priced, true) AS priced, coalesce(e.licence_year, 1) AS licence_year,
            e.granted_on, e.last_day, e.submitted_on, e.former_profession, e.former_area_m2
        FROM licence_home.application AS a
        JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
        CROSS JOIN LATERAL (
            SELECT coalesce(case_fee.rules_on, a.judged_on, licence_home.today()) AS day
            OFFSET 0
        ) AS d
        LEFT JOIN LATERAL (
            SELECT e.workflow, e.priced, e.licence_year, e.granted_on, e.last_day, e.submitted_on, e.former_profession, e.former_area_m2
            FROM licence_home_internal.case_life(a.application_no) AS e
            WHERE a.licence_no IS NOT NULL
            OFFSET 0        -- and not asked otherwise
        ) AS e ON true
        LEFT JOIN LATERAL licence_home_internal.profession_on(a.profession, d.day) AS p ON true
        CROSS JOIN LATERAL licence_home_internal.first_licence(a.application_no, a.applicant_id, d.day,
            case_fee.as_of_event) AS f
        WHERE a.application_no = case_fee.application_no
    ), lines AS MATERIALIZED (
        SELECT f.line, f.item_ar, f.item_en, f.rule, f.amount
        FROM the_case AS c
        CROSS JOIN LATERAL licence_home_internal.fee_lines(c.profession, case_fee.area_m2, c.day, c.kind,
            c.first_licence, c.licence_year, c.granted_on) AS f
        WHERE c.priced
    )
    SELECT l.line, l.item_ar, l.item_en, l.rule, l.amount FROM lines AS l
    UNION ALL
    -- lateness adds a share of the scheduled amount; who pays nothing pays nothing for it either
    SELECT t.lines + 1, s.item_ar, s.item_en, s.rule, licence_home_internal.share_of(t.scheduled, s.share)
    FROM the_case AS c
    CROSS JOIN (
        SELECT count(*) AS lines, sum(l.amount) AS total, sum(l.amount) FILTER (WHERE l.line = 1) AS scheduled FROM lines AS l
    ) AS t
    CROSS JOIN LATERAL licence_home_internal.surcharge_for(c.last_day, c.submitted_on, c.day) AS s
    WHERE c.last_day IS NOT NULL AND t.total > 0
    UNION ALL
    -- the running term covers what its own facts cost
    SELECT t.lines + 1, 'مشمول بالمدة الجارية', 'covered by the running term',
        format('licence_term: %s, %s m2', c.former_profession, licence_home_internal.plain(c.former_area_m2)), - least(t.total, b.total)
    FROM the_case AS c
    CROSS JOIN (SELECT count(*) AS lines, sum(l.amount) AS total FROM lines AS l) AS t
    CROSS JOIN LATERAL (
        SELECT sum(f.amount) AS total
        FROM licence_home_internal.fee_lines(c.former_profession, c.former_area_m2, c.day, c.kind, c.first_licence,
            c.licence_year, c.granted_on) AS f
    ) AS b
    WHERE c.former_profession IS NOT NULL AND c.priced AND t.total > 0 AND b.total > 0
    UNION ALL
    SELECT 1, s.item_ar, s.item_en, format('service_fee %s: %s', s.service_fee_id, s.source), s.amount
    FROM the_case AS c
    JOIN licence_home.service_fee AS s ON s.workflow = c.workflow AND licence_home.in_force(s.valid, s.withdrawn_at, c.day)
    WHERE NOT c.priced
    UNION ALL
    SELECT t.lines + 1, j.item_ar, j.item_en, j.rule, j.amount
    FROM the_case AS c
    CROSS JOIN (SELECT count(*) AS lines, sum(l.amount) AS total FROM lines AS l) AS t
    CROSS JOIN LATERAL licence_home_internal.cases_at(c.application_no, c.home, c.village, c.basin,
        c.neighbourhood, c.parcel, c.building_no, c.floor, c.unit) AS o
    CROSS JOIN LATERAL licence_home_internal.home_shared(o.numbers, o.imported, c.application_no, c.applicant_id, c.profession,
        coalesce(case_fee.as_of, licence_home.today()), case_fee.as_of_event) AS h
    CROSS JOIN LATERAL licence_home_internal.fee_before(c.profession, c.category, c.day, c.kind,
        c.first_licence, t.total, h.charged) AS j
    ORDER BY line;
END;
COMMENT ON FUNCTION licence_home_internal.case_fee(licence_home.application_no, numeric, date, date, bigint) IS
'Internal: the lines of the fee of a case for an area (m²). Where an adjustment paid_before is in force, a last line takes off what the same applicant has been charged for licences in force at the same home. rules_on: by the schedule of that day. Null: of the day that judges the case (today in a draft). as_of, as_of_event: as things stood on a day, before the event of that number. Null: now. Of a case about a licence the lines are those of the year that it pays for, with what lateness adds. Of a change, what the running term covers is taken off. A case that the schedule does not price has its service_fee. The sum is never below zero. No row where nothing can be priced. Source: Law 89 of 1966, article 6; whether it still binds is not known, so it is a dated row.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_fee(licence_home.application_no, numeric, date, date, bigint)');

REVOKE EXECUTE ON FUNCTION licence_home_internal.case_decider(licence_home.application_no),
    licence_home_internal.case_eligibility(licence_home.application_no, date),
    licence_home_internal.case_checklist(licence_home.application_no),
    licence_home_internal.case_fee(licence_home.application_no, numeric, date, date, bigint) FROM PUBLIC;
