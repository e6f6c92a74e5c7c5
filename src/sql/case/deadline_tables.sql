-- ---------------------------------------------------------------------
-- Deadlines are rows that are only added: where a period began and how many
-- working days it has.  The date is computed from the newest row whenever
-- somebody asks (case/deadlines.sql), so that a holiday touches no case.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.case_deadline (
    deadline_no  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL,
    case_event   integer NOT NULL CHECK (case_event > 0),
    entered_event integer NOT NULL CHECK (entered_event BETWEEN 1 AND case_event),
    state        text NOT NULL,
    cause        text NOT NULL CHECK (cause IN ('state', 'extended', 'moved')),
    began_on     date NOT NULL CHECK (isfinite(began_on)),
    working_days integer NOT NULL CHECK (working_days BETWEEN 1 AND 3660),
    date_named   date NOT NULL CHECK (isfinite(date_named)),
    to_be_told   boolean NOT NULL,
    known_at     timestamptz NOT NULL,
    UNIQUE (application_no, case_event)
);
COMMENT ON TABLE licence_home.case_deadline IS
'What the deadlines of the cases are computed from, append-only. Of a case the newest row counts while the case is in its state. case_event: the event that set it. entered_event: the event by which the case came into the state. cause: state (its target), extended (by an official), moved (the calendar moved it later, and its new date is told). began_on and working_days: the period. date_named: the date that the event''s message names. to_be_told: it binds the applicant, so it counts only once its message was accepted (deadline_told). known_at: when it was set. application_no has no foreign key: the trigger writes what it has just locked, and verify_restore() checks.';
CALL licence_home_internal.make_case_table('licence_home.case_deadline');
GRANT SELECT ON licence_home.case_deadline TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst;

CREATE TABLE licence_home.deadline_told (
    deadline_no  bigint NOT NULL,
    application_no licence_home.application_no NOT NULL,
    message_id   bigint NOT NULL,
    series       integer NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('accepted', 'delivered', 'failed', 'served', 'not_theirs')),
    at           timestamptz NOT NULL,
    PRIMARY KEY (deadline_no, message_id, series, outcome)
);
CREATE INDEX deadline_told_of_case ON licence_home.deadline_told (application_no);
COMMENT ON TABLE licence_home.deadline_told IS
'That the message which named a deadline was accepted by the gateway, reported as delivered, reported as failed, or handed over on paper (served). Append-only; written by the sender, by delivery reports and by serve(), which touch no case. series: 1, and 1 more for each time that the message was resent. A series that failed and was not delivered tells nothing. Nor does one that went to a telephone which was not the applicant''s (not_theirs).';
CALL licence_home_internal.make_case_table('licence_home.deadline_told');
GRANT SELECT ON licence_home.deadline_told TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst;
