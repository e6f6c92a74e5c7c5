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

-- No lock of ours is one that SQL can take, or is seen by it.
SELECT story.new_case_in('fee_due') AS due \gset
BEGIN;
SELECT story.pay(:'due', reference => 'acting-1');
SELECT locktype, objsubid, mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() ORDER BY objsubid;
SELECT count(*) AS ours FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid IN (1, 2);
ROLLBACK;
BEGIN;
SELECT licence_home_internal.lock_load_rules();
SELECT locktype, objsubid, mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() ORDER BY objsubid;
ROLLBACK;

-- No role may lock a table or view so that others wait for it: no mode above
-- what an INSERT takes, and none of them by VACUUM, ANALYZE, CLUSTER (MAINTAIN).
CREATE FUNCTION pg_temp.locks(who name, relation regclass, mode text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL ROLE %I', who);
    EXECUTE format('LOCK TABLE %s IN %s MODE NOWAIT', relation, mode);
    RAISE EXCEPTION 'taken' USING ERRCODE = 'ZZ000';
EXCEPTION
    WHEN SQLSTATE 'ZZ000' THEN RETURN true;
    WHEN insufficient_privilege THEN RETURN false;
END $$;
SELECT r.rolname, c.oid::regclass, m.mode
FROM pg_class AS c
CROSS JOIN pg_roles AS r
CROSS JOIN unnest('{SHARE UPDATE EXCLUSIVE,SHARE,SHARE ROW EXCLUSIVE,EXCLUSIVE,ACCESS EXCLUSIVE}'::text[]) AS m (mode)
WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm')
  AND (r.rolname LIKE 'regress\_%' OR r.rolname ~ '^licence_home_' AND r.rolname <> 'licence_home_owner')
  AND pg_temp.locks(r.rolname, c.oid, m.mode)
ORDER BY c.relname COLLATE "C", r.rolname COLLATE "C", m.mode;
SELECT c.oid::regclass, a.grantee::regrole, a.privilege_type
FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
WHERE c.relnamespace IN ('licence_home'::regnamespace, 'licence_home_internal'::regnamespace)
  AND a.grantee <> c.relowner AND a.privilege_type NOT IN ('SELECT', 'INSERT', 'USAGE')
ORDER BY c.relname COLLATE "C", a.privilege_type;

-- What is no record is taken away by functions, each by its name, by the administrator alone.
SET ROLE regress_admin;
BEGIN;
INSERT INTO licence_home.workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('draft', 1, 'مسودة', 'draft', '[2027-01-01,)', 'test', 'likely');
INSERT INTO licence_home.workflow_state (workflow, version, state, kind, name_ar, name_en, source, certainty)
    SELECT 'draft', 1, s, 'open', 'س', s, 'test', 'likely' FROM unnest('{one,two}'::text[]) AS s;
INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    SELECT 'draft', 1, a, 'one', 'two', 'clerk', 'test', 'likely' FROM unnest('{go,run}'::text[]) AS a;
INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    SELECT 'draft', 1, s, 'document', 'insert', 'clerk', 'test', 'likely' FROM unnest('{one,two}'::text[]) AS s;
CREATE TEMP VIEW draft AS SELECT (SELECT count(*) FROM licence_home.workflow WHERE workflow = 'draft') AS versions,
    (SELECT count(*) FROM licence_home.workflow_state WHERE workflow = 'draft') AS states,
    (SELECT count(*) FROM licence_home.workflow_transition WHERE workflow = 'draft') AS transitions,
    (SELECT count(*) FROM licence_home.workflow_evidence WHERE workflow = 'draft') AS evidence;
SELECT licence_home.discard_workflow_transition('draft', 1, 'run', 'one', 'two', 'clerk');
SELECT licence_home.discard_workflow_evidence('draft', 1, 'one', 'document', 'insert', 'clerk');
SELECT * FROM draft;
SELECT licence_home.discard_workflow_state('draft', 1, 'two');
SELECT * FROM draft;
SELECT licence_home.discard_workflow('draft', 1);
SELECT * FROM draft;
ROLLBACK;
CREATE FUNCTION pg_temp.try(statement text, OUT code text, OUT said text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
END $$;
SELECT t.* FROM unnest(ARRAY[
    $$discard_workflow('first_issue', 1)$$, $$discard_workflow('first_issue', 2)$$, $$discard_workflow(NULL, NULL)$$,
    $$discard_workflow_state('first_issue', 1, 'submitted')$$, $$discard_workflow_state('none', 1, 'submitted')$$,
    $$discard_workflow_transition('first_issue', 1, 'lapse', 'fee_due', 'lapsed', 'sender')$$,
    $$discard_workflow_evidence('first_issue', 1, 'submitted', 'document', 'review', 'clerk')$$,
    $$resume_gateway('none')$$, $$resume_gateway(NULL)$$, $$remove_credential('smsbox', NULL)$$, $$remove_kannel_box('none')$$
    ]) WITH ORDINALITY AS c (call, n) CROSS JOIN LATERAL pg_temp.try('SELECT licence_home.' || c.call) AS t ORDER BY c.n;
INSERT INTO licence_home.workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('draft', 1, 'مسودة', 'draft', '[2027-01-01,)', 'test', 'likely');
SELECT t.* FROM unnest(ARRAY[
    $$discard_workflow_state('draft', 1, 'submitted')$$, $$discard_workflow_transition('draft', 1, 'lapse', NULL, 'lapsed', 'sender')$$,
    $$discard_workflow_evidence('draft', 1, 'submitted', 'document', 'review', 'clerk')$$, $$discard_workflow('draft', 1)$$
    ]) WITH ORDINALITY AS c (call, n) CROSS JOIN LATERAL pg_temp.try('SELECT licence_home.' || c.call) AS t ORDER BY c.n;
RESET ROLE;

-- For whom a portal acts is recorded once a transaction and applicant, and a text is a number, too.
SELECT applicant_id AS second FROM licence_home.applicant WHERE identity_no = '9871234512' \gset
SELECT coalesce(max(acting_no), 0) AS before FROM licence_home.acting_record \gset
BEGIN;
SET LOCAL ROLE regress_portal;
SELECT licence_home.act_for(:first::bigint), licence_home.act_for(:first::int), licence_home.act_for(:'first');
SELECT licence_home.act_for(:'second'::varchar);
SELECT licence_home.acting_applicant() = :second AS acts;
SAVEPOINT s;
SELECT licence_home.act_for(NULL);
ROLLBACK TO s;
SELECT licence_home.act_for(NULL::bigint);
ROLLBACK TO s;
SELECT licence_home.act_for('0');
ROLLBACK TO s;
SELECT licence_home.act_for('three');
ROLLBACK TO s;
SELECT licence_home.act_for('a.b.c');
ROLLBACK TO s;
PREPARE act AS SELECT licence_home.act_for($1);
EXECUTE act(:first);
DEALLOCATE act;
COMMIT;
SELECT at = licence_home.now() AS now, role, applicant_id = :first AS first, applicant_id = :second AS second, token_key
FROM licence_home.acting_record WHERE acting_no > :before ORDER BY acting_no;
INSERT INTO licence_home.acting_record (at, login, role, applicant_id) VALUES (now(), 'x', 'x', 1);
DELETE FROM licence_home.acting_record;
TRUNCATE licence_home.acting_record;
