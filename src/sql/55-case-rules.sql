-- ---------------------------------------------------------------------
-- The rules applied to a case.
--
-- These functions read every case, whoever calls: only the owner may execute
-- them, and the public functions around them check first whose case it is.
-- ---------------------------------------------------------------------

CREATE INDEX application_by_parcel ON licence_home.application (parcel, basin, village)
    WHERE parcel IS NOT NULL;

CREATE FUNCTION licence_home.same_home(a licence_home.application, b licence_home.application)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce((a).building_no = (b).building_no, true)
        AND coalesce((a).floor = (b).floor, true)
        AND coalesce((a).unit = (b).unit, true)
        AND CASE
            WHEN num_nulls((a).village, (a).basin, (a).parcel, (b).village, (b).basin, (b).parcel) = 0
            THEN (a).village = (b).village AND (a).basin = (b).basin AND (a).parcel = (b).parcel
                AND coalesce((a).neighbourhood = (b).neighbourhood, true)
            ELSE coalesce(ST_DWithin((a).home::geography, (b).home::geography, 1), false)
        END;
COMMENT ON FUNCTION licence_home.same_home(licence_home.application, licence_home.application) IS
'Internal: whether two cases are about one home: the same parcel (village, basin, parcel) where both give it, else the same place within a metre; a building, floor or unit that both give must not differ, and one that is not given differs from none.';

