-- Applicants' facts: each change is an event, the old telephone is told of a
-- new one, a licence keeps who held it at its issue.
LOAD 'licence_home';
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
\pset format unaligned
\pset tuples_only on

SELECT story.new_case_in('fee_due') AS no \gset
SELECT applicant_id AS who FROM licence_home.application WHERE application_no = :'no' \gset
-- (numbers of people and of telephones depend on the tests before this one)
CREATE FUNCTION pg_temp.masked(value text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN regexp_replace(regexp_replace(value, '\+?96279\d{7}', '{phone}', 'g'), '987\d{7}', '{identity}', 'g');

\echo == a registration is an event with every fact, a change one with old and new value, as the portal for whom it acted
SET licence_home.clock = '2026-03-02 10:00+03';
BEGIN;
SELECT story.become('portal', :'no');
UPDATE licence_home.applicant SET name_en = 'Salma Haddad', language = 'en' WHERE applicant_id = :who;
SELECT story.become();
COMMIT;
SELECT e.applicant_event_no, e.action, e.fields, replace(e.actor, :'who', '{who}'), e.role, pg_temp.masked(e.changes::text), e.at
FROM licence_home.applicant_event AS e WHERE e.applicant_id = :who ORDER BY e.applicant_event_no;

\echo == an UPDATE that changes nothing is no event
BEGIN;
SELECT story.become('portal', :'no');
UPDATE licence_home.applicant SET name_en = 'Salma Haddad', phone = phone WHERE applicant_id = :who;
SELECT story.become();
COMMIT;
SELECT count(*) FROM licence_home.applicant_event AS e WHERE e.applicant_id = :who;

\echo == the old telephone is told of a new one, in the language that the person had, and not the new one
SELECT phone AS old_phone FROM licence_home.applicant WHERE applicant_id = :who \gset
BEGIN;
SELECT story.become('portal', :'no');
UPDATE licence_home.applicant SET phone = '0795550001', language = 'ar' WHERE applicant_id = :who;
SELECT story.become();
COMMIT;
SELECT m.template, m.language, m.body, m.parts, m.phone = :'old_phone' AS to_the_old_one, m.application_no, m.event_no, m.status
FROM licence_home.sms_message AS m WHERE m.applicant_id = :who AND m.application_no IS NULL;
-- what waits for a case follows the person
SELECT DISTINCT m.phone FROM licence_home.sms_message AS m WHERE m.applicant_id = :who AND m.application_no IS NOT NULL AND m.status = 'waiting';
\echo == in both languages one part
SELECT t.language, licence_home.sms_parts(t.body) FROM licence_home.sms_template AS t WHERE t.template = 'phone_changed' ORDER BY 1;

\echo == where no such text is in force the change is made, and an event, all the same
BEGIN;
UPDATE licence_home.sms_template SET withdrawn_at = licence_home.now() WHERE template = 'phone_changed';
SELECT story.become('portal', :'no');
UPDATE licence_home.applicant SET phone = '0795550002' WHERE applicant_id = :who RETURNING phone;
SELECT story.become();
SELECT count(*) FROM licence_home.sms_message AS m WHERE m.applicant_id = :who AND m.application_no IS NULL;
ROLLBACK;

\echo == a clerk resends or cancels such a message as any other
SELECT message_id AS told FROM licence_home.sms_message WHERE applicant_id = :who AND application_no IS NULL \gset
BEGIN;
SET LOCAL ROLE regress_clerk;
SELECT licence_home.cancel_sms(:told, 'a test');
SELECT status FROM licence_home.sms_status WHERE message_id = :told;
SELECT licence_home.resend_sms(:told, 'a test');
SELECT status, phone = :'old_phone' AS to_the_old_one FROM licence_home.message_text(:told);
ROLLBACK;

\echo == the licence keeps who held it when it was issued
SELECT story.pay(:'no') \g /dev/null
SET licence_home.clock = '2026-06-01 10:00+03';
BEGIN;
SELECT story.become('portal', :'no');
UPDATE licence_home.applicant SET name_en = 'Salma Khoury' WHERE applicant_id = :who;
SELECT h.kind, pg_temp.masked(h.identity_no), h.name_ar, h.name_en FROM licence_home.licence_holder AS h;
SELECT story.become();
COMMIT;
SELECT a.name_en FROM licence_home.applicant AS a WHERE a.applicant_id = :who;

\echo == an applicant sees the own events, without who acted; a clerk all; nobody writes them
BEGIN;
SELECT story.become('portal', :'no');
SELECT count(*), count(DISTINCT applicant_id), array_agg(fields ORDER BY applicant_event_no) FROM licence_home.applicant_event;
SELECT actor FROM licence_home.applicant_event;
ROLLBACK;
BEGIN;
SELECT story.become('clerk');
SELECT count(*) > 5 FROM licence_home.applicant_event;
UPDATE licence_home.applicant_event SET note = 'x';
ROLLBACK;
BEGIN;
SELECT story.become('inspector');
SELECT FROM licence_home.applicant_event;
ROLLBACK;
DELETE FROM licence_home.applicant_event;
DELETE FROM licence_home.licence_holder;

\echo == the chains are whole, and each fact is as its last event says
BEGIN;
SET LOCAL ROLE regress_admin;
SELECT * FROM licence_home.verify_applicants();
COMMIT;
\echo == a superuser who alters an event, or a fact behind the triggers' back, is found
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.applicant_event SET changes = changes || '{"phone": {"old": null, "new": null}}'
WHERE applicant_id = :who AND applicant_event_no = 3;
UPDATE licence_home.applicant_event SET actor = 'x' WHERE applicant_id = :who AND applicant_event_no = 2;
UPDATE licence_home.applicant SET name_ar = 'أخرى' WHERE applicant_id = :who;
SELECT v.applicant_event_no, v.break FROM licence_home.verify_applicants() AS v WHERE v.applicant_id = :who;
ROLLBACK;
\echo == values can be taken away, salt and all, and the chain stays whole
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.applicant_event SET changes = NULL, note = NULL, salt = NULL WHERE applicant_id = :who;
SELECT v.applicant_event_no, v.break FROM licence_home.verify_applicants() AS v WHERE v.applicant_id = :who AND v.applicant_event_no IS NOT NULL;
ROLLBACK;
