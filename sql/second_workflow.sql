-- A second, different workflow, in rows only: under names of its own the
-- director decides alone on what a clerk has looked through; nobody inspects
-- and no authority is asked.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset tuples_only on
\pset format unaligned
BEGIN;
SET LOCAL licence_home.clock = '2021-01-10 10:00+03';
SET LOCAL search_path = licence_home, licence_home_internal, public;

INSERT INTO workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('at_the_desk', 1, 'قرار المدير وحده', 'the director decides alone', '[2021-01-01,)', 'test', 'likely');
INSERT INTO workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days, deadline_template,
        name_ar, name_en, source, certainty)
    SELECT 'at_the_desk', 1, state, kind, waits_for, target_days, grace_days, deadline_template, 'س', state, 'test', 'likely'
    FROM (VALUES
        ('being_written', 'start', 'applicant', NULL::integer, 0, NULL),
        ('on_the_desk', 'open', 'decider', 3, 0, NULL),
        ('sent_back', 'open', 'applicant', 10, 2, 'documents_deficient'),
        ('to_pay', 'open', 'applicant', 10, 0, 'fees_due'),
        ('granted', 'end', NULL, NULL, 0, NULL),
        ('denied', 'end', NULL, NULL, 0, NULL),
        ('given_up', 'end', NULL, NULL, 0, NULL)
    ) AS v (state, kind, waits_for, target_days, grace_days, deadline_template);
INSERT INTO workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages,
        source, certainty)
    SELECT 'at_the_desk', 1, action, from_state, to_state, role, preconditions::text[], effects::text[], messages::text[], 'test', 'likely'
    FROM (VALUES
        ('ask', 'being_written', 'on_the_desk', 'portal', '{eligible,documents_given}', '{freeze_rules}', '{application_accepted}'),
        ('send_back', 'on_the_desk', 'sent_back', 'clerk', '{deficiency_found}', '{}', '{documents_deficient}'),
        ('ask_again', 'sent_back', 'on_the_desk', 'portal', '{deficiency_supplied,eligible,documents_given}', '{settle_findings}', '{}'),
        ('wait', 'sent_back', 'sent_back', 'clerk', '{note_given,later_date}', '{extend_deadline}', '{deadline_extended}'),
        ('say_yes', 'on_the_desk', 'to_pay', 'director', '{decision_approved,documents_accepted}', '{make_invoice}', '{decision_approved,fees_due}'),
        ('say_no', 'on_the_desk', 'denied', 'director', '{decision_refused}', '{end_case}', '{decision_refused}'),
        ('hand_over', 'to_pay', 'granted', 'cashier', '{invoice_paid}', '{issue_licence}', '{licence_issued}'),
        ('give_up', 'being_written', 'given_up', 'portal', '{}', '{end_case}', '{}'),
        ('give_up', 'on_the_desk', 'given_up', 'portal', '{}', '{end_case}', '{}'),
        ('put_away', 'on_the_desk', 'given_up', 'director', '{closure_reason}', '{end_case}', '{}'),
        ('forget', 'sent_back', 'given_up', 'sender', '{deadline_passed}', '{end_case}', '{}'),
        ('forget', 'to_pay', 'given_up', 'sender', '{deadline_passed}', '{end_case}', '{}')
    ) AS v (action, from_state, to_state, role, preconditions, effects, messages);
INSERT INTO workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    SELECT 'at_the_desk', 1, state, evidence, operation, role, 'test', 'likely'
    FROM (VALUES
        ('being_written', 'application', 'amend', 'portal'),
        ('being_written', 'document', 'insert', 'portal'),
        ('on_the_desk', 'document', 'review', 'clerk'),
        ('on_the_desk', 'application_finding', 'insert', 'clerk'),
        ('on_the_desk', 'decision', 'insert', 'director'),
        ('sent_back', 'application', 'amend', 'portal'),
        ('sent_back', 'document', 'insert', 'portal')
    ) AS v (state, evidence, operation, role);
-- not before it is published
SELECT code, said FROM story.attempt(NULL, NULL, $$INSERT INTO licence_home.application (applicant_id, profession, workflow)
    SELECT max(applicant_id), 'knitting', 'at_the_desk' FROM licence_home.applicant$$);
SELECT * FROM check_workflow('at_the_desk');
UPDATE workflow SET published_at = now() WHERE workflow = 'at_the_desk';
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL search_path = public;

-- A case of it, by the same person and at the same home as a new draft.
CREATE FUNCTION pg_temp.new_case(profession text DEFAULT 'knitting') RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    like_no licence_home.application_no := story.new_case(profession, 'en');
    no licence_home.application_no;
BEGIN
    PERFORM story.become('portal', like_no);
    INSERT INTO licence_home.application (workflow, applicant_id, profession, home, home_area_m2, work_area_m2, built_on,
        employees, people, tenant)
    SELECT 'at_the_desk', applicant_id, a.profession, home, home_area_m2, work_area_m2, built_on, employees, people, tenant
    FROM licence_home.application AS a WHERE application_no = like_no
    RETURNING application_no INTO no;
    INSERT INTO licence_home.document (application_no, document_type, reference_no)
    SELECT no, document_type, reference_no FROM licence_home.document WHERE application_no = like_no
    ORDER BY document_id;
    PERFORM story.become();
    RETURN no;
