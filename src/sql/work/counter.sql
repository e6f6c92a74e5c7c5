-- ---------------------------------------------------------------------
-- The counter: officials who do the applicant's work for a person who stands
-- there (src/workflow/principal.c).
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.workflow_counter (
    workflow     text NOT NULL,
    version      integer NOT NULL,
    role         text NOT NULL CHECK (role IN ('clerk')),
    PRIMARY KEY (workflow, version, role),
    FOREIGN KEY (workflow, version) REFERENCES licence_home.workflow
);
COMMENT ON TABLE licence_home.workflow_counter IS
'Which officials may do the applicant''s work at the counter, part of a workflow; no row: none may.';
CALL licence_home_internal.make_workflow_table('licence_home.workflow_counter');

CREATE TABLE licence_home.counter_act (
    counter_act_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no,
    applicant_id bigint NOT NULL,
    agency_id    bigint,
    what         text NOT NULL,
    identity_seen licence_home.visible_text NOT NULL,
    at_event     integer NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL DEFAULT licence_home.actor()
);
CREATE INDEX counter_act_of_case ON licence_home.counter_act (application_no);
CREATE INDEX counter_act_of_official ON licence_home.counter_act (recorded_by);
COMMENT ON TABLE licence_home.counter_act IS
'What an official did at the counter for an applicant, who stood there or whose agent did: append-only. what: the step by its action, the table of evidence, begin (a case), amend, register, or change (of the applicant''s facts). No foreign keys: the trigger writes what is just being written.';
CALL licence_home_internal.make_case_table('licence_home.counter_act');
CREATE TRIGGER counter_act_guard BEFORE INSERT OR UPDATE ON licence_home.counter_act
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.counter_act TO licence_home_clerk, licence_home_director, licence_home_auditor;
