-- ---------------------------------------------------------------------
-- The deadlines of the cases, computed.
--
--   case_deadline, newest row ──┐
--   deadline_told, first told ──┼──> deadline_of(case): due_on
--   calendar of holidays ───────┘
--
-- A period counts from the day on which the applicant was told, never from an
-- earlier one. A deadline is never earlier than a date that was told.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.deadline_of(application_no licence_home.application_no)
    RETURNS TABLE (deadline_no bigint, state text, entered_event integer, cause text, began_on date,
        working_days integer, date_named date, to_be_told boolean, known_at timestamptz,
        told_at timestamptz, date_told date, due_on date)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT d.deadline_no, d.state, d.entered_event, d.cause, d.began_on, d.working_days, d.date_named,
        d.to_be_told, d.known_at, t.told_at, t.date_told,
        CASE WHEN n.counted_on IS NOT NULL THEN greatest(n.counted_on, t.date_told) END
    FROM (
        SELECT c.*
        FROM licence_home.case_deadline AS c
        WHERE c.application_no = deadline_of.application_no
        ORDER BY c.case_event DESC
        LIMIT 1
    ) AS d
    CROSS JOIN LATERAL (
        SELECT min(s.at) FILTER (WHERE s.deadline_no = d.deadline_no) AS told_at,
            -- what was moved is a period that was told before
            min(s.at) FILTER (WHERE s.case_event >= s.period_event) AS period_told_at,
            max(s.date_named) FILTER (WHERE s.at IS NOT NULL) AS date_told
        FROM (
            SELECT c.deadline_no, c.case_event, c.date_named,
                max(c.case_event) FILTER (WHERE c.cause <> 'moved') OVER () AS period_event,
                (SELECT min(t.at)
                 FROM licence_home.deadline_told AS t
                 WHERE t.deadline_no = c.deadline_no AND (t.outcome = 'served'
                    OR t.outcome IN ('accepted', 'delivered') AND NOT EXISTS (
                        SELECT FROM licence_home.deadline_told AS w
                        WHERE w.deadline_no = t.deadline_no AND w.message_id = t.message_id
                            AND w.series = t.series AND w.outcome = 'not_theirs')
                    AND (t.outcome = 'delivered' OR NOT EXISTS (
                        SELECT FROM licence_home.deadline_told AS f
                        WHERE f.deadline_no = t.deadline_no AND f.message_id = t.message_id
                            AND f.series = t.series AND f.outcome = 'failed')
                        OR EXISTS (
                        SELECT FROM licence_home.deadline_told AS f
                        WHERE f.deadline_no = t.deadline_no AND f.message_id = t.message_id
                            AND f.series = t.series AND f.outcome = 'delivered')))) AS at
            FROM licence_home.case_deadline AS c
            WHERE c.application_no = deadline_of.application_no AND c.entered_event = d.entered_event
        ) AS s
    ) AS t
    CROSS JOIN LATERAL (
        SELECT licence_home.add_working_days(
            CASE WHEN d.to_be_told
                THEN greatest(d.began_on, (t.period_told_at AT TIME ZONE licence_home_internal.city_time_zone())::date)
                ELSE d.began_on END,
            d.working_days) AS counted_on
    ) AS n;
END;
COMMENT ON FUNCTION licence_home.deadline_of(licence_home.application_no) IS
'The newest deadline of a case and its date, due_on: so many working days after began_on. Of a deadline that is to be told they count from the day on which it was told, if that is later. due_on is never earlier than a date that was told in this state (date_told). told_at: when its own message was accepted or handed over, null: it was not told. It is the case''s deadline while the case is in its state: see current_deadline. Null due_on: so many working days do not come.';
-- (those who may read case_deadline, which it reads as the caller)
CALL licence_home_internal.make_function('licence_home.deadline_of(licence_home.application_no)', 'readers, cashier, analyst');

CREATE VIEW licence_home.current_deadline WITH (security_invoker = true) AS
    SELECT a.application_no, a.state, d.deadline_no, d.cause, d.began_on, d.working_days, d.due_on,
        licence_home.end_of_day(d.due_on) AS due_at, d.to_be_told, d.date_named, d.told_at, d.date_told, d.known_at
    FROM licence_home.application AS a
    CROSS JOIN LATERAL licence_home.deadline_of(a.application_no) AS d
    WHERE a.due_at IS NOT NULL AND d.state = a.state;
