-- ---------------------------------------------------------------------
-- The soundness of a workflow.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.check_workflow(workflow text, version integer DEFAULT NULL)
    RETURNS TABLE (defect text, state text, action text, explanation text)
    AS 'MODULE_PATHNAME', 'licence_home_check_workflow'
    LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home.check_workflow(text, integer) IS
'The defects of a workflow''s version (null: the latest), one a row; none for a sound one. defect: no_start, two_starts, unreachable, no_way_to_an_end, end_with_a_way_out, ambiguous, waits_for_nobody, no_way_after_no_access, never_possible, role_cannot_act, evidence_out_of_reach, evidence_after_the_end, bills_without_rules, bills_before_area_is_known, bill_outdated, bills_twice, payment_leads_nowhere, issues_without_rules, issues_without_eligibility, issues_without_inspection, issues_without_decision, issues_without_payment, step_after_issue, end_leaves_open, unknown_precondition, precondition_cannot_be_asked, unknown_effect, deadline_missing, extends_without_bounds, deadline_untold, template_missing or message_not_fillable. SQLSTATE LH019 when there is no such workflow.';
CALL licence_home_internal.make_function('licence_home.check_workflow(text, integer)', 'admin, monitor');

-- ---------------------------------------------------------------------
-- What was written of a version that is not published is thrown away by these
-- (src/checks/drafts.c): a role that may DELETE may also LOCK TABLE.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.discard_workflow(workflow text, version integer) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_discard_workflow'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.discard_workflow(text, integer) IS
'Throws away a version of a workflow that is not published, with all its rows. LH019 where there is no such version, LH011 where it is published.';
CALL licence_home_internal.make_function('licence_home.discard_workflow(text, integer)', 'admin');

CREATE FUNCTION licence_home.discard_workflow_state(workflow text, version integer, state text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_discard_workflow_state'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.discard_workflow_state(text, integer, text) IS
'Throws away a state of a version that is not published, with the transitions from and to it and its evidence. LH019 where the version has no such state, LH011 where it is published.';
CALL licence_home_internal.make_function('licence_home.discard_workflow_state(text, integer, text)', 'admin');

CREATE FUNCTION licence_home.discard_workflow_transition(workflow text, version integer, action text,
        from_state text, to_state text, role text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_discard_workflow_transition'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.discard_workflow_transition(text, integer, text, text, text, text) IS
'Throws away a transition of a version that is not published. LH019 where the version has no such transition, LH011 where it is published.';
CALL licence_home_internal.make_function('licence_home.discard_workflow_transition(text, integer, text, text, text, text)',
    'admin');

CREATE FUNCTION licence_home.discard_workflow_evidence(workflow text, version integer, state text, evidence text,
        operation text, role text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_discard_workflow_evidence'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.discard_workflow_evidence(text, integer, text, text, text, text) IS
'Throws away a row of workflow_evidence of a version that is not published. LH019 where the version has no such row, LH011 where it is published.';
CALL licence_home_internal.make_function('licence_home.discard_workflow_evidence(text, integer, text, text, text, text)',
    'admin');
