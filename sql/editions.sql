-- A case is judged, for its whole life, by the edition of the day on which it
-- was submitted.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset tuples_only on
\pset format unaligned
BEGIN;

-- A case submitted by its ordinary steps at a moment.
CREATE FUNCTION pg_temp.submitted_at(at timestamptz, profession text DEFAULT 'embroidery')
    RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no;
BEGIN
    PERFORM set_config('licence_home.clock', at::text, true);
    no := story.new_case(profession, 'en');
    CALL story.step('portal', no, 'submit');
    RETURN no;
END $$;
-- Where the verdicts differ.
CREATE FUNCTION pg_temp.verdicts(no licence_home.application_no) RETURNS SETOF text
    LANGUAGE sql AS $$
    SELECT format('%s, judged on %s', a.edition, a.judged_on) FROM licence_home.application AS a WHERE a.application_no = no
    UNION ALL
    SELECT format('    %s: %s, %s', e.criterion, e.ruling, coalesce('limit ' || e.required || ', ' || e.message_en, e.message_en))
    FROM licence_home.eligibility(no) AS e WHERE e.criterion = 'employees'
    UNION ALL
    SELECT format('    %s: %s, %s (%s)', e.criterion, e.ruling, e.required, e.article)
    FROM licence_home.eligibility(no) AS e WHERE e.criterion = 'sale_and_display'
    UNION ALL
    SELECT format('    sign: stage %s, %s (%s)', c.stage, c.look_at_en, c.article)
    FROM licence_home.application AS a CROSS JOIN LATERAL licence_home_internal.criteria_for('handicraft', a.judged_on) AS c
    WHERE a.application_no = no AND c.criterion = 'sign'
    UNION ALL
    SELECT '    fee of 15 m²: ' || sum(f.amount) FROM licence_home_internal.case_fee(no, 15) AS f
    UNION ALL
    SELECT '    decided by the ' || licence_home_internal.case_decider(no)
$$;

\echo == one case in each edition
CREATE TEMP TABLE kept AS
    SELECT d.day, pg_temp.submitted_at(d.day + time '10:00') AS no
    FROM unnest('{2012-01-01,2016-12-31,2017-01-01,2018-06-01,2019-08-07,2019-08-08,2019-12-01,2020-01-31,2020-02-01,2026-03-01}'::date[]) AS d (day);
SELECT v.said FROM kept CROSS JOIN LATERAL pg_temp.verdicts(no) WITH ORDINALITY AS v (said, n)
WHERE day IN ('2012-01-01', '2018-06-01', '2019-12-01', '2026-03-01') ORDER BY day, n;
-- the first and the last day of each
SELECT k.day, a.edition, (SELECT sum(f.amount) FROM licence_home_internal.case_fee(k.no, 15) AS f) AS fee
FROM kept AS k JOIN licence_home.application AS a ON a.application_no = k.no ORDER BY k.day;
-- before the first there is nothing to judge by
SET LOCAL licence_home.clock = '2011-12-31 23:59:59+02';
SELECT code, said FROM story.attempt('portal', NULL, $$INSERT INTO licence_home.application (applicant_id, profession)
    SELECT max(applicant_id), 'embroidery' FROM licence_home.applicant$$);
-- the day is Amman's
SELECT pg_temp.submitted_at('2016-12-31 23:59:59+02') AS last, pg_temp.submitted_at('2016-12-31 22:00:00+00') AS first \gset
SELECT edition, judged_on FROM licence_home.application WHERE application_no IN (:'last', :'first') ORDER BY application_no;

\echo == an employee: none before August 2019, one since
CREATE FUNCTION pg_temp.with_one_employee(day date) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no;
BEGIN
    PERFORM set_config('licence_home.clock', (day + time '10:00')::timestamptz::text, true);
    no := story.new_case('pottery', 'en');
    CALL story.act('portal', no, 'UPDATE licence_home.application SET employees = 1, people = 2 WHERE application_no = $1');
    RETURN concat_ws(' | ', day, story.outcome('portal', no, 'submit'),
        (SELECT e.message_en || ' ' || e.remedy_en FROM licence_home.eligibility(no) AS e WHERE e.ruling = 'not_met'));
END $$;
SELECT pg_temp.with_one_employee(day) FROM unnest('{2012-06-03,2018-06-03,2019-08-07,2019-08-08,2026-03-01}'::date[]) AS day;

