-- ---------------------------------------------------------------------
-- Answers for citizens: what to do next and until when, how long it takes, what
-- to know before applying, and the profession that a word means.
-- ---------------------------------------------------------------------

-- How long it takes from a state to the licence. A job counts it: a year of events is
-- too much to read whenever somebody asks.
CREATE TABLE licence_home.expected_days (
    workflow     text NOT NULL,
    state        text NOT NULL,
    cases        bigint NOT NULL CHECK (cases > 0),
    half_days    integer NOT NULL CHECK (half_days >= 0),
    most_days    integer NOT NULL CHECK (most_days >= half_days),
    counted_at   timestamptz NOT NULL DEFAULT licence_home.now(),
    PRIMARY KEY (workflow, state)
);
COMMENT ON TABLE licence_home.expected_days IS
'How many days cases took from their first arrival in a state to the licence, counted by count_expected_days() from the licences of the last year. Half of the cases took no longer than half_days, nine in ten no longer than most_days. cases: how many; of fewer than 20 nothing is told.';
CALL licence_home_internal.make_table('licence_home.expected_days');
CREATE POLICY applicants ON licence_home.expected_days TO licence_home_portal USING (true);
GRANT SELECT ON licence_home.expected_days TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst, licence_home_admin,
    licence_home_sender, licence_home_auditor, licence_home_secretary;

