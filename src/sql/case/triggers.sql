-- ---------------------------------------------------------------------
-- Triggers of the case tables (src/workflow/).  Trigger names start with
-- the table's own order: preconditions first, then what follows from them.
-- ---------------------------------------------------------------------

-- (of these columns alone: a step writes none of them)
CREATE FUNCTION licence_home_internal.tidy() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_tidy' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.tidy() IS
'What becomes of texts on their way in, as its arguments say of each column: null where nothing can be seen, or folded.';
CALL licence_home_internal.make_function('licence_home_internal.tidy()');
CREATE TRIGGER a_tidy BEFORE INSERT OR UPDATE OF address, village, basin, neighbourhood, parcel,
        building_no, floor, unit, step_note, closure_reason
    ON licence_home.application
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.tidy('blank address', 'blank village', 'blank basin',
        'blank neighbourhood', 'blank parcel', 'blank building_no', 'blank floor', 'blank unit',
        'blank step_note', 'blank closure_reason');
CREATE TRIGGER a_tidy BEFORE INSERT OR UPDATE OF identity_no, representative_identity_no ON licence_home.applicant
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.tidy('plain identity_no', 'plain representative_identity_no');
CREATE TRIGGER a_tidy BEFORE INSERT OR UPDATE OF attachment_type ON licence_home.document
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.tidy('reference attachment_type');
CREATE TRIGGER a_tidy BEFORE INSERT OR UPDATE OF attachment_type ON licence_home.external_approval
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.tidy('reference attachment_type');

CREATE FUNCTION licence_home_internal.application_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_application_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.application_trigger() IS
'Decides which step an UPDATE of an application takes, whether it exists and whose it is, and derives what the rules keep.';
CALL licence_home_internal.make_function('licence_home_internal.application_trigger()');
CREATE FUNCTION licence_home_internal.application_step() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_application_step' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.application_step() IS
'Asks the preconditions of a step, then writes its effects, its event and its messages.';
CALL licence_home_internal.make_function('licence_home_internal.application_step()');
CREATE TRIGGER application_trigger BEFORE INSERT OR UPDATE ON licence_home.application
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.application_trigger();
CREATE TRIGGER application_step AFTER UPDATE ON licence_home.application
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.application_step();

CREATE FUNCTION licence_home_internal.document_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_document_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.document_trigger() IS 'Checks the rows of document.';
CALL licence_home_internal.make_function('licence_home_internal.document_trigger()');
CREATE TRIGGER document_trigger BEFORE INSERT OR UPDATE ON licence_home.document
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.document_trigger();

CREATE FUNCTION licence_home_internal.application_finding_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_application_finding_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.application_finding_trigger() IS 'Checks the rows of application_finding.';
CALL licence_home_internal.make_function('licence_home_internal.application_finding_trigger()');
CREATE TRIGGER application_finding_trigger BEFORE INSERT OR UPDATE ON licence_home.application_finding
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.application_finding_trigger();

CREATE FUNCTION licence_home_internal.inspection_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_inspection_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.inspection_trigger() IS 'Checks the rows of inspection.';
CALL licence_home_internal.make_function('licence_home_internal.inspection_trigger()');
CREATE TRIGGER inspection_trigger BEFORE INSERT OR UPDATE ON licence_home.inspection
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.inspection_trigger();

CREATE FUNCTION licence_home_internal.inspection_finding_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_inspection_finding_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.inspection_finding_trigger() IS 'Checks the rows of inspection_finding.';
CALL licence_home_internal.make_function('licence_home_internal.inspection_finding_trigger()');
CREATE TRIGGER inspection_finding_trigger BEFORE INSERT OR UPDATE ON licence_home.inspection_finding
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.inspection_finding_trigger();

CREATE FUNCTION licence_home_internal.decision_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_decision_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.decision_trigger() IS 'Checks the rows of decision.';
CALL licence_home_internal.make_function('licence_home_internal.decision_trigger()');
CREATE TRIGGER decision_trigger BEFORE INSERT OR UPDATE ON licence_home.decision
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.decision_trigger();

CREATE FUNCTION licence_home_internal.approval_requirement_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_approval_requirement_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.approval_requirement_trigger() IS 'Checks the rows of approval_requirement.';
CALL licence_home_internal.make_function('licence_home_internal.approval_requirement_trigger()');
CREATE TRIGGER approval_requirement_trigger BEFORE INSERT OR UPDATE ON licence_home.approval_requirement
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.approval_requirement_trigger();

CREATE FUNCTION licence_home_internal.external_approval_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_external_approval_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.external_approval_trigger() IS 'Checks the rows of external_approval.';
CALL licence_home_internal.make_function('licence_home_internal.external_approval_trigger()');
CREATE TRIGGER external_approval_trigger BEFORE INSERT OR UPDATE ON licence_home.external_approval
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.external_approval_trigger();

CREATE FUNCTION licence_home_internal.payment_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_payment_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.payment_trigger() IS
'Refuses an unknown bill, drops a repeated notification, keeps recorded payments as they are.';
CALL licence_home_internal.make_function('licence_home_internal.payment_trigger()');
CREATE FUNCTION licence_home_internal.payment_issue() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_payment_issue' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.payment_issue() IS
'Issues the licence when a payment completes an open bill.';
CALL licence_home_internal.make_function('licence_home_internal.payment_issue()');
CREATE TRIGGER payment_trigger BEFORE INSERT OR UPDATE ON licence_home.payment
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.payment_trigger();
CREATE TRIGGER payment_issue AFTER INSERT ON licence_home.payment
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.payment_issue();

CREATE FUNCTION licence_home_internal.applicant_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_applicant_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.applicant_trigger() IS
'Lets a portal act for whom it registers, and keeps the identity.';
CALL licence_home_internal.make_function('licence_home_internal.applicant_trigger()');
CREATE TRIGGER applicant_trigger BEFORE INSERT OR UPDATE ON licence_home.applicant
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.applicant_trigger();

CREATE FUNCTION licence_home_internal.applicant_registered() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_applicant_registered' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.applicant_registered() IS
'Leaves the transaction acting for the applicant whose row was written, not for one that ON CONFLICT DO NOTHING passed by.';
CALL licence_home_internal.make_function('licence_home_internal.applicant_registered()');
CREATE TRIGGER applicant_begin BEFORE INSERT ON licence_home.applicant
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.applicant_registered();
CREATE TRIGGER applicant_registered AFTER INSERT ON licence_home.applicant
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.applicant_registered();
CREATE TRIGGER applicant_settled AFTER INSERT ON licence_home.applicant
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home_internal.applicant_registered();

CREATE FUNCTION licence_home_internal.written_by_steps() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_written_by_steps' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.written_by_steps() IS
'Refuses rows that the extension''s own code did not write.';
CALL licence_home_internal.make_function('licence_home_internal.written_by_steps()');
CREATE TRIGGER invoice_trigger BEFORE INSERT OR UPDATE ON licence_home.invoice
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER invoice_line_trigger BEFORE INSERT OR UPDATE ON licence_home.invoice_line
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER application_event_trigger BEFORE INSERT OR UPDATE ON licence_home.application_event
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER case_deadline_trigger BEFORE INSERT OR UPDATE ON licence_home.case_deadline
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER deadline_told_trigger BEFORE UPDATE ON licence_home.deadline_told
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER acting_record_trigger BEFORE INSERT OR UPDATE ON licence_home.acting_record
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
