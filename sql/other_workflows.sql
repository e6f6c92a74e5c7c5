-- Workflows of other systems, translated to rows of ours: those that are sound
-- publish, and run; those that are not are refused with the reason.
--
-- The states and actions are those that the systems' documentation names
-- (DIGIT's trade licence, fire certificate, building plan, low-risk permit and
-- complaint; the plan examination of New York's buildings department; a
-- licence with two fees).  What a step asks for and does is ours.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset format unaligned
\pset tuples_only on
BEGIN;

-- A workflow from lines: "state kind waits_for [days message]", "action from to
-- role preconditions effects messages" (lists with commas, - for none), "state
-- evidence operation role".
CREATE PROCEDURE pg_temp.translate(name text, states text, steps text, evidence text)
    LANGUAGE plpgsql AS $$
DECLARE
    l text[];
BEGIN
    INSERT INTO licence_home.workflow (workflow, version, name_ar, name_en, valid, source, certainty)
        VALUES (name, 1, 'س', name, '[2026-01-01,)', 'test', 'likely');
    FOR l IN SELECT regexp_split_to_array(btrim(r), '\s+') FROM regexp_split_to_table(btrim(states, E' \n'), E'\n') AS r LOOP
        INSERT INTO licence_home.workflow_state (workflow, version, state, kind, waits_for, target_days, deadline_template, name_ar, name_en, source, certainty)
            VALUES (name, 1, l[1], l[2], nullif(l[3], '-'), l[4]::integer, l[5], 'س', l[1], 'test', 'likely');
    END LOOP;
    FOR l IN SELECT regexp_split_to_array(btrim(r), '\s+') FROM regexp_split_to_table(btrim(steps, E' \n'), E'\n') AS r LOOP
        INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
            VALUES (name, 1, l[1], l[2], l[3], l[4], coalesce(string_to_array(nullif(l[5], '-'), ','), '{}'),
                coalesce(string_to_array(nullif(l[6], '-'), ','), '{}'), coalesce(string_to_array(nullif(l[7], '-'), ','), '{}'), 'test', 'likely');
    END LOOP;
    FOR l IN SELECT regexp_split_to_array(btrim(r), '\s+') FROM regexp_split_to_table(btrim(evidence, E' \n'), E'\n') AS r LOOP
        INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
            VALUES (name, 1, l[1], l[2], l[3], l[4], 'test', 'likely');
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.defects(name text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(', ', d.defect, d.state, d.action) || ': ' || d.explanation FROM licence_home.check_workflow(name) AS d
$$;
-- What a change would be told; nothing of it stays.
CREATE FUNCTION pg_temp.if_only(what text, name text, VARIADIC statements text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    statement text;
    found text[];
BEGIN
    BEGIN
        FOREACH statement IN ARRAY statements LOOP
            EXECUTE replace(statement, '$1', quote_literal(name));
        END LOOP;
        found := ARRAY(SELECT * FROM pg_temp.defects(name));
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
        NULL;
    END;
    RETURN NEXT what || CASE found WHEN '{}' THEN ': sound' ELSE '' END;
    RETURN QUERY SELECT '    ' || u FROM unnest(found) AS u;
END $$;

\echo == DIGIT, trade licence
CALL pg_temp.translate('trade_licence', $$
    initiated start applicant
    applied open clerk 3
    fieldinspection open inspector 5
    pendingapproval open decider 5
    citizenactionrequired open applicant 14 documents_deficient
    pendingpayment open applicant 14 fees_due
    approved end -
    rejected end -
    cancelled end -
$$, $$
    apply initiated applied portal eligible,documents_given freeze_rules application_accepted
    forward applied fieldinspection clerk documents_accepted,inspection_ahead - inspection_scheduled
    sendbacktocitizen applied citizenactionrequired clerk deficiency_found - documents_deficient
    resubmit citizenactionrequired applied portal deficiency_supplied,eligible,documents_given settle_findings -
    reject applied rejected clerk closure_reason end_case -
    forward fieldinspection pendingapproval inspector inspection_done - -
    sendback fieldinspection applied inspector note_given cancel_inspection -
    reject fieldinspection rejected inspector closure_reason end_case -
    approve pendingapproval pendingpayment decider decision_approved,inspection_passed make_invoice decision_approved,fees_due
    sendback pendingapproval applied decider note_given - -
    reject pendingapproval rejected decider decision_refused end_case decision_refused
    pay pendingpayment approved cashier invoice_paid issue_licence licence_issued
    cancel citizenactionrequired cancelled sender deadline_passed end_case -
    cancel pendingpayment cancelled sender deadline_passed end_case -
$$, $$
    initiated application amend portal
    initiated document insert portal
    applied document review clerk
    applied document insert clerk
    applied application_finding insert clerk
    applied inspection insert clerk
    fieldinspection inspection insert clerk
    fieldinspection inspection close inspector
    fieldinspection inspection_finding insert inspector
    pendingapproval decision insert decider
    citizenactionrequired application amend portal
    citizenactionrequired document insert portal
$$);
SELECT pg_temp.defects('trade_licence');
-- as it comes: the approved licence is cancelled by a step of its own
SELECT pg_temp.if_only('a licence that is cancelled after its issue', 'trade_licence',
    $$UPDATE licence_home.workflow_state SET kind = 'open', waits_for = 'decider' WHERE workflow = $1 AND state = 'approved'$$,
    $$INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, source, certainty)
        VALUES ($1, 1, 'cancel', 'approved', 'cancelled', 'decider', '{closure_reason}', '{end_case}', 'test', 'likely')$$);
SELECT pg_temp.if_only('paid at the counter before anybody decides', 'trade_licence',
    $$UPDATE licence_home.workflow_transition SET to_state = 'pendingpayment', effects = '{freeze_rules,make_invoice}' WHERE workflow = $1 AND action = 'apply'$$);
SELECT pg_temp.if_only('nobody may decide', 'trade_licence',
    $$DELETE FROM licence_home.workflow_evidence WHERE workflow = $1 AND evidence = 'decision'$$);
SELECT pg_temp.if_only('the inspector makes no appointments, nor sends back', 'trade_licence',
    $$DELETE FROM licence_home.workflow_evidence WHERE workflow = $1 AND state = 'fieldinspection' AND operation = 'insert' AND role = 'clerk'$$,
    $$DELETE FROM licence_home.workflow_transition WHERE workflow = $1 AND from_state = 'fieldinspection' AND action = 'sendback'$$);
SELECT pg_temp.if_only('what comes back is not looked at', 'trade_licence',
    $$UPDATE licence_home.workflow_transition SET preconditions = '{deficiency_supplied}', to_state = 'pendingapproval' WHERE workflow = $1 AND action = 'resubmit'$$);
SELECT pg_temp.if_only('it is sent to the citizen, who may send nothing', 'trade_licence',
    $$DELETE FROM licence_home.workflow_evidence WHERE workflow = $1 AND state = 'citizenactionrequired' AND evidence = 'document'$$);

\echo == DIGIT, fire certificate: the fee comes first
CALL pg_temp.translate('fire_noc', $$
    initiated start applicant
    pendingpayment open applicant 14 fees_due
    documentverify open clerk 3
    citizenactionrequired open applicant 14 documents_deficient
    fieldinspection open inspector 5
    pendingapproval open decider 5
    approved end -
    rejected end -
    cancelled end -
$$, $$
    submit initiated pendingpayment portal eligible,documents_given freeze_rules,make_invoice application_accepted,fees_due
    cancel pendingpayment cancelled sender deadline_passed end_case -
    pay pendingpayment documentverify cashier invoice_paid - -
    sendbacktocitizen documentverify citizenactionrequired clerk deficiency_found - documents_deficient
    resubmit citizenactionrequired documentverify portal deficiency_supplied,documents_given settle_findings -
    cancel citizenactionrequired cancelled sender deadline_passed end_case -
    forward documentverify fieldinspection clerk documents_accepted - -
    forward fieldinspection pendingapproval inspector note_given - -
    sendback fieldinspection documentverify inspector note_given - -
    approve pendingapproval approved decider decision_approved,invoice_paid issue_licence decision_approved,licence_issued
    reject pendingapproval rejected decider decision_refused end_case decision_refused
$$, $$
    initiated application amend portal
    initiated document insert portal
    documentverify document review clerk
    citizenactionrequired document insert portal
    pendingapproval decision insert decider
$$);
SELECT pg_temp.defects('fire_noc');
-- as it comes: the home is measured at an inspection, long after the bill
SELECT pg_temp.if_only('a bill before the inspection that measures', 'fire_noc',
    $$INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
        SELECT $1, 1, 'fieldinspection', e, o, r, 'test', 'likely'
        FROM (VALUES ('inspection', 'insert', 'clerk'), ('inspection', 'close', 'inspector'), ('inspection_finding', 'insert', 'inspector')) AS v (e, o, r)$$,
    $$UPDATE licence_home.workflow_transition SET preconditions = '{inspection_passed}' WHERE workflow = $1 AND from_state = 'fieldinspection' AND action = 'forward'$$);
SELECT pg_temp.if_only('what was billed may be amended afterwards', 'fire_noc',
    $$INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
        VALUES ($1, 1, 'documentverify', 'application_finding', 'insert', 'clerk', 'test', 'likely'), ($1, 1, 'citizenactionrequired', 'application', 'amend', 'portal', 'test', 'likely')$$,
    $$UPDATE licence_home.workflow_transition SET preconditions = preconditions || '{eligible}' WHERE workflow = $1 AND action = 'resubmit'$$);
SELECT pg_temp.if_only('a refused case keeps its bill', 'fire_noc',
    $$UPDATE licence_home.workflow_transition SET effects = '{}' WHERE workflow = $1 AND action = 'cancel' AND from_state = 'pendingpayment'$$);

\echo == DIGIT, building plan with certificates of others, and a citizen asked at each desk
CALL pg_temp.translate('building_plan', $$
    initiated start applicant
    citizen_approval_inprocess open applicant
    doc_verification_inprogress open clerk 3
    citizen_action_pending_at_doc_verif open applicant 14 documents_deficient
    fieldinspection_inprogress open inspector 5
    citizen_action_pending_at_fi_verif open applicant 20 correction_required
    citizen_action_pending_at_noc_verif open applicant 30 external_approval_required
    noc_verification_inprogress open clerk 3
    approval_inprogress open decider 5
    pending_sanc_fee_payment open applicant 14 fees_due
    approved end -
    rejected end -
$$, $$
    send_to_citizen initiated citizen_approval_inprocess portal documents_given - -
    send_to_architect citizen_approval_inprocess initiated portal note_given - -
    apply citizen_approval_inprocess doc_verification_inprogress portal eligible,documents_given freeze_rules application_accepted
    forward doc_verification_inprogress fieldinspection_inprogress clerk documents_accepted,inspection_ahead - inspection_scheduled
    send_back_to_citizen doc_verification_inprogress citizen_action_pending_at_doc_verif clerk deficiency_found - documents_deficient
    forward citizen_action_pending_at_doc_verif doc_verification_inprogress portal deficiency_supplied,eligible,documents_given settle_findings -
    reject doc_verification_inprogress rejected clerk closure_reason end_case -
    forward fieldinspection_inprogress citizen_action_pending_at_noc_verif inspector inspection_passed,approvals_needed require_approvals external_approval_required
    forward fieldinspection_inprogress approval_inprogress inspector inspection_passed,approvals_not_needed - -
    send_back_to_citizen fieldinspection_inprogress citizen_action_pending_at_fi_verif inspector inspection_failed - correction_required
    forward citizen_action_pending_at_fi_verif doc_verification_inprogress portal correction_made,eligible settle_findings -
    forward citizen_action_pending_at_noc_verif noc_verification_inprogress portal approvals_answered - -
    forward noc_verification_inprogress approval_inprogress clerk approvals_accepted - -
    send_back_to_citizen noc_verification_inprogress citizen_action_pending_at_noc_verif clerk approval_deficient - -
    reject noc_verification_inprogress rejected clerk approval_refused end_case -
    approve approval_inprogress pending_sanc_fee_payment decider decision_approved,inspection_passed make_invoice decision_approved,fees_due
    reject approval_inprogress rejected decider decision_refused end_case decision_refused
    pay pending_sanc_fee_payment approved cashier invoice_paid issue_licence licence_issued
    skip_payment pending_sanc_fee_payment approval_inprogress decider note_given cancel_invoice -
$$, $$
    initiated application amend portal
    initiated document insert portal
    citizen_approval_inprocess application amend portal
    doc_verification_inprogress document review clerk
    doc_verification_inprogress application_finding insert clerk
    doc_verification_inprogress inspection insert clerk
    citizen_action_pending_at_doc_verif application amend portal
    citizen_action_pending_at_doc_verif document insert portal
    fieldinspection_inprogress inspection insert clerk
    fieldinspection_inprogress inspection close inspector
    fieldinspection_inprogress inspection_finding insert inspector
    fieldinspection_inprogress application_finding insert inspector
    citizen_action_pending_at_fi_verif application amend portal
    citizen_action_pending_at_noc_verif external_approval insert portal
    noc_verification_inprogress external_approval review clerk
    approval_inprogress decision insert decider
$$);
SELECT pg_temp.defects('building_plan');
SELECT pg_temp.if_only('a bill that stays open while the case goes back', 'building_plan',
    $$UPDATE licence_home.workflow_transition SET effects = '{}' WHERE workflow = $1 AND action = 'skip_payment'$$);
SELECT pg_temp.if_only('the citizen has no way to hand in the certificates', 'building_plan',
    $$DELETE FROM licence_home.workflow_evidence WHERE workflow = $1 AND evidence = 'external_approval' AND operation = 'insert'$$);
SELECT pg_temp.if_only('it is asked for certificates that nobody required', 'building_plan',
    $$UPDATE licence_home.workflow_transition SET effects = '{}' WHERE workflow = $1 AND action = 'forward' AND to_state = 'citizen_action_pending_at_noc_verif'$$);
SELECT pg_temp.if_only('one action, two ways, nothing to tell them apart', 'building_plan',
    $$UPDATE licence_home.workflow_transition SET preconditions = '{inspection_passed}' WHERE workflow = $1 AND from_state = 'fieldinspection_inprogress' AND action = 'forward'$$);
SELECT pg_temp.if_only('corrected after the inspection, and straight to the approval', 'building_plan',
    $$UPDATE licence_home.workflow_transition SET to_state = 'approval_inprogress' WHERE workflow = $1 AND from_state = 'citizen_action_pending_at_fi_verif'$$,
    $$UPDATE licence_home.workflow_transition SET preconditions = '{decision_approved}' WHERE workflow = $1 AND action = 'approve'$$);

\echo == DIGIT, low-risk permit: issued by the payment alone
CALL pg_temp.translate('low_risk', $$
    initiated start applicant
    pending_fee open applicant 14 fees_due
    approved end -
    deleted end -
$$, $$
    apply initiated pending_fee portal eligible,documents_given freeze_rules,make_invoice fees_due
    pay pending_fee approved cashier invoice_paid issue_licence licence_issued
    delete pending_fee deleted sender deadline_passed end_case -
$$, $$
    initiated application amend portal
    initiated document insert portal
$$);
SELECT pg_temp.defects('low_risk');
SELECT pg_temp.if_only('a director decides at the desk', 'low_risk',
    $$INSERT INTO licence_home.workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty) VALUES ($1, 1, 'desk', 'open', 'decider', 'س', 'desk', 'test', 'likely')$$,
    $$UPDATE licence_home.workflow_transition SET to_state = 'desk', effects = '{freeze_rules}', messages = '{}' WHERE workflow = $1 AND action = 'apply'$$,
    $$INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
        VALUES ($1, 1, 'allow', 'desk', 'pending_fee', 'director', '{decision_approved}', '{make_invoice}', '{fees_due}', 'test', 'likely')$$,
    $$INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty) VALUES ($1, 1, 'desk', 'decision', 'insert', 'director', 'test', 'likely')$$);

