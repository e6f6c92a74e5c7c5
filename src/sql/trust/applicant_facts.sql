-- ---------------------------------------------------------------------
-- Applicants' facts: who an applicant was, and since when; and who held a
-- licence by each version of its facts (src/workflow/applicant_events.c).
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.applicant_event (
    event_no     bigint PRIMARY KEY,
    format       smallint NOT NULL DEFAULT 1 CHECK (format = 1),
    applicant_id bigint NOT NULL,
    applicant_event_no integer NOT NULL CHECK (applicant_event_no BETWEEN 1 AND 1048575),
    action       text NOT NULL CHECK (action IN ('register', 'change', 'export', 'restrict', 'unrestrict', 'erase',
        'case_moved_away', 'case_moved_here', 'not_theirs', 'theirs')),
    fields       text,
    actor        text NOT NULL,
    role         text NOT NULL,
    session_role text NOT NULL,
    at           timestamptz NOT NULL,
    known_at     timestamptz NOT NULL,
    note         licence_home.visible_text,
    changes      jsonb,
    salt         bytea CHECK (octet_length(salt) = 16),
    digest       bytea CHECK (octet_length(digest) = 32),
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    UNIQUE (applicant_id, applicant_event_no),
    CONSTRAINT concealable_values_have_a_digest CHECK (
        CASE WHEN salt IS NULL THEN note IS NULL AND changes IS NULL ELSE digest IS NOT NULL END)
);
CREATE INDEX applicant_event_by_day ON licence_home.applicant_event USING brin (known_at) WITH (pages_per_range = 32);
COMMENT ON TABLE licence_home.applicant_event IS
'What happened to each applicant''s facts, append-only: register, change, and what was done about the person''s data. fields: the names of the columns that changed; changes: their old and new values; note: why. Chained for each applicant as application_event is for each case. So changes and note can be taken away with their salt while the chain stays whole. applicant_id has no foreign key: the trigger writes what it has just locked, and verify_restore() checks.';
CALL licence_home_internal.make_case_table('licence_home.applicant_event');
CREATE POLICY applicants_own ON licence_home.applicant_event TO licence_home_portal
    USING (applicant_id = licence_home.acting_applicant());
GRANT SELECT (event_no, applicant_id, applicant_event_no, action, fields, changes, at, hash) ON
    licence_home.applicant_event TO licence_home_portal;
GRANT SELECT (event_no, applicant_id, applicant_event_no, action, fields, actor, role, session_role, at, known_at, hash)
    ON licence_home.applicant_event TO licence_home_admin, licence_home_clerk;

CREATE TABLE licence_home.licence_holder (
    licence_no   licence_home.licence_no NOT NULL,
    version_no   integer NOT NULL,
    applicant_id bigint NOT NULL,
    kind         text NOT NULL,
    identity_no  text NOT NULL,
    name_ar      licence_home.visible_text NOT NULL,
    name_en      licence_home.visible_text,
    representative_name licence_home.visible_text,
    representative_identity_no text,
    representative_capacity licence_home.visible_text,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    PRIMARY KEY (licence_no, version_no),
    FOREIGN KEY (licence_no, version_no) REFERENCES licence_home.licence_version
);
COMMENT ON TABLE licence_home.licence_holder IS
'Who held a licence by each version of its facts, as the applicant''s row said when that was written; never changed but by erase_person().';
CALL licence_home_internal.make_case_table('licence_home.licence_holder');
CREATE POLICY applicants_own ON licence_home.licence_holder TO licence_home_portal
    USING ((licence_no, version_no) IN (SELECT v.licence_no, v.version_no FROM licence_home.licence_version AS v));
GRANT SELECT ON licence_home.licence_holder TO licence_home_portal;

CREATE FUNCTION licence_home_internal.applicant_event() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_applicant_event' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.applicant_event() IS
'Trigger of applicant: writes the event of a registration or a change, and tells the old telephone of a new one.';
CALL licence_home_internal.make_function('licence_home_internal.applicant_event()');
CREATE TRIGGER applicant_event AFTER INSERT OR UPDATE ON licence_home.applicant
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.applicant_event();

