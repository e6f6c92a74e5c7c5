-- What the first fifty of an inbox take in the server, for officials of all
-- districts, of half of them and of one, of one who is known by identity number,
-- and of one with two duties. It is the least of forty calls (others may use the machine), each planned
-- anew as a client's statement is, and with the plan kept. Prints question|ms|rows.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SET jit = off;
SET licence_home.clock = '2026-07-07 10:00+03';
CREATE OR REPLACE FUNCTION bench.calls(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    took float8[] := '{}';
    given bigint;
BEGIN
    EXECUTE 'SELECT count(*) FROM (' || query || ') AS q' INTO given;
    FOR n IN 1 .. 45 LOOP
        began := clock_timestamp();
        EXECUTE query;
        took := took || CASE WHEN n > 5 THEN 1000 * extract(epoch FROM clock_timestamp() - began)::float8 END;
    END LOOP;
    RETURN (SELECT round(min(t)::numeric, 3) FROM unnest(took) AS t) || '|' || given;
END $$;
CREATE OR REPLACE FUNCTION bench.kept_calls(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    took float8[] := '{}';
    found record;
    given bigint := 0;
BEGIN
    SET LOCAL plan_cache_mode = force_generic_plan;
    FOR n IN 1 .. 45 LOOP
        began := clock_timestamp();
        given := 0;
        FOR found IN SELECT i.* FROM licence_home.my_inbox AS i ORDER BY i.due_at LIMIT 50 LOOP
            given := given + 1;
        END LOOP;
        took := took || CASE WHEN n > 5 THEN 1000 * extract(epoch FROM clock_timestamp() - began)::float8 END;
    END LOOP;
    RETURN (SELECT round(min(t)::numeric, 3) FROM unnest(took) AS t) || '|' || given;
END $$;
GRANT USAGE ON SCHEMA bench TO bench_all, bench_half, bench_one, bench_known, bench_two;
\set query '$$SELECT * FROM licence_home.my_inbox ORDER BY due_at LIMIT 50$$'
SET SESSION AUTHORIZATION bench_all;
SELECT 'my_inbox, all districts|' || bench.calls(:query);
SELECT 'my_inbox, all, plan kept|' || bench.kept_calls(:query);
SELECT 'my_inbox_named, all|' || bench.calls('SELECT * FROM licence_home.my_inbox_named(50)');
SELECT 'inbox, fifty of all|' || bench.calls('SELECT application_no, waits_for, due_on, working_days_late, told, assignee, deferred FROM licence_home.inbox WHERE waits_for = ''applicant'' ORDER BY due_at LIMIT 50');
SET SESSION AUTHORIZATION bench_half;
SELECT 'my_inbox, half the districts|' || bench.calls(:query);
SET SESSION AUTHORIZATION bench_one;
SELECT 'my_inbox, one district|' || bench.calls(:query);
SET SESSION AUTHORIZATION bench_known;
SELECT 'my_inbox, identity known|' || bench.calls(:query);
SET SESSION AUTHORIZATION bench_two;
SELECT 'my_inbox, two duties|' || bench.calls(:query);
