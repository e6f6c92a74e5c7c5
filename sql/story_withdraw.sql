-- The applicant gives up.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on

\echo == with an appointment and messages, of which the gateway has one
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.message_is('accepted', :'no', 'application_accepted');
SELECT story.take('portal', :'no', 'withdraw', 'moved away');
SELECT story.look(:'no');
SELECT template, status FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id;
SELECT code, said FROM story.attempt('inspector', :'no', 'UPDATE licence_home.inspection SET outcome = ''no_access'' WHERE application_no = $1');

\echo == with a bill that was paid in part
SELECT story.new_case_in('fee_due') AS no \gset
SELECT story.pay(:'no', 10);
SELECT * FROM licence_home.refundable WHERE application_no = :'no';
CALL story.step('portal', :'no', 'withdraw');
SELECT story.look(:'no');
SELECT paid, amount, reason FROM licence_home.refundable WHERE application_no = :'no';

\echo == the home is free for another application
SELECT applicant_id FROM licence_home.application WHERE application_no = :'no' \gset
SET ROLE regress_portal;
BEGIN;
SELECT licence_home.act_for(:applicant_id);
INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2,
    built_on, employees, people, tenant, previous_application)
SELECT applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant, application_no
FROM licence_home.application WHERE application_no = :'no' RETURNING application_no AS again \gset
INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2,
    built_on, employees, people, tenant)
SELECT applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant
FROM licence_home.application WHERE application_no = :'no' RETURNING application_no AS twice \gset
INSERT INTO licence_home.document (application_no, document_type, reference_no)
SELECT n.no, d.document_type, d.reference_no FROM licence_home.document AS d
CROSS JOIN (VALUES (:'again'::licence_home.application_no), (:'twice')) AS n (no) WHERE d.application_no = :'no';
COMMIT;
RESET ROLE;
SELECT story.outcome('portal', :'again', 'submit');
-- one is open now: a second is a duplicate
SELECT replace(t, :'again', '{the other}') FROM story.take('portal', :'twice', 'submit') AS t;
SELECT previous_application = :'no' AS after_the_first FROM licence_home.application WHERE application_no = :'again';
CALL story.step('portal', :'again', 'withdraw');
SELECT story.outcome('portal', :'twice', 'submit');
