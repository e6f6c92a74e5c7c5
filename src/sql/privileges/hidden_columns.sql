-- ---------------------------------------------------------------------
-- Officials have no SELECT on what says something of a person: they read it through
-- functions that record it (trust/reading.sql, trust/texts.sql).  Beside each table
-- stands who reads it; here the columns of person_columns() are taken out of that.
-- An update that adds a column or a table calls the procedure anew.
-- ---------------------------------------------------------------------
CREATE PROCEDURE licence_home_internal.hide_columns()
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT p.relation, r.role, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE NOT h.hidden) AS readable
        FROM licence_home_internal.person_tables() AS p
        CROSS JOIN unnest(string_to_array(licence_home_internal.role_list('officials'), ', ')) AS r (role)
        JOIN pg_attribute AS a ON a.attrelid = p.relation AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(r.role, p.relation, a.attnum, 'SELECT')
        CROSS JOIN LATERAL (
            SELECT EXISTS (SELECT FROM licence_home_internal.person_columns() AS k
                    WHERE k.table_name = p.table_name AND k.column_name = a.attname)
                AND NOT EXISTS (SELECT FROM licence_home_internal.columns_shown() AS s
                    WHERE s.table_name = p.table_name AND s.column_name = a.attname
                        AND r.role = ANY (string_to_array(licence_home_internal.role_list(s.roles), ', '))) AS hidden) AS h
        GROUP BY p.relation, r.role
        HAVING bool_or(h.hidden)
    LOOP
        EXECUTE format('REVOKE SELECT ON %s FROM %I', found.relation, found.role);
        EXECUTE format('GRANT SELECT (%s) ON %s TO %I', found.readable, found.relation, found.role);
    END LOOP;
END $$;
COMMENT ON PROCEDURE licence_home_internal.hide_columns() IS
'Internal: takes from officials the SELECT on columns of persons, but for those of columns_shown().';
CALL licence_home_internal.make_function('licence_home_internal.hide_columns()');
CALL licence_home_internal.hide_columns();
