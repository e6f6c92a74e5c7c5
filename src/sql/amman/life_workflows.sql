-- ---------------------------------------------------------------------
-- Amman: the workflows of a licence's life that its holder begins.  The cards
-- know the first issue alone, so all of this is inferred.  renewal, amendment
-- and transfer have the states and steps of first_issue, with what differs.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_life_workflows() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.workflow (workflow, version, name_ar, name_en, valid, source, certainty)
    SELECT v.workflow, 1, v.name_ar, v.name_en, daterange('2012-01-01', NULL), 'inferred: what follows a first issue', 'likely'
    FROM (VALUES
        ('renewal', 'تجديد رخصة مهن داخل المنزل', 'Renewal of a licence'),
        ('amendment', 'تعديل رخصة مهن داخل المنزل', 'Amendment of a licence'),
        ('transfer', 'نقل رخصة مهن داخل المنزل', 'Transfer of a licence'),
        ('surrender', 'إنهاء رخصة مهن داخل المنزل', 'Surrender of a licence'),
        ('duplicate_copy', 'نسخة من رخصة مهن داخل المنزل', 'Copy of a licence')
    ) AS v (workflow, name_ar, name_en);

    INSERT INTO licence_home.workflow_change (workflow, version, fact, source, certainty)
    SELECT v.workflow, 1, v.fact, 'inferred', 'likely'
    FROM (VALUES ('first_issue', 'licence'),
        ('renewal', 'term'), ('renewal', 'profession'), ('renewal', 'home'), ('renewal', 'area'), ('renewal', 'staff'),
        ('amendment', 'profession'), ('amendment', 'home'), ('amendment', 'area'), ('amendment', 'staff'), ('amendment', 'name'),
        ('transfer', 'holder'), ('surrender', 'standing'), ('duplicate_copy', 'copy')) AS v (workflow, fact);

    INSERT INTO licence_home.workflow_conflict (workflow, version, other, ruling, source, certainty)
    SELECT v.workflow, 1, v.other, v.ruling, 'inferred', 'likely'
    FROM (VALUES
        ('renewal', 'renewal', 'refused'), ('renewal', 'surrender', 'refused'), ('renewal', 'amendment', 'same_fact'),
        ('amendment', 'amendment', 'same_fact'), ('amendment', 'renewal', 'same_fact'), ('amendment', 'surrender', 'refused'),
        ('transfer', 'transfer', 'refused'), ('transfer', 'surrender', 'refused'),
        ('surrender', 'surrender', 'refused'), ('surrender', 'renewal', 'refused'), ('surrender', 'amendment', 'refused'),
        ('surrender', 'transfer', 'refused'),
        ('duplicate_copy', 'duplicate_copy', 'refused'), ('duplicate_copy', 'surrender', 'refused')) AS v (workflow, other, ruling);

    INSERT INTO licence_home.workflow_state (workflow, version, state, kind, waits_for, target_days, grace_days,
        deadline_template, name_ar, name_en, source, certainty)
    SELECT w.workflow, 1, s.state, s.kind, s.waits_for, s.target_days, s.grace_days, s.deadline_template,
        CASE s.state WHEN 'issued' THEN w.done_ar ELSE s.name_ar END, CASE s.state WHEN 'issued' THEN w.done_en ELSE s.name_en END,
        'as in first_issue', CASE s.certainty WHEN 'card' THEN 'likely' WHEN 'press' THEN 'likely' ELSE s.certainty END
    FROM licence_home.workflow_state AS s
    CROSS JOIN (VALUES
        ('renewal', 'جُدّدت الرخصة', 'Licence renewed'),
        ('amendment', 'عُدّلت الرخصة', 'Licence amended'),
        ('transfer', 'نُقلت الرخصة', 'Licence transferred'),
        ('surrender', 'أُنهيت الرخصة', 'Licence surrendered'),
        ('duplicate_copy', 'صدرت النسخة', 'Copy issued')) AS w (workflow, done_ar, done_en)
    WHERE s.workflow = 'first_issue' AND s.version = 1
        AND (w.workflow IN ('renewal', 'amendment', 'transfer')
            OR s.state IN ('draft', 'issued', 'withdrawn', 'closed')
            OR w.workflow = 'duplicate_copy' AND s.state IN ('fee_due', 'lapsed'));

    -- what differs, and what takes its place
    INSERT INTO licence_home.workflow_transition (workflow, version, action, from_state, to_state, role, preconditions,
        effects, messages, name_ar, name_en, source, certainty)
    SELECT w.workflow, 1, t.action, t.from_state, t.to_state, t.role,
        CASE t.action WHEN 'reopen' THEN '{note_given,no_contradiction}' ELSE t.preconditions END, t.effects, t.messages,
        t.name_ar, t.name_en, 'as in first_issue', CASE t.certainty WHEN 'unknown' THEN 'unknown' ELSE 'likely' END
    FROM licence_home.workflow_transition AS t
    JOIN licence_home.workflow AS w ON w.workflow IN ('renewal', 'amendment', 'transfer', 'surrender', 'duplicate_copy') AND w.version = 1
    WHERE t.workflow = 'first_issue' AND t.version = 1
        AND t.action NOT IN ('submit', 'schedule_inspection', 'approve', 'issue')
        AND NOT (t.action = 'refer_to_committee' AND t.from_state = 'submitted')
        AND NOT (t.action = 'undo_approval' AND w.workflow = 'duplicate_copy')
        AND EXISTS (SELECT FROM licence_home.workflow_state AS s WHERE s.workflow = w.workflow AND s.version = 1 AND s.state = t.from_state)
        AND EXISTS (SELECT FROM licence_home.workflow_state AS s WHERE s.workflow = w.workflow AND s.version = 1 AND s.state = t.to_state)
    UNION ALL
    SELECT w.workflow, 1, v.action, v.from_state, v.to_state, v.role, v.preconditions::text[],
        CASE v.effects WHEN '{done}' THEN w.effects::text[] ELSE v.effects::text[] END,
        CASE v.messages WHEN '{done}' THEN ARRAY[w.message] ELSE v.messages::text[] END, v.name_ar, v.name_en, 'inferred', 'likely'
    FROM (VALUES
        ('renewal', '{renew_licence,change_licence}', 'licence_renewed'),
        ('amendment', '{change_licence}', 'licence_amended'),
        ('transfer', '{change_licence}', 'licence_transferred')) AS w (workflow, effects, message)
    CROSS JOIN (VALUES
        ('submit', 'draft', 'fee_due', 'portal', '{licence_allows,no_contradiction,nothing_to_prove,eligible}',
            '{freeze_rules,make_invoice}', '{fees_due}', 'تقديم الطلب', 'submit'),
        ('submit', 'draft', 'submitted', 'portal', '{licence_allows,no_contradiction,something_to_prove,eligible,documents_given}',
            '{freeze_rules}', '{application_accepted}', 'تقديم الطلب', 'submit'),
        ('schedule_inspection', 'submitted', 'inspection_scheduled', 'clerk', '{documents_accepted,inspection_to_prove,inspection_ahead}',
            '{}', '{inspection_scheduled}', 'تحديد موعد الكشف', 'schedule inspection'),
        ('refer_to_committee', 'submitted', 'committee_review', 'clerk', '{documents_accepted,inspection_proven,decision_to_prove}',
            '{}', '{}', 'الإحالة إلى اللجنة', 'refer to committee'),
        ('accept', 'submitted', 'external_approval_pending', 'clerk',
            '{documents_accepted,inspection_proven,decision_not_to_prove,approvals_needed}',
            '{require_approvals}', '{external_approval_required}', 'القبول', 'accept'),
        ('accept', 'submitted', 'fee_due', 'clerk',
            '{documents_accepted,inspection_proven,decision_not_to_prove,approvals_not_needed}',
            '{require_approvals,make_invoice}', '{fees_due}', 'القبول', 'accept'),
        ('approve', 'committee_review', 'external_approval_pending', 'decider',
            '{decision_approved,inspection_proven,approvals_needed}', '{require_approvals}',
            '{decision_approved,external_approval_required}', 'الموافقة', 'approve'),
        ('approve', 'committee_review', 'fee_due', 'decider',
            '{decision_approved,inspection_proven,approvals_not_needed}', '{require_approvals,make_invoice}',
            '{decision_approved,fees_due}', 'الموافقة', 'approve'),
        ('issue', 'fee_due', 'issued', 'cashier', '{invoice_paid}', '{done}', '{done}', 'الإنجاز', 'complete')
    ) AS v (action, from_state, to_state, role, preconditions, effects, messages, name_ar, name_en)
    UNION ALL
    SELECT v.workflow, 1, v.action, v.from_state, v.to_state, v.role, v.preconditions::text[], v.effects::text[], v.messages::text[],
        v.name_ar, v.name_en, 'inferred', 'likely'
    FROM (VALUES
        ('surrender', 'submit', 'draft', 'issued', 'portal', '{licence_allows,no_contradiction}', '{freeze_rules,surrender_licence}',
            '{licence_surrendered}', 'تقديم الطلب', 'submit'),
        ('duplicate_copy', 'submit', 'draft', 'fee_due', 'portal', '{licence_allows,no_contradiction,licence_in_force}',
            '{freeze_rules,make_invoice}', '{fees_due}', 'تقديم الطلب', 'submit'),
        ('duplicate_copy', 'issue', 'fee_due', 'issued', 'cashier', '{invoice_paid}', '{issue_copy}', '{duplicate_issued}',
            'إصدار النسخة', 'issue copy')
    ) AS v (workflow, action, from_state, to_state, role, preconditions, effects, messages, name_ar, name_en);

    INSERT INTO licence_home.workflow_evidence (workflow, version, state, evidence, operation, role, source, certainty)
    SELECT s.workflow, 1, e.state, e.evidence, e.operation, e.role, 'as in first_issue', 'likely'
    FROM licence_home.workflow_evidence AS e
    JOIN licence_home.workflow_state AS s ON s.workflow IN ('renewal', 'amendment', 'transfer', 'surrender', 'duplicate_copy')
        AND s.version = 1 AND s.state = e.state
    WHERE e.workflow = 'first_issue' AND e.version = 1 AND e.operation <> 'reassign'
        AND (s.workflow IN ('renewal', 'amendment', 'transfer') OR e.evidence = 'application');
    INSERT INTO licence_home.workflow_separation (workflow, version, deed, other, source, certainty)
    SELECT w.workflow, 1, s.deed, s.other, 'as in first_issue', 'likely'
    FROM licence_home.workflow_separation AS s
    JOIN licence_home.workflow AS w ON w.workflow IN ('renewal', 'amendment', 'transfer', 'surrender', 'duplicate_copy') AND w.version = 1
    WHERE s.workflow = 'first_issue' AND s.version = 1;
    INSERT INTO licence_home.workflow_counter (workflow, version, role, source, certainty)
    SELECT w.workflow, 1, 'clerk', 'inferred: who has no portal comes to the counter', 'likely'
    FROM licence_home.workflow AS w
    WHERE w.workflow IN ('renewal', 'amendment', 'transfer', 'surrender', 'duplicate_copy') AND w.version = 1;
END;
COMMENT ON FUNCTION licence_home.amman_life_workflows() IS
'Part of load_rules(''amman''): the workflows renewal, amendment, transfer, surrender and duplicate_copy, not yet published.';
CALL licence_home_internal.make_function('licence_home.amman_life_workflows()', 'admin');
