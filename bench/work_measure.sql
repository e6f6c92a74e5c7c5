-- What a question of the daily work takes in the server: each asked of two
-- hundred cases in one statement, twice; the second time counts.  Prints question|ms|rows.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET jit = off;
SET enable_memoize = off;            -- each is asked
SET licence_home.clock = '2026-07-07 10:00+03';
-- What this backend has had of a processor, in milliseconds: what others do on the
-- machine is not in it.
CREATE FUNCTION bench.processor() RETURNS double precision
    LANGUAGE sql VOLATILE AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e6 $$;
CREATE FUNCTION bench.milliseconds(call text) RETURNS TABLE (milliseconds numeric, rows_each numeric)
    LANGUAGE plpgsql AS $$
DECLARE
    began double precision;
    took double precision;
    given bigint;
    asked bigint;
BEGIN
    FOR i IN 1 .. 2 LOOP
        began := bench.processor();
        SET LOCAL ROLE bench_clerk;
        EXECUTE call INTO asked, given;
        RESET ROLE;
        took := bench.processor() - began;
    END LOOP;
    RETURN QUERY SELECT round((took / asked)::numeric, 3), round(given::numeric / asked, 1);
END $$;
-- (a transaction each: the records of reading of one transaction are kept together)
CREATE VIEW bench.few AS SELECT * FROM bench.asked LIMIT 200;
GRANT SELECT ON bench.few TO bench_clerk;
SELECT format('SELECT %L, m.* FROM bench.milliseconds(%L) AS m', v.question, v.call)
  FROM (VALUES
    ('case_card', 'SELECT count(*), count(c) FROM bench.few AS a CROSS JOIN LATERAL licence_home.case_card(a.application_no) AS c'),
    ('case_card_text', 'SELECT count(DISTINCT a.application_no), count(c) FROM bench.few AS a CROSS JOIN LATERAL licence_home.case_card_text(a.application_no) AS c')
  ) AS v (question, call)
 UNION ALL
SELECT format('SELECT %L, m.* FROM bench.milliseconds(%L) AS m', 'find_cases by ' || c.name,
       format('SELECT count(DISTINCT a.application_no), count(f.rank) FROM bench.few AS a LEFT JOIN LATERAL licence_home.find_cases(a.%I) AS f ON true', c.name))
  FROM unnest('{full_name,other_spelling,first_and_family,first_name,phone,last_digits,identity_no,case_no,parcel,whole_parcel,address}'::text[]) AS c (name)
\gexec
DROP VIEW bench.few;
