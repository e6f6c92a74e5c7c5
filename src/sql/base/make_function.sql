-- ---------------------------------------------------------------------
-- The roles that may call a function or read a view stand beside it.  Each
-- COMMENT ON is followed by a call of one of these, with those roles.  An
-- object of an update gets the same by the same call. check_decisions() ends
-- the script: CREATE EXTENSION fails, and names it, where an object has no such
-- call.
-- ---------------------------------------------------------------------

-- Names of roles as the calls write them: 'readers, cashier'.
CREATE FUNCTION licence_home_internal.role_list(names text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT string_agg(DISTINCT CASE g.name WHEN 'PUBLIC' THEN g.name ELSE 'licence_home_' || g.name END, ', ')
        FROM regexp_split_to_table(role_list.names, ', *') AS n (name)
        CROSS JOIN LATERAL unnest(CASE n.name
            WHEN 'everyone' THEN ARRAY['portal', 'clerk', 'inspector', 'committee', 'director', 'cashier', 'analyst', 'admin', 'sender', 'auditor', 'secretary']
            WHEN 'officials' THEN ARRAY['clerk', 'inspector', 'committee', 'director', 'cashier', 'analyst', 'admin', 'sender', 'monitor', 'auditor', 'secretary']
            WHEN 'readers' THEN ARRAY['portal', 'clerk', 'inspector', 'committee', 'director']
            WHEN 'staff' THEN ARRAY['clerk', 'inspector', 'committee', 'director']
            WHEN 'caseload' THEN ARRAY['clerk', 'committee', 'director', 'admin']
            ELSE ARRAY[n.name] END) AS g (name));

CREATE PROCEDURE licence_home_internal.make_function(made regprocedure, callers text DEFAULT NULL)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    -- before any GRANT, so that what the script leaves is what pg_dump expects to find
    EXECUTE format('ALTER ROUTINE %s OWNER TO licence_home_owner', made);
    EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', made);
    IF callers IS NOT NULL THEN
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', made, licence_home_internal.role_list(callers));
    END IF;
END $$;

CREATE PROCEDURE licence_home_internal.make_view(made regclass)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    EXECUTE format('ALTER VIEW %s OWNER TO licence_home_owner', made);
END $$;

CREATE PROCEDURE licence_home_internal.check_decisions()
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    undecided text;
BEGIN
    SELECT pg_describe_object(d.classid, d.objid, 0) INTO undecided
    FROM pg_depend AS d
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'licence_home'
    LEFT JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    LEFT JOIN pg_class AS c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
        AND (p.pronamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
            AND p.proowner <> 'licence_home_owner'::regrole
            OR c.relkind <> 'c' AND c.relowner <> 'licence_home_owner'::regrole)
    ORDER BY d.classid, d.objid
    LIMIT 1;
    IF undecided IS NOT NULL THEN
        RAISE EXCEPTION 'nothing says who may use %', undecided
            USING HINT = 'Beside it, call licence_home_internal.make_function(), make_view(), or what makes a table.';
    END IF;
END $$;

COMMENT ON FUNCTION licence_home_internal.role_list(text) IS
'Internal: the roles that GRANT is to name, of a list such as "readers, cashier". everyone: all but the monitor. officials: all but the portal. readers: the roles that see cases. staff: readers but the portal. caseload: the roles that see what a rule would change.';
CALL licence_home_internal.make_function('licence_home_internal.role_list(text)');
COMMENT ON PROCEDURE licence_home_internal.make_function(regprocedure, text) IS
'Internal: gives a new function or procedure its owner, and EXECUTE to its callers alone (null: nobody; PUBLIC: what stands behind a type).';
CALL licence_home_internal.make_function('licence_home_internal.make_function(regprocedure, text)');
COMMENT ON PROCEDURE licence_home_internal.make_view(regclass) IS
'Internal: gives a new view its owner.';
CALL licence_home_internal.make_function('licence_home_internal.make_view(regclass)');
COMMENT ON PROCEDURE licence_home_internal.check_decisions() IS
'Internal: raises an error that names an object of the extension about whose use nothing was decided. The install script and each update end with it.';
CALL licence_home_internal.make_function('licence_home_internal.check_decisions()');
