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
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
-- the message that named the deadline has not left
SELECT story.look(:'no');
-- one that nobody knows to have arrived, or that was given up, tells nobody
CALL story.message_is('in_doubt', :'no', 'documents_deficient');
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT state FROM licence_home.application WHERE application_no = :'no';
CALL story.message_is('expired', :'no', 'documents_deficient');
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- delivered: told
CALL story.message_is('delivered', :'no', 'documents_deficient');
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT story.look(:'no');
SELECT action, from_state, to_state, actor = session_user, role FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
-- the message of an earlier round does not count for the deadline of this one
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.messages_accepted(:'no');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, 'title_deed', '2012/2')$$);
CALL story.step('portal', :'no', 'resubmit');
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.step('clerk', :'no', 'return_documents');
SET licence_home.clock = '2026-04-30 10:00+03';
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT state FROM licence_home.application WHERE application_no = :'no';
CALL story.messages_accepted(:'no');
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT state FROM licence_home.application WHERE application_no = :'no';

\echo == each state that waits for the applicant lapses, no other
SET licence_home.clock = '2026-03-01 10:00+03';
CREATE TEMP TABLE waiting AS
SELECT s.state, story.new_case_in(s.state) AS no FROM licence_home.workflow_state AS s WHERE s.kind <> 'end';
DO $$ DECLARE w record; BEGIN FOR w IN SELECT no FROM waiting LOOP CALL story.messages_accepted(w.no); END LOOP; END $$;
SET licence_home.clock = '2027-03-01 10:00+03';
CALL story.act('sender', :'no', 'SELECT licence_home.lapse_overdue()');
SELECT w.state, a.state FROM waiting AS w JOIN licence_home.application AS a ON a.application_no = w.no ORDER BY w.state COLLATE "C";
-- what is paid after that should go back, also what was paid in time
SELECT no AS bill FROM waiting WHERE state = 'fee_due' \gset
SELECT story.look(:'bill');
SELECT story.pay(:'bill', 40, 'late');
SELECT state FROM licence_home.application WHERE application_no = :'bill';
SELECT paid, amount, reason FROM licence_home.refundable WHERE application_no = :'bill';
-- the daily job is the sender's
SELECT who, code, said FROM unnest('{portal,clerk,committee,cashier,admin,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', 'SELECT licence_home.lapse_overdue()');
