-- The committee sends a case back to audit.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('committee_review') AS no \gset
-- a decision was written down, and then it is not taken
CALL story.decide(:'no');
SELECT story.take('committee', :'no', 'return_to_audit', 'the plan of the flat is missing');
SELECT story.look(:'no');
\echo == nothing changed: the clerk refers it again, on the same inspection
SELECT story.take('clerk', :'no', 'refer_to_committee');
-- the decision of before does not count
SELECT story.take('committee', :'no', 'approve');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'approve');

\echo == something changed: it is inspected again
SELECT story.new_case_in('committee_review') AS no \gset
CALL story.step('committee', :'no', 'return_to_audit', 'measure the room again');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'work_area_m2')$$);
SELECT story.outcome('clerk', :'no', 'refer_to_committee');
CALL story.step('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 14.5 WHERE application_no = $1');
CALL story.step('portal', :'no', 'resubmit');
SELECT story.take('clerk', :'no', 'refer_to_committee');
CALL story.make_inspection(:'no', '2026-03-10 10:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no', work_area_m2 => 14.25);
SELECT story.take('inspector', :'no', 'refer_to_committee');
SELECT story.look(:'no');

\echo == a document that expired in the meantime
SELECT story.new_case_in('committee_review') AS no \gset
CALL story.step('committee', :'no', 'return_to_audit', 'later');
SET licence_home.clock = '2031-01-01 10:00+03';
SELECT story.take('clerk', :'no', 'refer_to_committee');
-- the clerk adds what was shown
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on, review)
    VALUES ($1, 'occupancy_permit', '1995/3', '2040-12-31', 'accepted')$$);
SELECT story.take('clerk', :'no', 'refer_to_committee');