CREATE FUNCTION licence_home.case_inspected(application_no licence_home.application_no)
    RETURNS TABLE (inspection_id bigint, outcome text, closed_at_event integer,
        home_area_m2 numeric, work_area_m2 numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT i.inspection_id, i.outcome, i.closed_at_event,
        CASE i.outcome WHEN 'passed' THEN i.measured_home_area_m2 END,
        CASE i.outcome WHEN 'passed' THEN i.measured_work_area_m2 END
    FROM licence_home.inspection AS i
    WHERE i.application_no = case_inspected.application_no
        AND i.outcome IN ('passed', 'failed', 'not_correctable')
    ORDER BY i.inspection_id DESC
    LIMIT 1;
END;
COMMENT ON FUNCTION licence_home.case_inspected(licence_home.application_no) IS
'Internal: the latest inspection of a case at which the home was seen; no row before one. Measured areas count from a passed inspection only: after a failed one the applicant corrects the home and the declared area, and the next inspection measures again.';

CREATE FUNCTION licence_home.case_neighbours(application_no licence_home.application_no)
    RETURNS TABLE (application_no licence_home.application_no, applicant_id bigint, profession text,
        licence_no licence_home.licence_no, work_area_m2 numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT o.application_no, o.applicant_id, o.profession, l.licence_no,
        coalesce(i.work_area_m2, o.work_area_m2)
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (
        SELECT n.application_no
        FROM licence_home.application AS n
        WHERE n.home && ST_Expand(a.home, 0.00003)      -- more than a metre anywhere in the city
        UNION
        SELECT n.application_no
        FROM licence_home.application AS n
        WHERE n.parcel = a.parcel AND n.basin = a.basin AND n.village = a.village
    ) AS near
    JOIN licence_home.application AS o
        ON o.application_no = near.application_no
    LEFT JOIN licence_home.licence AS l
        ON l.application_no = o.application_no
        AND l.valid @> licence_home.today()
    LEFT JOIN licence_home.workflow_state AS s
        ON s.workflow = o.workflow AND s.version = o.workflow_version AND s.state = o.state
    LEFT JOIN LATERAL licence_home.case_inspected(o.application_no) AS i ON true
    WHERE a.application_no = case_neighbours.application_no
        AND o.application_no <> a.application_no
        AND licence_home.same_home(a, o)
        -- submitted and not at an end (a state that the workflow does not
        -- know is no end), or licensed today
        AND (o.submitted_at IS NOT NULL AND s.kind IS DISTINCT FROM 'end'
            OR l.licence_no IS NOT NULL);
END;
COMMENT ON FUNCTION licence_home.case_neighbours(licence_home.application_no) IS
'Internal: the other cases at the home of a case that are open (submitted, not ended) or have a licence in force today, whoever''s they are, with the measured, else the declared work area (m²).';

CREATE FUNCTION licence_home.case_decider(application_no licence_home.application_no) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce((
            SELECT min(s.role)
            FROM licence_home.workflow AS w
            JOIN licence_home.workflow_evidence AS s
                ON s.workflow = w.workflow AND s.version = w.version
            WHERE w.workflow = a.workflow AND s.evidence = 'decision' AND s.operation = 'insert'
                AND CASE WHEN a.workflow_version IS NOT NULL THEN w.version = a.workflow_version
                    ELSE w.published_at IS NOT NULL
                        AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today()) END
            HAVING count(DISTINCT s.role) = 1 AND min(s.role) IN ('committee', 'director')
        ), e.decider)
    FROM licence_home.application AS a
    LEFT JOIN licence_home.edition AS e
        ON licence_home.in_force(e.valid, e.withdrawn_at, coalesce(a.judged_on, licence_home.today()))
    WHERE a.application_no = case_decider.application_no;
END;
COMMENT ON FUNCTION licence_home.case_decider(licence_home.application_no) IS
'Internal: who decides a case: committee or director, as its workflow says, and where that leaves it to the edition, as the edition of the day that judges the case says.';

CREATE FUNCTION licence_home.case_eligibility(application_no licence_home.application_no)
    RETURNS TABLE (criterion text, stage text, ruling text, required text, observed text,
        article text, message_ar text, message_en text, remedy_ar text, remedy_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 24
BEGIN ATOMIC
    WITH the_case AS (
        SELECT a.application_no, a.applicant_id, a.profession, a.home, a.built_on, a.employees,
            a.people, a.children, a.tenant, a.events, n.kind,
            num_nulls(a.village, a.basin, a.parcel) = 0 AS has_parcel,
            d.day AS judged_on,
            coalesce(i.home_area_m2, a.home_area_m2) AS home_area_m2,
            coalesce(i.work_area_m2, a.work_area_m2) AS work_area_m2,
            -- What a failed inspection found counts until the case has moved
            -- on: then it is for the applicant to put right and for the next
            -- inspection to prove, or nobody could ever report a correction.
            CASE WHEN i.outcome IN ('passed', 'not_correctable') OR i.closed_at_event >= a.events
                THEN i.inspection_id END AS inspection_id,
            i.outcome,
            p.category, p.jordanians_only, licence_home.case_decider(a.application_no) AS decider, e.owners_share,
            CASE WHEN coalesce(i.home_area_m2, a.home_area_m2) > 0
                    AND coalesce(i.home_area_m2, a.home_area_m2) < 'Infinity'
                THEN least(e.max_area_share * coalesce(i.home_area_m2, a.home_area_m2), e.max_area_m2)
            END AS area_limit_m2
        FROM licence_home.application AS a
        JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
        CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS day) AS d
        LEFT JOIN LATERAL licence_home.case_inspected(a.application_no) AS i ON true
        LEFT JOIN licence_home.profession AS p ON p.code = a.profession
            AND licence_home.in_force(p.valid, p.withdrawn_at, d.day)
        LEFT JOIN licence_home.edition AS e
            ON licence_home.in_force(e.valid, e.withdrawn_at, d.day)
        WHERE a.application_no = case_eligibility.application_no
    ), neighbours AS MATERIALIZED (
        SELECT * FROM licence_home.case_neighbours(case_eligibility.application_no) AS n
    ), found AS (
        SELECT r.criterion, c.category, r.ruling, r.required, r.observed, r.pairs,
            -- of two values of a name fill() takes the first
            ARRAY['decider', licence_home.decider_name(c.decider, 'ar')] || r.pairs_ar AS pairs_ar,
            ARRAY['decider', licence_home.decider_name(c.decider, 'en')] || r.pairs_en AS pairs_en
        FROM the_case AS c
        CROSS JOIN LATERAL licence_home.assessed(c.profession, c.home, c.home_area_m2,
            c.work_area_m2, c.built_on, c.employees, c.people, c.children, c.judged_on) AS r
        UNION ALL
        SELECT 'nationality', c.category,
            CASE WHEN NOT c.jordanians_only OR c.kind = 'citizen' AND c.jordanians_only THEN 'met'
                WHEN c.kind = 'resident' AND c.jordanians_only THEN 'not_met'
                -- nobody knows whose the business is
                ELSE 'not_proven' END,
            CASE WHEN c.jordanians_only THEN 'citizen' ELSE 'any' END, c.kind, '{}', '{}', '{}'
        FROM the_case AS c
        UNION ALL
        SELECT 'documents', c.category,
            CASE count(d.lacking) WHEN 0 THEN 'met' ELSE 'condition' END,
            string_agg(d.document_type, ', ' ORDER BY d.position, d.document_type),
            string_agg(d.document_type || ': ' || d.lacking, ', ' ORDER BY d.position, d.document_type),
            '{}',
            ARRAY['list', string_agg(d.name_ar, '، ' ORDER BY d.position, d.document_type)
                FILTER (WHERE d.lacking IS NOT NULL)],
            ARRAY['list', string_agg(d.name_en, ', ' ORDER BY d.position, d.document_type)
                FILTER (WHERE d.lacking IS NOT NULL)]
        FROM the_case AS c
        LEFT JOIN LATERAL licence_home.case_documents(c.application_no) AS d ON true
        GROUP BY c.category
        UNION ALL
        SELECT 'owner_approval', c.category,
            CASE WHEN c.tenant IS NULL THEN 'not_proven'
                WHEN d.document_type IS NOT NULL AND d.lacking IS NULL THEN 'met'
                ELSE 'condition' END,
            'approval of owners holding ' || licence_home.plain(100 * c.owners_share) || ' %',
            CASE WHEN d.document_type IS NULL THEN 'not given' ELSE coalesce(d.lacking, 'accepted') END,
            ARRAY['limit', licence_home.plain(100 * c.owners_share)], '{}', '{}'
        FROM the_case AS c
        LEFT JOIN LATERAL licence_home.case_documents(c.application_no) AS d
            ON d.document_type = 'owner_approval'
        WHERE c.tenant IS NOT FALSE
        UNION ALL
        SELECT 'external_approval', c.category, x.ruling, x.required, x.observed, '{}',
            ARRAY['authority', x.names_ar], ARRAY['authority', x.names_en]
        FROM the_case AS c
        CROSS JOIN LATERAL (
            SELECT
                CASE WHEN bool_or(s.lacking IN ('refused', 'expired')) THEN 'not_met'
                    WHEN count(s.lacking) = 0 THEN 'met' ELSE 'condition' END AS ruling,
                string_agg(s.authority, ', ' ORDER BY s.authority) AS required,
                string_agg(s.authority || ': ' || s.lacking, ', ' ORDER BY s.authority) AS observed,
                coalesce(
                    string_agg(s.name_ar, '، ' ORDER BY s.authority)
                        FILTER (WHERE s.lacking IN ('refused', 'expired')),
                    string_agg(s.name_ar, '، ' ORDER BY s.authority)
                        FILTER (WHERE s.lacking IS NOT NULL)) AS names_ar,
                coalesce(
                    string_agg(s.name_en, ', ' ORDER BY s.authority)
                        FILTER (WHERE s.lacking IN ('refused', 'expired')),
                    string_agg(s.name_en, ', ' ORDER BY s.authority)
                        FILTER (WHERE s.lacking IS NOT NULL)) AS names_en
            FROM licence_home.case_approvals(c.application_no) AS s
            HAVING count(*) > 0
        ) AS x
        UNION ALL
        SELECT 'duplicate', c.category,
            CASE WHEN c.home IS NULL AND NOT c.has_parcel THEN 'not_proven'
                WHEN n.number IS NOT NULL THEN 'not_met' ELSE 'met' END,
            'none', coalesce(n.number, 'none'), ARRAY['number', n.number], '{}', '{}'
        FROM the_case AS c
        CROSS JOIN LATERAL (
            SELECT min(coalesce(n.licence_no::text, n.application_no::text)) AS number
            FROM neighbours AS n
            WHERE n.applicant_id = c.applicant_id AND n.profession = c.profession
        ) AS n
        UNION ALL
        SELECT 'home_total', c.category,
            CASE WHEN n.total_m2 <= c.area_limit_m2 THEN 'met'
                WHEN n.total_m2 > c.area_limit_m2 THEN 'refer'
                ELSE 'not_proven' END,
            licence_home.plain(c.area_limit_m2), licence_home.plain(n.total_m2),
            ARRAY['obs', licence_home.plain(n.total_m2), 'limit', licence_home.plain(c.area_limit_m2)],
            ARRAY['decider', licence_home.decider_name(c.decider, 'ar'), 'why',
                'مجموع مساحات العمل في المنزل ' || licence_home.plain(n.total_m2)
                    || ' م² والحد ' || licence_home.plain(c.area_limit_m2) || ' م²'],
            ARRAY['decider', licence_home.decider_name(c.decider, 'en'), 'why',
                'the work areas in this home total ' || licence_home.plain(n.total_m2)
                    || ' m², limit ' || licence_home.plain(c.area_limit_m2) || ' m²']
        FROM the_case AS c
        CROSS JOIN LATERAL (
            -- an area that is not known makes the total unknown
            SELECT CASE WHEN count(*) = count(n.work_area_m2)
                THEN c.work_area_m2 + coalesce(sum(n.work_area_m2), 0) END AS total_m2
            FROM neighbours AS n
        ) AS n
        UNION ALL
        SELECT k.criterion, c.category,
            CASE
                WHEN k.stage <> 'I' THEN 'not_proven'       -- nothing here can decide it
                WHEN f.ruling IS NOT NULL THEN f.ruling
                WHEN c.inspection_id IS NOT NULL AND c.outcome = 'passed' THEN 'not_proven'
                ELSE 'condition'
            END,
            k.look_at_en, f.ruling, '{}', '{}', '{}'
        FROM the_case AS c
        CROSS JOIN LATERAL licence_home.criteria_for(c.category, c.judged_on) AS k
        LEFT JOIN LATERAL (
            SELECT f.ruling
            FROM licence_home.inspection_finding AS f
            WHERE f.inspection_id = c.inspection_id AND f.criterion = k.criterion AND k.stage = 'I'
            ORDER BY f.inspection_finding_id DESC
            LIMIT 1
        ) AS f ON true
        WHERE k.stage = 'I'
            OR k.stage IN ('A', 'E') AND k.criterion <> ALL (licence_home.decided_criteria())
    )
    SELECT k.criterion, x.stage, x.ruling, k.required, k.observed, x.article,
        x.message_ar, x.message_en, x.remedy_ar, x.remedy_en
    FROM the_case AS c
    CROSS JOIN found AS k
    CROSS JOIN LATERAL licence_home.explained(k.criterion, k.category, c.judged_on, k.ruling,
        k.pairs, k.pairs_ar, k.pairs_en) AS x
    ORDER BY x."position", k.criterion;
END;
COMMENT ON FUNCTION licence_home.case_eligibility(licence_home.application_no) IS
'Internal: the rows of assess() for a case, under the rules of the day that judges it (today in a draft), with what only a case can show: nationality, documents and approvals, another application or licence, the total of the work areas in the home, and the findings of the inspection. No row for a number that is no case. documents never blocks here: the audit settles it. A passed inspection''s areas go before the declared ones; a failed inspection''s findings become conditions again once the case has moved on.';

CREATE FUNCTION licence_home.case_checklist(application_no licence_home.application_no)
    RETURNS TABLE (criterion text, article text, look_at_ar text, look_at_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 8
BEGIN ATOMIC
    SELECT k.criterion, k.article, k.look_at_ar, k.look_at_en
    FROM licence_home.application AS a
    CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS day) AS d
    LEFT JOIN licence_home.profession AS p ON p.code = a.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, d.day)
    CROSS JOIN LATERAL licence_home.criteria_for(p.category, d.day) AS k
    WHERE a.application_no = case_checklist.application_no
        AND k.stage = 'I'
    ORDER BY k."position", k.criterion;