\echo == New York, plan examination: objections, approval, permit, sign-off
CALL pg_temp.translate('plan_exam', $$
    pre_filing start applicant
    pending_assignment open clerk 2
    review_in_process open clerk 10
    objections open applicant 30 documents_deficient
    chief_review open decider 5
    approved open applicant 14 fees_due
    permit_issued end -
    withdrawn end -
    disapproved end -
$$, $$
    file pre_filing pending_assignment portal eligible,documents_given freeze_rules application_accepted
    assign pending_assignment review_in_process clerk - - -
    reassign review_in_process pending_assignment clerk note_given - -
    object review_in_process objections clerk deficiency_found - documents_deficient
    resubmit objections review_in_process portal deficiency_supplied,eligible,documents_given settle_findings -
    refer review_in_process chief_review clerk documents_accepted - -
    refer_urgently review_in_process chief_review clerk documents_accepted,note_given - -
    approve chief_review approved decider decision_approved make_invoice fees_due
    disapprove chief_review disapproved decider decision_refused end_case decision_refused
    pull_permit approved permit_issued cashier invoice_paid issue_licence licence_issued
    withdraw objections withdrawn portal - end_case -
    lapse approved withdrawn sender deadline_passed end_case -
$$, $$
    pre_filing application amend portal
    pre_filing document insert portal
    review_in_process document review clerk
    review_in_process application_finding insert clerk
    objections application amend portal
    objections document insert portal
    chief_review decision insert decider
$$);
SELECT pg_temp.defects('plan_exam');
SELECT pg_temp.if_only('signed off after the permit', 'plan_exam',
    $$UPDATE licence_home.workflow_state SET kind = 'open', waits_for = 'clerk' WHERE workflow = $1 AND state = 'permit_issued'$$,
    $$INSERT INTO licence_home.workflow_state (workflow, version, state, kind, name_ar, name_en, source, certainty) VALUES ($1, 1, 'signed_off', 'end', 'س', 'x', 'test', 'likely')$$,
    $$INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, source, certainty)
        VALUES ($1, 1, 'sign_off', 'permit_issued', 'signed_off', 'clerk', '{note_given}', 'test', 'likely')$$);
