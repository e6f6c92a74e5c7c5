-- ---------------------------------------------------------------------
-- Messages.
--
-- A step writes the message it owes, rendered, in its own transaction; the
-- sender (src/sms/sender.c) moves it.  next_attempt_at says whether a message
-- is in its recipient's queue: while it is not null, later messages to the
-- same person wait.
--
--   waiting ──claim──> sending ──┬─> accepted ──report──> delivered | failed
--      ^                         ├─> waiting     certainly not sent
--      │                         ├─> dead        refused for good
--      └──── resend once ────────┴─> in_doubt    nobody knows
--
-- waiting also ends as expired or cancelled.  A delivery report settles doubt.
-- ---------------------------------------------------------------------

CREATE SEQUENCE licence_home.sms_claim_no AS bigint;
COMMENT ON SEQUENCE licence_home.sms_claim_no IS
'Fencing tokens: one for each run of the sender.';

CREATE TABLE licence_home.sms_message (
    message_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL,
    event_no     bigint NOT NULL,
    applicant_id bigint NOT NULL,
    template     text NOT NULL,
    language     text NOT NULL CHECK (language IN ('ar', 'en')),
    phone        licence_home.phone_number NOT NULL,
    body         text NOT NULL CHECK (body ~ '\S'),
    parts        integer NOT NULL CHECK (parts > 0),
    priority     integer NOT NULL DEFAULT 0,
    doubt        text NOT NULL DEFAULT 'hold' CHECK (doubt IN ('hold', 'resend')),
    status       text NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'sending', 'accepted', 'delivered', 'failed',
                          'in_doubt', 'dead', 'expired', 'cancelled')),
    attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz DEFAULT '-infinity',
    not_before   timestamptz,
    expires_at   timestamptz NOT NULL,
    resent       boolean NOT NULL DEFAULT false,
    claim        bigint,
    gateway      text,
    gateway_message_id text,
    created_at   timestamptz NOT NULL DEFAULT licence_home.now(),
    claimed_at   timestamptz,
    accepted_at  timestamptz,
    delivered_at timestamptz,
    last_error   text,
    CONSTRAINT sms_message_once_an_event UNIQUE (application_no, event_no, template),
    CONSTRAINT sms_message_queue_fits_status CHECK (
        CASE WHEN status IN ('waiting', 'sending') THEN next_attempt_at IS NOT NULL
             WHEN status = 'in_doubt' THEN true
             ELSE next_attempt_at IS NULL END),
    CONSTRAINT sms_message_sending_is_claimed CHECK (status <> 'sending'
        OR num_nulls(claim, claimed_at, gateway) = 0)
);
CREATE INDEX sms_message_queue ON licence_home.sms_message (applicant_id, message_id)
    WHERE next_attempt_at IS NOT NULL;
CREATE INDEX sms_message_due ON licence_home.sms_message (priority DESC, next_attempt_at, message_id)
    WHERE status = 'waiting';
CREATE INDEX sms_message_expiry ON licence_home.sms_message (expires_at)
    WHERE status = 'waiting';
CREATE INDEX sms_message_claimed ON licence_home.sms_message (claim)
    WHERE status = 'sending';
CREATE INDEX sms_message_doubtful ON licence_home.sms_message (next_attempt_at)
    WHERE status = 'in_doubt';
CREATE INDEX sms_message_reported ON licence_home.sms_message (gateway_message_id)
    WHERE gateway_message_id IS NOT NULL;
COMMENT ON TABLE licence_home.sms_message IS
'Messages owed and sent. body is final when the step is taken; phone follows the applicant until the message is claimed. status: waiting (next_attempt_at, not_before and earlier messages to the same person say for what), sending, accepted by the gateway, delivered to or failed at the telephone (a delivery report), in_doubt (it may have left; next_attempt_at null: held for a person), dead (refused for good), expired, cancelled. doubt: the template''s policy; resent: it was sent once more for it. claim: the run of the sender that has it, a fencing token. application_no and applicant_id have no foreign keys: the step writes what it has just locked, and verify_restore() checks.';

CREATE TABLE licence_home.sms_attempt (
    attempt_no   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   bigint NOT NULL,
    attempt      integer NOT NULL,
    claim        bigint NOT NULL,
    gateway      text NOT NULL,
    outcome      text NOT NULL
        CHECK (outcome IN ('accepted', 'retry', 'credentials', 'permanent', 'in_doubt')),
    http_status  integer,
    answer       text,
    error        text,
    claimed_at   timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL
);
CREATE INDEX sms_attempt_of_message ON licence_home.sms_attempt (message_id, attempt_no);
COMMENT ON TABLE licence_home.sms_attempt IS
'What came of each attempt to send a message, append-only. answer: how the gateway''s answer began, credentials blotted out; error: what went wrong on the way.';

CREATE TABLE licence_home.sms_delivery_report (
    report_no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   bigint NOT NULL,
    gateway_message_id text NOT NULL,
    status       text NOT NULL
        CHECK (status IN ('delivered', 'failed', 'buffered', 'accepted', 'rejected')),
    at           timestamptz NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    UNIQUE (message_id, status)
);
COMMENT ON TABLE licence_home.sms_delivery_report IS
'Delivery reports, append-only; a repeat adds nothing.';

CREATE TABLE licence_home.sender_identity (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    system_identifier bigint NOT NULL,
    timeline     integer NOT NULL,
    directory    bigint NOT NULL,
    database     oid NOT NULL,
    armed_at     timestamptz NOT NULL,
    armed_by     text NOT NULL
);
COMMENT ON TABLE licence_home.sender_identity IS
'Which database is armed to send: cluster, timeline, data directory (its file number) and database. A restored, copied or promoted one is another, and sends nothing until arm_sender() says so.';
