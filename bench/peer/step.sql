-- Part of bench/run: schedule_inspection as somebody would write it in PL/pgSQL,
-- well: the same rules, read from the same tables, the same rows written, into
-- copies of the tables (schema peer) that have these triggers and no others.
--
-- What it leaves out, so that the comparison favours it: own preconditions,
-- separation of duties, row security, notes and reasons, amendments, bounds of
-- values, the case's next actor after a failed visit, messages that do not fit.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA peer;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{application,application_event,case_deadline,sms_message_text,sms_queue}'::text[] LOOP
        EXECUTE format('CREATE TABLE peer.%1$I (LIKE licence_home.%1$I INCLUDING ALL)', name);
        EXECUTE format('INSERT INTO peer.%1$I OVERRIDING SYSTEM VALUE SELECT * FROM licence_home.%1$I', name);
        PERFORM setval(pg_get_serial_sequence(format('peer.%I', name), a.attname), 100000000)
           FROM pg_attribute AS a WHERE a.attrelid = format('peer.%I', name)::regclass AND a.attidentity <> '';
    END LOOP;
END $$;

-- The day so many working days after one.
CREATE FUNCTION peer.add_working_days(began_on date, working_days integer) RETURNS date LANGUAGE plpgsql STABLE AS $$
DECLARE
    this date := began_on;
    left_over integer := working_days;
BEGIN
    WHILE left_over > 0 LOOP
        this := this + 1;
        IF NOT EXISTS (SELECT FROM licence_home.holiday AS h
            WHERE h.withdrawn_at IS NULL AND h.valid @> this AND (h.day = this OR h.weekday = extract(dow FROM this)))
        THEN
            left_over := left_over - 1;
        END IF;
    END LOOP;
    RETURN this;
END $$;

-- BEFORE: which transition it is, by state and role; the deadline.
CREATE FUNCTION peer.plan_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    days integer;
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM licence_home.workflow_transition AS t
        WHERE t.workflow = OLD.workflow AND t.version = OLD.workflow_version
            AND t.from_state = OLD.state AND t.to_state = NEW.state
            AND pg_has_role(current_user, 'licence_home_' || t.role, 'USAGE'))
    THEN
        RAISE 'no step of yours leads from % to %', OLD.state, NEW.state;
    END IF;
    SELECT s.target_days, s.waits_for INTO days, NEW.waits_for FROM licence_home.workflow_state AS s
    WHERE s.workflow = OLD.workflow AND s.version = OLD.workflow_version AND s.state = NEW.state;
    NEW.state_since := licence_home.now();
    NEW.due_at := licence_home.end_of_day(peer.add_working_days(licence_home.today(), days));
    NEW.events := OLD.events + 1;
    NEW.known_at := greatest(clock_timestamp(), OLD.known_at + interval '1 microsecond');
    NEW.row_version := OLD.row_version + 1;
    RETURN NEW;
END $$;

-- AFTER: preconditions, event, deadline, message.
CREATE FUNCTION peer.take_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step licence_home.workflow_transition;
    appointment timestamp;
    lacking text;
    number bigint;
    before bytea;
    person licence_home.applicant;
    template licence_home.sms_template;
    body text;
    message bigint;