SELECT pg_temp.if_only('professional certification: no examiner, no decision', 'plan_exam',
    $$INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
        VALUES ($1, 1, 'certify', 'pre_filing', 'approved', 'portal', '{eligible,documents_given}', '{freeze_rules,make_invoice}', '{fees_due}', 'test', 'likely')$$);

\echo == a licence with a fee to file and a fee to receive
CALL pg_temp.translate('two_fees', $$
    draft start applicant
    payment_pending_1 open applicant 14 fees_due
    reviewing open decider 10
    payment_pending_2 open applicant 14 fees_due
    approved end -
    rejected end -
    expired end -
$$, $$
    submit draft payment_pending_1 portal eligible,documents_given freeze_rules,make_invoice fees_due
    pay payment_pending_1 reviewing cashier invoice_paid - -
    approve reviewing payment_pending_2 decider decision_approved make_invoice fees_due
    reject reviewing rejected decider decision_refused end_case decision_refused
    pay payment_pending_2 approved cashier invoice_paid issue_licence licence_issued
    expire payment_pending_1 expired sender deadline_passed end_case -
    expire payment_pending_2 expired sender deadline_passed end_case -
$$, $$
    draft application amend portal
    draft document insert portal
    reviewing decision insert decider
$$);
SELECT pg_temp.defects('two_fees');
SELECT pg_temp.if_only('the fee to file is no fee of the schedule', 'two_fees',
    $$UPDATE licence_home.workflow_transition SET to_state = 'reviewing', effects = '{freeze_rules}', messages = '{}' WHERE workflow = $1 AND action = 'submit'$$,
    $$DELETE FROM licence_home.workflow_transition WHERE workflow = $1 AND from_state = 'payment_pending_1'$$,
    $$DELETE FROM licence_home.workflow_state WHERE workflow = $1 AND state = 'payment_pending_1'$$);

