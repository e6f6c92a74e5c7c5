-- Visits: capacity, free slots, moving, what no longer fits.  Each official by a login of their own.
\set VERBOSITY default
\pset format unaligned
SET timezone = 'Asia/Amman';
SET datestyle = 'ISO';
SET jit = off;
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_rana, regress_omar, regress_lina, regress_door;
RESET client_min_messages;
CREATE ROLE regress_rana LOGIN IN ROLE licence_home_clerk;
CREATE ROLE regress_omar LOGIN IN ROLE licence_home_inspector;
CREATE ROLE regress_lina LOGIN IN ROLE licence_home_inspector;
CREATE ROLE regress_door LOGIN IN ROLE licence_home_portal;
-- rules and people, all of them undone at the end
CREATE FUNCTION pg_temp.official(number text, own text, duties text[], places integer[] DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, districts, valid, source, certainty)
    VALUES (number, number, number, own, duties, places, '[2026-01-01,)', 'test', 'unknown') $$;
CREATE FUNCTION pg_temp.capacity(visits integer, inspector text DEFAULT NULL, district integer DEFAULT NULL, period text DEFAULT NULL,
    days daterange DEFAULT '[2026-01-01,)') RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO licence_home.inspection_capacity (inspector, district, period, visits, valid, source, certainty)
    VALUES (inspector, district, period, visits, days, 'test', 'unknown') RETURNING inspection_capacity_id $$;
-- what becomes of a statement about a case, as a login: the SQLSTATE, what it says, detail and hint
CREATE FUNCTION pg_temp.tried(no licence_home.application_no, login text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    d text; h text; said text;
BEGIN
    PERFORM set_config('licence_home.acting_applicant', CASE WHEN login = 'regress_door' THEN
        (SELECT a.applicant_id::text FROM licence_home.application AS a WHERE a.application_no = no) ELSE '' END, true);
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    BEGIN
        EXECUTE statement USING no;
        said := 'done';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
        said := SQLSTATE || ' ' || concat_ws(E'\n', SQLERRM, nullif(d, ''), nullif(h, ''));
    END;
    SET LOCAL SESSION AUTHORIZATION DEFAULT;
    RETURN story.masked(no, said);
END $$;
CREATE FUNCTION pg_temp.make(no licence_home.application_no, at timestamptz, inspector text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.tried(no, 'regress_rana', format('INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, %L, %L)', at, inspector)) $$;
CREATE FUNCTION pg_temp.visits(no licence_home.application_no) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', to_char(i.scheduled_for AT TIME ZONE 'Asia/Amman', 'YYYY-MM-DD HH24:MI'), i.inspector, i.outcome)
    FROM licence_home.inspection AS i WHERE i.application_no = no ORDER BY i.inspection_id $$;
CREATE FUNCTION pg_temp.told(no licence_home.application_no) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT m.template || ': ' || story.masked(no, m.body) FROM licence_home.sms_message AS m WHERE m.application_no = no ORDER BY m.message_id OFFSET 1 $$;
BEGIN;
SELECT pg_temp.official('E-41', 'regress_rana', '{clerk}'), pg_temp.official('E-51', 'regress_omar', '{inspector}'),
    pg_temp.official('E-52', 'regress_lina', '{inspector}');
SELECT story.new_case_in('submitted') AS a \gset
SELECT story.new_case_in('submitted') AS b \gset
SELECT story.new_case_in('submitted') AS c \gset
SELECT story.new_case_in('submitted') AS d \gset
SELECT district FROM licence_home.application WHERE application_no = :'a' \gset
CALL story.review_documents(:'a');
CALL story.review_documents(:'b');
CALL story.review_documents(:'c');
-- what the tests before this one left stands in nobody's way
SET LOCAL session_replication_role = replica;
UPDATE licence_home.inspection SET outcome = 'cancelled' WHERE outcome = 'pending';
UPDATE licence_home.official SET withdrawn_at = licence_home.now() WHERE official NOT IN ('E-41', 'E-51', 'E-52') AND withdrawn_at IS NULL;
UPDATE licence_home.inspection_capacity SET withdrawn_at = licence_home.now() WHERE withdrawn_at IS NULL;
SET LOCAL session_replication_role = origin;

\echo == slots: working hours cut into visits, for as far ahead as the rule lets
SET SESSION AUTHORIZATION regress_rana;
SELECT count(*), min(starts_at), max(starts_at), count(DISTINCT day) AS days FROM licence_home.inspection_slots(:'a');
SELECT * FROM licence_home.inspection_slots(:'a', '2026-03-01', '2026-03-02');
SELECT * FROM licence_home.inspection_slots(:'a', '2026-03-06', '2026-03-07');     -- a weekend
SELECT * FROM licence_home.free_inspectors(:'a', '2026-03-02 09:10+03');
SELECT * FROM licence_home.free_inspectors(:'a', '2026-03-02 15:10+03');
RESET SESSION AUTHORIZATION;

\echo == an appointment that cannot be, with the reason in both languages
SELECT pg_temp.make(:'a', '2026-03-01 09:00+03', 'E-51') AS past;
SELECT pg_temp.make(:'a', '2026-03-06 09:00+03', 'E-51') AS weekend;
SELECT pg_temp.make(:'a', '2026-03-02 15:00+03', 'E-51') AS after_hours;
SELECT pg_temp.make(:'a', '2026-07-02 09:00+03', 'E-51') AS too_far;
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'E-41') AS no_inspector;
SAVEPOINT before;
SELECT licence_home.end_official('E-51') IS NOT NULL AS ended;
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'e-٥١') AS ended;
ROLLBACK TO before;
UPDATE licence_home.official SET withdrawn_at = licence_home.now() WHERE official = 'E-52';
SELECT pg_temp.official('E-52', 'regress_lina', '{inspector}', '{99}');
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'E-52') AS elsewhere;
SELECT DISTINCT inspectors FROM licence_home.inspection_slots(:'a');
ROLLBACK TO before;
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'E-51') AS made, pg_temp.make(:'b', '2026-03-02 09:30+03', 'e-51') AS at_the_same_time;
ROLLBACK TO before;
SET LOCAL licence_home.language = 'ar';
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'E-51') AS made, pg_temp.make(:'b', '2026-03-02 09:30+03', 'e-51') AS at_the_same_time;
SELECT pg_temp.make(:'b', '2026-03-06 09:00+03', 'E-51') AS weekend;
ROLLBACK TO before;

