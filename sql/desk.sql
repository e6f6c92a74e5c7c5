-- Who has a case in hand, remarks, and the inboxes: each official by a login of
-- their own.
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
SET client_min_messages = warning;
DROP ROLE IF EXISTS desk_huda, desk_sami, desk_omar, desk_lina, desk_rana, desk_zaid, desk_both, desk_office, desk_nour;
RESET client_min_messages;
CREATE ROLE desk_huda LOGIN IN ROLE licence_home_clerk;
CREATE ROLE desk_sami LOGIN IN ROLE licence_home_clerk;
CREATE ROLE desk_omar LOGIN IN ROLE licence_home_inspector;
CREATE ROLE desk_lina LOGIN IN ROLE licence_home_committee;
CREATE ROLE desk_rana LOGIN IN ROLE licence_home_director;
CREATE ROLE desk_zaid LOGIN IN ROLE licence_home_director;
CREATE ROLE desk_both LOGIN IN ROLE licence_home_clerk, licence_home_committee;
CREATE ROLE desk_office LOGIN IN ROLE licence_home_clerk;
CREATE ROLE desk_nour LOGIN IN ROLE licence_home_clerk;
-- the district of the cases of these tests, and another
SELECT story.new_case_in('submitted') AS no \gset
SELECT district AS here FROM licence_home.application WHERE application_no = :'no' \gset
SELECT min(district) AS there FROM licence_home.district WHERE district <> :here \gset
INSERT INTO licence_home.official (official, name_ar, name_en, login, claimed_by, roles, districts, identity_no, valid, source, certainty)
SELECT v.official, 'م', v.official, v.login, '{}', v.roles::text[], v.districts::integer[], v.identity_no, '[2026-01-01,)', 'test', 'unknown'
FROM (VALUES ('D-1', 'desk_huda', '{clerk}', NULL, NULL), ('D-2', 'desk_sami', '{clerk}', format('{%s}', :'there'), NULL),
    ('D-3', 'desk_omar', '{inspector}', format('{%s}', :'here'), NULL), ('D-4', 'desk_lina', '{committee}', NULL, NULL),
    ('D-5', 'desk_rana', '{director}', format('{%s}', :'here'), NULL), ('D-6', 'desk_zaid', '{director}', format('{%s}', :'there'), NULL),
    ('D-7', 'desk_both', '{clerk,committee}', NULL, NULL)) AS v (official, login, roles, districts, identity_no);
INSERT INTO licence_home.official (official, name_ar, name_en, claimed_by, roles, valid, source, certainty)
VALUES ('D-8', 'م', 'D-8', '{desk_office}', '{clerk}', '[2026-01-01,)', 'test', 'unknown');

-- A statement of somebody's about a case: what it gave, or what was said in the session's language.
CREATE FUNCTION pg_temp.said(no licence_home.application_no, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement INTO result USING no;
    RETURN NEXT coalesce(CASE WHEN result ~ '^\d+$' THEN 'done' ELSE result END, 'nothing');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN QUERY SELECT replace(l, coalesce(no::text, '{no}'), '{no}') FROM unnest(ARRAY[SQLSTATE || ' ' || SQLERRM, '    ' || nullif(detail, ''), '    -> ' || nullif(hint, '')]) AS l WHERE l IS NOT NULL;
END $$;
CREATE FUNCTION pg_temp.held(no licence_home.application_no) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', s.official, s.kind, 'by ' || s.recorded_by, s.ended_why, 'by ' || s.ended_by)
    FROM licence_home.case_assignment AS s WHERE s.application_no = no ORDER BY s.case_assignment_id $$;
SET licence_home.language = 'en';

\echo == a clerk takes a case in hand; another hears who has it
SET SESSION AUTHORIZATION desk_huda;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)') AS once_more;
SET SESSION AUTHORIZATION desk_both;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SET licence_home.language = 'ar';
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SET licence_home.language = 'en';
SELECT pg_temp.said(:'no', 'SELECT licence_home.release_case($1)');
-- of another district, in a role that does nothing there, of no case, by nobody
SET SESSION AUTHORIZATION desk_sami;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SET SESSION AUTHORIZATION desk_omar;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SELECT pg_temp.said(NULL, 'SELECT licence_home.claim_case($1)');
SET SESSION AUTHORIZATION desk_office;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SET SESSION AUTHORIZATION regress_clerk;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.held(:'no');
-- nobody writes the rows
SELECT code FROM story.attempt('clerk', :'no', 'INSERT INTO licence_home.case_assignment (application_no, official, kind, at_event) VALUES ($1, ''D-1'', ''claimed'', 1)');
SELECT said FROM story.attempt(NULL, :'no', 'UPDATE licence_home.case_assignment SET official = ''D-4'' WHERE application_no = $1');

