-- ---------------------------------------------------------------------
-- What stands behind the four types, in the words that PostgreSQL has for its
-- own: a comment for each operator, operator family and support function.
-- ---------------------------------------------------------------------
DO $$
DECLARE
    type_name text;
    found record;
BEGIN
    FOREACH type_name IN ARRAY ARRAY['application_no', 'licence_no', 'phone_number', 'national_no']
    LOOP
        FOR found IN
            SELECT p.oid::pg_catalog.regprocedure AS signature,
                CASE w.ending
                    WHEN 'in' THEN 'I/O'
                    WHEN 'out' THEN 'I/O'
                    WHEN 'recv' THEN 'I/O, binary'
                    WHEN 'send' THEN 'I/O, binary'
                    WHEN 'cmp' THEN 'less-equal-greater'
                    WHEN 'sortsupport' THEN 'sort support'
                    WHEN 'hash' THEN 'hash'
                    WHEN 'hash_extended' THEN 'hash, with a seed'
                    WHEN 'larger' THEN 'larger of two'
                    WHEN 'smaller' THEN 'smaller of two'
                    ELSE 'implementation of ' || (pg_catalog.jsonb_build_object('lt', '<', 'le', '<=', 'eq', '=',
                        'ne', '<>', 'ge', '>=', 'gt', '>') ->> w.ending) || ' operator'
                END AS words
            FROM pg_catalog.pg_proc AS p
            CROSS JOIN LATERAL pg_catalog.substr(p.proname, pg_catalog.length(type_name) + 2) AS w (ending)
            WHERE p.pronamespace = 'licence_home'::pg_catalog.regnamespace
              AND pg_catalog.starts_with(p.proname, type_name || '_')
              AND pg_catalog.obj_description(p.oid, 'pg_proc') IS NULL
        LOOP
            EXECUTE pg_catalog.format('COMMENT ON FUNCTION %s IS %L', found.signature, found.words);
            CALL licence_home_internal.make_function(found.signature, 'PUBLIC');
        END LOOP;

        FOR found IN
            SELECT * FROM (VALUES ('<', 'less than'), ('<=', 'less than or equal'), ('=', 'equal'),
                ('<>', 'not equal'), ('>=', 'greater than or equal'), ('>', 'greater than')) AS v (operator, words)
        LOOP
            EXECUTE pg_catalog.format('COMMENT ON OPERATOR pg_catalog.%s (licence_home.%I, licence_home.%2$I) IS %L',
                found.operator, type_name, found.words);
        END LOOP;

        EXECUTE pg_catalog.format('COMMENT ON OPERATOR FAMILY licence_home.%I USING btree IS %L',
            type_name || '_ops', 'Ordering of ' || type_name || '.');
        EXECUTE pg_catalog.format('COMMENT ON OPERATOR FAMILY licence_home.%I USING hash IS %L',
            type_name || '_ops', 'Hashing of ' || type_name || '.');
    END LOOP;
END $$;
