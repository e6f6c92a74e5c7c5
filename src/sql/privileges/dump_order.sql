-- ---------------------------------------------------------------------
-- Each table with a column of one of the four types comes, in a dump by
-- pg_upgrade, after the operator classes of these (types/dump_order.sql says
-- why).  sql/catalogue.sql names the view or body that reads no such table.
--
-- The queue and its attempts have no CHECK, since the executor takes each apart
-- for every statement: who reads them reads sms_letter too.
-- ---------------------------------------------------------------------
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT DISTINCT c.relname
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
        JOIN pg_type AS t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r'
          AND t.typnamespace = 'licence_home'::regnamespace AND t.typtype = 'b'
          AND c.relname NOT IN ('sms_queue', 'sms_attempt')
        ORDER BY c.relname
    LOOP
        EXECUTE format('ALTER TABLE licence_home.%I ADD CONSTRAINT %I CHECK (NULL::licence_home_internal.types_hashed IS NULL)',
            name, name || '_types_first');
    END LOOP;
END $$;
