-- Reports: what is counted, as of which day, and for whom.
\pset null '(null)'
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_head, regress_other_head;
RESET client_min_messages;
SELECT set_config('licence_home.clock', '2034-03-01 10:00+03', false) <> '' AS clock;

-- Cases of their own: in each state as many as there were, and one more of each.
CREATE FUNCTION pg_temp.counted() RETURNS TABLE (state text, district integer, n bigint)
    LANGUAGE sql AS $$
    SELECT a.state, CASE WHEN a.submitted_at IS NOT NULL THEN a.district END, count(*) FROM licence_home.application AS a GROUP BY 1, 2 $$;

\echo == every case is counted once, where it is
SET licence_home.small_cells = 0;
SELECT c.state, c.district, c.n, r.cases
FROM pg_temp.counted() AS c
FULL JOIN (SELECT k.state, k.district, sum(k.cases) AS cases FROM licence_home.report_caseload() AS k GROUP BY 1, 2) AS r ON r.state = c.state AND r.district IS NOT DISTINCT FROM c.district
WHERE c.n IS DISTINCT FROM r.cases;
SELECT sum(cases) = (SELECT count(*) FROM licence_home.application) AS all_cases FROM licence_home.report_caseload();
-- states of several workflows that have one name are one
SELECT state, state_en, district, count(*) FROM licence_home.report_caseload() GROUP BY 1, 2, 3 HAVING count(*) > 1;
SELECT state, state_en, count(*) FROM licence_home.report_funnel() GROUP BY 1, 2 HAVING count(*) > 1;
SELECT state, state_en, count(*) FROM licence_home.report_stays() GROUP BY 1, 2 HAVING count(*) > 1;
SELECT state, state_en, district, count(*) FROM licence_home.report_overdue() GROUP BY 1, 2, 3 HAVING count(*) > 1;
SELECT count(*) FROM licence_home.report_caseload(as_of => '1999-01-01') AS before_all;

\echo == what is kept of a day gives for ever what it gave
CALL licence_home.keep_reports();
SELECT count(*) > 0 AS kept, max(day) FROM licence_home.report_day;
SELECT * FROM licence_home.verify_reports();
CREATE TABLE pg_temp.then AS SELECT * FROM licence_home.report_caseload(as_of => '2034-02-28');
SELECT set_config('licence_home.clock', '2034-03-02 10:00+03', false) <> '' AS clock;
CREATE TEMP TABLE made AS SELECT story.new_case_in('submitted') AS no;
SELECT * FROM licence_home.report_caseload(as_of => '2034-02-28') EXCEPT SELECT * FROM pg_temp.then;
SELECT n.state, n.cases - coalesce(t.cases, 0) AS more
FROM (SELECT state, sum(cases) AS cases FROM licence_home.report_caseload() GROUP BY 1) AS n
LEFT JOIN (SELECT state, sum(cases) AS cases FROM pg_temp.then GROUP BY 1) AS t USING (state)
WHERE n.cases IS DISTINCT FROM t.cases;
SELECT state, stays, median_days, with_deadline, on_time FROM licence_home.report_stays('2034-03-02', '2034-03-02');
SELECT submitted, issued, refused, ended_otherwise FROM licence_home.report_flow('2034-03-02', '2034-03-02');
SELECT set_config('licence_home.clock', '2034-03-03 10:00+03', false) <> '' AS clock;
CALL licence_home.keep_reports();
SELECT day, facts FROM licence_home.report_day ORDER BY day DESC LIMIT 1;
SELECT * FROM licence_home.verify_reports();
-- whoever changes a fact is found out
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.report_fact SET to_state = 'issued' WHERE application_no = (SELECT no FROM made) AND case_event = 1;
DELETE FROM licence_home.report_fact WHERE application_no = (SELECT no FROM made) AND case_event = 0;
UPDATE licence_home.report_stock SET cases = cases + 1
WHERE ctid = (SELECT min(ctid) FROM licence_home.report_stock WHERE day = '2034-02-28' AND state = 'issued');
SELECT * FROM licence_home.verify_reports();
ROLLBACK;

\echo == a stay has its deadline, and the days that it took
SELECT i.state, i.entered_event, i.left_event, i.left_by, i.due_on, i.working_days, i.on_time
FROM licence_home.case_interval AS i WHERE i.application_no = (SELECT no FROM made) ORDER BY i.entered_event;
SELECT set_config('licence_home.clock', '2034-03-10 10:00+03', false) <> '' AS clock;
-- one more is overdue than was on the last day of its deadline
SELECT n.waits_for, n.open_cases - t.open_cases AS more_open, n.overdue - t.overdue AS more_overdue
FROM licence_home.report_overdue(profession => (SELECT a.profession FROM licence_home.application AS a JOIN made ON no = application_no)) AS n
JOIN licence_home.report_overdue(as_of => '2034-03-06', profession => (SELECT a.profession FROM licence_home.application AS a JOIN made ON no = application_no)) AS t
    USING (state, district)
