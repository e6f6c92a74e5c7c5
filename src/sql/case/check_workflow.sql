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

-- ---------------------------------------------------------------------
-- What the checks ask when a workflow or a text is published (src/checks/).
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.login_roles(role text) RETURNS TABLE (name text)
    LANGUAGE sql STABLE ROWS 2
    BEGIN ATOMIC
        SELECT 'licence_home_' || r.role
        FROM unnest(CASE login_roles.role
            WHEN 'decider' THEN '{committee,director}'::text[] ELSE ARRAY[login_roles.role] END) AS r (role);
    END;
COMMENT ON FUNCTION licence_home_internal.login_roles(text) IS
'The group roles of a role of a workflow: the decider is the committee or the director.';
CALL licence_home_internal.make_function('licence_home_internal.login_roles(text)');

CREATE FUNCTION licence_home_internal.roles_that_move(workflow text, version integer) RETURNS TABLE (role text, moves boolean)
    LANGUAGE sql STABLE ROWS 8
    BEGIN ATOMIC
        -- (asked once for each role, however many transitions there are)
        WITH may AS MATERIALIZED (
            SELECT u.role, EXISTS (
                SELECT FROM licence_home_internal.login_roles(u.role) AS r
                WHERE has_any_column_privilege(r.name, 'licence_home.application', 'UPDATE')) AS moves
            FROM (
                SELECT DISTINCT t.role
                FROM licence_home.workflow_transition AS t
                WHERE t.workflow = roles_that_move.workflow AND t.version = roles_that_move.version) AS u)
        SELECT m.role, m.moves FROM may AS m;
    END;
COMMENT ON FUNCTION licence_home_internal.roles_that_move(text, integer) IS
'The roles that a workflow''s transitions name, and whether each may move a case at all.';
CALL licence_home_internal.make_function('licence_home_internal.roles_that_move(text, integer)');

CREATE FUNCTION licence_home_internal.evidence_rights(workflow text, version integer)
    RETURNS TABLE (state text, evidence text, operation text, role text, may boolean)
    LANGUAGE sql STABLE ROWS 100
    BEGIN ATOMIC
        WITH may AS MATERIALIZED (
            SELECT u.evidence, u.operation, u.role, EXISTS (
                SELECT FROM licence_home_internal.login_roles(u.role) AS r
                WHERE has_any_column_privilege(r.name, 'licence_home.' || u.evidence,
                    CASE WHEN u.operation IN ('insert', 'take_back') THEN 'INSERT' ELSE 'UPDATE' END)) AS may
            FROM (
                SELECT DISTINCT e.evidence, e.operation, e.role
                FROM licence_home.workflow_evidence AS e
                WHERE e.workflow = evidence_rights.workflow AND e.version = evidence_rights.version) AS u)
        SELECT e.state, e.evidence, e.operation, e.role, m.may
        FROM licence_home.workflow_evidence AS e
        JOIN may AS m USING (evidence, operation, role)
        WHERE e.workflow = evidence_rights.workflow AND e.version = evidence_rights.version;
    END;
COMMENT ON FUNCTION licence_home_internal.evidence_rights(text, integer) IS
'The evidence that a workflow gives to roles, and whether the privileges of its table let each near it.';
CALL licence_home_internal.make_function('licence_home_internal.evidence_rights(text, integer)');

-- A case that ended by mistake goes back to the state that it left. It is there
-- as it was before, so such a transition is a way out of no end. One that leads
-- elsewhere, or out of an end that issues a licence, is none of these.
CREATE FUNCTION licence_home_internal.ways_back(workflow text, version integer)
    RETURNS TABLE (action text, from_state text, to_state text, role text)
    LANGUAGE sql STABLE ROWS 5
    BEGIN ATOMIC
        SELECT t.action, t.from_state, t.to_state, t.role
        FROM licence_home.workflow_transition AS t
        WHERE t.workflow = ways_back.workflow AND t.version = ways_back.version
            AND t.effects && licence_home_internal.names_with_trait('reopens')
            AND EXISTS (
                SELECT FROM licence_home.workflow_state AS s
                WHERE s.workflow = t.workflow AND s.version = t.version AND s.state = t.from_state AND s.kind = 'end')
            AND EXISTS (
                SELECT FROM licence_home.workflow_state AS s
                WHERE s.workflow = t.workflow AND s.version = t.version AND s.state = t.to_state AND s.kind = 'open')
            AND EXISTS (
                SELECT FROM licence_home.workflow_transition AS b
                WHERE b.workflow = t.workflow AND b.version = t.version
                    AND b.from_state = t.to_state AND b.to_state = t.from_state
                    AND b.effects && licence_home_internal.names_with_trait('ends_case'))
            AND NOT EXISTS (
                SELECT FROM licence_home.workflow_transition AS i
                WHERE i.workflow = t.workflow AND i.version = t.version AND i.to_state = t.from_state
                    AND i.effects && licence_home_internal.names_with_trait('issues'));
    END;
