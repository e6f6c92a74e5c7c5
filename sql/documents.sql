-- Documents by the steps of a case: each is in force on the day that counts,
-- the day on which a step relies on it.
SET TimeZone = 'Asia/Amman';
SET datestyle = ISO;
\pset tuples_only on
\pset format unaligned
BEGIN;
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';

\echo == the last day of validity, and the day after
SELECT story.new_case(documents => false, language => 'en') AS no \gset
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no, issued_on, expires_on)
    VALUES ($1, 'title_deed', '2012/1', NULL, NULL), ($1, 'construction_licence', '1994/3', '2026-03-02', NULL),
        ($1, 'occupancy_permit', '1995/2', '1995-06-01', '2026-03-02')$$);
CALL story.step('portal', :'no', 'submit');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no', '2026-03-04 10:00+03');
-- dated from tomorrow
SELECT document_type, lacking FROM licence_home.required_documents(:'no');
SELECT story.take('clerk', :'no', 'schedule_inspection');
SET LOCAL licence_home.clock = '2026-03-03 00:00+03';
SELECT document_type, lacking FROM licence_home.required_documents(:'no') WHERE lacking IS NOT NULL;
SELECT story.take('clerk', :'no', 'schedule_inspection');
SET LOCAL licence_home.clock = '2026-03-02 23:59:59+03';
SELECT story.outcome('clerk', :'no', 'schedule_inspection');
-- what a past step relied on stays relied on; the next step asks anew
SET LOCAL licence_home.clock = '2026-03-04 10:30+03';
CALL story.inspect(:'no');
CALL story.step('inspector', :'no', 'refer_to_committee');
CALL story.step('committee', :'no', 'return_to_audit', 'look again');
SELECT story.take('clerk', :'no', 'refer_to_committee');

\echo == by the age of the building: at the edges
CREATE FUNCTION pg_temp.required(no licence_home.application_no, change text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    CALL story.act('portal', no, format('UPDATE licence_home.application SET %s WHERE application_no = $1', change));
    RETURN change || ': ' || (SELECT string_agg(document_type, ', ') FROM licence_home.required_documents(no));
END $$;
SELECT story.new_case(documents => false) AS no \gset
SELECT pg_temp.required(:'no', format('built_on = %L', d)) FROM unnest('{1968-12-31,1969-01-01,1979-12-31,1980-01-01,NULL}'::date[]) AS d;

\echo == a tenant or co-owner, and a representative
SELECT pg_temp.required(:'no', 'built_on = ''1975-01-01'', tenant = ' || t) FROM unnest('{true,false,"NULL"}'::text[]) AS t;
SELECT story.new_case(language => 'en') AS no \gset
CALL story.act('portal', :'no', 'UPDATE licence_home.application SET tenant = true WHERE application_no = $1');
SELECT story.take('portal', :'no', 'submit');
-- a number is not the approval: it is to be attached
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES ($1, 'owner_approval', '7')$$);
SELECT story.outcome('portal', :'no', 'submit');
CALL story.act('portal', :'no', $$INSERT INTO licence_home.document (application_no, document_type, attachment_type, attachment_sha256, attachment_locator, expires_on)
    VALUES ($1, 'owner_approval', 'application/pdf', sha256('yes'), 'store:7', '2026-03-05')$$);
SELECT story.outcome('portal', :'no', 'submit');
SELECT ruling, message_en FROM licence_home.eligibility(:'no') WHERE criterion = 'owner_approval';
CALL story.review_documents(:'no');
SELECT ruling, message_en FROM licence_home.eligibility(:'no') WHERE criterion = 'owner_approval';
SET LOCAL licence_home.clock = '2026-03-06 00:00+03';
SELECT ruling, observed, message_en FROM licence_home.eligibility(:'no') WHERE criterion = 'owner_approval';
SET LOCAL licence_home.clock = '2026-03-01 10:00+03';
SELECT story.become('portal');
INSERT INTO licence_home.applicant (kind, identity_no, name_ar, phone, representative_name, representative_identity_no, representative_capacity)
    VALUES ('business', '987000001', 'منشأة', '0790000777', 'سلمى', '9870000001', 'owner') RETURNING applicant_id \gset
INSERT INTO licence_home.application (applicant_id, profession, home, home_area_m2, work_area_m2, built_on, employees, people, tenant)
    VALUES (:applicant_id, 'pottery', 'SRID=4326;POINT(35.8411 31.9811)', 120, 15, '1975-01-01', 0, 1, false) RETURNING application_no AS no \gset
SELECT document_type, why, lacking FROM licence_home.required_documents(:'no');
-- the authorisation counts to its last day
INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (:'no', 'title_deed', '1'), (:'no', 'construction_licence', '2');
INSERT INTO licence_home.document (application_no, document_type, attachment_type, attachment_sha256, attachment_locator, expires_on)
    VALUES (:'no', 'authorisation', 'application/pdf', sha256('yes'), 'store:8', '2026-03-02');
SELECT story.become();
CALL story.step('portal', :'no', 'submit');
CALL story.review_documents(:'no');
CALL story.make_inspection(:'no', '2026-03-04 10:00+03');
SET LOCAL licence_home.clock = '2026-03-03 00:00+03';
SELECT story.take('clerk', :'no', 'schedule_inspection');
SET LOCAL licence_home.clock = '2026-03-02 23:59:59+03';
SELECT story.outcome('clerk', :'no', 'schedule_inspection');
ROLLBACK;