CREATE FUNCTION licence_home_internal.counted_days(on_day date)
    RETURNS TABLE (workflow text, state text, cases bigint, half_days integer, most_days integer)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT t.workflow, t.state, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY t.days),
            percentile_disc(0.9) WITHIN GROUP (ORDER BY t.days)
        FROM (
            SELECT a.workflow, e.to_state AS state,
                (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date
                    - (min(e.at) AT TIME ZONE licence_home_internal.city_time_zone())::date AS days
            FROM licence_home.licence AS l
            JOIN licence_home.application AS a ON a.application_no = l.application_no
            JOIN licence_home.application_event AS e ON e.application_no = a.application_no
            WHERE l.issued_at > (counted_days.on_day - interval '1 year') AT TIME ZONE licence_home_internal.city_time_zone()
                AND e.at <= l.issued_at
            GROUP BY a.workflow, e.to_state, l.licence_no, l.issued_at
        ) AS t
        WHERE t.days >= 0
        GROUP BY t.workflow, t.state;
    END;
COMMENT ON FUNCTION licence_home_internal.counted_days(date) IS
'Internal: the rows of expected_days, from the licences of the year before a day.';
CALL licence_home_internal.make_function('licence_home_internal.counted_days(date)');

CREATE PROCEDURE licence_home.count_expected_days()
    AS 'MODULE_PATHNAME', 'licence_home_count_expected_days' LANGUAGE C;
COMMENT ON PROCEDURE licence_home.count_expected_days() IS
'Job: counts anew how long cases take to the licence, from the licences of the last year (expected_days). Call it alone, outside a transaction block. LH017 when called in a transaction.';
CALL licence_home_internal.make_function('licence_home.count_expected_days()', 'sender');

-- Of so few cases nothing is told.
CREATE FUNCTION licence_home_internal.days_left(workflow text, state text, since timestamptz)
    RETURNS TABLE (half_days integer, most_days integer)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT greatest(x.half_days - s.days, 0), greatest(x.most_days - s.days, 0)
        FROM licence_home.expected_days AS x
        CROSS JOIN LATERAL (
            SELECT coalesce(licence_home.today() - (days_left.since AT TIME ZONE licence_home_internal.city_time_zone())::date, 0) AS days
        ) AS s
        WHERE x.workflow = days_left.workflow AND x.state = days_left.state AND x.cases >= 20;
    END;
COMMENT ON FUNCTION licence_home_internal.days_left(text, text, timestamptz) IS
'Internal: how many days are left to the licence for a case that has been in a state since a moment (null: that arrives there today). For half of the cases, and for nine in ten; no row where too few cases tell.';
CALL licence_home_internal.make_function('licence_home_internal.days_left(text, text, timestamptz)', 'everyone');

CREATE FUNCTION licence_home_internal.first_state(workflow text) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT t.to_state
        FROM licence_home.workflow AS w
        JOIN licence_home.workflow_state AS s ON s.workflow = w.workflow AND s.version = w.version AND s.kind = 'start'
        JOIN licence_home.workflow_transition AS t ON t.workflow = w.workflow AND t.version = w.version AND t.from_state = s.state
            AND t.role = 'portal' AND NOT t.effects && licence_home_internal.names_with_trait('ends_case')
        WHERE w.workflow = first_state.workflow AND w.published_at IS NOT NULL
            AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
        ORDER BY t.to_state
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.first_state(text) IS
'Internal: the state to which a case comes when it is submitted, by the workflow in force.';
CALL licence_home_internal.make_function('licence_home_internal.first_state(text)', 'everyone');

-- ---------------------------------------------------------------------
-- my_next()
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.things_to_do(application_no licence_home.application_no)
    RETURNS TABLE (turn integer, whose text, thing text, subject text, text_ar text, text_en text, until date, amount numeric)
    LANGUAGE plpgsql STABLE ROWS 5
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
#variable_conflict use_column
DECLARE
    no constant licence_home.application_no := application_no;
    a licence_home.application;
    s licence_home.workflow_state;
    due date;
    v record;
    done integer := 0;
    until_ar text;
    until_en text;
BEGIN
    SELECT t.* INTO a FROM licence_home.application AS t WHERE t.application_no = no;
    SELECT t.* INTO s FROM licence_home.workflow_state AS t
        WHERE t.workflow = a.workflow AND t.state = a.state AND (t.version = a.workflow_version OR a.workflow_version IS NULL)
        ORDER BY t.version DESC LIMIT 1;
    IF a.due_at IS NOT NULL THEN
        SELECT d.due_on INTO due FROM licence_home.deadline_of(no) AS d WHERE d.state = a.state;
    END IF;
    until_ar := coalesce('، حتى ' || licence_home.day_name(due, 'ar'), '');
    until_en := coalesce(', until ' || licence_home.day_name(due, 'en'), '');

    -- it has ended
    IF s.kind = 'end' THEN
        SELECT t.licence_no, t.ends - 1 AS last_day INTO v FROM licence_home.licence_term AS t WHERE t.application_no = no;
        IF FOUND THEN
            RETURN QUERY SELECT 1, NULL::text, 'licensed', v.licence_no::text,
                format('صدرت الرخصة %s، وهي صالحة حتى %s.', v.licence_no, licence_home.day_name(v.last_day, 'ar')),
                format('The licence %s is issued, and valid until %s.', v.licence_no, licence_home.day_name(v.last_day, 'en')), v.last_day, NULL::numeric;
        ELSE
            RETURN QUERY SELECT 1, NULL::text, 'ended', a.state, format('انتهى الطلب: %s.', s.name_ar), format('The application has ended: %s.', s.name_en),
                NULL::date, NULL::numeric;
        END IF;
        RETURN;
    END IF;

    -- a new representative proves the authorisation first
    IF NOT licence_home_internal.representative_is_proven(no) THEN
        SELECT (SELECT r.offered_at FROM licence_home.representative_proof AS r WHERE r.application_no = no
            ORDER BY r.representative_proof_id DESC LIMIT 1) IS NOT NULL AS offered INTO v;
        RETURN QUERY SELECT 0, CASE WHEN v.offered THEN 'clerk' ELSE 'applicant' END, 'prove', NULL::text,
            CASE WHEN v.offered THEN 'تفويض الممثل الجديد لدى الموظف.' ELSE 'أثبتوا تفويض الممثل الجديد.' END,
            CASE WHEN v.offered THEN 'The authorisation of the new representative is with the clerk.'
                ELSE 'Prove the authorisation of the new representative.' END,
            NULL::date, NULL::numeric;
    END IF;

    -- somebody of the office is at work on it, or is to come
    IF coalesce(a.waits_for, s.waits_for) <> 'applicant' THEN
        SELECT i.scheduled_for INTO v FROM licence_home.inspection AS i WHERE i.application_no = no AND i.outcome = 'pending';
        IF FOUND AND a.waits_for = 'inspector' THEN
            RETURN QUERY SELECT 1, 'applicant', 'be_at_home', NULL::text,
                format('كونوا في المنزل للكشف: %s.', licence_home_internal.moment_name(v.scheduled_for, 'ar')),
                format('Be at home for the inspection: %s.', licence_home_internal.moment_name(v.scheduled_for, 'en')),
                (v.scheduled_for AT TIME ZONE licence_home_internal.city_time_zone())::date, NULL::numeric;
            done := 1;
        END IF;
        RETURN QUERY SELECT done + 1, a.waits_for, 'wait', a.state,
            CASE WHEN due IS NULL THEN format('الطلب لدى %s: %s.', w.name_ar, s.name_ar)
                WHEN due < licence_home.today() THEN format('الطلب لدى %s: %s؛ وكان يجب أن يتم ذلك حتى %s.', w.name_ar, s.name_ar, licence_home.day_name(due, 'ar'))
                ELSE format('الطلب لدى %s: %s؛ ويجب أن يتم ذلك حتى %s.', w.name_ar, s.name_ar, licence_home.day_name(due, 'ar')) END,
            CASE WHEN due IS NULL THEN format('It is with %s: %s.', w.name_en, lower(left(s.name_en, 1)) || substr(s.name_en, 2))
                WHEN due < licence_home.today() THEN format('It is with %s: %s; that should have been done by %s.', w.name_en,
                    lower(left(s.name_en, 1)) || substr(s.name_en, 2), licence_home.day_name(due, 'en'))
                ELSE format('It is with %s: %s; that should be done by %s.', w.name_en,
                    lower(left(s.name_en, 1)) || substr(s.name_en, 2), licence_home.day_name(due, 'en')) END,
            due, NULL::numeric
            FROM (SELECT licence_home_internal.code_name('role', coalesce(a.waits_for, s.waits_for), 'ar') AS name_ar,
                licence_home_internal.code_name('role', coalesce(a.waits_for, s.waits_for), 'en') AS name_en) AS w;
        RETURN;
    END IF;

    -- the applicant: a bill, what is to be put right, what is to be brought, and then to send it
    FOR v IN
        SELECT i.invoice_no, i.amount - coalesce((SELECT sum(p.amount) FROM licence_home.payment AS p WHERE p.invoice_no = i.invoice_no), 0) AS open
        FROM licence_home.invoice AS i WHERE i.application_no = no AND i.cancelled_at IS NULL
    LOOP
        CONTINUE WHEN v.open <= 0;
        done := done + 1;
        RETURN QUERY SELECT done, 'applicant', 'pay', v.invoice_no::text,
            format('ادفعوا %s، الفاتورة %s%s.', licence_home_internal.money(v.open, 'ar'), v.invoice_no, until_ar),
            format('Pay %s, bill %s%s.', licence_home_internal.money(v.open, 'en'), v.invoice_no, until_en), due, v.open;
    END LOOP;
    FOR v IN
        SELECT f.field, coalesce(n.name_ar, f.field) AS name_ar, coalesce(n.name_en, f.field) AS name_en, f.note
        FROM licence_home.application_finding AS f
        LEFT JOIN LATERAL licence_home_internal.field_names(f.field) AS n ON true
        WHERE f.application_no = no AND f.settled_at_event IS NULL
            AND licence_home_internal.same_value(f.field, f.found_value, licence_home_internal.case_value(no, f.field))
        ORDER BY f.finding_id
    LOOP
        done := done + 1;
        RETURN QUERY SELECT done, 'applicant', 'put_right', v.field,
            format('صوّبوا: %s%s.', v.name_ar, coalesce(' (' || rtrim(v.note, '.') || ')', '')),
            format('Put right: %s%s.', v.name_en, coalesce(' (' || licence_home_internal.among(rtrim(v.note, '.'), 'en') || ')', '')), due, NULL::numeric;
    END LOOP;
    FOR v IN
        SELECT e.criterion, e.message_ar, e.message_en, e.remedy_ar, e.remedy_en
        FROM licence_home_internal.case_eligibility(no, NULL) AS e
        WHERE e.ruling = 'not_met' OR e.ruling = 'not_proven' AND s.kind = 'start'
    LOOP
        done := done + 1;
        RETURN QUERY SELECT done, 'applicant', 'put_right', v.criterion,
            concat_ws(' ', 'صوّبوا:', v.message_ar, nullif(v.remedy_ar, '')), concat_ws(' ', 'Put right:', v.message_en, nullif(v.remedy_en, '')), due, NULL::numeric;
    END LOOP;
    -- what the inspector found, until the applicant says that it is put right
    FOR v IN
        SELECT g.criterion, coalesce(c.label_ar, g.criterion) AS name_ar, coalesce(c.label_en, g.criterion) AS name_en, c.remedy_ar, c.remedy_en
        FROM licence_home.latest_inspection AS i
        CROSS JOIN LATERAL licence_home_internal.found_at_inspection(i.inspection_id) AS g
        LEFT JOIN LATERAL (
            SELECT c.label_ar, c.label_en, c.remedy_ar, c.remedy_en
            FROM licence_home.criterion AS c
            WHERE c.criterion = g.criterion AND licence_home.in_force(c.valid, c.withdrawn_at, coalesce(a.judged_on, licence_home.today()))
            ORDER BY c.category NULLS FIRST
            LIMIT 1
        ) AS c ON true
        WHERE i.application_no = no AND i.outcome = 'failed' AND g.ruling = 'not_met'
            AND EXISTS (
                SELECT FROM licence_home.workflow_transition AS t
                WHERE t.workflow = a.workflow AND t.version = a.workflow_version AND t.from_state = a.state
                    AND t.preconditions @> '{correction_made}')
        ORDER BY g.criterion
    LOOP
        done := done + 1;
        RETURN QUERY SELECT done, 'applicant', 'put_right', v.criterion,
            concat_ws(' ', format('صوّبوا: %s.', rtrim(v.name_ar, '.')), v.remedy_ar), concat_ws(' ', format('Put right: %s.', rtrim(v.name_en, '.')), v.remedy_en),
            due, NULL::numeric;
    END LOOP;
    FOR v IN
        SELECT d.document_type, d.name_ar, d.name_en, d.lacking, x.review_note
        FROM licence_home_internal.case_documents(no) AS d
        LEFT JOIN licence_home.document AS x ON x.document_id = d.document_id
        WHERE d.lacking <> 'pending'
    LOOP
        done := done + 1;
        RETURN QUERY SELECT done, 'applicant', 'supply', v.document_type,
            format(CASE v.lacking WHEN 'not given' THEN 'أرفقوا: %s.' ELSE 'أرفقوا من جديد: %s (%s).' END, v.name_ar,
                concat_ws('، ', licence_home_internal.code_name('lacking', v.lacking, 'ar'), v.review_note)),
            format(CASE v.lacking WHEN 'not given' THEN 'Supply: %s.' ELSE 'Supply anew: %s (%s).' END, v.name_en,
                concat_ws(', ', licence_home_internal.code_name('lacking', v.lacking, 'en'), licence_home_internal.among(v.review_note, 'en'))), due, NULL::numeric;
    END LOOP;
    FOR v IN
        SELECT x.authority, x.name_ar, x.name_en, x.lacking
        FROM licence_home_internal.case_approvals(no) AS x
        WHERE x.lacking <> 'pending' AND a.state IN (
            SELECT t.from_state FROM licence_home.workflow_transition AS t
            WHERE t.workflow = a.workflow AND t.version = a.workflow_version
                AND t.preconditions && '{approvals_answered,approvals_supplied}')
    LOOP
        done := done + 1;
        RETURN QUERY SELECT done, 'applicant', 'bring', v.authority,
            format('أحضروا موافقة %s%s.', v.name_ar, CASE v.lacking WHEN 'not given' THEN '' ELSE ' (' || licence_home_internal.code_name('lacking', v.lacking, 'ar') || ')' END),
            format('Bring the approval of %s%s.', v.name_en, CASE v.lacking WHEN 'not given' THEN '' ELSE ' (' || licence_home_internal.code_name('lacking', v.lacking, 'en') || ')' END),
            due, NULL::numeric;
    END LOOP;
    -- the step of the applicant's that leads on
    SELECT t.action, n.name_ar, n.name_en INTO v
        FROM licence_home.workflow_transition AS t
        CROSS JOIN LATERAL licence_home_internal.action_names(a.workflow, t.version, t.action) AS n
        WHERE t.workflow = a.workflow AND t.version = s.version AND t.from_state = a.state AND t.role = 'portal'
            AND NOT t.effects && licence_home_internal.names_with_trait('ends_case')
        ORDER BY t.action LIMIT 1;
    IF FOUND THEN
        RETURN QUERY SELECT done + 1, 'applicant', 'send', v.action,
            format(CASE WHEN done > 0 THEN 'ثم: %s%s.' ELSE '%s%s.' END, v.name_ar, until_ar),
            format(CASE WHEN done > 0 THEN 'Then %s%s.' ELSE '%s%s.' END, CASE WHEN done > 0 THEN v.name_en ELSE upper(left(v.name_en, 1)) || substr(v.name_en, 2) END, until_en),
            due, NULL::numeric;
    END IF;
END $$;
COMMENT ON FUNCTION licence_home_internal.things_to_do(licence_home.application_no) IS
'Internal: the rows of licence_home.my_next(), without the days.';
CALL licence_home_internal.make_function('licence_home_internal.things_to_do(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.next_things(application_no licence_home.application_no)
    RETURNS TABLE (turn integer, whose text, thing text, subject text, text_ar text, text_en text, until date, amount numeric,
        half_days integer, most_days integer)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT t.turn, t.whose, t.thing, t.subject, t.text_ar, t.text_en, t.until, t.amount, x.half_days, x.most_days
        FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.things_to_do(a.application_no) AS t
        -- (what is not submitted begins when it is)
        LEFT JOIN LATERAL licence_home_internal.days_left(a.workflow,
            CASE WHEN a.submitted_at IS NULL THEN licence_home_internal.first_state(a.workflow) ELSE a.state END,
            CASE WHEN a.submitted_at IS NOT NULL THEN a.state_since END) AS x ON true
        WHERE a.application_no = next_things.application_no
        ORDER BY t.turn;
    END;
COMMENT ON FUNCTION licence_home_internal.next_things(licence_home.application_no) IS
'Internal: the rows of licence_home.my_next().';
CALL licence_home_internal.make_function('licence_home_internal.next_things(licence_home.application_no)');

CREATE FUNCTION licence_home.my_next(application_no licence_home.application_no,
        OUT turn integer, OUT whose text, OUT thing text, OUT subject text, OUT text_ar text, OUT text_en text,
        OUT until date, OUT amount numeric, OUT half_days integer, OUT most_days integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'licence_home_my_next' LANGUAGE C STABLE STRICT PARALLEL UNSAFE ROWS 3;
COMMENT ON FUNCTION licence_home.my_next(licence_home.application_no) IS
'What is to be done next in a case, a row each in order, in both languages. whose: applicant, or the role that is at work. thing: pay, put_right, supply, bring, send, be_at_home, wait, licensed, ended. subject: which bill, column, criterion, document, authority or step. until: the day by which; amount in JOD. half_days, most_days: how many days from now half of the cases, nine in ten, take to the licence; null where too few cases tell. LH008 for a case that is not the caller''s to see.';
CALL licence_home_internal.make_function('licence_home.my_next(licence_home.application_no)', 'readers');

-- ---------------------------------------------------------------------
-- before_applying()
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.nearest_permitting(profession text, home geometry, on_day date)
    RETURNS TABLE (class text, name_ar text, name_en text, metres numeric, longitude numeric, latitude numeric)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT n.class, c.name_ar, c.name_en, n.metres, round(ST_X(n.point)::numeric, 6), round(ST_Y(n.point)::numeric, 6)
        FROM (
            SELECT z.class, round(ST_Distance(z.geom::geography, z.home::geography)::numeric, 0) AS metres,
                ST_ClosestPoint(z.geom, z.home) AS point
            FROM (
                -- a few that are near in degrees, of which one is nearest on the ground
                SELECT z.class, z.geom, u.geom AS home
                FROM licence_home_internal.usable_home(nearest_permitting.home) AS u
                CROSS JOIN LATERAL (
                    SELECT z.class, z.geom
                    FROM licence_home.zone AS z
                    WHERE licence_home.in_force(z.valid, z.withdrawn_at, nearest_permitting.on_day)
                        AND z.class = ANY (ARRAY(
                            SELECT r.class
                            FROM licence_home_internal.profession_on(nearest_permitting.profession, nearest_permitting.on_day) AS p
                            CROSS JOIN LATERAL licence_home_internal.every_class_ruling(p.code, p.category, nearest_permitting.on_day) AS r
                            WHERE r.ruling = 'permitted'))
                    ORDER BY z.geom <-> u.geom
                    LIMIT 8
                ) AS z
                WHERE u.geom IS NOT NULL
            ) AS z
            ORDER BY ST_Distance(z.geom::geography, z.home::geography)
            LIMIT 1
        ) AS n
        LEFT JOIN LATERAL (
            SELECT c.name_ar, c.name_en
            FROM licence_home.zone_class AS c
            WHERE c.class = n.class AND licence_home.in_force(c.valid, c.withdrawn_at, nearest_permitting.on_day)
            LIMIT 1
        ) AS c ON true;
    END;
COMMENT ON FUNCTION licence_home_internal.nearest_permitting(text, geometry, date) IS
'Internal: the zone nearest to a home whose class permits a profession on a day, its distance, and the nearest point of it.';
CALL licence_home_internal.make_function('licence_home_internal.nearest_permitting(text, geometry, date)', 'everyone');

CREATE FUNCTION licence_home.before_applying(profession text, home geometry, home_area_m2 numeric DEFAULT NULL,
        work_area_m2 numeric DEFAULT NULL, built_on date DEFAULT NULL, employees integer DEFAULT 0,
        people integer DEFAULT 1, tenant boolean DEFAULT NULL, kind text DEFAULT NULL, children integer DEFAULT NULL,
        on_date date DEFAULT NULL) RETURNS jsonb
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT jsonb_build_object(
            'profession', (SELECT jsonb_build_object('code', p.code, 'category', p.category, 'name_ar', p.name_ar, 'name_en', p.name_en)
                FROM licence_home_internal.profession_on(before_applying.profession, d.day) AS p),
            'on_date', d.day,
            'district', (SELECT jsonb_build_object('district', t.district, 'name_ar', t.name_ar, 'name_en', t.name_en)
                FROM licence_home_internal.usable_home(before_applying.home) AS u
                CROSS JOIN LATERAL licence_home_internal.district_at(u.geom, d.day) AS t),
            'verdict', CASE WHEN k.no THEN 'not_eligible' WHEN k.unknown THEN 'not_known' WHEN k.refer THEN 'refer' ELSE 'eligible' END,
            'criteria', k.criteria,
            'documents', (SELECT coalesce(jsonb_agg(jsonb_build_object('document_type', t.document_type, 'name_ar', t.name_ar,
                    'name_en', t.name_en, 'why_ar', t.why_ar, 'why_en', t.why_en, 'needs_reference', t.needs_reference,
                    'needs_attachment', t.needs_attachment) ORDER BY t."position", t.document_type), '[]')
                FROM licence_home_internal.documents_for(before_applying.profession, before_applying.built_on, before_applying.tenant,
                    before_applying.kind, d.day) AS t),
            'authorities', (SELECT coalesce(jsonb_agg(jsonb_build_object('authority', x.authority, 'name_ar', n.name_ar, 'name_en', n.name_en)
                    ORDER BY x.authority), '[]')
                FROM licence_home_internal.profession_on(before_applying.profession, d.day) AS p
                CROSS JOIN LATERAL licence_home_internal.authorities_ruled(p.code, p.category, d.day) AS x
                CROSS JOIN LATERAL licence_home_internal.authority_names(x.authority, d.day) AS n),
            'largest_work_area_m2', (SELECT trim_scale(floor(10 * licence_home_internal.area_limit(before_applying.home_area_m2, e.max_area_share, e.max_area_m2)) / 10)
                FROM licence_home_internal.edition_on(d.day) AS e WHERE e.found = 1),
            'fee', f.fee,
            'zone', jsonb_build_object('ruling', z.ruling, 'nearest', CASE WHEN z.ruling <> 'permitted' THEN (
                SELECT to_jsonb(n) FROM licence_home_internal.nearest_permitting(before_applying.profession, before_applying.home, d.day) AS n) END),
            'days', (SELECT jsonb_build_object('half', x.half_days, 'most', x.most_days)
                FROM licence_home_internal.days_left('first_issue', licence_home_internal.first_state('first_issue'), NULL) AS x))
        FROM (SELECT coalesce(before_applying.on_date, licence_home.today()) AS day) AS d
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('criterion', c.criterion, 'stage', c.stage, 'ruling', c.ruling, 'message_ar', c.message_ar,
                    'message_en', c.message_en, 'remedy_ar', c.remedy_ar, 'remedy_en', c.remedy_en, 'article', c.article)) AS criteria,
                bool_or(c.ruling = 'not_met') AS no, bool_or(c.ruling = 'not_proven') AS unknown, bool_or(c.ruling = 'refer') AS refer
            FROM licence_home.assess(before_applying.profession, before_applying.home, before_applying.home_area_m2,
                before_applying.work_area_m2, before_applying.built_on, before_applying.employees, before_applying.people,
                before_applying.tenant, d.day, before_applying.children) AS c
        ) AS k
        CROSS JOIN LATERAL (
            SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('amount', sum(l.amount),
                    'amount_ar', licence_home_internal.money(sum(l.amount), 'ar'), 'amount_en', licence_home_internal.money(sum(l.amount), 'en'),
                    'lines', jsonb_agg(jsonb_build_object('item_ar', l.item_ar, 'item_en', l.item_en, 'amount', l.amount, 'rule', l.rule) ORDER BY l.line)) END AS fee
            FROM licence_home_internal.fee_lines(before_applying.profession, round(before_applying.work_area_m2, 20), d.day, before_applying.kind) AS l
        ) AS f
        CROSS JOIN LATERAL (SELECT r.ruling FROM licence_home.ruling_at(before_applying.profession, before_applying.home, d.day) AS r LIMIT 1) AS z;
    END;
COMMENT ON FUNCTION licence_home.before_applying(text, geometry, numeric, numeric, date, integer, integer, boolean, text, integer, date) IS
'What to know before applying, in one question, as jsonb: profession, on_date, district, verdict (eligible, refer, not_eligible, not_known), criteria (as assess()), documents, authorities, largest_work_area_m2, fee, zone, days. largest_work_area_m2: the largest work area that would do in the home. fee: for the work area and the kind of applicant. zone: ruling; nearest: the nearest zone that permits, where this one does not. days: half, most: how many days half of the cases, nine in ten, took; null where too few tell. What is not known may be null, and then is not proven.';
CALL licence_home_internal.make_function('licence_home.before_applying(text, geometry, numeric, numeric, date, integer, integer, boolean, text, integer, date)',
    'everyone');

-- ---------------------------------------------------------------------
-- find_professions()
-- ---------------------------------------------------------------------

CREATE TABLE licence_home.profession_word (
    profession_word_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    profession   text NOT NULL,
    word         licence_home.visible_text NOT NULL,
    key          text NOT NULL GENERATED ALWAYS AS (licence_home.fold_name(word)) STORED
);
COMMENT ON TABLE licence_home.profession_word IS
'What people call a profession beside its names: everyday words and other spellings, by which find_professions() finds it. key: what is compared.';
CALL licence_home_internal.make_rule_table('licence_home.profession_word', ARRAY['sparse', 'profession', 'key'],
    ARRAY['profession', 'profession.code']);

CREATE FUNCTION licence_home.find_professions(sought text)
    RETURNS TABLE (profession text, category text, name_ar text, name_en text, matched text, rank integer)
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        SELECT p.code, p.category, p.name_ar::text, p.name_en::text, m.matched, row_number() OVER (ORDER BY m.words DESC, m.whole DESC, p.code)::integer
        FROM licence_home.profession AS p
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT q.word) AS words, count(DISTINCT q.word) FILTER (WHERE s.name_word = q.word) AS whole,
                (array_agg(s.said ORDER BY s.name_word = q.word DESC, s.n, s.said))[1] AS matched
            FROM unnest(licence_home_internal.words_of(find_professions.sought)) AS q (word)
            JOIN (
                SELECT n.said, n.n, w.name_word
                FROM (
                    SELECT p.name_ar::text, 1 UNION ALL SELECT p.name_en::text, 2
                    UNION ALL
                    SELECT k.word::text, 3
                    FROM licence_home.profession_word AS k
                    WHERE k.profession = p.code AND licence_home.in_force(k.valid, k.withdrawn_at, licence_home.today())
                ) AS n (said, n)
                CROSS JOIN LATERAL unnest(licence_home_internal.words_of(n.said)) AS w (name_word)
            ) AS s ON s.name_word = q.word
                -- the beginning of a word, or a word with an ending
                OR length(q.word) >= 3 AND starts_with(s.name_word, q.word)
                OR length(s.name_word) >= 4 AND starts_with(q.word, s.name_word)
        ) AS m
        WHERE licence_home.in_force(p.valid, p.withdrawn_at, licence_home.today()) AND m.words > 0
        ORDER BY 6
        LIMIT 20;
    END;
COMMENT ON FUNCTION licence_home.find_professions(text) IS
'The professions on today''s list that a word or a sentence may mean, by their names and the rows of profession_word, in any spelling. At most 20, those with most of the words first (rank). matched: the name or word by which it was found.';
CALL licence_home_internal.make_function('licence_home.find_professions(text)', 'everyone');
