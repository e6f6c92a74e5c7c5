-- ---------------------------------------------------------------------
-- An owner withdraws the approval of a tenant's home profession, from an account of
-- their own; the tenant is heard first (src/work/owner_approval.c).
--
--   the owner: withdraw_owner_approval() ──> the tenant is told (owner_withdrew)
--   the tenant: answer_owner(), or the days of the hearing pass (licence_rule)
--   a clerk: decide_owner_withdrawal() ──> stands, or withdrawn: the approval counts no
--     more in an open case, and a licence is listed (approvals_withdrawn)
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.owner_withdrawal (
    owner_withdrawal_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL,
    owner_id     bigint NOT NULL,
    reference_no licence_home.visible_text NOT NULL,
    reason       licence_home.visible_text NOT NULL,
    message_id   bigint NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL DEFAULT licence_home.actor(),
    answer       licence_home.visible_text,
    answered_at  timestamptz,
    outcome      text CHECK (outcome IN ('withdrawn', 'stands')),
    decided_at   timestamptz,
    decided_by   text,
    note         licence_home.visible_text,
    CONSTRAINT owner_withdrawal_is_decided_by_somebody CHECK (num_nonnulls(outcome, decided_at, decided_by) IN (0, 3))
);
CREATE INDEX owner_withdrawal_of_case ON licence_home.owner_withdrawal (application_no);
CREATE INDEX owner_withdrawal_of_owner ON licence_home.owner_withdrawal (owner_id);
COMMENT ON TABLE licence_home.owner_withdrawal IS
'That an owner withdraws the approval of a tenant''s home profession. owner_id: the applicant whose account said so; reference_no: the paper that shows the property. message_id: the message that told the tenant. No foreign keys: the functions write what they have just locked, and verify_restore() checks.';
CALL licence_home_internal.make_case_table('licence_home.owner_withdrawal');
CREATE POLICY owners_own ON licence_home.owner_withdrawal FOR SELECT TO licence_home_portal
    USING (owner_id = (SELECT licence_home.acting_applicant()));
CREATE TRIGGER owner_withdrawal_guard BEFORE INSERT OR UPDATE ON licence_home.owner_withdrawal
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT (owner_withdrawal_id, application_no, reason, recorded_at, answered_at, outcome, decided_at)
    ON licence_home.owner_withdrawal TO licence_home_portal;
GRANT SELECT ON licence_home.owner_withdrawal TO licence_home_clerk, licence_home_director, licence_home_auditor;

-- The last day on which the tenant may answer, counted from the day on which the
-- tenant was told; null: the tenant was not told.
CREATE FUNCTION licence_home_internal.heard_until(message_id bigint) RETURNS date
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT t.day + r.hearing_days
        FROM (SELECT CASE m.status
                WHEN 'served' THEN (SELECT max(i.served_on) FROM licence_home.sms_intervention AS i
                    WHERE i.message_id = m.message_id AND i.action = 'serve')
                ELSE (m.accepted_at AT TIME ZONE licence_home_internal.city_time_zone())::date END AS day
            FROM licence_home.sms_status AS m
            WHERE m.message_id = heard_until.message_id AND m.status IN ('accepted', 'delivered', 'served')) AS t
        JOIN licence_home.licence_rule AS r ON licence_home.in_force(r.valid, r.withdrawn_at, licence_home.today());
    END;
COMMENT ON FUNCTION licence_home_internal.heard_until(bigint) IS
'Internal: the last day on which a tenant may answer, so many days (licence_rule.hearing_days) after the message was told; null: it was not.';
CALL licence_home_internal.make_function('licence_home_internal.heard_until(bigint)', 'clerk');

CREATE FUNCTION licence_home.withdraw_owner_approval(application_no licence_home.application_no, reference_no text, reason text)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'licence_home_withdraw_owner_approval' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.withdraw_owner_approval(licence_home.application_no, text, text) IS
'The owner of a home, from an account of their own, withdraws the approval of a tenant''s case. reference_no: the paper that shows the property. The tenant is told, and heard before a clerk decides; until then the approval counts. Gives the number of the row. LH008 where no case of somebody else rests on an owner''s approval, LH009 where one is not decided yet, or nothing has happened since one was. LH016 without act_for(), LH028 for an agent, 22023 without a paper or a reason.';
CALL licence_home_internal.make_function('licence_home.withdraw_owner_approval(licence_home.application_no, text, text)', 'portal');

CREATE FUNCTION licence_home.answer_owner(owner_withdrawal_id bigint, answer text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_answer_owner' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.answer_owner(bigint, text) IS
'The tenant answers the owner who withdraws the approval, until it is decided; a later answer takes the place of the former. LH019 for no such row, or one that is decided; 22023 without an answer.';
CALL licence_home_internal.make_function('licence_home.answer_owner(bigint, text)', 'portal');

CREATE FUNCTION licence_home.decide_owner_withdrawal(owner_withdrawal_id bigint, outcome text, note text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_decide_owner_withdrawal' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.decide_owner_withdrawal(bigint, text, text) IS
'A clerk decides on an owner''s withdrawal, once the tenant has answered or had the days of the hearing: withdrawn or stands, with a note that says why. withdrawn: in an open case the owner''s approval is not given any more, and the tenant may supply another. A licence stays as it is, and is listed (approvals_withdrawn). The tenant is told. LH019 for no such row, or one that is decided; LH009 while the tenant is to be heard; 22023 for another outcome, or no note.';
CALL licence_home_internal.make_function('licence_home.decide_owner_withdrawal(bigint, text, text)', 'clerk');

CREATE VIEW licence_home.owner_withdrawals_open WITH (security_invoker = true) AS
    SELECT w.owner_withdrawal_id, w.application_no, w.owner_id, w.recorded_at, w.answered_at,
        licence_home_internal.heard_until(w.message_id) AS heard_until
    FROM licence_home.owner_withdrawal AS w
    WHERE w.outcome IS NULL;
COMMENT ON VIEW licence_home.owner_withdrawals_open IS
'Owners who withdraw their approval, for a clerk to decide: heard_until is the last day on which the tenant may answer, null where the tenant was not told yet. case_texts() has what both say.';
CALL licence_home_internal.make_view('licence_home.owner_withdrawals_open');
GRANT SELECT ON licence_home.owner_withdrawals_open TO licence_home_clerk;

CREATE VIEW licence_home.approvals_withdrawn WITH (security_invoker = true) AS
    SELECT l.licence_no, w.application_no, w.decided_at, w.owner_withdrawal_id
    FROM licence_home.owner_withdrawal AS w
    JOIN licence_home.licence AS l ON l.application_no = w.application_no
    JOIN licence_home.licence_term AS t ON t.licence_no = l.licence_no AND t.valid @> licence_home.today()
    WHERE w.outcome = 'withdrawn';
COMMENT ON VIEW licence_home.approvals_withdrawn IS
'Licences in force whose owner''s approval was withdrawn, for a decision: nothing ends by itself.';
CALL licence_home_internal.make_view('licence_home.approvals_withdrawn');
GRANT SELECT ON licence_home.approvals_withdrawn TO licence_home_clerk, licence_home_director;
