-- The applicant lets a deadline pass.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('submitted') AS no \gset
-- an appointment made too early
CALL story.make_inspection(:'no', '2026-04-20 09:00+03');
CALL story.review_documents(:'no', 'missing', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
SELECT story.look(:'no');
SET licence_home.clock = '2026-03-31 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
-- the message that named the deadline has not left
SELECT story.look(:'no');
-- one that nobody knows to have arrived, or that was given up, tells nobody
CALL story.message_is('in_doubt', :'no', 'documents_deficient');
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
CALL story.message_is('expired', :'no', 'documents_deficient');
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- delivered at last: told, on this day, and the days count from it
SELECT why, message_id IS NOT NULL AS message, template, detail FROM licence_home.untold_deadlines WHERE application_no = :'no';
CALL story.message_is('delivered', :'no', 'documents_deficient');
SELECT count(*) AS untold FROM licence_home.untold_deadlines WHERE application_no = :'no';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'no');
SELECT due_on, date_named, told_at, date_told FROM licence_home.current_deadline WHERE application_no = :'no';
SET licence_home.clock = '2026-04-21 00:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'no');
SELECT action, from_state, to_state, actor = session_user, role FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
SELECT template, story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
-- the message of an earlier round does not count for the deadline of this one
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.messages_accepted(:'no');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, 'title_deed', '2012/2')$$);
CALL story.step('portal', :'no', 'resubmit');
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
SET licence_home.clock = '2026-04-30 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
CALL story.messages_accepted(:'no');
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SET licence_home.clock = '2026-05-30 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';

\echo == each state that waits for the applicant lapses, no other
SET licence_home.clock = '2026-03-01 10:00+03';
CREATE TEMP TABLE waiting AS
SELECT s.state, story.new_case_in(s.state) AS no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' AND s.kind <> 'end';
DO $$ DECLARE w record; BEGIN FOR w IN SELECT no FROM waiting LOOP CALL story.messages_accepted(w.no); END LOOP; END $$;
SET licence_home.clock = '2027-03-01 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT w.state, a.state FROM waiting AS w JOIN licence_home.application AS a ON a.application_no = w.no ORDER BY w.state COLLATE "C";
-- what is paid after that should go back, also what was paid in time
SELECT no AS bill FROM waiting WHERE state = 'fee_due' \gset
SELECT story.look(:'bill');
SELECT story.pay(:'bill', 40, 'late');
SELECT state FROM licence_home.application WHERE application_no = :'bill';
SELECT paid, amount, reason FROM licence_home.refundable WHERE application_no = :'bill';
-- the daily job is the sender's
SELECT who, code, said FROM unnest('{portal,clerk,committee,cashier,admin,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', 'CALL licence_home.lapse_overdue()');
BEGIN;
CALL licence_home.lapse_overdue();
ROLLBACK;

\echo == one bad case does not hold up the others, and is written down
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('documents_deficient') AS good \gset
SELECT story.new_case_in('documents_deficient') AS bad \gset
SELECT story.new_case_in('documents_deficient') AS last \gset
CALL story.messages_accepted(:'good');
CALL story.messages_accepted(:'bad');
CALL story.messages_accepted(:'last');
-- somebody had his hand in the tables: the number of the next event is taken
ALTER TABLE licence_home.application_event DISABLE TRIGGER application_event_trigger;
INSERT INTO licence_home.application_event (application_no, case_event, action, to_state, actor, role, session_role, at, known_at, hash)
VALUES (:'bad', 3, 'amend', 'documents_deficient', 'x', 'x', 'x', licence_home.now(), licence_home.now(), sha256('x'));
ALTER TABLE licence_home.application_event ENABLE TRIGGER application_event_trigger;
SET licence_home.clock = '2026-03-20 00:00+03';
SELECT max(run_no) AS before FROM licence_home.job_run \gset
SET client_min_messages = error;
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
RESET client_min_messages;
SELECT application_no = :'bad' AS bad, application_no = :'good' OR application_no = :'last' AS good, state
FROM licence_home.application WHERE application_no IN (:'good', :'bad', :'last') ORDER BY application_no;
SELECT job, ended_at >= started_at AS ended, run_by = session_user AS by_us, done, skipped, failed
FROM licence_home.job_run WHERE run_no > :before;
SELECT application_no = :'bad' AS bad, sqlstate, message FROM licence_home.job_failure WHERE run_no > :before;
ALTER TABLE licence_home.application_event DISABLE TRIGGER application_event_never_deleted;
DELETE FROM licence_home.application_event WHERE application_no = :'bad' AND case_event = 3;
ALTER TABLE licence_home.application_event ENABLE TRIGGER application_event_never_deleted;
