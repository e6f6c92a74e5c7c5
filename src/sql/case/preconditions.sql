-- ---------------------------------------------------------------------
-- What each precondition of src/workflow/preconditions.c asks.
--
-- A function gives a row for each objection to a step. The row has it in
-- English and in Arabic, the code of what is lacking, and a hint of its own,
-- where it has them. No row means no objection. So one that finds nothing to
-- judge must give a row: what is not proven blocks. Try one as a superuser:
--
--     SELECT * FROM licence_home_internal.precondition_documents_given('A2026-00000001-6', NULL, NULL, NULL, 'draft');
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.precondition_eligible(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('%s: %s', criterion, message_en), message_ar, criterion, NULL::text
        FROM licence_home_internal.case_eligibility(precondition_eligible.application_no)
        WHERE ruling IN ('not_met', 'not_proven');
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_eligible(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. No criterion of eligibility() is not_met or not_proven.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_eligible(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_documents_given(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('%s is not given', name_en),
            format('%s: لم تُقدَّم', name_ar), document_type, NULL::text
        FROM licence_home_internal.case_documents(precondition_documents_given.application_no)
        WHERE given IS NOT TRUE;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_documents_given(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. Each required document has its reference or attachment.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_documents_given(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_deficiency_found(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no document is reviewed missing or incorrect, and nothing is found wrong in the application',
            'لا وثيقة ناقصة أو غير صحيحة، ولا ملاحظة على الطلب', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.document_that_counts WHERE application_no = precondition_deficiency_found.application_no
            AND review IN ('missing', 'incorrect'))
            AND NOT EXISTS (SELECT FROM licence_home.application_finding WHERE application_no = precondition_deficiency_found.application_no
                AND settled_at_event IS NULL);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_deficiency_found(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. A document is reviewed missing or incorrect, or an application finding is open.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_deficiency_found(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_deficiency_supplied(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, NULL::text
        FROM licence_home_internal.case_unsupplied_documents(precondition_deficiency_supplied.application_no)
        UNION ALL
        SELECT text_en, text_ar, NULL, NULL
        FROM licence_home_internal.case_unchanged_findings(precondition_deficiency_supplied.application_no);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_deficiency_supplied(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. What was found wrong in documents and in the application is supplied anew or changed.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_deficiency_supplied(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_correction_made(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, NULL::text
        FROM licence_home_internal.case_unchanged_findings(precondition_correction_made.application_no);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_correction_made(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. Each column found wrong is changed.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_correction_made(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_documents_accepted(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home_internal.case_lacking_text(name_en, lacking, 'en'),
            licence_home_internal.case_lacking_text(name_ar, lacking, 'ar'), document_type, NULL::text
        FROM licence_home_internal.case_documents(precondition_documents_accepted.application_no)
        WHERE lacking IS NOT NULL
        UNION ALL
        SELECT format('%s was found wrong', licence_home_internal.case_field_name(precondition_documents_accepted.application_no, field, 'en')),
            format('%s: غير صحيح', licence_home_internal.case_field_name(precondition_documents_accepted.application_no, field, 'ar')), field, NULL
        FROM licence_home.application_finding
        WHERE application_no = precondition_documents_accepted.application_no
            AND settled_at_event IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_documents_accepted(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. Each required document is reviewed accepted and in force today; nothing found wrong in the application is open.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_documents_accepted(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_ahead(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no inspection is pending at a time still to come',
            'لا كشف محدد في موعد قادم', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home.inspection WHERE application_no = precondition_inspection_ahead.application_no
            AND outcome = 'pending' AND scheduled_for > licence_home.now());
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_ahead(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. An inspection is pending in the future.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_ahead(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_former_inspection_closed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the former inspection is not closed as no_access or cancelled',
            'الكشف السابق لم يُغلق لتعذر الدخول أو للإلغاء', NULL::text, NULL::text
        WHERE (SELECT i.outcome FROM licence_home.inspection AS i WHERE i.application_no = precondition_former_inspection_closed.application_no
            AND i.closed_at_event = (SELECT max(e.case_event) FROM licence_home.application_event AS e
                WHERE e.application_no = precondition_former_inspection_closed.application_no) ORDER BY i.inspection_id DESC LIMIT 1) IN ('no_access',
                    'cancelled') IS NOT TRUE;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_former_inspection_closed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. An inspection was closed as no_access or cancelled since the case''s last step.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_former_inspection_closed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_appointment_chosen(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        WITH it AS MATERIALIZED (
            SELECT a.application_no, r.moves, r.move_hours,
                (SELECT max(e.case_event) FROM licence_home.application_event AS e WHERE e.application_no = a.application_no) AS events,
                (SELECT count(*)
                 FROM licence_home.application_event AS e
                 JOIN licence_home.workflow_transition AS t ON t.workflow = a.workflow AND t.version = a.workflow_version
                    AND t.from_state = e.from_state AND t.to_state = e.to_state AND t.action = e.action
                    AND 'appointment_chosen' = ANY (t.preconditions)
                 WHERE e.application_no = a.application_no AND e.case_event > (
                    SELECT max(f.case_event) FROM licence_home.application_event AS f
                    WHERE f.application_no = a.application_no AND f.from_state <> f.to_state)) AS moved
            FROM licence_home.application AS a
            LEFT JOIN licence_home.appointment_rule AS r ON licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today())
            WHERE a.application_no = precondition_appointment_chosen.application_no
        )
        SELECT 'no new appointment was chosen', 'لم يُختر موعد جديد', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM it JOIN licence_home.inspection AS i ON i.application_no = it.application_no
            WHERE i.outcome = 'pending' AND i.at_event = it.events)
        UNION ALL
        SELECT format('the applicant has moved the appointment %s times, and may move it %s times', it.moved, it.moves),
            format('نُقل الموعد %s مرات، والمسموح %s', it.moved, it.moves), NULL,
            'The office moves it: licence_home.move_inspection().'
        FROM it WHERE (it.moved < it.moves) IS NOT TRUE
        UNION ALL
        SELECT format('the appointment is less than %s hours away', it.move_hours),
            format('بقي على الموعد أقل من %s ساعة', it.move_hours), NULL,
            'The office moves it: licence_home.move_inspection().'
        FROM it
        JOIN licence_home.inspection AS i ON i.application_no = it.application_no
            AND (i.outcome = 'pending' AND i.at_event < it.events OR i.outcome = 'cancelled' AND i.closed_at_event = it.events)
        WHERE i.scheduled_for > licence_home.now() AND i.scheduled_for < licence_home.now() + make_interval(hours => it.move_hours);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_appointment_chosen(licence_home.application_no, text, text, date, text) IS
'The objections to a step where this does not hold: An appointment was made since the last step; the applicant has moved it less often than appointment_rule.moves, and in time.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_appointment_chosen(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_appointment_kept(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the new appointment is not at the time of the former one', 'الموعد الجديد ليس في وقت الموعد السابق', NULL::text, NULL::text
        WHERE (SELECT i.scheduled_for FROM licence_home.inspection AS i
            WHERE i.application_no = precondition_appointment_kept.application_no AND i.outcome = 'pending')
            = (SELECT i.scheduled_for FROM licence_home.inspection AS i
                WHERE i.application_no = precondition_appointment_kept.application_no AND i.outcome = 'cancelled'
                ORDER BY i.inspection_id DESC LIMIT 1) IS NOT TRUE;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_appointment_kept(licence_home.application_no, text, text, date, text) IS
'The objections to a step where this does not hold: The pending inspection is at the time of the one that was cancelled last, so nobody has to be told.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_appointment_kept(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_failed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the latest inspection is not closed as failed with a criterion not met',
            'لم يُغلق آخر كشف بعدم المطابقة مع بيان المخالفة', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home.latest_inspection AS i WHERE i.application_no = precondition_inspection_failed.application_no
            AND i.outcome = 'failed' AND EXISTS (SELECT FROM licence_home.latest_inspection_finding AS f
                WHERE f.inspection_id = i.inspection_id AND f.ruling = 'not_met'));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_failed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest inspection is failed, with a criterion not met.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_failed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_done(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, hint
        FROM licence_home_internal.case_inspection_objections(precondition_inspection_done.application_no, true)
        UNION ALL
        SELECT 'the application changed after its inspection', 'تغيّر الطلب بعد الكشف', NULL, NULL
        WHERE EXISTS (SELECT FROM licence_home.application_event AS e
            JOIN licence_home.latest_inspection AS i USING (application_no) WHERE e.application_no = precondition_inspection_done.application_no
                AND e.changes IS NOT NULL AND e.action <> ALL (licence_home_internal.side_events()) AND e.case_event > coalesce(i.closed_at_event, 0));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_done(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest inspection is passed, its area within the limit and the declared one, or not_correctable; nothing in the application changed since.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_done(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_passed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, hint
        FROM licence_home_internal.case_inspection_objections(precondition_inspection_passed.application_no, false);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_passed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest inspection is passed, its area within the limit and the declared one.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_passed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_passed_after_change(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, hint
        FROM licence_home_internal.case_inspection_objections(precondition_inspection_passed_after_change.application_no, false)
        UNION ALL
        SELECT 'the application changed after its inspection', 'تغيّر الطلب بعد الكشف', NULL, NULL
        WHERE EXISTS (SELECT FROM licence_home.application_event AS e
            JOIN licence_home.latest_inspection AS i USING (application_no) WHERE e.application_no = precondition_inspection_passed_after_change.application_no
                AND e.changes IS NOT NULL AND e.action <> ALL (licence_home_internal.side_events()) AND e.case_event > coalesce(i.closed_at_event, 0));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_passed_after_change(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest inspection is passed, and nothing in the application changed since.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_passed_after_change(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_note_given(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the step needs a note that says why',
            'الخطوة تحتاج إلى ملاحظة تبيّن السبب', NULL::text, NULL::text
        WHERE licence_home.is_visible(precondition_note_given.note) IS NOT TRUE
            AND NULL::licence_home_internal.types_hashed IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_note_given(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The step has a note.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_note_given(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_later_date(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, NULL::text
        FROM licence_home_internal.case_extension_objections(precondition_later_date.application_no, precondition_later_date.from_state, precondition_later_date.until);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_later_date(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The new deadline is a working day still to come, later than the present one and at most extend_days ahead.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_later_date(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_closure_reason(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE WHEN precondition_closure_reason.reason IS NULL THEN 'the step needs a reason code for closures' ELSE format('"%s" is no reason code for closures that is in force', precondition_closure_reason.reason) END,
            CASE WHEN precondition_closure_reason.reason IS NULL THEN 'الخطوة تحتاج إلى رمز سبب للإغلاق' ELSE format('"%s" ليس رمز سبب ساريًا للإغلاق', precondition_closure_reason.reason) END, NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home.reason AS r WHERE r.reason = precondition_closure_reason.reason
            AND r.purpose = 'closure' AND r.withdrawn_at IS NULL AND r.valid @> licence_home.today())
            AND NULL::licence_home_internal.types_hashed IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_closure_reason(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The step has a code of reason with purpose closure.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_closure_reason(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_decision_approved(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no decision to approve was recorded since the case came to be decided',
            'لا قرار بالموافقة منذ إحالة الطلب', NULL::text, NULL::text
        WHERE (SELECT d.outcome FROM licence_home.current_decision AS d
            WHERE d.application_no = precondition_decision_approved.application_no) = 'approved' IS NOT TRUE;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_decision_approved(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest decision since the case came to be decided is to approve.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_decision_approved(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_decision_refused(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no decision to refuse, with a reason, was recorded since the case came to be decided',
            'لا قرار مسبب بعدم الموافقة منذ إحالة الطلب', NULL::text, NULL::text
        WHERE (SELECT d.outcome = 'refused' AND d.reason IS NOT NULL
            FROM licence_home.current_decision AS d WHERE d.application_no = precondition_decision_refused.application_no) IS NOT TRUE;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_decision_refused(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest decision since the case came to be decided is to refuse, with a reason.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_decision_refused(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approvals_needed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no authority''s approval is required: the fee is due next',
            'لا موافقة خارجية مطلوبة: الخطوة التالية هي الرسوم', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.case_authorities(precondition_approvals_needed.application_no));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approvals_needed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The approval of an authority is required.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approvals_needed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approvals_not_needed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('the approval of %s is required before the fee', n.name_en),
            format('موافقة %s مطلوبة قبل الرسوم', n.name_ar), n.authority, NULL::text
        FROM licence_home_internal.case_authorities(precondition_approvals_not_needed.application_no) AS n;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approvals_not_needed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. No approval of an authority is required.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approvals_not_needed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approvals_answered(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('no answer with a reference from %s', n.name_en),
            format('لا رد برقم مرجعي من %s', n.name_ar), n.authority, NULL::text
        FROM licence_home_internal.case_authorities(precondition_approvals_answered.application_no) AS n
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.approval_that_counts AS x WHERE x.application_no = precondition_approvals_answered.application_no
            AND x.authority = n.authority AND x.answer IS NOT NULL AND x.reference_no IS NOT NULL)
        UNION ALL
        SELECT 'no authority''s approval is required', 'لا موافقة خارجية مطلوبة', NULL, NULL
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.case_authorities(precondition_approvals_answered.application_no));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approvals_answered(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. An answer with a reference from each authority.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approvals_answered(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approval_deficient(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no approval is reviewed missing or incorrect',
            'لا موافقة ناقصة أو غير صحيحة', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.approval_that_counts WHERE application_no = precondition_approval_deficient.application_no
            AND review IN ('missing', 'incorrect'));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approval_deficient(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. An approval is reviewed missing or incorrect.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approval_deficient(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approvals_supplied(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, NULL::text
        FROM licence_home_internal.case_unsupplied_approvals(precondition_approvals_supplied.application_no);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approvals_supplied(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. What was found wrong in approvals is supplied anew.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approvals_supplied(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approval_refused(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no authority''s refusal is accepted as genuine',
            'لا رفض من جهة خارجية ثبتت صحته', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.approval_that_counts WHERE application_no = precondition_approval_refused.application_no
            AND answer = 'refused' AND review = 'accepted');
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approval_refused(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. An answer refused is reviewed accepted.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approval_refused(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_approvals_accepted(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home_internal.case_lacking_text('the approval of ' || n.name_en, coalesce(l.lacking, 'pending'), 'en'),
            licence_home_internal.case_lacking_text('موافقة ' || n.name_ar, coalesce(l.lacking, 'pending'), 'ar'), n.authority, NULL::text
        FROM licence_home_internal.case_authorities(precondition_approvals_accepted.application_no) AS n
            LEFT JOIN licence_home_internal.approval_that_counts AS a ON a.application_no = precondition_approvals_accepted.application_no
            AND a.authority = n.authority
            CROSS JOIN LATERAL (SELECT licence_home_internal.approval_lacking(a.external_approval_id, a.answer,
                a.reference_no, a.review, a.issued_on, a.expires_on, licence_home.today()) AS lacking) AS l
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.approval_that_counts AS x WHERE x.application_no = precondition_approvals_accepted.application_no
            AND x.authority = n.authority AND x.answer = 'granted' AND x.review = 'accepted'
                AND (x.issued_on IS NULL OR x.issued_on <= licence_home.today())
                    AND (x.expires_on IS NULL OR x.expires_on >= licence_home.today()))
        UNION ALL
        SELECT 'no authority''s approval is required', 'لا موافقة خارجية مطلوبة', NULL, NULL
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.case_authorities(precondition_approvals_accepted.application_no));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_approvals_accepted(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. Each required approval is granted, accepted and in force today.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_approvals_accepted(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_invoice_paid(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('bill %s is not paid in full: JOD %s of %s', i.invoice_no, p.paid, i.amount),
            format('الفاتورة %s غير مسددة بالكامل: %s من %s د.أ', i.invoice_no, p.paid, i.amount), NULL::text, NULL::text
        FROM licence_home.invoice AS i
            CROSS JOIN LATERAL licence_home_internal.account_money(coalesce(i.account, i.invoice_no), i.application_no) AS m
            CROSS JOIN LATERAL (SELECT m.net AS paid) AS p
        WHERE i.application_no = precondition_invoice_paid.application_no
            AND i.cancelled_at IS NULL
            AND m.lacking > 0
        UNION ALL
        SELECT 'no bill was made for the case', 'لا فاتورة لهذا الطلب', NULL, NULL
        WHERE NOT EXISTS (SELECT FROM licence_home.invoice WHERE application_no = precondition_invoice_paid.application_no AND cancelled_at IS NULL);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_invoice_paid(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The bill is paid in full, to the fils.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_invoice_paid(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_payment_reversed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'no payment of the bill was taken back since the case''s last step', 'لم تُسترد دفعة عن الفاتورة منذ آخر خطوة', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home.payment_reversal AS r
            WHERE r.application_no = precondition_payment_reversed.application_no
                AND r.at_event = (SELECT max(e.case_event) FROM licence_home.application_event AS e
                    WHERE e.application_no = precondition_payment_reversed.application_no));
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_payment_reversed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. A payment of the bill was taken back since the case''s last step.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_payment_reversed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_nothing_paid(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('JOD %s of bill %s is paid', trim_scale(m.net), m.invoice_no),
            format('سُدد من الفاتورة %s مبلغ %s د.أ', m.invoice_no, trim_scale(m.net)), NULL::text, NULL::text
        FROM licence_home_internal.open_bill_money(precondition_nothing_paid.application_no) AS m
        WHERE m.net > 0;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_nothing_paid(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. Nothing of the open bill is paid.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_nothing_paid(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_bill_differs(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('bill %s is what its case has to pay', i.invoice_no),
            format('الفاتورة %s هي ما يستحق على الطلب', i.invoice_no), NULL::text, NULL::text
        FROM licence_home.invoice AS i
        CROSS JOIN LATERAL (
            SELECT sum(f.amount) AS amount, min(f.area_m2) AS area_m2
            FROM licence_home_internal.case_fee(i.application_no) AS f
        ) AS f
        WHERE i.application_no = precondition_bill_differs.application_no AND i.cancelled_at IS NULL
            AND i.amount = f.amount AND i.area_m2 = f.area_m2
        UNION ALL
        SELECT 'no bill was made for the case', 'لا فاتورة لهذا الطلب', NULL, NULL
        WHERE NOT EXISTS (SELECT FROM licence_home.invoice AS i
            WHERE i.application_no = precondition_bill_differs.application_no AND i.cancelled_at IS NULL);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_bill_differs(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The open bill is not what the case has to pay by the rules as they are now.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_bill_differs(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_no_duplicate(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('%s: %s', e.criterion, e.message_en), e.message_ar, e.criterion, NULL::text
        FROM licence_home_internal.case_eligibility(precondition_no_duplicate.application_no) AS e
        WHERE e.criterion IN ('duplicate', 'nationality') AND e.ruling IN ('not_met', 'not_proven');
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_no_duplicate(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The applicant has no other open case or licence of this kind, and may practise the profession.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_no_duplicate(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_deadline_passed(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, NULL::text
        FROM licence_home_internal.case_lapse_objections(precondition_deadline_passed.application_no, precondition_deadline_passed.from_state);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_deadline_passed(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The deadline and its grace have passed, and the message that named it was accepted by the gateway.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_deadline_passed(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_deadline_moved(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT text_en, text_ar, NULL::text, NULL::text
        FROM licence_home_internal.case_retelling_objections(precondition_deadline_moved.application_no, precondition_deadline_moved.from_state);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_deadline_moved(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The deadline is later than the date that the applicant was told, and still to come.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_deadline_moved(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_holds(name text, application_no licence_home.application_no, note text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_precondition_holds' LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home_internal.precondition_holds(text, licence_home.application_no, text) IS
'Whether the fast path of a precondition says that it holds in a case, for a step with a note; null where it has none. A test holds it equal to the function.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_holds(text, licence_home.application_no, text)');
