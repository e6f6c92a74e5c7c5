-- What a role tries that is no call of a function: statements and options of
-- PostgreSQL that might go round row security, the triggers or the schema.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on
SELECT story.new_case() AS no \gset
SELECT story.new_case() AS other \gset
SELECT a.applicant_id AS applicant, p.identity_no AS identity FROM licence_home.application AS a JOIN licence_home.applicant AS p USING (applicant_id) WHERE application_no = :'no' \gset
SELECT a.applicant_id AS stranger, p.identity_no AS identity FROM licence_home.application AS a JOIN licence_home.applicant AS p USING (applicant_id) WHERE application_no = :'other' \gset

\echo == no view or table shows rows to a cheap function that its result does not have
CREATE FUNCTION pg_temp.leak(shown text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
BEGIN
    PERFORM set_config('test.seen', (current_setting('test.seen')::integer + 1)::text, false);
    RETURN true;
END $$;
CREATE FUNCTION pg_temp.peek(who name, relation regclass, applicant bigint, OUT code text, OUT shown bigint, OUT seen integer) LANGUAGE plpgsql AS $$
DECLARE
    columns text := (SELECT string_agg(format('r.%I', a.attname), ', ') FROM pg_attribute AS a WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
        AND has_column_privilege(who, relation, a.attnum, 'SELECT'));
BEGIN
    PERFORM set_config('test.seen', '0', false);
    IF columns IS NULL THEN
        code := 'none';
        RETURN;
    END IF;
    EXECUTE format('SET LOCAL ROLE %I', who);
    IF who = 'regress_portal' THEN
        PERFORM licence_home.act_for(applicant);
    END IF;
    EXECUTE format('SELECT count(*) FROM (SELECT %s FROM %s AS r) AS r WHERE pg_temp.leak(r::text)', columns, relation) INTO shown;
    seen := current_setting('test.seen');
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    code := SQLSTATE;
END $$;
CREATE TEMP TABLE peeked AS
SELECT r.rolname, c.oid::regclass AS relation, p.* FROM pg_class AS c CROSS JOIN pg_roles AS r CROSS JOIN LATERAL pg_temp.peek(r.rolname, c.oid, :applicant) AS p
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v', 'p') AND r.rolname LIKE 'regress\_%';
SELECT count(*) FILTER (WHERE shown > 0) > 150 AS some FROM peeked;
SELECT * FROM peeked WHERE seen <> shown OR code NOT IN ('ZZ000', 'none') ORDER BY relation::text COLLATE "C", rolname COLLATE "C";
SELECT relation, shown FROM peeked WHERE rolname = 'regress_portal' AND relation IN ('licence_home.applicant'::regclass, 'licence_home.application'::regclass) ORDER BY 1;

\echo == statements
CREATE FUNCTION pg_temp.try(who text, statement text, OUT code text, OUT rows bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', 'regress_' || who);
    IF who = 'portal' THEN
        PERFORM licence_home.act_for(current_setting('test.applicant')::bigint);
    END IF;
    EXECUTE statement;
    GET DIAGNOSTICS rows = ROW_COUNT;
    RAISE EXCEPTION USING ERRCODE = 'ZZ000';
EXCEPTION WHEN OTHERS THEN
    code := SQLSTATE;
END $$;
SELECT set_config('test.applicant', :'applicant', false) = :'applicant' AND set_config('test.stranger', :'stranger', false) <> '' AS acts;
SELECT s.n, s.who, t.* FROM (VALUES
    (1, 'portal', format($$MERGE INTO licence_home.application AS a USING (VALUES (%L)) AS v (no) ON a.application_no = v.no::licence_home.application_no WHEN MATCHED THEN UPDATE SET unit = 'x'$$, :'other')),
    (2, 'portal', format($$MERGE INTO licence_home.application AS a USING (VALUES (%L)) AS v (no) ON a.application_no = v.no::licence_home.application_no WHEN MATCHED THEN UPDATE SET unit = 'x'$$, :'no')),
    (3, 'portal', format($$MERGE INTO licence_home.application AS a USING (VALUES (%L)) AS v (no) ON a.application_no = v.no::licence_home.application_no WHEN MATCHED THEN DELETE$$, :'no')),
    (4, 'portal', format($$INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', %L, 'x', '0791234599') ON CONFLICT (kind, identity_no) DO UPDATE SET phone = excluded.phone$$, :'identity')),
    (5, 'portal', format($$UPDATE licence_home.application SET applicant_id = %s WHERE application_no = %L$$, :'stranger', :'no')),
    (6, 'portal', format($$INSERT INTO licence_home.application (applicant_id, profession) VALUES (%s, 'knitting')$$, :'stranger')),
    (7, 'portal', format($$SELECT FROM licence_home.application WHERE application_no = %L FOR UPDATE$$, :'other')),
    (8, 'portal', $$DECLARE c CURSOR WITH HOLD FOR SELECT * FROM licence_home.applicant$$),
    (9, 'portal', $$COPY licence_home.applicant TO PROGRAM 'true'$$),
    (10, 'portal', $$COPY licence_home.applicant FROM PROGRAM 'true'$$),
    (11, 'portal', $$SET LOCAL row_security = off; SELECT * FROM licence_home.applicant$$),
    (12, 'portal', $$SET LOCAL session_replication_role = replica$$),
    (13, 'portal', $$CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION licence_home_internal.rule_trigger()$$),
    (14, 'portal', $$CREATE TRIGGER t BEFORE INSERT ON licence_home.applicant FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()$$),
    (15, 'portal', $$CREATE RULE r AS ON INSERT TO licence_home.payment DO ALSO NOTHING$$),
    (16, 'portal', $$CREATE POLICY p ON licence_home.applicant USING (true)$$),
    (17, 'portal', $$CREATE TABLE licence_home.mine ()$$),
    (18, 'portal', $$CREATE TEMP TABLE mine (x bigint REFERENCES licence_home.applicant)$$),
    (19, 'portal', $$CREATE TEMP TABLE mine () INHERITS (licence_home.applicant)$$),
    (20, 'admin', $$ALTER SCHEMA licence_home RENAME TO x$$),
    (21, 'admin', $$ALTER EXTENSION licence_home DROP TABLE licence_home.zone$$),
    (22, 'admin', $$ALTER EXTENSION licence_home ADD TABLE pg_temp.peeked$$),
    (23, 'admin', $$DROP EXTENSION licence_home CASCADE$$),
    (24, 'admin', $$ALTER TABLE licence_home.zone DISABLE TRIGGER ALL$$),
    (25, 'admin', $$INSERT INTO licence_home.district (district, name_ar, name_en, valid, source, certainty, illustrative) VALUES (99, 'س', 'x', '[2026-01-01,)', 'x', 'unknown', false)$$),
    (26, 'admin', $$UPDATE licence_home.district SET illustrative = false$$),
    (27, 'admin', $$SELECT identity_no FROM licence_home.applicant$$),
    (28, 'analyst', $$SELECT name_ar FROM licence_home.applicant$$),
    (29, 'analyst', $$SELECT a FROM licence_home.application AS a$$),
    (30, 'analyst', $$SELECT count(*) FROM licence_home.application WHERE parcel = '1'$$),
    (31, 'analyst', $$SELECT * FROM licence_home.case_report ORDER BY 1 LIMIT 1$$),
    (32, 'analyst', $$SELECT FROM pg_stats WHERE schemaname = 'licence_home' AND tablename IN ('applicant', 'application', 'sms_message_text', 'payment')$$),
    (33, 'cashier', $$SELECT home FROM licence_home.application$$),
    (34, 'sender', $$SELECT phone FROM licence_home.sms_queue$$),
    (35, 'sender', $$SELECT body FROM licence_home.sms_message_text$$),
    (36, 'portal', $$SET LOCAL licence_home.acting_applicant = '1'$$),
    (37, 'clerk', $$SELECT set_config('licence_home.acting_official', 'E-1', true)$$),
    (38, 'clerk', $$SET LOCAL licence_home.clock = '2030-01-01 00:00+03'$$),
    (39, 'sender', $$SET LOCAL licence_home.sms_gateway_addresses = '10.0.0.0/8'$$),
    (40, 'portal', $$ALTER ROLE regress_portal SET licence_home.acting_applicant = '1'$$),
    (41, 'portal', $$LISTEN licence_home$$),
    (42, 'analyst', $$SELECT * FROM pg_largeobject$$)) AS s (n, who, statement)
CROSS JOIN LATERAL pg_temp.try(s.who, s.statement) AS t ORDER BY s.n;
-- nor may the superuser give the schema another name, which the sources name
ALTER SCHEMA licence_home RENAME TO x;
ALTER SCHEMA licence_home_internal RENAME TO x;
-- an INSERT that found somebody is in the list, whatever came after it (a worker writes it)
DO $$
BEGIN
    FOR i IN 1 .. 3000 LOOP
        EXIT WHEN EXISTS (SELECT FROM licence_home.read_record AS l WHERE l.applicant_ids = ARRAY[current_setting('test.stranger')::bigint]);
        PERFORM pg_sleep(0.02);
    END LOOP;
END $$;
SELECT count(*) AS looked FROM licence_home.read_record WHERE applicant_ids = ARRAY[:stranger::bigint];
