-- What a role may call, it can call: no function dies of a permission that its
-- own body lacks.  Every function and every view is tried as every role that it
-- is granted to, with arguments that a client would give and with nulls.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET client_min_messages = error;
SET jit = off;
ANALYZE;
\pset format unaligned
\pset tuples_only on
SELECT story.new_case_in('fee_due') AS no \gset
SELECT licence_home.add_gateway('smsbox', 'kannel', 'http://127.0.0.1:13013', sender_id => 'GAM') IS NOT NULL;

-- What a client would give for an argument.
CREATE TABLE pg_temp.typical (argument text, type regtype, value text, PRIMARY KEY (type, argument));
INSERT INTO pg_temp.typical VALUES
    ('', 'licence_home.application_no', :'no'),
    ('', 'licence_home.licence_no', (SELECT licence_home.licence_no_make(2026, 1)::text)),
    ('', 'bigint', (SELECT a.applicant_id::text FROM licence_home.application AS a WHERE a.application_no = :'no')),
    ('invoice_no', 'bigint', (SELECT i.invoice_no::text FROM licence_home.invoice AS i WHERE i.application_no = :'no')),
    ('', 'date', '2026-03-01'), ('', 'timestamptz', '2026-03-01 10:00+03'), ('', 'boolean', 'true'), ('', 'integer', '1'),
    ('', 'numeric', '20'), ('home_area_m2', 'numeric', '120'), ('amount', 'numeric', '1'),
    ('', 'geometry', 'SRID=4326;POINT(35.8660 32.0010)'),
    ('profession', 'text', 'electronic_marketing'), ('category', 'text', 'intellectual'), ('kind', 'text', 'citizen'),
    ('identity_no', 'text', '9871023456'), ('action', 'text', 'close'), ('template', 'text', 'application_accepted'),
    ('language', 'text', 'en'), ('workflow', 'text', 'first_issue'), ('municipality', 'text', 'amman'),
    ('authority', 'text', 'jfda'), ('document_type', 'text', 'title_deed'), ('employee', 'text', 'huda'),
    ('gateway', 'text', 'smsbox'), ('status', 'text', 'delivered'), ('class', 'text', 'residential_b'),
    ('payment_reference', 'text', 'EFA-1'), ('rule_table', 'regclass', 'licence_home.edition'), ('', 'regclass', 'licence_home.edition');

-- The call of a function, with what a client would give or with nulls.
CREATE FUNCTION pg_temp.call_of(function oid, nulls boolean) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT %s FROM %I.%I(%s)', CASE WHEN p.prorettype = 'void'::regtype THEN '1' ELSE 'count(*)' END,
        n.nspname, p.proname, coalesce(string_agg(
            CASE WHEN nulls OR t.value IS NULL THEN 'NULL' ELSE quote_literal(t.value) END || '::' || format_type(a.type, NULL), ', ' ORDER BY a.position), ''))
    FROM pg_proc AS p
    JOIN pg_namespace AS n ON n.oid = p.pronamespace
    LEFT JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, position) ON true
    LEFT JOIN LATERAL (
        SELECT y.value FROM pg_temp.typical AS y
        WHERE y.type = a.type AND y.argument IN ('', p.proargnames[a.position])
        ORDER BY y.argument <> '' DESC LIMIT 1) AS t ON true
    WHERE p.oid = function
    GROUP BY p.oid, n.nspname $$;

-- Every statement as a role, and undone; what it was refused for.
CREATE FUNCTION pg_temp.refused(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    BEGIN
        IF role = 'licence_home_portal' THEN
            PERFORM licence_home.act_for(y.value::bigint) FROM pg_temp.typical AS y WHERE y.type = 'bigint'::regtype AND y.argument = '';
        END IF;
        PERFORM set_config('role', role, true);
        EXECUTE statement;
        RAISE EXCEPTION 'undo' USING ERRCODE = 'UNDO0';
    EXCEPTION
        WHEN insufficient_privilege THEN
            GET STACKED DIAGNOSTICS said = MESSAGE_TEXT;
        WHEN OTHERS THEN
            NULL;
    END;
    RETURN said;
END $$;

CREATE TEMP TABLE tried AS
SELECT r.rolname, f.signature, f.statement, NULL::text AS said, row_number() OVER () AS n
FROM pg_roles AS r
CROSS JOIN LATERAL (
    SELECT p.oid::regprocedure::text AS signature, pg_temp.call_of(p.oid, x.nulls) AS statement
    FROM pg_proc AS p
    CROSS JOIN (VALUES (false), (true)) AS x (nulls)
    WHERE p.pronamespace = 'licence_home'::regnamespace AND p.prokind = 'f'
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[]) AND NOT 'cstring'::regtype = ANY (p.proargtypes::oid[])
      AND p.proname !~ '^(application_no|licence_no|phone_number|national_no)_'
      AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
    UNION ALL
    SELECT c.oid::regclass::text, format('SELECT count(v) FROM %s AS v', c.oid::regclass)
    FROM pg_class AS c
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'v' AND has_table_privilege(r.oid, c.oid, 'SELECT')
) AS f
WHERE r.rolname LIKE 'licence\_home\_%' AND r.rolname <> 'licence_home_owner';
-- (Each in a transaction of its own: some answers are slow where much was written.)
DO $$
DECLARE
    call record;
BEGIN
    FOR call IN SELECT * FROM tried LOOP
        UPDATE tried AS t SET said = pg_temp.refused(call.rolname, call.statement) WHERE t.n = call.n;
        COMMIT;
    END LOOP;
END $$;

\echo == how much was tried
SELECT count(DISTINCT rolname), count(*) > 500 FROM tried;
\echo == what a role was given and cannot do
SELECT DISTINCT rolname, signature, said FROM tried WHERE said IS NOT NULL ORDER BY 1, 2, 3;
