-- --------------------------------------------------------------------- Reading
-- is recorded: who saw whose data, which columns, when and why
-- (src/reading/reading.c).
--
-- An official sees a person through a function that records it.  Its C entry calls
-- ShowPersons(), or a body of ours licence_home_internal.record_read(); the row is
-- kept also where the reader's transaction is undone.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.read_record (
    read_no      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_at  timestamptz NOT NULL DEFAULT licence_home_internal.moment(),
    actor        text NOT NULL,
    login        text NOT NULL,
    role         text NOT NULL,
    function     text NOT NULL,
    applicant_ids bigint[] NOT NULL DEFAULT '{}',
    application_no licence_home.application_no,
    columns      text[] NOT NULL DEFAULT '{}',
    why          licence_home.visible_text,
    sought       bytea CHECK (octet_length(sought) = 32)
);
CREATE INDEX read_record_by_day ON licence_home.read_record USING brin (recorded_at) WITH (pages_per_range = 32);
CREATE INDEX read_record_of_person ON licence_home.read_record USING gin (applicant_ids);
CREATE INDEX read_record_by_actor ON licence_home.read_record (actor, recorded_at);
CREATE INDEX read_record_by_login ON licence_home.read_record (login, recorded_at);
COMMENT ON TABLE licence_home.read_record IS
'Each call that showed a person, or said whether somebody is registered, rolled back or not: who read, as whom, whose data, which columns, why. The identity number that was asked for is kept as an HMAC alone, which who_sought() compares.';
CALL licence_home_internal.make_case_table('licence_home.read_record');
CREATE TRIGGER read_record_trigger BEFORE INSERT OR UPDATE ON licence_home.read_record
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
GRANT SELECT ON licence_home.read_record TO licence_home_admin, licence_home_auditor;

CREATE TABLE licence_home.read_key (
    key          bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    created_at      timestamptz NOT NULL DEFAULT licence_home_internal.moment()
);
COMMENT ON TABLE licence_home.read_key IS
'The key of the HMACs in read_record, made by the first look-up; the oldest row counts. Granted to nobody. A person who has it can try all identity numbers, so a dump of this table is a secret.';
CALL licence_home_internal.make_case_table('licence_home.read_key');
CREATE TRIGGER read_key_trigger BEFORE INSERT OR UPDATE ON licence_home.read_key
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();

