WITH moved AS (
    UPDATE bench.application
       SET state = 'inspection_scheduled', state_since = licence_home.now(), due_at = '2026-03-08 23:59:59+03',
           events = events + 1, known_at = clock_timestamp()
     WHERE application_no = licence_home.application_no_make(2026, :n)
    RETURNING application_no, applicant_id, events, known_at
), event AS (
    INSERT INTO bench.application_event (application_no, case_event, action, from_state, to_state, actor, role,
        session_role, at, known_at, hash)
    SELECT application_no, events, 'schedule_inspection', 'submitted', 'inspection_scheduled', 'bench_clerk', 'bench_clerk',
           'bench_clerk', licence_home.now(), known_at, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'
      FROM moved
    RETURNING event_no
), deadline AS (
    INSERT INTO bench.case_deadline (application_no, case_event, entered_event, state, cause, began_on, working_days,
        date_named, to_be_told, known_at)
    SELECT application_no, events, events, 'inspection_scheduled', 'state', '2026-03-01', 5, '2026-03-08', false, known_at
      FROM moved
), message AS (
    INSERT INTO bench.sms_message_text (application_no, event_no, applicant_id, template, language, phone, body, parts, priority,
        doubt, lasts, useless_from, created_at)
    SELECT m.application_no, e.event_no, m.applicant_id, 'inspection_scheduled', 'ar', '962790000000',
           'موعد الكشف للطلب ' || m.application_no || ': الخميس 5/3/2026 الساعة 09:30.', 1, 2,
           'hold', '3 days', '2026-03-05 09:30+03', licence_home.now()
      FROM moved AS m CROSS JOIN event AS e
    RETURNING message_id, applicant_id
)
INSERT INTO bench.sms_queue (message_id, applicant_id, lane, turn, expires_at)
SELECT message_id, applicant_id, 2, clock_timestamp(), '2026-03-04 10:00+03' FROM message;
