-- ---------------------------------------------------------------------
-- The reports (doc/reports.md lists them).
--
-- Each is a function in C, which runs the function of the same name with _rows as
-- the owner: analysts read no base table.  The body asks report_scope() what the
-- caller may see.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.report_scope(OUT districts integer[], OUT few integer)
    RETURNS record
    AS 'MODULE_PATHNAME', 'licence_home_report_scope' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home_internal.report_scope() IS
'Internal: the districts of whose cases the caller may read figures (null: all), and the first number of cases that is shown (licence_home.small_cells; 0 for the director of these districts).';
CALL licence_home_internal.make_function('licence_home_internal.report_scope()');

CREATE FUNCTION licence_home_internal.shown(number bigint, few integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN shown.number > 0 AND shown.number < shown.few THEN NULL ELSE shown.number END;
COMMENT ON FUNCTION licence_home_internal.shown(bigint, integer) IS
'Internal: a number of cases; null where it is too small to be shown.';
CALL licence_home_internal.make_function('licence_home_internal.shown(bigint, integer)');

-- Days as moments: until is the first moment that is not true yet, known the first
-- that is not known yet.
CREATE FUNCTION licence_home_internal.report_moments(from_day date, to_day date, as_of date, known_at date)
    RETURNS TABLE (since timestamptz, until timestamptz, known timestamptz, on_day date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT coalesce(report_moments.from_day::timestamp AT TIME ZONE z.zone, '-infinity'),
        least((report_moments.to_day + 1)::timestamp AT TIME ZONE z.zone, (report_moments.as_of + 1)::timestamp AT TIME ZONE z.zone, 'infinity'),
        coalesce((coalesce(report_moments.known_at, report_moments.as_of) + 1)::timestamp AT TIME ZONE z.zone, 'infinity'),
        coalesce(report_moments.as_of, licence_home.today())
    FROM (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS z;
END;
COMMENT ON FUNCTION licence_home_internal.report_moments(date, date, date, date) IS
'Internal: the days of a report as moments. since: of from_day. until: after to_day and as_of. known: after known_at, or as_of. on_day: as_of, or today.';
CALL licence_home_internal.make_function('licence_home_internal.report_moments(date, date, date, date)');

CREATE FUNCTION licence_home_internal.report_events(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS SETOF licence_home.report_fact
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000
BEGIN ATOMIC
    SELECT f.*
    FROM licence_home_internal.every_fact() AS f
    -- what happened on a day is known from then on at the earliest
    WHERE f.known_at >= (SELECT m.since FROM licence_home_internal.report_moments(report_events.from_day, report_events.to_day, report_events.as_of, report_events.known_at) AS m)
        AND f.known_at < (SELECT m.known FROM licence_home_internal.report_moments(report_events.from_day, report_events.to_day, report_events.as_of, report_events.known_at) AS m)
        AND f.at >= (SELECT m.since FROM licence_home_internal.report_moments(report_events.from_day, report_events.to_day, report_events.as_of, report_events.known_at) AS m)
        AND f.at < (SELECT m.until FROM licence_home_internal.report_moments(report_events.from_day, report_events.to_day, report_events.as_of, report_events.known_at) AS m)
        AND (report_events.district IS NULL OR f.district = report_events.district)
        AND (report_events.profession IS NULL OR f.profession = report_events.profession)
        AND (report_events.category IS NULL OR f.category = report_events.category)
        AND (report_events.edition IS NULL OR f.edition = report_events.edition)
        AND ((SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s)
            OR f.district = ANY ((SELECT s.districts FROM licence_home_internal.report_scope() AS s)::integer[]));
END;
COMMENT ON FUNCTION licence_home_internal.report_events(date, date, date, date, integer, text, text, text) IS
'Internal: the facts of a period, as they were known, that a report counts and its caller may see.';
CALL licence_home_internal.make_function('licence_home_internal.report_events(date, date, date, date, integer, text, text, text)');

-- The stock of a month's end, and the facts since.
CREATE FUNCTION licence_home_internal.stock_at(as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (workflow text, state text, kind text, district integer, profession text, category text, edition text, cases bigint)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5000
BEGIN ATOMIC
    SELECT s.workflow, s.state, s.kind, s.district, s.profession, s.category, s.edition, sum(s.n)::bigint
    FROM (
        SELECT k.workflow, k.state, k.kind, k.district, k.profession, k.category, k.edition, k.cases AS n
        FROM licence_home.report_stock AS k
        WHERE k.day = (SELECT max(l.day) FROM licence_home.report_stock AS l
            WHERE l.day <= least(stock_at.as_of, stock_at.known_at, 'infinity'))
        UNION ALL
        SELECT f.workflow, v.state, v.kind, v.district, v.profession, v.category, v.edition, v.n
        FROM licence_home_internal.every_fact() AS f
        CROSS JOIN LATERAL (VALUES
            (f.to_state, f.to_kind, f.district, f.profession, f.category, f.edition, 1),
            (f.from_state, f.from_kind, f.was_district, f.was_profession, f.was_category, f.was_edition, -1)
        ) AS v (state, kind, district, profession, category, edition, n)
        WHERE v.state IS NOT NULL
            AND f.known_at >= (SELECT coalesce((max(l.day) + 1)::timestamp AT TIME ZONE licence_home_internal.city_time_zone(), '-infinity')
                FROM licence_home.report_stock AS l WHERE l.day <= least(stock_at.as_of, stock_at.known_at, 'infinity'))
            AND f.known_at < (SELECT m.known FROM licence_home_internal.report_moments(NULL, NULL, stock_at.as_of, stock_at.known_at) AS m)
            AND f.at < (SELECT m.until FROM licence_home_internal.report_moments(NULL, NULL, stock_at.as_of, stock_at.known_at) AS m)
    ) AS s
    WHERE (stock_at.district IS NULL OR s.district = stock_at.district)
        AND (stock_at.profession IS NULL OR s.profession = stock_at.profession)
        AND (stock_at.category IS NULL OR s.category = stock_at.category)
        AND (stock_at.edition IS NULL OR s.edition = stock_at.edition)
        AND ((SELECT c.districts IS NULL FROM licence_home_internal.report_scope() AS c)
            OR s.district = ANY ((SELECT c.districts FROM licence_home_internal.report_scope() AS c)::integer[]))
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(s.n) <> 0;
END;
COMMENT ON FUNCTION licence_home_internal.stock_at(date, date, integer, text, text, text) IS
'Internal: how many cases are in each state at a day, by district, profession and edition, that a report counts and its caller may see.';
CALL licence_home_internal.make_function('licence_home_internal.stock_at(date, date, integer, text, text, text)');

-- What a report calls a thing: the newest row of its code.
CREATE FUNCTION licence_home_internal.report_labels(kind text)
    RETURNS TABLE (code text, label_ar text, label_en text, waits_for text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 30
BEGIN ATOMIC
    SELECT DISTINCT ON (l.code) l.code, l.name_ar::text, l.name_en::text, l.waits_for
    FROM (
        SELECT s.workflow || ':' || s.state AS code, s.name_ar, s.name_en, s.waits_for, NULL::daterange AS valid, NULL::timestamptz AS withdrawn_at, s.version
        FROM licence_home.workflow_state AS s WHERE report_labels.kind = 'state'
        UNION ALL SELECT d.district::text, d.name_ar, d.name_en, NULL, d.valid, d.withdrawn_at, 0
        FROM licence_home.district AS d WHERE report_labels.kind = 'district'
        UNION ALL SELECT p.code, p.name_ar, p.name_en, NULL, p.valid, p.withdrawn_at, 0
        FROM licence_home.profession AS p WHERE report_labels.kind = 'profession'
        UNION ALL SELECT z.class, z.name_ar, z.name_en, NULL, z.valid, z.withdrawn_at, 0
        FROM licence_home.zone_class AS z WHERE report_labels.kind = 'zone'
        UNION ALL SELECT 'document:' || t.document_type, t.name_ar, t.name_en, NULL, t.valid, t.withdrawn_at, 0
        FROM licence_home.document_type AS t WHERE report_labels.kind = 'reason'
        UNION ALL SELECT 'field:' || t.field, t.name_ar, t.name_en, NULL, t.valid, t.withdrawn_at, 0
        FROM licence_home.application_field AS t WHERE report_labels.kind = 'reason'
        UNION ALL SELECT x.kind || t.authority, t.name_ar, t.name_en, NULL, t.valid, t.withdrawn_at, 0
        FROM licence_home.authority AS t CROSS JOIN (VALUES ('approval:'), ('authority:')) AS x (kind) WHERE report_labels.kind = 'reason'
        UNION ALL SELECT 'criterion:' || c.criterion, c.label_ar, c.label_en, NULL, c.valid, c.withdrawn_at, 0
        FROM licence_home.criterion AS c WHERE report_labels.kind = 'reason'
        UNION ALL SELECT 'decision:' || r.reason, r.name_ar, r.name_en, NULL, r.valid, r.withdrawn_at, 0
        FROM licence_home.reason AS r WHERE report_labels.kind = 'reason'
    ) AS l
    ORDER BY l.code, l.version DESC, l.withdrawn_at DESC NULLS FIRST, lower(l.valid) DESC NULLS LAST;
END;
COMMENT ON FUNCTION licence_home_internal.report_labels(text) IS
'Internal: what a report calls the codes of a kind (state, district, profession, zone, reason) in Arabic and English.';
CALL licence_home_internal.make_function('licence_home_internal.report_labels(text)');

-- ---------------------------------------------------------------------
-- Caseload and flow
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.report_caseload_rows(as_of date, known_at date, district integer, profession text, category text, edition text)
    RETURNS TABLE (state text, state_ar text, state_en text, waits_for text, district integer, district_ar text, district_en text,
        cases bigint, few boolean)
    LANGUAGE sql STABLE ROWS 200
BEGIN ATOMIC
    SELECT s.state, s.label_ar, s.label_en, s.waits_for, s.district, d.label_ar, d.label_en,
        licence_home_internal.shown(s.cases, c.few), licence_home_internal.shown(s.cases, c.few) IS NULL
    FROM (
        -- states of several workflows that have one name are one
        SELECT k.state, k.kind, k.district, l.label_ar, l.label_en, l.waits_for, sum(k.cases)::bigint AS cases
        FROM (
            SELECT k.workflow, k.state, k.kind, k.district, sum(k.cases)::bigint AS cases
            FROM licence_home_internal.stock_at(report_caseload_rows.as_of, report_caseload_rows.known_at, report_caseload_rows.district,
                report_caseload_rows.profession, report_caseload_rows.category, report_caseload_rows.edition) AS k
            GROUP BY 1, 2, 3, 4
        ) AS k
        LEFT JOIN licence_home_internal.report_labels('state') AS l ON l.code = k.workflow || ':' || k.state
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS s
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('district') AS d ON d.code = s.district::text
    WHERE s.cases <> 0
    ORDER BY s.kind = 'end', s.state, s.district NULLS FIRST, s.label_en;
END;
COMMENT ON FUNCTION licence_home_internal.report_caseload_rows(date, date, integer, text, text, text) IS
'Internal: what report_caseload() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_caseload_rows(date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_flow_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (week date, submitted bigint, issued bigint, refused bigint, ended_otherwise bigint, open_at_end bigint, few boolean)
    LANGUAGE sql STABLE ROWS 60
BEGIN ATOMIC
    WITH moved AS MATERIALIZED (
        -- weeks begin on Sunday
        SELECT ((f.at AT TIME ZONE z.zone)::date - date_part('dow', f.at AT TIME ZONE z.zone)::integer) AS week,
            count(*) FILTER (WHERE f.from_kind = 'start' AND f.to_kind = 'open') AS submitted,
            count(*) FILTER (WHERE f.to_state = 'issued' AND f.from_kind <> 'end') AS issued,
            count(*) FILTER (WHERE f.to_state = 'rejected' AND f.from_kind <> 'end') AS refused,
            count(*) FILTER (WHERE f.to_kind = 'end' AND f.from_kind = 'open' AND f.to_state NOT IN ('issued', 'rejected')) AS ended_otherwise,
            count(*) FILTER (WHERE f.to_kind = 'open' AND f.from_kind <> 'open')
                - count(*) FILTER (WHERE f.from_kind = 'open' AND f.to_kind <> 'open') AS more
        FROM licence_home_internal.report_events(report_flow_rows.from_day, report_flow_rows.to_day, report_flow_rows.as_of,
            report_flow_rows.known_at, report_flow_rows.district, report_flow_rows.profession, report_flow_rows.category, report_flow_rows.edition) AS f
        CROSS JOIN (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS z
        WHERE f.from_kind IS DISTINCT FROM f.to_kind AND f.from_kind IS NOT NULL
        GROUP BY 1
    ), ends AS (
        SELECT min(m.week) AS first, greatest(max(m.week), (e.day - date_part('dow', e.day)::integer)) AS last
        FROM moved AS m
        CROSS JOIN (SELECT least(report_flow_rows.to_day, report_flow_rows.as_of, licence_home.today()) AS day) AS e
        GROUP BY e.day
    )
    SELECT n.week, licence_home_internal.shown(n.submitted, c.few), licence_home_internal.shown(n.issued, c.few),
        licence_home_internal.shown(n.refused, c.few), licence_home_internal.shown(n.ended_otherwise, c.few),
        licence_home_internal.shown(n.open_at_end, c.few),
        num_nulls(licence_home_internal.shown(n.submitted, c.few), licence_home_internal.shown(n.issued, c.few),
            licence_home_internal.shown(n.refused, c.few), licence_home_internal.shown(n.ended_otherwise, c.few),
            licence_home_internal.shown(n.open_at_end, c.few)) > 0
    FROM (
    SELECT w.week::date AS week, coalesce(m.submitted, 0) AS submitted, coalesce(m.issued, 0) AS issued,
        coalesce(m.refused, 0) AS refused, coalesce(m.ended_otherwise, 0) AS ended_otherwise,
        (o.cases + sum(coalesce(m.more, 0)) OVER (ORDER BY w.week))::bigint AS open_at_end
    FROM ends AS e
    CROSS JOIN LATERAL generate_series(e.first::timestamp, e.last::timestamp, interval '7 days') AS w (week)
    LEFT JOIN moved AS m ON m.week = w.week::date
    CROSS JOIN (
        SELECT coalesce(sum(k.cases), 0) AS cases
        FROM licence_home_internal.stock_at(report_flow_rows.from_day - 1, coalesce(report_flow_rows.known_at, report_flow_rows.as_of, 'infinity'), report_flow_rows.district,
            report_flow_rows.profession, report_flow_rows.category, report_flow_rows.edition) AS k
        WHERE k.kind = 'open' AND report_flow_rows.from_day IS NOT NULL
    ) AS o
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    ORDER BY 1;
END;
COMMENT ON FUNCTION licence_home_internal.report_flow_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_flow() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_flow_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_funnel_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (state text, state_ar text, state_en text, reached bigint, still_there bigint,
        refused bigint, withdrawn bigint, lapsed bigint, closed bigint, issued bigint, few boolean)
    LANGUAGE sql STABLE ROWS 50
BEGIN ATOMIC
    SELECT n.state, n.label_ar, n.label_en, licence_home_internal.shown(n.reached, c.few), licence_home_internal.shown(n.still_there, c.few), licence_home_internal.shown(n.refused, c.few),
        licence_home_internal.shown(n.withdrawn, c.few), licence_home_internal.shown(n.lapsed, c.few),
        licence_home_internal.shown(n.closed, c.few), licence_home_internal.shown(n.issued, c.few),
        num_nulls(licence_home_internal.shown(n.reached, c.few), licence_home_internal.shown(n.still_there, c.few), licence_home_internal.shown(n.refused, c.few),
            licence_home_internal.shown(n.withdrawn, c.few), licence_home_internal.shown(n.lapsed, c.few),
            licence_home_internal.shown(n.closed, c.few), licence_home_internal.shown(n.issued, c.few)) > 0
    FROM (
        SELECT v.state, l.label_ar, l.label_en,
            sum(v.reached) AS reached, sum(v.n) AS still_there,
            sum(v.gone) FILTER (WHERE v.whither = 'rejected') AS refused,
            sum(v.gone) FILTER (WHERE v.whither = 'withdrawn') AS withdrawn,
            sum(v.gone) FILTER (WHERE v.whither = 'lapsed') AS lapsed,
            sum(v.gone) FILTER (WHERE v.whither = 'closed') AS closed,
            sum(v.gone) FILTER (WHERE v.whither = 'issued') AS issued
        FROM (
            SELECT f.workflow, v.state, v.whither, sum(v.reached)::bigint AS reached, sum(v.n)::bigint AS n, sum(v.gone)::bigint AS gone
            FROM (
                SELECT f.workflow, f.from_state, f.to_state, f.from_kind, f.to_kind, f.first_time, count(*) AS moves
                FROM licence_home_internal.report_events(report_funnel_rows.from_day, NULL, report_funnel_rows.as_of, report_funnel_rows.known_at,
            report_funnel_rows.district, report_funnel_rows.profession, report_funnel_rows.category, report_funnel_rows.edition) AS f
                -- of the cases that began in the period
                WHERE f.begun_on >= coalesce(report_funnel_rows.from_day, '-infinity')
                    AND f.begun_on <= coalesce(report_funnel_rows.to_day, 'infinity')
                    AND f.from_state IS DISTINCT FROM f.to_state
                GROUP BY 1, 2, 3, 4, 5, 6
            ) AS f
            CROSS JOIN LATERAL (VALUES
                (f.to_state, f.to_kind, NULL, CASE WHEN f.first_time THEN f.moves ELSE 0 END, f.moves, 0),
                (f.from_state, f.from_kind, f.to_state, 0, -f.moves, CASE WHEN f.to_kind = 'end' THEN f.moves ELSE 0 END),
                -- a case that was opened again had not ended
                (CASE WHEN f.from_kind = 'end' THEN f.to_state END, f.to_kind, f.from_state, 0, 0, -f.moves)
            ) AS v (state, kind, whither, reached, n, gone)
            -- nobody knows of a draft where it will be
            WHERE v.state IS NOT NULL AND (v.kind <> 'start'
                OR num_nonnulls(report_funnel_rows.district, report_funnel_rows.profession, report_funnel_rows.category, report_funnel_rows.edition) = 0
                    AND (SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s))
            GROUP BY 1, 2, 3
        ) AS v
        LEFT JOIN licence_home_internal.report_labels('state') AS l ON l.code = v.workflow || ':' || v.state
        GROUP BY 1, 2, 3
    ) AS m
    CROSS JOIN LATERAL (
        SELECT m.state, m.label_ar, m.label_en, coalesce(m.reached, 0)::bigint AS reached, coalesce(m.still_there, 0)::bigint AS still_there,
            coalesce(m.refused, 0)::bigint AS refused, coalesce(m.withdrawn, 0)::bigint AS withdrawn, coalesce(m.lapsed, 0)::bigint AS lapsed,
            coalesce(m.closed, 0)::bigint AS closed, coalesce(m.issued, 0)::bigint AS issued
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    ORDER BY n.reached DESC, n.state, n.label_en;
END;
COMMENT ON FUNCTION licence_home_internal.report_funnel_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_funnel() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_funnel_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_stays_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (state text, state_ar text, state_en text, stays bigint, median_days integer, p90_days integer,
        with_deadline bigint, on_time bigint, on_time_share numeric, few boolean)
    LANGUAGE sql STABLE ROWS 50
BEGIN ATOMIC
    SELECT n.state, n.label_ar, n.label_en, licence_home_internal.shown(n.stays, c.few), CASE WHEN w.all_shown THEN n.median_days END,
        CASE WHEN w.all_shown THEN n.p90_days END, licence_home_internal.shown(n.with_deadline, c.few),
        licence_home_internal.shown(n.on_time, c.few),
        CASE WHEN licence_home_internal.shown(n.with_deadline, c.few) > 0
                AND licence_home_internal.shown(n.on_time, c.few) IS NOT NULL
            THEN round(n.on_time::numeric / n.with_deadline, 3) END,
        num_nulls(licence_home_internal.shown(n.stays, c.few), licence_home_internal.shown(n.with_deadline, c.few),
            licence_home_internal.shown(n.on_time, c.few)) > 0
    FROM (
        SELECT h.state, h.label_ar, h.label_en, sum(h.n)::bigint AS stays,
            min(h.working_days) FILTER (WHERE h.upto >= 0.5 * h.total) AS median_days,
            min(h.working_days) FILTER (WHERE h.upto >= 0.9 * h.total) AS p90_days,
            sum(h.with_deadline)::bigint AS with_deadline, sum(h.on_time)::bigint AS on_time
        FROM (
            SELECT g.*, l.label_ar, l.label_en,
                sum(g.n) OVER (PARTITION BY g.state, l.label_ar, l.label_en ORDER BY g.working_days) AS upto,
                sum(g.n) OVER (PARTITION BY g.state, l.label_ar, l.label_en) AS total
            FROM (
                SELECT f.workflow, f.from_state AS state, f.working_days, count(*) AS n, count(f.on_time) AS with_deadline,
                    count(*) FILTER (WHERE f.on_time) AS on_time
                FROM licence_home_internal.report_events(report_stays_rows.from_day, report_stays_rows.to_day, report_stays_rows.as_of, report_stays_rows.known_at,
            report_stays_rows.district, report_stays_rows.profession, report_stays_rows.category, report_stays_rows.edition) AS f
                WHERE f.stay_at IS NOT NULL AND f.from_kind <> 'end'
                GROUP BY 1, 2, 3
            ) AS g
            LEFT JOIN licence_home_internal.report_labels('state') AS l ON l.code = g.workflow || ':' || g.state
        ) AS h
        GROUP BY 1, 2, 3
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    CROSS JOIN LATERAL (SELECT licence_home_internal.shown(n.stays, c.few) IS NOT NULL AS all_shown) AS w
    ORDER BY n.state, n.label_en;
END;
COMMENT ON FUNCTION licence_home_internal.report_stays_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_stays() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_stays_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_deficiencies_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (kind text, code text, label_ar text, label_en text, missing bigint, incorrect bigint, cases bigint, few boolean)
    LANGUAGE sql STABLE ROWS 50
BEGIN ATOMIC
    SELECT n.kind, n.code, l.label_ar, l.label_en, licence_home_internal.shown(n.missing, c.few), licence_home_internal.shown(n.incorrect, c.few),
        licence_home_internal.shown(n.cases, c.few),
        num_nulls(licence_home_internal.shown(n.missing, c.few), licence_home_internal.shown(n.incorrect, c.few), licence_home_internal.shown(n.cases, c.few)) > 0
    FROM (
        SELECT split_part(r.reason, ':', 1) AS kind, split_part(r.reason, ':', 2) AS code,
            count(*) FILTER (WHERE split_part(r.reason, ':', 3) = 'missing') AS missing,
            count(*) FILTER (WHERE split_part(r.reason, ':', 3) IN ('incorrect', '')) AS incorrect,
            count(DISTINCT f.application_no) AS cases
        FROM licence_home_internal.report_events(report_deficiencies_rows.from_day, report_deficiencies_rows.to_day, report_deficiencies_rows.as_of, report_deficiencies_rows.known_at,
            report_deficiencies_rows.district, report_deficiencies_rows.profession, report_deficiencies_rows.category, report_deficiencies_rows.edition) AS f
        CROSS JOIN LATERAL unnest(f.reasons) AS r (reason)
        WHERE f.reasons IS NOT NULL AND split_part(r.reason, ':', 1) IN ('document', 'field', 'approval')
        GROUP BY 1, 2
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('reason') AS l ON l.code = n.kind || ':' || n.code
    ORDER BY n.missing + n.incorrect DESC, n.kind, n.code;
END;
COMMENT ON FUNCTION licence_home_internal.report_deficiencies_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_deficiencies() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_deficiencies_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_findings_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (criterion text, label_ar text, label_en text, found bigint, cases bigint, few boolean)
    LANGUAGE sql STABLE ROWS 50
BEGIN ATOMIC
    SELECT n.criterion, l.label_ar, l.label_en, licence_home_internal.shown(n.found, c.few), licence_home_internal.shown(n.cases, c.few),
        num_nulls(licence_home_internal.shown(n.found, c.few), licence_home_internal.shown(n.cases, c.few)) > 0
    FROM (
        SELECT split_part(r.reason, ':', 2) AS criterion, count(*) AS found, count(DISTINCT f.application_no) AS cases
        FROM licence_home_internal.report_events(report_findings_rows.from_day, report_findings_rows.to_day, report_findings_rows.as_of, report_findings_rows.known_at,
            report_findings_rows.district, report_findings_rows.profession, report_findings_rows.category, report_findings_rows.edition) AS f
        CROSS JOIN LATERAL unnest(f.reasons) AS r (reason)
        WHERE f.reasons IS NOT NULL AND r.reason LIKE 'criterion:%'
        GROUP BY 1
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('reason') AS l ON l.code = 'criterion:' || n.criterion
    ORDER BY n.found DESC, n.criterion;
END;
COMMENT ON FUNCTION licence_home_internal.report_findings_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_findings() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_findings_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_decisions_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (profession text, profession_ar text, profession_en text, zone_class text, zone_ar text, zone_en text,
        approved bigint, refused bigint, deferred bigint, few boolean)
    LANGUAGE sql STABLE ROWS 200
BEGIN ATOMIC
    SELECT n.profession, p.label_ar, p.label_en, n.zone_class, z.label_ar, z.label_en,
        licence_home_internal.shown(n.approved, c.few), licence_home_internal.shown(n.refused, c.few), licence_home_internal.shown(n.deferred, c.few),
        num_nulls(licence_home_internal.shown(n.approved, c.few), licence_home_internal.shown(n.refused, c.few), licence_home_internal.shown(n.deferred, c.few)) > 0
    FROM (
        SELECT f.profession, f.zone_class,
            count(*) FILTER (WHERE split_part(r.reason, ':', 2) = 'approved') AS approved,
            count(*) FILTER (WHERE split_part(r.reason, ':', 2) = 'refused') AS refused,
            count(*) FILTER (WHERE split_part(r.reason, ':', 2) = 'deferred') AS deferred
        FROM licence_home_internal.report_events(report_decisions_rows.from_day, report_decisions_rows.to_day, report_decisions_rows.as_of, report_decisions_rows.known_at,
            report_decisions_rows.district, report_decisions_rows.profession, report_decisions_rows.category, report_decisions_rows.edition) AS f
        CROSS JOIN LATERAL unnest(f.reasons) AS r (reason)
        WHERE f.reasons IS NOT NULL AND r.reason LIKE 'decision:%'
        GROUP BY 1, 2
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('profession') AS p ON p.code = n.profession
    LEFT JOIN licence_home_internal.report_labels('zone') AS z ON z.code = n.zone_class
    ORDER BY n.profession, n.zone_class NULLS FIRST;
END;
COMMENT ON FUNCTION licence_home_internal.report_decisions_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_decisions() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_decisions_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_refused(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS SETOF licence_home.submit_refused
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000
BEGIN ATOMIC
    SELECT s.*
    FROM licence_home.submit_refused AS s
    CROSS JOIN licence_home_internal.report_moments(report_refused.from_day, report_refused.to_day, report_refused.as_of, report_refused.known_at) AS m
    CROSS JOIN licence_home_internal.report_scope() AS c
    WHERE s.recorded_at >= m.since AND s.recorded_at < m.known AND s.at >= m.since AND s.at < m.until
        AND (report_refused.district IS NULL OR s.district = report_refused.district)
        AND (report_refused.profession IS NULL OR s.profession = report_refused.profession)
        AND (report_refused.category IS NULL OR s.category = report_refused.category)
        AND (report_refused.edition IS NULL OR s.edition = report_refused.edition)
        AND (c.districts IS NULL OR s.district = ANY (c.districts));
END;
COMMENT ON FUNCTION licence_home_internal.report_refused(date, date, date, date, integer, text, text, text) IS
'Internal: the refused submissions of a period that a report counts and its caller may see.';
CALL licence_home_internal.make_function('licence_home_internal.report_refused(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_refusals_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (stage text, code text, label_ar text, label_en text, refusals bigint, cases bigint, few boolean)
    LANGUAGE sql STABLE ROWS 50
BEGIN ATOMIC
    SELECT n.stage, n.code, l.label_ar, l.label_en, licence_home_internal.shown(n.refusals, c.few), licence_home_internal.shown(n.cases, c.few),
        num_nulls(licence_home_internal.shown(n.refusals, c.few), licence_home_internal.shown(n.cases, c.few)) > 0
    FROM (
        SELECT 'submit' AS stage, 'criterion' AS kind, u.criterion AS code, count(*) AS refusals, count(DISTINCT s.application_no) AS cases
        FROM licence_home_internal.report_refused(report_refusals_rows.from_day, report_refusals_rows.to_day, report_refusals_rows.as_of, report_refusals_rows.known_at,
            report_refusals_rows.district, report_refusals_rows.profession, report_refusals_rows.category, report_refusals_rows.edition) AS s
        CROSS JOIN LATERAL unnest(s.criteria) AS u (criterion)
        GROUP BY 3
        UNION ALL
        SELECT split_part(r.reason, ':', 1), split_part(r.reason, ':', 1),
            CASE split_part(r.reason, ':', 1) WHEN 'decision' THEN split_part(r.reason, ':', 3) ELSE split_part(r.reason, ':', 2) END,
            count(*), count(DISTINCT f.application_no)
        FROM licence_home_internal.report_events(report_refusals_rows.from_day, report_refusals_rows.to_day, report_refusals_rows.as_of, report_refusals_rows.known_at,
            report_refusals_rows.district, report_refusals_rows.profession, report_refusals_rows.category, report_refusals_rows.edition) AS f
        CROSS JOIN LATERAL unnest(f.reasons) AS r (reason)
        WHERE f.reasons IS NOT NULL AND f.to_kind = 'end' AND (r.reason LIKE 'decision:refused:%' OR r.reason LIKE 'authority:%')
        GROUP BY 1, 3         -- (columns 1 and 2 are one: a server that reads the body again groups by it once)
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('reason') AS l ON l.code = n.kind || ':' || n.code
    ORDER BY array_position('{submit,decision,authority}'::text[], n.stage), n.refusals DESC, n.code;
END;
COMMENT ON FUNCTION licence_home_internal.report_refusals_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_refusals() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_refusals_rows(date, date, date, date, integer, text, text, text)');

-- The cases that were open at a day, each with the stay it was in and its deadline as
-- it was known.  A stay that ended later is in the fact that ended it; one that has
-- not ended is that of a case that waits for somebody.
CREATE FUNCTION licence_home_internal.report_open(as_of date, known_at date, district integer, profession text, category text, edition text)
    RETURNS TABLE (application_no licence_home.application_no, workflow text, state text, district integer, entered date, due_on date, on_day date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 10000
BEGIN ATOMIC
    SELECT o.application_no, o.workflow, o.state, o.district, (o.stay_at AT TIME ZONE z.zone)::date, d.due_on, m.on_day
    FROM (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS z
    CROSS JOIN licence_home_internal.report_moments(NULL, NULL, report_open.as_of, report_open.known_at) AS m
    CROSS JOIN LATERAL (
        SELECT f.application_no, f.workflow, f.from_state AS state, f.was_district AS district, f.was_profession AS profession,
            f.was_category AS category, f.was_edition AS edition, f.stay_at, f.case_event
        FROM licence_home_internal.every_fact() AS f
        WHERE f.from_kind = 'open' AND f.stay_at < m.until AND f.stay_known_at < m.known
            AND f.known_at >= least(m.until, m.known) AND (f.at >= m.until OR f.known_at >= m.known)
        UNION ALL
        SELECT a.application_no, a.workflow, a.state, a.district, a.profession,
            (SELECT p.category FROM licence_home_internal.profession_on(a.profession, a.judged_on) AS p), a.edition, e.at, NULL
        FROM licence_home.application AS a
        CROSS JOIN LATERAL (
            SELECT e.at, e.known_at
            FROM licence_home.application_event AS e
            WHERE e.application_no = a.application_no AND e.from_state <> e.to_state
            ORDER BY e.case_event DESC
            LIMIT 1
        ) AS e
        WHERE a.waits_for IS NOT NULL AND e.at < m.until AND e.known_at < m.known
    ) AS o
    LEFT JOIN LATERAL licence_home_internal.deadline_before(o.application_no, o.state, o.case_event, m.known) AS d ON true
    WHERE (report_open.district IS NULL OR o.district = report_open.district)
        AND (report_open.profession IS NULL OR o.profession = report_open.profession)
        AND (report_open.category IS NULL OR o.category = report_open.category)
        AND (report_open.edition IS NULL OR o.edition = report_open.edition)
        AND ((SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s)
            OR o.district = ANY ((SELECT s.districts FROM licence_home_internal.report_scope() AS s)::integer[]));
END;
COMMENT ON FUNCTION licence_home_internal.report_open(date, date, integer, text, text, text) IS
'Internal: the cases that are open at a day, with the day on which each came into its state and its deadline, that a report counts and its caller may see.';
CALL licence_home_internal.make_function('licence_home_internal.report_open(date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_overdue_rows(as_of date, known_at date, district integer, profession text, category text, edition text)
    RETURNS TABLE (state text, state_ar text, state_en text, waits_for text, district integer, district_ar text, district_en text,
        open_cases bigint, overdue bigint, median_days integer, most_days integer, few boolean)
    LANGUAGE sql STABLE ROWS 200
BEGIN ATOMIC
    SELECT n.state, n.label_ar, n.label_en, n.waits_for, n.district, d.label_ar, d.label_en,
        licence_home_internal.shown(n.open_cases, c.few), licence_home_internal.shown(n.overdue, c.few),
        CASE WHEN licence_home_internal.shown(n.overdue, c.few) IS NOT NULL THEN n.median_days END,
        CASE WHEN licence_home_internal.shown(n.overdue, c.few) IS NOT NULL THEN n.most_days END,
        num_nulls(licence_home_internal.shown(n.open_cases, c.few), licence_home_internal.shown(n.overdue, c.few)) > 0
    FROM (
        SELECT o.state, o.district, l.label_ar, l.label_en, l.waits_for, count(*) AS open_cases, count(o.late) AS overdue,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY o.late) AS median_days, max(o.late) AS most_days
        FROM (
            SELECT s.workflow, s.state, s.district,
                CASE WHEN s.due_on < s.on_day THEN licence_home.working_days_between(s.due_on, s.on_day) END AS late
            FROM licence_home_internal.report_open(report_overdue_rows.as_of, report_overdue_rows.known_at, report_overdue_rows.district,
                report_overdue_rows.profession, report_overdue_rows.category, report_overdue_rows.edition) AS s
        ) AS o
        LEFT JOIN licence_home_internal.report_labels('state') AS l ON l.code = o.workflow || ':' || o.state
        GROUP BY 1, 2, 3, 4, 5
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('district') AS d ON d.code = n.district::text
    ORDER BY n.overdue DESC, n.state, n.district NULLS FIRST, n.label_en;
END;
COMMENT ON FUNCTION licence_home_internal.report_overdue_rows(date, date, integer, text, text, text) IS
'Internal: what report_overdue() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_overdue_rows(date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_fees_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (month date, schedule text, bills bigint, billed numeric, waived numeric, cancelled numeric, paid numeric,
        reversed numeric, refunded numeric, few boolean)
    LANGUAGE sql STABLE ROWS 100
BEGIN ATOMIC
    SELECT n.month, n.schedule, licence_home_internal.shown(n.bills, c.few),
        CASE WHEN w.all_shown THEN n.billed END, CASE WHEN w.all_shown THEN n.waived END, CASE WHEN w.all_shown THEN n.cancelled END,
        CASE WHEN w.all_shown THEN n.paid END, CASE WHEN w.all_shown THEN n.reversed END, CASE WHEN w.all_shown THEN n.refunded END,
        NOT w.all_shown
    FROM (
        SELECT date_trunc('month', e.at AT TIME ZONE z.zone)::date AS month, split_part(l.rule, ', fee_rule', 1) AS schedule,
            count(*) FILTER (WHERE e.kind = 'bill') AS bills, count(DISTINCT e.application_no) AS cases,
            coalesce(sum(b.gross), 0) AS billed,
            coalesce(sum(b.waived), 0) + coalesce(sum(e.amount) FILTER (WHERE e.kind = 'waiver'), 0) AS waived,
            coalesce(sum(e.amount) FILTER (WHERE e.kind = 'cancel'), 0) AS cancelled,
            coalesce(sum(e.amount) FILTER (WHERE e.kind = 'payment'), 0) AS paid,
            coalesce(sum(e.amount) FILTER (WHERE e.kind = 'reversal'), 0) AS reversed,
            coalesce(sum(e.amount) FILTER (WHERE e.kind = 'refund'), 0) AS refunded
        FROM licence_home_internal.report_moments(report_fees_rows.from_day, report_fees_rows.to_day, report_fees_rows.as_of, report_fees_rows.known_at) AS m
        CROSS JOIN (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS z
        JOIN licence_home.money_entry AS e ON e.at >= m.since AND e.at < least(m.until, m.known)
        JOIN licence_home.application AS a ON a.application_no = e.application_no
        LEFT JOIN licence_home.invoice_line AS l ON l.invoice_no = e.account AND l.line_no = 1
        LEFT JOIN LATERAL (
            SELECT coalesce(sum(i.amount) FILTER (WHERE i.amount > 0), 0) AS gross,
                -coalesce(sum(i.amount) FILTER (WHERE i.amount < 0), 0) AS waived
            FROM licence_home.invoice_line AS i
            WHERE i.invoice_no = e.source_no
        ) AS b ON e.kind = 'bill'
        WHERE (report_fees_rows.district IS NULL OR a.district = report_fees_rows.district)
            AND (report_fees_rows.profession IS NULL OR a.profession = report_fees_rows.profession)
            AND (report_fees_rows.category IS NULL OR report_fees_rows.category = (
                SELECT p.category FROM licence_home_internal.profession_on(a.profession, a.judged_on) AS p))
            AND (report_fees_rows.edition IS NULL OR a.edition = report_fees_rows.edition)
            AND ((SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s)
                OR a.district = ANY ((SELECT s.districts FROM licence_home_internal.report_scope() AS s)::integer[]))
        GROUP BY 1, 2
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    CROSS JOIN LATERAL (SELECT licence_home_internal.shown(n.cases, c.few) IS NOT NULL AS all_shown) AS w
    ORDER BY n.month, n.schedule;
END;
COMMENT ON FUNCTION licence_home_internal.report_fees_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_fees() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_fees_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_messages_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (template text, gateway text, outcome text, messages bigint, parts bigint, median_seconds_to_accept integer,
        p90_seconds_to_accept integer, median_seconds_to_deliver integer, p90_seconds_to_deliver integer, few boolean)
    LANGUAGE sql STABLE ROWS 100
BEGIN ATOMIC
    SELECT n.template, n.gateway, n.outcome, licence_home_internal.shown(n.messages, c.few), CASE WHEN w.all_shown THEN n.parts END,
        CASE WHEN w.all_shown THEN n.accept_50 END, CASE WHEN w.all_shown THEN n.accept_90 END,
        CASE WHEN w.all_shown THEN n.deliver_50 END, CASE WHEN w.all_shown THEN n.deliver_90 END, NOT w.all_shown
    FROM (
        SELECT s.template, s.gateway, s.outcome, count(*) AS messages, sum(s.parts)::bigint AS parts,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY s.to_accept) AS accept_50,
            percentile_disc(0.9) WITHIN GROUP (ORDER BY s.to_accept) AS accept_90,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY s.to_deliver) AS deliver_50,
            percentile_disc(0.9) WITHIN GROUP (ORDER BY s.to_deliver) AS deliver_90
        FROM (
            SELECT t.template, t.gateway, t.parts,
                -- as it stood then
                CASE WHEN t.delivered_at < x.known THEN 'delivered'
                    WHEN t.status = 'failed' AND t.accepted_at < x.known THEN 'failed'
                    WHEN t.accepted_at < x.known THEN 'accepted'
                    WHEN t.accepted_at >= x.known THEN 'waiting'
                    ELSE t.status END AS outcome,
                CASE WHEN t.accepted_at < x.known THEN extract(epoch FROM t.accepted_at - t.created_at)::integer END AS to_accept,
                CASE WHEN t.delivered_at < x.known THEN extract(epoch FROM t.delivered_at - t.created_at)::integer END AS to_deliver
            FROM licence_home_internal.report_moments(report_messages_rows.from_day, report_messages_rows.to_day, report_messages_rows.as_of, report_messages_rows.known_at) AS x
            JOIN licence_home.sms_status AS t ON t.created_at >= x.since AND t.created_at < x.until
            LEFT JOIN licence_home.application AS a ON a.application_no = t.application_no
            WHERE (report_messages_rows.district IS NULL OR a.district = report_messages_rows.district)
                AND (report_messages_rows.profession IS NULL OR a.profession = report_messages_rows.profession)
                AND (report_messages_rows.category IS NULL OR report_messages_rows.category = (
                    SELECT p.category FROM licence_home_internal.profession_on(a.profession, a.judged_on) AS p))
                AND (report_messages_rows.edition IS NULL OR a.edition = report_messages_rows.edition)
                AND ((SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s)
                    OR a.district = ANY ((SELECT s.districts FROM licence_home_internal.report_scope() AS s)::integer[]))
        ) AS s
        GROUP BY 1, 2, 3
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    CROSS JOIN LATERAL (SELECT licence_home_internal.shown(n.messages, c.few) IS NOT NULL AS all_shown) AS w
    ORDER BY n.template, n.gateway NULLS FIRST, n.outcome;
END;
COMMENT ON FUNCTION licence_home_internal.report_messages_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_messages() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_messages_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_work_rows(from_day date, to_day date, as_of date, known_at date,
        district integer, profession text, category text, edition text)
    RETURNS TABLE (official text, name_ar text, name_en text, role text, action text, acts bigint, cases bigint, days bigint)
    LANGUAGE sql STABLE ROWS 500
BEGIN ATOMIC
    SELECT e.actor, o.name_ar, o.name_en, replace(e.role, 'licence_home_', ''), e.action, e.acts, e.cases, e.days
    FROM (
        SELECT e.actor, e.role, e.action, count(*) AS acts, count(DISTINCT e.application_no) AS cases,
            count(DISTINCT (e.at AT TIME ZONE z.zone)::date) AS days
        FROM licence_home_internal.report_moments(report_work_rows.from_day, report_work_rows.to_day, report_work_rows.as_of, report_work_rows.known_at) AS m
        CROSS JOIN (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS z
        JOIN licence_home.application_event AS e ON e.known_at >= m.since AND e.known_at < m.known AND e.at >= m.since AND e.at < m.until
        JOIN licence_home.application AS a ON a.application_no = e.application_no
        WHERE e.role NOT IN ('licence_home_portal', 'licence_home_sender')
            AND (report_work_rows.district IS NULL OR a.district = report_work_rows.district)
            AND (report_work_rows.profession IS NULL OR a.profession = report_work_rows.profession)
            AND (report_work_rows.category IS NULL OR report_work_rows.category = (
                SELECT p.category FROM licence_home_internal.profession_on(a.profession, a.judged_on) AS p))
            AND (report_work_rows.edition IS NULL OR a.edition = report_work_rows.edition)
            AND ((SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s)
                OR a.district = ANY ((SELECT s.districts FROM licence_home_internal.report_scope() AS s)::integer[]))
        GROUP BY 1, 2, 3
    ) AS e
    LEFT JOIN LATERAL (
        SELECT o.name_ar::text, o.name_en::text
        FROM licence_home.official AS o
        WHERE o.key = licence_home.fold_reference(e.actor)
        ORDER BY lower(o.valid) DESC
        LIMIT 1
    ) AS o ON true
    ORDER BY e.actor, e.role, e.action;
END;
COMMENT ON FUNCTION licence_home_internal.report_work_rows(date, date, date, date, integer, text, text, text) IS
'Internal: what report_work() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_work_rows(date, date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_licences_rows(as_of date, known_at date, district integer, profession text, category text, edition text)
    RETURNS TABLE (district integer, district_ar text, district_en text, in_force bigint, renewed bigint, suspended bigint,
        term_over bigint, ended_otherwise bigint, few boolean)
    LANGUAGE sql STABLE ROWS 30
BEGIN ATOMIC
    SELECT n.district, d.label_ar, d.label_en, licence_home_internal.shown(n.in_force, c.few), licence_home_internal.shown(n.renewed, c.few),
        licence_home_internal.shown(n.suspended, c.few), licence_home_internal.shown(n.term_over, c.few),
        licence_home_internal.shown(n.ended_otherwise, c.few),
        num_nulls(licence_home_internal.shown(n.in_force, c.few), licence_home_internal.shown(n.renewed, c.few),
            licence_home_internal.shown(n.suspended, c.few), licence_home_internal.shown(n.term_over, c.few),
            licence_home_internal.shown(n.ended_otherwise, c.few)) > 0
    FROM (
        SELECT l.district, count(*) FILTER (WHERE l.in_force) AS in_force,
            count(*) FILTER (WHERE l.in_force AND l.term_no > 1) AS renewed,
            count(*) FILTER (WHERE l.standing = 'suspended' AND NOT l.expired) AS suspended,
            count(*) FILTER (WHERE l.standing IN ('in_force', 'suspended') AND l.expired) AS term_over,
            count(*) FILTER (WHERE l.standing NOT IN ('in_force', 'suspended')) AS ended_otherwise
        FROM licence_home_internal.report_moments(NULL, NULL, report_licences_rows.as_of, report_licences_rows.known_at) AS m
        CROSS JOIN LATERAL licence_home.licences_on(m.on_day, m.known - interval '1 microsecond') AS l
        -- one whose term is still to begin is none yet
        WHERE l.term_no IS NOT NULL
            AND (report_licences_rows.district IS NULL OR l.district = report_licences_rows.district)
            AND (report_licences_rows.profession IS NULL OR l.profession = report_licences_rows.profession)
            AND (report_licences_rows.category IS NULL OR report_licences_rows.category = (
                SELECT p.category FROM licence_home_internal.profession_on(l.profession, l.judged_on) AS p))
            AND (report_licences_rows.edition IS NULL OR report_licences_rows.edition = (
                SELECT e.edition FROM licence_home_internal.edition_on(l.judged_on) AS e))
            AND ((SELECT s.districts IS NULL FROM licence_home_internal.report_scope() AS s)
                OR l.district = ANY ((SELECT s.districts FROM licence_home_internal.report_scope() AS s)::integer[]))
        GROUP BY 1
    ) AS n
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_labels('district') AS d ON d.code = n.district::text
    ORDER BY n.district NULLS FIRST;
END;
COMMENT ON FUNCTION licence_home_internal.report_licences_rows(date, date, integer, text, text, text) IS
'Internal: what report_licences() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_licences_rows(date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_rule_effect_rows(on_day date, as_of date, known_at date, district integer, profession text, category text, edition text)
    RETURNS TABLE (span text, from_day date, to_day date, submitted bigint, refused_at_submit bigint, issued bigint, refused bigint,
        median_days_to_issue integer, few boolean)
    LANGUAGE sql STABLE ROWS 2
BEGIN ATOMIC
    SELECT p.span, p.from_day, p.to_day, licence_home_internal.shown(n.submitted, c.few), licence_home_internal.shown(r.refused, c.few), licence_home_internal.shown(n.issued, c.few),
        licence_home_internal.shown(n.refused, c.few), CASE WHEN licence_home_internal.shown(n.issued, c.few) IS NOT NULL THEN n.median_days END,
        num_nulls(licence_home_internal.shown(n.submitted, c.few), licence_home_internal.shown(r.refused, c.few), licence_home_internal.shown(n.issued, c.few),
            licence_home_internal.shown(n.refused, c.few)) > 0
    FROM (VALUES ('before', (report_rule_effect_rows.on_day - interval '1 year')::date, report_rule_effect_rows.on_day - 1),
        ('after', report_rule_effect_rows.on_day, (report_rule_effect_rows.on_day + interval '1 year')::date - 1)) AS p (span, from_day, to_day)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE f.from_kind = 'start' AND f.to_kind = 'open') AS submitted,
            count(*) FILTER (WHERE f.to_state = 'issued' AND f.from_kind <> 'end') AS issued,
            count(*) FILTER (WHERE f.to_state = 'rejected' AND f.from_kind <> 'end') AS refused,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY licence_home.working_days_between(f.judged_on, (f.at AT TIME ZONE z.zone)::date))
                FILTER (WHERE f.to_state = 'issued' AND f.from_kind <> 'end') AS median_days
        FROM (SELECT licence_home_internal.city_time_zone() AS zone OFFSET 0) AS z
        CROSS JOIN LATERAL licence_home_internal.report_events(p.from_day, p.to_day, report_rule_effect_rows.as_of, report_rule_effect_rows.known_at,
            report_rule_effect_rows.district, report_rule_effect_rows.profession, report_rule_effect_rows.category, report_rule_effect_rows.edition) AS f
        WHERE f.from_kind IS DISTINCT FROM f.to_kind
    ) AS n
    CROSS JOIN LATERAL (
        SELECT count(*) AS refused
        FROM licence_home_internal.report_refused(p.from_day, p.to_day, report_rule_effect_rows.as_of, report_rule_effect_rows.known_at,
            report_rule_effect_rows.district, report_rule_effect_rows.profession, report_rule_effect_rows.category, report_rule_effect_rows.edition) AS s
    ) AS r
    CROSS JOIN licence_home_internal.report_scope() AS c
    ORDER BY p.from_day;
END;
COMMENT ON FUNCTION licence_home_internal.report_rule_effect_rows(date, date, date, integer, text, text, text) IS
'Internal: what report_rule_effect() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_rule_effect_rows(date, date, date, integer, text, text, text)');

CREATE FUNCTION licence_home_internal.report_density_rows(as_of date, known_at date, district integer, profession text, category text, edition text)
    RETURNS TABLE (district integer, district_ar text, district_en text, in_force bigint, homes integer, per_1000_homes numeric, few boolean)
    LANGUAGE sql STABLE ROWS 22
BEGIN ATOMIC
    SELECT d.district, d.name_ar::text, d.name_en::text, n.in_force, d.homes,
        round(1000.0 * n.in_force / nullif(d.homes, 0), 2), coalesce(n.few, false)
    FROM licence_home_internal.report_moments(NULL, NULL, report_density_rows.as_of, report_density_rows.known_at) AS m
    JOIN licence_home.district AS d ON licence_home.in_force(d.valid, d.withdrawn_at, m.on_day)
        AND (report_density_rows.district IS NULL OR d.district = report_density_rows.district)
    CROSS JOIN licence_home_internal.report_scope() AS c
    LEFT JOIN licence_home_internal.report_licences_rows(report_density_rows.as_of, report_density_rows.known_at, report_density_rows.district,
        report_density_rows.profession, report_density_rows.category, report_density_rows.edition) AS n ON n.district = d.district
    WHERE c.districts IS NULL OR d.district = ANY (c.districts)
    ORDER BY d.district;
END;
COMMENT ON FUNCTION licence_home_internal.report_density_rows(date, date, integer, text, text, text) IS
'Internal: what report_density() gives.';
CALL licence_home_internal.make_function('licence_home_internal.report_density_rows(date, date, integer, text, text, text)');

-- ---------------------------------------------------------------------
-- What is called
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.report_caseload(as_of date DEFAULT NULL, known_at date DEFAULT NULL,
        district integer DEFAULT NULL, profession text DEFAULT NULL, category text DEFAULT NULL,
        edition text DEFAULT NULL)
    RETURNS TABLE (state text, state_ar text, state_en text, waits_for text, district integer, district_ar text, district_en text,
        cases bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_caseload(date, date, integer, text, text, text) IS
'How many cases are in each state and district at the end of a day (null: now), and for whom they wait. A draft has no district yet. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_caseload(date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_flow(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (week date, submitted bigint, issued bigint, refused bigint, ended_otherwise bigint, open_at_end bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_flow(date, date, date, date, integer, text, text, text) IS
'Of each week (from Sunday): first submissions, licences, refusals, cases that ended otherwise, and cases that are open at its end. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_flow(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_funnel(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (state text, state_ar text, state_en text, reached bigint, still_there bigint,
        refused bigint, withdrawn bigint, lapsed bigint, closed bigint, issued bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_funnel(date, date, date, date, integer, text, text, text) IS
'Of the cases that began in the period: how many reached each state, how many are there, and how many ended from there, and how. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_funnel(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_stays(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (state text, state_ar text, state_en text, stays bigint, median_days integer, p90_days integer,
        with_deadline bigint, on_time bigint, on_time_share numeric, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_stays(date, date, date, date, integer, text, text, text) IS
'Of the stays in a state that ended in the period: how many, their median and 90th percentile in working days, how many had a deadline, and how many ended by it. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_stays(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_overdue(as_of date DEFAULT NULL, known_at date DEFAULT NULL,
        district integer DEFAULT NULL, profession text DEFAULT NULL, category text DEFAULT NULL,
        edition text DEFAULT NULL)
    RETURNS TABLE (state text, state_ar text, state_en text, waits_for text, district integer, district_ar text, district_en text,
        open_cases bigint, overdue bigint, median_days integer, most_days integer, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_overdue(date, date, integer, text, text, text) IS
'Of the cases that are open at the end of a day, by state and district: for whom they wait, how many are past their deadline, and by how many working days. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_overdue(date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_deficiencies(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (kind text, code text, label_ar text, label_en text, missing bigint, incorrect bigint, cases bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_deficiencies(date, date, date, date, integer, text, text, text) IS
'What was found missing or incorrect when a case went back to its applicant: documents, columns of the application, approvals. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_deficiencies(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_findings(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (criterion text, label_ar text, label_en text, found bigint, cases bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_findings(date, date, date, date, integer, text, text, text) IS
'Which criteria inspections found not met. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_findings(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_decisions(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (profession text, profession_ar text, profession_en text, zone_class text, zone_ar text, zone_en text,
        approved bigint, refused bigint, deferred bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_decisions(date, date, date, date, integer, text, text, text) IS
'Decisions by profession and zone class. A decision counts when a step has relied on it, one that deferred with the step that follows. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_decisions(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_refusals(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (stage text, code text, label_ar text, label_en text, refusals bigint, cases bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_refusals(date, date, date, date, integer, text, text, text) IS
'Why it was refused: criteria at the submission, reasons of decisions, authorities. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_refusals(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_fees(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (month date, schedule text, bills bigint, billed numeric, waived numeric, cancelled numeric, paid numeric,
        reversed numeric, refunded numeric, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_fees(date, date, date, date, integer, text, text, text) IS
'Money by month and schedule, in JOD: bills and what was billed, waived, taken back, paid, reversed and refunded. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_fees(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_messages(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (template text, gateway text, outcome text, messages bigint, parts bigint, median_seconds_to_accept integer,
        p90_seconds_to_accept integer, median_seconds_to_deliver integer, p90_seconds_to_deliver integer, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_messages(date, date, date, date, integer, text, text, text) IS
'The messages written in the period, by text, gateway and outcome, with seconds to acceptance and to delivery. from_day, to_day: both included; null: from the first, to as_of. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_messages(date, date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_work(from_day date DEFAULT NULL, to_day date DEFAULT NULL,
        as_of date DEFAULT NULL, known_at date DEFAULT NULL, district integer DEFAULT NULL,
        profession text DEFAULT NULL, category text DEFAULT NULL, edition text DEFAULT NULL)
    RETURNS TABLE (official text, name_ar text, name_en text, role text, action text, acts bigint, cases bigint, days bigint)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_work(date, date, date, date, integer, text, text, text) IS
'What officials did in the period: acts, cases, and days on which they acted. from_day, to_day: both included; null: from the first, to as_of.';
CALL licence_home_internal.make_function('licence_home.report_work(date, date, date, date, integer, text, text, text)',
    'director, admin, auditor');

CREATE FUNCTION licence_home.report_licences(as_of date DEFAULT NULL, known_at date DEFAULT NULL,
        district integer DEFAULT NULL, profession text DEFAULT NULL, category text DEFAULT NULL,
        edition text DEFAULT NULL)
    RETURNS TABLE (district integer, district_ar text, district_en text, in_force bigint, renewed bigint, suspended bigint,
        term_over bigint, ended_otherwise bigint, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_licences(date, date, integer, text, text, text) IS
'The licences of each district at a day: in force, and renewed of these, suspended, those whose term is over, and those that ended otherwise (revoked, surrendered, set aside). few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_licences(date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_rule_effect(on_day date, as_of date DEFAULT NULL, known_at date DEFAULT NULL,
        district integer DEFAULT NULL, profession text DEFAULT NULL, category text DEFAULT NULL,
        edition text DEFAULT NULL)
    RETURNS TABLE (span text, from_day date, to_day date, submitted bigint, refused_at_submit bigint, issued bigint, refused bigint,
        median_days_to_issue integer, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_rule_effect(date, date, date, integer, text, text, text) IS
'The year before a day on which a rule begins, and the year from that day. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_rule_effect(date, date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');

CREATE FUNCTION licence_home.report_density(as_of date DEFAULT NULL, known_at date DEFAULT NULL,
        district integer DEFAULT NULL, profession text DEFAULT NULL, category text DEFAULT NULL,
        edition text DEFAULT NULL)
    RETURNS TABLE (district integer, district_ar text, district_en text, in_force bigint, homes integer, per_1000_homes numeric, few boolean)
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.report_density(date, date, integer, text, text, text) IS
'Licences in force for 1,000 homes of each district; null where district.homes says nothing. few: a number below licence_home.small_cells is withheld.';
CALL licence_home_internal.make_function('licence_home.report_density(date, date, integer, text, text, text)',
    'analyst, director, admin, auditor');
