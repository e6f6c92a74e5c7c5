-- A clerk recalls a case to undo an official's mistake.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == a document marked incorrect by mistake
SELECT story.new_case_in('documents_deficient') AS no \gset
-- the review stands: the step has relied on it
SELECT code, said FROM story.attempt('clerk', :'no', $$UPDATE licence_home.document SET review = 'accepted'
    WHERE application_no = $1 AND document_type = 'title_deed'$$);
SELECT story.take('clerk', :'no', 'recall', 'the deed was right');
SELECT story.look(:'no');
-- now it may be made again, without the applicant
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
SELECT story.take('clerk', :'no', 'schedule_inspection');
-- and stands again
SELECT code, said FROM story.attempt('clerk', :'no', $$UPDATE licence_home.document SET review = 'incorrect'
    WHERE application_no = $1 AND document_type = 'title_deed'$$);

\echo == a column found wrong by mistake
SELECT story.new_case_in('submitted') AS no \gset
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'parcel')$$);
CALL story.step('clerk', :'no', 'return_documents');
CALL story.step('clerk', :'no', 'recall', 'another case was meant');
SELECT field, settled_at_event FROM licence_home.application_finding WHERE application_no = :'no';
-- the column is closed to the applicant again
SELECT code, said FROM story.attempt('portal', :'no', $$UPDATE licence_home.application SET parcel = '1' WHERE application_no = $1$$);

\echo == an inspection on the wrong day
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT story.take('clerk', :'no', 'recall', 'wrong case');
SELECT outcome, closed_by = session_user, closed_at_event FROM licence_home.inspection WHERE application_no = :'no';
CALL story.make_inspection(:'no', '2026-03-09 11:00+03');
SELECT story.take('clerk', :'no', 'schedule_inspection');

\echo == an inspection that failed in the wrong home
SELECT story.new_case_in('correction_required') AS no \gset
SELECT story.take('clerk', :'no', 'recall', 'the findings are of another home');
-- what was found does not count as an inspection passed
SELECT story.outcome('clerk', :'no', 'refer_to_committee');
CALL story.make_inspection(:'no', '2026-03-09 11:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
SELECT story.take('inspector', :'no', 'refer_to_committee');

\echo == an inspection that passed, closed with the wrong area
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', work_area_m2 => 41.5);
SELECT story.outcome('inspector', :'no', 'refer_to_committee');
SELECT story.outcome('clerk', :'no', 'recall', 'read 41.5 for 14.5');
CALL story.make_inspection(:'no', '2026-03-09 11:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
SELECT story.outcome('inspector', :'no', 'refer_to_committee');

\echo == an approval marked incorrect by mistake
SELECT story.new_case_in('approvals_deficient') AS no \gset
SELECT code, said FROM story.attempt('clerk', :'no', 'UPDATE licence_home.external_approval SET review = ''accepted'' WHERE application_no = $1');
SELECT story.take('clerk', :'no', 'recall', 'it was genuine');
CALL story.review_approval(:'no');
SELECT story.take('clerk', :'no', 'accept_approvals');
SELECT story.pay(:'no');
SELECT story.look(:'no');

\echo == what the applicant brought back is not a mistake: older reviews stand
SELECT story.new_case_in('approvals_deficient') AS no \gset
CALL story.answer(:'no');
CALL story.step('portal', :'no', 'resubmit_approvals');
SET client_min_messages = warning;
SELECT code, rows FROM story.attempt('clerk', :'no', $$UPDATE licence_home.external_approval SET review = 'accepted'
    WHERE external_approval_id = (SELECT min(external_approval_id) FROM licence_home.external_approval WHERE application_no = $1)$$);
RESET client_min_messages;
-- from nowhere else
SELECT s.state, story.outcome('clerk', story.new_case_in(s.state), 'recall', 'no')
FROM unnest('{draft,submitted,committee_review,external_approval_pending,approvals_review,fee_due,issued}'::text[]) AS s (state);
SELECT * FROM licence_home.verify_events(:'no');

\echo == what the mistake has not sent is not sent; what was sent is said to be one
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT story.take('clerk', :'no', 'recall', 'the deed was right');
SELECT template, status, last_error FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;
SELECT message_id AS text FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'documents_deficient' \gset
SELECT code, regexp_replace(said, '[0-9]+', '{id}') FROM story.attempt('clerk', :'no', 'SELECT licence_home.resend_sms(' || :text || ', ''why'')');
CREATE FUNCTION pg_temp.recalled(state text, status text, language text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case_in(state, NULL, language);
BEGIN
    CALL story.messages_accepted(no);
    CALL story.message_is(status, no);
    RETURN (SELECT string_agg(t, ' |' ORDER BY t) FROM story.take('clerk', no, 'recall', 'why') AS t WHERE t ~ 'message');
END $$;
SELECT s.state, l.language, pg_temp.recalled(s.state, 'accepted', l.language)
FROM unnest('{documents_deficient,inspection_scheduled,correction_required,approvals_deficient}'::text[]) AS s (state),
    unnest('{ar,en}'::text[]) AS l (language);
-- one that nobody knows to have arrived may have; one that was refused or expired has not
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.message_is('in_doubt', :'no', 'documents_deficient');
SELECT story.take('clerk', :'no', 'recall', 'why');
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.message_is('dead', :'no', 'documents_deficient');
SELECT story.take('clerk', :'no', 'recall', 'why');
-- on its way: it cannot be stopped, so it is said to be a mistake
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.message_is('sending', :'no', 'documents_deficient');
SELECT story.take('clerk', :'no', 'recall', 'why');
-- of a later day: the message names the day of the mistake
SELECT story.new_case_in('inspection_scheduled', NULL, 'en') AS no \gset
CALL story.messages_accepted(:'no');
SET licence_home.clock = '2026-03-03 10:00+03';
SELECT story.take('clerk', :'no', 'recall', 'why');
