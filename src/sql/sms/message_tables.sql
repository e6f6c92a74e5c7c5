-- ---------------------------------------------------------------------
-- Messages.
--
-- A step writes the message it owes, rendered, in its own transaction; the
-- sender (src/sms/sender.c) moves it.  What is written once and what moves
-- are kept apart, so that what moves is narrow:
--
--   sms_message_text            the text, as the step wrote it
--   sms_queue             what is still to be done about a message
--   sms_attempt           what came of each try, append-only
--   sms_delivery_report   what the telephone network said, append-only
--   sms_intervention      what an official did by hand, append-only
--   sms_history           what was settled long ago, in tables of a month
--   sms_status            the view that says how each message stands
--   sms_message           the same with text and telephone
--
--   waiting ──claim──> sending ──┬─> accepted ──report──> delivered | failed
--      ^                         ├─> waiting     certainly not sent
--      │                         ├─> dead        refused for good
--      └──── resend once ────────┴─> in_doubt    nobody knows
--
-- waiting also ends as expired or cancelled.  Where the person has no telephone, or
-- it is another's, a message is to_print, and served once it was handed over.  A
-- delivery report settles a doubt.  A message that the gateway accepted has no row in sms_queue any more;
-- one that ended otherwise keeps it, as the way back (resend_sms).
-- ---------------------------------------------------------------------

CREATE SEQUENCE licence_home.sms_run_id_seq AS bigint;
COMMENT ON SEQUENCE licence_home.sms_run_id_seq IS
'Fencing tokens: one for each run of the sender.';
CALL licence_home_internal.make_sequence('licence_home.sms_run_id_seq');

CREATE TABLE licence_home.sms_message_text (
    message_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no,
    event_no     bigint,
    applicant_id bigint NOT NULL,
    template     text NOT NULL,
    language     text NOT NULL CHECK (language IN ('ar', 'en')),
    phone        licence_home.phone_number,
    body         licence_home.visible_text NOT NULL,
    parts        integer NOT NULL CHECK (parts > 0),
    priority     integer NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    doubt        text NOT NULL DEFAULT 'hold' CHECK (doubt IN ('hold', 'resend')),
    send_from    time,
    send_until   time,
    lasts        interval NOT NULL DEFAULT '3 days' CHECK (lasts > interval '0'),
    useless_from timestamptz,
    deadline_no  bigint,
    unwanted_at  timestamptz,
    unwanted_why text,
    created_at   timestamptz NOT NULL DEFAULT licence_home.now(),
    phone_stays  boolean NOT NULL DEFAULT false,
    agency_id    bigint NOT NULL DEFAULT 0,
    CONSTRAINT sms_message_text_once_an_event UNIQUE (application_no, event_no, template, agency_id),
    CONSTRAINT sms_message_text_is_of_an_event_or_no_case CHECK (num_nonnulls(application_no, event_no) <> 1),
    CONSTRAINT sms_message_text_hours_fit CHECK (num_nonnulls(send_from, send_until) <> 1
        AND coalesce(send_from < send_until, true))
);
COMMENT ON TABLE licence_home.sms_message_text IS
'Messages as the steps wrote them: to whom, the text and the parts (SMS) it needs, and the rules of its template on that day. Never changed, but for unwanted_at and unwanted_why. priority: 0 to 9. send_from, send_until: the hours of the day in the city in which it may leave, null: any. lasts: how long after it was written (or resent) it may leave. useless_from: the appointment that it announces or the end of the day that it names as the deadline, after which it says nothing. deadline_no: the deadline that it names. unwanted_at: since when it is not sent any more. unwanted_why: its case ended, its step was taken back, or a later message says the same. phone: the telephone on that day (sms_message has the one that counts). phone_stays: it goes there, though the applicant''s may be another. agency_id: the power by which an agent gets it too, on the agent''s telephone; 0: it is the applicant''s, and that one alone tells a deadline. application_no is null where the message is about the applicant and no case. application_no and applicant_id have no foreign keys: the step writes what it has just locked, and verify_restore() checks.';
CALL licence_home_internal.make_case_table('licence_home.sms_message_text');
-- The sender reads and writes messages as the owner, in C; what is granted to its role,
-- here and below, is for looking on.
GRANT SELECT ON licence_home.sms_message_text TO licence_home_portal;
GRANT SELECT (message_id, application_no, event_no, template, language, parts, priority, doubt, send_from, send_until,
    lasts, useless_from, deadline_no, unwanted_at, unwanted_why, created_at, agency_id) ON licence_home.sms_message_text TO
    licence_home_clerk, licence_home_admin, licence_home_sender;
