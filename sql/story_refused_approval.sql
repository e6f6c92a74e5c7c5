-- Another authority refuses, or its approval is not good.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('external_approval_pending') AS no \gset
CALL story.answer(:'no', 'refused');
SELECT story.take('portal', :'no', 'submit_approvals');
-- before the clerk has accepted it as genuine it proves nothing
SELECT story.outcome('clerk', :'no', 'refuse_approvals'), story.outcome('clerk', :'no', 'accept_approvals');
CALL story.review_approval(:'no', 'incorrect');
SELECT story.outcome('clerk', :'no', 'refuse_approvals');
SELECT story.take('clerk', :'no', 'return_approvals');
-- no step without something new
SELECT story.outcome('portal', :'no', 'resubmit_approvals');
CALL story.answer(:'no', 'refused');
CALL story.step('portal', :'no', 'resubmit_approvals');
CALL story.review_approval(:'no');
SELECT story.outcome('clerk', :'no', 'accept_approvals');
SELECT story.take('clerk', :'no', 'refuse_approvals');
SELECT story.look(:'no');
-- it is the end
SELECT story.outcome('portal', :'no', 'withdraw'), story.outcome('clerk', :'no', 'recall', 'x');
SELECT code, said FROM story.attempt('portal', :'no', $$INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer)
    VALUES ($1, 'jfda', 'F/9', 'granted')$$);

\echo == of two authorities one refuses
SELECT story.new_case_in('committee_review', 'home_baking', 'en') AS no \gset
CALL story.act('committee', :'no', $$INSERT INTO licence_home.approval_requirement (application_no, authority, basis) VALUES ($1, 'social_development', 'decision')$$);
CALL story.decide(:'no');
SELECT story.take('committee', :'no', 'approve');
CALL story.answer(:'no');
CALL story.answer(:'no', 'refused', 'social_development');
CALL story.step('portal', :'no', 'submit_approvals');
CALL story.review_approval(:'no');
SELECT story.outcome('clerk', :'no', 'accept_approvals');
SELECT story.take('clerk', :'no', 'refuse_approvals');

\echo == granted once, refused later: the latest answer counts
SELECT story.new_case_in('external_approval_pending') AS no \gset
CALL story.answer(:'no', 'granted');
CALL story.answer(:'no', 'refused');
CALL story.step('portal', :'no', 'submit_approvals');
CALL story.review_approval(:'no');
SET client_min_messages = warning;
SELECT code, rows FROM story.attempt('clerk', :'no', $$UPDATE licence_home.external_approval SET review = 'accepted'
    WHERE application_no = $1 AND answer = 'granted'$$);
RESET client_min_messages;
SELECT story.outcome('clerk', :'no', 'accept_approvals'), story.outcome('clerk', :'no', 'refuse_approvals');

\echo == the message names who refused, not who seemed to
SELECT story.new_case_in('committee_review', 'home_baking', 'en') AS no \gset
CALL story.act('committee', :'no', $$INSERT INTO licence_home.approval_requirement (application_no, authority) VALUES ($1, 'social_development')$$);
CALL story.decide(:'no');
CALL story.step('committee', :'no', 'approve');
CALL story.answer(:'no', 'refused', 'social_development');
CALL story.answer(:'no', 'refused');
CALL story.answer(:'no', 'granted');
CALL story.step('portal', :'no', 'submit_approvals');
CALL story.review_approval(:'no');
SELECT story.take('clerk', :'no', 'refuse_approvals');