COMMENT ON VIEW licence_home.current_deadline IS
'The deadline of each case that has one, computed now: due_on (a day in the city) and due_at (its end). cause: state, extended or moved. began_on, working_days: the period. to_be_told: it binds the applicant and counts only once told. date_named: the date in its message. told_at: when that message was accepted. date_told: the latest date that the applicant was told. known_at: when it was set. What application.due_at says is no more than a lower bound of it.';
CALL licence_home_internal.make_view('licence_home.current_deadline');
GRANT SELECT ON licence_home.current_deadline TO licence_home_portal, licence_home_clerk, licence_home_inspector,
    licence_home_committee, licence_home_director, licence_home_cashier, licence_home_analyst;

-- Until when may an official put a deadline off?
CREATE FUNCTION licence_home_internal.case_extension_objections(application_no licence_home.application_no, state text,
        until date, OUT text_en text, OUT text_ar text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT o.text_en, o.text_ar
    FROM (SELECT 1) AS one
    LEFT JOIN licence_home.deadline_of($1) AS d ON d.state = $2
    LEFT JOIN licence_home.application AS a ON a.application_no = $1
    LEFT JOIN licence_home.workflow_state AS s ON s.workflow = a.workflow
        AND s.version = a.workflow_version AND s.state = $2
    CROSS JOIN LATERAL (
        SELECT licence_home.add_working_days(licence_home.today(), s.extend_days) AS day
    ) AS last
    CROSS JOIN LATERAL (VALUES
        (isfinite($3) IS NOT TRUE,
         'the step needs a deadline: until => date',
         'الخطوة تحتاج إلى موعد جديد'),
        (isfinite($3) AND $3 <= licence_home.today(),
         format('%s is not still to come', licence_home.day_name($3, 'en')),
         format('%s ليس يومًا قادمًا', licence_home.day_name($3, 'ar'))),
        (isfinite($3) AND $3 > licence_home.today() AND $3 <= d.due_on,
         format('%s is not later than the present deadline, %s',
            licence_home.day_name($3, 'en'), licence_home.day_name(d.due_on, 'en')),
         format('%s ليس بعد الموعد الحالي، %s',
            licence_home.day_name($3, 'ar'), licence_home.day_name(d.due_on, 'ar'))),
        (isfinite($3) AND ($3 <= last.day) IS NOT TRUE,
         format('%s is too far ahead: one extension gives at most %s working days, until %s',
            licence_home.day_name($3, 'en'), s.extend_days, licence_home.day_name(last.day, 'en')),
         format('%s موعد بعيد: التمديد الواحد لا يزيد على %s من أيام العمل، حتى %s',
            licence_home.day_name($3, 'ar'), s.extend_days, licence_home.day_name(last.day, 'ar'))),
        ($3 > licence_home.today() AND $3 <= last.day AND NOT licence_home.is_working_day($3),
         format('%s is not a working day; the next one is %s', licence_home.day_name($3, 'en'),
            licence_home.day_name(licence_home.add_working_days($3, 0), 'en')),
         format('%s ليس يوم عمل، ويوم العمل التالي %s', licence_home.day_name($3, 'ar'),
            licence_home.day_name(licence_home.add_working_days($3, 0), 'ar')))
    ) AS o (objects, text_en, text_ar)
    WHERE o.objects;
END;
COMMENT ON FUNCTION licence_home_internal.case_extension_objections(licence_home.application_no, text, date) IS
'Why a day cannot be the later deadline of a case in a state. It is past, not later than the present one, too far ahead (workflow_state.extend_days), or no working day. No row where it can.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_extension_objections(licence_home.application_no, text, date)');

