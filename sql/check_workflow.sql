-- check_workflow() finds what is wrong with a workflow, and one with defects
-- is not published.
SET search_path = licence_home, licence_home_internal, public;
SET datestyle = ISO;

SELECT * FROM check_workflow('first_issue');
SELECT * FROM check_workflow('first_issue', 1);
SELECT * FROM check_workflow('first_issue', 7);
SELECT * FROM check_workflow('nobody_knows_it');
SELECT * FROM check_workflow(NULL);

BEGIN;
CREATE FUNCTION pg_temp.with_step(new_messages text[], new_preconditions text[]) RETURNS TABLE (defect text, state text, action text, explanation text) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE licence_home.workflow_transition AS t SET messages = new_messages, preconditions = new_preconditions WHERE t.workflow = 'by_director' AND t.action = 'extend';
    RETURN QUERY SELECT c.* FROM licence_home.check_workflow('by_director') AS c;
END $$;

-- A second workflow, in rows only: the director decides alone, and nobody
-- inspects.
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('by_director', 1, 'قرار المدير', 'the director decides alone', '[2026-01-01,)', 'test', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days,
        deadline_template, name_ar, name_en, source, certainty)
    SELECT 'by_director', 1, state, kind, waits_for, target_days, deadline_template, 'س', state, 'test', 'likely'
    FROM (VALUES
        ('asked', 'start', 'applicant', NULL::integer, NULL),
        ('on_desk', 'open', 'decider', 3, NULL),
        ('to_pay', 'open', 'applicant', 10, 'fees_due'),
        ('granted', 'end', NULL, NULL, NULL),
        ('denied', 'end', NULL, NULL, NULL),
        ('gone', 'end', NULL, NULL, NULL)
    ) AS v (state, kind, waits_for, target_days, deadline_template);
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role,
        preconditions, effects, messages, source, certainty)
    SELECT 'by_director', 1, action, from_state, to_state, role,
        preconditions::text[], effects::text[], messages::text[], 'test', 'likely'
    FROM (VALUES
        ('submit', 'asked', 'on_desk', 'portal', '{eligible}', '{freeze_rules}', '{application_accepted}'),
        ('approve', 'on_desk', 'to_pay', 'director', '{decision_approved}', '{make_invoice}', '{fees_due}'),
        ('reject', 'on_desk', 'denied', 'director', '{decision_refused}', '{end_case}', '{decision_refused}'),
        ('issue', 'to_pay', 'granted', 'cashier', '{invoice_paid}', '{issue_licence}', '{licence_issued}'),
        ('lapse', 'to_pay', 'gone', 'sender', '{deadline_passed}', '{end_case}', '{}')
    ) AS v (action, from_state, to_state, role, preconditions, effects, messages);
SELECT * FROM check_workflow('by_director');
-- nobody may write what the steps ask for
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    VALUES ('by_director', 1, 'asked', 'application', 'amend', 'portal', 'test', 'likely'),
        ('by_director', 1, 'on_desk', 'decision', 'insert', 'director', 'test', 'likely');
SELECT * FROM check_workflow('by_director');

