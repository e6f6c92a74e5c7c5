-- The committee: sessions, agenda, quorum, decisions by who was there, deferral, minutes.  Each person by a login.
\set VERBOSITY default
\pset format unaligned
SET timezone = 'Asia/Amman';
SET datestyle = 'ISO';
SELECT set_config('licence_home.clock', '2026-03-05 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_sami, regress_huda, regress_nour, regress_ziad, regress_both;
RESET client_min_messages;
CREATE ROLE regress_sami LOGIN IN ROLE licence_home_secretary;
CREATE ROLE regress_huda LOGIN IN ROLE licence_home_committee;
CREATE ROLE regress_nour LOGIN IN ROLE licence_home_committee;
CREATE ROLE regress_ziad LOGIN IN ROLE licence_home_committee;
CREATE ROLE regress_both LOGIN IN ROLE licence_home_committee, licence_home_inspector;
CREATE FUNCTION pg_temp.tried(login text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text; gave text; d text; h text;
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    BEGIN
        IF statement ~ '^SELECT' THEN
            EXECUTE statement INTO gave;
        ELSE
            EXECUTE statement;
        END IF;
        said := coalesce(gave, 'done');
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
        said := SQLSTATE || ' ' || concat_ws(E'\n', SQLERRM, nullif(d, ''), nullif(h, ''));
    END;
    SET LOCAL SESSION AUTHORIZATION DEFAULT;
    RETURN said;
END $$;
BEGIN;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('E-60', 'سامي', 'Sami', 'regress_sami', '{secretary}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-61', 'هدى', 'Huda', 'regress_huda', '{committee}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-62', 'نور', 'Nour', 'regress_nour', '{committee}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-63', 'زياد', 'Ziad', 'regress_ziad', '{committee}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-64', 'لمى', 'Lama', 'regress_both', '{committee,inspector}', '[2026-01-01,)', 'test', 'unknown');
SELECT pg_catalog.setval('licence_home.committee_session_committee_session_id_seq', 100) > 0 AS numbered;
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', true) <> '' AS clock;
SELECT story.new_case_in('committee_review') AS a \gset
SELECT story.new_case_in('committee_review') AS b \gset
SELECT story.new_case_in('committee_review') AS c \gset
SELECT story.new_case_in('submitted') AS d \gset
SELECT set_config('licence_home.clock', '2026-03-05 10:00+03', true) <> '' AS clock;
CREATE FUNCTION pg_temp.named(said text) RETURNS text LANGUAGE sql AS $$
    SELECT replace(replace(replace(replace(said, current_setting('t.a'), '{a}'), current_setting('t.b'), '{b}'), current_setting('t.c'), '{c}'), current_setting('t.d'), '{d}') $$;
SELECT set_config('t.a', :'a', false) <> '', set_config('t.b', :'b', false) <> '', set_config('t.c', :'c', false) <> '', set_config('t.d', :'d', false) <> '';

\echo == a session is called: day, members, quorum
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.call_session(''2026-03-04'', ''{E-61}'', 1)') AS yesterday;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.call_session(''2026-03-05'', ''{E-61,E-60}'', 1)') AS a_stranger;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.call_session(''2026-03-05'', ''{E-61,E-62}'', 3)') AS quorum;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.call_session(''2026-03-05'', ''{e-٦١,E-62,E-64}'', 2, ''hall 3'')') AS called;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.call_session(''2026-03-12'', ''{E-61,E-62,E-63}'', 2)') AS the_next;
SELECT who, (story.attempt(who, NULL, 'SELECT licence_home.call_session(''2026-03-05'', ''{E-61}'', 1)')).code, (story.attempt(who, NULL, 'INSERT INTO licence_home.committee_session (held_on, quorum) VALUES (''2026-03-05'', 1)')).code AS by_insert
FROM unnest('{portal,clerk,inspector,committee,director,cashier,admin}'::text[]) AS who;
SELECT committee_session_id, held_on, quorum, place, state, recorded_by FROM licence_home.committee_session ORDER BY 1;

