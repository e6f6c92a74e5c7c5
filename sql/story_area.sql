-- The inspector measures more than was declared, or more than is allowed.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == more than declared (15 m2), within the limit (18 m2)
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'passed', work_area_m2 => 16.5);
SELECT story.take('inspector', :'no', 'refer_to_committee');
-- it was closed as passed by mistake: recall, and the applicant declares what was found
CALL story.step('clerk', :'no', 'recall', '16.5 were measured, 15 declared');
SELECT story.outcome('clerk', :'no', 'refer_to_committee');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'work_area_m2')$$);
SELECT story.take('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 16.5 WHERE application_no = $1');
SELECT story.take('portal', :'no', 'resubmit');
-- what changed after the inspection is inspected
SELECT story.outcome('clerk', :'no', 'refer_to_committee');

\echo == the same, as a criterion not met
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'failed', '{work_area}', 16.5);
SELECT story.take('inspector', :'no', 'require_correction');
-- the areas are open to the applicant, and nothing else
SELECT c, code, said FROM unnest('{home_area_m2,work_area_m2,people,home}'::text[]) AS c
CROSS JOIN LATERAL story.attempt('portal', :'no', format('UPDATE licence_home.application SET %I = %s WHERE application_no = $1', c,
    CASE c WHEN 'home' THEN 'ST_Translate(home, 0.001, 0)' ELSE c || ' + 1' END));
-- and no area that sums could not hold
SELECT code, story.masked(:'no', said) FROM unnest('{0,1e9,NaN,9e131071}'::numeric[]) AS area
CROSS JOIN LATERAL story.attempt('portal', :'no', format('UPDATE licence_home.application SET work_area_m2 = %L WHERE application_no = $1', area));
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 18.5 WHERE application_no = $1');
SELECT story.take('portal', :'no', 'report_correction');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 16.5 WHERE application_no = $1');
SELECT story.take('portal', :'no', 'report_correction');
CALL story.make_inspection(:'no', '2026-03-08 10:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no', work_area_m2 => 16.5);
SELECT story.take('inspector', :'no', 'refer_to_committee');
SELECT action, changes FROM licence_home.application_event WHERE application_no = :'no' AND changes IS NOT NULL ORDER BY event_no;

\echo == more than allowed
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'passed', work_area_m2 => 18.001);
SELECT story.take('inspector', :'no', 'refer_to_committee');

\echo == a home smaller than declared makes the limit smaller
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SET licence_home.clock = '2026-03-05 10:00+03';
CALL story.act('inspector', :'no',
    'INSERT INTO licence_home.inspection_finding (inspection_id, criterion, ruling) SELECT i.inspection_id, c.criterion, ''met'''
    ' FROM licence_home.inspection AS i CROSS JOIN licence_home.inspection_checklist($1) AS c WHERE i.application_no = $1',
    'UPDATE licence_home.inspection SET outcome = ''passed'', measured_home_area_m2 = 96, measured_work_area_m2 = 14.5 WHERE application_no = $1');
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.take('inspector', :'no', 'refer_to_committee');

\echo == what cannot be put right goes to the committee, which refuses
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'not_correctable', '{work_area}', 30);
SELECT story.take('inspector', :'no', 'refer_to_committee');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'approve');
CALL story.decide(:'no', 'refused', 'area');
SELECT story.take('committee', :'no', 'reject');

\echo == an area that proves nothing
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT v, code FROM unnest('{NaN,Infinity,-Infinity,0,-1}'::text[]) AS v
CROSS JOIN LATERAL story.attempt('inspector', :'no', format('UPDATE licence_home.inspection SET measured_work_area_m2 = %L WHERE application_no = $1', v));

\echo == the fee follows the inspected area
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', work_area_m2 => 10);
CALL story.step('inspector', :'no', 'refer_to_committee');
CALL story.decide(:'no');
CALL story.step('committee', :'no', 'approve');
SELECT area_m2, amount FROM licence_home.invoice WHERE application_no = :'no';
