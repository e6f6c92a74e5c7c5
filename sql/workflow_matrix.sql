-- Every state x action x role and every state x target x role: what is not a
-- row of the workflow is refused, whoever asks, by perform() and by UPDATE.
SET licence_home.clock = '2026-03-01 10:00+03';

-- The table of the design (the interface that clients see), row by row.
CREATE TEMP TABLE design (action text, from_state text, to_state text, role text);
INSERT INTO design VALUES
    ('submit', 'draft', 'submitted', 'portal'),
    ('return_documents', 'submitted', 'documents_deficient', 'clerk'),
    ('resubmit', 'documents_deficient', 'submitted', 'portal'),
    ('schedule_inspection', 'submitted', 'inspection_scheduled', 'clerk'),
    ('reschedule_inspection', 'inspection_scheduled', 'inspection_scheduled', 'clerk'),
    ('reassign_inspection', 'inspection_scheduled', 'inspection_scheduled', 'clerk'),
    ('cancel_inspection', 'inspection_scheduled', 'inspection_scheduled', 'clerk'),
    ('reschedule', 'inspection_scheduled', 'inspection_scheduled', 'portal'),
    ('require_correction', 'inspection_scheduled', 'correction_required', 'inspector'),
    ('report_correction', 'correction_required', 'submitted', 'portal'),
    ('refer_to_committee', 'inspection_scheduled', 'committee_review', 'inspector'),
    ('refer_to_committee', 'submitted', 'committee_review', 'clerk'),
    ('return_to_audit', 'committee_review', 'submitted', 'decider'),
    ('approve', 'committee_review', 'external_approval_pending', 'decider'),
    ('approve', 'committee_review', 'fee_due', 'decider'),
    ('reject', 'committee_review', 'rejected', 'decider'),
    ('submit_approvals', 'external_approval_pending', 'approvals_review', 'portal'),
    ('return_approvals', 'approvals_review', 'approvals_deficient', 'clerk'),
    ('resubmit_approvals', 'approvals_deficient', 'approvals_review', 'portal'),
    ('refuse_approvals', 'approvals_review', 'rejected', 'clerk'),
    ('accept_approvals', 'approvals_review', 'fee_due', 'clerk'),
    ('issue', 'fee_due', 'issued', 'cashier'),
    ('reverse_payment', 'fee_due', 'fee_due', 'cashier'),
    ('replace_bill', 'fee_due', 'fee_due', 'clerk'),
    ('undo_approval', 'external_approval_pending', 'committee_review', 'decider'),
    ('undo_approval', 'fee_due', 'committee_review', 'decider'),
    ('recall', 'documents_deficient', 'submitted', 'clerk'),
    ('recall', 'inspection_scheduled', 'submitted', 'clerk'),
    ('recall', 'correction_required', 'submitted', 'clerk'),
    ('recall', 'approvals_deficient', 'approvals_review', 'clerk');
-- a state that waits for the applicant: the daily job's step is the sender's
INSERT INTO design
SELECT action, state, coalesce(to_state, state), role
FROM unnest('{documents_deficient,correction_required,external_approval_pending,approvals_deficient,fee_due}'::text[]) AS state
CROSS JOIN (VALUES ('extend', NULL, 'clerk'), ('tell_again', NULL, 'sender'), ('lapse', 'lapsed', 'sender')) AS v (action, to_state, role);
-- what was closed by mistake goes on where it was
INSERT INTO design
SELECT 'reopen', 'closed', state, 'director'
FROM unnest('{submitted,documents_deficient,inspection_scheduled,correction_required,committee_review,external_approval_pending,approvals_review,approvals_deficient,fee_due}'::text[]) AS state;
-- any open state
INSERT INTO design
SELECT v.action, s.state, v.to_state, CASE v.action WHEN 'withdraw' THEN 'portal' ELSE s.closer END
FROM (VALUES ('draft', 'clerk'), ('submitted', 'clerk'), ('documents_deficient', 'clerk'), ('inspection_scheduled', 'clerk'),
    ('correction_required', 'clerk'), ('committee_review', 'decider'), ('external_approval_pending', 'decider'),
    ('approvals_review', 'decider'), ('approvals_deficient', 'decider'), ('fee_due', 'decider')) AS s (state, closer)
CROSS JOIN (VALUES ('withdraw', 'withdrawn'), ('close', 'closed')) AS v (action, to_state);

-- The rows loaded are those.
(SELECT 'not in the design', action, from_state, to_state, role FROM licence_home.workflow_transition WHERE workflow = 'first_issue'
 EXCEPT SELECT 'not in the design', * FROM design)
UNION ALL
(SELECT 'not loaded', * FROM design
 EXCEPT SELECT 'not loaded', action, from_state, to_state, role FROM licence_home.workflow_transition WHERE workflow = 'first_issue');
