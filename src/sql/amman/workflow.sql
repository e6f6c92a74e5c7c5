-- ---------------------------------------------------------------------
-- Amman: the workflow first_issue.
--
-- The steps of the service card, and those that undo or end something.  It is
-- valid from the first edition of the instructions on, so that a case of any
-- edition can be judged. target_days are working days. The card leaves the
-- time to complete empty, so all but the first are illustrative.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_workflow() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.workflow
        (workflow, version, name_ar, name_en, valid, source, certainty)
    VALUES ('first_issue', 1, 'طلب إصدار رخصة مهن داخل المنزل',
        'First issue of a licence for a profession inside the home',
        daterange('2012-01-01', NULL),
        'service card, procedure; its steps that undo or end something are inferred', 'card');

    INSERT INTO licence_home.workflow_state
        (workflow, version, state, kind, waits_for, target_days, grace_days,
         deadline_template, name_ar, name_en, source, certainty)
    SELECT 'first_issue', 1, v.state, v.kind, v.waits_for, v.target_days, v.grace_days,
        v.deadline_template, v.name_ar, v.name_en, v.source, v.certainty
    FROM (VALUES
        ('draft', 'start', 'applicant', NULL::integer, 0, NULL::text,
            'مسودة', 'Draft',
            'service card, step 1; a draft has no deadline', 'card'),
        ('submitted', 'open', 'clerk', 3, 0, NULL,
            'قيد التدقيق', 'Under audit',
            'service card, step 3; target of 3 days from submission: press 2019 and 2020', 'press'),
        ('documents_deficient', 'open', 'applicant', 14, 0, 'documents_deficient',
            'بانتظار استكمال المرفقات', 'Waiting for what is missing or incorrect',
            'service card, step 3; the deadline is illustrative', 'unknown'),
        ('inspection_scheduled', 'open', 'inspector', 5, 0, NULL,
            'بانتظار الكشف', 'Waiting for the inspection',
            'service card, step 4; the target is illustrative', 'unknown'),
        ('correction_required', 'open', 'applicant', 20, 0, 'correction_required',
            'بانتظار التصويب', 'Waiting for things to be put right',
            'service card, step 5; the deadline is illustrative', 'unknown'),
        ('committee_review', 'open', 'decider', 5, 0, NULL,
            'بانتظار القرار', 'Waiting for the decision',
            'service card, step 6; the target is illustrative', 'unknown'),
        ('external_approval_pending', 'open', 'applicant', 30, 0, 'external_approval_required',
            'بانتظار الموافقات الخارجية', 'Waiting for outside approvals',
            'service card, step 7; the deadline is illustrative', 'unknown'),
        ('approvals_review', 'open', 'clerk', 3, 0, NULL,
            'تدقيق الموافقات الخارجية', 'Outside approvals under audit',
            'service card, step 8; the target is illustrative', 'unknown'),
        ('approvals_deficient', 'open', 'applicant', 14, 0, 'approvals_deficient',
            'بانتظار استكمال الموافقات', 'Waiting for missing or incorrect approvals',
            'service card, step 8; the deadline is illustrative', 'unknown'),
        ('fee_due', 'open', 'applicant', 14, 7, 'fees_due',
            'بانتظار دفع الرسوم', 'Waiting for the payment',
            'service card, step 9; deadline and grace for late notifications are illustrative', 'unknown'),
        ('issued', 'end', NULL, NULL, 0, NULL,
            'صدرت الرخصة', 'Licence issued',
            'service card, step 10', 'card'),
        ('rejected', 'end', NULL, NULL, 0, NULL,
            'عدم الموافقة', 'Not approved',
            'service card, step 6', 'card'),
        ('withdrawn', 'end', NULL, NULL, 0, NULL,
            'سحبه مقدم الطلب', 'Withdrawn by the applicant',
            'inferred: an applicant may give up', 'likely'),
        ('lapsed', 'end', NULL, NULL, 0, NULL,
            'سقط بانقضاء المهلة', 'Lapsed after its deadline',
            'inferred: the card sets no deadline', 'likely'),
        ('closed', 'end', NULL, NULL, 0, NULL,
            'أغلقته الأمانة', 'Closed by the municipality',
            'inferred: an applicant dies, a case was opened twice', 'likely')
    ) AS v (state, kind, waits_for, target_days, grace_days,
        deadline_template, name_ar, name_en, source, certainty);

    INSERT INTO licence_home.workflow_transition
        (workflow, version, action, from_state, to_state, role,
         preconditions, effects, messages, source, certainty, name_ar, name_en)
    SELECT t.*, n.name_ar, n.name_en
    FROM (
        SELECT 'first_issue', 1, v.action, v.from_state, v.to_state, v.role,
            v.preconditions::text[], v.effects::text[], v.messages::text[], v.source, v.certainty
        FROM (VALUES
            ('submit', 'draft', 'submitted', 'portal',
                '{eligible,documents_given}', '{freeze_rules}', '{application_accepted}',
                'service card, steps 1 and 2', 'card'),
            ('return_documents', 'submitted', 'documents_deficient', 'clerk',
                '{deficiency_found}', '{}', '{documents_deficient}',
                'service card, step 3', 'card'),
            ('resubmit', 'documents_deficient', 'submitted', 'portal',
                '{deficiency_supplied,eligible,documents_given}', '{settle_findings}', '{}',
                'inferred from the service card, step 3', 'likely'),
            ('schedule_inspection', 'submitted', 'inspection_scheduled', 'clerk',
                '{documents_accepted,inspection_ahead}', '{}', '{inspection_scheduled}',
                'service card, step 4', 'card'),
            ('reschedule_inspection', 'inspection_scheduled', 'inspection_scheduled', 'clerk',
                '{former_inspection_closed,inspection_ahead}', '{}', '{inspection_rescheduled}',
                'inferred: nobody at home, or the inspector ill', 'likely'),
            ('reschedule', 'inspection_scheduled', 'inspection_scheduled', 'portal',
                '{inspection_ahead,appointment_chosen}', '{}', '{inspection_rescheduled}',
                'inferred: the applicant is at work on that day', 'likely'),
            ('reassign_inspection', 'inspection_scheduled', 'inspection_scheduled', 'clerk',
                '{former_inspection_closed,inspection_ahead,appointment_kept}', '{}', '{}',
                'inferred: another inspector comes at the same time, which need not be told', 'likely'),
            ('cancel_inspection', 'inspection_scheduled', 'inspection_scheduled', 'clerk',
                '{note_given,inspection_ahead}', '{cancel_inspection}', '{inspection_cancelled}',
                'inferred: the inspector is gone and no day is free yet', 'likely'),
            ('require_correction', 'inspection_scheduled', 'correction_required', 'inspector',
                '{inspection_failed}', '{}', '{correction_required}',
                'service card, step 5', 'card'),
            ('report_correction', 'correction_required', 'submitted', 'portal',
                '{correction_made,eligible}', '{settle_findings}', '{}',
                'inferred: a new inspection follows', 'likely'),
            ('refer_to_committee', 'inspection_scheduled', 'committee_review', 'inspector',
                '{inspection_done}', '{}', '{}',
                'service card, step 6', 'card'),
            ('refer_to_committee', 'submitted', 'committee_review', 'clerk',
                '{inspection_passed_after_change,documents_accepted}', '{}', '{}',
                'inferred: a case that came back from the committee and was inspected already', 'likely'),
            ('return_to_audit', 'committee_review', 'submitted', 'decider',
                '{note_given}', '{}', '{}',
                'inferred: the committee finds the case not ready', 'likely'),
            ('approve', 'committee_review', 'external_approval_pending', 'decider',
                '{decision_approved,inspection_passed,approvals_needed}', '{require_approvals}',
                '{decision_approved,external_approval_required}',
                'service card, steps 6 and 7', 'card'),
            ('approve', 'committee_review', 'fee_due', 'decider',
                '{decision_approved,inspection_passed,approvals_not_needed}',
                '{require_approvals,make_invoice}', '{decision_approved,fees_due}',
                'service card, steps 6 and 9', 'card'),
            ('reject', 'committee_review', 'rejected', 'decider',
                '{decision_refused}', '{end_case}', '{decision_refused}',
                'service card, step 6', 'card'),
            ('submit_approvals', 'external_approval_pending', 'approvals_review', 'portal',
                '{approvals_answered}', '{}', '{}',
                'service card, steps 7 and 8', 'card'),
            ('return_approvals', 'approvals_review', 'approvals_deficient', 'clerk',
                '{approval_deficient}', '{}', '{approvals_deficient}',
                'service card, step 8', 'card'),
            ('resubmit_approvals', 'approvals_deficient', 'approvals_review', 'portal',
                '{approvals_supplied}', '{}', '{}',
                'inferred from the service card, step 8', 'likely'),
            ('refuse_approvals', 'approvals_review', 'rejected', 'clerk',
                '{approval_refused}', '{end_case}', '{refused_by_authority}',
                'inferred: without the approval there is no licence', 'likely'),
            ('accept_approvals', 'approvals_review', 'fee_due', 'clerk',
                '{approvals_accepted}', '{make_invoice}', '{fees_due}',
                'service card, step 9', 'card'),
            ('issue', 'fee_due', 'issued', 'cashier',
                '{invoice_paid}', '{issue_licence}', '{licence_issued}',
                'service card, step 10', 'card'),
            ('reverse_payment', 'fee_due', 'fee_due', 'cashier',
                '{payment_reversed}', '{reopen_bill}', '{payment_reversed}',
                'inferred: a bill whose payment was taken back is open again', 'likely'),
            ('undo_approval', 'external_approval_pending', 'committee_review', 'decider',
                '{note_given}', '{take_back_messages}', '{sent_in_error}',
                'inferred: an official''s mistake is undone', 'likely'),
            ('undo_approval', 'fee_due', 'committee_review', 'decider',
                '{note_given,nothing_paid}', '{cancel_invoice,take_back_messages}', '{sent_in_error}',
                'inferred: an official''s mistake is undone', 'likely'),
            ('replace_bill', 'fee_due', 'fee_due', 'clerk',
                '{note_given,bill_differs}', '{replace_invoice}', '{bill_replaced}',
                'inferred: a wrong bill is made anew, and payments are kept', 'likely'),
            ('recall', 'approvals_deficient', 'approvals_review', 'clerk',
                '{note_given}', '{settle_findings,reopen_reviews,take_back_messages}', '{sent_in_error}',
                'inferred: an official''s mistake is undone', 'likely')
        ) AS v (action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
        UNION ALL
        SELECT 'first_issue', 1, 'recall', from_state, 'submitted', 'clerk',
            -- what the applicant has amended meanwhile is proved, as at a resubmission
            CASE from_state WHEN 'inspection_scheduled' THEN '{note_given}'::text[]
                ELSE '{note_given,eligible}' END,
            CASE from_state WHEN 'inspection_scheduled' THEN '{settle_findings,reopen_reviews,cancel_inspection,take_back_messages}'::text[]
                ELSE '{settle_findings,reopen_reviews,take_back_messages}' END,
            '{sent_in_error}', 'inferred: an official''s mistake is undone', 'likely'
        FROM unnest('{documents_deficient,inspection_scheduled,correction_required}'::text[]) AS from_state
        UNION ALL                   -- what waits for the applicant, with a deadline
        SELECT 'first_issue', 1, 'extend', s.state, s.state, 'clerk',
            '{note_given,later_date}', '{extend_deadline}', '{deadline_extended}',
            'inferred: a deadline may be put off', 'likely'
        FROM licence_home.workflow_state AS s
        WHERE s.workflow = 'first_issue' AND s.version = 1 AND s.deadline_template IS NOT NULL
        UNION ALL                   -- a holiday has moved it
        SELECT 'first_issue', 1, 'tell_again', s.state, s.state, 'sender',
            '{deadline_moved}', '{extend_deadline}', '{deadline_extended}',
            'inferred: who was told a date is told the later one', 'likely'
        FROM licence_home.workflow_state AS s
        WHERE s.workflow = 'first_issue' AND s.version = 1 AND s.deadline_template IS NOT NULL
        UNION ALL
        SELECT 'first_issue', 1, 'lapse', s.state, 'lapsed', 'sender',
            '{deadline_passed}', '{end_case}', '{application_lapsed}',
            'inferred: a case does not wait for ever', 'likely'
        FROM licence_home.workflow_state AS s
        WHERE s.workflow = 'first_issue' AND s.version = 1 AND s.deadline_template IS NOT NULL
        UNION ALL
        SELECT 'first_issue', 1, 'withdraw', s.state, 'withdrawn', 'portal',
            '{}', '{end_case}', CASE s.kind WHEN 'open' THEN '{application_withdrawn}'::text[] ELSE '{}' END,
            'inferred: an applicant may give up', 'likely'
        FROM licence_home.workflow_state AS s
        WHERE s.workflow = 'first_issue' AND s.version = 1 AND s.kind <> 'end'
        UNION ALL                   -- closed by mistake: back to where it was
        SELECT 'first_issue', 1, 'reopen', 'closed', s.state, 'director',
            '{note_given,no_duplicate}', '{reopen_case}',
            CASE WHEN s.deadline_template IS NULL THEN '{application_reopened}'::text[]
                ELSE ARRAY['application_reopened', s.deadline_template] END,
            'inferred: an official''s mistake is undone', 'likely'
        FROM licence_home.workflow_state AS s
        WHERE s.workflow = 'first_issue' AND s.version = 1 AND s.kind = 'open'
        UNION ALL                   -- who has the case may close it
        SELECT 'first_issue', 1, 'close', s.state, 'closed',
            CASE WHEN s.state IN ('committee_review', 'external_approval_pending',
                    'approvals_review', 'approvals_deficient', 'fee_due')
                THEN 'decider' ELSE 'clerk' END,
            '{closure_reason}', '{end_case}', CASE s.kind WHEN 'open' THEN '{application_closed}'::text[] ELSE '{}' END,
            'inferred: an applicant dies, a case was opened twice', 'likely'
        FROM licence_home.workflow_state AS s
        WHERE s.workflow = 'first_issue' AND s.version = 1 AND s.kind <> 'end'
    ) AS t (workflow, version, action, from_state, to_state, role, preconditions, effects, messages, source, certainty)
    LEFT JOIN (VALUES
        ('submit', 'تقديم الطلب', 'submit'),
        ('return_documents', 'إعادة الطلب لاستكمال الوثائق', 'return documents'),
        ('resubmit', 'إعادة تقديم الطلب', 'resubmit'),
        ('schedule_inspection', 'تحديد موعد الكشف', 'schedule inspection'),
        ('reschedule_inspection', 'تحديد موعد آخر للكشف', 'reschedule inspection'),
        ('reschedule', 'نقل موعد الكشف بطلب مقدم الطلب', 'reschedule'),
        ('reassign_inspection', 'إسناد الكشف إلى كاشف آخر', 'reassign inspection'),
        ('cancel_inspection', 'إلغاء موعد الكشف', 'cancel inspection'),
        ('require_correction', 'طلب التصويب', 'require correction'),
        ('report_correction', 'الإبلاغ عن التصويب', 'report correction'),
        ('refer_to_committee', 'الإحالة إلى اللجنة', 'refer to committee'),
        ('return_to_audit', 'الإعادة إلى التدقيق', 'return to audit'),
        ('approve', 'الموافقة', 'approve'),
        ('reject', 'عدم الموافقة', 'reject'),
        ('submit_approvals', 'تقديم موافقات الجهات', 'submit approvals'),
        ('return_approvals', 'إعادة الموافقات للاستكمال', 'return approvals'),
        ('resubmit_approvals', 'إعادة تقديم الموافقات', 'resubmit approvals'),
        ('refuse_approvals', 'الرفض لرفض الجهة', 'refuse approvals'),
        ('accept_approvals', 'قبول الموافقات', 'accept approvals'),
        ('issue', 'إصدار الرخصة', 'issue'),
        ('reverse_payment', 'استرداد دفعة', 'reverse payment'),
        ('undo_approval', 'الرجوع عن الموافقة', 'undo approval'),
        ('replace_bill', 'إصدار فاتورة بديلة', 'replace bill'),
        ('reopen', 'إعادة فتح الطلب', 'reopen'),
        ('recall', 'استرجاع الطلب', 'recall'),
        ('withdraw', 'سحب الطلب', 'withdraw'),
        ('extend', 'تمديد المهلة', 'extend'),
        ('lapse', 'سقوط الطلب بانقضاء المهلة', 'lapse'),
        ('tell_again', 'إعادة التبليغ بالمهلة', 'tell again'),
        ('close', 'إغلاق الطلب', 'close')
    ) AS n (action, name_ar, name_en) ON n.action = t.action;
END;
COMMENT ON FUNCTION licence_home.amman_workflow() IS
'Part of load_rules(''amman''): the states and steps of the workflow first_issue, not yet published.';
CALL licence_home_internal.make_function('licence_home.amman_workflow()', 'admin');
