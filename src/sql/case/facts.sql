-- ---------------------------------------------------------------------
-- What is known of a case: small views and functions that preconditions, effects
-- and clients read.  A view here shows its reader what row security shows.
-- ---------------------------------------------------------------------

CREATE VIEW licence_home.latest_document WITH (security_invoker = true) AS
    SELECT DISTINCT ON (d.application_no, d.document_type) d.document_id, d.application_no, d.document_type, d.issued_on,
        d.expires_on, d.attachment_type, d.review, d.recorded_at, d.recorded_by, d.at_event, d.reviewed_at, d.reviewed_by,
        d.reviewed_at_event, d.recorded_role, d.session_role, d.reviewed_role, d.reviewed_session_role
    FROM licence_home.document AS d
    ORDER BY d.application_no, d.document_type, d.document_id DESC;
COMMENT ON VIEW licence_home.latest_document IS
'The document of each type that counts for each case: the latest.';
CALL licence_home_internal.make_view('licence_home.latest_document');
GRANT SELECT ON licence_home.latest_document TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director;

CREATE VIEW licence_home.latest_approval WITH (security_invoker = true) AS
    SELECT DISTINCT ON (x.application_no, x.authority) x.external_approval_id, x.application_no, x.authority, x.answer,
        x.issued_on, x.expires_on, x.attachment_type, x.review, x.recorded_at, x.recorded_by, x.at_event, x.reviewed_at,
        x.reviewed_by, x.reviewed_at_event, x.recorded_role, x.session_role, x.reviewed_role, x.reviewed_session_role
    FROM licence_home.external_approval AS x
    ORDER BY x.application_no, x.authority, x.external_approval_id DESC;
COMMENT ON VIEW licence_home.latest_approval IS
'The answer of each authority that counts for each case: the latest.';
CALL licence_home_internal.make_view('licence_home.latest_approval');
GRANT SELECT ON licence_home.latest_approval TO licence_home_portal, licence_home_clerk, licence_home_committee,
    licence_home_director;

-- The same for the rules, whole.
CREATE VIEW licence_home_internal.document_that_counts WITH (security_invoker = true) AS
    SELECT DISTINCT ON (d.application_no, d.document_type) d.*
    FROM licence_home.document AS d
    ORDER BY d.application_no, d.document_type, d.document_id DESC;
COMMENT ON VIEW licence_home_internal.document_that_counts IS
'Internal: latest_document with what only the rules read: numbers and copies.';
CALL licence_home_internal.make_view('licence_home_internal.document_that_counts');
CREATE VIEW licence_home_internal.approval_that_counts WITH (security_invoker = true) AS
    SELECT DISTINCT ON (x.application_no, x.authority) x.*
    FROM licence_home.external_approval AS x
    ORDER BY x.application_no, x.authority, x.external_approval_id DESC;
COMMENT ON VIEW licence_home_internal.approval_that_counts IS
'Internal: latest_approval with what only the rules read: numbers and copies.';
CALL licence_home_internal.make_view('licence_home_internal.approval_that_counts');

CREATE VIEW licence_home.latest_inspection WITH (security_invoker = true) AS
    SELECT DISTINCT ON (i.application_no) i.inspection_id, i.application_no, i.scheduled_for, i.scheduled_until, i.inspector,
        i.outcome, i.inspected_at, i.measured_home_area_m2, i.measured_work_area_m2, i.recorded_at, i.recorded_by, i.at_event,
        i.closed_at, i.closed_by, i.closed_at_event, i.district, i.recorded_role, i.session_role, i.closed_role,
        i.closed_session_role
    FROM licence_home.inspection AS i
    WHERE i.outcome <> 'cancelled'
    ORDER BY i.application_no, i.inspection_id DESC;
COMMENT ON VIEW licence_home.latest_inspection IS
'The inspection that counts for each case: the latest that was not cancelled.';
CALL licence_home_internal.make_view('licence_home.latest_inspection');
-- (not to a portal: it has who was sent)
GRANT SELECT ON licence_home.latest_inspection TO licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director;

CREATE VIEW licence_home.latest_inspection_finding WITH (security_invoker = true) AS
    SELECT DISTINCT ON (f.inspection_id, f.criterion) f.inspection_finding_id, f.inspection_id, f.criterion, f.ruling,
        f.recorded_at, f.recorded_by, f.recorded_role, f.session_role
    FROM licence_home.inspection_finding AS f
    ORDER BY f.inspection_id, f.criterion, f.inspection_finding_id DESC;
COMMENT ON VIEW licence_home.latest_inspection_finding IS
'The finding on each criterion that counts for each inspection: the latest.';
CALL licence_home_internal.make_view('licence_home.latest_inspection_finding');
GRANT SELECT ON licence_home.latest_inspection_finding TO licence_home_clerk,
    licence_home_inspector, licence_home_committee, licence_home_director;

