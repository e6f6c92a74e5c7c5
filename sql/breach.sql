-- A breach: who saw persons' data without right is looked up once, the list is
-- fixed, everybody on it is told, and the hours run.
LOAD 'licence_home';
SET licence_home.clock = '2032-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_nosy, regress_breach_monitor;
RESET client_min_messages;
CREATE ROLE regress_nosy LOGIN IN ROLE licence_home_clerk;
CREATE ROLE regress_breach_monitor LOGIN IN ROLE licence_home_monitor;
CREATE FUNCTION pg_temp.tried(who text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    PERFORM story.become(who);
    EXECUTE statement INTO answer;
    PERFORM story.become();
    RETURN coalesce(answer, 'done');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.report() RETURNS TABLE (persons bigint, told bigint, on_the_way bigint, to_print bigint,
        persons_hours_left numeric, authority_hours_left numeric, overdue boolean) LANGUAGE sql AS $$
    SELECT r.persons, r.told, r.on_the_way, r.to_print, r.persons_hours_left, r.authority_hours_left, r.overdue
    FROM licence_home.breach_report() AS r WHERE r.login = 'regress_nosy' $$;

-- three cases; one of the persons speaks English
SELECT story.new_case() AS first \gset
SELECT story.new_case(language => 'en') AS second \gset
SELECT story.new_case() AS unseen \gset
CREATE TEMP TABLE whose AS SELECT a.application_no, a.applicant_id,
    CASE a.application_no WHEN :'first' THEN 'first' WHEN :'second' THEN 'second' ELSE 'unseen' END AS name
FROM licence_home.application AS a WHERE a.application_no IN (:'first', :'second', :'unseen');
GRANT SELECT ON whose TO PUBLIC;
SET SESSION AUTHORIZATION regress_nosy;
SELECT count(*) FROM licence_home.person_of(:'first');
SELECT count(*) FROM licence_home.person_of(:'second');
SELECT count(*) FROM licence_home.person_of(:'second');
RESET SESSION AUTHORIZATION;

\echo == an administrator opens it; nobody else, and not for a time that is none or a login that saw nobody
SELECT w.who, pg_temp.tried(w.who, $$SELECT licence_home.open_breach('regress_nosy', '2032-03-01', NULL)$$)
FROM unnest(ARRAY['clerk', 'inspector', 'committee', 'director', 'cashier', 'analyst', 'portal', 'sender', 'nobody']) AS w (who);
SELECT pg_temp.tried('admin', format('SELECT licence_home.open_breach(%s)', a))
FROM unnest(ARRAY[$$'regress_nosy', '2032-03-02', '2032-03-01'$$, $$'regress_nosy', NULL$$, $$'regress_nosy', 'infinity'$$, $$NULL, '2032-03-01'$$,
    $$' ', '2032-03-01'$$, $$'regress_nobody', '2032-03-01'$$, $$'regress_nosy', '2031-03-01', '2031-03-02'$$]) AS a;
SELECT count(*) FROM licence_home.breach;
SELECT pg_temp.tried('admin', $$SELECT licence_home.open_breach('regress_nosy', '2032-03-01', NULL, 'looked up neighbours') > 0$$);

\echo == whom it concerns, which columns, how often
SELECT w.name, i.cases = ARRAY[w.application_no] AS its_case, i.columns && '{applicant.phone}' AS phone, i.times, i.notice
FROM licence_home.breach_person AS i JOIN whose AS w USING (applicant_id) ORDER BY w.name;
\echo == each is told at once, in their language, with no name in it
SELECT w.name, m.language, m.status, m.body FROM licence_home.sms_message AS m JOIN whose AS w USING (applicant_id)
WHERE m.template = 'breach_notice' ORDER BY w.name;
SELECT max(licence_home.sms_parts(t.body)) AS one_part FROM licence_home.sms_template AS t WHERE t.template = 'breach_notice';
\echo == the hours run
SELECT * FROM pg_temp.report();
SET licence_home.clock = '2032-03-01 20:30+03';
SELECT * FROM pg_temp.report();
\echo == what is read later changes the list no more
SET SESSION AUTHORIZATION regress_nosy;
SELECT count(*) FROM licence_home.person_of(:'unseen');
RESET SESSION AUTHORIZATION;
SELECT * FROM pg_temp.report();

\echo == one message arrives; the other does not, and is a letter, which a clerk prints and reports: recorded
SELECT pg_temp.tried('admin', 'SELECT licence_home.breach_report()') ~ 'regress_nosy' AS admin, pg_temp.tried('clerk', 'SELECT licence_home.breach_report()') ~ 'regress_nosy' AS clerk,
    pg_temp.tried('breach_monitor', 'SELECT licence_home.breach_report()') ~ 'regress_nosy' AS monitor, pg_temp.tried('inspector', 'SELECT licence_home.breach_report()') AS inspector;
UPDATE licence_home.sms_queue AS q SET status = 'dead', turn = NULL, wake_at = NULL, parked = false, open = false
FROM licence_home.sms_message_text AS l WHERE l.message_id = q.message_id AND l.template = 'breach_notice' AND l.applicant_id = (SELECT applicant_id FROM whose WHERE name = 'second');
SELECT * FROM pg_temp.report();
BEGIN;
SELECT story.become('clerk');
SELECT w.name, l.name_en, l.language, l.body FROM licence_home.breach_letters((SELECT max(b.breach_id) FROM licence_home.breach AS b), 'to print') AS l JOIN whose AS w USING (applicant_id);
SELECT story.become();
COMMIT;
SELECT r.function, r.why, cardinality(r.applicant_ids), r.columns && '{applicant.name_ar}' AS name FROM licence_home.read_record AS r WHERE r.function = 'breach_letters';
SELECT pg_temp.tried('admin', format('SELECT licence_home.breach_letters(%s)', max(b.breach_id))), pg_temp.tried('admin', format('SELECT licence_home.person_told(%s, 1)', max(b.breach_id)))
FROM licence_home.breach AS b;
SELECT pg_temp.tried('clerk', format('SELECT licence_home.person_told(%s, %s)', b.breach_id, w.applicant_id))
FROM (SELECT max(b.breach_id) AS breach_id FROM licence_home.breach AS b) AS b, whose AS w WHERE w.name IN ('second', 'unseen') ORDER BY w.name;
SELECT * FROM pg_temp.report();
SELECT w.name, i.told_at, i.told_by = session_user AS told_by, i.told_role FROM licence_home.breach_person AS i JOIN whose AS w USING (applicant_id) ORDER BY w.name;
\echo == late for the persons; then the authority is told, the first time counts
SET licence_home.clock = '2032-03-02 11:00+03';
SELECT * FROM pg_temp.report();
SET licence_home.clock = '2032-03-03 11:00+03';
SELECT pg_temp.tried('admin', format('SELECT licence_home.authority_told(%s, %L)', max(b.breach_id), r.reference)) FROM licence_home.breach AS b, unnest(ARRAY[' ', '7/2032', '8/2032']) AS r (reference) GROUP BY r.reference ORDER BY r.reference;
SELECT pg_temp.tried('clerk', format('SELECT licence_home.authority_told(%s, ''9/2032'')', max(b.breach_id))) FROM licence_home.breach AS b;
SELECT authority_told_at, authority_reference, authority_told_role FROM licence_home.breach;
SELECT * FROM pg_temp.report();
\echo == the person sees that it concerns them, and nobody else
BEGIN;
SELECT story.become('portal', :'first');
SELECT w.name, i.times FROM licence_home.breach_person AS i JOIN whose AS w USING (applicant_id);
SELECT told_by FROM licence_home.breach_person;
ROLLBACK;
\echo == nobody writes the tables
SELECT w.who, pg_temp.tried(w.who, 'UPDATE licence_home.breach SET authority_told_at = NULL'), pg_temp.tried(w.who, 'DELETE FROM licence_home.breach_person')
FROM unnest(ARRAY['admin', 'clerk', 'director']) AS w (who);
UPDATE licence_home.breach SET since = since - interval '1 day';
DELETE FROM licence_home.breach_person;
\echo == where no text is in force everybody gets a letter; who was erased gets none
BEGIN;
UPDATE licence_home.sms_template SET withdrawn_at = licence_home.now() WHERE template = 'breach_notice';
SELECT licence_home.open_breach('regress_nosy', '2032-03-01') AS again \gset
SELECT i.notice, count(*) FROM licence_home.breach_person AS i WHERE i.breach_id = :again GROUP BY 1;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.applicant SET erased_at = licence_home.now() WHERE applicant_id = (SELECT applicant_id FROM whose WHERE name = 'first');
SELECT r.persons, r.to_print FROM licence_home.breach_report() AS r WHERE r.breach_id = :again;
ROLLBACK;