\echo == capacity of an inspector and of a district
SELECT pg_temp.capacity(1) > 0 AS each_inspector_one, pg_temp.capacity(2, 'e-52') > 0 AS lina_two, pg_temp.capacity(3, district => :district) > 0 AS the_district_three;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'E-51') AS made, pg_temp.make(:'b', '2026-03-02 11:00+03', 'E-51') AS a_second;
SELECT * FROM licence_home.inspection_slots(:'b', '2026-03-02', '2026-03-02');
SELECT pg_temp.make(:'b', '2026-03-02 11:00+03', 'E-52') AS made;
-- an appointment without an inspector takes from the district
SELECT pg_temp.make(:'c', '2026-03-02 11:00+03', NULL) AS made;
SELECT pg_temp.make(:'d', '2026-03-02 13:00+03', 'E-52') AS full_district;
SELECT count(*) FROM licence_home.inspection_slots(:'d', '2026-03-02', '2026-03-02');
-- a period takes the place of the usual row
SELECT pg_temp.capacity(0, 'E-51', period => 'leave', days => '[2026-03-03,2026-03-05)') > 0 AS leave;
SELECT DISTINCT day, inspectors FROM licence_home.inspection_slots(:'d', '2026-03-03', '2026-03-05') ORDER BY 1, 2;
SELECT pg_temp.make(:'d', '2026-03-03 13:00+03', 'E-51') AS on_leave;
ROLLBACK TO before;
-- where the office names no inspectors, the district's row alone counts
UPDATE licence_home.official SET withdrawn_at = licence_home.now() WHERE 'inspector' = ANY (roles) AND withdrawn_at IS NULL;
SELECT count(*) AS without_any FROM licence_home.inspection_slots(:'a');
SELECT pg_temp.capacity(1, district => :district) > 0 AS the_district_one;
SELECT min(starts_at), bool_and(inspectors_free IS NULL), min(district_left) FROM licence_home.inspection_slots(:'a');
ROLLBACK TO before;

