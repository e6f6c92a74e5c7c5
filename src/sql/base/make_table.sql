-- ---------------------------------------------------------------------
-- What every table gets, whenever it is made.
--
-- A call of one of these follows a CREATE TABLE, in the install script and in an
-- update alike. So an update's table lacks nothing that a fresh one has.
--
--   make_rule_table      a table of dated rules (rules/make_rule_table.sql)
--   make_workflow_table  a table of a workflow's rows (the same file)
--   make_case_table      what is recorded of cases, messages and persons: who did it, in
--                        which role, by which login, is kept by a trigger
--   make_table           any other table
--   make_sequence        a sequence that belongs to no column
--
-- Each gives the table to the owner and registers it and its sequences for dumps.
-- Each lets a restore pass its triggers, bounds its columns, and turns on row
-- security. ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.restore_begin() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_restore_begin' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.restore_begin() IS
'In a restore, keeps row triggers and foreign keys silent for the statement.';
CALL licence_home_internal.make_function('licence_home_internal.restore_begin()');
CREATE FUNCTION licence_home_internal.restore_end() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_restore_end' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.restore_end() IS
'Ends what restore_begin began.';
CALL licence_home_internal.make_function('licence_home_internal.restore_end()');

CREATE FUNCTION licence_home_internal.bounds() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_bounds' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.bounds() IS
'First row trigger of each table: refuses texts that are too long (22001), and numbers and days beyond all sense (23514). It makes a text in which nothing can be seen null, or refuses it where the column is NOT NULL (23514). Its arguments say of each column what it may hold.';
CALL licence_home_internal.make_function('licence_home_internal.bounds()');

CREATE FUNCTION licence_home_internal.given_columns() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_given_columns' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.given_columns() IS
'Takes null for the default, and refuses what a client gives where the rules write: numbers, and the columns that are its arguments.';
CALL licence_home_internal.make_function('licence_home_internal.given_columns()');

CREATE FUNCTION licence_home_internal.never_deleted() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_never_deleted' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.never_deleted() IS
'Refuses DELETE and TRUNCATE to everybody.';
CALL licence_home_internal.make_function('licence_home_internal.never_deleted()');

