-- The rules and the messages are in Arabic, and other encodings would take
-- the bytes of this script for other characters.
DO $$
BEGIN
    IF pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.<>) 'UTF8' THEN
        RAISE EXCEPTION 'licence_home needs a database in UTF8, and this one is in %', pg_catalog.getdatabaseencoding()
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'createdb --encoding=UTF8 --template=template0';
    END IF;
END $$;

-- Everything lives in two schemas, which the extension owns: what clients may
-- rely on, and what the extension's own bodies, triggers and C code call.
CREATE SCHEMA licence_home;
COMMENT ON SCHEMA licence_home IS
'Licensing of home professions: types, rules, cases, messages.';
ALTER SCHEMA licence_home OWNER TO licence_home_owner;
GRANT USAGE ON SCHEMA licence_home TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst,
    licence_home_admin, licence_home_sender, licence_home_monitor, licence_home_auditor, licence_home_secretary;

-- No client has USAGE.  A body (BEGIN ATOMIC), view, policy, default or
-- constraint found its functions when it was made. So EXECUTE is enough for
-- its users, and nobody finds the functions by name.
CREATE SCHEMA licence_home_internal;
COMMENT ON SCHEMA licence_home_internal IS
'Parts of the extension licence_home that no client calls; they may change with every version.';
ALTER SCHEMA licence_home_internal OWNER TO licence_home_owner;
