-- ---------------------------------------------------------------------
-- A business has another representative: who that is proves it in each open case
-- (src/workflow/principal.c, src/work/representative.c).
--
--   applicant.representative_identity_no changes ──> a row for each open case
--     the portal names the paper (prove_representative) ──> a clerk has seen it
--     (accept_representative) ──> the applicant's steps go on
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.representative_proof (
    representative_proof_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL,
    applicant_id bigint NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL DEFAULT licence_home.actor(),
    reference_no licence_home.visible_text,
    offered_at   timestamptz,
    accepted_at  timestamptz,
    accepted_by  text,
    CONSTRAINT representative_proof_is_accepted_by_somebody CHECK (num_nonnulls(accepted_at, accepted_by) <> 1)
);
CREATE INDEX representative_proof_of_case ON licence_home.representative_proof (application_no, representative_proof_id);
CREATE INDEX representative_proof_of_applicant ON licence_home.representative_proof (applicant_id);
COMMENT ON TABLE licence_home.representative_proof IS
'That a business changed its representative while a case was open, a row for each case. The latest row of a case counts. Until a clerk has accepted it, no step of the applicant''s is taken there. reference_no: the paper that shows the authorisation. application_no and applicant_id have no foreign keys: the trigger writes what it has just locked, and verify_restore() checks.';
CALL licence_home_internal.make_case_table('licence_home.representative_proof');
CREATE TRIGGER representative_proof_guard BEFORE INSERT OR UPDATE ON licence_home.representative_proof
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.representative_proof TO licence_home_clerk, licence_home_director, licence_home_auditor;
GRANT SELECT (representative_proof_id, application_no, applicant_id, recorded_at, reference_no, offered_at, accepted_at)
    ON licence_home.representative_proof TO licence_home_portal;

CREATE FUNCTION licence_home_internal.representative_is_proven(application_no licence_home.application_no) RETURNS boolean
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT coalesce((SELECT r.accepted_at IS NOT NULL FROM licence_home.representative_proof AS r
            WHERE r.application_no = representative_is_proven.application_no ORDER BY r.representative_proof_id DESC LIMIT 1), true);
    END;
COMMENT ON FUNCTION licence_home_internal.representative_is_proven(licence_home.application_no) IS
'Internal: whether nobody changed the representative in a case, or the latest one has proved the authorisation.';
CALL licence_home_internal.make_function('licence_home_internal.representative_is_proven(licence_home.application_no)');

CREATE FUNCTION licence_home.prove_representative(application_no licence_home.application_no, reference_no text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_prove_representative' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.prove_representative(licence_home.application_no, text) IS
'The portal, for a business whose representative is another now: names the paper that shows the authorisation, in a case. A clerk has to see it (accept_representative). LH008 for no case of the applicant''s, LH028 where nothing is to be proved, 22023 without a reference.';
CALL licence_home_internal.make_function('licence_home.prove_representative(licence_home.application_no, text)', 'portal');

CREATE FUNCTION licence_home.accept_representative(application_no licence_home.application_no, reference_no text DEFAULT NULL)
    RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_accept_representative' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.accept_representative(licence_home.application_no, text) IS
'A clerk has seen the paper by which the new representative of a business acts, in a case: the one that the portal named, or one that was shown (reference_no). The applicant''s steps go on. LH008 for no case, LH028 where nothing is to be proved, 22023 where no paper was named.';
CALL licence_home_internal.make_function('licence_home.accept_representative(licence_home.application_no, text)', 'clerk');

CREATE VIEW licence_home.representatives_to_prove WITH (security_invoker = true) AS
    SELECT r.application_no, r.applicant_id, r.recorded_at, r.offered_at
    FROM licence_home.representative_proof AS r
    WHERE r.accepted_at IS NULL AND NOT EXISTS (
        SELECT FROM licence_home.representative_proof AS n
        WHERE n.application_no = r.application_no AND n.representative_proof_id > r.representative_proof_id);
COMMENT ON VIEW licence_home.representatives_to_prove IS
'Cases in which the new representative of a business has not proved the authorisation yet. offered_at: since when the portal named a paper, and a clerk is to look at it: case_texts() shows its number.';
CALL licence_home_internal.make_view('licence_home.representatives_to_prove');
GRANT SELECT ON licence_home.representatives_to_prove TO licence_home_portal, licence_home_clerk;
