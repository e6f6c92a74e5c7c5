-- Each row of the workflow: the step is refused without its evidence, and
-- taken with it, with its event, its message and what else follows.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == submit
SELECT story.new_case(documents => false) AS no \gset
SELECT story.take('portal', :'no', 'submit');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES ($1, 'title_deed', '2012/1'), ($1, 'construction_licence', '1994/3')$$);
SELECT story.take('portal', :'no', 'submit');
-- a row without the reference is not the document
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type) VALUES ($1, 'occupancy_permit')$$);
SELECT story.take('portal', :'no', 'submit');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no)
    VALUES ($1, 'occupancy_permit', '1995/2')$$);
-- a criterion not met, and one not proven
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 18.001, people = NULL WHERE application_no = $1');
SELECT story.take('portal', :'no', 'submit');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 18, people = 1 WHERE application_no = $1');
SELECT district, zone_class, edition, judged_on, submitted_at, due_at, workflow_version FROM licence_home.application WHERE application_no = :'no';
SELECT story.take('portal', :'no', 'submit');
SELECT district, zone_class, edition, judged_on, submitted_at, due_at, workflow_version FROM licence_home.application WHERE application_no = :'no';
SELECT story.take('portal', :'no', 'submit');

\echo == return_documents
SELECT story.new_case_in('submitted') AS no \gset
SELECT story.take('clerk', :'no', 'return_documents');
CALL story.review_documents(:'no', 'accepted');
SELECT story.take('clerk', :'no', 'return_documents');
CALL story.review_documents(:'no', 'incorrect', 'title_deed');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.document (application_no, document_type, review)
    VALUES ($1, 'assessment_certificate', 'missing')$$);
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field, note)
    VALUES ($1, 'parcel', 'the deed has another number')$$);
SELECT story.take('clerk', :'no', 'return_documents');
SELECT story.look(:'no');
-- a finding alone
SELECT story.new_case_in('submitted', language => 'en') AS other \gset
CALL story.act('clerk', :'other', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'floor')$$);
SELECT story.take('clerk', :'other', 'return_documents');

\echo == resubmit
SELECT story.take('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, attachment_type, attachment_sha256, attachment_locator)
    VALUES ($1, 'title_deed', '2012/11', NULL, NULL, NULL), ($1, 'assessment_certificate', NULL, 'application/pdf', sha256('x'), 'store:1')$$);
SELECT story.take('portal', :'no', 'resubmit');
-- the column found wrong may change, no other; and eligibility is proved again
SELECT code, said FROM story.attempt('portal', :'no', 'UPDATE licence_home.application SET basin = ''6'' WHERE application_no = $1');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET parcel = ''9001'' WHERE application_no = $1');
SELECT story.take('portal', :'no', 'resubmit');
SELECT action, changes FROM licence_home.application_event WHERE application_no = :'no' AND changes IS NOT NULL;
SELECT field, settled_at_event FROM licence_home.application_finding WHERE application_no = :'no';
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'work_area_m2')$$);
SELECT story.take('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 26 WHERE application_no = $1');
SELECT story.take('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 16 WHERE application_no = $1');
SELECT story.take('portal', :'no', 'resubmit');

\echo == schedule_inspection
SELECT story.take('clerk', :'no', 'schedule_inspection');
CALL story.review_documents(:'no', 'accepted');
SELECT story.take('clerk', :'no', 'schedule_inspection');
CALL story.make_inspection(:'no', '2026-03-01 10:30+03');
SET licence_home.clock = '2026-03-01 10:31+03';
SELECT story.take('clerk', :'no', 'schedule_inspection');
SET licence_home.clock = '2026-03-01 10:00+03';
CALL story.act('clerk', :'no', 'UPDATE licence_home.inspection SET outcome = ''cancelled'' WHERE application_no = $1');
CALL story.make_inspection(:'no', '2026-03-03 09:30+03');
-- a document that was accepted and has expired
SET licence_home.clock = '2031-01-01 10:00+03';
CALL story.act('portal', :'other', 'UPDATE licence_home.application SET floor = ''2'' WHERE application_no = $1');
SELECT story.take('portal', :'other', 'resubmit');
CALL story.make_inspection(:'other', '2031-01-05 10:00+03');
CALL story.review_documents(:'other', 'accepted');
SELECT story.take('clerk', :'other', 'schedule_inspection');
SET licence_home.clock = '2026-03-01 10:00+03';
-- not while something is found wrong in the application
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'unit')$$);
SELECT story.take('clerk', :'no', 'schedule_inspection');
SELECT story.take('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET unit = ''3'' WHERE application_no = $1');
SELECT story.take('portal', :'no', 'resubmit');
SELECT story.take('clerk', :'no', 'schedule_inspection');
SELECT story.look(:'no');