-- Has the deadline of a case passed, so that the case may lapse?
CREATE FUNCTION licence_home_internal.case_lapse_objections(application_no licence_home.application_no, state text,
        OUT text_en text, OUT text_ar text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT o.text_en, o.text_ar
    FROM (SELECT 1) AS one
    LEFT JOIN licence_home.deadline_of($1) AS d ON d.state = $2
    LEFT JOIN licence_home.application AS a ON a.application_no = $1
    LEFT JOIN licence_home.workflow_state AS s ON s.workflow = a.workflow
        AND s.version = a.workflow_version AND s.state = $2
    CROSS JOIN LATERAL (VALUES
        ((licence_home.end_of_day(d.due_on) + make_interval(days => s.grace_days) < licence_home.now()) IS NOT TRUE,
         'the deadline, with its grace, has not passed', 'لم تنقضِ المهلة'),
        (d.told_at IS NULL,
         'the message that named the deadline was not accepted by the gateway',
         'لم تُقبل الرسالة التي حددت المهلة لدى مزود الرسائل'),
        (licence_home_internal.ends_untold($1, a.applicant_id),
         'the power of the applicant''s agent has ended, and the applicant was not told yet',
         'انتهت وكالة وكيل مقدم الطلب ولم يُبلغ بعد'),
        (EXISTS (SELECT FROM licence_home_internal.open_bill_money($1) AS m WHERE m.net > 0),
         'its bill is paid in part: a clerk looks at it',
         'سُدد جزء من الفاتورة: ينظر فيه المدقق')
    ) AS o (objects, text_en, text_ar)
    WHERE o.objects;
END;
COMMENT ON FUNCTION licence_home_internal.case_lapse_objections(licence_home.application_no, text) IS
'Why a case in a state cannot lapse. Its deadline has not passed, the applicant was not told it, or its bill is paid in part. No row where it can. licence_home.untold_deadlines and licence_home.incomplete_payments list the latter two.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_lapse_objections(licence_home.application_no, text)');

-- Has the calendar moved a deadline beyond the date that was told?
CREATE FUNCTION licence_home_internal.case_retelling_objections(application_no licence_home.application_no, state text,
        OUT text_en text, OUT text_ar text)
    RETURNS SETOF record
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT o.text_en, o.text_ar
    FROM (SELECT 1) AS one
    LEFT JOIN licence_home.deadline_of($1) AS d ON d.state = $2
    CROSS JOIN LATERAL (VALUES
        ((d.due_on > d.date_told) IS NOT TRUE OR d.told_at IS NULL,
         'the deadline is not later than the date that the applicant was told',
         'المهلة ليست بعد التاريخ الذي أُبلغ به مقدم الطلب'),
        (d.due_on < licence_home.today(), 'the deadline has passed', 'انقضت المهلة')
    ) AS o (objects, text_en, text_ar)
    WHERE o.objects;
END;
COMMENT ON FUNCTION licence_home_internal.case_retelling_objections(licence_home.application_no, text) IS
'Why the deadline of a case in a state need not be told again: it is not later than what was told, or over. No row where it must be.';
CALL licence_home_internal.make_function(
    'licence_home_internal.case_retelling_objections(licence_home.application_no, text)');

CREATE VIEW licence_home.untold_deadlines WITH (security_invoker = true) AS
    SELECT d.application_no, a.applicant_id, d.state, d.due_on, d.date_named, d.known_at,
        CASE WHEN m.message_id IS NULL THEN 'no message' ELSE coalesce(m.status, 'lost') END AS why,
        m.message_id, m.template, coalesce(m.waits_for, m.last_error) AS detail
    FROM licence_home.current_deadline AS d
    JOIN licence_home.application AS a ON a.application_no = d.application_no
    LEFT JOIN LATERAL (
        SELECT s.message_id, s.template, s.status, s.waits_for, s.last_error
        FROM licence_home.sms_status AS s
        WHERE s.application_no = d.application_no AND s.deadline_no = d.deadline_no AND s.agency_id IS NULL
        ORDER BY s.message_id DESC
        LIMIT 1
    ) AS m ON true
    WHERE d.to_be_told AND d.told_at IS NULL;
COMMENT ON VIEW licence_home.untold_deadlines IS
'Deadlines of applicants that were not told, so that they do not count and the case does not lapse. why: no message, or how the message stands (waiting, sending, in_doubt, dead, expired, cancelled, failed, to_print). detail: what it waits for, or what went wrong. perform(application_no, ''extend'', note, until => date) sets the deadline anew and tells it.';
CALL licence_home_internal.make_view('licence_home.untold_deadlines');
GRANT SELECT ON licence_home.untold_deadlines TO licence_home_clerk;
