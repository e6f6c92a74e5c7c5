-- Whoever a case waits for has something to do: in every state, and in every
-- situation of an inspection.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
BEGIN;

-- Who is named, and what that one can do: steps that lack nothing (but words
-- that go with the step), and evidence that may be written now.
CREATE FUNCTION pg_temp.acts(no licence_home.application_no) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT coalesce(w.who, 'nobody') || coalesce(': ' || nullif(concat_ws(' | ',
        (SELECT string_agg(n.action, ' ' ORDER BY n.action COLLATE "C")
         FROM licence_home.next_actions(no) AS n
         WHERE n.role IN (w.role, CASE w.who WHEN 'applicant' THEN 'licence_home_cashier' END)
             AND n.action NOT IN ('withdraw', 'close', 'extend', 'recall', 'return_to_audit') AND n.blocked_by = '{}'),
        (SELECT string_agg(e.evidence || ' ' || e.operation, ', ' ORDER BY e.evidence, e.operation)
         FROM licence_home.workflow_evidence AS e
         JOIN licence_home.application AS a ON a.application_no = no AND e.workflow = a.workflow
             AND e.version = coalesce(a.workflow_version, 1) AND e.state = a.state
         WHERE CASE e.role WHEN 'decider' THEN w.who = 'committee' ELSE 'licence_home_' || e.role = w.role END
             AND (e.evidence, e.operation) NOT IN (('inspection', 'close'), ('inspection', 'cancel'), ('inspection', 'insert'), ('inspection_finding', 'insert'))
            OR ('licence_home_' || e.role = w.role AND e.evidence IN ('inspection', 'inspection_finding')
                AND (e.operation = 'insert' AND e.evidence = 'inspection') <> EXISTS (
                    SELECT FROM licence_home.inspection AS i WHERE i.application_no = no AND i.outcome = 'pending')))), ''), '')
        || CASE WHEN (SELECT a.waits_for FROM licence_home.application AS a WHERE a.application_no = no)
                IS DISTINCT FROM CASE WHEN (SELECT a.submitted_at FROM licence_home.application AS a WHERE a.application_no = no) IS NOT NULL THEN w.who END
            THEN ' (not stored)' ELSE '' END
    FROM (SELECT c AS who, 'licence_home_' || CASE c WHEN 'applicant' THEN 'portal' ELSE c END AS role
          FROM licence_home_internal.case_waits_for(no) AS c) AS w
$$;

\echo == every state
CREATE TEMP TABLE here ON COMMIT DROP AS
    SELECT s.state, story.new_case_in(s.state) AS no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue';
SELECT state, pg_temp.acts(no) FROM here ORDER BY state COLLATE "C";

\echo == an inspection: to come, nobody at home, made anew, told
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT pg_temp.acts(:'no');
SET LOCAL licence_home.clock = '2026-03-05 12:00+03';
CALL story.act('inspector', :'no', $$UPDATE licence_home.inspection SET outcome = 'no_access' WHERE application_no = $1 AND outcome = 'pending'$$);
SELECT pg_temp.acts(:'no');
SELECT code, said FROM story.attempt('inspector', :'no', $$UPDATE licence_home.inspection SET outcome = 'failed' WHERE application_no = $1$$);
CALL story.make_inspection(:'no', '2026-03-09 10:00+03');
SELECT pg_temp.acts(:'no');
CALL story.step('clerk', :'no', 'reschedule_inspection');
SELECT pg_temp.acts(:'no');
-- cancelled by the clerk, and once more nobody at home
CALL story.act('clerk', :'no', $$UPDATE licence_home.inspection SET outcome = 'cancelled' WHERE application_no = $1 AND outcome = 'pending'$$);
SELECT pg_temp.acts(:'no');
CALL story.make_inspection(:'no', '2026-03-10 10:00+03');
CALL story.step('clerk', :'no', 'reschedule_inspection');
SET LOCAL licence_home.clock = '2026-03-10 12:00+03';
CALL story.act('inspector', :'no', $$UPDATE licence_home.inspection SET outcome = 'no_access' WHERE application_no = $1 AND outcome = 'pending'$$);
SELECT pg_temp.acts(:'no');
CALL story.step('clerk', :'no', 'recall', 'a call first');
SELECT pg_temp.acts(:'no');

\echo == passed, failed, and not to be corrected
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no');
SELECT pg_temp.acts(:'no');
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'failed', '{nuisance}');
SELECT pg_temp.acts(:'no');
SELECT story.new_case_in('inspection_scheduled') AS no \gset
CALL story.inspect(:'no', 'not_correctable', '{nuisance}');
SELECT pg_temp.acts(:'no');

\echo == who decides is named; a bill that is paid in part still waits for the applicant
SET LOCAL licence_home.clock = '2019-09-01 10:00+03';
SELECT story.new_case() AS no \gset
CALL story.step('portal', :'no', 'submit');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no', '2019-09-05 10:00+03');
CALL story.step('clerk', :'no', 'schedule_inspection');
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
SELECT edition, licence_home_internal.case_waits_for(application_no) FROM licence_home.application WHERE application_no = :'no';
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT story.new_case_in('fee_due') AS no \gset
SELECT story.pay(:'no', 1, 'a part');
SELECT pg_temp.acts(:'no');
SELECT story.pay(:'no');
SELECT pg_temp.acts(:'no');

\echo == the column follows: what each case waits for is kept in its row
SELECT * FROM licence_home_internal.waiting_defects();
SELECT waits_for, district IS NOT NULL FROM licence_home.application WHERE application_no = :'no';
-- who decides is another by an edition that is withdrawn and entered anew
SELECT story.new_case_in('committee_review') AS no \gset
SELECT waits_for FROM licence_home.application WHERE application_no = :'no';
SAVEPOINT before;
UPDATE licence_home.edition SET withdrawn_at = licence_home.now(), withdrawal = 'corrected' WHERE withdrawn_at IS NULL AND valid @> date '2026-03-01';
INSERT INTO licence_home.edition (edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, decider, licence_months, article, valid, source, certainty)
SELECT edition, name_ar, name_en, max_area_share, max_area_m2, max_employees, max_people, max_children,
    owners_share, edge_tolerance_m, 'director', licence_months, article, valid, 'a correction', certainty
FROM licence_home.edition WHERE valid @> date '2026-03-01';
SELECT waits_for FROM licence_home.application WHERE application_no = :'no';
SELECT * FROM licence_home_internal.waiting_defects();
ROLLBACK TO before;
SELECT waits_for FROM licence_home.application WHERE application_no = :'no';
-- nobody writes it
SELECT code, said FROM story.attempt('clerk', :'no', $$UPDATE licence_home.application SET waits_for = 'director' WHERE application_no = $1$$);

\echo == no case
SELECT licence_home_internal.case_waits_for(licence_home.application_no_make(2026, 99999999)) IS NULL;
SELECT code FROM story.attempt('clerk', :'no', 'SELECT licence_home_internal.case_waits_for($1)');
ROLLBACK;
RESET licence_home.clock;
