-- ---------------------------------------------------------------------
-- After a switchover by logical replication.
--
-- A subscription brings rows and no positions of sequences: the next number
-- would be one that was given already.
-- ---------------------------------------------------------------------
CREATE FUNCTION licence_home.advance_sequences()
    RETURNS TABLE (sequence_name text, stood_at bigint, stands_at bigint)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found record;
    was_called boolean;
    highest bigint;
    query text;
BEGIN
    FOR found IN
        SELECT s.relname::text AS name, c.relname AS of_table, a.attname AS of_column
        FROM pg_class AS s
        LEFT JOIN pg_depend AS i ON i.classid = 'pg_class'::regclass AND i.objid = s.oid AND i.deptype = 'i'
        LEFT JOIN pg_class AS c ON c.oid = i.refobjid
        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.refobjsubid
        WHERE s.relnamespace = 'licence_home'::regnamespace AND s.relkind = 'S'
          AND EXISTS (SELECT FROM pg_depend AS e JOIN pg_extension AS x ON x.oid = e.refobjid
              WHERE e.classid = 'pg_class'::regclass AND e.objid = s.oid AND e.deptype = 'e' AND x.extname = 'licence_home')
        ORDER BY s.relname
    LOOP
        query := CASE
            WHEN found.name = 'application_serial'
                THEN 'SELECT max(substr(application_no::text, 7, 8)::bigint) FROM licence_home.application'
            WHEN found.name = 'licence_serial'
                THEN 'SELECT max(substr(licence_no::text, 7, 8)::bigint) FROM licence_home.licence'
            WHEN found.name = 'invoice_serial'
                THEN 'SELECT max(invoice_no) FROM licence_home.invoice'
            WHEN found.name = 'sms_run_id_seq'
                THEN 'SELECT max(run_id) FROM (SELECT max(run_id) FROM licence_home.sms_run UNION ALL '
                    'SELECT max(run_id) FROM licence_home.sms_attempt UNION ALL SELECT max(run_id) FROM licence_home.sms_queue '
                    'UNION ALL SELECT max(run_id) FROM licence_home.sms_history) AS c (run_id)'
            WHEN found.name = 'sms_message_text_message_id_seq'       -- the history has those of long ago
                THEN 'SELECT greatest((SELECT max(message_id) FROM licence_home.sms_message_text), '
                    '(SELECT max(message_id) FROM licence_home.sms_history))'
            WHEN found.of_table IS NOT NULL
                THEN format('SELECT max(%I) FROM licence_home.%I', found.of_column, found.of_table)
        END;
        IF query IS NULL THEN
            RAISE EXCEPTION 'nothing in privileges/switchover.sql says which rows sequence % numbers', found.name;
        END IF;
        EXECUTE query INTO highest;
        -- what is free in the pool was given by its sequence, too
        highest := greatest(highest, (SELECT max(p.serial) FROM licence_home.number_pool AS p
            WHERE found.name = p.kind || '_serial'));
        sequence_name := found.name;
        EXECUTE format('SELECT last_value, is_called FROM licence_home.%I', found.name) INTO stood_at, was_called;
        stands_at := stood_at;
        IF highest > stood_at OR highest = stood_at AND NOT was_called THEN
            stands_at := setval(format('licence_home.%I', found.name), highest);
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION licence_home.advance_sequences() IS
'Brings every sequence up to its rows, after a subscription has brought these: no number is given twice. Gives the sequences that it moved, where they stood and where they stand now. It never moves one back, so it may be called at any time, when nobody writes.';
CALL licence_home_internal.make_function('licence_home.advance_sequences()');
