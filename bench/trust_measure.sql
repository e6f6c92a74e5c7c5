-- What the record costs.  Rounds alternate in one session, and the ratios are of the
-- medians.  (bench/trust.sh runs it, on a database of the regression tests.)
--
--	card		a case card, and of that its record of reading: card / (card - record)
--	evidence	a row of document with the trigger that keeps role and login, and without
--	step		a review and the step return_documents, as an official, with all of trust and
--			without: the triggers that keep role and login, the policies that hide who is
--			restricted, the indexes of the record by day, the row of official, and the limit of
--			drafts; the processor time of the session (schedstat), which other work moves less
\set QUIET on
\pset format unaligned
\pset fieldsep '  '
SET client_min_messages = error;
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('committee_review') AS no \gset
SELECT story.new_case(documents => false) AS draft \gset
CREATE TEMP TABLE took (what text, us numeric);
GRANT ALL ON took TO PUBLIC;
CREATE PROCEDURE pg_temp.card(no licence_home.application_no, times integer) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    PERFORM story.become('clerk');
    FOR n IN 1 .. times LOOP
        PERFORM licence_home.case_card(no);
    END LOOP;
    PERFORM story.become();
    INSERT INTO took VALUES ('card', extract(epoch FROM clock_timestamp() - began) * 1e6 / times);
END $$;
CREATE PROCEDURE pg_temp.record(no licence_home.application_no, times integer) LANGUAGE plpgsql AS $$
DECLARE
    whose bigint[] := ARRAY[(SELECT a.applicant_id FROM licence_home.application AS a WHERE a.application_no = no)];
    columns text[] := licence_home_internal.columns_seen(3);
    began timestamptz := clock_timestamp();
BEGIN
    FOR n IN 1 .. times LOOP
        PERFORM licence_home_internal.record_read('case_card', whose, no, columns, NULL);
    END LOOP;
    INSERT INTO took VALUES ('record', extract(epoch FROM clock_timestamp() - began) * 1e6 / times);
END $$;
CREATE PROCEDURE pg_temp.evidence(no licence_home.application_no, kept boolean, times integer) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz;
    spent numeric;
BEGIN
    BEGIN
        IF NOT kept THEN
            ALTER TABLE licence_home.document DISABLE TRIGGER z_attribution;
        END IF;
        PERFORM story.become('portal', no);
        INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (no, 'title_deed', '1995/1');
        began := clock_timestamp();
        FOR n IN 1 .. times LOOP
            INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (no, 'title_deed', '1995/2207');
        END LOOP;
        spent := extract(epoch FROM clock_timestamp() - began) * 1e6 / times;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    INSERT INTO took VALUES (CASE WHEN kept THEN 'evidence' ELSE 'evidence, without' END, spent);
END $$;
CREATE ROLE bench_official LOGIN IN ROLE licence_home_clerk;
CREATE ROLE bench_nobody LOGIN IN ROLE licence_home_clerk;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('BENCH-1', 'م', 'M', 'bench_official', '{clerk}', '[2026-01-01,)', 'bench', 'likely');
CREATE TEMP TABLE step_case AS SELECT n, story.new_case_in('submitted') AS no FROM generate_series(1, 120) AS n;
GRANT SELECT ON step_case TO PUBLIC;
-- the processor's time of this session, in nanoseconds
CREATE FUNCTION pg_temp.cpu() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::bigint $$;
CREATE PROCEDURE pg_temp.take(first integer, last integer) LANGUAGE plpgsql AS $$
DECLARE
    the record;
BEGIN
    FOR the IN SELECT c.no FROM step_case AS c WHERE c.n BETWEEN first AND last LOOP
        UPDATE licence_home.document SET review = 'incorrect' WHERE application_no = the.no AND document_type = 'title_deed';
        PERFORM licence_home.perform(the.no, 'return_documents');
    END LOOP;
END $$;
CREATE PROCEDURE pg_temp.step(kept boolean) LANGUAGE plpgsql AS $$
DECLARE
    began bigint;
    spent numeric;
    query text;
BEGIN
    BEGIN
        IF NOT kept THEN
            FOR query IN
                SELECT format('ALTER TABLE %s DISABLE TRIGGER z_attribution', t.tgrelid::regclass) FROM pg_trigger AS t WHERE t.tgname = 'z_attribution'
                UNION ALL SELECT format('DROP POLICY restricted ON %s', p.polrelid::regclass) FROM pg_policy AS p WHERE p.polname = 'restricted'
                UNION ALL SELECT format('DROP INDEX %s', i.oid::regclass) FROM pg_class AS i
                    WHERE i.relkind = 'i' AND i.relnamespace = 'licence_home'::regnamespace AND i.relname ~ '_by_day$'
                    AND i.relam = (SELECT a.oid FROM pg_am AS a WHERE a.amname = 'brin')
            LOOP
                EXECUTE query;
            END LOOP;
        END IF;
        PERFORM set_config('session_authorization', CASE WHEN kept THEN 'bench_official' ELSE 'bench_nobody' END, true);
        CALL pg_temp.take(1, 20);
        RESET SESSION AUTHORIZATION;
        began := pg_temp.cpu();
        PERFORM set_config('session_authorization', CASE WHEN kept THEN 'bench_official' ELSE 'bench_nobody' END, true);
        CALL pg_temp.take(21, 120);
        RESET SESSION AUTHORIZATION;
        spent := (pg_temp.cpu() - began) / 1e3 / 100;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    INSERT INTO took VALUES (CASE WHEN kept THEN 'step' ELSE 'step, without' END, spent);
END $$;
CALL pg_temp.card(:'no', 20);
CALL pg_temp.record(:'no', 20);
TRUNCATE took;
SELECT format('CALL pg_temp.card(%1$L, 50); CALL pg_temp.record(%1$L, 50); CALL pg_temp.evidence(%2$L, true, 200); CALL pg_temp.evidence(%2$L, false, 200); CALL pg_temp.step(true); CALL pg_temp.step(false)', :'no', :'draft')
FROM generate_series(1, 15) \gexec
SELECT what, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY us)::numeric, 1) AS median_us, round(min(us), 1) AS lowest, round(max(us), 1) AS highest
FROM took GROUP BY what ORDER BY what;
WITH m AS (SELECT what, percentile_cont(0.5) WITHIN GROUP (ORDER BY us) AS us FROM took GROUP BY what)
SELECT 'a recorded card costs ' || round((c.us / (c.us - r.us))::numeric, 3) || ' of a bare one; a row of evidence '
    || round((e.us / w.us)::numeric, 3) || ' of one without role and login; an ordinary step '
    || round((s.us / o.us)::numeric, 3) || ' of one without trust' AS ratio
FROM m AS c, m AS r, m AS e, m AS w, m AS s, m AS o
WHERE c.what = 'card' AND r.what = 'record' AND e.what = 'evidence' AND w.what = 'evidence, without'
  AND s.what = 'step' AND o.what = 'step, without';
