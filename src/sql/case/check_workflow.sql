-- ---------------------------------------------------------------------
-- The soundness of a workflow.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.check_workflow(workflow text, version integer DEFAULT NULL)
    RETURNS TABLE (defect text, state text, action text, explanation text)
    AS 'MODULE_PATHNAME', 'licence_home_check_workflow'
    LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home.check_workflow(text, integer) IS
'The defects of a workflow''s version (null: the latest), one a row; none for a sound one. defect: no_start, two_starts, unreachable, no_way_to_an_end, end_with_a_way_out, ambiguous, waits_for_nobody, no_way_after_no_access, never_possible, role_cannot_act, evidence_out_of_reach, evidence_after_the_end, bills_without_rules, bills_before_area_is_known, bill_outdated, bills_twice, payment_leads_nowhere, issues_without_rules, issues_without_eligibility, issues_without_inspection, issues_without_decision, issues_without_payment, step_after_issue, end_leaves_open, unknown_guard, unknown_effect, deadline_missing, template_missing or message_not_fillable. SQLSTATE LH019 when there is no such workflow.';
