-- Part of bench/run: the rows that a statement writes, as plain statements on
-- unguarded copies of the tables.
\set ON_ERROR_STOP on
SET client_min_messages = warning;

-- A copy of each table, with rows, indexes, defaults and CHECKs, without triggers
-- and foreign keys.
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT c.relname, array_to_string(c.reloptions, ', ') AS options FROM pg_class AS c
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' ORDER BY c.oid
    LOOP
        EXECUTE format('CREATE TABLE bench.%1$I (LIKE licence_home.%1$I INCLUDING ALL)', t.relname);
        IF t.options IS NOT NULL THEN
            EXECUTE format('ALTER TABLE bench.%I SET (%s)', t.relname, t.options);
        END IF;
        EXECUTE format('INSERT INTO bench.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM licence_home.%1$I', t.relname,
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = format('licence_home.%I', t.relname)::regclass AND a.attnum > 0
                AND NOT a.attisdropped AND a.attgenerated = ''));
        -- its own numbers go on well behind those that it has
        PERFORM setval(pg_get_serial_sequence(format('bench.%I', t.relname), a.attname), 100000000)
           FROM pg_attribute AS a WHERE a.attrelid = format('bench.%I', t.relname)::regclass AND a.attidentity <> '';
    END LOOP;
END $$;

-- An INSERT for each row that a statement adds, an UPDATE for each that it
-- changes (once, as it ends up). The statement's transaction is to be rolled back.
CREATE FUNCTION bench.plain_rows(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    mine bigint;
    t record;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    mine := pg_current_xact_id()::text::bigint;
    EXECUTE statement;
    FOR t IN
        SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(format('quote_nullable(n.%I::text)', a.attname), ', ' ORDER BY a.attnum) AS new_values,
            string_agg(format('CASE WHEN o.%1$I::text IS DISTINCT FROM n.%1$I::text THEN %2$L || quote_nullable(n.%1$I::text) END',
                a.attname, quote_ident(a.attname) || ' = '), ', ' ORDER BY a.attnum) AS changes,
            coalesce(string_agg(format('o.%1$I = n.%1$I', a.attname), ' AND ') FILTER (WHERE a.attnum = ANY (i.indkey)), 'false') AS same,
            string_agg(format('%L || quote_literal(n.%I::text)', quote_ident(a.attname) || ' = ', a.attname), ', ')
                FILTER (WHERE a.attnum = ANY (i.indkey)) AS key
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
        GROUP BY c.oid, c.relname ORDER BY c.oid
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT CASE WHEN o IS NULL THEN format(%1$L, concat_ws('', '', %2$s)) '
            'ELSE format(%3$L, concat_ws('', '', %4$s), concat_ws('' AND '', %5$s)) END '
            'FROM licence_home.%6$I AS n LEFT JOIN bench.%6$I AS o ON %7$s WHERE n.xmin::text::bigint >= %8$s',
            format('INSERT INTO bench.%I (%s) OVERRIDING SYSTEM VALUE VALUES (%%s);', t.relname, t.columns), t.new_values,
            format('UPDATE bench.%I SET %%s WHERE %%s;', t.relname), t.changes, coalesce(t.key, 'NULL'), t.relname, t.same, mine);
    END LOOP;
END $$;
