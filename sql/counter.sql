-- The counter, and agents: the applicant's work done by another, each by a login
-- of their own.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
SET licence_home.language = 'en';
SET client_min_messages = warning;
DROP ROLE IF EXISTS counter_huda, counter_sami, counter_lina;
RESET client_min_messages;
CREATE ROLE counter_huda LOGIN IN ROLE licence_home_clerk;
CREATE ROLE counter_sami LOGIN IN ROLE licence_home_clerk;
CREATE ROLE counter_lina LOGIN IN ROLE licence_home_committee;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('C-1', 'هدى', 'Huda', 'counter_huda', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('C-2', 'سامي', 'Sami', 'counter_sami', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('C-3', 'لينا', 'Lina', 'counter_lina', '{committee}', '[2026-01-01,)', 'test', 'unknown');
CREATE FUNCTION pg_temp.said(no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    detail text;
BEGIN
    IF statement ~ '^SELECT' THEN
        EXECUTE statement INTO result USING no;
    ELSE
        EXECUTE statement USING no;
    END IF;
    RETURN NEXT coalesce(CASE WHEN result ~ '^\d+$' THEN 'done' ELSE result END, 'done');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN QUERY SELECT regexp_replace(regexp_replace(replace(l, coalesce(no::text, '{no}'), '{no}'), 'applicant \d+', 'applicant N', 'g'), 'power \d+', 'power N')
    FROM unnest(ARRAY[SQLSTATE || ' ' || SQLERRM, '    ' || nullif(detail, '')]) AS l WHERE l IS NOT NULL;
END $$;
CREATE FUNCTION pg_temp.person(n text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone) VALUES (''citizen'', %L, ''س'', ''0791234567'')', n) $$;
CREATE FUNCTION pg_temp.home(parcel text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)'
        ' VALUES (licence_home.acting_applicant(), ''electronic_marketing'', ''SRID=4326;POINT(35.84 31.98)'', ''142'', ''5'', %L, 120, 15, ''1995-06-01'', 0, 1, false)', parcel) $$;
CREATE FUNCTION pg_temp.papers(no text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.document (application_no, document_type, reference_no, expires_on)'
        ' VALUES (%1$L, ''title_deed'', ''2012/1'', NULL), (%1$L, ''occupancy_permit'', ''1995/2'', ''2030-12-31''), (%1$L, ''construction_licence'', ''1994/3'', NULL)', no) $$;
GRANT USAGE ON SCHEMA story TO PUBLIC;

\echo == a clerk registers a person who stands there, and enters the application
SET SESSION AUTHORIZATION counter_huda;
SELECT pg_temp.said(NULL, pg_temp.person('9110000001'));
SELECT pg_temp.said(NULL, pg_temp.home('counter 1'));
SELECT pg_temp.said(NULL, 'SELECT licence_home.act_at_counter(NULL, NULL)');
SELECT pg_temp.said(NULL, E'SELECT licence_home.act_at_counter(NULL, E''\\u200b'')');
SELECT pg_temp.said(NULL, 'SELECT licence_home.act_at_counter(1000000000, ''identity card'')');
BEGIN;
SELECT licence_home.act_at_counter(NULL, 'identity card');
SELECT pg_temp.said(NULL, pg_temp.home('counter 1')) AS before_anybody;
SELECT pg_temp.said(NULL, pg_temp.person('9110000001'));
INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on, employees, people, tenant)
VALUES (licence_home.acting_applicant(), 'electronic_marketing', 'SRID=4326;POINT(35.84 31.98)', '142', '5', 'counter 1', 120, 15, '1995-06-01', 0, 1, false)
RETURNING application_no AS no, applicant_id AS person \gset
SELECT pg_temp.said(:'no', pg_temp.papers(:'no'));
UPDATE licence_home.application SET people = 2 WHERE application_no = :'no';
SELECT action, may_act FROM licence_home.next_actions(:'no') ORDER BY action;
SELECT licence_home.perform(:'no', 'submit');
-- one hat at a time
SELECT pg_temp.said(:'no', 'UPDATE licence_home.document SET review = ''accepted'' WHERE application_no = $1');
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT application_no IS NOT NULL AS of_case, what, identity_seen, recorded_by, recorded_role, session_role, count(*) FROM licence_home.counter_act
WHERE applicant_id = :person GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY min(counter_act_id);
SELECT action, actor, role, session_role FROM licence_home.application_event WHERE application_no = :'no';
SELECT action, actor FROM licence_home.applicant_event WHERE applicant_id = :person;
SELECT login, role, identity_seen FROM licence_home.acting_record WHERE applicant_id = :person;

\echo == who entered it does not review it; who reviewed it does not serve its applicant
SET SESSION AUTHORIZATION counter_huda;
SELECT pg_temp.said(:'no', 'UPDATE licence_home.document SET review = ''accepted'' WHERE application_no = $1');
SELECT count(*) FROM licence_home.my_inbox WHERE application_no = :'no';
SET SESSION AUTHORIZATION counter_sami;
UPDATE licence_home.document SET review = 'missing' WHERE application_no = :'no' AND document_type = 'title_deed';
SELECT licence_home.perform(:'no', 'return_documents');
BEGIN;
SELECT licence_home.act_at_counter(:person, 'passport');
SELECT pg_temp.said(:'no', 'INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, ''title_deed'', ''2012/7'')');
ROLLBACK;
SET SESSION AUTHORIZATION counter_huda;
BEGIN;
SELECT licence_home.act_at_counter(:person, 'passport');
INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (:'no', 'title_deed', '2012/7');
SELECT licence_home.perform(:'no', 'resubmit');
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT action, actor FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no;
SELECT count(*) AS officials_as_applicants FROM licence_home.application_event WHERE session_role ~ '^counter_' AND actor ~ 'applicant';

\echo == one person, by whom the workflow names
SELECT story.new_case_in('submitted') AS other \gset
SELECT applicant_id AS neighbour FROM licence_home.application WHERE application_no = :'other' \gset
SET SESSION AUTHORIZATION counter_huda;
BEGIN;
SELECT licence_home.act_at_counter(:person, 'passport');
SELECT pg_temp.said(:'other', 'SELECT licence_home.perform($1, ''withdraw'')');
SELECT pg_temp.said(:'other', 'UPDATE licence_home.applicant SET language = ''en'' WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)');
UPDATE licence_home.applicant SET language = 'en' WHERE applicant_id = :person;
ROLLBACK;
SELECT pg_temp.said(:'no', 'UPDATE licence_home.applicant SET language = ''en'' WHERE applicant_id = (SELECT applicant_id FROM licence_home.application WHERE application_no = $1)') AS without_the_counter;
SELECT pg_temp.said(:'no', 'SELECT licence_home.perform($1, ''withdraw'')') AS without_the_counter;
SET SESSION AUTHORIZATION regress_clerk;
SELECT pg_temp.said(NULL, 'SELECT licence_home.act_at_counter(NULL, ''identity card'')');
RESET SESSION AUTHORIZATION;
SELECT who, (story.attempt(who, NULL, 'SELECT licence_home.act_at_counter(NULL, ''identity card'')')).code
FROM unnest('{portal,inspector,committee,director,cashier,admin,nobody}'::text[]) AS who;
SELECT workflow, version, role FROM licence_home.workflow_counter WHERE workflow = 'first_issue';
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM licence_home.workflow_counter;
SET LOCAL session_replication_role = origin;
SET LOCAL SESSION AUTHORIZATION counter_huda;
SELECT licence_home.act_at_counter(:person, 'passport');
SELECT pg_temp.said(:'no', 'SELECT licence_home.perform($1, ''withdraw'')');
ROLLBACK;

\echo == a power: the portal brings it, a clerk accepts it
CREATE FUNCTION pg_temp.power(kind text, scope text DEFAULT 'general', only_case text DEFAULT NULL, days text[] DEFAULT '{2026-01-01,2026-12-31}') RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.agency (applicant_id, kind, scope, only_case, agent_name, agent_identity_no, agent_phone, reference_no, from_day, until_day)'
        ' VALUES (licence_home.acting_applicant(), %L, %L, %L, ''وكيل'', ''9220000001'', ''0792222222'', ''2026/11'', %L, %L)', kind, scope, only_case, days[1], days[2]) $$;
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT licence_home.act_for(:'person');
SELECT pg_temp.said(NULL, pg_temp.power('attorney'));
SELECT pg_temp.said(NULL, pg_temp.power('authorisation', 'general', NULL, '{2026-04-01,2026-04-30}'));
SELECT pg_temp.said(NULL, pg_temp.power('neighbour'));
SELECT pg_temp.said(NULL, pg_temp.power('attorney', 'general', :'no'));
SELECT kind, scope, accepted_at IS NOT NULL AS accepted, accepted_by ~ '^applicant' AS by_the_applicant FROM licence_home.agency ORDER BY agency_id;
SELECT max(agency_id) FILTER (WHERE kind = 'attorney') AS attorney, max(agency_id) FILTER (WHERE kind = 'authorisation') AS april FROM licence_home.agency \gset
COMMIT;
BEGIN;
SELECT pg_temp.said(NULL, format('SELECT licence_home.act_for(%L, %s)', :'person', :attorney)) AS not_accepted;
SELECT pg_temp.said(NULL, format('SELECT licence_home.act_for(%L, %s)', :'person', :april)) AS not_yet;
SELECT pg_temp.said(NULL, format('SELECT licence_home.act_for(%L, %s)', :'neighbour', :attorney)) AS of_another;
SELECT pg_temp.said(NULL, format('SELECT licence_home.accept_agency(%s)', :attorney)) AS by_the_portal;
COMMIT;
SET SESSION AUTHORIZATION counter_sami;
SELECT pg_temp.said(NULL, format('SELECT licence_home.accept_agency(%s)', :attorney));
SELECT pg_temp.said(NULL, format('SELECT licence_home.accept_agency(%s)', :attorney)) AS once_more;
SELECT (story.attempt('clerk', NULL, 'SELECT agent_name FROM licence_home.agency')).code AS names;
SELECT kind, agent_name, reference_no, in_force FROM licence_home.agents_of(:person, 'a call') ORDER BY agency_id;
RESET SESSION AUTHORIZATION;
SELECT function, columns, why FROM licence_home.read_record ORDER BY read_no DESC LIMIT 1;

