-- The municipality closes a case.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

-- the codes, which messages and forms have in both languages
SELECT reason, name_en FROM licence_home.reason WHERE purpose = 'closure' ORDER BY reason COLLATE "C";
\echo == with an appointment and messages unsent
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT story.take('clerk', :'no', 'close', 'told by the son', reason => 'applicant_died');
SELECT story.look(:'no');
SELECT closure_reason, due_at FROM licence_home.application WHERE application_no = :'no';
SELECT action, note FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
SELECT template, status FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;

\echo == with a bill, which is cancelled; by the decider alone
SELECT story.new_case_in('fee_due') AS no \gset
SELECT story.take('clerk', :'no', 'close', 'duplicate');
SELECT story.take('committee', :'no', 'close', 'duplicate');
SELECT story.look(:'no');
-- what is paid for it all the same should go back
SELECT story.pay(:'no');
SELECT story.look(:'no');
SELECT paid, amount, reason FROM licence_home.refundable WHERE application_no = :'no';

\echo == by an UPDATE
SELECT story.new_case_in('committee_review') AS no \gset
SELECT code, said FROM story.attempt('committee', :'no', 'UPDATE licence_home.application SET state = ''closed'' WHERE application_no = $1');
SELECT code, said FROM story.attempt('committee', :'no', 'UPDATE licence_home.application SET state = ''closed'', closure_reason = ''area'' WHERE application_no = $1');
CALL story.act('committee', :'no', 'UPDATE licence_home.application SET state = ''closed'', closure_reason = ''home_lost'', step_note = ''pulled down'' WHERE application_no = $1');
SELECT state, closure_reason, step_note FROM licence_home.application WHERE application_no = :'no';
SELECT action, note FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
-- a closed case stays closed, and its reason as it is
SELECT code, said FROM story.attempt('committee', :'no', 'UPDATE licence_home.application SET closure_reason = ''duplicate'' WHERE application_no = $1');