\echo == DIGIT, complaint: no licence at all, and a case that opens again before its end
CALL pg_temp.translate('complaint', $$
    new start applicant
    pendingforassignment open clerk 1
    pendingatlme open inspector 3
    resolved open applicant
    closedafterresolution end -
    rejected open applicant
    closedafterrejection end -
$$, $$
    apply new pendingforassignment portal - freeze_rules -
    assign pendingforassignment pendingatlme clerk note_given - -
    reject pendingforassignment rejected clerk note_given - -
    resolve pendingatlme resolved inspector note_given - -
    reassign pendingatlme pendingforassignment inspector note_given - -
    rate resolved closedafterresolution portal - - -
    reopen resolved pendingforassignment portal note_given - -
    rate rejected closedafterrejection portal - - -
    reopen rejected pendingforassignment portal note_given - -
$$, $$
    new application amend portal
$$);
SELECT pg_temp.defects('complaint');
SELECT pg_temp.if_only('it can be opened again for ever, and closed by nobody', 'complaint',
    $$DELETE FROM licence_home.workflow_transition WHERE workflow = $1 AND action = 'rate'$$);

\echo == those that are sound publish
SELECT workflow, (SELECT count(*) FROM licence_home.check_workflow(workflow)) AS defects FROM licence_home.workflow WHERE published_at IS NULL ORDER BY workflow COLLATE "C";
UPDATE licence_home.workflow SET published_at = licence_home.now() WHERE published_at IS NULL AND workflow NOT IN ('low_risk', 'two_fees');
SET CONSTRAINTS ALL IMMEDIATE;
SAVEPOINT published;
UPDATE licence_home.workflow SET published_at = licence_home.now() WHERE workflow = 'low_risk';
ROLLBACK TO published;
UPDATE licence_home.workflow SET published_at = licence_home.now() WHERE workflow = 'two_fees';
ROLLBACK TO published;
-- a director decides, and the payment alone is not enough
INSERT INTO licence_home.workflow_state (workflow, version, state, kind, waits_for, name_ar, name_en, source, certainty) VALUES ('low_risk', 1, 'desk', 'open', 'decider', 'س', 'desk', 'test', 'likely');
UPDATE licence_home.workflow_transition SET to_state = 'desk', effects = '{freeze_rules}', messages = '{}' WHERE workflow = 'low_risk' AND action = 'apply';
UPDATE licence_home.workflow_transition SET preconditions = '{invoice_paid,documents_accepted}' WHERE workflow = 'low_risk' AND action = 'pay';
INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
    VALUES ('low_risk', 1, 'allow', 'desk', 'pending_fee', 'director', '{decision_approved}', '{make_invoice}', '{fees_due}', 'test', 'likely');
INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    VALUES ('low_risk', 1, 'desk', 'decision', 'insert', 'director', 'test', 'likely'), ('low_risk', 1, 'pending_fee', 'document', 'review', 'clerk', 'test', 'likely');
UPDATE licence_home.workflow SET published_at = licence_home.now() WHERE workflow = 'low_risk';

-- Cases of them.
CREATE FUNCTION pg_temp.case_of(workflow text, profession text DEFAULT 'knitting') RETURNS licence_home.application_no
    LANGUAGE plpgsql AS $$
DECLARE
    like_no licence_home.application_no := story.new_case(profession, 'en');
    no licence_home.application_no;
BEGIN
    PERFORM story.become('portal', like_no);
    INSERT INTO licence_home.application (workflow, applicant_id, profession, home, village, basin, parcel, home_area_m2, work_area_m2, built_on,
        employees, people, tenant)
    SELECT case_of.workflow, a.applicant_id, a.profession, a.home, a.village, a.basin, a.parcel, a.home_area_m2, a.work_area_m2, a.built_on, a.employees, a.people, a.tenant
    FROM licence_home.application AS a WHERE a.application_no = like_no
    RETURNING application_no INTO no;
    INSERT INTO licence_home.document (application_no, document_type, reference_no)
    SELECT no, d.document_type, d.reference_no FROM licence_home.document AS d WHERE d.application_no = like_no ORDER BY d.document_id;
    PERFORM story.become();
    RETURN no;