CREATE VIEW licence_home.current_decision WITH (security_invoker = true) AS
    SELECT DISTINCT ON (d.application_no) d.decision_id, d.application_no, d.outcome, d.reason, d.decided_by, d.decided_as,
        d.decided_on, d.recorded_at, d.recorded_by, d.at_event, d.recorded_role, d.session_role
    FROM licence_home.decision AS d
    WHERE d.at_event = (SELECT max(e.case_event) FROM licence_home.application_event AS e
                        WHERE e.application_no = d.application_no)
    ORDER BY d.application_no, d.decision_id DESC;
COMMENT ON VIEW licence_home.current_decision IS
'The decision that counts for each case: the latest since its last step.';
CALL licence_home_internal.make_view('licence_home.current_decision');
GRANT SELECT ON licence_home.current_decision TO licence_home_clerk, licence_home_inspector, licence_home_committee,
    licence_home_director;

-- The moments of a deadline.
CREATE FUNCTION licence_home.end_of_day(day date) RETURNS timestamptz
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE WHEN end_of_day.day < '294000-01-01' OR NOT isfinite(end_of_day.day)
            THEN ((end_of_day.day + 1)::timestamp - interval '1 second') AT TIME ZONE licence_home_internal.city_time_zone() END;
    END;
COMMENT ON FUNCTION licence_home.end_of_day(date) IS
'The last second of a day in the city; null for null, and from the year 294000 on.';
CALL licence_home_internal.make_function('licence_home.end_of_day(date)', 'everyone');

CREATE FUNCTION licence_home.working_deadline(from_day date, days integer) RETURNS timestamptz
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT licence_home.end_of_day(licence_home.add_working_days(working_deadline.from_day, working_deadline.days));
    END;
COMMENT ON FUNCTION licence_home.working_deadline(date, integer) IS
'The end of the day so many working days after a day; null for null.';
CALL licence_home_internal.make_function('licence_home.working_deadline(date, integer)', 'everyone');

-- The one reference system in which homes are stored.
CREATE FUNCTION licence_home_internal.refuse_home(home geometry, fault text) RETURNS geometry
    AS 'MODULE_PATHNAME', 'licence_home_refuse_home' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION licence_home_internal.refuse_home(geometry, text) IS
'Internal: raises 22023, because of a fault of usable_home() with which no home is written down.';
CALL licence_home_internal.make_function('licence_home_internal.refuse_home(geometry, text)', 'everyone');

-- Here and below the function gives rows, not a value.  So the planner puts the
-- body in place of the call, and the plan of the query around it is kept with
-- it.  A value would be planned anew each time, which was a third of what it
-- takes to write a case.
CREATE FUNCTION licence_home_internal.home_in_wgs84(home geometry) RETURNS TABLE (geom geometry)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT CASE
            -- far and invalid in longitude and latitude are for eligibility() to explain
            WHEN u.fault IN ('empty', 'kind', 'system', 'coordinates', 'corners', 'extent')
                OR u.fault = 'far' AND ST_SRID(h.home) <> 4326
                THEN licence_home_internal.refuse_home(h.home, u.fault)
            WHEN ST_SRID(h.home) = 4326 THEN licence_home_internal.single_part(h.home)
            ELSE ST_Transform(licence_home_internal.single_part(h.home), 4326) END
        -- (a column, not $1: since 18 the planner knows the value of $1, and computes the ELSE of it at once)
        FROM (SELECT $1 AS home OFFSET 0) AS h
        CROSS JOIN LATERAL licence_home_internal.usable_home(h.home) AS u;
    END;
COMMENT ON FUNCTION licence_home_internal.home_in_wgs84(geometry) IS
'Internal: what in_wgs84() gives, one row.';
CALL licence_home_internal.make_function('licence_home_internal.home_in_wgs84(geometry)', 'everyone');

CREATE FUNCTION licence_home.in_wgs84(home geometry) RETURNS geometry
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT w.geom FROM licence_home_internal.home_in_wgs84($1) AS w;
    END;
COMMENT ON FUNCTION licence_home.in_wgs84(geometry) IS
'A home in WGS 84 (SRID 4326) from any system that PostGIS knows, a collection of one part as that part. 22023 for a geometry without an SRID and for what no home can be. That is what is empty, neither point nor footprint, wider than a degree, or has corners that are no numbers or too many.';
CALL licence_home_internal.make_function('licence_home.in_wgs84(geometry)', 'everyone');

CREATE FUNCTION licence_home_internal.footprint_m2(home geometry) RETURNS TABLE (m2 double precision)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT CASE WHEN ST_Dimension(u.geom) = 2 THEN ST_Area(u.geom::geography) END
        FROM licence_home_internal.usable_home($1) AS u
        OFFSET 0;
    END;
COMMENT ON FUNCTION licence_home_internal.footprint_m2(geometry) IS
'Internal: the area of a footprint on the ground, one row; null for a point and for what is no usable home.';
CALL licence_home_internal.make_function('licence_home_internal.footprint_m2(geometry)', 'everyone');