END $$;
CREATE PROCEDURE pg_temp.decide(no licence_home.application_no, outcome text, reason text DEFAULT NULL)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('director', no, format(
        'INSERT INTO licence_home.decision (application_no, outcome, reason) VALUES ($1, %L, %L)', outcome, reason));
END $$;
CREATE PROCEDURE pg_temp.review(no licence_home.application_no, verdict text)
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('clerk', no, format('UPDATE licence_home.document SET review = %L WHERE document_id IN '
        '(SELECT l.document_id FROM licence_home.latest_document AS l WHERE l.application_no = $1 AND l.review <> %1$L)', verdict));
END $$;

\echo == yes, by steps of other names
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT pg_temp.new_case() AS no \gset
SELECT story.look(:'no');
SELECT story.take('portal', :'no', 'submit');
SELECT action, to_state, role, may_act, blocked_by FROM licence_home.next_actions(:'no');
SELECT story.take('portal', :'no', 'ask');
SELECT workflow, workflow_version, edition, zone_class IS NOT NULL FROM licence_home.application WHERE application_no = :'no';
-- the committee, which the edition names, has no say here
SELECT code, said FROM story.attempt('committee', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT story.take('director', :'no', 'say_yes');
CALL pg_temp.decide(:'no', 'approved');
CALL pg_temp.review(:'no', 'accepted');
SELECT story.outcome('committee', :'no', 'say_yes');
-- nobody inspects
SELECT code, said FROM story.attempt('clerk', :'no', $$INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, '2026-03-05 10:00+03')$$);
SELECT story.take('director', :'no', 'say_yes');
SELECT i.amount, i.area_m2, i.due_on FROM licence_home.invoice AS i WHERE application_no = :'no';
SELECT story.pay(:'no');
SELECT story.look(:'no');
SELECT message_id IS NOT NULL, body ~ 'has been issued' FROM licence_home.sms_message WHERE application_no = :'no' AND template = 'licence_issued';

\echo == by UPDATE, and a fee that is waived
SET LOCAL licence_home.clock = '2022-03-01 10:00+03';
SELECT pg_temp.new_case() AS no \gset
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET state = ''on_the_desk'' WHERE application_no = $1');
CALL pg_temp.review(:'no', 'accepted');
CALL pg_temp.decide(:'no', 'approved');
SELECT story.take('director', :'no', 'say_yes');

\echo == sent back, put off, forgotten
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT pg_temp.new_case() AS no \gset
CALL story.act('portal', :'no', 'SELECT licence_home.perform($1, ''ask'')');
SELECT story.take('clerk', :'no', 'send_back');
CALL pg_temp.review(:'no', 'incorrect');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'people')$$);
SELECT story.take('clerk', :'no', 'send_back');
SELECT story.take('portal', :'no', 'ask_again');
SELECT story.take('clerk', :'no', 'wait');
SELECT story.take('clerk', :'no', 'wait', 'the deed is in another town', '2026-04-01');
CALL story.messages_accepted(:'no');
SET LOCAL licence_home.clock = '2026-04-03 23:59:59+03';
SELECT story.outcome(NULL, :'no', 'forget');
SELECT story.look(:'no');
SET LOCAL licence_home.clock = '2026-04-04 00:00+03';
SELECT story.outcome(NULL, :'no', 'forget');
SELECT story.look(:'no');

\echo == no, and away
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT pg_temp.new_case() AS no \gset
CALL story.act('portal', :'no', 'SELECT licence_home.perform($1, ''ask'')');
CALL pg_temp.decide(:'no', 'refused', 'nuisance');
SELECT story.take('director', :'no', 'say_no');
SELECT pg_temp.new_case() AS no \gset
CALL story.act('portal', :'no', 'SELECT licence_home.perform($1, ''ask'')');
SELECT story.take('director', :'no', 'put_away');
SELECT story.take('director', :'no', 'put_away', 'duplicate');

\echo == a home that the map leaves to whoever decides: to the director
SELECT pg_temp.new_case() AS no \gset
SELECT ST_AsEWKT(ST_PointOnSurface(geom)) AS shop FROM licence_home.zone WHERE class = 'commercial_ordinary' ORDER BY zone_id LIMIT 1 \gset
SELECT story.become('portal', :'no');
UPDATE licence_home.application SET home = :'shop' WHERE application_no = :'no';
SELECT story.become();
SELECT ruling, message_en, message_ar FROM licence_home.eligibility(:'no') WHERE criterion = 'zone';

-- Its licences are proved by its own steps.
SELECT count(*) FROM licence_home.licence AS l JOIN licence_home.application AS a USING (application_no) WHERE a.workflow = 'at_the_desk';
SELECT * FROM licence_home.unproven_licences();
-- Events are chained as ever, and the cases of the other workflow went on as before.
SELECT count(*) AS breaks FROM licence_home.verify_events();
SELECT story.new_case_in('issued') AS no \gset
SELECT state FROM licence_home.application WHERE application_no = :'no';
ROLLBACK;
