-- Nobody is at home: the inspection gets another day.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('inspection_scheduled') AS no \gset
SET licence_home.clock = '2026-03-05 09:45+03';
CALL story.inspect(:'no', 'no_access');
SELECT outcome, inspected_at, closed_by = session_user AS closed_by_whom FROM licence_home.inspection WHERE application_no = :'no';
-- it is nobody's fault that can be corrected, and no decision follows from it
SELECT story.outcome('inspector', :'no', 'require_correction'), story.outcome('inspector', :'no', 'refer_to_committee');
SELECT story.outcome('clerk', :'no', 'reschedule_inspection');
-- the past is no appointment
CALL story.make_inspection(:'no', '2026-03-05 10:00+03');
SET licence_home.clock = '2026-03-05 10:00+03';
SELECT story.outcome('clerk', :'no', 'reschedule_inspection');
CALL story.act('clerk', :'no', $$UPDATE licence_home.inspection SET outcome = 'cancelled' WHERE application_no = $1 AND outcome = 'pending'$$);
CALL story.make_inspection(:'no', '2026-03-11 08:00+03');
-- a second appointment beside it is refused
SELECT code, said FROM story.attempt('clerk', :'no', 'INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, ''2026-03-12 08:00+03'')');
SELECT story.take('clerk', :'no', 'reschedule_inspection');
-- the deadline of the state counts from the step
SELECT story.look(:'no');
-- an UPDATE that leaves the state as it is takes no step, and a second call has nothing to go by
CALL story.act('clerk', :'no', 'UPDATE licence_home.application SET state = ''inspection_scheduled'' WHERE application_no = $1');
SELECT story.outcome('clerk', :'no', 'reschedule_inspection');
SELECT story.look(:'no');
-- the inspector cannot be reached either: the clerk cancels, and it moves again
CALL story.act('clerk', :'no', $$UPDATE licence_home.inspection SET outcome = 'cancelled' WHERE application_no = $1 AND outcome = 'pending'$$);
CALL story.make_inspection(:'no', '2026-03-15 08:00+03');
SELECT story.take('clerk', :'no', 'reschedule_inspection', 'the inspector is ill');
SET licence_home.clock = '2026-03-15 08:20+03';
CALL story.inspect(:'no');
SELECT story.take('inspector', :'no', 'refer_to_committee');
SELECT story.look(:'no');
SELECT row_number() OVER (ORDER BY inspection_id), outcome, scheduled_for, inspected_at, closed_at_event
FROM licence_home.inspection WHERE application_no = :'no' ORDER BY inspection_id;
-- what the inspector finds is not a clerk's to write
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT outcome, code, said FROM unnest('{passed,failed,no_access,not_correctable,cancelled}'::text[]) AS outcome
CROSS JOIN LATERAL story.attempt('clerk', :'no', format('UPDATE licence_home.inspection SET outcome = %L WHERE application_no = $1', outcome));
