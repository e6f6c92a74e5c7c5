-- What an inspector brings home: attachments, results sent twice or late, a day of visits, a calendar.
\set VERBOSITY default
\pset format unaligned
SET timezone = 'Asia/Amman';
SET datestyle = 'ISO';
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', false) <> '' AS clock;
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_omar, regress_rana, regress_dana;
RESET client_min_messages;
CREATE ROLE regress_omar LOGIN IN ROLE licence_home_inspector;
CREATE ROLE regress_rana LOGIN IN ROLE licence_home_clerk;
CREATE ROLE regress_dana LOGIN IN ROLE licence_home_director;
CREATE FUNCTION pg_temp.tried(no licence_home.application_no, login text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text; gave text;
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    BEGIN
        IF statement ~ '^SELECT' THEN
            EXECUTE statement INTO gave USING no;
        ELSE
            EXECUTE statement USING no;
        END IF;
        said := coalesce(gave, 'done');
    EXCEPTION WHEN OTHERS THEN
        said := SQLSTATE || ' ' || SQLERRM;
    END;
    SET LOCAL SESSION AUTHORIZATION DEFAULT;
    RETURN story.masked(no, said);
END $$;
BEGIN;
INSERT INTO licence_home.official (official, name_ar, name_en, login, roles, valid, source, certainty)
VALUES ('E-51', 'عمر', 'Omar', 'regress_omar', '{inspector}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-41', 'رنا', 'Rana', 'regress_rana', '{clerk}', '[2026-01-01,)', 'test', 'unknown'),
    ('E-71', 'دانا', 'Dana', 'regress_dana', '{director}', '[2026-01-01,)', 'test', 'unknown');
SELECT story.new_case_in('inspection_scheduled') AS no \gset
SELECT story.new_case_in('inspection_scheduled') AS other \gset
SELECT inspection_id AS visit FROM licence_home.inspection WHERE application_no = :'no' \gset
SELECT inspection_id AS other_visit FROM licence_home.inspection WHERE application_no = :'other' \gset
SELECT set_config('licence_home.clock', '2026-03-05 12:00+03', true) <> '' AS clock;

\echo == attachments: of inspectors, on an inspection or a finding of this case
CREATE FUNCTION pg_temp.attach(no licence_home.application_no, visit bigint, login text DEFAULT 'regress_omar', more text DEFAULT '', given text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.tried(no, login, format('INSERT INTO licence_home.attachment (application_no, inspection_id, attachment_type, attachment_sha256, attachment_locator%s)'
        ' VALUES ($1, %s, ''image/JPEG'', sha256(''photo''), ''s3://visits/1.jpg''%s)', more, visit, given)) $$;
SELECT pg_temp.attach(:'no', :visit) AS taken, pg_temp.attach(:'no', :other_visit) AS of_another_case, pg_temp.attach(:'no', :visit, 'regress_rana') AS by_the_clerk;
SELECT pg_temp.attach(:'no', :visit, more => ', taken_at', given => ', ''2026-03-06 09:00+03''') AS tomorrow,
    pg_temp.attach(:'no', :visit, more => ', inspection_finding_id', given => ', 0') AS no_finding,
    pg_temp.attach(:'no', :visit, more => ', taken_where', given => ', ''SRID=4326;POINT(35.84 31.98)''') AS with_its_place;
SELECT pg_temp.tried(:'no', 'regress_omar', format('INSERT INTO licence_home.attachment (application_no, inspection_id, attachment_type) VALUES ($1, %s, ''image/jpeg'')', :visit)) AS nothing_stored;
SELECT pg_temp.tried(:'no', 'regress_omar', 'UPDATE licence_home.attachment SET note = ''x'' WHERE application_no = $1') AS changed;
SELECT attachment_type, octet_length(attachment_sha256) AS sha256, attachment_locator, ST_AsText(taken_where) AS taken_where, recorded_by
FROM licence_home.attachment WHERE application_no = :'no' ORDER BY attachment_id;
SELECT who, (story.attempt(who, :'no', 'SELECT attachment_locator FROM licence_home.attachment WHERE application_no = $1')).*
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,nobody}'::text[]) AS who;
SELECT (story.attempt('portal', :'other', format('SELECT FROM licence_home.attachment WHERE application_no = %L', :'no'))).rows AS seen_by_another;

\echo == a result that was written without a network
SELECT jsonb_build_object('outcome', 'passed', 'inspected_at', '2026-03-05 10:05+03', 'home_area_m2', 120, 'work_area_m2', 14,
    'criteria', (SELECT jsonb_agg(jsonb_build_object('criterion', k.criterion, 'ruling', 'met')) FROM licence_home.inspection_checklist(:'no') AS k),
    'attachments', jsonb_build_array(jsonb_build_object('type', 'image/jpeg', 'sha256', encode(sha256('a'), 'hex'), 'locator', 's3://visits/2.jpg',
        'taken_at', '2026-03-05 10:01+03', 'lon', 35.84, 'lat', 31.98, 'criterion', 'nuisance'))) AS result \gset
SELECT pg_temp.tried(:'no', 'regress_omar', format('SELECT licence_home.report_visit($1, ''r-1'', %L)', :'result'::jsonb - 'home_area_m2')) AS lacking;
SELECT pg_temp.tried(:'no', 'regress_omar', 'SELECT licence_home.report_visit($1, ''r-1'', ''{}'')') AS nothing, pg_temp.tried(:'no', 'regress_omar', 'SELECT licence_home.report_visit($1, '' '', ''{"outcome": "no_access"}'')') AS no_reference;
SELECT pg_temp.tried(:'no', 'regress_rana', format('SELECT licence_home.report_visit($1, ''r-1'', %L)', :'result')) AS by_the_clerk;
SELECT outcome FROM licence_home.inspection WHERE inspection_id = :visit;
SELECT pg_temp.tried(:'no', 'regress_omar', format('SELECT licence_home.report_visit($1, ''r-1'', %L)', :'result')) AS first,
    pg_temp.tried(:'no', 'regress_omar', format('SELECT licence_home.report_visit($1, ''r-1'', %L)', :'result')) AS again,
    pg_temp.tried(:'no', 'regress_omar', 'SELECT licence_home.report_visit($1, ''r-1'', ''{"outcome": "failed"}'')') AS another_result,
    pg_temp.tried(:'other', 'regress_omar', format('SELECT licence_home.report_visit($1, ''r-1'', %L)', :'result')) AS another_case;
SELECT i.outcome, i.inspected_at, i.measured_work_area_m2, i.closed_by, (SELECT count(*) FROM licence_home.inspection_finding AS f WHERE f.inspection_id = i.inspection_id) > 0 AS findings,
    (SELECT count(*) FROM licence_home.attachment AS t WHERE t.inspection_id = i.inspection_id AND t.inspection_finding_id IS NOT NULL) AS of_a_finding
FROM licence_home.inspection AS i WHERE i.inspection_id = :visit;
SELECT client_ref, application_no = :'no' AS of_the_case, outcome, recorded_by FROM licence_home.visit_report ORDER BY client_ref;

\echo == where the case has moved on, the result is a note
SELECT pg_temp.tried(:'no', 'regress_omar', 'SELECT licence_home.report_visit($1, ''r-2'', ''{"outcome": "no_access", "findings": "nobody opened"}'')') AS closed_already;
SELECT pg_temp.tried(:'other', 'regress_omar', format('SELECT licence_home.report_visit($1, ''r-3'', ''{"outcome": "no_access", "inspection_id": %s}'')', :visit)) AS of_another_visit;
SELECT outcome FROM licence_home.inspection WHERE inspection_id = :other_visit;
SELECT client_ref, outcome, inspection_id IS NULL AS no_visit FROM licence_home.visit_report ORDER BY client_ref;
SELECT regexp_replace(note, '": \d+', '": n') AS note, recorded_by FROM licence_home.case_note WHERE application_no IN (:'no', :'other') ORDER BY case_note_id;

\echo == erase_person conceals what a file is about, and says which to delete
SAVEPOINT before;
SELECT applicant_id AS person FROM licence_home.application WHERE application_no = :'no' \gset
CALL story.step('clerk', :'no', 'close', 'duplicate');
SELECT set_config('licence_home.clock', '2026-03-06 12:00+03', true) <> '' AS clock;
CALL story.message_is('cancelled', :'no');
SELECT place, item, what_en FROM licence_home.erase_person(:person, 'asked for') WHERE place = 'attachment';
SELECT attachment_type, attachment_sha256, attachment_locator, taken_where, note, taken_at IS NOT NULL AS when_it_was FROM licence_home.attachment WHERE application_no = :'no' ORDER BY attachment_id;
ROLLBACK TO before;

\echo == a day in the order of a short way, recorded as read
SELECT set_config('licence_home.clock', '2026-03-01 10:00+03', true) <> '' AS clock;
CREATE FUNCTION pg_temp.visit(at timestamptz, lon float8, lat float8, inspector text DEFAULT 'E-51') RETURNS licence_home.application_no LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no := story.new_case();
BEGIN
    CALL story.act('portal', no, format('UPDATE licence_home.application SET address = ''شارع المدينة المنورة، عمارة 5; الطابق 2'', home = ST_SetSRID(ST_MakePoint(%s, %s), 4326) WHERE application_no = $1', lon, lat));
    CALL story.step('portal', no, 'submit');
    CALL story.review_documents(no);
    CALL story.act('clerk', no, format('INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES ($1, %L, %L)', at, inspector));
    CALL story.step('clerk', no, 'schedule_inspection');
    RETURN no;
END $$;
SELECT pg_temp.visit('2026-03-05 08:00+03', 35.8400, 31.9800) IS NOT NULL, pg_temp.visit('2026-03-05 09:00+03', 35.8440, 31.9800) IS NOT NULL,
    pg_temp.visit('2026-03-05 10:00+03', 35.8410, 31.9800) IS NOT NULL, pg_temp.visit('2026-03-05 11:00+03', 35.8430, 31.9800) IS NOT NULL,
    pg_temp.visit('2026-03-05 12:00+03', 35.8420, 31.9800) IS NOT NULL, pg_temp.visit('2026-03-08 12:00+03', 35.8420, 31.9800) IS NOT NULL;
SET SESSION AUTHORIZATION regress_omar;
SELECT stop, to_char(starts_at, 'HH24:MI') AS at, metres, name_en, phone IS NOT NULL AS phone, address, longitude, jsonb_array_length(checklist) > 3 AS checklist, checklist -> 0 ->> 'criterion' AS first
FROM licence_home.my_day(day => '2026-03-05');
SELECT count(*) FROM licence_home.my_day('e-٥١', '2026-03-08', 'on the way');
SELECT count(*) FROM licence_home.my_day('E-99', '2026-03-08');
SET SESSION AUTHORIZATION regress_dana;
SELECT count(*), count(phone) AS phones, count(name_ar) AS names FROM licence_home.my_day('E-51', '2026-03-05');
RESET SESSION AUTHORIZATION;
SELECT actor, function, cardinality(applicant_ids) AS persons, why, 'applicant.phone' = ANY (columns) AS phone FROM licence_home.read_record ORDER BY read_no DESC LIMIT 3;
SELECT who, (story.attempt(who, NULL, 'SELECT licence_home.my_day(''E-51'')')).code, (story.attempt(who, NULL, 'SELECT licence_home.calendar_ics(''E-51'')')).code AS calendar
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,nobody}'::text[]) AS who;

