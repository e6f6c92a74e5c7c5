-- ---------------------------------------------------------------------
-- Cases: facts are rows, steps are updates.
--
-- Evidence is never overwritten: the latest row of its kind counts.  Every
-- row of evidence notes how many events its case had when it was written
-- (at_event) and when it was reviewed (reviewed_at_event): a review stands as
-- soon as a step has been taken after it.
-- ---------------------------------------------------------------------

CREATE SEQUENCE licence_home.application_serial AS bigint MAXVALUE 99999999;
COMMENT ON SEQUENCE licence_home.application_serial IS
'Serials of application numbers; never restarts.';

CREATE SEQUENCE licence_home.licence_serial AS bigint MAXVALUE 99999999;
COMMENT ON SEQUENCE licence_home.licence_serial IS
'Serials of licence numbers; never restarts.';

CREATE TABLE licence_home.applicant (
    applicant_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('citizen', 'resident', 'business')),
    identity_no  text NOT NULL,
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text CHECK (name_en <> ''),
    phone        licence_home.phone_number NOT NULL,
    language     text NOT NULL DEFAULT 'ar' CHECK (language IN ('ar', 'en')),
    representative_name text CHECK (representative_name <> ''),
    representative_identity_no text CHECK (representative_identity_no ~ '^[0-9A-Za-z]{5,20}$'),
    representative_capacity text CHECK (representative_capacity <> ''),
    registered_at timestamptz NOT NULL DEFAULT licence_home.now(),
    erased_at    timestamptz,
    CONSTRAINT applicant_identity_is_unique UNIQUE (kind, identity_no),
    CONSTRAINT applicant_identity_no_fits_kind CHECK (
        CASE kind
            WHEN 'citizen' THEN identity_no ~ '^[0-9]{10}$'
            WHEN 'resident' THEN identity_no ~ '^[0-9]{5,20}$'
            ELSE identity_no ~ '^[0-9]{9}$'
        END),
    CONSTRAINT applicant_business_has_a_representative CHECK (
        (kind = 'business') = (num_nonnulls(representative_name,
            representative_identity_no, representative_capacity) = 3)
        AND (kind = 'business' OR num_nonnulls(representative_name,
            representative_identity_no, representative_capacity) = 0))
);
COMMENT ON TABLE licence_home.applicant IS
'Who applies. identity_no: a citizen''s national number (10 digits), a resident''s personal number (5 to 20 digits, its length is not known), an establishment''s number (9 digits, likely). Arabic-Indic digits are stored as ASCII ones. erased_at: since when this person is to be left alone; no message goes there any more.';

CREATE TABLE licence_home.applicant_lookup (
    lookup_no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT licence_home.now(),
    actor        text NOT NULL,
    applicant_id bigint
);
COMMENT ON TABLE licence_home.applicant_lookup IS
'Each call of find_applicant: who looked, and whom they found (null: nobody). The identity number that was asked for is not kept.';

