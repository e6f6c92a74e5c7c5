-- ---------------------------------------------------------------------
-- A schema for programs that make an interface from the catalogue.
--
-- PostgREST, PostGraphile and their like read schemas, keys and comments.  Most leave
-- out what belongs to an extension, and none knows which of two functions of one name
-- is meant. make_api() makes a schema of views and functions that belong to no
-- extension. Each does what the object of its name in licence_home does, as the
-- caller, with the caller's rights and row security. Nothing is possible there that
-- is not possible here.
-- ---------------------------------------------------------------------

-- The keys of a relation: its constraints, and where there can be none the lines that begin with @
-- at the head of its comment (privileges/smart_comments.sql).
CREATE FUNCTION licence_home_internal.api_keys(relation oid)
    RETURNS TABLE (kind "char", columns text[], referred oid, referred_columns text[])
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT c.contype,
            ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS u (attnum, n)
                JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = u.attnum ORDER BY u.n),
            c.confrelid,
            ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS u (attnum, n)
                JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = u.attnum ORDER BY u.n)
        FROM pg_constraint AS c
        WHERE c.conrelid = api_keys.relation AND c.contype IN ('p', 'u', 'f')
        UNION ALL
        SELECT CASE m.found[1] WHEN 'primaryKey' THEN 'p'::"char" ELSE 'f'::"char" END, string_to_array(m.found[2], ','),
            to_regclass(m.found[3])::oid, string_to_array(m.found[4], ',')
        FROM regexp_matches(obj_description(api_keys.relation, 'pg_class'),
            '^@(primaryKey|foreignKey) \(?([\w,]+)\)?(?: references ([\w.]+) \(([\w,]+)\))?$', 'gn') AS m (found);
    END;
COMMENT ON FUNCTION licence_home_internal.api_keys(oid) IS
'Internal: the keys of a relation as constraints or its comment say them. kind: p, u or f as in pg_constraint.';
CALL licence_home_internal.make_function('licence_home_internal.api_keys(oid)');

