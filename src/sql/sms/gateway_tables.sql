-- ---------------------------------------------------------------------
-- SMS gateways: how each is spoken to, with what credentials, and which of
-- them rest; and profiles, which say how the gateways of a kind are spoken to.
--
-- Constraints say what a column may hold.  What takes more than a look is
-- refused by triggers in C (src/sms/http/gateway_check.c), which come first: the
-- detail of a constraint's error shows the row, and a row may have a secret.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.sms_gateway_check() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_sms_gateway_check'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home.sms_gateway_check() IS
'Trigger of sms_gateway and sms_gateway_profile: refuses (LH017) a row that no request can be made from, or a wrong one.';

CREATE FUNCTION licence_home.sms_credential_check() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_sms_credential_check'
    LANGUAGE C;
COMMENT ON FUNCTION licence_home.sms_credential_check() IS
'Trigger of sms_gateway_credential: refuses (LH017) a row that cannot be used, without showing it.';

CREATE TABLE licence_home.sms_gateway (
    sms_gateway_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    gateway      text NOT NULL CHECK (gateway ~ '^[a-z][a-z0-9_]*$'),
    priority     integer NOT NULL DEFAULT 0,
    method       text NOT NULL CHECK (method IN ('GET', 'POST')),
    url          text NOT NULL CHECK (url ~ '^https?://[^{}/?#@]+(/|$)'),
    headers      text[] NOT NULL DEFAULT '{}'
        CHECK (array_position(headers, NULL) IS NULL AND array_to_string(headers, '') !~ '[\n\r]'),
    body         text,
    body_encoding text CHECK (body_encoding IN ('form', 'json', 'xml')),
    sender_id    text CHECK (sender_id <> ''),
    gsm7_code    text NOT NULL DEFAULT '0',
    ucs2_code    text NOT NULL DEFAULT '2',
    ucs2_part    integer NOT NULL DEFAULT 67 CHECK (ucs2_part BETWEEN 20 AND 67),
    accepted     text NOT NULL CHECK (accepted <> ''),
    retry        text NOT NULL DEFAULT '^429 ' CHECK (retry <> ''),
    credentials  text NOT NULL DEFAULT '^401 ' CHECK (credentials <> ''),
    permanent    text NOT NULL DEFAULT '^400 ' CHECK (permanent <> ''),
    message_id_pattern text CHECK (message_id_pattern <> ''),
    ca           text CHECK (ca <> ''),
    connections  integer NOT NULL DEFAULT 8 CHECK (connections BETWEEN 1 AND 128),
    rate         numeric CHECK (rate BETWEEN 0.001 AND 100000),
    burst        integer NOT NULL DEFAULT 1 CHECK (burst BETWEEN 1 AND 100000),
    connect_timeout_ms integer NOT NULL DEFAULT 3000 CHECK (connect_timeout_ms BETWEEN 10 AND 60000),
    answer_timeout_ms integer NOT NULL DEFAULT 10000 CHECK (answer_timeout_ms BETWEEN 10 AND 300000),
    connection_idle_s integer NOT NULL DEFAULT 10 CHECK (connection_idle_s BETWEEN 1 AND 3600),
    doubt_wait   interval NOT NULL DEFAULT '1 minute' CHECK (doubt_wait BETWEEN interval '0' AND interval '1 year'),
    doubt        text NOT NULL DEFAULT 'template' CHECK (doubt IN ('template', 'hold', 'resend')),
    CONSTRAINT sms_gateway_body_fits_method
        CHECK ((method = 'POST') = (num_nulls(body, body_encoding) = 0)
               AND (method = 'POST' OR num_nonnulls(body, body_encoding) = 0)),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT sms_gateway_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.sms_gateway IS
'How each SMS gateway is spoken to. url, headers and body have placeholders in braces: to (+9627…), to_digits, text, id (of the message), coding (gsm7_code or ucs2_code, as the text needs), from (sender_id), any name of sms_gateway_credential, and basic:user:password, two such names in base64 as Basic authentication wants them; each is encoded as its place needs: percent in the url and a form, escaped in XML, a whole string with its quotes in JSON, on one line in a header, which may not have the text. The host is written out. An answer is matched as "status body" by regular expressions, in this order: accepted, retry (refused, certainly not sent), credentials (the gateway is paused), permanent; what none matches leaves the message in doubt. message_id_pattern: its first group is the gateway''s id of the message; null: the gateway''s reports bring back our own. ucs2_part: characters in a part of a joined UCS-2 message. ca: certificates of the authorities to trust, PEM; null: the system''s. rate: messages a second; null: no limit. burst: messages that may go at once after a rest. connection_idle_s: how long a kept connection may rest, below the gateway''s own limit. doubt_wait: how long a delivery report may settle a doubt. doubt: what then, as the message''s template says, or hold (for a person), or resend (until it is clear, for gateways that take a message of one id once). Of those in force the one with the highest priority that is not paused sends.';

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.sms_gateway
    FOR EACH ROW EXECUTE FUNCTION licence_home.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.sms_gateway
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.sms_gateway
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home.rule_coverage(
        'sparse', 'gateway');
CREATE TRIGGER sms_gateway_check BEFORE INSERT ON licence_home.sms_gateway
    FOR EACH ROW EXECUTE FUNCTION licence_home.sms_gateway_check();

CREATE TABLE licence_home.sms_gateway_profile (
    sms_gateway_profile_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile      text NOT NULL CHECK (profile ~ '^[a-z][a-z0-9_]*$'),
    base_url     text CHECK (base_url <> ''),
    method       text NOT NULL CHECK (method IN ('GET', 'POST')),
    path         text NOT NULL CHECK (path ~ '^/'),
    headers      text[] NOT NULL DEFAULT '{}',
    body         text,
    body_encoding text CHECK (body_encoding IN ('form', 'json', 'xml')),
    gsm7_code    text NOT NULL DEFAULT '0',
    ucs2_code    text NOT NULL DEFAULT '2',
    ucs2_part    integer NOT NULL DEFAULT 67 CHECK (ucs2_part BETWEEN 20 AND 67),
    accepted     text NOT NULL CHECK (accepted <> ''),
    retry        text NOT NULL CHECK (retry <> ''),
    credentials  text NOT NULL CHECK (credentials <> ''),
    permanent    text NOT NULL CHECK (permanent <> ''),
    message_id_pattern text CHECK (message_id_pattern <> ''),
    connections  integer NOT NULL DEFAULT 8 CHECK (connections BETWEEN 1 AND 128),
    rate         numeric CHECK (rate BETWEEN 0.001 AND 100000),
    burst        integer NOT NULL DEFAULT 1 CHECK (burst BETWEEN 1 AND 100000),
    connection_idle_s integer NOT NULL DEFAULT 10 CHECK (connection_idle_s BETWEEN 1 AND 3600),
    doubt        text NOT NULL DEFAULT 'template' CHECK (doubt IN ('template', 'hold', 'resend')),
    CONSTRAINT sms_gateway_profile_body_fits_method
        CHECK ((method = 'POST') = (num_nulls(body, body_encoding) = 0)
               AND (method = 'POST' OR num_nonnulls(body, body_encoding) = 0)),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT sms_gateway_profile_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.sms_gateway_profile IS
'How the gateways of a kind are spoken to: add_gateway() makes a row of sms_gateway from one. base_url: where the provider serves everybody; null: each customer or installation has its own. path: what follows it. The other columns are those of sms_gateway.';

CREATE TRIGGER rule_guard BEFORE INSERT OR UPDATE OR DELETE ON licence_home.sms_gateway_profile
    FOR EACH ROW EXECUTE FUNCTION licence_home.rule_guard();
CREATE TRIGGER rule_guard_truncate BEFORE TRUNCATE ON licence_home.sms_gateway_profile
    FOR EACH STATEMENT EXECUTE FUNCTION licence_home.rule_guard();
CREATE CONSTRAINT TRIGGER rule_coverage AFTER INSERT OR UPDATE ON licence_home.sms_gateway_profile
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION licence_home.rule_coverage(
        'sparse', 'profile');
CREATE TRIGGER sms_gateway_check BEFORE INSERT ON licence_home.sms_gateway_profile
    FOR EACH ROW EXECUTE FUNCTION licence_home.sms_gateway_check();

CREATE TABLE licence_home.sms_gateway_credential (
    gateway      text NOT NULL CHECK (gateway ~ '^[a-z][a-z0-9_]*$'),
    name         text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]*$'
        AND name NOT IN ('to', 'to_digits', 'text', 'id', 'coding', 'from', 'basic')),
    secret       text NOT NULL CHECK (secret <> '' AND secret !~ '[\x01-\x1f\x7f]'),
    PRIMARY KEY (gateway, name)
);
COMMENT ON TABLE licence_home.sms_gateway_credential IS
'What a gateway''s placeholders stand for that nobody else may read: user names, passwords, tokens. The sender reads it as the owner; it never shows in an error, a log, pg_stat_activity or a recorded answer.';

CREATE TRIGGER sms_credential_check BEFORE INSERT OR UPDATE ON licence_home.sms_gateway_credential
    FOR EACH ROW EXECUTE FUNCTION licence_home.sms_credential_check();

CREATE TABLE licence_home.sms_gateway_pause (
    gateway      text PRIMARY KEY,
    paused_at    timestamptz NOT NULL,
    probe_at     timestamptz NOT NULL,
    why          text NOT NULL
);
COMMENT ON TABLE licence_home.sms_gateway_pause IS
'Gateways that send nothing for now, and why. At probe_at one message tries whether it works again; DELETE of the row ends the pause at once.';