BEGIN
    SELECT t.* INTO STRICT step FROM licence_home.workflow_transition AS t
    WHERE t.workflow = OLD.workflow AND t.version = OLD.workflow_version AND t.from_state = OLD.state AND t.to_state = NEW.state
        AND pg_has_role(current_user, 'licence_home_' || t.role, 'USAGE');
    IF 'documents_accepted' = ANY (step.preconditions) THEN
        SELECT string_agg(n.document_type, ', ') INTO lacking
        FROM (
            SELECT DISTINCT r.document_type
            FROM licence_home.document_rule AS r
            JOIN licence_home.profession AS p ON p.code = NEW.profession AND p.valid @> NEW.judged_on AND p.withdrawn_at IS NULL
            JOIN licence_home.applicant AS a ON a.applicant_id = NEW.applicant_id
            WHERE r.valid @> NEW.judged_on AND r.withdrawn_at IS NULL
                AND (r.built @> NEW.built_on) IS NOT FALSE
                AND (NOT r.certificate_profession OR p.needs_construction_certificate)
                AND (r.profession = NEW.profession) IS NOT FALSE AND (r.category = p.category) IS NOT FALSE
                AND (r.tenant = NEW.tenant) IS NOT FALSE AND (r.applicant_kind = a.kind) IS NOT FALSE
        ) AS n
        WHERE NOT EXISTS (
            SELECT FROM (
                SELECT d.review, d.expires_on, d.issued_on FROM licence_home.document AS d
                WHERE d.application_no = NEW.application_no AND d.document_type = n.document_type
                ORDER BY d.document_id DESC LIMIT 1
            ) AS d
            WHERE d.review = 'accepted' AND (d.expires_on < licence_home.today()) IS NOT TRUE
                AND (d.issued_on > licence_home.today()) IS NOT TRUE);
        IF lacking IS NOT NULL OR EXISTS (SELECT FROM licence_home.application_finding AS f
            WHERE f.application_no = NEW.application_no AND f.settled_at_event IS NULL)
        THEN
            RAISE 'documents are lacking: %', lacking;
        END IF;
    END IF;
    SELECT i.scheduled_for AT TIME ZONE 'Asia/Amman' INTO appointment FROM licence_home.inspection AS i
    WHERE i.application_no = NEW.application_no AND i.outcome = 'pending' AND i.scheduled_for > licence_home.now();
    IF 'inspection_ahead' = ANY (step.preconditions) AND NOT FOUND THEN
        RAISE 'no inspection is ahead';
    END IF;

    SELECT e.hash INTO before FROM peer.application_event AS e
    WHERE e.application_no = NEW.application_no AND e.case_event = OLD.events;
    number := nextval('peer.application_event_event_no_seq');
    INSERT INTO peer.application_event (event_no, application_no, case_event, action, from_state, to_state, actor, role,
        session_role, at, known_at, hash)
    OVERRIDING SYSTEM VALUE
    VALUES (number, NEW.application_no, NEW.events, step.action, OLD.state, NEW.state, session_user, current_user,
        session_user, NEW.state_since, NEW.known_at, sha256(coalesce(before, '') || convert_to(concat_ws('|', number,
            NEW.application_no, NEW.events, step.action, OLD.state, NEW.state, session_user, current_user, session_user,
            extract(epoch FROM NEW.state_since), extract(epoch FROM NEW.known_at)), 'UTF8')));
    INSERT INTO peer.case_deadline (application_no, case_event, entered_event, state, cause, began_on, working_days,
        date_named, to_be_told, known_at)
    SELECT NEW.application_no, NEW.events, NEW.events, NEW.state, 'state', licence_home.today(), s.target_days,
        (NEW.due_at AT TIME ZONE 'Asia/Amman')::date, s.deadline_template IS NOT NULL, NEW.known_at
    FROM licence_home.workflow_state AS s
    WHERE s.workflow = NEW.workflow AND s.version = NEW.workflow_version AND s.state = NEW.state;

    SELECT a.* INTO STRICT person FROM licence_home.applicant AS a WHERE a.applicant_id = NEW.applicant_id FOR NO KEY UPDATE;
    FOR template IN SELECT t.* FROM licence_home.sms_template AS t
        WHERE t.template = ANY (step.messages) AND t.language = person.language AND t.withdrawn_at IS NULL
            AND t.valid @> licence_home.today()
    LOOP
        body := replace(replace(replace(replace(template.body, '{no}', NEW.application_no::text),
            '{date}', licence_home.day_name(appointment::date, person.language)), '{time}', to_char(appointment, 'HH24:MI')),
            '{weekday}', ('{الأحد,الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت}'::text[])[1 + extract(dow FROM appointment)::integer]);
        IF length(body) > 70 * template.max_parts THEN
            RAISE 'the message is too long';
        END IF;
        INSERT INTO peer.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts,
            priority, doubt, send_from, send_until, lasts, useless_from, created_at)
        VALUES (NEW.application_no, number, person.applicant_id, template.template, person.language, person.phone, body,
            1 + length(body) / 70, template.priority, template.doubt, template.send_from, template.send_until,
            template.expires_after, appointment AT TIME ZONE 'Asia/Amman', licence_home.now())
        RETURNING message_id INTO message;
        INSERT INTO peer.sms_queue (message_id, applicant_id, lane, turn, expires_at, send_from, send_until)
        VALUES (message, person.applicant_id, template.priority, clock_timestamp(),
            least(licence_home.now() + template.expires_after, appointment AT TIME ZONE 'Asia/Amman'),
            template.send_from, template.send_until);
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER plan_step BEFORE UPDATE OF state ON peer.application FOR EACH ROW EXECUTE FUNCTION peer.plan_step();
CREATE TRIGGER take_step AFTER UPDATE OF state ON peer.application FOR EACH ROW EXECUTE FUNCTION peer.take_step();
ANALYZE;
