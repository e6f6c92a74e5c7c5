-- Everything lives in one schema, which the extension owns.
CREATE SCHEMA licence_home;
COMMENT ON SCHEMA licence_home IS
'Licensing of home professions: types, rules, cases, messages.';
