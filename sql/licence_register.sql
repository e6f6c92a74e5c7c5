-- The register on any day, as it was known at any moment: standing, term and
-- facts, for everybody, for the holder, for a report.
SET licence_home.clock = '2026-03-01 10:00+03';
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset null '(null)'
SELECT story.new_case_in('issued') AS no \gset
SELECT l.licence_no AS licence, v.applicant_id AS holder FROM licence_home.licence AS l JOIN licence_home.licence_version AS v USING (licence_no)
WHERE l.application_no = :'no' \gset

\echo == the issue writes a number, a term, the facts and a standing
SELECT t.term_no, t.valid, t.since, t.months, t.run_months, t.case_event = a.events AS by_the_last_event, t.invoice_no = i.invoice_no AS its_bill
FROM licence_home.licence_term AS t JOIN licence_home.application AS a USING (application_no) JOIN licence_home.invoice AS i USING (application_no)
WHERE t.licence_no = :'licence';
SELECT v.version_no, v.from_day, v.to_day, v.profession, v.home_area_m2, v.work_area_m2, a.work_area_m2 AS declared, v.employees, v.people,
    v.applicant_id = a.applicant_id AS holder, ST_Equals(v.home, a.home) AS home, v.district = a.district AS district
FROM licence_home.licence_version AS v JOIN licence_home.application AS a USING (application_no) WHERE v.licence_no = :'licence';
SELECT standing_no, standing, from_day, to_day FROM licence_home.licence_standing WHERE licence_no = :'licence';
SELECT count(*) FROM licence_home.licence_holder WHERE licence_no = :'licence' AND version_no = 1;