COMMENT ON FUNCTION licence_home_internal.ways_back(text, integer) IS
'The transitions of a workflow that take a case back from an end to the state that it left.';
CALL licence_home_internal.make_function('licence_home_internal.ways_back(text, integer)');

CREATE FUNCTION licence_home_internal.messages_without_text(workflow text, version integer, template text)
    RETURNS TABLE (template text, language text, state text, action text)
    LANGUAGE sql STABLE ROWS 5
    BEGIN ATOMIC
        SELECT n.template, l.language, n.state, n.action
        FROM (
            SELECT DISTINCT ON (m.template) m.template, m.state, m.action
            FROM (
                SELECT unnest(t.messages) AS template, t.from_state AS state, t.action
                FROM licence_home.workflow_transition AS t
                WHERE t.workflow = messages_without_text.workflow AND t.version = messages_without_text.version
                UNION ALL
                SELECT s.deadline_template, s.state, NULL
                FROM licence_home.workflow_state AS s
                WHERE s.workflow = messages_without_text.workflow AND s.version = messages_without_text.version
                    AND s.deadline_template IS NOT NULL) AS m
            WHERE messages_without_text.template IS NULL OR m.template = messages_without_text.template
            ORDER BY m.template, m.action, m.state) AS n
        CROSS JOIN (VALUES ('ar'), ('en')) AS l (language)
        JOIN licence_home.workflow AS w
            ON w.workflow = messages_without_text.workflow AND w.version = messages_without_text.version
        WHERE NOT coalesce((
            SELECT range_agg(p.valid) @> daterange(greatest(lower(w.valid), licence_home.today()), NULL)
            FROM licence_home.sms_template AS p
            WHERE p.template = n.template AND p.language = l.language AND p.withdrawn_at IS NULL), false)
        ORDER BY n.template, l.language;
    END;
COMMENT ON FUNCTION licence_home_internal.messages_without_text(text, integer, text) IS
'The messages that a workflow owes and that have no text in a language for every day from its first, or today, on; with a state or transition that owes each. template: this one alone; null: all.';
CALL licence_home_internal.make_function('licence_home_internal.messages_without_text(text, integer, text)');

CREATE FUNCTION licence_home_internal.languages_lacking(template text)
    RETURNS TABLE (language text, other text, days datemultirange)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        WITH t AS (
            SELECT r.language, range_agg(r.valid) AS days
            FROM licence_home.sms_template AS r
            WHERE r.template = languages_lacking.template AND r.withdrawn_at IS NULL
            GROUP BY r.language)
        SELECT l.language, other.language, other.days - coalesce(own.days, '{}')
        FROM (VALUES ('ar'), ('en')) AS l (language)
        JOIN t AS other ON other.language <> l.language
        LEFT JOIN t AS own ON own.language = l.language
        WHERE NOT coalesce(own.days, '{}') @> other.days
        ORDER BY 1;
    END;
COMMENT ON FUNCTION licence_home_internal.languages_lacking(text) IS
'The days on which a template has a text in one language and none in the other.';
CALL licence_home_internal.make_function('licence_home_internal.languages_lacking(text)');

CREATE FUNCTION licence_home_internal.workflows_with_message(template text) RETURNS TABLE (workflow text, version integer)
    LANGUAGE sql STABLE ROWS 2
    BEGIN ATOMIC
        SELECT w.workflow, w.version
        FROM licence_home.workflow AS w
        WHERE w.published_at IS NOT NULL AND w.withdrawn_at IS NULL
            AND (EXISTS (
                    SELECT FROM licence_home.workflow_transition AS t
                    WHERE t.workflow = w.workflow AND t.version = w.version
                        AND workflows_with_message.template = ANY (t.messages))
                OR EXISTS (
                    SELECT FROM licence_home.workflow_state AS s
                    WHERE s.workflow = w.workflow AND s.version = w.version
                        AND s.deadline_template = workflows_with_message.template))
        ORDER BY w.workflow, w.version;
    END;
COMMENT ON FUNCTION licence_home_internal.workflows_with_message(text) IS
'The published versions of workflows that owe a message.';
CALL licence_home_internal.make_function('licence_home_internal.workflows_with_message(text)');
