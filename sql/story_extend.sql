-- A deadline is put off.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('fee_due') AS no \gset
CALL story.messages_accepted(:'no');
SELECT d.due_at, i.due_on AS bill_says FROM licence_home.current_deadline AS d JOIN licence_home.invoice AS i USING (application_no) WHERE application_no = :'no';
SELECT story.take('clerk', :'no', 'extend', 'asked by telephone', '2026-03-19');
SELECT story.take('clerk', :'no', 'extend', 'asked by telephone', '2026-04-02');
-- the bill follows
SELECT d.due_at, i.due_on AS bill_says FROM licence_home.current_deadline AS d JOIN licence_home.invoice AS i USING (application_no) WHERE application_no = :'no';
-- who was told the former date is told the new one; from then on it counts
SELECT why, template FROM licence_home.untold_deadlines WHERE application_no = :'no';
CALL story.messages_accepted(:'no');
SELECT count(*) AS untold FROM licence_home.untold_deadlines WHERE application_no = :'no';
-- no earlier, nor the same again
SELECT story.outcome('clerk', :'no', 'extend', 'back', '2026-03-25'), story.outcome('clerk', :'no', 'extend', 'again', '2026-04-02');
SET licence_home.clock = '2026-04-09 23:59:59+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- after the deadline, before the lapse: a later one still to come
SELECT story.outcome('clerk', :'no', 'extend', 'late', '2026-04-08'), story.outcome('clerk', :'no', 'extend', 'late', '2026-04-09'),
    story.outcome('clerk', :'no', 'extend', 'late', '2026-04-12');
SELECT story.pay(:'no');
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- who: a clerk; and never by an UPDATE
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('correction_required') AS no \gset
SELECT who, story.outcome(who, :'no', 'extend', 'x', '2026-06-01') FROM unnest('{portal,inspector,committee}'::text[]) AS who;
SELECT code, said FROM story.attempt('clerk', :'no', 'UPDATE licence_home.application SET due_at = ''2026-06-01'' WHERE application_no = $1');
SELECT story.take('clerk', :'no', 'extend', 'the builder is away', '2026-06-01');
-- it is no step out: what was flagged is still open, and reported later
SELECT story.outcome('portal', :'no', 'report_correction');

\echo == to which days
SELECT story.new_case_in('correction_required') AS no \gset
-- a Friday, a holiday, a century, an infinite day, none
SELECT story.take('clerk', :'no', 'extend', 'x', '2026-06-05');
SELECT story.take('clerk', :'no', 'extend', 'x', '2026-05-25');
SELECT story.take('clerk', :'no', 'extend', 'x', '2126-03-03');
SELECT story.take('clerk', :'no', 'extend', 'x', 'infinity');
SELECT story.take('clerk', :'no', 'extend', 'x', '-infinity');
SELECT story.take('clerk', :'no', 'extend', 'x', '5874897-12-31');
SELECT story.take('clerk', :'no', 'extend', 'x', '0001-01-01 BC');
SELECT story.take('clerk', :'no', 'extend', 'x');
-- the last day of one extension
SELECT licence_home.add_working_days(licence_home.today(), extend_days) AS last, licence_home.add_working_days(licence_home.today(), extend_days) + 1 AS beyond
FROM licence_home.workflow_state WHERE workflow = 'first_issue' AND state = 'correction_required' \gset
SELECT story.outcome('clerk', :'no', 'extend', 'x', :'beyond'), story.outcome('clerk', :'no', 'extend', 'x', :'last');

\echo == a deadline that was never told is told whole, with its new date
SELECT story.new_case_in('fee_due') AS no \gset
SELECT story.take('clerk', :'no', 'extend', 'the telephone was off', '2026-04-02');
SELECT template, status, last_error FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;
-- what it named may be gone meanwhile: then the date alone
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, 'title_deed', '2012/2')$$);
SELECT story.take('clerk', :'no', 'extend', 'asked', '2026-04-02');

\echo == a text whose date is over is not sent again
SELECT story.new_case_in('fee_due') AS no \gset
CALL story.message_is('dead', :'no', 'fees_due');
SELECT message_id AS fees FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'fees_due' \gset
SELECT why, template, due_on FROM licence_home.untold_deadlines WHERE application_no = :'no';
SET licence_home.clock = '2026-06-01 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SELECT code, regexp_replace(said, '[0-9]+', '{id}') FROM story.attempt('clerk', :'no', 'SELECT licence_home.resend_sms(' || :fees || ', ''the telephone works again'')');
-- set anew, it is told; the old text stays what it is
SELECT story.take('clerk', :'no', 'extend', 'was never told', '2026-06-21');
SELECT code, regexp_replace(said, '[0-9]+', '{id}') FROM story.attempt('clerk', :'no', 'SELECT licence_home.resend_sms(' || :fees || ', ''the telephone works again'')');
CALL story.messages_accepted(:'no');
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'no');
-- neither is one whose deadline is not the case's any more, though its date is to come
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.messages_accepted(:'no');
SELECT message_id AS text FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'documents_deficient' \gset
SELECT licence_home.resend_sms(:text, 'lost his telephone');
CALL story.messages_accepted(:'no');
CALL story.act('clerk', :'no', 'SELECT licence_home.perform($1, ''extend'', ''ill'', ''2026-06-01'')');
SELECT code, regexp_replace(said, '[0-9]+', '{id}') FROM story.attempt('clerk', :'no', 'SELECT licence_home.resend_sms(' || :text || ', ''lost his telephone'')');

