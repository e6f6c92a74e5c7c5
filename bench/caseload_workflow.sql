-- Part of caseload.sh: check_workflow() of ten thousand states.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
BEGIN;
SET LOCAL search_path = licence_home, licence_home_internal, public;
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
VALUES ('long', 1, 'طويل', 'long', '[2026-01-01,)', 'bench', 'unknown');
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty)
SELECT 'long', 1, 's' || i, CASE i WHEN 1 THEN 'start' WHEN 10000 THEN 'end' ELSE 'open' END,
       CASE WHEN i < 10000 THEN 'clerk' END, 'س', 's', 'bench', 'unknown'
  FROM generate_series(1, 10000) AS i;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
SELECT 'long', 1, a.action, 's' || i, 's' || a.target, 'clerk', 'bench', 'unknown'
  FROM generate_series(1, 9999) AS i
 CROSS JOIN LATERAL (VALUES ('on', i + 1), ('leap', i + 7), ('back', i / 2)) AS a (action, target)
 WHERE a.target BETWEEN 1 AND 10000;
CREATE TEMP TABLE took (ms float8);
DO $$
DECLARE
    began timestamptz;
BEGIN
    FOR i IN 1..9 LOOP
        began := clock_timestamp();
        PERFORM * FROM licence_home.check_workflow('long');
        INSERT INTO took VALUES (1000 * extract(epoch FROM clock_timestamp() - began));
    END LOOP;
END $$;
SELECT format('check_workflow of %s states, %s steps: %s ms, at most %s (promised: under 1000)',
           (SELECT count(*) FROM workflow_state WHERE workflow = 'long'),
           (SELECT count(*) FROM workflow_transition WHERE workflow = 'long'),
           round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms))::numeric), round(max(ms)::numeric))
  FROM took;
ROLLBACK;