\echo == the agent acts, and it is recorded who for whom
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT licence_home.act_for(:'person', :attorney);
SELECT regexp_replace(licence_home.actor(), '\d+', 'N', 'g') AS actor;
SELECT count(*) AS sees FROM licence_home.application;
SELECT pg_temp.said(NULL, pg_temp.power('authorisation')) AS appoints_another;
SELECT pg_temp.said(:'no', format('UPDATE licence_home.applicant SET phone = ''0799999999'' WHERE applicant_id = %s', :person)) AS changes_the_telephone;
SELECT pg_temp.said(NULL, pg_temp.home('agent 1'));
SELECT max(application_no) AS agents FROM licence_home.application \gset
SELECT pg_temp.said(:'agents', pg_temp.papers(:'agents'));
SELECT licence_home.perform(:'agents', 'submit');
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT action, regexp_replace(actor, '\d+', 'N', 'g') AS actor FROM licence_home.application_event WHERE application_no = :'agents';
SELECT login, agency_id = :attorney AS by_that_power FROM licence_home.acting_record WHERE applicant_id = :person ORDER BY acting_no DESC LIMIT 1;
-- and at the counter
SET SESSION AUTHORIZATION counter_huda;
BEGIN;
SELECT licence_home.act_at_counter(:person, 'identity card of the attorney', :attorney);
SELECT licence_home.perform(:'agents', 'withdraw');
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT what, agency_id = :attorney AS by_that_power, recorded_by FROM licence_home.counter_act WHERE application_no = :'agents';

