-- ---------------------------------------------------------------------
-- What the placeholders of src/sms/text/placeholders.c stand for.
--
-- placeholder_…() gives the text of a placeholder in a case, in a language;
-- no row where the case has no such thing. A list has a row for each item,
-- with the label of the group that it belongs to, or null. Names are those of
-- names_on, the day whose rules judge the case. A thing that has none gives
-- null, which refuses the message. known_…() gives everything that a
-- placeholder can come to stand for, or the longest of it.
--
-- A message carries numbers, days, amounts and names of coded things that
-- exist in both languages, and no text that a person typed. Numbers have the
-- digits 0 to 9 in both languages, as applications, licences and bills are
-- numbered wherever the municipality writes them. Amounts are dinars with the
-- three decimals of the fils. Days are written as day_name() writes them.
--
-- The planner takes each of these into the query that asks it. What reads no
-- table with a number of ours asks for types_hashed (types/dump_order.sql).
-- ---------------------------------------------------------------------

-- Names -----------------------------------------------------------------

CREATE FUNCTION licence_home_internal.authority_called(authority text, names_on date, language text)
    RETURNS TABLE (name text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE authority_called.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.authority AS v
        WHERE v.authority = authority_called.authority AND v.withdrawn_at IS NULL
        ORDER BY coalesce(v.valid @> authority_called.names_on, false) DESC, lower(v.valid) DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.authority_called(text, date, text) IS
'What a message calls an authority on a day: its name in force then; else, since it came later, the latest. No row: it has none.';
CALL licence_home_internal.make_function('licence_home_internal.authority_called(text, date, text)');

CREATE FUNCTION licence_home_internal.reason_called(reason text, names_on date, language text)
    RETURNS TABLE (name text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE reason_called.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.reason AS v
        WHERE v.reason = reason_called.reason AND v.withdrawn_at IS NULL
        ORDER BY coalesce(v.valid @> reason_called.names_on, false) DESC, lower(v.valid) DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.reason_called(text, date, text) IS
'What a message calls a reason on a day: its name in force then; else, since it came later, the latest. No row: it has none.';
CALL licence_home_internal.make_function('licence_home_internal.reason_called(text, date, text)');

CREATE FUNCTION licence_home_internal.document_type_called(document_type text, names_on date, language text)
    RETURNS TABLE (name text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE document_type_called.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.document_type AS v
        WHERE v.document_type = document_type_called.document_type AND v.withdrawn_at IS NULL
        ORDER BY coalesce(v.valid @> document_type_called.names_on, false) DESC, lower(v.valid) DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.document_type_called(text, date, text) IS
'What a message calls a kind of document on a day: its name in force then; else, since it came later, the latest. No row: it has none.';
CALL licence_home_internal.make_function('licence_home_internal.document_type_called(text, date, text)');

CREATE FUNCTION licence_home_internal.application_field_called(field text, names_on date, language text)
    RETURNS TABLE (name text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE application_field_called.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.application_field AS v
        WHERE v.field = application_field_called.field AND v.withdrawn_at IS NULL
        ORDER BY coalesce(v.valid @> application_field_called.names_on, false) DESC, lower(v.valid) DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.application_field_called(text, date, text) IS
'What a message calls a column of an application on a day: its name in force then; else, since it came later, the latest. No row: it has none.';
CALL licence_home_internal.make_function('licence_home_internal.application_field_called(text, date, text)');

-- The case and its deadline --------------------------------------------

CREATE FUNCTION licence_home_internal.placeholder_no(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT placeholder_no.application_no::text
        WHERE NULL::licence_home_internal.types_hashed IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_no(licence_home.application_no, text, date) IS
'The number of the case.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_no(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_due(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.day_name(CASE WHEN d.told_at IS NULL THEN d.date_named ELSE d.due_on END, placeholder_due.language)
        FROM licence_home.current_deadline AS d
        WHERE d.application_no = placeholder_due.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_due(licence_home.application_no, text, date) IS
'The day of the running deadline. What waits to be told is told as it was named.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_due(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_decider(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.decider_name(d.decider, placeholder_decider.language)
        FROM licence_home_internal.case_decider(placeholder_decider.application_no) AS d
        WHERE d.decider IS NOT NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_decider(licence_home.application_no, text, date) IS
'Who decides the case, as its edition or its workflow says.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_decider(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_closure_reason(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT (SELECT n.name FROM licence_home_internal.reason_called(a.closure_reason, placeholder_closure_reason.names_on,
            placeholder_closure_reason.language) AS n)
        FROM licence_home.application AS a
        WHERE a.application_no = placeholder_closure_reason.application_no AND a.closure_reason IS NOT NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_closure_reason(licence_home.application_no, text, date) IS
'Why the case was closed.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_closure_reason(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_municipality(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT CASE placeholder_municipality.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.municipality AS v
        WHERE v.withdrawn_at IS NULL AND NULL::licence_home_internal.types_hashed IS NULL
        ORDER BY coalesce(v.valid @> placeholder_municipality.names_on, false) DESC, lower(v.valid) DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_municipality(licence_home.application_no, text, date) IS
'The name of the municipality; also in a message of no case.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_municipality(licence_home.application_no, text, date)');

-- The visit ------------------------------------------------------------

CREATE FUNCTION licence_home_internal.placeholder_weekday(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT (CASE placeholder_weekday.language
            WHEN 'ar' THEN '{الأحد,الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت}'::text[]
            ELSE '{Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday}'::text[]
            END)[1 + extract(dow FROM i.scheduled_for AT TIME ZONE licence_home_internal.city_time_zone())::integer]
        FROM licence_home.inspection AS i
        WHERE i.application_no = placeholder_weekday.application_no AND i.outcome = 'pending';
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_weekday(licence_home.application_no, text, date) IS
'The day of the week of the pending inspection.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_weekday(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_date(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.day_name((i.scheduled_for AT TIME ZONE licence_home_internal.city_time_zone())::date, placeholder_date.language)
        FROM licence_home.inspection AS i
        WHERE i.application_no = placeholder_date.application_no AND i.outcome = 'pending';
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_date(licence_home.application_no, text, date) IS
'The day of the pending inspection.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_date(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_time(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(i.scheduled_for AT TIME ZONE licence_home_internal.city_time_zone(), 'HH24:MI')
        FROM licence_home.inspection AS i
        WHERE i.application_no = placeholder_time.application_no AND i.outcome = 'pending';
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_time(licence_home.application_no, text, date) IS
'The time of the pending inspection.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_time(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_criteria(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 5
    BEGIN ATOMIC
        SELECT NULL::text, k.label
        FROM (
            SELECT DISTINCT ON (f.criterion) f.criterion, f.ruling
            FROM licence_home.inspection_finding AS f
            WHERE f.inspection_id = (
                SELECT max(i.inspection_id)
                FROM licence_home.inspection AS i
                WHERE i.application_no = placeholder_criteria.application_no AND i.outcome = 'failed')
            ORDER BY f.criterion, f.inspection_finding_id DESC) AS f
        LEFT JOIN LATERAL (
            SELECT v.position, CASE placeholder_criteria.language WHEN 'ar' THEN v.label_ar ELSE v.label_en END::text AS label
            FROM licence_home.criterion AS v
            WHERE v.criterion = f.criterion AND v.valid @> placeholder_criteria.names_on AND v.withdrawn_at IS NULL
                AND (v.category IS NULL OR v.category = (
                    SELECT p.category
                    FROM licence_home.application AS c
                    JOIN licence_home.profession AS p ON p.code = c.profession
                    WHERE c.application_no = placeholder_criteria.application_no AND p.valid @> placeholder_criteria.names_on AND p.withdrawn_at IS NULL))
            ORDER BY v.category NULLS LAST
            LIMIT 1) AS k ON true
        WHERE f.ruling = 'not_met'
        ORDER BY k.position, f.criterion;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_criteria(licence_home.application_no, text, date) IS
'The criteria that the latest failed inspection found not met, by the latest finding of each.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_criteria(licence_home.application_no, text, date)');

-- What was found missing or incorrect ----------------------------------

CREATE FUNCTION licence_home_internal.placeholder_deficiencies(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 5
    BEGIN ATOMIC
        SELECT CASE placeholder_deficiencies.language WHEN 'ar' THEN CASE w.review WHEN 'missing' THEN 'ناقصة: ' ELSE 'غير صحيحة: ' END
                ELSE CASE w.review WHEN 'missing' THEN 'missing: ' ELSE 'incorrect: ' END END,
            w.name
        FROM (
            SELECT d.review, (SELECT n.name FROM licence_home_internal.document_type_called(d.document_type, placeholder_deficiencies.names_on,
                placeholder_deficiencies.language) AS n), 1 AS kind, d.document_id AS id
            FROM (
                SELECT DISTINCT ON (d.document_type) d.document_type, d.document_id, d.review
                FROM licence_home.document AS d
                WHERE d.application_no = placeholder_deficiencies.application_no
                ORDER BY d.document_type, d.document_id DESC) AS d
            WHERE d.review IN ('missing', 'incorrect')
            UNION ALL
            SELECT 'incorrect', (SELECT n.name FROM licence_home_internal.application_field_called(f.field, placeholder_deficiencies.names_on,
                placeholder_deficiencies.language) AS n), 2, f.finding_id
            FROM (
                SELECT f.field, min(f.finding_id) AS finding_id
                FROM licence_home.application_finding AS f
                WHERE f.application_no = placeholder_deficiencies.application_no AND f.settled_at_event IS NULL
                GROUP BY f.field) AS f) AS w
        ORDER BY w.review DESC, w.kind, w.id;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_deficiencies(licence_home.application_no, text, date) IS
'The documents and columns found missing or incorrect. What is wrong in the application itself counts as incorrect.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_deficiencies(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_approval_deficiencies(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 5
    BEGIN ATOMIC
        SELECT CASE placeholder_approval_deficiencies.language WHEN 'ar' THEN CASE x.review WHEN 'missing' THEN 'ناقصة: ' ELSE 'غير صحيحة: ' END
                ELSE CASE x.review WHEN 'missing' THEN 'missing: ' ELSE 'incorrect: ' END END,
            (SELECT n.name FROM licence_home_internal.authority_called(x.authority, placeholder_approval_deficiencies.names_on,
                placeholder_approval_deficiencies.language) AS n)
        FROM (
            SELECT DISTINCT ON (x.authority) x.authority, x.external_approval_id, x.review
            FROM licence_home.external_approval AS x
            WHERE x.application_no = placeholder_approval_deficiencies.application_no
            ORDER BY x.authority, x.external_approval_id DESC) AS x
        WHERE x.review IN ('missing', 'incorrect')
        ORDER BY x.review DESC, x.external_approval_id;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_approval_deficiencies(licence_home.application_no, text, date) IS
'The approvals of other authorities found missing or incorrect.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_approval_deficiencies(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_sent_on(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.day_name((m.created_at AT TIME ZONE licence_home_internal.city_time_zone())::date, placeholder_sent_on.language)
        FROM licence_home.sms_message_text AS m
        WHERE m.application_no = placeholder_sent_on.application_no AND m.unwanted_why = 'its step was taken back'
        ORDER BY m.message_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_sent_on(licence_home.application_no, text, date) IS
'The day of the last message of the step that was taken back.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_sent_on(licence_home.application_no, text, date)');

-- The decision, the authorities, the licence ---------------------------

CREATE FUNCTION licence_home_internal.placeholder_reason(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT (SELECT n.name FROM licence_home_internal.reason_called(d.reason, placeholder_reason.names_on,
            placeholder_reason.language) AS n)
        FROM (
            SELECT d.reason
            FROM licence_home.decision AS d
            WHERE d.application_no = placeholder_reason.application_no
            ORDER BY d.decision_id DESC
            LIMIT 1) AS d
        WHERE d.reason IS NOT NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_reason(licence_home.application_no, text, date) IS
'The reason of the latest decision.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_reason(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_authorities(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 5
    BEGIN ATOMIC
        SELECT NULL::text, (SELECT n.name FROM licence_home_internal.authority_called(r.authority, placeholder_authorities.names_on,
            placeholder_authorities.language) AS n)
        FROM licence_home.approval_requirement AS r
        WHERE r.application_no = placeholder_authorities.application_no AND r.ended_at_event IS NULL
        ORDER BY r.approval_requirement_id;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_authorities(licence_home.application_no, text, date) IS
'The authorities whose approval the case needs.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_authorities(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_authority(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT (SELECT n.name FROM licence_home_internal.authority_called(x.authority, placeholder_authority.names_on,
            placeholder_authority.language) AS n)
        FROM (
            SELECT x.authority
            FROM licence_home.latest_approval AS x
            WHERE x.application_no = placeholder_authority.application_no AND x.answer = 'refused' AND x.review = 'accepted'
            ORDER BY x.external_approval_id DESC
            LIMIT 1) AS x;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_authority(licence_home.application_no, text, date) IS
'The authority whose refusal was accepted as genuine last.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_authority(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_licence(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT n.licence_no::text
        FROM (SELECT licence_home_internal.licence_of_case(placeholder_licence.application_no) AS licence_no) AS n
        WHERE n.licence_no IS NOT NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_licence(licence_home.application_no, text, date) IS
'The number of the licence that the case is about, or has issued.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_licence(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_until(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.day_name(d.last_day, placeholder_until.language)
        FROM (SELECT coalesce(
            (SELECT t.ends - 1 FROM licence_home.licence_term AS t WHERE t.application_no = placeholder_until.application_no),
            (SELECT s.from_day - 1
             FROM licence_home.licence_standing AS s
             WHERE s.application_no = placeholder_until.application_no
             ORDER BY s.standing_no DESC
             LIMIT 1)) AS last_day) AS d
        WHERE d.last_day IS NOT NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_until(licence_home.application_no, text, date) IS
'The last day of the term that the case gave, or of a licence that it ended.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_until(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_from(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.day_name(coalesce((
            SELECT v.from_day
            FROM licence_home.licence_version AS v
            WHERE v.application_no = placeholder_from.application_no
            ORDER BY v.version_no DESC
            LIMIT 1), licence_home.today()), placeholder_from.language);
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_from(licence_home.application_no, text, date) IS
'The first day of what the case changed; today, where it changed nothing.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_from(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_copy(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT c.copy_no::text
        FROM licence_home.licence_copy AS c
        WHERE c.application_no = placeholder_copy.application_no;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_copy(licence_home.application_no, text, date) IS