-- What each column may hold at most, found by its name, the first line that fits.
-- sql/bounds.sql tests that no column is forgotten.  These are bounds of sense,
-- far beyond what the office needs; what is policy is a row of a rule table.
CREATE PROCEDURE licence_home_internal.bound_columns(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name constant name := (SELECT c.relname FROM pg_class AS c WHERE c.oid = made);
    -- Written by the extension's own code alone, from what is bounded, and read
    -- with every message: src/sms.
    hot constant text[] := ARRAY['sms_queue', 'sms_message_text', 'sms_attempt', 'sms_history', 'sms_run',
        'sms_gateway_bucket', 'sms_gateway_pause', 'sender_identity'];
    -- Kept by the rules, whoever writes the row: numbers, stamps and names of theirs.
    kept constant text[] := ARRAY['events', 'case_event', 'at_event', 'settled_at_event', 'reviewed_at_event',
        'closed_at_event', 'workflow_version', 'line_no', 'registered_at', 'recorded_at', 'reviewed_at', 'closed_at',
        'created_at', 'cancelled_at', 'issued_at', 'state_since', 'submitted_at', 'due_at', 'judged_on', 'erased_at', 'restricted_at', 'not_theirs_at',
        'published_at', 'withdrawn_at', 'received_at', 'connected_at', 'reported_at', 'found_value', 'trouble', 'key', 'waits_for'];
    arguments text;
BEGIN
    SELECT string_agg(quote_literal(a.attname || ' ' || b.bound), ', ' ORDER BY a.attnum) INTO arguments
    FROM pg_attribute AS a
    JOIN pg_type AS t ON t.oid = a.atttypid
    CROSS JOIN LATERAL (
        SELECT CASE CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
            WHEN 'text'::regtype THEN CASE a.atttypid WHEN 'licence_home.visible_text'::regtype THEN 'visible ' ELSE 'text ' END || CASE
                -- a code is no longer than a name of PostgreSQL's
                WHEN a.attname IN ('code', 'class', 'category', 'authority', 'edition', 'criterion', 'document_type',
                    'schedule', 'adjustment', 'field', 'template', 'workflow', 'state', 'action', 'season', 'from_state',
                    'to_state', 'profession', 'gateway', 'profile', 'box', 'zone_class', 'deadline_template', 'closure_reason')
                    OR a.attname = 'reason' AND name <> 'sms_intervention' THEN 63
                WHEN a.attname IN ('building_no', 'floor', 'unit') THEN 50
                WHEN a.attname IN ('village', 'basin', 'neighbourhood', 'parcel') THEN 100
                WHEN a.attname = 'address' THEN 500
                WHEN a.attname IN ('note', 'step_note', 'review_note', 'findings', 'conditions') THEN 4000
                WHEN a.attname IN ('attachment_locator', 'url', 'base_url', 'path', 'secret') THEN 2000
                WHEN a.attname IN ('source', 'article', 'provisions', 'rule') THEN 2000
                -- patterns
                WHEN a.attname IN ('accepted', 'retry', 'credentials', 'permanent', 'message_id_pattern') THEN 1000
                WHEN a.attname = 'ca' THEN 500000
                WHEN a.attname = 'head' THEN 20000
                WHEN a.attname = 'public_key' THEN 1000
                WHEN a.attname = 'body' AND name <> 'sms_template' THEN 20000
                WHEN a.attname = 'body' THEN 2000
                WHEN a.attname LIKE 'name\_%' THEN 200
                -- sentences
                WHEN a.attname LIKE '%\_ar' OR a.attname LIKE '%\_en' THEN 1000
                ELSE 200 END
            WHEN 'text[]'::regtype THEN 'texts 20000'
            WHEN 'numeric'::regtype THEN 'number ' || CASE
                WHEN a.attname = 'amount' AND name = 'invoice_line' THEN '-999999.999 999999.999 3'
                WHEN a.attname = 'amount' THEN '0 999999.999 3'
                WHEN a.attname LIKE '%area%\_m2' THEN '0 999999 4'
                WHEN a.attname = 'edge_tolerance_m' THEN '0 1000 3'
                WHEN a.attname = 'rate' THEN '0 100000 3'
                WHEN a.attname LIKE '%share' THEN '0 1000 6'
                ELSE '0 999999 3' END
            WHEN 'integer'::regtype THEN 'number ' || CASE a.attname WHEN 'priority' THEN '-1000000' ELSE '0' END || ' 1000000 0'
            WHEN 'smallint'::regtype THEN 'number 0 1000 0'
            WHEN 'date'::regtype THEN 'day'
            WHEN 'timestamptz'::regtype THEN 'moment'
            WHEN 'daterange'::regtype THEN 'days'
        END AS bound
    ) AS b
    WHERE a.attrelid = made AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''
        AND b.bound IS NOT NULL AND name <> ALL (hot) AND a.attname <> ALL (kept) AND a.attname !~ '_role$';
    IF EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = made AND t.tgname = 'a_bounds') THEN
        EXECUTE format('DROP TRIGGER a_bounds ON %s', made);
    END IF;
    IF arguments IS NOT NULL THEN
        EXECUTE format('CREATE TRIGGER a_bounds BEFORE INSERT OR UPDATE ON %s '
            'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.bounds(%s)', made, arguments);
    END IF;
END $$;
COMMENT ON PROCEDURE licence_home_internal.bound_columns(regclass) IS
'Internal: the trigger that bounds what the columns of a table hold. An update calls it anew after ADD COLUMN.';
CALL licence_home_internal.make_function('licence_home_internal.bound_columns(regclass)');

CREATE PROCEDURE licence_home_internal.make_table(made regclass, secured boolean DEFAULT true)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name constant name := (SELECT c.relname FROM pg_class AS c WHERE c.oid = made);
    dumped regclass;
