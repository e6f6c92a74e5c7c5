-- ---------------------------------------------------------------------
-- One screen for a case: case_card() as jsonb, case_card_text() for psql.
--
-- A section that is not the reader's is not there at all, as the privileges of the
-- tables have it. Bills and answers of authorities are those of clerk, decider and
-- auditor; messages and payments those of clerk and auditor. A cashier sees the case,
-- its money and its licence, and no person (much = 0). Of a person whose
-- data are restricted a card is shown to who must act alone.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.field_names(field text) RETURNS TABLE (name_ar text, name_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT t.name_ar, t.name_en
        FROM licence_home.application_field AS t
        WHERE t.field = field_names.field AND t.withdrawn_at IS NULL
        ORDER BY lower(t.valid) DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.field_names(text) IS
'Internal: what people call a column of the application, in both languages; no row for one that has no name.';
CALL licence_home_internal.make_function('licence_home_internal.field_names(text)');

CREATE FUNCTION licence_home_internal.action_names(workflow text, version integer, action text)
    RETURNS TABLE (name_ar text, name_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT t.name_ar, t.name_en
        FROM licence_home.workflow_transition AS t
        WHERE t.workflow = action_names.workflow AND t.action = action_names.action
            AND (t.version = action_names.version OR action_names.version IS NULL) AND t.name_ar IS NOT NULL
        ORDER BY t.version DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.action_names(text, integer, text) IS
'Internal: what people call an action of a workflow, in both languages; no row for one that has no name.';
CALL licence_home_internal.make_function('licence_home_internal.action_names(text, integer, text)');

-- (PostGIS is not on the search_path of what keeps its plan. Stable, as what it calls: else
-- the planner would not put it in the place of its call)
CREATE FUNCTION licence_home_internal.home_point(home geometry) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jsonb_build_object('longitude', round(ST_X(ST_Centroid(home))::numeric, 6),
        'latitude', round(ST_Y(ST_Centroid(home))::numeric, 6));
COMMENT ON FUNCTION licence_home_internal.home_point(geometry) IS
'Internal: where a home is, for a map: longitude and latitude of its middle, null where it is not known.';
CALL licence_home_internal.make_function('licence_home_internal.home_point(geometry)');

CREATE FUNCTION licence_home_internal.money(amount numeric, language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE language
        WHEN 'ar' THEN to_char(amount, 'FM999999999999990.000') || ' د.أ'
        ELSE 'JOD ' || to_char(amount, 'FM999999999999990.000') END;
COMMENT ON FUNCTION licence_home_internal.money(numeric, text) IS
'Internal: an amount in JOD as a language writes it, to the fils.';
CALL licence_home_internal.make_function('licence_home_internal.money(numeric, text)', 'everyone');

-- What is billed, what came, what went, and what is to be done about it.
CREATE FUNCTION licence_home_internal.card_money(application_no licence_home.application_no, in_full boolean) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
#variable_conflict use_column
DECLARE
    no constant licence_home.application_no := application_no;
    bills jsonb;
    money jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('invoice_no', i.invoice_no, 'account', coalesce(i.account, i.invoice_no), 'amount', i.amount,
                'area_m2', i.area_m2, 'priced_on', i.priced_on, 'due_on', i.due_on, 'created_at', i.created_at,
                'cancelled_at', i.cancelled_at, 'lines', l.lines)
            || CASE WHEN NOT in_full THEN '{}' ELSE jsonb_build_object('paid', p.paid, 'payments', p.payments) END ORDER BY i.invoice_no DESC)
        INTO bills
        FROM licence_home.invoice AS i
        CROSS JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_object('item', v.item, 'rule', v.rule, 'amount', v.amount) ORDER BY v.line_no) AS lines
            FROM licence_home.invoice_line AS v
            WHERE v.invoice_no = i.invoice_no
        ) AS l
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(q.amount) FILTER (WHERE r.payment_id IS NULL), 0) AS paid, coalesce(jsonb_agg(jsonb_build_object('payment_reference', q.payment_reference,
                    'amount', q.amount, 'paid_at', q.paid_at, 'channel', q.channel, 'receipt', q.receipt, 'receiver', q.receiver,
                    'reversed_at', r.reversed_at, 'reversal_reason', r.reason) ORDER BY q.payment_id), '[]') AS payments
            FROM licence_home.payment AS q
            LEFT JOIN licence_home.payment_reversal AS r ON r.payment_id = q.payment_id
            WHERE q.invoice_no = i.invoice_no
        ) AS p
        WHERE i.application_no = no;
    IF bills IS NULL THEN
        RETURN '{"bills": [], "money": null}';
    END IF;

    -- of the account of the last bill, which shares what was paid with those before it
    SELECT jsonb_build_object('account', b.account, 'invoice_no', m.invoice_no, 'billed', m.billed, 'received', m.received,
            'reversed', m.reversed, 'refunded', m.refunded, 'waived', m.waived, 'lacking', m.lacking, 'surplus', m.surplus,
            'to_refund', (SELECT jsonb_agg(jsonb_build_object('invoice_no', f.invoice_no, 'amount', f.amount, 'reason', f.reason,
                    'owner', f.owner, 'due_on', f.due_on) ORDER BY f.invoice_no) FROM licence_home.refundable AS f WHERE f.application_no = no),
            'refunds', (SELECT jsonb_agg(jsonb_build_object('invoice_no', f.invoice_no, 'amount', f.amount, 'channel', f.channel,
                    'refunded_at', f.refunded_at) || CASE WHEN NOT in_full THEN '{}' ELSE jsonb_build_object('refund_reference',
                    f.refund_reference, 'note', f.note) END ORDER BY f.payment_refund_id)
                FROM licence_home.payment_refund AS f WHERE f.application_no = no),
            'unpaid_licence', (SELECT jsonb_build_object('stage', u.stage, 'owner', u.owner, 'due_on', u.due_on, 'reversed_at', u.reversed_at, 'decision', u.decision,
                    'until', u.until, 'decided_by', u.decided_by) FROM licence_home.unpaid_licences AS u WHERE u.application_no = no))
        INTO money
        FROM (SELECT (bills #>> '{0,account}')::bigint AS account) AS b
        CROSS JOIN LATERAL licence_home_internal.account_money(b.account, no) AS m;
    RETURN jsonb_build_object('bills', bills, 'money', money);
END $$;
COMMENT ON FUNCTION licence_home_internal.card_money(licence_home.application_no, boolean) IS
'Internal: the sections bills and money of licence_home.case_card(). in_full: with payments, reversals and refunds as they were written.';
CALL licence_home_internal.make_function('licence_home_internal.card_money(licence_home.application_no, boolean)');

CREATE FUNCTION licence_home_internal.card(application_no licence_home.application_no, much integer, office boolean)
    RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    AS $$
#variable_conflict use_column
DECLARE
    no constant licence_home.application_no := application_no;
    card jsonb;
    section jsonb;
    a licence_home.application;
    day date;
BEGIN
    SELECT t.* INTO a FROM licence_home.application AS t WHERE t.application_no = no;
    day := coalesce(a.judged_on, licence_home.today());

    SELECT jsonb_build_object('application_no', a.application_no, 'workflow', a.workflow, 'state', a.state,
            'state_ar', s.name_ar, 'state_en', s.name_en, 'state_since', a.state_since, 'ended', s.kind = 'end',
            'waits_for', a.waits_for,
            'profession', a.profession, 'profession_ar', n.name_ar, 'profession_en', n.name_en,
            'district', a.district, 'district_ar', d.name_ar, 'district_en', d.name_en, 'zone_class', a.zone_class,
            'edition', a.edition, 'judged_on', a.judged_on, 'created_at', a.created_at, 'submitted_at', a.submitted_at,
            'previous_application', a.previous_application, 'closure_reason', a.closure_reason,
            'closure_reason_ar', r.name_ar, 'closure_reason_en', r.name_en, 'events', a.events)
        INTO section
        FROM (SELECT) AS once
        LEFT JOIN LATERAL (
            SELECT s.name_ar, s.name_en, s.kind
            FROM licence_home.workflow_state AS s
            WHERE s.workflow = a.workflow AND s.state = a.state AND (s.version = a.workflow_version OR a.workflow_version IS NULL)
            ORDER BY s.version DESC
            LIMIT 1
        ) AS s ON true
        LEFT JOIN LATERAL (
            SELECT p.name_ar, p.name_en
            FROM licence_home.profession AS p
            WHERE p.code = a.profession
            ORDER BY p.withdrawn_at DESC NULLS FIRST, p.valid @> day DESC, lower(p.valid) DESC
            LIMIT 1
        ) AS n ON true
        LEFT JOIN LATERAL (
            SELECT d.name_ar, d.name_en
            FROM licence_home.district AS d
            WHERE d.district = a.district AND licence_home.in_force(d.valid, d.withdrawn_at, day)
            LIMIT 1
        ) AS d ON true
        LEFT JOIN LATERAL (
            SELECT r.name_ar, r.name_en
            FROM licence_home.reason AS r
            WHERE r.reason = a.closure_reason AND r.withdrawn_at IS NULL
            ORDER BY lower(r.valid) DESC
            LIMIT 1
        ) AS r ON true;
    card := jsonb_build_object('case', section);

    IF much = 0 THEN        -- a cashier: what a receipt needs, and no person
        SELECT jsonb_build_object('licence_no', l.licence_no, 'standing', s.standing, 'valid_from', lower(s.valid),
                'valid_until', upper(s.valid) - 1, 'in_force', s.in_force)
            INTO section
            FROM licence_home.licence AS l
            LEFT JOIN LATERAL licence_home_internal.licence_state(l.licence_no, licence_home.today(), NULL) AS s ON true
            WHERE l.licence_no = licence_home_internal.licence_of_case(no);
        card := jsonb_build_object('case', (card -> 'case') - '{zone_class,edition,judged_on,previous_application,closure_reason,closure_reason_ar,closure_reason_en}'::text[],
            'licence', section) || licence_home_internal.card_money(no, true);
        SELECT jsonb_build_object('due_on', d.due_on, 'late', d.due_on < licence_home.today(), 'cause', d.cause)
            INTO section
            FROM licence_home.deadline_of(no) AS d WHERE d.state = a.state AND a.due_at IS NOT NULL;
        RETURN card || jsonb_build_object('deadline', section);
    END IF;

    SELECT jsonb_build_object('applicant_id', p.applicant_id, 'kind', p.kind, 'restricted', p.restricted_at IS NOT NULL)
            || jsonb_build_object('name_ar', p.name_ar, 'name_en', p.name_en)
            || CASE WHEN much < 2 THEN '{}' ELSE jsonb_build_object('phone', p.phone,
                'phone_not_theirs', p.not_theirs_at IS NOT NULL, 'language', p.language,
                'representative_name', p.representative_name, 'representative_capacity', p.representative_capacity) END
            || CASE WHEN much < 3 THEN '{}' ELSE jsonb_build_object('identity_no', p.identity_no,
                'representative_identity_no', p.representative_identity_no) END
        INTO section
        FROM licence_home.applicant AS p WHERE p.applicant_id = a.applicant_id;
    card := card || jsonb_build_object('person', section);

    card := card || jsonb_build_object('home', jsonb_build_object('home_area_m2', a.home_area_m2, 'work_area_m2', a.work_area_m2,
            'built_on', a.built_on, 'employees', a.employees, 'people', a.people, 'children', a.children, 'tenant', a.tenant)
        || jsonb_build_object('address', a.address, 'village', a.village, 'basin', a.basin,
            'neighbourhood', a.neighbourhood, 'parcel', a.parcel, 'building_no', a.building_no, 'floor', a.floor, 'unit', a.unit) || licence_home_internal.home_point(a.home));

    SELECT jsonb_build_object('due_on', d.due_on, 'late', d.due_on < licence_home.today(), 'cause', d.cause,
            'binds_the_applicant', d.to_be_told, 'told_at', d.told_at, 'date_told', d.date_told)
        INTO section
        FROM licence_home.deadline_of(no) AS d WHERE d.state = a.state AND a.due_at IS NOT NULL;
    card := card || jsonb_build_object('deadline', section);

    SELECT jsonb_agg(jsonb_build_object('criterion', e.criterion, 'stage', e.stage, 'ruling', e.ruling, 'required', e.required,
            'observed', e.observed, 'article', e.article, 'message_ar', e.message_ar, 'message_en', e.message_en,
            'remedy_ar', e.remedy_ar, 'remedy_en', e.remedy_en))
        INTO section
        FROM licence_home_internal.case_eligibility(no, NULL) AS e;
    card := card || jsonb_build_object('criteria', coalesce(section, '[]'));

    SELECT jsonb_agg(jsonb_build_object('document_type', d.document_type, 'name_ar', d.name_ar, 'name_en', d.name_en,
                'why_ar', d.why_ar, 'why_en', d.why_en, 'lacking', d.lacking, 'document_id', d.document_id,
                'issued_on', x.issued_on, 'expires_on', x.expires_on, 'review', x.review)
            || jsonb_build_object('reference_no', x.reference_no, 'review_note', x.review_note,
                'attachment_locator', x.attachment_locator) ORDER BY d.ordinality)
        INTO section
        FROM licence_home_internal.case_documents(no) WITH ORDINALITY AS d
        LEFT JOIN licence_home.document AS x ON x.document_id = d.document_id;
    card := card || jsonb_build_object('documents', coalesce(section, '[]'));

    SELECT jsonb_agg(jsonb_build_object('finding_id', f.finding_id, 'field', f.field, 'name_ar', t.name_ar, 'name_en', t.name_en,
                'recorded_at', f.recorded_at, 'recorded_by', f.recorded_by)
            || jsonb_build_object('note', f.note, 'found_value', f.found_value) ORDER BY f.finding_id)
        INTO section
        FROM licence_home.application_finding AS f
        LEFT JOIN LATERAL licence_home_internal.field_names(f.field) AS t ON true
        WHERE f.application_no = no AND f.settled_at_event IS NULL;
    card := card || jsonb_build_object('findings', coalesce(section, '[]'));

    SELECT jsonb_agg(jsonb_build_object('inspection_id', i.inspection_id, 'scheduled_for', i.scheduled_for,
                'scheduled_until', i.scheduled_until, 'inspector', i.inspector, 'outcome', i.outcome, 'inspected_at', i.inspected_at,
                'measured_home_area_m2', i.measured_home_area_m2, 'measured_work_area_m2', i.measured_work_area_m2,
                'recorded_at', i.recorded_at, 'closed_at', i.closed_at, 'closed_by', i.closed_by, 'not_met', n.not_met)
            || jsonb_build_object('findings', i.findings, 'attachments', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('attachment_id', t.attachment_id, 'type', t.attachment_type,
                        'locator', t.attachment_locator, 'taken_at', t.taken_at, 'criterion', g.criterion, 'note', t.note)
                        ORDER BY t.attachment_id), '[]')
                FROM licence_home.attachment AS t
                LEFT JOIN licence_home.inspection_finding AS g ON g.inspection_finding_id = t.inspection_finding_id
                WHERE t.inspection_id = i.inspection_id)) ORDER BY i.inspection_id DESC)
        INTO section
        FROM licence_home.inspection AS i
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(g.criterion ORDER BY g.criterion), '{}') AS not_met
            FROM licence_home_internal.found_at_inspection(i.inspection_id) AS g
            WHERE g.ruling = 'not_met'
        ) AS n
        WHERE i.application_no = no;
    card := card || jsonb_build_object('inspections', coalesce(section, '[]'));

    SELECT jsonb_build_object('committee_session_id', g.committee_session_id, 'held_on', g.held_on, 'origin', g.origin,
            'deferred', g.deferred)
        INTO section
        FROM licence_home.case_session AS g WHERE g.application_no = no;
    card := card || jsonb_build_object('session', section);

    SELECT jsonb_agg(jsonb_build_object('decision_id', d.decision_id, 'outcome', d.outcome, 'reason', d.reason,
                'reason_ar', r.name_ar, 'reason_en', r.name_en, 'decided_by', d.decided_by, 'decided_as', d.decided_as,
                'decided_on', d.decided_on, 'recorded_by', d.recorded_by, 'counts', d.at_event = a.events)
            || jsonb_build_object('conditions', d.conditions, 'note', d.note) ORDER BY d.decision_id DESC)
        INTO section
        FROM licence_home.decision AS d
        LEFT JOIN LATERAL (
            SELECT r.name_ar, r.name_en
            FROM licence_home.reason AS r
            WHERE r.reason = d.reason AND r.withdrawn_at IS NULL
            ORDER BY r.valid @> d.decided_on DESC, lower(r.valid) DESC
            LIMIT 1
        ) AS r ON true
        WHERE d.application_no = no;
    card := card || jsonb_build_object('decisions', coalesce(section, '[]'));

    SELECT jsonb_agg(jsonb_build_object('authority', x.authority, 'name_ar', x.name_ar, 'name_en', x.name_en)
            || CASE WHEN NOT office THEN '{}' ELSE jsonb_build_object('lacking', x.lacking, 'answer', e.answer,
                'issued_on', e.issued_on, 'expires_on', e.expires_on, 'review', e.review) END
            || CASE WHEN NOT office THEN '{}' ELSE jsonb_build_object('reference_no', e.reference_no,
                'review_note', e.review_note, 'attachment_locator', e.attachment_locator) END ORDER BY x.ordinality)
        INTO section
        FROM licence_home_internal.case_approvals(no) WITH ORDINALITY AS x
        LEFT JOIN licence_home.external_approval AS e ON e.external_approval_id = x.external_approval_id;
    card := card || jsonb_build_object('approvals', coalesce(section, '[]'));

    IF office THEN
        card := card || licence_home_internal.card_money(no, much >= 3);
    END IF;

    SELECT jsonb_build_object('licence_no', l.licence_no, 'former_no', l.former_no, 'standing', s.standing,
            'valid_from', lower(s.valid), 'valid_until', upper(s.valid) - 1, 'in_force', s.in_force, 'issued_at', l.issued_at)
        INTO section
        FROM licence_home.licence AS l
        LEFT JOIN LATERAL licence_home_internal.licence_state(l.licence_no, licence_home.today(), NULL) AS s ON true
        WHERE l.licence_no = licence_home_internal.licence_of_case(no);
    card := card || jsonb_build_object('licence', section);

    IF much >= 3 THEN
        SELECT jsonb_agg(jsonb_build_object('message_id', m.message_id, 'template', m.template, 'language', m.language,
                    'status', m.status, 'agency_id', m.agency_id, 'waits_for', m.waits_for, 'created_at', m.created_at, 'accepted_at', m.accepted_at,
                    'delivered_at', m.delivered_at)
                || jsonb_build_object('phone', m.phone, 'body', m.body, 'last_error', m.last_error)
                ORDER BY m.message_id DESC)
            INTO section
            FROM licence_home.sms_message AS m WHERE m.application_no = no;
        card := card || jsonb_build_object('messages', coalesce(section, '[]'));
    END IF;

    SELECT jsonb_build_object('official', h.official, 'since', h.since, 'name_ar', o.name_ar, 'name_en', o.name_en)
        INTO section
        FROM licence_home_internal.case_holder(no, a.waits_for) AS h
        LEFT JOIN LATERAL (
            SELECT o.name_ar, o.name_en
            FROM licence_home.official AS o
            WHERE o.official = h.official AND o.withdrawn_at IS NULL
            ORDER BY lower(o.valid) DESC
            LIMIT 1
        ) AS o ON true;
    card := card || jsonb_build_object('assignment', section);

    SELECT jsonb_agg(jsonb_build_object('case_note_id', n.case_note_id, 'recorded_at', n.recorded_at, 'recorded_by', n.recorded_by)
            || jsonb_build_object('note', n.note) ORDER BY n.case_note_id DESC)
        INTO section
        FROM licence_home.case_note AS n WHERE n.application_no = no;
    card := card || jsonb_build_object('notes', coalesce(section, '[]'));

    IF office THEN
        SELECT jsonb_agg(jsonb_build_object('agency_id', g.agency_id, 'kind', g.kind, 'scope', g.scope, 'from_day', g.from_day,
                    'until_day', g.until_day, 'in_force', licence_home_internal.agency_in_force(g), 'ended_at', g.ended_at)
                || CASE WHEN much < 3 THEN '{}' ELSE jsonb_build_object('agent_name', g.agent_name, 'agent_phone', g.agent_phone,
                    'reference_no', g.reference_no) END ORDER BY g.agency_id)
            INTO section
            FROM licence_home.agency AS g
            WHERE g.applicant_id = a.applicant_id AND (g.only_case = no OR g.only_case IS NULL);
        card := card || jsonb_build_object('agents', coalesce(section, '[]'));

        SELECT jsonb_agg(jsonb_build_object('what', k.what, 'recorded_at', k.recorded_at, 'recorded_by', k.recorded_by,
                    'agency_id', k.agency_id)
                || jsonb_build_object('identity_seen', k.identity_seen) ORDER BY k.counter_act_id)
            INTO section
            FROM licence_home.counter_act AS k WHERE k.application_no = no;
        card := card || jsonb_build_object('counter_acts', coalesce(section, '[]'));
    END IF;

    SELECT jsonb_agg(jsonb_build_object('case_event', e.case_event, 'action', e.action, 
                'action_ar', coalesce(t.name_ar, licence_home_internal.code_name('event', e.action, 'ar')),
                'action_en', coalesce(t.name_en, licence_home_internal.code_name('event', e.action, 'en')),
                'from_state', e.from_state, 'to_state', e.to_state, 'actor', e.actor, 'role', e.role, 'at', e.at)
            || jsonb_build_object('note', e.note, 'changes', e.changes) ORDER BY e.case_event)
        INTO section
        FROM licence_home.application_event AS e
        LEFT JOIN LATERAL licence_home_internal.action_names(a.workflow, a.workflow_version, e.action) AS t ON true
        WHERE e.application_no = no;
    card := card || jsonb_build_object('history', coalesce(section, '[]'));

    SELECT jsonb_agg(jsonb_build_object('action', x.action, 'action_ar', t.name_ar, 'action_en', t.name_en, 'to_state', x.to_state,
            'role', x.role, 'may_act', x.may_act, 'blocked_by', x.blocked_by, 'blocked_by_ar', x.blocked_by_ar)
            ORDER BY cardinality(x.blocked_by) > 0, x.role, x.action, x.to_state)
        INTO section
        FROM licence_home.next_actions(no) AS x
        LEFT JOIN LATERAL licence_home_internal.action_names(a.workflow, a.workflow_version, x.action) AS t ON true;
    RETURN card || jsonb_build_object('next_actions', coalesce(section, '[]'));
