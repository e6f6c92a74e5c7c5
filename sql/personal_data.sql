-- Personal data: what is kept about a person, who sees one whose data are
-- restricted, erasure, and retention.
LOAD 'licence_home';
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE ROLE regress_admin_2 LOGIN IN ROLE licence_home_admin;
RESET client_min_messages;
-- What a statement comes to as a role, numbers masked; what it gives is kept.
CREATE FUNCTION pg_temp.tried(who text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
    detail text;
BEGIN
    IF who IS NOT NULL THEN PERFORM story.become(who); END IF;
    EXECUTE statement INTO answer;
    IF who IS NOT NULL THEN PERFORM story.become(); END IF;
    RETURN answer;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN regexp_replace(concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, nullif(detail, '')), '(applicant |مقدم الطلب |[AL]2026-|bill )[0-9-]+', '\1…', 'g');
END $$;

\echo == every column that may say something of a person is concealed by erase_person(), or kept for a reason
CREATE TEMP TABLE kept (table_name text, column_name text, why text);
INSERT INTO kept VALUES
    ('payment', 'payment_reference', 'public money'), ('payment', 'receipt', 'public money'), ('payment', 'receiver', 'the official'),
    ('payment_refund', 'refund_reference', 'public money'), ('payment_reversal', 'reversal_reference', 'public money'), ('refund_task', 'owner', 'the official'), ('approval_requirement', 'basis', 'profession or decision, for the figures'),
    ('inspection', 'inspector', 'the official'), ('decision', 'decided_by', 'the official'), ('job_failure', 'about', 'numbers'),
    ('report_fact', 'category', 'a code'), ('report_fact', 'from_kind', 'a code'), ('report_fact', 'to_kind', 'a code'), ('report_fact', 'reasons', 'codes'),
    ('report_fact', 'was_category', 'a code'), ('report_fact', 'was_edition', 'a code'), ('report_fact', 'was_profession', 'a code'),
    ('submit_refused', 'category', 'a code'), ('submit_refused', 'criteria', 'codes'),
    ('acting_record', 'token_key', 'of the identity service'), ('breach_person', 'columns', 'names'),
    ('committee_agenda', 'took_part', 'officials'), ('committee_agenda', 'excused', 'officials'),
    ('import_rejected', 'column_name', 'names'), ('import_rejected', 'reason_ar', 'ours'), ('import_rejected', 'reason_en', 'ours'),
    ('licence', 'former_no', 'the public register'),
    ('visit_report', 'client_ref', 'of the inspector''s program'), ('visit_report', 'result_sha256', 'tells a repeat'),
    ('read_record', 'function', 'ours'), ('read_record', 'columns', 'names'), ('read_record', 'sought', 'an HMAC, signed with the record');
SELECT p.table_name, a.attname, format_type(a.atttypid, NULL)
FROM licence_home_internal.person_tables() AS p
JOIN pg_attribute AS a ON a.attrelid = p.relation AND a.attnum > 0 AND NOT a.attisdropped
WHERE format_type(a.atttypid, NULL) ~ '^(licence_home\.)?(text|visible_text|jsonb|bytea|phone_number|geometry|character varying)'
  AND NOT EXISTS (SELECT FROM licence_home_internal.person_columns() AS k WHERE (k.table_name, k.column_name) = (p.table_name, a.attname))
  AND NOT EXISTS (SELECT FROM kept AS k WHERE (k.table_name, k.column_name) = (p.table_name, a.attname))
  -- codes and choices; who did something, and what a chain or the sender's work needs
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = p.relation AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
      AND pg_get_constraintdef(k.oid) ~ '= ANY|~ ')
  AND a.attname !~ '_role$' AND a.attname NOT IN ('actor', 'role', 'told_by', 'recorded_by', 'reviewed_by', 'closed_by', 'decided_as', 'login', 'official',
      'hash', 'digest', 'action', 'from_state', 'to_state', 'state', 'fields', 'template', 'language', 'gateway', 'gateway_message_id',
      'status', 'doubt', 'outcome', 'was', 'workflow', 'edition', 'zone_class', 'profession', 'closure_reason', 'reason', 'unwanted_why',
      'document_type', 'authority', 'criterion', 'field', 'item', 'rule', 'kind', 'sqlstate', 'why', 'waits_for', 'ended_by', 'accepted_by', 'decided_by', 'what')
ORDER BY p.table_name COLLATE "C", a.attname COLLATE "C";
-- and no column is named that there is not
SELECT k.table_name, k.column_name FROM licence_home_internal.person_columns() AS k
WHERE NOT EXISTS (SELECT FROM licence_home_internal.person_tables() AS p JOIN pg_attribute AS a ON a.attrelid = p.relation AND NOT a.attisdropped
    WHERE (k.table_name, k.column_name) = (p.table_name, a.attname));

