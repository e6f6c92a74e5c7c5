-- Before the first case rules need one person, who stands in the journal.
\pset format unaligned
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_first;
RESET client_min_messages;
CREATE ROLE regress_first LOGIN IN ROLE licence_home_admin;
SELECT count(*) AS entries, count(*) FILTER (WHERE standing = 'superuser') > 20 AS by_the_superuser, count(*) FILTER (WHERE hash IS NULL) AS without_hash,
    count(DISTINCT place) = count(*) AND max(place) = count(*) AS each_its_place
FROM licence_home.rule_journal WHERE rule_table <> 'official' \gset loaded_
SELECT :loaded_entries > 25 AS entries, :'loaded_by_the_superuser' AS by_the_superuser, :loaded_without_hash AS without_hash;
BEGIN;
SET LOCAL SESSION AUTHORIZATION regress_first;
INSERT INTO licence_home.reason (reason, purpose, name_ar, name_en, valid, source, certainty)
VALUES ('first_of_all', 'closure', 'سبب', 'a reason', '[2026-01-01,)', 'test', 'unknown');
-- as at the end of the transaction
SET CONSTRAINTS ALL IMMEDIATE;
SELECT act, standing, actor, session_role, role, open_cases, rows -> 0 ->> 'reason' AS reason FROM licence_home.rule_journal WHERE actor = 'regress_first';
RESET SESSION AUTHORIZATION;
SELECT count(*) AS breaks FROM licence_home.verify_rules();
ROLLBACK;
DROP ROLE regress_first;