-- What a case stores of its home's place: derived at the first submission and
-- whenever the home is corrected, and compared by the self-audit.
-- (SETOF, though it is one row: so the planner takes it into the query that asks)
CREATE FUNCTION licence_home_internal.place_on(home geometry, on_date date, OUT district integer, OUT zone_class text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
    BEGIN ATOMIC
        SELECT
            (SELECT d.district FROM licence_home.district AS d
             WHERE licence_home.in_force(d.valid, d.withdrawn_at, $2)
               AND ST_Intersects(d.geom, ST_PointOnSurface(CASE WHEN ST_SRID($1) = 4326 THEN $1 END))
             ORDER BY d.district LIMIT 1),
            (SELECT z.class FROM licence_home.zone AS z
             WHERE licence_home.in_force(z.valid, z.withdrawn_at, $2)
               AND ST_Intersects(z.geom, ST_PointOnSurface(CASE WHEN ST_SRID($1) = 4326 THEN $1 END))
             ORDER BY z.class LIMIT 1);
    END;
COMMENT ON FUNCTION licence_home_internal.place_on(geometry, date) IS
'Internal: the district and zone class at a home on a day, one row; null where there is none.';
CALL licence_home_internal.make_function('licence_home_internal.place_on(geometry, date)', 'everyone');

-- Where a home lies and which edition judges, on a day.
CREATE FUNCTION licence_home.place_and_edition(home geometry, on_date date,
        OUT edition text, OUT district integer, OUT zone_class text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT e.edition, p.district, p.zone_class
        FROM licence_home.edition AS e
        CROSS JOIN LATERAL licence_home_internal.place_on($1, $2) AS p
        WHERE licence_home.in_force(e.valid, e.withdrawn_at, $2);
    END;
COMMENT ON FUNCTION licence_home.place_and_edition(geometry, date) IS
'The edition in force on a day, and the district and zone class at the home (null where there is none).';
CALL licence_home_internal.make_function('licence_home.place_and_edition(geometry, date)', 'everyone');

-- The authorities whose approval a case needs: its profession's, and those
-- that the decider asked.
CREATE FUNCTION licence_home_internal.case_authorities(application_no licence_home.application_no,
        OUT authority text, OUT basis text, OUT name_ar text, OUT name_en text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT n.authority, min(n.basis), coalesce(min(u.name_ar), n.authority), coalesce(min(u.name_en), n.authority)
        FROM (SELECT coalesce(a.judged_on, licence_home.today()) AS day
              FROM licence_home.application AS a WHERE a.application_no = $1) AS d
        CROSS JOIN (
            SELECT r.authority, r.basis
            FROM licence_home.approval_requirement AS r
            WHERE r.application_no = $1 AND r.ended_at_event IS NULL
            UNION ALL
            SELECT x.authority, 'profession'
            FROM licence_home.application AS a
            JOIN licence_home.profession AS p ON p.code = a.profession
                AND licence_home.in_force(p.valid, p.withdrawn_at, coalesce(a.judged_on, licence_home.today()))
            JOIN licence_home.profession_authority AS x
                ON (x.profession = p.code OR x.category = p.category)
                AND licence_home.in_force(x.valid, x.withdrawn_at, coalesce(a.judged_on, licence_home.today()))
            WHERE a.application_no = $1
              AND NOT EXISTS (SELECT FROM licence_home.approval_requirement AS r
                              WHERE r.application_no = $1 AND r.authority = x.authority
                                AND r.ended_at_event IS NULL)
        ) AS n
        -- as it was called then; what came later, as it is called
        LEFT JOIN LATERAL (
            SELECT u.name_ar, u.name_en
            FROM licence_home.authority AS u
            WHERE u.authority = n.authority AND u.withdrawn_at IS NULL
            ORDER BY u.valid @> d.day DESC, lower(u.valid) DESC
            LIMIT 1
        ) AS u ON true
        -- one that carries over is asked of nobody
        WHERE NOT EXISTS (SELECT FROM licence_home.carried_evidence AS c
            WHERE c.application_no = $1 AND c.kind = 'approval' AND c.code = n.authority AND c.counts)
        GROUP BY n.authority
        ORDER BY n.authority;
    END;
COMMENT ON FUNCTION licence_home_internal.case_authorities(licence_home.application_no) IS
'The authorities whose approval a case needs, with names in both languages. basis: profession or decision.';
CALL licence_home_internal.make_function('licence_home_internal.case_authorities(licence_home.application_no)');

-- A resubmission must change what was found wrong: the same in another
-- spelling, or the same paper once more, is no change.
CREATE FUNCTION licence_home_internal.case_value(application_no licence_home.application_no, field text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE $2 WHEN 'home' THEN ST_AsEWKT(a.home) ELSE to_jsonb(v) ->> $2 END
        FROM licence_home.application AS a
        CROSS JOIN LATERAL (
            SELECT a.profession, a.address, a.village, a.basin, a.neighbourhood, a.parcel, a.building_no,
                a.floor, a.unit, a.home_area_m2, a.work_area_m2, a.built_on, a.employees, a.people,
                a.children, a.tenant, a.previous_application::text AS previous_application
        ) AS v
        WHERE a.application_no = $1;
    END;
COMMENT ON FUNCTION licence_home_internal.case_value(licence_home.application_no, text) IS
'Internal: a column of an application that its applicant fills, as text; the home as EWKT.';
CALL licence_home_internal.make_function('licence_home_internal.case_value(licence_home.application_no, text)');

CREATE FUNCTION licence_home_internal.same_spot(home geometry, other geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE
            WHEN $1 IS NULL OR $2 IS NULL THEN $1 IS NULL AND $2 IS NULL
            -- where the projection has no coordinates, near nothing of ours
            WHEN g.a IS NULL OR g.b IS NULL THEN ST_AsEWKB($1) = ST_AsEWKB($2)
            -- most that differ differ in their boxes, which costs nothing
            WHEN greatest(abs(ST_XMin(g.a) - ST_XMin(g.b)), abs(ST_XMax(g.a) - ST_XMax(g.b)),
                abs(ST_YMin(g.a) - ST_YMin(g.b)), abs(ST_YMax(g.a) - ST_YMax(g.b))) > 1 THEN false
            ELSE ST_HausdorffDistance(g.a, g.b) <= 1
        END
        -- in metres: UTM zone 36 north
        FROM (SELECT CASE WHEN $1 @ ST_MakeEnvelope(30, 26, 42, 38, 4326) AND ST_SRID($1) = 4326 THEN ST_Transform(ST_CurveToLine($1), 32636) END AS a,
            CASE WHEN $2 @ ST_MakeEnvelope(30, 26, 42, 38, 4326) AND ST_SRID($2) = 4326 THEN ST_Transform(ST_CurveToLine($2), 32636) END AS b) AS g;
    END;
COMMENT ON FUNCTION licence_home_internal.same_spot(geometry, geometry) IS
'Internal: whether two homes, as they are stored, are drawn in one place. No point of the one lies more than a metre from the other. A place and a footprint around it are not.';
CALL licence_home_internal.make_function('licence_home_internal.same_spot(geometry, geometry)', 'everyone');

CREATE FUNCTION licence_home_internal.same_value(field text, before text, after text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN $1 IN ('home_area_m2', 'work_area_m2', 'employees', 'people', 'children')
            THEN $2::numeric IS NOT DISTINCT FROM $3::numeric
        WHEN $1 = 'home' THEN licence_home_internal.same_spot(ST_GeomFromEWKT($2), ST_GeomFromEWKT($3))
        WHEN $1 IN ('village', 'basin', 'neighbourhood', 'parcel', 'building_no', 'floor', 'unit')
            THEN licence_home.fold_place($2) IS NOT DISTINCT FROM licence_home.fold_place($3)
        WHEN $1 = 'address' THEN licence_home.fold_name($2) IS NOT DISTINCT FROM licence_home.fold_name($3)
        ELSE $2 IS NOT DISTINCT FROM $3
    END;
COMMENT ON FUNCTION licence_home_internal.same_value(text, text, text) IS
'Internal: whether two values of a column of an application, as case_value() gives them, say the same. Numbers are compared by their value, places and addresses by their folding, homes within a metre.';
CALL licence_home_internal.make_function('licence_home_internal.same_value(text, text, text)', 'everyone');

CREATE FUNCTION licence_home_internal.same_paper(reference_no text, issued_on date, expires_on date,
        attachment_type text, attachment_sha256 bytea, attachment_locator text,
        other_reference_no text, other_issued_on date, other_expires_on date,
        other_attachment_type text, other_attachment_sha256 bytea, other_attachment_locator text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN licence_home.fold_reference($1) IS NOT DISTINCT FROM licence_home.fold_reference($7)
        AND $2 IS NOT DISTINCT FROM $8 AND $3 IS NOT DISTINCT FROM $9
        AND licence_home.fold_reference($4) IS NOT DISTINCT FROM licence_home.fold_reference($10)
        -- the same bytes in another place are the same; without both hashes the place tells
        AND coalesce($5 = $11, $6 IS NOT DISTINCT FROM $12);
COMMENT ON FUNCTION licence_home_internal.same_paper(text, date, date, text, bytea, text, text, date, date, text, bytea, text) IS
'Internal: whether two rows of document or of external_approval give the same paper. Compared are reference (folded), dates and attachment (by its hash, else by where it is).';
CALL licence_home_internal.make_function('licence_home_internal.same_paper(text, date, date, text, bytea, text, text, date, date, text, bytea, text)',
    'everyone');

-- A sentence about what lacks a document or an approval: see document_lacking().
CREATE FUNCTION licence_home_internal.case_lacking_text(name text, lacking text, language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN format(CASE WHEN $3 = 'ar' THEN
            CASE $2 WHEN 'not given' THEN '%s: لم تُقدَّم' WHEN 'pending' THEN '%s: لم تُدقَّق بعد'
                WHEN 'missing' THEN '%s: ناقصة' WHEN 'incorrect' THEN '%s: غير صحيحة'
                WHEN 'expired' THEN '%s: منتهية' WHEN 'refused' THEN '%s: مرفوضة' ELSE '%s: غير مقبولة' END
        ELSE
            CASE $2 WHEN 'not given' THEN '%s is not given' WHEN 'pending' THEN '%s is not reviewed yet'
                WHEN 'missing' THEN '%s is missing' WHEN 'incorrect' THEN '%s is incorrect'
                WHEN 'expired' THEN '%s has expired' WHEN 'refused' THEN '%s is refused' ELSE '%s is not accepted' END
        END, $1);
COMMENT ON FUNCTION licence_home_internal.case_lacking_text(text, text, text) IS
'Internal: a name and what lacks it (not given, pending, missing, incorrect, expired, refused), as a sentence in Arabic (ar) or English.';
CALL licence_home_internal.make_function('licence_home_internal.case_lacking_text(text, text, text)');

-- As the applicant knows a column of the application.
CREATE FUNCTION licence_home_internal.case_field_name(application_no licence_home.application_no, field text,
        language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce((
        SELECT CASE $3 WHEN 'ar' THEN t.name_ar ELSE t.name_en END
        FROM licence_home.application_field AS t
        LEFT JOIN licence_home.application AS a ON a.application_no = $1
        WHERE t.field = $2 AND t.withdrawn_at IS NULL
        ORDER BY t.valid @> a.judged_on DESC NULLS LAST, lower(t.valid) DESC
        LIMIT 1), $2);
COMMENT ON FUNCTION licence_home_internal.case_field_name(licence_home.application_no, text, text) IS
'Internal: the name of a column of the application in Arabic (ar) or English, by the rules that judge a case. Its code where it has none.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_field_name(licence_home.application_no, text, text)');

-- What an Arabic sentence calls a column that a client writes.  Of the application the
-- municipality's own word (application_field) comes first.
CREATE FUNCTION licence_home_internal.column_label(of_table text, of_column text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce((
        SELECT t.name_ar FROM licence_home.application_field AS t
        WHERE $1 = 'application' AND t.field = $2 AND t.withdrawn_at IS NULL AND t.valid @> licence_home.today()), (
        SELECT v.label FROM (VALUES
            ('application', 'step_note', 'ملاحظة الخطوة'), ('application', 'closure_reason', 'سبب الإغلاق'),
            ('application', 'profession', 'المهنة'), ('application', 'home', 'موقع المنزل'),
            ('application', 'home_area_m2', 'مساحة المنزل'), ('application', 'work_area_m2', 'مساحة العمل'),
            ('application', 'built_on', 'تاريخ البناء'), ('application', 'employees', 'عدد العاملين من خارج الأسرة'),
            ('application', 'people', 'مجموع العاملين'), ('application', 'children', 'عدد الأطفال'),
            ('application', 'address', 'العنوان'), ('application', 'village', 'القرية'), ('application', 'basin', 'الحوض'),
            ('application', 'neighbourhood', 'الحي'), ('application', 'parcel', 'رقم القطعة'),
            ('application', 'building_no', 'رقم البناء'), ('application', 'floor', 'الطابق'), ('application', 'unit', 'رقم الشقة'),
            ('application_event', 'note', 'ملاحظة الخطوة'),
            ('applicant', 'kind', 'صفة مقدم الطلب'), ('applicant', 'identity_no', 'رقم إثبات الشخصية'),
            ('applicant', 'name_ar', 'الاسم بالعربية'), ('applicant', 'name_en', 'الاسم بالإنجليزية'),
            ('applicant', 'representative_name', 'اسم الممثل'), ('applicant', 'representative_identity_no', 'رقم إثبات شخصية الممثل'),
            ('applicant', 'representative_capacity', 'صفة الممثل'),
            ('document', 'document_type', 'نوع الوثيقة'), ('document', 'reference_no', 'رقم الوثيقة'),
            ('document', 'issued_on', 'تاريخ إصدار الوثيقة'), ('document', 'expires_on', 'تاريخ انتهاء الوثيقة'),
            ('document', 'attachment_locator', 'موضع الملف المرفق'), ('document', 'attachment_type', 'نوع الملف المرفق'),
            ('document', 'review_note', 'ملاحظة التدقيق'),
            ('external_approval', 'authority', 'الجهة'), ('external_approval', 'reference_no', 'رقم كتاب الجهة'),
            ('external_approval', 'issued_on', 'تاريخ كتاب الجهة'), ('external_approval', 'expires_on', 'تاريخ انتهاء الموافقة'),
            ('external_approval', 'attachment_locator', 'موضع الملف المرفق'),
            ('external_approval', 'attachment_type', 'نوع الملف المرفق'), ('external_approval', 'review_note', 'ملاحظة التدقيق'),
            ('application_finding', 'field', 'البند'), ('application_finding', 'note', 'الملاحظة'),
            ('inspection', 'scheduled_for', 'موعد الكشف'), ('inspection', 'inspected_at', 'وقت الكشف'), ('inspection', 'inspector', 'اسم الكاشف'),
            ('inspection', 'measured_home_area_m2', 'مساحة المنزل المقيسة'),
            ('inspection', 'measured_work_area_m2', 'مساحة العمل المقيسة'), ('inspection', 'findings', 'نتائج الكشف'),
            ('inspection_finding', 'criterion', 'المعيار'), ('inspection_finding', 'note', 'الملاحظة'),
            ('decision', 'reason', 'سبب القرار'), ('decision', 'conditions', 'شروط القرار'), ('decision', 'decided_by', 'صاحب القرار'),
            ('decision', 'decided_on', 'تاريخ القرار'), ('decision', 'note', 'الملاحظة'),
            ('approval_requirement', 'authority', 'الجهة'),
            ('payment', 'payment_reference', 'مرجع الدفع'), ('payment', 'amount', 'المبلغ'), ('payment', 'paid_at', 'وقت الدفع'),
            ('payment', 'invoice_no', 'رقم الفاتورة'), ('payment', 'receipt', 'رقم الوصل'), ('payment', 'channel', 'طريقة الدفع'),
            ('payment_reversal', 'payment_id', 'الدفعة'), ('payment_reversal', 'reversal_reference', 'مرجع الاسترداد'),
            ('payment_reversal', 'reason', 'سبب الاسترداد'), ('payment_reversal', 'reversed_at', 'وقت الاسترداد'),
            ('payment_refund', 'refund_reference', 'مرجع الرد'), ('payment_refund', 'invoice_no', 'رقم الفاتورة'),
            ('payment_refund', 'amount', 'المبلغ المردود'), ('payment_refund', 'refunded_at', 'وقت الرد'),
            ('payment_refund', 'note', 'ملاحظة'), ('payment_refund', 'channel', 'طريقة الرد'),
            ('unpaid_decision', 'note', 'سبب القرار'), ('unpaid_decision', 'until', 'مهلة السداد'), ('unpaid_decision', 'decision', 'القرار'),
            ('till_closing', 'day', 'يوم الصندوق'), ('till_closing', 'counted', 'المبلغ المعدود'), ('till_closing', 'note', 'ملاحظة'), ('sms_intervention', 'reason', 'السبب')
        ) AS v (of_table, of_column, label)
        WHERE v.of_table = $1 AND v.of_column = $2));
COMMENT ON FUNCTION licence_home_internal.column_label(text, text) IS
'Internal: what an Arabic sentence calls a column that a client writes; null where nobody named it.';
CALL licence_home_internal.make_function('licence_home_internal.column_label(text, text)');

CREATE FUNCTION licence_home_internal.case_unsupplied_documents(application_no licence_home.application_no,
        OUT text_en text, OUT text_ar text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE WHEN o.unsupplied
                THEN format('%s is still %s', coalesce(t.name_en, d.document_type), d.review)
                ELSE format('%s is the same that was found %s', coalesce(t.name_en, d.document_type), o.found) END,
            CASE WHEN o.unsupplied
                THEN format('%s: لم تُقدَّم من جديد', coalesce(t.name_ar, d.document_type))
                ELSE format('%s: هي نفسها التي لم تُقبل', coalesce(t.name_ar, d.document_type)) END
        FROM licence_home_internal.document_that_counts AS d
        JOIN licence_home.application AS a ON a.application_no = d.application_no
        LEFT JOIN LATERAL (
            SELECT t.name_ar, t.name_en
            FROM licence_home.document_type AS t
            WHERE t.document_type = d.document_type AND t.withdrawn_at IS NULL
            ORDER BY t.valid @> a.judged_on DESC NULLS LAST, lower(t.valid) DESC
            LIMIT 1
        ) AS t ON true
        CROSS JOIN LATERAL (
            SELECT d.review IN ('missing', 'incorrect')
                    OR num_nonnulls(d.reference_no, d.attachment_locator, d.attachment_sha256) = 0 AS unsupplied,
                (SELECT p.review
                 FROM licence_home.document AS p
                 WHERE p.application_no = d.application_no AND p.document_type = d.document_type
                     AND p.document_id < d.document_id AND p.review IN ('missing', 'incorrect')
                     AND licence_home_internal.same_paper(p.reference_no, p.issued_on, p.expires_on,
                         p.attachment_type, p.attachment_sha256, p.attachment_locator,
                         d.reference_no, d.issued_on, d.expires_on,
                         d.attachment_type, d.attachment_sha256, d.attachment_locator)
                 ORDER BY p.document_id DESC
                 LIMIT 1) AS found
        ) AS o
        WHERE d.application_no = $1
          AND (o.unsupplied OR o.found IS NOT NULL AND d.review = 'pending')
        ORDER BY d.document_type;
    END;
COMMENT ON FUNCTION licence_home_internal.case_unsupplied_documents(licence_home.application_no) IS
'The documents found missing or incorrect for which nothing new was supplied; the same paper once more is nothing new.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_unsupplied_documents(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.case_unsupplied_approvals(application_no licence_home.application_no,
        OUT text_en text, OUT text_ar text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT CASE WHEN o.unsupplied
                THEN format('the approval of %s was %s and is not supplied anew', n.name_en, x.review)
                ELSE format('the approval of %s is the same that was found %s', n.name_en, o.found) END,
            CASE WHEN o.unsupplied
                THEN format('موافقة %s لم تُقدَّم من جديد', n.name_ar)
                ELSE format('موافقة %s هي نفسها التي لم تُقبل', n.name_ar) END
        FROM licence_home_internal.case_authorities($1) AS n
        JOIN licence_home_internal.approval_that_counts AS x ON x.application_no = $1 AND x.authority = n.authority
        CROSS JOIN LATERAL (
            SELECT x.review IN ('missing', 'incorrect') OR x.answer IS NULL OR x.reference_no IS NULL AS unsupplied,
                (SELECT p.review
                 FROM licence_home.external_approval AS p
                 WHERE p.application_no = $1 AND p.authority = x.authority
                     AND p.external_approval_id < x.external_approval_id AND p.review IN ('missing', 'incorrect')
                     AND p.answer IS NOT DISTINCT FROM x.answer
                     AND licence_home_internal.same_paper(p.reference_no, p.issued_on, p.expires_on,
                         p.attachment_type, p.attachment_sha256, p.attachment_locator,
                         x.reference_no, x.issued_on, x.expires_on,
                         x.attachment_type, x.attachment_sha256, x.attachment_locator)
                 ORDER BY p.external_approval_id DESC
                 LIMIT 1) AS found
        ) AS o
        WHERE o.unsupplied OR o.found IS NOT NULL AND x.review = 'pending'
        ORDER BY n.authority;
    END;
COMMENT ON FUNCTION licence_home_internal.case_unsupplied_approvals(licence_home.application_no) IS
'The approvals found missing or incorrect for which nothing new was supplied; the same answer once more is nothing new.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_unsupplied_approvals(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.case_unchanged_findings(application_no licence_home.application_no,
        OUT text_en text, OUT text_ar text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT format('%s was found wrong and is unchanged', coalesce(t.name_en, f.field)),
               format('%s: لم يُصحَّح', coalesce(t.name_ar, f.field))
        FROM licence_home.application_finding AS f
        JOIN licence_home.application AS a ON a.application_no = f.application_no
        LEFT JOIN LATERAL (
            SELECT t.name_ar, t.name_en
            FROM licence_home.application_field AS t
            WHERE t.field = f.field AND t.withdrawn_at IS NULL
            ORDER BY t.valid @> a.judged_on DESC NULLS LAST, lower(t.valid) DESC
            LIMIT 1
        ) AS t ON true
        WHERE f.application_no = $1
          AND f.settled_at_event IS NULL
          AND licence_home_internal.same_value(f.field, f.found_value, licence_home_internal.case_value(a.application_no, f.field))
        ORDER BY f.field;
    END;
COMMENT ON FUNCTION licence_home_internal.case_unchanged_findings(licence_home.application_no) IS
'The columns of the application found wrong that still say what they said; another spelling of it is no change.';
CALL licence_home_internal.make_function('licence_home_internal.case_unchanged_findings(licence_home.application_no)');

CREATE FUNCTION licence_home_internal.case_open_columns(application_no licence_home.application_no,
        OUT column_name text)
    RETURNS SETOF text
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT f.field
        FROM licence_home.application_finding AS f
        WHERE f.application_no = $1 AND f.settled_at_event IS NULL
        UNION
        SELECT c.column_name
        FROM licence_home.latest_inspection AS i
        JOIN licence_home.latest_inspection_finding AS f
            ON f.inspection_id = i.inspection_id AND f.criterion = 'work_area' AND f.ruling = 'not_met'
        CROSS JOIN (VALUES ('home_area_m2'), ('work_area_m2')) AS c (column_name)
        WHERE i.application_no = $1 AND i.outcome = 'failed';
    END;
COMMENT ON FUNCTION licence_home_internal.case_open_columns(licence_home.application_no) IS
'The columns of the application that its applicant may change now: those found wrong. The areas too, where an inspection found the work area too large.';
CALL licence_home_internal.make_function('licence_home_internal.case_open_columns(licence_home.application_no)');

-- Does the latest inspection carry a decision?
CREATE FUNCTION licence_home_internal.case_inspection_objections(application_no licence_home.application_no,
        or_not_correctable boolean, OUT text_en text, OUT text_ar text, OUT hint text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT o.text_en, o.text_ar, o.hint
        FROM licence_home.application AS a
        LEFT JOIN licence_home.latest_inspection AS i ON i.application_no = a.application_no
        LEFT JOIN licence_home.edition AS e
            ON licence_home.in_force(e.valid, e.withdrawn_at, a.judged_on)
        CROSS JOIN LATERAL (
            SELECT least(e.max_area_share * i.measured_home_area_m2, e.max_area_m2) AS area
        ) AS lim
        CROSS JOIN LATERAL (VALUES
            (i.inspection_id IS NULL OR i.outcome = 'pending',
             'no inspection has taken place', 'لم يُجرَ الكشف بعد',
             'The inspector closes the inspection as passed with both measured areas, as failed, or as not_correctable.'),
            (i.outcome IN ('failed', 'no_access') OR (i.outcome = 'not_correctable' AND NOT $2),
             format('the latest inspection is closed as %s', i.outcome),
             CASE i.outcome WHEN 'failed' THEN 'انتهى آخر كشف بعدم المطابقة'
                 WHEN 'no_access' THEN 'لم يتم آخر كشف لتعذر الدخول'
                 ELSE 'انتهى آخر كشف بمخالفة لا يمكن تصويبها' END,
             'Another step follows such an inspection: licence_home.next_actions(application_no) lists them.'),
            (i.outcome = 'passed' AND (i.measured_work_area_m2 <= lim.area) IS NOT TRUE,
             format('the measured work area of %s m² is above the limit of %s m²',
                    coalesce(trim_scale(i.measured_work_area_m2)::text, '?'), coalesce(trim_scale(lim.area)::text, '?')),
             format('مساحة العمل المقيسة %s م² تزيد على الحد %s م²',
                    coalesce(trim_scale(i.measured_work_area_m2)::text, '؟'), coalesce(trim_scale(lim.area)::text, '؟')),
             'A closed inspection stays as it is. A clerk takes the case back, and another inspection follows.'),
            (i.outcome = 'passed' AND (i.measured_work_area_m2 <= a.work_area_m2) IS NOT TRUE,
             format('the measured work area of %s m² is above the declared %s m²',
                    coalesce(trim_scale(i.measured_work_area_m2)::text, '?'), coalesce(trim_scale(a.work_area_m2)::text, '?')),
             format('مساحة العمل المقيسة %s م² تزيد على المصرح بها %s م²',
                    coalesce(trim_scale(i.measured_work_area_m2)::text, '؟'), coalesce(trim_scale(a.work_area_m2)::text, '؟')),
             'A closed inspection stays as it is. A clerk takes the case back, and another inspection follows.')
        ) AS o (objects, text_en, text_ar, hint)
        WHERE a.application_no = $1 AND o.objects IS NOT FALSE
          AND (o.objects OR i.inspection_id IS NOT NULL)
        UNION ALL
        SELECT 'there is no such case', 'لا يوجد طلب بهذا الرقم', 'Compare the number.'
        WHERE NOT EXISTS (SELECT FROM licence_home.application AS a WHERE a.application_no = $1);
    END;
COMMENT ON FUNCTION licence_home_internal.case_inspection_objections(licence_home.application_no, boolean) IS
'Why the latest inspection of a case does not carry a decision; no row where it does. The second argument lets not_correctable go to the decider, who will refuse. Areas in m².';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_inspection_objections(licence_home.application_no, boolean)');

-- The fee of a case: priced on the day that judges it, by the inspected area.
CREATE FUNCTION licence_home_internal.case_fee(application_no licence_home.application_no,
        OUT item text, OUT rule text, OUT amount numeric, OUT area_m2 numeric, OUT priced_on date)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT f.item_en, f.rule, f.amount, m.area_m2, coalesce(a.judged_on, licence_home.today())
        FROM licence_home.application AS a
        LEFT JOIN licence_home.latest_inspection AS i ON i.application_no = a.application_no
        CROSS JOIN LATERAL (
            SELECT CASE WHEN i.outcome = 'passed' THEN i.measured_work_area_m2
                -- a workflow in which nobody inspects, or a case for which nobody has to
                WHEN i.inspection_id IS NULL AND (NOT EXISTS (
                    SELECT
                    FROM licence_home.workflow_evidence AS e
                    WHERE e.workflow = a.workflow AND e.version = a.workflow_version
                        AND e.evidence = 'inspection'
                ) OR EXISTS (
                    SELECT
                    FROM licence_home.carried_evidence AS c
                    WHERE c.application_no = a.application_no AND c.kind = 'inspection' AND c.counts
                )) THEN a.work_area_m2 END AS area_m2
            -- (a column, not its subquery: with that, fee_lines() would be planned anew at each call)
            OFFSET 0
        ) AS m
        CROSS JOIN LATERAL licence_home_internal.case_fee(a.application_no, m.area_m2) AS f
        WHERE a.application_no = $1
        ORDER BY f.line;
    END;
COMMENT ON FUNCTION licence_home_internal.case_fee(licence_home.application_no) IS
'The lines of a case''s fee in JOD, by the schedule of the day that judges it, less what an adjustment paid_before counts. The area is the one that was inspected; of a draft, and in a workflow without inspections, the declared one. No row where there is no inspection passed or no schedule.';
CALL licence_home_internal.make_function('licence_home_internal.case_fee(licence_home.application_no)');
