-- A monitoring system's role reads health, proofs and figures, and no person.
SET client_min_messages = warning;
CREATE ROLE regress_monitor IN ROLE licence_home_monitor;
SET ROLE regress_monitor;
SELECT count(*) FROM licence_home.sms_health;
SELECT * FROM licence_home.verify_events();
SELECT * FROM licence_home.verify_restore();
SELECT count(*) FROM licence_home.unproven_licences('2026-01-01', '2026-01-02');
SELECT * FROM licence_home.check_workflow('first_issue');
SELECT count(*) >= 0 AS figures FROM licence_home.caseload_report('2026-01-01', '2026-01-02', NULL);
-- nothing else
SELECT * FROM licence_home.application;
SELECT body FROM licence_home.sms_message;
SELECT phone FROM licence_home.sms_queue;
SELECT licence_home.resend_sms(1, 'x');
RESET ROLE;
-- all that it may read, write and call
SELECT c.relname, CASE WHEN has_table_privilege('regress_monitor', c.oid, 'SELECT') THEN 'all'
    ELSE (SELECT string_agg(a.attname, ' ' ORDER BY a.attname COLLATE "C") FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND has_column_privilege('regress_monitor', c.oid, a.attnum, 'SELECT')) END AS columns
FROM pg_class AS c
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v')
  AND has_any_column_privilege('regress_monitor', c.oid, 'SELECT') ORDER BY c.relname COLLATE "C";
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v')
  AND has_any_column_privilege('regress_monitor', c.oid, 'INSERT, UPDATE') ORDER BY c.relname COLLATE "C";
SELECT p.oid::regprocedure FROM pg_proc AS p
WHERE p.pronamespace = 'licence_home'::regnamespace AND has_function_privilege('regress_monitor', p.oid, 'EXECUTE')
  AND NOT has_function_privilege('regress_nobody', p.oid, 'EXECUTE')
ORDER BY p.oid::regprocedure::text COLLATE "C";
DROP ROLE regress_monitor;