\echo == a director of the district assigns, and takes away
SET SESSION AUTHORIZATION desk_zaid;
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, ''D-7'')');
SET SESSION AUTHORIZATION desk_rana;
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, ''D-99'')');
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, NULL)');
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, ''D-2'')');
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, ''d-٧'')');
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, ''D-7'')') AS once_more;
SELECT pg_temp.said(:'no', 'SELECT licence_home.release_case($1)');
SELECT pg_temp.said(:'no', 'SELECT licence_home.release_case($1)');
RESET SESSION AUTHORIZATION;
SELECT pg_temp.held(:'no');
-- neither a clerk nor an administrator does
SELECT who, code FROM unnest('{clerk,inspector,committee,director,admin,cashier,portal}'::text[]) AS who
CROSS JOIN LATERAL story.attempt(who, :'no', 'SELECT licence_home.assign_case($1, ''D-7'')');

\echo == who gave a case up, or did a deed that is kept apart, does not have it in hand
SET SESSION AUTHORIZATION desk_huda;
SELECT licence_home.recuse(:'no', 'a cousin') IS NOT NULL AS recused;
SELECT pg_temp.said(:'no', 'SELECT licence_home.claim_case($1)');
SET SESSION AUTHORIZATION desk_rana;
SELECT pg_temp.said(:'no', 'SELECT licence_home.assign_case($1, ''D-1'')');
RESET SESSION AUTHORIZATION;

\echo == the claim passes on where its holder can do nothing more, and ends with the case
SELECT story.new_case_in('submitted') AS other \gset
SET SESSION AUTHORIZATION desk_huda;
SELECT pg_temp.said(:'other', 'SELECT licence_home.claim_case($1)');
RESET SESSION AUTHORIZATION;
CALL story.review_documents(:'other');
CALL story.make_inspection(:'other');
CALL story.step('clerk', :'other', 'schedule_inspection');
SELECT assignee, waits_for FROM licence_home.inbox WHERE application_no = :'other';
SET SESSION AUTHORIZATION desk_omar;
SELECT pg_temp.said(:'other', 'SELECT licence_home.claim_case($1)');
RESET SESSION AUTHORIZATION;
CALL story.step('clerk', :'other', 'close', 'duplicate');
SELECT pg_temp.held(:'other');
SET SESSION AUTHORIZATION desk_huda;
SELECT pg_temp.said(:'other', 'SELECT licence_home.claim_case($1)');
RESET SESSION AUTHORIZATION;

\echo == an official who ends has nothing in hand, at once
SELECT story.new_case_in('submitted') AS other \gset
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('D-9', 'م', 'D-9', 'desk_nour', '{clerk}', '[2026-01-01,)', 'test', 'unknown');
SET SESSION AUTHORIZATION desk_nour;
SELECT pg_temp.said(:'other', 'SELECT licence_home.claim_case($1)');
RESET SESSION AUTHORIZATION;
SELECT licence_home.end_official('D-9') IS NOT NULL AS ended;
SELECT pg_temp.held(:'other');
SELECT assignee FROM licence_home.inbox WHERE application_no = :'other';

\echo == a remark without a step
SET SESSION AUTHORIZATION desk_omar;
SELECT pg_temp.said(:'other', 'SELECT licence_home.add_note($1, ''called: comes on Sunday'')');
SELECT pg_temp.said(:'other', E'SELECT licence_home.add_note($1, E''\\u200b'')');
SELECT pg_temp.said(:'other', 'SELECT licence_home.add_note($1, NULL)');
SELECT pg_temp.said(NULL, 'SELECT licence_home.add_note($1, ''x'')');
SELECT pg_temp.said(:'other', 'UPDATE licence_home.case_note SET note = ''x''');
SELECT recorded_by, session_role, at_event FROM licence_home.case_note WHERE application_no = :'other';
SELECT value FROM licence_home.case_texts(:'other') WHERE table_name = 'case_note';
RESET SESSION AUTHORIZATION;
SELECT who, (story.attempt(who, :'other', 'SELECT licence_home.add_note($1, ''x'')')).code AS writes,
    (story.attempt(who, :'other', 'SELECT recorded_by FROM licence_home.case_note')).code AS reads
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who;
SELECT code, said FROM story.attempt(NULL, :'other', 'DELETE FROM licence_home.case_note WHERE application_no = $1');

