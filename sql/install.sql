-- Its texts are in Arabic: a database of another encoding is refused.
\set home :DBNAME
CREATE DATABASE regress_latin1 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0;
\connect regress_latin1
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE EXTENSION licence_home CASCADE;
\set SHOW_CONTEXT errors
\connect :home
DROP DATABASE regress_latin1;

-- CREATE EXTENSION alone makes everything; the other tests use it.
SET client_min_messages = warning;
CREATE EXTENSION licence_home CASCADE;
RESET client_min_messages;

-- Its tables are empty: what is in them later is the municipality's own.
SELECT c.relname
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = 'licence_home'::pg_catalog.regnamespace AND c.relkind = 'r'
  AND (SELECT pg_catalog.xpath('/row/n/text()',
           pg_catalog.query_to_xml(pg_catalog.format('SELECT count(*) AS n FROM licence_home.%I', c.relname), false, true, '')))[1]::text <> '0';

-- Its roles are groups that nobody logs in as.
SELECT rolname, rolcanlogin, rolsuper, rolbypassrls
FROM pg_catalog.pg_roles WHERE rolname LIKE 'licence\_home\_%' ORDER BY rolname COLLATE "C";

-- Amman's rules come in once.
SELECT licence_home.load_rules('amman');
SELECT licence_home.load_rules('amman');
