-- ---------------------------------------------------------------------
-- One owner, a role that nobody logs in as, so that row security with FORCE
-- binds the owner too.  Before any GRANT, so that what CREATE EXTENSION
-- leaves is what pg_dump expects to find.
-- ---------------------------------------------------------------------
ALTER SCHEMA licence_home OWNER TO licence_home_owner;
ALTER SCHEMA licence_home_internal OWNER TO licence_home_owner;
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind, c.oid::regclass AS name
        FROM pg_class AS c
        WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('p', 'v')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO licence_home_owner', found.kind, found.name);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS signature, p.prokind
        FROM pg_proc AS p
        WHERE p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO licence_home_owner',
            CASE found.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
            found.signature);
    END LOOP;
    FOR found IN
        SELECT t.oid::regtype AS name
        FROM pg_type AS t
        WHERE t.typnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND t.typelem = 0
          AND (t.typtype IN ('b', 'd', 'r') OR t.typrelid IN (SELECT c.oid FROM pg_class AS c WHERE c.relkind = 'c'))
    LOOP
        EXECUTE format('ALTER TYPE %s OWNER TO licence_home_owner', found.name);
    END LOOP;
    FOR found IN        -- operators are in pg_catalog, known by their types
        SELECT o.oprname, o.oprleft::regtype AS of_left, o.oprright::regtype AS of_right
        FROM pg_operator AS o
        JOIN pg_type AS t ON t.oid = o.oprleft
        WHERE t.typnamespace = 'licence_home'::regnamespace
    LOOP
        EXECUTE format('ALTER OPERATOR pg_catalog.%s (%s, %s) OWNER TO licence_home_owner',
            found.oprname, found.of_left, found.of_right);
    END LOOP;
    FOR found IN
        SELECT f.opfname, m.amname
        FROM pg_opfamily AS f
        JOIN pg_am AS m ON m.oid = f.opfmethod
        WHERE f.opfnamespace = 'licence_home'::regnamespace
    LOOP
        EXECUTE format('ALTER OPERATOR CLASS licence_home.%I USING %I OWNER TO licence_home_owner', found.opfname, found.amname);
        EXECUTE format('ALTER OPERATOR FAMILY licence_home.%I USING %I OWNER TO licence_home_owner', found.opfname, found.amname);
    END LOOP;
END $$;
