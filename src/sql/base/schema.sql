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

-- Everything lives in one schema, which the extension owns.
CREATE SCHEMA licence_home;
COMMENT ON SCHEMA licence_home IS
'Licensing of home professions: types, rules, cases, messages.';
