-- Terms of a licence follow each other without gap or overlap, whoever writes
-- them: below the API, with the triggers of the extension off, constraints refuse.
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
\pset null '(null)'
SELECT story.new_case_in('issued') AS no \gset
SELECT licence_no AS licence FROM licence_home.licence WHERE application_no = :'no' \gset

\echo == nobody writes the register but steps
SELECT who, t, (story.attempt(who, :'no', format('INSERT INTO licence_home.%s (licence_no) VALUES (%L)', t, :'licence'))).code,
    (story.attempt(who, :'no', format('UPDATE licence_home.%s SET licence_no = %L', t, licence_home.licence_no_make(2026, 99999999)))).code AS update,
    (story.attempt(who, :'no', format('DELETE FROM licence_home.%s', t))).code AS delete
FROM unnest('{portal,clerk,director,admin,NULL}'::text[]) AS who, unnest('{licence,licence_term,licence_version,licence_standing}'::text[]) AS t
ORDER BY t, who;

\echo == where the triggers are off, what cannot be is refused by a constraint
BEGIN;
ALTER TABLE licence_home.licence DISABLE TRIGGER USER;
ALTER TABLE licence_home.licence_term DISABLE TRIGGER USER;
ALTER TABLE licence_home.licence_version DISABLE TRIGGER USER;
ALTER TABLE licence_home.licence_standing DISABLE TRIGGER USER;
CREATE FUNCTION pg_temp.try(what text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    EXECUTE statement;
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    RETURN what || ': ' || CASE SQLSTATE WHEN 'ZZ000' THEN 'taken' ELSE SQLSTATE || ' ' || broken END;
END $$;
CREATE FUNCTION pg_temp.term(no integer, starts date, ends date, run integer, since date DEFAULT '2026-03-01') RETURNS text
    LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
        SELECT licence_no, %s, %L, %L, %L, 12, %s, %L, 1 FROM licence_home.licence_term WHERE application_no = %L AND term_no = 1',
        no, starts, ends, since, run, story.new_case(), current_setting('story.no'))