END $$;
COMMENT ON FUNCTION licence_home_internal.card(licence_home.application_no, integer, boolean) IS
'Internal: what licence_home.case_card() shows. much: as in columns_seen(); office: the reader sees bills and answers of authorities.';
CALL licence_home_internal.make_function('licence_home_internal.card(licence_home.application_no, integer, boolean)');

CREATE FUNCTION licence_home_internal.shown_card(application_no licence_home.application_no, much integer, office boolean)
    RETURNS TABLE (whose bigint, of_case licence_home.application_no, seen text[], card jsonb)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT CASE WHEN much > 0 THEN a.applicant_id END, a.application_no,
            CASE WHEN much = 0 THEN '{}' ELSE licence_home_internal.columns_seen(much) || ARRAY['application_event.note', 'application_event.changes', 'case_note.note',
                    'application_finding.note', 'decision.conditions', 'decision.note', 'document.reference_no', 'document.review_note',
                    'document.attachment_locator', 'inspection.findings', 'application.home']
                || CASE WHEN office THEN ARRAY['external_approval.reference_no', 'external_approval.review_note',
                    'external_approval.attachment_locator'] ELSE '{}' END
                || CASE WHEN much >= 3 THEN ARRAY['sms_message.phone', 'sms_message.body', 'agency.agent_name', 'agency.agent_phone']
                    ELSE '{}' END END,
            licence_home_internal.card(a.application_no, much, office)
        FROM licence_home.application AS a
        WHERE a.application_no = shown_card.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.shown_card(licence_home.application_no, integer, boolean) IS
