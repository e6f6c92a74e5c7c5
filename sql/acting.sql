-- For whom a transaction acts, and who works.
\set VERBOSITY default
\pset format unaligned
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;

-- A registration that did not happen leaves the transaction acting for whom it did before.
BEGIN;
SET LOCAL ROLE regress_portal;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234511', 'سلمى', '0791234511')
RETURNING applicant_id AS first \gset
SELECT licence_home.acting_applicant() = :first AS acts;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234511', 'أحمد', '0791234511')
ON CONFLICT DO NOTHING;
SELECT licence_home.acting_applicant() = :first AS acts_for_the_former;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone)
VALUES ('citizen', '9871234512', 'ليلى', '0791234512'), ('citizen', '٩٨٧١٢٣٤٥١١', 'أحمد', '0791234511')
ON CONFLICT DO NOTHING;
SELECT name_ar FROM licence_home.applicant;
COMMIT;
BEGIN;
SET LOCAL ROLE regress_portal;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234511', 'أحمد', '0791234511')
ON CONFLICT DO NOTHING;
SELECT licence_home.acting_applicant() IS NULL AS acts_for_nobody;
-- and after an error the next statement begins anew
SAVEPOINT s;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES ('citizen', '9871234513', 'x', '0791234513'), ('citizen', '9871234511', 'x', '0791234511');
ROLLBACK TO s;
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) SELECT 'citizen', '9871234513', 'x', '0791234513' WHERE false;
SELECT licence_home.acting_applicant() IS NULL AS acts_for_nobody;
ROLLBACK;

-- An official is named by one word that is no applicant's.
SET ROLE regress_clerk;
CREATE FUNCTION pg_temp.named(employee text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM licence_home.act_as(employee);
    RETURN licence_home.actor();
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN detail;
END $$;
BEGIN;
SELECT to_json(name) AS name, pg_temp.named(name)
FROM unnest(ARRAY['E-17', 'هدى', '١٧', 'huda@amman', 'applicants', '', ' ', E'\u200b', E'\u00a0', 'applicant 3', 'applicant3', 'APPLICANT ٣', 'applicant',
    E'E-17\n', E'E-17\nE-18', E'E\t17', 'E 17', E'E\u00a017', E'E-\u200e17', E'\u202eE-17', E'E\u0001', E'E\u007f']) WITH ORDINALITY AS n (name, i)
ORDER BY i;
ROLLBACK;
SELECT licence_home.act_as('applicant 3');
SELECT licence_home.act_as(NULL);
RESET ROLE;

-- No lock of ours is one that SQL can take, or is seen by it.
SELECT story.new_case_in('fee_due') AS due \gset
BEGIN;
SELECT story.pay(:'due', reference => 'acting-1');
SELECT locktype, objsubid, mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
SELECT count(*) AS ours FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid IN (1, 2);
ROLLBACK;
BEGIN;
SELECT licence_home_internal.lock_load_rules();
SELECT locktype, objsubid, mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
ROLLBACK;

-- Who may lock a table so that others wait for it: nobody a table of cases, persons or messages.
SELECT r.rolname, c.relname, p.privilege
FROM pg_class AS c
CROSS JOIN pg_roles AS r
CROSS JOIN unnest('{UPDATE,DELETE,TRUNCATE}'::text[]) AS p (privilege)
WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind IN ('r', 'v') AND r.rolname LIKE 'regress\_%'
  AND has_table_privilege(r.oid, c.oid, p.privilege)
ORDER BY c.relname COLLATE "C", r.rolname COLLATE "C", p.privilege;