\echo == by rule a step needs the claim
SELECT DISTINCT action FROM licence_home.workflow_transition WHERE 'claim_held' = ANY (preconditions);
CREATE FUNCTION pg_temp.need_claims() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE licence_home.workflow_transition SET preconditions = preconditions || '{claim_held}' WHERE role = 'clerk' AND action IN ('return_documents', 'close');
    SET LOCAL session_replication_role = origin;
END $$;
BEGIN;
SELECT pg_temp.need_claims();
SET LOCAL SESSION AUTHORIZATION desk_huda;
SELECT pg_temp.said(:'other', 'SELECT licence_home.perform($1, ''close'', ''duplicate'')');
SELECT pg_temp.said(:'other', 'SELECT licence_home.claim_case($1)');
SET LOCAL SESSION AUTHORIZATION desk_both;
SELECT pg_temp.said(:'other', 'SELECT licence_home.perform($1, ''close'', ''duplicate'')');
SELECT action, may_act, blocked_by[1] ~ 'D-1' AS held, blocked_by_ar[1] FROM licence_home.next_actions(:'other') WHERE action = 'close';
SET LOCAL SESSION AUTHORIZATION desk_huda;
SELECT licence_home.perform(:'other', 'close', 'duplicate');
ROLLBACK;

\echo == the inbox: one row a case that waits, and for whom
CREATE TEMP TABLE here AS SELECT s.state, story.new_case_in(s.state) AS application_no
    FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue';
GRANT SELECT ON here TO PUBLIC;
SET SESSION AUTHORIZATION desk_rana;
SELECT h.state, i.waits_for, i.due_on, i.working_days_late AS late, i.told, i.assignee, i.deferred, i.nobody
FROM here AS h LEFT JOIN licence_home.inbox AS i USING (application_no) ORDER BY h.state COLLATE "C";
RESET SESSION AUTHORIZATION;
-- the date is the deadline's, and what it waits for is derived
SELECT count(*) AS other_dates FROM licence_home.inbox AS i LEFT JOIN licence_home.current_deadline AS d USING (application_no)
WHERE i.due_on IS DISTINCT FROM d.due_on;
-- told, and arrived
SELECT application_no AS no FROM here WHERE state = 'fee_due' \gset
CALL story.message_is('accepted', :'no');
SELECT told, due_on FROM licence_home.inbox WHERE application_no = :'no';
SELECT licence_home.sms_report(message_id::text, 'failed', NULL) IS NOT NULL AS reported FROM licence_home.deadline_told WHERE application_no = :'no';
SELECT told FROM licence_home.inbox WHERE application_no = :'no';
-- late, and put off
SELECT application_no AS no FROM here WHERE state = 'committee_review' \gset
CALL story.decide(:'no', 'deferred');
SET licence_home.clock = '2026-03-12 10:00+03';
SELECT waits_for, due_on, working_days_late AS late, deferred FROM licence_home.inbox WHERE application_no = :'no';
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == my inbox: my roles, my districts
SET SESSION AUTHORIZATION desk_huda;
SELECT DISTINCT waits_for FROM licence_home.my_inbox;
SET SESSION AUTHORIZATION desk_sami;
SELECT count(*) FROM licence_home.my_inbox;
SET SESSION AUTHORIZATION desk_omar;
SELECT DISTINCT waits_for, district FROM licence_home.my_inbox;
SET SESSION AUTHORIZATION desk_lina;
SELECT DISTINCT waits_for FROM licence_home.my_inbox;
SET SESSION AUTHORIZATION desk_rana;
SELECT count(*) FROM licence_home.my_inbox;
SET SESSION AUTHORIZATION desk_both;
SELECT DISTINCT waits_for FROM licence_home.my_inbox ORDER BY 1;
SET SESSION AUTHORIZATION desk_office;
SELECT count(*) FROM licence_home.my_inbox;
BEGIN;
SELECT licence_home.act_as('D-8');
SELECT DISTINCT waits_for FROM licence_home.my_inbox;
COMMIT;
RESET SESSION AUTHORIZATION;
-- what was given up, is one's own, or is kept apart, is not there
SELECT application_no AS no FROM here WHERE state = 'submitted' \gset
SELECT application_no AS decided FROM here WHERE state = 'committee_review' \gset
SET SESSION AUTHORIZATION desk_both;
SELECT count(*) FROM licence_home.my_inbox WHERE application_no IN (:'no', :'decided');
UPDATE licence_home.document SET review = 'accepted' WHERE application_no = :'no';
SELECT licence_home.recuse(:'decided', 'a friend') IS NOT NULL AS recused;
SELECT count(*) AS without_what_was_given_up FROM licence_home.my_inbox WHERE application_no IN (:'no', :'decided');
RESET SESSION AUTHORIZATION;
CALL story.make_inspection(:'no', '2026-03-05 11:30+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
SET SESSION AUTHORIZATION desk_both;
SELECT count(*) AS without_what_was_reviewed FROM licence_home.my_inbox WHERE application_no = :'no';
SET SESSION AUTHORIZATION desk_lina;
SELECT count(*) AS another_decides FROM licence_home.my_inbox WHERE application_no = :'no';
SELECT licence_home.claim_case(:'no') IS NOT NULL AS claimed;
SELECT assignee, mine FROM licence_home.my_inbox WHERE application_no = :'no';
RESET SESSION AUTHORIZATION;
UPDATE licence_home.official SET withdrawn_at = licence_home.now() WHERE official = 'D-4';
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, identity_no, valid, source, certainty)
SELECT 'D-4', 'م', 'D-4', 'desk_lina', '{committee}', p.identity_no, '[2026-01-01,)', 'test', 'unknown'
FROM licence_home.applicant AS p JOIN licence_home.application AS a USING (applicant_id) WHERE a.application_no = :'no';
SET SESSION AUTHORIZATION desk_lina;
SELECT count(*) AS without_ones_own FROM licence_home.my_inbox WHERE application_no = :'no';