-- What a step's effect writes, in the name of the owner.  (The events are others'.)
CREATE PROCEDURE pg_temp.write(moment text, statement text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('licence_home.clock', moment, true);
    ALTER TABLE licence_home.licence_term DISABLE TRIGGER b_written_by_steps;
    ALTER TABLE licence_home.licence_version DISABLE TRIGGER b_written_by_steps;
    ALTER TABLE licence_home.licence_standing DISABLE TRIGGER b_written_by_steps;
    EXECUTE statement;
    ALTER TABLE licence_home.licence_term ENABLE TRIGGER b_written_by_steps;
    ALTER TABLE licence_home.licence_version ENABLE TRIGGER b_written_by_steps;
    ALTER TABLE licence_home.licence_standing ENABLE TRIGGER b_written_by_steps;
END $$;
-- What is said where it is refused.
CREATE FUNCTION pg_temp.refused(moment text, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    CALL pg_temp.write(moment, statement);
    RETURN NEXT 'taken';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN QUERY SELECT regexp_replace(l, '([AL])2\d{3}-\d{8}-\d', '{\1}', 'g') FROM unnest(ARRAY[SQLSTATE || ': ' || SQLERRM, detail, hint]) AS l;
END $$;
CREATE FUNCTION pg_temp.standing(standing text, from_day date, to_day date DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO licence_home.licence_standing (licence_no, standing, from_day, to_day, application_no, case_event) VALUES (%L, %L, %L, %L, %L, 1)',
        current_setting('story.licence'), standing, from_day, to_day, current_setting('story.no')) $$;
SELECT set_config('story.no', :'no', false), set_config('story.licence', :'licence', false) \g /dev/null
BEGIN;

\echo == a suspension of limited length: the row below shows again
CALL pg_temp.write('2026-05-10 09:00+03', pg_temp.standing('suspended', '2026-05-10', '2026-06-10'));
SELECT d.day, v.valid, v.standing, v.valid_until
FROM unnest('{2026-02-28,2026-03-01,2026-05-09,2026-05-10,2026-06-09,2026-06-10,2027-02-28,2027-03-01}'::date[]) AS d (day)
CROSS JOIN LATERAL licence_home.verify_licence(:'licence', d.day) AS v ORDER BY d.day;

\echo == what was known: before the suspension was written, nobody knew of it
SELECT k.known_at, (licence_home.licence_on(:'licence', '2026-05-15', k.known_at)).standing
FROM unnest('{2026-05-01 00:00+03,2026-05-10 09:00+03,2026-07-01 00:00+03}'::timestamptz[]) AS k (known_at) ORDER BY 1;

\echo == a renewal and a larger area with the new term
CALL pg_temp.write('2027-02-20 09:00+03', format('INSERT INTO licence_home.licence_term (licence_no, months, application_no, case_event) VALUES (%L, 12, %L, 1)', :'licence', story.new_case()));
CALL pg_temp.write('2027-02-20 09:00+03', format('INSERT INTO licence_home.licence_version (licence_no, from_day, applicant_id, profession, district, work_area_m2, judged_on, application_no, case_event)
    VALUES (%L, ''2027-03-01'', %s, ''electronic_marketing'', 1, 17, ''2027-02-10'', %L, 1)', :'licence', :holder, story.new_case()));
SELECT d.day, l.term_no, l.valid, l.valid_until, l.in_force, l.expired, l.version_no, l.work_area_m2, l.district
FROM unnest('{2026-03-01,2027-02-28,2027-03-01,2028-02-29,2028-03-01}'::date[]) AS d (day)
CROSS JOIN LATERAL licence_home.licence_on(:'licence', d.day) AS l ORDER BY d.day;
SELECT l.valid_until, l.expired FROM licence_home.licence_on(:'licence', '2027-06-01', '2027-01-01') AS l;

\echo == revoked, and back as from its loss
CALL pg_temp.write('2027-04-01 09:00+03', pg_temp.standing('revoked', '2027-05-01'));
SELECT d.day, v.valid, v.standing FROM unnest('{2027-04-30,2027-05-01,2029-01-01}'::date[]) AS d (day)
CROSS JOIN LATERAL licence_home.verify_licence(:'licence', d.day) AS v ORDER BY d.day;
SELECT pg_temp.refused('2027-05-02 09:00+03', pg_temp.standing('suspended', '2027-05-02'));
SELECT pg_temp.refused('2027-05-02 09:00+03', format('INSERT INTO licence_home.licence_term (licence_no, months, application_no, case_event) VALUES (%L, 12, %L, 1)', :'licence', story.new_case()));
SET LOCAL licence_home.language = 'ar';
SELECT pg_temp.refused('2027-05-02 09:00+03', pg_temp.standing('in_force', '2027-05-02'));
SET LOCAL licence_home.language = '';
CALL pg_temp.write('2027-06-01 09:00+03', format('CALL licence_home_internal.restore_standing(%L, 3, %L, 1)', :'licence', :'no'));
SELECT standing_no, standing, from_day, to_day FROM licence_home.licence_standing WHERE licence_no = :'licence' ORDER BY standing_no;
SELECT bool_and(known_at > before) AS later FROM (SELECT known_at, lag(known_at) OVER (ORDER BY standing_no) AS before FROM licence_home.licence_standing WHERE licence_no = :'licence') AS k WHERE before IS NOT NULL;
SELECT d.day, v.valid, v.standing FROM unnest('{2026-05-10,2026-06-10,2027-05-01}'::date[]) AS d (day)
CROSS JOIN LATERAL licence_home.verify_licence(:'licence', d.day) AS v ORDER BY d.day;

\echo == set aside: void from its beginning; the register shows that it was
CALL pg_temp.write('2027-07-01 09:00+03', pg_temp.standing('set_aside', NULL));
SELECT d.day, v.valid, v.standing FROM unnest('{2026-03-01,2026-05-10,2027-07-01}'::date[]) AS d (day)
CROSS JOIN LATERAL licence_home.verify_licence(:'licence', d.day) AS v ORDER BY d.day;
SELECT (licence_home.licence_on(:'licence', '2026-03-01', '2027-06-30')).standing AS as_known_before;

\echo == a second renewal of one term is refused
ROLLBACK;
BEGIN;
CALL pg_temp.write('2027-02-20 09:00+03', format('INSERT INTO licence_home.licence_term (licence_no, term_no, months, application_no, case_event) VALUES (%L, 2, 12, %L, 1)', :'licence', story.new_case()));
SELECT pg_temp.refused('2027-02-20 09:00+03', format('INSERT INTO licence_home.licence_term (licence_no, term_no, months, application_no, case_event) VALUES (%L, 2, 12, %L, 1)', :'licence', story.new_case()));
ROLLBACK;

\echo == the set-wise register says the same as one at a time, of every licence, day and moment
CREATE FUNCTION pg_temp.differ(day date, known_at timestamptz) RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM (
        SELECT s.licence_no, s.standing, s.in_force, s.expired, s.term_no, s.valid, s.version_no, s.profession, s.term_case, s.version_case, s.standing_case
        FROM licence_home.licences_on(day, known_at) AS s
        EXCEPT ALL
        SELECT o.licence_no, o.standing, o.in_force, o.expired, o.term_no, o.valid, o.version_no, o.profession, o.term_case, o.version_case, o.standing_case
        FROM licence_home.licence AS l CROSS JOIN LATERAL licence_home.licence_on(l.licence_no, day, known_at) AS o) AS d
$$;
BEGIN;
CALL pg_temp.write('2026-05-10 09:00+03', pg_temp.standing('suspended', '2026-05-10', '2026-06-10'));
SELECT sum(pg_temp.differ(d.day, k.known_at)) AS differ, count(*) AS asked
FROM unnest('{2026-02-28,2026-03-01,2026-05-10,2026-06-10,2027-03-01}'::date[]) AS d (day)
CROSS JOIN unnest(ARRAY[NULL, timestamptz '2026-03-02', '2026-05-10 08:59:59+03']) AS k (known_at);
ROLLBACK;

\echo == a case names a licence where its workflow changes one
SELECT code, said FROM story.attempt('portal', :'no', format('INSERT INTO licence_home.application (applicant_id, profession, licence_no) VALUES (%s, ''electronic_marketing'', %L)', :holder, :'licence'));

\echo == a first issue after the end takes the place of the licence that has ended, and no other
BEGIN;
CREATE FUNCTION pg_temp.succeeds(moment text, profession text, other_unit text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    no licence_home.application_no;
BEGIN
    PERFORM set_config('licence_home.clock', moment, true);
    INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel, unit, home_area_m2, work_area_m2)
    SELECT v.applicant_id, succeeds.profession, v.home, v.village, v.basin, coalesce(other_unit, v.parcel), NULL, 120, 15
    FROM licence_home.licence_version AS v WHERE v.licence_no = current_setting('story.licence')::licence_home.licence_no
    RETURNING application_no INTO no;
    RETURN CASE licence_home_internal.licence_to_succeed(no) WHEN current_setting('story.licence')::licence_home.licence_no THEN 'it' ELSE 'none' END;
END $$;
SELECT pg_temp.succeeds('2027-02-28 10:00+03', 'electronic_marketing') AS in_force, pg_temp.succeeds('2027-03-01 10:00+03', 'electronic_marketing') AS ended,
    pg_temp.succeeds('2027-03-01 10:00+03', 'management_consulting') AS another_profession, pg_temp.succeeds('2027-03-01 10:00+03', 'electronic_marketing', 'X9') AS another_home;
ROLLBACK;

\echo == who sees what
SELECT who, t, (story.attempt(who, :'no', format('SELECT FROM licence_home.%s WHERE licence_no = %L', t, :'licence'))).*
FROM unnest('{portal,clerk,inspector,committee,director,cashier,analyst,admin,sender,nobody}'::text[]) AS who,
    unnest('{licence,licence_term,licence_version,licence_standing}'::text[]) AS t ORDER BY t, who;
SELECT story.new_case_in('issued') AS other \gset
BEGIN;
SELECT story.become('portal', :'other');
SELECT count(*) AS of_others FROM licence_home.licence_version WHERE licence_no = :'licence';
SELECT count(*) AS own FROM licence_home.my_licences();
SELECT standing, in_force, expired, profession_en, district IS NOT NULL AS placed, work_area_m2, term_no, valid_from, valid_until FROM licence_home.my_licences();
SELECT count(*) AS seen FROM licence_home.licence_on(:'licence');
ROLLBACK;
BEGIN;
SELECT story.become('analyst');
SELECT count(*) > 0 AS reads FROM licence_home.licences_on();
ROLLBACK;

\echo == what is not as its event says is found
CREATE FUNCTION pg_temp.broken(what text, statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT what;
    SET LOCAL session_replication_role = replica;
    EXECUTE statement;
    RETURN QUERY SELECT '    ' || concat_ws(', ', u.defect, u.about, u.explanation_en) FROM licence_home.unproven_licences() AS u
        WHERE u.licence_no = current_setting('story.licence')::licence_home.licence_no ORDER BY u.defect COLLATE "C", u.about;
    RAISE EXCEPTION 'undone' USING ERRCODE = 'ZZ000';
EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
    NULL;
END $$;
\pset tuples_only on
SELECT count(*) FROM licence_home.unproven_licences() WHERE licence_no = :'licence';
SELECT pg_temp.broken('another profession', format('UPDATE licence_home.licence_version SET profession = ''pottery'' WHERE licence_no = %L', :'licence'));
SELECT pg_temp.broken('a larger area', format('UPDATE licence_home.licence_version SET work_area_m2 = 25 WHERE licence_no = %L', :'licence'));
SELECT pg_temp.broken('a standing that no step wrote', format('INSERT INTO licence_home.licence_standing (licence_no, standing_no, standing, from_day, application_no, case_event) VALUES (%L, 2, ''suspended'', ''2026-05-10'', %L, 1)', :'licence', :'other'));
SELECT pg_temp.broken('no standing', format('DELETE FROM licence_home.licence_standing WHERE licence_no = %L', :'licence'));
SELECT pg_temp.broken('a term that no step gave', format('INSERT INTO licence_home.licence_term (licence_no, term_no, starts, ends, since, months, run_months, application_no, case_event)
    VALUES (%L, 2, ''2027-03-01'', ''2028-03-01'', ''2026-03-01'', 12, 24, %L, 1)', :'licence', story.new_case()));
SELECT pg_temp.broken('known later than its event', format('UPDATE licence_home.licence_version SET known_at = known_at + interval ''1 day'' WHERE licence_no = %L', :'licence'));
