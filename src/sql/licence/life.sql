-- ---------------------------------------------------------------------
-- Cases about a licence: what they change, what they need not prove again, and
-- what objects to them (doc/life.md, "Workflows").
-- ---------------------------------------------------------------------

CREATE TRIGGER b_written_by_steps BEFORE INSERT OR UPDATE ON licence_home.carried_evidence
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();
CREATE TRIGGER b_written_by_steps BEFORE INSERT OR UPDATE ON licence_home.licence_copy
    FOR EACH ROW EXECUTE FUNCTION licence_home_internal.written_by_steps();

CREATE FUNCTION licence_home_internal.workflow_of_case(application_no licence_home.application_no)
    RETURNS TABLE (workflow text, version integer)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT a.workflow, coalesce(a.workflow_version, (
        SELECT w.version
        FROM licence_home.workflow AS w
        WHERE w.workflow = a.workflow AND w.published_at IS NOT NULL
            AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
        LIMIT 1))
    FROM licence_home.application AS a
    WHERE a.application_no = workflow_of_case.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.workflow_of_case(licence_home.application_no) IS
'Internal: the workflow of a case, and its version: of a draft the one in force today.';
CALL licence_home_internal.make_function('licence_home_internal.workflow_of_case(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.changes(workflow text, version integer, fact text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (SELECT FROM licence_home.workflow_change AS c
        WHERE c.workflow = changes.workflow AND c.version = changes.version AND c.fact = changes.fact);
COMMENT ON FUNCTION licence_home_internal.changes(text, integer, text) IS
'Internal: whether a workflow may change a fact of its licence.';
CALL licence_home_internal.make_function('licence_home_internal.changes(text, integer, text)', 'everyone');

CREATE FUNCTION licence_home_internal.name_differs(application_no licence_home.application_no) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (
        SELECT
        FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.licence_state(a.licence_no, licence_home.today(), NULL) AS s
        JOIN licence_home.licence_holder AS h ON h.licence_no = a.licence_no AND h.version_no = s.version_no
        JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
        WHERE a.application_no = name_differs.application_no AND h.applicant_id = a.applicant_id
            AND (h.name_ar::text, h.name_en::text) IS DISTINCT FROM (n.name_ar::text, n.name_en::text));
COMMENT ON FUNCTION licence_home_internal.name_differs(licence_home.application_no) IS
'Internal: whether the applicant of a case is called otherwise by now than the licence says.';
CALL licence_home_internal.make_function('licence_home_internal.name_differs(licence_home.application_no)');