'Internal: the row of licence_home.case_card(), after whose, of which case and which columns.';
CALL licence_home_internal.make_function('licence_home_internal.shown_card(licence_home.application_no, integer, boolean)');

CREATE FUNCTION licence_home.case_card(application_no licence_home.application_no, why text DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'licence_home_case_card' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION licence_home.case_card(licence_home.application_no, text) IS
'Everything of a case on one screen, as jsonb: case, person, home, deadline, criteria, documents and what each lacks, findings (open ones on the application). Also inspections with their attachments, session, decisions, approvals, bills, money (reversals, refunds, what is lacking), licence, messages, assignment, notes, agents, counter_acts, history, next_actions. A section, and of the person what, that is not the caller''s to see is not there: a cashier sees case, deadline, bills, money and licence. Recorded in read_record. Errors as person_of().';
CALL licence_home_internal.make_function('licence_home.case_card(licence_home.application_no, text)', 'staff, cashier, auditor');

-- ---------------------------------------------------------------------
-- The same as text: lines that a terminal can show, in either language.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.code_name(topic text, code text, language text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE        -- which keeps its plan
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    RETURN coalesce((
        SELECT CASE code_name.language WHEN 'ar' THEN c.name_ar ELSE c.name_en END
        FROM (VALUES
            ('role', 'applicant', 'مقدم الطلب', 'the applicant'),
            ('role', 'portal', 'مقدم الطلب', 'the applicant'),
            ('role', 'clerk', 'الموظف', 'the clerk'),
            ('role', 'inspector', 'المفتش', 'the inspector'),
            ('role', 'committee', 'اللجنة المختصة', 'the competent committee'),
            ('role', 'director', 'مدير المنطقة', 'the district director'),
            ('role', 'cashier', 'أمين الصندوق', 'the cashier'),
            ('role', 'sender', 'النظام', 'the system'),
            ('kind', 'citizen', 'مواطن', 'citizen'),
            ('kind', 'resident', 'مقيم', 'resident'),
            ('kind', 'business', 'منشأة', 'business'),
            ('lacking', 'not given', 'غير مقدم', 'not given'),
            ('lacking', 'pending', 'قيد التدقيق', 'not reviewed yet'),
            ('lacking', 'missing', 'ناقص', 'missing'),
            ('lacking', 'incorrect', 'غير صحيح', 'incorrect'),
            ('lacking', 'expired', 'منتهي الصلاحية', 'expired'),
            ('lacking', 'refused', 'مرفوض', 'refused'),
            ('inspection', 'pending', 'لم يُجرَ بعد', 'still to come'),
            ('inspection', 'passed', 'مطابق', 'passed'),
            ('inspection', 'failed', 'غير مطابق', 'failed'),
            ('inspection', 'no_access', 'تعذر الدخول', 'nobody at home'),
            ('inspection', 'cancelled', 'ملغى', 'cancelled'),
            ('inspection', 'not_correctable', 'مخالفة لا يمكن تصويبها', 'cannot be put right'),
            ('decision', 'approved', 'موافقة', 'approved'),
            ('decision', 'refused', 'عدم موافقة', 'refused'),
            ('decision', 'deferred', 'تأجيل', 'deferred'),
            ('agency', 'service_office', 'مكتب خدمات', 'service office'),
            ('agency', 'attorney', 'وكيل بوكالة عدلية', 'attorney'),
            ('agency', 'register', 'مفوض في السجل التجاري', 'of the commercial register'),
            ('agency', 'authorisation', 'مفوض بتفويض خطي', 'by a written authorisation'),
            ('channel', 'network', 'شبكة الدفع', 'by the network'),
            ('channel', 'counter', 'الصندوق', 'at the counter'),
            ('channel', 'transfer', 'تحويل', 'by transfer'),
            ('unpaid', 'to decide', 'بانتظار القرار', 'to be decided'),
            ('unpaid', 'to pay again', 'بانتظار الدفع من جديد', 'to be paid again'),
            ('unpaid', 'sanction to open', 'عقوبة تُفتح', 'a sanction to be opened'),
            ('event', 'part_payment', 'دفع جزئي', 'paid in part'),
            ('event', 'overpayment', 'دُفع أكثر من المستحق', 'paid too much'),
            ('event', 'reverse_payment', 'أُلغيت دفعة', 'a payment was taken back'),
            ('event', 'refund_payment', 'رُدَّ مبلغ', 'money was paid back'),
            ('event', 'decide_unpaid', 'قرار بشأن رخصة لم تُدفع', 'decision about an unpaid licence'),
            ('event', 'correct_measurement', 'تصحيح القياس', 'measurement corrected'),
            ('event', 'take_back_finding', 'سحب ملاحظة', 'finding taken back'),
            ('event', 'move_application', 'نقل الطلب إلى صاحبه', 'application moved to the right person'),
            ('event', 'agent_ended', 'انتهت الوكالة', 'the agent''s power ended'),
            ('message', 'waiting', 'بانتظار الإرسال', 'waiting'),
            ('message', 'sending', 'قيد الإرسال', 'being sent'),
            ('message', 'accepted', 'قبلها مزود الرسائل', 'accepted by the gateway'),
            ('message', 'delivered', 'وصلت', 'delivered'),
            ('message', 'failed', 'لم تصل', 'failed'),
            ('message', 'in_doubt', 'غير مؤكدة', 'in doubt'),
            ('message', 'dead', 'رفضها مزود الرسائل', 'refused by the gateway'),
            ('message', 'expired', 'انقضى وقتها', 'expired'),
            ('message', 'cancelled', 'ملغاة', 'cancelled'),
            ('message', 'to_print', 'تُطبع وتُسلّم', 'to be printed'),
            ('message', 'served', 'سُلّمت', 'handed over')
        ) AS c (topic, code, name_ar, name_en)
        WHERE c.topic = code_name.topic AND c.code = code_name.code), code_name.code);
END $$;
COMMENT ON FUNCTION licence_home_internal.code_name(text, text, text) IS
'Internal: what people call a code in a language (ar, else English). The code is of a role, a kind of applicant, what a document lacks, the outcome of an inspection, a decision or a message.';
CALL licence_home_internal.make_function('licence_home_internal.code_name(text, text, text)');

CREATE FUNCTION licence_home_internal.moment_name(at timestamptz, language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN licence_home.day_name((at AT TIME ZONE licence_home_internal.city_time_zone())::date, language)
        || to_char(at AT TIME ZONE licence_home_internal.city_time_zone(), ' HH24:MI');
COMMENT ON FUNCTION licence_home_internal.moment_name(timestamptz, text) IS
'Internal: a moment as people write it: day_name() and the time in the city.';
CALL licence_home_internal.make_function('licence_home_internal.moment_name(timestamptz, text)');

-- A value among words of a language. What is written from left to right (a telephone, a
-- reference) keeps its order within Arabic; what follows an Arabic word keeps its place
-- within English.
CREATE FUNCTION licence_home_internal.among(value text, language text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN language = 'ar' AND value !~ '[؀-ۿ]' THEN chr(8206) || value || chr(8207)
        WHEN language <> 'ar' AND value ~ '[؀-ۿ]' THEN value || chr(8206)
        ELSE value END;
COMMENT ON FUNCTION licence_home_internal.among(text, text) IS
'Internal: a value with the marks of direction that it needs among words of a language.';
CALL licence_home_internal.make_function('licence_home_internal.among(text, text)');

CREATE FUNCTION licence_home_internal.money_lines(card jsonb, language text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    l constant text := language;
    ar constant boolean := l = 'ar';
    comma constant text := CASE WHEN ar THEN '، ' ELSE ', ' END;
    m constant jsonb := card -> 'money';
    v jsonb;
    p jsonb;
    w text;
BEGIN
    IF jsonb_array_length(card -> 'bills') > 0 IS NOT TRUE THEN
        RETURN;
    END IF;
    RETURN NEXT '';
    RETURN NEXT CASE WHEN ar THEN 'الفاتورة' ELSE 'Bill' END;
    FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'bills') AS e LOOP
        RETURN NEXT '  ' || concat_ws(comma, v ->> 'invoice_no', licence_home_internal.money((v ->> 'amount')::numeric, l),
            CASE WHEN v ->> 'cancelled_at' IS NOT NULL THEN CASE WHEN ar THEN 'ملغاة' ELSE 'cancelled' END
                WHEN v ->> 'due_on' IS NOT NULL THEN format(CASE WHEN ar THEN 'حتى %s' ELSE 'until %s' END,
                    licence_home.day_name((v ->> 'due_on')::date, l)) END,
            CASE WHEN v ? 'paid' THEN format(CASE WHEN ar THEN 'دُفع %s' ELSE 'paid %s' END, licence_home_internal.money((v ->> 'paid')::numeric, l)) END);
        FOR p IN SELECT e.value FROM jsonb_array_elements(v -> 'payments') AS e LOOP
            RETURN NEXT '      ' || concat_ws(comma, licence_home_internal.moment_name((p ->> 'paid_at')::timestamptz, l),
                licence_home_internal.money((p ->> 'amount')::numeric, l), licence_home_internal.code_name('channel', p ->> 'channel', l),
                licence_home_internal.among(p ->> 'payment_reference', l), licence_home_internal.among(p ->> 'receipt', l),
                licence_home_internal.among(p ->> 'receiver', l),
                CASE WHEN p ->> 'reversed_at' IS NOT NULL THEN format(CASE WHEN ar THEN 'أُلغيت في %s: %s' ELSE 'taken back on %s: %s' END,
                    licence_home_internal.moment_name((p ->> 'reversed_at')::timestamptz, l),
                    licence_home_internal.among(p ->> 'reversal_reason', l)) END);
        END LOOP;
    END LOOP;
    w := concat_ws(comma,
        CASE WHEN (m ->> 'lacking')::numeric > 0 THEN format(CASE WHEN ar THEN 'بقي %s' ELSE '%s is lacking' END,
            licence_home_internal.money((m ->> 'lacking')::numeric, l)) END,
        CASE WHEN (m ->> 'waived')::numeric > 0 THEN format(CASE WHEN ar THEN 'أُعفي من %s' ELSE '%s was waived' END,
            licence_home_internal.money((m ->> 'waived')::numeric, l)) END,
        licence_home_internal.code_name('unpaid', m #>> '{unpaid_licence,stage}', l),
        CASE WHEN m #>> '{unpaid_licence,until}' IS NOT NULL THEN format(CASE WHEN ar THEN 'حتى %s' ELSE 'until %s' END,
            licence_home.day_name((m #>> '{unpaid_licence,until}')::date, l)) END);
    IF w <> '' THEN
        RETURN NEXT '  ' || w;
    END IF;
    FOR v IN SELECT e.value FROM jsonb_array_elements(nullif(m -> 'to_refund', 'null')) AS e LOOP
        RETURN NEXT '  ' || format(CASE WHEN ar THEN 'يُرد %s حتى %s، على عاتق %s' ELSE '%s is to be paid back until %s, by %s' END,
            licence_home_internal.money((v ->> 'amount')::numeric, l), licence_home.day_name((v ->> 'due_on')::date, l),
            licence_home_internal.among(licence_home_internal.code_name('role', v ->> 'owner', l), l));
    END LOOP;
    FOR v IN SELECT e.value FROM jsonb_array_elements(nullif(m -> 'refunds', 'null')) AS e LOOP
        RETURN NEXT '  ' || concat_ws(comma, format(CASE WHEN ar THEN 'رُدَّ %s' ELSE '%s was paid back' END,
                licence_home_internal.money((v ->> 'amount')::numeric, l)),
            licence_home_internal.moment_name((v ->> 'refunded_at')::timestamptz, l),
            licence_home_internal.code_name('channel', v ->> 'channel', l), licence_home_internal.among(v ->> 'refund_reference', l),
            licence_home_internal.among(v ->> 'note', l));
    END LOOP;
END $$;
COMMENT ON FUNCTION licence_home_internal.money_lines(jsonb, text) IS
'Internal: the bills and the money of a card, as lines in a language.';
CALL licence_home_internal.make_function('licence_home_internal.money_lines(jsonb, text)');

CREATE FUNCTION licence_home_internal.card_lines(card jsonb, language text) RETURNS SETOF text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    l constant text := CASE language WHEN 'ar' THEN 'ar' ELSE 'en' END;
    ar constant boolean := l = 'ar';
    edge constant text := CASE WHEN ar THEN chr(8207) ELSE '' END;     -- each line from its side
    comma constant text := CASE WHEN ar THEN '، ' ELSE ', ' END;
    c constant jsonb := card -> 'case';
    p constant jsonb := card -> 'person';
    h constant jsonb := card -> 'home';
    v jsonb;
    w text;
BEGIN
    RETURN NEXT edge || concat_ws(' · ', licence_home_internal.among(c ->> 'application_no', l),
        licence_home_internal.among(c ->> ('profession_' || l), l), c ->> ('state_' || l));
    w := concat_ws(comma,
        CASE WHEN c ->> 'waits_for' IS NOT NULL THEN format(CASE WHEN ar THEN 'بانتظار %s' ELSE 'waits for %s' END,
            licence_home_internal.code_name('role', c ->> 'waits_for', l)) END,
        CASE WHEN card #>> '{deadline,due_on}' IS NOT NULL THEN format(CASE
                WHEN ar AND (card #>> '{deadline,late}')::boolean THEN 'متأخر منذ %s'
                WHEN ar THEN 'حتى %s'
                WHEN (card #>> '{deadline,late}')::boolean THEN 'late since %s'
                ELSE 'until %s' END,
            licence_home.day_name((card #>> '{deadline,due_on}')::date, l)) END,
        CASE WHEN (card #>> '{deadline,binds_the_applicant}')::boolean AND card #>> '{deadline,told_at}' IS NULL
            THEN CASE WHEN ar THEN 'لم يُبلَّغ مقدم الطلب بالمهلة' ELSE 'the applicant was not told' END END,
        CASE WHEN card #>> '{assignment,official}' IS NOT NULL THEN format(CASE WHEN ar THEN 'في عهدة %s' ELSE 'in hand of %s' END,
            licence_home_internal.among(coalesce(card #>> ARRAY['assignment', 'name_' || l], card #>> '{assignment,official}'), l)) END,
        c ->> ('closure_reason_' || l));
    IF w <> '' THEN
        RETURN NEXT edge || w;
    END IF;

    IF NOT card ? 'person' THEN     -- a cashier's
        RETURN QUERY SELECT edge || t FROM licence_home_internal.money_lines(card, l) AS t;
        IF jsonb_typeof(card -> 'licence') = 'object' THEN
            RETURN NEXT '';
            RETURN NEXT edge || concat_ws(comma, CASE WHEN ar THEN 'الرخصة' ELSE 'Licence' END, licence_home_internal.among(card #>> '{licence,licence_no}', l),
                format(CASE WHEN ar THEN 'من %s حتى %s' ELSE 'from %s until %s' END,
                    licence_home.day_name((card #>> '{licence,valid_from}')::date, l), licence_home.day_name((card #>> '{licence,valid_until}')::date, l)));
        END IF;
        RETURN;
    END IF;

    RETURN NEXT '';
    RETURN NEXT edge || CASE WHEN ar THEN 'مقدم الطلب' ELSE 'Applicant' END;
    IF p ->> 'name_ar' IS NULL THEN
        RETURN NEXT edge || '  ' || CASE WHEN ar THEN 'بياناته مقيدة' ELSE 'the data are restricted' END;
    ELSE
        RETURN NEXT edge || '  ' || concat_ws(comma,
            licence_home_internal.among(coalesce(CASE WHEN NOT ar THEN p ->> 'name_en' END, p ->> 'name_ar'), l),
            CASE WHEN NOT ar AND p ->> 'name_en' IS NOT NULL THEN licence_home_internal.among(p ->> 'name_ar', l) END,
            licence_home_internal.code_name('kind', p ->> 'kind', l),
            licence_home_internal.among(p ->> 'identity_no', l), licence_home_internal.among(p ->> 'phone', l),
            CASE WHEN (p ->> 'phone_not_theirs')::boolean THEN CASE WHEN ar THEN 'الهاتف لغيره' ELSE 'the telephone is another''s' END
                WHEN p ? 'phone' AND p ->> 'phone' IS NULL THEN CASE WHEN ar THEN 'بلا هاتف' ELSE 'no telephone' END END);
        IF p ->> 'representative_name' IS NOT NULL THEN
            RETURN NEXT edge || '  ' || format(CASE WHEN ar THEN 'يمثله: %s' ELSE 'represented by %s' END, concat_ws(comma,
                licence_home_internal.among(p ->> 'representative_name', l),
                licence_home_internal.among(p ->> 'representative_capacity', l),
                licence_home_internal.among(p ->> 'representative_identity_no', l)));
        END IF;
    END IF;

    RETURN NEXT '';
    RETURN NEXT edge || CASE WHEN ar THEN 'المنزل' ELSE 'Home' END;
    w := concat_ws(comma, licence_home_internal.among(h ->> 'address', l),
        CASE WHEN h ->> 'village' IS NOT NULL THEN format(CASE WHEN ar THEN 'قرية %s' ELSE 'village %s' END, licence_home_internal.among(h ->> 'village', l)) END,
        CASE WHEN h ->> 'basin' IS NOT NULL THEN format(CASE WHEN ar THEN 'حوض %s' ELSE 'basin %s' END, licence_home_internal.among(h ->> 'basin', l)) END,
        CASE WHEN h ->> 'neighbourhood' IS NOT NULL THEN format(CASE WHEN ar THEN 'حي %s' ELSE 'neighbourhood %s' END, licence_home_internal.among(h ->> 'neighbourhood', l)) END,
        CASE WHEN h ->> 'parcel' IS NOT NULL THEN format(CASE WHEN ar THEN 'قطعة %s' ELSE 'parcel %s' END, licence_home_internal.among(h ->> 'parcel', l)) END,
        CASE WHEN h ->> 'building_no' IS NOT NULL THEN format(CASE WHEN ar THEN 'بناء %s' ELSE 'building %s' END, licence_home_internal.among(h ->> 'building_no', l)) END,
        CASE WHEN h ->> 'floor' IS NOT NULL THEN format(CASE WHEN ar THEN 'طابق %s' ELSE 'floor %s' END, licence_home_internal.among(h ->> 'floor', l)) END,
        CASE WHEN h ->> 'unit' IS NOT NULL THEN format(CASE WHEN ar THEN 'شقة %s' ELSE 'flat %s' END, licence_home_internal.among(h ->> 'unit', l)) END,
        c ->> ('district_' || l));
    IF w <> '' THEN
        RETURN NEXT edge || '  ' || w;
    END IF;
    RETURN NEXT edge || '  ' || concat_ws(comma,
        format(CASE WHEN ar THEN 'مساحة المنزل %s م²' ELSE 'home %s m²' END, coalesce(h ->> 'home_area_m2', '?')),
        format(CASE WHEN ar THEN 'مساحة العمل %s م²' ELSE 'work area %s m²' END, coalesce(h ->> 'work_area_m2', '?')),
        CASE WHEN h ->> 'built_on' IS NOT NULL THEN format(CASE WHEN ar THEN 'بُني في %s' ELSE 'built on %s' END,
            licence_home.day_name((h ->> 'built_on')::date, l)) END,
        CASE WHEN h ->> 'people' IS NOT NULL THEN format(CASE WHEN ar THEN 'العاملون %s' ELSE '%s working' END, h ->> 'people') END,
        CASE WHEN (h ->> 'tenant')::boolean THEN CASE WHEN ar THEN 'مستأجر' ELSE 'tenant' END END);

    -- what is not as it must be comes first; the rest is a number
    RETURN NEXT '';
    RETURN NEXT edge || (SELECT format(CASE WHEN ar THEN 'الشروط: %s متحقق من %s' ELSE 'Criteria: %s of %s are met' END,
            count(*) FILTER (WHERE e ->> 'ruling' = 'met'), count(*))
        FROM jsonb_array_elements(card -> 'criteria') AS e);
    FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'criteria') WITH ORDINALITY AS e
        WHERE e.value ->> 'ruling' <> 'met'
        ORDER BY array_position('{not_met,not_proven,refer,condition}', e.value ->> 'ruling'), e.ordinality
    LOOP
        RETURN NEXT edge || format('  [%s] %s', licence_home.ruling_name(v ->> 'ruling', l), v ->> ('message_' || l));
        IF v ->> 'ruling' = 'not_met' AND v ->> ('remedy_' || l) <> '' THEN
            RETURN NEXT edge || '      ' || (v ->> ('remedy_' || l));
        END IF;
    END LOOP;

    IF jsonb_array_length(card -> 'documents') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'الوثائق' ELSE 'Documents' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'documents') AS e LOOP
            RETURN NEXT edge || format('  [%s] %s', CASE WHEN v ->> 'lacking' IS NULL THEN CASE WHEN ar THEN 'مقبول' ELSE 'accepted' END
                    ELSE licence_home_internal.code_name('lacking', v ->> 'lacking', l) END,
                concat_ws(comma, v ->> ('name_' || l), licence_home_internal.among(v ->> 'reference_no', l),
                    CASE WHEN v ->> 'expires_on' IS NOT NULL THEN format(CASE WHEN ar THEN 'حتى %s' ELSE 'until %s' END,
                        licence_home.day_name((v ->> 'expires_on')::date, l)) END, licence_home_internal.among(v ->> 'review_note', l)));
        END LOOP;
    END IF;
    IF jsonb_array_length(card -> 'findings') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'ما وُجد خطأً في الطلب' ELSE 'Found wrong in the application' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'findings') AS e LOOP
            RETURN NEXT edge || '  ' || concat_ws(': ', coalesce(v ->> ('name_' || l), v ->> 'field'),
                licence_home_internal.among(v ->> 'found_value', l), licence_home_internal.among(v ->> 'note', l));
        END LOOP;
    END IF;

    IF jsonb_array_length(card -> 'inspections') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'الكشف' ELSE 'Inspections' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'inspections') AS e LOOP
            RETURN NEXT edge || format('  [%s] %s', licence_home_internal.code_name('inspection', v ->> 'outcome', l),
                concat_ws(comma, licence_home_internal.moment_name((v ->> 'scheduled_for')::timestamptz, l),
                    licence_home_internal.among(v ->> 'inspector', l),
                    CASE WHEN v ->> 'measured_work_area_m2' IS NOT NULL THEN format(CASE WHEN ar THEN 'قيست مساحة العمل %s م²' ELSE 'work area measured %s m²' END,
                        v ->> 'measured_work_area_m2') END,
                    licence_home_internal.among(v ->> 'findings', l)));
            FOR w IN SELECT concat_ws(comma, licence_home_internal.among(t ->> 'type', l), licence_home_internal.among(t ->> 'locator', l),
                    licence_home_internal.moment_name((t ->> 'taken_at')::timestamptz, l), licence_home_internal.among(t ->> 'note', l))
                FROM jsonb_array_elements(v -> 'attachments') AS t
            LOOP
                RETURN NEXT edge || '      ' || w;
            END LOOP;
        END LOOP;
    END IF;

    IF jsonb_typeof(card -> 'session') = 'object' THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'اللجنة' ELSE 'Committee' END;
        RETURN NEXT edge || '  ' || format(CASE
                WHEN ar AND (card #>> '{session,deferred}')::boolean THEN 'أُجّل إلى الجلسة %s، %s'
                WHEN ar THEN 'في الجلسة %s، %s'
                WHEN (card #>> '{session,deferred}')::boolean THEN 'deferred to session %s, %s'
                ELSE 'in session %s, %s' END,
            card #>> '{session,committee_session_id}', licence_home.day_name((card #>> '{session,held_on}')::date, l));
    END IF;

    IF jsonb_array_length(card -> 'decisions') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'القرار' ELSE 'Decision' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'decisions') AS e LOOP
            RETURN NEXT edge || format('  [%s] %s', licence_home_internal.code_name('decision', v ->> 'outcome', l),
                concat_ws(comma, licence_home.day_name((v ->> 'decided_on')::date, l), v ->> ('reason_' || l),
                    licence_home_internal.among(v ->> 'decided_by', l), licence_home_internal.among(v ->> 'conditions', l),
                    licence_home_internal.among(v ->> 'note', l)));
        END LOOP;
    END IF;

    IF jsonb_array_length(card -> 'approvals') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'موافقات الجهات' ELSE 'Approvals of authorities' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'approvals') AS e LOOP
            RETURN NEXT edge || CASE WHEN v ? 'lacking' THEN format('  [%s] ', CASE WHEN v ->> 'lacking' IS NULL THEN CASE WHEN ar THEN 'مقبولة' ELSE 'accepted' END
                    ELSE licence_home_internal.code_name('lacking', v ->> 'lacking', l) END) ELSE '  ' END
                || concat_ws(comma, v ->> ('name_' || l), licence_home_internal.among(v ->> 'reference_no', l),
                    licence_home_internal.among(v ->> 'review_note', l));
        END LOOP;
    END IF;

    RETURN QUERY SELECT edge || t FROM licence_home_internal.money_lines(card, l) AS t;

    v := card -> 'licence';
    IF jsonb_typeof(v) = 'object' THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'الرخصة' ELSE 'Licence' END;
        RETURN NEXT edge || '  ' || concat_ws(comma, licence_home_internal.among(v ->> 'licence_no', l),
            format(CASE WHEN ar THEN 'من %s حتى %s' ELSE 'from %s until %s' END, licence_home.day_name((v ->> 'valid_from')::date, l),
                licence_home.day_name((v ->> 'valid_until')::date, l)),
            CASE WHEN (v ->> 'in_force')::boolean THEN CASE WHEN ar THEN 'سارية' ELSE 'in force' END
                ELSE CASE WHEN ar THEN 'غير سارية' ELSE 'not in force' END END);
    END IF;

    IF jsonb_array_length(card -> 'messages') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'الرسائل' ELSE 'Messages' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'messages') AS e LOOP
            RETURN NEXT edge || format('  [%s] %s', licence_home_internal.code_name('message', v ->> 'status', l),
                concat_ws(comma, licence_home_internal.moment_name((v ->> 'created_at')::timestamptz, l), licence_home_internal.among(v ->> 'phone', l)));
            -- (its own language: its line from its own side)
            IF v ->> 'body' IS NOT NULL THEN
                RETURN NEXT CASE WHEN v ->> 'language' = 'ar' THEN chr(8207) ELSE chr(8206) END || '      ' || translate(v ->> 'body', E'\n\r', '  ');
            END IF;
        END LOOP;
    END IF;

    IF jsonb_array_length(card -> 'notes') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'ملاحظات' ELSE 'Notes' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'notes') AS e LOOP
            RETURN NEXT edge || '  ' || concat_ws(comma, licence_home_internal.moment_name((v ->> 'recorded_at')::timestamptz, l),
                licence_home_internal.among(v ->> 'recorded_by', l)) || coalesce(': ' || licence_home_internal.among(v ->> 'note', l), '');
        END LOOP;
    END IF;

    IF jsonb_array_length(card -> 'agents') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'من ينوب عنه' ELSE 'Agents' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'agents') AS e LOOP
            RETURN NEXT edge || format('  [%s] %s', CASE WHEN (v ->> 'in_force')::boolean THEN CASE WHEN ar THEN 'سارية' ELSE 'in force' END
                    ELSE CASE WHEN ar THEN 'غير سارية' ELSE 'not in force' END END,
                concat_ws(comma, licence_home_internal.code_name('agency', v ->> 'kind', l), licence_home_internal.among(v ->> 'agent_name', l),
                    licence_home_internal.among(v ->> 'agent_phone', l), licence_home_internal.among(v ->> 'reference_no', l),
                    CASE WHEN v ->> 'until_day' IS NOT NULL THEN format(CASE WHEN ar THEN 'حتى %s' ELSE 'until %s' END,
                        licence_home.day_name((v ->> 'until_day')::date, l)) END));
        END LOOP;
    END IF;
    IF jsonb_array_length(card -> 'counter_acts') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'عند الشباك' ELSE 'At the counter' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'counter_acts') AS e LOOP
            RETURN NEXT edge || '  ' || concat_ws(comma, licence_home_internal.moment_name((v ->> 'recorded_at')::timestamptz, l),
                licence_home_internal.among(v ->> 'recorded_by', l), licence_home_internal.among(v ->> 'what', l),
                licence_home_internal.among(v ->> 'identity_seen', l));
        END LOOP;
    END IF;

    IF jsonb_array_length(card -> 'history') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'ما جرى' ELSE 'History' END;
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'history') AS e LOOP
            RETURN NEXT edge || '  ' || concat_ws(comma, licence_home_internal.moment_name((v ->> 'at')::timestamptz, l),
                coalesce(v ->> ('action_' || l), v ->> 'action'), licence_home_internal.among(v ->> 'actor', l),
                licence_home_internal.among(v ->> 'note', l));
        END LOOP;
    END IF;

    IF jsonb_array_length(card -> 'next_actions') > 0 THEN
        RETURN NEXT '';
        RETURN NEXT edge || CASE WHEN ar THEN 'الخطوات الممكنة' ELSE 'Next steps' END;
        -- (what the jobs cannot do yet helps nobody)
        FOR v IN SELECT e.value FROM jsonb_array_elements(card -> 'next_actions') AS e
            WHERE e.value ->> 'role' <> 'licence_home_sender' OR e.value -> 'blocked_by' = '[]'
        LOOP
            RETURN NEXT edge || format(CASE WHEN (v ->> 'may_act')::boolean THEN '  * %s' ELSE '    %s' END,
                format('%s (%s)', coalesce(v ->> ('action_' || l), v ->> 'action'),
                    licence_home_internal.code_name('role', regexp_replace(v ->> 'role', '^licence_home_', ''), l))
                || coalesce(': ' || (SELECT string_agg(licence_home_internal.among(b, l), CASE WHEN ar THEN '؛ ' ELSE '; ' END)
                    FROM jsonb_array_elements_text(v -> CASE WHEN ar THEN 'blocked_by_ar' ELSE 'blocked_by' END) AS b), ''));
        END LOOP;
    END IF;
END $$;
COMMENT ON FUNCTION licence_home_internal.card_lines(jsonb, text) IS
'Internal: what licence_home.case_card() gives, as lines for people in a language (ar, else English).';
CALL licence_home_internal.make_function('licence_home_internal.card_lines(jsonb, text)');

CREATE FUNCTION licence_home.case_card_text(application_no licence_home.application_no, why text DEFAULT NULL)
    RETURNS SETOF text
    AS 'MODULE_PATHNAME', 'licence_home_case_card_text' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 60;
COMMENT ON FUNCTION licence_home.case_card_text(licence_home.application_no, text) IS
'case_card() for people, a row a line, in Arabic where licence_home.language is ar, else in English. What is lacking comes first, then what there is, and with * the steps that are the caller''s. Each line begins at the side of its language.';
CALL licence_home_internal.make_function('licence_home.case_card_text(licence_home.application_no, text)', 'staff, cashier, auditor');