WHERE n.state = 'submitted' AND n.overdue <> t.overdue;

\echo == a case is counted where it was, before it was amended
SELECT story.new_case_in('submitted') AS amended \gset
SELECT a.district AS former, d.district AS latter FROM licence_home.application AS a
JOIN licence_home.district AS d ON d.district = a.district % 22 + 1 AND d.withdrawn_at IS NULL WHERE a.application_no = :'amended' \gset
CALL story.act('clerk', :'amended', 'INSERT INTO licence_home.application_finding (application_no, field, note) VALUES ($1, ''home'', ''x'')');
SELECT story.outcome('clerk', :'amended', 'return_documents');
SELECT set_config('licence_home.clock', '2034-03-11 10:00+03', false) <> '' AS clock;
CALL story.act('portal', :'amended', 'UPDATE licence_home.application SET home = ST_PointOnSurface(d.geom)
    FROM licence_home.district AS d WHERE application_no = $1 AND d.withdrawn_at IS NULL AND d.district = ' || :latter);
CREATE FUNCTION pg_temp.deficient(day date, of_district integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT coalesce(sum(cases), 0)::bigint FROM licence_home.report_caseload(as_of => day, district => of_district) WHERE state = 'documents_deficient' $$;
SELECT d.day, pg_temp.deficient(d.day, :former) - pg_temp.deficient('2034-03-09', :former) AS former,
    pg_temp.deficient(d.day, :latter) - pg_temp.deficient('2034-03-09', :latter) AS latter
FROM (VALUES ('2034-03-09'::date), ('2034-03-10'), ('2034-03-11')) AS d (day) ORDER BY 1;
SELECT kind, code, label_en, missing, incorrect, cases FROM licence_home.report_deficiencies('2034-03-10') WHERE kind = 'field';
SELECT set_config('licence_home.clock', '2034-03-10 10:30+03', false) <> '' AS clock;

\echo == a submission that was refused leaves a row, though its transaction is undone
CREATE TEMP TABLE refused AS SELECT story.new_case_in('draft') AS no;
UPDATE licence_home.application SET employees = 9, people = 10 WHERE application_no = (SELECT no FROM refused);
SELECT code, rows FROM story.attempt('portal', (SELECT no FROM refused), 'SELECT licence_home.perform($1, ''submit'')');
SELECT count(*) AS not_yet FROM licence_home.submit_refused WHERE application_no = (SELECT no FROM refused);
-- the session's next record takes it along
BEGIN;
SELECT licence_home.act_for(a.applicant_id) FROM licence_home.application AS a JOIN refused ON no = application_no;
COMMIT;
SELECT s.profession = a.profession AS profession, s.district IS NOT NULL AS district, s.at AT TIME ZONE 'Asia/Amman' AS at, s.criteria
FROM licence_home.submit_refused AS s JOIN licence_home.application AS a USING (application_no)
WHERE s.application_no = (SELECT no FROM refused);
SELECT stage, code, label_en, refusals, cases FROM licence_home.report_refusals('2034-03-10') WHERE stage = 'submit';
-- a session that ends leaves it to a worker
SELECT no AS refused FROM refused \gset
SELECT no AS made FROM made \gset
SELECT code, rows FROM story.attempt('portal', :'refused', 'SELECT licence_home.perform($1, ''submit'')');
\c -
SELECT set_config('licence_home.clock', '2034-03-10 11:00+03', false) <> '' AS clock;
DO $$ BEGIN
    FOR i IN 1 .. 600 LOOP
        EXIT WHEN (SELECT count(*) = 2 FROM licence_home.submit_refused WHERE application_no = (
            SELECT max(s.application_no) FROM licence_home.submit_refused AS s WHERE at >= '2034-03-10'));
        PERFORM pg_sleep(0.1);
    END LOOP;
END $$;
SELECT count(*), count(DISTINCT criteria) FROM licence_home.submit_refused WHERE application_no = :'refused';

\echo == an analyst reads figures, and no person
SET ROLE regress_analyst;
SELECT count(*) > 0 AS cases FROM (SELECT * FROM licence_home.case_report) AS r;
SELECT count(*) > 0 AS events FROM (SELECT * FROM licence_home.event_report) AS r;
SELECT count(*) > 0 AS inspections FROM (SELECT * FROM licence_home.inspection_report) AS r;
SELECT count(*) > 0 AS decisions FROM (SELECT * FROM licence_home.decision_report) AS r;
SELECT count(*) > 0 AS bills FROM (SELECT * FROM licence_home.bill_report) AS r;
SELECT count(*) > 0 AS messages FROM (SELECT * FROM licence_home.message_report) AS r;
SELECT count(*) > 0 AS stays FROM (SELECT * FROM licence_home.case_interval) AS r;
SELECT count(*) > 0 AS refused FROM (SELECT * FROM licence_home.submit_refused) AS r;
SELECT name_ar FROM licence_home.applicant;
SELECT address FROM licence_home.application;
SELECT changes FROM licence_home.application_event;
SELECT body FROM licence_home.sms_message_text;
SELECT * FROM licence_home.report_work();
SELECT * FROM licence_home_internal.report_caseload_rows(NULL, NULL, NULL, NULL, NULL, NULL);
-- small numbers are withheld
SELECT count(*) FILTER (WHERE cases BETWEEN 1 AND 4) AS small, count(*) FILTER (WHERE few) > 0 AS withheld,
    count(*) FILTER (WHERE few AND cases IS NOT NULL) AS wrongly
FROM licence_home.report_caseload();
SET licence_home.small_cells = 0;
RESET ROLE;

\echo == a director sees each number of their districts
CREATE ROLE regress_head LOGIN IN ROLE licence_home_director;
CREATE ROLE regress_other_head LOGIN IN ROLE licence_home_director;
SELECT set_config('licence_home.four_eyes', 'off', false) AS four_eyes;
SELECT district AS theirs FROM licence_home.application WHERE application_no = :'made' \gset
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, districts, valid, source, certainty)
VALUES ('R-1', 'مدير', 'Head', 'regress_head', '{director}', ARRAY[:theirs], '[2020-01-01,)', 'test', 'unknown'),
    ('R-2', 'مدير', 'Head', 'regress_other_head', '{director}', ARRAY[:theirs + 1], '[2020-01-01,)', 'test', 'unknown');
SET SESSION AUTHORIZATION regress_head;
SELECT bool_and(district = :theirs) AS theirs, bool_or(few) AS withheld, (SELECT bool_or(r.submitted < 5 AND NOT r.few) FROM licence_home.report_flow('2034-03-02', '2034-03-02') AS r) AS small FROM licence_home.report_caseload();
SELECT count(*) > 0 AS work FROM licence_home.report_work();
SELECT sum(submitted) > 0 AS flow FROM licence_home.report_flow();
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_other_head;
SELECT count(*) FROM licence_home.report_caseload() WHERE district = :theirs;
SELECT count(*) FROM licence_home.report_caseload(district => :theirs);
RESET SESSION AUTHORIZATION;

\echo == labels in both languages, and filters
SET licence_home.small_cells = 0;
SELECT DISTINCT state, state_ar AS ar, state_en AS en FROM licence_home.report_caseload()
WHERE state IN ('submitted', 'draft') OR state = 'issued' AND state_en = 'Licence issued' ORDER BY 1;
SELECT count(*) FROM licence_home.report_caseload(profession => 'no_such');
SELECT coalesce(bool_and(category = 'food'), true) AS food FROM licence_home.case_interval WHERE profession = 'jams';
SELECT coalesce(sum(r.cases), 0) = (SELECT count(*) FROM licence_home.application AS a WHERE a.profession = 'jams' AND a.submitted_at IS NOT NULL) AS of_jams
FROM licence_home.report_caseload(profession => 'jams') AS r;
SELECT reached, still_there FROM licence_home.report_funnel('2034-03-02', '2034-03-02') WHERE state = 'submitted';

\echo == pictures of text
SELECT n, licence_home.bar(n, 7, 10) FROM unnest('{0,1,3.5,7,9,NaN,Infinity,-1}'::numeric[]) AS n;
SET ROLE regress_analyst;
SELECT count(*) > 30 AS lines, min(d) FILTER (WHERE d LIKE 'digraph%') AS first, count(*) FILTER (WHERE d LIKE '%"draft" -> "submitted" [label = "submit%') AS submit
FROM licence_home.workflow_dot() AS d;
SELECT count(*) FROM licence_home.workflow_dot('none');
RESET ROLE;
\echo == only who may know figures may ask
SET ROLE regress_clerk;
SELECT * FROM licence_home.report_caseload();
SET ROLE regress_portal;
SELECT * FROM licence_home.report_caseload();
SELECT * FROM licence_home.case_interval;
SELECT * FROM licence_home.report_fact;
RESET ROLE;
\set VERBOSITY sqlstate
UPDATE licence_home.report_fact SET to_state = 'issued' WHERE case_event = 0;
DELETE FROM licence_home.submit_refused;
DROP ROLE regress_head, regress_other_head;