SELECT count(*) AS rows_of_the_workflow FROM design;
SELECT array_agg(state ORDER BY state COLLATE "C") AS states FROM licence_home.workflow_state WHERE workflow = 'first_issue' AND kind <> 'end';
SELECT array_agg(state ORDER BY state COLLATE "C") AS ends FROM licence_home.workflow_state WHERE workflow = 'first_issue' AND kind = 'end';

-- A case in each state, and everybody.  The committee decides: so says the edition.
CREATE TEMP TABLE subject AS
    SELECT s.state, story.new_case_in(s.state) AS no FROM licence_home.workflow_state AS s WHERE s.workflow = 'first_issue';
CREATE TEMP TABLE person AS
    SELECT unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who;
UPDATE design SET role = 'committee' WHERE role = 'decider';

\echo == by the name of the action
CREATE TEMP TABLE by_name AS
SELECT s.state, a.action, p.who, t.code, t.said, d.action IS NOT NULL AS in_design
FROM subject AS s
CROSS JOIN (SELECT DISTINCT action FROM design UNION SELECT 'no_such_action') AS a
CROSS JOIN person AS p
CROSS JOIN LATERAL story.attempt(p.who, s.no, format('SELECT licence_home.perform($1, %L)', a.action)) AS t
LEFT JOIN (SELECT DISTINCT action, from_state, role FROM design) AS d
    ON d.action = a.action AND d.from_state = s.state AND d.role = p.who;
SELECT in_design, count(*) AS attempts, count(*) FILTER (WHERE code = '00000') AS taken,
    count(*) FILTER (WHERE code IN ('LH003', 'LH004')) AS lack_evidence
FROM by_name GROUP BY in_design ORDER BY in_design;
-- Not in the design: no such step, not your step, or no right to ask at all.
SELECT state, action, who, code, said FROM by_name
WHERE NOT in_design AND code NOT IN ('LH001', 'LH002', '42501')
ORDER BY state, action, who;
SELECT code, count(*) FROM by_name WHERE NOT in_design GROUP BY code ORDER BY code;
-- In the design: taken, or what it needs is lacking; only the daily jobs'
-- steps are not to be had by name.
SELECT state, action, who, code, said FROM by_name
WHERE in_design AND code NOT IN ('00000', 'LH003', 'LH004') AND NOT (action IN ('lapse', 'tell_again') AND who = 'sender' AND code = '42501')
ORDER BY state, action, who;
SELECT action, array_agg(DISTINCT state COLLATE "C" ORDER BY state COLLATE "C") AS taken_without_more FROM by_name
WHERE code = '00000' GROUP BY action ORDER BY action COLLATE "C";

\echo == by an UPDATE of the state
CREATE TEMP TABLE by_state AS
SELECT s.state, x.to_state, p.who, t.code, t.said, t.rows, d.to_state IS NOT NULL AS in_design
FROM subject AS s
CROSS JOIN (SELECT state AS to_state FROM licence_home.workflow_state UNION SELECT 'no_such_state') AS x
CROSS JOIN person AS p
CROSS JOIN LATERAL story.attempt(p.who, s.no,
    format('UPDATE licence_home.application SET state = %L WHERE application_no = $1', x.to_state)) AS t
LEFT JOIN (SELECT DISTINCT from_state, to_state, role FROM design) AS d
    ON d.from_state = s.state AND d.to_state = x.to_state AND d.role = p.who
WHERE x.to_state <> s.state;
SELECT in_design, count(*) AS attempts, count(*) FILTER (WHERE code = '00000') AS taken,
    count(*) FILTER (WHERE code IN ('LH003', 'LH004')) AS lack_evidence
FROM by_state GROUP BY in_design ORDER BY in_design;
SELECT state, to_state, who, code, said FROM by_state
WHERE NOT in_design AND code NOT IN ('LH001', 'LH002', '42501')
ORDER BY state, to_state, who;
SELECT code, count(*) FROM by_state WHERE NOT in_design GROUP BY code ORDER BY code;
SELECT state, to_state, who, code, rows, said FROM by_state
WHERE in_design AND (code NOT IN ('00000', 'LH003', 'LH004') OR rows <> 1) AND NOT (to_state = 'lapsed' AND who = 'sender' AND code = '42501')
    -- a case is reopened in the state in which it was closed
    AND NOT (state = 'closed' AND who = 'director' AND code = 'LH001')
ORDER BY state, to_state, who;

\echo == an UPDATE to the same state takes no step
CREATE TEMP TABLE same_state AS
SELECT s.state, p.who, t.*
FROM subject AS s CROSS JOIN person AS p
CROSS JOIN LATERAL story.attempt(p.who, s.no,
    'UPDATE licence_home.application SET state = state WHERE application_no = $1') AS t;
SELECT who, code, rows, count(*) FROM same_state GROUP BY who, code, rows ORDER BY who COLLATE "C";

-- Nothing of it stayed.
SELECT s.state, a.state FROM subject AS s JOIN licence_home.application AS a ON a.application_no = s.no WHERE a.state <> s.state;
SELECT e.* FROM subject AS s CROSS JOIN LATERAL licence_home.verify_events(s.no) AS e;
