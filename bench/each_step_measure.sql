-- Part of each_step.sh: microseconds of the processor for each step, in one session.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET licence_home.clock = '2026-03-01 10:00+03';

-- User and system time of this backend, in microseconds: proc_pid_stat(5).
CREATE FUNCTION pg_temp.processor_time() RETURNS numeric LANGUAGE sql VOLATILE AS $$
    SELECT (s.field[14]::numeric + s.field[15]::numeric) * 10000
    FROM (SELECT string_to_array(pg_read_file('/proc/self/stat'), ' ') AS field) AS s
$$;
CREATE FUNCTION pg_temp.measure(statement text, times integer) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    began numeric := pg_temp.processor_time();
BEGIN
    FOR i IN 1..times LOOP
        BEGIN
            EXECUTE statement;
            RAISE SQLSTATE 'ZZZZZ';
        EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN
            NULL;
        END;
    END LOOP;
    RETURN round((pg_temp.processor_time() - began) / times);
END $$;
SELECT pg_temp.measure(s.statement, 20) FROM bench.steps AS s \g /dev/null
SELECT s.name || ' us ' || pg_temp.measure(s.statement, 500) FROM bench.steps AS s ORDER BY s.position;
