-- A fee waived to zero needs no payment; a payment before counts.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == approved and issued in one step
SELECT story.new_case_in('committee_review') AS no \gset
SELECT story.new_case_in('approvals_review', language => 'en') AS abroad \gset
CALL story.decide(:'no');
CALL story.review_approval(:'abroad');
BEGIN;
SET LOCAL ROLE regress_admin;
INSERT INTO licence_home.fee_adjustment (adjustment, kind, share, item_ar, item_en, valid, source, certainty)
VALUES ('first_years', 'waiver', 1, 'إعفاء', 'waiver of the first three years', '[2026-01-01,2029-01-01)', 'cabinet decision', 'press');
SET LOCAL ROLE regress_committee;
UPDATE licence_home.application SET state = 'fee_due' WHERE application_no = :'no' RETURNING state, due_at, events;
RESET ROLE;
SELECT case_event, action, from_state, to_state, role FROM licence_home.application_event WHERE application_no = :'no' AND case_event > 3 ORDER BY event_no;
-- the decision is told; of the fee and the licence, the licence alone
SELECT template, story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;
-- the bill is the record
SELECT i.amount, i.cancelled_at, l.line_no, l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no)
WHERE application_no = :'no' ORDER BY line_no;
SELECT story.look(:'no');
SELECT * FROM licence_home.verify_events(:'no');
\echo == the same after the approvals, by the name of the action
SELECT story.take('clerk', :'abroad', 'accept_approvals');
SELECT story.look(:'abroad');
-- money that comes all the same should go back
SELECT story.pay(:'abroad', 5, 'not due');
SELECT paid, amount, reason FROM licence_home.refundable WHERE application_no = :'abroad';
ROLLBACK;

\echo == half a fee is a fee
SELECT story.new_case_in('committee_review') AS no \gset
CALL story.decide(:'no');
BEGIN;
INSERT INTO licence_home.fee_adjustment (adjustment, kind, share, item_ar, item_en, valid, source, certainty)
VALUES ('half', 'discount', 0.5, 'خصم', 'half', '[2026-01-01,2029-01-01)', 'a bill', 'press');
SELECT story.take('committee', :'no', 'approve');
SELECT l.line_no, l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no)
WHERE application_no = :'no' ORDER BY line_no;
ROLLBACK;

\echo == what was paid for this home in this period counts
SELECT story.new_case_in('issued') AS first \gset
SELECT applicant_id FROM licence_home.application WHERE application_no = :'first' \gset
SET ROLE regress_portal;
BEGIN;
SELECT licence_home.act_for(:applicant_id);
INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)
SELECT applicant_id, 'specialised_design', home, village, basin, parcel, home_area_m2, 3, built_on, employees, people, tenant
FROM licence_home.application WHERE application_no = :'first' RETURNING application_no AS no \gset
INSERT INTO licence_home.document (application_no, document_type, reference_no)
SELECT :'no', document_type, reference_no FROM licence_home.document WHERE application_no = :'first';
COMMIT;
RESET ROLE;
CALL story.step('portal', :'no', 'submit');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no', work_area_m2 => 3);
CALL story.step('inspector', :'no', 'refer_to_committee');
CALL story.decide(:'no');
BEGIN;
SELECT story.take('committee', :'no', 'approve');
SELECT l.line_no, l.item, l.amount FROM licence_home.invoice AS i JOIN licence_home.invoice_line AS l USING (invoice_no)
WHERE application_no = :'no' ORDER BY line_no;
ROLLBACK;