END $$;

\echo == a trade licence, sent back once
SELECT pg_temp.case_of('trade_licence') AS no \gset
SELECT story.outcome('portal', :'no', 'apply');
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.application_finding (application_no, field) VALUES ($1, 'work_area_m2')$$);
SELECT story.outcome('clerk', :'no', 'sendbacktocitizen');
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET work_area_m2 = 15.5 WHERE application_no = $1');
SELECT story.outcome('portal', :'no', 'resubmit');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
SELECT story.outcome('clerk', :'no', 'forward');
CALL story.inspect(:'no');
SELECT story.outcome('inspector', :'no', 'forward');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'approve');
SELECT story.pay(:'no');
SELECT story.look(:'no');

\echo == a fire certificate: the payment leads to the desk, the approval issues
SELECT pg_temp.case_of('fire_noc') AS no \gset
SELECT story.outcome('portal', :'no', 'submit');
SELECT story.pay(:'no');
SELECT story.look(:'no');
CALL story.review_documents(:'no');
SELECT story.outcome('clerk', :'no', 'forward'), story.outcome('inspector', :'no', 'forward', 'seen');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'approve');
SELECT story.look(:'no');
-- refused: the money is to be given back
SELECT pg_temp.case_of('fire_noc') AS no \gset
SELECT story.outcome('portal', :'no', 'submit');
SELECT story.pay(:'no');
CALL story.review_documents(:'no');
SELECT story.outcome('clerk', :'no', 'forward'), story.outcome('inspector', :'no', 'forward', 'seen');
CALL story.decide(:'no', 'refused', 'nuisance');
SELECT story.outcome('committee', :'no', 'reject');
SELECT reason FROM licence_home.refundable WHERE application_no = :'no';

