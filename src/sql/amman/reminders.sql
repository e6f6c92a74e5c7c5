-- ---------------------------------------------------------------------
-- Amman: reminders that a licence ends.  No source says that there are any; the
-- days and the wording are this project's.
-- ---------------------------------------------------------------------

CREATE FUNCTION licence_home.amman_reminders() RETURNS void
    LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO licence_home.reason (reason, purpose, name_ar, name_en, valid, source, certainty)
    VALUES ('profession', 'refusal', 'المهنة غير مدرجة في القائمة', 'the profession is not on the list',
        daterange('2012-01-01', NULL), 'this project: the service card names no codes', 'likely');

    INSERT INTO licence_home.sms_template
        (template, language, body, max_parts, priority, send_from, send_until, expires_after, valid, source, certainty)
    SELECT v.template, t.language, t.body, v.max_parts, 0, time '08:00', time '20:00', interval '14 days', daterange('2012-01-01', NULL),
        'inferred: who holds a licence is told in time that it ends; wording: this project', 'likely'
    FROM (VALUES
        ('renewal_open', 1,
            'الرخصة {licence} تنتهي يوم {until}. يمكنكم تجديدها الآن.',
            'Licence {licence} ends on {until}. You can renew it now.'),
        ('renewal_soon', 1,
            'تذكير: الرخصة {licence} تنتهي يوم {until}. يرجى تجديدها.',
            'Reminder: licence {licence} ends on {until}. Please renew it.'),
        ('renewal_last_day', 1,
            'الرخصة {licence} تنتهي في {until}، ومهلة تجديدها {closes}.',
            'Licence {licence} ends on {until}. It can be renewed until {closes}.'),
        ('renewal_not_possible', 2,
            'الرخصة {licence} تنتهي يوم {until} ولا يمكن تجديدها: {renewal_bar}.',
            'Licence {licence} ends on {until} and cannot be renewed: {renewal_bar}.')
    ) AS v (template, max_parts, body_ar, body_en)
    CROSS JOIN LATERAL (VALUES ('ar', v.body_ar), ('en', v.body_en)) AS t (language, body);

    INSERT INTO licence_home.reminder_rule (days_before, template, valid, source, certainty)
    SELECT v.days_before, v.template, daterange('2012-01-01', NULL), 'illustrative', 'unknown'
    FROM (VALUES (40, 'renewal_open'), (14, 'renewal_soon'), (0, 'renewal_last_day')) AS v (days_before, template);
END;
COMMENT ON FUNCTION licence_home.amman_reminders() IS
'Part of load_rules(''amman''): when holders are reminded that a licence ends, and the texts. Illustrative.';
CALL licence_home_internal.make_function('licence_home.amman_reminders()', 'admin');