CREATE FUNCTION licence_home_internal.licence_holder() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_licence_holder' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.licence_holder() IS
'Trigger of licence_version: writes down who holds the licence.';
CALL licence_home_internal.make_function('licence_home_internal.licence_holder()');
CREATE TRIGGER licence_holder AFTER INSERT ON licence_home.licence_version
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.licence_holder();

CREATE FUNCTION licence_home_internal.applicant_breaks()
    RETURNS TABLE (applicant_id bigint, applicant_event_no integer, event_no bigint, break text)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT c.applicant_id, c.applicant_event_no, c.event_no, b.break
        FROM licence_home.applicant_event AS c
        LEFT JOIN licence_home.applicant_event AS p ON p.applicant_id = c.applicant_id
            AND p.applicant_event_no = c.applicant_event_no - 1
        CROSS JOIN LATERAL (VALUES
            (c.hash IS DISTINCT FROM licence_home_internal.event_hash(p.hash, c.format, c.event_no, c.applicant_id::text,
                c.applicant_event_no, c.action, NULL, c.fields, c.actor, c.role, c.session_role,
                c.at, c.known_at, c.digest), 'the event or one before it was altered'),
            (c.salt IS NOT NULL AND c.digest IS DISTINCT FROM licence_home_internal.event_digest(c.salt, c.note, c.changes)
                OR c.salt IS NULL AND num_nonnulls(c.note, c.changes) > 0, 'its note or its changes were altered'),
            (c.known_at <= p.known_at, 'it is not later than the event before it'),
            (c.applicant_event_no > 1 AND p.event_no IS NULL, 'an event before it is missing')
        ) AS b (broken, break)
        WHERE b.broken
        UNION ALL
        SELECT DISTINCT e.applicant_id, NULL::integer, NULL::bigint, 'its events have no applicant'
        FROM licence_home.applicant_event AS e
        WHERE NOT EXISTS (SELECT FROM licence_home.applicant AS a WHERE a.applicant_id = e.applicant_id)
        UNION ALL
        -- each fact is as the last event that has it says; what was concealed says nothing
        SELECT a.applicant_id, NULL, NULL, format('%s is not as its last event says', f.name)
        FROM licence_home.applicant AS a
        CROSS JOIN LATERAL (VALUES ('name_ar', a.name_ar::text), ('name_en', a.name_en::text), ('phone', a.phone::text),
            ('language', a.language), ('identity_no', a.identity_no), ('representative_name', a.representative_name::text),
            ('representative_identity_no', a.representative_identity_no),
            ('representative_capacity', a.representative_capacity::text)) AS f (name, value)
        CROSS JOIN LATERAL (
            SELECT e.changes -> f.name ->> 'new' AS value
            FROM licence_home.applicant_event AS e
            WHERE e.applicant_id = a.applicant_id AND f.name = ANY (string_to_array(e.fields, ', '))
            ORDER BY e.applicant_event_no DESC
            LIMIT 1) AS l
        WHERE a.erased_at IS NULL AND l.value IS DISTINCT FROM f.value;
    END;
COMMENT ON FUNCTION licence_home_internal.applicant_breaks() IS
'Internal: what verify_applicants() gives, for the owner.';
CALL licence_home_internal.make_function('licence_home_internal.applicant_breaks()');

CREATE FUNCTION licence_home.verify_applicants()
    RETURNS TABLE (applicant_id bigint, applicant_event_no integer, event_no bigint, break text)
    AS 'MODULE_PATHNAME', 'licence_home_verify_applicants' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.verify_applicants() IS
'Each break in the chains of events of applicants, and each fact of an applicant that is not as its last event says. No row where all is whole.';
CALL licence_home_internal.make_function('licence_home.verify_applicants()', 'staff, admin, monitor');