\echo == a building plan with a certificate, whose bill is taken back and made anew
SELECT pg_temp.case_of('building_plan', 'home_baking') AS no \gset
SELECT story.outcome('portal', :'no', 'send_to_citizen'), story.outcome('portal', :'no', 'apply');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no');
SELECT story.outcome('clerk', :'no', 'forward');
CALL story.inspect(:'no');
SELECT story.outcome('inspector', :'no', 'forward');
CALL story.answer(:'no');
SELECT story.outcome('portal', :'no', 'forward');
CALL story.review_approval(:'no');
SELECT story.outcome('clerk', :'no', 'forward');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'approve');
SELECT story.pay(:'no', 2.5, 'too early');
SELECT story.outcome('committee', :'no', 'skip_payment', 'the fee was disputed');
CALL story.decide(:'no');
SELECT story.outcome('committee', :'no', 'approve');
SELECT count(*), count(*) FILTER (WHERE cancelled_at IS NULL) AS open FROM licence_home.invoice WHERE application_no = :'no';
SELECT paid, amount, reason FROM licence_home.refundable WHERE application_no = :'no';
SELECT story.pay(:'no');
SELECT state FROM licence_home.application WHERE application_no = :'no';

\echo == two actions between the same two states by one role: by name, not by UPDATE
SELECT pg_temp.case_of('plan_exam') AS no \gset
SELECT story.outcome('portal', :'no', 'file'), story.outcome('clerk', :'no', 'assign');
CALL story.review_documents(:'no');
SELECT code, said FROM story.attempt('clerk', :'no', 'UPDATE licence_home.application SET state = ''chief_review'' WHERE application_no = $1');
SELECT code, said FROM story.attempt('clerk', :'no', $$MERGE INTO licence_home.application AS a USING (SELECT $1 AS no) AS v ON a.application_no = v.no
    WHEN MATCHED THEN UPDATE SET state = 'chief_review'$$);
SELECT story.outcome('clerk', :'no', 'refer_urgently');
SELECT story.outcome('clerk', :'no', 'refer_urgently', 'the roof leaks');
SELECT action, note FROM licence_home.application_event WHERE application_no = :'no' ORDER BY case_event DESC LIMIT 1;

\echo == a payment whose step asks for more is recorded, and the step taken later
SELECT pg_temp.case_of('low_risk') AS no \gset
SELECT story.outcome('portal', :'no', 'apply');
CALL story.act('director', :'no', $$INSERT INTO licence_home.decision (application_no, outcome) VALUES ($1, 'approved')$$);
SELECT story.outcome('director', :'no', 'allow');
SELECT story.pay(:'no', 1, 'a part of it');
SELECT story.pay(:'no', 24);
SELECT story.look(:'no');
CALL story.review_documents(:'no');
SELECT story.outcome('cashier', :'no', 'pay');

\echo == their licences are proved by their own steps
SELECT a.workflow, count(*) FROM licence_home.licence AS l JOIN licence_home.application AS a USING (application_no) WHERE a.workflow <> 'first_issue' GROUP BY 1 ORDER BY 1;
SELECT a.workflow, u.defect, u.about, u.required, u.observed FROM licence_home.unproven_licences() AS u JOIN licence_home.application AS a USING (application_no);
ROLLBACK;
RESET licence_home.clock;
