-- What a question of the daily work takes in the server, asked as a clerk asks it: each
-- in a transaction of its own, a round to warm up and a round that counts.  What finds
-- more costs more, so the calls that found 1 to 5 and 40 to 50 are averaged by themselves
-- too.  Prints question|ms|rows.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET jit = off;
SET licence_home.clock = '2026-07-07 10:00+03';
-- What this backend has had of a processor, in milliseconds: what others do on the
-- machine is not in it.
CREATE FUNCTION bench.processor() RETURNS double precision
    LANGUAGE sql VOLATILE AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e6 $$;
CREATE TEMP TABLE took (question text, milliseconds double precision, given bigint);

CREATE PROCEDURE bench.measure(question text, what text, call text)
    LANGUAGE plpgsql AS $$
DECLARE
    said text[];
    it text;
    began double precision;
    given bigint;
BEGIN
    EXECUTE format('SELECT ARRAY(SELECT a.%1$I::text FROM bench.asked AS a WHERE a.%1$I IS NOT NULL ORDER BY a.application_no LIMIT 400)', what)
        INTO said;
    FOR i IN 1 .. 2 LOOP
        FOREACH it IN ARRAY said LOOP
            began := bench.processor();
            SET LOCAL ROLE bench_clerk;
            EXECUTE call INTO given USING it;
            RESET ROLE;
            IF i = 2 THEN
                INSERT INTO took VALUES (question, bench.processor() - began, given);
            END IF;
            COMMIT;
        END LOOP;
    END LOOP;
END $$;
SELECT format('CALL bench.measure(%L, %L, %L)', v.question, v.what, v.call)
FROM (
    VALUES ('case_card', 'case_no', 'SELECT count(c) FROM licence_home.case_card($1::licence_home.application_no) AS c'),
        ('case_card_text', 'case_no', 'SELECT count(c) FROM licence_home.case_card_text($1::licence_home.application_no) AS c')
    UNION ALL
    SELECT 'find_cases by ' || c.name, c.name, 'SELECT count(*) FROM licence_home.find_cases($1)'
    FROM unnest('{full_name,other_spelling,first_and_family,first_name,phone,last_digits,identity_no,case_no,parcel,whole_parcel,address}'::text[]) AS c (name)
) AS v (question, what, call)
\gexec
SELECT t.question || v.which, round(avg(t.milliseconds)::numeric, 3), round(avg(t.given), 1)
FROM took AS t
CROSS JOIN (VALUES (1, '', 0, 1000), (2, ', 1 to 5 found', 1, 5), (3, ', 40 to 50 found', 40, 50)) AS v (n, which, least, most)
WHERE t.given BETWEEN v.least AND v.most AND (v.n = 1 OR t.question LIKE 'find%')
GROUP BY t.question, v.n, v.which
HAVING count(*) >= 10
ORDER BY min(t.question COLLATE "C"), v.n;
DROP PROCEDURE bench.measure;