-- ---------------------------------------------------------------------
-- What carries over
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.provable_evidence(application_no licence_home.application_no)
    RETURNS TABLE (kind text, code text, from_application licence_home.application_no, evidence_id bigint,
        proved_on date, until date, ended_by text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    WITH it AS MATERIALIZED (
        SELECT a.*, coalesce(a.judged_on, licence_home.today()) AS day, e.edition AS edition_then, p.category
        FROM licence_home.application AS a
        LEFT JOIN LATERAL licence_home_internal.edition_on(coalesce(a.judged_on, licence_home.today())) AS e ON true
        LEFT JOIN LATERAL licence_home_internal.profession_on(a.profession, coalesce(a.judged_on, licence_home.today())) AS p ON true
        WHERE a.application_no = provable_evidence.application_no AND a.licence_no IS NOT NULL
    ), former AS MATERIALIZED (
        -- the cases that gave the licence a term or its facts, before this one was submitted
        SELECT s.application_no, i.measured_work_area_m2,
            array_remove(ARRAY[
                CASE WHEN it.applicant_id <> s.applicant_id THEN 'holder' END,
                CASE WHEN it.profession <> s.profession THEN 'profession' END,
                CASE WHEN NOT coalesce(licence_home_internal.same_home(it.home, it.village, it.basin, it.neighbourhood,
                    it.parcel, it.building_no, it.floor, it.unit, s.home, s.village, s.basin, s.neighbourhood, s.parcel,
                    s.building_no, s.floor, s.unit), false) THEN 'home' END,
                CASE WHEN (it.work_area_m2 <= coalesce(i.measured_work_area_m2, s.work_area_m2)) IS NOT TRUE
                    THEN 'area_larger' END,
                CASE WHEN it.work_area_m2 IS DISTINCT FROM coalesce(i.measured_work_area_m2, s.work_area_m2) THEN 'area' END,
                CASE WHEN (coalesce(it.employees, 0) <= coalesce(s.employees, 0) AND coalesce(it.people, 0) <= coalesce(s.people, 0)
                    AND coalesce(it.children, 0) <= coalesce(s.children, 0)) IS NOT TRUE THEN 'staff' END,
                CASE WHEN it.edition_then IS DISTINCT FROM s.edition THEN 'edition' END], NULL) AS changes
        FROM it
        CROSS JOIN LATERAL (
            SELECT t.application_no FROM licence_home.licence_term AS t
            WHERE t.licence_no = it.licence_no AND t.known_at <= coalesce(it.submitted_at, 'infinity')
            UNION
            SELECT v.application_no FROM licence_home.licence_version AS v
            WHERE v.licence_no = it.licence_no AND v.known_at <= coalesce(it.submitted_at, 'infinity')
        ) AS n
        JOIN licence_home.application AS s ON s.application_no = n.application_no AND s.application_no <> it.application_no
        LEFT JOIN licence_home.latest_inspection AS i ON i.application_no = s.application_no AND i.outcome = 'passed'
    ), found AS (
        SELECT * FROM (
            SELECT DISTINCT ON (d.document_type) 'document' AS kind, d.document_type AS code, f.application_no, d.document_id AS id,
                coalesce(d.reviewed_at, d.recorded_at) AS proved_at, d.expires_on, f.changes, NULL::bigint AS visit
            FROM former AS f
            JOIN licence_home.document AS d ON d.application_no = f.application_no
            WHERE d.review = 'accepted'
            ORDER BY d.document_type, d.document_id DESC) AS d
        UNION ALL
        SELECT * FROM (
            SELECT DISTINCT ON (x.authority) 'approval', x.authority, f.application_no, x.external_approval_id,
                coalesce(x.reviewed_at, x.recorded_at), x.expires_on, f.changes, NULL::bigint
            FROM former AS f
            JOIN licence_home.external_approval AS x ON x.application_no = f.application_no
            WHERE x.review = 'accepted' AND x.answer = 'granted'
            ORDER BY x.authority, x.external_approval_id DESC) AS x
        UNION ALL
        SELECT * FROM (
            SELECT 'inspection', NULL, f.application_no, i.inspection_id, i.closed_at, NULL::date, f.changes, i.inspection_id
            FROM former AS f
            JOIN licence_home.latest_inspection AS i ON i.application_no = f.application_no AND i.outcome = 'passed'
            ORDER BY i.inspection_id DESC LIMIT 1) AS i
        UNION ALL
        SELECT * FROM (
            SELECT 'decision', NULL, f.application_no, k.decision_id, k.recorded_at, NULL::date, f.changes, NULL::bigint
            FROM former AS f
            JOIN licence_home.decision AS k ON k.application_no = f.application_no AND k.outcome = 'approved'
            ORDER BY k.decision_id DESC LIMIT 1) AS k
    ), ruled AS (
        SELECT n.kind, n.code, n.application_no, n.id, q.proved_on,
            least(n.expires_on, (q.proved_on + make_interval(months => v.months))::date - 1) AS until,
            CASE
                WHEN v.kind IS NULL OR v.months = 0 THEN 'never'
                WHEN n.expires_on < it.day THEN 'expired'
                WHEN (q.proved_on + make_interval(months => v.months))::date <= it.day THEN 'old'
                -- what an inspection of today would look at, and that one did not
                WHEN n.visit IS NOT NULL AND EXISTS (
                    SELECT
                    FROM licence_home_internal.criteria_for(it.category, it.day) AS k
                    WHERE k.stage = 'I' AND NOT EXISTS (
                        SELECT FROM licence_home_internal.found_at_inspection(n.visit) AS g
                        WHERE g.criterion = k.criterion AND g.ruling = 'met')) THEN 'criterion'
                ELSE (SELECT c FROM unnest(n.changes) AS c WHERE c = ANY (v.ended_by) LIMIT 1)
            END AS ended_by
        FROM it
        CROSS JOIN found AS n
        CROSS JOIN LATERAL (SELECT (n.proved_at AT TIME ZONE licence_home_internal.city_time_zone())::date AS proved_on) AS q
        LEFT JOIN LATERAL (
            SELECT r.kind, r.months, r.ended_by
            FROM licence_home.evidence_validity AS r
            WHERE r.kind = n.kind AND (r.code = n.code OR r.code IS NULL)
                AND licence_home.in_force(r.valid, r.withdrawn_at, it.day)
            ORDER BY r.code NULLS LAST
            LIMIT 1
        ) AS v ON true
    )
    SELECT r.kind, r.code, r.application_no, r.id, r.proved_on, r.until,
        -- a decision rests on what was seen
        coalesce(r.ended_by, CASE WHEN r.kind = 'decision' AND EXISTS (
            SELECT FROM ruled AS v WHERE v.kind = 'inspection' AND v.ended_by IS NOT NULL) THEN 'inspection' END)
    FROM ruled AS r;
END;
COMMENT ON FUNCTION licence_home_internal.provable_evidence(licence_home.application_no) IS
'Internal: what former cases of a case''s licence proved: the latest accepted document of each type, granted approval of each authority, passed inspection and approving decision. until: the last day on which it carries over (null: no end). ended_by: why it does not: never, expired, old, criterion (one that nobody looked at), inspection (a decision whose inspection is not carried), or the change that ends it. Null: it carries over. By the rules of the day that judges the case, today in a draft. No row for a case about no licence.';
CALL licence_home_internal.make_function('licence_home_internal.provable_evidence(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.carry_evidence(application_no licence_home.application_no, submits boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    no constant licence_home.application_no := application_no;
    settled constant boolean := EXISTS (SELECT FROM licence_home.application AS a WHERE a.application_no = no AND a.submitted_at IS NOT NULL)
        AND NOT submits;
BEGIN
    -- (what was settled may end by an amendment, but nothing is added to it)
    UPDATE licence_home.carried_evidence AS c SET counts = false
    WHERE c.application_no = no AND c.counts AND NOT EXISTS (
        SELECT FROM licence_home_internal.provable_evidence(no) AS p
        WHERE p.kind = c.kind AND p.evidence_id = c.evidence_id AND p.ended_by IS NULL);
    IF settled THEN
        RETURN;
    END IF;
    INSERT INTO licence_home.carried_evidence (application_no, kind, code, from_application, evidence_id, until, at_event)
    SELECT no, p.kind, p.code, p.from_application, p.evidence_id, p.until, CASE WHEN submits THEN 1 END
    FROM licence_home_internal.provable_evidence(no) AS p
    WHERE p.ended_by IS NULL
    ON CONFLICT ON CONSTRAINT carried_evidence_pkey
        DO UPDATE SET counts = true, until = excluded.until, at_event = excluded.at_event;
END;
$$;
COMMENT ON FUNCTION licence_home_internal.carry_evidence(licence_home.application_no, boolean) IS
'Internal: writes what carries over to a case: anew while it is a draft and when it is submitted; later it takes away what an amendment ended.';
CALL licence_home_internal.make_function('licence_home_internal.carry_evidence(licence_home.application_no, boolean)');

CREATE FUNCTION licence_home_internal.carried_trigger() RETURNS trigger
    AS 'MODULE_PATHNAME', 'licence_home_carried_trigger' LANGUAGE C;
COMMENT ON FUNCTION licence_home_internal.carried_trigger() IS
'After each change of a case about a licence, and before the step''s preconditions: what carries over to it follows its facts.';
CALL licence_home_internal.make_function('licence_home_internal.carried_trigger()');
-- (before application_step, by its name)
CREATE TRIGGER application_carries AFTER INSERT OR UPDATE ON licence_home.application
    FOR EACH ROW WHEN (NEW.licence_no IS NOT NULL) EXECUTE FUNCTION licence_home_internal.carried_trigger();

-- ---------------------------------------------------------------------
-- What is to be proved
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.why_proved(ended_by text, until date, language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE why_proved.language WHEN 'ar' THEN CASE why_proved.ended_by
            WHEN 'none' THEN 'لم يثبت من قبل لهذه الرخصة.'
            WHEN 'never' THEN 'يثبت في كل مرة.'
            WHEN 'expired' THEN format('انتهى يوم %s.', licence_home.day_name(why_proved.until, 'ar'))
            WHEN 'old' THEN format('مضى عليه أكثر من مدته، وآخر يوم لها %s.', licence_home.day_name(why_proved.until, 'ar'))
            WHEN 'criterion' THEN 'في التعليمات معيار لم يُنظر فيه من قبل.'
            WHEN 'inspection' THEN 'يستند إلى كشف جديد.'
            WHEN 'edition' THEN 'تغيّرت التعليمات.'
            WHEN 'holder' THEN 'تغيّر حامل الرخصة.'
            WHEN 'profession' THEN 'تغيّرت المهنة.'
            WHEN 'home' THEN 'تغيّر المنزل.'
            WHEN 'area' THEN 'تغيّرت المساحة.'
            WHEN 'area_larger' THEN 'زادت مساحة العمل.'
            WHEN 'staff' THEN 'زاد عدد العاملين.'
            WHEN 'carried' THEN 'ثبت من قبل لهذه الرخصة.' END
        ELSE CASE why_proved.ended_by
            WHEN 'none' THEN 'It was not proved for this licence before.'
            WHEN 'never' THEN 'It is proved each time.'
            WHEN 'expired' THEN format('It ended on %s.', licence_home.day_name(why_proved.until, 'en'))
            WHEN 'old' THEN format('It lasts until %s only.', licence_home.day_name(why_proved.until, 'en'))
            WHEN 'criterion' THEN 'The instructions have a criterion that nobody looked at.'
            WHEN 'inspection' THEN 'It rests on a new inspection.'
            WHEN 'edition' THEN 'The instructions have changed.'
            WHEN 'holder' THEN 'The holder is another one.'
            WHEN 'profession' THEN 'The profession is another one.'
            WHEN 'home' THEN 'The home is another one.'
            WHEN 'area' THEN 'The area is another one.'
            WHEN 'area_larger' THEN 'The work area is larger.'
            WHEN 'staff' THEN 'More people work there.'
            WHEN 'carried' THEN 'It was proved for this licence before.' END
    END;
COMMENT ON FUNCTION licence_home_internal.why_proved(text, date, text) IS
'Internal: why something has to be proved again, or need not (carried), as a sentence.';
CALL licence_home_internal.make_function('licence_home_internal.why_proved(text, date, text)');

CREATE FUNCTION licence_home_internal.needed_evidence(application_no licence_home.application_no)
    RETURNS TABLE (kind text, code text, name_ar text, name_en text, why_ar text, why_en text, needed boolean, ended_by text,
        from_application licence_home.application_no, until date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 6
BEGIN ATOMIC
    WITH it AS MATERIALIZED (
        SELECT a.application_no, a.submitted_at, a.licence_no, a.built_on, a.tenant, a.profession, n.kind AS applicant_kind, p.category,
            p.code, p.needs_construction_certificate, coalesce(a.judged_on, licence_home.today()) AS day, w.workflow, w.version
        FROM licence_home.application AS a
        JOIN licence_home.applicant AS n ON n.applicant_id = a.applicant_id
        CROSS JOIN LATERAL licence_home_internal.workflow_of_case(a.application_no) AS w
        LEFT JOIN LATERAL licence_home_internal.profession_on(a.profession, coalesce(a.judged_on, licence_home.today())) AS p ON true
        WHERE a.application_no = needed_evidence.application_no
    ), provable AS MATERIALIZED (
        SELECT p.kind, p.code, p.from_application, p.until,
            CASE WHEN it.submitted_at IS NULL OR p.ended_by IS NOT NULL OR EXISTS (
                    SELECT FROM licence_home.carried_evidence AS c
                    WHERE c.application_no = it.application_no AND c.kind = p.kind AND c.evidence_id = p.evidence_id AND c.counts)
                THEN p.ended_by ELSE 'none' END AS ended_by
        FROM it
        CROSS JOIN LATERAL licence_home_internal.provable_evidence(it.application_no) AS p
    ), wanted AS (
        SELECT 1 AS turn, 'document' AS kind, d.document_type AS code, d.name_ar, d.name_en, d.why_ar, d.why_en, d."position"
        FROM it
        CROSS JOIN LATERAL licence_home_internal.documents_where(it.profession, it.category, it.needs_construction_certificate,
            it.built_on, it.tenant, it.applicant_kind, it.day) AS d
        UNION ALL
        SELECT 2, e.evidence, NULL, CASE e.evidence WHEN 'inspection' THEN 'الكشف' ELSE 'القرار' END,
            CASE e.evidence WHEN 'inspection' THEN 'inspection' ELSE 'decision' END, NULL, NULL,
            CASE e.evidence WHEN 'inspection' THEN 1 ELSE 2 END
        FROM it
        JOIN licence_home.workflow_evidence AS e ON e.workflow = it.workflow AND e.version = it.version
            AND e.operation = 'insert' AND e.evidence IN ('inspection', 'decision')
        GROUP BY e.evidence
        UNION ALL
        SELECT 3, 'approval', x.authority, t.name_ar, t.name_en, NULL, NULL, 1
        FROM it
        CROSS JOIN LATERAL licence_home_internal.authorities_ruled(it.code, it.category, it.day) AS x
        CROSS JOIN LATERAL licence_home_internal.authority_names(x.authority, it.day) AS t
    )
    SELECT w.kind, w.code, w.name_ar, w.name_en, w.why_ar, w.why_en, p.kind IS NULL OR p.ended_by IS NOT NULL,
        CASE WHEN p.kind IS NULL THEN 'none' ELSE p.ended_by END, p.from_application, p.until
    FROM wanted AS w
    LEFT JOIN provable AS p ON p.kind = w.kind AND p.code IS NOT DISTINCT FROM w.code
    ORDER BY w.turn, w."position", w.code;
END;
COMMENT ON FUNCTION licence_home_internal.needed_evidence(licence_home.application_no) IS
'Internal: what a case needs by the rules of its day (documents, inspection, decision, approvals), whether it has to be proved in this case, and if not, from where it carries over.';
CALL licence_home_internal.make_function('licence_home_internal.needed_evidence(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.case_to_prove(application_no licence_home.application_no)
    RETURNS TABLE (kind text, code text, name_ar text, name_en text, needed boolean, why_ar text, why_en text,
        carried_from licence_home.application_no, carries_until date)
    LANGUAGE sql STABLE ROWS 20
BEGIN ATOMIC
    WITH evidence AS MATERIALIZED (
        SELECT * FROM licence_home_internal.needed_evidence(case_to_prove.application_no)
    ), seen AS MATERIALIZED (
        SELECT bool_or(e.needed) AS needed, max(e.ended_by) AS ended_by, min(e.from_application) AS from_application, min(e.until) AS until
        FROM evidence AS e WHERE e.kind = 'inspection'
    )
    SELECT r.kind, r.code, r.name_ar, r.name_en, r.needed, r.why_ar, r.why_en, r.carried_from, r.carries_until
    FROM (
        SELECT 1 AS turn, row_number() OVER () AS n, e.kind, e.code, e.name_ar, e.name_en, e.needed,
            concat_ws(' ', CASE WHEN e.needed THEN e.why_ar END, licence_home_internal.why_proved(coalesce(e.ended_by, 'carried'), e.until, 'ar')) AS why_ar,
            concat_ws(' ', CASE WHEN e.needed THEN e.why_en END, licence_home_internal.why_proved(coalesce(e.ended_by, 'carried'), e.until, 'en')) AS why_en,
            CASE WHEN NOT e.needed THEN e.from_application END AS carried_from, CASE WHEN NOT e.needed THEN e.until END AS carries_until
        FROM evidence AS e
        UNION ALL
        -- what is looked at in the home
        SELECT 2, row_number() OVER (), 'criterion', k.criterion, coalesce(l.label_ar, k.criterion), coalesce(l.label_en, k.criterion), coalesce(s.needed, false),
            licence_home_internal.why_proved(CASE WHEN coalesce(s.needed, false) THEN coalesce(s.ended_by, 'none') ELSE 'carried' END, s.until, 'ar'),
            licence_home_internal.why_proved(CASE WHEN coalesce(s.needed, false) THEN coalesce(s.ended_by, 'none') ELSE 'carried' END, s.until, 'en'),
            CASE WHEN NOT s.needed THEN s.from_application END, CASE WHEN NOT s.needed THEN s.until END
        FROM licence_home_internal.case_checklist(case_to_prove.application_no) AS k
        CROSS JOIN seen AS s
        LEFT JOIN LATERAL (
            SELECT c.label_ar, c.label_en FROM licence_home.criterion AS c
            WHERE c.criterion = k.criterion AND c.withdrawn_at IS NULL ORDER BY lower(c.valid) DESC, c.category NULLS FIRST LIMIT 1
        ) AS l ON true
        UNION ALL
        -- what the rules say of the facts themselves, where they stand in the way
        SELECT 3, row_number() OVER (), 'criterion', r.criterion, r.criterion, r.criterion, true, r.message_ar, r.message_en, NULL, NULL
        FROM licence_home_internal.case_eligibility(case_to_prove.application_no) AS r
        WHERE r.ruling IN ('not_met', 'not_proven') AND r.stage IN ('A', 'E')
    ) AS r
    ORDER BY r.turn, r.n;
END;
COMMENT ON FUNCTION licence_home_internal.case_to_prove(licence_home.application_no) IS
'Internal: what to_prove() gives.';
CALL licence_home_internal.make_function('licence_home_internal.case_to_prove(licence_home.application_no)');

CREATE FUNCTION licence_home.to_prove(application_no licence_home.application_no)
    RETURNS TABLE (kind text, code text, name_ar text, name_en text, needed boolean, why_ar text, why_en text,
        carried_from licence_home.application_no, carries_until date)
    AS 'MODULE_PATHNAME', 'licence_home_to_prove' LANGUAGE C STABLE STRICT PARALLEL UNSAFE ROWS 20;
COMMENT ON FUNCTION licence_home.to_prove(licence_home.application_no) IS
'What a case has to prove, by what changes and by the rules of its day: documents, inspection, decision, approvals and criteria, each with why. needed: it has to be proved in this case. Else carried_from is the case that proved it, and carries_until the last day on which that counts (null: no end). A criterion of the facts themselves is listed where it stands in the way.';
CALL licence_home_internal.make_function('licence_home.to_prove(licence_home.application_no)', 'readers');

-- ---------------------------------------------------------------------
-- What objects to a case about a licence
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home_internal.licence_objections(licence_no licence_home.licence_no, workflow text, version integer,
        on_day date)
    RETURNS TABLE (text_en text, text_ar text, hint_en text, hint_ar text)
    LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
    SELECT o.text_en, o.text_ar, o.hint_en, o.hint_ar
    FROM licence_home_internal.licence_facts_on(licence_objections.licence_no, licence_objections.on_day, NULL) AS l
    CROSS JOIN LATERAL (SELECT licence_home_internal.changes(licence_objections.workflow, licence_objections.version, 'term') AS gives_term) AS g
    LEFT JOIN LATERAL licence_home_internal.renewal_window(l.valid_until, licence_objections.on_day) AS w ON true
    CROSS JOIN LATERAL (VALUES
        (l.standing NOT IN ('in_force', 'suspended'),
            format('licence %s is %s', l.licence_no, l.standing), format('حال الرخصة %s: %s', l.licence_no, CASE l.standing
                WHEN 'revoked' THEN 'ملغاة' WHEN 'surrendered' THEN 'منتهية بطلب صاحبها' WHEN 'set_aside' THEN 'مبطلة' ELSE l.standing END),
            'A licence that has ended has no further case; a first issue gives a new one.', 'رخصة انتهت لا طلب عليها، وطلب الإصدار يعطي رخصة جديدة.'),
        (g.gives_term AND w.opens IS NULL,
            'no rule says when a licence is renewed', 'لا قاعدة تحدد موعد التجديد',
            'An administrator inserts it into licence_home.licence_rule.', 'تضاف في licence_home.licence_rule.'),
        (g.gives_term AND licence_objections.on_day < w.opens,
            format('licence %s can be renewed from %s on', l.licence_no, licence_home.day_name(w.opens, 'en')),
            format('تجديد الرخصة %s يبدأ يوم %s', l.licence_no, licence_home.day_name(w.opens, 'ar')),
            'Come back on that day.', 'عودوا في ذلك اليوم.'),
        (g.gives_term AND licence_objections.on_day > w.closes,
            format('licence %s could be renewed until %s', l.licence_no, licence_home.day_name(w.closes, 'en')),
            format('انتهت مهلة تجديد الرخصة %s يوم %s', l.licence_no, licence_home.day_name(w.closes, 'ar')),
            'Ask for a first issue.', 'قدّموا طلب إصدار جديد.'),
        (NOT g.gives_term AND l.valid_until < licence_objections.on_day,
            format('licence %s ended on %s', l.licence_no, licence_home.day_name(l.valid_until, 'en')),
            format('انتهت الرخصة %s يوم %s', l.licence_no, licence_home.day_name(l.valid_until, 'ar')),
            'Renew it first.', 'جدّدوها أولًا.')
    ) AS o (objects, text_en, text_ar, hint_en, hint_ar)
    WHERE o.objects
    UNION ALL
    SELECT 'there is no such licence', 'لا رخصة بهذا الرقم', 'Compare the number.', 'تحققوا من الرقم.'
    WHERE NOT EXISTS (SELECT FROM licence_home.licence AS l WHERE l.licence_no = licence_objections.licence_no);
END;
COMMENT ON FUNCTION licence_home_internal.licence_objections(licence_home.licence_no, text, integer, date) IS
'Internal: why no case of a workflow may be about a licence on a day: its standing, its end, the days on which it can be renewed.';
CALL licence_home_internal.make_function('licence_home_internal.licence_objections(licence_home.licence_no, text, integer, date)');

CREATE FUNCTION licence_home_internal.contradictory_cases(licence_no licence_home.licence_no, workflow text, version integer,
        application_no licence_home.application_no)
    RETURNS TABLE (application_no licence_home.application_no, workflow text, name_ar text, name_en text)
    LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
    SELECT o.application_no, o.workflow, w.name_ar::text, w.name_en::text
    FROM licence_home.application AS o
    JOIN licence_home.workflow_conflict AS c ON c.workflow = contradictory_cases.workflow AND c.version = contradictory_cases.version
        AND c.other = o.workflow
    JOIN licence_home.workflow AS w ON w.workflow = o.workflow AND w.version = o.workflow_version
    LEFT JOIN licence_home.workflow_state AS s ON s.workflow = o.workflow AND s.version = o.workflow_version AND s.state = o.state
    WHERE o.licence_no = contradictory_cases.licence_no AND o.submitted_at IS NOT NULL AND s.kind IS DISTINCT FROM 'end'
        AND o.application_no IS DISTINCT FROM contradictory_cases.application_no
        AND (c.ruling = 'refused' OR EXISTS (
            SELECT FROM licence_home_internal.changed_facts(o.application_no) AS f
            JOIN licence_home_internal.changed_facts(contradictory_cases.application_no) AS m ON m.fact = f.fact))
    ORDER BY o.application_no;
END;
COMMENT ON FUNCTION licence_home_internal.contradictory_cases(licence_home.licence_no, text, integer, licence_home.application_no) IS
'Internal: the open cases about a licence beside which one of a workflow is refused. application_no: the case itself, null before it begins.';
CALL licence_home_internal.make_function(
    'licence_home_internal.contradictory_cases(licence_home.licence_no, text, integer, licence_home.application_no)');

CREATE FUNCTION licence_home_internal.precondition_licence_allows(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT o.text_en, o.text_ar, NULL::text, o.hint_en
        FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.workflow_of_case(a.application_no) AS w
        CROSS JOIN LATERAL licence_home_internal.licence_objections(a.licence_no, w.workflow, w.version, licence_home.today()) AS o
        WHERE a.application_no = precondition_licence_allows.application_no
        UNION ALL
        SELECT format('a case of workflow "%s" does not change the %s', w.workflow, replace(f.fact, '_', ' ')),
            format('لا يغيّر هذا الطلب: %s', CASE f.fact WHEN 'holder' THEN 'حامل الرخصة' WHEN 'profession' THEN 'المهنة'
                WHEN 'home' THEN 'المنزل' WHEN 'area' THEN 'المساحة' WHEN 'staff' THEN 'العاملين' ELSE 'الاسم' END),
            f.fact, 'licence_home.workflow_change says which case does.'
        FROM licence_home_internal.workflow_of_case(precondition_licence_allows.application_no) AS w
        CROSS JOIN LATERAL licence_home_internal.changed_facts(precondition_licence_allows.application_no) AS f
        WHERE f.fact <> 'area_larger' AND NOT licence_home_internal.changes(w.workflow, w.version, f.fact)
        UNION ALL
        SELECT 'nothing differs from the licence', 'لا شيء يختلف عن الرخصة', NULL, 'Change what is to be other than in the licence, then submit.'
        FROM licence_home_internal.workflow_of_case(precondition_licence_allows.application_no) AS w
        WHERE NOT EXISTS (SELECT FROM licence_home.workflow_change AS c WHERE c.workflow = w.workflow AND c.version = w.version
                AND c.fact IN ('licence', 'term', 'standing', 'copy'))
            AND NOT EXISTS (SELECT FROM licence_home_internal.changed_facts(precondition_licence_allows.application_no))
            AND NOT (licence_home_internal.changes(w.workflow, w.version, 'name')
                AND licence_home_internal.name_differs(precondition_licence_allows.application_no))
        UNION ALL
        SELECT 'the case is about no licence', 'الطلب ليس عن رخصة', NULL, 'licence_home.open_case(workflow, licence_no) begins one.'
        WHERE NOT EXISTS (SELECT FROM licence_home.application AS a
            WHERE a.application_no = precondition_licence_allows.application_no AND a.licence_no IS NOT NULL);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_licence_allows(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The licence that the case is about has not ended, its renewal is in time, and the case changes what its workflow may change, and something at all.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_licence_allows(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_licence_in_force(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the licence is not in force', 'الرخصة غير سارية', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home.application AS a
            CROSS JOIN LATERAL licence_home_internal.licence_state(a.licence_no, licence_home.today(), NULL) AS s
            WHERE a.application_no = precondition_licence_in_force.application_no AND s.in_force);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_licence_in_force(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The licence that the case is about may be used today.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_licence_in_force(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_no_contradiction(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('case %s (%s) about the licence is open', o.application_no, o.name_en),
            format('الطلب %s (%s) على الرخصة ما زال مفتوحًا', o.application_no, o.name_ar), o.application_no::text, NULL::text
        FROM licence_home.application AS a
        CROSS JOIN LATERAL licence_home_internal.workflow_of_case(a.application_no) AS w
        CROSS JOIN LATERAL licence_home_internal.contradictory_cases(a.licence_no, w.workflow, w.version, a.application_no) AS o
        WHERE a.application_no = precondition_no_contradiction.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_no_contradiction(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. No other case about the licence is open that contradicts this one (workflow_conflict).';
CALL licence_home_internal.make_function('licence_home_internal.precondition_no_contradiction(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_nothing_to_prove(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT format('%s is to be proved: %s', e.name_en, rtrim(licence_home_internal.why_proved(e.ended_by, e.until, 'en'), '.')),
            format('%s: %s', e.name_ar, rtrim(licence_home_internal.why_proved(e.ended_by, e.until, 'ar'), '.')), coalesce(e.code, e.kind),
            CASE e.kind WHEN 'document' THEN 'Insert a row into licence_home.document for it; licence_home.to_prove(application_no) lists all.' END
        FROM licence_home_internal.needed_evidence(precondition_nothing_to_prove.application_no) AS e
        WHERE e.needed
        UNION ALL
        SELECT 'there is no such case', 'لا يوجد طلب بهذا الرقم', NULL, NULL
        WHERE NOT EXISTS (SELECT FROM licence_home.application AS a WHERE a.application_no = precondition_nothing_to_prove.application_no);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_nothing_to_prove(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. All that the case needs carries over from former cases of its licence.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_nothing_to_prove(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_something_to_prove(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'nothing is to be proved: the fee is due next', 'لا شيء يلزم إثباته: الخطوة التالية هي الرسوم', NULL::text, NULL::text
        WHERE NOT EXISTS (SELECT FROM licence_home_internal.needed_evidence(precondition_something_to_prove.application_no) AS e WHERE e.needed);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_something_to_prove(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. Something does not carry over from former cases of the licence.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_something_to_prove(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.carries(application_no licence_home.application_no, kind text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (SELECT FROM licence_home.carried_evidence AS c
        WHERE c.application_no = carries.application_no AND c.kind = carries.kind AND c.counts);
COMMENT ON FUNCTION licence_home_internal.carries(licence_home.application_no, text) IS
'Internal: whether evidence of a kind carries over to a case.';
CALL licence_home_internal.make_function('licence_home_internal.carries(licence_home.application_no, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_to_prove(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the inspection of a former case still counts', 'ما زال كشف سابق معتبرًا', NULL::text, NULL::text
        WHERE licence_home_internal.carries(precondition_inspection_to_prove.application_no, 'inspection');
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_to_prove(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. No inspection carries over, so the home has to be seen.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_to_prove(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_inspection_proven(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT p.text_en, p.text_ar, p.subject, p.hint
        FROM licence_home_internal.precondition_inspection_passed_after_change(precondition_inspection_proven.application_no, NULL, NULL, NULL, NULL) AS p
        WHERE NOT licence_home_internal.carries(precondition_inspection_proven.application_no, 'inspection')
            OR EXISTS (SELECT FROM licence_home.latest_inspection AS i WHERE i.application_no = precondition_inspection_proven.application_no);
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_inspection_proven(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The latest inspection of the case passed and nothing changed since; or there is none, and one of a former case carries over.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_inspection_proven(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_decision_to_prove(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the decision of a former case still counts', 'ما زال قرار سابق معتبرًا', NULL::text, NULL::text
        WHERE licence_home_internal.carries(precondition_decision_to_prove.application_no, 'decision');
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_decision_to_prove(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. No decision carries over, so the decider decides.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_decision_to_prove(licence_home.application_no, text, text, date, text)');

CREATE FUNCTION licence_home_internal.precondition_decision_not_to_prove(application_no licence_home.application_no,
    note text, reason text, until date, from_state text)
    RETURNS TABLE (text_en text, text_ar text, subject text, hint text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT 'the case has to be decided', 'الطلب يحتاج إلى قرار', NULL::text, NULL::text
        WHERE NOT licence_home_internal.carries(precondition_decision_not_to_prove.application_no, 'decision');
    END;
COMMENT ON FUNCTION licence_home_internal.precondition_decision_not_to_prove(licence_home.application_no, text, text, date, text) IS
'The objections to a step unless this holds. The decision of a former case carries over.';
CALL licence_home_internal.make_function('licence_home_internal.precondition_decision_not_to_prove(licence_home.application_no, text, text, date, text)');

-- ---------------------------------------------------------------------
-- A case about a licence begins
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.open_case(workflow text, licence_no licence_home.licence_no) RETURNS licence_home.application_no
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    INSERT INTO licence_home.application (workflow, licence_no) VALUES (open_case.workflow, open_case.licence_no)
    RETURNING application_no;
END;
COMMENT ON FUNCTION licence_home.open_case(text, licence_home.licence_no) IS
'Begins a case about a licence, such as renewal or amendment; gives its number. It is a draft with the facts of the licence; an UPDATE changes them, to_prove() says what it will take, perform(…, ''submit'') goes on. LH041: not your licence. LH043: the licence does not allow it (its standing, its days). LH044: a case that contradicts it is open.';
CALL licence_home_internal.make_function('licence_home.open_case(text, licence_home.licence_no)', 'portal, clerk');

CREATE FUNCTION licence_home_internal.licence_openings(application_no licence_home.application_no)
    RETURNS TABLE (workflow text, state text, role text, blocked_by text[], blocked_by_ar text[])
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT w.workflow, s.state, 'portal',
        ARRAY(SELECT o.text_en FROM licence_home_internal.licence_objections(l.licence_no, w.workflow, w.version, licence_home.today()) AS o
            UNION ALL SELECT format('case %s (%s) about the licence is open', c.application_no, c.name_en)
            FROM licence_home_internal.contradictory_cases(l.licence_no, w.workflow, w.version, NULL) AS c),
        ARRAY(SELECT o.text_ar FROM licence_home_internal.licence_objections(l.licence_no, w.workflow, w.version, licence_home.today()) AS o
            UNION ALL SELECT format('الطلب %s (%s) على الرخصة ما زال مفتوحًا', c.application_no, c.name_ar)
            FROM licence_home_internal.contradictory_cases(l.licence_no, w.workflow, w.version, NULL) AS c)
    FROM (SELECT licence_home_internal.licence_of_case(licence_openings.application_no) AS licence_no) AS l
    CROSS JOIN licence_home.workflow AS w
    JOIN licence_home.workflow_state AS s ON s.workflow = w.workflow AND s.version = w.version AND s.kind = 'start'
    WHERE l.licence_no IS NOT NULL AND w.published_at IS NOT NULL
        AND licence_home.in_force(w.valid, w.withdrawn_at, licence_home.today())
        AND EXISTS (SELECT FROM licence_home.workflow_change AS c WHERE c.workflow = w.workflow AND c.version = w.version AND c.fact <> 'licence')
        -- (a new holder comes to the counter)
        AND NOT licence_home_internal.changes(w.workflow, w.version, 'holder')
        AND EXISTS (SELECT FROM licence_home.workflow_evidence AS e WHERE e.workflow = w.workflow AND e.version = w.version
            AND e.state = s.state AND e.evidence = 'application' AND e.operation = 'amend' AND e.role = 'portal')
    ORDER BY w.workflow;
END;
COMMENT ON FUNCTION licence_home_internal.licence_openings(licence_home.application_no) IS
'Internal: the workflows of which the holder may begin a case about the licence that a case issued, or is about, and what objects.';
CALL licence_home_internal.make_function('licence_home_internal.licence_openings(licence_home.application_no)');
