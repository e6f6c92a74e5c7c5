-- ---------------------------------------------------------------------
-- What a workflow does to a licence, and beside which others it is refused:
-- rows of its version.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.workflow_change (
    workflow     text NOT NULL,
    version      integer NOT NULL,
    fact         text NOT NULL CHECK (fact IN ('licence', 'term', 'standing', 'holder', 'profession', 'home', 'area',
        'staff', 'name', 'copy')),
    PRIMARY KEY (workflow, version, fact),
    FOREIGN KEY (workflow, version) REFERENCES licence_home.workflow
);
COMMENT ON TABLE licence_home.workflow_change IS
'What a case may change of its licence, part of a workflow. licence: it makes one. term: it gives the next one. standing. holder, profession, home, area, staff (employees, people, children), name: the facts. copy: a copy of the paper. What no row names, the case leaves as the licence has it.';
CALL licence_home_internal.make_workflow_table('licence_home.workflow_change');

CREATE TABLE licence_home.workflow_conflict (
    workflow     text NOT NULL,
    version      integer NOT NULL,
    other        text NOT NULL CHECK (other ~ '^[a-z][a-z0-9_]*$'),
    ruling       text NOT NULL CHECK (ruling IN ('refused', 'same_fact')),
    PRIMARY KEY (workflow, version, other),
    FOREIGN KEY (workflow, version) REFERENCES licence_home.workflow
);
COMMENT ON TABLE licence_home.workflow_conflict IS
'Cases of one licence that contradict each other, part of a workflow. A case is refused while one of the other workflow is open: always (refused), or where both change one fact (same_fact).';
CALL licence_home_internal.make_workflow_table('licence_home.workflow_conflict');
