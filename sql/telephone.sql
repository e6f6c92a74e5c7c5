-- Persons whom no telephone reaches: their messages are printed and handed over,
-- each by a login of a person's own.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
SET licence_home.language = 'en';
SET client_min_messages = warning;
DROP ROLE IF EXISTS phone_huda, phone_sami, phone_rami;
RESET client_min_messages;
CREATE ROLE phone_huda LOGIN IN ROLE licence_home_clerk;
CREATE ROLE phone_sami LOGIN IN ROLE licence_home_clerk;
CREATE ROLE phone_rami LOGIN IN ROLE licence_home_inspector;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('T-1', 'هدى', 'Huda', 'phone_huda', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('T-2', 'سامي', 'Sami', 'phone_sami', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('T-3', 'رامي', 'Rami', 'phone_rami', '{inspector}', '[2026-01-01,)', 'test', 'unknown');
GRANT USAGE ON SCHEMA story TO PUBLIC;
CREATE FUNCTION pg_temp.said(no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement USING no;
    RETURN NEXT 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN QUERY SELECT regexp_replace(regexp_replace(replace(l, coalesce(no::text, '{no}'), '{no}'), 'applicant \d+', 'applicant N', 'g'), 'message \d+|الرسالة \d+', 'message N')
    FROM unnest(ARRAY[SQLSTATE || ' ' || SQLERRM, '    ' || nullif(detail, '')]) AS l WHERE l IS NOT NULL;
END $$;
-- how the messages of a case stand, and the deadline
CREATE FUNCTION pg_temp.stands(no licence_home.application_no) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', m.template, m.status, coalesce(regexp_replace(m.phone::text, '9000\d+', 'N'), 'no telephone'), m.last_error) FROM licence_home.sms_message AS m
    WHERE m.application_no = no AND m.template = 'documents_deficient'
    UNION ALL
    SELECT concat_ws(' ', 'due', d.due_on, CASE WHEN d.told_at IS NULL THEN 'not told' ELSE 'told ' || d.told_at END, licence_home_internal.deadline_arrived(d.deadline_no))
    FROM licence_home.current_deadline AS d WHERE d.application_no = no;
$$;
CREATE FUNCTION pg_temp.home(parcel text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)'
        ' VALUES (licence_home.acting_applicant(), ''electronic_marketing'', ''SRID=4326;POINT(35.84 31.98)'', ''142'', ''5'', %L, 120, 15, ''1995-06-01'', 0, 1, false)', parcel) $$;

\echo == a person without a telephone is registered at the counter, and messages are printed
SET SESSION AUTHORIZATION phone_huda;
BEGIN;
SELECT licence_home.act_at_counter(NULL, 'identity card');
INSERT INTO licence_home.applicant (kind, identity_no, name_ar) VALUES ('citizen', '9130000001', 'أم خالد');
SELECT pg_temp.said(NULL, pg_temp.home('phone 1'));
SELECT max(application_no) AS no, max(applicant_id) AS person FROM licence_home.application WHERE applicant_id = licence_home.acting_applicant() \gset
INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)
VALUES (:'no', 'title_deed', '2012/1', NULL), (:'no', 'occupancy_permit', '1995/2', '2030-12-31'), (:'no', 'construction_licence', '1994/3', NULL);
SELECT licence_home.perform(:'no', 'submit');
COMMIT;
SET SESSION AUTHORIZATION phone_sami;
UPDATE licence_home.document SET review = 'missing' WHERE application_no = :'no' AND document_type = 'title_deed';
SELECT licence_home.perform(:'no', 'return_documents');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.stands(:'no');
SET SESSION AUTHORIZATION phone_sami;
SELECT template, language, not_theirs_at, date_named FROM licence_home.messages_to_print WHERE application_no = :'no' ORDER BY message_id;
SELECT why, template FROM licence_home.untold_deadlines WHERE application_no = :'no';
SELECT name_ar, language, date_named, story.masked(:'no', body) AS body FROM licence_home.print_messages('the post of Sunday') WHERE application_no = :'no' ORDER BY message_id;
SELECT max(message_id) AS message FROM licence_home.messages_to_print WHERE application_no = :'no' \gset
RESET SESSION AUTHORIZATION;
SELECT function, columns, why, applicant_ids = ARRAY[:person::bigint] AS hers FROM licence_home.read_record ORDER BY read_no DESC LIMIT 1;
SELECT who, (story.attempt(who, :'no', 'SELECT * FROM licence_home.print_messages(''x'')')).code AS letters,
    (story.attempt(who, :'no', 'SELECT * FROM licence_home.messages_to_print')).code AS list
FROM unnest('{clerk,portal,inspector,committee,director,cashier,admin,nobody}'::text[]) AS who;

\echo == serve() tells it, on the day on which it was handed over
SET SESSION AUTHORIZATION phone_rami;
SELECT pg_temp.said(NULL, format('SELECT licence_home.serve(%s, ''by hand'')', :message)) AS an_inspector;
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-05 10:00+03';
SET SESSION AUTHORIZATION phone_sami;
SELECT pg_temp.said(:'no', format('SELECT licence_home.resend_sms(%s, ''again'')', :message)) AS no_telephone;
SELECT pg_temp.said(:'no', format('SELECT licence_home.serve(%s, %L, %L)', m, how, day))
FROM (VALUES (1, 0, 'by hand', NULL), (2, :message, NULL, NULL), (3, :message, ' ', NULL), (4, :message, 'by hand', '2026-02-28'),
    (5, :message, 'by hand', '2026-03-06')) AS v (n, m, how, day) ORDER BY n;
SELECT licence_home.serve(:message, 'by hand, signed for', '2026-03-03');
SELECT pg_temp.said(:'no', format('SELECT licence_home.serve(%s, ''by hand'')', :message)) AS once_more;
SELECT pg_temp.said(:'no', format('SELECT licence_home.resend_sms(%s, ''again'')', :message)) AS after_it;
SELECT pg_temp.said(:'no', format('SELECT licence_home.cancel_sms(%s, ''again'')', :message)) AS not_cancelled;
SELECT template FROM licence_home.messages_to_print WHERE application_no = :'no' ORDER BY message_id;
SELECT count(*) AS untold FROM licence_home.untold_deadlines WHERE application_no = :'no';
SELECT kind, what, detail, by FROM licence_home.message_trail(:message, 'a call');
SELECT told FROM licence_home.inbox WHERE application_no = :'no';
RESET SESSION AUTHORIZATION;
SELECT pg_temp.stands(:'no');
-- a report that comes for it all the same changes nothing
SELECT licence_home.sms_report(:'message', 'delivered', NULL), licence_home.sms_report(:'message' || '.2', 'failed', NULL);
SELECT pg_temp.stands(:'no');
-- as one that was told, the case lapses after its date, and not before
SET licence_home.clock = '2026-03-22 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SET licence_home.clock = '2026-04-30 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == what only a wrong number was told is not told
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
CALL story.message_is('delivered', :'no');
SELECT pg_temp.stands(:'no');
SELECT max(message_id) AS message FROM licence_home.sms_message_text WHERE application_no = :'no' \gset
SET SESSION AUTHORIZATION phone_rami;
SELECT pg_temp.said(NULL, format('SELECT licence_home.mark_not_theirs(%s, ''x'')', :person)) AS an_inspector;
SET SESSION AUTHORIZATION phone_huda;
SELECT pg_temp.said(NULL, format('SELECT licence_home.mark_not_theirs(%s, %L)', :person, why)) FROM unnest(ARRAY[NULL, E' \u200b']) AS why;
SELECT pg_temp.said(NULL, 'SELECT licence_home.mark_not_theirs(1000000000, ''x'')');
SELECT pg_temp.said(NULL, format('SELECT licence_home.mark_not_theirs(%s, ''x'')', (SELECT max(applicant_id) FROM licence_home.messages_to_print WHERE not_theirs_at IS NULL))) AS one_without;
SELECT licence_home.mark_not_theirs(:person, 'somebody else answers'), licence_home.mark_not_theirs(:person, 'and again');
SELECT not_theirs_at IS NOT NULL AS marked FROM licence_home.applicant WHERE applicant_id = :person;
SELECT pg_temp.said(NULL, format('UPDATE licence_home.applicant SET not_theirs_at = NULL WHERE applicant_id = %s', :person)) AS by_hand;
SELECT template, date_named FROM licence_home.messages_to_print WHERE application_no = :'no';
SELECT why, template FROM licence_home.untold_deadlines WHERE application_no = :'no';
SELECT told FROM licence_home.inbox WHERE application_no = :'no';
SELECT pg_temp.said(:'no', format('SELECT licence_home.resend_sms(%s, ''again'')', :message)) AS no_telephone;
SET licence_home.language = 'ar';
SELECT pg_temp.said(:'no', format('SELECT licence_home.resend_sms(%s, ''again'')', :message)) AS no_telephone;
SET licence_home.language = 'en';
SELECT regexp_replace(line, '\d+, \+\d+', 'N', 'g') AS line FROM licence_home.case_card_text(:'no', 'a call') AS line WHERE line ~ 'another''s';
RESET SESSION AUTHORIZATION;
SELECT pg_temp.stands(:'no');
SELECT action, fields, note, regexp_replace(actor, '\d+$', 'N') AS actor FROM licence_home.applicant_event WHERE applicant_id = :person ORDER BY applicant_event_no;
SELECT * FROM licence_home.verify_applicants() WHERE applicant_id = :person;
-- reports that come late do not tell it
SELECT licence_home.sms_report(:'message', 'delivered', NULL), licence_home.sms_report(:'message', 'buffered', NULL);
SELECT pg_temp.stands(:'no');
SET licence_home.clock = '2026-04-30 10:00+03';
SET ROLE regress_sender; CALL licence_home.lapse_overdue(); RESET ROLE;
SELECT state FROM licence_home.application WHERE application_no = :'no';
-- what names a day that is over is not handed over: the deadline is set anew
SET SESSION AUTHORIZATION phone_sami;
SELECT pg_temp.said(:'no', format('SELECT licence_home.serve(%s, ''by hand'')', :message)) AS over;
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-01 10:00+03';
-- the next message is printed, too; what is taken back is not
SET SESSION AUTHORIZATION phone_sami;
SELECT licence_home.perform(:'no', 'extend', 'she was not told', until => '2026-04-16');
RESET SESSION AUTHORIZATION;
SELECT m.template, m.status FROM licence_home.sms_status AS m WHERE m.application_no = :'no' AND m.deadline_no IS NOT NULL ORDER BY m.message_id;

\echo == a new telephone: a clerk resends, and the former telephone is not told of it
CALL story.act('portal', :'no', 'UPDATE licence_home.applicant SET phone = ''0795555555'' WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)');
SELECT count(*) AS phone_changed FROM licence_home.sms_message_text WHERE applicant_id = :person AND template = 'phone_changed';
SET SESSION AUTHORIZATION phone_huda;
SELECT not_theirs_at IS NULL AS theirs FROM licence_home.applicant WHERE applicant_id = :person;
SELECT max(message_id) AS message FROM licence_home.messages_to_print WHERE application_no = :'no' \gset
SELECT licence_home.resend_sms(:message, 'she has a new number');
SELECT count(*) AS to_print FROM licence_home.messages_to_print WHERE application_no = :'no';
RESET SESSION AUTHORIZATION;
CALL story.message_is('delivered', :'no', 'documents_deficient');
SELECT pg_temp.stands(:'no');
-- taken away again: what waits is printed
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
CALL story.act('portal', :'no', 'UPDATE licence_home.applicant SET phone = NULL WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)');
SELECT template, phone_stays FROM licence_home.sms_message_text WHERE applicant_id = :person ORDER BY message_id;

\echo == it was theirs after all: what was not told stays so
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
CALL story.message_is('accepted', :'no');
SET SESSION AUTHORIZATION phone_huda;
SELECT licence_home.mark_not_theirs(:person, 'a child answered'), licence_home.mark_theirs(:person, 'her daughter'), licence_home.mark_theirs(:person, 'again');
SELECT max(message_id) AS message FROM licence_home.messages_to_print WHERE application_no = :'no' \gset
SELECT licence_home.resend_sms(:message, 'it is hers');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.stands(:'no');
SELECT action FROM licence_home.applicant_event WHERE applicant_id = :person ORDER BY applicant_event_no DESC LIMIT 2;

\echo == so many failures in a row mark a telephone, as the rule says
SELECT failed_in_a_row, certainty FROM licence_home.phone_rule;
SELECT story.new_case_in('documents_deficient') AS no \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
CREATE FUNCTION pg_temp.sent(no licence_home.application_no, said text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    until date;
BEGIN
    until := (SELECT licence_home.add_working_days(max(d.date_named), 1) FROM licence_home.case_deadline AS d WHERE d.application_no = no);
    CALL story.act('clerk', no, format('SELECT licence_home.perform($1, ''extend'', ''x'', until => %L)', until));
    CALL story.message_is('accepted', no);
    PERFORM licence_home.sms_report((SELECT max(l.message_id) FROM licence_home.sms_message_text AS l WHERE l.application_no = no)::text, said, NULL);
    RETURN (SELECT CASE WHEN p.not_theirs_at IS NULL THEN said ELSE said || ': not theirs' END FROM licence_home.applicant AS p
        JOIN licence_home.application AS a ON a.applicant_id = p.applicant_id WHERE a.application_no = no);
END $$;
SELECT pg_temp.sent(:'no', s) FROM unnest('{failed,failed,delivered}'::text[]) WITH ORDINALITY AS v (s, n);
SELECT pg_temp.sent(:'no', s) FROM unnest('{failed,rejected,failed}'::text[]) WITH ORDINALITY AS v (s, n);
SELECT action, note, role FROM licence_home.applicant_event WHERE applicant_id = :person ORDER BY applicant_event_no DESC LIMIT 1;
SELECT m.template, m.status FROM licence_home.sms_status AS m WHERE m.application_no = :'no' AND m.deadline_no IS NOT NULL ORDER BY m.message_id;
SELECT count(*) AS untold FROM licence_home.untold_deadlines WHERE application_no = :'no';

SELECT * FROM licence_home.verify_restore();
SELECT * FROM licence_home.verify_applicants();
SELECT licence_home.end_official(official) IS NOT NULL AS ended FROM licence_home.official WHERE official ~ '^T-\d$' AND withdrawn_at IS NULL;
SET client_min_messages = warning;
DROP ROLE phone_huda, phone_sami, phone_rami;