-- ---------------------------------------------------------------------
SELECT story.new_case_in('fee_due') AS no \gset
SELECT applicant_id AS who FROM licence_home.application WHERE application_no = :'no' \gset
BEGIN;
SELECT story.become('portal', :'no');
UPDATE licence_home.applicant SET name_en = 'Nadia Erasable', phone = '0795559876' WHERE applicant_id = :who;
SELECT story.become();
COMMIT;
SELECT story.pay(:'no') \g /dev/null
SELECT story.new_case() AS other \gset
SELECT applicant_id AS neighbour FROM licence_home.application WHERE application_no = :'other' \gset

\echo == a person gets everything but what a portal may not read; it is recorded
BEGIN;
SELECT story.become('portal', :'no');
SELECT string_agg(t.key || ' ' || jsonb_array_length(t.value), ', ' ORDER BY t.key COLLATE "C")
FROM jsonb_each(licence_home.export_person(:who) -> 'tables') AS t WHERE t.key NOT IN ('acting_record', 'read_record');
SELECT licence_home.export_person(:who) #> '{tables,applicant,0}' ->> 'name_en';
SELECT jsonb_path_exists(licence_home.export_person(:who), '$.**.actor');
SAVEPOINT s;
SELECT licence_home.export_person(-1);
ROLLBACK TO s;
SELECT story.become();
COMMIT;
BEGIN;
SELECT story.become('portal', :'no');
SELECT licence_home.export_person(:who) ->> 'format';
SELECT story.become();
COMMIT;
\echo == an administrator gets all, of any; a clerk nothing
BEGIN;
SET LOCAL ROLE regress_admin;
SELECT string_agg(t.key || ' ' || jsonb_array_length(t.value), ', ' ORDER BY t.key COLLATE "C")
FROM jsonb_each(licence_home.export_person(:who) -> 'tables') AS t WHERE t.key NOT IN ('acting_record', 'read_record');
SAVEPOINT s;
SELECT licence_home.export_person(-1);
ROLLBACK TO s;
COMMIT;
BEGIN;
SET LOCAL ROLE regress_clerk;
SELECT licence_home.export_person(:who);
COMMIT;
SELECT e.action, e.role FROM licence_home.applicant_event AS e WHERE e.applicant_id = :who AND e.action = 'export' ORDER BY e.event_no;

\echo == nobody restricts or erases without a reason, and but administrators
BEGIN; SET LOCAL ROLE regress_admin; SELECT licence_home.restrict_person(:who, ' '); ROLLBACK;
BEGIN; SET LOCAL ROLE regress_clerk; SELECT licence_home.restrict_person(:who, 'asked'); ROLLBACK;
BEGIN; SELECT story.become('portal', :'no'); SELECT licence_home.erase_person(:who, 'asked'); ROLLBACK;
BEGIN; SELECT story.become('portal', :'no'); UPDATE licence_home.applicant SET erased_at = now(); ROLLBACK;
BEGIN; SET LOCAL ROLE regress_admin; UPDATE licence_home.applicant SET erased_at = now(); ROLLBACK;

\echo == while a licence is in force an erasure is refused, saying until when; data are restricted meanwhile
SELECT pg_temp.tried('admin', format('SELECT count(*) FROM licence_home.erase_person(%s, ''asked'')', :who));
SELECT story.new_case_in('submitted') AS open \gset
SELECT applicant_id AS open_who FROM licence_home.application WHERE application_no = :'open' \gset
SELECT pg_temp.tried('admin', format('SELECT count(*) FROM licence_home.erase_person(%s, ''asked'')', :open_who));

