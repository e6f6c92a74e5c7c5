-- The committee puts a decision off.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('committee_review') AS no \gset
CALL story.decide(:'no', 'deferred');
SELECT story.outcome('committee', :'no', 'approve'), story.outcome('committee', :'no', 'reject');
-- it is no step: no event, no message
SELECT story.look(:'no');
-- the latest counts, one way and the other
CALL story.decide(:'no');
CALL story.decide(:'no', 'deferred');
SELECT story.outcome('committee', :'no', 'approve');
CALL story.decide(:'no', 'refused', 'zone');
SELECT story.outcome('committee', :'no', 'approve');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'reject');
SELECT story.take('committee', :'no', 'approve');
SELECT outcome, reason, decided_by = session_user, decided_on FROM licence_home.decision WHERE application_no = :'no' ORDER BY decision_id;
-- not dated ahead, and not by whom the edition does not name
SELECT story.new_case_in('committee_review') AS no \gset
SELECT code, story.masked(:'no', said) FROM story.attempt('committee', :'no', $$INSERT INTO licence_home.decision (application_no, outcome, decided_on) VALUES ($1, 'approved', '2026-03-02')$$);
SELECT who, code, said FROM unnest('{portal,clerk,inspector,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
CALL story.act('committee', :'no', $$INSERT INTO licence_home.decision (application_no, outcome, decided_by, decided_on, conditions)
    VALUES ($1, 'approved', 'session 12', '2026-03-01', 'no sign')$$);
SELECT story.outcome('committee', :'no', 'approve');

\echo == in 2019 the district director decides
SET licence_home.clock = '2019-09-01 10:00+03';
SELECT story.new_case('electronic_marketing') AS no \gset
CALL story.step('portal', :'no', 'submit');
SET licence_home.clock = '2026-03-01 10:00+03';
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
SELECT edition, judged_on, state FROM licence_home.application WHERE application_no = :'no';
SELECT code, said FROM story.attempt('committee', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
CALL story.act('director', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT story.take('committee', :'no', 'approve');
SELECT story.take('director', :'no', 'approve');
SELECT priced_on, amount FROM licence_home.invoice WHERE application_no = :'no';