\echo == with names, and one record of reading for the call
SELECT count(*) > 0 AS some, count(*) = count(name_ar) AS named, bool_and(waits_for = 'committee') AS mine FROM licence_home.my_inbox_named(1000, 'the morning');
RESET SESSION AUTHORIZATION;
SELECT actor, function, columns, why, cardinality(applicant_ids) > 0 AS whose FROM licence_home.read_record ORDER BY read_no DESC LIMIT 1;
-- a person who is restricted is named to who has a step to take
SELECT application_no AS no FROM here WHERE state = 'approvals_review' \gset
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
BEGIN;
SELECT licence_home.restrict_person(:person, 'a threat');
SET LOCAL SESSION AUTHORIZATION desk_huda;
SELECT count(*) AS listed, count(name_ar) AS named FROM licence_home.my_inbox_named(1000) WHERE applicant_id = :person;
ROLLBACK;
SELECT who, (story.attempt(who, NULL, 'SELECT count(*) FROM licence_home.inbox')).code AS inbox,
    (story.attempt(who, NULL, 'SELECT count(*) FROM licence_home.my_inbox')).code AS my_inbox,
    (story.attempt(who, NULL, 'SELECT count(*) FROM licence_home.my_inbox_named()')).code AS named
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who;

\echo == a case that nobody may take is known by it
SELECT application_no AS no FROM here WHERE state = 'inspection_scheduled' \gset
SELECT nobody FROM licence_home.inbox WHERE application_no = :'no';
-- (an inspector of a test before this one)
SELECT count(licence_home.end_official(official)) >= 0 AS others_ended FROM licence_home.official
WHERE 'inspector' = ANY (roles) AND official !~ '^D-' AND withdrawn_at IS NULL;
SET SESSION AUTHORIZATION desk_omar;
SELECT licence_home.recuse(:'no', 'a neighbour') IS NOT NULL AS recused;
RESET SESSION AUTHORIZATION;
SELECT nobody FROM licence_home.inbox WHERE application_no = :'no';
SELECT role FROM licence_home.cases_without_anybody() WHERE application_no = :'no';

SELECT licence_home.end_official(official) IS NOT NULL AS ended FROM licence_home.official WHERE official ~ '^D-' AND withdrawn_at IS NULL;
SET client_min_messages = warning;
DROP TABLE here;
DROP ROLE desk_huda, desk_sami, desk_omar, desk_lina, desk_rana, desk_zaid, desk_both, desk_office, desk_nour;