END;
COMMENT ON FUNCTION licence_home.case_checklist(licence_home.application_no) IS
'Internal: the criteria that the inspection of a case must prove, in order, under the rules of the day that judges it, with what to look at in both languages.';

CREATE FUNCTION licence_home.case_fee(application_no licence_home.application_no, area_m2 numeric)
    RETURNS TABLE (line bigint, item_ar text, item_en text, rule text, amount numeric)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    WITH the_case AS (
        SELECT a.application_no, a.applicant_id, a.profession, n.kind, p.category, d.judged_on,
            NOT EXISTS (
                SELECT
                FROM licence_home.application AS o
                JOIN licence_home.licence AS l
                    ON l.application_no = o.application_no
                WHERE o.applicant_id = a.applicant_id AND o.application_no <> a.application_no
            ) AS first_licence
        FROM licence_home.application AS a
        JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
        CROSS JOIN LATERAL (SELECT coalesce(a.judged_on, licence_home.today()) AS judged_on) AS d
        LEFT JOIN licence_home.profession AS p ON p.code = a.profession
            AND licence_home.in_force(p.valid, p.withdrawn_at, d.judged_on)
        WHERE a.application_no = case_fee.application_no
    ), lines AS (
        SELECT f.line, f.item_ar, f.item_en, f.rule, f.amount
        FROM the_case AS c
        CROSS JOIN LATERAL licence_home.fee_lines(c.profession, case_fee.area_m2, c.judged_on,
            c.kind, c.first_licence) AS f
    )
    SELECT l.line, l.item_ar, l.item_en, l.rule, l.amount FROM lines AS l
    UNION ALL
    SELECT t.lines + 1, j.item_ar, j.item_en,
        format('%s, fee_adjustment %s: %s', j.adjustment, j.fee_adjustment_id, j.source),
        - least(t.total, licence_home.share_of(paid.amount, j.share))
    FROM the_case AS c
    CROSS JOIN (SELECT count(*) AS lines, sum(l.amount) AS total FROM lines AS l) AS t
    CROSS JOIN LATERAL (
        SELECT sum(i.amount) AS amount
        FROM licence_home.case_neighbours(c.application_no) AS n
        JOIN licence_home.invoice AS i
            ON i.application_no = n.application_no AND i.cancelled_at IS NULL
        WHERE n.applicant_id = c.applicant_id AND n.licence_no IS NOT NULL
    ) AS paid
    CROSS JOIN LATERAL (
        SELECT *
        FROM licence_home.fee_adjustment AS j
        WHERE j.kind = 'paid_before'
            AND licence_home.in_force(j.valid, j.withdrawn_at, c.judged_on)
            AND (j.profession IS NULL OR j.profession = c.profession)
            AND (j.category IS NULL OR j.category = c.category)
            AND (j.applicant_kind IS NULL OR j.applicant_kind = c.kind)
            AND (j.first_licence IS NULL OR j.first_licence = c.first_licence)
        ORDER BY j.profession NULLS LAST, j.category NULLS LAST, j.applicant_kind NULLS LAST,
            j.first_licence NULLS LAST, j.fee_adjustment_id
        LIMIT 1
    ) AS j
    WHERE t.total > 0 AND paid.amount > 0
    ORDER BY line;
