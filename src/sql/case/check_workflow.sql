-- ---------------------------------------------------------------------
-- The soundness of a workflow.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.check_workflow(workflow text, version integer DEFAULT NULL)
    RETURNS TABLE (defect text, state text, action text, explanation text)
    AS 'MODULE_PATHNAME', 'licence_home_check_workflow'
    LANGUAGE C STABLE;
COMMENT ON FUNCTION licence_home.check_workflow(text, integer) IS
'The defects of a workflow''s version (null: the latest), one a row; none for a sound one. defect: no_start, two_starts, unreachable, no_way_to_an_end, end_with_a_way_out, ambiguous, waits_for_nobody, issues_without_payment, issues_without_decision, unknown_guard, unknown_effect, deadline_missing, template_missing or message_not_fillable. SQLSTATE LH019 when there is no such workflow.';
