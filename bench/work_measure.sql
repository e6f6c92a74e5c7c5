-- What a question of the daily work takes in the server: each asked of a thousand
-- cases in one statement, twice; the second time counts.  Prints question|ms.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET jit = off;
SET licence_home.clock = '2026-07-07 10:00+03';
CREATE FUNCTION bench.milliseconds(call text) RETURNS TABLE (milliseconds numeric, rows_each numeric)
    LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    took double precision;
    given bigint;
    asked bigint;
BEGIN
    SET LOCAL ROLE bench_clerk;
    FOR i IN 1 .. 3 LOOP
        began := clock_timestamp();
        EXECUTE call INTO asked, given;
        took := extract(epoch FROM clock_timestamp() - began);
    END LOOP;
    RESET ROLE;
    RETURN QUERY SELECT round((1000 * took / asked)::numeric, 3), round(given::numeric / asked, 1);
END $$;
SELECT v.question, m.* FROM (VALUES
    ('case_card', 'SELECT count(*), count(c) FROM bench.asked AS a CROSS JOIN LATERAL licence_home.case_card(a.application_no) AS c'),
    ('case_card_text', 'SELECT count(DISTINCT a.application_no), count(c) FROM (SELECT * FROM bench.asked LIMIT 100) AS a CROSS JOIN LATERAL licence_home.case_card_text(a.application_no) AS c')
) AS v (question, call) CROSS JOIN LATERAL bench.milliseconds(v.call) AS m;
SELECT 'find_cases by ' || c.name, m.*
  FROM unnest('{full_name,other_spelling,first_and_family,first_name,phone,last_digits,identity_no,case_no,parcel,whole_parcel,address}'::text[]) AS c (name)
 CROSS JOIN LATERAL bench.milliseconds(format('SELECT count(DISTINCT a.application_no), count(f.rank) '
    'FROM bench.asked AS a LEFT JOIN LATERAL licence_home.find_cases(a.%I) AS f ON true', c.name)) AS m;