END;
COMMENT ON FUNCTION licence_home.case_fee(licence_home.application_no, numeric) IS
'Internal: the lines of the fee of a case for an area (m²), priced on the day that judges it (today in a draft), and where an adjustment paid_before is in force, a last line that takes off what the same applicant has been charged for licences in force today at the same home. The sum is never below zero. No row where nothing can be priced. Source: Law 89 of 1966, article 6; whether it still binds is not known, so it is a dated row.';

CREATE FUNCTION licence_home.licence_facts(licence_no licence_home.licence_no)
    RETURNS TABLE (valid boolean, profession text, profession_ar text, profession_en text,
        district integer, district_ar text, district_en text, valid_until date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT coalesce(l.valid @> licence_home.today(), false), a.profession, p.name_ar, p.name_en,
        a.district, d.name_ar, d.name_en, upper(l.valid) - 1
    FROM (SELECT) AS once
    LEFT JOIN licence_home.licence AS l
        ON l.licence_no = licence_facts.licence_no
    LEFT JOIN licence_home.application AS a
        ON a.application_no = l.application_no
    LEFT JOIN licence_home.profession AS p ON p.code = a.profession
        AND licence_home.in_force(p.valid, p.withdrawn_at, a.judged_on)
    LEFT JOIN licence_home.district AS d ON d.district = a.district
        AND licence_home.in_force(d.valid, d.withdrawn_at, a.judged_on);
END;
COMMENT ON FUNCTION licence_home.licence_facts(licence_home.licence_no) IS
'Internal: what the public may know of a licence, always one row: whether it is in force today, the profession and the district with their names, and its last day; of a number that is no licence, only that it is not valid.';

REVOKE EXECUTE ON FUNCTION licence_home.case_inspected(licence_home.application_no),
    licence_home.case_decider(licence_home.application_no),
    licence_home.case_neighbours(licence_home.application_no),
    licence_home.case_eligibility(licence_home.application_no),
    licence_home.case_checklist(licence_home.application_no),
    licence_home.case_fee(licence_home.application_no, numeric),
    licence_home.licence_facts(licence_home.licence_no) FROM PUBLIC;