\echo == hours of a period, also across midnight: they belong to the day on which they begin
INSERT INTO licence_home.working_hours (season, opens, closes, valid, source, certainty)
VALUES ('ramadan', '21:00', '01:30', '[2026-03-03,2026-03-10)', 'test', 'unknown');
SELECT pg_temp.capacity(3, 'E-51') > 0 AS three;
SELECT day, starts_at, ends_at, inspectors_free FROM licence_home.inspection_slots(:'a', '2026-03-03', '2026-03-03');
SELECT pg_temp.make(:'a', '2026-03-03 23:00+03', 'E-51') AS late, pg_temp.make(:'b', '2026-03-04 00:00+03', 'E-51') AS past_midnight,
    pg_temp.make(:'c', '2026-03-03 21:00+03', 'E-51') AS early;
SELECT pg_temp.make(:'d', '2026-03-03 22:00+03', 'E-51') AS a_fourth;
SELECT pg_temp.make(:'d', '2026-03-04 01:00+03', NULL) AS runs_over;
SELECT pg_temp.make(:'d', '2026-03-05 09:00+03', NULL) AS by_day;
SELECT starts_at, inspectors FROM licence_home.inspection_slots(:'d', '2026-03-03', '2026-03-04') ORDER BY 1 LIMIT 6;
ROLLBACK TO before;

\echo == the applicant chooses a slot
SELECT pg_temp.make(:'a', '2026-03-03 09:00+03', 'E-51') AS made;
CALL story.step('clerk', :'a', 'schedule_inspection');
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT inspector FROM licence_home.inspection WHERE application_no = $1') AS who_comes;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT recorded_by FROM licence_home.inspection WHERE application_no = $1') AS who_made_it;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT scheduled_for, outcome FROM licence_home.inspection WHERE application_no = $1') AS sees;
ROLLBACK TO before;
SELECT pg_temp.make(:'a', '2026-03-03 09:00+03', 'E-51') AS made;
CALL story.step('clerk', :'a', 'schedule_inspection');
SELECT story.become('portal', :'a');
SELECT count(*), count(inspectors) AS named, min(starts_at) FROM licence_home.inspection_slots(:'a', '2026-03-03', '2026-03-03');
SELECT action, role, may_act, blocked_by FROM licence_home.next_actions(:'a') WHERE action = 'reschedule';
SELECT story.become();
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-06 10:00+03'')') AS weekend;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-04 10:10+03'')') AS between_slots;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, NULL)') AS nowhere;
SELECT pg_temp.tried(:'b', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-04 10:00+03'')') AS not_scheduled;
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.reschedule($1, ''2026-03-04 10:00+03'')') AS by_the_clerk;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.perform($1, ''reschedule'')') AS without_a_slot;
SELECT pg_temp.tried(:'a', 'regress_door', 'INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, ''2026-03-04 10:00+03'')') AS by_insert;
SELECT pg_temp.visits(:'a');
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-04 10:00+03'')') AS once;
SELECT pg_temp.visits(:'a');
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-05 13:00+03'', ''at work'')') AS twice;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-05 10:00+03'')') AS too_often;
SELECT pg_temp.visits(:'a');
SELECT pg_temp.told(:'a');
SELECT action, role, actor ~ '^applicant' AS by_applicant, note FROM licence_home.application_event WHERE application_no = :'a' AND action ~ 'schedule' ORDER BY event_no;
SELECT story.look(:'a');
SELECT licence_home_internal.case_waits_for(:'a');
ROLLBACK TO before;
-- too late: less than a day
SELECT pg_temp.make(:'a', '2026-03-02 09:00+03', 'E-51') AS made;
CALL story.step('clerk', :'a', 'schedule_inspection');
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-05 10:00+03'')') AS too_late;
-- nobody was at home: the applicant chooses another day
SELECT set_config('licence_home.clock', '2026-03-02 10:00+03', true) <> '' AS clock;
SELECT pg_temp.tried(:'a', 'regress_omar', 'UPDATE licence_home.inspection SET outcome = ''no_access'' WHERE application_no = $1') AS nobody_there;
SELECT pg_temp.tried(:'a', 'regress_door', 'SELECT licence_home.reschedule($1, ''2026-03-05 10:00+03'')') AS chosen;
SELECT pg_temp.visits(:'a');
SELECT pg_temp.told(:'a');
ROLLBACK TO before;