\echo == of officials only those see a restricted person who have a step to take
SET SESSION AUTHORIZATION regress_admin;
SELECT licence_home.restrict_person(:open_who, 'asked by letter');
SELECT licence_home.restrict_person(:who, 'asked by letter');
RESET SESSION AUTHORIZATION;
CREATE FUNCTION pg_temp.seen(who text, applicant bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    PERFORM story.become(who);
    SELECT concat_ws(' ', (SELECT count(*) FROM licence_home.applicant WHERE applicant_id = seen.applicant),
        (SELECT count(*) FROM licence_home.application WHERE applicant_id = seen.applicant)) INTO found;
    PERFORM story.become();
    RETURN found;
END $$;
SELECT r.role, pg_temp.seen(r.role, :open_who) AS open, pg_temp.seen(r.role, :who) AS with_a_licence, pg_temp.seen(r.role, :neighbour) AS other
FROM unnest(ARRAY['clerk', 'inspector', 'committee']) AS r (role);
BEGIN; SELECT story.become('clerk'); SELECT count(*) FROM licence_home.sms_message_text WHERE applicant_id = :who; ROLLBACK;
\echo == the person sees all the same, and the step that makes the restriction bite is taken
BEGIN; SELECT story.become('portal', :'no'); SELECT count(*) FROM licence_home.application; ROLLBACK;
BEGIN; SELECT story.become('clerk'); SELECT licence_home.perform(:'open', 'close', reason => 'duplicate');
SELECT count(*) FROM licence_home.application WHERE application_no = :'open'; COMMIT;
\echo == a restriction ends as it began
BEGIN; SET LOCAL ROLE regress_admin; SELECT licence_home.unrestrict_person(:open_who, 'asked'); COMMIT;
SELECT pg_temp.seen('clerk', :open_who);
SELECT e.action, e.actor, e.note FROM licence_home.applicant_event AS e WHERE e.applicant_id = :open_who AND e.action ~ 'restrict' ORDER BY e.event_no;

-- ---------------------------------------------------------------------
\echo == when nothing is open, one person restricts and another erases
SET licence_home.clock = '2028-06-01 10:00+03';
SET SESSION AUTHORIZATION regress_admin;
SELECT pg_temp.tried(NULL, format('SELECT count(*) FROM licence_home.erase_person(%s, ''asked by letter'')', :who));
SET SESSION AUTHORIZATION regress_admin_2;
-- (one whose data nobody restricted)
SELECT pg_temp.tried(NULL, format('SELECT count(*) FROM licence_home.erase_person(%s, ''asked by letter'')', :open_who));
SELECT e.place, CASE WHEN e.place IN ('case', 'payment', 'replicas', 'server log', 'WAL') THEN '…' ELSE e.item END, e.what_en
FROM licence_home.erase_person(:who, 'asked by letter') AS e;
SELECT pg_temp.tried(NULL, format('SELECT licence_home.restrict_person(%s, ''asked'')', :who));
SELECT pg_temp.tried(NULL, format('SELECT licence_home.erase_person(%s, ''asked'')', :who));
RESET SESSION AUTHORIZATION;

\echo == nothing of the person is left, and the case, the chains and the figures are as they were
SELECT a.identity_no = 'concealed ' || :who AS concealed, a.name_ar, a.name_en, a.phone, a.erased_at FROM licence_home.applicant AS a WHERE a.applicant_id = :who;
SELECT h.identity_no, h.name_ar FROM licence_home.licence_holder AS h WHERE h.applicant_id = :who;
SELECT count(*), count(m.phone), count(DISTINCT m.body), min(m.body), string_agg(DISTINCT m.status, ' ') FROM licence_home.sms_message AS m WHERE m.applicant_id = :who;
SELECT a.state, a.profession, a.district, a.home IS NULL AND a.parcel IS NULL AS no_place, a.work_area_m2 FROM licence_home.application AS a WHERE a.application_no = :'no';
SELECT count(*) >= 5 AS events, count(e.note) + count(e.changes) + count(e.salt) AS values FROM licence_home.application_event AS e WHERE e.application_no = :'no';
SELECT count(*) FROM licence_home.verify_events();
SELECT count(*) FROM licence_home.verify_applicants();
SELECT e.action, e.note FROM licence_home.applicant_event AS e WHERE e.applicant_id = :who AND e.note IS NOT NULL;
SELECT v.valid, v.profession FROM licence_home.verify_licence((SELECT l.licence_no::text FROM licence_home.licence AS l WHERE l.application_no = :'no')) AS v;
-- whatever table: no row has the name or the telephone
DO $$
DECLARE
    found record;
    n bigint;
BEGIN
    FOR found IN SELECT c.oid::regclass AS relation FROM pg_class AS c WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('SELECT count(*) FROM %s AS t WHERE t::text ~ ''Erasable|795559876''', found.relation) INTO n;
        IF n > 0 THEN RAISE NOTICE '% has % rows', found.relation, n; END IF;
    END LOOP;
END $$;

\echo == nobody acts for an erased person, whose number may be registered anew
SELECT pg_temp.tried('portal', format('SELECT licence_home.act_for(%s)', :who));
SELECT pg_temp.tried(NULL, format('INSERT INTO licence_home.application (applicant_id, profession) VALUES (%s, ''home_baking'')', :who));
SELECT pg_temp.tried(NULL, format('UPDATE licence_home.applicant SET name_en = ''x'' WHERE applicant_id = %s', :who));

\echo == what the office has not decided erases nobody
SET licence_home.clock = '2040-01-01 10:00+03';
SELECT count(*) > 0 AS due, bool_and(illustrative) AS all_illustrative FROM licence_home.due_for_erasure();
CALL licence_home.erase_due();
SELECT count(*) FROM licence_home.applicant WHERE erased_at IS NOT NULL;
\echo == by a rule of its own the job erases those whose time is over, and no other
BEGIN;
UPDATE licence_home.retention_rule SET withdrawn_at = licence_home.now();
INSERT INTO licence_home.retention_rule (keep, valid, source, certainty, instrument) VALUES ('11 years', '[2012-01-01,)', 'a test', 'official', 'a test');
SELECT count(*) = 0 AS nobody FROM licence_home.due_for_erasure('2036-01-01');
SELECT count(*) > 0 AS some, bool_or(illustrative) AS illustrative FROM licence_home.due_for_erasure();
-- (the one with a licence in force, a case or money open is never due)
SELECT count(*) FROM licence_home.due_for_erasure('2090-01-01') AS d JOIN licence_home.application AS a USING (applicant_id)
JOIN licence_home.workflow_state AS s ON (s.workflow, s.version, s.state) = (a.workflow, a.workflow_version, a.state) WHERE s.kind = 'open';
ROLLBACK;
SET client_min_messages = warning;
DROP ROLE regress_admin_2;
