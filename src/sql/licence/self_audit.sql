-- ---------------------------------------------------------------------
-- Self-audit: every licence proved once more, from the rows and under its own
-- rules.
--
-- What a step relied on is proved as of the day of that step: a document that
-- has expired since is no defect.  Which steps a licence needed says the
-- version of the workflow that its case followed.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.case_path(application_no licence_home.application_no, workflow text, version integer)
    RETURNS TABLE (begins boolean, strange integer, strange_step text,
        documents_on date, decision_event integer, approvals_on date,
        invoice_event bigint, invoice_on date, issue_event bigint, issued_at timestamptz, issue_known_at timestamptz, issues boolean,
        submitted_at timestamptz, moved_at timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT
        bool_or(p.case_event = 1 AND s.kind = 'start'),
        min(p.case_event) FILTER (WHERE NOT p.known),
        min(p.step) FILTER (WHERE NOT p.known),
        max((p.at AT TIME ZONE licence_home_internal.city_time_zone())::date) FILTER (WHERE p.preconditions && licence_home_internal.names_with_trait('accepts_documents')),
        max(p.case_event) FILTER (WHERE p.preconditions && licence_home_internal.names_with_trait('approved')),
        max((p.at AT TIME ZONE licence_home_internal.city_time_zone())::date) FILTER (WHERE p.preconditions && licence_home_internal.names_with_trait('accepts_approvals')),
        max(p.event_no) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('bills')),
        max((p.at AT TIME ZONE licence_home_internal.city_time_zone())::date) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('bills')),
        max(p.event_no) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('issues')),
        max(p.at) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('issues')),
        max(p.known_at) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('issues')),
        coalesce(max(p.case_event) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('issues')) = max(p.case_event) FILTER (WHERE NOT p.aside), false),
        min(p.at) FILTER (WHERE p.effects && licence_home_internal.names_with_trait('freezes_rules')),
        -- (the last of them, whose transaction may have begun before the one before)
        (array_agg(p.at ORDER BY p.case_event DESC)
            FILTER (WHERE NOT p.effects && licence_home_internal.names_with_trait('extends_deadline')))[1]
    FROM (
        SELECT e.event_no, e.case_event, e.at, e.known_at, e.from_state, t.preconditions, t.effects,
            t.action IS NOT NULL OR e.from_state = e.to_state AND (e.action = 'amend' OR e.action = ANY (licence_home_internal.side_events())) AS known,
            -- what becomes of its money moves no case, and may come after the issue
            t.action IS NULL AND e.action = ANY (licence_home_internal.side_events()) AS aside,
            format('%s: %s, from %s to %s', e.case_event, e.action, e.from_state, e.to_state) AS step
        FROM licence_home.application_event AS e
        LEFT JOIN LATERAL (
            -- (of a step that several roles may take there are several rows)
            SELECT DISTINCT ON (t.action) t.action, t.preconditions, t.effects
            FROM licence_home.workflow_transition AS t
            WHERE t.workflow = case_path.workflow AND t.version = case_path.version
                AND t.action = e.action AND t.from_state = e.from_state AND t.to_state = e.to_state
        ) AS t ON true
        WHERE e.application_no = case_path.application_no
    ) AS p
    LEFT JOIN licence_home.workflow_state AS s ON s.workflow = case_path.workflow
        AND s.version = case_path.version AND s.state = p.from_state;
END;
COMMENT ON FUNCTION licence_home_internal.case_path(licence_home.application_no, text, integer) IS
'Internal: the events of a case as a path of a version of a workflow, one row. begins: the first leaves the start. strange, strange_step: the first event that is no step of it. Then the days and events of the last steps that relied on documents, a decision and approvals, that made the bill and that issued the licence. issues: the last event does. submitted_at: the first submission. moved_at: the last step that entered a state.';
CALL licence_home_internal.make_function('licence_home_internal.case_path(licence_home.application_no, text, integer)');