\echo == and all days to come as a calendar
SET SESSION AUTHORIZATION regress_omar;
SELECT regexp_replace(replace(l, E'\r', '<CR>'), '(inspection-|A2026-|الحنو\\, )[-0-9.A]+', '\1n', 'g') AS line
FROM regexp_split_to_table(licence_home.calendar_ics(), E'\n') WITH ORDINALITY AS s (l, n) WHERE n <= 19 OR l ~ 'END:VCAL' ORDER BY n;
SELECT max(octet_length(l)) <= 75 AS folded, count(*) FILTER (WHERE l = 'BEGIN:VEVENT') AS visits FROM regexp_split_to_table(licence_home.calendar_ics(), E'\r\n') AS l;
RESET SESSION AUTHORIZATION;

\echo == the way of some homes
SELECT n, licence_home_internal.short_route(x, y) FROM (VALUES (0, '{}'::float8[], '{}'::float8[]), (1, '{35}', '{32}'), (2, '{35,35.1}', '{32,32}'),
    (3, '{35,35.2,35.1}', '{32,32,32}'), (5, '{35,35,35,35,35}', '{32,32,32,32,32}')) AS v (n, x, y);
SELECT licence_home_internal.short_route('{35}', '{}');
ROLLBACK;
DROP ROLE regress_omar, regress_rana, regress_dana;
