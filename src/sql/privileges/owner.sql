-- ---------------------------------------------------------------------
-- One owner, a role that nobody logs in as, so that row security with FORCE
-- binds the owner too.  Tables, views and functions got it where they were made;
-- types and operators get it here.
-- ---------------------------------------------------------------------
DO $$
DECLARE
    found record;
BEGIN
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

CALL licence_home_internal.check_decisions();