\echo == a power for one case: that one alone, or the first that it begins
SET SESSION AUTHORIZATION counter_sami;
INSERT INTO licence_home.agency (applicant_id, kind, scope, only_case, agent_name, agent_identity_no, reference_no, from_day)
VALUES (:person, 'service_office', 'special', :'no', 'مكتب', '200012345', '77', '2026-01-01'), (:person, 'service_office', 'special', NULL, 'مكتب', '200012345', '78', '2026-01-01');
SELECT max(agency_id) AS free, max(agency_id) - 1 AS bound FROM licence_home.agency \gset
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT licence_home.act_for(:'person', :bound);
SELECT application_no = :'no' AS that_one FROM licence_home.application;
SELECT pg_temp.said(:'agents', 'SELECT licence_home.perform($1, ''withdraw'')');
SELECT pg_temp.said(NULL, pg_temp.home('bound 1'));
ROLLBACK;
BEGIN;
SELECT licence_home.act_for(:'person', :free);
SELECT count(*) AS before FROM licence_home.application;
SELECT pg_temp.said(NULL, pg_temp.home('free 1'));
SELECT parcel FROM licence_home.application;
SELECT pg_temp.said(NULL, pg_temp.home('free 2')) AS another;
COMMIT;
BEGIN;
SELECT licence_home.act_for(:'person', :free);
SELECT parcel AS later FROM licence_home.application;
COMMIT;
RESET SESSION AUTHORIZATION;