\echo == reschedule_inspection
SELECT story.take('clerk', :'no', 'reschedule_inspection', 'nothing happened to the old one');
CALL story.act('clerk', :'no', 'UPDATE licence_home.inspection SET outcome = ''cancelled'' WHERE application_no = $1 AND outcome = ''pending''');
SELECT story.take('clerk', :'no', 'reschedule_inspection');
CALL story.make_inspection(:'no', '2026-03-01 10:30+03');
SET licence_home.clock = '2026-03-01 10:30+03';
SELECT story.take('clerk', :'no', 'reschedule_inspection');
SET licence_home.clock = '2026-03-01 10:00+03';
CALL story.act('clerk', :'no', 'UPDATE licence_home.inspection SET outcome = ''cancelled'' WHERE application_no = $1 AND outcome = ''pending''');
CALL story.make_inspection(:'no', '2026-03-04 12:00+03');
SELECT story.take('clerk', :'no', 'reschedule_inspection', 'the inspector is ill');
-- once
SELECT story.take('clerk', :'no', 'reschedule_inspection');
SELECT story.look(:'no');

\echo == require_correction
SELECT story.take('inspector', :'no', 'require_correction');
-- failed needs a criterion that is not met
SET licence_home.clock = '2026-03-04 12:30+03';
SELECT code, said FROM story.attempt('inspector', :'no', 'UPDATE licence_home.inspection SET outcome = ''failed'' WHERE application_no = $1 AND outcome = ''pending''');
SET licence_home.clock = '2026-03-01 10:00+03';
CALL story.inspect(:'no', 'failed', '{nuisance,sale_and_display}');
SELECT story.take('inspector', :'no', 'require_correction');
SELECT story.look(:'no');
SELECT story.new_case_in('inspection_scheduled') AS other \gset
CALL story.inspect(:'other', 'no_access');
SELECT story.take('inspector', :'other', 'require_correction');

\echo == report_correction
-- what is to be put right is in the home: the next inspection proves it
SELECT story.take('portal', :'no', 'report_correction');
-- a column found wrong at the inspection must change
SELECT story.new_case_in('inspection_scheduled') AS other \gset
CALL story.inspect(:'other', 'failed', '{nuisance}');
CALL story.act('inspector', :'other', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'people')$$);
SELECT story.take('inspector', :'other', 'require_correction');
SELECT story.take('portal', :'other', 'report_correction');
CALL story.act('portal', :'other', 'UPDATE licence_home.application SET people = 4 WHERE application_no = $1');
SELECT story.take('portal', :'other', 'report_correction');
CALL story.act('portal', :'other', 'UPDATE licence_home.application SET people = 2 WHERE application_no = $1');
SELECT story.take('portal', :'other', 'report_correction');

\echo == refer_to_committee, by the inspector
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT story.take('inspector', :'no', 'refer_to_committee');
-- passed needs every criterion met, and both areas
SET licence_home.clock = '2026-03-05 10:00+03';
SELECT code, said FROM story.attempt('inspector', :'no', 'UPDATE licence_home.inspection SET outcome = ''passed'', measured_home_area_m2 = 120, measured_work_area_m2 = 14 WHERE application_no = $1');
SELECT code, said FROM story.attempt('inspector', :'no', 'UPDATE licence_home.inspection SET outcome = ''passed'' WHERE application_no = $1');
SET licence_home.clock = '2026-03-01 10:00+03';
CALL story.inspect(:'no', 'failed', '{utilities}');
SELECT story.take('inspector', :'no', 'refer_to_committee');
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no');
SELECT story.take('inspector', :'no', 'refer_to_committee');
SELECT story.look(:'no');
SELECT story.new_case_in('inspection_scheduled') AS other \gset
CALL story.inspect(:'other', 'not_correctable', '{building_unchanged}');
SELECT story.take('inspector', :'other', 'refer_to_committee');

\echo == return_to_audit
SELECT story.take('committee', :'no', 'return_to_audit');
SELECT story.take('committee', :'no', 'return_to_audit', '  ');
SELECT story.take('committee', :'no', 'return_to_audit', 'the plan is not clear');

\echo == refer_to_committee, by the clerk
SELECT story.take('clerk', :'no', 'refer_to_committee');
SELECT story.take('committee', :'no', 'return_to_audit', 'once more');
-- what was not inspected after it changed
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'work_area_m2')$$);
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 16 WHERE application_no = $1');
CALL story.step('portal', :'no', 'resubmit');
SELECT story.take('clerk', :'no', 'refer_to_committee');
-- nor without any, nor on documents not accepted, nor on what is not correctable
SELECT story.new_case_in('submitted') AS no \gset
SELECT story.take('clerk', :'no', 'refer_to_committee');
SELECT story.take('committee', :'other', 'return_to_audit', 'is it so?');
SELECT story.take('clerk', :'other', 'refer_to_committee');

