-- ---------------------------------------------------------------------
-- The register proved once more: each term, version and standing against the
-- event that wrote it, and what was imported against the digest of its import.
-- ---------------------------------------------------------------------
CREATE FUNCTION licence_home_internal.register_rows(from_day date, to_day date)
    RETURNS TABLE (licence_no licence_home.licence_no, list text, row_no integer,
        application_no licence_home.application_no, case_event integer, import_no bigint, known_at timestamptz,
        before_known timestamptz, before_no integer)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
    SELECT r.licence_no, r.list, r.row_no, r.application_no, r.case_event, r.import_no, r.known_at,
        lag(r.known_at) OVER o, lag(r.row_no) OVER o
    FROM licence_home.licence AS l
    JOIN (
        SELECT t.licence_no, 'term' AS list, t.term_no AS row_no, t.application_no, t.case_event, t.import_no, t.known_at
        FROM licence_home.licence_term AS t
        UNION ALL
        SELECT v.licence_no, 'version', v.version_no, v.application_no, v.case_event, v.import_no, v.known_at
        FROM licence_home.licence_version AS v
        UNION ALL
        SELECT s.licence_no, 'standing', s.standing_no, s.application_no, s.case_event, s.import_no, s.known_at
        FROM licence_home.licence_standing AS s
    ) AS r ON r.licence_no = l.licence_no
    WHERE (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date >= coalesce(register_rows.from_day, '-infinity')
        AND (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date <= coalesce(register_rows.to_day, 'infinity')
    WINDOW o AS (PARTITION BY r.licence_no, r.list ORDER BY r.row_no);
END;
COMMENT ON FUNCTION licence_home_internal.register_rows(date, date) IS
'Internal: the rows of the lists of licences issued in these days, and of each the one before it.';
CALL licence_home_internal.make_function('licence_home_internal.register_rows(date, date)');

CREATE FUNCTION licence_home_internal.import_digest(import_no bigint)
    RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (
        SELECT sha256(convert_to(coalesce(string_agg(d.line, chr(10) ORDER BY d.line COLLATE "C"), ''), 'UTF8'))
        FROM (
            SELECT concat_ws('|', 'licence', l.licence_no, l.former_no) AS line
            FROM licence_home.licence AS l
            WHERE l.import_no = import_digest.import_no
            UNION ALL
            SELECT concat_ws('|', 'term', t.licence_no, t.term_no, t.starts, t.ends, t.since, t.run_months)
            FROM licence_home.licence_term AS t
            JOIN licence_home.licence AS l ON l.licence_no = t.licence_no AND l.import_no = import_digest.import_no
            WHERE t.import_no = import_digest.import_no
            UNION ALL
            -- (without the place, which erase_person() takes away)
            SELECT concat_ws('|', 'version', v.licence_no, v.version_no, v.applicant_id, v.profession, v.district,
                v.home_area_m2, v.work_area_m2, v.employees, v.people)
            FROM licence_home.licence_version AS v
            JOIN licence_home.licence AS l ON l.licence_no = v.licence_no AND l.import_no = import_digest.import_no
            WHERE v.import_no = import_digest.import_no
            UNION ALL
            SELECT concat_ws('|', 'standing', s.licence_no, s.standing_no, s.standing)
            FROM licence_home.licence_standing AS s
            JOIN licence_home.licence AS l ON l.licence_no = s.licence_no AND l.import_no = import_digest.import_no
            WHERE s.import_no = import_digest.import_no
        ) AS d);
COMMENT ON FUNCTION licence_home_internal.import_digest(bigint) IS
'Internal: SHA-256 of what an import wrote into the register, as it is now: a line a row, in order. Names and places are not in it, so that they can be concealed.';
CALL licence_home_internal.make_function('licence_home_internal.import_digest(bigint)');

CREATE FUNCTION licence_home_internal.register_defects(from_day date, to_day date)
    RETURNS TABLE (licence_no licence_home.licence_no, application_no licence_home.application_no,
        defect text, about text, required text, observed text, explanation_ar text, explanation_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
BEGIN ATOMIC
    SELECT r.licence_no, r.application_no, d.defect, r.list || ' ' || r.row_no, d.required, d.observed, d.ar, d.en
    FROM licence_home_internal.register_rows(register_defects.from_day, register_defects.to_day) AS r
    LEFT JOIN licence_home.application AS a ON a.application_no = r.application_no
    LEFT JOIN licence_home.licence AS i ON i.application_no = r.application_no
    LEFT JOIN licence_home.application_event AS e ON e.application_no = r.application_no AND e.case_event = r.case_event
    LEFT JOIN LATERAL (
        SELECT t.effects
        FROM licence_home.workflow_transition AS t
        WHERE t.workflow = a.workflow AND t.version = a.workflow_version AND t.action = e.action
            AND t.from_state = e.from_state AND t.to_state = e.to_state
        LIMIT 1
    ) AS t ON true
    CROSS JOIN LATERAL (VALUES
        (r.import_no IS NULL AND (e.event_no IS NULL OR t.effects IS NULL
                OR r.known_at > greatest(e.known_at, r.before_known + interval '1 microsecond')
                OR (coalesce(a.licence_no, i.licence_no) = r.licence_no) IS NOT TRUE
                OR r.list <> 'standing' AND NOT t.effects && CASE r.list
                    WHEN 'term' THEN '{issue_licence,renew_licence}'::text[] ELSE '{issue_licence,change_licence}' END),
            'event', 'a step of a case of this licence that writes it', coalesce(e.action, 'none'),
            'لا خطوة في طلب لهذه الرخصة تكتب هذا القيد.', 'No step of a case of this licence writes this row.'),
        (r.row_no <> coalesce(r.before_no, 0) + 1 OR r.known_at <= r.before_known,
            r.list, 'the next number, known later than the row before', coalesce(r.before_no::text, 'none'),
            'القيد ليس تاليًا لما قبله رقمًا وزمنًا.', 'The row does not follow the one before it, in number and in time.')
    ) AS d (broken, defect, required, observed, ar, en)
    WHERE d.broken
    UNION ALL
    -- a term: its run, its length by the edition, its bill
    SELECT t.licence_no, t.application_no, d.defect, 'term ' || t.term_no, d.required, d.observed, d.ar, d.en
    FROM licence_home_internal.register_rows(register_defects.from_day, register_defects.to_day) AS r
    JOIN licence_home.licence_term AS t ON t.licence_no = r.licence_no AND t.term_no = r.row_no
    LEFT JOIN licence_home.licence_term AS b ON b.licence_no = t.licence_no AND b.term_no = t.follows
    LEFT JOIN licence_home.application AS a ON a.application_no = t.application_no
    LEFT JOIN LATERAL licence_home_internal.edition_on(a.judged_on) AS e ON true
    LEFT JOIN licence_home.application_event AS x ON x.application_no = t.application_no AND x.case_event = t.case_event
    LEFT JOIN licence_home.invoice AS i ON i.invoice_no = t.invoice_no
    CROSS JOIN LATERAL (VALUES
        (t.import_no IS NULL AND b.term_no IS NOT NULL
                AND (t.since, t.run_months) IS DISTINCT FROM (CASE WHEN b.run_months IS NULL THEN b.ends ELSE b.since END,
                    coalesce(b.run_months, 0) + e.licence_months),
            'validity', format('%s months after the term before', e.licence_months), t.valid::text,
            'المدة ليست كما تحدده التعليمات بعد المدة السابقة.', 'The term does not run for as long as its instructions say, after the one before.'),
        (t.import_no IS NULL AND t.term_no > 1 AND (i.application_no = t.application_no AND i.cancelled_at IS NULL) IS NOT TRUE,
            'invoice', 'a bill of the case', coalesce(t.invoice_no::text, 'none'),
            'لا فاتورة لهذه المدة.', 'There is no bill for the term.'),
        (t.import_no IS NULL AND t.term_no > 1 AND (SELECT sum(m.lacking) FROM licence_home_internal.account_money(
                coalesce(i.account, i.invoice_no), t.application_no, x.known_at) AS m) > 0,
            'payment', licence_home_internal.plain(i.amount), 'less',
            'لم تُسدَّد فاتورة المدة بالكامل قبل منحها.', 'The bill of the term was not paid in full before it was given.')
    ) AS d (broken, defect, required, observed, ar, en)
    WHERE r.list = 'term' AND d.broken
    UNION ALL
    -- a version: the facts of its case
    SELECT v.licence_no, v.application_no, 'version', 'version ' || v.version_no, 'the facts of its case', d.differing,
        'وقائع الرخصة ليست وقائع الطلب الذي كتبها.', 'The facts of the licence are not those of the case that wrote them.'
    FROM licence_home_internal.register_rows(register_defects.from_day, register_defects.to_day) AS r
    JOIN licence_home.licence_version AS v ON v.licence_no = r.licence_no AND v.version_no = r.row_no
    JOIN licence_home_internal.case_facts(v.application_no) AS f ON true
    CROSS JOIN LATERAL (
        SELECT string_agg(k.name, ', ') AS differing
        FROM (VALUES
            ('applicant_id', v.applicant_id::text, f.applicant_id::text), ('profession', v.profession, f.profession),
            ('home', v.home::text, f.home::text), ('address', v.address, f.address), ('village', v.village, f.village),
            ('basin', v.basin, f.basin), ('neighbourhood', v.neighbourhood, f.neighbourhood), ('parcel', v.parcel, f.parcel),
            ('building_no', v.building_no, f.building_no), ('floor', v.floor, f.floor), ('unit', v.unit, f.unit),
            ('district', v.district::text, f.district::text), ('zone_class', v.zone_class, f.zone_class),
            ('home_area_m2', licence_home_internal.plain(v.home_area_m2), licence_home_internal.plain(f.home_area_m2)),
            ('work_area_m2', licence_home_internal.plain(v.work_area_m2), licence_home_internal.plain(f.work_area_m2)),
            ('built_on', v.built_on::text, f.built_on::text), ('employees', v.employees::text, f.employees::text),
            ('people', v.people::text, f.people::text), ('children', v.children::text, f.children::text),
            ('tenant', v.tenant::text, f.tenant::text), ('judged_on', v.judged_on::text, f.judged_on::text)
        ) AS k (name, written, derived)
        WHERE k.written IS DISTINCT FROM k.derived
    ) AS d
    WHERE r.list = 'version' AND v.import_no IS NULL AND d.differing IS NOT NULL
    UNION ALL
    SELECT l.licence_no, l.application_no, k.list, NULL, 'a first row', 'none',
        'رخصة بلا مدة أو وقائع أو حال.', 'The licence has no term, no facts or no standing.'
    FROM licence_home.licence AS l
    CROSS JOIN (VALUES ('term'), ('version'), ('standing')) AS k (list)
    WHERE (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date >= coalesce(register_defects.from_day, '-infinity')
        AND (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date <= coalesce(register_defects.to_day, 'infinity')
        AND CASE k.list
            WHEN 'term' THEN NOT EXISTS (SELECT FROM licence_home.licence_term AS t WHERE t.licence_no = l.licence_no AND t.term_no = 1)
            WHEN 'version' THEN NOT EXISTS (SELECT FROM licence_home.licence_version AS v WHERE v.licence_no = l.licence_no AND v.version_no = 1)
            ELSE NOT EXISTS (SELECT FROM licence_home.licence_standing AS s WHERE s.licence_no = l.licence_no AND s.standing_no = 1) END
    UNION ALL
    SELECT NULL, NULL, 'import', 'import ' || m.import_no, encode(m.digest, 'hex'), encode(licence_home_internal.import_digest(m.import_no), 'hex'),
        'ما استورد تغيّر في السجل.', 'What was imported has changed in the register.'
    FROM licence_home.licence_import AS m
    WHERE (m.recorded_at AT TIME ZONE licence_home_internal.city_time_zone())::date >= coalesce(register_defects.from_day, '-infinity')
        AND (m.recorded_at AT TIME ZONE licence_home_internal.city_time_zone())::date <= coalesce(register_defects.to_day, 'infinity')
        AND m.rows_taken > 0 AND m.digest IS DISTINCT FROM licence_home_internal.import_digest(m.import_no);
END;
COMMENT ON FUNCTION licence_home_internal.register_defects(date, date) IS
'Internal: behind unproven_licences(): what cannot be proven of the rows of the register of licences issued from from_day to to_day.';
CALL licence_home_internal.make_function('licence_home_internal.register_defects(date, date)');
