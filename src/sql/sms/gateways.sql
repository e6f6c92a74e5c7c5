-- ---------------------------------------------------------------------
-- Gateways from profiles.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.missing_credentials(gateway text) RETURNS text[]
    LANGUAGE sql STABLE STRICT
    BEGIN ATOMIC
        -- {name}, or {basic:user:password} with two names
        SELECT coalesce(array_agg(DISTINCT n.name ORDER BY n.name), '{}')
        FROM licence_home.sms_gateway AS g
        CROSS JOIN LATERAL regexp_matches(
            concat_ws(' ', g.url, array_to_string(g.headers, ' '), g.body),
            '\{([a-z][a-z0-9_]*)((?::[a-z][a-z0-9_]*)*)\}', 'g') AS m (found)
        CROSS JOIN LATERAL unnest(CASE m.found[1] WHEN 'basic' THEN string_to_array(ltrim(m.found[2], ':'), ':')
            ELSE m.found[1:1] END) AS n (name)
        WHERE g.gateway = missing_credentials.gateway
          AND g.valid @> licence_home.today() AND g.withdrawn_at IS NULL
          AND n.name NOT IN ('to', 'to_digits', 'text', 'id', 'coding', 'from')
          AND NOT EXISTS (SELECT FROM licence_home.sms_gateway_credential AS c
                          WHERE c.gateway = g.gateway AND c.name = n.name AND c.host = licence_home_internal.sms_host(g.url));
    END;
COMMENT ON FUNCTION licence_home.missing_credentials(text) IS
'Names of the credentials that a gateway in force today has placeholders for and that are not in sms_gateway_credential, or were entered for another host. Without them the sender refuses its row (LH017). An empty array where none is missing.';
CALL licence_home_internal.make_function('licence_home.missing_credentials(text)', 'admin, sender');

CREATE FUNCTION licence_home.add_gateway(gateway text, profile text, url text DEFAULT NULL,
        sender_id text DEFAULT NULL, valid daterange DEFAULT NULL) RETURNS text[]
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    kind licence_home.sms_gateway_profile;
    base constant text := rtrim(add_gateway.url, '/');
BEGIN
    SELECT * INTO kind FROM licence_home.sms_gateway_profile AS p
        WHERE p.profile = add_gateway.profile AND p.valid @> licence_home.today() AND p.withdrawn_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no profile "%" of SMS gateways is in force', coalesce(add_gateway.profile, 'null')
            USING ERRCODE = 'LH019',
                  HINT = 'SELECT profile FROM licence_home.sms_gateway_profile; lists them, load_rules() puts them in.';
    END IF;
    IF base IS NULL AND kind.base_url IS NULL THEN
        RAISE EXCEPTION 'gateways of profile "%" have no address in common', kind.profile
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = format('Give url, what stands before "%s".', split_part(kind.path, '?', 1));
    END IF;
    INSERT INTO licence_home.sms_gateway (gateway, method, url, headers, body, body_encoding, sender_id,
            gsm7_code, ucs2_code, ucs2_part, accepted, retry, credentials, permanent, message_id_pattern,
            connections, rate, burst, connection_idle_s, doubt, valid, source, certainty)
        VALUES (add_gateway.gateway, kind.method, coalesce(base, kind.base_url) || kind.path, kind.headers,
            kind.body, kind.body_encoding, add_gateway.sender_id,
            kind.gsm7_code, kind.ucs2_code, kind.ucs2_part, kind.accepted, kind.retry, kind.credentials,
            kind.permanent, kind.message_id_pattern, kind.connections, kind.rate, kind.burst,
            kind.connection_idle_s, kind.doubt,
            coalesce(add_gateway.valid, daterange(licence_home.today(), NULL)),
            format('profile %s: %s', kind.profile, kind.source), kind.certainty);
    RETURN licence_home.missing_credentials(add_gateway.gateway);
END;
$$;
COMMENT ON FUNCTION licence_home.add_gateway(text, text, text, text, daterange) IS
'Makes a row of sms_gateway from a profile in force. url: what stands before the profile''s path (null: the profile''s base_url). sender_id: the name or number that messages come from. valid: its days (null: from today on). Gives the names of the credentials that are still to be inserted. LH019 for an unknown profile, 22004 where a url is needed, LH017 for a row that cannot be used. Runs with the caller''s rights.';
CALL licence_home_internal.make_function('licence_home.add_gateway(text, text, text, text, daterange)', 'admin');

-- What is taken away is by functions (src/sms/removals.c): a role that may
-- DELETE may also LOCK TABLE.
CREATE FUNCTION licence_home.resume_gateway(gateway text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'licence_home_resume_gateway'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.resume_gateway(text) IS
'Ends a gateway''s pause at once: true when it was paused. LH019 where there is no such gateway.';
CALL licence_home_internal.make_function('licence_home.resume_gateway(text)', 'admin');

CREATE FUNCTION licence_home.remove_credential(gateway text, name text) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_remove_credential'
    LANGUAGE C VOLATILE;
COMMENT ON FUNCTION licence_home.remove_credential(text, text) IS
'Removes a row of sms_gateway_credential. LH019 where there is none.';
CALL licence_home_internal.make_function('licence_home.remove_credential(text, text)', 'admin');
