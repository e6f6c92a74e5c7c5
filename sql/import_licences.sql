-- Licences that the municipality has already: all rows are checked, and all are
-- taken or none; what is wrong is said by row, in both languages.
SET licence_home.clock = '2026-03-01 10:00+03';
SET datestyle = ISO;
\pset null '(null)'
CREATE FUNCTION pg_temp.row(n integer, change jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('licence_no', format('VL %s/12', n), 'kind', 'citizen', 'identity_no', (9440000000 + n)::text,
        'name_ar', 'سعاد ' || n, 'profession', 'knitting', 'district', 4, 'village', '142 اليادودة', 'basin', '5 الحنو', 'parcel', 'I' || n,
        'terms', jsonb_build_array(jsonb_build_object('starts', '2025-06-15', 'last_day', '2026-06-14'))) || change
$$;

\echo == a set without a fault is taken: telephone and areas may be unknown
SELECT * FROM licence_home.import_licence_rows(jsonb_build_array(pg_temp.row(1), pg_temp.row(2, '{"phone": "0791112223", "work_area_m2": 12.5, "lon": 35.9, "lat": 31.95, "terms": [{"starts": "2024-02-29", "last_day": "2025-02-27"}, {"starts": "2025-02-28", "last_day": "2026-02-27"}]}'),
    pg_temp.row(3, '{"identity_no": "٩٤٤٠٠٠٠٠٠١", "name_ar": "سعاد 1", "profession": "pottery", "terms": [{"starts": "2026-01-01", "last_day": "2026-03-20"}]}')));
SELECT rows_given, rows_taken, length(digest) FROM licence_home.licence_import;
SELECT l.former_no, t.term_no, t.valid, t.since, t.months, t.run_months FROM licence_home.licence AS l JOIN licence_home.licence_term AS t USING (licence_no) WHERE l.import_no IS NOT NULL ORDER BY l.former_no, t.term_no;
SELECT l.former_no, v.profession, v.district, v.home IS NOT NULL AS placed, v.work_area_m2, a.phone, a.name_ar, s.standing, h.name_ar = a.name_ar AS holder
FROM licence_home.licence AS l JOIN licence_home.licence_version AS v USING (licence_no) JOIN licence_home.applicant AS a USING (applicant_id)
JOIN licence_home.licence_standing AS s USING (licence_no) JOIN licence_home.licence_holder AS h USING (licence_no) WHERE l.import_no IS NOT NULL ORDER BY l.former_no;
SELECT count(DISTINCT v.applicant_id) AS people FROM licence_home.licence_version AS v WHERE v.import_no IS NOT NULL;

\echo == everybody may ask by the old number, in any spelling
SELECT n, valid, standing, profession_en, valid_until FROM unnest('{VL 1/12,vl 1/12,VL ٢/12,VL 3/12,VL 9/12}'::text[]) AS n CROSS JOIN LATERAL licence_home.verify_licence(n) ORDER BY n COLLATE "C";
SELECT standing, valid FROM licence_home.verify_licence('VL 2/12', '2025-02-28');
\echo == so does a clerk, who finds the holder; and who applies anew for the same at that home is told of the licence
SELECT f.matched, f.application_no, f.name_ar, f.licence_no IS NOT NULL AS has_licence FROM licence_home.find_cases('vl ٢/12') AS f;
BEGIN;
SELECT v.applicant_id AS holder FROM licence_home.licence_version AS v JOIN licence_home.licence AS l USING (licence_no) WHERE l.former_no = 'VL 1/12' \gset
INSERT INTO licence_home.application (applicant_id, profession, village, basin, parcel, home_area_m2, work_area_m2) VALUES
    (:holder, 'knitting', '142 اليادودة', '5 الحنو', 'I1', 120, 10), (:holder, 'pottery', '142 اليادودة', '5 الحنو', 'I1', 120, 10) ;
SELECT a.profession, e.criterion, e.ruling, e.observed ~ '^L2' AS names_it FROM licence_home.application AS a CROSS JOIN LATERAL licence_home.eligibility(a.application_no) AS e
WHERE a.applicant_id = :holder AND e.criterion IN ('duplicate', 'home_total') ORDER BY 1, 2;
ROLLBACK;
\echo == nobody is told anything
SELECT count(*) AS messages FROM licence_home.sms_message_text AS m JOIN licence_home.licence_version AS v USING (applicant_id) WHERE v.import_no IS NOT NULL;
\echo == it is proven, and what is changed shows
SELECT * FROM licence_home.unproven_licences() WHERE defect = 'import' OR licence_no IN (SELECT licence_no FROM licence_home.licence WHERE import_no IS NOT NULL);
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE licence_home.licence_term SET ends = '2026-03-22' WHERE import_no IS NOT NULL AND run_months IS NULL;
SELECT defect, about ~ '^import \d+$' AS about, explanation_en FROM licence_home.unproven_licences() WHERE defect = 'import';
ROLLBACK;

\echo == what is wrong with each row; nothing is taken
CREATE TEMP TABLE given (n integer, change jsonb);
INSERT INTO given VALUES (11, '{}'), (12, '{"licence_no": "vl 1/12"}'), (13, '{"licence_no": null}'), (14, '{"licence_no": "VL 11/12"}'),
    (15, '{"kind": "person"}'), (16, '{"identity_no": "12"}'), (17, '{"name_ar": "  "}'), (18, '{"phone": "06 555"}'), (19, '{"profession": "smelting"}'),
    (20, '{"district": 99}'), (21, '{"district": null}'), (22, '{"lon": 35.9}'), (23, '{"lon": 35.9, "lat": 12, "district": null}'), (24, '{"home_area_m2": "much", "work_area_m2": -1}'),
    (25, '{"built_on": "1970-02-30"}'), (26, '{"employees": "one", "people": 1.5}'), (27, '{"terms": []}'), (28, '{"terms": [{"starts": "2025-06-15", "last_day": "2025-06-14"}]}'),
    (29, '{"terms": [{"starts": "2024-06-15", "last_day": "2025-06-14"}, {"starts": "2025-06-16", "last_day": "2026-06-14"}]}'),
    (30, '{"terms": [{"starts": "2024-06-15", "last_day": "2025-06-14"}, {"starts": "2025-06-14", "last_day": "2026-06-14"}]}'),
    (31, '{"terms": "2025"}'), (32, '{"kind": "business", "identity_no": "200000001"}'), (33, '{"identity_no": "9440000011", "name_ar": "أخرى"}'),
    (34, '{"tenant": "perhaps"}'), (35, '{"representative_name": "x"}'), (36, '{"language": "fr"}'), (37, '{}'), (38, '{}');
CREATE TEMP VIEW rows AS SELECT jsonb_agg(pg_temp.row(n, change) ORDER BY n) AS rows FROM given;
SELECT f.row_no, f.licence_no, f.column_name, f.sqlstate, regexp_replace(f.reason_en, 'L\d{4}-\d{8}-\d', '{licence}') AS reason_en FROM rows, LATERAL licence_home.import_licence_rows(rows) AS f ORDER BY f.row_no, f.column_name;
SELECT count(*) AS taken FROM licence_home.licence WHERE former_no LIKE 'VL 11%';
SELECT bool_and(f.reason_ar ~ '[ء-ي]') AS in_arabic FROM rows, LATERAL licence_home.import_licence_rows(rows) AS f;

\echo == the sound rows are taken, and the others kept with their reasons
SELECT count(DISTINCT f.row_no) AS wrong FROM rows, LATERAL licence_home.import_licence_rows(rows, sound_rows => true) AS f;
SELECT i.rows_given, i.rows_taken, count(DISTINCT r.row_no) AS rejected FROM licence_home.licence_import AS i JOIN licence_home.import_rejected AS r USING (import_no) GROUP BY i.import_no;
SELECT r.row_no, r.column_name, r.sqlstate, r.given ->> 'licence_no' AS number FROM licence_home.import_rejected AS r ORDER BY r.row_no, r.column_name LIMIT 4;
SELECT licence_home.forget_rejected(max(import_no)) > 20 AS forgotten FROM licence_home.licence_import;
SELECT count(*) FROM licence_home.import_rejected WHERE given IS NOT NULL;

\echo == from a table, read as the caller; what is no set is refused
CREATE TEMP TABLE old_register AS
    SELECT format('OR-%s', n) AS licence_no, 'citizen' AS kind, (9441000000 + n)::text AS identity_no, 'ليلى' AS name_ar, 'jams' AS profession, 7 AS district,
        '[{"starts": "2025-09-01", "last_day": "2026-08-31"}]'::jsonb AS terms FROM generate_series(1, 3) AS n;
GRANT SELECT ON old_register TO regress_admin;
SELECT (story.attempt('admin', NULL, 'SELECT licence_home.import_licences(''pg_temp.old_register'')')).*;
SELECT who, (story.attempt(who, NULL, 'SELECT licence_home.import_licences(''pg_temp.old_register'')')).code FROM unnest('{portal,clerk,director,cashier,analyst}'::text[]) AS who;
SELECT * FROM licence_home.import_licences('old_register');
SELECT standing, valid FROM licence_home.verify_licence('or-2');
SELECT given, (story.attempt(NULL, NULL, format('SELECT licence_home.import_licence_rows(%L)', given))).* FROM unnest('{"{}","[]","[1]","[[]]"}'::text[]) AS given;

\echo == an imported licence whose term was no number of months is renewed from its end, by months
BEGIN;
ALTER TABLE licence_home.licence_term DISABLE TRIGGER b_written_by_steps;
INSERT INTO licence_home.licence_term (licence_no, months, application_no, case_event)
SELECT l.licence_no, 12, story.new_case(), 1 FROM licence_home.licence AS l WHERE l.former_no IN ('VL 2/12', 'VL 3/12');
SELECT l.former_no, t.term_no, t.valid, t.since, t.run_months FROM licence_home.licence AS l JOIN licence_home.licence_term AS t USING (licence_no) WHERE l.former_no IN ('VL 2/12', 'VL 3/12') AND t.application_no IS NOT NULL ORDER BY 1;
ROLLBACK;