\echo == a power ends: its acts stand, the applicant is told, a deadline begins anew
SET SESSION AUTHORIZATION counter_sami;
UPDATE licence_home.document SET review = 'missing' WHERE application_no = :'no' AND document_type = 'occupancy_permit';
SELECT licence_home.perform(:'no', 'return_documents');
RESET SESSION AUTHORIZATION;
CALL story.message_is('accepted', :'no');
SELECT due_on, told FROM licence_home.inbox WHERE application_no = :'no';
SET licence_home.clock = '2026-03-08 10:00+03';
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT licence_home.act_for(:'person');
SELECT pg_temp.said(NULL, format('SELECT licence_home.end_agency(%s, NULL)', :attorney));
SELECT licence_home.end_agency(:attorney, 'paid enough') AS cases_told;
SELECT pg_temp.said(NULL, format('SELECT licence_home.end_agency(%s, ''x'')', :attorney)) AS once_more;
SELECT pg_temp.said(NULL, format('SELECT licence_home.act_for(%L, %s)', :'person', :attorney));
COMMIT;
RESET SESSION AUTHORIZATION;
SELECT action, from_state, to_state, actor ~ '^applicant' AS by_the_applicant FROM licence_home.application_event WHERE application_no = :'no' ORDER BY event_no DESC LIMIT 1;
SELECT template, story.masked(:'no', body) AS body FROM licence_home.sms_message WHERE application_no = :'no' ORDER BY message_id DESC LIMIT 2;
SELECT due_on, told FROM licence_home.inbox WHERE application_no = :'no';
SELECT * FROM licence_home.verify_events(:'no');
SELECT * FROM licence_home_internal.waiting_defects();
-- one whose last day is over
SET licence_home.clock = '2027-01-02 10:00+03';
SET SESSION AUTHORIZATION regress_portal;
BEGIN;
SELECT pg_temp.said(NULL, format('SELECT licence_home.act_for(%L, %s)', :'person', :april)) AS over;
COMMIT;
RESET SESSION AUTHORIZATION;
SET licence_home.clock = '2026-03-01 10:00+03';
SELECT licence_home.end_official(official) IS NOT NULL AS ended FROM licence_home.official WHERE official ~ '^C-\d$' AND withdrawn_at IS NULL;
SET client_min_messages = warning;
DROP ROLE counter_huda, counter_sami, counter_lina;
