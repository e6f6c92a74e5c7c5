-- ---------------------------------------------------------------------
-- Amman: who writes which evidence in which state of first_issue.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_evidence() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.workflow_evidence
        (workflow, version, state, evidence, operation, role, source, certainty)
    SELECT 'first_issue', 1, v.state, v.evidence, v.operation, v.role, v.source, v.certainty
    FROM (VALUES
        ('draft', 'application', 'amend', 'portal', 'service card, step 1', 'card'),
        ('draft', 'document', 'insert', 'portal', 'service card, step 1', 'card'),
        ('submitted', 'document', 'review', 'clerk', 'service card, step 3', 'card'),
        ('submitted', 'document', 'insert', 'clerk', 'service card, step 3: a row for what is missing', 'card'),
        ('submitted', 'application_finding', 'insert', 'clerk', 'service card, step 3', 'card'),
        ('submitted', 'inspection', 'insert', 'clerk', 'service card, step 4', 'card'),
        ('submitted', 'inspection', 'cancel', 'clerk', 'inferred: a mistake is undone', 'likely'),
        ('submitted', 'application_finding', 'take_back', 'clerk', 'inferred: a mistake is undone', 'likely'),
        ('inspection_scheduled', 'application_finding', 'take_back', 'inspector', 'inferred: a mistake is undone', 'likely'),
        ('inspection_scheduled', 'inspection', 'correct', 'inspector', 'inferred: a mistake is undone', 'likely'),
        ('submitted', 'application', 'reassign', 'clerk', 'inferred: a mistake is undone', 'likely'),
        ('inspection_scheduled', 'application', 'reassign', 'clerk', 'inferred: a mistake is undone', 'likely'),
        ('committee_review', 'application', 'reassign', 'clerk', 'inferred: a mistake is undone', 'likely'),
        ('approvals_review', 'application', 'reassign', 'clerk', 'inferred: a mistake is undone', 'likely'),
        ('documents_deficient', 'application', 'amend', 'portal', 'inferred from step 3', 'likely'),
        ('documents_deficient', 'document', 'insert', 'portal', 'inferred from step 3', 'likely'),
        ('inspection_scheduled', 'inspection', 'insert', 'clerk', 'inferred from step 4', 'likely'),
        ('inspection_scheduled', 'inspection', 'cancel', 'clerk', 'inferred from step 4', 'likely'),
        ('inspection_scheduled', 'inspection', 'close', 'inspector', 'service card, step 5', 'card'),
        ('inspection_scheduled', 'inspection_finding', 'insert', 'inspector', 'service card, step 5', 'card'),
        ('inspection_scheduled', 'application_finding', 'insert', 'inspector', 'service card, step 5', 'card'),
        ('inspection_scheduled', 'attachment', 'insert', 'inspector', 'inferred from step 5: photos of the home', 'likely'),
        ('correction_required', 'application', 'amend', 'portal', 'inferred from step 5', 'likely'),
        ('correction_required', 'document', 'insert', 'portal', 'inferred from step 5', 'likely'),
        ('committee_review', 'decision', 'insert', 'decider', 'service card, step 6', 'card'),
        ('committee_review', 'approval_requirement', 'insert', 'decider', 'service card, step 7', 'card'),
        ('external_approval_pending', 'external_approval', 'insert', 'portal', 'service card, step 7', 'card'),
        ('approvals_review', 'external_approval', 'review', 'clerk', 'service card, step 8', 'card'),
        ('approvals_deficient', 'external_approval', 'insert', 'portal', 'service card, step 8', 'card')
    ) AS v (state, evidence, operation, role, source, certainty);

    -- the card names three bodies for three deeds, and no person of two
    INSERT INTO licence_home.workflow_separation (workflow, version, deed, other, source, certainty)
    SELECT 'first_issue', 1, v.deed, v.other, 'inferred: the card gives audit, visit and decision to three bodies', 'likely'
    FROM (VALUES ('decide', 'inspect'), ('decide', 'review'), ('inspect', 'decide'), ('review', 'decide')) AS v (deed, other);

    -- who enters an application for a person does not review it
    INSERT INTO licence_home.workflow_counter (workflow, version, role, source, certainty)
    VALUES ('first_issue', 1, 'clerk', 'inferred: who has no portal comes to the counter', 'likely');
    INSERT INTO licence_home.workflow_separation (workflow, version, deed, other, source, certainty)
    SELECT 'first_issue', 1, v.deed, v.other, 'inferred: nobody reviews what they entered', 'likely'
    FROM (VALUES ('review', 'counter'), ('counter', 'review')) AS v (deed, other);
END;
COMMENT ON FUNCTION licence_home.amman_evidence() IS
'Part of load_rules(''amman''): who writes which evidence in which state of first_issue.';
CALL licence_home_internal.make_function('licence_home.amman_evidence()', 'admin');