CREATE FUNCTION licence_home_internal.api_text(comment text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
    RETURN (
        SELECT string_agg(l.line, E'\n' ORDER BY l.n)
        FROM string_to_table(api_text.comment, E'\n') WITH ORDINALITY AS l (line, n)
        WHERE l.line NOT LIKE '@%');
COMMENT ON FUNCTION licence_home_internal.api_text(text) IS
'Internal: a comment without the lines that begin with @.';
CALL licence_home_internal.make_function('licence_home_internal.api_text(text)');

-- Which columns of a relation a role of clients may read.  A view that reads as its caller needs
-- the right to every column in it, so roles that see different columns have different views.
CREATE FUNCTION licence_home_internal.api_readers()
    RETURNS TABLE (relation oid, grantee oid, columns smallint[])
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT c.oid AS relation, g.grantee, array_agg(DISTINCT a.attnum ORDER BY a.attnum) AS columns
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL (
            SELECT e.grantee FROM aclexplode(c.relacl) AS e WHERE e.privilege_type = 'SELECT'
            UNION
            SELECT e.grantee FROM aclexplode(a.attacl) AS e WHERE e.privilege_type = 'SELECT') AS g
        WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
            AND g.grantee <> c.relowner AND g.grantee <> 0
        GROUP BY c.oid, g.grantee;
    END;
COMMENT ON FUNCTION licence_home_internal.api_readers() IS
'Internal: which columns of a relation each role of clients may read.';
CALL licence_home_internal.make_function('licence_home_internal.api_readers()');

-- What is in the schema.  What the portal sees has the relation's name.  Where others see all
-- columns, their view is called _in_full.  Where they see some, the most roles with the same
-- columns have _for_staff, and a view of others has the first of its roles.
CREATE FUNCTION licence_home_internal.api_objects()
    RETURNS TABLE (oid oid, class regclass, roles oid[], columns smallint[], name text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT g.relation AS oid, 'pg_class'::regclass AS class, g.roles, g.columns,
            CASE
                WHEN g.is_portals OR g.is_full AND NOT g.has_portals THEN g.relname
                WHEN g.is_full THEN g.relname || '_in_full'
                WHEN g.many > 1 AND g.place = 1 THEN g.relname || '_for_staff'
                ELSE g.relname || '_for_' || g.reader
            END AS name
        FROM (
            SELECT r.relation, c.relname::text, r.columns, array_agg(r.grantee) AS roles,
                to_regrole('licence_home_portal')::oid = ANY (array_agg(r.grantee)) AS is_portals,
                bool_or(to_regrole('licence_home_portal')::oid = ANY (array_agg(r.grantee))) OVER (PARTITION BY r.relation) AS has_portals,
                r.columns = ARRAY(SELECT a.attnum FROM pg_attribute AS a
                    WHERE a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS is_full,
                substr(min(r.grantee::regrole::text), length('licence_home_') + 1) AS reader,
                count(*) AS many,
                row_number() OVER (
                    PARTITION BY r.relation
                    ORDER BY to_regrole('licence_home_portal')::oid = ANY (array_agg(r.grantee)),
                        r.columns = ARRAY(SELECT a.attnum FROM pg_attribute AS a
                            WHERE a.attrelid = r.relation AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
                        count(*) DESC, min(r.grantee::regrole::text)) AS place
            FROM licence_home_internal.api_readers() AS r
            JOIN pg_class AS c ON c.oid = r.relation
            GROUP BY r.relation, c.relname, r.columns) AS g
        UNION ALL
        SELECT p.oid, 'pg_proc'::regclass,
            (SELECT array_agg(g.grantee) FROM aclexplode(p.proacl) AS g WHERE g.grantee NOT IN (p.proowner, 0)), NULL,
            -- of two functions of one name, or one of a relation's name, one has a name of its own for such tools
            coalesce(substring(obj_description(p.oid, 'pg_proc') FROM '^@name (\w+)'), p.proname)
        FROM pg_proc AS p
        WHERE p.pronamespace = 'licence_home'::regnamespace AND p.prokind = 'f' AND p.proname NOT LIKE 'amman\_%'
            -- not what reads and compares the types, which is for everybody
            AND EXISTS (SELECT FROM aclexplode(p.proacl) AS g WHERE g.grantee NOT IN (p.proowner, 0));
    END;
COMMENT ON FUNCTION licence_home_internal.api_objects() IS
'Internal: what make_api() makes: the object that each does the work of, for which roles, with which columns, under which name.';
CALL licence_home_internal.make_function('licence_home_internal.api_objects()');

CREATE FUNCTION licence_home_internal.column_names(relation oid, columns smallint[]) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    RETURN ARRAY(SELECT a.attname::text FROM pg_attribute AS a
        WHERE a.attrelid = column_names.relation AND a.attnum = ANY (column_names.columns) ORDER BY a.attnum);
COMMENT ON FUNCTION licence_home_internal.column_names(oid, smallint[]) IS
'Internal: the names of a relation''s columns by their numbers.';
CALL licence_home_internal.make_function('licence_home_internal.column_names(oid, smallint[])');

CREATE PROCEDURE licence_home_internal.make_api_view(relation regclass, name text, columns smallint[], roles oid[])
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    comment constant text := obj_description(relation, 'pg_class');
    tags text;
    found record;
BEGIN
    EXECUTE format('CREATE VIEW licence_home_api.%I WITH (security_invoker) AS SELECT %s FROM %s', name,
        (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = relation AND attnum = ANY (columns)), relation);
    EXECUTE format('ALTER VIEW licence_home_api.%I OWNER TO licence_home_owner', name);

    -- a view has no keys: some tools look for those of the tables below it, others read them here
    tags := (
        SELECT string_agg(CASE k.kind
                WHEN 'p' THEN format('@primaryKey %s', array_to_string(k.columns, ','))
                WHEN 'u' THEN format('@unique %s', array_to_string(k.columns, ','))
                ELSE format('@foreignKey (%s) references licence_home_api.%I (%s)', array_to_string(k.columns, ','), o.name,
                    array_to_string(k.referred_columns, ','))
            END, E'\n' ORDER BY k.kind DESC, k.columns, o.name)
        FROM licence_home_internal.api_keys(relation) AS k
        LEFT JOIN LATERAL (
            -- the views of the relation referred to that some of these roles have: a tool shows those of its role
            SELECT o.name FROM licence_home_internal.api_objects() AS o
            WHERE k.kind = 'f' AND o.oid = k.referred AND o.class = 'pg_class'::regclass AND o.roles && make_api_view.roles
                AND k.referred_columns <@ licence_home_internal.column_names(o.oid, o.columns)) AS o ON true
        WHERE k.columns <@ licence_home_internal.column_names(relation, make_api_view.columns)
            AND (k.kind <> 'f' OR o.name IS NOT NULL));
    EXECUTE format('COMMENT ON VIEW licence_home_api.%I IS %L', name,
        concat_ws(E'\n', tags, licence_home_internal.api_text(comment), (
            SELECT format('The columns that these roles see: %s.', string_agg(substr(r::regrole::text, length('licence_home_') + 1), ', '
                ORDER BY r::regrole::text))
            FROM unnest(roles) AS r
            WHERE EXISTS (SELECT FROM licence_home_internal.api_readers() AS o WHERE o.relation = make_api_view.relation AND o.columns <> make_api_view.columns)
            HAVING count(*) > 0)));
    FOR found IN
        SELECT attname, col_description(attrelid, attnum) AS comment FROM pg_attribute
        WHERE attrelid = relation AND attnum = ANY (columns) AND col_description(attrelid, attnum) IS NOT NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN licence_home_api.%I.%I IS %L', name, found.attname, found.comment);
    END LOOP;

    -- a tool asks for what has no default.  What is left out of an identity is null there, which
    -- the trigger of the table takes for the next number.
    FOR found IN
        SELECT a.attname, CASE a.attidentity WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE 'nullif(0, 0)' END AS value
        FROM pg_attribute AS a
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = relation AND a.attnum = ANY (columns) AND a.attgenerated = ''
            AND (a.attidentity <> '' OR d.adbin IS NOT NULL)
    LOOP
        EXECUTE format('ALTER VIEW licence_home_api.%I ALTER COLUMN %I SET DEFAULT %s', name, found.attname, found.value);
    END LOOP;

    EXECUTE format('GRANT SELECT ON licence_home_api.%I TO %s', name,
        (SELECT string_agg(r::regrole::text, ', ') FROM unnest(roles) AS r));
    FOR found IN
        SELECT g.privilege_type AS privilege, '' AS columns, g.grantee
        FROM pg_class AS c, aclexplode(c.relacl) AS g
        WHERE c.oid = relation AND g.grantee = ANY (roles) AND g.privilege_type IN ('INSERT', 'UPDATE')
        UNION ALL
        SELECT g.privilege_type, format('(%s)', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)), g.grantee
        FROM pg_attribute AS a, aclexplode(a.attacl) AS g
        WHERE a.attrelid = relation AND a.attnum = ANY (make_api_view.columns) AND g.grantee = ANY (roles)
            AND g.privilege_type IN ('INSERT', 'UPDATE')
        GROUP BY g.privilege_type, g.grantee
    LOOP
        EXECUTE format('GRANT %s %s ON licence_home_api.%I TO %s', found.privilege, found.columns, name, found.grantee::regrole);
    END LOOP;
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_api_view(regclass, text, smallint[], oid[]) IS
'Internal: makes a view of licence_home_api that stands for a relation, for some roles and with the columns that they may read. The view has comments, keys and privileges.';
CALL licence_home_internal.make_function('licence_home_internal.make_api_view(regclass, text, smallint[], oid[])');

CREATE PROCEDURE licence_home_internal.make_api_function(function regprocedure, name text, roles oid[])
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    made text;
    made_oid regprocedure;
BEGIN
    SELECT format('CREATE FUNCTION licence_home_api.%I(%s) RETURNS %s LANGUAGE sql %s %s ROWS %s BEGIN ATOMIC SELECT %s%s(%s); END',
            name, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
            CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END,
            CASE WHEN p.proisstrict THEN 'STRICT' ELSE '' END, p.prorows,
            CASE WHEN p.proretset OR p.proargmodes && '{o,b,t}' THEN '* FROM ' ELSE '' END,
            p.oid::regproc,
            (SELECT string_agg(CASE WHEN i = p.pronargs AND p.provariadic <> 0 THEN 'VARIADIC $' ELSE '$' END || i, ', '
                ORDER BY i) FROM generate_series(1, p.pronargs) AS i))
    INTO made
    FROM pg_proc AS p WHERE p.oid = function;
    EXECUTE CASE WHEN made LIKE '% ROWS 0 BEGIN %' THEN replace(made, ' ROWS 0 BEGIN ', ' BEGIN ') ELSE made END;
    SELECT p.oid INTO STRICT made_oid FROM pg_proc AS p
    WHERE p.pronamespace = 'licence_home_api'::regnamespace AND p.proname = make_api_function.name;
    EXECUTE format('ALTER FUNCTION %s OWNER TO licence_home_owner', made_oid);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made_oid);
    EXECUTE format('COMMENT ON FUNCTION %s IS %L', made_oid,
        licence_home_internal.api_text(obj_description(function, 'pg_proc')));
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', made_oid,
        (SELECT string_agg(r::regrole::text, ', ') FROM unnest(roles) AS r));
END $$;
COMMENT ON PROCEDURE licence_home_internal.make_api_function(regprocedure, text, oid[]) IS
'Internal: makes the function of licence_home_api that calls another, with its comment and privileges.';
CALL licence_home_internal.make_function('licence_home_internal.make_api_function(regprocedure, text, oid[])');

CREATE FUNCTION licence_home.make_api() RETURNS TABLE (kind text, name text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET client_min_messages = warning
    AS $$
DECLARE
    found record;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'licence_home_api is made by a superuser'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Its objects belong to licence_home_owner, which nobody logs in as.';
    END IF;
    -- What was made before goes, and nothing with it: RESTRICT refuses where an object of
    -- somebody else's stands in the schema, or rests on one of these.
    FOR found IN
        SELECT 'VIEW' AS type, string_agg(c.oid::regclass::text, ', ') AS names
        FROM pg_class AS c
        WHERE c.relnamespace = to_regnamespace('licence_home_api') AND c.relkind = 'v' AND c.relowner = 'licence_home_owner'::regrole
        UNION ALL
        SELECT 'FUNCTION', string_agg(p.oid::regprocedure::text, ', ')
        FROM pg_proc AS p
        WHERE p.pronamespace = to_regnamespace('licence_home_api') AND p.proowner = 'licence_home_owner'::regrole
    LOOP
        IF found.names IS NOT NULL THEN
            EXECUTE format('DROP %s %s RESTRICT', found.type, found.names);
        END IF;
    END LOOP;
    DROP SCHEMA IF EXISTS licence_home_api RESTRICT;
    CREATE SCHEMA licence_home_api AUTHORIZATION licence_home_owner;
    COMMENT ON SCHEMA licence_home_api IS
        'Views and functions for tools that make an interface from the catalogue. Each does what the object of its name in licence_home does, as the caller. Made by licence_home.make_api(), and made anew by it after an update.';
    EXECUTE format('GRANT USAGE ON SCHEMA licence_home_api TO %s', licence_home_internal.role_list('everyone, monitor'));
    FOR found IN
        SELECT o.* FROM licence_home_internal.api_objects() AS o ORDER BY o.class, o.name
    LOOP
        IF found.class = 'pg_class'::regclass THEN
            CALL licence_home_internal.make_api_view(found.oid::regclass, found.name, found.columns, found.roles);
        ELSE
            CALL licence_home_internal.make_api_function(found.oid::regprocedure, found.name, found.roles);
        END IF;
        kind := CASE found.class WHEN 'pg_class'::regclass THEN 'view' ELSE 'function' END;
        name := found.name;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION licence_home.make_api() IS
'Makes the schema licence_home_api anew, and says what it has. There is a view or function for each that some role of clients may use, with their comments, keys and privileges. None belongs to the extension, so that tools that make an interface from the catalogue see them; pg_dump dumps them. Call it again after ALTER EXTENSION licence_home UPDATE. Superusers alone. 2BP01 where somebody put an object of their own there, or made one that rests on it.';
CALL licence_home_internal.make_function('licence_home.make_api()');
