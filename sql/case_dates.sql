-- The days and moments that clients give about a case have bounds that follow
-- from the case and the clock: src/workflow/case_dates.c; when an appointment
-- may be: src/evidence/appointment.c.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET DateStyle = 'ISO, YMD';
\pset format unaligned
\pset tuples_only on
-- What a statement would come to, nothing of it stays.
CREATE FUNCTION pg_temp.try(who text, no licence_home.application_no, statement text) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    code text; said text; detail text; hint text; col text; tab text;
BEGIN
    BEGIN
        PERFORM story.become(who, no);
        EXECUTE statement USING no;
        RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
            hint = PG_EXCEPTION_HINT, col = COLUMN_NAME, tab = TABLE_NAME;
    END;
    RETURN CASE WHEN code = 'ZZ000' THEN 'ok' ELSE concat_ws(' | ', code, replace(said, no::text, '{no}'), nullif(detail, ''),
        nullif(hint, ''), nullif(tab, '') || '.' || nullif(col, '')) END;
END $$;

\echo == an appointment: in working hours, on working days, to come, not too far ahead
SELECT story.new_case_in('submitted') AS no \gset
SELECT v.at, pg_temp.try('clerk', :'no', format('INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, %L, ''Rana'')', v.at))
FROM (VALUES ('2026-03-01 10:00+03'), ('2026-03-01 10:01+03'), ('2026-02-28 10:00+03'), ('2012-01-01 10:00+03'), ('1447-01-01 10:00+03'),
    ('2026-03-02 08:00+03'), ('2026-03-02 07:59+03'), ('2026-03-02 14:30+03'), ('2026-03-02 14:31+03'), ('2026-03-02 03:00+03'), ('2026-03-02 23:30+03'),
    ('2026-03-06 10:00+03'), ('2026-03-07 10:00+03'), ('2026-03-02 05:00+00'),
    ('2026-04-30 10:00+03'), ('2026-05-03 10:00+03'), ('2062-03-01 10:00+03'), ('2026-03-01 10:00+03 BC'), ('infinity')) AS v (at);
-- holidays
BEGIN;
INSERT INTO licence_home.holiday (day, name_ar, name_en, valid, source, certainty) VALUES ('2026-03-22', 'عيد', 'feast', '[2026-01-01,2027-01-01)', 'test', 'unknown');
SELECT pg_temp.try('clerk', :'no', 'INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, ''2026-03-22 10:00+03'', ''Rana'')');
ROLLBACK;
SELECT pg_temp.try('clerk', :'no', 'INSERT INTO licence_home.inspection (application_no, scheduled_for, scheduled_until) VALUES ($1, ''2026-03-02 10:00+03'', ''2026-03-02 10:01+03'')');
SELECT pg_temp.try('clerk', :'no', 'INSERT INTO licence_home.inspection (application_no, inspector) VALUES ($1, ''Rana'')');

\echo == a season takes the place of the ordinary hours, past midnight too
BEGIN;
INSERT INTO licence_home.working_hours (season, weekday, opens, closes, valid, source, certainty) VALUES
    ('ramadan', NULL, '10:00', '14:00', '[2026-03-08,2026-03-15)', 'test', 'unknown'),
    ('ramadan', NULL, '21:30', '01:00', '[2026-03-08,2026-03-15)', 'test', 'unknown'),
    ('ramadan', 4, '10:00', '12:00', '[2026-03-08,2026-03-15)', 'test', 'unknown');
SELECT to_char(d, 'YYYY-MM-DD Dy'), (SELECT string_agg(h.opens_at || ' to ' || h.closes_at, ', ' ORDER BY h.opens_at) FROM licence_home.working_hours_on(d::date) AS h)
FROM generate_series(timestamp '2026-03-05', '2026-03-16', '1 day') AS d;
SELECT v.at, pg_temp.try('clerk', :'no', format('INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, %L)', v.at))
FROM (VALUES ('2026-03-08 08:30+03'), ('2026-03-08 10:00+03'), ('2026-03-08 13:30+03'), ('2026-03-08 21:30+03'), ('2026-03-09 00:00+03'), ('2026-03-09 00:01+03'),
    ('2026-03-12 11:00+03'), ('2026-03-12 21:30+03'), ('2026-03-13 00:00+03'), ('2026-03-15 00:00+03'), ('2026-03-15 08:00+03')) AS v (at);