SAVEPOINT sound;
\echo == a deadline is put off within bounds, and told
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
    VALUES ('by_director', 1, 'extend', 'to_pay', 'to_pay', 'clerk', '{note_given,later_date}', '{extend_deadline}', '{deadline_extended}', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
SELECT m.messages, m.preconditions, d.* FROM (VALUES ('{}'::text[], '{later_date}'::text[]), ('{application_accepted}', '{later_date}'),
    ('{application_accepted,deadline_extended}', '{later_date}'), ('{deadline_extended}', '{note_given}')) AS m (messages, preconditions)
CROSS JOIN LATERAL pg_temp.with_step(m.messages, m.preconditions) AS d;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
    VALUES ('by_director', 1, 'extend', 'asked', 'asked', 'clerk', '{note_given,later_date}', '{extend_deadline}', '{}', 'test', 'likely');
UPDATE workflow_state SET deadline_template = 'application_accepted' WHERE workflow = 'by_director' AND state = 'to_pay';
SELECT * FROM check_workflow('by_director') WHERE defect ~ 'deadline|extend';
ROLLBACK TO sound;
\echo == no start, and two
UPDATE workflow_state SET kind = 'open' WHERE workflow = 'by_director' AND state = 'asked';
SELECT * FROM check_workflow('by_director') WHERE defect = 'no_start';
ROLLBACK TO sound;
UPDATE workflow_state SET kind = 'start' WHERE workflow = 'by_director' AND state = 'on_desk';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == a state out of reach, and one without a way to an end
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty)
    VALUES ('by_director', 1, 'attic', 'open', 'clerk', 'س', 'attic', 'test', 'likely');
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'descend', 'attic', 'on_desk', 'clerk', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
UPDATE workflow_transition SET from_state = 'on_desk', to_state = 'attic', action = 'shelve', role = 'director'
    WHERE workflow = 'by_director' AND action = 'descend';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == a circle that never ends
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty)
    VALUES ('by_director', 1, 'here', 'open', 'clerk', 'س', 'here', 'test', 'likely'),
        ('by_director', 1, 'there', 'open', 'clerk', 'س', 'there', 'test', 'likely');
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'send', 'on_desk', 'here', 'director', 'test', 'likely'),
        ('by_director', 1, 'send', 'here', 'there', 'clerk', 'test', 'likely'),
        ('by_director', 1, 'send', 'there', 'here', 'clerk', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == an end with a way out
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'reopen', 'denied', 'on_desk', 'clerk', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == two actions to one state are told apart by their names; one action to two states is ambiguous
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'dismiss', 'on_desk', 'denied', 'director', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
-- another role may have an action of its own there
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'dismiss', 'on_desk', 'denied', 'clerk', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
-- but the decider may be the director
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'dismiss', 'on_desk', 'denied', 'decider', 'test', 'likely'),
        ('by_director', 1, 'reject', 'on_desk', 'denied', 'decider', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'approve', 'on_desk', 'gone', 'director', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
-- unless preconditions of which exactly one holds tell which
UPDATE workflow_transition SET preconditions = preconditions ||
        CASE to_state WHEN 'gone' THEN 'approvals_needed' ELSE 'approvals_not_needed' END
    WHERE workflow = 'by_director' AND action = 'approve';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == a state that waits for nobody
UPDATE workflow_state SET waits_for = NULL WHERE workflow = 'by_director' AND state = 'on_desk';
SELECT * FROM check_workflow('by_director');
UPDATE workflow_state SET waits_for = 'inspector' WHERE workflow = 'by_director' AND state = 'on_desk';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == a licence without payment, or without a decision, on some path
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    VALUES ('by_director', 1, 'favour', 'asked', 'to_pay', 'clerk', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
UPDATE workflow_transition SET preconditions = '{}' WHERE workflow = 'by_director' AND action = 'issue';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
    VALUES ('by_director', 1, 'grant', 'on_desk', 'granted', 'director', '{decision_approved}', '{issue_licence}', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == names without code, messages without text, deadlines without a day
UPDATE workflow_transition SET preconditions = '{decision_aproved}' WHERE workflow = 'by_director' AND action = 'approve';
UPDATE workflow_transition SET effects = '{issue_license}' WHERE workflow = 'by_director' AND action = 'issue';
UPDATE workflow_transition SET messages = '{good_news}' WHERE workflow = 'by_director' AND action = 'submit';
UPDATE workflow_state SET target_days = NULL WHERE workflow = 'by_director' AND state = 'to_pay';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
UPDATE workflow_state SET deadline_template = NULL WHERE workflow = 'by_director' AND state = 'to_pay';
UPDATE sms_template SET withdrawn_at = now() WHERE template = 'fees_due' AND language = 'en';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
-- a text that ends some day leaves a workflow without it
UPDATE sms_template SET valid = daterange(lower(valid), '2040-01-01') WHERE template = 'licence_issued' AND language = 'ar';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == what cannot be taken: evidence that nobody may write, a bill that no step makes, roles without rights
UPDATE workflow_evidence SET role = 'clerk' WHERE workflow = 'by_director' AND evidence = 'decision';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
UPDATE workflow_evidence SET state = 'asked' WHERE workflow = 'by_director' AND evidence = 'decision';
SELECT defect, state, action, explanation FROM check_workflow('by_director') WHERE defect IN ('never_possible', 'waits_for_nobody');
ROLLBACK TO sound;
UPDATE workflow_transition SET effects = '{}', messages = '{}' WHERE workflow = 'by_director' AND action = 'approve';
SELECT defect, state, action, explanation FROM check_workflow('by_director') WHERE defect IN ('never_possible', 'waits_for_nobody');
ROLLBACK TO sound;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
    VALUES ('by_director', 1, 'sweep', 'on_desk', 'gone', 'sender', '{closure_reason}', '{end_case}', 'test', 'likely'),
        ('by_director', 1, 'reach_in', 'on_desk', 'gone', 'admin', '{closure_reason}', '{end_case}', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == who is awaited may only give up; or may not put right what was found wrong
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty)
    VALUES ('by_director', 1, 'back', 'open', 'applicant', 'س', 'back', 'test', 'likely');
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
    VALUES ('by_director', 1, 'send_back', 'on_desk', 'back', 'clerk', '{deficiency_found}', '{}', 'test', 'likely'),
        ('by_director', 1, 'withdraw', 'back', 'gone', 'portal', '{}', '{end_case}', 'test', 'likely');
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    VALUES ('by_director', 1, 'on_desk', 'application_finding', 'insert', 'clerk', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
    VALUES ('by_director', 1, 'again', 'back', 'on_desk', 'portal', '{correction_made,eligible}', '{settle_findings}', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    VALUES ('by_director', 1, 'back', 'application', 'amend', 'portal', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
-- what was amended is proved again
UPDATE workflow_transition SET preconditions = '{correction_made}' WHERE workflow = 'by_director' AND action = 'again';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == evidence for others counts: the inspector writes what the clerk goes on with
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty)
    VALUES ('by_director', 1, 'visit', 'open', 'inspector', 'س', 'visit', 'test', 'likely');
UPDATE workflow_transition SET to_state = 'visit' WHERE workflow = 'by_director' AND action = 'submit';
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, source, certainty)
    VALUES ('by_director', 1, 'seen', 'visit', 'on_desk', 'clerk', '{inspection_passed}', 'test', 'likely');
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    SELECT 'by_director', 1, 'visit', e, o, r, 'test', 'likely'
    FROM (VALUES ('inspection', 'insert', 'clerk'), ('inspection', 'close', 'inspector'), ('inspection_finding', 'insert', 'inspector')) AS v (e, o, r);
SELECT * FROM check_workflow('by_director');
-- nobody is at home, and nobody can make another appointment
UPDATE workflow_evidence SET state = 'asked' WHERE workflow = 'by_director' AND evidence = 'inspection' AND operation = 'insert';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == billed too early, too loosely, or with nowhere to pay
UPDATE workflow_transition SET effects = effects || '{make_invoice}' WHERE workflow = 'by_director' AND action = 'submit';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    VALUES ('by_director', 1, 'to_pay', 'application', 'amend', 'portal', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, source, certainty)
    VALUES ('by_director', 1, 'take_back', 'to_pay', 'on_desk', 'director', '{note_given}', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
UPDATE workflow_transition SET effects = '{cancel_invoice}' WHERE workflow = 'by_director' AND action = 'take_back';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;
UPDATE workflow_transition SET effects = '{}' WHERE workflow = 'by_director' AND action = 'lapse';
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == after the issue: a step, another licence, evidence
UPDATE workflow_state SET kind = 'open', waits_for = 'clerk' WHERE workflow = 'by_director' AND state = 'granted';
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
    VALUES ('by_director', 1, 'revoke', 'granted', 'gone', 'clerk', '{closure_reason}', '{end_case}', 'test', 'likely'),
        ('by_director', 1, 'issue_again', 'granted', 'denied', 'clerk', '{}', '{issue_licence}', 'test', 'likely');
SELECT defect, state, action, explanation FROM check_workflow('by_director') WHERE defect = 'step_after_issue';
ROLLBACK TO sound;
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    VALUES ('by_director', 1, 'granted', 'document', 'insert', 'portal', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == two steps that follow a payment, or a deadline
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
    VALUES ('by_director', 1, 'issue_too', 'to_pay', 'granted', 'cashier', '{invoice_paid}', '{issue_licence}', 'test', 'likely'),
        ('by_director', 1, 'drop', 'to_pay', 'denied', 'sender', '{deadline_passed}', '{end_case}', 'test', 'likely');
SELECT * FROM check_workflow('by_director');
ROLLBACK TO sound;

\echo == publishing
UPDATE workflow_transition SET preconditions = '{}' WHERE workflow = 'by_director' AND action IN ('issue', 'approve');
SAVEPOINT unsound;
UPDATE workflow SET published_at = now() WHERE workflow = 'by_director';
ROLLBACK TO unsound;
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('by_director', 1, 'س', 'x', '[2026-01-01,)', 'test', 'likely')
    ON CONFLICT (workflow, version) DO UPDATE SET published_at = now();
ROLLBACK TO unsound;
MERGE INTO workflow AS w USING (VALUES ('by_director')) AS v (workflow) ON w.workflow = v.workflow
    WHEN MATCHED THEN UPDATE SET published_at = now(), name_en = 'y';
ROLLBACK TO unsound;
COPY workflow (workflow, version, name_ar, name_en, valid, published_at, source, certainty) FROM stdin (DELIMITER '|');
by_director|2|س|x|[2027-01-01,)|2026-01-01|test|likely
\.
ROLLBACK TO unsound;
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, published_at, source, certainty)
    VALUES ('by_director', 2, 'س', 'x', '[2027-01-01,)', now(), 'test', 'likely');
ROLLBACK TO sound;
SET LOCAL licence_home.clock = '2026-05-05 10:00+03';
SET LOCAL TimeZone = 'Asia/Amman';
UPDATE workflow SET published_at = '1999-01-01' WHERE workflow = 'by_director' RETURNING published_at;
SAVEPOINT published;
UPDATE workflow_transition SET role = 'clerk' WHERE workflow = 'by_director' AND action = 'issue';
ROLLBACK TO published;
DELETE FROM workflow WHERE workflow = 'by_director';
ROLLBACK TO published;
-- the next version takes over on a day
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('by_director', 2, 'س', 'x', '[2027-01-01,)', 'test', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days, deadline_template, name_ar, name_en, source, certainty) SELECT workflow, 2, state, kind, waits_for, target_days, grace_days,
        deadline_template, name_ar, name_en, source, certainty
    FROM workflow_state WHERE workflow = 'by_director';
INSERT INTO workflow_transition SELECT workflow, 2, action, from_state, to_state, role, preconditions, effects,
        messages, source, certainty
    FROM workflow_transition WHERE workflow = 'by_director';
INSERT INTO workflow_evidence SELECT workflow, 2, state, evidence, operation, role, source, certainty
    FROM workflow_evidence WHERE workflow = 'by_director';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
UPDATE workflow SET valid = daterange('2026-01-01', '2027-01-01') WHERE workflow = 'by_director' AND version = 1;
UPDATE workflow SET published_at = now() WHERE workflow = 'by_director' AND version = 2;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT version, valid FROM workflow WHERE workflow = 'by_director' ORDER BY version;
ROLLBACK TO published;
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('by_director', 2, 'س', 'x', '[2027-01-01,)', 'test', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days, deadline_template, name_ar, name_en, source, certainty) SELECT workflow, 2, state, kind, waits_for, target_days, grace_days,
        deadline_template, name_ar, name_en, source, certainty
    FROM workflow_state WHERE workflow = 'by_director';
INSERT INTO workflow_transition SELECT workflow, 2, action, from_state, to_state, role, preconditions, effects,
        messages, source, certainty
    FROM workflow_transition WHERE workflow = 'by_director';
INSERT INTO workflow_evidence SELECT workflow, 2, state, evidence, operation, role, source, certainty
    FROM workflow_evidence WHERE workflow = 'by_director';
UPDATE workflow SET published_at = now() WHERE workflow = 'by_director' AND version = 2;
SET CONSTRAINTS ALL IMMEDIATE;
ROLLBACK TO sound;

\echo == ten thousand states
INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('long', 1, 'طويل', 'long', '[2026-01-01,)', 'test', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty)
    SELECT 'long', 1, 's' || i, CASE i WHEN 1 THEN 'start' WHEN 10000 THEN 'end' ELSE 'open' END,
        CASE WHEN i < 10000 THEN 'clerk' END, 'س', 's', 'test', 'likely'
    FROM generate_series(1, 10000) AS i;
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, source, certainty)
    SELECT 'long', 1, a.action, 's' || i, 's' || a.target, 'clerk', 'test', 'likely'
    FROM generate_series(1, 9999) AS i
    CROSS JOIN LATERAL (VALUES ('on', i + 1), ('leap', i + 7), ('back', i / 2)) AS a (action, target)
    WHERE a.target BETWEEN 1 AND 10000;
SELECT count(*) FROM workflow_transition WHERE workflow = 'long';
SELECT * FROM check_workflow('long');
-- the last bridge broken
UPDATE workflow_transition SET to_state = from_state
    WHERE workflow = 'long' AND action IN ('on', 'leap') AND from_state BETWEEN 's9993' AND 's9999'
      AND length(from_state) = 5;
SELECT defect, count(*), min(state) FROM check_workflow('long') GROUP BY defect ORDER BY defect COLLATE "C";

ROLLBACK;