CREATE TABLE licence_home.application (
    application_no licence_home.application_no PRIMARY KEY
        DEFAULT licence_home.application_no_make(
            extract(year FROM licence_home.today())::integer,
            nextval('licence_home.application_serial')),
    applicant_id bigint NOT NULL REFERENCES licence_home.applicant,
    profession   text NOT NULL,
    home         geometry CONSTRAINT home_is_in_wgs84 CHECK (ST_SRID(home) = 4326),
    address      text,
    village      text,
    basin        text,
    neighbourhood text,
    parcel       text,
    building_no  text,
    floor        text,
    unit         text,
    home_area_m2 numeric CHECK (home_area_m2 > 0 AND home_area_m2 < 1e9),
    work_area_m2 numeric CHECK (work_area_m2 > 0 AND work_area_m2 < 1e9),
    built_on     date CHECK (isfinite(built_on)),
    employees    integer CHECK (employees >= 0),
    people       integer CHECK (people >= 0),
    children     integer CHECK (children >= 0),
    tenant       boolean,
    previous_application licence_home.application_no,
    state        text NOT NULL DEFAULT 'draft',
    workflow     text NOT NULL DEFAULT 'first_issue',
    workflow_version integer,
    district     integer,
    zone_class   text,
    edition      text,
    judged_on    date,
    submitted_at timestamptz,
    state_since  timestamptz NOT NULL DEFAULT licence_home.now(),
    due_at       timestamptz,
    closure_reason text,
    step_note    text,
    events       integer NOT NULL DEFAULT 0 CHECK (events >= 0),
    created_at   timestamptz NOT NULL DEFAULT licence_home.now(),
    FOREIGN KEY (workflow, workflow_version) REFERENCES licence_home.workflow,
    CONSTRAINT submitted_case_has_its_rules CHECK (submitted_at IS NULL
        OR num_nulls(workflow_version, judged_on, edition) = 0)
);
CREATE INDEX application_by_applicant ON licence_home.application (applicant_id);
CREATE INDEX application_by_judged_on ON licence_home.application (judged_on);
CREATE INDEX application_due ON licence_home.application (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX application_by_home ON licence_home.application USING gist (home);
COMMENT ON TABLE licence_home.application IS
'Cases. A step is an UPDATE of state; the triggers decide. Areas in square metres. judged_on: the day in Amman of the first submission, whose rules judge the case for its life. The default of state stands for the start of another workflow that has no state of that name. step_note: the note of a step taken by UPDATE; it moves to the event and reads back as null. events: how many events the case has.';

CREATE TABLE licence_home.application_event (
    event_no     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL,
    case_event   integer NOT NULL CHECK (case_event > 0),
    action       text NOT NULL,
    from_state   text,
    to_state     text NOT NULL,
    actor        text NOT NULL,
    role         text NOT NULL,
    session_role text NOT NULL,
    at           timestamptz NOT NULL,
    note         text,
    changes      jsonb,
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    UNIQUE (application_no, case_event)
);
COMMENT ON TABLE licence_home.application_event IS
'What happened to each case, append-only. actor: the person; role: current_user; session_role: session_user; changes: old and new values of amended columns; hash: SHA-256 over this event and the hash of the one before in its case. application_no has no foreign key: the trigger writes what it has just locked, and verify_restore() checks.';

CREATE TABLE licence_home.document (
    document_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    document_type text NOT NULL,
    reference_no text CHECK (reference_no <> ''),
    issued_on    date CHECK (isfinite(issued_on)),
    expires_on   date CHECK (isfinite(expires_on)),
    attachment_type text CHECK (attachment_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
    attachment_sha256 bytea CHECK (octet_length(attachment_sha256) = 32),
    attachment_locator text CHECK (attachment_locator <> ''),
    review       text NOT NULL DEFAULT 'pending'
        CHECK (review IN ('pending', 'accepted', 'missing', 'incorrect')),
    review_note  text,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    at_event     integer NOT NULL,
    reviewed_at  timestamptz,
    reviewed_by  text,
    reviewed_at_event integer,
    CONSTRAINT document_expires_after_issue CHECK (expires_on >= issued_on)
);
CREATE INDEX document_of_application ON licence_home.document (application_no, document_type, document_id);
COMMENT ON TABLE licence_home.document IS
'Documents of a case; the latest of its type counts. The bytes of an attachment live elsewhere: attachment_locator says where, attachment_sha256 which. expires_on is the last day of validity.';

CREATE TABLE licence_home.application_finding (
    finding_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    field        text NOT NULL,
    note         text,
    found_value  text,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    at_event     integer NOT NULL,
    settled_at_event integer
);
CREATE INDEX finding_of_application ON licence_home.application_finding (application_no) WHERE settled_at_event IS NULL;
COMMENT ON TABLE licence_home.application_finding IS
'What an official found wrong in the application itself. It opens the column to the applicant until the application comes back. found_value: the value that was wrong, kept by the trigger.';

CREATE TABLE licence_home.inspection (
    inspection_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    scheduled_for timestamptz NOT NULL CHECK (isfinite(scheduled_for)),
    inspector    text CHECK (inspector <> ''),
    outcome      text NOT NULL DEFAULT 'pending'
        CHECK (outcome IN ('pending', 'passed', 'failed', 'no_access', 'cancelled', 'not_correctable')),
    inspected_at timestamptz CHECK (isfinite(inspected_at)),
    measured_home_area_m2 numeric
        CHECK (measured_home_area_m2 > 0 AND measured_home_area_m2 < 1e9),
    measured_work_area_m2 numeric
        CHECK (measured_work_area_m2 > 0 AND measured_work_area_m2 < 1e9),
    findings     text,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    at_event     integer NOT NULL,
    closed_at    timestamptz,
    closed_by    text,
    closed_at_event integer
);
CREATE INDEX inspection_of_application ON licence_home.inspection (application_no, inspection_id);
CREATE UNIQUE INDEX inspection_one_pending_each_case ON licence_home.inspection (application_no)
    WHERE outcome = 'pending';
COMMENT ON TABLE licence_home.inspection IS
'Inspections of a home: the clerk makes one, the inspector closes it. Measured areas in square metres.';

CREATE TABLE licence_home.inspection_finding (
    inspection_finding_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    inspection_id bigint NOT NULL REFERENCES licence_home.inspection,
    criterion    text NOT NULL,
    ruling       text NOT NULL CHECK (ruling IN ('met', 'not_met')),
    note         text,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL
);
CREATE INDEX finding_of_inspection ON licence_home.inspection_finding (inspection_id, criterion, inspection_finding_id);
COMMENT ON TABLE licence_home.inspection_finding IS
'What the inspector found on each criterion of the checklist; the latest of a criterion counts.';

CREATE TABLE licence_home.decision (
    decision_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    outcome      text NOT NULL CHECK (outcome IN ('approved', 'refused', 'deferred')),
    reason       text,
    conditions   text,
    note         text,
    decided_by   text,
    decided_as   text,
    decided_on   date NOT NULL DEFAULT licence_home.today() CHECK (isfinite(decided_on)),
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    at_event     integer NOT NULL,
    CONSTRAINT refusal_has_a_reason CHECK (outcome <> 'refused' OR reason IS NOT NULL)
);
CREATE INDEX decision_of_application ON licence_home.decision (application_no, decision_id);
COMMENT ON TABLE licence_home.decision IS
'Decisions of the committee or the director, as the edition of the case says. reason: a code of licence_home.reason. decided_as: the role in which the decision was written, kept by the trigger.';

CREATE TABLE licence_home.approval_requirement (
    approval_requirement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    authority    text NOT NULL,
    basis        text NOT NULL DEFAULT 'decision' CHECK (basis <> ''),
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    ended_at_event integer
);
CREATE UNIQUE INDEX approval_requirement_once_a_case ON licence_home.approval_requirement (application_no, authority)
    WHERE ended_at_event IS NULL;
COMMENT ON TABLE licence_home.approval_requirement IS
'Authorities whose approval a case needs. basis: profession (from the catalogue; only the rules write it) or decision (the decider asked). ended_at_event: the event that changed the profession to one that needs this approval no more; null: it is required.';

CREATE TABLE licence_home.external_approval (
    external_approval_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    authority    text NOT NULL,
    reference_no text CHECK (reference_no <> ''),
    answer       text CHECK (answer IN ('granted', 'refused')),
    issued_on    date CHECK (isfinite(issued_on)),
    expires_on   date CHECK (isfinite(expires_on)),
    attachment_type text CHECK (attachment_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
    attachment_sha256 bytea CHECK (octet_length(attachment_sha256) = 32),
    attachment_locator text CHECK (attachment_locator <> ''),
    review       text NOT NULL DEFAULT 'pending'
        CHECK (review IN ('pending', 'accepted', 'missing', 'incorrect')),
    review_note  text,
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    at_event     integer NOT NULL,
    reviewed_at  timestamptz,
    reviewed_by  text,
    reviewed_at_event integer,
    CONSTRAINT approval_expires_after_issue CHECK (expires_on >= issued_on)
);
CREATE INDEX external_approval_of_application ON licence_home.external_approval (application_no, authority, external_approval_id);
COMMENT ON TABLE licence_home.external_approval IS
'Answers of other authorities; the latest of an authority counts.';

CREATE TABLE licence_home.invoice (
    invoice_no   bigint GENERATED ALWAYS AS IDENTITY (START WITH 10000001) PRIMARY KEY,
    application_no licence_home.application_no NOT NULL REFERENCES licence_home.application,
    amount       numeric NOT NULL CHECK (amount >= 0 AND amount < 'Infinity' AND amount = round(amount, 3)),
    priced_on    date NOT NULL,
    due_on       date,
    area_m2      numeric NOT NULL CHECK (area_m2 > 0 AND area_m2 < 'Infinity'),
    created_at   timestamptz NOT NULL DEFAULT licence_home.now(),
    cancelled_at timestamptz
);
CREATE UNIQUE INDEX invoice_one_open_each_case ON licence_home.invoice (application_no)
    WHERE cancelled_at IS NULL;
COMMENT ON TABLE licence_home.invoice IS
'Bills, made by the step into fee_due. amount in JOD; priced_on: the day whose schedule prices the case; area_m2: the inspected area.';

CREATE TABLE licence_home.invoice_line (
    invoice_no   bigint NOT NULL REFERENCES licence_home.invoice,
    line_no      integer NOT NULL CHECK (line_no > 0),
    item         text NOT NULL,
    rule         text NOT NULL,
    amount       numeric NOT NULL CHECK (amount > '-Infinity' AND amount < 'Infinity' AND amount = round(amount, 3)),
    PRIMARY KEY (invoice_no, line_no)
);
COMMENT ON TABLE licence_home.invoice_line IS
'Lines of a bill: item, the rule it follows from, and the amount in JOD (a waiver''s or discount''s is negative).';

CREATE TABLE licence_home.payment (
    payment_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_reference text NOT NULL UNIQUE CHECK (payment_reference <> '' AND octet_length(payment_reference) <= 1000),
    invoice_no   bigint NOT NULL REFERENCES licence_home.invoice,
    amount       numeric NOT NULL,
    paid_at      timestamptz NOT NULL CHECK (isfinite(paid_at)),
    recorded_at  timestamptz NOT NULL DEFAULT licence_home.now(),
    recorded_by  text NOT NULL,
    CONSTRAINT payment_amount_is_positive_and_exact_to_the_fils
        CHECK (amount > 0 AND amount < 'Infinity' AND amount = round(amount, 3))
);
CREATE INDEX payment_of_invoice ON licence_home.payment (invoice_no);
COMMENT ON TABLE licence_home.payment IS
'Money that moved. amount in JOD, exact to the fils. A second notification of one payment changes nothing.';

CREATE TABLE licence_home.licence (
    licence_no   licence_home.licence_no PRIMARY KEY
        DEFAULT licence_home.licence_no_make(
            extract(year FROM licence_home.today())::integer,
            nextval('licence_home.licence_serial')),
    application_no licence_home.application_no NOT NULL UNIQUE REFERENCES licence_home.application,
    valid        daterange NOT NULL CHECK (NOT isempty(valid) AND isfinite(lower(valid)) AND isfinite(upper(valid))),
    issued_at    timestamptz NOT NULL DEFAULT licence_home.now()
);
COMMENT ON TABLE licence_home.licence IS
'Licences, made by the step into issued.';
