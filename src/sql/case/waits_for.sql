-- --------------------------------------------------------------------- The
-- role that must act next.
--
-- A state says whom it waits for, and check_workflow() proves that this one
-- can act there.  One thing a state cannot know: whether there is an
-- inspection that can be closed.  Where nobody was at home, or the
-- appointment was cancelled, the next act is to make another, and until that
-- is told, to tell it.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.decider_of(application_no licence_home.application_no, workflow text, version integer)
    RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(w.decider, e.decider, 'committee')
    FROM licence_home.application AS a
    CROSS JOIN LATERAL licence_home_internal.workflow_decider(decider_of.workflow, decider_of.version) AS w
    LEFT JOIN LATERAL licence_home_internal.edition_on(coalesce(a.judged_on, licence_home.today())) AS e ON true
    WHERE a.application_no = decider_of.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.decider_of(licence_home.application_no, text, integer) IS
'Internal: who decides a case by a version of a workflow: case_decider(), but the committee where no edition says it, as a step has it.';
CALL licence_home_internal.make_function('licence_home_internal.decider_of(licence_home.application_no, text, integer)');

-- (Rows, so that the planner puts the body in place of the call, and the plan is
-- kept with the query that asks. Each step asks, and planning took longer than the
-- step.)
CREATE FUNCTION licence_home_internal.case_waits_for_row(application_no licence_home.application_no)
    RETURNS TABLE (who text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT CASE coalesce(m.role, s.waits_for)
                WHEN 'decider' THEN licence_home_internal.decider_of(a.application_no, s.workflow, s.version)
                ELSE coalesce(m.role, s.waits_for)
            END
        FROM licence_home.application AS a
        JOIN licence_home.workflow_state AS s ON s.workflow = a.workflow AND s.state = a.state
            AND s.version = coalesce(a.workflow_version, (
                -- a draft follows the workflow in force
                SELECT w.version
                FROM licence_home.workflow AS w
                WHERE w.workflow = a.workflow AND w.published_at IS NOT NULL
                    AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
                LIMIT 1))
        LEFT JOIN LATERAL (
            SELECT coalesce(
                (SELECT min(e.role)
                 FROM licence_home.workflow_evidence AS e
                 WHERE e.workflow = s.workflow AND e.version = s.version AND e.state = s.state
                     AND e.evidence = 'inspection' AND e.operation = 'insert'),
                -- or leads the case on
                (SELECT min(t.role)
                 FROM licence_home.workflow_transition AS t
                 WHERE t.workflow = s.workflow AND t.version = s.version AND t.from_state = s.state
                     AND t.to_state <> s.state AND t.role IN ('clerk', 'inspector', 'decider', 'committee', 'director')
                     AND NOT t.preconditions && licence_home_internal.names_with_trait('judges_visit')
                     AND NOT t.effects && licence_home_internal.names_with_trait('ends_case'))) AS role
            WHERE EXISTS (
                    SELECT
                    FROM licence_home.workflow_evidence AS e
                    WHERE e.workflow = s.workflow AND e.version = s.version AND e.state = s.state
                        AND e.evidence = 'inspection' AND e.operation = 'close' AND e.role = s.waits_for)
                AND NOT EXISTS (
                    SELECT
                    FROM (
                        SELECT i.outcome, i.at_event, EXISTS (
                                SELECT
                                FROM licence_home.inspection AS f
                                WHERE f.application_no = a.application_no AND f.inspection_id < i.inspection_id
                                    AND f.outcome IN ('no_access', 'cancelled') AND f.closed_at_event = a.events
                            ) AS replaces
                        FROM licence_home.inspection AS i
                        WHERE i.application_no = a.application_no
                        ORDER BY i.inspection_id DESC
                        LIMIT 1
                    ) AS i
                    WHERE i.outcome NOT IN ('no_access', 'cancelled')
                        -- a new appointment is told by a step
                        AND NOT (i.outcome = 'pending' AND i.replaces AND i.at_event = a.events))
        ) AS m ON true
        WHERE a.application_no = $1 AND s.kind <> 'end';
    END;
COMMENT ON FUNCTION licence_home_internal.case_waits_for_row(licence_home.application_no) IS
'Internal: what case_waits_for() gives, one row; none for null.';
CALL licence_home_internal.make_function('licence_home_internal.case_waits_for_row(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.case_waits_for(application_no licence_home.application_no) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT w.who FROM licence_home_internal.case_waits_for_row($1) AS w;
    END;
COMMENT ON FUNCTION licence_home_internal.case_waits_for(licence_home.application_no) IS
'Internal: the role that must act next: applicant, clerk, inspector, committee, director or cashier. Null where the case has ended or there is none. It is what the state says. After an inspection that nobody could carry out, it is the role that may make another appointment, until that is told.';
CALL licence_home_internal.make_function('licence_home_internal.case_waits_for(licence_home.application_no)');

-- The answer for each case is kept in application.waits_for (src/workflow/waits_for.c).
CREATE FUNCTION licence_home_internal.inspection_waits() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_inspection_waits' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.inspection_waits() IS
'Trigger of inspection: lets the case wait for whom its inspections say.';
CALL licence_home_internal.make_function('licence_home_internal.inspection_waits()');
CREATE TRIGGER inspection_waits AFTER INSERT OR UPDATE OF outcome ON licence_home.inspection
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.inspection_waits();

CREATE FUNCTION licence_home_internal.edition_waits() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_edition_waits' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.edition_waits() IS
'Trigger of edition: lets the cases that wait for a decision wait for whom the editions name.';
CALL licence_home_internal.make_function('licence_home_internal.edition_waits()');
CREATE TRIGGER edition_waits AFTER INSERT OR UPDATE ON licence_home.edition
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.edition_waits();

CREATE FUNCTION licence_home_internal.waiting_defects()
    RETURNS TABLE (application_no licence_home.application_no, required text, observed text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT a.application_no, w.who, a.waits_for
        FROM licence_home.application AS a
        LEFT JOIN licence_home.workflow_state AS s ON s.workflow = a.workflow AND s.version = a.workflow_version AND s.state = a.state
        CROSS JOIN LATERAL (SELECT CASE WHEN s.kind <> 'end' THEN licence_home_internal.case_waits_for(a.application_no) END AS who OFFSET 0) AS w
        WHERE w.who IS DISTINCT FROM a.waits_for;
    END;
COMMENT ON FUNCTION licence_home_internal.waiting_defects() IS
'Internal: the cases whose waits_for is not what case_waits_for() says, or that wait though they were not submitted or have ended.';
CALL licence_home_internal.make_function('licence_home_internal.waiting_defects()');