\echo == the office moves an appointment, or gives it to another
SELECT pg_temp.make(:'a', '2026-03-03 09:00+03', 'E-51') AS made, pg_temp.make(:'b', '2026-03-03 10:00+03', 'E-52') AS another;
CALL story.step('clerk', :'a', 'schedule_inspection');
CALL story.step('clerk', :'b', 'schedule_inspection');
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.move_inspection($1, inspector => ''E-52'', note => ''Omar is ill'')') AS given;
SELECT pg_temp.visits(:'a'); SELECT pg_temp.told(:'a');
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.move_inspection($1, ''2026-03-03 10:00+03'')') AS to_where_lina_is;
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.move_inspection($1, ''2026-03-03 10:00+03'', ''E-51'', ''asked by telephone'')') AS both;
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.move_inspection($1)') AS nothing;
SELECT pg_temp.tried(:'a', 'regress_omar', 'SELECT licence_home.move_inspection($1, ''2026-03-04 10:00+03'')') AS by_the_inspector;
SELECT pg_temp.tried(:'c', 'regress_rana', 'SELECT licence_home.move_inspection($1, ''2026-03-04 10:00+03'')') AS not_scheduled;
SELECT pg_temp.visits(:'a'); SELECT pg_temp.told(:'a');
SELECT action, actor, note FROM licence_home.application_event WHERE application_no = :'a' AND action ~ 'schedule|assign' ORDER BY event_no;
-- silently to another time, by rows and the step that says nothing
SELECT pg_temp.tried(:'b', 'regress_rana', 'UPDATE licence_home.inspection SET outcome = ''cancelled'' WHERE application_no = $1 AND outcome = ''pending''') AS cancelled;
SELECT pg_temp.make(:'b', '2026-03-04 10:00+03', 'E-52') AS made;
SELECT pg_temp.tried(:'b', 'regress_rana', 'SELECT licence_home.perform($1, ''reassign_inspection'')') AS silently;
-- cancelled, and told
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.perform($1, ''cancel_inspection'', ''no car'')') AS cancelled;
SELECT pg_temp.visits(:'a'); SELECT pg_temp.told(:'a');
SELECT licence_home_internal.case_waits_for(:'a');
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.perform($1, ''cancel_inspection'', ''once more'')') AS again;
SELECT pg_temp.tried(:'a', 'regress_rana', 'SELECT licence_home.move_inspection($1, ''2026-03-04 11:00+03'', ''E-51'')') AS another_day;
SELECT pg_temp.visits(:'a'); SELECT pg_temp.told(:'a');
SELECT * FROM licence_home.verify_events() WHERE application_no = :'a';
ROLLBACK TO before;