BEGIN
    -- before any GRANT, so that what the script leaves is what pg_dump expects to find
    EXECUTE format('ALTER TABLE %s OWNER TO licence_home_owner', made);

    FOR dumped IN
        SELECT made UNION ALL
        SELECT d.objid::regclass FROM pg_depend AS d JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = made AND d.deptype = 'i'
    LOOP
        PERFORM pg_extension_config_dump(dumped, '');
    END LOOP;
    EXECUTE format('CREATE TRIGGER a_restore_begin BEFORE INSERT ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.restore_begin()', made);
    EXECUTE format('CREATE TRIGGER z_restore_end AFTER INSERT ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.restore_end()', made);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER a_restore_begin, ENABLE ALWAYS TRIGGER z_restore_end', made);

    -- A dump by pg_upgrade has the table after the operator classes of our types
    -- (types/dump_order.sql says why).  The queue and its attempts have no CHECK,
    -- since the executor takes each apart for every statement: who reads them
    -- reads sms_message_text too.
    IF name NOT IN ('sms_queue', 'sms_attempt') AND EXISTS (
        SELECT FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
        WHERE a.attrelid = made AND NOT a.attisdropped AND t.typnamespace = 'licence_home'::regnamespace AND t.typtype = 'b')
    THEN
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (NULL::licence_home_internal.types_hashed IS NULL)',
            made, name || '_types_first');
    END IF;

    CALL licence_home_internal.bound_columns(made);

    IF secured THEN
        -- officials, within their privileges
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', made);
        EXECUTE format('CREATE POLICY officials ON %s TO %s USING (true) WITH CHECK (true)', made,
            licence_home_internal.role_list(CASE name WHEN 'sms_gateway_credential' THEN 'admin, sender' ELSE 'officials' END));
        IF name <> 'application' AND EXISTS (SELECT FROM pg_attribute AS a
            WHERE a.attrelid = made AND a.attname = 'application_no' AND NOT a.attisdropped) THEN
            EXECUTE format('CREATE POLICY applicants_own ON %s TO licence_home_portal '
                'USING (application_no IN (SELECT a.application_no FROM licence_home.application AS a)) '
                'WITH CHECK (application_no IN (SELECT a.application_no FROM licence_home.application AS a))', made);
        END IF;
    END IF;
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_table(regclass, boolean) IS
'Internal: gives a new table its owner, its place in dumps and restores, bounds, and row security. secured: officials see rows within their privileges, a portal what belongs to the cases of its applicant.';
CALL licence_home_internal.make_function('licence_home_internal.make_table(regclass, boolean)');

CREATE PROCEDURE licence_home_internal.make_sequence(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('ALTER SEQUENCE %s OWNER TO licence_home_owner', made);
    PERFORM pg_extension_config_dump(made, '');
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_sequence(regclass) IS
'Internal: gives a new sequence that belongs to no column its owner and its place in dumps.';
CALL licence_home_internal.make_function('licence_home_internal.make_sequence(regclass)');

-- Clients insert into whole tables, since object mappers name every column: given_columns
-- says which of them the rules write.
CREATE PROCEDURE licence_home_internal.let_clients_write(made regclass, inserts text, updates text, kept text[], watched boolean DEFAULT false)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    sequence regclass;
BEGIN
    IF inserts IS NOT NULL THEN
        IF kept IS NULL THEN
            RAISE EXCEPTION 'nothing says what a client does not give to %', made;
        END IF;
        EXECUTE format('GRANT INSERT ON %s TO %s', made, licence_home_internal.role_list(inserts));
        -- first of the row's triggers
        EXECUTE format('CREATE TRIGGER a_given_columns BEFORE INSERT %s ON %s '
            'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.given_columns(%s)',
            CASE WHEN watched THEN 'OR UPDATE' END, made, (SELECT string_agg(quote_literal(k), ', ') FROM unnest(kept) AS k));
        -- currval() for those who insert, as drivers ask for the last number
        FOR sequence IN
            SELECT d.objid::regclass
            FROM pg_depend AS d
            JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
              AND d.refobjid = made AND d.deptype = 'i'
        LOOP
            EXECUTE format('GRANT SELECT ON SEQUENCE %s TO %s', sequence, licence_home_internal.role_list(inserts));
        END LOOP;
    END IF;
    IF updates IS NOT NULL THEN
        -- by column, on all columns: a mapper may write the whole row and lock it,
        -- but LOCK TABLE, which stops everybody, asks for the table
        EXECUTE format('GRANT UPDATE (%s) ON %s TO %s',
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = made AND a.attnum > 0 AND NOT a.attisdropped),
            made, licence_home_internal.role_list(updates));
    END IF;
END $$;
COMMENT ON PROCEDURE licence_home_internal.let_clients_write(regclass, text, text, text[], boolean) IS
'Internal: INSERT for some roles, and UPDATE of every column for some. kept: the columns that the rules write, so no INSERT does; watched: those that no UPDATE writes either. An update calls it anew for a column that it adds.';
CALL licence_home_internal.make_function(
    'licence_home_internal.let_clients_write(regclass, text, text, text[], boolean)');

CREATE FUNCTION licence_home_internal.attribution() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_attribution' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.attribution() IS
'Last row trigger of each table of evidence: keeps the role and the login beside the person. Its arguments are further deeds for which it does the same (reviewed: reviewed_by, reviewed_role, reviewed_session_role).';
CALL licence_home_internal.make_function('licence_home_internal.attribution()');