'The number of the copy that the case gave.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_copy(licence_home.application_no, text, date)');

-- Money ----------------------------------------------------------------

CREATE FUNCTION licence_home_internal.placeholder_amount(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(i.amount, 'FM999,999,999,990.000')
        FROM licence_home.invoice AS i
        WHERE i.application_no = placeholder_amount.application_no AND i.cancelled_at IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_amount(licence_home.application_no, text, date) IS
'What the open bill asks for.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_amount(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_bill(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT i.invoice_no::text
        FROM licence_home.invoice AS i
        WHERE i.application_no = placeholder_bill.application_no AND i.cancelled_at IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_bill(licence_home.application_no, text, date) IS
'The number of the open bill.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_bill(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_received(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(m.net, 'FM999,999,999,990.000')
        FROM licence_home_internal.open_bill_money(placeholder_received.application_no) AS m
        WHERE m.net > 0;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_received(licence_home.application_no, text, date) IS
'What came for the open bill.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_received(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_rest(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(m.lacking, 'FM999,999,999,990.000')
        FROM licence_home_internal.open_bill_money(placeholder_rest.application_no) AS m
        WHERE m.lacking > 0;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_rest(licence_home.application_no, text, date) IS
'What is lacking for the open bill.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_rest(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_reversed(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(r.amount, 'FM999,999,999,990.000')
        FROM licence_home.payment_reversal AS r
        WHERE r.application_no = placeholder_reversed.application_no
        ORDER BY r.payment_reversal_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_reversed(licence_home.application_no, text, date) IS
'The payment that was taken back last.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_reversed(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_repay_until(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT licence_home.day_name(coalesce(
            (SELECT d.until
             FROM licence_home.unpaid_decision AS d
             WHERE d.application_no = placeholder_repay_until.application_no AND d.recorded_at >= r.recorded_at
             ORDER BY d.unpaid_decision_id DESC
             LIMIT 1),
            (SELECT licence_home.add_working_days(licence_home.today(), p.repay_days)
             FROM licence_home.payment_rule AS p
             WHERE licence_home.in_force(p.valid, p.withdrawn_at, licence_home.today()))), placeholder_repay_until.language)
        FROM licence_home.payment_reversal AS r
        WHERE r.application_no = placeholder_repay_until.application_no
        ORDER BY r.payment_reversal_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_repay_until(licence_home.application_no, text, date) IS
