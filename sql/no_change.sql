-- No change is no error: an UPDATE that leaves a row as it is passes, whatever
-- has been relied on, for everybody who may write the columns.
SET licence_home.clock = '2026-03-01 10:00+03';
\pset format unaligned
\pset tuples_only on

\echo == every table, as everybody, with rows of all kinds
CREATE TEMP TABLE subject AS
    SELECT story.new_case_in(s.state) AS no FROM unnest(ARRAY['issued', 'rejected', 'lapsed', 'withdrawn', 'closed',
        'documents_deficient', 'correction_required', 'approvals_deficient', 'fee_due']) AS s (state);
CREATE FUNCTION pg_temp.rewritten(who text, of regclass, OUT code text, OUT said text)
    LANGUAGE plpgsql AS $$
DECLARE
    settings text;
BEGIN
    SELECT string_agg(format('%1$I = %1$I', t.attname), ', ') INTO settings FROM pg_attribute AS t
    WHERE t.attrelid = of AND t.attnum > 0 AND NOT t.attisdropped AND t.attidentity <> 'a' AND t.attgenerated = ''
      AND (who IS NULL OR has_column_privilege('regress_' || who, of, t.attname, 'UPDATE')
            AND has_column_privilege('regress_' || who, of, t.attname, 'SELECT'));
    SELECT a.code, a.said INTO code, said
    FROM story.attempt(who, (SELECT max(no) FROM subject), format('UPDATE %s SET %s', of, settings)) AS a
    WHERE settings IS NOT NULL;
END $$;
CREATE TEMP TABLE rewritten AS
    SELECT w.who, c.relname, r.code, r.said
    FROM pg_class AS c
    CROSS JOIN unnest(ARRAY[NULL, 'portal', 'clerk', 'inspector', 'committee', 'director', 'cashier', 'analyst', 'admin', 'sender']) AS w (who)
    CROSS JOIN LATERAL pg_temp.rewritten(w.who, c.oid) AS r
    WHERE c.relnamespace = 'licence_home'::regnamespace AND c.relkind = 'r' AND c.relname <> 'number_pool';
SELECT coalesce(who, 'superuser'), relname, code, said FROM rewritten WHERE code <> '00000' ORDER BY 1, 2;
SELECT count(*) > 50 AS many_tables, count(DISTINCT who) > 5 AS many_roles FROM rewritten WHERE code = '00000';

\echo == the documents of a case in its second round: what was replaced is passed by
SELECT story.new_case_in('submitted', NULL, 'en') AS no \gset
CALL story.review_documents(:'no', 'accepted', 'occupancy_permit');
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, 'title_deed', '77')$$);
CALL story.step('portal', :'no', 'resubmit');
SET client_min_messages = warning;
CALL story.act('clerk', :'no', $$UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1$$);
CALL story.act('clerk', :'no', $$UPDATE licence_home.document SET review = 'accepted' WHERE application_no = $1$$);
SELECT document_type, reference_no, review FROM licence_home.document WHERE application_no = :'no' ORDER BY document_id;
SELECT code, rows FROM story.attempt('clerk', :'no', $$UPDATE licence_home.document SET review = 'pending' WHERE application_no = $1 AND review = 'incorrect'$$);
RESET client_min_messages;
CALL story.make_inspection(:'no');
SELECT story.outcome('clerk', :'no', 'schedule_inspection');

\echo == and its approvals
SELECT story.new_case_in('approvals_deficient') AS no \gset
CALL story.answer(:'no');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on) VALUES ($1, 'jfda', 'F/99', 'granted', '2026-02-21')$$);
CALL story.step('portal', :'no', 'resubmit_approvals');
SET client_min_messages = warning;
CALL story.act('clerk', :'no', $$UPDATE licence_home.external_approval SET review = 'accepted' WHERE application_no = $1$$);
RESET client_min_messages;
SELECT reference_no, review FROM licence_home.external_approval WHERE application_no = :'no' ORDER BY external_approval_id;

\echo == functions
BEGIN;
SELECT licence_home.act_for(applicant_id), licence_home.act_for(applicant_id) FROM licence_home.application WHERE application_no = :'no';
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty)
VALUES ('huda', 'هدى', 'Huda', ARRAY[session_user], '{clerk}', '[2026-01-01,)', 'test', 'unknown');
SELECT licence_home.act_as('huda'), licence_home.act_as('huda');
COMMIT;
SELECT message_id AS message FROM licence_home.sms_message WHERE application_no = :'no' AND status = 'waiting' ORDER BY message_id LIMIT 1 \gset
SET ROLE regress_clerk;
SELECT licence_home.cancel_sms(:message, 'a mistake');
SELECT licence_home.cancel_sms(:message, 'the same mistake');
RESET ROLE;
SELECT reason FROM licence_home.sms_intervention WHERE message_id = :message;
SELECT licence_home.load_rules('amman');
