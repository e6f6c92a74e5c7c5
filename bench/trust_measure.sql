-- What the record costs.  Rounds alternate in one session, and the ratios are of the
-- medians.  (bench/trust.sh runs it, on a database of the regression tests.)
--
--	card		a case card, and of that its record of reading: card / (card - record)
--	evidence	a row of document with the trigger that keeps role and login, and without
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
CALL pg_temp.card(:'no', 20);
CALL pg_temp.record(:'no', 20);
TRUNCATE took;
SELECT format('CALL pg_temp.card(%1$L, 50); CALL pg_temp.record(%1$L, 50); CALL pg_temp.evidence(%2$L, true, 200); CALL pg_temp.evidence(%2$L, false, 200)', :'no', :'draft')
FROM generate_series(1, 15) \gexec
SELECT what, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY us)::numeric, 1) AS median_us, round(min(us), 1) AS lowest, round(max(us), 1) AS highest
FROM took GROUP BY what ORDER BY what;
WITH m AS (SELECT what, percentile_cont(0.5) WITHIN GROUP (ORDER BY us) AS us FROM took GROUP BY what)
SELECT 'a recorded card costs ' || round((c.us / (c.us - r.us))::numeric, 3) || ' of a bare one; a row of evidence '
    || round((e.us / w.us)::numeric, 3) || ' of one without role and login' AS ratio
FROM m AS c, m AS r, m AS e, m AS w
WHERE c.what = 'card' AND r.what = 'record' AND e.what = 'evidence' AND w.what = 'evidence, without';