-- (what message_report needs, here and below)
GRANT SELECT (message_id, application_no, event_no, template, language, parts, priority, doubt, lasts, useless_from,
    deadline_no, created_at, agency_id) ON licence_home.sms_message_text TO licence_home_analyst;
GRANT SELECT (applicant_id) ON licence_home.sms_message_text TO licence_home_clerk;
GRANT SELECT (message_id, created_at, send_from) ON licence_home.sms_message_text TO licence_home_monitor;

-- No CHECK here and in sms_attempt: the executor takes each apart anew for
-- every statement, which would be a tenth of what sending costs.  Only the
-- code of src/sms writes these two, and t/020_sender.pl checks what it leaves.
CREATE TABLE licence_home.sms_queue (
    message_id   bigint PRIMARY KEY,
    applicant_id bigint NOT NULL,
    turn         timestamptz DEFAULT '-infinity',
    wake_at      timestamptz,
    claimed_at   timestamptz,
    run_id       bigint,
    expires_at   timestamptz NOT NULL,
    send_from    time,
    send_until   time,
    phone        licence_home.phone_number,
    deadline_no  bigint,
    attempts     integer NOT NULL DEFAULT 0,
    failures     integer NOT NULL DEFAULT 0,
    lane         smallint NOT NULL DEFAULT 0,
    series       smallint NOT NULL DEFAULT 1,
    open         boolean NOT NULL DEFAULT true,
    parked       boolean NOT NULL DEFAULT false,
    resent       boolean NOT NULL DEFAULT false,
    status       text NOT NULL DEFAULT 'waiting',
    gateway      text,
    reason       text
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0.2, autovacuum_analyze_scale_factor = 0.5);
-- A claim changes no indexed column, so that it is a HOT update.
CREATE INDEX sms_queue_turn ON licence_home.sms_queue (lane, turn, message_id) WHERE turn IS NOT NULL;
CREATE INDEX sms_queue_person ON licence_home.sms_queue (applicant_id, message_id) WHERE open;
CREATE INDEX sms_queue_wake ON licence_home.sms_queue (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sms_queue_closed ON licence_home.sms_queue (message_id) WHERE NOT open;
CREATE INDEX sms_queue_parked ON licence_home.sms_queue (applicant_id, message_id) WHERE parked;
COMMENT ON TABLE licence_home.sms_queue IS
'What is still to be done about a message: a row from when it is written until the gateway has accepted it. Where it ended otherwise, the row stays. status as in sms_message. One to print is not sent, and holds up no other. open: it stands in its recipient''s queue, and later ones to the same person wait. A waiting one that can go has a turn, its place in its lane (the priority). Else it has a wake_at (not before), or is parked behind an earlier one. in_doubt with wake_at: until then a delivery report may settle it; without: held for a person. attempts: how often the gateway was asked. failures: those that make the next wait longer. series: 1, and 1 more for each time an official had it resent. resent: it was sent once more after a doubt. claim: the run of the sender that has it, a fencing token. phone: the telephone when it was claimed. deadline_no: the deadline that it names, for the sender to note that it was told. reason: why it waits or ended.';
CALL licence_home_internal.make_table('licence_home.sms_queue');
CREATE POLICY applicants_own ON licence_home.sms_queue TO licence_home_portal
    USING (message_id IN (SELECT l.message_id FROM licence_home.sms_message_text AS l));
GRANT SELECT (message_id, status, parked, turn, wake_at, phone, attempts, series, expires_at, resent, run_id,
    claimed_at, gateway, reason) ON licence_home.sms_queue TO licence_home_portal;
GRANT SELECT (message_id, turn, wake_at, claimed_at, run_id, expires_at, send_from, send_until, attempts, failures,
    lane, series, open, parked, resent, status, gateway, reason, deadline_no) ON licence_home.sms_queue TO
    licence_home_clerk, licence_home_admin, licence_home_sender;
GRANT SELECT (message_id, status, parked, wake_at, turn, attempts, series, expires_at, resent, run_id, claimed_at, gateway,
    reason) ON licence_home.sms_queue TO licence_home_analyst;
GRANT SELECT (message_id, status, turn, wake_at, parked, open, failures, expires_at) ON licence_home.sms_queue TO
    licence_home_monitor;

CREATE TABLE licence_home.sms_attempt (
    message_id   bigint NOT NULL,
    attempt      integer NOT NULL,
    series       smallint NOT NULL,
    resent       boolean NOT NULL,
    outcome      text NOT NULL,
    http_status  integer,
    run_id       bigint NOT NULL,
    phone        licence_home.phone_number,
    claimed_at   timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    gateway      text NOT NULL,
    gateway_message_id text,
    answer       text,
    error        text,
    PRIMARY KEY (message_id, attempt)
);
CREATE INDEX sms_attempt_reported ON licence_home.sms_attempt (gateway_message_id)
    WHERE gateway_message_id IS NOT NULL;
COMMENT ON TABLE licence_home.sms_attempt IS
'What came of each attempt to send a message, append-only. outcome: accepted, retry (certainly not sent), credentials, permanent (refused for good), in_doubt. series and resent as sms_queue had them. gateway_message_id: the id that the gateway gave it, null where its reports bring back ours. answer: how the gateway''s answer began, credentials redacted; error: what went wrong on the way.';
CALL licence_home_internal.make_case_table('licence_home.sms_attempt');
CREATE POLICY applicants_own ON licence_home.sms_attempt TO licence_home_portal
    USING (message_id IN (SELECT l.message_id FROM licence_home.sms_message_text AS l));
GRANT SELECT (message_id, attempt, series, resent, outcome, run_id, phone, claimed_at, recorded_at, gateway,
    gateway_message_id) ON licence_home.sms_attempt TO licence_home_portal;
GRANT SELECT (message_id, attempt, series, resent, outcome, http_status, run_id, claimed_at, recorded_at, gateway,
    gateway_message_id, answer, error) ON licence_home.sms_attempt TO licence_home_clerk, licence_home_admin, licence_home_sender;
GRANT SELECT (message_id, attempt, series, resent, outcome, run_id, claimed_at, recorded_at, gateway, gateway_message_id)
    ON licence_home.sms_attempt TO licence_home_analyst;

CREATE TABLE licence_home.sms_delivery_report (
    message_id   bigint NOT NULL,
    series       smallint NOT NULL,
    status       text NOT NULL
        CHECK (status IN ('delivered', 'failed', 'buffered', 'accepted', 'rejected')),
    gateway_message_id text NOT NULL,
    at           timestamptz NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    PRIMARY KEY (message_id, series, status)
);
COMMENT ON TABLE licence_home.sms_delivery_report IS
'Delivery reports, append-only, each status of a series once; a repeat adds nothing.';
CALL licence_home_internal.make_case_table('licence_home.sms_delivery_report');
CREATE POLICY applicants_own ON licence_home.sms_delivery_report TO licence_home_portal
    USING (message_id IN (SELECT l.message_id FROM licence_home.sms_message_text AS l));
GRANT SELECT ON licence_home.sms_delivery_report TO licence_home_clerk, licence_home_admin, licence_home_sender;
GRANT SELECT (message_id, series, status, at) ON licence_home.sms_delivery_report TO licence_home_portal,
    licence_home_analyst;

CREATE TABLE licence_home.sms_intervention (
    intervention_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   bigint NOT NULL,
    action       text NOT NULL CHECK (action IN ('resend', 'cancel', 'serve')),
    was          text NOT NULL,
    reason       licence_home.visible_text NOT NULL,
    actor        text NOT NULL,
    role         text NOT NULL,
    at           timestamptz NOT NULL,
    served_on    date CHECK (isfinite(served_on)),
    CONSTRAINT sms_intervention_serves_on_a_day CHECK ((action = 'serve') = (served_on IS NOT NULL))
);
CREATE INDEX sms_intervention_message ON licence_home.sms_intervention (message_id);
COMMENT ON TABLE licence_home.sms_intervention IS
'What officials did about messages by resend_sms, cancel_sms and serve, append-only: the status before, why, who, in which role. Of one that was handed over the reason says how, and served_on the day.';
CALL licence_home_internal.make_case_table('licence_home.sms_intervention');
GRANT SELECT ON licence_home.sms_intervention TO licence_home_clerk;
GRANT SELECT (intervention_no, message_id, action, was, reason, actor, role, at, served_on) ON licence_home.sms_intervention TO
    licence_home_admin, licence_home_sender;

CREATE TABLE licence_home.sms_run (
    run_id       bigint PRIMARY KEY,
    started_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    ended_at     timestamptz,
    run_by       text NOT NULL,
    accepted     bigint NOT NULL DEFAULT 0,
    other        bigint NOT NULL DEFAULT 0,
    broke_off    boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);
COMMENT ON TABLE licence_home.sms_run IS
'Runs of the sender, by their fencing token. When each began, when it last said that it lives, when it ended (null: it runs, or it died), and what it did. broke_off: it ended by an error or a crash, as a later run found. These moments are the machine''s, not those of licence_home.clock: they tell whether a job runs.';
CALL licence_home_internal.make_table('licence_home.sms_run');
GRANT SELECT ON licence_home.sms_run TO licence_home_clerk, licence_home_admin, licence_home_sender,
    licence_home_monitor;

CREATE TABLE licence_home.sms_gateway_bucket (
    gateway      text PRIMARY KEY,
    tokens       double precision NOT NULL,
    filled_at    timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE licence_home.sms_gateway_bucket IS
'The token bucket of a gateway that has a rate: how many messages may leave at once, since when. By the machine''s clock.';
CALL licence_home_internal.make_table('licence_home.sms_gateway_bucket');
GRANT SELECT ON licence_home.sms_gateway_bucket TO licence_home_admin, licence_home_sender;

CREATE TABLE licence_home.sms_retention (
    sms_retention_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    archive_after interval NOT NULL CHECK (archive_after >= interval '1 day'),
    keep         interval NOT NULL CHECK (keep >= interval '1 year'),
    CONSTRAINT sms_retention_archives_in_time CHECK (archive_after <= interval '10 years'),
    CONSTRAINT sms_retention_ends CHECK (keep <= interval '100 years')
);
COMMENT ON TABLE licence_home.sms_retention IS
'How long a settled message stays in the tables at work (archive_after it was written). How long its text is kept at all (keep; a month is dropped whole).';
CALL licence_home_internal.make_rule_table('licence_home.sms_retention', ARRAY['gapless']);

CREATE TABLE licence_home.sms_history (
    message_id   bigint NOT NULL,
    application_no licence_home.application_no,
    event_no     bigint,
    applicant_id bigint NOT NULL,
    template     text NOT NULL,
    language     text NOT NULL,
    phone        licence_home.phone_number,
    body         text NOT NULL,
    parts        integer NOT NULL,
    priority     integer NOT NULL,
    doubt        text NOT NULL,
    status       text NOT NULL,
    attempts     integer NOT NULL,
    expires_at   timestamptz NOT NULL,
    resent       boolean NOT NULL,
    run_id       bigint,
    gateway      text,
    gateway_message_id text,
    created_at   timestamptz NOT NULL,
    claimed_at   timestamptz,
    accepted_at  timestamptz,
    delivered_at timestamptz,
    last_error   text,
    trail        jsonb NOT NULL,
    deadline_no  bigint,
    agency_id    bigint
);
CREATE INDEX sms_history_of_case ON licence_home.sms_history (application_no);
CREATE INDEX sms_history_message ON licence_home.sms_history (message_id);
COMMENT ON TABLE licence_home.sms_history IS
'Messages that were settled long ago, as sms_message showed them; trail: their attempts, reports and interventions. archive_sms() puts them into tables that inherit from this one, one for each month of created_at. It drops a month whole when it need not be kept any longer. These tables are no part of the extension, so that pg_dump takes them like any other.';
CALL licence_home_internal.make_case_table('licence_home.sms_history');
GRANT SELECT (message_id, application_no, event_no, applicant_id, template, language, phone, body, parts, priority,
    doubt, status, attempts, expires_at, resent, run_id, gateway, gateway_message_id, created_at, claimed_at,
    accepted_at, delivered_at, last_error, deadline_no, agency_id) ON licence_home.sms_history TO licence_home_portal;
GRANT SELECT (message_id, application_no, event_no, template, language, parts, priority, doubt, status, attempts,
    expires_at, resent, run_id, gateway, gateway_message_id, created_at, claimed_at, accepted_at, delivered_at,
    last_error, deadline_no, trail, agency_id) ON licence_home.sms_history TO licence_home_clerk, licence_home_admin, licence_home_sender;
GRANT SELECT (message_id, application_no, event_no, template, language, parts, priority, doubt, status, attempts,
    expires_at, resent, run_id, gateway, gateway_message_id, created_at, claimed_at, accepted_at, delivered_at, last_error,
    deadline_no, agency_id) ON licence_home.sms_history TO licence_home_analyst;

CREATE TABLE licence_home.sender_identity (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    system_identifier bigint NOT NULL,
    timeline     integer NOT NULL,
    directory    bigint NOT NULL,
    database     oid NOT NULL,
    host         text NOT NULL,
    armed_at     timestamptz NOT NULL,
    armed_by     text NOT NULL,
    jobs_since   timestamptz
);
COMMENT ON TABLE licence_home.sender_identity IS
'Which database is armed to send: cluster, timeline, data directory (its file number), database and host (its name). A restored, copied or promoted one is another, and sends nothing until arm_sender() says so. jobs_since: since when pg_cron is to run the sender. Null: no job is scheduled.';
CALL licence_home_internal.make_table('licence_home.sender_identity');
GRANT SELECT ON licence_home.sender_identity TO licence_home_clerk, licence_home_admin, licence_home_sender,
    licence_home_monitor;

-- ---------------------------------------------------------------------
-- The views of all of them.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.sms_id(message_id bigint, series integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sms_id.message_id::text || CASE WHEN sms_id.series > 1 THEN '.' || sms_id.series ELSE '' END;
COMMENT ON FUNCTION licence_home_internal.sms_id(bigint, integer) IS
'Internal: the id that a gateway is given for a message, {id}. It is the message''s number, and when an official had it resent, a point and the number of the series.';
CALL licence_home_internal.make_function('licence_home_internal.sms_id(bigint, integer)', 'everyone');

CREATE FUNCTION licence_home_internal.sms_turn() RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_sms_turn' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION licence_home_internal.sms_turn() IS
'Internal: what a message waits for that nothing of its own keeps. It waits for its turn, or, if all gateways rest or none is in force, for one that works or is in force.';
CALL licence_home_internal.make_function('licence_home_internal.sms_turn()', 'everyone');

CREATE VIEW licence_home.sms_status WITH (security_invoker = true) AS
    SELECT l.message_id, l.application_no, l.event_no, l.template, l.language, l.parts, l.priority, l.doubt,
        CASE
            WHEN q.message_id IS NOT NULL THEN q.status
            WHEN r.delivered_at IS NOT NULL THEN 'delivered'
            WHEN r.failed THEN 'failed'
            WHEN t.outcome = 'accepted' OR r.reported_at IS NOT NULL THEN 'accepted'
        END AS status,
        CASE WHEN q.status = 'waiting' THEN
            CASE WHEN q.parked THEN 'an earlier message to the same person'
                WHEN q.wake_at IS NOT NULL THEN q.reason
                ELSE (SELECT licence_home_internal.sms_turn()) END
        END AS waits_for,
        coalesce(q.attempts, t.attempt, 0) AS attempts,
        coalesce(q.wake_at, q.turn) AS next_attempt_at,
        coalesce(q.expires_at, least(l.created_at + l.lasts, l.useless_from)) AS expires_at,
        coalesce(q.resent, t.resent, false) AS resent,
        coalesce(q.run_id, t.run_id) AS run_id,
        coalesce(q.gateway, t.gateway) AS gateway,
        CASE WHEN coalesce(q.attempts, t.attempt) > 0 THEN coalesce(t.gateway_message_id,
            licence_home_internal.sms_id(l.message_id, coalesce(q.series, t.series))) END AS gateway_message_id,
        l.created_at,
        coalesce(q.claimed_at, t.claimed_at) AS claimed_at,
        CASE WHEN q.message_id IS NOT NULL THEN NULL
            WHEN t.outcome = 'accepted' THEN t.recorded_at ELSE r.reported_at END AS accepted_at,
        CASE WHEN q.message_id IS NULL THEN r.delivered_at END AS delivered_at,
        q.reason AS last_error, l.deadline_no, nullif(l.agency_id, 0) AS agency_id
    FROM licence_home.sms_message_text AS l
    LEFT JOIN licence_home.sms_queue AS q ON q.message_id = l.message_id
    LEFT JOIN LATERAL (
        SELECT t.attempt, t.series, t.resent, t.outcome, t.run_id, t.claimed_at, t.recorded_at, t.gateway,
            t.gateway_message_id
        FROM licence_home.sms_attempt AS t
        WHERE t.message_id = l.message_id
        ORDER BY t.attempt DESC
        LIMIT 1
    ) AS t ON true
    LEFT JOIN LATERAL (
        SELECT min(d.at) AS reported_at,
            min(d.at) FILTER (WHERE d.status = 'delivered') AS delivered_at,
            bool_or(d.status IN ('failed', 'rejected')) AS failed
        FROM licence_home.sms_delivery_report AS d
        WHERE d.message_id = l.message_id AND d.series = coalesce(q.series, t.series)
    ) AS r ON true
    UNION ALL
    SELECT h.message_id, h.application_no, h.event_no, h.template, h.language, h.parts, h.priority, h.doubt,
        h.status, NULL, h.attempts, NULL, h.expires_at, h.resent, h.run_id, h.gateway, h.gateway_message_id,
        h.created_at, h.claimed_at, h.accepted_at, h.delivered_at, h.last_error, h.deadline_no, h.agency_id
    FROM licence_home.sms_history AS h;
COMMENT ON VIEW licence_home.sms_status IS
'How each message stands, without text and telephone, for sender, administrators and reports. status: waiting (waits_for and next_attempt_at say for what), sending, accepted by the gateway, delivered to or failed at the telephone (a delivery report), in_doubt (it may have left), dead (refused for good), expired, cancelled, to_print (no telephone is the person''s), served (handed over). next_attempt_at of one in doubt: until then a report may settle it, null: held for a person. deadline_no: the deadline that it names. agency_id: it went to an agent. A status that is null would be a message that is lost: verify_restore() lists it.';
CALL licence_home_internal.make_view('licence_home.sms_status');
GRANT SELECT ON licence_home.sms_status TO licence_home_portal, licence_home_clerk, licence_home_admin,
    licence_home_sender, licence_home_analyst;

CREATE VIEW licence_home.sms_message WITH (security_invoker = true) AS
    SELECT s.message_id, s.application_no, s.event_no, coalesce(l.applicant_id, h.applicant_id) AS applicant_id,
        s.template, s.language,
        CASE WHEN q.status IN ('to_print', 'served') THEN NULL ELSE coalesce(
            CASE WHEN q.status <> 'waiting' THEN q.phone
                WHEN q.message_id IS NULL THEN (SELECT t.phone FROM licence_home.sms_attempt AS t
                    WHERE t.message_id = s.message_id ORDER BY t.attempt DESC LIMIT 1) END,
            CASE WHEN NOT l.phone_stays THEN p.phone END, l.phone, h.phone) END AS phone,
        coalesce(l.body, h.body) AS body,
        s.parts, s.priority, s.doubt, s.status, s.waits_for, s.attempts, s.next_attempt_at, s.expires_at,
        s.resent, s.run_id, s.gateway, s.gateway_message_id, s.created_at, s.claimed_at, s.accepted_at,
        s.delivered_at, s.last_error, s.deadline_no, s.agency_id
    FROM licence_home.sms_status AS s
    LEFT JOIN licence_home.sms_message_text AS l ON l.message_id = s.message_id
    LEFT JOIN licence_home.sms_queue AS q ON q.message_id = s.message_id
    LEFT JOIN licence_home.applicant AS p ON p.applicant_id = l.applicant_id
    LEFT JOIN licence_home.sms_history AS h ON h.message_id = s.message_id AND l.message_id IS NULL;
COMMENT ON VIEW licence_home.sms_message IS
'The messages, owed and sent: sms_status with the text and the telephone, which follows the applicant until the message is claimed; none where it is to be printed.';
CALL licence_home_internal.make_view('licence_home.sms_message');
GRANT SELECT (message_id, application_no, template, language, body, status, waits_for, created_at, accepted_at,
    delivered_at, agency_id) ON licence_home.sms_message TO licence_home_portal;
