-- ---------------------------------------------------------------------
-- Whose act is next in fact.
--
-- A state says whom it waits for, and check_workflow() proves that this one
-- can act there.  One thing a state cannot know: whether there is an
-- inspection that can be closed.  Where nobody was at home, or the
-- appointment was cancelled, the next act is to make another, and until that
-- is told, to tell it.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.case_waits_for(application_no licence_home.application_no) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE coalesce(m.role, s.waits_for)
                WHEN 'decider' THEN licence_home_internal.case_decider(a.application_no)
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
COMMENT ON FUNCTION licence_home_internal.case_waits_for(licence_home.application_no) IS
'Internal: whose act is next in fact: applicant, clerk, inspector, committee, director or cashier; null where the case has ended or there is none. What the state says, but for an inspection that nobody could carry out: then whoever may make another appointment, until it is told.';
CALL licence_home_internal.make_function('licence_home_internal.case_waits_for(licence_home.application_no)');