\echo == approve
SELECT story.new_case_in('committee_review') AS no \gset
SELECT story.take('committee', :'no', 'approve');
CALL story.decide(:'no', 'refused', 'area');
SELECT story.take('committee', :'no', 'approve');
CALL story.decide(:'no', 'deferred');
SELECT story.take('committee', :'no', 'approve');
CALL story.decide(:'no');
SELECT story.take('committee', :'no', 'approve');
SELECT story.look(:'no');
SELECT i.amount, i.priced_on, i.due_on, i.area_m2, l.line_no, l.item, l.amount FROM licence_home.invoice AS i
    JOIN licence_home.invoice_line AS l USING (invoice_no) WHERE i.application_no = :'no';
-- an inspection that did not pass
SELECT story.new_case_in('inspection_scheduled') AS other \gset
CALL story.inspect(:'other', 'not_correctable', '{building_unchanged}');
CALL story.step('inspector', :'other', 'refer_to_committee');
CALL story.decide(:'other');
SELECT story.take('committee', :'other', 'approve');
-- which of the two states follows from the authorities: the profession's and the decider's
SELECT story.new_case_in('committee_review', 'home_baking') AS no \gset
CALL story.decide(:'no');
SELECT code, said FROM story.attempt('committee', :'no', 'UPDATE licence_home.application SET state = ''fee_due'' WHERE application_no = $1');
CALL story.act('committee', :'no', $$INSERT INTO licence_home.approval_requirement (application_no, authority) VALUES ($1, 'social_development')$$);
SELECT story.take('committee', :'no', 'approve');
SELECT authority, basis FROM licence_home.approval_requirement WHERE application_no = :'no' ORDER BY authority;
SELECT story.look(:'no');
SELECT story.new_case_in('committee_review') AS other \gset
CALL story.decide(:'other');
SELECT code, said FROM story.attempt('committee', :'other', 'UPDATE licence_home.application SET state = ''external_approval_pending'' WHERE application_no = $1');

\echo == reject
SELECT story.new_case_in('committee_review') AS other \gset
SELECT story.take('committee', :'other', 'reject');
CALL story.decide(:'other');
SELECT story.take('committee', :'other', 'reject');
-- a refusal has a reason, and the reason a code
SELECT code, said FROM story.attempt('committee', :'other', 'INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, ''refused'')');
SELECT code, said FROM story.attempt('committee', :'other', 'INSERT INTO licence_home.decision (application_no, outcome, reason) VALUES ($1, ''refused'', ''duplicate'')');
CALL story.decide(:'other', 'refused', 'building_altered');
SELECT story.take('committee', :'other', 'reject');
SELECT story.look(:'other');

\echo == submit_approvals
SELECT story.take('portal', :'no', 'submit_approvals');
CALL story.answer(:'no');
SELECT story.take('portal', :'no', 'submit_approvals');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.external_approval (application_no, authority, answer) VALUES ($1, 'social_development', 'granted')$$);
SELECT story.take('portal', :'no', 'submit_approvals');
SELECT code, said FROM story.attempt('portal', :'no', $$INSERT INTO licence_home.external_approval (application_no, authority, answer) VALUES ($1, 'tourism_antiquities', 'granted')$$);
CALL story.answer(:'no', authority => 'social_development');
SELECT story.take('portal', :'no', 'submit_approvals');
SELECT story.look(:'no');

\echo == return_approvals
SELECT story.take('clerk', :'no', 'return_approvals');
CALL story.review_approval(:'no', 'accepted');
SELECT story.take('clerk', :'no', 'return_approvals');
CALL story.review_approval(:'no', 'incorrect');
SELECT story.take('clerk', :'no', 'return_approvals');
SELECT story.look(:'no');

\echo == resubmit_approvals
SELECT story.take('portal', :'no', 'resubmit_approvals');
CALL story.answer(:'no');
SELECT story.take('portal', :'no', 'resubmit_approvals');
CALL story.answer(:'no', authority => 'social_development');
SELECT story.take('portal', :'no', 'resubmit_approvals');

