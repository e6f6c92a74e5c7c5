-- What is in licence_home_internal nobody calls by its name; what is made of it
-- answers all the same, since a body found its parts when it was made.
\pset format unaligned
\pset footer off
CREATE FUNCTION pg_temp.outcome(who text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    PERFORM set_config('role', 'regress_' || who, true);
    BEGIN
        EXECUTE statement;
        said := 'answered';
    EXCEPTION WHEN OTHERS THEN
        said := SQLSTATE || ' ' || SQLERRM;
    END;
    PERFORM set_config('role', 'none', true);
    RETURN said;
END $$;
CREATE TEMP TABLE part AS
    SELECT p.oid::regprocedure::text AS signature,
        format('SELECT %s(%s)', p.oid::regproc, (SELECT string_agg('NULL::' || a.type::regtype, ', ' ORDER BY a.n)
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n))) AS statement
    FROM pg_proc AS p WHERE p.pronamespace = 'licence_home_internal'::regnamespace AND p.prokind = 'f';
SELECT count(*) > 150 AS many FROM part;

\echo == every part, as every role
SELECT r.who, pg_temp.outcome(r.who, p.statement) AS outcome, count(*) > 150 AS many
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS r (who)
CROSS JOIN part AS p
-- (nobody at all finds none of the argument types either)
GROUP BY 1, 2 ORDER BY 1, 2;

\echo == types and tables there
SELECT r.who, pg_temp.outcome(r.who, s.statement) AS outcome
FROM unnest('{portal,clerk,analyst}'::text[]) AS r (who)
CROSS JOIN unnest('{SELECT FROM licence_home_internal.types_sorted,SELECT NULL::licence_home_internal.judgement}'::text[]) AS s (statement)
ORDER BY 1, s.statement;

\echo == what is made of them
SELECT r.who, c.call, pg_temp.outcome(r.who, 'SELECT * FROM licence_home.' || c.call) AS outcome
FROM (VALUES
    ('{portal,clerk,admin}'::text[], $$assess('knitting', 'SRID=4326;POINT(35.93 31.95)', 120, 15, '1990-01-01', 0, 1, false, '2026-03-01')$$),
    ('{portal,inspector}', $$zone_ruling('knitting', 'SRID=4326;POINT(35.93 31.95)', '2026-03-01')$$),
    ('{portal,director}', $$permitted_professions('SRID=4326;POINT(35.93 31.95)', '2026-03-01')$$),
    ('{portal,cashier}', $$fee('knitting', 15, '2026-03-01')$$),
    ('{clerk,committee,admin}', $$caseload_changes('2026-01-01', '2026-02-01', '2026-03-01')$$),
    ('{portal,clerk}', $$verify_licence(NULL)$$),
    ('{admin}', $$load_rules('amman')$$)) AS c (who, call)
CROSS JOIN LATERAL unnest(c.who) AS r (who)
ORDER BY c.call, r.who;

\echo == both schemas keep their names, and what is in them its place
ALTER SCHEMA licence_home_internal RENAME TO elsewhere;
ALTER SCHEMA licence_home RENAME TO elsewhere;
ALTER FUNCTION licence_home_internal.plain(numeric) SET SCHEMA public;
ALTER FUNCTION licence_home_internal.plain(numeric) RENAME TO fancy;
ALTER TYPE licence_home_internal.judgement SET SCHEMA public;
