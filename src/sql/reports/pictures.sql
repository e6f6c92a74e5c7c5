-- ---------------------------------------------------------------------
-- Pictures of text: bars in a terminal, and a workflow for Graphviz.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.bar(n numeric, max numeric, width integer DEFAULT 20) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN bar.n > 0 AND bar.max > 0 AND bar.n <> 'NaN' AND bar.max < 'Infinity' THEN (
        -- a cell has eight steps
        SELECT repeat('█', e.eighths / 8) || (ARRAY['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'])[e.eighths % 8 + 1]
        FROM (SELECT round(8 * w.width * least(bar.n / bar.max, 1))::integer AS eighths
              FROM (SELECT greatest(1, least(coalesce(bar.width, 20), 200)) AS width) AS w) AS e)
        ELSE '' END;
COMMENT ON FUNCTION licence_home.bar(numeric, numeric, integer) IS
'A bar for a chart in a terminal: n of max, in so many cells (1 to 200). Empty for nothing.';
CALL licence_home_internal.make_function('licence_home.bar(numeric, numeric, integer)', 'everyone');

CREATE FUNCTION licence_home_internal.workflow_dot_rows(workflow text, as_of date)
    RETURNS SETOF text
    LANGUAGE sql STABLE ROWS 50
BEGIN ATOMIC
    WITH edge AS MATERIALIZED (
        SELECT h.from_state, h.to_state, h.action, sum(h.n)::bigint AS moves,
            min(h.working_days) FILTER (WHERE h.upto >= 0.5 * h.total) AS days
        FROM (
            SELECT g.*, sum(g.n) OVER (PARTITION BY g.from_state, g.to_state, g.action ORDER BY g.working_days) AS upto,
                sum(g.n) OVER (PARTITION BY g.from_state, g.to_state, g.action) AS total
            FROM (
                SELECT f.from_state, f.to_state, f.action, f.working_days, count(*) AS n
                FROM licence_home_internal.report_events(NULL, NULL, workflow_dot_rows.as_of, NULL, NULL, NULL, NULL, NULL) AS f
                WHERE f.workflow = workflow_dot_rows.workflow AND f.stay_at IS NOT NULL
                GROUP BY 1, 2, 3, 4
            ) AS g
        ) AS h
        GROUP BY 1, 2, 3
    ), node AS MATERIALIZED (
        SELECT s.state, s.kind, l.label_ar, l.label_en, coalesce(k.cases, 0) AS cases
        FROM (
            SELECT DISTINCT w.state, w.kind FROM licence_home.workflow_state AS w
            JOIN licence_home.workflow AS v ON v.workflow = w.workflow AND v.version = w.version AND v.published_at IS NOT NULL
            WHERE w.workflow = workflow_dot_rows.workflow
        ) AS s
        LEFT JOIN licence_home_internal.report_labels('state') AS l ON l.code = workflow_dot_rows.workflow || ':' || s.state
        LEFT JOIN (
            SELECT k.state, sum(k.cases)::bigint AS cases
            FROM licence_home_internal.stock_at(workflow_dot_rows.as_of, NULL, NULL, NULL, NULL, NULL) AS k
            WHERE k.workflow = workflow_dot_rows.workflow
            GROUP BY 1
        ) AS k ON k.state = s.state
    )
    SELECT d.line
    FROM licence_home_internal.report_scope() AS c
    CROSS JOIN LATERAL (
        SELECT 0 AS part, '' AS place, 'digraph workflow {' AS line
        UNION ALL SELECT 1, '', '    rankdir = LR; node [shape = box, style = rounded];'
        UNION ALL
        SELECT 2, n.state, format('    "%s" [label = "%s\n%s\n%s"%s];', n.state, replace(n.label_ar, '"', '\"'), replace(n.label_en, '"', '\"'),
            coalesce(licence_home_internal.shown(n.cases, c.few)::text, '< ' || c.few), CASE n.kind WHEN 'open' THEN '' ELSE ', peripheries = 2' END)
        FROM node AS n
        UNION ALL
        SELECT 3, e.from_state || ' ' || e.to_state || ' ' || e.action, format('    "%s" -> "%s" [label = "%s\n%s"];', e.from_state, e.to_state, e.action,
            CASE WHEN licence_home_internal.shown(e.moves, c.few) IS NULL THEN '< ' || c.few ELSE format('%s, %s d', e.moves, e.days) END)
        FROM edge AS e
        UNION ALL SELECT 4, '', '}'
    ) AS d
    WHERE EXISTS (SELECT FROM node)
    ORDER BY d.part, d.place COLLATE "C";
END;
COMMENT ON FUNCTION licence_home_internal.workflow_dot_rows(text, date) IS
'Internal: what workflow_dot() gives.';
CALL licence_home_internal.make_function('licence_home_internal.workflow_dot_rows(text, date)');

CREATE FUNCTION licence_home.workflow_dot(workflow text DEFAULT 'first_issue', as_of date DEFAULT NULL)
    RETURNS SETOF text
    AS 'MODULE_PATHNAME', 'licence_home_report' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 50;
COMMENT ON FUNCTION licence_home.workflow_dot(text, date) IS
'A workflow for Graphviz, line by line: its states, with how many cases are there, and the ways that cases took between them, each with how many and the median of the working days before it. No row for a workflow that is not published.';
CALL licence_home_internal.make_function('licence_home.workflow_dot(text, date)', 'analyst, director, admin, auditor');