ROLLBACK;
-- hours are judged by the day of the appointment, and without a rule there is none
BEGIN;
UPDATE licence_home.working_hours SET valid = daterange(lower(valid), '2026-03-10');
SELECT v.at, pg_temp.try('clerk', :'no', format('INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, %L)', v.at))
FROM (VALUES ('2026-03-09 09:00+03'), ('2026-03-10 09:00+03')) AS v (at);
UPDATE licence_home.appointment_rule SET withdrawn_at = now();
SELECT pg_temp.try('clerk', :'no', 'INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, ''2026-03-09 09:00+03'')');
INSERT INTO licence_home.appointment_rule (visit_minutes, days_ahead, valid, source, certainty) VALUES (30, 7, '[2012-01-01,)', 'test', 'unknown');
SELECT v.at, pg_temp.try('clerk', :'no', format('INSERT INTO licence_home.inspection (application_no, scheduled_for) VALUES ($1, %L)', v.at))
FROM (VALUES ('2026-03-08 15:00+03'), ('2026-03-08 15:01+03'), ('2026-03-09 09:00+03')) AS v (at);
ROLLBACK;

\echo == an inspector is in one home at a time, however the name is written
CALL story.act('clerk', :'no', $$INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, '2026-03-03 10:00+03', 'أحمد علي')$$);
SELECT scheduled_for, scheduled_until FROM licence_home.inspection WHERE application_no = :'no';
SELECT story.new_case_in('submitted') AS other \gset
SELECT v.at, v.inspector, replace(pg_temp.try('clerk', :'other', format('INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, %L, %L)', v.at, v.inspector)), :'no', '{other}')
FROM (VALUES ('2026-03-03 09:00+03', 'أحمد علي'), ('2026-03-03 09:01+03', 'أحمد علي'), ('2026-03-03 10:00+03', 'احمد  علي'), ('2026-03-03 10:59+03', 'أحمد علي'),
    ('2026-03-03 11:00+03', 'أحمد علي'), ('2026-03-03 10:00+03', 'أحمد'), ('2026-03-03 10:00+03', NULL), ('2026-03-04 10:00+03', 'أحمد علي')) AS v (at, inspector);
-- by an UPDATE as well, and not against itself
CALL story.act('clerk', :'other', $$INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, '2026-03-03 10:30+03', 'Rana')$$);
CALL story.review_documents(:'other');
CALL story.step('clerk', :'other', 'schedule_inspection');
SELECT v.inspector, replace(pg_temp.try('inspector', :'other', format('UPDATE licence_home.inspection SET inspector = %L WHERE application_no = $1', v.inspector)), :'no', '{other}')
FROM (VALUES ('أحمد علي'), ('Rana'), ('Omar')) AS v (inspector);
-- the constraint decides where no trigger looked
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.inspection SET inspector = 'أحمد علي' WHERE application_no = :'other';
ROLLBACK;
-- once it is closed, the time is free
CALL story.act('clerk', :'no', $$UPDATE licence_home.inspection SET outcome = 'cancelled' WHERE application_no = $1$$);
SELECT pg_temp.try('inspector', :'other', $$UPDATE licence_home.inspection SET inspector = 'أحمد علي' WHERE application_no = $1$$);

\echo == an inspection is closed on its day or after it, and not before it took place
SELECT c.clock, c.at, c.outcome, (SELECT t FROM set_config('licence_home.clock', c.clock, true),
    pg_temp.try('inspector', :'other', format('UPDATE licence_home.inspection SET outcome = %L, inspected_at = %L WHERE application_no = $1', c.outcome, c.at)) AS t)
FROM (VALUES ('2026-03-02 23:59+03', NULL, 'no_access'), ('2026-03-03 00:00+03', NULL, 'no_access'), ('2026-03-03 11:00+03', '2026-03-03 10:59+03', 'no_access'),
    ('2026-03-03 11:00+03', '2026-03-03 11:01+03', 'no_access'), ('2026-03-03 11:00+03', '2026-03-02 23:59+03', 'no_access'), ('2026-03-04 11:00+03', '2026-03-03 10:40+03', 'no_access'),
    ('2026-03-04 11:00+03', '1999-03-03 10:40+03', 'no_access'), ('2026-03-04 11:00+03', '2126-03-03 10:40+03', 'no_access'), ('2026-03-02 11:00+03', NULL, 'cancelled'), ('2026-03-02 11:00+03', '1999-03-03 10:40+03', 'cancelled'),
    ('2026-03-02 11:00+03', '2026-03-03 10:40+03', 'pending')) AS c (clock, at, outcome);