$$;
SELECT set_config('story.no', :'no', true) \g /dev/null
SELECT pg_temp.try('the next term', pg_temp.term(2, '2027-03-01', '2028-03-01', 24));
SELECT pg_temp.try('a gap of a day', pg_temp.term(2, '2027-03-02', '2028-03-01', 24));
SELECT pg_temp.try('an overlap of a day', pg_temp.term(2, '2027-02-28', '2028-03-01', 24));
SELECT pg_temp.try('a term left out', pg_temp.term(3, '2028-03-01', '2029-03-01', 36));
SELECT pg_temp.try('another first term', pg_temp.term(1, '2028-03-01', '2029-03-01', 12, '2028-03-01'));
SELECT pg_temp.try('an end that is no number of months', pg_temp.term(2, '2027-03-01', '2028-03-02', 24));
SELECT pg_temp.try('an empty term', pg_temp.term(2, '2027-03-01', '2027-03-01', 12));
SELECT pg_temp.try('a case that gave a term already', format('INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
    SELECT licence_no, 2, ends, (ends + interval ''1 year'')::date, since, 12, 24, application_no, 1 FROM licence_home.licence_term WHERE application_no = %L', :'no'));
SELECT pg_temp.try('the end of a term that was followed', pg_temp.term(2, '2027-03-01', '2028-03-01', 24)
    || format('; UPDATE licence_home.licence_term SET ends = ''2027-04-01'', run_months = 13, months = 13 WHERE licence_no = %L AND term_no = 1', :'licence'));
SELECT pg_temp.try('a followed term taken away', pg_temp.term(2, '2027-03-01', '2028-03-01', 24)
    || format('; DELETE FROM licence_home.licence_term WHERE licence_no = %L AND term_no = 1', :'licence'));
SELECT pg_temp.try('a first version that does not cover every day', format('UPDATE licence_home.licence_version SET from_day = ''2026-03-01'' WHERE licence_no = %L', :'licence'));
SELECT pg_temp.try('a later version without its first day', format('INSERT INTO licence_home.licence_version (licence_no, version_no, applicant_id, profession, judged_on, application_no, case_event)
    SELECT licence_no, 2, applicant_id, profession, judged_on, application_no, case_event FROM licence_home.licence_version WHERE licence_no = %L', :'licence'));
SELECT pg_temp.try(s.what, format('INSERT INTO licence_home.licence_standing (licence_no, standing_no, standing, from_day, to_day, application_no, case_event)
    VALUES (%L, %s, %L, %L, %L, %L, 1)', :'licence', s.no, s.standing, s.from_day, s.to_day, :'no'))
FROM (VALUES (1, 'two standings at once', 1, 'suspended', '2026-05-01', NULL), (2, 'a revocation that ends', 2, 'revoked', '2026-05-01', '2026-06-01'),
    (3, 'set aside from a day on', 2, 'set_aside', '2026-05-01', NULL), (4, 'a suspension from no day', 2, 'suspended', NULL, '2026-06-01'),
    (5, 'an empty suspension', 2, 'suspended', '2026-06-01', '2026-06-01'), (6, 'another word', 2, 'lost', '2026-06-01', NULL),
    (7, 'a suspension', 2, 'suspended', '2026-05-01', '2026-06-01')) AS s (n, what, no, standing, from_day, to_day) ORDER BY s.n;
ROLLBACK;

\echo == whatever is tried at random, the terms of a licence have no gap and no overlap
BEGIN;
ALTER TABLE licence_home.licence DISABLE TRIGGER USER;
ALTER TABLE licence_home.licence_term DISABLE TRIGGER USER;
ALTER TABLE licence_home.licence_import DISABLE TRIGGER USER;
INSERT INTO licence_home.licence_import (import_no, rows_given, rows_taken, recorded_role, session_role) VALUES (99, 0, 0, 'x', 'x');
INSERT INTO licence_home.licence (licence_no, import_no, former_no)
SELECT licence_home.licence_no_make(2098, n), 99, 'T/' || n FROM generate_series(1, 30) AS n;
CREATE FUNCTION pg_temp.attempts(n integer, seed double precision) RETURNS TABLE (taken bigint, refused bigint)
    LANGUAGE plpgsql AS $$
DECLARE
    k integer;
    starts date;
    ends date;
BEGIN
    taken := 0;
    refused := 0;
    PERFORM setseed(seed);
    FOR i IN 1..n LOOP
        k := 1 + floor(random() * 5);
        starts := date '2026-01-01' + 10 * floor(random() * 12)::integer;
        ends := starts + 10 * floor(random() * 4)::integer;
        BEGIN
            INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, import_no)
            VALUES (licence_home.licence_no_make(2098, 1 + floor(random() * 30)::integer), k, starts, ends, starts, 99);
            taken := taken + 1;
        EXCEPTION WHEN integrity_constraint_violation THEN
            refused := refused + 1;
        END;
    END LOOP;
    RETURN NEXT;
END $$;
SELECT taken > 50 AS many_taken, refused > 1000 AS many_refused FROM pg_temp.attempts(4000, 0.4);
SELECT count(*) > 0 AS some_run_on FROM licence_home.licence_term WHERE import_no = 99 AND term_no > 2;
SELECT count(*) AS gaps_or_overlaps
FROM (SELECT t.licence_no, t.term_no, t.starts, lag(t.ends) OVER w AS before, lag(t.term_no) OVER w AS before_no, count(*) OVER w AS nth
    FROM licence_home.licence_term AS t WHERE t.import_no = 99 WINDOW w AS (PARTITION BY t.licence_no ORDER BY t.starts)) AS t
WHERE t.term_no <> t.nth OR t.before <> t.starts;
ROLLBACK;

\echo == the n-th term ends the day before the first day and n years: 29 February drifts nowhere
BEGIN;
ALTER TABLE licence_home.licence_term DISABLE TRIGGER USER;
UPDATE licence_home.licence_term SET starts = '2028-02-29', since = '2028-02-29', ends = '2029-02-28' WHERE licence_no = :'licence';
ALTER TABLE licence_home.licence_term ENABLE TRIGGER USER;
CREATE FUNCTION pg_temp.renew(no licence_home.application_no, n integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ALTER TABLE licence_home.licence_term DISABLE TRIGGER b_written_by_steps;
    FOR i IN 1..n LOOP
        INSERT INTO licence_home.licence_term (licence_no, months, application_no, case_event)
        SELECT l.licence_no, 12, story.new_case(), 1 FROM licence_home.licence AS l WHERE l.application_no = no;
    END LOOP;
END $$;
SELECT pg_temp.renew(:'no', 8);
SELECT t.term_no, t.starts, t.ends - 1 AS last_day, t.ends = (date '2028-02-29' + make_interval(years => t.term_no))::date AS n_years
FROM licence_home.licence_term AS t JOIN licence_home.licence AS l USING (licence_no) WHERE l.application_no = :'no' ORDER BY t.term_no;
ROLLBACK;