-- Who did what a licence rests on: an official of that day in that role, or a login that is
-- nobody's.  Each with the login; a step of an applicant's by nobody else, or by an agent.
CREATE FUNCTION licence_home_internal.attribution_defects(application_no licence_home.application_no, applicant_id bigint)
    RETURNS TABLE (defect text, about text, required text, observed text, ar text, en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT 'person', w.about, 'an official who then served as ' || w.role, w.person || coalesce(' (' || w.login || ')', ''),
        'عمل في هذا الطلب من لم يكن يومها موظفًا بهذه الصفة.', 'Somebody did this who was no official of that kind on that day.'
    FROM (
        SELECT 'document ' || d.document_id, d.reviewed_by, d.reviewed_session_role, 'clerk', d.reviewed_at
        FROM licence_home.document AS d WHERE d.application_no = attribution_defects.application_no
        UNION ALL
        SELECT 'external_approval ' || x.external_approval_id, x.reviewed_by, x.reviewed_session_role, 'clerk', x.reviewed_at
        FROM licence_home.external_approval AS x WHERE x.application_no = attribution_defects.application_no
        UNION ALL
        SELECT 'inspection ' || i.inspection_id, i.closed_by, i.closed_session_role, 'inspector', i.closed_at
        FROM licence_home.inspection AS i WHERE i.application_no = attribution_defects.application_no AND i.outcome IN ('passed', 'failed')
        UNION ALL
        SELECT 'decision ' || d.decision_id, d.recorded_by, d.session_role, d.decided_as, d.recorded_at
        FROM licence_home.decision AS d WHERE d.application_no = attribution_defects.application_no
        UNION ALL
        SELECT 'payment ' || p.payment_id, p.recorded_by, p.session_role, 'cashier', p.recorded_at
        FROM licence_home.payment AS p JOIN licence_home.invoice AS i ON i.invoice_no = p.invoice_no
        WHERE i.application_no = attribution_defects.application_no
    ) AS w (about, person, login, role, at)
    WHERE w.person IS NOT NULL AND w.person IS DISTINCT FROM w.login
        AND NOT EXISTS (
            SELECT FROM licence_home.official AS o
            WHERE o.official = w.person AND w.role = ANY (o.roles)
                AND daterange(lower(o.valid), upper(o.valid), '[]') @> (w.at AT TIME ZONE licence_home_internal.city_time_zone())::date)
    UNION ALL
    SELECT 'person', 'event ' || e.case_event, 'the applicant, an agent with power, an official, or the login', e.actor || ' (' || e.session_role || ')',
        'خطوة في هذا الطلب لم يتخذها صاحبه ولا وكيله ولا موظف.', 'A step of the case was taken by neither its applicant, nor an agent, nor an official.'
    FROM licence_home.application_event AS e
    CROSS JOIN LATERAL (SELECT regexp_match(e.actor, '^agent ([0-9]{1,18}) of applicant ([0-9]{1,18})$') AS said) AS g
    WHERE e.application_no = attribution_defects.application_no AND e.actor <> e.session_role
        AND e.actor <> 'applicant ' || attribution_defects.applicant_id
        AND NOT EXISTS (SELECT FROM licence_home.official AS o WHERE o.official = e.actor
            AND daterange(lower(o.valid), upper(o.valid), '[]') @> (e.at AT TIME ZONE licence_home_internal.city_time_zone())::date)
        AND NOT EXISTS (SELECT FROM licence_home.agency AS y
            WHERE y.agency_id = g.said[1]::bigint AND y.applicant_id = g.said[2]::bigint
                AND y.applicant_id = attribution_defects.applicant_id AND y.accepted_at <= e.at
                AND (y.ended_at > e.at) IS NOT FALSE)
    UNION ALL
    SELECT 'separation', d.deed || ' and ' || s.other, 'two persons', d.person,
        'عملان يفصل سير العمل بينهما لشخص واحد.', 'Two deeds that the workflow keeps apart are one person''s.'
    FROM licence_home.application AS a
    JOIN licence_home.workflow_separation AS s ON s.workflow = a.workflow AND s.version = a.workflow_version
    CROSS JOIN LATERAL (SELECT DISTINCT k.deed, k.person FROM licence_home_internal.case_deeds(a.application_no) AS k) AS d
    WHERE a.application_no = attribution_defects.application_no AND d.deed = s.deed
        -- (a login that is nobody's is no person: a superuser, a machine)
        AND EXISTS (SELECT FROM licence_home.official AS o WHERE o.official = d.person)
        AND EXISTS (SELECT FROM licence_home_internal.case_deeds(a.application_no) AS k WHERE k.person = d.person AND k.deed = s.other)
    UNION ALL
    SELECT 'holder', NULL, 'who held it when it was issued', 'none',
        'لا يُعرف من كان صاحب الرخصة عند إصدارها.', 'Nothing says who held the licence when it was issued.'
    FROM licence_home.licence AS l
    WHERE l.application_no = attribution_defects.application_no
        AND NOT EXISTS (SELECT FROM licence_home.licence_holder AS h
            WHERE h.licence_no = l.licence_no AND h.applicant_id = attribution_defects.applicant_id);
END;
COMMENT ON FUNCTION licence_home_internal.attribution_defects(licence_home.application_no, bigint) IS
'Internal: what is wrong with the persons behind a case. person: somebody who then was no official in that role, and no login. separation: one person did what is kept apart. holder: nothing says whose the licence was.';
CALL licence_home_internal.make_function('licence_home_internal.attribution_defects(licence_home.application_no, bigint)');

CREATE FUNCTION licence_home_internal.licence_defects(from_day date, to_day date, judged_from date, judged_to date)
    RETURNS TABLE (licence_no licence_home.licence_no, application_no licence_home.application_no,
        defect text, about text, required text, observed text, explanation_ar text, explanation_en text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
BEGIN ATOMIC
    SELECT l.licence_no, a.application_no, d.defect, d.about, d.required, d.observed,
        d.explanation_ar, d.explanation_en
    FROM licence_home.licence AS l
    LEFT JOIN licence_home.licence_term AS r ON r.licence_no = l.licence_no AND r.term_no = 1
    JOIN licence_home.application AS a ON a.application_no = l.application_no
    JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
    -- every criterion, under the rules of its day, with the areas that were measured
    JOIN licence_home_internal.assessed_caseload(licence_defects.judged_from, licence_defects.judged_to) AS c
        ON c.application_no = a.application_no
    CROSS JOIN LATERAL licence_home_internal.case_path(a.application_no, a.workflow, a.workflow_version) AS p
    LEFT JOIN LATERAL licence_home_internal.edition_on(a.judged_on) AS e ON true
    LEFT JOIN LATERAL licence_home_internal.profession_on(a.profession, a.judged_on) AS q ON true
    LEFT JOIN licence_home.invoice AS i ON i.application_no = a.application_no AND i.cancelled_at IS NULL
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(v.amount), 0) AS billed
        FROM licence_home.invoice_line AS v
        WHERE v.invoice_no = i.invoice_no
    ) AS v
    CROSS JOIN LATERAL (
        -- (what is taken back afterwards is no defect of the issue, even at the same moment)
        SELECT coalesce(sum(k.net), 0) + coalesce((
            SELECT sum(r.amount)
            FROM licence_home.payment_reversal AS r
            WHERE r.application_no = a.application_no AND r.after_issue
                AND r.recorded_at <= coalesce(p.issue_known_at, l.issued_at)), 0) AS paid
        FROM licence_home_internal.account_money(coalesce(i.account, i.invoice_no), a.application_no,
            -- (a transaction that began later may have been recorded before)
            coalesce(p.issue_known_at, l.issued_at)) AS k
    ) AS m
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(k.lacking), 0) AS lacking, coalesce(sum(k.reversed), 0) AS reversed
        FROM licence_home_internal.account_money(coalesce(i.account, i.invoice_no), a.application_no) AS k
    ) AS y
    CROSS JOIN LATERAL (
        SELECT sum(f.amount) AS fee
        FROM licence_home_internal.case_fee(a.application_no, i.area_m2, NULL, p.invoice_on, p.invoice_event) AS f
    ) AS f
    CROSS JOIN LATERAL (
        SELECT
            -- what others at the home are doing today is no matter of this licence's
            ARRAY(SELECT u FROM unnest(c.not_met || c.not_proven) AS u
                WHERE u NOT IN ('duplicate', 'home_total', 'external_approval')) AS criteria,
            (coalesce(p.issued_at, l.issued_at) AT TIME ZONE licence_home_internal.city_time_zone())::date AS issued_on,
            (SELECT k.outcome FROM licence_home.decision AS k
             WHERE k.application_no = a.application_no AND k.at_event = p.decision_event - 1
             ORDER BY k.decision_id DESC LIMIT 1) AS decided,
            (SELECT k.decided_as FROM licence_home.decision AS k
             WHERE k.application_no = a.application_no AND k.at_event = p.decision_event - 1
             ORDER BY k.decision_id DESC LIMIT 1) AS decided_as
        OFFSET 0
    ) AS x
    CROSS JOIN LATERAL (
        SELECT 'criterion' AS defect, r.criterion AS about, r.required, coalesce(r.observed, r.ruling) AS observed,
            r.message_ar AS explanation_ar, r.message_en AS explanation_en
        FROM licence_home_internal.case_eligibility(a.application_no) AS r
        WHERE x.criteria <> '{}' AND r.criterion = ANY (x.criteria)
        UNION ALL
        SELECT 'document', r.document_type, 'accepted and in force on ' || licence_home.day_name(p.documents_on, NULL),
            r.lacking,
            format('الوثيقة «%s» لم تكن مقبولة وسارية يوم اعتُمد عليها.', r.name_ar),
            format('The document "%s" was not accepted and in force on the day on which it was relied on.', r.name_en)
        FROM licence_home_internal.documents_of(a.application_no, a.profession, q.category, q.needs_construction_certificate,
            a.built_on, a.tenant, n.kind, a.judged_on, coalesce(p.documents_on, x.issued_on)) AS r
        WHERE CASE WHEN p.documents_on IS NULL THEN NOT r.given ELSE r.lacking IS NOT NULL END
        UNION ALL
        SELECT 'approval', r.authority, 'granted, accepted and in force on ' || licence_home.day_name(p.approvals_on, NULL),
            r.lacking,
            format('موافقة %s لم تكن ممنوحة ومقبولة وسارية يوم اعتُمد عليها.', r.name_ar),
            format('The approval of %s was not granted, accepted and in force on the day on which it was relied on.', r.name_en)
        FROM licence_home_internal.approvals_of(a.application_no, q.code, q.category, a.judged_on,
            coalesce(p.approvals_on, x.issued_on)) AS r
        WHERE r.lacking IS NOT NULL
        UNION ALL
        SELECT 'duplicate', o.licence_no::text, 'none', o.licence_no::text,
            'عند إصدار الرخصة كانت لصاحبها رخصة سارية لهذه المهنة في هذا المنزل.',
            'When it was issued, its holder had a licence in force for this profession at this home.'
        FROM licence_home_internal.cases_at(a.application_no, a.home, a.village, a.basin, a.neighbourhood, a.parcel,
            a.building_no, a.floor, a.unit) AS t
        CROSS JOIN LATERAL licence_home_internal.cases_open(t.numbers, t.imported, a.application_no, r.starts) AS o
        WHERE o.applicant_id = a.applicant_id AND o.profession = a.profession AND o.licence_no IS NOT NULL
            AND licence_home_internal.issued_before(o.application_no, p.issue_event)
        UNION ALL
        SELECT 'event', min(b.case_event)::text, 'an unbroken chain', string_agg(DISTINCT b.break, '; '),
            'سلسلة أحداث الطلب غير سليمة: أحدها غُيّر أو حُذف.',
            'The chain of events of the case is broken: one was altered or removed.'
        FROM licence_home_internal.chain_breaks(a.application_no, a.events, a.state) AS b
        HAVING count(*) > 0
        UNION ALL
        SELECT t.* FROM licence_home_internal.attribution_defects(a.application_no, a.applicant_id) AS t
        UNION ALL
        -- what the case stores of what follows from its facts, derived anew
        SELECT 'derived', k.about, k.required, k.observed,
            format('القيمة المخزنة في %s لا توافق ما يُستنتج من وقائع الطلب.', k.about),
            format('The stored %s is not what follows from the facts of the case.', k.about)
        FROM licence_home_internal.place_on(a.home, a.judged_on) AS g
        CROSS JOIN LATERAL (VALUES
            ('district', g.district::text, a.district::text),
            ('zone_class', g.zone_class, a.zone_class),
            ('edition', e.edition, a.edition),
            ('submitted_at', p.submitted_at::text, a.submitted_at::text),
            ('judged_on', (p.submitted_at AT TIME ZONE licence_home_internal.city_time_zone())::date::text, a.judged_on::text),
            ('state_since', p.moved_at::text, a.state_since::text),
            ('priced_on', a.judged_on::text, coalesce(i.priced_on, a.judged_on)::text),
            ('waits_for', NULL, a.waits_for),
            ('approval_requirement', NULL, (
                SELECT string_agg(r.authority, ', ' ORDER BY r.authority)
                FROM licence_home.approval_requirement AS r
                WHERE r.application_no = a.application_no AND r.basis = 'profession' AND r.ended_at_event IS NULL
                    AND NOT EXISTS (
                        SELECT
                        FROM licence_home_internal.authorities_ruled(q.code, q.category, a.judged_on) AS u
                        WHERE u.authority = r.authority)))
        ) AS k (about, required, observed)
        WHERE k.required IS DISTINCT FROM k.observed
            -- where the source is gone, that is the defect
            AND (k.required IS NOT NULL OR k.about IN ('district', 'zone_class', 'approval_requirement', 'waits_for'))
        UNION ALL
        SELECT k.defect, k.about, k.required, k.observed, k.ar, k.en
        FROM (VALUES
            (p.begins IS NOT TRUE OR p.strange IS NOT NULL OR NOT p.issues,
                'path', p.strange::text, format('steps of %s, version %s, from its start to the issue', a.workflow, a.workflow_version),
                coalesce(p.strange_step, CASE WHEN p.begins IS NOT TRUE THEN 'does not leave the start' ELSE 'does not end with the issue' END),
                'لم يسلك الطلب مسار إجراءاته من بدايته إلى إصدار الرخصة.',
                'The case did not go the way of its workflow from the start to the issue of the licence.'),
            (c.fee_area_basis = 'declared' AND EXISTS (
                SELECT
                FROM licence_home.workflow_evidence AS w
                WHERE w.workflow = a.workflow AND w.version = a.workflow_version AND w.evidence = 'inspection'),
                'inspection', NULL, 'passed',
                (SELECT o.outcome FROM licence_home.inspection AS o
                 WHERE o.application_no = a.application_no ORDER BY o.inspection_id DESC LIMIT 1),
                'آخر كشف لم ينتهِ بالمطابقة.', 'The latest inspection did not pass.'),
            (c.fee_area_basis = 'measured' AND (c.fee_area_m2 <= a.work_area_m2) IS NOT TRUE,
                'inspection', 'work_area', licence_home_internal.plain(a.work_area_m2), licence_home_internal.plain(c.fee_area_m2),
                'مساحة العمل المقيسة تزيد على المصرح بها.', 'The measured work area is larger than the declared one.'),
            ((x.decided = 'approved') IS NOT TRUE,
                'decision', NULL, 'approved', x.decided,
                'لا قرار بالموافقة قبل الخطوة التي اعتمدت عليه.', 'No decision to approve stood before the step that relied on it.'),
            (x.decided = 'approved' AND NOT EXISTS (
                SELECT
                FROM licence_home.workflow_evidence AS w
                WHERE w.workflow = a.workflow AND w.version = a.workflow_version
                    AND w.evidence = 'decision' AND w.operation = 'insert'
                    AND x.decided_as = CASE w.role WHEN 'decider' THEN e.decider ELSE w.role END),
                'decision', 'decider', e.decider, x.decided_as,
                'لم يتخذ القرار صاحب الصلاحية.', 'The decision was not taken by whom the rules name.'),
            (i.invoice_no IS NULL,
                'invoice', NULL, 'a bill', 'none', 'لا فاتورة لهذه الرخصة.', 'There is no bill for the licence.'),
            (i.amount <> v.billed,
                'invoice', 'lines', licence_home_internal.plain(i.amount), licence_home_internal.plain(v.billed),
                'مجموع بنود الفاتورة لا يساوي مبلغها.', 'The lines of the bill do not add up to its amount.'),
            (i.area_m2 <> c.fee_area_m2 AND NOT (c.fee_area_basis = 'declared' AND EXISTS (
                SELECT
                FROM licence_home.workflow_evidence AS w
                WHERE w.workflow = a.workflow AND w.version = a.workflow_version AND w.evidence = 'inspection')),
                'invoice', 'area', licence_home_internal.plain(c.fee_area_m2), licence_home_internal.plain(i.area_m2),
                'المساحة في الفاتورة غير المساحة المقيسة.', 'The area on the bill is not the one that was measured.'),
            (i.amount = v.billed AND (v.billed = f.fee) IS NOT TRUE,
                'invoice', 'fee', coalesce(licence_home_internal.plain(f.fee), 'no fee is scheduled'), licence_home_internal.plain(v.billed),
                'بنود الفاتورة لا توافق جدول الرسوم.', 'The lines of the bill are not the fee of its schedule.'),
            (i.amount > m.paid,
                'payment', NULL, licence_home_internal.plain(i.amount), licence_home_internal.plain(m.paid),
                'لم تُسدَّد الفاتورة بالكامل قبل إصدار الرخصة.', 'The bill was not paid in full before the licence was issued.'),
            (i.amount <= m.paid AND y.lacking > 0 AND y.reversed > 0,
                'payment', 'reversed', licence_home_internal.plain(i.amount), licence_home_internal.plain(i.amount - y.lacking),
                'استُرد دفع الفاتورة بعد إصدار الرخصة، ولم يُسدَّد من جديد ولم يُعفَ منه.',
                'A payment was taken back after the licence was issued, and was neither paid again nor waived.'),
            (r.valid IS DISTINCT FROM daterange(x.issued_on, (x.issued_on + make_interval(months => e.licence_months))::date),
                'validity', NULL,
                CASE WHEN e.licence_months IS NOT NULL
                    THEN daterange(x.issued_on, (x.issued_on + make_interval(months => e.licence_months))::date)::text END,
                r.valid::text,
                'مدة الرخصة غير ما تحدده التعليمات من يوم إصدارها.',
                'The licence does not run for as long as its instructions say, from the day of its issue.')
        ) AS k (broken, defect, about, required, observed, ar, en)
        WHERE k.broken
    ) AS d
    WHERE (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date >= coalesce(licence_defects.from_day, '-infinity')
        AND (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date <= coalesce(licence_defects.to_day, 'infinity')
    UNION ALL
    SELECT l.licence_no, l.application_no, 'case', NULL, 'a case that was submitted', 'none',
        'لا طلب مقدَّم وراء هذه الرخصة.', 'No case that was submitted stands behind the licence.'
    FROM licence_home.licence AS l
    WHERE l.import_no IS NULL AND NOT EXISTS (
            SELECT
            FROM licence_home.application AS a
            JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
            WHERE a.application_no = l.application_no AND a.submitted_at IS NOT NULL)
        AND (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date >= coalesce(licence_defects.from_day, '-infinity')
        AND (l.issued_at AT TIME ZONE licence_home_internal.city_time_zone())::date <= coalesce(licence_defects.to_day, 'infinity');
END;
COMMENT ON FUNCTION licence_home_internal.licence_defects(date, date, date, date) IS
'Internal: behind unproven_licences(). judged_from, judged_to: no case of a licence issued from from_day to to_day was judged outside these days. So no other case need be assessed.';
CALL licence_home_internal.make_function('licence_home_internal.licence_defects(date, date, date, date)');

CREATE FUNCTION licence_home.unproven_licences(from_day date DEFAULT NULL, to_day date DEFAULT NULL)
    RETURNS TABLE (licence_no licence_home.licence_no, application_no licence_home.application_no,
        defect text, about text, required text, observed text, explanation_ar text, explanation_en text)
    AS 'MODULE_PATHNAME', 'licence_home_unproven_licences' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION licence_home.unproven_licences(date, date) IS
'Proves every licence issued from from_day to to_day (both included; null: the first, the last) once more, from the rows and under its own rules. It lists what cannot be proven: one row a defect, no row where all is well. defect: criterion (about: which; with the areas measured and the findings of the inspection), document, approval (as of the day on which a step relied on it), inspection. decision: approved, by the decider that the rules name. invoice: it is there, its lines add up, its area, the fee priced anew as things stood then. payment: in full before the issue (about reversed: taken back afterwards, neither paid again nor waived). Further defects: validity, derived (a stored value that follows from the facts of the case: about says which column), duplicate (when it was issued), path (the events are steps of the case''s workflow from its start to the issue), event (the chain of hashes), case. Of each term, version and standing (about: term 2): event (the step that writes it), term, version, standing (the order of its rows, the facts of its case), validity, invoice and payment of a renewal. import: what an import wrote is as it was. And of the persons: person (no official of that role on that day), separation (one did what the workflow keeps apart), holder. It reads everything, whoever may ask, and shows no personal data.';
CALL licence_home_internal.make_function('licence_home.unproven_licences(date, date)',
    'staff, analyst, admin, monitor');
