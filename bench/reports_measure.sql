-- Time each report: of a year from :year on, and of all time.  Each is asked twice, and
-- the second counts.
SET licence_home.small_cells = 0;
CREATE TEMP TABLE asked (n serial, report text, period text, query text);
INSERT INTO asked (report, period, query)
SELECT r.name, p.period, format('SELECT count(*) FROM licence_home.report_%s(%s)', r.name, CASE
    WHEN r.name = 'rule_effect' THEN CASE p.period WHEN 'a year' THEN quote_literal(:'year') END
    WHEN r.of_a_day THEN CASE p.period WHEN 'a year' THEN format('as_of => %L', :'year') ELSE '' END
    WHEN p.period = 'a year' THEN format('%L', :'year') ELSE '' END)
FROM unnest('{caseload,flow,funnel,stays,overdue,deficiencies,findings,decisions,refusals,fees,messages,work,licences,rule_effect}'::text[],
    '{t,f,f,f,t,f,f,f,f,f,f,f,t,f}'::boolean[]) WITH ORDINALITY AS r (name, of_a_day, n)
CROSS JOIN (VALUES ('a year'), ('all time')) AS p (period)
WHERE r.name <> 'rule_effect' OR p.period = 'a year'
ORDER BY r.n, p.period;
CREATE FUNCTION pg_temp.seconds(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    rows bigint;
BEGIN
    EXECUTE query INTO rows;
    began := clock_timestamp();
    EXECUTE query INTO rows;
    RETURN round(extract(epoch FROM clock_timestamp() - began), 2);
END $$;
SELECT format('%-14s %-10s %8s s', a.report, a.period, pg_temp.seconds(a.query)) FROM asked AS a ORDER BY a.n;
SELECT format('%s cases, %s facts', (SELECT count(*) FROM licence_home.application), (SELECT count(*) FROM licence_home.report_fact));