\echo == what no longer fits is listed, and moved together
SELECT pg_temp.make(:'a', '2026-03-03 09:00+03', 'E-51') AS a, pg_temp.make(:'b', '2026-03-04 10:00+03', 'E-51') AS b, pg_temp.make(:'c', '2026-03-04 10:00+03', 'E-52') AS c;
CALL story.step('clerk', :'a', 'schedule_inspection');
CALL story.step('clerk', :'b', 'schedule_inspection');
CALL story.step('clerk', :'c', 'schedule_inspection');
SELECT count(*) FROM licence_home.inspections_to_move;
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty)
VALUES ('2026-03-03', 'عطلة', 'announced late', '[2026-03-03,2026-03-04)', 'test', 'unknown');
SELECT licence_home.end_official('E-51') IS NOT NULL AS omar_ended;
SELECT application_no = :'a' AS is_a, scheduled_for, inspector, why, why_en, why_ar FROM licence_home.inspections_to_move ORDER BY application_no;
SET SESSION AUTHORIZATION regress_lina;
SELECT count(*) AS listed_for_the_inspector FROM licence_home.inspections_to_move;
SELECT licence_home.move_inspections('not mine to do');
ROLLBACK TO before;
SELECT pg_temp.make(:'a', '2026-03-03 09:00+03', 'E-51') AS a, pg_temp.make(:'b', '2026-03-04 10:00+03', 'E-51') AS b, pg_temp.make(:'c', '2026-03-04 11:00+03', 'E-52') AS c;
CALL story.step('clerk', :'a', 'schedule_inspection');
CALL story.step('clerk', :'b', 'schedule_inspection');
CALL story.step('clerk', :'c', 'schedule_inspection');
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty)
VALUES ('2026-03-03', 'عطلة', 'announced late', '[2026-03-03,2026-03-04)', 'test', 'unknown');
SELECT licence_home.end_official('E-51') IS NOT NULL AS omar_ended;
SET SESSION AUTHORIZATION regress_rana;
SELECT application_no = :'a' AS is_a, outcome, starts_at, inspector, code, message, detail FROM licence_home.move_inspections('a holiday, and Omar has left');
SELECT count(*) AS left FROM licence_home.inspections_to_move;
RESET SESSION AUTHORIZATION;
SELECT pg_temp.visits(:'a'); SELECT pg_temp.told(:'a'); SELECT pg_temp.visits(:'b'); SELECT pg_temp.told(:'b');
-- nobody is left: it stays, or is cancelled and told
SELECT licence_home.end_official('E-52') IS NOT NULL AS lina_ended;
SELECT pg_temp.capacity(0, district => :district) > 0 AS nobody_left;
SET SESSION AUTHORIZATION regress_rana;
SELECT application_no = :'a' AS is_a, outcome, starts_at, inspector, code, message, detail FROM licence_home.move_inspections('nobody is left', ARRAY[:'a'::licence_home.application_no]);
SELECT application_no = :'a' AS is_a, outcome, starts_at, inspector, code, message FROM licence_home.move_inspections('nobody is left', cancel => true);
RESET SESSION AUTHORIZATION;
SELECT pg_temp.told(:'a');
ROLLBACK;

\echo == when the home was inspected, and how large the room is
BEGIN;
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT set_config('licence_home.clock', '2026-03-05 12:00+03', true) <> '' AS clock;
SELECT (story.attempt('inspector', :'no', format('UPDATE licence_home.inspection SET outcome = ''no_access'', inspected_at = %L WHERE application_no = $1', at))).code, at
FROM unnest('{2026-03-04 12:00+03,2026-03-05 00:00+03,2026-03-05 11:59+03,2026-03-05 12:01+03,2026-03-06 09:00+03}'::timestamptz[]) AS at;
SELECT a.code, a.said FROM unnest('{120,120.01,500}'::numeric[]) AS m2,
    story.attempt('inspector', :'no', format('UPDATE licence_home.inspection SET measured_work_area_m2 = %s WHERE application_no = $1', m2)) AS a;
SELECT a.code, a.said FROM story.attempt('inspector', :'no', 'UPDATE licence_home.inspection SET measured_home_area_m2 = 80, measured_work_area_m2 = 81 WHERE application_no = $1') AS a;
ROLLBACK;
DROP ROLE regress_rana, regress_omar, regress_lina, regress_door;
