-- ---------------------------------------------------------------------
-- The roles that may write each kind of evidence in each state: part of a
-- workflow, in rows.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.workflow_evidence (
    workflow     text NOT NULL,
    version      integer NOT NULL,
    state        text NOT NULL,
    evidence     text NOT NULL CHECK (evidence IN ('application', 'document', 'application_finding',
        'inspection', 'inspection_finding', 'decision', 'approval_requirement', 'external_approval', 'attachment')),
    operation    text NOT NULL CHECK (operation IN ('insert', 'review', 'close', 'cancel', 'amend', 'correct', 'take_back', 'reassign')),
    role         text NOT NULL CHECK (role IN ('portal', 'clerk', 'inspector', 'decider', 'committee', 'director', 'cashier', 'sender', 'admin')),
    PRIMARY KEY (workflow, version, state, evidence, operation, role),
    FOREIGN KEY (workflow, version) REFERENCES licence_home.workflow,
    FOREIGN KEY (workflow, version, state) REFERENCES licence_home.workflow_state
);
COMMENT ON TABLE licence_home.workflow_evidence IS
'Which role may write which evidence in which state. Operations: insert a row; review a document or an approval; close an inspection, or cancel it. Amend the application itself: every column in the state where the workflow starts, elsewhere those found wrong. Correct what an inspection measured, take back a finding about the application, reassign the application to another applicant, each until a step has relied on it.';
CALL licence_home_internal.make_workflow_table('licence_home.workflow_evidence');