'Until when to pay again: as somebody decided, else as many working days ahead as the rule says.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_repay_until(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_refund(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(t.amount, 'FM999,999,999,990.000')
        FROM licence_home.refund_task AS t
        WHERE t.application_no = placeholder_refund.application_no
        ORDER BY t.refund_task_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_refund(licence_home.application_no, text, date) IS
'The money that is to be paid back.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_refund(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_refund_bill(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT t.invoice_no::text
        FROM licence_home.refund_task AS t
        WHERE t.application_no = placeholder_refund_bill.application_no
        ORDER BY t.refund_task_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_refund_bill(licence_home.application_no, text, date) IS
'The bill of the money that is to be paid back.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_refund_bill(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_refunded(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT to_char(r.amount, 'FM999,999,999,990.000')
        FROM licence_home.payment_refund AS r
        WHERE r.application_no = placeholder_refunded.application_no
        ORDER BY r.payment_refund_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_refunded(licence_home.application_no, text, date) IS
'The money that was paid back last.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_refunded(licence_home.application_no, text, date)');

CREATE FUNCTION licence_home_internal.placeholder_refunded_bill(application_no licence_home.application_no, language text, names_on date)
    RETURNS TABLE (value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT r.invoice_no::text
        FROM licence_home.payment_refund AS r
        WHERE r.application_no = placeholder_refunded_bill.application_no
        ORDER BY r.payment_refund_id DESC
        LIMIT 1;
    END;
COMMENT ON FUNCTION licence_home_internal.placeholder_refunded_bill(licence_home.application_no, text, date) IS
'The bill of the money that was paid back last.';
CALL licence_home_internal.make_function('licence_home_internal.placeholder_refunded_bill(licence_home.application_no, text, date)');

-- All that they can stand for ------------------------------------------

CREATE FUNCTION licence_home_internal.known_application_nos(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, licence_home.application_no_make(9999, 99999999)::text
        WHERE NULL::licence_home_internal.types_hashed IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.known_application_nos(text) IS
'The longest number of a case.';
CALL licence_home_internal.make_function('licence_home_internal.known_application_nos(text)');

CREATE FUNCTION licence_home_internal.known_licence_nos(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, licence_home.licence_no_make(9999, 99999999)::text
        WHERE NULL::licence_home_internal.types_hashed IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.known_licence_nos(text) IS
'The longest number of a licence.';
CALL licence_home_internal.make_function('licence_home_internal.known_licence_nos(text)');

CREATE FUNCTION licence_home_internal.known_copies(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, '99'::text;
    END;
COMMENT ON FUNCTION licence_home_internal.known_copies(text) IS
'The longest number of a copy.';
CALL licence_home_internal.make_function('licence_home_internal.known_copies(text)');

CREATE FUNCTION licence_home_internal.known_bills(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, '9999999999'::text;
    END;
COMMENT ON FUNCTION licence_home_internal.known_bills(text) IS
'The longest number of a bill.';
CALL licence_home_internal.make_function('licence_home_internal.known_bills(text)');

CREATE FUNCTION licence_home_internal.known_amounts(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, to_char(99999.999, 'FM999,999,999,990.000');
    END;
COMMENT ON FUNCTION licence_home_internal.known_amounts(text) IS
'The longest amount.';
CALL licence_home_internal.make_function('licence_home_internal.known_amounts(text)');

CREATE FUNCTION licence_home_internal.known_times(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, '23:59'::text;
    END;
COMMENT ON FUNCTION licence_home_internal.known_times(text) IS
'The longest time.';
CALL licence_home_internal.make_function('licence_home_internal.known_times(text)');

CREATE FUNCTION licence_home_internal.known_days(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 2
    BEGIN ATOMIC
        SELECT NULL::text, licence_home.day_name(d.day, known_days.language)
        FROM unnest('{2026-09-30,2026-12-30}'::date[]) AS d (day);
    END;
COMMENT ON FUNCTION licence_home_internal.known_days(text) IS
'The longest days of each language.';
CALL licence_home_internal.make_function('licence_home_internal.known_days(text)');

CREATE FUNCTION licence_home_internal.known_weekdays(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 7
    BEGIN ATOMIC
        SELECT NULL::text, w.name
        FROM unnest(CASE known_weekdays.language
            WHEN 'ar' THEN '{الأحد,الاثنين,الثلاثاء,الأربعاء,الخميس,الجمعة,السبت}'::text[]
            ELSE '{Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday}'::text[]
            END) AS w (name);
    END;
COMMENT ON FUNCTION licence_home_internal.known_weekdays(text) IS
'The days of the week.';
CALL licence_home_internal.make_function('licence_home_internal.known_weekdays(text)');

CREATE FUNCTION licence_home_internal.known_deciders(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 2
    BEGIN ATOMIC
        SELECT NULL::text, licence_home.decider_name(d.decider, known_deciders.language)
        FROM unnest('{committee,director}'::text[]) AS d (decider);
    END;
COMMENT ON FUNCTION licence_home_internal.known_deciders(text) IS
'Those who may decide.';
CALL licence_home_internal.make_function('licence_home_internal.known_deciders(text)');

CREATE FUNCTION licence_home_internal.known_criteria(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        SELECT DISTINCT NULL::text, CASE known_criteria.language WHEN 'ar' THEN v.label_ar ELSE v.label_en END::text
        FROM licence_home.criterion AS v
        WHERE v.withdrawn_at IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.known_criteria(text) IS
'The labels of all criteria.';
CALL licence_home_internal.make_function('licence_home_internal.known_criteria(text)');

CREATE FUNCTION licence_home_internal.known_authorities(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        SELECT DISTINCT NULL::text, CASE known_authorities.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.authority AS v
        WHERE v.withdrawn_at IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.known_authorities(text) IS
'The names of all authorities.';
CALL licence_home_internal.make_function('licence_home_internal.known_authorities(text)');

CREATE FUNCTION licence_home_internal.known_refusal_reasons(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        SELECT DISTINCT NULL::text, CASE known_refusal_reasons.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.reason AS v
        WHERE v.withdrawn_at IS NULL AND v.purpose = 'refusal';
    END;
COMMENT ON FUNCTION licence_home_internal.known_refusal_reasons(text) IS
'The names of all reasons of refusals.';
CALL licence_home_internal.make_function('licence_home_internal.known_refusal_reasons(text)');

CREATE FUNCTION licence_home_internal.known_closure_reasons(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 10
    BEGIN ATOMIC
        SELECT DISTINCT NULL::text, CASE known_closure_reasons.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.reason AS v
        WHERE v.withdrawn_at IS NULL AND v.purpose = 'closure';
    END;
COMMENT ON FUNCTION licence_home_internal.known_closure_reasons(text) IS
'The names of all reasons of closures.';
CALL licence_home_internal.make_function('licence_home_internal.known_closure_reasons(text)');

CREATE FUNCTION licence_home_internal.known_municipalities(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 1
    BEGIN ATOMIC
        SELECT NULL::text, CASE known_municipalities.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
        FROM licence_home.municipality AS v
        WHERE v.withdrawn_at IS NULL;
    END;
COMMENT ON FUNCTION licence_home_internal.known_municipalities(text) IS
'The names that the municipality has had and will have.';
CALL licence_home_internal.make_function('licence_home_internal.known_municipalities(text)');

CREATE FUNCTION licence_home_internal.known_deficiencies(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 50
    BEGIN ATOMIC
        SELECT CASE known_deficiencies.language WHEN 'ar' THEN CASE r.review WHEN 'missing' THEN 'ناقصة: ' ELSE 'غير صحيحة: ' END
                ELSE CASE r.review WHEN 'missing' THEN 'missing: ' ELSE 'incorrect: ' END END,
            n.name
        FROM (
            SELECT CASE known_deficiencies.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
            FROM licence_home.document_type AS v
            WHERE v.withdrawn_at IS NULL
            UNION
            SELECT CASE known_deficiencies.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
            FROM licence_home.application_field AS v
            WHERE v.withdrawn_at IS NULL) AS n (name)
        CROSS JOIN (VALUES ('missing'), ('incorrect')) AS r (review);
    END;
COMMENT ON FUNCTION licence_home_internal.known_deficiencies(text) IS
'Each document and each column of an application, missing and incorrect.';
CALL licence_home_internal.make_function('licence_home_internal.known_deficiencies(text)');

CREATE FUNCTION licence_home_internal.known_approval_deficiencies(language text)
    RETURNS TABLE (label text, value text)
    LANGUAGE sql STABLE ROWS 20
    BEGIN ATOMIC
        SELECT CASE known_approval_deficiencies.language WHEN 'ar' THEN CASE r.review WHEN 'missing' THEN 'ناقصة: ' ELSE 'غير صحيحة: ' END
                ELSE CASE r.review WHEN 'missing' THEN 'missing: ' ELSE 'incorrect: ' END END,
            n.name
        FROM (
            SELECT DISTINCT CASE known_approval_deficiencies.language WHEN 'ar' THEN v.name_ar ELSE v.name_en END::text
            FROM licence_home.authority AS v
            WHERE v.withdrawn_at IS NULL) AS n (name)
        CROSS JOIN (VALUES ('missing'), ('incorrect')) AS r (review);
    END;
COMMENT ON FUNCTION licence_home_internal.known_approval_deficiencies(text) IS
'Each authority, its approval missing and incorrect.';
CALL licence_home_internal.make_function('licence_home_internal.known_approval_deficiencies(text)');


-- Fast paths ------------------------------------------------------------

CREATE FUNCTION licence_home_internal.fast_placeholder(name text, application_no licence_home.application_no, language text) RETURNS text
    AS 'MODULE_PATHNAME', 'licence_home_fast_placeholder' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION licence_home_internal.fast_placeholder(text, licence_home.application_no, text) IS
'What the fast path of a placeholder writes for a case; null where it has none, or leaves it to the function. A test holds it equal to the function.';
CALL licence_home_internal.make_function('licence_home_internal.fast_placeholder(text, licence_home.application_no, text)');