\echo == refuse_approvals
SELECT story.new_case_in('external_approval_pending', language => 'en') AS other \gset
CALL story.answer(:'other', 'refused');
CALL story.step('portal', :'other', 'submit_approvals');
SELECT story.take('clerk', :'other', 'refuse_approvals');
SELECT story.take('clerk', :'no', 'refuse_approvals');
CALL story.review_approval(:'other', 'accepted');
SELECT story.take('clerk', :'other', 'accept_approvals');
SELECT story.take('clerk', :'other', 'refuse_approvals');
SELECT story.look(:'other');

\echo == accept_approvals
SELECT story.take('clerk', :'no', 'accept_approvals');
CALL story.review_approval(:'no', 'accepted');
SELECT story.take('clerk', :'no', 'accept_approvals');
SELECT story.look(:'no');
-- an approval that expired yesterday
SELECT story.new_case_in('external_approval_pending') AS other \gset
CALL story.act('portal', :'other', $$INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, expires_on)
    VALUES ($1, 'jfda', 'F/8', 'granted', '2026-02-28')$$);
CALL story.step('portal', :'other', 'submit_approvals');
CALL story.review_approval(:'other', 'accepted');
SELECT story.take('clerk', :'other', 'accept_approvals');

\echo == issue
SELECT story.take('cashier', :'no', 'issue');
SELECT story.pay(:'no', 0.001, 'first');
SELECT story.take('cashier', :'no', 'issue');
SELECT story.pay(:'no', amount - 0.001, 'second') FROM licence_home.invoice WHERE application_no = :'no';
SELECT case_event, action, from_state, to_state, role FROM licence_home.application_event WHERE application_no = :'no' AND action = 'issue';
SELECT story.masked(:'no', body) FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'licence_issued';
SELECT story.look(:'no');

\echo == recall
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT story.take('clerk', :'no', 'recall');
SELECT story.take('clerk', :'no', 'recall', 'the deed was right');
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT story.take('clerk', :'no', 'recall', 'another home');
SELECT story.look(:'no');
SELECT story.new_case_in('correction_required') AS no \gset
SELECT story.take('clerk', :'no', 'recall', 'findings of another case');
SELECT story.new_case_in('approvals_deficient') AS no \gset
SELECT story.take('clerk', :'no', 'recall');
SELECT story.take('clerk', :'no', 'recall', 'the approval was right');

\echo == extend
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT story.look(:'no');
SELECT story.take('clerk', :'no', 'extend', 'ill', '2026-03-19');
SELECT story.take('clerk', :'no', 'extend', NULL, '2026-04-30');
SELECT story.take('clerk', :'no', 'extend', 'ill');
SELECT story.take('clerk', :'no', 'extend', 'ill', '2026-04-30');
SELECT story.look(:'no');
SELECT s.state, story.outcome('clerk', story.new_case_in(s.state), 'extend', 'ill', '2026-06-01')
FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' ORDER BY s.state COLLATE "C";

\echo == withdraw
SELECT s.state, story.outcome('portal', story.new_case_in(s.state), 'withdraw')
FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' ORDER BY s.state COLLATE "C";

\echo == close
SELECT story.new_case_in('submitted') AS no \gset
SELECT story.take('clerk', :'no', 'close');
SELECT story.take('clerk', :'no', 'close', 'nuisance');
SELECT story.take('clerk', :'no', 'close', 'the heirs told us', reason => 'applicant_died');
SELECT closure_reason FROM licence_home.application WHERE application_no = :'no';
SELECT s.state, story.outcome('clerk', story.new_case_in(s.state), 'close', 'duplicate'),
    story.outcome('committee', story.new_case_in(s.state), 'close', 'duplicate')
FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue' ORDER BY s.state COLLATE "C";

\echo == lapse
-- its deadline, and the message that named it
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT story.new_case_in('documents_deficient') AS untold \gset
SELECT story.new_case_in('fee_due') AS bill \gset
SELECT story.look(:'no'), story.look(:'untold'), story.look(:'bill');
CALL story.messages_accepted(:'no');
CALL story.messages_accepted(:'bill');
-- nobody takes it by hand
SELECT w.who, story.outcome(w.who, :'no', 'lapse') FROM unnest('{portal,clerk,committee}'::text[]) AS w (who);
SET licence_home.clock = '2026-03-19 23:59:59+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'no');
SET licence_home.clock = '2026-03-20 00:00:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'no'), story.look(:'untold'), story.look(:'bill');
SELECT action, from_state, to_state, role FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
-- once the message is taken, the days count from that day
CALL story.messages_accepted(:'untold');
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'untold');
-- a bill waits for late notifications too
SET licence_home.clock = '2026-03-26 23:59:59+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'bill');
SET licence_home.clock = '2026-03-27 00:00:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'bill');
-- again: nothing is left to lapse
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT story.look(:'bill');