\echo == the days count from the day of the telling, and never to an earlier date than was told
SELECT story.new_case_in('documents_deficient') AS no \gset
SET licence_home.clock = '2026-03-08 12:00+03';
CALL story.messages_accepted(:'no');
SELECT due_on, date_named, told_at FROM licence_home.current_deadline WHERE application_no = :'no';
-- so the later date is told
SET ROLE regress_sender; CALL licence_home.tell_moved_deadlines(); RESET ROLE;
SELECT story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
SELECT cause, began_on, working_days, date_named, to_be_told FROM licence_home.case_deadline WHERE application_no = :'no' ORDER BY case_event;
SELECT action, from_state, to_state, role FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
-- once
SET ROLE regress_sender; CALL licence_home.tell_moved_deadlines(); RESET ROLE;
SELECT count(*) FROM licence_home.case_deadline WHERE application_no = :'no';
SET licence_home.clock = '2026-03-10 12:00+03';
CALL story.messages_accepted(:'no');
SELECT due_on, date_told FROM licence_home.current_deadline WHERE application_no = :'no';
-- a report that it failed takes the telling back
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('documents_deficient') AS no \gset
CALL story.messages_accepted(:'no');
SELECT licence_home.sms_report(message_id::text, 'failed', NULL) FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'documents_deficient';
SELECT why FROM licence_home.untold_deadlines WHERE application_no = :'no';
SELECT licence_home.sms_report(message_id::text, 'delivered', NULL) FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'documents_deficient';
SELECT why FROM licence_home.untold_deadlines WHERE application_no = :'no';

\echo == a holiday moves deadlines, and one that moves moves them back
SELECT story.new_case_in('fee_due') AS no \gset
SELECT story.new_case_in('documents_deficient') AS extended \gset
CALL story.act('clerk', :'extended', 'SELECT licence_home.perform($1, ''extend'', ''ill'', ''2026-06-01'')');
BEGIN;
SELECT xmin AS before FROM licence_home.application WHERE application_no = :'no' \gset
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES
    ('2026-03-19', 'عيد', 'feast', '[2026-03-19,2026-03-20)', 'test', 'likely'),
    ('2026-03-22', 'عيد', 'feast', '[2026-03-22,2026-03-23)', 'test', 'likely');
SELECT d.due_at, i.due_on AS bill_says FROM licence_home.current_deadline AS d JOIN licence_home.invoice AS i USING (application_no) WHERE application_no = :'no';
-- also of one that was put off to a day that is one now
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES
    ('2026-06-01', 'عيد', 'feast', '[2026-06-01,2026-06-02)', 'test', 'likely');
SELECT due_at FROM licence_home.current_deadline WHERE application_no = :'extended';
-- the feast is announced for another day
UPDATE licence_home.holiday SET withdrawn_at = now() WHERE source = 'test';
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES
    ('2026-03-25', 'عيد', 'feast', '[2026-03-25,2026-03-26)', 'test', 'likely');
SELECT d.due_at, i.due_on AS bill_says FROM licence_home.current_deadline AS d JOIN licence_home.invoice AS i USING (application_no) WHERE application_no = :'no';
SELECT due_at FROM licence_home.current_deadline WHERE application_no = :'extended';
-- no case was touched, and no lock is held on the table of cases
SELECT xmin = :'before' AS untouched FROM licence_home.application WHERE application_no = :'no';
SELECT DISTINCT mode FROM pg_locks WHERE relation = 'licence_home.application'::regclass AND pid = pg_backend_pid() ORDER BY mode;
ROLLBACK;

\echo == but never to an earlier date than was told
CALL story.messages_accepted(:'no');
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES
    ('2026-03-19', 'عيد', 'feast', '[2026-03-19,2026-03-20)', 'test', 'likely');
SET ROLE regress_sender; CALL licence_home.tell_moved_deadlines(); RESET ROLE;
SELECT story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 1;
SELECT d.due_on, i.due_on AS bill_says, d.cause FROM licence_home.current_deadline AS d JOIN licence_home.invoice AS i USING (application_no) WHERE application_no = :'no';
CALL story.messages_accepted(:'no');
UPDATE licence_home.holiday SET withdrawn_at = now() WHERE source = 'test' AND withdrawn_at IS NULL;
SELECT due_on, date_told FROM licence_home.current_deadline WHERE application_no = :'no';
SELECT * FROM licence_home.verify_events(:'no');
-- a report of whatever moment: delivered after it was written, and not tomorrow
BEGIN;
SELECT message_id AS sent FROM licence_home.sms_message_text WHERE application_no = :'no' ORDER BY message_id LIMIT 1 \gset
CALL story.message_is('accepted', :'no');
SELECT count(s.moved) AS reports
FROM (VALUES ('buffered', '1415-01-01'::timestamptz), ('accepted', 'infinity'), ('rejected', '-infinity'), ('failed', '2999-01-01'), ('delivered', NULL)) AS v (status, at)
CROSS JOIN LATERAL licence_home.sms_report(:'sent', v.status, v.at) AS s (moved);
SELECT r.status, r.at >= l.created_at AND r.at <= r.received_at AS can_be
FROM licence_home.sms_delivery_report AS r JOIN licence_home.sms_message_text AS l USING (message_id) WHERE message_id = :sent ORDER BY r.status;
ROLLBACK;

\echo == a text that is to tell a deadline names it
\pset tuples_only off
BEGIN;
UPDATE licence_home.sms_template SET withdrawn_at = licence_home.now() WHERE template = 'deadline_extended' AND language = 'en' AND withdrawn_at IS NULL;
INSERT INTO licence_home.sms_template (template, language, body, valid, source, certainty)
    SELECT template, language, 'Case {no}: you have more time.', valid, 'test', 'likely'
    FROM licence_home.sms_template WHERE template = 'deadline_extended' AND language = 'en' ORDER BY withdrawn_at DESC LIMIT 1;
COMMIT;
