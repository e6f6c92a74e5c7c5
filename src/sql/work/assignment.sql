-- ---------------------------------------------------------------------
-- Who works on a case (src/work/assignment.c).
--
-- At most one official has a case in hand.  It keeps nobody from a step, unless
-- the workflow names the precondition claim_held there.  The case's row is locked
-- first, as by a step, so that of two who claim it one has it and the other hears
-- who.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.case_assignment (
    case_assignment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    official     text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('claimed', 'assigned')),
    at_event     integer NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL DEFAULT licence_home.actor(),
    ended_at     timestamptz,
    ended_by     text,
    ended_why    text CHECK (ended_why IN ('released', 'reassigned', 'passed on', 'official ended', 'case ended')),
    CONSTRAINT case_assignment_ends_for_a_reason CHECK (num_nulls(ended_at, ended_by, ended_why) IN (0, 3)),
    CONSTRAINT case_assignment_one_a_case EXCLUDE USING btree (application_no WITH =) WHERE (ended_at IS NULL)
);
CREATE INDEX case_assignment_of_official ON licence_home.case_assignment (official) WHERE ended_at IS NULL;
CREATE INDEX case_assignment_of_case ON licence_home.case_assignment (application_no);
COMMENT ON TABLE licence_home.case_assignment IS
'Who has a case in hand, and had it: claimed by the official or assigned by a director, and why it ended. The row without ended_at counts, while its official serves and has the role that the case waits for.';
CALL licence_home_internal.make_case_table('licence_home.case_assignment');
CREATE TRIGGER case_assignment_trigger BEFORE INSERT OR UPDATE ON licence_home.case_assignment
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.case_assignment TO licence_home_clerk, licence_home_inspector, licence_home_committee,
    licence_home_director, licence_home_admin, licence_home_auditor;

-- Who has the case, as long as that one can do something for it.
CREATE FUNCTION licence_home_internal.case_holder(application_no licence_home.application_no, waits_for text)
    RETURNS TABLE (case_assignment_id bigint, official text, since timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT s.case_assignment_id, s.official, s.recorded_at
        FROM licence_home.case_assignment AS s
        WHERE s.application_no = case_holder.application_no AND s.ended_at IS NULL
            AND EXISTS (
                SELECT FROM licence_home.official AS o
                WHERE o.official = s.official AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today())
                    AND (case_holder.waits_for = ANY (o.roles)
                        OR (case_holder.waits_for IN ('clerk', 'inspector', 'committee', 'director')) IS NOT TRUE));
    END;
COMMENT ON FUNCTION licence_home_internal.case_holder(licence_home.application_no, text) IS
'Internal: who has a case in hand that waits for a role, or for no official. No row where nobody has it, or an official who has ended or has not that role.';
CALL licence_home_internal.make_function('licence_home_internal.case_holder(licence_home.application_no, text)', 'staff');

-- The roles in which officials do something in a state.
CREATE FUNCTION licence_home_internal.roles_at_work(application_no licence_home.application_no) RETURNS text[]
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT array_agg(DISTINCT CASE r.role WHEN 'decider'
            THEN licence_home_internal.decider_of(a.application_no, a.workflow, a.workflow_version) ELSE r.role END)
        FROM licence_home.application AS a
        CROSS JOIN LATERAL (
            SELECT t.role FROM licence_home.workflow_transition AS t
            WHERE t.workflow = a.workflow AND t.version = a.workflow_version AND t.from_state = a.state
            UNION
            SELECT e.role FROM licence_home.workflow_evidence AS e
            WHERE e.workflow = a.workflow AND e.version = a.workflow_version AND e.state = a.state
        ) AS r
        WHERE a.application_no = roles_at_work.application_no
            AND r.role IN ('clerk', 'inspector', 'decider', 'committee', 'director');
    END;
COMMENT ON FUNCTION licence_home_internal.roles_at_work(licence_home.application_no) IS
'Internal: the roles of officials who have a step or evidence of their own in the state of a case.';
CALL licence_home_internal.make_function('licence_home_internal.roles_at_work(licence_home.application_no)');