SET licence_home.clock = '2026-03-03 11:00+03';

\echo == the room for work is in the home
SELECT v.home, v.work, pg_temp.try('inspector', :'other', format('UPDATE licence_home.inspection SET outcome = ''no_access'', measured_home_area_m2 = %L, measured_work_area_m2 = %L WHERE application_no = $1', v.home, v.work))
FROM (VALUES (140, 140), (140, 140.0001), (140, 1400), (NULL, 120), (NULL, 120.0001), (1400, 1400), (140, NULL)) AS v (home, work);
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == a decision is taken after the submission and before it is written
SELECT story.new_case_in('committee_review') AS no \gset
SET licence_home.clock = '2026-03-09 10:00+03';
SELECT v.day, pg_temp.try('committee', :'no', format('INSERT INTO licence_home.decision (application_no, outcome, decided_on) VALUES ($1, ''approved'', %L)', v.day))
FROM (VALUES ('2026-03-01'), ('2026-02-28'), ('2026-03-09'), ('2026-03-10'), ('1996-03-01'), ('2062-03-01'), ('1447-09-01'), ('0026-03-01')) AS v (day);
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == a bill is paid when there is one
SELECT story.new_case_in('fee_due') AS no \gset
SELECT invoice_no AS bill FROM licence_home.invoice WHERE application_no = :'no' \gset
SET licence_home.clock = '2026-03-09 10:00+03';
SELECT v.at, pg_temp.try('cashier', :'no', format('SELECT licence_home.record_payment(''D-1'', %s, 1, %L)', :bill, v.at)),
    pg_temp.try('cashier', :'no', format('INSERT INTO licence_home.payment (payment_reference, invoice_no, amount, paid_at) VALUES (''D-1'', %s, 1, %L)', :bill, v.at)) = 'ok'
FROM (VALUES ('2026-03-01 00:00+03'), ('2026-02-28 23:59+03'), ('2026-03-10 23:59+03'), ('2026-03-11 00:00+03'), ('1996-03-01 10:00+03'), ('2062-03-01 10:00+03'), ('1447-09-01 10:00+03'), ('0026-03-01 10:00+03 BC')) AS v (at);
SET licence_home.clock = '2026-03-01 10:00+03';

\echo == documents and approvals, and the building
SELECT story.new_case() AS no \gset
SELECT v.day, pg_temp.try('portal', :'no', format('UPDATE licence_home.application SET built_on = %L WHERE application_no = $1', v.day))
FROM (VALUES ('1800-01-01'), ('1799-12-31'), ('1415-01-01'), ('0095-01-01'), ('2036-03-01'), ('2036-03-02'), (NULL)) AS v (day);
SELECT pg_temp.try(NULL, :'no', format('INSERT INTO licence_home.application (applicant_id, profession, built_on) SELECT applicant_id, profession, %L FROM licence_home.application WHERE application_no = $1', v.day)) ~ '^23514 . (column .)?built_on'
FROM (VALUES ('1415-01-01'), ('2062-03-01')) AS v (day);
SELECT v.issued, v.expires, pg_temp.try('portal', :'no', format('INSERT INTO licence_home.document (application_no, document_type, reference_no, issued_on, expires_on) VALUES ($1, ''title_deed'', ''1'', %L, %L)', v.issued, v.expires))
FROM (VALUES ('1800-01-01', NULL), ('1415-01-01', NULL), ('2027-03-02', NULL), ('2027-03-03', NULL), (NULL, '2126-03-02'), (NULL, '2126-03-03'), (NULL, '1999-01-01')) AS v (issued, expires);
SELECT story.new_case_in('external_approval_pending') AS no \gset
SELECT v.issued, v.expires, pg_temp.try('portal', :'no', format('INSERT INTO licence_home.external_approval (application_no, authority, reference_no, answer, issued_on, expires_on) VALUES ($1, ''jfda'', ''1'', ''granted'', %L, %L)', v.issued, v.expires))
FROM (VALUES ('2027-03-02', NULL), ('2027-03-03', NULL), ('1447-01-01', NULL), (NULL, '2126-03-02'), (NULL, '2126-03-03')) AS v (issued, expires);
\pset tuples_only off
\pset format aligned