-- Who did it: the columns, and the trigger that writes them.  The tables of events
-- say who in columns of their own (actor, role, session_role).
CREATE PROCEDURE licence_home_internal.attribute_rows(made regclass, INOUT kept text[])
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    deed text;
    deeds text[] := '{}';
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = made AND a.attname = 'actor' AND NOT a.attisdropped) THEN
        EXECUTE format($q$
            ALTER TABLE %s
                ADD COLUMN IF NOT EXISTS recorded_at timestamptz NOT NULL DEFAULT licence_home.now(),
                %s
                ADD COLUMN IF NOT EXISTS recorded_role text NOT NULL DEFAULT current_user,
                ADD COLUMN IF NOT EXISTS session_role text NOT NULL DEFAULT session_user$q$, made,
            -- (the person may stand in a column of another name)
            CASE WHEN NOT EXISTS (SELECT FROM pg_attrdef AS d
                    WHERE d.adrelid = made AND pg_get_expr(d.adbin, d.adrelid) = 'licence_home.actor()')
                THEN 'ADD COLUMN recorded_by text NOT NULL DEFAULT licence_home.actor(),' END);
        kept := kept || '{recorded_at, recorded_by, recorded_role, session_role}'::text[];
        deeds := '{recorded}';
        -- for the record of a day (record/ledgers.sql)
        EXECUTE format('CREATE INDEX %I ON %s USING brin (recorded_at) WITH (pages_per_range = 32)',
            (SELECT c.relname FROM pg_class AS c WHERE c.oid = made) || '_by_day', made);
    END IF;
    FOR deed IN
        SELECT substring(a.attname FROM '^(.*)_by$')
        FROM pg_attribute AS a
        JOIN pg_attribute AS m ON m.attrelid = a.attrelid AND m.atttypid = 'timestamptz'::regtype AND NOT m.attisdropped
            AND m.attname = substring(a.attname FROM '^(.*)_by$') || '_at'
        WHERE a.attrelid = made AND a.atttypid = 'text'::regtype AND NOT a.attisdropped AND a.attname <> 'recorded_by'
        ORDER BY a.attnum
    LOOP
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I text, ADD COLUMN %I text', made, deed || '_role', deed || '_session_role');
        deeds := deeds || deed;
        kept := kept || ARRAY[deed || '_role', deed || '_session_role'];
    END LOOP;
    EXECUTE format('CREATE TRIGGER z_attribution BEFORE INSERT OR UPDATE ON %s '
        'FOR EACH ROW EXECUTE FUNCTION licence_home_internal.attribution(%s)', made,
        (SELECT string_agg(quote_literal(d), ', ') FROM unnest(deeds) AS d));
END $$;
COMMENT ON PROCEDURE licence_home_internal.attribute_rows(regclass, text[]) IS
'Internal: gives a table of evidence the columns that say who recorded a row, in which role and by which login. It does the same for each deed that has a person and a moment (reviewed_by, reviewed_at). kept: the columns that the rules write, these among them.';
CALL licence_home_internal.make_function('licence_home_internal.attribute_rows(regclass, text[])');

CREATE PROCEDURE licence_home_internal.make_case_table(made regclass, inserts text DEFAULT NULL, updates text DEFAULT NULL,
        kept text[] DEFAULT NULL)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    name constant name := (SELECT c.relname FROM pg_class AS c WHERE c.oid = made);
BEGIN
    -- (of applicants and cases each change is an event, which says who)
    IF name NOT IN ('applicant', 'application') AND (inserts IS NOT NULL OR EXISTS (SELECT FROM pg_attribute AS a
        WHERE a.attrelid = made AND a.attname ~ '_by$' AND NOT a.attisdropped)) THEN
        CALL licence_home_internal.attribute_rows(made, kept);
    END IF;
    CALL licence_home_internal.make_table(made);
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION licence_home_internal.never_deleted(%s)',
        name || '_never_deleted', made, CASE WHEN name ~ '^sms_' THEN '''archived''' END);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.never_deleted()',
        name || '_never_truncated', made);
    CALL licence_home_internal.let_clients_write(made, inserts, updates, kept);
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_case_table(regclass, text, text, text[]) IS
'Internal: make_table() for what is recorded of cases, messages and persons. No row is deleted. Where clients write the table, or it has a column recorded_by, each row keeps the person, the role and the login (attribute_rows). inserts, updates: the roles that write it; kept: the columns that the rules write besides.';
CALL licence_home_internal.make_function('licence_home_internal.make_case_table(regclass, text, text, text[])');