\echo == the agenda, from the inbox or by hand
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.add_to_agenda(101, ''' || :'b' || ''')') ~ '^\d+$' AS by_hand;
SELECT pg_temp.named(pg_temp.tried('regress_sami', 'SELECT licence_home.add_to_agenda(101, ''' || :'b' || ''')')) AS again;
SELECT pg_temp.named(pg_temp.tried('regress_sami', 'SELECT licence_home.add_to_agenda(101, ''' || :'d' || ''')')) AS not_waiting;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.fill_agenda(101)')::integer >= 2 AS filled, pg_temp.tried('regress_sami', 'SELECT licence_home.fill_agenda(101)') AS again;
SELECT pg_temp.named(application_no::text) AS application_no, origin, outcome FROM licence_home.committee_agenda WHERE committee_session_id = 101 AND application_no IN (:'a', :'b', :'c') ORDER BY committee_agenda_id;
SET SESSION AUTHORIZATION regress_sami;
SELECT pg_temp.named(application_no::text) AS application_no, committee_session_id, held_on, deferred FROM licence_home.case_session WHERE application_no IN (:'a', :'b', :'c') ORDER BY committee_agenda_id;
SELECT pg_temp.tried('regress_sami', 'SELECT applicant_id FROM licence_home.application');
RESET SESSION AUTHORIZATION;

\echo == without a quorum nothing is decided
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.note_presence(102, ''{E-61}'')') AS before_its_day;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.note_presence(101, ''{E-61,E-63}'')') AS no_member;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.note_presence(101, ''{E-61}'')') AS present;
SELECT pg_temp.named(pg_temp.tried('regress_huda', format('SELECT licence_home.decide_case(101, %L, ''approved'')', :'a'))) AS alone;
SELECT pg_temp.named(pg_temp.tried('regress_nour', format('SELECT licence_home.decide_case(101, %L, ''approved'')', :'a'))) AS who_is_not_there;
SELECT pg_temp.named(pg_temp.tried('regress_sami', format('SELECT licence_home.decide_case(101, %L, ''approved'')', :'a'))) AS the_secretary;
SELECT pg_temp.named(pg_temp.tried('regress_sami', format('INSERT INTO licence_home.decision (application_no, outcome) VALUES (%L, ''approved'')', :'a'))) AS by_insert;
SAVEPOINT before;

\echo == decisions in one statement; who may not decide in a case does not count there
-- Lama inspected b, Nour gave up c
SELECT pg_temp.tried('regress_nour', format('SELECT licence_home.recuse(%L, ''a cousin'') > 0', :'c')) AS recused;
CREATE FUNCTION pg_temp.inspected(no licence_home.application_no, by text) RETURNS void LANGUAGE sql AS $$
    UPDATE licence_home.inspection SET closed_by = by WHERE application_no = no $$;
SET LOCAL session_replication_role = replica;
SELECT pg_temp.inspected(:'b', 'E-64');
SET LOCAL session_replication_role = origin;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.note_presence(101, ''{E-61,E-62,E-64}'')') AS present;
SET SESSION AUTHORIZATION regress_huda;
SELECT pg_temp.named(application_no::text) AS application_no, decision_id IS NOT NULL AS decided, state, code, pg_temp.named(message) AS message, detail
FROM licence_home.decide_in_session(101, '{E-61,E-62,E-64}', format('[{"application_no": "%s", "outcome": "approved", "conditions": "no signboard"},
    {"application_no": "%s", "outcome": "refused", "reason": "nuisance"}, {"application_no": "%s", "outcome": "deferred"}, {"application_no": "%s", "outcome": "approved"}]',
    :'a', :'b', :'c', :'d')::jsonb) ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT pg_temp.named(g.application_no::text) AS application_no, g.committee_session_id AS session, g.origin, g.outcome, g.next_session, g.took_part, g.excused, d.decided_by, d.recorded_by, d.decided_as
FROM licence_home.committee_agenda AS g LEFT JOIN licence_home.decision AS d USING (decision_id) WHERE g.application_no IN (:'a', :'b', :'c') ORDER BY g.committee_agenda_id;
-- each who took part has decided: Lama may not inspect a any more
SELECT DISTINCT deed, person FROM licence_home_internal.case_deeds(:'a') WHERE deed = 'decide' ORDER BY 2;
SELECT kind, other FROM licence_home_internal.separation_objection(:'a', 'first_issue', 1, 'E-64', 'inspect');
SELECT pg_temp.named(application_no::text) AS application_no, committee_session_id, deferred FROM licence_home.case_session WHERE application_no IN (:'a', :'b', :'c');
-- and every inbox shows it
SELECT who, inbox, pg_temp.tried(who, format('SELECT concat_ws('' '', deferred, committee_session_id, session_on) FROM licence_home.%s WHERE application_no = %L', inbox, :'c')) AS deferred_to
FROM unnest('{regress_huda,regress_both}'::text[]) AS who CROSS JOIN unnest('{inbox,my_inbox,my_inbox_named()}'::text[]) AS inbox ORDER BY who, inbox;
SELECT (story.attempt(who, NULL, format('SELECT session_on FROM licence_home.inbox WHERE application_no = %L', :'c'))).*, who FROM unnest('{clerk,inspector,director}'::text[]) AS who;
SELECT pg_temp.named(pg_temp.tried('regress_huda', format('SELECT licence_home.decide_case(101, %L, ''approved'')', :'a'))) AS once_more;
SELECT * FROM licence_home.verify_events(:'a');
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.close_session(101)') AS closed, pg_temp.tried('regress_sami', 'SELECT licence_home.close_session(101)') AS again;
SET SESSION AUTHORIZATION regress_sami;
SELECT regexp_replace(pg_temp.named(m), '^\d+\.', 'n.') AS minutes FROM regexp_split_to_table(licence_home.session_minutes(101, 'en'), E'\n') AS m WHERE m !~ '^\d+\. Case' OR pg_temp.named(m) ~ '\{';
SELECT regexp_replace(pg_temp.named(m), '^\d+\.', 'n.') AS minutes FROM regexp_split_to_table(licence_home.session_minutes(101, 'ar'), E'\n') AS m WHERE m !~ '^\d+\. الطلب' OR pg_temp.named(m) ~ '\{';
RESET SESSION AUTHORIZATION;
ROLLBACK TO before;

\echo == a member who ended is no voter; too few in one case hold up no other
SELECT pg_temp.tried('regress_nour', format('SELECT licence_home.recuse(%L, ''a cousin'') > 0', :'a')) AS recused;
SELECT licence_home.end_official('E-64') IS NOT NULL AS ended;
SET SESSION AUTHORIZATION regress_huda;
SELECT pg_temp.named(application_no::text) AS application_no, state, code, pg_temp.named(message) AS message, detail
FROM licence_home.decide_in_session(101, '{E-61,E-62,E-64}', format('[{"application_no": "%s", "outcome": "approved"}, {"application_no": "%s", "outcome": "approved"}]', :'a', :'b')::jsonb) ORDER BY 1;
RESET SESSION AUTHORIZATION;
ROLLBACK TO before;

\echo == without a quorum the agenda passes to the next session, or back to the inbox
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.close_session(101)') AS closed;
SELECT pg_temp.named(application_no::text) AS application_no, committee_session_id AS session, origin, outcome, next_session FROM licence_home.committee_agenda
WHERE application_no IN (:'a', :'b', :'c') ORDER BY committee_agenda_id;
SELECT pg_temp.tried('regress_sami', 'SELECT licence_home.close_session(102)') AS before_its_day;
SELECT pg_temp.named(application_no::text) AS application_no, committee_session_id AS session, origin, outcome, next_session FROM licence_home.committee_agenda
WHERE application_no IN (:'a') ORDER BY committee_agenda_id;
SELECT count(*) AS in_a_session FROM licence_home.case_session WHERE application_no IN (:'a', :'b', :'c');
SELECT licence_home.session_minutes(102, 'en') ~ 'cancelled', licence_home.session_minutes(0) IS NULL AS no_session;
ROLLBACK;
DROP ROLE regress_sami, regress_huda, regress_nour, regress_ziad, regress_both;