CREATE FUNCTION licence_home.claim_case(application_no licence_home.application_no) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_claim_case' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.claim_case(licence_home.application_no) IS
'The official who works takes a case in hand; gives the number of the row of case_assignment. LH027 where another has it; LH009 for one that waits for nobody. LH002 for one of another district, or in a state where none of the official''s roles does anything. LH023 as for a step; 40001 where the case moved meanwhile.';
CALL licence_home_internal.make_function('licence_home.claim_case(licence_home.application_no)', 'staff');

CREATE FUNCTION licence_home.release_case(application_no licence_home.application_no) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_release_case' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.release_case(licence_home.application_no) IS
'The official who has a case in hand gives it back, or a director of its district takes it away. Gives the number of the row of case_assignment. LH027 where another has it, LH009 where nobody has.';
CALL licence_home_internal.make_function('licence_home.release_case(licence_home.application_no)', 'staff');

CREATE FUNCTION licence_home.assign_case(application_no licence_home.application_no, official text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_assign_case' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.assign_case(licence_home.application_no, text) IS
'A director gives a case of the director''s districts to an official, by the employee number; who had it has it no more. Gives the number of the row of case_assignment. LH019 for nobody who serves; else as claim_case(), of that official.';
CALL licence_home_internal.make_function('licence_home.assign_case(licence_home.application_no, text)', 'director');

CREATE FUNCTION licence_home_internal.precondition_claim_held(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE WHEN s.official IS NULL THEN 'nobody has the case in hand'
                ELSE format('official %s has the case in hand, since %s', s.official,
                    to_char(s.recorded_at AT TIME ZONE licence_home_internal.city_time_zone(), 'YYYY-MM-DD HH24:MI')) END,
            CASE WHEN s.official IS NULL THEN 'لم يتسلم أحد هذا الطلب'
                ELSE format('الطلب لدى الموظف %s منذ %s', s.official,
                    to_char(s.recorded_at AT TIME ZONE licence_home_internal.city_time_zone(), 'YYYY-MM-DD HH24:MI')) END,
            s.official, NULL::text
        FROM (SELECT) AS one
        LEFT JOIN licence_home.case_assignment AS s ON s.application_no = precondition_claim_held.application_no
            AND s.ended_at IS NULL
        WHERE (s.official = licence_home.actor()) IS NOT TRUE;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_claim_held(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The official who takes it has the case in hand.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_claim_held(licence_home.application_no, text, text, date, text)');

-- The claims of somebody who serves no more are free; one under way is passed by,
-- since case_holder() takes it for none.
CREATE FUNCTION licence_home_internal.official_claims() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_official_claims' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.official_claims() IS
'Trigger of official: releases the cases of one who serves no more.';
CALL licence_home_internal.make_function('licence_home_internal.official_claims()');
CREATE CONSTRAINT TRIGGER official_claims AFTER UPDATE ON licence_home.official
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home_internal.official_claims();

CREATE FUNCTION licence_home_internal.official_for_case(application_no licence_home.application_no, number text)
    RETURNS TABLE (official text, in_district boolean, has_role boolean, role text, roles_wanted text, roles text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT o.official, coalesce(a.district = ANY (o.districts), o.districts IS NULL), coalesce(r.roles && o.roles, false),
            CASE WHEN a.waits_for = ANY (o.roles) THEN a.waits_for
                ELSE (SELECT x.role FROM unnest(r.roles) AS x (role) WHERE x.role = ANY (o.roles) ORDER BY 1 LIMIT 1) END,
            array_to_string(r.roles, ', '), array_to_string(o.roles, ', ')
        FROM licence_home.official AS o
        CROSS JOIN licence_home.application AS a
        CROSS JOIN LATERAL (SELECT licence_home_internal.roles_at_work(a.application_no) AS roles OFFSET 0) AS r
        WHERE o.key = licence_home.fold_reference(official_for_case.number)
            AND a.application_no = official_for_case.application_no
            AND licence_home.in_force(o.valid, o.withdrawn_at, licence_home.today());
    END;
COMMENT ON FUNCTION licence_home_internal.official_for_case(licence_home.application_no, text) IS
'The official of a number who serves today, whether they may have a case in hand, in which role, and why not: the roles at work in its state, and their own.';
CALL licence_home_internal.make_function('licence_home_internal.official_for_case(licence_home.application_no, text)');
