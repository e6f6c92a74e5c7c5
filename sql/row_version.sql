-- Optimistic locking: a client that says which version of the row it has read
-- hears of a change that came between; who says nothing is not held up.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on

SELECT story.new_case('tailoring') AS no \gset
\echo == a draft begins at 1, whatever the mapper writes for it
SELECT row_version FROM licence_home.application WHERE application_no = :'no';
CREATE FUNCTION pg_temp.save(settings text, OUT code text, OUT said text, OUT version integer)
    LANGUAGE plpgsql AS $$
DECLARE
    case_no licence_home.application_no := current_setting('test.no')::licence_home.application_no;
BEGIN
    BEGIN
        PERFORM story.become('portal', case_no);
        EXECUTE 'UPDATE licence_home.application SET ' || settings || ' WHERE application_no = $1' USING case_no;
        code := '00000';
        PERFORM story.become();
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
        said := story.masked(case_no, said);
    END;
    version := (SELECT row_version FROM licence_home.application WHERE application_no = case_no);
END $$;
SET test.no = :'no';

\echo == a change counts; the same values again do not
SELECT * FROM pg_temp.save($$floor = '2'$$);
SELECT * FROM pg_temp.save($$floor = '2'$$);
\echo == a form says what it has read, an object mapper what comes next
SELECT * FROM pg_temp.save($$floor = '3', row_version = 2$$);
SELECT * FROM pg_temp.save($$floor = '4', row_version = 4$$);
\echo == an older window is told, and so is one that says a version that was never there
SELECT * FROM pg_temp.save($$floor = '5', row_version = 2$$);
SELECT * FROM pg_temp.save($$floor = '5', row_version = 6$$);
SELECT * FROM pg_temp.save($$row_version = 3$$);
\echo == null says nothing
SELECT * FROM pg_temp.save($$floor = '6', row_version = NULL$$);
SELECT floor FROM licence_home.application WHERE application_no = :'no';
\echo == a step counts too, and an older window does not take it
SELECT * FROM pg_temp.save($$state = 'withdrawn', row_version = 3$$);
SELECT * FROM pg_temp.save($$state = 'withdrawn', row_version = 5$$);
SELECT state, row_version FROM licence_home.application WHERE application_no = :'no';
\echo == several UPDATEs in one transaction count one by one
SELECT story.new_case('tailoring') AS no \gset
SET test.no = :'no';
BEGIN;
SELECT * FROM pg_temp.save($$floor = '1', row_version = 1$$);
SELECT * FROM pg_temp.save($$floor = '2', row_version = 2$$);
ROLLBACK;
\echo == who does not get on to it cannot set it from outside the triggers
SELECT code, said FROM story.attempt('clerk', :'no', 'UPDATE licence_home.application SET row_version = 9 WHERE application_no = $1');
SELECT row_version FROM licence_home.application WHERE application_no = :'no';