CREATE FUNCTION licence_home_internal.record_read(function text, applicant_ids bigint[],
        application_no licence_home.application_no, columns text[], why text DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'licence_home_record_read' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home_internal.record_read(text, bigint[], licence_home.application_no, text[], text) IS
'Records that the function shows these columns of these persons to its caller. For bodies that run as the owner.';
CALL licence_home_internal.make_function(
    'licence_home_internal.record_read(text, bigint[], licence_home.application_no, text[], text)');

-- ---------------------------------------------------------------------
-- What officials see of persons.  The first three columns of each body say whose,
-- of which case and which columns: ShowPersons() records them and shows the rest.
-- ---------------------------------------------------------------------

-- How much a reader sees: 1 names and the home, 2 what a visit needs, 3 everything.
CREATE FUNCTION licence_home_internal.columns_seen(much integer) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN much >= 1 THEN ARRAY['applicant.name_ar', 'applicant.name_en', 'application.address', 'application.village',
            'application.basin', 'application.neighbourhood', 'application.parcel', 'application.building_no',
            'application.floor', 'application.unit'] ELSE '{}' END
        || CASE WHEN much >= 2 THEN ARRAY['applicant.phone', 'applicant.language', 'applicant.representative_name',
            'applicant.representative_capacity'] ELSE '{}' END
        || CASE WHEN much >= 3 THEN ARRAY['applicant.identity_no', 'applicant.representative_identity_no'] ELSE '{}' END;
COMMENT ON FUNCTION licence_home_internal.columns_seen(integer) IS
'Internal: the columns of persons that person_of() shows to a reader of the level much. 0: none (a cashier), 1: names and the home, 2: telephone and representative too, 3: identity numbers too.';
CALL licence_home_internal.make_function('licence_home_internal.columns_seen(integer)');

CREATE FUNCTION licence_home_internal.case_person(application_no licence_home.application_no, much integer)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        applicant_id bigint, kind text, name_ar text, name_en text, identity_no text, phone licence_home.phone_number,
        language text, representative_name text, representative_identity_no text, representative_capacity text,
        address text, village text, basin text, neighbourhood text, parcel text, building_no text, floor text, unit text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT p.applicant_id, a.application_no, licence_home_internal.columns_seen(much),
            p.applicant_id, p.kind, p.name_ar, p.name_en,
            CASE WHEN much >= 3 THEN p.identity_no END,
            CASE WHEN much >= 2 THEN p.phone END,
            CASE WHEN much >= 2 THEN p.language END,
            CASE WHEN much >= 2 THEN p.representative_name END,
            CASE WHEN much >= 3 THEN p.representative_identity_no END,
            CASE WHEN much >= 2 THEN p.representative_capacity END,
            a.address, a.village, a.basin, a.neighbourhood, a.parcel, a.building_no, a.floor, a.unit
        FROM licence_home.application AS a
        JOIN licence_home.applicant AS p ON p.applicant_id = a.applicant_id
        WHERE a.application_no = case_person.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.case_person(licence_home.application_no, integer) IS
'Internal: what licence_home.person_of() shows to a reader of the level much (see columns_seen()).';
CALL licence_home_internal.make_function('licence_home_internal.case_person(licence_home.application_no, integer)');

CREATE FUNCTION licence_home.person_of(application_no licence_home.application_no, why text DEFAULT NULL,
        OUT applicant_id bigint, OUT kind text, OUT name_ar text, OUT name_en text, OUT identity_no text,
        OUT phone licence_home.phone_number, OUT language text, OUT representative_name text,
        OUT representative_identity_no text, OUT representative_capacity text, OUT address text, OUT village text,
        OUT basin text, OUT neighbourhood text, OUT parcel text, OUT building_no text, OUT floor text, OUT unit text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_person_of' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;
COMMENT ON FUNCTION licence_home.person_of(licence_home.application_no, text) IS
'The person of a case and where the home is, for officials; each call is recorded in read_record with its reason. Null is what is not the caller''s to see: identity numbers are the clerk''s and the auditor''s, telephone, language and representative the inspector''s too. LH008 for no case, LH016 for a login that has not said who works. LH026 beyond licence_home.lookups_an_hour, 22023 without a reason where licence_home.read_reason asks for one.';
CALL licence_home_internal.make_function('licence_home.person_of(licence_home.application_no, text)', 'staff, auditor');

CREATE FUNCTION licence_home_internal.known_person(kind text, identity_no text)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        applicant_id bigint, name_ar text, name_en text, phone licence_home.phone_number, language text,
        representative_name text, representative_identity_no text, representative_capacity text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT p.applicant_id, NULL::licence_home.application_no,
            ARRAY['applicant.name_ar', 'applicant.name_en', 'applicant.phone', 'applicant.language',
                'applicant.representative_name', 'applicant.representative_identity_no',
                'applicant.representative_capacity'],
            p.applicant_id, p.name_ar, p.name_en, p.phone, p.language,
            p.representative_name, p.representative_identity_no, p.representative_capacity
        FROM licence_home.applicant AS p
        WHERE p.kind = known_person.kind AND p.identity_no = (SELECT licence_home.fold_plain(known_person.identity_no));
    END;
COMMENT ON FUNCTION licence_home_internal.known_person(text, text) IS
'Internal: what licence_home.find_person() shows.';
CALL licence_home_internal.make_function('licence_home_internal.known_person(text, text)');

CREATE FUNCTION licence_home.find_person(kind text, identity_no text, why text DEFAULT NULL,
        OUT applicant_id bigint, OUT name_ar text, OUT name_en text, OUT phone licence_home.phone_number,
        OUT language text, OUT representative_name text, OUT representative_identity_no text,
        OUT representative_capacity text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_find_person' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;
COMMENT ON FUNCTION licence_home.find_person(text, text, text) IS
'The person of that kind and identity number, or no row; each call is recorded in read_record, the number as an HMAC. find_applicant() gives the number of the applicant alone. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.find_person(text, text, text)', 'clerk, auditor');

CREATE FUNCTION licence_home_internal.shown_message(message_id bigint)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        application_no licence_home.application_no, applicant_id bigint, template text, language text, status text,
        phone licence_home.phone_number, body text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT m.applicant_id, m.application_no, ARRAY['sms_message.phone', 'sms_message.body'],
            m.application_no, m.applicant_id, m.template, m.language, m.status, m.phone, m.body
        FROM licence_home.sms_message AS m
        WHERE m.message_id = shown_message.message_id;
    END;
COMMENT ON FUNCTION licence_home_internal.shown_message(bigint) IS
'Internal: what licence_home.message_text() shows.';
CALL licence_home_internal.make_function('licence_home_internal.shown_message(bigint)');

CREATE FUNCTION licence_home.message_text(message_id bigint, why text DEFAULT NULL,
        OUT application_no licence_home.application_no, OUT applicant_id bigint, OUT template text, OUT language text,
        OUT status text, OUT phone licence_home.phone_number, OUT body text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_message_text' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 1;
COMMENT ON FUNCTION licence_home.message_text(bigint, text) IS
'The text of a message and its telephone; no row where there is none. Each call is recorded in read_record. Errors as person_of(), but LH008.';
CALL licence_home_internal.make_function('licence_home.message_text(bigint, text)', 'clerk, auditor');

CREATE FUNCTION licence_home_internal.shown_events(application_no licence_home.application_no)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[],
        event_no bigint, case_event integer, action text, actor text, at timestamptz, note text, changes jsonb)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT a.applicant_id, a.application_no, ARRAY['application_event.note', 'application_event.changes'],
            e.event_no, e.case_event, e.action, e.actor, e.at, e.note, e.changes
        FROM licence_home.application AS a
        JOIN licence_home.application_event AS e ON e.application_no = a.application_no
        WHERE a.application_no = shown_events.application_no
        ORDER BY e.case_event;
    END;
COMMENT ON FUNCTION licence_home_internal.shown_events(licence_home.application_no) IS
'Internal: what licence_home.event_notes() shows.';
CALL licence_home_internal.make_function('licence_home_internal.shown_events(licence_home.application_no)');

CREATE FUNCTION licence_home.event_notes(application_no licence_home.application_no, why text DEFAULT NULL,
        OUT event_no bigint, OUT case_event integer, OUT action text, OUT actor text, OUT at timestamptz, OUT note text,
        OUT changes jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_event_notes' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.event_notes(licence_home.application_no, text) IS
'The events of a case with their notes and changed values, in order; each call is recorded in read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.event_notes(licence_home.application_no, text)', 'staff, auditor');

-- ---------------------------------------------------------------------
-- Who read
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.who_read(applicant_id bigint)
    RETURNS TABLE (at timestamptz, actor text, role text, function text, application_no licence_home.application_no,
        columns text[], why text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT r.at, r.actor, r.role, r.function, r.application_no, r.columns, r.why
        FROM licence_home.read_record AS r
        WHERE r.applicant_ids @> ARRAY[who_read.applicant_id]
        ORDER BY r.at DESC, r.read_no DESC;
    END;
COMMENT ON FUNCTION licence_home_internal.who_read(bigint) IS
'Internal: what who_read_me() gives.';
CALL licence_home_internal.make_function('licence_home_internal.who_read(bigint)');

CREATE FUNCTION licence_home.who_read_me(applicant_id bigint DEFAULT NULL,
        OUT at timestamptz, OUT actor text, OUT role text, OUT function text,
        OUT application_no licence_home.application_no, OUT columns text[], OUT why text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_who_read_me' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.who_read_me(bigint) IS
'Who read the data of a person, the latest first: when, who, by which function, in which case, which columns, why. For a portal the applicant for whom it acts (null, or that number; LH016 for any other), for an auditor or administrator any.';
CALL licence_home_internal.make_function('licence_home.who_read_me(bigint)', 'portal, admin, auditor');

CREATE FUNCTION licence_home_internal.seekers_of(sought bytea, of_any_kind bytea)
    RETURNS TABLE (at timestamptz, actor text, login text, role text, function text, found bigint, why text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT r.at, r.actor, r.login, r.role, r.function, r.applicant_ids[1], r.why
        FROM licence_home.read_record AS r
        WHERE r.sought IN (seekers_of.sought, seekers_of.of_any_kind) AND NULL::licence_home_internal.types_hashed IS NULL
        ORDER BY r.at DESC, r.read_no DESC;
    END;
COMMENT ON FUNCTION licence_home_internal.seekers_of(bytea, bytea) IS
'Internal: what who_sought() gives, by the HMACs of the number, with its kind and as find_cases() was told it, without.';
CALL licence_home_internal.make_function('licence_home_internal.seekers_of(bytea, bytea)');

CREATE FUNCTION licence_home.who_sought(kind text, identity_no text,
        OUT at timestamptz, OUT actor text, OUT login text, OUT role text, OUT function text, OUT found bigint,
        OUT why text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_who_sought' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.who_sought(text, text) IS
'Who asked for an identity number, whether or not anybody has it; the latest first. found: the applicant, or null. The call is recorded as a look-up itself.';
CALL licence_home_internal.make_function('licence_home.who_sought(text, text)', 'auditor');

CREATE FUNCTION licence_home.seen_by(login text, since timestamptz, until timestamptz DEFAULT NULL)
    RETURNS TABLE (applicant_id bigint, cases licence_home.application_no[], columns text[], times bigint,
        first_at timestamptz, last_at timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT s.applicant_id, array_agg(DISTINCT s.application_no) FILTER (WHERE s.application_no IS NOT NULL),
            array_agg(DISTINCT s.column_seen ORDER BY s.column_seen), count(DISTINCT s.record), min(s.at), max(s.at)
        FROM (
            SELECT i.applicant_id, r.application_no, c.column_seen, 'read ' || r.read_no AS record, r.at
            FROM licence_home.read_record AS r
            CROSS JOIN LATERAL unnest(r.applicant_ids) AS i (applicant_id)
            LEFT JOIN LATERAL unnest(r.columns) AS c (column_seen) ON true
            WHERE (r.login = seen_by.login OR r.actor = seen_by.login)
                AND r.recorded_at >= since AND r.at >= since AND (r.at < until OR until IS NULL)
            UNION ALL
            SELECT a.applicant_id, NULL, '*', 'act ' || a.acting_no, a.at
            FROM licence_home.acting_record AS a
            WHERE a.login = seen_by.login
                AND a.recorded_at >= since AND a.at >= since AND (a.at < until OR until IS NULL)
        ) AS s (applicant_id, application_no, column_seen, record, at)
        GROUP BY s.applicant_id
        ORDER BY s.applicant_id;
    END;
COMMENT ON FUNCTION licence_home.seen_by(text, timestamptz, timestamptz) IS
'For a breach: whose data a login or a person (employee number) was shown in a time. Also in which cases and which columns, how often, first and last. columns: {*} where a portal acted for the person, and so could see all that is theirs. until: null is up to now.';
CALL licence_home_internal.make_function('licence_home.seen_by(text, timestamptz, timestamptz)', 'admin, auditor');

-- ---------------------------------------------------------------------
-- An auditor reads every record, writes nothing, and sees persons through the
-- functions above alone.
-- ---------------------------------------------------------------------

GRANT SELECT (event_no, format, application_no, case_event, action, from_state, to_state, actor, role, session_role, at,
    known_at, digest, hash) ON licence_home.application_event TO licence_home_auditor;
GRANT SELECT (application_no, applicant_id, profession, previous_application, state, workflow, workflow_version, district,
    zone_class, edition, judged_on, submitted_at, state_since, due_at, closure_reason, events, known_at, created_at)
    ON licence_home.application TO licence_home_auditor;
GRANT SELECT (official_id, official, key, name_ar, name_en, login, claimed_by, roles, districts, valid, withdrawn_at,
    recorded_at, recorded_by) ON licence_home.official TO licence_home_auditor;
GRANT SELECT (event_no, format, applicant_id, applicant_event_no, action, fields, actor, role, session_role, at, known_at,
    digest, hash) ON licence_home.applicant_event TO licence_home_auditor;
GRANT SELECT ON licence_home.rule_journal, licence_home.rule_proposal, licence_home.case_recusal,
    licence_home.emergency_rules TO licence_home_auditor;
GRANT EXECUTE ON FUNCTION licence_home.verify_events(), licence_home.verify_events(licence_home.application_no),
    licence_home.verify_rules(), licence_home.verify_applicants() TO licence_home_auditor;
