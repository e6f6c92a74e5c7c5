-- ---------------------------------------------------------------------
-- Preconditions that a municipality writes for itself, with no C: a function,
-- and a row here that names it.  src/workflow/own_preconditions.c runs it, as a
-- role that reads the views below and nothing else.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.workflow_precondition (
    name         text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]*$')
        CONSTRAINT own_precondition_has_its_own_name CHECK (NOT licence_home_internal.is_precondition(name)),
    function     text NOT NULL CHECK (function ~ '^[a-z_][a-z0-9_]*[.][a-z_][a-z0-9_]*$'),
    hint_ar      licence_home.visible_text NOT NULL,
    hint_en      licence_home.visible_text NOT NULL,
    source       licence_home.visible_text NOT NULL
);
COMMENT ON TABLE licence_home.workflow_precondition IS
'Preconditions that the municipality wrote for itself. A superuser alone writes a row. function: schema and name of a function with the arguments and columns of licence_home_internal.precondition_note_given(). It runs read-only as licence_home_precondition, at each step that names the precondition.';
CALL licence_home_internal.make_table('licence_home.workflow_precondition');
GRANT SELECT ON licence_home.workflow_precondition TO licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_admin;

CREATE FUNCTION licence_home_internal.own_precondition_defect(function text) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT CASE
            WHEN p.oid IS NULL THEN format('There is no function %s(licence_home.application_no, text, text, date, text).', f.name)
            WHEN p.prosecdef THEN format('The function %s is SECURITY DEFINER, and would read what its owner may.', f.name)
            WHEN p.provolatile = 'v' THEN format('The function %s is VOLATILE: a precondition reads, and is STABLE or IMMUTABLE.', f.name)
            WHEN NOT p.proretset OR p.proargnames[6:9] IS DISTINCT FROM '{text_en,text_ar,subject,hint}'::text[]
                OR p.proallargtypes[6:9] IS DISTINCT FROM ARRAY['text', 'text', 'text', 'text']::regtype[]::oid[]
            THEN format('The function %s does not return TABLE (text_en text, text_ar text, subject text, hint text).', f.name)
            WHEN NOT has_schema_privilege('licence_home_precondition', p.pronamespace, 'USAGE')
                OR NOT has_function_privilege('licence_home_precondition', p.oid, 'EXECUTE')
            THEN format('The role licence_home_precondition may not execute %s.', f.name)
        END
        FROM (VALUES (own_precondition_defect.function)) AS f (name)
        LEFT JOIN LATERAL (
            SELECT q.*
            FROM pg_proc AS q
            JOIN pg_namespace AS n ON n.oid = q.pronamespace
            WHERE n.nspname = split_part(f.name, '.', 1) AND q.proname = split_part(f.name, '.', 2)
                AND q.pronargs = 5 AND q.proargtypes[0] = 'licence_home.application_no'::regtype
                AND q.proargtypes[1] = 'text'::regtype AND q.proargtypes[2] = 'text'::regtype
                AND q.proargtypes[3] = 'date'::regtype AND q.proargtypes[4] = 'text'::regtype
        ) AS p ON true
        WHERE NULL::licence_home_internal.types_hashed IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.own_precondition_defect(text) IS
'Internal: why the function of a row of workflow_precondition cannot be asked; null where it can.';
CALL licence_home_internal.make_function('licence_home_internal.own_precondition_defect(text)');

-- What such a function may read.  No person is in it, no note and no address.
-- The views read as their owner, whom row security of the case tables stops
-- everywhere but in the extension's own code at work.
GRANT USAGE ON SCHEMA licence_home TO licence_home_precondition;
GRANT EXECUTE ON FUNCTION licence_home.now(), licence_home.today() TO licence_home_precondition;

CREATE VIEW licence_home.precondition_application AS
    SELECT a.application_no, a.profession, a.home_area_m2, a.work_area_m2, a.built_on, a.employees, a.people, a.children,
        a.tenant, a.previous_application, a.state, a.workflow, a.workflow_version, a.district, a.zone_class, a.edition,
        a.judged_on, a.submitted_at, a.state_since, a.due_at, a.events, a.created_at
    FROM licence_home.application AS a;
COMMENT ON VIEW licence_home.precondition_application IS
'Cases, for the functions of workflow_precondition: what no person can be known by.';
CALL licence_home_internal.make_view('licence_home.precondition_application');
GRANT SELECT ON licence_home.precondition_application TO licence_home_precondition;

CREATE VIEW licence_home.precondition_document AS
    SELECT d.document_id, d.application_no, d.document_type, d.issued_on, d.expires_on, d.review, d.recorded_at,
        d.at_event, d.reviewed_at, d.reviewed_at_event
    FROM licence_home.document AS d;
COMMENT ON VIEW licence_home.precondition_document IS
'Documents of cases, for the functions of workflow_precondition; the latest of its type counts.';
CALL licence_home_internal.make_view('licence_home.precondition_document');
GRANT SELECT ON licence_home.precondition_document TO licence_home_precondition;

CREATE VIEW licence_home.precondition_inspection AS
    SELECT i.inspection_id, i.application_no, i.scheduled_for, i.scheduled_until, i.outcome, i.inspected_at,
        i.measured_home_area_m2, i.measured_work_area_m2, i.recorded_at, i.at_event, i.closed_at, i.closed_at_event
    FROM licence_home.inspection AS i;
COMMENT ON VIEW licence_home.precondition_inspection IS
'Inspections of cases, for the functions of workflow_precondition; the latest that is not cancelled counts.';
CALL licence_home_internal.make_view('licence_home.precondition_inspection');
GRANT SELECT ON licence_home.precondition_inspection TO licence_home_precondition;

CREATE VIEW licence_home.precondition_event AS
    SELECT e.event_no, e.application_no, e.case_event, e.action, e.from_state, e.to_state, e.at
    FROM licence_home.application_event AS e;
COMMENT ON VIEW licence_home.precondition_event IS
'Events of cases, for the functions of workflow_precondition.';
CALL licence_home_internal.make_view('licence_home.precondition_event');
GRANT SELECT ON licence_home.precondition_event TO licence_home_precondition;
