-- ---------------------------------------------------------------------
-- Group roles, made where they do not exist: roles belong to the cluster, and a
-- second database or a restore finds them there.  Nobody logs in as one.  Plain
-- CREATE ROLE would fail there.  So this is the one place where existing
-- objects are taken as they are.  But a role of that name that can log in, or
-- is more than a group, is refused.
-- ---------------------------------------------------------------------
DO $$
DECLARE
    name text;
    existing record;
BEGIN
    FOREACH name IN ARRAY ARRAY['owner', 'portal', 'clerk', 'inspector', 'committee',
        'director', 'cashier', 'analyst', 'admin', 'sender', 'monitor', 'auditor', 'secretary', 'precondition']
    LOOP
        name := 'licence_home_' || name;
        SELECT * INTO existing FROM pg_catalog.pg_roles WHERE rolname = name;
        IF NOT FOUND THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', name);
        ELSIF existing.rolcanlogin OR existing.rolsuper OR existing.rolbypassrls
            OR existing.rolcreaterole OR existing.rolreplication THEN
            RAISE EXCEPTION 'role "%" exists and is not a plain group role', name
                USING HINT = 'The extension''s roles are NOLOGIN and have no other attribute: rename or alter that role first.',
                      ERRCODE = 'duplicate_object';
        END IF;
    END LOOP;
END $$;
