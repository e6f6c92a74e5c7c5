-- ---------------------------------------------------------------------
-- Rules as dated rows.
--
-- Every rule table ends with the same columns:
--
--   valid         the days on which the rule is in force, [from, to)
--   withdrawn_at  set when the row turned out wrong: it counts no more, and
--                 a new version takes its dates
--   source        where the rule comes from: an article, the card, a paper
--   certainty     card, press, likely, or unknown
--   illustrative  true where nobody here knows the rule: replace it
--
-- and has two triggers in C (src/rules/): rule_guard keeps a published row as
-- it was, rule_coverage refuses overlaps and, where every day must have an
-- answer, gaps.  One dated row names another by its code, which rule_guard
-- looks up: before PERIOD foreign keys (PostgreSQL 18) no constraint can
-- follow dates.
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.district (
    district_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district     integer NOT NULL CHECK (district > 0),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    geom         geometry(MultiPolygon, 4326) NOT NULL,
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT district_geom_is_valid CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom)),
    CONSTRAINT district_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.district IS
'The districts of the city: number, names, area.';

CREATE TABLE licence_home.zone_class (
    zone_class_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    class        text NOT NULL CHECK (class ~ '^[a-z][a-z0-9_]*$'),
    land_use     text NOT NULL CHECK (land_use IN ('residential', 'agricultural', 'commercial', 'office', 'mixed_use', 'industry')),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT zone_class_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.zone_class IS
'Land-use classes of the zoning map.';

CREATE TABLE licence_home.zone_class_spelling (
    zone_class_spelling_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    spelling     text NOT NULL,
    key          text NOT NULL GENERATED ALWAYS AS (licence_home.class_key(spelling)) STORED CHECK (key <> ''),
    class        text NOT NULL,
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT zone_class_spelling_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.zone_class_spelling IS
'Other spellings and codes of land-use classes, as maps have them; the class''s own code and names need no row. key: what is compared.';

CREATE TABLE licence_home.zone (
    zone_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    geom         geometry(MultiPolygon, 4326) NOT NULL,
    class        text NOT NULL,
    provisions   text,
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT zone_geom_is_valid CHECK (ST_IsValid(geom) AND NOT ST_IsEmpty(geom)),
    CONSTRAINT zone_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.zone IS
'The zoning map: areas with a land-use class. provisions: special provisions as the site plan words them.';

CREATE TABLE licence_home.profession_category (
    profession_category_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category     text NOT NULL CHECK (category ~ '^[a-z][a-z0-9_]*$'),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT profession_category_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.profession_category IS
'Groups of professions.';

CREATE TABLE licence_home.profession (
    profession_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    category     text NOT NULL,
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    isic         text CHECK (isic ~ '^[0-9]{4}$'),
    jordanians_only boolean NOT NULL DEFAULT false,
    needs_construction_certificate boolean NOT NULL DEFAULT false,
    takes_children boolean NOT NULL DEFAULT false,
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT profession_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.profession IS
'The catalogue of professions that may be practised at home. isic: this project''s mapping to ISIC revision 4.';

CREATE TABLE licence_home.zone_ruling (
    zone_ruling_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profession   text,
    category     text,
    class        text NOT NULL,
    ruling       text NOT NULL CHECK (ruling IN ('permitted', 'refer', 'prohibited')),
    article      text,
    CONSTRAINT zone_ruling_names_a_profession_or_a_category_or_neither
        CHECK (num_nonnulls(profession, category) <= 1),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT zone_ruling_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.zone_ruling IS
'What a zone class says of a profession, else of its category, else (both null) of any profession.';

CREATE TABLE licence_home.authority (
    authority_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    authority    text NOT NULL CHECK (authority ~ '^[a-z][a-z0-9_]*$'),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT authority_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.authority IS
'Authorities outside the municipality whose approval a profession may need.';

CREATE TABLE licence_home.profession_authority (
    profession_authority_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profession   text,
    category     text,
    authority    text NOT NULL,
    CONSTRAINT profession_authority_names_a_profession_or_a_category
        CHECK (num_nonnulls(profession, category) = 1),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT profession_authority_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.profession_authority IS
'Which profession, or category of professions, needs which authority''s approval.';

CREATE TABLE licence_home.edition (
    edition_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    edition      text NOT NULL CHECK (edition <> ''),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    max_area_share numeric NOT NULL CHECK (max_area_share > 0 AND max_area_share <= 1),
    max_area_m2  numeric NOT NULL CHECK (max_area_m2 > 0 AND max_area_m2 < 'Infinity'),
    max_employees integer NOT NULL CHECK (max_employees >= 0),
    max_people   integer NOT NULL CHECK (max_people >= 1),
    max_children integer NOT NULL CHECK (max_children >= 0),
    owners_share numeric NOT NULL CHECK (owners_share > 0 AND owners_share <= 1),
    edge_tolerance_m numeric NOT NULL CHECK (edge_tolerance_m >= 0 AND edge_tolerance_m < 1000),
    decider      text NOT NULL CHECK (decider IN ('committee', 'director')),
    licence_months integer NOT NULL CHECK (licence_months > 0),
    article      text NOT NULL CHECK (article <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT edition_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.edition IS
'Editions of the instructions. A case is judged by the edition in force on the day it was first submitted. Shares are fractions of one, areas are in square metres, edge_tolerance_m in metres on the ground.';

CREATE TABLE licence_home.criterion (
    criterion_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    criterion    text NOT NULL CHECK (criterion ~ '^[a-z][a-z0-9_]*$'),
    category     text,
    stage        text NOT NULL CHECK (stage IN ('A', 'E', 'I', 'L')),
    position     integer NOT NULL,
    article      text NOT NULL,
    met_ar       text NOT NULL,
    met_en       text NOT NULL,
    not_met_ar   text NOT NULL,
    not_met_en   text NOT NULL,
    refer_ar     text,
    refer_en     text,
    not_proven_ar text NOT NULL,
    not_proven_en text NOT NULL,
    condition_ar text,
    condition_en text,
    remedy_ar    text NOT NULL,
    remedy_en    text NOT NULL,
    label_ar     text NOT NULL CHECK (label_ar <> ''),
    label_en     text NOT NULL CHECK (label_en <> ''),
    required_ar  text,
    required_en  text,
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT criterion_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.criterion IS
'The criteria with their sentences. Stage: A decided before there is a case, E with a case alone, I proved at the inspection, L after issue. category: for one category of professions only (it goes before the row without one). Sentences have placeholders in braces. label: the criterion''s short name in a message; required: what the inspector looks for.';

CREATE TABLE licence_home.document_type (
    document_type_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_type text NOT NULL CHECK (document_type ~ '^[a-z][a-z0-9_]*$'),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    needs_reference boolean NOT NULL,
    needs_attachment boolean NOT NULL,
    CONSTRAINT document_type_needs_something CHECK (needs_reference OR needs_attachment),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT document_type_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.document_type IS
'Kinds of documents: whether a reference number or an attachment (or both) must be given.';

CREATE TABLE licence_home.document_rule (
    document_rule_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_type text NOT NULL,
    position     integer NOT NULL,
    built        daterange,
    certificate_profession boolean NOT NULL DEFAULT false,
    tenant       boolean,
    applicant_kind text CHECK (applicant_kind IN ('citizen', 'resident', 'business')),
    why_ar       text NOT NULL CHECK (why_ar <> ''),
    why_en       text NOT NULL CHECK (why_en <> ''),
    article      text,
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT document_rule_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.document_rule IS
'When a document is required: every condition that is not null must hold. built: the building was put up in this period; certificate_profession: the profession needs the construction licensing certificate; tenant: the applicant is not the sole registered owner; applicant_kind: the kind of applicant.';

CREATE TABLE licence_home.fee_schedule (
    fee_schedule_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule     text NOT NULL CHECK (schedule <> ''),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT fee_schedule_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.fee_schedule IS
'Fee schedules: one is in force on a day.';

CREATE TABLE licence_home.fee_rule (
    fee_rule_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule     text NOT NULL,
    profession   text,
    category     text,
    area_m2      numrange NOT NULL CHECK (NOT isempty(area_m2)),
    amount       numeric NOT NULL CHECK (amount >= 0 AND amount < 'Infinity' AND amount = round(amount, 3)),
    item_ar      text NOT NULL CHECK (item_ar <> ''),
    item_en      text NOT NULL CHECK (item_en <> ''),
    CONSTRAINT fee_rule_names_a_profession_or_a_category
        CHECK (num_nonnulls(profession, category) = 1),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT fee_rule_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.fee_rule IS
'Lines of a fee schedule: the amount in JOD for a profession, else for its category, by band of the area to be licensed in square metres.';

CREATE TABLE licence_home.fee_adjustment (
    fee_adjustment_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    adjustment   text NOT NULL CHECK (adjustment ~ '^[a-z][a-z0-9_]*$'),
    kind         text NOT NULL CHECK (kind IN ('waiver', 'discount', 'surcharge', 'paid_before')),
    share        numeric NOT NULL CHECK (share > 0 AND share < 'Infinity'),
    profession   text,
    category     text,
    applicant_kind text CHECK (applicant_kind IN ('citizen', 'resident', 'business')),
    first_licence boolean,
    item_ar      text NOT NULL CHECK (item_ar <> ''),
    item_en      text NOT NULL CHECK (item_en <> ''),
    CONSTRAINT fee_adjustment_names_at_most_one CHECK (num_nonnulls(profession, category) <= 1),
    CONSTRAINT fee_adjustment_share_fits_kind
        CHECK (CASE kind WHEN 'waiver' THEN share = 1 WHEN 'discount' THEN share < 1 ELSE true END),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT fee_adjustment_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.fee_adjustment IS
'Dated waivers, discounts and surcharges: a share of the scheduled amount. paid_before: a share of what the same person has paid for licences in force at the same home counts against the fee of a case. Every condition that is not null must hold: profession or category, the kind of applicant, whether the applicant never had a home licence (first_licence).';

CREATE TABLE licence_home.reason (
    reason_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reason       text NOT NULL CHECK (reason ~ '^[a-z][a-z0-9_]*$'),
    purpose      text NOT NULL CHECK (purpose IN ('refusal', 'deficiency', 'closure')),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT reason_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.reason IS
'Coded reasons in both languages, for refusals, deficiencies and closures.';

CREATE TABLE licence_home.application_field (
    application_field_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    field        text NOT NULL CHECK (field ~ '^[a-z][a-z0-9_]*$'),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT application_field_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.application_field IS
'The columns of an application that may be found wrong, with the names that a message gives them.';

CREATE TABLE licence_home.sms_template (
    sms_template_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    template     text NOT NULL CHECK (template ~ '^[a-z][a-z0-9_]*$'),
    language     text NOT NULL CHECK (language IN ('ar', 'en')),
    body         text NOT NULL CHECK (body <> ''),
    max_parts    integer NOT NULL DEFAULT 2 CHECK (max_parts BETWEEN 1 AND 10),
    priority     integer NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),
    expires_after interval NOT NULL DEFAULT '3 days' CHECK (expires_after > interval '0' AND expires_after <= interval '1 year'),
    doubt        text NOT NULL DEFAULT 'hold' CHECK (doubt IN ('hold', 'resend')),
    send_from    time,
    send_until   time,
    CONSTRAINT sms_template_hours_fit CHECK (num_nonnulls(send_from, send_until) <> 1
        AND coalesce(send_from < send_until, true)),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT sms_template_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.sms_template IS
'Texts of the messages, with placeholders in braces. priority: 0 to 9, a step up is worth an hour of waiting. expires_after: how long after it was written it may leave; an appointment ends it sooner. send_from, send_until: the hours of the day in Amman in which it may leave, null: any hour. doubt: what becomes of a message of which nobody knows whether it left: held for a person, or sent once more.';

CREATE TABLE licence_home.holiday (
    holiday_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    weekday      integer CHECK (weekday BETWEEN 0 AND 6),
    day          date CHECK (isfinite(day)),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    CONSTRAINT holiday_is_a_weekday_or_a_day CHECK (num_nonnulls(weekday, day) = 1),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT holiday_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true)),
    -- else it would count on no day at all
    CONSTRAINT holiday_valid_contains_its_day CHECK (day IS NULL OR valid @> day)
);
COMMENT ON TABLE licence_home.holiday IS
'Days on which the municipality does not work: a day of the week (0 is Sunday) or one day, which valid contains. Deadlines are computed from them, so that a row touches no case.';

CREATE TABLE licence_home.workflow (
    workflow     text NOT NULL CHECK (workflow ~ '^[a-z][a-z0-9_]*$'),
    version      integer NOT NULL CHECK (version > 0),
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    published_at timestamptz,
    PRIMARY KEY (workflow, version),
    valid        daterange NOT NULL,
    withdrawn_at timestamptz,
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    illustrative boolean NOT NULL GENERATED ALWAYS AS (certainty = 'unknown') STORED,
    CONSTRAINT workflow_valid_is_a_period CHECK (NOT isempty(valid)
        AND coalesce(isfinite(lower(valid)), true) AND coalesce(isfinite(upper(valid)), true))
);
COMMENT ON TABLE licence_home.workflow IS
'Workflows. Rows of a version are written freely until published_at is set, which check_workflow() must allow; afterwards they stay as they are.';

CREATE TABLE licence_home.workflow_state (
    workflow     text NOT NULL,
    version      integer NOT NULL,
    state        text NOT NULL CHECK (state ~ '^[a-z][a-z0-9_]*$'),
    kind         text NOT NULL CHECK (kind IN ('start', 'open', 'end')),
    waits_for    text CHECK (waits_for IN ('applicant', 'clerk', 'inspector', 'decider', 'cashier')),
    target_days  integer CHECK (target_days > 0),
    grace_days   integer NOT NULL DEFAULT 0 CHECK (grace_days >= 0),
    deadline_template text,
    name_ar      text NOT NULL CHECK (name_ar <> ''),
    name_en      text NOT NULL CHECK (name_en <> ''),
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    PRIMARY KEY (workflow, version, state),
    FOREIGN KEY (workflow, version) REFERENCES licence_home.workflow
);
COMMENT ON TABLE licence_home.workflow_state IS
'States of a workflow. waits_for: who must act next; target_days: in working days, from which due_at follows; grace_days: calendar days after due_at before a case lapses; deadline_template: the message that told the applicant the deadline.';

CREATE TABLE licence_home.workflow_transition (
    workflow     text NOT NULL,
    version      integer NOT NULL,
    action       text NOT NULL CHECK (action ~ '^[a-z][a-z0-9_]*$'),
    from_state   text NOT NULL,
    to_state     text NOT NULL,
    role         text NOT NULL CHECK (role IN ('portal', 'clerk', 'inspector', 'decider', 'committee', 'director', 'cashier', 'sender', 'admin')),
    guards       text[] NOT NULL DEFAULT '{}' CHECK (array_position(guards, NULL) IS NULL),
    effects      text[] NOT NULL DEFAULT '{}' CHECK (array_position(effects, NULL) IS NULL),
    messages     text[] NOT NULL DEFAULT '{}' CHECK (array_position(messages, NULL) IS NULL),
    source       text NOT NULL CHECK (source <> ''),
    certainty    text NOT NULL CHECK (certainty IN ('card', 'press', 'likely', 'unknown')),
    PRIMARY KEY (workflow, version, action, from_state, to_state, role),
    FOREIGN KEY (workflow, version) REFERENCES licence_home.workflow,
    FOREIGN KEY (workflow, version, from_state) REFERENCES licence_home.workflow_state,
    FOREIGN KEY (workflow, version, to_state) REFERENCES licence_home.workflow_state
);
COMMENT ON TABLE licence_home.workflow_transition IS
'Steps of a workflow: who takes them, the guards that must hold, the effects that follow and the messages owed. Guards and effects are named after the functions of src/workflow/guards.c and effects.c.';