\echo == the clock moves to 2026: not a verdict changes
CREATE TEMP TABLE before AS
    SELECT k.day, v FROM (SELECT day, no, set_config('licence_home.clock', (day + time '10:00')::timestamptz::text, true) FROM kept OFFSET 0) AS k
    CROSS JOIN LATERAL (SELECT to_jsonb(e) AS v FROM licence_home.eligibility(k.no) AS e
        UNION ALL SELECT to_jsonb(f) FROM licence_home_internal.case_fee(k.no, 15) AS f
        UNION ALL SELECT to_jsonb(c) FROM licence_home.inspection_checklist(k.no) AS c OFFSET 0) AS v;
SET LOCAL licence_home.clock = '2026-06-01 10:00+03';
SELECT count(*) > 200 AS verdicts, count(*) FILTER (WHERE a.v IS NULL) AS gone
FROM before AS b LEFT JOIN LATERAL (
    SELECT v FROM kept AS k CROSS JOIN LATERAL (SELECT to_jsonb(e) AS v FROM licence_home.eligibility(k.no) AS e
        UNION ALL SELECT to_jsonb(f) FROM licence_home_internal.case_fee(k.no, 15) AS f
        UNION ALL SELECT to_jsonb(c) FROM licence_home.inspection_checklist(k.no) AS c) AS v
    WHERE k.day = b.day AND v.v = b.v LIMIT 1) AS a ON true;
-- the case of 2019 goes on, seven years later: no sign, the director decides, the fee of then
SELECT no FROM kept WHERE day = '2019-12-01' \gset
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no', '2026-06-03 10:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
SELECT array_agg(criterion) FROM licence_home.inspection_checklist(:'no');
CALL story.inspect(:'no', 'passed', '{}', 15);
CALL story.step('inspector', :'no', 'refer_to_committee');
SELECT code, said FROM story.attempt('committee', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
CALL story.act('director', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT story.take('director', :'no', 'approve');
SELECT story.pay(:'no');
SELECT story.look(:'no');

\echo == what is published is not edited
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text
    LANGUAGE sql AS $$ SELECT code || ': ' || said FROM story.attempt(NULL, NULL, statement) $$;
SELECT pg_temp.refused(format('UPDATE licence_home.%s', s)) FROM unnest(ARRAY[
    'edition SET max_employees = 2 WHERE edition = ''2019''',
    'fee_schedule SET name_en = ''other'' WHERE schedule = ''2019''',
    'fee_rule SET amount = 21 WHERE schedule = ''2019''',
    'criterion SET met_en = ''fine'' WHERE criterion = ''sign''',
    'workflow SET name_en = ''other''',
    'workflow_state SET target_days = 4 WHERE state = ''submitted'''
]) AS s;

\echo == a correction is a new version for the same days: the cases of these days see it, no other does
SELECT no AS other FROM kept WHERE day = '2026-03-01' \gset
CREATE TEMP TABLE was AS SELECT e.* FROM licence_home.eligibility(:'other') AS e;
SELECT no FROM kept WHERE day = '2020-01-31' \gset
SELECT ruling, required, message_en FROM licence_home.eligibility(:'no') WHERE criterion = 'work_area';
UPDATE licence_home.edition SET withdrawn_at = now() WHERE edition = '2019';
INSERT INTO licence_home.edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, licence_months, article, valid, source, certainty)
SELECT '2019, corrected', name_ar, name_en, 0.12, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, 6, article, valid, 'a correction', certainty
FROM licence_home.edition WHERE edition = '2019';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT ruling, required, message_en, remedy_en FROM licence_home.eligibility(:'no') WHERE criterion = 'work_area';
SELECT message_en FROM licence_home.eligibility(:'no') WHERE criterion = 'edition';
SELECT count(*) AS changed FROM (TABLE was EXCEPT SELECT e.* FROM licence_home.eligibility(:'other') AS e) AS d;
-- the case that was under way goes on under the correction: six months
SELECT no FROM kept WHERE day = '2019-08-08' \gset
CALL story.review_documents(:'no');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'work_area_m2')$$);
SELECT story.outcome('clerk', :'no', 'return_documents');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 14.5 WHERE application_no = $1');
SELECT story.take('portal', :'no', 'resubmit');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 14.4 WHERE application_no = $1');
SELECT story.outcome('portal', :'no', 'resubmit');
CALL story.make_inspection(:'no', '2026-06-03 10:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no', 'passed', '{}', 14.4);
CALL story.step('inspector', :'no', 'refer_to_committee');
CALL story.act('director', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT story.outcome('director', :'no', 'approve');
SELECT story.pay(:'no');
SELECT story.look(:'no');
ROLLBACK;
