-- ---------------------------------------------------------------------
-- Nobody proves twice what is proven: evidence of a licence's former cases that
-- counts in its next one (doc/life.md, "Workflows").
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.carried_evidence (
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    kind         text NOT NULL CHECK (kind IN ('document', 'inspection', 'decision', 'approval')),
    code         text CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    from_application licence_home.application_no NOT NULL REFERENCES licence_home.application,
    evidence_id  bigint NOT NULL,
    until        date,
    at_event     integer,
    counts       boolean NOT NULL DEFAULT true,
    known_at     timestamptz NOT NULL DEFAULT licence_home_internal.moment(),
    PRIMARY KEY (application_no, kind, evidence_id)
);
COMMENT ON TABLE licence_home.carried_evidence IS
'What a case about a licence need not prove, because a former case of the licence proved it. kind, evidence_id: the row of document, inspection, decision or external_approval; code: the type of document, or the authority. until: the last day on which it would carry over. at_event: the event of the submission, which settled it; null: the case is a draft, and the rows follow its facts. counts: false for what an amendment ended.';
CALL licence_home_internal.make_case_table('licence_home.carried_evidence');
GRANT SELECT ON licence_home.carried_evidence TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_admin;
